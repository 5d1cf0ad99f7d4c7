"""The truth beside a clip, read back: both formats as one."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posecheck.geometry import vector_angle
from posecheck.records import SIDES

DRIFT = "upper_arm_elevation"
COMPENSATIONS = ("trunk_lean", "trunk_flexion", "shoulder_hike", DRIFT)
"""Signals of compensations that both the truth and a row of ``reps.csv`` tell."""
_CHANGES = tuple(f"{name}_deg" for name in COMPENSATIONS)
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
        Times, ``start``, ``peak``, ``range``, ``visible_pct``, ``helped`` and the changes of `COMPENSATIONS`, NaN if
        unknown.
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
    for side in SIDES if "joints_m" in curves else ():
        elevation_deg = _upper_arm_elevation(curves, side)
        for rep in rows[side]:
            rep[f"{DRIFT}_deg"] = _rise(curves["t_s"], elevation_deg, rep)
    return Truth(facts["exercise"], view, angle["name"], angle["unit"], rows, curves)


def _upper_arm_elevation(curves, side):
    """Of the renderer's joints, between the upper arm and the line down the trunk, (T,) deg."""
    at = {name: curves["joints_m"][:, i] for i, name in enumerate(curves["joint_names"].tolist())}
    down = at["left_hip"] + at["right_hip"] - at["left_shoulder"] - at["right_shoulder"]
    return vector_angle(down, at[f"{side}_elbow"] - at[f"{side}_shoulder"])


def _rise(t_s, values, rep):
    """The lasting rise during a repetition from the half second before it, as the measure takes it."""
    during = values[(t_s >= rep["start_s"]) & (t_s <= rep["end_s"])]
    before = values[(t_s >= rep["start_s"] - 0.5) & (t_s <= rep["start_s"])]
    return float(np.quantile(during, 0.95) - np.median(before)) if len(during) and len(before) else np.nan


def _plain(rep, unit):
    row = {name: float(rep[name]) for name in _TIMES}
    row |= {name: float(rep[f"{name}_{unit}"]) for name in ("start", "peak", "range")}
    row |= {name: float(rep.get(name, np.nan)) for name in _CHANGES}
    return row | {
        "visible_pct": float(rep.get("visible_pct", 100.0)),
        "helped": bool(rep.get("helped", False)),
    }
