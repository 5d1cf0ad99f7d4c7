"""Taking up a session that was interrupted: the same flow, told the answers that were given before."""

from collections import deque

from posecheck.coach.questions import ask_resume
from posecheck.coach.stage import NoKeeper


class _Muted(NoKeeper):
    """What was kept already is not kept again."""

    def begin_set(self, **facts):
        return self

    def attempts(self, tried, *, moved, state):
        pass


def taken_up(stage, flow, answers):
    """A flow that was interrupted, from where its answers end; it asks once whether to go on.

    Returns what the flow returns, or ``{"state": "left"}`` when the person would rather start anew.
    """
    keeper, stage.keeper = stage.keeper, _Muted()
    answers, step = deque(answers), next(flow)
    while answers:
        if step.again:
            step = flow.send("ok")
            continue
        name, answer = answers.popleft()
        if name != step.name:
            break  # the words of the flow have changed since: go on from here
        step = flow.send(answer)
    stage.keeper = keeper
    if (yield ask_resume(stage)) == "start_new":
        flow.close()
        return {"state": "left", "results": []}
    try:
        while True:
            step = flow.send((yield step))
    except StopIteration as end:
        return end.value
