"""Draws a pose, its angle and the count on a picture: image in, image out.

Left is orange and right is blue: Okabe and Ito's palette, told apart with every common kind of colour vision.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import cv2
import numpy as np

from posecheck.skeleton import BLAZEPOSE_33

COLOURS = {"left": (240, 168, 32), "right": (86, 180, 233), "middle": (240, 240, 240)}
_INK, _PAPER, _SOFT = (250, 250, 250), (18, 24, 32), (176, 186, 196)
_FACE = {"nose", "left_ear", "right_ear"}
_SUBPIXEL = 4
"""Bits of OpenCV's fixed-point coordinates: lines glide instead of hopping from pixel to pixel."""


@dataclass(frozen=True)
class Limb:
    """What the panel says about one side at one moment.

    Attributes
    ----------
    label : str
        ``left``, ``right`` or ``both``.
    count : int
        Repetitions finished so far.
    phase : str
        ``lift``, ``hold``, ``lower`` or ``rest``.
    value_deg : float
        The angle now; NaN when not seen.
    fill : float
        Share of the target range reached now, 0-1; NaN draws no bar.
    """

    label: str
    count: int
    phase: str
    value_deg: float = math.nan
    fill: float = math.nan


def draw_pose(rgb, frame, *, skeleton=BLAZEPOSE_33, visibility_min=0.5):
    """The picture with the skeleton drawn on it.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 array
        Left as it is.
    frame : PoseFrame
        Points that the model scores below `visibility_min` are drawn hollow, their bones faint.
    skeleton : Skeleton

    Returns
    -------
    (H, W, 3) uint8 array
        A copy; equal to the input when nobody was seen.
    """
    picture = rgb.copy()
    if not frame.seen:
        return picture
    weight = _weight(picture)
    sure = frame.visibility >= visibility_min
    # Lines across a face read as a mask, and no measure uses them.
    bones = [(skeleton.index(a), skeleton.index(b)) for a, b in skeleton.bones if not _FACE & {a, b}]
    faint = picture.copy()
    for a, b in bones:
        if not (sure[a] and sure[b]):
            _line(faint, frame.uv_px[a], frame.uv_px[b], _colour(skeleton, a, b), weight)
    cv2.addWeighted(faint, 0.5, picture, 0.5, 0, dst=picture)
    certain = [(a, b) for a, b in bones if sure[a] and sure[b]]
    for a, b in certain:
        _line(picture, frame.uv_px[a], frame.uv_px[b], _PAPER, 2.2 * weight)
    for a, b in certain:
        _line(picture, frame.uv_px[a], frame.uv_px[b], _colour(skeleton, a, b), weight)
    for k in sorted({k for bone in bones for k in bone}):
        _point(picture, frame.uv_px[k], _colour(skeleton, k, k), weight, hollow=not sure[k])
    return picture


def draw_angle(rgb, points_px, value_deg, *, colour=_INK):
    """The picture with an arc at a joint and the angle beside it.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 array
    points_px : (3, 2) array, px
        A point in the direction of zero, the joint, and the end of the moving segment: the arc goes from the
        first to the last. The picture comes back unchanged when one is NaN.
    value_deg : float
        The number to write; NaN writes none.
    colour : (r, g, b)
    """
    picture = rgb.copy()
    zero, joint, end = np.asarray(points_px, np.float64)
    if not np.isfinite([zero, joint, end]).all():
        return picture
    u, v = zero - joint, end - joint
    reach = min(np.linalg.norm(u), np.linalg.norm(v))
    if reach < 4:
        return picture
    weight = _weight(picture)
    first = math.degrees(math.atan2(u[1], u[0]))
    sweep = (math.degrees(math.atan2(v[1], v[0])) - first + 180) % 360 - 180
    radius = 0.4 * reach
    base = joint + 1.25 * radius * u / np.linalg.norm(u)
    for ink, width in ((_PAPER, 1.8 * weight), (_INK, 0.8 * weight)):
        _line(picture, joint + 0.1 * (base - joint), base, ink, width)
        _arc(picture, joint, radius, first, first + sweep, ink, width)
    if math.isfinite(value_deg):
        middle = math.radians(first + sweep / 2)
        size = _text_px(picture.shape[:2])
        beside = joint + (radius + 1.7 * size) * np.array([math.cos(middle), math.sin(middle)])
        _label(picture, f"{value_deg:.0f}{_degree_sign()}", beside, size, colour)
    return picture


