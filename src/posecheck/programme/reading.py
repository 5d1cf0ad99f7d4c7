"""Plans, answers of a person and histories from files: read strictly, explained in one sentence where needed."""

import json
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from posecheck.errors import ProgrammeError
from posecheck.exercise_parts import nearest
from posecheck.programme.parts import DoneSession, Person, Week
from posecheck.programme.plan import Plan

SHIPPED = "gentle"  # what a plan of one's own does not give comes from here
FIXED = ("caps", "rules", "times", "minutes")


def plan_ids():
    """Ids of the plans that come along, sorted.

    Examples
    --------
    >>> plan_ids()
    ['gentle']
    """
    folder = resources.files("posecheck") / "programmes"
    return sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))


@cache
def _shipped(name):
    text = (resources.files("posecheck") / "programmes" / f"{name}.toml").read_text(encoding="utf-8")
    return text, tomllib.loads(text)


def load_plan(plan):
    """A plan by its id, or from a TOML file of one's own.

    Raises
    ------
    ProgrammeError
        Unknown id (with the nearest one), unreadable file, a key or value that does not belong, or a cap that is gone
        beyond without a reason.

    Examples
    --------
    >>> load_plan("gentle").week[0].load
    288.0
    """
    if isinstance(plan, Plan):
        return plan
    path = Path(plan)
    if path.suffix != ".toml":
        if str(plan) not in plan_ids():
            raise ProgrammeError(f"No plan is called {str(plan)!r}.{nearest(str(plan), plan_ids())}")
        return parse_plan(_shipped(str(plan))[0], where=f"{plan}.toml")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ProgrammeError(
            f"No readable plan at {path}. Pass the path of a TOML file, or an id: {', '.join(plan_ids())}."
        ) from None
    return parse_plan(text, where=path.name)


def parse_plan(text, *, where="plan.toml"):
    """A plan from TOML text; `where` names the file in errors. What it does not give comes from ``gentle``."""
    own, shipped = _toml(text, where), _shipped(SHIPPED)[1]
    for name in FIXED:
        if own.get(name, shipped[name]) != shipped[name]:
            hint = (
                " To go beyond a cap write [[exceed]] with its name and a reason." if name == "caps" else ""
            )
            raise ProgrammeError(
                f"{where} [{name}]: these are the same for every plan; leave them out.{hint}"
            )
    given = {key: value for key, value in shipped.items() if key not in ("id", "name", "sources")}
    sources = own.get("sources", {})
    merged = given | own | {"toml_text": text}
    if isinstance(sources, dict):
        merged["sources"] = shipped["sources"] | sources
    plan = _read(Plan, merged, where)
    _under_the_ceiling(plan, where)
    return plan


def plan_in_force(kept=None):
    """The plan that somebody follows: the one that was kept for them last, else the gentle one.

    Parameters
    ----------
    kept : StoredPlan, optional
        Anything with a `toml_text`.

    Raises
    ------
    ProgrammeError
        When what was kept is not sound here.

    Examples
    --------
    >>> plan_in_force().id
    'gentle'
    """
    return load_plan(SHIPPED) if kept is None else parse_plan(kept.toml_text, where="the stored plan")


def _under_the_ceiling(plan, where):
    """Without a therapist the gentle table is the ceiling."""
    ceiling = [Week.model_validate(week) for week in _shipped(SHIPPED)[1]["week"]]
    for number, week in enumerate(plan.week if plan.therapist is None else ()):
        most = ceiling[min(number, len(ceiling) - 1)].load
        if week.load > most:
            raise ProgrammeError(
                f"{where}: week {number + 1} asks for a load of {week.load:g}, the gentle plan for {most:g}. Without a "
                "therapist that is the ceiling: ask for less, or add [therapist] with a name."
            )


def read_person(text, *, where="person.toml"):
    """The answers of a person from TOML text; raises `ProgrammeError`.

    Examples
    --------
    >>> read_person('weaker_side = "left"').weaker_side
    'left'
    """
    return _read(Person, _toml(text, where), where)


def read_history(text, *, where="history.json"):
    """What was done from JSON text, a list of sessions as in `DoneSession`; raises `ProgrammeError`.

    Examples
    --------
    >>> read_history('[{"day": "2026-01-05", "kind": "three"}]')[0].kind
    'three'
    """
    try:
        return TypeAdapter(tuple[DoneSession, ...]).validate_python(json.loads(text))
    except json.JSONDecodeError as error:
        raise ProgrammeError(f"{where} is not valid JSON: {error}.") from None
    except ValidationError as error:
        raise ProgrammeError(_explain(error, where, tuple[DoneSession, ...])) from None


def _toml(text, where):
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeError(f"{where} is not valid TOML: {error}.") from None


def _read(kind, table, where):
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        raise ProgrammeError(_explain(error, where, kind)) from None


def _explain(error, where, kind):
    """The first problem pydantic found, as one sentence with file, place and nearest name."""
    problems = error.errors()
    problem = next((p for p in problems if p["type"] in _UNKNOWN), problems[0])
    place = problem["loc"]
    spot = ".".join(str(part + 1) if isinstance(part, int) else part for part in place[:-1])
    section, key = (f"{where} [{spot}]" if spot else where), place[-1] if place else ""
    if problem["type"] in _UNKNOWN:
        return f"{section}: unknown key {key!r}.{nearest(key, _keys(kind, place[:-1]))}"
    if problem["type"] == "missing":
        return (
            f"{section}: {key!r} is missing. Add it; `posecheck plan show gentle --toml` shows a whole plan."
        )
    if problem["type"] == "value_error":
        return f"{where}: {problem['ctx']['error']}"
    return f"{section}: {key!r} = {problem['input']!r}: {problem['msg']}."


_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


def _keys(kind, place):
    """Names that are known at a place of a file."""
    for part in place:
        known = _fields(kind)
        kind = known.get(part, kind) if isinstance(part, str) else kind
    return [name for name in _fields(kind) if name != "toml_text"]


def _fields(kind):
    while get_args(kind):
        kind = get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    return dict(getattr(kind, "__annotations__", {}))
