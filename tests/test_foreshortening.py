"""Angles from shrinking limbs: bodies of known angle before a pinhole camera, which sees them without noise."""

import numpy as np
import pytest
from synthetic import clock, movement

from posecheck.foreshortening import (
    FOCAL,
    HANGING_DEG,
    LIMBS,
    POSTURES,
    STANDING_DEG,
    TILT_DEG,
    Foreshortened,
    combined,
    sigma_deg,
    towards_lens,
)
from posecheck.skeleton import BLAZEPOSE_33

SIZE_PX = np.array([640, 480])
FOCAL_PX = FOCAL * 640
UPPER_M, FOREARM_M, THIGH_M, SHANK_M = 0.30, 0.26, 0.43, 0.43
ARMS = [(signal, side) for signal in ("elbow_flexion", "shoulder_flexion") for side in ("left", "right")]
T_S = clock(12)
ONE_CURL = movement(T_S, (3.0,), rest=HANGING_DEG, top=110.0)


def ahead(angle_deg, length_m):
    """A segment turned from hanging down towards the camera, (T, 3) m: right, down, away."""
    a = np.radians(np.broadcast_to(angle_deg, T_S.shape))
    return length_m * np.stack([0 * a, np.cos(a), -np.sin(a)], axis=-1)


def photographed(points_m, *, distance_m=2.0, focal_px=FOCAL_PX, noise_px=0.0):
    """(T, 33, 2) px of named points; what is not named was not seen."""
    uv = np.full((len(T_S), 33, 2), np.nan)
    for name, at in points_m.items():
        depth = distance_m + at[:, 2:]
        uv[:, BLAZEPOSE_33.index(name)] = 0.5 * SIZE_PX + focal_px * at[:, :2] / depth
    return uv + noise_px * np.random.default_rng(0).normal(size=uv.shape)


def arms(*, elbow=HANGING_DEG, shoulder=0.0, shift_m=(0.0, 0.0, 0.0), **how):
    """Both arms, the elbows about as high as the camera."""
    points = {}
    for side, x in (("left", 0.2), ("right", -0.2)):
        top = np.broadcast_to(np.array([x, -0.4, 0.0]) + shift_m, (len(T_S), 3))
        points[f"{side}_shoulder"] = top
        points[f"{side}_hip"] = top + ahead(0.0, 0.5)
        points[f"{side}_elbow"] = top + ahead(shoulder, UPPER_M)
        points[f"{side}_wrist"] = points[f"{side}_elbow"] + ahead(shoulder + np.asarray(elbow), FOREARM_M)
    return photographed(points, **how)


def legs(knee):
    """A squat: thigh and shank tilt alike, the ankles stay where they are, seen from afar."""
    points = {}
    for side, x in (("left", 0.1), ("right", -0.1)):
        ankle = np.broadcast_to([x, 0.8, 0.0], (len(T_S), 3))
        points[f"{side}_ankle"] = ankle
        points[f"{side}_knee"] = ankle - ahead(-0.5 * knee, SHANK_M)
        points[f"{side}_hip"] = points[f"{side}_knee"] - ahead(0.5 * knee, THIGH_M)
        points[f"{side}_shoulder"] = points[f"{side}_hip"] - ahead(0.0, 0.5)
    return photographed(points, distance_m=100.0, focal_px=50 * FOCAL_PX)


def postures(wanted, moves=HANGING_DEG, companion=HANGING_DEG):
    """(T, N, 2) deg: what the networks would say of every limb."""
    both = np.stack([np.broadcast_to(x, T_S.shape) for x in (moves, companion)], axis=-1)
    return np.repeat(both[:, None], len(wanted), axis=1)


def told(uv, wanted, **posture):
    """(T, N, 2) angles and sigmas."""
    limbs = Foreshortened(BLAZEPOSE_33, SIZE_PX, wanted)
    return limbs.extend(T_S, uv, np.ones((len(T_S), 33)), postures(wanted, **posture))


def test_a_curl_towards_the_lens_reads_what_it_is():
    angles = told(arms(elbow=ONE_CURL), [("elbow_flexion", "left"), ("elbow_flexion", "right")])[31:, :, 0]
    assert angles == pytest.approx(np.stack([ONE_CURL[31:]] * 2, axis=1), abs=1.0)


