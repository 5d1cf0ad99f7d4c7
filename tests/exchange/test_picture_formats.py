"""Keypoints in pictures, in and out: what is written is read again, and what other programs write is understood."""

import json
from dataclasses import replace

import numpy as np
import pytest
from other_skeletons import as_skeleton, equal
from recordings import SIZE, curl, flat

from posecheck.analysis import analyse
from posecheck.errors import OutputError, TrackError
from posecheck.exchange import FORMATS, export, read_track
from posecheck.records import Settings
from posecheck.result import plain
from posecheck.skeleton import SKELETONS, skeleton_of

TABLES = {"csv": "poses.csv", "csv_long": "poses_long.csv", "parquet": "poses.parquet",
          "parquet_long": "poses_long.parquet", "npz": "pose.npz"}  # fmt: skip
SIDE = Settings(view="right", side="right")


def rows(track):
    return plain(analyse(track, "elbow_flexion", settings=SIDE).rows)


def written(tmp_path, format, track):
    target = tmp_path / FORMATS[format].file
    export(format, target, None, track)
    return target


# What is written is read again


@pytest.mark.parametrize("format", TABLES)
@pytest.mark.parametrize("skeleton", ["blazepose_33", "coco_17", "openpose_25", "kinect_22"])
def test_a_table_keeps_every_bit(format, skeleton, tmp_path):
    """Times and places are written in as many digits as tell them from every other number: no tolerance."""
    track = curl() if skeleton == "blazepose_33" else as_skeleton(curl(), SKELETONS[skeleton])
    again = read_track(written(tmp_path, format, track))
    assert equal(track, again)
    assert (again.model, again.xyz_frame, again.smoothed) == (track.model, "hip", False)
    assert rows(again) == rows(track) != []


@pytest.mark.parametrize(
    ("format", "skeleton"),
    [("openpose", "openpose_25"), ("openpose", "openpose_18"), ("openpose", "halpe_26"), ("openpose", "coco_17"),
     ("openpose", "blazepose_33"), ("coco", "coco_17"), ("coco", "halpe_26"), ("mediapipe", "blazepose_33")],
)  # fmt: skip
def test_keypoints_as_json_keep_every_bit_of_the_picture(format, skeleton, tmp_path):
    track = curl() if skeleton == "blazepose_33" else as_skeleton(curl(), SKELETONS[skeleton])
    again = read_track(written(tmp_path, format, track), fps=30, image_size_px=SIZE)
    if format != "mediapipe":
        track = flat(track)
    assert equal(track, again)
    assert rows(again) == rows(track) != []
    assert again.source["format"] == format
    assert again.source["skeleton"] == skeleton
    assert len(again.source["sha256"]) == 64


def test_mediapipe_keeps_the_landmarks_in_metres_and_the_model_so_that_angles_in_space_are_the_same(tmp_path):
    again = read_track(written(tmp_path, "mediapipe", curl()))
    assert equal(curl(), again)
    assert {row["estimator"] for row in rows(again)} == {"lifted_3d"}
    assert rows(again) == rows(curl())


def test_coco_takes_its_17_out_of_a_larger_skeleton(tmp_path):
    again = read_track(written(tmp_path, "coco", curl()))
    assert equal(flat(as_skeleton(curl(), SKELETONS["coco_17"])), again)


def test_a_skeleton_of_ones_own_goes_through_a_table(tmp_path):
    made = skeleton_of("csv", ("right_shoulder", "right_elbow", "right_wrist", "right_hip", "nose"))
    track = as_skeleton(curl(), made)
    assert equal(track, read_track(written(tmp_path, "csv", track)))


@pytest.mark.parametrize(("format", "says"), [("mediapipe", "33 landmarks"), ("coco", "lacks")])
def test_what_a_format_cannot_hold_is_refused(format, says, tmp_path):
    with pytest.raises(OutputError, match=says):
        written(tmp_path, format, as_skeleton(curl(), SKELETONS["kinect_25"]))
    assert not list(tmp_path.iterdir())


# As other programs write it


