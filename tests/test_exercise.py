"""The contract of every exercise in the catalogue. A new TOML is picked up by itself."""

import math
import tomllib
from dataclasses import replace

import pytest
from performances import PERFORMANCES, STARTS_S, perform

from posecheck.analysis import analyse
from posecheck.errors import ExerciseError
from posecheck.exercise import exercise_ids, list_exercises, load_exercise, parse_practice
from posecheck.records import VIEWS, Settings
from posecheck.rules import judge, times_told
from posecheck.scores import posture_score
from posecheck.signals import GRAIN, SIGNALS
from posecheck.words import said

IDS = exercise_ids()
PAIRS = [(name, view) for name in IDS for view in PERFORMANCES[name].views]


def range_told(name, view):
    return load_exercise(name).view[view].trust == "range"


RANGED = [pair for pair in PAIRS if range_told(*pair)]
TIMED = [(name, view) for name, view in PAIRS if times_told(load_exercise(name).view[view])]
FIRST_FIVE = {"elbow_flexion", "shoulder_abduction", "knee_extension", "sit_to_stand", "mini_squat"}
LIMITS = ("target", "view")
TOML = load_exercise("elbow_flexion").toml_text


def test_the_first_five_are_there_and_the_stick_person_knows_every_exercise():
    assert set(IDS) >= FIRST_FIVE
    assert set(PERFORMANCES) == set(IDS), "teach tests/performances.py the new exercise"


# Each loads


@pytest.mark.parametrize("name", IDS)
def test_it_loads_and_explains_itself(name):
    exercise = load_exercise(name)
    assert exercise.id == name
    assert {"1", "2", "3"} == set(exercise.target)
    assert set(exercise.sources) >= {*LIMITS, f"min_excursion_{exercise.unit}", f"mdc95_{exercise.unit}"}
    assert all(exercise.sources.values())
    assert len(exercise.sha256) == 64
    assert load_exercise(exercise) is exercise
    assert parse_practice(exercise.toml_text) == exercise


@pytest.mark.parametrize("name", IDS)
def test_its_limits_have_a_source_with_an_evidence_tag(name):
    exercise = load_exercise(name)
    for check in exercise.check:
        assert check.source
        assert check.severe > check.start
        assert set(check.views) <= set(exercise.view)
    for limit, source in exercise.sources.items():
        if limit in (*LIMITS, f"min_excursion_{exercise.unit}", f"mdc95_{exercise.unit}"):
            assert any(f"[{tag}]" in source for tag in "SMUC"), limit


@pytest.mark.parametrize("name", IDS)
def test_its_targets_lie_in_the_direction_of_the_lift_and_grow_with_the_level(name):
    exercise = load_exercise(name)
    easy, usual, strong = (exercise.target[level] for level in "123")
    assert easy.range < usual.range < strong.range
    peaks = [exercise.sign * target.peak for target in (easy, usual, strong)]
    assert peaks == sorted(peaks)
    assert exercise.rep.min_excursion_affected <= exercise.rep.min_excursion <= strong.range


@pytest.mark.parametrize("name", IDS)
def test_its_words_are_few_and_kind(name):
    exercise = load_exercise(name)
    for words in (*exercise.cues.values(), *(said(check.id, exercise) for check in exercise.check)):
        assert 1 <= len(words.split()) <= 6
        assert not {"wrong", "bad", "fail", "failed", "error"} & set(words.lower().strip(".").split())


# A body performs it


@pytest.fixture(scope="module")
def performed():
    """Result of each exercise in each of its views, performed once."""
    return {(name, view): analyse(perform(name, view=view), name) for name, view in PAIRS}


def measured(result):
    return [row for row in result.rows if row["exclusion_reason"] != "far limb"]


@pytest.mark.parametrize(("name", "view"), PAIRS)
def test_four_repetitions_are_four_on_the_side_that_moves(performed, name, view):
    result = performed[name, view]
    assert result.view == view
    sides = PERFORMANCES[name].moving(view)
    by_side = {side: [r["rep"] for r in measured(result) if r["side"] == side] for side in ("left", "right")}
    assert by_side == {side: [1, 2, 3, 4] if side in sides else [] for side in ("left", "right")}
    reason = "" if range_told(name, view) else "range not measured from this view"
    for row in measured(result):
        assert row["complete"]
        assert row["scored"] == (reason == "")
        assert row["exclusion_reason"] == reason
    if view != "front" or len(sides) == 2:  # a limb that only stands may be left out, and is said so
        assert result.quality["not_this_exercise"] == []


