"""The passcode of the therapist's pages: a salted hash in the data folder, for people who share a computer."""

import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from pathlib import Path

from posecheck.errors import StoreError

FILE = "passcode.json"
LEAST, MOST = 4, 200  # letters
_COST = {"n": 2**15, "r": 8, "p": 3}  # 32 MB and a fifth of a second a try, as OWASP advises for scrypt
_MEMORY_BYTES = 2**26


class Passcode:
    """The passcode of a data folder; usually there is none.

    Parameters
    ----------
    folder : path

    Notes
    -----
    It keeps out somebody who is curious and uses the app, not somebody who reads the disk: what lies beside it is not
    encrypted. Who can run commands as this user can take it away, and that is the way back when it is forgotten.
    """

    def __init__(self, folder):
        self.path = Path(folder) / FILE

    @property
    def there(self):
        """Whether one is set, readable or not."""
        return self.path.exists()

    @property
    def mark(self):
        """Tells one passcode from the next; empty where there is none.

        Raises
        ------
        StoreError
            When the file cannot be read: then nothing opens.
        """
        kept = self._kept()
        return "" if kept is None else str(kept["salt"])

    def opens(self, text):
        """Whether this is the passcode; anything is where there is none."""
        kept = self._kept()
        return kept is None or hmac.compare_digest(
            _hashed(text, bytes.fromhex(kept["salt"]), kept["cost"]).hex(), kept["hash"]
        )

    def set(self, text):
        """Another passcode, in place of the one before.

        Raises
        ------
        StoreError
            When it is too short or too long, or cannot be kept.
        """
        if not LEAST <= len(text) <= MOST:
            raise StoreError(f"A passcode has at least {LEAST} letters or digits, and {MOST} at most.")
        salt = secrets.token_bytes(16)
        kept = {"kind": "scrypt", "cost": _COST, "salt": salt.hex(), "hash": _hashed(text, salt, _COST).hex()}
        half = self.path.with_name(f".{FILE}.partial")
        try:
            half.unlink(missing_ok=True)
            with open(
                os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
            ) as out:
                out.write(json.dumps(kept) + "\n")
            os.replace(half, self.path)
        except OSError as error:
            raise StoreError(
                f"{self.path}: the passcode could not be kept ({error.strerror}). Nothing has changed."
            ) from None

    def remove(self):
        """No passcode any more; whether there was one."""
        there = self.there
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{self.path}: this file could not be removed ({error.strerror}).") from None
        return there

    def _kept(self):
        try:
            kept = json.loads(self.path.read_text(encoding="ascii"))
            bytes.fromhex(kept["salt"] + kept["hash"])
            return {**kept, "cost": {name: int(kept["cost"][name]) for name in _COST}}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise StoreError(
                f"{self.path}: the passcode cannot be read, so nothing is opened. On this computer, `posecheck data "
                "unlock` takes it away; then set a new one."
            ) from None


def _hashed(text, salt, cost):
    # The same letters, however a keyboard composes them.
    plain = unicodedata.normalize("NFKC", text).encode()
    return hashlib.scrypt(plain, salt=salt, dklen=32, maxmem=_MEMORY_BYTES, **cost)
