"""Mask, resample, bridge, smooth, differentiate: nothing here looks further ahead than a fixed, short time.

That is what makes live equal offline: a sample on the grid is final as soon as its neighbourhood has been seen, and
nothing that comes later can change it. `Sightings` alone remembers what was before, and looks ahead not at all.
"""

from functools import lru_cache

import numpy as np

# Half-widths in samples of the local polynomial (degree 2) at 30 Hz: -3 dB at 3.7 Hz and 3.0 Hz, nearest to the 4 Hz
# for angles and 3 Hz for phases that are customary for slow limb movement.
ANGLE_REACH = 4
PHASE_REACH = 5

# A thing that comes in front of a limb shows in two ways at once: the landmark leaps, since the model has to invent
# it, and its visibility drops below that of the last second. A limb that turns away or moves fast does only one of
# them. Found on rendered people and on films with boxes laid over the limb; docs/basis.md says how well it does.
_LEAP = 0.10  # trunk lengths from one frame to the next, and off the course that it was on: who moves fast leaps not
_LEAP_S = 1 / 30  # frames further apart than this may move as much more: 3 trunk lengths a second
_DROP = 0.04
_RECALL_S = 1.0
_SLIP_S = 0.07  # a landmark that is back where it was within this time only slipped
# The limb may come back in a posture that never scores as high: what is asked of it sinks by this a second.
_FORGET_PER_S = 0.005
# The model grows sure of what it invents, so its word alone is not taken: what left with a leap comes back with one.
# Only after this long is one believed that did not: its landmark may have found the limb again bit by bit.
_LEAP_BACK_S = 3.0


def masked(uv_px, visibility, *, visibility_min):
    """Keypoints with those below `visibility_min` replaced by NaN.

    Parameters
    ----------
    uv_px : (T, K, 2) array, px
    visibility : (T, K) array, 0-1
    visibility_min : float

    Returns
    -------
    (T, K, 2) float64 array, px
    """
    return np.where((visibility >= visibility_min)[..., None], uv_px.astype(np.float64), np.nan)


class Sightings:
    """Which keypoints to believe, growing in time: those the model scores high enough and has not lost meanwhile.

    A keypoint that leaps while its visibility drops is lost. The model then goes on inventing it, and grows sure of
    it, so the threshold alone would take it back at once. It counts as seen again when it has leapt once more and its
    visibility is back near what it was in the second before.

    Parameters
    ----------
    visibility_min : float
        Keypoints scored below this are never seen.
    visibility_regain : float
        How near to its former visibility a lost keypoint has to come; 1 leaves `visibility_min` alone in force.

    Notes
    -----
    A frame's answer depends on that frame and those before only, and is given once: further calls get the frames
    behind it again without judging them anew.
    """

    def __init__(self, *, visibility_min, visibility_regain):
        self._min, self._regain = visibility_min, visibility_regain
        # What came in, and the answers, of the frames that may be asked for again.
        self._past: list[np.ndarray] = []

    def extend(self, t_s, uv_px, visibility, trunk_px):
        """Judge the frames that are new.

        Parameters
        ----------
        t_s : (T,) array, s
            All frames so far, or the last of them without a gap to those judged before.
        uv_px : (T, K, 2) array, px
        visibility : (T, K) array, 0-1
        trunk_px : (T,) array, px
            Shoulders to hips, the measure of a leap; where it is NaN nothing counts as one.

        Returns
        -------
        (T, K) bool array
            True where the keypoint is seen.
        """
        known, begin = 0, 0
        frames = [t_s, uv_px, visibility, trunk_px, visibility >= self._min]
        if not self._past:
            keypoints = visibility.shape[1]
            self._level = np.full(keypoints, np.nan)  # visibility before the loss; NaN while not lost
            self._since_s = np.full(keypoints, -np.inf)  # when it was lost or, while not lost, last regained
            self._leapt = np.zeros(keypoints, bool)  # whether it leapt once more since it was lost
            self._place = np.empty((keypoints, 3))  # x, y before the loss, and how near counts as back there
        else:
            past_s = self._past[0]
            known = int(np.searchsorted(t_s, past_s[-1], side="right"))
            keep = int(np.searchsorted(past_s, min(t_s[0], past_s[-1] - _RECALL_S)))
            keep = max(min(keep, len(past_s) - 2), 0)  # the course of a keypoint takes two frames
            frames = [
                np.concatenate([old[keep:], new[known:]]) for old, new in zip(self._past, frames, strict=True)
            ]
            begin = len(past_s) - keep
        self._past = frames
        self._look(begin)
        return frames[-1][len(frames[0]) - len(t_s) :]

    def _look(self, begin):
        """Take back the sightings of lost keypoints from frame `begin` on."""
        t_s, uv_px, visibility, trunk_px, _ = self._past
        leaps = _leaps(t_s, uv_px, trunk_px)
        leaps[:begin] = False
        for k in np.flatnonzero(leaps.any(axis=0) | np.isfinite(self._level)):
            score = visibility[:, k]
            at = begin if np.isnan(self._level[k]) else self._wait(k, begin, leaps[:, k])
            for i in np.flatnonzero(leaps[:, k]):
                if i < at:
                    continue
                recent = np.searchsorted(t_s, max(t_s[i] - _RECALL_S, self._since_s[k]))
                level = float(np.fmax.reduce(score[recent:i], initial=0.0))
                if level - score[i] > _DROP:
                    self._level[k], self._since_s[k] = level, t_s[i]
                    self._leapt[k] = self._regain >= 1.0
                    self._place[k] = *uv_px[i - 1, k], _LEAP * trunk_px[i - 1]
                    at = self._wait(k, i, leaps[:, k])

    def _wait(self, k, i, leaps):
        """The frame after the one that regains keypoint `k`, lost at `i` or before; none is seen until then."""
        t_s, uv_px, visibility, _, seen = self._past
        x_px, y_px, near_px = self._place[k]
        length = 64
        while i < len(t_s):  # in growing pieces: most are back soon, and a recording may be long
            part = slice(i, i + length)
            lost_s, score, (x, y) = t_s[part] - self._since_s[k], visibility[part, k], uv_px[part, k].T
            wanted = np.maximum(self._level[k] - self._regain - _FORGET_PER_S * lost_s, self._min)
            slipped = (lost_s < _SLIP_S) & ((x - x_px) ** 2 + (y - y_px) ** 2 <= near_px**2)
            leapt = np.logical_or.accumulate(leaps[part] & (lost_s > 0)) | self._leapt[k]
            certain = (score >= wanted) & (leapt | (lost_s > _LEAP_BACK_S))
            back = np.flatnonzero(certain | slipped & (score >= self._min))
            self._leapt[k] = leapt[-1]
            if len(back):
                seen[i : i + back[0], k] = False
                self._level[k], self._since_s[k] = np.nan, t_s[i + back[0]]
                return i + back[0] + 1
            seen[part, k] = False
            i, length = i + length, 2 * length
        return len(t_s)


