"""A trial on disk: the folder that one recording of one exercise leaves behind, and the poses stored in it.

A folder appears whole or not at all: it is written beside its final place and renamed.
"""

import contextlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from posecheck.errors import OutputError, TrackError
from posecheck.records import PER_FRAME, Edit, PoseTrack, Settings
from posecheck.result import Result, plain
from posecheck.skeleton import BLAZEPOSE_33, SKELETONS, skeleton_of
from posecheck.tables import named, write_rows, write_signals

POSES, ROWS, SIGNALS, RESULT = "pose.npz", "reps.csv", "signals.csv", "result.json"
EXERCISE, EDITS, VIDEO = "exercise.toml", "edits.json", "annotated.mp4"
EXPORTS = (
    "poses.csv", "poses_long.csv", "poses.parquet", "poses_long.parquet", "openpose", "mediapipe.json", "coco.json",
    "poses.trc", "poses.c3d", "poses.nc", "angles.mot",
)  # fmt: skip
"""What `posecheck.exchange` writes beside them for other programs; an older one does not outlive a new result."""
TRIAL_FILES = (POSES, ROWS, SIGNALS, RESULT, EXERCISE, EDITS, VIDEO, "report.html", "report.pdf", *EXPORTS)


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
    facts = {
        "skeleton": track.skeleton.name, "xyz_frame": track.xyz_frame, "up": np.array(track.up, np.float64),
        "mirrored": track.mirrored, "smoothed": track.smoothed, "engine": track.engine, "model": track.model,
        "model_sha256": track.model_sha256, "source": json.dumps(plain(track.source), sort_keys=True),
    }  # fmt: skip
    if track.skeleton not in SKELETONS.values():
        facts["keypoints"] = np.array(track.skeleton.keypoints)
    if track.angles_deg is not None:
        facts |= {"angles_deg": track.angles_deg, "angle_names": np.array(track.angle_names)}
    arrays = {name: getattr(track, name) for name in PER_FRAME}
    try:
        with open(path, "wb") as file:
            np.savez_compressed(file, **arrays, image_size_px=track.image_size_px, **facts)
    except OSError as error:
        raise OutputError(f"{path}: the poses could not be stored ({_why(error)}).") from None


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
    try:
        return PoseTrack.from_arrays(**_track_fields(stored))
    except TrackError as error:
        raise TrackError(f"{path}: {error}") from None
    except (TypeError, ValueError) as error:
        raise TrackError(f"{path}: the stored values do not describe poses ({error}).") from None


def _stored_arrays(path):
    if not path.exists():
        raise TrackError(
            f"{path}: there are no stored poses here. Check the name, or make them with posecheck analyse."
        )
    try:
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("it holds a single array")
        with archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise TrackError(
            f"{path}: a pose.npz as posecheck writes it was expected, and this file cannot be read as one "
            f"({_why(error)}). Make it again with posecheck analyse."
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


@dataclass(frozen=True, eq=False)
class Trial:
    """A stored trial, read back.

    Attributes
    ----------
    folder : Path
    track : PoseTrack
    exercise_path : Path or None
        The exercise as it was resolved, when it lies beside the poses.
    settings : Settings
        The settings of the stored result; the defaults when there is none.
    edits : tuple of Edit
        Corrections made by a person.
    stored : dict
        The contents of ``result.json``; empty when there is none.
    """

    folder: Path
    track: PoseTrack
    exercise_path: Path | None = None
    settings: Settings = field(default_factory=Settings)
    edits: tuple[Edit, ...] = ()
    stored: Mapping[str, Any] = field(default_factory=dict)


def load_trial(path: str | Path) -> Trial:
    """Read a trial folder: poses, exercise, settings and a person's corrections.

    Parameters
    ----------
    path : path
        The folder, or a ``pose.npz`` or ``result.json`` in it.

    Returns
    -------
    Trial

    Raises
    ------
    TrackError
        When the poses or one of the files beside them cannot be read.
    """
    path = Path(path)
    folder = _folder_of(path)
    beside = path.is_dir() or path.name in (RESULT, ROWS, EXERCISE)
    poses = folder / POSES if beside else path
    stored = _json(folder / RESULT) or {}
    settings = stored.get("provenance", {}).get("settings", {}) if isinstance(stored, dict) else {}
    known = {f.name for f in fields(Settings)}
    exercise = folder / EXERCISE
    return Trial(
        folder=folder,
        track=load_track(poses),
        exercise_path=exercise if exercise.is_file() else None,
        settings=Settings(**{key: value for key, value in settings.items() if key in known}),
        edits=_edits(folder / EDITS),
        stored=stored,
    )


def is_stored(path):
    """Whether a path is meant as a trial or its poses: anything but another program's file or folder."""
    path = Path(path)
    if path.is_dir():
        return (path / POSES).is_file() or (path / RESULT).is_file() or not any(path.glob("*.json"))
    return not path.exists() or path.suffix == ".npz" or path.name in TRIAL_FILES[:6]


def stored_edits(path: str | Path) -> tuple[Edit, ...]:
    """The corrections stored in the folder of a trial (or of a ``pose.npz``), in order; usually none."""
    return _edits(_folder_of(Path(path)) / EDITS)


def _folder_of(path):
    return path if path.is_dir() else path.parent


def _json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise TrackError(f"{path}: this file cannot be read as JSON ({_why(error)}).") from None


def _edits(path):
    stored = _json(path) or []
    try:
        return tuple(Edit(**entry) for entry in stored)
    except TypeError as error:
        raise TrackError(
            f"{path}: a list of corrections was expected, each with kind and side ({error})."
        ) from None


def check_writable(parent):
    """Make sure that folders can be made under `parent`, leaving no trace.

    Raises
    ------
    OutputError
        When they cannot; the sentence says where and why.
    """
    parent = Path(parent)
    standing = next(p for p in (parent, *parent.absolute().parents) if p.exists())
    try:
        if not standing.is_dir():
            raise NotADirectoryError(20, "a file of that name is in the way")
        os.rmdir(tempfile.mkdtemp(prefix=".posecheck-", dir=standing))
    except OSError as error:
        raise OutputError(
            f"{parent}: nothing can be written here ({_why(error)}). Choose another folder with -o."
        ) from None


def check_free(folder, *, overwrite=False, edits=(), corrected=False):
    """Make sure that `folder` may be written, before any work is spent on it.

    Raises
    ------
    OutputError
        When it exists and `overwrite` is not given, when it is not a trial, or when it holds a person's
        corrections that are not among `edits`.
    """
    folder = Path(folder)
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / RESULT).is_file()):
        raise OutputError(
            f"{folder}: something that is not a trial has this name. Choose another folder with -o."
        )
    if not any(folder.iterdir()):
        return
    if not overwrite:
        raise OutputError(
            f"{folder}: this trial is already there. Add --overwrite to replace it, or choose another folder."
        )
    if not corrected and _edits(folder / EDITS) not in ((), tuple(edits)):
        raise OutputError(
            f"{folder}: this trial holds corrections made by a person ({EDITS}), so it is kept. "
            "Move it aside, or choose another folder with -o."
        )


