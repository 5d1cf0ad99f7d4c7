"""Angles in are the angles of the joints that come out; arms and legs reach what they are sent to."""

import numpy as np
import pytest

from posecheck.geometry import flexion_angle, vector_angle
from posecheck.skeleton import BLAZEPOSE_33
from render.body import Body, Shape
from render.kinematics import _EACH_SIDE, ANGLES, arm_to, joints, leg_to, pose

BODY = Body(Shape(sex=0.3, age_years=66, weight=0.6, height=0.4))
SIDES = ("left", "right")
BUSY = {
    "heading": 40.0,
    "pelvis_tilt": 12.0,
    "pelvis_list": 5.0,
    "pelvis_rotation": -8.0,
    "trunk_lean": 9.0,
    "trunk_flexion": 17.0,
    "trunk_rotation": 11.0,
    "left_clavicle_elevation": 6.0,
    "right_clavicle_protraction": 7.0,
}


def points(**angles):
    return joints(BODY, pose(BODY, angles))


def test_every_keypoint_of_the_detector_is_there():
    found = points(trunk_lean=np.zeros(3))
    assert set(BLAZEPOSE_33.keypoints) <= set(found)
    assert all(place.shape == (3, 3) for place in found.values())


@pytest.mark.parametrize("side", SIDES)
def test_an_elbow_and_a_knee_bend_by_what_they_are_told(side):
    asked = np.array([0.0, 35, 90, 140])
    found = points(
        **BUSY,
        **{
            f"{side}_elbow_flexion": asked,
            f"{side}_knee_flexion": asked,
            f"{side}_hip_rotation": 20.0,
            f"{side}_shoulder_elevation": 70.0,
            f"{side}_shoulder_rotation": 50.0,
        },
    )
    p = lambda name: found[f"{side}_{name}"]  # noqa: E731
    assert flexion_angle(p("shoulder"), p("elbow"), p("wrist")) == pytest.approx(asked, abs=1e-6)
    assert flexion_angle(p("hip"), p("knee"), p("ankle")) == pytest.approx(asked, abs=1e-6)


@pytest.mark.parametrize("side", SIDES)
def test_an_arm_is_raised_against_the_upper_trunk(side):
    asked = np.array([0.0, 45, 90, 179])
    for plane in (-30.0, 0.0, 60.0, 110.0):
        angles = BUSY | {f"{side}_shoulder_elevation": asked, f"{side}_shoulder_plane": plane}
        posed = pose(BODY, angles)
        found = joints(BODY, posed)
        down = -posed.rotations[:, BODY.bone("spine_5"), :, 1]
        arm = found[f"{side}_elbow"] - found[f"{side}_shoulder"]
        assert vector_angle(arm, down) == pytest.approx(asked, abs=1e-6)


@pytest.mark.parametrize("side", SIDES)
def test_a_thigh_is_raised_against_the_pelvis(side):
    asked = np.array([-20.0, 0, 60, 110])
    posed = pose(BODY, BUSY | {f"{side}_hip_flexion": asked, f"{side}_hip_abduction": 0.0})
    found = joints(BODY, posed)
    down = -posed.rotations[:, BODY.bone("pelvis"), :, 1]
    assert vector_angle(found[f"{side}_knee"] - found[f"{side}_hip"], down) == pytest.approx(
        np.abs(asked), abs=1e-6
    )


