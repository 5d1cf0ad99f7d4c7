"""A recording under corrections: the same as `analyse` with them, undone and redone as one made them."""

import numpy as np
import pytest
from synthetic import clock, movement, person

from posecheck.analysis import analyse
from posecheck.clinic.sheet import changing
from posecheck.editing import boundaries_s, changed, found_as
from posecheck.errors import EditError
from posecheck.records import Edit, Settings
from posecheck.report import report_of
from posecheck.reviewing import Review, for_each, shifted

AT = "2026-03-02T12:00:0{}+00:00"
SETTINGS = Settings(affected="left", side="both")


@pytest.fixture(scope="module")
def track():
    """Four raises of each arm, one after the other."""
    t_s = clock(66.0)
    arm = {"rest": 8.0, "top": 75.0, "lift_s": 2.0, "hold_s": 1.0, "lower_s": 2.0}
    right = movement(t_s, [2.0, 10.0, 18.0, 26.0], **arm)
    left = movement(t_s, [34.0, 42.0, 50.0, 58.0], **arm)
    flat = np.full(len(t_s), 10.0)
    return person(t_s, view="front", shoulder=(left, right), elbow=(flat, flat), thigh=60.0, knee=70.0)


@pytest.fixture
def review(track):
    return Review(track, "shoulder_abduction", settings=SETTINGS)


def named(result, side):
    return [row["rep"] for row in result.rows if row["side"] == side and row["complete"]]


def test_without_corrections_it_is_the_analysis(review, track):
    whole = analyse(track, "shoulder_abduction", settings=SETTINGS)
    assert repr(review.result.rows) == repr(whole.rows)
    assert len(named(whole, "left")) == len(named(whole, "right")) == 4
    assert review.edits == ()


def test_corrections_give_what_analyse_gives_with_them(review, track):
    review.edit(
        for_each(review.result, [("right", 2), ("right", 3)], "delete"), author="A. K.", at_utc=AT.format(1)
    )
    review.edit([Edit("assist", "left", 1)], author="A. K.", at_utc=AT.format(2))
    whole = analyse(track, "shoulder_abduction", settings=SETTINGS, edits=review.edits)
    assert repr(review.result.rows) == repr(whole.rows)
    assert named(review.result, "right") == [1, 2]
    assert {(edit.author, edit.at_utc) for edit in review.edits} == {
        ("A. K.", AT.format(1)),
        ("A. K.", AT.format(2)),
    }
    assert len(named(review.automatic, "right")) == 4


def test_what_belongs_together_is_undone_together_also_after_it_was_stored(review, track):
    before = repr(review.result.rows)
    review.edit(
        for_each(review.result, [("right", 1), ("right", 4)], "delete"), author="a", at_utc=AT.format(1)
    )
    after = repr(review.result.rows)
    review.edit([Edit("assist", "right", 1)], author="a", at_utc=AT.format(2))
    again = Review(track, "shoulder_abduction", settings=SETTINGS, edits=review.edits)
    for one in (review, again):
        assert repr(one.undo().rows) == after
        assert repr(one.undo().rows) == before
        assert not one.can_undo
        assert repr(one.undo().rows) == before
    assert repr(review.redo().rows) == after
    assert review.can_redo
    review.edit([Edit("assist", "left", 1)], author="a", at_utc=AT.format(3))
    assert not review.can_redo


def test_what_cannot_be_done_changes_nothing(review):
    before = repr(review.result.rows)
    with pytest.raises(EditError, match="no repetition 9"):
        review.edit([Edit("delete", "right", 9)], author="a", at_utc=AT.format(1))
    assert repr(review.result.rows) == before
    assert not review.can_undo
    with pytest.raises(EditError, match="no repetition 9"):
        for_each(review.result, [("right", 9)], "delete")


@pytest.mark.parametrize("chosen", [[1, 2], [2, 4], [4, 1, 3], [1, 2, 3, 4]])
def test_repetitions_change_sides_whatever_the_order_they_were_chosen_in(review, chosen):
    own = [(row["start_s"], row["rep"]) for row in review.result.rows if row["side"] == "right"]
    edits = for_each(review.result, [("right", rep) for rep in chosen], "side", "left")
    result = review.edit(edits, author="a", at_utc=AT.format(1))
    stayed = [start_s for start_s, rep in own if rep not in chosen]
    grid = result.signals.t_s[result.reps.start[result.reps.side == "right"]]
    assert np.allclose(grid, stayed, atol=1.0)
    assert len(named(result, "left")) == 4 + len(chosen)


def test_not_counted_is_shown_and_counts_for_nothing_and_can_be_taken_back(review):
    result = review.edit(for_each(review.result, [("right", 2)], "exclude"), author="a", at_utc=AT.format(1))
    row = next(row for row in result.rows if (row["side"], row["rep"]) == ("right", 2))
    assert row["exclusion_reason"] == "not scored: a person left it out"
    assert (row["complete"], row["scored"]) == (False, False)
    assert np.isnan(row["range_deg"])
    assert result.sets[0]["right"] == 3
    before = repr(review.automatic.rows)
    back = review.edit(for_each(result, [("right", 2)], "exclude", "false"), author="a", at_utc=AT.format(2))
    assert repr(back.rows) == before


