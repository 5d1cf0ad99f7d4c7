"""The still part of a scene, painted once: room and props with soft shadows, with the key light and without."""

from dataclasses import dataclass

import cv2
import moderngl
import numpy as np

from render import context as gl
from render.camera import FAR_M, NEAR_M
from render.pieces import about_vertical, joined

EFFORT = {"draft": {"keys": 6, "around": 14, "jitters": 5}, "fine": {"keys": 20, "around": 40, "jitters": 8}}
AMBIENT_REACH_M = (
    1.3  # what is farther away than this does not darken a corner: its own light makes up for it
)
NOWHERE_M = 0.0, 1e3, 0.0, 0.0  # where a ray meets nothing: no figure shades that
OFF_SURFACE_M = 0.02  # shadows of figures are looked up this far in front of a surface


@dataclass(frozen=True)
class Backdrop:
    """What the camera sees of everything that stands still; rows from the top of the picture."""

    bright: np.ndarray  # (H, W, 3) u1, finished colours where the key light arrives
    shaded: np.ndarray  # (H, W, 3) u1, the same where a figure keeps it off
    world: np.ndarray  # (H, W, 4) f4, m, just off the surface; the last is how much it darkens near a foot
    depth: np.ndarray  # (H * scale, W * scale) f4, depth buffer 0..1


def lighting(light, room, camera):
    """Uniforms of a light: its directions turn with the room."""
    turn = about_vertical(room.turn_deg)

    def turned(direction):
        direction = turn @ np.asarray(direction, float)
        return direction / np.linalg.norm(direction)

    seed = np.random.default_rng([room.seed, 5]).random(3)
    return {
        "eye": camera.eye_m,
        "key_towards": turned(light.key_towards),
        "key": light.key,
        "sky": light.sky,
        "ground": light.ground,
        "fill_towards": turned(light.fill_towards),
        "fill": light.fill,
        "exposure": light.exposure,
        "wall_gain": light.wall_gain,
        "seed": seed,
        "outside": light.outside,
    }


def painted(camera, shell, pieces, light, room, *, quality, scale):
    """Paint the still part of a scene.

    Parameters
    ----------
    camera : Camera
    shell, pieces : Mesh
        What the key light shines through, and what it does not.
    light : Light
    room : Room
    quality : "draft" or "fine"
    scale : int
        Depth is wanted at this many times the size of the picture.

    Returns
    -------
    Backdrop
    """
    painter = _Painter(camera, shell, pieces, lighting(light, room, camera), light.softness, room.turn_deg)
    try:
        return painter.paint(scale, **EFFORT[quality])
    finally:
        painter.close()


