"""What the therapist's pages and routes share: the store, who may see it, what is open, what was uploaded."""

import threading
from functools import cache

from posecheck.app.therapist.door import Door

_ONE = threading.Lock()


class Desk:
    """One therapist's desk.

    Parameters
    ----------
    opened : callable, optional
        Opens the `Store`.

    Attributes
    ----------
    drafts : dict of str to dict
        Plans that are being changed, by the code of the person: they outlive the window.
    """

    def __init__(self, opened=None):
        # Practice begins without any of these.
        from posecheck.app.therapist.cases import Cases
        from posecheck.app.therapist.uploads import Uploads
        from posecheck.store import open_store

        self._opened, self._store = opened or open_store, None
        self.door = Door(lambda: self.store.folder)
        self.cases = Cases(lambda: self.store)
        self.uploads = Uploads(lambda: self.store.folder)
        self.drafts = {}

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


def let_go_of(code):
    """Nothing of somebody who is about to be deleted stays open here."""
    if _desk.cache_info().currsize:
        desk().cases.forget_person(code)
        desk().drafts.pop(code, None)


def close_desk():
    """With the server."""
    if _desk.cache_info().currsize:
        desk().close()
