"""What the engine said about a clip beside what was true: one row a repetition, a clip and a set.

Rows hold the measured and the true numbers; every error is computed from them later, so that what was recorded can be
looked at in another way.
"""

import math
from functools import cache

import numpy as np
from scipy.optimize import linear_sum_assignment

from posecheck.exercise import load_exercise
from posecheck.metrics import METRICS
from posecheck.records import SIDES
from posecheck.signals import SIGNALS
from validation.sets import near_side
from validation.truth import COMPENSATIONS

NAN = math.nan
SHARED_PART = 0.3  # of the shorter one that a true and a measured repetition must share to be the same
TRULY_PART = 0.8  # of the smallest repetition: a limb that truly went so far did the movement, whatever for
VISIBLE_PCT = 90.0  # from here on a repetition was truly visible
_EDGES = ("start_s", "top_start_s", "top_end_s", "end_s")
_PHASES = {"lift_s": ("start_s", "top_start_s"), "hold_s": ("top_start_s", "top_end_s"),
           "lower_s": ("top_end_s", "end_s")}  # fmt: skip
REP_COLUMNS = (
    "clip", "tier", "exercise", "view", "trust", "side", "asked", "visible_pct", "found", "reason", "estimator", "unit",
    *(f"{which}_{name}" for name in ("range", "start", "peak") for which in ("true", "measured")), "range_sigma",
    *(f"{which}_{name}" for name in (*_EDGES, *_PHASES) for which in ("true", "measured")), "time_sigma_s",
    *(f"{which}_{name}_deg" for name in COMPENSATIONS for which in ("true", "measured")), "measured_smoothness_delta",
)  # fmt: skip
"""Columns of a row for a repetition.

``trust`` is what the catalogue promises of the view in which it was filmed: ``range``, ``tempo`` or ``none``. ``asked``
says whether a number is owed: the limb is not the far one of a side view, nor the far one of work that both share.
``found`` is ``yes``, ``incomplete``, ``no``, ``extra`` (measured, but not there) or ``fragment`` (extra, incomplete).
``unit`` is that of range, start, peak and their sigma.
"""


def pairs(true, measured):
    """Which measured interval is which true one.

    Parameters
    ----------
    true, measured : (N, 2), (M, 2) array, s
        Start and end.

    Returns
    -------
    list of (int, int)
        Index into both; one to one, with the largest shared time in all.

    Examples
    --------
    >>> pairs([(0, 2), (3, 5)], [(3.1, 5.2)])
    [(1, 0)]
    """
    true, measured = (np.asarray(x, np.float64).reshape(-1, 2) for x in (true, measured))
    if not len(true) or not len(measured):
        return []
    a, b = true[:, None], measured[None]
    shared = np.minimum(a[..., 1], b[..., 1]) - np.maximum(a[..., 0], b[..., 0])
    shorter = np.minimum(a[..., 1] - a[..., 0], b[..., 1] - b[..., 0])
    same = shared >= SHARED_PART * np.maximum(shorter, 1e-9)
    rows, columns = linear_sum_assignment(np.where(same, shared, 0.0), maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if same[i, j]]


def owed(exercise, view, side):
    """Whether posecheck owes a number for a limb: not for the far one of a side view or of shared work."""
    near = near_side(view)
    if near is None or side == near:
        return True
    return view not in SIDES and not exercise.shared


def repetition_rows(clip, truth, result, *, tier):
    """One row a true repetition, and one for each that was measured without being there.

    Parameters
    ----------
    clip : str
    truth : Truth
    result : Result
    tier : str

    Returns
    -------
    list of dict
        With `REP_COLUMNS`.
    """
    exercise = result.exercise
    watch = exercise.view.get(truth.view)
    same = {"clip": clip, "tier": tier, "exercise": exercise.id, "view": truth.view, "unit": truth.unit,
            "trust": watch.trust if watch else "none"}  # fmt: skip
    rows = []
    for side in SIDES:
        true = truth.repetitions[side] if truth.exercise == exercise.id else []
        measured = [
            row for row in result.rows if row["side"] == side and row["exclusion_reason"] != "far limb"
        ]
        span = lambda rep: (rep["start_s"], rep["end_s"])  # noqa: E731
        matched = dict(pairs([span(r) for r in true], [span(r) for r in measured]))
        asked = owed(exercise, truth.view, side)
        for i, rep in enumerate(true):
            row = measured[matched[i]] if i in matched else None
            found = "no" if row is None else "yes" if row["complete"] else "incomplete"
            told = {"reason": _left_out(result, side, rep) if row is None else row["exclusion_reason"]}
            rows.append(_row(same, side, rep, row) | told | {"asked": asked, "found": found})
        for j, row in enumerate(measured):
            if j not in matched.values():
                found = "extra" if row["complete"] else "fragment"
                extra = {"asked": asked, "found": found, "reason": row["exclusion_reason"]}
                rows.append(_row(same, side, None, row) | extra)
    return rows


