"""Furniture against the wall at z = 0, its front towards +z; a function takes a random generator, a middle, a width."""

import numpy as np

from render.pieces import ball, box, cylinder, leaf

WOODS = ((0.45, 0.31, 0.21), (0.62, 0.46, 0.31), (0.32, 0.22, 0.16), (0.72, 0.60, 0.45), (0.86, 0.85, 0.82))
CLOTHS = (
    (0.42, 0.47, 0.52),
    (0.55, 0.50, 0.43),
    (0.30, 0.38, 0.36),
    (0.52, 0.33, 0.28),
    (0.68, 0.64, 0.58),
    (0.28, 0.31, 0.42),
)
LOUD = ((0.72, 0.34, 0.24), (0.80, 0.62, 0.26), (0.25, 0.45, 0.50), (0.50, 0.55, 0.35), (0.60, 0.35, 0.42))
WHITE, STEEL, DARK = (0.90, 0.90, 0.88), (0.66, 0.67, 0.69), (0.14, 0.14, 0.15)


def one_of(draw, colors):
    return colors[draw.integers(len(colors))]


def picture(draw, x, y, width, height):
    frame, border = one_of(draw, (*WOODS, DARK)), 0.03
    left, right, low, high = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    parts = [box((left - border, low - border, 0), (right + border, high + border, 0.02), frame, "wood")]
    if draw.random() < 0.5:
        parts.append(box((left, low, 0.02), (right, high, 0.023), (0.92, 0.91, 0.88)))
        left, right, low, high = left + 0.05, right - 0.05, low + 0.05, high - 0.05
    return [*parts, box((left, low, 0.02), (right, high, 0.026), draw.random(3), "painting")]


def poster(draw, x, y, width, height):
    width, height = min(width, 0.5), max(height, 0.5)
    left, low = x - width / 2, y - height / 2
    heading = one_of(draw, ((0.25, 0.5, 0.65), (0.35, 0.6, 0.45), (0.75, 0.4, 0.3)))
    return [
        box((left, low, 0), (left + width, low + height, 0.004), (0.93, 0.94, 0.93), "poster"),
        box((left, low + height - 0.09, 0.004), (left + width, low + height, 0.006), heading),
        box(
            (left + width * 0.55, low + 0.08, 0.004),
            (left + width * 0.92, low + height - 0.16, 0.006),
            draw.random(3),
            "painting",
        ),
    ]


def window(draw, x, width):
    left, right, low, high = x - width / 2 + 0.2, x + width / 2 - 0.2, 0.9, 2.15
    parts = [
        box((left, low, 0.0), (right, high, 0.012), WHITE, "view"),
        box((left - 0.05, low - 0.07, 0), (right + 0.05, low, 0.16), WHITE),
    ]
    for at in (left - 0.03, (left + right) / 2 - 0.025, right - 0.03):
        parts.append(box((at, low, 0), (at + 0.06, high, 0.045), WHITE))
    for y in (low, high - 0.03):
        parts.append(box((left, y, 0), (right, y + 0.05, 0.045), WHITE))
    cloth = one_of(draw, (*CLOTHS, (0.88, 0.86, 0.80), *LOUD))
    if draw.random() < 0.8:
        for a, b in ((left - 0.22, left + 0.08), (right - 0.08, right + 0.22)):
            parts.append(box((a, 0.06, 0.06), (b, high + 0.12, 0.11), cloth, "curtain"))
        parts.append(
            cylinder((left - 0.3, high + 0.13, 0.085), (right + 0.3, high + 0.13, 0.085), 0.014, DARK)
        )
    if draw.random() < 0.6:
        parts += _radiator((left + right) / 2, min(1.0, right - left))
    return parts


def _radiator(x, width):
    fins = [
        box((at, 0.14, 0.04), (at + 0.045, 0.7, 0.1), WHITE)
        for at in np.arange(x - width / 2, x + width / 2 - 0.05, 0.06)
    ]
    return [*fins, box((x - width / 2, 0.18, 0.05), (x + width / 2, 0.66, 0.08), WHITE)]


