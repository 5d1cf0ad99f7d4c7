"""An exercise made a person's own: baselines, targets and references from check sets, and the error of repeating."""

import math
import re
import tomllib
from dataclasses import replace
from statistics import median
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from performances import perform
from synthetic import clock, movement, person

from posecheck.analysis import analyse
from posecheck.calibration import MIN_REPS, Error, calibrate, measured_errors, with_error
from posecheck.cli.summary import summary
from posecheck.errors import ExerciseError
from posecheck.exercise import FLOOR, STRETCH, load_exercise, parse_practice
from posecheck.exercise_parts import MeasuredError, Personal
from posecheck.records import Edit, Settings, Signals
from posecheck.symmetry import compare

NAN = math.nan
T2 = 4.302652729911275  # Student's t for 2 degrees of freedom, 95 %
CURL = load_exercise("elbow_flexion")
STARTS = (13.0, 22.0, 31.0)


def leaning(by_deg, starts=STARTS):
    return lambda t: {"lean": movement(t, starts, rest=0, top=by_deg)}


def check_set(
    side="right",
    *,
    top=80.0,
    affected="left",
    kind="check",
    seed=0,
    sha="",
    exercise=CURL,
    starts=STARTS,
    **changes,
):
    """Result of a check set of one arm, seen from its side, as far as comfortable."""
    track = perform("elbow_flexion", view=side, top=top, seed=seed, starts_s=starts, **changes)
    source = {"name": f"{side}.mp4", "sha256": sha or f"{side} {seed}"}
    return analyse(replace(track, source=source), exercise, settings=Settings(kind=kind, affected=affected))


@pytest.fixture(scope="module")
def stronger():
    return check_set("right", top=80.0)


@pytest.fixture(scope="module")
def weaker():
    return check_set("left", top=40.0)


def listed(ranges, *, side="right", sha="x", view="right", noise=1.0, exercise=CURL, kind="check", **columns):
    """A result with these ranges and nothing else, for numbers that can be followed with a pencil."""
    t_s = np.arange(0.0, 40.0, 1 / 30)
    names = tuple(f"{one}_elbow_flexion_deg" for one in ("left", "right"))
    rows = [
        {
            "side": side, "rep": i + 1, "assisted": False, "range_deg": value, "noise_sigma_deg": noise,
            "start_s": 15.0 + 8.0 * i, "lift_s": NAN, "hold_s": NAN, "lower_s": NAN,
            "trunk_flexion_deg": NAN, "shoulder_drift_deg": NAN,
            **{name: values[i] for name, values in columns.items()},
        }
        for i, value in enumerate(ranges)
    ]  # fmt: skip
    values = np.full((len(t_s), 2), 10.0)
    return SimpleNamespace(
        exercise=exercise,
        view=view,
        rows=rows,
        settings=Settings(kind=kind, affected="left"),
        provenance={"source": {"name": "a.mp4", "sha256": sha}, "engine": "e", "model": "full"},
        signals=Signals(t_s, values, names, ("deg", "deg"), np.zeros(values.shape, bool)),
    )


# Baseline, target and smallest movement


def test_the_baseline_is_the_median_range_of_the_check_sets(stronger, weaker):
    own = calibrate(CURL, [stronger, weaker])
    for side, result in (("right", stronger), ("left", weaker)):
        ranges = [row["range_deg"] for row in result.rows]
        assert len(ranges) == 3
        assert own.personal[side].baseline == pytest.approx(median(ranges), rel=1e-3)
        noise = median(row["noise_sigma_deg"] for row in result.rows)
        assert own.personal[side].noise_sigma == pytest.approx(noise, rel=1e-3)
        assert "3 repetitions" in own.personal[side].source
        assert "right.mp4" in own.personal[side].source
    assert own.personal["right"].baseline == pytest.approx(70.0, abs=2.0)
    assert own.personal["left"].baseline == pytest.approx(30.0, abs=2.0)


