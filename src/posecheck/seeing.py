"""Whether the camera sees well enough to measure, and what the person before it can do about it.

A check tells which part of some seconds is concerned. One function, a row in `CHECKS` and a line of words make one.
"""

import math
from collections import namedtuple
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from posecheck.filters import Sightings
from posecheck.geometry import flexion_angle, segment_length
from posecheck.lifting import can_lift
from posecheck.records import SIDES
from posecheck.rep_window import SMOOTH_RATE_MIN_HZ
from posecheck.rules import BONE_CV_MAX, FRAMED_PCT
from posecheck.signals import bones_of, keypoints_of
from posecheck.skeleton import BLAZEPOSE_33
from posecheck.view import STILL_PART, measure_view
from posecheck.words import cure

# Numbers of sections are those of the clinical basis; tags as in docs/basis.md.
WINDOW_S = 2.0  # of a live session that is looked at [U]
TOLERATED = 1 - FRAMED_PCT / 100  # part of the time that may go wrong, as where repetitions are scored [U]
# Else: of the gaps (1.2(2)); an exchange concerns the second after it, so one in 50 s; the time before the trunk [U].
TOLERATED_ELSE = {"slow_camera": 0.05, "sides_swap": 0.02, "sling": 0.95}
MARGIN = 0.03  # of the picture that stays free around what is needed (4.5) [U]
# Trunk over height of the picture: who stands fills a third of it; who sits no longer fits from head to hips (4.4,
# 6(4); trunk 0.29 and head to hips 0.47 of the stature, Winter 2009) [U]. Limbs over the trunk (Winter 2009) [S].
TOO_FAR, TOO_CLOSE = 0.10, 0.55
PART_OF_TRUNK = {("shoulder", "elbow"): 0.65, ("elbow", "wrist"): 0.51,
                 ("hip", "knee"): 0.85, ("knee", "ankle"): 0.85}  # fmt: skip
LENGTH_MIN = 0.71  # of that: a shorter one is turned by more than 45 deg (4.2) [U]
GAP_MAX_S = 0.1  # from one picture to the next (1.2(2)) [U]
# Change of a limb's length from one picture to the next (4.5), or in so long where they are further apart [U]; so many
# in a second: a hand that is raised above the head quickly does it twice [C].
JUMP, JUMP_S, JUMPS = 0.25, 1 / 30, 3
APART = 0.25  # of the trunk that left and right must be apart for an exchange to be told [U]
# A wrist above the eyes so long, unseen no longer (0.3, 6(4)); an arm bent before the trunk so long (4.5) [U].
RAISED_S, BRIDGED_S, SLING_S, SLING_BENT_DEG = 0.7, 0.25, 8.0, 60.0
# Levels of 256. Of a head that is lit from the front, rendered people with the darkest skin have 0.6 below the first;
# in a dim room or against the light 0.9 [C]. What is behind says which; a dark skin is no dark picture.
BLACK, IN_SHADE, BEHIND, BLACK_PICTURE = 30.0, 0.8, 100.0, 25.0
PATIENCE_S, READ_S = 20.0, 3.0  # longest wait; shortest time for which a cure is shown [U]
_PIXELS, _ENOUGH = 20_000, 6  # that a picture is judged by; pictures that a second is judged by
HEAD = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
TRUNK = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")


@dataclass(frozen=True)
class Seen:
    """What a check found: its id; `why` for a therapist and `cure` for the person, both empty when all is `ok`.

    `share` is the part of the time concerned, 0 to 1; NaN where nothing can be told, which counts as well.
    """

    check: str
    ok: bool
    why: str
    cure: str
    share: float


@dataclass(frozen=True)
class Light:
    """Of a picture, 0 to 255: its mean, the part of the head that is black, how much lighter the rest is; else NaN."""

    mean: float
    dark_share: float
    bright_behind: float


Found = namedtuple("Found", "share why cure fills", defaults=("", "", ()))  # a check's answer, its words
Raised = namedtuple("Raised", "side start_s end_s")  # by the poses: in a mirror image the other side
Advice = namedtuple("Advice", "show wait offer")  # a Seen or None; wait for it? offer no camera?


