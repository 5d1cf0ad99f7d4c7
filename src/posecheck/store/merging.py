"""What a practice file holds, taken into another store: everything once, by its UUID."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import StatementError

from posecheck.errors import StoreError
from posecheck.store import trials
from posecheck.store.database import to_json
from posecheck.store.rows import by_code
from posecheck.store.schema import Event, ExerciseSet, Person, Plan, PracticeSession, Prompt
from posecheck.store.whole import appearing

_SET_FACTS = ("position", "exercise", "exercise_sha256", "side", "role", "mode", "assisted", "level", "target",
              "planned_reps", "started_utc", "ended_utc", "state", "attempts", "moved", "result")  # fmt: skip


@dataclass(frozen=True)
class Merged:
    """What was new.

    Attributes
    ----------
    person : str
        Code under which it lies here.
    plans, sessions, sets, prompts, events : int
    """

    person: str
    plans: int = 0
    sessions: int = 0
    sets: int = 0
    prompts: int = 0
    events: int = 0


def merge_practice_file(store, contents, *, person=None):
    """Take a practice file into a store; all of it or nothing, and nothing twice.

    What is here already stays as it is, corrections included; only what was still running is brought up to date.

    Parameters
    ----------
    store : Store
    contents : PracticeFile
    person : str, optional
        Code of the person here to whom it belongs. Otherwise it goes to the one it came from or went to before; a
        new one gets the code of the file, with ``-2`` where that is another person's.

    Returns
    -------
    Merged

    Raises
    ------
    StoreError
        When it cannot be kept, or contradicts itself.
    """
    made: list[Path] = []
    try:
        with store.database.writing() as session:
            owner = _owner(session, contents, person)
            counted = _Merging(session, store.folder, owner, contents, made).run()
            _keep_videos(store.folder, owner.code, contents.videos, made)
    except BaseException as error:
        for path in made:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        if isinstance(error, KeyError | TypeError | ValueError | StatementError):
            raise StoreError(
                f"This practice file contradicts itself ({type(error).__name__}), so nothing of it was taken "
                "in. Ask for it to be made again."
            ) from None
        raise
    return Merged(owner.code, **counted)


def _owner(session, contents, code):
    """The person here to whom the practice belongs; made where there is none."""
    if code is not None:
        return by_code(session, code)
    (theirs,) = contents.tables["people"]
    same = session.scalar(select(Person).filter_by(uuid=theirs["uuid"]))
    if same is not None:
        return same
    known = [row["uuid"] for row in contents.tables["sessions"]]
    before = select(Person).join(PracticeSession).where(PracticeSession.uuid.in_(known)).limit(1)
    went_to = session.scalar(before)
    if went_to is not None:
        return went_to
    taken = {code.lower() for code in session.scalars(select(Person.code))}
    code, n = theirs["code"], 2
    while code.lower() in taken:
        code, n = f"{theirs['code'][:36]}-{n}", n + 1
    made = Person(
        uuid=theirs["uuid"], code=code, profile=theirs["profile"], created_utc=theirs["created_utc"]
    )
    session.add(made)
    session.flush()
    return made


class _Merging:
    def __init__(self, session, folder, owner, contents, made):
        self._session, self._folder, self._owner = session, folder, owner
        self._tables, self._poses, self._made = contents.tables, contents.poses, made
        self._session_of, self._set_of = {}, {}
        self._counted = dict.fromkeys(("plans", "sessions", "sets", "prompts", "events"), 0)

    def run(self):
        for table in self._counted:
            for row in self._tables[table]:
                self._counted[table] += getattr(self, f"_{table}")(row)
        return self._counted

    def _have(self, table, row):
        return self._session.scalar(select(table).filter_by(uuid=row["uuid"]))

    def _add(self, made):
        self._session.add(made)
        self._session.flush()
        return made

    def _plans(self, row):
        if self._have(Plan, row) is not None:
            return False
        names = ("uuid", "toml_text", "sha256", "source", "message", "active_from_utc")
        self._add(Plan(person_id=self._owner.id, **{name: row[name] for name in names}))
        return True

    def _sessions(self, row):
        have = self._have(PracticeSession, row)
        new = have is None
        if new or have.state == "running":
            names = (
                "started_utc",
                "ended_utc",
                "kind",
                "week",
                "agenda",
                "profile",
                "posecheck",
                "state",
                "summary",
            )
            have = have or PracticeSession(uuid=row["uuid"], person_id=self._owner.id)
            for name in names:
                setattr(have, name, row[name])
            self._add(have)
        self._session_of[row["id"]] = have.id
        return new

    def _sets(self, row):
        have = self._have(ExerciseSet, row)
        new = have is None
        if new or have.state == trials.RUNNING:
            have = have or ExerciseSet(uuid=row["uuid"], session_id=self._session_of[row["session"]])
            for name in _SET_FACTS:
                setattr(have, name, row[name])
            self._add(have)
            if row["uuid"] in self._poses:
                self._take_in(have, row, self._poses[row["uuid"]])
        self._set_of[row["id"]] = have.id
        return new

    def _take_in(self, one, row, files):
        if not {trials.POSES, trials.RESULT} <= set(files):
            raise ValueError("poses without a result")
        place = trials.place_of(self._session, self._folder, one)
        trials.private(place.parent)
        if place.exists():  # of the same set, left behind by a merge that was interrupted
            shutil.rmtree(place)
        self._made.append(place)
        facts = {
            "set": one.uuid,
            "state": row["state"],
            "ended_utc": row["ended_utc"],
            "attempts": row["attempts"],
        }
        with appearing(place, folder=True) as partial:
            for name, content in files.items():
                (partial / name).write_bytes(content)
            (partial / trials.FACTS).write_text(to_json(facts) + "\n", encoding="utf-8")
        trials.settle(place)
        trials.fill(self._session, one, place, self._folder)
        self._session.flush()

    def _prompts(self, row):
        if self._have(Prompt, row) is not None:
            return False
        about = None if row["set_id"] is None else self._set_of[row["set_id"]]
        names = ("uuid", "kind", "value", "at_utc")
        at = self._session_of[row["session"]]
        self._add(Prompt(session_id=at, set_id=about, **{name: row[name] for name in names}))
        return True

    def _events(self, row):
        if self._have(Event, row) is not None:
            return False
        # With `since`, an event of a sitting that began before comes without it.
        at = self._session_of.get(row["session"])
        names = ("uuid", "kind", "detail", "at_utc")
        self._add(Event(person_id=self._owner.id, session_id=at, **{name: row[name] for name in names}))
        return True


def _keep_videos(folder, code, videos, made):
    for name, content in videos.items():
        path = folder / trials.VIDEOS_FOLDER / code / name
        trials.private(path.parent)
        if not path.exists():
            made.append(path)
            with appearing(path, folder=False) as partial:
                partial.write_bytes(content)
