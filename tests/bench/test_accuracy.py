"""The accuracy bench: errors on tables readable with a finger, a balanced grid, a page that follows from the record."""

import doctest
import importlib
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from watched import watched

from posecheck.exercise import load_exercise
from validation import clips, grid, page, plots, recorded, running, scoring, summaries, targets
from validation.scoring import REP_COLUMNS, owed, pairs, ratio_row, repetition_rows
from validation.truth import Truth, load_truth

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_videos"
NAN = math.nan
RECORDED = recorded.read()


@pytest.mark.parametrize("name", ["clips", "scoring", "summaries", "targets"])
def test_the_examples_in_the_words_hold(name):
    outcome = doctest.testmod(importlib.import_module(f"validation.{name}"))
    assert outcome.attempted
    assert not outcome.failed


# -- pairing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("true", "measured", "paired"),
    [
        ([], [], []),
        ([(0, 2)], [], []),
        ([], [(0, 2)], []),
        ([(0, 2), (3, 5)], [(0.1, 2.1), (3.2, 4.9)], [(0, 0), (1, 1)]),
        ([(0, 2), (3, 5)], [(3.1, 5)], [(1, 0)]),
        ([(0, 2), (3, 5)], [(0, 5)], [(0, 0)]),  # two run together: one of them was missed
        ([(0, 4)], [(0, 1.5), (1.7, 4)], [(0, 1)]),  # one torn apart: the larger piece is it
        ([(0, 2)], [(1.8, 4)], []),  # a tenth shared is a neighbour
        ([(0, 2), (2, 4)], [(1.1, 3.2)], [(1, 0)]),  # as far as possible, not the first
    ],
)
def test_measured_and_true_belong_together_by_the_time_they_share(true, measured, paired):
    assert pairs(true, measured) == paired


@pytest.mark.parametrize(
    ("exercise", "view", "left", "right"),
    [
        ("elbow_flexion", "front", True, True),
        ("elbow_flexion", "left", True, False),
        ("elbow_flexion", "right", False, True),
        ("elbow_flexion", "oblique_left", True, True),
        ("sit_to_stand", "front", True, True),
        ("sit_to_stand", "oblique_left", True, False),
        ("sit_to_stand", "right", False, True),
    ],
)
def test_the_far_limb_is_owed_no_number(exercise, view, left, right):
    exercise = load_exercise(exercise)
    assert (owed(exercise, view, "left"), owed(exercise, view, "right")) == (left, right)


# -- rows --------------------------------------------------------------------------------------------------------


def true_rep(start_s, end_s, size=80.0, **more):
    third = (end_s - start_s) / 3
    return {
        "start_s": start_s, "top_start_s": start_s + third, "top_end_s": end_s - third, "end_s": end_s, "start": 10.0,
        "peak": 10.0 + size, "range": size, "trunk_lean_deg": 0.0, "trunk_flexion_deg": 0.0, "shoulder_hike_deg": 0.0,
        "visible_pct": 100.0, "helped": False, **more,
    }  # fmt: skip


def measured_rep(side, start_s, end_s, size=80.0, **more):
    third = (end_s - start_s) / 3
    return {
        "side": side, "start_s": start_s, "top_start_s": start_s + third, "top_end_s": end_s - third, "end_s": end_s,
        "lift_s": third, "hold_s": third, "lower_s": third, "time_sigma_s": 0.1, "start_deg": 10.0,
        "peak_deg": 10.0 + size, "range_deg": size, "range_sigma_deg": 4.0, "trunk_lean_deg": 1.0,
        "trunk_flexion_deg": NAN, "shoulder_hike_deg": NAN, "complete": True, "exclusion_reason": "", "estimator": "e",
        **more,
    }  # fmt: skip


def performed(*, left=(), right=(), view="left", exercise="elbow_flexion"):
    return Truth(exercise, view, exercise, "deg", {"left": list(left), "right": list(right)}, {})


def answered(*rows, view="left", exercise="elbow_flexion", left_out=()):
    quality = {"not_this_exercise": list(left_out), "warnings": []}
    return SimpleNamespace(exercise=load_exercise(exercise), rows=rows, view=view, quality=quality)


def scored(truth, result, tier="declared"):
    return summaries.errors_of(pd.DataFrame(repetition_rows("clip", truth, result, tier=tier)))


