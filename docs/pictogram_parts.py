"""What every pictogram is made of: five colours, one outline, and a body in parts. The field is 96 by 96, y down.

Shapes are outlined in navy. A person's clothes are blue, the rest is pale; what the picture is about is orange. As in
a mirror, a person's left is at the left (docs/practice.md).
"""

from math import atan2, cos, pi, radians, sin

NAVY, BLUE, ORANGE, PALE, WHITE = "#12305e", "#2f6fd0", "#f08a24", "#d9e6f8", "#ffffff"
RIM = 7  # how much wider than a limb its outline is


def place(d):
    """Path data: points alone begin with a move."""
    return d if d[0] == "M" else f"M{d}"


def line(d, colour=NAVY, w=6):
    return f'<path d="{place(d)}" fill="none" stroke="{colour}" stroke-width="{w}"/>'


def shape(d, fill=PALE, w=5):
    return f'<path d="{place(d)}Z" fill="{fill}" stroke="{NAVY}" stroke-width="{w}"/>'


def disc(x, y, r, fill=PALE, w=5):
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}" stroke="{NAVY}" stroke-width="{w}"/>'


def dot(x, y, r, fill=NAVY):
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}"/>'


def oval(x, y, rx, ry, fill=PALE, w=5):
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}" stroke="{NAVY}" stroke-width="{w}"/>'


def box(x, y, w, h, r=6, fill=PALE, rim=5):
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{r:g}" fill="{fill}" '
        f'stroke="{NAVY}" stroke-width="{rim}"/>'
    )


def tube(d, fill=PALE, w=9):
    """A limb: a thick line in its outline."""
    return line(d, NAVY, w + RIM) + line(d, fill, w)


def joined(*parts):
    """Limbs (d, fill, w) that grow out of each other: no outline between them."""
    return "".join(line(d, NAVY, w + RIM) for d, _, w in parts) + "".join(line(d, f, w) for d, f, w in parts)


def at(x, y, scale, *parts, turn=0):
    """Parts moved, scaled about the origin and turned about the middle of the field."""
    turned = f" rotate({turn:g} 48 48)" if turn else ""
    return f'<g transform="translate({x:g} {y:g}) scale({scale:g}){turned}">{"".join(parts)}</g>'


def flipped(*parts):
    """The mirror image."""
    return f'<g transform="matrix(-1 0 0 1 96 0)">{"".join(parts)}</g>'


def arrow(x1, y1, x2, y2, fill=ORANGE, w=7, head=11):
    a = atan2(y2 - y1, x2 - x1)
    along, across = (cos(a), sin(a)), (-sin(a), cos(a))

    def point(x, y, far, off):
        return f"{x + far * along[0] + off * across[0]:.1f},{y + far * along[1] + off * across[1]:.1f}"

    back, half = -1.15 * head, w / 2
    corners = [(x1, y1, 0, -half), (x2, y2, back, -half), (x2, y2, back, -head), (x2, y2, 0, 0)]
    corners += [(x2, y2, back, head), (x2, y2, back, half), (x1, y1, 0, half)]
    return shape(" ".join(point(*corner) for corner in corners), fill, 4)


def round_arrow(x, y, r, begin_deg, end_deg, fill=ORANGE, w=6, head=9):
    """An arc from one direction to another, clockwise if it grows, with a head at its end."""
    turn = 1 if end_deg > begin_deg else -1
    b, e = radians(begin_deg), radians(end_deg)
    big = int(abs(end_deg - begin_deg) > 180)
    x1, y1, x2, y2 = x + r * cos(b), y + r * sin(b), x + r * cos(e), y + r * sin(e)
    arc = f"M{x1:.1f},{y1:.1f}A{r},{r} 0 {big} {int(turn > 0)} {x2:.1f},{y2:.1f}"
    a = e + turn * pi / 2
    corners = ((0, -head), (1.3 * head, 0), (0, head))
    tip = [(x2 + f * cos(a) - o * sin(a), y2 + f * sin(a) + o * cos(a)) for f, o in corners]
    return tube(arc, fill, w) + shape(" ".join(f"{p:.1f},{q:.1f}" for p, q in tip), fill, 4)


def burst(x, y, r=12, fill=ORANGE):
    """Pain: a star."""
    points = []
    for k in range(16):
        far = r if k % 2 == 0 else 0.52 * r
        points.append(f"{x + far * sin(k * pi / 8):.1f},{y - far * cos(k * pi / 8):.1f}")
    return shape(" ".join(points), fill, 4)


def bolt(x, y, s=1.0, fill=ORANGE):
    corners = ((4, -15), (-9, 3), (-1, 3), (-5, 15), (9, -4), (1, -4))
    return shape(" ".join(f"{x + s * a:.1f},{y + s * b:.1f}" for a, b in corners), fill, 4)


