"""How exactly the phase fit recovers known tempo: movements of several shapes, tempos, sizes and noise levels.

    python bench/tempo.py [--repeats 60]

A lift and its lower share a shape, except that a halting lift has a smooth lower. Prints, for each case, bias and
standard deviation of lift, hold and lower, the error of the four boundaries, the uncertainty that is reported, and
how often the truth lies within twice of it. Seeded: two runs print the same.
"""

import argparse
import itertools
from functools import partial

import numpy as np

from posecheck.filters import PHASE_REACH, median3, smooth
from posecheck.metrics import SHAPE_PART
from posecheck.phases import fit_phases, window

RATE_HZ, REST_S, SETTLE_S = 30.0, 1.0, 0.4
TEMPOS = (
    (3.0, 1.0, 3.0),
    (2.0, 0.5, 2.0),
    (1.0, 0.3, 1.0),
    (5.0, 1.0, 5.0),
    (3.0, 0.0, 3.0),
    (3.4, 0.8, 2.4),
)


def minimum_jerk(u):
    u = np.clip(u, 0, 1)
    return u**3 * (10 - 15 * u + 6 * u**2)


def trapezoid(u, ramp=0.25):
    u = np.clip(u, 0, 1)
    rising, falling = u * u / (2 * ramp), (1 - ramp) - (1 - u) ** 2 / (2 * ramp)
    return np.where(u < ramp, rising, np.where(u <= 1 - ramp, u - ramp / 2, falling)) / (1 - ramp)


def skewed(u, power=0.7):
    """Quick to start and slow to arrive, as real squats and reaches are: its fastest moment is at 0.37."""
    return minimum_jerk(np.clip(u, 0, 1) ** power)


def halting(u, halts=1, part=0.15):
    """Minimum jerk in equal pieces, with a halt of `part` of the time between each."""
    piece = (1 - halts * part) / (halts + 1)
    return sum(minimum_jerk((u - k * (piece + part)) / piece) for k in range(halts + 1)) / (halts + 1)


SHAPES = {
    "minimum jerk": (minimum_jerk, minimum_jerk),
    "trapezoid 0.25": (trapezoid, trapezoid),
    "trapezoid 0.20": (partial(trapezoid, ramp=0.2), partial(trapezoid, ramp=0.2)),
    "skewed": (skewed, skewed),
    "late": (lambda u: 1 - skewed(1 - u), lambda u: 1 - skewed(1 - u)),
    "one halt": (halting, minimum_jerk),
    "two halts": (partial(halting, halts=2), minimum_jerk),
}


def noise(rng, n, sigma_deg, correlation=0.5):
    """First-order autoregressive noise."""
    white, out = rng.normal(size=n), np.empty(n)
    out[0] = white[0]
    for i in range(1, n):
        out[i] = correlation * out[i - 1] + np.sqrt(1 - correlation**2) * white[i]
    return sigma_deg * out


def fitted(shapes, size_deg, sigma_deg, tempo, repeats, rng):
    """Phase fits of `repeats` repetitions that differ in their noise, and their true boundaries in seconds."""
    edges = REST_S + np.concatenate([[0.0], np.cumsum(tempo)])
    n = round((edges[-1] + SETTLE_S) * RATE_HZ)
    t_s = np.arange(n) / RATE_HZ
    up, down = (shape((t_s - edges[i]) / tempo[i]) for i, shape in zip((0, 2), shapes, strict=True))
    rows = [
        window(
            smooth(median3(size_deg * (up - down) + noise(rng, n, sigma_deg)), reach=PHASE_REACH),
            np.array([0]),
            np.array([n - 1]),
            rate_hz=RATE_HZ,
        )
        for _ in range(repeats)
    ]
    t, y = (np.concatenate(x) for x in zip(*rows, strict=True))
    return fit_phases(t, y, np.full(repeats, 0.5 * (edges[1] + edges[2]))), edges


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=60)
    repeats = parser.parse_args().repeats
    rng = np.random.default_rng(0)
    totals = {name: [] for name in SHAPES}
    print(
        "shape          range noise  lift hold lower | lift error     hold error     lower error   edges  told  in 2 s"
    )
    for name, size, sigma, tempo in itertools.product(SHAPES, (20.0, 60.0, 90.0), (1.0, 2.0), TEMPOS):
        fit, true = fitted(SHAPES[name], size, sigma, tempo, repeats, rng)
        edges = np.column_stack([fit.lift_start_s, fit.top_start_s, fit.top_end_s, fit.lower_end_s])
        times = np.diff(edges, axis=1)
        error, moving = times - tempo, [0, 2]
        told = np.hypot(np.column_stack([fit.lift_sigma_s, fit.lower_sigma_s]), SHAPE_PART * times[:, moving])
        within = np.mean(np.abs(error[:, moving]) <= 2 * told)
        off = np.mean(np.abs(edges - true))
        totals[name].append([*np.mean(np.abs(error), axis=0), off, within])
        spread = "  ".join(
            f"{b:+.2f} ± {s:.2f} s" for b, s in zip(error.mean(axis=0), error.std(axis=0), strict=True)
        )
        print(
            f"{name:14s} {size:4.0f}° {sigma:4.0f}° {tempo[0]:4.1f} {tempo[1]:4.1f} {tempo[2]:4.1f} s | {spread} "
            f"{off:5.2f}  {np.median(told):.2f}  {100 * within:3.0f} %"
        )
    print("\nmean absolute error, s                  lift  hold  lower  edges   in 2 s")
    for name, rows in totals.items():
        lift, hold, lower, off, within = np.mean(rows, axis=0)
        print(f"{name:38s} {lift:.2f}  {hold:.2f}   {lower:.2f}   {off:.2f}  {100 * within:5.0f} %")


if __name__ == "__main__":
    main()
