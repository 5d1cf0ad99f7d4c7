"""Which excursions are repetitions of this exercise: decided as they end, and numbered."""

from dataclasses import dataclass, replace

import numpy as np

from posecheck.exercise import COUNTED_PART, FLOOR, NOISE_TIMES
from posecheck.records import OTHER_SIDE, SIDES
from posecheck.rep_window import median, noise_of, quantile
from posecheck.reps import Gap, next_excursion
from posecheck.signals import GRAIN

_REQUIRED_PART = 0.8  # share of the repetition that an "all" requirement must hold for
# A smooth movement without a hold spends 0.64 of its time above a quarter of its excursion (minimum jerk).
_QUARTER_PART = 0.64
_TRAVEL_MAX = (
    0.5  # trunk lengths between where the shoulders were before and after: more is walking, not exercise
)
_SEAT_TRAVEL_MAX = (
    0.20  # the same of the hips of who sits: more is a knee bend or getting up, in which arms bend too
)
_NOISE_BEFORE = 30  # samples before an excursion that tell the noise with it
# An angle in space must change by so many times what it may be off at rest and at the top together.
_SURE = 2.0
# Facing the screen the networks' word alone is doubted twice as much, for the range; here no more than this, deg.
_SURE_DOUBT_MAX = 15.0
_GOES_ALONG = 0.5  # of the other limb's movement: what is less may be its echo


@dataclass(frozen=True)
class Rep:
    """A repetition before it is measured; indices are on the grid, half-open.

    Attributes
    ----------
    side : str
    start, turn, end : int
    complete : bool
    reason : str
        Why it is not complete.
    previous_end : int
        End of the repetition before on this side; 0 for the first.
    number, set : int
        From 1.
    far : bool
        On the limb away from the camera: shares the boundaries, is not measured.
    assisted : bool or None
        None: as far as hands are seen on the limb; a person may say.
    allowed : tuple of str
        Compensations a therapist allowed.
    """

    side: str
    start: int
    turn: int
    end: int
    complete: bool
    reason: str
    previous_end: int = 0
    number: int = 0
    set: int = 1
    far: bool = False
    assisted: bool | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """An excursion that is not a repetition of this exercise, and why."""

    side: str
    start: int
    end: int
    why: str


def leading_sides(exercise, view, sides, affected="unknown"):
    """Sides whose own signal decides the boundaries: the near one from the side, one for both in bilateral work.

    That one is the stronger side where it is known: the weaker one may hardly move.
    """
    near = {"left": "left", "right": "right", "oblique_left": "left", "oblique_right": "right"}.get(view)
    if exercise.shared:
        stronger = next((s for s in sides if affected in SIDES and s != affected), sides[0])
        return (near or stronger,) if near in (*sides, None) else ()
    return tuple(s for s in sides if view not in SIDES or s == view)


def recognise(observation, side, begin, accepted, *, final):
    """Repetitions of one side that the observation decides, from `begin` on.

    Parameters
    ----------
    observation : Observation
    side : str
    begin : int
        Where the last search stopped.
    accepted : int
        Complete repetitions of this side so far.
    final : bool

    Returns
    -------
    reps : list of Rep
    left_out : list of LeftOut
    begin : int
        Where the next search starts.
    """
    exercise, settings = observation.exercise, observation.settings
    grain = GRAIN[exercise.unit]
    smallest = exercise.smallest(side, affected=settings.affected == side) / grain
    y = exercise.sign / grain * _leading(observation, side)
    reps, left_out = [], []
    while True:
        found = _next(y, begin, smallest, settings, final=final)
        if found is None:
            return reps, left_out, begin
        begin = found.next_from
        if isinstance(found, Gap):
            continue
        why = _unlike(observation, side, found, first=accepted == 0)
        if why:
            left_out.append(LeftOut(side, found.start, found.end, why))
        else:
            reps.append(Rep(side, found.start, found.turn, found.end, found.complete, found.reason))
            accepted += found.complete


def _next(y, begin, smallest, settings, *, final):
    """The next excursion of at least this size, as the settings limit it."""
    return next_excursion(
        y,
        begin,
        min_excursion=smallest,
        rate_hz=settings.rate_hz,
        interrupt_s=settings.interrupt_s,
        rep_max_s=settings.rep_max_s,
        final=final,
    )


