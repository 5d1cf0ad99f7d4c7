"""The pictograms: one palette, a title each, nothing that runs or comes from elsewhere, and all that are asked for."""

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest

import posecheck
from posecheck.coach.screen import OWN_SIDES, Screen, as_in_a_mirror
from posecheck.coach.set_up import QUESTIONS
from posecheck.coach.stage import NoKeeper, Stage
from posecheck.demonstration import demonstrate
from posecheck.exercise import load_practice
from posecheck.exercise_parts import Contraindication

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = Path(posecheck.__file__).parent
PICTURES = PACKAGE / "app" / "static" / "pictures"
FILES = sorted(PICTURES.glob("*.svg"))
IDS = {path.stem for path in FILES}
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"svg", "title", "g", "path", "circle", "ellipse", "rect"}
COLOURS = {"#12305e", "#2f6fd0", "#f08a24", "#d9e6f8", "#ffffff", "none"}
ATTRIBUTES = {
    "viewBox", "role", "stroke-linecap", "stroke-linejoin", "transform", "d", "fill", "stroke", "stroke-width",
    "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r",
}  # fmt: skip
ANSWERS = """yes no not_sure face_easy face_right face_hard pain no_pain where_shoulder where_arm where_hand where_leg
    where_back where_other sit_still camera step_back come_closer light hand_left hand_right see_left see_right see_both
    sling wheelchair chair standing_support rest more_rest go_on stop pause repeat show_me show_figure sound mute helper
    imagine both_hands tired something_else thumbs_up heart sun moon calendar clock_10 clock_3 full_session light_day
    cup door towel stand_up doctor phone_emergency new_face_droop new_arm_weak new_speech new_eyes new_balance
    new_headache chest_pain faint breathless seizure calf_swollen fell fever stick folder plan_file home gear graph
    camera_off slow in_moderation together therapist_says weeks people_differ practice_counts"""


def drawn():
    sys.path.insert(0, str(REPOSITORY / "docs"))
    try:
        spec = importlib.util.spec_from_file_location(
            "draw_pictograms", REPOSITORY / "docs" / "draw_pictograms.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.pictograms()
    finally:
        sys.path.pop(0)


def test_the_files_are_what_the_script_draws():
    assert {path.name: path.read_text(encoding="utf-8") for path in FILES} == drawn()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_picture_is_small_plain_and_has_a_title(path):
    assert path.stat().st_size < 6000
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 96 96"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in SHAPES  # no text, script, style, image or use
        assert set(element.keys()) <= ATTRIBUTES
        assert {element.get(name, "none") for name in ("fill", "stroke")} <= COLOURS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_picture_names_nothing_elsewhere(path):
    text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|url\(|href|script|@import|<!|data:", text)


def test_every_picture_that_is_asked_for_is_there():
    assert set(ANSWERS.split()) - IDS == set()


def test_every_question_of_the_set_up_has_a_picture():
    with open(PACKAGE / "words" / "en.toml", "rb") as file:
        asked = set(tomllib.load(file)["ask"])
    answers = {picture for own in QUESTIONS.values() for _, picture in own}
    assert (asked | set(get_args(Contraindication)) | answers) - OWN_SIDES.keys() - IDS == set()


def test_the_days_of_the_week_have_a_picture_each():
    assert len({picture for _, picture in QUESTIONS["days"]}) == len(QUESTIONS["days"])


def test_every_picture_of_the_lessons_is_there():
    for path in (PACKAGE / "lessons").glob("*.toml"):
        named = set(re.findall(r'^picture = "([a-z0-9_]+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
        assert named - OWN_SIDES.keys() - IDS == set(), path.name


# The screen is a mirror (docs/practice.md)


PAIRS = ("weaker", "hand", *OWN_SIDES)


def middle_of_the_orange(name):
    """How far to the right, of 96, what a picture is about lies: the mean of the corners of all that is orange."""
    found = []

    def walk(element, grown=1.0, moved=0.0):
        for kind, numbers in re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", "")):
            n = [float(number) for number in numbers.split()]
            by, to = {"translate": (1.0, n[0]), "scale": (n[0], 0.0), "matrix": (n[0], n[-2:][0])}[kind]
            grown, moved = grown * by, grown * to + moved
        if "#f08a24" in (element.get("fill"), element.get("stroke")):
            corners = re.findall(r"(-?[\d.]+),-?[\d.]+", element.get("d", ""))
            found.extend(grown * float(x) + moved for x in corners)
        for child in element:
            walk(child, grown, moved)

    walk(ElementTree.fromstring((PICTURES / f"{name}.svg").read_text(encoding="utf-8")))
    return sum(found) / len(found)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("side", ["left", "right"])
def test_what_a_picture_of_a_side_is_about_lies_where_the_mirror_shows_that_side(name, side):
    assert (middle_of_the_orange(f"{name}_{side}") > 48) == (side == "right")


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_figure_that_shows_an_exercise_moves_the_same_side_as_the_pictures(side):
    shown = demonstrate(load_practice("shoulder_abduction"), side=side)
    flat = shown.picture()
    top = int(shown.part.argmax())
    hand, trunk = flat[f"{side}_hand"][top, 0], flat["hips"][top, 0]
    assert (hand > trunk) == (side == "right") == (middle_of_the_orange(f"hand_{side}") > 48)


@pytest.mark.parametrize("weaker", ["left", "right", "unknown"])
def test_every_picture_of_a_side_reaches_the_screen_with_its_side(weaker):
    stage = Stage(weaker, NoKeeper())
    shown = [as_in_a_mirror(Screen("read", picture=name), stage.stronger_side).picture for name in OWN_SIDES]
    assert set(shown) <= IDS
    assert ("weaker_arm_right" in shown) == ("hand_up_left" in shown) == (weaker == "right")
