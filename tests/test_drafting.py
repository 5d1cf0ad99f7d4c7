"""A plan on the therapist's desk: nothing goes beyond a limit unsaid, nothing that a hand wrote is lost."""

import base64
import copy
import re
import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_programme import GENTLE, MARIA, after, practised, stronger, weeks, who

from posecheck.errors import ProgrammeError
from posecheck.exercise import load_practice
from posecheck.programme import CAPS, agenda, parse_plan
from posecheck.programme.drafting import checked, draft, drafted
from posecheck.programme.drafting import given as given_of
from posecheck.programme.parts import Proposal
from posecheck.programme.plan import SOUND_MOST_BYTES
from posecheck.programme.progress import _next_step
from posecheck.programme.proposing import (
    Checked,
    approve,
    approved,
    plateau,
    proposed,
    sessions_pct,
    unchanged,
    variation,
)

KELLER = "A. Keller"
HAND = """\
# Maria, since March
id = "maria"
name = "Plan for spring"   # until June
message = "Slowly is fine."

[therapist]
name = "A. Keller" # at the clinic

# arms first
[[exercise]]
id = "elbow_flexion"   # bends well
range_deg = 70         # no more is asked for

[[exercise]]
id = "seated_march"

[[both]]
id = "sit_to_stand"
unlock = true                      # tried together
"""
MARIAS = parse_plan(HAND)


def rows(plan, table, *, number=0, **values):
    """The rows of a table, one of them changed."""
    changed = copy.deepcopy(given_of(plan)[table])
    changed[number].update(values)
    return {table: [{key: value for key, value in row.items() if value is not None} for row in changed]}


def told(plan, changes, **facts):
    """The sentence with which a change is refused."""
    with pytest.raises(ProgrammeError) as refused:
        drafted(plan, changes, **{"therapist": KELLER, **facts})
    return str(refused.value)


# The text


def test_a_changed_plan_holds_what_differs_from_the_gentle_one_and_who_answers_for_it():
    text = drafted(GENTLE, {"message": "Slowly is fine."}, therapist=KELLER)
    assert tomllib.loads(text) == {
        "id": "plan", "name": "Plan", "message": "Slowly is fine.", "therapist": {"name": KELLER}}  # fmt: skip
    plan = parse_plan(text)
    assert (plan.week, plan.exercise, plan.both) == (GENTLE.week, GENTLE.exercise, GENTLE.both)


def test_a_plan_that_is_not_changed_stays_as_it_was_written():
    assert drafted(MARIAS, {}) == HAND
    assert drafted(MARIAS, draft(MARIAS)["given"]) == HAND


def test_a_hand_written_file_keeps_its_comments():
    changes = {**rows(MARIAS, "exercise", range_deg=60.0), "starts": date(2026, 3, 2)}
    text = drafted(MARIAS, changes)
    for comment in re.findall(r"#.*", HAND):
        assert comment in text
    assert [
        line for line in HAND.splitlines() if "range_deg" not in line and line not in text.splitlines()
    ] == []
    plan = parse_plan(text)
    assert (plan.exercise[0].range_deg, plan.starts) == (60.0, date(2026, 3, 2))


def test_rows_come_go_and_change_places():
    march, curl = given_of(MARIAS)["exercise"][::-1]
    text = drafted(MARIAS, {"exercise": [march, {"id": "knee_extension", "level": "2"}, curl]})
    assert [one.id for one in parse_plan(text).exercise] == [
        "seated_march",
        "knee_extension",
        "elbow_flexion",
    ]
    assert "# bends well" in text
    again = drafted(parse_plan(text), {"exercise": [curl]})
    assert [one.id for one in parse_plan(again).exercise] == ["elbow_flexion"]


def test_an_empty_value_takes_a_field_away_and_a_table_that_is_needed_is_asked_for():
    plan = parse_plan(drafted(MARIAS, {"message": "", "effort_allowed": 5.0}))
    assert (plan.message, plan.effort_allowed) == ("", 5.0)
    assert parse_plan(drafted(plan, {"effort_allowed": None})).effort_allowed is None
    assert "'exercise'" in told(MARIAS, {"exercise": []})


