"""Keraal (Devanne, Nguyen et al.): BlazePose landmarks of one person from the front, against a Vicon of the same take.

Two short takes with both (trunk rotation, flank stretch): an illustration, not a statistic. Our engine is not involved,
only our signals. What a faultless camera in front would read of the Vicon's own points is shown beside what the angle
is in space, so that one sees what the projection costs and what the pose model does.

Weaknesses of the reference: its 17 targets sit on the skin, centimetres from the joints; shoulders and elbows are put
where two neighbouring targets turn about each other (Ehrig et al. 2006), which the length of the upper arm bears out,
but the one target at the hips stands for both of them. The streams share no clock and are aligned by their own curves.

Two things about the files, found by comparing them with the Kinect of the same take: upstream's names of left arm and
left forearm are exchanged, and the landmarks come from a mirrored picture, so they are mirrored back here.
"""

import json

import numpy as np

from posecheck.geometry import vector_angle
from posecheck.records import SIDES
from posecheck.skeleton import BLAZEPOSE_33
from posecheck.world import angle_in_space
from real.agreement import agreement
from real.angles import ESTIMATORS, calm, excursion
from real.shared_data import data_folder
from real.stick_figures import track_of

NAME = "Keraal"
TAKES = {"ELK": "flank stretch", "RTK": "trunk rotation"}
SIZE_PX = (960, 544)  # of the videos of group 3, as its description says
_VIDEO_HZ, _VICON_HZ, _LAG_MAX_S = 30.0, 60.0, 1.0
_VICON = ("right_forearm", "left_forearm", "right_arm", "left_arm", "chest", "right_thigh", "left_thigh",
          "right_shoulder", "left_shoulder", "right_hand", "left_hand", "right_foot", "left_foot", "hips", "head",
          "right_tibia", "left_tibia")  # fmt: skip
_UP = np.array([0.0, 0.0, 1.0])
# These landmarks have no metres, which posecheck's networks need.
_ESTIMATORS = {name: estimator for name, estimator in ESTIMATORS.items() if name != "lifted"}


def vicon(take):
    """Targets of one take by name: place (T, 3) in metres (x forward, y left, z up) and axes (T, 3, 3)."""
    from scipy.spatial.transform import Rotation

    stored = np.loadtxt(data_folder("keraal", f"G3-Vicon-{take}-P1T1-Unknown-C-0.txt")).reshape(
        -1, len(_VICON), 7
    )
    targets = {
        name: (stored[:, i, :3] / 1000, Rotation.from_quat(stored[:, i, 3:]).as_matrix())
        for i, name in enumerate(_VICON)
    }
    for side in SIDES:
        arm, forearm = f"{side}_arm", f"{side}_forearm"
        shoulder_m = targets[f"{side}_shoulder"][0]
        away_m = [np.linalg.norm(targets[name][0] - shoulder_m, axis=1).mean() for name in (arm, forearm)]
        if away_m[0] > away_m[1]:
            targets[arm], targets[forearm] = targets[forearm], targets[arm]
    return targets


def joint_between(one, other, takes):
    """Where two targets turn about each other, (T, 3) m for each take.

    Parameters
    ----------
    one, other : str
        Targets on the two sides of a joint.
    takes : sequence of dict
        As `vicon` gives them; one place of the joint on either target serves all.

    Notes
    -----
    The point fixed in both bodies, by least squares (Ehrig et al. 2006, doi 10.1016/j.jbiomech.2005.10.002), with a
    weak pull towards the targets along axes about which nothing turned; halfway between what the two bodies say.
    """
    equations = np.concatenate(
        [np.concatenate([t[one][1], -t[other][1]], axis=2).reshape(-1, 6) for t in takes]
    )
    apart = np.concatenate([(t[other][0] - t[one][0]).reshape(-1) for t in takes])
    pull = 1e-3 * len(equations) * np.eye(6)
    at = np.linalg.solve(equations.T @ equations + pull, equations.T @ apart)
    return [0.5 * (t[one][0] + t[one][1] @ at[:3] + t[other][0] + t[other][1] @ at[3:]) for t in takes]


def blazepose(take):
    """The stored landmarks, unmirrored, as a `PoseTrack`; depth in the unit of the picture's width as `xyz_m`."""
    path = data_folder("keraal", f"G3-BP-{take}-P1T1-Unknown-C-0.json")
    stored = json.loads(path.read_text(encoding="utf-8"))["positions"]
    numbers = sorted(stored, key=float)
    lower = {name.lower(): name for name in stored[numbers[0]]}
    xyz = np.array([[stored[n][lower[name]] for name in BLAZEPOSE_33.keypoints] for n in numbers], np.float64)
    t_s = (np.array([float(n) for n in numbers]) - 1) / _VIDEO_HZ
    space = xyz[:, list(BLAZEPOSE_33.mirror)] * [-1, 1, 1] + [1, 0, 0]
    space = space * [SIZE_PX[0], SIZE_PX[1], SIZE_PX[0]]
    points = {name: space[:, i, :2] for i, name in enumerate(BLAZEPOSE_33.keypoints)}
    return track_of(t_s, points, size_px=SIZE_PX, xyz_m=space, source=f"Keraal {take}")


