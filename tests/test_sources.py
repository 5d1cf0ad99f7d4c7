"""Real files, made here, read back: times, pictures, colours, and a clear sentence for those that cannot."""

import hashlib
import os
import subprocess
import sys
import threading
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from video_factory import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    number_of,
    numbered,
    quarter_colours,
    quarters,
    write_sound,
    write_video,
)

from posecheck.errors import SourceError
from posecheck.source_camera import CameraReader
from posecheck.sources import ReadAhead, Source, Window, frames_from, open_source

QUIET_X265 = {"x265-params": "log-level=none"}
QUICK_VP9 = {"deadline": "realtime", "cpu-used": "8"}
KINDS = [
    ("h264.mp4", "libx264", {}),
    ("h264.mov", "libx264", {}),
    ("h264.mkv", "libx264", {}),
    ("h264.avi", "libx264", {}),
    ("hevc.mkv", "libx265", QUIET_X265),
    ("hevc.mp4", "libx265", QUIET_X265),
    ("vp9.webm", "libvpx-vp9", QUICK_VP9),
    ("mpeg4.avi", "mpeg4", {}),
    ("mpeg4.mp4", "mpeg4", {}),
]
every_kind = pytest.mark.parametrize(("name", "codec", "options"), KINDS, ids=[k[0] for k in KINDS])


def read(spec, **how):
    """Times, picture numbers and the closed source of a recording made of `numbered` pictures."""
    with open_source(spec, **how) as source:
        pairs = [(t_s, number_of(rgb)) for t_s, rgb in source]
    return [t_s for t_s, _ in pairs], [number for _, number in pairs], source


def reading_threads():
    return [t for t in threading.enumerate() if t.name.startswith("posecheck-")]


def noisy(n, width=320, height=240):
    """Numbered pictures with grain, so that every part of the file carries many bytes."""
    rng = np.random.default_rng(0)
    for picture in numbered(n, width, height):
        yield (picture + rng.integers(-10, 11, picture.shape)).clip(0, 255).astype(np.uint8)


# --- files ----------------------------------------------------------------------------------------


@every_kind
def test_every_container_gives_its_pictures_in_order_at_their_times(tmp_path, name, codec, options):
    path = write_video(tmp_path / name, numbered(25), codec=codec, options=options)
    times, numbers, source = read(path)
    assert numbers == list(range(25))
    assert times == pytest.approx(np.arange(25) / 30, abs=0.0006)  # mkv and webm count whole milliseconds
    assert source.warnings == []
    assert source.info.kind == "file"
    assert source.info.name == name
    assert (source.info.width_px, source.info.height_px) == (64, 48)
    assert source.info.frames == 25
    assert source.info.fps_nominal == pytest.approx(30, abs=0.01)
    assert source.info.duration_s == pytest.approx(25 / 30, abs=0.002)
    assert source.info.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@every_kind
@pytest.mark.parametrize("start_s", [0.5, 1.8, 2.51])
def test_a_start_gives_the_same_pictures_at_the_same_times_as_reading_everything(
    tmp_path, name, codec, options, start_s
):
    path = write_video(tmp_path / name, numbered(90), codec=codec, options=options)
    times, numbers, _ = read(path)
    kept = [(t, n) for t, n in zip(times, numbers, strict=True) if start_s <= t <= 2.8]
    times, numbers, _ = read(path, start_s=start_s, end_s=2.8)
    assert list(zip(times, numbers, strict=True)) == kept


def test_pictures_are_rgb_bytes_in_rows(tmp_path):
    path = write_video(tmp_path / "a.mp4", [quarters(64, 48)] * 2)
    for _, rgb in frames_from(path):
        assert rgb.shape == (48, 64, 3)
        assert rgb.dtype == np.uint8
        assert rgb.flags.c_contiguous
        assert quarter_colours(rgb) == pytest.approx(np.array([RED, GREEN, BLUE, YELLOW]), abs=4)


