"""What really happened: angles from the three-dimensional joint centres, and the repetitions measured on them.

The truth is measured on the posed body, not copied from the command: a leaning trunk or a hiked shoulder changes the
shoulder's angle by some degrees.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from posecheck.geometry import flexion_angle, vector_angle
from render.spec import SIDES

_UP = np.array([0.0, 1.0, 0.0])
TOP_S = 0.3  # the top is at least this long
REST_S = 0.5  # the last stretch of rest before the lift


class Skeleton:
    """Joint centres over time, (T, 3) m each, and the commanded pose angles where no joint can tell."""

    def __init__(self, joints_m, commands=None):
        self.joints_m, self.commands = joints_m, commands or {}

    def __call__(self, part, side):
        return self.joints_m[f"{side}_{part}"]

    def middle(self, part):
        return 0.5 * (self(part, "left") + self(part, "right"))

    @property
    def trunk(self):
        """From the middle of the hips to the middle of the shoulders."""
        return self.middle("shoulder") - self.middle("hip")

    def across(self, part):
        """Unit vector to the person's left along a pair of joints."""
        line = self(part, "left") - self(part, "right")
        return line / np.linalg.norm(line, axis=-1, keepdims=True)

    @property
    def forward(self):
        """Level unit vector in the direction the hips face."""
        ahead = np.cross(self.across("hip"), _UP)
        return ahead / np.linalg.norm(ahead, axis=-1, keepdims=True)

    @property
    def level_left(self):
        """Level unit vector to the person's left."""
        return np.cross(_UP, self.forward)


def _elbow(body, side):
    return flexion_angle(body("shoulder", side), body("elbow", side), body("wrist", side))


def _knee(body, side):
    return flexion_angle(body("hip", side), body("knee", side), body("ankle", side))


def _hip(body, side):
    return flexion_angle(body("shoulder", side), body("hip", side), body("knee", side))


def _upper_arm(body, side):
    return vector_angle(-body.trunk, body("elbow", side) - body("shoulder", side))


def _upper_arm_forward(body, side):
    arm = body("elbow", side) - body("shoulder", side)
    ahead = np.cross(body.across("shoulder"), body.trunk)
    return np.where((arm * ahead).sum(-1) < 0, -1.0, 1.0) * _upper_arm(body, side)


def _hip_abduction(body, side):
    across = body.across("hip")
    down = -body.trunk + (body.trunk * across).sum(-1, keepdims=True) * across
    thigh = body("knee", side) - body("hip", side)
    outward = (thigh * across).sum(-1) * (1.0 if side == "left" else -1.0)
    return np.where(outward < 0, -1.0, 1.0) * vector_angle(down, thigh)


def _from_vertical(proximal, distal):
    return lambda body, side: vector_angle(-_UP, body(distal, side) - body(proximal, side))


def _foot_pitch(body, side):
    foot = body("foot_index", side) - body("heel", side)
    return np.degrees(np.arctan2(foot[..., 1], np.hypot(foot[..., 0], foot[..., 2])))


def _wrist_height(body, side):
    rise = body("wrist", side)[..., 1] - body.middle("hip")[..., 1]
    return rise / np.linalg.norm(body.trunk, axis=-1)


def _weight_shift(body, side):
    across = body("ankle", "left") - body("ankle", "right")
    away = body.middle("hip") - body.middle("ankle")
    shift = (away * body.level_left).sum(-1) / np.linalg.norm(across, axis=-1)
    return shift if side == "left" else -shift


def _foot_rise(body, side):
    rise = body("foot_index", side)[..., 1] - body("foot_index", side)[0, 1]
    return rise / np.linalg.norm(body("ankle", side) - body("knee", side), axis=-1)


def _commanded(name):
    return lambda body, side: np.asarray(body.commands[f"{side}_{name}"], np.float64)


@dataclass(frozen=True)
class Angle:
    """One angle (or ratio) of a limb.

    Attributes
    ----------
    unit : str
        ``deg`` or ``ratio``.
    function : callable (Skeleton, side) -> (T,) array
    parts : tuple of str
        Keypoints of the side that must be in sight; ``trunk`` stands for shoulders and hips of both sides.
    definition : str
    """

    unit: str
    function: Callable
    parts: tuple[str, ...]
    definition: str


ANGLES = {
    "elbow_flexion": Angle("deg", _elbow, ("shoulder", "elbow", "wrist"), "0 straight, + bent"),
    "knee_flexion": Angle("deg", _knee, ("hip", "knee", "ankle"), "0 straight, + bent"),
    "hip_flexion": Angle("deg", _hip, ("shoulder", "hip", "knee"), "0 standing, + bent"),
    "shoulder_abduction": Angle(
        "deg",
        _upper_arm,
        ("trunk", "elbow"),
        "upper arm against the line from shoulders to hips; 0 at the side",
    ),
    "shoulder_flexion": Angle(
        "deg", _upper_arm_forward, ("trunk", "elbow"), "the same, negative behind the trunk"
    ),
    "hip_abduction": Angle("deg", _hip_abduction, ("trunk", "knee"), "thigh against pelvis down, + outward"),
    "thigh_inclination": Angle(
        "deg", _from_vertical("hip", "knee"), ("hip", "knee"), "0 straight down, 90 level"
    ),
    "shank_inclination": Angle(
        "deg", _from_vertical("knee", "ankle"), ("knee", "ankle"), "0 straight down, 90 level"
    ),
    "foot_pitch": Angle(
        "deg", _foot_pitch, ("heel", "foot_index"), "heel to toe against the floor, + toes up"
    ),
    "heel_rise": Angle(
        "deg",
        lambda b, s: -_foot_pitch(b, s),
        ("heel", "foot_index"),
        "heel to toe against the floor, + heel up",
    ),
    "wrist_height": Angle(
        "ratio", _wrist_height, ("trunk", "wrist"), "wrist over the hips, in trunk lengths"
    ),
    "weight_shift": Angle(
        "ratio", _weight_shift, ("hip", "ankle"), "hips over mid-ankles in ankle distances, + own side"
    ),
    "foot_rise": Angle(
        "ratio", _foot_rise, ("knee", "ankle", "foot_index"), "rise of the toe in shank lengths"
    ),
    "wrist_extension": Angle(
        "deg", _commanded("wrist_extension"), ("elbow", "wrist", "index"), "+ back of the hand up"
    ),
    "finger_curl": Angle("deg", _commanded("finger_curl"), ("wrist", "index"), "0 open hand, 100 fist"),
    "forearm_pronation": Angle(
        "deg", _commanded("forearm_pronation"), ("elbow", "wrist", "thumb"), "+ palm down"
    ),
}
"""Every limb angle of the truth by name. The last three are the command itself: no joint centre shows them."""


