"""What a clip shows, as data: one TOML file a clip. Everything has a default; unknown keys are refused.

A clip is a sequence of acts of one person (`[[act]]`), filmed by one camera, perhaps with others in the picture
(`[[other]]`). Where a number may differ between the sides or from repetition to repetition, give a table with ``left``
and ``right``, or a list with one value a repetition; a shorter list goes on with its last number. Angles are what the
joints are told: the truth beside the clip says what became of them.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Side = Literal["left", "right"]
Number = float | list[float]  # the same for all repetitions, or one value each
Rgb = tuple[float, float, float]
SIDES = ("left", "right")


class SpecError(ValueError):
    """A spec that cannot be filmed, in one sentence."""


class Part(BaseModel):
    """A table of the spec: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PerSide(Part):
    """A number for each side."""

    left: Number
    right: Number


class Person(Part):
    """Who is seen: build and looks.

    Attributes
    ----------
    sex : float
        0 female to 1 male.
    age_years : float
    weight, height, muscle : float
        0 little to 1 much, 0.5 average.
    ancestry : (float, float, float)
        Weights of European, African and Asian faces.
    face : int
        Which face of that kind: 0 is the average.
    skin, hair_color, top, bottom, shoe : (r, g, b), 0-1
    sleeve, leg : float
        How far the sleeve (1 wrist) and the trouser leg (1 ankle) reach.
    loose : float
        How wide the clothes are.
    """

    sex: float = Field(0.5, ge=0, le=1)
    age_years: float = Field(60.0, ge=20, le=90)
    weight: float = Field(0.5, ge=0, le=1)
    height: float = Field(0.5, ge=0, le=1)
    muscle: float = Field(0.5, ge=0, le=1)
    ancestry: tuple[float, float, float] = (1.0, 0.0, 0.0)
    face: int = 0
    skin: Rgb = (0.78, 0.58, 0.47)
    hair: Literal["short", "bun", "long", "bald"] = "short"
    hair_color: Rgb = (0.35, 0.32, 0.30)
    top: Rgb = (0.20, 0.33, 0.55)
    bottom: Rgb = (0.24, 0.22, 0.20)
    shoe: Rgb = (0.85, 0.85, 0.86)
    top_pattern: Literal["plain", "stripes", "check", "logo"] = "plain"
    sleeve: float = Field(0.5, ge=0, le=1)
    leg: float = Field(0.92, ge=0.4, le=1)
    loose: float = Field(1.0, ge=0.3, le=2)
    glasses: bool = False


class Camera(Part):
    """From where the person is filmed.

    Attributes
    ----------
    azimuth_deg : float
        0 in front of the person, positive towards the person's left: 90 sees the left side.
    elevation_deg : float
        Positive looks down.
    height_m : float, optional
        Height of the lens; takes the place of `elevation_deg`.
    distance_m : float
    aim_m : (float, float, float), optional
        Point at the middle of the picture, in the person's own axes (left, up, forward); chosen by posture if absent.
    roll_deg : float
        Positive tips the picture clockwise.
    fovy_deg : float
        Vertical angle of view.
    distortion_k1 : float
        Brown's first radial term; negative is the barrel of a cheap lens.
    """

    azimuth_deg: float = 0.0
    elevation_deg: float = 4.0
    height_m: float | None = Field(None, gt=0)
    distance_m: float = Field(2.6, gt=0.3)
    aim_m: tuple[float, float, float] | None = None
    roll_deg: float = 0.0
    fovy_deg: float = Field(42.0, gt=5, lt=120)
    distortion_k1: float = Field(0.0, ge=-0.5, le=0.5)


class Room(Part):
    """Where it happens."""

    kind: Literal["plain", "room", "clutter", "kitchen", "clinic"] = "room"
    light: Literal["soft", "dim", "backlit", "side", "evening"] = "soft"
    wall: Rgb | None = None
    floor: Rgb | None = None
    chair: Literal["auto", "none", "chair", "armchair", "wheelchair"] = "auto"


class Span(Part):
    """A stretch of the recording."""

    from_s: float = Field(ge=0)
    to_s: float

    @model_validator(mode="after")
    def _forward(self):
        if not self.from_s < self.to_s:
            raise ValueError(f"from_s = {self.from_s:g} must come before to_s = {self.to_s:g}")
        return self


