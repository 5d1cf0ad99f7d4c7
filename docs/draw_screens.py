"""Pictures of every screen of a practice, as the docs show them: `python docs/draw_screens.py`.

Needs Debian's chromium. A rendered person sits before the camera.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

from app_server import App  # noqa: E402
from camera import Camera, serve_scenes  # noqa: E402
from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from test_scenes import seen  # noqa: E402
from test_screen_rules import SCREENS, put  # noqa: E402

from posecheck.coach.gestures import zones  # noqa: E402

BOTH_WAYS = ("home", "question", "set", "weaker", "camera_offer", "progress")
FOLDER = ROOT / "docs" / "pictures" / "screens"


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    places = zones(seen("sit").frame(60), "right")
    with tempfile.TemporaryDirectory() as folder, serve_scenes() as scenes, sync_playwright() as playwright:
        app = App(Path(folder) / "data").start()
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        page = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"]).new_page()
        Camera(page, scenes)
        page.goto(app.url)
        page.wait_for_function("() => globalThis.__posecheck?.screens.length", timeout=60_000)
        page.evaluate(
            "() => { const { app } = __posecheck; app.closed = true; app.socket.close(); app.voice.close();"
            " app.voice.caption = () => {}; __posecheck.camera.open(); }"
        )
        page.wait_for_timeout(2500)
        for name, screen in SCREENS.items():
            for see in ("", "right") if name in BOTH_WAYS else ("",):
                put(page, screen, see=see)
                page.evaluate("(places) => __posecheck.view.hover([1, 0.4], places)", places)
                page.evaluate("(places) => __posecheck.view.hover([0, 0], places)", places)
                if screen.pacer is not None:
                    page.evaluate(
                        "() => { const v = __posecheck.view, p = v.screen.pacer;"
                        " v.pacer.set({ ...p, begin_s: Date.now() / 1000 - 2 }); }"
                    )
                page.wait_for_timeout(700)
                page.screenshot(path=FOLDER / f"{name}{'_right_half' if see else ''}.png")
        browser.close()
        app.stop()


if __name__ == "__main__":
    main()
