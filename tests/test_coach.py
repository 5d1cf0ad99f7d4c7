"""Sessions acted out before the conductor, without a browser: what is shown, said and kept."""

import pytest
from coach_scene import MemoryHouse, Play

from posecheck import programme
from posecheck.analysis import analyse
from posecheck.coach.set_up import QUESTIONS
from posecheck.exercise import list_practices
from posecheck.exercise_parts import Tempo
from posecheck.programme.parts import OWN
from posecheck.voice import clip, length_s
from posecheck.words import words

SLOW = Tempo(lift_s=3.0, hold_s=1.0, lower_s=3.0, rest_s=1.0)


def Block(**changes):
    """A block of the stronger arm lifted to the side, where nothing else is said."""
    usual = {"kind": "stronger", "exercise": "shoulder_abduction", "role": "stronger", "reps": 3, "level": "2",
             "tempo": SLOW, "planned_effort": 3.0}  # fmt: skip
    return programme.Block(**usual | changes)


def Agenda(blocks):
    """A session of some blocks."""
    return programme.Agenda(kind="full", week=1, blocks=blocks, minutes=10.0)


def begun(*blocks, **house):
    """A session whose first set is about to begin, from the one click on *Start*."""
    play = Play(MemoryHouse(Agenda(blocks or (Block(),)), **house))
    play.answer("start")
    play.camera("on")
    play.sit(3)
    play.raise_hand()
    play.sit(1)
    return play


def until(play, kind, *, limit_s=60.0):
    """Sit still until a kind of screen is there."""
    begun_s = play.since_s
    while play.screen.kind != kind:
        play.sit(0.5)
        assert play.since_s - begun_s < limit_s, f"still at {play.screen}"


def done(play):
    """Complete repetitions of the stronger side in the first set, as they were kept."""
    rows = play.house.keeper.sets[0].kept["result"].rows
    return sum(row["complete"] and row["role"] == "stronger" for row in rows)


def test_the_stronger_hand_alone_leads_to_the_first_movement_within_90_seconds():
    play = Play(MemoryHouse(Agenda((Block(),))))
    assert play.screen.kind == "home"
    assert not play.screen.camera
    play.answer("start")
    play.camera("on")
    play.nobody(10)
    assert "Come into the picture." in play.texts()
    sat_s = play.since_s
    play.sit(3)
    assert play.screen.title == "Same as usual today?"
    play.raise_hand()
    until(play, "set")
    assert play.since_s - sat_s < 90
    play.raises(3)
    play.sit(2)
    assert play.house.keeper.sets[0].kept["state"] == "done"
    assert done(play) == 3


def test_what_is_stored_equals_the_analysis_of_the_stored_poses():
    play = begun()
    until(play, "set")
    play.raises(3)
    play.sit(2)
    kept = play.house.keeper.sets[0].kept
    again = analyse(kept["track"], kept["result"].exercise, settings=kept["result"].settings)
    assert repr(again.rows) == repr(kept["result"].rows)
    assert len(kept["track"]) == len(play.house.keeper.sets[0].poses)


def test_two_of_three_fast_repetitions_bring_one_cue_and_slow_ones_praise():
    play = begun(Block(reps=8))
    until(play, "set")
    play.sit(1.5)
    play.raises(4, lift_s=0.8, hold_s=0.5, lower_s=3.0)
    fast_until_s = play.since_s
    play.raises(4)
    play.sit(2)
    fast = [t for t in play.texts() if t == "Slower. Count 3."]
    assert len(fast) == 1
    assert "That was slow and steady." in play.texts(fast_until_s)


def test_numbers_are_said_unless_a_cue_is():
    play = begun(Block(reps=3))
    until(play, "set")
    play.sit(1.5)
    play.raises(3)
    play.sit(2)
    numbers = [t for t in play.texts() if t in ("1", "2", "3")]
    assert numbers[:3] == ["3", "2", "1"]  # the count-in
    praised = play.texts().count("That was slow and steady.")
    assert len(numbers) - 3 == 3 - praised


