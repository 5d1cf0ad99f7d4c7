"""The pure array parts of MediaPipe's pose graph: anchors, decoding, regions, warping, heat-map refinement.

Formulas follow MediaPipe's calculators (github.com/google-ai-edge/mediapipe, Apache-2.0), named at each
function. Pixels throughout, so that nothing depends on the aspect ratio of the picture.
"""

import math
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

DETECTOR_SIZE_PX = 224
LANDMARK_SIZE_PX = 256
_SUBPIXEL_BITS = 5  # cv2.INTER_BITS: the interpolation table has 32 steps a pixel
_AFFINE_BITS = 10  # AB_BITS in OpenCV's imgwarp.cpp


class Roi(NamedTuple):
    """A square region of the picture: centre and side in px, rotation in rad (x right, y down)."""

    x_px: float
    y_px: float
    size_px: float
    rotation_rad: float


class Detection(NamedTuple):
    """One person found by the detector: its score (0-1) and the region its body fills."""

    score: float
    roi: Roi


@cache
def anchors():
    """Centres the detector's boxes are relative to.

    Returns
    -------
    (2254, 2) float32 array, fraction of the detector's input
        x, y; in the order of the model's rows.

    Notes
    -----
    SsdAnchorsCalculator with the options of pose_detection_cpu.pbtxt: layers of equal stride share one grid.
    """
    rows = []
    for stride, boxes_per_cell in ((8, 2), (16, 2), (32, 6)):
        centres = (np.arange(DETECTOR_SIZE_PX // stride) + 0.5) * stride / DETECTOR_SIZE_PX
        y, x = np.meshgrid(centres, centres, indexing="ij")
        rows.append(np.repeat(np.stack([x, y], -1).reshape(-1, 2), boxes_per_cell, axis=0))
    table = np.concatenate(rows).astype(np.float32)
    table.setflags(write=False)
    return table


def sigmoid(logits):
    """Logistic function, safe for any finite input."""
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -80.0, 80.0)))


def decode_detections(boxes, logits, *, score_min=0.5):
    """Rows of the detector above a score, best first.

    Parameters
    ----------
    boxes : (2254, 12) array, px of the detector's input
        Centre x, y, width, height, then four keypoints, relative to the anchors.
    logits : (2254,) array
    score_min : float

    Returns
    -------
    scores : (N,) array
    corners : (N, 4) array, fraction of the detector's input
        x0, y0, x1, y1.
    keypoints : (N, 4, 2) array, fraction of the detector's input
        Hip centre, whole-body scale point, shoulder centre, upper-body scale point.

    Notes
    -----
    TensorsToDetectionsCalculator.
    """
    scores = sigmoid(np.ravel(logits))
    kept = np.flatnonzero(scores >= score_min)
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    anchor = anchors()[kept]
    rows = np.asarray(boxes)[kept] / DETECTOR_SIZE_PX
    centre, half = rows[:, :2] + anchor, rows[:, 2:4] / 2
    keypoints = rows[:, 4:].reshape(-1, 4, 2) + anchor[:, None]
    return scores[kept], np.hstack([centre - half, centre + half]), keypoints


def overlap_of_corners(box, others):
    """Intersection over union of one (4,) box with (N, 4) others, x0, y0, x1, y1; 0 where both are empty."""
    width = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0])
    height = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1])
    shared = np.clip(width, 0, None) * np.clip(height, 0, None)
    area = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    union = (box[2] - box[0]) * (box[3] - box[1]) + area - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def merge_detections(scores, corners, keypoints, *, overlap_min=0.3):
    """One set of keypoints per person: overlapping rows are averaged, weighted by score.

    Parameters
    ----------
    scores, corners, keypoints
        As `decode_detections` returns them, best first.
    overlap_min : float
        Rows whose intersection over union with the best exceeds this show the same person.

    Returns
    -------
    list of (float, (4, 2) array)
        Best score and averaged keypoints of each person, best first.

    Notes
    -----
    NonMaxSuppressionCalculator with algorithm WEIGHTED.
    """
    people = []
    while len(scores):
        same = overlap_of_corners(corners[0], corners) > overlap_min
        same[0] = True
        weight = scores[same] / scores[same].sum()
        people.append((float(scores[0]), np.einsum("n,nkc->kc", weight, keypoints[same])))
        scores, corners, keypoints = scores[~same], corners[~same], keypoints[~same]
    return people


