"""Things that stand between the camera and a part of the body: a cushion, a plant, the back of a chair."""

from dataclasses import dataclass

import cv2
import numpy as np

_COLORS = ((126, 98, 74), (92, 110, 84), (120, 116, 122))


@dataclass(frozen=True)
class Obstacle:
    """A soft-edged square in the picture.

    Attributes
    ----------
    middle_px : (T, 2) array
    half_px : (T,) array
    shown : (T,) bool array
    color : (int, int, int)
    """

    middle_px: np.ndarray
    half_px: np.ndarray
    shown: np.ndarray
    color: tuple[int, int, int]

    def covers(self, xy_px):
        """Which of the points (T, J, 2) lie behind it, (T, J) bool."""
        away = np.abs(xy_px - self.middle_px[:, None]).max(axis=-1)
        return (away <= self.half_px[:, None]) & self.shown[:, None]

    def drawn(self, rgb, i):
        """The picture at time i with the obstacle in it, if it is there."""
        if not self.shown[i]:
            return rgb
        (x0, y0), (x1, y1) = (np.round(self.middle_px[i] + s * self.half_px[i]).astype(int) for s in (-1, 1))
        mask, r = np.zeros(rgb.shape[:2], np.float32), int(max((x1 - x0) // 6, 1))
        cv2.rectangle(mask, (x0 + r, y0), (x1 - r, y1), 1.0, -1)
        cv2.rectangle(mask, (x0, y0 + r), (x1, y1 - r), 1.0, -1)
        for x in (x0 + r, x1 - r):
            for y in (y0 + r, y1 - r):
                cv2.circle(mask, (int(x), int(y)), r, 1.0, -1)
        mask = cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]
        weave = 0.92 + 0.08 * np.sin(np.arange(rgb.shape[1]) * 0.9)[None, :, None]
        return (rgb * (1 - mask) + np.array(self.color) * weave * mask).astype(np.uint8)


def obstacles_of(take):
    """The obstacles of a take, list of `Obstacle`."""
    out = []
    for number, hidden in enumerate(take.spec.hidden):
        shown = (take.t_s >= hidden.from_s) & (take.t_s < hidden.to_s)
        xyz = take.joints_m[hidden.part]
        if not hidden.follows:
            xyz = np.broadcast_to(xyz[int(np.argmax(shown))], xyz.shape)
        half = 0.5 * hidden.size_m * take.camera.focal_px / take.camera.depth(xyz)
        color = _COLORS[(take.spec.seed + number) % len(_COLORS)]
        out.append(Obstacle(take.camera.project(xyz), half, shown, color))
    return out
