"""Where somebody stands in a plan: which week's dose, what is eased, and what might come after the table.

All of it is read from the history anew, so that the same history always gives the same answer. Reports of effort and
pain only hold or lower a dose; nothing here raises one beyond the table.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median

from posecheck.programme.parts import Proposal, Step

WEEK = timedelta(days=7)
STEP_SESSIONS = 2  # so many sessions decide on a step (3.4)


def strengthening(sessions):
    """The sessions with a set of the stronger side."""
    return tuple(one for one in sessions if any(each.role == "stronger" for each in one.sets))


def session_load(session, *, effort=0.0):
    """Planned load of the stronger side: repetitions times planned effort (where it is kept), over its sets.

    Examples
    --------
    >>> from datetime import date
    >>> from posecheck.programme import DoneSession, DoneSet
    >>> one = DoneSet("elbow_flexion", "stronger", planned_reps=8, planned_effort=3.0)
    >>> session_load(DoneSession(date(2026, 1, 5), sets=(one, one)))
    48.0
    """
    sets = [each for each in session.sets if each.role == "stronger"]
    return sum(each.planned_reps * (each.planned_effort or effort) for each in sets)


def paired(session):
    """Whether each set of the stronger side had one of the weaker side or of both.

    Examples
    --------
    >>> from datetime import date
    >>> from posecheck.programme import DoneSession, DoneSet
    >>> stronger = DoneSet("elbow_flexion", "stronger", reps=8)
    >>> paired(DoneSession(date(2026, 1, 5), sets=(stronger,)))
    False
    """
    roles = [each.role for each in session.sets]
    return roles.count("weaker") + roles.count("both") >= roles.count("stronger")


@dataclass(frozen=True)
class Standing:
    """Where somebody stands.

    Attributes
    ----------
    row : int
        Line of the table, from 0.
    maintenance : bool
        Whether the table is behind them.
    first : bool
        Whether they have never strengthened.
    here : tuple of DoneSession
        Strengthening sessions at this line.
    lately : tuple of DoneSession
        All sessions since the last restart.
    why : str
        What decided on the line.
    """

    row: int = 0
    maintenance: bool = False
    first: bool = True
    here: tuple = ()
    lately: tuple = ()
    why: str = "The first session."

    def week(self, plan):
        """Of the plan, from 1; one more than it has weeks once the table is behind."""
        return len(plan.week) + 1 if self.maintenance else self.row + 1

    def sessions(self, plan):
        """Strengthening sessions in seven days."""
        row = plan.week[self.row]
        return min(row.sessions, plan.maintenance.sessions) if self.maintenance else row.sessions

    def week_load(self, plan):
        """What the line asks for in seven days."""
        row = plan.week[self.row]
        return row.load / row.sessions * self.sessions(plan)


def standing(plan, history, today):
    """Where somebody stands on a day.

    Parameters
    ----------
    plan : Plan
    history : tuple of DoneSession
        Before today, oldest first.
    today : date
    """
    rules, ever = plan.rules, strengthening(history)
    counted = [one for one in history if plan.starts is None or one.day >= plan.starts]
    now, since, last = Standing(first=not ever), None, None
    for session in (*strengthening(counted), None):
        day = today if session is None else session.day
        if since is None or last is None:
            since = day
        elif (day - last).days >= rules.restart_days:
            now, since = _restarted(now, day - last), day
        elif (day - last).days >= rules.gap_days:
            now, since = _lowered(now, day - last), day
        elif day - since >= WEEK:
            now, since = _judged(plan, now), since + (day - since) // WEEK * WEEK
        if session is not None:
            last = day
            if session is not ever[0]:  # the very first is too small to judge by
                now = replace(now, here=(*now.here, session))
            if now.why == Standing.why:
                now = replace(now, why="The first week of the plan.")
    return replace(now, lately=_since_restart(counted, rules.restart_days))


def check_due(plan, now, past):
    """For how many finished weeks of the plan check sets are due; None where they are not.

    Parameters
    ----------
    plan : Plan
    now : Standing
    past : tuple of DoneSession
    """
    if now.first:
        return None
    finished = now.week(plan) - 1
    due = max((weeks for weeks in plan.rules.check_weeks if weeks <= finished), default=-1)
    offered = max((one.check for one in past if one.check is not None), default=-1)
    return due if due > offered else None


def _restarted(now, gap):
    return replace(now, row=0, maintenance=False, here=(), why=f"Week 1 again after {gap.days} days away.")


def _lowered(now, gap):
    return replace(now, row=max(0, now.row - 1), here=(), why=f"One week lower after {gap.days} days away.")


def _judged(plan, now):
    """A week at a line is over: one line on, or the same again."""
    held = held_by(plan, now.here)
    at_end = now.row + 1 >= len(plan.week)
    if at_end and not now.maintenance and len(now.here) >= STEP_SESSIONS:
        why = f"The table is done: {plan.maintenance.sessions} sessions a week keep it up."
        return replace(now, maintenance=True, why=why)
    if held:
        return replace(now, why=f"The same as last week: {held}.")
    if at_end:
        return replace(now, why="The table is the ceiling; more is the therapist's decision.")
    return replace(now, row=now.row + 1, here=(), why="The last two sessions went well: one line on.")


def _since_restart(sessions, restart_days):
    kept = []
    for one in sessions:
        if kept and (one.day - kept[-1].day).days >= restart_days:
            kept = []
        kept.append(one)
    return tuple(kept)


def held_by(plan, here):
    """Why there is no step up after these sessions; empty when there is one."""
    if len(here) < STEP_SESSIONS:
        return f"{len(here)} of {STEP_SESSIONS} sessions at this dose"
    return next((held for one in here[-STEP_SESSIONS:] if (held := _holds(plan, one))), "")


def _holds(plan, session):
    """What in one session speaks against a step up (3.4)."""
    rules, day = plan.rules, f"on {session.day:%d %B}"
    sets = [each for each in session.sets if each.role == "stronger"]
    planned = sum(each.planned_reps for each in sets)
    done = sum(_done(each) for each in sets)
    scores = [each.score for each in sets if each.score is not None]
    if not session.complete or any(each.stopped for each in sets):
        return f"the session {day} ended early"
    if not paired(session):
        return f"the weaker side had fewer turns than the stronger one {day}"
    if session.pain_exercises or any((each.pain or 0) > rules.step_pain for each in session.sets):
        return f"pain {day}"
    if session.soreness:
        return f"the stronger side was sore {day}"
    if 100.0 * done < rules.valid_pct * planned:
        return f"{done} of {planned} repetitions {day}"
    if scores and median(scores) < rules.score:
        return f"median score {median(scores):g} {day}"
    if any(each.fatigue_stop_rep is not None and each.fatigue_stop_rep < rules.fatigue_rep for each in sets):
        return f"tired before repetition {rules.fatigue_rep} {day}"
    tough = [each for each in sets if each.effort is not None and each.effort > _comfortable(plan, each)]
    return f"effort {tough[0].effort} {day}" if tough else ""


def _done(each):
    """Repetitions that count: where the camera could not score, those that were done."""
    return each.reps if each.score is None or each.valid is None else each.valid


def _planned(plan, each):
    return max(each.planned_effort or plan.week[0].effort, plan.effort_allowed or 0.0)


def _comfortable(plan, each):
    return max(plan.rules.step_effort, _planned(plan, each))


def _latest(lately, exercise):
    """The last two sessions that an exercise was part of."""
    with_it = [
        one
        for one in lately
        if exercise in one.pain_exercises or any(each.exercise == exercise for each in one.sets)
    ]
    return with_it[-STEP_SESSIONS:]


def hurt(plan, session, exercise):
    """Whether an exercise hurt in a session."""
    told = [each.pain for each in session.sets if each.exercise == exercise and each.pain is not None]
    return exercise in session.pain_exercises or any(pain > plan.rules.step_pain for pain in told)


def eased(plan, lately, exercise):
    """How many sets less an exercise is given, and why.

    Returns
    -------
    int
        One for each of its last two sessions with pain or an effort well above the plan; one for two stops for tiring.
    str
    """
    recent, why = _latest(lately, exercise), []
    down = 0
    for one in recent:
        own = [each for each in one.sets if each.exercise == exercise]
        if hurt(plan, one, exercise):
            down, why = down + 1, [*why, f"pain on {one.day:%d %B}"]
        elif any(
            each.effort is not None and each.effort >= _planned(plan, each) + plan.rules.down_effort
            for each in own
        ):
            down, why = down + 1, [*why, f"a high effort on {one.day:%d %B}"]
    stops = sum(
        each.fatigue_stop_rep is not None for one in recent for each in one.sets if each.exercise == exercise
    )
    if stops >= 2 and not down:
        down, why = 1, ["two stops for tiring"]
    return down, " and ".join(why)


def resting(plan, lately, exercise):
    """Whether an exercise hurt twice running: it rests until a therapist's plan or a restart."""
    recent = _latest(lately, exercise)
    return len(recent) == STEP_SESSIONS and all(hurt(plan, one, exercise) for one in recent)


