"""Hand-labelled clips of real people: the count equals the label, and a foreign exercise invents nothing."""

from pathlib import Path

import pytest
from shared_data import labelled_clips
from watched import watched

from posecheck.analysis import analyse
from posecheck.exercise import exercise_ids

CLIPS = {path.stem: (path, label) for path, label in labelled_clips()}
pytestmark = pytest.mark.skipif(not CLIPS, reason="needs the shared clips (POSECHECK_SHARED)")

OWN = Path(__file__).parent / "exercises"
MATCHING = {
    "squat_side_rohan": OWN / "full_squat.toml",
    "press_side_kshitij": OWN / "overhead_press.toml",
    "curl_side_posetrainer": "elbow_flexion",
}
# A full squat is also a knee bend, so the small one counts it as well.
ALSO = {
    ("squat_side_rohan", "mini_squat"),
    ("curl_side_posetrainer", "elbow_flexion"),
    ("curl_side_posetrainer", "mirror_elbow_bend"),  # the same from the side,
    ("curl_side_posetrainer", "drink"),  # and the camera does not see the cup
}
BY_EYE_S = 0.3  # how exactly a label marks the start and end of a movement


def _poses(name):
    return watched(CLIPS[name][0])


def _counted(result):
    return [row for row in result.rows if row["complete"] and row["exclusion_reason"] != "far limb"]


@pytest.mark.parametrize("name", sorted(set(MATCHING) & set(CLIPS)))
def test_the_count_equals_the_hand_label(name):
    label = CLIPS[name][1]
    counted = _counted(analyse(_poses(name), MATCHING[name]))
    assert len(counted) == label["full"]
    for row, rep in zip(counted, label["reps"], strict=True):
        allowed_s = BY_EYE_S + 2 * row["time_sigma_s"] if row["time_sigma_s"] > 0 else 2 * BY_EYE_S
        assert row["start_s"] == pytest.approx(rep["start"], abs=allowed_s)
        assert row["end_s"] == pytest.approx(rep["end"], abs=allowed_s)


@pytest.mark.parametrize("exercise", exercise_ids())
@pytest.mark.parametrize("name", sorted(CLIPS))
def test_a_foreign_exercise_may_miss_but_not_invent(name, exercise):
    if (name, exercise) in ALSO:
        pytest.skip("this exercise is in this clip")
    assert _counted(analyse(_poses(name), exercise)) == []


@pytest.mark.parametrize("name", ["full_squat", "overhead_press"])
@pytest.mark.parametrize("clip", sorted(n for n, (_, label) in CLIPS.items() if label["full"] == 0))
def test_clips_without_repetitions_count_zero(clip, name):
    assert _counted(analyse(_poses(clip), OWN / f"{name}.toml")) == []
