"""Sports2D: its own `process` on our keypoints, and its angles in our convention."""

import hashlib
import json
from pathlib import Path

import numpy as np

from peer_tools.scoring import Answer
from peer_tools.trc import markers_of, read_mot, trc_text
from peer_tools.venvs import environment_python, run_inside

VERSION = "0.8.34"
# What its angles need; the rest of its dependencies is a pose model, a screen and OpenSim.
PACKAGES = (
    "numpy==2.4.6", "pandas==3.1.1", "scipy==1.17.1", "matplotlib==3.11.2", "opencv-python-headless==5.0.0.93",
    "tqdm==4.70.1", "anytree==2.13.0", "rtoml==0.14.0", "statsmodels==0.15.0", "filterpy==2.0.0", "c3d==0.6.0",
    "lxml==6.1.3", "av==18.1.0",
)  # fmt: skip
BARE_PACKAGES = (f"sports2d=={VERSION}", "pose2sim==0.10.49", "rtmlib==0.0.16")
LIKELIHOOD_MIN = 0.3  # its keypoint_likelihood_threshold, which it cannot apply to a file without scores

# Its column, factor and offset to our angle. It counts flexion and raising positive when the person faces the right of
# its picture; segments are measured from the horizontal, a thigh that hangs straight down at -90.
COLUMNS = {
    "elbow_flexion": ("{} elbow", 1.0, 0.0),
    "knee_flexion": ("{} knee", 1.0, 0.0),
    "hip_flexion": ("{} hip", 1.0, 0.0),
    "hip_abduction": ("{} hip", 1.0, 0.0),
    "shoulder_abduction": ("{} shoulder", 1.0, 0.0),
    "shoulder_flexion": ("{} shoulder", 1.0, 0.0),
    "upper_arm_elevation": ("{} shoulder", 1.0, 0.0),
    "thigh_inclination": ("{} thigh", 1.0, 90.0),
    "shank_inclination": ("{} shank", 1.0, 90.0),
    "foot_pitch": ("{} foot", 1.0, 0.0),
    "heel_rise": ("{} foot", -1.0, 0.0),
}


def default_config(_clip, _side):
    """Nothing but its defaults: the side is found per picture from where the toes point."""
    return {
        "base": {"visible_side": ["auto", "front", "none"]},
        "post-processing": {"fill_large_gaps_with": "last_value", "reject_outliers": True},
    }


def declared_config(clip, _side):
    """The visible side as its configuration lets one who films; gaps stay gaps."""
    return _visible(clip.view if clip.view in ("front", "back") else clip.near_side or "auto")


def best_config(clip, side):
    """As declared; but of a person seen from the front, each limb as if the other side were nearer.

    Declared ``front``, it mirrors the keypoints of the right side and not the trunk they are compared with, so that a
    leaning trunk counts the wrong way for the right limbs. Declared ``left`` it mirrors all of them. From behind,
    left and right are exchanged.
    """
    if clip.view == "front":
        return _visible("left" if side == "right" else "right")
    return _visible(side) if clip.view == "back" else declared_config(clip, side)


def fast_config(clip, side):
    """As best, without its Hampel filter, a loop over the samples that takes most of its time."""
    config = best_config(clip, side)
    config["post-processing"]["reject_outliers"] = False
    return config


def _visible(side):
    # Sections of one run are merged into the defaults of the next, so each names all that any changes.
    return {
        "base": {"visible_side": [side]},
        "post-processing": {"fill_large_gaps_with": "nan", "reject_outliers": True},
    }


class Sports2D:
    """Angles of many clips with one way of setting Sports2D up; each run is kept under the cache.

    Parameters
    ----------
    cache : path
    config_of : callable (Clip, side) -> dict
        Sections of its configuration that differ from its defaults, for one limb.
    anew : bool
        Run it also where its answer is kept: to time it beside something else.
    """

    def __init__(self, cache, config_of, *, anew=False):
        self._home, self._config_of, self._anew = Path(cache) / "peers", config_of, anew
        self._answers = {}

    def prepare(self, clips):
        """Run it on every clip that it has not seen in this way before."""
        cases = {(clip.name, side): self._case(clip, side) for clip in clips for side in clip.sides}
        # Limbs with the same set-up share a run.
        runs = {case["folder"]: case for case in cases.values()}
        kept = {folder: Path(folder) / "answer.json" for folder in runs}
        known = {} if self._anew else {folder: path for folder, path in kept.items() if path.exists()}
        answers = {folder: json.loads(path.read_text()) for folder, path in known.items()}
        fresh = [case for folder, case in runs.items() if folder not in answers]
        if fresh:
            python = environment_python(
                self._home / "sports2d", packages=PACKAGES, bare_packages=BARE_PACKAGES
            )
            told = run_inside(python, "sports2d_angles.py", fresh, folder=self._home / "sports2d-runs")
            for case, answer in zip(fresh, told["cases"], strict=True):
                answers[case["folder"]] = answer
                if not answer["error"]:
                    kept[case["folder"]].write_text(json.dumps(answer))
        self._answers = {limb: answers[case["folder"]] for limb, case in cases.items()}

    def _case(self, clip, side):
        track, config = clip.track, self._config_of(clip, side)
        rate_hz = float(np.round(1.0 / np.median(np.diff(track.t_s)), 3))
        markers = markers_of(track, likelihood_min=LIKELIHOOD_MIN)
        # It skips pictures before the first time of the file.
        text = trc_text(track.t_s - track.t_s[0], markers, rate_hz=rate_hz)
        key = hashlib.sha256((text + json.dumps(config) + "".join(PACKAGES + BARE_PACKAGES)).encode())
        folder = (self._home / "sports2d-runs" / f"{clip.name}-{key.hexdigest()[:16]}").resolve()
        folder.mkdir(parents=True, exist_ok=True)
        # It refuses a file whose name does not say that it holds pixels.
        (folder / "keypoints_px.trc").write_text(text)
        size = [int(n) for n in track.image_size_px]
        return {"folder": str(folder), "trc": str(folder / "keypoints_px.trc"), "config": config,
                "image_size_px": size, "rate_hz": rate_hz, "frames": len(track)}  # fmt: skip

    def __call__(self, clip, side):
        """Its angle of one limb; it finds no repetitions."""
        if clip.angle not in COLUMNS:
            return Answer()
        answer = self._answers[clip.name, side]
        angle_deg, t_s = np.full(len(clip.track), np.nan), clip.track.t_s
        if not answer["mot"]:
            return Answer(t_s, angle_deg, note=answer["error"] or "it wrote no angles")
        column, factor, offset = COLUMNS[clip.angle]
        _, columns = read_mot(Path(answer["mot"]).read_text())
        # Row i of its table is picture i; its own clock counts from zero at a constant rate.
        theirs = columns.get(column.format(side), angle_deg)[: len(t_s)]
        angle_deg[: len(theirs)] = factor * theirs + offset
        return Answer(t_s, angle_deg, cpu_s=answer["cpu_s"])
