"""One movement filmed by four calibrated cameras (Pose2Sim's demonstration): a single camera against all of them.

Our engine looks at each video; the landmarks of the three *other* cameras are put together in space and give the angle
that the fourth camera should have read. Where the model exchanges left and right in one camera, as the other three
show, the reference is put right; the camera that is measured keeps its mistake.

Weaknesses of the reference: it rests on the same pose model, so whatever the model gets wrong in every view (a shoulder
that sits too high, say) stays unseen; one person, 1.7 s, one deep sideways lean; two cameras look at the back; none is
level, which turns every angle against the vertical.
"""

from itertools import combinations, pairwise

import numpy as np

from posecheck.records import SIDES
from posecheck.view import measure_view
from posecheck.world import angle_in_space
from real.agreement import agreement, row
from real.angles import ESTIMATORS, SIGMAS, calm, excursion
from real.four_cameras import qualisys_cameras, triangulated
from real.shared_data import CACHE, data_folder, poses_of

NAME = "pose2sim, four cameras"
_UP = (0.0, 0.0, 1.0)
_SIGNALS = ("knee_flexion", "hip_flexion", "elbow_flexion", "upper_arm_elevation", "thigh_inclination",
            "shank_inclination")  # fmt: skip
_TRUNK = {"front": "trunk_lean", "left": "trunk_flexion", "right": "trunk_flexion"}
_BODY = tuple(
    f"{side}_{part}" for side in SIDES for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)
_EXCHANGED = [
    _BODY.index(f"{other}_{name.split('_')[1]}")
    for other, half in (("right", _BODY[:6]), ("left", _BODY[6:]))
    for name in half
]
_LAG_MAX = 10  # frames by which a camera may have started earlier or later
_STANDING = 10  # first frames, in which the person stands and faces somewhere
_MOVED_DEG = 10.0  # signals that change less say nothing about range


def measure(*, model="full", cache=CACHE, estimators=None):
    """Each camera's angles against those triangulated from the other three.

    Parameters
    ----------
    model : str
        Pose model.
    cache : Path
        Where found poses are kept.
    estimators : dict of str to callable, optional
        See `real.angles`; posecheck's signals in the picture and the model's own 3D when not given.

    Returns
    -------
    list of dict
        See `real.agreement.COLUMNS`.

    Raises
    ------
    AbsentError
    """
    cameras = qualisys_cameras(data_folder("videos", "open", "pose2sim_calibration", "Calib.qca.txt"))
    videos = [data_folder("videos", "open", f"pose2sim_{camera.name}.mp4") for camera in cameras]
    tracks = [poses_of(video, model=model, cache=cache) for video in videos]
    index = [tracks[0].skeleton.index(name) for name in _BODY]
    frames = min(map(len, tracks))
    uv_px = np.array([track.uv_px[:frames, index] for track in tracks], np.float64)
    weight = np.array([track.visibility[:frames, index] for track in tracks], np.float64)
    lags = lags_of(cameras, uv_px, weight)
    kept, uv_px, weight = _kept(frames, lags), _aligned(uv_px, lags), _aligned(weight, lags)
    exchanged = exchanged_sides(cameras, uv_px, weight)
    uv_px, weight = _put_right(uv_px, exchanged), _put_right(weight, exchanged)
    rows, pooled, each = _trust(cameras, uv_px, weight, lags, exchanged), {}, []
    for i, camera in enumerate(cameras):
        others = [j for j in range(len(cameras)) if j != i]
        xyz_m = triangulated([cameras[j] for j in others], uv_px[others], weight[others])
        points = {name: xyz_m[:, k] for k, name in enumerate(_BODY)}
        each.append(_all_angles(points))
        rows += _one_camera(camera, tracks[i], kept + lags[i], points, estimators or ESTIMATORS, pooled)
    apart = np.concatenate([(one - other).ravel() for one, other in combinations(each, 2)])
    note = "between references from different threes; any two share two cameras, so the true doubt is larger"
    numbers = {"value": np.nanmedian(np.abs(apart)), "p95": np.nanquantile(np.abs(apart), 0.95)}
    rows.append(
        row(NAME, "reference: its own disagreement, median", n=apart.size, unit="deg", note=note, **numbers)
    )
    for label, pairs in pooled.items():
        ours, truth = (np.concatenate(x) for x in zip(*pairs, strict=True))
        what = f"all angles, cameras that see the front: {label}"
        rows.append(agreement(NAME, what, ours, truth, unit="deg", note=f"{len(pairs)} curves"))
    return rows


