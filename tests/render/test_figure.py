"""Figures: dressed bodies that stay whole in the poses of the catalogue."""

from functools import cache

import numpy as np
import pytest
from scipy.spatial import cKDTree

from render.body import Body, Shape
from render.clothes import Tailor, along_arm, along_leg
from render.figure import Figure, Look
from render.kinematics import pose
from render.layers import BOTTOM, EYE, GLASSES, HAIR, HELD, SHOE, SKIN, TOP, Layer, border, cut, normals

SIT = {
    f"{side}_{name}": value
    for side in ("left", "right")
    for name, value in (("hip_flexion", 88.0), ("knee_flexion", 92.0), ("hip_abduction", 6.0))
}
POSES = {
    "standing": {},
    "seated, elbow bent": SIT
    | {"left_elbow_flexion": 145.0, "right_shoulder_elevation": 90.0, "right_shoulder_plane": 85.0},
    "arms overhead": {
        "left_shoulder_elevation": 170.0,
        "right_shoulder_elevation": 165.0,
        "right_shoulder_plane": 90.0,
    },
    "bowed and stepping": {
        "trunk_flexion": 30.0,
        "pelvis_tilt": 25.0,
        "left_hip_flexion": 100.0,
        "left_knee_flexion": 120.0,
        "left_foot_free": 1.0,
    },
}
BODIES = [Body(Shape(sex=1, age_years=60)), Body(Shape(sex=0, age_years=75, weight=0.9, height=0.2, face=2))]


@cache
def dressed(which, **look):
    return Figure(BODIES[which], Look(**look))


def posed(figure, angles):
    bones = pose(figure.body, angles)
    return figure.skin(bones.rotations[0], bones.positions[0])


def test_at_rest_the_skin_is_where_the_mesh_says():
    figure = dressed(0)
    vertices, _ = figure.skin(np.tile(np.eye(3), (len(BODIES[0].bones), 1, 1)), BODIES[0].rest_m)
    assert vertices == pytest.approx(figure.rest_m, abs=1e-5)


def test_arrays_are_what_the_stage_takes():
    figure = Figure(BODIES[0], Look(glasses=True, held="cup", top_pattern="stripes"))
    count = len(figure.rest_m)
    assert figure.rest_m.dtype == figure.uv.dtype == np.float32
    assert figure.rest_m.shape == (count, 3)
    assert figure.uv.shape == (count, 2)
    assert figure.triangles.dtype == np.int32
    assert figure.triangles.max() < count
    assert figure.texture.shape == (1024, 1024, 3)
    assert figure.texture.dtype == np.uint8
    assert set(figure.material) == {SKIN, EYE, HAIR, TOP, BOTTOM, SHOE, HELD, GLASSES}
    assert len(figure.palette) == len(figure.patterns) == 16
    assert figure.patterns[TOP] == 1
    assert count < 16_000  # the stage draws it 30 times a second on one core


def test_the_same_seed_gives_the_same_figure():
    first, second = (Figure(BODIES[0], Look(hair="long"), seed=4) for _ in range(2))
    assert (first.texture == second.texture).all()
    assert (first.rest_m == second.rest_m).all()


@pytest.mark.parametrize("hair", ["short", "bun", "long", "bald"])
@pytest.mark.parametrize("body", BODIES)
def test_hair_sits_on_the_head(body, hair):
    figure = Figure(body, Look(hair=hair))
    strands = figure.rest_m[figure.material == HAIR]
    if hair == "bald":
        assert len(strands) == 0
        return
    skin = body.vertices_m[np.unique(body.quads["body"])]
    distance = cKDTree(skin).query(strands)[0]
    assert np.median(distance) < 0.025
    assert distance.max() < 0.12
    nose = body.marks_m["nose"]
    face = (
        (np.abs(strands[:, 0]) < 0.03)
        & (strands[:, 1] < body.joints_m["left_eye"][1] + 0.03)
        & (strands[:, 2] > nose[2] - 0.05)
    )
    assert not face.any()


def lies_under(points, away, corners):
    """Whether a ray from each point meets one of the triangles (F, 3, 3) within 8 cm (Moeller and Trumbore)."""
    a, b, c = corners.transpose(1, 0, 2)
    edge, other = b - a, c - a
    cross = np.cross(away[:, None], other[None])
    volume = (cross * edge).sum(-1)
    from_a = points[:, None] - a
    with np.errstate(divide="ignore", invalid="ignore"):
        u = (from_a * cross).sum(-1) / volume
        turned = np.cross(from_a, edge[None])
        v = (away[:, None] * turned).sum(-1) / volume
        distance = (other * turned).sum(-1) / volume
    return ((u >= 0) & (v >= 0) & (u + v <= 1) & (distance > 0) & (distance < 0.08)).any(axis=1)


