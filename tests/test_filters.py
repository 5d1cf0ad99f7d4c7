"""Smoothing that keeps what is true, fills only short gaps, and never changes its mind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.filters import (
    ANGLE_REACH,
    PHASE_REACH,
    grid_times,
    masked,
    median3,
    resample,
    smooth,
)

REACHES = (ANGLE_REACH, PHASE_REACH)
coefficient = st.floats(-5.0, 5.0)
seeds = st.integers(0, 10_000)


def recording(seed, *, unseen=0.15, length=120):
    """A noisy signal in which single frames and longer stretches were not seen."""
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.normal(0, 2, length))
    x[rng.random(length) < unseen] = np.nan
    a = int(rng.integers(0, length))
    x[a : a + int(rng.integers(0, 30))] = np.nan
    return x


def sightings(seed, *, length=90):
    """Irregular frame times and a keypoint that is sometimes hidden."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(length) / 30 + rng.uniform(0, 0.03, length)
    xy = np.cumsum(rng.normal(0, 3, (length, 2)), axis=0)
    xy[rng.random(length) < 0.2] = np.nan
    return t_s, xy


# Smooth


@pytest.mark.parametrize("reach", REACHES)
@given(a=coefficient, b=coefficient, c=coefficient)
def test_a_parabola_passes_unchanged_with_its_slope(reach, a, b, c):
    t = np.arange(90) / 30
    x = a + b * t + c * t**2
    inside = slice(reach, -reach)
    assert smooth(x, reach=reach)[inside] == pytest.approx(x[inside], abs=1e-9)
    slope = smooth(x, reach=reach, rate_hz=30.0, derivative=1)
    assert slope[inside] == pytest.approx((b + 2 * c * t)[inside], abs=1e-9)


@pytest.mark.parametrize("reach", REACHES)
@given(a=coefficient, b=coefficient, seed=seeds)
def test_a_straight_line_passes_unchanged_up_to_the_edges_of_what_was_seen(reach, a, b, seed):
    t = np.arange(120) / 30
    x = np.where(np.isnan(recording(seed)), np.nan, a + b * t)
    y = smooth(x, reach=reach)
    known = np.isfinite(y)
    assert y[known] == pytest.approx(x[known], abs=1e-9)
    slope = smooth(x, reach=reach, rate_hz=30.0, derivative=1)
    assert slope[known] == pytest.approx(np.full(known.sum(), b), abs=1e-9)


@pytest.mark.parametrize("reach", REACHES)
@given(seed=seeds)
def test_what_was_not_seen_stays_not_seen(reach, seed):
    x = recording(seed)
    y = smooth(x, reach=reach)
    assert np.isnan(y[np.isnan(x)]).all()
    near = np.array([np.isfinite(x[max(0, i - reach) : i + reach + 1]).sum() for i in range(len(x))])
    assert np.array_equal(np.isfinite(y), np.isfinite(x) & (near >= 3))


@pytest.mark.parametrize("derivative", [0, 1])
@pytest.mark.parametrize("reach", REACHES)
@given(seed=seeds, cut=st.integers(1, 119))
def test_a_smoothed_sample_once_settled_never_changes(reach, derivative, seed, cut):
    x = recording(seed)
    whole = smooth(x, reach=reach, derivative=derivative)
    begun = smooth(x[:cut], reach=reach, derivative=derivative)
    settled = max(cut - reach, 0)
    assert np.array_equal(begun[:settled], whole[:settled], equal_nan=True)
    joined_late = smooth(x[cut:], reach=reach, derivative=derivative)
    assert np.array_equal(joined_late[reach:], whole[cut + reach :], equal_nan=True)


@pytest.mark.parametrize(("reach", "cut_off_hz"), [(ANGLE_REACH, 3.7), (PHASE_REACH, 3.0)])
def test_the_cut_off_is_where_the_source_says(reach, cut_off_hz):
    t = np.arange(600) / 30
    inside = slice(reach, -reach)

    def passed(hz):
        x = np.exp(2j * np.pi * hz * t)
        through = smooth(x.real, reach=reach) + 1j * smooth(x.imag, reach=reach)
        return np.abs(through[inside]).mean()

    assert passed(cut_off_hz - 0.15) > 10 ** (-3 / 20) > passed(cut_off_hz + 0.15)
    assert passed(0.2) > 0.999


def test_nothing_is_smoothed_out_of_nothing():
    assert smooth(np.empty(0), reach=5).shape == (0,)
    assert np.isnan(smooth(np.full(20, np.nan), reach=5)).all()
    assert np.isnan(smooth(np.array([1.0, 2.0]), reach=5)).all()


# Median of three


def test_a_single_frame_far_off_is_taken_out_and_a_ramp_is_left_alone():
    ramp = np.arange(20.0)
    spiked = ramp.copy()
    spiked[7] = 500.0
    assert median3(spiked).tolist() == [*range(7), 8, 9, *range(9, 20)]
    assert np.array_equal(median3(ramp), ramp)


