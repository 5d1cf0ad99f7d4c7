"""The recording once more, with the pose, the angle, the count and the phase drawn in.

The whole recording is known by then, so the count and the phases are the final ones, not a live guess.
"""

import math
from fractions import Fraction

import numpy as np

from posecheck.errors import OutputError
from posecheck.overlay import COLOURS, Limb, draw_angle, draw_panel, draw_pose, panel_box
from posecheck.records import SIDES
from posecheck.signals import SIGNALS

_TICKS = 90_000
"""Time stamps a second, as MPEG has it: finer than a tenth of a millisecond, so any frame rate fits."""


def write_annotated(path, source, track, result, *, progress=None):
    """Write an mp4 (H.264) that shows what was measured, with the time stamps of the source.

    Parameters
    ----------
    path : path
    source : Source
        The recording of `track`, opened again with the same span.
    track : PoseTrack
    result : Result
    progress : callable, optional
        Called with the time of each picture.

    Raises
    ------
    OutputError
        When this machine cannot encode H.264, or the file cannot be written.
    SourceError
        When the recording cannot be read again.
    """
    import av
    from av.error import FFmpegError

    if "libx264" not in av.codecs_available:
        raise OutputError(
            "The annotated video needs an H.264 encoder, and PyAV has none here. Reinstall av with pip."
        )
    corner = quiet_corner(track, result)
    rows = {t_s: i for i, t_s in enumerate(track.t_s.tolist())}
    try:
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            stream = None
            for t_s, rgb in source:
                picture = np.ascontiguousarray(rgb[:, ::-1]) if track.mirrored else rgb
                picture = _even(_drawn(picture, _pose(track, rows.get(t_s)), t_s, result, track, corner))
                if stream is None:
                    stream, first_s = _h264(container, picture, source.info.fps_nominal), t_s
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = round((t_s - first_s) * _TICKS), Fraction(1, _TICKS)
                container.mux(stream.encode(frame))
                if progress is not None:
                    progress(t_s)
            if stream is not None:
                container.mux(stream.encode(None))
    except (FFmpegError, OSError) as error:
        raise OutputError(f"{path}: the annotated video could not be written ({error.strerror}).") from None


def _pose(track, i):
    if i is None:
        return None
    return track.frame(i)


def _h264(container, picture, fps):
    stream = container.add_stream("libx264", rate=Fraction(fps or 30).limit_denominator(1001))
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuv420p"
    # The rate above is only a hint for the encoder; the pictures keep their own times.
    stream.codec_context.time_base = stream.time_base = Fraction(1, _TICKS)
    stream.options = {"crf": "21", "preset": "veryfast"}
    return stream


def _even(picture):
    """Repeat the last row or column where a side is odd: H.264 stores colour for two by two pixels."""
    height, width = picture.shape[:2]
    if height % 2 or width % 2:
        picture = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return picture


def _drawn(picture, frame, t_s, result, track, corner):
    limbs = limbs_at(result, t_s)
    if frame is not None:
        picture = draw_pose(
            picture, frame, skeleton=track.skeleton, visibility_min=result.settings.visibility_min
        )
        for side in limbs:
            points = angle_points(result.exercise.movement.signal, frame, side, track.skeleton)
            value = _now(result, side, t_s)
            if points is not None and math.isfinite(value):
                picture = draw_angle(picture, points, value, colour=COLOURS[side])
    rows = _together(limbs) if result.exercise.shared else list(limbs.values())
    return draw_panel(picture, rows, title=result.exercise.name, t_s=t_s, corner=corner)