def test_a_file_with_tables_written_in_one_line_is_written_anew_and_says_the_same():
    inline = 'id = "own"\nexercise = [{ id = "elbow_flexion" }]\nname = "Own"\n[therapist]\nname = "A"\n'
    plan = parse_plan(drafted(parse_plan(inline), rows(parse_plan(inline), "exercise", level="2")))
    assert (plan.name, plan.exercise[0].level, plan.therapist.name) == ("Own", "2", "A")


def test_ticks_unlocks_views_modes_and_checks_reach_the_exercise():
    exercise = rows(MARIAS, "exercise", views=["left", "right"], allow=["trunk_flexion"], modes=["imagery"])
    text = drafted(MARIAS, {**exercise, "person": {"ticked": ["shoulder_pain"]}})
    plan = parse_plan(text)
    own, known = plan.practice("elbow_flexion"), load_practice("elbow_flexion")
    assert set(own.view) == {"left", "right"} < set(known.view)
    assert own.watch("front", depth=True) is None
    assert {check.id for check in known.check} - {check.id for check in own.check} == {"trunk_flexion"}
    assert own.weaker_side.modes == ("imagery",)
    assert plan.person.ticked == ("shoulder_pain",)
    assert plan.unlocked() == ("sit_to_stand",)


def test_what_is_no_part_of_a_plan_is_named_with_the_nearest():
    assert "Did you mean 'message'?" in told(GENTLE, {"mesage": "x"})


# The limits


def test_an_editor_is_told_each_limit_and_why():
    shown = draft(GENTLE)
    assert {one.cap for one in shown["limits"]} == set(CAPS)
    for one in shown["limits"]:
        assert not one.exceeded
        assert any(f"[{tag}]" in one.why for tag in "SMUC")
    assert [week["load"] for week in shown["weeks"]] == [288, 324, 360, 405, 432, 486]
    assert all(week["minutes"] <= 35 for week in shown["weeks"])
    curl = shown["exercises"]["elbow_flexion"]
    assert (curl["least"], curl["unit"], curl["needs_tick"]) == (30.0, "deg", "")
    assert draft(MARIAS)["exercises"]["sit_to_stand"]["needs_tick"]


@pytest.mark.parametrize(
    ("values", "words_of_it"),
    [
        ({"sets": 5, "exercises": 1}, ["5 sets of one muscle group", "limit is 4", "in a session [U]", "4 or less"]),
        ({"effort": 3.9, "sessions": 5}, ["sessions a week", "limit is 4", "Ademoyegun", "4 or less"]),
        ({"tempo": {"hold_s": 7.0}}, ["7 s of holding", "limit is 6", "blood pressure", "6 or less"]),
    ],
)  # fmt: skip
def test_a_limit_is_explained_with_its_source_and_what_to_do(values, words_of_it):
    one = {"week": [{**given_of(GENTLE)["week"][0], **values}]}
    said = told(GENTLE, one)
    assert all(word in said for word in words_of_it), said
    assert "write the reason" in said
    cap = {"exercises": "group_sets", "sessions": "sessions", "tempo": "hold_s"}[list(values)[-1]]
    plan = parse_plan(drafted(GENTLE, one, therapist=KELLER, reasons={cap: "Tried with me in the clinic."}))
    assert {each.cap: each.reason for each in plan.beyond} == {cap: "Tried with me in the clinic."}


def test_a_reason_of_a_word_is_asked_to_say_more():
    one = {"week": [{**given_of(GENTLE)["week"][0], "sessions": 5}]}
    assert "Say a little more why" in told(GENTLE, one, reasons={"sessions": "fine"})


def test_a_reason_goes_when_nothing_needs_it_any_more():
    one = {"week": [{**given_of(GENTLE)["week"][0], "sessions": 5}]}
    wide = parse_plan(
        drafted(GENTLE, one, therapist=KELLER, reasons={"sessions": "Lives next to the clinic."})
    )
    assert parse_plan(drafted(wide, {"message": "Well done."})).exceed == wide.exceed
    narrow = parse_plan(drafted(wide, rows(wide, "week", sessions=4)))
    assert narrow.exceed == ()
    assert "5 sessions a week" in told(narrow, rows(narrow, "week", sessions=5))


