"""The tables: people by code, plans, sessions, sets, repetitions, what was asked and what happened.

Names carry their unit, times are UTC, and what was not measured is NULL. Everything that belongs to a person goes with
the person (ON DELETE CASCADE). A change here needs a revision in ``migrations/versions``; a test compares the two.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Double, ForeignKey, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

CASCADE = "CASCADE"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time: with a time zone on the way in, in UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        # SQLite keeps the digits and drops the zone; they are always those of UTC.
        if value is None or value.tzinfo is not None:
            return None if value is None else value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables. Constraints have names of their own, so that a later revision can change them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        datetime: UtcDateTime,
        float: Double,
        dict[str, Any]: JSON,
    }


def _key():
    return mapped_column(primary_key=True)


def _uuid():
    """What this is called in every store that it is ever merged into."""
    return mapped_column(unique=True)


def _of(table):
    return mapped_column(ForeignKey(f"{table}.id", ondelete=CASCADE), index=True)


class Person(Base):
    """Somebody who practises, known by a code and never by a name."""

    __tablename__ = "person"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = _key()
    uuid: Mapped[str] = _uuid()
    code: Mapped[str] = mapped_column(unique=True)
    profile: Mapped[dict[str, Any]]
    created_utc: Mapped[datetime]


class Plan(Base):
    """A plan as it was agreed; older ones stay, the newest is in force."""

    __tablename__ = "plan"

    id: Mapped[int] = _key()
    uuid: Mapped[str] = _uuid()
    person_id: Mapped[int] = _of("person")
    toml_text: Mapped[str]
    sha256: Mapped[str]
    source: Mapped[str]
    message: Mapped[str]
    active_from_utc: Mapped[datetime]


class PracticeSession(Base):
    """One sitting: what was planned, what became of it, and the person's profile as it was then."""

    __tablename__ = "session"
    # Numbers are never used twice: folders and journals are called after them.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = _key()
    uuid: Mapped[str] = _uuid()
    person_id: Mapped[int] = _of("person")
    started_utc: Mapped[datetime]
    ended_utc: Mapped[datetime | None]
    kind: Mapped[str]
    week: Mapped[int | None]
    agenda: Mapped[dict[str, Any]]
    profile: Mapped[dict[str, Any]]
    posecheck: Mapped[str]
    state: Mapped[str]
    summary: Mapped[dict[str, Any]]


class ExerciseSet(Base):
    """One exercise, some repetitions: what was asked, how it was seen, and what the result says of the whole."""

    __tablename__ = "exercise_set"  # SET is a word of SQL
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = _key()
    uuid: Mapped[str] = _uuid()
    session_id: Mapped[int] = _of("session")
    position: Mapped[int]
    exercise: Mapped[str]
    exercise_sha256: Mapped[str | None]
    side: Mapped[str]
    role: Mapped[str]
    mode: Mapped[str]
    assisted: Mapped[bool]
    level: Mapped[int | None]
    target: Mapped[dict[str, Any]]
    planned_reps: Mapped[int | None]
    started_utc: Mapped[datetime]
    ended_utc: Mapped[datetime | None]
    state: Mapped[str]
    attempts: Mapped[int | None]
    moved: Mapped[int | None]
    view: Mapped[str | None]
    fps_median: Mapped[float | None]
    noise_sigma_deg: Mapped[float | None]
    noise_sigma_ratio: Mapped[float | None]
    engine: Mapped[str | None]
    model: Mapped[str | None]
    model_sha256: Mapped[str | None]
    trial_folder: Mapped[str | None]
    result_sha256: Mapped[str | None]
    result: Mapped[dict[str, Any]]


class Rep(Base):
    """One repetition of one side: the main columns of reps.csv, and the whole row as JSON."""

    __tablename__ = "rep"
    __table_args__ = (UniqueConstraint("set_id", "number"),)

    id: Mapped[int] = _key()
    set_id: Mapped[int] = _of("exercise_set")
    number: Mapped[int]
    side: Mapped[str]
    role: Mapped[str]
    rep: Mapped[int]
    start_s: Mapped[float | None]
    top_start_s: Mapped[float | None]
    top_end_s: Mapped[float | None]
    end_s: Mapped[float | None]
    lift_s: Mapped[float | None]
    hold_s: Mapped[float | None]
    lower_s: Mapped[float | None]
    rest_s: Mapped[float | None]
    time_sigma_s: Mapped[float | None]
    start_deg: Mapped[float | None]
    peak_deg: Mapped[float | None]
    range_deg: Mapped[float | None]
    range_sigma_deg: Mapped[float | None]
    start_ratio: Mapped[float | None]
    peak_ratio: Mapped[float | None]
    range_ratio: Mapped[float | None]
    range_sigma_ratio: Mapped[float | None]
    target_range: Mapped[float | None]
    mean_speed_dps: Mapped[float | None]
    peak_speed_dps: Mapped[float | None]
    smoothness_delta: Mapped[float | None]
    hold_sd_deg: Mapped[float | None]
    trunk_lean_deg: Mapped[float | None]
    trunk_flexion_deg: Mapped[float | None]
    shoulder_hike_deg: Mapped[float | None]
    seen_pct: Mapped[float | None]
    assisted: Mapped[bool]
    complete: Mapped[bool]
    scored: Mapped[bool]
    score: Mapped[float | None]
    tempo_score: Mapped[float | None]
    range_score: Mapped[float | None]
    steadiness_score: Mapped[float | None]
    posture_score: Mapped[float | None]
    exclusion_reason: Mapped[str | None]
    view: Mapped[str | None]
    estimator: Mapped[str | None]
    row: Mapped[dict[str, Any]]


class Prompt(Base):
    """What the person said of themselves: effort, pain and where, same as usual, red flags, soreness, mood."""

    __tablename__ = "prompt"

    id: Mapped[int] = _key()
    uuid: Mapped[str] = _uuid()
    session_id: Mapped[int] = _of("session")
    set_id: Mapped[int | None] = mapped_column(ForeignKey("exercise_set.id", ondelete=CASCADE), index=True)
    kind: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)
    at_utc: Mapped[datetime]


class Event(Base):
    """Something that happened: a stop, a red flag, the camera that went away; in a session or outside one."""

    __tablename__ = "event"

    id: Mapped[int] = _key()
    uuid: Mapped[str] = _uuid()
    person_id: Mapped[int] = _of("person")
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete=CASCADE), index=True)
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]]
    at_utc: Mapped[datetime]


class ClinicMeasure(Base):
    """Something measured by hand in the clinic and typed in: no camera saw it."""

    __tablename__ = "clinic_measure"

    id: Mapped[int] = _key()
    uuid: Mapped[str] = _uuid()
    person_id: Mapped[int] = _of("person")
    kind: Mapped[str]
    side: Mapped[str | None]
    about: Mapped[str]
    value: Mapped[float]
    measured_on: Mapped[date]
    note: Mapped[str]
    author: Mapped[str]
    created_utc: Mapped[datetime]


class Setting(Base):
    """A choice that holds for this machine, not for a person."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


REP_COLUMNS = tuple(
    column.name for column in Rep.__table__.columns if column.name not in ("id", "set_id", "number", "row")
)
"""Columns of a repetition that are columns of reps.csv as well."""
