"""The therapist's plan page on a real store, without a browser: what is typed, what is refused kindly, what is kept."""

import base64
import io
import math
import re
import wave
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from synthetic import movement, person

from posecheck.analysis import analyse
from posecheck.app.therapist.check_sets import check_sets
from posecheck.app.therapist.spoken import LONGEST_S, as_opus
from posecheck.clinic.arriving import therapist_key
from posecheck.clinic.history import done_sessions
from posecheck.errors import SourceError
from posecheck.exercise import load_exercise
from posecheck.programme import Person, agenda, load_plan, parse_plan
from posecheck.records import Settings
from posecheck.store import open_store
from posecheck.store.sharing import new_identity

CODE = "amber-river-42"
START = datetime(2026, 3, 2, 18, tzinfo=UTC)
MARIA = {"weaker_side": "left", "therapist_yes": True, "new_stroke": False, "sling": False, "wheelchair": False,
         "moves": "some", "ticked": ["hip_replacement"]}  # fmt: skip
SIX_WORDS = "Slow and calm, Maria. Well done."


def page(folder, code):
    import streamlit as st

    from posecheck.app.therapist.measures_form import measures_form
    from posecheck.app.therapist.plan_page import plan_page
    from posecheck.store import open_store

    if st.session_state.get("elsewhere"):
        return
    with open_store(folder=folder) as store:
        plan_page(store, code)
        measures_form(store, code)


def at_a_desk(folder, code, drafts):
    from posecheck.app.therapist.plan_page import plan_page
    from posecheck.store import open_store

    with open_store(folder=folder) as store:
        plan_page(store, code, drafts)


@pytest.fixture
def folder(tmp_path):
    """A store with Maria in it, who has not practised yet."""
    with open_store(folder=tmp_path / "data") as store:
        store.save_person(CODE, {"person": MARIA, "emergency": "112"})
    return tmp_path / "data"


def practise(folder, days):
    """Full sessions that were asked for on these days and done."""
    maria = Person.model_validate(MARIA)
    with open_store(folder=folder) as store:
        for day in days:
            at = START + timedelta(days=day)
            kept = store.plan(CODE)
            plan = load_plan("gentle") if kept is None else parse_plan(kept.toml_text)
            told = agenda(plan, maria, done_sessions(store, CODE), today=at.date())
            blocks = [{"exercise": b.exercise, "planned_effort": b.planned_effort} for b in told.blocks]
            session = store.begin_session(
                CODE, kind=told.kind, week=told.week, agenda={"agenda": {"blocks": blocks}}, at=at
            )
            results = []
            for place, block in enumerate(told.blocks):
                if block.exercise is None or block.kind == "check":
                    continue
                one = store.begin_set(session, position=place, exercise=block.exercise, side="left", role=block.role,
                                      mode=block.mode, planned_reps=block.reps, at=at)  # fmt: skip
                store.keep_attempts(one, block.reps, at=at)
                results.append({"position": place, "reps": block.reps, "valid": block.reps, "score": 90.0})
            store.end_session(session, summary={"results": results}, at=at + timedelta(minutes=20))


WEEKS = [7 * week + day for week in range(7) for day in (0, 2, 4)]


class Desk:
    """Somebody before the page."""

    def __init__(self, folder):
        self.folder = folder
        self.app = AppTest.from_function(page, args=(folder, CODE), default_timeout=60).run()
        self._fine()

    def _fine(self):
        assert [one.value for one in self.app.exception] == []
        # Not one word that grades a person, and nothing red.
        assert [one.value for one in self.app.error] == []
        assert not re.search(r"\b(wrong|bad|failed|invalid|error)\b", self.read(), re.IGNORECASE)

    def read(self):
        """Everything that stands on the page as text."""
        parts = (self.app.markdown, self.app.info, self.app.success, self.app.header, self.app.subheader)
        return "\n".join(str(one.value) for kind in parts for one in kind)

    def field(self, kind, name):
        """A field by the end of its key."""
        found = [one for one in getattr(self.app, kind) if one.key and one.key.endswith(f".{name}")]
        assert len(found) == 1, (name, [one.key for one in getattr(self.app, kind)])
        return found[0]

    def type(self, kind, name, value):
        self.field(kind, name).set_value(value)
        return self.run()

    def press(self, name):
        self.field("button", name).click()
        return self.run()

    def run(self):
        self.app.run()
        self._fine()
        return self

    def edit_week(self, week, **values):
        """Change cells of the grid."""
        [grid] = [one for one in self.app.data_editor if one.key.endswith(".weeks")]
        state = {"edited_rows": {str(week): values}, "added_rows": [], "deleted_rows": []}
        self.app.session_state[grid.key] = state
        return self.run()

    def told(self):
        """The sentences beside the fields."""
        return [one.value for one in self.app.info]

    def save(self):
        self.press("save")
        with open_store(folder=self.folder) as store:
            return store.plan(CODE)

    @property
    def can_save(self):
        return not self.field("button", "save").disabled


