"""Smoothing that keeps what is true, fills only short gaps, and never changes its mind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posecheck.filters import (
    ANGLE_REACH,
    PHASE_REACH,
    Sightings,
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


# Sightings: believed, lost, regained

YES, NO = True, False
# Visibility, place in px and answer of frames 1/30 s apart; the trunk is 100 px long, so a leap is more than 10.
TABLE = {
    "behind a thing until it reads as before": (
        [0.93, 0.93, 0.47, 0.56, 0.69, 0.80, 0.87, 0.96, 0.96],
        [0.00, 1.00, 40.0, 45.0, 60.0, 57.0, 57.0, 4.00, 4.00],
        [YES, YES, NO, NO, NO, NO, NO, YES, YES],
    ),
    "lost although it never falls below the threshold": (
        [0.93, 0.93, 0.62, 0.75, 0.80, 0.89, 0.91],
        [0.00, 1.00, 40.0, 45.0, 60.0, 57.0, 5.00],
        [YES, YES, NO, NO, NO, NO, YES],
    ),
    "nearly as before is enough": (
        [0.93, 0.93, 0.47, 0.70, 0.91, 0.80, 0.60],
        [0.00, 1.00, 40.0, 45.0, 5.00, 5.00, 5.00],
        [YES, YES, NO, NO, YES, YES, YES],
    ),
    "an invented limb of which the model grows sure, without a leap back": (
        [0.93, 0.93, 0.62, 0.75, 0.90, 0.96, 0.97],
        [0.00, 1.00, 13.0, 18.0, 24.0, 28.0, 30.0],
        [YES, YES, NO, NO, NO, NO, NO],
    ),
    "leaps that came before the model is sure count as leaps back": (
        [0.93, 0.93, 0.62, 0.75, 0.80, 0.80, 0.93],
        [0.00, 1.00, 40.0, 41.0, 42.0, 5.00, 5.00],
        [YES, YES, NO, NO, NO, NO, YES],
    ),
    "moving fast is no loss": (
        [0.93, 0.93, 0.80, 0.75, 0.80, 0.85, 0.85],
        [0.00, 12.0, 25.0, 38.0, 50.0, 58.0, 60.0],
        [YES, YES, YES, YES, YES, YES, YES],
    ),
    "turning away slowly is no loss": (
        [0.93, 0.80, 0.65, 0.48, 0.55, 0.60, 0.52],
        [0.00, 3.00, 6.00, 9.00, 10.0, 9.00, 8.00],
        [YES, YES, YES, NO, YES, YES, YES],
    ),
    "a leap of which the model is sure is no loss": (
        [0.93, 0.93, 0.90, 0.91, 0.70, 0.70, 0.70],
        [0.00, 1.00, 40.0, 41.0, 42.0, 43.0, 44.0],
        [YES, YES, YES, YES, YES, YES, YES],
    ),
    "a landmark that only slipped for a frame": (
        [0.93, 0.93, 0.60, 0.80, 0.80, 0.80, 0.80],
        [0.00, 1.00, 40.0, 6.00, 7.00, 8.00, 9.00],
        [YES, YES, NO, YES, YES, YES, YES],
    ),
    "back at its old place, but later than a slip": (
        [0.93, 0.93, 0.60, 0.80, 0.80, 0.80, 0.80],
        [0.00, 1.00, 40.0, 41.0, 42.0, 6.00, 7.00],
        [YES, YES, NO, NO, NO, NO, NO],
    ),
    "nobody, then somebody elsewhere": (
        [0.93, 0.93, 0.00, 0.00, 0.80, 0.80],
        [0.00, 1.00, np.nan, np.nan, 90.0, 90.0],
        [YES, YES, NO, NO, YES, YES],
    ),
}


def judged(t_s, x_px, visibility, *, regain=0.03, pieces=None):
    """Answers for keypoints that move along x, asked in one go or in overlapping `pieces` (first, past the last)."""
    x_px, visibility = (np.asarray(a, float).reshape(len(t_s), -1) for a in (x_px, visibility))
    uv = np.stack([x_px, np.zeros_like(x_px)], axis=-1)
    sightings = Sightings(visibility_min=0.5, visibility_regain=regain)
    seen = np.zeros(x_px.shape, bool)
    for a, b in pieces or [(0, len(t_s))]:
        seen[a:b] = sightings.extend(t_s[a:b], uv[a:b], visibility[a:b], np.full(b - a, 100.0))
    return seen


@pytest.mark.parametrize(("visibility", "x_px", "seen"), TABLE.values(), ids=TABLE)
@pytest.mark.parametrize("overlap", [None, 0, 1, 3, 99])
def test_a_keypoint_that_leapt_while_its_visibility_fell_is_believed_when_it_reads_as_before(
    visibility, x_px, seen, overlap
):
    n = len(seen)
    pieces = None if overlap is None else [(max(0, i - overlap), i + 1) for i in range(n)]
    assert judged(np.arange(n) / 30, x_px, visibility, pieces=pieces)[:, 0].tolist() == seen


def test_only_the_visibility_of_the_last_second_counts_as_before():
    visibility = np.r_[np.full(20, 0.99), np.full(40, 0.80), 0.55, 0.70, 0.78, 0.78]
    x_px = np.r_[np.zeros(60), 40.0, 40.0, 1.0, 1.0]
    assert judged(np.arange(64) / 30, x_px, visibility)[-4:, 0].tolist() == [NO, NO, YES, YES]


def test_a_limb_that_comes_back_in_another_posture_is_not_lost_for_good():
    t_s = np.arange(60 * 30) / 30
    visibility = np.where(t_s < 1, 0.95, np.where(t_s < 2, 0.60, 0.85))
    seen = judged(t_s, np.where(t_s < 1, 0.0, 40.0), visibility)[:, 0]
    assert not seen[(t_s >= 1) & (t_s < 14)].any()
    assert seen[t_s > 17].all()  # 0.92 - 0.85 takes 14 s at 0.005 a second


@pytest.mark.parametrize(("back_px", "believed_from_s"), [(0.0, 3.0), (34.0, 4.1)])
def test_what_left_with_a_leap_comes_back_with_one_or_is_waited_for(back_px, believed_from_s):
    t_s = np.arange(8 * 30) / 30
    visibility = np.where((t_s >= 1) & (t_s < 3), 0.60, 0.95)
    x_px = np.select([t_s < 1, t_s < 3], [0.0, 40.0], back_px)
    seen = judged(t_s, x_px, visibility)[:, 0]
    assert not seen[(t_s >= 1) & (t_s < min(believed_from_s, 4.0) - 0.01)].any()
    assert seen[t_s >= believed_from_s].all()


def test_frames_far_apart_may_move_further_and_a_trunk_unseen_measures_no_leap():
    visibility, x_px = [0.93, 0.93, 0.60, 0.60], [0.0, 0.0, 25.0, 25.0]
    assert not judged(np.arange(4) / 30, x_px, visibility)[2:].any()
    assert judged(np.arange(4) / 10, x_px, visibility).all()
    uv = np.stack([x_px, np.zeros(4)], axis=-1)[:, None]
    sightings = Sightings(visibility_min=0.5, visibility_regain=0.03)
    assert sightings.extend(np.arange(4) / 30, uv, np.array(visibility)[:, None], np.full(4, np.nan)).all()


def leaping(seed, *, length=150, keypoints=3):
    """Irregular frames in which keypoints now and then leap, with visibilities that wander."""
    rng = np.random.default_rng(seed)
    t_s = np.cumsum(rng.uniform(0.02, 0.06, length) + 1.5 * (rng.random(length) < 0.03))
    x_px = np.cumsum(rng.normal(0, 3, (length, keypoints)), axis=0)
    x_px += np.cumsum(
        (rng.random((length, keypoints)) < 0.05) * rng.normal(0, 50, (length, keypoints)), axis=0
    )
    visibility = np.clip(0.75 + np.cumsum(rng.normal(0, 0.06, (length, keypoints)), axis=0), 0.3, 0.99)
    x_px[rng.random((length, keypoints)) < 0.02] = np.nan
    return t_s, x_px, visibility


@given(seeds, st.lists(st.integers(1, 149), max_size=12), st.integers(0, 40))
def test_judged_in_overlapping_pieces_equals_judged_in_one_go(seed, cuts, overlap):
    frames = leaping(seed)
    ends = sorted({*cuts, 150})
    pieces = [(max(0, a - overlap), b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    assert np.array_equal(judged(*frames, pieces=pieces), judged(*frames))


@given(seeds)
def test_no_more_is_believed_than_the_threshold_allows_and_the_whole_of_it_when_turned_off(seed):
    frames = leaping(seed)
    assert not (judged(*frames) & (frames[2] < 0.5)).any()
    assert np.array_equal(judged(*frames, regain=1.0), frames[2] >= 0.5)
