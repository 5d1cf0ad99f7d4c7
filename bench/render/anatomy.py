"""What a body at rest tells of its limbs: axes, lengths and angles at rest, hinges of the fingers, points to track."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from render.rotations import X, Y, Z, angle_about, frame, unit

LONG_FINGERS = ("index", "middle", "ring", "little")

# Flexion (deg) of a finger's joints, knuckle first: of an open hand, and of a fist.
OPEN_DEG, FIST_DEG = (8, 12, 8), (78, 100, 60)
# An idle hand is not a comb: towards the little finger fingers are a little more bent.
MORE_PER_FINGER_DEG = 3
THUMB_OPEN_DEG, THUMB_FIST_DEG = (0, 8, 6), (28, 42, 50)


@dataclass(frozen=True)
class Limbs:
    """Arm and leg of one side at rest: unit directions, lengths (m), angles (deg)."""

    upper_arm: np.ndarray
    forearm: np.ndarray
    elbow_hinge: np.ndarray
    arm_frame: np.ndarray
    elbow_deg: float
    pronation_deg: float
    wrist_hinge: np.ndarray
    wrist_deg: float
    thigh: np.ndarray
    thigh_frame: np.ndarray
    shank_frame: np.ndarray
    toe_out_deg: float
    upper_arm_m: float
    forearm_m: float
    thigh_m: float
    shank_m: float


def limbs(body, side):
    """Limbs of one side of a body."""
    sign = 1 if side == "left" else -1
    j = {name.partition("_")[2]: p for name, p in body.joints_m.items() if name.startswith(side)}
    upper_arm, forearm = unit(j["elbow"] - j["shoulder"]), unit(j["wrist"] - j["elbow"])
    hinge = unit(np.cross(upper_arm, forearm))
    thumbward = _square_to(forearm, j["index_1"] - j["little_1"])
    wrist_hinge = sign * thumbward
    hand = _square_to(wrist_hinge, j["middle_1"] - j["wrist"])
    thigh, shank = unit(j["knee"] - j["hip"]), unit(j["ankle"] - j["knee"])
    toes = j["toe_2_1"] - j["ankle"]
    length = lambda a, b: float(np.linalg.norm(j[b] - j[a]))  # noqa: E731
    return Limbs(
        upper_arm=upper_arm,
        forearm=forearm,
        elbow_hinge=hinge,
        arm_frame=frame(upper_arm, hinge),
        elbow_deg=float(angle_about(hinge, upper_arm, forearm)),
        pronation_deg=float(angle_about(forearm, np.cross(hinge, forearm), thumbward)),
        wrist_hinge=wrist_hinge,
        wrist_deg=float(angle_about(wrist_hinge, forearm, hand)),
        thigh=thigh,
        thigh_frame=frame(thigh, X),
        shank_frame=frame(shank, X),
        toe_out_deg=float(np.degrees(np.arctan2(toes[0], toes[2]))),
        upper_arm_m=length("shoulder", "elbow"),
        forearm_m=length("elbow", "wrist"),
        thigh_m=length("hip", "knee"),
        shank_m=length("knee", "ankle"),
    )


def finger_hinges(body):
    """Of each finger bone: hinge axis at rest (+ bends it), flexion at rest, of an open hand and of a fist (deg)."""
    hinges = {}
    for side in ("left", "right"):
        j = lambda name, s=side: body.joints_m[f"{s}_{name}"]  # noqa: E731
        # Curling fingers move towards the palm; turning about this axis moves them there.
        sign = 1 if side == "left" else -1
        across = sign * unit(j("little_1") - j("index_1"))
        for number, finger in enumerate(LONG_FINGERS):
            chain = [j("wrist"), *(j(f"{finger}_{k}") for k in ("1", "2", "3", "tip"))]
            bones = [unit(b - a) for a, b in pairwise(chain)]
            for k in range(3):
                hinge = _square_to(bones[k + 1], across)
                at_rest = angle_about(hinge, _square_to(hinge, bones[k]), _square_to(hinge, bones[k + 1]))
                extra = MORE_PER_FINGER_DEG * number
                hinges[f"{side}_{finger}_{k + 1}"] = (hinge, float(at_rest), OPEN_DEG[k] + extra, FIST_DEG[k])
        chain = [j(f"thumb_{k}") for k in ("1", "2", "3", "tip")]
        for k in range(3):
            bone = unit(chain[k + 1] - chain[k])
            hinge = unit(np.cross(bone, j("little_1") - chain[k]))
            hinges[f"{side}_thumb_{k + 1}"] = (hinge, THUMB_OPEN_DEG[k], THUMB_OPEN_DEG[k], THUMB_FIST_DEG[k])
    return hinges


def landmarks(body):
    """Points to track: name -> (bone that carries it, place at rest m)."""
    j, mark = body.joints_m, body.marks_m
    points = {
        "nose": ("head", mark["nose"]),
        "neck": ("neck_1", j["neck"]),
        "head_top": ("head", _crown(body)),
    }
    for side in ("left", "right"):
        points[f"mouth_{side}"] = ("head", mark[f"{side}_mouth"])
        points[f"{side}_eye"] = ("head", j[f"{side}_eye"] + _eyeball_front(body) * Z)
        for name in ("eye_inner", "eye_outer", "ear"):
            points[f"{side}_{name}"] = ("head", mark[f"{side}_{name}"])
        ankle = j[f"{side}_ankle"]
        toes = (j[f"{side}_toe_1_3"] + j[f"{side}_toe_2_4"]) / 2
        points |= {
            f"{side}_shoulder": (f"{side}_upper_arm_1", j[f"{side}_shoulder"]),
            f"{side}_elbow": (f"{side}_forearm_1", j[f"{side}_elbow"]),
            f"{side}_wrist": (f"{side}_hand", j[f"{side}_wrist"]),
            f"{side}_pinky": (f"{side}_hand", j[f"{side}_little_1"]),
            f"{side}_index": (f"{side}_hand", j[f"{side}_index_1"]),
            f"{side}_thumb": (f"{side}_thumb_3", j[f"{side}_thumb_3"]),
            f"{side}_palm": (f"{side}_hand", (j[f"{side}_wrist"] + 2 * j[f"{side}_middle_1"]) / 3),
            f"{side}_fingertip": (f"{side}_middle_3", j[f"{side}_middle_tip"]),
            f"{side}_hip": (f"{side}_thigh_1", j[f"{side}_hip"]),
            f"{side}_knee": (f"{side}_shank_1", j[f"{side}_knee"]),
            f"{side}_ankle": (f"{side}_foot", ankle),
            f"{side}_heel": (f"{side}_foot", mark[f"{side}_heel"]),
            f"{side}_foot_index": (f"{side}_foot", toes),
            f"{side}_sole": (f"{side}_foot", ankle * (X + Z)),
        }
    return {name: (body.bone(bone), place) for name, (bone, place) in points.items()}


def _square_to(axis, vector):
    return unit(vector - axis * (axis @ vector))


def _crown(body):
    skin = body.vertices_m[np.unique(body.quads["body"])]
    return skin[skin[:, 1].argmax()] * (Y + Z)


def _eyeball_front(body):
    """How far the front of an eyeball lies before its centre."""
    return body.vertices_m[np.unique(body.quads["eyes"]), 2].max() - body.joints_m["left_eye"][2]
