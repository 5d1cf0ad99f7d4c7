"""C3D: points in space, through ezc3d; as Visual3D, OpenSim, Vicon and Qualisys write and read them."""

from typing import Any

import numpy as np

from posecheck.errors import TrackError
from posecheck.exchange.formats import AXES
from posecheck.exchange.trc import marker_track, markers_of


def read(path, hints):
    """Points as a `PoseTrack` in metres; up as POINT:Y_SCREEN says, else z, unless `Hints.up` says otherwise."""
    import ezc3d

    try:
        stored = ezc3d.c3d(str(path))
        points, parameters = stored["data"]["points"], stored["parameters"]["POINT"]
        names = [str(name).strip() for name in parameters["LABELS"]["value"]]
        unit = _first(parameters, "UNITS") or None
        rate = float(stored["header"]["points"]["frame_rate"])
    except (OSError, RuntimeError, KeyError, IndexError, ValueError) as error:
        raise TrackError(f"a C3D file was expected, and this cannot be read as one ({error}).") from None
    if not rate > 0 and hints.fps is None:
        raise TrackError("the file does not say how many pictures a second it has. Say it with --fps.")
    xyz = np.moveaxis(points[:3], 0, -1).transpose(1, 0, 2).astype(np.float64)
    # So many write a point that was lost; of one with residual -1 ezc3d makes NaN.
    xyz[(xyz == 0).all(axis=-1)] = np.nan
    t_s = np.arange(len(xyz)) / (rate if rate > 0 else hints.fps)
    said = _first(parameters, "Y_SCREEN").lower().removeprefix("+")
    up = AXES.get(said, AXES["z"])
    names = [name.rsplit(":", 1)[-1] for name in names[: xyz.shape[1]]]  # without the subject's name
    return marker_track(t_s, xyz[:, : len(names)], names, hints, unit=unit, up=up)


def _first(parameters, name):
    value = parameters.get(name, {}).get("value", [])
    return str(value[0]).strip() if len(value) else ""


def write(target, result, track):
    """Points in millimetres, z up; one that is not seen is NaN with residual -1. Times become regular."""
    import ezc3d

    names, xyz = markers_of(track, target.name)
    z_up = np.stack([xyz[..., 0], -xyz[..., 2], xyz[..., 1]], axis=-1)
    points = np.ones((4, len(names), len(track)))
    points[:3] = 1000.0 * np.moveaxis(z_up, -1, 0).transpose(0, 2, 1)
    stored: Any = ezc3d.c3d()
    stored["parameters"]["POINT"]["RATE"]["value"] = [1 / float(np.median(np.diff(track.t_s)))]
    stored["parameters"]["POINT"]["LABELS"]["value"] = names
    stored["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    stored.add_parameter("POINT", "X_SCREEN", ["+X"])
    stored.add_parameter("POINT", "Y_SCREEN", ["+Z"])
    stored["data"]["points"] = points
    residuals = np.where(np.isfinite(points[:3]).all(axis=0), 0.0, -1.0)
    stored["data"]["meta_points"] = {
        "residuals": residuals[None],
        "camera_masks": np.zeros((7, len(names), len(track)), bool),
    }
    stored.write(str(target))
