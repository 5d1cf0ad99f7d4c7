"""From opening the laptop to closing it: set-up once, then one picture and one button, and the session behind it."""

from typing import Any, Protocol

from posecheck.coach.events import Answer
from posecheck.coach.flow import PracticeSession, Today, read_card
from posecheck.coach.paced import alarm
from posecheck.coach.resuming import taken_up
from posecheck.coach.screen import Choice, Screen
from posecheck.coach.set_up import set_up
from posecheck.coach.stage import Keeper, NoKeeper, Stage
from posecheck.coach.steps import Ask, Step
from posecheck.coach.telling import Read

KINDS = {"ten_minutes": "ten", "three_minutes": "three", "imagery_session": "imagery"}


class House(Protocol):
    """What the home screen needs of the store and the programme."""

    def known(self) -> bool:
        """Whether set-up is done."""
        ...

    def tags(self) -> tuple[str, ...]:
        """Contraindications worth asking about."""
        ...

    def set_up(self, answers: dict[str, str]) -> None:
        """Keep the answers of the set-up."""
        ...

    def enter(self, stage: Stage) -> None:
        """Tell the stage about the person."""
        ...

    def plan_today(self, kind: str) -> tuple[Any, Today]:
        """Agenda and facts of a session of a kind."""
        ...

    def begin(self, kind: str, agenda: Any, today: Today) -> Keeper:
        """A session begins."""
        ...

    def end(self, outcome: dict) -> None:
        """The session is over."""
        ...

    def unfinished(self) -> tuple[Any, Today, list, Keeper] | None:
        """A session that was interrupted today: agenda, facts, answers so far and its keeper."""
        ...

    def red_flag_today(self) -> tuple[str, str] | None:
        """Flag that stopped practice today, and the emergency number."""
        ...

    def greeting(self) -> str:
        """``ready``, ``welcome_back``, or ``done`` once today's practice is."""
        ...

    def cards_seen(self) -> tuple[dict, ...]:
        """Cards that were read in sessions before."""
        ...

    def progress(self) -> dict:
        """What the page of one's own practice shows."""
        ...


class Progress(Step):
    """Three pictures of the own practice; nothing is marked as missed. Cards that were read can be heard again."""

    name = "progress"

    def __init__(self, shown, *, cards):
        self._shown, self._cards = shown, cards

    def on(self, stage, event):
        return event.choice if isinstance(event, Answer) and event.choice in ("home", "again") else None

    def screen(self, stage):
        again = (stage.choice("again", "repeat"),) if self._cards else ()
        choices = (stage.choice("home", "home"), *again)
        return Screen("progress", stage.text("progress"), choices=choices, data=self._shown)


def at_home(stage, house):
    """The endless flow of the survivor's screen."""
    stage.keeper = NoKeeper()
    if not house.known():
        yield from set_up(stage, house)
    house.enter(stage)
    told = False  # whether today's alarm has been on this screen
    waiting = house.unfinished()
    if waiting is not None and house.red_flag_today() is not None:
        house.end({"state": "stopped", "results": []})
    elif waiting is not None:
        agenda, today, answers, keeper = waiting
        yield _start(stage, "welcome_back", quiet=True)
        stage.keeper = keeper
        session = PracticeSession(stage, agenda, today)
        house.end((yield from taken_up(stage, session.flow(), answers)))
        stage.keeper = NoKeeper()
        told = house.red_flag_today() is not None
    while True:
        flag = house.red_flag_today()
        if flag is None:
            yield from _once(stage, house)
            told = house.red_flag_today() is not None
        elif told:
            yield _rest_well(stage, alarm(stage, *flag))
            yield from _progress(house)
        else:
            yield alarm(stage, *flag)
            told = True


def _progress(house):
    cards = house.cards_seen()
    if (yield Progress(house.progress(), cards=bool(cards))) == "again":
        for card in cards:
            yield read_card(card)


def _once(stage, house):
    choice = yield _start(stage, house.greeting())
    if choice == "progress":
        yield from _progress(house)
        return
    kind = "full"
    if choice == "shorter":
        kind = yield _ask_kind(stage)
        if kind == "back":
            return
    kind = KINDS.get(kind, kind)
    stage.camera = kind != "imagery"
    agenda, today = house.plan_today(kind)
    if agenda.kind != kind == "full":
        yield Read("moderation", "", [(stage.text("other_side"), 3.0)], picture="both_hands")
    stage.keeper = house.begin(kind, agenda, today)
    house.end((yield from PracticeSession(stage, agenda, today).flow()))
    stage.keeper = NoKeeper()


def _rest_well(stage, alarm):
    """No practice today, and still what the alarm said to do."""
    progress = stage.choice("progress", "graph", -1)
    return _AtHome("home", stage.text("rest_well"), (progress,), kind="home", preview=False, quiet=True,
                   picture=alarm.picture, lines=(alarm.title,))  # fmt: skip


def _start(stage, greeting, *, quiet=False):
    start = stage.choice("start", "go_on", -1)
    more = (
        stage.choice("shorter", "clock_10", -1),
        stage.choice("progress", "graph", -1),
    )
    over = greeting == "done"  # nobody is urged to begin again: what stands first is what was done
    choices = (start,) if quiet else (more[1], start, more[0]) if over else (start, *more)
    return _AtHome("home", stage.text(greeting), choices, kind="home", preview=False, quiet=True,
                   picture="thumbs_up" if over else "hand_up")  # fmt: skip


class _AtHome(Ask):
    """The first screen: no camera yet."""

    again = True

    def screen(self, stage):
        return Screen(self.kind, self.title, lines=self.lines, picture=self.picture, choices=self.choices)


def _ask_kind(stage):
    keys = (*KINDS, "back")
    pictures = ("clock_10", "clock_3", "imagine", "home")
    choices = tuple(Choice(k, stage.text(k), p, -1) for k, p in zip(keys, pictures, strict=True))
    return Ask("kind", stage.text("shorter"), choices, preview=False)
