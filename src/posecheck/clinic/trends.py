"""Range over the weeks, from check sets only: practice to a prescribed target measures the prescription."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from posecheck.clinic.history import CHECK
from posecheck.clinic.own_error import judged, own_error
from posecheck.clinic.recordings import Recording, of_side, recording_of, sides_of
from posecheck.clinic.wording import amount, seen_from, told_day
from posecheck.records import SIDES
from posecheck.symmetry import MIN_REPS, compare, fresh


@dataclass(frozen=True)
class Change:
    """Change of the range from one recording to a later one of the same limb.

    Attributes
    ----------
    value, low, high : float, deg or ratio
        With its 95 % interval, which holds the scatter between repetitions only.
    mdc95 : float
        From so much on a change can be told from none: that holds the camera's placing and the model's error too.
    measured : bool
        Whether that was measured on this person; otherwise it is assumed.
    beyond : bool
    words : str
    """

    value: float
    low: float
    high: float
    mdc95: float
    measured: bool
    beyond: bool
    words: str


@dataclass(frozen=True)
class Point:
    """One check set.

    Attributes
    ----------
    set_id : int
    day : date
    value : float, deg or ratio
        Median range of its scored repetitions; of the second to the seventh where there are enough of them.
    band : float
        Half width of its 95 % interval within the same set-up: the detectable change over the root of two. A constant
        error of the camera's is not in it, since it cancels in a change.
    reps : int
    change : Change or None
        Since the first point; None of that itself, and where the two cannot be compared.
    reason : str
        Why they cannot.
    """

    set_id: int
    day: date
    value: float
    band: float
    reps: int
    change: Change | None = None
    reason: str = ""


@dataclass(frozen=True)
class Trend:
    """Check sets of one exercise and side, seen from one side.

    Attributes
    ----------
    exercise, name, side, view, unit : str
    strength : str
        ``stronger``, ``weaker`` or empty where that is not known.
    points : tuple of Point
        Oldest first.
    """

    exercise: str
    name: str
    side: str
    strength: str
    view: str
    unit: str
    points: tuple[Point, ...]

    @property
    def words(self):
        """What has become of it, in one sentence."""
        first, last = self.points[0], self.points[-1]
        if len(self.points) == 1:
            return f"{amount(first.value, self.unit)} on {told_day(first.day)}; the next check set will be compared."
        since = f"{amount(first.value, self.unit)} on {told_day(first.day)}, {amount(last.value, self.unit)} on " \
                f"{told_day(last.day)}"  # fmt: skip
        told = last.change.words if last.change else f"not compared: {last.reason}"
        return f"{since}: {told}."


def trends_of(store, code):
    """Trends of a person.

    Returns
    -------
    tuple of Trend
        One for each exercise, side and view; angles from different views never share one.
    """
    found: dict[tuple, list[Recording]] = {}
    errors: dict[tuple, Any] = {}
    for one in store.sets_of(code, role=CHECK):
        if not one.trial_folder or one.state == "running":
            continue
        recording = recording_of(store, one.id)
        like = (one.exercise_sha256, recording.view, one.engine, one.model)
        if like not in errors:
            errors[like] = own_error(store, code, recording)
        for side in sides_of(recording):
            key = (recording.exercise.id, recording.view, side)
            found.setdefault(key, []).append(judged(of_side(recording, side), errors[like]))
    trends = (_trend(recordings) for _, recordings in sorted(found.items()))
    return tuple(trend for trend in trends if trend.points)


def _trend(recordings):
    """Each of the recordings that tells a range, against the first one that does."""
    points, first = [], None
    for recording in recordings:
        value, reps = range_of(recording)
        if math.isnan(value):
            continue
        mdc95, _ = recording.exercise.mdc95(recording.view)
        change, reason = (None, "") if first is None else change_between(first, recording)
        first = first or recording
        points.append(
            Point(recording.one.id, recording.day, value, mdc95 / math.sqrt(2.0), reps, change, reason)
        )
    last = recordings[-1]
    weaker = last.settings.affected
    strength = "" if weaker not in SIDES else "weaker" if last.side == weaker else "stronger"
    exercise = last.exercise
    return Trend(exercise.id, exercise.name, last.side, strength, last.view, exercise.unit, tuple(points))


def range_of(recording):
    """Median range of a recording's scored repetitions and their number; NaN from fewer than three.

    As in `posecheck.symmetry`: of the second to the seventh where these are enough, not the first, not the tired ones.
    """
    rows = [row for row in fresh(recording.own_rows) if row["scored"]]
    if len(rows) < MIN_REPS:
        return math.nan, len(rows)
    return float(np.median([row[f"range_{recording.exercise.unit}"] for row in rows])), len(rows)


def change_between(first, other):
    """Change of the same limb between two recordings, or why there is none to tell.

    Returns
    -------
    Change or None
    str
        The reason; empty when they are compared.
    """
    outcome: dict[str, Any] = compare(first, other)
    if not outcome["comparable"]:
        return None, outcome["reason"]
    return change_of(outcome, first.exercise.unit), ""


def change_of(outcome, unit):
    """The change in what `posecheck.symmetry.compare` says; None where it compared two sides."""
    if outcome.get(f"range_change_{unit}") is None:
        return None
    value, (low, high) = outcome[f"range_change_{unit}"], outcome[f"range_change_{unit}_ci95"]
    mdc95, measured = outcome[f"mdc95_{unit}"], outcome["mdc95_measured"]
    beyond = bool(outcome["beyond_mdc"])
    told = amount(value, unit, signed=True)
    known = "measured on this person" if measured else "assumed"
    least = f"detectable from {amount(mdc95, unit)} on, {known}"
    interval = " to ".join(amount(limit, unit, signed=True) for limit in (low, high))
    words = (
        f"changed by {told} (95 % interval {interval}, of the repetitions alone; {least})"
        if beyond
        else f"no measurable difference in range ({told}; {least})"
    )
    return Change(value, low, high, mdc95, measured, beyond, words)


def apart(trends):
    """What is kept apart and why: check sets of one exercise and side that were seen from several sides.

    Parameters
    ----------
    trends : sequence of Trend

    Returns
    -------
    tuple of str
    """
    views: dict[tuple, list[str]] = {}
    for trend in trends:
        views.setdefault((trend.name, trend.side), []).append(trend.view)
    return tuple(
        f"{name}, {side} side: seen from {' and from '.join(map(seen_from, seen))}. Angles seen from different sides "
        "are not compared."
        for (name, side), seen in views.items()
        if len(seen) > 1
    )
