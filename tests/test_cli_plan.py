"""``posecheck plan`` as a therapist meets it: files in, plain words out."""

import base64
import json

import pytest
from click.testing import CliRunner

from posecheck.cli import cli
from posecheck.cli.plan import tempo_words
from posecheck.exercise_parts import Tempo
from posecheck.programme import load_plan

PERSON = 'weaker_side = "left"\ntherapist_yes = true\nnew_stroke = false\nsling = false\nmoves = "some"\n'
OWN = 'id = "maria"\nname = "Plan for spring"\nmessage = "Slowly is fine."\n[therapist]\nname = "A. Keller"\n'
HARD = (
    OWN
    + """
[[exercise]]
id = "knee_extension"
group = "knee extensors"
range_deg = 50.0
unlock = false
[[week]]
sessions = 3
exercises = 1
sets = 5
reps = 8
effort = 3.0
level = "1"
tempo = { lift_s = 2.0, lower_s = 2.0 }
"""
)
REASON = '\n[[exceed]]\ncap = "group_sets"\nreason = "Five sets were well borne in the clinic."\n'
FIRST = {
    "day": "2026-01-05",
    "sets": [
        {"exercise": "elbow_flexion", "role": role, "planned_reps": 5, "reps": 5, "planned_effort": 3.0}
        for role in ("stronger", "weaker")
    ],
}


def posecheck(*arguments):
    return CliRunner().invoke(cli, ["plan", *map(str, arguments)], prog_name="posecheck")


@pytest.fixture
def folder(tmp_path):
    files = {"person.toml": PERSON, "own.toml": OWN, "hard.toml": HARD, "reason.toml": HARD + REASON,
             "done.json": json.dumps([FIRST])}  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", [(), ("show",), ("check",), ("next",)])
def test_help_teaches_with_examples(command):
    ran = posecheck(*command, "--help")
    assert ran.exit_code == 0
    assert "Example" in ran.output
    assert f"posecheck plan {' '.join(command)}".strip() in ran.output


def test_show_prints_the_weeks_as_a_table_and_each_rule_with_its_source():
    ran = posecheck("show")
    assert ran.exit_code == 0
    rows = [
        line.split()[:7]
        for line in ran.stdout.splitlines()
        if line.strip()[:2] in {f"{n} " for n in range(1, 7)}
    ]
    assert [(row[0], row[1], "".join(row[3:6]), row[-1]) for row in rows] == [
        (str(number), "3", f"{week.sets}x{week.reps}", "3") for number, week in enumerate(load_plan("gentle").week, 1)
    ]  # fmt: skip
    assert "288" in ran.stdout
    assert "caps.group_sets = 4: working sets of one muscle group in a session [U]" in ran.stdout
    assert "rules.pair_rest_s = 45 to 60" in ran.stdout
    for name in load_plan("gentle").sources:
        assert f"    {name}" in ran.stdout


def test_show_gives_the_file_and_the_whole_plan_as_json(folder):
    text = posecheck("show", "--toml").stdout
    copied = folder / "copied.toml"
    copied.write_text(text, encoding="utf-8")
    assert load_plan(copied).week == load_plan("gentle").week
    told = json.loads(posecheck("show", folder / "own.toml", "--json").stdout)
    assert (told["id"], told["message"], told["caps"]["sets"]) == ("maria", "Slowly is fine.", 10)


def test_show_tells_what_a_therapist_wrote(folder):
    said = posecheck("show", folder / "reason.toml").stdout
    assert "by A. Keller" in said
    assert "Slowly is fine." in said
    assert "range up to 50" in said
    assert "beyond group_sets: 5 (cap 4). Reason: Five sets were well borne in the clinic." in said


def test_show_tells_views_the_spoken_message_and_when_another_exercise_is_proposed(folder):
    sound = base64.b64encode(b"OggS" + bytes(2496)).decode()
    spoken = OWN.replace(
        "[therapist]", f'message_audio = "{sound}"\nweaker_side = "left"\nstarts = 2026-03-02\n[therapist]'
    )
    one = '[[exercise]]\nid = "elbow_flexion"\nviews = ["left", "right"]\nweaker = "shoulder_flexion"\n'
    one += '[[exceed]]\ncap = "exercises"\nreason = "Knows both of them well."\n'
    (folder / "own.toml").write_text(spoken + one, encoding="utf-8")
    said = posecheck("show", folder / "own.toml").stdout
    assert said.splitlines()[1:4] == [
        "  says: Slowly is fine. (also spoken: audio/ogg, 2 kB)",
        "  weaker side: left",
        "  weeks count from 2026-03-02",
    ]
    assert "measured from: left, right, answered with: Lift your arm in front)" in said
    assert "rules.plateau_pct = 75: of the sessions done between two check sets" in said


