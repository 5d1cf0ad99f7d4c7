"""Drawing: pixels lie where the camera says, what hides hides, and the same scene gives the same bytes."""

import hashlib
import os
import subprocess
import sys
from types import SimpleNamespace

import moderngl
import numpy as np
import pytest

from render.camera import Camera, placed
from render.context import NoRendererError, context
from render.pieces import ball, joined
from render.rooms import KINDS
from render.scene import LIGHTS, Block, Chair, Counter, Room, Step, Table
from render.stage import Stage

SMALL = (160, 120)
FRONT = placed(0, 8, 2.6, (0, 0.8, 0), size_px=SMALL)
PLAIN = Room("plain", seed=1)
SHOE = 5


@pytest.fixture(scope="module", autouse=True)
def _renderer():
    try:
        context()
    except NoRendererError:
        pytest.skip("needs Debian packages libegl1 libegl-mesa0 libgl1-mesa-dri")


def doll(centres_m=((0, 0.8, 0),), radius_m=0.25, color=(0.9, 0.1, 0.1)):
    """A figure of balls in one colour: what the stage asks of a figure, and no more; with its skin at rest."""
    mesh = joined(ball(centre, (radius_m,) * 3, color, rings=12, sides=16) for centre in centres_m)
    count = len(mesh.positions_m)
    figure = SimpleNamespace(
        rest_m=mesh.positions_m,
        uv=np.zeros((count, 2)),
        material=np.full(count, SHOE),
        triangles=mesh.triangles,
        texture=np.full((64, 64, 3), 180, np.uint8),
        palette=[color] * 16,
        patterns=[0] * 16,
        eyes_m=np.array([(0.03, 1.6, 0.1), (-0.03, 1.6, 0.1)]),
        iris=(0.3, 0.2, 0.1),
    )
    return figure, (mesh.positions_m.astype("f4"), mesh.normals.astype("f4"))


def drawn(camera=FRONT, room=PLAIN, light="soft", quality="draft", props=(), balls=None, **look):
    """One picture of balls and props."""
    figure, skin = doll(balls, **look) if balls is not None else (None, None)
    stage = Stage(camera, room, light, quality)
    stage.enter([figure] if figure else [], props)
    picture = stage.picture([skin] if figure else [])
    stage.close()
    return picture


def middle_of(weights):
    """Centre of gravity of a picture's pixels, in the coordinates of `Camera.project`."""
    y, x = np.nonzero(weights)
    share = weights[y, x] / weights.sum()
    return np.array([share @ (x + 0.5), share @ (y + 0.5)])


HALF = (320, 240)
CAMERAS = {
    "plain": Camera((0.3, 1.2, 2.4), (0, 1, 0), size_px=HALF),
    "roll": Camera((0.3, 1.2, 2.4), (0, 1, 0), roll_deg=23, size_px=HALF),
    "barrel": Camera((0.3, 1.2, 2.4), (0, 1, 0), fovy_deg=50, distortion_k1=-0.2, size_px=HALF),
    "pincushion, rolled": Camera((-0.8, 0.6, 2.2), (0, 1, 0), roll_deg=-8, distortion_k1=0.15, size_px=HALF),
    "portrait": Camera((0.3, 1.2, 2.4), (0, 1, 0), fovy_deg=58, size_px=(180, 320), distortion_k1=-0.1),
}
PLACES = [(0, 1, 0), (0.5, 1.5, 0.2), (-0.55, 0.45, 0.1), (0.3, 0.7, 0.5)]


def in_view(camera):
    """The places that the camera sees, with their pixels."""
    pixels = camera.project(PLACES)
    inside = ((pixels > 12) & (pixels < np.subtract(camera.size_px, 12))).all(1)
    assert inside.sum() >= 2
    return np.array(PLACES, float)[inside], pixels[inside]


