"""One function per number. Each takes one repetition's window and returns (value, one standard deviation).

NaN says "not measurable" or "no uncertainty known". The registry at the end is the list of all measures.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from posecheck import smoothness
from posecheck.filters import ANGLE_REACH

NAN = float("nan")
_NOTHING = (NAN, NAN)
# What median of three and smoother of reach 4 do to noise of 1 deg (simulated at rest and moving, autocorrelation 0 to
# 0.5): how much they take away (0.56 to 0.86), leave, over how many samples that is correlated, its speed in deg/s.
_TAKEN, _LEFT, _CORRELATED_SAMPLES, _SPEED_NOISE = 0.72, 0.61, 5.0, 4.4
# What the fit of the phases cannot know, as a part of their time, where a view does not say otherwise. Minimum jerk is
# read 2 % short, a trapezoid of speed 5 % long: with what the fit tells itself, 0.05 covers all of bench/tempo.py.
# An error of the pose model that changes with the angle bends the shape further.
SHAPE_PART = 0.10
# What an angle in space is off by at rest and at the top of one limb is partly the same. On the rendered people of
# docs/validation.md 0.75 holds two thirds within one sigma over all views; facing the camera it takes 0.9.
SHARED = 0.85


@dataclass(frozen=True, eq=False)
class RepWindow:
    """What the measures of one repetition may look at: its own window and what came before, never after.

    Attributes
    ----------
    t_s : (N,) array, s
        Grid times from the end of the last repetition to 0.4 s after this one.
    raw, angle, speed : (N,) array, deg and deg/s
        The signal before and after smoothing, and its slope; lifting positive for `speed` only.
    others : mapping of str to (N,) array
        Signals of compensations and requirements.
    sighted, framed : (N,) array, 0 or 1
    proximal, distal : (N,) array, px
        Bone lengths.
    first, last : int
        Boundaries of the excursion inside the window, half-open.
    lift_start_s, top_start_s, top_end_s, lower_end_s : float, s
    lift_sigma_s, hold_sigma_s, lower_sigma_s : float, s
    misfit_deg : float, deg
        Root-mean-square distance between the angle and the fitted phases.
    rest_before_s : float, s
        Time since the last repetition of the same set ended; NaN for the first.
    frames : int
        Pictures taken between `first` and `last`.
    doubt : (N,) array, deg
        Error (one standard deviation) that the angle in space expects of itself; NaN where it is the picture's.
    view_sigma_deg : float, deg
        Error of the range in this view, from the exercise.
    time_part : float
        Error of a phase in this view, as a part of its time, from the exercise.
    smoothed : bool
        Whether the engine already filtered over time.
    """

    t_s: np.ndarray
    raw: np.ndarray
    angle: np.ndarray
    speed: np.ndarray
    others: Mapping[str, np.ndarray]
    sighted: np.ndarray
    framed: np.ndarray
    proximal: np.ndarray
    distal: np.ndarray
    doubt: np.ndarray
    first: int
    last: int
    lift_start_s: float
    top_start_s: float
    top_end_s: float
    lower_end_s: float
    lift_sigma_s: float
    hold_sigma_s: float
    lower_sigma_s: float
    misfit_deg: float
    rest_before_s: float
    frames: int
    view_sigma_deg: float
    time_part: float
    smoothed: bool

    def between(self, from_s, to_s):
        return (self.t_s >= from_s) & (self.t_s <= to_s)

    @cached_property
    def at_rest(self):
        """The last 0.5 s before the lift; at least three samples."""
        chosen = self.between(self.lift_start_s - 0.5, self.lift_start_s)
        if np.isfinite(self.angle[chosen]).sum() >= 3:
            return chosen
        return np.arange(len(self.t_s)) <= self.first + 1

    @cached_property
    def at_top(self):
        """The hold, or 0.3 s around its middle when it is shorter."""
        middle = 0.5 * (self.top_start_s + self.top_end_s)
        half = max(0.15, 0.5 * (self.top_end_s - self.top_start_s))
        return self.between(middle - half, middle + half)

    @cached_property
    def start(self):
        return self._middle(self.at_rest)

    @cached_property
    def peak(self):
        return self._middle(self.at_top)

    @cached_property
    def camera_sigma_deg(self):
        """Error of the range that neither repeating nor smoothing takes away: in space never less than the view's."""
        at_rest, at_top = _median(self.doubt[self.at_rest]), _median(self.doubt[self.at_top])
        return float(np.fmax(SHARED * math.hypot(at_rest, at_top), self.view_sigma_deg))

    @cached_property
    def least_smooth(self):
        """Arc length of lift or lowering and how far it is from a smooth one's; NaN where noise hides it."""
        if self.smoothed:
            return _NOTHING
        size = abs(self.peak[0] - self.start[0])
        found = [_NOTHING]
        for from_s, to_s in ((self.lift_start_s, self.top_start_s), (self.top_end_s, self.lower_end_s)):
            speed = self.speed[self.between(from_s, to_s)]
            noise = smoothness.noise_number(self.noise_deg, to_s - from_s, size) if size > 0 else NAN
            if np.isfinite(speed).all() and noise < smoothness.NOISE_NUMBER_MAX:
                length = smoothness.sparc(speed, 1 / (self.t_s[1] - self.t_s[0]))
                found.append((length, length - smoothness.smooth_sparc(noise)))
        return min(found, key=lambda both: both[1] if math.isfinite(both[1]) else math.inf)

    def _middle(self, chosen):
        """Median of the angle over some samples, and its standard error."""
        x = self.angle[chosen]
        return _median(x), _median_sigma(x, self.noise_deg)

    @cached_property
    def noise_deg(self):
        """Standard deviation of the unsmoothed angle's noise; NaN when the window is too short to tell."""
        return noise_of(self.raw - self.angle)