def test_from_above_a_hanging_arm_is_blind_and_the_top_is_not():
    """At the height of the camera: the forearm hangs so far below that tipping ahead makes it look longer at first."""
    angle = told(arms(elbow=ONE_CURL, shift_m=(0, 0.4, 0)), [("elbow_flexion", "left")])[31:, 0, 0]
    error = angle - ONE_CURL[31:]
    assert np.abs(error[ONE_CURL[31:] > 30]).max() < 1.0
    assert 0 < error[0] < 12


def test_a_squat_reads_what_it_is():
    knee = movement(T_S, (3.0,), rest=STANDING_DEG, top=70.0)
    assert told(legs(knee), [("knee_flexion", "left")])[31:, 0, 0] == pytest.approx(knee[31:], abs=0.5)


@pytest.mark.parametrize("top_deg", [40.0, 80.0, 120.0])
def test_an_arm_that_is_lifted_towards_the_lens_reads_what_it_is(top_deg):
    lift = movement(T_S, (3.0,), rest=HANGING_DEG, top=top_deg)
    angle = told(arms(elbow=0.0, shoulder=lift), [("shoulder_flexion", "left")])[:, 0, 0]
    assert angle[T_S > 6][:20] == pytest.approx(top_deg, abs=1.0)
    assert angle[60] == pytest.approx(HANGING_DEG, abs=6.0)


@pytest.mark.parametrize("to_m", [1.4, 2.6])
def test_who_comes_nearer_or_moves_away_is_measured_again(to_m):
    """After the first curl the chair is moved; without a second look at the hanging arm the top is off by 20 deg."""
    twice = movement(T_S, (1.5, 7.0), rest=HANGING_DEG, top=110.0, lift_s=1.0, hold_s=1.0, lower_s=1.0)
    distance_m = np.interp(T_S, [4.6, 5.4], [2.0, to_m])[:, None]
    angle = told(arms(elbow=twice, distance_m=distance_m), [("elbow_flexion", "left")])[:, 0, 0]
    assert angle[(T_S > 2.7) & (T_S < 3.3)] == pytest.approx(110.0, abs=1.0)
    assert angle[(T_S > 8.2) & (T_S < 8.8)] == pytest.approx(110.0, abs=4.0)


def test_where_the_person_stands_in_the_picture_changes_little():
    wanted = [("elbow_flexion", "left")]
    tops = [
        told(arms(elbow=ONE_CURL, shift_m=(x, y, 0.0)), wanted)[195, 0, 0]
        for x in (-0.4, 0.4)
        for y in (-0.3, 0.0)
    ]
    assert tops == pytest.approx([110.0] * 4, abs=4.0)


@pytest.mark.parametrize("turned_deg", [20.0, 45.0, 90.0, 120.0])
def test_perspective_is_taken_out(turned_deg):
    """A wrist that is 80 px nearer at a focal length of 544 looks 17 % further from the picture's middle."""
    centre_px, elbow_px, length_px = 0.5 * SIZE_PX, np.array([350.0, 250.0]), 80.0
    across, depth = length_px * np.cos(np.radians(turned_deg)), length_px * np.sin(np.radians(turned_deg))
    wrist_px = centre_px + (elbow_px + np.array([0.0, across]) - centre_px) / (1.0 - depth / FOCAL_PX)
    vector = towards_lens(elbow_px, wrist_px, length_px, centre_px, FOCAL_PX)
    assert vector == pytest.approx([0.0, across, depth], abs=1e-9)


def test_what_looks_longer_than_it_is_lies_across_the_line_of_sight():
    wrist_px = np.array([0.0, 90.0])
    right, down, nearer = towards_lens(np.zeros(2), wrist_px, 80.0, np.zeros(2), 500.0)
    assert down * wrist_px[1] == pytest.approx(nearer * 500.0)
    assert right == 0.0


def test_near_straight_it_is_blind_and_says_so():
    turned = np.array([0.0, 10.0, 45.0, 90.0])
    sigma = sigma_deg(turned)
    assert 4 < sigma[0] < 12
    # Away from straight the interval is the derivative of acos.
    left = np.cos(np.radians(turned[2:]))
    of_length = np.sqrt(0.02**2 + 0.10**2 * (1 - left))
    assert sigma[2:] == pytest.approx(np.degrees(of_length / np.sin(np.radians(turned[2:]))), rel=0.02)
    curl = told(arms(elbow=ONE_CURL), [("elbow_flexion", "left"), ("shoulder_flexion", "left")])
    assert (curl[30:, :, 1] > TILT_DEG).all()