def test_several_check_sets_of_a_side_are_taken_together():
    own = calibrate(CURL, [listed([60.0, 62.0, 70.0]), listed([80.0, 82.0], sha="y")])
    assert own.personal["right"].baseline == 70.0
    assert "5 repetitions" in own.personal["right"].source
    # What was helped, or whose range was not told, is none of it.
    results = [listed([60.0, 62.0, 70.0, NAN, 99.0])]
    results[0].rows[4]["assisted"] = True
    assert calibrate(CURL, results).personal["right"].baseline == 62.0


def with_baseline(baseline, noise=None, exercise=CURL):
    own = Personal(baseline_deg=baseline, noise_sigma_deg=noise, source="a check set")
    return exercise.model_copy(update={"personal": {"left": own}})


@given(
    st.sampled_from(["elbow_flexion", "knee_extension", "mini_squat", "shoulder_abduction", "sit_to_stand"]),
    st.sampled_from("123"),
    st.floats(0.5, 170.0),
)
def test_a_target_is_never_more_than_a_tenth_above_the_baseline_nor_than_the_levels(name, level, baseline):
    exercise = load_exercise(name)
    own = with_baseline(baseline, exercise=exercise)
    of_level, mine = exercise.target[level], own.target_of(level, "left")
    assert mine.range == pytest.approx(min(of_level.range, STRETCH * baseline))
    assert mine.range <= of_level.range
    # The peak moves with the range, towards rest, whichever way the exercise goes.
    assert exercise.sign * (of_level.peak - mine.peak) == pytest.approx(of_level.range - mine.range)
    assert mine.tempo == of_level.tempo
    assert own.target_of(level, "right") == of_level


def test_a_calibrated_side_is_held_against_its_own_target(stronger, weaker):
    own = calibrate(CURL, [stronger, weaker])
    practice = check_set("right", top=87.0, kind="practice", exercise=own)
    for row in practice.rows:
        assert row["target_range"] == pytest.approx(1.1 * own.personal["right"].baseline)
        assert row["baseline_range"] == own.personal["right"].baseline
        assert row["range_score"] == 100.0
    without = check_set("right", top=87.0, kind="practice")
    assert all(row["range_score"] < 70.0 for row in without.rows)
    assert all(math.isnan(row["baseline_range"]) for row in without.rows)
    assert {finding.rule for finding in without.findings} == {"small"}
    assert practice.findings == ()


@pytest.mark.parametrize(
    ("baseline", "noise", "weaker_deg", "stronger_deg"),
    [
        (70.0, 1.0, 28.0, 30.0),  # 40 % of the baseline; the catalogue's floor
        (100.0, 1.0, 40.0, 40.0),
        (15.0, 1.0, 6.0, 30.0),
        (8.0, 1.0, FLOOR, 30.0),  # 5 degrees at least
        (8.0, 4.0, 12.0, 30.0),  # and three standard deviations of the noise
        (8.0, None, FLOOR, 30.0),
    ],
)
def test_the_smallest_movement_that_counts(baseline, noise, weaker_deg, stronger_deg):
    own = with_baseline(baseline, noise)
    assert own.smallest("left", affected=True) == pytest.approx(weaker_deg)
    assert own.smallest("left", affected=False) == pytest.approx(stronger_deg)
    # The other side was not calibrated.
    assert own.smallest("right", affected=True) == CURL.rep.min_excursion_affected
    assert own.smallest("right", affected=False) == CURL.rep.min_excursion


# References of compensations


