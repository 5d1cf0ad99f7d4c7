"""The score of a repetition and its parts, recomputable by hand from the exported sub-scores and targets.

Weights, caps and bands are those of docs/basis.md, all engineering defaults [U] for a physiotherapist to review.
Symmetry, confidence and what was not measured never enter a score. Every function takes one repetition or arrays of
them, and of what they might have been: the band of a score comes from the same lines as the score.
"""

import math
from functools import cache

import numpy as np

WEIGHTS = {"tempo": 35.0, "range": 25.0, "steadiness": 20.0, "posture": 20.0}
TEMPO_TOLERANCE = 0.22  # log time: 20 % faster is still fine
TEMPO_ZERO = math.log(2.5)  # 2.5 times too fast scores nothing
SPEED_GUARD = 2.2  # peak over mean speed that a smooth movement does not exceed (minimum jerk 1.875)
STEADY_FROM, STOP_START, STEADY_ZERO = -0.4, -0.9, -1.6  # of the smoothness below that of a smooth movement
BAND_MAX = 10.0  # a score that is less certain than this either way is told as a band, not as a number
_PHASES = (("lift_s", 0.4), ("hold_s", 0.2), ("lower_s", 0.4))
_DRAWS = 50  # of what a repetition might have been, given the errors of its measures
_DRAWN = ("lift_s", "hold_s", "lower_s", "range_deg", "smoothness_delta")
SCORED_FROM = (*_DRAWN, "peak_speed_dps")
"""Measures that a score comes from, beside the posture."""


def tempo_part(time_s, target_s, sigma_s):
    """0-100 for one phase: one-sided, slower is never worse than fine.

    Examples
    --------
    >>> [float(tempo_part(t, 3.0, 0.1)) for t in (3.0, 6.0, 1.0)]
    [100.0, 100.0, 0.0]
    """
    time_s = np.asarray(time_s, np.float64)
    if not target_s:
        return np.full(time_s.shape, np.nan)
    error = np.log(np.maximum(time_s, 0.05) / target_s)
    part = np.interp(error, [math.log(2), math.log(3)], [100.0, 80.0])
    tolerance = np.maximum(TEMPO_TOLERANCE, 2 * _finite(sigma_s) / target_s)
    # An error that is as large as the target leaves nothing to be said about speed.
    lowest = np.where(tolerance < TEMPO_ZERO, TEMPO_ZERO - tolerance, 1e-12)
    quick = np.clip(100.0 / lowest * (error + TEMPO_ZERO), 0.0, 100.0)
    part = np.where(tolerance < TEMPO_ZERO, np.minimum(part, quick), part)
    return np.where(time_s >= 0, part, np.nan)


def tempo_score(values, sigma, tempo):
    """Weighted phases (lift 0.4, lower 0.4, hold 0.2); capped at 60 by a jerky start."""
    parts = [
        (weight, tempo_part(values[name], getattr(tempo, name), sigma[name]))
        for name, weight in _PHASES
        if getattr(tempo, name)
    ]
    score = _weighted(parts) if parts else math.nan
    if not tempo.lift_s:
        return score
    # A lift within the tolerance of the tempo is no jerk, and noise adds to every peak.
    guard = SPEED_GUARD * math.exp(TEMPO_TOLERANCE) * values["range_deg"] / tempo.lift_s
    jerky = values["peak_speed_dps"] - 2 * _finite(sigma["peak_speed_dps"]) > guard
    return np.where(jerky, np.minimum(score, 60.0), score)


def range_score(value, target, mdc95):
    """100 from half a detectable change below the target on, 0 at 40 % of it; never more for more."""
    full = max(target - mdc95 / 2, 0.41 * target)
    return np.interp(value, [0.4 * target, full], [0.0, 100.0])


def steadiness_score(smoothness_delta):
    """100 down to `STEADY_FROM` below a smooth movement, 0 at `STEADY_ZERO`; NaN where noise hides the smoothness.

    Examples
    --------
    >>> [float(steadiness_score(delta)) for delta in (0.1, -0.4, -2.0)]
    [100.0, 100.0, 0.0]
    """
    return np.interp(smoothness_delta, [STEADY_ZERO, STEADY_FROM], [0.0, 100.0])


def posture_score(values, checks, allowed):
    """100 less up to 40 for each scored compensation, from where it starts to where it is severe."""
    losses = []
    for check in checks:
        excess = check_excess(check, values)
        if not check.scored or check.id in allowed or not math.isfinite(excess):
            continue
        losses.append(40.0 * min(1.0, max(0.0, (excess - check.start) / (check.severe - check.start))))
    return max(0.0, 100.0 - sum(losses)) if losses else math.nan