def door(draw, x, width):
    half, color = width / 2 - 0.07, one_of(draw, ((0.88, 0.87, 0.84), (0.60, 0.45, 0.31), (0.82, 0.80, 0.74)))
    parts = [
        box((x - half - 0.07, 0, 0), (x + half + 0.07, 2.1, 0.03), WHITE),
        box((x - half, 0.01, 0), (x + half, 2.03, 0.035), color, "wood" if color[2] < 0.5 else "paint"),
    ]
    for low, high in ((0.2, 0.9), (1.05, 1.9)):
        parts.append(box((x - half + 0.12, low, 0.0), (x + half - 0.12, high, 0.045), color))
    parts.append(cylinder((x + half - 0.07, 1.0, 0.03), (x + half - 0.07, 1.0, 0.085), 0.012, STEEL, "metal"))
    return [
        *parts,
        cylinder((x + half - 0.07, 1.0, 0.08), (x + half - 0.19, 1.0, 0.08), 0.01, STEEL, "metal"),
    ]


def sideboard(draw, x, width):
    color, high, left, right = one_of(draw, WOODS), draw.uniform(0.6, 0.85), x - width / 2, x + width / 2
    parts = [
        box((left, 0.1, 0.02), (right, high, 0.42), color, "wood"),
        box((left - 0.01, high, 0.01), (right + 0.01, high + 0.025, 0.44), color, "wood"),
    ]
    doors = int(draw.integers(2, 4))
    for k in range(doors):
        a, b = left + width * k / doors + 0.01, left + width * (k + 1) / doors - 0.01
        parts.append(box((a, 0.12, 0.42), (b, high - 0.02, 0.435), color, "wood"))
        parts.append(ball((b - 0.05, (high + 0.1) / 2, 0.445), (0.015, 0.015, 0.015), STEEL, "metal"))
    for at in (left + 0.05, right - 0.09):
        parts.append(box((at, 0, 0.06), (at + 0.04, 0.1, 0.38), color, "wood"))
    return parts + _on_top(draw, left + 0.15, right - 0.15, high + 0.025)


def _on_top(draw, left, right, high):
    """Two or three things that stand on a board."""
    parts, makers, x = [], list(draw.permutation(4)[:3]), left
    for make in makers:
        if x > right:
            break
        if make == 0:
            color = one_of(draw, LOUD)
            parts.append(ball((x, high + 0.1, 0.2), (0.06, 0.1, 0.06), color, "paint"))
            parts.append(
                cylinder((x, high + 0.16, 0.2), (x, high + 0.24, 0.2), 0.025, color, top_radius_m=0.035)
            )
        elif make == 1:
            parts += _table_lamp(draw, x, high)
        elif make == 2:
            for k in range(int(draw.integers(2, 5))):
                parts.append(
                    box(
                        (x - 0.09 + 0.01 * k, high + 0.03 * k, 0.12),
                        (x + 0.11 - 0.01 * k, high + 0.03 * k + 0.026, 0.28),
                        one_of(draw, LOUD),
                    )
                )
        else:
            parts += _foliage(draw, (x, high + 0.12, 0.2), 0.13, 20)
            parts.append(cylinder((x, high, 0.2), (x, high + 0.12, 0.2), 0.05, WHITE, top_radius_m=0.065))
        x += draw.uniform(0.3, 0.5)
    return parts


def _table_lamp(draw, x, y):
    return [
        cylinder((x, y, 0.2), (x, y + 0.02, 0.2), 0.06, DARK),
        cylinder((x, y, 0.2), (x, y + 0.25, 0.2), 0.01, DARK),
        cylinder(
            (x, y + 0.22, 0.2), (x, y + 0.4, 0.2), 0.13, (0.93, 0.90, 0.82), "fabric", top_radius_m=0.09
        ),
    ]


