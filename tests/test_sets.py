"""What is said about a set: its middle and spread, tries, signs of fatigue, and how the two sides compare."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from performances import PERFORMANCES, SIX, perform
from synthetic import clock, movement, person

from posecheck.analysis import analyse
from posecheck.exercise import exercise_ids, load_exercise, parse_practice
from posecheck.exercise_parts import Personal
from posecheck.records import Edit, Finding, Settings
from posecheck.sets import SIGNS_TO_OFFER_REST, fatigue_signs, rest_offered_after, set_summary
from posecheck.symmetry import JOINED, _ratio, compare

NAN = math.nan
CURL = load_exercise("elbow_flexion")
LEFT_WEAKER = Settings(affected="left")
EVERY = exercise_ids()
SIGNS = {
    "range_fading",
    "rushing_or_stalling",
    "stop_start",
    "new_posture_help",
    "longer_pauses",
    "sagging_hold",
}


def repetition(number, **changes):
    """The row of a curl as prescribed, from the left."""
    usual = {
        "side": "left", "rep": number, "set": 1, "view": "left", "complete": True, "scored": True, "assisted": False,
        "range_deg": 100.0, "lift_s": 3.0, "hold_s": 1.0, "lower_s": 3.0, "rest_s": 1.0, "target_rest_s": 1.0,
        "smoothness_delta": 0.0, "hold_sag_dps": 0.0, "seen_pct": 100.0, "score": 95.0, "kind": "practice",
        "trunk_flexion_deg": 0.0, "shoulder_drift_deg": NAN,
    }  # fmt: skip
    return {**usual, **changes}


def rows_of(*changes):
    """Three repetitions as prescribed, then one for each of `changes`."""
    return [repetition(i + 1, **change) for i, change in enumerate(({}, {}, {}, *changes))]


def leaning(number, rule="trunk_flexion", side="left"):
    return Finding(rule, side, number, 12.0, 8.0, "deg", "Sit tall.", "it did", "here")


def signs_of(rows, findings=(), exercise=CURL):
    return [(sign.sign, sign.rep) for sign in fatigue_signs(rows, findings, exercise)]


# Signs of fatigue: each fires, and each stays silent


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"range_deg": 84.0}, "range_fading"),
        ({"range_deg": 86.0}, None),
        ({"range_deg": 130.0}, None),
        ({"lift_s": 2.0}, "rushing_or_stalling"),
        ({"lift_s": 2.2}, None),
        ({"lift_s": 4.0}, "rushing_or_stalling"),
        ({"lift_s": 3.8}, None),
        ({"lower_s": 2.0}, "rushing_or_stalling"),
        ({"lower_s": 4.0}, "rushing_or_stalling"),
        ({"lower_s": 3.8}, None),
        ({"hold_s": 4.0}, None),
        ({"smoothness_delta": -0.6}, "stop_start"),
        ({"smoothness_delta": -0.4}, None),
        ({"smoothness_delta": 1.0}, None),
        ({"hold_sag_dps": -3.1}, "sagging_hold"),
        ({"hold_sag_dps": -2.9}, None),
        ({"hold_sag_dps": 9.0}, None),
        ({"score": 5.0}, None),
        (
            dict.fromkeys(
                ("range_deg", "lift_s", "lower_s", "smoothness_delta", "hold_sag_dps", "rest_s"), NAN
            ),
            None,
        ),
    ],
)
def test_a_sign_shows_from_its_limit_on_and_only_twice_in_a_row(changes, sign):
    assert signs_of(rows_of(changes, changes)) == ([(sign, 5)] if sign else [])
    assert signs_of(rows_of(changes)) == []
    assert signs_of(rows_of(changes, {}, changes, {}, changes)) == []
    assert signs_of(rows_of({}, {}, changes, changes, changes)) == ([(sign, 7)] if sign else [])


@pytest.mark.parametrize(
    ("usual", "later", "shows"),
    [
        ({"range_deg": 40.0}, {"range_deg": 31.0}, False),  # 22 % less, but not a detectable change
        ({"range_deg": 40.0}, {"range_deg": 29.0}, True),
        ({"lift_s": 1.0}, {"lift_s": 1.45}, False),  # 45 % more, but not a detectable change of a time
        ({"lift_s": 1.0}, {"lift_s": 1.55}, True),
    ],
)
def test_what_the_camera_cannot_tell_from_no_change_is_no_sign(usual, later, shows):
    rows = [repetition(i + 1, **change) for i, change in enumerate([usual] * 3 + [{**usual, **later}] * 2)]
    assert bool(signs_of(rows)) == shows


def test_pauses_must_be_long_and_grow():
    def signs(*rests_s):
        return signs_of(rows_of(*({"rest_s": rest_s} for rest_s in rests_s)))

    assert signs(2.5, 3.2) == [("longer_pauses", 5)]
    assert signs(3.2, 2.5) == []
    assert signs(2.5, 2.5) == []
    assert signs(1.8, 1.9) == []
    assert signs(1.9, 2.5) == []
    assert signs(1.9, 2.5, 3.2) == [("longer_pauses", 6)]


def test_even_pauses_do_not_grow_however_long_they_are():
    for seed in range(4):
        track = perform("elbow_flexion", starts_s=tuple(3.0 + 10.0 * np.arange(8)), seed=seed)
        (only,) = analyse(track, "elbow_flexion").sets
        assert only["left_summary"]["rest_s_median"] == pytest.approx(3.0, abs=0.2)  # of 1.0 s asked for
        assert only["left_summary"]["fatigue"] == []


def test_a_compensation_is_new_when_the_first_three_did_without_it():
    rows = rows_of({}, {}, {})
    assert signs_of(rows, [leaning(4), leaning(5)]) == [("new_posture_help", 5)]
    assert signs_of(rows, [leaning(4)]) == []
    assert signs_of(rows, [leaning(4), leaning(6)]) == []
    assert signs_of(rows, [leaning(2), leaning(4), leaning(5)]) == []
    assert signs_of(rows, [leaning(4, side="right"), leaning(5, side="right")]) == []
    # Haste is told by its own sign, and no help of the body.
    assert signs_of(rows, [leaning(4, "too_fast"), leaning(5, "too_fast")]) == []


def test_the_first_three_scored_repetitions_are_what_the_others_are_held_against():
    small = {"range_deg": 70.0}
    assert signs_of([repetition(i + 1, **small) for i in range(8)]) == []
    assert signs_of([repetition(i + 1, **small) for i in range(3)] + [repetition(4), repetition(5)]) == []
    # What was not scored is no reference: the fourth one is the third.
    rows = [repetition(1), repetition(2, scored=False, range_deg=10.0), repetition(3), repetition(4)]
    assert signs_of([*rows, repetition(5, **small), repetition(6, **small)]) == [("range_fading", 6)]
    # One odd repetition among them does not carry the others away.
    rows = [repetition(1), repetition(2, range_deg=60.0), repetition(3)]
    assert signs_of([*rows, repetition(4, **small), repetition(5, **small)]) == [("range_fading", 5)]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_fewer_than_three_repetitions_and_the_first_three_show_no_fatigue(count):
    tired = {"range_deg": 20.0, "lift_s": 9.0, "hold_sag_dps": -9.0, "smoothness_delta": -3.0}
    assert signs_of([repetition(i + 1, **tired) for i in range(count)]) == []


def test_each_sign_is_told_once_and_names_its_side_and_reason():
    rows = rows_of(*[{"range_deg": 70.0, "hold_sag_dps": -5.0}] * 5)
    told = fatigue_signs(rows, (), CURL)
    assert sorted(sign.sign for sign in told) == ["range_fading", "sagging_hold"]
    assert {(sign.side, sign.rep) for sign in told} == {("left", 5)}
    assert all(sign.why for sign in told)


def test_two_different_signs_offer_rest_and_one_does_not():
    fading, sagging = {"range_deg": 70.0}, {"hold_sag_dps": -5.0}
    one = fatigue_signs(rows_of(*[fading] * 4), (), CURL)
    assert [sign.sign for sign in one] == ["range_fading"]
    assert rest_offered_after(one) is None
    rows = rows_of(fading, fading, {**fading, **sagging}, {**fading, **sagging}, fading)
    two = fatigue_signs(rows, (), CURL)
    assert [(sign.sign, sign.rep) for sign in two] == [("range_fading", 5), ("sagging_hold", 7)]
    assert rest_offered_after(two) == 7
    assert rest_offered_after([]) is None
    assert SIGNS_TO_OFFER_REST == 2


@st.composite
def sets(draw):
    """Rows and findings of a set in which anything may happen."""
    values = {
        "range_deg": [100.0, 83.0, 60.0, NAN], "lift_s": [3.0, 1.9, 5.0, NAN], "lower_s": [3.0, 1.5],
        "smoothness_delta": [0.0, -0.7, NAN], "rest_s": [1.0, 2.5, 3.5, NAN], "hold_sag_dps": [0.0, -4.0, NAN],
        "scored": [True, True, True, False],
    }  # fmt: skip
    count = draw(st.integers(0, 10))
    rows = [
        repetition(i + 1, **{name: draw(st.sampled_from(choices)) for name, choices in values.items()})
        for i in range(count)
    ]
    bent = draw(st.sets(st.integers(1, 10)))
    return rows, [leaning(number) for number in sorted(bent) if number <= count]


@given(sets())
def test_the_signs_of_a_set_that_goes_on_are_never_taken_back(drawn):
    rows, findings = drawn
    whole = fatigue_signs(rows, findings, CURL)
    assert {sign.sign for sign in whole} <= SIGNS
    assert len({sign.sign for sign in whole}) == len(whole)
    for count in range(len(rows) + 1):
        so_far = [finding for finding in findings if finding.rep <= count]
        told = fatigue_signs(rows[:count], so_far, CURL)
        assert told == whole[: len(told)]
        assert [sign for sign in whole if sign.rep <= count] == told


def test_who_tires_on_camera_is_offered_rest_when_two_signs_have_shown():
    tops, lifts = [112.0] * 4 + [88.0] * 4, [3.0] * 5 + [4.6] * 3
    starts = 3.0 + 8.6 * np.arange(8) + np.maximum(0.0, 1.6 * (np.arange(8) - 5))
    t_s = clock(starts[-1] + 12.0)
    track = person(t_s, view="left", elbow=movement(t_s, starts, top=tops, lift_s=lifts), noise_px=0.6)
    (only,) = analyse(track, "elbow_flexion").sets
    told = only["left_summary"]
    assert [(sign["sign"], sign["rep"]) for sign in told["fatigue"]] == [
        ("range_fading", 6),
        ("rushing_or_stalling", 7),
    ]
    assert told["rest_offered_after"] == 7
    (fresh,) = analyse(
        perform("elbow_flexion", starts_s=tuple(3.0 + 8.6 * np.arange(8))), "elbow_flexion"
    ).sets
    assert fresh["left_summary"]["fatigue"] == []
    assert fresh["left_summary"]["rest_offered_after"] is None


# A set in numbers


def test_the_numbers_of_a_set_are_those_of_a_pencil():
    rows = [
        repetition(1, range_deg=90.0, lift_s=2.0, rest_s=NAN, score=80.0, smoothness_delta=NAN),
        repetition(2, range_deg=100.0, lift_s=3.0, score=90.0),
        repetition(3, range_deg=110.0, lift_s=4.0, score=100.0),
        repetition(4, range_deg=120.0, lift_s=3.0, score=NAN),
        repetition(5, range_deg=10.0, scored=False, assisted=True),
        repetition(6, range_deg=NAN, scored=False, seen_pct=40.0),
        repetition(7, range_deg=NAN, scored=False, complete=False, seen_pct=40.0),
    ]
    for row, lean_deg in zip(rows, (12.0, -8.0, 7.0, NAN, 30.0, 30.0, 30.0), strict=True):
        row["trunk_flexion_deg"] = lean_deg
    findings = [leaning(1), leaning(2), leaning(5), leaning(3, "too_fast")]
    told = set_summary(rows, findings, CURL, attempts=[{}, {}])
    counts = {name: told[name] for name in ("reps", "scored", "attempts", "not_seen", "assisted")}
    assert counts == {"reps": 6, "scored": 4, "attempts": 2, "not_seen": 1, "assisted": 1}
    assert told["range_deg_median"] == 105.0
    assert told["range_deg_iqr"] == pytest.approx(15.0)  # quarters lie at 97.5 and 112.5
    assert told["lift_s_median"] == 3.0
    assert told["lift_s_iqr"] == pytest.approx(0.5)
    assert told["rest_s_median"] == 1.0
    assert told["hold_s_iqr"] == 0.0
    assert told["smoothness_delta_median"] == 0.0
    # 6, 7, 8 and 7 s: mean 7, standard deviation sqrt(2 / 3).
    assert told["rep_time_cv_pct"] == pytest.approx(100 * math.sqrt(2 / 3) / 7)
    assert told["score_median"] == 90.0
    assert told["compensation_pct"] == {
        "trunk_flexion": pytest.approx(200 / 3),
        "shoulder_drift": None,
    }  # which was not told
    assert told["fatigue"] == []
    assert told["rest_offered_after"] is None


def test_too_few_repetitions_have_no_spread_of_times_and_no_median_score():
    two = set_summary([repetition(1), repetition(2)], (), CURL)
    assert two["score_median"] is None
    assert two["rep_time_cv_pct"] is None
    assert two["range_deg_median"] == 100.0
    three = set_summary([repetition(i) for i in (1, 2, 3)], (), CURL)
    assert three["score_median"] == 95.0
    assert three["rep_time_cv_pct"] is None
    assert set_summary([repetition(i) for i in (1, 2, 3, 4)], (), CURL)["rep_time_cv_pct"] == 0.0


def test_a_set_of_which_nothing_was_scored_says_so_with_empty_numbers():
    unseen = repetition(1, scored=False, seen_pct=20.0, range_deg=NAN)
    told = set_summary([unseen], (), CURL)
    assert (told["reps"], told["scored"], told["not_seen"]) == (1, 0, 1)
    numbers = [value for name, value in told.items() if name.endswith(("_median", "_iqr", "_pct"))]
    assert [value for value in numbers if value != {}] == [None] * (len(numbers) - 1)
    assert set_summary([], (), CURL)["reps"] == 0


def test_each_set_and_side_of_a_recording_has_its_summary():
    starts = (3.0, 12.0, 21.0, 30.0, 70.0, 79.0, 88.0)
    result = analyse(perform("shoulder_abduction", starts_s=starts), "shoulder_abduction")
    assert [one["set"] for one in result.sets] == [1, 2]
    for one, count in zip(result.sets, (4, 3), strict=True):
        for side in ("left", "right"):
            own = [row for row in result.rows if (row["set"], row["side"]) == (one["set"], side)]
            told = one[f"{side}_summary"]
            assert told["reps"] == told["scored"] == one[side] == count
            assert told["range_deg_median"] == pytest.approx(np.median([row["range_deg"] for row in own]))
            assert told["score_median"] == np.median([row["score"] for row in own])
    assert result.to_dict()["sets"][0]["left_summary"]["reps"] == 4


def test_the_far_limb_has_no_summary():
    (only,) = analyse(perform("mini_squat", view="right"), "mini_squat").sets
    assert "right_summary" in only
    assert "left_summary" not in only


# Tries


def tries(result):
    return [one for each in result.sets for one in each["attempts"]]


def sized(name, *parts, noise_px=0.3, seed=0, settings=None, exercise=None):
    """Result of movements whose sizes are `parts` of the smallest that counts."""
    chosen, how = exercise or load_exercise(name), PERFORMANCES[name]
    tops = [how.rest + chosen.sign * part * chosen.rep.min_excursion for part in parts]
    starts = tuple(3.0 + 9.0 * i for i in range(len(parts)))
    track = perform(name, starts_s=starts, top=np.array(tops), noise_px=noise_px, seed=seed)
    return analyse(track, chosen, settings=settings)


@pytest.mark.parametrize("name", SIX)
def test_half_as_large_as_what_counts_is_a_try_and_no_repetition(name):
    result = sized(name, 0.6, 0.6, 0.6)
    assert result.rows == ()
    (only,) = result.sets
    sides = {one["side"] for one in tries(result)}
    assert sides
    for side in sides:
        own = [one["start_s"] for one in tries(result) if one["side"] == side]
        assert own == pytest.approx([3.0, 12.0, 21.0], abs=1.2)
    assert (only["left"], only["right"]) == (0, 0)


@pytest.mark.parametrize("name", ["elbow_flexion", "knee_extension", "shoulder_abduction"])
def test_tries_between_repetitions_are_told_apart_from_them(name):
    result = sized(name, 1.5, 0.6, 1.5, 0.6, 0.2, 1.5)
    leading = {row["side"] for row in result.rows if row["exclusion_reason"] != "far limb"}
    for side in leading:
        assert [row["rep"] for row in result.rows if row["side"] == side] == [1, 2, 3]
        own = [one for one in tries(result) if one["side"] == side]
        assert [one["start_s"] for one in own] == pytest.approx([12.0, 30.0], abs=1.2)
        for one in own:
            assert 1.0 < one["end_s"] - one["start_s"] < 9.0
        assert result.sets[0][f"{side}_summary"]["attempts"] == 2


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("noise_px", [0.0, 0.8, 2.5])
def test_who_sits_still_does_and_tries_nothing(name, noise_px):
    for seed in range(3):
        result = analyse(perform(name, starts_s=(), noise_px=noise_px, seed=seed), name)
        assert result.rows == ()
        assert tries(result) == []
        assert result.sets == ()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("noise_px", [0.3, 0.8, 2.0])
def test_no_try_is_invented_between_repetitions(name, noise_px):
    for seed in range(3):
        result = analyse(perform(name, noise_px=noise_px, seed=seed), name)
        assert len(result.rows) >= 4
        assert tries(result) == []


def test_fidgeting_and_what_is_not_this_exercise_are_no_tries():
    t = clock(40)
    fidget = 5 * np.sin(2 * np.pi * 0.15 * t) * (t > 14)
    track = person(t, view="left", elbow=movement(t, (4.0,)) + fidget, noise_px=0.5)
    assert tries(analyse(track, "elbow_flexion")) == []
    # The upper arm is lifted as well: no curl, so no try of one either.
    lifted = person(t, view="left", elbow=movement(t, (4.0, 14.0), top=28), shoulder=80.0, noise_px=0.3)
    result = analyse(lifted, "elbow_flexion")
    assert result.rows == ()
    assert tries(result) == []


def test_a_try_belongs_to_the_set_of_the_repetition_before_it():
    starts, tops = (3.0, 12.0, 50.0, 59.0, 68.0), np.array([112.0, 28.0, 112.0, 112.0, 28.0])
    result = analyse(perform("elbow_flexion", starts_s=starts, top=tops, noise_px=0.3), "elbow_flexion")
    assert [(one["set"], len(one["attempts"])) for one in result.sets] == [(1, 1), (2, 1)]
    assert result.sets[0]["end_s"] == pytest.approx(19.0, abs=1.0)


def test_a_limb_that_moves_fifteen_degrees_tries_or_counts_by_what_is_known_of_it():
    track = perform("elbow_flexion", top=25.0, noise_px=0.2)
    own = Personal(baseline_deg=15.0, source="check set of 3 repetitions")
    calibrated = CURL.model_copy(update={"personal": {"left": own}})

    def counted(exercise, affected):
        result = analyse(track, exercise, settings=Settings(affected=affected))
        return len([row for row in result.rows if row["complete"]]), len(tries(result))

    assert counted(CURL, "right") == (0, 4)
    assert counted(calibrated, "left") == (4, 0)
    # The stronger side keeps the catalogue's floor, however small its baseline.
    assert counted(calibrated, "right") == (0, 4)


@pytest.mark.parametrize(("top", "reps", "tried"), [(18.0, 4, 0), (15.9, 4, 0), (13.0, 0, 0)])
def test_a_calibrated_weaker_side_counts_from_five_degrees_on(top, reps, tried):
    own = Personal(baseline_deg=8.0, noise_sigma_deg=0.4, source="check set of 3 repetitions")
    calibrated = CURL.model_copy(update={"personal": {"left": own}})
    result = analyse(perform("elbow_flexion", top=top, noise_px=0.1), calibrated, settings=LEFT_WEAKER)
    assert (len(result.rows), len(tries(result))) == (reps, tried)
    if reps:
        assert analyse(perform("elbow_flexion", top=top, noise_px=0.1), CURL, settings=LEFT_WEAKER).rows == ()


@pytest.mark.parametrize("first_s", [0.0, 2.9])
def test_corrected_repetitions_without_a_pause_between_them_leave_no_room_for_tries(first_s):
    edits = [
        Edit("move", "left", rep=1, start_s=first_s, end_s=10.0),
        Edit("move", "left", rep=2, start_s=10.0, end_s=19.5),
    ]
    result = analyse(perform("elbow_flexion"), "elbow_flexion", edits=edits)
    assert [row["rep"] for row in result.rows] == [1, 2, 3, 4]
    assert tries(result) == []


def test_a_repetition_that_a_person_took_away_is_no_try():
    result = analyse(perform("elbow_flexion"), "elbow_flexion", edits=[Edit("delete", "left", rep=2)])
    assert [row["rep"] for row in result.rows] == [1, 2, 3]
    assert tries(result) == []


def test_tries_are_the_same_in_a_mirror_image_of_the_recording():
    seen, image = (
        sized("elbow_flexion", 1.5, 0.6, 1.5),
        analyse(
            perform(
                "elbow_flexion", view="right", starts_s=(3.0, 12.0, 21.0), top=np.array([55.0, 28.0, 55.0]),
                noise_px=0.3,
            ),
            "elbow_flexion",
        ),
    )  # fmt: skip
    assert [one["side"] for one in tries(seen)] == ["left"]
    assert [one["side"] for one in tries(image)] == ["right"]


# The two sides


def arm_from(side, exercise="elbow_flexion", *, top=110.0, seed=1, kind="practice"):
    track = perform("elbow_flexion", view=side, top=top, seed=seed)
    return analyse(track, exercise, settings=Settings(affected="left", kind=kind))


def test_the_same_recordings_always_get_the_same_interval():
    weaker, stronger = arm_from("left", top=80.0), arm_from("right")
    assert compare(weaker, stronger) == compare(weaker, stronger)
    again = compare(arm_from("left", top=80.0), arm_from("right"))
    assert again == compare(weaker, stronger)
    assert (
        again["range_ratio_ci95"] != compare(arm_from("left", top=80.0, seed=2), stronger)["range_ratio_ci95"]
    )


@pytest.mark.parametrize("count", [3, 5, 8])
@pytest.mark.parametrize("spread", [0.03, 0.10])
def test_the_interval_holds_the_true_ratio_as_often_as_it_says(count, spread):
    rng = np.random.default_rng(count)
    times, held = 400, 0
    for _ in range(times):
        over, under = (
            70.0 * np.exp(spread * rng.standard_normal(count)),
            100.0 * np.exp(spread * rng.standard_normal(count)),
        )
        low, high = _ratio(over, under, 0.0, 0.0)[1]
        held += low <= 0.7 <= high
    assert 0.93 <= held / times <= 0.99


def test_more_repetitions_narrow_the_interval_and_the_cameras_error_does_not_go_away():
    rng = np.random.default_rng(3)
    widths = []
    for count in (3, 8, 40):
        over, under = (size * np.exp(0.05 * rng.standard_normal((50, count))) for size in (70.0, 100.0))
        widths.append(
            np.mean([np.diff(_ratio(x, y, 0.0, 0.0)[1])[0] for x, y in zip(over, under, strict=True)])
        )
    assert widths == sorted(widths, reverse=True)
    steady = np.full(8, 70.0), np.full(8, 100.0)
    assert np.diff(_ratio(*steady, 0.0, 0.0)[1])[0] == pytest.approx(0.0, abs=1e-9)
    assert np.diff(_ratio(*steady, 0.05, 0.05)[1])[0] > 0.15


@pytest.mark.parametrize("kinds", [("check", "practice"), ("practice", "check")])
@pytest.mark.parametrize("sides", [("left", "right"), ("left", "left")])
def test_a_check_set_is_not_compared_with_a_practice_set(kinds, sides):
    one, other = (arm_from(side, kind=kind) for side, kind in zip(sides, kinds, strict=True))
    outcome = compare(one, other)
    assert not outcome["comparable"]
    assert outcome["reason"] == "one is a check set and the other a practice set"
    assert outcome["range_ratio"] is None
    alike = compare(one, arm_from(sides[1], kind=kinds[0]))
    assert alike["comparable"]


def coupled(name):
    text = load_exercise(name).toml_text
    ours = text.replace('sides = "unilateral"', 'sides = "coupled"').replace(
        'sides = "bilateral"', 'sides = "coupled"'
    )
    assert 'sides = "coupled"' in ours
    return parse_practice(ours)


def test_joined_hands_are_never_compared():
    together = coupled("shoulder_abduction")
    result = analyse(perform("shoulder_abduction"), together, settings=LEFT_WEAKER)
    assert {row["side"] for row in result.rows} == {"left", "right"}
    assert (result.symmetry["comparable"], result.symmetry["reason"]) == (False, JOINED)
    assert result.symmetry["range_ratio"] is None
    assert result.symmetry["lag_s"] is None
    clasped = coupled("elbow_flexion")
    outcome = compare(arm_from("left", clasped), arm_from("right", clasped))
    assert (outcome["comparable"], outcome["reason"]) == (False, JOINED)
    # The same limb before and after is no comparison of the sides.
    assert compare(arm_from("left", clasped), arm_from("left", clasped, seed=2))["comparable"]


def test_a_symmetry_never_touches_a_score():
    t_s = clock(46)
    starts = (3.0, 12.0, 21.0, 30.0)
    scores = []
    for weaker_top in (40.0, 85.0):
        arms = (movement(t_s, starts, rest=8, top=weaker_top), movement(t_s, starts, rest=8, top=85.0))
        result = analyse(
            replace(person(t_s, view="front", shoulder=arms, noise_px=0.7, seed=5), source={}),
            "shoulder_abduction",
            settings=LEFT_WEAKER,
        )
        assert result.symmetry["comparable"]
        scores.append([row["score"] for row in result.rows if row["side"] == "right"])
    assert scores[0] == scores[1]