def test_what_the_trunk_of_the_stronger_side_does_anyway_moves_the_start_of_a_check(weaker):
    leans = check_set("right", extra=leaning(12.0))
    own = calibrate(CURL, [leans, weaker])
    changes = [row["trunk_flexion_deg"] for row in leans.rows]
    expected = np.mean(changes) + 2 * np.std(changes, ddof=1)
    assert own.reference["trunk_flexion"] == pytest.approx(expected, rel=1e-3)
    assert 11.0 < expected < 14.0
    (before,) = [check for check in CURL.checks("right") if check.id == "trunk_flexion"]
    (after,) = [check for check in own.checks("right") if check.id == "trunk_flexion"]
    assert after.start == own.reference["trunk_flexion"]
    assert after.severe - after.start == pytest.approx(before.severe - before.start)
    # A lean of twelve degrees got a cue and cost points; now it is this person's own way.
    catalogue, mine = (
        check_set("right", top=112.0, kind="practice", exercise=exercise, extra=leaning(12.0))
        for exercise in (CURL, own)
    )
    assert {finding.rule for finding in catalogue.findings} == {"trunk_flexion"}
    assert mine.findings == ()
    for row, his in zip(catalogue.rows, mine.rows, strict=True):
        assert row["posture_score"] < 95.0
        assert his["posture_score"] > row["posture_score"]


def test_a_reference_below_where_a_check_begins_changes_nothing(stronger):
    own = calibrate(CURL, [stronger])
    assert own.reference["trunk_flexion"] < 8.0
    assert own.checks("right") == CURL.checks("right")


def test_the_weaker_sides_compensations_are_no_reference(stronger):
    leans = check_set("left", top=40.0, extra=leaning(20.0))
    both = calibrate(CURL, [stronger, leans])
    assert both.reference == calibrate(CURL, [stronger]).reference
    assert both.reference["trunk_flexion"] < 8.0


def test_calibrating_the_weaker_side_alone_keeps_the_stronger_sides_reference(stronger):
    """What the trunk does on the weaker side is what is looked for, not what it is held against."""
    leans = check_set("left", top=40.0, extra=leaning(20.0))
    first = calibrate(CURL, [stronger])
    then = calibrate(first, [leans])
    assert set(then.personal) == {"left", "right"}
    assert then.reference == first.reference
    alone = calibrate(CURL, [leans])
    assert alone.reference.get("trunk_flexion", 0.0) < 8.0


def test_where_no_side_is_the_weaker_one_both_are_the_reference():
    one, other = (
        check_set(side, affected="none", extra=leaning(by)) for side, by in (("left", 14.0), ("right", 2.0))
    )
    own = calibrate(CURL, [one, other])
    changes = [row["trunk_flexion_deg"] for result in (one, other) for row in result.rows]
    assert own.reference["trunk_flexion"] == pytest.approx(
        np.mean(changes) + 2 * np.std(changes, ddof=1), rel=1e-3
    )


@pytest.mark.parametrize(
    ("direction", "reference"), [("positive", 12.0), ("negative", 0.0), ("either", 12.0)]
)
def test_a_reference_goes_in_the_direction_that_counts(direction, reference):
    text = CURL.toml_text.replace(
        'signal = "upper_arm_elevation"\nviews',
        f'direction = "{direction}"\nsignal = "upper_arm_elevation"\nviews',
    ).replace('direction = "positive"\nsay', "say")
    exercise = parse_practice(text)
    result = listed([70.0, 71.0, 72.0], exercise=exercise, shoulder_drift_deg=[10.0, 10.0, 10.0])
    result.rows[1]["shoulder_drift_deg"] = 11.0
    result.rows[2]["shoulder_drift_deg"] = 9.0
    assert calibrate(exercise, [result]).reference["shoulder_drift"] == pytest.approx(reference)


# What is refused, each with one clear sentence


def refused(act):
    with pytest.raises(ExerciseError) as caught:
        act()
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_practice_set_is_no_check_set(stronger):
    practice = check_set("left", kind="practice")
    assert "practice set" in refused(lambda: calibrate(CURL, [stronger, practice]))


def test_another_exercise_is_refused(stronger):
    knee = load_exercise("knee_extension")
    sentence = refused(lambda: calibrate(knee, [stronger]))
    assert "'knee_extension'" in sentence
    assert "'elbow_flexion'" in sentence


