"""A message as the browser recorded it, made small enough to travel in a plan file."""

import base64
import io

import av
from av.error import FFmpegError

from posecheck.errors import SourceError

RATE_HZ, BITS_A_SECOND = 48_000, 24_000  # speech stays clear; twelve words are some 30 kB
LONGEST_S = 45.0


def as_opus(wav):
    """A recording as Opus in webm, in base64 for `Plan.message_audio`.

    Parameters
    ----------
    wav : bytes
        Anything with sound in it that the browser gives.

    Raises
    ------
    SourceError
        When it has no sound or is longer than any message.

    Examples
    --------
    >>> as_opus(b"")
    Traceback (most recent call last):
    ...
    posecheck.errors.SourceError: The recording could not be read. Record it again.
    """
    small = io.BytesIO()
    try:
        with av.open(io.BytesIO(wav), "r") as source, av.open(small, "w", format="webm") as made:
            out = made.add_stream("libopus", rate=RATE_HZ, bit_rate=BITS_A_SECOND, layout="mono")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
            count = 0
            for frame in source.decode(audio=0):
                for part in resampler.resample(frame):
                    count += part.samples
                    _short_enough(count / RATE_HZ)
                    made.mux(out.encode(part))
            made.mux(out.encode(None))
    except (FFmpegError, IndexError, ValueError):
        raise SourceError("The recording could not be read. Record it again.") from None
    if not count:
        raise SourceError("Nothing was recorded. Record it again.")
    return base64.b64encode(small.getvalue()).decode()


def sounding_s(sound):
    """How long a recorded message sounds.

    Parameters
    ----------
    sound : bytes

    Returns
    -------
    float, s

    Raises
    ------
    SourceError
        When there is nothing to be heard in it.
    """
    try:
        with av.open(io.BytesIO(sound), "r") as source:
            lasts_s = sum(frame.samples / frame.sample_rate for frame in source.decode(audio=0))
    except (FFmpegError, IndexError, ValueError):
        lasts_s = 0.0
    if not lasts_s:
        raise SourceError("The recording could not be read. Record it again.")
    return lasts_s


def _short_enough(seconds):
    if seconds > LONGEST_S:
        raise SourceError(f"The recording is longer than {LONGEST_S:g} s. A dozen words take ten.")
