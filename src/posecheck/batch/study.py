"""The folder of a study: what is known already, under names made of its content, so that nothing is done twice.

``poses/`` holds landmarks, named by the recording's content and by what looked at it; ``clips/`` holds what was
measured, named by the poses, the exercise, the settings and posecheck's own code. Each file appears whole or not at
all, so a run that was killed at any moment goes on where it was.
"""

import contextlib
import hashlib
import json
import os
from functools import cache
from importlib import resources
from pathlib import Path

from posecheck.errors import BatchError

POSES, CLIPS, TRIALS, LOG = "poses", "clips", "trials", "batch.log"
EXERCISES = "exercises"
REPS_TABLE, TRIALS_TABLE, PAIRS_TABLE = "reps.parquet", "trials.parquet", "pairs.parquet"
FAILURES, PROVENANCE = "failures.csv", "provenance.json"
_SEEN, _LOCK = "files.jsonl", ".batch.lock"
POSES_FORMAT = 1
"""Raised when stored landmarks of the same content and model would come out otherwise."""


def key_of(**facts):
    """A name, 32 hexadecimal digits, for whatever is fully told by these facts."""
    told = json.dumps(facts, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@cache
def code_sha256():
    """SHA-256 over posecheck's own files: what was measured by other code is measured again."""
    digest = hashlib.sha256()
    for name, content in sorted(_own_files(resources.files("posecheck"), "")):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


_ELSEWHERE = (
    "app",
    "cli",
    "coach",
    "clinic",
    "store",
    "voice",
    "words",
    "lessons",
    "programme",
    "programmes",
    "_models",
)


def _own_files(folder, above):
    for entry in folder.iterdir():
        name = f"{above}{entry.name}"
        if entry.is_dir():
            if above or entry.name not in _ELSEWHERE:
                yield from _own_files(entry, f"{name}/")
        elif entry.name.endswith((".py", ".toml", ".npz")):
            yield name, entry.read_bytes()


@contextlib.contextmanager
def whole(path, *, study):
    """A place to write a file that takes the place of `path` when the block ends well, and is gone otherwise.

    What a killed run leaves of it carries the mark of its study, whose next run removes it.
    """
    partial = path.with_name(f".{path.name}.{_mark_of(study)}-{os.getpid()}.partial")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@cache
def _mark_of(folder):
    return key_of(folder=str(folder.resolve()))[:8]


class Study:
    """The folder of a study, and the folder of its poses, which others may share.

    Parameters
    ----------
    folder : path
    poses : path, optional
        Default: ``poses`` in `folder`.
    """

    def __init__(self, folder, *, poses=None):
        self.folder = Path(folder)
        self.poses = Path(poses) if poses else self.folder / POSES
        self.clips = self.folder / CLIPS
        self.trials = self.folder / TRIALS
        self._seen: dict[str, list] | None = None

    @contextlib.contextmanager
    def open(self):
        """Make the folders and keep others from working in them until the block ends.

        Raises
        ------
        BatchError
            When nothing can be written there, or another run is at work.
        """
        from filelock import FileLock, Timeout

        try:
            for folder in (self.folder, self.poses, self.clips):
                folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / _LOCK, timeout=0):
                for folder in (self.folder, self.poses, self.clips, self.folder / EXERCISES):
                    for partial in folder.glob(f".*.{_mark_of(self.folder)}-*.partial"):
                        partial.unlink(missing_ok=True)
                yield self
        except Timeout:
            raise BatchError(
                f"{self.folder}: another posecheck batch is at work here. Wait for it, or choose another folder."
            ) from None
        except OSError as error:
            raise BatchError(
                f"{error.filename or self.folder}: this could not be written ({error.strerror or error}). "
                f"{_cure(error)} or choose another folder with -o; what is finished is kept."
            ) from None

    def known_sha256(self, path):
        """SHA-256 of a file whose content was seen before and that was not touched since; "" where that is not sure."""
        if self._seen is None:
            self._seen = {}
            with contextlib.suppress(FileNotFoundError):
                for line in (self.poses / _SEEN).read_text(encoding="utf-8").splitlines():
                    with contextlib.suppress(
                        ValueError, TypeError
                    ):  # the last line of a killed run may be torn
                        place, *facts = json.loads(line)
                        self._seen[place] = facts
        marks = file_marks(path)
        *known, sha256 = self._seen.get(str(path.absolute()), ["", ""])
        return sha256 if marks is not None and known == marks else ""

    def remember(self, path, marks, sha256):
        """Note the content of a file that was as `marks` say before it was read."""
        if marks is None or not sha256 or marks != file_marks(path):
            return
        if self._seen is not None:
            self._seen[str(path.absolute())] = [*marks, sha256]
        with open(self.poses / _SEEN, "a", encoding="utf-8") as file:
            file.write(json.dumps([str(path.absolute()), *marks, sha256], ensure_ascii=False) + "\n")

    def keep_exercises(self, exercises):
        """Keep the text of each exercise beside what was measured by it."""
        for exercise in exercises:
            path = self.folder / exercise_file(exercise)
            if not path.is_file():
                path.parent.mkdir(exist_ok=True)
                with whole(path, study=self.folder) as partial:
                    partial.write_text(exercise.toml_text, encoding="utf-8")

    def poses_file(self, key):
        """Where landmarks of a name lie."""
        return self.poses / f"{key}.npz"

    def read_clip(self, key):
        """What was measured under a key; None when nothing was, or the file cannot be read."""
        try:
            return json.loads((self.clips / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None


def _cure(error):
    return "Move that file away" if isinstance(error, FileExistsError | NotADirectoryError) else "Free space"


def exercise_file(exercise):
    """Where in a study the text of an exercise is kept."""
    return f"{EXERCISES}/{exercise.id}-{exercise.sha256[:12]}.toml"


def file_marks(path):
    """Size and time of change of a file, by which it is known again; None for folders and what is gone."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns] if path.is_file() else None
