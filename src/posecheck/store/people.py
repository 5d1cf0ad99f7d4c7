"""People by code, and the plans they follow."""

import hashlib
import re
import secrets
import tomllib
from functools import cache
from importlib import resources

from sqlalchemy import func, select

from posecheck.errors import StoreError
from posecheck.store.database import Database, utc
from posecheck.store.rows import by_code, new_uuid, one_of, stored_person, stored_plan
from posecheck.store.schema import Person, Plan

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
PLAN_SOURCES = ("default", "therapist", "helper")


@cache
def plain_words():
    """Short words that are easy to read aloud and hard to mistake for one another."""
    return tuple((resources.files("posecheck.store") / "plain_words.txt").read_text(encoding="utf-8").split())


class People:
    """The part of a `Store` that knows people and plans."""

    database: Database

    def people(self):
        """Everybody, by code."""
        with self.database.reading() as session:
            return tuple(stored_person(row) for row in session.scalars(select(Person).order_by(Person.code)))

    def person(self, code):
        """One person.

        Raises
        ------
        StoreError
            When nobody has this code.
        """
        with self.database.reading() as session:
            return stored_person(by_code(session, code))

    def new_code(self):
        """A code that nobody has here: two words and two digits, such as ``amber-river-42``."""
        with self.database.reading() as session:
            taken = {code.lower() for code in session.scalars(select(Person.code))}
        words = plain_words()
        while True:
            code = f"{secrets.choice(words)}-{secrets.choice(words)}-{10 + secrets.randbelow(90)}"
            if code not in taken:
                return code

    def save_person(self, code, profile, *, at=None):
        """Make a person, or give one a new profile.

        Parameters
        ----------
        code : str
            Letters, digits, ``-`` and ``_``; never a name.
        profile : dict

        Returns
        -------
        StoredPerson
        """
        if not CODE.fullmatch(code):
            raise StoreError(
                f"A code of up to 40 letters, digits, '-' and '_' was expected, got {code!r}. Use no name and no "
                "spaces: P-012, for example."
            )
        with self.database.writing() as session:
            row = session.scalar(select(Person).where(func.lower(Person.code) == code.lower()))
            if row is not None and row.code != code:  # one folder on disks that take Ab and ab to be the same
                raise StoreError(
                    f"The code {row.code!r} is taken, and {code!r} differs only in capitals. Choose another."
                )
            if row is None:
                row = Person(uuid=new_uuid(), code=code, created_utc=utc(at))
                session.add(row)
            row.profile = dict(profile)
            session.flush()
            return stored_person(row)

    # Plans

    def plan(self, person):
        """The plan that was saved last; None when there is none."""
        return next(iter(reversed(self.plans(person))), None)

    def plans(self, person):
        """All plans of a person, oldest first."""
        with self.database.reading() as session:
            owner = by_code(session, person)
            rows = session.scalars(
                select(Plan).filter_by(person_id=owner.id).order_by(Plan.active_from_utc, Plan.id)
            )
            return tuple(stored_plan(row, person) for row in rows)

    def save_plan(self, person, toml_text, *, source="default", message="", at=None):
        """A plan that holds from `at` (now) on; the ones before it stay.

        Raises
        ------
        StoreError
            When the text is not TOML or the source is unknown.
        """
        one_of("source", source, PLAN_SOURCES)
        try:
            tomllib.loads(toml_text)
        except tomllib.TOMLDecodeError as error:
            raise StoreError(f"A plan in TOML was expected, and this is not valid TOML: {error}.") from None
        with self.database.writing() as session:
            row = Plan(
                uuid=new_uuid(), person_id=by_code(session, person).id, toml_text=toml_text, source=source,
                sha256=hashlib.sha256(toml_text.encode()).hexdigest(), message=message, active_from_utc=utc(at),
            )  # fmt: skip
            session.add(row)
            session.flush()
            return stored_plan(row, person)
