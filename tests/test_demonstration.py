"""What the figure shows is what is asked: measured as a person is, it gives the exercise's angles and tempo."""

import importlib.util
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from posecheck.demonstration import OWN_PACE_S, course, demonstrate
from posecheck.demonstration_body import FOOT, FOREARM, SHANK, THIGH, TRUNK, UPPER_ARM, Camera
from posecheck.demonstration_scenes import COUNTER, SCENES, TABLE
from posecheck.errors import ExerciseError
from posecheck.exercise import list_exercises, list_practices, load_practice
from posecheck.exercise_parts import Tempo
from posecheck.records import OTHER_SIDE, SIDES
from posecheck.signals import GRAIN, SIGNALS, Body

REPOSITORY = Path(__file__).resolve().parents[1]
PRACTICES = {practice.id: practice for practice in list_practices()}
MEASURED = {exercise.id: exercise for exercise in list_exercises()}
LEVELS = ("1", "2", "3")
WITHIN = 3.0  # deg, or hundredths
# Where a signal is what the joints show: hinges in space, the others in the picture of one side or of the front.
IN_SPACE = {"elbow_flexion", "knee_flexion", "shoulder_abduction", "upper_arm_elevation"}
FROM_THE_FRONT = {"wrist_height", "hip_abduction", "weight_shift", "hands_apart"}
# Turned outward, half to the viewer or seen from above, so that the movement is clear: there the picture's angle is not
# that of the joint. (The step is seen from above: its height over the floor is not what it was from the side.)
NOT_IN_THE_PICTURE = {
    "elbow_flexion", "mirror_elbow_bend", "shoulder_flexion", "knee_extension", "seated_march", "drink", "step_tap",
}  # fmt: skip


def every(practices):
    return pytest.mark.parametrize("name", practices)


def measured(shown, camera, signal, side):
    """A signal of the figure in the picture of a camera, as posecheck measures it."""
    points = {name: 1000 * flat[:, :2] for name, flat in shown.picture(camera=camera, mirrored=False).items()}
    return Body(points, camera.view).angle(signal, side)


def told_by_the_joints(shown, signal, side):
    """A signal where it can be seen."""
    if signal in IN_SPACE:
        return Body(shown.joints, "front").angle(signal, side)
    azimuth = 0.0 if signal in FROM_THE_FRONT else 90.0 if side == "left" else -90.0
    return measured(shown, Camera(azimuth), signal, side)


def off(values, shown, exercise):
    return np.max(np.abs(values - shown.signal)) / GRAIN[exercise.unit]


def test_every_entry_of_the_catalogue_has_a_demonstration():
    assert set(SCENES) == set(PRACTICES)


@every(MEASURED)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("side", SIDES)
def test_the_joints_give_the_angles_of_the_exercise(name, level, side):
    exercise = MEASURED[name]
    shown = demonstrate(exercise, side=side, level=level)
    for one in SIDES if exercise.sides == "bilateral" else (side,):
        assert off(told_by_the_joints(shown, exercise.movement.signal, one), shown, exercise) <= WITHIN


@every(MEASURED)
@pytest.mark.parametrize("level", LEVELS)
def test_the_signal_goes_from_start_to_peak(name, level):
    exercise = MEASURED[name]
    signal, target = demonstrate(exercise, side="left", level=level).signal, exercise.target[level]
    start = target.peak - exercise.sign * target.range
    assert signal[0] == pytest.approx(start)
    rises = exercise.sign * (signal - start)
    if name == "sit_to_stand":  # who stands up stands, whatever counts at least
        assert exercise.sign * (10.0 - start) == pytest.approx(rises.max(), abs=0.02)
    else:
        assert rises.max() == pytest.approx(target.range, rel=1e-3)


@every(sorted(set(MEASURED) - NOT_IN_THE_PICTURE))
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("side", SIDES)
def test_the_picture_itself_gives_the_angles(name, level, side):
    exercise = MEASURED[name]
    shown = demonstrate(exercise, side=side, level=level)
    assert off(measured(shown, shown.camera, exercise.movement.signal, side), shown, exercise) <= WITHIN


@every(sorted(NOT_IN_THE_PICTURE))
def test_where_the_picture_does_not_give_the_angles_it_is_said_so(name):
    exercise, worst = MEASURED[name], 0.0
    for level in LEVELS:
        shown = demonstrate(exercise, side="right", level=level)
        values = measured(shown, shown.camera, exercise.movement.signal, "right")
        worst = max(worst, off(values, shown, exercise))
    assert worst > WITHIN


