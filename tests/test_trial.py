"""A trial on disk: what is written can be read back, appears whole or not at all, and is never lost."""

import csv
import dataclasses
import io
import json
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest

from posecheck import recording
from posecheck.analysis import analyse
from posecheck.engines import open_engine
from posecheck.errors import OutputError, TrackError
from posecheck.exercise import load_exercise
from posecheck.recording import watch
from posecheck.records import PER_FRAME, Edit, PoseFrame, PoseTrack, Settings, Signals
from posecheck.result import plain
from posecheck.skeleton import BLAZEPOSE_33
from posecheck.sources import open_source
from posecheck.tables import REP_COLUMNS, cell, write_rows, write_signals
from posecheck.trial import check_free, check_writable, load_track, load_trial, save_track, write_trial

SAMPLE = Path(__file__).parents[1] / "sample_videos" / "elbow_flexion_right_side.mp4"
FILES = {"exercise.toml", "pose.npz", "reps.csv", "result.json", "signals.csv"}
K = len(BLAZEPOSE_33)


def small_track(**facts):
    """Three frames of made-up poses, the middle one empty."""
    rng = np.random.default_rng(7)

    def somebody(t_s):
        return PoseFrame(t_s, rng.uniform(0, 400, (K, 2)), rng.normal(size=(K, 3)), rng.uniform(size=K), 2)

    frames = [somebody(0.0), PoseFrame.nobody(0.1), somebody(0.2)]
    return PoseTrack.from_frames(frames, image_size_px=(640, 480), **facts)


@pytest.fixture(scope="module")
def scored():
    """The first repetition of the sample: its track and its result."""
    with open_source(SAMPLE, end_s=10.0) as source, open_engine("blazepose", "lite") as engine:
        track = watch(source, engine)
    return track, analyse(track, load_exercise("elbow_flexion"), settings=Settings(affected="left", level=1))


def entries(folder):
    return {path.name for path in folder.iterdir()}


# Poses


@pytest.mark.parametrize("block", [7, 31])
def test_pictures_are_gathered_in_blocks_without_a_seam(block, scored, monkeypatch):
    monkeypatch.setattr(recording, "_BLOCK", block)
    with open_source(SAMPLE, end_s=1.0) as source, open_engine("blazepose", "lite") as engine:
        track = watch(source, engine)
    assert len(track) == track.source["frames"] == 31
    for name in PER_FRAME:
        np.testing.assert_array_equal(getattr(track, name), getattr(scored[0], name)[:31])


def test_a_stored_track_comes_back_bit_for_bit(tmp_path):
    source = {"name": "clip.mp4", "frames": 3, "warnings": ["dark"]}
    track = small_track(smoothed=True, mirrored=True, engine="e", model="m", model_sha256="ab",
                        up=(0.0, 0.0, 1.0), xyz_frame="world", source=source)  # fmt: skip
    save_track(tmp_path / "pose.npz", track)
    again = load_track(tmp_path / "pose.npz")
    for name in ("t_s", "uv_px", "xyz_m", "visibility", "people", "hands_px", "image_size_px"):
        np.testing.assert_array_equal(getattr(again, name), getattr(track, name))
        assert getattr(again, name).dtype == getattr(track, name).dtype
    for field in dataclasses.fields(PoseTrack)[6:]:
        if field.name == "hands_px":
            continue
        assert getattr(again, field.name) == getattr(track, field.name)


def test_the_same_track_gives_the_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        save_track(tmp_path / name, small_track())
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    # Nor do they hold the time of day.
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_four_arrays_written_elsewhere_are_enough(tmp_path):
    track = small_track()
    np.savez(tmp_path / "other.npz", t_s=track.t_s, uv_px=track.uv_px.astype(float),
             visibility=track.visibility, image_size_px=[640, 480])  # fmt: skip
    again = load_track(tmp_path / "other.npz")
    np.testing.assert_array_equal(again.uv_px, track.uv_px)
    assert np.isnan(again.xyz_m).all()
    assert again.people.tolist() == [1, 0, 1]
    assert (again.engine, again.smoothed, again.mirrored) == ("unknown", False, False)


def without(name):
    def spoil(path):
        track = small_track()
        arrays = {n: getattr(track, n) for n in ("t_s", "uv_px", "visibility", "image_size_px") if n != name}
        np.savez(path, **arrays)

    return spoil


def with_changed(**changes):
    def spoil(path):
        track = small_track()
        arrays = {n: getattr(track, n) for n in ("t_s", "uv_px", "visibility", "image_size_px")}
        np.savez(path, **{**arrays, **changes})

    return spoil


