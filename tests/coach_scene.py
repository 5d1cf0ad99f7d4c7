"""A stick person before the screen: acts are played to the conductor, and what it shows and says is kept."""

from dataclasses import replace

import numpy as np
from synthetic import SIZE_PX, movement, person

from posecheck.coach.conductor import Conductor
from posecheck.coach.events import Answer, CameraState, Frame, Tick
from posecheck.coach.flow import Today
from posecheck.coach.home import at_home
from posecheck.coach.stage import Stage
from posecheck.records import OTHER_SIDE, PoseFrame

START_S = 1_764_000_000.0
FACTS = {"engine": "synthetic", "model": "stick"}
BESIDE = {1: (104.0, 0.0), 2: (90.0, 5.0), 3: (66.0, 5.0)}  # of the arm: elevation and bend, deg
RAISED = (165.0, 5.0)


class MemoryKeeper:
    """Keeps what it is told."""

    trouble = ""

    def __init__(self, left_over=()):
        self.answers, self.prompts, self.events, self.sets = [], [], [], []
        self._left_over = left_over

    def answer(self, step, answer):
        self.answers.append((step, answer))

    def prompt(self, kind, value):
        self.prompts.append((kind, value))

    def event(self, kind, **detail):
        self.events.append((kind, detail))

    def again(self):
        """All is kept."""

    def begin_set(self, **facts):
        kept = MemorySet(facts)
        self.sets.append(kept)
        return kept


class MemorySet:
    """One set as it was kept."""

    def __init__(self, facts):
        self.facts, self.poses, self.kept = facts, [], None

    def unfinished(self):
        return self.facts["origin_s"], ()

    def frame(self, pose):
        self.poses.append(pose)

    def film(self, t_s, jpeg, size_px):
        raise AssertionError("nobody asked for a film")

    def keep(self, result, track, *, state, tried=None):
        self.kept = {"result": result, "track": track, "state": state, "tried": tried}

    def attempts(self, tried, *, moved, state):
        self.kept = {"tried": tried, "moved": moved, "state": state}


class MemoryHouse:
    """A house whose plan is given."""

    def __init__(self, agenda, *, today=None, weaker="left", known=True, new=True, flag=None):
        self.agenda, self._today, self.weaker, self._known, self.new = (
            agenda,
            today or Today(),
            weaker,
            known,
            new,
        )
        self.flag, self.ended, self.keeper, self.answers = flag, [], None, None

    def known(self):
        return self._known

    def tags(self):
        return ("shoulder_pain",)

    def set_up(self, answers):
        self.answers, self._known = answers, True

    def enter(self, stage):
        stage.weaker_side, stage.new = self.weaker, self.new

    def plan_today(self, kind):
        return self.agenda, self._today

    def begin(self, kind, agenda, today):
        self.keeper = MemoryKeeper()
        return self.keeper

    def end(self, outcome):
        self.ended.append(outcome)
        flags = [value for kind, value in self.keeper.prompts if kind == "red_flag"]
        self.flag = (flags[0], "112") if flags else None

    def unfinished(self):
        return None

    def red_flag_today(self):
        return self.flag

    def greeting(self):
        return "ready"

    def cards_seen(self):
        return ()

    def progress(self):
        return {}


class Play:
    """Plays acts to a conductor, 30 pictures a second.

    Attributes
    ----------
    shown : list of (float, Screen)
        Each screen that differs from the one before, with its time since the beginning.
    said : list of (float, str)
    jpeg : bytes
        The picture that comes with each pose.
    """

    jpeg = b""

    def __init__(self, house, *, stronger="right", rate_hz=30.0):
        self.stage = Stage("unknown", None, engine=FACTS, image_size_px=SIZE_PX)
        self.conductor, self.house = Conductor(self.stage, at_home(self.stage, house)), house
        self.stronger, self._step_s, self.t_s = stronger, 1 / rate_hz, START_S
        self.shown, self.said, self.out = [], [], None
        self.hear(Tick(self.t_s))

    # ── events ────────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, event):
        self.out = self.conductor.on(event)
        since_s = event.t_s - START_S
        if not self.shown or self.out.screen != self.shown[-1][1]:
            self.shown.append((since_s, self.out.screen))
        self.said += [(since_s, text) for text in self.out.say]
        return self.out

    def answer(self, choice):
        return self.hear(Answer(self.t_s, choice))

    def camera(self, state="on"):
        return self.hear(CameraState(self.t_s, state))

    def ticks(self, seconds):
        """Time passes without pictures."""
        for _ in range(int(seconds * 4)):
            self.t_s += 0.25
            self.hear(Tick(self.t_s))

    def poses(self, track):
        """A track is seen, from now on."""
        for pose in track.frames():
            self.t_s += self._step_s
            self.hear(Frame(self.t_s, replace(pose, t_s=self.t_s), jpeg=self.jpeg))

    # ── acts ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _clock(self, seconds):
        return np.arange(0, seconds, self._step_s)

    def _arms(self, t_s, moving, *, lean=0.0, sides=None):
        """The front of a seated person; `moving` is (elevation, bend) of the moving arms."""
        sides = sides or (self.stronger,)
        rest = (np.full(len(t_s), 8.0), np.full(len(t_s), 10.0))
        left, right = (moving if side in sides else rest for side in ("left", "right"))
        self.poses(
            person(t_s, view="front", shoulder=(left[0], right[0]), elbow=(left[1], right[1]), thigh=60.0, knee=70.0,
                   lean=lean)
        )  # fmt: skip

    def sit(self, seconds):
        t_s = self._clock(seconds)
        self._arms(t_s, (np.full(len(t_s), 8.0), np.full(len(t_s), 10.0)))

    def nobody(self, seconds):
        for _ in self._clock(seconds):
            self.t_s += self._step_s
            self.hear(Frame(self.t_s, PoseFrame.nobody(self.t_s)))

    def hold(self, pose, seconds=2.8, *, side=None):
        """An arm goes to a pose, stays there and comes back."""
        t_s = self._clock(seconds + 2.0)
        up, bend = (movement(t_s, [0.0], rest=rest, top=top, lift_s=1.0, hold_s=seconds, lower_s=1.0)
                    for rest, top in zip((8.0, 10.0), pose, strict=True))  # fmt: skip
        self._arms(t_s, (up, bend), sides=(side or self.stronger,))

    def raise_hand(self, side=None):
        self.hold(RAISED, 1.5, side=side)

    def beside(self, place):
        self.hold(BESIDE[place], 2.4)

    def raises(
        self, count, *, top=75.0, lift_s=3.0, hold_s=1.0, lower_s=3.0, rest_s=1.0, side=None, lean=0.0
    ):
        """Arm raises to the side."""
        for _ in range(count):
            t_s = self._clock(lift_s + hold_s + lower_s + rest_s)
            up = movement(t_s, [0.0], rest=8.0, top=top, lift_s=lift_s, hold_s=hold_s, lower_s=lower_s)
            leaning = lean * (up - 8.0) / (top - 8.0)
            sides = ("left", "right") if side == "both" else (side or self.stronger,)
            self._arms(t_s, (up, np.full(len(t_s), 10.0)), lean=leaning, sides=sides)

    # ── what came of it ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def screen(self):
        return self.out.screen

    def texts(self, since_s=0.0):
        return [text for at_s, text in self.said if at_s >= since_s]

    @property
    def since_s(self):
        return self.t_s - START_S


def other(side):
    return OTHER_SIDE[side]
