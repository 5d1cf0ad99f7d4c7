"""Best, middle and worst repetition: by what was measured, and never one that was withheld."""

from types import SimpleNamespace

import numpy as np
import pytest
from synthetic import behind_a_cushion, clock, movement, person

from posecheck.analysis import analyse
from posecheck.examples import examples_of, top_times_s
from posecheck.records import Edit, Settings

NAN = float("nan")
ROW = {"side": "left", "kind": "practice", "scored": True, "range_deg": 80.0, "target_range": 80.0, "lift_s": 3.0,
       "target_lift_s": 3.0, "lower_s": 3.0, "target_lower_s": 3.0, "start_s": 0.0, "top_start_s": NAN,
       "top_end_s": NAN}  # fmt: skip


def result_of(*changes):
    """A result with as many repetitions of the left side, each with something of its own."""
    rows = [ROW | {"rep": number} | change for number, change in enumerate(changes, start=1)]
    return SimpleNamespace(
        rows=rows, exercise=SimpleNamespace(unit="deg"), signals=SimpleNamespace(t_s=np.arange(9.0)),
        reps=SimpleNamespace(turn=np.arange(len(rows))),
    )  # fmt: skip


def places(result):
    return {one.place: one.rep for one in examples_of(result)}


def test_in_practice_the_best_is_the_one_closest_to_what_was_asked():
    result = result_of({"range_deg": 70.0}, {"range_deg": 79.0}, {"range_deg": 50.0}, {"range_deg": 76.0})
    assert places(result) == {"best": 2, "middle": 4, "worst": 3}


def test_further_than_asked_is_no_better_than_less_far():
    result = result_of({"range_deg": 120.0}, {"range_deg": 80.0}, {"range_deg": 70.0})
    assert places(result) == {"best": 2, "middle": 3, "worst": 1}


def test_the_furthest_part_decides_and_slower_is_never_less():
    result = result_of({"lift_s": 1.0}, {"lift_s": 9.0, "lower_s": 7.0}, {"range_deg": 75.0})
    assert places(result) == {"best": 2, "middle": 3, "worst": 1}
    assert examples_of(result)[-1].parts[1] == ("lift", 1.0, 3.0)


def test_of_a_check_set_the_largest_range_is_the_best_whatever_it_was_told_to_take():
    told = [{"kind": "check", "range_deg": value, "lift_s": 0.5} for value in (60.0, 82.0, 71.0)]
    result = result_of(*told)
    assert places(result) == {"best": 2, "middle": 3, "worst": 1}
    assert [name for name, *_ in examples_of(result)[0].parts] == ["range"]


def test_what_is_withheld_or_not_scored_never_appears():
    result = result_of(
        {"range_deg": NAN}, {"range_deg": 10.0, "scored": False}, {"range_deg": 60.0}, {"range_deg": 79.0},
        {"lift_s": NAN}, {"range_deg": 77.0},
    )  # fmt: skip
    assert places(result) == {"best": 4, "middle": 6, "worst": 3}


def test_where_the_range_is_not_told_the_tempo_decides_and_where_nothing_is_nobody_stands_for_anything():
    result = result_of(*({"range_deg": NAN, "lift_s": lift_s} for lift_s in (1.0, 3.0, 2.0)))
    assert places(result) == {"best": 2, "middle": 3, "worst": 1}
    own_pace = {"range_deg": NAN, "target_lift_s": NAN, "target_lower_s": NAN}
    assert examples_of(result_of(own_pace, own_pace, own_pace)) == ()
    assert examples_of(result_of()) == ()


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [((70.0,), {"best": 1}), ((70.0, 80.0), {"best": 2, "worst": 1}),
     ((70.0, 80.0, 75.0, 60.0), {"best": 2, "middle": 3, "worst": 4}),
     ((80.0, 80.0, 80.0), {"best": 1, "middle": 2, "worst": 3})],
)  # fmt: skip
def test_of_few_each_is_told_once(ranges, expected):
    assert places(result_of(*({"range_deg": value} for value in ranges))) == expected


# ── of a recording ────────────────────────────────────────────────────────────────────────────────────────────

STARTS = (3.0, 13.0, 23.0, 33.0, 43.0)
TOPS = (100.0, 118.0, 76.0, 90.0, 108.0)


@pytest.fixture(scope="module")
def curls():
    t_s = clock(54.0)
    angle = movement(t_s, STARTS[:1], top=TOPS[0])
    for start, top in zip(STARTS[1:], TOPS[1:], strict=True):
        angle = np.maximum(angle, movement(t_s, (start,), top=top))
    return person(t_s, view="right", elbow=(np.full(len(t_s), 10.0), angle), noise_px=0.3)


def test_of_a_recording_with_the_moments_to_look_at(curls):
    result = analyse(curls, "elbow_flexion", settings=Settings(kind="check"))
    best, middle, worst = examples_of(result)
    assert [one.rep for one in (best, middle, worst)] == [2, 1, 3]
    rows = {row["rep"]: row for row in result.rows if row["side"] == "right"}
    for one in (best, middle, worst):
        assert one.start_s == rows[one.rep]["start_s"]
        assert one.top_s == pytest.approx(STARTS[one.rep - 1] + 3.5, abs=0.3)
        assert one.parts[0][1] == rows[one.rep]["range_deg"]


def test_a_repetition_that_a_hand_helped_one_left_out_and_one_hidden_are_no_examples(curls):
    edits = [Edit("assist", "right", rep=2), Edit("exclude", "right", rep=3)]
    seen = behind_a_cushion(curls, "right_wrist", 4.0, 6.5)
    result = analyse(seen, "elbow_flexion", settings=Settings(kind="check"), edits=edits)
    assert [row["scored"] for row in result.rows if row["side"] == "right"] == [False] * 3 + [True] * 2
    assert places(result) == {"best": 5, "worst": 4}


def test_the_top_is_where_the_movement_turns_when_the_hold_is_not_timed(curls):
    result = analyse(curls, "elbow_flexion")
    for row, top_s in zip(result.rows, top_times_s(result), strict=True):
        assert row["start_s"] < top_s < row["end_s"]
    blind = SimpleNamespace(
        rows=[row | {"top_start_s": NAN, "top_end_s": NAN} for row in result.rows], reps=result.reps,
        signals=result.signals,
    )  # fmt: skip
    assert top_times_s(blind) == [pytest.approx(one, abs=0.8) for one in top_times_s(result)]