def test_uneven_times_come_from_the_container(tmp_path):
    taken = [0.0, 0.033, 0.081, 0.09, 0.4, 0.401, 1.25]
    for name in ("uneven.mp4", "uneven.mkv"):
        path = write_video(
            tmp_path / name,
            numbered(7),
            times_s=taken,
            time_base=Fraction(1, 1000),
            options={"tune": "zerolatency"},
        )
        times, numbers, source = read(path)
        assert times == pytest.approx(taken, abs=1e-6)
        assert numbers == list(range(7))
        assert source.warnings == []


def test_time_counts_from_the_first_sound_when_sound_comes_first(tmp_path):
    taken = [0.5 + i / 25 for i in range(10)]
    path = write_video(
        tmp_path / "late.mkv",
        numbered(10),
        times_s=taken,
        time_base=Fraction(1, 1000),
        sound_s=2.0,
        sound_start_s=0.2,
    )
    times, _, _ = read(path)
    assert times[0] == pytest.approx(0.3, abs=0.002)
    assert np.diff(times) == pytest.approx(0.04, abs=1e-6)


def test_time_counts_from_the_first_picture_without_sound(tmp_path):
    path = write_video(
        tmp_path / "late.mkv",
        numbered(5),
        times_s=[7 + i / 25 for i in range(5)],
        time_base=Fraction(1, 1000),
    )
    assert read(path)[0] == pytest.approx(np.arange(5) / 25, abs=1e-6)


def test_a_single_picture_is_a_recording(tmp_path):
    times, numbers, source = read(write_video(tmp_path / "one.mp4", numbered(1)))
    assert (times, numbers, source.warnings) == ([0.0], [0], [])


@pytest.mark.parametrize(
    ("ccw_deg", "hflip", "turn_deg", "shown"),
    [
        (0, False, 0, (RED, GREEN, BLUE, YELLOW)),
        (-90, False, 90, (BLUE, RED, YELLOW, GREEN)),
        (180, False, 180, (YELLOW, BLUE, GREEN, RED)),
        (90, False, 270, (GREEN, YELLOW, RED, BLUE)),
        (0, True, 0, (GREEN, RED, YELLOW, BLUE)),
    ],
)
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p"])
def test_a_turned_phone_gives_upright_pictures(tmp_path, ccw_deg, hflip, turn_deg, shown, pix_fmt):
    path = write_video(
        tmp_path / "turned.mp4",
        [quarters(96, 64)] * 2,
        rotation_ccw_deg=ccw_deg,
        hflip=hflip,
        pix_fmt=pix_fmt,
        matrix="bt709",
        options={"crf": "10"},
    )
    with open_source(path) as source:
        _, rgb = next(iter(source))
        assert source.info.rotation_deg == turn_deg
        assert rgb.shape == ((96, 64, 3) if turn_deg in (90, 270) else (64, 96, 3))
        assert (source.info.height_px, source.info.width_px) == rgb.shape[:2]
        assert quarter_colours(rgb) == pytest.approx(np.array(shown), abs=4)


@pytest.mark.parametrize("ccw_deg", [90, -90, 180])
@pytest.mark.parametrize("hflip", [False, True])
def test_turning_agrees_with_ffmpeg(tmp_path, ccw_deg, hflip):
    path = write_video(tmp_path / "turned.mp4", [quarters(96, 64)], rotation_ccw_deg=ccw_deg, hflip=hflip)
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    try:
        raw = subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("needs Debian package 'ffmpeg'")
    _, rgb = next(frames_from(path))
    theirs = np.frombuffer(raw, np.uint8).reshape(rgb.shape)
    assert np.abs(rgb.astype(int) - theirs).max() <= 2


