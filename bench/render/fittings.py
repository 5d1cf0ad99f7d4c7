"""Kitchens and clinics against the wall at z = 0; the functions are as in `render.furniture`."""

import numpy as np

from render.furniture import DARK, LOUD, STEEL, WHITE, one_of
from render.pieces import ball, box, cylinder


def kitchen_units(draw, left, right):
    """Base units with a worktop, tiles, wall cupboards either side of a window or hood."""
    fronts = one_of(
        draw,
        ((0.88, 0.87, 0.84), (0.55, 0.62, 0.60), (0.70, 0.56, 0.40), (0.36, 0.42, 0.50), (0.80, 0.78, 0.70)),
    )
    top = one_of(draw, ((0.28, 0.27, 0.27), (0.60, 0.45, 0.30), (0.72, 0.71, 0.68)))
    tile = one_of(draw, ((0.88, 0.89, 0.87), (0.70, 0.78, 0.78), (0.85, 0.80, 0.70), (0.55, 0.62, 0.66)))
    parts = [
        box((left, 0.1, 0.0), (right, 0.87, 0.57), fronts),
        box((left, 0, 0.0), (right, 0.1, 0.5), DARK),
        box((left - 0.01, 0.87, 0), (right, 0.905, 0.61), top, "vinyl"),
        box((left, 0.905, 0), (right, 1.45, 0.008), tile, "tiles"),
    ]
    count = max(2, round((right - left) / 0.5))
    width = (right - left) / count
    oven, gap = int(draw.integers(count)), int(draw.integers(count))
    for k in range(count):
        a, b = left + k * width + 0.004, left + (k + 1) * width - 0.004
        parts += _oven(a, b) if k == oven else _unit_front(draw, a, b, fronts)
        if k == gap:
            parts += _hob_or_window(draw, a, b)
        else:
            parts.append(box((a, 1.45, 0), (b, 2.15, 0.32), fronts))
            parts.append(box((a + 0.004, 1.455, 0.32), (b - 0.004, 2.145, 0.338), fronts))
            parts.append(box((b - 0.05, 1.5, 0.338), (b - 0.035, 1.62, 0.36), STEEL, "metal"))
    spots = draw.permutation(np.arange(left + 0.2, right - 0.2, 0.33))[:4]
    for make, at in zip((_kettle, _jar, _board, _tap), spots, strict=False):
        parts += make(draw, at)
    return parts


def _unit_front(draw, a, b, color):
    drawers = draw.random() < 0.3
    edges = [(0.105, 0.36), (0.365, 0.62), (0.625, 0.865)] if drawers else [(0.105, 0.865)]
    parts = []
    for low, high in edges:
        parts.append(box((a, low, 0.57), (b, high - 0.005, 0.59), color))
        parts.append(
            box(
                ((a + b) / 2 - 0.07, high - 0.05, 0.59),
                ((a + b) / 2 + 0.07, high - 0.035, 0.615),
                STEEL,
                "metal",
            )
        )
    return parts


def _oven(a, b):
    return [
        box((a, 0.12, 0.57), (b, 0.865, 0.592), STEEL, "metal"),
        box((a + 0.04, 0.25, 0.592), (b - 0.04, 0.68, 0.596), (0.07, 0.07, 0.08), "vinyl"),
        cylinder((a + 0.04, 0.72, 0.615), (b - 0.04, 0.72, 0.615), 0.01, STEEL, "metal"),
        *(cylinder((x, 0.8, 0.59), (x, 0.8, 0.615), 0.018, DARK) for x in np.linspace(a + 0.08, b - 0.08, 4)),
    ]


def _hob_or_window(draw, a, b):
    if draw.random() < 0.5:
        return [
            box((a + 0.02, 1.6, 0), (b - 0.02, 1.72, 0.42), STEEL, "metal"),
            box(((a + b) / 2 - 0.1, 1.72, 0), ((a + b) / 2 + 0.1, 2.3, 0.25), STEEL, "metal"),
        ]
    return [
        box((a, 1.3, 0.0), (b, 2.15, 0.012), WHITE, "view"),
        box((a, 1.27, 0), (b, 1.31, 0.1), WHITE),
        *(box((x, 1.3, 0), (x + 0.04, 2.15, 0.04), WHITE) for x in (a, (a + b) / 2 - 0.02, b - 0.04)),
        box((a, 2.12, 0), (b, 2.17, 0.04), WHITE),
    ]


def _kettle(draw, x):
    return [
        cylinder((x, 0.905, 0.3), (x, 1.1, 0.3), 0.08, STEEL, "metal", top_radius_m=0.055),
        cylinder((x, 1.1, 0.3), (x, 1.13, 0.3), 0.03, DARK),
    ]


def _jar(draw, x):
    return [
        part
        for k in range(3)
        for part in (
            cylinder(
                (x + 0.1 * k - 0.1, 0.905, 0.12),
                (x + 0.1 * k - 0.1, 1.0 + 0.03 * k, 0.12),
                0.04,
                one_of(draw, LOUD),
            ),
            cylinder(
                (x + 0.1 * k - 0.1, 1.0 + 0.03 * k, 0.12),
                (x + 0.1 * k - 0.1, 1.02 + 0.03 * k, 0.12),
                0.042,
                WHITE,
            ),
        )
    ]


