"""What was done, added up: load of a week, adherence, and the balance of the sides. Nothing counts what was missed."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from posecheck.exercise import practice_ids
from posecheck.programme.parts import OWN_PACE, cycle_s
from posecheck.programme.plan import catalogued
from posecheck.programme.progress import session_load, standing

DONE_PART = 0.8  # a set counts as done from this part of its repetitions on
COUNTED = ("full", "ten", "three", "imagery")  # a light day is an extra

REST_OF_STRONGER = "stronger_side_rests"  # the lesson that says why there is no more today


@dataclass(frozen=True)
class Adherence:
    """Practice of the last seven days.

    Attributes
    ----------
    sessions, planned : int
    sessions_pct : float
        Never more than 100.
    sets_pct : float, optional
        Sets with four fifths of their repetitions, of those that were begun; None where there was none.
    weaker_minutes : float
        Practice of the weaker side, imagery included, as the pacer leads it.
    """

    sessions: int
    planned: int
    sessions_pct: float
    sets_pct: float | None
    weaker_minutes: float


@dataclass(frozen=True)
class Balance:
    """Sets by side."""

    stronger: int
    weaker: int
    both: int


def week_load(plan, sessions):
    """Planned load of the stronger side over some sessions: sets x repetitions x planned effort (CR10).

    Examples
    --------
    >>> from datetime import date
    >>> from posecheck.programme import DoneSession, DoneSet, load_plan
    >>> one = DoneSet("elbow_flexion", "stronger", planned_reps=8, planned_effort=3.0)
    >>> week_load(load_plan("gentle"), [DoneSession(date(2026, 1, 5), sets=(one,) * 4)] * 3)
    288.0
    """
    effort = plan.week[0].effort
    return float(sum(session_load(one, effort=effort) for one in sessions))


def adherence(plan, person, history, today):
    """What was done in the seven days that end today, of what the plan asks for; chosen days may ask for more."""
    week = [one for one in history if today - timedelta(days=7) < one.day <= today]
    past = tuple(sorted((one for one in history if one.day <= today), key=lambda one: one.day))
    planned = max(standing(plan, past, today).sessions(plan), 1)
    if person.days:
        planned = min(planned, len(set(person.days)))
    done = sum(one.kind in COUNTED for one in week)
    sets = [each for one in week for each in one.sets if each.planned_reps]
    whole = sum(each.reps >= DONE_PART * each.planned_reps for each in sets)
    weaker_s = sum(_seconds(plan, each) for one in week for each in one.sets if each.role == "weaker")
    return Adherence(
        sessions=done,
        planned=planned,
        sessions_pct=min(100.0, 100.0 * done / planned),
        sets_pct=100.0 * whole / len(sets) if sets else None,
        weaker_minutes=round(weaker_s / 60.0, 1),
    )


def _seconds(plan, each):
    if each.mode == "imagery":
        return plan.times.imagery_s
    known = each.exercise in practice_ids()
    return each.reps * (
        cycle_s(catalogued(each.exercise).target["1"].tempo) if known else sum(OWN_PACE.values())
    )


def balance(history):
    """How many sets each side had.

    Examples
    --------
    >>> balance(())
    Balance(stronger=0, weaker=0, both=0)
    """
    counted = Counter(each.role for one in history for each in one.sets)
    return Balance(counted["stronger"], counted["weaker"], counted["both"])


def may_add_stronger_set(agenda, done):
    """Whether the stronger side may do another set today, and the id of what is said where it may not.

    Parameters
    ----------
    agenda : Agenda
        Of today.
    done : sequence of DoneSet
        Of today.

    Returns
    -------
    (bool, str)
        The id is that of a lesson (`posecheck.lessons`); empty where the set is still part of the plan.
    """
    planned = sum(block.kind == "stronger" for block in agenda.blocks)
    if sum(one.role == "stronger" for one in done) < planned:
        return True, ""
    return False, REST_OF_STRONGER
