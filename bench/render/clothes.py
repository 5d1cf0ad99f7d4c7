"""Clothes of a body: top, trousers or shorts, socks and closed shoes, cut from its smooth hull."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from render.belongings import loft
from render.body import SHOE_SOLE_M
from render.layers import BOTTOM, SHOE, TOP, Layer, cut, hemmed, layer_of, normals, relaxed

ARM = ("upper_arm", "forearm", "hand", "palm", "thumb", "index", "middle", "ring", "little")
SHORTS = 0.75  # trousers shorter than this are shorts
SLEEVELESS = 0.14  # an armhole nearer the neck would cut through the shoulder
CLOTH_M = 0.004  # thinnest air between cloth and skin
TOP_LETS_GO = 0.7  # of the thighs
HEM_M = 0.028  # how deep one can look into a sleeve or a trouser leg


def share_of(body, weights, words):
    """Share (N,) that bones with one of these words in their name have in each point."""
    return np.asarray(
        weights[:, [i for i, b in enumerate(body.bones) if any(w in b for w in words)]].sum(1)
    ).ravel()


def along_arm(body, points):
    """How far along an arm points lie (N,): 0 shoulder, 1 elbow, 2 wrist. Says nothing about points off the arms."""
    return _along(body, points, ("shoulder", "elbow", "wrist"))


def along_leg(body, points):
    """How far down a leg points lie (N,): 0 hip, 0.5 knee, 1 ankle; negative above the hip."""
    return _along(body, points, ("hip", "knee", "ankle")) / 2


def _along(body, points, chain):
    out = np.empty(len(points))
    for side, mine in (("left", points[:, 0] >= 0), ("right", points[:, 0] < 0)):
        start, middle, end = (body.joints_m[f"{side}_{name}"] for name in chain)
        first = (points - start) @ (middle - start) / np.square(middle - start).sum()
        second = (points - middle) @ (end - middle) / np.square(end - middle).sum()
        out[mine] = np.where(second > 0, 1 + second, np.minimum(first, 1))[mine]
    return out


class Tailor:
    """Cuts clothes for one body.

    Parameters
    ----------
    body : Body
    look : Look
        `sleeve`, `leg` and `loose` are read.
    """

    def __init__(self, body, look):
        self.body, self.look = body, look
        self.hull = layer_of(body, body.quads["tights"], TOP)
        self.waist_y = body.joints_m["pelvis"][1] + 0.04
        self.sleeve = max(look.sleeve, SLEEVELESS) * 2
        # Shorts that end on the kneecap would be pushed into a bell by a bent knee.
        self.leg = look.leg - 0.10 * np.clip((0.62 - look.leg) / 0.12, 0, 1)

    def top(self):
        """Shirt, jumper or vest."""
        hull, body = self.hull, self.body
        kept = self._off_the_thighs(cut(hull, self._above(hull, self._top_hem(hull.points))))
        kept = cut(kept, self._sleeve_field(kept, self.sleeve))
        kept = cut(kept, -self.neckline(kept.points))
        arm, reach = share_of(body, kept.weights, ARM), along_arm(body, kept.points)
        low = np.clip((self.waist_y + 0.16 - kept.points[:, 1]) / 0.24, 0, 1)
        ease = (
            0.009
            + (1 - arm) * 0.014 * low
            + arm * np.interp(reach, [0, 1, 1.4, 2], [0.004, 0.011, 0.008, 0.003])
        )
        near_neck = np.clip(-self.neckline(kept.points) / 0.05, 0, 1)
        return self._sewn(kept, CLOTH_M + (ease * self.look.loose) * (0.35 + 0.65 * near_neck), 8)

    def bottom(self):
        """Trousers or shorts."""
        hull, body = self.hull, self.body
        arm = share_of(body, hull.weights, ARM)
        kept = cut(hull, np.where(arm > 0.3, -1, self.waist_y - hull.points[:, 1]))
        kept = cut(kept, self.leg - along_leg(body, kept.points))
        kept = Layer(kept.points, kept.weights, kept.triangles, BOTTOM)
        down = np.clip(along_leg(body, kept.points), 0, 1)
        shorts = np.clip((SHORTS - self.leg) / 0.3, 0, 1)
        # The waist is under the top: close to the skin there, or it would show through.
        hips = np.clip((self.waist_y - kept.points[:, 1]) / 0.10, 0, 1)
        ease = 0.006 * hips + 0.010 * down + shorts * 0.010 * np.clip(down / 0.45, 0, 1)
        return self._sewn(kept, CLOTH_M + ease * self.look.loose, 5)

    def covers(self, points, weights):
        """Whether clothes surely cover points of the skin (N,), so that nobody need draw them."""
        body = self.body
        arm, reach, leg = share_of(body, weights, ARM), along_arm(body, points), along_leg(body, points)
        head = share_of(body, weights, ("head", "neck_3"))
        torso = (arm < 0.3) & (points[:, 1] > self.waist_y) & (self.neckline(points) < -0.035) & (head < 0.05)
        sleeve = (arm >= 0.3) & (reach < self.sleeve - 0.14)
        trouser = (arm < 0.3) & (points[:, 1] <= self.waist_y) & (leg < self.leg - 0.05)
        sock = _sock_heights(self.look.leg)[-1] - 0.015
        shoe = points[:, 1] < body.joints_m["left_ankle"][1] + COLLAR_M + sock
        return torso | sleeve | trouser | shoe

    def neckline(self, points):
        """Signed distance (N,) m above the plane of the collar, which is lower in front."""
        neck = self.body.joints_m["neck"]
        up = np.array([0, np.cos(np.radians(28)), np.sin(np.radians(28))])
        return (points - neck - [0, 0.004, 0]) @ up

    def _top_hem(self, points):
        hip = self.body.joints_m["left_hip"]
        # Shorter in front, where a lap would fold it.
        return hip[1] - 0.015 + 0.02 * np.clip((points[:, 2] - hip[2]) / 0.1, 0, 1)

    def _off_the_thighs(self, layer):
        """A top hangs from the trunk: a raised thigh slides under it and pulls only a little."""
        body, weights = self.body, layer.weights.tolil()
        pelvis = body.bone("pelvis")
        for bone in (i for i, name in enumerate(body.bones) if "_thigh_" in name):
            share = weights[:, [bone]] * TOP_LETS_GO
            weights[:, [pelvis]] = weights[:, [pelvis]] + share
            weights[:, [bone]] = weights[:, [bone]] - share
        return replace(layer, weights=weights.tocsr())

    def _above(self, layer, y):
        return np.where(share_of(self.body, layer.weights, ARM) > 0.3, 1, layer.points[:, 1] - y)

    def _sleeve_field(self, layer, end):
        arm = share_of(self.body, layer.weights, ARM)
        return arm * (end - along_arm(self.body, layer.points)) + (1 - arm) * 0.4

    def _sewn(self, layer, ease_m, rounds):
        """Cloth that hangs `ease_m` (N,) off the hull, spans its hollows, and ends in hems."""
        out = normals(layer.points, layer.triangles)
        cloth = layer.moved(layer.points + out * ease_m[:, None])
        spread = relaxed(cloth, rounds)
        # Smoothing shrinks: never much nearer to the skin than the ease.
        gap = ((spread - layer.points) * out).sum(1)
        spread += out * np.maximum(0, 0.7 * ease_m - gap)[:, None]
        return hemmed(layer.moved(spread), layer.points - 0.002 * out, HEM_M)


# Heights of the outlines a shoe is built of, as shares of the way from the floor to the collar.
LEVELS = (0, 0.02, 0.15, 0.28, 0.38, 0.48, 0.58, 0.68, 0.78, 0.89, 1.0)
SOCK_M = (-0.012, 0.0, 0.012, 0.025, 0.05, 0.075, 0.095)  # above the collar; with shorts only the first four
AROUND = 28
COLLAR_M = 0.012  # above the ankle


def footwear(body, leg):
    """Closed shoes and socks: four layers; under shorts (`leg` as in `Look`) short socks of the shoe's colour."""
    return [part for side in ("left", "right") for part in _shoe_and_sock(body, side, leg)]