def body25(x, y, *, size=100.0, seen=0.9):
    """An upright person of BODY_25 around x, y, as OpenPose lists numbers."""
    numbers = []
    for name in SKELETONS["openpose_25"].keypoints:
        down = {"nose": -1.2, "shoulder": -0.9, "hip": 0.0, "knee": 0.7, "ankle": 1.4}.get(
            name.split("_")[-1], 0.0
        )
        aside = {"left": 0.2, "right": -0.2}.get(name.split("_")[0], 0.0)
        numbers += [x + aside * size, y + down * size, seen]
    return numbers


def openpose_folder(path, pictures):
    path.mkdir()
    for i, people in enumerate(pictures):
        listed = [{"person_id": [-1], "pose_keypoints_2d": one, "face_keypoints_2d": []} for one in people]
        (path / f"clip_{i:012d}_keypoints.json").write_text(json.dumps({"version": 1.3, "people": listed}))
    return path


def test_openpose_with_two_people_and_an_empty_picture_follows_the_larger_one(tmp_path):
    far, near = body25(500, 200, size=60), body25(200, 250)
    pictures = [[far, near], [near, far], [], [far], [far, body25(205, 250)]]
    track = read_track(openpose_folder(tmp_path / "op", pictures), fps=25, image_size_px=SIZE)
    nose = track.uv_px[:, track.skeleton.index("nose")]
    assert track.skeleton.name == "openpose_25"
    assert track.people.tolist() == [2, 2, 0, 1, 2]
    np.testing.assert_array_equal(nose[:, 0], np.array([200, 200, np.nan, np.nan, 205], np.float32))
    assert track.t_s.tolist() == [0.0, 0.04, 0.08, 0.12, 0.16]
    np.testing.assert_array_equal(track.visibility[2], np.zeros(25))


def test_a_keypoint_that_openpose_did_not_find_is_nan_and_never_zero(tmp_path):
    person = body25(200, 250)
    person[-3:] = [0, 0, 0]
    track = read_track(openpose_folder(tmp_path / "op", [[person]] * 3), fps=30, image_size_px=SIZE)
    assert np.isnan(track.uv_px[:, -1]).all()
    assert (track.visibility[:, -1] == 0).all()
    assert np.isfinite(track.uv_px[:, :-1]).all()


def test_a_picture_that_openpose_left_out_leaves_a_gap(tmp_path):
    folder = openpose_folder(tmp_path / "op", [[body25(200, 250)]] * 6)
    (folder / "clip_000000000003_keypoints.json").unlink()
    track = read_track(folder, fps=10, image_size_px=SIZE)
    assert track.t_s.tolist() == pytest.approx([0.0, 0.1, 0.2, 0.4, 0.5])


def landmarks(shift=0.0):
    return [
        {"x": 0.4 + shift, "y": 0.01 * k, "z": -0.1, "visibility": 0.9, "presence": 0.9} for k in range(33)
    ]


MEDIAPIPE = {
    "Tasks for Python": [{"timestamp_ms": 40 * i, "pose_landmarks": [landmarks()]} for i in range(3)],
    "Tasks for JavaScript": [
        {"timestampMs": 40 * i, "landmarks": [landmarks()], "worldLandmarks": [landmarks()]} for i in range(3)],
    "one person without a list": [{"t_s": 0.04 * i, "pose_landmarks": landmarks()} for i in range(3)],
    "legacy solutions": [{"time": 0.04 * i, "pose_landmarks": {"landmark": landmarks()}} for i in range(3)],
}  # fmt: skip


@pytest.mark.parametrize("how", MEDIAPIPE)
def test_mediapipe_json_is_understood_however_it_was_dumped(how, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(MEDIAPIPE[how]))
    track = read_track(tmp_path / "a.json", image_size_px=(1000, 500))
    assert track.t_s.tolist() == pytest.approx([0.0, 0.04, 0.08])
    assert track.uv_px[1, 2].tolist() == pytest.approx([400.0, 10.0])
    assert np.isfinite(track.xyz_m).all() == ("JavaScript" in how)
    lines = "\n".join(json.dumps(one) for one in MEDIAPIPE[how])
    (tmp_path / "a.jsonl").write_text(lines)
    assert equal(track, read_track(tmp_path / "a.jsonl", image_size_px=(1000, 500)))


