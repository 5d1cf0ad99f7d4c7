"""Tables of keypoints, CSV and Parquet: one row a picture (wide), or one row a picture and keypoint (long)."""

import re
from typing import Any

import numpy as np
import pandas as pd

from posecheck.errors import TrackError
from posecheck.exchange.formats import AXES
from posecheck.exchange.names import assigned
from posecheck.exchange.tracks import (
    metres,
    named_skeleton,
    picture_track,
    regular_times,
    size_of,
    space_track,
)

_SCORES = ("visibility", "confidence", "likelihood", "score", "v", "c")
_COLUMN = re.compile(rf"^(?:(?P<name>.+)_)?(?P<axis>x|y|z|{'|'.join(_SCORES)})(?:_(?P<unit>px|mm|cm|m))?$")
_SECONDS = ("t_s", "time_s", "time", "t", "timestamp_s")
_MILLISECONDS = ("t_ms", "time_ms", "timestamp_ms", "timestamp")
_PART_MAX = (
    2.0  # coordinates without a unit that stay below are parts of the picture: none is two pixels wide
)


def read(path, hints):
    """A table as a `PoseTrack`; see docs/exchange.md for the columns."""
    table = _table(path)
    values = _of_long(table) if "keypoint" in table.columns else _of_wide(table)
    names = list(dict.fromkeys(name for name, _, _ in values))
    if not names:
        raise TrackError(
            "columns such as left_wrist_x_px and left_wrist_y_px, or keypoint, x_px and y_px, were expected. Found: "
            f"{', '.join(map(str, table.columns[:8]))}."
        )
    chosen, unused = assigned(names, hints.markers)
    skeleton = named_skeleton(list(chosen), hints, hints.format)
    once = (
        table
        if "keypoint" not in table.columns
        else table.drop_duplicates(_time_column(table), ignore_index=True)
    )
    length = len(next(iter(values.values())))
    t_s = _times(once, length, hints)

    def channel(axis, unit):
        out = np.full((length, len(skeleton)), np.nan)
        for keypoint, at in chosen.items():
            made_of = [values.get((names[i], axis, unit)) for i in at]
            if not any(x is None for x in made_of):
                out[:, skeleton.index(keypoint)] = np.mean(np.array(made_of, np.float64), axis=0)
        return out

    units = {unit for _, axis, unit in values if axis in "xyz"}
    facts = _facts(once)
    warnings = [f"Not used: {', '.join(unused)}."] if unused else []
    scores = next((s for s in _SCORES if any(axis == s for _, axis, _ in values)), None)
    visibility = 1.0 if scores is None else channel(scores, None)
    deep = next((unit for unit in ("m", "cm", "mm") if unit in units), None)
    xyz = np.stack([channel(axis, deep) for axis in "xyz"], axis=-1) if deep else None
    if "px" in units:
        uv_px, size = np.stack([channel(axis, "px") for axis in "xy"], axis=-1), _size(once, hints)
    elif deep is None:
        uv_px, size = _unitless(np.stack([channel(axis, None) for axis in "xyz"], axis=-1), once, hints)
    else:
        xyz_m, _ = metres(xyz, skeleton, deep)
        up = hints.up or facts.pop("up", AXES["y"])
        facts.pop("xyz_frame", None)
        return space_track(t_s, xyz_m, skeleton, up=up, visibility=visibility, warnings=warnings, **facts)
    if warnings:
        facts["source"] = {"warnings": warnings}
    if xyz is not None:
        facts["xyz_m"] = metres(xyz, skeleton, deep)[0]
    visibility = np.broadcast_to(visibility, uv_px.shape[:2])
    return picture_track(t_s, uv_px, visibility, skeleton, size, **facts)


def write(target, result, track, *, long=None):
    """The track as CSV or Parquet, by the end of the name; long where the name ends so."""
    long = target.stem.endswith("_long") if long is None else long
    table = (_long if long else _wide)(track)
    if target.suffix == ".parquet":
        table.to_parquet(target, index=False)
    else:
        table.to_csv(target, index=False, lineterminator="\n")


def _channels(track):
    """Columns of a keypoint, by the end of their name: (T, K) arrays."""
    channels = {f"{axis}_px": track.uv_px[..., i] for i, axis in enumerate("xy")}
    channels["visibility"] = track.visibility
    if np.isfinite(track.xyz_m).any():
        channels |= {f"{axis}_m": track.xyz_m[..., i] for i, axis in enumerate("xyz")}
    return channels


def _constant(track):
    """What holds for the whole recording stands in every row, so that a table needs no file beside it."""
    width, height = track.image_size_px.tolist()
    return {"image_width_px": width, "image_height_px": height, "model": track.model,
            "smoothed": bool(track.smoothed), "xyz_frame": track.xyz_frame,
            "up": " ".join(f"{x:g}" for x in track.up)}  # fmt: skip


