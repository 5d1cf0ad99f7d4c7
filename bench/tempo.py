"""How exactly the phase fit recovers known tempo: movements of two shapes, several tempos, sizes and noise levels.

    python bench/tempo.py [--repeats 100]

Prints, for each case, bias and standard deviation of lift and hold, the uncertainty that is reported, and how often
the truth lies within twice of it. Seeded: two runs print the same.
"""

import argparse
import itertools

import numpy as np

from posecheck.filters import PHASE_REACH, median3, smooth
from posecheck.metrics import SHAPE_PART
from posecheck.phases import fit_phases, window

RATE_HZ, REST_S = 30.0, 1.0
TEMPOS = ((3.0, 1.0), (2.0, 0.5), (1.0, 0.3), (5.0, 1.0), (3.0, 0.0))


def minimum_jerk(u):
    u = np.clip(u, 0, 1)
    return u**3 * (10 - 15 * u + 6 * u**2)


def trapezoid(u, ramp=0.25):
    u = np.clip(u, 0, 1)
    rising, falling = u * u / (2 * ramp), (1 - ramp) - (1 - u) ** 2 / (2 * ramp)
    return np.where(u < ramp, rising, np.where(u <= 1 - ramp, u - ramp / 2, falling)) / (1 - ramp)


def noise(rng, n, sigma_deg, correlation=0.5):
    """First-order autoregressive noise."""
    white, out = rng.normal(size=n), np.empty(n)
    out[0] = white[0]
    for i in range(1, n):
        out[i] = correlation * out[i - 1] + np.sqrt(1 - correlation**2) * white[i]
    return sigma_deg * out


def fitted(shape, size_deg, sigma_deg, move_s, hold_s, repeats, rng):
    n = round((2 * move_s + hold_s + 2 * REST_S) * RATE_HZ)
    t_s = np.arange(n) / RATE_HZ
    lifted = shape((t_s - REST_S) / move_s) - shape((t_s - REST_S - move_s - hold_s) / move_s)
    rows = [
        window(
            smooth(median3(size_deg * lifted + noise(rng, n, sigma_deg)), reach=PHASE_REACH),
            np.array([0]),
            np.array([n - 1]),
            rate_hz=RATE_HZ,
        )
        for _ in range(repeats)
    ]
    t, y = (np.concatenate(x) for x in zip(*rows, strict=True))
    return fit_phases(t, y, np.full(repeats, REST_S + move_s + hold_s / 2))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=100)
    repeats = parser.parse_args().repeats
    rng = np.random.default_rng(0)
    print("shape        range noise  lift  hold | lift error     hold error     told   within 2 sigma")
    for shape, size, sigma, (move, hold) in itertools.product(
        (minimum_jerk, trapezoid), (20.0, 60.0, 90.0), (1.0, 2.0), TEMPOS
    ):
        fit = fitted(shape, size, sigma, move, hold, repeats, rng)
        lift = fit.top_start_s - fit.lift_start_s
        told = np.hypot(fit.lift_sigma_s, SHAPE_PART * lift)
        held = fit.top_end_s - fit.top_start_s - hold
        within = 100 * np.mean(np.abs(lift - move) <= 2 * told)
        print(
            f"{shape.__name__:12s} {size:4.0f}° {sigma:4.0f}° {move:4.1f} s {hold:3.1f} s | "
            f"{np.mean(lift - move):+.2f} ± {np.std(lift):.2f} s  {np.mean(held):+.2f} ± {np.std(held):.2f} s  "
            f"{np.median(told):.2f} s  {within:3.0f} %"
        )


if __name__ == "__main__":
    main()
