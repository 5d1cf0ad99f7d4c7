"""What the steps of a session share: the person, the last seconds before the camera, and what is said meanwhile."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from posecheck.coach.gestures import Held, Stillness, place_beside, raised_side
from posecheck.coach.screen import Choice
from posecheck.exercise import Exercise, load_practice
from posecheck.records import OTHER_SIDE, PoseFrame, PoseTrack, Settings
from posecheck.seeing import WINDOW_S, Light, seeing
from posecheck.settings import Kind, Side, Weaker
from posecheck.words import words

KEPT_S = 10.0  # of poses that are looked back on outside sets
LOOK_EVERY_S = 0.4  # how often the whole of the picture is judged


class Keeper(Protocol):
    """Where a session is kept while it happens; every call has taken effect when it returns.

    Attributes
    ----------
    trouble : str
        Why something could not be kept yet, in one sentence; empty when all is kept.
    """

    trouble: str

    def answer(self, step: str, answer: Any) -> None:
        """A step is over: what it came to, so that a session can go on after a restart."""
        ...

    def prompt(self, kind: str, value: Any) -> None:
        """Something the person said of themselves."""
        ...

    def event(self, kind: str, **detail: Any) -> None:
        """Something that happened."""
        ...

    def begin_set(self, **facts: Any) -> "SetKeeper":
        """A set begins; its poses are journaled."""
        ...

    def again(self) -> None:
        """Try once more to keep what could not be kept yet."""
        ...


class SetKeeper(Protocol):
    """The journal of one set."""

    def unfinished(self) -> tuple[float, tuple[PoseFrame, ...]]:
        """When the set began and the poses that an interruption left behind; none of a new one."""
        ...

    def frame(self, pose: PoseFrame) -> None:
        """One pose more."""
        ...

    def film(self, t_s: float, jpeg: bytes, size_px: tuple[int, int]) -> None:
        """One picture more of a set that is filmed, `t_s` after its beginning."""
        ...

    def keep(self, result: Any, track: PoseTrack, *, state: str, tried: int | None = None) -> None:
        """The set is over and its result known; `tried` is what the pacer counted."""
        ...

    def attempts(self, tried: int, *, moved: int | None, state: str) -> None:
        """The set is over; it was counted by the pacer."""
        ...


class NoKeeper:
    """Between sessions nothing is kept."""

    trouble = ""

    def answer(self, step, answer):
        pass

    def prompt(self, kind, value):
        pass

    def event(self, kind, **detail):
        pass

    def begin_set(self, **facts):
        raise AssertionError("a set belongs to a session")

    def again(self):
        pass


def _of_the_catalogue(exercise, *, tempo=None):
    return load_practice(exercise)


@dataclass
class Stage:
    """Shared by all steps of a session.

    Attributes
    ----------
    weaker_side : str
        ``left``, ``right`` or ``unknown``.
    keeper : Keeper
    language : str
    see : str
        Half that is seen well, ``left`` or ``right``; empty when both are.
    new : bool
        One of the first sessions: more is said.
    camera : bool
        False = practice without camera.
    engine : dict
        Facts of the pose engine, as `Session` takes them.
    image_size_px : (int, int)
    exercise : Exercise or None
        What the camera is to measure next, or measures now.
    practice : callable
        Gives the catalogue's entry for an exercise and a tempo, with what a therapist's plan changes in it.
    t_s : float
        Now, on the browser's clock.
    pose : PoseFrame or None
        Of the last picture.
    """

    weaker_side: str
    keeper: Keeper
    language: str = "en"
    see: str = ""
    new: bool = True
    camera: bool = True
    engine: dict = field(default_factory=dict)
    image_size_px: tuple[int, int] = (640, 480)
    exercise: Exercise | None = None
    practice: Callable = _of_the_catalogue
    t_s: float = 0.0
    pose: PoseFrame | None = None

    def __post_init__(self):
        self.spoken: list[str] = []
        self.between_sets = True
        self.hover = (0, 0.0)
        self.still_s, self._lowered = 0.0, False
        self._recent: deque[tuple[PoseFrame, Light | None]] = deque()
        self._stillness = Stillness()
        self._raised, self._beside = Held(1.0), Held(2.0)
        self._looked_s, self._seen = -math.inf, ()

    @property
    def stronger_side(self):
        """Side that answers and trains; the right one where nobody knows yet."""
        return OTHER_SIDE.get(self.weaker_side, "right")

    def side_of(self, role):
        """Side that moves in a block of a role."""
        return {"stronger": self.stronger_side, "weaker": self.weaker_side}.get(role, "both")

    def text(self, key, table="screen", **fills):
        """Words of the language."""
        return words(self.language)[table][key].format(**fills)

    def choice(self, name, picture, place=0, *, table="screen", key="", raised=False):
        """A `Choice` with the words of the language: those under its own name, or under `key`.

        With `raised` it shows the raised hand that means it too, where a camera sees one.
        """
        mark = "hand_up" if raised and self.camera else ""
        return Choice(name, self.text(key or name, table), picture, place, mark=mark)

    def say(self, *texts):
        """Speak, after what is being said."""
        self.spoken += [text for text in texts if text]

    def frame(self, event):
        """Take in a picture's pose."""
        self.t_s, self.pose = max(self.t_s, event.t_s), event.pose
        self._recent.append((event.pose, event.light))
        while self._recent[0][0].t_s < event.t_s - KEPT_S:
            self._recent.popleft()
        self.still_s = self._stillness.push(event.pose)

    def forget(self):
        """Nothing that was seen or held so far counts for the next step."""
        self._recent.clear()
        self._stillness = Stillness()
        self.still_s, self.hover = 0.0, (0, 0.0)
        self._looked_s = -math.inf
        self.hands_down()

    def hands_down(self):
        """A gesture must begin anew: a hand that is still held from the answer before says nothing."""
        self._raised.clear()
        self._beside.clear()
        self.hover, self._lowered = (0, 0.0), False

    def _hand(self, gesture):
        """A gesture of this picture, once the hand was down since `hands_down`."""
        seen = self.pose is not None and self.pose.seen
        if not self._lowered:
            up = seen and (raised_side(self.pose) or place_beside(self.pose, self.stronger_side))
            self._lowered = seen and not up
        return gesture(self.pose) if seen and self._lowered else None

    def beside(self):
        """Place of the picture that the stronger hand has been held beside for two seconds; 0 for none."""
        place = self._hand(lambda pose: place_beside(pose, self.stronger_side))
        part = self._beside.push(self.t_s, place)
        self.hover = (self._beside.value or 0, round(part, 2))
        return self._beside.value if part >= 1.0 else 0

    def raised(self):
        """Side whose hand has been above the eyes for a second; None for none."""
        side = self._hand(raised_side)
        return self._raised.value if self._raised.push(self.t_s, side) >= 1.0 else None

    def away_s(self):
        """For how long nobody has been seen."""
        for pose, _ in reversed(self._recent):
            if pose.seen:
                return self.t_s - pose.t_s
        return self.t_s - self._recent[0][0].t_s if self._recent else 0.0

    def settings(self, *, side: Side, level="2", kind: Kind = "practice"):
        """Of an analysis of this person."""
        return Settings(side=side, affected=cast(Weaker, self.weaker_side), level=int(level), kind=kind)

    def seen(self, exercise, settings, *, asked=False):
        """The checks of `posecheck.seeing` on the last two seconds, at most every 0.4 s; () before there are any."""
        if self.t_s - self._looked_s >= LOOK_EVERY_S and len(self._recent) > 1:
            self._looked_s = self.t_s
            last = [pair for pair in self._recent if pair[0].t_s >= self.t_s - WINDOW_S]
            lights = [light for _, light in last if light is not None]
            track = self.track([pose for pose, _ in last])
            self._seen = seeing(track, exercise, settings, light=lights, asked=asked, language=self.language)
        return self._seen

    def track(self, poses):
        """Poses as a `PoseTrack`, with the facts of the engine."""
        return PoseTrack.from_frames(poses, image_size_px=self.image_size_px, **self.engine)
