"""The adapters between our landmarks and the peers: nothing is installed and no video is read."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

import peers
from peer_tools import kinetics, sports2d
from peer_tools.clips import Clip, read_clip, true_curves
from peer_tools.contestants import Counter, Ours, Peer, contestants, curve_only, flat, world
from peer_tools.counter import LOOSE_DEG, STRICT_DEG, candidates, counted
from peer_tools.mediapipe_angles import defined_angle, tutorial_angle
from peer_tools.scoring import (
    CLIP_COLUMNS,
    NOT_OFFERED,
    POOLED_COLUMNS,
    WITHHELD,
    Answer,
    Found,
    paired,
    pooled,
    range_read,
    score,
)
from peer_tools.trc import MARKERS, markers_of, read_mot, read_trc, trc_text
from posecheck.exercise import exercise_ids
from posecheck.records import PoseTrack
from posecheck.skeleton import BLAZEPOSE_33

SIZE_PX = (640, 480)
RATE_HZ = 30.0


def curl_deg(t_s):
    """Two curls from 10 to 110 deg: lift 2 s, hold 1 s, lower 2 s, from 2 and 9 s."""
    lifted = sum(np.clip((t_s - s) / 2, 0, 1) - np.clip((t_s - s - 3) / 2, 0, 1) for s in (2.0, 9.0))
    return 10.0 + 100.0 * lifted


def rep(start_s):
    """The truth about one of them."""
    return {
        "start_s": start_s, "top_start_s": start_s + 2, "top_end_s": start_s + 3, "end_s": start_s + 5,
        "start_deg": 10.0, "peak_deg": 110.0, "range_deg": 100.0,
    }  # fmt: skip


@pytest.fixture
def clip():
    """A stick person seen from the right whose right forearm swings in the plane of the picture."""
    t_s = np.arange(int(16 * RATE_HZ)) / RATE_HZ
    angle = curl_deg(t_s)
    uv = np.full((len(t_s), 33, 2), 240.0)
    place = {
        "right_shoulder": (300, 150), "right_elbow": (300, 250), "right_hip": (300, 320), "right_knee": (400, 330),
        "right_ankle": (400, 430), "nose": (330, 90),
    }  # fmt: skip
    for name, xy in place.items():
        uv[:, BLAZEPOSE_33.index(name)] = xy
        uv[:, BLAZEPOSE_33.index(name.replace("right", "left"))] = xy
    bent = np.radians(angle)
    forearm = 80 * np.stack([np.sin(bent), np.cos(bent)], axis=1)
    for side in ("left", "right"):
        uv[:, BLAZEPOSE_33.index(f"{side}_wrist")] = np.array([300.0, 250.0]) + forearm
    xyz = np.concatenate([uv - 300, np.zeros((len(t_s), 33, 1))], axis=2) / 400
    track = PoseTrack(
        t_s, uv, xyz, np.ones((len(t_s), 33)), np.ones(len(t_s), int), image_size_px=np.array(SIZE_PX)
    )
    return Clip(
        name="curl", exercise="elbow_flexion", view="side", angle="elbow_flexion", near_side="right", t_s=t_s,
        curves_deg={"right": angle}, repetitions={"right": [rep(2.0), rep(9.0)]}, track=track,
    )  # fmt: skip


def test_a_trc_says_again_what_was_written():
    t_s = np.arange(3) / 30
    marker = np.array([[1.5, 2.25], [np.nan, np.nan], [-3.0, 4.0]])
    text = trc_text(t_s, {"RElbow": marker, "Nose": 10 * marker}, rate_hz=30.0)
    times, markers = read_trc(text)
    assert times == pytest.approx(t_s, abs=1e-6)
    assert list(markers) == ["RElbow", "Nose"]
    np.testing.assert_allclose(markers["RElbow"][:, :2], marker, atol=1e-4)
    np.testing.assert_allclose(markers["Nose"][:, :2], 10 * marker, atol=1e-4)
    np.testing.assert_array_equal(markers["Nose"][[0, 2], 2], 0)


def test_a_trc_has_the_header_of_the_format():
    lines = trc_text([0.0], {"A": [[1, 2]], "B": [[3, 4]]}, rate_hz=25.0).splitlines()
    assert lines[0].startswith("PathFileType\t4\t(X/Y/Z)")
    assert lines[2].split("\t") == ["25.0", "25.0", "1", "2", "m", "25.0", "0", "1"]
    assert lines[4].split() == ["X1", "Y1", "Z1", "X2", "Y2", "Z2"]
    assert {len(line.split("\t")) for line in lines[5:]} == {2 + 2 * 3}


def test_markers_that_the_model_is_not_sure_of_are_left_out(clip):
    visibility = np.array(clip.track.visibility)
    visibility[7, BLAZEPOSE_33.index("right_wrist")] = 0.2
    markers = markers_of(replace(clip.track, visibility=visibility), likelihood_min=0.3)
    assert set(markers) == set(MARKERS)
    assert np.isnan(markers["RWrist"][7]).all()
    assert np.isfinite(markers["RWrist"][6]).all()
    assert markers["RElbow"][0] == pytest.approx([300, 250])


def test_a_mot_is_read():
    text = "Coordinates\nversion=1\nendheader\ntime\tright elbow\tleft elbow\n0.0\t1.5\t\n0.1\t2.5\t7\n"
    t_s, columns = read_mot(text)
    assert t_s == pytest.approx([0.0, 0.1])
    assert columns["right elbow"] == pytest.approx([1.5, 2.5])
    np.testing.assert_array_equal(columns["left elbow"], [np.nan, 7])


def test_sports2d_is_told_the_side_only_where_it_says_so(clip):
    assert sports2d.default_config(clip, "right")["base"]["visible_side"][0] == "auto"
    assert sports2d.declared_config(clip, "right")["base"]["visible_side"] == ["right"]
    facing = replace(clip, near_side=None, view="front")
    assert sports2d.declared_config(facing, "right")["base"]["visible_side"] == ["front"]
    assert sports2d.best_config(facing, "right")["base"]["visible_side"] == ["left"]
    assert sports2d.best_config(facing, "left")["base"]["visible_side"] == ["right"]
    behind = replace(clip, near_side="left", view="back")
    assert sports2d.declared_config(behind, "left")["base"]["visible_side"] == ["back"]
    assert sports2d.best_config(behind, "left")["base"]["visible_side"] == ["left"]


def test_every_set_up_of_sports2d_names_what_another_changes(clip):
    """Its configurations are merged into one that lives as long as its process."""
    ways = (sports2d.default_config, sports2d.declared_config, sports2d.best_config, sports2d.fast_config)
    keys = [{(part, key) for part, values in way(clip, "right").items() for key in values} for way in ways]
    assert all(these == keys[0] for these in keys)


def test_the_counter_counts_once_for_each_time_through_both_thresholds():
    t_s = np.arange(9.0)
    angle = [10, 100, 160, 100, 160, np.nan, 10, 160, 160]  # the dip to 100 does not arm it again
    assert counted(t_s, angle, 20, 150) == [2.0, 7.0]
    assert counted(t_s, angle, 20, 170) == []
    assert counted(t_s, [90, 95, 40, 10, 15, 95, 10, 50, 30], 90, 20) == [3.0, 6.0]  # downwards


def test_the_counter_never_armed_never_counts():
    assert counted([0, 1, 2], [50, 160, 170], 20, 150) == []


def test_published_thresholds_are_of_exercises_that_we_have():
    assert set(STRICT_DEG) == set(LOOSE_DEG) <= set(exercise_ids())


def test_candidates_lie_between_start_and_peak_widest_first():
    pairs = candidates(90.0, 10.0)
    assert len(pairs) == 36
    assert pairs[0] == pytest.approx((82.0, 18.0))
    assert all(90 > low > high > 10 for low, high in pairs)


def test_the_curl_of_110_deg_is_too_small_for_the_copied_thresholds(clip):
    assert Counter(tutorial=False, thresholds_deg=STRICT_DEG)(clip, "right").found == []
    best = Counter(tutorial=False, thresholds_deg=None)
    best.prepare([clip])
    assert len(best(clip, "right").found) == 2


def test_normalised_coordinates_distort_the_angle_of_a_wide_picture(clip):
    assert flat(clip, "right", tutorial=False) == pytest.approx(clip.curves_deg["right"], abs=0.01)
    assert np.abs(flat(clip, "right", tutorial=True) - clip.curves_deg["right"]).max() > 5
    square = replace(clip, track=replace(clip.track, image_size_px=np.array([640, 640])))
    assert flat(square, "right", tutorial=True) == pytest.approx(clip.curves_deg["right"], abs=0.01)


def test_world_angles_are_taken_in_space(clip):
    assert world(clip, "right", tutorial=True) == pytest.approx(clip.curves_deg["right"], abs=0.01)


def test_the_trunk_line_is_the_truths_and_the_hip_the_tutorials():
    place = {
        "left_shoulder": (1, 0), "right_shoulder": (-1, 0), "left_hip": (0.5, 4), "right_hip": (-0.5, 4),
        "left_elbow": (3, 0),
    }  # fmt: skip
    points = lambda name: np.array([place[name]], float)  # noqa: E731
    assert defined_angle(points, "left", "shoulder_abduction", down=(0, 1)) == pytest.approx(90)
    hip = 90 + np.degrees(np.arctan2(0.5, 4))
    assert tutorial_angle(points, "left", "shoulder_abduction") == pytest.approx(hip)
    assert tutorial_angle(points, "left", "trunk_lean") is None


def test_angles_against_floor_and_vertical():
    place = {"left_heel": (0, 0), "left_foot_index": (2, -2), "left_hip": (0, 0), "left_knee": (-3, 0)}
    points = lambda name: np.array([place[name]], float)  # noqa: E731
    assert defined_angle(points, "left", "foot_pitch", down=(0, 1)) == pytest.approx(45)
    assert defined_angle(points, "left", "heel_rise", down=(0, 1)) == pytest.approx(-45)
    assert defined_angle(points, "left", "thigh_inclination", down=(0, 1)) == pytest.approx(90)


def test_a_thigh_that_hangs_inward_is_negative():
    place = {"left_shoulder": (1, 0), "right_shoulder": (-1, 0), "left_hip": (1, 4), "right_hip": (-1, 4)}
    for knee, expected in (((2, 5), 45), ((0, 5), -45)):
        here = place | {"left_knee": knee}
        points = lambda name, at=here: np.array([at[name]], float)  # noqa: E731
        assert defined_angle(points, "left", "hip_abduction", down=(0, 1)) == pytest.approx(expected)


def test_a_perfect_curve_has_no_error_and_a_flipped_one_shows_it(clip):
    perfect = score(clip, "right", Answer(clip.t_s, clip.curves_deg["right"]))
    assert perfect["angle_rmse_deg"] == pytest.approx(0)
    assert (perfect["ranges"], perfect["range_mae_deg"]) == (2, pytest.approx(0))
    assert perfect["coverage_pct"] == 100
    flipped = score(clip, "right", Answer(clip.t_s, -clip.curves_deg["right"]))
    assert flipped["range_bias_deg"] == pytest.approx(-200)


def test_what_is_not_offered_is_said_and_not_zero(clip):
    row = score(clip, "right", Answer())
    for column in ("angle_rmse_deg", "missed", "extra", "lift_mae_s", "own_range_mae_deg", "coverage_pct"):
        assert row[column] == NOT_OFFERED
    counts = score(clip, "right", Answer(found=[Found(4.0), Found(4.5)]))
    assert (counts["missed"], counts["extra"], counts["lift_mae_s"]) == (1, 1, NOT_OFFERED)


def test_what_is_withheld_is_not_an_error(clip):
    nothing = Answer(
        clip.t_s, np.full(len(clip.t_s), np.nan), [Found(4.5), Found(11.5)], frozenset({"range", "times"})
    )
    row = score(clip, "right", nothing)
    assert (
        row["angle_rmse_deg"]
        == row["range_mae_deg"]
        == row["own_range_mae_deg"]
        == row["lift_mae_s"]
        == WITHHELD
    )
    assert (row["missed"], row["extra"], row["coverage_pct"]) == (0, 0, 0)


def test_times_and_ranges_are_those_of_the_repetition_that_was_found(clip):
    found = [Found(4.5, 90.0, 2.5, 2.0), Found(11.5, 104.0, 1.9, 2.2)]
    row = score(clip, "right", Answer(found=found, measures=frozenset({"range", "times"})))
    assert row["own_range_bias_deg"] == pytest.approx(-3)
    assert row["own_range_mae_deg"] == pytest.approx(7)
    assert row["lift_mae_s"] == pytest.approx(0.3)
    assert row["lower_mae_s"] == pytest.approx(0.1)


def test_a_repetition_is_paired_once_and_the_rest_divides_neighbours():
    true = [rep(2.0), rep(7.4)]  # 0.4 s of rest between them
    pairs, extra = paired(true, [Found(1.0), Found(7.1), Found(7.3)])
    assert [(one["start_s"], found.at_s) for one, found in pairs] == [(2.0, 7.1), (7.4, 7.3)]
    assert extra == 1


def test_a_range_whose_rest_is_hidden_is_not_read(clip):
    angle = clip.curves_deg["right"].copy()
    angle[clip.t_s < 2.0] = np.nan
    assert np.isnan(range_read(clip.t_s, angle, rep(2.0)))
    assert range_read(clip.t_s, angle, rep(9.0)) == pytest.approx(100)


def test_ktk_starts_from_what_is_prescribed(clip):
    assert kinetics.prescribed_thresholds_deg(clip) == [pytest.approx((60.0, 35.0))]  # 10 to 110 deg
    assert kinetics.prescribed_thresholds_deg(replace(clip, exercise="no_such_exercise")) == []
    standing = kinetics.prescribed_thresholds_deg(replace(clip, exercise="sit_to_stand"))
    assert standing[0][0] < standing[0][1]  # the knee's angle falls


def without_depth(clip):
    """A flat person is measured in the picture, or not at all."""
    return replace(clip, track=replace(clip.track, xyz_m=np.zeros_like(clip.track.xyz_m)))


def test_posecheck_is_judged_by_the_same_rules(clip):
    row = score(clip, "right", Ours()(without_depth(clip), "right"))
    assert (row["missed"], row["extra"]) == (0, 0)
    assert row["angle_rmse_deg"] < 1
    assert row["own_range_mae_deg"] < 3
    assert row["lift_mae_s"] < 0.4


def test_an_exercise_that_we_lack_is_not_offered(clip):
    row = score(clip, "right", Ours()(replace(clip, exercise="no_such_exercise"), "right"))
    assert row["missed"] == row["angle_rmse_deg"] == NOT_OFFERED


def test_a_view_in_which_we_measure_nothing_is_withheld(clip):
    person = np.array(clip.track.uv_px)
    for part, x in (("shoulder", 60), ("hip", 40)):
        person[:, BLAZEPOSE_33.index(f"left_{part}"), 0] += x
        person[:, BLAZEPOSE_33.index(f"right_{part}"), 0] -= x
    facing = replace(clip, view="front", near_side=None, track=replace(clip.track, uv_px=person))
    facing = without_depth(facing)
    row = score(facing, "right", Ours()(facing, "right"))
    assert row["angle_rmse_deg"] == row["range_mae_deg"] == row["own_range_mae_deg"] == WITHHELD
    assert (row["coverage_pct"], row["missed"]) == (0, 2)


def test_rows_pool_and_are_written_with_fixed_columns(clip, tmp_path):
    peer = Peer("flat", "best", "1", "in pixels", "nothing", curve_only(flat, tutorial=False))
    counter = Peer(
        "counter", "as copied", "1", "", "nothing", Counter(tutorial=True, thresholds_deg=STRICT_DEG)
    )
    rows = peers.rows([clip, replace(clip, name="again")], [peer, counter])
    assert [row["clip"] for row in rows] == ["curl", "again"] * 2
    assert all(set(row) == set(CLIP_COLUMNS) for row in rows)
    together = pooled(rows)
    assert [(row["peer"], row["limbs"], row["repetitions"]) for row in together] == [
        ("flat", 2, 4),
        ("counter", 2, 4),
    ]
    assert together[0]["missed"] == NOT_OFFERED
    assert together[1]["missed"] == 4
    peers.write(tmp_path / "new" / "peers.csv", POOLED_COLUMNS, together)
    with open(tmp_path / "new" / "peers.csv") as file:
        read = list(csv.DictReader(file))
    assert list(read[0]) == list(POOLED_COLUMNS)
    assert read[0]["lift_mae_s"] == NOT_OFFERED
    (table,) = peers.tables(together)
    assert table.startswith("elbow_flexion, view side, limb near: 2 limbs, 4 repetitions")
    assert table.splitlines()[2].split()[:2] == ["flat,", "best"]


def test_pooling_squares_errors_and_weighs_by_what_was_compared(clip):
    base = score(clip, "right", Answer()) | {"note": ""}
    who = dict.fromkeys(("exercise", "view", "limb", "peer", "setting", "knows", "version"), "x")
    one = base | who | {"angle_rmse_deg": 3.0, "frames_compared": 300}
    other = base | who | {"angle_rmse_deg": 1.0, "frames_compared": 100}
    (row,) = pooled([one, other])
    assert row["angle_rmse_deg"] == pytest.approx(np.sqrt((300 * 9 + 100) / 400))


def test_resting_limbs_are_judged_and_untold_movement_is_not(tmp_path):
    path = tmp_path / "a.truth.npz"
    t_s = np.arange(5.0)
    np.savez(path, t_s=t_s, left_elbow_flexion_deg=t_s, right_elbow_flexion_deg=20 * t_s)
    truth = {"angle": {"name": "elbow_flexion"}, "repetitions": {"right": [rep(2.0)]}}
    assert set(true_curves(path, truth)[1]) == {"left", "right"}
    assert set(true_curves(path, truth | {"repetitions": {"left": []}})[1]) == {"left"}


def test_a_person_who_is_not_there_has_no_true_angle(clip, tmp_path):
    path = tmp_path / "a.truth.npz"
    present = clip.t_s > 1.0
    np.savez(path, t_s=clip.t_s, right_elbow_flexion_deg=clip.curves_deg["right"], present=present)
    t_s, curves = true_curves(path, {"angle": {"name": "elbow_flexion"}, "repetitions": {"right": []}})
    there = replace(clip, t_s=t_s, curves_deg=curves)
    row = score(there, "right", Answer(clip.t_s, clip.curves_deg["right"]))
    assert row["frames_compared"] == present.sum()
    assert row["angle_rmse_deg"] == pytest.approx(0, abs=1e-6)


def write_truth(folder, clip, **facts):
    """The files beside a video of the clip, as the renderer writes them."""
    truth = {
        "exercise": "elbow_flexion", "view": "right", "near_side": "right", "video": "a.mp4",
        "angle": {"name": "elbow_flexion", "unit": "deg"}, "repetitions": clip.repetitions,
    }  # fmt: skip
    np.savez(folder / "a.truth.npz", t_s=clip.t_s, right_elbow_flexion_deg=clip.curves_deg["right"])
    (folder / "a.truth.json").write_text(json.dumps(truth | facts))
    return folder / "a.truth.json"


def test_truth_of_either_format_is_read(clip, tmp_path, monkeypatch):
    monkeypatch.setattr("peer_tools.clips.landmarks", lambda *_, **how: (clip.track, how))
    old = read_clip(write_truth(tmp_path, clip, view="side", angle={"name": "elbow_flexion"}), tmp_path)
    assert (old.view, old.limb("right"), len(old.repetitions["right"])) == ("side", "near", 2)
    told = [rep(2.0) | {"exercise": "elbow_flexion"}, rep(9.0) | {"exercise": "wave"}]
    new = read_clip(write_truth(tmp_path, clip, mirrored=True, repetitions={"right": told}), tmp_path)
    assert (new.view, len(new.repetitions["right"])) == ("side", 1)
    assert new.track[1]["mirrored"]


def test_a_clip_without_an_angle_is_left_out(clip, tmp_path):
    assert read_clip(write_truth(tmp_path, clip, angle=None, exercise=None), tmp_path) is None
    assert (
        read_clip(write_truth(tmp_path, clip, angle={"name": "foot_rise", "unit": "ratio"}), tmp_path) is None
    )


def test_contestants_say_what_they_are_and_can_be_chosen(tmp_path):
    everybody = contestants(tmp_path)
    assert len({(peer.name, peer.setting) for peer in everybody}) == len(everybody)
    assert all(peer.what and peer.knows in ("nothing", "camera side", "truth") for peer in everybody)
    assert {peer.name for peer in peers.named(everybody, "sports")} == {"Sports2D"}
    with pytest.raises(SystemExit, match="There are: posecheck, Sports2D"):
        peers.named(everybody, "opencap")
    assert not list(tmp_path.iterdir())
