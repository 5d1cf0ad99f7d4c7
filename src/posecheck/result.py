"""The outcome of an analysis: rows, signals, symmetry, findings, quality and provenance."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from posecheck.errors import PosecheckError
from posecheck.exercise import Exercise
from posecheck.records import Finding, Measures, Reps, Settings, Signals

if TYPE_CHECKING:  # both are loaded when they are asked for
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Everything posecheck says about one recording.

    Attributes
    ----------
    exercise : Exercise
    settings : Settings
    view : str
        As measured or declared.
    signals : Signals
    reps : Reps
    measures : Measures
    rows : tuple of dict
        One a repetition and side, keyed by the columns of ``reps.csv``; NaN = not measurable.
    findings : tuple of Finding
    symmetry : dict
    sets : tuple of dict
        ``set``, ``start_s``, ``end_s`` and repetitions per side.
    quality, provenance : dict
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
        """As JSON-able types: NaN becomes None."""
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
        """The dict as JSON text, also written to `path` when given."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        if path is not None:
            Path(path).write_text(text + "\n", encoding="utf-8")
        return text

    def to_dataframe(self) -> "pd.DataFrame":
        """The rows as a pandas DataFrame (needs ``posecheck[tables]``)."""
        pd = _needed("pandas")
        return pd.DataFrame(list(self.rows))

    def to_xarray(self) -> "xr.Dataset":
        """Signals and measures as an xarray Dataset with units as attributes (needs ``posecheck[tables]``)."""
        xr = _needed("xarray")
        data = {
            n: ("t_s", self.signals[n], {"units": u})
            for n, u in zip(self.signals.names, self.signals.units, strict=True)
        }
        for i, (name, unit) in enumerate(zip(self.measures.ids, self.measures.units, strict=True)):
            data[name] = ("row", self.measures.values[:, i], {"units": unit})
        rows = {"side": ("row", self.reps.side), "rep": ("row", self.reps.number)}
        return xr.Dataset(
            data, coords={"t_s": self.signals.t_s, **rows}, attrs={"exercise": self.exercise.id}
        )


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
