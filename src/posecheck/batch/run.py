"""A study from its clips to its tables: the known is kept, the missing done, and what could not be done is told."""

import json
import platform
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from posecheck.batch.clip import (
    Job,
    Outcome,
    PairJob,
    Watching,
    content_of,
    do,
    do_pair,
    is_stored,
)
from posecheck.batch.gather import keys_before, write_failures, write_pairs, write_tables
from posecheck.batch.manifest import Clip, exercises_of
from posecheck.batch.runners import DIED, LocalRunner, Runner, sensible_jobs
from posecheck.batch.study import (
    LOG,
    PROVENANCE,
    Study,
    code_sha256,
    exercise_file,
    file_marks,
    key_of,
    whole,
)
from posecheck.errors import BatchError
from posecheck.models import find_model
from posecheck.records import SIDES

_VERSIONS = (
    "posecheck",
    "numpy",
    "scipy",
    "onnxruntime",
    "openvino",
    "opencv-contrib-python",
    "av",
    "pyarrow",
    "ray",
)


@dataclass
class Report:
    """What a run did.

    Attributes
    ----------
    study : Study
        ``study.folder`` is where the tables lie.
    clips : int
        How many there are.
    kept : int
        Clips that had been done before.
    done : int
        Clips that were done now.
    watched : int
        Pictures looked at.
    reps : int
        Rows of reps.parquet, of what this run did.
    failed : list of (Clip, str)
        With the reason.
    without : list of str
        Names of the clips in which no repetition was found; why stands in ``warnings`` of trials.parquet.
    warnings : list of str
    """

    study: Study = field(repr=False)
    clips: int
    kept: int = 0
    done: int = 0
    watched: int = 0
    reps: int = 0
    failed: list[tuple[Clip, str]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Listener(Protocol):
    """Is told how a run goes; `posecheck batch` has one with a progress bar."""

    def begins(self, number: int, kept: int) -> None:
        """Called once: how many clips there are, and how many of them had been done before."""

    def pictures(self, number: int) -> None:
        """Called now and then: how many pictures were looked at so far."""

    def ended(self, clip: Clip, outcome: Outcome) -> None:
        """Called for each clip that was worked on; `outcome.reason` is empty when it was done."""


class _Ignored(Listener):
    """Says nothing."""


def run_batch(
    clips: Sequence[Clip],
    folder: str | Path,
    *,
    watching: Watching | None = None,
    poses: str | Path | None = None,
    runner: Runner | None = None,
    trials: bool = False,
    video: bool = False,
    overwrite: bool = False,
    listener: Listener | None = None,
) -> Report:
    """Do a study; do it again after anything, and only what is missing is done.

    Parameters
    ----------
    clips : list of Clip
        Of `clips_of`.
    folder : path
        Where tables, landmarks and measures are kept.
    watching : Watching, optional
        Engine, model and rate.
    poses : path, optional
        Folder of landmarks, to share them between studies.
    runner : Runner, optional
        Default: processes of this machine, as many as suit it.
    trials, video : bool
        Also write a folder for each trial, with an annotated video.
    overwrite : bool
        Replace what the tables say about a clip that would be scored otherwise now.
    listener : Listener, optional
        Told how it goes.

    Returns
    -------
    Report

    Raises
    ------
    BatchError
        When the folder cannot be worked in, or holds other scores of these clips. What a clip has is a row of
        failures.csv, never an error.
    """
    watching, listener = watching or Watching(), listener or _Ignored()
    if watching.engine == "blazepose":
        find_model(f"pose_landmark_{watching.model}")  # missing models are told now, not once a clip
    begun = datetime.now(UTC)
    with Study(folder, poses=poses).open() as study:
        report = Report(study, len(clips))
        jobs = [_job(study, clip, watching, trials, video) for clip in clips]
        done = _done_before(study, jobs, overwrite)
        report.kept = len(done)
        study.keep_exercises(exercises_of(clips))
        missing = _once_each([job for job in jobs if job.clip.id not in done])
        listener.begins(len(clips), report.kept)
        runner = runner or LocalRunner(sensible_jobs(len(missing)))
        _do_all(study, runner, missing, done, report, listener)
        measured, report.without = write_tables(study, clips, done)
        pairs = _pairs(study, clips, measured, done)
        write_pairs(study, pairs, _compare_all(study, runner, pairs))
        write_failures(study, report.failed)
        with whole(study.folder / PROVENANCE, study=study.folder) as partial:
            partial.write_text(_provenance(report, clips, watching, runner, begun), encoding="utf-8")
    return report


def known_of(clips, folder, *, watching=None, poses=None, overwrite=False):
    """How many clips a run would find done, and of how many the landmarks are there; writes nothing.

    Raises
    ------
    BatchError
        Where the run would refuse to begin.
    """
    study, watching = Study(folder, poses=poses), watching or Watching()
    jobs = [_job(study, clip, watching, False, False) for clip in clips]
    done = _done_before(study, jobs, overwrite)
    told = [is_stored(job.clip.path) or _kept_poses(study, job) for job in jobs]
    return len(done), sum(told)


def _kept_poses(study, job):
    return bool(job.sha256) and study.poses_file(job.names(job.sha256)[0]).is_file()


def _job(study, clip, watching, trials, video):
    sha256 = study.known_sha256(clip.path)
    trial = study.trials / clip.id if trials else None
    return Job(clip, watching, study.poses, study.clips, code_sha256(), sha256, trial, video)


def _known(study, job):
    """The outcome of a clip that was done before, from what its file was when it was last read; else None."""
    if not job.sha256:
        return None
    poses, key = job.names(job.sha256)
    if study.read_clip(key) is None or (job.trial is not None and not job.trial.is_dir()):
        return None
    return Outcome(job.sha256, poses, key)


def _done_before(study, jobs, overwrite):
    """What is known of clips already, by their names; refuses where a run would replace other scores untold."""
    done = {job.clip.id: known for job in jobs if (known := _known(study, job)) is not None}
    if not overwrite:
        _guard(study, jobs, done)
    return done


def _guard(study, jobs, done):
    """Refuse to replace other scores of the same trials."""
    before = keys_before(study)
    other = []
    for job in jobs:
        name, was = job.clip.id, before.get(job.clip.id)
        if was is None or (name in done and done[name].key == was):
            continue
        sha256 = job.sha256 or content_of(job.clip)  # touched since, but perhaps the same
        if job.names(sha256)[1] != was:
            other.append(name)
    if other:
        raise BatchError(
            f"{study.folder}: {len(other)} of these clips were scored before from another file, exercise, setting or "
            f"version, such as {', '.join(other[:3])}. Add --overwrite to replace their rows, or choose another folder "
            "with -o."
        )


def _once_each(jobs):
    """Jobs in groups that come to the same: a clip that is listed twice, or of which there are copies, is done once."""
    groups = defaultdict(list)
    for i, job in enumerate(jobs):
        known = bool(job.sha256) and job.trial is None  # each trial has a folder of its own
        groups[job.names(job.sha256)[1] if known else i].append(job)
    return list(groups.values())


def _do_all(study, runner, groups, done, report, listener):
    marks = {group[0].clip.id: file_marks(group[0].clip.path) for group in groups}
    same = {group[0].clip.id: group for group in groups}
    failed = {}
    with open(study.folder / LOG, "a", encoding="utf-8") as log:
        for job, outcome in runner.run(do, [group[0] for group in groups]):
            listener.pictures(runner.pictures)
            if job is None:
                continue
            outcome = outcome or Outcome(reason=DIED)
            first = job.clip
            study.remember(first.path, marks[first.id], outcome.sha256)
            for one in same[first.id]:
                if outcome.reason:
                    failed[one.clip.id] = (one.clip, outcome.reason)
                else:
                    done[one.clip.id] = outcome
                listener.ended(one.clip, outcome)
            log.write(_line(first, outcome))
            log.flush()
            report.watched += outcome.watched
            report.done += 0 if outcome.reason else len(same[first.id])
            report.reps += outcome.reps
            if outcome.warning:
                report.warnings.append(f"{first.place}: {outcome.warning}")
    report.failed = [failed[job.clip.id] for group in groups for job in group if job.clip.id in failed]


def _line(clip, outcome):
    when = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if outcome.reason:
        trace = "".join(f"    {line}\n" for line in outcome.trace.splitlines())
        return f"{when} failed {clip.id} after {outcome.seconds:.1f} s: {' '.join(outcome.reason.split())}\n{trace}"
    seen = (
        f"{outcome.watched} pictures, {outcome.watched / outcome.seconds:.0f}/s"
        if outcome.watched
        else "poses known"
    )
    return f"{when} done {clip.id} in {outcome.seconds:.1f} s: {seen}, {outcome.reps} rows, poses {outcome.poses}\n"


def _pairs(study, clips, measured, done):
    """Recordings of the two sides of one person, session and exercise, paired in the order of the manifest."""
    groups = defaultdict(lambda: {"left": [], "right": []})
    for clip in clips:
        told = measured.get(clip.id)
        # A recording that shows both limbs has their symmetry in itself.
        one_limb = told is not None and (clip.settings.side in SIDES or told["view"] in SIDES)
        if told is not None and one_limb and clip.exercise.sides != "coupled":
            whose = (clip.participant, clip.session, clip.exercise.id, clip.settings.kind)
            groups[whose][told["measured_side"]].append(clip)
    pairs = []
    for sides in groups.values():
        for first, other in zip(sides["left"], sides["right"], strict=False):
            key = key_of(pair=[done[first.id].key, done[other.id].key], code=code_sha256())
            left, right = (_poses_of(study, clip, done[clip.id]) for clip in (first, other))
            pairs.append(PairJob(first, other, left, right, key, study.clips))
    return pairs


def _poses_of(study, clip, outcome):
    kept = study.poses_file(outcome.poses)
    return kept if kept.is_file() else clip.path


def _compare_all(study, runner, pairs):
    """Why pairs could not be compared, by key; the others lie in the folder of the study then."""
    missing = [pair for pair in pairs if study.read_clip(pair.key) is None]
    untold = {}
    for pair, outcome in runner.run(do_pair, missing):
        if pair is not None and (outcome is None or outcome.reason):
            untold[pair.key] = outcome.reason if outcome else DIED
    return untold


def _provenance(report, clips, watching, runner, begun):
    exercises = exercises_of(clips)
    return json.dumps(
        {
            "schema": 1,
            "code_sha256": code_sha256(),
            "watching": vars(watching),
            "exercises": [{"id": x.id, "sha256": x.sha256, "file": exercise_file(x)} for x in exercises],
            "runner": type(runner).__name__,
            "begun_utc": f"{begun:%Y-%m-%dT%H:%M:%SZ}",
            "ended_utc": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "clips": report.clips, "kept": report.kept, "done": report.done, "failed": len(report.failed),
            "pictures": report.watched,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "versions": {name: found for name in _VERSIONS if (found := _version(name))},
        },
        indent=1, ensure_ascii=False,
    ) + "\n"  # fmt: skip


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
