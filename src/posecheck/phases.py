"""Lift, hold and lower of each repetition, by fitting the shape of the movement; with their uncertainty.

Thresholds on speed or excursion read a perfect 3 s lift as 1.7-2.7 s, so a rushed repetition could not be told from a
slow one. The model is two smooth steps, up and down, each with its own ramps of speed and a plateau between::

    angle(t) = rest + rise * step((t - t1) / lift, a, b) - fall * step((t - t3) / lower, c, d)

People start quicker than they arrive, or halt on the way up only: with one ramp for all four ends such a lift bent the
lower beside it. A weak pull towards ordinary ramps decides where a small or noisy movement does not.

All repetitions are fitted in one batched Levenberg-Marquardt solve. Each row is computed from its own 96 samples by
elementwise functions, sums that are elementwise halvings, and `np.linalg.solve`, so a repetition alone has the same
bits as in a batch.
"""

from dataclasses import dataclass

import numpy as np

POINTS = 96
(REST, RISE, FALL, T1, LIFT, HOLD, LOWER, LIFT_RAMPS, LOWER_RAMPS, LIFT_SKEW, LOWER_SKEW) = range(11)
_COUNT = 11
_RAMPS, _SKEWS = slice(LIFT_RAMPS, LIFT_SKEW), slice(LIFT_SKEW, _COUNT)
# First guess, between trapezoid and minimum jerk: the phase over its 10-90 % time, and its ramps.
_STRETCH, _RAMPS_GUESS = 1.6, 0.7
_SOFT_DEG = 2.0  # residuals beyond this are treated as outliers (soft L1)
_STEPS = 60
_BATCH = 64  # repetitions whose Jacobians fit into a processor's own cache together
_RAMPS_MIN, _SKEW_MAX, _PHASE_MIN_S = 0.1, 0.4, 0.1
# What is known before looking, as mean and standard deviation: both ramps together as a part of the phase, from
# trapezoids (0.4) to minimum jerk (1); how unevenly they share it. Weighed against samples with this much noise.
_PRIOR_RAMPS, _PRIOR_SKEW, _PRIOR_NOISE_DEG = (0.6, 0.4), (0.0, 0.15), 0.5
# Integral of the autocorrelation of white noise after the phase filter: 1 / sum(taps**2) samples at 30 Hz.
NOISE_CORRELATION_S = 0.19


@dataclass(frozen=True, eq=False)
class PhaseFit:
    """Phases of R repetitions.

    Attributes
    ----------
    lift_start_s, top_start_s, top_end_s, lower_end_s : (R,) array, s
        Boundaries, in the time of the recording. NaN where the fit was not possible.
    lift_sigma_s, hold_sigma_s, lower_sigma_s : (R,) array, s
        One standard deviation of each phase time, by the delta method.
    misfit_deg : (R,) array, deg
        Root-mean-square distance between signal and model.
    """

    lift_start_s: np.ndarray
    top_start_s: np.ndarray
    top_end_s: np.ndarray
    lower_end_s: np.ndarray
    lift_sigma_s: np.ndarray
    hold_sigma_s: np.ndarray
    lower_sigma_s: np.ndarray
    misfit_deg: np.ndarray


def step(u, begin, end):
    """A smooth step from 0 to 1 and its slopes.

    Parameters
    ----------
    u : (...) array
        Time as a fraction of the step; clipped to 0-1.
    begin, end : (...) array
        Fraction of the step in which the speed rises and falls; above 0, together at most 1.

    Returns
    -------
    s, ds_du, ds_dbegin, ds_dend : (...) arrays

    Examples
    --------
    >>> step(np.array([0.0, 0.5, 1.0]), 0.3, 0.3)[0].round(12)
    array([0. , 0.5, 1. ])
    """
    u = np.clip(u, 0.0, 1.0)
    into, left = np.minimum(u / begin, 1.0), np.minimum((1 - u) / end, 1.0)
    rising, lag = _ramp(into)
    falling, lead = _ramp(left)
    lead = 0.5 - lead
    scale = 1 / (1 - 0.5 * (begin + end))
    s = (u - begin * lag - end * lead) * scale
    ds_dbegin = (0.5 * s - lag + into * (1 - rising)) * scale
    ds_dend = (0.5 * s - lead - left * (1 - falling)) * scale
    return s, (rising + falling - 1) * scale, ds_dbegin, ds_dend


