"""Who is filmed, where and how: every level is dealt from a shuffled deck, so that few clips see all of them.

A deck belongs to one cell of the grid and one factor. It is dealt without putting cards back and shuffled anew when it
is empty: after as many clips as it has cards, a cell has met each level equally often. Decks of different factors are
shuffled independently, so no two factors move together by design.
"""

import zlib

import numpy as np

DECKS_SEED = 20_251
"""Moves every deck at once: a grid of other people in other rooms."""

SKINS = {
    "very light": (0.90, 0.74, 0.65),
    "light": (0.80, 0.61, 0.50),
    "olive": (0.69, 0.51, 0.39),
    "brown": (0.52, 0.36, 0.27),
    "dark": (0.35, 0.24, 0.18),
    "very dark": (0.22, 0.15, 0.12),
}
_ANCESTRY = {
    "very light": (1, 0, 0),
    "light": (0.6, 0, 0.4),
    "olive": (0.5, 0.1, 0.4),
    "brown": (0.2, 0.4, 0.4),
}
HAIR = ((0.12, 0.10, 0.09), (0.35, 0.24, 0.16), (0.62, 0.50, 0.34), (0.55, 0.54, 0.53), (0.82, 0.81, 0.80))
WALLS = ((0.86, 0.85, 0.82), (0.70, 0.75, 0.80), (0.55, 0.52, 0.48), (0.80, 0.72, 0.60), (0.36, 0.42, 0.40))
AZIMUTH_DEG = {
    "front": (-10.0, 10.0),
    "oblique_left": (35.0, 40.0),
    "oblique_right": (-40.0, -35.0),
    "left": (80.0, 98.0),
    "right": (-98.0, -80.0),
}
"""From where a view is filmed; the declared views jitter as a living room makes them."""
SEATED_PART = 0.80  # of a person's height that is above the floor while seated
LEAST_DISTANCE_M = 1.9  # nearer, the feet of somebody who faces the camera leave the picture


def generator(*key):
    """A random generator of its own for a place in the grid, named by words and numbers."""
    return np.random.default_rng([DECKS_SEED, zlib.crc32("/".join(map(str, key)).encode())])


class Decks:
    """The decks of one cell.

    Parameters
    ----------
    cell : str
        Names the cell; the same cell is always dealt the same cards.
    clip : int
        Which clip of the cell is dealt to, from 0.
    """

    def __init__(self, cell, clip):
        self.cell, self.clip = cell, clip

    def card(self, factor, levels):
        """The level of this clip; `levels` may repeat one to deal it more often."""
        shuffled, at = divmod(self.clip, len(levels))
        return levels[int(generator(self.cell, factor, shuffled).permutation(len(levels))[at])]

    def between(self, factor, low, high, *, strata=6):
        """A number from a stratum of its own: a Latin hypercube, one factor at a time."""
        stratum = self.card(factor, tuple(range(strata)))
        inside = generator(self.cell, factor, "inside", self.clip).random()
        return round(low + (high - low) * (stratum + inside) / strata, 3)


def person(deal):
    """Build and looks, as the table ``person`` of a spec."""
    rng = generator(deal.cell, "colours", deal.clip)
    skin = deal.card("skin", tuple(SKINS))
    sex = deal.card("sex", (0.0, 1.0))
    age = deal.between("age", 25, 88)
    wall = deal.card("wall", WALLS)
    clothes = deal.card("contrast", ("apart",) * 4 + ("as the wall", "as the skin"))
    alike = {"as the wall": wall, "as the skin": SKINS[skin]}.get(clothes)
    return {
        "sex": sex,
        "age_years": age,
        "weight": deal.between("weight", 0.25, 0.90),
        "height": deal.between("height", 0.05, 0.95),
        "muscle": deal.between("muscle", 0.30, 0.70),
        "ancestry": _ANCESTRY.get(skin, (0, 1, 0)),
        "skin": SKINS[skin],
        "hair": deal.card("hair", ("short", "short", "bald"))
        if sex
        else deal.card("hair", ("short", "bun", "long")),
        "hair_color": HAIR[4 if age > 70 else int(rng.integers(4))],
        "top": _near(alike, rng) if alike else _colour(rng),
        "bottom": _colour(rng, dark=True),
        "shoe": _colour(rng),
        "top_pattern": deal.card("pattern", ("plain", "plain", "stripes", "check", "logo")),
        "sleeve": deal.card("sleeve", (0.25, 0.5, 1.0)),
        "leg": deal.card("leg", (0.55, 0.92, 1.0)),
        "loose": deal.card("loose", (0.5, 1.0, 1.6)),
        "glasses": deal.card("glasses", (False, False, True)),
    }


