"""The facts of a person's last practice: pain and stops first, then what was asked and done. No judgement in them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from pydantic import ValidationError

from posecheck.clinic.doses import Dose, doses_of
from posecheck.clinic.history import OVER, done_sessions, of_programme
from posecheck.clinic.wording import counted, day_of
from posecheck.errors import ProgrammeError
from posecheck.programme import Adherence, Person, adherence, plan_in_force

SINCE_DAYS = 14
EFFORTS = {2: "easy", 4: "just right", 7: "hard"}  # the three faces, as they are kept
_STOPPED_FOR = {"pain": "pain", "tired": "tired", "something_else": "something else"}


@dataclass(frozen=True)
class Pain:
    """The person said that something hurt; `stopped` where that ended a set."""

    day: date
    site: str
    exercise: str
    stopped: bool
    session: int


@dataclass(frozen=True)
class Stop:
    """A set was stopped; `reason` in the words of the question."""

    day: date
    reason: str
    exercise: str
    session: int


@dataclass(frozen=True)
class RedFlag:
    """Something new that day stopped the session; `flag` is the id of its words."""

    day: date
    flag: str
    session: int | None


@dataclass(frozen=True)
class SideConfirmed:
    """How a session knew left from right.

    Attributes
    ----------
    day : date
    how : str
        ``raised_hand``: the stronger hand was raised. ``by_touch``: the question was answered by touch and the hand
        that was asked for then was not raised. ``in_doubt``: the other hand came up twice. ``without_camera``.
    answer : str
        Where in doubt: whether that was the stronger hand after all, ``yes`` or ``no``.
    """

    day: date
    how: str
    answer: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of a person's last days.

    Attributes
    ----------
    code : str
    today : date
    since_days : int
        So far the lists below look back, `today` included.
    weaker_side : str or None
    plan : str
        Name of the plan in force.
    sessions : int
        In that time.
    at_home : int
        Of these the ones of a programme, in which pain and symptoms are asked for; not recordings that were brought.
    last_day : date or None
        Of the last session ever.
    asked : bool
        Whether anything was asked for yet: a plan was written here, or somebody practised at home.
    adherence : Adherence or None
        Of the last seven days; None where nothing was asked for, or where the plan here cannot be read.
    gap_days : int
        From so many days without a session on the plan counts a gap.
    pains, stops, red_flags : tuple
        Newest first.
    doses : tuple of Dose
        Empty in `people_of`.
    sides : tuple of SideConfirmed
        One a session, newest first.
    notes, questions : tuple of str
        Further facts as sentences; what home would like to know.
    """

    code: str
    today: date
    since_days: int
    weaker_side: str | None
    plan: str
    sessions: int
    at_home: int
    last_day: date | None
    asked: bool
    adherence: Adherence | None
    gap_days: int
    pains: tuple[Pain, ...] = ()
    stops: tuple[Stop, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    doses: tuple[Dose, ...] = ()
    sides: tuple[SideConfirmed, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = field(default=())

    @property
    def days_since_last(self):
        """Days since the last session; None where there was none."""
        return None if self.last_day is None else (self.today - self.last_day).days

    @property
    def nothing_hurt(self):
        """Whether no pain, no stop and no red flag was told in this time."""
        return not (self.pains or self.stops or self.red_flags)

    @property
    def other_stops(self):
        """Stops that are not told with a pain already."""
        told = {(one.session, one.exercise) for one in self.pains if one.stopped}
        return tuple(
            one for one in self.stops if one.reason != "pain" or (one.session, one.exercise) not in told
        )


def facts_of(store, code, *, today, since_days=SINCE_DAYS, doses=True):
    """The facts of one person.

    Parameters
    ----------
    store : Store
    code : str
    today : date
    since_days : int
    doses : bool
        Whether to add up what was asked and done, which takes longest.

    Returns
    -------
    Facts

    Raises
    ------
    StoreError
        When nobody has this code.
    """
    profile = store.person(code).profile
    person, (plan, told) = _person(profile), _plan(store, code)
    everything = [one for one in store.sessions(code) if day_of(one.started_utc) <= today]
    lately = [one for one in everything if today - day_of(one.started_utc) < timedelta(days=since_days)]
    history = tuple(one for one in done_sessions(store, code) if one.day <= today)
    events = [one for one in store.events(code) if 0 <= (today - day_of(one.at_utc)).days < since_days]
    prompts = [one for one in store.prompts(code) if 0 <= (today - day_of(one.at_utc)).days < since_days]
    stops = _stops(events)
    asked = store.plan(code) is not None or any(map(of_programme, everything))
    return Facts(
        code=code,
        today=today,
        since_days=since_days,
        weaker_side=(plan and plan.weaker_side) or person.weaker_side or profile.get("weaker_side"),
        plan=told if asked else "none written here yet",
        sessions=len(lately),
        at_home=sum(map(of_programme, lately)),
        last_day=day_of(everything[-1].started_utc) if everything else None,
        asked=asked,
        adherence=adherence(plan, person, history, today) if plan is not None and asked else None,
        gap_days=(plan or plan_in_force()).rules.gap_days,
        pains=_pains(prompts, stops),
        stops=stops,
        red_flags=tuple(
            RedFlag(day_of(one.at_utc), one.detail.get("flag", ""), one.session)
            for one in reversed(events)
            if one.kind == "red_flag"
        ),
        doses=doses_of(store, lately) if doses else (),
        sides=_sides(lately, events),
        notes=_notes(store, lately, events, prompts),
        questions=_questions(events),
    )


def people_of(store, today, *, since_days=SINCE_DAYS):
    """Everybody, without the table of doses: first whom something happened to, then who practised longest ago.

    Returns
    -------
    tuple of Facts
    """
    found = [
        facts_of(store, one.code, today=today, since_days=since_days, doses=False) for one in store.people()
    ]
    return tuple(sorted(found, key=_first))


def _first(facts):
    away = facts.days_since_last
    return (
        -len(facts.red_flags),
        -len(facts.pains),
        -len(facts.stops),
        away is None,
        -(away or 0),
        facts.code,
    )


def _person(profile):
    """The answers of the set-up; what is not one (somebody typed in by hand) is not known."""
    try:
        return Person.model_validate(profile.get("person", {}))
    except ValidationError:
        return Person()


def _plan(store, code):
    """The plan in force and its name; a plan that cannot be read is said, not repaired."""
    try:
        plan = plan_in_force(store.plan(code))
    except ProgrammeError as error:
        return None, f"cannot be read here: {error}"
    return plan, plan.name


def _stops(events):
    return tuple(
        Stop(day_of(one.at_utc), one.detail.get("reason", ""), one.detail.get("exercise") or "", one.session)
        for one in reversed(events)
        if one.kind == "stopped"
    )


def _pains(prompts, stops):
    stopped = {(one.session, one.exercise) for one in stops if one.reason == "pain"}
    found = []
    for one in reversed(prompts):
        if one.kind == "pain" and isinstance(one.value, dict) and one.value.get("pain"):
            exercise = one.value.get("exercise") or ""
            ended = (one.session, exercise) in stopped
            found.append(Pain(day_of(one.at_utc), one.value.get("site") or "", exercise, ended, one.session))
    return tuple(found)


def stopped_for(reason):
    """Why a set was stopped, in the words of the question.

    Examples
    --------
    >>> stopped_for("something_else"), stopped_for("")
    ('something else', 'no reason told')
    """
    return _STOPPED_FOR.get(reason, reason.replace("_", " ") or "no reason told")


def _sides(sessions, events):
    found = []
    for session in reversed(sessions):
        own = [one for one in events if one.session == session.id]
        usual = [one for one in own if one.kind == "answer" and one.detail.get("step") == "usual"]
        doubts = [one for one in own if one.kind == "sides_in_doubt"]
        if doubts:
            how, answer = "in_doubt", str(doubts[-1].detail.get("answer", ""))
        elif (usual and usual[-1].detail.get("answer") == "raised") or any(
            one.kind == "sides_confirmed" for one in own
        ):
            how, answer = "raised_hand", ""
        elif any(one.kind == "without_camera" for one in own):
            how, answer = "without_camera", ""
        elif usual:
            how, answer = "by_touch", ""
        else:
            continue
        found.append(SideConfirmed(day_of(session.started_utc), how, answer))
    return tuple(found)


def _notes(store, sessions, events, prompts):
    """Further facts, each a sentence, where there are any."""
    notes, kinds = [], Counter(one.kind for one in events)
    without = len({one.session for one in events if one.kind == "without_camera"})
    if without:
        notes.append(f"Practised without camera in {without} of {counted(len(sessions), 'session')}.")
    if kinds["camera"]:
        notes.append(f"The camera could not be used {counted(kinds['camera'], 'time')}.")
    helped = sum(one.assisted for session in sessions for one in store.sets(session.id))
    if helped:
        notes.append(f"Somebody helped in {counted(helped, 'set')}.")
    if kinds["fatigue_signs"]:
        rested = (
            f"; a rest was taken {counted(kinds['fatigue_rest'], 'time')}" if kinds["fatigue_rest"] else ""
        )
        notes.append(f"Signs of tiring in {counted(kinds['fatigue_signs'], 'set')}{rested}.")
    early = sum(one.state in OVER and one.state != "done" for one in sessions)
    if early:
        notes.append(f"{counted(early, 'session')} ended before the end of the agenda.")
    efforts = Counter(
        int(one.value["effort"]) for one in prompts if one.kind == "effort" and isinstance(one.value, dict)
    )
    if efforts:
        told = [f"{EFFORTS.get(value, f'{value} of 10')} {n} ×" for value, n in sorted(efforts.items())]
        notes.append(f"Effort as told: {', '.join(told)}.")
    sore = sum(one.kind == "soreness" and one.value == "sore_yes" for one in prompts)
    if sore:
        notes.append(f"The stronger side was sore {counted(sore, 'time')} when it was asked.")
    return tuple(notes)


def _questions(events):
    asked = [
        one.detail.get("question", "") for one in reversed(events) if one.kind == "question_for_therapist"
    ]
    return tuple(dict.fromkeys(question for question in asked if question))
