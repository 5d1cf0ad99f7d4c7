"""Pose: anatomical angles over time to bones and joint centres, and back for arms and legs that must reach a place.

The same movement has the same sign on both sides. T instants are worked at once; the only loop is over bones.
"""

import difflib
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from render.rotations import X, Y, Z, angle_about, between, frame, inverse, swing, turn, unit

SIDES = (("left", 1), ("right", -1))
DOWN = -Y

_WHOLE = {
    "heading": (0, "turn of the whole person, + to the person's left"),
    "pelvis_tilt": (0, "+ forward"),
    "pelvis_list": (0, "+ left side lower"),
    "pelvis_rotation": (0, "+ to the left"),
    "trunk_lean": (0, "sideways against the pelvis, + to the left"),
    "trunk_flexion": (0, "against the pelvis, + forward"),
    "trunk_rotation": (0, "against the pelvis, + to the left"),
    "head_nod": (0, "+ down"),
    "head_turn": (0, "+ to the left"),
    "head_tilt": (0, "+ to the left"),
}
_EACH_SIDE = {
    "clavicle_elevation": (0, "+ up, on top of what raising the arm brings"),
    "clavicle_protraction": (0, "+ forward"),
    "shoulder_elevation": (7, "upper arm against the upper trunk: 0 hanging, 180 overhead"),
    "shoulder_plane": (
        20,
        "in which it is raised: 0 sideways, 90 forward, more across the body, negative behind",
    ),
    "shoulder_rotation": (10, "about the upper arm, + internal; 0: a hanging arm bends its elbow forward"),
    "elbow_flexion": (12, "0 straight"),
    "forearm_pronation": (15, "0 thumb towards the side the elbow bends to, + palm down, -90 palm up"),
    "wrist_extension": (5, "+ back of the hand up"),
    "finger_curl": (22, "0 open, 100 fist"),
    "hip_flexion": (0, "thigh against the pelvis, + forward"),
    "hip_abduction": (3, "+ outward"),
    "hip_rotation": (0, "+ internal"),
    "knee_flexion": (0, "0 straight"),
    "foot_free": (
        0,
        "0: the sole follows the floor by foot_pitch; 1: the shank by ankle_dorsiflexion; between: both",
    ),
    "foot_pitch": (0, "sole against the floor, + toes up"),
    "ankle_dorsiflexion": (0, "foot against the shank, 0 at a right angle, + toes up"),
    "toe_out": (8, "long axis of the foot against straight ahead, + outward"),
}
ANGLES = _WHOLE | {f"{side}_{name}": entry for side, _ in SIDES for name, entry in _EACH_SIDE.items()}
"""Every angle (deg) that `pose` takes: name -> (default, meaning)."""

# Raising an arm brings the clavicle up by a tenth of it once past 30 deg (the scapular rhythm; the mesh's single
# shoulder joint takes the rest).
RHYTHM, RHYTHM_FROM_DEG = 0.10, 30
# Share of the trunk's bend that has been reached at each vertebral bone, lowest first.
SPINE_SHARES = (0.30, 0.60, 0.80, 0.92, 1.0)
NECK_SHARES = {"neck_1": 0.3, "neck_2": 0.6, "neck_3": 0.8, "head": 1.0}
HEAD_LEVELS = 0.6  # of the trunk's inclination is taken back by the neck
# Share of a limb's twist that its bones have taken: skin twists along a limb, not at a joint.
UPPER_ARM_TWIST, FOREARM_TWISTS = 0.5, (0.1, 0.55)
ELBOW_MAX_DEG, KNEE_MAX_DEG = 150, 155


@dataclass(frozen=True)
class Posed:
    """Bones of a posed body: rotations from rest (T, B, 3, 3) and where each bone starts, positions (T, B, 3) m."""

    rotations: np.ndarray
    positions: np.ndarray

    def moved(self, offset_m):
        """The same pose elsewhere: an offset (T, 3) or (3,) m."""
        offset = np.asarray(offset_m, float)
        return Posed(self.rotations, self.positions + (offset[:, None] if offset.ndim == 2 else offset))


def complete(angles):
    """All angles as (T,) arrays, defaults filled in; refuses names it does not know.

    Raises
    ------
    KeyError
        For an unknown name, with the nearest known one.
    ValueError
        When arrays differ in length.
    """
    for name in angles:
        if name not in ANGLES:
            near = difflib.get_close_matches(name, ANGLES, 1, 0.0)[0]
            raise KeyError(f"There is no angle {name!r}. Did you mean {near!r}?")
    given = {name: np.asarray(value, float) for name, value in angles.items()}
    lengths = {value.shape for value in given.values() if value.ndim} or {(1,)}
    if len(lengths) > 1 or len(next(iter(lengths))) != 1:
        raise ValueError(
            f"Angles must be numbers or (T,) arrays of one length, got shapes {sorted(lengths)}."
        )
    shape = lengths.pop()
    return {
        name: np.broadcast_to(given.get(name, float(default)), shape) for name, (default, _) in ANGLES.items()
    }


