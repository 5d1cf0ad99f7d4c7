"""docs/validation.md: every figure computed from the recorded results, none typed in."""

from collections import Counter
from itertools import pairwise

import numpy as np

from validation import detection, grid, plots, summaries, targets
from validation.markdown import number, percent, span, table
from validation.recorded import ROOT

PAGE = ROOT / "docs/validation.md"
PICTURES = ROOT / "docs/pictures"
_VIEWS = {"side": "from the side", "front": "facing", "oblique": "turned 35-40°"}
_SIZES = ((60.0, np.inf, "60° and more"), (30.0, 60.0, "30 to 60°"), (0.0, 30.0, "below 30°"))
_LEVELLED = (
    "tempo", "profile", "size", "asymmetry", "lag_s", "compensation", "far_limb", "tremor_deg", "stops", "before",
    "hidden", "bystander", "room", "light", "fovy_deg", "loose", "rate_hz", "height_px",
)  # fmt: skip
_SPANNED = ("age_years", "weight", "height", "azimuth_deg", "elevation_deg", "distance_m")


def targets_as_text(found):
    """The verdicts as aligned lines for a terminal."""
    rows = [("target", "promised", "found", "coverage", "n", "")]
    for v in targets.verdicts(found):
        rows.append((v.name, v.promised(), v.found(), percent(v.coverage_pct), str(v.n), v.in_words()))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def text(found):
    """The whole page as Markdown.

    Parameters
    ----------
    found : Outcome
    """
    errors = summaries.errors_of(found.reps)
    sections = [
        _head(found),
        _targets(found),
        _ranges(errors, found.angles),
        _times(errors),
        _counting(errors, found),
        _withheld(errors),
        _symmetry(found.sets),
        detection.compensation(errors, found.facts["checks"]),
        detection.smoothness(errors, found.clips),
        _calibration(errors),
        _factors(errors, found.clips),
        _grid(found.clips),
        _limits(),
    ]
    return "\n\n".join(sections) + "\n"


def write(found):
    """Write the page and draw its pictures; returns the paths."""
    paths = plots.draw(summaries.errors_of(found.reps), PICTURES)
    PAGE.write_text(text(found), encoding="utf-8")
    return [PAGE, *paths]


def _picture(name, words):
    return f"![{words}](pictures/{plots.file_name(name)})"


def _head(found):
    facts, clips = found.facts, found.clips
    commit = facts["posecheck_commit"]
    changed = " with changes that were not committed" if commit.endswith("+") else ""
    origin = [
        ("made by", f"`{facts['command']}`"),
        ("posecheck", f"commit `{commit.rstrip('+')}`{changed}, {facts['date_utc']}"),
        ("pose model", f"{facts['engine']} `{facts['model']}`, sha256 `{facts['model_sha256'][:16]}…`"),
        ("machine", facts["machine"]),
        ("recorded in", "`bench/results/accuracy_*.csv`: one row a clip, repetition, limb, set"),
    ]
    return f"""# Validation

<!-- Written by bench/accuracy.py from bench/results/accuracy_*: run it again, or `python bench/accuracy.py --page`. -->

How exact posecheck is on {len(clips)} rendered clips ({clips["frames"].sum():,} pictures, \
{found.reps["true_start_s"].notna().sum():,} true repetitions) whose
every joint angle is known, filmed and then read by the real engine. Rendered people are not patients: see
[what this cannot say](#what-this-cannot-say).

{table(("what", "whence"), origin)}

*Coverage* is the share of truly visible repetitions that got the number. A repetition is truly visible when every
keypoint of its angle is in the picture, with more than half of what lies within 10 cm of it in sight but for the \
person's own body, for at least {summaries.VISIBLE_PCT:g} % of its time. It is owed a number
unless its limb is the far one of a side view. The view is read by posecheck itself, never declared to it. The *declared
view* is the one an exercise asks for first. Errors are measured minus true; *95 %* is what 95 % of the repetitions stay
within."""


