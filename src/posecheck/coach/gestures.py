"""What a person says without touching anything: a hand held up or beside a picture, and stillness.

Lengths are in trunk lengths (middle of the shoulders to middle of the hips), so that distance does not matter.
"""

import math

import numpy as np

from posecheck.records import OTHER_SIDE, SIDES
from posecheck.skeleton import BLAZEPOSE_33

VISIBILITY_MIN = 0.5
BRIDGED_S = 0.25  # a break this short does not end a gesture [U]
# A hand beside a picture: so far outward of the shoulder, and between these heights over it [U]; rendered people who
# hold a hand beside pictures 1, 2 and 3 have it 0.52, -0.07 and -0.68 high and 0.96 outward, 1.3 m from the lens [C].
OUTWARD_MIN = 0.45
PLACES = {1: (0.22, 0.80), 2: (-0.30, 0.22), 3: (-0.95, -0.30)}
# So far above the eyes is a raised hand: rendered people hold it 0.6 above them, and 0.1 beside picture 1 [C].
ABOVE_EYES = 0.25
STILL = 0.15  # movement of trunk and hands that is still stillness [U]
_TRUNK = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_INDEX = {
    name: BLAZEPOSE_33.index(name) for name in (*_TRUNK, "left_wrist", "right_wrist", "left_eye", "right_eye")
}


class Held:
    """How long the same thing has been held; a break of a quarter of a second is bridged.

    Examples
    --------
    >>> held = Held(2.0)
    >>> [held.push(t, 1) for t in (0.0, 1.0, 2.0)]
    [0.0, 0.5, 1.0]
    >>> held.push(2.5, None)
    0.0
    """

    def __init__(self, seconds):
        self._seconds = seconds
        self.clear()

    def clear(self):
        """Forget what was held."""
        self.value, self.since_s, self._last_s = None, 0.0, -math.inf

    def push(self, t_s, value):
        """Part of the time, 0 to 1, for which `value` (None = nothing) has been held at `t_s`."""
        if value is None and t_s - self._last_s > BRIDGED_S:
            self.value = None
        if value is not None:
            if value != self.value or t_s - self._last_s > 1.0:
                self.value, self.since_s = value, t_s
            self._last_s = t_s
        return 0.0 if self.value is None else min(1.0, (self._last_s - self.since_s) / self._seconds)


def _at(pose, name):
    return pose.uv_px[_INDEX[name]].astype(np.float64)


def trunk_px(pose):
    """Length of the trunk in the picture; NaN when nobody is seen."""
    corners = np.array([_at(pose, name) for name in _TRUNK])
    return float(np.hypot(*(corners[:2].mean(axis=0) - corners[2:].mean(axis=0))))


def raised_side(pose):
    """The one side whose hand is above the eyes in this picture; None for none or both."""
    up = [side for side in SIDES if _above_eyes(pose, side)]
    return up[0] if len(up) == 1 else None


def _above_eyes(pose, side):
    if pose.visibility[_INDEX[f"{side}_wrist"]] < VISIBILITY_MIN:
        return False
    eyes_px = (_at(pose, "left_eye")[1] + _at(pose, "right_eye")[1]) / 2
    return bool(_at(pose, f"{side}_wrist")[1] < eyes_px - ABOVE_EYES * trunk_px(pose))


def place_beside(pose, side):
    """Which picture (1 high, 2 middle, 3 low) the hand of a side is held beside; None for none."""
    if pose.visibility[_INDEX[f"{side}_wrist"]] < VISIBILITY_MIN or _above_eyes(pose, side):
        return None
    shoulder, other = _at(pose, f"{side}_shoulder"), _at(pose, f"{OTHER_SIDE[side]}_shoulder")
    away = (_at(pose, f"{side}_wrist") - shoulder) / trunk_px(pose)
    outward = away[0] * math.copysign(1.0, shoulder[0] - other[0])
    if not outward >= OUTWARD_MIN:
        return None
    return next((place for place, (low, high) in PLACES.items() if low <= -away[1] < high), None)


def zones(pose, side):
    """Where the pictures stand for this person: middle (x, y) and size as parts of the trunk's length, in px.

    Returns
    -------
    dict of int to (float, float, float)
        Place to x, y and side length, px of the unmirrored picture.
    """
    shoulder, other, trunk = (
        _at(pose, f"{side}_shoulder"),
        _at(pose, f"{OTHER_SIDE[side]}_shoulder"),
        trunk_px(pose),
    )
    out = math.copysign(1.0, shoulder[0] - other[0])
    return {
        place: (
            float(shoulder[0] + out * 0.9 * trunk),
            float(shoulder[1] - trunk * (low + high) / 2),
            0.4 * float(trunk),
        )
        for place, (low, high) in PLACES.items()
    }


class Stillness:
    """For how long trunk and hands have stayed where they are."""

    def __init__(self):
        self._anchor, self._since_s = None, math.inf

    def push(self, pose):
        """Seconds of stillness up to this picture; 0 when nobody is seen."""
        if not pose.seen:
            self._anchor = None
            return 0.0
        names = [*_TRUNK] + [
            f"{s}_wrist" for s in SIDES if pose.visibility[_INDEX[f"{s}_wrist"]] >= VISIBILITY_MIN
        ]
        here, trunk = {name: _at(pose, name) for name in names}, trunk_px(pose)
        moved = self._anchor is None or any(
            name in self._anchor and np.hypot(*(at - self._anchor[name])) > STILL * trunk
            for name, at in here.items()
        )
        if moved:
            self._anchor, self._since_s = here, pose.t_s
        return pose.t_s - self._since_s
