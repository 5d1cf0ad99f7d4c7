"""The figure that demonstrates: a simple body in space, built limb by limb, and how it falls into a picture.

Lengths are in figure heights (the standing figure is 1 high). Space: x to the figure's own left, y up, z ahead of it;
the floor is y = 0. P poses are built at once: every place is a (P, 3) array.
"""

from dataclasses import dataclass

import numpy as np

from posecheck.signals import FOOT_PART

SIDES = ("left", "right")
OUTWARD = {"left": 1.0, "right": -1.0}
# Winter 2009, but for head and hands: a little larger, since they must be read from three metres away.
TRUNK, UPPER_ARM, FOREARM, HAND, THIGH, SHANK, ANKLE = 0.28, 0.172, 0.146, 0.088, 0.245, 0.246, 0.048
FOOT, HEEL_BEHIND = FOOT_PART * SHANK, 0.036
HALF_SHOULDERS, HALF_HIPS, NECK_TO_HEAD = 0.104, 0.056, 0.108
HEAD_LEVELS = 0.6  # of the trunk's inclination is taken back by the neck
SEATED_DEG, SPLAY_DEG = 85.0, 7.0  # thigh from straight down; legs and feet from straight ahead
SEAT_HIPS = ANKLE + SHANK + THIGH * np.cos(np.radians(SEATED_DEG))
STAND_HIPS = ANKLE + SHANK + THIGH
FINGERS = {"index": 0.024, "middle": 0.008, "ring": -0.008, "little": -0.023}  # knuckles, towards the thumb
PALM, FINGER_BONES = 0.056, (0.030, 0.026)
UP = np.array([0.0, 1.0, 0.0])


def unit(vector):
    """Vectors (..., 3) made one long."""
    return vector / np.linalg.norm(vector, axis=-1, keepdims=True)


def towards(side, elevation_deg, plane_deg):
    """Direction (P, 3) of a limb raised from straight down: in plane 0 outward, in plane 90 ahead."""
    e, p = np.radians(np.atleast_1d(elevation_deg)), np.radians(plane_deg)
    out, ahead = OUTWARD[side] * np.sin(e) * np.cos(p), np.sin(e) * np.sin(p)
    return np.stack(np.broadcast_arrays(out, -np.cos(e), ahead), axis=-1)


def bent(along, by_deg, to):
    """Direction of the segment beyond a hinge that bends by an angle, from `along` towards `to`."""
    square = unit(to - along * (along * to).sum(axis=-1, keepdims=True))
    a = np.radians(np.atleast_1d(by_deg))[:, None]
    return np.cos(a) * along + np.sin(a) * square


def reach_of(elbow_deg):
    """Distance from shoulder to wrist of an elbow bent so far."""
    return np.sqrt(UPPER_ARM**2 + FOREARM**2 + 2 * UPPER_ARM * FOREARM * np.cos(np.radians(elbow_deg)))


def middle_joint(begin, end, first, second, to):
    """Elbow or knee between two ends (P, 3), on the side of the direction `to`; straight where the ends are far."""
    line = end - begin
    length = np.minimum(np.linalg.norm(line, axis=-1, keepdims=True), first + second - 1e-6)
    line = unit(line)
    along = (first**2 - second**2 + length**2) / (2 * length)
    off = np.sqrt(np.maximum(first**2 - along**2, 0.0))
    return begin + along * line + off * unit(to - line * (line * to).sum(axis=-1, keepdims=True))