class Patience:
    """Which cure to show while the picture is not good enough, and whether practice waits for it: at most `limit_s`.

    A cure stays at least `read_s` before another takes its place; trouble is over when all was well for as long.
    """

    def __init__(self, limit_s=PATIENCE_S, *, read_s=READ_S):
        self._limit_s, self._read_s = limit_s, read_s
        self._show, self._shown_s, self._since_s, self._well_s = None, -math.inf, math.inf, math.inf

    def push(self, t_s, seen):
        """The `Advice` after a look at a time later than the one before; it depends on the looks so far only."""
        now = first_cure(seen)
        if now is not None:
            self._since_s, self._well_s = min(self._since_s, t_s), math.inf
        else:
            self._well_s = min(self._well_s, t_s)
            if t_s - self._well_s >= self._read_s:
                self._since_s = math.inf
        if self._show is None or t_s - self._shown_s >= self._read_s:
            if now is not None and (self._show is None or now.cure != self._show.cure):
                self._shown_s = t_s
            self._show = now
        spent = t_s - self._since_s >= self._limit_s
        return Advice(self._show, now is not None and not spent, spent)


def seeing(track, exercise, settings, *, light=None, asked=False, language="en"):
    """How well the camera sees, check by check: what to put right first comes first.

    Parameters
    ----------
    track : PoseTrack
        A whole recording, or its `tail`.
    exercise, settings : Exercise, Settings
    light : Light or sequence of Light, optional
        Of some of the pictures.
    asked : bool
        Whether the person was asked to raise the stronger hand: only then a raised hand answers.
    language : str

    Returns
    -------
    tuple of Seen
    """
    lights = (light,) if isinstance(light, Light) else tuple(light or ())
    look, seen = Look(track, exercise, settings, lights, asked), []
    for check, function in CHECKS.items():
        found, why, say = function(look), "", ""
        ok = not found.share > TOLERATED_ELSE.get(check, TOLERATED)
        if not ok:
            why = f"{found.why}: {100 * found.share:.0f} % of the time"
            say = cure(found.cure or check, language=language, **dict(found.fills))
        seen.append(Seen(check, ok, why, say, found.share))
    return tuple(seen)


def first_cure(seen):
    """The `Seen` to put right first; None when all is well."""
    return next((one for one in seen if not one.ok), None)


def tail(track, *, seconds=WINDOW_S):
    """The last seconds of a recording, as a `PoseTrack`."""
    begin = int(np.searchsorted(track.t_s, track.t_s[-1] - seconds)) if len(track) else 0
    return track.only(slice(begin, None))


def raised_hand(track, *, visibility_min=0.5):
    """The first hand that was held above the eyes for 0.7 s, the other one staying below: `Raised` or None."""
    wrists, found = ("left_wrist", "right_wrist"), []
    y_px = track.skeleton.pick(track.uv_px, (*wrists, "left_eye", "right_eye"))[..., 1]
    above = y_px[:, :2] < y_px[:, 2:].mean(axis=1, keepdims=True)
    up = above & ~above[:, ::-1] & (track.skeleton.pick(track.visibility, wrists) >= visibility_min)
    for side, times in zip(SIDES, (track.t_s[up[:, 0]], track.t_s[up[:, 1]]), strict=True):
        for spell in np.split(times, np.flatnonzero(np.diff(times) > BRIDGED_S) + 1):
            if len(spell) and spell[-1] - spell[0] >= RAISED_S:
                found.append(Raised(side, float(spell[0]), float(spell[-1])))
    return min(found, key=lambda raised: raised.start_s, default=None)


def light_of(rgb, uv_px, *, skeleton=BLAZEPOSE_33):
    """The `Light` of one picture, (H, W, 3) uint8, in which the keypoints lie at `uv_px`, (K, 2) px or NaN."""
    step = max(1, int(math.sqrt(rgb.shape[0] * rgb.shape[1] / _PIXELS)))
    luma = rgb[::step, ::step] @ np.array([0.299, 0.587, 0.114])
    points = np.asarray(uv_px, np.float64) / step
    person, head = _box(points, luma.shape), _box(points[[skeleton.index(name) for name in HEAD]], luma.shape)
    if person is None or head is None:
        return Light(float(luma.mean()), math.nan, math.nan)
    around = luma.copy()
    around[person] = math.nan
    lack = np.nanmedian(around) - np.median(luma[head]) if np.isfinite(around).any() else math.nan
    return Light(float(luma.mean()), float((luma[head] < BLACK).mean()), float(lack))


