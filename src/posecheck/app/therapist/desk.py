"""What the therapist's pages and routes share: the store, what is open, what was uploaded."""

import threading
from functools import cache

from posecheck.app.therapist.cases import Cases
from posecheck.app.therapist.uploads import Uploads
from posecheck.store import open_store

_ONE = threading.Lock()


class Desk:
    """One therapist's desk.

    Parameters
    ----------
    opened : callable
        Opens the `Store`.
    """

    def __init__(self, opened=open_store):
        self._opened, self._store = opened, None
        self.cases = Cases(lambda: self.store)
        self.uploads = Uploads(lambda: self.store.folder)

    @property
    def store(self):
        """Opened when it is first asked for, and again after everything was deleted."""
        if self._store is None or not self._store.there:
            self._store = self._opened()
        return self._store

    def close(self):
        """Keep what is not kept yet; no upload is left behind."""
        self.cases.close()
        self.uploads.close()
        if self._store is not None:
            self._store.close()


def desk():
    """The desk of this server."""
    with _ONE:
        return _desk()


@cache
def _desk():
    return Desk()


def close_desk():
    """With the server."""
    if _desk.cache_info().currsize:
        desk().close()
