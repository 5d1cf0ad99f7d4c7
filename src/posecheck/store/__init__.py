"""What is kept: people by code, plans, sessions, sets, repetitions and poses, on this machine only."""

from posecheck.store.checking import check
from posecheck.store.films import StoredFilm
from posecheck.store.repository import Store, open_store
from posecheck.store.stored import (
    StoredEvent,
    StoredPerson,
    StoredPlan,
    StoredPrompt,
    StoredSession,
    StoredSet,
)

__all__ = [
    "Store",
    "StoredEvent",
    "StoredFilm",
    "StoredPerson",
    "StoredPlan",
    "StoredPrompt",
    "StoredSession",
    "StoredSet",
    "check",
    "open_store",
]
