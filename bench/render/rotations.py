"""Rotation matrices for many instants at once: (T,) angles and (T, 3) axes in, (T, 3, 3) out."""

import numpy as np

X, Y, Z = np.eye(3)


def unit(v):
    """Vectors (..., 3) at length 1."""
    v = np.asarray(v, float)
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def turn(axis, angle_deg):
    """Rotation about an axis by an angle, right-handed; either may carry T."""
    axis, angle = unit(axis), np.radians(np.asarray(angle_deg, float))[..., None, None]
    cross = _cross_matrix(axis)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def _cross_matrix(v):
    x, y, z = np.moveaxis(v, -1, 0)
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*x.shape, 3, 3)


def swing(start, end):
    """Shortest rotation that brings one unit direction onto another (not defined for opposite ones)."""
    start, end = np.broadcast_arrays(unit(start), unit(end))
    cosine = (start * end).sum(-1)[..., None, None]
    cross = _cross_matrix(np.cross(start, end))
    return np.eye(3) + cross + cross @ cross / (1 + cosine)


def frame(along, hinge):
    """Right-handed frame (columns) from a direction and a hinge axis, which is made square to it."""
    along, hinge = np.broadcast_arrays(unit(along), np.asarray(hinge, float))
    hinge = unit(hinge - along * (along * hinge).sum(-1, keepdims=True))
    return np.stack([along, hinge, np.cross(along, hinge)], -1)


def inverse(rotation):
    """Inverse of rotation matrices."""
    return np.swapaxes(rotation, -1, -2)


def angle_about(axis, start, end):
    """Signed angle (deg) from one direction to another, seen along an axis both are square to."""
    sine = (np.cross(start, end) * axis).sum(-1)
    return np.degrees(np.arctan2(sine, (np.asarray(start) * end).sum(-1)))


def between(first, second, share):
    """Rotation part of the way from one to another: 0 the first, 1 the second."""
    step = inverse(first) @ second
    skew = step - inverse(step)
    axis = np.stack([skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]], -1)
    sine = np.linalg.norm(axis, axis=-1)
    angle = np.degrees(np.arctan2(sine, np.trace(step, axis1=-2, axis2=-1) - 1))
    axis = np.where(sine[..., None] < 1e-12, X, axis)
    return first @ turn(axis, angle * share)
