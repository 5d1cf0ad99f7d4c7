"""What waits for the therapist: steps beyond the table, another exercise after a plateau; and what approving changes.

Nothing here changes a plan by itself: a proposal becomes part of a plan on the therapist's desk, and that plan counts
at home once it is loaded there.
"""

import copy
import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from posecheck.errors import ProgrammeError
from posecheck.exercise import practice_ids
from posecheck.programme.accounts import adherence
from posecheck.programme.choice import Choice
from posecheck.programme.drafting import drafted, given
from posecheck.programme.parts import Proposal
from posecheck.programme.plan import at_home, catalogued
from posecheck.programme.progress import resting, standing
from posecheck.programme.today import agenda

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Checked:
    """A check set of one side, as it is compared over weeks.

    Attributes
    ----------
    day : date
    exercise, side : str
    view : str
        What was seen from elsewhere reads differently and is not compared.
    range, mdc95 : float
        Median of the repetitions and minimal detectable change, in the unit of the exercise.
    """

    day: date
    exercise: str
    side: str
    view: str
    range: float
    mdc95: float


def unchanged(checks):
    """The last two check sets of each exercise and side that can be compared and show no measurable difference.

    Parameters
    ----------
    checks : sequence of Checked

    Returns
    -------
    tuple of (Checked, Checked)
        Earlier and later; empty where any side differs measurably.
    """
    by = lambda one: (one.exercise, one.side)  # noqa: E731
    pairs = []
    for _, own in groupby(sorted(checks, key=lambda one: (*by(one), one.day)), key=by):
        *_, earlier, later = None, *own
        if earlier is None or earlier.view != later.view or earlier.day == later.day:
            continue
        if abs(later.range - earlier.range) > max(earlier.mdc95, later.mdc95):
            return ()
        pairs.append((earlier, later))
    return tuple(pairs)


def plateau(checks, sessions_pct, least_pct):
    """Whether practice was regular and two check sets show no measurable difference all the same.

    Parameters
    ----------
    checks : sequence of Checked
    sessions_pct : float
        Sessions done of those planned between the two.
    least_pct : float
        From so many on practice was regular: `Rules.plateau_pct`.

    Examples
    --------
    >>> first = Checked(date(2026, 1, 5), "elbow_flexion", "left", "front", 40.0, 10.0)
    >>> later = Checked(date(2026, 1, 26), "elbow_flexion", "left", "front", 43.0, 10.0)
    >>> plateau([first, later], 80.0, 75.0), plateau([first, later], 60.0, 75.0)
    (True, False)
    """
    return sessions_pct >= least_pct and bool(unchanged(checks))


def sessions_pct(plan, person, history, since, until):
    """Sessions done of those planned after one day and until another, week by week; none counts for more than all."""
    days, day = [], until
    while day > since:
        days.append(adherence(plan, person, history, day))
        day -= WEEK
    planned = sum(one.planned for one in days)
    return 100.0 * sum(min(one.sessions, one.planned) for one in days) / planned if planned else 0.0


def variation(plan, person, history, checks, *, before=None):
    """Another exercise of the same region in place of the first one, after a plateau.

    Parameters
    ----------
    plan : Plan
    person : Person
    history : sequence of DoneSession
    checks : sequence of Checked
    before : Plan, optional
        In force at the last check set: where the first exercise has changed since, that is not to be judged yet.

    Returns
    -------
    Proposal or None
        Its ``now`` and ``then`` are ids of exercises.
    """
    pairs = unchanged(checks)
    weaker = plan.weaker_side or person.weaker_side
    pair = next((one for one in pairs if one[1].side == weaker), None)
    if pair is None:
        return None
    done_pct = sessions_pct(plan, person, history, pair[0].day, pair[1].day)
    first = _first(plan, catalogued(pair[1].exercise).region)
    varied = before is not None and first != _first(before, catalogued(pair[1].exercise).region)
    if first is None or varied or not plateau(checks, done_pct, plan.rules.plateau_pct):
        return None
    other = _another(plan, person, history, first)
    if other is None:
        return None
    why = (
        f"No measurable difference between the check sets of {pair[0].day:%d %B} and {pair[1].day:%d %B}, with "
        f"{done_pct:.0f} % of the sessions done."
    )
    return Proposal(first, "variation", first, other, why)


def _first(plan, region):
    return next((one.id for one in plan.exercise if catalogued(one.id).region == region), None)


