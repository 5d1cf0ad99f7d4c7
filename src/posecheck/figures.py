"""The plots of a report.

Left and right are told apart by place, marker and dash, never by colour alone. What was not seen is a gap.
"""

import math
from dataclasses import dataclass

import numpy as np

from posecheck.drawing import BLUE, BROWN, GREY, NAVY, ORANGE, PALE, SMALL, Curve, Drawing, Mark, Words, box

TINTS = {"lift": "#cfe0f6", "hold": "#fbe2c4", "lower": "#e5e9f0"}
UNSEEN = "#8593a8"
SIDE_COLOURS = {"left": BLUE, "right": ORANGE}
_WORDS = {"left": BLUE, "right": BROWN}
_MOST_POINTS = 1200  # of a curve; more would be finer than paper
_GAP_MIN_S = 0.15
_LETTER = 0.5  # width of a letter, as a part of its size


@dataclass(frozen=True)
class _Plot:
    """An area of the drawing, from data to points."""

    left: float
    top: float
    right: float
    bottom: float
    x0: float
    x1: float
    y0: float
    y1: float

    def x(self, value):
        return self.left + (value - self.x0) / (self.x1 - self.x0) * (self.right - self.left)

    def y(self, value):
        return self.bottom - (value - self.y0) / (self.y1 - self.y0) * (self.bottom - self.top)

    def area(self, x0, x1, fill, *, stroke="", dash=()):
        return box(self.x(x0), self.top, self.x(x1), self.bottom, fill, stroke=stroke, dash=dash)

    def level(self, value, colour=PALE, *, width=0.5, dash=()):
        return Curve(
            ((self.left, self.y(value)), (self.right, self.y(value))), colour, width=width, dash=dash
        )

    def curve(self, x, y, colour, *, width=0.8):
        """One line for each stretch without NaN."""
        for span in _stretches(np.isfinite(y)):
            if span.stop - span.start > 1:
                points = zip(self.x(x[span]).tolist(), self.y(y[span]).tolist(), strict=True)
                yield Curve(tuple(points), colour, width=width)


