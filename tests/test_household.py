"""The person who practises on this computer: set up by answers or by a therapist's plan file."""

import base64
import sqlite3
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from test_plan_page import wav

from posecheck.app import server
from posecheck.app.helper_page import plan_told
from posecheck.app.household import MESSAGE_S, Household
from posecheck.app.room import Room
from posecheck.app.therapist.spoken import as_opus
from posecheck.coach.paced import alarm
from posecheck.coach.set_up import QUESTIONS
from posecheck.coach.stage import NoKeeper, Stage
from posecheck.errors import ProgrammeError
from posecheck.programme import parse_plan
from posecheck.store import open_store
from posecheck.store.passcode import Passcode

START_S = 1_764_000_000.0
SIGNED = (
    'id = "maria"\nname = "Plan for spring"\nmessage = "Slowly is fine."\n[therapist]\nname = "A. Keller"\n'
)
KNOWN = (
    'emergency_number = "112"\n'
    + SIGNED
    + """
[person]
weaker_side = "left"
harder_to_see = "left"
new_stroke = false
sling = false
wheelchair = false
moves = "some"
ticked = []
task = "cup"
"""
)


@pytest.fixture
def house(tmp_path):
    return Household(
        lambda: open_store(folder=tmp_path / "data"), clock=lambda: datetime(2026, 3, 2, 12, tzinfo=UTC)
    )


def test_a_plan_that_tells_of_the_person_is_the_whole_set_up(house):
    house.take_plan(KNOWN)
    assert house.known()
    assert house.person.weaker_side == "left"
    assert house.person.therapist_yes is True
    assert house.person.tires_fast is None  # not said: not sure
    assert house.plan().name == "Plan for spring"
    told, facts = house.plan_today("full")
    assert (told.kind, facts.emergency, facts.message) == ("full", "112", "Slowly is fine.")
    assert [block.exercise for block in told.blocks if block.kind == "stronger"] == ["elbow_flexion"]


def test_a_session_that_was_left_before_anything_of_it_is_no_practice(house):
    house.take_plan(KNOWN)
    for sets in (0, 1):
        told, facts = house.plan_today("full")
        keeper = house.begin("full", told, facts)
        if sets:
            one = keeper.begin_set(position=0, exercise="elbow_flexion", side="left", role="weaker", mode="active",
                                   level="2", planned_reps=6, origin_s=START_S)  # fmt: skip
            one.attempts(5, moved=2, state="done")
        house.end({"state": "left", "results": [{"position": 0, "reps": 2}] if sets else []})
    [one] = house.history()
    assert [each.reps for each in one.sets] == [5]  # of the weaker side every try counts
    assert house.progress()["balance"]["weaker"] == 5


@pytest.mark.parametrize(
    ("changed", "known_side", "told"),
    [
        ("", None, "Weaker side: left."),
        ("", "right", "**It is for a weaker left side; set-up says right.**"),
        ("", None, "Movements: Bend your elbow"),
        ("", None, "Message: “Slowly is fine.”"),
        ("", None, "Ambulance: 112."),
        ("", None, "recent stroke: no, sling: no"),
        ("", None, "Speaks against some movements: nothing."),
        ("", None, "The first session begins them."),
        ("starts = 2026-02-16\n", None, "They began on 16 February 2026: this is week 3."),
        ("starts = 2025-02-16\n", None, "and are over: what comes after them is practised."),
        ("starts = 2026-03-16\n", None, "They begin on 16 March 2026."),
    ],
)
def test_a_helper_sees_what_a_plan_holds_before_it_is_used(changed, known_side, told):
    lines = list(plan_told(parse_plan(changed + KNOWN), known_side, date(2026, 3, 2)))
    assert any(told in line for line in lines), lines


def test_what_the_plan_does_not_say_of_contraindications_is_not_sure(house):
    house.take_plan(KNOWN.replace("ticked = []\n", ""))
    assert house.person.ticked == house.tags()


def test_a_later_plan_changes_what_it_tells_and_nothing_else(house):
    house.take_plan(KNOWN)
    code = house.code
    house.take_plan(SIGNED + '[person]\nmoves = "well"\n')
    assert house.code == code
    assert (house.person.moves, house.person.weaker_side) == ("well", "left")
    assert house.plan_today("full")[1].emergency == "112"


def test_a_plan_that_does_not_say_who_practises_needs_the_questions_first(house):
    with pytest.raises(ProgrammeError, match="says nothing about the person"):
        house.take_plan(SIGNED, where="maria.toml")
    assert house.code is None
    assert house.store.people() == ()


