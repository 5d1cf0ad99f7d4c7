"""The weeks and exercises of a plan as fields: each shows what was there, and gives back what is there now."""

import math
from typing import Any

import streamlit as st

from posecheck.exercise import practice_ids
from posecheck.programme.choice import MODES as BY_ANSWER
from posecheck.programme.drafting import known
from posecheck.programme.plan import catalogued

VIEWS = {"front": "facing the camera", "oblique_left": "turned, left side nearer",
         "oblique_right": "turned, right side nearer", "left": "left side to the camera",
         "right": "right side to the camera"}  # fmt: skip
MODES = {"active": "by itself", "assisted": "helped by the stronger hand or a helper", "passive": "moved by a helper",
         "imagery": "imagined"}  # fmt: skip
SHORT = {"active": "by itself", "assisted": "helped", "passive": "moved", "imagery": "imagined"}
PHASES = {"lift_s": "up", "hold_s": "hold", "lower_s": "down", "rest_s": "rest"}
WHOLE = ("sessions", "exercises", "sets", "reps")
LEVELS = ("1", "2", "3")
_ABBREVIATED = {"bp": "blood pressure", "crps": "CRPS", "dvt": "DVT"}


def tags_in_words(tags):
    """Contraindications as they are read.

    Examples
    --------
    >>> tags_in_words(["hand_crps", "uncontrolled_bp"])
    'hand CRPS, uncontrolled blood pressure'
    """
    return ", ".join(" ".join(_ABBREVIATED.get(word) or word for word in tag.split("_")) for tag in tags)


def amount(value, unit):
    """A range with its unit."""
    return f"{value:g}°" if unit == "deg" else f"{value:g}"


def tempo_short(tempo):
    """Seconds up, hold, down and rest; ``·`` where it is one's own pace.

    Examples
    --------
    >>> tempo_short({"lift_s": 3.0, "hold_s": 1.0, "lower_s": 3.0})
    '3-1-3-·'
    """
    return "-".join("·" if tempo.get(name) is None else f"{tempo[name]:g}" for name in PHASES)


# ── exercises ─────────────────────────────────────────────────────────────────────────────────────────────────


def overview(rows, weeks, person, ticked, *, table):
    """The exercises at a glance, as they are now: what is asked for, and what was written for this one alone.

    Parameters
    ----------
    rows, weeks : list of dict
        Of the plan.
    person : Person
    ticked : sequence of str
        Contraindications.
    table : str
        ``exercise`` or ``both``.
    """
    lines = [
        "| no. | exercise | range | up-hold-down-rest, s | weaker side | to note |",
        "|---|---|---|---|---|---|",
    ]
    for number, row in enumerate(rows, 1):
        facts = known(row["id"])
        levels = [row.get("level") or week["level"] for week in weeks] if table == "exercise" else ["1"]
        tempos = (
            [week["tempo"] | (row.get("tempo") or {}) for week in weeks]
            if table == "exercise"
            else [facts["tempo"]]
        )
        cells = (
            str(number), f"**{facts['name']}**", _ranges(row, facts, levels), _tempos(tempos),
            _modes(row, facts, person), "; ".join(_notes(row, ticked)),
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(lines))


def _ranges(row, facts, levels):
    if not facts["unit"]:
        return "not measured"
    most = row.get("range_deg") or row.get("range_ratio") or math.inf
    asked = [
        amount(min(most, facts["ranges"][level]), facts["unit"])
        for level in levels
        if level in facts["ranges"]
    ]
    return ", then ".join(dict.fromkeys(asked))


def _tempos(tempos):
    return ", then ".join(dict.fromkeys(map(tempo_short, tempos)))


def _modes(row, facts, person):
    modes = row.get("modes") or [mode for mode in BY_ANSWER[person.moves or "some"] if mode in facts["modes"]]
    return ", ".join(SHORT[mode] for mode in modes) or SHORT["imagery"]


def _notes(row, ticked):
    if why := not_offered(row, ticked):
        yield why
    if row.get("unlock"):
        yield "unlocked"
    for name, words in (("allow", "let pass: "), ("views", "measured from: ")):
        if row.get(name):
            yield words + ", ".join(each.replace("_", " ") for each in row[name])
    if row.get("weaker"):
        yield f"answered with: {known(row['weaker'])['name']}"