def check_excess(check, values):
    """How far a compensation went in the direction that counts; NaN when not measurable."""
    change = values.get(f"{check.id}_change", math.nan)
    return {"positive": change, "negative": -change, "either": abs(change)}[check.direction]


def score(parts):
    """The whole from its parts, capped so that control cannot be bought with range; NaN from fewer than two.

    Parameters
    ----------
    parts : mapping of str to float or array
        ``tempo``, ``range``, ``steadiness``, ``posture``, each 0-100 or NaN.

    Examples
    --------
    >>> float(score({"tempo": 100.0, "range": 60.0, "steadiness": float("nan"), "posture": 100.0}))
    90.0
    """
    total = _weighted([(WEIGHTS[name], value) for name, value in parts.items()])
    for name, floor in (("tempo", 40.0), ("steadiness", 55.0), ("posture", 55.0)):
        part = parts.get(name, math.nan)
        total = np.minimum(total, floor + (1 - floor / 100) * np.where(np.isnan(part), 100.0, part))
    known = sum(np.isfinite(value).astype(int) for value in parts.values())
    return np.where(known >= 2, 5.0 * np.floor(total / 5.0 + 0.5), np.nan)


def score_parts(values, sigma, target, mdc95, posture):
    """The parts of a score.

    Parameters
    ----------
    values, sigma : mapping of str to float or array
        Measures and their standard deviations; ``range_deg`` stands for the range in the exercise's unit.
    target : Target
    mdc95 : float
    posture : float or array
        Of `posture_score`.
    """
    return {
        "tempo": tempo_score(values, sigma, target.tempo),
        "range": range_score(values["range_deg"], target.range, mdc95),
        "steadiness": steadiness_score(values["smoothness_delta"]),
        "posture": posture,
    }


def score_band(values, sigma, target, mdc95, posture):
    """Lowest and highest score that the errors of the measures leave possible, 95 of 100 times.

    Where noise hides whether a movement was steady, the band reaches down to what it would be if it was not.

    Returns
    -------
    low, high : float or array
        NaN where there is no score.
    """
    itself = {name: np.asarray(values[name], np.float64)[..., None] for name in SCORED_FROM}
    errors = {name: np.asarray(sigma[name], np.float64)[..., None] for name in itself}
    perhaps = dict(itself)
    for draws, name in zip(_draws(), _DRAWN, strict=True):
        drawn = itself[name] + draws * _finite(errors[name])
        perhaps[name] = drawn if name == _DRAWN[-1] else np.maximum(drawn, 0.0)
    posture = np.asarray(posture, np.float64)[..., None]
    found = np.sort(score(score_parts(perhaps, errors, target, mdc95, posture)), axis=-1)
    parts = score_parts(itself, errors, target, mdc95, posture)
    told = score(parts)[..., 0]
    low, high = np.minimum(found[..., 1], told), np.maximum(found[..., -2], told)
    unsteady = score(parts | {"steadiness": np.zeros_like(parts["steadiness"])})[..., 0]
    hidden = np.isnan(itself["smoothness_delta"][..., 0])
    return np.where(hidden, np.minimum(low, unsteady), low), high


@cache
def _draws():
    return np.random.default_rng(0).standard_normal((len(_DRAWN), _DRAWS))


def _weighted(parts):
    """Mean of (weight, value) over what is not NaN; NaN where nothing is."""
    total = weights = 0.0
    for weight, value in parts:
        known = np.isfinite(value)
        total, weights = total + np.where(known, weight * value, 0.0), weights + weight * known
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weights > 0, total / weights, np.nan)


def _finite(sigma):
    """The error, or none where it is not known."""
    sigma = np.asarray(sigma, np.float64)
    return np.where(np.isfinite(sigma), sigma, 0.0)


def score_in_words(score, low, high):
    """A score as a person reads it: a number, or from where to where it lies when it is not surer than `BAND_MAX`.

    NaN limits (a set that was kept before there were any) leave the number.

    Examples
    --------
    >>> score_in_words(85.0, 80.0, 95.0), score_in_words(85.0, 70.0, 95.0)
    ('85', '70 to 95')
    """
    return f"{low:.0f} to {high:.0f}" if high - low > 2 * BAND_MAX else f"{score:.0f}"


def steadiness_in_words(smoothness_delta):
    """How smooth a movement was, as a person reads it.

    Examples
    --------
    >>> steadiness_in_words(-0.2), steadiness_in_words(-0.6), steadiness_in_words(-1.2)
    ('steady', 'a little stop-start', 'stop-start')
    >>> steadiness_in_words(math.nan)
    'not measurable'
    """
    if math.isnan(smoothness_delta):
        return "not measurable"
    if smoothness_delta >= STEADY_FROM:
        return "steady"
    return "a little stop-start" if smoothness_delta >= STOP_START else "stop-start"
