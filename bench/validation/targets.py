"""What the project promised of its accuracy, and whether the recorded outcome keeps it."""

from dataclasses import dataclass

import numpy as np

from posecheck.exercise import load_exercise
from validation import summaries
from validation.grid import FACING

WITHIN_DEG = 7.0


@dataclass(frozen=True)
class Verdict:
    """One promise, held against what was found.

    Attributes
    ----------
    name : str
    value, limit : float
        What was found and what was promised, in `unit`; `limit` is NaN where nothing was promised.
    unit : str
    at_most : bool
        Whether `value` must not be larger than `limit`; otherwise not smaller.
    n : int
        Repetitions, sets or clips it rests on.
    coverage_pct : float, %
        Share of what was truly visible that got a number; NaN where it does not apply.
    note : str
    coverage_limit_pct : float, %
        Coverage without which the promise is not kept.
    """

    name: str
    value: float
    limit: float
    unit: str
    n: int
    coverage_pct: float = np.nan
    at_most: bool = True
    note: str = ""
    coverage_limit_pct: float = 0.0

    @property
    def over(self):
        """By how much the limit is missed; 0 or less when it is kept."""
        return self.value - self.limit if self.at_most else self.limit - self.value

    @property
    def reached(self):
        """True, False, or None where nothing was promised."""
        if not np.isfinite(self.limit):
            return None
        return bool(np.isfinite(self.value) and self.over <= 0 and not self.covered_too_little)

    @property
    def covered_too_little(self):
        return bool(np.isfinite(self.coverage_pct) and self.coverage_pct < self.coverage_limit_pct)

    def in_words(self):
        """``reached``, or what it was missed by."""
        if self.reached is None:
            return "no limit set"
        if self.reached:
            return "reached"
        if not np.isfinite(self.value):
            return "missed: nothing measured"
        words = []
        if self.over > 0:
            words.append(f"by {amount(self.over, self.unit)}")
        if self.covered_too_little:
            words.append(f"coverage by {self.coverage_limit_pct - self.coverage_pct:.0f} points")
        return f"missed {' and '.join(words)}"

    def found(self):
        return amount(self.value, self.unit) if np.isfinite(self.value) else ""

    def promised(self):
        if not np.isfinite(self.limit):
            return ""
        sign = "=" if self.limit == 0 else "≤" if self.at_most else "≥"
        words = f"{sign} {amount(self.limit, self.unit)}"
        return f"{words} at {self.coverage_limit_pct:g} % coverage" if self.coverage_limit_pct else words


def amount(value, unit):
    """A number with its unit and as many decimals as it deserves.

    Examples
    --------
    >>> amount(2.345, "deg"), amount(0.1234, "s"), amount(3.0, "reps"), amount(0.0512, "")
    ('2.3°', '0.12 s', '3 reps', '0.051')
    """
    shape = {
        "deg": "{:.1f}°",
        "s": "{:.2f} s",
        "%": "{:.0f} %",
        "reps": "{:.0f} reps",
        "clips": "{:.0f} clips",
    }
    return shape.get(unit, "{:.3f}").format(value)


def verdicts(found):
    """Every promise in turn.

    Parameters
    ----------
    found : Outcome

    Returns
    -------
    list of Verdict
    """
    errors = summaries.errors_of(found.reps)
    declared = errors[errors["tier"] == "declared"]
    degrees = declared[declared["unit"] == "deg"]
    return [
        *_range(degrees[degrees["trust"] == "range"]),  # what claims no range owes none
        *_times(degrees),
        *_counting(errors, declared, found),
        *_symmetry(found.sets),
        *_smoothness(errors, found.clips),
        *(v for name in FACING if _claims_range(name) for v in _facing(errors, name)),
    ]


def _claims_range(name):
    """Whether an exercise tells how far it went facing the camera: counting alone has no error of the range."""
    watch = load_exercise(name).view.get("front")
    return watch is not None and watch.trust == "range"


