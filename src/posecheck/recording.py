"""Pictures in, poses out: drives a source through an engine."""

import dataclasses
from datetime import UTC, datetime

import numpy as np

from posecheck.errors import SourceError
from posecheck.records import PoseTrack
from posecheck.result import plain


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
    frames, size = [], (source.info.width_px, source.info.height_px)
    for t_s, rgb in source:
        if mirrored:
            rgb = np.ascontiguousarray(rgb[:, ::-1])
        frames.append(engine.detect(t_s, rgb))
        size = (rgb.shape[1], rgb.shape[0])
        if progress is not None:
            progress(t_s)
        if enough is not None and enough():
            break
    if len(frames) < 2:
        found = "no picture" if not frames else "a single picture"
        raise SourceError(
            f"{source.info.name}: a movement was expected, and {found} was found. "
            "Choose a longer recording, or check --start and --end."
        )
    return PoseTrack.from_frames(
        frames,
        image_size_px=size,
        skeleton=engine.skeleton,
        smoothed=engine.smoothed,
        mirrored=mirrored,
        engine=engine.name,
        model=engine.model,
        model_sha256=engine.model_sha256,
        source=_facts(source, engine, frames=len(frames)),
    )


def _facts(source, engine, *, frames):
    """Where the poses came from, as plain values; `frames` is how many pictures were used."""
    return plain(
        {**dataclasses.asdict(source.info), "frames": frames, "warnings": list(source.warnings),
         "engine": dict(engine.provenance), "created_utc": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    )  # fmt: skip


def ends_early(track):
    """Whether the recording breaks off before its stated end, as one does that was copied in part."""
    return any("ends early" in warning for warning in track.source.get("warnings", ()))
