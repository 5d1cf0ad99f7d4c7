"""Acts in time: who is where, in which posture, and that nobody jumps."""

import numpy as np
import pytest

from render.acts import BEFORE_AFTER
from render.body import Body, Shape
from render.kinematics import joints, pose
from render.movements import MOVEMENTS
from render.postures import Home
from render.spec import SpecError
from render.spec_file import make_spec
from render.timeline import perform, phase_of, picture_times, stage_acts

FASTEST_M_S = 3.5  # a wrist in any act; a jump from one picture to the next would be ten times that


@pytest.fixture(scope="module")
def home():
    return Home(Body(Shape()))


def acted(home, spec, rate_hz=30.0):
    staged = stage_acts(spec)
    t_s = np.arange(0, staged[-1].end_s, 1 / rate_hz)
    motion = perform(spec, home, staged, t_s)
    return staged, motion, joints(home.body, pose(home.body, motion.angles).moved(motion.pelvis_m))


def exercise(name, **settings):
    side = "right" if MOVEMENTS[name].in_turn else "both"
    return {"do": "exercise", "exercise": name, "reps": 2, "side": side, **settings}


@pytest.mark.parametrize("name", MOVEMENTS)
def test_every_exercise_moves_without_a_jump_and_stays_above_the_floor(home, name):
    spec = make_spec({"act": [exercise(name)]})
    _, motion, here = acted(home, spec)
    assert motion.present.all()
    for joint, xyz in here.items():
        assert np.isfinite(xyz).all(), joint
        assert xyz[:, 1].min() > -0.012, joint  # a heel may press 1 cm into the floor
    for side in ("left", "right"):
        steps = np.linalg.norm(np.diff(here[f"{side}_wrist"], axis=0), axis=-1)
        assert steps.max() * 30 < FASTEST_M_S


@pytest.mark.parametrize("name", [n for n, m in MOVEMENTS.items() if m.plant == "seat"])
def test_who_sits_stays_seated(home, name):
    _, motion, _ = acted(home, make_spec({"act": [exercise(name)]}))
    assert np.ptp(motion.pelvis_m, axis=0) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("sit_to_stand", "ankle"),
        ("mini_squat", "ankle"),
        ("weight_shift", "ankle"),
        ("ankle_dorsiflexion", "heel"),
        ("heel_raise", "foot_index"),
    ],
)
def test_planted_feet_do_not_slide(home, name, part):
    _, _, here = acted(home, make_spec({"act": [exercise(name)]}))
    for side in ("left", "right"):
        assert np.ptp(here[f"{side}_{part}"], axis=0).max() < 0.006


def test_the_standing_leg_stands(home):
    _, _, here = acted(home, make_spec({"act": [exercise("hip_abduction")]}))
    assert np.ptp(here["left_ankle"], axis=0).max() < 1e-6
    assert np.ptp(here["right_ankle"], axis=0).max() > 0.2


STORY = [
    {"do": "empty", "seconds": 2.0},
    {"do": "walk_in", "seconds": 4.0},
    {"do": "sit_down", "seconds": 2.0},
    {"do": "sit", "seconds": 2.0},
    {"do": "raise_hand", "side": "right"},
    {"do": "lean_in", "seconds": 3.0},
    exercise("elbow_flexion", arms="lap"),
    {"do": "hand_beside", "side": "left", "picture": 2},
    {"do": "stand_up", "seconds": 2.0},
    {"do": "leave", "seconds": 4.0},
    {"do": "empty", "seconds": 1.0},
]


def test_a_story_is_told_without_a_jump(home):
    staged, motion, here = acted(home, make_spec({"act": STORY}))
    assert set(BEFORE_AFTER) >= {one.act.do for one in staged} - {
        "exercise",
        "raise_hand",
        "hand_beside",
        "lean_in",
    }
    there = motion.present
    assert not there[motion.t_s < 2.0].any()
    assert there[(motion.t_s >= 2.0) & (motion.t_s < staged[-1].begin_s)].all()
    steps = np.linalg.norm(np.diff(here["nose"][there], axis=0), axis=-1) * 30
    assert steps.max() < FASTEST_M_S
    wrist = np.linalg.norm(np.diff(here["right_wrist"][there], axis=0), axis=-1) * 30
    assert wrist.max() < FASTEST_M_S


def test_a_raised_hand_is_above_the_eyes(home):
    staged, motion, here = acted(
        home, make_spec({"act": [{"do": "sit"}, {"do": "raise_hand", "side": "left"}]})
    )
    middle = np.argmin(np.abs(motion.t_s - 0.5 * (staged[1].begin_s + staged[1].end_s)))
    assert here["left_wrist"][middle, 1] > here["left_eye"][middle, 1] + 0.1
    assert here["right_wrist"][middle, 1] < here["right_hip"][middle, 1] + 0.25


def test_an_act_that_does_not_follow_is_refused():
    with pytest.raises(SpecError, match="Put an act 'stand_up' between"):
        stage_acts(make_spec({"act": [{"do": "sit"}, exercise("mini_squat")]}))
    with pytest.raises(SpecError, match="no movement is called 'flying'"):
        stage_acts(make_spec({"act": [exercise("elbow_flexion") | {"exercise": "flying"}]}))
    with pytest.raises(SpecError, match="stands on the other leg"):
        stage_acts(make_spec({"act": [exercise("hip_abduction") | {"side": "both"}]}))


def test_pictures_are_regular_unless_told_otherwise():
    plain = make_spec({"act": [{"do": "sit"}]})
    assert picture_times(plain, 1.0) == pytest.approx(np.arange(30) / 30)


def test_jitter_drops_and_slow_stretches_keep_time_increasing():
    film = {"jitter_s": 0.02, "dropped": 0.2, "slow": [{"from_s": 4.0, "to_s": 8.0, "rate_hz": 5.0}]}
    t_s = picture_times(make_spec({"act": [{"do": "sit"}], "film": film}), 10.0)
    assert (np.diff(t_s) > 0).all()
    assert 0.1 < 1 - np.sum(t_s < 4.0) / 120 < 0.3
    assert np.sum((t_s >= 4.05) & (t_s < 8.0)) <= 20


def test_phases_are_those_of_the_repetitions(home):
    staged = stage_acts(make_spec({"act": [exercise("elbow_flexion", side="left")]}))
    t_s = np.array([1.0, 2.5, 4.5, 6.0])
    assert phase_of(staged, t_s)["left"].tolist() == [0, 1, 2, 3]
    assert phase_of(staged, t_s)["right"].tolist() == [0, 0, 0, 0]
