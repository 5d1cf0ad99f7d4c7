"""Solid pieces that rooms and props are built from: boxes, cylinders, balls. Metres, y up."""

from typing import NamedTuple

import numpy as np

MATERIALS = (
    "paint",
    "plaster",
    "wallpaper",
    "planks",
    "tiles",
    "carpet",
    "wood",
    "fabric",
    "books",
    "painting",
    "view",
    "leaves",
    "metal",
    "vinyl",
    "curtain",
    "poster",
    "glow",
)


class Mesh(NamedTuple):
    """Triangles with what the shader needs to paint them; `local_m` are the positions before any turning."""

    positions_m: np.ndarray
    normals: np.ndarray
    local_m: np.ndarray
    colors: np.ndarray
    materials: np.ndarray
    triangles: np.ndarray

    def moved(self, at_m=(0.0, 0.0, 0.0), heading_deg=0.0):
        """The same piece turned by `heading_deg` (+z towards +x) about the origin's vertical, then shifted."""
        turn = about_vertical(heading_deg)
        return self._replace(
            positions_m=self.positions_m @ turn.T + np.asarray(at_m), normals=self.normals @ turn.T
        )


def about_vertical(heading_deg):
    """Rotation (3, 3) that turns +z towards +x, as a heading does."""
    c, s = np.cos(np.radians(heading_deg)), np.sin(np.radians(heading_deg))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def joined(meshes):
    """One mesh of several."""
    meshes = list(meshes)
    if not meshes:
        return _mesh(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 3), int), (0, 0, 0), "paint")
    offsets = np.cumsum([0] + [len(m.positions_m) for m in meshes[:-1]])
    parts = [np.concatenate(columns) for columns in zip(*(m[:-1] for m in meshes), strict=True)]
    return Mesh(
        *parts, np.concatenate([m.triangles + offset for m, offset in zip(meshes, offsets, strict=True)])
    )


def box(lo_m, hi_m, color, material="paint"):
    """Axis-aligned box; `color` is sRGB 0..1."""
    lo, hi = np.asarray(lo_m, float), np.asarray(hi_m, float)
    positions, normals = [], []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for side in (0, 1):
            corners = np.empty((4, 3))
            corners[:, axis] = (lo, hi)[side][axis]
            corners[:, u] = np.where([0, 1, 1, 0], hi[u], lo[u])
            corners[:, v] = np.where([0, 0, 1, 1], hi[v], lo[v])
            positions.append(corners if side else corners[::-1])
            normals.append(np.tile(np.eye(3)[axis] * (2 * side - 1), (4, 1)))
    quads = np.arange(24).reshape(6, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return _mesh(np.concatenate(positions), np.concatenate(normals), triangles, color, material)


def panel(corner_m, u_m, v_m, color, material="paint"):
    """One rectangle, seen only from the side `u` x `v` points to: a wall must not hide the room from outside."""
    corner, u, v = (np.asarray(a, float) for a in (corner_m, u_m, v_m))
    positions = np.stack([corner, corner + u, corner + u + v, corner + v])
    normal = np.cross(u, v) / np.linalg.norm(np.cross(u, v))
    return _mesh(positions, np.tile(normal, (4, 1)), np.array([[0, 1, 2], [0, 2, 3]]), color, material)


def cylinder(from_m, to_m, radius_m, color, material="paint", *, top_radius_m=None, sides=20):
    """Closed cylinder, or cone when `top_radius_m` differs, along any line."""
    start, end = np.asarray(from_m, float), np.asarray(to_m, float)
    axis = (end - start) / np.linalg.norm(end - start)
    across = np.cross(axis, (0, 1, 0) if abs(axis[1]) < 0.9 else (1, 0, 0))
    across /= np.linalg.norm(across)
    angle = np.arange(sides) * 2 * np.pi / sides
    ring = np.outer(np.cos(angle), across) + np.outer(np.sin(angle), np.cross(axis, across))
    top = radius_m if top_radius_m is None else top_radius_m
    lower, upper = start + ring * radius_m, end + ring * top
    positions = np.concatenate([lower, upper, lower, upper, [start, end]])
    normals = np.concatenate(
        [ring, ring, np.tile(-axis, (sides, 1)), np.tile(axis, (sides, 1)), [-axis, axis]]
    )
    i, j = np.arange(sides), np.roll(np.arange(sides), -1)
    triangles = np.concatenate(
        [
            np.stack([i, j, sides + j], 1),
            np.stack([i, sides + j, sides + i], 1),
            np.stack([2 * sides + j, 2 * sides + i, np.full(sides, 4 * sides)], 1),
            np.stack([3 * sides + i, 3 * sides + j, np.full(sides, 4 * sides + 1)], 1),
        ]
    )
    return _mesh(positions, normals, triangles, color, material)


def ball(centre_m, radii_m, color, material="paint", *, rings=10, sides=18, power=2.0):
    """Ellipsoid; with `power` above 2 its corners fill out, as those of a cushion do."""
    polar = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)
    angle = np.arange(sides) * 2 * np.pi / sides
    polar, angle = (a.ravel() for a in np.meshgrid(polar, angle, indexing="ij"))
    unit = np.stack([np.cos(polar) * np.cos(angle), np.sin(polar), np.cos(polar) * np.sin(angle)], 1)
    full = np.sign(unit) * np.abs(unit) ** (2 / power)
    normals = np.sign(unit) * np.abs(unit) ** (2 - 2 / power) / np.asarray(radii_m, float)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    positions = full * np.asarray(radii_m, float) + np.asarray(centre_m, float)
    corner = np.arange(rings)[:, None] * sides + np.arange(sides)
    following = np.arange(rings)[:, None] * sides + np.roll(np.arange(sides), -1)
    triangles = np.concatenate(
        [
            np.stack([corner, corner + sides, following + sides], -1).reshape(-1, 3),
            np.stack([corner, following + sides, following], -1).reshape(-1, 3),
        ]
    )
    return _mesh(positions, normals, triangles, color, material)


