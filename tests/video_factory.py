"""Small real videos for tests, drawn and encoded here with PyAV."""

from fractions import Fraction
from itertools import chain

import av
import numpy as np
import pytest

GREY, RED, GREEN, BLUE, YELLOW = (90, 90, 90), (200, 40, 40), (40, 180, 60), (40, 60, 200), (210, 200, 60)


# Codes of PQ (SMPTE ST 2084) for levels of a common screen whose white has 203 nits; HLG needs none.
_Y = (203 * (np.arange(256) / 255) ** 2.4 / 10_000) ** (2610 / 16384)
_PQ = np.round(255 * ((3424 / 4096 + 2413 / 128 * _Y) / (1 + 2392 / 128 * _Y)) ** (2523 / 32)).astype(
    np.uint8
)


def quarters(width, height, *, colours=(RED, GREEN, BLUE, YELLOW)):
    """(height, width, 3) uint8 picture of four colours: top left, top right, bottom left, bottom right."""
    picture = np.empty((height, width, 3), np.uint8)
    top, left = height // 2, width // 2
    for rows, columns, colour in (
        (slice(0, top), slice(0, left), colours[0]),
        (slice(0, top), slice(left, None), colours[1]),
        (slice(top, None), slice(0, left), colours[2]),
        (slice(top, None), slice(left, None), colours[3]),
    ):
        picture[rows, columns] = colour
    return picture


def quarter_colours(rgb):
    """Mean colour in the middle of each quarter of a picture, in the order of `quarters`: (4, 3) array."""
    height, width = rgb.shape[:2]
    rows = [slice(int(height * (y - 0.05)), int(height * (y + 0.05)) + 1) for y in (0.25, 0.75)]
    columns = [slice(int(width * (x - 0.05)), int(width * (x + 0.05)) + 1) for x in (0.25, 0.75)]
    return np.array([rgb[r, c].reshape(-1, 3).mean(0) for r in rows for c in columns])


def numbered(n, width=64, height=48):
    """Yield `n` pictures whose brightness says their number: see `number_of`."""
    for i in range(n):
        yield np.full((height, width, 3), 20 + 8 * (i % 25), np.uint8)


def number_of(rgb):
    """Number (modulo 25) of a picture of `numbered`."""
    return round((float(rgb.mean()) - 20) / 8)


def write_video(
    path,
    pictures,
    *,
    codec="libx264",
    pix_fmt="yuv420p",
    rate=30,
    times_s=None,
    time_base=None,
    options=None,
    gop=12,
    pixel_aspect=None,
    rotation_ccw_deg=None,
    hflip=False,
    sound_s=None,
    sound_start_s=0.0,
    matrix=None,
    full_range=None,
    transfer=None,
    container_options=None,
    metadata=None,
):
    """Encode `pictures` ((H, W, 3) uint8 RGB) to `path`; skips the test where the encoder is missing.

    `times_s` sets the time stamp of each picture (variable rate) in units of `time_base`. `matrix`
    ("bt709", "bt601" or "bt2020") and `full_range` say how RGB becomes YUV, and tag the stream so, `transfer` ("pq" or
    "hlg") makes it HDR: levels are coded so that they look as given on a common screen.
    """
    pictures = iter(pictures)
    first = next(pictures)
    height, width = first.shape[:2]
    with av.open(str(path), "w", options=container_options or {}) as container:
        container.metadata.update(metadata or {})
        try:
            stream = container.add_stream(codec, rate=rate)
        except (av.codec.codec.UnknownCodecError, ValueError):
            pytest.skip(f"this PyAV has no encoder {codec}")
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        stream.codec_context.gop_size = gop
        stream.options = options or {}
        if time_base is not None:
            stream.codec_context.time_base = stream.time_base = time_base
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if matrix is not None:
            stream.codec_context.colorspace = {"bt709": 1, "bt601": 6, "bt2020": 9}[matrix]
            stream.codec_context.color_range = 2 if full_range else 1
        if transfer is not None:
            stream.codec_context.color_primaries = 9
            stream.codec_context.color_trc = {"pq": 16, "hlg": 18}[transfer]
        if rotation_ccw_deg is not None:
            stream.set_display_rotation(rotation_ccw_deg, hflip=hflip)
        sound = container.add_stream("aac", rate=16000, layout="mono") if sound_s else None
        for i, picture in enumerate(chain([first], pictures)):
            frame = av.VideoFrame.from_ndarray(_PQ[picture] if transfer == "pq" else picture, format="rgb24")
            frame = frame.reformat(
                format=pix_fmt,
                dst_colorspace={None: 5, "bt709": 1, "bt601": 5, "bt2020": 9}[matrix],
                dst_color_range=2 if full_range else 1,
            )
            base = time_base or Fraction(1, rate)
            frame.time_base = base
            frame.pts = i if times_s is None else round(times_s[i] / base)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _hum(container, sound, sound_s, sound_start_s)
    return path


def cut(source, target, end_s):
    """Copy the pictures of `source` before `end_s` to `target`, as they are coded."""
    with av.open(str(source)) as given, av.open(str(target), "w") as taken:
        pictures = given.streams.video[0]
        stream = taken.add_stream_from_template(pictures)
        for packet in given.demux(pictures):
            if packet.pts is not None and packet.pts * packet.time_base < end_s:
                packet.stream = stream
                taken.mux(packet)
    return target


def write_sound(path, *, seconds=1.0):
    """A file with sound and no pictures."""
    with av.open(str(path), "w") as container:
        _hum(container, container.add_stream("aac", rate=16000, layout="mono"), seconds, 0.0)
    return path


def _hum(container, stream, seconds, start_s):
    for i in range(int(seconds * 16000 / 1024)):
        wave = np.sin(np.arange(i * 1024, (i + 1) * 1024) * 0.05).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate = 16000
        frame.time_base = Fraction(1, 16000)
        frame.pts = i * 1024 + round(start_s * 16000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
