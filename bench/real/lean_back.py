"""Single pictures of biceps curls, labelled correct or leaning back: does the trunk angle tell them apart?

The landmarks are MediaPipe's, as the author of the data stored them, so this tests the signal and its threshold, not
our engine. They are single frames in the order of a few videos, without a rest to compare with, while posecheck looks
at the *change* of the trunk angle from rest. Two stand-ins for that rest: the vertical, and the median of the correct
frames that face the same way (which knows the labels and so flatters).

Weaknesses of the reference: a handful of takes of few people, so frames are anything but independent; the leaning is
played and strong; the size of the pictures is not stored (16:9 is taken; the row about the shape of the picture says
how much hangs on it).
"""

import csv
from functools import partial

import numpy as np

from posecheck.exercise import load_exercise
from posecheck.signals import SIGNALS, Body
from real.agreement import row
from real.shared_data import data_folder

NAME = "lean-back frames"
ASPECT = 16 / 9  # width over height of the pictures
_JUMP = 0.05  # of the picture: hips that move further between two rows are another take
_CHECK = "trunk_flexion"


def frames():
    """The stored frames.

    Returns
    -------
    points : dict of str to (N, 2) array
        By BlazePose name, normalised to the picture.
    leaning : (N,) bool array
    take : (N,) int array
        Number of the take, told from jumps of the hips.
    """
    with data_folder("mp_exercise_correction", "bicep_model_test.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        stored = list(csv.DictReader(file))
    names = [name[:-2] for name in stored[0] if name.endswith("_x")]
    points = {n: np.array([[float(one[f"{n}_x"]), float(one[f"{n}_y"])] for one in stored]) for n in names}
    hips = 0.5 * (points["left_hip"] + points["right_hip"])
    jumps = np.abs(np.diff(hips, axis=0)).max(axis=1) > _JUMP
    return points, np.array([one["label"] == "L" for one in stored]), np.concatenate([[0], np.cumsum(jumps)])


def trunk_flexion(points, *, aspect):
    """posecheck's signal in each frame, (N,) deg, positive forward, and whether the person faces image-right.

    The stored landmarks hold no ears, so where the person faces is read from the nose and the shoulders.
    """
    pixels = {name: xy * [aspect, 1.0] for name, xy in points.items()}
    faces_right = pixels["nose"][:, 0] > 0.5 * (pixels["left_shoulder"] + pixels["right_shoulder"])[:, 0]
    by_view = {view: SIGNALS[_CHECK].function(Body(pixels, view), None) for view in ("left", "right")}
    return np.where(faces_right, by_view["right"], by_view["left"]), faces_right


def auc(scores, positive):
    """Area under the receiver operating characteristic: how often a positive scores above a negative, ties half."""
    order = np.argsort(scores, kind="stable")
    _, first, counts = np.unique(scores[order], return_index=True, return_counts=True)
    rank = np.empty(len(scores))
    rank[order] = np.repeat(first + (counts + 1) / 2, counts)
    n = positive.sum()
    return (rank[positive].sum() - n * (n + 1) / 2) / (n * (len(scores) - n))


def interval(of, groups, *, repeats, seed=0):
    """95 % bootstrap interval of ``of(indices)``, drawing whole groups; (nan, nan) when too few draws are defined."""
    rng, members = np.random.default_rng(seed), [np.flatnonzero(groups == g) for g in np.unique(groups)]
    drawn = []
    for _ in range(repeats):
        chosen = rng.integers(len(members), size=len(members))
        value = of(np.concatenate([members[i] for i in chosen]))
        if np.isfinite(value):
            drawn.append(value)
    return tuple(np.quantile(drawn, [0.025, 0.975])) if len(drawn) > repeats / 2 else (np.nan, np.nan)


def measure(*, aspect=ASPECT, repeats=1000):
    """How well the trunk angle detects leaning back.

    Parameters
    ----------
    aspect : float
        Width over height of the pictures.
    repeats : int
        Bootstrap draws.

    Returns
    -------
    list of dict
        See `real.agreement.COLUMNS`.

    Raises
    ------
    AbsentError
    """
    points, leaning, take = frames()
    angle, faces_right = trunk_flexion(points, aspect=aspect)
    usual = np.array([np.median(angle[~leaning & (faces_right == faces)]) for faces in (False, True)])
    check = next(c for c in load_exercise("elbow_flexion").check if c.id == _CHECK)
    rows = []
    for reference, rest in (
        ("the vertical", 0.0),
        ("the correct frames of that facing", usual[faces_right.astype(int)]),
    ):
        rows += _detection(f"rest = {reference}", -(angle - rest), leaning, take, check, repeats)
    areas = [auc(-trunk_flexion(points, aspect=a)[0], leaning) for a in (9 / 16, 1.0, 4 / 3, 16 / 9)]
    hit = [
        np.mean(-trunk_flexion(points, aspect=a)[0][leaning] >= check.start)
        for a in (9 / 16, 1.0, 4 / 3, 16 / 9)
    ]
    note = f"picture 9:16, 1:1, 4:3, 16:9: AUC {', '.join(f'{a:.3f}' for a in areas)}"
    note += f"; sensitivity at {check.start:g} deg {', '.join(f'{100 * h:.0f} %' for h in hit)}"
    gap = (-angle[leaning]).min() - (-angle[~leaning]).max()
    between = (
        "between the most upright leaning frame and the most leaning correct one; negative = they overlap"
    )
    rows.append(
        row(
            NAME,
            "gap between the two groups",
            n=len(leaning),
            coverage_pct=100.0,
            value=gap,
            unit="deg",
            note=between,
        )
    )
    return [
        *rows,
        row(
            NAME,
            "shape of the picture, smallest AUC",
            n=len(leaning),
            coverage_pct=100.0,
            value=min(areas),
            note=note,
        ),
    ]


def _detection(what, back_deg, leaning, take, check, repeats):
    n, known = len(leaning), np.isfinite(back_deg)
    common = {"n": n, "coverage_pct": 100 * known.mean()}
    back_deg = np.where(known, back_deg, 0.0)  # not seen = not told of leaning
    frame = np.arange(n)

    def area(i):
        return auc(back_deg[i], leaning[i]) if 0 < leaning[i].sum() < len(i) else np.nan

    low, high = interval(area, frame, repeats=repeats)
    by_take = interval(area, take, repeats=repeats)
    words = "interval by frame; frames of one person overlap: "
    words += f"by take ({take[-1] + 1} takes) {by_take[0]:.3f} to {by_take[1]:.3f}"
    if area(frame) in (0.0, 1.0):
        words += "; where no frame lies on the wrong side, a bootstrap cannot doubt: it says little about other people"
    rows = [
        row(NAME, f"{what}: AUC, leaning back", value=area(frame), low=low, high=high, note=words, **common)
    ]
    for name, limit in (("start", check.start), ("severe", check.severe)):
        for word, positive in (("sensitivity", leaning), ("specificity", ~leaning)):
            right = (back_deg >= limit) == leaning
            share = partial(_share_pct, right, positive)
            low, high = interval(share, frame, repeats=repeats)
            numbers = {
                "n": positive.sum(),
                "coverage_pct": 100 * known[positive].mean(),
                "value": share(frame),
            }
            what_of = f"{what}: {word} at {name}_deg = {limit:g}"
            rows.append(row(NAME, what_of, **numbers, low=low, high=high, unit="%"))
    return rows


def _share_pct(right, of, i):
    return 100 * np.mean(right[i][of[i]]) if of[i].any() else np.nan
