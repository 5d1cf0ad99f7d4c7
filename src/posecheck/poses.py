"""What was seen: one picture's pose, and a recording of them. Shapes are checked once, here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from posecheck.arrays import read_only, set_fields
from posecheck.errors import TrackError
from posecheck.skeleton import BLAZEPOSE_33, Skeleton

PER_FRAME = ("t_s", "uv_px", "xyz_m", "visibility", "people", "hands_px")
"""Fields of a `PoseTrack` with one entry a picture."""
LANDMARKS = ("uv_px", "xyz_m", "visibility", "hands_px")
"""Those of them that are large."""
_AT_ONCE = 8192  # pictures that an analysis takes in together
NO_HANDS_PX = np.full((2, 2), np.nan, np.float32)


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
        set_fields(
            self,
            t_s=float(self.t_s),
            uv_px=read_only(self.uv_px, np.float32, (k, 2), "uv_px"),
            xyz_m=read_only(self.xyz_m, np.float32, (k, 3), "xyz_m"),
            visibility=read_only(self.visibility, np.float32, (k,), "visibility"),
            people=int(self.people),
            hands_px=read_only(self.hands_px, np.float32, (2, 2), "hands_px"),
        )

    @classmethod
    def nobody(cls, t_s: float, skeleton: Skeleton = BLAZEPOSE_33, *, people: int = 0) -> Self:
        """A frame in which the followed person was not detected: places NaN, visibility 0.

        Parameters
        ----------
        t_s : float, s
        skeleton : Skeleton
        people : int
            How many others are in view.
        """
        k = len(skeleton)
        return cls(t_s, np.full((k, 2), np.nan), np.full((k, 3), np.nan), np.zeros(k), people)

    @property
    def seen(self) -> bool:
        """Whether the followed person was detected."""
        return bool(np.isfinite(self.uv_px[:, 0]).any())


@dataclass(frozen=True, eq=False, repr=False)
class PoseTrack:
    """A recording as poses, as seen: irregular time, raw coordinates, NaN only where nobody was detected.

    T pictures, K keypoints. Arrays are copied and read-only; `from_arrays` fills in what you do not have.

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

    Raises
    ------
    TrackError
        When shapes do not fit together, or times do not increase.
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
            set_fields(self, angles_deg=read_only(self.angles_deg, np.float64, shape, "angles_deg"))
        hands_px = np.full((n, 2, 2), np.nan) if self.hands_px is None else self.hands_px
        _refuse_other_shape(self.uv_px, self.skeleton)
        set_fields(
            self,
            t_s=read_only(self.t_s, np.float64, (n,), "t_s"),
            uv_px=read_only(self.uv_px, np.float32, (n, k, 2), "uv_px"),
            xyz_m=read_only(self.xyz_m, np.float32, (n, k, 3), "xyz_m"),
            visibility=read_only(self.visibility, np.float32, (n, k), "visibility"),
            people=read_only(self.people, np.int16, (n,), "people"),
            hands_px=read_only(hands_px, np.float32, (n, 2, 2), "hands_px"),
            image_size_px=read_only(self.image_size_px, np.int64, (2,), "image_size_px"),
        )
        if not np.isfinite(self.t_s).all() or (np.diff(self.t_s) <= 0).any():
            raise TrackError("t_s must increase from frame to frame, with no gaps. Sort the frames by time.")

    def __len__(self) -> int:
        return len(self.t_s)

    def __repr__(self) -> str:
        span = f" from {self.t_s[0]:.1f} to {self.t_s[-1]:.1f} s" if len(self) else ""
        width, height = self.image_size_px
        return f"<PoseTrack of {len(self)} pictures{span}, {self.skeleton.name}, {width}x{height} px>"

    @classmethod
    def from_arrays(
        cls,
        t_s: ArrayLike,
        uv_px: ArrayLike,
        *,
        image_size_px: ArrayLike,
        visibility: ArrayLike | None = None,
        xyz_m: ArrayLike | None = None,
        people: ArrayLike | None = None,
        skeleton: Skeleton = BLAZEPOSE_33,
        **facts: Any,
    ) -> Self:
        """A track from arrays of your own, of which times, places and the size of the picture suffice.

        Parameters
        ----------
        t_s : (T,) array, s
            Strictly increasing; steps may be uneven.
        uv_px : (T, K, 2) array, px
            Keypoints in the order of `skeleton`, in the unmirrored image, x right and y down. NaN = not seen.
        image_size_px : (2,) array, px
            Width, height.
        visibility : (T, K) array, 0-1, optional
            How sure the place is; below `Settings.visibility_min` it counts as not seen. 1 where there is a place
            when not given.
        xyz_m : (T, K, 3) array, m, optional
            Places in space; NaN throughout when not given.
        people : (T,) array, optional
            One where any keypoint is seen when not given.
        skeleton : Skeleton
        **facts
            Further fields of `PoseTrack`.

        Raises
        ------
        TrackError
            When shapes do not fit together, or times do not increase.

        Examples
        --------
        >>> track = PoseTrack.from_arrays([0.0, 0.1], np.full((2, 33, 2), 100.0), image_size_px=(640, 480))
        >>> track
        <PoseTrack of 2 pictures from 0.0 to 0.1 s, blazepose_33, 640x480 px>
        """
        uv_px, size = np.asarray(uv_px), np.asarray(image_size_px)
        _refuse_other_shape(uv_px, skeleton)
        if size.shape != (2,) or not (size > 0).all():
            raise TrackError("image_size_px must be (width, height) in pixels, both above zero.")
        there = np.isfinite(uv_px).all(axis=-1)
        return cls(
            t_s=np.asarray(t_s),
            uv_px=uv_px,
            xyz_m=np.full((*there.shape, 3), np.nan) if xyz_m is None else np.asarray(xyz_m),
            visibility=np.where(there, 1.0, 0.0) if visibility is None else np.asarray(visibility),
            people=np.asarray(there.any(axis=-1) if people is None else people),
            image_size_px=size,
            skeleton=skeleton,
            **facts,
        )

    @classmethod
    def from_frames(cls, frames: Sequence[PoseFrame], *, image_size_px: ArrayLike, **facts: Any) -> Self:
        """A track from frames.

        Parameters
        ----------
        frames : sequence of PoseFrame
            In order of time.
        image_size_px : (2,) array, px
            Width, height.
        **facts
            The remaining fields of `PoseTrack`.
        """
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

    @property
    def detected(self) -> np.ndarray:
        """(T,) bool: pictures in which the followed person was detected, whatever of them."""
        if self.angles_deg is not None:
            return np.asarray(np.isfinite(self.angles_deg).any(axis=1))
        return detected_in(self.uv_px)

    def blocks(self) -> Iterator[tuple[np.ndarray, ...]]:
        """Yield times and landmarks of some pictures after the others: t_s, uv_px, xyz_m, visibility, hands_px."""
        for begin in range(0, max(len(self), 1), _AT_ONCE):
            yield tuple(getattr(self, name)[begin : begin + _AT_ONCE] for name in ("t_s", *LANDMARKS))

    def frames(self) -> Iterator[PoseFrame]:
        """Yield the track frame by frame, as an engine would have emitted it."""
        yield from map(self.frame, range(len(self)))

    def only(self, keep: slice | np.ndarray) -> Self:
        """The track with some of its frames.

        Parameters
        ----------
        keep : slice, (N,) int array or (T,) bool array
            In order of time.
        """
        names = PER_FRAME if self.angles_deg is None else (*PER_FRAME, "angles_deg")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    def frame(self, i: int) -> PoseFrame:
        """The i-th picture's `PoseFrame`.

        Parameters
        ----------
        i : int
        """
        assert self.hands_px is not None  # filled in by __post_init__
        t_s, people = float(self.t_s[i]), int(self.people[i])
        return PoseFrame(t_s, self.uv_px[i], self.xyz_m[i], self.visibility[i], people, self.hands_px[i])


def detected_in(uv_px) -> Any:
    """(T,) bool: where of (T, K, 2) keypoints any is there."""
    return np.isfinite(uv_px[..., 0]).any(axis=1)


def _refuse_other_shape(uv_px, skeleton):
    if np.ndim(uv_px) != 3 or np.shape(uv_px)[1:] != (len(skeleton), 2):
        raise TrackError(
            f"uv_px must have shape (T, {len(skeleton)}, 2) for skeleton {skeleton.name!r}, got {np.shape(uv_px)}. "
            "Drop extra keypoints or pass the matching skeleton."
        )