def test_leaving_the_picture_pauses_and_coming_back_goes_on():
    play = begun(Block(reps=4))
    until(play, "set")
    play.raises(2)
    play.nobody(4)
    assert play.screen.title == "Paused. Come back any time."
    play.sit(3)
    assert play.screen.kind == "set"
    play.sit(1.5)
    play.raises(2)
    play.sit(2)
    assert (
        len(
            [
                r
                for r in play.house.keeper.sets[0].kept["result"].rows
                if r["complete"] and r["side"] == "right"
            ]
        )
        == 4
    )


def test_stillness_asks_and_waits_and_never_ends_the_set():
    play = begun(Block(reps=4))
    until(play, "set")
    play.raises(1)
    play.sit(40)
    assert play.screen.title == "Rest or go on?"
    play.sit(60)
    assert play.screen.title == "Rest or go on?"
    play.beside(1)
    assert play.screen.kind == "set"
    assert play.screen.count == 1


def test_pain_ends_the_exercise_for_today_without_touch_of_anything_but_stop():
    play = begun(Block(reps=4), Block(reps=4, set_number=2))
    until(play, "set")
    play.raises(1)
    play.answer("stop")
    assert [c.id for c in play.screen.choices][:3] == ["pain", "tired", "something_else"]
    play.sit(1)
    play.beside(1)
    assert play.screen.title == "Where?"
    play.sit(1)
    play.beside(1)
    assert (
        "pain",
        {"pain": True, "site": "shoulder", "exercise": "shoulder_abduction"},
    ) in play.house.keeper.prompts
    play.sit(6)
    assert play.screen.title == "What now?"
    play.beside(1)  # go on: but that exercise is over for today
    play.sit(2)
    assert len(play.house.keeper.sets) == 1


def test_a_red_flag_stops_everything():
    play = Play(MemoryHouse(Agenda((Block(),))))
    play.answer("start")
    play.camera("on")
    play.sit(3)
    play.answer("no")
    assert play.screen.title == "New today?"
    play.answer("new_arm_weak")
    assert play.screen.title == "New weak arm or leg"
    assert [c.text for c in play.screen.choices] == ["Stop for today", "No"]
    assert "Shall we stop for today?" in play.texts()
    play.answer("yes")
    assert play.screen.kind == "alarm"
    assert play.screen.choices == ()
    play.ticks(6)
    play.answer("home")
    assert [c.id for c in play.screen.choices] == ["progress"]  # no start on this day
    assert play.screen.lines == ("Call 112 now.",)
    play.answer("progress")
    assert play.screen.kind == "progress"
    play.answer("home")
    assert [c.id for c in play.screen.choices] == ["progress"]
    assert play.house.keeper.sets == []
    opened = Play(play.house)
    assert opened.screen.kind == "alarm"  # it stays with the day


def test_a_red_flag_that_was_not_meant_is_taken_back_and_one_that_is_not_answered_counts():
    play = Play(MemoryHouse(Agenda((Block(),))))
    play.answer("start")
    play.camera("on")
    play.sit(3)
    play.answer("no")
    play.beside(2)
    assert play.screen.title == "New face droop"
    play.sit(12)
    play.beside(3)  # begun before the 15 s are over
    assert play.screen.title == "New today?"
    assert play.house.keeper.prompts == [("usual", False)]
    play.answer("new_speech")
    play.sit(16)
    assert play.screen.kind == "alarm"
    assert play.house.keeper.prompts[-1] == ("red_flag", "new_speech")