def slash():
    """Not this: a navy stroke across, in a rim of white."""
    return line("18,82 78,14", WHITE, 14) + line("18,82 78,14", NAVY, 7)


def plus(x, y, r=9, fill=ORANGE):
    return disc(x, y, r + 5, fill) + line(f"M{x - 7},{y}H{x + 7}M{x},{y - 7}V{y + 7}", NAVY, 5)


# ── bodies ──────────────────────────────────────────────────────────────────────────────────────────────────────────

DOWN_L, DOWN_R = "37,36 28,56", "59,36 68,56"
UP_L, UP_R = "37,36 22,26 20,8", "59,36 74,26 76,8"


def front(left=DOWN_L, right=DOWN_R, *, left_fill=PALE, right_fill=PALE, legs=("43,60 41,87", "53,60 55,87"),
          fills=(PALE, PALE), top=BLUE, head=PALE):  # fmt: skip
    """A standing person from the front; its left is at the left."""
    body = tube(legs[0], fills[0], 8) + tube(legs[1], fills[1], 8)
    body += tube("M44,39H52V56H44Z", top, 12) + tube(left, left_fill, 7) + tube(right, right_fill, 7)
    return body + disc(48, 15, 10, head)


def torso(left="", right="", left_fill=PALE, right_fill=PALE):
    """Head and trunk, nearer than the whole person, the arms over them; the left one first."""
    body = tube("M43,46H53V92H43Z", BLUE, 18) + disc(48, 17, 13)
    arms = (tube(left, left_fill, 10) if left else "") + (tube(right, right_fill, 10) if right else "")
    return body + arms


def chair_side(x=0):
    return line(f"M{22 + x},36V88M{22 + x},66H{54 + x}V88")


def seated(
    arm="37,42 42,56 54,58", *, arm_fill=PALE, leg="38,63 60,63 60,85 67,85", leg_fill=PALE, chair=True
):
    """Somebody on a chair from the side, looking to the right."""
    body = chair_side() if chair else ""
    body += tube(leg, leg_fill, 8) + tube("36,40 36,58", BLUE, 13) + tube(arm, arm_fill, 7)
    return body + disc(37, 19, 10)


def bust(top=BLUE, head=PALE):
    return shape("M16,88C16,64 30,54 48,54C66,54 80,64 80,88", top) + disc(48, 30, 16, head)


def profile(fill=PALE):
    """A head that looks to the right."""
    return shape(
        "M22,90C22,74 26,70 30,66C18,58 14,44 20,30C26,16 44,10 58,16C70,21 74,32 73,42L79,53C80,55 79,57 76,57L73,57"
        "C74,66 72,72 66,72L58,72C58,80 60,84 62,90",
        fill,
    )


def face(mouth, eyes=None, fill=PALE):
    eyes = eyes or dot(36, 40, 5) + dot(60, 40, 5)
    return disc(48, 48, 35, fill) + eyes + line(mouth)


def hand(
    fill=PALE, fingers=("32,50 29,28", "43,48 42,18", "54,48 55,19", "64,52 68,30"), thumb="34,70 15,58"
):
    """An open hand, its thumb at the left."""
    parts = [(d, fill, 7) for d in (*fingers, thumb)]
    return joined(*parts, ("M38,58H60L58,76H42Z", fill, 14), ("49,60 50,72", fill, 22))


def leg_side(thigh=PALE, shank=PALE, foot=PALE, d=("20,28 56,34", "56,34 50,74", "50,76 72,78")):
    """Thigh, shank and foot from the side, seated, looking to the right."""
    return joined((d[0], thigh, 17), (d[1], shank, 13), (d[2], foot, 10))


def standing_leg(fill=PALE, foot=PALE):
    return joined(("44,10 44,70", fill, 18), ("46,76 68,78", foot, 11))


def waves(x, y, n=3, gap=9, size=5, colour=NAVY):
    """Wavy lines that rise: warmth, or shaking."""
    one = "M{0},{1}q-{2},-{2} 0,-{3}t0,-{3}"
    return "".join(line(one.format(x + k * gap, y, size, 1.6 * size), colour, 4.5) for k in range(n))


def calendar(*marks):
    return (
        box(12, 18, 72, 66, 9, WHITE)
        + shape("M12,38V27a9,9 0 0 1 9,-9H75a9,9 0 0 1 9,9V38", BLUE)
        + line("M30,10V24M66,10V24", NAVY, 7)
        + "".join(marks)
    )


def pot():
    return shape("28,66 68,66 62,88 34,88", ORANGE)


def speaker():
    return shape("12,38 26,38 46,20 46,76 26,58 12,58", BLUE)
