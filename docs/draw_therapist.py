"""Pictures of the therapist's pages, as docs/review.md shows them: `python docs/draw_therapist.py`.

Needs Debian's chromium and poppler-utils. People, their practice and the film are made up; dates count back from today.
"""

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

import therapist as desk  # noqa: E402
from app_server import App  # noqa: E402
from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from test_clinic_facts import keep, practised_and_hurt, raised  # noqa: E402
from test_plan_page import CODE, MARIA, START, WEEKS, practise  # noqa: E402
from video_factory import cut  # noqa: E402

from posecheck.store.sharing import merge_practice_file, read_practice_file, write_practice_file  # noqa: E402

FOLDER = ROOT / "docs" / "pictures" / "therapist"
FILM = ROOT / "sample_videos" / "shoulder_abduction_front.mp4"
SIZE = {"width": 1366, "height": 768}
WORDS = "amber river lantern moon"


def people(app, folder):
    """Fill the store of a clinic: who was hurt, whose check sets changed, who waits for a larger range.

    Returns
    -------
    (str, list of int)
        Code of the first, and the check sets of the second one's weaker side.
    """
    today = date.today()
    home = practised_and_hurt(folder / "hurt", monday=today - timedelta(days=5))
    file = write_practice_file(home.store, home.house.code, folder / "hurt.posecheck", passphrase=WORDS)
    home.store.close()
    with app.store() as store:
        merge_practice_file(store, read_practice_file(file, passphrase=WORDS))
        changed = store.new_code()
        store.save_person(changed, {"person": {"weaker_side": "left"}})
        checks = [
            keep(store, today - timedelta(days=ago), raised(top=top, seed=ago), code=changed)
            for ago, top in ((43, 40.0), (22, 47.0), (1, 58.0))
        ]
        store.save_person(CODE, {"person": MARIA, "emergency": "112"})
    ago = (today - START.date()).days
    practise(app.folder, [ago - 56 + day for day in WEEKS])
    return home.house.code, checks


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = Path(made)
        app = App(folder / "data").start()
        hurt, checks = people(app, folder)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        page = browser.new_context(viewport=SIZE).new_page()

        def shot(name):
            desk.settled(page)
            page.wait_for_timeout(700)
            page.screenshot(path=FOLDER / f"{name}.png")

        desk.to(page, f"{app.url}therapist", "People")
        shot("people")
        desk.to(page, f"{app.url}person?code={hurt}", hurt)
        shot("person")
        desk.to(page, f"{app.url}plan?person={CODE}", f"Plan for {CODE}")
        page.get_by_text("1. Bend your elbow").click()
        shot("plan")
        desk.to(page, f"{app.url}compare?sets={checks[0]},{checks[-1]}", "Compare")
        shot("compare")
        desk.to_upload(page, app, f"?person={hurt}")
        desk.bring(page, cut(FILM, folder / "kitchen chair.mp4", 22.0))
        part = desk.part_of(page, "kitchen chair.mp4")
        desk.to_review(part, within_s=600)
        desk.point(part.locator(".still img"), 0.6, 0.47)
        desk.to_review(part).scroll_into_view_if_needed()
        shot("upload")
        desk.to_review(part).click()
        desk.reviewing(page)
        page.wait_for_function("() => __review.stage.video?.readyState >= 2")
        desk.pressed(page, "j", "a")
        shot("review")
        pdf = desk.downloaded(page, page.get_by_role("button", name="Report as PDF"), folder / "report.pdf")
        desk.pictures_of(pdf, folder, dots_an_inch=96)[0].replace(FOLDER / "report.png")
        browser.close()
        app.stop()


if __name__ == "__main__":
    main()
