"""Sitting, standing and where the arms rest; the tools that movements are made of."""

from dataclasses import dataclass, field

import numpy as np

from render.kinematics import arm_to, joints, leg_to, pose
from render.spec import SIDES

HAND_ABOVE_TABLE_M = 0.045  # wrist over the table top
TABLE_AHEAD_M = 0.24  # near edge of the table before the hips
TABLE_ABOVE_THIGH_M = 0.17
COUNTER_M, COUNTER_AHEAD_M = 0.95, 0.42
STEP_M, STEP_AHEAD_M = 0.10, 0.30
SEATED_THIGH_DEG = 85.0
_TRUNK = {
    "sit": {"pelvis_tilt": -4.0, "trunk_flexion": 2.0, "head_nod": 3.0},
    "stand": {"pelvis_tilt": 0.0, "trunk_flexion": 0.0, "head_nod": 3.0},
}
_LEG = {
    "sit": {
        "hip_flexion": SEATED_THIGH_DEG - 4.0,
        "knee_flexion": 90.0,
        "hip_abduction": 6.0,
        "toe_out": 7.0,
    },
    "stand": {"hip_flexion": 3.0, "knee_flexion": 5.0, "hip_abduction": 3.2, "toe_out": 8.0},
}


def posture(name):
    """Pose angles of ``sit`` or ``stand``, without the arms."""
    return _TRUNK[name] | {f"{side}_{key}": value for side in SIDES for key, value in _LEG[name].items()}


class Home:
    """The place of a body in the room: its seat, where its feet stand, and how high table and counter are for it.

    Attributes
    ----------
    pelvis_m : dict of posture to (3,) array, m
        Middle of the hips in the room; seated it is above the origin of the floor.
    stance_m : dict of posture to dict of side to (3,) array, m
        Ankles seen from the middle of the hips.
    foot_m : dict of side to dict of ``heel`` and ``foot_index`` to (3,) array, m
        Seen from the ankle, the sole on the floor.
    place_m : (3,) array, m
        Middle between the ankles in the room, the same seated and standing.
    table_m : float, m
        Height of the table top.
    """

    def __init__(self, body):
        self.body = body
        self.stance_m, self.pelvis_m = {}, {}
        for name in ("sit", "stand"):
            here = joints(body, pose(body, posture(name)))
            self.stance_m[name] = {side: here[f"{side}_ankle"][0] for side in SIDES}
            self.foot_m = {
                side: {
                    part: here[f"{side}_{part}"][0] - here[f"{side}_ankle"][0]
                    for part in ("heel", "foot_index")
                }
                for side in SIDES
            }
        sole_m = body.segment_m["sole"]
        middle = {name: 0.5 * (s["left"] + s["right"]) for name, s in self.stance_m.items()}
        self.place_m = np.array([0.0, sole_m, middle["sit"][2]])
        for name, ankles in middle.items():
            self.pelvis_m[name] = self.place_m - [0.0, ankles[1], ankles[2]]
        self.table_m = self.pelvis_m["sit"][1] + TABLE_ABOVE_THIGH_M


@dataclass
class Moment:
    """A body on the way to its pose over T times. Positions are in the frame of `render.kinematics.pose`: the middle
    of the hips is the origin.

    Attributes
    ----------
    home : Home
    posture : str
        ``sit`` or ``stand``.
    angles : dict
        Pose angles so far, scalars or (T,).
    compensation : dict of str to (T,) array, deg
    pelvis_m : (T, 3) array, m
        Where the middle of the hips is in the room.
    shoulder_m : dict of side to (T, 3) array, m
    mouth_m : (T, 3) array, m
    """

    home: Home
    posture: str
    angles: dict
    compensation: dict
    pelvis_m: np.ndarray | None = None
    shoulder_m: dict = field(default_factory=dict)
    mouth_m: np.ndarray | None = None

    @property
    def body(self):
        return self.home.body

    @property
    def stance_m(self):
        """Ankles of the posture at rest, by side."""
        return self.home.stance_m[self.posture]

    @property
    def table_m(self):
        """Height of the table top over the hips, (T,)."""
        return self.home.table_m - self.pelvis_m[:, 1]

    def settle(self, plant):
        """Find where the pelvis, the shoulders and the mouth are, once trunk and legs are posed.

        Parameters
        ----------
        plant : str
            What stays in its place: ``seat``, ``feet``, ``left_foot`` or ``right_foot``.
        """
        here = joints(self.body, pose(self.body, self.angles))
        self.shoulder_m = {side: here[f"{side}_shoulder"] for side in SIDES}
        self.mouth_m = 0.5 * (here["mouth_left"] + here["mouth_right"])
        if plant == "seat":
            self.pelvis_m = np.broadcast_to(self.home.pelvis_m["sit"], here["nose"].shape)
            return
        rest = self.home.pelvis_m[self.posture]
        sides = SIDES if plant == "feet" else (plant.removesuffix("_foot"),)
        self.pelvis_m = rest + np.mean(
            [self.stance_m[side] - here[f"{side}_ankle"] for side in sides], axis=0
        )

    def on_table(self, side, *, ahead_m, out_m):
        """A point for the wrist on the table, straight ahead of where the shoulder is at rest."""
        across = self.body.joints_m["left_shoulder"][0] + out_m
        x = across if side == "left" else -across
        seat = self.home.pelvis_m["sit"]
        return np.array([x, self.home.table_m + HAND_ABOVE_TABLE_M, seat[2] + ahead_m]) - self.pelvis_m


