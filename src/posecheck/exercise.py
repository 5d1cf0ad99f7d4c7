"""An exercise as data: what moves, from where it may be watched, what counts, how it should be done, and why.

One TOML file an exercise. A therapist can review a diff; nobody writes Python to add one.
"""

import hashlib
import tomllib
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Literal, cast

from pydantic import Field, ValidationError, model_validator

from posecheck.errors import ExerciseError
from posecheck.exercise_parts import (
    UNITS,
    Check,
    Contraindication,
    Dose,
    Level,
    MeasuredError,
    Movement,
    Part,
    Personal,
    RepRule,
    Requirement,
    Side,
    Target,
    Unlock,
    View,
    Watch,
    WeakerSide,
    explain,
    nearest,
)
from posecheck.foreshortening import LIMBS
from posecheck.lifting import SIGNALS_LIFTED
from posecheck.metrics import METRICS
from posecheck.signals import GRAIN, SIGNALS

STRETCH = 1.1  # a personal target is so many times the own baseline, and never more than the level's
COUNTED_PART = 0.4  # of the own baseline: a smaller movement is an attempt, not a repetition
NOISE_TIMES = 3.0  # a movement of a calibrated side counts from so many standard deviations of its noise on
FLOOR = 5.0  # and never less than this, deg (or hundredths)


