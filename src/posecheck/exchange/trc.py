"""TRC: markers in space over time, as OpenSim, Pose2Sim and Sports2D write and read them."""

import numpy as np

from posecheck.errors import OutputError, TrackError
from posecheck.exchange.formats import AXES
from posecheck.exchange.names import assigned
from posecheck.exchange.tracks import metres, named_skeleton, space_track

_NAMES = {"left": "L", "right": "R"}
_PARTS: dict[str, str] = {
    "foot_index": "BigToe",
    "mid_hip": "Hip",
    "neck": "Neck",
    "head": "Head",
    "nose": "Nose",
}


def read(path, hints):
    """Markers as a `PoseTrack` in metres, y up unless `Hints.up` says otherwise; an empty cell is not seen."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if len(lines) < 6 or not lines[0].startswith("PathFileType"):
        raise TrackError("a TRC file was expected: five lines of header from PathFileType on, then numbers.")
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    names = [name.strip() for name in lines[3].rstrip().split("\t")[2:] if name.strip()]
    rows = [line.rstrip("\r\n").split("\t") for line in lines[4:]]
    rows = [cells for cells in rows if cells[0].strip() and _is_number(cells[0])]
    promised = header.get("NumFrames", "").strip()
    if promised.isdigit() and len(rows) < int(promised):
        raise TrackError(
            f"the header promises {promised} frames, and {len(rows)} are there. Copy the file again."
        )
    t_s, xyz = _numbers(rows, len(names))
    return marker_track(t_s, xyz, names, hints, unit=header.get("Units", "").strip() or None)


def marker_track(t_s, xyz, names, hints, *, unit, up=None):
    """A `PoseTrack` of named markers, (T, N, 3) in `unit`; `up` is what the file says, else y."""
    chosen, unused = assigned(names, hints.markers)
    skeleton = named_skeleton(list(chosen), hints, hints.format)
    points = np.full((len(xyz), len(skeleton), 3), np.nan)
    for keypoint, at in chosen.items():
        points[:, skeleton.index(keypoint)] = xyz[:, at].mean(axis=1)
    xyz_m, _ = metres(points, skeleton, unit)
    warnings = [f"Markers that were not used: {', '.join(unused)}."] if unused else []
    return space_track(t_s, xyz_m, skeleton, up=hints.up or up or AXES["y"], warnings=warnings)


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbers(rows, count):
    width = 2 + 3 * count
    table = np.full((len(rows), width), np.nan)
    for i, cells in enumerate(rows):
        if i == len(rows) - 1 and len(cells) < len(rows[i - 1]):
            raise TrackError("the last row breaks off: the file is not whole. Copy it again.")
        for j, cell in enumerate(cells[:width]):
            if cell.strip():
                try:
                    table[i, j] = float(cell)
                except ValueError:
                    raise TrackError(
                        f"a number was expected in row {i + 1}, and {cell!r} was found."
                    ) from None
    return table[:, 1], table[:, 2:].reshape(len(rows), count, 3)


def write(target, result, track):
    """Markers in metres, y up; a marker that is not seen is an empty cell.

    From one camera the depth is the pose model's estimate and the middle of the hips is the origin.
    """
    names, xyz = markers_of(track, target.name)
    rate = 1 / float(np.median(np.diff(track.t_s)))
    n, k = len(track), len(names)
    head = ["DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
            "OrigNumFrames"]  # fmt: skip
    lines = [f"PathFileType\t4\t(X/Y/Z)\t{target.name}", "\t".join(head)]
    lines.append("\t".join(map(str, (f"{rate:.6g}", f"{rate:.6g}", n, k, "m", f"{rate:.6g}", 1, n))))
    lines.append("Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t")
    lines.append("\t\t" + "\t".join(f"{axis}{i + 1}" for i in range(k) for axis in "XYZ"))
    lines.append("")
    for i, t_s in enumerate(track.t_s.tolist()):
        cells = ("" if np.isnan(x) else f"{x:.6f}" for x in xyz[i].reshape(-1))
        lines.append(f"{i + 1}\t{t_s:.6f}\t" + "\t".join(cells))
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def markers_of(track, name):
    """Names and places of all keypoints that are ever known in space, (T, N, 3) m, right-handed with y up.

    Raises
    ------
    OutputError
        When there are none.
    """
    known = np.isfinite(track.xyz_m).all(axis=-1).any(axis=0) & track.xyz_m.any(axis=(0, 2))
    if not known.any():
        raise OutputError(
            f"{name}: these poses have no place in space, which this format holds. Export them as csv or openpose."
        )
    turned = track.xyz_m[:, known].astype(np.float64) @ _y_up(track.up).T
    return [marker_name(x) for x, yes in zip(track.skeleton.keypoints, known, strict=True) if yes], turned


def marker_name(keypoint):
    """A keypoint as Pose2Sim and OpenSim models call its marker.

    Examples
    --------
    >>> [marker_name(name) for name in ("left_shoulder", "right_foot_index", "left_small_toe", "mid_hip", "mouth_left")]
    ['LShoulder', 'RBigToe', 'LSmallToe', 'Hip', 'mouth_left']
    """
    side, _, part = keypoint.partition("_")
    if side not in _NAMES:
        return _PARTS.get(keypoint) or keypoint
    return f"{_NAMES[side]}{_PARTS.get(part) or part.title().replace('_', '')}"


def _y_up(up):
    """Rotation that brings `up` to y: an axis to an axis, without a mirror."""
    up = np.asarray(up, np.float64)
    axis = int(np.argmax(np.abs(up)))
    rows = np.zeros((3, 3))
    rows[1] = up
    rows[0, 1 if axis == 0 else 0] = 1.0
    rows[2] = np.cross(rows[0], rows[1])
    return rows
