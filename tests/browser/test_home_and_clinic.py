"""Scene 10: a plan goes home, what was practised comes back as one file, and the next plan goes home, in real browsers.

Home and clinic are two computers: two servers with data of their own, which share nothing but files.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from app_server import App, Survivor
from camera import Camera
from conftest import ARGUMENTS
from sqlalchemy import update
from synthetic import clock, movement, person
from test_plan_page import CODE, MARIA, SIX_WORDS, START, WEEKS, practise
from therapist import barriers, choose, downloaded, dropped, new_page, pressed, reps, reviewing, settled, to

from posecheck.analysis import analyse
from posecheck.app.household import Household
from posecheck.records import Settings
from posecheck.store.schema import Plan

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SEVEN_WEEKS = timedelta(days=50)


@pytest.fixture
def home(tmp_path):
    """Maria's computer, set up by its questions."""
    (tmp_path / "home").mkdir()
    app = App(tmp_path / "home" / "data").start()
    with app.store() as store:
        first = {"first_day": str(date.today() - SEVEN_WEEKS)}
        store.save_person(CODE, {"person": {**MARIA, **first}, "emergency": "112", "answers": {}})
        store.save_setting("person", CODE)
    yield app
    app.stop()


@pytest.fixture
def clinic(tmp_path):
    """The therapist's computer, which knows Maria by the same code and nothing more."""
    (tmp_path / "clinic").mkdir()
    app = App(tmp_path / "clinic" / "data").start()
    with app.store() as store:
        store.save_person(CODE, {"person": MARIA})
    yield app
    app.stop()


@pytest.fixture
def maria(chromium, home, scenes_url):
    context = chromium.new_context(viewport={"width": 1366, "height": 1100}, permissions=["camera"])
    survivor = Survivor(Camera(context.new_page(), scenes_url), home)
    yield survivor
    assert (survivor.errors, survivor.outside) == ([], [])
    context.close()


@pytest.fixture
def therapist(launch, clinic):
    page = new_page(launch(*ARGUMENTS, *MICROPHONE), permissions=["microphone"])
    yield page
    assert (page.errors, page.outside) == ([], [])
    page.context.close()


# ── at home ───────────────────────────────────────────────────────────────────────────────────────────────────


def helper(maria):
    to(maria.page, f"{maria.app.url}helper", "For a helper")
    return maria.page


def load(maria, plan_file, name):
    page = helper(maria)
    page.locator("input[type=file]").set_input_files(str(plan_file))
    page.get_by_role("button", name=f"Use “{name}” from the next start").click()
    page.get_by_text(f"“{name}” is in use.").wait_for()


def shared(maria):
    """The file that a helper writes for the therapist."""
    page = helper(maria)
    page.get_by_role("button", name="Write the file").click()
    path = page.get_by_text("Written:")
    path.wait_for()
    return path.inner_text().removeprefix("Written:").strip()


def an_evening(store):
    """Scene 10's session before the camera: stronger curls, the same imagined, both arms together, the weaker one later
    and 60 % as far; the number of its first set."""
    session = store.begin_session(CODE, kind="full", week=7)
    t_s = clock(34.0)
    bend = movement(t_s, [3.0, 13.0, 23.0], rest=10.0, top=100.0, lift_s=3.0, hold_s=1.0, lower_s=3.0)
    curls = person(t_s, view="right", elbow=(bend * 0 + 10.0, bend), noise_px=0.5)
    one = store.begin_set(
        session, position=0, exercise="elbow_flexion", side="right", role="stronger", level=2
    )
    store.keep_set(one, analyse(curls, "elbow_flexion", settings=Settings(affected="left", level=2)), curls)
    rest = store.begin_set(
        session, position=1, exercise="elbow_flexion", side="left", role="weaker", mode="imagery"
    )
    store.keep_attempts(rest, 3)
    right, left = (
        movement(
            t_s,
            [3.0 + late, 13.0 + late, 23.0 + late],
            rest=8.0,
            top=8.0 + top,
            lift_s=3.0,
            hold_s=1.0,
            lower_s=3.0,
        )
        for late, top in ((0.0, 75.0), (0.4, 45.0))
    )
    raises = person(t_s, view="front", shoulder=(left, right), noise_px=0.3)
    both = store.begin_set(
        session, position=2, exercise="mirror_arm_raise", side="both", role="both", level=2
    )
    store.keep_set(
        both, analyse(raises, "mirror_arm_raise", settings=Settings(affected="left", level=2)), raises
    )
    store.end_session(session)
    return one


def seven_weeks_ago(app):
    """The first plan came into use seven weeks ago, instead of a moment ago."""
    with app.store() as store, store.database.writing() as session:
        session.execute(
            update(Plan).values(active_from_utc=datetime.now(UTC) - SEVEN_WEEKS - timedelta(days=1))
        )


# ── in the clinic ─────────────────────────────────────────────────────────────────────────────────────────────


def people(page, clinic):
    to(page, f"{clinic.url}therapist", "Practice file from home")


def plan_page(page, clinic):
    to(page, f"{clinic.url}plan?person={CODE}", f"Plan for {CODE}")


def typed(page, label, value):
    """Fill in the first such field that is to be seen."""
    field = page.get_by_label(label, exact=True).and_(page.locator("input:visible")).first
    field.fill(value)
    field.press("Enter")
    settled(page)


