"""How the stick person performs each exercise of the catalogue: one row an exercise."""

from collections.abc import Callable
from dataclasses import dataclass

from synthetic import clock, movement, person

STARTS_S = (3.0, 12.0, 21.0, 30.0)


@dataclass(frozen=True)
class Performance:
    """`body` turns the angle of the exercise over time into the joints of the stick person."""

    views: tuple[str, ...]
    rest: float
    top: float
    body: Callable
    lift_s: float = 3.0
    hold_s: float = 1.0
    lower_s: float = 3.0

    @property
    def range_deg(self):
        return abs(self.top - self.rest)


PERFORMANCES = {
    "elbow_flexion": Performance(("left", "right"), 10.0, 112.0, lambda a: {"elbow": a}),
    "shoulder_abduction": Performance(("front",), 8.0, 72.0, lambda a: {"shoulder": a}),
    "shoulder_flexion": Performance(("left", "right"), 8.0, 74.0, lambda a: {"shoulder": a}),
    "knee_extension": Performance(("left", "right"), 88.0, 20.0, lambda a: {"knee": a, "thigh": 85.0}),
    "sit_to_stand": Performance(
        ("left", "right"), 88.0, 8.0, lambda a: {"knee": a, "thigh": 86.0 * (a - 6.0) / 82.0}, lift_s=2.0
    ),
    "mini_squat": Performance(("left", "right"), 6.0, 42.0, lambda a: {"knee": a, "thigh": a / 2}),
}


def perform(
    exercise_id, *, view=None, starts_s=STARTS_S, fps=30.0, noise_px=0.8, seed=0, extra=None, **changes
):
    """A `PoseTrack` of the exercise as prescribed, or with other `rest`, `top`, `lift_s`, `hold_s`, `lower_s`.

    `extra` are further arguments of `synthetic.person`: a function of time, or the values themselves.
    """
    how = PERFORMANCES[exercise_id]
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
