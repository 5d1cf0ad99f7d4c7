"""A person's corrections of repetitions: each edit is data, applied in order, and names what the one before left."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from posecheck.errors import EditError
from posecheck.recognition import Rep, numbered
from posecheck.records import SIDES

EXCLUDED = "a person left it out"


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


def found_as(row, automatic):
    """A repetition as it was found, before a person's corrections.

    Parameters
    ----------
    row : dict
        With the corrections.
    automatic : sequence of dict
        All rows without them.

    Returns
    -------
    dict or None
        The row that lies where this one does, of the same side where there is one, else of the other; None where
        nothing was found.
    """
    overlap = lambda one: min(one["end_s"], row["end_s"]) - max(one["start_s"], row["start_s"])  # noqa: E731
    near = [one for one in automatic if overlap(one) > 0]
    return max(near, key=lambda one: (one["side"] == row["side"], overlap(one)), default=None)


def boundaries_s(result):
    """The boundaries of each row, which a person may draw; its own start and end are fitted to the movement near them.

    Parameters
    ----------
    result : Result

    Returns
    -------
    list of (float, float)
        In s, one a row.
    """
    t_s = result.signals.t_s
    both = zip(result.reps.start, result.reps.end, strict=True)
    return [(float(t_s[start]), float(t_s[min(end, len(t_s)) - 1])) for start, end in both]


def changed(row, found, unit):
    """Columns in which a correction shows.

    Parameters
    ----------
    row, found : dict
        As it is now, and as `found_as` says that it was.
    unit : str
        Of the range.

    Returns
    -------
    tuple of str
    """
    names = (
        "side",
        "start_s",
        "end_s",
        "lift_s",
        "hold_s",
        "lower_s",
        f"range_{unit}",
        "assisted",
        "complete",
    )
    alike = lambda one, other: one == other or (one != one and other != other)  # noqa: E731
    return tuple(name for name in names if not alike(row[name], found[name]))


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


def _exclude(by_side, edit, _observation):
    i, rep = _named(by_side, edit)
    if edit.value == "false" and rep.reason == EXCLUDED:
        by_side[edit.side][i] = replace(rep, complete=True, reason="")
    elif edit.value != "false" and rep.complete:
        by_side[edit.side][i] = replace(rep, complete=False, reason=EXCLUDED)


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
    if observation.exercise.shared:
        raise EditError("Both limbs share each repetition of this exercise, so its side cannot be changed.")
    by_side[edit.side].pop(i)
    by_side[edit.value].append(replace(rep, side=edit.value))


_EDITS = {
    "add": _add,
    "move": _move,
    "delete": _delete,
    "merge": _merge,
    "exclude": _exclude,
    "allow": _allow,
    "assist": _assist,
    "side": _side,
}
