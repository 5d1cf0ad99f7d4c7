"""What a person has on or with them: glasses, a cup, a stick, a towel; and the simple solids these are made of."""

import numpy as np

from render.layers import GLASSES, HELD, rigid
from render.rotations import X, Y, Z, unit


def held(body, kind, sides):
    """Layers of what is in the hands named in `sides`, gripped as by a fist that is not quite closed."""
    return [] if kind == "none" else [_held(body, kind, side) for side in sides]


def _held(body, kind, side):
    j = lambda name: body.joints_m[f"{side}_{name}"]  # noqa: E731
    sign = 1 if side == "left" else -1
    along = unit(j("middle_1") - j("wrist"))
    thumbward = unit(j("index_1") - j("little_1"))
    thumbward = unit(thumbward - along * (along @ thumbward))
    palm = sign * np.cross(along, thumbward)
    middle = (j("index_1") + j("little_1")) / 2
    if kind == "stick":
        grip = middle - 0.012 * along + 0.026 * palm
        points, triangles = tube(np.array([grip - 0.12 * thumbward, grip + 0.24 * thumbward]), 0.012, 10)
    elif kind == "cup":
        grip = middle + 0.004 * along + 0.046 * palm
        points, triangles = tube(
            grip + thumbward * np.array([[-0.045], [-0.044], [0.05], [0.05], [-0.03]]),
            np.array([0.028, 0.031, 0.037, 0.034, 0.028]),
            20,
        )
    else:
        grip = (j("wrist") + 2 * j("middle_1")) / 3 + 0.024 * palm
        # A slab's half edges must be right-handed, or it is inside out and black; a left hand's are not.
        points, triangles = slab(grip, -sign * thumbward * 0.10, along * 0.14, palm * 0.006)
    return rigid(body, f"{side}_hand", points, triangles, HELD)


def glasses(body):
    """Layer of a pair of glasses."""
    parts = []
    for side, sign in (("left", 1), ("right", -1)):
        eye, ear = body.joints_m[f"{side}_eye"], body.marks_m[f"{side}_ear"]
        wide = abs(eye[0]) / 0.0308
        angle = np.linspace(0, 2 * np.pi, 25)
        # Between an ellipse and a rectangle, as frames are.
        bulge = [np.sign(wave) * np.abs(wave) ** 0.75 for wave in (np.cos(angle), np.sin(angle))]
        front = body.marks_m[f"{side}_eye_inner"][2] + 0.011
        middle = np.array([eye[0] + sign * 0.001, eye[1] - 0.003, front])
        ring = middle + np.outer(bulge[0], 0.0255 * wide * X) + np.outer(bulge[1], 0.020 * Y)
        ring -= np.outer(np.abs(ring[:, 0]) ** 2 * 2.2, Z)  # frames wrap around a face
        parts.append(tube(ring, 0.0017, 6))
        hinge = ring[0 if sign > 0 else 12] + 0.006 * Y
        over_ear = np.array([ear[0] + sign * 0.001, ear[1] + 0.022, ear[2] - 0.004])
        parts.append(tube(np.array([hinge, over_ear, over_ear - [0, 0.022, 0.028]]), 0.0018, 6))
        if sign > 0:
            inner = ring[12] + 0.004 * Y
            arch = np.array([inner, inner * (Y + Z) + 0.003 * (Y + Z), inner * [-1, 1, 1]])
            parts.append(tube(arch, 0.0017, 6))
    points, triangles = together(parts)
    return rigid(body, "head", points, triangles, GLASSES)


# ---- solids: (points, triangles) ------------------------------------------------------------------------------------


def together(parts):
    """One mesh of several."""
    starts = np.cumsum([0, *(len(points) for points, _ in parts)])
    return (
        np.concatenate([points for points, _ in parts]),
        np.concatenate([triangles + start for (_, triangles), start in zip(parts, starts, strict=False)]),
    )


def loft(rings):
    """Skin over rings of points (R, C, 3), facing outward where each runs counter-clockwise seen from the last."""
    count = rings.shape[1]
    index = np.arange(rings.shape[0] * count).reshape(-1, count)
    low, high = index[:-1], index[1:]
    low_next, high_next = np.roll(low, -1, 1), np.roll(high, -1, 1)
    faces = [np.stack(t, -1).reshape(-1, 3) for t in ((low, low_next, high), (low_next, high_next, high))]
    return rings.reshape(-1, 3), np.concatenate(faces)


def tube(path, radius, sides):
    """Round rod along a path (P, 3), of one radius or one at each point, with flat ends."""
    tangent = unit(np.gradient(path, axis=0) + 1e-12)
    across = unit(np.cross(tangent, Z if abs(tangent[0] @ Z) < 0.9 else X))
    for i in range(1, len(path)):
        if across[i] @ across[i - 1] < 0:
            across[i] *= -1
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    other = np.cross(tangent, across)
    out = across[:, None] * np.cos(angle)[:, None] + other[:, None] * np.sin(angle)[:, None]
    rings = path[:, None] + np.broadcast_to(radius, len(path))[:, None, None] * out
    return loft(np.concatenate([path[:1, None].repeat(sides, 1), rings, path[-1:, None].repeat(sides, 1)]))


def slab(middle, half_a, half_b, half_c):
    """Box from its middle and its three half edges."""
    corners = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)])
    points = middle + corners @ np.array([half_a, half_b, half_c])
    quads = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    flat = quads.ravel()
    triangles = np.concatenate(
        [[[4 * i, 4 * i + 1, 4 * i + 2], [4 * i, 4 * i + 2, 4 * i + 3]] for i in range(6)]
    )
    return points[flat], triangles


def ball(rows, columns):
    """Unit sphere."""
    height, around = np.meshgrid(
        np.linspace(np.pi, 0, rows), np.linspace(0, 2 * np.pi, columns, endpoint=False), indexing="ij"
    )
    return loft(
        np.stack([np.sin(height) * np.sin(around), np.cos(height), np.sin(height) * np.cos(around)], -1)
    )