@pytest.mark.parametrize("starts", [(), STARTS[:1], STARTS[:2]])
def test_too_few_repetitions_are_refused(starts):
    assert f"{MIN_REPS} measured repetitions" in refused(
        lambda: calibrate(CURL, [check_set("right", starts=starts)])
    )


def test_a_side_with_too_few_repetitions_gets_no_baseline(stronger):
    own = calibrate(CURL, [stronger, check_set("left", starts=STARTS[:2])])
    assert set(own.personal) == {"right"}


def test_helped_repetitions_are_no_baseline():
    track = perform("elbow_flexion", view="right", starts_s=STARTS)
    helped = [Edit("assist", "right", rep=rep) for rep in (1, 2)]
    result = analyse(track, CURL, settings=Settings(kind="check"), edits=helped)
    assert "measured repetitions" in refused(lambda: calibrate(CURL, [result]))


def test_no_recordings_at_all_are_refused():
    assert "was expected" in refused(lambda: calibrate(CURL, []))


# The file


def test_the_personal_file_reads_back_as_it_was_and_keeps_the_exercise_above_it(stronger, weaker):
    own = calibrate(CURL, [stronger, weaker])
    assert parse_practice(own.toml_text) == own
    assert own.toml_text.startswith(CURL.toml_text.rstrip())
    assert own.sha256 != CURL.sha256
    table = tomllib.loads(own.toml_text)
    assert set(table["personal"]) == {"left", "right"}
    assert table["reference"] == own.reference
    for name in ("id", "target", "view", "check", "rep"):
        assert table[name] == tomllib.loads(CURL.toml_text)[name]


def test_calibrating_twice_replaces_and_the_same_again_changes_nothing(stronger, weaker):
    own = calibrate(CURL, [stronger, weaker])
    assert calibrate(own, [stronger, weaker]).toml_text == own.toml_text
    farther = check_set("left", top=60.0)
    later = calibrate(own, [stronger, farther])
    assert later.personal["left"].baseline == pytest.approx(50.0, abs=2.0)
    assert later.personal["right"] == own.personal["right"].model_copy(
        update={"source": later.personal["right"].source}
    )
    assert later.toml_text.count("[personal.left]") == 1


def test_calibrating_one_side_keeps_the_other(stronger, weaker):
    own = calibrate(calibrate(CURL, [stronger]), [weaker])
    assert set(own.personal) == {"left", "right"}


def test_a_baseline_and_a_measured_error_keep_each_other(stronger):
    error = {"range_deg": Error(1.0, 1.0, 3.3, 6, 2)}
    measured = with_error(CURL, error, view="right", source="posecheck noise")
    both = calibrate(measured, [stronger])
    assert both.measured_error == measured.measured_error
    again = with_error(
        both, {"range_deg": Error(1.0, 1.0, 4.4, 6, 2)}, view="right", source="posecheck noise"
    )
    assert again.personal == both.personal
    assert again.reference == both.reference
    assert again.mdc95("right") == (4.4, True)
    assert again.toml_text.count("[measured_error.right]") == 1
    assert parse_practice(again.toml_text) == again


@pytest.mark.parametrize(
    "name",
    [
        'he said "up".mp4',
        "C:\\clips\\left.mp4",
        "Übung links – 1.mp4",
        "左.mp4",
        "\U0001f4f1 left.mp4",
        "[x] # y.mp4",
    ],
)
def test_whatever_a_recording_is_called_the_file_reads_back(name):
    result = listed([70.0, 71.0, 72.0])
    result.provenance["source"]["name"] = name
    own = calibrate(CURL, [result])
    assert name in own.personal["right"].source
    assert parse_practice(own.toml_text) == own


