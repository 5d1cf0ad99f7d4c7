"""One clip, from its file to what was measured: the same function in this process, in another one, and on Ray."""

import contextlib
import json
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from posecheck.analysis import analyse
from posecheck.batch.manifest import Clip
from posecheck.batch.study import POSES_FORMAT, key_of, whole
from posecheck.engines import open_engine
from posecheck.errors import PosecheckError, SourceError
from posecheck.exchange import FORMATS, read_track
from posecheck.models import model_file
from posecheck.recording import ends_early, refuse_nobody, watch_into
from posecheck.result import plain
from posecheck.sources import content_sha256, open_source
from posecheck.symmetry import compare, measured_side
from posecheck.track_file import POSES, StoredTrack, open_track
from posecheck.trial import VIDEO, write_trial

_POSES_SUFFIXES = {suffix for one in FORMATS.values() if one.reads for suffix in one.suffixes}
_LONG = 100_000  # pictures, about an hour
_NETWORKS = {"blazepose": ("pose_landmark_{}", "pose_detector"), "mediapipe": ("pose_landmarker_{}",)}


@dataclass(frozen=True)
class Watching:
    """How recordings are looked at: what the landmarks depend on, besides the recording itself.

    Attributes
    ----------
    engine, model, device : str
        As the options of ``posecheck analyse``.
    rate_hz : float or None, Hz
        The most pictures a second to look at; all of them when None.
    """

    engine: Literal["blazepose", "mediapipe"] = "blazepose"
    model: Literal["lite", "full", "heavy"] = "full"
    rate_hz: float | None = None
    device: Literal["auto", "cpu", "openvino", "cuda"] = "auto"

    def key(self, sha256: str, clip: Clip) -> str:
        """Name of the landmarks of a recording. Where they were computed is told in them and is not part of it.

        Parameters
        ----------
        sha256 : str
            Of the recording.
        clip : Clip
        """
        files = _NETWORKS[self.engine]
        networks = [model_file(name.format(self.model)).sha256 for name in files]
        return key_of(
            recording=sha256, engine=self.engine, model=self.model, networks=networks, rate_hz=self.rate_hz,
            person=clip.person, mirrored=clip.mirrored, start_s=clip.start_s, end_s=clip.end_s, format=POSES_FORMAT,
        )  # fmt: skip