def test_a_repetition_is_found_missed_incomplete_or_extra():
    truth = performed(left=[true_rep(0, 3), true_rep(5, 8), true_rep(10, 13)], right=[true_rep(0, 3)])
    passed_over = {"side": "left", "start_s": 5.5, "end_s": 7.0, "why": "the elbow was elsewhere"}
    result = answered(
        measured_rep("left", 0, 3),
        measured_rep("left", 10, 13, complete=False, exclusion_reason="not scored: the recording ended"),
        measured_rep("left", 20, 23),
        measured_rep("left", 30, 33, complete=False),
        measured_rep("right", 0, 3, exclusion_reason="far limb"),
        left_out=[passed_over],
    )
    rows = scored(truth, result)
    assert list(rows.columns[: len(REP_COLUMNS)]) == list(REP_COLUMNS)
    assert rows["found"].tolist() == ["yes", "no", "incomplete", "extra", "fragment", "no"]
    assert rows["reason"].tolist()[1] == "the elbow was elsewhere"
    assert rows["asked"].tolist() == [True] * 5 + [False]
    assert rows["owed"].tolist() == [True, True, True, False, False, False]
    assert rows["missed"].tolist() == [False, True, True, False, False, False]


def test_errors_are_measured_minus_true_and_stand_beside_their_coverage():
    truth = performed(
        left=[true_rep(0, 3), true_rep(5, 8), true_rep(10, 13), true_rep(15, 18, visible_pct=40.0)]
    )
    result = answered(
        measured_rep("left", 0.1, 3.1, size=84.0),
        measured_rep("left", 4.8, 8.0, size=78.0, lift_s=NAN),
        measured_rep(
            "left", 10.0, 13.0, range_deg=NAN, exclusion_reason="not scored: left wrist hidden 30 % of it"
        ),
        measured_rep("left", 15.0, 18.0, range_deg=NAN),
    )
    rows = scored(truth, result)
    size = summaries.accuracy(rows, "range_error")
    assert (size["n"], size["owed"]) == (2, 3)
    assert size["coverage_pct"] == pytest.approx(200 / 3)
    assert (size["bias"], size["mae"], size["worst"]) == (1.0, 3.0, 4.0)
    assert rows["lift_s_error"].iloc[0] == pytest.approx(0.0)
    assert summaries.accuracy(rows, "lift_s_error")["n"] == 2
    edges = summaries.boundaries(rows)
    assert (edges["n"], edges["owed"]) == (6, 6)
    assert edges["mae"] == pytest.approx((0.1 + 0.1 + 0.2) / 6)
    assert rows["total_s_error"].tolist()[1] == pytest.approx(0.2)
    kept_back = summaries.withheld(rows)
    assert [kept_back[name] for name in ("told", "withheld", "hidden_withheld", "hidden_told")] == [
        2,
        1,
        1,
        0,
    ]
    assert kept_back["why"] == {"not scored: left wrist hidden … % of it": 1}


def test_what_another_exercise_shows_is_extra_only():
    truth = performed(left=[true_rep(0, 3)], exercise="knee_extension")
    assert scored(truth, answered(measured_rep("left", 0, 3)))["found"].tolist() == ["extra"]


def test_calibration_counts_the_truths_within_the_sigmas_told():
    truth = performed(left=[true_rep(5 * i, 5 * i + 3) for i in range(4)])
    rows = [
        measured_rep("left", 5 * i, 5 * i + 3, size=80.0 + error) for i, error in enumerate((0, 3, -6, 12))
    ]
    c = summaries.calibration(scored(truth, answered(*rows)), "range_z")
    assert (c["n"], c["one_pct"], c["two_pct"]) == (4, 50.0, 75.0)
    assert c["rms"] == pytest.approx(math.sqrt((0 + 9 + 36 + 144) / 16 / 4))


def test_angles_are_compared_over_the_visible_repetitions_only():
    t_s = np.arange(0, 20, 0.1)
    curves = {"t_s": t_s, "left_elbow_flexion_deg": 2 * t_s}
    reps = {"left": [true_rep(1, 4), true_rep(10, 13, visible_pct=10.0)], "right": []}
    truth = Truth("elbow_flexion", "left", "elbow_flexion", "deg", reps, curves)
    result = answered()
    result.signals = signals(t_s, left_elbow_flexion_deg=np.where(t_s < 3.95, 2 * t_s + 3, NAN))
    (row,) = scoring.angle_rows("clip", truth, result)
    assert (row["samples"], row["seen"]) == (41, 35)
    assert row["sum_error"] == pytest.approx(3 * 35)
    angles = pd.DataFrame([row])
    assert summaries.angle_error(angles, "elbow_flexion", "side") == pytest.approx((3.0, 3.0, 100 * 35 / 41))


