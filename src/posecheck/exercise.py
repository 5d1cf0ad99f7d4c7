"""An exercise as data: what moves, from where it may be watched, what counts, how it should be done, and why.

One TOML file an exercise. A therapist can review a diff; nobody writes Python to add one.
"""

import difflib
import hashlib
import tomllib
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from posecheck.errors import ExerciseError
from posecheck.lifting import SIGNALS_LIFTED
from posecheck.metrics import SHAPE_PART
from posecheck.signals import SIGNALS

View = Literal["front", "oblique_left", "oblique_right", "left", "right"]
Level = Literal["1", "2", "3"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Movement(_Part):
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


class RepRule(_Part):
    """What counts as one repetition.

    Attributes
    ----------
    min_excursion_deg, min_excursion_affected_deg : float, deg
        Smallest movement that counts, on the stronger and on the affected side.
    min_duration_s : float, s
        Shortest time from leaving rest to being back, judged by the time spent above a quarter of the excursion.
    first_rest_s : float, s
        Stillness at rest before the first repetition of a recording; 0 asks for none.
    """

    min_excursion_deg: float = Field(gt=0)
    min_excursion_affected_deg: float = Field(gt=0)
    min_duration_s: float = Field(1.5, gt=0)
    first_rest_s: float = Field(0.0, ge=0)


class Tempo(_Part):
    """Prescribed phase times. Named fields, since "3-1-3-1" is read in two directions."""

    lift_s: float | None = Field(None, gt=0)
    hold_s: float | None = Field(None, ge=0)
    lower_s: float | None = Field(None, gt=0)
    rest_s: float | None = Field(None, ge=0)


class Target(_Part):
    """What one level asks for.

    Attributes
    ----------
    peak_deg : float, deg
        The signal at the top.
    range_deg : float, deg
        Excursion from the usual start to `peak_deg`; the range sub-score compares with this.
    tempo : Tempo
    """

    peak_deg: float = Field(ge=-180, le=180)
    range_deg: float = Field(gt=0, le=180)
    tempo: Tempo


class Watch(_Part):
    """How far a view can be trusted.

    Attributes
    ----------
    trust : str
        ``range`` measures everything; ``tempo`` counts and times, and withholds degrees.
    sigma_deg : float, deg
        Error of the range in this view, from the bench (one standard deviation). What an angle in space expects of
        itself may only add to it.
    estimator : str
        ``image_2d`` takes angles as the picture shows them, ``lifted_3d`` in space (`posecheck.lifting`).
    time_part : float
        Error of lift, hold and lowering in this view, as a part of their time (one standard deviation), from the bench.
        From 0.30 on they are not told.
    flat_sigma_deg : float, deg
        Error where landmarks come without depth, so that nothing can be lifted and the picture's angles serve. Without
        it nothing is measured then.
    """

    trust: Literal["range", "tempo"]
    sigma_deg: float = Field(gt=0)
    estimator: Literal["image_2d", "lifted_3d"] = "image_2d"
    time_part: float = Field(SHAPE_PART, gt=0, lt=1)
    flat_sigma_deg: float | None = Field(None, gt=0)


class Requirement(_Part):
    """A posture without which the movement is not this exercise: it is left out, and said so.

    Attributes
    ----------
    signal : str
    during : str
        ``start`` (before the lift), ``top`` or ``all`` (at least 80 % of the repetition).
    min_deg, max_deg : float, deg
    why : str
        Reason given for what is left out.
    """

    signal: str
    during: Literal["start", "top", "all"]
    min_deg: float = -360.0
    max_deg: float = 360.0
    why: str


class Check(_Part):
    """A compensation to look out for: a change of a signal during the repetition.

    Attributes
    ----------
    id, signal : str
    views : tuple of str
    start_deg, severe_deg : float, deg
        Where it is worth a cue, and where it counts fully.
    direction : str
        ``positive``, ``negative`` or ``either`` change of the signal.
    scored : bool
        False = advisory text only, never subtracts points.
    say : str
        Six words or fewer, verb first.
    source, evidence : str
    """

    id: str
    signal: str
    views: tuple[View, ...]
    start_deg: float = Field(gt=0)
    severe_deg: float = Field(gt=0)
    direction: Literal["positive", "negative", "either"] = "either"
    scored: bool = True
    say: str
    source: str
    evidence: Literal["S", "M", "U", "C"]


class Exercise(_Part):
    """One exercise. See the parts for the meaning of each table.

    Attributes
    ----------
    id : str
        snake_case and permanent.
    sides : str
        ``unilateral`` (each limb for itself) or ``bilateral`` (both limbs share each repetition).
    mdc95_deg : float, deg
        Default minimal detectable change of the range, same set-up.
    sources : mapping of str to str
        Where each limit comes from, with its evidence tag.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    clinical_name: str
    position: Literal["seated", "standing", "seated_to_standing"]
    sides: Literal["unilateral", "bilateral"]
    movement: Movement
    rep: RepRule
    target: dict[Level, Target]
    view: dict[View, Watch]
    require: tuple[Requirement, ...] = ()
    check: tuple[Check, ...] = ()
    cues: dict[str, str]
    safety: tuple[str, ...] = ()
    mdc95_deg: float = Field(gt=0)
    sources: dict[str, str]
    toml_text: str = Field("", exclude=True, repr=False)

    @model_validator(mode="after")
    def _known_signals(self):
        named = [self.movement.signal, *(r.signal for r in self.require), *(c.signal for c in self.check)]
        for name in named:
            if name not in SIGNALS:
                raise ValueError(f"signal {name!r} is not known.{_nearest(name, SIGNALS)}")
        return self

    @cached_property
    def sha256(self):
        """Hash of the TOML text this exercise was read from."""
        return hashlib.sha256(self.toml_text.encode()).hexdigest()

    @model_validator(mode="after")
    def _lifted_signal(self):
        signal = self.movement.signal
        for view, watch in self.view.items():
            if watch.estimator == "lifted_3d" and signal not in SIGNALS_LIFTED:
                raise ValueError(
                    f"view {view!r} takes the angle in space, but {signal!r} can only be had in the picture: "
                    'write estimator = "image_2d".'
                )
        return self

    @property
    def sign(self):
        """+1 or -1: multiplies the signal so that lifting is positive."""
        return 1.0 if self.movement.lift == "increases" else -1.0

    def watch(self, view, *, depth):
        """How far a view can be trusted; None when the exercise is not measured from it.

        Parameters
        ----------
        view : str or None
        depth : bool
            Whether the landmarks can be lifted into space.
        """
        watch = self.view.get(view)
        if watch is None or depth or watch.estimator == "image_2d":
            return watch
        if watch.flat_sigma_deg is None:
            return None
        return watch.model_copy(update={"estimator": "image_2d", "sigma_deg": watch.flat_sigma_deg})


def _nearest(name, known):
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"{hint} Known: {', '.join(sorted(known))}."


def _catalogue():
    return resources.files("posecheck") / "catalogue"


def exercise_ids():
    """Ids of the exercises that come with posecheck, sorted."""
    return sorted(entry.name[:-5] for entry in _catalogue().iterdir() if entry.name.endswith(".toml"))


def list_exercises():
    """All exercises of the catalogue, by id."""
    return [load_exercise(name) for name in exercise_ids()]


def load_exercise(exercise):
    """An exercise from the catalogue, or from a TOML file of your own.

    Parameters
    ----------
    exercise : str, Path or Exercise
        An id such as ``"elbow_flexion"``, or a path that ends in ``.toml``.

    Raises
    ------
    ExerciseError
        Unknown id (with the nearest one), unreadable file, or a key or value that does not belong.
    """
    if isinstance(exercise, Exercise):
        return exercise
    path = Path(exercise)
    if path.suffix == ".toml":
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ExerciseError(
                f"No readable exercise file at {path}. Pass an id or the path of a TOML file."
            ) from None
        return parse_exercise(text, where=path.name)
    ids = exercise_ids()
    if str(exercise) not in ids:
        raise ExerciseError(f"No exercise is called {str(exercise)!r}.{_nearest(str(exercise), ids)}")
    return parse_exercise(
        (_catalogue() / f"{exercise}.toml").read_text(encoding="utf-8"), where=f"{exercise}.toml"
    )


def parse_exercise(text, *, where="exercise.toml"):
    """An exercise from TOML text; `where` names the file in errors. Raises `ExerciseError`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExerciseError(f"{where} is not valid TOML: {error}.") from None
    table.pop("toml_text", None)
    try:
        return Exercise(**table, toml_text=text)
    except ValidationError as error:
        raise ExerciseError(_explain(error, where)) from None


def _explain(error, where):
    """The first problem pydantic found, as one sentence with file, place and nearest name."""
    problems = error.errors()
    problem = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    place = [str(part) for part in problem["loc"]]
    table, key = ".".join(place[:-1]), place[-1] if place else ""
    section = f"{where} [{table}]" if table else where
    if problem["type"] == "extra_forbidden":
        return f"{section}: unknown key {key!r}.{_nearest(key, _known_keys(place[:-1]))}"
    if problem["type"] == "missing":
        return f"{section}: {key!r} is missing. Add it; `posecheck exercises show elbow_flexion` shows a complete file."
    if problem["type"] == "value_error":
        return f"{where}: {problem['ctx']['error']}"
    return f"{section}: {key!r} = {problem['input']!r}: {problem['msg']}."


def _known_keys(place):
    parts = {"movement": Movement, "rep": RepRule, "target": Target, "tempo": Tempo, "view": Watch,
             "require": Requirement, "check": Check}  # fmt: skip
    model = next((parts[name] for name in reversed(place) if name in parts), Exercise)
    return [name for name in model.model_fields if name != "toml_text"]
