"""Angles have closed forms, and do not care where, how large or which way round the person is."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from posecheck.geometry import (
    flexion_angle,
    inclination,
    joint_angle,
    line_tilt,
    segment_length,
    vector_angle,
)

EXACT_DEG = 1e-6
px = st.integers(-2000, 2000).map(float)
degrees = st.floats(0.0, 360.0)


def points(count, dimensions=2):
    point = st.tuples(*[px] * dimensions)
    return st.lists(point, min_size=count, max_size=count, unique=True).map(np.array)


def turned(xy, by_deg):
    """Rotated in the image, clockwise as seen on the screen (y points down)."""
    a = np.radians(by_deg)
    return xy @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])


def mirrored(xy, width_px=1280.0):
    return xy * [-1.0, 1.0] + [width_px, 0.0]


def same_direction(a_deg, b_deg):
    return abs((a_deg - b_deg + 180.0) % 360.0 - 180.0)


# Closed forms


@pytest.mark.parametrize("bend_deg", [0.0, 1e-4, 1.0, 30.0, 89.999, 90.0, 135.0, 179.0, 179.9999, 180.0])
def test_an_elbow_bent_by_a_known_angle_reads_that_angle(bend_deg):
    a = np.radians(bend_deg)
    shoulder, elbow = np.array([300.0, 100.0]), np.array([300.0, 180.0])
    wrist = elbow + 60.0 * np.array([np.sin(a), np.cos(a)])
    assert flexion_angle(shoulder, elbow, wrist) == pytest.approx(bend_deg, abs=EXACT_DEG)
    assert joint_angle(shoulder, elbow, wrist) == pytest.approx(180.0 - bend_deg, abs=EXACT_DEG)


@pytest.mark.parametrize("bend_deg", [0.0, 1e-4, 45.0, 90.0, 179.9999])
def test_the_same_in_space(bend_deg):
    a = np.radians(bend_deg)
    hip, knee = np.array([0.1, -0.4, 0.2]), np.array([0.1, -0.4, 0.6])
    ankle = knee + 0.38 * np.array([np.sin(a) * 0.6, np.sin(a) * 0.8, np.cos(a)])
    assert flexion_angle(hip, knee, ankle) == pytest.approx(bend_deg, abs=EXACT_DEG)


@pytest.mark.parametrize(
    ("upper", "lean_deg"),
    [((0, -1), 0.0), ((1, -1), 45.0), ((-1, -1), -45.0), ((1, 0), 90.0), ((-1, 0), -90.0), ((1, 1), 135.0)],
)
def test_a_trunk_that_leans_to_the_right_of_the_image_is_positive(upper, lean_deg):
    assert inclination([0.0, 0.0], upper) == pytest.approx(lean_deg, abs=EXACT_DEG)


@pytest.mark.parametrize(
    ("left", "right", "tilt_deg"), [((9, 5), (1, 5), 0.0), ((9, 9), (1, 1), 45.0), ((9, 1), (1, 9), -45.0)]
)
def test_shoulders_tilt_positive_when_the_right_one_is_higher(left, right, tilt_deg):
    assert line_tilt(left, right) == pytest.approx(tilt_deg, abs=EXACT_DEG)


def test_time_comes_first_and_every_frame_is_computed_for_itself():
    rng = np.random.default_rng(0)
    hip, knee, ankle = rng.uniform(0, 500, (3, 40, 2))
    whole = joint_angle(hip, knee, ankle)
    assert whole.shape == (40,)
    assert [float(joint_angle(*p)) for p in zip(hip, knee, ankle, strict=True)] == whole.tolist()


# Where, how large, which way round


@given(points(3), px, px)
def test_walking_to_another_place_changes_no_angle(p, dx, dy):
    moved = p + np.array([dx, dy])
    assert joint_angle(*moved) == pytest.approx(joint_angle(*p), abs=EXACT_DEG)
    assert inclination(*moved[:2]) == pytest.approx(inclination(*p[:2]), abs=EXACT_DEG)
    assert line_tilt(*moved[:2]) == pytest.approx(line_tilt(*p[:2]), abs=EXACT_DEG)
    assert segment_length(*moved[:2]) == pytest.approx(segment_length(*p[:2]), rel=1e-12)


@given(points(3, 3), st.floats(0.01, 100.0))
def test_standing_nearer_changes_lengths_and_no_angle(p, scale):
    assert joint_angle(*(scale * p)) == pytest.approx(joint_angle(*p), abs=EXACT_DEG)
    assert inclination(*(scale * p[:2, :2])) == pytest.approx(
        inclination(*p[:2, :2]), abs=EXACT_DEG, nan_ok=True
    )
    assert segment_length(*(scale * p[:2])) == pytest.approx(scale * segment_length(*p[:2]), rel=1e-9)


@given(points(3), degrees)
def test_a_camera_held_askew_turns_inclinations_and_keeps_joint_angles(p, by_deg):
    q = turned(p, by_deg)
    assert joint_angle(*q) == pytest.approx(joint_angle(*p), abs=EXACT_DEG)
    assert same_direction(inclination(*q[:2]), inclination(*p[:2]) + by_deg) < EXACT_DEG


@given(points(3))
def test_a_mirror_keeps_joint_angles_and_turns_signs_round(p):
    q = mirrored(p)
    assert joint_angle(*q) == pytest.approx(joint_angle(*p), abs=EXACT_DEG)
    assert same_direction(inclination(*q[:2]), -inclination(*p[:2])) < EXACT_DEG
    left, right = p[:2]
    assume(left[0] != right[0])
    assert line_tilt(mirrored(right), mirrored(left)) == pytest.approx(-line_tilt(left, right), abs=EXACT_DEG)


@given(points(3))
def test_a_joint_reads_the_same_from_either_end(p):
    assert joint_angle(*p) == joint_angle(*p[::-1])


@given(points(3, 3))
def test_a_flat_body_reads_the_same_in_the_picture_and_in_space(p):
    flat = p[:, :2]
    assume(len({tuple(xy) for xy in flat}) == 3)
    in_space = np.column_stack([flat, np.full(3, p[0, 2])])
    assert joint_angle(*in_space) == pytest.approx(joint_angle(*flat), abs=EXACT_DEG)


# Not seen is NaN


@given(points(3), st.integers(0, 2), st.integers(0, 1))
def test_a_keypoint_that_was_not_seen_gives_no_angle(p, which, axis):
    p[which, axis] = np.nan
    assert np.isnan(joint_angle(*p))
    assert np.isnan(flexion_angle(*p))
    if which < 2:
        assert np.isnan(inclination(*p[:2]))
        assert np.isnan(line_tilt(*p[:2]))
        assert np.isnan(segment_length(*p[:2]))


def test_keypoints_in_one_place_have_no_angle_between_them():
    here, there = [3.0, 4.0], [5.0, 6.0]
    assert np.isnan(joint_angle(here, here, there))
    assert np.isnan(joint_angle(there, here, here))
    assert np.isnan(inclination(here, here))
    assert np.isnan(vector_angle([0.0, 0.0, 0.0], [1.0, 0.0, 0.0]))
    assert segment_length(here, here) == 0.0
