"""A trial on disk: the folder that one recording of one exercise leaves behind.

A folder appears whole or not at all: it is written beside its final place and renamed.
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from posecheck.errors import OutputError, TrackError
from posecheck.records import Edit, PoseTrack, Settings
from posecheck.result import Result
from posecheck.tables import named, write_rows, write_signals
from posecheck.track_file import POSES, load_track, reason, save_track

ROWS, SIGNALS, RESULT = "reps.csv", "signals.csv", "result.json"
EXERCISE, EDITS, VIDEO = "exercise.toml", "edits.json", "annotated.mp4"
EXPORTS = (
    "poses.csv", "poses_long.csv", "poses.parquet", "poses_long.parquet", "openpose", "mediapipe.json", "coco.json",
    "poses.trc", "poses.c3d", "poses.nc", "angles.mot",
)  # fmt: skip
"""What `posecheck.exchange` writes beside them for other programs; an older one does not outlive a new result."""
TRIAL_FILES = (POSES, ROWS, SIGNALS, RESULT, EXERCISE, EDITS, VIDEO, "report.html", "report.pdf", *EXPORTS)


def distinct(names, *, given=()):
    """Names of trials: those that were taken already get ``-2``, ``-3``.

    Parameters
    ----------
    names : iterable of str
    given : iterable of str
        Names that are taken, whatever comes.

    Examples
    --------
    >>> distinct(["clip", "Clip", "other", "clip-2"], given=["other"])
    ['clip', 'Clip-2', 'other-2', 'clip-2-2']
    """
    # Some disks hold Clip and clip to be the same name.
    taken, found = {name.casefold() for name in given}, []
    for stem in names:
        name, n = stem, 2
        while name.casefold() in taken:
            name, n = f"{stem}-{n}", n + 1
        taken.add(name.casefold())
        found.append(name)
    return found


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
        raise TrackError(f"{path}: this file cannot be read as JSON ({reason(error)}).") from None


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
            f"{parent}: nothing can be written here ({reason(error)}). Choose another folder with -o."
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
        raise OutputError(f"{folder}: the trial could not be written ({reason(error)}).") from None
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
