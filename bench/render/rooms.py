"""Rooms that look lived in: walls, floor and what stands along the wall behind a person, drawn from a seed."""

import numpy as np

from render import fittings, furniture
from render.pieces import joined, panel

WALLS = (
    (0.86, 0.84, 0.79),
    (0.80, 0.83, 0.80),
    (0.88, 0.83, 0.74),
    (0.76, 0.80, 0.85),
    (0.87, 0.80, 0.77),
    (0.83, 0.82, 0.84),
    (0.74, 0.79, 0.74),
    (0.90, 0.88, 0.84),
    (0.66, 0.71, 0.76),
    (0.80, 0.72, 0.62),
)
PLANKS = ((0.64, 0.49, 0.34), (0.52, 0.37, 0.25), (0.74, 0.62, 0.47), (0.60, 0.54, 0.47), (0.44, 0.32, 0.24))
CARPETS = ((0.58, 0.54, 0.48), (0.45, 0.47, 0.52), (0.52, 0.42, 0.38), (0.62, 0.60, 0.58))
TILES = ((0.72, 0.70, 0.66), (0.58, 0.56, 0.54), (0.80, 0.78, 0.74), (0.62, 0.50, 0.42))
VINYLS = ((0.62, 0.66, 0.66), (0.70, 0.68, 0.62), (0.55, 0.60, 0.66))
HEIGHT_M = 2.55


def furnished(room):
    """The room as two meshes: the shell (walls, floor, ceiling), and what stands and hangs in it.

    Only what stands in it keeps the key light off: the light itself comes in through a wall or the ceiling.
    """
    draw = np.random.default_rng([room.seed, 11])
    kind = KINDS.get(room.kind)
    if kind is None:
        raise ValueError(f"There is no room kind {room.kind!r}. Take one of: {', '.join(KINDS)}.")
    left_m, right_m = -draw.uniform(2.2, 3.4), draw.uniform(2.2, 3.4)
    floor_material, floors, wall_material = kind["surfaces"][draw.integers(len(kind["surfaces"]))]
    floor = room.floor or floors[draw.integers(len(floors))]
    walls = kind.get("walls", WALLS)
    wall = room.wall or walls[draw.integers(len(walls))]
    shell = _shell(left_m, right_m, room.wall_m, (floor, floor_material), (wall, wall_material))
    pieces = [piece.moved((0, 0, -room.wall_m)) for piece in kind["furnish"](draw, left_m, right_m)]
    pieces += [piece.moved((0, 0, -room.wall_m)) for piece in _skirting(left_m, right_m, room.wall_m, kind)]
    return joined(shell).moved(heading_deg=room.turn_deg), joined(pieces).moved(heading_deg=room.turn_deg)


def _shell(left_m, right_m, wall_m, floor, wall):
    deep, near = -wall_m, 7.0
    across, along, up = (right_m - left_m, 0, 0), (0, 0, near - deep), (0, HEIGHT_M, 0)
    back = (0, 0, deep - near)
    return [
        panel((left_m, 0, near), across, back, *floor),
        panel((left_m, 0, deep), across, up, *wall),
        panel((left_m, 0, near), back, up, *wall),
        panel((right_m, 0, deep), along, up, *wall),
        panel((left_m, HEIGHT_M, deep), across, along, (0.93, 0.93, 0.92)),
    ]


def _skirting(left_m, right_m, wall_m, kind):
    if kind.get("skirting", True):
        white = (0.90, 0.90, 0.88)
        yield furniture.box((left_m, 0, 0), (right_m, 0.09, 0.015), white)
        for x in (left_m, right_m - 0.015):
            yield furniture.box((x, 0, 0), (x + 0.015, 0.09, wall_m + 7.0), white)


def _row(draw, choices, left_m, right_m, gap_m=(0.1, 0.5)):
    """Furniture one after another along the wall; no piece twice unless nothing else is left."""
    x, order = left_m + draw.uniform(0.05, 0.4), list(draw.permutation(len(choices)))
    while order:
        make, width_m = choices[order.pop(0)]
        if x + width_m > right_m - 0.05:
            continue
        yield from make(draw, x + width_m / 2, width_m)
        x += width_m + draw.uniform(*gap_m)