@every(MEASURED)
@pytest.mark.parametrize("side", SIDES)
def test_the_figure_does_what_it_asks_for(name, side):
    """The postures without which the movement is not this exercise."""
    shown = demonstrate(MEASURED[name], side=side, level="3")
    top, rest = shown.part > 0.99, shown.part < 0.01
    for wants in MEASURED[name].require:
        if not SIGNALS[wants.signal].unit or wants.signal == "arm_plane":  # only the networks tell the plane
            continue
        when = {"start": rest, "top": top, "all": rest | ~rest}[wants.during]
        values = told_by_the_joints(shown, wants.signal, side)[when]
        assert np.all(values >= (wants.min if wants.min is not None else -np.inf)), wants.signal
        assert np.all(values <= (wants.max if wants.max is not None else np.inf)), wants.signal


@every(PRACTICES)
@pytest.mark.parametrize("level", LEVELS)
def test_the_tempo_is_that_of_the_level(name, level):
    asked, shown = PRACTICES[name].target[level].tempo, demonstrate(PRACTICES[name], side="left", level=level)
    for phase, own in OWN_PACE_S.items():
        wants = getattr(asked, f"{phase}_s")
        assert shown.phases_s[phase] == (own if wants is None else wants)
    moves = (np.diff(shown.part) > 0).sum() / 15, (np.diff(shown.part) < 0).sum() / 15
    assert moves == pytest.approx((shown.phases_s["lift"], shown.phases_s["lower"]), abs=0.15)
    assert len(shown.t_s) / 15 == pytest.approx(shown.cycle_s, abs=0.05)


@pytest.mark.parametrize("tempo", [{"lift_s": 4.0}, Tempo(lift_s=4.0)])
def test_another_tempo_takes_the_place_of_the_level_s(tempo):
    shown = demonstrate(load_practice("elbow_flexion"), side="left", tempo=tempo)
    assert shown.phases_s == {"lift": 4.0, "hold": 0.0, "lower": 2.0, "rest": 2.0}


def test_the_course_is_minimum_jerk_with_half_of_the_rest_before_and_half_after():
    phases_s = {"lift": 2.0, "hold": 1.0, "lower": 3.0, "rest": 2.0}
    t_s = np.array([0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5, 7.0, 8.0])
    expected = [0.0, 0.0, 0.103515625, 0.5, 1.0, 1.0, 0.5, 0.0, 0.0]
    assert course(t_s, phases_s) == pytest.approx(expected)


@every(PRACTICES)
@pytest.mark.parametrize("side", SIDES)
def test_bones_keep_their_length(name, side):
    joints = demonstrate(PRACTICES[name], side=side, level="3").joints
    bones = [(f"{one}_{a}", f"{one}_{b}", length) for one in SIDES for a, b, length in (
        ("shoulder", "elbow", UPPER_ARM), ("elbow", "wrist", FOREARM), ("hip", "knee", THIGH), ("knee", "ankle", SHANK),
        ("heel", "foot_index", FOOT))]  # fmt: skip
    for a, b, length in [*bones, ("hips", "neck", TRUNK)]:
        assert np.linalg.norm(joints[a] - joints[b], axis=-1) == pytest.approx(length, abs=0.002), (a, b)


@every(PRACTICES)
def test_nothing_goes_through_the_floor_and_no_hand_through_the_table(name):
    shown = demonstrate(PRACTICES[name], side="right", level="3")
    for one in SIDES:
        for part in ("heel", "foot_index", "ankle"):
            assert shown.joints[f"{one}_{part}"][:, 1].min() > -0.003
    scene, hand = SCENES[name], shown.joints["right_wrist"][:, 1].min()
    assert "table" not in scene.props or hand > TABLE
    assert scene.arms != "counter" or hand > COUNTER


@every([name for name, practice in PRACTICES.items() if practice.sides == "unilateral"])
def test_only_one_side_moves(name):
    shown = demonstrate(PRACTICES[name], side="left", level="2")
    assert shown.moving == (f"left_{SCENES[name].limb}",)
    moved = {joint for joint, way in shown.joints.items() if np.ptp(way, axis=0).max() > 1e-9}
    if name != "weight_shift":  # there the whole body goes over
        assert {joint for joint in moved if joint.startswith("right")} == set()


@every(PRACTICES)
def test_one_side_is_the_mirror_image_of_the_other(name):
    one, other = (demonstrate(PRACTICES[name], side=side, level="2") for side in SIDES)
    flat, mirrored = one.picture(), other.picture(mirrored=False)
    for joint, way in flat.items():
        side, _, part = joint.partition("_")
        twin = f"{OTHER_SIDE[side]}_{part}" if side in SIDES else joint
        assert way == pytest.approx(mirrored[twin], abs=1e-9)


