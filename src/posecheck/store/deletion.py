"""Deleting, so that nothing is left: rows, poses, journals, and every copy of the database."""

import shutil

from sqlalchemy import delete, inspect, select, text

from posecheck.store import trials
from posecheck.store.passcode import Passcode
from posecheck.store.rows import by_code
from posecheck.store.schema import Base, ExerciseSet, Person, PracticeSession


def delete_person(store, code):
    """Remove a person; files first, so that a crash in between leaves a person who can be deleted again.

    Copies of the database from before a migration go as well: they still hold this person.
    """
    database = store.database
    with database.reading() as session:
        person = by_code(session, code)
        sets = session.scalars(
            select(ExerciseSet.id).join(PracticeSession).where(PracticeSession.person_id == person.id)
        ).all()
    with database.told():
        trials.forget_files(store.folder, code, sets)
        for copy in _copies(database.path):
            copy.unlink()
    with database.writing() as session:
        session.execute(delete(Person).where(Person.code == code))
    if database.path is not None:
        with database.told(), database.engine.connect() as connection:
            # Deleted pages are zeroed in the file; the log that still holds them is emptied.
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def delete_all(store):
    """Remove everything, also a PostgreSQL database's tables; the data folder itself stays, empty of ours."""
    database = store.database
    if database.path is None:
        with database.connecting(write=True) as connection:
            Base.metadata.drop_all(connection)
            if "alembic_version" in inspect(connection).get_table_names():
                connection.execute(text("DROP TABLE alembic_version"))
    store.close()
    with database.told():
        for name in (trials.POSES_FOLDER, trials.JOURNALS_FOLDER, trials.VIDEOS_FOLDER):
            if (store.folder / name).exists():
                shutil.rmtree(store.folder / name)
        Passcode(store.folder).remove()
        if database.path is not None:
            # The database last: as long as it is there, what went wrong can be tried again.
            for path in (*_copies(database.path), *_beside(database.path), database.path):
                path.unlink(missing_ok=True)


def _copies(path):
    """Copies that a migration kept, finished or not."""
    return [] if path is None else sorted(path.parent.glob(f"{path.name}.before-*"))


def _beside(path):
    """What SQLite writes beside its file."""
    return [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal")]
