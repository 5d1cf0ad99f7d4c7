"""What is put into the store comes out again, the same on SQLite and on PostgreSQL."""

import dataclasses
import math
import re
import threading
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from evening import MONDAY, entries

from posecheck.analysis import analyse
from posecheck.errors import StoreError
from posecheck.exercise import load_exercise
from posecheck.records import Edit
from posecheck.result import plain
from posecheck.store import StoredSet, open_store
from posecheck.store.stored import StoredPlan
from posecheck.store.trials import KEPT

# People and plans


def test_a_new_store_is_empty(store):
    assert store.people() == ()
    assert store.settings() == {}
    assert store.tidy() == []


def test_a_person_comes_back_and_a_new_profile_replaces_the_old(store):
    first = store.save_person("P-012", {"weaker_side": "left"}, at=MONDAY)
    again = store.save_person("P-012", {"weaker_side": "right", "height": math.nan})
    assert (again.uuid, again.created_utc) == (first.uuid, MONDAY)
    assert store.people() == (store.person("P-012"),)
    assert store.person("P-012").profile == {"weaker_side": "right", "height": None}


@pytest.mark.parametrize("code", ["", "Anna Berg", "../etc", ".hidden", "a/b", "x" * 41, "-x"])
def test_a_code_that_is_no_code_is_refused(home, code):
    with pytest.raises(StoreError, match="letters, digits"):
        home.save_person(code, {})


def test_codes_that_differ_only_in_capitals_would_share_a_folder(home):
    home.save_person("P-a", {})
    with pytest.raises(StoreError, match="'P-a' is taken"):
        home.save_person("p-A", {})


def test_a_new_code_is_short_readable_and_free(home):
    codes = {home.new_code() for _ in range(20)}
    assert len(codes) == 20
    assert all(re.fullmatch(r"[a-z]{3,6}-[a-z]{3,6}-\d\d", code) for code in codes)
    home.save_person(home.new_code(), {})


def test_the_newest_plan_is_in_force_and_the_older_ones_stay(store):
    store.save_person("P-012", {})
    assert store.plan("P-012") is None
    store.save_plan("P-012", "week = 1\n", at=MONDAY)
    new = store.save_plan(
        "P-012", "week = 2\n", source="therapist", message="Slow is good.", at=MONDAY + timedelta(7)
    )
    assert isinstance(new, StoredPlan)
    assert store.plan("P-012") == new
    assert [plan.toml_text for plan in store.plans("P-012")] == ["week = 1\n", "week = 2\n"]
    assert (new.source, new.message, len(new.sha256)) == ("therapist", "Slow is good.", 64)


def test_a_plan_must_be_toml_from_somebody_known(home):
    home.save_person("P-012", {})
    with pytest.raises(StoreError, match="not valid TOML"):
        home.save_plan("P-012", "week = \n")
    with pytest.raises(StoreError, match="default, therapist, helper, got 'me'"):
        home.save_plan("P-012", "", source="me")


# Sessions and sets


def test_an_evening_comes_back(store, practise):
    done = practise(store)
    session = store.session(done.session)
    assert (session.person, session.kind, session.week, session.state) == ("P-012", "practice", 2, "done")
    assert (session.started_utc, session.ended_utc) == (MONDAY, MONDAY + timedelta(minutes=8))
    assert session.agenda == {"blocks": ["a", "b"]}
    assert session.summary == {"good": "slow"}
    assert session.profile == {"weaker_side": "left", "note": "Grüße"}
    assert store.sessions("P-012") == (session,)
    assert [(prompt.kind, prompt.value, prompt.set_id) for prompt in store.prompts("P-012")] == [
        ("usual", True, None),
        ("effort", 4, done.curls),
    ]
    assert store.prompts(set_id=done.curls) == store.prompts(session=done.session, kind="effort")
    (event,) = store.events("P-012")
    assert (event.kind, event.detail, event.session, event.person) == (
        "more_rest", {"seconds": 30}, done.session, "P-012")  # fmt: skip
    assert store.events(session=done.session) == (event,)