class Practice(Part):
    """What is prescribed to a person, whether or not the camera measures it. See the parts for each table.

    Attributes
    ----------
    id : str
        snake_case and permanent.
    name : str
        In plain words, as a survivor reads it.
    region, role : str
        Which part of the body; what it is for in a cross-education plan.
    sides : str
        ``unilateral`` (each limb for itself), ``bilateral`` (both limbs share each repetition) or ``coupled`` (the
        hands are joined, so that a comparison of the sides would measure the join).
    home : bool
        Seated, facing the screen, from one place of the laptop, for both sides without turning the chair.
    camera : str
        Where the camera stands and what must be in the picture.
    rest_posture : str
        In which the person is still before the first repetition, and from which lengths of limbs are taken.
    trial : str
        What study it goes back to, with an evidence tag; may be empty.
    unlock : tuple of str
        Who must tick it before it is offered.
    contraindications : tuple of str
        Tags that were asked at set-up; an exercise whose tag is ticked is never offered.
    target : mapping of level to Target
    sources : mapping of str to str
        Where each limit comes from, with its evidence tag.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    clinical_name: str
    region: Literal["arm", "hand", "leg", "ankle"] | None = None
    role: Literal["cross_education", "both_sides", "functional", "weaker_side", "balance"] | None = None
    position: Literal["seated", "standing", "seated_to_standing"]
    sides: Literal["unilateral", "bilateral", "coupled"]
    home: bool = False
    camera: str = ""
    rest_posture: Literal["arm_hanging", "hands_on_table", "hands_in_lap", "seated", "standing"] = "seated"
    trial: str = ""
    equipment: tuple[str, ...] = ()
    unlock: tuple[Unlock, ...] = ()
    contraindications: tuple[Contraindication, ...] = ()
    dose: Dose | None = None
    weaker_side: WeakerSide | None = None
    progression: str = ""
    regression: str = ""
    target: dict[Level, Target]
    cues: dict[str, str]
    safety: tuple[str, ...] = ()
    sources: dict[str, str]
    toml_text: str = Field("", exclude=True, repr=False)

    @property
    def measured(self) -> bool:
        """Whether the camera measures it."""
        return isinstance(self, Exercise)

    @cached_property
    def sha256(self) -> str:
        """Hash of the TOML text this exercise was read from."""
        return hashlib.sha256(self.toml_text.encode()).hexdigest()


class Exercise(Practice):
    """A practice that the camera measures.

    Attributes
    ----------
    movement, rep, view, require, check : tables of its file
        What moves, what counts, from where it may be seen, what must hold meanwhile, and which compensations matter.
    mdc95_deg : float, deg (or ``mdc95_ratio``)
        Assumed minimal detectable change of the range, same set-up.
    personal : mapping of side to Personal
        Of this person, from a check set; empty in the catalogue.
    reference : mapping of check to float
        How far this person's trunk goes along anyway (mean and two standard deviations of a check set of the stronger
        side), in the unit of the check; empty in the catalogue.
    measured_error : mapping of view to MeasuredError
        Of this person, from `posecheck noise`; empty in the catalogue.
    """

    movement: Movement
    rep: RepRule
    view: dict[View, Watch]
    require: tuple[Requirement, ...] = ()
    check: tuple[Check, ...] = ()
    mdc95_deg: float | None = Field(None, gt=0)
    mdc95_ratio: float | None = Field(None, gt=0)
    personal: dict[Side, Personal] = Field(default_factory=dict)
    reference: dict[str, float] = Field(default_factory=dict)
    measured_error: dict[View, MeasuredError] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_signals(self):
        named = [self.movement.signal, *(r.signal for r in self.require), *(c.signal for c in self.check)]
        for name in named:
            if name not in SIGNALS:
                raise ValueError(f"signal {name!r} is not known.{nearest(name, SIGNALS)}")
        return self

    @model_validator(mode="after")
    def _units(self):
        """Each quantity in the unit of its signal, and none missing."""
        unit = SIGNALS[self.movement.signal].unit
        if unit not in UNITS:
            name = self.movement.signal
            raise ValueError(f"signal {name!r} is in {unit}, which a step nearer changes: choose another.")
        _in_unit(self, "", ("mdc95",), unit)
        _in_unit(self.rep, "[rep]", ("min_excursion", "min_excursion_affected"), unit)
        for level, target in self.target.items():
            _in_unit(target, f"[target.{level}]", ("peak", "range"), unit)
        for view, watch in self.view.items():
            _in_unit(watch, f"[view.{view}]", ("sigma",), unit)
        for requirement in self.require:
            _in_unit(
                requirement,
                f"[[require]] {requirement.signal}",
                (),
                SIGNALS[requirement.signal].unit,
                ("min", "max"),
            )
        for check in self.check:
            _in_unit(check, f"[[check]] {check.id}", ("start", "severe"), SIGNALS[check.signal].unit)
        for side, personal in self.personal.items():
            _in_unit(personal, f"[personal.{side}]", ("baseline",), unit)
        return self

    @model_validator(mode="after")
    def _plausible(self):
        """Limits that contradict each other are a slip of the pen."""
        for level, target in self.target.items():
            if target.range < self.rep.min_excursion:
                raise ValueError(
                    f"[target.{level}] asks for {target.range:g}, less than the {self.rep.min_excursion:g} from which "
                    "[rep] counts: make the one larger or the other smaller."
                )
        for check in self.check:
            if check.severe <= check.start:
                raise ValueError(
                    f"check {check.id!r} is severe before it is worth a cue: severe must be more than start."
                )
        return self

    @model_validator(mode="after")
    def _columns(self):
        """Each check has a column of its own, and none that means something else."""
        ids = [check.id for check in self.check]
        for check in self.check:
            column = f"{check.id}_{SIGNALS[check.signal].unit}"
            if column in METRICS and check.id != check.signal:
                raise ValueError(
                    f"check {check.id!r} would fill the column {column!r}, which is another measure: rename it."
                )
            if ids.count(check.id) > 1:
                raise ValueError(f"check {check.id!r} is there twice: rename one.")
        return self

    @model_validator(mode="after")
    def _lifted_signal(self):
        signal = self.movement.signal
        for view, watch in self.view.items():
            if watch.estimator == "foreshortened" and (signal not in LIMBS or view != "front"):
                raise ValueError(
                    f"view {view!r} takes {signal!r} from how short the limb looks, which is for {', '.join(LIMBS)} "
                    'facing the camera: write estimator = "lifted_3d".'
                )
            if watch.estimator != "image_2d" and signal not in SIGNALS_LIFTED:
                raise ValueError(
                    f"view {view!r} takes the angle in space, but {signal!r} can only be had in the picture: "
                    'write estimator = "image_2d".'
                )
        return self

    def __repr__(self):
        return f"<Exercise {self.id}>"

    @property
    def sign(self) -> float:
        """+1 or -1: multiplies the signal so that lifting is positive."""
        return 1.0 if self.movement.lift == "increases" else -1.0

    @property
    def unit(self) -> str:
        """``deg`` or ``ratio``: that of the signal, and of everything said about its range."""
        return SIGNALS[self.movement.signal].unit

    @property
    def shared(self) -> bool:
        """Whether both limbs share each repetition."""
        return self.sides != "unilateral"

    def smallest(self, side: str, *, affected: bool) -> float:
        """Smallest excursion of a side that counts as a repetition, in `unit`."""
        personal = self.personal.get(cast(Side, side))
        if personal is None:
            return self.rep.min_excursion_affected if affected else self.rep.min_excursion
        own = COUNTED_PART * personal.baseline
        if not affected:
            return max(self.rep.min_excursion, own)
        return max(FLOOR * GRAIN[self.unit], NOISE_TIMES * (personal.noise_sigma or 0.0), own)

    def target_of(self, level: int, side: str) -> Target:
        """What a level asks of a side: never more than a tenth above the own baseline, where that is known."""
        target, personal = self.target[cast(Level, str(level))], self.personal.get(cast(Side, side))
        if personal is None or STRETCH * personal.baseline >= target.range:
            return target
        short = target.range - STRETCH * personal.baseline
        own = {"range": target.range - short, "peak": target.peak - self.sign * short}
        return target.model_copy(update={f"{name}_{self.unit}": value for name, value in own.items()})

    def checks(self, view: str) -> tuple[Check, ...]:
        """Compensations that are looked out for from a view; none begins before what this person does anyway."""
        return tuple(
            check.beyond(self.reference.get(check.id, 0.0)) for check in self.check if view in check.views
        )

    def check_measured(self, check: Check) -> bool:
        """Whether a compensation counts from this person's own reference on, not from what is assumed for everybody."""
        return check.id in self.reference and self.reference[check.id] >= check.start

    def mdc95(self, view: str | None) -> tuple[float, bool]:
        """Minimal detectable change of the range from a view, in `unit`, and whether it was measured on this person."""
        assumed = self.mdc95_deg if self.unit == "deg" else self.mdc95_ratio
        own = self.own_mdc95(f"range_{self.unit}", view)
        return (cast(float, assumed), False) if own is None else (own, True)

    def own_mdc95(self, measure: str, view: str | None) -> float | None:
        """Minimal detectable change of a measure as it was found on this person from a view; None where it was not."""
        own = self.measured_error.get(cast(View, view))
        return None if own is None else own.mdc95.get(measure)

    def watch(self, view: str | None, *, depth: bool) -> Watch | None:
        """How far a view can be trusted; None when the exercise is not measured from it.

        Parameters
        ----------
        view : str or None
        depth : bool
            Whether the landmarks can be lifted into space.
        """
        watch = self.view.get(cast(View, view))
        if watch is None or depth or watch.estimator in ("image_2d", "world_3d"):
            return watch
        if watch.flat_sigma_deg is None:
            return None
        return watch.model_copy(update={"estimator": "image_2d", "sigma_deg": watch.flat_sigma_deg})