@pytest.mark.parametrize("ccw_deg", [None, 90])
@pytest.mark.parametrize(("width", "height"), [(65, 47), (63, 101)])
def test_odd_sizes_keep_every_row_and_column(tmp_path, width, height, ccw_deg):
    path = write_video(
        tmp_path / "odd.webm",
        [quarters(width, height)],
        codec="libvpx-vp9",
        options=QUICK_VP9,
        rotation_ccw_deg=ccw_deg,
    )
    with open_source(path) as source:
        _, rgb = next(iter(source))
        stored = (height, width)
        assert rgb.shape[:2] == (stored if source.info.rotation_deg in (0, 180) else stored[::-1])
    turned = np.rot90(rgb, source.info.rotation_deg // 90)
    assert quarter_colours(turned) == pytest.approx(np.array([RED, GREEN, BLUE, YELLOW]), abs=8)


@pytest.mark.parametrize(
    ("tag", "value", "told"),
    [
        ("creation_time", "2026-11-20T10:11:12Z", "2026-11-20T10:11:12+00:00"),
        ("com.apple.quicktime.creationdate", "2026-11-20T10:11:12+0100", "2026-11-20T09:11:12+00:00"),
        ("creation_time", "1904-01-01T00:00:00Z", None),
        ("title", "Wednesday", None),
    ],
)
def test_a_file_may_say_when_it_was_filmed(tmp_path, tag, value, told):
    path = write_video(tmp_path / "a.mov", numbered(20), container_options={"movflags": "use_metadata_tags"},
                       metadata={tag: value})  # fmt: skip
    with open_source(path) as source:
        assert source.info.filmed_utc == told


@pytest.mark.parametrize(("ccw_deg", "shape"), [(None, (48, 96, 3)), (90, (96, 48, 3))])
def test_pixels_that_are_not_square_are_stretched_and_mentioned(tmp_path, ccw_deg, shape):
    path = write_video(
        tmp_path / "wide.mp4", numbered(2), pixel_aspect=Fraction(3, 2), rotation_ccw_deg=ccw_deg
    )
    with open_source(path) as source:
        _, rgb = next(iter(source))
        assert rgb.shape == shape
        assert (source.info.height_px, source.info.width_px) == shape[:2]
        assert "not square" in source.warnings[0]


@pytest.mark.parametrize("matrix", ["bt601", "bt709"])
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("size", [(160, 96), (1280, 720)])
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv420p10le"])
def test_colours_are_true_to_a_few_levels(tmp_path, matrix, full_range, size, pix_fmt):
    path = write_video(
        tmp_path / "c.mp4",
        [quarters(*size)],
        matrix=matrix,
        full_range=full_range,
        pix_fmt=pix_fmt,
        options={"crf": "10", "preset": "ultrafast"},
    )
    _, rgb = next(frames_from(path))
    assert quarter_colours(rgb) == pytest.approx(np.array([RED, GREEN, BLUE, YELLOW]), abs=4)


@pytest.mark.parametrize(("transfer", "levels"), [("pq", 8), ("hlg", 4)])  # one code of PQ is three levels
def test_hdr_is_shown_as_on_a_common_screen_and_mentioned(tmp_path, transfer, levels):
    """Greys, as colours also differ by their primaries."""
    greys = [(level,) * 3 for level in (40, 90, 150, 220)]
    path = write_video(
        tmp_path / "phone.mov",
        [quarters(160, 96, colours=greys)] * 8,
        codec="libx265",
        pix_fmt="yuv420p10le",
        matrix="bt2020",
        transfer=transfer,
        options={"crf": "4", "x265-params": "log-level=error"},
    )
    with open_source(path) as source:
        _, rgb = next(iter(source))
        assert "HDR" in source.warnings[0]
    assert quarter_colours(rgb) == pytest.approx(np.array(greys), abs=levels)


# --- spans and rates ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_rate_keeps_the_first_picture_at_or_after_each_tick(tmp_path, name):
    path = write_video(tmp_path / name, numbered(25))
    assert read(path, rate_hz=10)[1] == [0, 3, 6, 9, 12, 15, 18, 21, 24]
    assert read(path, rate_hz=7)[1] == [
        0,
        5,
        9,
        13,
        18,
        22,
    ]  # ticks at 0, 4.3, 8.6, 12.9, 17.1, 21.4 pictures
    assert read(path, rate_hz=30)[1] == list(range(25))
    assert read(path, rate_hz=1000)[1] == list(range(25))


def test_a_rate_and_a_start_choose_the_same_pictures_as_the_rate_alone(tmp_path):
    path = write_video(tmp_path / "a.mp4", numbered(120))
    for rate_hz in (0.7, 4, 7):
        times, _, _ = read(path, rate_hz=rate_hz)
        assert read(path, rate_hz=rate_hz, start_s=2.5)[0] == [t for t in times if t >= 2.5]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"start_s": -1}, "0 s or later, got -1"),
        ({"end_s": float("nan")}, "0 s or later"),
        ({"start_s": 2, "end_s": 1}, "start must come before the end"),
        ({"start_s": 1, "end_s": 1}, "start must come before the end"),
        ({"start_s": 60}, "before the start of 60 s"),
        ({"rate_hz": 0}, "above 0"),
        ({"ahead": 0}, "at least 1"),
    ],
)
def test_a_span_that_cannot_be_read_is_explained_at_once(tmp_path, how, words):
    path = write_video(tmp_path / "a.mp4", numbered(30))
    with pytest.raises(SourceError, match=words):
        open_source(path, **how)


