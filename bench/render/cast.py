"""Who and what is in the picture: bodies in their places, furniture to measure, and the others who come and go."""

from dataclasses import dataclass

import numpy as np

from render.acts import Poses, gait, wrapped
from render.body import Body, Shape
from render.camera import placed
from render.course import wander
from render.figure import Figure, Look
from render.kinematics import arm_to, joints, pose
from render.postures import COUNTER_AHEAD_M, COUNTER_M, STEP_AHEAD_M, STEP_M, TABLE_AHEAD_M, Home, posture
from render.scene import Block, Chair, Room, Step, Table
from render.spec import SIDES

_WALKS_M_S = 0.9


def body_of(person):
    """The `Body` of a person of the spec."""
    build = ("sex", "age_years", "weight", "height", "muscle", "ancestry", "face")
    return Body(Shape(**{name: getattr(person, name) for name in build}))


def figure_of(person, body, *, held="none", held_side="right", seed=0):
    """The `Figure` of a person of the spec: the body in its clothes, with what it holds."""
    looks = (
        "skin",
        "hair",
        "hair_color",
        "top",
        "bottom",
        "shoe",
        "sleeve",
        "leg",
        "loose",
        "top_pattern",
        "glasses",
    )
    look = Look(**{name: getattr(person, name) for name in looks}, held=held, held_side=held_side)
    return Figure(body, look, seed=seed)


def seat_height_m(figure, home):
    """Where the seat of a chair meets the seated figure."""
    sitting = pose(home.body, posture("sit")).moved(home.pelvis_m["sit"])
    vertices, _ = figure.skin(sitting.rotations[0], sitting.positions[0])
    below = vertices[(np.abs(vertices[:, 2]) < 0.12) & (np.abs(vertices[:, 0]) < 0.25)]
    return float(below[:, 1].min()) + 0.012  # flesh gives way


def props_of(spec, staged, home, seat_m):
    """Furniture that the acts need."""
    wanted = {prop for one in staged if one.movement for prop in one.movement.props}
    seated = any("sit" in (one.before, one.after) for one in staged)
    kind, props = spec.room.chair, []
    if kind != "none" and (seated or kind != "auto"):
        props.append(
            Chair(
                seat_m=seat_m,
                at_m=(0.0, 0.02),
                arms=kind in ("armchair", "wheelchair"),
                wheelchair=kind == "wheelchair",
            )
        )
    place = home.place_m
    if "table" in wanted:
        props.append(Table(home.table_m, (-0.6, TABLE_AHEAD_M), (0.6, TABLE_AHEAD_M + 0.62)))
    if "counter" in wanted:  # a rail: a closed counter would hide the legs from the front
        props += _rail(place[2] + COUNTER_AHEAD_M)
    if "step" in wanted:
        props.append(
            Step(STEP_M, (-0.35, place[2] + STEP_AHEAD_M - 0.06), (0.35, place[2] + STEP_AHEAD_M + 0.32))
        )
        props += _rail(place[2] + COUNTER_AHEAD_M)
    return props


def _rail(z):
    steel = (0.55, 0.56, 0.58)
    bar = Block((-0.5, COUNTER_M - 0.02, z), (0.5, COUNTER_M + 0.015, z + 0.035), steel)
    posts = [Block((x - 0.015, 0.0, z), (x + 0.015, COUNTER_M, z + 0.03), steel) for x in (-0.48, 0.48)]
    return [bar, *posts]


def camera_of(spec, staged, home):
    """The camera; without a target it takes in the whole person, seated or standing as the acts have it."""
    camera, body = spec.camera, home.body
    standing = any("stand" in (one.before, one.after) for one in staged)
    standing = standing or any(one.movement and one.movement.plant == "feet" for one in staged)
    aim = camera.aim_m
    if aim is None:
        seated = any("sit" in (one.before, one.after) for one in staged)
        z = (0.15 if seated else home.place_m[2]) if not standing or not seated else 0.5 * home.place_m[2]
        aim = (0.0, (0.50 if standing else 0.38) * body.height_m + 0.02, z)
    elevation = camera.elevation_deg
    if camera.height_m is not None:
        elevation = float(
            np.degrees(np.arcsin(np.clip((camera.height_m - aim[1]) / camera.distance_m, -0.95, 0.95)))
        )
    return placed(
        camera.azimuth_deg,
        elevation,
        camera.distance_m,
        aim,
        roll_deg=camera.roll_deg,
        fovy_deg=camera.fovy_deg,
        size_px=spec.film.size_px,
        distortion_k1=camera.distortion_k1,
    )


