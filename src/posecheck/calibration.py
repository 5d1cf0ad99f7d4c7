"""An exercise made a person's own: baselines and references from check sets, and the error of this person and camera.

Both are written into a copy of the exercise file, so that an analysis stays a function of poses, exercise and settings,
and whoever reads the numbers finds in the provenance what they were held against.
"""

import math
from dataclasses import dataclass
from statistics import mean, median, stdev

import numpy as np
import tomlkit
from scipy.stats import t as student_t

from posecheck.errors import ExerciseError
from posecheck.exercise import Exercise, parse_practice
from posecheck.exercise_parts import MeasuredError, Personal
from posecheck.records import SIDES
from posecheck.scores import check_excess
from posecheck.signals import SIGNALS

# That a side's check set must hold, or a set that the error is told from (docs/basis.md, Check sets).
MIN_REPS = 3
STILL_S, STILL_MIN_S = 10.0, 5.0  # of stillness that is asked for, and that is enough
_MEDIAN_SE = 1.2  # of three to six normal values, in standard errors of their mean
_TIMES = ("lift_s", "hold_s", "lower_s")


_SAME = (
    ("kind, practice or check,", lambda result: result.settings.kind),
    ("engine and model", lambda result: f"{result.provenance['engine']} {result.provenance['model']}"),
    ("exercise file", lambda result: result.exercise.sha256[:12]),
)
"""What would make sets differ without the person: its name, and how a result tells it."""


@dataclass(frozen=True)
class Error:
    """What one measure is off by when the same person does the same again before the same camera.

    Attributes
    ----------
    reps_sd : float
        From one repetition to the next, within a set.
    sem : float
        Standard error of the median of a set: what its repetitions say and what the sets say, weighed as `sets` minus
        one against one, and never less than the repetitions say.
    mdc95 : float
        Change between two sets that 95 of 100 repeats without change stay below: `sem` times the square root of 2 times
        Student's t for as many degrees of freedom as there are sets.
    reps, sets : int
        That told it.
    """

    reps_sd: float
    sem: float
    mdc95: float
    reps: int
    sets: int


def calibrate(exercise, results):
    """A copy of an exercise with this person's baselines and references.

    Parameters
    ----------
    exercise : Exercise
    results : sequence of Result
        Of check sets of this exercise.

    Returns
    -------
    Exercise

    Raises
    ------
    ExerciseError
        When there is no check set, one of another exercise, or no side with three measured repetitions.

    Notes
    -----
    The baseline of a side is the median range of its check sets. A compensation is held against the mean and two
    standard deviations of the stronger side's (both sides' where the weaker one is not known), in the direction that
    counts; the weaker side alone leaves the reference as it was.
    """
    _same_exercise(exercise, results)
    if any(result.settings.kind != "check" for result in results):
        raise ExerciseError(
            "Check sets were expected, and one of the recordings is a practice set: what follows a prescribed target "
            "says what was asked, not what the person can do. Score it with --check if no target was shown."
        )
    by_side = {side: [r for result in results for r in _measured(result, side)] for side in SIDES}
    by_side = {side: rows for side, rows in by_side.items() if len(rows) >= MIN_REPS}
    if not by_side:
        raise ExerciseError(
            f"A check set of {MIN_REPS} measured repetitions on a side was expected, and there is none: "
            "film them from a view that shows the range, as far as is comfortable."
        )
    affected = {result.settings.affected for result in results} & set(SIDES)
    unit, personal = exercise.unit, dict(exercise.personal)
    for side, rows in by_side.items():
        noise = [x for row in rows if math.isfinite(x := row[f"noise_sigma_{unit}"])]
        personal[side] = Personal(
            **{
                f"baseline_{unit}": float(f"{median(row[f'range_{unit}'] for row in rows):.4g}"),
                f"noise_sigma_{unit}": float(f"{median(noise):.4g}") if noise else None,
                "views": tuple(dict.fromkeys(r.view for r in results if _measured(r, side))),
                "source": f"check set of {len(rows)} repetitions: {_names(results)} [C]",
            }
        )
    stronger = [row for side, rows in by_side.items() if side not in affected for row in rows]
    reference = exercise.reference | _references(exercise, stronger)
    return _own(exercise.model_copy(update={"personal": personal, "reference": reference}))


def measured_errors(results):
    """Error of each measure from sets that the same person repeated before the same camera.

    Parameters
    ----------
    results : sequence of Result
        Two or more, of one exercise from one view, with three measured repetitions or more of one side each.

    Returns
    -------
    errors : dict of str to Error
        By measure. Of both sides, the larger.
    still : dict of str to (float, float or None)
        By side: noise (one standard deviation) of the signal before smoothing; standard deviation of the smoothed one
        over the stillness before the first repetition, where that lasted `STILL_MIN_S`.

    Raises
    ------
    ExerciseError
    """
    _same_exercise(results[0].exercise, results)
    # A camera leaves no file to hash: then the movement itself says whether it is the same.
    recordings = [r.provenance["source"].get("sha256") or r.signals.values.tobytes() for r in results]
    if len(set(recordings)) < len(recordings):
        raise ExerciseError(
            "Different recordings were expected, and one was given twice: film the set again."
        )
    if len({result.view for result in results}) > 1:
        views = ", ".join(sorted({str(result.view) for result in results}))
        raise ExerciseError(
            f"Sets from one place of the camera were expected, and these were seen from: {views}."
        )
    for what, of in _SAME:
        found = sorted({str(of(result)) for result in results})
        if len(found) > 1:
            raise ExerciseError(
                f"Sets with the same {what} were expected, and there are: {', '.join(found)}."
            )
    unit, still = results[0].exercise.unit, {}
    for side in SIDES:
        sets = _enough(results, side)
        noise = [x for rows in sets for row in rows if math.isfinite(x := row[f"noise_sigma_{unit}"])]
        if noise and len(sets) > 1:
            still[side] = (median(noise), _wander(results, side))
    errors = errors_between(results)
    if f"range_{unit}" not in errors:
        raise ExerciseError(
            f"Two sets with {MIN_REPS} measured repetitions of the same side were expected. "
            "Hold still for 10 s, do five repetitions, rest, and do the same again, from a view that shows the range."
        )
    return errors, still


