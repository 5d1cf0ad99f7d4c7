"""Angles of recordings that know depth: straight from where the joints are in space, with no camera and no network.

For imports from motion capture, several cameras or a depth camera (``xyz_frame`` ``"world"``).
"""

from collections.abc import Callable

import numpy as np

from posecheck.geometry import flexion_angle, segment_length, vector_angle
from posecheck.lifting import BEHIND_FROM, arm_plane
from posecheck.signals import STANDING, keypoints_of


def _dot(a, b):
    """Over the last axis, one addition after the other: a picture alone has the same bits as among others."""
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2]


class _Points:
    """Keypoints in space by part and side, and the directions that the hips' line and the vertical span."""

    def __init__(self, points, up):
        self._points, self.up = points, np.asarray(up, np.float64)

    def __call__(self, part, side):
        return self._points[f"{side}_{part}"]

    def middle(self, part):
        return 0.5 * (self(part, "left") + self(part, "right"))

    @property
    def trunk(self):
        return self.middle("shoulder") - self.middle("hip")

    def towards(self, side):
        """Level and along the hips, to the person's own side: (T, 3) of length 1."""
        across = self("hip", side) - self("hip", {"left": "right", "right": "left"}[side])
        across = across - _dot(across, self.up)[:, None] * self.up
        return across / np.sqrt(_dot(across, across))[:, None]

    @property
    def ahead(self):
        """Level and straight ahead of the hips, (T, 3) of length 1."""
        return np.cross(self.towards("left"), self.up)

    def below(self, upper, lower):
        """How far one point lies below another, (T,)."""
        return _dot(upper - lower, self.up)


def _hinge(*parts):
    return lambda body, side: flexion_angle(*(body(part, side) for part in parts))


def _bone(upper, lower):
    def from_plumb(body, side):
        along = body(lower, side) - body(upper, side)
        return vector_angle(np.broadcast_to(-body.up, along.shape), along)

    return from_plumb


def _leaning(direction):
    def lean(body, side):
        trunk = body.trunk
        return np.degrees(np.arctan2(_dot(trunk, direction(body, side)), _dot(trunk, body.up)))

    return lean


def _elevation(body, side):
    return vector_angle(-body.trunk, body("elbow", side) - body("shoulder", side))


def _arm_ahead(body, side):
    """Share of the upper arm's direction that points ahead of the trunk, -1 to 1."""
    arm, ahead = body("elbow", side) - body("shoulder", side), np.cross(body.towards("left"), body.trunk)
    return _dot(arm, ahead) / np.sqrt(_dot(arm, arm) * _dot(ahead, ahead))


def _shoulder_flexion(body, side):
    # A hanging arm is neither ahead nor behind, and noise would turn its sign: only what clearly points back is.
    elevation = _elevation(body, side)
    behind = _arm_ahead(body, side) < -BEHIND_FROM * np.sin(np.radians(elevation))
    return np.where(behind, -1.0, 1.0) * elevation


def _hip_abduction(body, side):
    """Of the thigh in the frontal plane of the pelvis, against the line that falls from it; + outward."""
    outward = body("hip", side) - body("hip", {"left": "right", "right": "left"}[side])
    outward = outward / np.sqrt(_dot(outward, outward))[:, None]
    ahead = body.ahead
    upward = np.cross(ahead, outward) if side == "left" else np.cross(outward, ahead)
    thigh = body("knee", side) - body("hip", side)
    return np.degrees(np.arctan2(_dot(thigh, outward), -_dot(thigh, upward)))


def _foot_pitch(body, side):
    foot = body("foot_index", side) - body("heel", side)
    length = np.sqrt(_dot(foot, foot))
    return np.degrees(
        np.arcsin(np.clip(_dot(foot, body.up) / np.where(length > 0, length, np.nan), -1.0, 1.0))
    )


def _foot_rise(body, side):
    hip, knee, ankle = (body(part, side) for part in ("hip", "knee", "ankle"))
    shank = segment_length(knee, ankle)
    stands = STANDING * (segment_length(hip, knee) + shank)
    return (stands - body.below(hip, body("foot_index", side))) / shank


def _in_trunks(length):
    return lambda body, side: length(body, side) / np.sqrt(_dot(body.trunk, body.trunk))


def _apart(part):
    return _in_trunks(lambda body, _side: segment_length(body(part, "left"), body(part, "right")))


IN_SPACE: dict[str, Callable] = {
    "elbow_flexion": _hinge("shoulder", "elbow", "wrist"),
    "knee_flexion": _hinge("hip", "knee", "ankle"),
    "hip_flexion": _hinge("shoulder", "hip", "knee"),
    "thigh_inclination": _bone("hip", "knee"),
    "shank_inclination": _bone("knee", "ankle"),
    "upper_arm_elevation": _elevation,
    "shoulder_abduction": _elevation,
    "shoulder_flexion": _shoulder_flexion,
    "arm_plane": lambda body, side: arm_plane(_elevation(body, side), _arm_ahead(body, side)),
    "trunk_lean": _leaning(lambda body, side: body.towards(side)),
    "trunk_flexion": _leaning(lambda body, _side: body.ahead),
    "hip_abduction": _hip_abduction,
    "foot_pitch": _foot_pitch,
    "heel_rise": lambda body, side: -_foot_pitch(body, side),
    "foot_rise": _foot_rise,
    "wrist_height": _in_trunks(lambda body, side: body.below(body("wrist", side), body.middle("hip"))),
    "thigh_drop": _in_trunks(lambda body, side: body.below(body("hip", side), body("knee", side))),
    "hands_apart": _apart("wrist"),
    "shoulder_width": _apart("shoulder"),
}
"""Signals that have a definition in space: body and side to (T,). The others are seen from in front."""


