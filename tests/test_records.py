"""The frozen nouns: shapes are checked once, with a sentence; arrays cannot be written."""

from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
from synthetic import clock, person

from posecheck.errors import PosecheckError, TrackError
from posecheck.records import Measures, PoseFrame, PoseTrack, Reps, Settings, Signals
from posecheck.skeleton import BLAZEPOSE_33


def arrays_of(record):
    return {f.name: v for f in fields(record) if isinstance(v := getattr(record, f.name), np.ndarray)}


def a_frame():
    return PoseFrame(0.5, np.zeros((33, 2)), np.zeros((33, 3)), np.ones(33))


def reps(n=2):
    return Reps(range(n), range(n), range(n), ["left"] * n, range(1, n + 1), [1] * n, [True] * n)


RECORDS = {
    "PoseFrame": a_frame(),
    "PoseTrack": person(clock(1.0)),
    "Signals": Signals([0.0, 0.1], [[1.0], [2.0]], ("angle",), ("deg",), [[False], [True]]),
    "Reps": reps(),
    "Measures": Measures([[1.0, np.nan]], [[0.1, np.nan]], ("lift_s", "hold_s"), ("s", "s")),
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_nothing_in_a_record_can_be_changed(record):
    arrays = arrays_of(record)
    assert arrays
    for name, array in arrays.items():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
        with pytest.raises(FrozenInstanceError):
            setattr(record, name, array)


def test_a_record_keeps_its_own_copy():
    mine = np.zeros((2, 1))
    signals = Signals([0.0, 0.1], mine, ("angle",), ("deg",), np.zeros((2, 1), bool))
    mine[:] = 7.0
    assert signals["angle"].tolist() == [0.0, 0.0]


def test_poses_are_kept_in_the_precision_of_the_engine():
    track = RECORDS["PoseTrack"]
    assert (track.t_s.dtype, track.uv_px.dtype, track.visibility.dtype) == (
        np.float64,
        np.float32,
        np.float32,
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"uv_px": np.zeros((30, 17, 2))}, r"uv_px must have shape \(T, 33, 2\).*got \(30, 17, 2\)"),
        ({"uv_px": np.zeros((30, 33, 3))}, r"got \(30, 33, 3\)"),
        ({"uv_px": np.zeros((12, 33, 2))}, r"uv_px must have shape \(30, 33, 2\), got \(12, 33, 2\)"),
        ({"xyz_m": np.zeros((30, 33, 2))}, "xyz_m must have shape"),
        ({"visibility": np.zeros(30)}, "visibility must have shape"),
        ({"people": np.zeros((30, 1))}, "people must have shape"),
        ({"image_size_px": [640, 480, 3]}, "image_size_px must have shape"),
        ({"t_s": np.zeros((30, 1))}, "t_s must have shape"),
        ({"t_s": np.zeros(30)}, "must increase"),
        ({"t_s": np.arange(30.0)[::-1]}, "must increase"),
        ({"t_s": np.full(30, np.nan)}, "must increase"),
    ],
)
def test_a_track_of_another_shape_is_refused_in_a_sentence_that_says_what_to_do(changed, says):
    with pytest.raises(TrackError, match=says) as caught:
        replace(RECORDS["PoseTrack"], **changed)
    assert isinstance(caught.value, PosecheckError)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value).rstrip(".").split(". ")) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: PoseFrame(0.0, np.zeros((17, 2)), np.zeros((33, 3)), np.ones(33)),
        lambda: Signals([0.0], [[1.0, 2.0]], ("angle",), ("deg",), [[False]]),
        lambda: Reps([1, 2], [1], [1, 2], ["left"] * 2, [1, 2], [1, 1], [True] * 2),
        lambda: Reps([[1]], [1], [1], ["left"], [1], [1], [True]),
    ],
)
def test_other_records_check_their_shapes_too(make):
    with pytest.raises(TrackError, match="must have shape"):
        make()


def test_measures_of_another_shape_are_refused_in_a_sentence():
    with pytest.raises(TrackError, match="must have shape"):
        Measures([[1.0, 2.0]], [[1.0, 2.0]], ("lift_s",), ("s",))


def test_a_recording_may_hold_no_frames():
    k = len(BLAZEPOSE_33)
    track = PoseTrack([], np.empty((0, k, 2)), np.empty((0, k, 3)), np.empty((0, k)), [], (640, 480))
    assert len(track) == 0
    assert list(track.frames()) == []


def test_a_track_taken_apart_and_put_together_is_the_same():
    track = person(clock(1.0), noise_px=2.0)
    again = PoseTrack.from_frames(list(track.frames()), image_size_px=track.image_size_px)
    for name, array in arrays_of(track).items():
        assert np.array_equal(getattr(again, name), array, equal_nan=True), name


def test_nobody_is_not_a_number_and_not_visible():
    frame = PoseFrame.nobody(1.5)
    assert not frame.seen
    assert np.isnan(frame.uv_px).all()
    assert np.isnan(frame.xyz_m).all()
    assert (frame.visibility == 0).all()
    assert a_frame().seen


def test_names_fetch_columns():
    assert RECORDS["Signals"]["angle"].tolist() == [1.0, 2.0]
    assert RECORDS["Measures"]["lift_s"].tolist() == [1.0]
    assert len(reps(3)) == 3
    assert len(reps(0)) == 0


def test_every_setting_is_on_record():
    assert Settings(side="left", level=3).as_dict() == {**vars(Settings()), "side": "left", "level": 3}


# The skeleton


def test_the_mirror_swaps_left_and_right_and_undoes_itself():
    mirror = BLAZEPOSE_33.mirror
    assert [mirror[mirror[i]] for i in range(33)] == list(range(33))
    for i, name in enumerate(BLAZEPOSE_33.keypoints):
        partner = BLAZEPOSE_33.keypoints[mirror[i]]
        if "left" in name:
            assert partner == name.replace("left", "right")
        elif "right" in name:
            assert partner == name.replace("right", "left")
        else:
            assert partner == name


def test_bones_join_keypoints_that_exist_and_are_the_same_on_both_sides():
    swap = {"left": "right", "right": "left"}
    bones = {frozenset(bone) for bone in BLAZEPOSE_33.bones}
    for bone in bones:
        assert all(end in BLAZEPOSE_33 for end in bone)
        assert frozenset("_".join(swap.get(p, p) for p in end.split("_")) for end in bone) in bones


def test_an_unknown_keypoint_is_named_with_its_skeleton():
    with pytest.raises(KeyError, match=r"blazepose_33.*tail"):
        BLAZEPOSE_33.index("tail")