def roi_from_points(centre, scale_point, *, margin=1.25):
    """Square around a body, upright along the line from its hip centre to its scale point.

    Parameters
    ----------
    centre, scale_point : (2,) array, px
        Hip centre, and a point on the circle that holds the body, in the direction of the head.
    margin : float
        The square's side is this many diameters of the circle.

    Returns
    -------
    Roi

    Notes
    -----
    AlignmentPointsRectsCalculator and RectTransformationCalculator (scale 1.25, square_long).
    """
    dx, dy = float(scale_point[0] - centre[0]), float(scale_point[1] - centre[1])
    rotation = math.pi / 2 - math.atan2(-dy, dx)
    rotation -= 2 * math.pi * math.floor((rotation + math.pi) / (2 * math.pi))
    return Roi(float(centre[0]), float(centre[1]), 2 * margin * math.hypot(dx, dy), rotation)


def letterbox(width_px, height_px):
    """The upright square around a whole picture that the detector looks at."""
    return Roi(width_px / 2, height_px / 2, float(max(width_px, height_px)), 0.0)


def detections_in_picture(boxes, logits, *, width_px, height_px, score_min=0.5, overlap_min=0.3):
    """People in a picture, from the detector's raw output on its letterboxed copy.

    Parameters
    ----------
    boxes : (2254, 12) array
    logits : (2254,) or (2254, 1) array
    width_px, height_px : int
        Size of the picture.

    Returns
    -------
    list of Detection
        Best score first; empty when nobody was found.
    """
    box = letterbox(width_px, height_px)
    corner = np.array([box.x_px - box.size_px / 2, box.y_px - box.size_px / 2])
    rows = decode_detections(boxes, logits, score_min=score_min)
    return [
        Detection(score, roi_from_points(*(keypoints[:2] * box.size_px + corner)))
        for score, keypoints in merge_detections(*rows, overlap_min=overlap_min)
    ]


def inverse_affine(roi, size_px):
    """Matrix that takes pixels of a `size_px` square to the pixels of `roi` in the picture.

    Returns
    -------
    (2, 3) float64 array

    Notes
    -----
    ImageToTensorCalculator (OpenCV converter): three corners of the rotated rectangle, in float32 as
    cv2.boxPoints gives them, map onto the corners of the tensor.
    """
    c, s = math.cos(roi.rotation_rad) * 0.5, math.sin(roi.rotation_rad) * 0.5
    x, y, side = roi.x_px, roi.y_px, roi.size_px
    bottom_left = (x - s * side - c * side, y + c * side - s * side)
    top_left = (x + s * side - c * side, y - c * side - s * side)
    top_right = (2 * x - bottom_left[0], 2 * y - bottom_left[1])
    corners = np.array([bottom_left, top_left, top_right], np.float32)
    square = np.array([[0, size_px], [0, 0], [size_px, 0]], np.float32)
    return cv2.invertAffineTransform(cv2.getAffineTransform(corners, square))


