"""Stored poses in place of a camera: the same path as live, without pictures or models."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from posecheck.engines.clock import PictureClock
from posecheck.records import PoseFrame


class ReplayEngine:
    """Yields the frames of a stored track by time.

    Parameters
    ----------
    track : PoseTrack
    tolerance_s : float
        A stored frame answers for times at most this far from its own; elsewhere nobody is seen.
    """

    name = "replay"

    def __init__(self, track, *, tolerance_s=1e-3):
        self.track, self.tolerance_s = track, tolerance_s
        self.model, self.model_sha256, self.smoothed = track.model, track.model_sha256, track.smoothed
        self.skeleton = track.skeleton
        self.provenance: Mapping[str, Any] = {
            "engine": track.engine,
            "model_sha256": track.model_sha256,
            "replayed": True,
        }
        self._clock = PictureClock(self.name)

    def reset(self):
        """Begin again from any time."""
        self._clock.reset()

    def close(self):
        """Take no more times. Closing twice is fine."""
        self._clock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def detect(self, t_s, rgb=None):
        """The stored frame at a time; the picture is not looked at."""
        self._clock.admit(t_s, rgb, needed=False)
        track = self.track
        after = int(np.searchsorted(track.t_s, t_s))
        near = min(
            (i for i in (after - 1, after) if 0 <= i < len(track)),
            key=lambda i: abs(track.t_s[i] - t_s),
            default=None,
        )
        if near is None or abs(track.t_s[near] - t_s) > self.tolerance_s:
            return PoseFrame.nobody(t_s, self.skeleton)
        return replace(track.frame(near), t_s=t_s)
