"""The body at rest, and what was baked into it."""

import numpy as np
import pytest

from render import bake, body
from render.body import Body, Shape

EVERYONE = [
    Shape(),
    Shape(sex=0, age_years=85, weight=1, height=0, ancestry=(0, 0, 1), face=3),
    Shape(sex=1, age_years=20, weight=0, muscle=1, height=1, proportions=0, ancestry=(1, 2, 0), face=4),
]


def test_every_group_of_shape_targets_shares_out_one_person():
    weights = body.target_weights(EVERYONE[2])
    assert weights[:12].sum() == pytest.approx(1)
    assert weights[12:48].sum() == pytest.approx(1)
    assert len(weights) == len(body.target_names()) == body.data()["mix"].shape[0]


@pytest.mark.parametrize("shape", EVERYONE)
def test_left_and_right_are_mirror_images(shape):
    person = Body(shape)
    for name, place in person.joints_m.items():
        if name.startswith("left"):
            assert place * [-1, 1, 1] == pytest.approx(
                person.joints_m[name.replace("left", "right")], abs=1e-12
            )
    mirrored = {tuple(p) for p in np.round(person.vertices_m * [-1, 1, 1], 6) + 0.0}
    assert mirrored == {tuple(p) for p in np.round(person.vertices_m, 6) + 0.0}


@pytest.mark.parametrize("shape", EVERYONE)
def test_bones_come_parents_first_and_share_out_every_vertex(shape):
    person = Body(shape)
    assert (person.parents < np.arange(len(person.bones))).all()
    shares = person.weights[np.unique(np.concatenate([q.ravel() for q in person.quads.values()]))]
    assert np.asarray(shares.sum(axis=1)).ravel() == pytest.approx(1)


def test_a_bone_that_starts_half_way_starts_on_the_line_between_joints():
    person = Body()
    for limb, end in (
        ("upper_arm", "forearm_1"),
        ("forearm", "hand"),
        ("thigh", "shank_1"),
        ("shank", "foot"),
    ):
        near, half, far = (person.rest_m[person.bone(f"left_{b}")] for b in (f"{limb}_1", f"{limb}_2", end))
        assert np.cross(half - near, far - near) == pytest.approx(0, abs=1e-12)


def test_stature_and_segments_are_a_persons():
    for sex, low, high in ((0, 1.45, 1.80), (1, 1.58, 1.94)):
        short, mean, tall = (Body(Shape(sex=sex, height=h)).height_m for h in (0, 0.5, 1))
        assert low < short < mean < tall < high
    person = Body(Shape(sex=1))
    # Drillis and Contini's shares of stature; the mesh's shoulder centre lies lower than their landmark.
    for name, share in {
        "upper_arm": 0.186,
        "forearm": 0.146,
        "hand": 0.108,
        "thigh": 0.245,
        "shank": 0.246,
    }.items():
        assert person.segment_m[name] / person.height_m == pytest.approx(share, abs=0.045)
    assert person.segment_m["knee_height"] == pytest.approx(
        person.segment_m["shank"] + person.segment_m["sole"]
    )


def test_two_faces_differ_and_the_rest_of_the_body_does_not():
    plain, other = Body(Shape()), Body(Shape(face=7))
    moved = np.linalg.norm(plain.vertices_m - other.vertices_m, axis=1)
    assert moved[plain.vertices_m[:, 1] > plain.joints_m["mouth"][1]].max() > 0.003
    assert moved[plain.vertices_m[:, 1] < plain.joints_m["left_shoulder"][1] - 0.1].max() < 0.002


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"sex": 1.2}, "sex"), ({"age_years": 9}, "20 and 90"), ({"ancestry": (0, 0, 0)}, "ancestry")],
)
def test_a_shape_that_cannot_be_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        Shape(**wrong)


def test_saving_twice_gives_the_same_bytes_and_numpy_reads_them(tmp_path):
    arrays = {"one": np.arange(6, dtype=np.int16).reshape(2, 3), "names": np.array(["a", "bc"])}
    bake.save(tmp_path / "first.npz", arrays)
    bake.save(tmp_path / "second.npz", arrays)
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()
    with np.load(tmp_path / "first.npz") as read:
        assert all((read[name] == array).all() for name, array in arrays.items())


def test_a_low_rank_body_stays_close_to_the_targets_it_was_made_of():
    rng = np.random.default_rng(0)
    parts = rng.normal(size=(40, 600)) * 0.02
    targets = rng.normal(size=(len(body.target_names()), 40)) @ parts
    stored, mix = bake.low_rank(targets, rng, people=150)
    largest_m, rms_m = bake.errors(targets, stored, mix, rng, people=30)
    assert largest_m < 1.5e-3
    assert rms_m < 3e-4


def test_the_baked_file_is_small_and_says_whence_it_is():
    assert body.DATA.stat().st_size < 2e6
    assert "CC0 1.0" in body.DATA.with_name("BODY_LICENCE.md").read_text()
