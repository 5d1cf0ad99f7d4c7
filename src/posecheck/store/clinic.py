"""Measures of the clinic, typed in with their date: they stand beside what the camera measured, never among it."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from posecheck.errors import StoreError
from posecheck.records import SIDES
from posecheck.store.database import Database, utc
from posecheck.store.rows import by_code, narrowed, new_uuid, one_of
from posecheck.store.schema import ClinicMeasure, Person
from posecheck.store.stored import StoredClinicMeasure

_FARTHEST_EAST = timedelta(hours=14)  # where it may be tomorrow already
LONGEST = {"about": 80, "author": 80, "note": 500}  # characters


@dataclass(frozen=True)
class ClinicKind:
    """A kind of measure and what may be typed in for it.

    Attributes
    ----------
    name, unit : str
        As they are read; the unit is empty for points and grades.
    least, most : float
    grades : tuple of float
        The only values there are; empty where any between least and most may be.
    sided : bool
        Whether it says nothing without a side.
    how : str
        What is not plain from the name.
    source : str
        Of the range, with its evidence tag.
    """

    name: str
    unit: str
    least: float
    most: float
    grades: tuple[float, ...] = ()
    sided: bool = True
    how: str = ""
    source: str = ""

    @property
    def allowed(self):
        """What may be typed in, in words."""
        if self.grades and self.grades != tuple(range(int(self.most) + 1)):
            return ", ".join(f"{grade:g}" for grade in self.grades)
        return f"{self.least:g} to {self.most:g}{' in whole points' if self.grades else ''}" + (
            f" {self.unit}" if self.unit else ""
        )

    def takes(self, value):
        """Whether such a value can be."""
        return math.isfinite(value) and (
            value in self.grades if self.grades else self.least <= value <= self.most
        )


def _points(most):
    return tuple(float(point) for point in range(most + 1))


KINDS = {
    "dynamometer_kg": ClinicKind(
        "Dynamometer", "kg", 0.0, 150.0, how="the best or the mean of the tries: say which in the note",
        source="a limit for slips of the pen [U]",
    ),
    "mmt": ClinicKind(
        "Manual muscle test", "", 0.0, 5.0, (0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0),
        how="half a grade for a plus", source="grades 0 to 5 of the Medical Research Council [M]; the halves [U]",
    ),
    "fugl_meyer_upper": ClinicKind(
        "Fugl-Meyer, arm and hand", "", 0.0, 66.0, _points(66), sided=False,
        source="motor score of the arm, 33 items of 0 to 2 [M]",
    ),
    "fugl_meyer_lower": ClinicKind(
        "Fugl-Meyer, leg", "", 0.0, 34.0, _points(34), sided=False,
        source="motor score of the leg, 17 items of 0 to 2 [M]",
    ),
    "ashworth": ClinicKind(
        "Modified Ashworth", "", 0.0, 4.0, (0.0, 1.0, 1.5, 2.0, 3.0, 4.0), how="1.5 stands for 1+",
        source="grades 0, 1, 1+, 2, 3, 4 [M]",
    ),
    "load_kg": ClinicKind(
        "Band or weight", "kg", 0.0, 100.0, sided=False, how="what the camera cannot know",
        source="a limit for slips of the pen [U]",
    ),
}  # fmt: skip
"""What can be typed in, and between which limits."""

COLUMNS = ("id", "person", "kind", "unit", "side", "about", "value", "measured_on", "note", "author", "created_utc",
           "uuid")  # fmt: skip
"""Columns of an exported table of clinic measures."""


class Clinical:
    """The part of a `Store` that knows what was measured by hand."""

    database: Database

    def save_clinic_measure(
        self, person, kind, value, *, measured_on, side=None, about="", note="", author="", at=None
    ):
        """Keep what was measured in the clinic. To correct one, delete it and type it in again.

        Parameters
        ----------
        person : str
            Code.
        kind : str
            Of `KINDS`.
        value : float
        measured_on : date
        side : str, optional
            ``left`` or ``right``; needed where the kind is `sided`.
        about : str
            Exercise (its id) or joint.
        note, author : str
        at : datetime, optional
            When it was typed in; now.

        Returns
        -------
        StoredClinicMeasure

        Raises
        ------
        StoreError
            When there is no such value, side or day; nothing is kept then.
        """
        known, now = _kind(kind), utc(at)
        if not known.takes(value):
            hint = f" ({known.how})" if known.how and known.grades else ""
            raise StoreError(
                f"{known.name} goes by {known.allowed}{hint}; {value:g} was typed in. Look again."
            )
        if side is None and known.sided:
            raise StoreError(f"{known.name} says nothing without a side: choose left or right.")
        if side is not None:
            one_of("side", side, SIDES)
        day = measured_on.date() if isinstance(measured_on, datetime) else measured_on
        if day > (now + _FARTHEST_EAST).date():
            raise StoreError(f"{day:%d %B %Y} is still to come. Choose the day on which it was measured.")
        texts = {"about": about.strip(), "note": note.strip(), "author": author.strip()}
        for name, text in texts.items():
            if len(text) > LONGEST[name]:
                raise StoreError(
                    f"{name} has {len(text)} letters, and there is room for {LONGEST[name]}. Make it shorter."
                )
        with self.database.writing() as session:
            row = ClinicMeasure(
                uuid=new_uuid(), person_id=by_code(session, person).id, kind=kind, side=side, value=float(value),
                measured_on=day, created_utc=now, **texts,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return _stored(row, person)

    def clinic_measures(self, person, *, kind=None):
        """What was typed in for a person, by the day on which it was measured."""
        with self.database.reading() as session:
            return of(session, person=person, kind=kind)

    def delete_clinic_measure(self, key):
        """Take one away, by its number."""
        with self.database.writing() as session:
            row = session.get(ClinicMeasure, key)
            if row is None:
                raise StoreError(f"There is no clinic measure {key} here: it was taken away already.")
            session.delete(row)


def of(session, *, person=None, kind=None):
    """Clinic measures of a person, or of everybody, by the day on which they were measured.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
    person, kind : str, optional

    Returns
    -------
    tuple of StoredClinicMeasure
    """
    if kind is not None:
        _kind(kind)
    owner = None if person is None else by_code(session, person).id
    rows = narrowed(
        select(ClinicMeasure, Person.code).join(Person), ClinicMeasure, person_id=owner, kind=kind
    )
    rows = rows.order_by(ClinicMeasure.measured_on, ClinicMeasure.created_utc, ClinicMeasure.id)
    return tuple(_stored(row, code) for row, code in session.execute(rows))


def exported(session, *, person=None):
    """Rows of an export, as plain values."""
    return [
        {**vars(one), "unit": KINDS[one.kind].unit, "measured_on": one.measured_on.isoformat()}
        for one in of(session, person=person)
    ]


def _kind(kind):
    one_of("kind", kind, tuple(KINDS))
    return KINDS[kind]


def _stored(row, code):
    facts = {
        name: getattr(row, name) for name in StoredClinicMeasure.__dataclass_fields__ if name != "person"
    }
    return StoredClinicMeasure(person=code, **facts)
