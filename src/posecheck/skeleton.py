"""Keypoint names, left/right pairs and drawn bones. Left and right are the *person's*, in an unmirrored image.

Keypoints that denote the same place as one of BlazePose's carry its name, so that every signal finds them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Skeleton:
    """A named, ordered set of keypoints.

    Attributes
    ----------
    name : str
        Permanent id, stored beside every track.
    keypoints : tuple of str
        A name with ``left`` or ``right`` in it is one of a pair; other names lie on the midline.
    bones : tuple of (str, str)
        Lines to draw between keypoints.
    """

    name: str
    keypoints: tuple[str, ...]
    bones: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.keypoints)

    def __contains__(self, keypoint: str) -> bool:
        return keypoint in self._index

    def index(self, keypoint: str) -> int:
        """Position of a keypoint on the K axis.

        Parameters
        ----------
        keypoint : str

        Raises
        ------
        KeyError
            When the skeleton has no such point.
        """
        try:
            return self._index[keypoint]
        except KeyError:
            raise KeyError(f"skeleton {self.name!r} has no keypoint {keypoint!r}") from None

    def pick(self, values: np.ndarray, names: Sequence[str], *, absent: float = np.nan) -> np.ndarray:
        """The columns of some keypoints.

        Parameters
        ----------
        values : (T, K, ...) array
        names : sequence of str, length N
        absent : float
            What stands where the skeleton has no such point.

        Returns
        -------
        (T, N, ...) array
        """
        picked = values[:, [self._index.get(name, 0) for name in names]]
        if lacking := [i for i, name in enumerate(names) if name not in self._index]:
            picked[:, lacking] = absent
        return picked

    @cached_property
    def head(self) -> tuple[str, ...]:
        """Keypoints that tell where the head is, the most telling first; () when it has none."""
        known = (tuple(name for name in names if name in self) for names in _HEADS)
        return next(filter(None, known), ())

    @cached_property
    def _index(self):
        return {name: i for i, name in enumerate(self.keypoints)}

    @cached_property
    def mirror(self) -> tuple[int, ...]:
        """Index permutation that swaps the two members of each left/right pair."""
        swap = {"left": "right", "right": "left"}
        partners = ("_".join(swap.get(part, part) for part in name.split("_")) for name in self.keypoints)
        return tuple(self._index[partner] for partner in partners)


BLAZEPOSE_33 = Skeleton(
    "blazepose_33",
    (
        "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
        "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow",
        "right_elbow", "left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index",
        "left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
        "left_heel", "right_heel", "left_foot_index", "right_foot_index",
    ),
    (
        ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"),
        ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"),
        ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
        ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("left_ankle", "left_heel"), ("left_heel", "left_foot_index"), ("left_ankle", "left_foot_index"),
        ("right_ankle", "right_heel"), ("right_heel", "right_foot_index"), ("right_ankle", "right_foot_index"),
        ("nose", "left_ear"), ("nose", "right_ear"),
    ),
)  # fmt: skip

_HEADS = (("nose", "left_ear", "right_ear"), ("head", "head_top"))


def _with_bones(name, keypoints):
    bones = tuple(bone for bone in BLAZEPOSE_33.bones if set(bone) <= set(keypoints))
    return Skeleton(name, tuple(keypoints), bones)


_COCO = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
_HALPE_FEET = (
    "left_foot_index", "right_foot_index", "left_small_toe", "right_small_toe", "left_heel", "right_heel",
)  # fmt: skip
_OPENPOSE_ARMS = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
)  # fmt: skip
_OPENPOSE_LEGS = ("right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle")
_OPENPOSE_FACE = ("right_eye", "left_eye", "right_ear", "left_ear")
_OPENPOSE_FEET = (
    "left_foot_index", "left_small_toe", "left_heel", "right_foot_index", "right_small_toe", "right_heel",
)  # fmt: skip
_KINECT_LEGS = (
    "left_hip", "left_knee", "left_ankle", "left_foot_index", "right_hip", "right_knee", "right_ankle",
    "right_foot_index",
)  # fmt: skip
_KINECT_ARMS_25 = (
    "left_shoulder", "left_elbow", "left_wrist", "left_hand", "right_shoulder", "right_elbow", "right_wrist",
    "right_hand",
)  # fmt: skip
_KINECT_ARMS_22 = (
    "left_collar", "left_shoulder", "left_elbow", "left_wrist", "right_collar", "right_shoulder", "right_elbow",
    "right_wrist",
)  # fmt: skip
_KINECT_HANDS = ("left_hand_tip", "left_thumb_tip", "right_hand_tip", "right_thumb_tip")

COCO_17 = _with_bones("coco_17", _COCO)
HALPE_26 = _with_bones("halpe_26", (*_COCO, "head_top", "neck", "mid_hip", *_HALPE_FEET))
OPENPOSE_18 = _with_bones("openpose_18", (*_OPENPOSE_ARMS, *_OPENPOSE_LEGS, *_OPENPOSE_FACE))
OPENPOSE_25 = _with_bones(
    "openpose_25", (*_OPENPOSE_ARMS, "mid_hip", *_OPENPOSE_LEGS, *_OPENPOSE_FACE, *_OPENPOSE_FEET)
)
KINECT_25 = _with_bones(
    "kinect_25",
    ("mid_hip", "mid_spine", "neck", "head", *_KINECT_ARMS_25, *_KINECT_LEGS, "mid_shoulder", *_KINECT_HANDS),
)
KINECT_22 = _with_bones(
    "kinect_22",
    ("mid_hip", "mid_spine", "mid_chest", "neck", "head", "head_top", *_KINECT_ARMS_22, *_KINECT_LEGS),
)
SKELETONS = {
    skeleton.name: skeleton
    for skeleton in (BLAZEPOSE_33, COCO_17, HALPE_26, OPENPOSE_25, OPENPOSE_18, KINECT_25, KINECT_22)
}
"""By id. Another one may be made of the keypoints that a file has, see `skeleton_of`."""


def skeleton_of(name, keypoints):
    """The known skeleton of that name, or one made of these keypoints, with the bones whose ends it has.

    Parameters
    ----------
    name : str
    keypoints : sequence of str

    Examples
    --------
    >>> skeleton_of("arm", ("left_shoulder", "left_elbow")).bones
    (('left_shoulder', 'left_elbow'),)
    """
    known = SKELETONS.get(name)
    return known if known and known.keypoints == tuple(keypoints) else _with_bones(name, keypoints)
