"""Why a value is missing, in words: whatever a report withholds reads "not measured: why"."""

import math
from collections import Counter

from posecheck.records import SIDES
from posecheck.rules import times_told
from posecheck.signals import SIGNALS

WITHHELD = "not measured: "
_TIMED = ("lift_s", "hold_s", "lower_s", "top_start_s", "top_end_s", "time_sigma_s", "mean_speed_dps",
          "peak_speed_dps", "rest_s")  # fmt: skip
_SCORES = (
    "score",
    "score_low",
    "score_high",
    "tempo_score",
    "range_score",
    "steadiness_score",
    "posture_score",
)
_PREFIXES = ("not scored: ", "range not measured: ", "phases not timed: ")
_TOLD = {
    "far limb": "away from the camera",
    "assisted": "helped by a hand",
    "range not measured from this view": "this view does not tell the range",
}


def missing(value):
    """Whether a value of a row says "not measurable"."""
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def told_reason(reason):
    """An exclusion as it reads behind "not measured: ".

    Examples
    --------
    >>> told_reason("not scored: left wrist hidden 38 % of the lift"), told_reason("far limb")
    ('left wrist hidden 38 % of the lift', 'away from the camera')
    """
    for prefix in _PREFIXES:
        reason = reason.removeprefix(prefix)
    return _TOLD.get(reason, reason)


def why_not(row, column, result):
    """Why a value of a row is missing, in words.

    Parameters
    ----------
    row : dict
    column : str
    result : Result

    Returns
    -------
    str
        Never empty.
    """
    reason = told_reason(row["exclusion_reason"])
    if not row["complete"] or row["exclusion_reason"] == "far limb":
        return reason or "it was not finished"
    own = _by_column(row, column, result)
    return own or reason or "it was not seen well enough"


def _by_column(row, column, result):
    exercise, view = result.exercise, result.view
    watch = exercise.view.get(view)
    if column in _SCORES:
        return _why_no_score(row, column)
    if column == "baseline_range":
        return "no check set of this person is stored with the exercise"
    if column.startswith("target_"):
        return "at one's own pace"
    if (
        watch is not None
        and not times_told(watch)
        and (column in _TIMED or column in ("sparc", "smoothness_delta"))
    ):
        return "lift and lowering are not timed from this view"
    if column == "rest_s" and not missing(row["lift_s"]):
        return "the first repetition of a set"
    if column in ("sparc", "smoothness_delta", "peak_speed_dps") and result.provenance.get("smoothed"):
        return "the engine smooths over time"
    if column in ("sparc", "smoothness_delta") and not missing(row["lift_s"]) and not missing(row["lower_s"]):
        return "" if row["exclusion_reason"] else "noise hides whether it was smooth"
    if column.startswith("hold_s") and column != "hold_s" and not missing(row["hold_s"]):
        return "" if row["hold_s"] >= 1.5 else "no hold of 1.5 s or more"
    if column.startswith("other_limb"):
        return "the other limb is away from the camera" if view in SIDES else "the other limb was not seen"
    if column in ("helper_pct", "own_hand_pct"):
        return "no such hand was seen"
    told = {f"{check.id}_{SIGNALS[check.signal].unit}" for check in exercise.checks(view)}
    known = {f"{check.id}_{SIGNALS[check.signal].unit}" for check in exercise.check}
    if column not in told and column in known | {"trunk_lean_deg", "trunk_flexion_deg", "shoulder_hike_deg"}:
        return "it is not looked out for from this view"
    return ""


def _why_no_score(row, column):
    if row["kind"] == "check":
        return "a check set is not scored"
    if row["role"] == "affected":
        return "the weaker side gets no score"
    if row["assisted"] or row["exclusion_reason"]:
        return ""
    if column == "posture_score":
        return "no body movement that counts is looked out for from this view"
    if column == "steadiness_score":
        return "noise hides whether it was smooth"
    return "too few of its parts were measured"


def most_common_reason(rows, column, result):
    """The reason that most of the rows share for a missing value."""
    reasons = Counter(why_not(row, column, result) for row in rows if missing(row.get(column)))
    return reasons.most_common(1)[0][0] if reasons else ""
