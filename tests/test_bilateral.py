"""Exercises of both limbs together: one repetition, two rows, and corrections that may name either side."""

import pytest
from synthetic import clock, movement, person

from posecheck.analysis import analyse
from posecheck.errors import EditError
from posecheck.records import Edit, Settings

T_S = clock(36)
BEND = movement(T_S, (3.0, 12.0, 21.0), rest=6, top=45)
SQUATS = person(T_S, view="right", knee=BEND, thigh=BEND / 2, noise_px=0.6)


def rows_of(result, side):
    return [row for row in result.rows if row["side"] == side]


def test_both_limbs_share_each_repetition_and_the_far_one_is_not_measured():
    result = analyse(SQUATS, "mini_squat")
    near, far = rows_of(result, "right"), rows_of(result, "left")
    assert [row["rep"] for row in near] == [row["rep"] for row in far] == [1, 2, 3]
    assert {row["exclusion_reason"] for row in far} == {"far limb"}
    assert all(row["range_deg"] != row["range_deg"] for row in far)
    assert all(row["scored"] for row in near)


@pytest.mark.parametrize("moving", ["left", "right"])
def test_facing_whichever_arm_moves_the_work_is_counted(moving):
    """Nobody said which side is the weaker one, and the other arm rests."""
    arm = movement(T_S, (3.0, 12.0, 21.0), rest=8, top=72)
    shoulder = (arm, 8.0) if moving == "left" else (8.0, arm)
    result = analyse(person(T_S, view="front", shoulder=shoulder, noise_px=0.8), "mirror_arm_raise")
    assert [row["rep"] for row in rows_of(result, moving)] == [1, 2, 3]


@pytest.mark.parametrize("named", ["left", "right"])
def test_a_correction_may_name_either_limb(named):
    result = analyse(SQUATS, "mini_squat", edits=[Edit("delete", named, rep=2)])
    assert len(rows_of(result, "left")) == len(rows_of(result, "right")) == 2


def test_asking_for_the_far_limb_alone_counts_nothing_and_says_so():
    result = analyse(SQUATS, "mini_squat", settings=Settings(side="left"))
    assert result.rows == ()
    assert "The left side is away from the camera and was not measured." in result.quality["warnings"]


def test_there_is_nothing_to_correct_where_nothing_is_measured():
    with pytest.raises(EditError, match="There is no repetition 1 on the right side"):
        analyse(SQUATS, "shoulder_abduction", edits=[Edit("delete", "right", rep=1)])