def angle_points(signal, frame, side, skeleton):
    """Where the arc of a signal goes: a point in the direction of zero, the joint, the end of the segment.

    Parameters
    ----------
    signal : str
        Name of a signal.
    frame : PoseFrame
    side : str
    skeleton : Skeleton

    Returns
    -------
    (3, 2) array, px, or None
        None for a signal that is no angle at a joint.
    """
    point = lambda part: frame.uv_px[skeleton.index(f"{side}_{part}")].astype(np.float64)  # noqa: E731
    hinge = {"elbow_flexion": ("shoulder", "elbow", "wrist"), "knee_flexion": ("hip", "knee", "ankle"),
             "hip_flexion": ("shoulder", "hip", "knee")}  # fmt: skip
    if signal in hinge:
        proximal, joint, distal = map(point, hinge[signal])
        # Straight is zero, so the arc begins where the segment above the joint would go on.
        return np.array([2 * joint - proximal, joint, distal])
    if signal in ("shoulder_abduction", "shoulder_flexion", "upper_arm_elevation"):
        shoulder = point("shoulder")
        pair = lambda part: frame.uv_px[[skeleton.index(f"{s}_{part}") for s in ("left", "right")]]  # noqa: E731
        trunk_down = (pair("hip") - pair("shoulder")).mean(axis=0)
        return np.array([shoulder + trunk_down, shoulder, point("elbow")])
    plumb = {"thigh_inclination": ("hip", "knee"), "shank_inclination": ("knee", "ankle")}
    if signal in plumb:
        joint, end = map(point, plumb[signal])
        return np.array([joint + np.array([0.0, np.linalg.norm(end - joint)]), joint, end])
    return None


def limbs_at(result, t_s):
    """What the panel says at a time: a `Limb` for each side that was measured.

    Parameters
    ----------
    result : Result
    t_s : float

    Returns
    -------
    dict of side to Limb
    """
    limbs = {}
    for side in _measured_sides(result):
        rows = [row for row in result.rows if row["side"] == side]
        if _signal(result, side) is None or not (rows or np.isfinite(_signal(result, side)).any()):
            continue
        done = sum(bool(row["complete"]) and row["end_s"] <= t_s for row in rows)
        value = _now(result, side, t_s)
        limbs[side] = Limb(side, done, phase_at(rows, t_s), value, _share(result, value))
    return limbs


def phase_at(rows, t_s):
    """``lift``, ``hold``, ``lower`` or ``rest`` at a time, from the rows of one side.

    A repetition without phases (its shape could not be fitted) reads ``move`` throughout.
    """
    for row in rows:
        if row["start_s"] <= t_s < row["end_s"]:
            top_start_s, top_end_s = row.get("top_start_s"), row.get("top_end_s")
            if not (_known(top_start_s) and _known(top_end_s)):
                return "move"
            return "lift" if t_s < top_start_s else "hold" if t_s < top_end_s else "lower"
    return "rest"


def quiet_corner(track, result):
    """The corner of the picture where the panel hides least of the person."""
    width, height = track.image_size_px.tolist()
    points = track.uv_px[:: max(1, len(track) // 500)].reshape(-1, 2)
    count = 1 if result.exercise.shared else len(_measured_sides(result))

    def hidden(corner):
        x, y, panel_w, panel_h = panel_box((height, width), count, corner=corner)
        inside = (points >= (x, y)) & (points <= (x + panel_w, y + panel_h))
        return int(inside.all(axis=-1).sum())

    return min(("top_left", "top_right", "bottom_left", "bottom_right"), key=hidden)


def _measured_sides(result):
    """Both sides, or the one nearer the camera where the other is the far limb."""
    near = str(result.view).removeprefix("oblique_")
    far_is_guessed = result.view in SIDES or result.exercise.shared
    return (near,) if near in SIDES and far_is_guessed else SIDES


def _together(limbs):
    """One row for both limbs of a movement that they do together."""
    if not limbs:
        return []
    first = max(limbs.values(), key=lambda limb: limb.count)
    values = [limb.value_deg for limb in limbs.values() if math.isfinite(limb.value_deg)]
    fills = [limb.fill for limb in limbs.values() if math.isfinite(limb.fill)]
    mean = lambda numbers: sum(numbers) / len(numbers) if numbers else math.nan  # noqa: E731
    return [Limb("both", first.count, first.phase, mean(values), mean(fills))]


def _signal(result, side):
    signal = SIGNALS[result.exercise.movement.signal]
    name = f"{side}_{signal.name}_{signal.unit}"
    return result.signals[name] if name in result.signals.names else None


def _now(result, side, t_s):
    """The measured angle at a time: the last point of the grid at or before it."""
    values = _signal(result, side)
    if values is None or not len(values):
        return math.nan
    return float(values[max(0, np.searchsorted(result.signals.t_s, t_s, side="right") - 1)])


def _share(result, value):
    target = result.exercise.target.get(str(result.settings.level))
    if target is None:
        return math.nan
    start = target.peak - result.exercise.sign * target.range
    return result.exercise.sign * (value - start) / target.range


def _known(value):
    return value is not None and math.isfinite(value)