class Figure:
    """A figure over P poses: `joints` fills as it is built, trunk first.

    Attributes
    ----------
    joints : dict of str to (P, 3) array, figure heights
        ``head``, ``neck`` and, of each side, ``shoulder elbow wrist hand hip knee ankle heel foot_index``; fingers only
        where the hand is the exercise.
    """

    def __init__(self, count):
        self.count, self.joints = count, {}

    def __call__(self, part, side=None):
        return self.joints[f"{side}_{part}" if side else part]

    def put(self, name, place):
        """Set a joint, the same in all poses or one place a pose."""
        self.joints[name] = np.broadcast_to(np.asarray(place, float), (self.count, 3)).copy()

    def trunk(self, hips, *, flexion_deg=0.0):
        """Hips, shoulders and head above the middle of the hips (P, 3), inclined ahead."""
        a = np.broadcast_to(np.radians(flexion_deg), (self.count,))
        hips = np.broadcast_to(np.asarray(hips, float), (self.count, 3))
        up = np.stack([np.zeros_like(a), np.cos(a), np.sin(a)], axis=-1)
        b = (1.0 - HEAD_LEVELS) * a
        head_up = np.stack([np.zeros_like(b), np.cos(b), np.sin(b)], axis=-1)
        self.put("neck", hips + TRUNK * up)
        self.put("head", self("neck") + NECK_TO_HEAD * head_up)
        for side in SIDES:
            across = np.array([OUTWARD[side], 0.0, 0.0])
            self.put(f"{side}_hip", hips + HALF_HIPS * across)
            self.put(f"{side}_shoulder", self("neck") + HALF_SHOULDERS * across)

    @property
    def hips(self):
        """Middle of the hips, (P, 3)."""
        return 0.5 * (self("hip", "left") + self("hip", "right"))

    # ── arms ────────────────────────────────────────────────────────────────────────────────────────────────────

    def arm(self, side, elevation_deg, plane_deg, elbow_deg, *, bend=(0.0, 0.0, 1.0)):
        """An arm by its angles; the elbow bends towards the direction `bend`."""
        along = np.broadcast_to(towards(side, elevation_deg, plane_deg), (self.count, 3))
        fore = bent(along, elbow_deg, np.asarray(bend, float))
        self.put(f"{side}_elbow", self("shoulder", side) + UPPER_ARM * along)
        self.put(f"{side}_wrist", self("elbow", side) + FOREARM * fore)
        self.put(f"{side}_hand", self("wrist", side) + HAND * fore)

    def arm_to(self, side, wrist, *, swivel_deg=15.0, hand=None):
        """An arm whose wrist is at a place (P, 3), the elbow low; the hand goes on along the forearm or as told."""
        a = np.radians(swivel_deg)
        low = np.array([OUTWARD[side] * np.sin(a), -np.cos(a), -0.25])
        wrist = np.broadcast_to(np.asarray(wrist, float), (self.count, 3))
        elbow = middle_joint(self("shoulder", side), wrist, UPPER_ARM, FOREARM, low)
        self.put(f"{side}_elbow", elbow)
        self.put(f"{side}_wrist", elbow + FOREARM * unit(wrist - elbow))
        along = unit(wrist - elbow) if hand is None else unit(np.asarray(hand, float))
        self.put(f"{side}_hand", self("wrist", side) + HAND * along)

    def hand(self, side, along, palm, *, curl=0.2, thumb_in=0.0):
        """Fingers of a hand that goes `along`, its palm facing `palm`; `curl` is 0 open to 1 a fist. Each (P, ...)."""
        along = np.broadcast_to(unit(np.asarray(along, float)), (self.count, 3))
        palm = np.broadcast_to(np.asarray(palm, float), (self.count, 3))
        palm = unit(palm - along * (along * palm).sum(axis=-1, keepdims=True))
        thumb = np.cross(along, palm) * -OUTWARD[side]
        curl = np.broadcast_to(np.asarray(curl, float), (self.count,))[:, None]
        wrist = self("wrist", side)
        for number, (finger, off) in enumerate(FINGERS.items()):
            knuckle = wrist + (PALM - 0.003 * abs(number - 1)) * along + off * thumb
            self.put(f"{side}_{finger}_1", knuckle)
            place, turned = knuckle, 0.0
            spread = unit(along + 7.0 * off * np.clip(1 - 2.5 * curl, 0, 1) * thumb)
            for k, (bone, least, most) in enumerate(zip(FINGER_BONES, (6, 10), (88, 100), strict=True)):
                turned = turned + np.radians(least + (most - least) * curl)
                place = place + bone * (np.cos(turned) * spread + np.sin(turned) * palm)
                self.put(f"{side}_{finger}_{k + 2}", place)
        base = wrist + 0.016 * along + 0.020 * thumb
        free = unit(0.75 * along + 0.6 * thumb + 0.15 * palm)
        over = unit(0.62 * along - 0.15 * thumb + 0.85 * palm)
        way = np.clip(np.broadcast_to(thumb_in, (self.count,)), 0, 1)[:, None]
        first, second = unit((1 - way) * free + way * unit(free + over)), unit((1 - way) * free + way * over)
        self.put(f"{side}_thumb_1", base)
        self.put(f"{side}_thumb_2", base + 0.030 * first)
        self.put(f"{side}_thumb_3", base + 0.030 * first + 0.026 * second)
        self.put(f"{side}_hand", wrist + HAND * along)

    # ── legs ────────────────────────────────────────────────────────────────────────────────────────────────────

    def leg(self, side, thigh_deg, knee_deg, *, pitch_deg=0.0, splay_deg=SPLAY_DEG):
        """A leg by the inclination of its thigh and the flexion of its knee; `pitch_deg` turns the sole, toes up."""
        plane = 90.0 - splay_deg
        thigh = towards(side, thigh_deg, plane)
        shank = towards(side, np.asarray(thigh_deg) - knee_deg, plane)
        self.put(f"{side}_knee", self("hip", side) + THIGH * thigh)
        self.put(f"{side}_ankle", self("knee", side) + SHANK * shank)
        self.foot(side, pitch_deg=pitch_deg, splay_deg=splay_deg)

    def leg_out(self, side, out_deg):
        """A straight leg, its foot straight ahead, away from the other one."""
        along = towards(side, out_deg, 0.0)
        self.put(f"{side}_knee", self("hip", side) + THIGH * along)
        self.put(f"{side}_ankle", self("hip", side) + (THIGH + SHANK) * along)
        self.foot(side)

    def leg_to(self, side, ankle, *, pitch_deg=0.0, splay_deg=SPLAY_DEG):
        """A leg whose ankle is at a place (P, 3), the knee ahead."""
        a = np.radians(splay_deg)
        ahead = np.array([OUTWARD[side] * np.sin(a), 0.1, np.cos(a)])
        ankle = np.broadcast_to(np.asarray(ankle, float), (self.count, 3))
        self.put(f"{side}_knee", middle_joint(self("hip", side), ankle, THIGH, SHANK, ahead))
        self.put(f"{side}_ankle", ankle)
        self.foot(side, pitch_deg=pitch_deg, splay_deg=splay_deg)

    def foot(self, side, *, pitch_deg=0.0, splay_deg=SPLAY_DEG):
        """Heel and toes below an ankle."""
        s, p = np.radians(splay_deg), np.radians(np.broadcast_to(pitch_deg, (self.count,)))[:, None]
        level = np.array([OUTWARD[side] * np.sin(s), 0.0, np.cos(s)])
        ahead, down = np.cos(p) * level + np.sin(p) * UP, np.sin(p) * level - np.cos(p) * UP
        heel = self("ankle", side) - HEEL_BEHIND * ahead + ANKLE * down
        self.put(f"{side}_heel", heel)
        self.put(f"{side}_foot_index", heel + FOOT * ahead)


