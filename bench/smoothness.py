"""What spectral arc length a smooth movement has as posecheck measures it, and how well halts stand out from it.

    python bench/smoothness.py [--repeats 20]

Movements of known shape, time, size and noise go through posecheck's own filters and phase fit. From the smooth ones
comes the line that `posecheck.smoothness.smooth_sparc` uses; then every kind is held against it: mean difference, and
how often a halting movement reads less smooth than a smooth one (area under the curve). Seeded: two runs print alike.
"""

import argparse
import itertools

import numpy as np
from scipy.stats import mannwhitneyu

from posecheck.filters import ANGLE_REACH, PHASE_REACH, median3, smooth
from posecheck.phases import fit_phases, window
from posecheck.rep_window import noise_of
from posecheck.smoothness import NOISE_NUMBER_MAX, noise_number, smooth_sparc, sparc
from tempo import RATE_HZ, REST_S, SETTLE_S, SHAPES, halting, minimum_jerk, noise

SMOOTH = {name: SHAPES[name][0] for name in ("minimum jerk", "trapezoid 0.25", "skewed", "late")}
HALTING = {f"{n} halts": lambda u, n=n: halting(u, halts=n, part=0.08) for n in (1, 3, 5)}
WOBBLING = {"wobble 1.5 Hz": None}
TIMES_S, SIZES_DEG, NOISES_DEG = (2.0, 3.0, 4.0, 5.0), (30.0, 60.0, 90.0), (0.3, 0.7, 1.5)
CORRELATIONS = (0.0, 0.5, 0.85)
HOLD_S = 1.0


def measured(shape, time_s, size_deg, sigma_deg, correlation, rng):
    """Arc length and noise number of one lift, as a repetition's would be; NaN where the fit found no lift."""
    edges = REST_S + np.concatenate([[0.0], np.cumsum([time_s, HOLD_S, time_s])])
    n = round((edges[-1] + SETTLE_S) * RATE_HZ)
    t_s = np.arange(n) / RATE_HZ
    lift = (t_s - edges[0]) / time_s
    up = minimum_jerk(lift) + 0.04 * _wobble(t_s, lift) if shape is None else shape(lift)
    angle = size_deg * (up - minimum_jerk((t_s - edges[2]) / time_s))
    raw = angle + noise(rng, n, sigma_deg, correlation)
    calm = median3(raw)
    t, y = window(smooth(calm, reach=PHASE_REACH), np.array([0]), np.array([n - 1]), rate_hz=RATE_HZ)
    fit = fit_phases(t, y, np.array([0.5 * (edges[1] + edges[2])]))
    during = (t_s >= fit.lift_start_s[0]) & (t_s <= fit.top_start_s[0])
    speed = smooth(calm, reach=ANGLE_REACH, derivative=1)[during]
    found_deg = noise_of(raw - smooth(calm, reach=ANGLE_REACH))
    length_s = float(fit.top_start_s[0] - fit.lift_start_s[0])
    return sparc(speed, RATE_HZ), noise_number(found_deg, length_s, size_deg)


def _wobble(t_s, lift):
    return np.sin(2 * np.pi * 1.5 * t_s) * ((lift > 0) & (lift < 1))


def simulated(repeats, rng):
    """Kind -> {(time, size, noise, correlation): (repeats, 2) array of arc length and noise number}."""
    kinds = SMOOTH | HALTING | WOBBLING
    return {
        name: {
            case: np.array([measured(shape, *case, rng) for _ in range(repeats)])
            for case in itertools.product(TIMES_S, SIZES_DEG, NOISES_DEG, CORRELATIONS)
        }
        for name, shape in kinds.items()
    }


def line_of(found):
    """Arc length of smooth movements over the square root of their noise number: intercept, slope and residuals."""
    every = np.concatenate([rows for name in SMOOTH for rows in found[name].values()])
    known = every[np.isfinite(every).all(axis=1) & (every[:, 1] < NOISE_NUMBER_MAX)]
    slope, intercept = np.polyfit(np.sqrt(known[:, 1]), known[:, 0], 1)
    return intercept, slope, known[:, 0] - intercept - slope * np.sqrt(known[:, 1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    found = simulated(parser.parse_args().repeats, np.random.default_rng(0))
    intercept, slope, rest = line_of(found)
    print(
        f"smooth: {intercept:.2f} {slope:+.2f} * sqrt(N), residual {rest.std():.2f} (N below {NOISE_NUMBER_MAX:g})"
    )
    print(f"in posecheck.smoothness: {smooth_sparc(0.0):.2f} {smooth_sparc(1.0) - smooth_sparc(0.0):+.2f}\n")
    others = [name for name in found if name != "minimum jerk"]
    print("time size noise corr |   N   smooth      " + "  ".join(f"{name:>16s}" for name in others))
    for case in found["minimum jerk"]:
        told = {name: _differences(rows[case]) for name, rows in found.items()}
        smoothly = told["minimum jerk"]
        numbers = found["minimum jerk"][case][:, 1]
        cells = [
            f"{told[name].mean():+.2f} {_area(smoothly, told[name])}" for name in others if len(told[name])
        ]
        gate = "" if len(smoothly) else "not measurable"
        mean = f"{smoothly.mean():+.2f} ± {smoothly.std():.2f}" if len(smoothly) else gate
        print(f"{case[0]:3.0f}s {case[1]:3.0f}° {case[2]:4.1f}° {case[3]:4.2f} | {np.nanmean(numbers):4.1f} {mean:13s} "
              + "  ".join(f"{cell:>16s}" for cell in cells))  # fmt: skip


def _differences(rows):
    known = rows[np.isfinite(rows).all(axis=1) & (rows[:, 1] < NOISE_NUMBER_MAX)]
    return np.array([length - smooth_sparc(number) for length, number in known])


def _area(smoothly, other):
    """How often the other reads less smooth."""
    if not len(smoothly) or not len(other):
        return ""
    return f"{mannwhitneyu(smoothly, other).statistic / (len(smoothly) * len(other)):.2f}"


if __name__ == "__main__":
    main()
