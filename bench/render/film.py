"""From drawn pictures to a video file: what a webcam's sensor adds, motion blur, H.264 with true presentation times."""

from fractions import Fraction

import av
import cv2
import numpy as np

TIME_BASE = Fraction(1, 90_000)
_BANK, _MARGIN_PX = 6, 64


class Sensor:
    """A webcam's sensor: softness, gain, and noise that differs from picture to picture.

    Parameters
    ----------
    noise : float
        Standard deviation of the brightness noise, of 255, before `gain`. Colour noise is 0.6 of it and coarser.
    blur : float, px
        Standard deviation of the lens and the demosaicing.
    gain : float
        Brightness is multiplied by it, noise too: what a camera does in dim light.
    jpeg_quality : int, optional
        1 to 100: the picture goes through JPEG, as with webcams that send it over USB.
    seed : int
    """

    def __init__(self, noise=1.2, blur=0.45, gain=1.0, jpeg_quality=None, seed=0):
        self.noise, self.blur, self.gain, self.jpeg_quality, self.seed = noise, blur, gain, jpeg_quality, seed
        self._fields, self._number = {}, 0

    def __call__(self, rgb):
        """The next picture as the sensor gives it: `exposed` with a number of its own."""
        self._number += 1
        return self.exposed(rgb, self._number - 1)

    def exposed(self, rgb, number):
        """Picture `number` as the sensor gives it.

        Parameters
        ----------
        rgb : (H, W, 3) uint8 array
        number : int
            Of the picture: the same number gets the same noise.

        Returns
        -------
        (H, W, 3) uint8 array
        """
        if self.blur > 0:
            rgb = cv2.GaussianBlur(rgb, (3, 3) if self.blur < 0.8 else (0, 0), self.blur)
        if self.gain != 1:
            rgb = cv2.convertScaleAbs(rgb, alpha=self.gain)
        if self.noise > 0:
            rgb = cv2.add(rgb, self._field(rgb.shape[:2], number), dtype=cv2.CV_8U)
        if self.jpeg_quality is not None:
            bgr = np.ascontiguousarray(rgb[..., ::-1])
            coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(self.jpeg_quality)])[1]
            rgb = np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])
        return rgb

    def _field(self, size, number):
        """A cut-out of one of a few noise fields: as good as new noise, at the cost of one addition."""
        if size not in self._fields:
            draw = np.random.default_rng([self.seed, 1])
            self._fields[size] = [self._drawn(draw, size) for _ in range(_BANK)]
        draw = np.random.default_rng([self.seed, 2, number])
        field, down, right = self._fields[size][draw.integers(_BANK)], *draw.integers(_MARGIN_PX, size=2)
        return field[down : down + size[0], right : right + size[1]]

    def _drawn(self, draw, size):
        height, width = size[0] + _MARGIN_PX, size[1] + _MARGIN_PX
        luma = draw.standard_normal((height, width, 1), np.float32)
        chroma = draw.standard_normal((height // 2 + 1, width // 2 + 1, 3), np.float32)
        chroma -= chroma.mean(2, keepdims=True)
        chroma = cv2.resize(chroma, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.rint((luma + 0.6 * chroma) * self.noise * self.gain).astype(np.int16)


def blurred(pictures):
    """One picture with the motion blur of several, averaged in linear light.

    Parameters
    ----------
    pictures : sequence of (H, W, 3) uint8 array
        Moments within one exposure, equally spaced.

    Returns
    -------
    (H, W, 3) uint8 array
    """
    pictures = list(pictures)
    if len(pictures) == 1:
        return pictures[0]
    linear = np.round((np.arange(256) / 255) ** 2.2 * 65535).astype(np.uint32)
    total = linear[pictures[0]]
    for picture in pictures[1:]:
        total += linear[picture]
    back = np.round((np.arange(65536) / 65535) ** (1 / 2.2) * 255).astype(np.uint8)
    return back[total // len(pictures)]


def black(size_px):
    """A black picture of `size_px` (width, height)."""
    return np.zeros((size_px[1], size_px[0], 3), np.uint8)


def write_video(path, times_s, pictures, crf=27, rotation_deg=0, *, preset="slow", tune=None, key_every=150):
    """Write an H.264 file (mp4) in which every picture has its own presentation time.

    Parameters
    ----------
    path : path-like
    times_s : (T,) array, s
        Growing; gaps and uneven steps are kept.
    pictures : iterable of (H, W, 3) uint8 array
        As many as times; width and height even.
    crf : float
        Quality of x264, smaller is better and larger files.
    rotation_deg : 0, 90, 180 or 270
        What a player turns the stored picture clockwise by, as phones note it.
    preset, tune : str
        Of x264.
    key_every : int
        At most this many pictures from one that can be jumped to until the next.

    Raises
    ------
    ValueError
        If times do not grow, there are more or fewer pictures than times, or a size is odd.

    Notes
    -----
    One encoder thread, no shortcuts that differ between processors, no dates in the file: the same pictures give
    the same bytes. Without ``cpu-independent`` x264 wrote one of several files at random, on one machine.
    """
    stamps = np.round(np.asarray(times_s, np.float64) * TIME_BASE.denominator).astype(np.int64)
    if len(stamps) == 0 or (np.diff(stamps) <= 0).any():
        raise ValueError("times_s must hold at least one time and grow from picture to picture.")
    options = {"crf": str(crf), "preset": preset, "threads": "1", "x264-params": "cpu-independent=1"}
    options |= {"tune": tune} if tune else {}
    with av.open(
        str(path),
        "w",
        format="mp4",
        options={
            "movflags": "+faststart",
            "fflags": "+bitexact",
            "movie_timescale": str(TIME_BASE.denominator),
        },
    ) as file:
        stream = None
        for stamp, rgb in zip(stamps, pictures, strict=True):
            if stream is None:
                stream = _stream(file, rgb, stamps, options, rotation_deg, key_every)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=5, dst_color_range=1)
            frame.pts, frame.time_base = int(stamp), TIME_BASE
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def _stream(file, rgb, stamps, options, rotation_deg, key_every):
    height, width = rgb.shape[:2]
    if width % 2 or height % 2:
        raise ValueError(f"H.264 in 4:2:0 needs an even width and height, got {width} x {height} px.")
    step = float(np.median(np.diff(stamps))) if len(stamps) > 1 else TIME_BASE.denominator / 30
    rate = Fraction(TIME_BASE.denominator / step).limit_denominator(1001)
    stream = file.add_stream("libx264", rate=rate)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = stream.time_base = TIME_BASE
    stream.codec_context.colorspace, stream.codec_context.color_range = (
        6,
        1,
    )  # BT.601, as the conversion below
    stream.codec_context.gop_size = key_every
    stream.options = options
    if rotation_deg:
        stream.set_display_rotation(-rotation_deg)
    return stream
