"""The commanded course of repetitions, read with a finger."""

import numpy as np
import pytest

from render.course import PROFILES, Repetition, phases, progress, schedule
from render.movements import MOVEMENTS
from render.spec import SpecError, Stops
from render.spec_file import make_spec, parse_spec

REP = Repetition(1, 2.0, 4.0, 5.0, 8.0, 10.0, 110.0)


def act(**settings):
    return make_spec({"act": [{"do": "exercise", "exercise": "elbow_flexion", **settings}]}).act[0]


def plan(begin_s=0.0, seed=0, **settings):
    chosen = act(**settings)
    return schedule(chosen, MOVEMENTS[chosen.exercise], begin_s, np.random.default_rng(seed))


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_goes_from_rest_to_top_without_turning_back(profile):
    s = PROFILES[profile](np.linspace(-0.5, 1.5, 401))
    assert s[0] == 0
    assert s[-1] == 1
    assert (np.diff(s) >= -1e-12).all()


def test_progress_is_0_at_rest_and_1_on_top():
    part, _ = progress([REP], np.array([0.0, 2.0, 3.0, 4.0, 4.5, 5.0, 6.5, 8.0, 9.0]))
    assert part == pytest.approx([0, 0, 0.5, 1, 1, 1, 0.5, 0, 0])


def test_stops_stand_still_and_end_in_time():
    t_s = np.linspace(2.0, 4.0, 2001)
    part, _ = progress([REP], t_s, stops=Stops(count=3, each_s=0.2))
    assert part[-1] == pytest.approx(1)
    still = np.gradient(part, t_s) < 1e-9
    assert still.sum() / 1000 == pytest.approx(3 * 0.2, abs=0.05)


def test_phases():
    assert phases([REP], np.array([1.9, 2.0, 3.9, 4.0, 4.9, 5.0, 7.9, 8.0])).tolist() == [
        0,
        1,
        1,
        2,
        2,
        3,
        3,
        0,
    ]


def test_repetitions_follow_the_tempo_and_the_rest():
    reps, end_s = plan(
        begin_s=10.0,
        reps=2,
        side="right",
        tempo={"lift_s": [1.0, 3.0], "hold_s": 0.5, "lower_s": 2.0, "rest_s": 4.0},
        still_before_s=1.0,
        still_after_s=2.0,
    )
    assert list(reps) == ["right"]
    edges = [(r.start_s, r.top_start_s, r.top_end_s, r.end_s) for r in reps["right"]]
    assert edges == [(11.0, 12.0, 12.5, 14.5), (18.5, 21.5, 22.0, 24.0)]
    assert end_s == 26.0


def test_sides_may_differ_and_lag():
    reps, _ = plan(reps=1, peak_deg={"left": 55, "right": 85}, lag_s={"left": 0.4, "right": 0.0})
    assert (reps["left"][0].peak_deg, reps["right"][0].peak_deg) == (55.0, 85.0)
    assert reps["left"][0].start_s - reps["right"][0].start_s == pytest.approx(0.4)


def test_no_repetitions_is_a_still_act():
    reps, end_s = plan(reps=0, still_before_s=3.0, still_after_s=4.0)
    assert reps == {"left": [], "right": []}
    assert end_s == 7.0


def test_variation_is_seeded():
    varied = {"reps": 4, "variation": {"peak_deg": 3.0, "time_part": 0.1}}
    assert plan(seed=1, **varied) == plan(seed=1, **varied)
    assert plan(seed=1, **varied) != plan(seed=2, **varied)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (
            "[[act]]\ndo = 'exercise'\nexercise = 'elbow_flexion'\nrepz = 3",
            "unknown key 'repz' in act 1; did you mean 'reps'",
        ),
        (
            "[person]\nage_year = 70\n[[act]]\ndo = 'sit'",
            "unknown key 'age_year' in person; did you mean 'age_years'",
        ),
        (
            "[[act]]\ndo = 'exercise'\nexercise = 'elbow_flexion'\npeak_deg = { left = 60, rihgt = 80 }",
            "unknown key 'rihgt' in act 1 peak_deg; did you mean 'right'",
        ),
        (
            "[film]\nsize_px = [321, 240]\n[[act]]\ndo = 'sit'",
            "film: size_px = .321, 240. must hold even numbers",
        ),
        ("[[hidden]]\npart = 'nose'\nfrom_s = 1\nto_s = 2\n[[act]]\nseconds = 3", "act 1"),
        ("act = []", "act"),
        ("[[act]]\ndo = 'fly'", "fly"),
        ("[[act", "not valid TOML"),
        (
            "[[act]]\ndo = 'sit'\n[[hidden]]\npart = 'nose'\nfrom_s = 3\nto_s = 1",
            "from_s = 3 must come before",
        ),
    ],
)
def test_a_spec_that_is_off_says_where(toml, words):
    with pytest.raises(SpecError, match=words):
        parse_spec(toml, where="clip.toml")
