"""What the review screen is given: a recording and its result as plain values, and what each correction changes."""

from statistics import median
from typing import Any, cast

import numpy as np

from posecheck.clinic.own_error import judged
from posecheck.editing import boundaries_s, changed, found_as
from posecheck.examples import examples_of, top_times_s
from posecheck.records import SIDES
from posecheck.report_appendix import thresholds_of
from posecheck.report_lines import known, middle_of, upward
from posecheck.report_stills import RULE, titled
from posecheck.report_withheld import missing, why_not
from posecheck.result import plain
from posecheck.scores import score_in_words, steadiness_in_words
from posecheck.signals import SIGNALS

_PART = 8  # of a pixel: landmarks are stored no finer than that for drawing
_COMPARED = ("side", "start_s", "end_s", "lift_s", "hold_s", "lower_s", "assisted", "complete")
_TOLD = ("lift_s", "hold_s", "lower_s", "score")  # in the table, with a reason where they are missing
_SHOWN = ("side", "role", "rep", "set", "start_s", "top_start_s", "top_end_s", "end_s", "lift_s", "hold_s", "lower_s",
          "time_sigma_s", "score", "assisted", "complete", "scored", "exclusion_reason",
          "target_range", "target_lift_s", "target_hold_s", "target_lower_s")  # fmt: skip


def fixed(review, error=None) -> dict[str, Any]:
    """What no correction changes: the exercise, the angles, what was looked out for and from where on it counts.

    Parameters
    ----------
    review : Review
    error : MeasuredError, optional
        This person's own; without it what is assumed stands.

    Returns
    -------
    dict
        JSON-able. ``signals`` holds, for each side that was measured, the values on the grid ``first_s + k / rate_hz``
        (None = not seen); ``checks`` the compensations with the signal of each. Each threshold says ``measured`` or
        ``assumed``.
    """
    result, track = judged(review.automatic, error), review.track
    exercise = result.exercise
    movement = exercise.movement.signal
    t_s = result.signals.t_s
    curves = {
        side: _thin(result.signals[name])
        for side in SIDES
        if (name := f"{side}_{movement}_{SIGNALS[movement].unit}") in result.signals.names
    }
    mdc95, measured = exercise.mdc95(result.view)
    told = plain(
        {
            "exercise": {"id": exercise.id, "name": exercise.name, "unit": exercise.unit, "sign": exercise.sign,
                         "shared": exercise.shared},
            "kind": result.settings.kind, "level": result.settings.level, "affected": result.settings.affected,
            "view": result.view, "mirrored": track.mirrored,
            "size_px": track.image_size_px, "duration_s": float(track.t_s[-1]), "bones": _bones(track.skeleton),
            "limbs": [name.split("_")[0] if name.split("_")[0] in SIDES else "" for name in track.skeleton.keypoints],
            "keypoints": len(track.skeleton), "frames": len(track),
            "rate_hz": result.settings.rate_hz, "first_s": float(t_s[0]) if len(t_s) else 0.0,
            "warnings": result.quality["warnings"],
            "change": {"from": upward(mdc95, exercise.unit), "known": known(measured)},
            "targets": {side: known(side in exercise.personal) for side in SIDES},
            "thresholds": thresholds_of(result).rows, "stills_rule": RULE,
            "angle": f"{movement.replace('_', ' ')}: {SIGNALS[movement].meaning}",
        }
    )  # fmt: skip
    # A signal is long, and `_thin` has made it plain already.
    checks = [_check(one, result) for one in exercise.checks(result.view)]
    return {**cast(dict[str, Any], told), "signals": curves, "checks": checks}


