"""Drawing: image in, image out; and the recording written once more with everything drawn in."""

import json
import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from video_factory import write_video

from posecheck.analysis import analyse
from posecheck.engines import open_engine
from posecheck.exercise import load_exercise
from posecheck.overlay import COLOURS, Limb, draw_angle, draw_gauge, draw_panel, draw_pose, panel_box
from posecheck.overlay_video import angle_points, limbs_at, phase_at, quiet_corner, write_annotated
from posecheck.recording import watch
from posecheck.records import PoseFrame
from posecheck.signals import SIGNALS, Body
from posecheck.skeleton import BLAZEPOSE_33
from posecheck.sources import open_source

SAMPLE = Path(__file__).parents[1] / "sample_videos" / "elbow_flexion_right_side.mp4"
TRUTH = SAMPLE.with_suffix("").with_suffix(".truth.json")
GREY = 90
K = len(BLAZEPOSE_33)
SIZES = [(480, 640), (1280, 720), (180, 120), (64, 48), (33, 21)]


def picture(height=480, width=640):
    return np.full((height, width, 3), GREY, np.uint8)


def standing(height=480, width=640, *, visibility=1.0):
    """A stick person who faces the camera: their left is on the right of the picture."""
    places = {
        "shoulder": (0.42, 0.3), "elbow": (0.33, 0.42), "wrist": (0.25, 0.52), "hip": (0.45, 0.55),
        "knee": (0.44, 0.72), "ankle": (0.44, 0.9), "heel": (0.44, 0.92), "foot_index": (0.42, 0.94),
    }  # fmt: skip
    uv_px = np.full((K, 2), (0.5, 0.2))
    for part, (u, v) in places.items():
        uv_px[BLAZEPOSE_33.index(f"right_{part}")] = u, v
        uv_px[BLAZEPOSE_33.index(f"left_{part}")] = 1 - u, v
    return PoseFrame(0.0, uv_px * (width, height), np.zeros((K, 3)), np.full(K, visibility))


def changed(before, after):
    return (before != after).any(axis=-1)


def hue_share(rgb, colour):
    """Share of pixels that are about `colour`."""
    return float((np.abs(rgb.astype(int) - colour).sum(axis=-1) < 60).mean())


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_drawing_leaves_the_picture_it_was_given_alone(height, width):
    given = picture(height, width)
    drawn = draw_pose(given, standing(height, width))
    drawn = draw_angle(drawn, [(5, 5), (width / 2, height / 2), (width - 5, 5)], 90.0)
    drawn = draw_panel(drawn, [Limb("left", 3, "hold", 90.0, 0.5)], title="Bend your elbow", t_s=12.3)
    assert (given == GREY).all()
    assert drawn.shape == given.shape
    assert drawn.dtype == np.uint8
    assert changed(given, drawn).any()


def test_the_persons_left_is_orange_and_right_is_blue():
    drawn = draw_pose(picture(), standing())
    image_left, image_right = drawn[:, :300], drawn[:, 340:]
    assert hue_share(image_right, COLOURS["left"]) > 0.003
    assert hue_share(image_right, COLOURS["right"]) == 0
    assert hue_share(image_left, COLOURS["right"]) > 0.003
    assert hue_share(image_left, COLOURS["left"]) == 0


def test_points_the_model_is_unsure_of_are_hollow_and_their_bones_faint():
    knee = BLAZEPOSE_33.index("left_knee")
    visibility = np.ones(K)
    visibility[knee] = 0.2
    sure = standing()
    unsure = PoseFrame(0.0, sure.uv_px, sure.xyz_m, visibility)
    u, v = sure.uv_px[knee].round().astype(int)
    contrast = [abs(int(draw_pose(picture(), frame)[v, u, 0]) - GREY) for frame in (sure, unsure)]
    assert contrast[1] < 0.7 * contrast[0]
    # The bone to the hip is still there, half as strong.
    a, b = sure.uv_px[knee], sure.uv_px[BLAZEPOSE_33.index("left_hip")]
    u, v = ((a + b) / 2).round().astype(int)
    assert GREY < draw_pose(picture(), unsure)[v, u, 0] < draw_pose(picture(), sure)[v, u, 0]


def test_nobody_seen_draws_nobody():
    assert (draw_pose(picture(), PoseFrame.nobody(0.0)) == GREY).all()


def test_a_pose_that_leaves_the_picture_is_drawn_where_it_is_inside():
    frame = standing()
    away = PoseFrame(0.0, frame.uv_px * 50 - 3000, frame.xyz_m, frame.visibility)
    assert draw_pose(picture(), away).shape == (480, 640, 3)


def test_an_angle_that_is_not_seen_is_not_drawn():
    points = [(100, 100), (200, 200), (np.nan, np.nan)]
    assert (draw_angle(picture(), points, 90.0) == GREY).all()


def test_the_arc_covers_the_angle_and_takes_the_short_way():
    # From straight down to image-right, around the middle: only the lower right quarter is crossed.
    arc = changed(picture(), draw_angle(picture(), [(320, 440), (320, 240), (520, 240)], math.nan))
    assert arc[285:310, 365:390].any()
    assert not arc[:230, :].any()
    assert not arc[:, :310].any()


@pytest.mark.parametrize("corner", ["top_left", "top_right", "bottom_left", "bottom_right"])
@pytest.mark.parametrize(("height", "width"), SIZES[:3])
def test_the_panel_keeps_to_its_corner(corner, height, width):
    limbs, title = [Limb("left", 3, "hold", 88.0, 0.9)], "A very long name of an exercise"
    drawn = draw_panel(picture(height, width), limbs, title=title, t_s=61.0, corner=corner)
    panel = changed(picture(height, width), drawn)
    rows, columns = np.nonzero(panel)
    assert (rows.max() < 0.6 * height) == corner.startswith("top")
    assert (rows.min() > 0.4 * height) == corner.startswith("bottom")
    if corner.endswith("left"):
        assert columns.min() < 0.1 * width
    else:
        assert columns.max() > 0.9 * width


