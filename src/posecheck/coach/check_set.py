"""A check set: a few repetitions of one side at its own pace, as far as is comfortable; nothing leads, nothing cues.

It is what is compared over weeks and between the sides: practice to a prescribed target measures the prescription.
"""

from dataclasses import replace

from posecheck.coach.practice_set import CountedSet
from posecheck.coach.steps import Ask

MOST_S = 45.0  # a side that the camera does not see move is not waited for any longer


class CheckSet(CountedSet):
    """A `CountedSet` without pacer, cues and target; it ends with its repetitions, or kindly after `MOST_S`."""

    name, kind = "check_set", "check"

    def begin(self, stage):
        super().begin(stage)
        self._pacer = replace(self._pacer, running=False)
        self._until_s = stage.t_s + MOST_S
        stage.say(stage.text("check_how"))

    @property
    def _counts_aloud(self):
        return True

    def _cued(self, row, findings):
        return ""

    def _all_done(self, stage):
        return self._count >= self._block.reps or stage.t_s >= self._until_s

    def _tiring(self, stage):
        return False

    def _waiting(self, stage):
        """At one's own pace."""

    def _resumed(self, stage, _answer):
        super()._resumed(stage, _answer)
        self._pacer = replace(self._pacer, running=False)
        self._until_s = stage.t_s + MOST_S

    def screen(self, stage):
        screen = super().screen(stage)
        if screen.kind != "set":
            return screen
        return replace(screen, pacer=None, count=self._count or None, figure=None, data={})


def ask_check(stage):
    """Whether a check is welcome today."""
    return Ask(
        "check",
        stage.text("check_ask"),
        (stage.choice("go_on", "yes", 1), stage.choice("not_today", "no", 3)),
        raised="go_on",
        lines=(stage.text("check_how"),),
        picture="graph",
    )