def changing(review) -> dict[str, Any]:
    """What each correction changes: repetitions, sets, symmetry and what may be taken back."""
    result = review.result
    words = {(f.side, f.rep): [] for f in result.findings}
    for finding in result.findings:
        words[finding.side, finding.rep].append(finding.why)
    before = boundaries_s(review.automatic) if review.edits else ()
    rows_of = [[row for row in result.rows if row["side"] == side] for side in SIDES]
    taken = {side: middle_of(rows) for side, rows in zip(SIDES, rows_of, strict=True)}
    middle = {(row["side"], row["rep"]) for rows in taken.values() for row in rows}
    told = plain(
        {
            "reps": [
                {**_rep(row, result), "from_s": from_s, "to_s": to_s, "top_s": top_s,
                 "in_middle": (row["side"], row["rep"]) in middle,
                 "told": words.get((row["side"], row["rep"]), []),
                 "automatic": _automatic(row, (from_s, to_s), review, before)}
                for row, (from_s, to_s), top_s in zip(
                    result.rows, boundaries_s(result), top_times_s(result), strict=True
                )
            ],
            "sets": [{name: one[name] for name in ("set", "start_s", "end_s", *SIDES)} for one in result.sets],
            "examples": [
                {"side": one.side, "rep": one.rep, "title": title, "told": words, "start_s": one.start_s,
                 "top_s": one.top_s}
                for one in examples_of(result) for title, words in (titled(one, result.exercise.unit),)
            ],
            "symmetry": result.symmetry,
            "medians": {side: _medians(rows, result.exercise.unit) for side, rows in taken.items() if rows},
            "not_counted": result.quality["not_this_exercise"],
            "edits": [vars(edit) for edit in review.edits],
            "can_undo": review.can_undo, "can_redo": review.can_redo,
        }
    )  # fmt: skip
    return cast(dict[str, Any], told)


def poses_of(track):
    """Landmarks for drawing, as bytes: times, then places in eighths of a pixel, then what counts as seen.

    Returns
    -------
    bytes
        (T,) float32 s, (T, K, 2) int16 in eighths of a pixel, (T, K) uint8 visibility of 255; nobody seen: 0.
    """
    seen = np.isfinite(track.uv_px).all(axis=-1)
    uv = np.where(seen[..., None], track.uv_px * _PART, 0.0)
    whole = np.clip(np.rint(uv), -32768, 32767).astype("<i2")
    visible = np.where(seen, np.clip(np.nan_to_num(track.visibility), 0, 1) * 255, 0).astype(np.uint8)
    return track.t_s.astype("<f4").tobytes() + whole.tobytes() + visible.tobytes()


def _bones(skeleton):
    return [[skeleton.index(a), skeleton.index(b)] for a, b in skeleton.bones]


def _thin(values):
    rounded = np.round(values, 2).astype(object)
    rounded[~np.isfinite(values)] = None
    return rounded.tolist()


def _check(check, result):
    unit = SIGNALS[check.signal].unit
    names = {side: f"{side}_{check.signal}_{unit}" for side in SIDES}
    told = {side: _thin(result.signals[name]) for side, name in names.items() if name in result.signals.names}
    return {"id": check.id, "name": check.id.replace("_", " "), "unit": unit, "start": check.start,
            "known": known(result.exercise.check_measured(check)), "severe": check.severe, "signals": told}  # fmt: skip


def _medians(rows, unit):
    """Of one side, also where the sides are not compared."""
    told = {"range": f"range_{unit}", "lift_s": "lift_s", "lower_s": "lower_s"}
    values = {
        name: [row[column] for row in rows if not missing(row[column])] for name, column in told.items()
    }
    return {name: median(found) if found else None for name, found in values.items()}


def _rep(row, result):
    unit = result.exercise.unit
    changes = {c.id: row[f"{c.id}_{SIGNALS[c.signal].unit}"] for c in result.exercise.checks(result.view)}
    return {
        **{name: row[name] for name in _SHOWN},
        "range": row[f"range_{unit}"], "range_sigma": row[f"range_sigma_{unit}"], "start": row[f"start_{unit}"],
        "peak": row[f"peak_{unit}"],
        "steadiness": steadiness_in_words(row["smoothness_delta"]), "changes": changes,
        "score_told": None if missing(row["score"]) else score_in_words(
            row["score"], row["score_low"], row["score_high"]),
        "why": {name: why_not(row, name, result) for name in (*_TOLD, f"range_{unit}") if missing(row[name])},
    }  # fmt: skip


def _automatic(row, now_s, review, before_s):
    """The same repetition before corrections, where it differs; None where it is as it was found."""
    if not review.edits:
        return None
    rows, unit = review.automatic.rows, review.exercise.unit
    found = found_as(row, rows)
    if found is None:
        return {"side": None}
    [was_s] = [one_s for one, one_s in zip(rows, before_s, strict=True) if one is found]
    if not changed(row, found, unit) and now_s == was_s:
        return None
    told = {name: found[name] for name in _COMPARED}
    return {**told, "range": found[f"range_{unit}"], "from_s": was_s[0], "to_s": was_s[1]}
