"""Which exercise a recording shows, as a suggestion: the one whose repetitions it fits best. A person confirms it."""

import math
from statistics import median

from posecheck.analysis import analyse
from posecheck.exercise import list_exercises
from posecheck.records import SIDES, Settings

MOST_S = 90.0  # of a recording suffice


def suggested(track):
    """Exercises that a recording may show, most likely first.

    Parameters
    ----------
    track : PoseTrack

    Returns
    -------
    tuple of (str, str)
        Id, and side that moved (``left``, ``right`` or ``both``); empty when nothing was counted.

    Notes
    -----
    Each exercise of the catalogue is tried. What counts is how much of the asked range its repetitions reach, less what
    it had to leave out as something else; many exercises count the same limb, so this is a guess and no finding.
    """
    part = track.only(track.t_s <= track.t_s[0] + MOST_S)
    ranked = []
    for exercise in list_exercises():
        result = analyse(part, exercise, settings=Settings())
        fit, side = _fit(result)
        if fit > 0:
            ranked.append((fit, exercise.id, side))
    ranked.sort(key=lambda one: -one[0])
    return tuple((name, side) for _, name, side in ranked)


def _fit(result):
    """How well the repetitions fill what the exercise asks for, and who moved."""
    by_side = {
        side: [row for row in result.rows if row["side"] == side and row["complete"]] for side in SIDES
    }
    parts = {side: _filled(rows, result.exercise.unit) for side, rows in by_side.items()}
    left_out = len(result.quality["not_this_exercise"])
    moved = [side for side in SIDES if parts[side] > 0]
    fit = max(parts.values())
    if result.exercise.shared:  # work of both limbs, which the other one must be seen to do
        fit = 0.9 * fit if result.view in SIDES else 1.05 * min(parts.values())
    return fit - 0.5 * left_out, moved[0] if len(moved) == 1 else "both"


def _filled(rows, unit):
    known = [row[f"range_{unit}"] / row["target_range"] for row in rows]
    known = [min(part, 1.2) for part in known if math.isfinite(part)]
    # Where a view tells no range, a repetition is worth half of one that was seen to be full.
    return len(rows) * (median(known) if known else 0.5)
