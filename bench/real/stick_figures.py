"""Imported skeletons as recordings that posecheck can analyse: seen by a virtual camera, or drawn flat."""

import numpy as np

from posecheck.records import PoseTrack
from posecheck.skeleton import BLAZEPOSE_33

SIZE_PX = (640, 480)
FOCAL_PX = 554.0  # 60 degrees across the picture, as a webcam has
DISTANCE_M, HEIGHT_M = (
    3.0,
    1.0,
)  # where posecheck asks for the camera: standing exercises, level with the chest


def seen_by_camera(t_s, points_m, *, view, distance_m=DISTANCE_M, height_m=HEIGHT_M, source="import"):
    """A recording of a skeleton by an ideal pinhole camera: level, 640 x 480, 60 degrees wide, nothing hidden.

    Parameters
    ----------
    t_s : (T,) array, s
    points_m : dict of str to (T, 3) array, m
        By BlazePose name: x to the person's left, y up from the floor, z to where the person faces. NaN = not tracked.
    view : str
        ``front``, ``left`` or ``right``: the side that is nearer the camera.
    distance_m, height_m : float, m
        From the camera to the middle of the hips in the first frame that shows them, and above the floor.
    source : str
        Name kept in the recording.

    Returns
    -------
    PoseTrack
        Keypoints that the skeleton lacks are NaN with visibility 0.
    """
    away, to_image_right = {"front": ((0, 0, -1), (1, 0, 0)), "left": ((-1, 0, 0), (0, 0, -1)),
                            "right": ((1, 0, 0), (0, 0, 1))}[view]  # fmt: skip
    hips = 0.5 * (points_m["left_hip"] + points_m["right_hip"])
    first = hips[np.flatnonzero(np.isfinite(hips).all(axis=1))[0]]
    camera = np.array([first[0], height_m, first[2]]) - distance_m * np.array(away)
    uv_px = {}
    for name, xyz in points_m.items():
        from_camera = xyz - camera
        scale = FOCAL_PX / (from_camera @ np.array(away))
        right, up = from_camera @ np.array(to_image_right), from_camera[:, 1]
        uv_px[name] = np.stack([SIZE_PX[0] / 2 + scale * right, SIZE_PX[1] / 2 - scale * up], axis=1)
    return track_of(t_s, uv_px, source=source)


def turned_to_camera(points_m, *, first=30):
    """The same points with the person facing along z: the camera is set up by the person, not by the room.

    Parameters
    ----------
    points_m : dict of str to (T, 3) array, m
        As for `seen_by_camera`.
    first : int
        Frames over which the shoulder line's direction is taken; the whole recording is turned by one angle.

    Returns
    -------
    dict of str to (T, 3) array, m
    """
    across = np.nanmedian((points_m["left_shoulder"] - points_m["right_shoulder"])[:first], axis=0)
    yaw = np.arctan2(across[2], across[0])
    cos, sin = np.cos(yaw), np.sin(yaw)
    turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    return {name: xyz @ turn.T for name, xyz in points_m.items()}


def track_of(t_s, uv_px, *, size_px=SIZE_PX, xyz_m=None, source="import"):
    """Keypoints by BlazePose name as a `PoseTrack`; those that are not given or NaN have visibility 0.

    Parameters
    ----------
    t_s : (T,) array, s
    uv_px : dict of str to (T, 2) array, px
    size_px : (int, int), px
    xyz_m : (T, K, 3) array, m, optional
        NaN throughout when not given.
    source : str
    """
    k = len(BLAZEPOSE_33)
    uv, seen = np.full((len(t_s), k, 2), np.nan), np.zeros((len(t_s), k))
    for name, xy in uv_px.items():
        i = BLAZEPOSE_33.index(name)
        uv[:, i] = xy
        finite = np.isfinite(xy).all(axis=1)
        seen[:, i] = finite
    return PoseTrack(
        t_s=t_s,
        uv_px=uv,
        xyz_m=np.full((len(t_s), k, 3), np.nan) if xyz_m is None else xyz_m,
        visibility=seen,
        people=np.ones(len(t_s)),
        image_size_px=size_px,
        engine="import",
        source={"name": source},
    )


def drawn_flat(t_s, angle_deg, *, signal, view, source="reference"):
    """A figure in the plane of the picture whose `signal` is `angle_deg` on both sides.

    So a reference curve, whatever it was measured with, is read by the very same analysis as a recording, and not by a
    second implementation of it.

    Parameters
    ----------
    t_s : (T,) array, s
    angle_deg : (T,) array, deg
        NaN = not known.
    signal : str
        ``knee_flexion`` (shank upright), ``hip_flexion`` or ``upper_arm_elevation`` (trunk upright).
    view : str
    source : str

    Returns
    -------
    PoseTrack
    """
    turned = np.stack(
        [np.sin(np.radians(angle_deg)), np.cos(np.radians(angle_deg))], axis=1
    )  # 0 = straight down
    forward = {"left": np.array([-1.0, 1.0]), "right": np.array([1.0, 1.0])}.get(view, np.array([1.0, 1.0]))
    down, still = np.array([0.0, 1.0]), np.zeros((len(t_s), 2))
    ankle, hip = still + np.array([320, 430]), still + np.array([320, 260])
    knee = ankle - 90 * down
    if signal == "knee_flexion":
        hip = knee - 80 * turned * forward
    elif signal == "hip_flexion":
        knee, ankle = hip + 80 * turned * forward, hip + 170 * turned * forward
    shoulder = hip - 100 * down
    swing = turned if signal == "upper_arm_elevation" else still + down
    middle = {"nose": shoulder - 45 * down + 10 * (forward - down), "ear": shoulder - 50 * down}
    uv_px = {"nose": middle["nose"], "left_ear": middle["ear"], "right_ear": middle["ear"]}
    for side, outward in (("left", 1.0), ("right", -1.0)):
        # Seen from the front the limbs swing outward; from a side both lie over each other and swing forward.
        apart = np.array([35.0 * outward, 0.0]) if view == "front" else np.zeros(2)
        to = np.array([outward, 1.0]) if view == "front" else forward
        uv_px |= {f"{side}_hip": hip + 0.6 * apart, f"{side}_knee": knee + 0.6 * apart,
                  f"{side}_ankle": ankle + 0.6 * apart, f"{side}_shoulder": shoulder + apart,
                  f"{side}_elbow": shoulder + apart + 55 * swing * to,
                  f"{side}_wrist": shoulder + apart + 105 * swing * to}  # fmt: skip
    known = np.isfinite(angle_deg)[:, None]
    moving = {"knee_flexion": "hip", "hip_flexion": "knee", "upper_arm_elevation": "elbow"}[signal]
    for side in ("left", "right"):
        uv_px[f"{side}_{moving}"] = np.where(known, uv_px[f"{side}_{moving}"], np.nan)
    return track_of(t_s, uv_px, source=source)
