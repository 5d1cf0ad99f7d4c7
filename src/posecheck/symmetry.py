"""Stronger against affected, within a recording or across two; and change of the same limb between two.

Only excursions and phase times are compared, never signed angles near zero (docs/basis.md). The log ratio carries the
statistics, the ratio is for people; both raw medians always stand beside it. Symmetry never enters a score.
"""

import math
import zlib
from typing import Any

import numpy as np

from posecheck.records import OTHER_SIDE, SIDES
from posecheck.result import Result
from posecheck.signals import GRAIN

MIN_REPS = 3
MIN_RANGE = 15.0  # deg, or hundredths
LAG_MAX_S = 1.0
JOINED = "the hands are joined, so that their likeness says nothing about the sides"
DRAWS, _KERNEL = 2000, 1.5  # of the bootstrap; width of its kernel
_COMPARED = {"range": "range", "lift_time": "lift_s", "lower_time": "lower_s"}
_MIRRORED = OTHER_SIDE | {"oblique_left": "oblique_right", "oblique_right": "oblique_left"}


def symmetry_of(rows, observation, exercise, settings):
    """Symmetry between the limbs of one recording.

    Parameters
    ----------
    rows : sequence of dict
    observation : Observation
    exercise : Exercise
    settings : Settings

    Returns
    -------
    dict
        ``comparable``, ``reason`` and ``set_kind`` (``practice`` follows a target, which makes the sides look alike;
        ``check`` compares); then medians, ratios (affected over stronger; left over right when the weaker side was not
        given), ``lag_s`` (positive: the numerator moves later), ``waveform_r2`` and ``waveform_gain``,
        each with ``_ci95``. Numbers are None when not comparable.
    """
    over, under = (settings.affected, OTHER_SIDE[settings.affected]) if settings.affected in SIDES else SIDES
    own = {side: [row for row in rows if row["side"] == side] for side in SIDES}
    outcome = _empty(over, under, settings.kind)
    if exercise.sides == "coupled":
        return _withheld(outcome, JOINED)
    if observation.view in SIDES:
        return _withheld(
            outcome, "from the side only the near limb is measured; film the other side and use compare"
        )
    if not own["left"] or not own["right"]:
        return _withheld(outcome, "repetitions were counted on one side only")
    outcome = _between(outcome, own[over], own[under], exercise)
    if outcome["comparable"]:
        outcome |= _timing(own[over], own[under], observation)
    return outcome


def compare(first: Result, other: Result) -> dict[str, Any]:
    """Two recordings of the same exercise: symmetry when the sides differ, change when they are the same.

    Parameters
    ----------
    first, other : Result
        For change, before and after. For symmetry, in either order. Of a recording that shows both limbs, the side in
        its settings counts, else the one with more scored repetitions.

    Returns
    -------
    dict
        ``kind`` (``"symmetry"`` or ``"change"``); of ``range``, ``lift_time`` and ``lower_time`` the medians
        (``_numerator``, ``_denominator``) and their ``_ratio``: affected over stronger (left over right when the weaker
        side was not given), or other over first, each with ``_ratio_ci95``. Change adds ``range_change_deg`` with
        ``_ci95``, ``mdc95_deg`` and ``beyond_mdc``. Timing between limbs needs one recording and stays None.
        What may not be compared (other exercise, view, distance or engine, too few repetitions) has ``comparable``
        False, ``reason`` in words and None for every number; nothing is raised.
    """
    sides = [measured_side(result) for result in (first, other)]
    kind = "change" if sides[0] == sides[1] else "symmetry"
    affected = {result.settings.affected for result in (first, other)} & set(SIDES)
    if kind == "symmetry":
        over = affected.pop() if len(affected) == 1 else "left"
        numerator, denominator = (first, other) if sides[0] == over else (other, first)
        outcome = {"kind": kind, **_empty(over, OTHER_SIDE[over], first.settings.kind)}
    else:
        numerator, denominator = other, first
        outcome = {"kind": kind, **_empty("other", "first", first.settings.kind)}
    reason = _incomparable(first, other, sides)
    if reason:
        return _withheld(outcome, reason)
    over, under = (
        fresh([row for row in result.rows if row["side"] == measured_side(result)])
        for result in (numerator, denominator)
    )
    outcome = _between(outcome, over, under, first.exercise, change=kind == "change")
    if kind == "change" and outcome["comparable"]:
        outcome |= _change(over, under, first.exercise)
    return outcome


