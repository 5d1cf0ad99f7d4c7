"""Cameras of this machine through OpenCV, timed by the monotonic clock."""

import time

from posecheck.errors import SourceError
from posecheck.sources import SourceInfo


class CameraReader:
    """A camera. It delivers until it is closed, its window ends or it stops.

    Parameters
    ----------
    device : int or str
        Number of the camera, or whatever else `cv2.VideoCapture` opens.
    """

    def __init__(self, device):
        self.warnings: list[str] = []
        self._capture = _opened(device)
        taken, picture = self._capture.read() if self._capture.isOpened() else (False, None)
        if not taken or picture is None:
            self.close()
            raise SourceError(
                f"Camera {device} does not open. Check that it is plugged in and not in use by another "
                "program, or choose another number."
            )
        height_px, width_px = picture.shape[:2]
        self.info = SourceInfo(
            name=f"camera {device}",
            kind="camera",
            sha256="",
            duration_s=None,
            frames=None,
            width_px=width_px,
            height_px=height_px,
            fps_nominal=self._rate_hz(),
        )

    def frames(self, window):
        """Yield ``(t_s, rgb)``, t_s counted from the first grab of this reading."""
        import cv2

        start_s = last_s = None
        while self._capture.grab():
            now_s = time.monotonic()
            start_s = now_s if start_s is None else start_s
            t_s = now_s - start_s
            if window.ended(t_s):
                return
            # A coarse clock may show two grabs at one time; time must increase.
            if (last_s is not None and t_s <= last_s) or not window.wants(t_s):
                continue
            taken, picture = self._capture.retrieve()
            if not taken:
                break
            last_s = t_s
            yield t_s, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        name = self.info.name.capitalize()
        raise SourceError(f"{name} stopped delivering pictures. Check its cable, then start again.")

    def digest(self, stop):
        return ""

    def close(self):
        self._capture.release()

    def _rate_hz(self):
        import cv2

        return self._capture.get(cv2.CAP_PROP_FPS) or None


def _opened(device):
    import cv2

    # OpenCV prints its search for a camera to stderr; the SourceError says it in one sentence.
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        return cv2.VideoCapture(device)
    finally:
        cv2.utils.logging.setLogLevel(level)