def signals(t_s, **columns):
    class Signals(SimpleNamespace):
        def __getitem__(self, name):
            return columns[name]

    return Signals(t_s=t_s, names=tuple(columns))


# -- compensation, ratio, promises ---------------------------------------------------------------------------------


def test_area_under_the_curve_of_known_orders():
    assert summaries.auc([1, 1, 1, 1], [True, False, True, False]) == 0.5
    assert summaries.auc([4, 3, 2, 1], [False, False, True, True]) == 0.0
    assert summaries.auc([1, 3, 2, 4], [False, False, True, True]) == 0.75
    assert math.isnan(summaries.auc([1, 2], [True, True]))


@pytest.mark.parametrize(
    ("direction", "sign", "last", "absent"),
    [("positive", 1, -30.0, 3), ("negative", -1, -30.0, 3), ("either", -1, 1.0, 3)],
)
def test_a_compensation_is_judged_in_its_direction_and_left_out_where_it_is_neither_nor(
    direction, sign, last, absent
):
    """Absent, absent, present, present but hardly read, in between; the last: far the other way, or nothing."""
    true = sign * np.array([0.0, -1.0, 20.0, 18.0, 8.0, last])
    read = sign * np.array([1.0, 2.0, 15.0, 4.0, 9.0, 0.9 * last])
    truth = performed(left=[true_rep(5 * i, 5 * i + 3, trunk_flexion_deg=x) for i, x in enumerate(true)])
    rows = [measured_rep("left", 5 * i, 5 * i + 3, trunk_flexion_deg=x) for i, x in enumerate(read)]
    check = {"id": "c", "signal": "trunk_flexion", "views": ["left"], "start": 8.0, "severe": 15.0}
    checks = {"elbow_flexion": [check | {"direction": direction}]}
    told = summaries.detection(scored(truth, answered(*rows)), checks)
    assert [d["exercise"] for d in told] == ["all", "all", "elbow_flexion", "all", "all"]
    lean, flexion, *_ = told
    assert (lean["signal"], lean["present"]) == ("trunk_lean", 0)
    assert (flexion["present"], flexion["absent"], flexion["coverage_pct"]) == (2, absent, 100.0)
    assert (flexion["auc"], flexion["sensitivity_pct"], flexion["specificity_pct"]) == (1.0, 50.0, 100.0)


def test_the_ratio_of_a_set_is_that_of_the_medians():
    truth = performed(
        left=[true_rep(0, 3, s) for s in (40, 50, 90)], right=[true_rep(0, 3, 100)], view="front"
    )
    told = {"numerator": "right", "denominator": "left", "range_ratio": 1.9, "range_ratio_ci95": [1.5, 2.4],
            "comparable": True, "reason": ""}  # fmt: skip
    row = ratio_row("s", (truth,), told, exercise="elbow_flexion", view="front")
    assert (row["true_ratio"], row["measured_ratio"], row["stronger_range"]) == (2.0, 1.9, 100.0)
    withheld = told | {"range_ratio": None, "range_ratio_ci95": None, "comparable": False, "reason": "helped"}
    kept_back = ratio_row("w", (truth,), withheld, exercise="elbow_flexion", view="front")
    total = summaries.ratios(pd.DataFrame([row, kept_back]), large=True)
    assert (total["sets"], total["told"], total["coverage_pct"], total["held_pct"]) == (2, 1, 50.0, 100.0)
    assert total["worst"] == pytest.approx(0.1)
    assert total["within_pct"] == 0.0
    assert summaries.ratios(pd.DataFrame([row]), large=False)["sets"] == 0
    one_sided = performed(left=[true_rep(0, 3)], view="front")
    assert ratio_row("o", (one_sided,), told, exercise="elbow_flexion", view="front") is None