@pytest.mark.parametrize("name", CAMERAS)
def test_a_prop_is_drawn_where_the_camera_says(name):
    camera = CAMERAS[name]
    places, pixels = in_view(camera)
    stage = Stage(camera, PLAIN, quality="draft")
    stage.enter([], [Block(tuple(at - 0.02), tuple(at + 0.02), (0, 1, 0), glows=True) for at in places])
    picture = stage.picture().astype(float)
    stage.close()
    green = np.clip(picture[..., 1] - picture[..., [0, 2]].max(2) - 20, 0, None)
    off = []
    for x, y in pixels.astype(int):
        window = np.zeros_like(green)
        window[y - 9 : y + 9, x - 9 : x + 9] = 1
        off.append(middle_of(green * window))
    assert np.abs(off - pixels).max() < 0.5
    assert np.abs((off - pixels).mean(0)).max() < 0.25  # not shifted as a whole


@pytest.mark.parametrize(
    ("name", "quality"), [*((name, "draft") for name in CAMERAS), ("plain", "fine"), ("barrel", "fine")]
)
def test_a_figure_is_drawn_where_the_camera_says(name, quality):
    camera = CAMERAS[name]
    figure, (vertices, normals) = doll([(0, 0, 0)], radius_m=0.03)
    stage = Stage(camera, Room("plain", seed=1, wall=(0.8, 0.8, 0.8), floor=(0.6, 0.6, 0.6)), quality=quality)
    stage.enter([figure])
    places, pixels = in_view(camera)
    off = []
    for at in places:
        picture = stage.picture([(vertices + np.float32(at), normals)]).astype(int)
        off.append(middle_of((picture[..., 0] - picture[..., 1] > 45).astype(float)))
    stage.close()
    assert np.abs(off - pixels).max() < 0.5
    assert np.abs((off - pixels).mean(0)).max() < 0.25


def test_visible_asks_the_depth_of_figures_and_props():
    figure, skin = doll([(0, 0.8, 0)])
    stage = Stage(FRONT, Room("plain", seed=1), quality="fine")
    stage.enter([figure], [Block((0.4, 0.6, 0.2), (0.7, 1.0, 0.25))])
    stage.picture([skin])
    points = {
        "on the ball, towards the camera": ((0, 0.8, 0.25), True),
        "in the ball, near its surface": ((0, 0.8, 0.16), True),
        "in the middle of the ball": ((0, 0.8, 0), False),
        "behind the ball": ((0, 0.8, -0.6), False),
        "beside the ball": ((-0.45, 0.8, 0), True),
        "behind the block": ((0.55, 0.8, -0.3), False),
        "before the block": ((0.55, 0.8, 0.5), True),
        "behind the wall": ((-0.5, 1.2, -2.5), False),
        "out of the picture": ((3, 0.8, 0), False),
        "behind the camera": ((0, 0.8, 4), False),
    }
    seen = stage.visible([at for at, _ in points.values()])
    assert dict(zip(points, seen, strict=True)) == {name: expected for name, (_, expected) in points.items()}
    assert stage.visible([(0, 0.8, 0)], margin_m=0.3).tolist() == [True]
    stage.picture([None])
    assert stage.visible([(0, 0.8, 0), (0.55, 0.8, -0.3)]).tolist() == [True, False]
    stage.close()


def test_a_rail_hides_a_joint_as_a_point_but_not_as_a_limb():
    rail, board = Block((-0.5, 0.855, 0.5), (0.0, 0.89, 0.53)), Block((0.1, 0.6, 0.5), (0.7, 1.1, 0.53))
    figure, _ = doll([(0, 0.8, 0)])
    stage = Stage(FRONT, Room("plain", seed=1), quality="fine")
    stage.enter([figure], [rail, board])
    stage.picture([None])
    points = [(-0.25, 0.8, 0), (0.35, 0.8, 0), (-0.25, 1.1, 0)]  # behind rail, board and nothing
    assert stage.visible(points).tolist() == [False, False, True]
    assert stage.visible(points, around_m=0.1).tolist() == [True, False, True]
    edge = FRONT.size_px[0] / 2 / FRONT.focal_px * FRONT.depth((0.0, 1.1, 0.0))
    at_the_edge = [(edge - 0.01, 1.1, 0), (edge + 0.01, 1.1, 0)]
    assert stage.visible(at_the_edge, around_m=0.1).tolist() == [True, False]
    stage.close()


