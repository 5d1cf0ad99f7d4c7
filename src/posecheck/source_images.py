"""Folders of images as recordings: sorted as people number them, timed by a list beside them or by a rate."""

import csv
import hashlib
import math
import re
from itertools import pairwise
from typing import Any

from posecheck.errors import SourceError
from posecheck.source_upright import Upright
from posecheck.sources import SourceInfo

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")
TIME_LISTS = ("frames.csv", "timestamps.csv")
ASSUMED_RATE_HZ = 30.0

# A picture is known by its first bytes: phones and messengers often give a jpeg the name of a png.
_DECODERS = {b"\x89PNG": "png", b"\xff\xd8": "mjpeg", b"BM": "bmp"}


class ImageFolderReader:
    """A folder of png, jpg or bmp images of one size.

    Times come from ``frames.csv`` or ``timestamps.csv`` in the folder (columns ``file`` and ``t_s``); without
    one the images are ``1 / rate_hz`` apart, in the order in which a person would number them (2 before 10).
    """

    def __init__(self, path, *, rate_hz=None):
        self.path = path
        self.warnings: list[str] = []
        images = sorted((p for p in path.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES), key=_natural)
        if not images:
            raise SourceError(
                f"{path} holds no png, jpg or bmp images. Choose another folder or a video file."
            )
        self._time_list = next((path / name for name in TIME_LISTS if (path / name).exists()), None)
        if self._time_list is not None:
            self._timed = _times_from(self._time_list)
        else:
            step_hz = rate_hz or ASSUMED_RATE_HZ
            self._timed = [(i / step_hz, image) for i, image in enumerate(images)]
            if rate_hz is None:
                self.warnings.append(
                    f"the folder has no list of times ({TIME_LISTS[0]}): "
                    f"{ASSUMED_RATE_HZ:g} images per second are assumed"
                )
        self.info = self._facts()

    def frames(self, window):
        """Yield ``(t_s, rgb)`` of the images that `window` wants."""
        unread = []
        for t_s, image in self._timed:
            if window.ended(t_s):
                break
            if not window.wants(t_s):
                continue
            frame = _decoded(image)
            if frame is None:
                unread.append(image.name)
                continue
            upright = Upright(frame, None)
            if upright.size_px != (self.info.width_px, self.info.height_px):
                width_px, height_px = upright.size_px
                raise SourceError(
                    f"All images of a folder must have one size: {image.name} is {width_px} x {height_px}, "
                    f"those before it {self.info.width_px} x {self.info.height_px}. Move it out."
                )
            yield t_s, upright.rgb(frame)
        if unread:
            names = ", ".join(unread[:5])
            self.warnings.append(
                f"{len(unread)} image{'s' * (len(unread) > 1)} left out, not decodable: {names}"
            )

    def digest(self, stop):
        digest = hashlib.sha256()
        listed = [self._time_list] if self._time_list else []
        for path in listed + [image for _, image in self._timed]:
            if stop.is_set():
                return ""
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def close(self):
        pass

    def _facts(self):
        first = next((frame for _, image in self._timed if (frame := _decoded(image)) is not None), None)
        if first is None:
            raise SourceError(f"None of the images in {self.path} can be decoded. Export them again.")
        upright = Upright(first, None)
        width_px, height_px = upright.size_px
        times = [t_s for t_s, _ in self._timed]
        step_s = (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else 1 / ASSUMED_RATE_HZ
        return SourceInfo(
            name=self.path.name,
            kind="images",
            sha256="",
            duration_s=times[-1] + step_s,
            frames=len(times),
            width_px=width_px,
            height_px=height_px,
            rotation_deg=upright.rotation_deg,
            fps_nominal=1 / step_s,
        )


def _natural(path):
    parts = re.split(r"(\d+)", path.name)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part.lower()) for part in parts]


def _times_from(time_list):
    """``(t_s, path)`` of each row of a time list, which must name existing images in order of time."""
    with open(time_list, newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        columns = rows.fieldnames or []
        if not {"file", "t_s"} <= set(columns):
            got = ", ".join(columns) or "nothing"
            raise SourceError(
                f"{time_list} must have the columns file and t_s, got {got}. Name them in row 1."
            )
        folder = time_list.parent
        timed = [(_seconds(row["t_s"], time_list, rows.line_num), folder / row["file"]) for row in rows]
    if not timed:
        raise SourceError(f"{time_list} lists no images. Add one row for each image, or remove the list.")
    for _, image in timed:
        if not image.is_file():
            raise SourceError(f"{time_list} lists {image.name}, which is not there. Correct the list.")
    for (before_s, _), (t_s, image) in pairwise(timed):
        if t_s <= before_s:
            raise SourceError(f"{time_list}: {image.name} at {t_s:g} s must come after {before_s:g} s.")
    return timed


def _seconds(text, time_list, line):
    try:
        t_s = float(text)
    except (TypeError, ValueError):
        t_s = math.nan
    if not (math.isfinite(t_s) and t_s >= 0):
        raise SourceError(f"{time_list}, line {line}: t_s must be 0 s or later, got {text!r}.")
    return t_s


def _decoded(image):
    """The picture in an image file as a frame; None when it holds none."""
    from av.codec import CodecContext
    from av.error import FFmpegError
    from av.packet import Packet

    content = image.read_bytes()
    name = next((name for start, name in _DECODERS.items() if content.startswith(start)), None)
    if name is None:
        return None
    decoder: Any = CodecContext.create(name, "r")
    decoder.thread_count = 1  # more threads would hold the only picture back
    try:
        frames = [*decoder.decode(Packet(content)), *decoder.decode(None)]
    except FFmpegError:
        return None
    return frames[0] if frames else None
