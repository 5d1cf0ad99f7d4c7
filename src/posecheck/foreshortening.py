"""Angles of limbs that move towards the lens, from how much shorter they look than when they hung straight.

A limb that turns towards the camera shrinks in the picture. With its own length in pixels, taken while it hung still
and straight, the angle follows from ``acos(what is left of it / its length)``. Looked at are the two ends of the whole
limb, shoulder and wrist or hip and ankle: facing the camera the pose model misplaces the joint between them along the
limb once that is bent, and an angle from the two halves is worse.

What it cannot know: whether the person hangs the limb as straight as people do, and whether the camera looks down on
them. A camera that looks down by 5 deg reads about 5 deg less at the top of a curl.
"""

from collections.abc import Callable

import numpy as np

from posecheck.geometry import segment_length, vector_angle
from posecheck.records import SIDES

LIMBS = {
    "elbow_flexion": ("shoulder", "elbow", "wrist"),
    "shoulder_flexion": ("shoulder", "elbow", "wrist"),
    "knee_flexion": ("hip", "knee", "ankle"),
}
"""Signals that can be had, and the limb whose shrinking tells them."""
STRAIGHT_MAX_DEG = 30.0  # the networks call a hanging limb 10 to 25 deg bent
POSTURES = {
    "elbow_flexion": ("elbow_flexion", "upper_arm_elevation"),
    "shoulder_flexion": ("upper_arm_elevation", "elbow_flexion"),
    "knee_flexion": ("knee_flexion", "thigh_inclination"),
}
"""Signals that are small while the limb hangs straight: the one that moves, and its companion."""
# A lifted arm shrinks as a bent one does. Which of the two it was the networks tell well enough: what the companion
# strays from hanging enters the error, as the part of it by which the other one is misread.
_MISREAD = {"elbow_flexion": 1.0, "shoulder_flexion": 0.5, "knee_flexion": 0.0}

# Nobody hangs an arm dead straight, nor stands with locked knees (relaxed posture, one number each). An error of 5 deg
# here is an error of 5 deg at rest and of less than 1 at the top.
HANGING_DEG = 12.0
STANDING_DEG = 6.0

STILL_S = {"wrist": 1.0, "ankle": 0.5}
"""How long a limb must keep still to be measured. Who stands up and sits down again stands still for half a second."""
_STILL = 0.15  # of the limb's length: how far its ends may wander meanwhile; a hanging arm's landmarks jitter by 0.05
_PICTURES_MIN = 8  # in that time, or its median says little
# A hanging limb whose length differs by so much is somewhere else, if the body looks larger or smaller by the same,
_SAME_PLACE = 0.10
_ALIKE = 0.07  # give or take.
_VISIBLE = 0.2  # a hand that hangs beside a chair scores 0.2 to 0.5, and keeps still all the same
FOCAL = 0.85  # of the longer side of the picture: 61 deg wide. 0.65 and 1.1 change the range by about 1 deg.

# How far off a limb's length in the picture is, as parts of it. In the posture where it was measured only what the
# landmarks jitter counts; the further it has turned, the more its ends are drawn where they are not.
JITTER = 0.02
TURNED = 0.10
TILT_DEG = 5.0  # cameras on desks look up or down by so much, while arms hang in the room


def towards_lens(proximal_px, distal_px, length_px, centre_px, focal_px):
    """A segment of known length in space, when its distal end is the nearer one.

    Parameters
    ----------
    proximal_px, distal_px : (..., 2) array, px
    length_px : (...) array, px
        As it looks across the line of sight at the distance of its proximal end.
    centre_px, focal_px : (2,) array, float, px
        Where the optical axis meets the picture, and the focal length.

    Returns
    -------
    (..., 3) array, px
        Right, down and towards the camera. NaN in, NaN out. Where the segment looks longer than it is, it lies across
        the line of sight.

    Notes
    -----
    What is nearer by z looks larger by ``1 / (1 - z / focal)``, lengths in pixels at the proximal end's distance. So
    the vector is ``a - b z`` in the picture and z in depth, and its length fixes z by a quadratic equation.
    """
    from_axis = np.asarray(distal_px, np.float64) - centre_px
    flat = np.asarray(distal_px, np.float64) - proximal_px
    widening = from_axis / focal_px
    square = 1.0 + _dot(widening, widening)
    half = _dot(flat, widening)
    # Whatever bends away from the line of sight looks shorter at once; a negative root is noise at full length.
    root = np.sqrt(np.maximum(half * half - square * (_dot(flat, flat) - np.square(length_px)), 0.0))
    depth = np.maximum((half + root) / square, 0.0)
    return np.concatenate([flat - widening * depth[..., None], depth[..., None]], axis=-1)


