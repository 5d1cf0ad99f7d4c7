"""From measures to words: what may be told and scored, why not, and what is worth saying.

Limits are those of docs/basis.md, engineering defaults [U] for a physiotherapist to review.
"""

import math

import numpy as np

from posecheck.records import Finding
from posecheck.scores import STOP_START, TEMPO_TOLERANCE, check_excess
from posecheck.signals import SIGNALS
from posecheck.words import said

SEEN_SCORED_PCT, SEEN_TIMED_PCT, FRAMED_PCT = 90.0, 60.0, 80.0
ASSISTED_PCT = 50.0  # of the repetition with a hand on the limb: it was helped
BONE_CV_MAX = 0.15
FRAME_RATE_MIN_HZ = 14.0  # bench/rate.py: phases read the same at 15 pictures a second as at 30
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
    return watch.estimator != "image_2d" and values["doubt_deg"] > DOUBT_MAX_DEG


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
            unseen = {"degrees"} if values["seen_pct"] < SEEN_SCORED_PCT else set()
            return f"not scored: {f'the {name} was not seen whole' if whole else hidden()}", unseen
    return None


def judge(row, values, exercise, target, *, view, allowed=()):
    """What is worth saying about one repetition, most important first.

    Severe compensation comes before haste; the rest of it before range, which it would buy.

    Returns
    -------
    tuple of Finding
    """
    found = [*_compensations(row, values, exercise, view, allowed), *_haste(row, values, target)]
    if row.get("smoothness_delta", math.nan) < STOP_START:
        much = f"{-row['smoothness_delta']:.1f}"
        why = f"less smooth by {much} than a smooth movement, from {-STOP_START} on it is worth a cue"
        source = "docs/basis.md, Smoothness [C, U]"
        found.append((4, "stop_start", row["smoothness_delta"], STOP_START, "", why, source))
    cap = exercise.weaker_side.peak_max if exercise.weaker_side else None
    if row["role"] == "affected" and cap is not None:
        peak = values.get("peak_deg", math.nan)
        beyond = exercise.sign * (peak - cap)
        if beyond > 2 * _finite(row.get(f"range_sigma_{exercise.unit}")):
            told = [_told(x, exercise.unit) for x in (peak, cap)]
            why = f"the weaker side went to {told[0]}; it is not asked beyond {told[1]}"
            source = exercise.sources.get("weaker_side", exercise.sources.get("target", ""))
            found.append((0, "beyond_cap", peak, cap, exercise.unit, why, source))
    enough = target.range - exercise.mdc95(view)[0] / 2
    if row["role"] != "affected" and values["range_deg"] < enough:
        told = [_told(x, exercise.unit) for x in (values["range_deg"], target.range)]
        why = f"range was {told[0]} of the {told[1]} asked for"
        source = exercise.sources.get("target", "")
        found.append((3, "small", values["range_deg"], enough, exercise.unit, why, source))
    return tuple(
        Finding(
            rule, row["side"], row["rep"], float(value), float(limit), unit, said(rule, exercise), why, source
        )
        for _, rule, value, limit, unit, why, source in sorted(found, key=lambda finding: finding[0])
    )


def _compensations(row, values, exercise, view, allowed):
    for check in exercise.checks(view):
        excess = check_excess(check, values)
        if check.id not in allowed and excess >= check.start:
            unit = SIGNALS[check.signal].unit
            changed, from_ = _told(excess, unit), _told(check.start, unit)
            why = f"{check.signal} changed by {changed}, from {from_} on it is worth a cue"
            rank = 0 if excess >= check.severe and check.scored else 2
            yield rank, check.id, excess, check.start, unit, why, f"{check.source} [{check.evidence}]"


def _haste(row, values, target):
    for phase, rule in (("lift_s", "too_fast"), ("lower_s", "lower_fast")):
        wanted = getattr(target.tempo, phase)
        if wanted and values[phase] < wanted * math.exp(-TEMPO_TOLERANCE) - 2 * _finite(row["time_sigma_s"]):
            why = f"{phase[:-2]} took {values[phase]:.1f} s of the {wanted:.1f} s asked for"
            yield 1, rule, values[phase], wanted, "s", why, "docs/basis.md, Tempo [U]"


def _told(value, unit):
    return f"{value:.0f} deg" if unit == "deg" else f"{value:.2f}"


def _finite(value):
    return value if value is not None and math.isfinite(value) else 0.0
