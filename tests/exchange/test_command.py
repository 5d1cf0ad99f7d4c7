"""`posecheck score` of other programs' files, and `--export`."""

import json

import pytest
from click.testing import CliRunner
from recordings import curl

from posecheck.cli import cli
from posecheck.exchange import FORMATS, export
from posecheck.trial import EXPORTS, TRIAL_FILES, load_track


def posecheck(*arguments):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="posecheck")


@pytest.fixture
def openpose(tmp_path):
    export("openpose", tmp_path / "clip", None, curl())
    return tmp_path / "clip"


ASKED = ("-e", "elbow_flexion", "--view", "right", "--fps", 30, "--size", "640x480")


def test_an_import_is_scored_and_its_trial_scored_again_gives_equal_numbers(openpose, tmp_path):
    first = posecheck("score", openpose, *ASKED, "-o", tmp_path / "out")
    assert (first.exit_code, first.stdout) == (0, "")
    folder = tmp_path / "out" / "clip"
    stored = json.loads((folder / "result.json").read_text())
    source = stored["provenance"]["source"]
    assert (source["name"], source["format"], source["skeleton"]) == ("clip", "openpose", "blazepose_33")
    assert len(source["sha256"]) == 64
    again = posecheck("score", folder)
    assert again.exit_code == 0
    assert again.stdout == (folder / "reps.csv").read_text()
    assert again.stdout.count("\n") == 3
    named = posecheck("score", folder, "-e", "elbow_flexion", "--view", "right")
    assert named.stdout == again.stdout


def test_exports_lie_beside_the_trials_files_and_none_outlives_it(openpose, tmp_path):
    asked = ("score", openpose, *ASKED, "-o", tmp_path / "out")
    wanted = [part for name in ("csv", "coco", "openpose") for part in ("--export", name)]
    assert posecheck(*asked, *wanted).exit_code == 0
    folder = tmp_path / "out" / "clip"
    entries = {path.name for path in folder.iterdir()}
    assert entries - {"poses.csv", "coco.json", "openpose"} == {
        "exercise.toml", "pose.npz", "reps.csv", "result.json", "signals.csv"
    }  # fmt: skip
    assert {"poses.csv", "coco.json", "openpose"} <= entries
    assert load_track(folder).source["format"] == "openpose"
    assert (
        posecheck("score", folder / "poses.csv", "-e", "elbow_flexion", "--view", "right").stdout.count("\n")
        == 3
    )
    assert posecheck(*asked, "--overwrite", "--export", "coco").exit_code == 0
    assert "poses.csv" not in {path.name for path in folder.iterdir()}


def test_an_export_that_cannot_be_made_is_said_and_everything_else_is_there(openpose, tmp_path):
    ran = posecheck("score", openpose, *ASKED, "-o", tmp_path / "out", "--export", "trc", "--export", "csv")
    assert ran.exit_code == 1
    assert "have no place in space" in ran.stderr
    folder = tmp_path / "out" / "clip"
    assert (folder / "poses.csv").is_file()
    assert (folder / "reps.csv").is_file()
    assert not (folder / "poses.trc").exists()


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (("-e", "elbow_flexion", "--size", "640x480"), 1, "--fps 30"),
        (("-e", "elbow_flexion", "--fps", 30), 1, "--size"),
        (("--fps", 30, "--size", "640x480"), 1, "Name one with -e"),
        (("-e", "elbow_flexion", "--fps", 30, "--size", "large"), 2, "--size must be width and height"),
        ((*ASKED, "--export", "csv"), 2, "add -o DIR"),
        ((*ASKED, "-o", "OUT", "--export", "word"), 1, "'word' cannot be written. Those that can: npz, csv"),
        ((*ASKED, "--format", "word"), 1, "'word' cannot be read"),
        ((*ASKED, "--skeleton", "coco_17"), 1, "17 keypoints of coco_17 were expected, and 33 were found"),
        ((*ASKED, "--markers", "nowhere.toml"), 1, "nowhere.toml"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(openpose, options, status, says, tmp_path):
    ran = posecheck("score", openpose, *(tmp_path / "out" if o == "OUT" else o for o in options))
    assert ran.exit_code == status
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_every_written_format_has_a_name_of_its_own_that_a_trial_knows():
    names = [one.file for name, one in FORMATS.items() if one.writes and name != "npz"]
    assert sorted(names) == sorted(EXPORTS)
    assert set(names) <= set(TRIAL_FILES)


def test_the_help_names_every_format():
    for command, ids in (("score", FORMATS), ("analyse", [n for n, one in FORMATS.items() if one.writes])):
        words = " ".join(posecheck(command, "--help").stdout.split())
        assert all(
            name in words for name in ids if name != "npz" and (command == "score" or FORMATS[name].writes)
        )


def test_asking_what_formats_there_are_loads_none_of_their_libraries():
    import subprocess
    import sys

    code = "import sys, posecheck.exchange; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pandas", "xarray", "ezc3d", "pyarrow", "h5netcdf"} & set(loaded)


def test_a_report_is_made_of_an_import(openpose, tmp_path):
    assert posecheck("score", openpose, *ASKED, "-o", tmp_path / "out").exit_code == 0
    ran = posecheck("report", tmp_path / "out" / "clip")
    assert ran.exit_code == 0, ran.stderr
    assert (tmp_path / "out" / "clip" / "report.html").is_file()
