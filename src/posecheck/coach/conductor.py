"""Leads from step to step: hears every event first, minds the camera, and tells the browser what to show and say."""

from dataclasses import dataclass, field
from typing import Any

from posecheck.coach.events import Answer, CameraState, Frame, Reload, Tick
from posecheck.coach.gestures import zones
from posecheck.coach.screen import Screen, as_in_a_mirror
from posecheck.coach.steps import Ask

NO_PICTURE_S = 3.0  # without a picture so long, the camera is gone
TROUBLES = ("none", "refused", "busy", "ended", "unsupported")


@dataclass(frozen=True)
class Output:
    """What the browser is told after an event.

    Attributes
    ----------
    screen : Screen
    say : tuple of str
        In this order, after what is being said.
    hover : (int, float)
        Place of the picture that the hand is held beside, and for which part of the time that chooses it.
    zones : dict of int to (float, float, float)
        Where the pictures stand beside the person, px of the unmirrored picture; empty when nobody is seen.
    commands : tuple of str
        ``open_camera``.
    """

    screen: Screen
    say: tuple[str, ...] = ()
    hover: tuple[int, float] = (0, 0.0)
    zones: dict = field(default_factory=dict)
    commands: tuple[str, ...] = ()


class Conductor:
    """Runs a flow.

    Parameters
    ----------
    stage : Stage
    flow : generator
        Yields steps and is sent their answers.

    Notes
    -----
    What it puts out depends on the events and nothing else, so a session can be replayed.
    """

    def __init__(self, stage, flow):
        self.stage, self._flow = stage, flow
        self._step: Any = None
        self._trouble: Any = None
        self._camera = "off"
        self._frame_s = None

    def on(self, event):
        """Hear of an event; what to show and say now."""
        stage, commands = self.stage, ()
        stage.t_s = max(stage.t_s, event.t_s)
        if self._step is None:
            self._take(next(self._flow))
        if isinstance(event, CameraState):
            self._camera_is(event.state)
        if isinstance(event, Reload):
            self._camera, self._frame_s, self._trouble = "off", None, None
        if isinstance(event, Frame):
            self._frame_s = event.t_s
            stage.frame(event)
            if self._trouble is not None and event.pose is not None:
                self._camera_is("on")
        if isinstance(event, Tick):
            self._mind_camera()
        step: Any = self._step
        if self._trouble is not None:
            commands = self._troubled(event)
        elif not isinstance(event, CameraState):
            self._answered(step.on(stage, event))
        return self._output(commands)

    def _take(self, step):
        self._step = step
        step.begin(self.stage)

    def _answered(self, answer):
        while answer is not None:
            if not self._step.again:
                self.stage.keeper.answer(self._step.name, answer)
            self._take(self._flow.send(answer))
            answer = None

    # ── the camera ────────────────────────────────────────────────────────────────────────────────────────────

    def _camera_is(self, state):
        if state not in TROUBLES:
            self._camera, self._trouble, self._frame_s = "on", None, None
            return
        self._camera = state
        if self.stage.camera and self._needs_camera() and self._trouble is None:
            stage = self.stage
            stage.keeper.event("camera", state=state)
            self._trouble = Ask(
                "camera",
                stage.text(state, "camera"),
                (stage.choice("try_again", "camera"),
                 stage.choice("without", "camera_off", key="without_camera")),
                picture="camera", preview=False,
            )  # fmt: skip
            self._trouble.begin(stage)

    def _needs_camera(self):
        return self._step is not None and self._step.screen(self.stage).camera

    def _mind_camera(self):
        """A camera that gives no picture any more, without a word."""
        known = self._frame_s is not None and self._camera == "on"
        if known and self.stage.t_s - self._frame_s > NO_PICTURE_S:
            self._camera_is("ended")

    def _troubled(self, event):
        answer = self._trouble.on(self.stage, event) if isinstance(event, Answer | Tick) else None
        if answer == "try_again":
            self._trouble, self._camera, self._frame_s = None, "off", None
            return ("open_camera",)
        if answer == "without":
            self._trouble, self.stage.camera = None, False
            self.stage.keeper.event("without_camera")
            self._answered(self._step.without(self.stage))
        return ()

    def _output(self, commands):
        stage = self.stage
        screen = self._trouble.screen(stage) if self._trouble is not None else self._step.screen(stage)
        say, stage.spoken = tuple(stage.spoken), []
        by_hand = screen.preview and any(choice.place for choice in screen.choices)
        seen = stage.pose is not None and stage.pose.seen
        where = zones(stage.pose, stage.stronger_side) if by_hand and seen else {}
        screen = as_in_a_mirror(screen, stage.stronger_side)
        return Output(screen, say, stage.hover if by_hand else (0, 0.0), where, commands)
