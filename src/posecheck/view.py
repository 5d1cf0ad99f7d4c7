"""From where the camera sees the person: measured once per recording, then frozen."""

from itertools import pairwise

import numpy as np

# How far the line of the shoulders is turned out of the picture's plane (docs/basis.md, Views [U]): up to the first the
# person faces the camera, from the second on stands side-on, from the third on shows the back.
FRONT_MAX_DEG, SIDE_MIN_DEG, BACK_MIN_DEG = 24.0, 62.0, 118.0
# Where only the picture is known, shoulder width over trunk length [U]: above, front; below, side-on. Broad and narrow
# people differ by more than 20 deg of turning do, so this is the second choice.
FRONT_MIN, SIDE_MAX = 0.60, 0.35
UPRIGHT_MIN = 0.64  # height of the trunk over its length: below (50 deg) the picture lies on its side
STILL_PART = 0.10  # of the trunk length that shoulders and hips may wander within the still second
FALLBACK_S = 5.0  # of a recording without a still second, the middle of this first stretch decides
_ENOUGH = 8  # frames in which all were seen, for a second to be judged
_PARTS = ("left_shoulder", "right_shoulder", "left_hip", "right_hip", "nose", "left_ear", "right_ear")


def measure_view(t_s, uv_px, visibility, skeleton, *, visibility_min, final, xyz_m=None):
    """The view, from the first second in which shoulders and hips are still: people walk in and turn before they begin.

    Parameters
    ----------
    t_s : (T,) array, s
    uv_px : (T, K, 2) array, px
    visibility : (T, K) array, 0-1
    skeleton : Skeleton
    visibility_min : float
    final : bool
        True when no further frames will come.
    xyz_m : (T, K, 3) array, m, optional
        As in `posecheck.records.PoseFrame`. Where it is NaN the picture alone decides.

    Returns
    -------
    str or None
        One of `posecheck.records.VIEWS`; None when not yet known, ``"unknown"`` when nobody was seen whole,
        the picture lies on its side, or it shows the back.
        ``left`` means that the person's left side is nearer the camera.
    """
    trunk = [skeleton.index(part) for part in _PARTS[:4] if part in skeleton]
    whole = (visibility[:, trunk] >= visibility_min).all(axis=1) & np.isfinite(uv_px[:, trunk]).all((1, 2))
    seen = np.flatnonzero(whole)
    if len(seen) == 0 or len(trunk) < 4:
        return "unknown" if final else None
    t, points = t_s[seen], skeleton.pick(uv_px[seen], _PARTS).astype(np.float64)
    across = np.full((len(seen), 3), np.nan)
    if xyz_m is not None:
        across = (xyz_m[seen, trunk[0]] - xyz_m[seen, trunk[1]]).astype(np.float64)
    seconds = int(t_s[-1] - t[0])  # those that are over
    edges = np.searchsorted(t, t[0] + np.arange(seconds + 1 + final))
    for begin, end in pairwise(edges):
        if end - begin >= _ENOUGH and _is_still(points[begin:end]):
            return _classify(points[begin:end], across[begin:end])
    first = t < t[0] + FALLBACK_S
    return _classify(points[first], across[first]) if final else None


def _is_still(points):
    corners = points[:, :4]
    spread = corners.max(axis=0) - corners.min(axis=0)
    return bool((spread <= STILL_PART * _trunk_length(np.median(corners, axis=0))).all())


def _trunk_length(points):
    along = points[0] + points[1] - points[2] - points[3]
    return 0.5 * np.sqrt((along**2).sum())


def _classify(points, across_m):
    middle = np.median(points[:, :4], axis=0)
    length = _trunk_length(middle)
    if length == 0:
        return "unknown"
    up = 0.5 * (middle[2, 1] + middle[3, 1] - middle[0, 1] - middle[1, 1])
    if up < UPRIGHT_MIN * length:
        return "unknown"
    turned = _turned_deg(np.median(across_m, axis=0))
    if np.isfinite(turned):
        front, side, back = turned <= FRONT_MAX_DEG, turned >= SIDE_MIN_DEG, turned >= BACK_MIN_DEG
    else:
        width = (middle[0, 0] - middle[1, 0]) / length
        front, side, back = width >= FRONT_MIN, width <= SIDE_MAX, width < -SIDE_MAX
    if back:  # no estimator of ours applies
        return "unknown"
    if front:
        return "front"
    nose_x, left_x, right_x = (_median_x(points[:, k]) for k in (4, 5, 6))
    ears_x = 0.5 * (left_x + right_x)
    if not np.isfinite(ears_x):  # some models leave out the ear that the head hides
        ears_x = left_x if np.isfinite(left_x) else right_x
    if not np.isfinite(nose_x + ears_x):
        return "unknown"
    nearer = "left" if nose_x < ears_x else "right"
    return nearer if side else f"oblique_{nearer}"


def _median_x(points):
    known = points[np.isfinite(points[:, 0]), 0]
    return np.median(known) if len(known) else np.nan


def _turned_deg(across_m):
    """Angle between the line from the right to the left shoulder and the picture's plane, 0 to 180; NaN if unknown."""
    if not np.isfinite(across_m).all() or not np.hypot(across_m[0], across_m[2]) > 0:
        return np.nan
    return float(np.degrees(np.arctan2(abs(across_m[2]), across_m[0])))
