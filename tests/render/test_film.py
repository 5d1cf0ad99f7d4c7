"""From pictures to a file: times, bytes, rotation, and what a sensor adds."""

import av
import numpy as np
import pytest

from posecheck.sources import open_source
from render.film import Sensor, black, blurred, write_video

GREY = np.full((48, 64, 3), 110, np.uint8)


def drifting(count):
    """A bright square that moves to the right."""
    for i in range(count):
        picture = GREY.copy()
        picture[10:30, i : i + 20] = (230, 120, 40)
        yield picture


def times_in(path):
    with av.open(str(path)) as file:
        return np.array([frame.time for frame in file.decode(video=0)])


@pytest.mark.parametrize(
    "times_s",
    [
        np.arange(40) / 30,
        np.cumsum(np.random.default_rng(4).uniform(0.011, 0.09, 40)),
        np.r_[np.arange(20) / 25, 3.0 + np.arange(20) / 10],
        np.arange(3) * 1001 / 30000 + 0.4,
    ],
    ids=["steady", "uneven", "gap", "late start"],
)
def test_times_come_back(tmp_path, times_s):
    path = tmp_path / "clip.mp4"
    write_video(path, times_s, drifting(len(times_s)))
    np.testing.assert_allclose(times_in(path), times_s, atol=1e-3)


def test_bytes_repeat(tmp_path):
    for name in ("one.mp4", "two.mp4"):
        write_video(tmp_path / name, np.arange(30) / 30, drifting(30))
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_colours_come_back(tmp_path):
    path = tmp_path / "clip.mp4"
    write_video(path, [0.0, 0.1], [np.full((48, 64, 3), (200, 60, 90), np.uint8)] * 2, crf=10)
    with open_source(path) as source:
        _, picture = next(iter(source))
    np.testing.assert_allclose(picture.mean((0, 1)), (200, 60, 90), atol=3)


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_rotation_is_what_a_player_turns_clockwise(tmp_path, rotation_deg):
    stored = np.full((48, 64, 3), 40, np.uint8)
    stored[:24] = 220
    path = tmp_path / "clip.mp4"
    write_video(path, [0.0, 0.1], [stored] * 2, rotation_deg=rotation_deg)
    with open_source(path) as source:
        _, shown = next(iter(source))
        assert source.info.rotation_deg == rotation_deg
    expected = np.rot90(stored, -rotation_deg // 90)
    assert shown.shape == expected.shape
    assert np.abs(shown.astype(int) - expected).mean() < 6


@pytest.mark.parametrize(
    ("times_s", "count", "size", "match"),
    [
        ([0.0, 0.1, 0.1], 3, (64, 48), "grow"),
        ([], 0, (64, 48), "at least one"),
        ([0.0, 0.1], 3, (64, 48), "longer"),
        ([0.0, 0.1], 1, (64, 48), "shorter"),
        ([0.0], 1, (63, 48), "even width"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, times_s, count, size, match):
    with pytest.raises(ValueError, match=match):
        write_video(tmp_path / "clip.mp4", times_s, [black(size)] * count)


def test_noise_is_as_strong_as_asked_and_new_in_every_picture():
    sensor = Sensor(noise=3.0, blur=0.0)
    grey = np.full((240, 320, 3), 110, np.uint8)
    stack = np.stack([sensor(grey) for _ in range(6)]).astype(float) - 110
    luma = stack @ (0.299, 0.587, 0.114)
    assert luma.std() == pytest.approx(3.0, rel=0.1)
    assert abs(stack.mean()) < 0.1
    together = np.corrcoef(luma.reshape(6, -1))
    assert np.abs(together[~np.eye(6, dtype=bool)]).max() < 0.05


def test_noise_repeats_with_the_seed():
    first, same, other = Sensor(seed=1), Sensor(seed=1), Sensor(seed=2)
    assert (first.exposed(GREY, 5) == same(GREY)).mean() < 1  # number 0, not 5
    assert (first.exposed(GREY, 5) == same.exposed(GREY, 5)).all()
    assert (first.exposed(GREY, 5) != other.exposed(GREY, 5)).any()


def test_gain_lifts_a_dim_picture_and_its_noise():
    dim, lifted = Sensor(noise=2.0, blur=0.0), Sensor(noise=2.0, blur=0.0, gain=2.0)
    dark = np.full((240, 320, 3), 50, np.uint8)
    assert lifted(dark).mean() == pytest.approx(100, abs=1)
    assert lifted(dark).std() == pytest.approx(2 * dim(dark).std(), rel=0.15)


def test_blur_softens_an_edge_and_jpeg_too():
    edge = GREY.copy()
    edge[:, 32:] = 200
    soft = Sensor(noise=0.0, blur=0.6)(edge)
    assert 110 < soft[20, 31, 0] < soft[20, 32, 0] < 200
    blocky = Sensor(noise=0.0, blur=0.0, jpeg_quality=30)(edge)
    assert blocky.shape == edge.shape
    assert (blocky != edge).any()


def test_motion_blur_averages_light_not_numbers():
    mixed = blurred([np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)])
    assert mixed[0, 0, 0] == pytest.approx(
        255 * 0.5 ** (1 / 2.2), abs=1
    )  # half the light looks brighter than 128
    assert (blurred([GREY]) == GREY).all()
    assert (blurred([GREY] * 3) == GREY).all()