def _ramp(x):
    """Speed on a ramp, from 0 to 1, and how far behind the full speed one has fallen, from 0 to 0.5.

    Four parts smooth step (3x^2 - 2x^3), which minimum jerk resembles, and one part straight line, as in a trapezoid:
    the error of reading either is then about the same.
    """
    speed = x * (0.2 + x * (2.4 - 1.6 * x))
    return speed, x * (1 - x * (0.1 + x * (0.8 - 0.4 * x)))


def window(values, first, last, *, rate_hz):
    """Each repetition's stretch of a grid signal, resampled to `POINTS` samples.

    Parameters
    ----------
    values : (G,) array
        Signal at ``k / rate_hz``.
    first, last : (R,) int array
        Indices of the first and the last sample of each window.
    rate_hz : float

    Returns
    -------
    t_s : (R, POINTS) array, s
        Time since sample 0.
    y : (R, POINTS) array
        NaN where not seen.
    """
    at = first[:, None] + (last - first)[:, None] * np.linspace(0.0, 1.0, POINTS)
    below = np.minimum(at.astype(np.int64), last[:, None])
    fraction = np.maximum(at - below, 0.0)
    # A sample hit exactly must not look at its neighbour, which may not exist yet.
    above = np.where(fraction > 0, np.minimum(below + 1, last[:, None]), below)
    return at / rate_hz, values[below] * (1 - fraction) + values[above] * fraction


def fit_phases(t_s, y, turn_s):
    """Fit the two-step model to R repetitions at once.

    Parameters
    ----------
    t_s, y : (R, POINTS) array, s and deg (lifting positive)
        NaN where not seen: those samples carry no weight.
    turn_s : (R,) array, s
        Time of greatest excursion.

    Returns
    -------
    PhaseFit
    """
    batches = [slice(i, i + _BATCH) for i in range(0, max(len(t_s), 1), _BATCH)]
    fits = [vars(_fit(t_s[rows], y[rows], turn_s[rows])) for rows in batches]
    return PhaseFit(**{name: np.concatenate([fit[name] for fit in fits]) for name in fits[0]})


def _fit(t_s, y, turn_s):
    origin = t_s[:, :1]
    t, weight = t_s - origin, np.isfinite(y)
    y = np.where(weight, y, 0.0)
    p = _solve(t, y, weight, _guess(t, y, weight, turn_s - origin[:, 0]))
    return _phases(t, y, weight, p, origin[:, 0])


def _guess(t, y, weight, turn):
    before, after = weight & (t <= turn[:, None]), weight & (t >= turn[:, None])
    high = np.where(weight, y, -np.inf).max(axis=1)
    up, up_90 = (_last_below(t, y, before, high, q) for q in (0.1, 0.9))
    down, down_90 = (-_last_below(-t[:, ::-1], y[:, ::-1], after[:, ::-1], high, q) for q in (0.1, 0.9))
    low_before, low_after = (np.where(m, y, np.inf).min(axis=1) for m in (before, after))
    lift, lower = np.maximum(up_90 - up, 0.3), np.maximum(down - down_90, 0.3)
    p = np.zeros((len(t), _COUNT))
    p[:, REST], p[:, RISE], p[:, FALL] = low_before, high - low_before, high - low_after
    p[:, T1], p[:, LIFT] = up - (_STRETCH - 1) * lift / 2, lift * _STRETCH
    p[:, HOLD] = down_90 - (_STRETCH - 1) * lower / 2 - p[:, T1] - p[:, LIFT]
    p[:, LOWER], p[:, _RAMPS] = lower * _STRETCH, _RAMPS_GUESS
    return np.clip(np.nan_to_num(p, posinf=0.0, neginf=0.0), *_bounds(t))


def _last_below(t, y, mask, high, fraction):
    """Last time inside `mask` at which y is below low + fraction * (high - low); the first time of it if never."""
    low = np.where(mask, y, np.inf).min(axis=1)
    with np.errstate(invalid="ignore"):  # a row in which nothing was seen
        below = mask & (y <= (low * (1 - fraction) + high * fraction)[:, None])
    last = below.shape[1] - 1 - np.argmax(below[:, ::-1], axis=1)
    return np.take_along_axis(t, last[:, None], axis=1)[:, 0]