def hung_length_px(proximal_px, distal_px, centre_px, focal_px):
    """Length of a segment that hangs as arms do, `HANGING_DEG` off the picture's plane towards the camera.

    Arguments as in `towards_lens`, whose ``length_px`` this is, (...) px. Seen from above, a hanging forearm that tips
    towards the camera looks longer, not shorter.
    """
    flat_px = segment_length(proximal_px, distal_px)
    widening = _dot(distal_px - centre_px, distal_px - proximal_px) / (flat_px * focal_px)
    hanging = np.radians(HANGING_DEG)
    return flat_px / (np.cos(hanging) + widening * np.sin(hanging))


def elbow_flexion(limb_px, hung_px, *, centre_px, focal_px, **_):
    """Elbow flexion of an arm whose forearm comes up towards the lens.

    Parameters
    ----------
    limb_px, hung_px : (T, 3, 2) array, px
        Shoulder, elbow, wrist, now and when the arm hung still. Of the elbow only the direction is believed: it is put
        where the upper arm ends.
    centre_px, focal_px
        As in `towards_lens`.

    Returns
    -------
    angle, turned : (T,) array, deg
        And by how much what shrinks has turned: what the error goes by. NaN in, NaN out.
    """
    shoulder, elbow, wrist = np.moveaxis(limb_px, 1, 0)
    upper_px = segment_length(hung_px[:, 0], hung_px[:, 1])
    upper = (elbow - shoulder) * (upper_px / segment_length(shoulder, elbow))[:, None]
    own_px = hung_length_px(hung_px[:, 1], hung_px[:, 2], centre_px, focal_px)
    forearm = towards_lens(shoulder + upper, wrist, own_px, centre_px, focal_px)
    angle = vector_angle(_flat(upper), forearm)
    return angle, angle


def shoulder_flexion(limb_px, hung_px, *, centre_px, focal_px, down_px):
    """Elevation of a straight arm that is lifted towards the lens; as `elbow_flexion`.

    The trunk points along ``down_px``, (T, 2) px. The whole arm is the longest ruler there is, so it is taken to be
    straight; a bent elbow reads too high, by about half of what it bends.
    """
    own_px = hung_length_px(hung_px[:, 0], hung_px[:, 2], centre_px, focal_px)
    arm = towards_lens(limb_px[:, 0], limb_px[:, 2], own_px, centre_px, focal_px)
    angle = vector_angle(_flat(down_px), arm)
    return angle, angle


def knee_flexion(limb_px, hung_px, **_):
    """Knee flexion of a leg on which one stands, squats or sits; as `elbow_flexion`.

    Thigh and shank are nearly as long as each other and taken to tilt alike, one back, one ahead: right for a squat.
    Sitting they do not; there it reads too high, and the hip, which the pose model draws too high on who sits facing
    it, brings it down again by as much.
    """
    left = segment_length(limb_px[:, 0], limb_px[:, 2]) / segment_length(hung_px[:, 0], hung_px[:, 2])
    left = left * np.cos(np.radians(0.5 * STANDING_DEG))
    tilt = np.degrees(np.arccos(np.clip(left, 0.0, 1.0)))
    return 2.0 * tilt, tilt


_ANGLES: dict[str, Callable] = {
    "elbow_flexion": elbow_flexion, "shoulder_flexion": shoulder_flexion, "knee_flexion": knee_flexion
}  # fmt: skip


