"""Draws the demonstration of each exercise at rest and at its top, as the browser draws it.

``python docs/draw_demonstrations.py [ID...]`` writes ``docs/pictures/demonstrations.png``, a contact sheet. Needs
Chromium, as the browser tests do.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from posecheck.demonstration import demonstrate
from posecheck.exercise import load_practice, practice_ids

REPOSITORY = Path(__file__).resolve().parents[1]
FIGURE = REPOSITORY / "src" / "posecheck" / "app" / "static" / "figure.js"
SHEET = REPOSITORY / "docs" / "pictures" / "demonstrations.png"
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LEVEL = "2"
COLUMNS, TILE_PX = 4, (380, 250)
PAGE = """
<style>
  body {{ margin: 0; background: #fbf7f0; font: 600 15px/1.2 "DejaVu Sans", sans-serif; color: #10294d; }}
  main {{ display: grid; grid-template-columns: repeat({columns}, {width}px); }}
  main {{ gap: 14px; padding: 14px; width: max-content; }}
  figure {{ margin: 0; }} canvas {{ display: block; width: {width}px; height: {height}px; }}
  figcaption {{ padding: 6px 2px; }}
</style><main></main>
"""
DRAW = """
async ([source, shown, options]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { drawFigure } = await import(url);
  for (const [name, demonstration, t_s] of shown) {
    const figure = document.createElement("figure"), canvas = document.createElement("canvas");
    figure.append(canvas, Object.assign(document.createElement("figcaption"), { textContent: name }));
    document.querySelector("main").append(figure);
    drawFigure(canvas, demonstration, t_s, options);
  }
}
"""


def sheet(shown, path, *, columns=COLUMNS, tile_px=TILE_PX, zoom=1, **options):
    """Write a sheet of demonstrations.

    Parameters
    ----------
    shown : list of (str, dict, float)
        Caption, what `Demonstration.to_json` gives, and seconds since the lift began.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(device_scale_factor=zoom)
        page.set_content(PAGE.format(columns=columns, width=tile_px[0], height=tile_px[1]))
        page.evaluate(DRAW, [FIGURE.read_text(encoding="utf-8"), shown, options])
        page.locator("main").screenshot(path=str(path))
        browser.close()


def main(ids):
    """Start and top of each exercise, the right side moving."""
    shown = [
        (load_practice(name).name, demonstrate(load_practice(name), side="right", level=LEVEL).to_json(), 0.0)
        for name in ids or practice_ids()
    ]
    sheet(shown, SHEET, still=True)
    print(f"{SHEET.relative_to(REPOSITORY)}: {SHEET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