def _in_unit(part, place, names, unit, optional=()):
    """Refuse a quantity in the other unit, or one of `names` that is missing."""
    other = "ratio" if unit == "deg" else "deg"
    for name in (*names, *optional):
        where = f"{place}: " if place else ""
        if getattr(part, f"{name}_{other}") is not None:
            raise ValueError(
                f"{where}'{name}_{other}' does not fit a signal in {unit}: write '{name}_{unit}'."
            )
        if name in names and getattr(part, f"{name}_{unit}") is None:
            raise ValueError(
                f"{where}'{name}_{unit}' is missing. Add it; "
                "`posecheck exercises show elbow_flexion` shows a complete file."
            )


def _catalogue():
    return resources.files("posecheck") / "catalogue"


def practice_ids() -> list[str]:
    """Ids of everything in the catalogue, sorted."""
    return sorted(entry.name[:-5] for entry in _catalogue().iterdir() if entry.name.endswith(".toml"))


def list_practices() -> list[Practice]:
    """The whole catalogue, by id; `Practice.measured` tells what the camera measures."""
    return [load_practice(name) for name in practice_ids()]


def list_exercises() -> list[Exercise]:
    """Everything in the catalogue that the camera measures, in order of ids."""
    return [practice for practice in list_practices() if isinstance(practice, Exercise)]


def exercise_ids() -> list[str]:
    """Ids of the exercises that the camera measures, sorted."""
    return [exercise.id for exercise in list_exercises()]


def load_exercise(exercise: str | Path | Exercise) -> Exercise:
    """An exercise that the camera measures, from the catalogue or from a TOML file of your own.

    Parameters
    ----------
    exercise : str, Path or Exercise
        An id such as ``"elbow_flexion"``, or a path that ends in ``.toml``.

    Raises
    ------
    ExerciseError
        Unknown id (with the nearest one), unreadable file, a key or value that does not belong, or an exercise that
        is practised without being measured.
    """
    practice = load_practice(exercise)
    if not isinstance(practice, Exercise):
        raise ExerciseError(
            f"{practice.name!r} ({practice.id}) is practised with pacer and voice; the camera does not measure it yet. "
            f"Measured are: {', '.join(exercise_ids())}."
        )
    return practice


def load_practice(practice: str | Path | Practice) -> Practice:
    """An entry of the catalogue or a TOML file, whether the camera measures it or not; as `load_exercise`."""
    if isinstance(practice, Practice):
        return practice
    path = Path(practice)
    if path.suffix == ".toml":
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ExerciseError(
                f"No readable exercise file at {path}. Pass an id or the path of a TOML file."
            ) from None
        return parse_practice(text, where=path.name)
    ids = practice_ids()
    if str(practice) not in ids:
        raise ExerciseError(f"No exercise is called {str(practice)!r}.{nearest(str(practice), ids)}")
    return parse_practice(
        (_catalogue() / f"{practice}.toml").read_text(encoding="utf-8"), where=f"{practice}.toml"
    )


def parse_practice(text: str, *, where: str = "exercise.toml") -> Practice:
    """An exercise from TOML text; `where` names the file in errors.

    What has a table ``[movement]`` is an `Exercise`, anything else a `Practice`. Raises `ExerciseError`.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExerciseError(f"{where} is not valid TOML: {error}.") from None
    table.pop("toml_text", None)
    kind = Exercise if _MEASURED.intersection(table) else Practice
    try:
        return kind(**table, toml_text=text)
    except ValidationError as error:
        raise ExerciseError(explain(error, where, kind)) from None


_MEASURED = set(Exercise.model_fields) - set(Practice.model_fields)
