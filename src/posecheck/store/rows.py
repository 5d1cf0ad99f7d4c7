"""Rows of the database found, and turned into what leaves it."""

import uuid

from sqlalchemy import select

from posecheck.errors import StoreError
from posecheck.store.schema import Person, PracticeSession
from posecheck.store.stored import StoredPerson, StoredPlan, StoredSession, StoredSet


def new_uuid():
    """A name that no other store gives to anything."""
    return str(uuid.uuid4())


def one_of(name, value, known):
    """Refuse a word that is not one of the known ones."""
    if value not in known:
        raise StoreError(f"{name} must be one of {', '.join(known)}, got {value!r}.")


def by_key(session, table, key, name):
    """A row by its number.

    Raises
    ------
    StoreError
        When there is none.
    """
    row = session.get(table, key)
    if row is None:
        raise StoreError(f"There is no {name} {key} here. Look with `posecheck data show`.")
    return row


def by_code(session, code):
    """The row of a person; as `by_key`."""
    row = session.scalar(select(Person).filter_by(code=code))
    if row is None:
        raise StoreError(f"Nobody here has the code {code!r}. `posecheck data show` lists the codes.")
    return row


def sitting(session, key):
    """The row of a session; as `by_key`."""
    return by_key(session, PracticeSession, key, "session")


def narrowed(rows, table, **wanted):
    """A query with those of the conditions that are not None."""
    return rows.where(*(getattr(table, name) == value for name, value in wanted.items() if value is not None))


def stored_person(row):
    """`StoredPerson` of a row."""
    return StoredPerson(row.code, row.profile, row.created_utc, row.uuid)


def stored_plan(row, code):
    """`StoredPlan` of a row."""
    return StoredPlan(
        row.id, code, row.toml_text, row.sha256, row.source, row.message, row.active_from_utc, row.uuid
    )  # fmt: skip


def stored_session(row, code):
    """`StoredSession` of a row."""
    return StoredSession(
        row.id, code, row.kind, row.week, row.agenda, row.profile, row.state, row.started_utc, row.ended_utc,
        row.summary, row.posecheck, row.uuid,
    )  # fmt: skip


def stored_set(row):
    """`StoredSet` of a row."""
    facts = {name: getattr(row, name) for name in StoredSet.__dataclass_fields__ if name != "session"}
    return StoredSet(session=row.session_id, **facts)