def test_check_says_that_a_plan_is_sound_and_lists_what_goes_beyond_with_the_reason(folder):
    sound = posecheck("check", folder / "own.toml")
    assert sound.exit_code == 0
    assert "in order (Plan for spring, 6 weeks" in sound.stdout
    assert "beyond" not in sound.stdout
    beyond = posecheck("check", folder / "reason.toml")
    assert beyond.exit_code == 0
    assert "5 sets of one muscle group a session (cap 4). Reason: Five sets" in beyond.stdout


def test_check_refuses_a_cap_without_a_reason_and_says_what_to_do(folder):
    ran = posecheck("check", folder / "hard.toml", folder / "own.toml")
    assert ran.exit_code == 1
    assert "hard.toml: the plan asks for 5 sets of one muscle group a session; the cap is 4." in ran.stderr
    assert "[[exceed]]" in ran.stderr
    assert "own.toml: in order" in ran.stdout, "the others are checked all the same"


def test_check_tells_of_a_reason_that_is_not_needed(folder):
    (folder / "own.toml").write_text(OWN + REASON, encoding="utf-8")
    assert "not needed: [[exceed]] group_sets" in posecheck("check", folder / "own.toml").stdout


def test_check_takes_files_and_no_ids(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert posecheck("check", "gentle").exit_code == 1


def test_next_tells_the_first_session_block_by_block(folder):
    ran = posecheck("next", "--person", folder / "person.toml", "--day", "2026-01-05")
    assert ran.exit_code == 0
    lines = ran.stdout.splitlines()
    assert lines[0] == "full session, week 1, about 6 minutes"
    assert lines[2].strip().startswith("2  Bend your elbow, stronger side: 5 times, level 1; 2 s up")
    assert lines[3].endswith("then sit still 60 s")
    assert "why: The very first session is one exercise and a few repetitions." in ran.stdout


@pytest.mark.parametrize(
    ("more", "first"),
    [
        (("--day", "2026-01-06"), "light session, week 1"),
        (("--day", "2026-01-07"), "full session, week 1"),
        (("--day", "2026-01-07", "--kind", "ten"), "ten session, week 1"),
        (("--day", "2026-01-07", "--kind", "imagery"), "imagery session, week 1"),
    ],
)
def test_next_goes_by_history_day_and_kind(folder, more, first):
    ran = posecheck("next", "--person", folder / "person.toml", "--history", folder / "done.json", *more)
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.startswith(first)


def test_next_tells_check_sets(folder):
    given = ("--person", folder / "person.toml", "--history", folder / "done.json")
    ran = posecheck("next", *given, "--day", "2026-01-07")
    assert "Check, Lift your arm to the side, weaker side: 3 times as far as is comfortable" in ran.stdout
    assert "why: Check sets at the beginning: what is compared over weeks." in ran.stdout


def test_next_gives_json(folder):
    ran = posecheck(
        "next", folder / "own.toml", "--person", folder / "person.toml", "--day", "2026-01-05", "--json"
    )
    told = json.loads(ran.stdout)
    assert (told["kind"], told["week"], told["greeting"], told["load"]) == ("full", 1, "welcome", 15.0)
    assert told["blocks"][1]["tempo"] == {"lift_s": 2.0, "hold_s": 0.0, "lower_s": 2.0, "rest_s": 2.0}


def test_next_says_what_to_ask_the_therapist(folder):
    (folder / "person.toml").write_text('weaker_side = "left"\n', encoding="utf-8")
    ran = posecheck("next", "--person", folder / "person.toml")
    assert ran.stdout.startswith("imagery session")
    assert "ask the therapist: Is practice at home right for this person?" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("show", "gentel"), 1, "Did you mean 'gentle'?"),
        (("show", "nowhere.toml"), 1, "No readable plan at nowhere.toml."),
        (("next", "--person", "nowhere.toml"), 1, "No readable file at nowhere.toml."),
        (("next",), 2, "--person"),
        (("next", "--person", "x.toml", "--day", "tomorrow"), 2, "tomorrow"),
    ],
)
def test_what_is_not_there_is_one_sentence_and_no_traceback(arguments, status, said):
    ran = posecheck(*arguments)
    assert ran.exit_code == status
    assert said in ran.stderr
    assert ran.exception is None or isinstance(ran.exception, SystemExit)


def test_a_tempo_in_words():
    assert (
        tempo_words(Tempo(lift_s=3.0, hold_s=1.0, lower_s=3.0, rest_s=1.0))
        == "3 s up, 1 s hold, 3 s down, 1 s rest"
    )
    assert tempo_words(Tempo(rest_s=2.0)) == "2 s rest"
    assert tempo_words(Tempo()) == "at one's own pace"
