"""Share with my therapist: one encrypted file that holds a person's practice, and the way back into a store.

A zip inside an age encryption (age-encryption.org/v1, X25519 or scrypt): what the database holds of the person, and
the poses. No video unless one is named.
"""

import io
import json
import re
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from posecheck.errors import StoreError
from posecheck.store.database import to_json, utc
from posecheck.store.export import COLUMNS, everything
from posecheck.store.merging import Merged, merge_practice_file
from posecheck.store.people import CODE, plain_words
from posecheck.store.trials import KEPT
from posecheck.store.whole import appearing

__all__ = ["Merged", "PracticeFile", "merge_practice_file", "new_identity", "new_passphrase", "opened_by_words",
           "read_practice_file", "write_practice_file"]  # fmt: skip

FORMAT = 1
_MANIFEST, _HEADER = "practice.json", b"age-encryption.org/v1\n"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LARGEST_BYTES = 8 * 2**30  # of the unpacked whole; a crafted zip can claim anything
_WORDS = 4
_MISSHAPEN = (KeyError, TypeError, ValueError, AttributeError, RuntimeError, NotImplementedError)
_age: Any = import_module("pyrage")  # compiled, and without types


@dataclass(frozen=True)
class PracticeFile:
    """What a practice file holds.

    Attributes
    ----------
    person : str
        Code, as in the store it came from.
    tables : mapping of str to list of dict
        ``people plans sessions sets reps prompts events``, as `export_all` writes them; times are datetimes.
    poses : mapping of str to mapping of str to bytes
        UUID of a set to the files of its trial folder.
    videos : mapping of str to bytes
        Usually none.
    created_utc : datetime
    posecheck : str
        Version that wrote it.
    """

    person: str
    tables: Mapping[str, list[dict[str, Any]]] = field(repr=False)
    poses: Mapping[str, Mapping[str, bytes]] = field(repr=False)
    videos: Mapping[str, bytes] = field(repr=False)
    created_utc: datetime
    posecheck: str


def new_identity():
    """A key pair for a therapist: the secret that opens practice files, and the public part for the plan file.

    Examples
    --------
    >>> secret, public = new_identity()
    >>> secret[:16], public[:4]
    ('AGE-SECRET-KEY-1', 'age1')
    """
    identity = _age.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def new_passphrase():
    """Four plain words, easy to read aloud over the telephone.

    Notes
    -----
    Drawn from 1,024 words: 40 bits. age puts scrypt before the key (about a second and a quarter of a gigabyte a
    guess), so that trying half of them takes one computer core some 17,000 years; it is meant for a file that is
    handed over, not for one that stands on the internet for decades. With a therapist's key there is nothing to guess.

    Examples
    --------
    >>> len(new_passphrase().split())
    4
    """
    return " ".join(secrets.choice(plain_words()) for _ in range(_WORDS))


def write_practice_file(
    store, person, path, *, recipient=None, passphrase=None, since=None, videos=(), at=None
):
    """Write a person's practice as one encrypted file, whole or not at all; nothing is on the disk unencrypted.

    Parameters
    ----------
    store : Store
    person : str
        Code.
    path : path
        ``NAME.posecheck``; must be free.
    recipient : str, optional
        Public key of the therapist, ``age1...``.
    passphrase : str, optional
        Instead of it.
    since : datetime, optional
        Leave out sessions and events from before.
    videos : sequence of path
        Files to put in as well, when the person has agreed.
    at : datetime, optional
        Now.

    Returns
    -------
    Path

    Raises
    ------
    StoreError
        When it cannot be written, or not for this key.
    """
    if (recipient is None) == (passphrase is None):
        raise StoreError("Either the therapist's key or a passphrase was expected: pass one of the two.")
    to = None if recipient is None else _recipient(recipient)
    since = None if since is None else utc(since)
    with store.database.reading() as session:
        tables = everything(session, person=person, since=since)
    manifest = {"format": FORMAT, "posecheck": version("posecheck"), "created_utc": utc(at), **tables}
    packed = _packed(store, manifest, videos)
    sealed = (
        _age.passphrase.encrypt(packed, _normal(passphrase)) if to is None else _age.encrypt(packed, [to])
    )
    with appearing(path, folder=False) as partial:
        partial.write_bytes(sealed)
    return Path(path)


def _recipient(text):
    try:
        return _age.x25519.Recipient.from_str(text.strip())
    except _age.RecipientError:
        raise StoreError(
            f"A key that begins with age1 was expected, got {text.strip()[:12]!r}... Copy the whole of it from the "
            "therapist's plan file."
        ) from None


def _normal(passphrase):
    """As it was said: capitals, hyphens and further spaces make no difference."""
    return " ".join(re.split(r"[\s-]+", passphrase.strip().lower()))