def draw_panel(rgb, limbs, *, title, t_s, corner="top_left"):
    """The picture with a panel of counts, phases and time in one corner.

    Parameters
    ----------
    rgb : (H, W, 3) uint8 array
    limbs : sequence of Limb
    title : str
        Name of the exercise.
    t_s : float
        Time of the recording.
    corner : str
        ``top_left``, ``top_right``, ``bottom_left`` or ``bottom_right``.
    """
    picture = rgb.copy()
    em = _text_px(picture.shape[:2])
    pad, line = 0.7 * em, 2.3 * em
    x, y, panel_w, panel_h = panel_box(picture.shape[:2], len(limbs), corner=corner)
    _sheet(picture, x, y, panel_w, panel_h, radius=0.55 * em)
    left, right, top = x + pad, x + panel_w - pad, y + pad + 0.8 * em
    clock = f"{int(t_s // 60)}:{t_s % 60:04.1f}"
    room = right - left - _width(clock, 0.8 * em) - 0.5 * em
    # A long title shrinks a little before it is cut: the panel should not grow over the person.
    title_px = 0.8 * em * min(1.0, max(0.8, room / max(1, _width(title, 0.8 * em))))
    _write(picture, _fitting(title, room, title_px), (left, top), title_px, _SOFT)
    _write(picture, clock, (right - _width(clock, 0.8 * em), top), 0.8 * em, _SOFT)
    for i, limb in enumerate(limbs):
        _limb_row(picture, limb, left, right, top + line * (i + 0.78), em)
    return picture


def panel_box(size_px, count, *, corner):
    """Where `draw_panel` draws: ``(x, y, width, height)`` in px.

    Parameters
    ----------
    size_px : (height, width)
        Of the picture.
    count : int
        How many limbs the panel has.
    corner : str
    """
    height, width = size_px
    em = _text_px(size_px)
    pad = 0.7 * em
    panel_w = min(width - 2 * pad, 13.5 * em)
    panel_h = 2 * pad + 1.2 * em + 2.3 * em * count
    x = pad if corner.endswith("left") else width - panel_w - pad
    y = pad if corner.startswith("top") else height - panel_h - pad
    return x, y, panel_w, panel_h


def _limb_row(picture, limb, left, right, baseline, em):
    colour = COLOURS.get(limb.label, _INK)
    count = str(limb.count)
    _write(picture, count, (left, baseline), 1.5 * em, _INK, bold=True)
    x = left + max(1.5 * em, _width(count, 1.5 * em, True) + 0.6 * em)
    if limb.label in COLOURS:
        _write(picture, limb.label, (x, baseline), em, colour, bold=True)
        x += _width("right", em, True) + 0.6 * em
    _write(picture, limb.phase, (x, baseline), em, _INK)
    if math.isfinite(limb.value_deg):
        text = f"{limb.value_deg:.0f}{_degree_sign()}"
        _write(picture, text, (right - _width(text, em), baseline), em, _INK)
    if math.isfinite(limb.fill):
        box_px = (left, baseline + 0.45 * em, right - left, max(3, 0.24 * em))
        draw_gauge(picture, limb.fill, box_px, colour=colour)


def draw_gauge(picture, fill, box_px, *, colour=_INK):
    """Draw, in place, a bar that is full when the target is reached.

    Parameters
    ----------
    picture : (H, W, 3) uint8 array
    fill : float
        0-1; what lies beyond is cut off.
    box_px : (x, y, width, height)
    colour : (r, g, b)
    """
    x, y, width, height = box_px
    share = min(max(fill, 0.0), 1.0)
    _fill_rounded(picture, x, y, width, height, (70, 80, 92))
    _fill_rounded(picture, x, y, max(height, share * width), height, colour)


# How it is drawn


def _weight(picture):
    """Width of a bone: it follows the smaller side, so that portrait and small videos look alike."""
    return max(1.5, min(picture.shape[:2]) / 220)


def _text_px(size_px):
    return max(12.0, min(size_px) / 24)


def _colour(skeleton, a, b):
    names = (skeleton.keypoints[a], skeleton.keypoints[b])
    for side in ("left", "right"):
        if all(side in name.split("_") for name in names):
            return COLOURS[side]
    return COLOURS["middle"]


def _fixed(point):
    # Beyond this OpenCV's fixed-point numbers overflow; such points are far outside any picture.
    return tuple(round(min(max(float(value), -8000), 8000) * (1 << _SUBPIXEL)) for value in point)


def _line(picture, a, b, colour, width):
    if np.isfinite(a).all() and np.isfinite(b).all():
        cv2.line(picture, _fixed(a), _fixed(b), colour, max(1, round(width)), cv2.LINE_AA, _SUBPIXEL)


