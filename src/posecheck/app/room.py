"""One person, one camera, one session: what a page connects to, and what outlives it when it is reloaded."""

import logging
import os
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import cv2
import numpy as np

from posecheck.app.memory import give_back
from posecheck.coach.conductor import Conductor
from posecheck.coach.events import Answer, CameraState, Frame, Reload, Tick
from posecheck.coach.home import NoKeeper, at_home
from posecheck.coach.stage import Stage
from posecheck.engines import open_engine
from posecheck.errors import PosecheckError
from posecheck.records import SIDES
from posecheck.result import plain
from posecheck.seeing import light_of

LOG = logging.getLogger(__name__)
LIGHT_EVERY_S = 0.7
AGAIN_S = 3.0  # what could not be kept is tried again
SLOW_S = (
    0.036  # median time for a picture above which the next set uses the smaller model: 25 a second need less
)
_ENOUGH = 90  # pictures that tell
_WHY = {
    True: "the computer is busy or slow",
    False: "the exercise needs depth, which the small model does not tell",
}
# A second thread gains a tenth and takes the core that the browser draws with.
THREADS = 1 if (os.cpu_count() or 1) < 4 else 2


class Room:
    """Pictures and answers in, what to show and say out, in order and one at a time.

    Parameters
    ----------
    house : House
    model : str
        Pose model to begin with.
    url_of : callable
        Address of the audio of a text, or None.
    """

    def __init__(self, house, *, model="full", url_of=lambda text: None):
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="posecheck-room")
        self.house, self._url_of = house, url_of
        self._best = self._model = model  # the model wanted, and the one in use
        self._told_simpler = False
        self._engine, self._lock = None, threading.Lock()
        self._times = deque(maxlen=300)
        self._light_s = self._again_s = 0.0
        self.owner = None
        self._screen, self._drawn = None, None  # shown last, and as plain values
        self._begin()

    def _begin(self):
        self.stage = Stage("unknown", NoKeeper())
        self._conductor = Conductor(self.stage, at_home(self.stage, self.house))

    # ── what a page sends; always called in `thread` ─────────────────────────────────────────────────────────

    def picture(self, t_s, jpeg):
        """A JPEG of the camera, taken at `t_s`."""
        begun = time.perf_counter()
        bgr = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        if bgr is None or t_s <= self.stage.t_s - 1.0:
            return {}
        rgb = self._as_before(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
        if rgb is None:
            return {}
        engine = self._eye((rgb.shape[1], rgb.shape[0]))
        try:
            pose = engine.detect(t_s, rgb)
        except PosecheckError:  # a picture from before the last one
            return {}
        light = None
        if t_s - self._light_s > LIGHT_EVERY_S:
            self._light_s, light = t_s, light_of(rgb, pose.uv_px)
        whole = jpeg if rgb.shape == bgr.shape else b""  # a film has pictures of one size
        told = self._told(Frame(t_s, pose, light, whole))
        self._times.append(time.perf_counter() - begun)
        return told

    def _as_before(self, rgb):
        """Within a set every picture has the size of the first; None for one of another shape, which would distort."""
        size_px = self.stage.image_size_px
        if self.stage.between_sets or (rgb.shape[1], rgb.shape[0]) == size_px:
            return rgb
        if abs(rgb.shape[1] * size_px[1] / (rgb.shape[0] * size_px[0]) - 1) > 0.01:
            return None
        return cv2.resize(rgb, size_px, interpolation=cv2.INTER_AREA)

    def message(self, message):
        """Anything else: ``tick``, ``answer``, ``camera`` or ``hello``, each with ``t_s``."""
        t_s, kind = float(message["t_s"]), message["type"]
        events = {
            "answer": lambda: Answer(t_s, str(message["choice"])),
            "camera": lambda: CameraState(t_s, str(message["state"])),
            "hello": lambda: Reload(t_s),
        }
        return self._told(events.get(kind, lambda: Tick(t_s))())

    def _told(self, event):
        try:
            out = self._conductor.on(event)
        except PosecheckError as error:
            self.stage.keeper.event("trouble", sentence=str(error))
            return {"trouble": str(error)}
        except Exception:
            # A slip of ours must not end practice: back to the first screen, from where it can be taken up again.
            LOG.exception("the session could not go on")
            self._begin()
            out = self._conductor.on(Tick(event.t_s))
        say = [{"text": text, "url": self._url_of(text)} for text in out.say]
        if out.screen != self._screen:
            self._screen, self._drawn = out.screen, self._as_values(out.screen)
        facing = {"see": self.stage.see, "hand": self.stage.stronger_side}
        keeper = self.stage.keeper
        if keeper.trouble and event.t_s - self._again_s > AGAIN_S:
            self._again_s = event.t_s
            keeper.again()
        trouble = self.stage.text("not_kept") if keeper.trouble else ""
        told = {"screen": self._drawn, "facing": facing, "hover": out.hover, "zones": out.zones, "say": say,
                "trouble": trouble}  # fmt: skip
        return {**told, "commands": out.commands} if out.commands else told

    def _as_values(self, screen):
        """A screen for JSON, with the address of the audio of each word that leads the dot."""
        values: Any = plain(screen.to_dict())
        if screen.pacer is not None:
            values["data"]["voice"] = {text: self._url_of(text) for text in screen.pacer.words.values()}
        return values

    # ── the pose engine ──────────────────────────────────────────────────────────────────────────────────────

    def _eye(self, size_px):
        """The engine; another model only while no set is on."""
        stage = self.stage
        if stage.between_sets and (model := self._suited()) != self._model:
            self.left()
            self._model = model
            stage.keeper.event("model", model=model, why=_WHY[model == "lite"])
            if model == "lite" and not self._told_simpler:
                self._told_simpler = True
                stage.say(stage.text("lite"))
        if self._engine is None:
            self._engine = open_engine("blazepose", self._model, threads=THREADS)
            self._times.clear()
        if stage.between_sets:
            engine = self._engine
            stage.image_size_px = size_px
            stage.engine = {"engine": engine.name, "model": engine.model, "model_sha256": engine.model_sha256,
                            "source": {"name": "camera", "engine": dict(engine.provenance)}}  # fmt: skip
        return self._engine

    def _suited(self):
        """The model for what comes next: the small one where the computer is slow and it can measure the exercise."""
        exercise = self.stage.exercise
        if exercise is None:
            return self._model
        if not _measured_flat(exercise):
            return self._best  # fewer pictures a second still count; none of the small model's do
        slow = len(self._times) >= _ENOUGH and median(self._times) > SLOW_S
        return "lite" if slow else self._model

    def left(self):
        """The page is gone: the engine forgets whom it followed and gives its memory back."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
            give_back()

    def begin_again(self):
        """Back to the first screen, as after a start; a session that was under way can be taken up."""
        self.thread.submit(self._begin).result()

    def empty(self):
        """Delete all that is kept, and begin with nothing."""
        self.thread.submit(self.house.empty).result()
        self.begin_again()

    def close(self):
        """End for good."""
        self.thread.submit(self.left).result()
        self.thread.shutdown()


def _measured_flat(exercise):
    """Whether it is measured without depth too: facing the camera, or from the side what is not measured facing."""
    views = ("front",) if "front" in exercise.view else SIDES
    return any(exercise.watch(view, depth=False) is not None for view in views)