def _unlike(observation, side, found, *, first, whole=True):
    """Why an excursion is not this exercise; empty when it is. What is not `whole` need not get to the top."""
    exercise, rate_hz = observation.exercise, observation.settings.rate_hz
    if _nobody_leads(observation):  # then the movement is that of the limb that moved more
        ends = [found.start, found.turn]
        side = max(SIDES, key=lambda s: np.nan_to_num(np.ptp(observation[f"{s} angle"][ends]), nan=-1.0))
    # Where a view bends the shape of a movement, it may look shorter by as much.
    shortest_s = exercise.rep.min_duration_s * (1.0 - observation.watch.time_part)
    if found.complete and _duration_s(observation, side, found) < shortest_s:
        return f"over in less than {exercise.rep.min_duration_s:g} s"
    # Who stays standing at the end of the recording is further forward than the chair.
    if _travel(observation, found) > (_TRAVEL_MAX if found.complete else 2 * _TRAVEL_MAX):
        return "the person moved to another place"
    hips_max = exercise.rep.hips_travel_max or (_SEAT_TRAVEL_MAX if exercise.position == "seated" else None)
    if hips_max and _travel(observation, found, "hips") > hips_max:
        return "the whole body moved, hips and all"
    if observation.view not in SIDES and not _sure(observation, side, found, whole=whole):
        return "too small to be sure of from here"
    still = round(exercise.rep.first_rest_s * rate_hz)
    if first and still:
        before = observation[f"{side} angle"][max(0, found.start + 1 - still) : found.start + 1]
        spread = np.ptp(before[np.isfinite(before)]) if np.isfinite(before).any() else np.inf
        if len(before) < still or spread > 0.15 * exercise.rep.min_excursion:
            return f"no {exercise.rep.first_rest_s:g} s of rest before it"
    if _noisy(observation, side, found):
        return "too small to be sure of from here"
    if exercise.rep.length_cv_max and _length_cv(observation, side, found) > exercise.rep.length_cv_max:
        return "it was not seen steadily enough to be sure of"
    spans = {
        "start": (max(0, found.start - 8), found.start + 1),
        "top": (max(found.start, found.turn - 4), found.turn + 5),
        "all": (found.start, found.end),
    }
    for requirement in exercise.require:
        if requirement.during == "top" and not whole:
            continue
        channel = "angle" if requirement.signal == exercise.movement.signal else requirement.signal
        x = observation[f"{side} {channel}"][slice(*spans[requirement.during])]
        x = x[np.isfinite(x)]  # a hidden wrist is no bent elbow
        low, high = requirement.min, requirement.max
        inside = (x >= (-np.inf if low is None else low)) & (x <= (np.inf if high is None else high))
        needed = _REQUIRED_PART if requirement.during == "all" else 0.5
        if len(x) and inside.mean() < needed:
            return requirement.why
    return ""


def _noisy(observation, side, found):
    """Whether the noise of the signal alone could have made the excursion."""
    span = slice(max(0, found.start - _NOISE_BEFORE), found.end)
    noise = noise_of(observation[f"{side} raw"][span] - observation[f"{side} angle"][span])
    return np.ptp(observation[f"{side} angle"][[found.start, found.turn]]) < NOISE_TIMES * noise


def _length_cv(observation, side, found):
    """Variation of the moving segment's length in the picture; NaN where it was hardly seen."""
    length = observation[f"{side} proximal"][found.start : found.end]
    length = length[np.isfinite(length)]
    return float(np.std(length) / np.mean(length)) if len(length) > 1 else np.nan


def _sure(observation, side, found, *, whole):
    """Whether an angle in space changed by more than it may be off; no question where the picture shows it.

    What it may be off is mostly the same at rest and at the top of one person's limb. So where a check set of this
    limb says how far it goes, and for what is only an attempt, it is enough that the other limb keeps still: one that
    rests seems to move while the other one does.
    """
    exercise, span = observation.exercise, slice(found.start, found.end)
    ends = [found.start, found.turn]
    doubt, moved = observation[f"{side} doubt"][ends], np.ptp(observation[f"{side} angle"][ends])
    least = 0.0
    if observation.watch.estimator == "foreshortened":
        doubt, least = np.minimum(doubt, _SURE_DOUBT_MAX), _SURE * observation.watch.sigma
    if not moved < np.fmax(least, _SURE * np.hypot(*doubt)):
        return True
    if exercise.shared or (whole and side not in exercise.personal):
        return False
    other = observation[f"{OTHER_SIDE[side]} angle"][span]
    other = other[np.isfinite(other)]
    return len(other) > 0 and moved > _GOES_ALONG * np.ptp(other)


