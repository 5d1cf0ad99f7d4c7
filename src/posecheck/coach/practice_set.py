"""One set in front of the camera: the pacer leads, the camera counts, one thing is said at a time, nobody is hurried.

What is analysed is what is journaled: poses go into the `Session` of the set while it is practised, and not while it is
paused, so that the stored result equals ``posecheck score`` on the stored poses.
"""

import math
from dataclasses import replace
from statistics import median
from typing import Any

from posecheck.analysis import analyse
from posecheck.coach.cues import FormCoach
from posecheck.coach.events import Answer, Frame, Reload
from posecheck.coach.fatigue import OFFER_AFTER, fatigue_signs
from posecheck.coach.gestures import Held, raised_side
from posecheck.coach.pauses import (
    Away,
    ask_fatigue,
    ask_go_on,
    ask_rest_or_go_on,
    ask_why_stopped,
    paused_rest,
)
from posecheck.coach.screen import Pacer, Screen
from posecheck.coach.steps import NOT_NOW, Step, cure_now
from posecheck.coach.telling import figure_of
from posecheck.session import Session

BEGIN_AFTER_S = 1.5  # from the set's beginning to the first lift
# (6(4)); waiting is longer where a hold or a rest is prescribed.
AWAY_S, WAIT_STILL_S, ASK_STILL_S = 3.0, 5.0, 20.0
# A wrist above the eyes so long stops; the arm left its rest so long before.
STOP_HELD_S, BEFORE_STOP_S = 2.0, 1.5
CUE_SHOWN_S, CURE_AGAIN_S, SLOW_AGAIN_S = 4.0, 8.0, 60.0
NOT_IN_A_SET = tuple(
    check for check in NOT_NOW if check != "slow_camera"
)  # with few pictures nothing is counted
LAST_SHOWN_S = 1.5  # of the last number, before anything else takes its place
ANALYSE_EVERY = 3  # pictures: a tenth of a second, which nobody notices and a small computer does
HARD_EFFORT = 6.0  # a plan that asks for this much is not offered rest for signs of tiring
ARM_RAISES = ("shoulder_abduction", "shoulder_flexion", "wrist_height", "upper_arm_elevation")
OWN_PACE = {"lift_s": 2.0, "hold_s": 0.0, "lower_s": 2.0, "rest_s": 2.0}  # where a tempo leaves it open


def pacer_of(block, exercise, stage, begin_s, *, led=2):
    """The pacer of a block: its tempo, with the words of the exercise."""
    times: dict[str, Any] = {name: getattr(block.tempo, name) for name in OWN_PACE}
    times = {name: OWN_PACE[name] if value is None else value for name, value in times.items()}
    own = exercise.cues if stage.language == "en" else {}
    words = {phase: own.get(phase, stage.text(phase, "pacer")) for phase in ("lift", "lower")}
    if times["hold_s"] >= 1.0:
        words["hold"] = stage.text("hold", "pacer")
    return Pacer(begin_s, **times, words=words, led=led)


def begun(stage, block, position, exercise):
    """The `SetKeeper` of a set that begins now. A check set has no target and belongs to no side's training."""
    check = block.kind == "check"
    return stage.keeper.begin_set(
        position=position, exercise=exercise, side=stage.side_of(block.role), role="check" if check else block.role,
        mode=block.mode, level=block.level, planned_reps=block.reps, origin_s=stage.t_s,
        **({"target": {}} if check else {}),
    )  # fmt: skip


