"""What every engine promises about its input: increasing time, RGB pictures of one size, nothing after closing."""

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

    def admit(self, t_s, rgb):
        """Raise EngineError unless (t_s, rgb) may follow what came before."""
        if self.closed:
            raise EngineError(f"The {self.engine} engine is closed. Open a new one to look at more pictures.")
        if not self._last_s < t_s < math.inf:
            raise EngineError(
                f"The {self.engine} engine expects times that increase: after {self._last_s:.3f} s came {t_s:.3f} s. "
                "Pass pictures in order, or call reset() before a new recording."
            )
        if (
            not isinstance(rgb, np.ndarray)
            or rgb.dtype != np.uint8
            or rgb.ndim != 3
            or rgb.shape[2] != 3
            or not rgb.size
        ):
            came = f"{rgb.dtype} {rgb.shape}" if isinstance(rgb, np.ndarray) else type(rgb).__name__
            raise EngineError(f"A picture must be a (height, width, 3) uint8 array in RGB order, got {came}.")
        if self._shape not in (None, rgb.shape):
            raise EngineError(
                f"The pictures of a recording must keep their size: after {self._shape} came {rgb.shape}. "
                "Call reset() before a new recording."
            )
        self._last_s, self._shape = float(t_s), rgb.shape
