"""The formats, and the two ways through them: `read_track` and `export`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from posecheck.errors import OutputError, TrackError
from posecheck.records import PoseTrack
from posecheck.result import Result
from posecheck.skeleton import SKELETONS, Skeleton


@dataclass(frozen=True)
class Format:
    """A format of files.

    Attributes
    ----------
    says : str
        One sentence: what it holds.
    module : str
        In this package: ``read(path, hints) -> PoseTrack`` and ``write(target, result, track)``, where it has them.
    suffixes : tuple of str
    file : str
        What it is called beside the other files of a trial; empty when it is not written.
    reads : bool
    needs : tuple of str
        Libraries of ``posecheck[exchange]`` without which it can be neither read nor written.
    """

    says: str
    module: str
    suffixes: tuple[str, ...]
    file: str = ""
    reads: bool = True
    needs: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether it can be written."""
        return bool(self.file)


FORMATS: dict[str, Format] = {
    "npz": Format("posecheck's own stored poses, with everything.", "own", (".npz",), "pose.npz"),
    "csv": Format("One row a picture, columns such as left_wrist_x_px.", "table", (".csv",), "poses.csv"),
    "csv_long": Format(
        "One row a picture and keypoint, columns keypoint, x_px, y_px.", "table", (), "poses_long.csv"
    ),
    "parquet": Format(
        "As csv, as Parquet.", "table", (".parquet",), "poses.parquet", needs=("pandas", "pyarrow")
    ),
    "parquet_long": Format(
        "As csv_long, as Parquet.", "table", (), "poses_long.parquet", needs=("pandas", "pyarrow")
    ),
    "openpose": Format(
        "A folder with one OpenPose JSON a picture (BODY_25, COCO 18, and COCO 17 or Halpe 26 written like it).",
        "openpose", (), "openpose",
    ),
    "mediapipe": Format(
        "MediaPipe pose landmarks as JSON, one entry a picture.", "mediapipe", (".jsonl",), "mediapipe.json"
    ),
    "coco": Format(
        "COCO 17 or Halpe 26 keypoints as JSON: COCO results, AlphaPose, or MMPose's and RTMPose's predictions.",
        "coco", (), "coco.json",
    ),
    "positions": Format(
        "JSON with the places of named joints by number of the picture, as the Keraal data have it.",
        "positions", (), reads=True,
    ),
    "trc": Format("Markers in space, for OpenSim, Pose2Sim and Sports2D.", "trc", (".trc",), "poses.trc"),
    "c3d": Format(
        "Points in space, for Visual3D, OpenSim and others.", "c3d", (".c3d",), "poses.c3d", needs=("ezc3d",)
    ),
    "kinect": Format("Kinect v2 joints as rows of numbers, 25 or 22 joints.", "kinect", (".txt",)),
    "netcdf": Format(
        "A dataset as movement and xarray expect it.", "netcdf", (".nc",), "poses.nc",
        needs=("xarray", "h5netcdf", "h5py"),
    ),
    "mot": Format("Joint angles, for OpenSim: .mot or .sto.", "mot", (".mot", ".sto"), "angles.mot"),
}  # fmt: skip
"""By id, as ``--format`` and ``--export`` of the command line take them."""


@dataclass(frozen=True)
class Hints:
    """What a file may not say about itself.

    Attributes
    ----------
    skeleton : Skeleton, optional
    fps : float, optional
        Pictures a second.
    image_size_px : (int, int), optional
        Width, height of the pictures.
    up : (float, float, float), optional
        Axis of the file that points away from the ground.
    markers : mapping of str to tuple of str
        Keypoint to the markers that it is made of.
    format : str
        Id in `FORMATS`.
    """

    skeleton: Skeleton | None = None
    fps: float | None = None
    image_size_px: tuple[int, int] | None = None
    up: tuple[float, float, float] | None = None
    markers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    format: str = ""


AXES: dict[str, tuple[float, float, float]] = {
    "x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0),
    "-x": (-1.0, 0.0, 0.0), "-y": (0.0, -1.0, 0.0), "-z": (0.0, 0.0, -1.0),
}  # fmt: skip
"""What ``--up`` takes, as a direction."""


def read_track(
    path: str | Path,
    *,
    format: str | None = None,
    skeleton: str | None = None,
    fps: float | None = None,
    image_size_px: tuple[int, int] | None = None,
    up: str | None = None,
    markers: str | Path | None = None,
) -> PoseTrack:
    """The poses in a file or folder of another program.

    Parameters
    ----------
    path : path
    format : str, optional
        Id in `FORMATS`; told from name and contents when not given.
    skeleton : str, optional
        Id in `posecheck.skeleton.SKELETONS`, for files with keypoints that are numbered and not named.
    fps : float, optional
        Pictures a second, for files without times. Of files with times it changes nothing.
    image_size_px : (int, int), optional
        Width and height of the pictures, for files in pixels or parts of the picture that do not say it.
    up : str, optional
        ``x``, ``y``, ``z``, ``-x``, ``-y`` or ``-z``: which axis of the file points away from the ground.
    markers : path, optional
        TOML file that says which marker is which keypoint.

    Returns
    -------
    PoseTrack
        2D imports in pixels of the picture (``xyz_m`` NaN); 3D imports in metres (``xyz_frame`` ``"world"``), with
        ``uv_px`` as they look from in front of the person. What was not seen, or what the file lacks, is NaN with
        visibility 0. ``source`` names file, sha256, format and skeleton.

    Raises
    ------
    TrackError
        When the file cannot be read as that, or does not say something that has to be known: one sentence or two.
    """
    path = Path(path)
    if not path.exists():
        raise TrackError(f"{path}: there is no such file or folder. Check the name.")
    try:
        name = format or format_of(path)
        chosen = _format(name, "read", [key for key, one in FORMATS.items() if one.reads])
        known = (_skeleton(skeleton), _positive(fps), _size(image_size_px), _axis(up), _markers(markers))
        track = _module(chosen).read(path, Hints(*known, format=name))
    except TrackError as error:
        raise TrackError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from None
    except UnicodeDecodeError:
        raise TrackError(
            f"{path}: text was expected, and this is another kind of file. Name its format with --format."
        ) from None
    except OSError as error:
        raise TrackError(f"{path}: this cannot be read ({error.strerror or error}).") from None
    return track if name == "npz" else replace(track, source={**track.source, **_told(path, name, track)})


