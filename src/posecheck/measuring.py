"""Measures and rows of recognised repetitions: windows out of the observation, one batched fit, one row each."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from posecheck.metrics import METRICS, change_of
from posecheck.phases import POINTS, fit_phases, window
from posecheck.records import OTHER_SIDE, SIDES, Measures
from posecheck.rep_window import RepWindow
from posecheck.reps import SETTLE_S
from posecheck.result import ROW_COLUMNS
from posecheck.rules import ASSISTED_PCT, exclusion, judge
from posecheck.scores import SCORED_FROM, posture_score, score, score_band, score_parts
from posecheck.signals import GRAIN, SIGNALS, keypoints_of

_LEAD_S = 1.0  # rest before the lift that the fit sees
_WINDOW_MAX_S = 30.0
_BEYOND_S, _BEYOND_PART = (
    0.5,
    0.3,
)  # how far from where it was found, of the phase, the fit may place a boundary
_MISFIT_PART = 0.2  # of the excursion: a movement further than this from two smooth steps has no phases
# The errors in the catalogue are those of the full model. With lite the picture's angles of docs/validation.md's clips
# are off by up to 1.5 times as much: the elbow by 15 deg (root mean square of 20 repetitions), the others by no more.
_MODEL_ERROR = {"lite": 1.5}
_NAN = math.nan
_AT_ONCE = 256  # repetitions whose windows are held together


def measure(observation, reps, frame_times_s, *, smoothed, model="full", before=None, known=None):
    """Rows, measures and findings of R repetitions.

    Parameters
    ----------
    observation : Observation
    reps : list of Rep
        Numbered; each is measured from its own window only, so the result does not depend on the others given.
    frame_times_s : (T,) array, s
        Times of the pictures, for the frame rate of each repetition.
    smoothed : bool
    model : str
        Name of the pose model; a small one widens the error of the range.
    before : mapping of str to dict, optional
        The row that came before on each side, for the rest between; a row alone then equals the row in a batch.
    known : dict, optional
        What was measured of the same observation and pictures before is not measured again; what is new is added.

    Returns
    -------
    rows : list of dict
    measures : Measures
    findings : list of Finding
    """
    names = [metric.named(observation.exercise.unit) for metric in METRICS.values()]
    values, at_hand = np.full((len(reps), len(METRICS)), np.nan), {}
    sigma = values.copy()
    rows, findings, to_score, before = [], [], [], dict(before or {})
    for i, rep in enumerate(reps):
        if i % _AT_ONCE == 0:  # what hours of repetitions look at is let go of, unless somebody keeps it
            at_hand = {} if known is None else known
            new = [one for one in reps[i : i + _AT_ONCE] if one not in at_hand]
            windows = _windows(observation, new, frame_times_s, smoothed, model) if new else []
            at_hand.update((one, (seen, {})) for one, seen in zip(new, windows, strict=True))
        last = before.get(rep.side)
        ended_s = last["end_s"] if last is not None and last["set"] == rep.set else None
        seen, measured = at_hand[rep]
        if ended_s not in measured:
            *measured[ended_s], judged = _measured(observation, rep, seen, ended_s, names)
            to_score += [judged] if judged else []
        row, found, values[i], sigma[i] = measured[ended_s]
        rows.append(row)
        findings += found
        before[rep.side] = row
    _score(to_score, observation)
    ids, units = zip(*names, strict=True)
    return [dict(row) for row in rows], Measures(values, sigma, ids, units), findings


def _score(judged, observation):
    """Write the scores of repetitions into their rows, all of a side in one go.

    Parameters
    ----------
    judged : list of (row, measures, their errors, posture score)
    observation : Observation
    """
    exercise, mdc95 = observation.exercise, observation.exercise.mdc95(observation.view)[0]
    for side in SIDES:
        own = [one for one in judged if one[0]["side"] == side]
        if not own:
            continue
        rows, values, sigma, posture = zip(*own, strict=True)
        target = exercise.target_of(observation.settings.level, side)
        column = lambda dicts: {n: np.array([one[n] for one in dicts]) for n in SCORED_FROM}  # noqa: E731
        asked = (column(values), column(sigma), target, mdc95, np.array(posture))
        parts = score_parts(*asked)
        found = {f"{name}_score": part for name, part in parts.items()}
        found["score"], (found["score_low"], found["score_high"]) = score(parts), score_band(*asked)
        for i, row in enumerate(rows):
            row.update({name: float(np.broadcast_to(x, len(rows))[i]) for name, x in found.items()})


def _measured(observation, rep, seen, ended_s, names):
    """Row, findings, measures, their errors, and what the score of the row comes from, None where it has none.

    `ended_s` is the end of the repetition before in the same set.
    """
    if ended_s is not None:
        seen = replace(seen, rest_before_s=seen.lift_start_s - ended_s)
    values = sigma = np.full(len(METRICS), _NAN)
    if rep.complete and not rep.far:
        values, sigma = np.array([metric.function(seen) for metric in METRICS.values()], np.float64).T
    row, found, judged = _row(observation, rep, seen, values, sigma)
    # What the row withholds, no other face of the result tells.
    told = [math.isfinite(row[name]) for name, _ in names]
    return row, found, np.where(told, values, _NAN), np.where(told, sigma, _NAN), judged


def _windows(observation, reps, frame_times_s, smoothed, model):
    rate_hz, sign = observation.settings.rate_hz, observation.exercise.sign
    grain = GRAIN[observation.exercise.unit]
    origin_s = (observation.first_k or 0) / rate_hz
    first = np.array([max(r.previous_end, r.start - round(_LEAD_S * rate_hz), 0) for r in reps], np.int64)
    first = np.maximum(first, np.array([r.end for r in reps], np.int64) - round(_WINDOW_MAX_S * rate_hz))
    last = np.array(
        [min(r.end - 1 + round(SETTLE_S * rate_hz), observation.length - 1) for r in reps], np.int64
    )
    t = np.zeros((len(reps), POINTS))
    y = t.copy()
    for side in SIDES:
        chosen = np.array([r.side == side for r in reps], bool)
        if chosen.any():
            signal = sign / grain * observation[f"{side} phase"]
            t[chosen], y[chosen] = window(signal, first[chosen], last[chosen], rate_hz=rate_hz)
    fit = fit_phases(t, y, np.array([r.turn / rate_hz for r in reps]))
    watch, model_error = observation.watch, _MODEL_ERROR.get(model, 1.0)
    unseen = np.full(observation.length, np.nan)  # from the side the other limb is the far one
    # A signal that only a requirement asks for may be too rough here to be told.
    checks = (c.signal for c in observation.exercise.check if observation.view in c.views)
    checked = set(observation.other_signals).intersection(checks)
    windows = []
    for i, rep in enumerate(reps):
        span = slice(first[i], last[i] + 1)
        t_s = (observation.first_k + np.arange(first[i], last[i] + 1)) / rate_hz
        own = lambda channel, side=rep.side, span=span: observation[f"{side} {channel}"][span]  # noqa: E731
        inside = np.searchsorted(
            frame_times_s, [origin_s + rep.start / rate_hz, origin_s + rep.end / rate_hz]
        )
        windows.append(
            RepWindow(
                t_s=t_s,
                raw=own("raw"),
                angle=own("angle"),
                speed=sign * own("speed"),
                others={name: own(name) for name in checked},
                helper=own("helper"),
                own_hand=own("own_hand"),
                other_limb=own("angle", OTHER_SIDE[rep.side])
                if observation.view not in SIDES
                else unseen[span],
                sighted=own("sighted"),
                framed=observation["framed"][span],
                proximal=own("proximal"),
                distal=own("distal"),
                doubt=own("doubt"),
                first=int(rep.start - first[i]),
                last=int(rep.end - first[i]),
                lift_start_s=float(origin_s + fit.lift_start_s[i]),
                top_start_s=float(origin_s + fit.top_start_s[i]),
                top_end_s=float(origin_s + fit.top_end_s[i]),
                lower_end_s=float(origin_s + fit.lower_end_s[i]),
                lift_sigma_s=float(fit.lift_sigma_s[i]),
                hold_sigma_s=float(fit.hold_sigma_s[i]),
                lower_sigma_s=float(fit.lower_sigma_s[i]),
                misfit_deg=grain * float(fit.misfit_deg[i]),
                rest_before_s=float("nan"),
                frames=int(inside[1] - inside[0]),
                view_sigma_deg=watch.sigma * model_error,
                time_part=watch.time_part,
                sign=sign,
                smoothed=smoothed,
            )
        )
    return windows


def _row(observation, rep, seen, numbers, sigmas):
    exercise, settings = observation.exercise, observation.settings
    target, watch = exercise.target_of(settings.level, rep.side), observation.watch
    values = dict(zip(METRICS, numbers.tolist(), strict=True))
    sigma = dict(zip(METRICS, sigmas.tolist(), strict=True))
    measured = rep.complete and not rep.far
    checks = exercise.checks(observation.view)
    for check in checks:
        values[f"{check.id}_change"] = change_of(check.signal, check.direction)(seen)[0] if measured else _NAN
    values["lift_s"], values["hold_s"], values["lower_s"] = _unbroken(seen, values)
    values["doubt_deg"] = seen.camera_sigma_deg
    assisted = rep.assisted
    if assisted is None and measured:
        assisted = np.fmax(values["helper_pct"], values["own_hand_pct"]) >= ASSISTED_PCT
    rep = replace(rep, assisted=bool(assisted))
    reason, withheld = exclusion(rep, values, watch, hidden=lambda: _hidden(observation, rep, seen))
    if "times" in withheld:
        values.update(dict.fromkeys(("lift_s", "hold_s", "lower_s"), _NAN))
    row = _facts(observation, rep, seen, values, target, watch, timed="times" not in withheld)
    told = {m.id: _NAN if withheld.intersection(m.needs) else values[m.id] for m in METRICS.values()}
    if math.isnan(told["lift_s"]):
        told.update(dict.fromkeys(("mean_speed_dps", "peak_speed_dps"), _NAN))
    if math.isnan(told["lift_s"] + told["lower_s"]):
        told.update(dict.fromkeys(("sparc", "smoothness_delta"), _NAN))
    row.update({metric.named(exercise.unit)[0]: told[metric.id] for metric in METRICS.values()})
    # What is not told from here has no say either: neither in the score nor in a cue.
    changes = {f"{c.id}_change": _NAN if "posture" in withheld else values[f"{c.id}_change"] for c in checks}
    for check in exercise.check:  # the same columns from everywhere
        row.setdefault(f"{check.id}_{SIGNALS[check.signal].unit}", changes.get(f"{check.id}_change", _NAN))
    row[f"range_sigma_{exercise.unit}"] = _NAN if math.isnan(told["range_deg"]) else sigma["range_deg"]
    row["exclusion_reason"], row["scored"] = reason, reason == ""
    row["complete"] = rep.complete
    row = _in_order(row)
    if settings.kind == "check" or not measured or rep.assisted:
        return row, (), None
    told.update(changes)
    judged = None
    if row["scored"] and row["role"] != "affected":
        judged = row, told, sigma, posture_score(told, checks, rep.allowed)
    return row, judge(row, told, exercise, target, view=observation.view, allowed=rep.allowed), judged


def _in_order(row):
    """The row with its known columns first, as in reps.csv."""
    return {name: row[name] for name in ROW_COLUMNS} | row


def _facts(observation, rep, seen, values, target, watch, *, timed):
    exercise, settings = observation.exercise, observation.settings
    t_s = (observation.first_k + np.array([rep.start, rep.end - 1])) / settings.rate_hz
    personal = exercise.personal.get(rep.side)
    row: dict[str, Any] = dict.fromkeys(ROW_COLUMNS, _NAN)
    row.update(
        exercise=exercise.id,
        side=rep.side,
        role=role_of(rep.side, settings.affected),
        rep=rep.number,
        set=rep.set,
        start_s=float(t_s[0]),
        end_s=float(t_s[1]),
        target_range=target.range,
        baseline_range=personal.baseline if personal else _NAN,
        kind=settings.kind,
        target_lift_s=_or_nan(target.tempo.lift_s),
        target_hold_s=_or_nan(target.tempo.hold_s),
        target_lower_s=_or_nan(target.tempo.lower_s),
        target_rest_s=_or_nan(target.tempo.rest_s),
        mode="assisted" if rep.assisted else "active",
        assisted=rep.assisted,
        view=observation.view,
        estimator=watch.estimator,
        exclusion_reason="",
    )
    if rep.complete and not rep.far and timed:
        if math.isfinite(values["hold_s"]):
            row.update(top_start_s=seen.top_start_s, top_end_s=seen.top_end_s)
        if math.isfinite(values["lift_s"]):
            row["start_s"] = seen.lift_start_s
        if math.isfinite(values["lower_s"]):
            row["end_s"] = seen.lower_end_s
    return row


def _unbroken(seen, values):
    """Phase times; NaN for a phase with a gap too long to bridge, or whose end lies outside what was seen."""
    edges = (seen.lift_start_s, seen.top_start_s, seen.top_end_s, seen.lower_end_s)
    times = [values["lift_s"], values["hold_s"], values["lower_s"]]
    if not seen.misfit_deg <= _MISFIT_PART * values["range_deg"]:
        return _NAN, _NAN, _NAN
    for i in range(3):
        if np.isnan(seen.raw[seen.between(edges[i], edges[i + 1])]).any():
            times[i] = _NAN
    if edges[0] < seen.t_s[seen.first] - max(_BEYOND_S, _BEYOND_PART * times[0]):
        times[0] = _NAN
    if edges[3] > seen.t_s[seen.last - 1] + max(_BEYOND_S, _BEYOND_PART * times[2]):
        times[2] = _NAN
    return times


def _hidden(observation, rep, seen):
    """What was hidden most, and in which phase: "left wrist hidden 38 % of the lift"."""
    names = keypoints_of(observation.exercise.movement.signal, rep.side)
    spans = {"lift": (seen.lift_start_s, seen.top_start_s), "hold": (seen.top_start_s, seen.top_end_s),
             "lowering": (seen.top_end_s, seen.lower_end_s)}  # fmt: skip
    offset = rep.start - seen.first
    for name in names:
        if name in observation.lacking:
            return f"{observation.skeleton.name} has no {name.replace('_', ' ')}"
    worst = (-1.0, "", "")
    for name in names:
        sees = observation[f"sees {name}"][offset : offset + len(seen.t_s)]
        for phase, (from_s, to_s) in spans.items():
            chosen = seen.between(from_s, to_s)
            if chosen.any():
                worst = max(worst, (1.0 - float(sees[chosen].mean()), name.replace("_", " "), phase))
    share, name, phase = worst
    return f"{name} hidden {100 * share:.0f} % of the {phase}" if share > 0 else "not seen well"


def role_of(side, affected):
    """``stronger``, ``affected`` or ``unknown`` for a side."""
    if affected not in SIDES:
        return "unknown"
    return "affected" if side == affected else "stronger"


def _or_nan(value):
    return _NAN if value is None else float(value)