def test_a_baseline_that_a_person_wrote_by_hand_is_replaced(stronger):
    by_hand = parse_practice(
        CURL.toml_text + '\n[personal.right]\nbaseline_deg = 12.0\nsource = "goniometer, 3 May"\n'
    )
    assert by_hand.personal["right"].baseline == 12.0
    own = calibrate(by_hand, [stronger])
    assert own.personal["right"].baseline == pytest.approx(70.0, abs=2.0)
    assert parse_practice(own.toml_text) == own


def test_an_exercise_in_ratios_gets_a_baseline_in_ratios():
    text = CURL.toml_text.replace('signal = "elbow_flexion"', 'signal = "wrist_height"', 1)
    text = re.sub(
        r"^(\w*(?:peak|range|excursion|excursion_affected|mdc95))_deg = [\d.]+$",
        r"\1_ratio = 0.4",
        text,
        flags=re.M,
    )
    text = re.sub(r"^sigma_deg = .*", "sigma_ratio = 0.05", text, flags=re.M)
    text = re.sub(r'estimator = "\w+"', 'estimator = "image_2d"', text)
    text = re.sub(r"^flat_sigma_deg = .*\n", "", text, flags=re.M)
    exercise = parse_practice(text)
    assert exercise.unit == "ratio"
    result = listed([NAN] * 3, exercise=exercise, range_ratio=[0.2, 0.3, 0.31], noise_sigma_ratio=[0.01] * 3)
    own = calibrate(exercise, [result])
    assert own.personal["right"].baseline_ratio == 0.3
    assert own.target_of(2, "right").range == pytest.approx(0.33)
    assert own.smallest("right", affected=True) == pytest.approx(0.12)
    assert parse_practice(own.toml_text) == own


# The error of repeating


def sets_of(*ranges, **facts):
    return [listed(values, sha=str(i), **facts) for i, values in enumerate(ranges)]


def test_the_error_within_sets_when_their_medians_agree():
    errors, still = measured_errors(sets_of([98.0, 100.0, 102.0], [98.0, 100.0, 102.0]))
    error = errors["range_deg"]
    assert error.reps_sd == pytest.approx(2.0)
    assert error.sem == pytest.approx(1.2 * 2.0 / math.sqrt(3))
    assert error.mdc95 == pytest.approx(T2 * math.sqrt(2) * 1.2 * 2.0 / math.sqrt(3))
    assert (error.reps, error.sets) == (6, 2)
    assert set(errors) == {"range_deg"}
    assert still == {"right": (1.0, pytest.approx(0.0))}


def test_the_error_between_sets_where_that_is_more():
    error = measured_errors(sets_of([98.0, 100.0, 102.0], [104.0, 106.0, 108.0]))[0]["range_deg"]
    assert error.reps_sd == pytest.approx(2.0)
    # Medians of 100 and 106 have a variance of 18; the repetitions say 1.44 * 4 / 3.
    assert error.sem == pytest.approx(math.sqrt((1.44 * 4 / 3 + 18.0) / 2))
    assert error.mdc95 == pytest.approx(T2 * math.sqrt(2) * error.sem)


def test_with_more_sets_what_they_differ_by_weighs_more_and_t_less():
    error = measured_errors(sets_of(*([x - 2.0, x, x + 2.0] for x in (97.0, 100.0, 103.0))))[0]["range_deg"]
    assert error.sem == pytest.approx(math.sqrt((1.44 * 4 / 3 + 2 * 9.0) / 3))
    assert error.mdc95 == pytest.approx(3.182 * math.sqrt(2) * error.sem, rel=1e-3)


@pytest.mark.parametrize("sets", [2, 3])
@pytest.mark.parametrize("sets_sd", [0.0, 1.0, 2.0])
def test_who_has_not_changed_seldom_changes_by_more_than_the_detectable_change(sets, sets_sd):
    """Repetitions scatter by 1, sets by `sets_sd` more; two further sets without change are held against it."""
    rng, below = np.random.default_rng(3), 0
    people = 300
    for _ in range(people):
        told = [100.0 + sets_sd * rng.standard_normal() + rng.standard_normal(5) for _ in range(sets)]
        before, after = (
            np.median(100.0 + sets_sd * rng.standard_normal() + rng.standard_normal(5)) for _ in range(2)
        )
        below += abs(after - before) <= measured_errors(sets_of(*told))[0]["range_deg"].mdc95
    assert below / people >= 0.87  # 90 in the long run where sets differ most, three standard errors below it


