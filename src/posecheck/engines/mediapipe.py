"""MediaPipe's own runtime as an engine, in a process of its own with the network closed."""

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from posecheck.engines import mediapipe_worker as worker
from posecheck.engines.clock import PictureClock
from posecheck.engines.network_guard import DeadEnd
from posecheck.errors import EngineError
from posecheck.models import find_model, model_file
from posecheck.records import PoseFrame
from posecheck.skeleton import BLAZEPOSE_33

MODELS = ("lite", "full", "heavy")
MODES = ("video", "image")
_END_S = 10.0


class MediaPipeEngine:
    """Pictures in, `PoseFrame` out, by MediaPipe Tasks' PoseLandmarker.

    Parameters
    ----------
    model : str
        ``lite``, ``full`` or ``heavy``.
    mode : str
        ``video`` tracks and smooths over time; ``image`` treats each picture alone and does not smooth.
    people_max : int
        How many people MediaPipe looks for; the first it names is the answer. `PoseFrame.people` never
        exceeds it.
    person, threads : None
        MediaPipe chooses both itself; they are here so that engines open alike.

    Notes
    -----
    MediaPipe 1.2 tries to send usage metrics. It runs in a child process whose proxies lead to a dead end
    (`network_guard`), so neither the metrics nor a name look-up leave the machine. Video mode needs whole,
    increasing milliseconds: times are rounded for MediaPipe and returned as they came.
    """

    name = "mediapipe"
    skeleton = BLAZEPOSE_33

    def __init__(self, model="full", *, mode="video", people_max=1, person=None, threads=None):
        if model not in MODELS:
            raise EngineError(
                f"The mediapipe engine has the models {', '.join(MODELS)}, not {model!r}. Choose one."
            )
        if mode not in MODES:
            raise EngineError(f"mode must be one of {', '.join(MODES)}, got {mode!r}.")
        if person is not None:
            raise EngineError(
                "MediaPipe chooses whom it follows. Use the blazepose engine to choose a person."
            )
        bundle = f"pose_landmarker_{model}"
        self.model, self.mode, self.smoothed = model, mode, mode == "video"
        self.model_sha256 = model_file(bundle).sha256
        try:
            installed = version("mediapipe")
        except PackageNotFoundError:
            raise EngineError(
                "MediaPipe is not installed. Install it with `pip install mediapipe`."
            ) from None
        self.provenance: Mapping[str, Any] = {
            "engine": self.name,
            "mode": mode,
            "model_sha256": self.model_sha256,
            "mediapipe": installed,
        }
        self._command = [
            sys.executable,
            "-P",
            worker.__file__,
            str(find_model(bundle)),
            mode,
            str(people_max),
        ]
        self._clock = PictureClock(self.name)
        self._dead_end = DeadEnd()
        self._start()

    def reset(self):
        """Begin a new recording, in a fresh process: MediaPipe's tracker cannot be told to forget."""
        self._clock.reset()
        if self._last_ms is not None:
            self._stop()
            self._start()

    def close(self):
        """End MediaPipe's process. Closing twice is fine."""
        self._clock.close()
        self._stop()
        self._dead_end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def detect(self, t_s, rgb):
        """The first person MediaPipe names in one picture; see `PoseEngine.detect`."""
        self._clock.admit(t_s, rgb)
        time_ms = round(t_s * 1000)
        self._last_ms = time_ms if self._last_ms is None else max(time_ms, self._last_ms + 1)
        try:
            self._send(worker.PICTURE.pack(self._last_ms, *rgb.shape[:2]))
            self._send(np.ascontiguousarray(rgb))
        except OSError:
            raise self._ended() from None
        people = worker.COUNT.unpack(self._receive(worker.COUNT.size))[0]
        if people == 0:
            return PoseFrame.nobody(t_s, self.skeleton)
        numbers = self._receive(4 * worker.KEYPOINTS * worker.NUMBERS)
        rows = np.frombuffer(numbers, np.float32).reshape(worker.KEYPOINTS, worker.NUMBERS)
        return PoseFrame(t_s, rows[:, :2], rows[:, 2:5], rows[:, 5], people)

    def _start(self):
        self._last_ms: int | None = None
        self._process: subprocess.Popen | None = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=self._dead_end.environment(),
        )
        self._pictures, self._answers = (
            cast(IO[bytes], self._process.stdin),
            cast(IO[bytes], self._process.stdout),
        )
        length = worker.COUNT.unpack(self._receive(worker.COUNT.size))[0]
        if length:
            trouble = self._receive(length).decode(errors="replace").splitlines()[0]
            self.close()
            raise EngineError(f"MediaPipe could not open {Path(self._command[3]).name}: {trouble}")

    def _send(self, data):
        view = memoryview(data).cast("B")
        while view:
            view = view[self._pictures.write(view) :]

    def _receive(self, size):
        buffer = bytearray(size)
        if not worker.read_exactly(self._answers, buffer):
            raise self._ended()
        return buffer

    def _ended(self):
        self.close()
        return EngineError(
            "MediaPipe's process ended by itself. Open the engine again, or use the blazepose engine."
        )

    def _stop(self):
        if self._process is None:
            return
        process, self._process = self._process, None
        self._pictures.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._answers.close()