def errors_between(results):
    """Error of each measure from sets that are alike in everything but the person's doing it again.

    Parameters
    ----------
    results : sequence of Result
        Of one exercise from one view; that they are alike is for the caller to see to.

    Returns
    -------
    dict of str to Error
        By measure, of both sides the larger; empty where no side has two sets with enough repetitions.
    """
    exercise, view = results[0].exercise, results[0].view
    checks = [f"{check.id}_{SIGNALS[check.signal].unit}" for check in exercise.checks(view)]
    errors = {}
    for side in SIDES:
        sets = _enough(results, side)
        for name in (f"range_{exercise.unit}", *_TIMES, *checks):
            error = _error([[x for row in rows if math.isfinite(x := row[name])] for rows in sets])
            if error is not None and (name not in errors or error.mdc95 > errors[name].mdc95):
                errors[name] = error
    return errors


def detectable(errors, source):
    """What `errors_between` found, as it stands in an exercise in place of what is assumed."""
    mdc95 = {name: float(f"{error.mdc95:.4g}") for name, error in errors.items()}
    return MeasuredError(mdc95=mdc95, source=source)


def with_error(exercise, errors, *, view, source):
    """A copy of an exercise in which measured minimal detectable changes stand for the assumed ones of a view."""
    own = exercise.measured_error | {view: detectable(errors, source)}
    return _own(exercise.model_copy(update={"measured_error": own}))


def _enough(results, side):
    """Of each result the measured rows of a side, where there are as many as the error is told from."""
    return [rows for result in results if len(rows := _measured(result, side)) >= MIN_REPS]


def _error(sets):
    """From repetitions by set; None where fewer than two sets have enough.

    Two sets alone say little about how sets differ: with 1.96 and the larger of the two errors only 73 to 91 of 100
    changes without change would lie below (C, simulated: five normal repetitions, sets that differ by nothing to twice
    as much as repetitions do); so 90 to 100 do.
    """
    sets = [values for values in sets if len(values) >= MIN_REPS]
    if len(sets) < 2:
        return None
    within = math.sqrt(mean(stdev(values) ** 2 for values in sets))
    of_reps = _MEDIAN_SE * within / math.sqrt(min(map(len, sets)))
    between = stdev([median(values) for values in sets])
    sem = max(of_reps, math.sqrt((of_reps**2 + (len(sets) - 1) * between**2) / len(sets)))
    mdc95 = float(student_t.ppf(0.975, len(sets))) * math.sqrt(2.0) * sem
    return Error(within, sem, mdc95, sum(map(len, sets)), len(sets))


def _wander(results, side):
    known = []
    for result in results:
        t_s, exercise = result.signals.t_s, result.exercise
        angle = result.signals[f"{side}_{exercise.movement.signal}_{exercise.unit}"]
        begin_s = min((row["start_s"] for row in result.rows if row["side"] == side), default=0.0)
        before = angle[(t_s >= begin_s - STILL_S) & (t_s < begin_s - 0.5) & np.isfinite(angle)]
        if len(before) >= STILL_MIN_S * result.settings.rate_hz:
            known.append(float(np.std(before)))
    return median(known) if known else None


def _references(exercise, rows):
    references = {}
    for check in exercise.check:
        name = f"{check.id}_{SIGNALS[check.signal].unit}"
        known = [x for row in rows if math.isfinite(x := row.get(name, math.nan))]
        if len(known) >= MIN_REPS:
            excess = [check_excess(check, {f"{check.id}_change": x}) for x in known]
            references[check.id] = float(f"{max(0.0, mean(excess) + 2.0 * stdev(excess)):.4g}")
    return references


def _same_exercise(exercise, results):
    other = next((result.exercise.id for result in results if result.exercise.id != exercise.id), None)
    if other is not None:
        raise ExerciseError(f"Recordings of {exercise.id!r} were expected, and one is of {other!r}.")


def _measured(result, side):
    """Rows of a side whose range is told, at the person's own doing."""
    name = f"range_{result.exercise.unit}"
    return [r for r in result.rows if r["side"] == side and math.isfinite(r[name]) and not r["assisted"]]


def _names(results):
    return ", ".join(str(result.provenance["source"].get("name", "unnamed")) for result in results)


def _own(exercise):
    """The exercise read again from its text, in which the tables of this person take the place of earlier ones."""
    document = tomlkit.parse(exercise.toml_text)
    tables = {
        "personal": {
            side: p.model_dump(mode="json", exclude_none=True) for side, p in exercise.personal.items()
        },
        "reference": exercise.reference,
        "measured_error": {view: e.model_dump(mode="json") for view, e in exercise.measured_error.items()},
    }
    for name in tables:
        document.pop(name, None)
    own = tomlkit.dumps({name: values for name, values in tables.items() if values})
    read = parse_practice(f"{tomlkit.dumps(document).rstrip()}\n\n{own}", where=f"{exercise.id}.toml")
    assert isinstance(read, Exercise)  # it was one before
    return read
