"""A practice session as one would tell it: a generator that yields steps and is sent their answers.

The order is that of CLINICAL's session template (docs/programme.md); the doses are the agenda's, the words the
language's. It keeps no time and knows no camera, so that a session can be taken up again by telling it the answers.
"""

from dataclasses import dataclass, field
from typing import Any

from posecheck.coach.check_set import CheckSet, ask_check
from posecheck.coach.paced import PacedSet, Task, alarm
from posecheck.coach.practice_set import CountedSet
from posecheck.coach.questions import (
    ask_effort,
    ask_film,
    ask_imagine,
    ask_pain,
    ask_red_flags,
    ask_site,
    ask_usual,
    ask_weekly,
    ask_which_hand,
)
from posecheck.coach.steps import RaiseHand, See, Settle, practised
from posecheck.coach.summary import true_good_thing
from posecheck.coach.telling import Read, Rest, Show

EFFORT = {"easy": 2, "just_right": 4, "hard": 7}


@dataclass(frozen=True)
class Today:
    """What a session needs to know beyond its agenda; stored with it, so that it can be taken up again.

    Attributes
    ----------
    shown : tuple of str
        Exercises that were demonstrated this week already.
    cards : tuple of dict
        ``title``, ``lines`` of (text, seconds), ``picture``: read at the end.
    scripts : dict of str to list of (text, seconds)
        Imagery by exercise, ``general`` where there is none.
    tasks : dict of str to (sequence of str, str)
        Sentences and picture of an everyday task.
    weekly : tuple of str
        Questions that are due this week.
    emergency : str
        Number to call; empty when nobody entered one.
    message : str
        From the therapist, read at the start.
    message_s : float, s
        How long it stays: as long as it is spoken, and some time to read.
    film : bool
        Whether to ask, once, if the next set may be filmed.
    next_day : tuple of str
        When the next session suits, as keys of the words; empty where any day does.
    """

    shown: tuple[str, ...] = ()
    cards: tuple[dict, ...] = ()
    scripts: dict = field(default_factory=dict)
    tasks: dict = field(default_factory=dict)
    weekly: tuple[str, ...] = ()
    emergency: str = ""
    message: str = ""
    message_s: float = 6.0
    film: bool = False
    next_day: tuple[str, ...] = ()


