"""Joint angles in space from one camera, also of movements towards the lens.

The angle between limbs as the picture shows it is right only while the movement stays in the picture's plane. Small
networks read it from everything that tells of depth: how long limbs look beside each
other, where in the picture they are, and the pose model's own guess in space. They learned from rendered people
(`bench/lifting`); docs/basis.md says on what, and docs/validation.md how exact they are on people they have not met.
"""

import math
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from threadpoolctl import ThreadpoolController

_PARTS = ("shoulder", "elbow", "wrist", "index", "hip", "knee", "ankle", "heel", "foot_index")
KEYPOINTS = (
    "nose", "left_ear", "right_ear", *(f"{side}_{part}" for part in _PARTS for side in ("left", "right"))
)  # fmt: skip
"""What the networks look at, left before right in every pair."""
ANGLES: tuple[str, ...] = (
    "elbow_flexion", "knee_flexion", "hip_flexion", "upper_arm_elevation", "thigh_inclination", "shank_inclination",
    "trunk_lean", "trunk_flexion", "arm_ahead",
)  # fmt: skip
"""What they answer for the side they are asked about, in degrees; the last is 90 times the share of the upper arm's
direction that points ahead of the trunk."""
_ALIKE = {"shoulder_abduction": "upper_arm_elevation", "shoulder_flexion": "upper_arm_elevation"}
SIGNALS_LIFTED = frozenset((*ANGLES[:6], *_ALIKE, "trunk_flexion", "arm_plane"))
"""Signals of `posecheck.signals` that can be had in space. Trunk lean is not among them: the picture shows it, and of a
deep real one the networks miss most."""
SHOWN_FROM_THE_SIDE = frozenset({"trunk_flexion"})
"""Of these, what a picture from the side shows better."""
_AT = {name: i for i, name in enumerate(KEYPOINTS)}
_MIRROR = np.array([0, 2, 1, *(i for k in range(3, len(KEYPOINTS), 2) for i in (k + 1, k))])
PLANE_FROM = 0.4  # sine of the elevation (24 deg) from which on an arm has a plane
BEHIND_FROM = 0.7  # sine of how far (45 deg) behind the trunk's own plane an arm is lifted backwards
INPUT_MAX = 6.0  # standard deviations: beyond, a landmark lies where no body has it
UNIT_DEG = 30.0  # the networks count in units of this
DOUBT_LOG = (-4.0, 3.0)  # they never expect less or more than this, as a logarithm
BLOCK = 32  # pictures that are multiplied together
_PIECE = 8  # blocks at once, whose layers stay in a processor's own cache
LEARNED_FROM = frozenset({"full"})  # pose models; others guess depth in ways that the networks have not met


def can_lift(skeleton, xyz_m, *, model, xyz_frame):
    """Whether landmarks can be lifted.

    Parameters
    ----------
    skeleton : Skeleton
        Must have `KEYPOINTS`.
    xyz_m : (K, 3) array, m
        Of one picture in which somebody was detected: imports often have no depth, NaN or 0 throughout.
    model : str
        Name of the pose model: only `LEARNED_FROM` are lifted.
    xyz_frame : str
        Must be ``hip``.
    """
    if model not in LEARNED_FROM or xyz_frame != "hip" or not all(name in skeleton for name in KEYPOINTS):
        return False
    return bool(np.isfinite(xyz_m).all() and np.any(xyz_m))


