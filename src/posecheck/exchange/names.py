"""What other programs call the places on a body: their names to those of `posecheck.skeleton`."""

import re
import tomllib
from pathlib import Path

from posecheck.errors import TrackError
from posecheck.skeleton import BLAZEPOSE_33, SKELETONS

# By part, what it is called with left or right (l, r) before or behind it, without spaces, dots and underscores.
_PARTS = {
    "shoulder": ("shoulder", "sjc"),
    "elbow": ("elbow", "ejc"),
    "wrist": ("wrist", "wjc"),
    "hip": ("hip", "hjc"),
    "knee": ("knee", "kjc"),
    "ankle": ("ankle", "ajc"),
    "heel": ("heel",),
    "foot_index": ("footindex", "bigtoe", "toe", "foot"),
    "small_toe": ("smalltoe",),
    "eye": ("eye",),
    "eye_inner": ("eyeinner",),
    "eye_outer": ("eyeouter",),
    "ear": ("ear",),
    "hand": ("hand",),
    "hand_tip": ("handtip",),
    "thumb_tip": ("thumbtip",),
    "index": ("index",),
    "pinky": ("pinky",),
    "thumb": ("thumb",),
    "collar": ("collar",),
}
_MIDDLE = {
    "nose": ("nose",),
    "neck": ("neck",),
    "head": ("head",),
    "head_top": ("headtop", "topofhead"),
    "mid_hip": ("midhip", "hip", "centerhip", "hipcenter", "pelvis", "spinebase", "waist"),
    "mid_spine": ("midspine", "spinemid", "spine"),
    "mid_chest": ("midchest", "chest"),
    "mid_shoulder": ("midshoulder", "spineshoulder", "shouldercenter"),
}


def _plain(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _known_names():
    known = {_plain(name): name for skeleton in SKELETONS.values() for name in skeleton.keypoints}
    for keypoint, names in _MIDDLE.items():
        known |= dict.fromkeys(names, keypoint)
    for part, names in _PARTS.items():
        for side, letter in (("left", "l"), ("right", "r")):
            for name in names:
                written = (f"{letter}{name}", f"{side}{name}", f"{name}{side}", f"{name}{letter}")
                known |= dict.fromkeys(written, f"{side}_{part}")
    return known | {_plain(name): name for name in BLAZEPOSE_33.keypoints}


KNOWN = _known_names()
"""Names as other programs write them, in small letters and without anything between, to keypoints."""


def keypoint_of(name):
    """The keypoint that a marker or joint denotes, whatever case and separators it is written with; None if unknown.

    Examples
    --------
    >>> [keypoint_of(name) for name in ("RShoulder", "left_knee", "ShoulderLeft", "L.BigToe", "Hip", "T10")]
    ['right_shoulder', 'left_knee', 'left_shoulder', 'left_foot_index', 'mid_hip', None]
    """
    return KNOWN.get(_plain(name))


def load_markers(path):
    """A TOML file that says which markers are which keypoints, as a dict of keypoint to tuple of markers.

    Parameters
    ----------
    path : path
        Lines such as ``left_elbow = "LELB"`` or ``left_wrist = ["LWRA", "LWRB"]`` (the middle of both).

    Raises
    ------
    TrackError
        When it cannot be read or says something else.
    """
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrackError(
            f'{path}: lines such as left_elbow = "LELB" were expected, and this cannot be read ({error}).'
        ) from None
    table = table.get("markers", table)
    chosen = {key: (value,) if isinstance(value, str) else value for key, value in table.items()}
    for keypoint, names in chosen.items():
        if keypoint not in KNOWN.values():
            known = ", ".join(sorted(set(KNOWN.values())))
            raise TrackError(f"{path}: {keypoint!r} is no keypoint. Known: {known}.")
        if not isinstance(names, list | tuple) or not names or not all(isinstance(n, str) for n in names):
            raise TrackError(f"{path}: {keypoint} must be the name of a marker, or a list of names.")
    return {keypoint: tuple(names) for keypoint, names in chosen.items()}


def assigned(names, markers=None):
    """Which markers make which keypoints.

    Parameters
    ----------
    names : sequence of str
        Markers of the file.
    markers : mapping of str to tuple of str, optional
        As `load_markers` gives it; what it says comes first.

    Returns
    -------
    chosen : dict of str to list of int
        Keypoint to the places, in `names`, of the markers whose middle it is.
    unused : list of str
        Markers that denote nothing known.

    Raises
    ------
    TrackError
        When `markers` names one that is not in the file, or no marker is known at all.
    """
    place, chosen = {name: i for i, name in enumerate(names)}, {}
    for keypoint, wanted in (markers or {}).items():
        missing = [name for name in wanted if name not in place]
        if missing:
            raise TrackError(
                f"{', '.join(missing)} was named for {keypoint}, and the file has: {', '.join(names)}. "
                "Correct the file given with --markers."
            )
        chosen[keypoint] = [place[name] for name in wanted]
    taken = {i for indices in chosen.values() for i in indices}
    for i, name in enumerate(names):
        keypoint = keypoint_of(name)
        if i not in taken and keypoint is not None and keypoint not in chosen:
            chosen[keypoint] = [i]
    taken = {i for indices in chosen.values() for i in indices}
    if not chosen:
        raise TrackError(
            f"no name of a joint is known among: {', '.join(names) or 'none'}. Say with --markers which is which."
        )
    return chosen, [name for i, name in enumerate(names) if i not in taken]