@pytest.fixture
def desk(folder):
    """Before the page of Maria, who follows the gentle plan."""
    return Desk(folder)


# What is shown


def test_the_page_shows_what_will_be_asked_and_what_will_not_be_offered(desk):
    read = desk.read()
    assert "the gentle plan for six weeks" in read
    assert "| 1 | **Bend your elbow** | 80°, then 100° | 2-0-2-2, then 3-1-3-1 | by itself, helped |" in read
    assert "not offered: hip replacement" in read
    assert "Not offered: Lift your knee." in read
    assert "| load | 288 | 324 | 360 | 405 | 432 | 486 |" in read
    assert "| 6 sets of the stronger side a session | 10 |" in read
    assert "Ademoyegun" in read
    assert "Nothing waits." in read


def test_nothing_is_saved_by_looking(desk):
    with open_store(folder=desk.folder) as store:
        assert store.plans(CODE) == ()
        assert store.settings() == {}


def test_a_plan_without_a_name_under_it_asks_for_one(desk):
    assert any("write your name" in told for told in desk.told())
    assert not desk.can_save
    desk.type("text_input", "signed", "A. Keller")
    assert desk.told() == []
    assert desk.can_save


# Scene 10: a target lowered, a message of six words, home uses both


def wav(seconds=3.0, rate_hz=16_000):
    """A hum, as a browser records it."""
    t_s = np.arange(int(seconds * rate_hz)) / rate_hz
    hum = (9000 * np.sin(2 * math.pi * 220 * t_s)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(hum.tobytes())
    return file.getvalue()


def test_a_lowered_target_and_a_spoken_message_become_the_plan_and_its_file(desk):
    desk.type("text_input", "signed", "A. Keller")
    desk.type("number_input", "exercise.elbow_flexion.range", 60.0)
    assert "| 1 | **Bend your elbow** | 60° |" in desk.read()
    desk.type("text_input", "message", SIX_WORDS)
    assert "6 of 12 words" in desk.read()
    desk.field("audio_input", "audio").set_value(("words.wav", wav(), "audio/wav"))
    desk.run()
    [file] = [one for one in desk.app.get("download_button") if one.proto.id.endswith(".file")]
    assert file.label == "Plan file for home"
    kept = desk.save()
    assert (kept.source, kept.message) == ("therapist", SIX_WORDS)
    plan = parse_plan(kept.toml_text)
    assert (plan.therapist.name, plan.id, plan.name) == (
        "A. Keller",
        "plan_amber_river_42",
        f"Plan for {CODE}",
    )
    assert plan.practice("elbow_flexion").target["1"].range == 60.0
    kind, sound = plan.spoken
    assert kind == "audio/webm"
    assert len(sound) < 20_000
    assert "Saved." in desk.read()
    assert f"“Plan for {CODE}”, by A. Keller" in desk.read()


def test_saving_again_without_a_change_makes_no_second_plan(desk):
    desk.type("text_input", "signed", "A. Keller").type("text_input", "message", SIX_WORDS)
    first = desk.save()
    assert desk.save() == first
    assert "Nothing has changed." in desk.read()


def test_a_recording_is_taken_out_again(desk):
    desk.type("text_input", "signed", "A. Keller").type("text_input", "message", SIX_WORDS)
    desk.field("audio_input", "audio").set_value(("words.wav", wav(), "audio/wav"))
    desk.run()
    assert parse_plan(desk.save().toml_text).spoken
    desk.press("silent")
    assert parse_plan(desk.save().toml_text).spoken is None


def test_a_recording_without_its_words_asks_for_them(desk):
    desk.type("text_input", "signed", "A. Keller")
    desk.field("audio_input", "audio").set_value(("words.wav", wav(), "audio/wav"))
    desk.run()
    assert any("Write the words" in told for told in desk.told())
    assert not desk.can_save


@pytest.mark.parametrize(
    ("sound", "told"), [(b"RIFF", "could not be read"), (wav(LONGEST_S + 1), "longer than")]
)
def test_a_recording_that_cannot_be_sent_is_said_so_kindly(sound, told):
    with pytest.raises(SourceError, match=told):
        as_opus(sound)


def test_speech_is_small_enough_for_a_plan_file():
    assert len(base64.b64decode(as_opus(wav(12.0)))) < 60_000


# The key with which home shares back


def test_a_signed_plan_carries_the_key_of_this_computer(desk):
    kept = desk.type("text_input", "signed", "A. Keller").save()
    with open_store(folder=desk.folder) as store:
        assert parse_plan(kept.toml_text).therapist.key == therapist_key(store)


def test_a_key_from_elsewhere_stays_until_it_is_asked_for(folder):
    _, elsewhere = new_identity()
    with open_store(folder=folder) as store:
        text = f'id = "spring"\nname = "Spring"\n[therapist]\nname = "B. Moser"\nkey = "{elsewhere}"\n'
        store.save_plan(CODE, text, source="therapist")
    desk = Desk(folder)
    desk.type("text_input", "message", SIX_WORDS)
    assert parse_plan(desk.save().toml_text).therapist.key == elsewhere
    desk.type("checkbox", "own_key", True)
    plan = parse_plan(desk.save().toml_text)
    with open_store(folder=folder) as store:
        assert plan.therapist.key == therapist_key(store)
    assert not [one for one in desk.app.checkbox if one.key.endswith(".own_key")]


# Limits


def test_a_limit_is_explained_and_a_reason_lets_it_be_kept(desk):
    desk.type("text_input", "signed", "A. Keller")
    desk.edit_week(5, reps=10)
    [told] = [one for one in desk.told() if "limit is 15" in one]
    assert "25 % more load" in told
    assert "write the reason" in told
    assert not desk.can_save
    desk.type("text_input", "reason.rise_pct", "Well borne for a whole month.")
    assert desk.can_save
    plan = parse_plan(desk.save().toml_text)
    assert [(one.cap, one.reason) for one in plan.exceed] == [("rise_pct", "Well borne for a whole month.")]
    assert plan.week[5].reps == 10


def test_nothing_is_lost_on_a_refused_change(desk):
    desk.type("text_input", "signed", "A. Keller")
    desk.type("number_input", "exercise.elbow_flexion.range", 20.0)
    desk.type(
        "text_input", "message", "one two three four five six seven eight nine ten eleven twelve thirteen"
    )
    desk.edit_week(0, sessions=7)
    told = " ".join(desk.told())
    assert "less than the 30 from which a repetition counts" in told
    assert "13 words" in told
    assert "7 sessions a week" in told
    assert not desk.can_save
    assert desk.field("number_input", "exercise.elbow_flexion.range").value == 20.0
    assert desk.field("text_input", "message").value.endswith("thirteen")
    desk.type("number_input", "exercise.elbow_flexion.range", 40.0).type(
        "text_input", "message", "Well done."
    )
    desk.type("text_input", "reason.sessions", "Lives next to the clinic.")
    plan = parse_plan(desk.save().toml_text)
    assert (plan.exercise[0].range_deg, plan.week[0].sessions) == (40.0, 7)


def test_what_was_typed_is_there_after_visiting_another_page(desk):
    desk.type("text_input", "message", SIX_WORDS).edit_week(5, reps=8)
    desk.app.session_state["elsewhere"] = True
    assert "Message" not in desk.run().read()
    desk.app.session_state["elsewhere"] = False
    assert "| load | 288 | 324 | 360 | 405 | 432 | 432 |" in desk.run().read()
    assert desk.field("text_input", "message").value == SIX_WORDS


def test_changes_are_dropped_on_request(desk):
    assert not [one for one in desk.app.button if one.label == "Drop the changes"]
    desk.type("text_input", "message", SIX_WORDS)
    desk.press("drop")
    assert desk.field("text_input", "message").value == ""
    assert not [one for one in desk.app.button if one.label == "Drop the changes"]


def test_a_draft_outlives_the_window(folder):
    drafts = {}
    first, second = (
        AppTest.from_function(at_a_desk, args=(str(folder), CODE, drafts), default_timeout=60) for _ in "ab"
    )
    field = lambda app, name: next(one for one in app.text_input if one.key.endswith(name))  # noqa: E731
    field(first.run(), ".message").set_value(SIX_WORDS)
    first.run()
    second.run()
    assert not second.exception
    assert field(second, ".message").value == SIX_WORDS


def test_a_plan_that_comes_in_meanwhile_is_shown_and_never_overwrites_a_draft(desk):
    newer = 'id = "home"\nname = "Newer"\n[therapist]\nname = "B. Moser"\n'
    with open_store(folder=desk.folder) as store:
        store.save_plan(CODE, newer, source="therapist")
    desk.run()
    assert "“Newer”, by B. Moser" in desk.read(), "an untouched page shows the newest plan"
    desk.type("text_input", "message", SIX_WORDS)
    with open_store(folder=desk.folder) as store:
        store.save_plan(CODE, newer.replace("Newer", "Newest"), source="therapist")
    desk.run()
    assert "Another plan has come in" in desk.read()
    assert desk.field("text_input", "message").value == SIX_WORDS
    desk.press("newer")
    assert desk.field("text_input", "message").value == ""


# Exercises, ticks


def test_exercises_change_places_come_and_go(desk):
    desk.type("text_input", "signed", "A. Keller")
    desk.press("exercise.knee_extension.earlier")
    desk.press("exercise.seated_march.out")
    desk.type("selectbox", "exercise.add", "hip_abduction").press("exercise.add_it")
    assert "waits for your tick" in desk.read()
    desk.type("checkbox", "exercise.hip_abduction.unlock", True)
    plan = parse_plan(desk.save().toml_text)
    assert [one.id for one in plan.exercise] == [
        "knee_extension", "elbow_flexion", "shoulder_abduction", "shoulder_flexion", "hip_abduction"]  # fmt: skip
    assert plan.unlocked() == ("hip_abduction",)


def test_tempo_modes_checks_and_views_are_the_exercises_own(desk):
    desk.type("text_input", "signed", "A. Keller")
    key = "exercise.elbow_flexion"
    desk.type("number_input", f"{key}.lift_s", 4.0).type("number_input", f"{key}.lower_s", 5.0)
    desk.type("multiselect", f"{key}.modes", ["assisted", "imagery"]).type(
        "multiselect", f"{key}.allow", ["trunk_lean"]
    )
    desk.type("multiselect", f"{key}.views", ["left", "right"]).type("selectbox", f"{key}.level", "1")
    assert (
        "| 4-0-5-2, then 4-1-5-1 | helped, imagined | let pass: trunk lean; measured from: left, right |"
        in desk.read()
    )
    one = parse_plan(desk.save().toml_text).exercise[0]
    assert (one.tempo.lift_s, one.tempo.hold_s, one.tempo.lower_s) == (4.0, None, 5.0)
    assert (one.modes, one.allow, one.views) == (("assisted", "imagery"), ("trunk_lean",), ("left", "right"))
    assert one.level == "1"


def test_a_contraindication_is_ticked_in_the_plan_and_takes_effect_at_once(desk):
    desk.type("text_input", "signed", "A. Keller")
    desk.type("checkbox", "tag.shoulder_pain", True)
    assert "not offered: shoulder pain" in desk.read()
    plan = parse_plan(desk.save().toml_text)
    assert set(plan.person.ticked) == {"hip_replacement", "shoulder_pain"}
    desk.type("checkbox", "tag.hip_replacement", False)
    assert parse_plan(desk.save().toml_text).person.ticked == ("shoulder_pain",)


def test_ticks_that_the_answers_say_anyway_are_no_part_of_the_plan(desk):
    desk.type("text_input", "signed", "A. Keller").type("text_input", "message", SIX_WORDS)
    assert parse_plan(desk.save().toml_text).person is None


# Proposals


def test_a_proposal_waits_and_changes_the_plan_only_when_it_is_approved_and_saved(folder):
    practise(folder, WEEKS)
    desk = Desk(folder)
    assert "**Bend your elbow**: a larger range, level 2 (100°) → level 3 (120°)." in desk.read()
    desk.type("text_input", "signed", "A. Keller").press("yes.0")
    assert "In the draft. It counts once the plan is saved" in desk.read()
    with open_store(folder=folder) as store:
        assert store.plan(CODE) is None
    plan = parse_plan(desk.save().toml_text)
    assert (plan.exercise[0].level, plan.exercise[1].level) == ("3", None)
    read = desk.read()
    assert "**Straighten your knee**: a larger range" in read, "what was not approved still waits"
    assert "repetition more" not in read, "the next step waits for practice with this plan"


def test_not_now_lasts_until_there_is_more_practice(folder):
    practise(folder, WEEKS)
    desk = Desk(folder)
    desk.press("no.0")
    assert "**Bend your elbow**: a larger range" not in desk.read()
    assert "**Straighten your knee**: a larger range" in desk.read()
    practise(folder, [WEEKS[-1] + 3])
    assert "**Bend your elbow**: a larger range" in desk.run().read()


def test_a_proposal_is_approved_on_top_of_what_was_typed(folder):
    practise(folder, WEEKS)
    desk = Desk(folder)
    desk.type("text_input", "signed", "A. Keller").type("text_input", "message", SIX_WORDS).press("yes.1")
    plan = parse_plan(desk.save().toml_text)
    assert (plan.message, plan.exercise[1].level) == (SIX_WORDS, "3")


@pytest.fixture(scope="module")
def bends():
    """A track with two bends of the weaker arm, and its result."""
    t_s = np.arange(0, 24, 1 / 30)
    elbow = (movement(t_s, (3.0, 12.0)), np.full(len(t_s), 10.0))
    track = person(t_s, view="left", elbow=elbow, noise_px=0.5)
    result = analyse(track, load_exercise("elbow_flexion"), settings=Settings(view="left", affected="left"))
    return result, track


def check(folder, day, bends):
    """The check set of a session."""
    with open_store(folder=folder) as store:
        at = START + timedelta(days=day)
        [session] = [one.id for one in store.sessions(CODE) if one.started_utc == at]
        one = store.begin_set(
            session, position=90, exercise="elbow_flexion", side="left", role="check", at=at
        )
        store.keep_set(one, *bends, at=at)


def test_after_two_equal_check_sets_another_exercise_is_proposed_and_approving_exchanges_the_two(
    folder, bends
):
    practise(folder, WEEKS[:12])
    check(folder, 2, bends)
    assert "another exercise" not in Desk(folder).read()
    check(folder, 23, bends)
    with open_store(folder=folder) as store:
        first, second = check_sets(store, CODE)
        assert (first.side, first.view, first.exercise) == ("left", "left", "elbow_flexion")
        assert first.range == second.range == pytest.approx(80, abs=25)
    desk = Desk(folder)
    assert "another exercise, Bend your elbow → Lift your arm to the side" in desk.read()
    assert "No measurable difference" in desk.read()
    plan = parse_plan(desk.type("text_input", "signed", "A. Keller").press("yes.0").save().toml_text)
    assert [one.id for one in plan.exercise][:3] == ["shoulder_abduction", "knee_extension", "elbow_flexion"]
    assert "another exercise" not in desk.read(), "it was varied, and is to be tried first"


def test_no_check_set_is_made_of_what_no_camera_saw(folder):
    practise(folder, WEEKS[:6])
    with open_store(folder=folder) as store:
        assert check_sets(store, CODE) == ()


# Measures of the clinic


def test_a_measure_is_typed_in_and_taken_away_again(desk):
    desk.type("number_input", "value.dynamometer_kg", 12.5).press("keep")
    assert "nothing without a side" in " ".join(desk.told())
    desk.type("selectbox", "side", "left").type("text_input", "note", "best of three").press("keep")
    assert "Dynamometer, left: 12.5 kg (best of three)" in desk.read()
    with open_store(folder=desk.folder) as store:
        [one] = store.clinic_measures(CODE)
        assert (one.value, one.measured_on) == (12.5, date.today())
    desk.press(f"away.{one.id}")
    with open_store(folder=desk.folder) as store:
        assert store.clinic_measures(CODE) == ()
