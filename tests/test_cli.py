"""The command line as a person or a program meets it: real files in, files and exit statuses out."""

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from performances import perform
from video_factory import write_sound, write_video

from posecheck import symmetry
from posecheck.analysis import analyse
from posecheck.cli import cli
from posecheck.exercise import load_exercise
from posecheck.records import Settings
from posecheck.tables import REP_COLUMNS, columns_of
from posecheck.trial import write_trial

SAMPLES = Path(__file__).parents[1] / "sample_videos"
ELBOW = SAMPLES / "elbow_flexion_right_side.mp4"
RAISE = SAMPLES / "shoulder_abduction_front.mp4"
FILES = {"exercise.toml", "pose.npz", "reps.csv", "result.json", "signals.csv"}
QUICK = ("--model", "lite")
SHORT = ("analyse", RAISE, "-e", "shoulder_abduction", *QUICK, "--end", 1)
COMMANDS = [
    ["analyse"], ["score"], ["batch"], ["compare"], ["report"], ["calibrate"], ["noise"], ["record"], ["doctor"],
    ["exercises"],
    ["exercises", "list"], ["exercises", "show"], ["exercises", "check"], ["models"], ["models", "list"],
    ["models", "verify"], ["models", "add"], ["app"], ["plan"], ["plan", "show"], ["plan", "check"], ["plan", "next"],
    ["data"], ["data", "show"], ["data", "export"], ["data", "delete"], ["data", "unlock"], ["data", "share"],
]  # fmt: skip


def posecheck(*arguments):
    """Run a command in this process: exit status, stdout and stderr."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="posecheck")


def in_a_process(*arguments, **options):
    """Run a command as a person does; keeps the developers' switch for tracebacks out of it."""
    environment = {key: value for key, value in os.environ.items() if key != "POSECHECK_TRACEBACK"}
    command = [sys.executable, "-m", "posecheck.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, **options)


def entries(folder):
    """Every path below a folder, hidden ones included."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def sentences(stderr):
    return [line for line in stderr.splitlines() if line.strip()]


# The kinds of file that people have


def first_pictures(count):
    with av.open(str(ELBOW)) as container:
        for i, frame in enumerate(container.decode(video=0)):
            if i == count:
                return
            yield frame.to_ndarray(format="rgb24")


def missing(path):
    return path


def text(path):
    path.write_text("Dear therapist,\nthe video follows tomorrow.\n")
    return path


def empty(path):
    path.touch()
    return path


def sound(path):
    return write_sound(path)


def one_picture(path):
    return write_video(path, first_pictures(1))


def nobody(path):
    rng = np.random.default_rng(3)
    wall = rng.integers(90, 110, (120, 160, 3), dtype=np.uint8)
    return write_video(path, [wall] * 12)


def cut_before_its_index(path):
    write_video(path, first_pictures(60))
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def cut_after_its_index(path, *, keep=0.3):
    """A file whose index comes first, as the samples', and whose end is missing."""
    data = ELBOW.read_bytes()
    path.write_bytes(data[: int(keep * len(data))])
    return path


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """One repetition of the sample, analysed and written by the command, with its video."""
    out = tmp_path_factory.mktemp("trial") / "out"
    ran = posecheck("analyse", ELBOW, "-e", "elbow_flexion", *QUICK, "--end", 10, "-o", out, "--video")
    assert ran.exit_code == 0, ran.stderr
    return ran, out


# Trouble


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (missing, "does not exist"),
        (text, "text file"),
        (empty, "empty"),
        (sound, "no pictures"),
        (one_picture, "single picture"),
        (nobody, "nobody was seen"),
        (cut_before_its_index, "cut short|not a video"),
    ],
)
def test_a_file_that_cannot_be_analysed_gets_one_line_and_status_1(make, says, tmp_path):
    (tmp_path / "in").mkdir()
    clip = make(tmp_path / "in" / "clip.mp4")
    before = entries(tmp_path)
    ran = in_a_process("analyse", clip, "-e", "elbow_flexion", *QUICK, "-o", tmp_path / "out")
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert len(sentences(ran.stderr)) == 1
    assert "clip.mp4" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert any(word in ran.stderr for word in says.split("|"))
    assert entries(tmp_path) == before


