"""Home to clinic (scene 10): one encrypted file, the same repetitions there, nothing twice, nothing left at home."""

import io
import itertools
import json
import zipfile
from datetime import timedelta

import pyrage
import pytest
from evening import MONDAY, entries

from posecheck.analysis import analyse
from posecheck.errors import StoreError
from posecheck.exercise import load_exercise
from posecheck.records import Edit
from posecheck.store import open_store
from posecheck.store.people import plain_words
from posecheck.store.sharing import (
    Merged,
    merge_practice_file,
    new_identity,
    new_passphrase,
    read_practice_file,
    write_practice_file,
)

SECRET, PUBLIC = new_identity()


@pytest.fixture
def clinic(url, tmp_path):
    """The therapist's store, on each kind of database."""
    with open_store(url, tmp_path / "clinic") as opened:
        yield opened


def shared(store, path, **how):
    return read_practice_file(
        write_practice_file(store, "P-012", path, recipient=PUBLIC, **how), identity=SECRET
    )


def told(store, code="P-012"):
    """Everything about a person that must be the same in both stores: all but the numbers of rows and folders."""
    strip = {"id", "session", "set_id", "person", "trial_folder"}

    def bare(record):
        return {name: value for name, value in vars(record).items() if name not in strip}

    sessions = store.sessions(code)
    sets = [one for session in sessions for one in store.sets(session.id)]
    return {
        "profile": store.person(code).profile,
        "plans": [bare(plan) for plan in store.plans(code)],
        "sessions": [bare(session) for session in sessions],
        "sets": [bare(one) for one in sets],
        "reps": [store.reps(one.id) for one in sets],
        "prompts": [bare(prompt) for prompt in store.prompts(code)],
        "events": [bare(event) for event in store.events(code)],
    }


def test_what_arrives_is_what_was_sent_and_arrives_once(home, clinic, practise, tmp_path):
    practise(home)
    clinic.save_person("P-001", {})
    clinic.begin_session("P-001", kind="practice")  # so that numbers differ
    contents = shared(home, tmp_path / "evening.posecheck")
    assert merge_practice_file(clinic, contents) == Merged("P-012", 1, 1, 2, 2, 1)
    assert told(clinic) == told(home)
    assert merge_practice_file(clinic, contents) == Merged("P-012")
    assert told(clinic) == told(home)
    assert [person.code for person in clinic.people()] == ["P-001", "P-012"]


def test_the_poses_replay_to_the_same_repetitions(home, clinic, practise, scored, tmp_path):
    done = practise(home)
    merge_practice_file(clinic, shared(home, tmp_path / "evening.posecheck"))
    (session,) = clinic.sessions("P-012")
    one = clinic.sets(session.id)[0]
    trial = clinic.load_set(one.id)
    again = analyse(trial.track, load_exercise(trial.exercise_path), settings=trial.settings)
    assert again.to_dict()["reps"] == scored.result.to_dict()["reps"]
    at_home, at_clinic = home.folder / home.set(done.curls).trial_folder, trial.folder
    for name in entries(at_home):
        assert json.loads((at_clinic / name).read_text()) == json.loads((at_home / name).read_text()) \
            if name == "set.json" else (at_clinic / name).read_bytes() == (at_home / name).read_bytes()  # fmt: skip


def test_after_deleting_at_home_nothing_of_the_person_is_left(home, practise, tmp_path):
    practise(home)
    home.save_person("P-099", {"weaker_side": "right"})
    write_practice_file(home, "P-012", tmp_path / "evening.posecheck", recipient=PUBLIC)
    home.delete_person("P-012")
    assert [person.code for person in home.people()] == ["P-099"]
    assert (home.prompts(), home.events()) == ((), ())
    assert not [name for name in entries(home.folder) if not name.startswith("posecheck.db")]


def test_a_correction_made_in_the_clinic_survives_the_next_file(home, clinic, practise, tmp_path):
    practise(home)
    merge_practice_file(clinic, shared(home, tmp_path / "1.posecheck"))
    one = clinic.sets(clinic.sessions("P-012")[0].id)[0]
    trial = clinic.load_set(one.id)
    edits = (Edit("delete", "right", rep=1, author="therapist"),)
    result = analyse(trial.track, load_exercise(trial.exercise_path), settings=trial.settings, edits=edits)
    clinic.keep_set(one.id, result, trial.track, edits=edits)
    practise(home, at=MONDAY + timedelta(days=2))
    merged = merge_practice_file(clinic, shared(home, tmp_path / "2.posecheck"))
    assert (merged.sessions, merged.sets) == (1, 2)
    assert len(clinic.reps(one.id)) == 1
    assert clinic.load_set(one.id).edits == edits


