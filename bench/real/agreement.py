"""How far measured numbers are from a reference, as rows of one table. What was withheld is counted, never dropped."""

import csv
import json

import numpy as np

COLUMNS = (
    "dataset", "what", "n", "coverage_pct", "value", "bias", "mae", "p95", "r", "low", "high", "unit", "note",
)  # fmt: skip
"""Columns of every row.

``n`` is how many pairs, repetitions or frames the numbers rest on, and ``coverage_pct`` the share of those with a
reference for which posecheck gave a number. ``bias``, ``mae`` and ``p95`` (of the absolute error) are measured minus
reference. ``low`` and ``high`` are the 95 % limits of agreement where there is a bias, and a 95 % confidence interval
where the row is a single ``value``. All but ``n`` and the words may be NaN: not applicable.
"""
_NAN = float("nan")


def row(dataset, what, *, n, coverage_pct=_NAN, unit="", note="", **numbers):
    """One row with every column; numbers that are not given are NaN.

    Parameters
    ----------
    dataset, what : str
    n : int
    coverage_pct : float, %
    unit, note : str
    **numbers
        Any of ``value``, ``bias``, ``mae``, ``p95``, ``r``, ``low`` and ``high``.

    Returns
    -------
    dict
    """
    unknown = set(numbers) - set(COLUMNS)
    if unknown:
        raise TypeError(f"A row has no column {sorted(unknown)}. Known: {', '.join(COLUMNS)}.")
    given = {"dataset": dataset, "what": what, "n": int(n), "coverage_pct": coverage_pct, "unit": unit,
             "note": note, **numbers}  # fmt: skip
    return {column: given.get(column, _NAN) for column in COLUMNS}


def agreement(dataset, what, measured, reference, *, unit, note=""):
    """A row that compares pairs.

    Parameters
    ----------
    measured, reference : (N,) array
        NaN in `reference` leaves the pair out; NaN in `measured` counts against the coverage.
    unit, note : str

    Returns
    -------
    dict
        See `COLUMNS`. The limits are bias and 1.96 standard deviations of the difference (Bland & Altman 1986, doi
        10.1016/S0140-6736(86)90837-8); pairs of one person are not independent of each other, so they are too narrow.
    """
    measured, reference = np.asarray(measured, np.float64), np.asarray(reference, np.float64)
    known = np.isfinite(reference)
    both = known & np.isfinite(measured)
    if not known.all():
        lacking = f"reference known for {known.sum()} of {len(known)}"
        note = f"{lacking}; {note}" if note else lacking
    if not both.any():
        return row(dataset, what, n=0, coverage_pct=0.0 if known.any() else _NAN, unit=unit, note=note)
    a, b = measured[both], reference[both]
    error = a - b
    spread = 1.96 * error.std(ddof=1) if len(error) > 1 else _NAN
    related = len(error) > 2 and a.std() > 0 and b.std() > 0
    return row(
        dataset,
        what,
        n=both.sum(),
        coverage_pct=100 * both.sum() / known.sum(),
        bias=error.mean(),
        mae=np.abs(error).mean(),
        p95=np.quantile(np.abs(error), 0.95),
        r=np.corrcoef(a, b)[0, 1] if related else _NAN,
        low=error.mean() - spread,
        high=error.mean() + spread,
        unit=unit,
        note=note,
    )


def count_row(dataset, what, recordings, *, note=""):
    """A row about counting.

    Parameters
    ----------
    recordings : sequence of (int, int, int)
        Repetitions that are there, that were missed, and that were invented, for each recording.
    note : str

    Returns
    -------
    dict
        ``n`` is the true number, ``coverage_pct`` the share of it that was found, ``value`` the number counted,
        ``bias`` and ``mae`` the error of the count of one recording.
    """
    true, missed, extra = np.array(recordings, np.int64).reshape(-1, 3).T
    error = extra - missed
    words = (
        f"missed {missed.sum()}, extra {extra.sum()}; {(error == 0).sum()} of {len(true)} recordings exact"
    )
    return row(
        dataset,
        what,
        n=true.sum(),
        coverage_pct=100 * (1 - missed.sum() / true.sum()) if true.sum() else _NAN,
        value=float((true + error).sum()),
        bias=error.mean() if len(true) else _NAN,
        mae=np.abs(error).mean() if len(true) else _NAN,
        unit="rep",
        note=f"{words}; {note}" if note else words,
    )


def table(rows):
    """Rows as aligned text: one block a data set, and in it one for what stands before the colon of ``what``."""
    heads = f"{'n':>5} {'cov %':>6} {'value':>8} {'bias':>7} {'mae':>7} {'p95':>7} {'r':>6} {'95 % limits':>17} unit"
    lines, dataset, group = [], None, None
    for one in rows:
        if one["dataset"] != dataset:
            dataset, group = one["dataset"], None
            lines += ["", f"{dataset:50} {heads}"]
        before, colon, item = one["what"].partition(": ")
        if colon and before != group:
            group = before
            lines.append(f" {group}")
        limits = f"{one['low']:8.3g} {one['high']:8.3g}" if np.isfinite(one["low"]) else ""
        cells = [_cell(one[name], width, digits) for name, width, digits in _CELLS]
        lines.append(f"  {item or before:48} {one['n']:5d} {' '.join(cells)} {limits:>17} {one['unit']}")
        if one["note"]:
            lines.append(f"      {one['note']}")
    return "\n".join(lines).lstrip("\n")


_CELLS = (("coverage_pct", 6, 0), ("value", 8, 2), ("bias", 7, 2), ("mae", 7, 2), ("p95", 7, 2), ("r", 6, 2))


def _cell(number, width, digits):
    return f"{number:{width}.{digits}f}" if np.isfinite(number) else " " * width


def write_rows(path, rows):
    """Write rows as CSV, or as JSON when the name says so; what is not applicable stays empty."""
    plain = [{name: _plain(one[name]) for name in COLUMNS} for one in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".json":
            json.dump(plain, file, ensure_ascii=False, indent=1, allow_nan=False)
        else:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(plain)


def _plain(cell):
    if isinstance(cell, float | np.floating):
        return round(float(cell), 4) if np.isfinite(cell) else None
    return cell