def test_a_reason_that_is_taken_back_counts_no_more():
    one = {"week": [{**given_of(GENTLE)["week"][0], "sessions": 5}]}
    wide = parse_plan(
        drafted(GENTLE, one, therapist=KELLER, reasons={"sessions": "Lives next to the clinic."})
    )
    assert "5 sessions a week" in told(wide, {}, reasons={"sessions": " "})


def test_what_nobody_goes_beyond_is_refused_with_every_reason():
    reasons = dict.fromkeys(CAPS, "I have thought about it well.")
    steep = told(GENTLE, rows(GENTLE, "week", number=5, sets=8), reasons=reasons)
    assert "more than 30 % is not done" in steep
    slow = told(GENTLE, rows(GENTLE, "week", number=5, tempo={"lift_s": 30.0}), reasons=reasons)
    assert "each ends after 40" in slow


WEEK = st.fixed_dictionaries(
    {
        "sessions": st.integers(1, 7),
        "exercises": st.integers(1, 5),
        "sets": st.integers(1, 14),
        "reps": st.integers(1, 16),
        "effort": st.floats(0.5, 10.0).map(lambda x: round(x, 1)),
        "level": st.sampled_from("123"),
        "tempo": st.fixed_dictionaries({"lift_s": st.floats(0.5, 6.0), "hold_s": st.floats(0.0, 9.0)}),
    }
)
REASONS = st.dictionaries(
    st.sampled_from(sorted(CAPS)), st.sampled_from(["", "ok", "Tried with me in the clinic."])
)


@settings(max_examples=120, deadline=None)
@given(week=st.lists(WEEK, min_size=1, max_size=3), sessions=st.integers(1, 7), reasons=REASONS)
def test_no_drafted_plan_goes_beyond_a_limit_without_a_reason(week, sessions, reasons):
    changes = {"week": week, "maintenance": {"sessions": sessions}}
    outcome = checked(GENTLE, changes, therapist=KELLER, reasons=reasons)
    assert bool(outcome.problems) != bool(outcome.toml_text)
    if outcome.problems:
        assert all(one.sentence.endswith(".") for one in outcome.problems)
        return
    plan = parse_plan(outcome.toml_text)
    caps = plan.caps
    within = {
        "sessions": max(sessions, *(one["sessions"] for one in week)) <= caps.sessions,
        "sets": max(one["sets"] for one in week) <= caps.sets,
        "reps": max(one["reps"] for one in week) <= caps.reps,
        "effort": max(one["effort"] for one in week) <= caps.effort,
        "hold_s": max(one["tempo"]["hold_s"] for one in week) <= caps.hold_s,
    }
    for cap, inside in within.items():
        assert inside or len(reasons.get(cap, "")) >= 10, cap
    assert all(one.reason == reasons[one.cap] for one in plan.beyond)
    assert {one.cap for one in plan.exceed} == {one.cap for one in plan.beyond}


# Problems, each with its place


@pytest.mark.parametrize(
    ("changes", "place", "words_of_it"),
    [
        ({"message": "one " * 13}, "message", ["13 words", "12"]),
        (rows(GENTLE, "week", number=2, sets=0), "week.2.sets", ["Week 3", "sets can be 1 or more"]),
        (rows(GENTLE, "week", effort=11.0), "week.0.effort", ["Week 1", "10 or less"]),
        (rows(GENTLE, "exercise", range_deg=20.0), "exercise.elbow_flexion", ["Bend your elbow", "20", "30"]),
        (rows(GENTLE, "exercise", allow=["hiking"]), "exercise.elbow_flexion", ["no check 'hiking'"]),
        (rows(GENTLE, "exercise", views=["left", "above"]), "exercise.elbow_flexion.views.1", ["Bend your elbow"]),
        (rows(GENTLE, "exercise", tempo={"lift_s": 0.0}), "exercise.elbow_flexion.tempo.lift_s", ["lift", "than 0"]),
        (rows(GENTLE, "both", modes=["passive"]), "both.mirror_arm_raise", ["no mode 'passive'"]),
        (rows(GENTLE, "week", number=5, sets=8), "week", ["Week 6", "30 %"]),
        (rows(GENTLE, "week", number=5, reps=10), "caps.rise_pct", ["25 % more load", "15"]),
    ],
)  # fmt: skip
def test_a_problem_stands_beside_its_field(changes, place, words_of_it):
    [problem] = checked(GENTLE, changes, therapist=KELLER).problems
    assert problem.place == place
    assert all(word in problem.sentence for word in words_of_it), problem.sentence
    assert "plan.toml" not in problem.sentence
    assert not re.search(r"\b(wrong|bad|fail|invalid|error)", problem.sentence, re.IGNORECASE)


