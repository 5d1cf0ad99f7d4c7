"""The `House` of the survivor's screen: one person's store, plan and day."""

import hashlib
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from posecheck.app.keeping import StoreKeeper
from posecheck.app.remembered import progress, shown_this_week
from posecheck.app.therapist.spoken import sounding_s
from posecheck.app.told import all_cards, cards_of, scripts, tasks
from posecheck.clinic.history import OVER, done_sessions
from posecheck.coach.flow import Today
from posecheck.errors import ProgrammeError, SourceError
from posecheck.exercise import list_practices
from posecheck.exercise_parts import Tempo
from posecheck.programme import Agenda, Block, Person, agenda, parse_plan, plan_in_force
from posecheck.records import OTHER_SIDE
from posecheck.result import plain
from posecheck.store.passcode import Passcode

MESSAGE_S = 6.0  # to read twelve words
NEW_SESSIONS = 3  # so long feedback may follow every repetition
WEEKLY = ("confidence", "mood", "soreness")
_YES = {"yes": True, "no": False}
_DAYS = {"mon_wed_fri": (0, 2, 4), "tue_thu_sat": (1, 3, 5), "any_day": ()}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHOICES = ("person", "set_up_again", "voice_folder", "film_wished_utc")  # of this home, for this computer


@dataclass(frozen=True)
class Spoken:
    """A message in somebody's own voice: media type, bytes, and how long it sounds in s."""

    kind: str
    sound: bytes = field(repr=False)
    lasts_s: float

    @property
    def name(self):
        """Tells it from every other recording."""
        return hashlib.sha256(self.sound).hexdigest()[:24]


