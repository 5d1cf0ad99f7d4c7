"""What is learned from is none of what is tested on."""

import numpy as np
import pytest

from lifting import frames
from posecheck.engines import open_engine
from render.clip import take
from render.context import NoRendererError
from render.movements import MOVEMENTS
from validation import grid


def test_people_and_rooms_to_learn_from_are_none_of_the_grid():
    learned = [frames.spec_of(number) for number in range(12)]
    tested = [case.spec for case in grid.planned(rounds=1)]
    assert not {spec.seed for spec in learned} & set(grid.SEEDS)
    assert not {spec.person.model_dump_json() for spec in learned} & {
        s.person.model_dump_json() for s in tested
    }


@pytest.mark.parametrize("number", [0, 1, 2, frames.FROM_THE_SIDE, frames.MOVING])
def test_every_kind_of_person_can_be_filmed(number):
    scene = take(frames.spec_of(number), [0.0, 5.0, 12.0])
    assert np.isfinite(np.stack(list(scene.joints_m.values()))).all()


def test_every_movement_is_learned_from():
    shown = {
        act.exercise for number in range(200) for act in frames.spec_of(number).act if act.do == "exercise"
    }
    assert shown == set(MOVEMENTS)


def test_most_pictures_stray_but_no_hinge_bends_backwards():
    scene = take(frames.spec_of(1), np.linspace(0.0, 20.0, 40))
    strayed = frames._strayed(scene, np.arange(40) % 2 == 0, np.random.default_rng(0))
    for name, values in scene.motion.angles.items():
        assert np.array_equal(values[1::2], strayed.motion.angles[name][1::2])
    assert (strayed.motion.angles["left_elbow_flexion"] >= 0).all()
    assert not np.array_equal(
        scene.motion.angles["left_elbow_flexion"], strayed.motion.angles["left_elbow_flexion"]
    )


def test_pictures_come_with_their_truth(monkeypatch):
    monkeypatch.setattr(frames, "EACH", 2)
    with open_engine("blazepose", "lite", mode="image") as engine:
        try:
            seen = frames.seen(2, engine)
        except NoRendererError as error:
            pytest.skip(str(error))
    assert len(seen["uv_px"]) == 2 * frames.CAMERAS
    assert len(np.unique(seen["azimuth_deg"])) == frames.CAMERAS
    found = np.isfinite(seen["uv_px"][:, 0, 0])
    assert found.mean() >= 0.5
    assert np.isfinite(seen["left_elbow_flexion_deg"]).all()
    # Each camera's landmarks lie on the body as that camera sees it.
    nose = list(seen["joint_names"]).index("nose")
    off_px = np.linalg.norm(seen["uv_px"][:, 0] - seen["joints_px"][:, nose], axis=1)[found]
    assert np.median(off_px) < 0.05 * seen["size_px"][0, 1]
