"""A plan: its table and exercises, held against the caps that only a therapist may go beyond, with a reason."""

import base64
import binascii
import hashlib
import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import tomlkit
from pydantic import Field, model_validator

from posecheck.errors import ExerciseError
from posecheck.exercise import Exercise, load_practice, parse_practice
from posecheck.exercise_parts import Part, Side, nearest
from posecheck.programme.parts import (
    Candidate,
    Caps,
    Exceed,
    Maintenance,
    Minutes,
    Person,
    Rules,
    Therapist,
    Times,
    Week,
    cycle_s,
)

MESSAGE_WORDS = 12
SOUND_MOST_BYTES = 200_000  # a minute of speech as Opus; the plan file stays one that can be sent by e-mail
SOUNDS = {b"\x1a\x45\xdf\xa3": "audio/webm", b"OggS": "audio/ogg", b"RIFF": "audio/wav"}
"""Kinds of recording that a browser plays, by how their bytes begin."""
CAPS = {
    "sessions": "sessions a week", "exercises": "exercises a session, the one for both sides included",
    "sets": "sets of the stronger side a session", "group_sets": "sets of one muscle group a session",
    "reps": "repetitions a set", "effort": "of 10 as planned effort", "hold_s": "s of holding",
    "minutes": "minutes a session", "rise_pct": "% more load than the week before",
}  # fmt: skip


@dataclass(frozen=True)
class Beyond:
    """A cap that a plan goes beyond: limit, what it asks for, and the stored reason, None where there is none."""

    cap: str
    limit: float
    asked: float
    reason: str | None


