"""Who is compared: each peer with its defaults and with its best setting, and what that means."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

import posecheck as pc
from peer_tools import kinetics, sports2d
from peer_tools.counter import LOOSE_DEG, STRICT_DEG, candidates, counted, usual
from peer_tools.mediapipe_angles import defined_angle, image_points, tutorial_angle, world_points
from peer_tools.scoring import Answer, Found, paired
from posecheck.exercise import exercise_ids

REPEATS = 3  # of what takes milliseconds; the quickest counts


@dataclass(frozen=True)
class Peer:
    """One row of each table.

    Attributes
    ----------
    name, setting, version : str
    what : str
        How it is set up, and why so.
    knows : str
        ``nothing``, ``camera side`` (as who films knows it) or ``truth``.
    answer : callable (Clip, side) -> Answer
        May have a method `prepare`, called once with all clips before.
    """

    name: str
    setting: str
    version: str
    what: str
    knows: str
    answer: Callable

    def prepare(self, clips):
        """Do for all clips at once what cannot be done for each."""
        getattr(self.answer, "prepare", lambda clips: None)(clips)


def timed(function):
    """What a function returns, and the CPU seconds of its quickest run."""
    seconds = []
    for _ in range(REPEATS):
        begun_s = time.process_time()
        value = function()
        seconds.append(time.process_time() - begun_s)
    return value, min(seconds)


class Ours:
    """posecheck: `analyse` with its defaults on the same landmarks."""

    def __init__(self):
        self._results = {}

    def _result(self, clip):
        if clip.name not in self._results:
            known = clip.exercise in exercise_ids()
            told = timed(lambda: pc.analyse(clip.track, clip.exercise)) if known else (None, np.nan)
            self._results[clip.name] = told
        return self._results[clip.name]

    def curve(self, clip, side):
        """Times and angle as it smooths them, or None when the angle is not what the exercise measures."""
        result, _ = self._result(clip)
        name = f"{side}_{clip.angle}_deg"
        if result is not None and name in result.signals.names and len(result.signals.t_s):
            return result.signals.t_s, result.signals[name]
        if result is None or clip.angle != result.exercise.movement.signal:
            return None
        # A view from which it measures nothing: withheld.
        return clip.track.t_s, np.full(len(clip.track), np.nan)

    def __call__(self, clip, side):
        """Its angle, repetitions, ranges and times of one limb."""
        result, cpu_s = self._result(clip)
        if result is None:
            return Answer(note="not in its catalogue")
        rows = [row for row in result.rows if row["side"] == side and row["complete"]]
        reasons = dict.fromkeys(row["exclusion_reason"] for row in rows if row["exclusion_reason"])
        if not rows and not len(result.signals.t_s):
            reasons = {f"seen from {result.view}": None}
        t_s, angle_deg = self.curve(clip, side) or (None, None)
        return Answer(
            t_s, angle_deg, [_as_found(row) for row in rows], frozenset({"range", "times"}), cpu_s, "; ".join(reasons)
        )  # fmt: skip


def _as_found(row):
    top_s = 0.5 * (row["top_start_s"] + row["top_end_s"])
    at_s = top_s if np.isfinite(top_s) else 0.5 * (row["start_s"] + row["end_s"])
    return Found(at_s, row["range_deg"], row["lift_s"], row["lower_s"])


def flat(clip, side, *, tutorial):
    """The angle between MediaPipe's landmarks in the picture, unsmoothed."""
    points = image_points(clip.track, normalised=tutorial)
    if tutorial:
        return tutorial_angle(points, side, clip.angle)
    return defined_angle(points, side, clip.angle, down=(0.0, 1.0))


def world(clip, side, *, tutorial):
    """The angle between MediaPipe's world landmarks, unsmoothed."""
    points = world_points(clip.track)
    if tutorial:
        return tutorial_angle(points, side, clip.angle)
    return defined_angle(points, side, clip.angle, down=-np.array(clip.track.up))


def curve_only(angle_of, **how):
    """An answer that is an angle and nothing else."""

    def answer(clip, side):
        angle_deg, cpu_s = timed(lambda: angle_of(clip, side, **how))
        return Answer() if angle_deg is None else Answer(clip.track.t_s, angle_deg, cpu_s=cpu_s)

    return answer


class Counter:
    """The tutorials' counter on an unsmoothed angle.

    Parameters
    ----------
    tutorial : bool
        On the tutorials' angle from normalised coordinates, otherwise on the defined one from pixels.
    thresholds_deg : dict of str to pair, or None
        By exercise; None looks for the pair that counts best over all limbs of the same exercise and view.
    """

    def __init__(self, *, tutorial, thresholds_deg):
        self._tutorial, self._given = tutorial, thresholds_deg
        self._best = {}

    def prepare(self, clips):
        """Find the best thresholds, where that is what is asked for."""
        if self._given is not None:
            return
        for exercise, view in dict.fromkeys((clip.exercise, clip.view) for clip in clips):
            alike = [(c, s) for c in clips if (c.exercise, c.view) == (exercise, view) for s in c.sides]
            curves = [flat(c, s, tutorial=self._tutorial) for c, s in alike]
            middle = usual(alike)
            if middle and all(curve is not None for curve in curves):
                self._best[exercise, view] = min(
                    candidates(*middle), key=lambda pair, a=alike, c=curves: _wrong_counts(a, c, pair)
                )

    def __call__(self, clip, side):
        """Its angle and the instants at which it counts."""
        best = self._best.get((clip.exercise, clip.view))
        pair = best if self._given is None else self._given.get(clip.exercise)
        angle_deg = flat(clip, side, tutorial=self._tutorial)
        if pair is None or angle_deg is None:
            return Answer(note="no thresholds for this exercise")

        def count():
            return counted(clip.track.t_s, flat(clip, side, tutorial=self._tutorial), *pair)

        times, cpu_s = timed(count)
        note = f"armed {pair[0]:.0f}, counts {pair[1]:.0f} deg"
        return Answer(clip.track.t_s, angle_deg, [Found(t) for t in times], cpu_s=cpu_s, note=note)