def pose(body, angles):
    """Bones of a body in the given pose.

    Parameters
    ----------
    body : Body
    angles : dict of float or (T,) array, deg
        Names from `ANGLES`; what is not named keeps its default.

    Returns
    -------
    Posed
        With the middle of the hip centres at the origin.
    """
    a = complete(angles)
    turned = _trunk(a)
    for side, sign in SIDES:
        turned |= _arm(body, a, turned["spine_5"], side, sign)
        turned |= _leg(body, a, turned["pelvis"], side, sign)
    count, bones = len(a["heading"]), len(body.bones)
    rotations, positions = np.empty((count, bones, 3, 3)), np.empty((count, bones, 3))
    for i, (name, parent) in enumerate(zip(body.bones, body.parents, strict=True)):
        if name in turned:
            rotations[:, i] = turned[name]
        elif name in body.finger_hinges:
            hinge, at_rest, open_deg, fist_deg = body.finger_hinges[name]
            side = name.partition("_")[0]
            bend = open_deg + (fist_deg - open_deg) * a[f"{side}_finger_curl"] / 100
            rotations[:, i] = rotations[:, parent] @ turn(hinge, bend - at_rest)
        else:
            rotations[:, i] = rotations[:, parent]
        if parent < 0:
            positions[:, i] = 0
        else:
            along = rotations[:, parent] @ (body.rest_m[i] - body.rest_m[parent])
            positions[:, i] = positions[:, parent] + along
    heading = turn(Y, a["heading"])
    return Posed(heading[:, None] @ rotations, np.einsum("tij,tbj->tbi", heading, positions))


def _pelvis(a):
    return turn(Y, a["pelvis_rotation"]) @ turn(Z, -a["pelvis_list"]) @ turn(X, a["pelvis_tilt"])


def _spine(a, share):
    sideways = turn(Z, -share * a["trunk_lean"])
    return turn(Y, share * a["trunk_rotation"]) @ sideways @ turn(X, share * a["trunk_flexion"])


def _trunk(a):
    pelvis = _pelvis(a)
    turned = {"pelvis": pelvis}
    for i, share in enumerate(SPINE_SHARES):
        turned[f"spine_{i + 1}"] = pelvis @ _spine(a, share)
    upper = turned["spine_5"]
    for name, share in NECK_SHARES.items():
        level = HEAD_LEVELS * share
        levelling = turn(Z, level * (a["trunk_lean"] + a["pelvis_list"])) @ turn(
            X, -level * (a["trunk_flexion"] + a["pelvis_tilt"])
        )
        own = (
            turn(Y, share * a["head_turn"])
            @ turn(Z, -share * a["head_tilt"])
            @ turn(X, share * a["head_nod"])
        )
        turned[name] = levelling @ upper @ own
    return turned


def _clavicle(a, side, sign, elevation):
    up = a[f"{side}_clavicle_elevation"] + RHYTHM * np.maximum(0, elevation - RHYTHM_FROM_DEG)
    return turn(Y, -sign * a[f"{side}_clavicle_protraction"]) @ turn(Z, sign * up)


def _raised(elevation, plane, sign):
    """Rotation that raises a hanging arm in a vertical plane: no twist about the arm, no singular pose."""
    to_plane = turn(Y, -sign * plane)
    return to_plane @ turn(Z, sign * elevation) @ inverse(to_plane)


def _arm(body, a, upper, side, sign):
    angle = lambda name: a[f"{side}_{name}"]  # noqa: E731
    rest = body.limbs[side]
    raised = _raised(angle("shoulder_elevation"), angle("shoulder_plane"), sign)
    along = upper @ raised @ DOWN
    hinge = _times(turn(along, sign * angle("shoulder_rotation")), upper @ raised @ -X)
    full = frame(along, hinge) @ rest.arm_frame.T
    swung = swing(upper @ rest.upper_arm, along) @ upper
    twist = angle_about(along, _times(swung, rest.elbow_hinge), hinge)
    low = turn(hinge, angle("elbow_flexion") - rest.elbow_deg) @ full
    forearm = low @ rest.forearm
    spin = sign * angle("forearm_pronation") - rest.pronation_deg
    spun = [turn(forearm, share * spin) @ low for share in (*FOREARM_TWISTS, 1.0)]
    wrist = turn(spun[2] @ rest.wrist_hinge, angle("wrist_extension") - rest.wrist_deg)
    return {
        f"{side}_clavicle": upper @ _clavicle(a, side, sign, angle("shoulder_elevation")),
        f"{side}_upper_arm_1": turn(along, UPPER_ARM_TWIST * twist) @ swung,
        f"{side}_upper_arm_2": full,
        f"{side}_forearm_1": spun[0],
        f"{side}_forearm_2": spun[1],
        f"{side}_hand": wrist @ spun[2],
    }


