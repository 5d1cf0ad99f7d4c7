"""Invented participants: recordings of a study as stored poses, with the truth that no real study has.

Nobody was filmed and no pose model took part. A body of `bench/render` extends its knee as told, a camera beside it
sees the joints, and the places of the joints are spoilt as a pose model spoils them: they jitter, they wander, and
they lie beside the true centres, a little for each person and anew for each recording. How much is a guess of a
likely size, not a measurement: the measured errors of posecheck are in docs/validation.md.
"""

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from posecheck.geometry import flexion_angle
from posecheck.records import SIDES, PoseTrack
from posecheck.skeleton import BLAZEPOSE_33
from posecheck.trial import save_track

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))  # where the bodies are; not installed

from render import truth
from render.cast import body_of, camera_of
from render.kinematics import joints, pose
from render.postures import Home
from render.spec import Spec
from render.timeline import perform, picture_times, stage_acts

EXERCISE, REPS, REST_DEG = "knee_extension", 5, 88.0
# Of the landmarks, standard deviations in pixels; a shank is about 125 px long.
JITTER_PX, WANDER_PX, WANDER_S = 0.8, 1.0, 0.5
OF_PERSON_PX, OF_RECORDING_PX = 2.5, 2.5
SEEN, BEHIND, HIDDEN = (
    0.97,
    0.35,
    0.15,
)  # visibility of what is near, of the far leg, of what something covers
SIGHT = {"left": 90.0, "right": -90.0}  # azimuth of a camera that has this side nearer, deg


@dataclass(frozen=True)
class Participant:
    """Who is invented, and how they move.

    Attributes
    ----------
    id, arm, affected : str
    build : dict
        As `render.spec.Person` takes it.
    stronger_deg, weaker_deg, gain_deg : float, deg
        Range of either leg at the first session; what the weaker one gains from session to session.
    lift_s : float
    seed : int
    """

    id: str
    arm: str
    affected: str
    build: dict
    stronger_deg: float
    weaker_deg: float
    gain_deg: float
    lift_s: float
    seed: int


def participants(number, *, weaker_deg, gains_deg, seed):
    """So many people, of two arms in turn.

    Parameters
    ----------
    number : int
    weaker_deg : (least, most), deg
        Between these the ranges of the weaker legs lie, each the same part more than the one before.
    gains_deg : dict of str to float, deg
        By arm of the study, the mean gain from session to session.
    seed : int
    """
    rng = np.random.default_rng(seed)
    weaker = rng.permutation(np.geomspace(*weaker_deg, number))
    arms = list(gains_deg)
    return [
        Participant(
            id=f"p{i + 1:02d}",
            arm=arms[i % len(arms)],
            affected=SIDES[int(rng.integers(2))],
            build={name: round(float(rng.uniform(0.2, 0.8)), 2) for name in ("sex", "height", "weight")},
            stronger_deg=float(rng.normal(66, 4)),
            weaker_deg=float(weaker[i]),
            gain_deg=float(rng.normal(gains_deg[arms[i % len(arms)]], 1.0)),
            lift_s=float(rng.uniform(1.5, 1.9)),
            seed=seed * 1000 + i,
        )
        for i in range(number)
    ]


def _other(keypoint):
    """The same keypoint of the other side."""
    swap = {"left": "right", "right": "left"}
    return "_".join(swap.get(word, word) for word in keypoint.split("_"))


@cache
def _home(**build):
    return Home(body_of(Spec(person=build, act=[{"do": "sit"}]).person))


