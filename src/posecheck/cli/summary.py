"""A few kind lines about one result."""

import math
from statistics import median

from posecheck.scores import BAND_MAX

FAR = "far limb"
MOST_SAID = 5


def summary(name, result, folder=None, *, seen=()):
    """What a person wants to know first, as text: repetitions, tempo, range, what was not scored and why.

    Parameters
    ----------
    name : str
        Of the trial.
    result : Result
    folder : path, optional
        Where the files are.
    seen : sequence of Seen
        What the camera did not see well.
    """
    view = {"left": "left side", "right": "right side"}.get(result.view, str(result.view).replace("_", " "))
    kind = ", check set" if result.settings.kind == "check" else ""
    lines = [f"{name}: {result.exercise.name}{kind}, seen from the {view}"]
    if not result.rows:
        least = amount(result.exercise.rep.min_excursion, result.exercise.unit)
        watched = result.view in result.exercise.view
        why = f": no movement of {least} there and back that is this exercise" if watched else ""
        lines.append(f"  No repetitions in this recording{why}.")
    for side in ("left", "right"):
        rows = [row for row in result.rows if row["side"] == side]
        if rows:
            lines.append(_side_line(side, rows, result))
    lines += [
        *_said(result.findings),
        *_symmetry(result.symmetry, result.exercise.unit),
        *_not_scored(result.rows),
    ]
    lines += _left_out(result.quality.get("not_this_exercise", ()))
    lines += [f"  {warning[:1].upper()}{warning[1:]}" for warning in result.quality.get("warnings", ())]
    lines += [f"  To be seen better: {one.cure} ({one.why})" for one in seen if not one.ok]
    if folder is not None:
        lines.append(f"  Files: {folder}")
    return "\n".join(lines)


def amount(value, unit):
    """A range in words: 98°, or 0.42 for a length over another."""
    return f"{value:.0f}°" if unit == "deg" else f"{value:.2f}"


def _upward(value, unit):
    """As `amount`, never less than the value."""
    return amount(math.ceil(value), unit) if unit == "deg" else amount(math.ceil(100 * value) / 100, unit)


def _side_line(side, rows, result):
    if all(row.get("exclusion_reason") == FAR for row in rows):
        return f"  {side:<17} away from the camera, not measured"
    role = {"stronger": " (stronger)", "affected": " (weaker)"}.get(rows[0].get("role"), "")
    whole = [row for row in rows if row.get("complete")]
    count = len(whole)
    parts = [f"{count} repetition{'' if count == 1 else 's'}"]
    if len(rows) > count:
        parts.append(f"{len(rows) - count} not finished")
    unit = result.exercise.unit
    for label, column, shape in (
        ("lift", "lift_s", "{:.1f} s".format),
        ("lower", "lower_s", "{:.1f} s".format),
        ("range", f"range_{unit}", lambda value: amount(value, unit)),
    ):
        value = _median(whole, column)
        if value is not None:
            label = label if len(whole) == 1 or len(parts) > 1 else f"median {label}"
            parts.append(f"{label} {shape(value)}")
    # The camera's part of it is the same each time, so the median of a set is hardly surer than one repetition.
    sigma = _median(whole, f"range_sigma_{unit}")
    if sigma is not None:
        mdc95, measured = result.exercise.mdc95(result.view)
        # Measured on this person is how large a change must be to be one, not how far the range is from the truth.
        change = f", a change from {_upward(mdc95, unit)} on is one" if measured else " (assumed)"
        parts[-1] += f" ± {amount(sigma, unit)}{change}"
    score = _median(whole, "score")
    if score is not None:
        parts.append(_score(score, whole))
    return f"  {side + role:<17} " + "   ".join(parts)


def _score(score, rows):
    """The median score, or from where to where it lies when it is not surer than `BAND_MAX` either way."""
    known = [row for row in rows if math.isfinite(row["score"])]
    low, high = _median(rows, "score_low"), _median(rows, "score_high")
    if low is not None and high is not None and high - low > 2 * BAND_MAX:
        return f"score between {low:.0f} and {high:.0f}"
    lowest = min(row["score"] for row in known)
    return f"score {score:.0f}" + (f" (lowest {lowest:.0f})" if lowest < score else "")


def _median(rows, column):
    values = [row[column] for row in rows if row.get(column) is not None]
    values = [value for value in values if math.isfinite(value)]
    return median(values) if values else None


def _said(findings):
    """What stood out, repetition by repetition."""
    lines = [f"  {finding.side} {finding.rep}: {finding.why}" for finding in findings]
    more = len(lines) - MOST_SAID
    return lines if more <= 0 else [*lines[:MOST_SAID], f"  and {more} more findings in result.json"]


def _symmetry(symmetry, unit):
    if not symmetry.get("comparable"):
        return []
    low, high = (100 * limit for limit in symmetry["range_ratio_ci95"])
    over, under = symmetry["numerator"], symmetry["denominator"]
    raw = [amount(symmetry[f"range_{part}"], unit) for part in ("numerator", "denominator")]
    ratio = f"{100 * symmetry['range_ratio']:.0f} % (95 % interval {low:.0f} to {high:.0f} %)"
    note = f": {symmetry['reason']}" if symmetry["reason"] else ""
    if symmetry["set_kind"] == "practice":
        note += "; practice follows a target, a check set compares the sides"
    return [f"  Range: {over} {raw[0]}, {under} {raw[1]}, which is {ratio}{note}"]


def _left_out(movements):
    """Movements that are not this exercise, one line for each reason."""
    reasons = {}
    for movement in movements:
        reasons.setdefault((movement["side"], movement["why"]), []).append(movement["start_s"])
    return [
        f"  {side}: {len(starts)} movement{'' if len(starts) == 1 else 's'} not counted "
        f"(at {', '.join(f'{s:.0f}' for s in starts[:4])}{' ...' if len(starts) > 4 else ''} s): {why}"
        for (side, why), starts in reasons.items()
    ]


def _not_scored(rows):
    """One line for each reason, with the repetitions it holds for."""
    reasons = {}
    for row in rows:
        if row.get("exclusion_reason") and row["exclusion_reason"] != FAR:
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