def _targets(found):
    rows = []
    for v in targets.verdicts(found):
        words = f"**{v.in_words()}**" if v.reached is False else v.in_words()
        name = f"{v.name} ({v.note})" if v.note else v.name
        rows.append((name, v.promised(), v.found(), percent(v.coverage_pct), v.n, words))
    return "## Targets\n\n" + table(("target", "promised", "found", "coverage", "n", "verdict"), rows)


def _ranges(errors, angles):
    rows = []
    for exercise, group, own in summaries.cells(errors):
        a = summaries.accuracy(own, "range_error")
        rmse, bias, seen = summaries.angle_error(angles, exercise, group)
        shape = "{:.1f}" if (own["unit"] == "deg").all() else "{:.3f}"
        rows.append(
            [f"`{exercise}`", _VIEWS[group], _offered(own), own["clip"].nunique()]
            + [a["owed"], percent(a["coverage_pct"])]
            + [number(a[name], shape) for name in ("bias", "mae", "p95", "worst")]
            + [number(rmse, shape), number(bias, shape), percent(seen)]
        )
    header = ("exercise", "view", "offered", "clips", "repetitions", "coverage", "range: bias", "mean abs.", "95 %",
              "largest", "angle: RMSE", "bias", "seen")  # fmt: skip
    return f"""## Range and angle

In degrees, or in the exercise's ratio where there are three decimals. *Offered* is what the catalogue promises of the
view: the range, the tempo only, or nothing. The angle over time is compared even where its range is withheld, because
`signals.csv` shows it.

{table(header, rows)}

{_picture("range", "measured against true range, one mark a repetition")}

{_picture("error", "range error by exercise and view, with its coverage")}"""


def _offered(own):
    return "/".join(dict.fromkeys(own["trust"]))


def _times(errors):
    rows = []
    phases, edges = (
        ("lift_s", "hold_s", "lower_s", "total_s"),
        ("start_s", "top_start_s", "top_end_s", "end_s"),
    )
    for exercise, group, own in summaries.cells(errors):
        if own["owed"].any():
            parts = [summaries.accuracy(own, f"{name}_error") for name in (*phases, *edges)]
            cells = [_bias_and_size(part) for part in parts]
            rows.append([f"`{exercise}`", _VIEWS[group], percent(parts[0]["coverage_pct"]), *cells[:4],
                         percent(parts[4]["coverage_pct"]), *cells[4:]])  # fmt: skip
    header = ("exercise", "view", "coverage of phases", "lift", "hold", "lower", "whole", "coverage of boundaries",
              "start", "top begins", "top ends", "end")  # fmt: skip
    sizes = []
    declared = errors[(errors["unit"] == "deg") & (errors["tier"] == "declared")]
    for low, high, name in _SIZES:
        own = declared[(declared["true_range"] >= low) & (declared["true_range"] < high)]
        for phase in phases:
            a = summaries.accuracy(own, f"{phase}_error")
            numbers = [number(a[k], "{:.2f}") for k in ("bias", "mae", "p95", "worst")]
            words = phase.removesuffix("_s").replace("total", "whole")
            sizes.append([name, words, a["owed"], percent(a["coverage_pct"]), *numbers])
    by_size = (
        "excursion, declared view",
        "phase",
        "repetitions",
        "coverage",
        "bias",
        "mean abs.",
        "95 %",
        "largest",
    )
    return f"""## Times

Seconds; in the first table each cell is the bias and the mean absolute error.

{table(header, rows)}

{table(by_size, sizes)}"""


def _bias_and_size(a):
    return f"{a['bias']:+.2f}, {a['mae']:.2f}" if a["n"] else ""