def _box(points, shape):
    """Rows and columns that hold all points and a little more; None where that is nothing."""
    if not np.isfinite(points).all():
        return None
    more = 0.1 * np.ptp(points, axis=0).max()
    x0, y0 = np.maximum(points.min(axis=0) - more, 0).astype(int)
    x1, y1 = np.minimum(np.ceil(points.max(axis=0) + more) + 1, shape[::-1]).astype(int)
    return (slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None


class Look:
    """A stretch of poses, and what several checks ask of it. Arrays have one row a picture."""

    def __init__(self, track, exercise, settings, lights=(), asked=False):
        self.track, self.exercise, self.settings = track, exercise, settings
        self.lights, self.asked = lights, asked
        self.t_s, self.xy = track.t_s, track.uv_px.astype(np.float64)
        self.detected = np.isfinite(self.xy[:, :, 0]).any(axis=1)
        corners = self.points(TRUNK)
        self.trunk_px = segment_length(corners[:, :2].mean(axis=1), corners[:, 2:].mean(axis=1))
        self.trunk_part = self.trunk_px / track.image_size_px[1]
        believed = {name: getattr(settings, name) for name in ("visibility_min", "visibility_regain")}
        sighted = Sightings(**believed).extend(self.t_s, self.xy, track.visibility, self.trunk_px)
        self.sighted = sighted & self.detected[:, None]

    def points(self, names):
        """(T, N, 2) px; NaN for what the skeleton lacks."""
        return self.track.skeleton.pick(self.xy, names)

    def visible(self, names):
        return self.track.skeleton.pick(self.sighted, names, absent=False)

    def outside(self, names):
        """(T, N) bool: beyond the margin of the picture; False where nobody was detected."""
        xy = self.points(names) / self.track.image_size_px
        return ((xy < MARGIN) | (xy > 1 - MARGIN)).any(axis=2)

    @cached_property
    def view(self):
        """As declared, else measured; None or ``unknown`` where it cannot be told."""
        declared, least = self.settings.view, self.settings.visibility_min
        if declared != "auto" or not len(self.t_s):
            return None if declared == "auto" else declared
        poses = (self.t_s, self.track.uv_px, self.track.visibility, self.track.skeleton)
        return measure_view(*poses, visibility_min=least, final=True, xyz_m=self.track.xyz_m)

    @cached_property
    def sides(self):
        """Whose limbs are needed: the nearer one's where there is one, unless both share the movement and show."""
        wanted = SIDES if self.settings.side == "both" else (self.settings.side,)
        near = (self.view or "").removeprefix("oblique_")
        return (near,) if near in wanted and (self.view == near or not self.exercise.shared) else wanted

    @cached_property
    def needed(self):
        """Names of the keypoints that the movement is told from."""
        names = [n for side in self.sides for n in keypoints_of(self.exercise.movement.signal, side)]
        far = {"left": "right_", "right": "left_"}.get(self.view or "", "none")
        return [n for n in dict.fromkeys(names) if n in self.track.skeleton and not n.startswith(far)]

    @cached_property
    def limbs(self):
        """Ends and length, px, of each needed limb, NaN where an end is not seen, and its length in the plane."""
        found = []
        for pair in bones_of(self.exercise.movement.signal):
            for names in [[f"{s}_{part}" for part in pair] for s in self.sides if pair in PART_OF_TRUNK]:
                ends = np.where(self.visible(names)[..., None], self.points(names), math.nan)
                length = segment_length(ends[:, 0], ends[:, 1])
                found.append((ends, length, PART_OF_TRUNK[pair] * self.trunk_px))
        return found

    def after(self, events, times=1):
        """(T,) bool: so many steps from one picture to the next, (T - 1,) bool, lie in the second before."""
        at_s = self.t_s[1:][events & (np.diff(self.t_s) <= GAP_MAX_S)]
        begun, over = (np.searchsorted(at_s, self.t_s - ago_s, "right") for ago_s in (0.0, 1.0))
        return begun - over >= times

    def share(self, bad):
        """Part of the time with `bad`, among the pictures where it is or somebody was detected; NaN without these."""
        step_s, known = np.diff(self.t_s), self.detected | bad
        lasts_s = np.append(step_s, np.median(step_s) if len(step_s) else 1.0)[: len(bad)]
        return float((lasts_s * bad).sum() / (lasts_s * known).sum()) if known.any() else math.nan


def _while(bad, why, look):
    return Found(look.share(bad(look)), why)


def _lit(bad, why, look):
    return Found(float(np.mean([bad(light) for light in look.lights])) if look.lights else math.nan, why)


def _out(names, why, look):
    bad = look.outside(names).any(axis=1)
    return Found(look.share(bad), why, _aim(look, bad))


def _aim(look, bad):
    """Id of what brings all that is needed into the picture: a step back where it does not fit, else another aim."""
    if not bad.any():
        return ""
    names = sorted({*HEAD, *TRUNK, *look.needed} & {*look.track.skeleton.keypoints})
    xy = np.median(look.points(names)[bad], axis=0) / look.track.image_size_px
    if (np.ptp(xy, axis=0) > 1 - 2 * MARGIN).any():
        return "too_close"
    return "head_out" if xy[:, 1].min() < MARGIN else "trunk_out" if xy[:, 1].max() > 1 - MARGIN else "aside"


def _limb_out(look):
    names = [name for name in look.needed if name not in TRUNK]
    bad, limb = look.outside(names).any(axis=1), "arm" if "elbow" in " ".join(names) else "leg"
    say = "too_close" if _aim(look, bad) == "too_close" else "limb_out"
    return Found(look.share(bad), f"the {limb} is outside the picture", say, {"limb": limb})


def _hidden(look):
    gone = ~look.visible(look.needed) & ~look.outside(look.needed) & look.detected[:, None]
    side, part = (look.needed[int(gone.sum(axis=0).argmax())] if look.needed else "no_limb").split("_", 1)
    return Found(look.share(gone.any(axis=1)), f"the {side} {part} is hidden", "hidden", {"limb": part})


def _view(look):
    view, exercise, side, affected = look.view, look.exercise, look.settings.side, look.settings.affected
    if view is None or (view == "unknown" and not look.visible(TRUNK).all(axis=1).any()):
        return Found(math.nan)
    asked = look.settings.view == "auto" and look.settings.kind == "practice"
    aside = exercise.home and view != "front" and asked
    wrong, why = float(aside or view not in exercise.view), f"seen from {view.replace('_', ' ')}"
    if exercise.home or "front" in exercise.view:
        return Found(wrong, why, "view" if exercise.position == "seated" else "view_standing")
    role = "weaker_side" if side == affected else "stronger_side"
    return Found(wrong, why, "view_side", {"side": role if {side, affected} <= {*SIDES} else "side"})


def _mirrored(look):
    raised = raised_hand(look.track, visibility_min=look.settings.visibility_min) if look.asked else None
    if raised is None or look.settings.affected not in SIDES:
        return Found(math.nan)
    why = "the weaker hand was raised: the picture is mirrored, or the sides were entered in exchange"
    return Found(float(raised.side == look.settings.affected), why)


def _sling(look):
    if look.view in SIDES or np.diff(look.t_s).sum() < SLING_S:
        return Found(math.nan)
    corners, held = look.points(TRUNK), [math.nan]
    for side in (side for side in look.sides if f"{side}_wrist" in look.needed):
        arm = look.points([f"{side}_{part}" for part in ("shoulder", "elbow", "wrist")])
        before = ((arm[:, 2] > corners.min(axis=1)) & (arm[:, 2] < corners.max(axis=1))).all(axis=1)
        held.append(look.share(before & (flexion_angle(*np.moveaxis(arm, 1, 0)) > SLING_BENT_DEG)))
    return Found(float(np.fmax.reduce(held)), "a forearm is held against the trunk")


def _slow_camera(look):
    gaps_s = np.diff(look.t_s)
    if gaps_s.sum() < 1.0:
        return Found(math.nan)
    rate_hz = round(1.0 / float(np.median(gaps_s)), 1)
    share = 1.0 if rate_hz < SMOOTH_RATE_MIN_HZ else float((gaps_s > GAP_MAX_S).mean())
    return Found(share, f"{rate_hz:.0f} pictures a second or gaps between them")


def _towards_lens(look):
    track, xyz_m = look.track, look.track.xyz_m[look.detected][:1]
    facts = {"model": track.model, "xyz_frame": track.xyz_frame}
    watch = look.exercise.watch(look.view, depth=len(xyz_m) and can_lift(track.skeleton, xyz_m[0], **facts))
    if watch is None or watch.estimator != "image_2d" or not look.limbs:
        return Found(math.nan)
    short = [length < LENGTH_MIN * plane for _, length, plane in look.limbs]
    return Found(look.share(np.any(short, axis=0)), "the limb is turned towards the camera or away from it")


def _sides_swap(look):
    exchanged = np.zeros(max(len(look.t_s) - 1, 0), int)
    for part in {name.split("_", 1)[1] for name in (*TRUNK, *look.needed)}:
        left, right = np.moveaxis(look.points([f"left_{part}", f"right_{part}"]), 1, 0)
        stay = segment_length(left[1:], left[:-1]) + segment_length(right[1:], right[:-1])
        cross = segment_length(left[1:], right[:-1]) + segment_length(right[1:], left[:-1])
        exchanged += (cross < stay) & (segment_length(left, right) > APART * look.trunk_px)[:-1]
    return Found(look.share(look.after(exchanged >= 2)), "left and right changed places")


def _limbs_jump(look):
    bad = np.zeros(len(look.t_s), bool)
    seconds = np.split(np.arange(len(bad)), np.flatnonzero(np.diff(np.floor(look.t_s))) + 1)
    leap = JUMP * np.fmax(1.0, np.diff(look.t_s) / JUMP_S)
    for ends, length, plane in look.limbs:
        least = LENGTH_MIN * plane  # a limb that points at the lens is short, and noise changes it much
        bad |= look.after(np.abs(np.diff(length)) > leap * np.fmax(length, least)[:-1], JUMPS)
        for now in seconds:
            bad[now] |= _unsteady(look.t_s[now], ends[now], length[now], least[now], look.trunk_px[now])
    return Found(look.share(bad), "limbs change their length at once, or while they are still")


def _unsteady(t_s, ends, length, least, trunk_px):
    """Whether a limb that stays where it is varies in length by more than a slow turn explains."""
    seen = np.isfinite(length)
    if seen.sum() < _ENOUGH:
        return False
    t_s, ends, length, half = t_s[seen] - t_s[0], ends[seen], length[seen], int(seen.sum()) // 2
    drift = segment_length(np.median(ends[:half], axis=0), np.median(ends[half:], axis=0)).max()
    noise = np.std(length - np.polyval(np.polyfit(t_s, length, 1), t_s))
    whole, trunk_px = max(length.mean(), least[seen].mean()), np.median(trunk_px[seen])
    return bool(noise > BONE_CV_MAX * whole and drift <= STILL_PART * trunk_px)


CHECKS = {
    "backlit": partial(_lit, lambda x: x.dark_share > IN_SHADE and x.bright_behind > BEHIND, "backlit"),
    "dark": partial(_lit, lambda x: x.dark_share > IN_SHADE or x.mean < BLACK_PICTURE, "too little light"),
    "nobody": partial(_while, lambda look: ~look.detected, "nobody was detected"),
    "two_people": partial(_while, lambda look: look.track.people > 1, "more than one person"),
    "too_close": partial(_while, lambda look: look.trunk_part > TOO_CLOSE, "the person is too near"),
    "head_out": partial(_out, HEAD, "the head is outside the picture"),
    "trunk_out": partial(_out, TRUNK, "the trunk is outside the picture"),
    "too_far": partial(_while, lambda look: look.trunk_part < TOO_FAR, "the person is small"),
    "view": _view,
    "mirrored": _mirrored,
    "limb_out": _limb_out,
    "hidden": _hidden,
    "sling": _sling,
    "slow_camera": _slow_camera,
    "towards_lens": _towards_lens,
    "sides_swap": _sides_swap,
    "limbs_jump": _limbs_jump,
}
"""By id, in the order in which things are put right."""
