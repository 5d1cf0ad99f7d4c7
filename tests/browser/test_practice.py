"""A survivor's practice in a real browser, from set-up to what is stored, with rendered people before the camera."""

import pytest

from posecheck.analysis import analyse
from posecheck.words import words

ANSWERS = {"weaker_side": "left", "harder_to_see": "left_half", "therapist_yes": "yes", "new_stroke": "no",
           "moves": "some", "task": "towel", "days": "mon_wed_fri", "time_of_day": "morning",
           "emergency_number": "112"}  # fmt: skip


def set_up(survivor, until="home"):
    """Answer the questions of the set-up as a helper does, by touch; how many screens that were."""
    titles = {words()["setup"][key]: answer for key, answer in ANSWERS.items()}
    seen = 0
    while (screen := survivor.screen)["kind"] != "home" and screen["title"] != until:
        there = [choice["id"] for choice in screen["choices"]]
        wanted = (titles.get(screen["title"]), "no", "yes", "start", "go_on")
        survivor.touch(next(choice for choice in wanted if choice in there))
        after(survivor, screen)
        seen += 1
    return seen


def after(survivor, screen):
    """Wait for another screen than this one."""
    survivor.page.wait_for_function(
        "([title, at]) => { const now = __posecheck.screens.at(-1);"
        " return now.title !== title || (now.data.at ?? null) !== at; }",
        arg=[screen["title"], screen["data"].get("at")],
    )


def begin(survivor):
    """From *Start* to the first set; the way there is not waited for where a touch is allowed."""
    survivor.touch("start")
    survivor.until(kind="camera")
    survivor.act("sit", wait=False)
    survivor.until(title="Same as usual today?")
    survivor.act("raise_right", wait=False)
    survivor.until(title="Warm up slowly.")
    survivor.touch("go_on")
    survivor.until(kind="set")


def complete(store, one):
    return [row for row in store.reps(one.id) if row["complete"] and row["side"] == one.side]


def curls(survivor, count):
    """Bend the arm until so many are counted; on a busy machine one may be missed."""
    for _ in range(count + 3):
        if survivor.screen["count"] >= count:
            break
        survivor.act("curl_right_slow")
    assert survivor.screen["count"] == count


@pytest.mark.real_time
def test_a_first_evening_with_every_interruption_is_kept_whole(survivor, app):
    survivor.open()
    assert set_up(survivor) < 40
    begin(survivor)
    curls(survivor, 1)
    survivor.open()  # the page is loaded again
    survivor.until(title="Go on where you stopped?")
    survivor.touch("go_on")
    survivor.until(kind="set")
    assert survivor.screen["count"] == 1
    survivor.camera.unplug()
    survivor.until(title="Plug the camera in again.")
    survivor.camera.plug()  # nobody has to touch anything
    survivor.until(kind="set")
    app.kill()
    app.start()
    survivor.open()
    survivor.touch("start")
    survivor.until(title="Go on where you stopped?")
    survivor.touch("go_on")
    survivor.until(kind="set")
    assert survivor.screen["count"] == 1
    curls(survivor, 3)
    assert "3" in survivor.said
    survivor.page.keyboard.press("Space")
    survivor.touch("tired")
    survivor.until(kind="rest")
    with app.store() as store:
        [code] = [person.code for person in store.people()]
        [session] = store.sessions(code)
        [first] = store.sets(session.id)
        assert (first.exercise, first.side, first.state) == ("elbow_flexion", "right", "stopped")
        assert len(complete(store, first)) == 3
        trial = store.load_set(first.id)
        again = analyse(trial.track, trial.exercise_path, settings=trial.settings)
        assert repr(again.rows) == repr(store.reps(first.id))
    assert survivor.outside == []
    assert survivor.errors == []


@pytest.mark.real_time
def test_a_camera_that_gives_little_gets_one_cure_each_and_then_practice_goes_on(survivor, app):
    survivor.open()
    set_up(survivor)
    survivor.touch("start")
    survivor.act(loop="head_out", now=True)
    survivor.until(cue="Move back one step.")  # too close: the head is out of the picture
    survivor.camera.black()
    survivor.until(cue="Turn on a light.")
    survivor.camera.black(False)
    survivor.act(loop="sit", now=True)
    survivor.until(title="Same as usual today?")
    survivor.camera.rate(5)
    survivor.touch("yes")
    survivor.until(cue="Close other programs.", within_s=20)
    survivor.page.locator("button[data-choice=without]").wait_for(timeout=25_000)
    survivor.camera.rate()
    survivor.until(title="Raise your stronger hand.")
    survivor.act("raise_right", wait=False)
    survivor.until(title="Warm up slowly.")
    survivor.touch("go_on")
    survivor.until(kind="set")
    curls(survivor, 2)
    with app.store() as store:
        [code] = [person.code for person in store.people()]
        assert [event.kind for event in store.events(code) if event.kind == "without_camera"] == []
    assert survivor.errors == []


def test_a_home_is_set_up_by_touch_with_any_number_and_one_answer_changed_at_the_end(survivor, app):
    survivor.open()
    set_up(survivor, until="Which number calls an ambulance?")
    survivor.touch("other_number")
    survivor.page.locator("button[data-choice='7']").wait_for()
    for key in "144":
        survivor.page.keyboard.press(key)
    survivor.page.get_by_text("144", exact=True).wait_for()
    keypad = survivor.screen
    survivor.touch("go_on")
    after(survivor, keypad)
    set_up(survivor, until="Is this right?")
    survivor.page.get_by_role("button", name="Weaker side Left").click()
    survivor.touch("right")
    survivor.page.get_by_role("button", name="Weaker side Right").wait_for()
    set_up(survivor)
    assert not any(screen["camera"] for screen in survivor.screens)
    with app.store() as store:
        [person] = store.people()
        assert person.profile["emergency"] == "144"
        assert person.profile["person"]["weaker_side"] == "right"
    assert survivor.errors == []
    assert survivor.outside == []


def test_a_second_window_takes_over_and_can_be_taken_back(survivor, app, camera):
    survivor.open()
    second = camera.page.context.new_page()
    second.goto(app.url)
    second.wait_for_function("() => globalThis.__posecheck?.screens.length")
    survivor.page.get_by_role("heading", name="Practice goes on elsewhere.").wait_for()
    survivor.touch("use_this")
    second.get_by_role("heading", name="Practice goes on elsewhere.").wait_for()


@pytest.mark.parametrize(
    ("trouble", "title"),
    [
        ("refuse", "Allow the camera, please."),
        ("busy", "Close other camera programs."),
        ("unplug", "Plug in a camera."),
    ],
)
def test_without_a_camera_there_is_a_sentence_and_a_way_on(survivor, trouble, title):
    survivor.open()
    set_up(survivor)
    getattr(survivor.camera, trouble)()
    survivor.touch("start")
    survivor.until(title=title)
    survivor.touch("without")
    survivor.until(title="Same as usual today?")
    survivor.touch("yes")
    survivor.until(title="Warm up slowly.")
    assert survivor.errors == []
