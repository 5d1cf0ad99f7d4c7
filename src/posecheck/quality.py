"""What a result says of its recording: how well it was seen, what could not be looked at, and where it comes from."""

import math
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from posecheck.records import SIDES, VIEWS
from posecheck.rules import times_told
from posecheck.signals import keypoints_of


def quality_of(analysis, track, seen, rows):
    """How well a recording was seen, as in ``result.json``.

    Parameters
    ----------
    analysis : Analysis
    track : PoseTrack or StoredTrack
    seen : Observation
    rows : list of dict
    """
    exercise, view = analysis.exercise, analysis.view
    steps = np.diff(track.t_s)
    detected = track.angles_deg is not None or analysis.detected > 0
    warnings = list(track.source.get("warnings", ()))
    deep = track.xyz_frame == "world"
    seen_from = "Measured in space" if deep else f"Seen from {view}"
    if deep and analysis.settings.view not in ("auto", "front"):
        warnings.append("Depth is known, so it was measured in space, whatever view was declared.")
    if view not in VIEWS:
        warnings.append(
            "From where the camera sees the person could not be told, so nothing was counted: the picture may lie "
            "on its side, show the back, or miss shoulders or hips. Turn the video upright, or declare the view."
        )
    elif view not in exercise.view:
        able = ", ".join(exercise.view)
        warnings.append(
            f"{exercise.name!r} is measured from: {able}. This was seen from: {view}. Nothing was counted."
        )
    elif analysis.watch is None:
        if detected:  # else there was nobody to measure, as `detected_pct` says
            warnings.append(
                f"Seen from {view}, {exercise.name!r} is measured in space, for which landmarks with depth from the "
                f"full model were expected; these, of {track.model!r}, have none that can be used. "
                "Nothing was counted."
            )
    elif analysis.watch.trust == "range" and not times_told(analysis.watch):
        done = [row for row in rows if row["complete"]]
        sure = sum(np.isfinite(row["range_deg"]) for row in done)
        warnings.append(
            f"{seen_from}: counted, and the range told of {sure} of {len(done)} repetitions. "
            "Lift and lowering are not timed from here."
        )
    elif analysis.watch.trust == "tempo":
        able = ", ".join(name for name, watch in exercise.view.items() if watch.trust == "range")
        where = f"The range is measured from: {able}." if able else "Its range is not measured from anywhere."
        told = (
            "counted and timed only"
            if times_told(analysis.watch)
            else "counted only, with when each began and ended"
        )
        warnings.append(f"{seen_from}: {told}. {where}")
    warnings += _measured_elsewhere(exercise, view, rows)
    warnings += _lacking(exercise, seen)
    if view in SIDES and view in exercise.view:
        far = "left" if view == "right" else "right"
        if seen.sides == (far,) or (far in seen.sides and exercise.sides == "unilateral"):
            warnings.append(f"The {far} side is away from the camera and was not measured.")
    framed, trunk_px = seen["framed"], seen["trunk_px"]
    trunk_px = trunk_px[np.isfinite(trunk_px)]
    rate_hz = analysis.settings.rate_hz
    origin = seen.first_k or 0
    return {
        "detected_pct": 100.0 * _detected_part(analysis, track),
        "framing": 100.0 * float(framed.mean()) if len(framed) else None,
        "image_size_px": track.image_size_px,
        "trunk_px": float(np.median(trunk_px)) if len(trunk_px) else None,
        "people": int(track.people.max(initial=0)),
        "mirrored": track.mirrored,
        "fps_median": float(1 / np.median(steps)) if len(steps) else None,
        "fps_gaps": int((steps > 0.1).sum()),
        "not_this_exercise": [
            {
                "side": x.side,
                "start_s": (origin + x.start) / rate_hz,
                "end_s": (origin + x.end) / rate_hz,
                "why": x.why,
            }
            for x in analysis.left_out
        ],
        "warnings": warnings,
    }


def _detected_part(analysis, track):
    if track.angles_deg is not None:
        return float(track.detected.mean()) if len(track) else 0.0
    return float(analysis.detected / len(track)) if len(track) else 0.0


def _lacking(exercise, seen):
    """What could not be looked at for want of keypoints that the skeleton does not have."""
    sides = (seen.view,) if seen.view in SIDES else seen.sides

    def wanting(signal):
        unknown = [side for side in sides if (signal, side) not in seen.told]
        needed = dict.fromkeys(name for side in unknown for name in keypoints_of(signal, side))
        return [name.replace("_", " ") for name in needed if name in seen.lacking]

    skeleton = seen.skeleton.name
    if missing := wanting(exercise.movement.signal):
        yield (
            f"{skeleton} has no {', '.join(missing)}, without which {exercise.name!r} is not measurable. "
            "Nothing was counted."
        )
        return
    for signal in seen.other_signals:
        if missing := wanting(signal):
            yield f"{skeleton} has no {', '.join(missing)}: {signal} was not looked at."


def _measured_elsewhere(exercise, view, rows):
    """What to know about baselines that were taken from another view."""
    measured = {
        row["side"] for row in rows if math.isfinite(row["range_deg"]) or math.isfinite(row["range_ratio"])
    }
    for side, personal in exercise.personal.items():
        if side in measured and personal.views and view not in personal.views:
            there = f"The {side} side's baseline was measured from: {', '.join(personal.views)}."
            yield f"{there} From {view} the same movement may read differently."


def provenance_of(track, exercise, settings, edits):
    """Where a result comes from, as in ``result.json``."""
    source = {name: value for name, value in track.source.items() if name not in ("created_utc", "warnings")}
    return {
        "posecheck": _version(),
        "engine": track.engine,
        "model": track.model,
        "model_sha256": track.model_sha256,
        "smoothed": track.smoothed,
        "exercise": exercise.id,
        "exercise_sha256": exercise.sha256,
        "settings": settings.as_dict(),
        "edits": [vars(edit) for edit in edits],
        "source": source,
        "created_utc": track.source.get("created_utc"),
    }


def _version():
    try:
        return version("posecheck")
    except PackageNotFoundError:
        return "unknown"