def test_more_repetitions_a_set_make_its_median_surer_and_the_shorter_set_decides():
    five = [98.0, 99.0, 100.0, 101.0, 102.0]
    sd = math.sqrt(2.5)
    error = measured_errors(sets_of(five, five))[0]["range_deg"]
    assert error.sem == pytest.approx(1.2 * sd / math.sqrt(5))
    error = measured_errors(sets_of(five, [99.0, 100.0, 101.0]))[0]["range_deg"]
    assert error.reps_sd == pytest.approx(math.sqrt((2.5 + 1.0) / 2))
    assert error.sem == pytest.approx(1.2 * math.sqrt(1.75) / math.sqrt(3))
    assert error.reps == 8


def test_each_measure_that_was_told_has_its_error_and_the_others_have_none():
    results = sets_of(
        [98.0, 100.0, 102.0], [98.0, 100.0, 102.0], lift_s=[2.9, 3.0, 3.1], trunk_flexion_deg=[1.0, 2.0, 3.0]
    )
    errors, _ = measured_errors(results)
    assert set(errors) == {"range_deg", "lift_s", "trunk_flexion_deg"}
    assert errors["lift_s"].reps_sd == pytest.approx(0.1)


def test_of_both_sides_the_larger_error_is_told():
    results = sets_of([98.0, 100.0, 102.0], [98.0, 100.0, 102.0])
    for result, other in zip(
        results, sets_of([90.0, 100.0, 110.0], [90.0, 100.0, 110.0], side="left"), strict=True
    ):
        result.rows += other.rows
    errors, still = measured_errors(results)
    assert errors["range_deg"].reps_sd == pytest.approx(10.0)
    assert set(still) == {"left", "right"}


@given(st.lists(st.lists(st.floats(50.0, 150.0), min_size=3, max_size=6), min_size=2, max_size=4))
def test_the_order_of_sets_and_repetitions_does_not_matter(ranges):
    one = measured_errors(sets_of(*ranges))[0]["range_deg"]
    other = measured_errors(sets_of(*[values[::-1] for values in ranges[::-1]]))[0]["range_deg"]
    assert one.mdc95 == pytest.approx(other.mdc95)
    assert one.mdc95 >= 0.0


def test_real_sets_tell_about_what_was_put_into_them():
    rng = np.random.default_rng(4)
    results = [
        check_set(
            "right", top=100.0 + 3.0 * rng.standard_normal(5), starts=tuple(13.0 + 9.0 * np.arange(5)), seed=i
        )
        for i in range(4)
    ]
    errors, still = measured_errors(results)
    assert errors["range_deg"].reps_sd == pytest.approx(3.0, rel=0.5)
    assert errors["range_deg"].sets == 4
    noise, wander = still["right"]
    assert noise == pytest.approx(median(row["noise_sigma_deg"] for r in results for row in r.rows))
    # Held still before the first repetition: what smoothing leaves of the noise.
    assert 0.0 < wander < noise


def test_who_did_not_hold_still_has_no_wander():
    results = [check_set("right", starts=(2.0, 11.0, 20.0), seed=i) for i in range(2)]
    assert measured_errors(results)[1]["right"][1] is None


def test_the_same_recording_twice_is_refused(stronger):
    assert "twice" in refused(lambda: measured_errors([stronger, stronger]))
    other = check_set("right", seed=3)
    assert "twice" in refused(lambda: measured_errors([stronger, other, stronger]))
    assert measured_errors([stronger, other])[0]["range_deg"].sets == 2