def test_pain_in_the_chest_stops_everything_once_it_was_meant():
    play = begun(Block(reps=4))
    until(play, "set")
    play.raises(1)
    play.answer("stop")
    play.answer("pain")
    play.answer("more")
    assert [c.id for c in play.screen.choices] == ["chest", "back", "leg", "other"]
    play.answer("chest")
    assert (play.screen.title, play.screen.lines) == ("Chest pain", ("Shall we stop for today?",))
    play.answer("no")
    assert play.screen.title == "Where?"
    play.answer("more")
    play.answer("chest")
    play.answer("yes")
    assert (play.screen.kind, play.screen.title) == ("alarm", "Call for help now.")
    assert ("red_flag", "chest_pain") in play.house.keeper.prompts
    assert (
        "pain",
        {"pain": True, "site": "chest", "exercise": "shoulder_abduction"},
    ) in play.house.keeper.prompts
    play.ticks(6)
    play.answer("home")
    assert [one["state"] for one in play.house.ended] == ["stopped"]


def test_elsewhere_is_the_raised_hand_on_the_last_page():
    play = begun(Block(reps=4))
    until(play, "set")
    play.answer("stop")
    play.answer("pain")
    play.answer("more")
    play.sit(1)
    play.raise_hand()
    assert (
        "pain",
        {"pain": True, "site": "other", "exercise": "shoulder_abduction"},
    ) in play.house.keeper.prompts


def test_who_raises_the_other_hand_at_a_question_is_told_which_one():
    play = Play(MemoryHouse(Agenda((Block(),))))
    play.answer("start")
    play.camera("on")
    play.sit(3)
    asked_s = play.since_s
    play.raise_hand("left")
    assert play.screen.title == "Same as usual today?"
    assert play.texts(asked_s).count("Raise your stronger hand.") == 1
    play.sit(1)
    play.raise_hand("right")
    assert play.screen.title != "Same as usual today?"


def test_imagining_can_be_left():
    play = begun(Block(kind="weaker", role="weaker", mode="imagery", reps=1))
    until(play, "read")
    while "finish" not in [choice.id for choice in play.screen.choices]:
        play.sit(0.5)
    play.answer("finish")
    assert play.screen.title == "Done for today. Well done."
    play.sit(20)
    assert [one["state"] for one in play.house.ended] == ["left"]
    assert play.house.keeper.sets[0].kept["tried"] == 0


def test_who_stops_before_anything_was_done_is_told_goodbye_and_not_praised():
    play = Play(MemoryHouse(Agenda((Block(),))))
    play.answer("start")
    play.camera("on")
    play.nobody(2)
    stopped_s = play.since_s
    play.answer("finish")
    play.sit(12)
    assert play.texts(stopped_s)[:2] == ["Done for today. Well done.", "See you next time."]


def test_the_last_number_of_a_set_stands_for_a_moment():
    play = begun(Block(reps=2))
    until(play, "set")
    play.raises(2)
    until(play, "choices")
    last_s = next(at_s for at_s, s in play.shown if s.kind == "set" and s.count == 2)
    after_s = next(at_s for at_s, s in play.shown if at_s > last_s and s.kind != "set")
    assert after_s - last_s >= 1.4


def test_a_rest_may_end_the_day():
    play = begun(Block(reps=1, rest_after_s=45.0), Block(exercise="elbow_flexion"))
    until(play, "set")
    play.raises(1)
    until(play, "choices")
    play.answer("just_right")
    play.answer("no")
    until(play, "rest")
    play.answer("finish")
    assert play.screen.title == "Done for today. Well done."
    assert len(play.house.keeper.sets) == 1
    play.sit(20)
    assert [one["state"] for one in play.house.ended] == ["left"], play.screen