@pytest.mark.parametrize("delta_s", [0.3, -0.3, 1.2])
def test_a_whole_set_is_shifted_without_one_standing_in_the_way_of_the_next(review, delta_s):
    everyone = [(row["side"], row["rep"]) for row in review.result.rows]
    before = review.result.signals.t_s[review.result.reps.start]
    result = review.edit(shifted(review.result, everyone, delta_s), author="a", at_utc=AT.format(1))
    assert np.allclose(result.signals.t_s[result.reps.start] - before, delta_s, atol=0.05)
    assert review.undo().rows is review.automatic.rows


def test_merging_several_names_each_once(review):
    result = review.edit(
        for_each(review.result, [("right", 1), ("right", 3)], "merge"), author="a", at_utc=AT.format(1)
    )
    assert named(result, "right") == [1, 2]
    whole = result.reps
    right = whole.side == "right"
    assert list(result.signals.t_s[whole.end[right] - 1] - result.signals.t_s[whole.start[right]] > 10) == [
        True,
        True,
    ]


def test_one_limb_names_the_repetition_of_both(track):
    both = Review(track, "mirror_arm_raise", settings=Settings())
    if not both.result.rows:
        pytest.skip("nothing was lifted together")
    edits = for_each(both.result, [("left", 1), ("right", 1)], "delete")
    assert len(edits) == 1


# ── as it was found ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_repetition_is_held_beside_the_one_that_was_found_there_and_of_its_own_side():
    """Both arms at once, the right one a little longer: the left one's past is the left one's."""
    rows = [{"side": "left", "rep": 1, "start_s": 3.0, "end_s": 8.0}, {"side": "right", "rep": 1, "start_s": 2.5,
            "end_s": 9.0}, {"side": "right", "rep": 2, "start_s": 12.0, "end_s": 18.0}]  # fmt: skip
    moved = rows[0] | {"start_s": 2.0, "end_s": 8.5}
    assert found_as(moved, rows) is rows[0]
    assert found_as(rows[2] | {"side": "left", "rep": 2}, rows) is rows[2]
    assert found_as(rows[0] | {"start_s": 20.0, "end_s": 25.0}, rows) is None


def test_what_a_correction_changed_is_what_the_review_and_the_report_tell(review):
    edits = [
        Edit("move", "right", 1, start_s=1.5, end_s=8.0),
        *for_each(review.result, [("left", 2)], "assist"),
    ]
    result = review.edit([*edits, Edit("delete", "right", 4)], author="A. K.", at_utc=AT.format(1))
    table = next(t for t in report_of(result, automatic=review.automatic).appendix if "changed" in t.title)
    told = {(one, name): (before, now) for one, name, before, now in table.rows}
    rows = {(row["side"], row["rep"]): row for row in result.rows}
    before = {(row["side"], row["rep"]): row for row in review.automatic.rows}
    shown = {(rep["side"], rep["rep"]): rep["automatic"] for rep in changing(review)["reps"]}
    for key, row in rows.items():
        names = changed(row, before[key], "deg")
        drawn = {"boundaries, s"} if key == ("right", 1) else set()
        assert {name for one, name in told if one == f"{key[0]} {key[1]}"} == {*names, *drawn}
        assert (shown[key] is None) == (not names)
        if names:
            assert shown[key]["range"] == before[key]["range_deg"]
    assert set(changed(rows["left", 2], before["left", 2], "deg")) == {"assisted"}
    assert told["left 2", "assisted"] == ("false", "true")
    assert told["was right 4", ""][1] == "no repetition of its own"
    assert told["right 1", "boundaries, s"][1] == "1.50 to 8.00"
    [drawn_s] = [
        both for row, both in zip(result.rows, boundaries_s(result), strict=True)
        if (row["side"], row["rep"]) == ("right", 1)
    ]  # fmt: skip
    assert drawn_s == (1.5, 8.0)
    assert shown["right", 1]["from_s"] != 1.5


def test_what_is_missing_says_why_in_the_review_as_in_the_report(review):
    told = {(rep["side"], rep["rep"]): rep["why"] for rep in changing(review)["reps"]}
    assert told["left", 1] == {"score": "the weaker side gets no score"}
    assert told["right", 1] == {}
    review.edit([Edit("exclude", "right", 1)], author="A. K.", at_utc=AT.format(1))
    told = {(rep["side"], rep["rep"]): rep["why"] for rep in changing(review)["reps"]}
    assert told["right", 1]["score"].endswith("a person left it out")


def test_a_mean_is_taken_of_those_without_help_or_of_all_where_all_were_helped(review):
    def middle():
        return {(rep["side"], rep["rep"]) for rep in changing(review)["reps"] if rep["in_middle"]}

    everyone = {(side, rep) for side in ("left", "right") for rep in range(1, 5)}
    assert middle() == everyone
    review.edit([Edit("assist", "left", 2)], author="A. K.", at_utc=AT.format(1))
    assert middle() == everyone - {("left", 2)}
    told = changing(review)
    assert told["symmetry"]["comparable"] is False
    lifts = [rep["lift_s"] for rep in told["reps"] if rep["side"] == "left" and rep["rep"] != 2]
    assert told["medians"]["left"]["lift_s"] == np.median(lifts)
    review.edit([Edit("assist", "left", rep) for rep in (1, 3, 4)], author="A. K.", at_utc=AT.format(2))
    assert middle() == everyone