@pytest.mark.parametrize(("name", "view"), RANGED)
def test_the_range_is_within_three_degrees(performed, name, view):
    how, exercise = PERFORMANCES[name], load_exercise(name)
    unit, grain = exercise.unit, GRAIN[exercise.unit]
    for row in measured(performed[name, view]):
        assert row[f"range_{unit}"] == pytest.approx(how.range, abs=3.0 * grain)
        assert row[f"start_{unit}"] == pytest.approx(how.rest, abs=2.0 * grain)
        assert row[f"peak_{unit}"] == pytest.approx(how.top, abs=3.0 * grain)
        assert row[f"range_sigma_{unit}"] >= exercise.view[view].sigma


@pytest.mark.parametrize(("name", "view"), [pair for pair in PAIRS if pair not in RANGED])
def test_a_range_that_a_view_does_not_show_is_not_told(performed, name, view):
    for row in measured(performed[name, view]):
        for column in (
            "range_deg",
            "range_ratio",
            "range_sigma_deg",
            "range_sigma_ratio",
            "score",
            "score_low",
        ):
            assert math.isnan(row[column])


@pytest.mark.parametrize(("name", "view"), TIMED)
def test_the_phases_of_the_set_are_within_a_quarter_second(performed, name, view):
    how, rows = PERFORMANCES[name], measured(performed[name, view])
    middle = lambda column: sorted(row[column] for row in rows)[len(rows) // 2]  # noqa: E731
    for phase in ("lift_s", "hold_s", "lower_s"):
        assert middle(phase) == pytest.approx(getattr(how, phase), abs=0.25)
    for row in rows:
        start_s = STARTS_S[row["rep"] - 1]
        assert row["start_s"] == pytest.approx(start_s, abs=0.25)
        assert row["end_s"] == pytest.approx(start_s + how.lift_s + how.hold_s + how.lower_s, abs=0.35)


@pytest.mark.parametrize(("name", "view"), RANGED)
def test_done_as_prescribed_it_scores_high_and_nothing_needs_saying(performed, name, view):
    result = performed[name, view]
    assert all(row["score"] >= 95 for row in measured(result))
    assert [f.rule for f in result.findings] == []


@pytest.mark.parametrize(("name", "view"), PAIRS)
@pytest.mark.parametrize("fps", [24.0, 60.0])
def test_another_camera_gives_the_same_account(name, view, fps):
    rows = measured(analyse(perform(name, view=view, fps=fps), name))
    assert sum(row["side"] == rows[0]["side"] for row in rows) == 4
    unit = load_exercise(name).unit
    for row in rows if (name, view) in RANGED else ():
        assert row[f"range_{unit}"] == pytest.approx(PERFORMANCES[name].range, abs=3.0 * GRAIN[unit])


@pytest.mark.parametrize(("name", "view"), PAIRS)
def test_nobody_moving_is_a_result_without_repetitions(name, view):
    result = analyse(perform(name, view=view, starts_s=()), name)
    assert result.rows == ()
    assert result.findings == ()
    assert result.sets == ()
    assert len(result.reps) == 0
    assert result.measures.values.shape[0] == 0
    assert len(result.signals.t_s) > 300
    assert result.to_dict()["reps"] == []


@pytest.mark.parametrize("name", IDS)
def test_too_small_a_movement_is_not_a_repetition_unless_it_is_the_weaker_side(name):
    exercise, how = load_exercise(name), PERFORMANCES[name]
    size = exercise.rep.min_excursion
    for part, count in ((0.85, 0), (1.25, 4)):
        track = perform(name, top=how.rest + exercise.sign * part * size, noise_px=0.2)
        assert len({row["rep"] for row in analyse(track, name).rows}) == count
    if (
        exercise.rep.min_excursion_affected < 0.8 * size and not exercise.shared
    ):  # there the stronger side leads
        track = perform(name, top=how.rest + exercise.sign * 0.85 * size, noise_px=0.2)
        side = "left"
        rows = analyse(track, name, settings=Settings(affected=side)).rows
        assert [r["rep"] for r in rows if r["side"] == side] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", [name for name in IDS if set(VIEWS) - set(load_exercise(name).view)])
def test_a_view_it_is_not_measured_from_counts_nothing_and_says_which_ones_are(name):
    other = min(set(VIEWS) - set(load_exercise(name).view))
    result = analyse(perform(name), name, settings=Settings(view=other))
    assert result.rows == ()
    assert any("is measured from" in warning for warning in result.quality["warnings"])


IN_SPACE_ONLY = [
    (name, view)
    for name in IDS
    for view, watch in load_exercise(name).view.items()
    if watch.estimator == "lifted_3d" and watch.flat_sigma_deg is None
]


@pytest.mark.parametrize(("name", "view"), IN_SPACE_ONLY)
def test_a_movement_towards_the_camera_needs_landmarks_with_depth(name, view):
    result = analyse(perform(name), name, settings=Settings(view=view))  # the stick person is flat
    assert result.rows == ()
    assert any(
        "landmarks with depth from the full model were expected" in warning
        for warning in result.quality["warnings"]
    )


# Every rule can fire, and can stay silent


CHECKS = [(name, check.id) for name in IDS for check in load_exercise(name).check]
REQUIREMENTS = [
    (name, i)
    for name in IDS
    for i, requirement in enumerate(load_exercise(name).require)
    if requirement.signal != "arm_plane"  # which a flat stick person does not have
    and (PERFORMANCES[name].views[0], requirement.signal) != ("front", "trunk_flexion")  # nor this, facing
]


@pytest.mark.parametrize(("name", "check_id"), CHECKS)
def test_a_check_speaks_from_its_limit_on_and_is_silent_below(name, check_id):
    exercise = load_exercise(name)
    check = next(c for c in exercise.check if c.id == check_id)
    way = -1.0 if check.direction == "negative" else 1.0
    target = exercise.target["2"]
    row = {"side": "left", "rep": 1, "role": "stronger", "time_sigma_s": 0.1}
    as_asked = {phase: getattr(target.tempo, phase) or 0.0 for phase in ("lift_s", "hold_s", "lower_s")}
    for part, fires in ((0.9, False), (1.1, True)):
        values = {
            **as_asked,
            "range_deg": target.range,
            f"{check.id}_change": way * part * check.start,
        }
        found = judge(row, values, exercise, target, view=check.views[0])
        assert (check.id in [f.rule for f in found]) == fires
        loss = posture_score(values, [check], ())
        assert (loss < 100) == (fires and check.scored) or math.isnan(loss)
    assert not check.scored or posture_score({f"{check.id}_change": way * check.severe}, [check], ()) == 60.0


@pytest.mark.parametrize(("name", "which"), REQUIREMENTS)
def test_a_requirement_leaves_out_what_breaks_it_and_says_why(name, which):
    exercise = load_exercise(name)
    unit = SIGNALS[exercise.require[which].signal].unit
    requirement = exercise.require[which].model_copy(update={f"min_{unit}": 340.0, f"max_{unit}": 350.0})
    impossible = exercise.model_copy(update={"require": (requirement,)})
    result = analyse(perform(name), impossible)
    assert result.rows == ()
    assert {left_out["why"] for left_out in result.quality["not_this_exercise"]} == {requirement.why}


def test_what_is_hidden_breaks_no_requirement():
    """The arm lifts to the side with the hand out of sight: that is no bent elbow."""
    track = perform("shoulder_abduction")
    visibility = track.visibility.copy()
    for side in ("left", "right"):
        visibility[:, track.skeleton.index(f"{side}_wrist")] = 0.1
    seen, hidden = (analyse(t, "shoulder_abduction") for t in (track, replace(track, visibility=visibility)))
    assert len(hidden.rows) == len(seen.rows) > 0
    assert not hidden.quality["not_this_exercise"]


@pytest.mark.parametrize("name", IDS)
def test_hurrying_and_halving_the_movement_are_noticed(name):
    exercise, how = load_exercise(name), PERFORMANCES[name]
    target = exercise.target["2"]
    hurried = analyse(perform(name, lift_s=0.8, lower_s=0.8), name)
    timed = (name, how.views[0]) in TIMED
    wanted = {"too_fast"} if timed and target.tempo.lift_s else set()
    wanted |= {"lower_fast"} if timed and target.tempo.lower_s else set()
    assert {f.rule for f in hurried.findings} == wanted
    half = 0.93 * (target.range - exercise.mdc95(how.views[0])[0] / 2)
    half = analyse(perform(name, top=how.rest + exercise.sign * half), name)
    assert {f.rule for f in half.findings} == ({"small"} if range_told(name, how.views[0]) else set())
    assert all(f.say for f in (*hurried.findings, *half.findings))


# What does not belong is refused, kindly


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("min_duration_s = 1.5", "min_durations = 1.5", r"\[rep\]: unknown key 'min_durations'. Did you mean 'min_dur"),
        ("peak_deg = 90.0", "peek_deg = 90.0", r"\[target.1\]: unknown key 'peek_deg'. Did you mean 'peak_deg'"),
        ("lift_s = 2.0", "lift = 2.0", r"\[target.1.tempo\]: unknown key 'lift'. Did you mean 'lift_s'"),
        ('say = "Sit tall."', 'says = "Sit tall."', r"\[check.0\]: unknown key 'says'. Did you mean 'say'"),
        ('position = "seated"', 'postion = "seated"', r"unknown key 'postion'. Did you mean 'position'"),
        ("sigma_deg = 7.5", "sigma = 7.5", r"\[view.left\]: unknown key 'sigma'. Did you mean 'sigma_deg'"),
        ('signal = "elbow_flexion"', 'signal = "elbow_flex"', r"signal 'elbow_flex' is not known. Did you"),
        ("mdc95_deg = 10.0", "", r"'mdc95_deg' is missing"),
        ('lift = "increases"', 'lift = "upwards"', r"\[movement\]: 'lift' = 'upwards'"),
        ("min_excursion_deg = 30.0", "min_excursion_deg = -3.0", r"\[rep\]: 'min_excursion_deg' = -3.0"),
        ("[view.left]", "[view.above]", r"\[view.*above"),
        ("[rep]", "[rep", "is not valid TOML"),
        ("min_excursion_deg = 30.0", "min_excursion_deg = 250.0", r"\[target.1\] asks for 80, less than the 250"),
        ("severe_deg = 25.0", "severe_deg = 10.0", r"severe must be more than start"),
        ('id = "shoulder_drift"', 'id = "shoulder_hike"', r"would fill the column 'shoulder_hike_deg'"),
    ],
)  # fmt: skip
def test_a_slip_in_a_toml_is_named_with_file_place_and_nearest_name(old, new, says, tmp_path):
    assert old in TOML
    path = tmp_path / "mine.toml"
    path.write_text(TOML.replace(old, new, 1))
    with pytest.raises(ExerciseError, match=says) as caught:
        load_exercise(path)
    assert str(caught.value).startswith("mine.toml")
    assert "\n" not in str(caught.value)


