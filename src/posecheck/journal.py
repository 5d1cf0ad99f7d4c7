"""Poses of a set as they come, one record after the other, so that a power cut costs at most the current second.

A line of JSON, then records of one size. A half-written last record is left out when it is read.
"""

import json
import os
from pathlib import Path

import numpy as np

from posecheck.errors import OutputError, TrackError
from posecheck.records import PER_FRAME, PoseFrame
from posecheck.skeleton import BLAZEPOSE_33

_K = len(BLAZEPOSE_33)
_RECORD = np.dtype(
    [("t_s", "<f8"), ("uv_px", "<f4", (_K, 2)), ("xyz_m", "<f4", (_K, 3)), ("visibility", "<f4", (_K,)),
     ("people", "<i2"), ("hands_px", "<f4", (2, 2))]
)  # fmt: skip
SYNC_EVERY_S = 1.0


class Journal:
    """An open journal.

    Parameters
    ----------
    path : Path
    facts : mapping
        Written first, when the journal is new: JSON-able.

    Raises
    ------
    OutputError
        When it cannot be written.
    """

    def __init__(self, path, facts):
        self.path, self._synced_s = Path(path), -1e9
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = not self.path.exists()
            if not new:
                _cut_torn_record(self.path)
            self._file = open(self.path, "ab", buffering=0)  # noqa: SIM115 -- stays open for the set
            if new:
                self._file.write(json.dumps(dict(facts), sort_keys=True).encode() + b"\n")
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def frame(self, pose):
        """Write one `PoseFrame`; it survives the end of the program at once, and of the computer after a second."""
        record = np.array(
            [(pose.t_s, pose.uv_px, pose.xyz_m, pose.visibility, pose.people, pose.hands_px)], _RECORD
        )
        try:
            self._file.write(record.tobytes())
            if pose.t_s - self._synced_s > SYNC_EVERY_S:
                self._synced_s = pose.t_s
                os.fdatasync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def close(self):
        """Let go of the file; it stays."""
        self._file.close()

    def remove(self):
        """The set is kept elsewhere: the journal has done its work."""
        self.close()
        self.path.unlink(missing_ok=True)


def read_journal(path):
    """What a journal holds.

    Returns
    -------
    facts : dict
    frames : tuple of PoseFrame

    Raises
    ------
    TrackError
        When it is not a journal.
    """
    try:
        with open(path, "rb") as file:
            facts, body = json.loads(file.readline()), file.read()
    except (OSError, ValueError) as error:
        raise TrackError(
            f"{path}: a journal of a set was expected, and this cannot be read as one ({error})."
        ) from None
    records = np.frombuffer(body[: len(body) // _RECORD.itemsize * _RECORD.itemsize], _RECORD)
    return facts, tuple(PoseFrame(*(record[name] for name in PER_FRAME)) for record in records)


def _cut_torn_record(path):
    with open(path, "rb+") as file:
        head = len(file.readline())
        whole = (path.stat().st_size - head) // _RECORD.itemsize
        file.truncate(head + whole * _RECORD.itemsize)


def _unwritable(path, error):
    return OutputError(
        f"{path}: what is practised cannot be written down ({error.strerror}). Free some space; practice "
        "can go on, and is kept once it is over."
    )
