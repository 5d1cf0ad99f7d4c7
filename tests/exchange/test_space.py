"""Places in space, in and out: TRC, C3D, Kinect and movement's netCDF; angles out to OpenSim."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from other_skeletons import as_skeleton, equal
from recordings import curl, flat
from synthetic import movement, person, with_depth

from posecheck.analysis import analyse
from posecheck.errors import OutputError, TrackError
from posecheck.exchange import FORMATS, export, read_track
from posecheck.records import Settings
from posecheck.skeleton import SKELETONS
from posecheck.trial import load_track, save_track

pytest.importorskip("ezc3d")
pytest.importorskip("h5netcdf")
DATA = Path(os.environ.get("POSECHECK_SHARED", Path(__file__).parents[3] / "shared")) / "data"
T_S = np.arange(22 * 30) / 30


def squat():
    """Who squats twice, in metres, y down as one camera has it."""
    bend = movement(T_S, (3.0, 12.0), rest=6, top=60)
    track = with_depth(person(T_S, view="right", knee=bend, thigh=bend / 2))
    # In a room, with feet that stay; and apart, as limbs are: a body without width has no side to side.
    xyz = track.xyz_m - track.xyz_m[:, [track.skeleton.index("left_ankle")]] + np.float32([0.3, 1.0, 2.5])
    for k, name in enumerate(track.skeleton.keypoints):
        xyz[:, k, 2] += {"left": 0.15, "right": -0.15}.get(name.split("_")[0], 0.0)
    return replace(track, xyz_m=xyz, xyz_frame="world")


def ranges(track, exercise="mini_squat"):
    return [(row["side"], row["rep"], round(row["range_deg"], 2)) for row in analyse(track, exercise).rows]


def written(tmp_path, format, track, result=None):
    target = tmp_path / FORMATS[format].file
    export(format, target, result, track)
    return target


@pytest.mark.parametrize("format", ["trc", "c3d", "netcdf", "csv", "parquet_long"])
def test_a_body_in_space_goes_out_and_comes_in_with_the_same_repetitions(format, tmp_path):
    """TRC has micrometres, C3D float32 millimetres, the others every bit: far below a hundredth of a degree."""
    again = read_track(written(tmp_path, format, squat()))
    assert (again.xyz_frame, again.source["format"]) == ("world", format.split("_")[0])
    assert again.skeleton == squat().skeleton
    assert ranges(again) == ranges(squat())
    assert len(ranges(again)) == 4
    assert {row["estimator"] for row in analyse(again, "mini_squat").rows} == {"world_3d"}
    bones = [np.linalg.norm(t.xyz_m[:, 23] - t.xyz_m[:, 28], axis=-1) for t in (again, squat())]
    assert bones[0] == pytest.approx(bones[1], abs=2e-6)


def test_a_second_round_through_a_format_changes_nothing(tmp_path):
    for format in ("trc", "c3d", "netcdf"):
        once = read_track(written(tmp_path, format, squat()))
        twice = read_track(written(tmp_path, format, once))
        assert np.abs(once.xyz_m - twice.xyz_m).max() <= 1.1e-6
        assert once.image_size_px.tolist() == twice.image_size_px.tolist()
        assert once.up == twice.up


@pytest.mark.parametrize("track", [curl(), as_skeleton(curl(), SKELETONS["openpose_25"])], ids=["33", "25"])
def test_netcdf_keeps_every_bit_of_a_picture(track, tmp_path):
    again = read_track(written(tmp_path, "netcdf", track))
    assert equal(track, again)
    assert again.model == track.model


def test_netcdf_is_laid_out_as_movement_expects(tmp_path):
    xr = pytest.importorskip("xarray")
    for track, space in ((curl(), ["x", "y"]), (squat(), ["x", "y", "z"])):
        with xr.open_dataset(written(tmp_path, "netcdf", track), engine="h5netcdf") as data:
            assert data["position"].dims == ("time", "space", "keypoints", "individuals")
            assert data["confidence"].dims == ("time", "keypoints", "individuals")
            assert data["space"].values.tolist() == space
            assert data["keypoints"].values.tolist() == list(track.skeleton.keypoints)
            assert (data.attrs["ds_type"], data.attrs["time_unit"]) == ("poses", "seconds")
            assert data.attrs["fps"] == pytest.approx(30.0)


def test_movement_opens_it(tmp_path):
    # With what it would bring, an OpenCV would come that stands in the way of ours.
    pytest.importorskip("movement", reason="movement is not installed: pip install --no-deps movement loguru")
    import xarray as xr
    from movement.kinematics import compute_velocity
    from movement.validators.datasets import ValidPosesInputs as Valid

    track = curl()
    with xr.open_dataset(written(tmp_path, "netcdf", track), engine="h5netcdf") as data:
        Valid.validate(data)
        speed = compute_velocity(data["position"]).sel(keypoints="right_wrist", space="y").squeeze().values
    wrist_px = track.uv_px[:, track.skeleton.index("right_wrist"), 1]
    np.testing.assert_allclose(speed, np.gradient(wrist_px, track.t_s), rtol=1e-3, atol=0.5)


def test_what_was_not_seen_is_an_empty_cell_in_trc_and_comes_back_as_nan(tmp_path):
    xyz = squat().xyz_m.copy()
    xyz[10:20, 15] = np.nan
    for format in ("trc", "c3d", "netcdf"):
        again = read_track(written(tmp_path, format, replace(squat(), xyz_m=xyz)))
        assert np.isnan(again.xyz_m[10:20, 15]).all()
        assert np.isfinite(again.xyz_m[20:, 15]).all()
        assert (again.visibility[10:20, 15] == 0).all()
    text = (tmp_path / "poses.trc").read_text().splitlines()
    assert text[6 + 10].count("\t\t\t") == 1
    assert len(text[6 + 10].split("\t")) == len(text[6].split("\t"))


def test_poses_without_depth_are_no_points_in_space(tmp_path):
    for format in ("trc", "c3d"):
        with pytest.raises(OutputError, match="no place in space"):
            written(tmp_path, format, as_skeleton(curl(), SKELETONS["coco_17"]))


# As other programs write it


def pose2sim(names, rows, *, units="m", frames=None):
    """A TRC as Pose2Sim writes it."""
    head = (
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames"
    )
    n = len(rows) if frames is None else frames
    columns = "\t".join(f"X{i + 1}\tY{i + 1}\tZ{i + 1}" for i in range(len(names)))
    lines = ["PathFileType\t4\t(X/Y/Z)\tdemo.trc", head, f"10\t10\t{n}\t{len(names)}\t{units}\t10\t0\t{n}",
             "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t\t", f"\t\t{columns}\t"]  # fmt: skip
    return "\n".join([*lines, *rows]) + "\n"


NAMES = ("Hip", "RHip", "RKnee", "RAnkle", "LHip", "LShoulder", "RShoulder", "T10")
PLACES = {"Hip": (0, 1, 0), "RHip": (0, 1, 0.1), "RKnee": (0, 0.5, 0.1), "RAnkle": (0.5, 0.5, 0.1), 
          "LHip": (0, 1, -0.1),
          "LShoulder": (0, 1.5, -0.2), "RShoulder": (0, 1.5, 0.2), "T10": (0, 1.3, 0)}  # fmt: skip


def trc_row(i, t_s, *, scale=1.0, places=PLACES):
    return f"{i}\t{t_s}\t" + "\t".join(f"{scale * x:.5f}" for name in NAMES for x in places[name])


def trc(path, **how):
    rows = how.pop("rows", None) or [trc_row(i, i / 10, scale=how.get("scale", 1.0)) for i in range(3)]
    how.pop("scale", None)
    path.write_text(pose2sim(NAMES, rows, **how))
    return path


def test_a_trc_of_pose2sim_is_understood(tmp_path):
    track = read_track(trc(tmp_path / "demo.trc"))
    assert track.t_s.tolist() == [0.0, 0.1, 0.2]
    assert track.skeleton.keypoints == (
        "mid_hip", "right_hip", "right_knee", "right_ankle", "left_hip", "left_shoulder", "right_shoulder"
    )  # fmt: skip
    assert track.source["warnings"] == ["Markers that were not used: T10."]
    assert track.up == (0.0, 1.0, 0.0)
    u = dict(zip(track.skeleton.keypoints, track.uv_px[0], strict=True))
    assert u["left_shoulder"][0] - u["right_shoulder"][0] == pytest.approx(
        0.4 * 250
    )  # the person's left, image right
    assert u["right_knee"][1] - u["right_hip"][1] == pytest.approx(0.5 * 250)


def test_millimetres_are_metres_in_the_end(tmp_path):
    one, other = (
        read_track(trc(tmp_path / "a.trc")),
        read_track(trc(tmp_path / "b.trc", units="mm", scale=1000.0)),
    )
    assert other.xyz_m == pytest.approx(one.xyz_m, abs=1e-6)


def test_markers_on_the_skin_are_joints_when_a_file_says_so(tmp_path):
    (tmp_path / "map.toml").write_text('left_wrist = ["LShoulder", "LHip"]\nneck = "T10"\n')
    track = read_track(trc(tmp_path / "a.trc"), markers=tmp_path / "map.toml")
    assert track.xyz_m[0, track.skeleton.index("neck")] == pytest.approx([0, 1.3, 0])
    assert track.xyz_m[0, track.skeleton.index("left_wrist")] == pytest.approx([0, 1.25, -0.15])
    assert "left_hip" not in track.skeleton


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('octopus = "T10"', "'octopus' is no keypoint"),
        ('neck = "C7"', "C7 was named for neck"),
        ("neck = 3", "neck must be the name"),
        ("neck", "cannot be read"),
    ],
)
def test_a_bad_file_of_markers_is_explained(text, says, tmp_path):
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(TrackError, match=says):
        read_track(trc(tmp_path / "a.trc"), markers=tmp_path / "map.toml")


def test_which_axis_is_up_can_be_said_and_is_asked_for_where_it_looks_wrong(tmp_path):
    z_up = {name: (x, -z, y) for name, (x, y, z) in PLACES.items()}
    path = trc(tmp_path / "a.trc", rows=[trc_row(i, i / 10, places=z_up) for i in range(3)])
    assert any("--up" in words for words in read_track(path).source["warnings"])
    right = read_track(path, up="z")
    assert not any("--up" in words for words in right.source["warnings"])
    assert right.uv_px == pytest.approx(read_track(trc(tmp_path / "b.trc")).uv_px, abs=1e-3)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"units": "furlong"}, "'furlong' is not known"),
        ({"units": "m", "scale": 1000.0}, "the file says m, and seems to be in mm"),
        ({"frames": 9}, "promises 9 frames, and 3 are there"),
        ({"rows": [trc_row(0, 0.0), trc_row(1, 0.1)[:60]]}, "the last row breaks off"),
        ({"rows": [trc_row(0, 0.2), trc_row(1, 0.1)]}, "earlier time"),
        ({"rows": [trc_row(0, 0.1), trc_row(1, 0.1)]}, "the same time"),
        (
            {"rows": [trc_row(0, 0.1), trc_row(1, 0.2).replace("1.5", "one")]},
            "a number was expected in row 2",
        ),
    ],
)
def test_a_bad_trc_is_explained(how, says, tmp_path):
    path = trc(tmp_path / "a.trc", **how)
    with pytest.raises(TrackError, match=says) as caught:
        read_track(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("name", ["a.trc", "a.c3d", "a.nc", "a.txt"])
def test_another_kind_of_file_is_refused(name, tmp_path):
    (tmp_path / name).write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)))
    with pytest.raises(TrackError, match=name):
        read_track(tmp_path / name, fps=30)


def kinect_rows(track, skeleton, *, scale=1.0, quaternion=False):
    """Rows of numbers as Kinect recorders write them, y up."""
    xyz = np.zeros((len(track), len(skeleton), 7 if quaternion else 3))
    upright = as_skeleton(track, skeleton).skeleton.pick(
        np.zeros((len(track), len(skeleton), 3)), skeleton.keypoints
    )
    picked = track.skeleton.pick(track.xyz_m * [1, -1, -1], skeleton.keypoints, absent=0.0)
    xyz[..., :3] = scale * np.where(np.isfinite(picked), picked, upright)
    return "\n".join(" ".join(f"{x:.6f}" for x in row.reshape(-1)) for row in xyz) + "\n"


@pytest.mark.parametrize("skeleton", ["kinect_25", "kinect_22"])
@pytest.mark.parametrize("how", [{}, {"quaternion": True}, {"scale": 100.0}])
def test_rows_of_kinect_joints_are_told_by_their_number_and_the_size_of_the_body(skeleton, how, tmp_path):
    (tmp_path / "a.txt").write_text(kinect_rows(squat(), SKELETONS[skeleton], **how))
    track = read_track(tmp_path / "a.txt", fps=30)
    assert track.skeleton.name == skeleton
    assert np.isnan(track.xyz_m[:, track.skeleton.index("neck")]).all()  # zeros are not seen
    assert ranges(track) == ranges(squat())


def test_bad_rows_of_kinect_joints_are_explained(tmp_path):
    for text, hints, says in (
        ("1 2 3\n1 2\n", {"fps": 30}, "same length"),
        ("1 2 3\n1 2 3\n", {"fps": 30}, "3 numbers in each row"),
        (kinect_rows(squat(), SKELETONS["kinect_25"]), {}, "no times"),
        (kinect_rows(squat(), SKELETONS["kinect_25"], scale=7.0), {"fps": 30}, "a trunk in neither"),
    ):
        (tmp_path / "a.txt").write_text(text)
        with pytest.raises(TrackError, match=says):
            read_track(tmp_path / "a.txt", **hints)


def test_exchanged_sides_are_said(tmp_path):
    mirrored = replace(squat(), xyz_m=squat().xyz_m * [1, 1, -1])
    for track, said in ((squat(), False), (mirrored, True)):
        warnings = read_track(written(tmp_path, "trc", track)).source.get("warnings", [])
        assert any("left and right seem to be exchanged" in words for words in warnings) == said


def vicon(path, *, units="mm", lost="residual"):
    """A C3D as motion capture writes it: millimetres, z up, the subject's name before each label, a lost point."""
    import ezc3d

    names = [name for name in NAMES if name != "T10"]
    points = np.ones((4, len(names), 3))
    for k, name in enumerate(names):
        x, y, z = PLACES[name]
        points[:3, k] = 1000.0 * np.array([[x], [-z], [y]])
    residuals = np.zeros((1, len(names), 3))
    if lost == "residual":
        residuals[0, 2, 1] = -1.0
    else:
        points[:3, 2, 1] = 0.0
    stored = ezc3d.c3d()
    stored["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    stored["parameters"]["POINT"]["LABELS"]["value"] = [f"Anna:{name}" for name in names]
    stored["parameters"]["POINT"]["UNITS"]["value"] = [units]
    stored["data"]["points"] = points
    masks = np.zeros((7, len(names), 3), bool)
    stored["data"]["meta_points"] = {"residuals": residuals, "camera_masks": masks}
    stored.write(str(path))
    return path


@pytest.mark.parametrize("lost", ["residual", "zero"])
def test_a_c3d_of_motion_capture_is_understood(lost, tmp_path):
    track = read_track(vicon(tmp_path / "a.c3d", lost=lost))
    assert track.t_s.tolist() == pytest.approx([0.0, 0.01, 0.02])
    assert track.up == (0.0, 0.0, 1.0)
    knee = track.skeleton.index("right_knee")
    assert np.isnan(track.xyz_m[1, knee]).all()
    assert track.visibility[:, knee].tolist() == [1.0, 0.0, 1.0]
    assert track.xyz_m[0, knee] == pytest.approx([0.0, -0.1, 0.5], abs=1e-6)
    # The same body as in the TRC, seen from in front.
    assert track.uv_px[0] == pytest.approx(read_track(trc(tmp_path / "b.trc")).uv_px[0], abs=1e-2)
    assert not track.source.get("warnings")


def test_a_c3d_in_the_wrong_unit_is_refused(tmp_path):
    with pytest.raises(TrackError, match="the file says m, and seems to be in mm"):
        read_track(vicon(tmp_path / "a.c3d", units="m"))


# Angles out


def test_mot_has_opensims_header_and_names_where_the_definition_is_the_same(tmp_path):
    result = analyse(curl(), "elbow_flexion", settings=Settings(view="right"))
    lines = written(tmp_path, "mot", curl(), result).read_text().splitlines()
    end = lines.index("endheader")
    names = lines[end + 1].split("\t")
    table = np.array([[float(x) for x in line.split("\t")] for line in lines[end + 2 :]])
    assert lines[:5] == [
        "Coordinates",
        "version=1",
        f"nRows={len(table)}",
        f"nColumns={len(names)}",
        "inDegrees=yes",
    ]
    assert {"elbow_flex_l", "elbow_flex_r", "posecheck_trunk_flexion_r"} <= set(names)
    angle = result.signals["right_elbow_flexion_deg"]
    # Eight decimals of a degree.
    assert table[:, names.index("elbow_flex_r")] == pytest.approx(angle, abs=1e-8, nan_ok=True)
    assert np.isnan(table).any() == np.isnan(angle).any()


def test_what_has_no_degrees_has_no_mot(tmp_path):
    nothing = analyse(curl(), "weight_shift", settings=Settings(view="left"))
    with pytest.raises(OutputError, match="nothing was measured"):
        written(tmp_path, "mot", curl(), nothing)


MOT = """Coordinates
version=1
nRows={rows}
nColumns=4
inDegrees={degrees}

endheader
time\tpelvis_ty\tknee_angle_r\thip_flexion_r
"""


def mot(path, knee, *, degrees="yes", rows=None):
    lines = [f"{t:.8f}\t1.0\t{x:.8f}\t3.0" for t, x in zip(T_S, knee, strict=True)]
    head = MOT.format(rows=len(lines) if rows is None else rows, degrees=degrees)
    path.write_text(head + "\n".join(lines) + "\n")
    return path


def test_angles_of_opensim_are_scored_without_any_keypoint(tmp_path):
    knee = movement(T_S, (3.0, 12.0), rest=6, top=60)
    track = read_track(mot(tmp_path / "a.mot", knee))
    assert track.angle_names == (
        "right_knee_flexion",
    )  # their hip flexion is against the pelvis, ours the trunk
    result = analyse(track, "mini_squat", settings=Settings(side="right"))
    assert [row["range_deg"] for row in result.rows] == pytest.approx([54.0, 54.0], abs=0.5)
    assert result.quality["detected_pct"] == 100.0
    assert any("thigh_inclination was not looked at" in words for words in result.quality["warnings"])
    assert not any("knee_flexion" in words for words in result.quality["warnings"])
    elbow = analyse(track, "elbow_flexion", settings=Settings(side="right"))
    assert not elbow.rows
    assert any("is not measurable" in words for words in elbow.quality["warnings"])
    save_track(tmp_path / "pose.npz", track)
    again = load_track(tmp_path / "pose.npz")
    assert analyse(again, "mini_squat", settings=Settings(side="right")).to_dict() == result.to_dict()


def test_radians_and_the_sign_of_older_models_become_ours(tmp_path):
    knee = movement(T_S, (3.0, 12.0), rest=6, top=60)
    plain = read_track(mot(tmp_path / "a.mot", knee))
    radians = read_track(mot(tmp_path / "b.sto", np.radians(knee), degrees="no"))
    older = read_track(mot(tmp_path / "c.mot", -knee))
    for track in (radians, older):
        assert track.angles_deg == pytest.approx(plain.angles_deg, abs=1e-6)
    assert any("negative in flexion" in words for words in older.source["warnings"])


def test_angles_that_were_written_are_read_again(tmp_path):
    result = analyse(flat(curl()), "elbow_flexion", settings=Settings(view="right", side="right"))
    track = read_track(written(tmp_path, "mot", flat(curl()), result))
    at = track.angle_names.index("right_elbow_flexion")
    angle = result.signals["right_elbow_flexion_deg"]
    assert track.angles_deg[:, at] == pytest.approx(angle, abs=1e-8, nan_ok=True)
    again = analyse(track, "elbow_flexion", settings=Settings(side="right")).rows
    assert len(again) == len(result.rows) == 2
    # Smoothed a second time.
    assert [r["peak_deg"] for r in again] == pytest.approx([r["peak_deg"] for r in result.rows], abs=0.5)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text.replace("endheader", "end"), "up to endheader"),
        (lambda text: text[:-9], "breaks off"),
        (lambda text: text.replace("nRows=660", "nRows=661"), "661 rows of 4 numbers"),
        (lambda text: text.replace("3.0\n", "three\n", 1), "words were found"),
        (lambda text: text.replace("knee_angle_r", "ankle_angle_r"), "elbow_flex or knee_angle"),
        (lambda text: text.replace("0.03333333", "0.00000000"), "the same time"),
    ],
)
def test_a_bad_mot_is_explained(spoil, says, tmp_path):
    path = mot(tmp_path / "a.mot", movement(T_S, (3.0,)))
    path.write_text(spoil(path.read_text()))
    with pytest.raises(TrackError, match=says):
        read_track(path)


