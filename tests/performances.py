"""How the stick person performs each exercise of the catalogue: one row an exercise."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from synthetic import FOREARM, SHANK, THIGH, TRUNK, UPPER_ARM, clock, movement, person

STARTS_S = (3.0, 12.0, 21.0, 30.0)


@dataclass(frozen=True)
class Performance:
    """`body` turns the signal of the exercise over time into the joints of the stick person.

    `sides` are those that move where the picture shows both; from the side the near one does.
    """

    views: tuple[str, ...]
    rest: float
    top: float
    body: Callable
    lift_s: float = 3.0
    hold_s: float = 1.0
    lower_s: float = 3.0
    sides: tuple[str, ...] = ("left", "right")
    noise_px: float = 0.8  # less where so small a movement would drown in it

    @property
    def range(self):
        return abs(self.top - self.rest)

    def moving(self, view):
        return self.sides if view == "front" else (view,)


SIDE = ("left", "right")
# Those that are measured on rendered people, docs/validation.md.
SIX = (
    "elbow_flexion",
    "shoulder_abduction",
    "shoulder_flexion",
    "knee_extension",
    "sit_to_stand",
    "mini_squat",
)


def _hands_up(height):
    """Straight arms whose wrists are so many trunk lengths above the hips."""
    return {
        "shoulder": np.degrees(np.arccos(TRUNK * (1.0 - height) / (UPPER_ARM + FOREARM))),
        "elbow": 0.0,
        "clasped": True,
    }


def _foot_up(rise):
    """Knee and hip bend so far that the toe rises by this part of a shank."""
    hip = np.degrees(np.arccos(1.0 - rise * SHANK / (THIGH + SHANK)))
    return {"thigh": hip, "knee": 2 * hip}


def _reaching(elbow):
    """The arm goes forward as the elbow straightens."""
    return {"elbow": elbow, "shoulder": 70.0 - 0.6 * elbow}


PERFORMANCES = {
    "elbow_flexion": Performance(SIDE, 10.0, 112.0, lambda a: {"elbow": a}),
    "arm_push": Performance(SIDE, 92.0, 28.0, _reaching),
    "shoulder_abduction": Performance(("front",), 8.0, 72.0, lambda a: {"shoulder": a}),
    "shoulder_flexion": Performance(SIDE, 8.0, 74.0, lambda a: {"shoulder": a}),
    "row_pull": Performance(SIDE, 36.0, -8.0, lambda a: {"shoulder": a, "elbow": 80.0}),
    "clasped_hands_lift": Performance(("front",), 0.1, 0.85, _hands_up),
    "mirror_arm_raise": Performance(("front",), 8.0, 72.0, lambda a: {"shoulder": a}),
    "mirror_elbow_bend": Performance(SIDE, 10.0, 112.0, lambda a: {"elbow": a}),
    "table_slide": Performance(SIDE, 92.0, 38.0, _reaching),
    "reach_forward": Performance(SIDE, 92.0, 38.0, _reaching),
    "drink": Performance(SIDE, 70.0, 117.0, lambda a: {"elbow": a}, noise_px=0.4),
    "knee_extension": Performance(SIDE, 88.0, 20.0, lambda a: {"knee": a, "thigh": 85.0}),
    "seated_march": Performance(SIDE, 85.0, 107.0, lambda a: {"knee": a, "thigh": a}),
    "ankle_dorsiflexion": Performance(SIDE, 0.0, 16.0, lambda a: {"knee": 85.0, "thigh": 85.0, "foot": a}),
    "heel_raise": Performance(SIDE, 0.0, 22.0, lambda a: {"knee": 85.0, "thigh": 85.0, "foot": -a}),
    "sit_to_stand": Performance(
        SIDE, 88.0, 8.0, lambda a: {"knee": a, "thigh": 86.0 * (a - 6.0) / 82.0}, lift_s=2.0
    ),
    "mini_squat": Performance(SIDE, 6.0, 42.0, lambda a: {"knee": a, "thigh": a / 2}),
    "hip_abduction": Performance(("front",), 2.0, 19.0, lambda a: {"thigh": a, "knee": 0.0}, noise_px=0.4),
    "hamstring_curl": Performance(SIDE, 6.0, 68.0, lambda a: {"knee": a}),
    "weight_shift": Performance(
        ("front",), 0.0, 0.24, lambda a: {"shift": a, "knee": 0.0}, sides=("left",), noise_px=0.4
    ),
    "step_tap": Performance(SIDE, 0.0, 0.34, _foot_up, noise_px=0.4),
}


def perform(
    exercise_id, *, view=None, starts_s=STARTS_S, fps=30.0, noise_px=None, seed=0, extra=None, **changes
):
    """A `PoseTrack` of the exercise as prescribed, or with other `rest`, `top`, `lift_s`, `hold_s`, `lower_s`.

    `extra` are further arguments of `synthetic.person`: a function of time, or the values themselves.
    """
    how = PERFORMANCES[exercise_id]
    noise_px = how.noise_px if noise_px is None else noise_px
    facts = {
        name: changes.pop(name, getattr(how, name)) for name in ("rest", "top", "lift_s", "hold_s", "lower_s")
    }
    last_s = (
        (starts_s[-1] if len(starts_s) else 9.0) + facts["lift_s"] + facts["hold_s"] + facts["lower_s"] + 2.0
    )
    t_s = clock(last_s, fps=fps)
    body = how.body(movement(t_s, starts_s, **facts))
    body |= extra(t_s) if callable(extra) else (extra or {})
    return person(t_s, view=view or how.views[0], noise_px=noise_px, seed=seed, **body, **changes)