def leaf(base_m, tip_m, width_m, color, material="leaves", *, droop_m=0.0):
    """A pointed leaf, bent along its middle, seen from both sides."""
    base, tip = np.asarray(base_m, float), np.asarray(tip_m, float)
    along = (tip - base) / np.linalg.norm(tip - base)
    across = np.cross(along, (0.0, 1.0, 0.3))
    across /= np.linalg.norm(across)
    normal = np.cross(across, along)
    share = np.array([0.0, 0.2, 0.45, 0.75, 1.0])
    middle = base + np.outer(share, tip - base) - np.outer(droop_m * share**2, (0, 1, 0))
    half = np.outer(width_m / 2 * np.array([0.08, 0.8, 1.0, 0.65, 0.02]), across)
    raised = np.outer(np.full(5, 0.12 * width_m), normal)
    front = np.concatenate([middle - half + raised, middle, middle + half + raised])
    bends = np.concatenate([np.tile(normal + s * 0.35 * across, (5, 1)) for s in (1, 0, -1)])
    bends /= np.linalg.norm(bends, axis=1, keepdims=True)
    rows = np.arange(4)[:, None] + np.array([0, 5])
    quads = np.stack([rows, rows + 5, rows + 6, rows + 1], -1).reshape(-1, 4)
    upper = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    triangles = np.concatenate([upper, upper[:, ::-1] + 15])
    return _mesh(np.concatenate([front, front]), np.concatenate([bends, -bends]), triangles, color, material)


def ring(centre_m, axis, radius_m, thickness_m, color, material="paint", *, sides=28, around=8):
    """Torus: the tyre or hand rim of a wheel."""
    axis = np.asarray(axis, float) / np.linalg.norm(axis)
    across = np.cross(axis, (0, 1, 0) if abs(axis[1]) < 0.9 else (1, 0, 0))
    across /= np.linalg.norm(across)
    big, small = np.meshgrid(
        np.arange(sides) * 2 * np.pi / sides, np.arange(around) * 2 * np.pi / around, indexing="ij"
    )
    spoke = np.cos(big)[..., None] * across + np.sin(big)[..., None] * np.cross(axis, across)
    normals = np.cos(small)[..., None] * spoke + np.sin(small)[..., None] * axis
    positions = np.asarray(centre_m, float) + radius_m * spoke + thickness_m * normals
    index = np.arange(sides * around).reshape(sides, around)
    right, up = np.roll(index, -1, 0), np.roll(index, -1, 1)
    both = np.roll(right, -1, 1)
    triangles = np.concatenate(
        [np.stack([index, right, both], -1).reshape(-1, 3), np.stack([index, both, up], -1).reshape(-1, 3)]
    )
    return _mesh(positions.reshape(-1, 3), normals.reshape(-1, 3), triangles, color, material)


def _mesh(positions, normals, triangles, color, material):
    count = len(positions)
    return Mesh(
        positions,
        normals,
        positions.copy(),
        np.tile(np.asarray(color, float), (count, 1)),
        np.full(count, MATERIALS.index(material)),
        triangles,
    )