def test_a_body_without_depth_is_said(tmp_path):
    xyz = squat().xyz_m * [1, 1, 0]
    flat = read_track(written(tmp_path, "trc", replace(squat(), xyz_m=xyz)))
    assert any("All points lie in one plane" in words for words in flat.source["warnings"])


# Real data


def needs(path):
    return pytest.mark.skipif(not path.exists(), reason=f"{path.name} of the shared data is not here")


@needs(DATA / "opencap_moco")
def test_opencaps_squats_are_counted_with_the_peaks_that_the_data_have():
    track = read_track(DATA / "opencap_moco" / "squats1_videoAndMocap.mot")
    rows = analyse(track, "mini_squat").rows
    peaks = {side: [row["peak_deg"] for row in rows if row["side"] == side] for side in ("left", "right")}
    # Of the raw curves; a peak is smoothed over 0.3 s, which takes up to 3 deg of a squat of 1.5 s.
    assert peaks["right"] == pytest.approx([78.3, 79.5, 81.3, 79.3, 87.0], abs=3.0)
    assert peaks["left"] == pytest.approx([78.7, 79.5, 81.8, 81.2, 87.9], abs=3.0)


@needs(DATA / "keraal")
def test_keraal_as_kinect_openpose_alphapose_and_blazepose_saw_it():
    hints = {"fps": 30, "image_size_px": (960, 544)}
    told = {}
    for seen in ("Kinect", "OP", "AP", "BP"):
        path = next((DATA / "keraal").glob(f"G3-{seen}-ELK-*"))
        told[seen] = read_track(path, **hints)
    names = ["kinect_25", "openpose_18", "coco_17", "blazepose_33"]
    assert [track.skeleton.name for track in told.values()] == names
    assert {len(track) for track in told.values()} <= {193, 194}
    kinect = told["Kinect"]
    assert not kinect.source.get("warnings")
    raised = analyse(kinect, "shoulder_abduction").signals
    assert (
        np.nanmax(raised["left_shoulder_abduction_deg"]) > 90
    )  # the flank is stretched with an arm overhead


@needs(DATA / "ui_prmd")
def test_ui_prmds_kinect_counts_in_space_what_the_people_did(tmp_path):
    with np.load(DATA / "ui_prmd" / "kinect_m07.npz") as stored:
        index, xyz_cm = stored["index"], stored["xyz_cm"]
    own = index[(index[:, 0] == 1) & (index[:, 2] == 1)]
    rows = np.concatenate([xyz_cm[first : first + length] for first, length in own[:, 3:5]])
    (tmp_path / "m07.csv").write_text(
        "\n".join(",".join(f"{x:.3f}" for x in row.reshape(-1)) for row in rows)
    )
    track = read_track(tmp_path / "m07.csv", fps=30)
    assert (track.skeleton.name, track.source["format"]) == ("kinect_22", "kinect")
    right = [
        row for row in analyse(track, "shoulder_abduction").rows if row["side"] == "right" and row["complete"]
    ]
    assert len(right) == len(own) == 10
