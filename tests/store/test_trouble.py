"""What can go wrong with a disk and a database goes wrong here for real; each is one sentence and loses nothing."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from evening import entries

from posecheck.errors import StoreError
from posecheck.store import check, open_store


def test_a_locked_database_is_said_and_goes_on_when_it_is_free(tmp_path):
    with open_store(folder=tmp_path, wait_s=0.2) as store:
        store.save_person("P-012", {})
        other = sqlite3.connect(tmp_path / "posecheck.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(
            StoreError, match=r"posecheck\.db: another program is writing here .* 0\.2 s\. .*nothing was lost"
        ):
            store.save_person("P-013", {})
        assert [person.code for person in store.people()] == ["P-012"]  # reading waits for nobody
        other.execute("ROLLBACK")
        other.close()
        store.save_person("P-013", {})
        assert len(store.people()) == 2


def test_a_text_file_is_no_database_and_stays_as_it_is(tmp_path):
    (tmp_path / "posecheck.db").write_text("Dear diary, " * 100)
    with pytest.raises(
        StoreError, match=r"posecheck\.db: a posecheck database was expected, and this is another kind"
    ):
        open_store(folder=tmp_path)
    assert (tmp_path / "posecheck.db").read_text() == "Dear diary, " * 100
    assert entries(tmp_path) == {"posecheck.db"}


def test_somebody_elses_database_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "posecheck.db") as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with pytest.raises(StoreError, match=r"other tables \(recipes\).*nothing was changed"):
        open_store(folder=tmp_path)


def test_a_damaged_database_is_said(tmp_path, practise):
    with open_store(folder=tmp_path) as store:
        practise(store)
    path = tmp_path / "posecheck.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\x07" * (len(whole) - 4096))
    with pytest.raises(StoreError, match=r"damaged.*backup"), open_store(folder=tmp_path) as store:
        store.sessions("P-012")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://somebody@somewhere/db",
        "not a database",
        "postgresql",
        "sqlite://",
        "postgresql://u:secret@h:port/x",
    ],
)
def test_an_address_that_cannot_be_one_is_refused_without_its_password(url, tmp_path):
    with pytest.raises(StoreError, match=r"postgresql://USER@HOST/NAME .* was expected") as caught:
        open_store(url, tmp_path)
    assert "secret" not in str(caught.value)


def test_a_postgresql_that_does_not_answer_is_one_sentence_without_its_password(tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="did not answer") as caught:
        open_store("postgresql://me:secret@127.0.0.1:9/posecheck", tmp_path, wait_s=2)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_in_the_way_of_the_folder(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match=r"nothing can be written here .*POSECHECK_DATA"):
        open_store(folder=tmp_path / "data")


SAVE_AS_SOMEBODY = """
import os, sys, tempfile
from posecheck.errors import StoreError
from posecheck.store import open_store
with tempfile.TemporaryDirectory() as other:
    open_store(folder=other).close()  # loads all that is needed: somebody else may not read this Python
if os.getuid() == 0:
    os.setuid(65534)
try:
    with open_store(folder=sys.argv[1]) as store:
        store.save_person("P-013", {})
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions are meant")
@pytest.mark.parametrize("readable", [True, False])
def test_a_folder_that_may_not_be_written(readable):
    reached = Path(tempfile.mkdtemp(dir="/tmp"))  # those of pytest are closed to others
    folder = reached / "data"
    try:
        reached.chmod(0o755)
        with open_store(folder=folder) as store:
            store.save_person("P-012", {})
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555 if readable else 0o000)
        code = [sys.executable, "-c", SAVE_AS_SOMEBODY, folder]
        ran = subprocess.run(code, capture_output=True, text=True, timeout=60)
        assert "Make " in ran.stdout, ran.stderr
        assert ran.stdout.count("\n") == 1
        folder.chmod(0o755)
        with open_store(folder=folder) as store:
            assert [person.code for person in store.people()] == ["P-012"]
    finally:
        folder.chmod(0o755)
        shutil.rmtree(reached)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 2 MB."""
    if not hasattr(os, "getuid") or os.getuid() != 0:
        pytest.skip("a disk of its own can only be mounted by root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_loses_nothing_that_was_kept(small_disk, practise, scored):
    with open_store(folder=small_disk / "data") as store:
        done = practise(store)
        before, reps = store.sets(done.session), store.reps(done.curls)
        session = store.begin_session("P-012", kind="practice")

        def keep_sets():
            facts = {"exercise": "elbow_flexion", "side": "right", "role": "stronger"}
            for position in range(1, 100):
                one = store.begin_set(session, position=position, **facts)
                store.keep_set(one, scored.result, scored.track)

        def fill_up():
            with open(small_disk / "filler", "wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(4096))

        def note():
            for _ in range(1000):
                store.event("P-012", "note", {"text": "x" * 4000})

        with pytest.raises(StoreError, match=r"full|space"):
            keep_sets()
        with pytest.raises(OSError, match="space"):
            fill_up()
        with pytest.raises(StoreError, match=r"full.*what was kept before is safe"):
            note()
        assert store.sets(done.session) == before
        os.unlink(small_disk / "filler")
        assert store.tidy() == []
        assert not list(store.folder.rglob("*.partial"))
        for kept in store.sets(session)[:-1]:
            assert (kept.state, len(store.reps(kept.id))) == ("done", len(reps))
            assert store.load_set(kept.id).stored["reps"]
        assert all(ok is not False for what, ok, _ in check(store.folder) if what != "free space")


WRITER = """
import sys
from posecheck.store import open_store
store = open_store(folder=sys.argv[1])
store.save_person("P-012", {})
session = store.begin_session("P-012", kind="practice")
n = 0
while True:
    store.prompt(session, "effort", n)
    print(n, flush=True)  # from here on it is promised
    n += 1