def test_all_problems_come_at_once():
    changes = {**rows(GENTLE, "exercise", range_deg=20.0), "message": "one " * 13}
    places = {one.place for one in checked(GENTLE, changes).problems}
    assert places == {"exercise.elbow_flexion", "message", "therapist"}
    two = {"week": [{**given_of(GENTLE)["week"][0], "sessions": 5, "effort": 6.0}]}
    assert {one.place for one in checked(GENTLE, two, therapist=KELLER).problems} == {
        "caps.sessions",
        "caps.effort",
    }


def test_a_name_is_needed_and_the_key_of_the_therapist_stays():
    assert checked(GENTLE, {}).problems[0].place == "therapist"
    key = "age1" + "q" * 58
    signed = parse_plan(drafted(GENTLE, {}, therapist={"name": KELLER, "key": key}))
    again = parse_plan(drafted(signed, {"message": "Well done."}, therapist=KELLER))
    assert (again.therapist.name, again.therapist.key) == (KELLER, key)


# The message


WEBM = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 4


def recorded(sound):
    return base64.b64encode(sound).decode()


def test_a_recording_travels_with_the_words_of_it():
    text = drafted(MARIAS, {"message": "Push, breathe, let go.", "message_audio": recorded(WEBM)})
    assert max(len(line) for line in text.splitlines()) <= 140
    assert parse_plan(text).spoken == ("audio/webm", WEBM)
    assert "# bends well" in text
    again = parse_plan(drafted(parse_plan(text), {"message_audio": ""}))
    assert (again.spoken, again.message) == (None, "Push, breathe, let go.")


@pytest.mark.parametrize(
    ("sound", "message", "words_of_it"),
    [
        (WEBM, "", ["Write the words"]),
        (b"MZ" + bytes(200), "Hello.", ["neither webm, ogg nor wav"]),
        (b"RIFF" + bytes(200), "Hello.", ["neither webm, ogg nor wav"]),
        (b"OggS" + bytes(SOUND_MOST_BYTES), "Hello.", ["200 kB", "fewer words"]),
    ],
)
def test_a_recording_that_cannot_be_played_is_refused(sound, message, words_of_it):
    said = told(MARIAS, {"message": message, "message_audio": recorded(sound)})
    assert all(word in said for word in words_of_it), said
    by_hand = f'id = "x"\nname = "X"\nmessage = "{message}"\nmessage_audio = "{recorded(sound)}"\n'
    with pytest.raises(ProgrammeError, match="message_audio"):
        parse_plan(by_hand)


def test_a_recording_that_was_cut_off_is_said_so():
    with pytest.raises(ProgrammeError, match="not base64"):
        parse_plan('id = "x"\nname = "X"\nmessage = "Hello."\nmessage_audio = "abcde"\n')


def test_the_largest_recording_fits_and_may_be_ogg_or_wav():
    for begins, kind in ((b"OggS", "audio/ogg"), (b"RIFF\0\0\0\0WAVE", "audio/wav")):
        sound = begins + bytes(SOUND_MOST_BYTES - len(begins))
        text = drafted(MARIAS, {"message_audio": recorded(sound)})
        assert parse_plan(text).spoken == (kind, sound)


# Proposals


def test_a_target_below_what_counts_is_refused_in_a_plan_by_hand_as_well():
    with pytest.raises(ProgrammeError, match="less than the 30 from which a repetition counts"):
        parse_plan(HAND.replace("range_deg = 70", "range_deg = 29"))


def step(proposal):
    """A plan with a proposal of Maria's taken up."""
    return parse_plan(approve(GENTLE, proposal, therapist=KELLER))


