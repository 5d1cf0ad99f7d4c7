"""Lessons: few words, kind ones, and nothing promised."""

import re
from typing import get_args

import pytest

from posecheck.errors import PosecheckError
from posecheck.exercise import list_practices, load_practice
from posecheck.exercise_parts import Contraindication
from posecheck.lessons import Lessons, lessons
from posecheck.voice import clip, script_s
from posecheck.words import words

MOST_WORDS = 9
MOST_GRADE = 6.0
PROMISES = r"29|42|%|proven|recover|treat|restor|\bheal(s|ed|ing)?\b|\bcures?\b"
UNKIND = {
    "normal",
    "bad",
    "badly",
    "wrong",
    "failed",
    "fail",
    "poor",
    "healthy",
    "good",
    "must",
    "stroke",
    "faster",
}
NEGATIVE = {"not", "never", "no", "none", "cannot", "without", "stop", "avoid"}
SIDES = {"left", "right"}
HOME = [practice.id for practice in list_practices() if practice.home]
KNOWN = lessons()
TEXTS = KNOWN.spoken()
SENTENCES = [sentence for part in (*KNOWN.card, *KNOWN.expectation) for sentence in part.sentences]


def letters(text):
    """The words of a text, in small letters."""
    return re.findall(r"[a-z]+(?:['’][a-z]+)*", text.lower())


def grade(text):
    """School grade of a text (Flesch-Kincaid), its syllables counted by their vowels."""
    found = letters(text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word)))) for word in found)
    return 0.39 * len(found) / len(re.findall(r"[.?!]", text)) + 11.8 * syllables / len(found) - 15.59


# What is said


@pytest.mark.parametrize("text", TEXTS)
def test_a_lesson_is_short_kind_promises_nothing_and_says_no_side(text):
    assert not re.search(PROMISES, text, flags=re.I)
    assert not set(letters(text)) & (UNKIND | NEGATIVE | SIDES)
    assert not re.search(r"n['’]t\b", text)
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        assert 1 <= len(sentence.split()) <= MOST_WORDS
    assert text == text.strip()


def test_sentences_end_and_begin_as_sentences_do():
    names = {task.name for task in KNOWN.task.values()}
    for text in TEXTS:
        assert text[0].isupper()
        assert text in names or text.endswith((".", "?"))


@pytest.mark.parametrize("part", [*KNOWN.card, *KNOWN.expectation], ids=lambda part: part.picture)
def test_a_card_reads_easily(part):
    assert grade(" ".join(part.sentences)) <= MOST_GRADE


def test_imagery_reads_easily():
    for script in KNOWN.imagery.script.values():
        assert grade(" ".join(line.say for line in script)) <= MOST_GRADE


# Cards and expectations


def test_there_is_a_card_for_each_of_the_first_five_sessions():
    assert len(KNOWN.card) == 5
    assert KNOWN.card[0].sentences[0] == "Training one side can also help the other."
    assert len({card.id for card in KNOWN.card}) == 5
    pictures = [part.picture for part in (*KNOWN.card, *KNOWN.expectation)]
    assert len(set(pictures)) == len(pictures)


def test_a_card_has_exactly_two_sentences():
    for sentence in SENTENCES:
        assert len(re.findall(r"[.?!]", sentence)) == 1
    assert all(len(card.sentences) == 2 for card in KNOWN.card)


def test_weeks_one_three_and_six_tell_what_to_expect():
    assert [one.week for one in KNOWN.expectation] == [1, 3, 6]
    assert (
        " ".join(KNOWN.expectation_of(1).sentences) == "Change takes weeks. People differ. Practice counts."
    )
    assert KNOWN.expectation_of(2) is None


def test_every_lesson_tells_where_it_comes_from():
    for part in (*KNOWN.card, *KNOWN.expectation, KNOWN.imagery, *KNOWN.task.values()):
        assert part.source
        assert part.evidence in "SMCU"


# Imagery


def test_every_home_exercise_can_be_imagined():
    assert set(HOME) == set(KNOWN.imagery.script) - {"breathing"}


@pytest.mark.parametrize("exercise", HOME)
def test_a_script_imagines_the_weaker_limb(exercise):
    said = " ".join(line.say for line in KNOWN.imagery.script[exercise])
    limb = load_practice(exercise).region.replace("ankle", "leg")
    assert re.search(
        rf"your weaker ({limb}|arm)" if limb == "hand" else rf"your weaker {limb}", said, flags=re.I
    )
    assert "In your mind" in said


@pytest.mark.parametrize("exercise", HOME)
def test_a_script_takes_a_little_more_than_a_minute(exercise):
    lines = KNOWN.imagery.lines(exercise)
    assert all(clip(line.say) for line in lines), "run bench/speak.py"
    assert 45 <= script_s(lines) <= 90


def test_the_session_takes_five_minutes():
    assert 270 <= script_s(KNOWN.imagery.lines()) <= 330
    assert KNOWN.imagery.session[0] == "breathing"
    assert len(set(KNOWN.imagery.session)) == len(KNOWN.imagery.session)


def test_an_exercise_without_a_script_is_refused_with_those_there_are():
    with pytest.raises(PosecheckError, match=r"'mini_squat'.*Known: ankle_dorsiflexion"):
        KNOWN.imagery.lines("mini_squat")


# Everyday tasks


def test_the_tasks_are_those_that_set_up_asks_about():
    assert list(KNOWN.task) == ["cup", "door", "towel", "stand_up"]
    asked = words().get("setup", {})
    for name, task in KNOWN.task.items():
        assert asked.get(name, task.name) == task.name


def test_a_task_takes_both_hands_and_keeps_its_distance_from_harm():
    for task in KNOWN.task.values():
        assert "weaker" in task.hands or "both hands" in task.hands.lower()
        assert set(task.contraindications) <= set(get_args(Contraindication))
    assert "empty cup" in KNOWN.task["cup"].say
    assert set(load_practice("drink").contraindications) <= set(KNOWN.task["cup"].contraindications)
    standing = set(load_practice("sit_to_stand").contraindications)
    assert standing <= set(KNOWN.task["stand_up"].contraindications)


# The file


def test_an_unknown_language_is_refused_with_those_there_are():
    for language in ("xx", "../lessons/en", ""):
        with pytest.raises(PosecheckError, match=r"Known: en"):
            lessons(language)


def test_an_unknown_key_is_refused():
    table = KNOWN.model_dump()
    table["card"][0]["sentense"] = "One more."
    with pytest.raises(ValueError, match="sentense"):
        Lessons.model_validate(table)


def test_a_session_of_unknown_scripts_is_refused():
    table = KNOWN.model_dump()
    table["imagery"]["session"] = ["breathing", "juggling"]
    with pytest.raises(ValueError, match="juggling"):
        Lessons.model_validate(table)
