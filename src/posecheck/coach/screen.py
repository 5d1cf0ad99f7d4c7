"""What stands on the screen, as data: the browser draws it and decides nothing."""

from dataclasses import asdict, dataclass, field, replace

from posecheck.records import OTHER_SIDE

OWN_SIDES = {"hand_up": "stronger", "weaker_arm": "weaker", "weaker_leg": "weaker", "helped": "weaker",
             "passive": "weaker", "both_sides_linked": "weaker", "two_hands_cup": "weaker"}  # fmt: skip
"""Pictograms of one's own sides, and the side that each is about; each comes as ``ID_left`` and ``ID_right``."""


@dataclass(frozen=True)
class Choice:
    """A picture to choose, by hand, key, clicker or touch.

    Attributes
    ----------
    id : str
    text : str
        Four words or fewer.
    picture : str
        Id of a pictogram; empty for none.
    place : int
        1 high, 2 middle, 3 low beside the person; 0 = a button only, not to be had by hand.
    about : str
        What `text` answers, where answers are summed up.
    mark : str
        Id of a small pictogram beside it, as of the raised hand that means it too; empty for none.
    """

    id: str
    text: str
    picture: str
    place: int = 0
    about: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Pacer:
    """When the dot moves: cycles of lift, hold, lower and rest from `begin_s` on.

    Attributes
    ----------
    begin_s : float, s
        Of the first lift, on the browser's clock.
    lift_s, hold_s, lower_s, rest_s : float, s
    words : dict of str to str
        What the voice says at the start of a phase.
    led : int
        So many cycles are led by the voice; after that the dot goes on alone.
    running : bool
        False while it waits for the person.
    """

    begin_s: float
    lift_s: float
    hold_s: float
    lower_s: float
    rest_s: float
    words: dict[str, str] = field(default_factory=dict)
    led: int = 2
    running: bool = True

    @property
    def cycle_s(self):
        """Length of a whole cycle."""
        return self.lift_s + self.hold_s + self.lower_s + self.rest_s

    def cycles(self, t_s):
        """Whole movements, without the rest after the last, that the dot has shown by a time."""
        return max(0, int((t_s - self.begin_s + self.rest_s) // self.cycle_s))


@dataclass(frozen=True)
class Screen:
    """One thing at a time.

    Attributes
    ----------
    kind : str
        Layout: ``home``, ``choices``, ``camera``, ``show``, ``set``, ``rest``, ``read``, ``alarm``, ``progress``.
    title : str
        Six words or fewer.
    cue : str
        What helps now; takes the place of the title's weight while it is there.
    lines : tuple of str
        Short sentences to read along.
    picture : str
        Id of a pictogram.
    choices : tuple of Choice
    camera : bool
        Whether the camera must run.
    preview : bool
        Whether the person sees the own mirror image.
    pacer : Pacer or None
    count : int or None
        The only number a survivor sees.
    step : (int, int) or None
        Which set of how many of this exercise; drawn as dots, since the count is the only number.
    figure : dict or None
        What `demonstration.demonstrate` needs: exercise, side, level.
    ends_s : float or None
        When a rest is over; drawn as a circle that fills, not as a number.
    stop : bool
        Whether *Stop exercise* is offered.
    data : dict
        What one kind of screen needs beyond this.
    """

    kind: str
    title: str = ""
    cue: str = ""
    lines: tuple[str, ...] = ()
    picture: str = ""
    choices: tuple[Choice, ...] = ()
    camera: bool = False
    preview: bool = False
    pacer: Pacer | None = None
    count: int | None = None
    step: tuple[int, int] | None = None
    figure: dict | None = None
    ends_s: float | None = None
    stop: bool = False
    data: dict = field(default_factory=dict)

    def to_dict(self):
        """As plain values for JSON."""
        return asdict(self)


def as_in_a_mirror(screen, stronger_side):
    """The screen with each picture of one's own sides as a mirror shows it: a person's left at the left.

    Parameters
    ----------
    screen : Screen
        Whose steps name such a picture without its side.
    stronger_side : str
        ``left`` or ``right``.

    Examples
    --------
    >>> as_in_a_mirror(Screen("read", picture="weaker_arm"), "right").picture
    'weaker_arm_left'
    """
    side_of = {"stronger": stronger_side, "weaker": OTHER_SIDE[stronger_side]}

    def shown(name):
        return f"{name}_{side_of[OWN_SIDES[name]]}" if name in OWN_SIDES else name

    choices = tuple(
        replace(choice, picture=shown(choice.picture), mark=shown(choice.mark)) for choice in screen.choices
    )
    return replace(screen, picture=shown(screen.picture), choices=choices)
