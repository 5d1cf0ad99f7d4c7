"""The appendix of a report: every value of every repetition, why one is missing, corrections, settings and method."""

from dataclasses import dataclass

from posecheck.editing import boundaries_s, changed, found_as
from posecheck.metrics import METRICS
from posecheck.records import SIDES
from posecheck.report_withheld import WITHHELD, missing, why_not
from posecheck.result import plain
from posecheck.rules import SEEN_SCORED_PCT, SEEN_TIMED_PCT
from posecheck.scores import STEADY_FROM, STOP_START, TEMPO_TOLERANCE, WEIGHTS
from posecheck.sets import TIME_MDC_S
from posecheck.signals import SIGNALS
from posecheck.tables import cell

REPS_A_TABLE = 8
_OF_MOVEMENT = ("start", "peak", "range", "range_sigma", "noise_sigma", "other_limb")
_UNITS = {"s": "s", "deg": "°", "dps": "°/s", "pct": "%", "hz": "Hz", "px": "px"}
_CORRECTIONS = {
    "add": "a repetition added", "move": "start and end moved", "delete": "not a repetition",
    "merge": "joined with the next one", "exclude": "left out", "allow": "a body movement allowed",
    "assist": "helped by a hand", "side": "given to the other side",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table of words.

    Attributes
    ----------
    title : str
        Empty when it goes on from the table before it.
    columns : tuple of str
        Heads; none where each row is a name and a value.
    rows : tuple of tuple of str
    notes : tuple of str
        Below it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """A heading with paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


def unit_of(column):
    """The unit that a column's name ends with, as it is printed.

    Examples
    --------
    >>> unit_of("lift_s"), unit_of("range_deg"), unit_of("rep")
    ('s', '°', '')
    """
    return _UNITS.get(column.rsplit("_", 1)[-1], "")


def appendix_of(result, automatic, *, change=None):
    """Tables and texts from which every number of the first page can be worked out again.

    Parameters
    ----------
    result, automatic : Result
        With and without a person's corrections; the same one where there are none.
    change : dict, optional
        Of `posecheck.symmetry.compare`.

    Returns
    -------
    tuple of Table or Text
    """
    edited = automatic is not result
    parts = _repetitions(result, "Every repetition, corrected" if edited else "Every repetition")
    if edited:
        parts += [_corrections(result), _corrected(result, automatic)]
        parts += _repetitions(automatic, "Every repetition, as found automatically")
    parts += [
        _findings(result),
        _sets(result, "Sets, corrected" if edited else "Sets"),
        *([_sets(automatic, "Sets, as found automatically")] if edited else ()),
        _mapping("Symmetry, as calculated", result.symmetry),
        *([_mapping("Against the other recording, as calculated", change)] if change else ()),
        thresholds_of(result),
        _set_up(result),
        _method(),
    ]
    return tuple(part for part in parts if part is not None)


def _repetitions(result, title):
    """One table for up to `REPS_A_TABLE` repetitions of a side; what is the same for all stands below the first."""
    other = "ratio" if result.exercise.unit == "deg" else "deg"
    twins = {f"{name}_{other}" for name in _OF_MOVEMENT}
    tables, first = [], True
    for side in SIDES:
        rows = [row for row in result.rows if row["side"] == side]
        for i in range(0, len(rows), REPS_A_TABLE):
            chunk = rows[i : i + REPS_A_TABLE]
            span = f"{chunk[0]['rep']}" + (f" to {chunk[-1]['rep']}" if len(chunk) > 1 else "")
            role = {"stronger": ", stronger side", "affected": ", weaker side"}.get(chunk[0]["role"], "")
            tables.append(
                _values(result, chunk, f"{title}: {side}{role}, {span}", skip=twins, say_same=first)
            )
            first = False
    return tables or [Text(title, ("No repetitions in this recording.",))]


def _values(result, rows, title, *, skip, say_same):
    columns = [name for name in rows[0] if name not in skip]
    words = [name for name in columns if isinstance(rows[0][name], str) and name not in ("side", "role")]
    same = [name for name in words if len({row[name] for row in rows}) == 1]
    varying = [n for n in columns if n not in words and n not in ("side", "role", "rep")]
    letters, lines = {}, []
    for name in varying:
        cells = [_value(result, row, name, letters) for row in rows]
        unit = unit_of(f"_{result.exercise.unit}" if name in ("target_range", "baseline_range") else name)
        lines.append((name, unit, *cells))
    for name in words:
        if name not in same and name != "exclusion_reason":
            lines.append((name, "", *(str(row[name]) for row in rows)))
    notes = [f"{letter} = {WITHHELD}{why}" for why, letter in letters.items()]
    notes += [
        f"Repetition {row['rep']}: {row['exclusion_reason']}" for row in rows if row["exclusion_reason"]
    ]
    if say_same:
        told = ", ".join(f"{name} {rows[0][name]}" for name in same if rows[0][name])
        notes.append(f"The same for all of these: {told}.")
    return Table(title, ("value", "unit", *(str(row["rep"]) for row in rows)), tuple(lines), tuple(notes))


def _value(result, row, name, letters):
    value = row.get(name)
    if not missing(value):
        return cell(name, value)
    why = why_not(row, name, result)
    return letters.setdefault(why, "abcdefghijklmnopqrstuvwxyz"[min(len(letters), 25)])


def _corrections(result):
    rows = []
    for edit in result.provenance["edits"]:
        rows.append(
            (
                str(_CORRECTIONS.get(edit["kind"], edit["kind"]))
                + (" (taken back)" if edit["value"] == "false" else ""),
                edit["side"],
                "" if edit["rep"] is None else str(edit["rep"]),
                cell("start_s", edit["start_s"]),
                cell("end_s", edit["end_s"]),
                edit["value"] or "",
                edit["author"] or "not known",
                edit["at_utc"] or "not known",
            )
        )
    columns = ("correction", "side", "repetition", "start_s", "end_s", "value", "who", "when (UTC)")
    notes = (
        "In order; each counts the repetitions as the corrections before it left them.",
        "start_s and end_s are the boundaries that a person drew. The repetition's own start_s and end_s, in the other "
        "tables, are where the limb begins and ends to move, fitted to the shape of the movement: perhaps a little "
        "outside.",
    )
    return Table("Corrections", columns, tuple(rows), notes)


def _corrected(result, automatic):
    """Each repetition that the corrections changed: every value of it, found and now."""
    rows, unit, met = [], result.exercise.unit, []
    drawn_s = {
        id(row): both
        for one in (result, automatic)
        for row, both in zip(one.rows, boundaries_s(one), strict=True)
    }
    for row in result.rows:
        found = found_as(row, automatic.rows)
        met.append(found)
        if found is not None and drawn_s[id(found)] != drawn_s[id(row)]:
            before, now = (" to ".join(f"{x:.2f}" for x in drawn_s[id(one)]) for one in (found, row))
            rows.append((f"{row['side']} {row['rep']}", "boundaries, s", before, now))
        names = ("start_s", "end_s") if found is None else changed(row, found, unit)
        for name in names:
            before = "nothing" if found is None else _told(result, found, name)
            rows.append((f"{row['side']} {row['rep']}", name, before, _told(result, row, name)))
    gone = [row for row in automatic.rows if not any(row is one for one in met)]
    for row in gone:
        where = f"{row['start_s']:.1f} to {row['end_s']:.1f} s"
        rows.append((f"was {row['side']} {row['rep']}", "", where, "no repetition of its own"))
    if not rows:
        return None
    columns = ("repetition", "value", "found automatically", "now")
    return Table("What the corrections changed", columns, tuple(rows))


def _told(result, row, name):
    return f"{WITHHELD}{why_not(row, name, result)}" if missing(row[name]) else cell(name, row[name])


def _findings(result):
    rows = tuple(
        (f"{f.side} {f.rep}", f.rule, cell("value", f.value), cell("limit", f.limit), f.unit, f.why, f.source)
        for f in result.findings
    )
    if not rows:
        return Text("What stood out", ("Nothing stood out in this recording.",))
    columns = ("repetition", "rule", "value", "limit", "unit", "why", "source of the limit")
    return Table(
        "What stood out", columns, rows, ("Every limit is assumed unless its source is a measurement.",)
    )


def _sets(result, title):
    heads, columns = [], []
    for one in result.sets:
        for side in SIDES:
            summary = one.get(f"{side}_summary")
            if summary is None:
                continue
            heads.append(f"set {one['set']}, {side}")
            flat = {"start_s": one["start_s"], "end_s": one["end_s"], **summary}
            flat |= {
                f"{name} beyond, % of repetitions": share
                for name, share in flat.pop("compensation_pct").items()
            }
            flat["fatigue"] = (
                "; ".join(f"{sign['why']} at {sign['rep']}" for sign in flat["fatigue"]) or "no sign"
            )
            columns.append(flat)
    if not columns:
        return None
    names = list(dict.fromkeys(name for column in columns for name in column))
    rows = []
    for name in names:
        values = [column.get(name) for column in columns]
        if all(value is None for value in values) and name.startswith(("rest_offered", "score", "rep_time")):
            continue
        rows.append((name, *(_or_why(name, value) for value in values)))
    return Table(
        title, ("value", *heads), tuple(rows), ("Medians and quartile ranges are of scored repetitions.",)
    )


def _or_why(name, value):
    if isinstance(value, str):
        return value
    return (
        cell(name.removesuffix("_median").removesuffix("_iqr"), value)
        or f"{WITHHELD}no scored repetition tells it"
    )


def _mapping(title, values):
    rows = []
    for name, value in ((name, plain(value)) for name, value in values.items()):
        if isinstance(value, list):
            value = " to ".join(cell(name, x) for x in value)
        elif not isinstance(value, str):
            value = cell(name, value)
        if value == "":
            value = (
                ""
                if name == "reason"
                else f"{WITHHELD}{values.get('reason') or 'not told from these recordings'}"
            )
        rows.append((name, value or "none"))
    return Table(title, (), tuple(rows))


def thresholds_of(result):
    """What the person was held against, and whether it was measured on them.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Table
        What, value, ``measured on this person`` or ``assumed``, and the source.
    """
    exercise, view, unit = result.exercise, result.view, result.exercise.unit
    mdc95, measured = exercise.mdc95(view)
    own = exercise.measured_error.get(view)
    rows = [(f"smallest change of the range, {unit}", f"{mdc95:g}", _known(measured), own.source if own else
             exercise.sources.get("mdc95", "the exercise file"))]  # fmt: skip
    for name, label in (("lift_s", "lift"), ("hold_s", "hold"), ("lower_s", "lowering")):
        own_s = exercise.own_mdc95(name, view)
        rows.append((f"smallest change of the {label}, s", f"{TIME_MDC_S if own_s is None else own_s:g}",
                     _known(own_s is not None), own.source if own and own_s else "docs/basis.md, Fatigue"))  # fmt: skip
    watch = exercise.view.get(view)
    if watch is not None and watch.sigma is not None:
        source = exercise.sources.get("view", "")
        rows.append(
            (f"error of the range from this view, one sd, {unit}", f"{watch.sigma:g}", "assumed", source)
        )
        rows.append(
            (
                "error of lift, hold and lowering, part of their time",
                f"{watch.time_part:g}",
                "assumed",
                source,
            )
        )
    for check in exercise.checks(view):
        measured = exercise.check_measured(check)
        limits = f"{check.start:g}, fully {check.severe:g}"
        rows.append(
            (
                f"{check.id}: worth a look from, {SIGNALS[check.signal].unit}",
                limits,
                _known(measured),
                check.source,
            )
        )
    rows.append(
        ("smoothness_delta: steady from, stop-start below", f"{STEADY_FROM:g}, {STOP_START:g}", "assumed",
         "docs/basis.md, Smoothness")
    )  # fmt: skip
    for side in SIDES:
        target, personal = exercise.target_of(result.settings.level, side), exercise.personal.get(side)
        pace = ", ".join(f"{n} {s:g} s" for n, s in _pace(target.tempo)) or "own pace"
        source = personal.source if personal else exercise.sources.get("target", "")
        kind = "measured, check set" if personal else "assumed"
        rows.append(
            (f"asked for, {side}", f"range {target.range:g}, top {target.peak:g}; {pace}", kind, source)
        )
    return Table("Thresholds", ("what", "value", "whence", "source"), tuple(rows))


def _known(measured):
    return "measured on this person" if measured else "assumed"


def _pace(tempo):
    for name in ("lift_s", "hold_s", "lower_s", "rest_s"):
        value = getattr(tempo, name)
        if value is not None:
            yield name[:-2], value


def _set_up(result):
    provenance, rows = result.provenance, []
    told = {name: plain(value) for name, value in result.quality.items()}
    quality = {k: v for k, v in told.items() if k not in ("warnings", "not_this_exercise")}
    for name, value in quality.items():
        rows.append(
            (
                name,
                " x ".join(map(str, value)) if isinstance(value, list) else cell(name, value) or "not known",
            )
        )
    for warning in result.quality["warnings"]:
        rows.append(("note", warning))
    for one in result.quality["not_this_exercise"]:
        rows.append(
            ("not counted", f"{one['side']}, {one['start_s']:.1f} to {one['end_s']:.1f} s: {one['why']}")
        )
    rows += [(f"setting {name}", str(value)) for name, value in provenance["settings"].items()]
    for name in ("posecheck", "engine", "model", "model_sha256", "smoothed", "exercise", "exercise_sha256"):
        rows.append((name, cell(name, provenance[name]) or "not known"))
    for name in ("sha256", "duration_s", "frames", "fps_nominal", "rotation_deg", "filmed_utc"):
        if provenance["source"].get(name) is not None:
            rows.append((f"recording {name}", cell(name, provenance["source"][name])))
    return Table("Set-up, settings and versions", (), tuple(rows))


def _method():
    weights = ", ".join(f"{name} {weight:g}" for name, weight in WEIGHTS.items())
    measures = "; ".join(
        f"{metric.id}: {' '.join((metric.function.__doc__ or '').split())}" for metric in METRICS.values()
    )
    return Text(
        "Method",
        (
            "A pose model finds 33 points of the body in every picture; the angle of the exercise is taken from them "
            "and smoothed by filters that reach a few samples only. Lift, hold and lowering are fitted to the shape "
            "of each movement. A repetition goes there and back by at least the smallest movement of the exercise.",
            "On the first page a middle value is the median of the finished repetitions that no hand helped (of all "
            "finished ones where every one was helped), from lowest to highest behind it. ± is one standard deviation: "
            "the median of range_sigma or time_sigma_s. Smoothness is the median of smoothness_delta in words: "
            f"steady from {STEADY_FROM:g} on, stop-start below {STOP_START:g}.",
            f"A range is told where the joint was seen {SEEN_SCORED_PCT:g} % of the time, times from "
            f"{SEEN_TIMED_PCT:g} % on. The sides are compared over scored repetitions only; the 95 % interval of a "
            "ratio holds the scatter between repetitions and the camera's own error as assumed. That of a change of "
            "the range holds the scatter only: how the camera was placed and what the model errs by are in the "
            "smallest change that counts.",
            f"Score, quality of practice, not recovery: weighted mean of its parts ({weights}), at most 40 + 0.6 x "
            "tempo, 55 + 0.45 x steadiness and 55 + 0.45 x posture, rounded to 5. Slower is never less: a phase is "
            f"full down to exp(-{TEMPO_TOLERANCE:g}) of its time. All weights are assumed, for a physiotherapist to "
            "review.",
            f"What the columns mean. {measures}",
        ),
    )
