"""Draws figures in a room, picture after picture.

What stands still is painted once (`render.backdrop`). For a picture only the part that figures cover or shade is
drawn: a shadow map of the figures, the figures themselves, and the room behind them.
"""

import cv2
import moderngl
import numpy as np

from render import context as gl
from render.actor import SHADOW_GRID_M, Actor
from render.backdrop import depth_m, lighting, painted
from render.pieces import joined
from render.rooms import furnished
from render.scene import LIGHTS
from render.shadows import CONTACT_CELLS, CONTACT_M, ShadowMap, contact, shaded_points

SCALE = {"draft": 1, "fine": 2}  # figures are drawn at this many times the size, then averaged
SHADE_EVERY_PX = {"draft": 2, "fine": 1}  # shadows on the room are looked up in every so many pixels
PENUMBRA_M = 0.035
RIM_PX = 6


class Stage:
    """A camera in a lit room.

    Parameters
    ----------
    camera : Camera
    room : Room
    light : str or Light
        A key of `render.scene.LIGHTS`, or a light of one's own.
    quality : "fine" or "draft"
        "draft" draws figures once per pixel, "fine" four times.

    Raises
    ------
    NoRendererError
        Where OpenGL through EGL is missing.

    Notes
    -----
    The same inputs give the same bytes, in any process. ``LP_NUM_THREADS=1`` in the environment keeps the renderer
    to one thread: right where several processes draw at once. So does ``OPENBLAS_NUM_THREADS=1`` for NumPy, whose
    idle threads otherwise spin between two skinned figures and double the time of a picture.
    """

    def __init__(self, camera, room, light="soft", quality="fine"):
        if quality not in SCALE:
            raise ValueError(f"There is no quality {quality!r}. Take one of: {', '.join(SCALE)}.")
        if isinstance(light, str) and light not in LIGHTS:
            raise ValueError(f"There is no light {light!r}. Take one of: {', '.join(LIGHTS)}.")
        self.camera, self.room, self.quality = camera, room, quality
        self.light = LIGHTS[light] if isinstance(light, str) else light
        self._uniforms = lighting(self.light, room, camera)
        self._actors, self._entered, self._furniture = [], [], None
        self._allocate()

    def enter(self, figures=(), props=()):
        """Bring figures and props on; what was there leaves. Takes a second or two: the room is painted here.

        Parameters
        ----------
        figures : sequence of Figure
        props : sequence of Chair, Table, Counter, Step, Block, ... (anything with a `mesh`)
        """
        self._leave()
        self._furniture = joined(prop.mesh() for prop in props)
        self._paint()
        self._actors = [Actor(figure, self.quality) for figure in figures]

    def look_from(self, camera, room):
        """Film the same people and props with another camera of the same picture size, in a room that suits it.

        Raises
        ------
        ValueError
            If its pictures have another size.
        """
        if camera.size_px != self.camera.size_px:
            raise ValueError(f"Pictures of {self.camera.size_px} px were expected, got {camera.size_px}.")
        self.camera, self.room = camera, room
        self._uniforms = lighting(self.light, room, camera)
        self._paint()

    def _paint(self):
        """What stands still, as this camera sees it."""
        shell, pieces = furnished(self.room)
        still = painted(
            self.camera,
            shell,
            joined([pieces, self._furniture]),
            self.light,
            self.room,
            quality=self.quality,
            scale=SCALE[self.quality],
        )
        gl.released(*self._entered)
        self._upload(still, self._furniture)

    def picture(self, figures=()):
        """Draw one picture.

        Parameters
        ----------
        figures : sequence of (vertices, normals) or None
            As `Figure.skin` gives them, one for each figure that entered, in that order; None for one that is absent.

        Returns
        -------
        (H, W, 3) uint8 array
        """
        figures = list(figures) + [None] * (len(self._actors) - len(figures))
        present = [
            (actor, skin) for actor, skin in zip(self._actors, figures, strict=True) if skin is not None
        ]
        rgb = self._still.copy()
        self._layer.use()  # a copy obeys the scissors of whatever was drawn last
        gl.context().copy_framebuffer(self._layer, self._empty)
        if not present:
            return rgb
        for actor, (vertices, normals) in present:
            actor.move(vertices, normals)
        outlines = np.concatenate([np.asarray(skin[0])[actor.outline] for actor, skin in present])
        window = self._window(outlines)
        if window is None:
            return rgb
        actors = [actor for actor, _ in present]
        self._shadows.draw(self._uniforms["key_towards"], actors, self._props, outlines)
        self._draw(actors)
        self._compose(outlines, window)
        x, y, width, height = window
        drawn = np.frombuffer(self._output.read(viewport=window, components=4), np.uint8)
        cv2.cvtColor(
            drawn.reshape(height, width, 4), cv2.COLOR_RGBA2RGB, dst=rgb[y : y + height, x : x + width]
        )
        return rgb

    def visible(self, points_m, margin_m=0.12, around_m=0.0):
        """Which points the camera sees in the last picture.

        Parameters
        ----------
        points_m : (J, 3) array, m
        margin_m : float or (J,) array, m
            A joint lies inside its limb: what is nearer to the camera by less than this does not hide it.
        around_m : float, m
            Radius of what is looked at around a point: it is seen where more than half of that is.

        Returns
        -------
        (J,) bool array
            Inside the picture, and nothing nearer than `margin_m` in front.
        """
        points_m = np.asarray(points_m, np.float64)
        pixels = self.camera.project(points_m)
        with np.errstate(invalid="ignore"):
            inside = ((pixels >= 0) & (pixels < self.camera.size_px)).all(-1)
        seen = np.zeros(len(points_m), bool)
        if inside.any():
            scale, depth = SCALE[self.quality], self.camera.depth(points_m[inside])
            middle = (pixels[inside] * scale).astype(int)
            reach = np.round(scale * self.camera.focal_px * around_m / depth).astype(int)
            low = np.maximum((middle - reach[:, None]).min(axis=0), 0)
            high = np.minimum(
                (middle + reach[:, None]).max(axis=0) + 1, scale * np.array(self.camera.size_px)
            )
            area = *low.tolist(), *(high - low).tolist()
            buffer = np.frombuffer(
                self._layer.read(viewport=area, attachment=-1, components=1, dtype="f4"), "f4"
            )
            surface = depth_m(buffer.reshape(area[3], area[2]))
            nearest = depth - np.broadcast_to(margin_m, len(points_m))[inside]
            disc = zip(middle - low, reach, nearest, strict=True)
            seen[inside] = [_free_part(surface, *one) > 0.5 for one in disc]
        return seen

    def close(self):
        """Give back what the stage holds; it can be called twice."""
        self._leave()
        gl.released(*self._owned)
        if self._owned:
            self._shadows.close()
        self._owned = []

    def _allocate(self):
        ctx, size = gl.context(), self.camera.size_px
        large = tuple(SCALE[self.quality] * n for n in size)
        self._layer_color, layer_depth = gl.texture(large, 4, "f1", smooth=True), gl.depth_texture(large)
        self._layer = ctx.framebuffer([self._layer_color], layer_depth)
        output_color = gl.texture(size, 4, "f1")
        self._output = ctx.framebuffer([output_color])
        shade_size = tuple(-(-n // SHADE_EVERY_PX[self.quality]) for n in size)
        self._shade_color = gl.texture(shade_size, 2, "f1", smooth=True)
        self._shade = ctx.framebuffer([self._shade_color])
        self._contact = gl.texture((CONTACT_CELLS, CONTACT_CELLS), 1, "f1", smooth=True)
        self._shadows = ShadowMap(self.quality)
        self._owned = [
            self._layer,
            self._layer_color,
            layer_depth,
            self._output,
            output_color,
            self._shade,
            self._shade_color,
            self._contact,
        ]

    def _upload(self, still, props):
        ctx, size = gl.context(), self.camera.size_px
        large = tuple(SCALE[self.quality] * n for n in size)
        self._still = still.bright
        opaque = np.full((*still.bright.shape[:2], 1), 255, np.uint8)
        self._bright = gl.texture(size, 4, "f1", np.concatenate([still.bright, opaque], 2).tobytes())
        self._shaded = gl.texture(size, 4, "f1", np.concatenate([still.shaded, opaque], 2).tobytes())
        self._world = gl.texture(size, 4, "f4", still.world.astype("f4").tobytes())
        depth = gl.depth_texture(large)
        depth.write(np.ascontiguousarray(still.depth, "f4").tobytes())
        nothing = gl.texture(large, 4, "f1", bytes(4 * large[0] * large[1]))
        self._empty = ctx.framebuffer([nothing], depth)
        self._entered = [self._bright, self._shaded, self._world, depth, nothing, self._empty]
        self._props = None
        if len(props.triangles):
            vertices = ctx.buffer(props.positions_m.astype("f4").tobytes())
            indices = ctx.buffer(props.triangles.astype("i4").tobytes())
            self._props = ctx.vertex_array(gl.program("shadow"), [(vertices, "3f", "at")], indices)
            self._entered += [vertices, indices, self._props]

    def _leave(self):
        for actor in self._actors:
            actor.close()
        gl.released(*self._entered)
        self._actors, self._entered = [], []

    def _window(self, outlines):
        """Rectangle (x, y, width, height) px around figures and their shadows; None if they are out of the picture."""
        points = np.concatenate([outlines, shaded_points(self._uniforms["key_towards"], outlines)])
        nearest_m = self.camera.depth(points).min()
        pixels = self.camera.project(points)
        size = np.array(self.camera.size_px)
        if nearest_m < 0.1 or not np.isfinite(pixels).all():
            return 0, 0, int(size[0]), int(size[1])
        margin = RIM_PX + self.camera.focal_px * (2 * SHADOW_GRID_M + PENUMBRA_M) / nearest_m
        lo = np.clip(np.floor(pixels.min(0) - margin), 0, size).astype(int)
        hi = np.clip(np.ceil(pixels.max(0) + margin), 0, size).astype(int)
        return (*lo.tolist(), *(hi - lo).tolist()) if (hi > lo).all() else None

    def _draw(self, actors):
        """The figures, before the depth of what stands still."""
        scale, ctx = SCALE[self.quality], gl.context()
        lens = gl.lens(self.camera, self._layer.size, focal_px=self.camera.focal_px * scale)
        shadows = self._shadows
        gl.put(
            "figure",
            **lens,
            **self._uniforms,
            light=shadows.light,
            texel=0.9 * shadows.texel,
            bias=shadows.bias,
        )
        gl.bind("figure", clothes=None, shadow=shadows.of_all)  # every figure brings its own clothes
        self._layer.use()
        ctx.enable_only(moderngl.DEPTH_TEST)
        ctx.front_face = "cw"
        for actor in actors:
            actor.render()

    def _compose(self, outlines, window):
        """The finished picture, within the window."""
        (x, y, width, height), every, shadows = window, SHADE_EVERY_PX[self.quality], self._shadows
        target_m = self.camera.target_m
        self._contact.write(contact(outlines, target_m))
        corner = target_m[0] - CONTACT_M / 2, target_m[2] - CONTACT_M / 2
        spread = PENUMBRA_M / (2 * shadows.half_m)
        gl.put(
            "shade", light=shadows.light, contact_area=(*corner, 1 / CONTACT_M), spread=spread, every=every
        )
        gl.bind("shade", world=self._world, contact=self._contact, shadow=shadows.of_figures)
        # One more all round: the picture looks between them.
        reach = x // every - 1, y // every - 1, width // every + 3, height // every + 3
        self._fill("shade", self._shade, reach)
        gl.put("picture", size=self.camera.size_px, shade_size=self._shade.size, every=every)
        gl.bind(
            "picture",
            bright=self._bright,
            shaded=self._shaded,
            shade=self._shade_color,
            figures=self._layer_color,
        )
        self._fill("picture", self._output, window)

    @staticmethod
    def _fill(name, target, window):
        target.scissor = window
        target.use()
        gl.context().enable_only(moderngl.NOTHING)
        gl.quad(name).render()


def _free_part(surface_m, middle, reach, nearest_m):
    """Share of the disc of `reach` pixels about (x, y) with no surface nearer than that."""
    (x, y), (left, top) = middle, np.maximum(middle - reach, 0)
    part = surface_m[top : y + reach + 1, left : x + reach + 1]
    across, down = np.arange(left, left + part.shape[1]) - x, np.arange(top, top + part.shape[0]) - y
    disc = across**2 + down[:, None] ** 2 <= reach**2
    return (part[disc] > nearest_m).mean()