@pytest.mark.parametrize(
    ("value", "limit", "more", "words"),
    [
        (2.9, 3.0, {}, "reached"),
        (4.5, 3.0, {}, "missed by 1.5°"),
        (NAN, 3.0, {}, "missed: nothing measured"),
        (2.0, NAN, {}, "no limit set"),
        (93.0, 95.0, {"at_most": False, "unit": "%"}, "missed by 2 %"),
        (2.9, 8.0, {"coverage_pct": 50.0, "coverage_limit_pct": 80.0}, "missed coverage by 30 points"),
        (
            9.0,
            8.0,
            {"coverage_pct": 50.0, "coverage_limit_pct": 80.0},
            "missed by 1.0° and coverage by 30 points",
        ),
        (0.0, 0.0, {"unit": "reps"}, "reached"),
    ],
)
def test_a_promise_is_reached_or_missed_by_a_number(value, limit, more, words):
    verdict = targets.Verdict("x", value, limit, **{"unit": "deg", "n": 5, **more})
    assert verdict.in_words() == words


# -- the record and the page ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made_up():
    """An outcome of two clips that nobody filmed."""
    truth = performed(left=[true_rep(5 * i, 5 * i + 3) for i in range(4)], right=[true_rep(0, 3)])
    result = answered(*(measured_rep("left", 5 * i, 5 * i + 3, 78 + i) for i in range(4)))
    reps = repetition_rows("a", truth, result, tier="declared")
    facing = performed(left=[true_rep(0, 3)], view="front")
    reps += repetition_rows("b", facing, answered(view="front"), tier="facing")
    shown = []
    for name, exercise, view in (
        ("a", "elbow_flexion", "left"),
        ("b", "elbow_flexion", "front"),
        ("c", "", "front"),
    ):
        levels = dict.fromkeys(page._LEVELLED, "x") | dict.fromkeys(page._SPANNED, 1.5) | {"stops": 0}
        shown.append({"clip": name, "tier": "declared" if name == "a" else "facing" if exercise else "nothing",
                      "exercise": exercise, "view": view, "seen_view": view, "pair": "", "weaker": "", "frames": 300,
                      "foreign_tried": 4, "foreign_counted": 0, "person": name, **levels})  # fmt: skip
    angle = {"clip": "a", "exercise": "elbow_flexion", "view": "left", "side": "left", "unit": "deg", "samples": 100,
             "seen": 90, "sum_error": 90.0, "sum_square": 360.0}  # fmt: skip
    facts = {"command": "python bench/accuracy.py", "date_utc": "2025-01-01", "posecheck_commit": "abc+",
             "engine": "blazepose", "model": "full", "model_sha256": "0" * 64, "machine": "none",
             "checks": {"elbow_flexion": []}}  # fmt: skip
    tables = {"clips": shown, "reps": reps, "angles": [angle], "sets": [], "foreign": []}
    return recorded.outcome(tables, facts)


def test_what_is_read_back_gives_the_same_page(made_up, tmp_path):
    recorded.write(made_up, tmp_path)
    first, again = page.text(made_up), page.text(recorded.read(tmp_path))
    assert first == again
    assert "| `elbow_flexion` | from the side | range | 1 | 4 | 100 % |" in first
    assert "**missed" in first
    assert "nan" not in first


def test_the_pictures_can_be_drawn(made_up, tmp_path):
    paths = plots.draw(summaries.errors_of(made_up.reps), tmp_path)
    assert [path.name for path in paths] == [plots.file_name(name) for name in plots.NAMES]
    assert all(path.stat().st_size > 2000 for path in paths)


def test_the_promises_are_printed_with_their_coverage(made_up):
    lines = page.targets_as_text(made_up)
    assert lines[0].split()[:3] == ["target", "promised", "found"]
    assert "reached" in lines[1]
    assert "100 %" in lines[1]


@pytest.mark.skipif(RECORDED is None, reason="nothing is recorded yet: python bench/accuracy.py")
def test_the_page_is_what_the_record_says():
    stored = page.PAGE.read_text(encoding="utf-8")
    assert stored == page.text(RECORDED), "run `python bench/accuracy.py --page` and read the diff"
    assert sum(path.stat().st_size for path in recorded.RESULTS.glob("accuracy_*")) < 500_000


# -- a quick subset: the sample videos, with tolerances from the record ---------------------------------------------