def _all_angles(points):
    """Every compared angle of both sides, (S, T) deg."""
    return np.array([angle_in_space(points, signal, side, up=_UP) for signal in _SIGNALS for side in SIDES])


def lags_of(cameras, uv_px, weight):
    """Frames by which each camera runs behind the first, from what makes the pictures agree in space."""
    lags = [0] * len(cameras)

    def disagreement(trial):
        return np.nanmedian(_errors_px(cameras, _aligned(uv_px, trial), _aligned(weight, trial)))

    for _ in range(3):
        before = list(lags)
        for i in range(1, len(cameras)):
            trials = [[*lags[:i], lag, *lags[i + 1 :]] for lag in range(-_LAG_MAX, _LAG_MAX + 1)]
            lags = min(trials, key=disagreement)
        if lags == before:
            break
    return lags


def exchanged_sides(cameras, uv_px, weight):
    """(C, T) bool: frames in which one camera agrees with the others only with its left and right exchanged."""
    trials = [np.zeros(uv_px.shape[:2], bool)]
    for i in range(len(cameras)):
        trials.append(trials[0].copy())
        trials[-1][i] = True
    costs = [
        np.nanmedian(_errors_px(cameras, _put_right(uv_px, t), _put_right(weight, t)), axis=(0, 2))
        for t in trials
    ]
    best = np.argmin(costs, axis=0)
    return np.array([best == i + 1 for i in range(len(cameras))])


def _put_right(x, exchanged):
    swapped = x[:, :, _EXCHANGED]
    return np.where(exchanged.reshape(*exchanged.shape, *[1] * (x.ndim - 2)), swapped, x)


def _kept(frames, lags):
    return np.arange(max(0, -min(lags)), frames - max(0, max(lags)))


def _aligned(x, lags):
    kept = _kept(x.shape[1], lags)
    return np.array([one[kept + lag] for one, lag in zip(x, lags, strict=True)])


def _errors_px(cameras, uv_px, weight):
    xyz_m = triangulated(cameras, uv_px, weight)
    return np.array(
        [np.linalg.norm(c.projected(xyz_m) - uv, axis=-1) for c, uv in zip(cameras, uv_px, strict=True)]
    )


def _trust(cameras, uv_px, weight, lags, exchanged):
    """Rows that say how far the reference can be trusted."""
    rows = []
    for i, (camera, error) in enumerate(zip(cameras, _errors_px(cameras, uv_px, weight), strict=True)):
        known = error[np.isfinite(error)]
        numbers = {"n": len(known), "coverage_pct": 100 * len(known) / error.size, "value": np.median(known)}
        note = f"median, of a picture 1920 px high; {lags[i]:+d} frames of lag taken out; {camera.attitude()}"
        what = f"reference: reprojection, {camera.name}"
        rows.append(row(NAME, what, **numbers, p95=np.quantile(known, 0.95), unit="px", note=note))
        what = f"reference: left and right exchanged, {camera.name}"
        note = "of the frames, by the model; put right"
        rows.append(
            row(NAME, what, n=exchanged.shape[1], value=100 * exchanged[i].mean(), unit="%", note=note)
        )
    xyz_m = triangulated(cameras, uv_px, weight)
    points = {name: xyz_m[:, k] for k, name in enumerate(_BODY)}
    spread = {
        f"{side} {one}-{other}": 100 * np.nanstd(length) / np.nanmean(length)
        for side in SIDES
        for chain in (("hip", "knee", "ankle"), ("shoulder", "elbow", "wrist"))
        for one, other in pairwise(chain)
        for length in [np.linalg.norm(points[f"{side}_{one}"] - points[f"{side}_{other}"], axis=1)]
    }
    worst = max(spread, key=spread.get)
    note = f"{worst}: standard deviation over mean of a length that cannot change"
    return [
        *rows,
        row(NAME, "reference: worst segment", n=len(xyz_m), value=spread[worst], unit="%", note=note),
    ]