def test_a_session_that_was_still_running_is_brought_up_to_date(home, clinic, scored, tmp_path):
    home.save_person("P-012", {})
    session = home.begin_session("P-012", kind="practice", at=MONDAY)
    one = home.begin_set(
        session, position=1, exercise="elbow_flexion", side="right", role="stronger", at=MONDAY
    )
    merge_practice_file(clinic, shared(home, tmp_path / "1.posecheck"))
    assert clinic.running_session("P-012") is not None
    home.keep_set(one, scored.result, scored.track, at=MONDAY, state="stopped")
    home.end_session(session, state="stopped", at=MONDAY)
    assert merge_practice_file(clinic, shared(home, tmp_path / "2.posecheck")) == Merged("P-012")
    assert told(clinic) == told(home)
    assert told(clinic)["reps"][0]


def test_only_what_is_newer_goes_along(home, clinic, practise, tmp_path):
    practise(home)
    practise(home, at=MONDAY + timedelta(days=2))
    contents = shared(home, tmp_path / "new.posecheck", since=MONDAY + timedelta(days=1))
    assert merge_practice_file(clinic, contents).sessions == 1
    assert merge_practice_file(clinic, shared(home, tmp_path / "all.posecheck")).sessions == 1
    assert told(clinic) == told(home)


def test_another_persons_code_is_not_mixed_up(home, clinic, practise, tmp_path):
    practise(home)
    clinic.save_person("P-012", {"somebody": "else"})
    contents = shared(home, tmp_path / "1.posecheck")
    assert merge_practice_file(clinic, contents).person == "P-012-2"
    assert clinic.sessions("P-012") == ()
    assert merge_practice_file(clinic, contents).person == "P-012-2"


def test_the_therapist_may_say_whose_it_is_and_it_stays_so(home, clinic, practise, tmp_path):
    practise(home)
    clinic.save_person("P-500", {})
    contents = shared(home, tmp_path / "1.posecheck")
    assert merge_practice_file(clinic, contents, person="P-500").person == "P-500"
    assert merge_practice_file(clinic, contents).person == "P-500"
    assert len(clinic.sessions("P-500")) == 1


def test_no_video_goes_along_unless_it_is_named(home, clinic, practise, tmp_path):
    done = practise(home)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"pictures")
    (home.folder / home.set(done.curls).trial_folder / "annotated.mp4").write_bytes(b"pictures")
    contents = shared(home, tmp_path / "1.posecheck")
    assert not contents.videos
    assert {name for files in contents.poses.values() for name in files} == {
        "pose.npz", "reps.csv", "signals.csv", "result.json", "exercise.toml"}  # fmt: skip
    merge_practice_file(clinic, shared(home, tmp_path / "2.posecheck", videos=[clip]))
    assert (clinic.folder / "videos" / "P-012" / "clip.mp4").read_bytes() == b"pictures"
    clinic.delete_person("P-012")
    assert not [name for name in entries(clinic.folder) if not name.startswith("posecheck.db")]


def test_words_open_it_however_they_are_written(home, practise, tmp_path):
    practise(home)
    words = new_passphrase()
    assert set(words.split()) <= set(plain_words())
    path = write_practice_file(home, "P-012", tmp_path / "1.posecheck", passphrase=words)
    assert read_practice_file(path, passphrase=f" {words.upper().replace(' ', '-')}\n").person == "P-012"
    with pytest.raises(StoreError, match="these words do not open it"):
        read_practice_file(path, passphrase="amber river lantern moon")
    with pytest.raises(StoreError, match="four words"):
        read_practice_file(path, identity=SECRET)


def test_there_are_1024_words_none_of_which_begins_another():
    words = plain_words()
    assert len(set(words)) == len(words) == 1024
    assert not [(a, b) for a, b in itertools.pairwise(words) if b.startswith(a)]
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 6 for word in words)


def test_a_file_that_does_not_open_says_why(home, practise, tmp_path):
    practise(home)
    path = write_practice_file(home, "P-012", tmp_path / "1.posecheck", recipient=PUBLIC)
    sealed = path.read_bytes()
    cases = {
        "another kind": b"PK\x03\x04 a zip",
        "damaged": sealed[:-100],
        "damaged: ": sealed[:-100] + b"x" + sealed[-99:],
        "a practice file was expected": pyrage.encrypt(b"no zip", [pyrage.x25519.Recipient.from_str(PUBLIC)]),
    }
    for said, content in cases.items():
        (tmp_path / "2.posecheck").write_bytes(content)
        with pytest.raises(StoreError, match=said):
            read_practice_file(tmp_path / "2.posecheck", identity=SECRET)
    with pytest.raises(StoreError, match="made for another key"):
        read_practice_file(path, identity=new_identity()[0])
    with pytest.raises(StoreError, match="meant for a therapist's key"):
        read_practice_file(path, passphrase="amber river lantern moon")
    with pytest.raises(StoreError, match="AGE-SECRET-KEY-1"):
        read_practice_file(path, identity="mine")
    with pytest.raises(StoreError, match="Check its name"):
        read_practice_file(tmp_path / "none.posecheck", identity=SECRET)


