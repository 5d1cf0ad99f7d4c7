"""What a programme is made of: who practises, what was done, what is asked for today, and the tables of a plan."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from posecheck.exercise_parts import Contraindication, Level, Mode, Part, Side, Tempo, View, quantity

Kind = Literal["full", "ten", "three", "light", "imagery"]
Role = Literal["stronger", "weaker", "both", "task"]
Work = Literal["warm_up", "check", "stronger", "weaker", "both", "rest", "task", "imagery", "cool_down"]
Step = Literal["range", "reps", "hold", "tempo", "sets", "load", "variation"]
Everyday = Literal["cup", "door", "towel", "stand_up"]
OWN_PACE = {"lift_s": 2.0, "hold_s": 0.0, "lower_s": 2.0, "rest_s": 2.0}  # where a tempo leaves it open

OWN = Tempo(lift_s=None, hold_s=None, lower_s=None, rest_s=None)


def cycle_s(tempo):
    """Seconds of one repetition with its rest; a phase that is left open takes the pacer's own time.

    Examples
    --------
    >>> cycle_s(Tempo(lift_s=3.0, hold_s=1.0, lower_s=3.0, rest_s=1.0))
    8.0
    """
    given = {name: getattr(tempo, name) for name in OWN_PACE}
    return sum(own if given[name] is None else given[name] for name, own in OWN_PACE.items())


class Person(Part):
    """Answers of the set-up; None is "not sure", and is never taken for leave to do more.

    Attributes
    ----------
    ticked : tuple of str
        Contraindications answered with yes or not sure.
    therapist_yes : bool, optional
        Whether the therapist said yes to home exercise; without it there is imagery and breathing only.
    new_stroke : bool, optional
        Less than three months ago.
    unlocked : tuple of str
        Exercises ticked by the therapist; they count only under a therapist's plan.
    days : tuple of int
        Chosen days of the week, 0 = Monday.
    time_of_day : str, optional
        That suits.
    """

    weaker_side: Side | None = None
    harder_to_see: Side | None = None
    sling: bool | None = None
    wheelchair: bool | None = None
    ticked: tuple[Contraindication, ...] = ()
    therapist_yes: bool | None = None
    new_stroke: bool | None = None
    moves: Literal["hardly", "some", "well"] | None = None
    tires_fast: bool | None = None
    feels_stuck: bool | None = None
    unlocked: tuple[str, ...] = ()
    task: Everyday | None = None
    days: tuple[Literal[0, 1, 2, 3, 4, 5, 6], ...] = ()
    time_of_day: Literal["morning", "afternoon", "evening"] | None = None
    first_day: date | None = None


@dataclass(frozen=True)
class DoneSet:
    """One set as it was done; `effort` and `pain` of 10, `score` 0 to 100, None = not told."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    exercise: str
    role: Role
    mode: Mode = "active"
    planned_reps: int = 0
    reps: int = 0
    valid: int | None = None
    score: float | None = None
    effort: int | None = None
    pain: int | None = None
    fatigue_stop_rep: int | None = None
    stopped: bool = False
    planned_effort: float = 0.0


@dataclass(frozen=True)
class DoneSession:
    """One session as it was done.

    Attributes
    ----------
    soreness : bool, optional
        Of the stronger side, when asked.
    complete : bool
        It came to its end.
    check : int, optional
        Check sets were offered, for so many finished weeks of the plan; done or not, they are not offered again.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    day: date
    kind: Kind = "full"
    sets: tuple[DoneSet, ...] = ()
    minutes: float = 0.0
    soreness: bool | None = None
    pain_exercises: tuple[str, ...] = ()
    complete: bool = True
    check: int | None = None


@dataclass(frozen=True)
class Block:
    """One thing to do, in order.

    Attributes
    ----------
    kind, exercise, role, mode : str
        What, with which exercise (None for a task, breathing, warm-up), which side, and how the weaker side does it. A
        ``check`` is a few repetitions at one's own pace, as far as is comfortable: what is compared over weeks.
    reps, level, tempo
    rest_after_s : float, s
        Sitting still afterwards; 0 where the next block follows at once.
    seconds : float, s, optional
        How long, where it is not repetitions that count.
    planned_effort : float, of 10
    set_number, of_sets : int
        Of this exercise and role.
    say : str
        Id of the words; for a task its own id.
    """

    kind: Work
    exercise: str | None = None
    role: Role = "both"
    mode: Mode = "active"
    reps: int = 1
    level: Level = "1"
    tempo: Tempo = OWN
    rest_after_s: float = 0.0
    seconds: float | None = None
    planned_effort: float = 0.0
    set_number: int = 1
    of_sets: int = 1
    say: str = ""

    @property
    def load(self):
        """Repetitions times planned effort, of the stronger side's own sets; what everything else adds is 0."""
        return self.reps * self.planned_effort if self.kind == "stronger" else 0.0


