"""What the person does in each act, as pose angles over time. One function an act; `POSES` lists them."""

from dataclasses import dataclass, field

import numpy as np

from render.course import minimum_jerk, on_side, per_repetition, progress, wander
from render.kinematics import joints, pose
from render.movements import MOVEMENTS
from render.postures import Home, Moment, hand_to, posture, resting_arm
from render.spec import SIDES

OFFSTAGE_M = 3.4  # from the chair to where nobody is seen any more
STRIDE_M = 1.15
_REST_ARMS = {"sit": "lap", "stand": "side"}


@dataclass(frozen=True)
class Scene:
    """What an act begins from.

    Attributes
    ----------
    home : Home
    begin_s, end_s : float, s
    posture : str
        ``sit`` or ``stand``: that of the person when the act begins.
    arms : str
        Where the arms rested last.
    screen_left_deg : float
        Heading towards the left edge of the picture.
    rng : numpy Generator
    repetitions : dict of side to list of Repetition
    """

    home: Home
    begin_s: float
    end_s: float
    posture: str
    arms: str
    screen_left_deg: float
    rng: np.random.Generator
    repetitions: dict = field(default_factory=dict)

    def part(self, t_s):
        """How much of the act is over, 0-1."""
        return np.clip((t_s - self.begin_s) / (self.end_s - self.begin_s), 0.0, 1.0)


@dataclass(frozen=True)
class Poses:
    """Pose angles of an act and where the pelvis is.

    Attributes
    ----------
    angles : dict of str to (T,) array, deg
    pelvis_m : (T, 3) array, m
    """

    angles: dict
    pelvis_m: np.ndarray


def _finish(moment, updates):
    """The whole pose, each angle one number a time."""
    angles = moment.angles | updates
    count = len(moment.pelvis_m)
    return Poses(
        {name: np.broadcast_to(np.asarray(v, np.float64), count).copy() for name, v in angles.items()},
        np.array(moment.pelvis_m),
    )


def _begun(scene, t_s, *, posture_name=None, sway_deg=0.35, breath_deg=0.5):
    """A body in its posture that sways, breathes and looks about a little."""
    name = posture_name or scene.posture
    angles = posture(name)
    sway, nod, turn = (
        wander(scene.rng, t_s, a, hz) for a, hz in ((sway_deg, 0.25), (0.8, 0.17), (1.2, 0.11))
    )
    breath = breath_deg * np.sin(2 * np.pi * 0.24 * t_s + scene.rng.uniform(0, 6))
    angles["trunk_lean"] = sway
    angles["trunk_flexion"] = angles["trunk_flexion"] + 0.6 * sway - 0.5 * breath
    angles["head_nod"] = angles["head_nod"] + nod
    angles["head_turn"] = turn
    for side in SIDES:
        angles[f"{side}_clavicle_elevation"] = 0.8 * breath
    return Moment(scene.home, name, angles, {})


def _arms(moment, where, *, sides=SIDES):
    updates = {}
    for side in sides:
        updates |= resting_arm(moment, side, where)
    return updates


def still(act, scene, t_s):
    """Sitting or standing and nothing else."""
    moment = _begun(scene, t_s)
    moment.settle("seat" if scene.posture == "sit" else "feet")
    return _finish(moment, _arms(moment, act.arms or scene.arms))