def _wrong_counts(alike, curves, pair):
    wrong = 0
    for (clip, side), angle_deg in zip(alike, curves, strict=True):
        found = [Found(t) for t in counted(clip.track.t_s, angle_deg, *pair)]
        pairs, extra = paired(clip.repetitions[side], found)
        wrong += len(clip.repetitions[side]) - len(pairs) + extra
    return wrong


def contestants(cache, *, model="full"):
    """All peers, ourselves first; nothing is installed or run until it is asked."""
    ours = Ours()
    model = f"BlazePose {model}"

    def unsmoothed(clip, side):
        angle_deg = flat(clip, side, tutorial=False)
        return None if angle_deg is None else (clip.track.t_s, angle_deg)

    def cycles(curve_of, smooth, with_truth):
        return kinetics.Cycles(cache, curve_of, smooth=smooth, with_truth=with_truth)

    prescribed = (
        "Fixed thresholds, as detect_cycles takes: half the prescribed range to enter, a quarter to leave."
    )
    searched = "Of 36 pairs between true start and peak the one that counts best over all limbs of exercise and view."
    squeezed = (
        "Three points (hip, shoulder, elbow for the arm), normalised coordinates: pixels taken for square."
    )
    defined = "Pixels, and for the shoulder the trunk line of the truth's definition."
    return [
        Peer("posecheck", "default", version("posecheck"), "analyse() with its defaults; the view is measured.",
             "nothing", ours),
        Peer("Sports2D", "default", sports2d.VERSION,
             "Its configuration as it comes (6 Hz Butterworth, visible side 'auto' from where the toes point).",
             "nothing", sports2d.Sports2D(cache, sports2d.default_config)),
        Peer("Sports2D", "declared", sports2d.VERSION,
             "The visible side declared, as its configuration offers; it decides all signs; long gaps kept as gaps.",
             "camera side", sports2d.Sports2D(cache, sports2d.declared_config)),
        Peer("Sports2D", "best", sports2d.VERSION,
             "As declared; facing the camera, right limbs 'left' and left limbs 'right' in two runs, since 'front' "
             "mirrors a right limb but not its trunk. Its filters as they come: they change far less than the side.",
             "camera side", sports2d.Sports2D(cache, sports2d.best_config)),
        Peer("Sports2D", "best, fast", sports2d.VERSION, "As best, without its Hampel filter.",
             "camera side", sports2d.Sports2D(cache, sports2d.fast_config)),
        Peer("MediaPipe 2D", "default", model, squeezed, "nothing", curve_only(flat, tutorial=True)),
        Peer("MediaPipe 2D", "best", model, defined, "nothing", curve_only(flat, tutorial=False)),
        Peer("MediaPipe world", "default", model, "Three points of the world landmarks, in metres.", "nothing",
             curve_only(world, tutorial=True)),
        Peer("MediaPipe world", "best", model, "World landmarks, the truth's definition of the angle.", "nothing",
             curve_only(world, tutorial=False)),
        Peer("threshold counter", "tutorial", "as copied",
             "The thresholds copied most (curl > 160, < 30), on the angle from normalised coordinates.", "nothing",
             Counter(tutorial=True, thresholds_deg=STRICT_DEG)),
        Peer("threshold counter", "tutorial, px", "as copied", "The same thresholds on the angle in pixels.", "nothing",
             Counter(tutorial=False, thresholds_deg=STRICT_DEG)),
        Peer("threshold counter", "looser, px", "as copied",
             "The more generous published pair (curl > 160, < 50), in pixels.", "nothing",
             Counter(tutorial=False, thresholds_deg=LOOSE_DEG)),
        Peer("threshold counter", "best", "as copied", searched + " In pixels.", "truth",
             Counter(tutorial=False, thresholds_deg=None)),
        Peer("kineticstoolkit", "prescribed, our angle", kinetics.VERSION, prescribed + " On posecheck's angle.",
             "nothing", cycles(ours.curve, False, False)),
        Peer("kineticstoolkit", "prescribed, 2D angle", kinetics.VERSION,
             prescribed + " On MediaPipe's 2D angle in pixels after its Butterworth filter (6 Hz).", "nothing",
             cycles(unsmoothed, True, False)),
        Peer("kineticstoolkit", "best, our angle", kinetics.VERSION, searched + " On posecheck's angle.", "truth",
             cycles(ours.curve, False, True)),
        Peer("kineticstoolkit", "best, 2D angle", kinetics.VERSION,
             searched + " On MediaPipe's 2D angle in pixels after its Butterworth filter (6 Hz).", "truth",
             cycles(unsmoothed, True, True)),
    ]  # fmt: skip
