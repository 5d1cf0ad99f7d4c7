"""What comes out of the store: frozen records without any tie to the database."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class StoredPerson:
    """Somebody who practises.

    Attributes
    ----------
    code : str
        Never a name.
    profile : dict
    created_utc : datetime
    uuid : str
        The same in every store.
    """

    code: str
    profile: dict[str, Any]
    created_utc: datetime
    uuid: str


@dataclass(frozen=True)
class StoredPlan:
    """A plan; `source` is ``default``, ``therapist`` or ``helper``, `message` the words that came with it."""

    id: int
    person: str
    toml_text: str
    sha256: str
    source: str
    message: str
    active_from_utc: datetime
    uuid: str


@dataclass(frozen=True)
class StoredSession:
    """One sitting.

    Attributes
    ----------
    id : int
    person : str
        Code.
    kind : str
    week : int or None
    agenda : dict
        As it was planned.
    profile : dict
        The person's, as it was when the session began.
    state : str
        ``running``, ``done``, ``left`` or ``stopped``.
    started_utc, ended_utc : datetime
        `ended_utc` is None while it runs.
    summary : dict
    posecheck : str
        Version that began it.
    uuid : str
        The same in every store.
    """

    id: int
    person: str
    kind: str
    week: int | None
    agenda: dict[str, Any]
    profile: dict[str, Any]
    state: str
    started_utc: datetime
    ended_utc: datetime | None
    summary: dict[str, Any]
    posecheck: str
    uuid: str


@dataclass(frozen=True)
class StoredSet:
    """One exercise of a session.

    Attributes
    ----------
    id, session, position : int
    exercise : str
        Id; `exercise_sha256` tells its text.
    side, role, mode : str
    assisted : bool
        Whether anybody helped in any repetition.
    level, planned_reps : int or None
    target : dict
    started_utc, ended_utc : datetime
        `ended_utc` is None while it runs.
    state : str
        ``running`` until it is kept.
    attempts, moved : int or None
        Counted by the pacer: so many were asked for, in so many something moved.
    view : str or None
    fps_median : float or None, Hz
    noise_sigma_deg, noise_sigma_ratio : float or None
        Of the signal at rest, median over the repetitions.
    engine, model, model_sha256 : str or None
    trial_folder : str or None
        Relative to the data folder; None when no camera saw it.
    result : dict
        Of ``result.json``, all but the repetitions.
    uuid : str
        The same in every store.
    """

    id: int
    session: int
    position: int
    exercise: str
    exercise_sha256: str | None
    side: str
    role: str
    mode: str
    assisted: bool
    level: int | None
    target: dict[str, Any]
    planned_reps: int | None
    started_utc: datetime
    ended_utc: datetime | None
    state: str
    attempts: int | None
    moved: int | None
    view: str | None
    fps_median: float | None
    noise_sigma_deg: float | None
    noise_sigma_ratio: float | None
    engine: str | None
    model: str | None
    model_sha256: str | None
    trial_folder: str | None
    result: dict[str, Any]
    uuid: str


@dataclass(frozen=True)
class StoredPrompt:
    """What the person said of themselves."""

    id: int
    session: int
    set_id: int | None
    kind: str
    value: Any
    at_utc: datetime
    uuid: str


@dataclass(frozen=True)
class StoredEvent:
    """Something that happened; `session` is None outside a session."""

    id: int
    person: str
    session: int | None
    kind: str
    detail: dict[str, Any]
    at_utc: datetime
    uuid: str


@dataclass(frozen=True)
class StoredClinicMeasure:
    """Something measured by hand in the clinic and typed in.

    Attributes
    ----------
    id : int
    person : str
        Code.
    kind : str
        Of `posecheck.store.clinic.KINDS`, which has its unit.
    side : str or None
    about : str
        Exercise or joint; may be empty.
    value : float
    measured_on : date
    note, author : str
    created_utc : datetime
        When it was typed in.
    uuid : str
    """

    id: int
    person: str
    kind: str
    side: str | None
    about: str
    value: float
    measured_on: date
    note: str
    author: str
    created_utc: datetime
    uuid: str
