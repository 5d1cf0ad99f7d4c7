"""The check sets of a person as they are compared over weeks."""

from statistics import median

from posecheck.clinic.history import CHECK
from posecheck.exercise import Exercise, practice_ids
from posecheck.programme.plan import catalogued
from posecheck.programme.proposing import Checked

LEAST_REPS = 2  # of the three that are asked for: a median of one is a single try


def check_sets(store, code):
    """Every check set with enough scored repetitions, oldest first.

    Parameters
    ----------
    store : Store
    code : str

    Returns
    -------
    tuple of Checked
    """
    found = []
    for session in store.sessions(code):
        for one in store.sets(session.id):
            if one.role == CHECK and one.trial_folder and one.view and one.exercise in practice_ids():
                found += _checked(store, session, one)
    return tuple(found)


def _checked(store, session, one):
    exercise = catalogued(one.exercise)
    if not isinstance(exercise, Exercise):
        return
    seen = [
        row[f"range_{exercise.unit}"]
        for row in store.reps(one.id)
        if row["scored"] and row["side"] == one.side
    ]
    mdc95, _ = exercise.mdc95(one.view)
    if len(seen) >= LEAST_REPS and mdc95 is not None:
        yield Checked(
            session.started_utc.astimezone().date(), one.exercise, one.side, one.view, median(seen), mdc95
        )
