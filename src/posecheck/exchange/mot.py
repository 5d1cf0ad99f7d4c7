"""MOT and STO: angles over time, as OpenSim writes and reads them."""

import numpy as np

from posecheck.errors import OutputError, TrackError
from posecheck.exchange.formats import AXES
from posecheck.exchange.tracks import space_track
from posecheck.signals import SIGNALS
from posecheck.skeleton import Skeleton

_PELVIS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")
_BENT_DEG = 20.0  # a hinge that reaches so far below zero, and hardly above, counts bending as negative

_SAME = {"elbow_flexion": "elbow_flex", "knee_flexion": "knee_angle"}
"""Signals that are defined as OpenSim's coordinates are: 0 straight, + bent. Ours of hip and shoulder are against the
trunk and not the pelvis' axes, so they keep their own names."""


def coordinate_of(signal, side):
    """What a signal of one side is called in the file.

    Examples
    --------
    >>> coordinate_of("knee_flexion", "right"), coordinate_of("hip_flexion", "left")
    ('knee_angle_r', 'posecheck_hip_flexion_l')
    """
    return f"{_SAME.get(signal, f'posecheck_{signal}')}_{side[0]}"


def signal_of(coordinate):
    """Side and signal of a coordinate of the file; None for one that is defined otherwise.

    Examples
    --------
    >>> signal_of("knee_angle_r"), signal_of("posecheck_hip_flexion_l"), signal_of("hip_flexion_r")
    (('right', 'knee_flexion'), ('left', 'hip_flexion'), None)
    """
    name, _, letter = coordinate.rpartition("_")
    side = {"l": "left", "r": "right"}.get(letter)
    signal = {there: ours for ours, there in _SAME.items()}.get(name, name.removeprefix("posecheck_"))
    known = signal in SIGNALS and (name in _SAME.values() or name.startswith("posecheck_"))
    return (side, signal) if side and known else None


def read(path, hints):
    """Angles of both sides as a `PoseTrack` without keypoints, but for the pelvis where the file places it."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    end = next((i for i, line in enumerate(lines) if line.strip().lower() == "endheader"), None)
    if end is None or len(lines) < end + 3:
        raise TrackError(
            "a MOT or STO file was expected: a header up to endheader, names, and rows of numbers."
        )
    header = dict(line.split("=", 1) for line in lines[:end] if line.count("=") == 1)
    names, rows = lines[end + 1].split(), [line.split() for line in lines[end + 2 :] if line.strip()]
    promised = header.get("nRows", "").strip()
    whole = all(len(row) == len(names) for row in rows)
    if not whole or (promised.isdigit() and len(rows) < int(promised)):
        raise TrackError(
            f"{promised or 'whole'} rows of {len(names)} numbers were expected, and the file breaks off."
        )
    try:
        table = np.array(rows, np.float64)
    except ValueError:
        raise TrackError("rows of numbers were expected, and words were found.") from None
    found = {name: pair for name in names if (pair := signal_of(name))}
    if names[0] != "time" or not found:
        raise TrackError(
            f"time and elbow_flex or knee_angle of a side were expected; found: {', '.join(names[:9])}."
        )
    angles = np.stack([table[:, names.index(name)] for name in found], axis=1)
    if header.get("inDegrees", "no").strip().lower() != "yes":
        angles = np.degrees(angles)
    warnings = []
    for i, name in enumerate(found):
        known = angles[np.isfinite(angles[:, i]), i]
        hinge = name.rpartition("_")[0] in _SAME.values()
        if hinge and len(known) and known.min() < -_BENT_DEG and known.max() < _BENT_DEG:
            angles[:, i] = -angles[:, i]
            warnings.append(f"{name} is negative in flexion here, as in older models, and was turned round.")
    pelvis = np.full((len(table), 1, 3), np.nan)
    if set(_PELVIS) <= set(names):
        pelvis[:, 0] = table[:, [names.index(name) for name in _PELVIS]]
    return space_track(
        table[:, 0], pelvis, Skeleton("mot", ("mid_hip",)), up=hints.up or AXES["y"], warnings=warnings,
        angles_deg=angles, angle_names=tuple(f"{side}_{signal}" for side, signal in found.values()),
    )  # fmt: skip


def write(target, result, track):
    """The angles of a result in degrees, one row a sample; nan where not seen, without lengths over lengths."""
    chosen = {}
    for name, unit in zip(result.signals.names, result.signals.units, strict=True):
        side, signal = name.removesuffix(f"_{unit}").split("_", 1)
        if unit == "deg":
            chosen[coordinate_of(signal, side)] = result.signals[name]
    if not chosen or not len(result.signals.t_s):
        raise OutputError(f"{target.name}: nothing was measured in degrees, which is what this format holds.")
    table = np.column_stack([result.signals.t_s, *chosen.values()])
    lines = [
        "Coordinates",
        "version=1",
        f"nRows={len(table)}",
        f"nColumns={table.shape[1]}",
        "inDegrees=yes",
        "",
        "Units are S.I. units (second, meters, Newtons, ...)",
        "If the header above contains a line with 'inDegrees', this indicates whether rotational values are in degrees "
        "(yes) or radians (no).",
        "",
        "endheader",
        "\t".join(["time", *chosen]),
        *("\t".join(f"{x:.8f}" for x in row) for row in table.tolist()),
    ]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