def _stretches(mask):
    """Slices of the runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def ticks(low, high, most):
    """Round numbers from `low` to `high`, about `most` of them.

    Examples
    --------
    >>> ticks(0.0, 42.0, 5), ticks(-4.0, 112.0, 4)
    ([0.0, 10.0, 20.0, 30.0, 40.0], [0.0, 50.0, 100.0])
    """
    rough = (high - low) / max(most, 1)
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(s * scale for s in (1, 2, 5, 10) if s * scale >= rough * 0.8)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _number(value, unit=""):
    digits = 0 if float(value).is_integer() else 1 if float(10 * value).is_integer() else 2
    return f"{value:.{digits}f}".replace("-", "−") + ("°" if unit == "deg" else "")


def _angle(result, side):
    exercise = result.exercise
    name = f"{side}_{exercise.movement.signal}_{exercise.unit}"
    if name not in result.signals.names:
        return np.full(len(result.signals.t_s), np.nan)
    return result.signals[name]


def _rows(result, side):
    return [r for r in result.rows if r["side"] == side and r["exclusion_reason"] != "far limb"]


def _known(value):
    return value is not None and math.isfinite(value)


def _span(values, *more):
    """From lowest to highest with some air; something even where nothing was seen."""
    values = np.concatenate([np.ravel(v) for v in values]) if values else np.zeros(0)
    values = np.concatenate([values[np.isfinite(values)], np.array([m for m in more if _known(m)], float)])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    air = 0.06 * (high - low) or 0.5
    return low - air, high + air


def _thinned(t, y):
    """At most `_MOST_POINTS` samples that keep every peak: the lowest and highest of each stretch, and all gaps."""
    step = math.ceil(2 * len(t) / _MOST_POINTS)
    if step < 3:
        return t, y
    keep = []
    for i in range(0, len(t), step):
        part = y[i : i + step]
        if np.isfinite(part).all():
            keep += sorted({i + int(part.argmin()), i + int(part.argmax())})
        else:
            keep += range(i, i + len(part))
    return t[keep], y[keep]


def _heading(side, result):
    role = next((row["role"] for row in result.rows if row["side"] == side), "")
    return side.capitalize() + {"stronger": ", stronger side", "affected": ", weaker side"}.get(role, "")


def angle_over_time(result, sides, *, automatic=None, width=516.0, height=170.0):
    """The angle of each side over time, with lift, hold and lowering of each repetition shaded behind it.

    Parameters
    ----------
    result : Result
    sides : sequence of str
    automatic : Result, optional
        Before a person's corrections: its repetitions stand as brackets below.
    width, height : float, pt

    Returns
    -------
    Drawing
    """
    unit, t_s = result.exercise.unit, result.signals.t_s
    curves = {side: _angle(result, side) for side in sides}
    practice = result.settings.kind == "practice"
    targets = (
        {side: result.exercise.target_of(result.settings.level, side).peak for side in sides}
        if practice
        else {}
    )
    low, high = _span(list(curves.values()), *targets.values())
    high += 0.22 * (high - low)  # where the numbers of the repetitions stand
    end_s = float(t_s[-1]) if len(t_s) else 1.0
    timed = any(_known(row["top_start_s"]) for side in sides for row in _rows(result, side))
    gaps = any(_gaps(t_s, curve) for curve in curves.values())
    shapes = list(
        _legend(width, corrected=automatic is not None, target=bool(targets), timed=timed, gaps=gaps)
    )
    top, bottom = (
        14.0,
        height - (20.0 if automatic is None else 24.0),
    )  # brackets stand between curve and times
    each = (bottom - top + 8.0) / max(len(sides), 1)
    for i, side in enumerate(sides):
        plot = _Plot(30.0, top + i * each + 11.0, width - 2.0, top + (i + 1) * each - 8.0, float(t_s[0]) if len(t_s)
                     else 0.0, end_s, low, high)  # fmt: skip
        shapes += _lane(plot, result, automatic, side, curves[side], targets.get(side), unit)
        if i == len(sides) - 1:
            shapes += [
                Words(
                    plot.x(t),
                    plot.bottom + (13.0 if automatic is not None else 9.0),
                    _number(t),
                    anchor="middle",
                )
                for t in ticks(plot.x0, end_s, width / 60)
            ]
    shapes.append(Words(width - 2.0, height - 2.0, "seconds", anchor="end"))
    told = "; ".join(f"{side}: {_about(result, side, curves[side])}" for side in sides)
    return Drawing(
        width, height, tuple(shapes), f"Angle over time: {_signal(result)}", told or "Nothing was measured."
    )


def _about(result, side, curve):
    whole = sum(bool(row["complete"]) for row in _rows(result, side))
    seen = curve[np.isfinite(curve)]
    unit = result.exercise.unit
    reach = f", between {_number(round(float(seen.min()), 2 * (unit == 'ratio')), unit)} and " \
        f"{_number(round(float(seen.max()), 2 * (unit == 'ratio')), unit)}" if len(seen) else ""  # fmt: skip
    return f"{whole} repetition{'' if whole == 1 else 's'}{reach}"


def _signal(result):
    return result.exercise.movement.signal.replace("_", " ")


def _legend(width, *, corrected, target, timed, gaps):
    """From right to left above the plot."""
    entries = [("lift", TINTS["lift"]), ("hold", TINTS["hold"]), ("lowering", TINTS["lower"])]
    entries = [
        *(entries if timed else [("repetition", TINTS["lower"])]),
        *([("not seen", UNSEEN)] if gaps else []),
    ]
    x = width - 2.0
    if corrected:
        x -= SMALL * _LETTER * 19
        yield Words(x, 8.0, "found automatically")
        yield Curve(((x - 13.0, 4.0), (x - 13.0, 7.0), (x - 3.0, 7.0), (x - 3.0, 4.0)), GREY, width=0.7)
        x -= 22.0
    if target:
        x -= SMALL * _LETTER * 9
        yield Words(x, 8.0, "asked for")
        yield Curve(((x - 15.0, 5.5), (x - 3.0, 5.5)), NAVY, width=0.7, dash=(3.0, 2.0))
        x -= 24.0
    for name, colour in reversed(entries):
        x -= SMALL * _LETTER * len(name)
        yield Words(x, 8.0, name)
        yield box(x - 11.0, 2.5, x - 3.0, 8.5, colour)
        x -= 20.0


def _lane(plot, result, automatic, side, curve, target, unit):
    """One side: bands, target, curve, gaps, numbers."""
    shapes = []
    rows = _rows(result, side)
    for row in rows:
        shapes += _band(plot, row)
    grid = ticks(plot.y0, plot.y1, min(6, max(2, (plot.bottom - plot.top) / 18)))
    shapes += [plot.level(v) for v in grid]
    shapes += [Words(plot.left - 4.0, plot.y(v) + 2.3, _number(v, unit), anchor="end") for v in grid]
    if target is not None:
        shapes.append(plot.level(target, NAVY, width=0.7, dash=(3.0, 2.0)))
    shapes += plot.curve(*_thinned(result.signals.t_s, curve), SIDE_COLOURS[side], width=1.1)
    for from_s, to_s in _gaps(result.signals.t_s, curve):
        shapes.append(box(plot.x(from_s), plot.bottom - 3.0, plot.x(to_s), plot.bottom, UNSEEN))
    if automatic is not None:
        shapes += [_bracket(plot, row) for row in _rows(automatic, side)]
    shapes.append(Curve(((plot.left, plot.bottom), (plot.right, plot.bottom)), GREY, width=0.6))
    shapes.append(Words(plot.left, plot.top - 3.5, _heading(side, result), 7.4, _WORDS[side], bold=True))
    last = -99.0
    for row in rows:
        x = plot.x(0.5 * (row["start_s"] + row["end_s"]))
        if x - last >= 11.0:  # so many numbers as there is room for
            told = f"{row['rep']}" if row["scored"] or row["kind"] == "check" else f"({row['rep']})"
            shapes.append(Words(x, plot.top + 6.5, told, colour=NAVY, anchor="middle", bold=True))
            last = x
    return shapes


def _gaps(t_s, curve):
    """From when to when a side was not seen."""
    spans = [(float(t_s[gap.start]), float(t_s[gap.stop - 1])) for gap in _stretches(~np.isfinite(curve))]
    return [(from_s, to_s) for from_s, to_s in spans if to_s - from_s >= _GAP_MIN_S]


def _band(plot, row):
    start, top_start, top_end, end = (row[n] for n in ("start_s", "top_start_s", "top_end_s", "end_s"))
    if not row["complete"]:
        yield plot.area(start, end, "", stroke=UNSEEN, dash=(2.0, 2.0))
    elif _known(top_start) and _known(top_end):
        for name, a, b in (("lift", start, top_start), ("hold", top_start, top_end), ("lower", top_end, end)):
            if b > a:
                yield plot.area(a, b, TINTS[name])
    else:
        yield plot.area(start, end, TINTS["lower"])


def _bracket(plot, row):
    left, right = plot.x(row["start_s"]), plot.x(row["end_s"])
    y = plot.bottom + 3.6
    return Curve(((left, y - 2.4), (left, y), (right, y), (right, y - 2.4)), GREY, width=0.7)


def repetitions_overlaid(result, sides, *, width=250.0, height=130.0):
    """Each side's finished repetitions, stretched to the same length, with their mean and standard deviation."""
    unit, u = result.exercise.unit, np.linspace(0.0, 1.0, 101)
    stacks = {side: _stretched(result, side, u) for side in sides}
    low, high = _span([stack for stack in stacks.values() if len(stack)])
    shapes, gap = [], 12.0
    each = (width - 30.0 + gap) / max(len(sides), 1)
    for i, side in enumerate(sides):
        left = 30.0 + i * each
        plot = _Plot(left, 12.0, left + each - gap, height - 20.0, 0.0, 1.0, low, high)
        for v in ticks(low, high, min(6, max(2, (plot.bottom - plot.top) / 18))):
            shapes.append(plot.level(v))
            if i == 0:
                shapes.append(Words(plot.left - 4.0, plot.y(v) + 2.3, _number(v, unit), anchor="end"))
        shapes += _overlaid(plot, u, stacks[side], SIDE_COLOURS[side])
        shapes.append(Curve(((plot.left, plot.bottom), (plot.right, plot.bottom)), GREY, width=0.6))
        n = len(stacks[side])
        shapes.append(Words(plot.left, 7.0, side.capitalize(), 7.4, _WORDS[side], bold=True))
        shapes.append(Words(plot.right, 7.0, f"{n} repetition{'' if n == 1 else 's'}", anchor="end"))
        for x, told, anchor in ((0.0, "0", "start"), (0.5, "50", "middle"), (1.0, "100 %", "end")):
            shapes.append(Words(plot.x(x), plot.bottom + 9.0, told, anchor=anchor))
    shapes.append(Words(width, height - 2.0, "of the repetition's time", anchor="end"))
    counts = ", ".join(f"{len(stack)} on the {side}" for side, stack in stacks.items())
    about = f"Each repetition as a thin line, their mean as a thick one, one standard deviation as a band: {counts}."
    return Drawing(width, height, tuple(shapes), "Every repetition, stretched to the same length", about)


