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
    where_back where_other hand_up sit_still camera step_back come_closer light hand_left hand_right weaker_left
    weaker_right see_left see_right see_both sling wheelchair chair standing_support rest more_rest go_on stop pause
    repeat show_me show_figure sound mute helper helped passive imagine both_hands weaker_arm weaker_leg tired
    something_else thumbs_up heart sun moon calendar clock_10 clock_3 full_session light_day cup door towel stand_up
    doctor phone_emergency new_face_droop new_arm_weak new_speech new_eyes new_balance new_headache chest_pain faint
    breathless seizure calf_swollen fell fever stick folder plan_file home gear graph camera_off one_helps_other
    slow in_moderation together therapist_says weeks people_differ practice_counts"""


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
    assert (asked | set(get_args(Contraindication))) - IDS == set()


def test_every_picture_of_the_lessons_is_there():
    for path in (PACKAGE / "lessons").glob("*.toml"):
        named = set(re.findall(r'^picture = "([a-z0-9_]+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
        assert named - IDS == set(), path.name
