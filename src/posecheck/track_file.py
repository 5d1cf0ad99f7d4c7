"""Poses on disk: ``pose.npz``, written and read whole, or stretch by stretch where hours of them are too much.

Same poses, same bytes, however they were written.
"""

import contextlib
import json
import math
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from posecheck.errors import OutputError, TrackError
from posecheck.poses import LANDMARKS, PER_FRAME, PoseTrack
from posecheck.result import plain
from posecheck.skeleton import BLAZEPOSE_33, SKELETONS, Skeleton, skeleton_of

POSES = "pose.npz"
_AT_ONCE = 4096  # pictures that are read together
_COPIED = 1 << 20  # bytes that are copied together


def save_track(path: str | Path, track: PoseTrack) -> None:
    """Store poses as ``pose.npz``; the same track gives the same bytes.

    Parameters
    ----------
    path : path
    track : PoseTrack

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    facts = _facts(track)
    if track.angles_deg is not None:
        facts |= {"angles_deg": track.angles_deg, "angle_names": np.array(track.angle_names)}
    try:
        with open(path, "wb") as file:
            np.savez_compressed(file, **{name: getattr(track, name) for name in PER_FRAME}, **facts)
    except OSError as error:
        raise OutputError(f"{path}: the poses could not be stored ({reason(error)}).") from None


def _facts(track):
    """What is stored of a track beside its pictures, in order."""
    facts = {
        "image_size_px": track.image_size_px, "skeleton": track.skeleton.name, "xyz_frame": track.xyz_frame,
        "up": np.array(track.up, np.float64), "mirrored": track.mirrored, "smoothed": track.smoothed,
        "engine": track.engine, "model": track.model, "model_sha256": track.model_sha256,
        "source": json.dumps(plain(track.source), sort_keys=True),
    }  # fmt: skip
    if track.skeleton not in SKELETONS.values():
        facts["keypoints"] = np.array(track.skeleton.keypoints)
    return facts


class TrackWriter:
    """Stores poses as they are found, a stretch after the other: memory holds one of them at a time.

    Parameters
    ----------
    path : path
        Where the ``pose.npz`` will be; beside it lies, without a name, what came so far.
    """

    def __init__(self, path):
        self._path, self._length, self._shapes = Path(path), 0, {}
        beside = self._path.parent
        self._spools = {name: tempfile.TemporaryFile(dir=beside) for name in PER_FRAME}  # noqa: SIM115

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for spool in self._spools.values():
            spool.close()

    def __len__(self):
        return self._length

    def add(self, track):
        """Append the pictures of a `PoseTrack`."""
        for name, spool in self._spools.items():
            array = getattr(track, name)
            self._shapes[name] = array.dtype, array.shape[1:]
            spool.write(array.tobytes())
        self._length += len(track)

    def finish(self, track):
        """Write the file: the pictures so far with everything else of `track`, whose own pictures do not count."""
        with zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            for name, spool in self._spools.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    dtype, shape = self._shapes[name]
                    header = {
                        "descr": npy.dtype_to_descr(dtype),
                        "fortran_order": False,
                        "shape": (self._length, *shape),
                    }
                    npy.write_array_header_1_0(member, header)
                    spool.seek(0)
                    while part := spool.read(_COPIED):
                        member.write(part)
            for name, value in _facts(track).items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    npy.write_array(member, np.asanyarray(value), allow_pickle=False)


class StoredTrack:
    """A `PoseTrack` that stays on disk: times are here, landmarks are read stretch by stretch with `blocks`.

    Parameters
    ----------
    path : path
        As posecheck itself writes it: see `open_track` for any other.

    Attributes
    ----------
    t_s : (T,) float64 array, s
    people : (T,) int16 array
    angles_deg : None
        No recording of angles.
    image_size_px, skeleton, xyz_frame, up, smoothed, mirrored, engine, model, model_sha256, source
        As in `PoseTrack`.
    """

    angles_deg = None
    image_size_px: np.ndarray
    skeleton: Skeleton
    xyz_frame: str
    up: tuple[float, float, float]
    smoothed: bool
    mirrored: bool
    engine: str
    model: str
    model_sha256: str
    source: Mapping[str, Any]

    def __init__(self, path):
        self.path = Path(path)
        with _readable(self.path), np.load(self.path, allow_pickle=False) as archive:
            small = {name: archive[name] for name in archive.files if name not in LANDMARKS}
            shapes = {name: _header(archive.zip, name)[0] for name in LANDMARKS}
        nothing = {name: np.empty((0, *shape[1:]), np.float32) for name, shape in shapes.items()}
        with _named(self.path):
            empty = {**small, **nothing, "t_s": small["t_s"][:0], "people": small["people"][:0]}
            facts = PoseTrack.from_arrays(**_track_fields(empty))
            for field in fields(facts):
                if field.name not in (*PER_FRAME, "angles_deg", "angle_names"):
                    setattr(self, field.name, getattr(facts, field.name))
            self.t_s, self.people = small["t_s"].astype(np.float64), small["people"].astype(np.int16)
            if any(len(self.t_s) != shape[0] for shape in (self.people.shape, *shapes.values())):
                raise TrackError("its arrays are not of one length.")

    def __len__(self):
        return len(self.t_s)

    def blocks(self):
        """As `PoseTrack.blocks`."""
        with (
            _readable(self.path),
            zipfile.ZipFile(self.path) as archive,
            contextlib.ExitStack() as open_members,
        ):
            rows = {}
            for name in LANDMARKS:
                member = open_members.enter_context(archive.open(f"{name}.npy"))
                shape, _, dtype = _header_of(member)
                rows[name] = partial(_rows, member, dtype, shape[1:])
            for begin in range(0, max(len(self), 1), _AT_ONCE):
                t_s = self.t_s[begin : begin + _AT_ONCE]
                yield t_s, *(rows[name](len(t_s)) for name in LANDMARKS)

    def whole(self):
        """The same in memory."""
        return load_track(self.path)


def open_track(path):
    """Stored poses, on disk where they are as posecheck writes them, else in memory.

    Parameters
    ----------
    path : path

    Returns
    -------
    StoredTrack or PoseTrack

    Raises
    ------
    TrackError
        As `load_track`.
    """
    path = Path(path)
    path = path / POSES if path.is_dir() else path
    if path.exists():
        with _readable(path), np.load(path, allow_pickle=False) as archive:
            ours = isinstance(archive, np.lib.npyio.NpzFile) and set(PER_FRAME) <= set(archive.files)
            if ours and "angles_deg" not in archive.files and all(_plain(archive.zip, n) for n in LANDMARKS):
                return StoredTrack(path)
    return load_track(path)


def _plain(archive, name):
    """Whether a member is an array that can be read row by row."""
    _, fortran, dtype = _header(archive, name)
    return not fortran and dtype == np.float32


def _header(archive, name):
    with archive.open(f"{name}.npy") as member:
        return _header_of(member)


def _header_of(member):
    """Shape, whether it lies in Fortran's order, and dtype of an array in an archive."""
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    return read[npy.read_magic(member)](member)


