"""Other programs' skeletons in the one pipeline: what they have is measured, what they lack is said and never zero."""

from dataclasses import replace

import numpy as np
import pytest
from other_skeletons import as_skeleton, equal
from synthetic import clock, movement, person

from posecheck.analysis import analyse
from posecheck.exercise import list_exercises, load_exercise
from posecheck.records import Settings
from posecheck.seeing import seeing
from posecheck.session import Session
from posecheck.signals import SIGNALS, keypoints_of
from posecheck.skeleton import BLAZEPOSE_33, SKELETONS, Skeleton, skeleton_of
from posecheck.stick_figure import figure_of
from posecheck.trial import load_track, save_track
from posecheck.view import measure_view

T_S = clock(22)
CURL = person(T_S, elbow=movement(T_S, (3.0, 12.0)), noise_px=0.8)
RAISE = person(
    T_S,
    view="front",
    shoulder=(movement(T_S, (3.0, 12.0), rest=8, top=60), movement(T_S, (3.0, 12.0), rest=8, top=85)),
)
OTHERS = [skeleton for skeleton in SKELETONS.values() if skeleton is not BLAZEPOSE_33]
MADE = skeleton_of(
    "trc", ("right_shoulder", "right_elbow", "right_wrist", "right_hip", "left_hip", "left_shoulder")
)


def differing(one, other):
    """Names of the row's numbers that differ; the view in which both were seen is not one."""
    return {k for k, x in one.items() if not (x == other[k] or (x != x and other[k] != other[k]))}


@pytest.mark.parametrize("skeleton", [*OTHERS, MADE], ids=lambda skeleton: skeleton.name)
def test_what_a_skeleton_has_is_measured_as_ever(skeleton):
    whole, other = (
        analyse(track, "elbow_flexion", settings=Settings(view="right"))
        for track in (CURL, as_skeleton(CURL, skeleton))
    )
    assert len(other.rows) == len(whole.rows) == 2
    for row, its in zip(whole.rows, other.rows, strict=True):
        assert not differing(row, its)


@pytest.mark.parametrize("skeleton", OTHERS, ids=lambda skeleton: skeleton.name)
def test_both_arms_from_in_front_as_ever(skeleton):
    whole, other = (
        analyse(track, "shoulder_abduction").rows for track in (RAISE, as_skeleton(RAISE, skeleton))
    )
    assert len(other) == len(whole) == 4
    assert not any(differing(one, its) for one, its in zip(whole, other, strict=True))


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("coco_17", "right heel, right foot index"),
        ("openpose_18", "right heel, right foot index"),
        ("kinect_25", "right heel"),
    ],
)
def test_what_needs_a_lacking_keypoint_is_not_measurable_and_says_so(name, missing):
    toes = person(T_S, foot=movement(T_S, (3.0, 12.0), rest=0, top=25), knee=90.0, thigh=90.0)
    result = analyse(
        as_skeleton(toes, SKELETONS[name]),
        "ankle_dorsiflexion",
        settings=Settings(view="right", side="right"),
    )
    assert not result.rows
    assert np.isnan(result.signals["right_foot_pitch_deg"]).all()
    assert f"{name} has no {missing}, without which" in " ".join(result.quality["warnings"])


def test_every_exercise_can_be_asked_of_every_skeleton():
    for exercise in list_exercises():
        for skeleton in (*OTHERS, MADE, Skeleton("two", ("nose", "left_wrist"))):
            for track in (CURL, RAISE):
                small = as_skeleton(track, skeleton).only(slice(0, 60))
                signals = analyse(small, exercise, settings=Settings(view=next(iter(exercise.view)))).signals
                for name in signals.names:
                    side, signal = name.rsplit("_", 1)[0].split("_", 1)
                    lacking = set(keypoints_of(signal, side)) - set(skeleton.keypoints)
                    assert not (lacking and np.isfinite(signals[name]).any())


