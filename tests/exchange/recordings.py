"""A stick person's recording with a gap, and what it looks like after a format that keeps only the picture."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from synthetic import movement, person, with_depth

SIZE = (640, 480)


@lru_cache
def curl():
    """Two curls at 30 pictures a second, with landmarks in metres; in two pictures nobody is seen."""
    t_s = np.arange(22 * 30) / 30
    track = with_depth(person(t_s, elbow=movement(t_s, (3.0, 12.0)), noise_px=0.8))
    arrays = {name: getattr(track, name).copy() for name in ("uv_px", "xyz_m", "visibility", "people")}
    gone = slice(200, 202)
    arrays["uv_px"][gone] = arrays["xyz_m"][gone] = np.nan
    arrays["visibility"][gone] = arrays["people"][gone] = 0
    return replace(track, **arrays)


def flat(track):
    """The same as a picture alone shows it."""
    return replace(track, xyz_m=np.full_like(track.xyz_m, np.nan), model="unknown")