def _bounds(t):
    """Least and greatest value of each parameter, (R, 11) each."""
    span = t[:, -1]
    low, high = np.full((len(t), _COUNT), -np.inf), np.full((len(t), _COUNT), np.inf)
    low[:, T1], high[:, T1] = -0.5 * span, span
    low[:, HOLD], high[:, HOLD] = 0.0, 1.5 * span
    low[:, _RAMPS], high[:, _RAMPS] = _RAMPS_MIN, 1.0
    low[:, _SKEWS], high[:, _SKEWS] = -_SKEW_MAX, _SKEW_MAX
    for phase in (LIFT, LOWER):
        low[:, phase], high[:, phase] = _PHASE_MIN_S, np.maximum(span, _PHASE_MIN_S)
    return low, high


def _prior():
    """Mean and precision (1 / variance) of each parameter before looking; 0 where anything may be, (11,) each."""
    mean, precision = np.zeros(_COUNT), np.zeros(_COUNT)
    for part, (middle, sigma) in ((_RAMPS, _PRIOR_RAMPS), (_SKEWS, _PRIOR_SKEW)):
        mean[part], precision[part] = middle, 1 / sigma**2
    return mean, precision


def _inflation(t):
    """How many samples tell as much as one would without the filter's correlation, at least 1."""
    return np.maximum(NOISE_CORRELATION_S * (POINTS - 1) / np.maximum(t[:, -1], 1e-9), 1.0)


def _model(t, p):
    rest, rise, fall, t1, lift, hold, lower = (p[:, i, None] for i in range(LIFT_RAMPS))
    since_t1, since_t3 = (t - t1) / lift, (t - t1 - lift - hold) / lower
    up, up_du, *up_dshape = _shaped(since_t1, p[:, LIFT_RAMPS, None], p[:, LIFT_SKEW, None])
    down, down_du, *down_dshape = _shaped(since_t3, p[:, LOWER_RAMPS, None], p[:, LOWER_SKEW, None])
    rising, falling = -rise / lift * up_du, fall / lower * down_du  # slopes by a delay of either step
    jacobian = np.empty((len(t), _COUNT, POINTS))
    jacobian[:, REST] = 1.0
    jacobian[:, RISE], jacobian[:, FALL] = up, -down
    jacobian[:, T1] = rising + falling
    jacobian[:, LIFT] = rising * since_t1 + falling
    jacobian[:, HOLD] = falling
    jacobian[:, LOWER] = falling * since_t3
    jacobian[:, LIFT_RAMPS], jacobian[:, LIFT_SKEW] = (rise * slope for slope in up_dshape)
    jacobian[:, LOWER_RAMPS], jacobian[:, LOWER_SKEW] = (-fall * slope for slope in down_dshape)
    return rest + rise * up - fall * down, jacobian


def _shaped(u, ramps, skew):
    """Step with slopes by time, by both ramps together, and by the share (0.5 + skew) that the first has of them."""
    s, ds_du, ds_dbegin, ds_dend = step(u, ramps * (0.5 + skew), ramps * (0.5 - skew))
    return s, ds_du, (0.5 + skew) * ds_dbegin + (0.5 - skew) * ds_dend, ramps * (ds_dbegin - ds_dend)


def _total(x):
    """Sum over the `POINTS` samples of the last axis, by halving: the same bits for a row in any batch."""
    while x.shape[-1] > 3:
        half = x.shape[-1] // 2
        x = x[..., :half] + x[..., half:]
    return x[..., 0] + x[..., 1] + x[..., 2]


def _soft_cost(residual, weight):
    robust = 2 * _SOFT_DEG**2 * (np.sqrt(1 + (residual / _SOFT_DEG) ** 2) - 1)
    return _total(weight * robust)


def _strain(away, pull):
    """Cost of parameters that are not as usual."""
    cost = pull[:, LIFT_RAMPS] * away[:, LIFT_RAMPS] ** 2
    for i in range(LOWER_RAMPS, _COUNT):
        cost = cost + pull[:, i] * away[:, i] ** 2
    return cost


def _normal_equations(jacobian, residual, weight):
    weight = weight / np.sqrt(1 + (residual / _SOFT_DEG) ** 2)
    weighted = jacobian * weight[:, None]
    hessian = np.empty((len(jacobian), _COUNT, _COUNT))
    for i in range(_COUNT):
        hessian[:, i, i:] = hessian[:, i:, i] = _total(weighted[:, i, None] * jacobian[:, i:])
    return hessian, _total(weighted * residual[:, None])