def test_a_set_the_camera_saw_keeps_every_digit(store, practise, scored):
    done = practise(store)
    one = store.set(done.curls)
    result, told = scored.result, scored.result.to_dict()
    assert plain(store.reps(done.curls)) == told["reps"]
    # Not measurable is NaN, as in Result.rows, not None.
    assert all(isinstance(row["trunk_lean_deg"], float) for row in store.reps(done.curls))
    assert one.result == {name: told[name] for name in told if name != "reps"}
    assert (one.exercise, one.exercise_sha256) == ("elbow_flexion", result.exercise.sha256)
    assert (one.view, one.state, one.attempts, one.assisted) == (result.view, "done", 2, False)
    assert one.fps_median == result.quality["fps_median"]
    assert one.noise_sigma_deg == np.median([row["noise_sigma_deg"] for row in result.rows])
    assert one.noise_sigma_ratio is None
    assert one.target["range_deg"] == result.exercise.target["2"].range_deg
    assert one.ended_utc == MONDAY + timedelta(minutes=2)
    assert store.sets(done.session) == (one, store.set(done.both))


def test_a_set_without_a_camera_keeps_its_tries(store, practise):
    both = store.set(practise(store).both)
    assert (both.attempts, both.moved, both.state, both.mode, both.target) == (
        5,
        None,
        "done",
        "assisted",
        {"reps": 5},
    )
    assert (both.trial_folder, both.view, both.result, store.reps(both.id)) == (None, None, {}, ())
    with pytest.raises(StoreError, match="without a camera"):
        store.load_set(both.id)


def test_the_poses_of_a_set_give_the_same_result_again(store, practise, scored):
    done = practise(store)
    trial = store.load_set(done.curls)
    assert trial.folder == store.folder / "poses" / "P-012" / f"{done.session}-1"
    again = analyse(trial.track, load_exercise(trial.exercise_path), settings=trial.settings)
    assert again.to_dict() == scored.result.to_dict()


def test_a_set_that_is_done_twice_has_two_folders(home, practise, scored):
    done = practise(home)
    facts = {"exercise": "elbow_flexion", "side": "right", "role": "stronger"}
    again = home.keep_set(home.begin_set(done.session, position=1, **facts), scored.result, scored.track)
    assert again.trial_folder == f"poses/P-012/{done.session}-1-2"
    assert home.reps(again.id) == home.reps(done.curls)


def test_a_correction_replaces_the_repetitions_and_not_the_time(store, practise):
    done = practise(store)
    before, trial = store.set(done.curls), store.load_set(done.curls)
    edits = (Edit("delete", "right", rep=1, author="therapist"),)
    result = analyse(trial.track, load_exercise(trial.exercise_path), settings=trial.settings, edits=edits)
    after = store.keep_set(done.curls, result, trial.track, edits=edits)
    assert len(store.reps(done.curls)) == 1
    assert (after.ended_utc, after.attempts, after.uuid) == (before.ended_utc, before.attempts, before.uuid)
    assert store.load_set(done.curls).edits == edits
    # A correction that is not among the new ones is not thrown away.
    with pytest.raises(StoreError, match="corrections made by a person"):
        store.keep_set(done.curls, result, trial.track)
    assert store.load_set(done.curls).edits == edits


def test_the_unfinished_session_is_found_and_its_set_gets_its_journal_again(store):
    store.save_person("P-012", {})
    assert store.running_session("P-012") is None
    old = store.begin_session("P-012", kind="practice", at=MONDAY)
    new = store.begin_session("P-012", kind="light", at=MONDAY + timedelta(hours=1))
    assert store.running_session("P-012").id == new
    facts = {"exercise": "elbow_flexion", "side": "right", "role": "stronger"}
    one = store.begin_set(new, position=1, **facts)
    store.journal_path(one).write_bytes(b"poses")
    assert store.begin_set(new, position=1, **facts) == one
    store.keep_attempts(one, 3)
    # Kept, and done once more: nobody is told off, and neither is lost.
    again = store.begin_set(new, position=1, **facts)
    assert [(each.id, each.state) for each in store.sets(new)] == [(one, "done"), (again, "running")]
    store.end_session(new, state="left")
    assert store.running_session("P-012").id == old
    store.save_agenda(old, {"blocks": []})
    assert store.session(old).agenda == {"blocks": []}