def test_a_video_that_ends_early_is_analysed_as_far_as_it_goes_and_says_so(tmp_path):
    clip = cut_after_its_index(tmp_path / "clip.mp4")
    ran = posecheck("analyse", clip, "-e", "elbow_flexion", *QUICK, "-o", tmp_path / "out")
    assert ran.exit_code == 1
    assert "ends early" in ran.stderr
    assert entries(tmp_path / "out" / "clip") == FILES


def test_trouble_with_one_video_leaves_the_others_alone(tmp_path):
    clips = (tmp_path / "gone.mp4", RAISE, text(tmp_path / "note.mp4"))
    ran = posecheck("analyse", *clips, "-e", "shoulder_abduction", *QUICK, "--end", 1, "-o", tmp_path / "out")
    assert ran.exit_code == 1
    assert entries(tmp_path / "out" / RAISE.stem) == FILES
    assert {path.name for path in (tmp_path / "out").iterdir()} == {RAISE.stem}
    assert "gone.mp4" in ran.stderr
    assert "note.mp4" in ran.stderr


def test_an_unknown_exercise_gets_the_nearest_name(tmp_path):
    ran = in_a_process("analyse", ELBOW, "-e", "elbow_flexon", "-o", tmp_path / "out")
    assert ran.returncode == 1
    assert "Did you mean 'elbow_flexion'?" in ran.stderr
    assert len(sentences(ran.stderr)) == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named_before_the_analysis_starts(tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    # The video does not exist: were it opened first, the sentence would be about it.
    ran = in_a_process(
        "analyse", tmp_path / "no.mp4", "-e", "elbow_flexion", "-o", tmp_path / "taken" / "out"
    )
    assert ran.returncode == 1
    assert "nothing can be written here" in ran.stderr
    assert len(sentences(ran.stderr)) == 1


def test_a_trial_that_is_there_is_refused_before_the_analysis_starts(trial, tmp_path):
    _, out = trial
    before = (out / ELBOW.stem / "result.json").read_bytes()
    missing_clip = tmp_path / ELBOW.name
    ran = posecheck("analyse", missing_clip, "-e", "elbow_flexion", "-o", out)
    assert ran.exit_code == 1
    assert "--overwrite" in ran.stderr
    assert (out / ELBOW.stem / "result.json").read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyse"],
        ["analyse", ELBOW],
        ["analyse", ELBOW, "-e", "elbow_flexion", "--side", "middle"],
        ["analyse", ELBOW, "-e", "elbow_flexion", "--level", "4"],
        ["analyse", ELBOW, "-e", "elbow_flexion", "--video"],
        ["analyse", ELBOW, "-e", "elbow_flexion", "--start", "5", "--end", "5"],
        ["analyse", ELBOW, "-e", "elbow_flexion", "--start", "-1"],
        ["analyse", ELBOW, "-e", "elbow_flexion", "--frobnicate"],
        ["score"],
        ["compare", "one"],
        ["calibrate"],
        ["noise"],
        ["noise", "one"],
        ["record", "-o", "out"],
        ["dance"],
    ],
)
def test_a_command_that_is_not_understood_has_status_2_and_prints_nothing(arguments):
    ran = posecheck(*arguments)
    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert "posecheck" in ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for other processes")
