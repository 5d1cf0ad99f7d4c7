"""Angles and lengths of body segments: ``(..., 2 | 3)`` arrays in, ``(...)`` arrays out. NaN in, NaN out."""

import numpy as np


def segment_length(proximal, distal):
    """Distance between two keypoints.

    Parameters
    ----------
    proximal, distal : (..., 2 | 3) array, px or m

    Returns
    -------
    (...) array, in the unit of the input
        NaN where either keypoint was not seen.
    """
    return np.sqrt(np.square(np.asarray(distal) - np.asarray(proximal)).sum(axis=-1))


def segment_distance(point, begin, end):
    """Distance of a point from the segment between two others.

    Parameters
    ----------
    point, begin, end : (..., 2 | 3) array, px or m

    Returns
    -------
    (...) array, in the unit of the input
        NaN where any of them was not seen.

    Examples
    --------
    >>> segment_distance([[0.0, 3.0], [9.0, 4.0]], [0.0, 0.0], [6.0, 0.0]).tolist()
    [3.0, 5.0]
    """
    point, begin, end = (np.asarray(x, np.float64) for x in (point, begin, end))
    along = end - begin
    length2 = np.square(along).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(length2 > 0, ((point - begin) * along).sum(axis=-1) / length2, 0.0)
    nearest = begin + np.clip(share, 0.0, 1.0)[..., None] * along
    return segment_length(point, nearest)


def vector_angle(u, v):
    """Unsigned angle between two vectors.

    Parameters
    ----------
    u, v : (..., 2 | 3) array
        Any common unit.

    Returns
    -------
    (...) array, deg
        0 to 180; NaN where any input is NaN or a vector has no length.

    Notes
    -----
    ``atan2(|u x v|, u . v)`` keeps full precision near 0 and 180 deg, where ``arccos`` loses half its digits.

    Examples
    --------
    >>> float(vector_angle([1.0, 0.0], [0.0, 2.0]))
    90.0
    """
    u, v = np.broadcast_arrays(np.asarray(u, np.float64), np.asarray(v, np.float64))
    if u.shape[-1] == 2:
        cross = np.abs(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])
    else:
        cross = np.sqrt(np.square(np.cross(u, v)).sum(axis=-1))
    dot = (u * v).sum(axis=-1)
    return np.where((cross == 0) & (dot == 0), np.nan, np.degrees(np.arctan2(cross, dot)))


def joint_angle(proximal, joint, distal):
    """Angle between two body segments that meet at a joint.

    Parameters
    ----------
    proximal, joint, distal : (..., 2 | 3) array, px or m
        Positions of the three keypoints. NaN marks a keypoint that was not seen.

    Returns
    -------
    (...) array, deg
        180 when the segments are in line; NaN where any input is NaN or two keypoints coincide.

    Examples
    --------
    >>> round(float(joint_angle([0, 0], [0, 1], [0, 2])), 6)
    180.0
    """
    joint = np.asarray(joint, np.float64)
    return vector_angle(np.asarray(proximal) - joint, np.asarray(distal) - joint)


def flexion_angle(proximal, joint, distal):
    """Flexion of a hinge joint: 0 straight, growing as it bends. Arguments and NaN as in `joint_angle`."""
    return 180.0 - joint_angle(proximal, joint, distal)


def inclination(lower, upper):
    """Signed angle of a segment from the vertical of the image.

    Parameters
    ----------
    lower, upper : (..., 2) array, px
        Image coordinates, y pointing down.

    Returns
    -------
    (...) array, deg
        0 when `upper` is straight above `lower`, positive when it leans towards the right of the image; NaN as in
        `vector_angle`.

    Examples
    --------
    >>> float(inclination([0.0, 1.0], [1.0, 0.0]))
    45.0
    """
    along = np.asarray(upper, np.float64) - np.asarray(lower, np.float64)
    angle = np.degrees(np.arctan2(along[..., 0], -along[..., 1]))
    return np.where((along == 0).all(axis=-1), np.nan, angle)


def line_tilt(left, right):
    """Tilt of the line between a left and a right keypoint of a person who faces the camera.

    Parameters
    ----------
    left, right : (..., 2) array, px
        The person's left and right, so `left` lies at the right of the image in a front view.

    Returns
    -------
    (...) array, deg
        Positive when the person's right end is higher; 0 level.
    """
    along = np.asarray(left, np.float64) - np.asarray(right, np.float64)
    return np.degrees(np.arctan2(along[..., 1], np.abs(along[..., 0])))
