"""What is said to a survivor, by id: one TOML file a language, and the words that an exercise brings along."""

import tomllib
from functools import cache
from importlib import resources

from posecheck.errors import PosecheckError

MOST_WORDS = 6


def languages():
    """Codes of the languages there are, sorted."""
    folder = resources.files("posecheck") / "words"
    return sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))


@cache
def words(language="en"):
    """All words of a language, table by table.

    Raises
    ------
    PosecheckError
        For a language that is not there.
    """
    if language not in languages():
        raise PosecheckError(f"There are no words in {language!r}. Known: {', '.join(languages())}.")
    return tomllib.loads((resources.files("posecheck") / "words" / f"{language}.toml").read_text("utf-8"))


def said(rule, exercise=None, *, language="en"):
    """What is said when a rule finds something worth saying.

    Parameters
    ----------
    rule : str
        Id of a cue (``too_fast``), of a compensation (``trunk_lean``), or of a phase that the pacer calls (``lift``).
    exercise : Practice, optional
        Its own words come first; a check of somebody's own that brings none gets those for ``posture``. In another
        language come those that ``[exercise.ID]`` of the language's file gives.
    language : str

    Returns
    -------
    str

    Examples
    --------
    >>> said("too_fast")
    'Slower. Count 3.'
    """
    known = words(language)
    if exercise is not None:
        checks = {check.id: check.say for check in getattr(exercise, "check", ()) if check.say}
        own = exercise.cues | checks if language == "en" else {}
        own = own | known.get("exercise", {}).get(exercise.id, {})
        if rule in own:
            return own[rule]
    for table in ("cue", "posture", "pacer"):
        if rule in known.get(table, {}):
            return known[table][rule]
    return known["cue"]["posture"]


def cure(check, *, language="en", **parts):
    """What helps when the camera does not see well enough; `parts` fill ``{limb}`` and ``{side}``.

    Examples
    --------
    >>> cure("hidden", limb="elbow")
    'Show me your elbow.'
    """
    known = words(language)
    return known["cure"][check].format(
        **{name: known["part"].get(part, part) for name, part in parts.items()}
    )