def _wide(track):
    columns = {"t_s": track.t_s, "people": track.people}
    for k, name in enumerate(track.skeleton.keypoints):
        columns |= {f"{name}_{end}": values[:, k] for end, values in _channels(track).items()}
    return pd.DataFrame(columns).assign(**_constant(track))


def _long(track):
    k = len(track.skeleton)
    columns = {"t_s": np.repeat(track.t_s, k), "keypoint": np.tile(track.skeleton.keypoints, len(track))}
    columns |= {end: values.reshape(-1) for end, values in _channels(track).items()}
    return pd.DataFrame(columns).assign(people=np.repeat(track.people, k), **_constant(track))


def _table(path):
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path)
        with open(path, encoding="utf-8-sig") as file:
            header = file.readline()
            columns = header.count(";" if ";" in header else ",")
            last = header
            for line in file:
                last = line if line.strip() else last
        if last.count(";" if ";" in header else ",") < columns:
            raise TrackError("the last row breaks off: the file is not whole. Copy it again.")
        kinds: dict[str, Any] = {"sep": ";", "decimal": ","} if ";" in header else {}
        if int(pd.__version__.split(".")[0]) < 3:  # later ones read every digit without being asked
            kinds["float_precision"] = "round_trip"
        return pd.read_csv(path, encoding="utf-8-sig", low_memory=False, **kinds)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise
        why = str(error).splitlines()[0]
        raise TrackError(
            f"a table of keypoints was expected, and this cannot be read as one ({why})."
        ) from None


def _of_wide(table):
    """(name, axis, unit) to (T,) numbers."""
    values = {}
    for column in table.columns:
        found = _COLUMN.match(str(column))
        if found and found["name"]:
            values[found["name"], found["axis"], found["unit"]] = _numbers(table, column)
    return values


def _of_long(table):
    """The same out of a table with one row a picture and keypoint."""
    pictures, times = pd.factorize(table[_time_column(table)])
    place, names = pd.factorize(table["keypoint"].astype(str))
    if pd.Series(list(zip(pictures, place, strict=True))).duplicated().any():
        raise TrackError(
            "a keypoint is there twice at the same time: several people, or rows that were copied. Keep one person."
        )
    values = {}
    for column in table.columns:
        found = _COLUMN.match(str(column))
        if found and not found["name"]:
            spread = np.full((len(times), len(names)), np.nan)
            spread[pictures, place] = _numbers(table, column)
            for k, name in enumerate(names):
                values[name, found["axis"], found["unit"]] = spread[:, k]
    return values


def _numbers(table, column):
    try:
        return table[column].to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise TrackError(f"numbers were expected in the column {column}, and words were found.") from None


def _time_column(table):
    found = next((name for name in (*_SECONDS, *_MILLISECONDS, "frame") if name in table.columns), None)
    if found is None:
        raise TrackError(
            "a long table needs a column t_s, or frame and --fps, that tells its pictures apart."
        )
    return found


def _times(table, length, hints):
    for names, part in ((_SECONDS, 1.0), (_MILLISECONDS, 0.001)):
        for name in names:
            if name in table.columns:
                return part * _numbers(table, name)
    if "frame" in table.columns and hints.fps is not None:
        frames = _numbers(table, "frame")
        return (frames - frames[0]) / hints.fps
    return regular_times(length, hints)


def _size(table, hints):
    names = ("image_width_px", "image_height_px")
    if hints.image_size_px is None and set(names) <= set(table.columns):
        return tuple(int(table[name].iloc[0]) for name in names)
    return size_of(hints, "coordinates are in pixels, and the table does not say how large the picture is")


def _unitless(xyz, table, hints):
    """Coordinates without a unit: parts of the picture when small, else pixels."""
    known = np.abs(xyz[..., :2][np.isfinite(xyz[..., :2])])
    parts = len(known) > 0 and known.max() <= _PART_MAX
    if np.isfinite(xyz[..., 2]).any() and not (parts and hints.image_size_px):
        raise TrackError(
            "the unit is not known: the columns name none. Call them x_px and y_px, or x_m, y_m and z_m; for parts of "
            "the picture (0 to 1) say its size with --size."
        )
    size = _size(table, hints)
    return (xyz[..., :2] * size if parts else xyz[..., :2]), size


def _facts(table):
    """What a table of posecheck's own says of the whole recording."""
    facts: dict[str, Any] = {
        name: str(table[name].iloc[0]) for name in ("model", "xyz_frame") if name in table.columns
    }
    if "smoothed" in table.columns:
        facts["smoothed"] = str(table["smoothed"].iloc[0]).lower() == "true"
    if "up" in table.columns:
        facts["up"] = tuple(float(x) for x in str(table["up"].iloc[0]).split())
    if "people" in table.columns:
        facts["people"] = _numbers(table, "people")
    return facts