class Slow(Span):
    """A stretch in which the camera gives fewer pictures."""

    rate_hz: float = Field(gt=0)


class Film(Part):
    """How the camera records.

    Attributes
    ----------
    size_px : (int, int)
        Width and height of the picture as it is to be seen.
    rate_hz : float
    jitter_s : float, s
        Each picture is taken up to this much later than due: a variable frame rate.
    dropped : float
        Share of the pictures that never arrive.
    shutter : float
        Share of the time between two pictures during which light is gathered; 0 = no motion blur.
    noise, blur : float
        Noise of the sensor (8-bit levels), softness of the lens (px).
    crf : int
        Constant rate factor of x264: higher is smaller.
    rotated_deg : int
        Clockwise turn that a player must apply: how a phone stores a portrait clip.
    mirrored : bool
        The file shows a mirror image, as selfie recordings do.
    black : list of Span
        The camera gives black pictures.
    slow : list of Slow
    quality : str
        ``fine`` for people to look at, ``draft`` for the bench.
    """

    size_px: tuple[int, int] = (640, 480)
    rate_hz: float = Field(30.0, gt=0, le=120)
    jitter_s: float = Field(0.0, ge=0)
    dropped: float = Field(0.0, ge=0, lt=1)
    shutter: float = Field(0.0, ge=0, le=1)
    noise: float = Field(1.2, ge=0)
    blur: float = Field(0.45, ge=0)
    crf: int = Field(28, ge=10, le=45)
    rotated_deg: Literal[0, 90, 180, 270] = 0
    mirrored: bool = False
    black: tuple[Span, ...] = ()
    slow: tuple[Slow, ...] = ()
    quality: Literal["fine", "draft"] = "fine"

    @model_validator(mode="after")
    def _even(self):
        if any(n < 64 or n % 2 for n in self.size_px):
            raise ValueError(f"size_px = {list(self.size_px)} must hold even numbers of at least 64")
        return self


class Hidden(Span):
    """Something stands between the camera and a part of the body.

    Attributes
    ----------
    part : str
        A keypoint, such as ``right_wrist``.
    size_m : float
        How large the thing is, at the depth of the part.
    follows : bool
        Whether it goes with the part (a hand behind a cushion) or stays where the part was at `from_s`.
    """

    part: str
    size_m: float = Field(0.25, gt=0)
    follows: bool = True


class Tempo(Part):
    """Phase times of each repetition."""

    lift_s: Number | PerSide = 2.0
    hold_s: Number | PerSide = 1.0
    lower_s: Number | PerSide = 2.0
    rest_s: Number = 1.5


class Compensation(Part):
    """What moves along with the limb, in full at its top. Positive as in docs/conventions.md, towards the moving side.

    Attributes
    ----------
    trunk_lean_deg, trunk_flexion_deg, trunk_rotation_deg : Number, deg
    shoulder_hike_deg, hip_hike_deg : Number, deg
        Shoulder girdle and pelvis of the moving side come up.
    elbow_drift_deg : Number, deg
        The upper arm leaves the trunk forward.
    """

    trunk_lean_deg: Number = 0.0
    trunk_flexion_deg: Number = 0.0
    trunk_rotation_deg: Number = 0.0
    shoulder_hike_deg: Number | PerSide = 0.0
    hip_hike_deg: Number = 0.0
    elbow_drift_deg: Number = 0.0


class Tremor(Part):
    """A shake that lies on the movement: amplitude of either side and frequency."""

    deg: float | PerSide = 0.0
    hz: float = Field(5.0, gt=0)


class Stops(Part):
    """Halts on the way: a stop-start movement."""

    count: int = Field(0, ge=0)
    each_s: float = Field(0.3, gt=0)
    during: tuple[Literal["lift", "lower"], ...] = ("lift",)


class Variation(Part):
    """Standard deviations from one repetition to the next: of the peak, and of every phase time as a part of it."""

    peak_deg: float = Field(0.0, ge=0)
    time_part: float = Field(0.0, ge=0, le=0.3)


