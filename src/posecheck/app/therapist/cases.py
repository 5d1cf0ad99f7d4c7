"""What is open on the review screen: recordings with their corrections, and where these are kept."""

import logging
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

from posecheck.errors import PosecheckError
from posecheck.exercise import load_practice
from posecheck.reviewing import Review
from posecheck.trial import EXERCISE

LOG = logging.getLogger(__name__)
MOST = 8  # kept open at once: ten minutes of poses are some twenty megabytes


class Case:
    """One recording on the screen.

    Parameters
    ----------
    key : str
        ``set-12`` or ``upload-3``.
    title : str
    review : Review
    video : callable
        Gives the path of the film to show, or None.
    keep : callable, optional
        Keeps a `Review` for good; called on the writer's thread.
    keep_edits : callable, optional
        Writes the corrections down at once.
    person : str
        Code; empty where nobody was named.
    recorded_utc : datetime, optional
    """

    def __init__(self, key, title, review, *, video=lambda: None, keep=None, keep_edits=None, person="",
                 recorded_utc=None):  # fmt: skip
        self.key, self.title, self.review, self.video = key, title, review, video
        self.person, self.recorded_utc = person, recorded_utc
        self.lock = threading.Lock()
        self.trouble = ""
        self._keep, self._keep_edits = keep, keep_edits
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="posecheck-corrections")
        self._wanted = 0

    def edit(self, edits, *, author):
        """Correct, and write it down."""
        with self.lock:
            self.review.edit(edits, author=author, at_utc=datetime.now(UTC).isoformat())
            self._written_down()

    def undo(self):
        """Take the last correction back."""
        with self.lock:
            self.review.undo()
            self._written_down()

    def redo(self):
        """Do again what was taken back."""
        with self.lock:
            self.review.redo()
            self._written_down()

    def judge_as(self, exercise):
        """It was another exercise: corrections name repetitions of the one before, so they go."""
        with self.lock:
            old = self.review
            self.review = Review(old.track, exercise, settings=old.settings)
            self._written_down()

    def settle(self):
        """Wait until everything is kept."""
        self._writer.submit(lambda: None).result()

    def close(self):
        """Keep what is not kept yet, and let go."""
        self._writer.shutdown()

    def _written_down(self):
        """The corrections at once; everything that follows from them when the hand rests."""
        if self._keep_edits is not None:
            self._try(self._keep_edits, self.review.edits)
        if self._keep is not None:
            self._wanted += 1
            self._writer.submit(self._kept, self._wanted)

    def _kept(self, number):
        if number == self._wanted:  # a later correction keeps all of it
            with self.lock:
                review = self.review
                result, edits = review.result, review.edits
            self._try(self._keep, result, edits)

    def _try(self, act, *what):
        try:
            act(*what)
            self.trouble = ""
        except PosecheckError as error:
            self.trouble = str(error)
            LOG.warning("%s", error)


class Cases:
    """The recordings that are open, newest last.

    Parameters
    ----------
    opened : callable
        Gives the `Store`.
    """

    def __init__(self, opened):
        self._opened, self._lock = opened, threading.Lock()
        self._open: OrderedDict[str, Case] = OrderedDict()

    def of_set(self, set_id):
        """A stored set, from its poses.

        Raises
        ------
        StoreError, TrackError, EditError
            When it has no poses, or they cannot be read.
        """
        key = f"set-{set_id}"
        with self._lock:
            case = self._open.get(key)
            if case is None:
                case = self._take(_stored(self._opened(), set_id))
            self._open.move_to_end(key)
            return case

    def title(self, key):
        """What a recording is called, told before it is open; None for one that is not there.

        Raises
        ------
        StoreError, ExerciseError
        """
        case, number = self._open.get(key), _number(key)
        if case is not None or number is None:
            return case and case.title
        store = self._opened()
        one = store.set(number)
        kept = store.folder / (one.trial_folder or "") / EXERCISE
        return _titled(load_practice(kept if kept.is_file() else one.exercise), one)

    def begin(self, key):
        """Begin to open a stored set that is about to be asked for; whoever asks says what went wrong."""

        def ahead():
            with suppress(PosecheckError):
                self.get(key)

        threading.Thread(target=ahead, name="posecheck-ahead", daemon=True).start()

    def add(self, case):
        """A recording that is not in the store."""
        with self._lock:
            return self._take(case)

    def get(self, key):
        """One that is open; a stored set is opened. None for another key."""
        number = _number(key)
        if number is not None:
            return self.of_set(number)
        with self._lock:
            return self._open.get(key)

    def forget(self, key):
        """Let go of one."""
        with self._lock:
            case = self._open.pop(key, None)
        if case is not None:
            case.close()

    def forget_person(self, code):
        """Let go of everything of one person."""
        for key in [key for key, case in list(self._open.items()) if case.person == code]:
            self.forget(key)

    def close(self):
        """Let go of all, once they are kept."""
        for key in list(self._open):
            self.forget(key)

    def _take(self, case):
        self._open[case.key] = case
        stored = [key for key in self._open if key.startswith("set-") and key != case.key]
        for key in stored[: max(0, len(self._open) - MOST)]:
            self._open.pop(key).close()
        return case


def _number(key):
    """Of a stored set; None for another key."""
    kind, _, number = key.partition("-")
    return int(number) if kind == "set" and number.isdigit() else None


def _titled(exercise, one):
    return f"{exercise.name}, {one.started_utc.astimezone():%d %B %Y}"


def _stored(store, set_id):
    """A set of the store as a `Case`."""
    one, trial = store.set(set_id), store.load_set(set_id)
    exercise = trial.exercise_path or one.exercise
    review = Review(trial.track, exercise, settings=trial.settings, edits=trial.edits)

    def keep(result, edits):
        store.keep_set(set_id, result, review.track, edits=edits, state=one.state, attempts=one.attempts,
                       corrected=True)  # fmt: skip

    def keep_edits(edits):
        store.keep_edits(set_id, edits)

    case = Case(
        f"set-{set_id}", _titled(review.exercise, one), review,
        keep=keep, keep_edits=keep_edits, video=lambda: _film_of(store, one),
        person=store.session(one.session).person, recorded_utc=one.started_utc,
    )  # fmt: skip
    if [vars(edit) for edit in review.edits] != one.result.get("provenance", {}).get("edits", []):
        case._written_down()  # a crash came between a correction and what follows from it
    return case


def _film_of(store, one):
    person = store.session(one.session).person
    return next((film.path for film in store.films(person) if film.set_id == one.id), None)
