"""What stands around the figure: chair, table, counter, step and door, as flat shapes of the picture."""

import numpy as np

from posecheck.demonstration_body import SEAT_HIPS
from posecheck.demonstration_scenes import COUNTER, COUNTER_EDGE, STEP_AHEAD, TABLE, TABLE_EDGE, step_height

SEAT = SEAT_HIPS - 0.052  # top of the seat: a thigh is as thick
CHAIR_BEHIND = -0.38
LEG = 0.018  # thickness of a chair's or table's leg


def furniture(scene, peak):
    """Props of a scene: name -> list of boxes and posts, in the order in which they are drawn."""
    found = {}
    if not scene.stands:
        found |= _chair(0.0)
    if "chair_behind" in scene.props:
        found |= _chair(CHAIR_BEHIND if scene.end != "heel" else CHAIR_BEHIND - 0.12)
    if "table" in scene.props:
        found["table"] = _top(TABLE, TABLE_EDGE, TABLE_EDGE + 0.34, 0.26, 0.022)
    if "counter" in scene.props:
        found["counter"] = _top(COUNTER, COUNTER_EDGE, COUNTER_EDGE + 0.12, 0.34, 0.026)
    if "rail" in scene.props:
        slab = _box((-0.24, 0.24), (COUNTER - 0.02, COUNTER), (COUNTER_EDGE, COUNTER_EDGE + 0.08))
        posts = [_post((x, 0.0, 0.44), (x, COUNTER - 0.01, COUNTER_EDGE + 0.06)) for x in (-0.22, 0.22)]
        found["rail"] = [*posts, slab]
    if "step" in scene.props:
        found["step"] = [_box((-0.16, 0.16), (0.0, step_height(peak)), (STEP_AHEAD, STEP_AHEAD + 0.24))]
    if "door" in scene.props:
        found["door"] = [_box((-0.2, 0.2), (0.0, 1.0), (0.66, 0.69))]
    return found


def _chair(ahead):
    wide, back, front = 0.155, ahead - 0.12, ahead + 0.12
    legs = [
        _post((x, 0.0, z), (x, SEAT - 0.02, z))
        for z in (back + 0.01, front - 0.02)
        for x in (-wide + 0.01, wide - 0.01)
    ]
    posts = [_post((x, SEAT, back), (x, SEAT + 0.2, back - 0.015)) for x in (-wide + 0.02, wide - 0.02)]
    rest = _box((-wide, wide), (SEAT + 0.14, SEAT + 0.29), (back - 0.022, back))
    return {
        "chair_back": [*posts, rest],
        "chair": [*legs, _box((-wide, wide), (SEAT - 0.028, SEAT), (back, front))],
    }


def _top(height, near, far, wide, thick):
    legs = [
        _post((x, 0.0, z), (x, height - thick, z))
        for z in (far - 0.03, near + 0.03)
        for x in (-wide + 0.02, wide - 0.02)
    ]
    return [*legs, _box((-wide, wide), (height - thick, height), (near, far))]


def _post(begin, end):
    return np.array([begin, end], float)


def _box(x, y, z):
    return np.array([(a, b, c) for a in x for b in y for c in z], float)


_FACES = (
    (4, 6, 7, 5),
    (0, 1, 3, 2),
    (2, 3, 7, 6),
    (0, 4, 5, 1),
    (1, 5, 7, 3),
    (0, 2, 6, 4),
)  # +x -x +y -y +z -z
_NORMALS = np.array([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], float)


def shapes(parts, camera, *, mirrored):
    """Boxes and posts as the picture has them.

    Returns
    -------
    list of dict
        ``points`` of a face with its ``tone`` (0 lit, 1 and 2 in shade), or a ``line`` with its ``width``.
    """
    shown, near = [], camera.picture(_NORMALS)[:, 2]
    for part in parts:
        flat = camera.picture(part, mirrored=mirrored)[:, :2]
        if len(part) == 2:
            shown.append({"line": flat.round(3).tolist(), "width": LEG})
            continue
        for face, towards, normal in zip(_FACES, near, _NORMALS, strict=True):
            if towards > 0.02:
                tone = 0 if normal[1] > 0 else 1 if abs(normal[2]) > 0 else 2
                shown.append({"points": flat[list(face)].round(3).tolist(), "tone": tone})
    return shown