def _sock_heights(leg):
    return SOCK_M if leg > SHORTS else SOCK_M[:4]


def _shoe_and_sock(body, side, leg):
    """A shoe as a stack of level outlines, each the hull of all of the foot that is higher; a sock as slices."""
    ankle = body.joints_m[f"{side}_ankle"]
    skin = np.unique(body.quads["body"])
    lower = share_of(body, body.weights[skin], (f"{side}_foot", f"{side}_shank"))
    points = body.vertices_m[skin][lower > 0.9]
    collar_y = ankle[1] + COLLAR_M
    foot = points[points[:, 1] < collar_y + 0.03]
    rings = []
    for level in LEVELS:
        y = level * collar_y
        above = foot[foot[:, 1] >= max(y - 0.002, SHOE_SOLE_M + 0.003)]
        rings.append(_outline(above, y, 0.007 if level < 0.95 else 0.005))
    rings = np.array(rings)
    rings[0] = rings[0].mean(0) + (rings[0] - rings[0].mean(0)) * [0.96, 1, 0.97]
    toe_z = rings[0, :, 2].max()
    rings[:2, :, 1] += (
        np.clip((rings[:2, :, 2] - (toe_z - 0.05)) / 0.05, 0, 1) ** 2 * 0.006
    )  # soles curl up in front
    slices = [_outline(_slice(body, side, collar_y + up), collar_y + up, 0.003) for up in _sock_heights(leg)]
    inside = rings[-1:] * 0.94 + rings[-1:].mean(1, keepdims=True) * 0.06 - [0, 0.012, 0]
    return [
        _lofted(body, side, np.concatenate([rings, inside]), SHOE, closed=True),
        _lofted(body, side, np.array(slices), BOTTOM if leg > SHORTS else SHOE, closed=False),
    ]


