"""Colour of the skin, painted on the mesh's texture: lips, lids, brows, cheeks, nails, and what age leaves."""

import cv2
import numpy as np

from render.body import data
from render.hair import above_hairline

SIZE = 1024


def marked(body, name):
    """Which vertices (N,) of a body lie under a mask of the mesh's texture: lips, ears, eyelids, fingernails."""
    mask = data()[f"mask_{name}"]
    pixel = np.round((body.texture * [1, -1] + [0, 1]) * (len(mask) - 1)).astype(int)
    inside = mask[pixel[:, 1], pixel[:, 0]] > 127
    out = np.zeros(len(body.vertices_m), bool)
    out[body.quads["body"].ravel()] = inside[body.texture_quads.ravel()]
    return out


def albedo(body, look, rng):
    """The painted texture, (SIZE, SIZE, 3) uint8, row 0 at v = 1.

    Parameters
    ----------
    body : Body
    look : Look
        `skin` and `hair_color` are read.
    rng : Generator
        Of the blotches.
    """
    canvas = _Canvas(np.array(look.skin, float), rng)
    stains = (("ears", RED, 0.35), ("lips", LIP, 0.75), ("eyelids", DUSK, 0.35), ("fingernails", NAIL, 0.6))
    for name, tint, amount in stains:
        mask = cv2.resize(data()[f"mask_{name}"], (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
        canvas.stain(mask / 255, tint, amount)
    place = _texel_places(body)
    _paint_face(canvas, body, place, np.array(look.hair_color, float))
    _paint_scalp(canvas, body, place, look)
    return (np.clip(canvas.colour, 0, 1) * 255).round().astype(np.uint8)


# What skin is multiplied by.
RED, LIP, DUSK, NAIL = (1.03, 0.80, 0.78), (0.90, 0.62, 0.62), (0.80, 0.76, 0.77), (1.05, 0.94, 0.92)
FOLD, SHADE, LASH, SPOT = (0.80, 0.72, 0.69), (0.84, 0.80, 0.80), (0.30, 0.27, 0.27), (0.82, 0.74, 0.66)


STUBBLE = np.array([0.42, 0.43, 0.47])


class _Canvas:
    def __init__(self, skin, rng):
        self.skin, self.rng = skin, rng
        tone = 1 + self.noise(24, 0.025) + self.noise(128, 0.018) + self.noise(512, 0.016)
        self.colour = (np.ones((SIZE, SIZE, 3)) * skin * tone[:, :, None]).astype(np.float32)
        self.colour[..., 1:] *= (1 + self.noise(48, 0.02))[:, :, None]

    def noise(self, cells, amount):
        """Smooth noise with so many cells across the texture."""
        rough = self.rng.standard_normal((cells, cells)).astype(np.float32)
        return amount * cv2.resize(rough, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)

    def stain(self, mask, factor, amount):
        """Multiply the skin by `factor` where the mask is 1."""
        self.cover(mask, self.skin * factor, amount)

    def cover(self, mask, colour, amount):
        """Blend towards a colour where the mask is 1."""
        share = (np.clip(np.nan_to_num(mask), 0, 1) * amount).astype(np.float32)[:, :, None]
        self.colour += share * (np.asarray(colour, np.float32) - self.colour)


def _paint_scalp(canvas, body, place, look):
    """Roots at the hairline, so that hair does not end in an edge; of a bald head, a shaven fringe."""
    above = above_hairline(body, look.hair, place.reshape(-1, 3)).reshape(SIZE, SIZE) + canvas.noise(
        700, 0.0015
    )
    roots = 0.8 * np.array(look.hair_color) + 0.2 * canvas.skin
    if look.hair != "bald":
        low = body.joints_m["left_eye"][1] + (
            0.012 if look.hair == "long" else -0.3
        )  # lengths hang off the cheeks
        canvas.cover(_smooth(above, -0.007, 0.003) * _smooth(place[..., 1], low, low + 0.01), roots, 0.85)
        return
    crown = np.interp(-place[..., 2], [-0.1, -0.03, 0.1], [-1, 0.0, 0.07])  # the fringe is higher at the back
    eyes_y = body.joints_m["left_eye"][1]
    fringe = _smooth(above, -0.006, 0.004) * _smooth(crown - (place[..., 1] - eyes_y), 0.0, 0.02)
    canvas.cover(fringe, 0.55 * roots + 0.45 * canvas.skin, 0.55)


def _paint_face(canvas, body, place, hair_colour):
    face = _Face(body, place)
    side, y, z = face.side, face.y, face.z
    canvas.stain(face.blob(0.012, -0.047, 0.020, 0.018), RED, 0.40)  # cheeks
    nose = np.exp(-((side / 0.014) ** 2) - ((y - face.nose[1]) / 0.014) ** 2)
    canvas.stain(nose * (z > face.nose[2] - 0.03), RED, 0.35)
    canvas.stain(face.blob(-0.002, -0.016, 0.018, 0.006), SHADE, 0.35 + 0.45 * face.age)  # under the eyes
    _paint_eyes(canvas, face, hair_colour)
    _paint_folds(canvas, face)
    mouth_y, nose_y, eye_z = face.mouth[1], face.nose[1], face.eyes[2]
    jaw = _smooth(-y, -nose_y + 0.004, -nose_y + 0.014) * _smooth(y, mouth_y - 0.075, mouth_y - 0.05)
    jaw *= _smooth(z, eye_z - 0.085, eye_z - 0.05) * (0.8 + canvas.noise(512, 0.15))
    lips = cv2.resize(data()["mask_lips"], (SIZE, SIZE)) / 255
    canvas.cover(jaw * (1 - lips), 0.6 * canvas.skin + 0.4 * STUBBLE, 0.30 * face.male)
    canvas.stain(np.clip(canvas.noise(200, 1.0) - 1.9, 0, 1) * 2.0, SPOT, 0.7 * face.age)


def _paint_eyes(canvas, face, hair_colour):
    """Brows and the line of the upper lashes."""
    dx, dy = face.dx, face.dy
    along = np.nan_to_num(dx)
    brow_y = np.interp(along, [-0.020, -0.006, 0.010, 0.026], [0.0195, 0.0228, 0.0245, 0.0185])
    thick = np.interp(along, [-0.020, -0.012, 0.010, 0.026], [0.0022, 0.0034, 0.0030, 0.0010])
    ragged = (1 + canvas.noise(512, 0.25)) / (0.8 + 0.35 * face.male)
    brow = np.clip(1.5 - np.abs(dy - brow_y) / thick * ragged, 0, 1) * face.front
    brow *= _smooth(dx, -0.022, -0.017) * _smooth(-dx, -0.029, -0.022)
    canvas.cover(brow, 0.75 * hair_colour + 0.15 * canvas.skin, 0.70)
    rim = np.exp(-((np.hypot(dx / 0.0150, dy / 0.0072) - 1) ** 2) / 0.012)
    canvas.stain(rim * face.front * (dy > -0.001) * (np.abs(dx) < 0.019), LASH, 0.75)


def _paint_folds(canvas, face):
    """Lines of age: nostril to mouth, across the forehead, at the corner of the eye."""
    side, y = face.side, face.y
    (mouth_x, mouth_y, _), nose_y = face.mouth, face.nose[1]
    heights = [mouth_y - 0.012, mouth_y, nose_y - 0.002, nose_y + 0.006]
    along = np.interp(
        np.nan_to_num(y), heights, [mouth_x + 0.008, mouth_x + 0.0085, 0.021 * face.wide, 0.016 * face.wide]
    )
    within = _smooth(y, mouth_y - 0.014, mouth_y - 0.004) * _smooth(-y, -nose_y - 0.008, -nose_y + 0.002)
    canvas.stain(
        np.exp(-(((side - along) / 0.0022) ** 2)) * within * face.front, FOLD, 0.15 + 0.45 * face.age
    )
    for height in (0.038, 0.047, 0.056):
        wave = height + 0.0012 * np.sin(np.nan_to_num(face.x) * 160 + height * 900)
        line = np.exp(-(((face.dy - wave) / 0.0011) ** 2)) * _smooth(-side, -0.042, -0.028)
        canvas.stain(line * face.front, FOLD, 0.42 * face.age)
    out = side - face.outer[0] - 0.002
    within = _smooth(out, 0.0, 0.002) * _smooth(-out, -0.013, -0.008)
    for slope in (-0.55, 0.0, 0.5):
        line = np.exp(-(((y - face.outer[1] - slope * out) / 0.0009) ** 2))
        canvas.stain(line * within, FOLD, 0.40 * face.age)


class _Face:
    """Where texels lie on a face, in lengths of the mesh's average face, so that paint fits wide and narrow ones."""

    def __init__(self, body, place):
        self.x, self.y, self.z = np.moveaxis(place, -1, 0)
        self.eyes = (body.joints_m["left_eye"] + body.joints_m["right_eye"]) / 2
        self.nose, self.mouth, self.outer = (
            body.marks_m[name] for name in ("nose", "left_mouth", "left_eye_outer")
        )
        self.wide = body.joints_m["left_eye"][0] / 0.0308
        tall = (self.eyes[1] - self.mouth[1]) / 0.067
        self.side = np.abs(self.x)
        self.front = self.z > self.eyes[2] - 0.035
        self.dx, self.dy = (
            self.side / self.wide - 0.0308,
            (self.y - self.eyes[1]) / tall,
        )  # from the nearer eye
        self.age = float(np.clip((body.shape.age_years - 45) / 40, 0, 1))
        self.male = float(np.clip(2 * body.shape.sex - 1, 0, 1))

    def blob(self, x, y, half_width, half_height):
        """A soft spot beside each eye."""
        return np.exp(-(((self.dx - x) / half_width) ** 2) - ((self.dy - y) / half_height) ** 2) * self.front


def _smooth(x, low, high):
    share = np.clip((x - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def _texel_places(body):
    """Where on the resting body each texel of the face lies: (SIZE, SIZE, 3) m, NaN elsewhere."""
    quads, texture_quads = body.quads["body"], body.texture_quads
    face = body.vertices_m[quads, 1].min(1) > body.joints_m["neck"][1] + 0.02
    # Corners of each quad -> points in it closer together than texels; bilinear, so both triangles are covered.
    steps = np.linspace(0, 1, 24)
    u, v = (grid.ravel() for grid in np.meshgrid(steps, steps))
    share = np.stack([(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v], 1)
    texel = share @ (body.texture[texture_quads[face]] * [1, -1] + [0, 1]) * SIZE
    place = share @ body.vertices_m[quads[face]]
    column, row = np.clip(texel.reshape(-1, 2).astype(int), 0, SIZE - 1).T
    out = np.full((SIZE, SIZE, 3), np.nan)
    out[row, column] = place.reshape(-1, 3)
    return out
