"""The one OpenGL context of a process: Mesa's software renderer through EGL, no screen needed."""

from functools import cache

import moderngl
import numpy as np

from render import shaders
from render.camera import FAR_M, NEAR_M

PROGRAMS = {
    "shadow": (shaders.SHADOW_VERTEX, shaders.NOTHING_FRAGMENT),
    "figure": (shaders.FIGURE_VERTEX, shaders.FIGURE_FRAGMENT),
    "shade": (shaders.QUAD_VERTEX, shaders.SHADE_FRAGMENT),
    "picture": (shaders.QUAD_VERTEX, shaders.PICTURE_FRAGMENT),
    "geometry": (shaders.BACKDROP_VERTEX, shaders.GEOMETRY_FRAGMENT),
    "occlusion": (shaders.QUAD_VERTEX, shaders.OCCLUSION_FRAGMENT),
    "backdrop": (shaders.BACKDROP_VERTEX, shaders.BACKDROP_FRAGMENT),
}


class NoRendererError(RuntimeError):
    """OpenGL through EGL is not to be had on this machine."""


@cache
def context():
    """The process's OpenGL context.

    Raises
    ------
    NoRendererError
        Where EGL or Mesa is missing; the sentence names the packages.
    """
    try:
        return moderngl.create_standalone_context(backend="egl", require=330)
    except Exception as error:  # moderngl and its loader raise whatever the failing library call gave them
        raise NoRendererError(
            "Pictures are drawn with OpenGL through EGL, which did not start: install the Debian packages libegl1, "
            f"libegl-mesa0 and libgl1-mesa-dri ({error})."
        ) from error


@cache
def program(name):
    """A compiled program of `PROGRAMS`."""
    return context().program(*PROGRAMS[name])


def put(name, **uniforms):
    """Set uniforms of a program; matrices (4, 4) are row-major here. What the program does not use is passed over."""
    target = program(name)
    for key, value in uniforms.items():
        uniform = target.get(key, None)
        if uniform is None:
            continue
        value = np.asarray(value)
        if value.shape == (4, 4):
            uniform.write(value.T.astype("f4").tobytes())
        else:
            uniform.value = [tuple(row) for row in value.tolist()] if value.ndim == 2 else value.tolist()
    return target


def bind(name, **textures):
    """Bind textures to units, in order, and tell the program; None leaves a unit to be bound later."""
    for unit, (key, texture) in enumerate(textures.items()):
        if texture is not None:
            texture.use(unit)
        program(name)[key].value = unit


@cache
def _corners():
    return context().buffer(np.array([-1, -1, 3, -1, -1, 3], "f4").tobytes())


@cache
def quad(name):
    """A triangle that covers the picture, for a program of `QUAD_VERTEX`."""
    return context().vertex_array(program(name), [(_corners(), "2f", "corner")])


def texture(size, components, dtype="f4", data=None, smooth=False):
    """A texture that does not repeat."""
    made = context().texture(size, components, data, dtype=dtype)
    made.filter = (moderngl.LINEAR, moderngl.LINEAR) if smooth else (moderngl.NEAREST, moderngl.NEAREST)
    made.repeat_x = made.repeat_y = False
    return made


def depth_texture(size, *, compared=False):
    """A depth buffer that can be read in a program, as a depth or (`compared`) as lit / not lit."""
    made = context().depth_texture(size)
    made.compare_func = "<=" if compared else ""
    made.filter = (moderngl.LINEAR, moderngl.LINEAR) if compared else (moderngl.NEAREST, moderngl.NEAREST)
    made.repeat_x = made.repeat_y = False
    return made


def released(*things):
    """Give the memory of OpenGL objects back."""
    for thing in things:
        if thing is not None:
            thing.release()


def lens(camera, size_px, *, focal_px=None, distorted=True):
    """Uniforms of `shaders.LENS` for a picture of `size_px` with a camera's view."""
    focal = camera.focal_px if focal_px is None else focal_px
    k1 = camera.distortion_k1 if distorted else 0.0
    widest = min(camera.widest_tangent if distorted else 1e6, 1e3)
    return {
        "view": camera.view,
        "lens": (2 * focal / size_px[0], 2 * focal / size_px[1], k1, widest**2),
        "range": (NEAR_M, FAR_M),
        "jitter": (0.0, 0.0),
    }


def towards_light(towards, centre_m, half_m, deep_m):
    """World to clip space (4, 4) of a light far away: a square of `half_m` about a centre, `deep_m` either way."""
    ahead = -np.asarray(towards, float) / np.linalg.norm(towards)
    right = np.cross(ahead, (0, 1, 0) if abs(ahead[1]) < 0.95 else (1, 0, 0))
    right /= np.linalg.norm(right)
    axes = np.stack([right / half_m, np.cross(right, ahead) / half_m, ahead / deep_m])
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = axes, -axes @ np.asarray(centre_m, float)
    return matrix
