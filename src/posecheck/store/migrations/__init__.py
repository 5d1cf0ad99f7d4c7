"""The way from any earlier schema to this one: Alembic revisions, run from here, with no alembic.ini and no env.py."""

import contextlib
import os
import sqlite3
from pathlib import Path

from sqlalchemy import inspect, text

from posecheck.errors import StoreError

HERE = Path(__file__).parent
HEAD = "0002"
"""Newest revision in ``versions``. Known by name, so that opening an up-to-date store need not load Alembic."""
_LOCK = 7_613_231  # of PostgreSQL, so that two programs that start together do not both make the tables


def revision_of(connection):
    """The revision a database is at; None for an empty one.

    Raises
    ------
    StoreError
        When it holds tables that are not ours.
    """
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables:
        raise StoreError(
            f"{_where(connection)}: a posecheck database was expected, and this one holds other tables "
            f"({', '.join(sorted(tables)[:3])}). Name another database or folder; nothing was changed."
        )
    return None


def migrate(database, *, scripts=HERE, head=HEAD):
    """Bring a database to the newest revision; all of it or nothing.

    A SQLite file that is not empty is copied beside itself first, as ``<name>.before-<revision>``.

    Parameters
    ----------
    database : Database
    scripts : path
        Folder that holds ``versions``.
    head : str
        Newest revision in it.

    Raises
    ------
    StoreError
        When the database is newer than this posecheck, or not ours.
    """
    with database.connecting() as connection:
        found = revision_of(connection)
    if found == head:
        return
    with database.connecting(write=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        found = revision_of(connection)  # another program may just have done it
        directory = _directory(scripts)
        _known(connection, found, directory)
        if found == head:
            return
        if found is not None and database.path is not None:
            _copy_beside(database.path, head)
        _upgrade(connection, directory)


def _directory(scripts):
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(scripts))


def _known(connection, found, directory):
    known = [script.revision for script in directory.walk_revisions()]
    if found is not None and found not in known:
        from importlib.metadata import version

        raise StoreError(
            f"{_where(connection)}: this database was written by a newer posecheck (schema {found}; version "
            f"{version('posecheck')} knows up to {known[0]}). Update posecheck; nothing was changed."
        )


def _upgrade(connection, directory):
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

    def steps(revision, _context):
        return directory._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), directory, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def _copy_beside(path, head):
    """A whole copy of a SQLite file, what still stands in its log included."""
    copy = path.with_name(f"{path.name}.before-{head}")
    partial = path.with_name(f"{path.name}.before-{head}.partial")
    try:
        closing = contextlib.closing
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as copied:
            source.backup(copied)
        partial.chmod(0o600)
        os.replace(partial, copy)
    finally:
        partial.unlink(missing_ok=True)


def _where(connection):
    url = connection.engine.url
    return url.database if connection.dialect.name == "sqlite" else url.render_as_string(hide_password=True)
