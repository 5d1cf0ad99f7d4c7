"""Cameras: where a point of the room lands in the picture, roll and a webcam's barrel distortion included."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

NEAR_M, FAR_M = 0.05, 40.0


@dataclass(frozen=True)
class Camera:
    """A pinhole camera with one radial distortion term (Brown's k1).

    Parameters
    ----------
    eye_m, target_m : (3,), m
        Where the lens is, and the point that lands in the middle of the picture.
    roll_deg : float, deg
        Turns the camera about its optical axis, clockwise as its user sees it: the picture turns the other way.
    fovy_deg : float, deg
        From the middle of the upper edge of the picture to the middle of its lower edge, distortion included.
    size_px : (width, height), px
    distortion_k1 : float
        ``r' = r (1 + k1 r**2)`` with `r` the tangent of the angle to the optical axis; negative for barrel
        distortion. Webcams have -0.05 to -0.3.

    Raises
    ------
    ValueError
        If `distortion_k1` folds the picture over before its corners.
    """

    eye_m: tuple
    target_m: tuple
    roll_deg: float = 0.0
    fovy_deg: float = 42.0
    size_px: tuple = (640, 480)
    distortion_k1: float = 0.0

    def __post_init__(self):
        for name, kind in (("eye_m", float), ("target_m", float), ("size_px", int)):
            object.__setattr__(self, name, tuple(kind(value) for value in getattr(self, name)))
        corner = np.hypot(*self.size_px) / 2 / self.focal_px
        if self.focal_px <= 0 or corner >= self._fold[1]:
            raise ValueError(
                f"distortion_k1 = {self.distortion_k1} folds the corners of a picture of {self.fovy_deg} deg over. "
                "Take a narrower fovy_deg or a k1 nearer to 0."
            )

    @cached_property
    def focal_px(self):
        """Focal length in the middle of the picture, in pixels."""
        edge = np.tan(np.radians(self.fovy_deg) / 2)
        return float(self.size_px[1] / 2 / (edge * (1 + self.distortion_k1 * edge**2)))

    @cached_property
    def view(self):
        """World to camera, (4, 4): x to the right of the picture, y up, the camera looks along -z."""
        eye = np.asarray(self.eye_m, np.float64)
        ahead = np.asarray(self.target_m, np.float64) - eye
        ahead /= np.linalg.norm(ahead)
        # Straight up or down, the picture is as it is a little before that, for a camera at +z.
        up = (0.0, 1.0, 0.0) if abs(ahead[1]) < 0.999 else (0.0, 0.0, np.sign(ahead[1]))
        right = np.cross(ahead, up)
        right /= np.linalg.norm(right)
        up = np.cross(right, ahead)
        c, s = np.cos(np.radians(self.roll_deg)), np.sin(np.radians(self.roll_deg))
        view = np.eye(4)
        view[:3, :3] = c * right - s * up, s * right + c * up, -ahead
        view[:3, 3] = -view[:3, :3] @ eye
        return view

    @cached_property
    def _fold(self):
        """Where the distortion stops growing: (tangent of the angle, its distorted value)."""
        if self.distortion_k1 >= 0:
            return np.inf, np.inf
        r = np.sqrt(-1 / (3 * self.distortion_k1))
        return float(r), float(r * (1 + self.distortion_k1 * r**2))

    @property
    def widest_tangent(self):
        """Largest tangent of the angle to the optical axis that the lens can show."""
        return self._fold[0]

    def depth(self, points_m):
        """Distance along the optical axis: (..., 3) m to (...) m, negative behind the lens."""
        return -(np.asarray(points_m, np.float64) @ self.view[2, :3] + self.view[2, 3])

    def project(self, points_m):
        """Where points of the world lie in the picture.

        Parameters
        ----------
        points_m : (..., 3) array, m

        Returns
        -------
        (..., 2) array, px
            x to the right, y down, from the corner of the upper left pixel (whose centre is 0.5, 0.5). Points
            outside the picture have their place too; NaN behind the lens and where the lens cannot see.
        """
        at = np.asarray(points_m, np.float64) @ self.view[:3, :3].T + self.view[:3, 3]
        with np.errstate(divide="ignore", invalid="ignore"):
            tangent = at[..., :2] / -at[..., 2:] * (1, -1)
            squared = np.square(tangent).sum(-1, keepdims=True)
            pixel = self.focal_px * tangent * (1 + self.distortion_k1 * squared) + np.divide(self.size_px, 2)
            seen = (at[..., 2:] < 0) & (squared < self.widest_tangent**2)
        return np.where(seen, pixel, np.nan)

    def undistorted(self, pixels):
        """Tangents of the angles at which the lens sees pixels: (..., 2) px to (..., 2), x right, y down."""
        distorted = (np.asarray(pixels, np.float64) - np.divide(self.size_px, 2)) / self.focal_px
        length = np.linalg.norm(distorted, axis=-1, keepdims=True)
        r = length.copy()
        for _ in range(30):  # Newton: five steps do near the middle, more close to the fold
            r -= (r * (1 + self.distortion_k1 * r**2) - length) / (1 + 3 * self.distortion_k1 * r**2)
        return distorted * np.divide(r, length, out=np.ones_like(r), where=length > 0)


def placed(azimuth_deg, elevation_deg, distance_m, target_m, heading_deg=0.0, **camera):
    """Camera on a sphere about what it looks at.

    Parameters
    ----------
    azimuth_deg : float, deg
        0 in front of a person with `heading_deg`, positive towards that person's left.
    elevation_deg : float, deg
        Positive when the camera is higher than its target.
    distance_m : float, m
    target_m : (3,), m
    heading_deg : float, deg
    **camera
        The other parameters of `Camera`.

    Returns
    -------
    Camera
    """
    azimuth, elevation = np.radians(azimuth_deg + heading_deg), np.radians(elevation_deg)
    away = np.sin(azimuth) * np.cos(elevation), np.sin(elevation), np.cos(azimuth) * np.cos(elevation)
    eye = tuple(float(t + distance_m * a) for t, a in zip(target_m, away, strict=True))
    return Camera(eye_m=eye, target_m=tuple(map(float, target_m)), **camera)