@pytest.mark.parametrize(
    "title", ["Looking for you.", "Raise your stronger hand.", "Sit still for a moment."]
)
def test_the_day_may_end_while_the_camera_looks(title):
    play = Play(MemoryHouse(Agenda((Block(),))))
    play.answer("start")
    play.camera("on")
    while play.screen.title != title:
        if play.screen.title == "Same as usual today?":
            play.answer("yes")
        elif play.screen.title == "Raise your stronger hand.":
            play.raise_hand()
        play.sit(0.5)
    assert "Stop for today" in [choice.text for choice in play.screen.choices]
    play.answer("finish")
    play.sit(20)
    assert [one["state"] for one in play.house.ended] == ["left"], play.screen
    assert play.house.keeper.sets == []
    assert play.screen.kind == "home"


def test_the_raised_hand_stands_on_what_it_means():
    play = begun()
    until(play, "set")
    reading = [screen for _, screen in play.shown if screen.kind == "read"]
    assert reading
    for screen in reading:
        assert [choice.mark for choice in screen.choices if choice.id == "go_on"] == ["hand_up_right"], screen
    play = Play(MemoryHouse(Agenda((Block(),))))
    play.answer("start")
    play.camera("refused")
    play.answer("without")
    play.answer("yes")
    play.ticks(30)
    assert not any(choice.mark for _, screen in play.shown for choice in screen.choices)


def test_a_set_of_the_weaker_side_says_so():
    weaker = Block(kind="weaker", role="weaker", reps=1)
    for camera in ("on", "refused"):
        play = Play(MemoryHouse(Agenda((weaker, Block(reps=1)))))
        play.answer("start")
        play.camera(camera)
        if camera == "refused":
            play.answer("without")
            play.answer("yes")
            play.ticks(60)
        else:
            play.sit(3)
            play.raise_hand()
            play.sit(1)
            until(play, "set")
        sets = [screen for _, screen in play.shown if screen.kind == "set"]
        assert sets[0].lines == ("Weaker side",)
        assert camera == "on" or {screen.lines for screen in sets} == {("Weaker side",), ()}


def test_practice_goes_on_without_camera():
    play = Play(MemoryHouse(Agenda((Block(reps=2),))))
    play.answer("start")
    play.camera("refused")
    assert play.screen.title == "Allow the camera, please."
    play.answer("without")
    play.ticks(1)
    assert play.screen.title == "Same as usual today?"
    play.answer("yes")
    play.ticks(40)
    assert play.house.keeper.sets[0].kept == {"tried": 2, "moved": None, "state": "done"}


def test_a_camera_that_is_unplugged_in_a_set_loses_nothing():
    play = begun(Block(reps=4))
    until(play, "set")
    play.raises(2)
    play.camera("ended")
    assert play.screen.title == "Plug the camera in again."
    play.ticks(3)
    assert "open_camera" in play.answer("try_again").commands
    play.camera("on")
    play.sit(1.5)
    play.raises(2)
    play.sit(2)
    assert done(play) == 4


def test_a_weaker_side_counts_attempts_and_never_a_range():
    play = begun(Block(kind="weaker", role="weaker", reps=3))
    until(play, "set")
    play.sit(30)
    kept = play.house.keeper.sets[0].kept
    assert kept["tried"] == 3
    counts = [s.count for _, s in play.shown if s.kind == "set"]
    assert 0 not in counts


def new_home(**answers):
    """A home whose set-up was begun; questions that are named are answered so, all others with "not sure"."""
    play = Play(MemoryHouse(Agenda((Block(),)), known=False))
    play.answer("start")
    titles = {words()["setup"].get(key, words()["ask"].get(key)): answer for key, answer in answers.items()}
    while "not_sure" in chosen_from(play):
        for answer in titles.get(play.screen.title, "not_sure").split():
            play.answer(answer)
    return play


def chosen_from(play):
    return [choice.id for choice in play.screen.choices]


def tiles(play):
    """What is summed up on the page that is shown: question to picture and answer."""
    return {choice.id: (choice.picture, choice.text) for choice in play.screen.choices if choice.about}


def confirmed(play):
    while "yes" in chosen_from(play):
        play.answer("yes")
    return play.house.answers


