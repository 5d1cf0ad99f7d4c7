"""Files and folders that appear whole or not at all: written beside their place under a hidden name, then renamed."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from posecheck.errors import StoreError


@contextlib.contextmanager
def appearing(place, *, folder):
    """A hidden file or folder that takes its place when the block ends well and is gone otherwise.

    Parameters
    ----------
    place : path
        Must be free, or an empty folder.
    folder : bool
        Whether it is a folder.

    Raises
    ------
    StoreError
        When the place is taken or cannot be written.
    """
    place = Path(place).absolute()
    _free(place, folder)
    hidden = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent))
        yield hidden if folder else hidden / place.name
        os.replace(hidden if folder else hidden / place.name, place)
    except OSError as error:
        raise StoreError(
            f"{place}: this could not be written ({error.strerror or error}); nothing of it is left. Free some space "
            "or choose another place."
        ) from None
    finally:
        if hidden is not None:
            shutil.rmtree(hidden, ignore_errors=True)


def _free(place, folder):
    if folder and place.is_dir() and not any(place.iterdir()):
        return
    if place.exists() or place.is_symlink():
        raise StoreError(f"{place}: something is there already. Choose another name, or move it away.")
