"""The array parts of the pose graph against plain loops that spell out the same arithmetic."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from posecheck.engines.blazepose_graph import (
    FixedPointWarp,
    Roi,
    anchors,
    decode_detections,
    detections_in_picture,
    inverse_affine,
    landmarks_in_picture,
    letterbox,
    merge_detections,
    overlap_of_corners,
    refine_landmarks,
    roi_from_points,
    world_upright,
)

RNG = np.random.default_rng(7)
PICTURE = RNG.integers(0, 256, (48, 64, 3), dtype=np.uint8)
ROIS = st.builds(
    Roi,
    x_px=st.floats(-40, 100),
    y_px=st.floats(-40, 100),
    size_px=st.floats(2, 300),
    rotation_rad=st.floats(-math.pi, math.pi),
)


def warp_by_hand(rgb, matrix, size_px, border):
    """OpenCV 4.11's warpAffine, pixel by pixel in integers: 5 bits below the pixel, 15 bits of weight."""
    square = np.zeros((size_px, size_px, 3), np.uint8)
    for row in range(size_px):
        for column in range(size_px):
            x, y = (
                (round(a * column * 1024) + round((b * row + c) * 1024) + 16) >> 5
                for a, b, c in matrix.tolist()
            )
            fx, fy = x & 31, y & 31
            for channel in range(3):
                total = 0
                for dy, wy in ((0, 32 - fy), (1, fy)):
                    for dx, wx in ((0, 32 - fx), (1, fx)):
                        total += wy * wx * 32 * pixel_at(rgb, (x >> 5) + dx, (y >> 5) + dy, border)[channel]
                square[row, column, channel] = (total + (1 << 14)) >> 15
    return square


def pixel_at(rgb, x, y, border):
    height, width = rgb.shape[:2]
    if border == cv2.BORDER_CONSTANT and not (0 <= x < width and 0 <= y < height):
        return [0, 0, 0]
    return rgb[min(max(y, 0), height - 1), min(max(x, 0), width - 1)].tolist()


@pytest.mark.parametrize("border", [cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT])
@settings(max_examples=40, deadline=None)
@given(roi=ROIS)
def test_the_warp_is_identical_to_integer_arithmetic_pixel_by_pixel(border, roi):
    warp = FixedPointWarp(16, border)
    assert_array_equal(warp(PICTURE, roi), warp_by_hand(PICTURE, inverse_affine(roi, 16), 16, border))


def test_the_warp_reuses_its_buffers_without_leaking_one_picture_into_the_next():
    warp = FixedPointWarp(16, cv2.BORDER_REPLICATE)
    first = warp(PICTURE, Roi(30, 20, 25, 0.3)).copy()
    warp(255 - PICTURE, Roi(10, 40, 90, -2.0))
    assert_array_equal(warp(PICTURE, Roi(30, 20, 25, 0.3)), first)


def test_an_absurdly_large_region_is_cut_at_the_limits_instead_of_wrapping_around():
    warp = FixedPointWarp(16, cv2.BORDER_CONSTANT)
    far = warp(PICTURE, Roi(5e7, 5e7, 10.0, 0.0))
    assert_array_equal(far, np.zeros((16, 16, 3), np.uint8))


def test_the_square_around_a_wide_picture_is_letterboxed_in_black():
    square = FixedPointWarp(64, cv2.BORDER_CONSTANT)(np.full((32, 64, 3), 200, np.uint8), letterbox(64, 32))
    assert (square[:15] == 0).all()
    assert (square[49:] == 0).all()
    assert (square[17:47] == 200).all()


def test_there_is_one_anchor_for_each_row_of_the_detector():
    table = anchors()
    assert table.shape == (2254, 2)
    assert_allclose(table[0], 0.5 / 28, rtol=1e-6)
    assert_allclose(table[-1], 6.5 / 7, rtol=1e-6)
    assert_allclose(table[28 * 28 * 2], 0.5 / 14, rtol=1e-6)


def rows_of_detector(*people):
    """Raw detector output: one row for each (anchor index, x, y, half size, score), as fractions."""
    boxes, logits = np.zeros((2254, 12), np.float32), np.full(2254, -20.0, np.float32)
    for index, x, y, half, score in people:
        dx, dy = np.array([x, y]) - anchors()[index]
        keypoints = np.array([[dx, dy], [dx, dy - half], [dx, dy - half / 2], [dx, dy - half]]).ravel()
        boxes[index] = np.concatenate([[dx, dy, 2 * half, 2 * half], keypoints]) * 224
        logits[index] = math.log(score / (1 - score))
    return boxes, logits


