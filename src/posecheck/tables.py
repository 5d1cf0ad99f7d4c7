"""Numbers as text: the tables and JSON that people and other programs read."""

import csv
import math
from typing import Any

import numpy as np

from posecheck.result import ROW_COLUMNS
from posecheck.signals import SIGNALS

REP_COLUMNS = ("trial", *ROW_COLUMNS)
"""Columns of reps.csv, in order; others may follow."""

_DECIMALS = {"s": 4, "deg": 3, "dps": 3, "pct": 2, "ratio": 4, "score": 2}
"""How many decimals a printed number keeps, by the last word of its name: a tenth of a millisecond, a
thousandth of a degree. Finer than any camera, coarse enough to read. Everything else keeps six."""


def cell(name, value):
    """One value as it stands in a table.

    Parameters
    ----------
    name : str
        Column; its unit suffix decides the decimals.
    value : object
        None and NaN become the empty cell, booleans ``true`` / ``false``.

    Examples
    --------
    >>> cell("lift_s", 1.23456), cell("peak_deg", float("nan")), cell("complete", True), cell("rep", 3)
    ('1.2346', '', 'true', '3')
    """
    if value is None:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        if not math.isfinite(value):
            return ""
        # + 0.0 turns the -0.0 that rounding can leave into 0.0
        return repr(round(float(value), _decimals(name)) + 0.0)
    return str(value)


def columns_of(exercise):
    """Columns of the repetitions of an exercise: `REP_COLUMNS`, and one for each compensation that has none there."""
    checks = (f"{check.id}_{SIGNALS[check.signal].unit}" for check in exercise.check)
    return list(dict.fromkeys([*REP_COLUMNS, *checks]))


def write_rows(stream, rows, *, columns=None, header=True):
    """Write repetitions as CSV to an open text stream; the header is written even when there are none."""
    columns = columns or list(dict.fromkeys([*REP_COLUMNS, *(rows[0] if rows else ())]))
    writer = csv.writer(stream, lineterminator="\n")
    if header:
        writer.writerow(columns)
    writer.writerows([cell(name, row.get(name)) for name in columns] for row in rows)


def write_signals(stream, signals):
    """Write `Signals` as CSV: ``t_s``, each signal (empty where not seen), whether it was filled (0 / 1)."""
    names = [_with_unit(*pair) for pair in zip(signals.names, signals.units, strict=True)]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["t_s", *names, *(f"{name}_filled" for name in names)])
    columns = [_cells("t_s", signals.t_s), *map(_cells, names, signals.values.T)]
    writer.writerows(zip(*columns, *signals.filled.T.astype(int).tolist(), strict=True))


def _cells(name, values):
    """`cell` for a whole column of numbers: an hour of signals has a million of them."""
    rounded = np.round(values, _decimals(name)) + 0.0
    return [
        "" if hidden else repr(value)
        for hidden, value in zip(~np.isfinite(values), rounded.tolist(), strict=True)
    ]


def _decimals(name):
    return _DECIMALS.get(name.rsplit("_", 1)[-1], 6)


def _with_unit(name, unit):
    return name if not unit or name.endswith(f"_{unit}") else f"{name}_{unit}"


def named(result, trial) -> dict[str, Any]:
    """`Result` as a JSON-able dict whose rows carry the name of the trial."""
    stored = result.to_dict()
    return {**stored, "reps": [{"trial": trial, **row} for row in stored["reps"]]}