def _slice(body, side, y):
    """Where the edges of one leg cross a height: (N, 3) m."""
    quads = body.quads["body"]
    a, b = body.vertices_m[quads.ravel()], body.vertices_m[np.roll(quads, 1, axis=1).ravel()]
    sign = 1 if side == "left" else -1
    crosses = ((a[:, 1] - y) * (b[:, 1] - y) < 0) & (a[:, 0] * sign > 0)
    a, b = a[crosses], b[crosses]
    return a + ((y - a[:, 1]) / (b[:, 1] - a[:, 1]))[:, None] * (b - a)


def _outline(points, y, offset_m):
    """The convex outline of points seen from above, a little outside them, as a ring (AROUND, 3) at a height."""
    angles = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    towards = np.stack([np.sin(angles), np.cos(angles)], 1)
    flat = points[:, [0, 2]]
    middle = (flat.max(0) + flat.min(0)) / 2
    support = ((flat - middle) @ towards.T).max(0) + offset_m
    # A hull touches its tangents; between tangents 13 deg apart the touching point is near the chord's middle.
    slope = (np.roll(support, -1) - np.roll(support, 1)) / (2 * (angles[1] - angles[0]))
    across = np.stack([towards[:, 1], -towards[:, 0]], 1)
    ring = middle + support[:, None] * towards + slope[:, None] * across
    return np.c_[ring[:, 0], np.full(AROUND, y), ring[:, 1]]


def _lofted(body, side, rings, material, *, closed):
    """Skin over rings from the lowest up, shut below when `closed`."""
    points, triangles = loft(rings)
    if closed:
        around = np.arange(AROUND)
        sole = np.stack([np.full(AROUND, len(points)), np.roll(around, -1), around], 1)
        triangles = np.concatenate([triangles, sole])
        points = np.concatenate([points, rings[0].mean(0)[None]])
    foot, shank = (np.full(len(points), body.bone(f"{side}_{bone}")) for bone in ("foot", "shank_2"))
    # A collar gives a little when the ankle bends; a sock goes with the shank.
    up = points[:, 1] - body.joints_m[f"{side}_ankle"][1]
    give = np.interp(up, [-0.03, 0.012, 0.06], [0, 0.35, 1])
    rows = np.arange(len(points))
    places = np.r_[rows, rows], np.r_[foot, shank]
    weights = sp.csr_matrix((np.r_[1 - give, give], places), (len(points), len(body.bones)))
    return Layer(points, weights, triangles, material)