def sigma_deg(turned_deg):
    """Error (one standard deviation) of the turn that a shrunk length tells.

    Parameters
    ----------
    turned_deg : (...) array, deg
        0 across the line of sight, 90 towards the lens.

    Returns
    -------
    (...) array, deg
        ``sigma / sin(turned)``; near straight, where the cosine is blind, half of the turns that the length allows.
    """
    left = np.cos(np.radians(turned_deg))
    sigma = np.sqrt(JITTER**2 + TURNED**2 * (1.0 - left))
    most, least = (np.arccos(np.clip(left + s * sigma, -1.0, 1.0)) for s in (-1.0, 1.0))
    return np.degrees(0.5 * (most - least))


def combined(shrunk, lifted, *, doubt=1.0):
    """Both estimates as one, each by what it expects of itself: the two go wrong in different ways.

    Parameters
    ----------
    shrunk, lifted : (..., 2) array, deg
        Angle and sigma, from `Foreshortened` and from the networks.
    doubt : float
        What the networks' sigma is to be multiplied by.

    Returns
    -------
    (..., 2) array, deg
        The networks' own where the limb was not measured. NaN where they have no answer.
    """
    angle, sigma = lifted[..., 0], doubt * lifted[..., 1]
    part = np.square(sigma) / (np.square(sigma) + np.square(shrunk[..., 1]))
    part = np.where(np.isfinite(part) & np.isfinite(shrunk[..., 0]), part, 0.0)
    both = (1.0 - part) * angle + part * np.where(part > 0, shrunk[..., 0], 0.0)
    return np.stack([both, np.sqrt(1.0 - part) * sigma], axis=-1)


class Foreshortened:
    """Angles from shrinking limbs with their sigmas, growing in time: every picture is looked at once.

    Before a limb hung straight and still its angle is NaN: from a body's usual proportions it would be off by 20 deg.

    Parameters
    ----------
    skeleton : Skeleton
    image_size_px : (2,) array
    wanted : sequence of (str, str)
        Signals, of `LIMBS`, and sides, in the order of the columns.
    """

    def __init__(self, skeleton, image_size_px, wanted):
        self._size, self._wanted = np.asarray(image_size_px, np.float64), tuple(wanted)
        self._limbs = [[skeleton.index(f"{side}_{part}") for part in LIMBS[name]] for name, side in wanted]
        self._trunk = [skeleton.index(f"{s}_{part}") for part in ("shoulder", "hip") for s in SIDES]
        self._still = [Stillness(STILL_S[LIMBS[signal][2]]) for signal, _ in self._wanted]
        self._t_s, self._told = np.empty(0), np.empty((0, len(self._wanted), 2))

    @property
    def latest(self):
        """(N, 2) angles and sigmas of the last picture."""
        return self._told[-1]

    def extend(self, t_s, uv_px, visibility, postures_deg):
        """Look at the frames that are new.

        Parameters
        ----------
        t_s, uv_px, visibility : (T,), (T, K, 2), (T, K) array
            All frames so far, or the last of them without a gap to those known before.
        postures_deg : (T, N, 2) array, deg
            What `POSTURES` names for each wanted limb, from the networks. NaN is not straight.

        Returns
        -------
        (T, N, 2) array, deg
            Angles and sigmas; NaN where nobody was detected, and before the limb was measured.
        """
        known = int(np.searchsorted(t_s, self._t_s[-1], side="right")) if len(self._t_s) else 0
        keep = int(np.searchsorted(self._t_s, t_s[0]))
        uv, seen = np.asarray(uv_px[known:], np.float64), visibility[known:] >= _VISIBLE
        new = np.full((len(uv), len(self._wanted), 2), np.nan)
        left_shoulder, right_shoulder, left_hip, right_hip = (uv[:, k] for k in self._trunk)
        trunk = 0.5 * (left_hip + right_hip - left_shoulder - right_shoulder)
        sizes_px = np.stack([np.hypot(*x.T) for x in (trunk, left_shoulder - right_shoulder)], axis=-1)
        optics = {
            "centre_px": 0.5 * self._size,
            "focal_px": FOCAL * self._size.max(),
            "down_px": trunk,
        }
        for i, (signal, _) in enumerate(self._wanted):
            at, posture = self._limbs[i], postures_deg[known:, i]
            whole = seen[:, at].all(axis=1)
            good = (posture <= STRAIGHT_MAX_DEG).all(axis=1) & whole
            hung_px = self._still[i].extend(t_s[known:], uv[:, at], sizes_px, good)
            new[:, i, 0], turned = _ANGLES[signal](uv[:, at], hung_px, **optics)
            stray = _MISREAD[signal] * np.maximum(posture[:, 1] - HANGING_DEG, 0.0)
            new[~whole, i, 0] = np.nan  # then the networks alone
            legs = signal == "knee_flexion"  # two segments turn, and a tilted camera shortens both
            sigma = 2.0 * sigma_deg(turned) if legs else np.hypot(sigma_deg(turned), TILT_DEG)
            new[:, i, 1] = np.hypot(sigma, stray)
        self._t_s, self._told = t_s, np.concatenate([self._told[keep:], new])
        return self._told