def _samples():
    """The two shortest sample videos of exercises in their declared view."""
    found = []
    for path in sorted(SAMPLES.glob("*.truth.json")):
        truth = load_truth(path)
        if truth.exercise in grid.exercises() and truth.view in grid.declared_views(
            load_exercise(truth.exercise)
        ):
            found.append((len(truth.curves["t_s"]), path))
    return [path for _, path in sorted(found)[:2]]


@pytest.fixture(scope="module", params=_samples(), ids=lambda path: path.name.split(".")[0])
def sample(request):
    import posecheck as pc

    truth = load_truth(request.param)
    clip = clips.Clip(SAMPLES, request.param.name.removesuffix(".truth.json"))
    track = watched(clip.video)
    result = pc.analyse(track, truth.exercise)
    assert result.view == truth.view
    errors = scored(truth, result)
    return SimpleNamespace(
        clip=clip, track=track, truth=truth, errors=errors, group=summaries.VIEW_GROUPS[truth.view]
    )


def test_a_sample_video_has_no_missed_and_no_extra_repetition(sample):
    assert sample.errors["owed"].sum() >= 3
    assert not sample.errors["missed"].any()
    assert not (sample.errors["found"] == "extra").any()


def test_a_case_becomes_rows_of_every_table(sample, monkeypatch):
    """As `bench/accuracy.py` does it, with the sample's poses in the place of those of a clip of the grid."""
    exercise, view = sample.truth.exercise, sample.truth.view
    case = next(case for case in grid.planned(only=[exercise], rounds=1) if case.view == view)
    monkeypatch.setattr(running.clips, "watched", lambda case, clip, *, model: sample.track)
    tables = running.score([case], {case.id: sample.clip}, "full")
    assert len(tables["clips"]) == 1
    assert tables["clips"][0]["seen_view"] == view
    assert tables["clips"][0]["foreign_tried"] >= 3
    # The feet of who sits still are known to be counted at times: tests/test_sample_videos.py, KNOWN_INVENTED.
    assert {row["counted_as"] for row in tables["foreign"]} <= {"ankle_dorsiflexion", "heel_raise"}
    true = sum(len(reps) for reps in sample.truth.repetitions.values())
    assert len(tables["reps"]) == true
    assert {row["clip"] for name in ("reps", "angles") for row in tables[name]} == {case.id}
    (row, *_) = tables["angles"]
    assert row["seen"] > 0.95 * row["samples"]
    assert math.sqrt(row["sum_square"] / row["seen"]) < 8.0
    both = view == "front" and all(sample.truth.repetitions.values())
    assert len(tables["sets"]) == int(both)


@pytest.mark.skipif(RECORDED is None, reason="nothing is recorded yet: python bench/accuracy.py")
@pytest.mark.parametrize(
    "column", ["range_error", "lift_s_error", "lower_s_error", "start_s_error", "end_s_error"]
)
def test_a_sample_video_is_as_exact_as_the_record_says(sample, column):
    known = summaries.errors_of(RECORDED.reps)
    cell = known[(known["exercise"] == sample.truth.exercise) & (known["group"] == sample.group)]
    cell = cell if summaries.accuracy(cell, column)["n"] else known[known["tier"] == "declared"]
    allowed = summaries.accuracy(cell, column)["p95"]
    found = summaries.accuracy(sample.errors, column)
    assert found["coverage_pct"] >= 95.0
    assert found["mae"] <= allowed, f"{column}: the record has 95 % within {allowed:.2f}"


def test_a_halt_is_found_by_how_much_less_smooth_it_reads():
    reps = [true_rep(10 * i, 10 * i + 8) for i in range(4)]
    rows = []
    for clip, deltas in (("smooth", (0.1, -0.2, 0.0, -0.3)), ("halting", (-1.2, -1.0, -0.8, -1.5))):
        result = answered(
            *(
                measured_rep("left", 10 * i, 10 * i + 8, 80.0) | {"smoothness_delta": delta}
                for i, delta in enumerate(deltas)
            )
        )
        rows += repetition_rows(clip, performed(left=reps), result, tier="declared")
    clips = pd.DataFrame({"clip": ["smooth", "halting"], "stops": [0, 1]})
    far = next(d for d in summaries.halts(summaries.errors_of(pd.DataFrame(rows)), clips) if d["present"])
    assert (far["present"], far["absent"], far["auc"]) == (4, 4, 1.0)
    assert far["sensitivity_pct"] == 75.0
    assert far["specificity_pct"] == 100.0
