"""MediaPipe's pose landmarks as JSON: one entry a picture, as its Tasks for Python and JavaScript give them.

Coordinates are parts of the picture, so its size must be known.
"""

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np

from posecheck.errors import OutputError, TrackError
from posecheck.exchange.formats import load_json
from posecheck.exchange.people import followed_track, short
from posecheck.exchange.tracks import regular_times, size_of
from posecheck.skeleton import BLAZEPOSE_33

_IN_PICTURE = ("poselandmarks", "landmarks", "landmark")
_IN_SPACE = ("poseworldlandmarks", "worldlandmarks")
_SECONDS = {"ts": 1.0, "times": 1.0, "time": 1.0, "timestampms": 1e-3, "timems": 1e-3, "timestamp": 1e-3,
            "timestampus": 1e-6}  # fmt: skip


def read(path, hints):
    """The person who is the largest in the first picture with anybody, as a `PoseTrack`."""
    stored, lines = {}, path.suffix.lower() in (".jsonl", ".ndjson")
    pictures = _lines(path) if lines else load_json(path)
    if isinstance(pictures, dict):
        stored, pictures = pictures, pictures.get("frames")
    if not isinstance(pictures, list) or not all(isinstance(one, dict) for one in pictures):
        raise TrackError("a list with the landmarks of each picture was expected.")
    pictures = [{_plain(key): value for key, value in one.items()} for one in pictures]
    size = hints.image_size_px or _stored_size(stored)
    size = size or size_of(
        hints, "MediaPipe's coordinates are parts of a picture whose size the file does not say"
    )
    everybody = [_people(one, i) for i, one in enumerate(pictures)]
    t_s = _times(pictures, hints)
    scaled = [[np.c_[one[0][:, :2] * size, one[0][:, 3]] for one in picture] for picture in everybody]
    facts: dict[str, Any] = {"model": str(stored["model"])} if "model" in stored else {}
    if "smoothed" in stored:
        facts["smoothed"] = bool(stored["smoothed"])
    track = followed_track(scaled, t_s, BLAZEPOSE_33, size, **facts)
    return _with_space(track, everybody, scaled)


def _with_space(track, everybody, scaled):
    """The track with the landmarks in metres of the person who is followed, where the file has them."""
    xyz = track.xyz_m.copy()
    for i, (picture, drawn) in enumerate(zip(everybody, scaled, strict=True)):
        for one, points in zip(picture, drawn, strict=True):
            same = np.array_equal(points[:, :2].astype(np.float32), track.uv_px[i], equal_nan=True)
            if same and one[1] is not None:
                xyz[i] = one[1][:, :3]
    return replace(track, xyz_m=xyz)


def _people(picture, i):
    """[(landmarks in the picture, landmarks in space or None)], each (33, 4): x, y, z, visibility."""
    flat = next((picture[key] for key in _IN_PICTURE if picture.get(key)), [])
    deep = next((picture[key] for key in _IN_SPACE if picture.get(key)), [])
    people = [_numbers(one, i) for one in _by_person(flat)]
    spaces = [_numbers(one, i) for one in _by_person(deep)] or [None] * len(people)
    if len(spaces) != len(people):
        raise TrackError(f"picture {i + 1} has {len(people)} people and landmarks in space of {len(spaces)}.")
    return list(zip(people, spaces, strict=True))


def _by_person(landmarks):
    """A list of people, also where there is one who is not in a list."""
    if isinstance(landmarks, dict):
        landmarks = landmarks.get("landmark", [])
    return [landmarks] if landmarks and _is_landmark(landmarks[0]) else landmarks


def _is_landmark(one):
    return isinstance(one, dict) and "x" in {_plain(key) for key in one}


def _numbers(person, i):
    if isinstance(person, dict):
        person = person.get("landmark", [])
    if len(person) != len(BLAZEPOSE_33):
        raise TrackError(
            f"picture {i + 1}: {len(BLAZEPOSE_33)} landmarks were expected, and {len(person)} were found."
        )
    try:
        rows = [[one["x"], one["y"], one.get("z", 0.0), one.get("visibility", 1.0)] for one in person]
        return np.array(rows, np.float64)
    except (KeyError, TypeError, ValueError):
        raise TrackError(f"picture {i + 1}: each landmark must have numbers x and y.") from None


def _times(pictures, hints):
    for key, part in _SECONDS.items():
        if pictures and all(key in one for one in pictures):
            try:
                return part * np.array([one[key] for one in pictures], np.float64)
            except (TypeError, ValueError):
                raise TrackError("numbers were expected as times, and words were found.") from None
    return regular_times(len(pictures), hints)


def _stored_size(stored):
    width, height = (stored.get(name) for name in ("image_width_px", "image_height_px"))
    return (int(width), int(height)) if width and height else None


def _lines(path):
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise TrackError(f"one JSON object a line was expected, and a line breaks off ({error}).") from None


def _plain(key):
    return re.sub(r"[^a-z0-9]", "", str(key).lower())


def write(target, result, track):
    """One entry a picture; landmarks in space as well where there are some. Needs BlazePose's 33 landmarks."""
    if track.skeleton != BLAZEPOSE_33:
        raise OutputError(
            f"{target.name}: MediaPipe has the 33 landmarks of BlazePose, and these poses are {track.skeleton.name}. "
            "Export them as csv, openpose or coco."
        )
    width, height = track.image_size_px.tolist()
    deep = np.isfinite(track.xyz_m).any() and track.xyz_frame == "hip"
    frames = []
    for i, t_s in enumerate(track.t_s.tolist()):
        frame = {"t_s": t_s, "pose_landmarks": [], "pose_world_landmarks": []}
        if np.isfinite(track.uv_px[i]).all():
            visible = track.visibility[i]
            # In double precision: a quotient and a product of float32 do not always come back.
            parts = track.uv_px[i].astype(np.float64) / (width, height)
            frame["pose_landmarks"] = [
                [
                    {"x": x, "y": y, "visibility": short(v)}
                    for (x, y), v in zip(parts.tolist(), visible, strict=True)
                ]
            ]
            if deep:
                frame["pose_world_landmarks"] = [
                    [
                        {"x": short(x), "y": short(y), "z": short(z), "visibility": short(v)}
                        for (x, y, z), v in zip(track.xyz_m[i], visible, strict=True)
                    ]
                ]
        frames.append(frame)
    about = {
        "image_width_px": width,
        "image_height_px": height,
        "model": track.model,
        "smoothed": track.smoothed,
    }
    target.write_text(json.dumps({**about, "frames": frames}, separators=(",", ":")), encoding="utf-8")
