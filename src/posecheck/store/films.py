"""Films of single sets that somebody asked for, beside the database; all others were never made."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from posecheck.store import trials
from posecheck.store.rows import by_code, by_key
from posecheck.store.schema import ExerciseSet, Person, PracticeSession

SUFFIXES = (".mkv", ".mp4")  # as the camera gave it, and as a browser shows it


@dataclass(frozen=True)
class StoredFilm:
    """One film.

    Attributes
    ----------
    path : Path
    set_id : int
    exercise, side, role : str
    at_utc : datetime
        When the set began.
    size_bytes : int
    """

    path: Path
    set_id: int
    exercise: str
    side: str
    role: str
    at_utc: datetime
    size_bytes: int


def free_path(session, folder, set_id, suffix):
    """Where the next film of a set goes: named after its UUID, which is the same in every store."""
    one = by_key(session, ExerciseSet, set_id, "set")
    sitting = session.get(PracticeSession, one.session_id)
    home = folder / trials.VIDEOS_FOLDER / session.get(Person, sitting.person_id).code
    trials.private(home)
    path, n = home / f"{one.uuid}{suffix}", 2
    while path.exists():
        path, n = home / f"{one.uuid}-{n}{suffix}", n + 1
    return path


def films(session, folder, code):
    """All films of a person, oldest first."""
    rows = (
        select(ExerciseSet)
        .join(PracticeSession)
        .where(PracticeSession.person_id == by_code(session, code).id)
    )
    sets = {one.uuid: one for one in session.scalars(rows)}
    found = []
    for path in sorted((folder / trials.VIDEOS_FOLDER / code).glob("*")):
        # A UUID's length; what follows counts the films of a set.
        one = sets.get(path.stem[:36]) if path.suffix in SUFFIXES else None
        if one is not None:
            size = path.stat().st_size
            found.append(StoredFilm(path, one.id, one.exercise, one.side, one.role, one.started_utc, size))
    return tuple(sorted(found, key=lambda film: (film.at_utc, film.path.name)))