STANDING = points()
# One angle moved, the point that shows it, the direction (left, up, forward) in which it goes.
DIRECTIONS = [
    ("heading", 30, "nose", (1, 0, 0)),
    ("pelvis_tilt", 20, "neck", (0, 0, 1)),
    ("pelvis_list", 10, "left_hip", (0, -1, 0)),
    ("pelvis_rotation", 20, "nose", (1, 0, 0)),
    ("trunk_lean", 20, "neck", (1, 0, 0)),
    ("trunk_flexion", 20, "neck", (0, 0, 1)),
    ("trunk_rotation", 20, "right_shoulder", (0, 0, 1)),
    ("head_nod", 20, "nose", (0, -1, 0)),
    ("head_turn", 20, "nose", (1, 0, 0)),
    ("head_tilt", 20, "head_top", (1, 0, 0)),
    ("left_clavicle_elevation", 15, "left_shoulder", (0, 1, 0)),
    ("right_clavicle_elevation", 15, "right_shoulder", (0, 1, 0)),
    ("right_clavicle_protraction", 15, "right_shoulder", (0, 0, 1)),
    ("right_shoulder_elevation", 60, "right_elbow", (-1, 0, 0)),
    ("left_hip_flexion", 40, "left_knee", (0, 0, 1)),
    ("right_hip_abduction", 30, "right_knee", (-1, 0, 0)),
    ("left_knee_flexion", 60, "left_ankle", (0, 0, -1)),
    ("left_foot_pitch", 20, "left_foot_index", (0, 1, 0)),
    ("right_toe_out", 40, "right_foot_index", (-1, 0, 0)),
]


@pytest.mark.parametrize(("angle", "degrees", "point", "way"), DIRECTIONS)
def test_a_positive_angle_goes_the_way_it_says(angle, degrees, point, way):
    moved = points(**{angle: float(degrees)})[point] - STANDING[point]
    assert (moved @ np.array(way)).item() > 0.6 * np.linalg.norm(moved) > 0.003


@pytest.mark.parametrize(("side", "outward"), [("left", 1), ("right", -1)])
def test_shoulder_rotation_forearm_and_wrist_turn_as_in_the_table(side, outward):
    bent = {
        f"{side}_shoulder_elevation": 0.0,
        f"{side}_elbow_flexion": 90.0,
        f"{side}_shoulder_rotation": 0.0,
        f"{side}_forearm_pronation": 0.0,
        f"{side}_wrist_extension": 0.0,
        f"{side}_finger_curl": 0.0,
    }
    base = points(**bent)
    hand = lambda p, name: (p[f"{side}_{name}"] - p[f"{side}_wrist"])[0]  # noqa: E731
    forearm = (base[f"{side}_wrist"] - base[f"{side}_elbow"])[0]
    assert forearm / np.linalg.norm(forearm) == pytest.approx([0, 0, 1], abs=1e-9)
    across = hand(base, "index") - hand(base, "pinky")
    assert across[1] > 0.9 * np.linalg.norm(across)  # thumb side up
    inward = points(**bent | {f"{side}_shoulder_rotation": 30.0})
    assert outward * (inward[f"{side}_wrist"] - base[f"{side}_wrist"])[0, 0] < -0.05
    prone = points(**bent | {f"{side}_forearm_pronation": 90.0})
    across = hand(prone, "index") - hand(prone, "pinky")
    assert outward * across[0] < -0.9 * np.linalg.norm(across)  # palm down: thumb side inward
    extended = points(**bent | {f"{side}_forearm_pronation": 90.0, f"{side}_wrist_extension": 40.0})
    assert hand(extended, "fingertip")[1] > hand(prone, "fingertip")[1] + 0.08
    fist = points(**bent | {f"{side}_forearm_pronation": 90.0, f"{side}_finger_curl": 100.0})
    assert np.linalg.norm(hand(fist, "fingertip")) < 0.65 * np.linalg.norm(hand(prone, "fingertip"))
    half = points(**bent | {f"{side}_forearm_pronation": 90.0, f"{side}_finger_curl": 40.0})
    assert hand(half, "fingertip")[1] < hand(prone, "fingertip")[1] - 0.03  # towards the palm


def test_the_same_angles_on_both_sides_give_a_mirror_image():
    rng = np.random.default_rng(5)
    both = {name: rng.uniform(0, 40, 4) for name in _EACH_SIDE} | {"foot_free": rng.uniform(0, 1, 4)}
    found = points(**{f"{side}_{name}": value for side in SIDES for name, value in both.items()})
    for name, place in found.items():
        if "left" in name:
            assert place * [-1, 1, 1] == pytest.approx(found[name.replace("left", "right")], abs=1e-9)