def _counting(errors, found):
    rows = []
    for exercise, group, own in summaries.cells(errors):
        partly = (own["found"] == "incomplete") & own["owed"]
        counts = (own["owed"].sum(), own["missed"].sum(), partly.sum(), (own["found"] == "extra").sum())
        rows.append((f"`{exercise}`", _VIEWS[group], _offered(own), *counts))
    header = ("exercise", "view", "offered", "repetitions", "missed", "of these seen in part", "extra")
    clips = found.clips
    foreign = [
        (row["clip"], f"`{row['counted_as']}`", row["count"], row["invented"], number(row["moved"], "{:.0f}"))
        for _, row in found.foreign.iterrows()
    ]
    header_of_foreign = (
        "clip",
        "counted as",
        "repetitions",
        "truly not done",
        "how far its signal truly went in all",
    )
    wrongly = table(header_of_foreign, foreign) if foreign else "Nothing was counted."
    seen = Counter(zip(clips["view"], clips["seen_view"], strict=True))
    views = [view for view in summaries.VIEW_GROUPS if (clips["view"] == view).any()]
    read = [*views, *sorted(set(clips["seen_view"]) - set(views))]
    confusion = [(view, *(seen.get((view, one), "") for one in read)) for view in views]
    return f"""## Counting

{table(header, rows)}

Every clip was also analysed as every exercise that it does not show, {clips["foreign_tried"].sum():,} times; \
{(clips["exercise"] == "").sum()} clips show no exercise at all
(sitting and standing still, gestures, walking in and leaving, sitting down and getting up). An exercise with the same
movement from the same position is not foreign. *Truly not done* are those in which the limb stayed below 0.8 of the
exercise's smallest repetition; in the others it did the movement for another reason: a hand that takes the rail, a
gesture.

{wrongly}

How posecheck read the view, in clips:

{table(("filmed from", *(f"read as {one}" for one in read)), confusion)}"""


def _withheld(errors):
    rows = []
    for exercise, group, own in summaries.cells(errors):
        w = summaries.withheld(own)
        why = "; ".join(f"{reason}: {count}" for reason, count in w["why"].items())
        hidden = [w[name] for name in ("hidden_withheld", "hidden_told", "far_withheld", "far_told")]
        rows.append((f"`{exercise}`", _VIEWS[group], w["told"], w["withheld"], why, *hidden))
    header = ("exercise", "view", "visible: told", "visible: withheld", "why", "hidden: withheld, rightly",
              "hidden: told", "far limb: withheld, rightly", "far limb: told")  # fmt: skip
    return f"""## What was withheld, and whether rightly so

True repetitions by what became of their range.

{table(header, rows)}

{_picture("coverage", "what became of the true repetitions, by exercise and view")}"""


def _symmetry(sets):
    rows = []
    for large, name in ((True, "60° and more"), (False, "less than 60°")):
        r = summaries.ratios(sets, large=large)
        rows.append((name, r["sets"], percent(r["coverage_pct"]), number(r["mae"], "{:.3f}"),
                     number(r["worst"], "{:.3f}"), percent(r["within_pct"]), percent(r["held_pct"])))  # fmt: skip
    header = ("stronger side", "sets", "coverage", "ratio: mean abs. error", "largest", "within 0.05",
              "95 % interval holds the truth")  # fmt: skip
    each = []
    for _, row in sets.iterrows():
        size = number(row["stronger_range"], "{:.0f}°" if row["unit"] == "deg" else "{:.2f}")
        interval = span(row["low"], row["high"]) or f"withheld: {row['reason']}"
        each.append((row["set"], row["view"], size, number(row["true_ratio"], "{:.2f}"),
                     number(row["measured_ratio"], "{:.2f}"), interval))  # fmt: skip
    columns = ("set", "view", "stronger side", "true ratio", "measured", "95 % interval")
    return f"""## Left against right

The ratio of the set's median ranges: within a recording from the front, across two recordings of the same person
(`posecheck compare`) from the sides.

{table(header, rows)}

{table(columns, each)}"""