def _colour(rng, *, dark=False):
    grey = rng.uniform(0.08, 0.45 if dark else 0.85)
    return tuple(np.round(np.clip(grey + rng.uniform(-0.25, 0.25, 3), 0.03, 0.95), 3).tolist())


def _near(colour, rng):
    return tuple(np.round(np.clip(np.array(colour) + rng.uniform(-0.06, 0.06, 3), 0.03, 0.95), 3).tolist())


def room(deal):
    """Where it happens, as the table ``room`` of a spec."""
    return {
        "kind": deal.card("room", ("plain", "room", "clutter", "kitchen", "clinic")),
        "light": deal.card("light", ("soft", "dim", "backlit", "side", "evening")),
        "wall": deal.card("wall", WALLS),
    }


def film(deal):
    """How the camera records, as the table ``film`` of a spec."""
    return {
        "size_px": deal.card("size", ((640, 480), (640, 480), (640, 360))),
        "rate_hz": deal.card("rate", (30.0, 30.0, 30.0, 25.0)),
        "jitter_s": deal.card("jitter", (0.0, 0.006, 0.012)),
        "dropped": deal.card("dropped", (0.0, 0.0, 0.02, 0.05)),
        "noise": deal.between("noise", 0.6, 3.0),
        "blur": deal.between("blur", 0.3, 0.9),
        "crf": deal.card("crf", (24, 28, 33)),
        "quality": "draft",
    }


def camera(deal, view, *, height_m, seated):
    """From where, as the table ``camera`` of a spec: the whole person fills a given part of the picture's height."""
    fovy_deg = deal.card("lens", (36.0, 42.0, 50.0, 60.0))
    fill = deal.between("fill", 0.60, 0.80)
    shown_m = height_m * (SEATED_PART if seated else 1.0)
    distance_m = shown_m / (2 * fill * np.tan(np.radians(fovy_deg / 2)))
    # Aimed at where the exercise is done, even if the person walks in first.
    aim = {"aim_m": (0.0, round(0.40 * height_m, 2), 0.15)} if seated else {}
    return aim | {
        "azimuth_deg": deal.between(f"azimuth {view}", *AZIMUTH_DEG[view]),
        "elevation_deg": deal.between("elevation", -2.0, 10.0),
        "distance_m": round(max(float(distance_m), LEAST_DISTANCE_M), 2),
        "roll_deg": deal.between("roll", -2.0, 2.0),
        "fovy_deg": fovy_deg,
        "distortion_k1": deal.card("distortion", (0.0, 0.0, -0.04, -0.08)),
    }


def height_m(who):
    """About how tall a person of a spec is; measured on the renderer's bodies, within 1 cm."""
    return 1.474 + 0.131 * who["sex"] + 0.306 * who["height"]


def bystander(deal, azimuth_deg, seconds):
    """Somebody behind the person, as seen from the camera: the table ``other`` of a spec, or nothing."""
    what = deal.card("bystander", ("none",) * 6 + ("stand", "walk_through"))
    if what == "none":
        return what, []
    a = np.radians(azimuth_deg)
    away, across = -np.array([np.sin(a), np.cos(a)]), np.array([np.cos(a), -np.sin(a)])
    place = lambda aside: tuple(np.round(1.3 * away + aside * across, 2).tolist())  # noqa: E731
    who = person(Decks(f"{deal.cell} bystander", deal.clip))
    begin_s = 0.35 * seconds
    other = {"do": what, "at_m": place(0.9 if what == "stand" else 2.2), "to_m": place(-2.2), "person": who}
    if what == "walk_through":
        other |= {"from_s": round(begin_s, 2), "to_s": round(begin_s + 5.0, 2)}
    return what, [other]
