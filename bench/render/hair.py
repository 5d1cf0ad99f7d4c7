"""Hair of a figure: a shell on the skull with a hairline, a bun, or lengths down to the shoulders."""

import numpy as np
from scipy.spatial import cKDTree

from render.belongings import ball, loft
from render.layers import HAIR, border, cut, hemmed, layer_of, normals, relaxed, rigid

# Hairlines: distance behind the eyes -> height above them, m, on a head of the mesh's average size.
BEHIND_M = (-0.06, -0.005, 0.03, 0.060, 0.078, 0.105, 0.16)
ABOVE_M = {
    "short": (0.062, 0.062, 0.047, 0.022, -0.012, -0.050, -0.080),
    "bun": (0.062, 0.062, 0.050, 0.030, 0.000, -0.040, -0.070),
    "long": (0.060, 0.060, 0.040, -0.080, -0.300, -0.300, -0.300),
}
THICK_M = {"short": 0.017, "bun": 0.011, "long": 0.016}
MEAN_CROWN_M = 0.112  # crown above eyes
LONG_END_M = -0.165  # of long hair, below the eyes


def hair(body, look, rng, ears):
    """Layers of hair.

    Parameters
    ----------
    body : Body
    look : Look
        `hair` is read: "short", "bun", "long" or "bald".
    rng : Generator
        Of its unevenness.
    ears : (N,) array of bool
        Which vertices of the body belong to an ear.
    """
    if look.hair == "bald":
        return []
    if look.hair == "long":
        return [_lengths(body, rng)]
    cap = _cap(body, look.hair, rng, ears)
    return [cap, _bun(body)] if look.hair == "bun" else [cap]


def above_hairline(body, style, points):
    """Signed distance (N,) m of points of a head above its hairline, scaled to the average head."""
    eyes, scale = _eyes(body)
    x, y, z = ((points - eyes) / scale).T
    line = np.interp(-z, BEHIND_M, ABOVE_M["short" if style == "bald" else style])
    # Temples recede in men, the more the older.
    male, age = np.clip(2 * body.shape.sex - 1, 0, 1), np.clip((body.shape.age_years - 25) / 50, 0, 1)
    temple = np.exp(-(((np.abs(x) - 0.043) / 0.016) ** 2)) * (z > -0.03)
    return y - line - male * (0.004 + 0.012 * age) * temple


def _eyes(body):
    eyes = (body.joints_m["left_eye"] + body.joints_m["right_eye"]) / 2
    crown = body.vertices_m[np.unique(body.quads["body"]), 1].max()
    return eyes, (crown - eyes[1]) / MEAN_CROWN_M


def _cap(body, style, rng, ears):
    """Shell on the skull, thin at the nape and the temples, fuller on top."""
    eyes, scale = _eyes(body)
    quads = body.quads["body"]
    skull = layer_of(body, quads[body.vertices_m[quads, 1].mean(1) > eyes[1] - 0.13 * scale], HAIR)
    off_ear = cKDTree(body.vertices_m[np.flatnonzero(ears)]).query(skull.points)[0] - 0.006
    ragged = 0.0025 * _lumps(skull.points, rng, 220)
    cap = cut(skull, np.minimum(above_hairline(body, style, skull.points) + ragged, off_ear))
    out = normals(cap.points, cap.triangles)
    rim = cap.points[np.unique(border(cap.triangles))]
    inward = cKDTree(rim).query(cap.points)[0]
    up = (cap.points[:, 1] - eyes[1]) / (MEAN_CROWN_M * scale)
    thick = THICK_M[style] * (0.65 + 0.5 * np.clip(up, 0, 1)) + 0.004 * _lumps(cap.points / scale, rng, 50)
    full = np.clip(inward / (0.014 + 0.022 * np.clip(1 - up, 0, 1)), 0, 1) ** 0.6
    depth = 0.0015 + (thick - 0.0015) * full
    return cap.moved(relaxed(cap.moved(cap.points + out * depth[:, None] * scale), 2, 0.4))


def _lengths(body, rng, rows=22, columns=40):
    """Long hair: level outlines of the head, from the crown down to the shoulders, open over the face."""
    eyes, scale = _eyes(body)
    points = body.vertices_m[np.unique(body.quads["body"])]
    angles = np.linspace(0, 2 * np.pi, columns, endpoint=False)
    towards = np.stack([np.sin(angles), np.cos(angles)], 1)
    middle = np.array([0, eyes[2] - 0.088 * scale])
    # Rows are closest where the skull is flattest.
    heights = MEAN_CROWN_M - (MEAN_CROWN_M - LONG_END_M) * np.linspace(0, 1, rows) ** 1.6
    reach, rings = np.zeros(columns), []
    for height in heights:
        y = eyes[1] + height * scale
        level = points[(points[:, 1] > y) & (points[:, 1] < y + 0.02 * scale)]
        if height > -0.05 and len(level):
            # What hangs from the widest place stays as wide; below the ears it closes in on the neck.
            reach = np.maximum(reach, ((level[:, [0, 2]] - middle) @ towards.T).max(0))
        elif len(level):
            reach = reach * np.where(np.cos(angles) < -0.4, 0.985, 1.002)
        rings.append(
            np.c_[middle[0] + reach * towards[:, 0], np.full(columns, y), middle[1] + reach * towards[:, 1]]
        )
    rings = np.array(rings)
    rings[-1, :, 1] += 0.005 * rng.normal(size=columns)
    whole = rigid(body, "head", *loft(rings[::-1]), HAIR)
    shell = cut(whole, above_hairline(body, "long", whole.points))
    shell = shell.moved(relaxed(shell, 4))
    # Over the forehead hair rises from the hairline; it is no visor.
    rim = shell.points[np.unique(border(shell.triangles))]
    roots = rim[rim[:, 1] > eyes[1] + 0.02 * scale]
    rise = np.clip(cKDTree(roots).query(shell.points)[0] / (0.04 * scale), 0.05, 1) ** 0.6
    thick = THICK_M["long"] + 0.0025 * _lumps(shell.points * [1, 0.2, 1], rng, 90)
    out = normals(shell.points, shell.triangles)
    full = shell.moved(shell.points + out * (rise * thick * scale)[:, None])
    return hemmed(full, shell.points, 0.004, 0.006)


def _lumps(points, rng, waviness):
    """Unevenness (N,), about -1 to 1; `waviness` in radians a metre."""
    waves = rng.normal(0, waviness, (6, 3))
    return np.sin(points @ waves.T + rng.uniform(0, 2 * np.pi, 6)).mean(1) * 1.8


def _bun(body):
    eyes, scale = _eyes(body)
    centre = eyes + scale * np.array([0, 0.052, -0.190])
    points, triangles = ball(12, 16)
    return rigid(body, "head", centre + points * 0.041 * scale * [1.05, 0.95, 0.9], triangles, HAIR)