@dataclass(frozen=True)
class Camera:
    """From where the figure is seen: so far that nothing looks larger for being near.

    Attributes
    ----------
    azimuth_deg : float, deg
        0 in front of the figure, 90 at its left, -90 at its right.
    elevation_deg : float, deg
        Positive looks down.
    """

    azimuth_deg: float
    elevation_deg: float = 0.0

    @property
    def view(self):
        """One of `posecheck.records.VIEWS`."""
        side = "left" if self.azimuth_deg > 0 else "right"
        away = abs(self.azimuth_deg)
        return "front" if away <= 24.0 else f"oblique_{side}" if away < 62.0 else side

    def picture(self, place, *, mirrored=False):
        """Places (..., 3) as the picture has them: right, down, and nearer the viewer; in figure heights.

        Mirrored, the figure's right is at the right of the picture.
        """
        a, e = np.radians(self.azimuth_deg), np.radians(self.elevation_deg)
        right = np.array([np.cos(a), 0.0, -np.sin(a)]) * (-1.0 if mirrored else 1.0)
        level = np.array([np.sin(a), 0.0, np.cos(a)])
        up, near = np.cos(e) * UP - np.sin(e) * level, np.sin(e) * UP + np.cos(e) * level
        return np.asarray(place, float) @ np.stack([right, -up, near], axis=-1)
