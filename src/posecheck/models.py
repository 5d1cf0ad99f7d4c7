"""The pose models on this machine: where each file lies, and that it is the one that was published.

The register is ``MODELS.toml``. Only files that it lists, by SHA-256, are ever loaded.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from posecheck.errors import ModelError, OutputError

__all__ = [
    "ModelFile",
    "ModelStatus",
    "add_model",
    "find_model",
    "list_models",
    "model_file",
    "model_folders",
    "registered_models",
    "user_model_folder",
]

_REGISTER = "MODELS.toml"
_IN_WHEEL = Path(__file__).with_name("_models")
_CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class ModelFile:
    """One row of the register.

    Attributes
    ----------
    id : str
        Permanent name, such as ``pose_landmark_full``.
    file : str
        File name in a model folder.
    kind : str
        ``detector`` or ``landmark`` (ONNX), ``bundle`` (MediaPipe Tasks).
    shipped : str
        ``wheel``, ``repository`` (not in the wheel) or ``built`` (on request, by ``models/convert.py``).
    size_bytes : int
    sha256 : str
    licence, precision : str
    sources : tuple of str
        The published files it is made from.
    inputs, outputs : dict
        Name -> shape; ``"N"`` stands for a free batch axis.
    """

    id: str
    file: str
    kind: Literal["detector", "landmark", "bundle"]
    shipped: Literal["wheel", "repository", "built"]
    size_bytes: int
    sha256: str
    licence: str
    precision: str
    sources: tuple[str, ...]
    inputs: dict[str, tuple[int | str, ...]]
    outputs: dict[str, tuple[int | str, ...]]


@dataclass(frozen=True)
class ModelStatus:
    """What this machine holds of one registered model; ``note`` says why it cannot be used, else empty."""

    model: ModelFile
    path: Path | None
    verified: bool
    note: str

    @property
    def present(self) -> bool:
        """Is there a file of that name, sound or not?"""
        return self.path is not None


def registered_models() -> tuple[ModelFile, ...]:
    """Every model that ``MODELS.toml`` lists, in its order.

    Raises
    ------
    ModelError
        When the register itself is not there, which means that the installation is incomplete.
    """
    return _read_register(_register_path())


def model_file(model_id: str) -> ModelFile:
    """The register's row for one model.

    Raises
    ------
    ModelError
        For an id that is not registered, with the nearest one.

    Examples
    --------
    >>> model_file("pose_landmark_full").inputs
    {'input': ('N', 256, 256, 3)}
    """
    rows = {row.id: row for row in registered_models()}
    if model_id in rows:
        return rows[model_id]
    import difflib  # here, because a start that meets no unknown name should not pay for it

    nearest = difflib.get_close_matches(model_id, rows, n=1)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    raise ModelError(f"There is no model called {model_id!r}.{hint} Known: {', '.join(rows)}.")


def user_model_folder() -> Path:
    """Folder of this user's own model files (``posecheck models add``); it need not exist yet."""
    if os.environ.get("XDG_DATA_HOME"):
        data = Path(os.environ["XDG_DATA_HOME"])
    elif sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = Path.home() / "Library" / "Application Support"
    else:
        data = Path.home() / ".local" / "share"
    return data / "posecheck" / "models"


def model_folders() -> tuple[Path, ...]:
    """Folders in which models are looked for, first one first.

    The folder that the environment variable ``POSECHECK_MODELS`` names, this user's own, the installed
    package's, and the checkout's ``models/``.
    """
    chosen = os.environ.get("POSECHECK_MODELS")
    folders = [Path(chosen).expanduser()] if chosen else []
    folders += [user_model_folder(), _IN_WHEEL]
    if (_CHECKOUT / "pyproject.toml").is_file():
        folders.append(_CHECKOUT / "models")
    return tuple(folders)


def find_model(model_id: str) -> Path:
    """Path of a model file whose SHA-256 is the registered one.

    The first folder that holds a file of that name decides: a file that differs is reported, never skipped
    in silence. Each file is hashed once a process, and again only if its size or time of change differs.

    Raises
    ------
    ModelError
        For an unknown id, an absent file, or a file with other content; it says what to do.
    """
    status = _status(model_file(model_id))
    if status.path is None or not status.verified:
        raise ModelError(status.note)
    return status.path