def test_the_same_recording_twice_is_refused_beside_one_that_has_no_hash(stronger):
    unhashed = replace(check_set("right", seed=3), provenance={**stronger.provenance, "source": {}})
    assert "twice" in refused(lambda: measured_errors([stronger, stronger, unhashed]))


@pytest.mark.parametrize("source", [{"name": "camera 0", "sha256": ""}, {}])
def test_recordings_without_a_hash_are_told_apart(source):
    """A camera leaves no file to hash: two recordings of it are two, and one given twice is one."""
    tracks = [perform("elbow_flexion", view="right", starts_s=STARTS, seed=seed) for seed in (1, 2)]
    one, other = (
        analyse(replace(track, source=source), CURL, settings=Settings(kind="check")) for track in tracks
    )
    assert measured_errors([one, other])[0]["range_deg"].sets == 2
    assert "twice" in refused(lambda: measured_errors([one, one]))


def test_other_views_other_exercises_and_single_sets_are_refused(stronger, weaker):
    assert "left, right" in refused(lambda: measured_errors([stronger, weaker]))
    knee = analyse(perform("knee_extension", view="right"), "knee_extension", settings=Settings(kind="check"))
    assert "'knee_extension'" in refused(lambda: measured_errors([stronger, knee]))
    assert "Two sets" in refused(lambda: measured_errors([stronger]))
    practice = check_set("right", kind="practice", seed=6)
    assert "check, practice" in refused(lambda: measured_errors([stronger, practice]))
    own = check_set("right", exercise=measured(3.0), seed=7)
    assert "exercise file" in refused(lambda: measured_errors([stronger, own]))
    lite = check_set("right", seed=8)
    lite.provenance["model"] = "lite"
    assert "lite" in refused(lambda: measured_errors([stronger, lite]))
    short = check_set("right", starts=STARTS[:2], seed=5)
    assert "Two sets" in refused(lambda: measured_errors([stronger, short]))


# What a measured error then changes


def measured(mdc95, view="right", exercise=CURL):
    return with_error(
        exercise, {"range_deg": Error(1.0, 1.0, mdc95, 10, 2)}, view=view, source="posecheck noise"
    )


def test_a_measured_error_holds_for_its_view_and_for_no_other():
    own = measured(3.0)
    assert own.mdc95("right") == (3.0, True)
    for view in ("left", "front", "oblique_right"):
        assert own.mdc95(view) == (CURL.mdc95_deg, False)
    assert CURL.mdc95("right") == (CURL.mdc95_deg, False)
    # An error of the times alone says nothing about the range.
    times = CURL.model_copy(
        update={"measured_error": {"right": MeasuredError(mdc95={"lift_s": 0.2}, source="x")}}
    )
    assert times.mdc95("right") == (CURL.mdc95_deg, False)
    assert times.own_mdc95("lift_s", "right") == 0.2
    assert times.own_mdc95("lift_s", "front") is None


def test_the_errors_of_two_views_stand_beside_each_other():
    both = measured(5.0, "front", exercise=measured(3.0))
    assert both.mdc95("right") == (3.0, True)
    assert both.mdc95("front") == (5.0, True)
    assert measured(4.0, exercise=both).mdc95("right") == (4.0, True)


def test_a_measured_error_takes_the_place_of_the_assumed_one_in_a_comparison():
    def change(exercise):
        before = check_set("right", top=80.0, exercise=exercise)
        return compare(before, check_set("right", top=86.0, seed=2, exercise=exercise))

    assumed, own = change(CURL), change(measured(3.0))
    assert (assumed["mdc95_deg"], assumed["mdc95_measured"], assumed["beyond_mdc"]) == (10.0, False, False)
    assert (own["mdc95_deg"], own["mdc95_measured"], own["beyond_mdc"]) == (3.0, True, True)
    assert own["reason"] == ""
    assert own["range_change_deg"] == pytest.approx(assumed["range_change_deg"])