def _empty(over, under, kind):
    outcome = {"comparable": False, "reason": "", "set_kind": kind, "numerator": over, "denominator": under}
    for name in _COMPARED:
        outcome |= {f"{name}_numerator": None, f"{name}_denominator": None}
        outcome |= {f"{name}_ratio": None, f"{name}_ratio_ci95": None}
    for name in ("range_log_ratio", "lag_s", "waveform_r2", "waveform_gain"):
        outcome |= {name: None, f"{name}_ci95": None}
    return outcome


def _withheld(outcome, reason):
    return {**outcome, "comparable": False, "reason": reason}


def measured_side(result):
    """The side that a recording tells of: the one asked for, else the near one, else the one with more scored
    repetitions.

    Parameters
    ----------
    result : Result
    """
    named = next((side for side in (result.settings.side, result.view) if side in SIDES), None)
    if named is not None:
        return named
    scored = {side: sum(r["scored"] for r in result.rows if r["side"] == side) for side in SIDES}
    return max(SIDES, key=lambda side: scored[side])


def seen_alike(first, other):
    """Whether two recordings were seen from the same side; of two limbs the view may be mirrored.

    Parameters
    ----------
    first, other : Result
    """
    mirrored = measured_side(first) != measured_side(other) and _MIRRORED.get(first.view) == other.view
    return first.view == other.view or mirrored


def _incomparable(first, other, sides):
    if first.exercise.id != other.exercise.id:
        return f"different exercises: {first.exercise.name} and {other.exercise.name}"
    if first.exercise.sides == "coupled" and sides[0] != sides[1]:
        return JOINED
    if first.settings.kind != other.settings.kind:
        return "one is a check set and the other a practice set"
    if first.exercise.sha256 != other.exercise.sha256:
        return "the exercise file changed between the recordings"
    if first.settings.level != other.settings.level:
        return f"different targets: level {first.settings.level} and {other.settings.level}"
    if not seen_alike(first, other):
        return f"different views: {first.view.replace('_', ' ')} and {other.view.replace('_', ' ')}"
    if (
        first.provenance["engine"] != other.provenance["engine"]
        or first.provenance["model"] != other.provenance["model"]
    ):
        return "different engines or models"
    sizes = [result.quality["trunk_px"] for result in (first, other)]
    heights = [result.quality["image_size_px"][1] for result in (first, other)]
    if None in sizes:
        return "the trunk was not seen well enough to compare distances"
    relative = (sizes[0] / heights[0]) / (sizes[1] / heights[1])
    if not 1 / 1.15 <= relative <= 1.15:
        return f"different distances from the camera: the person is {100 * abs(relative - 1):.0f} % larger in one"
    return ""


def fresh(rows):
    """Repetitions 2 to 7 where that leaves enough scored ones: not the first, not the tired ones.

    Parameters
    ----------
    rows : sequence of dict
        Of one side.
    """
    middle = [row for row in rows if 2 <= row["rep"] <= 7]
    return middle if sum(row["scored"] for row in middle) >= MIN_REPS else rows