def test_two_rows_on_one_person_become_one_weighted_by_score():
    rows = rows_of_detector(
        (100, 0.50, 0.5, 0.1, 0.9), (101, 0.52, 0.5, 0.1, 0.6), (900, 0.9, 0.5, 0.05, 0.7)
    )
    people = merge_detections(*decode_detections(*rows))
    assert [round(score, 3) for score, _ in people] == [0.9, 0.7]
    assert_allclose(people[0][1][0], [(0.9 * 0.50 + 0.6 * 0.52) / 1.5, 0.5], atol=1e-6)
    assert_allclose(people[1][1][0], [0.9, 0.5], atol=1e-6)


def test_rows_below_the_threshold_show_nobody():
    rows = rows_of_detector((100, 0.5, 0.5, 0.1, 0.49))
    assert detections_in_picture(*rows, width_px=640, height_px=480) == []


def test_a_detection_is_placed_in_pixels_of_a_picture_that_is_not_square():
    (person,) = detections_in_picture(
        *rows_of_detector((100, 0.5, 0.5, 0.1, 0.9)), width_px=640, height_px=480
    )
    assert_allclose(person.roi, (320, 240, 2 * 1.25 * 64, 0), atol=1e-3)
    assert person.score == pytest.approx(0.9)


def test_overlap_is_one_with_itself_half_when_shifted_by_a_third_and_zero_apart():
    box = np.array([0.0, 0.0, 3.0, 1.0])
    others = np.array(
        [[0.0, 0.0, 3.0, 1.0], [1.0, 0.0, 4.0, 1.0], [3.0, 0.0, 6.0, 1.0], [0.0, 0.0, 0.0, 0.0]]
    )
    assert_allclose(overlap_of_corners(box, others), [1.0, 0.5, 0.0, 0.0])


@pytest.mark.parametrize(
    ("scale_point", "rotation_deg"), [((10, 0), 0), ((20, 10), 90), ((10, 20), -180), ((0, 10), -90)]
)
def test_a_region_stands_upright_when_the_head_is_above_the_hips(scale_point, rotation_deg):
    roi = roi_from_points((10, 10), scale_point)
    assert (roi.x_px, roi.y_px, roi.size_px) == pytest.approx((10, 10, 25))
    assert math.degrees(roi.rotation_rad) == pytest.approx(rotation_deg)


def refined_by_hand(xy, heatmap, kernel_px=7, confidence_min=0.5):
    rows, columns = heatmap.shape[:2]
    out = xy.astype(np.float64)
    for k, (x, y) in enumerate(xy):
        column, row = int(x * columns), int(y * rows)
        if column < 0 or column >= columns or row < 0:
            continue
        reach = (kernel_px - 1) // 2
        total = best = sum_x = sum_y = 0.0
        for r in range(max(0, row - reach), min(rows, row + reach + 1)):
            for c in range(max(0, column - reach), min(columns, column + reach + 1)):
                weight = 1 / (1 + math.exp(-float(heatmap[r, c, k])))
                total, best = total + weight, max(best, weight)
                sum_x, sum_y = sum_x + weight * c, sum_y + weight * r
        if best >= confidence_min and total > 0:
            out[k] = sum_x / columns / total, sum_y / rows / total
    return out


@pytest.mark.parametrize("seed", range(5))
def test_refinement_equals_the_loop_it_stands_for_also_at_and_beyond_the_edges(seed):
    rng = np.random.default_rng(seed)
    xy = rng.uniform(-0.1, 1.1, (35, 2)).astype(np.float32)
    heatmap = rng.normal(-3, 3, (64, 64, 39)).astype(np.float32)
    assert_allclose(refine_landmarks(xy, heatmap), refined_by_hand(xy, heatmap), atol=1e-5)


def test_a_landmark_stays_where_the_heat_map_is_cold():
    xy = np.array([[0.3, 0.4]], np.float32)
    assert_array_equal(refine_landmarks(xy, np.full((64, 64, 1), -5.0, np.float32)), xy)


@given(roi=ROIS)
def test_the_middle_of_a_region_is_its_centre_and_its_corners_keep_their_distance(roi):
    corners = landmarks_in_picture(np.array([[0.5, 0.5], [0, 0], [1, 0], [1, 1]]), roi)
    assert_allclose(corners[0], roi[:2], atol=1e-6)
    assert_allclose(np.hypot(*(corners[2] - corners[1])), roi.size_px, rtol=1e-6)
    assert_allclose(np.hypot(*(corners[3] - corners[2])), roi.size_px, rtol=1e-6)


def test_world_landmarks_turn_with_the_region_and_keep_their_depth():
    turned = world_upright(np.array([[0.0, -1.0, 0.3]]), Roi(0, 0, 1, math.pi / 2))
    assert_allclose(turned, [[1.0, 0.0, 0.3]], atol=1e-12)
