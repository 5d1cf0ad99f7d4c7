"""The stick person of `synthetic` in the keypoints of other programs."""

from dataclasses import replace

import numpy as np

from posecheck.records import PoseTrack

_MADE_OF = {
    "neck": ("left_shoulder", "right_shoulder"), "mid_hip": ("left_hip", "right_hip"),
    "head": ("left_ear", "right_ear"), "head_top": ("left_ear", "right_ear"),
    "mid_shoulder": ("left_shoulder", "right_shoulder"),
    "mid_spine": ("left_hip", "left_shoulder"), "mid_chest": ("left_hip", "left_shoulder"),
}  # fmt: skip


def as_skeleton(track, skeleton):
    """The track as another program would have seen it; what BlazePose does not have either is not seen."""
    uv = np.full((len(track), len(skeleton), 2), np.nan, np.float32)
    visibility = np.zeros((len(track), len(skeleton)), np.float32)
    for k, name in enumerate(skeleton.keypoints):
        made_of = [name] if name in track.skeleton else list(_MADE_OF.get(name, ()))
        if made_of:
            uv[:, k] = track.skeleton.pick(track.uv_px, made_of).mean(axis=1)
            visibility[:, k] = track.skeleton.pick(track.visibility, made_of).min(axis=1)
    return replace(
        track, skeleton=skeleton, uv_px=uv, visibility=visibility, xyz_m=np.full((*uv.shape[:2], 3), np.nan)
    )


def equal(one, other):
    """Whether two tracks hold the same poses, NaN equal to NaN."""
    arrays = ("t_s", "uv_px", "xyz_m", "visibility", "people", "image_size_px")
    same = all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in arrays)
    return same and isinstance(other, PoseTrack) and one.skeleton == other.skeleton