def list_models() -> tuple[ModelStatus, ...]:
    """What this machine holds of each registered model, every present file verified."""
    return tuple(_status(row) for row in registered_models())


def add_model(path: str | Path) -> Path:
    """Copy a registered model file into this user's folder, whole or not at all; the copy's path.

    The file is recognised by its content, so its name does not matter.

    Raises
    ------
    ModelError
        When the file cannot be read or its SHA-256 is not registered.
    OutputError
        When this user's folder cannot be written.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"Expected a model file at {path}, but it cannot be read ({error.strerror})."
        ) from error
    row = next((row for row in registered_models() if row.sha256 == found), None)
    if row is None:
        raise ModelError(
            f"{path.name} is not one of posecheck's models: its SHA-256 {found} is not in the register. "
            f"Only unchanged copies of the files that {_register_path()} lists can be added."
        )
    target = user_model_folder() / row.file
    try:
        _write_whole(target, path.read_bytes())
    except OSError as error:
        raise OutputError(
            f"The model could not be stored in {target.parent} ({error.strerror}). "
            f"Make that folder writable, or set XDG_DATA_HOME to one that is."
        ) from error
    return target


def _write_whole(target: Path, content: bytes) -> None:
    """A reader sees the old file or the new one, never a part: written beside the target, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _status(row: ModelFile) -> ModelStatus:
    places = [folder / row.file for folder in model_folders()]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return ModelStatus(row, None, False, _absent(row))
    try:
        stat = path.stat()
        found = _sha256(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        note = (
            f"The model {path} cannot be read ({error.strerror}). Make it readable for you, then try again."
        )
        return ModelStatus(row, path, False, note)
    if found != row.sha256:
        return ModelStatus(row, path, False, _differs(row, path, stat.st_size, found))
    return ModelStatus(row, path, True, "")


def _absent(row: ModelFile) -> str:
    looked = ", ".join(str(folder) for folder in model_folders())
    add = f"`posecheck models add {row.file}`"
    origin = {
        "wheel": "Install posecheck again, which brings it",
        "repository": f"Take models/{row.file} from posecheck's repository, then {add}",
        "built": f"Make it with `python models/convert.py PACKAGE --built`, then {add}",
    }[row.shipped]
    size = f"{row.size_bytes / 1e6:.0f} MB"
    return f"The model {row.id} ({size}) is not on this machine; looked in {looked}. {origin}."


def _differs(row: ModelFile, path: Path, size: int, found: str) -> str:
    return (
        f"{path} should be the published {row.file} ({row.size_bytes} bytes, SHA-256 {row.sha256}), "
        f"but it has {size} bytes and SHA-256 {found}. It may be a partial copy or another version: "
        f"remove it, then install posecheck again or bring a fresh copy with `posecheck models add FILE`."
    )


@cache
def _sha256(path: Path, size: int, changed_ns: int) -> str:
    """Digest of a file; size and time of change are in the key, so that a replaced file is read again."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _register_path() -> Path:
    for path in (_IN_WHEEL / _REGISTER, _CHECKOUT / "models" / _REGISTER):
        if path.is_file():
            return path
    raise ModelError(
        f"Expected the model register at {_IN_WHEEL / _REGISTER}. Install posecheck again, which brings it."
    )


@cache
def _read_register(path: Path) -> tuple[ModelFile, ...]:
    register = tomllib.loads(path.read_text(encoding="utf-8"))
    package = f"{register['package']['name']} {register['package']['version']}"
    return tuple(
        ModelFile(
            id=row["id"],
            file=row["file"],
            kind=row["kind"],
            shipped=row["shipped"],
            size_bytes=row["bytes"],
            sha256=row["sha256"],
            licence=row["licence"],
            precision=row["precision"],
            sources=tuple(f"{package} {source['file']}" for source in row["sources"]),
            inputs={value["name"]: tuple(value["shape"]) for value in row["inputs"]},
            outputs={value["name"]: tuple(value["shape"]) for value in row["outputs"]},
        )
        for row in register["model"]
    )