def test_a_journal_goes_when_its_set_is_kept_and_stays_while_it_runs(home, practise):
    done = practise(home)
    session = home.begin_session("P-012", kind="practice")
    running = home.begin_set(session, position=1, exercise="row_pull", side="right", role="stronger")
    for one in (done.curls, running):
        home.journal_path(one).write_bytes(b"poses")
    assert len(home.tidy()) == 1
    assert not home.journal_path(done.curls).exists()
    assert home.journal_path(running).exists()


def test_what_is_not_there_is_said_in_a_sentence(store, scored):
    store.save_person("P-012", {})
    session = store.begin_session("P-012", kind="practice")
    for ask in (
        lambda: store.person("nobody"),
        lambda: store.sessions("nobody"),
        lambda: store.plan("nobody"),
        lambda: store.session(7),
        lambda: store.sets(7),
        lambda: store.reps(7),
        lambda: store.keep_set(7, scored.result, scored.track),
        lambda: store.prompt(7, "pain", 2),
        lambda: store.prompt(session, "pain", 2, set_id=7),
        lambda: store.begin_set(7, position=1, exercise="row_pull", side="left", role="weaker"),
    ):
        with pytest.raises(StoreError, match=r"(Nobody here|There is no) .*posecheck data show"):
            ask()


def test_a_time_without_a_zone_is_refused_and_any_zone_becomes_utc(store):
    store.save_person("P-012", {})
    with pytest.raises(StoreError, match="time zone"):
        store.begin_session("P-012", kind="practice", at=datetime(2026, 3, 2))
    berlin = timezone(timedelta(hours=1))
    session = store.begin_session("P-012", kind="practice", at=datetime(2026, 3, 2, 19, 0, tzinfo=berlin))
    assert store.session(session).started_utc == MONDAY
    assert store.session(session).started_utc.tzinfo is UTC


def test_settings_are_kept_and_replaced(store):
    store.save_setting("language", "en")
    store.save_setting("language", "de")
    store.save_setting("voice", {"speed": 0.8})
    assert store.settings() == {"language": "de", "voice": {"speed": 0.8}}
    assert (store.setting("language"), store.setting("none", 1)) == ("de", 1)


def test_everything_is_there_after_closing_and_opening(url, tmp_path, practise):
    with open_store(url, tmp_path / "data") as store:
        done = practise(store)
        before = (store.people(), store.sessions("P-012"), store.sets(done.session))
    with open_store(url, tmp_path / "data") as store:
        assert (store.people(), store.sessions("P-012"), store.sets(done.session)) == before


def test_what_comes_out_is_frozen_and_free_of_the_database(home, practise):
    one = home.set(practise(home).curls)
    assert isinstance(one, StoredSet)
    assert not hasattr(one, "_sa_instance_state")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.state = "left"


def test_many_threads_write_at_once_and_nothing_is_lost(store):
    store.save_person("P-012", {})
    session = store.begin_session("P-012", kind="practice")
    trouble = []

    def say(n):
        try:
            for k in range(10):
                store.prompt(session, "effort", 10 * n + k)
                store.prompts(session=session)
        except Exception as error:
            trouble.append(error)

    threads = [threading.Thread(target=say, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert sorted(prompt.value for prompt in store.prompts(session=session)) == list(range(80))


def test_data_lie_where_the_variables_say(tmp_path, monkeypatch):
    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path / "here"))
    with open_store() as store:
        assert store.folder == tmp_path / "here"
    monkeypatch.setenv("POSECHECK_DATABASE", f"sqlite:///{tmp_path}/elsewhere/own.db")
    open_store().close()
    assert (tmp_path / "elsewhere" / "own.db").exists()
    monkeypatch.delenv("POSECHECK_DATA")
    monkeypatch.delenv("POSECHECK_DATABASE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path / "xdg"))
    with open_store() as store:
        assert tmp_path in store.folder.parents


def test_only_this_user_can_read_what_is_made(home, practise):
    practise(home)
    assert home.folder.stat().st_mode & 0o077 == 0
    assert (home.folder / "posecheck.db").stat().st_mode & 0o077 == 0


def test_the_folder_of_a_set_holds_a_trial_and_whose_it_is(home, practise):
    done = practise(home)
    place = home.folder / home.set(done.curls).trial_folder
    assert entries(place) == {*KEPT, "set.json"} - {"edits.json"}
