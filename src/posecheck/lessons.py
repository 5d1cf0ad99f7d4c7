"""What a survivor learns along the way: picture cards, what to expect, imagined practice and everyday tasks.

One TOML file a language, each text with its source. `posecheck.voice` says them aloud.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from posecheck.errors import PosecheckError
from posecheck.exercise_parts import Contraindication, Part, explain


class Sourced(Part):
    """Something that is said, with where it comes from.

    Attributes
    ----------
    source : str
    evidence : str
        S a source that was read, M well established, C computed, U to be reviewed.
    """

    source: str = Field(min_length=1)
    evidence: Literal["S", "M", "C", "U"]


class Card(Sourced):
    """A picture with two sentences, after one of the first five sessions.

    Attributes
    ----------
    id : str
        snake_case and permanent.
    picture : str
        Name of its pictogram.
    sentences : (2,) tuple of str
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    picture: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    sentences: tuple[str, str]


class Expectation(Sourced):
    """What may be expected, at the first practice of a week.

    Attributes
    ----------
    week : int
        From 1.
    picture : str
    sentences : tuple of str
    """

    week: int = Field(ge=1)
    picture: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    sentences: tuple[str, ...] = Field(min_length=1)


class Line(Part):
    """One line of an imagined practice.

    Attributes
    ----------
    say : str
    pause_s : float, s
        Stillness after it.
    """

    say: str = Field(min_length=1)
    pause_s: float = Field(gt=0, le=10)


class Imagery(Sourced):
    """Imagined practice: the lines of each exercise, and those around them.

    Attributes
    ----------
    opening, closing : tuple of Line
    script : mapping of exercise id to tuple of Line
        ``breathing`` is no exercise.
    session : tuple of str
        Scripts of the five-minute session without a camera, in order.
    """

    opening: tuple[Line, ...]
    closing: tuple[Line, ...]
    script: dict[str, tuple[Line, ...]]
    session: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _session_is_made_of_scripts(self):
        unknown = [name for name in self.session if name not in self.script]
        if unknown:
            raise ValueError(f"session names {', '.join(unknown)}, for which there is no script.")
        return self

    def lines(self, *scripts):
        """The lines of some scripts one after the other, with opening and closing; of the session without any.

        Examples
        --------
        >>> lessons().imagery.lines("elbow_flexion")[0].say
        'Sit well, and let both arms rest.'
        """
        chosen = scripts or self.session
        for name in chosen:
            if name not in self.script:
                raise PosecheckError(
                    f"There is no imagery for {name!r}. Known: {', '.join(sorted(self.script))}."
                )
        return self.opening + sum((self.script[name] for name in chosen), ()) + self.closing


class Task(Sourced):
    """An everyday task that ends a practice.

    Attributes
    ----------
    name, say, hands : str
        As it is chosen; what is said; how both hands take part.
    contraindications : tuple of str
        Whoever has one of these tags is not offered it.
    """

    name: str
    say: str
    hands: str
    contraindications: tuple[Contraindication, ...]


class Lessons(Part):
    """All lessons of a language.

    Attributes
    ----------
    card : (5,) tuple of Card
        In the order of the sessions.
    expectation : tuple of Expectation
    imagery : Imagery
    task : mapping of str to Task
    """

    language: str
    card: tuple[Card, Card, Card, Card, Card]
    expectation: tuple[Expectation, ...]
    imagery: Imagery
    task: dict[str, Task]

    def expectation_of(self, week):
        """What is shown at the first practice of a week, or None.

        Examples
        --------
        >>> lessons().expectation_of(1).sentences
        ('Change takes weeks.', 'People differ.', 'Practice counts.')
        """
        return next((one for one in self.expectation if one.week == week), None)

    def spoken(self):
        """Every text that is said, each once, in reading order."""
        texts = [sentence for part in (*self.card, *self.expectation) for sentence in part.sentences]
        imagery = self.imagery
        for lines in (imagery.opening, *imagery.script.values(), imagery.closing):
            texts += [line.say for line in lines]
        for task in self.task.values():
            texts += [task.name, task.say, task.hands]
        return list(dict.fromkeys(texts))


@cache
def lessons(language="en"):
    """Cards, expectations, imagery and tasks of a language.

    Raises
    ------
    PosecheckError
        For a language without lessons, or a file that does not describe them.

    Examples
    --------
    >>> lessons().card[0].sentences[0]
    'Training one side can also help the other.'
    """
    folder = resources.files("posecheck") / "lessons"
    known = sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if language not in known:
        raise PosecheckError(f"There are no lessons in {language!r}. Known: {', '.join(known)}.")
    try:
        return Lessons.model_validate(tomllib.loads((folder / f"{language}.toml").read_text("utf-8")))
    except ValidationError as error:
        raise PosecheckError(explain(error, f"lessons/{language}.toml", Lessons)) from None