def _between(outcome, over, under, exercise, *, change=False):
    if any(row["assisted"] for row in [*over, *under]):
        return _withheld(outcome, "some repetitions were helped")
    over, under = ([row for row in rows if row["scored"]] for rows in (over, under))
    if min(len(over), len(under)) < MIN_REPS:
        return _withheld(
            outcome, f"fewer than {MIN_REPS} scored repetitions on a side: {len(over)} and {len(under)}"
        )
    range_ = f"range_{exercise.unit}"
    told = lambda value: f"{value:.0f} deg" if exercise.unit == "deg" else f"{value:.2f}"  # noqa: E731
    reference = float(np.median([row[range_] for row in under]))
    least = max(MIN_RANGE * GRAIN[exercise.unit], 2 * exercise.mdc95(under[0]["view"])[0])
    if reference < least and not change:  # a ratio over a small range is unsure; a change of it is what it is
        return _withheld(outcome, f"the range compared with is {told(reference)}; it takes {told(least)}")
    if not change and _rested(over, range_, f"range_sigma_{exercise.unit}"):
        reached = told(float(np.median([row[range_] for row in over])))
        return _withheld(
            outcome, f"the {over[0]['side']} side moved {reached}: that cannot be told from rest"
        )
    outcome = {**outcome, "comparable": True}
    for name, column in (_COMPARED | {"range": range_}).items():
        x, y = (np.array([row[column] for row in rows], np.float64) for rows in (over, under))
        if not (np.isfinite(x).all() and np.isfinite(y).all()):  # facing the camera phases are not told
            continue
        outcome[f"{name}_numerator"], outcome[f"{name}_denominator"] = (
            float(np.median(x)),
            float(np.median(y)),
        )
        if min(x.min(), y.min()) > 0:  # of nothing there is no ratio
            outcome[f"{name}_ratio"], outcome[f"{name}_ratio_ci95"] = _ratio(
                x, y, _systematic(over, column, exercise), _systematic(under, column, exercise)
            )
    if outcome["range_ratio"] is None:
        return outcome
    outcome["range_log_ratio"] = math.log(outcome["range_ratio"])
    outcome["range_log_ratio_ci95"] = [math.log(limit) for limit in outcome["range_ratio_ci95"]]
    low, high = outcome["range_ratio_ci95"]
    if low <= 1 <= high:
        outcome["reason"] = "no measurable difference in range"
    return outcome


def _rested(rows, range_, sigma):
    """Whether a limb lay there while the other moved: its range is no more than its own error, or nothing at all."""
    ranges = [row[range_] for row in rows]
    return min(ranges) <= 0 or np.median(ranges) <= np.median([row[sigma] for row in rows])


def _systematic(rows, column, exercise):
    """Error that repeating does not reduce, relative to the median: the camera's for ranges, the shape's for times."""
    if column.endswith("_s"):
        return exercise.view[rows[0]["view"]].time_part
    sigma = f"range_sigma_{exercise.unit}"
    return float(np.median([row[sigma] for row in rows]) / np.median([row[column] for row in rows]))


def _ratio(x, y, x_error, y_error):
    """Ratio of medians with a 95 % interval: the logarithm's bootstrap, and the errors that repeating leaves."""
    drawn = _drawn_medians(np.log(x)) - _drawn_medians(np.log(y), seed=1)
    drawn = drawn + math.hypot(x_error, y_error) * _generator(x, y).standard_normal(len(drawn))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(np.median(x) / np.median(y)), [float(np.exp(low)), float(np.exp(high))]


def _drawn_medians(x, *, seed=0):
    """Medians of `DRAWS` bootstrap samples, smoothed so that three repetitions do not look surer than they are.

    With a kernel of 1.5 standard deviations over the root of their number, 93 to 97 % of the intervals of three to
    eight normal repetitions hold the true ratio (C); without one 90 % of those of three do.
    """
    rng, n = _generator(x, seed), len(x)
    kernel = _KERNEL * np.std(x, ddof=1) / math.sqrt(n)
    return np.median(x[rng.integers(0, n, (DRAWS, n))] + kernel * rng.standard_normal((DRAWS, n)), axis=1)


def _generator(*data):
    """Random numbers that the data themselves seed: the same recording always gets the same interval."""
    return np.random.default_rng(
        zlib.crc32(b"".join(np.asarray(part, np.float64).tobytes() for part in data))
    )


def _change(after, before, exercise):
    unit = exercise.unit
    x, y = (
        np.array([r[f"range_{unit}"] for r in rows if r["scored"]], np.float64) for rows in (after, before)
    )
    mdc95, measured = exercise.mdc95(after[0]["view"])
    change = float(np.median(x) - np.median(y))
    interval = np.quantile(_drawn_medians(x) - _drawn_medians(y, seed=1), (0.025, 0.975)).tolist()
    beyond = abs(change) > mdc95
    reason = "" if beyond else "no measurable difference in range"
    return {
        f"range_change_{unit}": change,
        f"range_change_{unit}_ci95": interval,
        f"mdc95_{unit}": mdc95,
        "mdc95_measured": measured,
        "beyond_mdc": beyond,
        "reason": reason,
    }


