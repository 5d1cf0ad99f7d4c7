"""Keypoint names, left/right pairs and drawn bones. Left and right are the *person's*, in an unmirrored image."""

from dataclasses import dataclass
from functools import cached_property


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

    def __len__(self):
        return len(self.keypoints)

    def __contains__(self, keypoint):
        return keypoint in self._index

    def index(self, keypoint):
        """Position of a keypoint on the K axis; KeyError names the skeleton when it has no such point."""
        try:
            return self._index[keypoint]
        except KeyError:
            raise KeyError(f"skeleton {self.name!r} has no keypoint {keypoint!r}") from None

    @cached_property
    def _index(self):
        return {name: i for i, name in enumerate(self.keypoints)}

    @cached_property
    def mirror(self):
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

SKELETONS = {BLAZEPOSE_33.name: BLAZEPOSE_33}
