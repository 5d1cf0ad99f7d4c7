"""How each exercise of the catalogue moves a body. One row of `MOVEMENTS` is one exercise.

A movement turns the leading angle and the way from rest to top (0-1) of a side into pose angles, in two steps: trunk
and legs first, then, when it is known where the pelvis is, the arms.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from render.course import minimum_jerk
from render.postures import (
    HAND_ABOVE_TABLE_M,
    STEP_AHEAD_M,
    STEP_M,
    hand_to,
    level_abduction,
    planted_leg,
    turned_foot,
)


@dataclass(frozen=True)
class Movement:
    """One exercise.

    Attributes
    ----------
    posture : str
        ``sit`` or ``stand``: that of its rest.
    angle : str
        The leading angle, a name in `render.truth.ANGLES`.
    start, peak : float
        Its usual command at rest and at the top, in the unit of the angle.
    legs, arms : callable (Moment, side, value, part) -> dict of pose angles, optional
        What a moving side does with trunk and legs, and with the arm.
    bilateral : bool
        Both sides always move together.
    rest_arms : str
        Where arms that do not move rest.
    plant : str
        What stays in its place: ``seat``, ``feet`` or ``other_foot``.
    props : tuple of str
        Furniture besides the chair: ``table``, ``counter``, ``step``.
    held : str
        What the hands hold.
    """

    posture: str
    angle: str
    start: float
    peak: float
    legs: Callable | None = None
    arms: Callable | None = None
    bilateral: bool = False
    rest_arms: str = "lap"
    plant: str = "seat"
    props: tuple[str, ...] = ()
    held: str = "none"

    @property
    def in_turn(self):
        """Whether one side can only move while the other does not."""
        return self.plant == "other_foot" or self.legs is _shift_weight


def _named(side, **angles):
    return {f"{side}_{name}": value for name, value in angles.items()}


# -- arms ---------------------------------------------------------------------------------------------------------


def _bend_elbow(moment, side, value, part):
    drift = moment.compensation["elbow_drift_deg"] * part
    return _named(
        side,
        elbow_flexion=value,
        shoulder_elevation=8.0 + drift,
        shoulder_plane=30.0 + 55.0 * np.clip(drift / 20.0, 0, 1),
        shoulder_rotation=0.0,
        forearm_pronation=-50.0,
        finger_curl=55.0,
    )


def _lift_to_the_side(moment, side, value, part):
    return _named(
        side,
        shoulder_elevation=value,
        shoulder_plane=6.0,
        shoulder_rotation=-60.0 * part,
        elbow_flexion=7.0,
        forearm_pronation=20.0,
        finger_curl=18.0,
    )


def _lift_in_front(moment, side, value, part):
    return _named(
        side,
        shoulder_elevation=value,
        shoulder_plane=85.0,
        shoulder_rotation=0.0,
        elbow_flexion=6.0,
        forearm_pronation=15.0,
        finger_curl=18.0,
    )


def _push(moment, side, value, part):
    """The hand goes forward, level; how far follows from the elbow."""
    return hand_to(moment, side, ahead_by_elbow(moment, side, value, drop_m=0.22), pronation_deg=60.0)


def ahead_by_elbow(moment, side, value, *, drop_m, across_m=0.02):
    """Wrist straight ahead of the shoulder at a fixed height, as far as an elbow bent by `value` reaches."""
    upper, fore = moment.body.segment_m["upper_arm"], moment.body.segment_m["forearm"]
    reach_m = np.sqrt(upper**2 + fore**2 + 2 * upper * fore * np.cos(np.radians(value)))
    ahead_m = np.sqrt(np.maximum(reach_m**2 - drop_m**2 - across_m**2, 0.0025))
    inward = -1.0 if side == "left" else 1.0
    return moment.shoulder_m[side] + np.stack(
        [np.full_like(ahead_m, inward * across_m), np.full_like(ahead_m, -drop_m), ahead_m], axis=-1
    )


def _pull(moment, side, value, part):
    return _named(
        side,
        shoulder_elevation=value,
        shoulder_plane=90.0,
        shoulder_rotation=0.0,
        elbow_flexion=55.0 + 45.0 * part,
        forearm_pronation=10.0,
        finger_curl=85.0,
    )


def _forearm_on_table(moment, side, **more):
    angles = hand_to(moment, side, moment.on_table(side, ahead_m=0.34, out_m=0.06), pronation_deg=75.0)
    return angles | _named(side, **more)


def _extend_wrist(moment, side, value, part):
    return _forearm_on_table(moment, side, wrist_extension=value, finger_curl=25.0)


def _squeeze(moment, side, value, part):
    return _forearm_on_table(moment, side, finger_curl=value, forearm_pronation=10.0)


def _turn_forearm(moment, side, value, part):
    return _named(
        side,
        shoulder_elevation=7.0,
        shoulder_plane=30.0,
        elbow_flexion=90.0,
        forearm_pronation=value,
        finger_curl=70.0,
    )


def _lift_clasped(moment, side, value, part):
    """Both hands before the breastbone, raised on an arc about the shoulders."""
    chest = 0.5 * (moment.shoulder_m["left"] + moment.shoulder_m["right"])
    reach_m = 0.86 * (moment.body.segment_m["upper_arm"] + moment.body.segment_m["forearm"])
    a, out = np.radians(value), (0.035 if side == "left" else -0.035)
    target = chest + reach_m * np.stack([np.zeros_like(a), -np.cos(a), np.sin(a)], axis=-1)
    return hand_to(moment, side, target + np.array([out, 0.0, 0.0]), pronation_deg=10.0, finger_curl=75.0)


def _slide_on_table(moment, side, value, part):
    target = ahead_by_elbow(moment, side, value, drop_m=0.25, across_m=0.06)
    target[:, 1] = moment.table_m + HAND_ABOVE_TABLE_M
    return hand_to(moment, side, target, pronation_deg=75.0)


def _reach(moment, side, value, part):
    target = ahead_by_elbow(moment, side, value, drop_m=0.25, across_m=-0.02)
    target[:, 1] = moment.table_m + HAND_ABOVE_TABLE_M + 0.07 * np.sin(np.pi * np.clip(part, 0, 1))
    return hand_to(moment, side, target, pronation_deg=25.0, finger_curl=20.0 + 30.0 * part)


def _drink(moment, side, value, part):
    """Cup from the table to the mouth, on an arc; the leading angle is only reported, the way decides."""
    table = moment.on_table(side, ahead_m=0.33, out_m=0.0)
    mouth = moment.mouth_m + np.array([0.07 if side == "left" else -0.07, -0.05, 0.10])
    way = part[:, None]
    target = (1 - way) * table + way * mouth + np.array([0.0, 0.0, 0.06]) * np.sin(np.pi * way)
    return hand_to(moment, side, target, pronation_deg=5.0, finger_curl=60.0, swivel_deg=20.0)


# -- trunk and legs -----------------------------------------------------------------------------------------------


def _straighten_knee(moment, side, value, part):
    return _named(side, knee_flexion=value, foot_free=np.clip(4 * part, 0, 1), ankle_dorsiflexion=5.0 * part)


def _march(moment, side, value, part):
    thigh_deg = value + moment.angles["pelvis_tilt"]
    return _named(side, hip_flexion=value, knee_flexion=thigh_deg + 2.0, foot_pitch=-8.0 * part)


def _lift_toes(moment, side, value, part):
    return turned_foot(moment, side, value, about="heel")


def _lift_heel(moment, side, value, part):
    return turned_foot(moment, side, -value, about="foot_index")


def _stand_up(moment, side, value, part):
    shank = (6.0 + 16.0 * np.sin(np.pi * np.clip(1.15 * part, 0, 1)) ** 2) * (1 - part) + 1.0
    bow = np.sin(np.pi * np.clip(part, 0, 1) ** 0.6)
    tilt = -4.0 * (1 - part) + 24.0 * bow
    return {
        "pelvis_tilt": tilt,
        "trunk_flexion": moment.angles["trunk_flexion"] + 14.0 * bow,
        **_named(side, knee_flexion=value, hip_flexion=value - shank + tilt),
        f"{side}_hip_abduction": level_abduction(moment, value),
    }


def _squat(moment, side, value, part):
    deep = np.clip(value / 55.0, 0, 1.5)
    tilt = 13.0 * deep
    return {
        "pelvis_tilt": tilt,
        "trunk_flexion": moment.angles["trunk_flexion"] + 9.0 * deep,
        **_named(side, knee_flexion=value, hip_flexion=0.58 * value + tilt),
        f"{side}_hip_abduction": level_abduction(moment, value),
    }


def _leg_to_the_side(moment, side, value, part):
    return _named(side, hip_abduction=value, foot_free=np.clip(4 * part, 0, 1), knee_flexion=3.0)


def _heel_to_the_back(moment, side, value, part):
    return _named(
        side,
        knee_flexion=value,
        hip_flexion=-3.0 * part,
        foot_free=np.clip(4 * part, 0, 1),
        ankle_dorsiflexion=0.0,
    )


def _shift_weight(moment, side, value, part):
    """The pelvis goes to the side over planted feet; `value` is the part of the distance between the ankles."""
    ankles_m = np.abs(moment.stance_m["left"][0] - moment.stance_m["right"][0])
    towards = value if side == "left" else -value
    shift = np.stack([towards * ankles_m, -0.012 * part, np.zeros_like(value)], axis=-1)
    legs = {}
    for one in ("left", "right"):
        legs |= planted_leg(moment, one, moment.stance_m[one] - shift)
    return legs


def _tap_step(moment, side, value, part):
    """The foot rises, goes forward and rests on the step; `value` is its height over the shank's length."""
    up, ahead = minimum_jerk(np.clip(part / 0.7, 0, 1)), minimum_jerk(np.clip((part - 0.25) / 0.75, 0, 1))
    height_m = np.maximum(value * moment.body.segment_m["shank"], 0.0) * np.where(
        part > 0, up / np.maximum(part, 1e-9), 1
    )
    target = moment.stance_m[side] + np.stack(
        [np.zeros_like(up), np.minimum(height_m, 1.2 * STEP_M + 0.05), STEP_AHEAD_M * ahead], axis=-1
    )
    return planted_leg(moment, side, target)


