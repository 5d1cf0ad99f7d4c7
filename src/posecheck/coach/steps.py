"""The steps that wait for the person: asking, finding whoever practises, raising a hand, sitting still.

A step begins, hears of events, and answers with something other than None when it is over.
"""

from dataclasses import dataclass, field, replace

from posecheck.coach.events import Answer, Frame
from posecheck.coach.screen import Choice, Screen
from posecheck.exercise import Exercise
from posecheck.seeing import Patience, first_cure

READY_STILL_S = 3.0  # seated, still and fully seen before anything begins (6(4))
COUNT_IN = 3
SILENT_S = 12.0  # after which a question that waits is said again
WRONG_HAND_TIMES = 2
NOT_NOW = ("slow_camera", "mirrored", "sling", "limbs_jump")  # what nobody mends between two sets


class Step:
    """One thing at a time.

    Attributes
    ----------
    name : str
        Under which the answer is kept.
    again : bool
        Whether a restarted session does it again rather than remember it.
    """

    name: str
    again = False

    def begin(self, stage):
        """The step is on the screen from now on."""

    def on(self, stage, event):
        """Hear of an event; the answer when the step is over."""

    def without(self, stage):
        """The person goes on without camera: the answer, where the step cannot."""

    def screen(self, stage) -> Screen:
        """What is to be seen now."""
        raise NotImplementedError


@dataclass
class Ask(Step):
    """A question with up to three pictures, answered by hand, key, clicker or touch; it waits as long as it takes.

    Parameters
    ----------
    name : str
    title : str
    choices : tuple of Choice
        Given places 1, 2, 3 in turn unless they have one.
    raised : str
        The choice that a raised stronger hand means; empty for none.
    lines : tuple of str
        Said after the title.
    preview : bool
        Show the person, so that pictures stand beside the own hand.
    """

    name: str
    title: str
    choices: tuple[Choice, ...]
    raised: str = ""
    lines: tuple[str, ...] = ()
    picture: str = ""
    kind: str = "choices"
    preview: bool = True
    quiet: bool = False
    data: dict = field(default_factory=dict)

    def __post_init__(self):
        free = [place for place in (1, 2, 3) if place not in {c.place for c in self.choices}]
        placed = [c if c.place else replace(c, place=free.pop(0)) if free else c for c in self.choices]
        self.choices = tuple(replace(c, place=0) if c.place < 0 else c for c in placed)

    def begin(self, stage):
        stage.hands_down()
        self._said_s, self._down = stage.t_s, True
        if not self.quiet:
            stage.say(self.title, *self.lines)

    def on(self, stage, event):
        if isinstance(event, Answer):
            return event.choice if event.choice in {c.id for c in self.choices} else None
        if isinstance(event, Frame) and stage.camera:
            place = stage.beside()
            chosen = next((c.id for c in self.choices if place and c.place == place), None)
            return chosen if chosen is not None or not self.raised else self._by_raised(stage)
        if stage.t_s - self._said_s > SILENT_S and not self.quiet:
            self._said_s = stage.t_s
            stage.say(self.title)
        return None

    def _by_raised(self, stage):
        """What the raised stronger hand chooses; who raises the other one is told which, once each time."""
        side = stage.raised()
        if side not in (None, stage.stronger_side) and self._down:
            stage.say(stage.text("raise_hand"))
        self._down = side is None
        return self.raised if side == stage.stronger_side else None

    def screen(self, stage):
        raised = self.raised if stage.camera else None
        choices = (replace(c, mark="hand_up") if c.id == raised and not c.place else c for c in self.choices)
        # Without a camera nobody sees the hand that they tell of.
        lines = self.lines if stage.camera or not self.raised else ()
        return Screen(
            self.kind, self.title, lines=lines, picture=self.picture, choices=tuple(choices),
            camera=stage.camera, preview=stage.camera and self.preview, data=self.data,
        )  # fmt: skip


class See(Step):
    """Waits until somebody is seen well enough for an exercise, with one cure at a time; offers a way on by 20 s.

    Answers ``ok``, ``anyway`` (go on as it is), ``without`` (practise without camera) or ``finish``.
    """

    name, again = "see", True

    def __init__(self, exercise, settings, *, only_there=False):
        self._exercise, self._settings, self._only_there = exercise, settings, only_there
        self._patience, self._advice, self._well_s, self._said = Patience(), None, None, ""

    def begin(self, stage):
        stage.exercise = self._exercise
        self._begun_s = stage.t_s
        stage.hands_down()

    def on(self, stage, event):
        if isinstance(event, Answer) and event.choice in ("anyway", "without", "finish"):
            return event.choice
        if not isinstance(event, Frame):
            return None
        if self._advice is not None and self._advice.offer:
            chosen = {1: "anyway", 2: "without"}.get(stage.beside())
            if chosen:
                return chosen
        seen = stage.seen(self._exercise, self._settings)
        if self._only_there:
            seen = tuple(one for one in seen if one.check in ("nobody", "head_out", "dark"))
        if not seen:
            return None
        self._advice = self._patience.push(stage.t_s, seen) if stage.t_s > self._begun_s else self._advice
        cure = cure_of(self._advice)
        if cure and cure != self._said:
            stage.say(cure)
        self._said = cure
        if first_cure(seen) is None:
            self._well_s = stage.t_s if self._well_s is None else self._well_s
            return "ok" if stage.t_s - self._well_s >= 1.0 else None
        self._well_s = None
        return None

    def without(self, stage):
        return "without"

    def screen(self, stage):
        offer = self._advice is not None and self._advice.offer
        choices = (
            stage.choice("anyway", "go_on", 1, key="go_on"),
            stage.choice("without", "camera_off", 2, key="without_camera"),
        )
        return Screen(
            "camera", stage.text("looking"), cure_of(self._advice), camera=True, preview=True, picture="camera",
            choices=(*(choices if offer else ()), enough(stage)),
        )  # fmt: skip