def test_mediapipe_follows_one_person_with_their_own_landmarks_in_metres(tmp_path):
    small = [{**one, "y": one["y"] * 0.2} for one in landmarks(0.3)]
    frames = [{"t_s": 0.0, "pose_landmarks": [landmarks(), small], "pose_world_landmarks": [landmarks(), small]},
              {"t_s": 0.1, "pose_landmarks": [small, landmarks()], "pose_world_landmarks": [small, landmarks()]},
              {"t_s": 0.2, "pose_landmarks": [], "pose_world_landmarks": []}]  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps({"frames": frames}))
    track = read_track(tmp_path / "a.json", image_size_px=(1000, 500))
    assert track.uv_px[:2, 0, 0].tolist() == pytest.approx([400.0, 400.0])
    assert track.xyz_m[:2, 0, 0].tolist() == pytest.approx([0.4, 0.4])
    assert track.people.tolist() == [2, 2, 0]


def coco17(x):
    return [value for k in range(17) for value in (x + k, 100.0 + 5 * k, 0.8)]


RTMPOSE = {"meta_info": {"dataset_name": "coco"}, "instance_info": [
    {"frame_id": i, "instances": [{"keypoints": np.reshape(coco17(50 + i), (17, 3))[:, :2].tolist(),
                                   "keypoint_scores": [0.8] * 17}] if i != 1 else []}
    for i in range(3)]}  # fmt: skip
COCO = {
    "RTMPose and MMPose": RTMPOSE,
    "MMPose, only the list": RTMPOSE["instance_info"],
    "COCO results": [
        {"image_id": i, "category_id": 1, "keypoints": coco17(50 + i), "score": 0.9} for i in (0, 2)
    ],
    "AlphaPose": [
        {"image_id": f"{i}.jpg", "keypoints": coco17(50 + i), "score": 2.5, "idx": 1} for i in (0, 2)
    ],
}


@pytest.mark.parametrize("how", COCO)
def test_keypoints_of_coco_are_understood_whoever_wrote_them(how, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(COCO[how]))
    track = read_track(tmp_path / "a.json", fps=10, image_size_px=SIZE)
    assert track.skeleton.name == "coco_17"
    assert track.t_s.tolist() == pytest.approx([0.0, 0.1, 0.2])
    assert track.people.tolist() == [1, 0, 1]
    assert track.uv_px[[0, 2], 0, 0].tolist() == [50.0, 52.0]
    assert track.visibility[0, 0] == pytest.approx(0.8)


def table(path, text):
    path.write_text(text)
    return path


def test_a_table_of_another_program_is_understood_with_its_own_names(tmp_path):
    text = "time,RShoulder_x,RShoulder_y,RShoulder_likelihood,Bar_x,Bar_y\n0.0,10,20,0.9,1,1\n0.1,11,21,0.8,1,1\n"
    track = read_track(table(tmp_path / "a.csv", text), image_size_px=SIZE)
    assert track.skeleton.keypoints == ("right_shoulder",)
    assert track.uv_px[:, 0].tolist() == [[10.0, 20.0], [11.0, 21.0]]
    assert track.source["warnings"] == ["Not used: Bar."]
    spreadsheet = text.replace(",", ";").replace(".", ",").replace("_x", "_x_px").replace("_y", "_y_px")
    again = read_track(table(tmp_path / "b.csv", "\ufeff" + spreadsheet), image_size_px=SIZE)
    assert equal(track, again)


def test_parts_of_the_picture_are_told_from_pixels(tmp_path):
    text = "time_ms,nose_x,nose_y,nose_z,nose_v\n0,0.5,0.25,-0.3,0.9\n40,0.5,0.5,-0.3,0.9\n"
    track = read_track(table(tmp_path / "a.csv", text), image_size_px=(1000, 500))
    assert track.uv_px[:, 0].tolist() == [[500.0, 125.0], [500.0, 250.0]]
    assert np.isnan(track.xyz_m).all()