def _packed(store, manifest, videos):
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, to_json(manifest))
            for one in manifest["sets"]:
                if one["trial_folder"] is None:
                    continue
                for path in (store.folder / one["trial_folder"] / name for name in KEPT):
                    if path.is_file():
                        archive.write(path, f"poses/{one['uuid']}/{path.name}")
            for video in map(Path, videos):
                archive.write(video, f"videos/{video.name}", compress_type=zipfile.ZIP_STORED)
    except OSError as error:
        raise StoreError(
            f"{error.filename or store.folder}: this could not be read ({error.strerror or error}), so no practice "
            "file was written. Check that it is there."
        ) from None
    return packed.getvalue()


def read_practice_file(path, *, identity=None, passphrase=None):
    """Open a practice file.

    Parameters
    ----------
    path : path
    identity : str, optional
        The therapist's secret, ``AGE-SECRET-KEY-1...``.
    passphrase : str, optional
        The words that came with the file.

    Returns
    -------
    PracticeFile

    Raises
    ------
    StoreError
        When it is another kind of file, damaged, or this key or passphrase does not open it.
    """
    path = Path(path)
    try:
        sealed = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path}: this file cannot be read ({error.strerror or error}). Check its name."
        ) from None
    packed = _opened(path, sealed, identity, passphrase)
    try:
        return _contents(packed)
    except (*_MISSHAPEN, zipfile.BadZipFile) as error:
        raise StoreError(
            f"{path}: a practice file was expected, and what is in it is not one that this posecheck can read "
            f"({error or type(error).__name__}). Ask for it to be made again, or update posecheck."
        ) from None


def opened_by_words(sealed):
    """Whether a practice file, as bytes, takes the four words that were told with it; otherwise a key."""
    return sealed.startswith(_HEADER + b"-> scrypt ")


def _opened(path, sealed, identity, passphrase):
    if not sealed.startswith(_HEADER):
        raise StoreError(
            f"{path}: a practice file as `posecheck data share` writes it was expected, and this is another kind "
            "of file."
        )
    by_words = opened_by_words(sealed)
    if by_words and passphrase is None:
        raise StoreError(f"{path}: this file is opened with the four words that came with it. Ask for them.")
    if not by_words and identity is None:
        raise StoreError(f"{path}: this file is meant for a therapist's key. Open it where that key is.")
    try:
        if by_words:
            return _age.passphrase.decrypt(sealed, _normal(passphrase))
        return _age.decrypt(sealed, [_age.x25519.Identity.from_str(identity.strip())])
    except _age.IdentityError:
        raise StoreError(
            "A secret that begins with AGE-SECRET-KEY-1 was expected. Copy the whole of it."
        ) from None
    except _age.DecryptError as error:
        if str(error) == "Decryption failed" and by_words:
            raise StoreError(
                f"{path}: these words do not open it. Check them with the person who sent it, one by one."
            ) from None
        if str(error) == "No matching keys found":
            raise StoreError(
                f"{path}: this file was made for another key. Ask for one made for yours."
            ) from None
        raise StoreError(
            f"{path}: this file is damaged: it has been cut off or changed on its way. Ask for it to be sent again."
        ) from None


def _contents(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_BYTES:
            raise ValueError("it claims to be larger than 8 GiB")
        manifest = json.loads(archive.read(_MANIFEST))
        if manifest["format"] != FORMAT:
            raise ValueError(f"its format is {manifest['format']}, known is {FORMAT}")
        tables = {name: [_row(name, row) for row in manifest[name]] for name in COLUMNS}
        poses, videos = {}, {}
        for name in archive.namelist():
            kind, _, rest = name.partition("/")
            key, _, file = rest.partition("/")
            # Only names that we write: nothing in a file from elsewhere chooses where it lands.
            if kind == "poses" and _UUID.fullmatch(key) and file in KEPT:
                poses.setdefault(key, {})[file] = archive.read(name)
            elif kind == "videos" and key and not file and key == Path(key).name and not key.startswith("."):
                videos[key] = archive.read(name)
    (person,) = tables["people"]
    if not CODE.fullmatch(person["code"]):
        raise ValueError("its code is not one")
    return PracticeFile(
        person["code"], tables, poses, videos, datetime.fromisoformat(manifest["created_utc"]), manifest["posecheck"]
    )  # fmt: skip


def _row(table, row):
    known = dict(row)
    for name in COLUMNS[table]:
        if table != "reps" or name in ("person", "session", "set_id"):
            known[name] = _value(name, row[name])
    return known


def _value(name, value):
    if name == "uuid" and not _UUID.fullmatch(value):
        raise ValueError("it names something without a UUID")
    return datetime.fromisoformat(value) if name.endswith("_utc") and value is not None else value