class Household:
    """The person who practises on this computer.

    Parameters
    ----------
    opened : callable
        Opens the `Store`.
    clock : callable
        Gives the time, with its zone.

    Attributes
    ----------
    voice_folder : str or None
        The family's recordings; None for the voice that comes along.
    spoken : dict of str to Spoken
        Messages of the therapist in their own voice, by their words.
    """

    def __init__(self, opened, *, clock=lambda: datetime.now().astimezone()):
        self._opened, self._clock = opened, clock
        self._keeper: Any = None
        self.store = opened()
        self.store.tidy()
        self.voice_folder = self.store.setting("voice_folder") or None
        self.spoken: dict[str, Spoken] = {}

    def _today(self):
        return self._clock().date()

    # ── who ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def code(self):
        """Of the person whose home this is; None before set-up."""
        return self.store.setting("person")

    @property
    def person(self):
        """The answers of the set-up as the programme takes them."""
        profile = self.store.person(self.code).profile
        return Person.model_validate(profile["person"])

    @property
    def trouble(self):
        """Why something of the session could not be kept yet; empty when all is kept."""
        return self._keeper.trouble if self._keeper else ""

    @property
    def shared(self):
        """Whether a therapist keeps something on this computer too, which is not this home's to delete."""
        from posecheck.clinic.arriving import KEY

        others = [one for one in self.store.people() if one.code != self.code]
        return bool(others or self.store.setting(KEY) or Passcode(self.store.folder).there)

    def empty(self):
        """Delete everything of this home, and begin with nothing; what a therapist keeps here stays."""
        if self.shared:
            self.store.delete_person(self.code)
            for choice in _CHOICES:
                self.store.save_setting(choice, None)
        else:
            self.store.delete_all()
            self.store = self._opened()
        self.voice_folder, self._keeper, self.spoken = None, None, {}

    def known(self):
        return self.code is not None and not self.store.setting("set_up_again", False)

    def tags(self):
        """Contraindications of what could be offered at home."""
        at_home = [practice for practice in list_practices() if practice.home]
        return tuple(sorted({tag for practice in at_home for tag in practice.contraindications}))

    def set_up(self, answers):
        code = self.code or self.store.new_code()
        ticked = tuple(tag for tag in self.tags() if answers.get(tag) != "no")
        person = {
            "weaker_side": _known(answers["weaker_side"], ("left", "right")),
            "harder_to_see": {"left_half": "left", "right_half": "right"}.get(answers["harder_to_see"]),
            **{name: _YES.get(answers[name]) for name in ("sling", "wheelchair", "therapist_yes", "new_stroke",
                                                         "tires_fast", "feels_stuck")},
            "moves": _known(answers["moves"], ("hardly", "some", "well")),
            "task": _known(answers["task"], ("cup", "door", "towel", "stand_up")),
            "days": _DAYS.get(answers["days"], ()),
            "time_of_day": _known(answers.get("time_of_day"), ("morning", "afternoon", "evening")),
            "ticked": ticked,
            "first_day": self._first_day().isoformat(),
        }  # fmt: skip
        number = answers["emergency_number"]
        emergency = number if number.isdigit() else ""
        self._know(code, {"person": person, "emergency": emergency, "answers": answers}, answers)

    def take_plan(self, text, *, where="the plan"):
        """Use a therapist's plan from the next start; one that tells of the person is the whole set-up.

        Raises
        ------
        ProgrammeError
            When it is none, or nobody is known yet and it does not say who practises.
        """
        plan = parse_plan(text, where=where)
        if plan.person is None and self.code is None:
            raise ProgrammeError(
                f"{where} says nothing about the person: answer the questions of the practice page first, or ask the "
                "therapist for a plan with [person] in it."
            )
        if plan.person is not None:
            self._told_by(plan)
        self.store.save_plan(self.code, text, source="therapist", message=plan.message or "")

    def _told_by(self, plan):
        """What a plan says of the person counts; what it does not say stays as it was, or not sure."""
        code = self.code or self.store.new_code()
        empty: dict[str, Any] = {"person": {}, "emergency": "", "answers": {}}
        known = self.store.person(code).profile if self.code else empty
        told = plan.person.model_dump(mode="json", include=plan.person.model_fields_set)
        told.setdefault("therapist_yes", True)  # who writes a plan for somebody's home has said yes to it
        person = {"first_day": self._first_day().isoformat(), **known["person"], **told}
        if self.code is None and "ticked" not in told:
            person["ticked"] = self.tags()
        emergency = plan.emergency_number or known["emergency"]
        self._know(
            code, {**known, "person": plain(person), "emergency": emergency}, {"plan": plan.id, **told}
        )

    def _know(self, code, profile, said):
        """Set-up is done: this is the person of this home, and what was said is kept."""
        self.store.save_person(code, profile)
        self.store.save_setting("person", code)
        self.store.save_setting("set_up_again", False)
        self.store.event(code, "set_up", said)

    def _first_day(self):
        if self.code is None:
            return self._today()
        return date.fromisoformat(self.store.person(self.code).profile["person"]["first_day"])

    def enter(self, stage):
        person = self.person
        stage.weaker_side = person.weaker_side or "unknown"
        stage.see = OTHER_SIDE.get(person.harder_to_see or "", "")
        stage.practice = self.plan().practice
        stage.new = len(self._sessions()) < NEW_SESSIONS

    # ── today ─────────────────────────────────────────────────────────────────────────────────────────────────

    def plan(self):
        """The therapist's plan, or the gentle one."""
        return plan_in_force(self.store.plan(self.code))

    def _sessions(self):
        """What was practised, oldest first; who left before anything of it has not."""
        begun = {one.session for one in self.store.sets_of(self.code)}
        return [one for one in self.store.sessions(self.code) if one.state in OVER and one.id in begun]

    def history(self):
        """What was done, as the programme takes it."""
        return done_sessions(self.store, self.code)

    def plan_today(self, kind):
        told = agenda(self.plan(), self.person, self.history(), today=self._today(), kind=kind)
        return told, self._facts(told)

    def _facts(self, told):
        done, profile = self._sessions(), self.store.person(self.code).profile
        person, plan = self.person, self.plan()
        spoken = self._take_in(plan)
        said = [event.detail for event in self.store.events(self.code, kind="message")]
        new = _message(plan.message, spoken) not in said
        return Today(
            shown=shown_this_week(self.store, self.code, self._today()),
            cards=cards_of(len(done), told.week, self._cards_heard()),
            scripts=scripts({block.exercise for block in told.blocks}),
            tasks=tasks(),
            weekly=self._weekly(done),
            emergency=profile["emergency"],
            message=plan.message if new else "",
            message_s=MESSAGE_S + (spoken.lasts_s if spoken else 0.0),
            film=self.film_wanted,
            next_day=_next_day(person.days, person.time_of_day, self._today()),
        )

    def _take_in(self, plan):
        """The therapist's message in their own voice; None where there is none, or none that can be heard."""
        if plan.spoken is None:
            return None
        kind, sound = plan.spoken
        try:
            self.spoken[plan.message] = Spoken(kind, sound, sounding_s(sound))
        except SourceError:  # its words are shown all the same
            return None
        return self.spoken[plan.message]

    @property
    def film_wanted(self):
        """Whether the next set asks to be filmed: somebody wished so, and nobody was asked since."""
        wished = self.store.setting("film_wished_utc")
        asked = self.store.events(self.code, kind="film")
        return bool(wished) and not (asked and asked[-1].at_utc.isoformat() > wished)

    def wish_film(self, wished=True):
        """Ask at the next set that the camera counts, or do not."""
        self.store.save_setting(
            "film_wished_utc", self._clock().astimezone(UTC).isoformat() if wished else ""
        )

    def _weekly(self, done):
        """Three questions, once in seven days, from the second session on."""
        last = [prompt.at_utc.date() for prompt in self.store.prompts(self.code, kind="mood")]
        due = done and (not last or self._today() - max(last) >= timedelta(days=7))
        return WEEKLY if due else ()

    def begin(self, kind, agenda, today):
        stored = {"agenda": _stored(agenda), "today": plain(asdict(today))}
        session = self.store.begin_session(
            self.code, kind=kind, week=agenda.week, agenda=stored, at=self._clock()
        )
        self._keeper = StoreKeeper(self.store, self.code, session, clock=self._clock)
        if today.message:
            self._keeper.event("message", **_message(today.message, self.spoken.get(today.message)))
        for question in agenda.questions:
            self._keeper.event("question_for_therapist", question=question)
        return self._keeper

    def end(self, outcome):
        state, keeper = outcome["state"], self._keeper
        at, summary = self._clock(), plain(outcome)
        keeper.keep(lambda: self.store.end_session(keeper.session, state=state, summary=summary, at=at))

    def unfinished(self):
        running = self.store.running_session(self.code)
        if running is None:
            return None
        if running.started_utc.astimezone().date() != self._today():
            self.store.end_session(running.id, state="left", summary={})
            return self.unfinished()
        self._keeper = StoreKeeper(self.store, self.code, running.id, clock=self._clock)
        self._take_in(self.plan())
        stored = running.agenda
        return _restored(stored["agenda"]), Today(**stored["today"]), self._keeper.answers(), self._keeper

    def red_flag_today(self):
        flags = self.store.events(self.code, kind="red_flag")
        today = [event for event in flags if event.at_utc.astimezone().date() == self._today()]
        if not today:
            return None
        return today[-1].detail["flag"], self.store.person(self.code).profile["emergency"]

    def greeting(self):
        done = self._sessions()
        if not done:
            return "ready"
        ago = self._today() - done[-1].started_utc.astimezone().date()
        if not ago and done[-1].state == "done":
            return "done"
        return "welcome_back" if ago >= timedelta(days=self.plan().rules.gap_days) else "ready"

    def cards_seen(self):
        heard = self._cards_heard()
        return tuple(card for card in all_cards() if card["id"] in heard)

    def _cards_heard(self):
        return {event.detail.get("card") for event in self.store.events(self.code, kind="card")}

    def progress(self):
        return progress(self.store, self.code, self.person, self._today())


