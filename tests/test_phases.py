"""Lift, hold and lower are recovered from the shape of the movement, with an honest uncertainty.

Known movements of several shapes, with the noise that pose models have (correlated from frame to frame). The fit reads
a minimum-jerk phase up to 3.5 % short and a trapezoid up to 7 % long, the hold makes up for it: its model lies between.
"""

import warnings
from dataclasses import fields

import numpy as np
import pytest
from synthetic import smooth_step

from posecheck.filters import PHASE_REACH, smooth
from posecheck.metrics import SHAPE_PART
from posecheck.phases import POINTS, PhaseFit, fit_phases, step, window

RATE_HZ = 30.0
LEAD_S, TAIL_S = 1.0, 0.4
TEMPOS = {
    "3-1-3": (3.0, 1.0, 3.0),
    "4-2-4": (4.0, 2.0, 4.0),
    "half": (1.5, 0.5, 1.5),
    "touch": (1.0, 0.0, 1.0),
}


def trapezoid(u, ramp=0.2):
    """Step whose speed rises, stays and falls on straight lines."""
    u = np.clip(u, 0, 1)
    early, late = u**2 / (2 * ramp), 1 - ramp - (1 - u) ** 2 / (2 * ramp)
    return np.where(u < ramp, early, np.where(u > 1 - ramp, late, u - ramp / 2)) / (1 - ramp)


def skewed(u):
    """Step that starts quickly and arrives slowly: its fastest moment is at 0.37."""
    return smooth_step(np.clip(u, 0, 1) ** 0.7)


def late(u):
    """Step that starts slowly and arrives quickly."""
    return 1 - skewed(1 - u)


def halting(u, part=0.15):
    """Step that stands still half-way for `part` of its time."""
    piece = (1 - part) / 2
    return 0.5 * (smooth_step(u / piece) + smooth_step((u - 1 + piece) / piece))


SHAPES = {"minimum jerk": smooth_step, "trapezoid": trapezoid}


def _correlated(rng, length, rho):
    noise = rng.normal(size=length)
    for k in range(1, length):
        noise[k] = rho * noise[k - 1] + np.sqrt(1 - rho**2) * noise[k]
    return noise


def repetitions(
    shape, tempo, *, down=None, count=1, range_deg=90.0, noise_deg=0.0, rho=0.5, rest_deg=10.0, seed=0
):
    """`count` windows (t_s, y, turn_s) of the same movement, each with its own noise and its own frame clock.

    The way down has the shape `down`, or that of the lift.
    """
    down = down or shape
    lift, hold, lower = tempo
    rng = np.random.default_rng(seed)
    t_s, y, turn_s = [], [], []
    for _ in range(count):
        start = 1.0 + LEAD_S + rng.uniform(0, 1 / RATE_HZ)
        t = np.arange(0, start + lift + hold + lower + TAIL_S + 1, 1 / RATE_HZ)
        angle = rest_deg + range_deg * (shape((t - start) / lift) - down((t - start - lift - hold) / lower))
        seen = smooth(angle + noise_deg * _correlated(rng, len(t), rho), reach=PHASE_REACH)
        first, last = int(RATE_HZ), int((start + lift + hold + lower + TAIL_S) * RATE_HZ)
        one = window(seen, np.array([first]), np.array([last]), rate_hz=RATE_HZ)
        t_s.append(one[0][0])
        y.append(one[1][0])
        turn_s.append(start + lift + hold / 2)
    return np.array(t_s), np.array(y), np.array(turn_s)


def phase_times(fit):
    """(R, 3) lift, hold and lower, and their reported standard deviations with the part that the shape adds."""
    edges = (fit.lift_start_s, fit.top_start_s, fit.top_end_s, fit.lower_end_s)
    times = np.diff(np.array(edges), axis=0).T
    fitted = np.array([fit.lift_sigma_s, fit.hold_sigma_s, fit.lower_sigma_s]).T
    moving = times[:, [0]] + times[:, [2]]
    shape = SHAPE_PART * np.column_stack([times[:, 0], 0.5 * moving[:, 0], times[:, 2]])
    return times, np.hypot(fitted, shape)


# The truth is recovered


