"""Marker files of biomechanics: TRC out, MOT in."""

import numpy as np

# BlazePose's keypoints under the names that Sports2D knows; it makes mid-hip and neck itself.
_PARTS = {
    "Shoulder": "shoulder", "Elbow": "elbow", "Wrist": "wrist", "Index": "index", "Hip": "hip",
    "Knee": "knee", "Ankle": "ankle", "Heel": "heel", "BigToe": "foot_index",
}  # fmt: skip
MARKERS = {"Nose": "nose"} | {
    f"{letter}{name}": f"{side}_{part}"
    for name, part in _PARTS.items()
    for letter, side in (("R", "right"), ("L", "left"))
}


def trc_text(t_s, markers, *, rate_hz, unit="m"):
    """A TRC file of keypoints in a plane.

    Parameters
    ----------
    t_s : (T,) array, s
    markers : dict of str to (T, 2) array
        x and y; NaN is written as an empty cell.
    rate_hz : float
    unit : str
        What the header says. The format knows no pixels: Sports2D writes ``m`` over them, and so do we for it.

    Returns
    -------
    str
    """
    names, n = list(markers), len(t_s)
    head = [
        "PathFileType\t4\t(X/Y/Z)\tkeypoints.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        "\t".join(map(str, (rate_hz, rate_hz, n, len(names), unit, rate_hz, 0, n))),
        "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t\t",
        "\t\t" + "\t".join(f"{axis}{i + 1}" for i in range(len(names)) for axis in "XYZ"),
    ]
    xy = np.stack([np.asarray(markers[name], np.float64) for name in names], axis=1)
    rows = [
        "\t".join([str(i), f"{t:.6f}", *("\t".join(_cells(point)) for point in frame)])
        for i, (t, frame) in enumerate(zip(t_s, xy, strict=True))
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cells(point):
    return [f"{value:.4f}" for value in (*point, 0.0)] if np.isfinite(point).all() else ["", "", ""]


def read_trc(text):
    """Times and markers of a TRC file: (T,) array and dict of (T, 3) arrays, NaN where a cell is empty."""
    lines = text.splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    cells = [line.split("\t")[1:] for line in lines[5:] if line]
    table = np.array([[float(cell) if cell else np.nan for cell in row] for row in cells])
    columns = table[:, 1:].reshape(len(table), len(names), 3)
    return table[:, 0], {name: columns[:, i] for i, name in enumerate(names)}


def read_mot(text):
    """Times and columns of a MOT file: (T,) array and dict of (T,) arrays, NaN where a cell is empty."""
    lines = text.splitlines()
    head = lines.index("endheader") + 1
    names = lines[head].split("\t")
    cells = [line.split("\t") for line in lines[head + 1 :] if line]
    table = np.array([[float(cell) if cell else np.nan for cell in row] for row in cells])
    return table[:, 0], {name: table[:, i] for i, name in enumerate(names) if i}


def markers_of(track, *, likelihood_min):
    """The markers Sports2D knows, from a track; those the model is less sure of than `likelihood_min` are NaN."""
    markers = {}
    for marker, keypoint in MARKERS.items():
        k = track.skeleton.index(keypoint)
        sure = track.visibility[:, k] >= likelihood_min
        markers[marker] = np.where(sure[:, None], track.uv_px[:, k].astype(np.float64), np.nan)
    return markers
