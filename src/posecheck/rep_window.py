"""What the measures of one repetition may look at, and what several of them share."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from posecheck import smoothness
from posecheck.filters import ANGLE_REACH

NAN = float("nan")
NOTHING = (NAN, NAN)
# What median of three and smoother of reach 4 do to noise of 1 deg (simulated at rest and moving, autocorrelation 0 to
# 0.5): how much they take away (0.56 to 0.86), leave, and over how many samples that is correlated.
_TAKEN, _LEFT, _CORRELATED_SAMPLES = 0.72, 0.61, 5.0
# What an angle in space is off by at rest and at the top of one limb is partly the same. On the rendered people of
# docs/validation.md 0.75 holds two thirds within one sigma over all views; facing the camera it takes 0.9.
SHARED = 0.85
# Between fewer pictures a second the course is interpolated, which looks smooth: by 0.2 at 15 (bench/rate.py).
SMOOTH_RATE_MIN_HZ = 20.0
HOLD_MIN_S = 1.5  # a shorter hold tells nothing about steadiness (docs/basis.md, Hold)


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
    other_limb : (N,) array
        The signal of the other side; NaN where it is not looked at.
    helper, own_hand : (N,) array
        How far somebody else's hands, and the person's own other hand, are from the limb, in trunk lengths; NaN where
        there are none, or nobody looked.
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
    sign : float
        +1 or -1: multiplies the angle so that lifting is positive.
    smoothed : bool
        Whether the engine already filtered over time.
    """

    t_s: np.ndarray
    raw: np.ndarray
    angle: np.ndarray
    speed: np.ndarray
    others: Mapping[str, np.ndarray]
    other_limb: np.ndarray
    helper: np.ndarray
    own_hand: np.ndarray
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
    sign: float
    smoothed: bool

    @property
    def frame_rate_hz(self):
        """Pictures per second."""
        return self.frames / max(self.t_s[self.last - 1] - self.t_s[self.first], 1e-9)

    @property
    def hides_smoothness(self):
        """Whether the engine's filter, or too few pictures, would pass for a smooth movement."""
        return self.smoothed or self.frame_rate_hz < SMOOTH_RATE_MIN_HZ

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
        at_rest, at_top = median(self.doubt[self.at_rest]), median(self.doubt[self.at_top])
        return float(np.fmax(SHARED * math.hypot(at_rest, at_top), self.view_sigma_deg))

    @cached_property
    def least_smooth(self):
        """Arc length of lift or lowering and how far it is from a smooth one's; NaN where noise hides it."""
        if self.hides_smoothness:
            return NOTHING
        size = abs(self.peak[0] - self.start[0])
        found = [NOTHING]
        for from_s, to_s in ((self.lift_start_s, self.top_start_s), (self.top_end_s, self.lower_end_s)):
            speed = self.speed[self.between(from_s, to_s)]
            noise = smoothness.noise_number(self.noise_deg, to_s - from_s, size) if size > 0 else NAN
            if np.isfinite(speed).all() and noise < smoothness.NOISE_NUMBER_MAX:
                length = smoothness.sparc(speed, 1 / (self.t_s[1] - self.t_s[0]))
                found.append((length, length - smoothness.smooth_sparc(noise)))
        return min(found, key=lambda both: both[1] if math.isfinite(both[1]) else math.inf)

    @cached_property
    def hold_line(self):
        """Wobble about a straight line over the end of a long hold, the slope of that line, and the slope's sigma."""
        length = self.top_end_s - self.top_start_s
        chosen = self.between(self.top_start_s + 0.2 * length, self.top_end_s) & np.isfinite(self.angle)
        if not length >= HOLD_MIN_S or self.hides_smoothness or chosen.sum() < 30:
            return NAN, NAN, NAN
        t, x = self.t_s[chosen] - self.t_s[chosen].mean(), self.angle[chosen]
        spread = (t * t).sum()
        slope = (t * x).sum() / spread
        sigma = _LEFT * self.noise_deg * math.sqrt(_CORRELATED_SAMPLES / spread)
        return float(np.std(x - slope * t)), float(self.sign * slope), sigma

    def _middle(self, chosen):
        """Median of the angle over some samples, and its standard error."""
        x = self.angle[chosen]
        return median(x), _median_sigma(x, self.noise_deg)

    @cached_property
    def noise_deg(self):
        """Standard deviation of the unsmoothed angle's noise; NaN when the window is too short to tell."""
        return noise_of(self.raw - self.angle)


def noise_of(residual):
    """Noise (one sd) of an angle before smoothing, from what smoothing took away; NaN from too little."""
    residual = residual[np.isfinite(residual)]
    if len(residual) < 4 * ANGLE_REACH:
        return NAN
    return 1.4826 * median(np.abs(residual)) / _TAKEN


# np.median and np.quantile spend most of their time on what a short window without NaN does not need. These two give
# the same bits in a tenth of it, which is half the time of measuring.
def median(x):
    """Median of what is known of an array; NaN where nothing is."""
    ordered = np.sort(x[np.isfinite(x)])
    half = len(ordered) // 2
    if len(ordered) == 0:
        return NAN
    return float(ordered[half] if len(ordered) % 2 else 0.5 * (ordered[half - 1] + ordered[half]))


def quantile(ordered, part):
    """Quantile of an array in rising order without NaN."""
    at = part * (len(ordered) - 1)
    low, high = ordered[math.floor(at)], ordered[math.ceil(at)]
    after = at - math.floor(at)
    return float(low + (high - low) * after if after < 0.5 else high - (high - low) * (1 - after))


def _median_sigma(x, noise):
    n = np.isfinite(x).sum() / _CORRELATED_SAMPLES
    return 1.2533 * _LEFT * noise / np.sqrt(max(n, 1.0)) if np.isfinite(noise) else NAN
