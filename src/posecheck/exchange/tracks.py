"""Numbers of a file to a `PoseTrack`: times, units, the size of the picture, and how a body looks from in front."""

import numpy as np

from posecheck.errors import TrackError
from posecheck.records import PoseTrack
from posecheck.skeleton import SKELETONS, skeleton_of

PX_PER_M = 250.0  # of the picture from in front: half a metre of trunk is 125 px
MARGIN_M = 0.25  # around all that is ever seen
TRUNK_M = (0.15, 0.9)  # of children and of tall people, with room for odd markers
UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001}
FLAT_M = 0.001  # bodies are thicker
BACKWARD_M = 0.02  # toes so far behind the ankles: left and right are exchanged


def picture_track(t_s, uv_px, visibility, skeleton, size_px, *, people=None, **facts):
    """A `PoseTrack` of keypoints in a picture.

    Parameters
    ----------
    t_s : (T,) array, s
    uv_px : (T, K, 2) array, px
        NaN where not seen.
    visibility : (T, K) array, 0-1
    skeleton : Skeleton
    size_px : (int, int)
    people : (T,) array, optional
        How many were in view; one wherever anything is seen when not given.
    **facts
        Further fields.
    """
    t_s, uv_px = checked_times(t_s), np.asarray(uv_px, np.float64)
    seen = np.asarray(np.isfinite(uv_px).all(axis=-1))
    return PoseTrack(
        **{
            "t_s": t_s,
            "uv_px": np.where(seen[..., None], uv_px, np.nan),
            "xyz_m": np.full((*uv_px.shape[:2], 3), np.nan, np.float32),
            "visibility": np.where(seen, np.clip(np.nan_to_num(visibility), 0.0, 1.0), 0.0),
            "people": seen.any(axis=1) if people is None else people,
            "image_size_px": size_px,
            "skeleton": skeleton,
            "engine": "import",
            **facts,
        }
    )


def space_track(t_s, xyz_m, skeleton, *, up, visibility=None, warnings=(), **facts):
    """A `PoseTrack` of keypoints in space.

    Parameters
    ----------
    t_s : (T,) array, s
    xyz_m : (T, K, 3) array, m
        In the file's own axes, right-handed; NaN where not seen.
    skeleton : Skeleton
    up : (3,) array
        Unit vector away from the ground.
    visibility : (T, K) array, 0-1, optional
        1 wherever there is a place when not given.
    warnings : sequence of str
    **facts
        Further fields.
    """
    # As it is stored, so that the picture that follows from it does so again after it was read back.
    t_s, xyz_m = checked_times(t_s), np.asarray(xyz_m, np.float32).astype(np.float64)
    seen = np.asarray(np.isfinite(xyz_m).all(axis=-1))
    xyz_m = np.where(seen[..., None], xyz_m, np.nan)
    _refuse_guessed(xyz_m, skeleton)
    warnings = [*warnings, *_doubts(xyz_m, skeleton, np.asarray(up))]
    uv_px, size_px = from_in_front(t_s, xyz_m, skeleton, up)
    source = {"warnings": warnings} if warnings else {}
    return PoseTrack(
        **{
            "t_s": t_s,
            "uv_px": uv_px,
            "xyz_m": xyz_m,
            "visibility": seen if visibility is None else np.where(seen, visibility, 0.0),
            "people": seen.any(axis=1),
            "image_size_px": size_px,
            "skeleton": skeleton,
            "xyz_frame": "world",
            "up": tuple(float(x) for x in up),
            "engine": "import",
            "source": source,
            **facts,
        }
    )


def _refuse_guessed(xyz_m, skeleton):
    """Whose hips stay at the origin was not measured in a room: so is one camera's guess of depth stored."""
    hips = skeleton.pick(xyz_m, ["left_hip", "right_hip"]).mean(axis=1)
    known = np.isfinite(hips).all(axis=1)
    if known.any() and np.abs(hips[known]).max() < FLAT_M:
        raise TrackError(
            "the middle of the hips stays at 0, 0, 0: so the depth is a guess from one camera, and angles of it would "
            "look measured. Score the poses in the picture instead (pose.npz, csv), or keep the places in the room."
        )


