"""Where the data lie, and the poses of their videos, found once."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "out/bench"


class AbsentError(Exception):
    """The data set is not on this machine; the sentence says what is missing."""


def data_folder(*names):
    """A folder or file of the shared data, such as ``data_folder("ui_prmd")``.

    Raises
    ------
    AbsentError
        When it is not there.
    """
    shared = Path(os.environ.get("POSECHECK_SHARED", ROOT.parent / "shared"))
    path = shared.joinpath("data", *names)
    if not path.exists():
        raise AbsentError(
            f"{'/'.join(names)} is not among the shared data; POSECHECK_SHARED says where they lie"
        )
    return path


def poses_of(video, *, model="full", cache=CACHE):
    """Poses of a video, from the cache when neither the video nor the engine has changed since.

    Parameters
    ----------
    video : Path
    model : str
    cache : Path
        Folder; made when missing.

    Returns
    -------
    PoseTrack
    """
    from posecheck.engines import open_engine
    from posecheck.recording import watch
    from posecheck.sources import open_source
    from posecheck.trial import load_track, save_track

    stored = Path(cache) / f"{video.stem}_{model}_{_fingerprint(video)}.npz"
    if stored.exists():
        return load_track(stored)
    with open_source(video) as source, open_engine("blazepose", model) as engine:
        track = watch(source, engine)
    stored.parent.mkdir(parents=True, exist_ok=True)
    save_track(stored, track)
    return track


def _fingerprint(video):
    """Of everything that decides the poses: the video, the code that reads it, the engine and its models."""
    package, digest = ROOT / "src/posecheck", hashlib.sha256(video.read_bytes())
    for path in sorted(
        [*package.glob("engines/*.py"), *package.glob("source*.py"), ROOT / "models/MODELS.toml"]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
