"""Staying with one person: who is followed, and when somebody seen again is taken for the same person.

Everything is decided from time, position and size of regions; nothing from looks. Lengths are in units of the
region's own side (about 2.3 m for a standing adult), so that the rules hold near and far from the camera.
Where the answer is unsure, the lock answers "nobody": a gap interrupts a repetition, a switch would credit it
to somebody else.
"""

import math
from dataclasses import dataclass

from posecheck.engines.blazepose_graph import Detection, Roi

# A person followed for less than this may have been a coat on a hook: begin again after a loss.
BINDS_AFTER_S = 1.0
SIZE_RATIO = (0.6, 1.6)
# The detector and the tracker put one body up to 0.07 apart.
SAME_BODY = 0.12
SAME_PLACE = 0.2
# Rising from a chair moves the hips by 0.23; a step aside by more than this.
HOME_PLACE = 0.35
HOME_AFTER_S = 1.0
HOME_MEMORY_S = 5.0
# From picture to picture: 0.02 in exercises at 30 Hz, 0.15 when the tracker slips to a passer-by.
JUMP_AT_HOME = 0.05
JUMP_MAX = 0.5
# Brisk walking, 1.3 m/s.
SPEED_PER_S = 0.5
REACH_MAX = 0.6
# After a longer absence, or with others about, a person must hold still to be taken back: passers-by do not.
BRIEF_S = 2.0
STILL_S = 0.5
COMPANY_MEMORY_S = 3.0
# A recording often begins with somebody else: who starts the camera, or waits while the patient walks in. So long after
# it began to follow somebody, the lock still goes over to another who keeps still: to anybody once the first one has
# been gone for a while; before that to somebody so much more prominent, unless so large as to stand before the camera.
SETTING_UP_S = 30.0
MORE_PROMINENT, LARGER_MAX = 1.4, 1.8
LOST_S, GONE_S = 2.0, 5.0


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
    away : bool
        Whoever is tracked has left the place where the person kept still, and has not kept still anywhere else yet: it
        may be a passer-by who carried the tracker along, so the answer is "nobody".
    """

    def __init__(self, person=None):
        self.person = person
        self.forget()

    def forget(self):
        """Begin a new recording."""
        self._forget_person()
        self._crowded = False
        self._first_s: float | None = None
        self._set_up_s: float | None = None
        self._quarters = -1

    def _forget_person(self):
        self.tracked: Roi | None = None
        self.away = False
        self._began_s = 0.0
        self._last: Sighting | None = None
        self._confirmed: Sighting | None = None
        self._home: Sighting | None = None
        self._settling: Sighting | None = None
        self._waiting: Sighting | None = None
        self._newcomer: Sighting | None = None  # since when somebody more prominent has kept still
        self._newcomer_s = -math.inf  # until when
        self._company_s = -math.inf  # when somebody else was last seen

    def detector_due(self, t_s: float) -> bool:
        """Must the detector look at the picture of this time?

        At the first picture at or after each whole second since the first one, each quarter of a second while it is
        unclear who is who, and whenever nobody is tracked.
        """
        if self._first_s is None:
            self._first_s = t_s
        quarters = math.floor(4 * (t_s - self._first_s) + 1e-5)  # times of a container are rounded
        crossed, self._quarters = range(self._quarters + 1, quarters + 1), quarters
        unclear = self._crowded or self.away
        return self.tracked is None or any(unclear or quarter % 4 == 0 for quarter in crossed)

    def regions(
        self, t_s: float, detections: list[Detection] | None, width_px: int, height_px: int
    ) -> list[Roi]:
        """Where the followed person may be, most likely first.

        Parameters
        ----------
        t_s : float
        detections : list of Detection, optional
            Needed when `detector_due`.
        width_px, height_px : int
            Size of the picture.
        """
        self._crowded = self._crowded if detections is None else len(detections) > 1
        if detections is not None and self._gives_way(t_s, [d.roi for d in detections], width_px, height_px):
            self._forget_person()
        if self.tracked is not None:
            return [self.tracked if detections is None else self._confirm(t_s, self.tracked, detections)]
        found = [d.roi for d in detections or ()]
        if self._last is None or self._last.t_s - self._began_s < BINDS_AFTER_S:
            self._forget_person()
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
            True when this is the followed person. False when nobody was found or the body is a jump away from where it
            was looked for (nobody is tracked then), and while `away`.
        """
        reach = SAME_BODY
        if self._last is not None and self.tracked is not None:
            still = SAME_BODY if self._home is None else JUMP_AT_HOME
            reach = min(still + SPEED_PER_S * (t_s - self._last.t_s), JUMP_MAX)
        if found is None or (self._last is not None and not near(found, looked_in, reach)):
            self.tracked, self.away = None, False
            return False
        if self._last is None:
            self._began_s, self._confirmed = t_s, Sighting(t_s, found)
            self._set_up_s = self._set_up_s or t_s + SETTING_UP_S
        self._last, self.tracked, self._waiting = Sighting(t_s, found), found, None
        self.away = self._home is not None and apart(found, self._home.roi) > HOME_PLACE
        return not self.away

    def _beginners(self, found, width_px, height_px):
        if self.person is None:
            return sorted(found, key=lambda roi: -prominence(roi, width_px, height_px))
        return sorted(found, key=lambda roi: roi.x_px)[self.person - 1 : self.person]

    def _gives_way(self, t_s, found, width_px, height_px):
        """Whether, while things are being set up, somebody else has come to stay whom the recording is rather about."""
        if self._last is None or self.person is not None or t_s > (self._set_up_s or 0.0):
            return False
        ours, seen = (self._home or self._last).roi, self._last
        if (
            self.tracked is not None and not self.away
        ):  # the tracker may hold on to what no detection bears out
            seen = self._confirmed or seen
        lost_s = t_s - seen.t_s
        prominent = lambda roi: prominence(roi, width_px, height_px)  # noqa: E731
        others = [roi for roi in found if not near(roi, ours, SAME_BODY)]
        if lost_s < GONE_S or self.tracked is not None:
            least = MORE_PROMINENT * prominent(ours)
            others = [
                roi for roi in others if roi.size_px <= LARGER_MAX * ours.size_px and prominent(roi) >= least
            ]
        if others:
            best = max(others, key=prominent)
            if self._newcomer is None or not near(best, self._newcomer.roi, SAME_PLACE / 2):
                self._newcomer = Sighting(t_s, best)
            self._newcomer_s = t_s
        elif t_s - self._newcomer_s > LOST_S:
            self._newcomer = None
        still_s = self._newcomer_s - self._newcomer.t_s if self._newcomer else 0.0
        return still_s >= (LOST_S if lost_s >= LOST_S else GONE_S)

    def _returners(self, t_s, last, found):
        """Detections that may be the lost person, nearest first.

        Who kept a place is expected there, and is made out from anybody else about by keeping still in it. Who never
        did (a walker) is expected within a walk of where they were lost.
        """
        brief = t_s - last.t_s <= BRIEF_S
        if self._home is None:
            reach = min(SAME_PLACE + SPEED_PER_S * (t_s - last.t_s), REACH_MAX)
            likely = [roi for roi in found if near(roi, last.roi, reach)]
            likely.sort(key=lambda roi: apart(roi, last.roi))
            return likely if brief else self._held_still(t_s, likely[:1])
        home = self._home.roi
        likely = [roi for roi in found if near(roi, last.roi, SAME_PLACE) or near(roi, home, HOME_PLACE)]
        likely.sort(key=lambda roi: min(apart(roi, last.roi), apart(roi, home)))
        if len(likely) < len(found):
            self._company_s = t_s
        alone = t_s - self._company_s > COMPANY_MEMORY_S
        if brief and alone and likely and near(likely[0], last.roi, SAME_BODY):
            return likely[:1]
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
        if len(found) > 1:
            self._company_s = t_s
        for place in self._places_left(t_s, tracked):
            there = [roi for roi in found if near(roi, place, SAME_PLACE) and apart(roi, tracked) > SAME_BODY]
            if there:
                back = min(there, key=lambda roi: apart(roi, place))
                self._last = self._confirmed = Sighting(t_s, back)
                return back
        if any(near(roi, tracked, HOME_PLACE) for roi in found):
            self._confirmed = now = Sighting(t_s, tracked)
            if self._settling is None or not near(tracked, self._settling.roi, SAME_PLACE):
                self._settling = now
            elif t_s - self._settling.t_s >= HOME_AFTER_S:
                self._home = Sighting(t_s, self._settling.roi)  # not `now`: a passer-by would drag it along
        return tracked

    def _places_left(self, t_s, tracked):
        """Places where the person was confirmed a moment ago and the tracker no longer is."""
        places = [self._confirmed] if self._confirmed else []
        if self._home and t_s - self._home.t_s <= HOME_MEMORY_S:
            places.append(self._home)
        return [place.roi for place in places if apart(tracked, place.roi) > SAME_BODY]
