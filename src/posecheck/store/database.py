"""Where the tables lie and how they are reached: SQLite beside the poses, or PostgreSQL; trouble as one sentence."""

import contextlib
import errno
import json
import os
import sqlite3
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import sessionmaker

from posecheck.errors import OutputError, StoreError
from posecheck.result import plain

FOLDER, DATABASE = "POSECHECK_DATA", "POSECHECK_DATABASE"
FILE = "posecheck.db"
_FULL = "the disk is full, so this could not be kept; what was kept before is safe. Free some space and try again."
_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: "the database cannot be written. Make its folder writable, or choose another with "
    f"{FOLDER}.",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened. Make its folder readable and writable, or choose "
    f"another with {FOLDER}.",
    sqlite3.SQLITE_NOTADB: "a posecheck database was expected, and this is another kind of file. Move it away, or "
    f"choose another folder with {FOLDER}; it was not touched.",
    sqlite3.SQLITE_CORRUPT: "the database is damaged. Copy the whole folder, then put back a backup of this file; "
    "the poses beside it are files of their own.",
    sqlite3.SQLITE_IOERR: "the disk could not be read or written, so this was not kept; what was kept before is "
    "safe. Look whether it is full or has come loose, and try again.",
}


def data_folder(folder=None):
    """The data folder: as given, else as POSECHECK_DATA says, else where this system keeps a user's data."""
    from platformdirs import user_data_dir

    return Path(folder or os.environ.get(FOLDER) or user_data_dir("posecheck", appauthor=False)).absolute()


def database_url(url, folder):
    """The database as a `URL`: as given, else as POSECHECK_DATABASE says, else a file in the data folder.

    Raises
    ------
    StoreError
        When it names neither SQLite nor PostgreSQL.
    """
    given = url or os.environ.get(DATABASE)
    if not given:
        return URL.create("sqlite", database=str(folder / FILE))
    try:
        made = make_url(given)
    except (exc.ArgumentError, ValueError):  # the latter from a port that is no number
        made = None
    kind = "" if made is None else made.get_backend_name()
    if (
        made is None
        or kind not in ("sqlite", "postgresql", "postgres")
        or (kind == "sqlite" and not made.database)
    ):
        raise StoreError(
            "A database like postgresql://USER@HOST/NAME or sqlite:////FOLDER/posecheck.db was expected "
            f"(in {DATABASE}, or as url), got {_hidden(made, given)}. Correct it, or leave it out for a file in "
            "the data folder."
        )
    return made if kind == "sqlite" else made.set(drivername="postgresql+psycopg")


def _hidden(url, given):
    """The address as it may be shown: without its password."""
    if url is not None:
        return repr(url.render_as_string(hide_password=True))
    return "something that is no address" if "@" in str(given) else repr(str(given))


@dataclass(frozen=True, eq=False)
class Database:
    """An engine and what is known of it.

    Attributes
    ----------
    engine : Engine
    path : Path or None
        The file, when it is one.
    wait_s : float, s
        How long another writer is waited for.
    """

    engine: Engine
    path: Path | None
    wait_s: float

    @property
    def where(self):
        """Its name in sentences: the path, or the address without a password."""
        return str(self.path or self.engine.url.render_as_string(hide_password=True))

    @contextlib.contextmanager
    def connecting(self, *, write=False):
        """A connection in a transaction of its own."""
        with self.told(), self._engine(write).begin() as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self):
        """A session that sees one moment of the database."""
        with self.told(), _sessions(self.engine)() as session:
            yield session

    @contextlib.contextmanager
    def writing(self):
        """A session that is kept when the block ends well and leaves no trace otherwise."""
        with self.told(), _sessions(self._engine(True)).begin() as session:
            yield session

    def _engine(self, write):
        # A transaction that begins by reading cannot always go on to write (SQLITE_BUSY at once): announce it.
        return self.engine.execution_options(sqlite_begin="IMMEDIATE") if write else self.engine

    @contextlib.contextmanager
    def told(self):
        """Trouble with the database or its disk as a `StoreError`."""
        try:
            yield
        except exc.IntegrityError:
            raise  # a mistake of ours, not of the disk
        except exc.DBAPIError as error:
            raise StoreError(f"{self.where}: {self._sentence(error.orig)}") from None
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.where}: {self._sentence(error)}") from None
        except exc.NoSuchModuleError:
            raise StoreError(f"{self.where}: this kind of database is not supported.") from None
        except OSError as error:
            raise StoreError(f"{error.filename or self.where}: {_os_sentence(error)}") from None
        except OutputError as error:
            raise StoreError(
                f"{error} What was kept before is safe; free some space or another folder."
            ) from None

    def _sentence(self, error):
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            return (
                f"a PostgreSQL database was expected here, and it did not answer as one ({first}). Look whether the "
                f"server runs and whether {DATABASE} is right; nothing was lost."
            )
        primary = code & 0xFF  # the rest is detail
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return (
                f"another program is writing here and was not done within {self.wait_s:g} s. Close it (is posecheck "
                "open twice?) and try again; nothing was lost."
            )
        return _SQLITE.get(
            primary, f"the database did not do what it was asked ({error}). Try `posecheck doctor`."
        )


def _os_sentence(error):
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _FULL
    return (
        f"nothing can be written here ({error.strerror or error}). Make the folder writable, or choose another with "
        f"{FOLDER}."
    )


def _sessions(engine):
    return sessionmaker(engine, expire_on_commit=False)


def open_database(url, *, wait_s):
    """A `Database` for a `URL`; nothing is read, written or made yet.

    Raises
    ------
    StoreError
        When PostgreSQL is asked for and its driver is not installed.
    """
    sqlite = url.get_backend_name() == "sqlite"
    wait = {"timeout": wait_s} if sqlite else {"connect_timeout": max(2, round(wait_s))}
    try:
        engine = create_engine(url, connect_args=wait, json_serializer=to_json)
    except ImportError:
        raise StoreError(
            "For PostgreSQL the driver psycopg is needed and not installed: pip install 'posecheck[postgresql]'."
        ) from None
    if not sqlite:
        return Database(engine, None, wait_s)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine, Path(str(url.database)).absolute(), wait_s)


def _prepare(connection, _record):
    connection.isolation_level = (
        None  # else sqlite3 decides when transactions begin, and leaves tables out of them
    )
    for pragma in (
        "foreign_keys = ON",
        "journal_mode = WAL",
        # FULL waits for the disk at each commit: neither kill -9 nor a power cut takes back what was kept.
        "synchronous = FULL",
        # What is deleted is overwritten with zeros: it is health data.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection):
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")


def to_json(value: Any):
    """JSON text: NaN becomes null, times ISO 8601 in UTC, dataclasses objects."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, default=_as_json)


def _as_json(value):
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def utc(at=None):
    """A moment in UTC; now, when none is given.

    Raises
    ------
    StoreError
        When it has no time zone: nobody could tell later when it was.
    """
    if at is None:
        return datetime.now(UTC)
    if at.tzinfo is None:
        raise StoreError(
            f"A time with a time zone was expected, got {at}. Pass datetime.now(UTC), for example."
        )
    return at.astimezone(UTC)
