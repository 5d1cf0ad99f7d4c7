"""A video that a therapist brings, kept as a set of a person: whose weaker side, from which day, and not twice."""

from datetime import UTC, datetime, time

from posecheck.clinic.recordings import camera_sets
from posecheck.records import OTHER_SIDE, SIDES


def weaker_side_of(store, code):
    """The weaker side of a person: as their profile says, else as their newest set was reviewed.

    Parameters
    ----------
    store : Store
    code : str
        May be empty: nobody.

    Returns
    -------
    str
        ``left``, ``right`` or, where nobody said, empty.
    """
    if not code:
        return ""
    side = (store.person(code).profile.get("person") or {}).get("weaker_side")
    if side in SIDES:
        return side
    told = (one.result["provenance"]["settings"].get("affected") for _, one in camera_sets(store, code))
    return next((one for one in told if one in SIDES), "")


def same_film(store, code, result):
    """A set of this person that was kept of the same film and exercise; None where there is none.

    Parameters
    ----------
    store : Store
    code : str
    result : Result

    Returns
    -------
    (StoredSession, StoredSet) or None
    """
    sha256 = result.provenance["source"].get("sha256")
    same = (
        (session, one)
        for session, one in camera_sets(store, code)
        if one.exercise == result.exercise.id and one.result["provenance"]["source"].get("sha256") == sha256
    )
    return next(same, None) if sha256 else None


def filmed_at(track):
    """When a recording was filmed, as the file itself says; None where it does not.

    Returns
    -------
    datetime or None
    """
    told = track.source.get("filmed_utc")
    return datetime.fromisoformat(told) if told else None


def on_day(day, filmed=None):
    """A moment of a day: when it was filmed, where that is this day here; else noon.

    Parameters
    ----------
    day : date
    filmed : datetime, optional

    Returns
    -------
    datetime
    """
    if filmed is not None and filmed.astimezone().date() == day:
        return filmed
    return datetime.combine(day, time(12)).astimezone(UTC)


def keep_review(store, review, code, *, name, at):
    """Keep a review as a set of a person, who is made if need be; its number.

    Parameters
    ----------
    store : Store
    review : Review
    code : str
    name : str
        Of the film, as its owner calls it.
    at : datetime
        When it was filmed.

    Returns
    -------
    int
    """
    result, settings = review.result, review.settings
    here = {person.code: person.profile for person in store.people()}
    if code not in here or (settings.affected in SIDES and not weaker_side_of(store, code)):
        profile = here.get(code, {})
        side = {"weaker_side": settings.affected} if settings.affected in SIDES else {}
        store.save_person(code, {**profile, "person": {**(profile.get("person") or {}), **side}})
    sides = {row["side"] for row in result.rows}
    side = sides.pop() if len(sides) == 1 else "both"
    role = "check" if settings.kind == "check" else _role(side, settings.affected)
    session = store.begin_session(code, kind="clinic", at=at)
    asked = {"target": {}} if settings.kind == "check" else {}
    set_id = store.begin_set(session, position=0, exercise=review.exercise, side=side, role=role, level=settings.level,
                             at=at, **asked)  # fmt: skip
    store.keep_set(set_id, result, review.track, edits=review.edits, at=at)
    store.end_session(session, summary={"source": name}, at=at)
    return set_id


def _role(side, affected):
    if side == "both" or affected not in OTHER_SIDE:
        return "both"
    return "weaker" if side == affected else "stronger"
