"""What figures keep the light off: a shadow map of the key light, and the dim patch of floor about their feet."""

import cv2
import moderngl
import numpy as np

from render import context as gl

SHADOW_PX = {"draft": 384, "fine": 512}
BIAS_M = 0.02  # a surface does not shade itself within this
LOW_M, CONTACT_REACH_M = 0.35, 0.2  # what is lower darkens the floor, as far away as this
CONTACT_M, CONTACT_CELLS = 5.0, 128


class ShadowMap:
    """Depth of everyone present as the key light sees them, without props and with them.

    Props have darkened the still room already; figures are shaded by everything.

    Attributes
    ----------
    of_figures, of_all : depth textures that compare
    light : (4, 4) array
        World to the clip space of the map.
    texel, bias : float
        Of the map's width, and of its depth.
    half_m : float, m
        Half of what the map is wide.
    """

    def __init__(self, quality):
        self._pixels = SHADOW_PX[quality]
        size = (self._pixels, self._pixels)
        self.of_figures, self._with_props = (gl.depth_texture(size, compared=True) for _ in range(2))
        self.of_all = self.of_figures
        ctx = gl.context()
        self._targets = [
            ctx.framebuffer(depth_attachment=each) for each in (self.of_figures, self._with_props)
        ]

    def draw(self, key_towards, actors, props, outlines):
        """Draw figures and, where there are any, props."""
        self._place(key_towards, outlines)
        gl.context().enable_only(moderngl.DEPTH_TEST)
        gl.put("shadow", light=self.light)
        figures, everything = self._targets
        self._clear(figures)
        for actor in actors:
            actor.cast()
        self.of_all = self._with_props if props else self.of_figures
        if props:  # drawn again: OpenGL of the software kind does not copy depth alone
            self._clear(everything)
            for actor in actors:
                actor.cast()
            props.render()

    def _clear(self, target):
        """Empty a map for drawing, all but its rim: beyond the map its rim is looked up, which must stay empty."""
        target.scissor = None
        target.use()
        target.clear(depth=1.0)
        target.scissor = (2, 2, self._pixels - 4, self._pixels - 4)
        target.use()

    def _place(self, key_towards, outlines):
        """Size and place go in steps, so that edges of shadows stand still while people move."""
        lo, hi = outlines.min(0), outlines.max(0)
        half_m, step_m = 1.3, 0.25
        while half_m < np.linalg.norm(hi - lo) / 2 + 0.1:
            half_m *= 1.25
        centre = np.round((lo + hi) / 2 / step_m) * step_m
        self.half_m = half_m + step_m
        deep_m = self.half_m + 1.0
        self.light = gl.towards_light(key_towards, centre, self.half_m, deep_m)
        self.texel, self.bias = 1 / self._pixels, BIAS_M / (2 * deep_m)

    def close(self):
        gl.released(*self._targets, self.of_figures, self._with_props)


def shaded_points(key_towards, outlines):
    """Points (N, 3) m around which floor, walls and props may be darker than without figures."""
    # Nothing lies lower than the floor, or farther away than the walls: a shadow ends at one of them.
    length = np.minimum(outlines[:, 1] / max(key_towards[1], 1e-3), 6.0)
    feet = outlines[outlines[:, 1] < LOW_M]
    ways = CONTACT_REACH_M * np.array([(1, 0, 0), (-1, 0, 0), (0, 0, 1), (0, 0, -1)])
    return np.concatenate([outlines - length[:, None] * key_towards, *(feet + way for way in ways)])


def contact(outlines, about_m):
    """How much feet darken the floor, bytes of a grid of `CONTACT_CELLS` about a point (x, y, z); rows along z."""
    low = outlines[outlines[:, 1] < LOW_M]
    cells = ((low[:, [2, 0]] - np.asarray(about_m)[[2, 0]]) / CONTACT_M + 0.5) * CONTACT_CELLS
    inside = ((cells >= 0) & (cells < CONTACT_CELLS)).all(1)
    row, column = cells[inside].astype(int).T
    near = 0.5 * np.exp(-np.maximum(low[inside, 1], 0) / 0.06)
    counts = np.bincount(row * CONTACT_CELLS + column, near, CONTACT_CELLS**2)
    grid = np.minimum(counts, 1.0).astype(np.float32).reshape(CONTACT_CELLS, CONTACT_CELLS)
    soft = cv2.GaussianBlur(grid, (0, 0), 1.2)
    return (np.clip(soft * 0.9, 0, 0.55) * 255).astype(np.uint8).tobytes()
