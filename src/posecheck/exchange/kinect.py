"""Kinect v2 joints as rows of numbers: x, y, z of each joint, or with its orientation; 25 joints, or 22 as UI-PRMD."""

import numpy as np

from posecheck.errors import TrackError
from posecheck.exchange.formats import AXES
from posecheck.exchange.tracks import metres, regular_times, space_track
from posecheck.skeleton import KINECT_22, KINECT_25

_NUMBERS = {3: "x y z", 7: "x y z and a quaternion"}


def read(path, hints):
    """Joints as a `PoseTrack` in metres, y up; the unit is told by the size of the body, times by `Hints.fps`."""
    lines = path.read_text(encoding="utf-8-sig").replace(",", " ").replace(";", " ").splitlines()
    rows = [line.split() for line in lines if line.strip()]
    widths = sorted({len(row) for row in rows})
    if len(widths) != 1:
        raise TrackError(f"rows of the same length were expected, and they have {widths or 'no'} numbers.")
    try:
        table = np.array(rows, np.float64)
    except ValueError:
        raise TrackError("rows of numbers were expected, and words were found.") from None
    wanted = (hints.skeleton,) if hints.skeleton else (KINECT_25, KINECT_22)
    fitting = [(s, n) for s in wanted for n in _NUMBERS if len(s) * n == widths[0]]
    if not fitting:
        known = ", ".join(
            f"{len(s) * n} ({len(s)} joints, {what})" for s in wanted for n, what in _NUMBERS.items()
        )
        raise TrackError(f"{widths[0]} numbers in each row were found, and expected were: {known}.")
    skeleton, each = fitting[0]
    xyz = table.reshape(len(table), len(skeleton), each)[..., :3]
    xyz = np.where((xyz == 0).all(axis=-1, keepdims=True), np.nan, xyz)
    t_s = regular_times(len(xyz), hints)
    return space_track(t_s, metres(xyz, skeleton)[0], skeleton, up=hints.up or AXES["y"])
