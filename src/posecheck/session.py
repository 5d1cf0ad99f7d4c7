"""A live recording: push poses, get what is certain so far; `finish` equals `analyse` of the whole track."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from posecheck.analysis import Analysis, conclude
from posecheck.errors import TrackError
from posecheck.exercise import Exercise, load_exercise
from posecheck.measuring import measure
from posecheck.observation import first_needed
from posecheck.records import SIDES, Edit, Finding, PoseFrame, PoseTrack, Settings
from posecheck.result import Result
from posecheck.signals import SIGNALS, Body, keypoints_of
from posecheck.skeleton import BLAZEPOSE_33, Skeleton

_PER_FRAME = {"t_s": (np.float64, ()), "uv_px": (np.float32, (2,)), "xyz_m": (np.float32, (3,)),
              "visibility": (np.float32, ()), "people": (np.int16, ()), "hands_px": (np.float32, (2, 2))}  # fmt: skip
_READ = ("t_s", "uv_px", "xyz_m", "visibility", "hands_px")  # what the analysis reads of a frame


@dataclass(frozen=True)
class LiveState:
    """What can be said right after a frame.

    Attributes
    ----------
    t_s : float, s
    view : str or None
        None until measured.
    angle_deg : dict of str to float, deg
        The angle of this very frame by side, unfiltered, for display only. NaN where it was not seen.
    count : dict of str to int
        Complete repetitions so far, by side.
    new : tuple of dict
        Rows of the repetitions that became certain with this frame; they will not change.
    findings : tuple of Finding
        About the new repetitions, most important first.
    """

    t_s: float
    view: str | None
    angle_deg: dict[str, float]
    count: dict[str, int]
    new: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]


class Session:
    """One set in front of a camera.

    Whatever `push` told is what `finish` tells: the same repetitions to the last bit.

    Parameters
    ----------
    exercise : Exercise, str or Path
        An id of the catalogue, or the path of a TOML file.
    image_size_px : (int, int), px
        Width and height of the pictures.
    settings : Settings, optional
    skeleton : Skeleton
    smoothed : bool
        Whether the engine filters over time.
    every : int
        Analyse with every n-th frame only, which costs a live screen less: the rows are the same, up to n - 1
        frames later.
    **facts
        Further fields of `PoseTrack`: engine, model, model_sha256, mirrored, source.

    Attributes
    ----------
    rows : list of dict
        The repetitions that are certain so far.

    Raises
    ------
    ExerciseError
        When there is no such exercise.

    Examples
    --------
    >>> session = Session("elbow_flexion", image_size_px=(640, 480))
    >>> session.finish().rows
    ()
    """

    def __init__(
        self,
        exercise: Exercise | str | Path,
        *,
        image_size_px: tuple[int, int],
        settings: Settings | None = None,
        skeleton: Skeleton = BLAZEPOSE_33,
        smoothed: bool = False,
        every: int = 1,
        **facts: Any,
    ) -> None:
        self.exercise, self.settings = load_exercise(exercise), settings or Settings()
        self.rows: list[dict[str, Any]] = []
        self._facts = {**facts, "skeleton": skeleton, "smoothed": smoothed, "image_size_px": image_size_px}
        self._analysis = Analysis(
            self.exercise,
            self.settings,
            skeleton=skeleton,
            image_size_px=image_size_px,
            model=facts.get("model", "unknown"),
            xyz_frame=facts.get("xyz_frame", "hip"),
            up=facts.get("up", (0.0, -1.0, 0.0)),
            smoothed=smoothed,
        )
        self._length, self._every = 0, every
        self._last_row: dict[str, dict] = {}
        k = len(skeleton)
        self._frames = {
            name: np.empty((512, *((k,) if name in _READ[1:4] else ()), *shape), dtype)
            for name, (dtype, shape) in _PER_FRAME.items()
        }

    def push(self, pose: PoseFrame) -> LiveState:
        """Take in one frame.

        Parameters
        ----------
        pose : PoseFrame
            Later than the one before.

        Returns
        -------
        LiveState

        Raises
        ------
        TrackError
            When time does not move on.
        """
        if self._length and not pose.t_s > self._frames["t_s"][self._length - 1]:
            raise TrackError(
                f"Frames must come in order of time: {pose.t_s:.3f} s came after a later one. Leave it out."
            )
        self._append(pose)
        rows, findings = self._certain() if self._length % self._every == 0 else ((), ())
        count = {side: sum(r.complete for r in self._analysis.reps[side]) for side in SIDES}
        return LiveState(
            pose.t_s, self._analysis.view, self._angle_now(pose), count, tuple(rows), tuple(findings)
        )

    def _certain(self):
        """Rows and findings of the repetitions that became certain."""
        begin = first_needed(self._stored("t_s"), self._analysis.needs_from_s)
        tail = (self._stored(name)[begin:] for name in _READ)
        reps = self._analysis.extend(*tail, final=False)
        rows, findings = [], []
        if reps:
            rows, _, findings = measure(
                self._analysis.observation,
                reps,
                self._stored("t_s"),
                smoothed=self._facts["smoothed"],
                model=self._facts.get("model", "unknown"),
                before=self._last_row,
            )
            self._last_row.update({row["side"]: row for row in rows})
            self.rows += rows
        return rows, findings

    def track(self) -> PoseTrack:
        """Everything pushed so far as a `PoseTrack`, as it would be stored."""
        return PoseTrack(**{name: self._stored(name) for name in _PER_FRAME}, **self._facts)

    def finish(self, *, edits: Sequence[Edit] = ()) -> Result:
        """End the recording; what comes out equals `analyse` of `track()`.

        Parameters
        ----------
        edits : sequence of Edit
            A person's corrections.

        Returns
        -------
        Result

        Raises
        ------
        EditError
            A correction that points at a repetition that is not there.
        """
        frames = (self._stored(name) for name in _READ)
        self._analysis.extend(*frames, final=True)
        return conclude(self._analysis, self.track(), edits=edits)

    def _stored(self, name):
        return self._frames[name][: self._length]

    def _append(self, pose):
        if self._length == len(self._frames["t_s"]):
            self._frames = {name: np.concatenate([x, np.empty_like(x)]) for name, x in self._frames.items()}
        for name, stored in self._frames.items():
            stored[self._length] = getattr(pose, name)
        self._length += 1

    def _angle_now(self, pose):
        skeleton, signal = self._facts["skeleton"], self.exercise.movement.signal
        observation = self._analysis.observation
        if observation is not None and observation.watch.estimator != "image_2d":
            return {side: observation.in_space_now(side) for side in SIDES}
        view = self._analysis.view or "front"
        angles = {}
        for side in SIDES:
            names = keypoints_of(signal, side)
            points_px = skeleton.pick(pose.uv_px[None], names)[0].astype(np.float64)
            points = dict(zip(names, points_px, strict=True))
            angles[side] = float(SIGNALS[signal].function(Body(points, view), side))
        return angles