def test_frames_and_their_rate_are_times(tmp_path):
    text = "frame,keypoint,x_px,y_px\n10,nose,1,2\n10,neck,1,3\n12,nose,2,2\n12,neck,2,3\n"
    track = read_track(table(tmp_path / "a.csv", text), fps=20, image_size_px=SIZE)
    assert track.t_s.tolist() == [0.0, 0.1]
    assert track.skeleton.keypoints == ("nose", "neck")
    assert track.uv_px[1, 1].tolist() == [2.0, 3.0]


# Trouble

GOOD = "t_s,nose_x_px,nose_y_px\n0.0,1,2\n0.1,1,2\n"
LONG = "t_s,keypoint,x_px,y_px\n0.0,nose,1,2\n0.0,neck,1,2\n0.1,nose,1,2\n0.1,neck,1,2\n"
SIZED = {"image_size_px": SIZE}
BAD_TABLES = [
    (GOOD, {}, "how large the picture is.*--size"),
    (GOOD.replace("t_s", "zeit"), SIZED, "no times.*--fps"),
    (GOOD.replace("0.1", "0.0"), SIZED, "the same time as the one before"),
    (GOOD.replace("0.1", "-0.1"), SIZED, "an earlier time than the one before"),
    (GOOD.replace("0.1", ""), SIZED, "picture 2 has no time"),
    (GOOD.replace("0.1,1,2\n", "0.1,1"), SIZED, "breaks off"),
    (GOOD.replace("0.1,1", "0.1,left"), SIZED, "numbers were expected in the column nose_x_px"),
    (GOOD.replace("nose", "octopus"), SIZED, "no name of a joint is known among: octopus"),
    (GOOD.replace("nose_x_px", "a").replace("nose_y_px", "b"), SIZED, "columns such as left_wrist_x_px"),
    ("t_s,nose_x,nose_y,nose_z\n0,1,2,3\n1,4,5,6\n", SIZED, "the unit is not known"),
    ("t_s,nose_x_px,nose_y_px\n0.0,1,2\n", SIZED, "a movement was expected, and 1 picture"),
    ("t_s,nose_x_px,nose_y_px\n", SIZED, "a movement was expected, and 0 pictures"),
    ("", SIZED, "cannot be read as one"),
    (LONG.replace("neck", "nose"), SIZED, "there twice at the same time"),
    (LONG.replace("t_s", "zeit"), SIZED, "needs a column t_s"),
    (GOOD, {**SIZED, "skeleton": "octopus"}, "the skeleton 'octopus' is not known"),
    (GOOD.replace("nose", "neck"), {**SIZED, "skeleton": "coco_17"}, "coco_17 has no neck"),
    (GOOD, {**SIZED, "format": "word"}, "the format 'word' cannot be read"),
    (GOOD, {"image_size_px": (0, 480)}, "--size must be"),
    (GOOD, {**SIZED, "fps": -1}, "--fps must be"),
    (GOOD, {**SIZED, "up": "w"}, "--up must be"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "hints", "says"), BAD_TABLES)
def test_a_bad_table_is_explained(text, hints, says, tmp_path):
    path = table(tmp_path / "poses.csv", text)
    with pytest.raises(TrackError, match=says) as caught:
        read_track(path, **hints)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def dump(path, stored):
    path.write_text(stored if isinstance(stored, str) else json.dumps(stored))
    return path


