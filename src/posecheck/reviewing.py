"""One recording under a person's eyes: the automatic result, corrections on top of it, undo and redo.

The recording is analysed once; each correction only measures anew, through the same `conclude` as everything else.
"""

from dataclasses import replace
from itertools import groupby

from posecheck.analysis import Analysis, conclude
from posecheck.errors import EditError
from posecheck.exercise import load_exercise
from posecheck.records import SIDES, Edit, Settings


class Review:
    """A recording with its corrections.

    Parameters
    ----------
    track : PoseTrack
    exercise : Exercise, str or Path
    settings : Settings, optional
    edits : sequence of Edit
        Corrections made before, in order. Those of one moment by one person belong together.

    Attributes
    ----------
    automatic, result : Result
        Without and with the corrections.

    Raises
    ------
    EditError
        When corrections made before do not fit the recording (any more).
    """

    def __init__(self, track, exercise, *, settings=None, edits=()):
        self.track, self.settings = track, settings or Settings()
        self._analysis = analysis = Analysis.of(track, load_exercise(exercise), self.settings)
        self._known: dict = {}
        self.automatic = conclude(analysis, track, known=self._known)
        self._done = [
            tuple(group) for _, group in groupby(edits, key=lambda edit: (edit.at_utc, edit.author))
        ]
        self._undone: list[tuple] = []
        self.result = self._concluded(self.edits) if edits else self.automatic

    @property
    def exercise(self):
        """What the recording is judged by."""
        return self._analysis.exercise

    @property
    def edits(self):
        """All corrections that hold, in order."""
        return tuple(edit for group in self._done for edit in group)

    @property
    def can_undo(self):
        return bool(self._done)

    @property
    def can_redo(self):
        return bool(self._undone)

    def edit(self, edits, *, author, at_utc):
        """Correct something; what belongs together is undone together.

        Parameters
        ----------
        edits : sequence of Edit
        author, at_utc : str

        Returns
        -------
        Result

        Raises
        ------
        EditError
            When it cannot be done; nothing has changed then.
        """
        signed = tuple(replace(edit, author=author, at_utc=at_utc) for edit in edits)
        self.result = self._concluded((*self.edits, *signed))
        self._done.append(signed)
        self._undone.clear()
        return self.result

    def undo(self):
        """Take the last correction back."""
        if self._done:
            self._undone.append(self._done.pop())
            self.result = self._concluded(self.edits)
        return self.result

    def redo(self):
        """Do again what was taken back last."""
        if self._undone:
            self._done.append(self._undone.pop())
            self.result = self._concluded(self.edits)
        return self.result

    def _concluded(self, edits):
        if not edits:
            return self.automatic
        return conclude(self._analysis, self.track, edits=edits, known=self._known)


def for_each(result, reps, kind, value=None):
    """One kind of correction for several repetitions, in an order and with numbers that hold while they are applied.

    Parameters
    ----------
    result : Result
        As it is now.
    reps : sequence of (str, int)
        Side and number of each.
    kind : str
        Any kind that needs no times.
    value : str, optional

    Returns
    -------
    list of Edit

    Raises
    ------
    EditError
        When one of them is not there.
    """
    spans = _spans(result)
    wanted = dict.fromkeys((side, _span(spans, side, rep)) for side, rep in reps)
    if result.exercise.shared:  # both limbs share a repetition: naming one is enough
        wanted = {key[1]: key for key in wanted}.values()
    edits = []
    for side, span in wanted:
        at = spans[side].index(span)
        edits.append(Edit(kind, side, rep=at + 1, value=value))
        if kind in ("delete", "side"):
            spans[side].pop(at)
        if kind == "side" and value in SIDES:
            spans[value] = sorted([*spans[value], span])
        if kind == "merge" and at + 1 < len(spans[side]):
            spans[side][at : at + 2] = [(span[0], spans[side][at + 1][1])]
    return edits


def shifted(result, reps, delta_s):
    """Corrections that move several repetitions by the same time.

    What moves later begins with the last one, so that none overlaps its neighbour meanwhile.
    """
    spans, t_s = _spans(result), result.signals.t_s
    chosen = sorted({(rep, side) for side, rep in reps}, reverse=delta_s > 0)
    edits = []
    for rep, side in chosen:
        start, end = _span(spans, side, rep)
        edits.append(
            Edit("move", side, rep, start_s=float(t_s[start]) + delta_s, end_s=float(t_s[end - 1]) + delta_s)
        )
    return edits


def _spans(result):
    """Begin and end of each repetition on the grid, side by side in the order of their numbers."""
    reps = result.reps
    return {
        side: sorted(
            (int(a), int(b)) for a, b, s in zip(reps.start, reps.end, reps.side, strict=True) if s == side
        )
        for side in SIDES
    }


def _span(spans, side, rep):
    known = spans.get(side, ())
    if not isinstance(rep, int) or not 0 < rep <= len(known):
        raise EditError(
            f"There is no repetition {rep} on the {side} side ({len(known)} known). Load the page again."
        )
    return known[rep - 1]