def _stretched(result, side, u):
    """(R, 101) array: the angle of each finished repetition over its own time."""
    t_s, curve, stack = result.signals.t_s, _angle(result, side), []
    for row in _rows(result, side):
        if row["complete"] and len(t_s):
            stack.append(np.interp(row["start_s"] + u * (row["end_s"] - row["start_s"]), t_s, curve))
    return np.array(stack).reshape(-1, len(u))


def _overlaid(plot, u, stack, colour):
    shapes = []
    known = np.isfinite(stack).sum(axis=0)
    enough = known >= max(2, len(stack) / 2)
    mean, spread = np.full(len(u), np.nan), np.full(len(u), np.nan)
    if enough.any():
        mean[enough] = np.nanmean(stack[:, enough], axis=0)
        spread[enough] = np.nanstd(stack[:, enough], axis=0, ddof=1)
    for span in _stretches(np.isfinite(mean)):
        x = plot.x(u[span]).tolist()
        upper = np.minimum(plot.y(mean[span] - spread[span]), plot.bottom).tolist()
        lower = np.maximum(plot.y(mean[span] + spread[span]), plot.top).tolist()
        around = (*zip(x, lower, strict=True), *zip(x[::-1], upper[::-1], strict=True))
        shapes.append(Curve(tuple(around), fill=TINTS["lift"] if colour == BLUE else TINTS["hold"]))
    for one in stack:
        shapes += plot.curve(u, one, colour, width=0.35)
    dash = () if colour == BLUE else (4.0, 1.6)
    shapes += [Curve(c.points, c.stroke, width=1.8, dash=dash) for c in plot.curve(u, mean, colour)]
    return shapes