def test_heading_turns_everything():
    turned, straight = points(**BUSY), points(**BUSY | {"heading": 0.0})
    c, s = np.cos(np.radians(40)), np.sin(np.radians(40))
    about_y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    for name, place in straight.items():
        assert turned[name] == pytest.approx(place @ about_y.T, abs=1e-9)


def test_a_planted_foot_stays_level_and_a_free_one_follows_the_shank():
    bent = {"left_hip_flexion": 50.0, "left_knee_flexion": 80.0, "left_toe_out": 10.0}
    sole = lambda **more: pose(BODY, bent | more).rotations[0, BODY.bone("left_foot")] @ [0, 1, 0]  # noqa: E731
    assert sole() == pytest.approx([0, 1, 0], abs=1e-9)
    found = points(**bent)
    shank = (found["left_knee"] - found["left_ankle"])[0]
    shank = shank / np.linalg.norm(shank)
    assert sole(left_foot_free=1.0) == pytest.approx(shank, abs=1e-9)
    assert vector_angle(sole(left_foot_free=1.0, left_ankle_dorsiflexion=15.0), shank) == pytest.approx(
        15, abs=1e-6
    )
    half = sole(left_foot_free=0.5)
    assert vector_angle(half, [0, 1, 0]) == pytest.approx(vector_angle(shank, [0, 1, 0]) / 2, abs=0.01)


def test_raising_an_arm_lifts_the_shoulder_only_past_thirty_degrees():
    height = points(left_shoulder_elevation=np.array([0.0, 30, 90, 150]))["left_shoulder"][:, 1]
    assert height[0] == pytest.approx(height[1])
    assert np.all(np.diff(height[1:]) > 0.005)


def test_bones_keep_their_lengths_in_any_pose():
    rng = np.random.default_rng(2)
    posed = pose(BODY, {name: rng.uniform(-30, 60, 5) for name in ANGLES if "free" not in name})
    for i, parent in enumerate(BODY.parents):
        if parent >= 0:
            length = np.linalg.norm(posed.positions[:, i] - posed.positions[:, parent], axis=1)
            assert length == pytest.approx(np.linalg.norm(BODY.rest_m[i] - BODY.rest_m[parent]), abs=1e-9)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("swivel", [-20.0, 0.0, 60.0])
def test_an_arm_sent_within_reach_arrives(side, swivel):
    rng = np.random.default_rng(1)
    count = 400
    rest = {name: value + rng.uniform(-10, 10, count) for name, value in BUSY.items()}
    shoulder = joints(BODY, pose(BODY, rest))[f"{side}_shoulder"]
    away = rng.normal(size=(count, 3))
    limb = BODY.limbs[side]
    reach = rng.uniform(0.35, 0.95, count) * (limb.upper_arm_m + limb.forearm_m)
    target = shoulder + away / np.linalg.norm(away, axis=1, keepdims=True) * reach[:, None]
    answer = arm_to(BODY, rest, side, target, swivel)
    found = joints(BODY, pose(BODY, rest | answer))
    flexion = answer[f"{side}_elbow_flexion"]
    assert ((flexion >= 0) & (flexion <= 150)).all()
    # The shoulder itself moves with the arm, so a few of the nearest and farthest places are out of reach after all.
    inside = (flexion > 0) & (flexion < 150)
    assert inside.mean() > 0.9
    assert np.linalg.norm(found[f"{side}_wrist"] - target, axis=1)[inside].max() < 1e-3


def test_out_of_reach_the_arm_is_straight_towards_the_place():
    target = np.array([[0.3, 0.4, 2.0]])
    answer = arm_to(BODY, {}, "left", target)
    found = joints(BODY, pose(BODY, answer))
    assert answer["left_elbow_flexion"] == pytest.approx(0)
    assert vector_angle(found["left_wrist"] - found["left_shoulder"], target - found["left_shoulder"]) < 0.01