@pytest.mark.parametrize(("signum", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_leaves_nothing_half_written(signum, status, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "posecheck.cli", "analyse", str(RAISE), str(ELBOW), *QUICK, "--end", "3",
               "-e", "shoulder_abduction", "--video", "--progress", "-o", str(out)]  # fmt: skip
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (out / RAISE.stem).exists() and time.monotonic() < deadline and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signum)
    stderr = running.communicate(timeout=60)[1]
    assert running.returncode == status, stderr
    assert "Traceback" not in stderr
    # The first recording was finished and stays; of the second there is no trace.
    assert {path.name for path in out.iterdir()} == {RAISE.stem}
    assert entries(out / RAISE.stem) == FILES | {"annotated.mp4"}


def test_a_number_is_no_video_and_points_to_the_camera():
    ran = posecheck("analyse", "0", "-e", "elbow_flexion")
    assert ran.exit_code == 1
    assert "posecheck record" in ran.stderr


def test_a_person_who_is_not_there_cannot_be_followed():
    ran = posecheck(*SHORT, "--person", 3)
    assert ran.exit_code == 1
    assert "no more than 1" in ran.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_stdout_is_one_sentence():
    command = [sys.executable, "-m", "posecheck.cli", *map(str, SHORT)]
    with open("/dev/full", "w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert ran.returncode == 1
    assert "could not be printed" in ran.stderr
    assert "Traceback" not in ran.stderr


# What comes out


def test_a_trial_holds_the_promised_files(trial):
    ran, out = trial
    assert entries(out / ELBOW.stem) == FILES | {"annotated.mp4"}
    assert {path.name for path in out.iterdir()} == {ELBOW.stem}
    assert ran.stdout == ""


def test_the_summary_says_what_was_counted_and_where_the_files_are(trial):
    ran, out = trial
    assert "right" in ran.stderr
    assert "1 repetition " in ran.stderr
    assert str(out / ELBOW.stem) in ran.stderr
    for unkind in ("wrong", "bad", "fail", "error", "\x1b[31m"):
        assert unkind not in ran.stderr.lower()


def test_the_row_agrees_with_the_truth_of_the_rendered_person(trial):
    _, out = trial
    rows = list(csv.DictReader((out / ELBOW.stem / "reps.csv").open()))
    truth = json.loads(ELBOW.with_suffix("").with_suffix(".truth.json").read_text())["repetitions"]["right"][
        0
    ]
    (row,) = [row for row in rows if row["side"] == "right"]
    assert list(row)[: len(REP_COLUMNS)] == list(REP_COLUMNS)
    assert row["trial"] == ELBOW.stem
    for name in ("start_s", "end_s"):
        assert float(row[name]) == pytest.approx(truth[name], abs=0.35)
    assert float(row["peak_deg"]) == pytest.approx(truth["peak_deg"], abs=8)
    assert float(row["range_deg"]) == pytest.approx(truth["range_deg"], abs=float(row["range_sigma_deg"]))


def test_without_a_folder_the_rows_go_to_stdout_and_nothing_is_written(trial, tmp_path):
    _, out = trial
    ran = in_a_process("analyse", ELBOW, "-e", "elbow_flexion", *QUICK, "--end", "10", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == (out / ELBOW.stem / "reps.csv").read_text()
    assert entries(tmp_path) == set()


def test_json_is_one_object_a_recording(tmp_path):
    (tmp_path / "again").mkdir()
    twin = tmp_path / "again" / RAISE.name
    twin.write_bytes(RAISE.read_bytes())
    ran = posecheck("analyse", RAISE, twin, "-e", "shoulder_abduction", *QUICK, "--end", 1, "--json")
    assert ran.exit_code == 0, ran.stderr
    objects = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [stored["trial"] for stored in objects] == [RAISE.stem, f"{RAISE.stem}-2"]
    for stored in objects:
        assert {"schema", "exercise", "view", "reps", "symmetry", "findings", "quality", "provenance"} <= set(
            stored
        )


def test_zero_repetitions_are_a_result():
    ran = posecheck(*SHORT, "--progress")
    assert ran.exit_code == 0
    (header,) = csv.reader(io.StringIO(ran.stdout))
    assert header == columns_of(load_exercise("shoulder_abduction"))
    assert header[: len(REP_COLUMNS)] == list(REP_COLUMNS)
    assert "No repetitions" in ran.stderr


def test_several_recordings_share_one_header(tmp_path):
    ran = posecheck("analyse", RAISE, RAISE, "-e", "shoulder_abduction", *QUICK, "--end", 8)
    rows = list(csv.DictReader(io.StringIO(ran.stdout)))
    assert {row["trial"] for row in rows} == {RAISE.stem, f"{RAISE.stem}-2"}
    assert ran.stdout.count("trial,exercise") == 1


def test_overwriting_replaces_a_trial(trial, tmp_path):
    for extra in ((), ("--overwrite",)):
        ran = posecheck(
            "analyse", RAISE, "-e", "shoulder_abduction", *QUICK, "--end", 1, "-o", tmp_path / "out", *extra
        )
        assert ran.exit_code == 0, ran.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {RAISE.stem}


def test_a_mirrored_recording_gives_the_same_sides(tmp_path):
    def mirrored():
        with av.open(str(RAISE)) as container:
            for frame in container.decode(video=0):
                if frame.time > 8:
                    return
                yield np.ascontiguousarray(frame.to_ndarray(format="rgb24")[:, ::-1])

    selfie = write_video(tmp_path / "selfie.mp4", mirrored(), options={"crf": "18"})
    peaks = {}
    for clip, extra in ((RAISE, ("--end", 8)), (selfie, ("--mirrored",))):
        ran = posecheck("analyse", clip, "-e", "shoulder_abduction", *QUICK, "--json", *extra)
        stored = json.loads(ran.stdout)
        peaks[clip] = {row["side"]: row["peak_deg"] for row in stored["reps"]}
        assert stored["quality"]["mirrored"] == bool("--mirrored" in extra)
    # This person lifts the right arm much higher than the left.
    assert peaks[RAISE]["right"] > peaks[RAISE]["left"] + 15
    assert peaks[selfie] == pytest.approx(peaks[RAISE], abs=4)


def test_a_folder_of_pictures_is_a_recording(tmp_path):
    (tmp_path / "pictures").mkdir()
    for i, rgb in enumerate(first_pictures(10)):
        cv2.imwrite(str(tmp_path / "pictures" / f"{i}.png"), rgb[..., ::-1])
    ran = posecheck("analyse", tmp_path / "pictures", "-e", "elbow_flexion", *QUICK, "--rate", 10, "--json")
    assert ran.exit_code == 0, ran.stderr
    stored = json.loads(ran.stdout)
    assert stored["trial"] == "pictures"
    assert stored["quality"]["fps_median"] == pytest.approx(10)


# Stored poses


def test_scoring_a_stored_trial_gives_the_stored_rows(trial):
    _, out = trial
    for path in (out / ELBOW.stem, out / ELBOW.stem / "pose.npz"):
        ran = posecheck("score", path)
        assert ran.exit_code == 0, ran.stderr
        assert ran.stdout == (out / ELBOW.stem / "reps.csv").read_text()


def test_scoring_uses_the_stored_settings_unless_told_otherwise(trial, tmp_path):
    ran = posecheck(*SHORT, "--affected", "left", "--level", 1, "-o", tmp_path / "out")
    assert ran.exit_code == 0, ran.stderr
    folder = tmp_path / "out" / RAISE.stem

    def settings(*arguments):
        return json.loads(posecheck("score", folder, "--json", *arguments).stdout)["provenance"]["settings"]

    assert (settings()["affected"], settings()["level"]) == ("left", 1)
    assert (settings("--level", 3)["affected"], settings("--level", 3)["level"]) == ("left", 3)


def test_scoring_in_place_keeps_a_persons_corrections(trial, tmp_path):
    _, out = trial
    posecheck("score", out / ELBOW.stem, "-o", tmp_path)
    folder = tmp_path / ELBOW.stem
    edits = [{"kind": "assist", "side": "right", "rep": 1}]
    (folder / "edits.json").write_text(json.dumps(edits))
    ran = posecheck("score", folder, "-o", tmp_path, "--overwrite")
    assert ran.exit_code == 0, ran.stderr
    (row,) = [row for row in csv.DictReader((folder / "reps.csv").open()) if row["side"] == "right"]
    assert row["assisted"] == "true"
    assert json.loads((folder / "edits.json").read_text())[0]["kind"] == "assist"
    # An analysis that knows nothing of them does not replace them.
    ran = posecheck("score", folder, "-e", "elbow_flexion", "-o", tmp_path, "--overwrite")
    assert ran.exit_code == 1
    assert "corrections" in ran.stderr


def test_poses_without_an_exercise_ask_for_one(trial, tmp_path):
    _, out = trial
    (tmp_path / "pose.npz").write_bytes((out / ELBOW.stem / "pose.npz").read_bytes())
    ran = posecheck("score", tmp_path / "pose.npz")
    assert ran.exit_code == 1
    assert "-e EXERCISE" in ran.stderr
    assert posecheck("score", tmp_path / "pose.npz", "-e", "elbow_flexion").exit_code == 0


def test_a_broken_file_of_poses_is_one_sentence(tmp_path):
    (tmp_path / "pose.npz").write_bytes(b"PK\x03\x04 not really")
    ran = in_a_process("score", tmp_path / "pose.npz", "-e", "elbow_flexion")
    assert ran.returncode == 1
    assert len(sentences(ran.stderr)) == 1
    assert "pose.npz" in ran.stderr


# Comparing

needs_compare = pytest.mark.skipif(
    not hasattr(symmetry, "compare"), reason="posecheck.symmetry.compare is not there yet"
)


@needs_compare
def test_a_trial_compared_with_itself_is_symmetrical(trial):
    _, out = trial
    ran = posecheck("compare", out / ELBOW.stem, out / ELBOW.stem / "result.json", "--json")
    assert ran.exit_code == 0, ran.stderr
    (compared,) = map(json.loads, ran.stdout.splitlines())
    assert compared["range_ratio"] is None or compared["range_ratio"] == pytest.approx(1.0)
    assert "comparable" in compared


@needs_compare
def test_different_exercises_are_not_compared_and_the_reason_is_given(trial, tmp_path):
    _, out = trial
    posecheck(*SHORT, "-o", tmp_path)
    ran = posecheck("compare", out / ELBOW.stem, tmp_path / RAISE.stem)
    assert "Traceback" not in ran.stderr
    assert "Not compared: " in ran.stdout or ran.exit_code == 1


def test_a_result_that_is_not_there_cannot_be_compared(trial, tmp_path):
    _, out = trial
    ran = in_a_process("compare", tmp_path / "gone", out / ELBOW.stem)
    assert ran.returncode == 1
    assert len(sentences(ran.stderr)) == 1
    assert "gone" in ran.stderr


# One person's own: check sets, baselines and errors


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Stored trials of the stick person: check sets of both arms, one filmed again, and a practice set."""
    folder = tmp_path_factory.mktemp("sets")
    for name, side, top, kind, seed in (
        ("strong", "right", 90.0, "check", 1),
        ("again", "right", 92.0, "check", 2),
        ("weak", "left", 40.0, "check", 3),
        ("practice", "right", 108.0, "practice", 4),
    ):
        track = perform("elbow_flexion", view=side, top=top, seed=seed, starts_s=(13.0, 22.0, 31.0))
        track = replace(track, source={"name": f"{name}.mp4", "sha256": name})
        settings = Settings(kind=kind, affected="left")
        write_trial(folder / name, analyse(track, "elbow_flexion", settings=settings), track)
    return folder


def told(*arguments):
    ran = posecheck(*arguments)
    assert ran.exit_code == 0, ran.stderr
    return ran.stdout


def stored(*arguments):
    return json.loads(told("score", *arguments, "--json"))


def test_a_check_set_is_measured_and_not_scored(trial, tmp_path):
    _, out = trial
    practice = stored(out / ELBOW.stem)
    check = stored(out / ELBOW.stem, "--check", "-o", tmp_path)
    assert practice["provenance"]["settings"]["kind"] == "practice"
    assert check["provenance"]["settings"]["kind"] == "check"
    assert check["findings"] == []
    (row,) = [row for row in check["reps"] if row["side"] == "right"]
    (same,) = [row for row in practice["reps"] if row["side"] == "right"]
    assert (row["kind"], same["kind"]) == ("check", "practice")
    assert row["score"] is None
    assert same["score"] is not None
    assert row["range_deg"] == same["range_deg"]
    # What was stored as a check set stays one until it is told otherwise.
    folder = tmp_path / ELBOW.stem
    assert stored(folder)["provenance"]["settings"]["kind"] == "check"
    again = stored(folder, "--practice")
    assert again["provenance"]["settings"]["kind"] == "practice"
    assert [row["score"] for row in again["reps"]] == [row["score"] for row in practice["reps"]]


def test_calibrating_prints_each_sides_numbers_and_writes_nothing_unless_asked(sets, tmp_path):
    before = entries(sets)
    ran = in_a_process("calibrate", sets / "strong", sets / "weak", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    left, right = sorted(line for line in ran.stdout.splitlines() if "baseline" in line)
    assert "baseline 30°" in left
    assert "target 33°" in left
    assert "counts from 12° on" in left
    assert "baseline 80°" in right
    assert "target 88°" in right
    assert "counts from 32° on" in right
    assert entries(sets) == before
    assert entries(tmp_path) == set()


def test_a_calibrated_exercise_is_used_from_its_file(sets, tmp_path):
    mine = tmp_path / "my_elbow.toml"
    ran = told("calibrate", sets / "strong", sets / "weak", "-o", mine)
    assert f"Written: {mine}" in ran
    assert entries(tmp_path) == {"my_elbow.toml"}
    assert "in order" in told("exercises", "check", mine)
    rows = stored(sets / "practice", "-e", mine, "--affected", "left")["reps"]
    assert len(rows) == 3
    for row in rows:
        assert row["target_range"] == pytest.approx(88.0, abs=1.5)
        assert row["baseline_range"] == pytest.approx(80.0, abs=1.5)
    assert {row["target_range"] for row in stored(sets / "practice")["reps"]} == {100.0}


def test_the_exercise_of_a_stored_trial_carries_the_persons_numbers_on(sets, tmp_path):
    mine = tmp_path / "my_elbow.toml"
    told("calibrate", sets / "strong", sets / "weak", "-o", mine)
    told("score", sets / "practice", "-e", mine, "-o", tmp_path / "out")
    own = load_exercise(tmp_path / "out" / "practice" / "exercise.toml")
    assert own == load_exercise(mine)
    assert (
        stored(tmp_path / "out" / "practice")["reps"][0]["baseline_range"] == own.personal["right"].baseline
    )


def test_calibrating_again_replaces_the_numbers_and_keeps_the_measured_error(sets, tmp_path):
    mine = tmp_path / "my_elbow.toml"
    told("noise", sets / "strong", sets / "again", "-o", mine)
    error = load_exercise(mine).measured_error
    told("calibrate", sets / "strong", sets / "weak", "-e", mine, "-o", mine, "--overwrite")
    first = mine.read_bytes()
    assert load_exercise(mine).measured_error == error
    told("calibrate", sets / "strong", sets / "weak", "-e", mine, "-o", mine, "--overwrite")
    assert mine.read_bytes() == first
    told("noise", sets / "strong", sets / "again", "-e", mine, "-o", mine, "--overwrite")
    assert load_exercise(mine).personal.keys() == {"left", "right"}
    assert mine.read_bytes() == first
    assert entries(tmp_path) == {"my_elbow.toml"}


@pytest.mark.parametrize(
    ("command", "trials"), [("calibrate", ("strong", "weak")), ("noise", ("strong", "again"))]
)
def test_an_exercise_file_that_is_there_is_not_replaced_unasked(command, trials, sets, tmp_path):
    mine = tmp_path / "my_elbow.toml"
    mine.write_text("written by a therapist")
    ran = posecheck(command, *(sets / name for name in trials), "-o", mine)
    assert ran.exit_code != 0
    assert "--overwrite" in ran.stderr
    assert mine.read_text() == "written by a therapist"
    told(command, *(sets / name for name in trials), "-o", mine, "--overwrite")
    assert load_exercise(mine).id == "elbow_flexion"
    ran = posecheck(command, *(sets / name for name in trials), "-o", tmp_path / "mine.txt")
    assert ran.exit_code == 2
    assert ".toml" in ran.stderr
    assert entries(tmp_path) == {"my_elbow.toml"}


@pytest.mark.parametrize(
    ("command", "trials"), [("calibrate", ("strong", "weak")), ("noise", ("strong", "again"))]
)
def test_a_folder_that_is_not_there_is_one_sentence_that_names_the_file(command, trials, sets, tmp_path):
    ran = in_a_process(command, *(sets / name for name in trials), "-o", tmp_path / "gone" / "mine.toml")
    assert ran.returncode == 1
    assert len(sentences(ran.stderr)) == 1
    assert "mine.toml" in ran.stderr
    assert entries(tmp_path) == set()


def test_the_noise_of_two_sets_is_printed_beside_what_was_assumed(sets, tmp_path):
    printed = told("noise", sets / "strong", sets / "again", "-o", tmp_path / "mine.toml")
    assert "seen from right: 2 sets" in printed
    assert "right elbow_flexion: noise" in printed
    assert "held still it wandered by" in printed
    measures = {
        line.split()[0]: line.split()[1:] for line in printed.splitlines() if line.startswith("  range_")
    }
    reps_sd, sem, mdc95, assumed = map(float, measures["range_deg"])
    assert assumed == 10.0
    assert mdc95 == pytest.approx(4.303 * 2**0.5 * sem, rel=0.05)  # Student's t for two sets
    assert 0.0 < reps_sd < 3.0
    # The medians are 80 and 82 degrees, with a variance of 2; the repetitions hardly differ.
    assert sem == pytest.approx((2 / 2) ** 0.5, abs=0.5)
    own = load_exercise(tmp_path / "mine.toml")
    assert own.mdc95("right") == (pytest.approx(mdc95, rel=0.05), True)
    assert {"range_deg", "lift_s", "hold_s", "lower_s"} <= set(own.measured_error["right"].mdc95)
    assert "rough" in printed


def test_a_measured_error_is_used_and_named_in_scores_and_comparisons(sets, tmp_path):
    mine = tmp_path / "mine.toml"
    told("noise", sets / "strong", sets / "again", "-o", mine)
    assumed = told("compare", sets / "strong", sets / "again")
    assert "detectable from 10.0° on (assumed)" in assumed
    for name in ("strong", "again"):
        ran = posecheck(
            "score", sets / name, "-e", mine, "--check", "--affected", "left", "-o", tmp_path / "own"
        )
        assert ran.exit_code == 0, ran.stderr
        assert "(assumed)" not in ran.stderr
    assert "(assumed)" in posecheck("score", sets / "strong").stderr
    own = told("compare", tmp_path / "own" / "strong", tmp_path / "own" / "again")
    assert "(measured on this person)" in own
    assert "(assumed)" not in own


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["calibrate", "strong", "practice"], "practice set"),
        (["calibrate", "gone"], "gone"),
        (["calibrate", "strong", "-e", "knee_extension"], "3 measured repetitions"),
        (["calibrate", "strong", "-e", "elbow_flexon"], "Did you mean 'elbow_flexion'?"),
        (["noise", "strong", "strong"], "given twice"),
        (["noise", "strong", "weak"], "left, right"),
        (["noise", "strong", "gone"], "gone"),
        (["noise", "strong", "again", "-e", "knee_extension"], "Two sets"),
    ],
)
def test_what_cannot_be_calibrated_gets_one_sentence_and_no_file(arguments, says, sets, tmp_path):
    command, *rest = arguments
    paths = [sets / x if x in ("strong", "weak", "again", "practice", "gone") else x for x in rest]
    ran = in_a_process(command, *paths, "-o", tmp_path / "mine.toml")
    assert ran.returncode == 1
    assert len(sentences(ran.stderr)) == 1
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr
    assert entries(tmp_path) == set()


def test_poses_without_an_exercise_ask_for_one_before_they_calibrate(sets, tmp_path):
    (tmp_path / "pose.npz").write_bytes((sets / "strong" / "pose.npz").read_bytes())
    ran = posecheck("calibrate", tmp_path / "pose.npz")
    assert ran.exit_code == 1
    assert "-e EXERCISE" in ran.stderr


def test_a_reference_is_printed_in_its_own_unit(sets):
    printed = told("calibrate", sets / "strong")
    references = [line for line in printed.splitlines() if "goes along" in line]
    assert references
    assert all(line.endswith("° anyway") for line in references)  # a curl's checks are all in degrees


# Help and the smaller commands


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_help_page_explains_itself_with_an_example(command):
    ran = posecheck(*command, "--help")
    assert ran.exit_code == 0
    assert f"posecheck {command[0]}" in ran.stdout.split("Example")[1].split("Options")[0]
    assert max(map(len, ran.stdout.splitlines())) <= 110


def test_every_command_has_its_help_page_tested():
    names = [[name] for name in cli.commands]
    names += [[name, sub] for name, group in cli.commands.items() for sub in getattr(group, "commands", ())]
    assert sorted(names) == sorted(COMMANDS)


def test_help_does_not_wait_for_the_heavy_libraries():
    program = (
        "import sys\n"
        "from posecheck.cli import cli\n"
        "cli(['analyse', '--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'cv2', 'av', 'onnxruntime', 'mediapipe', 'pandas', 'pydantic', 'streamlit'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ran.stderr.strip() == "[]"


def test_the_version_is_told():
    assert posecheck("--version").stdout.startswith("posecheck ")


def test_the_catalogue_is_listed_and_each_exercise_can_be_copied_and_checked(tmp_path):
    lines = posecheck("exercises").stdout.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]  # below the part of the body
    assert {"elbow_flexion", "sit_to_stand", "wrist_extension"} <= set(listed)
    home = posecheck("exercises", "list", "--home").stdout
    assert "shoulder_abduction" in home
    assert "sit_to_stand" not in home
    for exercise in listed:
        shown = posecheck("exercises", "show", exercise)
        (tmp_path / f"{exercise}.toml").write_text(shown.stdout)
        assert posecheck("exercises", "check", tmp_path / f"{exercise}.toml").exit_code == 0


def test_checking_an_exercise_names_the_file_the_place_and_the_nearest_word(tmp_path):
    text = posecheck("exercises", "show", "elbow_flexion").stdout
    (tmp_path / "mine.toml").write_text(text.replace("min_duration_s", "min_durations"))
    ran = posecheck("exercises", "check", tmp_path / "mine.toml")
    assert ran.exit_code == 1
    assert "mine.toml [rep]" in ran.stderr
    assert "min_duration_s" in ran.stderr


def test_the_models_are_listed_and_are_as_published():
    assert "pose_landmark_full" in posecheck("models").stdout
    ran = posecheck("models", "verify")
    assert ran.exit_code == 0
    assert "pose_landmark_full: as published" in ran.stdout


def test_a_stranger_is_not_added_to_the_models(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "pose_landmark_full.onnx").write_bytes(b"something else")
    ran = posecheck("models", "add", tmp_path / "pose_landmark_full.onnx")
    assert ran.exit_code == 1
    assert "not one of posecheck's models" in ran.stderr
    assert entries(tmp_path) == {"pose_landmark_full.onnx"}


def test_the_doctor_finds_this_machine_well():
    ran = in_a_process("doctor")
    assert ran.returncode == 0, ran.stdout
    assert "engine blazepose starts" in ran.stdout
    assert "H.264" in ran.stdout


def test_a_camera_that_is_not_there_is_one_sentence(tmp_path):
    ran = in_a_process("record", "--device", "87", "-e", "elbow_flexion", "-o", tmp_path / "out")
    assert ran.returncode == 1
    assert "87" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()


def test_the_developers_switch_shows_the_traceback(tmp_path):
    environment = {**os.environ, "POSECHECK_TRACEBACK": "1"}
    command = [
        sys.executable,
        "-m",
        "posecheck.cli",
        "score",
        str(tmp_path / "no.npz"),
        "-e",
        "elbow_flexion",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert "Traceback" in ran.stderr


def test_an_app_that_runs_already_is_told_where_to_be_found():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = posecheck("app", "--port", port, "--no-browser")
    assert ran.exit_code == 2
    assert f"Open http://127.0.0.1:{port} in the browser" in " ".join(ran.output.split())


def test_the_app_is_set_up_the_same_whichever_way_it_is_started():
    from posecheck.cli.app import OPTIONS

    written = tomllib.loads((Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text("utf-8"))
    flat = {f"{table}.{name}": value for table, values in written.items() for name, value in values.items()}
    assert flat.pop("server.headless") is True  # `posecheck app` opens the browser itself
    assert {name: str(value).lower() for name, value in flat.items()} == OPTIONS
    assert OPTIONS["server.address"] == "127.0.0.1"