def _vicon_points(takes):
    """Joints in the place of the keypoints that our signals need, for each take."""
    found = [{"left_hip": take["hips"][0], "right_hip": take["hips"][0]} for take in takes]
    for side in SIDES:
        for joint, one, other in (("shoulder", "chest", "arm"), ("elbow", "arm", "forearm")):
            one = one if one == "chest" else f"{side}_{one}"
            for points, place_m in zip(found, joint_between(one, f"{side}_{other}", takes), strict=True):
                points[f"{side}_{joint}"] = place_m
    return found


def _as_seen_from_front(points):
    """Vicon points in a picture taken from straight ahead: person's left at the image's right, y down."""
    return {name: np.stack([xyz[:, 1], -xyz[:, 2]], axis=1) for name, xyz in points.items()}


def _yaw(across):
    """Turn of a left-to-right line about the vertical from `across` = (forward, left), (T,) deg; + to the left."""
    return np.degrees(np.arctan2(-across[:, 0], across[:, 1]))


def _vicon_rotation(targets):
    """Chest against pelvis about the vertical since the first frame, (T,) deg, from the targets' own axes."""

    def yaw(name):
        axes = targets[name][1]
        return _yaw((axes @ axes[0].T @ [0.0, 1.0, 0.0])[:, :2])

    return yaw("chest") - yaw("hips")


def _model_rotation(track):
    """The same from the pose model's depth: its z points away from the camera, and the person faces it."""
    at = lambda name: track.xyz_m[:, track.skeleton.index(name)].astype(np.float64)  # noqa: E731
    line = lambda part: (at(f"left_{part}") - at(f"right_{part}"))[:, [2, 0]] * [-1.0, 1.0]  # noqa: E731
    return _yaw(line("shoulder")) - _yaw(line("hip"))


def curves(take, *, estimators):
    """Curves of one take by name: ours (T,) at 30 Hz, Vicon's (T',) at 60 Hz in space and as seen from the front."""
    takes = {name: vicon(name) for name in TAKES}
    points, track = dict(zip(takes, _vicon_points(list(takes.values())), strict=True))[take], blazepose(take)
    flat = _as_seen_from_front(points)
    down = 0.5 * (flat["left_hip"] + flat["right_hip"] - flat["left_shoulder"] - flat["right_shoulder"])
    found = {}
    for side in SIDES:
        space = angle_in_space(points, "upper_arm_elevation", side, up=_UP)
        front = vector_angle(down, flat[f"{side}_elbow"] - flat[f"{side}_shoulder"])
        for label, estimator in estimators.items():
            ours = estimator(track, "front", "upper_arm_elevation", side)
            found[f"{side} arm elevation, {label}"] = (
                ours,
                {"in space": space, "seen from the front": front},
            )
    lean = np.degrees(np.arctan2(-down[:, 0], down[:, 1]))
    for label, estimator in estimators.items():
        if (
            label == "image 2D"
        ):  # in space the pelvis' own axis would be needed, which one target does not give
            found[f"trunk lean, {label}"] = (
                estimator(track, "front", "trunk_lean", "left"),
                {"seen from the front": lean},
            )
    found["trunk rotation, model's depth"] = (
        _model_rotation(track),
        {"in space": _vicon_rotation(takes[take])},
    )
    return found


def _shifted(reference, lag_s, length):
    """Vicon's curve at the times of the pictures, NaN outside."""
    t_s = np.arange(length) / _VIDEO_HZ + lag_s
    return np.interp(t_s, np.arange(len(reference)) / _VICON_HZ, reference, left=np.nan, right=np.nan)


def lag_of(found):
    """Seconds by which Vicon runs ahead in a take: one for all curves, where their mean correlation is greatest."""

    def likeness(lag_s):
        values = []
        for ours, references in found.values():
            reference = _shifted(list(references.values())[-1], lag_s, len(ours))
            both = np.isfinite(reference) & np.isfinite(ours)
            if reference[both].std() > 2:  # a curve that stands still tells nothing about time
                values.append(np.corrcoef(ours[both], reference[both])[0, 1])
        return np.mean(values)

    return max(np.arange(-_LAG_MAX_S, _LAG_MAX_S + 1e-9, 1 / _VICON_HZ), key=likeness)


def measure(*, takes=tuple(TAKES), estimators=None):
    """Arm elevation, trunk lean and trunk rotation against Vicon.

    Parameters
    ----------
    takes : sequence of str
        ``ELK``, ``RTK``.
    estimators : dict of str to callable, optional
        See `real.angles`.

    Returns
    -------
    list of dict
        See `real.agreement.COLUMNS`; the root-mean-square error, without and with the constant part taken out, and both
        excursions stand in the note.

    Raises
    ------
    AbsentError
    """
    rows = []
    for take in takes:
        found = curves(take, estimators=estimators or _ESTIMATORS)
        lag_s = lag_of(found)
        for name, (ours, references) in found.items():
            ours = calm(ours, rate_hz=_VIDEO_HZ)
            for seen, reference in references.items():
                truth = _shifted(calm(reference, rate_hz=_VICON_HZ), lag_s, len(ours))
                error = (ours - truth)[np.isfinite(ours - truth)]
                note = (
                    f"RMSE {np.sqrt(np.mean(error**2)):.1f}, {error.std():.1f} without the constant part; "
                    f"highest - lowest {excursion(ours):.0f} for {excursion(truth):.0f} deg; aligned by {lag_s:+.2f} s"
                )
                what = f"{take} {TAKES[take]}: {name}, Vicon {seen}"
                rows.append(agreement(NAME, what, ours, truth, unit="deg", note=note))
    return rows
