"""Skin that follows bones, by dual quaternions: a bent elbow keeps its girth and a twisted forearm its roundness."""

import numpy as np
import scipy.sparse as sp
from scipy.spatial.transform import Rotation


class Skinning:
    """Moves the points of a figure.

    Parameters
    ----------
    points_m : (V, 3) array, m
    weights : (V, B) sparse array
    triangles : (F, 3) int array
    seam : (V,) int array
        Points with the same number share a normal: they are one point of the surface.
    rest_m : (B, 3) array, m
    parents : (B,) int array
    """

    def __init__(self, points_m, weights, triangles, *, seam, rest_m, parents):
        self._points = np.ascontiguousarray(points_m.T, np.float32)
        self._weights = np.ascontiguousarray(weights.toarray().T, np.float32)
        self._corners = np.ascontiguousarray(triangles.T)
        self._seam = seam
        count, faces = int(seam.max()) + 1, len(triangles)
        rows = seam[triangles].ravel()
        places = rows, np.repeat(np.arange(faces), 3)
        self._around = sp.csr_matrix((np.ones(3 * faces, np.float32), places), (count, faces))
        self._rest, self._parents = rest_m, parents

    def __call__(self, rotations, positions):
        """Vertices and unit normals, each (V, 3) float32, of one pose: rotations (B, 3, 3), positions (B, 3) m."""
        x, y, z = self._moved(self._blended(rotations, positions))
        vertices = np.stack([x, y, z], 1)
        return vertices, self._normals(x, y, z)

    def _blended(self, rotations, positions):
        """Dual quaternion of each point: (8, V), real part (x, y, z, w) then dual part."""
        real = Rotation.from_matrix(rotations).as_quat()
        for bone, parent in enumerate(self._parents):
            # q and -q are one rotation, but only neighbours on one side of the sphere can be mixed.
            if parent >= 0 and real[bone] @ real[parent] < 0:
                real[bone] = -real[bone]
        shift = positions - np.einsum("bij,bj->bi", rotations, self._rest)
        vector, scalar = real[:, :3], real[:, 3:]
        dual = 0.5 * np.c_[shift * scalar + np.cross(shift, vector), -(shift * vector).sum(1)]
        return np.concatenate([real, dual], 1).T.astype(np.float32) @ self._weights

    def _moved(self, blend):
        blend /= np.sqrt(np.square(blend[:4]).sum(0))
        a, b, c, w, da, db, dc, dw = blend
        x, y, z = self._points
        # v + 2 q x (q x v + w v) + 2 (w d - dw q + q x d)
        p, q, r = b * z - c * y + w * x, c * x - a * z + w * y, a * y - b * x + w * z
        return (
            x + 2 * (b * r - c * q + w * da - dw * a + b * dc - c * db),
            y + 2 * (c * p - a * r + w * db - dw * b + c * da - a * dc),
            z + 2 * (a * q - b * p + w * dc - dw * c + a * db - b * da),
        )

    def _normals(self, x, y, z):
        i, j, k = self._corners
        xi, yi, zi = x[i], y[i], z[i]
        ux, uy, uz = x[j] - xi, y[j] - yi, z[j] - zi
        vx, vy, vz = x[k] - xi, y[k] - yi, z[k] - zi
        faces = np.stack([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx], 1)
        total = self._around @ faces
        total /= np.maximum(np.sqrt(np.square(total).sum(1, keepdims=True)), 1e-12)
        return total[self._seam]
