"""The published BlazePose files: where they come from and that they are what they claim to be.

The npm package ``@mediapipe/pose`` (Apache-2.0, Google) carries the person detector and the three landmark
models as TFLite files. ``npm pack @mediapipe/pose@0.5.1675469404`` fetches it as a ``.tgz``; an unpacked
folder serves as well.
"""

from __future__ import annotations

import hashlib
import tarfile
import tomllib
from pathlib import Path

REGISTER = Path(__file__).with_name("MODELS.toml")


class ConversionError(Exception):
    """A published file is absent or differs, or holds something that this converter does not know."""


def register() -> list[dict]:
    """Rows of ``MODELS.toml``, one a model file, in the order of the file."""
    return tomllib.loads(REGISTER.read_text(encoding="utf-8"))["model"]


def published_bytes(package: Path, name: str, *, sha256: str) -> bytes:
    """Content of one file of the npm package, after its SHA-256 has been compared.

    Parameters
    ----------
    package : Path
        The ``.tgz`` that ``npm pack`` writes, or the folder that it unpacks to.
    name : str
        File name inside the package, such as ``pose_landmark_full.tflite``.
    sha256 : str
        Hexadecimal digest that the published file must have.

    Raises
    ------
    ConversionError
        When the file is absent or its digest differs.
    """
    content = _from_archive(package, name) if package.is_file() else _from_folder(package, name)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ConversionError(
            f"{name} in {package} should have the SHA-256 {sha256}, this one has {found}. "
            f"Fetch the exact version with `npm pack @mediapipe/pose@0.5.1675469404`."
        )
    return content


def _from_folder(package: Path, name: str) -> bytes:
    for path in (package / name, package / "package" / name):
        if path.is_file():
            return path.read_bytes()
    raise ConversionError(
        f"Expected {name} in the folder {package}. Point to the unpacked npm package or its .tgz."
    )


def _from_archive(package: Path, name: str) -> bytes:
    with tarfile.open(package) as archive:
        try:
            member = archive.extractfile(f"package/{name}")
        except KeyError:
            member = None
        if member is None:
            raise ConversionError(
                f"Expected package/{name} in {package}. Is this the archive of @mediapipe/pose?"
            )
        return member.read()
