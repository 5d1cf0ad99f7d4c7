"""From measures to words and scores: what may be scored, why not, and what is worth saying. Recomputable by hand.

Weights, caps and bands are those of docs/basis.md, all engineering defaults [U] for a physiotherapist to
review. Symmetry, confidence and what was not measured never enter a score.
"""

import math

import numpy as np

from posecheck.records import Finding

WEIGHTS = {"tempo": 35.0, "range": 25.0, "steadiness": 20.0, "posture": 20.0}
TEMPO_TOLERANCE = 0.22  # log time: 20 % faster is still fine
TEMPO_ZERO = math.log(2.5)  # 2.5 times too fast scores nothing
SPEED_GUARD = 2.2  # peak over mean speed that a smooth movement does not exceed (minimum jerk 1.875)
STEADY_FROM, STOP_START, STEADY_ZERO = -0.4, -0.9, -1.6  # of the smoothness below that of a smooth movement
SEEN_SCORED_PCT, SEEN_TIMED_PCT, FRAMED_PCT = 80.0, 60.0, 80.0
BONE_CV_MAX = 0.15
FRAME_RATE_MIN_HZ = 20.0
TIME_PART_MAX = 0.30  # phases whose error is such a part of their time, or more, are not told
DOUBT_MAX_DEG = 15.0  # a range in space that is less certain than this (one sd) is not told


def exclusion(rep, values, watch, *, hidden):
    """Why a repetition is not scored, and which numbers are withheld with it.

    Parameters
    ----------
    rep : object with ``complete``, ``reason``, ``far`` and ``assisted``
    values : mapping of str to float
        Measures of the repetition.
    watch : Watch
        Trust in this view.
    hidden : callable returning str
        Names what was hidden most and when, for the sentence.

    Returns
    -------
    reason : str
        Empty when the repetition is scored.
    withheld : set of str
        Any of ``"degrees"``, ``"times"`` and ``"posture"``.
    """
    reason, withheld = _first_reason(rep, values, watch, hidden)
    # Whatever came first: an angle that this view does not show stays withheld.
    if watch.trust == "tempo" or _foreshortened(values, watch) or _doubtful(values, watch):
        withheld = withheld | {"degrees"}
    if not times_told(watch):
        withheld = withheld | {"times"}
    return reason, withheld


def times_told(watch):
    """Whether lift, hold and lowering are told from a view."""
    return watch.time_part < TIME_PART_MAX


def _foreshortened(values, watch):
    """Whether the limb left the picture's plane; an angle in space may."""
    return watch.estimator == "image_2d" and values["bone_length_cv"] > BONE_CV_MAX


def _doubtful(values, watch):
    return watch.estimator == "lifted_3d" and values["doubt_deg"] > DOUBT_MAX_DEG


def _first_reason(rep, values, watch, hidden):
    everything = {"degrees", "times", "posture"}
    if rep.far:
        return "far limb", everything
    if not rep.complete:
        return f"not scored: {rep.reason}", everything
    if values["framed_pct"] < FRAMED_PCT:
        return (
            f"not scored: head or trunk outside the picture {100 - values['framed_pct']:.0f} % of the time",
            everything,
        )
    if values["seen_pct"] < SEEN_TIMED_PCT:
        return f"not scored: {hidden()}", everything
    untimed = _untimed(values, hidden) if times_told(watch) else None
    if untimed:
        return untimed
    if values["seen_pct"] < SEEN_SCORED_PCT:
        return f"not scored: {hidden()}", {"degrees"}
    if watch.trust == "tempo":
        return "range not measured from this view", {"degrees"}
    if _foreshortened(values, watch):
        return "range not measured: the limb turned towards or away from the camera", {"degrees"}
    if _doubtful(values, watch):
        return f"range not measured: uncertain by {values['doubt_deg']:.0f} deg from here", {"degrees"}
    if rep.assisted:
        return "assisted", set()
    return "", set()


def _untimed(values, hidden):
    """Why phases cannot be told, where the view shows them, and what is withheld with them."""
    if values["frame_rate_hz"] < FRAME_RATE_MIN_HZ:
        return f"phases not timed: {values['frame_rate_hz']:.0f} pictures per second", {"times"}
    if values["seen_pct"] > 99 and not any(np.isfinite(values[p]) for p in ("lift_s", "hold_s", "lower_s")):
        why = "not scored: lift, hold and lowering could not be told apart"
        return why, {"degrees", "times"}
    for phase, name in (("lift_s", "lift"), ("lower_s", "lowering")):
        if not np.isfinite(values[phase]):
            whole = values["seen_pct"] > 99
            return f"not scored: {f'the {name} was not seen whole' if whole else hidden()}", set()
    return None


def tempo_part(time_s, target_s, sigma_s):
    """0-100 for one phase: one-sided, slower is never worse than fine.

    Examples
    --------
    >>> tempo_part(3.0, 3.0, 0.1), tempo_part(6.0, 3.0, 0.1), tempo_part(1.0, 3.0, 0.1)
    (100.0, 100.0, 0.0)
    """
    if not time_s >= 0 or not target_s:
        return math.nan
    error = math.log(max(time_s, 0.05) / target_s)
    tolerance = max(TEMPO_TOLERANCE, 2 * (sigma_s if math.isfinite(sigma_s) else 0.0) / target_s)
    slow_at = np.interp(error, [math.log(2), math.log(3)], [100.0, 80.0])
    if tolerance >= TEMPO_ZERO:
        return float(slow_at)
    return float(min(slow_at, np.interp(error, [-TEMPO_ZERO, -tolerance], [0.0, 100.0])))