def write_trial(
    folder: str | Path,
    result: Result,
    track: PoseTrack,
    *,
    overwrite: bool = False,
    edits: Sequence[Edit] = (),
    corrected: bool = False,
    extra: Mapping[str, Callable[[Path], object]] | None = None,
) -> Path:
    """Write a trial folder; it appears whole or not at all.

    Parameters
    ----------
    folder : path
        ``DIR/<name of the trial>``; folders above it are made.
    result : Result
    track : PoseTrack
    overwrite : bool
        Replace the files of a trial that is already there; other files in its folder stay.
    edits : sequence of Edit
        The corrections that `result` contains.
    corrected : bool
        A person is correcting just now: `edits` replace those in the folder, also when they are fewer.
    extra : mapping of file name to callable
        Further files: each callable gets the path to write.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        When the folder may not or cannot be written; nothing is left behind then.
    """
    folder = Path(folder)
    check_free(folder, overwrite=overwrite, edits=edits, corrected=corrected)
    with _appearing(folder) as partial:
        for name, write in _files(folder.name, result, track, edits).items():
            with open(partial / name, "w", encoding="utf-8", newline="") as stream:
                write(stream)
        save_track(partial / POSES, track)
        for name, make in (extra or {}).items():
            make(partial / name)
    return folder


def _files(trial, result, track, edits):
    rows = [{"trial": trial, **row} for row in result.rows]
    files = {
        ROWS: lambda stream: write_rows(stream, rows),
        SIGNALS: lambda stream: write_signals(stream, result.signals),
        RESULT: lambda stream: _dump(stream, named(result, trial)),
        EXERCISE: lambda stream: stream.write(result.exercise.toml_text),
    }
    if edits:
        files[EDITS] = lambda stream: _dump(stream, [asdict(edit) for edit in edits])
    return files


def _dump(stream, value):
    json.dump(value, stream, indent=1, ensure_ascii=False, allow_nan=False)
    stream.write("\n")


@contextlib.contextmanager
def _appearing(folder):
    """A hidden folder beside `folder`: it takes its place when the block ends well and is gone otherwise."""
    partial = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
        # mkdtemp makes private folders; a trial is as open as the folder it lies in.
        partial.chmod(folder.parent.stat().st_mode & 0o777)
        yield partial
        _take_place(partial, folder)
    except OSError as error:
        raise OutputError(f"{folder}: the trial could not be written ({_why(error)}).") from None
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)


def _take_place(partial, folder):
    if not folder.exists():
        os.replace(partial, folder)
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name not in TRIAL_FILES and not (partial / entry.name).exists():
                (shutil.copytree if entry.is_dir() else shutil.copy2)(entry.path, partial / entry.name)
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".replaced", dir=folder.parent))
    try:
        os.replace(folder, old / folder.name)
        os.replace(partial, folder)
    finally:
        # Whatever interrupts the two steps, a trial stands in the place.
        if not folder.exists():
            os.replace(old / folder.name, folder)
        shutil.rmtree(old, ignore_errors=True)


def _why(error):
    if "pickle" in str(error):  # NumPy's advice for unknown files, which nobody should follow
        return "it is another kind of file; videos are for posecheck analyse"
    return getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]
