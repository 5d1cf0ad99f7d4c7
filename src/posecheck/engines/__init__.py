"""Pose engines: pictures in, `PoseFrame` out.

An engine that looks at pictures is one class and one line in `ENGINES`; `replay.ReplayEngine` stands in for
one with a stored track. Nothing heavy is imported until an engine is opened.
"""

import difflib
from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np

from posecheck.errors import EngineError
from posecheck.records import PoseFrame
from posecheck.skeleton import Skeleton

__all__ = ["ENGINES", "PoseEngine", "open_engine"]


@runtime_checkable
class PoseEngine(Protocol):
    """What a pose engine is.

    Attributes
    ----------
    name, model : str
    model_sha256 : str
        SHA-256 of the file that finds the landmarks.
    provenance : mapping
        Everything else that a result should say about its origin.
    skeleton : Skeleton
    smoothed : bool
        True when poses are filtered over time; smoothness and peak speed are withheld then.
    """

    name: str
    model: str
    model_sha256: str
    provenance: Mapping[str, Any]
    skeleton: Skeleton
    smoothed: bool

    def detect(self, t_s: float, rgb: np.ndarray) -> PoseFrame:
        """The followed person in an unmirrored (H, W, 3) uint8 RGB picture; times must increase."""
        ...

    def reset(self) -> None:
        """Begin a new recording."""
        ...

    def close(self) -> None:
        """Let go of models and processes. Closing twice is fine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...


def _blazepose(model="full", **options) -> PoseEngine:
    from posecheck.engines.blazepose import BlazePoseEngine

    return BlazePoseEngine(model, **options)


def _mediapipe(model="full", **options) -> PoseEngine:
    from posecheck.engines.mediapipe import MediaPipeEngine

    return MediaPipeEngine(model, **options)


ENGINES: dict[str, Callable[..., PoseEngine]] = {
    "blazepose": _blazepose,
    "mediapipe": _mediapipe,
}


def open_engine(name: str = "blazepose", model: str = "full", **options) -> PoseEngine:
    """A pose engine, ready for its first picture.

    Parameters
    ----------
    name : str
        A key of `ENGINES`.
    model : str
        ``lite``, ``full`` or ``heavy``.
    **options
        ``person`` (whom to follow, counted from 1 at the left), ``threads``, and what else the engine
        documents.

    Raises
    ------
    EngineError
        When there is no such engine or model, or a system library is missing.
    ModelError
        When the model's file is absent or not the published one.
    """
    if name not in ENGINES:
        nearest = difflib.get_close_matches(name, ENGINES, n=1)
        hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
        raise EngineError(f"There is no engine called {name!r}.{hint} Known: {', '.join(ENGINES)}.")
    try:
        return ENGINES[name](model, **options)
    except ImportError as error:
        raise EngineError(
            f"The {name} engine could not start: {error}. On Debian, `apt install libgl1 libglib2.0-0 libegl1 "
            "libgles2` brings what it needs; `posecheck doctor` checks everything."
        ) from error
