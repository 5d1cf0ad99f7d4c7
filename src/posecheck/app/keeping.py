"""Keeps a session in the store while it happens, its poses in a journal; what cannot be written now is tried again."""

import logging
from datetime import UTC, datetime

from posecheck.errors import PosecheckError
from posecheck.filming import Film
from posecheck.journal import Journal, read_journal
from posecheck.result import plain

LOG = logging.getLogger(__name__)


class StoreKeeper:
    """`Keeper` of one session in a `Store`.

    Parameters
    ----------
    store : Store
    person : str
        Code.
    session : int
    clock : callable
        Gives the time, with its zone.

    Notes
    -----
    A full disk or a locked database must not end practice: what could not be kept waits in order, is tried again with
    the next thing to keep, and `trouble` says so in one sentence meanwhile.
    """

    def __init__(self, store, person, session, *, clock):
        self.store, self.person, self.session, self.clock = store, person, session, clock
        self.trouble, self._waiting = "", []

    def answer(self, step, answer):
        """The answers are what a session is taken up again from."""
        self.event("answer", step=step, answer=answer)

    def answers(self):
        """All answers so far, in order."""
        kept = self.store.events(session=self.session, kind="answer")
        return [(event.detail["step"], event.detail["answer"]) for event in kept]

    def prompt(self, kind, value):
        at = self.clock()
        self.keep(lambda: self.store.prompt(self.session, kind, plain(value), at=at))

    def event(self, kind, **detail):
        at = self.clock()
        self.keep(lambda: self.store.event(self.person, kind, plain(detail), session=self.session, at=at))

    def begin_set(self, *, exercise, origin_s, **facts):
        at = datetime.fromtimestamp(origin_s, UTC)
        facts = {**facts, "level": int(facts["level"])}
        return KeptSet(self, exercise, origin_s, {**facts, "at": at})

    def keep(self, act):
        """Do something to the store, after what waits; what it gives, None while it cannot be done."""
        self._waiting.append(act)
        return self.again()

    def again(self):
        """Try what waits; what the last of it gives."""
        kept = None
        while self._waiting:
            try:
                kept = self._waiting[0]()
            except PosecheckError as error:
                self.trouble = str(error)
                LOG.warning("%s", error)
                return None
            self._waiting.pop(0)
        self.trouble = ""
        return kept


class KeptSet:
    """`SetKeeper` of one set."""

    def __init__(self, keeper, exercise, origin_s, facts):
        self._keeper, self._origin_s, self._journal, self._id = keeper, origin_s, None, None
        self._film: Film | None = None
        self._films = True  # until a film could not be written
        keeper.keep(lambda: self._begin(exercise, facts))
        self._frames = ()
        if self._id is not None:
            self._open()

    def _begin(self, exercise, facts):
        self._id = self._keeper.store.begin_set(self._keeper.session, exercise=exercise, **facts)

    def _open(self):
        path = self._keeper.store.journal_path(self._id)
        try:
            if path.exists():
                facts, self._frames = read_journal(path)
                self._origin_s = facts["origin_s"]
            self._journal = Journal(path, {"origin_s": self._origin_s, "set": self._id})
        except PosecheckError as error:
            self._keeper.trouble = str(error)

    def unfinished(self):
        """What an interrupted set left behind: when it began and its poses."""
        return self._origin_s, self._frames

    def frame(self, pose):
        if self._journal is None:
            return
        try:
            self._journal.frame(pose)
        except PosecheckError as error:
            self._keeper.trouble, self._journal = str(error), None

    def film(self, t_s, jpeg, size_px):
        """A film that cannot be written ends; practice does not."""
        if not (self._films and jpeg) or self._id is None:
            return
        try:
            if self._film is None:
                self._film = Film(self._keeper.store.film_path(self._id), size_px)
            self._film.picture(t_s, jpeg)
        except PosecheckError as error:
            self._no_film(error)

    def _no_film(self, error):
        self._film, self._films = None, False
        self._keeper.event("film_ended", why=str(error))
        LOG.warning("%s", error)

    def _end_film(self):
        try:
            if self._film is not None:
                self._film.close()
        except PosecheckError as error:
            self._no_film(error)
        self._film, self._films = None, False

    def keep(self, result, track, *, state, tried=None):
        at, store = self._keeper.clock(), self._keeper.store
        self._over(lambda: store.keep_set(self._id, result, track, at=at, state=state, attempts=tried))

    def attempts(self, tried, *, moved, state):
        at, store = self._keeper.clock(), self._keeper.store
        self._over(lambda: store.keep_attempts(self._id, tried, moved, at=at, state=state))

    def _over(self, act):
        """Keep the set; only then is the journal not needed any more."""
        self._end_film()

        def act_then_forget():
            act()
            if self._journal is not None:
                self._journal.remove()

        self._keeper.keep(act_then_forget)
