"""What happens to a session: pictures that became poses, time that passes, answers, and trouble with the camera."""

from dataclasses import dataclass, field

from posecheck.records import PoseFrame
from posecheck.seeing import Light


@dataclass(frozen=True)
class Frame:
    """A picture's pose; `t_s` is the browser's capture time, `jpeg` the picture, for a film that was asked for."""

    t_s: float
    pose: PoseFrame
    light: Light | None = None
    jpeg: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Tick:
    """Time passes, whether pictures come or not."""

    t_s: float


@dataclass(frozen=True)
class Answer:
    """A choice by touch, key or clicker. ``stop`` is always understood."""

    t_s: float
    choice: str


@dataclass(frozen=True)
class CameraState:
    """``on``, ``none``, ``refused``, ``busy``, ``ended`` (unplugged) or ``unsupported`` (the browser cannot)."""

    t_s: float
    state: str


@dataclass(frozen=True)
class Reload:
    """The page is new: reloaded, opened again, or another window. Until it says so, it has no camera."""

    t_s: float
