"""What a person chooses: the settings of an analysis, and corrections of its outcome."""

import difflib
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any, Literal, TypedDict, get_args

from posecheck.errors import SettingsError

Seen = Literal["auto", "front", "oblique_left", "oblique_right", "left", "right"]
Side = Literal["left", "right", "both"]
Weaker = Literal["left", "right", "none", "unknown"]
Kind = Literal["practice", "check"]
CHOICES = {
    "view": get_args(Seen),
    "side": get_args(Side),
    "affected": get_args(Weaker),
    "kind": get_args(Kind),
}
"""Words that a setting takes."""
_SPANS = {"visibility_min": (0, 1), "visibility_regain": (0, 1), "fill_max_s": (0, 60), "interrupt_s": (0, 3600),
          "rep_max_s": (0, 3600), "set_gap_s": (0, 86400), "rate_hz": (10, 240)}  # fmt: skip


class SettingsGiven(TypedDict, total=False):
    """Fields of `Settings` as keywords: what `posecheck.analyse_video` takes besides its own."""

    view: Seen
    side: Side
    affected: Weaker
    kind: Kind
    level: int
    rate_hz: float
    visibility_min: float
    visibility_regain: float
    fill_max_s: float
    interrupt_s: float
    rep_max_s: float
    set_gap_s: float


@dataclass(frozen=True)
class Settings:
    """Every knob, on one screen. The resolved values travel with each result.

    Attributes
    ----------
    view : str
        ``auto`` measures the view, or one of `VIEWS` declares it. ``left`` = the person's left side is nearer.
    side : str
        ``left``, ``right`` or ``both``.
    affected : str
        The weaker side: ``left``, ``right``, ``none`` or ``unknown``. Asked, never inferred.
    kind : str
        ``practice``, or ``check``: three repetitions a side as far as comfortable, unpaced, with no target shown.
        Baselines, symmetry and trends come from check sets; a check set is not scored.
    level : int
        Which target of the exercise applies (1 easy, 2 default, 3 strong).
    rate_hz : float
        Uniform analysis grid k / rate_hz, anchored at time 0 of the recording. The filters are made for 30.
    visibility_min : float
        Keypoints the model scores below this count as not seen.
    visibility_regain : float
        A keypoint that leapt while its visibility dropped counts as hidden until its visibility is within this of
        what it was in the second before. 1 turns that off.
    fill_max_s : float
        Longest gap between two sightings of a keypoint that is bridged (and counted as filled).
    interrupt_s : float
        A gap at least this long ends the repetition in progress.
    rep_max_s : float
        A lift that has not come back to rest after this long is closed as incomplete.
    set_gap_s : float
        Rest of at least this long starts a new set.

    Raises
    ------
    SettingsError
        A word that a setting does not take, or a number outside of what makes sense.

    Examples
    --------
    >>> Settings(affected="left").level
    2
    >>> Settings(affected="lft")
    Traceback (most recent call last):
    posecheck.errors.SettingsError: affected is one of left, right, none, unknown, not 'lft'. Did you mean left?
    """

    view: Seen = "auto"
    side: Side = "both"
    affected: Weaker = "unknown"
    kind: Kind = "practice"
    level: int = 2
    rate_hz: float = 30.0
    visibility_min: float = 0.5
    visibility_regain: float = 0.03
    fill_max_s: float = 0.17
    interrupt_s: float = 1.0
    rep_max_s: float = 30.0
    set_gap_s: float = 20.0

    def __post_init__(self):
        for name, words in CHOICES.items():
            if (value := getattr(self, name)) not in words:
                near = difflib.get_close_matches(str(value), words, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise SettingsError(f"{name} is one of {', '.join(words)}, not {value!r}.{hint}")
        if not isinstance(self.level, int) or self.level not in (1, 2, 3):
            raise SettingsError(f"level is 1 (easy), 2 or 3 (strong), not {self.level!r}.")
        for name, (least, most) in _SPANS.items():
            value = getattr(self, name)
            if not (isinstance(value, int | float) and isfinite(value) and least <= value <= most):
                raise SettingsError(f"{name} is a number from {least} to {most}, not {value!r}.")

    def as_dict(self) -> dict[str, Any]:
        """Every setting by name, as provenance keeps it."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True)
class Edit:
    """A person's correction, as data. `analyse` applies edits in order and provenance names them.

    Attributes
    ----------
    kind : str
        ``add``, ``move``, ``delete``, ``merge``, ``exclude`` (not counted, but still shown), ``allow``, ``assist`` or
        ``side``.
    side : str
        Side of the repetition meant (or made).
    rep : int, optional
        Number of the repetition as the automatic result, with the edits before this one applied, counts it.
    start_s, end_s : float, optional
        New boundaries for ``add`` and ``move``.
    value : str, optional
        Rule id for ``allow``; new side for ``side``; ``"false"`` takes ``assist`` or ``exclude`` back.
    author, at_utc : str
        Who and when.
    """

    kind: str
    side: str
    rep: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    value: str | None = None
    author: str = ""
    at_utc: str = ""