def _leaps(t_s, uv_px, trunk_px):
    """Where a keypoint moves far since the frame before, and off the course it was on until then, (T, K) bool."""
    frames = np.maximum(np.diff(t_s) / _LEAP_S, 1.0)
    course_px = np.diff(uv_px, axis=0) / frames[:, None, None]
    off_px = np.diff(course_px, axis=0)
    reach = (_LEAP * trunk_px[1:-1, None]) ** 2
    leaps = np.zeros(uv_px.shape[:2], bool)
    far = course_px[1:, :, 0] ** 2 + course_px[1:, :, 1] ** 2 > reach
    leaps[2:] = far & (off_px[..., 0] ** 2 + off_px[..., 1] ** 2 > reach)
    return leaps


def grid_times(first_s, last_s, rate_hz):
    """Indices k of the grid times ``k / rate_hz`` inside ``[first_s, last_s]``, anchored at time 0."""
    first = int(np.ceil(np.round(first_s * rate_hz, 6)))
    last = int(np.floor(np.round(last_s * rate_hz, 6)))
    return np.arange(first, last + 1)


def resample(t_s, x, grid_s, *, fill_max_s):
    """Shape-preserving cubic interpolation (PCHIP) that never bridges more than a short gap.

    Parameters
    ----------
    t_s : (T,) array, s
    x : (T, D) array
        D coordinates of one keypoint; a row of NaN where it was not seen.
    grid_s : (G,) array, s
    fill_max_s : float
        Two sightings further apart than this are not joined.

    Returns
    -------
    values : (G, D) array
        NaN outside sightings or inside a long gap.
    filled : (G,) bool array
        True where the value bridges frames in which `x` was not seen.

    Notes
    -----
    Slopes are the weighted harmonic mean of Fritsch & Butland 1984 (doi 10.1137/0905021), from the two neighbouring
    secants only, so a value depends on at most two sightings to each side.
    """
    seen = np.flatnonzero(np.isfinite(x[:, 0]))
    values, filled = np.full((len(grid_s), x.shape[1]), np.nan), np.zeros(len(grid_s), bool)
    if len(seen) == 0:
        return values, filled
    ts, xs = t_s[seen], x[seen]
    slope = _slopes(ts, xs, fill_max_s)
    right = np.searchsorted(ts, grid_s, side="left")
    on_frame = (right < len(ts)) & (ts[np.minimum(right, len(ts) - 1)] == grid_s)
    values[on_frame] = xs[right[on_frame]]
    inside = np.flatnonzero(~on_frame & (right > 0) & (right < len(ts)))
    b = right[inside]
    joined = ts[b] - ts[b - 1] <= fill_max_s
    inside, b = inside[joined], b[joined]
    a = b - 1
    step = (ts[b] - ts[a])[:, None]
    u = (grid_s[inside] - ts[a])[:, None] / step
    v = 1 - u
    values[inside] = (xs[a] * (1 + 2 * u) + step * slope[a] * u) * v * v + (
        xs[b] * (1 + 2 * v) - step * slope[b] * v
    ) * u * u
    filled[inside] = seen[b] - seen[a] > 1
    return values, filled