@pytest.mark.parametrize("angles", POSES.values(), ids=POSES)
@pytest.mark.parametrize("which", [0, 1])
def test_skin_does_not_come_through_sleeves_and_trousers(which, angles):
    body, figure = BODIES[which], dressed(which, sleeve=0.85, leg=0.8)
    vertices, facing = posed(figure, angles)
    assert np.isfinite(vertices).all()
    assert np.linalg.norm(facing, axis=1) == pytest.approx(1, abs=1e-3)
    outer = np.abs(figure.rest_m[:, 0]) > body.joints_m["left_shoulder"][0]
    low = figure.rest_m[:, 1] < body.joints_m["left_knee"][1]
    for cloth, end, along in ((TOP, 1.7, along_arm), (BOTTOM, 0.8, along_leg)):
        # A lining meets the skin a little above each hem; from there up skin must be out of sight.
        under = (
            (figure.material == SKIN)
            & (outer if cloth == TOP else low)
            & (along(body, figure.rest_m) < end - 0.03)
        )
        assert under.sum() > 20
        corners = vertices[figure.triangles[figure.material[figure.triangles[:, 0]] == cloth]]
        assert lies_under(vertices[under] - 0.001 * facing[under], facing[under], corners).mean() > 0.98


@pytest.mark.parametrize("angles", POSES.values(), ids=POSES)
def test_edges_do_not_stretch_into_spikes(angles):
    figure = dressed(1, hair="bun")
    edges = np.concatenate([figure.triangles[:, [0, 1]], figure.triangles[:, [1, 2]]])
    length = lambda points: np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)  # noqa: E731
    vertices, _ = posed(figure, angles)
    assert (length(vertices) - length(figure.rest_m)).max() < 0.12  # cloth gives in the armpit and the crotch


def test_shoes_are_closed_and_stand_on_the_floor():
    figure = dressed(0)
    shoe = figure.material == SHOE
    assert figure.rest_m[shoe, 1].min() == pytest.approx(0, abs=1e-6)
    assert figure.rest_m[figure.material == SKIN, 1].min() > BODIES[0].joints_m["left_ankle"][1]
    rims = border(figure.triangles[shoe[figure.triangles[:, 0]]])
    # The one opening is inside the collar, where the sock comes out.
    assert figure.rest_m[np.unique(rims), 1].min() > BODIES[0].joints_m["left_ankle"][1] - 0.01


def test_sleeves_and_legs_end_where_the_look_says():
    for sleeve, leg in ((0.3, 0.5), (0.9, 0.95)):
        figure = Figure(BODIES[0], Look(sleeve=sleeve, leg=leg))
        top, bottom = (figure.rest_m[figure.material == m] for m in (TOP, BOTTOM))
        arm = top[np.abs(top[:, 0]) > BODIES[0].joints_m["left_shoulder"][0] + 0.03]
        assert along_arm(BODIES[0], arm).max() == pytest.approx(2 * sleeve, abs=0.06)
        knee = BODIES[0].joints_m["left_knee"][1]
        assert (bottom[:, 1].min() > knee) == (leg == 0.5)


def test_thinner_cloth_lies_nearer():
    tight, loose = (Tailor(BODIES[0], Look(loose=amount)).top().points for amount in (0.4, 1.6))
    assert len(tight) == len(loose)
    width = lambda points: np.ptp(points[np.abs(points[:, 0]) < 0.3][:, 2])  # noqa: E731
    assert width(loose) > width(tight) + 0.005


def test_a_cut_follows_the_line_exactly():
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    square = Layer(corners, BODIES[0].weights[:4], np.array([[0, 1, 2], [0, 2, 3]]), TOP)
    below = cut(square, 0.3 - corners[:, 1])
    assert below.points[:, 1].max() == pytest.approx(0.3)
    a, b, c = below.points[below.triangles].transpose(1, 0, 2)
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2 == pytest.approx(0.3)
    assert normals(below.points, below.triangles) == pytest.approx(
        np.tile([0, 0, 1.0], (len(below.points), 1))
    )
    assert np.asarray(below.weights.sum(axis=1)).ravel() == pytest.approx(1)


def test_a_bent_elbow_keeps_its_girth():
    figure = Figure(BODIES[0], Look(sleeve=0.2))
    elbow = np.flatnonzero(
        (figure.material == SKIN)
        & (np.abs(along_arm(BODIES[0], figure.rest_m) - 1.0) < 0.05)
        & (figure.rest_m[:, 0] > 0.2)
    )
    vertices, _ = posed(figure, {"left_elbow_flexion": 140.0})
    joint = pose(BODIES[0], {"left_elbow_flexion": 140.0}).positions[0, BODIES[0].bone("left_forearm_1")]
    rest = np.linalg.norm(figure.rest_m[elbow] - BODIES[0].joints_m["left_elbow"], axis=1)
    bent = np.linalg.norm(vertices[elbow] - joint, axis=1)
    assert np.median(bent / rest) > 0.85


def test_age_is_painted_on_the_skin():
    young, old = (Figure(Body(Shape(age_years=a)), seed=1).texture.astype(int) for a in (25, 85))
    assert np.abs(young - old).max() > 15


@pytest.mark.parametrize(
    "wrong", [{"hair": "mohawk"}, {"top_pattern": "dots"}, {"held": "sword"}, {"held_side": "middle"}]
)
def test_a_look_that_is_not_in_the_wardrobe_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Look(**wrong)
