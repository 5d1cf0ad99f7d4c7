"""Joint angles straight from MediaPipe's landmarks: as tutorials take them, and by the definition of the truth."""

import numpy as np

from posecheck.geometry import joint_angle, vector_angle

# Proximal, joint, distal; and whether our angle is 180 - theirs (0 straight) or theirs as it is (0 at the side).
TRIPLES = {
    "elbow_flexion": (("shoulder", "elbow", "wrist"), True),
    "knee_flexion": (("hip", "knee", "ankle"), True),
    "hip_flexion": (("shoulder", "hip", "knee"), True),
    "shoulder_abduction": (("hip", "shoulder", "elbow"), False),
    "shoulder_flexion": (("hip", "shoulder", "elbow"), False),
    "upper_arm_elevation": (("hip", "shoulder", "elbow"), False),
}
# Angles of a limb with the line from mid-shoulder to mid-hip, which tutorials do not draw.
_AGAINST_TRUNK = {
    "shoulder_abduction": ("shoulder", "elbow"),
    "shoulder_flexion": ("shoulder", "elbow"),
    "upper_arm_elevation": ("shoulder", "elbow"),
    "hip_abduction": ("hip", "knee"),
}
# Heel to toe against the floor: toes up, or heel up, positive.
_AGAINST_FLOOR = {"foot_pitch": 1.0, "heel_rise": -1.0}
_AGAINST_VERTICAL = {"thigh_inclination": ("hip", "knee"), "shank_inclination": ("knee", "ankle")}


def tutorial_angle(points, side, angle):
    """The three-point angle of the tutorials in our convention: flexion 0 when straight, elevation 0 at the side.

    Parameters
    ----------
    points : callable (str) -> (T, 2 | 3) array
        Keypoints by name, in pixels, metres or parts of the picture's width and height.
    side, angle : str

    Returns
    -------
    (T,) array, deg, or None
        None when no three keypoints make this angle.
    """
    if angle not in TRIPLES:
        return None
    parts, straight_is_180 = TRIPLES[angle]
    between = joint_angle(*(points(f"{side}_{part}") for part in parts))
    return 180.0 - between if straight_is_180 else between


def defined_angle(points, side, angle, *, down):
    """The angle as the truth defines it; None when it is not one of those that are known here.

    Parameters
    ----------
    points, side, angle
        As in `tutorial_angle`.
    down : (2 | 3,) array
        Towards the ground, in the frame of the keypoints.
    """
    if angle in _AGAINST_TRUNK:
        shoulders, hips = (
            0.5 * (points(f"left_{part}") + points(f"right_{part}")) for part in ("shoulder", "hip")
        )
        begin, end = _AGAINST_TRUNK[angle]
        limb = points(f"{side}_{end}") - points(f"{side}_{begin}")
        outward = np.ones(len(limb))
        if angle == "hip_abduction":  # a thigh hangs a little inward, and that is negative
            outward = np.where(((points(f"{side}_hip") - hips) * limb).sum(axis=-1) < 0, -1.0, 1.0)
        return outward * vector_angle(hips - shoulders, limb)
    if angle in _AGAINST_VERTICAL:
        begin, end = _AGAINST_VERTICAL[angle]
        limb = points(f"{side}_{end}") - points(f"{side}_{begin}")
        return vector_angle(np.broadcast_to(np.asarray(down, np.float64), limb.shape), limb)
    if angle in _AGAINST_FLOOR:
        foot = points(f"{side}_foot_index") - points(f"{side}_heel")
        rise = -(foot * np.asarray(down, np.float64)).sum(axis=-1)
        level = np.sqrt(np.maximum((foot**2).sum(axis=-1) - rise**2, 0.0))
        return _AGAINST_FLOOR[angle] * np.degrees(np.arctan2(rise, level))
    return tutorial_angle(points, side, angle)


def image_points(track, *, normalised):
    """Keypoints of a track in the picture, by name.

    Parameters
    ----------
    track : PoseTrack
    normalised : bool
        Parts of width and height, as MediaPipe gives them. An angle taken between these is that of a picture squeezed
        to a square: true only of square pictures. Otherwise pixels.
    """
    scale = 1.0 / track.image_size_px if normalised else np.ones(2)
    return lambda name: track.uv_px[:, track.skeleton.index(name)].astype(np.float64) * scale


def world_points(track):
    """MediaPipe's world landmarks of a track, in metres, by name."""
    return lambda name: track.xyz_m[:, track.skeleton.index(name)].astype(np.float64)