def _point(picture, centre, colour, weight, *, hollow):
    if not np.isfinite(centre).all():
        return
    size = lambda radius: max(1, round(radius * (1 << _SUBPIXEL)))  # noqa: E731
    if hollow:
        cv2.circle(
            picture,
            _fixed(centre),
            size(1.25 * weight),
            colour,
            max(1, round(0.5 * weight)),
            cv2.LINE_AA,
            _SUBPIXEL,
        )
        return
    cv2.circle(picture, _fixed(centre), size(1.7 * weight), _PAPER, -1, cv2.LINE_AA, _SUBPIXEL)
    cv2.circle(picture, _fixed(centre), size(1.2 * weight), colour, -1, cv2.LINE_AA, _SUBPIXEL)


def _arc(picture, centre, radius, first_deg, last_deg, colour, width):
    steps = np.radians(np.linspace(first_deg, last_deg, max(2, int(abs(last_deg - first_deg) / 4) + 2)))
    points = np.asarray(centre) + radius * np.stack([np.cos(steps), np.sin(steps)], axis=-1)
    fixed = np.array([_fixed(point) for point in points], np.int32).reshape(-1, 1, 2)
    cv2.polylines(picture, [fixed], False, colour, max(1, round(width)), cv2.LINE_AA, _SUBPIXEL)


def _sheet(picture, x, y, width, height, *, radius):
    """Darken a rounded rectangle, so that light text is legible on any background."""
    _fill_rounded(picture, x, y, width, height, _PAPER, radius=radius, strength=0.72)


def _fill_rounded(picture, x, y, width, height, colour, *, radius=None, strength=1.0):
    x0, y0 = max(round(x), 0), max(round(y), 0)
    region = picture[y0 : y0 + max(1, round(height)), x0 : x0 + max(1, round(width))]
    if not region.size:
        return
    radius = min(region.shape[:2]) / 2 if radius is None else radius
    cover = _rounded(*region.shape[:2], round(4 * radius))[..., None] * strength
    region[:] = (region * (1 - cover) + np.array(colour) * cover + 0.5).astype(np.uint8)


@lru_cache(maxsize=256)
def _rounded(height, width, quarter_radius):
    """Coverage 0-1 of a rounded rectangle, antialiased by drawing it four times too large."""
    large = np.zeros((4 * height, 4 * width), np.uint8)
    r, right, bottom = quarter_radius, 4 * width - 1, 4 * height - 1
    cv2.rectangle(large, (r, 0), (right - r, bottom), 255, -1)
    cv2.rectangle(large, (0, r), (right, bottom - r), 255, -1)
    for cx in (r, right - r):
        for cy in (r, bottom - r):
            cv2.circle(large, (cx, cy), r, 255, -1)
    return cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


# Text. OpenCV 5 carries a proper typeface; older versions only have plotter letters without a degree sign.


@cache
def _face() -> Any:
    return cv2.FontFace("sans") if hasattr(cv2, "FontFace") else None


def _plain_zeros(text):
    # The typeface strikes its zero through, which not everybody reads as one; its capital O is a plain ring.
    return text.replace("0", "O")


def _degree_sign():
    return "°" if _face() is not None else " deg"


def _write(picture, text, origin, size_px, colour, *, bold=False):
    """Write on the baseline that starts at `origin`; `size_px` is the height of a line."""
    origin = (round(origin[0]), round(origin[1]))
    if _face() is not None:
        cv2.putText(
            picture, _plain_zeros(text), origin, colour, _face(), round(size_px), 700 if bold else 500
        )
    else:
        width = max(1, round(size_px / (9 if bold else 14)))
        cv2.putText(picture, text, origin, cv2.FONT_HERSHEY_SIMPLEX, size_px / 30, colour, width, cv2.LINE_AA)


@lru_cache(maxsize=4096)
def _width(text, size_px, bold=False):
    if _face() is not None:
        box = cv2.getTextSize(
            (0, 0), _plain_zeros(text), (0, 0), _face(), round(size_px), 700 if bold else 500
        )
        return box[0] + box[2]
    return cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size_px / 30, 1)[0][0]


def _fitting(text, room_px, size_px):
    """As much of the text as fits, with an ellipsis where it was cut."""
    if _width(text, size_px) <= room_px:
        return text
    while text and _width(text + "...", size_px) > room_px:
        text = text[:-1]
    return text.rstrip() + "..."


def _label(picture, text, centre, size_px, colour):
    """Text in the middle of a small dark sheet, kept inside the picture."""
    width, height = _width(text, size_px, True) + 0.7 * size_px, 1.4 * size_px
    x = min(max(centre[0] - width / 2, 0), max(picture.shape[1] - width, 0))
    y = min(max(centre[1] - height / 2, 0), max(picture.shape[0] - height, 0))
    _sheet(picture, x, y, width, height, radius=0.4 * size_px)
    _write(picture, text, (x + 0.35 * size_px, y + 1.02 * size_px), size_px, colour, bold=True)
