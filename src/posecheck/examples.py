"""Which repetitions stand for a recording: best, middle and worst of each side, by one rule over what was measured.

Practice asks for something: the best repetition is the one closest to it. A check set asks for nothing but as far as is
comfortable: there it is the largest range. What was withheld is no candidate (docs/review.md, Stills).
"""

import math
from dataclasses import dataclass

from posecheck.records import SIDES

BEST, MIDDLE, WORST = "best", "middle", "worst"


@dataclass(frozen=True)
class Example:
    """One repetition that stands for others.

    Attributes
    ----------
    side : str
    rep : int
    place : str
        ``best``, ``middle`` or ``worst``; never shown to anybody in these words.
    parts : tuple of (str, float, float)
        What decided: ``range``, ``lift`` or ``lower``, the value in deg, ratio or s, and what was asked for (NaN in a
        check set, which asks for nothing).
    start_s, top_s : float
        Moments to look at: where it begins, and the middle of its top.
    """

    side: str
    rep: int
    place: str
    parts: tuple[tuple[str, float, float], ...]
    start_s: float
    top_s: float


def examples_of(result):
    """Best, middle and worst repetition of each side.

    Parameters
    ----------
    result : Result

    Returns
    -------
    tuple of Example
        Side by side. Three of a side with three candidates or more, best and worst of two, one of one; empty where
        nothing that could decide is told.

    Notes
    -----
    Candidates are scored repetitions: whole, seen well enough, and by nobody's help. In practice a repetition is as far
    from what was asked as the furthest of its parts: of range |ln(measured / asked)|, of lift and lowering
    ln(asked / measured) where that is above zero, since slower is never less. Parts that fewer than half of the
    candidates tell decide nothing; candidates that lack one of the others drop out. Of a check set the range decides.
    Equal ones stand in the order in which they were done; the middle one of an even number is the better of two.
    """
    found = []
    tops_s = top_times_s(result)
    for side in SIDES:
        own = [i for i, row in enumerate(result.rows) if row["side"] == side and row["scored"]]
        ranked = _ranked([result.rows[i] for i in own], result.exercise.unit)
        last = len(ranked) - 1
        # Of one or two candidates each is told once, by the better name.
        places = dict(reversed(((0, BEST), (last // 2, MIDDLE), (last, WORST)))) if ranked else {}
        for k in sorted(places):
            at, parts = ranked[k]
            row = result.rows[own[at]]
            found.append(Example(side, row["rep"], places[k], parts, row["start_s"], tops_s[own[at]]))
    return tuple(found)


def top_times_s(result):
    """The middle of the top of each row, in s: of the hold where it is timed, else where the movement turns.

    Parameters
    ----------
    result : Result

    Returns
    -------
    list of float
    """
    t_s, found = result.signals.t_s, []
    for row, turn in zip(result.rows, result.reps.turn, strict=True):
        held = 0.5 * (row["top_start_s"] + row["top_end_s"])
        found.append(held if math.isfinite(held) else float(t_s[min(int(turn), len(t_s) - 1)]))
    return found


def _ranked(rows, unit):
    """Places among `rows` with what decided, the best first."""
    told = [{name: (value, asked) for name, value, asked in _parts(row, unit)} for row in rows]
    names = [name for name in ("range", "lift", "lower") if 2 * sum(name in one for one in told) >= len(told)]
    able = [i for i, one in enumerate(told) if names and all(name in one for name in names)]
    far = {i: max(_far(name, *told[i][name]) for name in names) for i in able}
    return [(i, tuple((name, *told[i][name]) for name in names)) for i in sorted(able, key=far.__getitem__)]


def _parts(row, unit):
    """What is told of a repetition and what was asked of it."""
    if row["kind"] == "check":
        parts = (("range", row[f"range_{unit}"], math.nan),)
        return [part for part in parts if math.isfinite(part[1])]
    parts = (("range", row[f"range_{unit}"], row["target_range"]), ("lift", row["lift_s"], row["target_lift_s"]),
             ("lower", row["lower_s"], row["target_lower_s"]))  # fmt: skip
    return [part for part in parts if math.isfinite(part[1]) and part[2] > 0]


def _far(name, value, asked):
    """How far a part is from what was asked; of a check set, where nothing was, less for a larger range."""
    if math.isnan(asked):
        return -value
    if value <= 0:
        return math.inf
    off = math.log(asked / value)
    return abs(off) if name == "range" else max(0.0, off)
