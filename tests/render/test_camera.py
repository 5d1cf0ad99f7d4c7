"""Cameras: directions, sizes and distortion, checked against what a person with a ruler would say."""

import numpy as np
import pytest

from render.camera import Camera, placed

AHEAD = Camera(eye_m=(0, 1, 3), target_m=(0, 1, 0))


def test_the_target_is_in_the_middle():
    camera = placed(33.0, 12.0, 2.5, (0.2, 0.9, -0.1), roll_deg=17.0, distortion_k1=-0.2)
    assert camera.project((0.2, 0.9, -0.1)) == pytest.approx((320, 240))
    assert camera.depth((0.2, 0.9, -0.1)) == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("azimuth_deg", "elevation_deg", "heading_deg", "eye_m"),
    [
        (0, 0, 0, (0, 1, 2)),
        (90, 0, 0, (2, 1, 0)),  # at the person's left, which is +x
        (-90, 0, 0, (-2, 1, 0)),
        (180, 0, 0, (0, 1, -2)),
        (0, 90, 0, (0, 3, 0)),
        (90, 0, 90, (0, 1, -2)),  # who faces +x has the left hand at -z
    ],
)
def test_placed_goes_round_the_person(azimuth_deg, elevation_deg, heading_deg, eye_m):
    camera = placed(azimuth_deg, elevation_deg, 2.0, (0, 1, 0), heading_deg)
    assert camera.eye_m == pytest.approx(eye_m, abs=1e-9)


def test_from_in_front_the_left_hand_is_at_the_right_and_up_is_up():
    left, head = AHEAD.project([(0.5, 1, 0), (0, 1.5, 0)])
    assert left[0] > 320
    assert left[1] == pytest.approx(240)
    assert head[1] < 240
    assert head[0] == pytest.approx(320)


def test_roll_turns_the_picture_against_the_camera():
    rolled = Camera(eye_m=(0, 1, 3), target_m=(0, 1, 0), roll_deg=90)
    head = rolled.project((0, 1.5, 0))
    assert head[0] < 320  # the camera lies on its right side: what was up is at the left
    assert head[1] == pytest.approx(240)


@pytest.mark.parametrize("k1", [0.0, -0.2, 0.1])
def test_fovy_reaches_from_edge_to_edge(k1):
    camera = Camera(eye_m=(0, 1, 3), target_m=(0, 1, 0), fovy_deg=50, size_px=(480, 640), distortion_k1=k1)
    up = 3 * np.tan(np.radians(25))
    np.testing.assert_allclose(camera.project([(0, 1 + up, 0), (0, 1 - up, 0)])[:, 1], [0, 640], atol=1e-9)


def test_barrel_pulls_corners_in():
    plain = Camera(eye_m=(0, 1, 3), target_m=(0, 1, 0), fovy_deg=60)
    bent = Camera(eye_m=(0, 1, 3), target_m=(0, 1, 0), fovy_deg=60, distortion_k1=-0.15)
    ends, middle = [(-1.5, 2.4, 0), (1.5, 2.4, 0)], [(-1.5, 1, 0), (1.5, 1, 0)]
    straight, curved = (
        (c.project(ends)[1, 0] - 320) / (c.project(middle)[1, 0] - 320) for c in (plain, bent)
    )
    assert straight == pytest.approx(1)
    assert curved < 0.98


def test_undistorted_is_the_way_back():
    camera = placed(0, 0, 2, (0, 1, 0), distortion_k1=-0.25)
    points = np.random.default_rng(0).uniform((-0.7, 0.5, -0.3), (0.7, 1.5, 0.3), (50, 3))
    at = (points - camera.eye_m) @ camera.view[:3, :3].T
    expected = at[:, :2] / -at[:, 2:] * (1, -1)
    np.testing.assert_allclose(camera.undistorted(camera.project(points)), expected, atol=1e-9)


def test_nothing_is_seen_behind_the_lens():
    assert np.isnan(AHEAD.project([(0, 1, 4), (0.1, 1, 3)])).all()
    assert AHEAD.depth((0, 1, 4)) == pytest.approx(-1)


def test_nothing_is_seen_where_the_lens_folds_over():
    wide = Camera(eye_m=(0, 1, 3), target_m=(0, 1, 0), distortion_k1=-0.3)
    assert np.isnan(wide.project((9, 1, 0))).all()


def test_a_lens_that_folds_the_picture_is_refused():
    with pytest.raises(ValueError, match=r"distortion_k1 = -0\.5 folds"):
        Camera(eye_m=(0, 1, 3), target_m=(0, 1, 0), fovy_deg=80, distortion_k1=-0.5)


def test_looking_straight_down_works():
    above = Camera(eye_m=(0, 3, 0), target_m=(0, 0, 0))
    assert above.project((0.5, 0, 0))[1] == pytest.approx(240)
    assert above.project((0, 0, -0.5))[1] < 240
