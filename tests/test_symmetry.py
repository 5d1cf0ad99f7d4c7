"""Stronger against weaker: what is compared, with which error, and what is not compared and why."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import clock, movement, person

from posecheck.analysis import analyse
from posecheck.exercise import load_exercise, parse_practice
from posecheck.records import Edit, Settings
from posecheck.symmetry import compare, measured_side

T_S = clock(46)
STARTS = (3.0, 12.0, 21.0, 30.0)
LEFT_WEAKER = Settings(affected="left")


def both_arms(*, left_top=60.0, right_top=85.0, lag_s=0.0, left_lift_s=3.0, noise_px=0.7, starts=STARTS):
    left = movement(T_S, tuple(s + lag_s for s in starts), rest=8, top=left_top, lift_s=left_lift_s)
    right = movement(T_S, starts, rest=8, top=right_top)
    return person(T_S, view="front", shoulder=(left, right), noise_px=noise_px, seed=5)


def arm_from(side, *, top=110.0, noise_px=0.7, seed=1):
    return person(T_S, view=side, elbow=movement(T_S, STARTS, top=top), noise_px=noise_px, seed=seed)


def symmetry_of(track, settings=LEFT_WEAKER):
    return analyse(track, "shoulder_abduction", settings=settings).symmetry


def test_the_weaker_side_reached_two_thirds_of_the_stronger():
    outcome = symmetry_of(both_arms())
    assert outcome["comparable"]
    assert (outcome["numerator"], outcome["denominator"]) == ("left", "right")
    assert outcome["range_numerator"] == pytest.approx(52, abs=1.5)
    assert outcome["range_denominator"] == pytest.approx(77, abs=1.5)
    assert outcome["range_ratio"] == pytest.approx(52 / 77, abs=0.03)
    assert outcome["range_log_ratio"] == pytest.approx(np.log(52 / 77), abs=0.05)


def test_the_interval_holds_the_truth_and_widens_with_noise():
    calm, noisy = (symmetry_of(both_arms(noise_px=n)) for n in (0.3, 2.0))
    for outcome in (calm, noisy):
        low, high = outcome["range_ratio_ci95"]
        assert low < 52 / 77 < high
        assert low < outcome["range_ratio"] < high
    # The camera's own error does not shrink, so even a calm recording keeps an interval.
    assert np.diff(calm["range_ratio_ci95"])[0] > 0.1
    assert np.diff(noisy["range_ratio_ci95"])[0] > np.diff(calm["range_ratio_ci95"])[0]


@pytest.mark.parametrize("lag_s", [-0.3, 0.0, 0.4])
def test_an_arm_that_starts_later_shows_its_lag(lag_s):
    outcome = symmetry_of(both_arms(lag_s=lag_s))
    assert outcome["lag_s"] == pytest.approx(lag_s, abs=0.06)
    low, high = outcome["lag_s_ci95"]
    assert low <= outcome["lag_s"] <= high


def test_like_movements_are_alike_and_the_gain_is_the_ratio():
    outcome = symmetry_of(both_arms())
    assert outcome["waveform_r2"] > 0.98
    assert outcome["waveform_r2_ci95"][1] <= 1.0
    assert outcome["waveform_gain"] == pytest.approx(52 / 77, abs=0.05)


def test_a_slower_weaker_side_shows_in_lift_time_only():
    outcome = symmetry_of(both_arms(left_top=85.0, left_lift_s=4.0))
    assert outcome["lift_time_ratio"] == pytest.approx(4 / 3, abs=0.12)
    assert outcome["lower_time_ratio"] == pytest.approx(1.0, abs=0.12)


def test_without_a_weaker_side_left_stands_over_right():
    outcome = symmetry_of(both_arms(), Settings())
    assert (outcome["numerator"], outcome["denominator"]) == ("left", "right")
    swapped = symmetry_of(both_arms(), Settings(affected="right"))
    assert swapped["range_ratio"] == pytest.approx(1 / outcome["range_ratio"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("noise_px", [0.0, 0.2, 0.7])
def test_an_arm_that_rests_while_the_other_one_lifts_is_not_called_equal(noise_px):
    exercise = load_exercise("mirror_arm_raise")
    front = exercise.view["front"].model_copy(update={"time_part": 0.4})  # so that no phase has to be told
    untimed = exercise.model_copy(update={"view": {**exercise.view, "front": front}})
    arms = (np.full(len(T_S), 8.0), movement(T_S, STARTS, rest=8, top=85))
    track = person(T_S, view="front", shoulder=arms, noise_px=noise_px, seed=5)
    result = analyse(track, untimed, settings=LEFT_WEAKER)
    assert sum(row["scored"] for row in result.rows if row["side"] == "left") == 4
    assert not result.symmetry["comparable"]
    assert "that cannot be told from rest" in result.symmetry["reason"]
    assert result.symmetry["range_ratio"] is None


@pytest.mark.filterwarnings("error")
def test_an_arm_that_hardly_moves_is_compared_and_its_interval_says_so():
    outcome = symmetry_of(both_arms(left_top=24.0))
    low, high = outcome["range_ratio_ci95"]
    assert low < 16 / 77 < high < 1


def test_equal_arms_show_no_measurable_difference():
    outcome = symmetry_of(both_arms(left_top=85.0))
    assert outcome["comparable"]
    assert outcome["reason"] == "no measurable difference in range"


def test_two_repetitions_are_too_few():
    outcome = symmetry_of(both_arms(starts=(3.0, 12.0)))
    assert not outcome["comparable"]
    assert "fewer than 3 scored repetitions" in outcome["reason"]
    assert outcome["range_ratio"] is None


def test_a_small_movement_is_no_reference():
    coarse = load_exercise("shoulder_abduction").toml_text.replace("mdc95_deg = 10.0", "mdc95_deg = 20.0")
    arms = both_arms(left_top=30.0, right_top=40.0)
    outcome = analyse(arms, parse_practice(coarse), settings=LEFT_WEAKER).symmetry
    assert outcome["reason"] == "the range compared with is 32 deg; it takes 40 deg"
    assert not outcome["comparable"]
    assert outcome["range_ratio"] is None


def test_a_helped_repetition_ends_the_comparison():
    helped = [Edit("assist", "left", rep=2)]
    outcome = analyse(both_arms(), "shoulder_abduction", settings=LEFT_WEAKER, edits=helped).symmetry
    assert not outcome["comparable"]
    assert outcome["reason"] == "some repetitions were helped"
    taken_back = [*helped, Edit("assist", "left", rep=2, value="false")]
    outcome = analyse(both_arms(), "shoulder_abduction", settings=LEFT_WEAKER, edits=taken_back).symmetry
    assert outcome["comparable"]


def test_from_the_side_only_the_near_limb_is_there():
    outcome = analyse(arm_from("right"), "elbow_flexion", settings=LEFT_WEAKER).symmetry
    assert not outcome["comparable"]
    assert "film the other side" in outcome["reason"]


def test_left_and_right_filmed_in_turn_give_a_symmetry():
    weaker = analyse(arm_from("left", top=80), "elbow_flexion", settings=LEFT_WEAKER)
    stronger = analyse(arm_from("right", top=110), "elbow_flexion", settings=LEFT_WEAKER)
    for outcome in (compare(weaker, stronger), compare(stronger, weaker)):
        assert outcome["kind"] == "symmetry"
        assert outcome["range_ratio"] == pytest.approx(0.7, abs=0.03)
        assert outcome["lag_s"] is None


def test_before_and_after_give_a_change_with_its_band():
    before = analyse(arm_from("left", top=80), "elbow_flexion", settings=LEFT_WEAKER)
    same = analyse(arm_from("left", top=83, seed=2), "elbow_flexion", settings=LEFT_WEAKER)
    after = analyse(arm_from("left", top=100, seed=3), "elbow_flexion", settings=LEFT_WEAKER)
    little, much = compare(before, same), compare(before, after)
    assert little["kind"] == much["kind"] == "change"
    assert not little["beyond_mdc"]
    assert little["reason"] == "no measurable difference in range"
    assert much["beyond_mdc"]
    assert much["range_change_deg"] == pytest.approx(20, abs=2)
    assert much["mdc95_deg"] == 10.0


def test_the_side_that_was_asked_for_is_the_side_that_is_compared():
    """The other arm came along, and oftener: that makes it no other recording."""
    more = movement(T_S, (*STARTS, 39.0), rest=8, top=85)
    before = person(T_S, view="front", shoulder=(movement(T_S, STARTS, top=50.0), more), seed=1, noise_px=0.7)
    after = person(T_S, view="front", shoulder=(movement(T_S, STARTS, top=75.0), more), seed=2, noise_px=0.7)
    asked = lambda side: Settings(affected="left", side=side)  # noqa: E731
    read = lambda track, side: analyse(track, "shoulder_abduction", settings=asked(side))  # noqa: E731
    assert measured_side(read(before, "both")) == "right"
    assert measured_side(read(before, "left")) == "left"
    outcome = compare(read(before, "left"), read(after, "left"))
    assert outcome["kind"] == "change"
    assert outcome["range_change_deg"] == pytest.approx(25, abs=2)
    # One recording of both arms stands for the arm that each analysis was asked for.
    assert compare(read(before, "left"), read(before, "right"))["kind"] == "symmetry"


def test_unlike_recordings_are_not_compared():
    curl = analyse(arm_from("left"), "elbow_flexion")
    knee = person(T_S, view="left", knee=movement(T_S, STARTS, rest=88, top=20), thigh=85.0)
    other_view = analyse(both_arms(), "shoulder_abduction")
    assert "different exercises" in compare(curl, analyse(knee, "knee_extension"))["reason"]
    assert "different exercises" in compare(curl, other_view)["reason"]
    harder = analyse(arm_from("left"), "elbow_flexion", settings=Settings(level=3))
    assert "different targets" in compare(curl, harder)["reason"]
    near = arm_from("left")
    closer = replace(near, uv_px=(near.uv_px - [320, 240]) * 1.3 + [320, 240])
    assert "different distances" in compare(curl, analyse(closer, "elbow_flexion"))["reason"]
    assert not compare(curl, harder)["comparable"]


def test_where_phases_are_not_timed_ranges_are_compared_and_times_are_not():
    exercise = load_exercise("shoulder_abduction")
    front = exercise.view["front"].model_copy(update={"time_part": 0.4})
    untimed = exercise.model_copy(update={"view": {**exercise.view, "front": front}})
    symmetry = analyse(both_arms(), untimed, settings=LEFT_WEAKER).symmetry
    assert symmetry["comparable"]
    assert symmetry["range_ratio"] == pytest.approx(52 / 77, abs=0.03)
    assert symmetry["lift_time_ratio"] is None
    assert symmetry["lower_time_numerator"] is None
