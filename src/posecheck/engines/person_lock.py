"""Staying with one person: who is followed, and when somebody seen again is taken for the same person.

Everything is decided from time, position and size of regions; nothing from looks. Lengths are in units of the
region's own side (about 2.3 m for a standing adult), so that the rules hold near and far from the camera.
Where the answer is unsure, the lock answers "nobody": a gap interrupts a repetition, a switch would credit it
to somebody else.
"""

import math
from dataclasses import dataclass

from posecheck.engines.blazepose_graph import Detection, Roi

BINDS_AFTER_S = (
    1.0  # a person followed for less than this may have been a coat on a hook: begin again after a loss
)
SIZE_RATIO = (0.6, 1.6)
SAME_PLACE = 0.2
HOME_PLACE = 0.35  # sitting down in the same chair again moves the hips more than staying in it
SPEED_PER_S = 0.5  # brisk walking, 1.3 m/s
REACH_MAX = 0.6
JUMP_MAX = 0.5
BRIEF_S = 2.0  # after a longer absence a person must also hold still to be taken back: passers-by do not
STILL_S = 0.5
HOME_MEMORY_S = 3.0


def apart(roi, reference):
    """Distance between two regions' centres, in sides of the reference."""
    return math.hypot(roi.x_px - reference.x_px, roi.y_px - reference.y_px) / max(reference.size_px, 1e-9)


def same_size(roi, reference):
    """Could both regions hold the same body at about the same distance?"""
    return SIZE_RATIO[0] <= roi.size_px / max(reference.size_px, 1e-9) <= SIZE_RATIO[1]


def near(roi, reference, reach):
    """Is a region within `reach` sides of the reference, and of its size?"""
    return apart(roi, reference) <= reach and same_size(roi, reference)


def prominence(roi, width_px, height_px):
    """How likely a region holds the person the recording is about: large and central, in px."""
    off_centre = math.hypot(roi.x_px - width_px / 2, roi.y_px - height_px / 2) / math.hypot(
        width_px / 2, height_px / 2
    )
    return roi.size_px * max(0.0, 1.0 - off_centre)


@dataclass(frozen=True)
class Sighting:
    """A region and when it held the followed person."""

    t_s: float
    roi: Roi


class PersonLock:
    """Whom to look for in each picture.

    For each picture the engine asks `regions` where to look, tries them in order, and tells `accept` what it
    found there.

    Parameters
    ----------
    person : int, optional
        Begin with this person, counted from 1 at the left of the picture, at the first frame in which so many
        are seen. Without it, the largest and most central person is chosen.

    Attributes
    ----------
    tracked : Roi or None
        Where the followed person was a frame ago; None while nobody is followed.
    """

    def __init__(self, person=None):
        self.person = person
        self.forget()

    def forget(self):
        """Begin anew, as if nobody had been seen."""
        self.tracked: Roi | None = None
        self._began_s = 0.0
        self._last: Sighting | None = None
        self._confirmed: Sighting | None = None
        self._home: Sighting | None = None
        self._waiting: Sighting | None = None

    def regions(
        self, t_s: float, detections: list[Detection] | None, width_px: int, height_px: int
    ) -> list[Roi]:
        """Where the followed person may be, most likely first.

        Parameters
        ----------
        t_s : float
        detections : list of Detection, optional
            Needed whenever `tracked` is None; otherwise only when the detector ran.
        width_px, height_px : int
            Size of the picture.
        """
        if self.tracked is not None:
            return [self.tracked if detections is None else self._confirm(t_s, self.tracked, detections)]
        found = [d.roi for d in detections or ()]
        if self._last is None or self._last.t_s - self._began_s < BINDS_AFTER_S:
            self.forget()
            return self._beginners(found, width_px, height_px)
        return self._returners(t_s, self._last, found)

    def accept(self, t_s: float, looked_in: Roi, found: Roi | None) -> bool:
        """Take what the landmark model found in a region as the followed person, or not.

        Parameters
        ----------
        t_s : float
        looked_in : Roi
            One of the `regions` of this time.
        found : Roi or None
            The region around the landmarks; None when the model saw nobody there.

        Returns
        -------
        bool
            False, and nobody is tracked, when nobody was found or the body is a jump away from where it was
            looked for.
        """
        previous_s = self._last.t_s if self._last and self.tracked else t_s
        reach = min(SAME_PLACE + SPEED_PER_S * (t_s - previous_s), JUMP_MAX)
        if found is None or (self._last is not None and not near(found, looked_in, reach)):
            self.tracked = None
            return False
        if self._last is None:
            self._began_s, self._confirmed = t_s, Sighting(t_s, found)
        self._last, self.tracked, self._waiting = Sighting(t_s, found), found, None
        return True

    def _beginners(self, found, width_px, height_px):
        if self.person is None:
            return sorted(found, key=lambda roi: -prominence(roi, width_px, height_px))
        return sorted(found, key=lambda roi: roi.x_px)[self.person - 1 : self.person]

    def _returners(self, t_s, last, found):
        """Detections that may be the lost person, nearest first."""
        away_s = t_s - last.t_s
        reach = min(SAME_PLACE + SPEED_PER_S * away_s, REACH_MAX)
        home = self._home.roi if self._home else last.roi
        likely = [roi for roi in found if near(roi, last.roi, reach) or near(roi, home, HOME_PLACE)]
        likely.sort(key=lambda roi: min(apart(roi, last.roi), apart(roi, home)))
        if away_s <= BRIEF_S:
            return [roi for roi in likely if near(roi, last.roi, reach)]
        return self._held_still(t_s, likely[:1])

    def _held_still(self, t_s, likely):
        if not likely:
            self._waiting = None
        elif self._waiting is None or not near(likely[0], self._waiting.roi, SAME_PLACE / 2):
            self._waiting = Sighting(t_s, likely[0])
        elif t_s - self._waiting.t_s >= STILL_S:
            return likely
        return []

    def _confirm(self, t_s, tracked, detections):
        """Compare the tracked region with fresh detections; the region to look in.

        A helper who walks past can carry the tracker along. When a body is seen where the person was last
        confirmed (or sat until a moment ago) while the tracker has wandered off, that place is the better
        guess.
        """
        found = [d.roi for d in detections]
        for place in self._places_left(t_s, tracked):
            there = [
                roi for roi in found if near(roi, place, SAME_PLACE) and apart(roi, tracked) > SAME_PLACE
            ]
            if there:
                back = min(there, key=lambda roi: apart(roi, place))
                self._last = self._confirmed = Sighting(t_s, back)
                return back
        if any(near(roi, tracked, HOME_PLACE) for roi in found):
            now = Sighting(t_s, tracked)
            if self._confirmed and near(tracked, self._confirmed.roi, SAME_PLACE):
                self._home = now
            self._confirmed = now
        return tracked

    def _places_left(self, t_s, tracked):
        """Places where the person was confirmed a moment ago and the tracker no longer is."""
        places = [self._confirmed] if self._confirmed else []
        if self._home and t_s - self._home.t_s <= HOME_MEMORY_S:
            places.append(self._home)
        return [place.roi for place in places if apart(tracked, place.roi) > SAME_PLACE]