def a_single_array(path):
    with open(path, "wb") as file:
        np.save(file, np.zeros(3))


def cut(path):
    save_track(path, small_track())
    path.write_bytes(path.read_bytes()[:1000])


def bytes_flipped(path):
    save_track(path, small_track())
    data = bytearray(path.read_bytes())
    data[300:340] = bytes(40)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: None, "no stored poses here"),
        (lambda path: path.write_bytes(b""), "cannot be read as one"),
        (lambda path: path.write_text("t_s,uv_px\n"), "cannot be read as one"),
        (a_single_array, "single array"),
        (cut, "cannot be read as one"),
        (bytes_flipped, "cannot be read as one"),
        (without("uv_px"), "uv_px"),
        (without("visibility"), "visibility"),
        (with_changed(t_s=[0.0, 0.2, 0.1]), "must increase"),
        (with_changed(t_s=[0.0, 0.1]), "shape"),
        (with_changed(uv_px=np.zeros((3, 17, 2))), "uv_px must have shape"),
        (with_changed(uv_px=np.zeros(3)), "uv_px must have shape"),
        (with_changed(image_size_px=[640]), "image_size_px"),
        (with_changed(image_size_px=[0, 0]), "image_size_px"),
        (with_changed(skeleton="octopus"), "octopus"),
        (with_changed(source="{"), "do not describe poses"),
        (with_changed(uv_px=np.array([["a"] * 2] * 3, dtype="U1")), "uv_px"),
        (with_changed(t_s=np.array([None] * 3)), "cannot be read as one"),
    ],
)  # fmt: skip
def test_a_broken_file_of_poses_is_explained_in_one_sentence_or_two(spoil, says, tmp_path):
    path = tmp_path / "pose.npz"
    spoil(path)
    with pytest.raises(TrackError, match=says) as caught:
        load_track(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


# Tables


def test_cells_are_empty_where_nothing_was_measured_and_finer_than_a_camera_elsewhere():
    assert [cell("lift_s", v) for v in (None, math.nan, math.inf, 1.0, 2 / 3)] == [
        "",
        "",
        "",
        "1.0",
        "0.6667",
    ]
    assert cell("peak_deg", np.float32(118.12345)) == "118.123"
    assert cell("range_deg", -0.0000001) == "0.0"
    assert [cell("complete", v) for v in (True, np.bool_(False))] == ["true", "false"]
    assert [cell("rep", np.int64(3)), cell("exclusion_reason", "far limb")] == ["3", "far limb"]


def test_the_table_of_no_repetitions_is_its_header():
    stream = io.StringIO()
    write_rows(stream, [])
    assert stream.getvalue() == ",".join(REP_COLUMNS) + "\n"


def test_further_columns_follow_the_promised_ones():
    stream = io.StringIO()
    write_rows(stream, [{"zeal": 1.0, "trial": "a, b", "rep": 1}])
    header, row = csv.reader(io.StringIO(stream.getvalue()))
    assert header == [*REP_COLUMNS, "zeal"]
    assert (row[0], row[-1]) == ("a, b", "1.0")


def test_signals_are_empty_where_not_seen_and_say_where_they_were_filled():
    names, units = ("left_elbow_flexion_deg", "trunk_length"), ("deg", "px")
    values, filled = [[1.0, np.nan], [2.00004, 3.0]], [[False, False], [True, False]]
    signals = Signals([0.0, 1 / 30], values, names, units, filled)
    stream = io.StringIO()
    write_signals(stream, signals)
    assert list(csv.reader(io.StringIO(stream.getvalue()))) == [
        [
            "t_s",
            "left_elbow_flexion_deg",
            "trunk_length_px",
            "left_elbow_flexion_deg_filled",
            "trunk_length_px_filled",
        ],
        ["0.0", "1.0", "", "0", "0"],
        ["0.0333", "2.0", "3.0", "1", "0"],
    ]


# Folders


def test_a_trial_holds_the_promised_files_and_nothing_else(scored, tmp_path):
    track, result = scored
    folder = write_trial(tmp_path / "out" / "clip", result, track)
    assert entries(folder) == FILES
    assert entries(tmp_path / "out") == {"clip"}
    rows = list(csv.DictReader((folder / "reps.csv").open()))
    stored = json.loads((folder / "result.json").read_text())
    assert len(rows) == len(stored["reps"]) == len(result.rows) > 0
    assert {row["trial"] for row in rows} == {row["trial"] for row in stored["reps"]} == {"clip"}
    assert stored["provenance"]["source"]["name"] == SAMPLE.name
    assert (folder / "exercise.toml").read_text() == result.exercise.toml_text
    assert sum(1 for _ in (folder / "signals.csv").open()) == len(result.signals.t_s) + 1


def test_a_stored_trial_analysed_again_gives_the_same_rows(scored, tmp_path):
    track, result = scored
    trial = load_trial(write_trial(tmp_path / "clip", result, track))
    assert trial.settings == result.settings
    again = analyse(
        trial.track, load_exercise(trial.exercise_path), settings=trial.settings, edits=trial.edits
    )
    assert plain(again.rows) == plain(result.rows)


def test_a_trial_that_is_there_is_kept_unless_overwriting_is_asked_for(scored, tmp_path):
    track, result = scored
    folder = write_trial(tmp_path / "clip", result, track)
    before = (folder / "result.json").read_bytes()
    with pytest.raises(OutputError, match="--overwrite"):
        write_trial(folder, result, track)
    assert (folder / "result.json").read_bytes() == before


def test_overwriting_replaces_the_trial_and_spares_everything_else(scored, tmp_path):
    track, result = scored
    folder = write_trial(
        tmp_path / "clip", result, track, extra={"annotated.mp4": lambda path: path.write_text("old")}
    )
    (folder / "notes.txt").write_text("slept well")
    (folder / "photos").mkdir()
    (folder / "photos" / "chair.txt").write_text("chair")
    write_trial(folder, result, track, overwrite=True)
    assert entries(folder) == FILES | {"notes.txt", "photos"}
    assert (folder / "photos" / "chair.txt").read_text() == "chair"
    assert entries(tmp_path) == {"clip"}


def test_overwriting_never_touches_a_folder_that_is_not_a_trial(scored, tmp_path):
    track, result = scored
    (tmp_path / "clip").mkdir()
    (tmp_path / "clip" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="not a trial"):
        write_trial(tmp_path / "clip", result, track, overwrite=True)
    assert entries(tmp_path / "clip") == {"thesis.txt"}


def test_a_persons_corrections_are_never_overwritten_by_a_result_without_them(scored, tmp_path):
    track, result = scored
    edits = (Edit("delete", "right", rep=1, author="PT"),)
    folder = write_trial(tmp_path / "clip", result, track, edits=edits)
    assert load_trial(folder).edits == edits
    with pytest.raises(OutputError, match="corrections"):
        write_trial(folder, result, track, overwrite=True)
    write_trial(folder, result, track, overwrite=True, edits=edits)
    assert load_trial(folder).edits == edits


@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_trial_that_cannot_be_finished_leaves_nothing(scored, tmp_path, trouble):
    track, result = scored

    def stumble(_path):
        raise trouble

    with pytest.raises((OutputError, KeyboardInterrupt)):
        write_trial(tmp_path / "clip", result, track, extra={"annotated.mp4": stumble})
    assert entries(tmp_path) == set()


def test_a_trial_that_cannot_be_replaced_stays_as_it_was(scored, tmp_path):
    track, result = scored
    folder = write_trial(tmp_path / "clip", result, track)

    def stumble(_path):
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        write_trial(folder, result, track, overwrite=True, extra={"annotated.mp4": stumble})
    assert entries(folder) == FILES
    assert entries(tmp_path) == {"clip"}


@pytest.mark.parametrize("where", ["taken/clip", "taken", "/dev/null/clip", "/proc/clip"])
def test_a_place_that_cannot_be_written_is_named_before_any_work(where, tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    if where.startswith("/proc") and not Path("/proc/self").exists():
        pytest.skip("there is no /proc here")
    with pytest.raises(OutputError, match="nothing can be written here") as caught:
        check_writable(tmp_path / where)
    assert where in str(caught.value)


def test_checking_a_place_leaves_no_trace(tmp_path):
    check_writable(tmp_path / "not" / "there" / "yet")
    check_free(tmp_path / "clip")
    assert entries(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "content"), [("result.json", "{"), ("edits.json", "{}{"), ("edits.json", '[{"a": 1}]')]
)
def test_a_trial_with_an_unreadable_file_says_which(scored, tmp_path, name, content):
    track, result = scored
    folder = write_trial(tmp_path / "clip", result, track)
    (folder / name).write_text(content)
    with pytest.raises(TrackError, match=name):
        load_trial(folder)