def test_the_elbow_hangs_below_a_forward_reach_and_swivels_outward():
    target = np.array([[0.2, 0.35, 0.35]])
    elbow = [
        joints(BODY, pose(BODY, arm_to(BODY, {}, "left", target, s)))["left_elbow"][0] for s in (0, 45, 90)
    ]
    assert elbow[0][1] < elbow[1][1] < elbow[2][1]
    assert elbow[0][0] < elbow[1][0] < elbow[2][0]


# From the shoulder, all within reach: at the end of its reach an arm snaps straight, whoever moves it.
PATHS = {
    "hanging, to the lap, to the table": [(0.05, -0.40, 0.0), (0.0, -0.32, 0.2), (0.0, -0.2, 0.34)],
    "table to mouth": [(0.0, -0.2, 0.34), (-0.12, 0.08, 0.18)],
    "hip to overhead": [(0.08, -0.38, 0.05), (0.1, 0.0, 0.38), (0.05, 0.4, 0.05)],
    "sideways up": [(0.05, -0.4, 0.0), (0.4, 0.0, 0.05), (0.08, 0.4, 0.0)],
    "across the body": [(0.1, -0.1, 0.3), (-0.3, 0.0, 0.25)],
    "behind the hip": [(0.08, -0.38, 0.05), (0.06, -0.36, -0.16)],
}


@pytest.mark.parametrize("path", PATHS)
def test_a_smooth_path_of_the_hand_moves_the_elbow_smoothly(path):
    knots = np.array(PATHS[path])
    at = np.linspace(0, len(knots) - 1, 240)
    target = np.stack([np.interp(at, np.arange(len(knots)), column) for column in knots.T], axis=1)
    target += joints(BODY, pose(BODY, {}))["left_shoulder"]
    posed = pose(BODY, arm_to(BODY, {}, "left", target))
    step = np.linalg.norm(np.diff(joints(BODY, posed)["left_elbow"], axis=0), axis=1)
    assert step.max() < 6 * np.linalg.norm(np.diff(target, axis=0), axis=1).max()
    turned = posed.rotations[:, BODY.bone("left_forearm_1")]
    spin = np.degrees(np.arccos(np.clip((np.einsum("tij,tij->t", turned[1:], turned[:-1]) - 1) / 2, -1, 1)))
    assert spin.max() < 8


@pytest.mark.parametrize("side", SIDES)
def test_a_leg_sent_within_reach_arrives_knee_forward(side):
    rng = np.random.default_rng(3)
    outward = 1 if side == "left" else -1
    target = np.stack(
        [outward * rng.uniform(0, 0.25, 300), rng.uniform(-0.75, -0.3, 300), rng.uniform(-0.2, 0.45, 300)], 1
    )
    rest = {"pelvis_tilt": 10.0, "pelvis_list": -4.0, f"{side}_hip_rotation": 0.0}
    answer = leg_to(BODY, rest, side, target)
    found = joints(BODY, pose(BODY, rest | answer))
    miss = np.linalg.norm(found[f"{side}_ankle"] - target, axis=1)
    knee, sideways = answer[f"{side}_knee_flexion"], answer[f"{side}_hip_abduction"]
    inside = (knee > 0) & (knee < 155) & (np.abs(sideways) < 89)
    assert inside.mean() > 0.9
    assert miss[inside].max() < 1e-3


def test_an_unknown_angle_is_refused_with_the_nearest_name():
    with pytest.raises(KeyError, match="Did you mean 'left_elbow_flexion'"):
        pose(BODY, {"left_elbow_flex": 3.0})
    with pytest.raises(ValueError, match="one length"):
        pose(BODY, {"trunk_lean": np.zeros(3), "trunk_flexion": np.zeros(4)})
