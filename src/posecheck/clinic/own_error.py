"""A person's own smallest detectable change: from check sets that they did again within a few days.

What is assumed for everybody stands until there are two of them. Check sets weeks apart hold the change itself and say
nothing of the error.
"""

from dataclasses import replace

from posecheck.calibration import detectable, errors_between
from posecheck.clinic.history import CHECK
from posecheck.clinic.recordings import recording_of
from posecheck.clinic.wording import told_day
from posecheck.records import VIEWS

AGAIN_WITHIN_DAYS = 7  # in a week of practice a range changes by less than it differs from day to day [U]


def own_error(store, code, like):
    """What two or more check sets of a person say of their own error.

    Parameters
    ----------
    store : Store
    code : str
        Empty where nobody knows whose recording it is.
    like : Result or Recording
        What it is to hold for: the same exercise file, view, engine and model.

    Returns
    -------
    MeasuredError or None
        From the newest check sets that lie within `AGAIN_WITHIN_DAYS` of one another; None without two of one side.
    """
    if not code or like.view not in VIEWS:
        return None
    return error_of([recording_of(store, one.id) for one in _like(store, code, like)])


def _like(store, code, like):
    about = (like.exercise.sha256, like.provenance["engine"], like.provenance["model"])
    return [
        one
        for one in store.sets_of(code, exercise=like.exercise.id, role=CHECK, view=like.view)
        if one.trial_folder and one.result and (one.exercise_sha256, one.engine, one.model) == about
    ]


def error_of(recordings):
    """The same from recordings that are alike, oldest first.

    Parameters
    ----------
    recordings : sequence of Recording

    Returns
    -------
    MeasuredError or None
    """
    for last in reversed(recordings):
        again = [one for one in recordings if 0 <= (last.day - one.day).days <= AGAIN_WITHIN_DAYS]
        errors = errors_between(again)
        if f"range_{last.exercise.unit}" in errors:
            days = list(dict.fromkeys(told_day(one.day) for one in again))
            return detectable(errors, f"{len(again)} check sets: {', '.join(days)} [C]")
    return None


def judged(result, error):
    """A result, or recording, whose exercise says what was measured on this person; its numbers stay as they are.

    Parameters
    ----------
    result : Result or Recording
    error : MeasuredError or None
    """
    exercise = result.exercise
    if error is None or result.view in exercise.measured_error:
        return result
    own = {**exercise.measured_error, result.view: error}
    return replace(result, exercise=exercise.model_copy(update={"measured_error": own}))
