"""A figure: a body in its clothes, ready to be drawn, one pose at a time."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from render.belongings import glasses, held
from render.clothes import Tailor, footwear
from render.hair import hair
from render.layers import EYE, SKIN, joined, layer_of
from render.skin import albedo, marked
from render.skinning import Skinning

PATTERNS = {"plain": 0, "stripes": 1, "check": 2, "logo": 3}
GREY = (0.5, 0.5, 0.5)
HELD_COLOURS = {
    "none": GREY,
    "cup": (0.86, 0.84, 0.80),
    "stick": (0.66, 0.50, 0.33),
    "towel": (0.55, 0.68, 0.72),
}
EYE_WHITE, FRAME_COLOUR = (0.80, 0.80, 0.80), (0.09, 0.08, 0.08)


@dataclass(frozen=True)
class Look:
    """How a person is dressed; colours are sRGB, 0 to 1.

    Attributes
    ----------
    hair : {"short", "bun", "long", "bald"}
    sleeve : float
        0 none, 0.5 to the elbow, 1 to the wrist.
    leg : float
        0.5 shorts, 1 to the ankle.
    loose : float
        1 ordinary, less is tighter.
    top_pattern, bottom_pattern : {"plain", "stripes", "check", "logo"}
    held : {"none", "cup", "stick", "towel"}
        What is in `held_side`'s hand ("left", "right" or "both").
    """

    skin: tuple[float, float, float] = (0.78, 0.58, 0.47)
    hair: str = "short"
    hair_color: tuple[float, float, float] = (0.10, 0.07, 0.05)
    top: tuple[float, float, float] = (0.20, 0.33, 0.55)
    bottom: tuple[float, float, float] = (0.16, 0.17, 0.20)
    shoe: tuple[float, float, float] = (0.85, 0.85, 0.86)
    eye: tuple[float, float, float] = (0.30, 0.20, 0.12)
    sleeve: float = 0.55
    leg: float = 0.92
    loose: float = 1.0
    top_pattern: str = "plain"
    bottom_pattern: str = "plain"
    glasses: bool = False
    held: str = "none"
    held_side: str = "right"

    def __post_init__(self):
        for name, known in (
            ("hair", ("short", "bun", "long", "bald")),
            ("top_pattern", tuple(PATTERNS)),
            ("bottom_pattern", tuple(PATTERNS)),
            ("held", tuple(HELD_COLOURS)),
            ("held_side", ("left", "right", "both")),
        ):
            if getattr(self, name) not in known:
                raise ValueError(
                    f"Look.{name} must be one of {', '.join(known)}, got {getattr(self, name)!r}."
                )


class Figure:
    """A body in its clothes.

    Attributes
    ----------
    rest_m : (V, 3) float32, m
    uv : (V, 2) float32
    material : (V,) int
    triangles : (F, 3) int32
    texture : (1024, 1024, 3) uint8
        Colour of the skin, row 0 at v = 1.
    palette : list of 16 colours, patterns : list of 16 int
        By material; from 8 on they are the room's.
    eyes_m : (2, 3) array, m
        Centres at rest, left first.
    iris : colour
    """

    def __init__(self, body, look=Look(), seed=0):
        rng = np.random.default_rng(seed)
        self.body, self.look = body, look
        tailor = Tailor(body, look)
        parts = [
            self._bare(tailor),
            layer_of(body, body.quads["eyes"], EYE),
            *hair(body, look, rng, marked(body, "ears")),
            tailor.bottom(),
            tailor.top(),
            *footwear(body, look.leg),
            *([glasses(body)] if look.glasses else []),
            *held(body, look.held, ("left", "right") if look.held_side == "both" else (look.held_side,)),
        ]
        points, weights, triangles, material, uv = joined(parts)
        self.rest_m, self.uv = points.astype(np.float32), uv.astype(np.float32)
        self.material, self.triangles = material.astype(np.int64), triangles.astype(np.int32)
        self._seed = seed
        worn = (look.hair_color, look.top, look.bottom, look.shoe)
        self.palette = [look.skin, EYE_WHITE, *worn, HELD_COLOURS[look.held], FRAME_COLOUR, *[GREY] * 8]
        self.patterns = [0, 0, 0, PATTERNS[look.top_pattern], PATTERNS[look.bottom_pattern], *[0] * 11]
        self.eyes_m = np.array([body.joints_m["left_eye"], body.joints_m["right_eye"]])
        self.iris = look.eye
        self.skin = Skinning(
            self.rest_m,
            weights,
            self.triangles,
            seam=self._seam(parts),
            rest_m=body.rest_m,
            parents=body.parents,
        )

    @cached_property
    def texture(self):
        """Painted when first asked for: skinning alone needs none."""
        return albedo(self.body, self.look, np.random.default_rng([self._seed, 1]))

    def _bare(self, tailor):
        """Skin that clothes leave to be seen."""
        body, quads = self.body, self.body.quads["body"]
        covered = np.zeros(len(body.vertices_m), bool)
        used = np.unique(quads)
        covered[used] = tailor.covers(body.vertices_m[used], body.weights[used])
        seen = ~covered[quads].all(axis=1)
        return layer_of(body, quads[seen], SKIN, texture_quads=body.texture_quads[seen])

    @staticmethod
    def _seam(parts):
        """Which points are one point of the surface: those of one layer in one place."""
        places, start = [], 0
        for part in parts:
            _, index = np.unique(np.round(part.points, 7), axis=0, return_inverse=True)
            places.append(index + start)
            start += index.max() + 1
        return np.concatenate(places)