@pytest.mark.parametrize(
    ("typed", "number", "said"), [("144", "144", "Call 144 now."), ("not_sure", "", "Call for help now.")]
)
def test_the_number_that_was_typed_at_set_up_is_the_one_to_call(house, typed, number, said):
    answers = dict.fromkeys((*QUESTIONS, *house.tags()), "not_sure")
    house.set_up({**answers, "emergency_number": typed})
    emergency = house.plan_today("full")[1].emergency
    assert emergency == number
    stage = Stage("left", NoKeeper())
    step = alarm(stage, "chest_pain", emergency)
    step.begin(stage)
    assert step.screen(stage).title == said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('id = "x"\nname = "X"\n[person]\nmoves = "some"\n', "add \\[therapist\\]"),
        (f'weaker_side = "right"\n{SIGNED}[person]\nweaker_side = "left"\n', "keep one"),
    ],
)
def test_a_plan_that_says_two_things_is_refused(house, text, told):
    with pytest.raises(ProgrammeError, match=told):
        house.take_plan(text)


def spoken_plan(seconds=3.0):
    """The same plan with its message in the therapist's own voice."""
    return SIGNED.replace("[therapist]", f'message_audio = "{as_opus(wav(seconds))}"\n[therapist]')


def started(house):
    """Begin a session, and leave it; what it tells at the start."""
    told, facts = house.plan_today("full")
    house.begin(told.kind, told, facts)
    house.end({"state": "left", "results": []})
    return facts


def test_a_spoken_message_comes_once_with_its_sound_and_stays_as_long_as_it_sounds(house, monkeypatch):
    monkeypatch.setattr(server, "_room", lambda: SimpleNamespace(house=house))
    house.take_plan(KNOWN)
    house.take_plan(spoken_plan())
    facts = started(house)
    assert facts.message == "Slowly is fine."
    assert facts.message_s == pytest.approx(MESSAGE_S + 3.0, abs=0.1)
    url = server.voice_url(facts.message)
    app = Starlette(routes=[Route("/live/message/{name}", server._message)])
    answer = TestClient(app).get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/webm")
    assert answer.content == house.plan().spoken[1]
    assert TestClient(app).get("/live/message/guess").status_code == 404
    assert started(house).message == ""
    house.take_plan(spoken_plan(2.0))  # the same words, spoken anew
    again = started(house)
    assert (again.message, server.voice_url(again.message) == url) == ("Slowly is fine.", False)
    assert started(house).message == ""


def test_a_recording_that_cannot_be_heard_leaves_the_words(house):
    house.take_plan(KNOWN)
    empty = base64.b64encode(b"OggS" + bytes(100)).decode()
    house.take_plan(SIGNED.replace("[therapist]", f'message_audio = "{empty}"\n[therapist]'))
    facts = started(house)
    assert (facts.message, facts.message_s, house.spoken) == ("Slowly is fine.", MESSAGE_S, {})
    assert started(house).message == ""


def test_after_a_power_cut_the_message_still_has_its_sound(house, tmp_path):
    house.take_plan(KNOWN)
    house.take_plan(spoken_plan())
    told, facts = house.plan_today("full")
    house.begin(told.kind, told, facts)
    again = Household(
        lambda: open_store(folder=tmp_path / "data"), clock=lambda: datetime(2026, 3, 2, 13, tzinfo=UTC)
    )
    _, restored, _, _ = again.unfinished()
    assert (restored.message, restored.message_s) == (facts.message, facts.message_s)
    assert again.spoken["Slowly is fine."].sound == house.spoken["Slowly is fine."].sound


def test_emptying_a_home_leaves_what_a_therapist_keeps_here(house):
    house.take_plan(KNOWN)
    code, store = house.code, house.store
    assert not house.shared
    store.save_person("P-012", {})
    store.save_setting("voice_folder", "/somewhere")
    Passcode(store.folder).set("amber river")
    house.empty()
    assert (house.code, house.known()) == (None, False)
    assert [one.code for one in store.people()] == ["P-012"]
    assert house.store.setting("voice_folder") is None
    assert Passcode(store.folder).opens("amber river")
    assert code not in [path.name for path in store.folder.rglob("*")]


def test_emptying_a_home_of_its_own_leaves_nothing(house):
    house.take_plan(KNOWN)
    house.empty()
    assert house.store.people() == ()
    assert house.store.settings() == {}


def test_a_locked_database_holds_up_nothing_and_loses_nothing(tmp_path):
    house = Household(lambda: open_store(folder=tmp_path / "data", wait_s=0.1))
    house.take_plan(KNOWN)
    room = Room(house)
    said = lambda kind, **more: room.message({"type": kind, "t_s": START_S, **more})  # noqa: E731
    said("hello")
    said("answer", choice="start")
    assert said("answer", choice="yes")["trouble"] == ""
    other = sqlite3.connect(house.store.database.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    told = said("answer", choice="go_on")
    assert told["trouble"] == "Not saved yet. Ask a helper."
    assert told["screen"]["kind"] != "home"  # practice goes on
    assert "posecheck.db" in house.trouble or "database" in house.trouble
    other.execute("ROLLBACK")
    assert room.message({"type": "tick", "t_s": START_S + 5})["trouble"] == ""
    answers = [tuple(event.detail.values()) for event in house.store.events(house.code, kind="answer")]
    room.close()
    assert ("message", "done") in answers
