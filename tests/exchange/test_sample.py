"""A sample clip's poses through every format that is written: scored again, they give the same repetitions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from recordings import flat

from posecheck.analysis import analyse
from posecheck.engines import open_engine
from posecheck.errors import TrackError
from posecheck.exchange import FORMATS, export, read_track
from posecheck.recording import watch
from posecheck.records import Settings
from posecheck.result import plain
from posecheck.sources import open_source

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "elbow_flexion_right_side.mp4"
SETTINGS = Settings(view="right", side="right")
WRITTEN = [name for name, one in FORMATS.items() if one.writes and name != "mot"]


@pytest.fixture(scope="module")
def track():
    with open_source(SAMPLE, end_s=12.0) as source, open_engine("blazepose", "lite") as engine:
        return watch(source, engine)


def rows(track):
    return plain(analyse(track, "elbow_flexion", settings=SETTINGS).rows)


@pytest.mark.parametrize("format", WRITTEN)
def test_the_same_repetitions_out_of_every_format(format, track, tmp_path):
    pytest.importorskip("ezc3d")
    pytest.importorskip("h5netcdf")
    target = tmp_path / FORMATS[format].file
    size = tuple(track.image_size_px.tolist())
    if format in ("trc", "c3d"):  # as if that body had stood in a room
        body = replace(track, xyz_frame="world", xyz_m=track.xyz_m + np.float32([1.0, -1.0, 3.0]))
        export(format, target, None, body)
        again = read_track(target)
        told, expected = rows(again), rows(body)
        assert [r["rep"] for r in told] == [r["rep"] for r in expected] != []
        # Micrometres of a place are thousandths of a degree.
        assert [r["peak_deg"] for r in told] == pytest.approx([r["peak_deg"] for r in expected], abs=0.01)
        return
    export(format, target, None, track)
    again = read_track(target, fps=30, image_size_px=size)
    if format in ("openpose", "coco"):
        # No metres; OpenPose has no times either, and the clip's own are those of 30 pictures a second.
        expected = rows(replace(flat(track), t_s=again.t_s))
        assert again.t_s == pytest.approx(track.t_s - (track.t_s[0] if format == "openpose" else 0), abs=1e-3)
    else:
        expected = rows(track)
        assert np.array_equal(again.t_s, track.t_s)
    told = rows(again)
    assert told == expected
    assert len(told) >= 1


@pytest.mark.parametrize("format", ["trc", "c3d"])
def test_depth_that_one_camera_guessed_is_not_taken_for_measured(format, track, tmp_path):
    pytest.importorskip("ezc3d")
    export(format, tmp_path / FORMATS[format].file, None, track)
    with pytest.raises(TrackError, match=r"the middle of the hips stays at 0, 0, 0.*pose\.npz"):
        read_track(tmp_path / FORMATS[format].file)
