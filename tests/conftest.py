"""Shared by all tests. pytest puts this folder on the path, so tests import their stick people by name."""

import contextlib
import fcntl
import os

# Tests run side by side: more threads in each would only wait for one another, those of the pose model too
# (two runs at once: 15.6 s each with one thread, 22.5 s with two). Before NumPy is imported.
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

# OpenVINO is there to be tested; what everything else is compared with was made with ONNX Runtime.
os.environ["POSECHECK_DEVICE"] = "cpu"

import pytest  # noqa: E402
import watched  # noqa: E402
from hypothesis import settings  # noqa: E402

# Derandomised: a run says the same thing twice, on every machine, and no time limit decides a test.
settings.register_profile("posecheck", derandomize=True, deadline=None, max_examples=50, print_blob=True)
settings.load_profile("posecheck")


# Tests run side by side on as many cores as there are; but one that plays a film to a browser in real time must have
# the machine to itself. Readers share a lock, such a test takes it alone; the gate keeps the readers from starving it.
@pytest.fixture(autouse=True)
def machine(request):
    """The machine: shared with other tests, or alone for those marked ``real_time``."""
    alone = request.node.get_closest_marker("real_time") is not None
    how = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    with contextlib.ExitStack() as held:
        with watched.locked("gate", how):
            held.enter_context(watched.locked("machine", how))
        yield


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A therapist's desk with a store of its own."""
    from posecheck.app.therapist import desk as desks
    from posecheck.store import open_store

    own = desks.Desk(lambda: open_store(folder=tmp_path / "data"))
    monkeypatch.setattr(desks, "_desk", lambda: own)
    yield own
    own.close()


def pytest_unconfigure(config):
    """The run is over, and its processes with it."""
    if not hasattr(config, "workerinput"):
        watched.forget()
