"""A person at one moment as a stick figure without a face: left is round and blue, right is square and orange."""

import numpy as np

from posecheck.drawing import BLUE, GREY, NAVY, ORANGE, WHITE, Curve, Drawing, Mark, box

COLOURS = {"left": BLUE, "right": ORANGE}
HEIGHT = 150.0
_FACE = {"nose", "left_ear", "right_ear"}
_SEEN = 0.5


def figure_of(track, at, *, weaker_side=None, close=False, mirrored=False):
    """A person at one moment, as a `Drawing`.

    Parameters
    ----------
    track : PoseTrack
    at : int or None
        Frame; None draws the empty picture.
    weaker_side : str, optional
        Named in the description.
    close : bool
        Scaled to the trunk and centred on the hips, so that two people can be held side by side; otherwise within the
        frame of the picture, so that one sees how far away and where they are.
    mirrored : bool
        Left and right of the picture changed over, so that one side can be held beside the other.

    Returns
    -------
    Drawing
    """
    width_px, height_px = (float(x) for x in track.image_size_px)
    scale = HEIGHT / height_px
    width = HEIGHT if close else width_px * scale
    frame = () if close else (box(0.5, 0.5, width - 0.5, HEIGHT - 0.5, WHITE, stroke=GREY),)
    about = "Nobody was seen."
    shapes: list = list(frame)
    points = None if at is None else _points(track, at, scale, close)
    if points is not None:
        if mirrored:
            points[:, 0] = width - points[:, 0]
        shapes += _person(track, at, points)
        about = "Blue, round: left. Orange, square: right."
        if weaker_side in COLOURS:
            about += f" The {weaker_side} side is the weaker one."
    return Drawing(width, HEIGHT, tuple(shapes), "Stick figure", about)


def _points(track, at, scale, close):
    """Keypoints in the drawing, (K, 2); None where nobody was seen."""
    uv = track.uv_px[at].astype(np.float64)
    if not np.isfinite(uv).any():
        return None
    if not close:
        return uv * scale
    shoulders, hips = (
        _middle(track.skeleton, uv, [f"{s}_{part}" for s in COLOURS]) for part in ("shoulder", "hip")
    )
    trunk = float(np.linalg.norm(shoulders - hips))
    if not trunk > 0:
        return None
    return (uv - hips) / trunk * 0.25 * HEIGHT + np.array([0.5 * HEIGHT, 0.58 * HEIGHT])


def _middle(skeleton, points, names):
    """Mean place of the keypoints that are known, (2,); NaN when none is."""
    picked = skeleton.pick(points[None], names)[0]
    known = picked[np.isfinite(picked).all(axis=1)]
    return known.mean(axis=0) if len(known) else np.full(2, np.nan)


def _person(track, at, points):
    skeleton, placed = track.skeleton, np.isfinite(points).all(axis=1)
    sure = (track.visibility[at] >= _SEEN) & placed
    for a, b in skeleton.bones:
        i, j = skeleton.index(a), skeleton.index(b)
        if {a, b} & _FACE or not (placed[i] and placed[j]):
            continue
        known = bool(sure[i] and sure[j])
        ends = (tuple(points[i].tolist()), tuple(points[j].tolist()))
        yield Curve(ends, _colour(a, b), width=3.0 if known else 1.0, dash=() if known else (2.0, 2.0))
    for side, colour in COLOURS.items():
        for joint in ("wrist", "ankle"):
            k = skeleton.index(f"{side}_{joint}") if f"{side}_{joint}" in skeleton else None
            if k is not None and sure[k]:
                yield Mark(float(points[k, 0]), float(points[k, 1]), 3.2, colour, square=side == "right")
    # Of a head that is told by its ears, the middle between them; else whatever tells of it.
    ears = [f"{side}_ear" for side in COLOURS]
    head = _middle(skeleton, points, ears if set(ears) & set(skeleton.keypoints) else skeleton.head)
    seat = _middle(skeleton, points, [f"{side}_hip" for side in COLOURS])
    if np.isfinite(head + seat).all():
        size = max(3.0, 0.14 * float(np.linalg.norm(head - seat)))
        yield Mark(float(head[0]), float(head[1]), size, GREY, hollow=True)


def _colour(a, b):
    sides = {name.split("_")[0] for name in (a, b)}
    return COLOURS.get(sides.pop(), NAVY) if len(sides) == 1 else NAVY