class PracticeSession:
    """One session on its way through the agenda.

    Parameters
    ----------
    stage : Stage
    agenda : programme.Agenda
    today : Today
    """

    def __init__(self, stage, agenda, today):
        self.stage, self.agenda, self.today = stage, agenda, today
        self.results: list[dict[str, Any]] = []
        self._over: set[str] = set()  # exercises that are left for today
        self._shown = set(today.shown)
        self._checks: bool | None = None  # whether check sets are welcome today; None before it was asked
        self._film = today.film
        self._position = -1  # of the last set; in the order in which sets come
        self.state = "done"

    def flow(self):
        """Yields steps; returns what the session came to: a dict with ``state`` and ``lines`` of the summary."""
        if self.today.message:
            told = [(self.today.message, self.today.message_s)]
            yield Read("message", "", told, picture="doctor", repeats=True)
        if (yield from self._arrive()):
            begun_s = self.stage.t_s
            for at, block in enumerate(self.agenda.blocks):
                late = self.stage.t_s - begun_s > 60.0 * self.agenda.hard_stop_minutes
                if late or (yield from self._block(at, block)):
                    break
        yield from self._close()
        return {"state": self.state, "results": self.results}

    # ── arriving ──────────────────────────────────────────────────────────────────────────────────────────────

    def _arrive(self):
        """Whether practice may begin."""
        stage = self.stage
        moving = [b for b in self.agenda.blocks if b.exercise and b.kind != "check"]
        first = next((b for b in moving if practised(stage, b)[1]), None)
        exercise, settings = None, None
        if first is None:
            stage.camera = False
        else:
            exercise, settings = practised(stage, first)[0], self._settings(first)
        if stage.camera and self._enough((yield See(exercise, settings, only_there=True))):
            return False
        usual = yield ask_usual(stage)
        stage.keeper.prompt("usual", usual != "no")
        if usual == "no" and not (yield from self._new_today()):
            return False
        if stage.camera and self._enough((yield See(exercise, settings))):
            return False
        if stage.camera and usual != "raised":
            return not (yield from self._confirm_sides())
        return True

    def _settings(self, block):
        return self.stage.settings(side=self.stage.side_of(block.role), level=block.level)

    def _enough(self, answer):
        """Take in how the camera's looking ended; whether that was enough for today."""
        if answer == "without" and self.stage.camera:
            self.stage.camera = False
            self.stage.keeper.event("without_camera")
        return self._finished(answer)

    def _new_today(self):
        """Red flags stop everything; what else is new today is no reason to be told one is fine."""
        flag = yield from ask_red_flags(self.stage)
        if flag != "none_of_these":
            yield from self._alarmed(flag)
        return flag == "none_of_these"

    def _alarmed(self, flag):
        """A red flag ends the session."""
        self.stage.keeper.prompt("red_flag", flag)
        self.stage.keeper.event("red_flag", flag=flag)
        self.state = "stopped"
        yield alarm(self.stage, flag, self.today.emergency)

    def _confirm_sides(self):
        """Which hand is the stronger one; whether that was enough for today."""
        answer = yield RaiseHand()
        if answer == "ok":
            self.stage.keeper.event("sides_confirmed")
        if answer == "other":
            which = yield ask_which_hand(self.stage)
            self.stage.keeper.event("sides_in_doubt", answer=which)
            if which == "no":
                answer = yield RaiseHand()
        return self._enough(answer)

    # ── practising ────────────────────────────────────────────────────────────────────────────────────────────

    def _block(self, at, block):
        """One block; whether the session ends with it."""
        if block.exercise in self._over:
            return False
        if block.kind == "rest":
            return (yield from self._rest(block.rest_after_s or block.seconds or 45.0))
        if block.kind in ("warm_up", "cool_down"):
            yield from self._calm(block)
            return False
        if block.kind == "task":
            yield from self._task(block)
            return False
        if block.kind == "check":
            return (yield from self._check(block))
        if block.mode == "imagery":
            ends = yield from self._imagine(block)
        else:
            ends = yield from self._practise(at, block)
        if not ends and block.rest_after_s:
            return (yield from self._rest(block.rest_after_s))
        return ends

    def _rest(self, seconds):
        """Rest; whether that was enough for today."""
        return self._finished((yield Rest(seconds)))

    def _next(self):
        self._position += 1
        return self._position

    def _calm(self, block):
        """Easy movement with the figure before, and breathing after."""
        title, seconds = self.stage.text(block.kind), block.seconds or 30.0
        moving = [b for b in self.agenda.blocks if b.exercise and b.mode != "imagery" and b.kind != "check"]
        if block.kind == "cool_down" or not moving:
            yield Read(block.kind, title, [(title, seconds)], picture="moon")
            return
        first = next((b for b in moving if b.role == "both"), moving[0])
        yield Show(
            practised(self.stage, first)[0],
            side="both",
            level="1",
            tempo=first.tempo,
            title=title,
            seconds=seconds,
            name=block.kind,
        )

    def _task(self, block):
        lines, picture = self.today.tasks.get(block.say, ((), "cup"))
        keeper = self.stage.keeper.begin_set(
            position=self._next(), exercise=block.say, side="both", role="task", mode="active", level=block.level,
            planned_reps=1, origin_s=self.stage.t_s,
        )  # fmt: skip
        done = yield Task(lines, picture)
        keeper.attempts(int(done == "done"), moved=None, state="done" if done == "done" else "left")

    def _imagine(self, block):
        """A movement in the mind; whether that was enough for today."""
        lines = self.today.scripts.get(block.exercise) or self.today.scripts.get("general") or []
        keeper = self.stage.keeper.begin_set(
            position=self._next(), exercise=block.exercise or "general", side=self.stage.weaker_side, role="weaker",
            mode="imagery", level=block.level, planned_reps=1, origin_s=self.stage.t_s,
        )  # fmt: skip
        title = self.stage.text("imagine_turn")
        answer = yield Read("imagery", title, [(title, 4.0), *lines], picture="imagine", leaves=True)
        keeper.attempts(int(answer == "done"), moved=None, state="done" if answer == "done" else "left")
        return self._finished(answer)

    def _check(self, block):
        """A check set, asked for once and left out without a word where it is not welcome or cannot be seen."""
        stage = self.stage
        if stage.camera and self._checks is None:
            self._checks = (yield ask_check(stage)) != "not_today"
            stage.keeper.event("check", weeks=self.agenda.check, done=self._checks)
        if not (stage.camera and self._checks):
            return False
        exercise, _ = practised(stage, block)
        yield from self._lead_in(block, exercise)
        if self._enough((yield Settle(exercise, self._settings(block)))):
            return True
        if not stage.camera:
            return False
        answer = yield CheckSet(block, self._next(), exercise)
        if answer["state"] == "stopped":
            return (yield from self._stopped(block, answer["reason"]))
        if self._finished(answer["reason"]):
            return True
        return (yield from self._rest(block.rest_after_s))

    def _lead_in(self, block, exercise):
        """What is said and shown before a set."""
        stage = self.stage
        if exercise.id not in self._shown:
            self._shown.add(exercise.id)
            stage.keeper.event("shown", exercise=exercise.id)
            yield Show(exercise, side=stage.side_of(block.role), level=block.level, tempo=block.tempo)
        if exercise.position != "seated":
            yield Read("chair_behind", stage.text("chair_behind"), [(stage.text("chair_behind"), 3.0)],
                       picture="standing_support", waits=True)  # fmt: skip
        yield Read(
            "turn",
            stage.text(_turn(block)),
            [(stage.text(_turn(block)), 2.5)],
            picture=_turn_picture(_turn(block), exercise),
        )

    def _practise(self, at, block):
        stage, (exercise, measured) = self.stage, practised(self.stage, block)
        yield from self._lead_in(block, exercise)
        counted = measured and stage.camera and block.mode != "passive"
        film = counted and (yield from self._may_film())
        if counted and self._enough((yield Settle(exercise, self._settings(block)))):
            return True
        if counted and stage.camera:
            answer = yield CountedSet(block, self._next(), exercise, film=film)
        else:
            answer = yield PacedSet(block, self._next(), exercise)
        self.results.append(
            {"position": self._position, "exercise": exercise.id, "role": block.role, **answer}
        )
        if answer["state"] == "stopped":
            return (yield from self._stopped(block, answer["reason"]))
        if self._finished(answer["reason"]):
            return True
        if answer["reason"] == "tired":
            tired = sum(r["reason"] == "tired" for r in self.results if r["exercise"] == exercise.id)
            if tired >= 2:
                self._over.add(exercise.id)
            if (yield from self._rest(60.0)):
                return True
        return self._last_of(at, block) and (yield from self._faces(exercise.id))

    def _may_film(self):
        """Asked once where somebody wished for a film; each film needs its own yes."""
        if not self._film:
            return False
        self._film = False
        agreed = (yield ask_film(self.stage)) == "yes"
        self.stage.keeper.event("film", agreed=agreed)
        return agreed

    def _last_of(self, at, block):
        return not any(b.exercise == block.exercise for b in self.agenda.blocks[at + 1 :])

    def _stopped(self, block, reason):
        """After *Stop*: pain ends the exercise for today; something else asks for what is new."""
        stage = self.stage
        stage.keeper.event("stopped", reason=reason, exercise=block.exercise)
        if reason == "pain":
            if (yield from self._pain(block.exercise)):
                return True
            choice = yield ask_imagine(stage)
            return (yield from self._imagine(block)) if choice == "imagine" else self._finished(choice)
        if reason == "something_else":
            return not (yield from self._new_today())
        if (yield from self._rest(60.0)):
            return True
        return self._finished((yield ask_imagine(stage, go_on=True)))

    def _finished(self, choice):
        """Whether that was enough for today."""
        self.state = "left" if choice == "finish" else self.state
        return choice == "finish"

    def _pain(self, exercise):
        """Where it hurts; whether that ends the session."""
        site = yield from ask_site(self.stage)
        self.stage.keeper.prompt("pain", {"pain": True, "site": site, "exercise": exercise})
        self._over.add(exercise)
        if site == "chest":
            yield from self._alarmed("chest_pain")
            return True
        yield Read(
            "rest_it", self.stage.text("rest_it"), [(self.stage.text("rest_it"), 3.0)], picture="heart"
        )
        return False

    def _faces(self, exercise):
        """How hard it was and whether anything hurts; whether that ends the session."""
        effort = yield ask_effort(self.stage)
        self.stage.keeper.prompt("effort", {"effort": EFFORT[effort], "exercise": exercise})
        pain = yield ask_pain(self.stage)
        if pain == "yes":
            return (yield from self._pain(exercise))
        self.stage.keeper.prompt("pain", {"pain": False, "exercise": exercise})
        return False

    # ── closing ───────────────────────────────────────────────────────────────────────────────────────────────

    def _close(self):
        if self.state == "stopped":
            return
        stage = self.stage
        for name in self.today.weekly if self.state == "done" else ():
            stage.keeper.prompt(name, (yield ask_weekly(stage, name)))
        for card in self.today.cards if self.state == "done" else ():
            stage.keeper.event("card", card=card["id"])
            yield read_card(card)
        lines = [
            *([(true_good_thing(stage, self.results), 3.5)] if self.results else []),
            (stage.text("done"), 3.5),
            (stage.text("next_time"), 2.5),
            *((stage.text(day, "days"), 1.8) for day in self.today.next_day),
        ]
        yield Read("summary", stage.text("done"), lines, picture="thumbs_up")


def read_card(card):
    """One idea in two short sentences, read aloud."""
    return Read("card", "", [tuple(line) for line in card["lines"]], picture=card["picture"])


def _turn(block):
    if block.role == "weaker":
        return {"assisted": "helped_turn", "passive": "passive_turn"}.get(block.mode, "weaker_turn")
    return "both_turn" if block.role == "both" else "your_turn"


def _turn_picture(turn, exercise):
    weaker = "weaker_leg" if exercise.region in ("leg", "ankle") else "weaker_arm"
    shown = {"helped_turn": "helped", "passive_turn": "passive", "weaker_turn": weaker}
    return shown.get(turn, "both_hands" if turn == "both_turn" else "show_me")
