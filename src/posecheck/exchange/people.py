"""Files with several people in a picture: which of them is followed, and keypoints as such files have them."""

import numpy as np

from posecheck.exchange.tracks import picture_track

_NEAR = (
    0.3  # of the person's size: how far the keypoints may be from where they were, in the next picture [U]
)
_FURTHER_PER_S = 0.5  # and how much further with every second without them [U]


def followed(pictures, t_s, count):
    """One person through all pictures: first the largest, then whoever is where that person was.

    Parameters
    ----------
    pictures : sequence of sequence of (K, 3) array
        Everybody in each picture: x, y, score; NaN where not seen.
    t_s : (T,) array, s
    count : int
        Keypoints, K.

    Returns
    -------
    points : (T, K, 3) array
        NaN where the person was not there.
    people : (T,) int array
        How many were in each picture.
    """
    points, people = np.full((len(pictures), count, 3), np.nan), np.zeros(len(pictures), np.int64)
    last, last_s = None, 0.0
    for i, picture in enumerate(pictures):
        anybody = [one for one in picture if np.isfinite(one[:, :2]).all(axis=1).any()]
        people[i] = len(anybody)
        if not anybody:
            continue
        if last is None:
            one = max(anybody, key=_size)
        else:
            one = min(anybody, key=lambda person: _distance(person, last))
            reach = (_NEAR + _FURTHER_PER_S * (t_s[i] - last_s)) * _size(last)
            if _distance(one, last) > reach:
                continue
        points[i], last, last_s = one, one, t_s[i]
    return points, people


def followed_track(everybody, t_s, skeleton, size_px, **facts):
    """A `PoseTrack` of the one that is followed, from everybody's keypoints as `followed` takes them."""
    points, people = followed(everybody, t_s, len(skeleton))
    return picture_track(t_s, points[..., :2], points[..., 2], skeleton, size_px, people=people, **facts)


def located(points):
    """(K, 3) numbers with NaN for the 0, 0, 0 that stands for a keypoint that was not found."""
    points = np.array(points, np.float64)
    points[(points == 0).all(axis=1)] = np.nan
    return points


def _size(person):
    """Diagonal of the box around what is seen."""
    seen = person[np.isfinite(person[:, :2]).all(axis=1), :2]
    return float(np.linalg.norm(np.ptp(seen, axis=0)))


def _distance(one, other):
    """Median distance of what is seen of both; the boxes' middles where nothing is."""
    apart = np.linalg.norm(one[:, :2] - other[:, :2], axis=1)
    both = apart[np.isfinite(apart)]
    if len(both):
        return float(np.median(both))
    return float(np.linalg.norm(np.nanmean(one[:, :2], axis=0) - np.nanmean(other[:, :2], axis=0)))


def short(x):
    """A float32 in as few digits as tell it from every other one."""
    return float(str(np.float32(x)))