def _duration_s(observation, side, found):
    """Duration of a movement without hold that stays as long above a quarter of its excursion; spikes are short."""
    z = observation.exercise.sign * observation[f"{side} phase"][found.start : found.end]
    with np.errstate(invalid="ignore"):
        high = z > 0.5 * (z[0] + z[-1]) + 0.25 * (z[found.turn - found.start] - 0.5 * (z[0] + z[-1]))
    low_before = np.flatnonzero(~high[: found.turn - found.start])
    low_after = np.flatnonzero(~high[found.turn - found.start :])
    first = low_before[-1] if len(low_before) else 0
    last = found.turn - found.start + low_after[0] if len(low_after) else len(z)
    return (last - first) / observation.settings.rate_hz / _QUARTER_PART


def _travel(observation, found, part="chest"):
    """How far the shoulders or hips are from where they were, in trunk lengths; 0 when they were not seen.

    Up and down does not count where getting up is the exercise. Who sits for an exercise must not leave the chair
    meanwhile, even to come back: arms bend as one gets up.
    """
    span = slice(found.start, found.end)
    xy = np.array([observation[f"{part}_x"][span], observation[f"{part}_y"][span]])
    if observation.exercise.position == "seated_to_standing":
        xy[1] = np.where(np.isfinite(xy[1]), 0.0, np.nan)
    seen = np.flatnonzero(np.isfinite(xy[0]))
    trunk = observation["trunk_px"][span]
    if len(seen) < 2 or not np.isfinite(trunk).any():
        return 0.0
    away = np.hypot(*(xy[:, seen] - xy[:, seen[:1]]))
    back = part == "hips" or observation.exercise.position == "seated"  # must not leave, even to come back
    moved = quantile(np.sort(away), 0.95) if back else away[-1]
    return float(moved / median(trunk))


def _nobody_leads(observation):
    """Whether both limbs share the work, both are seen, and which one is the weaker was not said."""
    settings = observation.settings
    together = observation.exercise.shared and observation.view == "front" and settings.side == "both"
    return together and settings.affected not in SIDES


def _leading(observation, side):
    """What decides the boundaries: the side's own movement; facing, where nobody leads shared work, that of both."""
    own = observation[f"{side} phase"]
    if not _nobody_leads(observation):
        return own
    other = observation[f"{OTHER_SIDE[side]} phase"]
    middle = 0.5 * (own + other)
    return np.where(np.isfinite(middle), middle, np.fmax(own, other))


def attempts(observation, side, reps, left_out):
    """Movements of this exercise that are too small to be a repetition: counted as tries, never measured as reps.

    Parameters
    ----------
    observation : Observation
    side : str
    reps : list of Rep
        Of this side, in order; attempts lie between them.
    left_out : list of LeftOut

    Returns
    -------
    list of Excursion
    """
    exercise, settings = observation.exercise, observation.settings
    grain = GRAIN[exercise.unit]
    smallest = exercise.smallest(side, affected=settings.affected == side) / grain
    y = exercise.sign / grain * _leading(observation, side)
    least = max(FLOOR, COUNTED_PART * smallest)
    edges = [0, *(edge for rep in reps for edge in (rep.start, rep.end)), observation.length]
    taken = [(out.start, out.end) for out in left_out if out.side == side]
    found = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        at, between = 0, y[begin:end]
        while True:
            one = _next(between, at, least, settings, final=True)
            if one is None:
                break
            at = one.next_from
            if isinstance(one, Gap) or not one.complete:
                continue
            one = replace(one, start=one.start + begin, turn=one.turn + begin, end=one.end + begin)
            apart = all(one.end <= a or one.start >= b for a, b in taken)
            small = y[one.turn] - y[one.start] < smallest
            if apart and small and not _unlike(observation, side, one, first=False, whole=False):
                found.append(one)
    return found


def numbered(reps, *, rate_hz, set_gap_s):
    """Reps of one side in time order with number, set and the end of the one before."""
    out, set_, end = [], 1, 0
    for number, rep in enumerate(sorted(reps, key=lambda r: (r.start, r.end)), start=1):
        if number > 1 and (rep.start - end) / rate_hz > set_gap_s:
            set_ += 1
        out.append(replace(rep, number=number, set=set_, previous_end=min(end, rep.start)))
        end = rep.end
    return out
