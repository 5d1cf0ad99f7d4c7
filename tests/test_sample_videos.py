"""From video to repetitions: each sample video against its exact truth, judged by posecheck's own error bars."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from watched import watched

import posecheck as pc
from posecheck.exercise import exercise_ids, load_exercise

SAMPLES = Path(__file__).parents[1] / "sample_videos"
TRUTHS = {path.name.removesuffix(".truth.json"): path for path in sorted(SAMPLES.glob("*.truth.json"))}
IN_SIGHT_PCT = 98.0


@lru_cache
def _truth(stem):
    return json.loads(TRUTHS[stem].read_text())


@lru_cache
def _curves(stem):
    return dict(np.load(SAMPLES / f"{stem}.truth.npz"))


def _track(stem):
    return watched(SAMPLES / f"{stem}.mp4")


@lru_cache
def _result(stem, exercise=None):
    return pc.analyse(
        _track(stem), exercise or _truth(stem)["exercise"], settings=pc.Settings(affected="left")
    )


def _is_measured(stem):
    """Whether posecheck says that it measures the range of this exercise from this view."""
    truth = _truth(stem)
    if truth["exercise"] not in exercise_ids():
        return False
    views = load_exercise(truth["exercise"]).view
    return truth["view"] in views and views[truth["view"]].trust == "range"


MEASURED = [stem for stem in TRUTHS if _is_measured(stem)]


def _pairs(stem):
    """Measured row and true repetition of every limb that is measured: those in sight, which must all have a row."""
    for side, true in _truth(stem)["repetitions"].items():
        rows = [r for r in _result(stem).rows if r["side"] == side and r["exclusion_reason"] != "far limb"]
        for rep in true if rows else ():
            there = [
                r for r in rows if r["start_s"] < rep["end_s"] - 0.5 and r["end_s"] > rep["start_s"] + 0.5
            ]
            if rep["visible_pct"] >= IN_SIGHT_PCT:
                assert len(there) == 1, f"{stem} {side} {rep['rep']}"
                yield there[0], rep


def test_there_are_samples_with_their_specs():
    assert len(TRUTHS) >= 10
    assert len(MEASURED) >= 8
    for stem in TRUTHS:
        assert (SAMPLES / f"{stem}.spec.toml").is_file()
        assert (SAMPLES / f"{stem}.mp4").stat().st_size <= 400_000


@pytest.mark.parametrize("stem", TRUTHS)
def test_the_view_is_told_and_time_agrees(stem):
    truth, result = _truth(stem), _result(stem, "elbow_flexion")
    assert result.view == truth["view"]
    assert len(_track(stem)) == truth["frames"]


@pytest.mark.parametrize("stem", MEASURED)
def test_every_repetition_is_counted_and_those_in_sight_are_scored(stem):
    rows = list(_pairs(stem))
    assert rows
    for row, _ in rows:
        assert row["complete"]
        assert row["scored"] or "uncertain by" in row["exclusion_reason"]
    moving = {side for side, true in _truth(stem)["repetitions"].items() if true}
    assert {row["side"] for row in _result(stem).rows if row["complete"]} <= moving


@pytest.mark.parametrize("stem", [stem for stem in TRUTHS if stem not in MEASURED])
def test_what_is_not_measured_yet_gets_no_numbers(stem):
    if _truth(stem)["exercise"] in exercise_ids():
        result = _result(stem)
        assert all(np.isnan(row["range_deg"]) for row in result.rows)
        assert result.quality["warnings"]


# Known, and not yet mended: the foot of who sits still wanders by more than 12 deg, and is counted as lifting toes or
# heel; facing, an arm that hangs from a leaning trunk looks shorter, and is counted as bent. One small knee bend brings
# the foot as much nearer the hips as a tap does, while the hips' landmarks hardly go down.
KNOWN_INVENTED = {
    ("ankle_dorsiflexion_right_side", "heel_raise"),
    ("elbow_flexion_left_side", "ankle_dorsiflexion"),
    ("elbow_flexion_left_side", "heel_raise"),
    ("mini_squat_phone_portrait", "step_tap"),
    ("shoulder_abduction_rushed", "ankle_dorsiflexion"),
    ("shoulder_abduction_trunk_lean", "ankle_dorsiflexion"),
    ("shoulder_abduction_trunk_lean", "elbow_flexion"),
    ("sit_to_stand_side", "ankle_dorsiflexion"),
}


@pytest.mark.parametrize("exercise", exercise_ids())
@pytest.mark.parametrize("stem", TRUTHS)
def test_another_exercise_finds_nothing_in_it(stem, exercise):
    if not _alike(exercise, _truth(stem)["exercise"]):
        rows = [row for row in _result(stem, exercise).rows if row["complete"]]
        invented = [row for row in rows if not _truly_moved(stem, exercise, row)]
        assert bool(invented) == ((stem, exercise) in KNOWN_INVENTED)


def _alike(exercise, shown):
    """Whether a camera can tell the one from the other: a curl of both arms is a curl."""
    of = lambda e: (e.movement.signal, e.movement.lift, e.position)  # noqa: E731
    return exercise == shown or (
        shown in exercise_ids() and of(load_exercise(exercise)) == of(load_exercise(shown))
    )


def _truly_moved(stem, exercise, row):
    """Whether the body did what was counted, though the clip is about another movement."""
    chosen, curves = load_exercise(exercise), _curves(stem)
    curve = curves[f"{row['side']}_{chosen.movement.signal}_{chosen.unit}"]
    during = (curves["t_s"] >= row["start_s"]) & (curves["t_s"] <= row["end_s"])
    return np.ptp(curve[during]) >= 0.8 * chosen.smallest(row["side"], affected=row["role"] == "affected")


def test_a_hidden_hand_gets_no_range_that_is_not_true():
    stem = "elbow_flexion_hidden_hand"
    hidden = [rep for rep in _truth(stem)["repetitions"]["right"] if rep["visible_pct"] < IN_SIGHT_PCT]
    assert len(hidden) == 2
    for rep in hidden:
        for row in _result(stem).rows:
            if (
                row["start_s"] < rep["end_s"]
                and row["end_s"] > rep["start_s"]
                and np.isfinite(row["range_deg"])
            ):
                assert abs(row["range_deg"] - rep["range_deg"]) <= 2 * row["range_sigma_deg"]


def _errors_in_sigma():
    """Error over the error that is told, of every number of every repetition: dict of name to list."""
    errors = {name: [] for name in ("range", "lift", "lower", "start_s", "top_start_s", "top_end_s", "end_s")}
    for row, true in (pair for stem in MEASURED for pair in _pairs(stem)):
        lift, lower = true["top_start_s"] - true["start_s"], true["end_s"] - true["top_end_s"]
        errors["range"].append((row["range_deg"] - true["range_deg"]) / row["range_sigma_deg"])
        errors["lift"].append((row["lift_s"] - lift) / row["time_sigma_s"])
        errors["lower"].append((row["lower_s"] - lower) / row["time_sigma_s"])
        for edge in ("start_s", "top_start_s", "top_end_s", "end_s"):
            errors[edge].append((row[edge] - true[edge]) / row["time_sigma_s"])
    return errors


def test_truth_lies_within_twice_the_error_that_is_told():
    for name, errors in _errors_in_sigma().items():
        errors = np.array(errors)[np.isfinite(errors)]  # facing the camera phases are not told
        assert len(errors) >= 40
        within = np.mean(np.abs(errors) <= 2)
        assert within >= 0.9, f"{name}: {100 * within:.0f} % of {len(errors)} within two sigma"
        assert np.abs(errors).max() <= 4, name


def test_the_rushed_repetition_is_the_one_that_is_told_to_slow_down():
    result = _result("elbow_flexion_right_side")
    assert [f.rep for f in result.findings if f.rule == "too_fast"] == [3]
    assert [f.say for f in result.findings if f.rule == "small"] == ["A little higher."]
    tempo = [row["tempo_score"] for row in result.rows]
    assert np.argmin(tempo) == 2


def test_left_over_right_is_found_with_its_interval():
    stem = "shoulder_abduction_front"
    median = {s: np.median([r["range_deg"] for r in true]) for s, true in _truth(stem)["repetitions"].items()}
    symmetry = _result(stem).symmetry
    low, high = symmetry["range_ratio_ci95"]
    assert low <= median["left"] / median["right"] <= high
    # The weaker shoulder is hiked, which the model's shoulder does not follow: 0.07 off.
    assert symmetry["range_ratio"] == pytest.approx(median["left"] / median["right"], abs=0.08)
    assert symmetry["lag_s"] == pytest.approx(0.3, abs=0.1)
