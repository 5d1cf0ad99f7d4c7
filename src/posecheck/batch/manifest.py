"""What a study consists of: a row a clip, from a table or found in a folder, all checked before anything starts."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from posecheck.batch.columns import TAKEN
from posecheck.batch.rows import CHOICES, FACTS, found_rows, read_rows
from posecheck.errors import BatchError, ExerciseError
from posecheck.exercise import Exercise, load_exercise
from posecheck.exercise_parts import nearest
from posecheck.records import SIDES, Settings
from posecheck.trial import POSES, distinct

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")
# What others call them: carried through unseen, it would leave out what was meant.
_ALSO = {
    "participant": ("subject", "patient", "subject_id", "patient_id"),
    "affected": ("paretic", "affected_side", "weaker", "weak_side", "paretic_side"),
}
_SHOWN = 20  # problems that are told one by one


@dataclass(frozen=True)
class Clip:
    """One row of a study: a recording, whose it is, and how it is to be scored.

    Attributes
    ----------
    id : str
        Name of the trial, unlike any other of the study.
    path : Path
        A video, a folder of pictures, or stored poses.
    place : str
        `path` as the manifest names it, or as it lies in the folder of the study: the same on every machine.
    participant, session : str
        Empty where not told.
    exercise : Exercise
    settings : Settings
    person : int or None
    mirrored : bool
    start_s, end_s : float or None, s
    carried : mapping of str to value
        Further columns.
    """

    id: str
    path: Path
    place: str
    exercise: Exercise
    participant: str = ""
    session: str = ""
    settings: Settings = field(default_factory=Settings)
    person: int | None = None
    mirrored: bool = False
    start_s: float | None = None
    end_s: float | None = None
    carried: Mapping[str, Any] = field(default_factory=dict)


def clips_of(place: str | Path, *, rule: str | None = None, **defaults: Any) -> list[Clip]:
    """The clips of a study.

    Parameters
    ----------
    place : path
        A manifest (CSV, TSV or Parquet), or a folder whose videos are taken in order of their names.
    rule : str, optional
        For a folder: how names tell what a clip is, such as ``{participant}/{session}_{exercise}_{side}``. Matched
        against the path below the folder without its suffix.
    **defaults
        What holds where a cell is empty or a column is missing: ``exercise``, ``affected``, ``view`` and the other
        columns of a manifest (docs/batch.md).

    Returns
    -------
    list of Clip

    Raises
    ------
    BatchError
        Everything that has to be mended, one line each.
    """
    place = Path(place)
    if unknown := [name for name in defaults if name not in FACTS]:
        raise BatchError(f"A clip has no {unknown[0]!r}.{nearest(unknown[0], FACTS)}")
    if place.is_dir():
        base, rows = place, found_rows(place, rule)
    elif rule is not None:
        raise BatchError(
            f"{place}: --rule tells what the names in a folder mean, and this is not a folder. Leave it out."
        )
    else:
        base, rows = place.parent, read_rows(place)
    return _Reading(place, base, {k: v for k, v in defaults.items() if v is not None}).clips(rows)


def exercises_of(clips):
    """The exercises of some clips, each once, in order."""
    return list({clip.exercise.sha256: clip.exercise for clip in clips}.values())


class _Reading:
    """Turns rows into clips, and collects all that is not as it should be before saying any of it."""

    def __init__(self, where, base, defaults):
        self.where, self.base, self.defaults = where, base, defaults
        self.problems: list[str] = []
        self._exercises: dict[str, Any] = {}

    def clips(self, rows):
        self._columns(rows[0])
        # Numbered as a spreadsheet shows them, the header being row 1.
        labels = [row["path"] if self.where.is_dir() else f"row {n}" for n, row in enumerate(rows, start=2)]
        clips = [self._clip(label, row) for label, row in zip(labels, rows, strict=True)]
        told = [(label, clip) for label, clip in zip(labels, clips, strict=True) if clip is not None]
        self._one_affected_side(told)
        self._alike(told)
        self._twice(told)
        clips = [clip for _, clip in told]
        self._names(clips)
        named = self._named(clips)
        if self.problems:
            raise BatchError("\n".join(self._told()))
        return named

    def _told(self):
        number = len(self.problems)
        yield f"{self.where}: {number} thing{'s' * (number > 1)} to mend before anything starts."
        yield from (f"  {problem}" for problem in self.problems[:_SHOWN])
        if number > _SHOWN:
            yield f"  and {number - _SHOWN} more."

    def _columns(self, row):
        for name in row:
            if name in FACTS:
                continue
            if name in TAKEN:
                self.problems.append(f"column {name!r}: posecheck writes one of that name. Rename it.")
            absent = [fact for fact in FACTS if fact not in row]
            near = difflib.get_close_matches(str(name).lower(), absent, n=1, cutoff=0.8)
            near += [fact for fact in absent if str(name).lower() in _ALSO.get(fact, ())]
            if near:
                self.problems.append(
                    f"column {name!r}: did you mean {near[0]!r}? Else give it a name less like it."
                )

    def _clip(self, label, row):
        told = {name: row.get(name) for name in FACTS}
        told = {name: self.defaults.get(name) if _empty(value) else value for name, value in told.items()}
        before = len(self.problems)
        path = self._path(label, told["path"])
        exercise = self._exercise(label, told["exercise"])
        settings: dict[str, Any] = {name: self._choice(label, name, told[name]) for name in CHOICES}
        facts = {
            "person": self._number(label, "person", told["person"], int, least=1),
            "mirrored": self._yes(label, told["mirrored"]),
            "start_s": self._number(label, "start_s", told["start_s"], float),
            "end_s": self._number(label, "end_s", told["end_s"], float),
        }
        if facts["end_s"] is not None and facts["end_s"] <= (facts["start_s"] or 0.0):
            self.problems.append(f"{label}: end_s must be later than start_s.")
        if path is None or exercise is None or len(self.problems) > before:
            return None
        settings = {name: value for name, value in settings.items() if value is not None}
        if "level" in settings:
            settings["level"] = int(settings["level"])
        return Clip(
            id=str(told["id"] or ""),
            path=path,
            place=str(told["path"]),
            exercise=exercise,
            participant=str(told["participant"] or ""),
            session=str(told["session"] or ""),
            settings=replace(Settings(), **settings),
            carried={name: value for name, value in row.items() if name not in FACTS},
            **facts,
        )

    def _path(self, label, told):
        if _empty(told):
            self.problems.append(f"{label}: path is empty.")
            return None
        path = self.base / str(told)
        if not path.exists():
            self.problems.append(
                f"{label}: {told} is not there. Paths count from the folder of the manifest."
            )
        elif not os.access(path, os.R_OK):
            self.problems.append(f"{label}: {told} may not be read by this user.")
        elif path.is_file() and path.stat().st_size == 0:
            self.problems.append(f"{label}: {told} is empty (0 bytes).")
        return path

    def _exercise(self, label, told):
        if _empty(told):
            self.problems.append(
                f"{label}: no exercise. Fill the column exercise, or give one for all with -e."
            )
            return None
        beside = self.base / str(told)
        key = str(beside) if beside.suffix == ".toml" and beside.is_file() else str(told)
        if key not in self._exercises:
            try:
                self._exercises[key] = load_exercise(key)
            except ExerciseError as error:
                self._exercises[key] = None
                self.problems.append(f"{label}: {error}")
        return self._exercises[key]

    def _choice(self, label, name, told):
        if _empty(told):
            return None
        value = str(_whole(told)).strip().lower()
        if value not in CHOICES[name]:
            near = difflib.get_close_matches(value, CHOICES[name], n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            self.problems.append(f"{label}: {name} is one of {', '.join(CHOICES[name])}, not {told!r}.{hint}")
        return value

    def _number(self, label, name, told, kind, *, least=0):
        if _empty(told):
            return None
        try:
            value = kind(_whole(told))
        except (TypeError, ValueError):
            value = None
        if value is None or not least <= value < float("inf"):
            what = "a whole number from 1 on" if kind is int else "a time in seconds from 0 on"
            self.problems.append(f"{label}: {name} is {what}, not {told!r}.")
        return value

    def _yes(self, label, told):
        value = str(told if told is not None else "").strip().lower()
        if value not in (*_TRUE, *_FALSE):
            self.problems.append(f"{label}: mirrored is true or false, not {told!r}.")
        return value in _TRUE

    def _names(self, clips):
        """Names that were given become names of folders, so they are taken as they are or not at all."""
        seen: set[str] = set()
        for clip in clips:
            if clip.id and (Path(clip.id).name != clip.id or clip.id.startswith(".")):
                self.problems.append(
                    f"id {clip.id!r}: it names a folder. Leave out slashes and leading dots."
                )
            if clip.id and clip.id.casefold() in seen:
                self.problems.append(
                    f"id {clip.id!r}: it stands in two rows. Give each row its own, or leave ids out."
                )
            seen.add(clip.id.casefold())

    def _one_affected_side(self, told):
        """A person has one weaker side: two in one study would turn some ratios upside down unseen."""
        said: dict[str, tuple[str, str]] = {}
        for label, clip in told:
            side = clip.settings.affected
            if not clip.participant or side not in SIDES:
                continue
            before, first = said.setdefault(clip.participant, (side, label))
            if side != before:
                self.problems.append(
                    f"{label}: the affected side of {clip.participant} is {side}, and {before} in {first}. "
                    "Say the same in all rows."
                )

    def _alike(self, told):
        """Two spellings of one person or session would keep left and right apart unseen."""
        for name in ("participant", "session"):
            seen: dict[str, tuple[str, str]] = {}
            for label, clip in told:
                value = getattr(clip, name)
                plain = value.strip().casefold()
                plain = plain.lstrip("0") if plain.isdigit() else plain
                before, first = seen.setdefault(plain, (value, label))
                if value != before:
                    seen[plain] = (value, label)
                    self.problems.append(
                        f"{label}: {name} {value!r} is nearly {before!r} of {first}. Spell them alike or apart."
                    )

    def _twice(self, told):
        """The same repetitions must not stand in the tables twice."""
        seen: dict[tuple, str] = {}
        for label, clip in told:
            what = (
                os.path.abspath(clip.path),
                clip.exercise.sha256,
                clip.settings,
                clip.person,
                clip.start_s,
                clip.end_s,
            )
            first = seen.setdefault(what, label)
            if first != label:
                self.problems.append(
                    f"{label}: the same recording, exercise and settings as {first}. Leave one of them out."
                )

    def _named(self, clips):
        """Each clip with a name of its own: as told, else by its place, so that further rows leave it as it is."""
        given = [clip.id for clip in clips if clip.id]
        own = iter(distinct((self._name(clip.path) for clip in clips if not clip.id), given=given))
        return [clip if clip.id else replace(clip, id=next(own)) for clip in clips]

    def _name(self, path):
        path = (path.parent if path.name == POSES else path).absolute()
        stem = path.resolve().name if path.is_dir() else path.stem
        if not path.is_relative_to(self.base.absolute()):
            return stem
        return "_".join((*path.relative_to(self.base.absolute()).parts[:-1], stem))


def _whole(value):
    """Whole numbers of a Parquet column with gaps come as floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _empty(value):
    return value is None or value == "" or value != value  # NaN in a Parquet column
