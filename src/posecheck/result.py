"""The outcome of an analysis: rows, signals, symmetry, findings, quality and provenance."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from posecheck.errors import OutputError, PosecheckError
from posecheck.exercise import Exercise
from posecheck.records import Finding, Measures, Reps, Settings, Signals

if TYPE_CHECKING:  # both are loaded when they are asked for
    import pandas as pd
    import xarray as xr


ROW_COLUMNS = tuple(
    """
    exercise side role rep start_s top_start_s top_end_s end_s lift_s hold_s lower_s rest_s
    time_sigma_s start_deg peak_deg range_deg range_sigma_deg start_ratio peak_ratio range_ratio target_range
    target_lift_s target_hold_s target_lower_s noise_sigma_deg mode assisted set mean_speed_dps peak_speed_dps
    sparc smoothness_delta hold_sd_deg trunk_lean_deg trunk_flexion_deg shoulder_hike_deg seen_pct complete
    scored score tempo_score range_score steadiness_score posture_score exclusion_reason view estimator
    framed_pct bone_length_cv frame_rate_hz
    helper_pct own_hand_pct kind baseline_range target_rest_s range_sigma_ratio noise_sigma_ratio hold_sag_dps
    other_limb_deg other_limb_ratio score_low score_high
    """.split()  # noqa: SIM905 (fifty quoted names are harder to read)
)
"""Columns of a row, in the order of reps.csv (which puts `trial` before them)."""


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Everything posecheck says about one recording; made by `analyse`, never by hand.

    Attributes
    ----------
    exercise : Exercise
        As it was applied.
    settings : Settings
    view : str
        As measured or declared; ``unknown`` when it could not be told, and nothing is counted then.
    signals : Signals
        Angles of both sides over time, NaN where not seen.
    reps : Reps
        Boundaries of the R rows, as indices of `signals`.
    measures : Measures
        The numbers of the R rows with their errors, NaN where not measurable.
    rows : tuple of dict, length R
        One a repetition and side, left before right: the columns of ``reps.csv`` (docs/measures.md), units in their
        names. NaN = not measurable or withheld, and ``exclusion_reason`` says why.
    findings : tuple of Finding
        What is worth saying about the rows, in their order; of each the most important first.
    symmetry : dict
        As `compare` gives it, between the sides of this recording; None for numbers that are not told.
    sets : tuple of dict
        ``set``, ``start_s``, ``end_s``, repetitions per side and a summary of each side.
    quality : dict
        How well it was seen: ``detected_pct``, ``framing`` (%), ``people``, ``fps_median``, ``fps_gaps``,
        ``not_this_exercise``, ``warnings`` in words.
    provenance : dict
        Where each number comes from: versions, engine, model, exercise, settings, corrections, source.
    """

    exercise: Exercise
    settings: Settings
    view: str
    signals: Signals
    reps: Reps
    measures: Measures
    rows: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]
    symmetry: dict[str, Any]
    sets: tuple[dict[str, Any], ...]
    quality: dict[str, Any]
    provenance: dict[str, Any]

    def __repr__(self):
        scored = sum(bool(row["scored"]) for row in self.rows)
        return f"<Result {self.exercise.id}, seen from {self.view}: {len(self.rows)} rows, {scored} scored>"

    def to_dict(self) -> dict[str, Any]:
        """What ``result.json`` holds, as types that JSON can carry: arrays become lists, NaN becomes None."""
        return plain(
            {
                "schema": 1,
                "exercise": self.exercise.id,
                "view": self.view,
                "reps": self.rows,
                "sets": self.sets,
                "symmetry": self.symmetry,
                "findings": [vars(f) for f in self.findings],
                "quality": self.quality,
                "provenance": self.provenance,
            }
        )

    def to_json(self, path: str | Path | None = None) -> str:
        """`to_dict` as JSON text.

        Parameters
        ----------
        path : path, optional
            File that it is also written to.

        Returns
        -------
        str

        Raises
        ------
        OutputError
            When the file cannot be written.
        """
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        if path is not None:
            try:
                Path(path).write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise OutputError(f"{path}: the result could not be written ({error.strerror}).") from None
        return text

    def to_dataframe(self) -> "pd.DataFrame":
        """The rows as a table.

        Returns
        -------
        DataFrame, one line a repetition and side
            The columns of ``reps.csv`` without ``trial``, also when there is no repetition. NaN = not measurable.

        Raises
        ------
        PosecheckError
            When pandas is not installed (``posecheck[tables]``).
        """
        pd = _needed("pandas")
        return pd.DataFrame(list(self.rows), columns=None if self.rows else list(ROW_COLUMNS))

    def to_xarray(self) -> "xr.Dataset":
        """Signals and measures with their units.

        Returns
        -------
        Dataset
            Signals along ``t_s`` (s), measures along ``row`` with the coordinates ``side`` and ``rep``; each variable
            has the attribute ``units``. NaN = not seen or not measurable.

        Raises
        ------
        PosecheckError
            When xarray is not installed (``posecheck[tables]``).
        """
        xr = _needed("xarray")
        data = {
            n: ("t_s", self.signals[n], {"units": u})
            for n, u in zip(self.signals.names, self.signals.units, strict=True)
        }
        for i, (name, unit) in enumerate(zip(self.measures.ids, self.measures.units, strict=True)):
            data[name] = ("row", self.measures.values[:, i], {"units": unit})
        rows = {"side": ("row", self.reps.side), "rep": ("row", self.reps.number)}
        times = ("t_s", self.signals.t_s, {"units": "s"})
        return xr.Dataset(data, coords={"t_s": times, **rows}, attrs={"exercise": self.exercise.id})


def _needed(library):
    try:
        return import_module(library)
    except ImportError:
        raise PosecheckError(
            f"{library} is needed for this and not installed: pip install 'posecheck[tables]'."
        ) from None


def plain(value: Any) -> Any:
    """Nested dicts, lists and scalars that JSON can carry; NaN and infinities become None."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(v) for v in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
