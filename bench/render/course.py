"""When each repetition lifts, holds and lowers, and how far along it is at any time. Pure functions of the spec."""

from dataclasses import dataclass

import numpy as np

from render.spec import SIDES, PerSide


@dataclass(frozen=True)
class Repetition:
    """One repetition of one side as commanded; times from the beginning of the recording.

    Attributes
    ----------
    number : int
        From 1.
    start_s, top_start_s, top_end_s, end_s : float, s
    start_deg, peak_deg : float
        Command of the leading angle (or ratio) at rest and at the top.
    """

    number: int
    start_s: float
    top_start_s: float
    top_end_s: float
    end_s: float
    start_deg: float
    peak_deg: float


def minimum_jerk(u):
    """Step from 0 to 1 with the least jerk (Flash & Hogan 1985); `u` is clipped to 0-1.

    Examples
    --------
    >>> minimum_jerk(np.array([-1.0, 0.5, 2.0]))
    array([0. , 0.5, 1. ])
    """
    u = np.clip(u, 0.0, 1.0)
    return u**3 * (10 - 15 * u + 6 * u**2)


def trapezoid(u, ramp=0.2):
    """Step whose speed rises and falls linearly over `ramp` of the time and is constant between."""
    u = np.clip(u, 0.0, 1.0)
    u, mirrored = np.minimum(u, 1 - u), u > 0.5
    half = np.where(u < ramp, 0.5 * u**2 / ramp, u - 0.5 * ramp) / (1 - ramp)
    return np.where(mirrored, 1 - half, half)


def skewed(u):
    """Step that starts quickly and ends slowly, as real squats and reaches do: its fastest moment is at 0.37."""
    return minimum_jerk(np.clip(u, 0.0, 1.0) ** 0.7)


PROFILES = {"minimum_jerk": minimum_jerk, "trapezoid": trapezoid, "skewed": skewed}


def on_side(value, side):
    """The number (or list of numbers) of a side."""
    return getattr(value, side) if isinstance(value, PerSide) else value


def per_repetition(value, side, count):
    """``count`` numbers of a side; a list shorter than that goes on with its last number."""
    value = on_side(value, side)
    given = np.atleast_1d(np.asarray(value, np.float64))
    return given[np.minimum(np.arange(count), len(given) - 1)]


def lags_s(act):
    """Delay of each side, in seconds."""
    if isinstance(act.lag_s, PerSide):
        return {side: float(on_side(act.lag_s, side)) for side in SIDES}
    return {"left": 0.0, "right": float(act.lag_s)}


def schedule(act, movement, begin_s, rng):
    """Repetitions of each moving side.

    Parameters
    ----------
    act : Exercise
    movement : Movement
    begin_s : float, s
        When the act begins.
    rng : numpy Generator
        Draws the variation from repetition to repetition.

    Returns
    -------
    repetitions : dict of side to list of Repetition
    end_s : float, s
        When the act is over.
    """
    sides = SIDES if act.side == "both" or movement.bilateral else (act.side,)
    stretch = np.clip(1 + act.variation.time_part * rng.standard_normal((act.reps, 3)), 0.5, 1.5)
    further = act.variation.peak_deg * rng.standard_normal(act.reps)
    rest_s = per_repetition(act.tempo.rest_s, "left", act.reps)
    repetitions = {side: [] for side in sides}
    start_of = {side: per_repetition(_given(act.start_deg, movement.start), side, act.reps) for side in sides}
    peak_of = {side: per_repetition(_given(act.peak_deg, movement.peak), side, act.reps) for side in sides}
    phases = {
        side: np.array([per_repetition(getattr(act.tempo, name), side, act.reps) for name in _PHASES]).T
        for side in sides
    }
    t_s = begin_s + act.still_before_s
    for i in range(act.reps):
        ends = []
        for side in sides:
            lift, hold, lower = phases[side][i] * stretch[i]
            start = t_s + lags_s(act)[side]
            edges = (start, start + lift, start + lift + hold, start + lift + hold + lower)
            peak = peak_of[side][i] + further[i]
            repetitions[side].append(
                Repetition(i + 1, *map(float, edges), float(start_of[side][i]), float(peak))
            )
            ends.append(edges[-1])
        t_s = max(ends) + rest_s[i]
    last = max([begin_s + act.still_before_s, *(r[-1].end_s for r in repetitions.values() if r)])
    return repetitions, last + act.still_after_s


_PHASES = ("lift_s", "hold_s", "lower_s")


def _given(value, default):
    return default if value is None else value


def progress(repetitions, t_s, *, profile="minimum_jerk", stops=None):
    """How far along the way from rest (0) to top (1) a side is.

    Parameters
    ----------
    repetitions : list of Repetition
    t_s : (T,) array, s
    profile : str
        One of `PROFILES`.
    stops : Stops, optional
        Halts on the way.

    Returns
    -------
    part : (T,) array, 0-1
    current : (T,) int array
        Index of the repetition that is under way, or was last; 0 before the first.
    """
    step, part = PROFILES[profile], np.zeros(len(t_s))
    current = np.zeros(len(t_s), np.int64)
    for i, rep in enumerate(repetitions):
        up = _with_stops(step, t_s - rep.start_s, rep.top_start_s - rep.start_s, stops, "lift")
        down = _with_stops(step, t_s - rep.top_end_s, rep.end_s - rep.top_end_s, stops, "lower")
        part += up - down
        current[t_s >= rep.start_s] = i
    return np.clip(part, 0.0, 1.0), current


def _with_stops(step, since_s, duration_s, stops, phase):
    """A step of `duration_s`, broken into equal pieces with halts between when `stops` asks for them."""
    count = stops.count if stops is not None and phase in stops.during else 0
    each_s = min(stops.each_s, 0.5 * duration_s / count) if count else 0.0
    piece_s = (duration_s - count * each_s) / (count + 1)
    pieces = [step((since_s - k * (piece_s + each_s)) / piece_s) for k in range(count + 1)]
    return sum(pieces) / (count + 1)


def phases(repetitions, t_s):
    """0 rest, 1 lift, 2 hold, 3 lower at each time, (T,) int8."""
    phase = np.zeros(len(t_s), np.int8)
    for rep in repetitions:
        edges = (rep.start_s, rep.top_start_s, rep.top_end_s, rep.end_s)
        inside = np.searchsorted(edges, t_s, side="right")
        phase = np.where((inside > 0) & (inside < 4), inside, phase).astype(np.int8)
    return phase


def wander(rng, t_s, amplitude, hz, *, spread=0.12):
    """A slow or trembling movement: four sines near `hz` with random phases, root-mean-square about `amplitude`/1.4.

    Always draws the same count of random numbers, so that switching it off moves nothing else.
    """
    phase, detune = rng.uniform(0, 2 * np.pi, 4), rng.standard_normal(4)
    if amplitude == 0:
        return np.zeros(len(t_s))
    frequency = hz * (1 + spread * detune)
    return amplitude * np.sin(2 * np.pi * frequency * t_s[:, None] + phase).sum(axis=1) / 2
