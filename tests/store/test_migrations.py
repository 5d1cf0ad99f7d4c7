"""From any earlier schema to this one, and not from a later one."""

import shutil
import sqlite3
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from evening import entries
from sqlalchemy import text

from posecheck.errors import StoreError
from posecheck.store import check, open_store
from posecheck.store.database import database_url, open_database
from posecheck.store.migrations import HEAD, HERE, migrate
from posecheck.store.schema import Base

LATER_HEAD = f"{int(HEAD) + 1:04d}"
LATER = '''"""A note."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = {later!r}, {head!r}
def upgrade():
    op.add_column("person", sa.Column("note", sa.String()))
    {then}
'''


@pytest.fixture
def later(tmp_path):
    """Migrations with one more revision, whose last line is given."""

    def write(then="pass"):
        shutil.copytree(HERE, tmp_path / "later", dirs_exist_ok=True)
        text = LATER.format(then=then, later=LATER_HEAD, head=HEAD)
        (tmp_path / "later" / "versions" / f"r{LATER_HEAD}_note.py").write_text(text)
        return tmp_path / "later"

    return write


def test_the_tables_are_those_of_the_models(store):
    with store.database.connecting() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_newest_revision_is_known_by_name():
    assert ScriptDirectory(str(HERE)).get_current_head() == HEAD


def test_a_newer_database_is_refused_and_stays_as_it_is(url, tmp_path):
    with open_store(url, tmp_path) as store, store.database.connecting(write=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        StoreError, match=r"written by a newer posecheck \(schema 9999; .*nothing was changed\.$"
    ) as caught:
        open_store(url, tmp_path)
    assert "\n" not in str(caught.value)
    found = check(tmp_path, url)
    assert [ok for what, ok, _ in found if what == "database"] == [False]


def test_a_database_that_has_something_is_copied_before_it_changes(tmp_path, practise, later):
    with open_store(folder=tmp_path / "data") as store:
        done = practise(store)
        migrate(store.database, scripts=later(), head=LATER_HEAD)
        assert store.sets(done.session)[0].exercise == "elbow_flexion"
        # The log is not yet part of the file; the copy has it all the same.
        with sqlite3.connect(tmp_path / "data" / f"posecheck.db.before-{LATER_HEAD}") as copy:
            assert copy.execute("SELECT count(*) FROM rep").fetchone() == (2,)
            assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
        copy.close()
        with store.database.connecting() as connection:
            assert connection.execute(text("SELECT note FROM person")).all() == [(None,)]


def test_a_new_database_needs_no_copy(home):
    assert {name for name in entries(home.folder) if "before" in name} == set()


def test_a_migration_that_fails_changes_nothing(url, tmp_path, later):
    with open_store(url, tmp_path / "data") as store:
        store.save_person("P-012", {})
        with pytest.raises(StoreError):
            migrate(store.database, scripts=later(then='op.execute("nonsense")'), head=LATER_HEAD)
        with store.database.connecting() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert [person.code for person in store.people()] == ["P-012"]


def test_programs_that_start_together_make_the_tables_once(url, tmp_path):
    trouble = []

    def start():
        database = open_database(database_url(url, tmp_path), wait_s=10)
        try:
            migrate(database)
        except Exception as error:
            trouble.append(error)
        finally:
            database.engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    open_store(url, tmp_path).close()
