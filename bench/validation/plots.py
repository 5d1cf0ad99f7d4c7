"""The pictures of the validation page. Colours are Okabe and Ito's, which all eyes tell apart; shapes differ too."""

import math

import numpy as np
from scipy.stats import norm

from validation import summaries

BLUE, ORANGE, GREY, BLACK = "#0072B2", "#E69F00", "#9A9A9A", "#222222"
MARKS = {"side": (BLUE, "o"), "front": (ORANGE, "s"), "oblique": (BLACK, "^")}
NAMES = ("range", "error", "coverage", "calibration")
_SEEN = {"told": BLUE, "withheld": ORANGE, "missed": BLACK, "hidden or far": "#D5D5D5"}


def file_name(name):
    return f"validation_{name}.png"


def draw(errors, folder):
    """Draw all pictures.

    Parameters
    ----------
    errors : DataFrame
        From `summaries.errors_of`.
    folder : Path

    Returns
    -------
    list of Path
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with plt.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        for name in NAMES:
            figure = globals()[f"_draw_{name}"](plt, errors)
            paths.append(folder / file_name(name))
            figure.savefig(paths[-1], dpi=90, metadata={"Software": None})
            plt.close(figure)
    return paths


def _draw_range(plt, errors):
    told = errors[errors["range_error"].notna()]
    names = list(dict.fromkeys(told["exercise"]))
    across = min(4, max(1, len(names)))
    down = math.ceil(max(1, len(names)) / across)
    figure, panels = plt.subplots(
        down, across, figsize=(2.6 * across, 2.6 * down + 0.5), layout="constrained", squeeze=False
    )
    for panel, name in zip(panels.flat, names, strict=False):
        own = told[told["exercise"] == name]
        top = 1.08 * max(own["true_range"].max(), own["measured_range"].max())
        panel.plot([0, top], [0, top], color=GREY, lw=0.8, zorder=0)
        for group, (colour, shape) in MARKS.items():
            part = own[own["group"] == group]
            bars = part["range_sigma"].fillna(0)
            style = {"fmt": shape, "ms": 3.5, "color": colour, "elinewidth": 0.5, "alpha": 0.7, "lw": 0}
            panel.errorbar(part["true_range"], part["measured_range"], yerr=bars, **style)
        unit = "°" if (own["unit"] == "deg").all() else ""
        panel.set_title(f"{name}{f' ({unit})' if unit else ' (ratio)'}", fontsize=9)
        panel.set(xlim=(0, top), ylim=(0, top), aspect="equal")
    for panel in panels.flat[len(names) :]:
        panel.set_axis_off()
    handles = [plt.Line2D([], [], color=c, marker=m, ls="", ms=5, label=g) for g, (c, m) in MARKS.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False)
    figure.supxlabel("true range", fontsize=9)
    figure.supylabel("measured range, bars: 1 sigma told", fontsize=9)
    return figure


def _draw_error(plt, errors):
    degrees = errors[errors["unit"] == "deg"]
    rows = [(e, g, summaries.accuracy(own, "range_error")) for e, g, own in summaries.cells(degrees)]
    rows = [row for row in rows if row[2]["n"]][::-1]
    figure, axes = plt.subplots(figsize=(8, 0.26 * max(len(rows), 3) + 1.3), layout="constrained")
    for y, (_, group, a) in enumerate(rows):
        colour, shape = MARKS[group]
        axes.plot([a["mae"], a["p95"]], [y, y], color=colour, lw=1.2)
        axes.plot(a["p95"], y, "|", color=colour, ms=8)
        axes.plot(a["mae"], y, shape, color=colour, ms=6)
    axes.set_yticks(range(len(rows)), [f"{e}, {g} ({a['coverage_pct']:.0f} %)" for e, g, a in rows])
    for limit, words in ((3, "all, declared"), (6, "one, declared"), (8, "facing")):
        axes.axvline(limit, color=GREY, lw=0.8, ls=":")
        axes.text(
            limit, len(rows) - 0.4, f"{limit}° {words}", fontsize=7, color=BLACK, rotation=30, va="bottom"
        )
    axes.set(xlim=(0, None), ylim=(-0.6, len(rows) - 0.4))
    axes.set_xlabel("range error (°): mean absolute (mark) and 95 % (bar); in brackets: coverage")
    return figure


def _draw_coverage(plt, errors):
    rows = [(e, g, own) for e, g, own in summaries.cells(errors) if own["true"].any()][::-1]
    figure, axes = plt.subplots(figsize=(8, 0.26 * max(len(rows), 3) + 1.2), layout="constrained")
    for y, (_, _, own) in enumerate(rows):
        true = own[own["true"]]
        told = true["owed"] & true["range_error"].notna()
        counts = {"told": told, "missed": true["missed"], "hidden or far": ~true["owed"]}
        counts["withheld"] = true["owed"] & ~told & ~true["missed"]
        left = 0.0
        for what, colour in _SEEN.items():
            share = 100.0 * counts[what].mean()
            axes.barh(y, share, left=left, color=colour, height=0.72, label=what if y == 0 else None)
            left += share
    axes.set_yticks(range(len(rows)), [f"{e}, {g} ({own['true'].sum()})" for e, g, own in rows])
    axes.set(
        xlim=(0, 100), xlabel="true repetitions (%), by what became of their range; in brackets: how many"
    )
    if rows:
        axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=4, frameon=False)
    return figure


def _draw_calibration(plt, errors):
    figure, panels = plt.subplots(1, 3, figsize=(8, 2.9), sharey=True, layout="constrained")
    sigmas = np.linspace(0, 4, 161)
    for panel, (column, words) in zip(
        panels, (("range_z", "range"), ("lift_s_z", "lift time"), ("lower_s_z", "lower time")), strict=True
    ):
        panel.plot(sigmas, 100 * (2 * norm.cdf(sigmas) - 1), color=GREY, lw=1.5, label="honest")
        for tier, colour, style in (("declared", BLUE, "-"), ("facing", ORANGE, "--")):
            z = (
                errors.loc[errors["owed"] & (errors["tier"] == tier), column]
                .dropna()
                .abs()
                .to_numpy(np.float64)
            )
            if len(z):
                share = 100.0 * (z[:, None] <= sigmas).mean(axis=0)
                panel.plot(sigmas, share, style, color=colour, lw=1.5, label=f"{tier} ({len(z)})")
        panel.set(title=words, xlabel="sigmas told", xlim=(0, 4), ylim=(0, 101))
        panel.legend(frameon=False, fontsize=8, loc="lower right")
    panels[0].set_ylabel("truth lies within (%)")
    return figure
