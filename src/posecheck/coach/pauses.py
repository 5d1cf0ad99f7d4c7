"""What interrupts a set, and how it goes on: leaving the picture, stillness, tiring, stopping."""

from posecheck.coach.events import Answer, Frame
from posecheck.coach.screen import Screen
from posecheck.coach.steps import Ask, Step
from posecheck.coach.telling import Rest

BACK_STILL_S = 1.5
ASK_AGAIN_S = 6.0
PAUSE_REST_S = 45.0


class Away(Step):
    """Nobody is seen. Seated: come back whenever. Standing: "Are you OK?" aloud until it is answered.

    It says nothing of a fall: it does not know of one.
    """

    name = "away"

    def __init__(self, *, standing):
        self._standing = standing

    def begin(self, stage):
        self._said_s = stage.t_s
        self._say(stage)

    def _say(self, stage):
        stage.say(stage.text("are_you_ok") if self._standing else stage.text("paused"))

    def on(self, stage, event):
        if isinstance(event, Answer) and event.choice == "go_on":
            return "back"
        if self._standing and stage.t_s - self._said_s > ASK_AGAIN_S:
            self._said_s = stage.t_s
            self._say(stage)
        back = isinstance(event, Frame) and stage.still_s >= BACK_STILL_S
        if back and (not self._standing or stage.raised() is not None):
            return "back"
        return None

    def screen(self, stage):
        title = stage.text("are_you_ok") if self._standing else stage.text("paused")
        return Screen(
            "camera", title, stage.text("nobody", "cure") if stage.away_s() > 1 else "", camera=True, preview=True,
            picture="pause", choices=(stage.choice("go_on", "go_on", raised=self._standing),),
        )  # fmt: skip


def ask_rest_or_go_on(stage):
    """After twenty seconds of stillness: a set never ends by silence."""
    return Ask(
        "rest_or_go_on",
        stage.text("rest_or_go_on"),
        (
            stage.choice("go_on", "go_on"),
            stage.choice("rest", "rest", key="rest_short"),
            stage.choice("finish", "stop", key="enough"),
        ),
    )


def ask_go_on(stage):
    """Once, after the page was reloaded: go on where one was, or leave the rest."""
    return Ask(
        "resume",
        stage.text("resume"),
        (
            stage.choice("go_on", "go_on"),
            stage.choice("finish", "stop", key="enough"),
        ),
    )


def ask_fatigue(stage):
    """Signs of tiring offer a rest."""
    return Ask(
        "fatigue",
        stage.text("rest", "cue"),
        (
            stage.choice("rest", "rest", key="rest_short"),
            stage.choice("go_on", "go_on"),
        ),
    )


def ask_why_stopped(stage):
    """Any stop asks: pain, tired, something else; or go on after all, by the hand raised once more."""
    return Ask(
        "why_stopped",
        stage.text("why_stopped"),
        (
            stage.choice("pain", "pain"),
            stage.choice("tired", "tired"),
            stage.choice("something_else", "something_else"),
            stage.choice("go_on", "go_on", -1),
        ),
        raised="go_on",  # who stopped by accident goes on from the chair
    )


def paused_rest():
    """A rest within a set."""
    return Rest(PAUSE_REST_S)
