"""Tempo, range and symmetry of exercise repetitions from an ordinary camera.

Coaching and research measurement, never diagnosis. Everything below loads on first use, so importing is cheap.

>>> import posecheck as pc
>>> pc.load_exercise("elbow_flexion").name
'Bend your elbow'
"""

from importlib import import_module

_HOME = {
    "analyse": "analysis",
    "analyse_video": "recording",
    "compare": "symmetry",
    "load_exercise": "exercise",
    "list_exercises": "exercise",
    "load_track": "trial",
    "Session": "session",
    "Settings": "records",
    "Edit": "records",
    "PoseFrame": "records",
    "PoseTrack": "records",
}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(
            f"module 'posecheck' has no attribute {name!r}. It has: {', '.join(sorted(_HOME))}."
        )
    return getattr(import_module(f"posecheck.{_HOME[name]}"), name)


def __dir__():
    return sorted(_HOME)