def test_a_start_after_the_last_picture_is_explained(tmp_path):
    path = write_video(tmp_path / "a.mp4", numbered(30))
    with pytest.raises(SourceError, match=r"ends at 0\.97 s"):
        list(open_source(path, start_s=0.99))


# --- files that are not whole ---------------------------------------------------------------------


def without_its_end(path, fraction):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * fraction)])
    return path


def written(path, content):
    path.write_bytes(content)
    return path


def broken_files(folder):
    """(file, words) of everything a person may point at by mistake."""
    whole = write_video(folder / "whole.mp4", numbered(20)).read_bytes()
    text = "Notes on the patient, page 1\nTelefon: später\n".encode()
    cut = without_its_end(write_video(folder / "cut.mp4", noisy(20)), 0.6)
    (folder / "empty_folder").mkdir()
    return {
        "missing": (folder / "missing.mp4", "does not exist"),
        "folder": (folder / "empty_folder", "holds no png, jpg or bmp images"),
        "text": (written(folder / "notes.mp4", text * 200), "is a text file, not a video"),
        "playlist": (
            written(folder / "list.mp4", b"#EXTM3U\n#EXTINF:2,\nwhole.mp4\n"),
            "is a text file, not a video",
        ),
        "zero": (written(folder / "zero.mp4", b""), "is empty"),
        "sound": (write_sound(folder / "sound.mp4"), "sound but no pictures"),
        "cut": (cut, "cut short: the index"),
        "noise": (written(folder / "noise.mp4", bytes(range(256)) * 40), "not a video that can be read here"),
        "codec": (written(folder / "codec.mp4", whole.replace(b"avc1", b"zzz1")), "coded in an unknown way"),
    }


@pytest.mark.parametrize(
    "case", ["missing", "folder", "text", "playlist", "zero", "sound", "cut", "noise", "codec"]
)
def test_what_is_not_a_video_is_named_in_one_kind_message(tmp_path, case, capfd):
    path, words = broken_files(tmp_path)[case]
    capfd.readouterr()
    with pytest.raises(SourceError, match=words) as caught:
        open_source(path)
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    assert message.endswith(".")
    assert not any(word in message.lower() for word in ("wrong", "bad", "failed", "errno", "invalid"))
    assert capfd.readouterr().err == ""
    assert reading_threads() == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_named(tmp_path):
    path = write_video(tmp_path / "locked.mp4", numbered(2))
    path.chmod(0)
    with pytest.raises(SourceError, match="may not be read"):
        open_source(path)


@pytest.mark.parametrize(
    ("name", "codec", "options", "container_options"),
    [
        ("h264.mp4", "libx264", {}, {"movflags": "faststart"}),
        ("h264.mkv", "libx264", {}, {}),
        ("hevc.mp4", "libx265", QUIET_X265, {"movflags": "faststart"}),
        ("vp9.webm", "libvpx-vp9", QUICK_VP9, {}),
    ],
)
def test_a_file_that_ends_early_gives_what_it_holds_and_says_so(
    tmp_path, name, codec, options, container_options
):
    path = write_video(
        tmp_path / name, noisy(100), codec=codec, options=options, container_options=container_options
    )
    times, numbers, source = read(without_its_end(path, 0.6))
    assert 10 < len(numbers) < 95
    assert numbers == [i % 25 for i in range(len(numbers))]
    assert len(source.warnings) == 1
    assert f"ends early: its pictures stop at {times[-1] + 1 / 30:.2f} s of 3.33 s" in source.warnings[0]


