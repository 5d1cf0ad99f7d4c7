"""Poses on disk, read and written stretch by stretch: the same as in memory, in little of it."""

import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from synthetic import movement, person

from posecheck import track_file
from posecheck.analysis import analyse
from posecheck.errors import TrackError
from posecheck.poses import LANDMARKS, PER_FRAME, PoseTrack
from posecheck.track_file import StoredTrack, TrackWriter, load_track, open_track, save_track

pytestmark = pytest.mark.usefixtures("small_stretches")


@pytest.fixture
def small_stretches(monkeypatch):
    """Stretches so short that a small recording has many, the last of them shorter."""
    monkeypatch.setattr(track_file, "_AT_ONCE", 97)


def track_of(seconds=40.0, noise_px=0.7):
    t_s = np.arange(round(seconds * 30)) / 30
    starts_s = np.arange(3.0, seconds - 8, 10)
    track = person(t_s, elbow=movement(t_s, starts_s), noise_px=noise_px)
    return replace(track, model="full", source={"name": "arm.mp4", "warnings": ["its end is missing"]})


def stored(folder, track):
    save_track(folder / "pose.npz", track)
    return folder / "pose.npz"


def rewritten(path, **changes):
    """The archive with some arrays replaced, or left out where they are None."""
    with np.load(path) as archive:
        arrays = dict(archive) | changes
    np.savez(path, **{name: x for name, x in arrays.items() if x is not None})
    return path


def test_written_stretch_by_stretch_the_file_has_the_same_bytes(tmp_path):
    track = track_of()
    with TrackWriter(tmp_path / "grown.npz") as writer:
        for begin in range(0, len(track), 101):
            writer.add(track.only(slice(begin, begin + 101)))
        assert len(writer) == len(track)
        writer.finish(track.only(slice(0, 1)))
    assert (tmp_path / "grown.npz").read_bytes() == stored(tmp_path, track).read_bytes()
    assert sorted(x.name for x in tmp_path.iterdir()) == ["grown.npz", "pose.npz"]


def test_the_stretches_are_the_track(tmp_path):
    track = track_of()
    found = open_track(stored(tmp_path, track))
    assert isinstance(found, StoredTrack)
    together = [np.concatenate(parts) for parts in zip(*found.blocks(), strict=True)]
    for name, array in zip(("t_s", *LANDMARKS), together, strict=True):
        np.testing.assert_array_equal(array, getattr(track, name))
        assert array.dtype == getattr(track, name).dtype
    whole = found.whole()
    for name in (
        "skeleton",
        "xyz_frame",
        "up",
        "smoothed",
        "mirrored",
        "engine",
        "model",
        "model_sha256",
        "source",
    ):
        assert getattr(found, name) == getattr(whole, name)
    np.testing.assert_array_equal(found.people, track.people)
    assert len(found) == len(track)


@pytest.mark.parametrize("name", ["elbow_flexion", "knee_extension"])
def test_a_track_on_disk_is_scored_as_in_memory(tmp_path, name):
    track = track_of()
    on_disk, here = analyse(open_track(stored(tmp_path, track)), name), analyse(track, name)
    assert len(here.rows) > 0 or name == "knee_extension"
    assert repr(on_disk.rows) == repr(here.rows)
    assert repr(on_disk.to_dict()) == repr(here.to_dict())
    np.testing.assert_array_equal(on_disk.signals.values, here.signals.values)


def test_a_recording_without_anybody_says_so(tmp_path):
    track = track_of(4.0)
    nobody = replace(track, uv_px=np.full_like(track.uv_px, np.nan), people=np.zeros(len(track)))
    assert analyse(open_track(stored(tmp_path, nobody)), "elbow_flexion").quality["detected_pct"] == 0.0


def test_hours_are_scored_in_less_memory_than_their_landmarks_take(tmp_path, monkeypatch):
    monkeypatch.undo()  # stretches as they are
    track = track_of(1800.0)
    path, size = stored(tmp_path, track), sum(getattr(track, name).nbytes for name in PER_FRAME)
    found = open_track(path)
    tracemalloc.start()
    try:
        rows = analyse(found, "elbow_flexion").rows
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(rows) > 150
    assert peak < 0.85 * size, f"{peak / 1e6:.0f} MB for landmarks of {size / 1e6:.0f} MB"


@pytest.mark.parametrize(
    "changes",
    [
        {"xyz_m": None},
        {"people": None},
        {"uv_px": np.asfortranarray(track_of(4.0).uv_px)},
        {"uv_px": track_of(4.0).uv_px.astype(np.float64)},
    ],
)
def test_what_is_not_as_posecheck_writes_it_is_read_whole(tmp_path, changes):
    found = open_track(rewritten(stored(tmp_path, track_of(4.0)), **changes))
    assert isinstance(found, PoseTrack)
    np.testing.assert_array_equal(found.uv_px, track_of(4.0).uv_px)


def test_angles_of_another_program_are_read_whole(tmp_path):
    track = replace(track_of(4.0), angles_deg=np.zeros((120, 1)), angle_names=("left_knee_flexion",))
    assert isinstance(open_track(stored(tmp_path, track)), PoseTrack)


def test_arrays_of_different_lengths_are_refused(tmp_path):
    path = rewritten(stored(tmp_path, track_of(4.0)), uv_px=track_of(3.0).uv_px)
    with pytest.raises(TrackError, match=r"pose\.npz: its arrays are not of one length"):
        open_track(path)


def test_a_file_that_is_cut_short_is_refused(tmp_path):
    path = stored(tmp_path, track_of(4.0))
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(TrackError, match=r"this file cannot be read as one .*posecheck analyse"):
        open_track(path)


def test_landmarks_that_end_early_are_refused_in_the_middle_of_the_reading(tmp_path):
    path = stored(tmp_path, track_of(4.0))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["visibility.npy"] = members["visibility.npy"][:-100]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(TrackError, match=r"it ends early"):
        list(open_track(path).blocks())


def test_a_missing_file_gets_the_sentence_of_load_track(tmp_path):
    for read in (open_track, load_track):
        with pytest.raises(TrackError, match="there are no stored poses here"):
            read(tmp_path / "pose.npz")
