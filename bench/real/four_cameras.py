"""Calibrated cameras: a Qualisys calibration, lenses without distortion, points put back into space."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

import cv2
import numpy as np

_SUBPIXELS = 64  # Qualisys gives image lengths in 1/64 px


@dataclass(frozen=True, eq=False)
class Camera:
    """One calibrated camera.

    Attributes
    ----------
    name : str
    intrinsic : (3, 3) array, px
    distortion : (5,) array
        k1, k2, p1, p2, k3.
    rotation : (3, 3) array
        From the world to the camera: x image-right, y down, z away from it.
    translation : (3,) array, m
    width_px : int
        Of the picture that was calibrated.
    """

    name: str
    intrinsic: np.ndarray
    distortion: np.ndarray
    rotation: np.ndarray
    translation: np.ndarray
    width_px: int

    def place_m(self):
        """Where the camera stands in the world, (3,) m."""
        return -self.rotation.T @ self.translation

    def attitude(self):
        """How it is held, in words; the world's z is up."""
        _, down, ahead = self.rotation
        pitch, roll = np.degrees(np.arcsin(-ahead[2])), np.degrees(np.arctan2(self.rotation[0][2], -down[2]))
        return f"looks down {pitch:.0f} deg, rolled {abs(roll):.0f} deg"

    def straightened(self, uv_px):
        """Pixels as rays without lens distortion, (..., 2): x and y at depth 1."""
        flat = np.ascontiguousarray(uv_px.reshape(-1, 1, 2), np.float64)
        return cv2.undistortPoints(flat, self.intrinsic, self.distortion).reshape(uv_px.shape)

    def projected(self, xyz_m):
        """Points of space in pixels, (..., 2), with the lens's distortion; NaN stays NaN."""
        flat = np.ascontiguousarray(xyz_m.reshape(-1, 3), np.float64)
        turned, _ = cv2.Rodrigues(self.rotation)
        uv_px, _ = cv2.projectPoints(flat, turned, self.translation, self.intrinsic, self.distortion)
        return uv_px.reshape(*xyz_m.shape[:-1], 2)


def qualisys_cameras(path):
    """Cameras of a ``.qca.txt`` calibration, in the order of the file.

    Notes
    -----
    Qualisys stores the camera's axes in the world, with the picture's y up and the camera looking along -z; half a turn
    about x makes it the customary y down and z ahead.
    """
    cameras = []
    for element in ElementTree.parse(path).getroot().iter("camera"):
        view, turn, lens = (element.find(name) for name in ("fov_video", "transform", "intrinsic"))
        at = lambda name, of: float(of.attrib[name])  # noqa: E731
        axes = np.array([[at(f"r{i}{j}", turn) for j in (1, 2, 3)] for i in (1, 2, 3)])
        place_m = np.array([at(name, turn) for name in "xyz"]) / 1000
        half_turn = np.diag([1.0, -1.0, -1.0])
        rotation = half_turn @ axes
        left, top = at("left", view), at("top", view)
        focal = [at("focalLengthU", lens) / _SUBPIXELS, at("focalLengthV", lens) / _SUBPIXELS]
        centre = [at("centerPointU", lens) / _SUBPIXELS - left, at("centerPointV", lens) / _SUBPIXELS - top]
        cameras.append(
            Camera(
                name=element.attrib["serial"],
                intrinsic=np.array([[focal[0], 0, centre[0]], [0, focal[1], centre[1]], [0, 0, 1.0]]),
                distortion=np.array(
                    [at(name, lens) for name in ("radialDistortion1", "radialDistortion2", "tangentalDistortion1",
                                                 "tangentalDistortion2", "radialDistortion3")]
                ),
                rotation=rotation,
                translation=-rotation @ place_m,
                width_px=int(at("right", view) - left) + 1,
            )
        )  # fmt: skip
    return cameras


def triangulated(cameras, uv_px, weight):
    """Points in space from several pictures, by weighted linear least squares.

    Parameters
    ----------
    cameras : sequence of C Camera
    uv_px : (C, T, K, 2) array, px
        NaN where not seen.
    weight : (C, T, K) array, 0-1
        How much each sighting counts: the model's visibility.

    Returns
    -------
    (T, K, 3) array, m
        NaN where fewer than two cameras see a point.
    """
    seen = np.isfinite(uv_px).all(axis=-1) & (weight > 0)
    equations = []
    for camera, uv, ok, w in zip(cameras, uv_px, seen, weight, strict=True):
        ray = camera.straightened(np.where(ok[..., None], uv, 0.0))
        matrix = np.hstack([camera.rotation, camera.translation[:, None]])
        # x * (third row) - (first row), y * (third row) - (second row): 0 for the point looked for
        equation = ray[..., None] * matrix[2] - matrix[:2]
        equations.append(np.where(ok, w, 0.0)[..., None, None] * equation)
    system = np.concatenate(equations, axis=-2)
    matrix, right = system[..., :3], -system[..., 3:]
    normal = np.swapaxes(matrix, -1, -2) @ matrix
    enough = seen.sum(axis=0) >= 2
    normal = np.where(enough[..., None, None], normal, np.eye(3))
    xyz_m = np.linalg.solve(normal, np.swapaxes(matrix, -1, -2) @ right)[..., 0]
    return np.where(enough[..., None], xyz_m, np.nan)