def film(person, side, ranges_deg, *, seed, lift_s=None, hidden_s=(), away_m=0.0, nobody=False):
    """Poses of one recording, and what was true of its repetitions.

    Parameters
    ----------
    person : Participant
    side : {"left", "right"}
        The leg that moves, and is nearer the camera.
    ranges_deg : sequence of float, deg
        One a repetition, as commanded.
    seed : int
    lift_s : sequence of float, s, optional
        Of lift and lowering of each repetition; the person's own pace if absent.
    hidden_s : sequence of (from, to), s
        When something lies over the ankle.
    away_m : float, m
        How much further away than usual the camera stands.
    nobody : bool
        The camera looked elsewhere.

    Returns
    -------
    track : PoseTrack
    rows : list of dict
        ``rep``, ``true_start_s``, ``true_range_deg``, ``true_lift_s``.
    """
    rng = np.random.default_rng(seed)
    pace = lift_s or [person.lift_s * rng.normal(1, 0.06) for _ in ranges_deg]
    spec = Spec(
        seed=seed,
        person=person.build,
        camera={
            "azimuth_deg": SIGHT[side] + rng.normal(0, 5),
            "distance_m": rng.normal(2.4, 0.05) + away_m,
            "height_m": 0.6,
        },
        act=[
            {
                "do": "exercise",
                "exercise": EXERCISE,
                "side": side,
                "reps": len(ranges_deg),
                "start_deg": REST_DEG,
                "peak_deg": [REST_DEG - r for r in ranges_deg],
                "tempo": {"lift_s": list(pace), "hold_s": 0.6, "lower_s": list(pace), "rest_s": 1.2},
            }
        ],
    )
    staged = stage_acts(spec)
    home = _home(**person.build)
    t_s = picture_times(spec, staged[-1].end_s)
    motion = perform(spec, home, staged, t_s)
    centres = joints(home.body, pose(home.body, motion.angles).moved(motion.pelvis_m))
    camera = camera_of(spec, staged, home)
    true_px = np.stack([camera.project(centres[name]) for name in BLAZEPOSE_33.keypoints], axis=1)
    uv_px = true_px + _error(len(t_s), rng, person, side)
    return (
        _track(t_s, uv_px, side, spec.film.size_px, hidden_s, nobody),
        _true_rows(staged, side, t_s, centres),
    )


def _error(pictures, rng, person, side):
    """Where the landmarks lie beside the joints, (T, 33, 2) px."""
    keypoints = (1, len(BLAZEPOSE_33), 2)
    of_person = np.random.default_rng(person.seed).normal(0, OF_PERSON_PX, keypoints)
    if side == "right":  # the other side of the same body, in the mirror
        of_person = of_person[:, [BLAZEPOSE_33.index(_other(name)) for name in BLAZEPOSE_33.keypoints]] * [
            -1,
            1,
        ]
    of_recording = rng.normal(0, OF_RECORDING_PX, keypoints)
    stays = np.exp(-1 / (30 * WANDER_S))
    steps = rng.normal(0, WANDER_PX * np.sqrt(1 - stays**2), (pictures, *keypoints[1:]))
    wander = np.empty_like(steps)
    wander[0] = rng.normal(0, WANDER_PX, keypoints[1:])
    for i in range(1, pictures):
        wander[i] = stays * wander[i - 1] + steps[i]
    return of_person + of_recording + wander + rng.normal(0, JITTER_PX, steps.shape)


def _track(t_s, uv_px, side, size_px, hidden_s, nobody):
    far = {"left": "right", "right": "left"}[side]
    visibility = np.full(uv_px.shape[:2], SEEN)
    visibility[
        :, [BLAZEPOSE_33.index(f"{far}_{part}") for part in ("knee", "ankle", "heel", "foot_index")]
    ] = BEHIND
    for from_s, to_s in hidden_s:
        visibility[(t_s >= from_s) & (t_s < to_s), BLAZEPOSE_33.index(f"{side}_ankle")] = HIDDEN
    if nobody:
        uv_px, visibility = np.full_like(uv_px, np.nan), np.zeros_like(visibility)
    people = np.full(len(t_s), 0 if nobody else 1)
    no_depth = np.full((*uv_px.shape[:2], 3), np.nan)
    return PoseTrack(t_s, uv_px, no_depth, visibility, people, size_px, engine="invented", model="none")


def _true_rows(staged, side, t_s, centres):
    body = truth.Skeleton(centres)
    series = truth.trunk_angles(body)
    series[f"{side}_knee_flexion_deg"] = flexion_angle(
        *(body(part, side) for part in ("hip", "knee", "ankle"))
    )
    done = [
        truth.true_repetition(rep, side, "knee_flexion", t_s, series)
        for one in staged
        for rep in one.repetitions.get(side, [])
    ]
    return [
        {
            "rep": row["rep"],
            "true_start_s": row["start_s"],
            "true_range_deg": row["range_deg"],
            "true_lift_s": row["top_start_s"] - row["start_s"],
        }
        for row in done
    ]


