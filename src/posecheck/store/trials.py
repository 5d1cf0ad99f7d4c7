"""The poses of a set: a trial folder beside the database, and the rows that repeat what stands in it.

The folder comes first and is whole before any row tells of it; ``set.json`` in it says whose it is. What stands in the
folder is the truth: when a crash came between the two, `tidy` reads the rows from it.
"""

import contextlib
import hashlib
import json
import math
import os
import shutil
import time
from datetime import datetime
from statistics import median

from sqlalchemy import delete, select

from posecheck.errors import PosecheckError, StoreError
from posecheck.store.database import to_json, utc
from posecheck.store.rows import by_key
from posecheck.store.schema import REP_COLUMNS, ExerciseSet, Person, PracticeSession, Rep
from posecheck.trial import EDITS, EXERCISE, POSES, RESULT, ROWS, SIGNALS, write_trial

FACTS = "set.json"
KEPT = (POSES, ROWS, SIGNALS, RESULT, EXERCISE, EDITS)
"""Files of a trial that describe movement; videos and reports are no part of the record."""
POSES_FOLDER, JOURNALS_FOLDER, VIDEOS_FOLDER = "poses", "journals", "videos"
RUNNING = "running"
_LEFTOVER_S = 600.0  # a half-written folder that nobody has touched for so long has no writer any more
_FROM_RESULT = (
    "view",
    "fps_median",
    "noise_sigma_deg",
    "noise_sigma_ratio",
    "engine",
    "model",
    "model_sha256",
)


def keep(database, folder, set_id, result, track, *, at, state, edits, attempts, corrected=False):
    """Write the folder of a set, then its rows; see `Store.keep_set`."""
    if state == RUNNING:
        raise StoreError("A set that is kept is over: pass another state than 'running'.")
    with database.reading() as session:
        one = by_key(session, ExerciseSet, set_id, "set")
        place = place_of(session, folder, one)
        # A correction made later does not move the time at which the person stopped.
        facts = {"set": one.uuid, "state": state, "ended_utc": (one.ended_utc or utc(at)).isoformat(),
                 "attempts": one.attempts if attempts is None else attempts}  # fmt: skip
    with database.told():
        private(place.parent)
        write_trial(place, result, track, overwrite=place.exists(), edits=edits, corrected=corrected,
                    extra={FACTS: lambda path: path.write_text(to_json(facts) + "\n", encoding="utf-8")})  # fmt: skip
        settle(place)
    with database.writing() as session:
        fill(session, by_key(session, ExerciseSet, set_id, "set"), place, folder)


def keep_edits(place, edits):
    """Corrections alone, beside the poses of a set; none remove the file."""
    if not edits:
        (place / EDITS).unlink(missing_ok=True)
        return
    partial = place / f"{EDITS}.partial"
    partial.write_text(to_json([vars(edit) for edit in edits]) + "\n", encoding="utf-8")
    os.replace(partial, place / EDITS)


def place_of(session, folder, one):
    """The folder of a set: the one it has, else the first free one named after its session and position."""
    if one.trial_folder:
        return folder / one.trial_folder
    sitting = session.get(PracticeSession, one.session_id)
    code = session.get(Person, sitting.person_id).code
    stem = folder / POSES_FOLDER / code / f"{one.session_id}-{one.position}"
    place, n = stem, 2
    # Another set's poses can stand here when a database was lost and begun anew; they are not ours to replace.
    while place.exists() and owner(place) != one.uuid:
        place, n = stem.with_name(f"{stem.name}-{n}"), n + 1
    return place


def facts_of(place):
    """What ``set.json`` says; empty when it is not there or not readable."""
    try:
        facts = json.loads((place / FACTS).read_text(encoding="utf-8"))
        return facts if isinstance(facts, dict) else {}
    except (OSError, ValueError):
        return {}


def owner(place):
    """UUID of the set a folder belongs to; None when it does not say."""
    return facts_of(place).get("set")


