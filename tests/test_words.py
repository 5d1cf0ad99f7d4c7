"""What a survivor reads and hears: few words, kind ones, and every rule has some."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
from performances import perform
from synthetic import movement

from posecheck import words as module
from posecheck.analysis import analyse
from posecheck.coach.set_up import QUESTIONS
from posecheck.errors import PosecheckError
from posecheck.exercise import list_practices, load_exercise, parse_practice
from posecheck.exercise_parts import Contraindication
from posecheck.words import MOST_WORDS, cure, languages, said, words

ENGLISH = Path(module.__file__).parent / "words" / "en.toml"
RULES = ("too_fast", "lower_fast", "small", "stop_start")
SPOKEN = [
    (language, table, name, text)
    for language in languages()
    for table in ("cue", "posture", "praise", "pacer", "cure")
    for name, text in words(language)[table].items()
]
UNKIND = {
    "wrong", "bad", "badly", "fail", "failed", "failure", "error", "poor", "poorly", "abnormal", "deficit", "impaired",
    "weak", "stroke", "tremor", "must", "healthy", "normal", "good", "faster",
}  # fmt: skip
NEGATIVE = {"no", "not", "never", "none", "cannot", "without", "stop"}
SIDES = {"left", "right"}


def letters(text):
    """The words of a sentence, in small letters and without what stands between them."""
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower())


def ids(spoken):
    return [f"{language} {table}.{name}" for language, table, name, _ in spoken]


@pytest.fixture
def in_german(tmp_path, monkeypatch):
    """posecheck with a second file of words beside the English one; returns where to write it."""
    folder = tmp_path / "words"
    folder.mkdir()
    shutil.copy(ENGLISH, folder)
    monkeypatch.setattr(module, "resources", SimpleNamespace(files=lambda _package: tmp_path))
    words.cache_clear()
    yield folder / "de.toml"
    words.cache_clear()


# Few and kind


@pytest.mark.parametrize(("language", "table", "name", "text"), SPOKEN, ids=ids(SPOKEN))
def test_what_is_said_is_short_kind_and_says_no_side(language, table, name, text):
    plain = text.format(limb="arm", side="side")
    assert 1 <= len(plain.split()) <= MOST_WORDS
    assert text == text.strip()
    said_words = set(letters(plain))
    assert not said_words & SIDES
    # Praise may say good, and rest and pain may say stop; nothing else judges.
    assert not said_words & (UNKIND - ({"good"} if name in ("start", "rest") else set()))
    assert not said_words & (NEGATIVE - ({"stop"} if name == "pain" else set()))
    assert not re.search(r"n['’]t\b", plain)
    assert table == "pacer" or plain.endswith((".", "?"))


def test_the_most_words_are_six():
    assert MOST_WORDS == 6


@pytest.mark.parametrize("practice", list_practices(), ids=lambda practice: practice.id)
def test_the_words_of_an_exercise_are_short_kind_and_say_no_side(practice):
    texts = [*practice.cues.values(), *(check.say for check in getattr(practice, "check", ()) if check.say)]
    assert texts
    for text in texts:
        assert 1 <= len(text.split()) <= MOST_WORDS, text
        assert not set(letters(text)) & (SIDES | (UNKIND - {"good"}) | NEGATIVE), text


@pytest.mark.parametrize("part", words()["part"])
def test_every_part_of_the_body_fits_into_what_is_said_about_it(part):
    for check, text in words()["cure"].items():
        if "{" in text:
            filled = cure(check, limb=part, side=part)
            assert words()["part"][part] in filled
            assert len(filled.split()) <= MOST_WORDS
            assert not set(letters(filled)) & SIDES


def test_every_tag_is_asked_for_in_plain_words():
    for language in languages():
        asked = words(language)["ask"]
        assert set(asked) == set(get_args(Contraindication))
        for text in asked.values():
            assert len(text.split()) <= 8
            assert text.endswith("?")
            assert not set(letters(text)) & (SIDES | UNKIND)


def test_every_answer_of_the_set_up_can_be_summed_up_in_words():
    for language in languages():
        named = words(language)["written"]
        for name in (*QUESTIONS, *get_args(Contraindication)):
            assert len(named[name].split()) <= 3
            assert not set(letters(named[name])) & (SIDES | NEGATIVE)


def test_the_set_up_promises_about_as_many_questions_as_there_are():
    at_home = {tag for practice in list_practices() if practice.home for tag in practice.contraindications}
    assert f"About {10 * round(len([*QUESTIONS, *at_home]) / 10)} " in words()["setup"]["questions_first"]


@pytest.mark.parametrize("practice", list_practices(), ids=lambda practice: practice.id)
def test_the_pacer_calls_what_this_exercise_does(practice):
    called = [said(phase, practice) for phase in ("lift", "hold", "lower")]
    assert all(1 <= len(word.split()) <= 2 for word in called)
    assert len(set(called)) == 3


def test_the_pacer_says_push_where_one_pushes():
    assert said("lift", load_exercise("arm_push")) == "Push"
    assert said("lift", load_exercise("shoulder_flexion")) == words()["pacer"]["lift"] == "Up"


def test_numbers_are_digits():
    spelled = {"two", "three", "four", "five", "six", "ten"}
    for _, _, name, text in SPOKEN:
        assert not spelled & set(letters(text)), name


# Every rule has words


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_words_in_every_language(rule):
    for language in languages():
        assert said(rule, language=language)
        for practice in list_practices():
            assert said(rule, practice, language=language)


@pytest.mark.parametrize(
    "practice", [p for p in list_practices() if p.measured], ids=lambda practice: practice.id
)
def test_every_check_of_the_catalogue_has_words_that_can_be_translated(practice):
    for check in practice.check:
        assert said(check.id, practice)
        assert check.id in words()["posture"], "a language file could not say this"


def test_an_exercises_own_words_come_before_the_general_ones():
    squat = load_exercise("mini_squat")
    assert said("small") == "A little further."
    assert said("small", squat) == squat.cues["small"] != said("small")
    own = parse_practice(squat.toml_text.replace(squat.cues["small"], "Sink a little deeper."))
    assert said("small", own) == "Sink a little deeper."


def test_a_checks_own_words_come_before_the_general_ones():
    text = load_exercise("elbow_flexion").toml_text
    bare = re.sub(r"^say = .*\n", "", text, flags=re.M)
    assert said("trunk_flexion", parse_practice(bare)) == words()["posture"]["trunk_flexion"]
    own = bare.replace('id = "trunk_flexion"', 'id = "trunk_flexion"\nsay = "Back on the chair."', 1)
    assert said("trunk_flexion", parse_practice(own)) == "Back on the chair."
    assert said("shoulder_drift", parse_practice(own)) == words()["posture"]["shoulder_drift"]


def test_what_is_said_reaches_the_findings():
    hasty = perform(
        "elbow_flexion", lift_s=0.9, extra=lambda t: {"lean": movement(t, (3.0, 12.0), rest=0, top=12)}
    )
    exercise = load_exercise("elbow_flexion")
    findings = analyse(hasty, exercise).findings
    assert {"too_fast", "trunk_flexion"} <= {finding.rule for finding in findings}
    assert all(finding.say == said(finding.rule, exercise) for finding in findings)


def test_an_own_check_without_words_is_refused_with_a_sentence_or_says_nothing():
    """A therapist's own check has no words in the language file: that must not end an analysis with a traceback."""
    text = re.sub(r"^say = .*\n", "", load_exercise("elbow_flexion").toml_text, flags=re.M)
    text = text.replace('id = "trunk_flexion"', 'id = "my_trunk"', 1)
    refused = ""
    try:
        exercise = parse_practice(text)
    except PosecheckError as error:
        refused = str(error)
    if refused:
        assert "my_trunk" in refused
        return
    leaning = perform("elbow_flexion", extra=lambda t: {"lean": movement(t, (3.0, 12.0), rest=0, top=14)})
    assert "my_trunk" in {finding.rule for finding in analyse(leaning, exercise).findings}


