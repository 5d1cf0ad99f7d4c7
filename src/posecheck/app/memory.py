"""Memory that is free again goes back to the system."""

import ctypes
from functools import cache


@cache
def _trim():
    """What the C library has for it; glibc does, others give back by themselves."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return lambda pad: 0


def give_back():
    """Give free memory back.

    Notes
    -----
    A video is watched by several threads, and glibc keeps what each of them freed for that thread: 130 MB after the
    pose model is closed, and a megabyte more with every further video.
    """
    _trim()(0)
