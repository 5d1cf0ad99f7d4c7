"""The built wheel works on its own: no checkout beside it, no network, and small enough to send."""

import csv
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
CLIP = REPOSITORY / "sample_videos" / "shoulder_abduction_front.mp4"
SIZE_MAX_BYTES = 30_000_000

pytestmark = pytest.mark.skipif(
    not (REPOSITORY / "pyproject.toml").is_file() or not CLIP.is_file(), reason="needs the checkout"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("hatchling", reason="needs the package hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_is_small_enough(wheel):
    assert wheel.stat().st_size < SIZE_MAX_BYTES


def test_the_wheel_holds_the_models_it_promises_and_the_notice(wheel):
    register = tomllib.loads((REPOSITORY / "models" / "MODELS.toml").read_text(encoding="utf-8"))
    with zipfile.ZipFile(wheel) as archive:
        sizes = {Path(i.filename).name: i.file_size for i in archive.infolist() if "/_models/" in i.filename}
    promised = {row["file"]: row["bytes"] for row in register["model"] if row["shipped"] == "wheel"}
    assert sizes.items() >= promised.items()
    assert sizes.keys() == promised.keys() | {"MODELS.toml", "NOTICE"}


def test_the_wheel_holds_the_types_that_checkers_read(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"posecheck/py.typed", "posecheck/__init__.pyi", "posecheck/batch/__init__.pyi"} <= names


def without_network():
    """Words before a command that take its network away, where the system allows that."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode:
        return []
    return [unshare, "-rn"]


@pytest.fixture
def unpacked(wheel, tmp_path):
    """A function that runs the unpacked wheel's posecheck; the libraries are those of the environment.

    A fresh home folder, so that no model lies around, no network, and nothing of what only a developer has.
    """
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('fontTools', 'brotli'))); "
        "import posecheck; assert posecheck.__file__.startswith(sys.argv[1]), posecheck.__file__; "
        "sys.argv = ['posecheck', *sys.argv[2:]]; from posecheck.cli import main; main()"
    )
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("POSECHECK_", "XDG_"))}

    def run(*asked):
        done = subprocess.run(
            [*without_network(), sys.executable, "-c", code, str(tmp_path / "site"), *asked],
            cwd=tmp_path,
            env=kept | {"HOME": str(tmp_path), "PYTHONPATH": str(tmp_path / "site")},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    return run


@pytest.mark.parametrize("engine", ["blazepose", "mediapipe"])
def test_the_unpacked_wheel_analyses_a_video_and_reports_with_no_checkout_and_no_network(
    unpacked, tmp_path, engine
):
    unpacked(
        "analyse", str(CLIP), "-e", "shoulder_abduction", "--engine", engine, "--end", "12", "-o", "results"
    )
    trial = tmp_path / "results" / CLIP.stem
    with open(trial / "reps.csv", newline="") as file:
        assert {row["side"] for row in csv.DictReader(file)} == {"left", "right"}
    unpacked("report", str(trial))
    assert (trial / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "data:font/woff2" in (trial / "report.html").read_text(encoding="utf-8")