class _Painter:
    """Paints without lens distortion, in a picture large enough for its corners, and bends the result."""

    def __init__(self, camera, shell, pieces, uniforms, softness, turn_deg):
        self.camera, self.uniforms, self.softness = camera, uniforms, softness
        self.turn = about_vertical(turn_deg)
        self.size_px = _straight_size(camera)
        everything = joined([shell, pieces])
        self.vertices = _vertices(everything)
        ctx = gl.context()
        self.indices = ctx.buffer(everything.triangles.astype("i4").tobytes())
        self.casters = ctx.buffer((pieces.triangles + len(shell.positions_m)).astype("i4").tobytes())
        self.centre, self.radius = _sphere(pieces if len(pieces.positions_m) else everything)
        self.has_pieces = len(pieces.triangles) > 0
        self.walls = _planes(shell)
        self.textures = []

    def close(self):
        gl.released(*self.textures, self.vertices, self.indices, self.casters)

    def paint(self, scale, *, keys, around, jitters):
        gl.context().enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        gl.context().front_face = "cw"  # rows run downwards, which mirrors every triangle
        world, normals, depth = self._geometry(scale)
        occlusion = self._occlusion(world, normals, keys, around)
        bright, shaded = self._colors(world, occlusion, jitters)
        at = self._read(world, 4)
        at[..., :3] += OFF_SURFACE_M * self._read(normals, 4)[..., :3]
        at[..., 3] = np.exp(-np.maximum(at[..., 1] - OFF_SURFACE_M, 0) / 0.05) * (
            self._read(normals, 4)[..., 1] > 0.5
        )
        return Backdrop(*self._bent(bright, shaded, at, depth, scale))

    def _array(self, name, indices=None):
        columns = {"at": "3f", "normal": "3f", "local": "3f", "paint": "3f", "material": "1f"}
        used = [key if key in gl.program(name) else None for key in columns]
        layout = " ".join(
            f if key else f"{4 * int(f[0])}x" for f, key in zip(columns.values(), used, strict=True)
        )
        return gl.context().vertex_array(
            gl.program(name), [(self.vertices, layout, *filter(None, used))], indices or self.indices
        )

    def _texture(self, components, size=None, dtype="f4"):
        self.textures.append(gl.texture(size or self.size_px, components, dtype))
        return self.textures[-1]

    def _depth(self, size):
        self.textures.append(gl.depth_texture(size))
        return self.textures[-1]

    def _read(self, texture, components, dtype="f4"):
        width, height = texture.size
        return np.frombuffer(texture.read(), dtype).reshape(height, width, components).copy()

    def _geometry(self, scale):
        """Place and direction of the surface in every pixel, and the depth at `scale` times the size."""
        world, normals, depth = self._texture(4), self._texture(4), None
        for times in (scale, 1):
            size = tuple(times * n for n in self.size_px)
            targets = [world, normals] if times == 1 else [self._texture(4, size), self._texture(4, size)]
            buffer = self._depth(size)
            target = gl.context().framebuffer(targets, buffer)
            target.use()
            target.clear(*NOWHERE_M, depth=1.0)
            gl.put("geometry", **self._lens(size))
            array = self._array("geometry")
            array.render()
            if depth is None:
                depth = self._read(buffer, 1)[..., 0]
            gl.released(target, array)
        return world, normals, depth

    def _lens(self, size):
        focal = self.camera.focal_px * size[0] / self.size_px[0]
        return gl.lens(self.camera, size, focal_px=focal, distorted=False)

    def _occlusion(self, world, normals, keys, around):
        """Share of the key light and of the light from all around that reaches each pixel."""
        ctx, total = gl.context(), self._texture(4)
        summed = ctx.framebuffer([total])
        summed.clear()
        depth = self._depth((1024, 1024))
        shadows = ctx.framebuffer(depth_attachment=depth)
        casters = self._array("shadow", self.casters)
        draw = np.random.default_rng(3)
        key_towards = self.uniforms["key_towards"]
        passes = [(d, 0.0, (1 / keys, 0.0)) for d in _cone(key_towards, self.softness, keys, draw)]
        passes += [(d, AMBIENT_REACH_M, (0.0, 1.0)) for d in _dome(around, draw) @ self.turn.T]
        for towards, reach, weights in passes:
            matrix = gl.towards_light(towards, self.centre, self.radius, self.radius)
            shadows.use()
            shadows.clear(depth=1.0)
            ctx.enable_only(moderngl.DEPTH_TEST)
            gl.put("shadow", light=matrix)
            if self.has_pieces:
                casters.render()
            summed.use()
            ctx.enable_only(moderngl.BLEND)
            ctx.blend_func = moderngl.ONE, moderngl.ONE
            gl.put(
                "occlusion", light=matrix, towards=towards, span=2 * self.radius, reach=reach, weights=weights
            )
            gl.put("occlusion", walls=self.walls)
            gl.bind("occlusion", world=world, normals=normals, depth=depth)
            gl.quad("occlusion").render()
        gl.released(summed, shadows, casters)
        ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        return total

    def _colors(self, world, occlusion, jitters):
        """Finished colours, the mean of pictures that are shifted by parts of a pixel."""
        ctx, array = gl.context(), self._array("backdrop")
        pair = [self._texture(4, dtype="f1"), self._texture(4, dtype="f1")]
        target = ctx.framebuffer(pair, self._depth(self.size_px))
        sums = np.zeros((2, *self.size_px[::-1], 4), np.uint16)
        for k in range(jitters):
            shift = (
                (np.array([k + 0.5, (k * 0.6180339887 + 0.5) % 1 * jitters]) / jitters - 0.5)
                * 2
                / self.size_px
            )
            gl.put("backdrop", **{**self._lens(self.size_px), "jitter": shift}, **self.uniforms)
            gl.bind("backdrop", world=world, occlusion=occlusion)
            target.use()
            target.clear(0.6, 0.6, 0.6, depth=1.0)
            array.render()
            for total, texture in zip(sums, pair, strict=True):
                total += self._read(texture, 4, "u1")
        gl.released(target, array)
        return ((sums[..., :3] + jitters // 2) // jitters).astype(np.uint8)

    def _bent(self, bright, shaded, at, depth, scale):
        if self.camera.distortion_k1 == 0:
            return bright, shaded, at, depth
        maps, fine = self._maps(1), self._maps(scale)
        return (
            cv2.remap(bright, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            cv2.remap(shaded, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            cv2.remap(at, *maps, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE),
            cv2.remap(depth, *fine, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE),
        )

    def _maps(self, scale):
        """Where each pixel of the bent picture comes from, in OpenCV's pixel coordinates (centres at whole numbers)."""
        width, height = (n * scale for n in self.camera.size_px)
        x, y = np.meshgrid((np.arange(width) + 0.5) / scale, (np.arange(height) + 0.5) / scale)
        tangents = self.camera.undistorted(np.stack([x, y], -1))
        straight = (tangents * self.camera.focal_px + np.divide(self.size_px, 2)) * scale - 0.5
        return straight[..., 0].astype(np.float32), straight[..., 1].astype(np.float32)


def _straight_size(camera):
    """Size of the picture without distortion that shows all that the bent picture shows; even numbers."""
    width, height = camera.size_px
    if camera.distortion_k1 == 0:
        return width, height
    x, y = np.meshgrid(np.linspace(0, width, 65), np.linspace(0, height, 65))
    reach = np.abs(camera.undistorted(np.stack([x, y], -1))).max((0, 1)) * camera.focal_px
    return tuple(int(2 * np.ceil(max(r, n / 2) + 1)) for r, n in zip(reach, camera.size_px, strict=True))


def _vertices(mesh):
    columns = (mesh.positions_m, mesh.normals, mesh.local_m, mesh.colors, mesh.materials[:, None])
    return gl.context().buffer(np.hstack(columns).astype("f4").tobytes())


def _planes(shell):
    """Inward normals and offsets (5, 4) of the panels of a room; missing ones never meet a ray."""
    planes = np.zeros((5, 4))
    for k, start in enumerate(range(0, min(len(shell.positions_m), 20), 4)):
        planes[k] = *shell.normals[start], -shell.normals[start] @ shell.positions_m[start]
    return planes


def _sphere(mesh):
    lo, hi = mesh.positions_m.min(0), mesh.positions_m.max(0)
    return (lo + hi) / 2, float(np.clip(np.linalg.norm(hi - lo) / 2, 2.0, 5.0))


def _cone(towards, softness, count, draw):
    """Directions spread over the disc of a light."""
    helper = np.cross(towards, (1.0, 0, 0) if abs(towards[0]) < 0.9 else (0, 0, 1.0))
    u = helper / np.linalg.norm(helper)
    radius = softness * np.sqrt((np.arange(count) + 0.5) / count)
    angle = np.arange(count) * 2.399963 + draw.random()
    spread = np.outer(radius * np.cos(angle), u) + np.outer(radius * np.sin(angle), np.cross(towards, u))
    return [d / np.linalg.norm(d) for d in towards + spread]


def _dome(count, draw):
    """Directions all around, few from below."""
    y = 1 - (np.arange(count) + 0.5) / count * 1.35
    angle = np.arange(count) * 2.399963 + draw.random()
    flat = np.sqrt(1 - y**2)
    return np.stack([flat * np.cos(angle), y, flat * np.sin(angle)], 1)


def depth_m(buffer):
    """Depth buffer values 0..1 to distances along the optical axis, m."""
    return 2 * NEAR_M * FAR_M / (FAR_M + NEAR_M - (2 * np.asarray(buffer, np.float64) - 1) * (FAR_M - NEAR_M))
