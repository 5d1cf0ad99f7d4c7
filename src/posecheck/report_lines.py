"""The table of a report, line by line: middle values with their spread, what was asked, from where on it counts."""

import math
from dataclasses import dataclass
from statistics import median

from posecheck.editing import EXCLUDED
from posecheck.report_withheld import WITHHELD, missing, most_common_reason
from posecheck.rules import SEEN_SCORED_PCT
from posecheck.scores import STOP_START, check_excess, score_in_words, steadiness_in_words
from posecheck.sets import TIME_MDC_S
from posecheck.signals import SIGNALS

SCORE = "quality of practice, not recovery"


@dataclass(frozen=True)
class Cell:
    """One value of the table.

    Attributes
    ----------
    text, detail : str
        What it says; how it spreads or what it is made of.
    value : float, optional
        The number behind the text.
    automatic : str
        What was found before a person's corrections, where that says something else.
    """

    text: str
    detail: str = ""
    value: float | None = None
    automatic: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the table: one cell a side, what was asked for, and from where on a difference counts."""

    label: str
    cells: tuple[Cell, ...]
    asked: str = ""
    threshold: str = ""


def measured_rows(result, side):
    """Rows of a side that the camera was to measure."""
    return [r for r in result.rows if r["side"] == side and r["exclusion_reason"] != "far limb"]


def amount(value, unit, *, sign=False):
    """A range in words: 98°, or 0.42 for a length over another.

    Examples
    --------
    >>> amount(98.4, "deg"), amount(-3.2, "deg", sign=True), amount(0.418, "ratio")
    ('98°', '−3°', '0.42')
    """
    digits = f"{abs(value):.0f}°" if unit == "deg" else f"{abs(value):.2f}"
    zero = float(digits.removesuffix("°")) == 0
    return ("" if zero or (value >= 0 and not sign) else "+" if value > 0 else "−") + digits


def seconds(value):
    return f"{value:.1f} s"


def lines_of(result, sides):
    """The table, line by line; the same labels in the same order with and without corrections."""
    exercise, view, unit = result.exercise, result.view, result.exercise.unit
    rows = {side: measured_rows(result, side) for side in sides}
    cells = lambda make: tuple(make(side, rows[side]) for side in sides)  # noqa: E731
    practice = result.settings.kind == "practice"
    targets = [exercise.target_of(result.settings.level, side) for side in sides]
    asked = lambda values: _asked(values, sides) if practice else "own pace"  # noqa: E731
    mdc95, measured = exercise.mdc95(view)
    ranges = asked([amount(target.range, unit) for target in targets]) if practice else "comfortable"
    lines = [
        Line("Repetitions", cells(lambda side, own: _count(result, side, own))),
        Line("Range", cells(lambda _, own: _range(result, own)), ranges,
             f"a change of {upward(mdc95, unit)}, {known(measured)}"),
    ]  # fmt: skip
    for name, label in (("lift_s", "Lift"), ("hold_s", "Hold"), ("lower_s", "Lowering")):
        own_s = exercise.own_mdc95(name, view)
        least_s = TIME_MDC_S if own_s is None else own_s
        times = asked([seconds(x) if x else "own pace" for x in (getattr(t.tempo, name) for t in targets)])
        lines.append(
            Line(label, cells(lambda _, own, name=name: _time(result, own, name)),
                 times, f"a change of {math.ceil(10 * least_s) / 10:.1f} s, {known(own_s is not None)}")
        )  # fmt: skip
    steady = f"below {STOP_START:g}, assumed".replace("-", "−")
    lines.append(Line("Smoothness", cells(lambda _, own: _smoothness(result, own)), "", steady))
    for check in exercise.checks(view):
        sure = exercise.check_measured(check)
        start = f"from {amount(check.start, SIGNALS[check.signal].unit)} on, {known(sure)}"
        label = check.id.replace("_", " ").capitalize()
        lines.append(Line(label, cells(lambda _, own, check=check: _check(result, own, check)), "", start))
    lines.append(
        Line(
            "Seen by the camera",
            cells(lambda _, own: _seen(own)),
            "",
            f"from {SEEN_SCORED_PCT:g} % on, assumed",
        )
    )
    lines.append(Line(f"Score: {SCORE}", cells(lambda _, own: _score(result, own)), "", "weights, assumed"))
    return tuple(lines)


def merged(lines, before):
    """The lines with what was found automatically wherever that says something else."""
    if before is None:
        return lines

    def cell(now, then):
        same = (now.text, now.detail) == (then.text, then.detail)
        told = then.text + (f" ({then.detail})" if then.detail else "")
        return now if same else Cell(now.text, now.detail, now.value, told)

    return tuple(
        Line(line.label, tuple(map(cell, line.cells, then.cells)), line.asked, line.threshold)
        for line, then in zip(lines, before, strict=True)
    )


def known(measured):
    """``measured`` or ``assumed``."""
    return "measured" if measured else "assumed"


def upward(value, unit):
    """As `amount`, never less than the value."""
    return amount(math.ceil(value), unit) if unit == "deg" else amount(math.ceil(100 * value) / 100, unit)


def _asked(values, sides):
    if len(set(values)) <= 1:
        return values[0] if values else ""
    return ", ".join(f"{side} {value}" for side, value in zip(sides, values, strict=True))


def middle_of(rows):
    """The rows that a middle value is taken of: finished without help, or all finished ones if all were helped."""
    whole = [row for row in rows if row["complete"]]
    return [row for row in whole if not row["assisted"]] or whole


def _values(rows, column):
    return [float(row[column]) for row in rows if not missing(row.get(column))]


def _spread(values, told, whole):
    low, high = told(min(values)), told(max(values))
    unit = " s" if low.endswith(" s") else " %" if low.endswith(" %") else ""
    parts = [f"{low.removesuffix(unit)} to {high}"] if low != high else []
    return ", ".join(parts + ([f"{len(values)} of {whole} tell it"] if len(values) < whole else []))


def _none(result, rows, column):
    own = middle_of(rows)
    why = most_common_reason(own or rows, column, result) or "no repetition was finished"
    return Cell(WITHHELD + why)


def _count(result, side, rows):
    whole = [row for row in rows if row["complete"]]
    tries = sum(one["side"] == side for group in result.sets for one in group["attempts"])
    helped = sum(bool(row["assisted"]) for row in whole)
    left_out = sum(row["exclusion_reason"].endswith(EXCLUDED) for row in rows)
    parts = [(len(rows) - len(whole) - left_out, "not finished"), (left_out, "left out by a person")]
    parts += [(helped, "helped"), (tries, "too small to count")]
    if result.settings.kind == "practice":
        parts.append((sum(not row["scored"] for row in whole if not row["assisted"]), "not scored"))
    return Cell(
        f"{len(whole)} finished", ", ".join(f"{n} {what}" for n, what in parts if n > 0), float(len(whole))
    )


def _range(result, rows):
    # How far a range is from the truth no repeating tells: that band is assumed whatever was measured on a person.
    unit, own = result.exercise.unit, middle_of(rows)
    values = _values(own, f"range_{unit}")
    if not values:
        return _none(result, rows, f"range_{unit}")
    told = lambda value: amount(value, unit)  # noqa: E731
    sigma = _values(own, f"range_sigma_{unit}")
    band = f" ± {amount(median(sigma), unit)} assumed" if sigma else ""
    return Cell(told(median(values)) + band, _spread(values, told, len(own)), median(values))


def _time(result, rows, name):
    own = middle_of(rows)
    values = _values(own, name)
    if not values:
        return _none(result, rows, name)
    sigma = _values(own, "time_sigma_s") if name != "hold_s" else []
    band = f" ± {median(sigma):.1f} s assumed" if sigma else ""
    return Cell(seconds(median(values)) + band, _spread(values, seconds, len(own)), median(values))


def _smoothness(result, rows):
    own = middle_of(rows)
    values = _values(own, "smoothness_delta")
    if not values:
        return Cell("not measurable", _none(result, rows, "smoothness_delta").text)
    words = [steadiness_in_words(value) for value in values]
    counts = [(words.count(word), word) for word in ("steady", "a little stop-start", "stop-start")]
    hidden = len(own) - len(values)
    parts = [f"{n} {word}" for n, word in counts if n] + ([f"{hidden} not measurable"] if hidden else [])
    return Cell(steadiness_in_words(median(values)), ", ".join(parts), median(values))


def _check(result, rows, check):
    unit, own = SIGNALS[check.signal].unit, middle_of(rows)
    changes = _values(own, f"{check.id}_{unit}")
    if not changes:
        return _none(result, rows, f"{check.id}_{unit}")
    excess = [check_excess(check, {f"{check.id}_change": change}) for change in changes]
    beyond, largest = sum(x >= check.start for x in excess), max(0.0, *excess)
    return Cell(f"up to {amount(largest, unit)}", f"{beyond or 'none'} of {len(excess)} beyond", largest)


def _seen(rows):
    values = _values([row for row in rows if row["complete"]], "seen_pct")
    if not values:
        return Cell(WITHHELD + "no repetition was finished")
    return Cell(f"{median(values):.0f} %", _spread(values, "{:.0f} %".format, len(values)), median(values))


def _score(result, rows):
    own = [row for row in rows if row["complete"]]
    values, low, high = (_values(own, name) for name in ("score", "score_low", "score_high"))
    if not values:
        return _none(result, rows, "score")
    value, least, most = median(values), median(low), median(high)
    text = score_in_words(value, least, most)
    detail = (
        f"{least:.0f} to {most:.0f} with 95 % certainty" if text == f"{value:.0f}" and most > least else ""
    )
    lowest = f"lowest {min(values):.0f}" if min(values) < value else ""
    return Cell(text, ", ".join(part for part in (detail, lowest) if part), value)