@every(sorted(name for name, practice in PRACTICES.items() if practice.home and not SCENES[name].frame))
def test_at_home_the_figure_is_a_mirror(name):
    """Their right is at the right, and it looks at the viewer or half to them: both sides can be told apart."""
    flat = demonstrate(PRACTICES[name], side="right").picture()
    assert np.all(flat["right_shoulder"][:, 0] > flat["left_shoulder"][:, 0])


@every(PRACTICES)
@pytest.mark.parametrize("level", LEVELS)
def test_what_the_browser_gets_is_small_and_whole(name, level):
    sent = demonstrate(PRACTICES[name], side="left", level=level).to_json()
    text = json.dumps(sent)
    assert len(text) <= 20_000
    again = json.loads(text)
    assert again == sent
    assert len(again["part"]) == round(again["cycle_s"] * again["rate_hz"])
    assert set(again["moving"]) <= {"left_arm", "right_arm", "left_leg", "right_leg"}
    assert {"head", "trunk", *again["moving"]} <= set(again["order"])
    left, top, right, bottom = again["frame"]
    assert left < right
    assert top < bottom
    assert "NaN" not in text


def test_what_is_sent_is_the_figure():
    shown = demonstrate(load_practice("knee_extension"), side="right", level="3")
    sent = shown.to_json()
    assert np.array(sent["poses"]["right_ankle"][0]) / 1000 == pytest.approx(
        shown.picture()["right_ankle"][0], abs=6e-4
    )
    assert "left_ankle" in sent["still"]


@every(PRACTICES)
def test_the_moving_end_stays_in_the_frame(name):
    sent = demonstrate(PRACTICES[name], side="left", level="3").to_json()
    left, top, right, bottom = sent["frame"]
    for trail in sent["trails"]:
        way = np.array(trail) / 1000
        assert np.all((way >= [left, top]) & (way <= [right, bottom]))


def test_an_exercise_of_which_nothing_is_known_is_refused():
    other = load_practice("elbow_flexion").model_copy(update={"id": "handstand"})
    with pytest.raises(ExerciseError, match=r"handstand.*Known: ankle_dorsiflexion"):
        demonstrate(other, side="left")


def test_there_is_no_third_side():
    with pytest.raises(ExerciseError, match="'left' or the 'right'"):
        demonstrate(load_practice("elbow_flexion"), side="both")


# ── in the browser ──────────────────────────────────────────────────────────────────────────────────────────────────

NEEDS_CHROMIUM = pytest.mark.skipif(
    not (shutil.which("chromium") and importlib.util.find_spec("playwright")),
    reason="chromium is not installed",
)
FIGURE_JS = REPOSITORY / "src" / "posecheck" / "app" / "static" / "figure.js"
COUNT = """
async ([source, shown]) => {
  const { drawFigure, partAt } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const canvas = document.createElement("canvas");
  document.body.append(canvas);
  canvas.style.cssText = "display: block; width: 480px; height: 400px";
  const blue = (t_s, options) => {
    drawFigure(canvas, shown, t_s, options);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0, many = 0, orange = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 2] > 90 && data[i + 2] > data[i] + 60) { sum += (i / 4) % canvas.width; many += 1; }
      if (data[i] > 200 && data[i + 2] < 60) orange += 1;
    }
    return { many, orange, middle: sum / many / canvas.width };
  };
  const top_s = shown.phases_s.lift + shown.phases_s.hold / 2;
  return { rest: blue(-0.1), top: blue(top_s), still: blue(0, { still: true }), wide: canvas.width,
    parts: [partAt(shown, 0), partAt(shown, top_s), partAt(shown, shown.cycle_s * 3),
      partAt(shown, 1.5, { lift_s: 3, hold_s: 0, lower_s: 3, rest_s: 1 })] };
}
"""


@pytest.fixture(scope="module")
def page():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(device_scale_factor=2)
        page.set_content("<body></body>")
        yield page
        browser.close()


@NEEDS_CHROMIUM
@every(PRACTICES)
def test_the_browser_draws_the_moving_limb_in_blue_and_its_way_in_orange(page, name):
    shown = demonstrate(PRACTICES[name], side="right", level="2").to_json()
    drawn = page.evaluate(COUNT, [FIGURE_JS.read_text(encoding="utf-8"), shown])
    assert drawn["wide"] == 960  # sharp where a pixel of the page has four of the screen
    for moment in ("rest", "top", "still"):
        assert drawn[moment]["many"] > 2000
        assert drawn[moment]["orange"] > 100
    assert drawn["parts"] == pytest.approx([0.0, 1.0, 0.0, 0.5], abs=0.02)
    if name == "shoulder_abduction":
        assert drawn["top"]["middle"] > 0.55  # their right at the right, as in a mirror


def test_the_drawing_needs_nothing_from_elsewhere():
    source = FIGURE_JS.read_text(encoding="utf-8")
    assert not re.search(r"\bimport\b|https?:|fetch\(", source)
