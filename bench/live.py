"""How fast and how steady the live screen is: browser, pose model and conductor on one machine, as at home.

`python bench/live.py [--minutes 20] [--reloads 20]` opens the app in Debian's Chromium with a rendered person as its
webcam, practises session after session, and prints pictures a second, the delay from capture to response, the server's
memory from minute to minute and from reload to reload. Nothing else should run meanwhile.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from app_server import App  # noqa: E402
from camera import y4m  # noqa: E402
from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from posecheck.app.household import Household  # noqa: E402
from posecheck.store import open_store  # noqa: E402

ANSWERS = {"weaker_side": "left", "harder_to_see": "both_fine", "therapist_yes": "yes", "new_stroke": "no",
           "moves": "some", "sling": "no", "wheelchair": "no", "tires_fast": "no", "feels_stuck": "no",
           "task": "towel", "days": "any_day", "emergency_number": "112"}  # fmt: skip
DELAYS = "() => __posecheck.delays_ms.splice(0)"
# Every three seconds *Go on*, or else the first button or picture is chosen, as by a hand: *Start*, a face.
CHOOSES = """() => setInterval(() => {
  const { kind } = __posecheck.screens.at(-1), { root } = __posecheck.view;
  const go = root.querySelector("[data-choice=go_on]") ?? root.querySelector(".choices button, .beside button");
  if (kind !== "set") go?.click();
}, 3000)"""
KINDS = "() => { const { screens } = __posecheck; return screens.splice(0, screens.length - 1).map((s) => s.kind); }"


def memory_mb(app):
    """Resident memory of the server, MB."""
    status = Path(f"/proc/{app.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def told(name, delays_ms, seconds):
    """One line about a stretch of time."""
    ordered = sorted(delays_ms)
    p95 = ordered[int(0.95 * len(ordered))]
    print(f"{name:<14}{len(ordered) / seconds:6.1f} pictures/s   delay median {statistics.median(ordered):5.1f} ms   "
          f"95 % within {p95:5.1f} ms", flush=True)  # fmt: skip


def opened(page, app):
    """Open the page, and practise."""
    page.goto(app.url)
    page.wait_for_function("() => globalThis.__posecheck?.screens.length", timeout=60_000)
    page.evaluate(CHOOSES)
    page.wait_for_function("() => __posecheck.delays_ms.length > 30", timeout=60_000)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=int, default=20)
    parser.add_argument("--reloads", type=int, default=20)
    chosen = parser.parse_args()
    film = y4m(["sit", *["curl_right_slow"] * 5])
    camera = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
              f"--use-file-for-fake-video-capture={film}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Household(lambda: open_store(folder=Path(folder) / "data"))
        home.set_up({**dict.fromkeys(home.tags(), "no"), **ANSWERS})
        home.store.close()
        app = App(Path(folder) / "data").start()
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *camera])
        context = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"])
        page = context.new_page()
        try:
            opened(page, app)
            page.evaluate(DELAYS)
            everything = []
            for minute in range(1, chosen.minutes + 1):
                begun = time.monotonic()
                page.wait_for_timeout(60_000)
                delays = page.evaluate(DELAYS)
                everything += delays
                told(f"minute {minute}", delays, time.monotonic() - begun)
                shown = ", ".join(dict.fromkeys(page.evaluate(KINDS)))
                print(f"{'':<14}{memory_mb(app):6.0f} MB   {shown}", flush=True)
            told("all", everything, 60.0 * chosen.minutes)
            for reload in range(1, chosen.reloads + 1):
                opened(page, app)
                print(f"reload {reload:<7}{memory_mb(app):6.0f} MB", flush=True)
        finally:
            browser.close()
            app.stop()


if __name__ == "__main__":
    main()
