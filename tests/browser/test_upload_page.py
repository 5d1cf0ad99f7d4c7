"""A therapist brings videos in a real browser: usable ones, and everything that a folder of downloads holds."""

import re
import time
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from app_server import App
from playwright.sync_api import TimeoutError, expect
from therapist import (
    MIRRORED,
    barriers,
    bring,
    choose,
    keep,
    left_behind,
    new_page,
    part_of,
    question,
    reviewing,
    settled,
    to_review,
    to_upload,
)
from video_factory import cut, numbered, write_sound, write_video

from posecheck.sources import open_source

ROOT = Path(__file__).parents[2]
PORTRAIT = ROOT / "tests" / "phone" / "portrait.mp4"
TWO_PEOPLE = ROOT / "sample_videos" / "two_people_front.mp4"
EMPTY_CHAIR = ROOT / "tests" / "scenes" / "empty.mp4"
SLOW_LINE = 150_000  # bytes a second: so that there is a middle


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """One server for all of them: what one brings is closed before the next."""
    app = App(tmp_path_factory.mktemp("clinic") / "data").start()
    with app.store() as store:
        store.save_person("P-012", {"person": {"weaker_side": "left"}})
    yield app
    app.stop()


@pytest.fixture
def page(chromium, app):
    """The upload page; in the end everything is closed, and nothing of it is on the disk."""
    page = new_page(chromium)
    to_upload(page, app)
    yield page
    to_upload(page, app)
    closing = page.get_by_role("button", name=re.compile("^(Close|Cancel)$"))
    until = time.monotonic() + 30
    while any((app.folder / "uploads").iterdir()) and time.monotonic() < until:
        if closing.count():
            with suppress(TimeoutError):
                closing.first.click(timeout=2000)
        page.wait_for_timeout(200)
    assert left_behind(app) == []
    assert page.errors == []
    assert page.outside == []
    page.context.close()


def line(page, bytes_a_second):
    """How quickly the browser sends."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    speed = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    session.send("Network.emulateNetworkConditions", speed)


def test_every_step_is_without_barriers(page, app, tmp_path):
    assert barriers(page) == []
    line(page, SLOW_LINE)
    bring(page, TWO_PEOPLE)
    page.get_by_role("progressbar", name="two_people_front.mp4").wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Cancel two_people_front.mp4").click()
    page.get_by_text("two_people_front.mp4: cancelled.").wait_for()
    line(page, -1)
    bring(page, cut(TWO_PEOPLE, tmp_path / "two.mp4", 1.5))
    page.get_by_text("Click the person to follow.").wait_for(timeout=30_000)
    assert barriers(page) == []
    page.locator(".still img").click(position={"x": 285, "y": 190})  # who sits in the middle
    page.get_by_text("Click the weaker arm or leg.").wait_for()
    page.get_by_text("No repetition stood out in it").wait_for(timeout=30_000)
    assert to_review(page).is_disabled()  # nothing moved in it, so no exercise is taken for granted
    assert barriers(page) == []
    page.get_by_role("button", name="Close", exact=True).click()
    bring(page, PORTRAIT)
    page.get_by_text("Being watched").wait_for(timeout=30_000)
    assert barriers(page) == []
    choose(page, "Person", "P-012")
    page.get_by_text("Answer whether the picture is mirrored").wait_for(timeout=60_000)
    page.get_by_text("Exercise (suggested from the movement)").wait_for()
    assert barriers(page) == []
    to_review(page).click()
    reviewing(page)
    page.get_by_role("button", name="Keep", exact=True).wait_for()
    assert barriers(page) == []
    keep(page)
    assert barriers(page) == []


# ── what cannot be used ───────────────────────────────────────────────────────────────────────────────────────


def useless(folder):
    """What therapists' folders hold besides videos of people: (file, what is said of it)."""
    whole = PORTRAIT.read_bytes()
    for name, content, says in (
        ("notes.txt", b"Slow and calm.", "a video was expected"),
        ("photo.mp4", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, "is not a video that can be read here"),
        ("letter.mov", b"Dear colleague, thank you for sending us Maria.", "is a text file"),
        ("cut.mp4", whole[:3000], "is cut short"),
        ("nothing.mkv", b"", "is empty"),
    ):
        (folder / name).write_bytes(content)
        yield folder / name, says
    yield (
        write_video(folder / "ten_hours.mp4", numbered(21), times_s=np.arange(21) * 1800.0),
        "lasts 10.0 hours",
    )
    yield write_video(folder / "eight_k.mp4", [np.zeros((4320, 7680, 3), np.uint8)] * 2,
                      options={"preset": "ultrafast"}), "7680 by 4320 pixels"  # fmt: skip
    yield write_sound(folder / "sound.m4v"), "holds sound but no pictures"
    yield write_video(folder / "blink.mp4", numbered(6, 320, 240)), "shorter than half a second"
    yield cut(EMPTY_CHAIR, folder / "empty_chair.mp4", 1.0), "nobody was seen in it"


def test_what_cannot_be_used_gets_one_sentence_and_leaves_no_file(page, app, tmp_path):
    brought = list(useless(tmp_path))
    bring(page, *(path for path, _ in brought))
    for path, says in brought:
        told = page.get_by_text(says)
        told.wait_for(timeout=60_000)
        assert path.name in (sentence := told.inner_text())
        assert sentence.count("\n") == 0
        assert sentence.endswith(".")
    assert page.get_by_text("Being watched").count() == 0
    assert left_behind(app) == []
    said = page.locator("[data-testid=stMain]").inner_text()
    assert str(tmp_path) not in said
    assert str(app.folder) not in said
    assert "Traceback" not in said
    assert barriers(page) == []


