"""Reading a spec, and saying in one sentence where it is off."""

import difflib
import tomllib
from pathlib import Path

from pydantic import ValidationError

from render.spec import Part, Spec, SpecError


def load_spec(path):
    """The spec in a TOML file. Raises `SpecError` with one sentence that says where it is off."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SpecError(f"No readable spec at {path}. Pass the path of a TOML file.") from None
    return parse_spec(text, where=path.name)


def parse_spec(text, *, where="spec.toml"):
    """A spec from TOML text; `where` names the file in errors."""
    try:
        return make_spec(tomllib.loads(text), where=where)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{where} is not valid TOML: {error}.") from None


def make_spec(table, *, where="spec"):
    """A spec from nested dicts, as tomllib gives them."""
    try:
        return Spec(**table)
    except ValidationError as error:
        words = _explained(error.errors())
        raise SpecError(f"{where}: {words}{'' if words.endswith('?') else '.'}") from None


def _explained(problems):
    """The problem that tells most, as a sentence: an unknown key before a missing one before a value that is off."""
    rank = {"extra_forbidden": 0, "missing": 1}
    problem = min(problems, key=lambda p: rank.get(p["type"], 2))
    known = {name for part in Part.__subclasses__() for name in part.model_fields}
    steps = [f"{step + 1}" if isinstance(step, int) else step for step in problem["loc"]]
    if steps[0] == "act":  # the third step is the kind of act, no key
        steps[2:3] = []
    place = " ".join(step for step in steps[:-1] if step in known or step.isdigit())
    key, inside = steps[-1], f" in {place}" if place else ""
    if problem["type"] == "extra_forbidden":
        close = difflib.get_close_matches(key, known, n=1)
        return f"unknown key {key!r}{inside}" + (f"; did you mean {close[0]!r}?" if close else "")
    if problem["type"] == "missing":
        return f"{key!r} is missing{inside}"
    words = problem["msg"].removeprefix("Value error, ")
    at = " ".join(step for step in steps if step in known or step.isdigit())
    return f"{at}: {words[0].lower()}{words[1:]} (got {problem['input']!r})"