def _calibration(errors):
    rows = []
    for tier, words in (("declared", "declared view"), ("facing", "facing and oblique")):
        own = errors[errors["tier"] == tier]
        for column, name in (("range_z", "range"), ("lift_s_z", "lift"), ("lower_s_z", "lower")):
            c = summaries.calibration(own, column)
            share = 100.0 * c["n"] / own["owed"].sum() if own["owed"].any() else np.nan
            rows.append((words, name, c["n"], percent(share), percent(c["one_pct"]), percent(c["two_pct"]),
                         number(c["rms"], "{:.2f}")))  # fmt: skip
    header = ("view", "number", "n", "coverage", "within 1 sigma (68 %)", "within 2 sigma (95 %)",
              "rms of error / sigma (1)")  # fmt: skip
    declared, each = errors[errors["tier"] == "declared"], []
    for exercise, own in declared.groupby("exercise"):
        found = [summaries.calibration(own, column) for column in ("range_z", "lift_s_z", "lower_s_z")]
        each.append(
            (f"`{exercise}`", *(f"{percent(c['two_pct'])}, {number(c['rms'], '{:.2f}')}" for c in found))
        )
    names = ("exercise, declared view", "range: within 2 sigma, rms", "lift", "lower")
    return f"""## The error bars that are told

In brackets: what honest normal error bars give. A smaller root mean square says that they are too wide. Where angles
are taken in space the networks, which know none of these clips, tell the error of the range; one factor (0.85) and
which ranges are too uncertain to be told were set with these clips in view, as were the errors of the times, and which
views take the angle in space. So this shows how well they describe this grid, not how well they foretell other people.

{table(header, rows)}

{table(names, each)}

{_picture("calibration", "how often the truth lies within how many of the sigmas told")}"""


def _factors(errors, clips):
    declared = errors[(errors["tier"] == "declared") & (errors["unit"] == "deg")]
    rows = []
    for factor in (*_LEVELLED, *_SPANNED):
        for level, names in _levels(clips[clips["tier"] == "declared"], factor):
            own = declared[declared["clip"].isin(names)]
            a, b = summaries.accuracy(own, "range_error"), summaries.accuracy(own, "lift_s_error")
            rows.append((factor, level, len(names), a["owed"], percent(a["coverage_pct"]), number(a["bias"]),
                         number(a["mae"]), percent(b["coverage_pct"]), number(b["mae"], "{:.2f}")))  # fmt: skip
    header = ("factor", "level", "clips", "repetitions", "coverage", "range: bias", "mean abs.", "coverage of lift",
              "lift: mean abs. (s)")  # fmt: skip
    return f"""## By factor, declared view

Few clips a level, and other factors differ between them: this points at where to look, it proves nothing.

{table(header, rows)}"""


def _levels(clips, factor):
    """(words, ids of clips) of each level of a factor; spans are cut into thirds of the clips."""
    values = clips[factor]
    if factor not in _SPANNED:
        levels = sorted(values.dropna().unique(), key=lambda v: (isinstance(v, str), v))
        return [(f"{v:g}" if isinstance(v, float) else v, clips.loc[values == v, "clip"]) for v in levels]
    values = values.abs() if factor == "azimuth_deg" else values
    edges = np.quantile(values, [0, 1 / 3, 2 / 3, 1]) if len(values) else []
    thirds = [(values >= low) & (values <= high) for low, high in pairwise(edges)]
    return [
        (f"{values[chosen].min():.3g} to {values[chosen].max():.3g}", clips.loc[chosen, "clip"])
        for chosen in thirds
        if chosen.any()
    ]


def _grid(clips):
    rows = []
    for tier in grid.TIERS:
        own = clips[clips["tier"] == tier]
        if len(own):
            exercises = own.loc[own["exercise"] != "", "exercise"].nunique()
            rows.append((tier, len(own), f"{own['frames'].sum():,}", own["person"].nunique(), exercises))
    words = grid.__doc__.strip().replace("\ndeclared  ", "\n```text\ndeclared  ")
    words = words.replace("by any exercise\n", "by any exercise\n```\n")
    return f"""## The grid

{words}

{table(("part", "clips", "pictures", "people", "exercises"), rows)}"""


def _limits():
    return """## What this cannot say

- The people are rendered. Skin, cloth, light and backgrounds are simpler than real ones, nobody has a spastic hand, a
  sling or a walking aid, and no two of them differ as people after a stroke do.
- The true joint centres are those of the body's rig. The pose model's landmarks are defined otherwise; part of every
  bias is that definition.
- Repetitions of one clip share a person, a room and a camera. They are not independent, so small differences between
  rows mean little.
- Real recordings are compared by benches of their own: see [bench/README.md](../bench/README.md)."""