def noise_of(residual):
    """Noise (one sd) of an angle before smoothing, from what smoothing took away; NaN from too little."""
    residual = residual[np.isfinite(residual)]
    if len(residual) < 4 * ANGLE_REACH:
        return NAN
    return 1.4826 * _median(np.abs(residual)) / _TAKEN


# np.median and np.quantile spend most of their time on what a short window without NaN does not need. These two give
# the same bits in a tenth of it, which is half the time of measuring.
def _median(x):
    ordered = np.sort(x[np.isfinite(x)])
    half = len(ordered) // 2
    if len(ordered) == 0:
        return NAN
    return float(ordered[half] if len(ordered) % 2 else 0.5 * (ordered[half - 1] + ordered[half]))


def _quantile(ordered, part):
    at = part * (len(ordered) - 1)
    low, high = ordered[math.floor(at)], ordered[math.ceil(at)]
    after = at - math.floor(at)
    return float(low + (high - low) * after if after < 0.5 else high - (high - low) * (1 - after))


def _median_sigma(x, noise):
    n = np.isfinite(x).sum() / _CORRELATED_SAMPLES
    return 1.2533 * _LEFT * noise / np.sqrt(max(n, 1.0)) if np.isfinite(noise) else NAN


def noise_sigma_deg(rep):
    """Noise of the unsmoothed angle: what smoothing took away, by its median absolute deviation."""
    return rep.noise_deg, NAN


def start_deg(rep):
    """Median of the last half second of rest."""
    return rep.start


def peak_deg(rep):
    """Median of the hold; the largest sample would be 2 deg too high per degree of noise."""
    return rep.peak


def range_deg(rep):
    """Excursion from rest to top: a constant bias of the pose model cancels. Sigma includes the view's own error."""
    (start, start_sigma), (peak, peak_sigma) = rep.start, rep.peak
    return abs(peak - start), float(np.sqrt(start_sigma**2 + peak_sigma**2 + rep.camera_sigma_deg**2))


def _timed(rep, duration, sigma):
    return duration, float(np.hypot(sigma, rep.time_part * duration))


def lift_s(rep):
    """Time from leaving rest to the top."""
    return _timed(rep, rep.top_start_s - rep.lift_start_s, rep.lift_sigma_s)


def hold_s(rep):
    """Time at the top. Its shape error is that of the lift and lower beside it."""
    shape = rep.time_part * 0.5 * (rep.lower_end_s - rep.lift_start_s - (rep.top_end_s - rep.top_start_s))
    return rep.top_end_s - rep.top_start_s, float(np.hypot(rep.hold_sigma_s, shape))


def lower_s(rep):
    """Time from the end of the top back to rest."""
    return _timed(rep, rep.lower_end_s - rep.top_end_s, rep.lower_sigma_s)


def rest_s(rep):
    """Rest before this repetition."""
    return rep.rest_before_s, NAN


def time_sigma_s(rep):
    """The larger uncertainty of lift and lower."""
    return float(np.fmax(lift_s(rep)[1], lower_s(rep)[1])), NAN


def mean_speed_dps(rep):
    """Range over lift time."""
    (size, size_sigma), (time, time_sigma) = range_deg(rep), lift_s(rep)
    if not time > 0 or not size > 0:
        return _NOTHING
    return size / time, size / time * float(np.hypot(size_sigma / size, time_sigma / time))


def peak_speed_dps(rep):
    """98th percentile of the speed during the lift; withheld when the engine smooths over time."""
    x = np.abs(rep.speed[rep.between(rep.lift_start_s, rep.top_start_s)])
    x = x[np.isfinite(x)]
    if rep.smoothed or len(x) < 6:
        return _NOTHING
    return _quantile(np.sort(x), 0.98), _SPEED_NOISE * rep.noise_deg