def test_nearer_figures_hide_farther_ones_whatever_their_order():
    near, near_skin = doll([(0, 0.8, 0.4)], color=(0.1, 0.2, 0.9))
    far, far_skin = doll([(0, 0.8, -0.4)], color=(0.9, 0.1, 0.1))
    stage = Stage(FRONT, Room("plain", seed=1), quality="draft")
    for figures, skins in (([near, far], [near_skin, far_skin]), ([far, near], [far_skin, near_skin])):
        stage.enter(figures)
        pixel = stage.picture(skins)[60, 80].astype(int)
        assert pixel[2] > pixel[0] + 40
    stage.close()


def test_a_prop_before_a_figure_hides_it():
    wall = Block((-0.6, 0, 0.5), (0.6, 0.8, 0.55), (0.2, 0.8, 0.2))
    picture = drawn(balls=[(0, 0.8, 0)], props=[wall]).astype(int)
    red = picture[..., 0] - picture[..., 1] > 60
    assert red[:55].any()  # the upper half of the ball looks over the wall
    assert not red[68:].any()


def test_absent_figures_leave_the_room_as_it_is():
    figure, skin = doll()
    stage = Stage(FRONT, Room("room", seed=3), quality="draft")
    stage.enter([figure])
    empty = stage.picture([None])
    there = stage.picture([skin])
    assert (there != empty).any()
    assert (stage.picture([None]) == empty).all()
    assert (stage.picture() == empty).all()
    assert (stage.picture([skin]) == there).all()
    stage.close()


def test_nothing_is_left_where_a_figure_was():
    figure, (vertices, normals) = doll(radius_m=0.1)
    stage = Stage(FRONT, PLAIN, quality="draft")
    stage.enter([figure])
    here, there = ([(vertices + np.float32((x, 0, 0)), normals)] for x in (-0.5, 0.5))
    first = stage.picture(here)
    stage.picture(there)
    assert (stage.picture(here) == first).all()
    assert stage.visible([(0.5, 0.8, -0.3)], margin_m=0.0).all()
    stage.close()


@pytest.mark.parametrize("light", ["lamp", "side"])
def test_only_what_a_figure_covers_or_shades_is_drawn_and_that_is_all_of_it(light, monkeypatch):
    figure, skin = doll([(0.3, 0.25, 0.3), (-0.2, 1.1, 0)], radius_m=0.12)
    stage = Stage(FRONT, PLAIN, light)
    stage.enter([figure], [Chair(arms=True)])
    part = stage.picture([skin])
    monkeypatch.setattr(stage, "_window", lambda outlines: (0, 0, *SMALL))
    assert (stage.picture([skin]) == part).all()
    stage.close()


def test_a_figure_throws_a_shadow_on_floor_and_prop():
    room = Room("plain", seed=1, floor=(0.6, 0.6, 0.6))
    table = Table(0.5, (-0.5, -0.5), (0.5, 0.4), color=(0.7, 0.7, 0.7))
    for props, low in (((), 0.25), ((table,), 0.75)):
        empty = drawn(room=room, light="lamp", props=props).astype(int)
        shaded = drawn(room=room, light="lamp", props=props, balls=[(0, low + 0.5, 0)], radius_m=0.15).astype(
            int
        )
        x, y = np.round(FRONT.project((-0.02, 0 if not props else 0.5, -0.12))).astype(int)
        assert (empty - shaded)[y, x].min() > 15


def test_a_prop_throws_a_shadow_on_a_figure():
    roof = Block((-0.6, 1.3, -0.6), (0.6, 1.32, 0.6))
    lit = drawn(light="lamp", balls=[(0, 0.8, 0)], props=[Block((0.8, 0, 0), (0.9, 0.1, 0.1))])
    assert (
        np.abs(lit - drawn(light="lamp", balls=[(0, 0.8, 0)]).astype(int))[40:80, 70:90].max() <= 1
    )  # far from it
    dark = drawn(light="lamp", balls=[(0, 0.8, 0)], props=[roof])
    x, y = np.round(FRONT.project((0, 1.0, 0.15))).astype(int)
    assert lit[y, x, 0] > dark[y, x, 0] + 25


def test_lights_differ_and_dim_is_darker():
    mean = {name: drawn(light=name, balls=[(0, 0.8, 0)]).mean() for name in LIGHTS}
    assert len({round(value, 2) for value in mean.values()}) == len(LIGHTS)
    assert mean["dim"] < 0.6 * mean["soft"]