def not_offered(row, ticked):
    """Why an exercise of the plan will not be offered; empty where it will be."""
    facts = known(row["id"])
    against = [tag for tag in facts["contraindications"] if tag in ticked]
    if against:
        return f"not offered: {tags_in_words(against)}"
    return "waits for your tick" if facts["needs_tick"] and not row.get("unlock") else ""


def exercise_fields(row, number, last, *, key, table, acts):
    """One exercise as fields.

    Parameters
    ----------
    row : dict
        As it was shown first.
    number, last : int
        Its place, from 0, and the last one there is.
    key : str
        Begins the keys of its fields.
    table : str
    acts : list
        Where a button leaves what it asks for: a function of the rows.

    Returns
    -------
    dict
        The row as it is now.
    """
    facts, new = known(row["id"]), dict(row)
    first = st.columns([2, 2, 3])
    if table == "exercise":
        new["level"] = first[0].selectbox(
            "Level", ("", *LEVELS), ("", *LEVELS).index(row.get("level", "")), key=f"{key}.level",
            format_func=lambda level: level or "as in the week",
        )  # fmt: skip
    if facts["unit"]:
        new |= _range(first[1], row, facts, key)
    if facts["modes"]:
        new["modes"] = first[2].multiselect(
            "The weaker side practises", facts["modes"], row.get("modes", []), key=f"{key}.modes",
            format_func=MODES.__getitem__,
            placeholder="as the answers of the set-up say", help="Several take turns, the first one first.",
        )  # fmt: skip
    if table == "exercise":
        new["tempo"] = _tempo(row.get("tempo"), key)
    second = st.columns(2)
    if facts["checks"]:
        new["allow"] = second[0].multiselect(
            "Compensations to let pass", facts["checks"], row.get("allow", []), key=f"{key}.allow",
            format_func=lambda check: check.replace("_", " "), placeholder="none: all are looked out for",
        )  # fmt: skip
    if facts["views"]:
        new["views"] = second[1].multiselect(
            "Measured from", facts["views"], row.get("views", []), key=f"{key}.views",
            format_func=VIEWS.__getitem__,
            placeholder="every side that can be trusted",
        )  # fmt: skip
    if facts["needs_tick"]:
        new["unlock"] = st.checkbox(
            f"I unlock this exercise for practice at home ({facts['needs_tick']}).", row.get("unlock", False),
            key=f"{key}.unlock",
        )  # fmt: skip
    if table == "exercise":
        new["weaker"] = _answer(row, facts, key)
    _buttons(row["id"], number, last, key, acts)
    return {name: value for name, value in new.items() if value not in (None, [], {}, False, "")}


def _range(box, row, facts, key):
    name, levels = f"range_{facts['unit']}", facts["ranges"]
    asked = ", ".join(f"level {level}: {amount(value, facts['unit'])}" for level, value in levels.items())
    value = box.number_input(
        "Range at most" + (", °" if facts["unit"] == "deg" else ""), value=row.get(name), min_value=0.0,
        key=f"{key}.range", step=5.0 if facts["unit"] == "deg" else 0.05, placeholder="as the level", format="%g",
        help=f"By level: {asked}. A repetition counts from {amount(facts['least'], facts['unit'])} on.",
    )  # fmt: skip
    return {name: value}


def _tempo(tempo, key):
    """Seconds of the four phases; what is left open is the week's."""
    boxes = st.columns(4)
    new = {
        name: box.number_input(
            f"{word.capitalize()}, s", value=(tempo or {}).get(name), min_value=0.0, max_value=60.0, step=0.5,
            key=f"{key}.{name}", placeholder="as week", format="%g",
        )
        for box, (name, word) in zip(boxes, PHASES.items(), strict=True)
    }  # fmt: skip
    return {name: value for name, value in new.items() if value is not None}


def _answer(row, facts, key):
    """Another exercise with which the weaker side answers."""
    others = [
        name for name in practice_ids()
        if catalogued(name).sides == "unilateral" and catalogued(name).region == facts["region"] and name != row["id"]
    ]  # fmt: skip
    choices = ("", *others)
    before = row["weaker"] if row.get("weaker") in others else ""
    return st.selectbox(
        "The weaker side answers with", choices, choices.index(before), key=f"{key}.weaker",
        format_func=lambda name: known(name)["name"] if name else "the same exercise",
    )  # fmt: skip