def test_a_damaged_stretch_is_left_out_and_mentioned(tmp_path):
    path = write_video(tmp_path / "a.mp4", noisy(60))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes(b ^ 0x5A for b in content[middle : middle + 4000])
    path.write_bytes(bytes(content))
    times, _, source = read(path)
    assert 40 < len(times) < 60
    assert times[-1] == pytest.approx(59 / 30)
    assert any("damaged" in warning for warning in source.warnings)


# --- reading ahead --------------------------------------------------------------------------------


def test_the_queue_never_holds_more_than_it_may(tmp_path):
    path = write_video(tmp_path / "a.mp4", numbered(60))
    made, taken = [], []

    def pictures():
        for i in range(60):
            made.append(i)
            yield i

    ahead = ReadAhead(pictures, ahead=3)
    for i in ahead:
        taken.append(i)
        assert len(made) <= len(taken) + 3 + 1  # three wait, one is in the hand of the thread
    assert taken == list(range(60))
    assert [n for _, n in zip(range(3), frames_from(path, ahead=1), strict=False)]


def test_memory_does_not_grow_with_the_length_of_the_recording(tmp_path):
    path = write_video(
        tmp_path / "long.mp4", numbered(3 * 60 * 30, 160, 120), options={"preset": "ultrafast"}
    )
    picture_bytes = 160 * 120 * 3
    tracemalloc.start()
    try:
        peaks, resident = [], []
        with open_source(path) as source:
            for i, _ in enumerate(source):
                if i % 1800 == 1799:
                    peaks.append(tracemalloc.get_traced_memory()[1])
                    tracemalloc.reset_peak()
                    resident.append(resident_bytes())
    finally:
        tracemalloc.stop()
    assert len(peaks) == 3
    assert peaks[2] < peaks[0] + 10 * picture_bytes
    assert resident[2] < resident[0] + 20e6  # 3600 pictures between them would be 207 MB


def resident_bytes():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except FileNotFoundError:
        pytest.skip("this system has no /proc to read the resident memory from")


@pytest.mark.parametrize("leave", ["close", "break", "forget", "unread"])
def test_leaving_early_ends_the_threads(tmp_path, leave):
    path = write_video(tmp_path / "a.mp4", numbered(300))
    source = open_source(path)
    pictures = iter(source)
    if leave != "unread":
        next(pictures)
        assert reading_threads()
    if leave == "close":
        source.close()
        source.close()
        assert list(pictures) == []
    elif leave == "break":
        pictures.close()
    elif leave == "unread":
        source.close()
    del source, pictures
    assert reading_threads() == []


def test_a_recording_is_read_once(tmp_path):
    source = open_source(write_video(tmp_path / "a.mp4", numbered(3)))
    assert len(list(source)) == 3
    with pytest.raises(SourceError, match="read already"):
        next(iter(source))


def test_trouble_in_the_thread_reaches_the_reader_after_the_pictures_before_it():
    def pictures():
        yield from (1, 2)
        raise ZeroDivisionError("the disk went away")

    items = iter(ReadAhead(pictures, ahead=4))
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(SourceError, match="the disk went away"):
        next(items)
    assert reading_threads() == []


def test_importing_sources_loads_neither_pyav_nor_opencv():
    code = "import sys, posecheck.sources; print([m for m in ('av', 'cv2') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


# --- images and cameras ---------------------------------------------------------------------------


def save_image(path, picture):
    cv2 = pytest.importorskip("cv2")
    assert cv2.imwrite(str(path), np.ascontiguousarray(picture[..., ::-1]))


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_images_come_in_the_order_a_person_numbers_them(tmp_path, suffix):
    for i, picture in enumerate(numbered(12)):
        save_image(tmp_path / f"shot{i}.{suffix}", picture)
    times, numbers, source = read(tmp_path)
    assert numbers == list(range(12))
    assert times == pytest.approx(np.arange(12) / 30)
    assert "assumed" in source.warnings[0]
    assert source.info.kind == "images"
    assert source.info.frames == 12
    assert len(source.info.sha256) == 64
    times, numbers, source = read(tmp_path, rate_hz=5, start_s=1.0)
    assert (times, numbers) == (pytest.approx([1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2]), list(range(5, 12)))
    assert source.warnings == []


