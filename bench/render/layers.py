"""Layers of a figure: triangle meshes that bones carry, and the few operations that make clothes of a body's hull."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

# Material numbers, as the shaders know them.
SKIN, EYE, HAIR, TOP, BOTTOM, SHOE, HELD, GLASSES = range(8)


@dataclass(frozen=True)
class Layer:
    """A mesh at rest: points (N, 3) m, bone shares (N, B) sparse, triangles (F, 3), one material, texture (N, 2)."""

    points: np.ndarray
    weights: sp.csr_matrix
    triangles: np.ndarray
    material: int
    texture: np.ndarray | None = None

    def moved(self, points):
        """The same layer with its points elsewhere."""
        return replace(self, points=np.asarray(points, float))


def layer_of(body, quads, material, *, texture_quads=None):
    """Layer of some faces of a body; a vertex on a seam of the texture becomes one point for each side."""
    corners = quads.ravel() if texture_quads is None else quads.ravel() * 100_000 + texture_quads.ravel()
    keys, index = np.unique(corners, return_inverse=True)
    source = keys if texture_quads is None else keys // 100_000
    texture = None if texture_quads is None else body.texture[keys % 100_000]
    q = index.reshape(-1, 4)
    triangles = np.concatenate([q[:, [0, 1, 2]], q[:, [0, 2, 3]]])
    return Layer(body.vertices_m[source], body.weights[source], triangles, material, texture)


def rigid(body, bone, points, triangles, material):
    """Layer that one bone carries whole."""
    weights = sp.csr_matrix((np.ones(len(points)), (np.arange(len(points)), np.full(len(points), body.bone(bone)))),
                            (len(points), len(body.bones)))  # fmt: skip
    return Layer(np.asarray(points, float), weights, np.asarray(triangles), material)


def normals(points, triangles):
    """Unit normals of the points (N, 3), weighted by the areas of the faces around each."""
    a, b, c = points[triangles].transpose(1, 0, 2)
    face = np.cross(b - a, c - a)
    total = np.zeros_like(points)
    for corner in triangles.T:
        for axis in range(3):
            total[:, axis] += np.bincount(corner, face[:, axis], len(points))
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def cut(layer, field):
    """What of a layer lies where a field over its points is positive, cut along the field's zero."""
    tris = layer.triangles
    positive = field > 0
    count = positive[tris].sum(1)
    kept = [tris[count == 3]]
    edges, blends = {}, []

    def crossing(a, b):
        key = (min(a, b), max(a, b))
        if key not in edges:
            edges[key] = len(field) + len(blends)
            blends.append((a, b, field[a] / (field[a] - field[b])))
        return edges[key]

    pieces = []
    for tri in tris[(count == 1) | (count == 2)]:
        lone = 1 if positive[tri].sum() == 1 else 0
        i = int(np.flatnonzero(positive[tri] == bool(lone))[0])
        a, b, c = (int(tri[(i + k) % 3]) for k in range(3))
        ab, ac = crossing(a, b), crossing(a, c)
        pieces += [(a, ab, ac)] if lone else [(ab, b, c), (ab, c, ac)]
    if pieces:
        kept.append(np.array(pieces))
    if blends:
        a, b, share = (np.array(x) for x in zip(*blends, strict=True))
        keep = sp.diags(1 - share) @ sp.eye(len(field), format="csr")[a.astype(int)]
        mix = sp.vstack(
            [sp.eye(len(field)), keep + sp.diags(share) @ sp.eye(len(field), format="csr")[b.astype(int)]]
        )
    else:
        mix = sp.eye(len(field), format="csr")
    return compact(_mixed(layer, mix.tocsr(), np.concatenate(kept)))


def compact(layer):
    """The layer without points that no triangle uses."""
    used, index = np.unique(layer.triangles, return_inverse=True)
    texture = None if layer.texture is None else layer.texture[used]
    return Layer(layer.points[used], layer.weights[used], index.reshape(-1, 3), layer.material, texture)


def _mixed(layer, mix, triangles):
    texture = None if layer.texture is None else mix @ layer.texture
    return Layer(mix @ layer.points, (mix @ layer.weights).tocsr(), triangles, layer.material, texture)


def border(triangles):
    """Edges (E, 2) with a face on one side only, running as their face runs."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    _, first, count = np.unique(np.sort(edges, 1), axis=0, return_index=True, return_counts=True)
    return edges[first[count == 1]]


def neighbours(triangles, count):
    """Row-stochastic (count, count) matrix that takes the mean over the points joined by an edge."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return _mean_matrix(edges, count)


def _mean_matrix(edges, count):
    both = np.concatenate([edges, edges[:, ::-1]])
    joined = sp.csr_matrix((np.ones(len(both)), both.T), (count, count))
    joined.data[:] = 1
    return sp.diags(1 / np.maximum(np.asarray(joined.sum(1)).ravel(), 1)) @ joined


def relaxed(layer, rounds, share=0.5):
    """Points (N, 3) after the mesh has been smoothed; its borders are smoothed along themselves."""
    points = layer.points.copy()
    mean = neighbours(layer.triangles, len(points)).tolil()
    edges = border(layer.triangles)
    if len(edges):
        along = _mean_matrix(edges, len(points))
        rim = np.unique(edges)
        mean[rim] = along[rim]
    mean = mean.tocsr()
    for _ in range(rounds):
        points += share * (mean @ points - points)
    return points


def hemmed(layer, pressed, depth_m, thick_m=0.0025):
    """The layer with its rims turned in: an edge as thick as cloth, then a lining that meets the skin further up.

    Parameters
    ----------
    layer : Layer
    pressed : (N, 3) array, m
        Where each point of the layer would be if it lay on the skin; only rims are read.
    depth_m : float
        How far up the lining meets the skin.
    """
    count = len(layer.points)
    edges = border(layer.triangles)
    rim, index = np.unique(edges, return_inverse=True)
    index = index.reshape(-1, 2)
    up = neighbours(layer.triangles, count) @ layer.points - layer.points
    up /= np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-9)
    inward = (pressed - layer.points)[rim]
    distance = np.linalg.norm(inward, axis=1, keepdims=True)
    edge = (
        layer.points[rim]
        + inward * np.minimum(1, thick_m / np.maximum(distance, 1e-9))
        + 0.5 * thick_m * up[rim]
    )
    lining = pressed[rim] + depth_m * up[rim]
    rows = [edges, index + count, index + count + len(rim)]
    strips = [
        np.concatenate([np.c_[near[:, 1], near[:, 0], far[:, 0]], np.c_[near[:, 1], far[:, 0], far[:, 1]]])
        for near, far in pairwise(rows)
    ]
    whole = sp.eye(count, format="csr")
    out = _mixed(
        layer, sp.vstack([whole, whole[rim], whole[rim]]).tocsr(), np.concatenate([layer.triangles, *strips])
    )
    return out.moved(np.concatenate([layer.points, edge, lining]))


def joined(parts):
    """Rows of the parts one after another: points, weights, triangles, material of each point, texture."""
    offsets = np.cumsum([0, *(len(p.points) for p in parts)])[:-1]
    return (
        np.concatenate([p.points for p in parts]),
        sp.vstack([p.weights for p in parts]).tocsr(),
        np.concatenate([p.triangles + o for p, o in zip(parts, offsets, strict=True)]),
        np.concatenate([np.full(len(p.points), p.material) for p in parts]),
        np.concatenate([np.zeros((len(p.points), 2)) if p.texture is None else p.texture for p in parts]),
    )