def make_study(folder, *, seed=20):
    """Twelve people at weeks 0, 6 and 12, left and right leg filmed in turn.

    Writes ``clips/<participant>/<session>_<side>.npz`` and the manifest ``study.csv`` into `folder`.

    Returns
    -------
    DataFrame
        The truth, one row a repetition that was done and filmed: ``trial``, ``participant``, ``session``, ``week``,
        ``arm``, ``side``, ``role``, ``rep``, ``true_start_s``, ``true_range_deg``, ``true_lift_s``. No real
        study has it.
    """
    people = participants(12, weaker_deg=(7, 52), gains_deg={"slow": 7.0, "usual": 3.0}, seed=seed)
    weakest_first = sorted(people, key=lambda person: person.weaker_deg)
    covered, aside, rushing, left_early, far_off = (weakest_first[i].id for i in (2, 5, 8, 10, 7))
    rows, true_rows = [], []
    for person in people:
        for number, week in enumerate((0, 6, 12)):
            if person.id == left_early and week == 12:
                continue  # left the study: there is no recording, and so no row in the manifest
            for side in SIDES:
                weaker = side == person.affected
                unlike = {}
                if weaker and (person.id, week) == (covered, 6):
                    unlike["hidden_s"] = ((9.0, 9.6), (13.3, 21.0))  # a blanket slides down
                if weaker and (person.id, week) == (aside, 12):
                    unlike["nobody"] = True
                if not weaker and (person.id, week) == (far_off, 6):
                    unlike["away_m"] = 0.8
                if not weaker and (person.id, week) == (rushing, 0):
                    unlike["lift_s"] = (1.7, 0.5, 0.45, 0.5, 1.7)
                level = person.weaker_deg + number * person.gain_deg if weaker else person.stronger_deg
                rows.append(_recording(folder, person, f"w{week:02d}", side, level, week, unlike, true_rows))
    return _written(folder, rows, true_rows)


def make_visits(folder, *, number=20, seed=30):
    """So many people, the weaker leg filmed at two visits in one week: nothing but chance between them.

    Writes and returns as `make_study` does. From visit to visit a leg does 5 % more or less (standard deviation): who
    moves far varies more.
    """
    people = participants(number, weaker_deg=(20, 65), gains_deg={"one": 0.0}, seed=seed)
    rows, true_rows = [], []
    for i, person in enumerate(people):
        for visit in (1, 2):
            of_the_day = np.random.default_rng([seed, i, visit]).normal(1, 0.05)
            level = person.weaker_deg * of_the_day
            rows.append(_recording(folder, person, f"visit{visit}", person.affected, level, 0, {}, true_rows))
    return _written(folder, rows, true_rows)


def _recording(folder, person, session, side, level_deg, week, unlike, true_rows):
    """Film one, and give its row of the manifest."""
    name = f"{person.id}_{session}_{side}"
    seed = [person.seed, *name.encode()]
    rng = np.random.default_rng(seed)
    ranges = np.clip(rng.normal(level_deg, max(0.04 * level_deg, 0.5), REPS), 3, 85)
    track, true = film(person, side, ranges.tolist(), seed=int(rng.integers(2**31)), **unlike)
    path = Path("clips") / person.id / f"{session}_{side}.npz"
    (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
    save_track(Path(folder) / path, track)
    whose = {"participant": person.id, "session": session, "week": week, "arm": person.arm, "side": side}
    role = "affected" if side == person.affected else "stronger"
    true_rows.extend({"trial": name, **whose, "role": role, **row} for row in true)
    return {
        "path": path.as_posix(),
        "id": name,
        **whose,
        "affected": person.affected,
        "kind": "check",
        "asked_reps": REPS,
    }


def _written(folder, rows, true_rows):
    pd.DataFrame(rows).to_csv(Path(folder) / "study.csv", index=False)
    return pd.DataFrame(true_rows)
