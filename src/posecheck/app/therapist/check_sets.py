"""The check sets of a person as they are compared over weeks."""

from statistics import median

from posecheck.clinic.history import CHECK
from posecheck.clinic.own_error import judged, own_error
from posecheck.clinic.recordings import recording_of
from posecheck.exercise import practice_ids
from posecheck.programme.proposing import Checked

LEAST_REPS = 2  # of the three that are asked for: a median of one is a single try


def check_sets(store, code):
    """Every check set with enough scored repetitions, oldest first.

    Each with the change that can be told from none: as measured on this person, where two check sets within a week
    have, else as it is assumed for everybody.

    Parameters
    ----------
    store : Store
    code : str

    Returns
    -------
    tuple of Checked
    """
    found, known = [], {}
    for session in store.sessions(code):
        day = session.started_utc.astimezone().date()
        for one in store.sets(session.id):
            if one.role == CHECK and one.trial_folder and one.view and one.exercise in practice_ids():
                found += _checked(store, code, day, one, known)
    return tuple(found)


def _checked(store, code, day, one, known):
    recording = recording_of(store, one.id)
    unit, alike = recording.exercise.unit, (one.exercise_sha256, one.view, one.engine, one.model)
    seen = [row[f"range_{unit}"] for row in recording.rows if row["scored"] and row["side"] == one.side]
    if len(seen) < LEAST_REPS:
        return
    if alike not in known:
        known[alike] = judged(recording, own_error(store, code, recording)).exercise.mdc95(one.view)[0]
    if known[alike] is not None:
        yield Checked(day, one.exercise, one.side, one.view, median(seen), known[alike])
