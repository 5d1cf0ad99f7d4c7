"""Small drawings for a therapist's pages, as SVG: ranges over weeks, curves of two recordings.

Left is round and blue, right is square and orange, as in the report; a drawing never says by colour alone.
"""

import math
from datetime import timedelta

import numpy as np

from posecheck.clinic.wording import amount
from posecheck.drawing import GREY, NAVY, PALE, WHITE, Curve, Drawing, Mark, Words, box, svg
from posecheck.stick_figure import COLOURS, figure_of

_FONT = "system-ui, sans-serif"
WIDTH, HEIGHT = 560.0, 200.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 12.0, 14.0, 26.0
_SIZE = 11.0
_AREAS = {"left": "#d5e0f2", "right": "#f6e2cd"}


def alone(drawing, name="drawing"):
    """A `Drawing` as an SVG file of its own, which a page can show as a picture."""
    return svg(drawing, name).replace(
        "<svg ",
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}" height="{drawing.height:g}" '
        f'font-family="{_FONT}" ',
        1,
    )


def stick_figure(track, at, **look):
    """A person at one moment, as SVG: `posecheck.stick_figure.figure_of`."""
    return alone(figure_of(track, at, **look), "figure")


# ── over the weeks ────────────────────────────────────────────────────────────────────────────────────────────


def over_weeks(trends, *, days):
    """Ranges of check sets over time, with the band in which a change cannot be told from none.

    Parameters
    ----------
    trends : sequence of Trend
        Of one exercise and view.
    days : (date, date)
        From when to when; the same for drawings that stand under one another.

    Returns
    -------
    str
        SVG.
    """
    unit = trends[0].unit
    top = _round_up(max(point.value + point.band for trend in trends for point in trend.points), unit)
    plot = _Plot(days, 0.0, top)
    shapes: list = [*plot.frame(unit)]
    for trend in trends:
        first = trend.points[0]
        reach = first.band * math.sqrt(2.0)  # the detectable change
        shapes.append(
            box(_LEFT, plot.y(first.value + reach), WIDTH - _RIGHT, plot.y(max(first.value - reach, 0.0)),
                _AREAS[trend.side])
        )  # fmt: skip
    for trend in trends:
        shapes += plot.line([(point.day, point.value, point.band) for point in trend.points], trend.side)
    about = "; ".join(
        f"{trend.strength or trend.side} side: "
        + ", ".join(f"{amount(point.value, unit)} on {point.day:%d %B}" for point in trend.points)
        for trend in trends
    )
    return alone(Drawing(WIDTH, HEIGHT, tuple(shapes), "Range over the weeks", about), "weeks")


def measured_by_hand(values, *, days, unit, most):
    """A measure of the clinic over time.

    Parameters
    ----------
    values : sequence of (date, float, str or None)
        Day, value, side.
    days : (date, date)
    unit : str
    most : float
        End of the scale that is drawn.

    Returns
    -------
    str
        SVG.
    """
    plot = _Plot(days, 0.0, most)
    shapes: list = [*plot.frame(unit)]
    for side in (*COLOURS, None):
        own = [(day, value, 0.0) for day, value, of in values if of == side]
        shapes += plot.line(own, side)
    about = ", ".join(f"{value:g} {unit}".strip() + f" on {day:%d %B}" for day, value, _ in values)
    return alone(Drawing(WIDTH, HEIGHT, tuple(shapes), "Measured by hand", about), "hand")


def days_of(*days):
    """From when to when a drawing goes, with some room on both sides."""
    first, last = min(days), max(days)
    room = max(timedelta(days=3), (last - first) / 20)
    return first - room, last + room


def _round_up(value, unit):
    """The next round number.

    Examples
    --------
    >>> _round_up(61.0, "deg"), _round_up(0.42, "ratio")
    (80.0, 0.6)
    """
    step = 20.0 if unit == "deg" else 0.2
    return round(step * max(1, math.ceil(value / step - 1e-9)), 6)


def levels(low, high):
    """Round numbers from one value to another, seven at most.

    Examples
    --------
    >>> levels(0.0, 66.0), levels(0.0, 0.6)
    ([0.0, 20.0, 40.0, 60.0], [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    """
    span = high - low
    grain = 10.0 ** math.floor(math.log10(span / 6.0))
    step = next(grain * times for times in (1.0, 2.0, 5.0, 10.0) if span / (grain * times) <= 6.0 + 1e-9)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(step * k, 9) for k in range(first, last + 1)]