BAD_JSON = [
    ("{", {}, "JSON was expected, and it breaks off"),
    ({"a": 1}, {}, "these keys were found: a"),
    ([], {}, "keys were found: none"),
    ({"people": []}, {}, "Name the folder"),
    (MEDIAPIPE["Tasks for Python"], {}, "parts of a picture whose size"),
    ([{"pose_landmarks": [landmarks()]}] * 3, SIZED, "no times"),
    ([{"t_s": 0, "pose_landmarks": [landmarks()[:17]]}], SIZED, "33 landmarks were expected, and 17 were found"),
    ([{"t_s": 0, "pose_landmarks": [[{"x": "a", "y": 1}] * 33]}], SIZED, "numbers x and y"),
    ([{"t_s": t, "landmarks": [landmarks()]} for t in (0, 2, 1)], SIZED, "picture 3 .* earlier time"),
    (COCO["COCO results"], SIZED, "no times"),
    (COCO["COCO results"], {"fps": 30}, "how large the picture"),
    ([{"image_id": 1, "keypoints": [1.0, 2.0]}], {**SIZED, "fps": 30}, "another form"),
    ([{"image_id": i, "keypoints": [1.0] * 15} for i in (1, 2)], {**SIZED, "fps": 30}, "5 keypoints were found"),
    (COCO["AlphaPose"], {**SIZED, "fps": 30, "skeleton": "halpe_26"}, "26 keypoints of halpe_26 were expected, and 17"),
    ([{"image_id": 1, "keypoints": []}], {**SIZED, "fps": 30}, "nobody is in any"),
    ({"positions": {"1": {"Nose": [0.5, 0.5]}}}, {}, "no times"),
    ({"positions": {"one": {"Nose": [0.5, 0.5]}}}, SIZED, "by number of the picture"),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "hints", "says"), BAD_JSON)
def test_bad_json_is_explained(stored, hints, says, tmp_path):
    path = dump(tmp_path / "poses.json", stored)
    with pytest.raises(TrackError, match=says) as caught:
        read_track(path, **hints)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("pictures", "hints", "says"),
    [
        ([[body25(1, 2)]] * 2, SIZED, "--fps"),
        ([[body25(1, 2)]] * 2, {"fps": 30}, "--size"),
        ([[body25(1, 2)[:-3]]] * 2, {"fps": 30, **SIZED}, "24 keypoints were found"),
        ([[body25(1, 2)], [body25(1, 2)[:30]]], {"fps": 30, **SIZED}, "same keypoints"),
        ([[], []], {"fps": 30, **SIZED}, "nobody is in any"),
    ],
)
def test_a_bad_folder_of_openpose_is_explained(pictures, hints, says, tmp_path):
    with pytest.raises(TrackError, match=says):
        read_track(openpose_folder(tmp_path / "op", pictures), **hints)


def test_a_cut_file_of_openpose_is_named(tmp_path):
    folder = openpose_folder(tmp_path / "op", [[body25(1, 2)]] * 3)
    cut = folder / "clip_000000000001_keypoints.json"
    cut.write_text(cut.read_text()[:50])
    with pytest.raises(TrackError, match=r"clip_000000000001_keypoints\.json: JSON was expected"):
        read_track(folder, fps=30, image_size_px=SIZE)


@pytest.mark.parametrize(
    ("name", "says"),
    [("not_there.csv", "there is no such file"), ("film.mp4", "ends in"), ("folder", "and this is neither")],
)
def test_what_is_no_import_is_said(name, says, tmp_path):
    (tmp_path / "film.mp4").write_bytes(b"0000ftyp")
    (tmp_path / "folder").mkdir()
    with pytest.raises(TrackError, match=says):
        read_track(tmp_path / name)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.json", "a.jsonl", "a.npz"])
def test_a_picture_with_the_name_of_poses_is_refused(name, tmp_path):
    (tmp_path / name).write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)))
    with pytest.raises(TrackError, match=str(tmp_path / name)):
        read_track(tmp_path / name, fps=30, image_size_px=SIZE)


def test_a_format_without_its_library_names_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("posecheck.exchange.formats.find_spec", lambda name: None)
    with pytest.raises(TrackError, match=r"pip install 'posecheck\[exchange\]'"):
        export("parquet", tmp_path / "a.parquet", None, curl())


def test_an_unsure_keypoint_is_not_seen(tmp_path):
    track = as_skeleton(curl(), SKELETONS["openpose_25"])
    unsure = track.visibility.copy()
    unsure[:, track.skeleton.index("right_wrist")] = 0.2
    again = read_track(
        written(tmp_path, "openpose", replace(track, visibility=unsure)), fps=30, image_size_px=SIZE
    )
    assert not rows(again)
