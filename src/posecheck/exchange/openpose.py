"""OpenPose: a folder with one JSON a picture, several people in each, keypoints as x, y, confidence in pixels."""

import json
import re

import numpy as np

from posecheck.errors import TrackError
from posecheck.exchange.formats import load_json
from posecheck.exchange.people import followed_track, located, short
from posecheck.exchange.tracks import regular_times, size_of, skeleton_with
from posecheck.skeleton import BLAZEPOSE_33, COCO_17, HALPE_26, OPENPOSE_18, OPENPOSE_25

_KNOWN = (OPENPOSE_25, OPENPOSE_18, COCO_17, HALPE_26, BLAZEPOSE_33)


def read(path, hints):
    """The person who is the largest in the first picture with anybody, as a `PoseTrack`."""
    if (path / "reps.parquet").is_file():
        raise TrackError(f"{path}: this is the folder of a study. Name one of the files in its folder poses.")
    files = sorted(path.glob("*.json")) if path.is_dir() else []
    if not files:
        raise TrackError(f"{path}: a folder with one OpenPose JSON a picture was expected.")
    pictures = [_people(file) for file in files]
    numbers = [len(one) for picture in pictures for one in picture]
    if not numbers:
        raise TrackError("nobody is in any of its pictures.")
    if len(set(numbers)) > 1 or numbers[0] % 3:
        found = sorted({n / 3 for n in numbers})
        raise TrackError(
            f"x, y and confidence of the same keypoints were expected everywhere; found were {found} keypoints."
        )
    skeleton = skeleton_with(numbers[0] // 3, hints, _KNOWN)
    t_s = _times(files, hints)
    size = size_of(hints, "OpenPose does not write how large the picture is")
    everybody = [[located(np.reshape(one, (-1, 3))) for one in picture] for picture in pictures]
    return followed_track(everybody, t_s, skeleton, size)


def _times(files, hints):
    """By the number that OpenPose gives each picture, so that one that is missing leaves a gap; else by their order."""
    found = [re.findall(r"\d+", file.stem.removesuffix("_keypoints")) for file in files]
    numbers = [int(digits[-1]) for digits in found if digits]
    if len(numbers) < len(files) or len(set(numbers)) < len(files):
        return regular_times(len(files), hints)
    return regular_times(max(numbers) - min(numbers) + 1, hints)[np.array(numbers) - min(numbers)]


def _people(file):
    stored = load_json(file)
    try:
        return [[float(x) for x in person["pose_keypoints_2d"]] for person in stored["people"]]
    except (KeyError, TypeError, ValueError):
        raise TrackError(f"{file}: OpenPose's list of people with pose_keypoints_2d was expected.") from None


def write(target, result, track):
    """One JSON a picture, numbered from 0; times are lost, what is not seen is 0, 0, 0 as OpenPose has it."""
    target.mkdir(parents=True, exist_ok=True)
    for i in range(len(track)):
        body = np.concatenate([track.uv_px[i], track.visibility[i][:, None]], axis=1)
        body = np.where(np.isfinite(body).all(axis=1, keepdims=True), body, 0.0)
        person = {"person_id": [-1], "pose_keypoints_2d": [short(x) for x in body.reshape(-1)]}
        people = [person] if body.any() else []
        (target / f"{i:012d}_keypoints.json").write_text(
            json.dumps({"version": 1.3, "people": people}, separators=(",", ":")), encoding="utf-8"
        )