def from_in_front(t_s, xyz_m, skeleton, up):
    """How somebody in space looks from straight in front of them, without perspective.

    The picture is turned by the median line of the shoulders (or hips) over the first second in which they are seen,
    and large enough for all that is ever seen.

    Returns
    -------
    uv_px : (T, K, 2) array, px
    size_px : (int, int)
    """
    up = np.asarray(up, np.float64)
    to_left = _to_left(t_s, xyz_m, skeleton, up)
    flat = np.stack([_along(xyz_m, to_left), -_along(xyz_m, up)], axis=-1)
    if not np.isfinite(flat).any():
        return flat, (640, 480)
    low, high = (of(flat.reshape(-1, 2), axis=0) for of in (np.nanmin, np.nanmax))
    size_px = tuple(int(np.ceil((side + 2 * MARGIN_M) * PX_PER_M)) for side in high - low)
    return (flat - low + MARGIN_M) * PX_PER_M, size_px


def _along(xyz, direction):
    return xyz[..., 0] * direction[0] + xyz[..., 1] * direction[1] + xyz[..., 2] * direction[2]


def _to_left(t_s, xyz_m, skeleton, up):
    """Level unit vector to the person's left; any level one where neither shoulders nor hips are seen."""
    for part in ("shoulder", "hip"):
        left, right = np.moveaxis(skeleton.pick(xyz_m, [f"left_{part}", f"right_{part}"]), 1, 0)
        across = left - right
        known = np.isfinite(across).all(axis=1)
        if known.any():
            first = known & (t_s <= t_s[known][0] + 1.0)
            middle = np.median(across[first], axis=0)
            middle = middle - _along(middle, up) * up
            if np.linalg.norm(middle) > 0:
                return middle / np.linalg.norm(middle)
    level = np.roll(np.abs(up), 1)
    return level / np.linalg.norm(level)


def _doubts(xyz_m, skeleton, up):
    """What looks wrong about axes and sides: said, never mended."""
    pick = lambda part: skeleton.pick(xyz_m, [f"left_{part}", f"right_{part}"])  # noqa: E731
    shoulders, hips, toes, ankles = (pick(part) for part in ("shoulder", "hip", "foot_index", "ankle"))
    trunk = (shoulders - hips).mean(axis=1)
    length = np.sqrt((trunk**2).sum(axis=-1))
    known = np.isfinite(length) & (length > 0)
    if known.any() and np.median(_along(trunk, up)[known] / length[known]) < 0.5:
        yield (
            "The shoulders are not above the hips along the axis that was taken to point up. "
            "If another one does, say so with --up."
        )
    if _is_flat(xyz_m):
        yield "All points lie in one plane, as from one camera: angles are those of its picture, not in space."
    ahead = np.cross(hips[:, 0] - hips[:, 1], up)
    with np.errstate(invalid="ignore", divide="ignore"):
        ahead = ahead / np.sqrt((ahead**2).sum(axis=-1, keepdims=True))
        reach = ((toes - ankles) * ahead[:, None]).sum(axis=-1)
    reach = reach[np.isfinite(reach)]
    if len(reach) and np.median(reach) < -BACKWARD_M:
        yield "The toes point backward: left and right seem to be exchanged in this file, or it is mirrored."


def _is_flat(xyz_m):
    """Whether all that is seen at once lies in a plane, the same one throughout."""
    seen = np.isfinite(xyz_m).all(axis=-1)
    many = xyz_m[seen.sum(axis=1) > 3]
    if not len(many):
        return False
    around = (many - np.nanmean(many, axis=1, keepdims=True)).reshape(-1, 3)
    around = around[np.isfinite(around).all(axis=1)]
    return bool(np.linalg.eigvalsh(around.T @ around / len(around))[0] < FLAT_M**2)


