"""A stick person with known movement: the smallest body on which every rule can be read with a finger.

Joint angles over time in, `PoseTrack` out. Image coordinates only; no pose model is involved, so these tracks test the
mathematics and nothing about cameras.
"""

from dataclasses import replace

import numpy as np

from posecheck.records import PoseTrack
from posecheck.skeleton import BLAZEPOSE_33

SIZE_PX = (640, 480)
TRUNK, UPPER_ARM, FOREARM, THIGH, SHANK, FOOT = 120.0, 70.0, 60.0, 95.0, 95.0, 55.0


def smooth_step(u):
    """Minimum-jerk step from 0 to 1 (Flash & Hogan 1985)."""
    u = np.clip(u, 0, 1)
    return u**3 * (10 - 15 * u + 6 * u**2)


def movement(t_s, starts_s, *, rest=10.0, top=110.0, lift_s=3.0, hold_s=1.0, lower_s=3.0):
    """Angle over time: one lift, hold and lower from each start; scalars or one value a repetition."""
    angle = np.full(len(t_s), float(rest))
    tops, lifts, holds, lowers = (np.broadcast_to(x, len(starts_s)) for x in (top, lift_s, hold_s, lower_s))
    for start, peak, lift, hold, lower in zip(starts_s, tops, lifts, holds, lowers, strict=True):
        angle += (peak - rest) * (
            smooth_step((t_s - start) / lift) - smooth_step((t_s - start - lift - hold) / lower)
        )
    return angle


def _turned(length, angle_deg, towards):
    """Vector of a segment hanging down, turned by `angle_deg` towards image right (+1) or left (-1)."""
    a = np.radians(angle_deg)
    return length * np.stack([towards * np.sin(a), np.cos(a)], axis=-1)


def person(
    t_s,
    *,
    view="right",
    elbow=10.0,
    shoulder=5.0,
    knee=10.0,
    thigh=0.0,
    lean=0.0,
    foot=0.0,
    shift=0.0,
    clasped=False,
    noise_px=0.0,
    seed=0,
    shift_px=0.0,
):
    """A `PoseTrack` of one person.

    Parameters
    ----------
    t_s : (T,) array, s
    view : str
        ``front``, ``left`` or ``right``.
    elbow, shoulder, knee, thigh, lean : float, (T,) array, or (left, right) of these, deg
        Elbow and knee flexion, elevation of the upper arm, inclination of the thigh (90 = seated), trunk to the front
        (side view) or to the image right (front view).
    foot : float, (T,) array, or (left, right) of these, deg
        Sole against the floor, toes up.
    shift : float or (T,) array
        Everything above the ankles goes to the person's left, in distances between the ankles (front view).
    clasped : bool
        The hands are held together before the trunk (front view).
    noise_px : float
        Standard deviation of the keypoint noise.
    shift_px : float or (T,) array
        The whole person moves to the image right by this.
    """
    n = len(t_s)
    rng = np.random.default_rng(seed)

    def both(x):
        return [np.broadcast_to(np.asarray(v, float), n) for v in (x if isinstance(x, tuple) else (x, x))]

    ahead = {"front": 0.0, "left": -1.0, "right": 1.0}[view]
    half_shoulder, half_hip = (45.0, 28.0) if view == "front" else (0.0, 0.0)
    place = np.stack([320.0 + np.broadcast_to(shift_px, n), np.full(n, 260.0)], axis=-1)
    hips = place + np.stack([2 * half_hip * np.broadcast_to(shift, n), np.zeros(n)], axis=-1)
    trunk = -_turned(TRUNK, np.broadcast_to(lean, n), -1.0 if view == "front" else -ahead)
    chest = hips + trunk
    uv = np.full((n, len(BLAZEPOSE_33), 2), np.nan)
    put = lambda name, xy: uv.__setitem__((slice(None), BLAZEPOSE_33.index(name)), xy)  # noqa: E731
    for i, (side, across) in enumerate((("left", 1.0), ("right", -1.0))):
        out = across if view == "front" else ahead
        s, h = chest + np.array([half_shoulder * across, 0.0]), hips + np.array([half_hip * across, 0.0])
        raised, bent = both(shoulder)[i], both(elbow)[i]
        e = s + _turned(UPPER_ARM, raised, out)
        w = e + _turned(FOREARM, raised + bent, out)
        if clasped:
            w[:, 0] = chest[:, 0]
        seat, flexed = both(thigh)[i], both(knee)[i]
        k = h + _turned(THIGH, seat, ahead or out)
        a = k + _turned(SHANK, seat - flexed, ahead or out)
        a = a + place - hips
        pitch = np.radians(both(foot)[i])
        toe = a + FOOT * np.stack([ahead * np.cos(pitch), -np.sin(pitch)], axis=-1)
        put(f"{side}_heel", a), put(f"{side}_foot_index", toe)
        put(f"{side}_shoulder", s), put(f"{side}_hip", h), put(f"{side}_elbow", e)
        put(f"{side}_wrist", w), put(f"{side}_knee", k), put(f"{side}_ankle", a)
        put(f"{side}_ear", chest + np.array([8.0 * across * (view == "front"), -40.0]))
    head = chest + np.array([20.0 * ahead, -35.0])
    for i in np.flatnonzero(np.isnan(uv[0, :, 0])):
        uv[:, i] = head
    uv += rng.normal(0.0, noise_px, uv.shape) if noise_px else 0.0
    visibility = np.full((n, len(BLAZEPOSE_33)), 0.95)
    return PoseTrack(
        t_s, uv, np.zeros((n, 33, 3)), visibility, np.ones(n), SIZE_PX, engine="synthetic", model="stick"
    )


def clock(duration_s, *, fps=30.0, jitter_s=0.0, seed=0):
    """Frame times: regular, or each moved by up to `jitter_s`."""
    t = np.arange(0, duration_s, 1 / fps)
    return t + np.random.default_rng(seed).uniform(0, jitter_s, len(t)) if jitter_s else t


def behind_a_cushion(track, keypoint, from_s, to_s, *, off_px=(40.0, -25.0)):
    """The track with one keypoint invented for a while, as a pose model does it when a thing hides the limb.

    The landmark leaps away and stays there; its visibility falls from 0.95 to 0.47 and climbs to 0.87.
    """
    uv, visibility = track.uv_px.copy(), track.visibility.copy()
    away, k = np.flatnonzero((track.t_s >= from_s) & (track.t_s < to_s)), track.skeleton.index(keypoint)
    uv[away, k] = uv[away[0], k] + np.array(off_px, np.float32)
    hidden_s = track.t_s[away] - track.t_s[away[0]]
    visibility[away, k] = np.interp(hidden_s, [0, 0.1, 0.3, 0.5, 0.7], [0.47, 0.56, 0.69, 0.8, 0.87])
    return replace(track, uv_px=uv, visibility=visibility)


def with_depth(track):
    """The same flat person with landmarks in metres, so that angles can be taken in space: a likeness, not a body."""
    uv = track.uv_px.astype(np.float64)
    hips = 0.5 * sum(uv[:, track.skeleton.index(f"{side}_hip")] for side in ("left", "right"))
    flat = (uv - hips[:, None]) / 230.0
    return replace(track, model="full", xyz_m=np.concatenate([flat, np.zeros_like(flat[..., :1])], axis=-1))
