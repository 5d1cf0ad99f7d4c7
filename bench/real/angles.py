"""The exercise angles in space, for references; and from one camera, by each estimator that is to be compared.

An estimator is ``(track, view, signal, side) -> (T,) deg``; others can be handed to ``measure`` of `real.pose2sim` and
`real.keraal` beside these.
"""

import numpy as np

from posecheck.filters import ANGLE_REACH, masked, median3, smooth
from posecheck.lifting import KEYPOINTS, SIGNALS_LIFTED, lifted
from posecheck.signals import SIGNALS, Body, keypoints_of
from posecheck.world import angle_in_space


def image_2d(track, view, signal, side):
    """posecheck's own signal, in the plane of the picture."""
    uv_px = masked(track.uv_px, track.visibility, visibility_min=0.5)
    points = {name: uv_px[:, track.skeleton.index(name)] for name in _needed(signal, side)}
    return SIGNALS[signal].function(Body(points, view), side)


def world_3d(track, view, signal, side):
    """The angle between the pose model's own guesses of depth; upright taken from the picture."""
    seen = track.visibility >= 0.5
    xyz = np.where(seen[..., None], track.xyz_m, np.nan).astype(np.float64)
    points = {name: xyz[:, track.skeleton.index(name)] for name in _needed(signal, side)}
    return angle_in_space(points, signal, side, up=track.up)


def lifted_3d(track, view, signal, side):
    """The angle in space that posecheck's networks read; NaN where a keypoint of it is not seen."""
    return _lifted(track, signal, side)[0]


def lifted_sigma(track, view, signal, side):
    """The error that they expect of it, one standard deviation."""
    return _lifted(track, signal, side)[1]


def _lifted(track, signal, side):
    if signal not in SIGNALS_LIFTED:
        return np.full((2, len(track)), np.nan)
    index = [track.skeleton.index(name) for name in KEYPOINTS]
    landmarks = (x[:, index].astype(np.float64) for x in (track.uv_px, track.xyz_m, track.visibility))
    told = lifted(*landmarks, track.image_size_px)
    needed = [track.skeleton.index(name) for name in keypoints_of(signal, side)]
    seen = (track.visibility[:, needed] >= 0.5).all(axis=1)
    return np.array([np.where(seen, x[signal, side], np.nan) for x in told])


ESTIMATORS = {"image 2D": image_2d, "model's 3D": world_3d, "lifted": lifted_3d}
SIGMAS = {lifted_3d: lifted_sigma}
"""What an estimator expects its error to be, where it tells."""


def _needed(signal, side):
    trunk = [f"{s}_{part}" for s in ("left", "right") for part in ("shoulder", "hip")]
    return dict.fromkeys([*trunk, *keypoints_of(signal, side)])


def calm(angle_deg, *, rate_hz):
    """An angle as posecheck smooths it: median of three and a local quadratic over 0.3 s, whatever the frame rate."""
    reach = max(2, round(ANGLE_REACH * rate_hz / 30))
    return smooth(median3(angle_deg), reach=reach, rate_hz=rate_hz)


def excursion(angle_deg):
    """Highest minus lowest; NaN when nothing was seen."""
    known = angle_deg[np.isfinite(angle_deg)]
    return float(np.ptp(known)) if len(known) else float("nan")
