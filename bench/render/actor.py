"""A figure as the stage holds it: triangles, clothes as textures, a coarse twin for shadows."""

from functools import cache

import cv2
import moderngl
import numpy as np

from render import context as gl

SKIN, EYE, HAIR, TOP, BOTTOM, SHOE, HELD, GLASSES = range(8)
LAYER_PX = {"draft": 512, "fine": 1024}
CLOTH_M = 1.0  # one texture layer covers a square metre of cloth
# Of each material: light that bends around (skin), shine, how sharp it is, redness at the edge of a shadow.
FINISH = {
    SKIN: (0.25, 0.055, 22.0, 1.0),
    EYE: (0.1, 0.5, 90.0, 0.0),
    HAIR: (0.1, 0.09, 12.0, 0.0),
    TOP: (0.08, 0.012, 8.0, 0.0),
    BOTTOM: (0.08, 0.012, 8.0, 0.0),
    SHOE: (0.0, 0.1, 24.0, 0.0),
    HELD: (0.0, 0.25, 40.0, 0.0),
    GLASSES: (0.0, 0.5, 60.0, 0.0),
}
FOLDS = {TOP: 0.55, BOTTOM: 0.5}
SHADOW_GRID_M = 0.025


class Actor:
    """One figure on the graphics side: dressed once, moved for every picture.

    Parameters
    ----------
    figure : Figure
        With ``rest_m, uv, material, triangles, texture, palette, patterns, eyes_m, iris`` (see `render.figure`).
    quality : "draft" or "fine"
    """

    def __init__(self, figure, quality):
        ctx = gl.context()
        rest = np.asarray(figure.rest_m, np.float32)
        material = np.asarray(figure.material, int)
        self.coarse = _coarse(rest, np.asarray(figure.triangles))
        self.outline = np.unique(self.coarse)
        self._moving = ctx.buffer(reserve=len(rest) * 24, dynamic=True)
        self._still = ctx.buffer(_still(figure, rest, material).tobytes())
        self.textures = _wardrobe(figure, LAYER_PX[quality])
        self._owned = [self._moving, self._still, self.textures]
        columns = [
            (self._moving, "3f 3f", "at", "normal"),
            (self._still, "3f 3f 4f", "fold", "cloth", "finish"),
        ]
        closed, both_sides = _groups(np.asarray(figure.triangles), material)
        self._closed = self._array("figure", columns, closed)
        self._both_sides = self._array("figure", columns, both_sides)
        self._shadow = self._array("shadow", [(self._moving, "3f 12x", "at")], self.coarse)

    def _array(self, name, columns, triangles):
        if len(triangles) == 0:
            return None
        indices = gl.context().buffer(triangles.astype("i4").tobytes())
        array = gl.context().vertex_array(gl.program(name), columns, indices)
        self._owned += [array, indices]
        return array

    def move(self, vertices, normals):
        """Take the positions and normals of the next picture."""
        self._moving.write(np.hstack([vertices, normals]).astype("f4", copy=False).tobytes())

    def cast(self):
        """Draw into the shadow map."""
        self._shadow.render()

    def render(self):
        """Draw with the program "figure": skin from outside only, cloth and hair from both sides."""
        self.textures.use(0)
        if self._closed:
            gl.context().enable(moderngl.CULL_FACE)
            self._closed.render()
            gl.context().disable(moderngl.CULL_FACE)
        if self._both_sides:
            self._both_sides.render()

    def close(self):
        gl.released(*self._owned)


def _groups(triangles, material):
    of_closed = np.isin(material[triangles[:, 0]], (SKIN, EYE))
    return triangles[of_closed], triangles[~of_closed]


def _coarse(rest, triangles):
    """Triangles between one vertex of each cell of a grid: enough for a shadow, a fraction of the work."""
    cell = np.unique(np.round(rest / SHADOW_GRID_M).astype(int), axis=0, return_inverse=True)[1].ravel()
    first = np.full(cell.max() + 1, len(rest))
    np.minimum.at(first, cell, np.arange(len(rest)))
    coarse = first[cell[triangles]]
    a, b, c = coarse.T
    coarse = coarse[(a != b) & (b != c) & (c != a)]
    return np.unique(coarse, axis=0) if len(coarse) else triangles


def _still(figure, rest, material):
    """Per vertex what never changes: folds (3), place in the textures (3), finish (4)."""
    finish = np.array([FINISH.get(m, FINISH[HELD]) for m in range(16)], np.float32)[material]
    fold = np.zeros_like(rest)
    for kind, strength in FOLDS.items():
        chosen = material == kind
        fold[chosen] = strength * _folds(rest[chosen])
    place = np.empty((len(rest), 3), np.float32)
    place[:, 0], place[:, 1] = (rest[:, 0] + rest[:, 2]) / CLOTH_M, -rest[:, 1] / CLOTH_M
    place[:, 2] = np.minimum(material, GLASSES)
    skin, eye = material == SKIN, material == EYE
    place[skin, :2] = np.asarray(figure.uv)[skin] * (1, -1) + (0, 1)
    place[eye, :2] = _eye_place(np.asarray(figure.eyes_m, np.float32), rest[eye])
    return np.hstack([fold, place, finish]).astype("f4")


