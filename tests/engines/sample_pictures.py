"""Pictures of the rendered people in sample_videos/, decoded here."""

from functools import cache
from pathlib import Path

import av
import numpy as np

SAMPLE_VIDEOS = Path(__file__).parents[2] / "sample_videos"
RIGHT_SIDE = "elbow_flexion_right_side"
FRONT = "shoulder_abduction_front"
SIT_TO_STAND = "sit_to_stand_side"


@cache
def pictures(stem, count, every=1):
    """The first `count` of every n-th picture of a clip, as a tuple of (t_s, (H, W, 3) uint8 RGB)."""
    found = []
    with av.open(str(SAMPLE_VIDEOS / f"{stem}.mp4")) as container:
        for i, frame in enumerate(container.decode(video=0)):
            if i % every == 0:
                rgb = frame.to_ndarray(format="rgb24")
                rgb.setflags(write=False)
                found.append((float(frame.time), rgb))
                if len(found) == count:
                    break
    return tuple(found)


def grey(height=480, width=640):
    """A picture of nothing."""
    return np.full((height, width, 3), 128, np.uint8)