# Languages


@pytest.mark.parametrize("ask", [lambda: words("xx"), lambda: said("small", language="xx"),
                                 lambda: cure("hidden", language="xx", limb="elbow")])  # fmt: skip
def test_an_unknown_language_is_refused_with_those_there_are(ask):
    with pytest.raises(PosecheckError, match=r"'xx'.*Known: .*en") as caught:
        ask()
    assert "\n" not in str(caught.value)


def test_a_language_is_no_path():
    for language in ("../words/en", "en.toml", "", "EN"):
        with pytest.raises(PosecheckError):
            words(language)


GERMAN = """
language = "Deutsch"
[cue]
too_fast = "Langsamer. Zähle bis 3."
small = "Etwas weiter."
[posture]
trunk_flexion = "Aufrecht sitzen."
[part]
elbow = "den Ellbogen"
[cure]
hidden = "Zeige mir {limb}."
[exercise.mini_squat]
small = "Etwas tiefer."
[exercise.elbow_flexion]
trunk_flexion = "Rücken an die Lehne."
"""


def test_a_second_file_beside_the_first_is_a_second_language(in_german):
    assert languages() == ["en"]
    in_german.write_text(GERMAN, encoding="utf-8")
    assert languages() == ["de", "en"]
    assert said("too_fast", language="de") == "Langsamer. Zähle bis 3."
    assert cure("hidden", language="de", limb="elbow") == "Zeige mir den Ellbogen."
    assert said("too_fast") == "Slower. Count 3."


def test_in_another_language_an_exercises_english_words_give_way_to_those_of_its_table(in_german):
    in_german.write_text(GERMAN, encoding="utf-8")
    squat, curl = load_exercise("mini_squat"), load_exercise("elbow_flexion")
    assert said("small", squat, language="de") == "Etwas tiefer."
    assert said("small", curl, language="de") == "Etwas weiter."
    assert said("too_fast", squat, language="de") == "Langsamer. Zähle bis 3."
    assert said("trunk_flexion", squat, language="de") == "Aufrecht sitzen."
    assert said("trunk_flexion", curl, language="de") == "Rücken an die Lehne."
    assert said("small", squat) == squat.cues["small"]


def test_the_table_of_an_exercise_takes_the_place_of_its_own_words_in_english_too(in_german):
    english = in_german.with_name("en.toml")
    english.write_text(
        english.read_text("utf-8") + '\n[exercise.mini_squat]\nsmall = "Sink a bit."\n', encoding="utf-8"
    )
    assert said("small", load_exercise("mini_squat")) == "Sink a bit."