def _eye_place(eyes_m, rest):
    """Direction from the middle of the eye, so that the iris sits in the middle of its layer."""
    nearest = np.linalg.norm(rest[:, None] - eyes_m[None], axis=2).argmin(1)
    direction = rest - eyes_m[nearest]
    direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-9)
    bent = np.arccos(np.clip(direction[:, 2], -1, 1)) / np.pi  # 0 in front, 0.5 at the rim, 1 behind
    flat = np.maximum(np.hypot(direction[:, 0], direction[:, 1]), 1e-9)
    return 0.5 + 0.49 * (bent / flat)[:, None] * direction[:, :2]


def _folds(rest):
    """Smooth random bends of the normal, long across the cloth and short along it."""
    draw = np.random.default_rng(7)
    bend = np.zeros_like(rest)
    for wave, amount in ((9.0, 0.4), (19.0, 0.35), (37.0, 0.25)):
        for _ in range(5):
            way = draw.normal(size=3) * (1.0, 0.55, 1.0)
            way *= wave / np.linalg.norm(way)
            bend += amount * 0.5 * np.outer(np.cos(rest @ way * 2 + draw.uniform(0, 6.3)), way / wave)
    return bend


def _wardrobe(figure, layer_px):
    """Texture array with a layer per material; values are sRGB colours."""
    palette = np.asarray(figure.palette, np.float32)
    chest_m = float(np.asarray(figure.eyes_m)[:, 1].mean()) - 0.36
    layers = [
        _skin(figure.texture, layer_px),
        _eye(np.asarray(figure.iris, np.float32), layer_px),
        palette[HAIR] * _strands(layer_px),
        _cloth(palette[TOP], int(figure.patterns[TOP]), chest_m, layer_px),
        _cloth(palette[BOTTOM], int(figure.patterns[BOTTOM]), chest_m, layer_px),
        palette[SHOE] * _speckles(layer_px),
        palette[HELD] * np.ones((layer_px, layer_px, 1), np.float32),
        palette[GLASSES] * np.ones((layer_px, layer_px, 1), np.float32),
    ]
    pixels = np.stack([cv2.convertScaleAbs(layer, alpha=255) for layer in layers])
    made = gl.context().texture_array((layer_px, layer_px, len(layers)), 3, pixels.tobytes())
    made.build_mipmaps()
    made.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
    return made


def _skin(texture, layer_px):
    size = (layer_px, layer_px)
    return cv2.resize(np.asarray(texture), size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def _noise(draw, cells, amount, layer_px):
    """Soft random field about 0 that repeats at the edges of a layer."""
    width, height = cells
    grid = np.pad(draw.standard_normal((height, width)).astype(np.float32), 2, mode="wrap")
    x, y = ((np.arange(layer_px, dtype=np.float32) + 0.5) * n / layer_px + 1.5 for n in cells)
    return amount * cv2.remap(grid, *np.meshgrid(x, y), cv2.INTER_LINEAR)[..., None]


@cache
def _speckles(layer_px):
    draw = np.random.default_rng(1)
    return 1 + _noise(draw, (64, 64), 0.03, layer_px) + _noise(draw, (256, 256), 0.03, layer_px)


@cache
def _strands(layer_px):
    draw = np.random.default_rng(2)
    return 1 + _noise(draw, (512, 16), 0.16, layer_px) + _noise(draw, (128, 8), 0.1, layer_px)


@cache
def _weave(layer_px):
    draw = np.random.default_rng(3)
    waves = ((512, 0.035), (96, 0.02), (12, 0.02))
    return 1 + sum(_noise(draw, (cells, cells), amount, layer_px) for cells, amount in waves)


def _eye(iris, layer_px):
    at = (np.arange(layer_px, dtype=np.float32) + 0.5) / layer_px - 0.5
    r = np.hypot(at[:, None, None], at[None, :, None]) / 0.49 * np.pi  # angle from the middle of the pupil
    white = np.array((0.80, 0.77, 0.74), np.float32)
    color = np.where(r < 0.5, iris * (0.75 + 0.5 * r), white)
    color = np.where((r > 0.45) & (r < 0.53), iris * 0.45, color)
    return np.where(r < 0.2, np.float32(0.02), color).astype(np.float32)


def _cloth(color, pattern, chest_m, layer_px):
    """A square metre of cloth: 0 plain, 1 stripes, 2 check, 3 a print on the chest."""
    metre = (np.arange(layer_px, dtype=np.float32) + 0.5) / layer_px
    across, along = metre[None, :, None], metre[:, None, None]
    light = color + (0.9 - color) * 0.7
    cloth = color
    if pattern == 1:
        cloth = np.where((along * 14) % 1 < 0.35, light, color)
    elif pattern == 2:
        lines = ((across * 20) % 1 < 0.22).astype(np.float32) + ((along * 20) % 1 < 0.22)
        cloth = color * (1 - 0.3 * lines)
    elif pattern == 3:
        # Height y above the floor lies at row -y of a layer; a chest's front is about 0.1 m before the middle.
        rows, columns = np.abs((along + chest_m + 0.5) % 1 - 0.5), np.abs((across - 0.1 + 0.5) % 1 - 0.5)
        cloth = np.where((rows < 0.05) & (columns < 0.07), light, color)
        cloth = np.where((rows < 0.03) & (columns < 0.045), color * 0.6 + 0.1, cloth)
    return (cloth * _weave(layer_px)).astype(np.float32)