def _buttons(exercise, number, last, key, acts):
    boxes = st.columns([1, 1, 1, 3])
    if boxes[0].button("Earlier", key=f"{key}.earlier", disabled=number == 0):
        acts.append(lambda rows: _moved(rows, exercise, -1))
    if boxes[1].button("Later", key=f"{key}.later", disabled=number == last):
        acts.append(lambda rows: _moved(rows, exercise, 1))
    if boxes[2].button("Take out", key=f"{key}.out", disabled=last == 0):
        acts.append(lambda rows: [row for row in rows if row["id"] != exercise])


def _moved(rows, exercise, by):
    at = next(at for at, row in enumerate(rows) if row["id"] == exercise)
    rest = [row for row in rows if row["id"] != exercise]
    return [*rest[: at + by], rows[at], *rest[at + by :]]


def add_exercise(rows, *, key, table, acts):
    """A field to take another exercise of the catalogue into the plan."""
    there = {row["id"] for row in rows}
    wanted = (table == "exercise", "unilateral")
    left = [
        name
        for name in practice_ids()
        if name not in there and (catalogued(name).sides == wanted[1]) == wanted[0]
    ]
    if not left:
        return
    boxes = st.columns([3, 1], vertical_alignment="bottom")
    name = boxes[0].selectbox(
        "Another exercise",
        ("", *left),
        format_func=lambda one: _offer(one) if one else "choose",
        key=f"{key}.add",
    )
    if boxes[1].button("Add", key=f"{key}.add_it", disabled=not name):
        acts.append(lambda rows: [*rows, {"id": name}])


def _offer(exercise):
    facts = known(exercise)
    note = "" if facts["at_home"] else f" ({facts['needs_tick'] or 'not told facing the screen'})"
    return facts["name"] + note


# ── weeks ─────────────────────────────────────────────────────────────────────────────────────────────────────


def week_fields(rows, *, key):
    """The table of the weeks as one grid; the rows as they are now."""
    number = st.column_config.NumberColumn
    whole: Any = {"min_value": 1, "max_value": 99, "step": 1}
    columns = {
        "week": number("week", disabled=True, width=50),
        "sessions": number("a week", help="Sessions a week.", width=84, **whole),
        "exercises": number("exercises", width=98, **whole),
        "sets": number("sets", help="Of the stronger side in a session, all exercises together.", width=66, **whole),
        "reps": number("reps", help="Repetitions a set.", width=70, **whole),
        "effort": number("effort", help="Planned, of 10.", min_value=0.5, max_value=10.0, step=0.5, format="%g",
                         width=76),
        "level": st.column_config.SelectboxColumn("level", options=list(LEVELS), width=70),
        **{name: number(word, help="Seconds; open: at one's own pace.", min_value=0.0, max_value=60.0, step=0.5,
                        format="%g", width=74) for name, word in PHASES.items()},
    }  # fmt: skip
    flat = [
        {
            "week": at,
            **{name: row[name] for name in (*WHOLE, "effort", "level")},
            **{name: row["tempo"].get(name) for name in PHASES},
        }
        for at, row in enumerate(rows, 1)
    ]
    edited = st.data_editor(flat, num_rows="dynamic", column_config=columns, key=key, hide_index=True)
    return _weeks(edited)


def _weeks(edited):
    """Rows of the plan; an open cell of a new row is as in the row before."""
    rows: list[dict] = []
    for one in edited:
        cells = {name: value for name, value in one.items() if not _open(value)}
        before = rows[-1] if rows else {}
        tempo = {name: float(cells[name]) for name in PHASES if name in cells}
        if not tempo and not any(name in cells for name in WHOLE):
            tempo = before.get("tempo", {})
        row: dict[str, Any] = {name: int(cells.get(name, before.get(name, 0))) for name in WHOLE}
        row["effort"] = float(cells.get("effort", before.get("effort", 0)))
        row["level"] = str(cells.get("level", before.get("level", "1")))
        rows.append({**row, "tempo": tempo})
    return rows


def _open(value):
    return value is None or (isinstance(value, float) and math.isnan(value)) or value == ""


def week_facts(weeks):
    """Load, minutes and rise of each week."""
    if not weeks:
        return
    lines = {
        "week": [f"{number}" for number in range(1, len(weeks) + 1)],
        "---": ["---"] * len(weeks),
        "load": [f"{week['load']:g}" for week in weeks],
        "more than before": [
            "" if week["rise_pct"] is None else f"{week['rise_pct']:+.0f} %" for week in weeks
        ],
        "minutes": [f"{week['minutes']:.0f}" for week in weeks],
    }
    st.markdown("\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in lines.items()))