def _timing(over, under, observation):
    """Lag and likeness of repetitions done at the same time."""
    pairs = _together([row for row in over if row["scored"]], [row for row in under if row["scored"]])
    if len(pairs) < MIN_REPS:
        return {}
    lags = np.array([_lag_s(observation, a, b) for a, b in pairs])
    likeness = np.array([_likeness(observation, a, b) for a, b in pairs])
    out = {}
    for name, x in (("lag_s", lags), ("waveform_r2", likeness[:, 0]), ("waveform_gain", likeness[:, 1])):
        x = x[np.isfinite(x)]
        if len(x) >= MIN_REPS:
            low, high = np.quantile(_drawn_medians(x), (0.025, 0.975)).tolist()
            out |= {
                name: float(np.median(x)),
                f"{name}_ci95": [low, min(high, 1.0) if name == "waveform_r2" else high],
            }
    return out


def _together(over, under):
    """Pairs of repetitions done at the same time: for each of `under` the nearest of `over`, if they overlap."""
    if not over:
        return []
    middles = np.array([a["start_s"] + a["end_s"] for a in over])
    after = np.searchsorted(middles, [b["start_s"] + b["end_s"] for b in under])
    pairs = []
    for b, i in zip(under, after, strict=True):
        a = max(over[max(i - 1, 0) : i + 1], key=lambda row, b=b: _overlap(row, b))
        if _overlap(a, b) > 0.5:
            pairs.append((a, b))
    return pairs


def _overlap(a, b):
    shared = min(a["end_s"], b["end_s"]) - max(a["start_s"], b["start_s"])
    return shared / max(a["end_s"] - a["start_s"], b["end_s"] - b["start_s"])


def _span(observation, from_s, to_s):
    rate_hz = observation.settings.rate_hz
    first = max(0, math.floor(from_s * rate_hz) - observation.first_k)
    return slice(first, min(observation.length, math.ceil(to_s * rate_hz) + 1 - observation.first_k))


def _lag_s(observation, a, b):
    """Shift of a's speed that fits b's best, within 1 s, to a fraction of a sample by a parabola; + = a later."""
    rate_hz = observation.settings.rate_hz
    reach = round(LAG_MAX_S * rate_hz)
    span = _span(observation, min(a["start_s"], b["start_s"]) - 0.5, max(a["end_s"], b["end_s"]) + 0.5)
    u, v = (observation[f"{row['side']} speed"][span] for row in (a, b))
    if not (np.isfinite(u).all() and np.isfinite(v).all()) or len(u) <= 2 * reach:
        return math.nan
    padded = np.concatenate([np.zeros(reach), u, np.zeros(reach)])
    likeness = np.lib.stride_tricks.sliding_window_view(padded, len(v)) @ v
    best = int(np.argmax(likeness))
    if not 0 < best < len(likeness) - 1:
        return math.nan
    left, top, right = likeness[best - 1 : best + 2]
    return (best - reach + 0.5 * (left - right) / (left - 2 * top + right)) / rate_hz


def _likeness(observation, a, b):
    """R2 and gain of a against b, each time-normalised to 101 points (linear fit method, Iosa 2014)."""
    curves = []
    for row in (a, b):
        span = _span(observation, row["start_s"], row["end_s"])
        y = observation[f"{row['side']} angle"][span]
        curves.append(np.interp(np.linspace(0, len(y) - 1, 101), np.arange(len(y)), y))
    u, v = (y - y.mean() for y in curves)
    if not np.isfinite(u).all() or not np.isfinite(v).all() or not (v * v).sum() > 0:
        return math.nan, math.nan
    gain = float((u * v).sum() / (v * v).sum())
    return float((u * v).sum() ** 2 / ((u * u).sum() * (v * v).sum())), gain
