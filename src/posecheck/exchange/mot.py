"""MOT and STO: angles over time, as OpenSim writes and reads them."""

import numpy as np

from posecheck.errors import OutputError

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
