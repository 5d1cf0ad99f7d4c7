"""A few kind lines about one result."""

import math
from statistics import median


def summary(name, result, folder=None):
    """What a person wants to know first, as text: repetitions, tempo, range, what was not scored and why.

    Parameters
    ----------
    name : str
        Of the trial.
    result : Result
    folder : path, optional
        Where the files are.
    """
    view = {"left": "left side", "right": "right side"}.get(result.view, str(result.view).replace("_", " "))
    lines = [f"{name}: {result.exercise.name}, seen from the {view}"]
    if not result.rows:
        lines.append("  No repetitions in this recording.")
    for side in ("left", "right"):
        rows = [row for row in result.rows if row["side"] == side]
        if rows:
            lines.append(_side_line(side, rows))
    lines += _not_scored(result.rows)
    for left_out in result.quality.get("not_this_exercise", ()):
        lines.append("  {side} {start_s:.1f}-{end_s:.1f} s not counted: {why}".format(**left_out))
    lines += [f"  {warning[:1].upper()}{warning[1:]}" for warning in result.quality.get("warnings", ())]
    if folder is not None:
        lines.append(f"  Files: {folder}")
    return "\n".join(lines)


def _side_line(side, rows):
    role = {"stronger": " (stronger)", "affected": " (weaker)"}.get(rows[0].get("role"), "")
    whole = [row for row in rows if row.get("complete")]
    count = len(whole)
    parts = [f"{count} repetition{'' if count == 1 else 's'}"]
    if len(rows) > count:
        parts.append(f"{len(rows) - count} not finished")
    for label, column, unit in (
        ("lift", "lift_s", " s"),
        ("lower", "lower_s", " s"),
        ("range", "range_deg", "°"),
    ):
        value = _median(whole, column)
        if value is not None:
            parts.append(f"{label} {value:.1f}{unit}" if unit == " s" else f"{label} {value:.0f}{unit}")
    score = _median(whole, "score")
    if score is not None:
        parts.append(f"score {score:.0f}")
    return f"  {side + role:<17} " + "   ".join(parts)


def _median(rows, column):
    values = [row[column] for row in rows if row.get(column) is not None]
    values = [value for value in values if math.isfinite(value)]
    return median(values) if values else None


def _not_scored(rows):
    """One line for each reason, with the repetitions it holds for."""
    reasons = {}
    for row in rows:
        if row.get("exclusion_reason"):
            reasons.setdefault((row["side"], row["exclusion_reason"]), []).append(row["rep"])
    return [f"  {side} {_spans(reps)}: {reason}" for (side, reason), reps in reasons.items()]


def _spans(numbers):
    """Repetition numbers, runs drawn together.

    Examples
    --------
    >>> _spans([1, 2, 3, 5])
    '1-3, 5'
    """
    runs = []
    for number in sorted(map(int, numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