def crafted(tmp_path, *, change=lambda manifest: None, further=()):
    """A practice file as somebody with bad intentions, who knows the public key, could make it."""
    path = tmp_path / "crafted.posecheck"
    person = {
        "code": "P-012",
        "profile": {},
        "created_utc": MONDAY.isoformat(),
        "uuid": f"{1:08x}-0000-0000-0000-{1:012x}",
    }
    manifest = {"format": 1, "posecheck": "1", "created_utc": MONDAY.isoformat(), "people": [person], "plans": [],
                "sessions": [], "sets": [], "reps": [], "prompts": [], "events": []}  # fmt: skip
    change(manifest)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("practice.json", json.dumps(manifest))
        for name in further:
            archive.writestr(name, b"x")
    path.write_bytes(pyrage.encrypt(packed.getvalue(), [pyrage.x25519.Recipient.from_str(PUBLIC)]))
    return path


def test_a_crafted_file_writes_nowhere_else(tmp_path):
    names = ["poses/../../x", "videos/../x", "videos/.x", "/etc/x", "poses/a/pose.npz", "videos/a/b",
             "poses/00000000-0000-0000-0000-000000000000/evil.py"]  # fmt: skip
    contents = read_practice_file(crafted(tmp_path, further=names), identity=SECRET)
    assert (contents.poses, contents.videos) == ({}, {})


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.pop("sets"),
        lambda m: m.update(format=2),
        lambda m: m.update(people=[]),
        lambda m: m["people"][0].update(code="../x"),
        lambda m: m["people"][0].update(uuid="../x"),
        lambda m: m["people"][0].update(created_utc="yesterday"),
        lambda m: m.update(sessions="none"),
    ],
)
def test_a_crafted_file_is_refused_in_a_sentence(tmp_path, change):
    with pytest.raises(StoreError, match=r"a practice file was expected"):
        read_practice_file(crafted(tmp_path, change=change), identity=SECRET)


def test_a_file_that_contradicts_itself_leaves_nothing_behind(home, clinic, practise, tmp_path):
    practise(home)
    contents = shared(home, tmp_path / "1.posecheck")
    contents.tables["prompts"][-1]["session"] = 99
    with pytest.raises(StoreError, match="contradicts itself"):
        merge_practice_file(clinic, contents)
    assert clinic.people() == ()
    assert not [name for name in entries(clinic.folder) if not name.startswith("posecheck.db")]


def test_it_takes_one_key_of_the_right_kind_and_a_free_place(home, practise, tmp_path):
    practise(home)
    for keys in ({}, {"recipient": PUBLIC, "passphrase": "a b c d"}):
        with pytest.raises(StoreError, match="one of the two"):
            write_practice_file(home, "P-012", tmp_path / "1.posecheck", **keys)
    with pytest.raises(StoreError, match="begins with age1"):
        write_practice_file(home, "P-012", tmp_path / "1.posecheck", recipient=SECRET)
    with pytest.raises(StoreError, match=r"clip\.mp4: this could not be read"):
        write_practice_file(
            home, "P-012", tmp_path / "1.posecheck", recipient=PUBLIC, videos=[tmp_path / "clip.mp4"]
        )
    with pytest.raises(StoreError, match="Nobody here"):
        write_practice_file(home, "P-013", tmp_path / "1.posecheck", recipient=PUBLIC)
    assert not list(tmp_path.glob("*1.posecheck*"))
    (tmp_path / "1.posecheck").write_text("precious")
    with pytest.raises(StoreError, match="something is there already"):
        write_practice_file(home, "P-012", tmp_path / "1.posecheck", recipient=PUBLIC)
    assert (tmp_path / "1.posecheck").read_text() == "precious"


def test_the_file_gives_nothing_away(home, practise, tmp_path):
    practise(home)
    sealed = write_practice_file(home, "P-012", tmp_path / "1.posecheck", recipient=PUBLIC).read_bytes()
    assert b"P-012" not in sealed
    assert b"elbow" not in sealed
    assert b"pose.npz" not in sealed
