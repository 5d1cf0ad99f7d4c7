"""Stored sets that the camera saw, as they are compared: from their rows, without reading the poses again."""

import csv
import math
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from posecheck.clinic.wording import day_of
from posecheck.errors import StoreError
from posecheck.exercise import Exercise, load_exercise
from posecheck.records import SIDES, Settings
from posecheck.rules import times_told
from posecheck.signals import SIGNALS
from posecheck.store import StoredSet
from posecheck.symmetry import measured_side
from posecheck.trial import EXERCISE
from posecheck.trial import SIGNALS as SIGNALS_FILE

POINTS = 101  # of a repetition, from its beginning to its end
TIMED_AT, UNTIMED_AT = (0.0, 0.4, 0.6, 1.0), (0.0, 0.5, 1.0)
"""Where beginning, (end of the lift, end of the hold) or top, and end of a repetition lie when they are aligned."""
_SEEN_PART = 0.9  # of a repetition, for its curve to be told


@dataclass(frozen=True, eq=False)
class Recording:
    """A stored set with what `posecheck.symmetry.compare` asks of a `Result`; its numbers are those of the store.

    Attributes
    ----------
    one : StoredSet
    day : date
    person : str
    exercise : Exercise
        As it was when the set was kept.
    settings : Settings
    view : str
    rows : tuple of dict
        Repetitions; NaN = not measurable.
    quality, provenance : dict
    """

    one: StoredSet
    day: date
    person: str
    exercise: Exercise
    settings: Settings
    view: str
    rows: tuple[dict[str, Any], ...]
    quality: dict[str, Any]
    provenance: dict[str, Any]

    @property
    def side(self):
        """The side that it tells of: the one asked for, the near one, or the one with more scored repetitions."""
        return measured_side(self)

    @property
    def own_rows(self):
        """Whole repetitions of its side."""
        return tuple(row for row in self.rows if row["side"] == self.side and row["complete"])


def sides_of(recording):
    """The sides that it tells of: both, where both moved and were measured in one set."""
    if recording.settings.side in SIDES:
        return (recording.side,)
    moved = [side for side in SIDES if any(row["complete"] and row["side"] == side for row in recording.rows)]
    return tuple(moved) if len(moved) == 2 else (recording.side,)


def of_side(recording, side):
    """The same recording as one of a side."""
    return replace(recording, settings=replace(recording.settings, side=side))


def recording_of(store, set_id):
    """A stored set as a `Recording`.

    Raises
    ------
    StoreError
        When no camera saw it, or it is still under way.
    """
    one = store.set(set_id)
    if one.trial_folder is None or not one.result:
        raise StoreError(f"Set {set_id} was practised without a camera: there is nothing to compare.")
    session, known = store.session(one.session), {each.name for each in fields(Settings)}
    told = one.result["provenance"]["settings"]
    settings = Settings(**{name: value for name, value in told.items() if name in known})
    return Recording(
        one=one,
        day=day_of(session.started_utc),
        person=session.person,
        exercise=load_exercise(store.folder / one.trial_folder / EXERCISE),
        settings=replace(settings, side=one.side) if one.side in SIDES else settings,
        view=one.result["view"],
        rows=store.reps(one.id),
        quality=one.result["quality"],
        provenance=one.result["provenance"],
    )


def camera_sets(store, code):
    """Sets that the camera saw, newest first, each with its session.

    Returns
    -------
    tuple of (StoredSession, StoredSet)
    """
    return tuple(
        (session, one)
        for session in reversed(store.sessions(code))
        for one in reversed(store.sets(session.id))
        if one.trial_folder and one.state != "running"
    )


# ── aligned by phase ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Aligned:
    """The repetitions of a recording on top of one another.

    Attributes
    ----------
    part : (P,) array
        0 at the beginning of a repetition, 1 at its end; see `TIMED_AT` and `UNTIMED_AT`.
    middle, low, high : (P,) array, deg or ratio
        Median, lowest and highest of the repetitions.
    reps : int
    """

    part: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    reps: int


def timed(recording):
    """Whether its view tells when a lift and a hold end."""
    watch = recording.exercise.view.get(recording.view)
    rows = recording.own_rows
    return bool(watch and times_told(watch) and rows) and all(
        math.isfinite(row["top_start_s"]) for row in rows
    )


def aligned(store, recording, *, by_phase):
    """Its angle over the phases of a repetition.

    Parameters
    ----------
    store : Store
    recording : Recording
    by_phase : bool
        Align the ends of lift and hold too; otherwise the top.

    Returns
    -------
    Aligned or None
        None where no repetition was seen well enough.
    """
    t_s, angle = angle_of(store, recording)
    # Where the range of a repetition is withheld, so is its curve: it would show the same number.
    told = [row for row in recording.own_rows if math.isfinite(row[f"range_{recording.exercise.unit}"])]
    knots = moments(recording, t_s, angle, by_phase=by_phase, rows=told)
    curves = [_curve(t_s, angle, each, by_phase) for each in knots]
    known = np.array([curve for curve in curves if curve is not None])
    if not len(known):
        return None
    part = np.linspace(0.0, 1.0, POINTS)
    return Aligned(part, np.median(known, axis=0), known.min(axis=0), known.max(axis=0), len(known))


def moments(recording, t_s, angle, *, by_phase, rows=None):
    """Times in each whole repetition, or in `rows`: beginning, (end of lift, end of hold) or top, and end, in s."""
    found = []
    for row in recording.own_rows if rows is None else rows:
        begin_s, end_s = row["start_s"], row["end_s"]
        if by_phase:
            knots = (begin_s, row["top_start_s"], row["top_end_s"], end_s)
        else:
            inside = np.flatnonzero((t_s >= begin_s) & (t_s <= end_s) & np.isfinite(angle))
            if not len(inside):
                continue
            knots = (begin_s, float(t_s[inside[np.argmax(recording.exercise.sign * angle[inside])]]), end_s)
        if all(math.isfinite(knot) for knot in knots):
            found.append(knots)
    return found


def _curve(t_s, angle, knots_s, by_phase):
    at = np.interp(np.linspace(0.0, 1.0, POINTS), TIMED_AT if by_phase else UNTIMED_AT, knots_s)
    during = (t_s >= knots_s[0]) & (t_s <= knots_s[-1])
    seen = during & np.isfinite(angle)
    if seen.sum() < _SEEN_PART * max(during.sum(), 2):
        return None
    return np.interp(at, t_s[seen], angle[seen])


def angle_of(store, recording):
    """Times and angle of its side, as they lie beside the poses: (T,) s and (T,) deg or ratio, NaN = not seen."""
    movement = recording.exercise.movement.signal
    name = f"{recording.side}_{movement}"
    unit = SIGNALS[movement].unit
    name = name if name.endswith(f"_{unit}") else f"{name}_{unit}"
    path = store.folder / recording.one.trial_folder / SIGNALS_FILE
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            rows = [(row["t_s"], row.get(name) or "nan") for row in csv.DictReader(stream)]
    except (OSError, KeyError) as error:
        raise StoreError(f"{path}: the angles of this set cannot be read ({error}).") from None
    values = np.array(rows, np.float64).reshape(-1, 2)
    return values[:, 0], values[:, 1]
