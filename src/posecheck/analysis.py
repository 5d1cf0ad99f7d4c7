"""The one pipeline: poses in, result out. Live pushes frames into the same `Analysis` that a file is read with."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from posecheck.editing import apply_edits
from posecheck.errors import TrackError
from posecheck.exercise import Exercise, load_exercise
from posecheck.lifting import can_lift
from posecheck.measuring import measure
from posecheck.observation import Observation, first_needed
from posecheck.poses import detected_in
from posecheck.quality import provenance_of, quality_of
from posecheck.recognition import LeftOut, attempts, leading_sides, numbered, recognise
from posecheck.records import OTHER_SIDE, SIDES, Edit, PoseTrack, Reps, Settings
from posecheck.result import Result
from posecheck.sets import set_summary
from posecheck.symmetry import symmetry_of
from posecheck.view import measure_view
from posecheck.world import in_world


class Analysis:
    """The state of an analysis; `extend` it with frames, in one go or one by one, with the same outcome.

    Parameters
    ----------
    exercise : Exercise
    settings : Settings
    skeleton : Skeleton
    image_size_px : (2,) array
    model : str
        Name of the pose model.
    xyz_frame : str
        Of the landmarks in metres; with the model it decides whether angles can be taken in space.
    up : (3,) array
        Away from the ground, in the frame of the landmarks in metres.
    angles : PoseTrack, optional
        A recording of angles without keypoints.
    """

    def __init__(
        self, exercise, settings, *, skeleton, image_size_px, model, xyz_frame="hip", up=(0.0, -1.0, 0.0),
        smoothed=False, angles=None,
    ):  # fmt: skip
        self.exercise, self.settings, self.smoothed = exercise, settings, smoothed
        self.view = None if settings.view == "auto" else settings.view
        if xyz_frame == "world":  # no camera: whoever is turned to the picture is measured in space
            self.exercise, self.view = in_world(exercise), "front"
        self.observation = None
        self.reps = {side: [] for side in SIDES}
        self.left_out: list[LeftOut] = []
        self._skeleton, self._size, self._model = skeleton, image_size_px, model
        self._xyz_frame, self._up, self._angles = xyz_frame, up, angles
        self._depth = (
            None if angles is None else False
        )  # whether angles can be taken in space; known from the first person seen on
        self._begin = dict.fromkeys(SIDES, 0)
        self.detected = 0  # pictures in which the followed person was
        self._until_s = -math.inf  # time of the last picture so far
        self._expected = 0  # pictures that are announced

    @classmethod
    def of(cls, track, exercise, settings):
        """An analysis that has seen the whole of a `PoseTrack`, or of a `StoredTrack`, which is larger than memory."""
        facts = ("skeleton", "image_size_px", "model", "xyz_frame", "up", "smoothed")
        angles = None if track.angles_deg is None else track
        analysis = cls(exercise, settings, angles=angles, **{name: getattr(track, name) for name in facts})
        if len(track):
            analysis._expected = math.ceil((track.t_s[-1] - track.t_s[0]) * settings.rate_hz) + 2
        held, seen = None, 0
        for block in track.blocks():
            seen += len(block[0])
            held = block if held is None else [np.concatenate(pair) for pair in zip(held, block, strict=True)]
            analysis.extend(*held, final=seen == len(track))
            begin = first_needed(held[0], analysis.needs_from_s)
            held = [x[begin:] for x in held]
        return analysis

    @property
    def watch(self):
        """How far the view can be trusted with the landmarks that there are; None when nothing is measured from it."""
        return self.exercise.watch(self.view, depth=bool(self._depth))

    @property
    def needs_from_s(self):
        """Of the frames before this time only the last is still needed."""
        return -np.inf if self.observation is None else self.observation.needs_from_s

    def extend(self, t_s, uv_px, xyz_m, visibility, hands_px, *, final):
        """Take in frames and return the repetitions that became certain, in the order in which they did.

        Parameters
        ----------
        t_s, uv_px, xyz_m, visibility, hands_px : arrays
            All frames of the recording so far, or those from `needs_from_s` on.
        final : bool
            True when no further frames will come.

        Returns
        -------
        list of Rep
        """
        new = int(np.searchsorted(t_s, self._until_s, side="right"))
        if new < len(t_s):
            self.detected += int(np.count_nonzero(detected_in(uv_px[new:])))
            self._until_s = t_s[-1]
        if self.view is None:
            least = self.settings.visibility_min
            self.view = measure_view(
                t_s, uv_px, visibility, self._skeleton, visibility_min=least, final=final, xyz_m=xyz_m
            )
        if self._depth is None and len(detected := np.flatnonzero(detected_in(uv_px))):
            self._depth = can_lift(
                self._skeleton, xyz_m[detected[0]], model=self._model, xyz_frame=self._xyz_frame
            )
        if self.view is None or self._depth is None or self.watch is None:
            return []
        if self.observation is None:
            self.observation = Observation(
                self.exercise,
                self.settings,
                self._skeleton,
                self._size,
                self.view,
                self.watch,
                self._up,
                self._angles,
                expected=self._expected,
            )
        self.observation.extend(t_s, uv_px, xyz_m, visibility, hands_px, final=final)
        new = []
        for side in leading_sides(self.exercise, self.view, self.observation.sides, self.settings.affected):
            new += self._recognise(side, final)
        return new

    def _recognise(self, side, final):
        known = self.reps[side]
        found, left_out, self._begin[side] = recognise(
            self.observation, side, self._begin[side], sum(r.complete for r in known), final=final
        )
        self.left_out += left_out
        if not found:
            return []
        self.reps[side] = numbered(
            known + found, rate_hz=self.settings.rate_hz, set_gap_s=self.settings.set_gap_s
        )
        return self.shared(self.reps[side][len(known) :])

    def shared(self, reps):
        """In bilateral work the other limb shares each repetition; from the side it is the far limb."""
        if not self.exercise.shared:
            return reps
        wanted = (self.settings.side,) if self.settings.side in SIDES else SIDES
        pairs = ((rep, replace(rep, side=OTHER_SIDE[rep.side], far=self.view != "front")) for rep in reps)
        return [r for pair in pairs for r in pair if r.side in wanted]


def analyse(
    track: PoseTrack,
    exercise: Exercise | str | Path,
    *,
    settings: Settings | None = None,
    edits: Sequence[Edit] = (),
) -> Result:
    """Score a recording: the same function for a file, a stored track and the end of a live session.

    Parameters
    ----------
    track : PoseTrack
    exercise : Exercise, str or Path
        An id of the catalogue, or the path of a TOML file.
    settings : Settings, optional
    edits : sequence of Edit
        A person's corrections, applied to the automatic repetitions in order.

    Returns
    -------
    Result
        Zero repetitions are a result, not an error; what was withheld is NaN and says why.

    Raises
    ------
    ExerciseError, EditError, TrackError
    """
    if isinstance(track, str | Path):
        raise TrackError(
            f"{track}: a PoseTrack was expected, and this is a path. Load it with load_track first."
        )
    exercise, settings = load_exercise(exercise), settings or Settings()
    return conclude(Analysis.of(track, exercise, settings), track, edits=edits)


def conclude(analysis, track, *, edits=(), known=None):
    """The `Result` of an analysis that has seen its last frame.

    Parameters
    ----------
    analysis : Analysis
    track : PoseTrack
    edits : sequence of Edit
    known : dict, optional
        What was measured for another conclusion of the same analysis and track, filled here: only what a correction
        changes is measured anew.

    Returns
    -------
    Result
    """
    exercise, settings, seen = analysis.exercise, analysis.settings, analysis.observation
    if seen is None:  # a view from which this exercise is not measured: nothing counted, signals empty
        seen = Observation(exercise, settings, track.skeleton, track.image_size_px, analysis.view, None)
    reps = [rep for side in SIDES for rep in analysis.reps[side]]
    if edits:
        leading = leading_sides(exercise, analysis.view, seen.sides, settings.affected)
        if exercise.shared and leading:  # both limbs share a repetition, so either may be named
            edits = [replace(edit, side=leading[0]) for edit in edits]
        reps = apply_edits(reps, edits, seen)
    if analysis.view in SIDES:
        reps = [replace(rep, far=rep.side != analysis.view) for rep in reps]
    tries = _attempts(analysis, seen, reps)
    reps = analysis.shared(reps)
    reps = [rep for side in SIDES for rep in reps if rep.side == side]
    rows, measures, findings = measure(
        seen, reps, track.t_s, smoothed=track.smoothed, model=track.model, known=known
    )
    column = lambda name: np.array([getattr(rep, name) for rep in reps])  # noqa: E731
    return Result(
        exercise=exercise,
        settings=settings,
        view=analysis.view,
        signals=seen.signals(),
        reps=Reps(*(column(name) for name in ("start", "turn", "end", "side", "number", "set", "complete"))),
        measures=measures,
        rows=tuple(rows),
        findings=tuple(findings),
        symmetry=symmetry_of(rows, seen, exercise, settings),
        sets=_sets(rows, findings, tries, exercise),
        quality=quality_of(analysis, track, seen, rows),
        provenance=provenance_of(track, exercise, settings, edits),
    )


def _attempts(analysis, seen, reps):
    """Movements too small to count, as dicts; each belongs to the set of the repetition before it, or the first."""
    exercise, rate_hz = analysis.exercise, analysis.settings.rate_hz
    tries = []
    for side in leading_sides(exercise, analysis.view, seen.sides, analysis.settings.affected):
        own = [rep for rep in reps if rep.side == side]
        for one in attempts(seen, side, own, analysis.left_out):
            before = [rep.set for rep in own if rep.end <= one.start]
            start_s, end_s = ((seen.first_k + k) / rate_hz for k in (one.start, one.end - 1))
            tries.append(
                {"side": side, "set": before[-1] if before else 1, "start_s": start_s, "end_s": end_s}
            )
    return tries


def _sets(rows, findings, tries, exercise):
    sets = []
    for number in sorted({row["set"] for row in [*rows, *tries]}):
        own = [row for row in rows if row["set"] == number]
        tried = [one for one in tries if one["set"] == number]
        one = {
            "set": number,
            "start_s": min(row["start_s"] for row in [*own, *tried]),
            "end_s": max(row["end_s"] for row in [*own, *tried]),
            **{side: sum(r["side"] == side and r["complete"] for r in own) for side in SIDES},
            "attempts": tried,
        }
        for side in SIDES:
            mine = [row for row in own if row["side"] == side and row["exclusion_reason"] != "far limb"]
            if mine:
                told = [f for f in findings if f.side == side]
                one[f"{side}_summary"] = set_summary(
                    mine, told, exercise, attempts=[x for x in tried if x["side"] == side]
                )
        sets.append(one)
    return tuple(sets)