def angle_in_space(points, signal, side, *, up):
    """What a signal of posecheck is in space.

    Parameters
    ----------
    points : dict of str to (T, 3) array
        By BlazePose name, in any length unit.
    signal, side : str
        Of `IN_SPACE`; ``left`` or ``right``.
    up : (3,) array
        Unit vector away from the ground.

    Returns
    -------
    (T,) array, in the signal's unit
        Signs as in docs/conventions.md; NaN where a point is.

    Notes
    -----
    The trunk's lean and flexion are its inclinations within the frontal and the sagittal plane, which the hips' line
    and the vertical span.

    Examples
    --------
    >>> leg = {"left_hip": [[0, 1, 0]], "left_knee": [[0, 0.5, 0]], "left_ankle": [[0, 0.5, -0.4]]}
    >>> points = {name: np.array(place) for name, place in leg.items()}
    >>> angle_in_space(points, "knee_flexion", "left", up=(0, 1, 0)).tolist()
    [90.0]
    """
    if signal not in IN_SPACE:
        raise KeyError(f"No way is known to read {signal!r} in space.")
    with np.errstate(invalid="ignore", divide="ignore"):
        return IN_SPACE[signal](_Points(points, up), side)


def in_world(exercise):
    """An exercise as it is measured where depth is known: from anywhere, as from the view that tells most.

    Parameters
    ----------
    exercise : Exercise

    Returns
    -------
    Exercise
        Its view ``front`` takes angles in space, with the error of the view that has the smallest, until a bench
        measures one. Compensations that have a definition in space are looked out for.
    """
    best = min(exercise.view.values(), key=lambda watch: (watch.trust != "range", watch.sigma))
    watch = best.model_copy(update={"estimator": "world_3d"})
    checks = (
        check.model_copy(update={"views": (*check.views, "front")})
        if check.signal in IN_SPACE and "front" not in check.views
        else check
        for check in exercise.check
    )
    return exercise.model_copy(update={"view": {**exercise.view, "front": watch}, "check": tuple(checks)})


class Known:
    """Angles that came with the recording, as another program worked them out; the same face as `InWorld`.

    Parameters
    ----------
    track : PoseTrack
        With ``angles_deg``.
    wanted : sequence of (str, str)
        Signals and sides, of `known_in`.
    """

    def __init__(self, track, wanted):
        columns = [track.angle_names.index(f"{side}_{signal}") for signal, side in wanted]
        angles = track.angles_deg[:, columns]
        self._t_s, self.latest = track.t_s, np.full((len(columns), 2), np.nan)
        self._told = np.stack([angles, np.where(np.isfinite(angles), 0.0, np.nan)], axis=-1)

    def extend(self, t_s, uv_px, xyz_m, visibility):
        """(T, N, 2) angles and sigmas of the frames given."""
        told = self._told[np.searchsorted(self._t_s, t_s)]
        if len(told):
            self.latest = told[-1]
        return told


class InWorld:
    """Angles in space with their sigmas, growing in time; the same face as `posecheck.in_space.Lifted`.

    Each picture is read by itself. The sigmas are 0: what the exercise assumes of the range is all that is known.

    Parameters
    ----------
    skeleton : Skeleton
    up : (3,) array
    wanted : sequence of (str, str)
        Signals, of `IN_SPACE`, and sides, in the order of the columns. NaN where the skeleton lacks a keypoint.
    """

    def __init__(self, skeleton, up, wanted):
        self._skeleton, self._up, self._wanted = skeleton, up, tuple(wanted)
        names = (name for signal, side in wanted for name in keypoints_of(signal, side))
        hips = ("left_hip", "right_hip")  # their line is one of the directions
        self._names = tuple(dict.fromkeys([*names, *hips]))
        self._latest = np.full((len(self._wanted), 2), np.nan)

    @property
    def latest(self):
        """(N, 2) angles and sigmas of the last picture."""
        return self._latest

    def extend(self, t_s, uv_px, xyz_m, visibility):
        """(T, N, 2) angles and sigmas of the frames given."""
        places = np.moveaxis(self._skeleton.pick(xyz_m, self._names).astype(np.float64), 1, 0)
        points = dict(zip(self._names, places, strict=True))
        told = np.full((len(t_s), len(self._wanted), 2), np.nan)
        for i, (signal, side) in enumerate(self._wanted):
            told[:, i, 0] = angle_in_space(points, signal, side, up=self._up)
        told[..., 1] = np.where(np.isfinite(told[..., 0]), 0.0, np.nan)
        if len(told):
            self._latest = told[-1]
        return told