def sore_twice(lately):
    """Whether the stronger side was sore the last two times it was asked."""
    told = [one.soreness for one in lately if one.soreness is not None]
    return len(told) >= STEP_SESSIONS and all(told[-STEP_SESSIONS:])


def proposals(plan, now, exercises):
    """Steps beyond the table, one an exercise, for a therapist to approve: range, reps, hold, tempo, sets, load.

    Parameters
    ----------
    plan : Plan
    now : Standing
    exercises : sequence of (Candidate, int)
        Today's exercises of the stronger side with their sets.
    """
    at_end = now.maintenance or now.row + 1 >= len(plan.week)
    if not at_end or held_by(plan, now.here):
        return ()
    row = plan.week[now.row]
    return tuple(_next_step(plan, row, one, sets) for one, sets in exercises)


def _next_step(plan, row, one, sets):
    level, tempo, reps = one.level or row.level, one.tempo or row.tempo, row.reps
    hold_s, lift_s = tempo.hold_s or 0.0, tempo.lift_s
    steps: tuple[tuple[Step, bool, str, str], ...] = (
        ("range", level < "3", f"level {level}", f"level {int(level) + 1}"),
        ("reps", reps < plan.limit("reps"), f"{reps} repetitions", f"{reps + 1} repetitions"),
        ("hold", hold_s + 1.0 <= plan.limit("hold_s"), f"{hold_s:g} s", f"{hold_s + 1.0:g} s"),
        ("tempo", lift_s is not None and lift_s < 4.0, f"{lift_s} s up", "4 s up"),
        ("sets", sets < plan.limit("group_sets"), f"{sets} sets", f"{sets + 1} sets"),
        ("load", True, "no weight that posecheck knows of", "a light band or weight from the therapist"),
    )
    step, _, before, after = next(each for each in steps if each[1])
    return Proposal(one.id, step, before, after, "The last two sessions at the end of the table went well.")