def _solve(t, y, weight, p):
    """Levenberg-Marquardt on every row; a converged row is frozen and leaves the batch."""
    p = np.where((weight.sum(axis=1) > 12)[:, None], p, np.nan)
    cost = np.full(len(p), np.inf)
    damping = np.full(len(p), 1e-2)
    low, high = _bounds(t)
    usual, precision = _prior()
    pull = precision * (_PRIOR_NOISE_DEG**2 * _inflation(t))[:, None]
    active = np.flatnonzero(weight.sum(axis=1) > 12)
    fitted, jacobian = _model(t[active], p[active])
    residual = y[active] - fitted
    cost[active] = _soft_cost(residual, weight[active]) + _strain(p[active] - usual, pull[active])
    for _ in range(_STEPS):
        if len(active) == 0:
            break
        hessian, gradient = _normal_equations(jacobian, residual, weight[active])
        hessian += pull[active, :, None] * np.eye(_COUNT)
        gradient -= pull[active] * (p[active] - usual)
        # A parameter at its bound that wants beyond stays out of the step, or the others would make up for a move
        # that the clipping undoes, and never arrive: a touch without a hold, a movement all ramp.
        pressed = np.where(gradient < 0, p[active] <= low[active], p[active] >= high[active])
        gradient[pressed] = 0.0
        hessian[pressed[:, :, None] | pressed[:, None, :]] = 0.0
        diagonal = np.diagonal(hessian, axis1=1, axis2=2)
        damped = hessian + (damping[active, None] * diagonal + 1e-9)[:, :, None] * np.eye(_COUNT)
        change = np.linalg.solve(damped, gradient[..., None])[..., 0]
        trial = np.clip(p[active] + change, low[active], high[active])
        trial_fitted, trial_jacobian = _model(t[active], trial)
        trial_residual = y[active] - trial_fitted
        trial_cost = _soft_cost(trial_residual, weight[active]) + _strain(trial - usual, pull[active])
        better = trial_cost < cost[active]
        gain = (cost[active] - trial_cost) / np.maximum(cost[active], 1e-12)
        done = (better & (gain < 1e-6)) | (~better & (damping[active] > 1e6))
        rows = active[better]
        p[rows], cost[rows] = trial[better], trial_cost[better]
        jacobian[better], residual[better] = trial_jacobian[better], trial_residual[better]
        damping[active] = np.where(better, np.maximum(damping[active] / 5, 1e-9), damping[active] * 4)
        active, jacobian, residual = active[~done], jacobian[~done], residual[~done]
    return p


def _phases(t, y, weight, p, origin):
    fitted, jacobian = _model(t, p)
    residual = y - fitted
    n = weight.sum(axis=1)
    used = weight.astype(np.float64)
    squares = _total(used * residual**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = squares / np.maximum(n - _COUNT, 1)
        misfit = np.sqrt(squares / np.maximum(n, 1))
        variance *= _inflation(t)
    information, _ = _normal_equations(jacobian, residual, used)
    information += (_prior()[1] * variance[:, None])[:, :, None] * np.eye(_COUNT)
    ridge = 1e-9 * np.diagonal(information, axis1=1, axis2=2).max(axis=1)[:, None, None] + 1e-12
    unit = np.broadcast_to(np.eye(_COUNT), information.shape)
    covariance = np.linalg.solve(information + ridge * np.eye(_COUNT), unit) * variance[:, None, None]
    possible = n > 12
    value = lambda x: np.where(possible, x, np.nan)  # noqa: E731
    sigma = lambda phase: value(np.sqrt(np.maximum(covariance[:, phase, phase], 0.0)))  # noqa: E731
    top_start, top_end = p[:, T1] + p[:, LIFT], p[:, T1] + p[:, LIFT] + p[:, HOLD]
    return PhaseFit(
        lift_start_s=value(origin + p[:, T1]),
        top_start_s=value(origin + top_start),
        top_end_s=value(origin + top_end),
        lower_end_s=value(origin + top_end + p[:, LOWER]),
        lift_sigma_s=sigma(LIFT),
        hold_sigma_s=sigma(HOLD),
        lower_sigma_s=sigma(LOWER),
        misfit_deg=value(misfit),
    )