def floor_lamp(draw, x, width):
    shade = one_of(draw, ((0.93, 0.90, 0.82), (0.85, 0.78, 0.66), *CLOTHS))
    return [
        cylinder((x, 0, 0.25), (x, 0.025, 0.25), 0.14, DARK, "metal"),
        cylinder((x, 0, 0.25), (x, 1.5, 0.25), 0.012, DARK, "metal"),
        cylinder((x, 1.4, 0.25), (x, 1.7, 0.25), 0.2, shade, "fabric", top_radius_m=0.14),
    ]


def sofa(draw, x, width):
    color, left, right = one_of(draw, CLOTHS), x - width / 2, x + width / 2
    parts = [
        ball((x, 0.22, 0.42), (width / 2 - 0.02, 0.15, 0.40), color, "fabric", power=6),
        ball((x, 0.55, 0.14), (width / 2 - 0.06, 0.30, 0.12), color, "fabric", power=5),
    ]
    seats = 2 if width < 1.7 else 3
    for k in range(seats):
        middle = left + 0.16 + (width - 0.32) * (k + 0.5) / seats
        half = (width - 0.32) / seats / 2 - 0.004
        parts.append(ball((middle, 0.40, 0.47), (half, 0.075, 0.34), color, "fabric", power=5))
        parts.append(ball((middle, 0.63, 0.24), (half, 0.2, 0.09), color, "fabric", power=4))
    for at in (left + 0.09, right - 0.09):
        parts.append(ball((at, 0.36, 0.42), (0.09, 0.24, 0.41), color, "fabric", power=5))
    for at in draw.permutation([left + 0.3, right - 0.3])[: draw.integers(0, 3)]:
        parts.append(ball((at, 0.62, 0.36), (0.2, 0.19, 0.07), one_of(draw, LOUD), "fabric", power=3))
    for at in (left + 0.1, right - 0.1):
        parts.append(cylinder((at, 0, 0.7), (at, 0.1, 0.7), 0.02, DARK))
    return parts


def armchair(draw, x, width):
    return sofa(np.random.default_rng(draw.integers(1 << 30)), x, width)


def bookcase(draw, x, width):
    color, left, right, high, deep = one_of(draw, WOODS), x - width / 2, x + width / 2, 1.83, 0.28
    parts = [box((left, 0, 0), (right, high, 0.02), color, "wood")]
    parts += [box((at, 0, 0), (at + 0.025, high, deep), color, "wood") for at in (left, right - 0.025)]
    for k in range(7):
        parts.append(box((left, 0.3 * k, 0), (right, 0.3 * k + 0.022, deep), color, "wood"))
        if k < 6:
            end = right - 0.03 - (width * draw.uniform(0.25, 0.6) if draw.random() < 0.35 else 0)
            parts.append(
                box((left + 0.03, 0.3 * k + 0.022, 0.03), (end, 0.3 * k + 0.29, deep - 0.05), color, "books")
            )
    return parts


def _foliage(draw, at, spread, leaves):
    """A bunch of leaves on stalks; the leaves stay before the wall."""
    at, parts = np.asarray(at), []
    green = np.array((0.24, 0.40, 0.20)) * draw.uniform(0.85, 1.2) + (
        draw.uniform(0, 0.06),
        0,
        draw.uniform(0, 0.08),
    )
    slim = draw.uniform(0.28, 0.6)
    for _ in range(leaves):
        way = draw.normal(size=3) * (1, 0.6, 0.8) + (0, 1.0, 0.15)
        way /= np.linalg.norm(way)
        start, tip = at + way * spread * draw.uniform(0.25, 0.6), at + way * spread * draw.uniform(1.0, 1.5)
        start[2], tip[2] = max(start[2], 0.03), max(tip[2], 0.05)
        parts.append(cylinder(at, start, 0.004, green * 0.8, sides=5))
        width = slim * np.linalg.norm(tip - start)
        parts.append(
            leaf(
                start,
                tip,
                width,
                green * draw.uniform(0.75, 1.2),
                droop_m=0.25 * spread * draw.uniform(0.3, 1.2),
            )
        )
    return parts