def test_what_is_proposed_waits_and_approving_it_is_what_changes_the_plan():
    history = practised(weeks(7))
    [first, second] = proposed(GENTLE, MARIA, history)
    assert (first.exercise, first.step) == ("elbow_flexion", "range")
    plan = step(first)
    assert plan.exercise[0].level == "3"
    assert plan.exercise[1].level is None
    day = after(7 * 7 + 2)
    before, later = (agenda(each, MARIA, history, today=day) for each in (GENTLE, plan))
    assert {block.level for block in stronger(before)} == {"2"}
    assert {block.level for block in stronger(later) if block.exercise == "elbow_flexion"} == {"3"}
    assert second.exercise == "knee_extension"
    assert proposed(plan, MARIA, history)[0].step == "reps"


def test_nothing_is_proposed_before_the_table_is_done_or_without_a_session():
    assert proposed(GENTLE, MARIA, ()) == ()
    assert proposed(GENTLE, MARIA, practised(weeks(3))) == ()


@pytest.mark.parametrize("day", range(4))
def test_what_is_proposed_does_not_hang_on_the_day_of_the_week(day):
    history = practised([*weeks(6), 42 + day])
    assert [one.exercise for one in proposed(GENTLE, MARIA, history)] == ["elbow_flexion", "knee_extension"]


