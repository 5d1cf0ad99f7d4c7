"""What every engine asks of its input: increasing time, RGB pictures of one size, nothing after closing."""

import math

import numpy as np

from posecheck.errors import EngineError


class PictureClock:
    """Refuses pictures out of order, of another kind, or after closing.

    Parameters
    ----------
    engine : str
        Named in the messages.
    """

    def __init__(self, engine):
        self.engine = engine
        self.closed = False
        self.reset()

    def reset(self):
        """The next picture may have any time and size."""
        self._last_s = -math.inf
        self._shape: tuple[int, ...] | None = None

    def close(self):
        self.closed = True

    def admit(self, t_s, rgb, *, needed=True):
        """Raise EngineError unless (t_s, rgb) may come next; rgb may be None when it is not `needed`."""
        if self.closed:
            raise EngineError(f"The {self.engine} engine is closed. Open a new one to look at more pictures.")
        if not self._last_s < t_s < math.inf:
            raise EngineError(
                f"The {self.engine} engine expects times that increase: after {self._last_s:.3f} s "
                f"came {t_s:.3f} s. Pass pictures in order, or call reset() before a new recording."
            )
        if needed or rgb is not None:
            self._admit_picture(rgb)
        self._last_s = float(t_s)

    def _admit_picture(self, rgb):
        if not (
            isinstance(rgb, np.ndarray)
            and rgb.dtype == np.uint8
            and rgb.ndim == 3
            and rgb.shape[2] == 3
            and rgb.size
        ):
            came = f"{rgb.dtype} {rgb.shape}" if isinstance(rgb, np.ndarray) else type(rgb).__name__
            raise EngineError(f"A picture must be a (height, width, 3) uint8 array in RGB order, got {came}.")
        if self._shape not in (None, rgb.shape):
            raise EngineError(
                f"The pictures of a recording must keep their size: after {self._shape} came {rgb.shape}. "
                "Call reset() before a new recording."
            )
        self._shape = rgb.shape