class Exercise(Part):
    """Repetitions of an exercise.

    Attributes
    ----------
    do : ``"exercise"``
    exercise : str
        A name in `render.movements.MOVEMENTS`.
    side : str
        ``left``, ``right`` or ``both``; together if both.
    reps : int
    start_deg, peak_deg : Number or PerSide, deg
        Command of the leading angle at rest and at the top; the exercise's own if absent.
    lag_s : PerSide or float, s
        How much later the movement begins; a number delays the right side.
    profile : str
        Course of the speed: ``minimum_jerk``, ``trapezoid`` or ``skewed`` (quick start, slow end).
    sway_deg, breath_deg, drift_deg : float
        Slow sway of the trunk, its rise with the breath, and how far the resting angle creeps over the set.
    still_before_s, still_after_s : float, s
    arms : str, optional
        Where the arms rest: ``lap``, ``side``, ``table``, ``support``; the exercise's own if absent.
    """

    do: Literal["exercise"]
    exercise: str
    side: Literal["left", "right", "both"] = "both"
    reps: int = Field(5, ge=0, le=60)
    start_deg: Number | PerSide | None = None
    peak_deg: Number | PerSide | None = None
    tempo: Tempo = Tempo()
    lag_s: float | PerSide = 0.0
    profile: Literal["minimum_jerk", "trapezoid", "skewed"] = "minimum_jerk"
    variation: Variation = Variation()
    compensation: Compensation = Compensation()
    tremor: Tremor = Tremor()
    stops: Stops = Stops()
    sway_deg: float = 0.35
    breath_deg: float = 0.5
    drift_deg: float = 0.0
    still_before_s: float = Field(2.0, ge=0)
    still_after_s: float = Field(2.0, ge=0)
    arms: Literal["lap", "side", "table", "support"] | None = None


class Simple(Part):
    """Acts that only take time: nobody there, sitting or standing still, standing up, sitting down."""

    do: Literal["empty", "sit", "stand", "stand_up", "sit_down"]
    seconds: float = Field(3.0, gt=0)
    arms: Literal["lap", "side", "table", "support"] | None = None


class Walk(Part):
    """Coming in to the chair (or the place to stand), or leaving; `side` is that of the picture."""

    do: Literal["walk_in", "leave"]
    seconds: float = Field(5.0, gt=1)
    side: Side = "left"


class Gesture(Part):
    """Raising a hand above the head, holding it beside a picture on the screen, or leaning towards the screen."""

    do: Literal["raise_hand", "hand_beside", "lean_in"]
    seconds: float = Field(4.0, gt=1)
    side: Side = "right"
    picture: Literal[1, 2, 3] = 1


class Free(Part):
    """Any pose after any other, a new one each `every_s`: what no exercise shows, to train on."""

    do: Literal["free"]
    seconds: float = Field(10.0, gt=0)
    posture: Literal["sit", "stand"] = "sit"
    every_s: float = Field(1.0, gt=0.1)


Act = Annotated[Exercise | Simple | Walk | Gesture | Free, Field(discriminator="do")]


class Other(Part):
    """Somebody else in the picture.

    Attributes
    ----------
    do : str
        ``stand``, ``walk_through`` (crosses the picture) or ``help`` (holds the wrist or knee of `helps_side`).
    from_s, to_s : float
        When they are there.
    at_m : (float, float)
        Where they stand: metres to the left and forward of the person, in the person's own axes.
    to_m : (float, float)
        Where they walk to.
    person : Person
    """

    do: Literal["stand", "walk_through", "help"] = "stand"
    from_s: float = Field(0.0, ge=0)
    to_s: float = 1e9
    at_m: tuple[float, float] = (1.0, -0.9)
    to_m: tuple[float, float] = (-1.5, -0.9)
    heading_deg: float = 0.0
    helps_side: Side = "left"
    person: Person = Person()


class Spec(Part):
    """One clip. See the parts for the meaning of each table."""

    title: str = ""
    seed: int = 0
    person: Person = Person()
    camera: Camera = Camera()
    room: Room = Room()
    film: Film = Film()
    act: tuple[Act, ...] = Field(min_length=1)
    other: tuple[Other, ...] = ()
    hidden: tuple[Hidden, ...] = ()
