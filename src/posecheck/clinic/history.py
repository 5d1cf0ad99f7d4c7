"""What the store remembers of a person, as the programme takes it."""

from collections import defaultdict
from typing import get_args

from posecheck.programme import DoneSession, DoneSet
from posecheck.programme.parts import Kind

CHECK = "check"
OVER = ("done", "left", "stopped")


def done_sessions(store, code):
    """The finished sessions of a person's programme, oldest first.

    What was filmed in a clinic is none of them, nor what was left before anything of it was practised.

    Returns
    -------
    tuple of DoneSession
    """
    theirs = (one for one in store.sessions(code) if one.state in OVER and of_programme(one))
    # Asked once for all: after a year there are hundreds of sessions, and *Start* waits for this.
    sets = sorted(store.sets_of(code), key=lambda one: (one.position, one.id))
    rows = [_by_session(rows) for rows in (sets, store.prompts(code), store.events(code, kind=CHECK))]
    told = (_done(one, *(of[one.id] for of in rows)) for one in theirs)
    return tuple(one for one in told if one.sets or one.check is not None)


def of_programme(session):
    """Whether a stored session is one of the programme, and no recording that was brought."""
    return session.kind in get_args(Kind)


def _by_session(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.session].append(row)
    return found


def _done(session, sets, prompts, events):
    said = {prompt.kind: prompt.value for prompt in prompts}
    efforts = {p.value["exercise"]: p.value["effort"] for p in prompts if p.kind == "effort"}
    pains = {p.value["exercise"] for p in prompts if p.kind == "pain" and p.value["pain"]}
    results = {one["position"]: one for one in session.summary.get("results", ())}
    planned = {b["exercise"]: b["planned_effort"] for b in session.agenda.get("agenda", {}).get("blocks", ())}
    practised = [one for one in sets if one.role != CHECK and one.state != "running"]
    checks = [event.detail["weeks"] for event in events]
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
    told = one.exercise in efforts or one.exercise in pains
    return DoneSet(
        exercise=one.exercise,
        role=one.role,
        mode=one.mode,
        planned_reps=one.planned_reps or 0,
        reps=max(result.get("reps", 0), one.attempts or 0),  # of the weaker side every try counts
        valid=result.get("valid"),
        score=result.get("score"),
        effort=efforts.get(one.exercise),
        pain=(3 if one.exercise in pains else 0) if told else None,
        fatigue_stop_rep=result.get("fatigue_stop_rep"),
        stopped=one.state == "stopped",
        planned_effort=planned.get(one.exercise, 0.0),
    )