def lifted(uv_px, xyz_m, visibility, image_size_px, *, first=0):
    """Angles in space of both sides.

    Parameters
    ----------
    uv_px : (T, K, 2) array, px
        `KEYPOINTS` in the picture.
    xyz_m : (T, K, 3) array, m
        The pose model's own estimate, hip-centred.
    visibility : (T, K) array, 0-1
    image_size_px : (2,) array
        Width, height.
    first : int
        How many pictures of the recording came before.

    Returns
    -------
    angles, sigmas : dict of (str, str) to (T,) float64 array, deg
        By signal and side; all of `SIGNALS_LIFTED`. NaN where nobody was detected. The sigma is what the networks
        themselves expect their error to be (one standard deviation): small where much is seen, large where the limb
        is hidden or points at the lens.

    Notes
    -----
    Pictures are multiplied in blocks of fixed size, each at the place in its block that its number in the recording
    gives it, so that it has the same bits alone and in a long recording.
    """
    left = features(uv_px, xyz_m, visibility, image_size_px)
    answers, doubts = answered(np.stack([left, mirrored(left)], axis=1), first=first)
    angles, sigmas = {}, {}
    for i, side in enumerate(("left", "right")):
        own, sigma = (dict(zip(ANGLES, x[:, i].T, strict=True)) for x in (answers, doubts))
        for signal in (*ANGLES[:6], *_ALIKE):
            angles[signal, side] = own[_ALIKE.get(signal, signal)]
            sigmas[signal, side] = sigma[_ALIKE.get(signal, signal)]
        # A hanging arm is neither ahead nor behind, and noise would turn its sign: only what clearly points back is.
        raised = np.sin(np.radians(own["upper_arm_elevation"]))
        behind = own["arm_ahead"] / 90.0 < -BEHIND_FROM * raised
        angles["shoulder_flexion", side] = np.where(behind, -1.0, 1.0) * own["upper_arm_elevation"]
        angles["arm_plane", side] = arm_plane(own["upper_arm_elevation"], own["arm_ahead"] / 90.0)
        sigmas["arm_plane", side] = sigma["arm_ahead"]
    trunk = ANGLES.index("trunk_flexion")
    for side in ("left", "right"):  # both sides are asked about the one trunk
        angles["trunk_flexion", side] = 0.5 * (answers[:, 0, trunk] + answers[:, 1, trunk])
        sigmas["trunk_flexion", side] = 0.5 * (doubts[:, 0, trunk] + doubts[:, 1, trunk])
    return angles, sigmas


