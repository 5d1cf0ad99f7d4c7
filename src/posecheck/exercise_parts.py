"""The tables of an exercise file: what each key means, in which unit, and what is refused.

A quantity of the moving signal stands in the unit of that signal: ``range_deg`` where it is an angle, ``range_ratio``
where it is a length over another. Code asks for ``range`` and gets whichever the file gives.
"""

import difflib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from posecheck.metrics import SHAPE_PART

View = Literal["front", "oblique_left", "oblique_right", "left", "right"]
Level = Literal["1", "2", "3"]
Side = Literal["left", "right"]
Mode = Literal["active", "assisted", "passive", "imagery"]
Unlock = Literal["therapist", "helper"]
Contraindication = Literal[
    "acute_knee_pain", "aneurysm", "ankle_fracture", "clonus", "dizziness_on_standing", "dvt_signs",
    "fixed_contracture", "forearm_fracture", "hand_crps", "hip_replacement", "non_weight_bearing", "recent_fall",
    "shoulder_pain", "shoulder_subluxation", "shoulder_surgery", "swallowing_problem", "uncontrolled_bp",
    "unsafe_single_leg", "unsafe_standing", "wrist_fracture",
]  # fmt: skip
UNITS = ("deg", "ratio")


class Part(BaseModel):
    """A table of the file: frozen, strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def quantity(name):
    """Property: ``<name>_deg`` or ``<name>_ratio``, whichever the file gives; None when neither."""

    def either(part):
        given = (getattr(part, f"{name}_{unit}") for unit in UNITS)
        return next((value for value in given if value is not None), None)

    return property(either, doc=f"{name} in the unit of the signal")


class Movement(Part):
    """The signal that is the exercise.

    Attributes
    ----------
    signal : str
        A name in `posecheck.signals.SIGNALS`.
    lift : str
        ``increases`` or ``decreases``: what the signal does on the way from rest to the top.
    """

    signal: str
    lift: Literal["increases", "decreases"]


class RepRule(Part):
    """What counts as one repetition.

    Attributes
    ----------
    min_excursion_deg, min_excursion_affected_deg : float, deg (or ``_ratio``)
        Smallest movement that counts, on the stronger and on the affected side.
    min_duration_s : float, s
        Shortest time from leaving rest to being back, judged by the time spent above a quarter of the excursion.
    first_rest_s : float, s
        Stillness at rest before the first repetition of a recording; 0 asks for none.
    hips_travel_max : float, optional
        How far the hips may be from where they were, in trunk lengths; without it 0.2 for who sits, else no limit.
    length_cv_max : float, optional
        How much the length of the moving segment may vary in the picture meanwhile, as a part of it: what turns in the
        picture's plane keeps its length, what the pose model loses hold of does not.
    """

    min_excursion_deg: float | None = Field(None, gt=0)
    min_excursion_ratio: float | None = Field(None, gt=0)
    min_excursion_affected_deg: float | None = Field(None, gt=0)
    min_excursion_affected_ratio: float | None = Field(None, gt=0)
    min_duration_s: float = Field(1.5, gt=0)
    first_rest_s: float = Field(0.0, ge=0)
    hips_travel_max: float | None = Field(None, gt=0)
    length_cv_max: float | None = Field(None, gt=0)

    min_excursion = quantity("min_excursion")
    min_excursion_affected = quantity("min_excursion_affected")


class Tempo(Part):
    """Prescribed phase times. Named fields, since "3-1-3-1" is read in two directions; absent = at one's own pace."""

    lift_s: float | None = Field(None, gt=0)
    hold_s: float | None = Field(None, ge=0)
    lower_s: float | None = Field(None, gt=0)
    rest_s: float | None = Field(None, ge=0)

    def over(self, other):
        """This tempo, with the phases that it leaves open as another has them.

        Examples
        --------
        >>> Tempo(hold_s=5.0).over(Tempo(lift_s=3.0, hold_s=1.0, lower_s=3.0))
        Tempo(lift_s=3.0, hold_s=5.0, lower_s=3.0, rest_s=None)
        """
        return Tempo(**other.model_dump() | self.model_dump(exclude_none=True))


class Target(Part):
    """What one level asks for.

    Attributes
    ----------
    peak_deg : float, deg (or ``peak_ratio``)
        The signal at the top.
    range_deg : float, deg (or ``range_ratio``)
        Excursion from the usual start to the peak; the range sub-score compares with this.
    tempo : Tempo
    """

    peak_deg: float | None = Field(None, ge=-180, le=180)
    peak_ratio: float | None = None
    range_deg: float | None = Field(None, gt=0, le=180)
    range_ratio: float | None = Field(None, gt=0)
    tempo: Tempo

    peak = quantity("peak")
    range = quantity("range")


class Watch(Part):
    """How far a view can be trusted.

    Attributes
    ----------
    trust : str
        ``range`` measures everything; ``tempo`` counts and times, and withholds the range.
    sigma_deg : float, deg (or ``sigma_ratio``)
        Error of the range in this view, from the bench (one standard deviation). What an angle in space expects of
        itself may only add to it.
    estimator : str
        ``image_2d`` takes angles as the picture shows them, ``lifted_3d`` in space (`posecheck.lifting`),
        ``foreshortened`` in space from that and from how short the limb looks (`posecheck.foreshortening`).
    time_part : float
        Error of lift, hold and lowering in this view, as a part of their time (one standard deviation), from the bench.
        From 0.30 on they are not told.
    flat_sigma_deg : float, deg
        Error where landmarks come without depth, so that nothing can be lifted and the picture's angles serve. Without
        it nothing is measured then.
    """

    trust: Literal["range", "tempo"]
    sigma_deg: float | None = Field(None, gt=0)
    sigma_ratio: float | None = Field(None, gt=0)
    estimator: Literal["image_2d", "lifted_3d", "foreshortened"] = "image_2d"
    time_part: float = Field(SHAPE_PART, gt=0, lt=1)
    flat_sigma_deg: float | None = Field(None, gt=0)

    sigma = quantity("sigma")


