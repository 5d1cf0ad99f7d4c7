"""Sessions, their sets and repetitions, what was asked and what happened."""

from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select

from posecheck.errors import StoreError
from posecheck.exercise import Practice, load_practice, practice_ids
from posecheck.store import films, trials
from posecheck.store.database import Database, utc
from posecheck.store.rows import (
    by_code,
    by_key,
    narrowed,
    new_uuid,
    one_of,
    sitting,
    stored_session,
    stored_set,
)
from posecheck.store.schema import Event, ExerciseSet, Person, PracticeSession, Prompt, Rep
from posecheck.store.stored import StoredEvent, StoredPrompt
from posecheck.trial import load_trial

STATES = ("running", "done", "left", "stopped")


class Practised:
    """The part of a `Store` that knows what was done."""

    database: Database
    folder: Path

    def begin_session(self, person, *, kind, week=None, agenda=None, at=None):
        """Begin a sitting; its number. The person's profile as it is now is kept with it."""
        with self.database.writing() as session:
            owner = by_code(session, person)
            row = PracticeSession(
                uuid=new_uuid(), person_id=owner.id, started_utc=utc(at), kind=kind, week=week, state="running",
                agenda=dict(agenda or {}), profile=owner.profile, posecheck=version("posecheck"), summary={},
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def save_agenda(self, session, agenda):
        """Change what is planned for a sitting."""
        with self.database.writing() as writing:
            sitting(writing, session).agenda = dict(agenda)

    def session(self, session):
        """One sitting, by its number."""
        with self.database.reading() as reading:
            row = sitting(reading, session)
            return stored_session(row, reading.get_one(Person, row.person_id).code)

    def sessions(self, person):
        """All sittings of a person, oldest first."""
        with self.database.reading() as reading:
            owner = by_code(reading, person)
            rows = select(PracticeSession).filter_by(person_id=owner.id)
            rows = reading.scalars(rows.order_by(PracticeSession.started_utc, PracticeSession.id))
            return tuple(stored_session(row, owner.code) for row in rows)

    def running_session(self, person):
        """The newest sitting that is not over; None when there is none."""
        return next((one for one in reversed(self.sessions(person)) if one.state == "running"), None)

    def end_session(self, session, *, state="done", summary=None, at=None):
        """End a sitting: ``done``, ``left`` or ``stopped``."""
        one_of("state", state, STATES[1:])
        with self.database.writing() as writing:
            row = sitting(writing, session)
            row.state, row.summary, row.ended_utc = state, dict(summary or {}), utc(at)

    # Sets

    def begin_set(
        self, session, *, position, exercise, side, role, mode="active", level=None, target=None,
        planned_reps=None, at=None,
    ):  # fmt: skip
        """Begin a set; its number.

        A position that was begun with this exercise and not kept gives the same number again, so that a session which
        goes on after a crash finds the journal of its set. One that is kept gives a new number: it was done twice.

        Parameters
        ----------
        session : int
        position : int
            In the session.
        exercise : Practice or str
            As it was resolved, or an id.
        side, role, mode : str
        level, planned_reps : int, optional
        target : dict, optional
            By default that of the level.
        at : datetime, optional
        """
        practice = exercise if isinstance(exercise, Practice) else None
        if practice is None and exercise in practice_ids():
            practice = load_practice(exercise)
        name = exercise if practice is None else practice.id
        if target is None and practice is not None:
            asked = practice.target.get(str(level))  # pyright: ignore[reportArgumentType]
            target = {} if asked is None else asked.model_dump(mode="json", exclude_none=True)
        with self.database.writing() as writing:
            sitting(writing, session)
            begun = {"session_id": session, "position": position, "exercise": name, "state": trials.RUNNING}
            row = writing.scalar(select(ExerciseSet).filter_by(**begun))
            if row is None:
                row = ExerciseSet(
                    uuid=new_uuid(), side=side, role=role, **begun,
                    exercise_sha256=None if practice is None else practice.sha256, mode=mode, level=level,
                    assisted=False, target=dict(target or {}), planned_reps=planned_reps, started_utc=utc(at),
                    result={},
                )  # fmt: skip
                writing.add(row)
                writing.flush()
            return row.id

    def keep_set(
        self, set_id, result, track, *, at=None, state="done", edits=(), attempts=None, corrected=False
    ):
        """Keep a set that the camera saw: its trial folder, whole or not at all, then its repetitions.

        Again for a set that is kept already (a correction, with all of its `edits`): folder and repetitions are
        replaced, the time it ended stays.

        Parameters
        ----------
        set_id : int
        result : Result
        track : PoseTrack
        at : datetime, optional
        state : str
        edits : sequence of Edit
            The corrections that `result` contains.
        attempts : int, optional
            Tries that the pacer counted.
        corrected : bool
            A person is correcting just now: `edits` replace those before, also when they are fewer.

        Returns
        -------
        StoredSet

        Raises
        ------
        StoreError
            When it cannot be kept; the set is as it was before.
        """
        trials.keep(
            self.database,
            self.folder,
            set_id,
            result,
            track,
            at=at,
            state=state,
            edits=edits,
            attempts=attempts,
            corrected=corrected,
        )
        return self.set(set_id)

    def keep_edits(self, set_id, edits):
        """Write a person's corrections down at once; `keep_set` follows with what they change."""
        one = self.set(set_id)
        if one.trial_folder is not None:
            with self.database.told():
                trials.keep_edits(self.folder / one.trial_folder, edits)

    def keep_attempts(self, set_id, attempts, moved=None, *, at=None, state="done"):
        """Keep a set without a camera's result: so many tries, in so many of which something moved (None: unknown)."""
        with self.database.writing() as session:
            row = by_key(session, ExerciseSet, set_id, "set")
            row.attempts, row.moved, row.state, row.ended_utc = attempts, moved, state, utc(at)
        return self.set(set_id)

    def set(self, set_id):
        """One set, by its number."""
        with self.database.reading() as session:
            return stored_set(by_key(session, ExerciseSet, set_id, "set"))

    def sets(self, session):
        """The sets of a sitting, in order."""
        with self.database.reading() as reading:
            sitting(reading, session)
            rows = (
                select(ExerciseSet)
                .filter_by(session_id=session)
                .order_by(ExerciseSet.position, ExerciseSet.id)
            )
            return tuple(stored_set(row) for row in reading.scalars(rows))

    def sets_of(self, person, *, exercise=None, role=None, view=None):
        """The sets of a person in all sittings, oldest first: of an exercise, with a role, seen from a view."""
        with self.database.reading() as reading:
            rows = select(ExerciseSet).join(PracticeSession)
            rows = rows.where(PracticeSession.person_id == by_code(reading, person).id)
            rows = narrowed(rows, ExerciseSet, exercise=exercise, role=role, view=view)
            rows = rows.order_by(ExerciseSet.started_utc, ExerciseSet.id)
            return tuple(stored_set(row) for row in reading.scalars(rows))

    def reps(self, set_id):
        """The repetitions of a set as they were in `Result.rows`; NaN = not measurable."""
        with self.database.reading() as session:
            by_key(session, ExerciseSet, set_id, "set")
            rows = session.scalars(select(Rep.row).filter_by(set_id=set_id).order_by(Rep.number))
            return tuple(trials.as_measured(row) for row in rows)

    def load_set(self, set_id):
        """The poses of a set with its exercise, settings and corrections, as a `Trial`.

        Raises
        ------
        StoreError
            When no camera saw it.
        TrackError
            When its folder cannot be read.
        """
        one = self.set(set_id)
        if one.trial_folder is None:
            raise StoreError(
                f"Set {set_id} ({one.exercise}) was practised without a camera: it has no poses."
            )
        return load_trial(self.folder / one.trial_folder)

    def journal_path(self, set_id):
        """Where the poses of a running set are journaled; its folder is there."""
        path = trials.journal_of(self.folder, set_id)
        with self.database.told():
            trials.private(path.parent)
        return path

    def film_path(self, set_id, *, suffix=".mkv"):
        """Where a film of a set goes that somebody asked for: a new file; its folder is there."""
        with self.database.reading() as session, self.database.told():
            return films.free_path(session, self.folder, set_id, suffix)

    def films(self, person):
        """All films of a person as `StoredFilm`, oldest first; usually none."""
        with self.database.reading() as session:
            return films.films(session, self.folder, person)

    # What was said and what happened

    def prompt(self, session, kind, value, *, set_id=None, at=None):
        """Keep what a person said of themselves: effort, pain, pain_site, usual, red_flag, soreness, mood..."""
        with self.database.writing() as writing:
            sitting(writing, session)
            if set_id is not None:
                by_key(writing, ExerciseSet, set_id, "set")
            row = Prompt(
                uuid=new_uuid(), session_id=session, set_id=set_id, kind=kind, value=value, at_utc=utc(at)
            )
            writing.add(row)
            writing.flush()
            return row.id

    def prompts(self, person=None, *, session=None, set_id=None, kind=None):
        """What was said, oldest first: by a person, in a sitting, about a set, of a kind."""
        with self.database.reading() as reading:
            rows = select(Prompt).order_by(Prompt.at_utc, Prompt.id)
            if person is not None:
                rows = rows.join(PracticeSession).where(
                    PracticeSession.person_id == by_code(reading, person).id
                )
            rows = narrowed(rows, Prompt, session_id=session, set_id=set_id, kind=kind)
            return tuple(
                StoredPrompt(row.id, row.session_id, row.set_id, row.kind, row.value, row.at_utc, row.uuid)
                for row in reading.scalars(rows)
            )

    def event(self, person, kind, detail=None, *, session=None, at=None):
        """Keep something that happened to a person, in a sitting or outside one."""
        with self.database.writing() as writing:
            owner = by_code(writing, person)
            if session is not None:
                sitting(writing, session)
            row = Event(uuid=new_uuid(), person_id=owner.id, session_id=session, kind=kind, detail=dict(detail or {}),
                        at_utc=utc(at))  # fmt: skip
            writing.add(row)
            writing.flush()
            return row.id

    def events(self, person=None, *, session=None, kind=None):
        """What happened, oldest first: to a person, in a sitting, of a kind."""
        with self.database.reading() as reading:
            rows = select(Event, Person.code).join(Person).order_by(Event.at_utc, Event.id)
            owner = None if person is None else by_code(reading, person).id
            rows = narrowed(rows, Event, person_id=owner, session_id=session, kind=kind)
            return tuple(
                StoredEvent(row.id, code, row.session_id, row.kind, row.detail, row.at_utc, row.uuid)
                for row, code in reading.execute(rows)
            )
