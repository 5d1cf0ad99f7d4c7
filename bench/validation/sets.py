"""What the person does in a clip of an exercise: how far, how fast, how evenly, with what going along."""

import numpy as np

from posecheck.signals import SIGNALS, keypoints_of
from validation.people import generator

SIDES = ("left", "right")
REPS = 5
TEMPOS = {
    "easy 2-0-2": (2.0, 0.0, 2.0),
    "slow 3-1-3": (3.0, 1.0, 3.0),
    "fast 0.8-0.3-0.8": (0.8, 0.3, 0.8),
    "long 5-2-5": (5.0, 2.0, 5.0),
}
TEMPO_CARDS = ("easy 2-0-2", "slow 3-1-3", "fast 0.8-0.3-0.8") * 2 + ("long 5-2-5",)
REST_S, STILL_BEFORE_S, STILL_AFTER_S = 1.2, 1.5, 1.0
WALK_S, SIT_DOWN_S = 5.0, 2.5
PEAK_SD_DEG = 2.0  # from repetition to repetition, of the commanded peak
SPARE = 1.35  # commanded excursions are at least this much larger than the smallest that counts
COMPENSATIONS = {
    "trunk_lean": "trunk_lean_deg",
    "trunk_flexion": "trunk_flexion_deg",
    "shoulder_hike": "shoulder_hike_deg",
    "upper_arm_elevation": "elbow_drift_deg",
    "pelvic_obliquity": "hip_hike_deg",
}
"""Signal of a check in the catalogue -> what the renderer is asked to do for it."""
# The girdle turns about the breastbone, so it goes up further than the line between the shoulders tilts.
_ASKED_MORE = {"shoulder_hike": 2.0}
_BEYOND_SEVERE_DEG = (
    6.0,
    9.0,
)  # less arrives than is asked for: the trunk bends, and the arm takes part of it


def other_side(side):
    return "right" if side == "left" else "left"


def near_side(view):
    """The side that is nearer the camera; None from the front."""
    return {"left": "left", "oblique_left": "left", "right": "right", "oblique_right": "right"}.get(view)


