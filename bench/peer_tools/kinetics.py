"""kineticstoolkit: its `detect_cycles` on an angle curve that somebody else made."""

from pathlib import Path

import numpy as np

from peer_tools.counter import candidates, usual
from peer_tools.scoring import Answer, Found, paired
from peer_tools.venvs import environment_python, run_inside
from posecheck.exercise import exercise_ids, load_exercise

VERSION = "0.17.0"
PACKAGES = (
    "numpy==2.4.6", "pandas==3.1.1", "scipy==1.17.1", "matplotlib==3.11.2", "tqdm==4.70.1", "ezc3d==1.7.2",
    "scikit-learn==1.9.1",
)  # fmt: skip
# Without requests-cache it cannot ask its server at import; without PyQt5 it draws nothing.
BARE_PACKAGES = (f"kineticstoolkit=={VERSION}", "limitedinteraction==1.0")
LEAST_S = 0.2  # shortest phase that counts: its min_durations, against chatter around a threshold
CUTOFF_HZ = 6.0  # of its Butterworth filter on unsmoothed angles, the usual one in movement analysis


def prescribed_thresholds_deg(clip):
    """Fixed numbers, from what is prescribed: half the range to enter, a quarter to leave.

    Its own defaults, 0 and 1, mean nothing for an angle in degrees; these stand for them.

    Returns
    -------
    list of (float, float), deg
        One pair; none when the exercise is not in posecheck's catalogue, so that nothing is prescribed.
    """
    if clip.exercise not in exercise_ids():
        return []
    exercise = load_exercise(clip.exercise)
    target = exercise.target["2"]
    start = target.peak - exercise.sign * target.range
    return [tuple(start + exercise.sign * part * target.range for part in (0.5, 0.25))]


class Cycles:
    """Cycles of many curves.

    Parameters
    ----------
    cache : path
    curve_of : callable (Clip, side) -> (t_s, angle_deg) or None
    smooth : bool
        Whether the curve still needs its filter.
    with_truth : bool
        Thresholds are those, of all between the true rest and the true peak, that count best over all limbs of the
        same exercise and view; otherwise those that are prescribed.
    """

    def __init__(self, cache, curve_of, *, smooth, with_truth):
        self._home, self._curve_of = Path(cache) / "peers", curve_of
        self._smooth, self._with_truth = smooth, with_truth
        self._answers = {}

    def prepare(self, clips):
        """Run it on every limb of every clip, all thresholds in one go."""
        keys, job = [], []
        for clip, side in [(c, s) for c in clips for s in c.sides]:
            curve, thresholds = self._curve_of(clip, side), self._thresholds_deg(clips, clip)
            if curve is None or not thresholds:
                continue
            t_s, angle_deg = curve
            keys.append((clip, side, thresholds))
            job.append({
                "t_s": [float(t) for t in t_s],
                "angle_deg": [float(v) if np.isfinite(v) else None for v in angle_deg],
                "cutoff_hz": CUTOFF_HZ if self._smooth else None,
                "least_s": LEAST_S,
                "thresholds_deg": thresholds,
            })  # fmt: skip
        if not job:
            return
        python = environment_python(
            self._home / "kineticstoolkit", packages=PACKAGES, bare_packages=BARE_PACKAGES
        )
        told = run_inside(python, "ktk_cycles.py", job, folder=self._home / "kineticstoolkit-runs")
        self._choose(keys, told["curves"])

    def _thresholds_deg(self, clips, clip):
        if not self._with_truth:
            return prescribed_thresholds_deg(clip)
        alike = [(c, s) for c in clips if (c.exercise, c.view) == (clip.exercise, clip.view) for s in c.sides]
        middle = usual(alike)
        # A cycle is entered beyond the upper threshold, so that one comes first.
        return [pair[::-1] for pair in candidates(*middle)] if middle else []

    def _choose(self, keys, curves):
        groups = {}
        for (clip, side, thresholds), tried in zip(keys, curves, strict=True):
            groups.setdefault((clip.exercise, clip.view), []).append((clip, side, thresholds, tried))
        for group in groups.values():
            wrong = [
                sum(
                    _wrong(clip.repetitions[side], _found(tried[i]["cycles"]))
                    for clip, side, _, tried in group
                )
                for i in range(len(group[0][2]))
            ]
            best = int(np.argmin(wrong))
            for clip, side, thresholds, tried in group:
                enter, leave = thresholds[best]
                self._answers[clip.name, side] = Answer(
                    found=_found(tried[best]["cycles"]),
                    measures=frozenset({"range"}),
                    cpu_s=tried[best]["cpu_s"],
                    note=f"thresholds {enter:.0f} and {leave:.0f} deg",
                )

    def __call__(self, clip, side):
        """Its cycles of one limb; the angle is not its own, and it knows no phases of a repetition."""
        return self._answers.get((clip.name, side), Answer())


def _found(cycles):
    return [Found(0.5 * (start_s + back_s), range_deg=range_deg) for start_s, back_s, range_deg in cycles]


def _wrong(true, found):
    pairs, extra = paired(true, found)
    return len(true) - len(pairs) + extra
