"""Which excursions are repetitions of this exercise: decided as they end, numbered, and correctable by a person."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from posecheck.errors import EditError
from posecheck.records import SIDES
from posecheck.reps import Gap, next_excursion

_REQUIRED_PART = 0.8  # share of the repetition that an "all" requirement must hold for
# A smooth movement without a hold spends 0.64 of its time above a quarter of its excursion (minimum jerk).
_QUARTER_PART = 0.64
_TRAVEL_MAX = (
    0.5  # trunk lengths between where the shoulders were before and after: more is walking, not exercise
)
_SEAT_TRAVEL_MAX = (
    0.20  # the same of the hips of who sits: more is a knee bend or getting up, in which arms bend too
)
# An angle in space must change by so many times what it may be off at rest and at the top together.
_SURE = 2.0


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
    assisted : bool
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
    assisted: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """An excursion that is not a repetition of this exercise, and why."""

    side: str
    start: int
    end: int
    why: str


def leading_sides(exercise, view, sides):
    """Sides whose own signal decides the boundaries: the near one from the side, one for both in bilateral work."""
    near = {"left": "left", "right": "right", "oblique_left": "left", "oblique_right": "right"}.get(view)
    if exercise.sides == "bilateral":
        return (near or sides[0],) if near in (*sides, None) else ()
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
    rule = exercise.rep
    smallest = rule.min_excursion_affected_deg if settings.affected == side else rule.min_excursion_deg
    y = exercise.sign * observation[f"{side} phase"]
    reps, left_out = [], []
    while True:
        found = next_excursion(
            y,
            begin,
            min_excursion=smallest,
            rate_hz=settings.rate_hz,
            interrupt_s=settings.interrupt_s,
            rep_max_s=settings.rep_max_s,
            final=final,
        )
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


def _unlike(observation, side, found, *, first):
    """Why an excursion is not this exercise; empty when it is."""
    exercise, rate_hz = observation.exercise, observation.settings.rate_hz
    # Where a view bends the shape of a movement, it may look shorter by as much.
    shortest_s = exercise.rep.min_duration_s * (1.0 - observation.watch.time_part)
    if found.complete and _duration_s(observation, side, found) < shortest_s:
        return f"over in less than {exercise.rep.min_duration_s:g} s"
    # Who stays standing at the end of the recording is further forward than the chair.
    if _travel(observation, found) > (_TRAVEL_MAX if found.complete else 2 * _TRAVEL_MAX):
        return "the person moved to another place"
    if exercise.position == "seated" and _travel(observation, found, "hips") > _SEAT_TRAVEL_MAX:
        return "the whole body moved, hips and all"
    if observation.view not in SIDES and not _sure(observation, side, found):
        return "too small to be sure of from here"
    still = round(exercise.rep.first_rest_s * rate_hz)
    if first and still:
        before = observation[f"{side} angle"][max(0, found.start + 1 - still) : found.start + 1]
        spread = np.ptp(before[np.isfinite(before)]) if np.isfinite(before).any() else np.inf
        if len(before) < still or spread > 0.15 * exercise.rep.min_excursion_deg:
            return f"no {exercise.rep.first_rest_s:g} s of rest before it"
    spans = {
        "start": (max(0, found.start - 8), found.start + 1),
        "top": (max(found.start, found.turn - 4), found.turn + 5),
        "all": (found.start, found.end),
    }
    for requirement in exercise.require:
        x = observation[f"{side} {requirement.signal}"][slice(*spans[requirement.during])]
        x = x[np.isfinite(x)]  # a hidden wrist is no bent elbow
        inside = (x >= requirement.min_deg) & (x <= requirement.max_deg)
        needed = _REQUIRED_PART if requirement.during == "all" else 0.5
        if len(x) and inside.mean() < needed:
            return requirement.why
    return ""


def _sure(observation, side, found):
    """Whether an angle in space changed by more than it may be off; no question where the picture shows it."""
    ends = [found.start, found.turn]
    doubt, moved = observation[f"{side} doubt"][ends], np.ptp(observation[f"{side} angle"][ends])
    return not moved < _SURE * np.hypot(*doubt)


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
    moved = np.quantile(away, 0.95) if observation.exercise.position == "seated" else away[-1]
    return float(moved / np.nanmedian(trunk))


def numbered(reps, *, rate_hz, set_gap_s):
    """Reps of one side in time order with number, set and the end of the one before."""
    out, set_, end = [], 1, 0
    for number, rep in enumerate(sorted(reps, key=lambda r: (r.start, r.end)), start=1):
        if number > 1 and (rep.start - end) / rate_hz > set_gap_s:
            set_ += 1
        out.append(replace(rep, number=number, set=set_, previous_end=min(end, rep.start)))
        end = rep.end
    return out


def apply_edits(reps, edits, observation):
    """A person's corrections, in order, on the automatic repetitions.

    Parameters
    ----------
    reps : list of Rep
        Numbered.
    edits : sequence of Edit
    observation : Observation

    Returns
    -------
    list of Rep
        Numbered again after each edit, so that an edit names what the one before left.

    Raises
    ------
    EditError
        An edit that names a repetition that is not there, or an unknown kind.
    """
    settings = observation.settings
    by_side = {side: [r for r in reps if r.side == side] for side in SIDES}
    for edit in edits:
        if edit.side not in SIDES:
            raise EditError(f"An edit needs side 'left' or 'right', got {edit.side!r}.")
        act = _EDITS.get(edit.kind)
        if act is None:
            raise EditError(f"Edit kind {edit.kind!r} is not known. Known: {', '.join(sorted(_EDITS))}.")
        act(by_side, edit, observation)
        for side in SIDES:
            by_side[side] = numbered(by_side[side], rate_hz=settings.rate_hz, set_gap_s=settings.set_gap_s)
            _refuse_overlap(by_side[side], observation)
    return [rep for side in SIDES for rep in by_side[side]]


def _refuse_overlap(reps, observation):
    for one, other in pairwise(reps):
        if other.start < one.end - 1:
            t_s = observation.t_s
            raise EditError(
                f"Repetitions {one.number} and {other.number} on the {one.side} side would overlap at "
                f"{t_s[other.start]:.1f} s. Move or delete one of them first."
            )


def _named(by_side, edit):
    for i, rep in enumerate(by_side[edit.side]):
        if rep.number == edit.rep:
            return i, rep
    count = len(by_side[edit.side])
    raise EditError(
        f"There is no repetition {edit.rep} on the {edit.side} side ({count} known). Reload the result."
    )


def _drawn(edit, observation):
    """A complete repetition between the times a person gave."""
    if edit.start_s is None or edit.end_s is None or not edit.start_s < edit.end_s:
        raise EditError(
            f"An edit of kind {edit.kind!r} needs start_s before end_s, got {edit.start_s} and {edit.end_s}."
        )
    t_s = observation.t_s
    start, end = int(np.searchsorted(t_s, edit.start_s)), int(np.searchsorted(t_s, edit.end_s, side="right"))
    y = observation.exercise.sign * observation[f"{edit.side} angle"][start:end]
    if not np.isfinite(y).any():
        raise EditError(f"The {edit.side} side was not seen from {edit.start_s:g} to {edit.end_s:g} s.")
    return Rep(edit.side, start, start + int(np.nanargmax(y)), end, True, "")


def _add(by_side, edit, observation):
    by_side[edit.side].append(_drawn(edit, observation))


def _move(by_side, edit, observation):
    i, rep = _named(by_side, edit)
    drawn = _drawn(edit, observation)
    moved = replace(rep, start=drawn.start, turn=drawn.turn, end=drawn.end, complete=True, reason="")
    by_side[edit.side][i] = moved


def _delete(by_side, edit, _observation):
    del by_side[edit.side][_named(by_side, edit)[0]]


def _merge(by_side, edit, observation):
    i, rep = _named(by_side, edit)
    reps = by_side[edit.side]
    if i + 1 >= len(reps):
        raise EditError(
            f"Repetition {edit.rep} on the {edit.side} side is the last: there is none to merge it with."
        )
    after = reps.pop(i + 1)
    y = observation.exercise.sign * observation[f"{edit.side} angle"]
    turn = rep.turn if y[rep.turn] >= y[after.turn] else after.turn
    reps[i] = replace(rep, turn=turn, end=after.end, complete=after.complete, reason=after.reason)


def _allow(by_side, edit, observation):
    i, rep = _named(by_side, edit)
    known = [check.id for check in observation.exercise.check]
    if edit.value not in known:
        raise EditError(
            f"An edit of kind 'allow' needs a compensation as value ({', '.join(known)}), got {edit.value!r}."
        )
    by_side[edit.side][i] = replace(rep, allowed=(*rep.allowed, str(edit.value)))


def _assist(by_side, edit, _observation):
    i, rep = _named(by_side, edit)
    by_side[edit.side][i] = replace(rep, assisted=edit.value != "false")


def _side(by_side, edit, observation):
    i, rep = _named(by_side, edit)
    if edit.value not in SIDES:
        raise EditError(f"An edit of kind 'side' needs the value 'left' or 'right', got {edit.value!r}.")
    if observation.exercise.sides == "bilateral":
        raise EditError("Both limbs share each repetition of this exercise, so its side cannot be changed.")
    by_side[edit.side].pop(i)
    by_side[edit.value].append(replace(rep, side=edit.value))


_EDITS = {
    "add": _add,
    "move": _move,
    "delete": _delete,
    "merge": _merge,
    "allow": _allow,
    "assist": _assist,
    "side": _side,
}
