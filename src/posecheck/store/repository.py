"""The store: people by code, their plans, sessions, sets and repetitions, what was asked and what happened."""

from pathlib import Path

from sqlalchemy import select

from posecheck.errors import StoreError
from posecheck.store import deletion, export, trials
from posecheck.store.clinic import Clinical
from posecheck.store.database import Database, data_folder, database_url, open_database
from posecheck.store.migrations import migrate
from posecheck.store.people import People
from posecheck.store.practice import Practised
from posecheck.store.schema import Setting

WAIT_S = 5.0


def open_store(url=None, folder=None, *, make=True, wait_s=WAIT_S):
    """The `Store` of this user, made when it is not there and brought up to date when it is older.

    Parameters
    ----------
    url : str, optional
        ``postgresql://USER@HOST/NAME`` or ``sqlite:////FOLDER/posecheck.db``; otherwise POSECHECK_DATABASE,
        otherwise ``posecheck.db`` in the folder.
    folder : path, optional
        Where poses lie; otherwise POSECHECK_DATA, otherwise the place this system has for a user's data.
    make : bool
        Whether to make it where there is none.
    wait_s : float, s
        How long another program that writes is waited for.

    Raises
    ------
    StoreError
        When it cannot be opened; one sentence says why and what helps.
    """
    folder = data_folder(folder)
    database = open_database(database_url(url, folder), wait_s=wait_s)
    if not make and database.path is not None and not database.path.exists():
        raise StoreError(f"{folder}: nothing is stored here yet. A session in the app is the first.")
    try:
        with database.told():
            trials.private(folder)
            if database.path is not None:
                trials.private(database.path.parent)
                # Made before SQLite does, so that nobody else can read it.
                database.path.touch(mode=0o600, exist_ok=True)
        migrate(database)
    except BaseException:
        database.engine.dispose()
        raise
    return Store(database, folder)


class Store(People, Practised, Clinical):
    """Everything that is kept. Use it as a context manager; every method may be called from any thread.

    Each method is one transaction: when it returns, it is kept; when it raises, nothing has changed.

    Attributes
    ----------
    folder : Path
        Where poses and journals lie.
    """

    def __init__(self, database: Database, folder: Path):
        self.database, self.folder = database, folder

    def __enter__(self):
        return self

    def __exit__(self, *_trouble):
        self.close()

    def close(self):
        """Let go of the database."""
        self.database.engine.dispose()

    @property
    def there(self):
        """False once somebody deleted everything."""
        return self.database.path is None or self.database.path.exists()

    # Choices for this machine

    def settings(self):
        """All of them, as a dict."""
        with self.database.reading() as session:
            return {row.key: row.value for row in session.scalars(select(Setting).order_by(Setting.key))}

    def setting(self, key, default=None):
        """One of them."""
        return self.settings().get(key, default)

    def save_setting(self, key, value):
        """Keep one; it replaces the one before."""
        with self.database.writing() as session:
            session.merge(Setting(key=key, value=value))

    # All of it

    def tidy(self):
        """Finish what a crash left half done; sentences about what was found.

        A folder whose rows are missing is taken in, a half-written one removed, a journal of a kept set removed. A
        folder of which the database knows nothing is left alone (`check` names it): it may be all that is left.
        """
        return trials.tidy(self.database, self.folder)

    def export_all(self, folder, *, person=None):
        """Everything, or everything about one person, as files that need no posecheck; see `export.export_all`."""
        return export.export_all(self, folder, person=person)

    def delete_person(self, code):
        """Remove a person: rows, poses, journals, and copies of the database that still hold them."""
        deletion.delete_person(self, code)

    def delete_all(self):
        """Remove everything that posecheck keeps; the store is closed then."""
        deletion.delete_all(self)