def answered(seen, *, first=0):
    """Answers of all networks together, and how far off they expect to be.

    Parameters
    ----------
    seen : (T, 2, F) array
        `features` of both sides.
    first : int
        As in `lifted`.

    Returns
    -------
    answers, sigmas : (T, 2, A) arrays, deg
    """
    before, count = first % BLOCK, len(seen)
    blocks = np.zeros((-(-(before + count) // BLOCK) * BLOCK, *seen.shape[1:]), np.float32)
    blocks[before : before + count] = seen
    blocks = blocks.reshape(-1, 2 * BLOCK, seen.shape[2])
    pieces = []
    with _processor().limit(limits=1, user_api="blas"):
        for begin in range(0, max(len(blocks), 1), _PIECE):
            every = [network(blocks[begin : begin + _PIECE]) for network in networks()]
            pieces.append([np.mean(x, axis=0) for x in zip(*every, strict=True)])
    own = slice(before, before + count)
    answers, sigmas = (np.concatenate(x).reshape(-1, 2, len(ANGLES))[own] for x in zip(*pieces, strict=True))
    return answers, sigmas


@cache
def _processor():
    """How many threads multiply would change the last bits, and for a single picture more of them are slower."""
    return ThreadpoolController()


def arm_plane(elevation_deg, ahead):
    """Plane in which the upper arm is lifted: 0 out to the side, 90 ahead; NaN where it hangs or points up."""
    with np.errstate(invalid="ignore"):
        lifted_away = np.sin(np.radians(elevation_deg))
        plane_deg = np.degrees(np.arcsin(np.clip(ahead / np.maximum(lifted_away, 0.1), -1.0, 1.0)))
        return np.where(lifted_away >= PLANE_FROM, plane_deg, np.nan)


@dataclass(frozen=True)
class Network:
    """A multilayer perceptron with shortcuts around its hidden layers.

    Attributes
    ----------
    mean, spread : (F,) float32 array
        What its inputs are centred and scaled by.
    weights : tuple of (array, array)
        Matrix and bias of each layer, float32.
    doubt : (array, array)
        Matrix and bias of the layer beside the last, which tells the logarithm of the mean error.
    """

    mean: np.ndarray
    spread: np.ndarray
    weights: tuple
    doubt: tuple

    def __call__(self, seen):
        """(..., F) inputs to angles and their standard deviations, (..., A) deg each; NaN where an input is."""
        lost = ~np.isfinite(seen).all(axis=-1)
        x = np.clip((np.nan_to_num(seen) - self.mean) / self.spread, -INPUT_MAX, INPUT_MAX)
        (first, bias), *hidden, (last, last_bias) = self.weights
        x = np.maximum(x @ first + bias, 0.0)
        for matrix, bias in hidden:
            x = x + np.maximum(x @ matrix + bias, 0.0)
        angles = UNIT_DEG * (x @ last + last_bias).astype(np.float64)
        doubt = np.clip((x @ self.doubt[0] + self.doubt[1]).astype(np.float64), *DOUBT_LOG)
        sigma = UNIT_DEG * np.sqrt(2.0) * np.exp(doubt)  # of a Laplace distribution
        angles[lost] = sigma[lost] = np.nan
        return angles, sigma


@cache
def networks():
    """The networks that come with posecheck, of which the mean is taken."""
    with resources.files("posecheck").joinpath("lifting.npz").open("rb") as file:
        stored = dict(np.load(file))
    members = []
    for m in range(int(stored["members"])):
        one = {
            k.removeprefix(f"{m}_"): v.astype(np.float32) for k, v in stored.items() if k.startswith(f"{m}_")
        }
        layers = tuple((one[f"matrix{i}"], one[f"bias{i}"]) for i in range(int(stored["layers"])))
        members.append(Network(one["mean"], one["spread"], layers, (one["doubt_matrix"], one["doubt_bias"])))
    return tuple(members)


def features(uv_px, xyz_m, visibility, image_size_px):
    """What the networks see of each picture, about the left side.

    Parameters
    ----------
    uv_px : (T, K, 2) array, px
        `KEYPOINTS`.
    xyz_m : (T, K, 3) array, m
    visibility : (T, K) array
    image_size_px : (2,) or (T, 2) array

    Returns
    -------
    (T, F) float64 array
        Per keypoint: place in space from the middle of the hips; by how much the picture has it elsewhere, in metres at
        the person's scale; visibility. Then where in the picture the hips are, and how large a metre there looks.
        NaN rows where nobody was detected.
    """
    uv, xyz = np.asarray(uv_px, np.float64), np.asarray(xyz_m, np.float64)
    width, height = (np.asarray(image_size_px, np.float64)[..., i] for i in (0, 1))
    left, right = _AT["left_hip"], _AT["right_hip"]
    middle_px, middle_m = 0.5 * (uv[:, left] + uv[:, right]), 0.5 * (xyz[:, left] + xyz[:, right])
    uv, xyz = uv - middle_px[:, None], xyz - middle_m[:, None]
    flat = xyz[..., :2]
    size = _sum(flat * flat)
    px_per_m = np.maximum(_sum(uv * flat), 1e-6) / np.maximum(size, 1e-6)
    px_per_m[size < 0.01] = np.nan  # no body: depth that was never estimated
    columns = (
        *np.moveaxis(xyz, -1, 0),
        *np.moveaxis(uv / px_per_m[:, None, None] - flat, -1, 0),
        np.clip(visibility, 0.0, 1.0),
        (middle_px[:, 0] / height - 0.5 * width / height)[:, None],
        (middle_px[:, 1] / height - 0.5)[:, None],
        (np.log(px_per_m / height) + 1.0)[:, None],
    )
    return np.concatenate(columns, axis=1)


def mirrored(seen):
    """`features` of the same pictures in a mirror, (T, F): the right side becomes the left."""
    count = len(KEYPOINTS)
    sideways, sign = np.zeros(6 * count + 3, int), np.ones(6 * count + 3)
    for part in range(6):
        sideways[part * count : (part + 1) * count] = part * count + _MIRROR
    sideways[-3:] = np.arange(6 * count, 6 * count + 3)
    for part in (0, 3):  # x in space, and how the picture differs
        sign[part * count : (part + 1) * count] = -1.0
    sign[6 * count] = -1.0
    return seen[:, sideways] * sign


def _sum(values):
    """Over keypoints and axes, one addition after the other: the same bits however many pictures there are."""
    flat = values.reshape(len(values), math.prod(values.shape[1:]))
    total = flat[:, 0]
    for i in range(1, flat.shape[1]):
        total = total + flat[:, i]
    return total
