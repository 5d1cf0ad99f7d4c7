"""What the pose model sees in a film, worked out once in a test run for all processes that ask."""

import contextlib
import fcntl
import os
import pickle
import shutil
import tempfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from posecheck.engines import open_engine
from posecheck.recording import watch
from posecheck.sources import open_source

# One folder of a test run, for what its processes share: the first of them names it.
FOLDER = (
    Path(tempfile.gettempdir()) / f"posecheck-tests-{os.environ.setdefault('TEST_RUN', str(os.getpid()))}"
)


@contextlib.contextmanager
def locked(name, how=fcntl.LOCK_EX):
    """A lock of this test run."""
    FOLDER.mkdir(exist_ok=True)
    with open(FOLDER / f"{name}.lock", "w") as file:
        fcntl.flock(file, how)
        yield


@lru_cache
def watched(path, model="full"):
    """The `PoseTrack` of a film; it is kept until the run is over, never from run to run."""
    path = Path(path).resolve()
    kept = FOLDER / f"{path.stem}-{model}-{sha256(str(path).encode()).hexdigest()[:8]}.pickle"
    with locked(kept.stem):
        if not kept.exists():
            with open_source(path) as source, open_engine("blazepose", model) as engine:
                kept.write_bytes(pickle.dumps(watch(source, engine)))
        return pickle.loads(kept.read_bytes())


def forget():
    """At the end of the run."""
    shutil.rmtree(FOLDER, ignore_errors=True)