class Requirement(Part):
    """A posture without which the movement is not this exercise: it is left out, and said so.

    Attributes
    ----------
    signal : str
    during : str
        ``start`` (before the lift), ``top`` or ``all`` (at least 80 % of the repetition).
    min_deg, max_deg : float, deg (or ``_ratio``), optional
    why : str
        Reason given for what is left out.
    """

    signal: str
    during: Literal["start", "top", "all"]
    min_deg: float | None = None
    min_ratio: float | None = None
    max_deg: float | None = None
    max_ratio: float | None = None
    why: str

    min = quantity("min")
    max = quantity("max")


class Check(Part):
    """A compensation to look out for: a change of a signal during the repetition.

    Attributes
    ----------
    id, signal : str
    views : tuple of str
    start_deg, severe_deg : float, deg (or ``_ratio``)
        Where it is worth a cue, and where it counts fully.
    direction : str
        ``positive``, ``negative`` or ``either`` change of the signal.
    scored : bool
        False = advisory text only, never subtracts points.
    say : str, optional
        Six words or fewer, verb first; without it `posecheck.words` has what is said for this id.
    source, evidence : str
    """

    id: str
    signal: str
    views: tuple[View, ...]
    start_deg: float | None = Field(None, gt=0)
    start_ratio: float | None = Field(None, gt=0)
    severe_deg: float | None = Field(None, gt=0)
    severe_ratio: float | None = Field(None, gt=0)
    direction: Literal["positive", "negative", "either"] = "either"
    scored: bool = True
    say: str | None = None
    source: str
    evidence: Literal["S", "M", "U", "C"]

    start = quantity("start")
    severe = quantity("severe")

    def beyond(self, reference):
        """The same check, which begins no earlier than at a person's own reference; severe moves along."""
        by = reference - self.start
        if by <= 0:
            return self
        unit = "deg" if self.start_deg is not None else "ratio"
        return self.model_copy(
            update={f"{name}_{unit}": getattr(self, name) + by for name in ("start", "severe")}
        )


class Dose(Part):
    """What one session asks for: from, to."""

    sets: tuple[int, int]
    reps: tuple[int, int]


class WeakerSide(Part):
    """How the affected side practises.

    Attributes
    ----------
    modes : tuple of str
        ``active``, ``assisted`` (own stronger hand or a helper), ``passive``, ``imagery`` (no camera).
    how : str
    peak_max_deg : float, deg (or ``peak_max_ratio``), optional
        Beyond which the affected side is never asked to go.
    """

    modes: tuple[Mode, ...] = Field(min_length=1)
    how: str
    peak_max_deg: float | None = None
    peak_max_ratio: float | None = None

    peak_max = quantity("peak_max")


class Personal(Part):
    """What a check set of this very person found for one side; it takes the place of the catalogue's floor.

    Attributes
    ----------
    baseline_deg : float, deg (or ``baseline_ratio``)
        Median range of the check set.
    noise_sigma_deg : float, deg (or ``noise_sigma_ratio``), optional
        Noise of the signal in it.
    views : tuple of str
        From where it was measured; from elsewhere the same movement may read differently. Empty = not known.
    source : str
        Which recording, and when.
    """

    baseline_deg: float | None = Field(None, gt=0)
    baseline_ratio: float | None = Field(None, gt=0)
    noise_sigma_deg: float | None = Field(None, gt=0)
    noise_sigma_ratio: float | None = Field(None, gt=0)
    views: tuple[View, ...] = ()
    source: str

    baseline = quantity("baseline")
    noise_sigma = quantity("noise_sigma")


class MeasuredError(Part):
    """This person's own error from one view, measured by `posecheck noise`; it replaces what is assumed.

    Attributes
    ----------
    mdc95 : mapping of measure to float
        Minimal detectable change, in the unit that the measure's name ends with.
    source : str
    """

    mdc95: dict[str, float]
    source: str


def nearest(name, known):
    """What to say after a name that is not known: the nearest one, and all that there are."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"{hint} Known: {', '.join(sorted(known))}."


def explain(error, where, kind):
    """The first problem pydantic found, as one sentence with file, place and nearest name."""
    problems = error.errors()
    problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    place = [str(part) for part in problem["loc"]]
    table, key = ".".join(place[:-1]), place[-1] if place else ""
    section = f"{where} [{table}]" if table else where
    if problem["type"] == "extra_forbidden":
        return f"{section}: unknown key {key!r}.{nearest(key, _known_keys(place[:-1], kind))}"
    if problem["type"] == "missing":
        return f"{section}: {key!r} is missing. Add it; `posecheck exercises show elbow_flexion` shows a complete file."
    if problem["type"] == "value_error":
        return f"{where}: {problem['ctx']['error']}"
    return f"{section}: {key!r} = {problem['input']!r}: {problem['msg']}."


def _known_keys(place, kind):
    parts = {"movement": Movement, "rep": RepRule, "target": Target, "tempo": Tempo, "view": Watch, "dose": Dose,
             "weaker_side": WeakerSide, "require": Requirement, "check": Check, "personal": Personal,
             "measured_error": MeasuredError}  # fmt: skip
    model = next((parts[name] for name in reversed(place) if name in parts), kind)
    return [name for name in model.model_fields if name != "toml_text"]
