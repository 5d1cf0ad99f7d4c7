"""Draws the pictograms: one hand, one palette, one outline.

``python docs/draw_pictograms.py`` writes ``src/posecheck/app/static/pictures/ID.svg``; the same code
gives the same bytes.
``python docs/draw_pictograms.py --sheet`` also draws all of them on ``docs/pictures/pictograms.png`` (needs Chromium).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pictograms_health import HEALTH
from pictograms_people import PEOPLE
from pictograms_sides import SIDES
from pictograms_things import THINGS

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "src" / "posecheck" / "app" / "static" / "pictures"
SHEET = REPOSITORY / "docs" / "pictures" / "pictograms.png"
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img" '
    'stroke-linecap="round" stroke-linejoin="round">'
)
PAGE = """<style>
  body { margin: 0; font: 12px/1.2 "DejaVu Sans", sans-serif; color: #12305e; background: #fffdf8; }
  main { display: grid; grid-template-columns: repeat(12, 112px); gap: 10px; padding: 12px; width: max-content; }
  figure { margin: 0; text-align: center; } svg { width: 88px; height: 88px; } figcaption { overflow-wrap: anywhere; }
</style>"""


def pictograms():
    """File name -> SVG text of every pictogram."""
    return {
        f"{name}.svg": f"{HEAD}<title>{title}</title>{drawing}</svg>\n"
        for name, (title, drawing) in sorted((PEOPLE | SIDES | HEALTH | THINGS).items())
    }


def draw_sheet(drawn):
    """All pictograms with their ids on one picture."""
    from playwright.sync_api import sync_playwright

    tiles = "".join(
        f"<figure>{svg}<figcaption>{name[:-4]}</figcaption></figure>" for name, svg in drawn.items()
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.set_content(f"{PAGE}<main>{tiles}</main>")
        page.locator("main").screenshot(path=str(SHEET))
        browser.close()


def main(options):
    """Write the pictograms, and the sheet if asked for."""
    drawn = pictograms()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        if old.name not in drawn:
            old.unlink()
    for name, svg in drawn.items():
        (FOLDER / name).write_text(svg, encoding="utf-8")
    if "--sheet" in options:
        draw_sheet(drawn)
    print(f"{len(drawn)} pictograms, {sum(len(svg) for svg in drawn.values()) / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
