"""Who does the clips: processes on this machine, each with cores of its own (Ray: `posecheck.batch.on_ray`)."""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Protocol

from posecheck.errors import BatchError

WORKER_MB = 500
"""What a worker may need, for choosing how many there are."""
TRIES = 2
"""A clip whose worker died is done once more."""
DIED = (
    "the process that worked on it was ended twice (out of memory, or killed). Use fewer --jobs, or try it alone with "
    "posecheck analyse."
)
NOT_BEGUN = (
    "The processes that were to do the clips could not begin. Each of them reads a script of your own anew: "
    'call run_batch under `if __name__ == "__main__":` there.'
)
_CLIPS_A_WORKER = 200  # then a fresh process takes its place: what a library may have kept is let go
LOOK_EVERY_S = 0.5


class Runner(Protocol):
    """Does jobs, several at once."""

    def run(self, work: Callable[..., Any], jobs: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Yield ``(job, outcome)`` as they end, in any order; the outcome is None where every try died."""
        ...

    @property
    def pictures(self) -> int:
        """How many pictures were looked at so far."""
        ...

    def close(self) -> None:
        """Let go of what it holds; closing twice is fine."""
        ...


def sensible_jobs(number: int, *, cores: int | None = None, free_mb: float | None = None) -> int:
    """How many workers suit the machine: no more than cores, than fit the memory, or than there are clips.

    Parameters
    ----------
    number : int
        Of clips.
    cores : int, optional
        Those that this process may use when not given.
    free_mb : float, optional, MB
        The memory that is free now when not given; a worker takes up to 500 MB.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> sensible_jobs(100, cores=8, free_mb=64_000), sensible_jobs(100, cores=8, free_mb=1_600)
    (8, 3)
    """
    cores = len(own_cores()) if cores is None else cores
    free_mb = free_memory_mb() if free_mb is None else free_mb
    return max(1, min(number, cores, int(free_mb // WORKER_MB)))


def own_cores():
    """Numbers of the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def free_memory_mb():
    """Memory that programs may still take, MB: the machine's, or what its container leaves."""
    import psutil

    free = psutil.virtual_memory().available
    with contextlib.suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        limit, used = (int((group / f"memory.{name}").read_text()) for name in ("max", "current"))
        free = min(free, max(0, limit - used))
    return free / 1e6


class LocalRunner:
    """Processes on this machine, each confined to cores of its own.

    Parameters
    ----------
    jobs : int
        How many clips are worked on at once; see `sensible_jobs`.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        # A fresh interpreter for each: a copy of this one could hold locks of libraries that are at work.
        self._context = multiprocessing.get_context("spawn")
        self._pictures = self._context.Array("Q", jobs, lock=False)
        # Not an Event: telling it to a process that was killed while it waited would wait for ever.
        self._stop = self._context.Value("b", 0, lock=False)
        self._begun = self._context.Value("b", 0, lock=False)
        cores = own_cores()
        self._cores = [cores[i::jobs] or [cores[i % len(cores)]] for i in range(jobs)]
        self._pools: list[ProcessPoolExecutor | None] = [None] * jobs

    @property
    def pictures(self) -> int:
        """How many pictures were looked at so far."""
        return sum(self._pictures)

    def run(self, work: Callable[..., Any], jobs: list[Any]) -> Iterator[tuple[Any, Any]]:
        """As `Runner.run`; ``(None, None)`` now and then, when it is time to show progress."""
        waiting = [(job, 1) for job in reversed(jobs)]
        working: dict[Future, tuple[int, Any, int]] = {}
        free = list(range(self.jobs))
        self._stop.value = 0
        try:
            while waiting or working:
                while waiting and free:
                    slot, (job, attempt) = free.pop(), waiting.pop()
                    working[self._pool(slot).submit(_work, work, job)] = (slot, job, attempt)
                done, _ = wait(working, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
                if not done:
                    yield None, None  # time to show progress
                for future in done:
                    slot, job, attempt = working.pop(future)
                    free.append(slot)
                    try:
                        yield job, future.result()
                    except BrokenProcessPool:
                        self._drop(slot)
                        if attempt < TRIES:
                            waiting.append((job, attempt + 1))
                        elif not self._begun.value:
                            raise BatchError(NOT_BEGUN) from None
                        else:
                            yield job, None
        finally:
            self._stop.value = 1
            for slot in range(self.jobs):
                self._drop(slot)

    def close(self) -> None:
        """Nothing outlasts a run."""

    def _pool(self, slot):
        pool = self._pools[slot]
        if pool is None:
            pool = self._pools[slot] = ProcessPoolExecutor(
                1,
                mp_context=self._context,
                initializer=_begin,
                initargs=(self._cores[slot], self._pictures, slot, self._stop, self._begun),
                max_tasks_per_child=_CLIPS_A_WORKER,
            )
        return pool

    def _drop(self, slot):
        pool, self._pools[slot] = self._pools[slot], None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


_threads = 1
_count: Callable | None = None


def _begin(cores, pictures, slot, stop, begun):
    """In a new worker: its own cores and no others, and an end of it when nobody waits for its answers."""
    global _threads, _count
    begun.value = 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who waits
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    _threads = len(cores)
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(_threads)

    def count(_t_s):
        pictures[slot] += 1

    _count = count
    threading.Thread(target=_end_with, args=(stop,), daemon=True).start()


def _end_with(stop):
    """End this process at once when the run stops or the process that began it is gone, also by kill -9."""
    parent = multiprocessing.parent_process()
    while parent is not None and parent.is_alive() and not stop.value:
        time.sleep(LOOK_EVERY_S)
    os._exit(1)


def _work(work, job):
    return work(job, threads=_threads, progress=_count)
