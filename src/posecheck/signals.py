"""The named signals: function, keypoints, unit. One row here is one new signal.

Signs: the same anatomical movement has the same sign on both sides. See docs/conventions.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from posecheck.geometry import flexion_angle, inclination, line_tilt, segment_length, vector_angle
from posecheck.records import OTHER_SIDE

STANDING = 1.1  # from hip down to toe of who stands, in lengths of thigh and shank together
_DOWN = np.array([0.0, 1.0])
GRAIN = {"deg": 1.0, "ratio": 0.01}
"""What weighs as much as a degree in a signal's unit: limits made for angles hold for lengths over lengths too."""
FOOT_PART = (
    0.58  # heel to toe over the shank's length (Winter 2009: 0.152 / 0.246 of the height, less the tip)
)


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
        Body parts whose keypoints must be seen, on the side of the signal; ``"trunk"`` stands for shoulders and hips of
        both, and ``"other_hip"`` for the hip of the other.
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


def _hip_abduction(body, side):
    """Thigh against the line that falls from the pelvis, + outward, in the picture of a frontal view."""
    across = body("hip", "left") - body("hip", "right")  # image right is their left
    down = np.stack([-across[..., 1], across[..., 0]], axis=-1)
    thigh = body("knee", side) - body("hip", side)
    to_left = (across * thigh).sum(axis=-1)
    outward = to_left if side == "left" else -to_left
    return np.where(outward < 0, -1.0, 1.0) * vector_angle(down, thigh)


def _foot_pitch(body, side):
    """From the side the foot's own angle; facing, how far the toe is above the heel over how long a foot is."""
    foot = body("foot_index", side) - body("heel", side)
    if body.near:
        return np.degrees(np.arctan2(-foot[..., 1], np.abs(foot[..., 0])))
    length = FOOT_PART * segment_length(body("knee", side), body("ankle", side))
    with np.errstate(invalid="ignore"):
        return np.degrees(np.arcsin(np.clip(-foot[..., 1] / length, -1.0, 1.0)))


def _heel_rise(body, side):
    return -_foot_pitch(body, side)


def _wrist_height(body, side):
    rise = body.middle("hip")[..., 1] - body("wrist", side)[..., 1]
    return rise / _trunk_length(body, side)


def _weight_shift(body, side):
    """Hips from the middle of the ankles towards the own side; 0 beyond, or the way back would be a lift."""
    apart = segment_length(body("ankle", "left"), body("ankle", "right"))
    middle = 0.5 * (body("ankle", "left") + body("ankle", "right"))
    to_left = (body.middle("hip") - middle)[..., 0] / np.where(apart > 0, apart, np.nan)
    return np.maximum(to_left if side == "left" else -to_left, 0.0)


def _foot_rise(body, side):
    """Toe nearer the hip's height than who stands has it.

    Not above the other foot's toe: a camera that looks down has the two at different heights in the picture, and the
    other foot's return would be a lift of this one.
    """
    below = body("foot_index", side)[..., 1] - body("hip", side)[..., 1]
    shank = segment_length(body("knee", side), body("ankle", side))
    leg = segment_length(body("hip", side), body("knee", side)) + shank
    return (STANDING * leg - below) / shank


def _pelvic_obliquity(body, side):
    right_higher = line_tilt(body("hip", "left"), body("hip", "right"))
    return right_higher if side == "right" else -right_higher


def _knee_valgus(body, side):
    """How far the knee has moved inward from the line between hip and ankle, as the angle at the knee."""
    thigh, shank = body("knee", side) - body("hip", side), body("ankle", side) - body("knee", side)
    bent = vector_angle(thigh, shank)
    turn = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    inward = turn > 0 if side == "right" else turn < 0
    return np.where(inward, 1.0, -1.0) * bent


def _shoulder_width(body, _side):
    return segment_length(body("shoulder", "left"), body("shoulder", "right")) / _trunk_length(body, None)


def _thigh_drop(body, side):
    """Who sits has the knee about level with the hip, seen from anywhere; who stands a thigh's length below it."""
    return (body("knee", side) - body("hip", side))[..., 1] / _trunk_length(body, side)


def _hands_apart(body, _side):
    return segment_length(body("wrist", "left"), body("wrist", "right")) / _trunk_length(body, None)


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
        Signal(
            "hip_abduction",
            "deg",
            _hip_abduction,
            ("hip", "other_hip", "knee"),
            "0 below the hip, + outward (front)",
        ),
        Signal(
            "foot_pitch",
            "deg",
            _foot_pitch,
            ("knee", "ankle", "heel", "foot_index"),
            "0 sole level, + toes up; facing roughly",
        ),
        Signal(
            "heel_rise",
            "deg",
            _heel_rise,
            ("knee", "ankle", "heel", "foot_index"),
            "0 sole level, + heel up; facing roughly",
        ),
        Signal(
            "wrist_height",
            "ratio",
            _wrist_height,
            ("trunk", "wrist"),
            "0 at the hips, 1 a trunk's length above",
        ),
        Signal(
            "weight_shift",
            "ratio",
            _weight_shift,
            ("hip", "ankle", "other_hip", "other_ankle"),
            "0 hips over mid-ankles or beyond, + own side, 0.5 over the ankle (front)",
        ),
        Signal(
            "foot_rise",
            "ratio",
            _foot_rise,
            ("hip", "knee", "ankle", "foot_index"),
            "0 toe where who stands has it, 1 a shank's length above (from the side)",
        ),
        Signal(
            "pelvic_obliquity",
            "deg",
            _pelvic_obliquity,
            ("hip", "other_hip"),
            "0 level, + moving side higher (front)",
        ),
        Signal(
            "knee_valgus", "deg", _knee_valgus, ("hip", "knee", "ankle"), "0 in line, + knee inward (front)"
        ),
        Signal(
            "shoulder_width",
            "ratio",
            _shoulder_width,
            ("trunk",),
            "in trunk lengths; less as the trunk turns (front)",
        ),
        Signal(
            "thigh_drop", "ratio", _thigh_drop, ("trunk", "knee"), "0 knee level with the hip, 0.8 standing"
        ),
        Signal("hands_apart", "ratio", _hands_apart, ("trunk", "wrist", "other_wrist"), "0 wrists together"),
        Signal("trunk_length", "px", _trunk_length, ("trunk",), "distance from hips to shoulders"),
    )
}


def keypoints_of(signal, side):
    """Names of the keypoints a signal of one side needs; a trunk signal needs shoulders and hips of both sides."""
    names = []
    for part in SIGNALS[signal].parts:
        if part == "trunk":
            names += [f"{s}_{p}" for s in ("left", "right") for p in ("shoulder", "hip")]
        elif part.startswith("other_"):
            names.append(f"{OTHER_SIDE[side]}_{part.removeprefix('other_')}")
        else:
            names.append(f"{side}_{part}")
    return tuple(dict.fromkeys(names))


def bones_of(signal):
    """Pairs of body parts whose distance must stay put for a 2D angle to mean something; none for the trunk alone."""
    if SIGNALS[signal].unit != "deg":  # a height over a length, for which no limb needs to stay in the plane
        return []
    parts = (part for part in SIGNALS[signal].parts if not part.startswith("other_"))
    chain = ["shoulder" if part == "trunk" else part for part in parts]
    return list(pairwise(chain))
