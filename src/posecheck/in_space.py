"""Angles in space as they are seen: from the networks alone, or together with how short limbs look."""

import numpy as np

from posecheck.foreshortening import POSTURES, Foreshortened, combined
from posecheck.lifting import KEYPOINTS, lifted

_AT_ONCE = 1024  # pictures whose angles are taken together: hours of them would fill the memory
# Facing the camera the networks are off by up to twice what they expect (docs/basis.md, Facing the screen).
NETWORKS_DOUBT = 2.0


class Lifted:
    """Angles in space with their sigmas, growing in time: every picture goes through the networks once.

    Parameters
    ----------
    skeleton : Skeleton
    image_size_px : (2,) array
    wanted : sequence of (str, str)
        Signals and sides, in the order of the columns.
    """

    def __init__(self, skeleton, image_size_px, wanted):
        self._index = [skeleton.index(name) for name in KEYPOINTS]
        self._size, self._wanted = image_size_px, wanted
        self._t_s, self._told, self._count = np.empty(0), np.empty((0, len(wanted), 2)), 0

    @property
    def latest(self):
        """(N, 2) angles and sigmas of the last picture."""
        return self._told[-1]

    def extend(self, t_s, uv_px, xyz_m, visibility):
        """(T, N, 2) angles and sigmas of the frames given, of which those before the last call are remembered."""
        known = int(np.searchsorted(t_s, self._t_s[-1], side="right")) if len(self._t_s) else 0
        new = [x[known:, self._index].astype(np.float64) for x in (uv_px, xyz_m, visibility)]
        keep = int(np.searchsorted(self._t_s, t_s[0]))
        told = [self._told[keep:]]
        for begin in range(0, len(new[0]), _AT_ONCE):
            uv, xyz, seen = (x[begin : begin + _AT_ONCE] for x in new)
            both = lifted(uv, xyz, seen, self._size, first=self._count)
            self._count += len(uv)
            told.append(np.stack([np.stack([x[key] for x in both], axis=-1) for key in self._wanted], axis=1))
        self._t_s, self._told = t_s, np.concatenate(told)
        return self._told


class Combined:
    """As `Lifted`, with the movement's own angle from the networks and from how much shorter its limb looks.

    Parameters
    ----------
    skeleton : Skeleton
    image_size_px : (2,) array
    wanted : sequence of (str, str)
    signal : str
        The one that the limb's length tells too; the others stay the networks'.
    """

    def __init__(self, skeleton, image_size_px, wanted, *, signal):
        self._wanted = tuple(wanted)
        self._shrinking = [key for key in self._wanted if key[0] == signal]
        postures = [(name, side) for _, side in self._shrinking for name in POSTURES[signal]]
        self._all = tuple(dict.fromkeys([*self._wanted, *postures]))
        self._lifted = Lifted(skeleton, image_size_px, self._all)
        self._shrunk = Foreshortened(skeleton, image_size_px, self._shrinking)
        self._postures = np.array([self._all.index(key) for key in postures]).reshape(-1, 2)

    def extend(self, t_s, uv_px, xyz_m, visibility):
        """(T, N, 2) angles and sigmas of the frames given, as `Lifted.extend`."""
        told = self._lifted.extend(t_s, uv_px, xyz_m, visibility)
        shrunk = self._shrunk.extend(t_s, uv_px, visibility, told[:, self._postures, 0])
        told = told[:, : len(self._wanted)].copy()
        for i, key in enumerate(self._shrinking):
            own = self._wanted.index(key)
            told[:, own] = combined(shrunk[:, i], told[:, own], doubt=NETWORKS_DOUBT)
        self._latest = told[-1:]
        return told

    @property
    def latest(self):
        """(N, 2) angles and sigmas of the last picture."""
        return self._latest[-1]
