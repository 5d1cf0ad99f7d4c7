"""From cases to rows: films and watches what is missing, analyses every clip and scores it."""

import numpy as np

import posecheck as pc
from posecheck.exercise import list_exercises
from posecheck.records import SIDES
from posecheck.signals import SIGNALS
from validation import clips, grid, scoring
from validation.recorded import TABLES
from validation.truth import load_truth


def prepare(case, clip, model):
    """Film and watch one case."""
    clips.watched(case, clip, model=model)


def groups(cases):
    """Cases that must be looked at together: left and right of a pair, everything else alone."""
    together = {}
    for case in cases:
        together.setdefault(case.pair or case.id, []).append(case)
    return list(together.values())


def score(group, filmed, model):
    """Rows of all `recorded.TABLES` for the cases of a group, dict of name to list of dict.

    Parameters
    ----------
    group : list of Case
    filmed : dict of case id to Clip
    model : str
    """
    tables, results = {name: [] for name in TABLES}, []
    for case in group:
        clip = filmed[case.id]
        track = clips.watched(case, clip, model=model)
        truth = load_truth(clip.truth)
        settings = pc.Settings(affected=case.weaker or "unknown")
        tried, foreign = _foreign(case, track, truth, settings)
        tables["foreign"] += foreign
        row = _clip_row(case, truth, track, tried, sum(f["count"] for f in foreign))
        if case.exercise:
            result = pc.analyse(track, case.exercise, settings=settings)
            row["seen_view"] = result.view
            tables["reps"] += scoring.repetition_rows(case.id, truth, result, tier=case.tier)
            tables["angles"] += scoring.angle_rows(case.id, truth, result)
            results.append((truth, result))
        tables["clips"].append(row)
    tables["sets"] += _sets(group, results)
    return tables


def _foreign(case, track, truth, settings):
    """How many exercises that the clip does not show were tried on it, and rows for those that were found in it.

    ``invented`` is for how many of the repetitions the limb truly did not go so far, ``moved`` how far the signal of
    the exercise truly went in all; NaN where the truth does not know it.
    """
    tried, rows = 0, []
    for exercise in list_exercises():
        if grid.truly_does(case, exercise):
            continue
        tried += 1
        result = pc.analyse(track, exercise, settings=settings)
        count = scoring.counted(result)
        if count:
            rows.append({"clip": case.id, "shows": case.exercise or case.levels["before"], "view": case.view,
                         "counted_as": exercise.id, "count": count, "invented": scoring.invented(result, truth),
                         "moved": _moved(truth, exercise)})  # fmt: skip
    return tried, rows


def _moved(truth, exercise):
    signal = SIGNALS[exercise.movement.signal]
    names = [f"{side}_{signal.name}_{signal.unit}" for side in SIDES]
    return max((float(np.ptp(truth.curves[name])) for name in names if name in truth.curves), default=np.nan)


def _clip_row(case, truth, track, tried, found):
    spec, view = case.spec, pc.analyse(track, case.exercise or "elbow_flexion").view
    person, camera, film = spec.person, spec.camera, spec.film
    return {
        "clip": case.id, "tier": case.tier, "exercise": case.exercise, "view": case.view, "seen_view": view,
        "pair": case.pair, "weaker": case.weaker, "frames": len(track),
        "seconds": float(truth.curves["t_s"][-1]), "foreign_tried": tried, "foreign_counted": found,
        **case.levels, "sex": person.sex, "age_years": person.age_years,
        "weight": person.weight, "height": person.height, "skin_r": person.skin[0], "loose": person.loose,
        "azimuth_deg": camera.azimuth_deg, "elevation_deg": camera.elevation_deg, "distance_m": camera.distance_m,
        "fovy_deg": camera.fovy_deg, "room": spec.room.kind, "light": spec.room.light, "rate_hz": film.rate_hz,
        "height_px": film.size_px[1], "dropped": film.dropped, "crf": film.crf,
    }  # fmt: skip


def _sets(group, results):
    """Left-right ratios: within a recording from the front, across two of the same person from the sides."""
    rows = []
    if len(group) == 2 and group[0].pair:
        (one, first), (two, other) = results
        if not first.exercise.shared:
            rows.append(scoring.ratio_row(group[0].pair, (one, two), pc.compare(first, other),
                                          exercise=group[0].exercise, view="side"))  # fmt: skip
    elif results and group[0].view not in SIDES:
        (truth, result), case = results[0], group[0]
        if not _shared_legs(case):
            rows.append(
                scoring.ratio_row(case.id, (truth,), result.symmetry, exercise=case.exercise, view=case.view)
            )
    return [row for row in rows if row]


def _shared_legs(case):
    from render.movements import MOVEMENTS

    movement = MOVEMENTS[case.exercise]
    return movement.bilateral and movement.legs is not None
