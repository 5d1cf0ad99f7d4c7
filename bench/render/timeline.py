"""From spec to movement: when each act is, when each picture is taken, and every pose in between."""

from dataclasses import dataclass, replace

import numpy as np

from render.acts import BEFORE_AFTER, POSES, Scene
from render.course import Repetition, minimum_jerk, phases, schedule
from render.movements import MOVEMENTS
from render.spec import SIDES, SpecError

BLEND_S = 0.9  # one act goes over into the next


@dataclass(frozen=True)
class Staged:
    """An act with its place in time.

    Attributes
    ----------
    act : Act
    begin_s, end_s : float, s
    before, after : str
        Posture at its beginning and end: ``sit``, ``stand`` or ``away``.
    repetitions : dict of side to list of Repetition
    """

    act: object
    begin_s: float
    end_s: float
    before: str
    after: str
    repetitions: dict[str, list[Repetition]]

    @property
    def movement(self):
        """What the act exercises, or None."""
        return MOVEMENTS[self.act.exercise] if self.act.do == "exercise" else None


@dataclass(frozen=True)
class Motion:
    """Everything the person does.

    Attributes
    ----------
    t_s : (T,) array, s
    angles : dict of str to (T,) array, deg
        Pose angles for `render.kinematics.pose`.
    pelvis_m : (T, 3) array, m
    present : (T,) bool array
        False while nobody is there.
    """

    t_s: np.ndarray
    angles: dict[str, np.ndarray]
    pelvis_m: np.ndarray
    present: np.ndarray


def stage_acts(spec):
    """Acts one after the other, with repetitions and postures.

    Returns
    -------
    list of Staged

    Raises
    ------
    SpecError
        An unknown exercise, or an act that begins in a posture the person is not in.
    """
    rng = np.random.default_rng(spec.seed)
    staged, t_s, now = [], 0.0, None
    for number, act in enumerate(spec.act, start=1):
        repetitions = {}
        if act.do == "exercise":
            if act.exercise not in MOVEMENTS:
                raise SpecError(
                    f"act {number}: no movement is called {act.exercise!r}. Known: {', '.join(MOVEMENTS)}."
                )
            before = after = MOVEMENTS[act.exercise].posture
            if MOVEMENTS[act.exercise].in_turn and act.side == "both":
                raise SpecError(
                    f"act {number}: {act.exercise} stands on the other leg. Give side = 'left' or 'right'."
                )
            repetitions, end_s = schedule(act, MOVEMENTS[act.exercise], t_s, rng)
        else:
            before, after = BEFORE_AFTER.get(act.do, (getattr(act, "posture", now or "sit"),) * 2)
            end_s = t_s + act.seconds
        if now not in (None, before):
            cure = {"sit": "sit_down", "stand": "stand_up", "away": "leave"}[before]
            raise SpecError(
                f"act {number} ({act.do}) begins with {before!r} but act {number - 1} ends with {now!r}. "
                f"Put an act {'walk_in' if now == 'away' else cure!r} between them."
            )
        if end_s <= t_s:
            raise SpecError(f"act {number} ({act.do}) takes no time. Give it repetitions or stillness.")
        staged.append(Staged(act, t_s, end_s, before, after, repetitions))
        t_s, now = end_s, after
    return staged


def picture_times(spec, duration_s):
    """When each picture is taken, (T,) s: regular, or with jitter, slow stretches and lost pictures."""
    film, rng = spec.film, np.random.default_rng([spec.seed, 1])
    count = round(duration_s * film.rate_hz)
    t_s = np.arange(count) / film.rate_hz
    keep = rng.random(count) >= film.dropped
    late = rng.uniform(0, min(film.jitter_s, 0.9 / film.rate_hz), count) if film.jitter_s else np.zeros(count)
    for slow in film.slow:
        inside = (t_s >= slow.from_s) & (t_s < slow.to_s)
        due = np.floor(t_s * slow.rate_hz + 1e-9)
        keep &= ~inside | (np.diff(due, prepend=-1) > 0)
    keep[:1], late[:1] = True, 0.0  # a file begins with its first picture, at 0
    return (t_s + late)[keep]


def perform(spec, home, staged, t_s):
    """Pose of the person at each time.

    Parameters
    ----------
    spec : Spec
    home : Home
        The body in its place.
    staged : list of Staged
    t_s : (T,) array, s

    Returns
    -------
    Motion
    """
    parts, present, carry = [], np.zeros(len(t_s), bool), None
    arms = "lap"
    for number, one in enumerate(staged):
        last = one is staged[-1]
        inside = (t_s >= one.begin_s) & ((t_s < one.end_s) | last)
        if one.act.do == "empty":
            carry = None
            continue
        arms = _arms_of(one, arms)
        scene = Scene(
            home,
            one.begin_s,
            one.end_s,
            one.before if one.before != "away" else "stand",
            arms,
            spec.camera.azimuth_deg - 90.0,
            np.random.default_rng([spec.seed, 2, number]),
            one.repetitions,
        )
        times = np.append(t_s[inside], one.end_s)  # the end itself is what the next act goes on from
        poses = POSES[one.act.do](one.act, scene, times)
        if carry is not None:
            poses = _blended(carry, poses, (times - one.begin_s) / _blend_s(one))
        carry = replace(
            poses, angles={k: v[-1:] for k, v in poses.angles.items()}, pelvis_m=poses.pelvis_m[-1:]
        )
        parts.append((inside, poses))
        present |= inside
    return _joined(t_s, parts, present, home)


def _arms_of(one, before):
    if one.act.do == "exercise":
        return one.act.arms or one.movement.rest_arms
    if one.act.do in ("sit", "stand") and one.act.arms:
        return one.act.arms
    if one.before == one.after:
        return before
    return {"sit": "lap", "stand": "side", "away": "side"}[one.after]


def _blend_s(one):
    if one.act.do == "exercise":
        return max(min(BLEND_S, one.act.still_before_s), 1e-3)
    return min(BLEND_S, 0.5 * (one.end_s - one.begin_s))


def _blended(carry, poses, since):
    new = minimum_jerk(since)
    old = lambda name: carry.angles.get(name, np.zeros(1))  # noqa: E731
    zero = np.zeros(len(new))
    angles = {
        name: (1 - new) * old(name) + new * poses.angles.get(name, zero)
        for name in dict.fromkeys([*carry.angles, *poses.angles])
    }
    pelvis = (1 - new)[:, None] * carry.pelvis_m + new[:, None] * poses.pelvis_m
    return replace(poses, angles=angles, pelvis_m=pelvis)


def _joined(t_s, parts, present, home):
    names = dict.fromkeys(name for _, poses in parts for name in poses.angles)
    angles = {name: np.zeros(len(t_s)) for name in names}
    pelvis = np.broadcast_to(home.pelvis_m["sit"], (len(t_s), 3)).copy()
    for inside, poses in parts:
        for name, values in poses.angles.items():
            angles[name][inside] = values[:-1]
        pelvis[inside] = poses.pelvis_m[:-1]
    return Motion(t_s, angles, pelvis, present)


def phase_of(staged, t_s):
    """Phase of each side over time: 0 rest, 1 lift, 2 hold, 3 lower. Dict of side to (T,) int8."""
    return {
        side: np.max([phases(one.repetitions.get(side, []), t_s) for one in staged], axis=0) for side in SIDES
    }
