"""Start and top of the repetitions that stand for a recording, as stick figures: a report carries no face."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from posecheck.drawing import Drawing
from posecheck.examples import BEST, MIDDLE, WORST, Example, examples_of
from posecheck.report_lines import amount, seconds
from posecheck.stick_figure import figure_of

_ASKED = {BEST: "Closest to what was asked", MIDDLE: "In the middle", WORST: "Furthest from what was asked"}
_LARGEST = {BEST: "Largest range", MIDDLE: "Middle range", WORST: "Smallest range"}
_PARTS = {"range": "range", "lift": "lift", "lower": "lowering"}
STILLS = "Start and top of three repetitions"
RULE = (
    "Of the scored repetitions of a side: in practice by what was asked for, where the part furthest off counts "
    "(range, or a lift or lowering faster than asked; slower is never less); in a check set by the range."
)
DRAWN = "Scaled to the trunk. Blue, round: left. Orange, square: right."


@dataclass(frozen=True, eq=False)
class Still:
    """One repetition in two pictures.

    Attributes
    ----------
    example : Example
    title : str
        Why it is here, in kind words.
    told : str
        What was measured, beside what was asked for.
    figures : (Drawing, Drawing)
        At its beginning and at its top.
    """

    example: Example
    title: str
    told: str
    figures: tuple[Drawing, Drawing]

    def to_dict(self):
        """As JSON-able types, without the drawings."""
        return {**asdict(self.example), "title": self.title, "told": self.told}


def stills_of(result, track):
    """Best, middle and worst repetition of each side, in pictures.

    Parameters
    ----------
    result : Result
    track : PoseTrack
        The poses that it was measured from.

    Returns
    -------
    tuple of Still
        Empty where nothing tells them apart.
    """
    weaker, unit = result.settings.affected, result.exercise.unit
    draw = lambda t_s: figure_of(track, frame_at(track, t_s), weaker_side=weaker, close=True)  # noqa: E731
    return tuple(
        Still(one, *titled(one, unit), (draw(one.start_s), draw(one.top_s))) for one in examples_of(result)
    )


def titled(example, unit):
    """Title and measures of an example, in words.

    Examples
    --------
    >>> parts = (("range", 78.2, 80.0), ("lift", 2.84, 3.0))
    >>> titled(Example("left", 2, "best", parts, 0.0, 1.0), "deg")
    ('Closest to what was asked', 'range 78° of 80°, lift 2.8 s of 3.0 s')
    >>> titled(Example("left", 2, "worst", (("range", 50.0, math.nan),), 0.0, 1.0), "deg")
    ('Smallest range', '50°')
    """
    asked = not math.isnan(example.parts[0][2])
    if not asked:
        return _LARGEST[example.place], amount(example.parts[0][1], unit)
    told = []
    for name, value, wanted in example.parts:
        words = (lambda x: amount(x, unit)) if name == "range" else seconds
        told.append(f"{_PARTS[name]} {words(value)} of {words(wanted)}")
    return _ASKED[example.place], ", ".join(told)


def frame_at(track, t_s) -> Any:
    """The frame nearest to a time in which somebody was seen; None where nobody ever was.

    Parameters
    ----------
    track : PoseTrack
    t_s : float, s

    Returns
    -------
    int or None
    """
    seen = np.flatnonzero(np.isfinite(track.uv_px[..., 0]).any(axis=1))
    return int(seen[np.argmin(np.abs(track.t_s[seen] - t_s))]) if len(seen) else None
