"""Lift, hold and lower of each repetition, by fitting the shape of the movement; with their uncertainty.

Thresholds on speed or excursion read a perfect 3 s lift as 1.7-2.7 s, so a rushed repetition could not be told from a
slow one. The model is two smooth steps, up and down, whose velocity has raised-cosine ramps and a plateau between::

    angle(t) = rest + rise * step((t - t1) / lift, r) - fall * step((t - t3) / lower, r)

All repetitions are fitted in one batched Levenberg-Marquardt solve. Each row is computed from its own 96 samples by
elementwise functions, sums that are elementwise halvings, and `np.linalg.solve`, so a repetition alone has the same
bits as in a batch.
"""

from dataclasses import dataclass

import numpy as np

POINTS = 96
REST, RISE, FALL, T1, LIFT, HOLD, LOWER, RAMP = range(8)
_STARTS = (
    (1.25, 0.25),
    (2.0, 0.45),
)  # (stretch of the 10-90 % time, ramp fraction): trapezoid-like, minimum-jerk-like
_SOFT_DEG = 2.0  # residuals beyond this are treated as outliers (soft L1)
_STEPS = 60
_BATCH = 64  # repetitions whose Jacobians fit into a processor's own cache together
_RAMP_MIN, _RAMP_MAX, _PHASE_MIN_S = 0.05, 0.5, 0.1
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


def step(u, r):
    """A smooth step from 0 to 1 and its slopes.

    Parameters
    ----------
    u : (...) array
        Time as a fraction of the step; clipped to 0-1.
    r : (...) array
        Fraction of the step spent in each raised-cosine ramp of the velocity, 0.05-0.5.

    Returns
    -------
    s, ds_du, ds_dr : (...) arrays

    Examples
    --------
    >>> step(np.array([0.0, 0.5, 1.0]), np.array(0.3))[0].round(12)
    array([0. , 0.5, 1. ])
    """
    inside = (u > 0) & (u < 1)
    u = np.clip(u, 0.0, 1.0)
    late = u > 1 - r
    w = np.minimum(np.where(late, 1 - u, u), r)  # distance into the ramp that this sample lies in
    x = np.pi * w / r
    sin, cos = np.sin(x), np.cos(x)
    ramp = 0.5 * (w - sin * r / np.pi)
    ramp_dr = -0.5 * (sin / np.pi - w / r * cos)
    middle = ~late & (u > r)
    area = np.where(late, 1 - r - ramp, np.where(middle, u - r / 2, ramp))
    area_dr = np.where(late, -1 - ramp_dr, np.where(middle, -0.5, ramp_dr))
    speed = np.where(middle, 1.0, 0.5 * (1 - cos))
    scale = 1 / (1 - r)
    return area * scale, np.where(inside, speed * scale, 0.0), (area_dr + area * scale) * scale


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
    best, least = np.full((len(t), 8), np.nan), np.full(len(t), np.inf)
    for stretch, ramp in _STARTS:
        p, cost = _solve(t, y, weight, _guess(t, y, weight, turn_s - origin[:, 0], stretch, ramp))
        better = cost < least
        best, least = np.where(better[:, None], p, best), np.where(better, cost, least)
    return _phases(t, y, weight, best, origin[:, 0])


def _guess(t, y, weight, turn, stretch, ramp):
    before, after = weight & (t <= turn[:, None]), weight & (t >= turn[:, None])
    high = np.where(weight, y, -np.inf).max(axis=1)
    up, up_90 = (_last_below(t, y, before, high, q) for q in (0.1, 0.9))
    down, down_90 = (-_last_below(-t[:, ::-1], y[:, ::-1], after[:, ::-1], high, q) for q in (0.1, 0.9))
    low_before, low_after = (np.where(m, y, np.inf).min(axis=1) for m in (before, after))
    lift, lower = np.maximum(up_90 - up, 0.3), np.maximum(down - down_90, 0.3)
    p = np.empty((len(t), 8))
    p[:, REST], p[:, RISE], p[:, FALL] = low_before, high - low_before, high - low_after
    p[:, T1], p[:, LIFT] = up - (stretch - 1) * lift / 2, lift * stretch
    p[:, HOLD] = down_90 - (stretch - 1) * lower / 2 - p[:, T1] - p[:, LIFT]
    p[:, LOWER], p[:, RAMP] = lower * stretch, ramp
    return np.clip(np.nan_to_num(p, posinf=0.0, neginf=0.0), *_bounds(t))


def _last_below(t, y, mask, high, fraction):
    """Last time inside `mask` at which y is below low + fraction * (high - low); the first time of it if never."""
    low = np.where(mask, y, np.inf).min(axis=1)
    with np.errstate(invalid="ignore"):  # a row in which nothing was seen
        below = mask & (y <= (low * (1 - fraction) + high * fraction)[:, None])
    last = below.shape[1] - 1 - np.argmax(below[:, ::-1], axis=1)
    return np.take_along_axis(t, last[:, None], axis=1)[:, 0]


