"""The practice file from home: opened with the therapist's key or the four words, and taken in once."""

import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import select

from posecheck.clinic.wording import counted
from posecheck.errors import StoreError
from posecheck.store.schema import Person, PracticeSession
from posecheck.store.sharing import PracticeFile, merge_practice_file, new_identity, read_practice_file

KEY = "therapist_identity"
SUFFIX = ".posecheck"
_age: Any = import_module("pyrage")  # compiled, and without types


@dataclass(frozen=True)
class Arrived:
    """What a practice file brought.

    Attributes
    ----------
    person : str
        Code under which it lies here.
    sessions, sets, known : int
        New sessions and sets, and sessions that were here already.
    words : str
    """

    person: str
    sessions: int
    sets: int
    known: int
    words: str


def therapist_key(store):
    """The therapist's public key, for plans: what home shares back opens with nothing but its secret, kept here.

    Returns
    -------
    str
        ``age1...``; made when there is none yet.
    """
    secret = store.setting(KEY)
    if not secret:
        secret, public = new_identity()
        store.save_setting(KEY, secret)
        return public
    return str(_age.x25519.Identity.from_str(secret).to_public())


def opened(store, name, content, *, words=None):
    """Open a practice file.

    Parameters
    ----------
    store : Store
    name : str
        Of the file, for sentences.
    content : bytes
    words : str, optional
        The four words; otherwise the therapist's key opens it.

    Returns
    -------
    PracticeFile

    Raises
    ------
    StoreError
        When it is another kind of file, damaged, or does not open with these.
    """
    with tempfile.TemporaryDirectory(prefix="posecheck-") as folder:
        path = Path(folder) / f"practice{SUFFIX}"  # the name from elsewhere chooses no place
        path.write_bytes(content)
        try:
            return read_practice_file(path, identity=store.setting(KEY), passphrase=words)
        except StoreError as error:
            raise StoreError(str(error).replace(str(path), Path(name).name)) from None


def owner_of(store, contents):
    """Code of the person here to whom a practice file belongs by itself; None when nobody here is known to it."""
    (theirs,) = contents.tables["people"]
    known = [row["uuid"] for row in contents.tables["sessions"]]
    with store.database.reading() as session:
        same = session.scalar(select(Person.code).filter_by(uuid=theirs["uuid"]))
        before = select(Person.code).join(PracticeSession).where(PracticeSession.uuid.in_(known)).limit(1)
        return same or session.scalar(before)


def take_in(store, contents: PracticeFile, *, person=None):
    """Take a practice file in; what is here already stays as it is.

    Parameters
    ----------
    store : Store
    contents : PracticeFile
    person : str, optional
        Code of the person here to whom it belongs, when it is not known by itself.

    Returns
    -------
    Arrived
    """
    merged = merge_practice_file(store, contents, person=person)
    known = len(contents.tables["sessions"]) - merged.sessions
    new = f"{counted(merged.sessions, 'session')}, {counted(merged.sets, 'set')} new"
    return Arrived(merged.person, merged.sessions, merged.sets, known, f"{new}; {known} known already.")