def sparc(rep):
    """Spectral arc length of the lift or the lowering, whichever was less smooth; withheld when the engine smooths."""
    return rep.least_smooth[0], NAN


def smoothness_delta(rep):
    """That arc length less a smooth movement's of the same noise, time and size: 0 smooth, below -0.9 stop-start."""
    return rep.least_smooth[1], smoothness.SMOOTH_SD


def hold_sd_deg(rep):
    """Wobble over the last 80 % of a hold of at least 1.5 s, after taking out a straight drift."""
    length = rep.top_end_s - rep.top_start_s
    if not length >= 1.5 or rep.smoothed:
        return _NOTHING
    chosen = rep.between(rep.top_start_s + 0.2 * length, rep.top_end_s) & np.isfinite(rep.angle)
    if chosen.sum() < 30:
        return _NOTHING
    t, x = rep.t_s[chosen] - rep.t_s[chosen].mean(), rep.angle[chosen]
    drift = (t * x).sum() / (t * t).sum()
    return float(np.std(x - drift * t)), NAN


def change_of(signal):
    """A measure: the largest lasting change of another signal from its value at rest, signed."""

    def change(rep):
        x = rep.others.get(signal)
        if x is None:
            return _NOTHING
        during = x[rep.first : rep.last] - _median(x[rep.at_rest])
        during = np.sort(during[np.isfinite(during)])
        if len(during) < 6:
            return _NOTHING
        low, high = _quantile(during, 0.05), _quantile(during, 0.95)
        return high if abs(high) >= abs(low) else low, NAN

    change.__doc__ = f"Largest lasting change of {signal} from rest (5th or 95th percentile), signed."
    return change


def seen_pct(rep):
    """Share of the repetition in which the keypoints of the angle were truly seen; bridged samples do not count."""
    return 100.0 * float(np.mean(rep.sighted[rep.first : rep.last])), NAN


def framed_pct(rep):
    """Share of the repetition with head and trunk inside the picture."""
    return 100.0 * float(np.mean(rep.framed[rep.first : rep.last])), NAN


def bone_length_cv(rep):
    """Variation of the apparent bone lengths; a limb in the plane of the picture keeps them."""
    spread = []
    for length in (rep.proximal, rep.distal):
        x = length[rep.first : rep.last]
        x = x[np.isfinite(x)]
        if len(x) >= 6:
            spread.append(float(np.std(x) / np.mean(x)))
    return (max(spread), NAN) if spread else _NOTHING


def frame_rate_hz(rep):
    """Pictures per second during the repetition."""
    return rep.frames / max(rep.t_s[rep.last - 1] - rep.t_s[rep.first], 1e-9), NAN


@dataclass(frozen=True)
class Metric:
    """A measure: id (also its column), unit, function, and what must be trusted for it: degrees, times, posture."""

    id: str
    unit: str
    function: Callable
    needs: tuple[str, ...] = ()


METRICS = {
    metric.id: metric
    for metric in (
        Metric("lift_s", "s", lift_s, needs=("times",)),
        Metric("hold_s", "s", hold_s, needs=("times",)),
        Metric("lower_s", "s", lower_s, needs=("times",)),
        Metric("rest_s", "s", rest_s, needs=("times",)),
        Metric("time_sigma_s", "s", time_sigma_s, needs=("times",)),
        Metric("start_deg", "deg", start_deg, needs=("degrees",)),
        Metric("peak_deg", "deg", peak_deg, needs=("degrees",)),
        Metric("range_deg", "deg", range_deg, needs=("degrees",)),
        Metric("noise_sigma_deg", "deg", noise_sigma_deg),
        Metric(
            "mean_speed_dps",
            "deg/s",
            mean_speed_dps,
            needs=(
                "degrees",
                "times",
            ),
        ),
        Metric(
            "peak_speed_dps",
            "deg/s",
            peak_speed_dps,
            needs=(
                "degrees",
                "times",
            ),
        ),
        Metric("sparc", "", sparc, needs=("degrees", "times")),
        Metric("smoothness_delta", "", smoothness_delta, needs=("degrees", "times")),
        Metric(
            "hold_sd_deg",
            "deg",
            hold_sd_deg,
            needs=(
                "degrees",
                "times",
            ),
        ),
        Metric("trunk_lean_deg", "deg", change_of("trunk_lean"), needs=("posture",)),
        Metric("trunk_flexion_deg", "deg", change_of("trunk_flexion"), needs=("posture",)),
        Metric("shoulder_hike_deg", "deg", change_of("shoulder_hike"), needs=("posture",)),
        Metric("seen_pct", "%", seen_pct),
        Metric("framed_pct", "%", framed_pct),
        Metric("bone_length_cv", "", bone_length_cv),
        Metric("frame_rate_hz", "Hz", frame_rate_hz),
    )
}
