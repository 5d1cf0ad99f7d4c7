"""Arrays of the frozen records: copied, of the promised type and shape, read-only."""

import numpy as np

from posecheck.errors import TrackError


def read_only(array, dtype, shape, name):
    """A read-only copy of `array` with the promised dtype and shape (None = any length); itself if it is read-only."""
    array = array if _is_read_only(array, dtype) else np.array(array, dtype=dtype)
    if array.ndim != len(shape) or any(
        want not in (None, got) for want, got in zip(shape, array.shape, strict=True)
    ):
        want = "(" + ", ".join("*" if n is None else str(n) for n in shape) + ")"
        raise TrackError(
            f"{name} must have shape {want}, got {array.shape}. Pass one row per frame or repetition."
        )
    array.setflags(write=False)
    return array


def _is_read_only(array, dtype):
    """Whether nobody can write into an array, also not where its numbers lie."""
    if not isinstance(array, np.ndarray) or array.dtype != dtype:
        return False
    while isinstance(array, np.ndarray) and not array.flags.writeable:
        if array.base is None:
            return True
        array = array.base
    return False


def set_fields(record, **values):
    """Fill in fields of a frozen record, from its ``__post_init__``."""
    for name, value in values.items():
        object.__setattr__(record, name, value)
