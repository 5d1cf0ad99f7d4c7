"""Each named signal reads the movement it is named for, with the same sign on both sides of the body."""

import re
from dataclasses import replace

import numpy as np
import pytest
from synthetic import SIZE_PX, clock, movement, person

from posecheck.analysis import analyse
from posecheck.errors import ExerciseError
from posecheck.exercise import load_exercise, parse_practice
from posecheck.lifting import SIGNALS_LIFTED
from posecheck.records import SIDES
from posecheck.signals import SIGNALS, Body, bones_of, keypoints_of
from posecheck.skeleton import BLAZEPOSE_33

T_S = clock(4.0)
SWING = movement(T_S, (0.5,), rest=5.0, top=80.0, lift_s=1.0, hold_s=1.0, lower_s=1.0)
OTHER = {"left": "right", "right": "left"}


def body_of(track, view, *, hidden=()):
    uv = track.uv_px.astype(np.float64)
    points = {name: uv[:, i].copy() for i, name in enumerate(track.skeleton.keypoints)}
    for name in hidden:
        points[name][:] = np.nan
    return Body(points, view)


def in_a_mirror(track):
    """The same body seen in a mirror: left is right, on the other side of the picture."""
    uv = track.uv_px[:, list(track.skeleton.mirror)] * np.array([-1, 1], np.float32)
    return replace(track, uv_px=uv + np.array([SIZE_PX[0], 0], np.float32))


def value(name, body, side):
    return np.broadcast_to(SIGNALS[name].function(body, side), T_S.shape)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("view", ["left", "right", "front"])
@pytest.mark.parametrize(
    ("signal", "moves"),
    [
        ("elbow_flexion", {"elbow": SWING}),
        ("knee_flexion", {"knee": SWING}),
        ("upper_arm_elevation", {"shoulder": SWING}),
        ("thigh_inclination", {"thigh": SWING, "knee": SWING}),
    ],
)
def test_a_joint_that_bends_by_so_much_reads_so_much_from_every_view(signal, moves, view, side):
    body = body_of(person(T_S, view=view, **moves), view)
    assert value(signal, body, side) == pytest.approx(SWING, abs=1e-3)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("view", ["left", "right"])
def test_an_arm_behind_the_trunk_reads_negative(view, side):
    swing = SWING - 40.0
    body = body_of(person(T_S, view=view, shoulder=swing, lean=12.0), view)
    assert value("shoulder_flexion", body, side) - swing == pytest.approx(np.full_like(swing, 12.0), abs=1e-3)


@pytest.mark.parametrize("side", SIDES)
def test_an_arm_raised_to_the_side_reads_its_elevation_on_either_side(side):
    raised = {"left": (SWING, 5.0), "right": (5.0, SWING)}[side]
    body = body_of(person(T_S, view="front", shoulder=raised, elbow=0.0), "front")
    assert value("shoulder_abduction", body, side) == pytest.approx(SWING, abs=1e-3)
    assert value("shoulder_abduction", body, OTHER[side]) == pytest.approx(np.full_like(SWING, 5.0), abs=1e-3)


@pytest.mark.parametrize("view", ["left", "right"])
def test_leaning_forward_is_positive_whichever_way_the_person_faces(view):
    body = body_of(person(T_S, view=view, lean=20.0), view)
    assert value("trunk_flexion", body, view) == pytest.approx(np.full_like(T_S, 20.0), abs=1e-3)
    assert value("hip_flexion", body, view) == pytest.approx(np.full_like(T_S, 20.0), abs=1e-3)
    backward = body_of(person(T_S, view=view, lean=-20.0), view)
    assert value("trunk_flexion", backward, view) == pytest.approx(np.full_like(T_S, -20.0), abs=1e-3)


def test_leaning_towards_the_moving_side_is_positive():
    towards_the_left_of_the_person = body_of(person(T_S, view="front", lean=15.0), "front")
    assert value("trunk_lean", towards_the_left_of_the_person, "left") == pytest.approx(15.0, abs=1e-3)
    assert value("trunk_lean", towards_the_left_of_the_person, "right") == pytest.approx(-15.0, abs=1e-3)


def test_a_hiked_shoulder_is_positive_on_its_own_side():
    track = person(T_S, view="front")
    uv = track.uv_px.copy()
    uv[:, BLAZEPOSE_33.index("left_shoulder"), 1] -= 20.0
    body = body_of(replace(track, uv_px=uv), "front")
    expected = np.degrees(np.arctan2(20.0, 90.0))
    assert value("shoulder_hike", body, "left") == pytest.approx(expected, abs=1e-3)
    assert value("shoulder_hike", body, "right") == pytest.approx(-expected, abs=1e-3)


