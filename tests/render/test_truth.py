"""The truth of a take is that of the posed body."""

import numpy as np
import pytest

from render.course import Repetition
from render.truth import ANGLES, Skeleton, keypoints_of, true_repetition, trunk_angles

UPRIGHT = {
    "left_shoulder": [0.2, 1.4, 0.0],
    "right_shoulder": [-0.2, 1.4, 0.0],
    "left_hip": [0.1, 0.9, 0.0],
    "right_hip": [-0.1, 0.9, 0.0],
}


def body(**joints):
    return Skeleton({name: np.array([xyz], float) for name, xyz in (UPRIGHT | joints).items()})


def test_an_upright_trunk_reads_zero():
    assert {name: float(x[0]) for name, x in trunk_angles(body()).items()} == pytest.approx(
        dict.fromkeys(("trunk_lean_deg", "trunk_flexion_deg", "trunk_rotation_deg", "shoulder_tilt_deg",
                       "pelvis_tilt_deg"), 0.0)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shift", "name"), [([0.5, 0, 0], "trunk_lean_deg"), ([0, 0, 0.5], "trunk_flexion_deg")]
)
def test_shoulders_moved_left_or_forward_are_positive(shift, name):
    moved = {f"{s}_shoulder": np.add(UPRIGHT[f"{s}_shoulder"], shift).tolist() for s in ("left", "right")}
    assert trunk_angles(body(**moved))[name][0] == pytest.approx(45.0)


def test_shoulders_turned_to_the_left_are_positive():
    a = np.radians(30)
    turned = {"left_shoulder": [0.2 * np.cos(a), 1.4, -0.2 * np.sin(a)],
              "right_shoulder": [-0.2 * np.cos(a), 1.4, 0.2 * np.sin(a)]}  # fmt: skip
    assert trunk_angles(body(**turned))["trunk_rotation_deg"][0] == pytest.approx(30.0)


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_same_movement_has_the_same_sign_on_both_sides(side):
    out = 1 if side == "left" else -1
    x, y, _ = UPRIGHT[f"{side}_shoulder"]
    ahead = body(**{f"{side}_elbow": [x, y, 0.3]})
    behind = body(**{f"{side}_elbow": [x, y - 0.2, -0.2]})
    beside = body(**{f"{side}_elbow": [x + 0.3 * out, y, 0.0]})
    assert ANGLES["shoulder_flexion"].function(ahead, side)[0] == pytest.approx(90)
    assert ANGLES["shoulder_flexion"].function(behind, side)[0] == pytest.approx(-45)
    assert ANGLES["shoulder_abduction"].function(beside, side)[0] == pytest.approx(90)
    hx, hy, _ = UPRIGHT[f"{side}_hip"]
    leg = body(**{f"{side}_knee": [hx + 0.3 * out, hy - 0.3, 0.0]})
    assert ANGLES["hip_abduction"].function(leg, side)[0] == pytest.approx(45)


def test_a_repetition_is_measured_on_rest_and_hold():
    t_s = np.arange(0, 10, 0.1)
    curve = np.interp(t_s, [2, 4, 5, 7], [10, 100, 100, 12])
    flat = dict.fromkeys(
        ("trunk_lean_deg", "trunk_flexion_deg", "trunk_rotation_deg", "shoulder_tilt_deg", "pelvis_tilt_deg"),
        np.zeros(100),
    )
    series = flat | {"right_elbow_flexion_deg": curve, "trunk_lean_deg": np.where(curve > 50, -6.0, 0.0)}
    rep = Repetition(1, 2.0, 4.0, 5.0, 7.0, 10, 100)
    row = true_repetition(rep, "right", "elbow_flexion", t_s, series, visible=t_s < 4.55)
    assert row["start_deg"] == pytest.approx(10)
    assert row["range_deg"] == pytest.approx(90)
    assert row["trunk_lean_deg"] == pytest.approx(6)  # to the person's right: towards the moving side
    assert row["visible_pct"] == pytest.approx(50, abs=3)


def test_keypoints_of_a_trunk_angle_are_shoulders_and_hips_of_both_sides():
    assert keypoints_of("shoulder_abduction", "left") == [
        "left_shoulder", "right_shoulder", "left_hip", "right_hip", "left_elbow",
    ]  # fmt: skip