def test_a_gauge_fills_from_the_left_and_never_beyond_its_box():
    def filled(share):
        drawn = picture()
        draw_gauge(drawn, share, (100, 100, 200, 10), colour=COLOURS["left"])
        columns = np.nonzero(np.abs(drawn[105].astype(int) - COLOURS["left"]).sum(axis=-1) < 30)[0]
        return columns.min(), columns.max()

    assert filled(0.5) == pytest.approx((100, 199), abs=3)
    assert filled(1.7) == filled(1.0)
    assert filled(1.0)[1] < 300


@pytest.mark.parametrize("signal", ["elbow_flexion", "knee_flexion", "hip_flexion", "shoulder_abduction",
                                    "thigh_inclination", "shank_inclination"])  # fmt: skip
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_arc_shows_the_angle_that_is_measured(signal, side):
    frame = standing()
    zero, joint, end = angle_points(signal, frame, side, BLAZEPOSE_33)
    u, v = zero - joint, end - joint
    drawn_deg = math.degrees(math.acos(u @ v / np.linalg.norm(u) / np.linalg.norm(v)))
    body = Body(
        {name: frame.uv_px[None, k].astype(float) for k, name in enumerate(BLAZEPOSE_33.keypoints)}, "front"
    )
    assert drawn_deg == pytest.approx(float(SIGNALS[signal].function(body, side)[0]), abs=1e-3)


def test_phases_follow_the_rows_of_a_side():
    rows = [{"start_s": 1.0, "top_start_s": 2.0, "top_end_s": 3.0, "end_s": 4.0},
            {"start_s": 5.0, "top_start_s": None, "top_end_s": None, "end_s": 6.0}]  # fmt: skip
    phases = [phase_at(rows, t_s) for t_s in (0.5, 1.0, 2.0, 3.0, 4.0, 5.5)]
    assert phases == ["rest", "lift", "hold", "lower", "rest", "move"]


@pytest.fixture(scope="module")
def seen():
    """The first repetition of the sample, as poses and as a result."""
    with open_source(SAMPLE, end_s=10.0) as source, open_engine("blazepose", "lite") as engine:
        track = watch(source, engine)
    return track, analyse(track, load_exercise("elbow_flexion"))


def decoded(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [
            (frame.pts * stream.time_base, frame.to_ndarray(format="rgb24"))
            for frame in container.decode(stream)
        ]
        return stream.codec_context.name, stream.codec_context.pix_fmt, frames


def test_the_annotated_video_has_the_pictures_and_times_of_the_source(seen, tmp_path):
    track, result = seen
    told = []
    with open_source(SAMPLE, end_s=10.0) as source:
        write_annotated(tmp_path / "annotated.mp4", source, track, result, progress=told.append)
    codec, pix_fmt, frames = decoded(tmp_path / "annotated.mp4")
    assert (codec, pix_fmt) == ("h264", "yuv420p")
    assert [float(t) for t, _ in frames] == pytest.approx(track.t_s - track.t_s[0], abs=1 / 90000)
    assert told == track.t_s.tolist()
    assert hue_share(frames[150][1], COLOURS["right"]) > 0.005
    # Players can begin before the whole file has arrived.
    data = (tmp_path / "annotated.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_count_and_the_phases_in_the_picture_are_the_true_ones(seen):
    _, result = seen
    first = json.loads(TRUTH.read_text())["repetitions"]["right"][0]
    middle = lambda a, b: (first[a] + first[b]) / 2  # noqa: E731
    moments = {
        "rest": 1.0, "lift": middle("start_s", "top_start_s"), "hold": middle("top_start_s", "top_end_s"),
        "lower": middle("top_end_s", "end_s"),
    }  # fmt: skip
    assert {phase: limbs_at(result, t_s)["right"].phase for phase, t_s in moments.items()} == {
        p: p for p in moments
    }
    assert [limbs_at(result, t_s)["right"].count for t_s in (1.0, 5.5, 9.8)] == [0, 0, 1]
    assert limbs_at(result, 5.5)["right"].value_deg == pytest.approx(first["peak_deg"], abs=8)


def test_odd_sizes_and_uneven_times_survive(seen, tmp_path):
    track, result = seen
    times_s = [0.0, 0.04, 0.05, 0.2, 0.21, 0.5]
    pictures = [picture(96, 64) for _ in times_s]
    write_video(tmp_path / "uneven.mp4", pictures, times_s=times_s, time_base=Fraction(1, 1000))
    with open_source(tmp_path / "uneven.mp4") as source:
        source_pictures = [(t_s, rgb[:95, :63]) for t_s, rgb in source]

    class Cropped:
        """The same pictures with an odd width and height."""

        info = source.info

        def __iter__(self):
            return iter(source_pictures)

    write_annotated(tmp_path / "annotated.mp4", Cropped(), track, result)
    _, _, frames = decoded(tmp_path / "annotated.mp4")
    assert [float(t) for t, _ in frames] == pytest.approx(times_s, abs=1e-3)
    assert frames[0][1].shape == (96, 64, 3)


def test_the_panel_goes_to_the_corner_the_person_leaves_free(seen):
    track, result = seen
    corner = quiet_corner(track, result)
    x, y, width, height = panel_box((480, 640), 1, corner=corner)
    inside = (track.uv_px >= (x, y)) & (track.uv_px <= (x + width, y + height))
    assert not inside.all(axis=-1).any()