def test_each_step_of_the_order_can_be_approved_and_does_what_it_says():
    short = {**given_of(GENTLE)["week"][1], "reps": 10}
    plan, steps = parse_plan(drafted(GENTLE, {"week": [short]}, therapist=KELLER)), []
    while "sets" not in steps:
        proposal = _next_step(plan, plan.week[-1], plan.exercise[0], plan.week[-1].sets // 2)
        steps.append(proposal.step)
        reasons = {"rise_pct": "Small numbers make large steps."}
        later = parse_plan(approve(plan, proposal, therapist=KELLER, reasons=reasons))
        one, row = later.exercise[0], later.week[-1]
        done = {
            "range": f"level {one.level}",
            "reps": f"{row.reps} repetitions",
            "hold": f"{(one.tempo or row.tempo).hold_s:g} s",
            "tempo": f"{(one.tempo or row.tempo).lift_s:g} s up",
            "sets": proposal.then if row.sets == plan.week[-1].sets + 1 else "",
        }[proposal.step]
        assert done == proposal.then
        assert later.week[: len(plan.week)] == plan.week
        plan = later
    assert list(dict.fromkeys(steps)) == ["range", "reps", "hold", "tempo", "sets"]
    with pytest.raises(ProgrammeError, match="a band or weight is for you to give"):
        approve(plan, Proposal("elbow_flexion", "load", "", "", ""), therapist=KELLER)


def test_a_target_of_ones_own_moves_on_by_the_step_between_the_levels():
    values = given_of(MARIAS)
    farther = approved(values, Proposal("elbow_flexion", "range", "level 2", "level 3", ""))
    assert (farther["exercise"][0]["level"], farther["exercise"][0]["range_deg"]) == ("3", 90.0)
    assert values == given_of(MARIAS), "the values given stay as they are"


def test_the_same_repetitions_for_a_second_exercise_are_not_a_second_week():
    once = approved(
        given_of(GENTLE), Proposal("elbow_flexion", "reps", "9 repetitions", "10 repetitions", "")
    )
    twice = approved(once, Proposal("knee_extension", "reps", "9 repetitions", "10 repetitions", ""))
    assert len(twice["week"]) == len(GENTLE.week) + 1
    plan = parse_plan(drafted(GENTLE, twice, therapist=KELLER))
    assert plan.week[-1].load / plan.week[-2].load <= 1.15


def test_a_step_that_is_too_steep_is_approved_with_a_reason_only():
    proposal = Proposal("elbow_flexion", "sets", "3 sets", "4 sets", "")
    with pytest.raises(ProgrammeError, match="more load than the week before"):
        approve(GENTLE, proposal, therapist=KELLER)
    plan = parse_plan(
        approve(GENTLE, proposal, therapist=KELLER, reasons={"rise_pct": "Well borne for a month."})
    )
    assert plan.week[-1].sets == GENTLE.week[-1].sets + 1


def test_an_exercise_that_is_gone_has_nothing_to_approve():
    with pytest.raises(ProgrammeError, match="not in the plan any more"):
        approved(given_of(MARIAS), Proposal("knee_extension", "range", "level 2", "level 3", ""))


# A plateau


def check(day, value=40.0, *, side="left", exercise="knee_extension", view="front", mdc95=10.0):
    return Checked(after(day), exercise, side, view, value, mdc95)


BOTH = [check(2), check(23, 43.0), check(2, 90.0, side="right"), check(23, 88.0, side="right")]


@pytest.mark.parametrize(
    ("checks", "found"),
    [
        (BOTH, 2),
        (BOTH[:1], 0),
        ([check(2), check(23, 60.0)], 0),
        ([*BOTH[:2], check(2, 60.0, side="right"), check(23, 90.0, side="right")], 0),
        ([check(2), check(23, 43.0, view="left")], 0),
        ([check(2), check(2, 43.0)], 0),
        ([check(2, 10.0), check(23, 40.0), check(44, 43.0)], 1),
        ([check(2, 40.0), check(23, 41.0), check(44, 70.0)], 0),
    ],
)
def test_two_check_sets_without_measurable_difference(checks, found):
    assert len(unchanged(checks)) == found
    assert plateau(checks, 75.0, 75.0) == bool(found)
    assert not plateau(checks, 74.9, 75.0)


def test_sessions_count_week_by_week_and_more_than_planned_is_all_of_it():
    history = practised([0, 2, 4, 7, 9])
    assert sessions_pct(GENTLE, MARIA, history, after(0), after(14)) == pytest.approx(100 * 4 / 6)
    assert sessions_pct(GENTLE, MARIA, practised([0, 1, 2, 3, 4, 5, 6, 7]), after(0), after(14)) == 50.0
    assert sessions_pct(GENTLE, MARIA, (), after(0), after(14)) == 0.0


def test_after_a_plateau_another_exercise_of_the_region_is_proposed():
    history = practised(weeks(4))
    one = variation(GENTLE, MARIA, history, BOTH)
    assert (one.exercise, one.step, one.then) == ("knee_extension", "variation", "seated_march")
    assert "No measurable difference" in one.why
    plan = parse_plan(approve(GENTLE, one, therapist=KELLER))
    order = [each.id for each in GENTLE.exercise]
    at = {name: place for place, name in enumerate(order)}
    order[at["knee_extension"]], order[at["seated_march"]] = "seated_march", "knee_extension"
    assert [each.id for each in plan.exercise] == order
    assert {b.exercise for b in stronger(agenda(plan, MARIA, history, today=after(30)))} == {
        "elbow_flexion",
        "seated_march",
    }
    assert variation(plan, MARIA, history, BOTH, before=GENTLE) is None, "it was varied since"
    assert one in proposed(GENTLE, MARIA, history, BOTH)


def test_no_variation_without_practice_without_a_plateau_or_without_a_weaker_side():
    assert variation(GENTLE, MARIA, practised([0, 2]), BOTH) is None
    assert variation(GENTLE, MARIA, practised(weeks(4)), [check(2), check(23, 60.0)]) is None
    assert variation(GENTLE, who(weaker_side=None), practised(weeks(4)), BOTH) is None
    assert variation(GENTLE, MARIA, practised(weeks(4)), ()) is None


def test_a_variation_is_never_what_is_contraindicated():
    person = who(ticked=("shoulder_pain",))
    arm = [check(2, exercise="elbow_flexion"), check(23, 43.0, exercise="elbow_flexion")]
    for each in (MARIA, person):
        one = variation(GENTLE, each, practised(weeks(4), person=each), arm)
        tags = load_practice(one.then).contraindications if one else ()
        assert not set(tags) & set(each.ticked)
    assert variation(GENTLE, MARIA, practised(weeks(4)), arm).then == "shoulder_abduction"


def test_a_variation_that_the_plan_did_not_have_comes_in_its_place():
    values = approved(
        given_of(MARIAS), Proposal("seated_march", "variation", "seated_march", "knee_extension", "")
    )
    assert [row["id"] for row in values["exercise"]] == ["elbow_flexion", "knee_extension", "seated_march"]