def _bounds(t):
    """Least and greatest value of each parameter, (R, 8) each."""
    span = t[:, -1]
    low, high = np.full((len(t), 8), -np.inf), np.full((len(t), 8), np.inf)
    low[:, T1], high[:, T1] = -0.5 * span, span
    low[:, HOLD], high[:, HOLD] = 0.0, 1.5 * span
    low[:, RAMP], high[:, RAMP] = _RAMP_MIN, _RAMP_MAX
    for phase in (LIFT, LOWER):
        low[:, phase], high[:, phase] = _PHASE_MIN_S, np.maximum(span, _PHASE_MIN_S)
    return low, high


def _model(t, p):
    rest, rise, fall, t1, lift, hold, lower, ramp = (p[:, i, None] for i in range(8))
    t3 = t1 + lift + hold
    up, up_du, up_dr = step((t - t1) / lift, ramp)
    down, down_du, down_dr = step((t - t3) / lower, ramp)
    rising, falling = -rise * up_du / lift, fall * down_du / lower  # slopes by a delay of either step
    jacobian = np.empty((len(t), 8, POINTS))
    jacobian[:, REST] = 1.0
    jacobian[:, RISE], jacobian[:, FALL] = up, -down
    jacobian[:, T1] = rising + falling
    jacobian[:, LIFT] = rising * (t - t1) / lift + falling
    jacobian[:, HOLD] = falling
    jacobian[:, LOWER] = falling * (t - t3) / lower
    jacobian[:, RAMP] = rise * up_dr - fall * down_dr
    return rest + rise * up - fall * down, jacobian


def _total(x):
    """Sum over the `POINTS` samples of the last axis, by halving: the same bits for a row in any batch."""
    while x.shape[-1] > 3:
        half = x.shape[-1] // 2
        x = x[..., :half] + x[..., half:]
    return x[..., 0] + x[..., 1] + x[..., 2]


def _soft_cost(residual, weight):
    robust = 2 * _SOFT_DEG**2 * (np.sqrt(1 + (residual / _SOFT_DEG) ** 2) - 1)
    return _total(weight * robust)


def _normal_equations(jacobian, residual, weight):
    weight = weight / np.sqrt(1 + (residual / _SOFT_DEG) ** 2)
    weighted = jacobian * weight[:, None]
    hessian = np.empty((len(jacobian), 8, 8))
    for i in range(8):
        hessian[:, i, i:] = hessian[:, i:, i] = _total(weighted[:, i, None] * jacobian[:, i:])
    return hessian, _total(weighted * residual[:, None])


def _solve(t, y, weight, p):
    """Levenberg-Marquardt on every row; a converged row is frozen and leaves the batch."""
    p = p.copy()
    cost = np.full(len(p), np.inf)
    damping = np.full(len(p), 1e-2)
    low, high = _bounds(t)
    active = np.flatnonzero(weight.sum(axis=1) > 12)
    fitted, jacobian = _model(t[active], p[active])
    residual = y[active] - fitted
    cost[active] = _soft_cost(residual, weight[active])
    for _ in range(_STEPS):
        if len(active) == 0:
            break
        hessian, gradient = _normal_equations(jacobian, residual, weight[active])
        # A parameter at its bound that wants beyond stays out of the step, or the others would make up for a move
        # that the clipping undoes, and never arrive: a touch without a hold, a movement all ramp.
        pressed = np.where(gradient < 0, p[active] <= low[active], p[active] >= high[active])
        gradient[pressed] = 0.0
        hessian[pressed[:, :, None] | pressed[:, None, :]] = 0.0
        diagonal = np.diagonal(hessian, axis1=1, axis2=2)
        damped = hessian + (damping[active, None] * diagonal + 1e-9)[:, :, None] * np.eye(8)
        change = np.linalg.solve(damped, gradient[..., None])[..., 0]
        trial = np.clip(p[active] + change, low[active], high[active])
        trial_fitted, trial_jacobian = _model(t[active], trial)
        trial_residual = y[active] - trial_fitted
        trial_cost = _soft_cost(trial_residual, weight[active])
        better = trial_cost < cost[active]
        gain = (cost[active] - trial_cost) / np.maximum(cost[active], 1e-12)
        done = (better & (gain < 1e-6)) | (~better & (damping[active] > 1e6))
        rows = active[better]
        p[rows], cost[rows] = trial[better], trial_cost[better]
        jacobian[better], residual[better] = trial_jacobian[better], trial_residual[better]
        damping[active] = np.where(better, np.maximum(damping[active] / 5, 1e-9), damping[active] * 4)
        active, jacobian, residual = active[~done], jacobian[~done], residual[~done]
    return p, cost


def _phases(t, y, weight, p, origin):
    fitted, jacobian = _model(t, p)
    residual = y - fitted
    n = weight.sum(axis=1)
    used = weight.astype(np.float64)
    squares = _total(used * residual**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = squares / np.maximum(n - 8, 1)
        misfit = np.sqrt(squares / np.maximum(n, 1))
        spacing = t[:, -1] / (POINTS - 1)
        inflation = np.maximum(NOISE_CORRELATION_S / np.maximum(spacing, 1e-9), 1.0)
    information, _ = _normal_equations(jacobian, residual, used)
    ridge = 1e-9 * np.diagonal(information, axis1=1, axis2=2).max(axis=1)[:, None, None] + 1e-12
    unit = np.broadcast_to(np.eye(8), information.shape)
    covariance = (
        np.linalg.solve(information + ridge * np.eye(8), unit) * (variance * inflation)[:, None, None]
    )
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
