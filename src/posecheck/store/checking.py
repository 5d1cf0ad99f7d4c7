"""Whether the store is sound, without changing anything: for ``posecheck doctor``."""

import shutil

from sqlalchemy import select, text

from posecheck.errors import StoreError
from posecheck.store import trials
from posecheck.store.database import data_folder, database_url, open_database
from posecheck.store.migrations import HEAD, revision_of
from posecheck.store.schema import ExerciseSet, Person, PracticeSession

FREE_MIN_BYTES = 500 * 2**20  # a session with its poses needs about a tenth of it [U]
Found = list[tuple[str, bool | None, str]]


def check(folder=None, url=None, *, wait_s=5.0):
    """What can be said about the store.

    Parameters
    ----------
    folder, url : optional
        As for `open_store`.
    wait_s : float, s

    Returns
    -------
    list of (str, bool or None, str)
        What was looked at, whether it is as it should be (None: it does no harm), and a sentence.
    """
    try:
        folder = data_folder(folder)
        database = open_database(database_url(url, folder), wait_s=wait_s)
    except StoreError as error:
        return [("database", False, str(error))]
    found: Found = [_free(folder)]
    if database.path is not None and not database.path.exists():
        return [*found, _no_database(database.path, folder)]
    try:
        return found + _database(database) + _recordings(database, folder)
    except StoreError as error:
        return [*found, ("database", False, str(error))]
    finally:
        database.engine.dispose()


def _free(folder):
    standing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(standing).free
    enough = free >= FREE_MIN_BYTES
    more = "." if enough else ", little for recordings. Free some space."
    return ("free space", enough, f"{standing}: {free / 1e9:.1f} GB are free{more}")


def _no_database(path, folder):
    if trials.trial_folders(folder):
        lost = "the database is missing, and there are poses beside it. Put back a backup of the file."
        return ("database", False, f"{path}: {lost}")
    return ("database", True, f"{folder}: nothing is stored yet.")


def _database(database) -> Found:
    where = database.where
    with database.connecting() as connection:
        revision = revision_of(connection)
        if database.path is not None:
            said = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            if said != ["ok"]:
                raise StoreError(
                    f"{where}: the database is damaged ({said[0]}). Put back a backup of the file."
                )
    if revision == HEAD:
        return [("database", True, f"{where}: the database is sound (schema {revision}).")]
    if revision is None or revision < HEAD:
        now = revision or "none yet"
        return [("database", None, f"{where}: schema {now}; it becomes {HEAD} when it is next opened.")]
    raise StoreError(f"{where}: written by a newer posecheck (schema {revision}). Update posecheck.")


def _recordings(database, folder) -> Found:
    """What lies in the folder against what the database says of it."""
    with database.connecting() as connection:
        if revision_of(connection) != HEAD:
            return []
    with database.reading() as session:
        rows = session.execute(select(ExerciseSet.uuid, ExerciseSet.trial_folder, ExerciseSet.result_sha256))
        sets = {row.uuid: row for row in rows}
        codes = set(session.scalars(select(Person.code)))
        sessions = len(session.scalars(select(PracticeSession.id)).all())
    half, whole, unknown = [], [], []
    for place in trials.trial_folders(folder):
        one = sets.get(trials.owner(place))
        if place.name.startswith("."):
            half.append(place)
        elif one is None or place.parent.name not in codes:
            unknown.append(place)
        else:
            whole.append(place)
            if trials.sha256_of(place / trials.RESULT) != one.result_sha256:
                half.append(place)
    places = [folder / one.trial_folder for one in sets.values() if one.trial_folder]
    missing = [place for place in places if not place.is_dir()]
    kept = f"{sessions} sessions, {len(sets)} sets, {len(whole)} of them with poses."
    return [
        ("recordings", True, kept),
        *_if_any(missing, False, "sets whose poses are gone", "Put the folder back from a backup."),
        *_if_any(
            unknown, None, "recordings that the database does not know", "Delete them if nobody wants them."
        ),
        *_if_any(half, None, "recordings that a crash left half done", "Opening the app finishes them."),
    ]


def _if_any(places, ok, what, cure):
    if places:
        yield ("recordings", ok, f"{len(places)} {what}, such as {places[0]}. {cure}")
