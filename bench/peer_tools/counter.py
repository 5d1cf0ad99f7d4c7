"""The repetition counter of the tutorials: two thresholds and a stage."""

import itertools

import numpy as np

# Published pairs in flexion (0 straight) or elevation (0 at the side): armed beyond the first, counted beyond the
# second. Tutorials write the angle between the segments: 160 and 30 of a curl are a flexion of 20 and 150.
STRICT_DEG = {
    "elbow_flexion": (20.0, 150.0),  # curl: > 160 "down", < 30 counts
    "mini_squat": (90.0, 20.0),  # squat: < 90 "down", > 160 counts
    "sit_to_stand": (90.0, 20.0),  # the squat's numbers
    "knee_extension": (90.0, 20.0),  # the squat's numbers: none for the seated kick is copied widely
    "shoulder_abduction": (35.0, 85.0),  # side arm raise: < 35 "down", > 85 counts
}
LOOSE_DEG = {
    "elbow_flexion": (20.0, 130.0),  # > 160, < 50
    "mini_squat": (70.0, 20.0),  # < 110, > 160
    "sit_to_stand": (77.0, 35.0),  # < 103 seated, > 145 standing
    "knee_extension": (77.0, 35.0),
    "shoulder_abduction": (30.0, 60.0),  # < 30 rest, > 60 raised
}


def counted(t_s, angle_deg, armed_deg, count_deg):
    """Times at which a two-threshold counter counts.

    Parameters
    ----------
    t_s : (T,) array, s
    angle_deg : (T,) array, deg
        NaN changes nothing.
    armed_deg, count_deg : float, deg
        The counter is armed beyond the first and counts, once, beyond the second. Which of them is larger says in
        which direction "beyond" lies.

    Returns
    -------
    list of float, s

    Examples
    --------
    >>> counted([0, 1, 2, 3, 4], [10, 90, 95, 15, 92], 20, 85)
    [1, 4]
    """
    up = 1.0 if count_deg > armed_deg else -1.0
    armed, times = False, []
    for now_s, value in zip(t_s, up * np.asarray(angle_deg, np.float64), strict=True):
        if value < up * armed_deg:
            armed = True
        elif value > up * count_deg and armed:
            armed = False
            times.append(now_s)
    return times


def candidates(start_deg, peak_deg):
    """Threshold pairs between the usual start and peak of a movement, in tenths of its range, widest apart first.

    Returns
    -------
    list of (float, float), deg
        Nearer the start first, nearer the peak second.
    """
    tenths = np.arange(1, 10) / 10
    pairs = [(low, high) for low, high in itertools.product(tenths, tenths) if low < high]
    # Of pairs that count equally well, the widest hysteresis is the most robust, then the most central.
    pairs.sort(key=lambda pair: (-round(pair[1] - pair[0], 3), abs(sum(pair) - 1.0)))
    return [tuple(float(start_deg + part * (peak_deg - start_deg)) for part in pair) for pair in pairs]


def usual(clips_and_sides):
    """Median true start and peak of many limbs, deg; None when none of them moves."""
    reps = [rep for clip, side in clips_and_sides for rep in clip.repetitions[side]]
    if not reps:
        return None
    return tuple(float(np.median([rep[name] for rep in reps])) for name in ("start_deg", "peak_deg"))
