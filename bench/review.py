"""How quick the therapist's review is: a minute of 720p from its first byte, ten stored minutes, one correction.

`python bench/review.py [--uploads 50] [--only-memory]` starts the app with a store of its own and
prints how long a 60-second 720p clip takes until it can be reviewed, how long the review page takes for ten stored
minutes, how long a correction takes until it is shown, and the memory of the server from upload to upload: short
clips, each watched, reviewed and closed. For the times nothing else should run meanwhile; memory does not mind.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests"), str(ROOT / "bench")]

from app_server import App  # noqa: E402
from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from synthetic import clock, movement, person  # noqa: E402

from live import memory_mb  # noqa: E402
from posecheck.analysis import analyse  # noqa: E402
from posecheck.records import Settings  # noqa: E402
from posecheck.sources import open_source  # noqa: E402

SAMPLE = ROOT / "sample_videos" / "shoulder_abduction_front.mp4"
SHORT = ROOT / "tests" / "phone" / "portrait.mp4"
CLIP_S, STORED_S, CORRECTIONS = 60.0, 600.0, 12


def clip(path):
    """A minute of 720p: the sample over and over, scaled up."""
    import av

    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt, stream.options = (
            1280,
            720,
            "yuv420p",
            {"preset": "veryfast"},
        )
        taken = 0
        while taken < CLIP_S * 30:
            with open_source(SAMPLE) as source:
                for _, rgb in source:
                    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(1280, 720, "yuv420p")
                    frame.pts = taken
                    film.mux(stream.encode(frame))
                    taken += 1
                    if taken >= CLIP_S * 30:
                        break
        film.mux(stream.encode(None))
    return path


def stored(app):
    """Ten minutes of curls in the app's store; the number of the set."""
    t_s = clock(STORED_S)
    starts = np.arange(3.0, STORED_S - 10, 10.0)
    bend = movement(t_s, list(starts), rest=10.0, top=100.0, lift_s=3.0, hold_s=1.0, lower_s=3.0)
    track = person(t_s, view="right", elbow=(np.full(len(t_s), 10.0), bend), noise_px=0.5)
    result = analyse(track, "elbow_flexion", settings=Settings(affected="left"))
    with app.store() as store:
        store.save_person("P-012", {})
        session = store.begin_session("P-012", kind="full")
        one = store.begin_set(session, position=0, exercise="elbow_flexion", side="right", role="stronger")
        store.keep_set(one, result, track)
        store.end_session(session)
    return one, len(result.rows)


def brought(page, app, path, *, reviewed=False):
    """Seconds from the choice of a video until it can be reviewed; it is closed again."""
    page.goto(f"{app.url}upload")
    page.locator("input[type=file]").wait_for(timeout=60_000)
    begun = time.monotonic()
    page.locator("input[type=file]").set_input_files(str(path))
    review = page.get_by_role("button", name="Review", exact=True)
    review.wait_for(timeout=600_000)
    took = time.monotonic() - begun
    if reviewed:
        review.click()
        page.wait_for_function("() => globalThis.__review?.stage.video?.readyState >= 2", timeout=600_000)
        page.goto(f"{app.url}upload")
    page.get_by_role("button", name="Close", exact=True).click(timeout=120_000)
    page.get_by_role("button", name="Close", exact=True).wait_for(state="detached", timeout=120_000)
    return took


def times(page, app, folder):
    """Print how long things take."""
    minute = clip(Path(folder) / "minute.mp4")
    took = [brought(page, app, minute) for _ in range(2)]
    print(f"a minute of 720p until it can be reviewed: {min(took):.1f} to {max(took):.1f} s", flush=True)
    one, reps = stored(app)
    begun = time.monotonic()
    page.goto(f"{app.url}review?set={one}")
    page.wait_for_function("() => globalThis.__review?.loaded_ms > 0", timeout=60_000)
    print(
        f"ten stored minutes ({reps} repetitions) usable after {time.monotonic() - begun:.1f} s", flush=True
    )
    shown = []
    for i in range(CORRECTIONS):
        page.evaluate("() => { __review.edited_ms = 0; }")
        page.keyboard.press("j" if i % 2 else "x")
        page.keyboard.press("x")
        page.wait_for_function("() => __review.edited_ms > 0")
        shown.append(page.evaluate("() => __review.edited_ms"))
        page.wait_for_timeout(1500)
    print(
        f"a correction is shown after {statistics.median(shown):.0f} ms (longest {max(shown):.0f})",
        flush=True,
    )


def memory(page, app, uploads):
    """Print the server's memory from upload to upload."""
    page.goto(f"{app.url}upload")
    page.locator("input[type=file]").wait_for(timeout=60_000)
    print(f"before the first upload{memory_mb(app):6.0f} MB", flush=True)
    held = []
    for i in range(uploads):
        brought(page, app, SHORT, reviewed=True)
        held.append(memory_mb(app))
        if i % 5 == 4 or i == 0:
            print(f"upload {i + 1:<16}{held[-1]:6.0f} MB", flush=True)
    later = held[len(held) // 5 :]
    per = np.polyfit(range(len(later)), later, 1)[0] if len(later) > 2 else np.nan
    print(f"from upload {len(held) - len(later) + 1} on: {per:+.2f} MB an upload", flush=True)
    left = [path for path in (app.folder / "uploads").rglob("*") if path.is_file()]
    print(f"files left behind: {len(left)}", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--uploads", type=int, default=50, help="for the memory")
    parser.add_argument("--only-memory", action="store_true", help="no times")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = App(Path(folder) / "data").start()
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
        try:
            if not chosen.only_memory:
                times(page, app, folder)
            memory(page, app, chosen.uploads)
        finally:
            browser.close()
            app.stop()


if __name__ == "__main__":
    main()