def test_setting_up_says_what_it_is_and_asks_one_thing_a_screen_and_every_answer_may_be_not_sure():
    play = Play(MemoryHouse(Agenda((Block(),)), known=False))
    assert chosen_from(play) == ["start"]
    assert words()["setup"]["what_it_is"] in play.screen.lines
    play.answer("start")
    asked, of = [], len(QUESTIONS) + 1
    while "not_sure" in chosen_from(play):
        asked.append(play.screen.title)
        assert (play.screen.data["at"], play.screen.data["of"]) == (len(asked) - 1, of)
        play.answer("not_sure")
    assert len(set(asked)) == len(asked) == of
    assert not any(screen.camera for _, screen in play.shown)
    assert play.house.answers is None  # nothing is kept before it was seen once more
    assert set(confirmed(play).values()) == {"not_sure"}
    assert "Follow your therapist." in play.texts()
    play.answer("go_on")
    assert play.screen.kind == "home"


SAID_WITHIN_S = 6.0  # what waits longer is left out (app/static/voice.js)


def test_all_that_stands_on_a_page_of_the_set_up_is_said_and_the_set_up_takes_less_than_four_minutes():
    play = Play(MemoryHouse(Agenda((Block(),)), known=False))
    long_s, pages = 0.0, 0
    while play.screen.kind == "choices":
        said_s = [length_s(clip(text)) for text in (play.screen.title, *play.screen.lines)]
        assert sum(said_s[:-1]) < SAID_WITHIN_S
        long_s, pages = long_s + sum(said_s), pages + 1
        play.answer(next(c for c in ("yes", "not_sure", "start", "go_on") if c in chosen_from(play)))
    tags = {tag for practice in list_practices() if practice.home for tag in practice.contraindications}
    long_s += sum(length_s(clip(words()["ask"][tag])) for tag in tags)
    assert long_s + 4.0 * (pages + len(tags)) < 240  # heard to the end, and four seconds to answer each


def test_each_answer_is_summed_up_in_a_picture_and_can_be_changed_before_it_counts():
    play = new_home(weaker_side="left", moves="some", shoulder_pain="yes")
    first = tiles(play)
    assert first["weaker_side"] == ("weaker_left", "Left")
    assert first["moves"] == ("helped_left", "A little")
    play.answer("weaker_side")
    play.answer("right")
    assert tiles(play)["weaker_side"] == ("weaker_right", "Right")
    assert tiles(play)["moves"] == ("helped_right", "A little")
    play.answer("moves")
    play.answer("back")  # as it was
    assert tiles(play)["moves"] == ("helped_right", "A little")
    play.answer("yes")
    assert {**first, **tiles(play)}.keys() == {*QUESTIONS, "shoulder_pain"}
    assert tiles(play)["shoulder_pain"] == ("shoulder_pain", "Yes")
    answers = confirmed(play)
    assert (answers["weaker_side"], answers["moves"], answers["shoulder_pain"]) == ("right", "some", "yes")


def test_the_way_back_leads_from_what_is_summed_up_to_the_questions():
    play = new_home()
    play.answer("back")
    assert play.screen.data["at"] == len(QUESTIONS)
    play.answer("no")
    assert confirmed(play)["shoulder_pain"] == "no"


@pytest.mark.parametrize(
    ("touched", "kept"),
    [
        ("112", "112"),
        ("other_number 1 4 4 go_on", "144"),
        ("other_number 1 1 back 4 4 go_on", "144"),  # one too many is taken back
        ("other_number 1 go_on 5 go_on", "15"),  # not before there are two
        ("other_number back 999", "999"),
        (f"other_number {' '.join('1234567890123')} go_on", "123456789012"),
    ],
)
def test_any_number_for_an_ambulance_can_be_typed(touched, kept):
    play = new_home(emergency_number=touched)
    play.answer("yes")
    assert tiles(play)["emergency_number"] == ("phone_emergency", kept)
    assert confirmed(play)["emergency_number"] == kept