def tempo_score(values, sigma, tempo):
    """Weighted phases (lift 0.4, lower 0.4, hold 0.2); capped at 60 by a jerky start."""
    parts = [
        (weight, tempo_part(values[name], getattr(tempo, name), sigma[name]))
        for name, weight in (("lift_s", 0.4), ("hold_s", 0.2), ("lower_s", 0.4))
        if getattr(tempo, name)
    ]
    score = _weighted(parts)
    if not tempo.lift_s:
        return score
    # A lift within the tolerance of the tempo is no jerk, and noise adds to every peak.
    guard = SPEED_GUARD * math.exp(TEMPO_TOLERANCE) * values["range_deg"] / tempo.lift_s
    jerky = values["peak_speed_dps"] - 2 * _finite(sigma["peak_speed_dps"]) > guard
    return min(score, 60.0) if jerky else score


def range_score(value, target, mdc95):
    """100 from half a detectable change below the target on, 0 at 40 % of it; never more for more."""
    if not math.isfinite(value):
        return math.nan
    full = max(target - mdc95 / 2, 0.41 * target)
    return float(np.interp(value, [0.4 * target, full], [0.0, 100.0]))


def steadiness_score(smoothness_delta):
    """100 down to `STEADY_FROM` below a smooth movement, 0 at `STEADY_ZERO`; NaN where noise hides the smoothness.

    Examples
    --------
    >>> steadiness_score(0.1), steadiness_score(-0.4), steadiness_score(-2.0)
    (100.0, 100.0, 0.0)
    """
    if not math.isfinite(smoothness_delta):
        return math.nan
    return float(np.interp(smoothness_delta, [STEADY_ZERO, STEADY_FROM], [0.0, 100.0]))


def posture_score(values, checks, allowed):
    """100 less up to 40 for each scored compensation, from where it starts to where it is severe."""
    losses = []
    for check in checks:
        excess = check_excess(check, values)
        if not check.scored or check.id in allowed or not math.isfinite(excess):
            continue
        losses.append(
            40.0 * min(1.0, max(0.0, (excess - check.start_deg) / (check.severe_deg - check.start_deg)))
        )
    return max(0.0, 100.0 - sum(losses)) if losses else math.nan


def check_excess(check, values):
    """How far a compensation went in the direction that counts; NaN when not measurable."""
    change = values.get(f"{check.signal}_change", math.nan)
    return {"positive": change, "negative": -change, "either": abs(change)}[check.direction]


def score(parts):
    """The whole from its parts, capped so that control cannot be bought with range; NaN from fewer than two.

    Parameters
    ----------
    parts : mapping of str to float
        ``tempo``, ``range``, ``steadiness``, ``posture``, each 0-100 or NaN.

    Examples
    --------
    >>> score({"tempo": 100.0, "range": 60.0, "steadiness": float("nan"), "posture": 100.0})
    90.0
    """
    present = {name: value for name, value in parts.items() if math.isfinite(value)}
    if len(present) < 2:
        return math.nan
    total = _weighted([(WEIGHTS[name], value) for name, value in present.items()])
    total = min(total, 40 + 0.6 * present.get("tempo", 100.0))
    total = min(
        total, 55 + 0.45 * present.get("steadiness", 100.0), 55 + 0.45 * present.get("posture", 100.0)
    )
    return 5.0 * math.floor(total / 5.0 + 0.5)


def _weighted(parts):
    parts = [(weight, value) for weight, value in parts if math.isfinite(value)]
    return sum(w * v for w, v in parts) / sum(w for w, _ in parts) if parts else math.nan


def judge(row, values, exercise, target, *, view, allowed=()):
    """What is worth saying about one scored repetition, most important first.

    Returns
    -------
    tuple of Finding
    """
    found = []

    def add(rule, value, limit, unit, say, why, source):
        found.append(
            Finding(rule, row["side"], row["rep"], float(value), float(limit), unit, say, why, source)
        )

    for check in exercise.check:
        excess = check_excess(check, values)
        if view in check.views and check.id not in allowed and excess >= check.start_deg:
            why = f"{check.signal} changed by {excess:.0f} deg, from {check.start_deg:.0f} deg on it is worth a cue"
            add(
                check.id, excess, check.start_deg, "deg", check.say, why, f"{check.source} [{check.evidence}]"
            )
    for phase, rule, cue in (("lift_s", "too_fast", "too_fast"), ("lower_s", "lower_fast", "lower_fast")):
        wanted = getattr(target.tempo, phase)
        if wanted and values[phase] < wanted * math.exp(-TEMPO_TOLERANCE) - 2 * _finite(row["time_sigma_s"]):
            why = f"{phase[:-2]} took {values[phase]:.1f} s of the {wanted:.1f} s asked for"
            add(
                rule,
                values[phase],
                wanted,
                "s",
                exercise.cues.get(cue, "Slower."),
                why,
                "docs/basis.md, Tempo [U]",
            )
    if row.get("smoothness_delta", math.nan) < STOP_START:
        much = f"{-row['smoothness_delta']:.1f}"
        why = f"less smooth by {much} than a smooth movement, from {-STOP_START} on it is worth a cue"
        say = exercise.cues.get("stop_start", "Smoothly. No stops.")
        add(
            "stop_start",
            row["smoothness_delta"],
            STOP_START,
            "",
            say,
            why,
            "docs/basis.md, Smoothness [C, U]",
        )
    enough = target.range_deg - exercise.mdc95_deg / 2
    if row["role"] != "affected" and values["range_deg"] < enough:
        why = f"range was {values['range_deg']:.0f} deg of the {target.range_deg:.0f} deg asked for"
        say = exercise.cues.get("small", "A little further.")
        add("small", values["range_deg"], enough, "deg", say, why, exercise.sources.get("target", ""))
    return tuple(found)


def _finite(value):
    return value if value is not None and math.isfinite(value) else 0.0