@dataclass(frozen=True)
class Job:
    """One clip to do, as plain values that can be sent to another process or machine.

    Attributes
    ----------
    clip : Clip
    watching : Watching
    poses, clips : Path
        Folders for landmarks and for what was measured.
    code : str
        SHA-256 of posecheck's code.
    sha256 : str
        Of the recording, where it is known.
    trial : Path or None
        Folder of the trial to write as well.
    video : bool
        Whether the trial gets an annotated video.
    """

    clip: Clip
    watching: Watching
    poses: Path
    clips: Path
    code: str
    sha256: str = ""
    trial: Path | None = None
    video: bool = False

    def names(self, sha256):
        """Names of the landmarks of a recording with that content, and of what is measured of them."""
        poses = poses_key(self.clip, self.watching, sha256)
        return poses, measured_key(poses, self.clip, self.code)


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Attributes
    ----------
    sha256, poses, key : str
        Names of the content, of its landmarks and of what was measured; empty where it did not get that far.
    watched : int
        Pictures that were looked at: 0 where the landmarks were there already.
    reps : int
    seconds : float
    reason : str
        Why it could not be done; empty when it was.
    trace : str
        Of an error that posecheck did not foresee.
    warning : str
    """

    sha256: str = ""
    poses: str = ""
    key: str = ""
    watched: int = 0
    reps: int = 0
    seconds: float = 0.0
    reason: str = ""
    trace: str = ""
    warning: str = ""


def do(job, *, threads=None, progress=None):
    """Do one clip; never raises for what lies in the clip.

    Parameters
    ----------
    job : Job
    threads : int, optional
        For the pose model.
    progress : callable, optional
        Called for each picture.

    Returns
    -------
    Outcome
    """
    return _told(lambda: _done(job, threads, progress), job.clip)


def _told(work, clip):
    """The outcome of some work, whatever becomes of it; a reason leaves out the file, which stands beside it."""
    begun_s = time.perf_counter()
    try:
        done = work()
    except PosecheckError as error:
        reason = str(error)
        for name in (str(clip.path), clip.path.name):
            reason = reason.removeprefix(f"{name}: ")
        done = Outcome(reason=reason)
    except OSError as error:
        done = Outcome(reason=f"{error.filename or clip.place}: {error.strerror or error}.")
    except MemoryError:
        done = Outcome(reason="There was not enough memory for it. Use fewer --jobs, or cut the recording.")
    except Exception as error:
        _close_engines()  # whatever state it was left in
        done = Outcome(reason=f"unforeseen: {type(error).__name__}: {error}", trace=traceback.format_exc())
    return replace(done, seconds=time.perf_counter() - begun_s)


def _done(job, threads, progress):
    sha256 = job.sha256 or content_of(job.clip)
    key, track, watched = _track(job, sha256, threads, progress)
    if len(track) > _LONG:  # its angles need the room more than the next clip needs the models at once
        _close_engines()
    clip = job.clip
    name = measured_key(key, clip, job.code)
    result = analyse(track, clip.exercise, settings=clip.settings)
    refuse_nobody(clip.path.name, track, person=clip.person, seen=result.quality["detected_pct"] > 0)
    whole: Any = result.to_dict()
    told = {name: value for name, value in whole.items() if name != "findings"}
    told |= {"measured_side": measured_side(result), "poses": key}
    if job.trial is not None:
        _write_trial(job, result, track)
    # Last of all: with this file the clip is done.
    _keep(job, name, told)
    early = "its end is missing; what is there was scored" if ends_early(track) else ""
    return Outcome(sha256, key, name, watched, len(result.rows), warning=early)


def measured_key(poses_key, clip, code):
    """Name of what is measured of some landmarks."""
    return key_of(poses=poses_key, exercise=clip.exercise.sha256, settings=clip.settings.as_dict(), code=code)


def poses_key(clip, watching, sha256):
    """Name of a clip's landmarks; of stored poses, the name of their file's content."""
    return key_of(stored=sha256) if is_stored(clip.path) else watching.key(sha256, clip)


def is_stored(path):
    """Whether a path holds poses, so that no picture has to be looked at: ours, or those of another program."""
    return path.suffix.lower() in _POSES_SUFFIXES or (path.is_dir() and (path / POSES).is_file())


def _stored(path) -> Any:
    """Stored poses; what `analyse` asks of a `PoseTrack` the one on disk has too."""
    return open_track(path) if path.is_dir() or path.suffix == ".npz" else read_track(path)


def content_of(clip):
    """SHA-256 of a clip's recording: of a file's bytes, or of the names and contents of a folder of pictures."""
    path = clip.path
    return content_sha256(path / POSES if is_stored(path) and path.is_dir() else path)


def _track(job, sha256, threads, progress) -> tuple[str, Any, int]:
    """Name of the landmarks, the landmarks, and how many pictures had to be looked at for them.

    Landmarks stay on disk where they can: hours of them are more than a worker may hold.
    """
    clip, key = job.clip, poses_key(job.clip, job.watching, sha256)
    if is_stored(clip.path):
        return key, _stored(clip.path), 0
    kept = job.poses / f"{key}.npz"
    if kept.is_file():
        with contextlib.suppress(PosecheckError):  # what cannot be read is made again
            return key, open_track(kept), 0
    with whole(kept, study=job.clips.parent) as partial:
        _watch(partial, clip, job.watching, threads, progress)
        track = open_track(partial)
        if track.source["sha256"] != sha256:
            raise SourceError(
                "the recording changed while it was looked at. Run again once it is copied in whole."
            )
    return key, open_track(kept), len(track)


def _watch(target, clip, watching, threads, progress):
    engine = _engine(watching, clip.person, threads)
    span = {"start_s": clip.start_s, "end_s": clip.end_s, "rate_hz": watching.rate_hz}
    with open_source(clip.path, **span) as source:
        watch_into(target, source, engine, mirrored=clip.mirrored, progress=progress)


_engines: dict[tuple, Any] = {}  # one at most: a process looks at one clip after another


def _engine(watching, person, threads):
    """An engine ready for a new recording; loading the models anew for each clip would cost more than a short clip."""
    wanted = (watching.engine, watching.model, watching.device, person, threads)
    if wanted not in _engines:
        _close_engines()
        options = {"threads": threads, "device": watching.device} if watching.engine == "blazepose" else {}
        _engines[wanted] = open_engine(watching.engine, watching.model, person=person, **options)
    engine = _engines[wanted]
    engine.reset()
    return engine


def _close_engines():
    for engine in _engines.values():
        engine.close()
    _engines.clear()


def _write_trial(job, result, track):
    if isinstance(track, StoredTrack):
        track = track.whole()
    extra = {}
    if job.video:
        extra[VIDEO] = lambda target: _draw(target, job.clip, job.watching.rate_hz, track, result)
    write_trial(job.trial, result, track, overwrite=True, extra=extra)


def _draw(target, clip, rate_hz, track, result):
    from posecheck.overlay_video import write_annotated

    with open_source(clip.path, start_s=clip.start_s, end_s=clip.end_s, rate_hz=rate_hz) as source:
        write_annotated(target, source, track, result)


@dataclass(frozen=True)
class PairJob:
    """Two clips of one person, session and exercise whose sides differ.

    Attributes
    ----------
    first, other : Clip
    first_poses, other_poses : Path
        Their landmarks.
    key : str
        Name of the outcome.
    clips : Path
    """

    first: Any
    other: Any
    first_poses: Path
    other_poses: Path
    key: str
    clips: Path


def do_pair(job, *, threads=None, progress=None):
    """Compare two clips from their landmarks; what is measured is not stored but made again, which takes less."""
    return _told(lambda: _compared(job), job.first)


def _compared(job):
    results = (
        analyse(_stored(poses), clip.exercise, settings=clip.settings)
        for poses, clip in ((job.first_poses, job.first), (job.other_poses, job.other))
    )
    _keep(job, job.key, plain(compare(*results)))
    return Outcome(key=job.key)


def _keep(job, name, told):
    with whole(job.clips / f"{name}.json", study=job.clips.parent) as partial:
        partial.write_text(json.dumps(told, ensure_ascii=False, allow_nan=False), encoding="utf-8")