def export(format: str, target: str | Path, result: Result | None, track: PoseTrack) -> None:
    """Write a recording as another program reads it.

    Parameters
    ----------
    format : str
        Id in `FORMATS`.
    target : path
        File, or folder for ``openpose``; made anew.
    result : Result or None
        Of this track; only ``mot`` needs it.
    track : PoseTrack

    Raises
    ------
    TrackError
        When there is no such format, or a library for it is not installed.
    OutputError
        When the format cannot hold this recording, or the file cannot be written.
    """
    try:
        _module(exportable(format)).write(Path(target), result, track)
    except OSError as error:
        raise OutputError(
            f"{target}: the {format} export could not be written ({error.strerror or error})."
        ) from None


def exportable(format: str) -> Format:
    """The `Format` of an id, when it can be written here and now.

    Parameters
    ----------
    format : str
        Id in `FORMATS`.

    Raises
    ------
    TrackError
        When it cannot; the sentence says which can, or which library is missing.
    """
    return _format(format, "written", [name for name, one in FORMATS.items() if one.writes])


def format_of(path):
    """Id of the format that a file or folder seems to have.

    Raises
    ------
    TrackError
        When it is none that is known.
    """
    path = Path(path)
    if path.is_dir():
        if (path / "pose.npz").is_file():
            return "npz"
        if any(path.glob("*.json")):
            return "openpose"
        raise TrackError(
            f"{path}: a folder of OpenPose JSON or of a trial was expected, and this is neither."
        )
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _format_of_json(path)
    if suffix == ".csv" and _is_only_numbers(path):
        return "kinect"
    for name, one in FORMATS.items():
        if suffix in one.suffixes:
            return name
    known = ", ".join(dict.fromkeys(s for one in FORMATS.values() for s in one.suffixes))
    raise TrackError(
        f"{path}: poses were expected in a file that ends in {known} or .json, or in a folder of OpenPose JSON. "
        "Name its format with --format."
    )


def _format_of_json(path):
    stored = load_json(path)
    first = stored[0] if isinstance(stored, list) and stored else stored
    keys = set(first) if isinstance(first, dict) else set()
    if "positions" in keys:
        return "positions"
    if keys & {"image_id", "instance_info", "annotations", "instances"}:
        return "coco"
    if keys & {"people", "part_candidates"}:
        raise TrackError(f"{path}: OpenPose writes one such file a picture. Name the folder that holds them.")
    if keys & {"pose_landmarks", "poseLandmarks", "landmarks", "landmark", "frames"}:
        return "mediapipe"
    raise TrackError(
        f"{path}: JSON of MediaPipe, COCO, MMPose or AlphaPose was expected, and these keys were found: "
        f"{', '.join(sorted(map(str, keys))[:8]) or 'none'}. Name its format with --format."
    )


def load_json(path):
    """The contents of a JSON file, or TrackError."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise TrackError(f"{path}: JSON was expected, and it breaks off or is damaged ({error}).") from None


def _is_only_numbers(path):
    """Whether the first line of a text holds numbers and nothing else."""
    with open(path, encoding="utf-8", errors="replace") as file:
        first = file.readline().replace(",", " ").replace(";", " ").split()
    try:
        return bool([float(word) for word in first])
    except ValueError:
        return False


def _format(name, done, known):
    if name not in FORMATS or name not in known:
        raise TrackError(f"the format {name!r} cannot be {done}. Those that can: {', '.join(known)}.")
    for library in FORMATS[name].needs:
        if find_spec(library) is None:
            raise TrackError(
                f"{library} is needed for {name} and not installed: pip install 'posecheck[exchange]'."
            )
    return FORMATS[name]


def _module(chosen):
    return import_module(f"posecheck.exchange.{chosen.module}")


def _told(path, name, track):
    seen = {"name": path.name, "sha256": _sha256(path), "format": name, "skeleton": track.skeleton.name}
    return {**seen, "frames": len(track), "duration_s": float(track.t_s[-1] - track.t_s[0])}


def _sha256(path):
    """Of a file; of a folder, of the names and contents of its files in order."""
    digest = hashlib.sha256()
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(file.name.encode() if path.is_dir() else b"")
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _skeleton(name):
    if name is not None and name not in SKELETONS:
        raise TrackError(f"the skeleton {name!r} is not known. Known: {', '.join(SKELETONS)}.")
    return None if name is None else SKELETONS[name]


def _positive(fps):
    if fps is not None and not 0 < fps < float("inf"):
        raise TrackError(f"--fps must be pictures a second, more than zero; {fps} was given.")
    return fps


def _size(size):
    if size is not None and (len(size) != 2 or min(size) < 1):
        raise TrackError(f"--size must be width and height in pixels, such as 1280x720; {size} was given.")
    return size


def _axis(up):
    if up is not None and up not in AXES:
        raise TrackError(f"--up must be one of {', '.join(AXES)}; {up!r} was given.")
    return None if up is None else AXES[up]


def _markers(path):
    if path is None:
        return {}
    from posecheck.exchange.names import load_markers

    return load_markers(path)