def tempo(result, sides, *, why="", width=250.0, height=130.0):
    """Time of lift, hold and lowering of each repetition against what was asked for.

    Parameters
    ----------
    result : Result
    sides : sequence of str
    why : str
        What it says where no time was told.
    """
    phases = (("lift_s", "Lift"), ("hold_s", "Hold"), ("lower_s", "Lowering"))
    rows = [row for side in sides for row in _rows(result, side) if row["complete"]]
    practice = result.settings.kind == "practice"
    asked = {name: row[f"target_{name}"] for name, _ in phases for row in rows[:1]} if practice else {}
    times = [row[name] for row in rows for name, _ in phases if _known(row[name])]
    highest = 1.08 * max([*times, *(v for v in asked.values() if _known(v)), 1.0])
    last = max([row["rep"] for row in rows], default=1)
    shapes, gap = [], 10.0
    each = (width - 22.0 + gap) / 3
    for i, (name, label) in enumerate(phases):
        left = 22.0 + i * each
        plot = _Plot(left, 12.0, left + each - gap, height - 20.0, 0.4, last + 0.6, 0.0, highest)
        for v in ticks(0.0, highest, min(6, max(2, (plot.bottom - plot.top) / 18))) if times else ():
            shapes.append(plot.level(v))
            if i == 0:
                shapes.append(Words(plot.left - 4.0, plot.y(v) + 2.3, _number(v), anchor="end"))
        shapes.append(Words(plot.left, 7.0, label, 7.4, NAVY, bold=True))
        wanted = asked.get(name)
        if times and wanted is not None and _known(wanted):
            shapes.append(plot.level(wanted, NAVY, width=0.8, dash=(3.0, 2.0)))
            shapes.append(Words(plot.right, 7.0, f"asked {_number(wanted)} s", anchor="end"))
        shapes.append(Curve(((plot.left, plot.bottom), (plot.right, plot.bottom)), GREY, width=0.6))
        for side in sides:
            shift = 0.0 if len(sides) == 1 else -0.15 if side == "left" else 0.15
            for row in _rows(result, side):
                if row["complete"] and _known(row[name]):
                    at = (plot.x(row["rep"] + shift), plot.y(row[name]))
                    hollow = not row["scored"] and row["kind"] != "check"
                    shapes.append(Mark(*at, 2.1, SIDE_COLOURS[side], square=side == "right", hollow=hollow))
        numbers = [r for r in ticks(1, max(last, 2), each / 14) if r == int(r) and 1 <= r <= last]
        numbers = sorted({1.0, *numbers}) if last > 1 else [1.0]
        shapes += [Words(plot.x(r), plot.bottom + 9.0, f"{r:.0f}", anchor="middle") for r in numbers]
    if not times:
        shapes.append(
            Words(22.0 + (width - 22.0) / 2, height / 2, why or "no time was told", anchor="middle")
        )
    shapes.append(Words(width, height - 2.0, "number of the repetition", anchor="end"))
    x = 22.0
    for side in sides:
        shapes.append(Mark(x + 2.0, height - 4.4, 2.1, SIDE_COLOURS[side], square=side == "right"))
        shapes.append(Words(x + 7.0, height - 2.0, side))
        x += 34.0
    told = "; ".join(
        f"{label}: {min(v):.1f} to {max(v):.1f} s"
        + (f", asked {asked[n]:g} s" if _known(asked.get(n)) else "")
        for n, label in phases
        if (v := [row[n] for row in rows if _known(row[n])])
    )
    return Drawing(
        width, height, tuple(shapes), "Time of each repetition, seconds", told or why or "No time was told."
    )