def plant(draw, x, width):
    pot, high = one_of(draw, ((0.62, 0.38, 0.28), WHITE, DARK, (0.5, 0.52, 0.5))), draw.uniform(0.25, 0.4)
    parts = [
        cylinder((x, 0, 0.28), (x, high, 0.28), 0.12, pot, top_radius_m=0.16),
        cylinder((x, 0, 0.28), (x, high + 0.35, 0.28), 0.015, (0.3, 0.24, 0.16)),
    ]
    parts += _foliage(draw, (x, high + 0.05, 0.28), 0.33, 22)
    return parts + _foliage(draw, (x, high + 0.35, 0.28), 0.34, 44)


def rug(draw, x):
    color, other = one_of(draw, (*CLOTHS, *LOUD)), one_of(draw, ((0.80, 0.76, 0.68), (0.25, 0.25, 0.28)))
    long, near = draw.uniform(0.8, 1.2), draw.uniform(0.9, 1.3)
    return [
        box((x - long, 0.0005, near), (x + long, 0.002, near + 1.6), color, "carpet"),
        box((x - long + 0.1, 0.002, near + 0.1), (x + long - 0.1, 0.0025, near + 1.5), other, "carpet"),
        box((x - long + 0.14, 0.0025, near + 0.14), (x + long - 0.14, 0.003, near + 1.46), color, "carpet"),
    ]


def boxes(draw, x, width):
    card, half = (0.66, 0.52, 0.37), width / 2 - 0.05
    parts = [box((x - half, 0, 0.06), (x + half, 0.38, 0.5), card)]
    if draw.random() < 0.7:
        parts.append(box((x - half * 0.8, 0.38, 0.1), (x + half * 0.7, 0.66, 0.46), card))
    for part_high, z in ((0.38, 0.501),):
        parts.append(box((x - 0.03, 0.02, z - 0.002), (x + 0.03, part_high, z), (0.76, 0.68, 0.52)))
    return parts


def desk(draw, x, width):
    color, left, right = one_of(draw, WOODS), x - width / 2, x + width / 2
    parts = [
        box((left, 0.71, 0.02), (right, 0.74, 0.62), color, "wood"),
        box((left, 0.35, 0.03), (left + 0.4, 0.71, 0.58), color, "wood"),
    ]
    parts += [
        box((at, 0, z), (at + 0.04, 0.71, z + 0.04), color, "wood")
        for at in (left, right - 0.04)
        for z in (0.04, 0.56)
    ]
    parts += [
        box((x - 0.27, 0.83, 0.2), (x + 0.27, 1.16, 0.23), DARK),
        box((x - 0.255, 0.845, 0.23), (x + 0.255, 1.145, 0.232), (0.10, 0.11, 0.13), "vinyl"),
        box((x - 0.03, 0.75, 0.19), (x + 0.03, 0.84, 0.21), DARK),
        box((x - 0.12, 0.74, 0.14), (x + 0.12, 0.75, 0.28), DARK),
    ]
    return parts + [
        box((right - 0.3, 0.74, 0.2), (right - 0.1, 0.74 + 0.03 * k, 0.45), one_of(draw, LOUD))
        for k in (1, 2)
    ]


def clothes_rail(draw, x, width):
    left, right = x - width / 2 + 0.05, x + width / 2 - 0.05
    parts = [cylinder((at, 0, 0.3), (at, 1.55, 0.3), 0.014, STEEL, "metal") for at in (left, right)]
    parts.append(cylinder((left, 1.55, 0.3), (right, 1.55, 0.3), 0.014, STEEL, "metal"))
    for at in np.arange(left + 0.08, right - 0.06, 0.085):
        color = one_of(draw, (*CLOTHS, *LOUD, WHITE, DARK))
        long = draw.uniform(0.55, 0.95)
        parts.append(ball((at, 1.5 - long / 2, 0.3), (0.03, long / 2, 0.22), color, "fabric", power=4))
    return parts