def _another(plan, person, history, first):
    """One of the same region that may be offered: of the plan, else of those for home."""
    today = max((one.day for one in history), default=date.min)
    past = tuple(sorted(history, key=lambda one: one.day))
    lately = standing(plan, past, today).lately
    choice = Choice(plan, person, lately, past, today)
    region = catalogued(first).region
    mine = [one.id for one in plan.exercise if one.id != first]
    home = [name for name in practice_ids() if at_home(catalogued(name)) and catalogued(name).measured]
    for name in dict.fromkeys([*mine, *home]):
        practice = catalogued(name)
        if name == first or practice.region != region or practice.sides != "unilateral":
            continue
        if choice.may_offer(practice) and not resting(plan, lately, name):
            return name
    return None


def proposed(plan, person, history, checks=(), *, before=None):
    """What waits for the therapist after the last session: what the next full one would propose, and a variation.

    Parameters as for `variation`.

    Returns
    -------
    tuple of Proposal
    """
    found = ()
    if history:
        last = max(one.day for one in history)
        # On a day of rest nothing is asked of the stronger side, so nothing is proposed: look ahead to the next one.
        ahead = (last + timedelta(days=days) for days in range(plan.rules.gap_days))
        steps = (agenda(plan, person, history, today=day).proposals for day in ahead)
        found = next((each for each in steps if each), ())
    other = variation(plan, person, history, checks, before=before)
    return (*found, *(() if other is None else (other,)))


def approved(values, proposal):
    """What may be changed of a plan, with a proposal taken up.

    Parameters
    ----------
    values : dict
        As from `drafting.given`; it stays as it is.
    proposal : Proposal

    Returns
    -------
    dict
        For `drafting.drafted`. Range, hold and tempo become the exercise's own; more repetitions or sets come as a
        further week, so that the rise of the load stays in sight.

    Raises
    ------
    ProgrammeError
        When the exercise is not in the plan any more, or posecheck has no field for it (a band or weight).
    """
    new = copy.deepcopy(values)
    row = next((one for one in new["exercise"] if one["id"] == proposal.exercise), None)
    name = catalogued(proposal.exercise).name
    if row is None:
        raise ProgrammeError(f"{name} is not in the plan any more: there is nothing to approve.")
    if proposal.step == "load":
        raise ProgrammeError(
            f"{name}: a band or weight is for you to give; the camera cannot know it. Write it down among the measures "
            "of the clinic."
        )
    week = new["week"][-1]
    if proposal.step == "range":
        _farther(row, proposal)
    elif proposal.step == "hold":
        row["tempo"] = {**(row.get("tempo") or week["tempo"]), "hold_s": _number(proposal.then)}
    elif proposal.step == "tempo":
        row["tempo"] = {**(row.get("tempo") or week["tempo"]), "lift_s": _number(proposal.then)}
    elif proposal.step == "reps" and week["reps"] < _number(
        proposal.then
    ):  # another exercise may have brought it
        new["week"].append({**copy.deepcopy(week), "reps": int(_number(proposal.then))})
    elif proposal.step == "sets":
        new["week"].append({**copy.deepcopy(week), "sets": week["sets"] + 1})
    elif proposal.step == "variation":
        new["exercise"] = _exchanged(new["exercise"], row, proposal.then)
    return new


def approve(plan, proposal, *, therapist=None, reasons=None):
    """TOML text of a plan with a proposal taken up; raises `ProgrammeError` as `drafted` and `approved` do."""
    return drafted(plan, approved(given(plan), proposal), therapist=therapist, reasons=reasons)


def _farther(row, proposal):
    """The next level; a target of one's own moves along by what lies between the two levels, and no farther than it."""
    old, new = (str(int(_number(text))) for text in (proposal.now, proposal.then))
    target: dict[str, Any] = {**catalogued(row["id"]).target}
    row["level"] = new
    for key in ("range_deg", "range_ratio"):
        if key in row:
            row[key] = max(row[key], min(target[new].range, row[key] + target[new].range - target[old].range))


def _exchanged(rows, row, other):
    """The two change places; one that the plan did not have comes in, and the one before goes to the end."""
    there = next((one for one in rows if one["id"] == other), None)
    if there is None:
        return [*({"id": other} if one is row else one for one in rows), row]
    places = {id(row): there, id(there): row}
    return [places.get(id(one), one) for one in rows]


def _number(text):
    """The number in a step's words."""
    found = re.search(r"\d+(\.\d+)?", text)
    if found is None:
        raise ProgrammeError(f"A step with a number was expected, got {text!r}.")
    return float(found.group())
