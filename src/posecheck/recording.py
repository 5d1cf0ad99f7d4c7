"""Pictures in, poses out: drives a source through an engine."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Unpack

import numpy as np

from posecheck.analysis import analyse
from posecheck.errors import SourceError
from posecheck.exercise import Exercise
from posecheck.records import PER_FRAME, Edit, PoseTrack, Settings
from posecheck.result import Result, plain
from posecheck.settings import SettingsGiven
from posecheck.track_file import TrackWriter

_BLOCK = 4096  # pictures


def watch(source, engine, *, mirrored=False, progress=None, enough=None):
    """The poses of a recording as a `PoseTrack`.

    Parameters
    ----------
    source : Source
        Yields ``(t_s, rgb)``; stays open.
    engine : PoseEngine
        Stays open.
    mirrored : bool
        The pictures show a mirror image, as selfie cameras often store it. Each is flipped back before the
        engine sees it, so that the stored left is the person's left.
    progress : callable, optional
        Called with the time of each picture in seconds of the recording.
    enough : callable, optional
        Asked after each picture whether to stop: how a camera's recording ends.

    Returns
    -------
    PoseTrack
        As seen; frames in which nobody was detected are NaN.

    Raises
    ------
    SourceError
        When the recording holds fewer than two pictures: a movement needs more.
    """
    blocks = list(_watched(source, engine, mirrored, progress, enough))
    whole: dict[str, Any] = {
        name: np.concatenate([getattr(block, name) for block in blocks]) for name in PER_FRAME
    }
    for array in whole.values():
        array.setflags(write=False)  # or they would be copied once more
    return dataclasses.replace(_told(source, engine, mirrored, blocks[-1], len(whole["t_s"])), **whole)


def watch_into(path, source, engine, *, mirrored=False, progress=None):
    """`watch`, and store the poses as they are found: however long the recording, memory holds a stretch of it.

    Parameters
    ----------
    path : path
        The ``pose.npz`` to write.
    source, engine, mirrored, progress
        As in `watch`.
    """
    with TrackWriter(path) as writer:
        for block in _watched(source, engine, mirrored, progress, None):
            writer.add(block)
        writer.finish(_told(source, engine, mirrored, block, len(writer)))


def _watched(source, engine, mirrored, progress, enough):
    """Yield the poses of a recording, some thousand pictures at a time; one by one their objects would take more."""
    frames, count, size = [], 0, (source.info.width_px, source.info.height_px)
    for t_s, rgb in source:
        if mirrored:
            rgb = np.ascontiguousarray(rgb[:, ::-1])
        frames.append(engine.detect(t_s, rgb))
        size, count = (rgb.shape[1], rgb.shape[0]), count + 1
        if len(frames) == _BLOCK:
            yield PoseTrack.from_frames(frames, image_size_px=size, skeleton=engine.skeleton)
            frames.clear()
        if progress is not None:
            progress(t_s)
        if enough is not None and enough():
            break
    if count < 2:
        found = "no picture" if not count else "a single picture"
        raise SourceError(
            f"{source.info.name}: a movement was expected, and {found} was found. "
            "Choose a longer recording, or check --start and --end."
        )
    yield PoseTrack.from_frames(frames, image_size_px=size, skeleton=engine.skeleton)


def _told(source, engine, mirrored, track, frames):
    """A track with what is to be said of the whole recording, once its last picture was seen."""
    return dataclasses.replace(
        track,
        smoothed=engine.smoothed,
        mirrored=mirrored,
        engine=engine.name,
        model=engine.model,
        model_sha256=engine.model_sha256,
        source=_facts(source, engine, frames=frames),
    )


def _facts(source, engine, *, frames) -> Any:
    """Where the poses came from, as plain values; `frames` is how many pictures were used."""
    return plain(
        {**dataclasses.asdict(source.info), "frames": frames, "warnings": list(source.warnings),
         "engine": dict(engine.provenance), "created_utc": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    )  # fmt: skip


def ends_early(track):
    """Whether the recording breaks off before its stated end, as one does that was copied in part."""
    return any("ends early" in warning for warning in track.source.get("warnings", ()))


def refuse_nobody(where, track, *, person=None, seen=None):
    """Raise `SourceError` when the person to follow was not seen in any picture of a track.

    Parameters
    ----------
    where : str
    track : PoseTrack or StoredTrack
    person : int, optional
        Number of the person to follow.
    seen : bool, optional
        Whether the person was; else it is looked up in the track.
    """
    if track.detected.any() if seen is None else seen:
        return
    most = int(track.people.max(initial=0))
    if person is not None and 0 < most < person:
        raise SourceError(
            f"{where}: person {person} was to be followed, and no more than {most} were seen at once. "
            "Choose another number with --person, or leave it out."
        )
    raise SourceError(
        f"{where}: nobody was seen in any of its {len(track)} pictures. "
        "Film the whole person from head to foot, in good light, two to three metres away."
    )


def analyse_video(
    path: str | Path,
    exercise: Exercise | str | Path,
    *,
    engine: Literal["blazepose", "mediapipe"] = "blazepose",
    model: Literal["lite", "full", "heavy"] = "full",
    device: Literal["auto", "cpu", "openvino", "cuda"] = "auto",
    person: int | None = None,
    mirrored: bool = False,
    start_s: float | None = None,
    end_s: float | None = None,
    pictures_hz: float | None = None,
    edits: Sequence[Edit] = (),
    **settings: Unpack[SettingsGiven],
) -> Result:
    """Score a video file: what ``posecheck analyse`` does, without writing anything.

    Parameters
    ----------
    path : str or Path
        Video file, or a folder of pictures.
    exercise : Exercise, str or Path
        An id of the catalogue, or the path of a TOML file.
    engine, model : str
        See ``posecheck models``.
    device : str
        What computes the networks of ``blazepose``; ``auto`` takes OpenVINO where it is installed.
    person : int, optional
        Which person to follow, counted from the left of the picture; otherwise the largest and most central.
    mirrored : bool
        The video is a mirror image.
    start_s, end_s : float, optional, s
        Part of the recording to look at. Times in the result stay those of the whole recording.
    pictures_hz : float, optional, Hz
        The most pictures a second to look at: fewer are faster, below 20 no smoothness is told, below 14 no phase is
        timed. Not the setting `rate_hz`, which is the grid of the analysis.
    edits : sequence of Edit
        A person's corrections, applied to the automatic repetitions in order.
    **settings
        Fields of `Settings`, such as ``affected="left"``.

    Returns
    -------
    Result

    Raises
    ------
    SourceError
        The recording cannot be read, has fewer than two pictures, or shows nobody. Zero repetitions of somebody who
        was seen are a result.
    ExerciseError, SettingsError, EditError, EngineError, ModelError
        What was asked for does not exist. All are `PosecheckError`: a sentence or two saying what was expected, what
        came and what to do.

    Examples
    --------
    >>> analyse_video("no_such_film.mp4", "elbow_flexion")
    Traceback (most recent call last):
    posecheck.errors.SourceError: no_such_film.mp4 does not exist. Check the spelling of the path.
    """
    from posecheck.engines import open_engine
    from posecheck.exercise import load_exercise
    from posecheck.sources import open_source

    exercise, wanted = load_exercise(exercise), Settings(**settings)
    own = {"device": device} if engine == "blazepose" else {}
    with (
        open_source(path, start_s=start_s, end_s=end_s, rate_hz=pictures_hz) as source,
        open_engine(engine, model, person=person, **own) as pose_engine,
    ):
        track = watch(source, pose_engine, mirrored=mirrored)
    refuse_nobody(path, track, person=person)
    return analyse(track, exercise, settings=wanted, edits=edits)
