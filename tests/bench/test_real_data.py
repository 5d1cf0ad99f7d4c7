"""The bench on real data: its arithmetic always, its data sets where the shared data lie."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from shared_data import SHARED

from posecheck.analysis import analyse
from posecheck.records import Settings

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"


@pytest.fixture(autouse=True)
def _bench_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))


def needs(*names):
    """Skips, and names what is missing."""
    path = SHARED.joinpath("data", *names)
    return pytest.mark.skipif(
        not path.exists(), reason=f"needs the shared data {'/'.join(names)} (POSECHECK_SHARED)"
    )


def by_what(rows):
    return {one["what"]: one for one in rows}


def test_agreement_counts_what_was_withheld_and_what_had_no_reference():
    from real.agreement import agreement

    one = agreement("x", "y", [1.0, 2.0, np.nan, 9.0], [0.0, 2.0, 5.0, np.nan], unit="deg")
    assert (one["n"], one["bias"], one["mae"]) == (2, 0.5, 0.5)
    assert one["coverage_pct"] == pytest.approx(100 * 2 / 3)
    assert "reference known for 3 of 4" in one["note"]


def test_agreement_of_nothing_is_a_row_without_numbers():
    from real.agreement import agreement

    one = agreement("x", "y", [np.nan, np.nan], [1.0, 2.0], unit="s")
    assert (one["n"], one["coverage_pct"]) == (0, 0.0)
    assert np.isnan(one["bias"])


def test_a_count_row_tells_missed_from_invented():
    from real.agreement import count_row

    one = count_row("x", "y", [(10, 2, 0), (10, 0, 2)])
    assert (one["n"], one["value"], one["bias"], one["mae"], one["coverage_pct"]) == (20, 20, 0, 2, 90)
    assert one["note"] == "missed 2, extra 2; 0 of 2 recordings exact"


def test_rows_survive_writing(tmp_path):
    from real.agreement import COLUMNS, row, write_rows

    write_rows(tmp_path / "rows.csv", [row("x", "y", n=3, bias=0.25, unit="deg")])
    head, line = (tmp_path / "rows.csv").read_text().splitlines()
    assert tuple(head.split(",")) == COLUMNS
    assert line == "x,y,3,,,0.25,,,,,,deg,"


@pytest.mark.parametrize("view", ["front", "left", "right"])
def test_the_virtual_camera_shows_the_view_it_was_put_up_for(view):
    from real.stick_figures import seen_by_camera, turned_to_camera

    t_s = np.arange(60) / 30
    standing = {"left_shoulder": (0.2, 1.4, 0), "right_shoulder": (-0.2, 1.4, 0), "left_hip": (0.1, 0.9, 0),
                "right_hip": (-0.1, 0.9, 0), "nose": (0, 1.6, 0.1), "left_ear": (0.07, 1.6, 0),
                "right_ear": (-0.07, 1.6, 0), "left_knee": (0.1, 0.5, 0), "right_knee": (-0.1, 0.5, 0),
                "left_ankle": (0.1, 0.1, 0), "right_ankle": (-0.1, 0.1, 0)}  # fmt: skip
    turned = np.array([[np.cos(0.7), 0, np.sin(0.7)], [0, 1, 0], [-np.sin(0.7), 0, np.cos(0.7)]])
    points = {name: np.tile(turned @ at, (60, 1)) for name, at in standing.items()}
    film = seen_by_camera(t_s, turned_to_camera(points), view=view)
    bend = ROOT / "bench/real/exercises/deep_knee_bend.toml"
    exercise = "shoulder_abduction" if view == "front" else bend
    assert analyse(film, exercise).view == view


@pytest.mark.parametrize(
    ("signal", "exercise", "view"),
    [("knee_flexion", "deep_knee_bend", "right"), ("hip_flexion", "leg_raise", "left"),
     ("upper_arm_elevation", "arm_backward", "right"), ("upper_arm_elevation", "scaption", "front")],
)  # fmt: skip
def test_a_curve_drawn_flat_is_read_as_it_is(signal, exercise, view):
    from real.stick_figures import drawn_flat

    t_s = np.arange(0, 12, 1 / 30)
    angle = 10 + 30 * (1 - np.cos(2 * np.pi * np.clip(t_s - 2, 0, 8) / 4))  # two lifts of 60 deg
    track = drawn_flat(t_s, angle, signal=signal, view=view)
    result = analyse(track, BENCH / f"real/exercises/{exercise}.toml", settings=Settings(view=view))
    near = [
        one
        for one in result.rows
        if one["exclusion_reason"] != "far limb" and one["side"] == ("left" if view == "left" else "right")
    ]
    ranges = [one["range_deg"] for one in near if np.isfinite(one["range_deg"])]
    assert ranges == pytest.approx([60, 60], abs=1.5)


def test_a_point_seen_by_two_cameras_is_put_back_where_it_was():
    from real.four_cameras import Camera, triangulated

    lens = np.array([[1600.0, 0, 500], [0, 1600, 900], [0, 0, 1]])
    turn = np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]])
    cameras = [
        Camera("a", lens, np.array([-0.05, 0.1, 0, 0, 0]), np.eye(3), np.array([0, 0, 3.0]), 1000),
        Camera("b", lens, np.array([-0.04, 0.1, 0, 0, 0]), turn, np.array([0, 0, 3.0]), 1000),
    ]
    point = np.array([[[0.2, -0.4, 0.1]]])
    uv_px = np.array([camera.projected(point) for camera in cameras])
    assert triangulated(cameras, uv_px, np.ones((2, 1, 1))) == pytest.approx(point, abs=1e-6)
    uv_px[1] = np.nan
    assert np.isnan(triangulated(cameras, uv_px, np.ones((2, 1, 1)))).all()


def test_auc_is_the_share_of_pairs_in_the_right_order():
    from real.lean_back import auc

    assert auc(np.array([1.0, 2, 3, 4]), np.array([False, False, True, True])) == 1
    assert auc(np.array([1.0, 1, 1, 1]), np.array([False, True, False, True])) == 0.5


def test_absent_data_are_skipped_in_words(tmp_path):
    command = [sys.executable, BENCH / "real_data.py"]
    environment = {"POSECHECK_SHARED": str(tmp_path), "PATH": ""}
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert run.returncode == 0, run.stderr
    for name in ("uiprmd", "clips", "lean_back", "pose2sim", "keraal"):
        assert f"skipped {name}: " in run.stdout
    assert "POSECHECK_SHARED" in run.stdout


@needs("ui_prmd", "kinect_m05.npz")
def test_people_sitting_down_and_standing_up_are_counted():
    from real import ui_prmd

    movement = next(m for m in ui_prmd.MOVEMENTS if m.number == 5 and m.begins == "rest")
    rows = by_what(ui_prmd.measure(movements=[movement], people=[1, 2]))
    before = "m05 sit and stand up again, correct: "
    count = rows[before + "count"]
    assert (count["n"], count["value"], count["mae"]) == (20, 20, 0)
    assert rows[before + "period, start to start against cut to cut"]["mae"] < 0.3
    assert rows[before + "range against Kinect 3D, same rule"]["mae"] < 5
    assert rows[before + "range against Vicon's highest - lowest"]["n"] == 20


@needs("mp_exercise_correction", "bicep_model_test.csv")
def test_leaning_back_is_told_from_sitting_upright():
    from real import lean_back

    rows = by_what(lean_back.measure(repeats=50))
    assert rows["rest = the vertical: AUC, leaning back"]["value"] > 0.95
    assert rows["rest = the vertical: specificity at start_deg = 8"]["value"] > 90


@needs("keraal", "G3-BP-ELK-P1T1-Unknown-C-0.json")
def test_blazepose_follows_vicon_where_the_arm_stays_in_the_plane():
    from real import keraal

    rows = by_what(keraal.measure(takes=["ELK"]))
    arm = rows["ELK flank stretch: left arm elevation, image 2D, Vicon seen from the front"]
    assert arm["r"] > 0.97
    assert rows["ELK flank stretch: trunk lean, image 2D, Vicon seen from the front"]["mae"] < 6


@needs("videos", "open", "curl_side_posetrainer.mp4")
def test_a_labelled_clip_is_counted_end_to_end(tmp_path):
    from real import labelled_clips

    rows = by_what(labelled_clips.measure(names=["curl_side_posetrainer"], cache=tmp_path))
    assert rows["curl_side_posetrainer: count"]["value"] == 1
    again = by_what(labelled_clips.measure(names=["curl_side_posetrainer"], cache=tmp_path))
    assert again.keys() == rows.keys()
    assert len(list(tmp_path.glob("*.npz"))) == 1