def test_nothing_is_told_before_the_limb_was_measured_or_where_nobody_is():
    uv = arms(elbow=ONE_CURL)
    uv[100:105] = np.nan
    angles = told(uv, ARMS)[..., 0]
    assert np.isnan(angles[:30]).all()
    assert np.isnan(angles[100:105]).all()
    assert np.isfinite(angles[31:100]).all()
    assert np.isfinite(angles[105:]).all()


def test_a_limb_is_measured_only_in_its_posture_and_while_it_keeps_still():
    uv = arms(elbow=ONE_CURL)
    assert np.isnan(told(uv, ARMS, moves=40.0)).all()
    assert np.isnan(told(uv, ARMS, moves=np.nan)).all()
    assert np.isnan(told(uv, ARMS, companion=40.0)).all()
    late = told(uv, [("elbow_flexion", "left")], moves=np.where(T_S > 1.5, 20.0, 40.0))[:, 0, 0]
    assert np.isnan(late[T_S < 2.5]).all()
    assert np.isfinite(late[T_S > 2.6]).all()
    walking = arms(elbow=HANGING_DEG) + np.linspace(0, 900, len(T_S))[:, None, None]
    assert np.isnan(told(walking, ARMS)).all()


def test_hidden_keypoints_measure_nothing():
    visibility = np.ones((len(T_S), 33))
    visibility[:, BLAZEPOSE_33.index("left_wrist")] = 0.1
    seen = Foreshortened(BLAZEPOSE_33, SIZE_PX, ARMS).extend(T_S, arms(), visibility, postures(ARMS))
    measured = np.isfinite(seen[-1, :, 0])
    assert measured.tolist() == [side == "right" for _, side in ARMS]


@pytest.mark.parametrize("step", [1, 7, 50])
def test_a_prefix_tells_what_the_whole_tells(step):
    wanted = [*ARMS, ("knee_flexion", "left")]
    uv = arms(elbow=ONE_CURL, noise_px=1.0)
    at_legs = [BLAZEPOSE_33.index(f"left_{part}") for part in ("knee", "ankle")]
    uv[:, at_legs] = legs(ONE_CURL)[:, at_legs] + 200
    rng = np.random.default_rng(1)
    visibility = rng.uniform(0.1, 1, (len(T_S), 33)) ** 0.2
    angles = postures(wanted, moves=np.where(rng.random(len(T_S)) < 0.999, 15.0, 40.0))
    whole = Foreshortened(BLAZEPOSE_33, SIZE_PX, wanted).extend(T_S, uv, visibility, angles)
    assert np.isfinite(whole[-1]).all()
    growing, forgotten = Foreshortened(BLAZEPOSE_33, SIZE_PX, wanted), 0
    for end in range(step, len(T_S) + step, step):
        end = min(end, len(T_S))
        forgotten = max(forgotten, end - 90 - step)  # frames that will not be asked for again
        part = slice(forgotten, end)
        now = growing.extend(T_S[part], uv[part], visibility[part], angles[part])
        assert np.array_equal(now, whole[part], equal_nan=True)
        assert np.array_equal(growing.latest, whole[end - 1], equal_nan=True)


def test_both_estimates_together_are_between_them_and_surer_than_each():
    shrunk, lifted = np.array([[100.0, 8.0], [np.nan, np.nan]]), np.array([[80.0, 4.0], [80.0, 4.0]])
    both = combined(shrunk, lifted, doubt=2.0)
    assert both[0] == pytest.approx([90.0, 8.0 / np.sqrt(2)])
    assert both[1] == pytest.approx([80.0, 8.0])
    assert combined(shrunk, lifted)[0, 0] == pytest.approx(84.0)
    assert np.isnan(combined(shrunk, np.full((2, 2), np.nan))).all()


def test_an_arm_that_is_lifted_is_not_surely_bent():
    lift = movement(T_S, (3.0,), rest=HANGING_DEG, top=70.0)
    uv = arms(elbow=0.0, shoulder=lift)
    wanted = [("elbow_flexion", "left"), ("shoulder_flexion", "left")]
    _, surely = told(uv, wanted)[195].T
    _, doubtful = told(uv, wanted, companion=lift)[195].T
    assert (surely < 12).all()
    assert doubtful == pytest.approx(np.hypot(surely, [58.0, 29.0]))
    assert set(POSTURES) == set(LIMBS)
