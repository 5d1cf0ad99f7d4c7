"""A body at rest: mesh, bones, joint centres and skin weights of a person of given sex, age and build."""

import itertools
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from render import anatomy

DATA = Path(__file__).with_name("body.npz")

# Nobody in the clips is barefoot, so the height of an ankle above the floor includes the sole of a shoe.
SHOE_SOLE_M = 0.018

ANCESTRIES = ("caucasian", "african", "asian")
SEXES, AGES = ("female", "male"), ("young", "old")
LEVELS = ("min", "average", "max")
STATURES = ("minheight", "maxheight")
PROPORTIONS = ("uncommonproportions", "idealproportions")

# The mesh's own ends are a person of 1.2 m and one of 2.5 m; these shares make 0 and 1 about the 2nd and 98th centile.
STATURE_SHARE, PROPORTIONS_SHARE = (0.36, 0.24), (0.5, 0.7)

# Small features that no macro describes; two people of one build should not share a face.
FACE_TARGETS = (
    "head/head-oval", "head/head-round", "head/head-square", "head/head-triangular", "head/head-fat-incr",
    "nose/nose-hump-incr", "nose/nose-scale-horiz-incr", "nose/nose-scale-vert-incr", "nose/nose-point-down",
    "chin/chin-width-incr", "chin/chin-prominent-incr", "mouth/mouth-scale-horiz-incr",
    "mouth/mouth-lowerlip-volume-incr", "eyebrows/eyebrows-trans-down",
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """What a person is built like; every number but the age lies between 0 and 1.

    Attributes
    ----------
    sex : float
        0 female, 1 male.
    age_years : float
        20 to 90; the mesh knows no children.
    weight, muscle, height, proportions : float
        0.5 is the average.
    ancestry : (float, float, float)
        Shares of European, African and Asian features, in any positive unit.
    face : int
        Which face: 0 is the plain average, any other number another set of small features.
    """

    sex: float = 0.5
    age_years: float = 50
    weight: float = 0.5
    muscle: float = 0.5
    height: float = 0.5
    proportions: float = 0.5
    ancestry: tuple[float, float, float] = (1, 0, 0)
    face: int = 0

    def __post_init__(self):
        for name in ("sex", "weight", "muscle", "height", "proportions"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"Shape.{name} must lie between 0 and 1, got {getattr(self, name)!r}.")
        if not 20 <= self.age_years <= 90:
            raise ValueError(f"Shape.age_years must lie between 20 and 90, got {self.age_years!r}.")
        if len(self.ancestry) != 3 or min(self.ancestry) < 0 or sum(self.ancestry) <= 0:
            raise ValueError(f"Shape.ancestry must be three shares, not all zero, got {self.ancestry!r}.")


def target_names():
    """Names of the mesh's shape targets, in the order of `target_weights`."""
    builds = [f"{s}-{a}-{m}muscle-{w}weight" for s, a, m, w in itertools.product(SEXES, AGES, LEVELS, LEVELS)]
    return (
        [f"macrodetails/{r}-{s}-{a}" for r, s, a in itertools.product(ANCESTRIES, SEXES, AGES)]
        + [f"macrodetails/universal-{b}" for b in builds]
        + [f"macrodetails/height/{b}-{h}" for b in builds for h in STATURES]
        + [f"macrodetails/proportions/{b}-{p}" for b in builds for p in PROPORTIONS]
        + list(FACE_TARGETS)
    )


def target_weights(shape):
    """How much of each shape target a person has: (targets,) array."""
    age = np.clip((shape.age_years - 25) / 65, 0, 1)
    sexes, ages = np.array([1 - shape.sex, shape.sex]), np.array([1 - age, age])
    ancestry = np.array(shape.ancestry, float) / sum(shape.ancestry)
    build = np.einsum("s,a,m,w->samw", sexes, ages, _levels(shape.muscle), _levels(shape.weight)).ravel()
    return np.concatenate([
        np.einsum("r,s,a->rsa", ancestry, sexes, ages).ravel(),
        build,
        np.outer(build, _ends(shape.height, *STATURE_SHARE)).ravel(),
        np.outer(build, _ends(shape.proportions, *PROPORTIONS_SHARE)).ravel(),
        _face(shape.face),
    ])  # fmt: skip


def _levels(x):
    return np.array([max(0, 1 - 2 * x), 1 - abs(2 * x - 1), max(0, 2 * x - 1)])


def _ends(x, low_share, high_share):
    return np.array([low_share * max(0, 1 - 2 * x), high_share * max(0, 2 * x - 1)])


def _face(number):
    if number == 0:
        return np.zeros(len(FACE_TARGETS))
    rng = np.random.default_rng(number)
    # Negative amounts are the opposite feature; beyond about a half faces turn into caricatures.
    return np.clip(rng.normal(0, 0.27, len(FACE_TARGETS)), -0.35, 0.5)


@cache
def data():
    """The baked arrays, by name; read once."""
    with np.load(DATA) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["basis"] = np.cumsum(arrays["basis"], axis=1, dtype=np.int32).astype(np.float32)
    return arrays


class Body:
    """A person of a shape, standing at rest in the mesh's own pose, facing +z, floor at y = 0.

    Attributes
    ----------
    bones : tuple of str
        Parents first; ``left_forearm_1`` starts at the elbow, ``left_hand`` at the wrist.
    parents : (B,) int array
        -1 for the pelvis.
    rest_m : (B, 3) array, m
        Where each bone starts.
    vertices_m : (N, 3) array, m
        Skin, eyes and the hull that clothes are cut from; see `quads`.
    weights : (N, B) sparse array
        Share of each bone in a vertex; rows sum to 1.
    quads : dict
        Faces of ``body``, ``eyes`` and ``tights`` (a smooth hull to cut clothes from).
    texture : (M, 2) array, texture_quads : (F, 4) array
        Texture coordinates, 0 to 1 with v up, and those of every face of ``quads["body"]``.
    joints_m, segment_m : dict
        Joint centres (m) and lengths (m, mean of both sides).
    height_m : float
        Stature barefoot with straight legs.
    """

    def __init__(self, shape=Shape()):
        self.shape = shape
        stored = data()
        base_step, step = stored["steps_m"]
        amount = target_weights(shape) @ stored["mix"]
        half = stored["base"] * base_step + np.tensordot(amount, stored["basis"], 1) * step
        twin, count = stored["twin"], len(stored["twin"])
        own = twin != np.arange(count)
        mirrored = half[:count][own] * [-1, 1, 1]
        vertices = np.concatenate([half[:count], mirrored])
        self._floor_y = vertices[np.unique(stored["quads_body"]), 1].min() - SHOE_SOLE_M
        lift = np.array([0, -self._floor_y, 0])

        self.vertices_m = vertices + lift
        self.bones = tuple(str(name) for name in stored["bones"])
        self.parents = stored["parents"].astype(int)
        self.quads = {part: stored[f"quads_{part}"].astype(int) for part in ("body", "eyes", "tights")}
        self.texture = stored["texture"] / 65535
        self.texture_quads = stored["texture_quads"].astype(int)
        self.joints_m = self._joint_centres(half[count:] + lift)
        self.rest_m = self._bone_heads(half[count:] + lift)
        self.marks_m = self._marks(stored["marks"])
        self.segment_m = self._segments()
        straight = self.segment_m["thigh"] + self.segment_m["shank"]
        bent = self.joints_m["left_hip"][1] - self.joints_m["left_ankle"][1]
        self.height_m = float(
            self.vertices_m[np.unique(self.quads["body"]), 1].max() - SHOE_SOLE_M + straight - bent
        )

    def bone(self, name):
        """Index of a bone."""
        return self.bones.index(name)

    @cached_property
    def weights(self):
        """See the class."""
        stored = data()
        swapped = [self.bones.index(_other_side(name)) for name in self.bones]
        rows = np.arange(len(stored["twin"]))[:, None]
        dense = np.zeros((len(rows), len(self.bones)))
        np.add.at(dense, (rows, stored["weight_bones"]), stored["weight_shares"])
        own = stored["twin"] != rows[:, 0]
        dense = np.concatenate([dense, dense[own][:, swapped]])
        return sp.csr_matrix(dense / dense.sum(axis=1, keepdims=True))

    @cached_property
    def limbs(self):
        """`anatomy.Limbs` by side."""
        return {side: anatomy.limbs(self, side) for side in ("left", "right")}

    @cached_property
    def finger_hinges(self):
        """See `anatomy.finger_hinges`."""
        return anatomy.finger_hinges(self)

    @cached_property
    def landmarks(self):
        """See `anatomy.landmarks`."""
        return anatomy.landmarks(self)

    def _joint_centres(self, rows):
        centres = {}
        for name, place in zip(data()["joint_names"], rows, strict=False):
            for sign, ours in _both_sides(str(name)):
                centres[ours] = place * [sign, 1, 1]
        return centres

    def _bone_heads(self, rows):
        heads = {}
        stored = data()
        left = [name for name in self.bones if not name.startswith("right_")]
        for name, place in zip(left, rows[len(stored["joint_names"]) :], strict=True):
            heads[name] = place
            heads[_other_side(name)] = place * [-1 if name.startswith("left_") else 1, 1, 1]
        heads["pelvis"] = (heads["left_thigh_1"] + heads["right_thigh_1"]) / 2
        # A limb twists about the line between its joints, so the bone that starts half-way must start on it.
        for side in ("left_", "right_"):
            for limb, end in (
                ("upper_arm", "forearm_1"),
                ("forearm", "hand"),
                ("thigh", "shank_1"),
                ("shank", "foot"),
            ):
                start, along = heads[f"{side}{limb}_1"], heads[side + end] - heads[f"{side}{limb}_1"]
                share = (heads[f"{side}{limb}_2"] - start) @ along / (along @ along)
                heads[f"{side}{limb}_2"] = start + share * along
        return np.array([heads[name] for name in self.bones])

    def _marks(self, stored):
        marks = {}
        for name, vertex in (entry.split("=") for entry in stored):
            place = self.vertices_m[int(vertex)]
            if abs(place[0]) < 1e-6:
                marks[name] = place
            else:
                marks |= {f"left_{name}": place, f"right_{name}": place * [-1, 1, 1]}
        return marks

    def _segments(self):
        j = self.joints_m
        between = lambda a, b: float(np.linalg.norm(j[f"left_{a}"] - j[f"left_{b}"]))  # noqa: E731
        sole, shank = float(j["left_ankle"][1]), between("knee", "ankle")
        return {
            "upper_arm": between("shoulder", "elbow"),
            "forearm": between("elbow", "wrist"),
            "hand": between("wrist", "middle_tip"),
            "thigh": between("hip", "knee"),
            "shank": shank,
            "trunk": float(np.linalg.norm((j["left_shoulder"] - j["left_hip"])[1:])),
            "sole": sole,
            "knee_height": shank + sole,
        }


def _other_side(name):
    side, _, rest = name.partition("_")
    return {"left": "right_", "right": "left_"}.get(side, side and f"{side}_" if rest else side) + rest


# The mesh's words for joint centres -> ours.
CENTRES = {"upper-leg": "hip", "hand": "wrist"}
FINGERS = ("thumb", "index", "middle", "ring", "little")


def _both_sides(name):
    """(sign of x, our name) of a joint centre on both sides, or once on the midline."""
    if not name.startswith("l-"):
        return [(1, name.replace("-", "_"))]
    words = CENTRES.get(name[2:], name[2:])
    if words.startswith("finger-"):
        _, finger, knuckle = words.split("-")
        words = f"{FINGERS[int(finger) - 1]}_{'tip' if knuckle == '4' else knuckle}"
    words = words.replace("-", "_")
    return [(1, f"left_{words}"), (-1, f"right_{words}")]
