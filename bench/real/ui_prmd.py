"""UI-PRMD (Vakanski et al. 2018): real repetitions under a Kinect v2 and a Vicon at once.

The Kinect's skeleton is filmed by a virtual camera (`stick_figures`), so this tests the *analysis* (counts, times,
ranges) on real movement with real sensor noise. It says nothing about the pose model. The Vicon curve of each
repetition is drawn flat and read by the same analysis, so both sides of a comparison follow one rule.

Weaknesses of the reference: knee, ankle, elbow and shoulder are skin markers and the hip is a regression (Bell 1990);
healthy people, ten repetitions in a row without rest, cut out of a longer recording and joined again; Kinect and Vicon
were cut separately (lengths differ by 0.2-0.35 s), so only durations and ranges are compared, never instants.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from posecheck.analysis import analyse
from posecheck.exercise import load_exercise
from posecheck.records import SIDES, Settings
from posecheck.view import measure_view
from posecheck.world import angle_in_space
from real.agreement import agreement, count_row, row
from real.shared_data import data_folder
from real.stick_figures import drawn_flat, seen_by_camera, turned_to_camera

NAME = "UI-PRMD"
KINECT_HZ, VICON_HZ = 30.0, 100.0 / 3.0
_KINECT = {"HeadTip": 5, "left_shoulder": 7, "left_elbow": 8, "left_wrist": 9, "right_shoulder": 11, "right_elbow": 12,
           "right_wrist": 13, "left_hip": 14, "left_knee": 15, "left_ankle": 16, "left_foot_index": 17,
           "right_hip": 18, "right_knee": 19, "right_ankle": 20, "right_foot_index": 21}  # fmt: skip
_VICON = {"left_shoulder": 9, "left_elbow": 11, "right_shoulder": 16, "right_elbow": 18, "left_knee": 28,
          "left_ankle": 30, "right_knee": 34, "right_ankle": 36}  # fmt: skip
_PELVIS = (23, 24, 25, 26)  # LASI, RASI, LPSI, RPSI
_UP = (0.0, 1.0, 0.0)  # of the Kinect; no angle of these movements depends on it
_ACROMION_M = 0.05  # roughly, from the marker on the acromion down to the middle of the joint
_OWN = Path(__file__).parent / "exercises"


@dataclass(frozen=True)
class Movement:
    """One of the ten movements, and how posecheck looks at it.

    Attributes
    ----------
    number : int
        1 to 10, as upstream.
    name : str
    exercise : str
        Id of the catalogue or of ``bench/real/exercises``.
    signal : str
        What `drawn_flat` and the 3D angle are made of.
    view : str
        ``front`` or ``side``: the moving limb's.
    begins : str
        ``rest``: the cuts lie at rest of the exercise. ``top``: they lie at its top (standing, of sit-to-stand), so
        only what lies between two tops can be counted.
    """

    number: int
    name: str
    exercise: str
    signal: str
    view: str
    begins: str = "rest"


MOVEMENTS = (
    Movement(1, "deep squat", "deep_knee_bend", "knee_flexion", "side"),
    Movement(2, "hurdle step", "step_over", "knee_flexion", "side"),
    Movement(3, "inline lunge", "lunge", "knee_flexion", "side"),
    Movement(5, "sit and stand up again", "deep_knee_bend", "knee_flexion", "side"),
    Movement(5, "sit-to-stand (catalogue)", "sit_to_stand", "knee_flexion", "side", begins="top"),
    Movement(6, "straight leg raise", "leg_raise", "hip_flexion", "side"),
    Movement(7, "shoulder abduction (catalogue)", "shoulder_abduction", "upper_arm_elevation", "front"),
    Movement(8, "shoulder extension", "arm_backward", "upper_arm_elevation", "side"),
    Movement(10, "shoulder scaption", "scaption", "upper_arm_elevation", "front"),
)
NOT_MEASURED = {
    4: "side lunge: the knee bends out of every plane that a single camera sees, and no signal of ours is made for it",
    9: "shoulder rotation: the forearm turns about the upper arm, for which posecheck has no signal",
}


def moving_side(move, subject):
    """Side that moves in the one-sided movements (the data set's own note): left for subject 7, and for 2 in move 2."""
    return "left" if subject in (7, 10) or (subject, move) == (2, 2) else "right"


@lru_cache
def _stored(move, sensor):
    with np.load(data_folder("ui_prmd", f"{sensor}_m{move:02d}.npz")) as stored:
        xyz = stored["xyz_cm"] / 100 if sensor == "kinect" else stored["xyz_0p1mm"] / 1e4
        return stored["index"], xyz.astype(np.float64)


def subjects(move):
    """Numbers of the people who did a movement."""
    return sorted(set(_stored(move, "kinect")[0][:, 0].tolist()))


def stream(move, subject, correct, sensor):
    """One person's repetitions joined in their order.

    Returns
    -------
    xyz_m : (T, J, 3) array, m
    cuts : (N + 1,) int array
        First frame of each repetition, and the end.
    """
    index, xyz = _stored(move, sensor)
    own = index[(index[:, 0] == subject) & (index[:, 2] == correct)]
    own = own[np.argsort(own[:, 1])]
    parts = [xyz[first : first + length] for first, length in own[:, 3:5]]
    if not parts:
        return xyz[:0], np.zeros(1, np.int64)
    return np.concatenate(parts), np.concatenate([[0], np.cumsum(own[:, 4])])


def kinect_points(xyz_m):
    """Kinect joints by BlazePose name; the face is placed on the head, since posecheck asks to see one."""
    points = {name: xyz_m[:, i] for name, i in _KINECT.items() if name != "HeadTip"}
    head = xyz_m[:, _KINECT["HeadTip"]]
    to_left = points["left_shoulder"] - points["right_shoulder"]
    to_left = to_left * [1, 0, 1] / np.linalg.norm(to_left * [1, 0, 1], axis=1, keepdims=True)
    forward = np.cross(to_left, [0.0, 1.0, 0.0])
    return points | {"nose": head + 0.1 * forward, "left_ear": head + 0.07 * to_left,
                     "right_ear": head - 0.07 * to_left}  # fmt: skip


def vicon_points(xyz_m):
    """Vicon markers by BlazePose name, hip joint centres by regression; a marker that dropped out (zeros) is NaN."""
    xyz_m = np.where((xyz_m == 0).all(axis=-1, keepdims=True), np.nan, xyz_m)
    points = {name: xyz_m[:, i] for name, i in _VICON.items()}
    left_front, right_front, left_back, right_back = (xyz_m[:, i] for i in _PELVIS)
    across = left_front - right_front
    width = np.linalg.norm(across, axis=1, keepdims=True)
    to_left = across / width
    forward = 0.5 * (left_front + right_front - left_back - right_back)
    forward = forward - (forward * to_left).sum(axis=1, keepdims=True) * to_left
    forward = forward / np.linalg.norm(forward, axis=1, keepdims=True)
    middle = 0.5 * (left_front + right_front) - width * (0.19 * forward + 0.30 * np.cross(forward, to_left))
    return points | {"left_hip": middle + 0.36 * across, "right_hip": middle - 0.36 * across}


def _shoulder_lowered(points):
    """Shoulder markers moved from the skin over the acromion to about where the joint is, along the trunk."""
    middle = {part: 0.5 * (points[f"left_{part}"] + points[f"right_{part}"]) for part in ("shoulder", "hip")}
    down = middle["hip"] - middle["shoulder"]
    down = _ACROMION_M * down / np.linalg.norm(down, axis=1, keepdims=True)
    return points | {f"{side}_shoulder": points[f"{side}_shoulder"] + down for side in SIDES}


def _without_jumps(angle_deg):
    """NaN where a marker jumped: further than 15 deg from the median of the 0.27 s around it."""
    width = 9
    padded = np.pad(angle_deg, width // 2, mode="edge") if len(angle_deg) else np.full(width, np.nan)
    around = np.sort(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1)[: len(angle_deg)]
    known = np.isfinite(around).sum(axis=1)  # NaN is sorted to the end
    middle = np.take_along_axis(around, np.maximum(known - 1, 0)[:, None] // 2, axis=1)[:, 0]
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(angle_deg - middle) > 15, np.nan, angle_deg)


@dataclass(frozen=True, eq=False)
class Found:
    """What the analysis said about one stream of N true repetitions.

    Attributes
    ----------
    numbers : dict of str to (N,) array
        ``start_s``, ``lift_s``, ``lower_s``, ``whole_s`` (lift, hold and lower) and ``range_deg`` of the repetition
        counted in each true one; NaN where none was, or where posecheck withheld it.
    recording : (int, int, int)
        True, missed, invented.
    resting : int
        Repetitions invented on the limb that rested.
    left_out, withheld : Counter
        Why movements were not counted, and why counted ones have no range.
    """

    numbers: dict
    recording: tuple
    resting: int
    left_out: Counter
    withheld: Counter


def found_in(track, cuts_s, movement, side, settings):
    """Analyse a stream and hold it against its cuts: a repetition belongs to the stretch in which its top lies."""
    view = "front" if movement.view == "front" else side
    result = analyse(track, exercise_of(movement), settings=settings or Settings(view=view))
    turns_s = result.signals.t_s[result.reps.turn] if len(result.reps) else np.zeros(0)
    own, resting = defaultdict(list), 0
    for one, turn_s in zip(result.rows, turns_s, strict=True):
        if not one["complete"] or one["exclusion_reason"] == "far limb":
            continue
        if one["side"] == side:
            own[int(np.searchsorted(cuts_s, turn_s, side="right")) - 1].append(one)
        else:
            resting += 1
    true = len(cuts_s) - 1
    rows = [own[i][0] if own[i] else None for i in range(true)]
    missed = sum(one is None for one in rows)
    extra = sum(map(len, own.values())) - (true - missed)
    names = ("start_s", "lift_s", "hold_s", "lower_s", "range_deg")
    numbers = {name: np.array([one[name] if one else np.nan for one in rows], np.float64) for name in names}
    numbers["whole_s"] = numbers["lift_s"] + numbers["hold_s"] + numbers["lower_s"]
    left_out = Counter(x["why"] for x in result.quality["not_this_exercise"] if x["side"] == side)
    withheld = Counter(one["exclusion_reason"] for one in rows if one and np.isnan(one["range_deg"]))
    return Found(numbers, (true, missed, extra), resting, left_out, withheld)


def exercise_of(movement):
    """The exercise that a movement is analysed as."""
    own = _OWN / f"{movement.exercise}.toml"
    return load_exercise(own if own.exists() else movement.exercise)


def _extents(angle_deg, cuts):
    """Highest minus lowest angle between each pair of cuts, (N,) deg; NaN when a fifth of it is unknown."""
    parts = [angle_deg[a:b] for a, b in pairwise(cuts)]
    known = [np.isfinite(x).sum() > 0.8 * len(x) for x in parts]
    return np.array(
        [np.nanmax(x) - np.nanmin(x) if ok else np.nan for x, ok in zip(parts, known, strict=True)]
    )


def _stream_of(movement, subject, correct, settings):
    """Everything about one person's stream that is compared later, by name; None when there is no such stream."""
    kinect_m, cuts = stream(movement.number, subject, correct, "kinect")
    if not len(kinect_m):
        return None
    side = "right" if exercise_of(movement).sides == "bilateral" else moving_side(movement.number, subject)
    view = "front" if movement.view == "front" else side
    points, t_s = turned_to_camera(kinect_points(kinect_m)), np.arange(len(kinect_m)) / KINECT_HZ
    cuts_s = cuts / KINECT_HZ
    if movement.begins == "top":
        cuts_s = 0.5 * (cuts_s[1:] + cuts_s[:-1])  # seated, half-way between two standings
    film = seen_by_camera(t_s, points, view=view, source=f"UI-PRMD m{movement.number:02d}")
    found = found_in(film, cuts_s, movement, side, settings)
    told = measure_view(t_s, film.uv_px, film.visibility, film.skeleton, visibility_min=0.5, final=True)
    known = {"found": found, "view told": told == view, "length_s": np.diff(cuts_s)}
    if movement.begins == "top":
        return known
    signal = movement.signal
    angle = angle_in_space(points, signal, side, up=_UP)
    known["kinect"] = found_in(
        drawn_flat(t_s, angle, signal=signal, view=view), cuts_s, movement, side, settings
    )
    known["kinect extent"] = _extents(angle, cuts)
    vicon_m, vicon_cuts = stream(movement.number, subject, correct, "vicon")
    if len(vicon_cuts) == len(cuts):
        points, t_s = vicon_points(vicon_m), np.arange(len(vicon_m)) / VICON_HZ
        angle = _without_jumps(angle_in_space(points, signal, side, up=_UP))
        flat = drawn_flat(t_s, angle, signal=signal, view=view)
        known["vicon"] = found_in(flat, vicon_cuts / VICON_HZ, movement, side, settings)
        known["vicon extent"] = _extents(angle, vicon_cuts)
        lowered = _without_jumps(angle_in_space(_shoulder_lowered(points), signal, side, up=_UP))
        known["lowered extent"] = _extents(lowered, vicon_cuts)
    return known


def measure(*, movements=MOVEMENTS, people=None, settings=None):
    """Counts, tempo and range on real movement.

    Parameters
    ----------
    movements : sequence of Movement
    people : sequence of int, optional
        Subjects; all of them when not given.
    settings : Settings, optional
        Of the analysis, instead of the defaults with the view declared.

    Returns
    -------
    list of dict
        See `real.agreement.COLUMNS`; correct and deliberately incorrect repetitions apart.

    Raises
    ------
    AbsentError
    """
    data_folder("ui_prmd")
    rows = []
    for movement in movements:
        for correct, kind in ((1, "correct"), (0, "incorrect")):
            asked = people or subjects(movement.number)
            streams = [x for s in asked if (x := _stream_of(movement, s, correct, settings))]
            what = f"m{movement.number:02d} {movement.name}, {kind}"
            rows += _count_rows(what, streams, front=movement.view == "front")
            if movement.begins == "rest":
                rows += _time_rows(what, streams)
                rows += _range_rows(what, streams, arm=movement.signal == "upper_arm_elevation")
    if movements is MOVEMENTS:
        left = [(f"m{number:02d}", f"not measured: {why}") for number, why in NOT_MEASURED.items()]
        rows += [row(NAME, what, n=0, coverage_pct=0.0, note=note) for what, note in left]
    return rows


def _count_rows(what, streams, *, front):
    reasons = sum((x["found"].left_out for x in streams), Counter())
    notes = [f"{n} left out: {why}" for why, n in reasons.most_common()]
    if front:
        notes.insert(0, f"{sum(x['found'].resting for x in streams)} on the resting arm")
    rows = [count_row(NAME, f"{what}: count", [x["found"].recording for x in streams], note="; ".join(notes))]
    for sensor, curve in (("kinect", "Kinect 3D"), ("vicon", "Vicon")):
        if recordings := [x[sensor].recording for x in streams if sensor in x]:
            rows.append(count_row(NAME, f"{what}: count on the {curve} curve", recordings))
    told = [x["view told"] for x in streams]
    return [
        *rows,
        row(NAME, f"{what}: view told by itself", n=len(told), value=100 * np.mean(told), unit="%"),
    ]


def _joined(streams, of, name=None):
    """One quantity of all streams; NaN, of the right length, where a stream has no Vicon."""
    parts = [
        x[of].numbers[name] if name and of in x else x.get(of, np.full(len(x["length_s"]), np.nan))
        for x in streams
    ]
    return np.concatenate(parts)


def _time_rows(what, streams):
    ours, vicon, length_s = partial(_joined, streams, "found"), partial(_joined, streams, "vicon"), "length_s"
    periods = [np.diff(x["found"].numbers["start_s"]) for x in streams]
    true_periods = [x[length_s][:-1] for x in streams]
    shorter = "the cut takes in the rest between; shorter is right"
    pairs = [
        (
            "period, start to start against cut to cut",
            np.concatenate(periods),
            np.concatenate(true_periods),
            "",
        ),
        ("lift + hold + lower against the cut length", ours("whole_s"), _joined(streams, length_s), shorter),
        ("lift against Vicon's curve, same fit", ours("lift_s"), vicon("lift_s"), ""),
        ("lower against Vicon's curve, same fit", ours("lower_s"), vicon("lower_s"), ""),
        ("lift + hold + lower against Vicon, same fit", ours("whole_s"), vicon("whole_s"), ""),
    ]
    return [agreement(NAME, f"{what}: {name}", a, b, unit="s", note=note) for name, a, b, note in pairs]


def _range_rows(what, streams, *, arm):
    reasons = sum((x["found"].withheld for x in streams), Counter())
    withheld = "; ".join(f"{n} withheld: {why}" for why, n in reasons.most_common())
    ours, extent = partial(_joined, streams, "found", "range_deg"), partial(_joined, streams)
    marker = "the marker lies above the joint: that much of the bias is the reference's"
    costs = "what the projection costs: same skeleton, same rule"
    lowered = (
        "the same, Vicon's shoulder marker 5 cm lower",
        extent("kinect extent"),
        extent("lowered extent"),
        marker,
    )
    pairs = [
        ("Kinect 3D against Vicon, highest - lowest", extent("kinect extent"), extent("vicon extent"), ""),
        *([lowered] if arm else []),
        ("range against Vicon's highest - lowest", ours(), extent("vicon extent"), withheld),
        ("range against Vicon, same rule", ours(), _joined(streams, "vicon", "range_deg"), ""),
        ("range against Kinect 3D, same rule", ours(), _joined(streams, "kinect", "range_deg"), costs),
    ]
    return [agreement(NAME, f"{what}: {name}", a, b, unit="deg", note=note) for name, a, b, note in pairs]
