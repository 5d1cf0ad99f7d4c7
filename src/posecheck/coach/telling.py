"""The steps that end by themselves: showing a movement, resting, reading aloud."""

from posecheck.coach.events import Answer, Frame
from posecheck.coach.screen import Screen
from posecheck.coach.steps import Step, enough
from posecheck.records import SIDES


class Show(Step):
    """The animated figure moves, and the voice says what it is.

    Parameters
    ----------
    exercise : Practice
    side, level : str
    tempo : Tempo
    title : str
        Instead of the name of the exercise.
    seconds : float, s
        Otherwise one movement.
    """

    def __init__(self, exercise, *, side, level, tempo, title="", seconds=None, name="show"):
        self._exercise, self.name, self._title = exercise, name, title
        self._side, self._level = side, level
        self._seconds = seconds or sum(getattr(tempo, f"{p}_s") or 2.0 for p in ("lift", "lower")) + 3.0

    def begin(self, stage):
        self._until_s = stage.t_s + self._seconds
        told = (stage.text("watch"), self._exercise.name, self._exercise.cues.get("start", ""))
        stage.say(*((self._title,) if self._title else told))

    def on(self, stage, event):
        if isinstance(event, Answer) and event.choice == "go_on":
            return "done"
        return "done" if stage.t_s >= self._until_s else None

    def screen(self, stage):
        return Screen(
            "show", self._title or self._exercise.name, camera=stage.camera,
            figure=figure_of(stage, self._exercise, self._side, self._level),
            choices=(stage.choice("go_on", "go_on"),),
        )  # fmt: skip


class Rest(Step):
    """Real rest for the whole person; *More rest* is always there, and nothing hurries.

    Answers ``done``, or ``finish`` for *Stop for today*.
    """

    name = "rest"

    def __init__(self, seconds):
        self._seconds = seconds

    def begin(self, stage):
        stage.hands_down()
        self._rest(stage)

    def on(self, stage, event):
        if isinstance(event, Answer):
            if event.choice == "more_rest":
                self._rest(stage)
            return {"go_on": "done", "finish": "finish"}.get(event.choice)
        if isinstance(event, Frame) and stage.beside() == 1:
            self._rest(stage)
            stage.hands_down()
        return "done" if stage.t_s >= self._until_s else None

    def _rest(self, stage):
        self._begun_s, self._until_s = stage.t_s, stage.t_s + self._seconds
        stage.say(stage.text("rest"))

    def screen(self, stage):
        return Screen(
            "rest", stage.text("rest"), camera=stage.camera, picture="rest", ends_s=self._until_s,
            choices=(
                stage.choice("more_rest", "more_rest", 1),
                stage.choice("go_on", "go_on"),
                stage.choice("finish", "stop", key="enough"),
            ), data={"begun_s": self._begun_s},
        )  # fmt: skip


class Read(Step):
    """A card or a script that is read aloud, line by line; it ends by itself some time after its last line.

    Parameters
    ----------
    name : str
    title : str
    lines : sequence of (str, float)
        What is said, and how long it takes with the pause after it.
    picture : str
    waits : bool
        Whether it waits for an answer at the end rather than going on.
    repeats : bool
        Whether it can be heard again.
    leaves : bool
        Whether it offers *Stop for today*, answered ``finish``.
    """

    def __init__(self, name, title, lines, *, picture="", waits=False, repeats=False, leaves=False):
        self.name, self._title, self._lines, self._picture = name, title, list(lines), picture
        self._waits, self._repeats, self._leaves = waits, repeats, leaves

    def begin(self, stage):
        stage.hands_down()
        self._at, self._next_s = -1, stage.t_s

    def on(self, stage, event):
        if isinstance(event, Answer) and event.choice == "again" and self._repeats:
            self.begin(stage)
        if isinstance(event, Answer) and event.choice == "go_on":
            return "done"
        if isinstance(event, Answer) and event.choice == "finish" and self._leaves:
            return "finish"
        if isinstance(event, Frame) and stage.raised() == stage.stronger_side:
            return "done"
        if stage.t_s < self._next_s:
            return None
        if self._at + 1 < len(self._lines):
            self._at += 1
            line, lasts_s = self._lines[self._at]
            stage.say(line)
            self._next_s = stage.t_s + lasts_s
            return None
        return None if self._waits else "done"

    def screen(self, stage):
        here = self._lines[max(self._at, 0)][0] if self._lines else ""
        again = (stage.choice("again", "repeat"),) if self._repeats else ()
        return Screen(
            "read", self._title, lines=(here,) if here != self._title else (),
            picture=self._picture, camera=stage.camera,
            choices=(stage.choice("go_on", "go_on", raised=True), *again, *((enough(stage),) if self._leaves else ())),
            data={"at": self._at, "of": len(self._lines)},
        )  # fmt: skip


def figure_of(stage, exercise, side, level):
    """What the animated figure shows; of work of both sides it leads with the stronger one."""
    side = side if side in SIDES else stage.stronger_side
    return {"exercise": exercise.id, "side": side, "level": level}