@pytest.mark.parametrize("range_deg", [30.0, 100.0])
@pytest.mark.parametrize("tempo", TEMPOS)
@pytest.mark.parametrize(("shape", "part"), [("minimum jerk", 0.04), ("trapezoid", 0.09)])
def test_without_noise_each_phase_is_within_the_share_that_its_shape_costs(shape, part, tempo, range_deg):
    truth = np.array(TEMPOS[tempo])
    times, _ = phase_times(fit_phases(*repetitions(SHAPES[shape], truth, range_deg=range_deg)))
    longer = max(truth[0], truth[2])
    assert times[0] == pytest.approx(truth, abs=part * longer + 0.005)


@pytest.mark.parametrize("range_deg", [60.0, 100.0])
@pytest.mark.parametrize("tempo", TEMPOS)
@pytest.mark.parametrize("shape", SHAPES)
def test_one_repetition_is_timed_to_half_a_second_and_a_set_to_a_third(shape, tempo, range_deg):
    truth = np.array(TEMPOS[tempo])
    reps = repetitions(SHAPES[shape], truth, count=40, range_deg=range_deg, noise_deg=1.0)
    error = phase_times(fit_phases(*reps))[0] - truth
    slow = max(1.0, truth[0] / 3.0)
    assert (np.percentile(np.abs(error), 95, axis=0) <= 0.5 * slow).all()
    assert (np.abs(np.median(error, axis=0)) <= 0.3 * slow).all()


