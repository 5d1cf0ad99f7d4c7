"""One function per number. Each takes one repetition's window and returns (value, one standard deviation).

NaN says "not measurable" or "no uncertainty known". The registry at the end is the list of all measures.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from posecheck import smoothness
from posecheck.rep_window import NAN, NOTHING, median, quantile

# What the fit of the phases cannot know, as a part of their time, where a view does not say otherwise. Minimum jerk is
# read 2 % short, a trapezoid of speed 5 % long: with what the fit tells itself, 0.05 covers all of bench/tempo.py.
# An error of the pose model that changes with the angle bends the shape further.
SHAPE_PART = 0.10
_SPEED_NOISE = (
    4.4  # deg/s of speed after smoothing, per degree of noise (simulated as in posecheck.rep_window)
)
HELD_TRUNKS = 0.2  # a hand this near to a limb holds it (docs/basis.md, Help)


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
        return NOTHING
    return size / time, size / time * float(np.hypot(size_sigma / size, time_sigma / time))


def peak_speed_dps(rep):
    """98th percentile of the speed during the lift; withheld below 20 pictures a second, or when the engine smooths."""
    x = np.abs(rep.speed[rep.between(rep.lift_start_s, rep.top_start_s)])
    x = x[np.isfinite(x)]
    if rep.hides_smoothness or len(x) < 6:
        return NOTHING
    return quantile(np.sort(x), 0.98), _SPEED_NOISE * rep.noise_deg


def sparc(rep):
    """Spectral arc length of the lift or the lowering, whichever was less smooth; withheld as the peak speed."""
    return rep.least_smooth[0], NAN


def smoothness_delta(rep):
    """That arc length less a smooth movement's of the same noise, time and size: 0 smooth, below -0.9 stop-start."""
    return rep.least_smooth[1], smoothness.SMOOTH_SD


def hold_sd_deg(rep):
    """Wobble over the last 80 % of a hold of at least 1.5 s, after taking out a straight drift."""
    return rep.hold_line[0], NAN


def hold_sag_dps(rep):
    """Drift over the last 80 % of a hold of at least 1.5 s: negative when the limb sinks."""
    return rep.hold_line[1:]


def change_of(signal, direction="either"):
    """A measure: the largest lasting change of another signal from its value at rest, signed.

    In one direction, ``positive`` or ``negative``, also where the other one is larger.
    """

    def change(rep):
        x = rep.others.get(signal)
        return NOTHING if x is None else (_lasting_change(rep, x, direction), NAN)

    change.__doc__ = f"Largest lasting change of {signal} from rest (5th or 95th percentile), signed."
    return change


def _lasting_change(rep, x, direction="either"):
    during = x[rep.first : rep.last] - median(x[rep.at_rest])
    during = np.sort(during[np.isfinite(during)])
    if len(during) < 6:
        return NAN
    low, high = quantile(during, 0.05), quantile(during, 0.95)
    return {"positive": high, "negative": low}.get(direction, high if abs(high) >= abs(low) else low)


def other_limb_deg(rep):
    """Largest lasting change of the other limb meanwhile, lifting positive: near 0 while it rests."""
    return rep.sign * _lasting_change(rep, rep.other_limb), NAN


def _held_pct(rep, distance):
    with np.errstate(invalid="ignore"):
        return 100.0 * float(np.mean(distance[rep.first : rep.last] <= HELD_TRUNKS))


def helper_pct(rep):
    """Share of the repetition in which somebody else's hand is on the limb, within a fifth of a trunk's length."""
    return _held_pct(rep, rep.helper), NAN


def own_hand_pct(rep):
    """Share of the repetition in which the person's other hand is on forearm or shank; NaN where it was not seen."""
    seen = np.isfinite(rep.own_hand[rep.first : rep.last]).any()
    return (_held_pct(rep, rep.own_hand) if seen else NAN), NAN


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
    return (max(spread), NAN) if spread else NOTHING


def frame_rate_hz(rep):
    """Pictures per second during the repetition."""
    return rep.frame_rate_hz, NAN


@dataclass(frozen=True)
class Metric:
    """A measure: id (also its column), unit, function, and what must be trusted for it: degrees, times, posture.

    What is `of_movement` is in the unit of the moving signal: its id ends with ``_ratio`` where that is a ratio.
    """

    id: str
    unit: str
    function: Callable
    needs: tuple[str, ...] = ()
    of_movement: bool = False

    def named(self, unit):
        """Id and unit for a signal in ``deg`` or ``ratio``."""
        if not self.of_movement or unit == "deg":
            return self.id, self.unit
        return self.id.removesuffix("_deg").removesuffix("_dps") + f"_{unit}" + (
            "_per_s" if self.id.endswith("_dps") else ""
        ), self.unit.replace("deg", unit)


_DEGREES, _TIMES, _BOTH, _POSTURE = ("degrees",), ("times",), ("degrees", "times"), ("posture",)
METRICS = {
    metric.id: metric
    for metric in (
        Metric("lift_s", "s", lift_s, _TIMES),
        Metric("hold_s", "s", hold_s, _TIMES),
        Metric("lower_s", "s", lower_s, _TIMES),
        Metric("rest_s", "s", rest_s, _TIMES),
        Metric("time_sigma_s", "s", time_sigma_s, _TIMES),
        Metric("start_deg", "deg", start_deg, _DEGREES, of_movement=True),
        Metric("peak_deg", "deg", peak_deg, _DEGREES, of_movement=True),
        Metric("range_deg", "deg", range_deg, _DEGREES, of_movement=True),
        Metric("noise_sigma_deg", "deg", noise_sigma_deg, of_movement=True),
        Metric("mean_speed_dps", "deg/s", mean_speed_dps, _BOTH, of_movement=True),
        Metric("peak_speed_dps", "deg/s", peak_speed_dps, _BOTH, of_movement=True),
        Metric("sparc", "", sparc, _BOTH),
        Metric("smoothness_delta", "", smoothness_delta, _BOTH),
        Metric("hold_sd_deg", "deg", hold_sd_deg, _BOTH, of_movement=True),
        Metric("hold_sag_dps", "deg/s", hold_sag_dps, _BOTH, of_movement=True),
        Metric("other_limb_deg", "deg", other_limb_deg, _DEGREES, of_movement=True),
        Metric("trunk_lean_deg", "deg", change_of("trunk_lean"), _POSTURE),
        Metric("trunk_flexion_deg", "deg", change_of("trunk_flexion"), _POSTURE),
        Metric("shoulder_hike_deg", "deg", change_of("shoulder_hike"), _POSTURE),
        Metric("helper_pct", "%", helper_pct),
        Metric("own_hand_pct", "%", own_hand_pct),
        Metric("seen_pct", "%", seen_pct),
        Metric("framed_pct", "%", framed_pct),
        Metric("bone_length_cv", "", bone_length_cv),
        Metric("frame_rate_hz", "Hz", frame_rate_hz),
    )
}