class Stillness:
    """Keeps how a limb looked the first time that it kept still in its posture for `still_s` seconds.

    Later ones differ by how the person hangs the limb. One that is longer or shorter takes its place when the trunk or
    the shoulders have grown or shrunk with it: then the person has moved nearer or away.
    """

    def __init__(self, still_s):
        self._still_s = still_s
        self._past = []  # time, limb and body sizes in the pictures of the stillness that goes on
        self._hung, self._sizes_px = np.full((3, 2), np.nan), np.full(2, np.nan)

    def extend(self, t_s, limb_px, sizes_px, good):
        """The limb as it hung, (T, 3, 2) px for each new frame: NaN until it was measured.

        Takes times, (T, 3, 2) px of the limb's keypoints, (T, 2) px length of the trunk and width of the shoulders, and
        (T,) bool: whether the keypoints are seen and in their posture.
        """
        told = np.empty((len(t_s), 3, 2))
        good = good & np.isfinite(limb_px).all(axis=(1, 2))
        for i in range(len(t_s)):
            if good[i]:
                self._look(t_s[i], limb_px[i], sizes_px[i])
            else:
                self._past = []
            told[i] = self._hung
        return told

    def _look(self, now_s, limb, sizes_px):
        if (np.abs(sizes_px / self._sizes_px - 1.0) < _SAME_PLACE - _ALIKE).all():  # where it was measured
            self._past = []
            return
        self._past.append((now_s, limb, sizes_px))
        times, limbs, sizes = (np.array(x) for x in zip(*self._past, strict=True))
        wander = np.abs(limbs[:, ::2] - limb[::2]).max(axis=(1, 2))
        moved = np.flatnonzero(wander > _STILL * segment_length(limb[0], limb[2]))
        begin = moved[-1] + 1 if len(moved) else 0
        self._past = self._past[begin:]
        if now_s - times[begin] < self._still_s or len(self._past) < _PICTURES_MIN:
            return
        hung, sizes_px, self._past = np.median(limbs[begin:], axis=0), np.median(sizes[begin:], axis=0), []
        longer = segment_length(hung[0], hung[2]) / segment_length(self._hung[0], self._hung[2])
        unexplained = np.fmin.reduce(np.abs(longer * self._sizes_px / sizes_px - 1.0))
        elsewhere = abs(longer - 1.0) > _SAME_PLACE and unexplained <= _ALIKE
        if np.isnan(self._hung[0, 0]) or elsewhere:
            self._hung, self._sizes_px = hung, sizes_px


def _dot(u, v):
    """Of vectors in the picture; no BLAS, so that a frame has the same bits alone and among others."""
    return u[..., 0] * v[..., 0] + u[..., 1] * v[..., 1]


def _flat(vector):
    return np.concatenate([vector, np.zeros((*vector.shape[:-1], 1))], axis=-1)