@pytest.mark.parametrize("noise_deg", [1.0, 2.0])
@pytest.mark.parametrize("tempo", TEMPOS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_truth_lies_within_three_reported_sigmas(shape, tempo, noise_deg):
    truth = np.array(TEMPOS[tempo])
    reps = repetitions(SHAPES[shape], truth, count=60, range_deg=60.0, noise_deg=noise_deg)
    times, sigma = phase_times(fit_phases(*reps))
    assert (np.mean(np.abs(times - truth) < 3 * sigma, axis=0) >= 0.95).all()


def test_more_noise_and_smaller_movements_are_reported_as_less_certain():
    lift = TEMPOS["3-1-3"]

    def sigma(range_deg, noise_deg):
        reps = repetitions(smooth_step, lift, count=30, range_deg=range_deg, noise_deg=noise_deg)
        return np.median(fit_phases(*reps).lift_sigma_s)

    assert sigma(90.0, 2.0) > 1.5 * sigma(90.0, 1.0)
    assert sigma(30.0, 1.0) > 2.0 * sigma(90.0, 1.0)


def test_a_fast_lift_is_told_from_a_slow_one_by_the_amount_it_is_faster():
    times = [
        phase_times(fit_phases(*repetitions(smooth_step, (lift, 1.0, 3.0), count=20, noise_deg=1.0)))[0]
        for lift in (1.0, 1.5, 2.0, 3.0, 4.0)
    ]
    lifts, _, lowers = np.median(times, axis=1).T
    assert lifts == pytest.approx([1.0, 1.5, 2.0, 3.0, 4.0], abs=0.25)
    assert lowers == pytest.approx(np.full(5, 3.0), abs=0.25)


@pytest.mark.parametrize(("lift_s", "lower_s"), [(3.4, 2.4), (2.0, 3.0), (1.5, 1.2)])
def test_a_halt_on_the_way_up_leaves_the_way_down_as_it_was(lift_s, lower_s):
    truth = np.array([lift_s, 0.8, lower_s])
    reps = repetitions(halting, truth, down=smooth_step, count=40, range_deg=68.0, noise_deg=1.0)
    error = phase_times(fit_phases(*reps))[0] - truth
    assert (np.abs(np.median(error, axis=0)) <= [0.07 * lift_s, 0.15, 0.05 * lower_s]).all()
    assert (np.percentile(np.abs(error), 90, axis=0) <= 0.35).all()


@pytest.mark.parametrize("range_deg", [40.0, 90.0])
@pytest.mark.parametrize("shape", [skewed, late])
def test_a_skewed_movement_begins_and_ends_where_it_does(shape, range_deg):
    truth = np.array([3.0, 1.0, 3.0])
    reps = repetitions(shape, truth, count=40, range_deg=range_deg, noise_deg=1.0)
    fit = fit_phases(*reps)
    edges = np.array([fit.lift_start_s, fit.top_start_s, fit.top_end_s, fit.lower_end_s])
    true = reps[2] - truth[0] - truth[1] / 2 + np.cumsum([0.0, *truth])[:, None]
    assert (np.abs(np.median(edges - true, axis=1)) <= 0.25).all()
    assert (np.mean(np.abs(edges - true), axis=1) <= 0.3).all()
    assert (np.abs(np.median(phase_times(fit)[0] - truth, axis=0)) <= 0.15).all()


def test_a_small_noisy_movement_is_taken_for_an_ordinary_one():
    truth = np.array([3.0, 1.0, 3.0])
    reps = repetitions(smooth_step, truth, count=60, range_deg=20.0, noise_deg=1.0)
    error = np.abs(phase_times(fit_phases(*reps))[0] - truth)
    assert (np.mean(error, axis=0) <= 0.4).all()
    assert (np.percentile(error, 95, axis=0) <= 1.0).all()


# What cannot matter


@pytest.mark.parametrize("rest_deg", [-120.0, 0.0, 60.0])
def test_where_rest_lies_does_not_matter(rest_deg):
    here, there = (repetitions(smooth_step, TEMPOS["3-1-3"], rest_deg=r) for r in (10.0, rest_deg))
    assert phase_times(fit_phases(*there))[0] == pytest.approx(phase_times(fit_phases(*here))[0], abs=2e-3)


def test_when_in_the_recording_it_happens_does_not_matter():
    t_s, y, turn_s = repetitions(smooth_step, TEMPOS["3-1-3"], count=5, noise_deg=1.0)
    now, later = fit_phases(t_s, y, turn_s), fit_phases(t_s + 3600.0, y, turn_s + 3600.0)
    assert later.lift_start_s - 3600.0 == pytest.approx(now.lift_start_s, abs=1e-6)
    assert phase_times(later)[0] == pytest.approx(phase_times(now)[0], abs=1e-6)


def mixed_batch():
    """A hundred repetitions of every kind: slow, fast, noisy, half seen, not seen."""
    parts = [
        repetitions(SHAPES[shape], TEMPOS[tempo], count=13, range_deg=size, noise_deg=noise, seed=len(tempo))
        for (shape, tempo), size, noise in zip(
            [(s, t) for s in SHAPES for t in TEMPOS],
            (90, 60, 30, 12) * 2,
            (0, 1, 2, 3, 1, 0, 6, 2),
            strict=True,
        )
    ]
    t_s, y, turn_s = (np.concatenate(x)[:100] for x in zip(*parts, strict=True))
    rng = np.random.default_rng(5)
    for i in range(0, 100, 9):
        a = int(rng.integers(0, POINTS))
        y[i, a : a + int(rng.integers(1, POINTS))] = np.nan
    return t_s, y, turn_s


def _rows(fit):
    return np.array([getattr(fit, f.name) for f in fields(PhaseFit)])


def test_a_repetition_alone_is_the_same_to_the_bit_as_in_a_batch_of_a_hundred():
    t_s, y, turn_s = mixed_batch()
    batch = _rows(fit_phases(t_s, y, turn_s))
    assert batch.shape[1] == 100
    assert np.isfinite(batch).all(axis=0).sum() > 80
    for i in range(100):
        alone = _rows(fit_phases(t_s[i : i + 1], y[i : i + 1], turn_s[i : i + 1]))
        assert np.array_equal(alone[:, 0], batch[:, i], equal_nan=True), i


def test_the_order_of_a_batch_does_not_matter():
    t_s, y, turn_s = mixed_batch()
    order = np.random.default_rng(1).permutation(100)
    shuffled = _rows(fit_phases(t_s[order], y[order], turn_s[order]))
    assert np.array_equal(shuffled, _rows(fit_phases(t_s, y, turn_s))[:, order], equal_nan=True)


# Not seen


def test_a_repetition_seen_in_too_few_samples_has_no_phases():
    t_s, y, turn_s = repetitions(smooth_step, TEMPOS["3-1-3"], count=2)
    y[0, 10:] = np.nan
    fit = _rows(fit_phases(t_s, y, turn_s))
    assert np.isnan(fit[:, 0]).all()
    assert np.isfinite(fit[:, 1]).all()


def test_a_repetition_never_seen_has_no_phases_and_warns_nobody():
    t_s, y, turn_s = repetitions(smooth_step, TEMPOS["3-1-3"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = _rows(fit_phases(t_s, np.full_like(y, np.nan), turn_s))
    assert np.isnan(fit).all()


def test_no_repetitions_have_no_phases():
    nothing = fit_phases(np.empty((0, POINTS)), np.empty((0, POINTS)), np.empty(0))
    assert _rows(nothing).shape[1] == 0


def test_a_blink_during_the_lift_moves_nothing_much():
    t_s, y, turn_s = repetitions(smooth_step, TEMPOS["3-1-3"])
    whole = phase_times(fit_phases(t_s, y, turn_s))[0]
    y[0, 25:30] = np.nan
    assert phase_times(fit_phases(t_s, y, turn_s))[0] == pytest.approx(whole, abs=0.05)


# The step and the window


@pytest.mark.parametrize("r", [0.05, 0.2, 0.35, 0.5])
def test_the_step_rises_from_0_to_1_and_its_slopes_are_its_slopes(r):
    u = np.linspace(-0.2, 1.2, 141)
    s, du, dbegin, dend = step(u, np.array(r), np.array(r))
    dr = dbegin + dend
    assert s[u <= 0] == pytest.approx(0.0, abs=1e-12)
    assert s[u >= 1] == pytest.approx(1.0, abs=1e-12)
    assert (np.diff(s) >= -1e-12).all()
    assert s + s[::-1] == pytest.approx(np.ones_like(s), abs=1e-9)
    h = 1e-6
    inside = (u > 0.001) & (u < 0.999)
    numeric = (step(u + h, np.array(r), np.array(r))[0] - step(u - h, np.array(r), np.array(r))[0]) / (2 * h)
    assert du[inside] == pytest.approx(numeric[inside], abs=1e-5)
    if r < 0.5:
        longer, shorter = (step(u, np.array(r + d), np.array(r + d))[0] for d in (h, -h))
        numeric = (longer - shorter) / (2 * h)
        assert dr[inside] == pytest.approx(numeric[inside], abs=1e-4)


@pytest.mark.parametrize(("begin", "end"), [(0.05, 0.6), (0.3, 0.1), (0.35, 0.65), (0.8, 0.1)])
def test_a_skewed_step_rises_from_0_to_1_and_its_slopes_are_its_slopes(begin, end):
    u, h = np.linspace(-0.2, 1.2, 141), 1e-6
    s, du, dbegin, dend = step(u, begin, end)
    assert s[u <= 0] == pytest.approx(0.0, abs=1e-12)
    assert s[u >= 1] == pytest.approx(1.0, abs=1e-12)
    assert (np.diff(s) >= -1e-12).all()
    mirrored = 1 - step(1 - u, end, begin)[0]
    assert s == pytest.approx(mirrored, abs=1e-9)
    inside = (u > 0.001) & (u < 0.999)
    for slope, with_more, with_less in (
        (du, step(u + h, begin, end), step(u - h, begin, end)),
        (dbegin, step(u, begin + h, end), step(u, begin - h, end)),
        (dend, step(u, begin, end + h), step(u, begin, end - h)),
    ):
        assert slope[inside] == pytest.approx((with_more[0] - with_less[0])[inside] / (2 * h), abs=1e-4)


def test_a_window_needs_no_sample_beyond_its_last():
    values = np.concatenate([np.arange(40.0), np.full(10, np.nan)])
    t_s, y = window(values, np.array([5]), np.array([39]), rate_hz=RATE_HZ)
    assert y[0] == pytest.approx(np.linspace(5.0, 39.0, POINTS), abs=1e-9)
    assert t_s[0] == pytest.approx(np.linspace(5.0, 39.0, POINTS) / RATE_HZ, abs=1e-9)
    shorter = window(values[:40], np.array([5]), np.array([39]), rate_hz=RATE_HZ)
    assert np.array_equal(shorter[1], y)
