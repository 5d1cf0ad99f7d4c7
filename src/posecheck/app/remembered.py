"""What the store remembers of a person, as the programme and the page of the own practice take it."""

from collections import Counter
from datetime import timedelta

from posecheck.clinic.history import done_sessions

WEEK = timedelta(days=7)


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
