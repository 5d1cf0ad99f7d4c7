"""A virtual environment of its own for each peer, made once under the cache and kept."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

INSIDE = Path(__file__).with_name("inside")


def environment_python(folder, *, packages, bare_packages):
    """The interpreter of an environment that holds exactly what a peer was measured with.

    Parameters
    ----------
    folder : path
        Where it lies; made anew when the packages changed.
    packages : sequence of str
        Pinned, installed with what they depend on.
    bare_packages : sequence of str
        Pinned, installed without their dependencies: the peer itself, which asks for screens, inverse kinematics and
        a pose model of its own that its angles and cycles never touch.

    Returns
    -------
    Path

    Raises
    ------
    SystemExit
        When pip cannot install them.
    """
    folder = Path(folder)
    python, marker = folder / "bin" / "python", folder / "packages.sha256"
    wanted = hashlib.sha256(json.dumps([*packages, "", *bare_packages]).encode()).hexdigest()
    if marker.exists() and marker.read_text() == wanted and python.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    print(f"installing {', '.join(bare_packages)} in {folder}", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([*install, *packages], [*install, "--no-deps", *bare_packages]):
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(f"{', '.join(bare_packages)} could not be installed: {run.stderr[-2000:]}")
    marker.write_text(wanted)
    return python


def run_inside(python, script, job, *, folder):
    """Run one of our scripts in a peer's environment, offline and on one core, and return what it answers.

    Parameters
    ----------
    python : path
    script : str
        Name of a file in ``inside``.
    job : JSON-able
        Given to it as a file.
    folder : path
        Its working folder.

    Returns
    -------
    JSON-able

    Raises
    ------
    SystemExit
        When it does not end well: its last words are printed.
    """
    from posecheck.engines.network_guard import DeadEnd

    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    asked, answered = folder / "job.json", folder / "answer.json"
    asked.write_text(json.dumps(job))
    dead_end = DeadEnd()  # importing kineticstoolkit may ask its server for warnings
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in dead_end.environment().items() if name not in ours}
    command = [os.path.abspath(python), INSIDE / script, asked, answered]
    run = subprocess.run(
        command,
        cwd=folder,
        env=kept | one_core | {"MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    dead_end.close()
    if run.returncode:
        raise SystemExit(f"{script} ended with status {run.returncode}: {run.stderr[-2000:]}")
    return json.loads(answered.read_text())
