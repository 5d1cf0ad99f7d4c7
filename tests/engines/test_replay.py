"""Stored poses in place of a camera."""

import numpy as np
from numpy.testing import assert_array_equal

from posecheck.engines.replay import ReplayEngine
from posecheck.records import PoseTrack

RNG = np.random.default_rng(3)
T = 5


def track(**facts):
    return PoseTrack(
        t_s=[0.0, 0.03, 0.07, 0.11, 0.40],
        uv_px=RNG.uniform(0, 400, (T, 33, 2)),
        xyz_m=RNG.uniform(-1, 1, (T, 33, 3)),
        visibility=RNG.uniform(0, 1, (T, 33)),
        people=[1, 1, 2, 2, 1],
        image_size_px=(640, 480),
        **facts,
    )


def test_a_replayed_track_is_the_track():
    stored = track()
    engine = ReplayEngine(stored)
    again = PoseTrack.from_frames(
        [engine.detect(t_s) for t_s in stored.t_s], image_size_px=stored.image_size_px
    )
    for name in ("t_s", "uv_px", "xyz_m", "visibility", "people"):
        assert_array_equal(getattr(again, name), getattr(stored, name))


def test_times_between_stored_frames_show_nobody():
    engine = ReplayEngine(track())
    assert [engine.detect(t_s).seen for t_s in (-0.1, 0.0, 0.0295, 0.05, 0.1104, 0.2, 0.4, 0.5)] == [
        False, True, True, False, True, False, True, False,
    ]  # fmt: skip


def test_where_the_poses_come_from_is_passed_on():
    engine = ReplayEngine(track(engine="mediapipe", model="heavy", model_sha256="ab", smoothed=True))
    assert (engine.model, engine.model_sha256, engine.smoothed) == ("heavy", "ab", True)
    assert engine.provenance["engine"] == "mediapipe"
