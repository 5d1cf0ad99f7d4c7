"""A study from the command line: real videos, real processes, killed and started again."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet
from synthetic import movement, person

from posecheck.analysis import analyse
from posecheck.batch.gather import flat, repetitions
from posecheck.batch.study import Study
from posecheck.exchange import export
from posecheck.exercise import load_exercise
from posecheck.records import Settings
from posecheck.result import plain
from posecheck.symmetry import compare
from posecheck.trial import load_track, save_track

SAMPLES = Path(__file__).parents[2] / "sample_videos"
TABLES = ("reps.parquet", "trials.parquet", "pairs.parquet", "failures.csv")
ROWS = (
    "path,participant,session,exercise,side,affected,view,end_s,group\n"
    "elbow_flexion_left_side.mp4,p1,s1,elbow_flexion,left,left,,28,a\n"
    "elbow_flexion_right_side.mp4,p1,s1,elbow_flexion,right,left,,28,a\n"
    "shoulder_abduction_front.mp4,p2,s1,shoulder_abduction,,right,,10,b\n"
    "broken.mp4,p3,s1,drink,,,,,b\n"
    "copy/elbow_flexion_right_side.mp4,p1,s1,elbow_flexion,right,left,,28,a\n"
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    for name in {row.split(",")[0] for row in ROWS.splitlines()[1:]} - {"broken.mp4"}:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).symlink_to(SAMPLES / Path(name).name)
    (folder / "broken.mp4").write_text("no film at all")
    (folder / "study.csv").write_text(ROWS)
    return folder / "study.csv"


def command(manifest, folder, *more):
    words = [sys.executable, "-m", "posecheck.cli", "batch", manifest, "-o", folder, "--model", "lite", *more]
    return list(map(str, words))


def batch(manifest, folder, *more):
    return subprocess.run(command(manifest, folder, *more), capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def scored(manifest, tmp_path_factory):
    """The study, done without interruption."""
    folder = tmp_path_factory.mktemp("scored")
    return batch(manifest, folder, "--jobs", 2), folder


def table(folder, name):
    return parquet.read_table(folder / name).to_pylist()


def test_what_can_be_done_is_done_and_the_rest_is_told(scored):
    ran, folder = scored
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "broken.mp4: broken.mp4 is a text file, not a video" in ran.stderr
    assert "Traceback" not in ran.stderr
    with open(folder / "failures.csv", newline="") as file:
        (failure,) = csv.DictReader(file)
    assert (failure["trial"], failure["participant"], failure["path"]) == ("broken", "p3", "broken.mp4")
    assert "text file" in failure["reason"]
    told = json.loads((folder / "provenance.json").read_text())
    assert (told["clips"], told["failed"], told["kept"]) == (5, 1, 0)
    assert told["versions"]["posecheck"]
    trials = table(folder, "trials.parquet")
    assert {one["sha256"] for one in told["exercises"]} >= {trial["exercise_sha256"] for trial in trials}
    for one in told["exercises"]:
        assert load_exercise(folder / one["file"]).sha256 == one["sha256"]
    assert "4 of 5 clips done, 1 could not be done" in ran.stderr
    assert "No affected side is told for 1 of them, such as broken.mp4" in ran.stderr
    assert {p.name for p in folder.iterdir() if not p.name.startswith(".")} == {
        *TABLES, "provenance.json", "batch.log", "poses", "clips", "exercises",
    }  # fmt: skip


def test_a_row_of_the_table_is_the_row_of_an_analysis_of_its_poses(scored):
    _, folder = scored
    trials = {row["trial"]: row for row in table(folder, "trials.parquet")}
    rows = table(folder, "reps.parquet")
    assert len(rows) > 4
    for name, settings in [
        ("elbow_flexion_left_side", {"side": "left", "affected": "left"}),
        ("shoulder_abduction_front", {"affected": "right"}),
    ]:  # fmt: skip
        trial = trials[name]
        result = analyse(
            load_track(folder / trial["poses"]),
            load_exercise(trial["exercise"]),
            settings=Settings(**settings),
        )
        own = [row for row in rows if row["trial"] == name]
        assert len(own) == len(result.rows) > 0
        for got, expected in zip(own, result.to_dict()["reps"], strict=True):
            assert {column: got[column] for column in expected} == expected
    assert [row["group"] for row in table(folder, "trials.parquet")] == ["a", "a", "b", "a"]


@pytest.mark.parametrize("name", ["reps.parquet", "trials.parquet", "pairs.parquet"])
def test_pandas_polars_and_duckdb_read_the_same(scored, name):
    pandas, polars, duckdb = (pytest.importorskip(x) for x in ("pandas", "polars", "duckdb"))
    path = scored[1] / name
    rows = table(scored[1], name)
    seen = {
        "pandas": pandas.read_parquet(path).to_dict("list"),
        "polars": polars.read_parquet(path).to_dict(as_series=False),
        "duckdb": duckdb.sql(f"from '{path}'").to_arrow_table().to_pydict(),
    }
    for reader, columns in seen.items():
        assert len(rows) == len(next(iter(columns.values()))) > 0
        for column, found in columns.items():
            for value, row in zip(found, rows, strict=True):
                empty = value is None or value != value
                assert (row[column] is None) if empty else (value == row[column]), (reader, column)
        assert list(columns) == list(rows[0])


def test_what_a_column_does_not_know_is_empty_and_never_a_number(scored):
    _, folder = scored
    rows = parquet.read_table(folder / "reps.parquet")
    for name in rows.column_names:
        if str(rows.schema.field(name).type) == "double":
            assert not any(value != value for value in rows[name].to_pylist() if value is not None), name
    # Nobody scores the weaker side.
    weaker = [row for row in rows.to_pylist() if row["role"] == "affected"]
    assert weaker
    assert all(row["score"] is None for row in weaker)


def test_repetitions_of_the_far_limb_are_not_known():
    row = {"side": "left", "complete": True, "exclusion_reason": ""}
    assert repetitions([row, row | {"complete": False}, row | {"side": "right"}], "left") == 1
    assert repetitions([row | {"exclusion_reason": "far limb"}], "left") is None
    assert repetitions([], "left") == 0


def test_left_and_right_filmed_in_turn_are_paired(scored):
    _, folder = scored
    (pair,) = table(folder, "pairs.parquet")
    assert (pair["participant"], pair["session"], pair["exercise"]) == ("p1", "s1", "elbow_flexion")
    assert (pair["first"], pair["other"]) == ("elbow_flexion_left_side", "elbow_flexion_right_side")
    trials = {trial["trial"]: trial for trial in table(folder, "trials.parquet")}
    of_both = [Settings(side=side, affected="left") for side in ("left", "right")]
    left, right = (
        analyse(load_track(folder / trials[pair[name]]["poses"]), "elbow_flexion", settings=settings)
        for name, settings in zip(("first", "other"), of_both, strict=True)
    )
    expected = flat(plain(compare(left, right)))
    assert expected["comparable"], expected["reason"]
    told = expected.keys() & pair.keys() - {"kind"}
    assert "range_ratio_ci95_low" in told
    assert {name: pair[name] for name in told} == {name: expected[name] for name in told}


def test_a_copy_of_a_recording_is_looked_at_once(scored):
    _, folder = scored
    log = (folder / "batch.log").read_text()
    assert log.count("right_side in ") <= 2
    assert len(list((folder / "poses").glob("*.npz"))) == 3
    trials = table(folder, "trials.parquet")
    assert trials[1]["poses"] == trials[3]["poses"]
    assert trials[1]["key"] == trials[3]["key"]
    assert (trials[1]["trial"], trials[3]["trial"]) == (
        "elbow_flexion_right_side",
        "copy_elbow_flexion_right_side",
    )


def contents(folder):
    return {name: (folder / name).read_bytes() for name in TABLES}


def test_once_done_nothing_is_done_again(manifest, scored):
    _, folder = scored
    before, lines = contents(folder), (folder / "batch.log").read_text().count(" done ")
    again = batch(manifest, folder)
    assert "0 of 5 clips done, 4 were done before, 1 could not be done" in again.stderr
    assert "No picture had to be looked at" in again.stderr
    assert contents(folder) == before
    assert (folder / "batch.log").read_text().count(" done ") == lines


def test_killed_at_any_moment_and_started_again_it_comes_to_the_same(manifest, scored, tmp_path):
    _, whole = scored
    folder, kills = tmp_path / "killed", 0
    while kills < 3:
        done = len(list((folder / "clips").glob("*.json")))
        with subprocess.Popen(
            command(manifest, folder, "--jobs", "1"), stderr=subprocess.PIPE, text=True
        ) as process:
            more = lambda done=done: len(list((folder / "clips").glob("*.json"))) > done  # noqa: E731
            workers = _wait_until(more, process, folder)
            if process.poll() is not None:
                break
            os.kill(process.pid, signal.SIGKILL)
        kills += 1
        _wait_until(
            lambda workers=workers: not any(Path(f"/proc/{pid}").exists() for pid in workers), None, folder
        )
    assert kills >= 2
    ran = batch(manifest, folder)
    assert ran.returncode == 1, ran.stderr
    assert contents(folder) == contents(whole)
    log = (folder / "batch.log").read_text()
    names = [line.split()[2] for line in log.splitlines() if " done " in line]
    assert len(set(names)) == len(names)
    # Nor was a picture looked at twice: every clip that was finished was kept.
    assert len(list((folder / "poses").glob("*.npz"))) == 3
    assert not list(folder.rglob(".*.partial"))


def _wait_until(condition, process, folder):
    """Wait, and return the workers that were seen meanwhile."""
    workers, end_s = set(), time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end_s, "waited in vain"
        if process is not None:
            if process.poll() is not None:
                break
            workers |= set(_children(process.pid))
        time.sleep(0.01)
    return workers


def _children(pid):
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


def test_scoring_anew_touches_no_video(manifest, scored, tmp_path):
    _, folder = scored
    refused = batch(manifest, folder, "--level", "1")
    assert refused.returncode == 1
    assert "were scored before from another file, exercise, setting or version" in refused.stderr
    assert "--overwrite" in refused.stderr
    other = tmp_path / "level_1"
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (Debian package strace)")
    again = command(manifest, other, "--level", "1", "--poses", folder / "poses")
    trace = tmp_path / "trace.txt"
    watching = ["strace", "-f", "-e", "trace=open,openat", "-o", str(trace)]
    ran = subprocess.run([*watching, *again], capture_output=True, text=True, timeout=600)
    assert ", 1 could not be done" in ran.stderr
    opened = trace.read_text()
    assert "study.csv" in opened
    assert "broken.mp4" in opened  # its poses are not known, so it is tried again
    assert not re.findall(r"(?:elbow|shoulder)_\w+\.mp4", opened)
    assert ". No picture had to be looked at" in ran.stderr
    assert all(
        (other / row["poses"]).resolve().parent == folder / "poses" for row in table(other, "trials.parquet")
    )
    first, again = (table(where, "reps.parquet") for where in (folder, other))
    assert [row["lift_s"] for row in first] == [row["lift_s"] for row in again]
    assert [row["target_range"] for row in first] != [row["target_range"] for row in again]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(manifest, scored, tmp_path):
    _, folder = scored
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    ran = batch(manifest, folder, "--dry-run")
    assert ran.returncode == 0
    assert "5 clips, all as they should be: 3 participants" in ran.stdout
    assert "4 are done" in ran.stdout
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    refused = batch(manifest, folder, "--dry-run", "--level", "1")  # as the run itself would
    assert refused.returncode == 1
    assert "were scored before from another" in refused.stderr
    assert batch(manifest, tmp_path / "new", "--dry-run").returncode == 0
    assert not (tmp_path / "new").exists()


def test_a_dry_run_shows_how_the_rule_reads_names_and_whose_side_is_not_known(manifest, tmp_path):
    rule = "{participant}/{session}_{exercise}_{side}"
    (tmp_path / "clips/p1").mkdir(parents=True)
    (tmp_path / "clips/p1/week1_elbow_flexion_left.mp4").symlink_to(SAMPLES / "elbow_flexion_left_side.mp4")
    ran = batch(tmp_path / "clips", tmp_path / "out", "--dry-run", "--rule", rule)
    read = "participant p1, session week1, exercise elbow_flexion, side left"
    assert f"  p1/week1_elbow_flexion_left.mp4: {read}" in ran.stdout.splitlines()
    assert "No affected side is told for every clip: both sides get scores" in ran.stderr


def test_a_clip_without_a_repetition_is_named(tmp_path):
    t_s = np.arange(240) / 30
    save_track(tmp_path / "still.npz", person(t_s, elbow=np.full(240, 20.0)))
    (tmp_path / "study.csv").write_text("path,exercise,side\nstill.npz,elbow_flexion,right\n")
    ran = batch(tmp_path / "study.csv", tmp_path / "out", "--jobs", 1)
    assert ran.returncode == 0
    assert "No repetition was found in still: see warnings in trials.parquet." in ran.stderr


def test_two_runs_do_not_work_in_one_folder(manifest, scored):
    _, folder = scored
    with Study(folder).open():
        ran = batch(manifest, folder)
    assert ran.returncode == 1
    assert "another posecheck batch is at work here" in ran.stderr


def test_bad_input_starts_nothing(manifest, tmp_path):
    bad = manifest.with_name("bad.csv")
    bad.write_text("path,exercise\ngone.mp4,drink\n")
    ran = batch(bad, tmp_path / "out")
    assert ran.returncode == 1
    assert "row 2: gone.mp4 is not there" in ran.stderr
    assert not (tmp_path / "out").exists()


def test_a_worker_that_dies_has_its_clip_done_again(manifest, scored, tmp_path):
    _, whole = scored
    folder, killed = tmp_path / "out", set()
    with subprocess.Popen(
        command(manifest, folder, "--jobs", "1"), stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None and not killed:
            for pid in _children(process.pid):
                if b"spawn_main" in _command(pid) and list((folder / "clips").glob("*.json")):
                    os.kill(int(pid), signal.SIGKILL)
                    killed.add(pid)
            time.sleep(0.01)
        _, words = process.communicate(timeout=300)
    assert killed
    assert "ended twice" not in words
    assert contents(folder) == contents(whole)


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_poses_of_another_program_are_scored_as_videos_are(scored, tmp_path):
    _, folder = scored
    (trial,) = (t for t in table(folder, "trials.parquet") if t["trial"] == "shoulder_abduction_front")
    track = load_track(folder / trial["poses"])
    result = analyse(track, "shoulder_abduction", settings=Settings(affected="right"))
    export("csv", tmp_path / "theirs.csv", result, track)
    study = tmp_path / "theirs_study.csv"
    study.write_text("path,exercise,affected\ntheirs.csv,shoulder_abduction,right\n")
    ran = batch(study, tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert "No picture had to be looked at" in ran.stderr
    assert len(table(tmp_path / "out", "reps.parquet")) == len(result.rows)


def test_angles_of_another_program_need_no_keypoints(tmp_path):
    t_s = np.arange(600) / 30
    track = person(t_s, view="right", elbow=movement(t_s, (3.0, 12.0)))
    export(
        "mot",
        tmp_path / "theirs.mot",
        analyse(track, "elbow_flexion", settings=Settings(view="right")),
        track,
    )
    (tmp_path / "study.csv").write_text("path,exercise\ntheirs.mot,elbow_flexion\n")
    ran = batch(tmp_path / "study.csv", tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert len(table(tmp_path / "out", "trials.parquet")) == 1


def test_trials_are_written_as_an_analysis_writes_them(manifest, scored, tmp_path):
    _, folder = scored
    out = tmp_path / "with_trials"
    ran = batch(manifest, out, "--trials", "--poses", folder / "poses")
    assert ran.returncode == 1
    names = {path.name for path in (out / "trials").iterdir()}
    assert names == {row["trial"] for row in table(out, "trials.parquet")}
    with open(out / "trials" / "elbow_flexion_left_side" / "reps.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) == sum(
            row["trial"] == "elbow_flexion_left_side" for row in table(out, "reps.parquet")
        )
    assert (out / "reps.parquet").read_bytes() == (folder / "reps.parquet").read_bytes()


def test_a_script_that_the_processes_read_anew_is_told_what_it_lacks(tmp_path):
    save_track(tmp_path / "one.npz", person(np.arange(60) / 30))
    (tmp_path / "study.csv").write_text("path\none.npz\n")
    script = tmp_path / "script.py"
    lines = (
        "from posecheck.batch import LocalRunner, clips_of, run_batch",
        "clips = clips_of('study.csv', exercise='elbow_flexion')",
        "print(run_batch(clips, 'scored', runner=LocalRunner(1)))",
    )
    script.write_text("\n".join(lines))
    ran = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 1
    assert 'call run_batch under `if __name__ == "__main__":` there.' in ran.stderr.splitlines()[-1]
    guarded = [lines[0], "if __name__ == '__main__':", *(f"    {line}" for line in lines[1:])]
    script.write_text("\n".join(guarded))
    ran = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (
        ran.stdout.strip()
        == "Report(clips=1, kept=0, done=1, watched=0, reps=0, failed=[], without=['one'], warnings=[])"
    )
