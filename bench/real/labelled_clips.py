"""Hand-labelled clips of real people, end to end: pose model, count, and when each repetition starts, peaks and ends.

Weaknesses of the reference: three clips, five repetitions, young trained people, and one pair of eyes that put the
times to about 0.3 s. An illustration, not a statistic.
"""

import json

import numpy as np

from posecheck.analysis import analyse
from posecheck.exercise import exercise_ids
from real.agreement import agreement, count_row
from real.shared_data import CACHE, ROOT, data_folder, poses_of

NAME = "hand-labelled clips"
_TESTED = ROOT / "tests/exercises"
MATCHING = {
    "squat_side_rohan": _TESTED / "full_squat.toml",
    "press_side_kshitij": _TESTED / "overhead_press.toml",
    "curl_side_posetrainer": "elbow_flexion",
}
_EVENTS = ("start", "peak", "end")


def measure(*, model="full", cache=CACHE, settings=None, names=None):
    """Count and times against the labels, and what is invented where nothing is labelled.

    Parameters
    ----------
    model : str
        Pose model.
    cache : Path
        Where found poses are kept.
    settings : Settings, optional
        Of the analysis.
    names : sequence of str, optional
        Stems of the clips to look at; all of them when not given.

    Returns
    -------
    list of dict
        See `real.agreement.COLUMNS`.

    Raises
    ------
    AbsentError
    """
    labels = json.loads(data_folder("videos", "labels.json").read_text(encoding="utf-8"))
    counts, invented, found, said = [], [], [], []
    for label in labels:
        video = data_folder("videos", label["cls"], label["file"])
        if names and video.stem not in names:
            continue
        track = poses_of(video, model=model, cache=cache)
        if video.stem in MATCHING:
            recording, a, b = _against(analyse(track, MATCHING[video.stem], settings=settings), label["reps"])
            counts.append((video.stem, recording))
            found.append(a)
            said.append(b)
        if not label["reps"]:
            invented += [
                (0, 0, len(_counted(analyse(track, name, settings=settings)))) for name in exercise_ids()
            ]
    rows = [count_row(NAME, f"{stem}: count", [recording]) for stem, recording in counts]
    if counts:
        found, said = np.concatenate(found), np.concatenate(said)
        rows.append(count_row(NAME, "all labelled clips: count", [recording for _, recording in counts]))
        for i, event in enumerate(_EVENTS):
            note = {"peak": "the middle of the hold"}.get(event, "")
            rows.append(
                agreement(
                    NAME,
                    f"all labelled clips: {event} of a repetition",
                    found[:, i],
                    said[:, i],
                    unit="s",
                    note=note,
                )
            )
        length = agreement(
            NAME,
            "all labelled clips: start to end",
            found[:, 2] - found[:, 0],
            said[:, 2] - said[:, 0],
            unit="s",
        )
        rows.append(length)
    if invented:
        note = "a recording here is one exercise of the catalogue looked for in one clip that holds none"
        rows.append(count_row(NAME, "clips without repetitions: count", invented, note=note))
    return rows


def _counted(result):
    return [one for one in result.rows if one["complete"] and one["exclusion_reason"] != "far limb"]


def _against(result, reps):
    """(true, missed, extra), and start, peak and end of each labelled repetition as found (N, 3) and as labelled."""
    said = np.array([[rep[event] for event in _EVENTS] for rep in reps], np.float64).reshape(-1, 3)
    found = np.full_like(said, np.nan)
    extra = 0
    for one in _counted(result):
        top_s = 0.5 * (one["top_start_s"] + one["top_end_s"])
        middle_s = top_s if np.isfinite(top_s) else 0.5 * (one["start_s"] + one["end_s"])
        within = np.flatnonzero((said[:, 0] <= middle_s) & (middle_s <= said[:, 2]) & np.isnan(found[:, 0]))
        if len(within):
            found[within[0]] = one["start_s"], top_s, one["end_s"]
        else:
            extra += 1
    return (len(said), int(np.isnan(found[:, 0]).sum()), extra), found, said