def sha256_of(path):
    """Hash of a file; empty when there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def fill(session, one, place, folder):
    """Give a set and its repetitions what stands in its folder."""
    text = (place / RESULT).read_bytes()
    stored, facts = json.loads(text), facts_of(place)
    reps = [{name: value for name, value in row.items() if name != "trial"} for row in stored.pop("reps")]
    values = {**stored["provenance"], **stored["quality"], "view": stored["view"]}
    for unit in ("deg", "ratio"):
        values[f"noise_sigma_{unit}"] = _median(row.get(f"noise_sigma_{unit}") for row in reps)
    for name in _FROM_RESULT:
        setattr(one, name, values.get(name))
    for name in ("exercise", "exercise_sha256"):  # a person may have said that it was another one
        setattr(one, name, stored["provenance"].get(name, getattr(one, name)))
    one.assisted = any(row.get("assisted") for row in reps)
    one.attempts = facts.get("attempts")
    one.state, one.ended_utc = facts["state"], datetime.fromisoformat(facts["ended_utc"])
    one.trial_folder = place.relative_to(folder).as_posix()
    one.result_sha256, one.result = hashlib.sha256(text).hexdigest(), stored
    session.execute(delete(Rep).where(Rep.set_id == one.id))
    session.add_all(
        Rep(set_id=one.id, number=number, row=row, **{name: row.get(name) for name in REP_COLUMNS})
        for number, row in enumerate(reps, 1)
    )


def _median(values):
    known = [value for value in values if value is not None]
    return median(known) if known else None


def as_measured(row):
    """A stored row as it was in `Result.rows`: NaN where nothing was measurable."""
    return {name: math.nan if value is None else value for name, value in row.items()}


def private(folder):
    """Make a folder, and those above it, for this user alone; one that is there stays as open as it is."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another thread was quicker
            one.mkdir(mode=0o700)


def settle(place):
    """Wait until a folder and its files are on the disk: a row must not tell of poses that a power cut took."""
    for path in (*place.iterdir(), place, place.parent):
        if path.is_dir() and os.name == "nt":
            continue  # Windows opens no folders
        handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def trial_folders(folder):
    """Every folder that may hold a set, half-written ones (their names begin with a dot) included."""
    root = folder / POSES_FOLDER
    if not root.is_dir():
        return []
    return [
        place for person in sorted(root.iterdir()) if person.is_dir() for place in sorted(person.iterdir())
    ]


def tidy(database, folder):
    """Finish what a crash left half done; see `Store.tidy`."""
    done = []
    with database.told():
        for place in trial_folders(folder):
            if place.name.startswith(".") and time.time() - place.stat().st_mtime > _LEFTOVER_S:
                done.append(_clear(place))
    with database.reading() as session:
        sets = {one.uuid: one for one in session.scalars(select(ExerciseSet))}
    for place in trial_folders(folder):
        one = None if place.name.startswith(".") else sets.get(owner(place))
        if one is None or sha256_of(place / RESULT) in ("", one.result_sha256):
            continue
        if place.parent.parent.parent != folder or one.trial_folder not in (
            None,
            place.relative_to(folder).as_posix(),
        ):
            continue  # a copy that somebody made; the set has its own folder
        try:
            with database.writing() as session:
                fill(session, session.get(ExerciseSet, one.id), place, folder)
            done.append(f"{place}: taken in; a crash had come between its poses and the database.")
        except PosecheckError:
            raise
        except (KeyError, TypeError, ValueError):
            done.append(f"{place}: is not a trial as posecheck writes it, and was left alone.")
    with database.told():
        done += _old_journals(folder, {one.id: one.state for one in sets.values()})
    return done


def _clear(place):
    """Remove a half-written folder; where the two steps of replacing a trial were cut apart, the old one goes back."""
    old = next((path for path in place.iterdir() if path.is_dir()), None) if place.is_dir() else None
    if place.name.endswith(".replaced") and old is not None and not (place.parent / old.name).exists():
        os.replace(old, place.parent / old.name)
        place.rmdir()
        return f"{place.parent / old.name}: put back; a crash had interrupted its replacement."
    (shutil.rmtree if place.is_dir() else os.unlink)(place)
    return f"{place}: removed; a crash had left it half-written."


def journal_of(folder, set_id):
    """Where the poses of a running set are journaled."""
    return folder / JOURNALS_FOLDER / f"{set_id}.journal"


def _old_journals(folder, states):
    """Journals of sets that are kept: the same poses stand in their folders."""
    done = []
    for path in sorted((folder / JOURNALS_FOLDER).glob("*.journal")):
        if states.get(int(path.stem) if path.stem.isdigit() else None, RUNNING) != RUNNING:
            path.unlink()
            done.append(f"{path}: removed; its set is kept.")
    return done


def forget_files(folder, code, set_ids):
    """Remove everything on disk that belongs to a person."""
    folders = (folder / POSES_FOLDER / code, folder / VIDEOS_FOLDER / code)
    for path in (*folders, *(journal_of(folder, key) for key in set_ids)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
