"""The sections of the validation page on what is told apart: compensations, and halts from smooth movements."""

import numpy as np

from validation import summaries
from validation.markdown import number, percent, span, table


def compensation(errors, checks):
    """The section on compensations, `checks` as in `summaries.detection`."""
    rows = []
    for d in summaries.detection(errors, checks):
        exercise = "all" if d["exercise"] == "all" else f"`{d['exercise']}`"
        rows.append((f"`{d['signal']}`", exercise, d["present"], d["absent"], percent(d["coverage_pct"]),
                     number(d["auc"], "{:.3f}"), span(d["low"], d["high"], "{:.3f}"),
                     percent(d["sensitivity_pct"]), percent(d["specificity_pct"])))  # fmt: skip
    header = ("compensation", "exercise", "repetitions with", "without", "coverage", "AUC", "95 % interval", "found",
              "rightly silent")  # fmt: skip
    return f"""## Compensation

With: the true change reaches what the catalogue calls severe. Without: it stays below half of what is worth a cue.
*Found* and *rightly silent* are at the catalogue's own threshold for a cue. The interval of the area under the curve
draws clips, not repetitions.

{table(header, rows)}"""


def smoothness(errors, clips):
    """The section on halts."""
    rows = [
        (f"{d['from_deg']:g} to {d['to_deg']:g}°" if np.isfinite(d["to_deg"]) else f"{d['from_deg']:g}° and more",
         d["present"], d["absent"], percent(d["coverage_pct"]), number(d["auc"], "{:.3f}"),
         span(d["low"], d["high"], "{:.3f}"), percent(d["sensitivity_pct"]), percent(d["specificity_pct"]))
        for d in summaries.halts(errors, clips)
    ]  # fmt: skip
    header = ("range", "repetitions with a halt", "without", "coverage", "AUC", "95 % interval", "found",
              "rightly silent")  # fmt: skip
    return f"""## Smoothness

`smoothness_delta` of repetitions that halt once on the way up against those that do not, tremor or not, in the declared
views; *found* and *rightly silent* at the threshold of the cue.

{table(header, rows)}"""