def _plain(draw, left_m, right_m):
    return []


def _living(draw, left_m, right_m):
    high = (
        (furniture.window, 1.6),
        (furniture.bookcase, 0.9),
        (furniture.window, 1.8),
        (furniture.door, 0.95),
    )
    low = [
        (furniture.sideboard, 1.4),
        (furniture.sofa, 1.8),
        (furniture.plant, 0.5),
        (furniture.floor_lamp, 0.45),
    ]
    high = [(furniture.bookcase, 0.9), (furniture.window, 1.6), (furniture.door, 0.95)]
    parts = list(
        _row(draw, [low[i] for i in draw.permutation(4)[:3]] + [high[draw.integers(3)]], left_m, right_m)
    )
    if draw.random() < 0.5:
        parts += furniture.rug(draw, draw.uniform(-0.3, 0.3))
    return parts + _hung(draw, parts, left_m, right_m)


def _cluttered(draw, left_m, right_m):
    choices = [
        (furniture.bookcase, 0.9),
        (furniture.sideboard, 1.2),
        (furniture.plant, 0.5),
        (furniture.boxes, 0.6),
        (furniture.floor_lamp, 0.4),
        (furniture.desk, 1.2),
        (furniture.armchair, 0.85),
        (furniture.clothes_rail, 0.9),
        (furniture.window, 1.4),
    ]
    parts = list(_row(draw, choices, left_m, right_m, (0.0, 0.12)))
    if draw.random() < 0.7:
        parts += furniture.rug(draw, draw.uniform(-0.5, 0.5))
    return parts + _hung(draw, parts, left_m, right_m)


def _kitchen(draw, left_m, right_m):
    parts = fittings.kitchen_units(draw, left_m + 0.7, min(right_m, 2.6))
    return parts + fittings.fridge(draw, left_m + 0.36, 0.62)


def _clinic(draw, left_m, right_m):
    choices = [
        (fittings.couch, 1.9),
        (fittings.wall_bars, 0.9),
        (fittings.cabinet, 0.8),
        (fittings.exercise_ball, 0.65),
        (fittings.weight_rack, 0.9),
        (furniture.window, 1.3),
        (furniture.door, 0.95),
    ]
    parts = list(_row(draw, choices, left_m, right_m, (0.1, 0.35)))
    return parts + _hung(draw, parts, left_m, right_m, furniture.poster)


def _hung(draw, parts, left_m, right_m, hang=None):
    """Pictures where the wall is free at the height of the eye."""
    hung, tries = [], int(draw.integers(2, 6))
    for _ in range(tries):
        width, height = draw.uniform(0.3, 0.8), draw.uniform(0.3, 0.6)
        x, y = draw.uniform(left_m + 0.5, right_m - 0.5), draw.uniform(1.4, 1.65)
        if all(_apart(piece, x, y, width, height) for piece in parts + hung):
            hung += (hang or furniture.picture)(draw, x, y, width, height)
    return hung


def _apart(piece, x, y, width, height, gap_m=0.08):
    lo, hi = piece.positions_m.min(0) - gap_m, piece.positions_m.max(0) + gap_m
    return x + width / 2 < lo[0] or x - width / 2 > hi[0] or y + height / 2 < lo[1] or y - height / 2 > hi[1]


_HOME = (("planks", PLANKS, "plaster"), ("planks", PLANKS, "wallpaper"), ("carpet", CARPETS, "plaster"))
KINDS = {
    "plain": {"surfaces": (("planks", PLANKS, "plaster"),), "furnish": _plain},
    "room": {"surfaces": _HOME, "furnish": _living},
    "clutter": {"surfaces": _HOME, "furnish": _cluttered},
    "kitchen": {
        "surfaces": (("tiles", TILES, "plaster"), ("vinyl", VINYLS, "plaster")),
        "furnish": _kitchen,
        "skirting": False,
    },
    "clinic": {
        "surfaces": (("vinyl", VINYLS, "plaster"),),
        "furnish": _clinic,
        "walls": ((0.90, 0.91, 0.90), (0.86, 0.90, 0.92), (0.92, 0.90, 0.86), (0.82, 0.89, 0.86)),
    },
}
