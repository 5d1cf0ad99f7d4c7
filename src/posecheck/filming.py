"""A film of one set: the JPEG pictures of the camera as they came, each at its own time; nothing is encoded anew.

Matroska, because what was written stays readable when the program ends in the middle. No sound.
"""

from fractions import Fraction
from pathlib import Path

import av

from posecheck.errors import OutputError

_TICK = Fraction(1, 1000)  # Matroska's own
_AT_ONCE = {"cluster_time_limit": "1000", "flush_packets": "1"}  # a sudden end costs a second


class Film:
    """A film that is being made.

    Parameters
    ----------
    path : Path
        ``NAME.mkv``; must be free.
    size_px : (int, int)

    Raises
    ------
    OutputError
        When it cannot be written.
    """

    def __init__(self, path, size_px):
        self.path, self._last_ms = Path(path), -1
        try:
            self._file = av.open(str(path), "w", format="matroska", container_options=_AT_ONCE)
            self._stream = self._file.add_stream("mjpeg", rate=30)
            self._stream.width, self._stream.height = size_px
            self._stream.pix_fmt = "yuvj420p"
            self._file.start_encoding()
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def picture(self, t_s, jpeg):
        """One picture more, `t_s` after the beginning; one that is not later than the last is left out."""
        ms = round(t_s * 1000)
        if ms <= self._last_ms:
            return
        self._last_ms = ms
        packet = av.Packet(bytes(jpeg))
        packet.stream, packet.time_base = self._stream, _TICK
        packet.pts = packet.dts = ms
        packet.is_keyframe = True
        try:
            self._file.mux(packet)
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def close(self):
        """The film is over."""
        try:
            self._file.close()
        except OSError as error:
            raise _unwritable(self.path, error) from None


def _unwritable(path, error):
    return OutputError(
        f"{path}: the film cannot be written ({error.strerror}). Free some space; practice goes on without it."
    )
