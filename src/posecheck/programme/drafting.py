"""A plan on the therapist's desk: what may be changed and how far, what stands in the way, and the new plan's text.

Pure, like the plan itself. A hand-written file keeps its comments and its order wherever the change allows it.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import tomlkit
from pydantic import ValidationError

from posecheck.errors import ProgrammeError
from posecheck.exercise import Exercise
from posecheck.exercise_parts import nearest
from posecheck.programme.parts import Candidate
from posecheck.programme.plan import CAPS, MESSAGE_WORDS, at_home, catalogued, fits, sound_of
from posecheck.programme.reading import parse_plan
from posecheck.programme.writing import PLAIN, TABLES, ordered, own_values, plain, row_of, text_of

EDITABLE = (*PLAIN, "maintenance", "person", *TABLES)
"""What of a plan may be changed, in the order in which it is written."""
NEW = {"id": "plan", "name": "Plan"}  # of a plan that was the gentle one before
REASON_LETTERS = 10
_PROBE = "only to find out what it asks for"
_ASKED = {"greater_than_equal": ("ge", "{:g} or more"), "greater_than": ("gt", "more than {:g}"),
          "less_than_equal": ("le", "{:g} or less"), "less_than": ("lt", "less than {:g}")}  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """A cap as an editor shows it.

    Attributes
    ----------
    cap : str
        Name, of `posecheck.programme.CAPS`.
    what : str
        What is counted, after its number.
    limit, asked : float
        How much there may be, and how much the plan asks for at most.
    why : str
        Source of the limit, with its evidence tag.
    reason : str
        Stored for going beyond it; may be empty.
    """

    cap: str
    what: str
    limit: float
    asked: float
    why: str
    reason: str = ""

    @property
    def exceeded(self):
        """Whether the plan asks for more."""
        return self.asked > self.limit + 1e-9


@dataclass(frozen=True)
class Problem:
    """Why a change cannot be kept as it is.

    Attributes
    ----------
    place : str
        The field: ``message``, ``week.0.sets``, ``exercise.elbow_flexion``, ``caps.effort``, ``therapist``...; empty
        when it concerns the whole.
    sentence : str
    """

    place: str
    sentence: str


@dataclass(frozen=True)
class Drafted:
    """What comes of some changes.

    Attributes
    ----------
    problems : tuple of Problem
    limits : tuple of Limit
        With what is asked for now; empty while the change cannot be read as a plan. Of a table that cannot be read yet
        it is what was asked for before.
    weeks : tuple of dict
        ``load``, ``minutes`` and ``rise_pct`` of each week; as `limits`.
    toml_text : str
        The new plan; empty while there are problems.
    """

    problems: tuple[Problem, ...]
    limits: tuple[Limit, ...] = ()
    weeks: tuple[dict[str, Any], ...] = ()
    toml_text: str = ""


def given(plan):
    """What may be changed of a plan, as plain values in the shape of its file."""
    values: dict[str, Any] = {name: plain(getattr(plan, name)) for name in PLAIN}
    values["maintenance"] = {"sessions": plan.maintenance.sessions}
    told = plan.person and plan.person.model_dump(include=plan.person.model_fields_set)
    values["person"] = plain(told or {})
    for name in TABLES:
        values[name] = [row_of(one) for one in getattr(plan, name)]
    return values


def draft(plan):
    """Everything that an editor shows of a plan.

    Returns
    -------
    dict
        ``given`` (what may be changed; pass it back to `drafted`, or only what was changed), ``limits`` (each cap with
        its reason), ``weeks`` (load, minutes and rise of each) and ``exercises`` (by id, what the catalogue knows:
        see `known`).

    Examples
    --------
    >>> from posecheck.programme import load_plan
    >>> shown = draft(load_plan("gentle"))
    >>> [(one.limit, one.what) for one in shown["limits"] if one.cap == "hold_s"]
    [(6.0, 's of holding')]
    >>> shown["exercises"]["elbow_flexion"]["ranges"]
    {'1': 80.0, '2': 100.0, '3': 120.0}
    """
    return {
        "given": given(plan),
        "limits": limits(plan),
        "weeks": weeks(plan),
        "exercises": {one.id: known(one.id) for one in plan.candidates},
    }


def limits(plan):
    """The caps of a plan, each with what the plan asks for and why it is there."""
    asked, reasons = plan.asked(), {one.cap: one.reason for one in plan.exceed}
    return tuple(
        Limit(cap, what, float(getattr(plan.caps, cap)), float(asked[cap]), plan.sources.get(f"caps.{cap}", ""),
              reasons.get(cap, ""))
        for cap, what in CAPS.items()
    )  # fmt: skip


def weeks(plan):
    """Load, minutes and rise of each week of a plan."""
    loads = [week.load for week in plan.week]
    rises = [None, *(100.0 * (later / earlier - 1.0) for earlier, later in pairwise(loads))]
    return tuple(
        {"load": load, "minutes": plan.minutes_of(week), "rise_pct": rise}
        for week, load, rise in zip(plan.week, loads, rises, strict=True)
    )


def known(exercise):
    """What the catalogue allows for an exercise.

    Returns
    -------
    dict
        ``name``, ``region``, ``sides``, ``unit`` (None: not measured), ``ranges`` by level, ``tempo`` of level 1,
        ``least`` (from which a repetition counts), ``modes``, ``checks`` and ``views``, ``needs_tick`` (why it is
        offered only with the therapist's tick; empty where it needs none), ``at_home`` and ``contraindications``.
    """
    practice = catalogued(exercise)
    measured = practice if isinstance(practice, Exercise) else None
    ranges = {level: target.range for level, target in practice.target.items()}
    standing = practice.position != "seated"
    return {
        "name": practice.name, "region": practice.region, "sides": practice.sides,
        "unit": measured and measured.unit, "ranges": ranges if measured else {},
        "tempo": practice.target["1"].tempo.model_dump(exclude_none=True),
        "least": measured and measured.rep.min_excursion,
        "modes": practice.weaker_side.modes if practice.weaker_side else (),
        "checks": tuple(check.id for check in measured.check) if measured else (),
        "views": tuple(measured.view) if measured else (),
        "needs_tick": "done on one's feet" if standing else "strain that a therapist weighs" if practice.unlock else "",
        "at_home": at_home(practice), "contraindications": practice.contraindications,
    }  # fmt: skip


def checked(plan, changes, *, therapist=None, reasons=None):
    """What comes of some changes, and what stands in their way.

    Parameters
    ----------
    plan : Plan
        As it is.
    changes : dict
        Keys of `EDITABLE`, values as in a plan file; None or an empty value takes a field away. ``exercise``, ``both``
        and ``week`` are whole lists of rows.
    therapist : str or dict, optional
        Name, or ``name`` and ``key``, of who answers for it; otherwise who answers for it already.
    reasons : dict, optional
        Why the plan goes beyond a cap, by cap; an empty one takes back what was stored.

    Returns
    -------
    Drafted
    """
    wanted = _wanted(plan, changes, therapist)
    stored = {one.cap: one.reason for one in plan.exceed}
    stored |= {cap: str(why).strip() for cap, why in (reasons or {}).items()}
    found = [*_unsigned(wanted), *_said(wanted), *_rows(wanted)]
    try:
        probe = _probed(_readable(plan, wanted, found))
    except ProgrammeError as error:
        sentence = _told(str(error))
        place = "week" if re.match("Week|A session", sentence) else ""
        return Drafted((*found, Problem(place, sentence)))
    asked = tuple(
        Limit(one.cap, one.what, one.limit, one.asked, one.why, stored.get(one.cap, ""))
        for one in limits(probe)
    )
    found += [problem for one in asked if one.exceeded for problem in _beyond(one)]
    facts = weeks(probe)
    if found:
        return Drafted(tuple(found), asked, facts)
    # A reason that nothing needs any more would wave through what nobody has thought of.
    exceed = [{"cap": one.cap, "reason": one.reason} for one in asked if one.exceeded]
    return Drafted((), asked, facts, text_of(plan, _with(wanted, "exceed", exceed)))


def drafted(plan, changes, *, therapist=None, reasons=None):
    """TOML text of a changed plan, which `parse_plan` accepts; parameters as for `checked`.

    Raises
    ------
    ProgrammeError
        When something stands in the way: the first of it in a sentence or two, with the limit, its source and what to
        do.

    Examples
    --------
    >>> from posecheck.programme import load_plan
    >>> print(drafted(load_plan("gentle"), {"message": "Slowly is fine."}, therapist="A. Keller"))
    id = "plan"
    name = "Plan"
    message = "Slowly is fine."
    <BLANKLINE>
    [therapist]
    name = "A. Keller"
    <BLANKLINE>
    """
    outcome = checked(plan, changes, therapist=therapist, reasons=reasons)
    if outcome.problems:
        raise ProgrammeError(outcome.problems[0].sentence)
    return outcome.toml_text


# ── what is wanted ────────────────────────────────────────────────────────────────────────────────────────────


def _wanted(plan, changes, therapist):
    own, now = own_values(plan), given(plan)
    wanted = {**NEW, **own}
    for key, value in changes.items():
        if key not in EDITABLE:
            raise ProgrammeError(f"{key!r} is nothing that can be changed in a plan.{nearest(key, EDITABLE)}")
        value = plain(value)
        if key in NEW and not own:
            wanted[key] = NEW[key] if value in (now[key], "") else value
        elif value != now[key]:
            wanted = _with(wanted, key, value)
    if isinstance(therapist, str):
        therapist = {**wanted.get("therapist", {}), "name": therapist.strip()}
    if therapist and therapist.get("name"):
        wanted["therapist"] = {key: value for key, value in therapist.items() if value}
    return wanted


def _with(wanted, key, value):
    """With another value; what is empty is left out, but for the tables that a plan cannot be without."""
    needed = key in TABLES or key in ("maintenance", *NEW)
    rest = {name: kept for name, kept in wanted.items() if name != key}
    return {**rest, key: value} if needed or value not in (None, "", [], {}, False) else rest


def _readable(plan, wanted, found):
    """What can be held against the limits: where rows cannot be read yet, the table as it was."""
    unread = {problem.place.partition(".")[0] for problem in found} & {*TABLES}
    silent = {key: value for key, value in wanted.items() if not key.startswith("message")}
    return {**silent, **{key: value for key, value in given(plan).items() if key in unread}}


def _probed(wanted):
    """The plan that it would be if each cap might be gone beyond."""
    free = [{"cap": cap, "reason": _PROBE} for cap in CAPS]
    signed = {"therapist": {"name": _PROBE}, **wanted, "exceed": free}
    return parse_plan(tomlkit.dumps(ordered(signed)), where="plan")


# ── what stands in the way ────────────────────────────────────────────────────────────────────────────────────


def _unsigned(wanted):
    if "therapist" not in wanted:
        yield Problem("therapist", "A changed plan needs a therapist who answers for it: write your name.")


def _said(wanted):
    count = len(str(wanted.get("message", "")).split())
    if count > MESSAGE_WORDS:
        yield Problem(
            "message", f"The message has {count} words. Keep it to {MESSAGE_WORDS}, so that it is heard."
        )
    sound = wanted.get("message_audio")
    if not sound:
        return
    if not count:
        yield Problem(
            "message_audio", "Write the words of the recording as well: they are shown while it plays."
        )
    try:
        sound_of(sound)
    except ValueError as error:
        yield Problem("message_audio", str(error).replace("message_audio", "The recording"))


def _rows(wanted):
    """What single rows say that cannot be."""
    for table, kind in TABLES.items():
        for number, row in enumerate(wanted.get(table, ())):
            name = f"Week {number + 1}" if table == "week" else _name(row)
            place = f"week.{number}" if table == "week" else f"{table}.{row.get('id', number)}"
            try:
                one = kind.model_validate(row)
                if isinstance(one, Candidate):
                    fits(one, table, signed=True)
            except ValidationError as error:
                yield from (_field(name, place, problem) for problem in error.errors())
            except ValueError as error:
                yield Problem(place, f"{name}: {str(error).partition(': ')[2]}")


def _field(name, place, problem):
    """One value that a row cannot have."""
    key = ".".join(str(part) for part in problem["loc"])
    said = str(problem["loc"][-1]).removesuffix("_s").replace("_", " ") if problem["loc"] else "this"
    limit, words = _ASKED.get(problem["type"], ("", ""))
    if words:
        return Problem(f"{place}.{key}", f"{name}: {said} can be {words.format(problem['ctx'][limit])}.")
    return Problem(
        f"{place}.{key}", f"{name}: {said} is not filled in as it can be ({problem['msg'].lower()})."
    )


def _name(row):
    try:
        return catalogued(row["id"]).name
    except Exception:  # the row is said to be unknown in a moment
        return str(row.get("id", "An exercise"))


def _beyond(one):
    """What to say to going beyond a cap."""
    if len(one.reason) >= REASON_LETTERS:
        return
    less = f"Ask for {one.limit:g} or less, or write the reason why more is right here."
    if one.reason:
        less = f"Say a little more why: {REASON_LETTERS} letters or more."
    yield Problem(
        f"caps.{one.cap}",
        f"The plan asks for {one.asked:.3g} {one.what}; the limit is {one.limit:g} ({one.why}). {less}",
    )


def _told(sentence):
    """A sentence about a file as one about a plan on the desk."""
    said = re.sub(r"^plan(?=[ :])(?:: )?", "", sentence).strip()
    return said[:1].upper() + said[1:]