def _leg(body, a, pelvis, side, sign):
    angle = lambda name: a[f"{side}_{name}"]  # noqa: E731
    rest = body.limbs[side]
    raised = turn(X, -angle("hip_flexion")) @ turn(Z, sign * angle("hip_abduction"))
    along = pelvis @ raised @ DOWN
    hinge = _times(turn(along, sign * angle("hip_rotation")), pelvis @ raised @ X)
    thigh = frame(along, hinge) @ rest.thigh_frame.T
    down = _times(turn(hinge, angle("knee_flexion")), along)
    shank_frame = frame(down, hinge)
    shank = shank_frame @ rest.shank_frame.T
    yaw = turn(Y, sign * angle("toe_out") - rest.toe_out_deg)
    planted = turn(Y, sign * angle("toe_out")) @ turn(X, -angle("foot_pitch")) @ turn(Y, -rest.toe_out_deg)
    free = shank_frame @ frame(DOWN, X).T @ turn(X, -angle("ankle_dorsiflexion")) @ yaw
    foot = between(planted, free, angle("foot_free"))
    swung = swing(pelvis @ rest.thigh, along) @ pelvis
    return {
        f"{side}_thigh_1": swung,
        f"{side}_thigh_2": thigh,
        f"{side}_shank_1": shank,
        f"{side}_shank_2": shank,
        f"{side}_foot": foot,
    }


def _times(rotation, vector):
    """(T, 3, 3) on (T, 3)."""
    return np.einsum("...ij,...j->...i", rotation, vector)


def joints(body, posed):
    """Named points of a posed body: dict of (T, 3) m.

    The 33 BlazePose keypoints (a wrist is the centre of the joint, an index or pinky its knuckle, a thumb the joint
    nearest its tip), ``neck``, ``head_top``, and per side ``sole`` (under the ankle, where the shoe meets the floor),
    ``fingertip`` (middle finger) and ``palm``.
    """
    points = {}
    for name, (bone, rest) in body.landmarks.items():
        offset = rest - body.rest_m[bone]
        points[name] = posed.positions[:, bone] + posed.rotations[:, bone] @ offset
    return points


def arm_to(body, angles, side, wrist_m, swivel_deg=0.0):
    """Shoulder and elbow angles that bring a wrist to a place.

    Parameters
    ----------
    body : Body
    angles : dict
        The rest of the pose, as for `pose`; its angles of this arm's shoulder and elbow are not used.
    side : {"left", "right"}
    wrist_m : (T, 3) array, m
        In the frame of `pose`, the pelvis at the origin.
    swivel_deg : float or (T,) array
        Where the elbow is on its circle: 0 hanging, + outward.

    Returns
    -------
    dict of (T,) arrays, deg
        ``<side>_shoulder_elevation``, ``_shoulder_plane``, ``_shoulder_rotation``, ``_elbow_flexion``. Out of reach:
        the arm straight towards the place.
    """
    sign = dict(SIDES)[side]
    a, target = _with_target(angles, wrist_m)
    root, to_shoulder, upper = _shoulder_girdle(body, a, side)
    first_m, second_m = body.limbs[side].upper_arm_m, body.limbs[side].forearm_m
    elevation = np.full(len(target), 45.0)
    # The shoulder rides on the clavicle, which takes a tenth of the arm's elevation: each round is nearer by far.
    for _ in range(25):
        reach = target - root - _times(upper, _clavicle(a, side, sign, elevation) @ to_shoulder)
        distance = np.maximum(np.linalg.norm(reach, axis=-1), 1e-6)
        line = reach / distance[:, None]
        flexion = _hinge_angle(first_m, second_m, distance, ELBOW_MAX_DEG)
        span = np.sqrt(first_m**2 + second_m**2 + 2 * first_m * second_m * np.cos(np.radians(flexion)))
        out = _elbow_side(line, sign, swivel_deg)
        along = (first_m**2 + span**2 - second_m**2) / (2 * span * first_m)
        off = np.sqrt(np.clip(1 - along**2, 0, None))
        arm = _times(inverse(upper), along[:, None] * line + off[:, None] * out)
        before, elevation = elevation, np.degrees(np.arctan2(np.hypot(arm[:, 0], arm[:, 2]), -arm[:, 1]))
        if np.abs(elevation - before).max() < 1e-7:
            break
    plane = np.degrees(np.arctan2(arm[:, 2], sign * arm[:, 0]))
    hinge = _times(inverse(upper), np.cross(out, line))
    rotation = sign * angle_about(arm, _raised(elevation, plane, sign) @ -X, hinge)
    return {
        f"{side}_shoulder_elevation": elevation,
        f"{side}_shoulder_plane": np.unwrap(plane, period=360),
        f"{side}_shoulder_rotation": np.unwrap(rotation, period=360),
        f"{side}_elbow_flexion": flexion,
    }