class FixedPointWarp:
    """Bilinear warp of a region onto a square, in the integer arithmetic of OpenCV up to 4.11.

    MediaPipe links that OpenCV; OpenCV 5 interpolates in floating point, which moves landmarks by a pixel or
    two. Positions are rounded to 1/1024 px per row and column, summed, and cut to 1/32 px; only `cv2.remap`
    touches single pixels.

    Parameters
    ----------
    size_px : int
        Side of the square it fills.
    border : int
        ``cv2.BORDER_REPLICATE`` or ``cv2.BORDER_CONSTANT`` (black): what lies outside the picture.
    """

    def __init__(self, size_px, border):
        self.size_px, self.border = size_px, border
        self._steps = np.arange(size_px, dtype=np.float64)
        self._position = np.empty((2, size_px, size_px), np.int32)
        self._whole = np.empty((size_px, size_px, 2), np.int16)
        self._part = np.empty((size_px, size_px), np.uint16)
        self._square = np.empty((size_px, size_px, 3), np.uint8)

    def __call__(self, rgb, roi):
        """The region as a (size, size, 3) uint8 array, overwritten by the next call."""
        self._fill_maps(inverse_affine(roi, self.size_px))
        return cv2.remap(
            rgb, self._whole, self._part, cv2.INTER_LINEAR, dst=self._square, borderMode=self.border
        )

    def _fill_maps(self, matrix):
        scale, half = 1 << _AFFINE_BITS, 1 << (_AFFINE_BITS - _SUBPIXEL_BITS - 1)
        limit = 32767 * scale >> 1  # beyond any picture; sums of two stay within 16 bits of pixels
        for axis, position in enumerate(self._position):
            a, b, c = matrix[axis]
            along = np.rint(a * self._steps * scale).clip(-limit, limit).astype(np.int32)
            down = np.rint((b * self._steps + c) * scale).clip(-limit, limit - half).astype(np.int32) + half
            np.add(down[:, None], along, out=position)
            np.right_shift(position, _AFFINE_BITS, out=self._whole[..., axis], casting="unsafe")
        # the table of weights is indexed by the five bits below whole pixels, y above x
        x, y = self._position
        subpixel = ((1 << _SUBPIXEL_BITS) - 1) << (_AFFINE_BITS - _SUBPIXEL_BITS)
        np.bitwise_and(self._position, subpixel, out=self._position)
        np.right_shift(x, _AFFINE_BITS - _SUBPIXEL_BITS, out=x)
        np.bitwise_or(x, y, out=self._part, casting="unsafe")


def refine_landmarks(xy, heatmap, *, kernel_px=7, confidence_min=0.5):
    """Landmarks moved to the centre of mass of the heat map around them.

    Parameters
    ----------
    xy : (K, 2) array, fraction of the landmark model's input
    heatmap : (H, W, >=K) array, logits
    kernel_px : int
        Side of the window, in cells of the heat map.
    confidence_min : float
        A landmark stays where it was when no cell of its window reaches this.

    Returns
    -------
    (K, 2) array, fraction of the landmark model's input

    Notes
    -----
    RefineLandmarksFromHeatmapCalculator, with its check of the column against both sides of the map: a
    landmark below the map is still refined from the window's rows inside. The logistic function is applied
    inside the windows only.
    """
    rows, columns, channels = heatmap.shape
    column, row = (xy * (columns, rows)).astype(np.intp).T
    inside = (column >= 0) & (column < min(columns, rows)) & (row >= 0)
    offset = np.arange(kernel_px) - (kernel_px - 1) // 2
    r, c = row[:, None] + offset, column[:, None] + offset
    r_in, c_in = (r >= 0) & (r < rows), (c >= 0) & (c < columns)
    cell = (np.where(r_in, r, 0) * columns)[:, :, None] + np.where(c_in, c, 0)[:, None, :]
    cell *= channels
    cell += np.arange(len(xy))[:, None, None]
    weight = sigmoid(heatmap.reshape(-1).take(cell))
    weight *= r_in[:, :, None] & c_in[:, None, :]
    down, along = weight.sum(2), weight.sum(1)
    total = along.sum(1)
    moved = inside & (weight.max((1, 2)) >= confidence_min) & (total > 0)
    total[~moved] = 1.0
    x = np.einsum("kc,kc->k", along, c) / (total * columns)
    y = np.einsum("kr,kr->k", down, r) / (total * rows)
    return np.where(moved[:, None], np.stack([x, y], 1), xy)


def landmarks_in_picture(xy, roi):
    """Landmarks in px of the picture from (K, 2) fractions of the region (LandmarkProjectionCalculator)."""
    c, s = math.cos(roi.rotation_rad), math.sin(roi.rotation_rad)
    x, y = xy[:, 0] - 0.5, xy[:, 1] - 0.5
    return np.stack([(c * x - s * y) * roi.size_px + roi.x_px, (s * x + c * y) * roi.size_px + roi.y_px], 1)


def world_upright(xyz_m, roi):
    """World landmarks (K, 3), turned back as the region was turned (WorldLandmarkProjectionCalculator)."""
    c, s = math.cos(roi.rotation_rad), math.sin(roi.rotation_rad)
    return np.stack([c * xyz_m[:, 0] - s * xyz_m[:, 1], s * xyz_m[:, 0] + c * xyz_m[:, 1], xyz_m[:, 2]], 1)
