"""How the camera saw a person this time against last time: from which side, from how far, and where in the picture."""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from posecheck.clinic.pictures import stick_figure
from posecheck.clinic.recordings import camera_sets
from posecheck.clinic.wording import day_of, seen_from
from posecheck.errors import PosecheckError
from posecheck.records import VIEWS
from posecheck.rules import FRAMED_PCT
from posecheck.view import STILL_PART

DISTANCE_TIMES = 1.15  # as far apart as `posecheck.symmetry.compare` lets two recordings be
ASIDE = 0.12  # of the picture's width: who stands further aside than that is worth a word [U]
_REST_S = 0.5
_JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_SEEN = 0.5
_TRUNK = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")


@dataclass(frozen=True)
class Placed:
    """How one set was seen.

    Attributes
    ----------
    set_id : int
    day : date
    view : str
    size : float
        Length of the trunk over the height of the picture: larger is closer. NaN where it was not seen.
    across : float
        Middle of the hips, from 0 (left edge of the picture) to 1. NaN where it was not seen.
    framed_pct : float
        Of the time with head and trunk in the picture.
    picture : str
        The person at rest in the frame of the picture, as SVG.
    """

    set_id: int
    day: date
    view: str
    size: float
    across: float
    framed_pct: float
    picture: str


@dataclass(frozen=True)
class SetUp:
    """The last two sittings with the same exercise and side; `words` says what is different."""

    exercise: str
    side: str
    now: Placed
    before: Placed
    words: str


def set_up_of(store, code):
    """The set-up of the newest set that has one of an earlier sitting to stand beside.

    Parameters
    ----------
    store : Store
    code : str

    Returns
    -------
    SetUp or None
        The earlier one is the last with the same exercise, side and role.
    """
    sets = [pair for pair in camera_sets(store, code) if pair[1].view in VIEWS]
    for session, one in sets:
        earlier = next((pair for pair in sets if _before(pair, session, one)), None)
        if earlier is not None and (one.view != earlier[1].view or (_trunk(one) and _trunk(earlier[1]))):
            now, before = _placed(store, session, one), _placed(store, *earlier)
            return SetUp(one.exercise, one.side, now, before, difference(now, before))
    return None


def _before(pair, session, one):
    before, other = pair
    same = (other.exercise, other.side, other.role) == (one.exercise, one.side, one.role)
    return same and before.started_utc < session.started_utc


def _trunk(one):
    """Length of the trunk in a set, px; None where nothing could be measured from its view."""
    return one.result.get("quality", {}).get("trunk_px")


def _placed(store, session, one):
    quality = one.result.get("quality", {})
    height = (quality.get("image_size_px") or (0, 0))[1]
    trunk_px, framing = _trunk(one), quality.get("framing")
    weaker = one.result.get("provenance", {}).get("settings", {}).get("affected")
    try:
        track = store.load_set(one.id).track
        at = rest_frame(track)
        across, picture = _across(track, at), stick_figure(track, at, weaker_side=weaker)
    except PosecheckError:  # poses that were lost leave the numbers that stand in the database
        across, picture = math.nan, ""
    return Placed(
        one.id, day_of(session.started_utc), one.view or "unknown",
        trunk_px / height if trunk_px and height else math.nan, across,
        math.nan if framing is None else framing, picture,
    )  # fmt: skip


def rest_frame(track):
    """The frame at which a person rests: the middle of the first half second in which no joint moves.

    A recording begins with stillness; later a hold at the top is still as well, so the first one counts. Where nothing
    is ever that still, it is the half second with the least movement.

    Parameters
    ----------
    track : PoseTrack

    Returns
    -------
    int or None
        None when nobody was seen.
    """
    joints = [k for k, name in enumerate(track.skeleton.keypoints) if name.split("_")[-1] in _JOINTS]
    uv = track.uv_px[:, joints].astype(np.float64)
    seen = np.isfinite(uv).all(axis=(1, 2))
    if not seen.any():
        return None
    first = int(np.flatnonzero(seen)[0])
    if len(track) < 3:
        return first
    width = min(max(2, round(_REST_S / float(np.median(np.diff(track.t_s))))), len(track))
    windows = np.lib.stride_tricks.sliding_window_view(uv, width, axis=0)
    sure = (track.visibility[:, joints] >= _SEEN)[: len(windows)]
    spread = np.where(sure, np.linalg.norm(windows.max(axis=-1) - windows.min(axis=-1), axis=-1), 0.0).max(
        axis=1
    )
    spread = np.where(np.isfinite(spread) & sure.any(axis=1), spread, np.inf)
    if not np.isfinite(spread).any():
        return first
    still = np.flatnonzero(spread <= STILL_PART * _trunk_px(track))
    return int(still[0] if len(still) else np.argmin(spread)) + width // 2


def _trunk_px(track):
    shoulders, hips = (
        track.uv_px[:, [track.skeleton.index(name) for name in pair]].mean(axis=1)
        for pair in (_TRUNK[:2], _TRUNK[2:])
    )
    return float(np.nanmedian(np.linalg.norm(shoulders - hips, axis=-1)))


def _across(track, at):
    if at is None:
        return math.nan
    hips = [track.skeleton.index(name) for name in _TRUNK[2:]]
    return float(track.uv_px[at, hips, 0].mean() / track.image_size_px[0])


def difference(now, before):
    """What is different between two set-ups, in one or two sentences.

    Parameters
    ----------
    now, before : Placed
    """
    if now.view != before.view:
        return (
            f"Seen from {seen_from(now.view)}, last time from {seen_from(before.view)}: angles are not compared with "
            "last time."
        )
    told = []
    larger = now.size / before.size if before.size else math.nan
    if larger > DISTANCE_TIMES:
        told.append(f"closer than last time: the person looks {100 * (larger - 1):.0f} % larger")
    elif larger < 1 / DISTANCE_TIMES:
        told.append(f"further away than last time: the person looks {100 * (1 - larger):.0f} % smaller")
    aside = now.across - before.across
    if abs(aside) > ASIDE:
        told.append(f"further to the {'right' if aside > 0 else 'left'} of the picture")
    if now.framed_pct < FRAMED_PCT:
        told.append(f"head or trunk outside the picture {100 - now.framed_pct:.0f} % of the time")
    if told:
        return f"Seen from {seen_from(now.view)} as last time, but {' and '.join(told)}."
    if not (math.isfinite(larger) and math.isfinite(aside)):
        return f"Seen from {seen_from(now.view)} as last time; how far away could not be told."
    return f"As last time: seen from {seen_from(now.view)}, as far away, in the same place of the picture."
