"""Plans as TOML text: what differs from the gentle one, and what a hand wrote stays as it stands."""

import re
import textwrap
import tomllib
from functools import cache

import tomlkit
from tomlkit.items import AoT, Table

from posecheck.programme.parts import Candidate, Exceed, Week
from posecheck.programme.reading import SHIPPED, load_plan, parse_plan

PLAIN = ("id", "name", "message", "message_audio", "weaker_side", "starts", "emergency_number", "effort_allowed",
         "numeric_scales")  # fmt: skip
TABLES = {"week": Week, "exercise": Candidate, "both": Candidate}
_ORDER = (*PLAIN, "therapist", "maintenance", "person", *TABLES, "exceed")
_LINE = 110  # letters of a recording


def own_values(plan):
    """What the file of a plan says itself; nothing of the gentle one, of which a plan holds only what differs."""
    return {} if plan.toml_text == _gentle() else tomllib.loads(plan.toml_text)


@cache
def _gentle():
    return load_plan(SHIPPED).toml_text


def row_of(part):
    """A row of a table in the shape of the file: only what it says."""
    return plain(part.model_dump(exclude_none=True, exclude_defaults=True))


def plain(value):
    """For comparing and writing: lists for tuples, nothing for None, days as days."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def ordered(wanted):
    """Values of a plan file in the order of one: plain values first, since what follows a table belongs to it."""
    order = {key: place for place, key in enumerate(_ORDER)}
    return dict(
        sorted(wanted.items(), key=lambda one: (isinstance(one[1], dict | list), order.get(one[0], 99)))
    )


def text_of(plan, wanted):
    """The file of a plan with other values: as it was written where nothing differs; anew where that cannot be done.

    Parameters
    ----------
    plan : Plan
        As it was.
    wanted : dict
        All values that the new file is to hold, checked already.
    """
    wanted = _exact(wanted)
    own = own_values(plan)
    document = tomlkit.parse(plan.toml_text) if own else tomlkit.document()
    for key in [key for key in own if key not in wanted]:
        del document[key]
    for key, value in ordered(wanted).items():
        if key not in own or own[key] != value:
            document[key] = _item(key, value, document.get(key))
    text = _spaced(tomlkit.dumps(document))
    if _reads(text) != wanted:
        text = tomlkit.dumps(ordered(wanted))
    parse_plan(text)
    return text


def _exact(wanted):
    """Whole numbers whole, texts without blanks around them: as the plan will read them."""
    for key, kind in (*TABLES.items(), ("exceed", Exceed)):
        if key in wanted:
            wanted = {**wanted, key: [row_of(kind.model_validate(row)) for row in wanted[key]]}
    if "message_audio" in wanted:  # in lines, so that the file can be looked at
        lines = textwrap.wrap("".join(wanted["message_audio"].split()), _LINE)
        wanted = {**wanted, "message_audio": "\n".join(lines)}
    return wanted


def _spaced(text):
    """One empty line before each table, and one end of the file."""
    text = re.sub(r"\n{3,}(?=\[)", "\n\n", text)
    return re.sub(r"^(?!\s*#)(.*\S.*)\n(?=\[)", r"\1\n\n", text, flags=re.MULTILINE).rstrip("\n") + "\n"


def _reads(text):
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _item(key, value, old):
    if key == "message_audio":
        return tomlkit.string(value, multiline=True)
    if key in TABLES or key == "exceed":
        return _rows_item(key, value, old)
    if isinstance(value, dict):
        table = old if isinstance(old, Table) else tomlkit.table()
        _fill(table, value)
        return table
    return value


def _rows_item(key, rows, old):
    """An array of tables; rows that were there keep their comments."""
    name = {"week": None, "exceed": "cap"}.get(key, "id")
    before = list(old) if isinstance(old, AoT) else []
    made = tomlkit.aot()
    for number, row in enumerate(rows):
        same = [
            one
            for at, one in enumerate(before)
            if (at == number if name is None else one.get(name) == row[name])
        ]
        table = same[0] if same else tomlkit.table()
        _fill(table, row)
        made.append(table)
    return made


def _fill(table, values):
    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        if key not in table or _unwrapped(table[key]) != value:
            table[key] = _inline(value)


def _unwrapped(item):
    return item.unwrap() if hasattr(item, "unwrap") else item


def _inline(value):
    if not isinstance(value, dict):
        return value
    inline = tomlkit.inline_table()
    inline.update(value)
    return inline