def _rows(member, dtype, shape, count):
    """The next rows of an array in an archive."""
    size = count * dtype.itemsize * math.prod(shape)
    found = member.read(size)
    if len(found) != size:
        raise EOFError("it ends early")
    return np.frombuffer(found, dtype).reshape(count, *shape)


def load_track(path: str | Path) -> PoseTrack:
    """Stored poses as a `PoseTrack`.

    Parameters
    ----------
    path : path
        A ``pose.npz``, or a folder that holds one. ``t_s``, ``uv_px``, ``visibility`` and ``image_size_px``
        suffice: without ``xyz_m`` it is NaN throughout, without ``people`` one person is taken to be in view
        wherever a pose is.

    Returns
    -------
    PoseTrack
        To the bit what was stored.

    Raises
    ------
    TrackError
        When the file is missing, is not such an archive, or its arrays do not fit together.
    """
    path = Path(path)
    path = path / POSES if path.is_dir() else path
    stored = _stored_arrays(path)
    missing = [name for name in ("t_s", "uv_px", "visibility", "image_size_px") if name not in stored]
    if missing:
        raise TrackError(
            f"{path}: stored poses need t_s, uv_px, visibility and image_size_px, and {', '.join(missing)} "
            "is not there. Add it and try again."
        )
    with _named(path):
        return PoseTrack.from_arrays(**_track_fields(stored))


@contextlib.contextmanager
def _named(path):
    """What is said against the stored values names their file."""
    try:
        yield
    except TrackError as error:
        raise TrackError(f"{path}: {error}") from None
    except (TypeError, ValueError) as error:
        raise TrackError(f"{path}: the stored values do not describe poses ({error}).") from None


def _stored_arrays(path):
    if not path.exists() and path.name != POSES:
        raise TrackError(f"{path}: there is no such file. Check the name.")
    if not path.exists():
        raise TrackError(
            f"{path}: there are no stored poses here. Check the name, or make them with posecheck analyse."
        )
    with _readable(path):
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("it holds a single array")
        with archive:
            return {name: archive[name] for name in archive.files}


@contextlib.contextmanager
def _readable(path):
    """One sentence in place of what an archive that is none makes its readers say."""
    try:
        yield
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise TrackError(
            f"{path}: a pose.npz as posecheck writes it was expected, and this file cannot be read as one "
            f"({reason(error)}). Make it again with posecheck analyse."
        ) from None


def _track_fields(stored):
    name = str(stored.get("skeleton", BLAZEPOSE_33.name))
    if name not in SKELETONS and "keypoints" not in stored:
        raise TrackError(f"the skeleton {name!r} is not known. Known: {', '.join(SKELETONS)}.")
    named = skeleton_of(name, np.asarray(stored["keypoints"]).tolist()) if "keypoints" in stored else None
    skeleton = named or SKELETONS[name]
    arrays = ("t_s", "uv_px", "visibility", "image_size_px", "xyz_m", "people", "hands_px")
    known = {**{key: stored.get(key) for key in arrays}, "skeleton": skeleton}
    for kind, keys in (
        (str, ("xyz_frame", "engine", "model", "model_sha256")),
        (bool, ("smoothed", "mirrored")),
    ):
        known |= {key: kind(stored[key]) for key in keys if key in stored}
    if "angles_deg" in stored:
        known["angles_deg"] = stored["angles_deg"]
        known["angle_names"] = tuple(np.asarray(stored["angle_names"]).tolist())
    if "up" in stored:
        known["up"] = tuple(np.asarray(stored["up"], float).tolist())
    if "source" in stored:
        known["source"] = json.loads(str(stored["source"]))
    return known


def reason(error):
    """Why a file could not be read or written, in a few words."""
    if "pickle" in str(error):  # NumPy's advice for unknown files, which nobody should follow
        return "it is another kind of file; videos are for posecheck analyse"
    return getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]
