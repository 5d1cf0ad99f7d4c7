"""What the store remembers of a person, as the programme and the page of the own practice take it."""

from collections import Counter
from datetime import timedelta

from posecheck.programme import DoneSession, DoneSet

WEEK = timedelta(days=7)
CHECK = "check"


def done_sessions(store, code):
    """The finished sessions of a person, oldest first.

    Returns
    -------
    tuple of DoneSession
    """
    return tuple(
        _done(store, one) for one in store.sessions(code) if one.state in ("done", "left", "stopped")
    )


def _done(store, session):
    prompts = store.prompts(session=session.id)
    said = {prompt.kind: prompt.value for prompt in prompts}
    efforts = {p.value["exercise"]: p.value["effort"] for p in prompts if p.kind == "effort"}
    pains = {p.value["exercise"] for p in prompts if p.kind == "pain" and p.value["pain"]}
    results = {one["position"]: one for one in session.summary.get("results", ())}
    planned = {b["exercise"]: b["planned_effort"] for b in session.agenda.get("agenda", {}).get("blocks", ())}
    practised = [one for one in store.sets(session.id) if one.role != CHECK and one.state != "running"]
    checks = [event.detail["weeks"] for event in store.events(session=session.id, kind=CHECK)]
    ended = session.ended_utc or session.started_utc
    soreness = said.get("soreness")
    return DoneSession(
        day=session.started_utc.astimezone().date(),
        kind=session.kind,
        sets=tuple(_set(one, results.get(one.position, {}), efforts, pains, planned) for one in practised),
        minutes=(ended - session.started_utc).total_seconds() / 60,
        soreness=None if soreness is None else soreness == "sore_yes",
        pain_exercises=tuple(sorted(pains)),
        complete=session.state == "done",
        check=max(checks, default=None),
    )


def _set(one, result, efforts, pains, planned):
    return DoneSet(
        exercise=one.exercise,
        role=one.role,
        mode=one.mode,
        planned_reps=one.planned_reps or 0,
        reps=result.get("reps", one.attempts or 0),
        valid=result.get("valid"),
        score=result.get("score"),
        effort=efforts.get(one.exercise),
        pain=(3 if one.exercise in pains else 0)
        if one.exercise in efforts or one.exercise in pains
        else None,
        fatigue_stop_rep=result.get("fatigue_stop_rep"),
        stopped=one.state == "stopped",
        planned_effort=planned.get(one.exercise, 0.0),
    )


def shown_this_week(store, code, today):
    """Exercises that were demonstrated in the last seven days."""
    shown = store.events(code, kind="shown")
    return tuple(
        {event.detail["exercise"] for event in shown if today - event.at_utc.astimezone().date() < WEEK}
    )


def progress(store, code, person, today):
    """Three pictures of the own practice: weeks as dots, the balance of the sides, the everyday task.

    Days without practice are empty, not marked; a day is named for what it had most of.
    """
    first = person.first_day or today
    sessions = done_sessions(store, code)
    weeks = max(1, (today - first).days // 7 + 1)
    dots = [["" for _ in range(7)] for _ in range(weeks)]
    balance, tasks = Counter(), 0
    for session in sessions:
        roles = Counter(one.role for one in session.sets for _ in range(one.reps))
        balance.update(roles)
        tasks += any(one.role == "task" and one.reps for one in session.sets)
        since = (session.day - first).days
        if 0 <= since < 7 * weeks:
            most = roles.most_common(1)
            dots[since // 7][since % 7] = "imagery" if session.kind == "imagery" or not most else most[0][0]
    return {
        "weeks": dots[-8:],
        "balance": {role: balance[role] for role in ("stronger", "weaker", "both")},
        "task": {"picture": person.task, "times": tasks} if person.task else None,
    }