def exercise(act, scene, t_s):
    """Repetitions, with all that the act says goes along with them."""
    movement = MOVEMENTS[act.exercise]
    moment = _begun(
        scene, t_s, posture_name=movement.posture, sway_deg=act.sway_deg, breath_deg=act.breath_deg
    )
    drift = act.drift_deg * scene.part(t_s)
    values, parts, current = {}, {}, {}
    for side in SIDES:
        shake = wander(scene.rng, t_s, on_side(act.tremor.deg, side), act.tremor.hz)
        if side not in scene.repetitions:
            continue
        reps = scene.repetitions[side]
        part, at = progress(reps, t_s, profile=act.profile, stops=act.stops)
        start = np.array([r.start_deg for r in reps] or [movement.start])[at]
        peak = np.array([r.peak_deg for r in reps] or [movement.start])[at]
        values[side], parts[side], current[side] = start + (peak - start) * part + drift + shake, part, at
    _compensate(act, moment, parts, current)
    updates = {}
    for side in values:
        if movement.legs:
            updates |= movement.legs(moment, side, values[side], parts[side])
    moment.angles |= updates
    plant = movement.plant
    if plant == "other_foot":
        plant = (
            "feet" if len(values) != 1 else {"left": "right_foot", "right": "left_foot"}[next(iter(values))]
        )
    moment.settle(plant)
    arms = {}
    for side in SIDES:
        if side in values and movement.arms:
            arms |= movement.arms(moment, side, values[side], parts[side])
        elif movement.posture == "sit" and plant == "feet":
            arms |= _hands_of_rising(moment, side, parts[side])
        else:
            arms |= resting_arm(moment, side, act.arms or movement.rest_arms)
    return _finish(moment, arms)


def _hands_of_rising(moment, side, part):
    """Hands go from the lap to the sides as one gets up."""
    seated, standing = resting_arm(moment, side, "lap"), resting_arm(moment, side, "side")
    return {name: (1 - part) * seated[name] + part * standing[name] for name in standing}


def _compensate(act, moment, parts, current):
    """Let trunk, shoulders and pelvis move along; towards the moving side, or the left when both move."""
    if not parts:
        return
    leading = "left" if "left" in parts else "right"
    part, at = parts[leading], current[leading]

    def amount(name, side=leading):
        return per_repetition(getattr(act.compensation, name), side, act.reps or 1)[at]

    towards = 1.0 if leading == "left" else -1.0
    angles = moment.angles
    moment.compensation = {"elbow_drift_deg": amount("elbow_drift_deg")}
    angles["trunk_lean"] = angles["trunk_lean"] + towards * amount("trunk_lean_deg") * part
    angles["trunk_flexion"] = angles["trunk_flexion"] + amount("trunk_flexion_deg") * part
    angles["trunk_rotation"] = towards * amount("trunk_rotation_deg") * part
    angles["pelvis_list"] = -towards * amount("hip_hike_deg") * part
    for side in parts:
        hike = amount("shoulder_hike_deg", side) * parts[side]
        angles[f"{side}_clavicle_elevation"] = angles[f"{side}_clavicle_elevation"] + hike


def rise(act, scene, t_s):
    """From the chair to standing, or back; the way of the exercise `sit_to_stand`, once."""
    up = act.do == "stand_up"
    movement = MOVEMENTS["sit_to_stand"]
    part = minimum_jerk(scene.part(t_s))
    part = part if up else 1 - part
    value = movement.start + (movement.peak - movement.start) * part
    moment = _begun(scene, t_s, posture_name="sit")
    updates = {}
    for side in SIDES:
        updates |= movement.legs(moment, side, value, part)
    moment.angles |= updates
    moment.settle("feet")
    arms = {}
    for side in SIDES:
        arms |= _hands_of_rising(moment, side, part)
    return _finish(moment, arms)


def raise_hand(act, scene, t_s):
    """A hand above the head, or beside a picture on the screen (1 high, 2 middle, 3 low), and back."""
    moment = _begun(scene, t_s)
    moment.settle("seat" if scene.posture == "sit" else "feet")
    since_s, left_s = t_s - scene.begin_s, scene.end_s - t_s
    part = minimum_jerk(np.minimum(since_s, left_s) / min(1.1, 0.4 * (scene.end_s - scene.begin_s)))
    rest = _arms(moment, scene.arms)
    out = 1.0 if act.side == "left" else -1.0
    if act.do == "raise_hand":
        high = {
            "shoulder_elevation": 158.0,
            "shoulder_plane": 40.0,
            "elbow_flexion": 18.0,
            "finger_curl": 8.0,
        }
        there = {f"{act.side}_{name}": value for name, value in high.items()}
    else:
        height_m = {1: 0.22, 2: 0.0, 3: -0.22}[act.picture]
        target = moment.shoulder_m[act.side] + [0.34 * out, height_m, 0.18]
        there = hand_to(moment, act.side, target, pronation_deg=-30.0, finger_curl=8.0, swivel_deg=25.0)
    there = {name: (1 - part) * rest.get(name, 0.0) + part * value for name, value in there.items()}
    return _finish(moment, rest | there)


