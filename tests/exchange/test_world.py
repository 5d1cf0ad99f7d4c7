"""Angles where depth is known: closed forms, what must not matter, and the one pipeline with them."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import clock, movement, person, with_depth

from posecheck.analysis import analyse
from posecheck.exercise import list_exercises, load_exercise
from posecheck.records import SIDES, Settings
from posecheck.session import Session
from posecheck.signals import SIGNALS, Body, keypoints_of
from posecheck.skeleton import SKELETONS
from posecheck.world import IN_SPACE, angle_in_space, in_world

T_S = clock(22)
UP = np.array([0.0, -1.0, 0.0])
HANDED = {"left": 1.0, "right": -1.0}


def points_of(track):
    return {name: track.xyz_m[:, k].astype(np.float64) for k, name in enumerate(track.skeleton.keypoints)}


def standing(**places):
    """A person in metres who faces along -z, x to their left, y down; `places` move keypoints."""
    body = {}
    for side, out in HANDED.items():
        x = 0.2 * out
        body |= {f"{side}_shoulder": (x, -1.4, 0.0), f"{side}_elbow": (x, -1.1, 0.0), f"{side}_wrist": (x, -0.85, 0.0),
                 f"{side}_hip": (0.6 * x, -0.9, 0.0), f"{side}_knee": (0.6 * x, -0.5, 0.0),
                 f"{side}_ankle": (0.6 * x, -0.1, 0.0), f"{side}_heel": (0.6 * x, 0.0, 0.05),
                 f"{side}_foot_index": (0.6 * x, 0.0, -0.18)}  # fmt: skip
    return {name: np.array([place], np.float64) for name, place in (body | places).items()}


def turned(points, matrix):
    return {name: xyz @ np.asarray(matrix).T for name, xyz in points.items()}


@pytest.mark.parametrize("signal", IN_SPACE)
def test_who_stands_straight_is_at_the_neutral(signal):
    neutral = {"arm_plane": np.nan, "foot_rise": (1.1 * 0.8 - 0.9) / 0.4, "wrist_height": -0.1, "thigh_drop": 0.8,
               "hands_apart": 0.8, "shoulder_width": 0.8,
               "hip_flexion": np.degrees(np.arctan(0.08 / 0.5))}  # fmt: skip # shoulders are wider than hips
    for side in SIDES:
        told = angle_in_space(standing(), signal, side, up=UP)
        assert told == pytest.approx(neutral.get(signal, 0.0), abs=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("signal", "keypoint", "place", "degrees"),
    [
        ("foot_pitch", "foot_index", (0.12, -0.23, 0.05 - 0.23), 45.0),
        ("heel_rise", "heel", (0.12, -0.1, -0.08), 45.0),
        ("hip_abduction", "knee", (0.12 + 0.4, -0.9, 0.0), 90.0),
        ("hip_abduction", "knee", (0.12 - 0.4, -0.5, 0.0), -45.0),
        ("shoulder_flexion", "elbow", (0.2, -1.4, -0.3), 90.0),
        ("shoulder_flexion", "elbow", (0.2, -1.1, 0.3), -45.0),
        ("shoulder_abduction", "elbow", (0.5, -1.1, 0.0), 45.0),
        ("arm_plane", "elbow", (0.5, -1.4, 0.0), 0.0),
        ("arm_plane", "elbow", (0.2, -1.4, -0.3), 90.0),
        ("elbow_flexion", "wrist", (0.2, -1.1, -0.3), 90.0),
        ("thigh_inclination", "knee", (0.12, -0.9, -0.4), 90.0),
    ],
)
def test_a_movement_has_its_sign_on_both_sides(signal, keypoint, place, degrees):
    for side, out in HANDED.items():
        points = standing(**{f"{side}_{keypoint}": (out * place[0], *place[1:])})
        assert angle_in_space(points, signal, side, up=UP) == pytest.approx(degrees, abs=1e-6)


def test_the_trunk_leans_to_a_side_and_bends_ahead():
    bent = standing(**{f"{s}_shoulder": (0.2 * out, -1.4, -0.5) for s, out in HANDED.items()})
    aside = standing(**{f"{s}_shoulder": (0.2 * out + 0.5, -1.4, 0.0) for s, out in HANDED.items()})
    for side, out in HANDED.items():
        assert angle_in_space(bent, "trunk_flexion", side, up=UP) == pytest.approx(45.0)
        assert angle_in_space(bent, "trunk_lean", side, up=UP) == pytest.approx(0.0, abs=1e-9)
        assert angle_in_space(aside, "trunk_lean", side, up=UP) == pytest.approx(45.0 * out)


@pytest.mark.parametrize("signal", IN_SPACE)
def test_neither_where_the_person_is_turned_nor_which_axis_is_up_nor_the_unit_is_an_angle(signal):
    rng = np.random.default_rng(3)
    points = {name: xyz + rng.normal(0, 0.05, (20, 3)) for name, xyz in standing().items()}
    cos, sin = np.cos(0.9), np.sin(0.9)
    yaw = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    z_up = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    assert np.linalg.det(z_up) == pytest.approx(1.0)
    for side in SIDES:
        as_is = angle_in_space(points, signal, side, up=UP)
        moved = turned({name: 1000.0 * xyz + 77.0 for name, xyz in points.items()}, z_up @ yaw)
        assert angle_in_space(moved, signal, side, up=z_up @ UP) == pytest.approx(
            as_is, abs=1e-6, nan_ok=True
        )


@pytest.mark.parametrize(
    "signal",
    ["shoulder_abduction", "hip_abduction", "wrist_height", "thigh_drop", "hands_apart", "trunk_lean"],
)
def test_what_moves_in_the_pictures_plane_is_what_the_picture_shows(signal):
    arms = (movement(T_S, (3.0, 12.0), rest=8, top=60), 20.0)
    track = with_depth(person(T_S, view="front", shoulder=arms, thigh=12.0, lean=6.0))
    pixels = {name: track.uv_px[:, k].astype(np.float64) for k, name in enumerate(track.skeleton.keypoints)}
    for side in SIDES:
        seen = SIGNALS[signal].function(Body(pixels, "front"), side)
        assert angle_in_space(points_of(track), signal, side, up=UP) == pytest.approx(seen, abs=1e-3)


@pytest.mark.parametrize("signal", IN_SPACE)
def test_a_signal_in_space_needs_what_the_signal_says_and_the_hips(signal):
    assert signal in SIGNALS
    for side in SIDES:
        known = {*keypoints_of(signal, side), "left_hip", "right_hip"}
        points = {name: xyz for name, xyz in standing().items() if name in known}
        assert angle_in_space(points, signal, side, up=UP).shape == (1,)


def world(track):
    return replace(with_depth(track), xyz_frame="world")


def squat():
    bend = movement(T_S, (3.0, 12.0), rest=6, top=60)
    return world(person(T_S, view="right", knee=bend, thigh=bend / 2, noise_px=0.4))


def test_both_limbs_are_measured_in_space_whatever_the_exercise_is_seen_from():
    for view in ("auto", "front"):
        result = analyse(squat(), "mini_squat", settings=Settings(view=view))
        assert {row["estimator"] for row in result.rows} == {"world_3d"}
        assert result.view == "front"
        assert [(row["side"], row["rep"]) for row in result.rows] == [
            ("left", 1), ("left", 2), ("right", 1), ("right", 2)
        ]  # fmt: skip
        assert [row["range_deg"] for row in result.rows] == pytest.approx([54.0] * 4, abs=1.0)
    declared = analyse(squat(), "mini_squat", settings=Settings(view="left"))
    assert any("measured in space, whatever view" in words for words in declared.quality["warnings"])
    assert len(declared.rows) == 4


def test_the_range_is_told_in_space_where_it_is_told_from_anywhere():
    for exercise in list_exercises():
        watch = in_world(exercise).watch("front", depth=False)
        best = min((w for w in exercise.view.values()), key=lambda w: (w.trust != "range", w.sigma))
        assert (watch.trust, watch.sigma, watch.estimator) == (best.trust, best.sigma, "world_3d")
        assert in_world(exercise).sha256 == exercise.sha256
    curl = in_world(load_exercise("elbow_flexion"))
    assert "trunk_flexion" in {check.id for check in curl.checks("front")}


def test_no_file_may_ask_for_it():
    from posecheck.errors import ExerciseError
    from posecheck.exercise import parse_practice

    text = load_exercise("mini_squat").toml_text
    assert 'estimator = "lifted_3d"' in text
    with pytest.raises(ExerciseError):
        parse_practice(text.replace('estimator = "lifted_3d"', 'estimator = "world_3d"', 1))


def test_live_is_offline_in_space():
    track = squat()
    xyz, uv, visibility = (getattr(track, name).copy() for name in ("xyz_m", "uv_px", "visibility"))
    hidden = np.random.default_rng(8).random(visibility.shape) < 0.02
    xyz[hidden], uv[hidden], visibility[hidden] = np.nan, np.nan, 0.0
    track = replace(track, xyz_m=xyz, uv_px=uv, visibility=visibility)
    session = Session(
        "mini_squat", image_size_px=track.image_size_px, engine="synthetic", model=track.model,
        xyz_frame="world", up=track.up,
    )  # fmt: skip
    for pose in track.frames():
        session.push(pose)
    finished, whole = session.finish(), analyse(track, "mini_squat")
    assert finished.to_dict() == whole.to_dict()
    assert np.array_equal(finished.signals.values, whole.signals.values, equal_nan=True)
    assert len(whole.rows) == 4


def test_what_the_skeleton_lacks_is_not_measured_in_space_either():
    from other_skeletons import as_skeleton

    flat = as_skeleton(squat(), SKELETONS["coco_17"])
    flat = replace(flat, xyz_m=np.concatenate([flat.uv_px / 230, 0 * flat.uv_px[..., :1]], axis=-1))
    result = analyse(flat, "heel_raise")
    assert not result.rows
    assert any("coco_17 has no left heel" in words for words in result.quality["warnings"])
    assert analyse(flat, "mini_squat").rows