def enough(stage):
    """*Stop for today*, by touch or key: it is always there while the camera looks."""
    return stage.choice("finish", "stop", key="enough")


def cure_of(advice):
    """What an `Advice` says to the person."""
    return advice.show.cure if advice is not None and advice.show is not None else ""


class RaiseHand(Step):
    """ "Raise your stronger hand": the camera works, left and right are what was said at set-up, and it begins.

    Answers ``ok``; ``other`` when the other hand came up twice; ``skip`` or ``finish`` by touch.
    """

    name, again = "raise_hand", True

    def __init__(self):
        self._wrong, self._down = 0, True

    def begin(self, stage):
        stage.hands_down()
        stage.say(stage.text("raise_hand"))
        self._said_s = stage.t_s

    def on(self, stage, event):
        if isinstance(event, Answer) and event.choice in ("skip", "finish"):
            return event.choice
        if not isinstance(event, Frame):
            return None
        side = stage.raised()
        if side == stage.stronger_side:
            stage.say(stage.text("thank_you"))
            return "ok"
        if side is None:
            self._down = True
        elif self._down:
            self._wrong, self._down = self._wrong + 1, False
            if self._wrong >= WRONG_HAND_TIMES:
                return "other"
            stage.say(stage.text("raise_hand"))
        if stage.t_s - self._said_s > SILENT_S:
            self._said_s = stage.t_s
            stage.say(stage.text("raise_hand"))
        return None

    def without(self, stage):
        return "without"

    def screen(self, stage):
        return Screen(
            "camera", stage.text("raise_hand"), camera=True, preview=True, picture="hand_up",
            choices=(stage.choice("skip", "go_on", key="go_on"), enough(stage)),
        )  # fmt: skip


class Settle(Step):
    """No countdown before the person has been still and fully seen for three seconds; then 3, 2, 1.

    Answers ``ok``; ``skip`` or ``finish`` by touch.
    """

    name, again = "settle", True

    def __init__(self, exercise, settings):
        self._exercise, self._settings = exercise, settings
        self._counted_s, self._cue, self._last = None, "", None

    def begin(self, stage):
        stage.exercise = self._exercise
        stage.forget()
        stage.say(stage.text("sit_still"))
        self._begun_s = self._said_s = stage.t_s

    def on(self, stage, event):
        if isinstance(event, Answer):
            return {"go_on": "skip", "finish": "finish"}.get(event.choice)
        if not isinstance(event, Frame):
            return None
        seen = stage.seen(self._exercise, self._settings)
        self._cue = cure_now(seen)
        if self._cue and stage.t_s - self._said_s > 6.0:
            self._said_s = stage.t_s
            stage.say(self._cue)
        ready = bool(seen) and not self._cue and stage.still_s >= READY_STILL_S
        if not ready and stage.still_s < READY_STILL_S:
            self._counted_s = None
        elif ready and self._counted_s is None:
            self._counted_s = stage.t_s
        if self._counted_s is None:
            return None
        left = COUNT_IN - int(stage.t_s - self._counted_s)
        if left != self._last and left > 0:
            stage.say(str(left))
        self._last = left
        return "ok" if left <= 0 else None

    def without(self, stage):
        return "without"

    def screen(self, stage):
        counting = self._counted_s is not None and self._last
        waits = stage.t_s - self._begun_s > 20.0
        return Screen(
            "camera", stage.text("sit_still"), self._cue, camera=True, preview=True, picture="sit_still",
            data={"count_in": self._last} if counting else {},
            choices=(*((stage.choice("go_on", "go_on"),) if waits else ()), enough(stage)),
        )  # fmt: skip


def cure_now(seen, *, leave_out=NOT_NOW):
    """What helps most of what can be mended now; empty when all is well."""
    wanted = first_cure(tuple(one for one in seen if one.check not in leave_out))
    return wanted.cure if wanted is not None else ""


def practised(stage, block):
    """What a block asks for, as the plan has it, and whether the camera can count it."""
    practice = stage.practice(block.exercise, tempo=block.tempo)
    return practice, isinstance(practice, Exercise)