def test_from_the_answer_on_everything_stands_in_the_half_that_is_seen():
    play = new_home(weaker_side="left", harder_to_see="left_half")
    assert (play.stage.weaker_side, play.stage.see) == ("left", "right")


@pytest.mark.parametrize("side", ["left", "right"])
def test_either_hand_can_be_the_stronger_one(side):
    weaker = {"left": "right", "right": "left"}[side]
    play = Play(MemoryHouse(Agenda((Block(reps=1),)), weaker=weaker), stronger=side)
    play.answer("start")
    play.camera("on")
    play.sit(3)
    play.raise_hand(weaker)
    play.sit(1)
    assert play.screen.title == "Same as usual today?"
    play.raise_hand(side)
    until(play, "set")
    play.raises(1)
    play.sit(2)
    rows = play.house.keeper.sets[0].kept["result"].rows
    assert [(r["side"], r["role"]) for r in rows if r["complete"]] == [(side, "stronger")]


CHECKS = tuple(
    Block(kind="check", role=role, planned_effort=0.0, tempo=OWN) for role in ("stronger", "weaker")
)


def test_a_check_set_is_at_ones_own_pace_and_says_nothing_of_form():
    play = begun(*CHECKS, Block())
    until(play, "choices")
    assert play.screen.title == "A short check today?"
    play.raise_hand()
    until(play, "set")
    since_s = play.since_s
    play.raises(3, top=90.0, lift_s=0.8, lower_s=0.8, hold_s=0.3)  # fast: no cue
    play.sit(2)
    said = play.texts(since_s)
    assert [text for text in said if text.isdigit()] == ["1", "2", "3"]
    assert "Slower. Count 3." not in said
    until(play, "set")
    play.raises(3, top=50.0, lift_s=1.5, lower_s=1.5, side="left")
    play.sit(2)
    sets = play.house.keeper.sets
    assert [(kept.facts["role"], kept.facts["side"]) for kept in sets] == [
        ("check", "right"),
        ("check", "left"),
    ]
    for kept, top in zip(sets, (90.0, 50.0), strict=True):
        result = kept.kept["result"]
        assert result.settings.kind == "check"
        assert [round(row["range_deg"]) for row in result.rows if row["complete"]] == pytest.approx(
            [top - 8] * 3, abs=3
        )
        assert kept.facts["target"] == {}
    shown = [screen for at_s, screen in play.shown if screen.kind == "set"]
    assert all(screen.pacer is None and screen.figure is None for screen in shown)
    assert all(screen.count != 0 for screen in shown)
    assert ("check", {"weeks": None, "done": True}) in play.house.keeper.events


def test_a_weaker_side_that_is_not_seen_to_move_is_not_waited_for_long():
    play = begun(CHECKS[1], Block())
    until(play, "choices")
    play.raise_hand()
    until(play, "set")
    play.sit(48)
    assert play.house.keeper.sets[0].kept["state"] == "done"
    assert play.house.keeper.sets[0].kept["tried"] is None
    assert play.screen.kind != "set"


def test_no_check_today_goes_on_with_practice():
    play = begun(*CHECKS, Block())
    until(play, "choices")
    play.answer("not_today")
    until(play, "set")
    assert [kept.facts["role"] for kept in play.house.keeper.sets] == ["stronger"]
    assert ("check", {"weeks": None, "done": False}) in play.house.keeper.events


def test_a_hand_that_was_asked_for_after_a_touch_confirms_the_sides():
    play = Play(MemoryHouse(Agenda((Block(),))))
    play.answer("start")
    play.camera("on")
    play.sit(3)
    play.answer("yes")
    play.sit(2)
    assert play.screen.title == "Raise your stronger hand."
    assert play.house.keeper.events == []
    play.raise_hand()
    assert ("sides_confirmed", {}) in play.house.keeper.events