def test_a_thigh_is_level_on_a_chair_and_a_shank_hangs():
    body = body_of(person(T_S, view="left", thigh=90.0, knee=90.0), "left")
    assert value("thigh_inclination", body, "left") == pytest.approx(90.0, abs=1e-3)
    assert value("shank_inclination", body, "left") == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("view", ["front", "left", "right"])
@pytest.mark.parametrize("name", SIGNALS)
def test_a_mirrored_body_gives_the_mirrored_signal(name, view):
    arms = (SWING, 0.5 * SWING + 5.0)
    track = person(T_S, view=view, shoulder=arms, elbow=SWING, knee=SWING, thigh=30.0, lean=9.0, noise_px=2.0)
    mirror_view = OTHER.get(view, view)
    for side in SIDES:
        seen = value(name, body_of(track, view), side)
        mirrored = value(name, body_of(in_a_mirror(track), mirror_view), OTHER[side])
        assert mirrored == pytest.approx(seen, abs=1e-2, nan_ok=True)  # float32 pixels


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", [name for name in SIGNALS if name not in ("trunk_flexion", "arm_plane")])
def test_a_signal_needs_exactly_the_keypoints_it_declares(name, side):
    track = person(
        T_S, view="front", shoulder=SWING, elbow=30.0, knee=20.0, thigh=30.0, lean=5.0, noise_px=1.0
    )
    needed = keypoints_of(name, side)
    rest = [keypoint for keypoint in BLAZEPOSE_33.keypoints if keypoint not in needed]
    everything = value(name, body_of(track, "front"), side)
    assert np.isfinite(everything).all()
    assert np.array_equal(value(name, body_of(track, "front", hidden=rest), side), everything)
    for keypoint in needed:
        assert np.isnan(value(name, body_of(track, "front", hidden=[keypoint]), side)).all(), keypoint


def test_an_angle_known_in_space_stands_for_what_the_picture_shows():
    body = body_of(person(T_S, view="front", elbow=30.0), "front")
    assert np.isnan(body.angle("arm_plane", "left")).all()
    assert body.angle("elbow_flexion", "left") == pytest.approx(30.0)
    body.in_space["elbow_flexion", "left"] = known = np.full(len(T_S), 77.0)
    assert body.angle("elbow_flexion", "left") is known
    assert body.angle("elbow_flexion", "right") == pytest.approx(30.0)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_that_needs_the_trunk_uses_the_near_half_of_it_from_the_side(name):
    track = person(T_S, view="left", shoulder=SWING, elbow=30.0, knee=20.0, thigh=30.0, lean=5.0)
    far = [k for k in BLAZEPOSE_33.keypoints if k.startswith("right_")]
    seen = value(name, body_of(track, "left"), "left")
    alone = value(name, body_of(track, "left", hidden=far), "left")
    if name in (
        "shoulder_hike",
        "shoulder_width",
        "pelvic_obliquity",
        "weight_shift",
        "hands_apart",
    ):  # need both
        assert np.isnan(alone).all()
    else:
        assert np.array_equal(alone, seen, equal_nan=True)


def test_every_signal_says_its_unit_and_what_zero_means():
    for name, signal in SIGNALS.items():
        assert signal.name == name
        assert signal.unit in ("deg", "ratio", "px")
        assert signal.meaning


@pytest.mark.parametrize("name", [name for name, signal in SIGNALS.items() if signal.unit != "px"])
def test_every_signal_can_be_the_movement_of_somebodys_own_exercise(name):
    whole = load_exercise("knee_extension").toml_text
    bare = whole[: whole.index("[[require]]")] + whole[whole.index("[dose]") :]
    quantities = r"\b(mdc95|min_excursion|min_excursion_affected|peak|range|sigma)_deg ="
    bare = re.sub(quantities, rf"\1_{SIGNALS[name].unit} =", bare)
    if name not in SIGNALS_LIFTED:
        bare = bare.replace('"lifted_3d"', '"image_2d"')
    own = parse_practice(bare.replace('signal = "knee_flexion"', f'signal = "{name}"'))
    result = analyse(person(T_S, view="left", knee=20.0, thigh=30.0), own)
    assert result.rows == ()
    assert result.view == "left"


def test_a_length_in_pixels_is_no_movement():
    text = load_exercise("knee_extension").toml_text.replace(
        'signal = "knee_flexion"', 'signal = "trunk_length"'
    )
    with pytest.raises(ExerciseError, match="a step nearer changes"):
        parse_practice(text)


def test_the_bones_of_a_signal_are_the_chain_it_is_measured_on():
    assert bones_of("elbow_flexion") == [("shoulder", "elbow"), ("elbow", "wrist")]
    assert bones_of("shoulder_abduction") == [("shoulder", "elbow")]
    assert bones_of("trunk_lean") == []