def test_several_are_dropped_beside_the_box_one_is_cancelled_and_a_name_chooses_no_place(page, app, tmp_path):
    short = cut(PORTRAIT, tmp_path / "short.mp4", 1.0).read_bytes()
    line(page, SLOW_LINE)
    page.evaluate(
        """([short, long]) => {
            const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)), given = new DataTransfer();
            given.items.add(new File([bytes(long)], "long.mp4"));
            given.items.add(new File([bytes(short)], "../../../first of two.mp4"));
            given.items.add(new File([bytes(short)], "C:\\\\Users\\\\Maria\\\\second.MP4"));
            document.querySelector("h1").dispatchEvent(
                new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
        }""",
        [b64encode(content).decode() for content in (short, TWO_PEOPLE.read_bytes())],
    )
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('progress') ?? null)"
        ".concat([...document.querySelectorAll('progress')]).some((bar) => bar?.value > 0)"
    )
    [half] = [path for path in (app.folder / "uploads").rglob("*") if path.is_file()]
    assert half.name == "video.mp4"
    page.get_by_role("button", name="Cancel long.mp4").click()
    page.get_by_text("long.mp4: cancelled.").wait_for()
    line(page, -1)
    for name in ("first of two.mp4", "second.MP4"):
        page.get_by_role("heading", name=name, exact=True).wait_for(timeout=30_000)
    page.get_by_text("Waits for its turn").or_(page.get_by_text("Being watched")).first.wait_for()
    page.get_by_role(
        "button", name="Cancel", exact=True
    ).last.click()  # in the middle of being watched, or before
    page.get_by_role("heading", name="second.MP4", exact=True).wait_for(state="detached")
    to_review(page)
    assert not half.exists()
    outside = [
        path for path in app.folder.parent.rglob("*.mp4") if not path.is_relative_to(app.folder / "uploads")
    ]
    assert outside == []


def test_a_window_shows_what_another_one_brings_and_closes(page, app, tmp_path):
    second = page.context.new_page()
    to_upload(second, app)
    settled(second)
    bring(page, cut(PORTRAIT, tmp_path / "brought.mp4", 1.0))
    to_review(second)  # nobody told this window
    part_of(page, "brought.mp4").get_by_role("button", name="Close", exact=True).click()
    part_of(second, "brought.mp4").wait_for(state="detached")
    second.close()


def test_a_second_window_and_a_reload_in_the_middle_change_no_answer(page, app, tmp_path):
    bring(page, cut(PORTRAIT, tmp_path / "selfie.mp4", 1.5))
    question(page, MIRRORED).wait_for(timeout=30_000)
    choose(page, MIRRORED, "Yes")
    settled(page)  # the answer is there, and not lost with the page
    to_upload(page, app)  # loaded again while it is being watched
    to_review(page)
    second = page.context.new_page()
    to_upload(second, app)
    to_review(second)
    for window in (page, second):
        assert question(window, MIRRORED).input_value() == "Yes"
        assert window.get_by_text("Being watched").count() == 0
    choose(second, "Exercise", "Lift your arm to the side")
    choose(page, "Weaker side", "left")
    to_review(page).click()
    reviewing(page)
    second.get_by_role("button", name="Close", exact=True).click()
    second.get_by_role("heading", name="selfie.mp4").wait_for(state="detached")
    page.reload()
    page.get_by_text("This recording is not open any more.").wait_for()
    second.close()


def test_one_is_answered_and_reviewed_while_another_is_still_being_watched(page, app, tmp_path):
    bring(page, cut(PORTRAIT, tmp_path / "first.mp4", 0.7), cut(PORTRAIT, tmp_path / "second.mp4", 12))
    first = part_of(page, "first.mp4")
    first.get_by_role("button", name="Review", exact=True).wait_for(timeout=30_000)
    for side in ("left", "right"):
        choose(first, "Weaker side", side)
        expect(question(first, "Weaker side")).to_have_value(side)
    choose(first, "Exercise", "Lift your arm to the side")
    assert part_of(page, "second.mp4").get_by_text("Being watched").count() == 1
    to_review(first).click()
    reviewing(page)
    to_upload(page, app)
    assert question(part_of(page, "first.mp4"), "Weaker side").input_value() == "right"


def test_a_film_in_hdr_and_one_that_ends_early_are_used_and_say_so(page, app, tmp_path):
    with open_source(PORTRAIT) as source:
        pictures = [rgb for t_s, rgb in source if t_s < 1.0]
    hdr = write_video(tmp_path / "hdr.mov", pictures, codec="libx265", pix_fmt="yuv420p10le", rate=20, matrix="bt2020",
                      transfer="pq", options={"x265-params": "log-level=error"})  # fmt: skip
    front = write_video(
        tmp_path / "front.mp4", pictures * 2, rate=20, container_options={"movflags": "+faststart"}
    )
    part = tmp_path / "part.mp4"
    part.write_bytes(front.read_bytes()[: int(front.stat().st_size * 0.6)])
    bring(page, hdr, part)
    page.get_by_text("The colours are HDR and look a little pale here").wait_for(timeout=60_000)
    page.get_by_text("The file ends early: its pictures stop at").wait_for(timeout=60_000)
    expect(page.get_by_role("button", name="Review", exact=True)).to_have_count(2, timeout=30_000)
