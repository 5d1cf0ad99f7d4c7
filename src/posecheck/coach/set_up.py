"""Set-up, once: what this is, one question a screen, and all answers once more before they are kept."""

from dataclasses import replace

from posecheck.coach.screen import Choice
from posecheck.coach.steps import Ask

_YES_NO = (("yes", "yes"), ("no", "no"))
QUESTIONS = {
    "weaker_side": (("left", "weaker_left"), ("right", "weaker_right")),
    "harder_to_see": (("left_half", "see_left"), ("right_half", "see_right"), ("both_fine", "see_both")),
    "therapist_yes": _YES_NO,
    "new_stroke": _YES_NO,
    "moves": (("hardly", "passive"), ("some", "helped"), ("well", "weaker_arm")),
    "sling": _YES_NO,
    "wheelchair": _YES_NO,
    "tires_fast": _YES_NO,
    "feels_stuck": _YES_NO,
    "task": (("cup", "cup"), ("door", "door"), ("towel", "towel"), ("stand_up", "stand_up")),
    "days": (
        ("mon_wed_fri", "week_mon_wed_fri"),
        ("tue_thu_sat", "week_tue_thu_sat"),
        ("any_day", "week_any_day"),
    ),
    "time_of_day": (("morning", "sunrise"), ("afternoon", "sun"), ("evening", "moon")),
    "emergency_number": (
        *((number, "phone_emergency") for number in ("112", "911", "999")),
        ("other_number", "keypad"),
    ),
}
"""What is asked once, with the pictures of its answers; each may be "not sure"."""
_PICTURE = {"sling": "sling", "wheelchair": "wheelchair", "therapist_yes": "doctor", "tires_fast": "tired",
            "new_stroke": "calendar", "feels_stuck": "graph"}  # fmt: skip
_SEEN_HALF = {"left_half": "right", "right_half": "left"}
DIGITS = tuple("1234567890")  # as on a telephone, and as the keys 1 to 9 and 0 choose them
FEWEST_DIGITS, MOST_DIGITS = 2, 12
SUMMED_UP = 9  # answers a screen


def set_up(stage, house):
    """A helper or therapist answers with the person, by touch or key; nothing is kept before all of it was seen."""
    asked = (*QUESTIONS, *house.tags())
    pages = [asked[first : first + SUMMED_UP] for first in range(0, len(asked), SUMMED_UP)]
    answers: dict[str, str] = {}
    yield _welcome(stage)
    at = 0
    while at < len(asked) + len(pages):
        if at < len(asked):
            back = not (yield from _answered(stage, answers, asked, at, back=at > 0))
        else:
            page = at - len(asked)
            chosen = yield _summed_up(stage, answers, pages, page)
            if chosen in asked:
                yield from _answered(stage, answers, asked, asked.index(chosen), back=True)
                continue
            back = chosen == "back"
        at = max(0, at - 1 if back else at + 1)
    house.set_up(answers)
    yield _finished(stage)


class _Page(Ask):
    """No camera before there is practice."""

    def screen(self, stage):
        return replace(super().screen(stage), camera=False, preview=False)


def _welcome(stage):
    lines = tuple(stage.text(line, "setup") for line in ("what_it_is", "no_advice", "questions_first"))
    choices = (stage.choice("start", "go_on", -1),)
    return _Page("setup_welcome", stage.text("welcome", "setup"), choices, lines=lines, picture="helper",
                 data={"setup": True})  # fmt: skip


def _finished(stage):
    lines = tuple(stage.text(line, "setup") for line in ("cannot_feel", "follow", "unwell"))
    choices = (stage.choice("go_on", "go_on", -1),)
    return _Page("setup_finished", stage.text("finished", "setup"), choices, lines=lines, picture="thumbs_up",
                 data={"setup": True})  # fmt: skip


# ── one question ──────────────────────────────────────────────────────────────────────────────────────────────


def _answered(stage, answers, asked, at, *, back):
    """Ask one question, and keep its answer; False when the way is back."""
    key, answer = asked[at], ""
    while not answer:
        answer = yield _question(stage, asked, at, back=back)
        if answer == "other_number":
            answer = yield from _typed_number(stage)
    if answer == "back":
        return False
    answers[key] = answer
    # Once both are told, everything stands where this person looks, and pictures show this person's sides.
    if "harder_to_see" in answers:
        weaker = answers["weaker_side"]
        stage.weaker_side = weaker if weaker in ("left", "right") else "unknown"
        stage.see = _SEEN_HALF.get(answers["harder_to_see"], "")
    return True


def _question(stage, asked, at, *, back):
    key = asked[at]
    choices = [
        Choice(answer, _text(stage, answer), picture, -1) for answer, picture in QUESTIONS.get(key, _YES_NO)
    ]
    choices.append(stage.choice("not_sure", "not_sure", -1))
    if back:
        choices.append(stage.choice("back", "repeat", -1))
    title = stage.text(key, "setup" if key in QUESTIONS else "ask")
    return _Page(f"setup_{key}", title, tuple(choices), picture=_picture(key),
                 data={"at": at, "of": len(asked), "setup": True})  # fmt: skip


def _text(stage, answer):
    if answer.isdigit():
        return answer
    return stage.text(answer, "screen" if answer in ("yes", "no", "not_sure") else "setup")


def _picture(key):
    """What a question is about; empty where its answers show it."""
    return _PICTURE.get(key, "" if key in QUESTIONS else key)


def _typed_number(stage):
    """A number, digit by digit; empty when none was typed after all."""
    typed, quiet = "", False
    while True:
        answer = yield _keypad(stage, typed, quiet=quiet)
        quiet = True
        if answer == "go_on":
            return typed
        if answer == "back" and not typed:
            return ""
        typed = typed[:-1] if answer == "back" else (typed + answer)[:MOST_DIGITS]


def _keypad(stage, typed, *, quiet):
    digits = tuple(Choice(digit, digit, "", -1) for digit in DIGITS)
    after = (stage.choice("go_on", "go_on", -1),) if len(typed) >= FEWEST_DIGITS else ()
    choices = (*digits, stage.choice("back", "repeat", -1), *after)
    return _Page("setup_number", stage.text("emergency_number", "setup"), choices, quiet=quiet,
                 lines=(typed,) if typed else (), data={"setup": True, "grid": "keypad", "focus": "go_on"})  # fmt: skip


# ── all answers once more ─────────────────────────────────────────────────────────────────────────────────────


def _summed_up(stage, answers, pages, page):
    """Some of the answers as pictures; each can be touched to answer it again."""
    tiles = (_tile(stage, key, answers[key]) for key in pages[page])
    choices = (*tiles, stage.choice("back", "repeat", -1), stage.choice("yes", "yes", -1))
    how = (stage.text("summed_up_how", "setup"),)
    return _Page("setup_summed_up", stage.text("summed_up", "setup"), choices, lines=how, quiet=page > 0,
                 data={"at": page, "of": len(pages), "setup": True, "grid": "answers", "focus": "yes"})  # fmt: skip


def _tile(stage, key, answer):
    """The answer's own picture, or that of the question with its yes or no."""
    own = dict(QUESTIONS.get(key, _YES_NO))
    subject = _picture(key)
    number = key == "emergency_number" and answer.isdigit()
    picture = subject or ("phone_emergency" if number else own.get(answer, "not_sure"))
    mark = answer if subject else ""
    return Choice(key, _text(stage, answer), picture, -1, about=stage.text(key, "written"), mark=mark)
