"""Clips on Ray: the same function for each, as a task of a cluster."""

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

from posecheck.batch.runners import LOOK_EVERY_S, TRIES
from posecheck.engines.network_guard import DeadEnd
from posecheck.errors import BatchError

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing about the study leaves for Ray's makers
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # it listens on the loopback interface and nowhere else
    "no_proxy": "127.0.0.1,localhost,::1",
}


class RayRunner:
    """Ray; a cluster of this machine alone is begun where none is given.

    Parameters
    ----------
    address : str, optional
        Of a cluster. Its machines must see the recordings and the folder of the study under the same paths.
    jobs : int, optional
        CPUs of a cluster that is begun here.

    Raises
    ------
    BatchError
        When Ray is not installed, or there is no cluster at the address.
    """

    pictures = 0  # told by the outcomes alone

    def __init__(self, *, address: str | None = None, jobs: int | None = None) -> None:
        # Its dashboard asks over the network in which cloud it runs, whether it reports or not: that ends here.
        self._dead_end = DeadEnd()
        with _environment({} if address else {**self._dead_end.environment(), **_QUIET}):
            try:
                import ray
            except ImportError:
                raise BatchError("--runner ray needs Ray: pip install 'posecheck[ray]'.") from None
            self._ray, self._ours = ray, not ray.is_initialized()
            here: dict = {"num_cpus": jobs, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
            try:
                if self._ours:
                    ray.init(
                        address=address,
                        log_to_driver=False,
                        logging_level=logging.ERROR,
                        **({} if address else here),
                    )
            except (ConnectionError, ValueError) as error:
                raise BatchError(
                    f"{address}: no Ray cluster answers there ({str(error).splitlines()[0]}). Check --ray-address."
                ) from None

    def run(self, work: Callable[..., Any], jobs: list[Any]) -> Iterator[tuple[Any, Any]]:
        """As `Runner.run`; ``(None, None)`` now and then, when it is time to show progress."""
        ray = self._ray
        # A worker that dies has its clip done again by Ray itself.
        task = ray.remote(num_cpus=1, max_retries=TRIES - 1)(_work)
        working = {task.remote(work, job): job for job in jobs}
        while working:
            done, _ = ray.wait(list(working), timeout=LOOK_EVERY_S)
            if not done:
                yield None, None
            for one in done:
                job = working.pop(one)
                try:
                    yield job, ray.get(one)
                except ray.exceptions.RayError:
                    yield job, None

    def close(self) -> None:
        """End the cluster, if it was begun here."""
        if self._ours:
            self._ray.shutdown()
        self._dead_end.close()


def _work(work, job):
    return work(job, threads=1)


@contextlib.contextmanager
def _environment(values):
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
