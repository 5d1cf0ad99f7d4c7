"""Two recordings side by side in a real browser: one button, the same part of each one's own phases, film or figure."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from synthetic import clock, movement, person

from posecheck.analysis import analyse
from posecheck.records import Settings
from posecheck.small_film import small_film
from posecheck.sources import open_source

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "shoulder_abduction_front.mp4"
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
# Where each of both is, as a part of its own lift, hold and lowering; and the same for both, if all is well.
PLACES = "() => __compare.sides.map((side) => __compare.place(side, side.t_s))"
# Notes both at every picture from now until the end.
WATCH = """() => {
  __compare.seek(0);
  globalThis.__seen = [];
  const { sides } = __compare;
  const each = () => {
    const places = sides.map((side) => __compare.place(side, side.t_s)), rate = sides[0].video.playbackRate;
    __seen.push({ places, at: __compare.at, rate });
    if (__compare.at < 1) requestAnimationFrame(each);
  };
  requestAnimationFrame(each);
}"""


def curls(store, day, *, lift_s, hold_s, film=False, side="right"):
    """Three curls, kept as a check set; its number."""
    t_s = clock(34.0)
    bend = movement(t_s, [3.0, 13.0, 23.0], rest=10.0, top=100.0, lift_s=lift_s, hold_s=hold_s, lower_s=2.0)
    track = person(t_s, view=side, elbow=bend, noise_px=0.4, seed=day)
    at = AT + timedelta(days=day)
    settings = Settings(affected="left", kind="check", side=side)
    session = store.begin_session("P-012", kind="full", at=at)
    one = store.begin_set(session, position=0, exercise="elbow_flexion", side=side, role="check", at=at)
    store.keep_set(one, analyse(track, "elbow_flexion", settings=settings), track, at=at)
    store.end_session(session, at=at)
    if film:
        with open_source(SAMPLE) as source:
            small_film(store.film_path(one, suffix=".mp4"), source)
    return one


@pytest.fixture
def page(chromium, app):
    context = chromium.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    with app.store() as store:
        store.save_person("P-012", {"person": {"weaker_side": "left"}})
    yield page
    assert page.errors == []
    context.close()


def opened(page, app, *sets):
    page.goto(f"{app.url}compare?sets={','.join(map(str, sets))}")
    page.wait_for_function("() => globalThis.__compare?.loaded", timeout=30_000)


def test_one_button_moves_both_by_the_same_part_of_their_own_phases(page, app):
    with app.store() as store:
        sets = [curls(store, 0, lift_s=1.5, hold_s=0.5, film=True), curls(store, 30, lift_s=4.0, hold_s=2.0)]
    opened(page, app, *sets)
    assert [
        (one["id"], one["nodes"][0]["html"][:120]) for one in Axe().run(page).response["violations"]
    ] == []
    page.wait_for_function("() => __compare.sides[0].canvas.dataset.film === 'true'", timeout=20_000)
    assert page.evaluate("() => __compare.sides[1].canvas.dataset.film") == "false"
    # Halfway up is halfway up, in a lift of 1.5 s as in one of 4 s.
    page.evaluate("() => __compare.seek(0.2)")
    for rep, t_s in page.evaluate("() => __compare.sides.map((side) => [side.rep, side.t_s])"):
        assert t_s == pytest.approx((rep["start_s"] + rep["top_start_s"]) / 2, abs=1e-3)
    # On the way they stay together, picture after picture, and neither is quicker than it was.
    page.evaluate(WATCH)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("() => !__compare.playing && __compare.at === 1", timeout=60_000)
    seen = page.evaluate("() => __seen")
    assert len(seen) > 20
    assert all(abs(a - b) < 1e-6 for a, b in (one["places"] for one in seen))
    assert [one["at"] for one in seen] == sorted(one["at"] for one in seen)
    lifting = [one["rate"] for one in seen if 0.05 < one["at"] < 0.38]
    assert all(rate == pytest.approx(1.5 / 4.0, abs=0.1) for rate in lifting)
    assert page.get_by_role("button", name="Play").count() == 1


def test_slow_motion_frames_and_the_keys(page, app):
    with app.store() as store:
        sets = [curls(store, 0, lift_s=1.5, hold_s=0.5, film=True), curls(store, 30, lift_s=4.0, hold_s=2.0)]
    opened(page, app, *sets)
    page.wait_for_function("() => __compare.sides[0].filmed", timeout=20_000)
    # A picture on is the next one of whichever has it first, and back is where one was.
    page.evaluate("() => __compare.seek(0.3)")
    places = [page.evaluate("() => __compare.at")]
    for _ in range(3):
        page.get_by_role("button", name="Frame on").click()
        places.append(page.evaluate("() => __compare.at"))
    assert places == sorted(set(places))
    slower_s = page.evaluate("() => __compare.sides[1].rep.top_start_s - __compare.sides[1].rep.start_s")
    assert all(b - a <= 0.4 / (slower_s * 30) + 1e-3 for a, b in pairwise(places))
    page.get_by_role("button", name="Frame back").click()
    assert page.evaluate("() => __compare.at") == pytest.approx(places[-2], abs=1e-6)
    first, second = page.evaluate(PLACES)
    assert first == pytest.approx(second, abs=1e-6)
    # Slowly: the film runs at a quarter of what it ran at.
    page.get_by_label("Speed").select_option("0.25")
    page.evaluate("() => __compare.seek(0.1)")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => __compare.at > 0.11")
    rate = page.evaluate("() => __compare.sides[0].video.playbackRate")
    assert rate == pytest.approx(0.25 * 1.5 / 4.0, abs=0.03)
    page.keyboard.press("ArrowRight")  # a picture on is no playing on
    assert not page.evaluate("() => __compare.playing")
    page.get_by_label("Repetition, Mon 2 March").select_option("3")
    assert page.evaluate("() => __compare.sides[0].rep.rep") == 3
    first, second = page.evaluate(PLACES)
    assert first == pytest.approx(second, abs=1e-6)


def test_left_beside_right_is_turned_over_and_says_so(page, app):
    with app.store() as store:
        sets = [curls(store, 0, lift_s=2.0, hold_s=1.0, side=side) for side in ("left", "right")]
    opened(page, app, *sets)
    assert "(mirrored)" not in page.locator(".compare figcaption", has_text="weaker side (left)").inner_text()
    assert "(mirrored)" in page.locator(".compare figcaption", has_text="stronger side (right)").inner_text()
    turned = page.evaluate("() => __compare.sides.map((side) => side.canvas.style.transform)")
    assert turned == ["", "scaleX(-1)"]