def metres(xyz, skeleton, unit=None):
    """Coordinates in metres, and the unit that they were in.

    Parameters
    ----------
    xyz : (T, K, 3) array
    skeleton : Skeleton
    unit : str, optional
        ``m``, ``cm`` or ``mm``, as the file says; where it does not, the length of the trunk tells.

    Raises
    ------
    TrackError
        When the unit is not known, or a trunk of that size does not exist.
    """
    trunk_ends = [f"{side}_{part}" for part in ("shoulder", "hip") for side in ("left", "right")]
    corners = skeleton.pick(np.asarray(xyz, np.float64), trunk_ends)
    trunk = np.sqrt(((corners[:, :2].mean(axis=1) - corners[:, 2:].mean(axis=1)) ** 2).sum(axis=-1))
    trunk = float(np.median(trunk[np.isfinite(trunk)])) if np.isfinite(trunk).any() else np.nan
    if unit is not None and unit not in UNITS:
        raise TrackError(f"the unit {unit!r} is not known. Known: {', '.join(UNITS)}.")
    if unit is None and np.isnan(trunk):
        raise TrackError(
            "the file does not say in which unit it is, and shows no shoulders and hips to tell it by. "
            "Use a format that names its unit, such as trc."
        )
    fitting = [name for name, part in UNITS.items() if TRUNK_M[0] <= part * trunk <= TRUNK_M[1]]
    if unit is None and len(fitting) != 1:
        raise TrackError(
            f"the unit could not be told: from shoulders to hips it is {trunk:.3g}, which is a trunk in neither m, cm "
            "nor mm."
        )
    unit = unit or fitting[0]
    if not np.isnan(trunk) and unit not in fitting:
        raise TrackError(
            f"from shoulders to hips it would be {UNITS[unit] * trunk:.3g} m: the file says {unit}, and seems to be in "
            f"{fitting[0] if fitting else 'another unit'}. Correct the unit in its header."
        )
    return np.asarray(xyz, np.float64) * UNITS[unit], unit


def checked_times(t_s):
    """Times as float64, or TrackError that names the first that does not come after the one before."""
    t_s = np.asarray(t_s, np.float64)
    if len(t_s) < 2:
        raise TrackError(f"a movement was expected, and {len(t_s)} picture{'s' * (len(t_s) != 1)} was found.")
    if not np.isfinite(t_s).all():
        i = int(np.flatnonzero(~np.isfinite(t_s))[0])
        raise TrackError(f"picture {i + 1} has no time. Give every picture a time in seconds.")
    back = np.flatnonzero(np.diff(t_s) <= 0)
    if len(back):
        i = int(back[0])
        again = "the same time as" if t_s[i + 1] == t_s[i] else "an earlier time than"
        raise TrackError(
            f"times must increase: picture {i + 2} ({t_s[i + 1]:g} s) has {again} the one before ({t_s[i]:g} s). "
            "Sort the pictures by time and leave out those that are there twice."
        )
    return t_s


def regular_times(count, hints):
    """Times of pictures that come without any, from `Hints.fps`."""
    if hints.fps is None:
        raise TrackError(
            "the file has no times. Say how many pictures a second it was recorded with: --fps 30."
        )
    return np.arange(count) / hints.fps


def size_of(hints, why="the file does not say how large the picture is"):
    """Size of the picture from `Hints`, or TrackError that says why it is wanted."""
    if hints.image_size_px is None:
        raise TrackError(f"{why}. Say it with --size, such as --size 1280x720.")
    return hints.image_size_px


def skeleton_with(count, hints, known):
    """The skeleton of so many numbered keypoints: as asked for, or that of `known` with that number.

    Raises
    ------
    TrackError
        When none has.
    """
    if hints.skeleton is not None:
        if len(hints.skeleton) != count:
            raise TrackError(
                f"{len(hints.skeleton)} keypoints of {hints.skeleton.name} were expected, and {count} were found. "
                "Choose the skeleton that the file has with --skeleton."
            )
        return hints.skeleton
    for skeleton in known:
        if len(skeleton) == count:
            return skeleton
    names = ", ".join(f"{skeleton.name} ({len(skeleton)})" for skeleton in known)
    raise TrackError(f"{count} keypoints were found, and known are: {names}. Name one with --skeleton.")


def named_skeleton(names, hints, name):
    """The skeleton with just these keypoints in whichever order, or one made of them.

    Raises
    ------
    TrackError
        When `Hints.skeleton` has other ones.
    """
    if hints.skeleton is not None:
        strange = [one for one in names if one not in hints.skeleton]
        if strange:
            raise TrackError(f"{hints.skeleton.name} has no {', '.join(strange)}. Leave --skeleton out.")
        return hints.skeleton
    for skeleton in SKELETONS.values():
        if set(skeleton.keypoints) == set(names):
            return skeleton
    return skeleton_of(name, names)