def test_a_measured_error_takes_the_place_of_the_assumed_one_in_a_score():
    def range_score(exercise):
        (row, *_) = check_set("right", top=106.0, kind="practice", exercise=exercise).rows
        return row["range_deg"], row["range_score"]

    (range_deg, assumed), (same_deg, own) = range_score(CURL), range_score(measured(2.0))
    assert range_deg == same_deg
    assert assumed == 100.0
    assert own == pytest.approx(100.0 * (range_deg - 40.0) / (99.0 - 40.0))
    assert own < 99.0


def test_a_measured_error_takes_the_place_of_the_assumed_one_in_what_is_said():
    for exercise, said in ((CURL, set()), (measured(2.0), {"small"})):
        result = check_set("right", top=106.0, kind="practice", exercise=exercise)
        assert {finding.rule for finding in result.findings} == said


def test_a_summary_says_assumed_until_the_error_was_measured():
    told = {}
    for name, exercise in (
        ("catalogue", CURL),
        ("own", measured(3.0)),
        ("other view", measured(3.0, "left")),
    ):
        told[name] = summary("week 1", check_set("right", kind="practice", exercise=exercise))
    assert "(assumed)" in told["catalogue"]
    assert "(assumed)" in told["other view"]
    # How evenly somebody repeats is not how far the range is from the truth: that stays the view's.
    assert re.search(r"range 70° ± \d+°, a change from 3° on is one", told["own"])


def test_a_baseline_from_another_view_is_pointed_out(stronger):
    own = calibrate(CURL, [stronger])
    assert own.personal["right"].views == ("right",)

    def warned(views):
        there = own.personal["right"].model_copy(update={"views": views})
        exercise = own.model_copy(update={"personal": {"right": there}})
        return [w for w in check_set("right", exercise=exercise).quality["warnings"] if "baseline" in w]

    assert warned(("right",)) == warned(()) == warned(("front", "right")) == []
    assert warned(("front",)) == [
        "The right side's baseline was measured from: front. From right the same movement may read differently."
    ]


def test_a_small_range_has_no_ratio_but_its_change_is_told():
    coarse = parse_practice(CURL.toml_text.replace("mdc95_deg = 10.0", "mdc95_deg = 40.0"))
    before, after = (check_set("left", top=top, seed=int(top), exercise=coarse) for top in (60.0, 66.0))
    assert "it takes 80 deg" in compare(before, check_set("right", top=60.0, exercise=coarse))["reason"]
    change = compare(before, after)
    assert change["comparable"]
    assert change["range_change_deg"] == pytest.approx(6.0, abs=1.0)
    assert not change["beyond_mdc"]


def test_a_smaller_error_lets_smaller_movements_be_compared():
    coarse = parse_practice(CURL.toml_text.replace("mdc95_deg = 10.0", "mdc95_deg = 40.0"))

    def outcome(exercise):
        results = [check_set(side, top=60.0, exercise=exercise) for side in ("left", "right")]
        return compare(*results)

    assert "it takes 80 deg" in outcome(coarse)["reason"]
    assert outcome(measured(3.0, exercise=coarse))["comparable"]


def test_a_stick_person_who_hardly_moves_is_calibrated_and_then_counted():
    t_s = clock(44)
    track = person(t_s, view="left", elbow=movement(t_s, STARTS, top=25.0), noise_px=0.2)
    settings = Settings(kind="check", affected="left")
    own = calibrate(CURL, [analyse(track, CURL, settings=settings)])
    assert own.personal["left"].baseline == pytest.approx(15.0, abs=1.0)
    shorter = person(t_s, view="left", elbow=movement(t_s, STARTS, top=19.0), noise_px=0.2, seed=1)
    assert len(analyse(shorter, CURL, settings=Settings(affected="left")).rows) == 0
    assert len(analyse(shorter, own, settings=Settings(affected="left")).rows) == 3