def _message(text, spoken):
    """What is kept of a message that was told: another recording of the same words is another message."""
    return {"message": text, **({"sound": spoken.name} if spoken else {})}


def _next_day(days, time_of_day, today):
    """When the next practice suits, as keys of the words: the next chosen day, and the time of the day."""
    if not days:
        return ()
    ahead = min((day - today.weekday() - 1) % 7 + 1 for day in days)
    return (
        "tomorrow" if ahead == 1 else _WEEKDAYS[(today.weekday() + ahead) % 7],
        *filter(None, (time_of_day,)),
    )


def _known(answer, known):
    return answer if answer in known else None


def _stored(agenda):
    """An agenda as plain values."""
    blocks = [
        {**{f.name: getattr(b, f.name) for f in fields(b)}, "tempo": b.tempo.model_dump()}
        for b in agenda.blocks
    ]
    return plain({"kind": agenda.kind, "week": agenda.week, "minutes": agenda.minutes, "reasons": agenda.reasons,
                  "blocks": blocks, "check": agenda.check})  # fmt: skip


def _restored(stored):
    blocks = tuple(Block(**{**block, "tempo": Tempo(**block["tempo"])}) for block in stored["blocks"])
    return Agenda(**{**stored, "blocks": blocks, "reasons": tuple(stored["reasons"]), "proposals": (), "questions": (),
                     "greeting": "welcome"})  # fmt: skip