class Plan(Part):
    """A plan: the table of weeks, the exercises in order of preference, and what a therapist added.

    Attributes
    ----------
    week : tuple of Week
    exercise, both : tuple of Candidate
        For each side by itself, and for both together.
    starts : date, optional
        Weeks are counted from here on; by default from the first session.
    therapist, message, weaker_side
        Who answers for it; what is said once, in 12 words or fewer; the side, where the therapist names it.
    message_audio : str
        The same words as the therapist spoke them: a short webm, ogg or wav in base64; see `spoken`.
    person : Person, optional
        What the therapist knows of the person: with it a home is set up by the plan file alone. What it does not say is
        not sure.
    emergency_number : str
        For a home that is set up by the plan file.
    effort_allowed : float, of 10, optional
        Reported effort up to which nothing is held or lowered.
    numeric_scales : bool
        0 to 10 instead of three faces.
    exceed : tuple of Exceed
    caps, rules, times, minutes
        The same for every plan.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1)
    week: tuple[Week, ...] = Field(min_length=1)
    maintenance: Maintenance
    exercise: tuple[Candidate, ...] = Field(min_length=1)
    both: tuple[Candidate, ...] = Field(min_length=1)
    starts: date | None = None
    therapist: Therapist | None = None
    message: str = ""
    message_audio: str = Field("", repr=False)
    weaker_side: Side | None = None
    person: Person | None = None
    emergency_number: str = Field("", pattern=r"^[0-9]{0,12}$")
    effort_allowed: float | None = Field(None, gt=0, le=10)
    numeric_scales: bool = False
    exceed: tuple[Exceed, ...] = ()
    caps: Caps
    rules: Rules
    times: Times
    minutes: Minutes
    sources: dict[str, str] = Field(default_factory=dict)
    toml_text: str = Field("", exclude=True, repr=False)

    @model_validator(mode="after")
    def _signed(self):
        """What only a therapist may decide."""
        if len(self.message.split()) > MESSAGE_WORDS:
            raise ValueError(
                f"message has {len(self.message.split())} words: keep it to {MESSAGE_WORDS}, so that it is heard."
            )
        if self.message_audio and not self.message:
            raise ValueError("message_audio needs message: the same words, which are shown while it plays.")
        if self.message_audio:
            sound_of(self.message_audio)
        names = [one.cap for one in self.exceed]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"[[exceed]] names {twice!r} twice: give one reason.")
        if self.therapist is None and self.exceed:
            raise ValueError("[[exceed]] needs a therapist who answers for it: add [therapist] with a name.")
        if self.therapist is None and self.person is not None:
            raise ValueError("[person] is the therapist's word: add [therapist] with a name.")
        if (
            self.person
            and self.person.weaker_side
            and self.weaker_side not in (None, self.person.weaker_side)
        ):
            raise ValueError("weaker_side and weaker_side of [person] differ: keep one.")
        ticked = [one.id for one in self.candidates if one.unlock]
        if self.therapist is None and ticked:
            raise ValueError(f"unlock of {ticked[0]!r} is the therapist's tick: add [therapist] with a name.")
        return self

    @model_validator(mode="after")
    def _known_exercises(self):
        for table in ("exercise", "both"):
            ids = [one.id for one in getattr(self, table)]
            for one in getattr(self, table):
                if ids.count(one.id) > 1:
                    raise ValueError(f"[[{table}]] {one.id!r} is there twice: keep one.")
                fits(one, table, signed=self.therapist is not None)
        return self

    @model_validator(mode="after")
    def _within_caps(self):
        for earlier, later in pairwise(self.week):
            rise = 100.0 * (later.load / earlier.load - 1.0)
            if rise > self.rules.block_rise_pct + 1e-9:
                number, most = self.week.index(later) + 1, self.rules.block_rise_pct
                raise ValueError(
                    f"week {number} asks for {rise:.0f} % more load than the week before; more than {most:g} % is not "
                    "done, whatever the reason. Spread the rise over more weeks."
                )
        if self.minutes_of(self.longest) > self.rules.hard_stop_minutes:
            raise ValueError(
                f"a session takes about {self.minutes_of(self.longest):.0f} minutes, and each ends after "
                f"{self.rules.hard_stop_minutes:g}. Take away sets or seconds."
            )
        for one in self.beyond:
            if one.reason is None:
                raise ValueError(
                    f"the plan asks for {one.asked:.3g} {CAPS[one.cap]}; the cap is {one.limit:g}. Ask for less, "
                    f"or, as the therapist, add [[exceed]] with cap = {one.cap!r} and a reason."
                )
        return self

    @property
    def candidates(self):
        """All exercises of the plan."""
        return (*self.exercise, *self.both)

    @property
    def longest(self):
        """The week whose session takes longest."""
        return max(self.week, key=self.minutes_of)

    @property
    def spoken(self):
        """The recorded message as its media type and bytes; None where there is none."""
        return sound_of(self.message_audio) if self.message_audio else None

    @property
    def sha256(self):
        """Hash of the text this plan was read from."""
        return hashlib.sha256(self.toml_text.encode()).hexdigest()

    @property
    def beyond(self):
        """The caps that this plan goes beyond, each with its reason."""
        reasons = {one.cap: one.reason for one in self.exceed}
        limits = {name: float(getattr(self.caps, name)) for name in CAPS}
        return tuple(
            Beyond(name, limits[name], asked, reasons.get(name))
            for name, asked in self.asked().items()
            if asked > limits[name] + 1e-9
        )

    def limit(self, cap):
        """How much of something is allowed under this plan: the cap, or what a reason is stored for."""
        return max([getattr(self.caps, cap), *(one.asked for one in self.beyond if one.cap == cap)])

    def asked(self):
        """How much the plan asks for, at most, of each thing that has a cap."""
        tempos = [one.tempo for one in (*self.week, *self.candidates) if one.tempo is not None]
        others = sum(one.weaker not in (None, one.id) for one in self.exercise)
        rises = [100.0 * (later.load / earlier.load - 1.0) for earlier, later in pairwise(self.week)]
        return {
            "sessions": max(self.maintenance.sessions, *(week.sessions for week in self.week)),
            "exercises": max(week.exercises + min(week.exercises, others) for week in self.week) + 1,
            "sets": max(week.sets for week in self.week),
            "group_sets": max(math.ceil(week.sets / week.exercises) for week in self.week),
            "reps": max(week.reps for week in self.week),
            "effort": max(week.effort for week in self.week),
            "hold_s": max(tempo.hold_s or 0.0 for tempo in tempos),
            "minutes": self.minutes_of(self.longest),
            "rise_pct": max(rises, default=0.0),
        }

    def minutes_of(self, week):
        """What a full session of a week is reckoned to take, in minutes, with the slowest of the exercises."""
        times, reps = self.times, self.rules.weaker_reps[1]
        cycle = max(cycle_s(one.tempo_of(week)) for one in self.exercise)
        weaker_s = reps * max(cycle_s(catalogued(one.id).target["1"].tempo) for one in self.exercise)
        both_s = self.rules.both_reps * max(
            cycle_s(catalogued(one.id).target["1"].tempo) for one in self.both
        )
        pair_s = week.reps * cycle + weaker_s + self.rest_s(weaker_s, week.effort) + 2 * times.turn_s
        calm_s = times.check_in_s + times.warm_up_s + times.task_s + times.cool_down_s + 2 * times.turn_s
        return (calm_s + both_s + week.sets * pair_s + (week.exercises + 1) * times.faces_s) / 60.0

    def rest_s(self, weaker_s, effort):
        """Sitting still after a pair, so that the stronger side rests long enough between its sets, in s.

        Examples
        --------
        >>> from posecheck.programme import load_plan
        >>> plan = load_plan("gentle")
        >>> plan.rest_s(36.0, 3.0), plan.rest_s(75.0, 3.0)
        (54.0, 45.0)
        """
        (least, most), (low, high) = self.rules.pair_rest_s, self.rules.between_s
        if effort >= self.rules.hard_effort:
            return max(least, high - weaker_s)
        return min(most, max(least, (low + high) / 2.0 - weaker_s))

    def unlocked(self):
        """Ids that the therapist ticked, in this plan."""
        return tuple(one.id for one in self.candidates if one.unlock)

    def practice(self, exercise, *, tempo=None):
        """An exercise of the catalogue as this plan wants it: smaller targets, views, allowed checks, modes, tempo.

        Parameters
        ----------
        exercise : str
        tempo : Tempo, optional
            Of a block; it takes the place of that of every level.

        Returns
        -------
        Practice
            With a text of its own, so that its hash tells it from the catalogue's.
        """
        practice = catalogued(exercise)
        own = next((one for one in self.candidates if one.id == exercise), None)
        document = tomlkit.parse(practice.toml_text)
        for level, target in practice.target.items():
            table: Any = document["target"][level]  # pyright: ignore[reportIndexIssue]
            if tempo is not None:
                table["tempo"] = tempo.model_dump(exclude_none=True)
            if own and own.range and isinstance(practice, Exercise) and target.range > own.range:
                table[f"peak_{practice.unit}"] = target.peak - practice.sign * (target.range - own.range)
                table[f"range_{practice.unit}"] = own.range
        if own and own.allow and isinstance(practice, Exercise):
            kept = [check for check in document["check"] if check["id"] not in own.allow]  # pyright: ignore
            document["check"] = kept
        if own and own.views and isinstance(practice, Exercise):
            for view in set(practice.view) - set(own.views):
                del document["view"][view]  # pyright: ignore[reportIndexIssue]
        if own and own.modes:
            document["weaker_side"]["modes"] = list(own.modes)  # pyright: ignore[reportIndexIssue]
        return parse_practice(tomlkit.dumps(document), where=f"{exercise}.toml")


@cache
def catalogued(exercise):
    """An entry of the catalogue by its id, read once."""
    return load_practice(exercise)


def sound_of(text):
    """The recording that stands in a plan as base64: its media type and its bytes.

    Raises
    ------
    ValueError
        When it is no recording of a kind that is played, or too long.
    """
    try:
        sound = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(
            "message_audio is not base64 as it was written: it was cut off or changed. Record it again."
        ) from None
    kind = next((kind for begins, kind in SOUNDS.items() if sound.startswith(begins)), None)
    if kind is None or (kind == "audio/wav" and sound[8:12] != b"WAVE"):
        raise ValueError("message_audio is neither webm, ogg nor wav. Record it again, or leave it out.")
    if len(sound) > SOUND_MOST_BYTES:
        raise ValueError(
            f"message_audio has {len(sound) / 1000:.0f} kB: keep it to {SOUND_MOST_BYTES / 1000:.0f} kB. Say it in "
            "fewer words."
        )
    return kind, sound


def fits(one, table, *, signed):
    """Whether an entry of a plan names what the catalogue has, and what may be practised alone at home.

    Parameters
    ----------
    one : Candidate
    table : str
        ``exercise`` or ``both``.
    signed : bool
        Whether a therapist answers for the plan.

    Raises
    ------
    ValueError
        With a sentence for the reader of the file.
    """
    try:
        practice = catalogued(one.id)
        other = one.weaker and catalogued(one.weaker)
    except ExerciseError as error:
        raise ValueError(f"[[{table}]]: {error}") from None
    place = f"[[{table}]] {one.id!r}"
    if (practice.sides == "unilateral") != (table == "exercise"):
        right = "both" if table == "exercise" else "exercise"
        raise ValueError(f"{place} is practised {practice.sides}: write it under [[{right}]].")
    for each in (practice, other):
        if each and not signed and not at_home(each):
            raise ValueError(
                f"{place}: {each.id!r} is not for practice alone, seated and facing the screen. A plan with "
                "[therapist] may have it; `posecheck exercises list --home` shows what is for home."
            )
    modes = practice.weaker_side.modes if practice.weaker_side else ()
    for mode in one.modes:
        if mode not in modes:
            raise ValueError(f"{place}: the catalogue has no mode {mode!r} for it.{nearest(mode, modes)}")
    checks = [check.id for check in getattr(practice, "check", ())]
    for check in one.allow:
        if check not in checks:
            raise ValueError(f"{place}: it has no check {check!r} to allow.{nearest(check, checks)}")
    views = getattr(practice, "view", {})
    for view in one.views:
        if view not in views:
            raise ValueError(f"{place}: it is not measured from {view!r}.{nearest(view, views)}")
    for unit in ("deg", "ratio"):
        if getattr(one, f"range_{unit}") is not None and unit != getattr(practice, "unit", None):
            raise ValueError(
                f"{place}: range_{unit} does not fit; its range is in {getattr(practice, 'unit', 'no unit')}."
            )
    if one.range and one.range < practice.rep.min_excursion:  # pyright: ignore[reportAttributeAccessIssue]
        raise ValueError(
            f"{place}: a range of {one.range:g} is less than the "
            f"{practice.rep.min_excursion:g} from which a repetition counts. Ask for that or more."  # pyright: ignore
        )


def at_home(practice):
    """Whether it is for practice alone: seated, from one place, and told by the camera that one faces."""
    return practice.home and practice.position == "seated" and "front" in getattr(practice, "view", {})
