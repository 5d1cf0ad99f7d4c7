"""How the figure performs each exercise of the catalogue, and how it is shown: one row of `SCENES` is one exercise.

A movement gets the `Lead`: the exercise's own signal and the way from rest (0) to top (1), both over P poses. It moves
the limbs of one side; everything else rests as the posture says.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from posecheck.demonstration_body import (
    ANKLE,
    HALF_HIPS,
    HAND,
    OUTWARD,
    SEAT_HIPS,
    SEATED_DEG,
    SHANK,
    SIDES,
    STAND_HIPS,
    THIGH,
    TRUNK,
    reach_of,
    unit,
)

TABLE, TABLE_EDGE, COUNTER, COUNTER_EDGE = (
    0.40,
    0.12,
    0.56,
    0.17,
)  # heights of the tops; near edges ahead of the hips
HAND_ABOVE = 0.026  # wrist over what the hand lies on
STANCE = 0.13  # of a foot from the middle, where weight is shifted
STEP_AHEAD = 0.17


@dataclass(frozen=True)
class Lead:
    """What leads a movement.

    Attributes
    ----------
    value : (P,) array, deg or ratio
        The exercise's signal.
    part : (P,) array
        The way from rest to top, 0 to 1.
    peak : float
        The signal at the top.
    """

    value: np.ndarray
    part: np.ndarray
    peak: float


@dataclass(frozen=True)
class Scene:
    """One exercise.

    Attributes
    ----------
    azimuth_deg : float, deg
        From where the figure is seen when its right side moves: positive turns the movement outward, into free space;
        negative has the moving side nearer. The left side is its mirror image.
    elevation_deg : float, deg
    move : callable (Figure, side, Lead)
    limb : str
        ``arm``, ``leg`` or ``trunk``: what moves.
    end : str
        The joint whose way is drawn.
    stands, arms : bool, str
        The posture at rest, and where arms rest: ``side``, ``lap`` or ``counter``.
    props : tuple of str
        ``table``, ``counter``, ``rail``, ``step``, ``door``, ``chair_behind``; who sits has a chair.
    frame : tuple of str
        Joints that the picture shows; the whole figure if empty.
    start, peak : float
        The signal of what the camera does not measure: a part of the way for the hand.
    ends_at : float, optional
        Where the movement ends in a posture, whatever the level asks at least.
    whole : bool
        The movement is one of the whole body, not one of each side that moves.
    """

    azimuth_deg: float
    elevation_deg: float
    move: Callable
    limb: str = "arm"
    end: str = "hand"
    stands: bool = False
    arms: str = "lap"
    props: tuple[str, ...] = ()
    frame: tuple[str, ...] = ()
    start: float = 0.0
    peak: float = 1.0
    ends_at: float | None = None
    whole: bool = False


# ── rest ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def at_rest(figure, scene):
    """Trunk, legs and arms of the posture that the exercise begins in."""
    figure.trunk([0.0, STAND_HIPS if scene.stands else SEAT_HIPS, 0.0])
    for side in SIDES:
        if scene.stands:
            figure.leg(side, 0.0, 0.0)
        else:
            figure.leg(side, SEATED_DEG, SEATED_DEG)
        resting_arm(figure, side, scene.arms)


def resting_arm(figure, side, where):
    """An arm at the ``side``, in the ``lap`` or with its hand on the ``counter``."""
    out = OUTWARD[side]
    if where == "side":
        figure.arm(side, 9.0, 20.0, 10.0)
    elif where == "counter":
        figure.arm_to(side, [0.14 * out, COUNTER + HAND_ABOVE, 0.19], hand=[0.0, -0.1, 1.0], swivel_deg=25.0)
    else:
        place = figure("hip", side) + np.array([0.04 * out, 0.054, 0.115])
        figure.arm_to(side, place, hand=[-0.25 * out, -0.12, 1.0], swivel_deg=35.0)


# ── arms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _bend_elbow(figure, side, lead):
    figure.arm(side, 9.0, 20.0, lead.value, bend=(0.12 * OUTWARD[side], 0.0, 1.0))


def _lift_to_the_side(figure, side, lead):
    figure.arm(side, lead.value, 4.0, 6.0, bend=(OUTWARD[side], 0.6, 0.3))


def _lift_ahead(figure, side, lead):
    figure.arm(side, lead.value, 90.0, 5.0, bend=(0.0, 1.0, 0.3))


def _pull(figure, side, lead):
    """The forearm stays level, along the band."""
    figure.arm(side, lead.value, 90.0, 90.0 - lead.value)
    figure.put("anchor", [*(figure("shoulder", side)[0] - [0.0, 0.15, 0.0])[:2], 0.66])


def _ahead(figure, side, elbow_deg, height, across):
    """Wrist at a height ahead of the shoulder, as far as an elbow bent so far reaches."""
    shoulder = figure("shoulder", side)
    drop = shoulder[:, 1] - height
    ahead = np.sqrt(np.maximum(reach_of(elbow_deg) ** 2 - drop**2 - across**2, 0.0))
    return shoulder + np.stack(
        np.broadcast_arrays(-OUTWARD[side] * across, height - shoulder[:, 1], ahead), axis=-1
    )


def _push(figure, side, lead):
    figure.arm_to(side, _ahead(figure, side, lead.value, TABLE + HAND_ABOVE, 0.02), hand=[0.0, -0.05, 1.0])
    figure.put("towel", figure("wrist", side) + np.array([0.0, -HAND_ABOVE, 0.6 * HAND]))


def _slide(figure, side, lead):
    """Both hands on one towel, the one of `side` on the other."""
    for one in SIDES:
        height = TABLE + HAND_ABOVE + (0.016 if one == side else 0.0)
        figure.arm_to(
            one, _ahead(figure, one, lead.value, height, 0.08), hand=[-0.35 * OUTWARD[one], -0.08, 1.0]
        )
    middle = 0.5 * (figure("hand", "left") + figure("hand", "right"))
    figure.put("towel", middle * [1.0, 0.0, 1.0] + [0.0, TABLE, -0.02])


def _reach(figure, side, lead):
    def wrist(value, part):
        height = TABLE + HAND_ABOVE + 0.025 * part + 0.035 * np.sin(np.pi * part)
        return _ahead(figure, side, value, height, 0.0)

    figure.arm_to(side, wrist(lead.value, lead.part), hand=[0.0, 0.0, 1.0])
    figure.put("cup", wrist(lead.peak, 1.0)[0] + np.array([0.0, 0.01, HAND]))


def _drink(figure, side, lead):
    """From the table to the mouth; how far the wrist is from the shoulder follows from the elbow."""
    begin = np.array([0.02, -0.17, 0.195])
    over = np.array([0.055, 0.05, 0.15])
    way = lead.part[:, None]
    line = unit((1 - way) * unit(begin) + way * unit(over)) * [-OUTWARD[side], 1.0, 1.0]
    wrist = figure("shoulder", side) + line * np.atleast_1d(reach_of(lead.value))[:, None]
    mouth = figure("head") + np.array([0.0, -0.05, 0.07])
    along = (1 - way) * np.array([0.0, 0.05, 1.0]) + way * unit(mouth - wrist)
    figure.arm_to(side, wrist, hand=along, swivel_deg=30.0)
    figure.put("cup", figure("wrist", side) + HAND * unit(along) + np.array([0.0, 0.012, 0.0]))


def _lift_clasped(figure, side, lead):
    """Hands held together, raised on an arc about the shoulders."""
    height = SEAT_HIPS + TRUNK * lead.value
    drop = figure("neck")[:, 1] - height
    ahead = np.sqrt(np.maximum(0.285**2 - drop**2 - 0.085**2, 0.13**2))
    for one in SIDES:
        place = np.stack([np.full_like(ahead, 0.018 * OUTWARD[one]), height, ahead], axis=-1)
        figure.arm_to(one, place, hand=[-0.12 * OUTWARD[one], 0.25, 1.0], swivel_deg=35.0)


def _extend_wrist(figure, side, lead):
    """The forearm lies on the table, the hand turns up."""
    figure.arm_to(side, _ahead(figure, side, 62.0, TABLE + HAND_ABOVE, 0.0))
    up = np.radians(52.0 * lead.value)
    along = np.stack([np.zeros_like(up), np.sin(up), np.cos(up)], axis=-1)
    palm = np.stack([np.zeros_like(up), -np.cos(up), np.sin(up)], axis=-1)
    figure.hand(side, along, palm, curl=0.12)


def _squeeze(figure, side, lead):
    """A ball in the palm, the forearm in the lap: the fingers close on it and open again."""
    out = OUTWARD[side]
    figure.arm_to(side, [0.09 * out, 0.40, 0.16], swivel_deg=20.0)
    along, palm = np.array([-0.1 * out, 0.12, 1.0]), np.array([-1.0 * out, 0.35, 0.0])
    figure.hand(side, along, palm, curl=0.6 * lead.value - 0.05, thumb_in=0.9 * lead.value)
    figure.put("ball", figure("wrist", side) + 0.066 * unit(along) + 0.036 * unit(palm))


def _turn_forearm(figure, side, lead):
    """A fist about a pen that swings like the hand of a clock: palm down at rest, palm up at the top."""
    out = OUTWARD[side]
    figure.arm(side, 8.0, 40.0, 82.0)
    along = unit(figure("wrist", side) - figure("elbow", side))
    turn = np.radians(65.0 - 130.0 * lead.value)
    inward, up = np.array([-out, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    thumb = np.cos(turn)[:, None] * up + np.sin(turn)[:, None] * inward
    palm = np.cross(thumb, along) * -out
    figure.hand(side, along, palm, curl=0.9, thumb_in=0.9)
    grip = figure("wrist", side) + 0.062 * along + 0.018 * palm
    figure.put("pen_1", grip - 0.055 * thumb)
    figure.put("pen_2", grip + 0.125 * thumb)


# ── legs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _straighten_knee(figure, side, lead):
    figure.leg(
        side, SEATED_DEG, lead.value, pitch_deg=np.maximum(SEATED_DEG - lead.value + 6.0 * lead.part, 0.0)
    )


def _march(figure, side, lead):
    figure.leg(side, lead.value, lead.value, pitch_deg=-6.0 * lead.part)


def _turned_foot(figure, side, pitch_deg, about):
    """The foot turns about its ``heel`` or its toes, which stay on the floor."""
    contact = figure(about, side).copy()
    ankle = figure("ankle", side).copy()
    for _ in range(2):  # the ankle goes where the contact stays
        figure.leg_to(side, ankle, pitch_deg=pitch_deg)
        ankle = ankle + contact - figure(about, side)
    figure.leg_to(side, ankle, pitch_deg=pitch_deg)


def _lift_toes(figure, side, lead):
    _turned_foot(figure, side, lead.value, "heel")


def _lift_heel(figure, side, lead):
    _turned_foot(figure, side, -lead.value, "foot_index")


def _over_planted_feet(figure, shank_deg, thigh_deg, ankles_ahead, *, flexion_deg):
    """The hips where shanks and thighs of such inclinations carry them."""
    s, t = np.radians(shank_deg), np.radians(thigh_deg)
    height = ANKLE + SHANK * np.cos(s) + THIGH * np.cos(t)
    ahead = ankles_ahead + SHANK * np.sin(s) - THIGH * np.sin(t)
    figure.trunk(np.stack([np.zeros_like(height), height, ahead], axis=-1), flexion_deg=flexion_deg)
    for side in SIDES:
        figure.leg_to(side, [HALF_HIPS * OUTWARD[side], ANKLE, ankles_ahead], splay_deg=0.0)


def _stand_up(figure, side, lead):
    """Feet stay, the trunk bows ahead before the seat is left; the hands go from the lap to the sides."""
    bow = np.sin(np.pi * np.clip(lead.part, 0, 1) ** 0.6)
    shank = 5.0 + 14.0 * np.sin(np.pi * np.clip(lead.part, 0, 1))
    ahead = THIGH * np.sin(np.radians(85.0)) - SHANK * np.sin(np.radians(5.0))
    _over_planted_feet(figure, shank, lead.value - shank, ahead, flexion_deg=32.0 * bow)
    way = lead.part[:, None]
    for one in SIDES:
        out = OUTWARD[one]
        lap = figure("hip", one) + np.array([0.04 * out, 0.054, 0.115])
        side_of = figure("shoulder", one) + np.array([0.035 * out, -0.3, 0.05])
        hand = (1 - way) * np.array([-0.1 * out, -0.12, 1.0]) + way * np.array([0.0, -1.0, 0.15])
        figure.arm_to(one, (1 - way) * lap + way * side_of, hand=hand, swivel_deg=35.0)


def _squat(figure, side, lead):
    _over_planted_feet(figure, 0.45 * lead.value, 0.55 * lead.value, 0.0, flexion_deg=0.42 * lead.value)
    for one in SIDES:
        resting_arm(figure, one, "counter")


def _leg_to_the_side(figure, side, lead):
    figure.leg_out(side, lead.value)


def _heel_to_the_back(figure, side, lead):
    figure.leg(side, -2.0 * lead.part, lead.value, pitch_deg=-lead.value * lead.part**2)


def _shift_weight(figure, side, lead):
    """The hips go to the side over feet that stay; `value` is the part of the distance between the ankles."""
    shift = OUTWARD[side] * lead.value * 2 * STANCE
    away = STANCE - HALF_HIPS + np.abs(shift)
    height = ANKLE + 0.999 * np.sqrt((THIGH + SHANK) ** 2 - away**2)
    figure.trunk(np.stack([shift, height, np.zeros_like(shift)], axis=-1))
    for one in SIDES:
        figure.leg_to(one, [STANCE * OUTWARD[one], ANKLE, 0.0])
        resting_arm(figure, one, "counter")


def step_height(peak):
    """The step is a little lower than the toes get, so that they come over its edge."""
    return 0.8 * peak * SHANK


def _tap_step(figure, side, lead):
    """The foot rises, then goes ahead onto the step; `value` is its height over the length of the shank."""
    up = SHANK * lead.value - (1.1 * (THIGH + SHANK) - STAND_HIPS)
    w = np.clip((lead.part - 0.55) / 0.45, 0, 1)
    ahead = 0.06 * np.clip(lead.part, 0, 0.55) + 0.15 * w**2 * (3 - 2 * w)
    out = np.full_like(up, HALF_HIPS * OUTWARD[side])
    figure.leg_to(side, np.stack([out, ANKLE + np.maximum(up, 0.0), ahead], axis=-1), splay_deg=3.0)


_HAND = ("elbow", "wrist", "hand", "thumb_3", "little_3")
_TO_THE_LAP = ("head", "elbow", "hand", "knee", "pen_1", "pen_2")
_FIST = ("wrist", "hand", "index_3", "thumb_3", "little_3")
_FEET = ("hip", "knee", "ankle", "heel", "foot_index")
_BEHIND = ("counter", "chair_behind")

SCENES = {
    "elbow_flexion": Scene(38, 7, _bend_elbow, arms="side"),
    "shoulder_abduction": Scene(0, 12, _lift_to_the_side, arms="side"),
    "shoulder_flexion": Scene(48, 6, _lift_ahead, arms="side"),
    "arm_push": Scene(-68, 12, _push, props=("table",)),
    "row_pull": Scene(-80, 4, _pull, props=("door",)),
    "wrist_extension": Scene(-72, 12, _extend_wrist, end="middle_3", props=("table",), frame=_HAND),
    "hand_squeeze": Scene(80, 18, _squeeze, end="", frame=_FIST),
    "forearm_rotation": Scene(14, 10, _turn_forearm, end="pen_2", frame=_TO_THE_LAP),
    "clasped_hands_lift": Scene(38, 0, _lift_clasped, whole=True),
    "mirror_arm_raise": Scene(0, 12, _lift_to_the_side, arms="side"),
    "mirror_elbow_bend": Scene(28, 7, _bend_elbow, arms="side"),
    "table_slide": Scene(-64, 12, _slide, whole=True, props=("table",)),
    "reach_forward": Scene(-68, 12, _reach, end="wrist", props=("table",)),
    "drink": Scene(-58, 10, _drink, end="wrist", props=("table",)),
    "knee_extension": Scene(52, 8, _straighten_knee, limb="leg", end="foot_index"),
    "seated_march": Scene(42, 8, _march, limb="leg", end="knee"),
    "ankle_dorsiflexion": Scene(-80, 5, _lift_toes, limb="leg", end="foot_index", frame=_FEET),
    "heel_raise": Scene(-80, 5, _lift_heel, limb="leg", end="heel", frame=_FEET),
    "sit_to_stand": Scene(-78, 4, _stand_up, whole=True, limb="leg", end="hip", ends_at=10.0),
    "mini_squat": Scene(-80, 4, _squat, whole=True, limb="leg", end="hip", stands=True, arms="counter", props=_BEHIND),
    "hip_abduction": Scene(
        0, 9, _leg_to_the_side, limb="leg", end="foot_index", stands=True, arms="counter", props=_BEHIND
    ),
    "hamstring_curl": Scene(
        -80, 4, _heel_to_the_back, limb="leg", end="heel", stands=True, arms="counter", props=_BEHIND
    ),
    "weight_shift": Scene(
        0, 9, _shift_weight, whole=True, limb="leg", end="hips", stands=True, arms="counter", props=_BEHIND
    ),
    "step_tap": Scene(
        -70, 8, _tap_step, limb="leg", end="foot_index", stands=True, arms="counter",
        props=("step", "rail", "chair_behind"),
    ),
}  # fmt: skip
"""Every exercise of the catalogue by its id."""