class _Plot:
    """Where a day and a value lie."""

    def __init__(self, days, low, high):
        self._days, self._low, self._high = days, low, high

    def x(self, day):
        first, last = self._days
        return _LEFT + (day - first) / (last - first) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value):
        part = (value - self._low) / (self._high - self._low)
        return HEIGHT - _BOTTOM - part * (HEIGHT - _TOP - _BOTTOM)

    def frame(self, unit):
        """White ground, levels with their numbers, and days."""
        yield box(_LEFT, _TOP, WIDTH - _RIGHT, HEIGHT - _BOTTOM, WHITE)
        for value in levels(self._low, self._high):
            yield Curve(((_LEFT, self.y(value)), (WIDTH - _RIGHT, self.y(value))), PALE, width=0.8)
            yield Words(_LEFT - 5, self.y(value) + 4, _told(value, unit), _SIZE, GREY, "end")
        first, last = self._days
        for part in np.linspace(0.0, 1.0, 5):
            day = first + (last - first) * float(part)
            anchor = "start" if part == 0 else "end" if part == 1 else "middle"
            yield Words(self.x(day), HEIGHT - 8, f"{day.day} {day:%b}", _SIZE, GREY, anchor)

    def line(self, points, side):
        """Points with their bands, joined."""
        colour = COLOURS.get(side, NAVY)
        if len(points) > 1:
            yield Curve(tuple((self.x(day), self.y(value)) for day, value, _ in points), colour, width=1.2)
        for day, value, band in points:
            x = self.x(day)
            if band:
                ends = (self.y(value - band), self.y(value + band))
                yield Curve(((x, ends[0]), (x, ends[1])), colour, width=1.2)
                yield from (Curve(((x - 4, y), (x + 4, y)), colour, width=1.2) for y in ends)
            yield Mark(x, self.y(value), 4.5, colour, square=side == "right")


def _told(value, unit):
    return amount(value, unit) if unit in ("deg", "ratio") else f"{value:g}"


# ── two recordings, by phase ──────────────────────────────────────────────────────────────────────────────────


def by_phase(curves, *, sides, unit, at, names):
    """Angles of two recordings over the phases of a repetition, as SVG.

    Parameters
    ----------
    curves : sequence of Aligned
        Two of them: the first is drawn in full, the second dashed.
    sides : sequence of str
        Of each: they have the colours.
    unit : str
    at : sequence of float
        Where phases begin, 0 to 1.
    names : sequence of str
        Of the phases, one less than `at`.

    Returns
    -------
    str
    """
    low = min(float(one.low.min()) for one in curves)
    high = max(float(one.high.max()) for one in curves)
    step = 20.0 if unit == "deg" else 0.2
    low, high = (
        step * math.floor(low / step),
        max(step * math.ceil(high / step), step * (math.floor(low / step) + 1)),
    )
    x = lambda part: _LEFT + part * (WIDTH - _LEFT - _RIGHT)  # noqa: E731
    y = lambda value: HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)  # noqa: E731
    shapes: list = [box(_LEFT, _TOP, WIDTH - _RIGHT, HEIGHT - _BOTTOM, WHITE)]
    for value in levels(low, high):
        shapes.append(Curve(((_LEFT, y(value)), (WIDTH - _RIGHT, y(value))), PALE, width=0.8))
        shapes.append(Words(_LEFT - 5, y(value) + 4, amount(value, unit), _SIZE, GREY, "end"))
    for left, right, name in zip(at, at[1:], names, strict=False):
        shapes.append(Curve(((x(left), _TOP), (x(left), HEIGHT - _BOTTOM)), PALE, width=0.8))
        shapes.append(Words(x(0.5 * (left + right)), HEIGHT - 8, name, _SIZE, GREY, "middle"))
    for one, fill in zip(curves, (_AREAS[side] for side in sides), strict=True):
        edge = [*zip(one.part, one.high, strict=True), *reversed([*zip(one.part, one.low, strict=True)])]
        shapes.append(Curve(tuple((x(float(p)), y(float(v))) for p, v in edge), fill=fill))
    for one, colour, dash in zip(curves, (COLOURS[side] for side in sides), ((), (6.0, 4.0)), strict=True):
        line = tuple((x(float(p)), y(float(v))) for p, v in zip(one.part, one.middle, strict=True))
        shapes.append(Curve(line, colour, width=2.0, dash=dash))
    about = "; ".join(
        f"{name}: from {amount(float(one.middle[0]), unit)} to {amount(_furthest(one.middle), unit)}"
        for one, name in zip(curves, ("full line", "dashed line"), strict=False)
    )
    return alone(Drawing(WIDTH, HEIGHT, tuple(shapes), "Two recordings, aligned by phase", about), "phases")


def _furthest(curve):
    return float(curve[np.argmax(np.abs(curve - curve[0]))])
