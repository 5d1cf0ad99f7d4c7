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


@pytest.mark.parametrize("number", range(len(MOVEMENTS)))
def test_every_movement_is_learned_from(number):
    scene = take(frames.spec_of(number), [0.0, 5.0, 12.0])
    assert np.isfinite(np.stack(list(scene.joints_m.values()))).all()


def test_pictures_come_with_their_truth(monkeypatch):
    monkeypatch.setattr(frames, "EACH", 2)
    with open_engine("blazepose", "lite", mode="image") as engine:
        try:
            seen = frames.seen(2, engine)
        except NoRendererError as error:
            pytest.skip(str(error))
    assert len(seen["uv_px"]) == 4
    found = np.isfinite(seen["uv_px"][:, 0, 0])
    assert found.mean() >= 0.5
    assert np.isfinite(seen["left_elbow_flexion_deg"]).all()
