"""The scenes are one person before one camera, and join in any order."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from render.clip import take
from render.spec_file import load_spec

HERE = Path(__file__).parent
SPECS = {path.name.removesuffix(".spec.toml"): load_spec(path) for path in sorted(HERE.glob("*.spec.toml"))}
# Where somebody comes or goes; elsewhere the person sits at the beginning and at the end.
NOT_SEATED = {"empty": (False, False), "walk_in_sit": (False, True), "leave": (True, False)}
LIGHT_BYTES = 8_000_000
ALIKE_M = 0.005  # 2 px: less than the pose model's own trembling over somebody who sits still


def ends(name):
    """Joints at the first and the last picture, dict of str to (2, 3) array, m, and whether somebody is there."""
    spec = SPECS[name]
    last_s = take(spec, [0.0]).duration_s - 1 / spec.film.rate_hz
    scene = take(spec, [0.0, last_s])
    return scene.joints_m, tuple(map(bool, scene.motion.present))


@pytest.fixture(scope="module")
def posture():
    """Joints of the posture that all scenes share, dict of str to (3,) array, m."""
    return {joint: xyz[0] for joint, xyz in ends("sit")[0].items()}


@pytest.mark.parametrize("name", SPECS)
def test_a_scene_begins_and_ends_in_the_posture_of_all(name, posture):
    joints, present = ends(name)
    seated = NOT_SEATED.get(name, (True, True))
    assert present == seated
    for joint, xyz in joints.items():
        for at in np.flatnonzero(seated):
            assert np.linalg.norm(xyz[at] - posture[joint]) < ALIKE_M, joint


def test_all_scenes_show_one_person_in_one_room():
    looks = {(spec.seed, spec.person, spec.room, spec.film) for spec in SPECS.values()}
    cameras = {spec.camera for name, spec in SPECS.items() if name != "head_out"}
    assert (len(looks), len(cameras)) == (1, 1)


@pytest.mark.parametrize("name", SPECS)
def test_a_clip_is_as_long_as_its_truth_says(name):
    truth = json.loads((HERE / f"{name}.truth.json").read_text())
    with av.open(str(HERE / f"{name}.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert (stream.width, stream.height) == (640, 480)
        assert sum(1 for _ in container.demux(stream) if _.size) == truth["frames"]
    assert truth["duration_s"] == pytest.approx(truth["frames"] / 30, abs=0.02)


def test_the_clips_are_light():
    assert sum(path.stat().st_size for path in HERE.iterdir() if path.is_file()) < LIGHT_BYTES