class SetPlan:
    """One set, or one a side, of an exercise.

    Parameters
    ----------
    deal : Decks
    exercise : posecheck Exercise
    movement : render Movement
    view : str
    brief : bool
        Three easy repetitions that differ in nothing else: where hardly anything can be measured.

    Attributes
    ----------
    acts : list of dict
        The tables ``act`` of a spec.
    weaker : str or None
    levels : dict of str to str or number
        The levels of the grid's factors.
    """

    def __init__(self, deal, exercise, movement, view, *, brief=False):
        self.deal, self.exercise, self.movement, self.view = deal, exercise, movement, view
        self.tempo = "easy 2-0-2" if brief else deal.card("tempo", TEMPO_CARDS)
        self.reps = 3 if brief or self.tempo.startswith("long") else REPS
        self.weaker = self._draw_weaker()
        self.levels = {
            "tempo": self.tempo,
            "profile": deal.card("profile", ("minimum_jerk", "trapezoid", "skewed")),
            "size": self._size(),
            "asymmetry": deal.card("asymmetry", (1.0, 0.8, 0.7, 0.6)) if self.weaker else 1.0,
            "lag_s": deal.card("lag", (0.0, 0.15, 0.3)) if self.weaker else 0.0,
            "tremor_deg": 0.0 if brief else deal.card("tremor", (0.0, 0.0, 1.0, 2.0)),
            "stops": 0 if brief else deal.card("stops", (0, 0, 0, 1)),
            "compensation": "none" if brief else self._draw_check(),
            "far_limb": "",
            "before": "still" if brief else deal.card("before", ("still", "still", "still", "walks in")),
        }
        if self.levels["asymmetry"] == 1.0:
            self.weaker = None
        self.acts = self._before() + [self._act(side) for side in self._sides_in_turn()]

    @property
    def _shared(self):
        return self.movement.bilateral and self.movement.legs is not None

    def _draw_weaker(self):
        """Legs that stand together share the movement, and so do hands that hold each other; all else may be uneven."""
        if self._shared or self.exercise.sides == "coupled":
            return None
        return self.deal.card("weaker", SIDES)

    def _size(self):
        if self.exercise.position == "seated_to_standing":  # half a stand is no stand
            return self.deal.card("size of a stand", (1.0, 0.97, 0.94))
        return self.deal.card("size of movement", (1.0, 0.8, 0.6))

    def _draw_check(self):
        """A compensation that this exercise looks out for in this view, or none."""
        cards = [c.id for c in self.exercise.check if self.view in c.views and c.signal in COMPENSATIONS]
        return self.deal.card("compensation", (*cards, "none"))

    def _sides_in_turn(self):
        """What moves: the near limb from the side, at times the other with it; else both, or one after the other."""
        movement, near = self.movement, near_side(self.view)
        if movement.bilateral:
            return ("both",)
        if self.view in SIDES:
            alone = movement.in_turn or self.deal.card("far limb", ("rests",) * 5 + ("moves",)) == "rests"
            self.levels["far_limb"] = "rests" if alone else "moves"
            return (near,) if alone else ("both",)
        return SIDES if movement.in_turn else ("both",)

    def _before(self):
        if self.levels["before"] == "still":
            return []
        walk = [{"do": "walk_in", "seconds": WALK_S, "side": self.deal.card("from", SIDES)}]
        return walk + ([{"do": "sit_down", "seconds": SIT_DOWN_S}] if self.movement.posture == "sit" else [])

    def _peaks(self, side):
        """Commanded peak of each repetition; never so small that it rightly would not count."""
        start, peak = self.movement.start, self.movement.peak
        part = self.levels["size"] * (self.levels["asymmetry"] if side == self.weaker else 1.0)
        span = part * abs(peak - start)
        least, spread = self._least(side), PEAK_SD_DEG
        if abs(peak - start) < 30.0:  # so small a movement that the usual spread would make some too small
            spread = 0.05 * span
        if least is None:  # a ratio
            least, spread = 0.0, 0.03 * span
        draw = generator(self.deal.cell, "peaks", self.deal.clip, self.view, "both" if self._shared else side)
        span = max(span, SPARE * least) + spread * draw.standard_normal(self.reps)
        return np.round(start + np.sign(peak - start) * span, 3).tolist()

    def _least(self, side):
        if SIGNALS[self.exercise.movement.signal].unit != "deg":
            return None
        return self.exercise.smallest(side, affected=side == self.weaker)

    def _act(self, side):
        lift_s, hold_s, lower_s = TEMPOS[self.tempo]
        weaker = self.weaker or "left"
        late = {weaker: self.levels["lag_s"], other_side(weaker): 0.0}
        shaking = {weaker: self.levels["tremor_deg"], other_side(weaker): 0.0}
        return {
            "do": "exercise",
            "exercise": self.exercise.id,
            "side": side,
            "reps": self.reps,
            "peak_deg": {side: self._peaks(side) for side in SIDES},
            "tempo": {"lift_s": lift_s, "hold_s": hold_s, "lower_s": lower_s, "rest_s": REST_S},
            "lag_s": late if side == "both" else 0.0,
            "profile": self.levels["profile"],
            "variation": {"time_part": 0.06},
            "tremor": {"deg": shaking, "hz": self.deal.between("tremor_hz", 4.0, 6.0)},
            "stops": {"count": self.levels["stops"], "each_s": 0.4},
            "compensation": self._compensation(side),
            "sway_deg": self.deal.between("sway", 0.2, 1.0),
            "drift_deg": self.deal.between("drift", 0.0, 3.0) if self._least("left") else 0.0,
            "still_before_s": STILL_BEFORE_S,
            "still_after_s": STILL_AFTER_S,
        }

    def _compensation(self, side):
        """Two repetitions of the set with it, the others without, so that every set shows both."""
        check = next((c for c in self.exercise.check if c.id == self.levels["compensation"]), None)
        if check is None:
            return {}
        rng = generator(self.deal.cell, "compensation", self.deal.clip)
        sign = {"positive": 1.0, "negative": -1.0, "either": rng.choice((-1.0, 1.0))}[check.direction]
        amounts = np.zeros(self.reps)
        shown = rng.choice(self.reps, 2, replace=False)
        asked = check.severe + rng.uniform(*_BEYOND_SEVERE_DEG, 2)
        amounts[shown] = sign * _ASKED_MORE.get(check.signal, 1.0) * asked
        amounts = np.round(amounts, 2).tolist()
        if check.signal == "shoulder_hike":  # both shoulders up tilt nothing
            up = side if side in SIDES else self.weaker or "left"
            return {COMPENSATIONS[check.signal]: {up: amounts, other_side(up): 0.0}}
        return {COMPENSATIONS[check.signal]: amounts}

    def hidden(self):
        """What hides the far end of the moving limb over one repetition, as the table ``hidden``; or nothing."""
        if self.deal.card("hidden", (False,) * 5 + (True,)) is False:
            return []
        side = near_side(self.view) or self.weaker or "right"
        keypoint = keypoints_of(self.exercise.movement.signal, side)[-1]
        lift_s, hold_s, lower_s = TEMPOS[self.tempo]
        once_s = lift_s + hold_s + lower_s
        begin_s = seconds_of(self._before()) + STILL_BEFORE_S + (self.reps // 2) * (once_s + REST_S)
        return [
            {"part": keypoint, "from_s": round(begin_s, 2), "to_s": round(begin_s + once_s, 2), "size_m": 0.3}
        ]


def seconds_of(acts):
    """About how long acts take; variation and lag may add a little."""
    total = 0.0
    for act in acts:
        if act["do"] != "exercise":
            total += act["seconds"]
            continue
        tempo = act["tempo"]
        once_s = tempo["lift_s"] + tempo["hold_s"] + tempo["lower_s"] + tempo["rest_s"]
        total += act["still_before_s"] + act["reps"] * once_s + act["still_after_s"]
    return total
