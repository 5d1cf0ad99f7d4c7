"""A small film of a recording to look at in a browser: H.264, upright, each picture at its own time, no sound."""

import math
import threading
from contextlib import suppress
from fractions import Fraction
from queue import Queue

import av
import cv2
from av.error import FFmpegError

from posecheck.errors import OutputError

LONGER_SIDE_PX = 720
_TICKS = 90_000
_KEY_EVERY = 15  # pictures: so that any place is found at once
_WAITING = 8


class SmallFilm:
    """A film in the making; encoding goes on in a thread of its own.

    Parameters
    ----------
    path : path
        ``NAME.mp4``.
    mirrored : bool
        Pictures are turned over, as for the pose engine.

    Raises
    ------
    OutputError
        At `close`, when it could not be written.
    """

    def __init__(self, path, *, mirrored=False):
        self.path, self._mirrored = path, mirrored
        self._waiting: Queue = Queue(_WAITING)
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="posecheck-film", daemon=True)
        self._thread.start()

    def picture(self, t_s, rgb):
        """One picture more, (H, W, 3) uint8; it must not change any more."""
        self._waiting.put((t_s, rgb))

    def close(self):
        """The film is whole, or one sentence says why not."""
        self._waiting.put(None)
        self._thread.join()
        if self._trouble:
            raise OutputError(
                f"The film to look at could not be made ({self._trouble}); the measures do not need it."
            )

    def _run(self):
        pictures = iter(self._waiting.get, None)
        try:
            self._encode(pictures)
        except (FFmpegError, OSError, ValueError) as error:
            self._trouble = str(error)
        finally:
            # Nobody waits for a film that is not made; over at once where its end was told already.
            for _ in pictures:
                pass

    def _encode(self, pictures):
        with av.open(str(self.path), "w", format="mp4", options={"movflags": "+faststart"}) as film:
            stream = first_s = None
            for t_s, rgb in pictures:
                if stream is None:
                    first_s, stream = t_s, _stream(film, rgb)
                # OpenCV does in a fifth of the time what FFmpeg's scaler does, beside a pose model that needs it all.
                small = cv2.resize(rgb, (stream.width, stream.height), interpolation=cv2.INTER_AREA)
                if self._mirrored:
                    small = cv2.flip(small, 1)
                frame = av.VideoFrame.from_ndarray(
                    cv2.cvtColor(small, cv2.COLOR_RGB2YUV_I420), format="yuv420p"
                )
                frame.pts, frame.time_base = round((t_s - first_s) * _TICKS), Fraction(1, _TICKS)
                film.mux(stream.encode(frame))
            if stream is not None:
                film.mux(stream.encode(None))


def _stream(film, rgb):
    part = math.ceil(max(rgb.shape[:2]) / LONGER_SIDE_PX)  # a whole one: the mean of whole pixels is quick
    stream = film.add_stream("libx264", rate=30)
    stream.width, stream.height = (max(2, round(side / part / 2) * 2) for side in rgb.shape[1::-1])
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = stream.time_base = Fraction(1, _TICKS)
    stream.codec_context.thread_count = 1  # the pose model needs the others
    stream.options = {"crf": "24", "preset": "ultrafast", "g": str(_KEY_EVERY), "bf": "0"}
    return stream


def small_film(path, source, *, mirrored=False, stop=lambda: False):
    """Make one from a source that nobody else reads."""
    film = SmallFilm(path, mirrored=mirrored)
    try:
        for t_s, rgb in source:
            film.picture(t_s, rgb)
            if stop():
                break
    finally:
        film.close()


class Filmed:
    """A source whose pictures are filmed while somebody else reads it.

    Parameters
    ----------
    source : Source
    film : SmallFilm
    """

    def __init__(self, source, film):
        self._source, self._film = source, film

    @property
    def info(self):
        return self._source.info

    @property
    def warnings(self):
        return self._source.warnings

    def __iter__(self):
        for t_s, rgb in self._source:
            self._film.picture(t_s, rgb)
            yield t_s, rgb


def is_small_film(path):
    """Whether a browser can show a file as it is: one that was made here."""
    with suppress(FFmpegError, OSError), av.open(str(path)) as film:
        stream = film.streams.video[0]
        return path.suffix == ".mp4" and stream.codec_context.name == "h264" and not film.streams.audio
    return False
