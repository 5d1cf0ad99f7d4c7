"""Pictures with their times, from a video file, a folder of images or a camera.

``frames_from("clip.mp4")`` is all most callers need. `open_source` adds what is known about the recording
(`SourceInfo`) and what a person should hear about it (`Source.warnings`). Decoding runs ahead in its own
thread by a few pictures, never more, so memory does not grow with the length of the recording.
"""

import contextlib
import hashlib
import math
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from posecheck.errors import SourceError


@dataclass(frozen=True)
class SourceInfo:
    """What is known about a recording before its pictures are read.

    Attributes
    ----------
    name : str
        File or folder name, or ``camera 0``.
    kind : str
        ``file``, ``images`` or ``camera``.
    sha256 : str
        Of the file's bytes, or of the names and contents of the images. Empty for cameras, and until the
        reading has ended.
    duration_s : float or None, s
        Length of the pictures as the container states it.
    frames : int or None
        How many pictures to expect: an estimate, good for a progress bar. Counts the whole recording.
    width_px, height_px : int, px
        As delivered: rotated upright, with square pixels.
    rotation_deg : int, deg
        Clockwise turn that was applied to the stored picture: 0, 90, 180 or 270.
    fps_nominal : float or None, Hz
        The rate that the container states; times never come from it while the container has time stamps.
    filmed_utc : str or None
        When it was filmed, as the file itself says (ISO 8601); None where it does not.
    """

    name: str
    kind: str
    sha256: str
    duration_s: float | None
    frames: int | None
    width_px: int
    height_px: int
    rotation_deg: int = 0
    fps_nominal: float | None = None
    filmed_utc: str | None = None


class Source:
    """A recording that can be read once: ``for t_s, rgb in source``. A context manager; see `open_source`.

    Attributes
    ----------
    info : SourceInfo
        Its ``sha256`` is filled in by the time the reading ends by itself.
    warnings : list of str
        One sentence each; complete once the reading has ended.
    """

    def __init__(self, reader, window, *, ahead):
        self.warnings: list[str] = reader.warnings
        self._reader = reader
        self._window = window
        self._hash = _Hash(reader.digest)
        live = reader.info.kind == "camera"
        self._frames = ReadAhead(lambda: reader.frames(window), ahead=ahead, latest=live)
        # A reader who forgets to close must not keep a thread, a file or a camera.
        self._release = weakref.finalize(self, _release, self._hash, self._frames, reader)

    @property
    def info(self) -> SourceInfo:
        return replace(self._reader.info, sha256=self._hash.value)

    def __iter__(self) -> Iterator[tuple[float, np.ndarray]]:
        """Yield ``(t_s, rgb)``: seconds of the recording and an (H, W, 3) uint8 C-contiguous picture.

        Raises
        ------
        SourceError
            When it was read before, `start_s` lies beyond the last picture, or a camera stops delivering.
        """
        if self._frames.started or not self._release.alive:
            raise SourceError("This recording has been read already. Open it again to read it again.")
        self._hash.start()
        try:
            yield from self._frames
            if self._window.seen and not self._window.reached_start:
                raise _begins_beyond(self._window.start_s, self._window.last_s)
            self._hash.wait()
            if passed_over := self._frames.passed_over:
                self.warnings.append(f"{passed_over} camera pictures were passed over: the computer was busy")
        finally:
            self.close()

    def close(self):
        """Stop the reading and let go of the file or camera. May be called at any time, and twice."""
        self._release()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def frames_from(spec, *, start_s=None, end_s=None, rate_hz=None, ahead=4):
    """Yield ``(t_s, rgb)`` of a video file, a folder of images or a camera; see `open_source`."""
    with open_source(spec, start_s=start_s, end_s=end_s, rate_hz=rate_hz, ahead=ahead) as source:
        yield from source


def open_source(spec, *, start_s=None, end_s=None, rate_hz=None, ahead=4) -> Source:
    """A recording, opened and checked, ready to be read once.

    Parameters
    ----------
    spec : path or int
        A video file, a folder of images, or the number of a camera: ``0`` or ``"0"`` (a file of that name
        goes first).
    start_s, end_s : float, optional, s
        Deliver pictures with ``start_s <= t_s <= end_s`` only. Their times stay those of the whole recording.
    rate_hz : float, optional, Hz
        Keep at most one picture for each tick ``k / rate_hz``: the first at or after it. For a folder of
        images without a list of times, the rate at which they were taken (30 unless told).
    ahead : int
        How many pictures may wait, decoded, for the reader.

    Returns
    -------
    Source

    Raises
    ------
    SourceError
        One sentence: what was expected, what came, what to do.

    Notes
    -----
    Time comes from the container's time stamps, never from a frame number. It counts from the container's own
    start (the earliest sound or picture), which is where players show 0: a first picture that comes 0.067 s
    after the first sound has ``t_s = 0.067``. A camera's time is the monotonic clock at the grab of each
    picture, counted from the first.
    """
    window = Window(start_s, end_s, rate_hz)
    if not isinstance(ahead, int) or ahead < 1:
        raise SourceError(f"ahead must be a whole number of pictures, at least 1, got {ahead!r}.")
    reader = _reader_for(spec, window)
    duration_s = reader.info.duration_s
    if duration_s is not None and window.start_s >= duration_s > 0:
        reader.close()
        raise _begins_beyond(window.start_s, duration_s)
    return Source(reader, window, ahead=ahead)


