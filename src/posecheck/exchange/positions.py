"""JSON of the places of joints by number of the picture, ``{"positions": {"1.0": {"Nose": [x, y, z], ...}}}``.

So the Keraal data hold what BlazePose (named, from 1), OpenPose (named) and AlphaPose (numbered) saw; parts of the
picture, with no score.
"""

import numpy as np

from posecheck.errors import TrackError
from posecheck.exchange.formats import load_json
from posecheck.exchange.names import assigned
from posecheck.exchange.tracks import named_skeleton, picture_track, size_of, skeleton_with
from posecheck.skeleton import COCO_17, HALPE_26


def read(path, hints):
    """Named or numbered joints of one person as a `PoseTrack`; a third coordinate has no unit and is left out."""
    try:
        pictures = load_json(path)["positions"]
        numbers = np.array([float(number) for number in pictures])
        order = np.argsort(numbers, kind="stable")
        pictures = [list(pictures.values())[i] for i in order]
        names = list(dict.fromkeys(name for picture in pictures for name in picture))
        places = np.array(
            [[[*picture.get(name, (np.nan, np.nan))][:2] for name in names] for picture in pictures],
            np.float64,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise TrackError("the places of joints by number of the picture were expected.") from None
    if hints.fps is None:
        raise TrackError(
            "the file has no times. Say how many pictures a second it was recorded with: --fps 30."
        )
    size = size_of(hints, "coordinates are parts of a picture whose size the file does not say")
    if all(name.isdigit() for name in names):
        skeleton = skeleton_with(len(names), hints, (COCO_17, HALPE_26))
        places = places[:, np.argsort([int(name) for name in names])]
        warnings = []
    else:
        chosen, unused = assigned(names, hints.markers)
        skeleton = named_skeleton(list(chosen), hints, "positions")
        made_of = [chosen.get(name) for name in skeleton.keypoints]
        lacking = np.full(places[:, 0].shape, np.nan)
        places = np.stack([lacking if at is None else places[:, at].mean(axis=1) for at in made_of], axis=1)
        warnings = [f"Not used: {', '.join(unused)}."] if unused else []
    places = np.where((places == 0).all(axis=-1, keepdims=True), np.nan, places)
    t_s = (numbers[order] - numbers[order][0]) / hints.fps
    facts = {"source": {"warnings": warnings}} if warnings else {}
    return picture_track(t_s, places * size, np.ones(places.shape[:2]), skeleton, size, **facts)
