"""The frozen nouns. First axis is always time or repetition; arrays are read-only; shapes are checked once.

T frames, K keypoints, S signals, R repetitions, M measures. "Not seen" is NaN, never 0 and never the last value.
"""

from dataclasses import dataclass

import numpy as np

from posecheck.arrays import read_only, set_fields
from posecheck.poses import NO_HANDS_PX as NO_HANDS_PX
from posecheck.poses import PER_FRAME as PER_FRAME
from posecheck.poses import PoseFrame as PoseFrame
from posecheck.poses import PoseTrack as PoseTrack
from posecheck.settings import Edit as Edit
from posecheck.settings import Settings as Settings

SIDES = ("left", "right")
OTHER_SIDE = {"left": "right", "right": "left"}
VIEWS = ("front", "oblique_left", "oblique_right", "left", "right")


def _place(name, names):
    if name not in names:
        raise KeyError(f"{name!r} is not there. There are: {', '.join(names)}.")
    return names.index(name)


@dataclass(frozen=True, eq=False)
class Signals:
    """Named signals on the uniform grid.

    Attributes
    ----------
    t_s : (T',) float64 array, s
        k / rate_hz.
    values : (T', S) float64 array
        NaN where not seen.
    names, units : tuple of str, length S
    filled : (T', S) bool array
        True where a short gap was bridged.
    """

    t_s: np.ndarray
    values: np.ndarray
    names: tuple[str, ...]
    units: tuple[str, ...]
    filled: np.ndarray

    def __post_init__(self):
        n, s = len(self.t_s), len(self.names)
        set_fields(
            self,
            t_s=read_only(self.t_s, np.float64, (n,), "t_s"),
            values=read_only(self.values, np.float64, (n, s), "values"),
            filled=read_only(self.filled, bool, (n, s), "filled"),
        )

    def __getitem__(self, name: str) -> np.ndarray:
        """(T',) float64 array: the signal of that name."""
        return self.values[:, _place(name, self.names)]


@dataclass(frozen=True, eq=False)
class Reps:
    """Repetitions as half-open index pairs ``[start, end)`` on the signal grid.

    Attributes
    ----------
    start, turn, end : (R,) int64 array
        ``turn`` is the frame of greatest excursion.
    side : (R,) str array, ``left`` or ``right``
    number : (R,) int64 array
        Counted from 1 per side; incomplete repetitions share the numbering.
    set : (R,) int64 array
        Counted from 1.
    complete : (R,) bool array
        False when the movement did not come back to rest before the recording, or a long gap, ended it.
    """

    start: np.ndarray
    turn: np.ndarray
    end: np.ndarray
    side: np.ndarray
    number: np.ndarray
    set: np.ndarray
    complete: np.ndarray

    def __post_init__(self):
        n = len(self.start)
        for name, dtype in (("start", np.int64), ("turn", np.int64), ("end", np.int64), ("side", "U5"),
                            ("number", np.int64), ("set", np.int64), ("complete", bool)):  # fmt: skip
            set_fields(self, **{name: read_only(getattr(self, name), dtype, (n,), name)})

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, eq=False)
class Measures:
    """One number per repetition and measure.

    Attributes
    ----------
    values, sigma : (R, M) float64 array
        NaN = not measurable; `sigma` is one standard deviation in the unit of the value, NaN where none is known.
    ids, units : tuple of str, length M
    """

    values: np.ndarray
    sigma: np.ndarray
    ids: tuple[str, ...]
    units: tuple[str, ...]

    def __post_init__(self):
        n, m = len(self.values), len(self.ids)
        set_fields(
            self,
            values=read_only(self.values if n else np.empty((0, m)), np.float64, (n, m), "values"),
            sigma=read_only(self.sigma if n else np.empty((0, m)), np.float64, (n, m), "sigma"),
        )

    def __getitem__(self, measure: str) -> np.ndarray:
        """(R,) float64 array: the measure of that id."""
        return self.values[:, _place(measure, self.ids)]


@dataclass(frozen=True)
class Finding:
    """One thing worth saying about one repetition; explains itself with no lookup.

    Attributes
    ----------
    rule : str
        Id of the rule: of a check of the exercise, or such as ``too_fast`` or ``small``.
    side : str
    rep : int
    value, limit : float
        What was measured, and from where on it is worth saying.
    unit : str
        Of both.
    say : str
        In the words that a survivor hears.
    why : str
        In one clause, with the numbers.
    source : str
        Where the limit comes from, with its evidence tag.
    """

    rule: str
    side: str
    rep: int
    value: float
    limit: float
    unit: str
    say: str
    why: str
    source: str