def test_images_take_their_times_from_the_list_beside_them(tmp_path):
    for i, picture in enumerate(numbered(4)):
        save_image(tmp_path / f"{i}.png", picture)
    (tmp_path / "frames.csv").write_text("file,t_s\n2.png,0.5\n0.png,0.61\n3.png,2\n")
    times, numbers, source = read(tmp_path)
    assert (times, numbers, source.warnings) == ([0.5, 0.61, 2.0], [2, 0, 3], [])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("name,when\n0.png,1\n", "must have the columns file and t_s, got name, when"),
        ("file,t_s\n", "lists no images"),
        ("file,t_s\n0.png,1\n9.png,2\n", "9.png, which is not there"),
        ("file,t_s\n0.png,1\n1.png,1\n", "1.png at 1 s must come after 1 s"),
        ("file,t_s\n0.png,soon\n", "line 2: t_s must be 0 s or later, got 'soon'"),
    ],
)
def test_a_list_of_times_that_cannot_be_used_is_explained(tmp_path, rows, words):
    for i, picture in enumerate(numbered(2)):
        save_image(tmp_path / f"{i}.png", picture)
    (tmp_path / "timestamps.csv").write_text(rows)
    with pytest.raises(SourceError, match=words):
        open_source(tmp_path)


def test_images_of_two_sizes_are_explained(tmp_path):
    save_image(tmp_path / "0.png", quarters(64, 48))
    save_image(tmp_path / "1.png", quarters(48, 64))
    with pytest.raises(SourceError, match=r"one size: 1\.png is 48 x 64"):
        list(frames_from(tmp_path))


def test_an_image_that_holds_no_picture_is_left_out_and_mentioned(tmp_path):
    save_image(tmp_path / "0.png", quarters(64, 48))
    (tmp_path / "1.png").write_text("not a picture")
    with open_source(tmp_path, rate_hz=30) as source:
        assert len(list(source)) == 1
    assert source.warnings == ["1 image left out, not decodable: 1.png"]
    (tmp_path / "0.png").unlink()
    with pytest.raises(SourceError, match="None of the images"):
        open_source(tmp_path)


def test_a_camera_that_is_not_there_is_explained(capfd):
    pytest.importorskip("cv2")
    with pytest.raises(SourceError, match="Camera 98 does not open"):
        open_source("98")
    assert capfd.readouterr().err == ""


def test_a_camera_is_timed_by_the_clock_and_passes_over_what_nobody_takes(tmp_path):
    pytest.importorskip("cv2")
    path = write_video(tmp_path / "a.mp4", [quarters(64, 48)] * 40)
    reader = CameraReader(str(path))  # OpenCV reads a file through the same door as a camera
    times = []

    def watch():
        for t_s, rgb in Source(reader, Window(), ahead=2):
            assert quarter_colours(rgb) == pytest.approx(np.array([RED, GREEN, BLUE, YELLOW]), abs=6)
            times.append(t_s)

    with pytest.raises(SourceError, match="stopped delivering"):
        watch()
    assert times
    assert (np.diff(times) > 0).all()
    assert reading_threads() == []


# --- real clips -----------------------------------------------------------------------------------


def test_shared_clips_decode_whole_without_a_word():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    shared = os.environ.get("POSECHECK_SHARED", os.path.join(here, "..", "shared"))
    clip = os.path.join(shared, "data", "videos", "open", "press_side_kshitij.mp4")
    if not os.path.exists(clip):
        pytest.skip("the shared clips are not here (POSECHECK_SHARED)")
    with open_source(clip) as source:
        times = [t_s for t_s, _ in source]
    assert len(times) == source.info.frames
    assert times[0] == pytest.approx(0.0674, abs=1e-4)  # the sound starts first
    assert source.warnings == []
