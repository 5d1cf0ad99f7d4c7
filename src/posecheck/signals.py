"""The named signals: function, keypoints, unit. One row here is one new signal.

Signs: the same anatomical movement has the same sign on both sides. See docs/conventions.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from posecheck.geometry import flexion_angle, inclination, line_tilt, segment_length, vector_angle

_DOWN = np.array([0.0, 1.0])


class Body:
    """Keypoints of one person on the grid, as seen from one view.

    Parameters
    ----------
    points : dict of str to (G, 2) array, px
        By keypoint name; NaN where not seen.
    view : str
        One of `posecheck.records.VIEWS`.

    Attributes
    ----------
    in_space : dict of (str, str) to (G,) array, deg
        Angles known in space, by signal and side: they stand for what the picture shows.
    """

    def __init__(self, points, view):
        self.points, self.view, self.in_space = points, view, {}

    def angle(self, signal, side):
        """A signal of one side, (G,) array: in space where that is known, else from the picture."""
        known = self.in_space.get((signal, side))
        return SIGNALS[signal].function(self, side) if known is None else known

    def __call__(self, part, side):
        return self.points[f"{side}_{part}"]

    @property
    def near(self):
        """The side nearer the camera in a side view, else None."""
        return self.view if self.view in ("left", "right") else None

    def middle(self, part):
        """Midpoint of a pair; the near one in a side view, where the far one is a guess of the model."""
        if self.near:
            return self(part, self.near)
        return 0.5 * (self(part, "left") + self(part, "right"))

    def forward(self):
        """+1 when the person faces the right of the image, -1 the left, NaN from the front."""
        return {"left": -1.0, "oblique_left": -1.0, "right": 1.0, "oblique_right": 1.0}.get(self.view, np.nan)


@dataclass(frozen=True)
class Signal:
    """A named signal.

    Attributes
    ----------
    name, unit : str
    function : callable (Body, side) -> (G,) array
    parts : tuple of str
        Body parts whose keypoints must be seen, on the side of the signal; ``"trunk"`` stands for shoulders and hips.
    meaning : str
        Zero and positive direction, for the sign table of the docs.
    """

    name: str
    unit: str
    function: Callable
    parts: tuple[str, ...]
    meaning: str


def _elbow_flexion(body, side):
    return flexion_angle(body("shoulder", side), body("elbow", side), body("wrist", side))


def _knee_flexion(body, side):
    return flexion_angle(body("hip", side), body("knee", side), body("ankle", side))


def _hip_flexion(body, side):
    return flexion_angle(body("shoulder", side), body("hip", side), body("knee", side))


def _upper_arm_elevation(body, side):
    trunk_down = body.middle("hip") - body.middle("shoulder")
    return vector_angle(trunk_down, body("elbow", side) - body("shoulder", side))


def _shoulder_flexion(body, side):
    """Elevation of the upper arm, negative behind the trunk: an unsigned angle would fold a pull backward in two."""
    arm, trunk_up = body("elbow", side) - body("shoulder", side), body.middle("shoulder") - body.middle("hip")
    ahead = body.forward() * (trunk_up[..., 0] * arm[..., 1] - trunk_up[..., 1] * arm[..., 0])
    return np.where(ahead < 0, -1.0, 1.0) * _upper_arm_elevation(body, side)


def _only_in_space(body, side):
    """What a picture does not show: known from `Body.in_space` or not at all."""
    return np.full(len(body("shoulder", side)), np.nan)


def _thigh_inclination(body, side):
    thigh = body("knee", side) - body("hip", side)
    return vector_angle(np.broadcast_to(_DOWN, thigh.shape), thigh)


def _shank_inclination(body, side):
    shank = body("ankle", side) - body("knee", side)
    return vector_angle(np.broadcast_to(_DOWN, shank.shape), shank)


def _trunk_lean(body, side):
    towards_image_right = inclination(body.middle("hip"), body.middle("shoulder"))
    return towards_image_right if side == "left" else -towards_image_right


def _trunk_flexion(body, side):
    return body.forward() * inclination(body.middle("hip"), body.middle("shoulder"))


def _shoulder_hike(body, side):
    right_higher = line_tilt(body("shoulder", "left"), body("shoulder", "right"))
    right_higher = right_higher - line_tilt(body("hip", "left"), body("hip", "right"))
    return right_higher if side == "right" else -right_higher


def _trunk_length(body, _side):
    return segment_length(body.middle("hip"), body.middle("shoulder"))


SIGNALS = {
    signal.name: signal
    for signal in (
        Signal("elbow_flexion", "deg", _elbow_flexion, ("shoulder", "elbow", "wrist"), "0 straight, + bent"),
        Signal("knee_flexion", "deg", _knee_flexion, ("hip", "knee", "ankle"), "0 straight, + bent"),
        Signal("hip_flexion", "deg", _hip_flexion, ("shoulder", "hip", "knee"), "0 standing, + bent"),
        Signal(
            "shoulder_abduction",
            "deg",
            _upper_arm_elevation,
            ("trunk", "elbow"),
            "0 at the side, + away (front)",
        ),
        Signal(
            "upper_arm_elevation",
            "deg",
            _upper_arm_elevation,
            ("trunk", "elbow"),
            "0 at the side, + away (any view)",
        ),
        Signal(
            "shoulder_flexion",
            "deg",
            _shoulder_flexion,
            ("trunk", "elbow"),
            "0 at the side, + forward, - behind (side)",
        ),
        Signal(
            "arm_plane", "deg", _only_in_space, ("trunk", "elbow"), "0 to the side, 90 ahead (in space only)"
        ),
        Signal("thigh_inclination", "deg", _thigh_inclination, ("hip", "knee"), "0 straight down, 90 level"),
        Signal(
            "shank_inclination", "deg", _shank_inclination, ("knee", "ankle"), "0 straight down, 90 level"
        ),
        Signal("trunk_lean", "deg", _trunk_lean, ("trunk",), "0 upright, + towards the moving side (front)"),
        Signal("trunk_flexion", "deg", _trunk_flexion, ("trunk",), "0 upright, + forward (side)"),
        Signal("shoulder_hike", "deg", _shoulder_hike, ("trunk",), "0 level, + moving side higher (front)"),
        Signal("trunk_length", "px", _trunk_length, ("trunk",), "distance from hips to shoulders"),
    )
}


def keypoints_of(signal, side):
    """Names of the keypoints a signal of one side needs; a trunk signal needs shoulders and hips of both sides."""
    names = []
    for part in SIGNALS[signal].parts:
        if part == "trunk":
            names += [f"{s}_{p}" for s in ("left", "right") for p in ("shoulder", "hip")]
        else:
            names.append(f"{side}_{part}")
    return tuple(dict.fromkeys(names))


def bones_of(signal):
    """Pairs of body parts whose distance must stay put for a 2D angle to mean something; none for the trunk alone."""
    chain = ["shoulder" if part == "trunk" else part for part in SIGNALS[signal].parts]
    return list(pairwise(chain))