def _range(degrees):
    every = summaries.accuracy(degrees, "range_error")
    each = {e: summaries.accuracy(own, "range_error") for e, _, own in summaries.cells(degrees)}
    measured = {e: a for e, a in each.items() if a["n"]}
    worst = max(measured, key=lambda e: measured[e]["mae"], default="")
    of_worst = measured.get(worst, {"mae": np.nan, "n": 0, "coverage_pct": np.nan})
    size = degrees.loc[degrees["owed"], "range_error"].dropna().abs()
    within = 100.0 * (size <= WITHIN_DEG).mean() if len(size) else np.nan
    n, coverage = every["n"], every["coverage_pct"]
    return [
        Verdict("Range, declared view: mean absolute error", every["mae"], 3.0, "deg", n, coverage),
        Verdict("Range, declared view: the exercise with the largest error", of_worst["mae"], 6.0, "deg",
                of_worst["n"], of_worst["coverage_pct"], note=worst),
        Verdict(f"Range, declared view: within {WITHIN_DEG:g}°", within, 95.0, "%", n, coverage, at_most=False),
        Verdict("Coverage of the range, declared view", coverage, 95.0, "%", every["owed"], at_most=False),
    ]  # fmt: skip


def _times(degrees):
    out = []
    for low, high, limit_s in ((60.0, np.inf, 0.15), (30.0, 60.0, 0.3)):
        own = degrees[(degrees["true_range"] >= low) & (degrees["true_range"] < high)]
        where = f"{low:g}° and more" if np.isinf(high) else f"{low:g} to {high:g}°"
        for name, column in (("Lift", "lift_s_error"), ("Lower", "lower_s_error")):
            a = summaries.accuracy(own, column)
            out.append(Verdict(f"{name} time at {where}: mean absolute error", a["mae"], limit_s, "s", a["n"],
                               a["coverage_pct"]))  # fmt: skip
    small = summaries.accuracy(degrees[degrees["true_range"] < summaries.TIMED_FROM_DEG], "total_s_error")
    name = f"Whole repetition below {summaries.TIMED_FROM_DEG:g}°: mean absolute error of its time"
    out.append(Verdict(name, small["mae"], np.nan, "s", small["n"], small["coverage_pct"]))
    return out


def _counting(errors, declared, found):
    edges = summaries.boundaries(declared)
    offered = errors[errors["trust"] != "none"]
    owed, extra = offered["owed"].sum(), offered["found"] == "extra"
    foreign, invented = (
        (found.foreign[name].sum() if len(found.foreign) else 0) for name in ("count", "invented")
    )
    tried = found.clips["foreign_tried"].sum()
    missed = offered["missed"]
    return [
        Verdict("Boundaries of repetitions: mean absolute error", edges["mae"], 0.12, "s", edges["n"],
                edges["coverage_pct"]),
        Verdict("Missed repetitions, every view that is offered", missed.sum(), 0.0, "reps", owed,
                note=_where(offered[missed])),
        Verdict("Extra repetitions, every view that is offered", extra.sum(), 0.0, "reps", owed,
                note=_where(offered[extra])),
        Verdict("Counted where the exercise was not done", foreign, 0.0, "reps", tried,
                note="walking, standing, sitting, gestures, other exercises"),
        Verdict("Of these, where the limb truly did not go so far", invented, np.nan, "reps", tried,
                note="the others are arms that take a rail, gesture or reach: the movement without the intent"),
    ]  # fmt: skip


def _where(reps):
    by = (reps["exercise"] + " " + reps["group"]).value_counts()
    return ", ".join(f"{name} {count}" for name, count in by.items())


def _symmetry(sets):
    far, less = summaries.ratios(sets, large=True), summaries.ratios(sets, large=False)
    return [
        Verdict("Left-right ratio, stronger side 60° and more: largest error", far["worst"], 0.05, "", far["told"],
                far["coverage_pct"]),
        Verdict("Left-right ratio, less than 60°: 95 % interval holds the truth", less["held_pct"], 93.0, "%",
                less["told"], less["coverage_pct"], at_most=False),
    ]  # fmt: skip


def _smoothness(errors, clips):
    far = summaries.halts(errors, clips)[0]
    yield Verdict("A halt on the way told from a smooth lift, 60° and more: area under the curve", far["auc"], 0.95, "",
                  far["present"] + far["absent"], far["coverage_pct"], at_most=False)  # fmt: skip


def _facing(errors, name):
    for group in ("front", "oblique"):
        title = f"Range of {name}, {group}: mean absolute error"
        own = errors[(errors["exercise"] == name) & (errors["group"] == group)]
        if not len(own):
            yield Verdict(title, np.nan, 8.0, "deg", 0, note="not in the grid", coverage_limit_pct=80.0)
            continue
        a = summaries.accuracy(own, "range_error")
        yield Verdict(title, a["mae"], 8.0, "deg", a["n"], a["coverage_pct"], coverage_limit_pct=80.0)