@pytest.mark.parametrize("kind", KINDS)
def test_rooms_have_variety_and_turn_with_the_camera(kind):
    one, other = (drawn(room=Room(kind, seed=seed)).astype(int) for seed in (1, 2))
    assert np.abs(one - other).mean() > 3
    turned = drawn(placed(130, 8, 2.6, (0, 0.8, 0), size_px=SMALL), Room(kind, seed=1, turn_deg=130)).astype(
        int
    )
    assert np.abs(one - turned).mean() < 1  # the same wall stands behind, under the same light


@pytest.mark.parametrize(
    "prop",
    [Chair(0.46), Chair(0.46, arms=True), Chair(0.46, wheelchair=True, arms=True), Step(0.46, (-0.2, -0.2), (0.2, 0.2)),
     Table(0.46, (-0.2, -0.2), (0.2, 0.2)), Counter(0.46, (-0.2, -0.2), (0.2, 0.2))],
)  # fmt: skip
def test_the_top_of_a_prop_is_where_it_says(prop):
    mesh = prop.mesh()
    inside = (np.abs(mesh.positions_m[:, [0, 2]]) < 0.25).all(1) & (mesh.positions_m[:, 1] < 0.5)
    assert mesh.positions_m[inside, 1].max() == pytest.approx(0.46, abs=0.002)
    assert mesh.positions_m[:, 1].min() > -0.001
    seen = mesh.triangles
    a, b, c = (mesh.positions_m[seen[:, k]] for k in range(3))
    outward = (np.cross(b - a, c - a) * mesh.normals[seen[:, 0]]).sum(1)
    assert (outward > -1e-9).all()  # every side can be seen from outside


def test_a_chair_turns_with_its_heading():
    ahead, turned = Chair().mesh().positions_m, Chair(at_m=(1.0, 0.0), heading_deg=90).mesh().positions_m
    np.testing.assert_allclose(turned[:, 0] - 1.0, ahead[:, 2], atol=1e-9)  # what was in front is at +x
    np.testing.assert_allclose(turned[:, 2], -ahead[:, 0], atol=1e-9)


def scene_digest():
    """Digest of two pictures of everything at once."""
    figure, (vertices, normals) = doll([(0, 0.8, 0), (0.3, 1.2, 0.1)])
    camera = placed(20, 8, 2.6, (0, 0.8, 0), size_px=SMALL, roll_deg=3, distortion_k1=-0.1)
    stage = Stage(camera, Room("clutter", seed=5, turn_deg=20), "side", "fine")
    stage.enter([figure], [Chair()])
    pictures = [stage.picture([(vertices + np.float32(x), normals)]) for x in (0.0, 0.1)]
    return stage, pictures, hashlib.sha256(b"".join(p.tobytes() for p in pictures)).hexdigest()


def test_the_same_scene_gives_the_same_bytes_in_any_stage_and_process():
    first, pictures, digest = scene_digest()
    second, _, again = scene_digest()
    _, (vertices, normals) = doll([(0, 0.8, 0), (0.3, 1.2, 0.1)])
    interleaved = first.picture([(vertices + np.float32(0.1), normals)])
    first.close()
    second.close()
    assert digest == again
    assert (interleaved == pictures[1]).all()
    run = [sys.executable, "-c", "import test_stage; print(test_stage.scene_digest()[2])"]
    folder = os.path.dirname(__file__)
    paths = os.pathsep.join([folder, os.path.join(folder, "..", "..", "bench")])
    environment = os.environ | {"PYTHONPATH": paths, "LP_NUM_THREADS": "1"}
    assert subprocess.run(run, env=environment, capture_output=True, text=True).stdout.strip() == digest


def test_without_egl_the_error_names_the_packages(monkeypatch):
    def missing(**_):
        raise ImportError("libEGL.so not found")

    monkeypatch.setattr(moderngl, "create_standalone_context", missing)
    with pytest.raises(NoRendererError, match="Debian packages libegl1, libegl-mesa0 and libgl1-mesa-dri"):
        context.__wrapped__()


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="soft"):
        Stage(FRONT, Room(), light="disco")
    with pytest.raises(ValueError, match="draft"):
        Stage(FRONT, Room(), quality="best")
    with pytest.raises(ValueError, match="kitchen"):
        drawn(room=Room("castle"))