def _reader_for(spec, window):
    # Each kind of source pulls in its own library (PyAV, OpenCV), and only when it is used.
    path = Path(str(spec))
    if isinstance(spec, int) or (str(spec).isdecimal() and not path.exists()):
        from posecheck.source_camera import CameraReader

        return CameraReader(int(spec))
    try:
        if not path.exists():
            raise SourceError(f"{path} does not exist. Check the spelling of the path.")
        if path.is_dir():
            from posecheck.source_images import ImageFolderReader

            return ImageFolderReader(path, rate_hz=window.rate_hz)
        from posecheck.source_video import VideoFileReader

        return VideoFileReader(path)
    except PermissionError as error:
        raise SourceError(
            f"{error.filename or path} may not be read by this user. Check its permissions."
        ) from None


def _begins_beyond(start_s, last_s):
    return SourceError(
        f"The recording ends at {last_s:.2f} s, before the start of {start_s:g} s. Choose an earlier start."
    )


class Window:
    """Which pictures are wanted: a span of time, thinned to a rate.

    Decides from the times alone, one after the other, so a skipped picture never has to be converted.
    """

    def __init__(self, start_s=None, end_s=None, rate_hz=None):
        for name, value in (("start", start_s), ("end", end_s)):
            if value is not None and not (value >= 0 and math.isfinite(value)):
                raise SourceError(f"The {name} must be a time of 0 s or later, got {value} s.")
        if end_s is not None and (start_s or 0) >= end_s:
            raise SourceError(f"The start must come before the end, got {start_s or 0:g} s and {end_s:g} s.")
        if rate_hz is not None and not (rate_hz > 0 and math.isfinite(rate_hz)):
            raise SourceError(f"The rate must be above 0 pictures per second, got {rate_hz}.")
        self.start_s = start_s or 0.0
        self.end_s = math.inf if end_s is None else end_s
        self.rate_hz = rate_hz
        self.seen = False
        self.reached_start = False
        self.last_s = 0.0
        self._tick = -math.inf

    @property
    def seek_s(self):
        """Where reading should begin, s.

        Early enough to meet the picture of the tick before `start_s`, and the pictures that lie after a key
        frame in the file but before it in time.
        """
        return max(0.0, self.start_s - 1.0 - (1 / self.rate_hz if self.rate_hz else 0.0))

    def ended(self, t_s):
        """Whether no picture from `t_s` on is wanted."""
        return t_s > self.end_s

    def wants(self, t_s, *, resolution_s=0.0):
        """Whether the picture at `t_s` is wanted; ask once for each picture, in order of time.

        `resolution_s` is the container's unit of time: in whole milliseconds the picture at 33 ms belongs to
        the tick at 33.3 ms.
        """
        self.seen, self.last_s = True, t_s
        wanted = True
        if self.rate_hz is not None:
            slack_s = min(max(resolution_s, 1e-6), 0.25 / self.rate_hz)
            tick = math.floor((t_s + slack_s) * self.rate_hz)
            wanted = tick > self._tick
            self._tick = max(tick, self._tick)
        inside = self.start_s <= t_s <= self.end_s
        self.reached_start |= inside
        return wanted and inside


class ReadAhead:
    """Iterates `make_items()` in its own thread, at most `ahead` items in front of the reader.

    An exception in the thread surfaces in the reader after the items before it. With `latest`, a full queue
    gives up its oldest item instead of waiting, as a camera must, and `passed_over` counts them.
    """

    def __init__(self, make_items, *, ahead, latest=False):
        self.passed_over = 0
        self.started = False
        self._make_items = make_items
        self._ahead = ahead
        self._latest = latest
        self._waiting = deque()
        self._change = threading.Condition()
        self._done = False
        self._closed = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="posecheck-decode", daemon=True)

    def __iter__(self):
        self.started = True
        self._thread.start()
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._done or self._closed)
                if self._closed or not self._waiting:
                    break
                item = self._waiting.popleft()
                self._change.notify_all()
            yield item
            del item  # or the picture would stay alive while the next one is awaited
        if self._error is not None and not self._closed:
            raise self._error

    def close(self):
        with self._change:
            self._closed = True
            self._waiting.clear()
            self._change.notify_all()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self):
        try:
            with contextlib.closing(self._make_items()) as items:
                for item in items:
                    if not self._put(item):
                        return
                    del item
        except SourceError as error:
            self._error = error
        except Exception as error:
            self._error = SourceError(f"The reading stopped: {error}. Try a fresh copy of the recording.")
            self._error.__cause__ = error
        finally:
            with self._change:
                self._done = True
                self._change.notify_all()

    def _put(self, item):
        with self._change:
            if self._latest and len(self._waiting) >= self._ahead:
                self._waiting.popleft()
                self.passed_over += 1
            self._change.wait_for(lambda: len(self._waiting) < self._ahead or self._closed)
            if self._closed:
                return False
            self._waiting.append(item)
            self._change.notify_all()
            return True


class _Hash:
    """SHA-256 of a source, in a thread of its own: the first picture of a 2 GB file must not wait for it."""

    def __init__(self, digest):
        self.value = ""
        self._digest = digest
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="posecheck-sha256", daemon=True)

    def _run(self):
        # A file that vanishes while it is read has no hash; the decoder says what happened.
        with contextlib.suppress(OSError):
            self.value = self._digest(self._stop)

    def start(self):
        self._thread.start()

    def wait(self):
        self._thread.join()

    def close(self):
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()


def sha256_of(path, stop):
    """Hex SHA-256 of a file's bytes, or "" once the event `stop` is set."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            if stop.is_set():
                return ""
            digest.update(chunk)
    return digest.hexdigest()


def content_sha256(path):
    """SHA-256 of a video file's bytes, or of the names and contents of a folder of pictures.

    As the `SourceInfo` of the recording tells it once it was read.
    """
    if Path(path).is_file():
        return sha256_of(path, threading.Event())
    with contextlib.closing(_reader_for(path, Window())) as reader:
        return reader.digest(threading.Event())


def _release(hashing, frames, reader):
    hashing.close()
    frames.close()
    reader.close()