class CountedSet(Step):
    """A set that the camera counts.

    Parameters
    ----------
    block : programme.Block
    position : int
        Of the set in the session.
    exercise : Exercise
        As the plan has it.
    film : bool
        Whether the person agreed to be filmed during this set.

    Notes
    -----
    Answers a dict: ``state`` (``done``, ``left`` or ``stopped``), ``reason``, ``reps``, ``valid``, ``score``, ``slow``,
    ``tried``, ``fatigue_stop_rep``.
    """

    name, kind = "set", "practice"

    def __init__(self, block, position, exercise, *, film=False):
        self._block, self._position, self._exercise = block, position, exercise
        self._film = film
        self._inner: Any = None
        self._then: Any = None
        self._cue, self._cue_s, self._cure, self._cure_s = "", -math.inf, "", -math.inf
        self._rows, self._count = [], 0
        self._offers, self._stop = 0, Held(STOP_HELD_S)
        self._fatigue_rep, self._judged_s = None, -1.0
        self._over_s = None  # since when all is done
        self._cut_s = None  # a hand that was raised to stop belongs to no repetition: the set ends before it

    def begin(self, stage):
        block = self._block
        self._side = stage.side_of(block.role)
        settings = stage.settings(side=self._side, level=block.level, kind=self.kind)
        self._keeper = begun(stage, block, self._position, self._exercise)
        self._origin_s, frames = self._keeper.unfinished()
        self._session = Session(
            self._exercise,
            image_size_px=stage.image_size_px,
            settings=settings,
            every=ANALYSE_EVERY,
            **stage.engine,
        )
        self._coach = FormCoach(self._exercise, new=stage.new, language=stage.language)
        for pose in frames:
            self._told(self._session.push(pose), None)
        self._last_s = frames[-1].t_s if frames else -math.inf
        stage.hands_down()
        self._pacer = pacer_of(block, self._exercise, stage, stage.t_s + BEGIN_AFTER_S)
        self._tried_before = 0
        stage.between_sets = False
        if self._film:
            stage.say(stage.text("filming"))

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────

    def on(self, stage, event):
        if isinstance(event, Answer) and event.choice == "stop" and self._then is not self._stopped:
            self._pause(stage, ask_why_stopped(stage), self._stopped)
            return None
        if self._inner is not None:
            return self._paused(stage, event)
        if isinstance(event, Reload):
            self._pause(stage, ask_go_on(stage), self._asked)
            return None
        if isinstance(event, Frame):
            return self._frame(stage, event)
        return self._enough(stage)

    def _frame(self, stage, event):
        pose = replace(event.pose, t_s=event.t_s - self._origin_s)
        if pose.t_s <= max(self._last_s, 0.0):  # taken before the set began
            return None
        self._last_s = pose.t_s
        self._keeper.frame(pose)
        if self._film:
            self._keeper.film(pose.t_s, event.jpeg, stage.image_size_px)
        self._told(self._session.push(pose), stage)
        self._look(stage)
        if self._over_s is None:
            self._interrupted(stage)
        return self._enough(stage)

    def _told(self, state, stage):
        """Take in what became certain; with a stage, say it."""
        counted = [row for row in state.new if row["complete"] and row["side"] in (self._side, self._lead())]
        self._count = max(state.count.values()) if self._side == "both" else state.count[self._side]
        for row in counted:
            self._rows.append(row)
            findings = [f for f in state.findings if (f.side, f.rep) == (row["side"], row["rep"])]
            text = self._cued(row, findings)
            if stage is None:
                continue
            if text:
                self._cue, self._cue_s = text, stage.t_s
            if self._counts_aloud:
                stage.say(text or str(self._count))
            stage.keeper.event("cue", text=text, rep=row["rep"], t_s=round(stage.t_s - self._origin_s, 3))

    @property
    def _counts_aloud(self):
        return self._block.role != "weaker"

    def _cued(self, row, findings):
        """What is said of a repetition; the weaker side hears nothing of its form."""
        return self._coach.push(row, findings) if self._block.role != "weaker" else ""

    def _lead(self):
        """In work of both limbs one of them is told of: the stronger one where it is known."""
        if self._side != "both":
            return self._side
        return "left" if self._session.settings.affected == "right" else "right"

    def _look(self, stage):
        seen = stage.seen(self._exercise, self._session.settings)
        cure = cure_now(seen, leave_out=NOT_IN_A_SET)
        slow = cure == stage.text("slow_camera", "cure")
        if cure and stage.t_s - self._cure_s > (SLOW_AGAIN_S if slow else CURE_AGAIN_S):
            self._cure_s = stage.t_s
            stage.say(cure)
        if slow and stage.t_s - self._cure_s > CUE_SHOWN_S:
            cure = ""  # nobody mends that from the chair: it was told, and is not in the way of the count
        self._cure = cure

    def _enough(self, stage):
        if self._inner is None and self._all_done(stage):
            return self._linger(stage)
        return None

    def _all_done(self, stage):
        done = self._tried(stage.t_s) if self._block.role == "weaker" else self._count
        return done >= self._block.reps

    def _linger(self, stage):
        """The end of the set, once its last number has been on the screen for a moment."""
        if self._over_s is None:
            self._over_s, self._tried_before = stage.t_s, self._tried(stage.t_s)
            self._pacer = replace(self._pacer, running=False)
        return self._finish(stage, "done") if stage.t_s - self._over_s >= LAST_SHOWN_S else None

    def _tried(self, t_s):
        if not self._pacer.running:
            return self._tried_before
        return self._tried_before + self._pacer.cycles(t_s)

    # ── pauses ────────────────────────────────────────────────────────────────────────────────────────────────

    def _interrupted(self, stage):
        if stage.away_s() >= AWAY_S:
            self._pause(stage, Away(standing=self._exercise.position != "seated"), self._resumed)
        elif self._stop_gesture(stage):
            self._cut_s = max(self._stop.since_s - BEFORE_STOP_S, self._origin_s + self._last_end_s())
            self._pause(stage, ask_why_stopped(stage), self._stopped)
        elif self._tiring(stage):
            self._offers += 1
            self._pause(stage, ask_fatigue(stage), self._offered)
        elif self._block.role != "weaker":
            self._waiting(stage)

    def _stop_gesture(self, stage):
        if self._exercise.movement.signal in ARM_RAISES:
            return False
        side = raised_side(stage.pose) if stage.pose.seen else None
        return self._stop.push(stage.t_s, side) >= 1.0

    def _tiring(self, stage):
        fresh = self._rows and self._rows[-1]["end_s"] > self._judged_s
        if (
            not fresh
            or self._offers
            or self._block.role == "weaker"
            or self._block.planned_effort >= HARD_EFFORT
        ):
            return False
        self._judged_s = self._rows[-1]["end_s"]
        rest_s = self._pacer.rest_s
        signs = fatigue_signs(self._rows, self._exercise, view=self._rows[-1]["view"], rest_s=rest_s)
        if len(signs) < OFFER_AFTER or self._count >= self._block.reps:
            return False
        self._fatigue_rep = self._rows[-1]["rep"]
        stage.keeper.event("fatigue_signs", signs=list(signs), rep=self._fatigue_rep)
        return True

    def _waiting(self, stage):
        """The pacer waits for who is still, and goes on with who moves again."""
        pacer, patience = self._pacer, max(WAIT_STILL_S, self._pacer.hold_s + self._pacer.rest_s + 3.0)
        if pacer.running and stage.still_s >= patience and stage.t_s > pacer.begin_s + patience:
            self._pacer = replace(pacer, running=False)
        elif not pacer.running and stage.still_s < 0.5:
            self._pacer = replace(pacer, running=True, begin_s=stage.t_s, led=1)
        if stage.still_s >= ASK_STILL_S:
            self._pause(stage, ask_rest_or_go_on(stage), self._asked)

    def _pause(self, stage, inner, then):
        self._tried_before, self._pacer = self._tried(stage.t_s), replace(self._pacer, running=False)
        self._inner, self._then = inner, then
        stage.keeper.event("paused", why=inner.name)
        inner.begin(stage)

    def _paused(self, stage, event):
        answer = self._inner.on(stage, event)
        if answer is None:
            return None
        then, self._inner, self._then = self._then, None, None
        return then(stage, answer)

    def _resumed(self, stage, _answer):
        stage.forget()
        self._cut_s, self._stop = None, Held(STOP_HELD_S)
        self._pacer = replace(self._pacer, running=True, begin_s=stage.t_s + BEGIN_AFTER_S, led=1)
        stage.say(stage.text("go_on"))

    def _asked(self, stage, answer):
        """After a question, or the rest that it led to."""
        if answer == "finish":
            return self._finish(stage, "left", "finish")
        if answer == "rest":
            self._pause(stage, paused_rest(), self._asked)
            return None
        return self._resumed(stage, answer)

    def _offered(self, stage, answer):
        if answer == "rest":
            stage.keeper.event("fatigue_rest")
            return self._finish(stage, "done", "tired")
        return self._resumed(stage, answer)

    def _stopped(self, stage, answer):
        if answer == "go_on":
            return self._resumed(stage, answer)
        return self._finish(stage, "stopped", answer)

    def without(self, stage):
        return self._finish(stage, "left", "camera")

    # ── the end ───────────────────────────────────────────────────────────────────────────────────────────────

    def _last_end_s(self):
        return max((row["end_s"] for row in self._rows), default=0.0)

    def _finish(self, stage, state, reason=""):
        stage.between_sets = True
        tried = self._tried(stage.t_s)
        track = self._session.track()
        if self._cut_s is not None:
            track = track.only(track.t_s <= self._cut_s - self._origin_s)
        if len(track) < 2:
            self._keeper.attempts(tried, moved=None, state=state)
            return self._answer(state, reason, tried, ())
        settings = self._session.settings
        result = (
            analyse(track, self._exercise, settings=settings)
            if self._cut_s is not None
            else self._session.finish()
        )
        clocked = self._block.role == "weaker" and self.kind == "practice"
        self._keeper.keep(result, track, state=state, tried=tried if clocked else None)
        return self._answer(state, reason, tried, result.rows)

    def _answer(self, state, reason, tried, rows):
        own = [row for row in rows if row["complete"] and row["side"] == self._lead()]
        scores = [row["score"] for row in own if row["scored"] and math.isfinite(row["score"])]
        return {
            "state": state, "reason": reason, "reps": len(own), "tried": tried,
            "valid": sum(not row["exclusion_reason"] for row in own),
            "assisted": sum(bool(row["assisted"]) for row in own),
            "score": median(scores) if len(scores) >= 3 else None,
            "slow": self._coach.slow, "fatigue_stop_rep": self._fatigue_rep if reason == "tired" else None,
        }  # fmt: skip

    def screen(self, stage):
        if self._inner is not None:
            return self._inner.screen(stage)
        weaker, fresh = self._block.role == "weaker", stage.t_s - self._cue_s <= CUE_SHOWN_S
        tried = self._tried(stage.t_s)
        return Screen(
            "set", self._exercise.name, self._cue if fresh else self._cure, camera=True, preview=True, stop=True,
            pacer=self._pacer, count=(tried or None) if weaker else self._count,
            step=set_step(self._block), lines=set_side(stage, self._block),
            figure=figure_of(stage, self._exercise, self._side, self._block.level),
            data={"tried": weaker, "moved": weaker and self._count > 0, "film": self._film},
        )  # fmt: skip


def set_side(stage, block):
    """What tells a set of the weaker side from the one before, as the line below its title; () for any other."""
    return (stage.text("weaker"),) if block.role == "weaker" else ()


def set_step(block):
    """Which set of how many, where there is more than one."""
    return (block.set_number, block.of_sets) if block.of_sets > 1 else None