@dataclass(frozen=True)
class Proposal:
    """A step beyond the plan: nothing changes before the therapist has approved it and a new plan is loaded."""

    exercise: str
    step: Step
    now: str
    then: str
    why: str


@dataclass(frozen=True)
class Agenda:
    """What is asked for today.

    Attributes
    ----------
    kind : str
        What it came to be; a full session that comes too early is ``light``.
    week : int
        Of the plan, from 1; one more than there are weeks = keeping up what was reached.
    minutes : float
        Estimate.
    reasons, questions : tuple of str
        Why this much, and what to ask the therapist: sentences for a therapist.
    check : int, optional
        Check sets are offered today, for so many finished weeks of the plan.
    """

    kind: Kind
    week: int
    blocks: tuple[Block, ...]
    minutes: float
    reasons: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    questions: tuple[str, ...] = ()
    greeting: Literal["welcome", "ready", "welcome_back"] = "ready"
    check: int | None = None
    hard_stop_minutes: float = 40.0

    @property
    def load(self):
        """Load of the stronger side: repetitions times planned effort."""
        return sum(block.load for block in self.blocks)


class Week(Part):
    """One line of the plan's table; `sets` are those of the stronger side in a session, all exercises together."""

    sessions: int = Field(ge=1, le=7)
    exercises: int = Field(ge=1)
    sets: int = Field(ge=1)
    reps: int = Field(ge=1)
    effort: float = Field(gt=0, le=10)
    level: Level
    tempo: Tempo

    @property
    def load(self):
        """Of the whole week: sessions x sets x reps x effort."""
        return self.sessions * self.sets * self.reps * self.effort


class Maintenance(Part):
    """After the last week, with that week's session."""

    sessions: int = Field(ge=1, le=7)


class Candidate(Part):
    """An exercise of a plan and what the therapist wrote for it; what is not given comes from week and catalogue.

    Attributes
    ----------
    group : str
        Muscle group; the exercise's own id where it is not given.
    range_deg : float, deg (or ``range_ratio``), optional
        No more range than this is asked for.
    modes : tuple of str
        In which the weaker side practises, first one first.
    allow : tuple of str
        Checks of compensations that are let pass.
    views : tuple of str
        From which it is measured, of those that the catalogue has; empty = from all of them.
    weaker : str, optional
        Another exercise that the weaker side answers with.
    unlock : bool
        The therapist's tick, for exercises that need one.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    group: str = ""
    level: Level | None = None
    tempo: Tempo | None = None
    range_deg: float | None = Field(None, gt=0, le=180)
    range_ratio: float | None = Field(None, gt=0)
    modes: tuple[Mode, ...] = ()
    allow: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    weaker: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]*$")
    unlock: bool = False

    range = quantity("range")

    def tempo_of(self, week):
        """Its tempo in a week of the plan: its own, and the week's where that leaves a phase open."""
        return week.tempo if self.tempo is None else self.tempo.over(week.tempo)


class Caps(Part):
    """What only a therapist may go beyond, with a reason: see `plan.CAPS`."""

    sessions: int
    exercises: int
    sets: int
    group_sets: int
    reps: int
    effort: float
    hold_s: float
    minutes: float
    rise_pct: float


class Rules(Part):
    """Numbers of the rules, the same for every plan; the sources in gentle.toml say what each is."""

    hard_stop_minutes: float
    block_rise_pct: float
    rest_days: int
    gap_days: int
    restart_days: int
    first_reps: int
    pair_rest_s: tuple[float, float]
    between_s: tuple[float, float]
    hard_effort: float
    weaker_reps: tuple[int, int]
    both_reps: int
    valid_pct: float
    score: float
    fatigue_rep: int
    step_effort: float
    step_pain: int
    down_effort: float
    reps_down_pct: float
    check_weeks: tuple[int, ...]
    check_reps: int
    plateau_pct: float


class Times(Part):
    """What parts of a session are reckoned to take, in s."""

    check_in_s: float
    warm_up_s: float
    short_warm_up_s: float
    turn_s: float
    imagery_s: float
    task_s: float
    faces_s: float
    cool_down_s: float
    short_cool_down_s: float


class Minutes(Part):
    """What a kind of session may take."""

    first: float
    tires_fast: float
    ten: float
    three: float
    light: float
    imagery: float


class Therapist(Part):
    """Who answers for the plan; `key` is an age public key, for what is shared back."""

    name: str = Field(min_length=1)
    key: str | None = Field(None, pattern=r"^age1[0-9a-z]{58}$")


class Exceed(Part):
    """A cap that this plan goes beyond, and why."""

    cap: Literal[
        "sessions", "exercises", "sets", "group_sets", "reps", "effort", "hold_s", "minutes", "rise_pct"
    ]
    reason: str = Field(min_length=10)
