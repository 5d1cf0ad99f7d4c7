"""How a therapist's pages say things: days, sides, ways of practising, amounts."""

from functools import cache

from posecheck.exercise import list_exercises, load_practice, practice_ids
from posecheck.words import words

ROLES = {"stronger": "Stronger side", "weaker": "Weaker side", "both": "Both sides", "check": "Check set",
         "task": "Everyday task"}  # fmt: skip
MODES = {"active": "by itself", "assisted": "helped", "passive": "moved by somebody", "imagery": "imagined"}
VIEWS = {"front": "the front", "left": "the left side", "right": "the right side", "oblique_left": "half left",
         "oblique_right": "half right"}  # fmt: skip


@cache
def exercise_name(exercise):
    """Name of an exercise in plain words; an id that the catalogue does not have is told as it is.

    Examples
    --------
    >>> exercise_name("elbow_flexion"), exercise_name("towel")
    ('Bend your elbow', 'towel')
    """
    return load_practice(exercise).name if exercise in practice_ids() else str(exercise).replace("_", " ")


@cache
def exercise_names():
    """Names of everything that the camera measures, by id."""
    return {one.id: one.name for one in list_exercises()}


def day_of(at_utc):
    """The day of a moment, where the therapist is."""
    return at_utc.astimezone().date()


def told_day(day):
    """A day as one says it.

    Examples
    --------
    >>> from datetime import date
    >>> told_day(date(2026, 3, 2))
    'Mon 2 March'
    """
    return f"{day:%a} {day.day} {day:%B}"


def counted(number, one, many=None):
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "session"), counted(3, "session"), counted(2, "entry", "entries")
    ('1 session', '3 sessions', '2 entries')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def seen_from(view):
    """From where the camera saw somebody.

    Examples
    --------
    >>> seen_from("front"), seen_from("unknown")
    ('the front', 'somewhere that could not be told')
    """
    return VIEWS.get(view, "somewhere that could not be told")


def amount(value, unit, *, signed=False):
    """A range or a change of it.

    Examples
    --------
    >>> amount(40.2, "deg"), amount(3.4, "deg", signed=True), amount(-0.3, "deg", signed=True), amount(0.421, "ratio")
    ('40°', '+3°', '0°', '0.42')
    """
    digits = 0 if unit == "deg" else 2
    value = round(value, digits) + 0.0  # no -0
    sign = "+" if signed and value > 0 else ""
    return f"{sign}{value:.{digits}f}{'°' if unit == 'deg' else ''}"


def side_named(side, weaker_side):
    """A side by its strength, where that is known.

    Examples
    --------
    >>> side_named("left", "left"), side_named("right", None), side_named("both", "left")
    ('weaker side (left)', 'right side', 'both sides')
    """
    if side not in ("left", "right"):
        return "both sides"
    if weaker_side not in ("left", "right"):
        return f"{side} side"
    return f"{'weaker' if side == weaker_side else 'stronger'} side ({side})"


def site_named(site):
    """Where it hurts, in the words of the question."""
    return words()["site"].get(site, site or "not told").lower()


def flag_named(flag):
    """What was new that day, in the words of the question."""
    return words()["red_flag"].get(flag, str(flag))


def sets_by_reps(reps):
    """Sets times repetitions.

    Parameters
    ----------
    reps : sequence of int
        Of each set.

    Examples
    --------
    >>> sets_by_reps([8, 8, 8]), sets_by_reps([5, 8]), sets_by_reps([])
    ('3 × 8', '2 × 5 to 8 (13)', 'none')
    """
    if not reps:
        return "none"
    if len(set(reps)) == 1:
        return f"{len(reps)} × {reps[0]}"
    return f"{len(reps)} × {min(reps)} to {max(reps)} ({sum(reps)})"