def lean_in(act, scene, t_s):
    """Bending towards the screen to read it, and back."""
    moment = _begun(scene, t_s)
    since_s, left_s = t_s - scene.begin_s, scene.end_s - t_s
    part = minimum_jerk(np.minimum(since_s, left_s) / min(1.5, 0.4 * (scene.end_s - scene.begin_s)))
    moment.angles["pelvis_tilt"] = moment.angles["pelvis_tilt"] + 18.0 * part
    moment.angles["trunk_flexion"] = moment.angles["trunk_flexion"] + 22.0 * part
    for side in SIDES:  # the thighs stay on the chair
        moment.angles[f"{side}_hip_flexion"] = moment.angles[f"{side}_hip_flexion"] + 18.0 * part
    moment.settle("seat" if scene.posture == "sit" else "feet")
    return _finish(moment, _arms(moment, scene.arms))


_FREE_TRUNK = {
    "trunk_lean": (-15, 15),
    "trunk_flexion": (-12, 30),
    "trunk_rotation": (-20, 20),
    "head_turn": (-35, 35),
    "head_nod": (-10, 20),
}
_FREE_ARM = {
    "clavicle_elevation": (0, 12),
    "shoulder_elevation": (0, 125),
    "shoulder_plane": (-20, 110),
    "shoulder_rotation": (-50, 50),
    "elbow_flexion": (0, 140),
    "forearm_pronation": (-60, 80),
    "wrist_extension": (-30, 40),
    "finger_curl": (0, 90),
}
_FREE_LEG = {
    "sit": {"hip_flexion": (72, 108), "hip_abduction": (-2, 18), "knee_flexion": (0, 112)},
    "stand": {"hip_flexion": (-10, 70), "hip_abduction": (-2, 28), "knee_flexion": (2, 95)},
}


def free(act, scene, t_s):
    """Random poses within what joints can do, gone through smoothly; standing, one leg stays straight at a time."""
    rng, name = scene.rng, act.posture
    count = int(np.ceil((scene.end_s - scene.begin_s) / act.every_s)) + 1
    at = np.clip((t_s - scene.begin_s) / act.every_s, 0, count - 1 - 1e-9)
    before, way = at.astype(int), minimum_jerk(at % 1)

    def path(low, high, keep=None):
        drawn = rng.uniform(low, high, count)
        drawn = drawn if keep is None else np.where(keep, drawn, 3.0)
        return (1 - way) * drawn[before] + way * drawn[before + 1]

    angles = posture(name) | {key: path(*limits) for key, limits in _FREE_TRUNK.items()}
    moves_left = rng.random(count) < 0.5
    for side in SIDES:
        keep = None if name == "sit" else (moves_left if side == "left" else ~moves_left)
        for key, limits in _FREE_LEG[name].items():
            angles[f"{side}_{key}"] = path(*limits, keep)
        angles |= {f"{side}_{key}": path(*limits) for key, limits in _FREE_ARM.items()}
        angles[f"{side}_foot_free"] = path(0, 1)
    moment = Moment(scene.home, name, angles, {})
    moment.settle("seat" if name == "sit" else "feet")
    return _finish(moment, {})


