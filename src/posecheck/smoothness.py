"""How smooth a lift or lowering was: spectral arc length, and what it is for a smooth movement measured as badly.

The arc length falls with duration and noise even for a perfect movement, so a fixed limit on it would punish the slow
movement that is asked for. Only the difference from a smooth movement of the same noise, time and size is judged.
"""

import math

import numpy as np

CUTOFF_HZ, AMPLITUDE_MIN, PAD_LEVEL = 10.0, 0.05, 4
NOISE_NUMBER_MAX = 10.0  # beyond, noise hides whether a movement was smooth
# Minimum jerk, trapezoids and skewed movements of 2 to 5 s and 30 to 90 deg, through posecheck's own filters and phase
# fit (bench/smoothness.py): intercept and slope over the square root of the noise number; they scatter by 0.32.
_SMOOTH, SMOOTH_SD = (-1.05, -0.49), 0.32


def sparc(speed, rate_hz):
    """Spectral arc length of a speed profile.

    Parameters
    ----------
    speed : (N,) array
        Of one phase, any unit; without NaN.
    rate_hz : float

    Returns
    -------
    float
        Less than 0; -1.4 for minimum jerk without noise. NaN for fewer than four samples or no movement at all.

    Notes
    -----
    Balasubramanian et al. 2015, doi 10.1186/s12984-015-0090-9: cut-off 10 Hz, or the last frequency at which the
    spectrum reaches 5 % of its largest value; padded to 16 times the length.

    Examples
    --------
    >>> u = np.linspace(0, 1, 60)
    >>> round(sparc(30 * u**2 * (1 - u) ** 2, 30.0), 2)
    -1.39
    """
    if len(speed) < 4 or not np.any(speed):
        return math.nan
    padded = 2 ** (math.ceil(math.log2(len(speed))) + PAD_LEVEL)
    spectrum = np.abs(np.fft.rfft(speed, padded))
    spectrum = spectrum / spectrum.max()
    frequency_hz = np.arange(len(spectrum)) * (rate_hz / padded)
    kept = frequency_hz <= CUTOFF_HZ
    loud = np.flatnonzero(kept & (spectrum >= AMPLITUDE_MIN))
    used = slice(loud[0], loud[-1] + 1)
    frequency_hz, spectrum = frequency_hz[used], spectrum[used]
    span = frequency_hz[-1] - frequency_hz[0]
    if not span > 0:
        return math.nan
    return -float(np.sum(np.hypot(np.diff(frequency_hz) / span, np.diff(spectrum))))


def noise_number(noise_deg, time_s, range_deg):
    """How much noise a movement of this time and size is measured with: 100 sigma T / A, in seconds.

    Examples
    --------
    >>> noise_number(1.0, 3.0, 60.0)
    5.0
    """
    return 100.0 * noise_deg * time_s / range_deg


def smooth_sparc(noise):
    """Spectral arc length that a smooth movement has at a `noise_number`; single ones scatter by `SMOOTH_SD`."""
    at_rest, slope = _SMOOTH
    return at_rest + slope * math.sqrt(noise)