def azimuth_of(camera, points):
    """From where a camera sees the person standing: 0 = in front, 90 = from the person's left, 180 = from behind."""
    middle = lambda name: np.nanmedian(points[name][:_STANDING], axis=0)  # noqa: E731
    to_left = middle("left_shoulder") - middle("right_shoulder")
    forward = np.cross(to_left, _UP)
    towards = camera.place_m() - 0.5 * (middle("left_hip") + middle("right_hip"))
    return float(np.degrees(np.arctan2(towards @ to_left, towards @ forward)))


def view_from(azimuth_deg):
    """The view that posecheck should tell from an azimuth; ``behind`` where it should tell none."""
    side, size = "left" if azimuth_deg > 0 else "right", abs(azimuth_deg)
    if size < 30:
        return "front"
    return f"oblique_{side}" if size < 65 else side if size < 115 else "behind"


def _one_camera(camera, track, frames, points, estimators, pooled):
    azimuth = azimuth_of(camera, points)
    view = view_from(azimuth)
    told = measure_view(
        track.t_s,
        track.uv_px,
        track.visibility,
        track.skeleton,
        visibility_min=0.5,
        final=True,
        xyz_m=track.xyz_m,
    )
    where = camera.name
    right = told == view or (view == "behind" and told == "unknown")
    rows = [
        row(
            NAME,
            f"{where}: view told rightly",
            n=1,
            value=100.0 * right,
            unit="%",
            note=f"{view}, {azimuth:+.0f} deg; posecheck tells: {told}",
        )
    ]
    wanted = [(signal, side) for signal in _SIGNALS for side in SIDES]
    if view in _TRUNK:
        wanted.append((_TRUNK[view], "left"))
    elif view == "behind":
        rows[0]["note"] += (
            "; from behind nothing should be measured: what follows is what the picture would give"
        )
    rate_hz = 1 / np.median(np.diff(track.t_s))
    for label, estimator in estimators.items():
        pairs, off = [], []
        for signal, side in wanted:
            ours = calm(estimator(track, view, signal, side)[frames], rate_hz=rate_hz)
            truth = calm(angle_in_space(points, signal, side, up=_UP), rate_hz=rate_hz)
            pairs.append((excursion(ours), excursion(truth)))
            if estimator in SIGMAS:
                off.append((ours - truth) / SIGMAS[estimator](track, view, signal, side)[frames])
            if view != "behind":
                pooled.setdefault(label, []).append((ours, truth))
            note = "" if pairs[-1][1] >= _MOVED_DEG else "hardly moves"
            rows.append(
                agreement(NAME, f"{where}, {label}: {side} {signal}", ours, truth, unit="deg", note=note)
            )
        if off:
            z = np.concatenate(off)
            z = z[np.isfinite(z)]
            what = f"{where}, {label}: errors within twice what it expects"
            rows.append(row(NAME, what, n=len(z), value=100 * (np.abs(z) <= 2).mean(), unit="%"))
        moved = np.array([pair for pair in pairs if pair[1] >= _MOVED_DEG]).reshape(-1, 2)
        note = f"over the signals that move by {_MOVED_DEG:g} deg or more"
        what = f"{where}, {label}: highest - lowest"
        rows.append(agreement(NAME, what, moved[:, 0], moved[:, 1], unit="deg", note=note))
    return rows