def signed_and_saved(page, path):
    """Save, and take the file for home along."""
    page.get_by_role("button", name="Save as the plan of").click()
    page.get_by_text("Saved.").wait_for()
    return downloaded(page, page.get_by_role("button", name="Plan file for home"), path)


def taken_in(page, clinic, path):
    """Drop a practice file on the page; what it brought."""
    people(page, clinic)
    dropped(page, page.get_by_text("Choose the file, or drop it here"), path)
    told = page.get_by_text("known already.")
    whose = page.get_by_role("combobox", name="Whose practice is it?")
    told.or_(whose).first.wait_for(timeout=60_000)
    if whose.count():
        choose(page, "Whose practice is it?", CODE)
        page.get_by_role("button", name="Take it in").click()
        told.wait_for()
    return told.inner_text()


def test_scene_10_home_to_clinic_and_back(maria, therapist, home, clinic, tmp_path):
    # The first plan goes home, and carries the therapist's key.
    people(therapist, clinic)
    therapist.get_by_text("Your key for practice files").click()
    settled(therapist)
    therapist.get_by_role("button", name="Make my key").click()
    therapist.locator("code", has_text="age1").wait_for()
    plan_page(therapist, clinic)
    typed(therapist, "Your name", "A. Keller")
    typed(therapist, "Said once, at the next start at home", "Welcome, Maria.")
    first = signed_and_saved(therapist, tmp_path / "first.toml")
    load(maria, first, f"Plan for {CODE}")

    # Seven weeks of practice, and an evening before the camera.
    seven_weeks_ago(home)
    seven_weeks_ago(clinic)
    begun = (date.today() - START.date() - SEVEN_WEEKS).days
    practise(home.folder, [begun + day for day in WEEKS])
    with home.store() as store:
        curls = an_evening(store)
        at_home = store.reps(curls)
        sessions = len(store.sessions(CODE))

    # One file goes to the clinic: it is dropped on the page, opens by itself, and brings nothing twice.
    path = shared(maria)
    assert f"{sessions} sessions" in taken_in(therapist, clinic, path)
    assert taken_in(therapist, clinic, path).endswith(f"0 sessions, 0 sets new; {sessions} known already.")
    with clinic.store() as store:
        assert [one.code for one in store.people()] == [CODE]
        newest = store.sessions(CODE)[-1]
        there = store.sets(newest.id)
        assert store.reps(there[0].id) == at_home

    # No video: the stick figure replays, and a boundary is corrected.
    therapist.goto(f"{clinic.url}review?set={there[0].id}")
    reviewing(therapist)
    assert [rep["lift_s"] for rep in reps(therapist)] == [row["lift_s"] for row in at_home]
    assert therapist.evaluate("() => __review.sheet.film") is False
    before = reps(therapist)[0]
    begins = therapist.get_by_label("From, seconds")
    begins.fill(f"{before['from_s'] - 0.5:.2f}")
    begins.press("Enter")
    therapist.wait_for_function("() => __review.sheet.edits.length === 1")
    assert reps(therapist)[0]["automatic"]["start_s"] == before["start_s"]
    pressed(therapist, "j", "a")

    # The next plan: a target lowered, six words spoken, one progression approved.
    plan_page(therapist, clinic)
    therapist.get_by_text("1. Bend your elbow").click()
    typed(therapist, "Range at most, °", "60")
    typed(therapist, "Said once, at the next start at home", SIX_WORDS)
    therapist.get_by_role("button", name="Record", exact=True).click()
    therapist.wait_for_timeout(1500)
    with therapist.expect_response(lambda answer: "upload_file" in answer.url):
        therapist.get_by_role("button", name="Stop recording").click()
    settled(therapist)
    proposal = therapist.get_by_text("Straighten your knee: a larger range, level 2 (65°) → level 3 (80°)")
    waiting = therapist.locator("[data-testid=stVerticalBlock]").filter(has=proposal)
    waiting.last.get_by_role("button", name="Approve").click()
    therapist.get_by_text("In the draft. It counts once the plan is saved").first.wait_for()
    assert barriers(therapist) == []
    second = signed_and_saved(therapist, tmp_path / "second.toml")

    # At home nothing has changed until it is loaded; then it plays the words and uses the new targets.
    house = Household(home.store)
    assert house.plan().message == "Welcome, Maria."
    load(maria, second, f"Plan for {CODE}")
    plan = house.plan()
    house.store.close()
    assert plan.practice("elbow_flexion").target["2"].range == 60.0
    assert [one.level for one in plan.exercise if one.id == "knee_extension"] == ["3"]
    maria.open()
    with maria.page.expect_response(lambda answer: "/live/message/" in answer.url) as told:
        maria.touch("start")
    assert told.value.headers["content-type"] == "audio/webm"
    assert SIX_WORDS in maria.said

    # The next file brings what is new, and the correction stays.
    again = shared(maria)
    assert again != path
    assert f"{sessions} known already." in taken_in(therapist, clinic, again)
    with clinic.store() as store:
        assert [edit.kind for edit in store.load_set(there[0].id).edits] == ["move", "assist"]

    # Deleting at home leaves no pose, prompt or file.
    page = helper(maria)
    page.get_by_text("Delete all of it. I am sure.").click()
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_text("Nothing is left.").wait_for()
    with home.store() as store:
        assert (store.people(), store.settings()) == ((), {})
    assert {path.name.split("-")[0] for path in home.folder.rglob("*") if path.is_file()} <= {"posecheck.db"}