def test_a_person_is_detected_by_whatever_is_seen_of_them():
    coco = as_skeleton(CURL, SKELETONS["coco_17"])
    uv = coco.uv_px.copy()
    uv[:, 0] = np.nan  # the nose, never
    uv[300:360] = np.nan  # nobody
    result = analyse(replace(coco, uv_px=uv), "elbow_flexion", settings=Settings(view="right"))
    assert result.quality["detected_pct"] == pytest.approx(100 * (1 - 60 / len(T_S)))
    assert result.quality["framing"] == pytest.approx(
        100 * (1 - 60 / len(T_S)), abs=1.0
    )  # an ear tells of the head
    assert sum(row["complete"] for row in result.rows) >= 1
    assert replace(coco, uv_px=uv).frame(0).seen
    assert not replace(coco, uv_px=uv).frame(310).seen


def test_a_head_that_is_nowhere_seen_is_not_in_the_picture():
    coco = as_skeleton(CURL, SKELETONS["coco_17"])
    uv = coco.uv_px.copy()
    uv[:, :5] = np.nan
    result = analyse(replace(coco, uv_px=uv), "elbow_flexion", settings=Settings(view="right"))
    assert result.quality["framing"] == 0.0
    assert {row["exclusion_reason"] for row in result.rows} == {
        "not scored: head or trunk outside the picture 100 % of the time"
    }


def test_the_view_is_told_by_one_ear():
    coco = as_skeleton(CURL, SKELETONS["coco_17"])
    uv = coco.uv_px.copy()
    uv[:, coco.skeleton.index("left_ear")] = np.nan
    told = measure_view(T_S, uv, coco.visibility, coco.skeleton, visibility_min=0.5, final=True)
    assert told == "right"
    uv[:, coco.skeleton.index("right_ear")] = np.nan
    assert measure_view(T_S, uv, coco.visibility, coco.skeleton, visibility_min=0.5, final=True) == "unknown"


@pytest.mark.parametrize(
    "skeleton", [SKELETONS["halpe_26"], SKELETONS["kinect_22"], MADE], ids=lambda s: s.name
)
def test_live_is_offline_for_other_skeletons_with_keypoints_that_come_and_go(skeleton):
    track = as_skeleton(CURL, skeleton)
    uv, visibility = track.uv_px.copy(), track.visibility.copy()
    hidden = np.random.default_rng(5).random(visibility.shape) < 0.02
    uv[hidden], visibility[hidden] = np.nan, 0.0
    track = replace(track, uv_px=uv, visibility=visibility)
    settings = Settings(view="right")
    session = Session(
        "elbow_flexion", image_size_px=track.image_size_px, settings=settings, skeleton=skeleton,
        engine="synthetic", model=track.model,
    )  # fmt: skip
    for pose in track.frames():
        session.push(pose)
    finished, whole = session.finish(), analyse(track, "elbow_flexion", settings=settings)
    assert finished.to_dict() == whole.to_dict()
    assert np.array_equal(finished.signals.values, whole.signals.values, equal_nan=True)
    assert whole.rows


@pytest.mark.parametrize("skeleton", [*OTHERS, MADE], ids=lambda skeleton: skeleton.name)
def test_a_stored_track_of_another_skeleton_comes_back(skeleton, tmp_path):
    track = as_skeleton(CURL, skeleton)
    save_track(tmp_path / "pose.npz", track)
    assert equal(load_track(tmp_path / "pose.npz"), track)


@pytest.mark.parametrize("skeleton", [*OTHERS, MADE], ids=lambda skeleton: skeleton.name)
def test_a_stick_figure_and_the_checks_of_the_picture_do_with_what_there_is(skeleton):
    track = as_skeleton(RAISE, skeleton)
    for close in (True, False):
        assert len(figure_of(track, 10, close=close).shapes) > 4
    assert seeing(track, load_exercise("shoulder_abduction"), Settings(view="front"), asked=True)


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_a_skeleton_has_each_keypoint_once_and_every_pair_whole(skeleton):
    assert len(set(skeleton.keypoints)) == len(skeleton)
    assert sorted(skeleton.mirror) == list(range(len(skeleton)))
    assert skeleton.head
    assert all(end in skeleton for bone in skeleton.bones for end in bone)
    trunk = {f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "hip", "elbow", "wrist")}
    assert trunk <= set(skeleton.keypoints)


def test_the_signals_need_nothing_that_no_skeleton_has():
    needed = {name for signal in SIGNALS for side in ("left", "right") for name in keypoints_of(signal, side)}
    assert needed <= set(BLAZEPOSE_33.keypoints)
