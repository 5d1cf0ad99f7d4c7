"""What a command costs on this machine, and what machine this is. Linux only: it reads /proc."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What one command cost.

    Attributes
    ----------
    wall_s, cpu_s : float, s
        CPU includes children that have ended.
    """

    wall_s: float
    cpu_s: float


def cost_of(command, *, environment=None):
    """Run a command to its end and return its `Cost`.

    Raises
    ------
    SystemExit
        When it does not end with status 0: its last words are printed, and there is nothing to measure.
    """
    begun_s = time.perf_counter()
    with subprocess.Popen(
        list(map(str, command)), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        words = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begun_s
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = words.decode(errors="replace")[-2000:]
        raise SystemExit(f"{' '.join(map(str, command))}\nended with status {process.returncode}: {said}")
    return Cost(wall_s, used.ru_utime + used.ru_stime)


def machine():
    """One line: processor, cores, versions."""
    cpu = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            break
    packages = ("numpy", "onnxruntime", "mediapipe", "opencv-contrib-python", "av")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    system = f"{len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.machine()}"
    return f"{cpu}, {system}, Python {platform.python_version()}, {versions}"


def load():
    """How busy the machine is: processes that wanted to run over the last minute, our own included."""
    return f"load over the last minute {os.getloadavg()[0]:.1f}"
