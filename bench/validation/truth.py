"""The truth beside a clip, read back: both formats as one."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posecheck.records import SIDES

TRUNK = ("trunk_lean", "trunk_flexion", "shoulder_hike")
"""Signals of compensations that both the truth and a row of ``reps.csv`` tell, as ``<signal>_deg``."""
_CHANGES = tuple(f"{name}_deg" for name in TRUNK)
_TIMES = ("start_s", "top_start_s", "top_end_s", "end_s")


@dataclass(frozen=True)
class Truth:
    """What really happened in a clip.

    Attributes
    ----------
    exercise : str or None
    view : str
        One of `posecheck.records.VIEWS`.
    angle, unit : str
        The leading angle and ``deg`` or ``ratio``; empty when nothing is exercised.
    repetitions : dict of side to list of dict
        Times, ``start``, ``peak``, ``range``, ``visible_pct``, ``helped`` and the changes of `TRUNK`, NaN if unknown.
    curves : mapping of str to array
        The arrays of the ``.truth.npz``.
    """

    exercise: str | None
    view: str
    angle: str
    unit: str
    repetitions: dict
    curves: dict


def load_truth(path):
    """The truth in a ``.truth.json`` and the ``.truth.npz`` beside it.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Truth
    """
    path = Path(path)
    facts = json.loads(path.read_text(encoding="utf-8"))
    with np.load(path.with_suffix(".npz"), allow_pickle=False) as archive:
        curves = {name: archive[name] for name in archive.files}
    angle = facts["angle"] or {"name": "", "unit": "deg"}
    view = (
        facts["near_side"] if facts["view"] == "side" else facts["view"]
    )  # the first format named no side here
    rows = {
        side: [_plain(rep, angle["unit"]) for rep in facts["repetitions"].get(side, [])] for side in SIDES
    }
    return Truth(facts["exercise"], view, angle["name"], angle["unit"], rows, curves)


def _plain(rep, unit):
    row = {name: float(rep[name]) for name in _TIMES}
    row |= {name: float(rep[f"{name}_{unit}"]) for name in ("start", "peak", "range")}
    row |= {name: float(rep.get(name, np.nan)) for name in _CHANGES}
    return row | {
        "visible_pct": float(rep.get("visible_pct", 100.0)),
        "helped": bool(rep.get("helped", False)),
    }
