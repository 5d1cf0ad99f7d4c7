"""Real databases: SQLite in a folder, and a PostgreSQL server of one's own where the Debian package is installed."""

import getpass
import os
import shutil
import subprocess
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from evening import MONDAY
from synthetic import movement, person

from posecheck.analysis import analyse
from posecheck.exercise import load_exercise
from posecheck.records import Settings
from posecheck.store import open_store


@pytest.fixture(scope="session")
def scored():
    """A track with two curls of the right arm, and its result."""
    t_s = np.arange(0, 24, 1 / 30)
    bend = movement(t_s, (3.0, 12.0))
    track = person(t_s, view="right", elbow=(np.full(len(t_s), 10.0), bend), noise_px=0.5)
    result = analyse(track, load_exercise("elbow_flexion"), settings=Settings(view="right", affected="left"))
    assert len(result.rows) == 2
    return SimpleNamespace(track=track, result=result)


@pytest.fixture(scope="session")
def postgresql():
    """Address of a private PostgreSQL server."""
    programs = shutil.which("initdb") or next(
        map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), ""
    )
    user = getpass.getuser() if os.getuid() else "postgres"
    if not programs:
        pytest.skip("needs initdb and pg_ctl of the Debian package postgresql")
    pytest.importorskip("psycopg")
    bin_folder = Path(os.path.realpath(programs)).parent
    folder = Path(
        tempfile.mkdtemp(prefix="posecheck-pg-", dir="/tmp")
    )  # the path of its socket must be short
    if not os.getuid():
        shutil.chown(folder, user)

    def run(program, *arguments):
        as_other = {} if os.getuid() else {"user": user}
        ran = subprocess.run([bin_folder / program, *arguments], cwd=folder, capture_output=True, text=True,
                             timeout=60, **as_other)  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr

    try:
        run(
            "initdb",
            "-D",
            folder / "data",
            "-A",
            "trust",
            "-U",
            "posecheck",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        )
        options = (
            f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c shared_buffers=16MB"
        )
        run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://posecheck@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    """Address of an empty database; None for the file in the data folder."""
    if request.param == "sqlite":
        return None
    server = request.getfixturevalue("postgresql")
    import psycopg

    # A schema of its own is as empty as a database of its own, and made a hundred times as fast.
    name = f"t{time.time_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture
def store(url, tmp_path):
    """An empty store, on each kind of database in turn."""
    with open_store(url, tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def home(tmp_path):
    """An empty store on SQLite."""
    with open_store(folder=tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def practise(scored):
    """Fills a store with one evening of practice; numbers of the session and its sets."""

    def fill(store, code="P-012", *, at=MONDAY):
        store.save_person(code, {"weaker_side": "left", "note": "Grüße"})
        store.save_plan(
            code, "name = 'Gentle'\n", source="therapist", message="Well done. Keep it slow.", at=at
        )
        session = store.begin_session(code, kind="practice", week=2, agenda={"blocks": ["a", "b"]}, at=at)
        store.prompt(session, "usual", True, at=at)
        curls = store.begin_set(session, position=1, exercise=load_exercise("elbow_flexion"), side="right",
                                role="stronger", level=2, planned_reps=2, at=at + timedelta(minutes=1))  # fmt: skip
        store.keep_set(curls, scored.result, scored.track, at=at + timedelta(minutes=2), attempts=2)
        store.prompt(session, "effort", 4, set_id=curls, at=at + timedelta(minutes=3))
        both = store.begin_set(session, position=2, exercise="table_slide", side="both", role="both", mode="assisted",
                               target={"reps": 5}, planned_reps=5, at=at + timedelta(minutes=4))  # fmt: skip
        store.keep_attempts(both, 5, None, at=at + timedelta(minutes=6))
        store.event(code, "more_rest", {"seconds": 30}, session=session, at=at + timedelta(minutes=5))
        store.end_session(session, state="done", summary={"good": "slow"}, at=at + timedelta(minutes=8))
        return SimpleNamespace(code=code, session=session, curls=curls, both=both)

    return fill
