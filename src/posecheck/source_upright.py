"""Stored frames as RGB pictures the way a player shows them: upright, square pixels, true colours."""

import math
from fractions import Fraction
from typing import Any

import numpy as np

# Beyond these sizes players take an untagged picture for BT.709 (mpv's rule), below for BT.601.
_HD_WIDTH_PX, _HD_HEIGHT_PX = 1280, 576
_BT709, _BT601, _UNTAGGED = 1, 5, 2
PQ, HLG = 16, 18  # transfer characteristics of HDR, as ITU-T H.273 numbers them
_WHITE_NITS = 203.0  # of paper in HDR (ITU-R BT.2408); what is brighter is cut


class Upright:
    """Turns stored frames into RGB pictures as a player shows them: rotated, square pixels, one size."""

    def __init__(self, frame, pixel_aspect):
        from av.video.reformatter import VideoReformatter

        self.pixel_aspect = float(pixel_aspect or 1)
        self.rotation_deg, self._mirrored = _orientation(frame)
        width_px = max(1, round(frame.width * self.pixel_aspect))
        self.stretched = width_px != frame.width
        self._stored_px = (width_px, frame.height)
        self.size_px = self._stored_px[::-1] if self.rotation_deg in (90, 270) else self._stored_px
        self._reformatter = VideoReformatter()
        self._turn: Any = None
        self._turn_for = None
        # HLG is made to be shown as it is; PQ shown so is so flat that the pose model misses people in it.
        self._levels = _from_pq() if frame.color_trc == PQ else None

    def rgb(self, frame):
        """(H, W, 3) uint8 C-contiguous array of a frame."""
        matrix = frame.colorspace
        if matrix == _UNTAGGED:
            matrix = _BT709 if frame.width >= _HD_WIDTH_PX or frame.height > _HD_HEIGHT_PX else _BT601
        turns = bool(self.rotation_deg or self._mirrored)
        # The filter turns only planes that shrink alike in both directions; others are turned as RGB.
        turns_first = turns and frame.format.chroma_width(64) == frame.format.chroma_height(64)
        width_px, height_px = self.size_px if turns_first else self._stored_px
        # One thread: two halve the wait but cost more CPU, which the pose model has better use for.
        picture = self._reformatter.reformat(
            self._turned(frame) if turns_first else frame,
            width_px,
            height_px,
            "rgb24",
            src_colorspace=matrix,
            dst_color_range=2,
            threads=1,
        )
        if turns and not turns_first:
            picture = self._turned(picture)
        shown = np.ascontiguousarray(picture.to_ndarray())
        if self._levels is None:
            return shown
        import cv2

        return cv2.LUT(shown, self._levels)

    def _turned(self, frame) -> Any:
        # Turning the stored planes (half the bytes, block by block) takes a tenth of the time of np.rot90.
        key = (frame.width, frame.height, frame.format.name)
        if self._turn_for != key:
            self._turn, self._turn_for = _turning(frame, self.rotation_deg, self._mirrored), key
        self._turn.push(frame)
        return self._turn.pull()


def _from_pq():
    """(256,) uint8 level on a common display (gamma 2.4) of each level of PQ (SMPTE ST 2084)."""
    root = (np.arange(256) / 255) ** (32 / 2523)
    nits = 1e4 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (8192 / 1305)
    return np.round(255 * np.minimum(nits / _WHITE_NITS, 1) ** (1 / 2.4)).astype(np.uint8)


def _turning(frame, rotation_deg, mirrored):
    """A filter graph that turns frames like `frame` clockwise, after mirroring them if asked."""
    from av.filter import Graph

    steps = [("hflip", None)] if mirrored else []
    if rotation_deg == 180:
        steps += [("hflip", None), ("vflip", None)]
    elif rotation_deg:
        steps += [("transpose", "clock" if rotation_deg == 90 else "cclock")]
    graph = Graph()
    graph.threads = 1
    size = {"width": frame.width, "height": frame.height}
    into = graph.add_buffer(format=frame.format, time_base=Fraction(1, 1000), **size)
    graph.link_nodes(into, *(graph.add(*step) for step in steps), graph.add("buffersink")).configure()
    return graph


def _orientation(frame):
    """Clockwise turn (0, 90, 180 or 270), and whether a left-right flip comes before it, as players do."""
    side_data = frame.side_data.get("DISPLAYMATRIX")
    if side_data is None:
        return 0, False
    # Rows of the matrix map (x, y) to (a x + c y, b x + d y), y down; entries are 16.16 fixed point.
    a, b, _, c, d = np.frombuffer(bytes(side_data), np.int32)[:5].astype(float)
    turn_deg = math.degrees(math.atan2(-c, d))
    return round(turn_deg / 90) * 90 % 360, bool(a * d - b * c < 0)