def test_your_own_exercise_is_loaded_from_its_path(tmp_path):
    path = tmp_path / "curl.toml"
    path.write_text(TOML.replace('id = "elbow_flexion"', 'id = "my_curl"'))
    mine = load_exercise(path)
    assert mine.id == "my_curl"
    assert mine.sha256 != load_exercise("elbow_flexion").sha256
    assert len(analyse(perform("elbow_flexion"), path).rows) == 4


@pytest.mark.parametrize("write", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(write, tmp_path):
    path = tmp_path / "gone.toml"
    if write:
        path.write_bytes(write)
    with pytest.raises(ExerciseError, match=r"gone\.toml"):
        load_exercise(path)


def test_an_unknown_exercise_is_answered_with_the_nearest_one():
    with pytest.raises(ExerciseError, match="Did you mean 'elbow_flexion'"):
        load_exercise("elbow_flexon")


def test_the_catalogue_lists_itself():
    assert [exercise.id for exercise in list_exercises()] == IDS
    assert {exercise.movement.signal for exercise in list_exercises()} <= set(SIGNALS)
    assert all(tomllib.loads(exercise.toml_text)["id"] == exercise.id for exercise in list_exercises())


def test_a_signal_that_only_the_picture_shows_cannot_be_asked_for_in_space(tmp_path):
    text = load_exercise("shoulder_abduction").toml_text.replace(
        'signal = "shoulder_abduction"', 'signal = "shoulder_hike"'
    )
    path = tmp_path / "hike.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExerciseError, match="image_2d"):
        load_exercise(path)
