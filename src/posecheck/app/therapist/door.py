"""Who may see the therapist's pages: everybody at this computer, or, where a passcode is set, who knows it."""

import secrets
import threading
import time

from posecheck.errors import PosecheckError
from posecheck.store.passcode import Passcode

COOKIE = "posecheck_room"
IDLE_S = 1800.0  # unused for so long, it is asked for again
TRIES, LONGEST_WAIT_S = 3, 60.0
LOCKED = "The therapist's pages are locked. Open People, and give the passcode."


class Door:
    """The door of the therapist's room.

    Parameters
    ----------
    folder : callable
        Gives the data folder.
    clock : callable
        Gives the time in s.

    Notes
    -----
    Whoever gave the passcode holds a grant, a random word in a cookie that no script can read. It ends when it is not
    used for half an hour, with *Lock*, with another passcode, and with the program.
    """

    def __init__(self, folder, *, clock=time.monotonic):
        self._folder, self._clock, self._lock = folder, clock, threading.Lock()
        self._grants: dict[str, tuple[str, float]] = {}  # to the passcode it was given for, and its last use
        self._tries, self._wait_until_s = 0, 0.0

    @property
    def _passcode(self):
        return Passcode(self._folder())

    @property
    def locked(self):
        """Whether there is a passcode."""
        return bool(self._passcode.mark)

    def admits(self, grant):
        """Whether a grant opens; any does, and none, where there is no passcode.

        Parameters
        ----------
        grant : str or None
        """
        mark, now_s = self._passcode.mark, self._clock()
        with self._lock:
            given_for, used_s = self._grants.get(grant or "", ("", 0.0))
            admitted = not mark or (given_for == mark and now_s - used_s < IDLE_S)
            if mark and admitted:
                self._grants[grant or ""] = (mark, now_s)
            return admitted

    def open(self, passcode):
        """A grant for who knows the passcode.

        Raises
        ------
        PosecheckError
            When it is another one, or came too soon after several others.
        """
        with self._lock:  # one try at a time, also from many windows
            self._check(passcode)
            return self._granted()

    def set(self, passcode, new):
        """Set or change the passcode; a grant for who did. All others are locked out.

        Raises
        ------
        PosecheckError
            As in `open`, and when the new one is too short or cannot be kept.
        """
        with self._lock:
            self._check(passcode)
            self._passcode.set(new)
            return self._granted()

    def remove(self, passcode):
        """No passcode any more; raises as `open` does."""
        with self._lock:
            self._check(passcode)
            self._passcode.remove()

    def leave(self, grant):
        """A grant ends."""
        with self._lock:
            self._grants.pop(grant or "", None)

    def _granted(self):
        mark, grant = self._passcode.mark, secrets.token_urlsafe(32)
        self._grants = {one: told for one, told in self._grants.items() if told[0] == mark}
        self._grants[grant] = (mark, self._clock())
        return grant

    def _check(self, passcode):
        wait_s = self._wait_until_s - self._clock()
        if wait_s > 0:
            raise PosecheckError(f"A moment, please: the next try counts in {_seconds(wait_s)}.")
        if self._passcode.opens(passcode):
            self._tries = 0
            return
        self._tries += 1
        wait_s = min(LONGEST_WAIT_S, 2.0 ** (self._tries - TRIES + 1)) if self._tries >= TRIES else 0.0
        self._wait_until_s = self._clock() + wait_s
        after = f" in {_seconds(wait_s)}" if wait_s else ""
        raise PosecheckError(f"That is another passcode. Please try again{after}.")


def _seconds(wait_s):
    whole = max(1, round(wait_s))
    return f"{whole} second{'' if whole == 1 else 's'}"