def hand_to(moment, side, wrist_m, *, pronation_deg=0.0, finger_curl=25.0, swivel_deg=12.0):
    """Pose angles of an arm whose wrist is at `wrist_m`."""
    angles = arm_to(moment.body, moment.angles, side, wrist_m, swivel_deg=swivel_deg)
    return angles | {f"{side}_forearm_pronation": pronation_deg, f"{side}_finger_curl": finger_curl}


def resting_arm(moment, side, where):
    """Pose angles of an arm at rest: ``lap``, ``side``, ``table`` or ``support`` (hand on a counter)."""
    out = 1.0 if side == "left" else -1.0
    if where == "side":
        still = {
            "shoulder_elevation": 9.0,
            "shoulder_plane": 20.0,
            "elbow_flexion": 14.0,
            "forearm_pronation": 45.0,
        }
        return {f"{side}_{name}": value for name, value in (still | {"finger_curl": 35.0}).items()}
    if where == "table":
        target = moment.on_table(side, ahead_m=0.33, out_m=-0.02)
        return hand_to(moment, side, target, pronation_deg=75.0, finger_curl=30.0)
    if where == "support":
        ahead = moment.home.place_m[2] + COUNTER_AHEAD_M
        counter = np.array([0.20 * out, COUNTER_M + 0.05, ahead])
        return hand_to(moment, side, counter - moment.pelvis_m, pronation_deg=75.0, finger_curl=45.0)
    along_m, a = 0.55 * moment.body.segment_m["thigh"], np.radians(SEATED_THIGH_DEG)
    thigh = np.array([0.125 * out, 0.115 - along_m * np.cos(a), along_m * np.sin(a)])
    thigh = np.broadcast_to(thigh, moment.pelvis_m.shape)
    return hand_to(moment, side, thigh, pronation_deg=80.0, finger_curl=30.0)


def level_abduction(moment, knee_deg):
    """Abduction of the hip that keeps the ankle below its place as the knee bends or straightens."""
    thigh, shank = moment.body.segment_m["thigh"], moment.body.segment_m["shank"]
    rest = _LEG[moment.posture]
    across = (thigh + shank * np.cos(np.radians(rest["knee_flexion"]))) * np.sin(
        np.radians(rest["hip_abduction"])
    )
    return np.degrees(np.arcsin(across / (thigh + shank * np.cos(np.radians(knee_deg)))))


def planted_leg(moment, side, ankle_m):
    """Pose angles of a leg whose ankle is at `ankle_m`, the sole level."""
    return leg_to(moment.body, moment.angles, side, ankle_m)


def turned_foot(moment, side, pitch_deg, *, about):
    """The foot turns by `pitch_deg` (toes up) about its ``heel`` or ``foot_index``, which stays on the floor."""
    foot = moment.home.foot_m[side]
    along = (foot["foot_index"] - foot["heel"]) * [1, 0, 1]
    along /= np.linalg.norm(along)
    ahead, up = foot[about] @ along, foot[about][1]
    c, s = np.cos(np.radians(pitch_deg)), np.sin(np.radians(pitch_deg))
    moved = (ahead * (1 - c) + up * s)[:, None] * along + (up * (1 - c) - ahead * s)[:, None] * [0, 1, 0]
    return planted_leg(moment, side, moment.stance_m[side] + moved) | {f"{side}_foot_pitch": pitch_deg}