def _board(draw, x):
    return [
        box((x - 0.12, 0.905, 0.02), (x + 0.12, 1.24, 0.045), (0.70, 0.54, 0.36), "wood"),
        ball((x + 0.1, 0.94, 0.3), (0.12, 0.05, 0.1), one_of(draw, LOUD), power=2.5),
    ]


def _tap(draw, x):
    return [
        cylinder((x, 0.905, 0.1), (x, 1.15, 0.1), 0.012, STEEL, "metal"),
        cylinder((x, 1.15, 0.1), (x, 1.13, 0.28), 0.01, STEEL, "metal"),
        box((x - 0.25, 0.9, 0.14), (x + 0.25, 0.908, 0.52), STEEL, "metal"),
        box((x - 0.23, 0.9, 0.16), (x + 0.23, 0.91, 0.5), (0.35, 0.36, 0.37), "metal"),
    ]


def fridge(draw, x, width):
    color = one_of(draw, (WHITE, STEEL, (0.80, 0.81, 0.82)))
    left, right, material = x - width / 2, x + width / 2, "metal" if color == STEEL else "paint"
    parts = [box((left, 0.03, 0), (right, 1.85, 0.58), color, material)]
    for low, high in ((0.05, 0.65), (0.66, 1.84)):
        parts.append(box((left, low, 0.58), (right, high, 0.63), color, material))
    parts += [
        box((right - 0.06, low, 0.63), (right - 0.04, high, 0.67), (0.55, 0.55, 0.56), "metal")
        for low, high in ((0.4, 0.6), (0.75, 1.15))
    ]
    return parts + [
        box(
            (left + 0.1 + 0.12 * k, 1.3 + 0.08 * (k % 2), 0.63),
            (left + 0.2 + 0.12 * k, 1.42 + 0.08 * (k % 2), 0.632),
            one_of(draw, (*LOUD, WHITE)),
        )
        for k in range(int(draw.integers(0, 4)))
    ]


def couch(draw, x, width):
    """A treatment couch (plinth)."""
    color = one_of(draw, ((0.24, 0.42, 0.52), (0.30, 0.32, 0.36), (0.42, 0.55, 0.48)))
    left, right = x - width / 2, x + width / 2
    parts = [
        ball((x + 0.22, 0.6, 0.38), (width / 2 - 0.23, 0.05, 0.33), color, "fabric", power=7),
        ball((left + 0.22, 0.63, 0.38), (0.21, 0.05, 0.33), color, "fabric", power=6),
        box((left + 0.1, 0.5, 0.12), (right - 0.1, 0.55, 0.64), WHITE),
    ]
    for at in (left + 0.25, right - 0.3):
        parts += [box((at, 0.05, z), (at + 0.05, 0.5, z + 0.05), WHITE) for z in (0.12, 0.58)]
        parts.append(box((at, 0.02, 0.08), (at + 0.05, 0.07, 0.68), STEEL, "metal"))
    parts.append(box((left + 0.3, 0.25, 0.3), (right - 0.3, 0.29, 0.36), STEEL, "metal"))
    if draw.random() < 0.6:
        parts.append(
            ball((right - 0.3, 0.69, 0.38), (0.2, 0.07, 0.26), (0.93, 0.93, 0.92), "fabric", power=3)
        )
    return parts


def wall_bars(draw, x, width):
    left, right, wood = x - width / 2, x + width / 2, (0.74, 0.57, 0.38)
    parts = [box((at, 0, 0), (at + 0.035, 2.35, 0.13), wood, "wood") for at in (left, right - 0.035)]
    return parts + [
        cylinder((left, y, 0.1), (right, y, 0.1), 0.017, wood, "wood", sides=10)
        for y in np.arange(0.2, 2.3, 0.16)
    ]


def cabinet(draw, x, width):
    left, right = x - width / 2, x + width / 2
    parts = [
        box((left, 0.06, 0), (right, 1.75, 0.4), WHITE),
        box((left + 0.01, 0.0, 0.02), (right - 0.01, 0.06, 0.36), DARK),
    ]
    for a, b in ((left, x - 0.003), (x + 0.003, right)):
        parts.append(box((a, 0.07, 0.4), (b, 1.74, 0.415), (0.86, 0.88, 0.89)))
    return parts + [
        cylinder((x + s * 0.04, 0.85, 0.44), (x + s * 0.04, 1.05, 0.44), 0.008, STEEL, "metal")
        for s in (-1, 1)
    ]


def exercise_ball(draw, x, width):
    return [
        ball(
            (x, width / 2, width / 2 + 0.05),
            (width / 2,) * 3,
            one_of(draw, LOUD),
            "vinyl",
            rings=18,
            sides=28,
        )
    ]


def weight_rack(draw, x, width):
    left, right = x - width / 2, x + width / 2
    parts = [box((at, 0, 0.05), (at + 0.04, 0.95, 0.42), DARK) for at in (left, right - 0.04)]
    for level in (0.25, 0.55, 0.85):
        parts.append(box((left, level, 0.08), (right, level + 0.03, 0.4), DARK, "metal"))
        for at in np.arange(left + 0.1, right - 0.08, 0.15):
            color = one_of(draw, LOUD)
            parts += [ball((at, level + 0.08, z), (0.05, 0.05, 0.05), color, power=4) for z in (0.13, 0.33)]
            parts.append(
                cylinder((at, level + 0.08, 0.13), (at, level + 0.08, 0.33), 0.015, STEEL, "metal", sides=8)
            )
    return parts