def trunk_angles(body):
    """How the trunk stands, dict of name to (T,) array, deg: positive to the person's left and forward.

    ``shoulder_tilt_deg`` is positive when the left shoulder is higher; ``trunk_rotation_deg`` when the shoulders are
    turned to the left against the hips.
    """
    trunk = body.trunk
    up = trunk[..., 1]
    shoulders, hips = body.across("shoulder"), body.across("hip")
    heading = lambda line: np.arctan2(line[..., 2], line[..., 0])  # noqa: E731
    tilt = lambda line: np.degrees(np.arctan2(line[..., 1], np.hypot(line[..., 0], line[..., 2])))  # noqa: E731
    turned = np.degrees(heading(hips) - heading(shoulders))
    return {
        "trunk_lean_deg": np.degrees(np.arctan2((trunk * body.level_left).sum(-1), up)),
        "trunk_flexion_deg": np.degrees(np.arctan2((trunk * body.forward).sum(-1), up)),
        "trunk_rotation_deg": (turned + 180.0) % 360.0 - 180.0,
        "shoulder_tilt_deg": tilt(shoulders),
        "pelvis_tilt_deg": tilt(hips),
    }


def keypoints_of(angle, side):
    """Names of the joints that an angle of a side is made of."""
    names = []
    for part in ANGLES[angle].parts:
        pair = (
            [f"{s}_{p}" for p in ("shoulder", "hip") for s in SIDES]
            if part == "trunk"
            else [f"{side}_{part}"]
        )
        names += pair
    return names


def curves(joints_m, joints_px, commands):
    """All angles over time, dict of ``<side>_<angle>_<unit>`` (and ``..._image_deg``) to (T,) array."""
    body, out = Skeleton(joints_m, commands), {}
    flat = Skeleton({name: xy * [1, -1] for name, xy in joints_px.items()})
    for name, angle in ANGLES.items():
        for side in SIDES:
            out[f"{side}_{name}_{angle.unit}"] = angle.function(body, side)
    for name in ("elbow_flexion", "knee_flexion", "hip_flexion", "shoulder_abduction"):
        for side in SIDES:
            out[f"{side}_{name}_image_deg"] = ANGLES[name].function(flat, side)
    return out | trunk_angles(body)


def true_repetition(rep, side, angle, t_s, series, *, visible=None):
    """One repetition as it really was.

    Parameters
    ----------
    rep : Repetition
        Times and order as commanded.
    side, angle : str
    t_s : (T,) array, s
    series : dict
        From `curves`.
    visible : (T,) bool array, optional
        Whether the keypoints of the angle were in sight.

    Returns
    -------
    dict
        Times; start, peak and range of the angle; the change of the trunk at the top, towards the moving side positive.
    """
    unit = ANGLES[angle].unit
    x = series[f"{side}_{angle}_{unit}"]
    rest = _within(t_s, rep.start_s - REST_S, rep.start_s)
    middle, half = 0.5 * (rep.top_start_s + rep.top_end_s), 0.5 * (rep.top_end_s - rep.top_start_s)
    top = _within(t_s, middle - max(half, TOP_S / 2), middle + max(half, TOP_S / 2))
    during = _within(t_s, rep.start_s, rep.end_s)
    start, peak = float(np.median(x[rest])), float(np.median(x[top]))
    change = lambda name: float(np.median(series[name][top]) - np.median(series[name][rest]))  # noqa: E731
    own = 1.0 if side == "left" else -1.0
    row = {
        "rep": rep.number,
        "start_s": rep.start_s,
        "top_start_s": rep.top_start_s,
        "top_end_s": rep.top_end_s,
        "end_s": rep.end_s,
        f"start_{unit}": start,
        f"peak_{unit}": peak,
        f"range_{unit}": abs(peak - start),
        "trunk_lean_deg": own * change("trunk_lean_deg"),
        "trunk_flexion_deg": change("trunk_flexion_deg"),
        "trunk_rotation_deg": own * change("trunk_rotation_deg"),
        "shoulder_hike_deg": own * (change("shoulder_tilt_deg") - change("pelvis_tilt_deg")),
        "visible_pct": 100.0 if visible is None else 100.0 * float(np.mean(visible[during])),
    }
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}


def _within(t_s, from_s, to_s):
    """Samples of a stretch of time; the nearest one when none lies in it."""
    chosen = (t_s >= from_s) & (t_s <= to_s)
    if not chosen.any():
        chosen[np.argmin(np.abs(t_s - 0.5 * (from_s + to_s)))] = True
    return chosen