def walk(act, scene, t_s):
    """Coming from the edge of the picture to the chair and turning round, or leaving."""
    coming = act.do == "walk_in"
    turn_s = min(1.2, 0.3 * (scene.end_s - scene.begin_s))
    edge_deg = scene.screen_left_deg + (0.0 if act.side == "left" else 180.0)
    away = np.array([np.sin(np.radians(edge_deg)), 0.0, np.cos(np.radians(edge_deg))])
    since_s = (t_s - scene.begin_s) if coming else (scene.end_s - t_s)
    walking_s = scene.end_s - scene.begin_s - turn_s
    way = np.clip(since_s / walking_s, 0, 1)
    near = 1 - (1 - way) * (1 - 0.12 * (1 - np.cos(np.pi * way)) / 2)  # slows down before the chair
    place = scene.home.place_m * [1, 0, 1] + OFFSTAGE_M * (1 - near)[:, None] * away
    facing_deg = wrapped(edge_deg + 180.0 if coming else edge_deg)
    turned = minimum_jerk((since_s - walking_s) / turn_s)
    heading = facing_deg * (1 - turned)
    gone_m = OFFSTAGE_M * (near if coming else 1 - near)
    return gait(scene.home, place, heading, gone_m, going=np.clip((1 - way) * 6, 0, 1))


def gait(home, place_m, heading_deg, gone_m, *, going=1.0):
    """A person who walks.

    Parameters
    ----------
    home : Home
    place_m : (T, 3) array, m
        Point on the floor below the middle of the ankles.
    heading_deg : (T,) array, deg
    gone_m : (T,) array, m
        Way walked so far.
    going : (T,) array, 0-1
        Fades the steps in and out.

    Returns
    -------
    Poses
    """
    cycle = 2 * np.pi * gone_m / STRIDE_M
    angles = posture("stand") | {"heading": heading_deg, "trunk_flexion": 3.0 * going}
    for side, shift in (("left", 0.0), ("right", np.pi)):
        swing = np.sin(cycle + shift)
        lifting = np.clip(np.cos(cycle + shift), 0, 1) ** 1.5
        angles |= {
            f"{side}_hip_flexion": 3.0 + going * (4.0 + 22.0 * swing),
            f"{side}_knee_flexion": 5.0 + going * (6.0 + 48.0 * lifting),
            f"{side}_foot_free": going * 1.0,
            f"{side}_ankle_dorsiflexion": 2.0 * going,
            f"{side}_shoulder_elevation": 9.0 - going * 17.0 * swing,
            f"{side}_shoulder_plane": 20.0 + 65.0 * going,
            f"{side}_elbow_flexion": 16.0 + 8.0 * going,
            f"{side}_forearm_pronation": 40.0,
            f"{side}_finger_curl": 35.0,
        }
    count = len(place_m)
    angles = {name: np.broadcast_to(np.asarray(v, np.float64), count).copy() for name, v in angles.items()}
    here = joints(home.body, pose(home.body, angles))
    ankles = np.stack([here[f"{side}_ankle"] for side in SIDES])
    lowest = np.minimum(ankles[0, :, 1], ankles[1, :, 1])
    pelvis = place_m + np.stack(
        [-home.stance_m["stand"]["left"][2] * np.sin(np.radians(heading_deg)),
         home.body.segment_m["sole"] - lowest,
         -home.stance_m["stand"]["left"][2] * np.cos(np.radians(heading_deg))], axis=-1
    )  # fmt: skip
    return Poses(angles, pelvis)


def wrapped(angle_deg):
    """An angle brought to -180..180."""
    return (angle_deg + 180.0) % 360.0 - 180.0


POSES = {
    "exercise": exercise,
    "sit": still,
    "stand": still,
    "stand_up": rise,
    "sit_down": rise,
    "walk_in": walk,
    "leave": walk,
    "raise_hand": raise_hand,
    "hand_beside": raise_hand,
    "lean_in": lean_in,
    "free": free,
}
"""What is done in each act but ``empty``."""

BEFORE_AFTER = {
    "sit": ("sit", "sit"),
    "stand": ("stand", "stand"),
    "stand_up": ("sit", "stand"),
    "sit_down": ("stand", "sit"),
    "walk_in": ("away", "stand"),
    "leave": ("stand", "away"),
    "empty": ("away", "away"),
}
"""Posture that an act begins and ends with; acts not named here keep the posture."""