@given(seeds)
def test_the_median_neither_invents_nor_hides_a_sample(seed):
    x = recording(seed, unseen=0.3)
    y = median3(x)
    assert np.array_equal(np.isnan(x), np.isnan(y))
    assert np.isin(y[np.isfinite(y)], x).all()


@given(seeds, st.integers(1, 119))
def test_the_median_looks_one_sample_ahead(seed, cut):
    x = recording(seed)
    assert np.array_equal(median3(x[:cut])[: cut - 1], median3(x)[: cut - 1], equal_nan=True)


# Resample


@given(seeds, coefficient, coefficient)
def test_steady_motion_is_resampled_exactly_whatever_the_camera_clock_does(seed, a, b):
    t_s, xy = sightings(seed)
    xy = np.where(np.isnan(xy), np.nan, a + b * t_s[:, None])
    grid_s = np.arange(0, 91) / 30
    values, _ = resample(t_s, xy, grid_s, fill_max_s=0.17)
    known = np.isfinite(values[:, 0])
    assert known.sum() > 40
    assert values[known, 0] == pytest.approx(a + b * grid_s[known], abs=1e-9)


@given(seeds)
def test_resampling_never_overshoots_what_was_seen(seed):
    t_s, xy = sightings(seed)
    grid_s = np.arange(0, 91) / 30
    values, _ = resample(t_s, xy, grid_s, fill_max_s=0.17)
    seen = np.isfinite(xy[:, 0])
    for k in np.flatnonzero(np.isfinite(values[:, 0])):
        before = xy[seen & (t_s <= grid_s[k])][-1]
        after = xy[seen & (t_s >= grid_s[k])][0]
        assert (values[k] >= np.minimum(before, after) - 1e-9).all()
        assert (values[k] <= np.maximum(before, after) + 1e-9).all()


@given(seeds, st.integers(5, 89))
def test_a_resampled_value_depends_on_two_sightings_to_each_side(seed, cut):
    t_s, xy = sightings(seed)
    seen_s = t_s[:cut][np.isfinite(xy[:cut, 0])]
    grid_s = np.arange(0, 91) / 30
    settled = grid_s <= (seen_s[-2] if len(seen_s) > 1 else -1)
    whole = resample(t_s, xy, grid_s[settled], fill_max_s=0.17)
    begun = resample(t_s[:cut], xy[:cut], grid_s[settled], fill_max_s=0.17)
    assert np.array_equal(whole[0], begun[0], equal_nan=True)
    assert np.array_equal(whole[1], begun[1])


def test_a_short_gap_is_bridged_and_counted_and_a_long_one_stays_open():
    t_s = np.arange(60) / 30
    xy = np.column_stack([t_s, 2 * t_s])
    xy[10:14] = np.nan  # 4 frames: 0.167 s from sighting to sighting
    xy[30:36] = np.nan  # 6 frames: 0.233 s
    values, filled = resample(t_s, xy, t_s, fill_max_s=0.17)
    assert np.flatnonzero(filled).tolist() == [10, 11, 12, 13]
    assert np.flatnonzero(np.isnan(values[:, 0])).tolist() == list(range(30, 36))
    assert values[10:14, 0] == pytest.approx(t_s[10:14], abs=1e-9)


def test_nothing_is_known_before_the_first_and_after_the_last_sighting():
    t_s, xy = np.array([1.0, 1.1, 1.2]), np.ones((3, 2))
    values, _ = resample(t_s, xy, np.array([0.9, 0.99, 1.0, 1.2, 1.21, 5.0]), fill_max_s=0.17)
    assert np.isfinite(values[:, 0]).tolist() == [False, False, True, True, False, False]


def test_a_keypoint_never_seen_is_never_resampled():
    values, filled = resample(np.arange(9) / 30, np.full((9, 2), np.nan), np.arange(9) / 30, fill_max_s=0.17)
    assert np.isnan(values).all()
    assert not filled.any()


# The grid, and the mask


@given(st.floats(0.0, 100.0), st.floats(0.1, 20.0))
def test_the_grid_is_anchored_at_time_zero_not_at_the_first_frame(first_s, length_s):
    k = grid_times(first_s, first_s + length_s, 30.0)
    assert (np.diff(k) == 1).all()
    assert k[0] / 30 >= first_s - 1e-6
    assert (k[0] - 1) / 30 < first_s
    assert k[-1] / 30 <= first_s + length_s + 1e-6
    assert (k[-1] + 1) / 30 > first_s + length_s - 1e-6


def test_a_keypoint_the_model_doubts_counts_as_not_seen():
    uv = np.ones((2, 3, 2), np.float32)
    visibility = np.array([[0.9, 0.5, 0.49], [0.0, np.nan, 1.0]])
    seen = np.isfinite(masked(uv, visibility, visibility_min=0.5)).all(axis=-1)
    assert seen.tolist() == [[True, True, False], [False, False, True]]