"""


def test_kill_9_takes_nothing_back_that_was_promised(tmp_path):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True)
    promised = -1
    for line in writer.stdout:
        promised = int(line)
        if promised >= 40:
            break
    writer.send_signal(signal.SIGKILL)
    promised = max([promised, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    writer.wait()
    with open_store(folder=tmp_path) as store:
        values = [prompt.value for prompt in store.prompts("P-012")]
        # One more may have been kept without the promise having been heard.
        assert values in (list(range(promised + 1)), list(range(promised + 2)))
        assert store.running_session("P-012") is not None
    assert all(ok is not False for _, ok, _ in check(tmp_path))


KILLED_AT = """
import os, signal, sys
import posecheck.store.trials as trials
from posecheck.trial import load_trial
from posecheck.analysis import analyse
from posecheck.exercise import load_exercise
from posecheck.store import open_store
folder, one, sample, at = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
trial = load_trial(sample)
result = analyse(trial.track, load_exercise(trial.exercise_path), settings=trial.settings)
def die(*a, **k):
    os.kill(os.getpid(), signal.SIGKILL)
if at == "poses":
    import posecheck.trial
    posecheck.trial.save_track = die
else:
    trials.fill = die
open_store(folder=folder).keep_set(one, result, trial.track, state="stopped", attempts=7)
"""


@pytest.fixture
def killed(tmp_path, practise):
    """A store of which a process was killed while it kept a set: before its poses were written, or after."""

    def kill(at):
        with open_store(folder=tmp_path / "data") as store:
            done = practise(store)
            session = store.begin_session("P-012", kind="practice")
            one = store.begin_set(
                session, position=1, exercise="elbow_flexion", side="right", role="stronger"
            )
            sample = store.folder / store.set(done.curls).trial_folder
        code = [sys.executable, "-c", textwrap.dedent(KILLED_AT), tmp_path / "data", str(one), sample, at]
        ran = subprocess.run(code, capture_output=True, text=True, timeout=60)
        assert ran.returncode == -signal.SIGKILL, ran.stderr
        return open_store(folder=tmp_path / "data"), done, one

    return kill


def test_poses_whose_rows_a_crash_took_are_taken_in(killed):
    store, done, one = killed("rows")
    with store:
        assert store.set(one).state == "running"
        assert any(ok is None and "half done" in sentence for _, ok, sentence in check(store.folder))
        (sentence,) = store.tidy()
        assert "taken in" in sentence
        assert (store.set(one).state, store.set(one).attempts) == ("stopped", 7)
        assert store.reps(one) == store.reps(done.curls)
        assert store.tidy() == []
        assert all(ok for _, ok, _ in check(store.folder))


def test_half_written_poses_are_removed_once_nobody_can_be_writing_them(killed):
    store, _, one = killed("poses")
    with store:
        (half,) = store.folder.rglob("*.partial")
        assert store.tidy() == []  # perhaps another program is at it
        os.utime(half, (0, 0))
        (sentence,) = store.tidy()
        assert "removed" in sentence
        assert not half.exists()
        assert store.set(one).state == "running"


def test_a_replacement_that_a_crash_cut_in_two_is_put_back(home, practise):
    done = practise(home)
    place = home.folder / home.set(done.curls).trial_folder
    aside = place.with_name(f".{place.name}.abc.replaced")
    aside.mkdir()
    os.replace(place, aside / place.name)
    os.utime(aside, (0, 0))
    (sentence,) = home.tidy()
    assert "put back" in sentence
    assert home.load_set(done.curls).stored["reps"]
    assert not aside.exists()


def test_poses_that_the_database_does_not_know_are_named_and_never_removed(home, practise):
    done = practise(home)
    place = home.folder / home.set(done.curls).trial_folder
    shutil.copytree(place, place.with_name("99-1"))
    (place.with_name("99-1") / "set.json").unlink()
    assert home.tidy() == []
    found = check(home.folder)
    assert [ok for what, ok, sentence in found if "does not know" in sentence] == [None]
    assert place.with_name("99-1").is_dir()


def test_a_new_database_beside_old_poses_replaces_none_of_them(tmp_path, practise):
    with open_store(folder=tmp_path) as store:
        practise(store)
    before = {path: path.read_bytes() for path in (tmp_path / "poses").rglob("*") if path.is_file()}
    for path in tmp_path.glob("posecheck.db*"):
        path.unlink()
    assert [ok for what, ok, _ in check(tmp_path) if what == "database"] == [False]
    with open_store(folder=tmp_path) as store:
        done = practise(store)
        assert store.set(done.curls).trial_folder == "poses/P-012/1-1-2"
    assert all(path.read_bytes() == content for path, content in before.items())


def test_missing_poses_are_said(home, practise):
    done = practise(home)
    shutil.rmtree(home.folder / home.set(done.curls).trial_folder)
    assert [ok for _, ok, sentence in check(home.folder) if "poses are gone" in sentence] == [False]
    assert len(home.reps(done.curls)) == 2


def test_looking_makes_nothing(tmp_path):
    assert all(ok for _, ok, _ in check(tmp_path / "none"))
    assert not (tmp_path / "none").exists()
