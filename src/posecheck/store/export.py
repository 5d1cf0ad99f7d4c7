"""Everything as files that need no posecheck: CSV, JSON, trial folders, plans, and a page that explains them."""

import csv
import json
import shutil

from sqlalchemy import select

from posecheck.store import clinic
from posecheck.store.database import to_json
from posecheck.store.rows import by_code, narrowed, stored_person, stored_plan, stored_session, stored_set
from posecheck.store.schema import Event, ExerciseSet, Person, Plan, PracticeSession, Prompt, Rep
from posecheck.store.trials import VIDEOS_FOLDER
from posecheck.store.whole import appearing
from posecheck.tables import REP_COLUMNS, cell

_SECRET = "AGE-SECRET-KEY"
README = """What posecheck kept, exported on request. Health data: keep it where only the right people can read it.

Times are UTC (ISO 8601). An empty cell was not measurable. Units stand in the names: _s seconds, _deg degrees,
_dps degrees a second, _pct per cent, _hz per second. People are known by a code.

people.csv     one row a person: code, profile (JSON)
plans.csv      one row a plan: who gave it, from when it holds; the plans themselves: plans/CODE/NUMBER.toml
sessions.csv   one row a sitting: kind, week, what was planned (agenda, JSON), how it ended
sets.csv       one row a set: exercise, side, level, what was asked, how it was seen, its result (JSON)
reps.csv       one row a repetition and side: the columns of a trial's reps.csv after person, session and set_id
prompts.csv    what the person said: effort, pain, ...; value is JSON
events.csv     what happened: stops, red flags, camera trouble, ...; detail is JSON
clinic_measures.csv  one row a measure that a therapist typed in (dynamometer, Fugl-Meyer, ...); no camera saw these
settings.json  choices for this machine (only in an export of everything; keys for reading practice files are left out)
all.json       all of these tables in one file, with every digit
poses/         one folder a set, as named in sets.csv (trial_folder): pose.npz (the poses), signals.csv (angles over
               time), reps.csv, result.json, exercise.toml, edits.json where a person corrected it, set.json
videos/        films that were asked for, one folder a person, named after the uuid in sets.csv; usually none

In Python: pandas.read_csv("reps.csv"), numpy.load("pose.npz"), json.load(open("all.json")).
"""


def everything(session, *, person=None, since=None):
    """All rows as plain dicts by table, oldest first.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
    person : str, optional
        Code of the only one meant.
    since : datetime, optional
        Leave out sessions and events from before.

    Returns
    -------
    dict of str to list of dict
        ``people plans sessions sets reps prompts events``.
    """
    who = None if person is None else by_code(session, person).id
    people = session.scalars(narrowed(select(Person), Person, id=who).order_by(Person.id)).all()
    codes = {row.id: row.code for row in people}
    plans = session.scalars(
        narrowed(select(Plan), Plan, person_id=who).order_by(Plan.active_from_utc, Plan.id)
    )
    rows = narrowed(select(PracticeSession), PracticeSession, person_id=who)
    rows = rows if since is None else rows.where(PracticeSession.started_utc >= since)
    sessions = session.scalars(rows.order_by(PracticeSession.started_utc, PracticeSession.id)).all()
    persons = {row.id: codes[row.person_id] for row in sessions}
    theirs = rows.with_only_columns(PracticeSession.id)
    rows = select(ExerciseSet).where(ExerciseSet.session_id.in_(theirs))
    sets = session.scalars(rows.order_by(ExerciseSet.session_id, ExerciseSet.position, ExerciseSet.id)).all()
    session_of = {row.id: row.session_id for row in sets}
    in_sets = rows.with_only_columns(ExerciseSet.id)
    reps = session.scalars(select(Rep).where(Rep.set_id.in_(in_sets)).order_by(Rep.set_id, Rep.number))
    rows = select(Prompt).where(Prompt.session_id.in_(theirs))
    prompts = session.scalars(rows.order_by(Prompt.at_utc, Prompt.id))
    rows = narrowed(select(Event), Event, person_id=who)
    rows = rows if since is None else rows.where(Event.at_utc >= since)
    events = session.scalars(rows.order_by(Event.at_utc, Event.id)).all()
    return {
        "people": [vars(stored_person(row)) for row in people],
        "plans": [vars(stored_plan(row, codes[row.person_id])) for row in plans],
        "sessions": [vars(stored_session(row, codes[row.person_id])) for row in sessions],
        "sets": [{"person": persons[row.session_id], **vars(stored_set(row))} for row in sets],
        "reps": [
            {"person": persons[session_of[row.set_id]], "session": session_of[row.set_id], "set_id": row.set_id,
             **row.row}
            for row in reps
        ],
        "prompts": [
            {"person": persons[row.session_id], "session": row.session_id, "set_id": row.set_id, "kind": row.kind,
             "value": row.value, "at_utc": row.at_utc, "uuid": row.uuid}
            for row in prompts
        ],
        "events": [
            {"person": codes[row.person_id], "session": row.session_id, "kind": row.kind, "detail": row.detail,
             "at_utc": row.at_utc, "uuid": row.uuid}
            for row in events
        ],
    }  # fmt: skip


