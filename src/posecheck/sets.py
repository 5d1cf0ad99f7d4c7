"""What a set of repetitions says as a whole: its middle and spread, its attempts, and signs of fatigue within it.

Pure functions of rows, so that a live set that has come to its seventh repetition is judged as the stored one is.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from posecheck.metrics import METRICS
from posecheck.rules import SEEN_TIMED_PCT
from posecheck.scores import check_excess
from posecheck.signals import GRAIN, SIGNALS

FIRST = 3  # repetitions that the later ones are held against
CV_MIN_REPS = 4
RANGE_FADES, TIME_CHANGES, SMOOTHNESS_FALLS = 0.15, 0.30, 0.5  # part of the range, part of a time, arc length
TIME_MDC_S = 0.5  # a single phase time must change by more than this to have changed (docs/basis.md, Fatigue)
PAUSE_TIMES, SAG_DPS = 2.0, 3.0
SIGNS_TO_OFFER_REST = 2
_SUMMED = ("lift_s", "hold_s", "lower_s", "rest_s", "smoothness_delta")


@dataclass(frozen=True)
class Sign:
    """A sign of fatigue.

    Attributes
    ----------
    sign : str
        ``range_fading``, ``rushing_or_stalling``, ``stop_start``, ``new_posture_help``, ``longer_pauses`` or
        ``sagging_hold``.
    side : str
    rep : int
        The second of the two repetitions in a row that show it.
    why : str
    """

    sign: str
    side: str
    rep: int
    why: str


def fatigue_signs(rows, findings, exercise):
    """Signs of fatigue on one side of one set, in the order in which they appear, each once.

    A check set is not paced and shows none.

    Each is held against the first three scored repetitions and must show in two repetitions in a row. They are untested
    rules of thumb: they offer rest, they never end a set.

    Parameters
    ----------
    rows : sequence of dict
        Of one side and set, in order.
    findings : sequence of Finding
    exercise : Exercise

    Returns
    -------
    list of Sign
    """
    scored = [row for row in rows if row["scored"] and row["kind"] == "practice"]
    first, later = scored[:FIRST], scored[FIRST:]
    if len(first) < FIRST:
        return []
    unit = exercise.unit
    middle = {name: _median(first, name) for name in (f"range_{unit}", *_SUMMED)}
    mdc95, _ = exercise.mdc95(first[0]["view"])
    posture = {check.id for check in exercise.check}
    helped = {}
    for finding in findings:
        if finding.rule in posture:
            helped.setdefault((finding.side, finding.rep), set()).add(finding.rule)
    known = set().union(*(helped.get((row["side"], row["rep"]), set()) for row in first))

    def fades(row):
        fallen = middle[f"range_{unit}"] - row[f"range_{unit}"]
        return fallen > max(RANGE_FADES * middle[f"range_{unit}"], mdc95)

    view, sag = first[0]["view"], METRICS["hold_sag_dps"].named(unit)[0]

    def hurries(row):
        for name in ("lift_s", "lower_s"):
            least_s = exercise.own_mdc95(name, view) or TIME_MDC_S
            if abs(row[name] - middle[name]) > max(TIME_CHANGES * middle[name], least_s):
                return True
        return False

    def pauses(row):
        return row["rest_s"] > PAUSE_TIMES * row["target_rest_s"]

    rules = {
        "range_fading": (fades, "the range fell"),
        "rushing_or_stalling": (hurries, "lift or lowering changed its time"),
        "stop_start": (
            lambda row: row["smoothness_delta"] < middle["smoothness_delta"] - SMOOTHNESS_FALLS,
            "the movement became less smooth",
        ),
        "new_posture_help": (
            lambda row: bool(helped.get((row["side"], row["rep"]), set()) - known),
            "the body began to help",
        ),
        "sagging_hold": (lambda row: row[sag] < -SAG_DPS * GRAIN[unit], "the limb sank in the hold"),
    }
    found = []
    for one, other in pairwise(later):
        together = [(sign, why) for sign, (rule, why) in rules.items() if rule(one) and rule(other)]
        if pauses(one) and pauses(other) and other["rest_s"] > one["rest_s"] + TIME_MDC_S:
            together.append(("longer_pauses", "the pauses grew"))
        told = {sign.sign for sign in found}
        found += [Sign(sign, other["side"], other["rep"], why) for sign, why in together if sign not in told]
    return found


def rest_offered_after(signs):
    """Repetition after which rest is offered: that of the second different sign; None without."""
    return signs[SIGNS_TO_OFFER_REST - 1].rep if len(signs) >= SIGNS_TO_OFFER_REST else None


def set_summary(rows, findings, exercise, *, attempts=()):
    """One side of one set.

    Parameters
    ----------
    rows : sequence of dict
        Of one side and set.
    findings : sequence of Finding
    exercise : Exercise
    attempts : sequence of dict
        Movements too small to be a repetition.

    Returns
    -------
    dict
        Counts (``reps``, ``scored``, ``attempts``, ``not_seen``, ``assisted``), ``<measure>_median`` and ``_iqr``,
        ``rep_time_cv_pct`` (of at least four repetitions), ``score_median``, share of repetitions with each
        compensation, signs of fatigue. None where there is nothing to tell.
    """
    whole = [row for row in rows if row["complete"]]
    scored = [row for row in whole if row["scored"]]
    summary: dict[str, Any] = {
        "reps": len(whole),
        "scored": len(scored),
        "attempts": len(attempts),
        "not_seen": sum(row["seen_pct"] < SEEN_TIMED_PCT for row in whole),
        "assisted": sum(row["assisted"] for row in whole),
    }
    for name in (f"range_{exercise.unit}", *_SUMMED):
        values = _known(scored, name)
        summary[f"{name}_median"] = float(np.median(values)) if len(values) else None
        summary[f"{name}_iqr"] = (
            float(np.subtract(*np.quantile(values, (0.75, 0.25)))) if len(values) else None
        )
    times = np.array([row["lift_s"] + row["hold_s"] + row["lower_s"] for row in scored])
    times = times[np.isfinite(times)]
    enough = len(times) >= CV_MIN_REPS
    summary["rep_time_cv_pct"] = 100.0 * float(np.std(times, ddof=1) / np.mean(times)) if enough else None
    scores = _known(scored, "score")
    summary["score_median"] = float(np.median(scores)) if len(scores) >= FIRST else None
    checks = exercise.checks(scored[0]["view"]) if scored else ()
    summary["compensation_pct"] = {check.id: _compensating_pct(check, scored) for check in checks}
    signs = fatigue_signs(rows, findings, exercise)
    summary["fatigue"] = [vars(sign) for sign in signs]
    summary["rest_offered_after"] = rest_offered_after(signs)
    return summary


def _compensating_pct(check, rows):
    """Share of the repetitions that tell it in which a compensation was worth a cue; None where none tells it."""
    changes = _known(rows, f"{check.id}_{SIGNALS[check.signal].unit}")
    excess = [check_excess(check, {f"{check.id}_change": change}) for change in changes]
    return 100.0 * float(np.mean([x >= check.start for x in excess])) if excess else None


def _known(rows, name):
    """What is known of a measure, as an array."""
    values = np.array([row[name] for row in rows], np.float64)
    return values[np.isfinite(values)]


def _median(rows, name):
    values = _known(rows, name)
    return float(np.median(values)) if len(values) else math.nan