MOVEMENTS = {
    "elbow_flexion": Movement("sit", "elbow_flexion", 12, 120, arms=_bend_elbow, rest_arms="side"),
    "arm_push": Movement("sit", "elbow_flexion", 95, 25, arms=_push, props=("table",), rest_arms="table"),
    "shoulder_abduction": Movement(
        "sit", "shoulder_abduction", 12, 85, arms=_lift_to_the_side, rest_arms="side"
    ),
    "shoulder_flexion": Movement("sit", "shoulder_flexion", 10, 88, arms=_lift_in_front, rest_arms="side"),
    "row_pull": Movement("sit", "shoulder_flexion", 38, -8, arms=_pull, rest_arms="lap", held="stick"),
    "wrist_extension": Movement(
        "sit", "wrist_extension", -15, 40, arms=_extend_wrist, props=("table",), rest_arms="table"
    ),
    "hand_squeeze": Movement("sit", "finger_curl", 8, 92, arms=_squeeze, props=("table",), rest_arms="table"),
    "forearm_rotation": Movement("sit", "forearm_pronation", 60, -60, arms=_turn_forearm, held="stick"),
    "clasped_hands_lift": Movement("sit", "wrist_height", 25, 88, arms=_lift_clasped, bilateral=True),
    "mirror_arm_raise": Movement(
        "sit", "shoulder_abduction", 12, 82, arms=_lift_to_the_side, bilateral=True, rest_arms="side"
    ),
    "mirror_elbow_bend": Movement(
        "sit", "elbow_flexion", 12, 115, arms=_bend_elbow, bilateral=True, rest_arms="side"
    ),
    "table_slide": Movement(
        "sit", "elbow_flexion", 85, 35, arms=_slide_on_table, bilateral=True, props=("table",), held="towel"
    ),
    "reach_forward": Movement(
        "sit", "elbow_flexion", 90, 35, arms=_reach, props=("table",), rest_arms="table"
    ),
    "drink": Movement(
        "sit", "elbow_flexion", 75, 120, arms=_drink, props=("table",), rest_arms="table", held="cup"
    ),
    "knee_extension": Movement("sit", "knee_flexion", 90, 14, legs=_straighten_knee),
    "seated_march": Movement("sit", "hip_flexion", 81, 108, legs=_march),
    "ankle_dorsiflexion": Movement("sit", "foot_pitch", 0, 16, legs=_lift_toes),
    "heel_raise": Movement("sit", "heel_rise", 0, 22, legs=_lift_heel, bilateral=True),
    "sit_to_stand": Movement("sit", "knee_flexion", 92, 7, legs=_stand_up, bilateral=True, plant="feet"),
    "mini_squat": Movement(
        "stand",
        "knee_flexion",
        6,
        45,
        legs=_squat,
        bilateral=True,
        plant="feet",
        rest_arms="support",
        props=("counter",),
    ),
    "hip_abduction": Movement(
        "stand",
        "hip_abduction",
        4,
        27,
        legs=_leg_to_the_side,
        plant="other_foot",
        rest_arms="support",
        props=("counter",),
    ),
    "hamstring_curl": Movement(
        "stand",
        "knee_flexion",
        6,
        75,
        legs=_heel_to_the_back,
        plant="other_foot",
        rest_arms="support",
        props=("counter",),
    ),
    "weight_shift": Movement(
        "stand",
        "weight_shift",
        0.0,
        0.25,
        legs=_shift_weight,
        plant="feet",
        rest_arms="support",
        props=("counter",),
    ),
    "step_tap": Movement(
        "stand",
        "foot_rise",
        0.0,
        0.35,
        legs=_tap_step,
        plant="other_foot",
        rest_arms="support",
        props=("step",),
    ),
}
"""Every exercise of the catalogue by its id."""
