"""The questions of a session: one idea, three pictures at most, answered from the chair."""

from dataclasses import dataclass

from posecheck.coach.screen import Choice
from posecheck.coach.steps import Ask

RED_FLAG_PAGES = (
    ("new_arm_weak", "new_face_droop", "new_speech"),
    ("new_eyes", "new_balance", "new_headache"),
    ("chest_pain", "breathless", "faint"),
    ("seizure", "fell", "calf_swollen"),
    ("shoulder_worse", "dizzy", "fever"),
)
"""Those first that mean calling for help."""
_FLAG_PICTURE = {"shoulder_worse": "where_shoulder", "dizzy": "new_balance"}

SITE_PAGES = (("shoulder", "arm", "hand"), ("chest", "back", "leg"))
BY_BUTTON = -1
SURE_S = 15.0  # silence after a red flag is taken for a yes


def _flag_picture(flag: str):
    return _FLAG_PICTURE.get(flag, flag)


def ask_usual(stage):
    """The one question of every day; the raised stronger hand answers yes, checks the camera and confirms the side."""
    how = (stage.text("usual_how"),) if stage.camera else ()
    return Ask(
        "usual",
        stage.text("usual"),
        (
            stage.choice("yes", "hand_up" if stage.camera else "yes", 1),
            stage.choice("no", "no", 3),
        ),
        raised="raised",
        lines=how,
    )


def _pages(stage, name, title, pages, picture, more, last=None):
    """Ask page by page; the raised hand, or the button below the pictures, turns the page.

    On the last page that button is `last`, where there is one; turned over, that page says *none of these*.
    """
    for at, page in enumerate(pages):
        button = (
            last if last is not None and at + 1 == len(pages) else Choice("more", more, "go_on", BY_BUTTON)
        )
        choices = [stage.choice(key, picture(key), table=name) for key in page]
        answer = yield Ask(name, title, (*choices, button), raised=button.id, quiet=at > 0)
        if answer != "more":
            return answer
    return "none_of_these"


@dataclass
class Sure(Ask):
    """A question about a red flag: a hand that lay beside a picture by chance can say no, and no answer is a yes."""

    def on(self, stage, event):
        answer = super().on(stage, event)
        waits = (
            answer is None and not stage.hover[0]
        )  # a hand that is held beside a picture is about to answer
        return "yes" if waits and stage.t_s - self._begun_s >= SURE_S else answer

    def begin(self, stage):
        super().begin(stage)
        self._begun_s = stage.t_s


def ask_red_flags(stage):
    """``New today?`` in pictures: the flag, or ``none_of_these``. One that was not meant is asked for again."""
    title, none = stage.text("question", "red_flag"), stage.text("none_of_these", "red_flag")
    while True:
        flag = yield from _pages(stage, "red_flag", title, RED_FLAG_PAGES, _flag_picture, none)
        if flag == "none_of_these" or (yield _sure(stage, flag)) == "yes":
            return flag


def _sure(stage, flag):
    return Sure(
        "red_flag_sure",
        stage.text(flag, "red_flag"),
        (stage.choice("yes", "stop", 1, key="enough"), stage.choice("no", "no", 3)),
        lines=(stage.text("red_flag_sure", "red_flag"),),
        picture=_flag_picture(flag),
    )


def ask_site(stage):
    """Where it hurts. Pain in the chest is a red flag: it is asked for again unless it was meant."""
    title, more = stage.text("where"), stage.text("more")
    other = stage.choice("other", "where_other", BY_BUTTON, table="site")
    while True:
        site = yield from _pages(stage, "site", title, SITE_PAGES, "where_{}".format, more, other)
        if site != "chest" or (yield _sure(stage, "chest_pain")) == "yes":
            return site


def _three(stage, name, title, keys, pictures, table="screen"):
    choices = tuple(
        stage.choice(key, picture, table=table) for key, picture in zip(keys, pictures, strict=True)
    )
    return Ask(name, title, choices)


def ask_effort(stage):
    """Three faces."""
    keys = ("easy", "just_right", "hard")
    return _three(stage, "effort", stage.text("effort"), keys, ("face_easy", "face_right", "face_hard"))


def ask_pain(stage):
    """Yes or no."""
    return Ask(
        "pain",
        stage.text("any_pain"),
        (stage.choice("no", "no_pain", 1), stage.choice("yes", "pain", 2)),
    )


def ask_which_hand(stage):
    """The other hand came up twice."""
    return Ask(
        "which_hand",
        stage.text("which_hand"),
        (stage.choice("yes", "yes"), stage.choice("no", "no")),
    )


def ask_film(stage):
    """Whether this one set may be filmed; only after somebody asked for a film."""
    return Ask(
        "film",
        stage.text("film_ask"),
        (stage.choice("yes", "camera", 1), stage.choice("no", "camera_off", 3)),
        raised="yes",
        lines=(stage.text("film_how"), stage.text("usual_how")),
    )


def ask_imagine(stage, *, go_on=False):
    """After pain or tiredness: what is left for today, with no advice."""
    choices = [
        stage.choice("go_on", "go_on"),
        stage.choice("imagine", "imagine"),
        stage.choice("finish", "stop", key="enough"),
    ]
    return Ask(
        "imagine_or",
        stage.text("go_on_or_finish"),
        tuple(c for c in choices if not go_on or c.id != "imagine"),
    )


def ask_resume(stage):
    """Once, after an interruption."""
    return Ask(
        "resume",
        stage.text("resume"),
        (
            stage.choice("go_on", "go_on"),
            stage.choice("start_new", "repeat"),
        ),
    )


def ask_weekly(stage, name):
    """Once a week: confidence with the task, mood, soreness of the stronger side."""
    keys = ("sore_no", "sore_little", "sore_yes") if name == "soreness" else ("high", "middle", "low")
    return _three(
        stage, name, stage.text(name, "weekly"), keys, ("face_easy", "face_right", "face_hard"), "weekly"
    )
