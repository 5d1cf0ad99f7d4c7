"""Repetitions as excursions, in arrays that can be read with a finger. At 10 samples a second; zero comes first."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.reps import Excursion, Gap, next_excursion, trailing_min

NAN = np.nan
RATE_HZ = 10.0
REST = [0.0] * 12
CURL = [20.0, 60.0, 90.0, 90.0, 60.0, 20.0]  # 0.6 s; how long it must last is decided elsewhere


def all_excursions(y, *, min_excursion=30.0, rep_max_s=30.0, cuts=()):
    """Every excursion of a signal that arrives in pieces, as (start, turn, end, complete, reason)."""
    y = np.asarray(y, float)
    begin, found = 0, []
    for stop in (*cuts, len(y)):
        while True:
            step = next_excursion(
                y[:stop],
                begin,
                min_excursion=min_excursion,
                rate_hz=RATE_HZ,
                interrupt_s=1.0,
                rep_max_s=rep_max_s,
                final=stop == len(y),
            )
            if step is None:
                break
            assert step.next_from > begin
            begin = step.next_from
            if isinstance(step, Excursion):
                found.append((step.start, step.turn, step.end, step.complete, step.reason))
    return found


def spans(y, **kwargs):
    return [x[:3] for x in all_excursions(y, **kwargs)]


# Zero


@pytest.mark.parametrize(
    "y",
    [
        [],
        [0.0],
        REST,
        [NAN] * 40,
        [*REST, *[0.2 * x for x in CURL], *REST],
        list(np.linspace(0, -90, 50)),
        [*REST, *[NAN] * 30, *REST],
    ],
    ids=["empty", "one sample", "rest", "never seen", "too small", "only downward", "hidden at rest"],
)
def test_no_movement_is_no_repetition(y):
    assert all_excursions(y) == []


def test_nothing_is_said_before_it_is_certain():
    for length in range(len(REST) + 7):
        y = np.array([*REST, *CURL, *REST][:length])
        settings = {"min_excursion": 30.0, "rate_hz": RATE_HZ, "interrupt_s": 1.0, "rep_max_s": 30.0}
        assert next_excursion(y, 0, final=False, **settings) is None


# One


def test_a_curl_starts_at_the_last_sample_of_rest_and_ends_with_the_first():
    #     0 ... 10  11 | 12  13  14  15  16  17 | 18
    # deg 0 ...  0   0 | 20  60  90  90  60  20 |  0
    assert all_excursions([*REST, *CURL, *REST]) == [(11, 14, 19, True, "")]


def test_one_odd_sample_long_before_does_not_pass_for_rest():
    assert spans([-3.0, *[0.0] * 30, *CURL, *REST])[0][0] == 30


def test_a_movement_counts_from_the_asked_for_size_on():
    y = [*REST, *CURL, *REST]
    assert spans(y, min_excursion=90.0) == [(11, 14, 19)]
    assert spans(y, min_excursion=90.1) == []


def test_where_rest_lies_does_not_matter():
    y = np.array([*REST, *CURL, *REST])
    assert spans(y - 170.0) == spans(y) == spans(y + 33.0)


def test_a_hand_that_comes_to_rest_higher_than_before_still_ends_its_repetition():
    higher = [30.0] * 15
    assert spans([*REST, *CURL[:-1], *higher]) == [(11, 14, 18)]


def test_a_hand_that_comes_to_rest_lower_than_before_ends_where_it_stops():
    lower = [-10.0, -30.0, *[-40.0] * 12]
    assert spans([*REST, *CURL, *lower]) == [(11, 14, 21)]


def test_a_wait_halfway_up_is_part_of_the_same_repetition():
    y = [*REST, 20.0, *[50.0] * 8, 70.0, 90.0, 60.0, 20.0, *REST]
    assert spans(y) == [(11, 22, 26)]


# More


def test_five_curls_with_rest_between_are_five():
    found = spans([*REST, *(CURL + REST) * 5])
    assert found == [(11 + 18 * i, 14 + 18 * i, 19 + 18 * i) for i in range(5)]


def test_curls_without_any_rest_between_are_told_apart():
    found = spans([*REST, *([*CURL, 0.0] * 4), *REST])
    assert [turn for _, turn, _ in found] == [14, 21, 28, 35]
    assert all(a[2] <= b[0] + 1 for a, b in pairwise(found))


def test_resting_lower_and_lower_hides_no_repetition():
    sinking = np.concatenate([np.array([*CURL, *REST]) - 15.0 * i for i in range(4)])
    assert len(spans([*REST, *sinking])) == 4


def test_a_long_pause_is_not_a_repetition():
    y = [*REST, *CURL, *[0.0, 3.0, 1.0, 4.0] * 300, *CURL, *REST]
    assert len(spans(y)) == 2


# Not complete


def test_a_lift_that_the_recording_cut_off_is_kept_and_says_so():
    found = all_excursions([*REST, 20.0, 60.0, 90.0])
    assert found == [(11, 14, 15, False, "the recording ended")]


def test_a_lift_held_far_too_long_is_closed_and_says_so():
    y = [*REST, 20.0, 60.0, *[90.0] * 60, 60.0, 20.0, *REST]
    start, _, end, complete, reason = all_excursions(y, rep_max_s=3.0)[0]
    assert (start, complete, reason) == (11, False, "the lift was held too long")
    assert end <= 14 + 30


def test_a_lift_that_went_out_of_sight_is_closed_and_says_so():
    y = [*REST, 20.0, 60.0, 90.0, *[NAN] * 15, *REST, *CURL, *REST]
    assert all_excursions(y) == [
        (11, 14, 15, False, "it was not seen to the end"),
        (41, 44, 49, True, ""),
    ]


def test_a_lift_that_was_hidden_is_listed_from_its_way_back():
    y = [*REST, *[NAN] * 12, 90.0, 88.0, 60.0, 40.0, 20.0, *REST, *CURL, *REST]
    assert all_excursions(y) == [
        (11, 24, 29, False, "its beginning was not seen"),
        (40, 43, 48, True, ""),
    ]


def test_a_limb_that_was_up_before_and_after_a_gap_is_one_repetition():
    y = [*REST, 20.0, 60.0, 90.0, *[NAN] * 12, 90.0, 60.0, 20.0, *REST]
    assert [x[3:] for x in all_excursions(y)] == [(False, "it was not seen to the end")]


def test_a_blink_does_not_interrupt_a_lift():
    y = [*REST, 20.0, 60.0, *[NAN] * 8, 90.0, 60.0, 20.0, *REST]
    assert all_excursions(y) == [(11, 22, 26, True, "")]


def test_a_long_gap_at_rest_is_passed_over():
    y = np.array([*REST, *[NAN] * 15, *REST, *CURL, *REST])
    settings = {"min_excursion": 30.0, "rate_hz": RATE_HZ, "interrupt_s": 1.0, "rep_max_s": 30.0}
    assert next_excursion(y, 0, final=True, **settings) == Gap(27)
    assert spans(y) == [(38, 41, 46)]


# Never revised


@st.composite
def movements(draw):
    """Lifts of any size with any rest, blinks, long gaps and noise."""
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    y = np.concatenate(
        [REST[: int(rng.integers(0, 12))], *[_piece(rng) for _ in range(int(rng.integers(1, 9)))]]
    )
    return y + rng.normal(0, draw(st.sampled_from([0.0, 1.0, 5.0])), len(y))


def _piece(rng):
    top, rest = rng.uniform(10, 120), rng.uniform(-15, 25)
    up, hold, down, still = (int(n) for n in rng.integers((1, 0, 1, 0), (15, 12, 15, 25)))
    lift = [*np.linspace(0, top, up), *[top] * hold, *np.linspace(top, rest, down), *[rest] * still]
    if rng.random() < 0.3:
        a = int(rng.integers(0, len(lift)))
        lift[a : a + int(rng.integers(1, 18))] = [NAN] * min(len(lift) - a, int(rng.integers(1, 18)))
    return lift


@given(movements(), st.lists(st.integers(1, 300), max_size=12))
def test_arriving_in_pieces_finds_the_same_repetitions(y, cuts):
    cuts = sorted({c for c in cuts if c < len(y)})
    assert all_excursions(y, cuts=cuts) == all_excursions(y)


@given(movements())
def test_arriving_sample_by_sample_finds_the_same_repetitions(y):
    assert all_excursions(y, cuts=range(1, len(y))) == all_excursions(y)


@given(movements(), st.sampled_from([10.0, 30.0, 60.0]))
def test_repetitions_follow_each_other_and_turn_between_their_ends(y, size):
    found = all_excursions(y, min_excursion=size)
    for start, turn, end, _, _ in found:
        assert 0 <= start < turn < end <= len(y)
        assert y[turn] - y[start] > 0
    for before, after in pairwise(found):
        assert before[2] <= after[0] + 1


@given(movements(), st.integers(1, 40))
def test_a_trailing_minimum_is_the_minimum_of_the_last_so_many(y, width):
    x = np.where(np.isnan(y), np.inf, y)
    assert trailing_min(x, width).tolist() == [x[max(0, i + 1 - width) : i + 1].min() for i in range(len(x))]


# A new place to rest


SITTING_DOWN = [0.0, 10.0, 30.0, 45.0]
HANDS_IN_THE_LAP = [48.0] * 20
CURL_FROM_THE_LAP = [55.0, 80.0, 90.0, 90.0, 80.0, 55.0]


def test_who_sits_down_with_bent_arms_rests_there_from_then_on():
    """The arms hung straight while standing, and no curl from the lap comes half the way back to that."""
    y = [*REST, *SITTING_DOWN, *HANDS_IN_THE_LAP, *(5 * [*CURL_FROM_THE_LAP, *HANDS_IN_THE_LAP])]
    found = all_excursions(y)
    assert [complete for *_, complete, _ in found] == [True] * 5
    for start, turn, end, *_ in found:
        assert y[start] == y[end - 1] == 48.0
        assert y[turn] == 90.0
        assert end - start <= len(CURL_FROM_THE_LAP) + 2
    for cut in range(20, len(y), 7):
        assert all_excursions(y, cuts=(cut,)) == found


def test_a_halt_on_the_way_up_is_no_rest():
    y = [*REST, 20.0, 50.0, *[50.0] * 15, 70.0, 90.0, 90.0, 60.0, 20.0, *REST]
    ((start, _, end, complete, _),) = all_excursions(y)
    assert complete
    assert y[start] == y[end - 1] == 0.0
    assert start == len(REST) - 1
