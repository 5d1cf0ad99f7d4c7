"""Keypoints in COCO's manner: COCO results and annotations, AlphaPose, and the predictions of MMPose and RTMPose."""

import json
import re
from collections import defaultdict

import numpy as np

from posecheck.errors import OutputError, TrackError
from posecheck.exchange.formats import load_json
from posecheck.exchange.people import followed_track, located, short
from posecheck.exchange.tracks import regular_times, size_of, skeleton_with
from posecheck.skeleton import COCO_17, HALPE_26

_KNOWN = (COCO_17, HALPE_26)


def read(path, hints):
    """The person who is the largest in the first picture with anybody, as a `PoseTrack`."""
    stored = load_json(path)
    try:
        pictures, size, times = _mmpose(stored) if _is_mmpose(stored) else _coco(stored)
        everybody = [[located(one) for one in picture] for picture in pictures]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TrackError(
            "keypoints of people by picture were expected, and this has another form "
            f"({type(error).__name__}: {error})."
        ) from None
    numbers = {len(one) for picture in everybody for one in picture}
    if not numbers:
        raise TrackError("nobody is in any of its pictures.")
    if len(numbers) > 1:
        raise TrackError(
            f"the same keypoints were expected everywhere; found were {sorted(numbers)} of them."
        )
    skeleton = skeleton_with(numbers.pop(), hints, _KNOWN)
    size = hints.image_size_px or size or size_of(hints)
    t_s = regular_times(len(everybody), hints) if times is None else times
    return followed_track(everybody, t_s, skeleton, size)


def _is_mmpose(stored):
    first = stored[0] if isinstance(stored, list) and stored else stored
    return isinstance(first, dict) and bool({"instance_info", "instances"} & set(first))


def _mmpose(stored):
    """Everybody in each picture out of what MMPose's inferencer and demos write."""
    listed = stored if isinstance(stored, list) else stored.get("instance_info", stored.get("instances"))
    pictures: list = list(listed or ())
    if pictures and "keypoints" in pictures[0]:  # one picture's people, not pictures
        raise TrackError("a list of pictures was expected, and the people of a single one were found.")
    everybody = []
    for picture in pictures:
        people = [
            np.c_[np.array(one["keypoints"], float)[:, :2], np.array(one["keypoint_scores"], float)]
            for one in picture["instances"]
        ]
        everybody.append(people)
    return everybody, None, None


def _coco(stored):
    """Everybody in each picture out of COCO results, annotations or AlphaPose's list; pictures without anybody too."""
    images = stored.get("images", []) if isinstance(stored, dict) else []
    entries = stored["annotations"] if isinstance(stored, dict) else stored
    by_image = defaultdict(list)
    for entry in entries:
        if entry.get("keypoints"):
            by_image[entry["image_id"]].append(np.reshape(np.array(entry["keypoints"], float), (-1, 3)))
    times = None
    if images:
        order = [image["id"] for image in images]
        if all("t_s" in image for image in images):
            times = np.array([image["t_s"] for image in images], float)
    else:
        order = _all_between(by_image)
    size = (int(images[0]["width"]), int(images[0]["height"])) if images and "width" in images[0] else None
    return [by_image.get(one, []) for one in order], size, times


def _all_between(by_image):
    """The ids of all pictures from the first to the last with anybody, those without anybody as well.

    Ids are numbers, or names that end in one, such as AlphaPose's ``12.jpg``.
    """
    numbers = {_number(one): one for one in by_image}
    return [numbers.get(n) for n in range(min(numbers), max(numbers) + 1)] if numbers else []


def _number(image_id):
    found = re.findall(r"\d+", str(image_id))
    if not found:
        raise ValueError(f"image_id {image_id!r} has no number")
    return int(found[-1])


def write(target, result, track):
    """COCO annotations of one person, with the size and time of each picture. Needs COCO 17 or Halpe 26, or more.

    Of a skeleton with further keypoints the 17 of COCO are written.
    """
    skeleton = HALPE_26 if track.skeleton == HALPE_26 else COCO_17
    missing = [name for name in skeleton.keypoints if name not in track.skeleton]
    if missing:
        raise OutputError(
            f"{target.name}: COCO has {', '.join(missing)}, which {track.skeleton.name} lacks. Export it as csv."
        )
    width, height = track.image_size_px.tolist()
    uv, scores = (
        track.skeleton.pick(track.uv_px, skeleton.keypoints),
        track.skeleton.pick(track.visibility, skeleton.keypoints),
    )
    images, annotations = [], []
    for i, t_s in enumerate(track.t_s.tolist()):
        images.append({"id": i, "width": width, "height": height, "t_s": t_s})
        body = np.concatenate([uv[i], scores[i][:, None]], axis=1)
        body = np.where(np.isfinite(body).all(axis=1, keepdims=True), body, 0.0)
        if body.any():
            keypoints = [short(x) for x in body.reshape(-1)]
            annotations.append(
                {"id": len(annotations), "image_id": i, "category_id": 1, "keypoints": keypoints}
            )
    category = {"id": 1, "name": "person", "keypoints": list(skeleton.keypoints)}
    stored = {"images": images, "annotations": annotations, "categories": [category]}
    target.write_text(json.dumps(stored, separators=(",", ":")), encoding="utf-8")
