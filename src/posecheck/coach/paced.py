"""What is practised without being measured: the pacer counts, or one imagines; and the screen that says stop."""

from dataclasses import replace
from typing import Any

from posecheck.coach.events import Answer, Frame
from posecheck.coach.pauses import ask_why_stopped, paused_rest
from posecheck.coach.practice_set import BEGIN_AFTER_S, LAST_SHOWN_S, begun, pacer_of, set_side, set_step
from posecheck.coach.screen import Screen
from posecheck.coach.steps import Step
from posecheck.coach.telling import figure_of

ALARM_STAYS_S = 5.0  # cannot be put away before (3.6)
URGENT = ("new_arm_weak", "new_face_droop", "new_speech", "new_eyes", "new_balance", "new_headache", "chest_pain",
          "breathless", "faint", "seizure")  # fmt: skip


class PacedSet(Step):
    """A set that the pacer counts: without camera, helped by somebody, or of what the camera does not measure."""

    name = "set"

    def __init__(self, block, position, exercise):
        self._block, self._position, self._exercise = block, position, exercise
        self._inner: Any = None
        self._before, self._spoken, self._over_s = 0, 0, None

    def begin(self, stage):
        block = self._block
        self._side = stage.side_of(block.role)
        self._keeper = begun(stage, block, self._position, self._exercise)
        self._pacer = pacer_of(block, self._exercise, stage, stage.t_s + BEGIN_AFTER_S)
        stage.hands_down()

    def on(self, stage, event):
        if isinstance(event, Answer) and event.choice == "stop" and self._inner is None:
            self._before, self._pacer = self._tried(stage.t_s), replace(self._pacer, running=False)
            self._inner = ask_why_stopped(stage)
            self._inner.begin(stage)
            return None
        if self._inner is not None:
            return self._paused(stage, event)
        tried = self._tried(stage.t_s)
        if tried > max(self._spoken, self._pacer.led - 1):
            stage.say(str(tried))
        self._spoken = max(self._spoken, tried)
        if tried < self._block.reps:
            return None
        if self._over_s is None:
            self._over_s, self._before, self._pacer = stage.t_s, tried, replace(self._pacer, running=False)
        return self._finish("done", "", tried) if stage.t_s - self._over_s >= LAST_SHOWN_S else None

    def _paused(self, stage, event):
        answer = self._inner.on(stage, event)
        if answer is None:
            return None
        if answer == "tired":
            self._inner = paused_rest()
            self._inner.begin(stage)
            return None
        self._inner = None
        if answer in ("go_on", "done"):
            self._pacer = replace(self._pacer, running=True, begin_s=stage.t_s + BEGIN_AFTER_S, led=1)
            return None
        return self._finish("left" if answer == "finish" else "stopped", answer, self._before)

    def _tried(self, t_s):
        return self._before + (self._pacer.cycles(t_s) if self._pacer.running else 0)

    def _finish(self, state, reason, tried):
        self._keeper.attempts(tried, moved=None, state=state)
        return {"state": state, "reason": reason, "reps": tried, "tried": tried, "valid": None, "assisted": 0,
                "score": None, "slow": 0, "fatigue_stop_rep": None}  # fmt: skip

    def screen(self, stage):
        if self._inner is not None:
            return self._inner.screen(stage)
        tried = self._tried(stage.t_s)
        return Screen(
            "set", self._exercise.name, stop=True, pacer=self._pacer, count=tried or None, camera=False,
            step=set_step(self._block), lines=set_side(stage, self._block),
            data={"tried": self._block.role == "weaker"},
            figure=figure_of(stage, self._exercise, self._side, self._block.level),
        )  # fmt: skip


class Task(Step):
    """One everyday task at one's own pace; a raised hand, a key or a touch says it is done."""

    name = "task"

    def __init__(self, lines, picture):
        self._lines, self._picture = tuple(lines), picture

    def begin(self, stage):
        stage.hands_down()
        stage.say(stage.text("task_turn"), *self._lines)
        self._begun_s = stage.t_s

    def on(self, stage, event):
        if isinstance(event, Answer) and event.choice in ("go_on", "stop"):
            return "done" if event.choice == "go_on" else "skipped"
        raised = isinstance(event, Frame) and stage.t_s - self._begun_s > 8.0
        return "done" if raised and stage.raised() == stage.stronger_side else None

    def screen(self, stage):
        return Screen(
            "read", stage.text("task_turn"), lines=(*self._lines, stage.text("raise_when_done")), stop=True,
            picture=self._picture, camera=stage.camera, choices=(stage.choice("go_on", "yes", raised=True),),
        )  # fmt: skip


class Alarm(Step):
    """Stop everything and say what to do; it cannot be put away for five seconds, and never by hand."""

    name, again = "alarm", True

    def __init__(self, title, lines, *, urgent):
        self.title, self._lines, self._urgent = title, lines, urgent
        self.picture = "phone_emergency" if urgent else "doctor"

    def begin(self, stage):
        self._begun_s = self._said_s = stage.t_s
        stage.say(self.title, *self._lines)

    def on(self, stage, event):
        if stage.t_s - self._said_s > 10.0:
            self._said_s = stage.t_s
            stage.say(self.title, *self._lines)
        shown = stage.t_s - self._begun_s >= ALARM_STAYS_S
        return "home" if isinstance(event, Answer) and event.choice == "home" and shown else None

    def screen(self, stage):
        later = stage.t_s - self._begun_s >= ALARM_STAYS_S
        return Screen(
            "alarm", self.title, lines=self._lines, picture=self.picture,
            choices=(stage.choice("home", "home"),) if later else (), data={"urgent": self._urgent},
        )  # fmt: skip


def alarm(stage, flag, emergency):
    """What to do about a red flag, and what was chosen, for whoever comes; nothing of what it may be."""
    if flag in URGENT:
        call = (
            stage.text("call", "red_flag", number=emergency)
            if emergency
            else stage.text("call_any", "red_flag")
        )
        lines = (stage.text(flag, "red_flag"), stage.text("show_someone", "red_flag"))
        return Alarm(call, lines, urgent=True)
    lines = (stage.text("ask_therapist", "red_flag"),)
    return Alarm(stage.text("rest_today", "red_flag"), lines, urgent=False)
