"""The same study on Ray: the same tables, also when a worker dies, and nothing said to anybody elsewhere."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="Ray is not installed (pip install 'posecheck[ray]')")

SAMPLES = Path(__file__).parents[2] / "sample_videos"
ROWS = (
    "path,exercise,end_s\n"
    "elbow_flexion_left_side.mp4,elbow_flexion,4\n"
    "elbow_flexion_right_side.mp4,elbow_flexion,4\n"
    "shoulder_abduction_front.mp4,shoulder_abduction,4\n"
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    for name in re.findall(r"\w+\.mp4", ROWS):
        (folder / name).symlink_to(SAMPLES / name)
    (folder / "study.csv").write_text(ROWS)
    return folder / "study.csv"


def command(manifest, folder, *more):
    words = [sys.executable, "-m", "posecheck.cli", "batch", manifest, "-o", folder, "--model", "lite", *more]
    return list(map(str, words))


@pytest.fixture(scope="module")
def reps(manifest, tmp_path_factory):
    """reps.parquet of processes of this machine."""
    folder = tmp_path_factory.mktemp("local")
    subprocess.run(command(manifest, folder), check=True, timeout=300)
    return (folder / "reps.parquet").read_bytes()


def test_a_worker_of_ray_that_dies_has_its_clip_done_again(manifest, reps, tmp_path):
    folder, killed = tmp_path / "out", None
    ray = command(manifest, folder, "--runner", "ray", "--jobs", "1")
    with subprocess.Popen(ray, stderr=subprocess.PIPE, text=True) as process:
        end_s = time.monotonic() + 120
        while killed is None and process.poll() is None and time.monotonic() < end_s:
            killed = next(map(_kill, _workers(process.pid)), None)
            time.sleep(0.02)
        _, words = process.communicate(timeout=300)
    assert killed, words
    assert process.returncode == 0, words
    assert (folder / "reps.parquet").read_bytes() == reps


def _workers(head):
    """Processes that are at work on a clip for the run `head`."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            title = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if title.startswith(b"ray::_work") and _below(int(place.name), head):
            yield int(place.name)


def _below(pid, head):
    while pid > 1:
        if pid == head:
            return True
        try:
            pid = int(re.search(r"PPid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
        except (OSError, TypeError):
            return False
    return False


def _kill(pid):
    os.kill(pid, signal.SIGKILL)
    return pid


def test_ray_reaches_for_nobody_beyond_this_machine(manifest, reps, tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian package strace)")
    trace, folder = tmp_path / "trace", tmp_path / "out"
    watching = ["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(trace)]
    ray = command(manifest, folder, "--runner", "ray", "--jobs", "1")
    subprocess.run([*watching, *ray], check=True, timeout=500)
    assert (folder / "reps.parquet").read_bytes() == reps
    reached = [line for line in trace.read_text().splitlines() if "sa_family=AF_INET" in line]
    assert reached
    assert [line for line in reached if not re.search(r'"(::ffff:)?127\.|"::1"', line)] == []
