"""Signs of tiring within a set: untested heuristics that offer a rest and end nothing (docs/basis.md, Fatigue [U])."""

import math
from statistics import median

_FIRST = 3  # valid repetitions that the later ones are held against
_TWICE = 2  # repetitions in a row
RANGE_PART, TIME_PART, SMOOTHNESS, PAUSE_TIMES, SAG_DPS = 0.15, 0.30, 0.5, 2.0, 3.0
OFFER_AFTER = 2  # different signs


def fatigue_signs(rows, exercise, *, view, rest_s=1.0):
    """Signs that the last two repetitions show against the first three.

    Parameters
    ----------
    rows : sequence of dict
        Complete repetitions of one side in one set, in order.
    exercise : Exercise
    view : str
    rest_s : float, s
        Rest between repetitions that the tempo asks for.

    Returns
    -------
    tuple of str
        Any of ``range_fading``, ``time_changed``, ``stop_start``, ``new_posture_help``, ``longer_pauses`` and
        ``sagging``; empty before the fifth repetition.
    """
    valid = [row for row in rows if row["scored"] or not row["exclusion_reason"]]
    if len(valid) < _FIRST + _TWICE:
        return ()
    first, last = valid[:_FIRST], valid[-_TWICE:]
    return tuple(sign for sign, shown in _SIGNS.items() if shown(first, last, exercise, view, rest_s))


def _usual(rows, column):
    known = [row[column] for row in rows if math.isfinite(row.get(column, math.nan))]
    return median(known) if known else math.nan


def _range_fading(first, last, exercise, view, _rest_s):
    column = f"range_{exercise.unit}"
    usual = _usual(first, column)
    fall = max(RANGE_PART * usual, exercise.mdc95(view)[0])
    return all(usual - row[column] > fall for row in last)


def _time_changed(first, last, _exercise, _view, _rest_s):
    return any(
        all(abs(row[phase] / _usual(first, phase) - 1) > TIME_PART for row in last)
        for phase in ("lift_s", "lower_s")
    )


def _stop_start(first, last, _exercise, _view, _rest_s):
    usual = _usual(first, "smoothness_delta")
    return all(usual - row.get("smoothness_delta", math.nan) > SMOOTHNESS for row in last)


def _new_posture_help(first, last, exercise, view, _rest_s):
    for check in exercise.checks(view):
        column = next((c for c in last[-1] if c in (f"{check.id}_deg", f"{check.id}_ratio")), None)
        if column is None:
            continue
        now, before = ([abs(row[column]) >= check.start for row in rows] for rows in (last, first))
        if all(now) and not any(before):
            return True
    return False


def _longer_pauses(_first, last, _exercise, _view, rest_s):
    before, after = (row.get("rest_s", math.nan) for row in last)
    return after > before > PAUSE_TIMES * max(rest_s, 1.0)


def _sagging(_first, last, exercise, _view, _rest_s):
    return all(-exercise.sign * row.get("hold_sag_dps", math.nan) > SAG_DPS for row in last)


_SIGNS = {
    "range_fading": _range_fading,
    "time_changed": _time_changed,
    "stop_start": _stop_start,
    "new_posture_help": _new_posture_help,
    "longer_pauses": _longer_pauses,
    "sagging": _sagging,
}