def _shoulder_girdle(body, a, side):
    """Where the clavicle starts (T, 3), from there to the shoulder at rest (3,), the upper trunk's turn (T, 3, 3)."""
    turns = [_pelvis(a) @ _spine(a, share) for share in (0.0, *SPINE_SHARES)]
    chain = ["pelvis", *(f"spine_{i + 1}" for i in range(len(SPINE_SHARES))), f"{side}_clavicle"]
    heads = [body.rest_m[body.bone(name)] for name in chain]
    root = sum(turned @ (end - start) for turned, (start, end) in zip(turns, pairwise(heads), strict=True))
    return root, body.rest_m[body.bone(f"{side}_upper_arm_1")] - heads[-1], turns[-1]


def leg_to(body, angles, side, ankle_m):
    """Hip and knee angles that put an ankle in a place, the knee forward: dict of (T,) arrays, deg.

    Parameters
    ----------
    body, angles, side : as for `arm_to`
        ``hip_rotation`` is taken as 0 and returned so.
    ankle_m : (T, 3) array, m
        In the frame of `pose`. Out of reach: the leg straight towards the place.
    """
    sign = dict(SIDES)[side]
    a, target = _with_target(angles, ankle_m)
    pelvis = _pelvis(a)
    hip = body.rest_m[body.bone(f"{side}_thigh_1")] - body.rest_m[body.bone("pelvis")]
    reach = _times(inverse(pelvis), target) - hip
    rest = body.limbs[side]
    knee = _hinge_angle(rest.thigh_m, rest.shank_m, np.linalg.norm(reach, axis=-1), KNEE_MAX_DEG)
    drop = rest.thigh_m + rest.shank_m * np.cos(np.radians(knee))
    back = rest.shank_m * np.sin(np.radians(knee))
    length = np.hypot(drop, back)
    reach = length[:, None] * unit(reach)
    sine = np.clip(sign * reach[:, 0] / drop, -1, 1)
    low = -drop * np.sqrt(1 - sine**2)
    flexion = np.degrees(np.arctan2(reach[:, 2], -reach[:, 1]) - np.arctan2(-back, -low))
    return {
        f"{side}_hip_flexion": np.unwrap((flexion + 180) % 360 - 180, period=360),
        f"{side}_hip_abduction": np.degrees(np.arcsin(sine)),
        f"{side}_hip_rotation": np.zeros(len(knee)),
        f"{side}_knee_flexion": knee,
    }


def _with_target(angles, place_m):
    """Complete angles and the target, both T long, the target in the frame that has no heading."""
    place = np.atleast_2d(np.asarray(place_m, float))
    a = complete(angles)
    count = max(len(place), len(a["heading"]))
    a = {name: np.broadcast_to(value, (count,)) for name, value in a.items()}
    return a, _times(turn(Y, -a["heading"]), np.broadcast_to(place, (count, 3)))


def _hinge_angle(first_m, second_m, distance_m, most_deg):
    """Flexion (deg) of the hinge between two segments whose far ends are so far apart."""
    cosine = (distance_m**2 - first_m**2 - second_m**2) / (2 * first_m * second_m)
    return np.clip(np.degrees(np.arccos(np.clip(cosine, -1, 1))), 0, most_deg)


def _elbow_side(line, sign, swivel_deg):
    """Unit direction (T, 3), square to the line from shoulder to wrist, in which the elbow lies.

    Straight down from the line is undefined for a hanging arm and turns over behind it, so there the direction is the
    one that a forward reach carries along: backward when the arm hangs, forward when it is overhead.
    """
    carried = _times(swing(Z, line), DOWN)
    lowest = DOWN + line * line[:, 1:2]
    forward = np.hypot(np.maximum(line[:, 2], 0), np.maximum(sign * line[:, 0], 0))
    share = np.clip((forward - 0.15) / 0.45, 0, 1)[:, None]
    share = share**2 * (3 - 2 * share)
    out = (
        share * lowest / np.maximum(np.linalg.norm(lowest, axis=-1, keepdims=True), 1e-9)
        + (1 - share) * carried
    )
    out = unit(out - line * (out * line).sum(-1, keepdims=True))
    return _times(turn(line, sign * np.asarray(swivel_deg, float)), out)