def _row(same, side, rep, row):
    out = (
        dict.fromkeys(REP_COLUMNS, NAN)
        | same
        | {"side": side, "estimator": "" if row is None else row["estimator"]}
    )
    if rep is not None:
        out["visible_pct"] = rep["visible_pct"]
        out |= {f"true_{name}": rep[name] for name in ("range", "start", "peak", *_EDGES)}
        out |= {f"true_{name}": rep[end] - rep[begin] for name, (begin, end) in _PHASES.items()}
        out |= {f"true_{name}_deg": rep.get(f"{name}_deg", NAN) for name in COMPENSATIONS}
    if row is not None:
        unit = same["unit"]
        out |= {f"measured_{name}": _number(row, f"{name}_{unit}") for name in ("range", "start", "peak")}
        out["range_sigma"] = _number(row, f"range_sigma_{unit}")
        out |= {f"measured_{name}": _number(row, name) for name in (*_EDGES, *_PHASES)}
        out["time_sigma_s"] = _number(row, "time_sigma_s")
        out |= {
            f"measured_{name}_deg": _number(row, _column(same["exercise"], name)) for name in COMPENSATIONS
        }
        out["measured_smoothness_delta"] = _number(row, "smoothness_delta")
    return out


@cache
def _column(exercise, signal):
    """Where a row tells the change of a signal: in a column named after it, or after the check that looks for it."""
    checks = (f"{check.id}_deg" for check in load_exercise(exercise).check if check.signal == signal)
    return f"{signal}_deg" if f"{signal}_deg" in METRICS else next(checks, "")


def _number(row, name):
    value = row.get(name, NAN)
    return NAN if value is None else float(value)


def _left_out(result, side, rep):
    """Why the analysis says it left out what was a repetition; empty when it saw nothing there."""
    if result.view not in result.exercise.view:
        return f"not measured from {result.view}"
    for left in result.quality["not_this_exercise"]:
        if left["side"] == side and left["start_s"] < rep["end_s"] and left["end_s"] > rep["start_s"]:
            return left["why"]
    return ""


def angle_rows(clip, truth, result):
    """The angle of each limb against the true one, over its visible repetitions and half a second around them.

    Returns
    -------
    list of dict
        ``samples`` owed, ``seen`` of them; ``sum_error`` and ``sum_square`` in the unit of the angle can be added.
    """
    rows = []
    for side in SIDES:
        name = f"{side}_{truth.angle}_{truth.unit}"
        signal = f"{side}_{result.exercise.movement.signal}_{truth.unit}"
        reps = [r for r in truth.repetitions[side] if r["visible_pct"] >= VISIBLE_PCT]
        if name not in truth.curves or not reps or not owed(result.exercise, truth.view, side):
            continue
        t_s = result.signals.t_s
        within = np.zeros(len(t_s), bool)
        for rep in reps:
            within |= (t_s >= rep["start_s"] - 0.5) & (t_s <= rep["end_s"] + 0.5)
        true = np.interp(t_s[within], truth.curves["t_s"], truth.curves[name])
        known = signal in result.signals.names
        error = result.signals[signal][within] - true if known else np.full(within.sum(), NAN)
        error = error[np.isfinite(error)]
        row = {
            "clip": clip,
            "exercise": result.exercise.id,
            "view": truth.view,
            "side": side,
            "unit": truth.unit,
        }
        sums = {"sum_error": float(error.sum()), "sum_square": float(np.square(error).sum())}
        rows.append(row | {"samples": int(within.sum()), "seen": len(error)} | sums)
    return rows


def counted(result):
    """How many complete repetitions a result holds; what both limbs share counts once."""
    return _distinct(_complete(result), result.exercise)


def invented(result, truth):
    """How many of the `counted` repetitions the limb did not do: its true signal did not go far enough for one."""
    return _distinct(
        [row for row in _complete(result) if not _truly_done(row, result.exercise, truth)], result.exercise
    )


def _complete(result):
    return [row for row in result.rows if row["complete"] and row["exclusion_reason"] != "far limb"]


def _distinct(rows, exercise):
    return len({row["start_s"] for row in rows}) if exercise.shared else len(rows)


def _truly_done(row, exercise, truth):
    """Whether the true signal went as far as `TRULY_PART` of a repetition; True where the truth does not know it."""
    signal = SIGNALS[exercise.movement.signal]
    curve = truth.curves.get(f"{row['side']}_{signal.name}_{signal.unit}")
    if curve is None:
        return True
    during = (truth.curves["t_s"] >= row["start_s"]) & (truth.curves["t_s"] <= row["end_s"])
    smallest = exercise.smallest(row["side"], affected=row["role"] == "affected")
    return np.ptp(curve[during]) >= TRULY_PART * smallest


def ratio_row(name, truths, symmetry, *, exercise, view):
    """The left-right ratio of one set.

    Parameters
    ----------
    name : str
    truths : sequence of Truth
        One recording, or one a side.
    symmetry : dict
        Of `posecheck.symmetry`.
    exercise, view : str

    Returns
    -------
    dict or None
        None when fewer than two sides moved, or there is nothing to be compared: both legs share the movement.
    """
    medians = {}
    for side in SIDES:
        reps = [r for truth in truths if owed_side(truth, side) for r in truth.repetitions[side]]
        if reps:
            medians[side] = float(np.median([r["range"] for r in reps]))
    if len(medians) < 2:
        return None
    over, under = symmetry["numerator"], symmetry["denominator"]
    low, high = symmetry["range_ratio_ci95"] or (NAN, NAN)
    ratio = symmetry["range_ratio"]
    return {
        "set": name,
        "exercise": exercise,
        "view": view,
        "unit": truths[0].unit,
        "stronger_range": max(medians.values()),
        "true_ratio": medians[over] / medians[under],
        "measured_ratio": NAN if ratio is None else ratio,
        "low": low,
        "high": high,
        "reason": "" if symmetry["comparable"] else symmetry["reason"],
    }


def owed_side(truth, side):
    """Whether a recording is the one to measure a side in: from a side view only the near one."""
    return truth.view not in SIDES or truth.view == side