def room_of(spec):
    """The room, with a wall behind the person as the camera sees them."""
    room = spec.room
    return Room(
        kind=room.kind, seed=spec.seed, wall=room.wall, floor=room.floor, turn_deg=spec.camera.azimuth_deg
    )


@dataclass(frozen=True)
class Companion:
    """Somebody else over time.

    Attributes
    ----------
    figure : Figure
    posed : Posed
    present : (T,) bool array
    """

    figure: Figure
    posed: object
    present: np.ndarray


def companion(other, number, seed, t_s, main_joints_m):
    """Somebody else: stands, walks through, or helps the person whose joints are given."""
    body = body_of(other.person)
    home = Home(body)
    rng = np.random.default_rng([seed, 3, number])
    present = (t_s >= other.from_s) & (t_s < other.to_s)
    at = np.array([other.at_m[0], 0.0, other.at_m[1]])
    if other.do == "walk_through":
        poses, present = _passing(other, home, t_s, at, present)
    else:
        poses = _standing(other, home, t_s, at, rng, main_joints_m)
    posed = pose(body, poses.angles).moved(poses.pelvis_m)
    return Companion(figure_of(other.person, body, seed=seed + 17 * (number + 1)), posed, present)


def _passing(other, home, t_s, at, present):
    to = np.array([other.to_m[0], 0.0, other.to_m[1]])
    way = to - at
    length_m = float(np.linalg.norm(way))
    until = min(other.to_s, other.from_s + length_m / _WALKS_M_S)
    part = np.clip((t_s - other.from_s) / (until - other.from_s), 0, 1)
    heading = np.degrees(np.arctan2(way[0], way[2]))
    poses = gait(home, at + part[:, None] * way, np.full(len(t_s), heading), part * length_m)
    return poses, present & (t_s < until)


def _standing(other, home, t_s, at, rng, main):
    angles = posture("stand")
    angles["trunk_lean"] = wander(rng, t_s, 0.8, 0.2)
    angles["head_turn"] = wander(rng, t_s, 6.0, 0.1)
    heading = np.full(len(t_s), other.heading_deg)
    for side in SIDES:
        angles |= {f"{side}_shoulder_elevation": 9.0, f"{side}_shoulder_plane": 20.0, f"{side}_elbow_flexion": 15.0,
                   f"{side}_finger_curl": 30.0, f"{side}_forearm_pronation": 40.0}  # fmt: skip
    if other.do == "help":
        towards = main["left_hip"][0] * 0.5 + main["right_hip"][0] * 0.5 - at
        angles["heading"] = np.full(len(t_s), wrapped(np.degrees(np.arctan2(towards[0], towards[2]))))
        pelvis = _bends_to_hold(home.body, angles, at, _forearm(main, other.helps_side))
    else:
        angles["heading"] = heading
        pelvis = _on_the_floor(home.body, joints(home.body, pose(home.body, angles)), at)
    count = len(t_s)
    angles = {name: np.broadcast_to(np.asarray(v, np.float64), count) for name, v in angles.items()}
    return Poses(angles, np.broadcast_to(pelvis, (count, 3)))


def _forearm(main, side):
    """Where a helper takes hold: the forearm, nearer to the wrist."""
    return 0.4 * main[f"{side}_elbow"] + 0.6 * main[f"{side}_wrist"]


def _on_the_floor(body, here, at):
    """Where the pelvis is when the ankles are over a place."""
    ankles = 0.5 * (here["left_ankle"] + here["right_ankle"])
    return at + np.array([0.0, body.segment_m["sole"], 0.0]) - ankles


def _bends_to_hold(body, angles, at, place_m):
    """Go down on bent knees until a place is in reach, and hold it; changes `angles`, returns where the pelvis is."""
    for deep in np.linspace(0.0, 1.0, 11):
        angles |= {"pelvis_tilt": 22.0, "trunk_flexion": 26.0}
        for side in SIDES:
            angles |= {f"{side}_hip_flexion": 32.0 + 55.0 * deep, f"{side}_knee_flexion": 16.0 + 85.0 * deep,
                       f"{side}_ankle_dorsiflexion": 6.0 + 30.0 * deep}  # fmt: skip
        here = joints(body, pose(body, angles))
        pelvis = _on_the_floor(body, here, at)
        target = place_m - pelvis
        away = {s: np.linalg.norm(here[f"{s}_shoulder"] - target, axis=-1) for s in SIDES}
        near = min(SIDES, key=lambda s: away[s].mean())
        if away[near].max() <= body.limbs[near].upper_arm_m + body.limbs[near].forearm_m:
            break
    angles |= arm_to(body, angles, near, target)
    angles |= {f"{near}_finger_curl": 65.0, f"{near}_forearm_pronation": 30.0}
    return pelvis