def _slopes(ts, xs, fill_max_s):
    slope = np.zeros_like(xs)
    if len(ts) == 1:
        return slope
    step = np.diff(ts)[:, None]
    secant = np.diff(xs, axis=0)
    secant /= step
    before, after, h0, h1 = secant[:-1], secant[1:], step[:-1], step[1:]
    w0, w1 = 2 * h1 + h0, h1 + 2 * h0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = w0 / before
        mean += w1 / after
        np.divide(w0 + w1, mean, out=slope[1:-1], where=before * after > 0)
    slope[0], slope[-1] = secant[0], secant[-1]
    # At the edge of a long silence the only secant there is; between two of them nothing.
    apart = np.flatnonzero(step[:, 0] > fill_max_s)
    joined = np.concatenate(([False], step[:, 0] <= fill_max_s, [False]))[:, None]
    slope[apart] = np.where(joined[apart], secant[apart - 1], 0.0)
    slope[apart + 1] = np.where(joined[apart + 2], secant[np.minimum(apart + 1, len(secant) - 1)], 0.0)
    return np.nan_to_num(slope, copy=False, nan=0.0)


def median3(x):
    """Running median of three along time; NaN neighbours are ignored by leaving the sample as it is.

    Parameters
    ----------
    x : (T, ...) array

    Returns
    -------
    (T, ...) array
    """
    if len(x) < 3:
        return x.copy()
    out = x.copy()
    a, b, c = x[:-2], x[1:-1], x[2:]
    middle = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    out[1:-1] = np.where(np.isnan(middle), b, middle)
    return out


def smooth(x, *, reach, rate_hz=30.0, derivative=0, wanted=None):
    """Local quadratic fit (Savitzky-Golay) that shrinks at the edges of what was seen.

    Parameters
    ----------
    x : (T,) array
        NaN where not seen.
    reach : int
        Samples to each side.
    rate_hz : float
    derivative : 0 or 1
        1 gives the slope per second.
    wanted : slice, optional
        Samples that will be used; the others may come out as NaN, which saves time at the edges.

    Returns
    -------
    (T,) array
        NaN where `x` is NaN, and where fewer than three samples lie within reach.

    Notes
    -----
    A window that is fully seen uses the quadratic; one with holes, or at the edge, a straight line through what it
    holds, since a one-sided parabola triples the noise. Savitzky & Golay 1964, doi 10.1021/ac60214a047.
    Taps are added one by one: no BLAS, so a sample has the same bits alone and in a long recording.
    """
    n, width = len(x), 2 * reach + 1
    padded = np.full(n + 2 * reach, np.nan)
    padded[reach : reach + n] = x
    taps = _taps(reach, derivative) * (rate_hz if derivative else 1.0)
    out = np.zeros(n)
    for k in range(width):
        out += taps[k] * padded[k : k + n]
    lacking = np.isnan(out) & np.isfinite(x)
    if wanted is not None:
        lacking[: wanted.start] = lacking[wanted.stop :] = False
    partial = np.flatnonzero(lacking)
    if len(partial):
        windows = padded[partial[:, None] + np.arange(width)]
        out[partial] = _line_fit(windows, reach, derivative, rate_hz)
    return out


@lru_cache
def _taps(reach, derivative):
    j = np.arange(-reach, reach + 1.0)
    s0, s2, s4 = len(j), (j**2).sum(), (j**4).sum()
    return j / s2 if derivative else (s4 - s2 * j**2) / (s0 * s4 - s2**2)


def _line_fit(windows, reach, derivative, rate_hz):
    weight = np.isfinite(windows)
    y = np.where(weight, windows, 0.0)
    n = s1 = s2 = t0 = t1 = np.zeros(len(windows))
    for k, j in enumerate(range(-reach, reach + 1)):
        n, s1, s2 = n + weight[:, k], s1 + j * weight[:, k], s2 + j * j * weight[:, k]
        t0, t1 = t0 + y[:, k], t1 + j * y[:, k]
    determinant = n * s2 - s1**2
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = (n * t1 - s1 * t0) / determinant * rate_hz if derivative else (s2 * t0 - s1 * t1) / determinant
    return np.where(n >= 3, fit, np.nan)
