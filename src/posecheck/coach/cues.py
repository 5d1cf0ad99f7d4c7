"""One thing said after a repetition: a cue, a true praise, or nothing but its number.

The schedule is that of docs/basis.md, Feedback: a cue when two of the last three repetitions ask for it, severe
posture at once; every repetition in the first session, later after the third and at the end; never the same twice in a
row; two positives before the next correction, or three repetitions without one.
"""

import math

from posecheck.words import said, words

_OF_LAST, _TIMES = 3, 2  # repetitions that are looked back on, and how many of them must ask for the cue
_POSITIVES, _AGAIN_AFTER = 2, 3
_FADED_FROM = 3  # first repetition after which a cue comes once sessions are no longer new
_HASTE = ("too_fast", "lower_fast")


class FormCoach:
    """What to say about form during one set.

    Parameters
    ----------
    exercise : Exercise
    new : bool
        Whether this is one of the first sessions: feedback may follow every repetition.
    language : str
    """

    def __init__(self, exercise, *, new=True, language="en"):
        self._exercise, self._new, self._language = exercise, new, language
        self._asked: list[list[str]] = []  # rules that each repetition asked for, most important first
        self._last_cue, self._cue_at = None, -math.inf
        self._praised_at, self._positives = -math.inf, _POSITIVES
        self.slow = 0

    def push(self, row, findings):
        """What is said after a repetition.

        Parameters
        ----------
        row : dict
            Of ``reps.csv``; that of the stronger side, or of both.
        findings : sequence of Finding
            About this repetition, most important first.

        Returns
        -------
        str
            Six words or fewer; empty when the number is said instead.
        """
        rules = [f.rule for f in findings if f.rule != "stop_start"]
        self._asked.append(rules)
        number = len(self._asked)
        slow = not set(rules) & {*_HASTE} and all(math.isfinite(row[f"{p}_s"]) for p in ("lift", "lower"))
        self.slow += slow
        rule = self._due(findings, rules, number)
        if rule is not None:
            self._last_cue, self._cue_at, self._positives = rule, number, 0
            return said(rule, self._exercise, language=self._language)
        mended = self._last_cue in _HASTE and self._cue_at < number and slow
        if slow and (number - self._praised_at >= 3 or (mended and self._praised_at < self._cue_at)):
            self._praised_at = number
            self._positives += 1
            return words(self._language)["praise"]["slow"]
        self._positives += not rules
        return ""

    def _due(self, findings, rules, number):
        for finding in findings:
            if finding.rule == "beyond_cap" or self._severe(finding):
                return finding.rule if number > self._cue_at + 1 or finding.rule != self._last_cue else None
        if not (self._new or number >= _FADED_FROM):
            return None
        if self._positives < _POSITIVES and number - self._cue_at <= _AGAIN_AFTER:
            return None
        recent = self._asked[-_OF_LAST:]
        for rule in rules:
            if sum(rule in asked for asked in recent) >= _TIMES:
                return rule
        return None

    def _severe(self, finding):
        check = next((c for c in self._exercise.check if c.id == finding.rule), None)
        return check is not None and check.scored and finding.value >= check.severe
