"""netCDF: a dataset of poses laid out as movement expects it, which xarray opens as well."""

import json
from typing import Any

import numpy as np

from posecheck.errors import TrackError
from posecheck.exchange.names import assigned
from posecheck.exchange.tracks import metres, named_skeleton, picture_track, size_of, space_track

_SPACE = "space_m"  # of landmarks in metres beside a picture, which movement does not know


def read(path, hints):
    """A dataset with ``position`` over time, space, keypoints and one individual, in pixels or (3D) metres."""
    import xarray as xr

    try:
        with xr.open_dataset(path, engine="h5netcdf") as stored:
            data = stored.load()
    except (OSError, ValueError, KeyError) as error:
        raise TrackError(f"a netCDF file was expected, and this cannot be read as one ({error}).") from None
    if "position" not in data:
        raise TrackError(
            f"a variable position was expected, and found were: {', '.join(map(str, data)) or 'none'}."
        )
    # Some write these in the singular.
    data = data.rename({old: new for old, new in _PLURALS.items() if old in data.dims})
    if data.sizes.get("individuals", 1) > 1:
        who = ", ".join(map(str, data["individuals"].values))
        raise TrackError(f"one person was expected, and these are there: {who}. Store the one that is meant.")
    data = data.isel(individuals=0, drop=True) if "individuals" in data.dims else data
    names = [str(name) for name in data["keypoints"].values]
    chosen, unused = assigned(names, hints.markers)
    skeleton = named_skeleton(list(chosen), hints, "netcdf")
    t_s = _times(data, hints)
    position = _placed(data["position"].transpose("time", "keypoints", "space").values, chosen, skeleton)
    warnings = [f"Not used: {', '.join(unused)}."] if unused else []
    facts = json.loads(data.attrs.get("posecheck", "{}"))
    visibility = None
    if "confidence" in data:
        confidence = data["confidence"].transpose("time", "keypoints").values[..., None]
        visibility = _placed(confidence, chosen, skeleton)[..., 0]
    if position.shape[-1] == 3:
        up = hints.up or tuple(facts.get("up", (0.0, 1.0, 0.0)))
        xyz_m, _ = metres(position, skeleton, data["position"].attrs.get("units"))
        return space_track(t_s, xyz_m, skeleton, up=up, visibility=visibility, warnings=warnings)
    known = {name: facts[name] for name in ("model", "smoothed", "xyz_frame") if name in facts}
    if "up" in facts:
        known["up"] = tuple(facts["up"])
    if "xyz_m" in data:
        space = data["xyz_m"].transpose("time", "keypoints", _SPACE).values
        known["xyz_m"] = _placed(space, chosen, skeleton)
    if "people" in data:
        known["people"] = data["people"].values
    if warnings:
        known["source"] = {"warnings": warnings}
    size = hints.image_size_px or facts.get("image_size_px") or size_of(hints)
    visibility = np.ones(position.shape[:2]) if visibility is None else visibility
    return picture_track(t_s, position, visibility, skeleton, size, **known)


_PLURALS = {"keypoint": "keypoints", "individual": "individuals"}


def _times(data, hints):
    """In seconds; where time counts pictures, by ``fps`` of the file or `Hints`."""
    times = data["time"].values.astype(np.float64)
    if data.attrs.get("time_unit", "seconds") == "seconds":
        return times
    fps = hints.fps or data.attrs.get("fps")
    if not fps:
        raise TrackError("time counts pictures here. Say how many there are in a second: --fps 30.")
    return times / float(fps)


def _placed(values, chosen, skeleton):
    out = np.full((len(values), len(skeleton), values.shape[-1]), np.nan)
    for keypoint, at in chosen.items():
        out[:, skeleton.index(keypoint)] = values[:, at].mean(axis=1)
    return out


def write(target, result, track):
    """Poses as movement's dataset: position over time, space, keypoints, individuals; confidence beside it.

    ``position`` is in pixels, of recordings that know depth in metres (x, y, z). One camera's landmarks in metres lie
    beside it as ``xyz_m``, which movement leaves alone.
    """
    import xarray as xr

    deep = track.xyz_frame == "world"
    place, unit = (track.xyz_m, "m") if deep else (track.uv_px, "px")
    data: dict[str, Any] = {
        "position": (
            ("time", "space", "keypoints", "individuals"),
            place.transpose(0, 2, 1)[..., None],
            {"units": unit},
        ),
        "confidence": (("time", "keypoints", "individuals"), track.visibility[..., None]),
        "people": (("time",), track.people),
    }
    coords: dict[str, Any] = {
        "time": track.t_s,
        "space": list("xyz" if deep else "xy"),
        "keypoints": list(track.skeleton.keypoints),
        "individuals": ["person"],
    }
    if not deep and np.isfinite(track.xyz_m).any():
        data["xyz_m"] = (("time", _SPACE, "keypoints", "individuals"), track.xyz_m.transpose(0, 2, 1)[..., None],
                         {"units": "m"})  # fmt: skip
        coords[_SPACE] = ["x", "y", "z"]
    facts = {"image_size_px": track.image_size_px.tolist(), "model": track.model, "smoothed": track.smoothed,
             "xyz_frame": track.xyz_frame, "up": list(track.up)}  # fmt: skip
    steps = np.diff(track.t_s)
    attrs = {"source_software": "posecheck", "ds_type": "poses", "time_unit": "seconds",
             "fps": float(1 / np.median(steps)) if len(steps) else 0.0,
             "source_file": str(track.source.get("name", "")), "posecheck": json.dumps(facts)}  # fmt: skip
    xr.Dataset(data, coords=coords, attrs=attrs).to_netcdf(target, engine="h5netcdf")
