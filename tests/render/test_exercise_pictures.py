"""Every exercise has its picture: of one size, light, with a visible change, and what the code draws today."""

import importlib.util
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from posecheck.exercise import exercise_ids
from render.context import NoRendererError, context
from render.movements import MOVEMENTS

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURES = REPOSITORY / "docs" / "pictures" / "exercises"
SIZE_PX = (640, 360)
LIGHT_BYTES, ALL_LIGHT_BYTES = 35_000, 800_000
CHANGED_LEVELS, CHANGED_SHARE = 60, 0.01  # of 765 levels of the three colours together; of the still
REDRAWN = "heel_raise"  # both legs, the chair and the floor are in it


@pytest.fixture(scope="module")
def drawing():
    """docs/draw_exercises.py, as a module."""
    spec = importlib.util.spec_from_file_location("draw_exercises", REPOSITORY / "docs" / "draw_exercises.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def stored(exercise):
    """The picture as it is shown, (H, W, 3) uint8 BGR."""
    return cv2.imread(str(PICTURES / f"{exercise}.jpg"))


def test_there_is_a_view_and_a_picture_for_every_exercise_and_no_other(drawing):
    assert set(drawing.VIEWS) == set(MOVEMENTS)
    assert set(exercise_ids()) <= set(MOVEMENTS)
    assert {path.name for path in PICTURES.iterdir()} == {f"{exercise}.jpg" for exercise in MOVEMENTS}


@pytest.mark.parametrize("exercise", MOVEMENTS)
def test_a_picture_has_the_size_that_the_page_expects_and_loads_quickly(exercise):
    height, width = stored(exercise).shape[:2]
    assert (width, height) == SIZE_PX
    assert (PICTURES / f"{exercise}.jpg").stat().st_size <= LIGHT_BYTES


def test_all_pictures_together_are_light():
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < ALL_LIGHT_BYTES


@pytest.mark.parametrize("exercise", MOVEMENTS)
def test_rest_and_top_differ_visibly(drawing, exercise):
    both, width = stored(exercise).astype(int), drawing.STILL_PX[0]
    changed = np.abs(both[:, :width] - both[:, -width:]).sum(-1) > CHANGED_LEVELS
    assert changed.mean() > CHANGED_SHARE


def test_both_stills_share_one_place_in_the_room(drawing):
    """Where nobody moves, the stills are the same: one camera for both."""
    both, width = stored("hand_squeeze").astype(int), drawing.STILL_PX[0]
    changed = np.abs(both[:, :width] - both[:, -width:]).sum(-1) > CHANGED_LEVELS
    assert changed.mean() < 0.1


def test_the_picture_is_what_the_code_draws(drawing, tmp_path):
    try:
        context()
    except NoRendererError:
        pytest.skip("needs Debian packages libegl1 libegl-mesa0 libgl1-mesa-dri")
    drawn = cv2.imread(str(drawing.save(REDRAWN, tmp_path))).astype(int)
    away = np.abs(drawn - stored(REDRAWN))
    assert away.mean() < 1.0, "run `python docs/draw_exercises.py` and look at the pictures"
    assert (away.max(-1) > 30).mean() < 0.005


def test_an_unknown_exercise_is_named_with_the_known_ones(drawing):
    with pytest.raises(SystemExit, match=r"There is no exercise hand_wave\. Take from: elbow_flexion, "):
        drawing.main(["hand_wave"])
