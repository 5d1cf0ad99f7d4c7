"""Every measure says its unit, keeps its promises, and is silent where nothing was seen."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import smooth_step

from posecheck.filters import ANGLE_REACH, median3, smooth
from posecheck.metrics import METRICS, change_of, hold_sd_deg, noise_sigma_deg, peak_deg, range_deg
from posecheck.rep_window import RepWindow

UNIT_OF_SUFFIX = {
    "sparc": "",
    "_delta": "",
    "_s": "s",
    "_deg": "deg",
    "_dps": "deg/s",
    "_pct": "%",
    "_hz": "Hz",
    "_cv": "",
}
ANGLES = [name for name, metric in METRICS.items() if "degrees" in metric.needs]
CHANGES = ("trunk_lean", "trunk_flexion", "shoulder_hike")
# Known although the limb was not seen.
EMPTY_HANDED = ("seen_pct", "framed_pct", "frame_rate_hz", "helper_pct")


def a_rep(*, rest=10.0, top=100.0, tempo=(3.0, 2.0, 3.0), noise_deg=0.0, seed=0, hold=None):
    """One lift, hold and lower, 1 s after the window begins."""
    lift, held, lower = tempo
    t = np.arange(0, 1 + lift + held + lower + 0.4, 1 / 30)
    raw = rest + (top - rest) * (smooth_step((t - 1) / lift) - smooth_step((t - 1 - lift - held) / lower))
    raw = raw + (0.0 if hold is None else np.where((t > 1 + lift) & (t < 1 + lift + held), hold(t), 0.0))
    raw = raw + np.random.default_rng(seed).normal(0, noise_deg, len(t)) if noise_deg else raw
    edges = np.cumsum([1.0, lift, held, lower])
    return RepWindow(
        t_s=t,
        raw=raw,
        angle=smooth(median3(raw), reach=ANGLE_REACH),
        speed=smooth(median3(raw), reach=ANGLE_REACH, derivative=1) * np.sign(top - rest),
        others={name: np.zeros(len(t)) for name in CHANGES},
        other_limb=np.full(len(t), 12.0),
        helper=np.full(len(t), np.nan),
        own_hand=np.full(len(t), 0.9),
        sighted=np.ones(len(t)),
        framed=np.ones(len(t)),
        proximal=np.full(len(t), 70.0),
        distal=np.full(len(t), 60.0),
        doubt=np.full(len(t), np.nan),
        first=30,
        last=int(edges[-1] * 30),
        lift_start_s=edges[0],
        top_start_s=edges[1],
        top_end_s=edges[2],
        lower_end_s=edges[3],
        lift_sigma_s=0.05,
        hold_sigma_s=0.05,
        lower_sigma_s=0.05,
        misfit_deg=0.5,
        rest_before_s=4.0,
        frames=int((lift + held + lower) * 30),
        view_sigma_deg=5.0,
        time_part=0.10,
        sign=float(np.sign(top - rest)),
        smoothed=False,
    )


def shifted(rep, by_deg):
    return replace(rep, raw=rep.raw + by_deg, angle=rep.angle + by_deg)


def unseen(rep):
    nothing = np.full(len(rep.t_s), np.nan)
    return replace(
        rep,
        raw=nothing,
        angle=nothing,
        speed=nothing,
        others=dict.fromkeys(CHANGES, nothing),
        other_limb=nothing,
        helper=nothing,
        own_hand=nothing,
        sighted=np.zeros(len(rep.t_s)),
        framed=np.zeros(len(rep.t_s)),
        proximal=nothing,
        distal=nothing,
        doubt=nothing,
        lift_start_s=np.nan,
        top_start_s=np.nan,
        top_end_s=np.nan,
        lower_end_s=np.nan,
        lift_sigma_s=np.nan,
        hold_sigma_s=np.nan,
        lower_sigma_s=np.nan,
        rest_before_s=np.nan,
        frames=0,
    )


def value(name, rep):
    return METRICS[name].function(rep)[0]


# Of every measure


@pytest.mark.parametrize("name", METRICS)
def test_a_measure_carries_its_unit_in_its_name_and_is_a_number_with_its_uncertainty(name):
    metric = METRICS[name]
    assert metric.id == name
    assert metric.unit == next(unit for suffix, unit in UNIT_OF_SUFFIX.items() if name.endswith(suffix))
    number, sigma = metric.function(a_rep(noise_deg=1.0))
    assert np.isfinite(number)
    assert np.isnan(sigma) or sigma >= 0


@pytest.mark.parametrize("name", [name for name in METRICS if name not in EMPTY_HANDED])
def test_nothing_seen_is_not_measurable_and_never_zero(name):
    assert np.isnan(value(name, unseen(a_rep())))


def test_of_an_unseen_limb_it_is_known_that_it_was_not_seen():
    assert [value(name, unseen(a_rep())) for name in EMPTY_HANDED] == [0.0] * len(EMPTY_HANDED)


@pytest.mark.parametrize("name", [name for name in METRICS if name not in ("start_deg", "peak_deg")])
def test_a_constant_error_of_the_camera_cancels(name):
    rep = a_rep(noise_deg=1.0)
    assert value(name, shifted(rep, 12.0)) == pytest.approx(value(name, rep), abs=1e-9)


@pytest.mark.parametrize("name", METRICS)
def test_later_in_the_recording_is_the_same(name):
    rep = a_rep(noise_deg=1.0)
    late = {
        n: getattr(rep, n) + 64.0 for n in ("t_s", "lift_start_s", "top_start_s", "top_end_s", "lower_end_s")
    }
    assert value(name, replace(rep, **late)) == pytest.approx(value(name, rep), abs=1e-6)


@pytest.mark.parametrize("name", ["range_deg", "mean_speed_dps", "peak_speed_dps"])
def test_twice_the_movement_in_the_same_time_is_twice_the_range_and_speed(name):
    assert value(name, a_rep(top=110.0)) == pytest.approx(2 * value(name, a_rep(top=60.0)), rel=1e-9)


@pytest.mark.parametrize("name", METRICS)
def test_a_movement_downwards_measures_like_one_upwards(name):
    up, down = a_rep(rest=10, top=70, noise_deg=0), a_rep(rest=70, top=10)
    if name in ("start_deg", "peak_deg"):
        assert value(name, up) + value(name, down) == pytest.approx(80.0, abs=1e-9)
    else:
        assert value(name, down) == pytest.approx(value(name, up), abs=1e-6)


# Of single measures


def test_a_curl_from_10_to_100_degrees_in_three_one_three():
    rep = a_rep(tempo=(3.0, 1.0, 3.0))
    known = {"lift_s": 3.0, "hold_s": 1.0, "lower_s": 3.0, "rest_s": 4.0, "start_deg": 10.0, "peak_deg": 100.0,
             "range_deg": 90.0, "mean_speed_dps": 30.0, "seen_pct": 100.0, "framed_pct": 100.0}  # fmt: skip
    assert {name: value(name, rep) for name in known} == pytest.approx(known, abs=0.05)
    assert value("peak_speed_dps", rep) == pytest.approx(1.875 * 30.0, rel=0.03)
    assert value("frame_rate_hz", rep) == pytest.approx(30.0, rel=0.02)


@pytest.mark.parametrize("noise_deg", [1.0, 2.0])
def test_noise_does_not_raise_the_peak_or_the_range(noise_deg):
    reps = [a_rep(noise_deg=noise_deg, seed=seed) for seed in range(60)]
    assert np.mean([peak_deg(rep)[0] for rep in reps]) == pytest.approx(100.0, abs=0.3)
    assert np.mean([range_deg(rep)[0] for rep in reps]) == pytest.approx(90.0, abs=0.5)


@pytest.mark.parametrize("noise_deg", [1.0, 2.0])
def test_the_reported_error_of_the_peak_covers_it(noise_deg):
    pairs = [peak_deg(a_rep(noise_deg=noise_deg, seed=seed)) for seed in range(60)]
    assert np.mean([abs(peak - 100.0) < 3 * sigma for peak, sigma in pairs]) >= 0.95


def test_the_range_is_never_more_certain_than_its_view():
    assert range_deg(a_rep())[1] >= 5.0
    assert range_deg(a_rep(noise_deg=2.0))[1] > range_deg(a_rep())[1]


@pytest.mark.parametrize("noise_deg", [0.5, 1.0, 3.0])
def test_white_noise_is_measured_from_what_smoothing_took_away(noise_deg):
    found = [noise_sigma_deg(a_rep(noise_deg=noise_deg, seed=seed))[0] for seed in range(20)]
    # The filters take more of it away from a moving limb than from a resting one, so one factor fits to a quarter.
    assert np.mean(found) == pytest.approx(noise_deg, rel=0.25)


def test_a_steady_hold_wobbles_by_nothing_and_a_drift_is_no_wobble():
    assert hold_sd_deg(a_rep())[0] < 0.3
    sagging = a_rep(tempo=(3.0, 4.0, 3.0), hold=lambda t: -3.0 * (t - 4.0))
    assert hold_sd_deg(sagging)[0] < 1.0  # with its drift it would be 2.8
    shaky = hold_sd_deg(a_rep(hold=lambda t: 4.0 * np.sin(2 * np.pi * 1.0 * t)))[0]
    assert shaky == pytest.approx(4.0 / np.sqrt(2), rel=0.35)


def test_a_short_hold_has_no_wobble_to_measure():
    assert np.isnan(hold_sd_deg(a_rep(tempo=(3.0, 1.0, 3.0)))[0])


def test_an_engine_that_smooths_hides_speed_and_wobble():
    rep = replace(a_rep(noise_deg=1.0), smoothed=True)
    assert np.isnan(value("peak_speed_dps", rep))
    assert np.isnan(value("hold_sd_deg", rep))
    assert np.isfinite(value("mean_speed_dps", rep))


@pytest.mark.parametrize("lean", [14.0, -14.0])
def test_a_lean_that_lasts_is_measured_with_its_sign_and_a_twitch_is_not(lean):
    rep = a_rep()
    during = (rep.t_s > 3) & (rep.t_s < 6)
    assert change_of("trunk_lean")(replace(rep, others={"trunk_lean": 5 + lean * during}))[0] == lean
    twitch = (rep.t_s > 3) & (rep.t_s < 3.2)
    assert change_of("trunk_lean")(replace(rep, others={"trunk_lean": 5 + lean * twitch}))[0] == 0.0


def test_a_change_is_found_in_its_direction_behind_a_larger_one_in_the_other():
    rep = a_rep()
    n = rep.last - rep.first
    during = np.zeros(len(rep.t_s))
    during[rep.first : rep.first + n // 3] = 9.0
    during[rep.first + n // 3 : rep.last] = -20.0
    both = replace(rep, others={"trunk_flexion": 5 + during})
    assert change_of("trunk_flexion")(both)[0] == -20.0
    assert change_of("trunk_flexion", "negative")(both)[0] == -20.0
    assert change_of("trunk_flexion", "positive")(both)[0] == 9.0


def test_a_signal_that_this_exercise_does_not_watch_has_no_change():
    assert np.isnan(change_of("trunk_lean")(replace(a_rep(), others={}))[0])


def test_a_limb_that_turns_towards_the_camera_changes_its_length():
    rep = a_rep()
    foreshortened = rep.proximal * np.linspace(1.0, 0.5, len(rep.t_s))
    assert value("bone_length_cv", rep) == 0.0
    assert value("bone_length_cv", replace(rep, proximal=foreshortened)) > 0.15


@pytest.mark.parametrize("name", ["seen_pct", "framed_pct"])
def test_half_seen_is_fifty_percent(name):
    rep = a_rep()
    half = (np.arange(len(rep.t_s)) % 2).astype(float)
    assert value(name, replace(rep, sighted=half, framed=half)) == pytest.approx(50.0, abs=0.5)


# Smoothness


def test_a_halt_on_the_way_is_less_smooth_than_any_tempo_of_a_smooth_lift():
    smooth_ones = [a_rep(tempo=(t, 1.0, t), noise_deg=noise) for t in (2.0, 3.0, 5.0) for noise in (0.1, 0.7)]
    assert all(abs(value("smoothness_delta", rep)) < 0.5 for rep in smooth_ones)
    whole = a_rep(tempo=(4.0, 1.0, 4.0))
    halted = replace(whole, speed=np.where((whole.t_s > 2.6) & (whole.t_s < 3.4), 0.0, whole.speed))
    assert value("smoothness_delta", halted) < -0.9
    assert value("sparc", halted) < value("sparc", whole) < -1.3


def test_smoothness_is_withheld_where_noise_hides_it():
    assert np.isnan(value("smoothness_delta", a_rep(rest=10.0, top=25.0, noise_deg=1.5)))
    assert np.isnan(value("sparc", replace(a_rep(), smoothed=True)))
