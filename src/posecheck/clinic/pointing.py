"""What somebody points at in a picture: a person, or a limb."""

import math
from itertools import pairwise

import numpy as np

from posecheck.records import SIDES

REACH = 0.12  # of the picture's width: further away nothing was meant
_LIMBS = {"arm": ("shoulder", "elbow", "wrist"), "leg": ("hip", "knee", "ankle")}


def person_at(people, x):
    """Who is meant by a click, counted from 1 at the left; None where nobody is.

    Parameters
    ----------
    people : sequence of (float, float, float)
        Centre and size of each from the left, parts of the picture's width.
    x : float
    """
    if not people:
        return None
    nearest = min(range(len(people)), key=lambda i: abs(people[i][0] - x))
    return nearest + 1


def side_at(track, t_s, x, y):
    """Side of the limb that a click means.

    Parameters
    ----------
    track : PoseTrack
    t_s : float
        Of the picture.
    x, y : float
        Parts of the picture's width, in the picture as it was watched (turned over where it was mirrored).

    Returns
    -------
    str or None
        ``left`` or ``right``: the person's own; None where no limb is near.
    """
    seen = np.flatnonzero(np.isfinite(track.uv_px[..., 0]).any(axis=1))
    if not len(seen):
        return None
    i = seen[np.argmin(np.abs(track.t_s[seen] - t_s))]
    uv = track.uv_px[i] / track.image_size_px[0]
    near = {side: min(_distances(uv, track.skeleton, side, np.array([x, y]))) for side in SIDES}
    side = min(SIDES, key=lambda one: near[one])
    return side if near[side] <= REACH else None


def _distances(uv, skeleton, side, point):
    for parts in _LIMBS.values():
        joints = [uv[skeleton.index(f"{side}_{part}")] for part in parts]
        for a, b in pairwise(joints):
            along = b - a
            part = float(np.clip((point - a) @ along / max(along @ along, 1e-12), 0, 1))
            yield math.dist(point, a + part * along)