COLUMNS = {
    "people": ("code", "profile", "created_utc", "uuid"),
    "plans": ("id", "person", "sha256", "source", "message", "active_from_utc", "uuid"),
    "sessions": ("id", "person", "kind", "week", "state", "started_utc", "ended_utc", "agenda", "summary", "profile",
                 "posecheck", "uuid"),
    "sets": ("id", "person", "session", "position", "exercise", "side", "role", "mode", "assisted", "level",
             "planned_reps", "state", "started_utc", "ended_utc", "attempts", "moved", "view", "fps_median",
             "noise_sigma_deg", "noise_sigma_ratio", "engine", "model", "model_sha256", "exercise_sha256",
             "trial_folder", "target", "result", "uuid"),
    "reps": ("person", "session", "set_id", *REP_COLUMNS[1:]),
    "prompts": ("person", "session", "set_id", "kind", "value", "at_utc", "uuid"),
    "events": ("person", "session", "kind", "detail", "at_utc", "uuid"),
}  # fmt: skip
"""Columns of the tables that a practice file holds; columns that an exercise adds to its repetitions follow."""
EXPORTED = {**COLUMNS, "clinic_measures": clinic.COLUMNS}
"""Columns of all tables of an export: what was typed in stays with who typed it in."""
_JSON = ("profile", "agenda", "summary", "target", "result", "value", "detail")


def export_all(store, folder, *, person=None):
    """Write everything, or everything about one person, into a new folder; it appears whole or not at all.

    Parameters
    ----------
    store : Store
    folder : path
        Must not exist, or be empty.
    person : str, optional
        Code.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StoreError
        When it cannot be written; nothing is left behind then.
    """
    with store.database.reading() as session:
        typed_in = clinic.exported(session, person=person)
        tables = {**everything(session, person=person), "clinic_measures": typed_in}
    settings = {} if person else {k: v for k, v in store.settings().items() if _SECRET not in to_json(v)}
    with appearing(folder, folder=True) as partial:
        (partial / "README.txt").write_text(README, encoding="utf-8")
        for name, rows in tables.items():
            _write_table(partial / f"{name}.csv", name, rows)
        _write_json(partial / "all.json", tables)
        if not person:
            _write_json(partial / "settings.json", settings)
        for plan in tables["plans"]:
            path = partial / "plans" / plan["person"] / f"{plan['id']}.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(plan["toml_text"], encoding="utf-8", newline="")
        for one in tables["sets"]:
            if one["trial_folder"] and (store.folder / one["trial_folder"]).is_dir():
                shutil.copytree(store.folder / one["trial_folder"], partial / one["trial_folder"])
        for code in (one["code"] for one in tables["people"]):
            if (store.folder / VIDEOS_FOLDER / code).is_dir():
                shutil.copytree(store.folder / VIDEOS_FOLDER / code, partial / VIDEOS_FOLDER / code)
    return folder


def _write_table(path, name, rows):
    columns = list(dict.fromkeys([*EXPORTED[name], *(key for row in rows for key in row if name == "reps")]))
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(column, row.get(column)) for column in columns] for row in rows)


def _cell(name, value):
    if name in _JSON:
        return to_json(value)
    return value.isoformat() if hasattr(value, "isoformat") else cell(name, value)


def _write_json(path, value):
    path.write_text(
        json.dumps(json.loads(to_json(value)), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
