"""The frozen nouns. First axis is always time or repetition; arrays are read-only; shapes are checked once, here.

T frames, K keypoints, S signals, R repetitions, M measures. "Not seen" is NaN, never 0 and never the last value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from posecheck.errors import TrackError
from posecheck.settings import Edit as Edit
from posecheck.settings import Settings as Settings
from posecheck.skeleton import BLAZEPOSE_33, Skeleton

SIDES = ("left", "right")
OTHER_SIDE = {"left": "right", "right": "left"}
PER_FRAME = ("t_s", "uv_px", "xyz_m", "visibility", "people", "hands_px")
"""Fields of a `PoseTrack` with one entry a picture."""
NO_HANDS_PX = np.full((2, 2), np.nan, np.float32)
VIEWS = ("front", "oblique_left", "oblique_right", "left", "right")


def _frozen(array, dtype, shape, name):
    """A read-only copy of `array` with the promised dtype and shape (None = any length)."""
    array = np.array(array, dtype=dtype)
    if array.ndim != len(shape) or any(
        want not in (None, got) for want, got in zip(shape, array.shape, strict=True)
    ):
        want = "(" + ", ".join("*" if n is None else str(n) for n in shape) + ")"
        raise TrackError(
            f"{name} must have shape {want}, got {array.shape}. Pass one row per frame or repetition."
        )
    array.setflags(write=False)
    return array


def _set(record, **values):
    for name, value in values.items():
        object.__setattr__(record, name, value)


@dataclass(frozen=True, eq=False)
class PoseFrame:
    """What an engine saw in one picture.

    Attributes
    ----------
    t_s : float
        Time of the picture in the recording.
    uv_px : (K, 2) float32 array, px
        Keypoints in the unmirrored image, x right and y down. NaN when nobody was detected.
    xyz_m : (K, 3) float32 array, m
        Hip-centred estimate from one camera: x image-right, y down, z away from it. NaN when nobody was detected.
    visibility : (K,) float32 array
        The model's own 0-1 score, as emitted; 0 when nobody was detected.
    people : int
        How many people the engine knows to be in view.
    hands_px : (2, 2) float32 array, px
        Wrists of somebody else who is in view, such as a helper; NaN where there is nobody or nobody looked.
    """

    t_s: float
    uv_px: np.ndarray
    xyz_m: np.ndarray
    visibility: np.ndarray
    people: int = 1
    hands_px: np.ndarray = field(default_factory=lambda: NO_HANDS_PX)

    def __post_init__(self):
        k = len(self.visibility)
        _set(
            self,
            t_s=float(self.t_s),
            uv_px=_frozen(self.uv_px, np.float32, (k, 2), "uv_px"),
            xyz_m=_frozen(self.xyz_m, np.float32, (k, 3), "xyz_m"),
            visibility=_frozen(self.visibility, np.float32, (k,), "visibility"),
            people=int(self.people),
            hands_px=_frozen(self.hands_px, np.float32, (2, 2), "hands_px"),
        )

    @classmethod
    def nobody(cls, t_s: float, skeleton: Skeleton = BLAZEPOSE_33, *, people: int = 0) -> Self:
        """A frame in which the followed person was not detected."""
        k = len(skeleton)
        return cls(t_s, np.full((k, 2), np.nan), np.full((k, 3), np.nan), np.zeros(k), people)

    @property
    def seen(self) -> bool:
        """Whether the followed person was detected."""
        return bool(np.isfinite(self.uv_px[:, 0]).any())


@dataclass(frozen=True, eq=False)
class PoseTrack:
    """A recording as poses, as seen: irregular time, raw coordinates, NaN only where nobody was detected.

    Attributes
    ----------
    t_s : (T,) float64 array, s
        Strictly increasing times of the recording.
    uv_px : (T, K, 2) float32 array, px
    xyz_m : (T, K, 3) float32 array, m
        NaN throughout for imports without it.
    visibility : (T, K) float32 array, 0-1
    people : (T,) int16 array
    hands_px : (T, 2, 2) float32 array, px
        Wrists of somebody else in view; NaN where there is nobody, and throughout for engines that follow one person.
    image_size_px : (2,) int array
        Width, height.
    skeleton : Skeleton
    xyz_frame : str
        ``"hip"`` from one camera, ``"world"`` from imports.
    up : (float, float, float)
        Direction that points away from the ground, in the frame of `xyz_m`.
    smoothed : bool
        True when the engine filtered over time; smoothness and peak speed are withheld then.
    mirrored : bool
        True when the stored poses were un-mirrored from a mirrored source.
    engine, model, model_sha256 : str
    source : mapping
        Where the pictures came from: name, sha256, duration_s, frames, rotation_deg, warnings...
    angles_deg : (T, A) float64 array, deg, optional
        Angles that another program worked out, of imports without keypoints; NaN where it did not.
    angle_names : tuple of str, length A
        Side and signal of each, such as ``left_knee_flexion``.
    """

    t_s: np.ndarray
    uv_px: np.ndarray
    xyz_m: np.ndarray
    visibility: np.ndarray
    people: np.ndarray
    image_size_px: np.ndarray
    skeleton: Skeleton = BLAZEPOSE_33
    xyz_frame: str = "hip"
    up: tuple[float, float, float] = (0.0, -1.0, 0.0)
    smoothed: bool = False
    mirrored: bool = False
    engine: str = "unknown"
    model: str = "unknown"
    model_sha256: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    hands_px: np.ndarray | None = None
    angles_deg: np.ndarray | None = None
    angle_names: tuple[str, ...] = ()

    def __post_init__(self):
        n, k = len(self.t_s), len(self.skeleton)
        if self.angles_deg is not None:
            shape = (n, len(self.angle_names))
            _set(self, angles_deg=_frozen(self.angles_deg, np.float64, shape, "angles_deg"))
        hands_px = np.full((n, 2, 2), np.nan) if self.hands_px is None else self.hands_px
        if np.ndim(self.uv_px) != 3 or np.shape(self.uv_px)[1:] != (k, 2):
            raise TrackError(
                f"uv_px must have shape (T, {k}, 2) for skeleton {self.skeleton.name!r}, got {np.shape(self.uv_px)}. "
                "Drop extra keypoints or pass the matching skeleton."
            )
        _set(
            self,
            t_s=_frozen(self.t_s, np.float64, (n,), "t_s"),
            uv_px=_frozen(self.uv_px, np.float32, (n, k, 2), "uv_px"),
            xyz_m=_frozen(self.xyz_m, np.float32, (n, k, 3), "xyz_m"),
            visibility=_frozen(self.visibility, np.float32, (n, k), "visibility"),
            people=_frozen(self.people, np.int16, (n,), "people"),
            hands_px=_frozen(hands_px, np.float32, (n, 2, 2), "hands_px"),
            image_size_px=_frozen(self.image_size_px, np.int64, (2,), "image_size_px"),
        )
        if not np.isfinite(self.t_s).all() or (np.diff(self.t_s) <= 0).any():
            raise TrackError("t_s must increase from frame to frame, with no gaps. Sort the frames by time.")

    def __len__(self) -> int:
        return len(self.t_s)

    @classmethod
    def from_frames(cls, frames: Sequence[PoseFrame], *, image_size_px: ArrayLike, **facts: Any) -> Self:
        """Stack `PoseFrame` objects, in time order, into a track; `facts` are the remaining fields."""
        k = len(facts.get("skeleton", BLAZEPOSE_33))

        def stack(name, *shape):
            return np.array([getattr(f, name) for f in frames], np.float32).reshape((-1, *shape))

        return cls(
            t_s=np.array([f.t_s for f in frames], np.float64),
            uv_px=stack("uv_px", k, 2),
            xyz_m=stack("xyz_m", k, 3),
            visibility=stack("visibility", k),
            people=np.array([f.people for f in frames], np.int16),
            hands_px=stack("hands_px", 2, 2),
            image_size_px=np.asarray(image_size_px),
            **facts,
        )

    def frames(self) -> Iterator[PoseFrame]:
        """Yield the track frame by frame, as an engine would have emitted it."""
        yield from map(self.frame, range(len(self)))

    def only(self, keep: slice | np.ndarray) -> Self:
        """The track with some of its frames: a slice, indices or a mask, in order of time."""
        names = PER_FRAME if self.angles_deg is None else (*PER_FRAME, "angles_deg")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    def frame(self, i: int) -> PoseFrame:
        """The i-th picture's `PoseFrame`."""
        assert self.hands_px is not None  # filled in by __post_init__
        t_s, people = float(self.t_s[i]), int(self.people[i])
        return PoseFrame(t_s, self.uv_px[i], self.xyz_m[i], self.visibility[i], people, self.hands_px[i])


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
        _set(
            self,
            t_s=_frozen(self.t_s, np.float64, (n,), "t_s"),
            values=_frozen(self.values, np.float64, (n, s), "values"),
            filled=_frozen(self.filled, bool, (n, s), "filled"),
        )

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[:, self.names.index(name)]


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
            _set(self, **{name: _frozen(getattr(self, name), dtype, (n,), name)})

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
        _set(
            self,
            values=_frozen(self.values if n else np.empty((0, m)), np.float64, (n, m), "values"),
            sigma=_frozen(self.sigma if n else np.empty((0, m)), np.float64, (n, m), "sigma"),
        )

    def __getitem__(self, measure: str) -> np.ndarray:
        return self.values[:, self.ids.index(measure)]


@dataclass(frozen=True)
class Finding:
    """One thing worth saying about one repetition; explains itself with no lookup."""

    rule: str
    side: str
    rep: int
    value: float
    limit: float
    unit: str
    say: str
    why: str
    source: str
