"""Recordings with exact truth, and their landmarks: found once by posecheck's engine, the same for everybody."""

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from posecheck.records import PoseTrack

TRUTH = ".truth.json"
# Which side is nearer is told apart from the view.
_VIEWS = {"left": "side", "right": "side", "oblique_left": "oblique", "oblique_right": "oblique"}
STILL_DEG = 10.0  # a limb that moves less all along rests, where the truth tells none of its repetitions
START_S = 0.5  # of rest before a repetition over which truth and measurement take the start angle


@dataclass(frozen=True, eq=False)
class Clip:
    """One recording: what truly happened, and what the pose model saw.

    Attributes
    ----------
    name, exercise, angle : str
        `angle` names the true curve, ``elbow_flexion`` and so on.
    view : str
        ``front``, ``back``, ``side`` or ``oblique``.
    near_side : str or None
        The side nearer the camera; None when the person faces it.
    t_s : (T,) array, s
    curves_deg : dict of str to (T,) array, deg
        The true angle by side; NaN while the person is not there.
    repetitions : dict of str to list of dict
        ``start_s, top_start_s, top_end_s, end_s, start_deg, peak_deg, range_deg`` by side; an empty list is a limb
        that rests.
    track : PoseTrack
    """

    name: str
    exercise: str
    view: str
    angle: str
    near_side: str | None
    t_s: np.ndarray
    curves_deg: dict
    repetitions: dict
    track: PoseTrack = field(repr=False)

    @property
    def sides(self):
        """Sides with a true curve, left first."""
        return tuple(side for side in ("left", "right") if side in self.curves_deg)

    def limb(self, side):
        """``near``, ``far`` or ``facing``; ``resting`` for a limb that is not meant to move."""
        if not self.repetitions[side]:
            return "resting"
        if self.near_side is None:
            return "facing"
        return "near" if side == self.near_side else "far"


def find_clips(folder, cache, *, model="full"):
    """Every clip of a folder that has its truth beside it.

    Parameters
    ----------
    folder : path
    cache : path
        Where landmarks are kept.
    model : str
        Pose model of posecheck's engine.

    Returns
    -------
    list of Clip
        Those without an exercise, or whose exercise is no angle in degrees, are named and left out.

    Raises
    ------
    SystemExit
        When the folder holds no truth.
    """
    truths = sorted(Path(folder).glob(f"*{TRUTH}"))
    if not truths:
        raise SystemExit(f"{folder}: no *{TRUTH} here. Name a folder of clips with truth beside them.")
    clips = []
    for path in truths:
        clip = read_clip(path, cache, model=model)
        if clip is None:
            print(f"{path.name}: no exercise that is an angle, left out", file=sys.stderr, flush=True)
        else:
            clips.append(clip)
    return clips


def read_clip(path, cache, *, model="full"):
    """One clip, from the path of its ``.truth.json``; None when there is no angle to compare."""
    path = Path(path)
    stem = path.name.removesuffix(TRUTH)
    truth = json.loads(path.read_text())
    if not truth.get("angle") or truth["angle"].get("unit", "deg") != "deg":
        return None
    video = path.with_name(truth.get("video", f"{stem}.mp4"))
    t_s, curves_deg = true_curves(path.with_name(truth.get("curves", f"{stem}.truth.npz")), truth)
    return Clip(
        name=stem,
        exercise=truth["exercise"],
        view=_VIEWS.get(truth["view"], truth["view"]),
        angle=truth["angle"]["name"],
        near_side=truth.get("near_side"),
        t_s=t_s,
        curves_deg=curves_deg,
        repetitions={side: _of_the_exercise(truth, side) for side in curves_deg},
        track=landmarks(video, cache, model=model, mirrored=truth.get("mirrored", False)),
    )


def _of_the_exercise(truth, side):
    """Repetitions of one side; where a clip shows further exercises, theirs are another movement."""
    told = truth["repetitions"].get(side, [])
    return [rep for rep in told if rep.get("exercise", truth["exercise"]) == truth["exercise"]]


def true_curves(path, truth):
    """Times and, by side, the true curves of the limbs that can be judged.

    Those are limbs whose repetitions are told, and limbs that rest: whatever is counted there is invented.
    """
    name = truth["angle"]["name"]
    with np.load(path, allow_pickle=False) as stored:
        t_s = stored["t_s"].astype(np.float64)
        there = stored["present"] if "present" in stored else np.ones(len(t_s), bool)
        columns = {side: f"{side}_{name}_deg" for side in ("left", "right")}
        curves = {
            side: np.where(there, stored[name].astype(np.float64), np.nan)
            for side, name in columns.items()
            if name in stored
        }
        still = {side: np.nanmax(curve) - np.nanmin(curve) < STILL_DEG for side, curve in curves.items()}
        return t_s, {s: curve for s, curve in curves.items() if s in truth["repetitions"] or still[s]}


def landmarks(video, cache, *, model="full", mirrored=False, rate_hz=None):
    """What posecheck's engine sees in a video, from the cache when the same bytes were seen before.

    At most `rate_hz` pictures a second are looked at, all of them when it is None.
    """
    from posecheck.engines import open_engine
    from posecheck.recording import watch
    from posecheck.sources import open_source
    from posecheck.trial import load_track, save_track

    digest = hashlib.sha256(Path(video).read_bytes()).hexdigest()[:16]
    with open_engine("blazepose", model) as engine:
        weights = engine.model_sha256[:8]
        rate = "" if rate_hz is None else f"-{rate_hz:g}"
        kept = Path(cache) / "landmarks" / f"{Path(video).stem}-{digest}-{model}-{weights}{rate}.npz"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with open_source(video, rate_hz=rate_hz) as source:
                save_track(kept, watch(source, engine, mirrored=mirrored))
    return load_track(kept)
