"""Writes the pages that repeat what code and data say: signs, measures, exercises, commands, samples, README's table.

``python docs/generate.py`` writes them; ``tests/test_docs.py`` compares, so that the pages cannot fall behind.
"""

import csv
import inspect
import json
import re
from pathlib import Path

import click

from posecheck.cli import cli
from posecheck.exercise import list_practices
from posecheck.metrics import METRICS
from posecheck.rules import DOUBT_MAX_DEG, times_told
from posecheck.signals import SIGNALS
from posecheck.words import said
from reference import reference_page

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"
SAMPLES = REPOSITORY / "sample_videos"
RESULTS = REPOSITORY / "bench" / "results"
HELP_WIDTH = 100
VIEW_NAMES = {
    "front": "facing the camera",
    "oblique_left": "turned, left side nearer",
    "oblique_right": "turned, right side nearer",
    "left": "left side to the camera",
    "right": "right side to the camera",
}
ROLES = {
    "cross_education": "training the stronger side, so that the weaker one gains",
    "both_sides": "both sides together",
    "functional": "everyday tasks",
    "weaker_side": "practice of the weaker side",
    "balance": "balance",
}
SIDES_WORDS = {
    "unilateral": "each limb for itself",
    "bilateral": "both limbs share each repetition",
    "coupled": "the hands are joined: the sides are never compared",
}
TAKEN = {
    "image_2d": "in the picture",
    "lifted_3d": "in space",
    "foreshortened": "in space, with the limb's length",
}
EVIDENCE = """Evidence tags: S = a source that was read, M = well established, C = computed for this project,
U = an engineering default that a physiotherapist should review."""


REAL_DATA_WORDS = """What `python bench/real_data.py` found on movement that this project did not make (the data are not
part of the repository). Measured minus reference; *coverage* is the share of what has a reference for which a number
was given. UI-PRMD: seven healthy people before a Kinect and Vicon; the Kinect's skeleton is drawn through an ideal
camera, so this tests the analysis and not the pose model, and Vicon's skin markers are no joint centres. Rows of
deliberately incorrect repetitions and the notes stand in `bench/results/real_data.csv`. pose2sim: four calibrated
cameras, whose reference rests on the same model's landmarks, so an error common to all of them stays unseen. Keraal:
one person, Vicon."""
PEERS_WORDS = """What `python bench/peers.py` found on the sample videos: everybody got the same landmarks (those of
posecheck's engine, which follows one person) and is held against the same truth. Degrees and seconds; empty: not
offered. *Chosen knowing* says what whoever set it up had to know: `truth` means that the best setting was picked with
the answer at hand. *Range* is read at the true times, so that it judges the angle alone; *own range* is what the
program says about the repetitions that it found."""

PYTHON_WORDS = """What each public name takes and gives, as `help()` says it; [python.md](python.md) shows them at work.
T pictures, K keypoints, R repetitions; arrays have time or repetitions first; units stand in the names; NaN is not seen
or not measurable."""


def table(header, rows):
    """A Markdown table; vertical bars inside cells are escaped."""
    header = list(header)
    lines = [header, ["---"] * len(header), *rows]
    cells = ([str(cell).replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def first_paragraph(thing):
    return " ".join(inspect.getdoc(thing).split("\n\n")[0].split())


def number(value):
    return f"{value:g}"


def sign_table():
    parts = {"trunk": "shoulders and hips"}
    rows = (
        (f"`{s.name}`", s.unit, s.meaning, ", ".join(parts.get(part, part) for part in s.parts))
        for s in SIGNALS.values()
    )
    return table(("signal", "unit", "zero and positive direction", "must be seen"), rows)


def measure_table():
    rows = ((f"`{m.id}`", m.unit or "1", first_paragraph(m.function)) for m in METRICS.values())
    return table(("measure", "unit", "what it is"), rows)


def tempo(target):
    times = (("lift", target.tempo.lift_s), ("hold", target.tempo.hold_s), ("lower", target.tempo.lower_s))
    times = (*times, ("rest", target.tempo.rest_s))
    return ", ".join(f"{name} {number(seconds)} s" for name, seconds in times if seconds is not None)


def range_told(watch):
    return watch.trust == "range" and not (watch.estimator != "image_2d" and watch.sigma > DOUBT_MAX_DEG)


def told(watch):
    """What is told of a view, in two or three words."""
    what = [name for name, told in (("range", range_told(watch)), ("tempo", times_told(watch))) if told]
    return " and ".join(what) or "count only"


def views_with(exercise, what):
    """The views of which the same is told in a few words; both sides of a pair become one."""
    views = [view for view, watch in exercise.view.items() if told(watch) == what]
    words = []
    for first, second, both in (
        ("left", "right", "either side to the camera"),
        ("oblique_left", "oblique_right", "turned by 30 to 45°"),
    ):
        if first in views and second in views:
            views = [view for view in views if view not in (first, second)]
            words.append(both)
    return "; ".join([*(VIEW_NAMES[view] for view in views), *words]) or "none"


def amount(value, unit):
    return f"{number(value)}°" if unit == "deg" else number(value)


def limits(requirement):
    unit = SIGNALS[requirement.signal].unit
    asked = (("at least", requirement.min), ("at most", requirement.max))
    return " and ".join(f"{words} {amount(limit, unit)}" for words, limit in asked if limit is not None)


def sentence(words):
    words = words.strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!")) else ".") if words else ""


def span(pair):
    low, high = pair
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def exercise_page(practice):
    """Everything about one exercise, for a therapist to review."""
    lines = [f"## {practice.name} (`{practice.id}`)", "", *picture(practice), *described(practice)]
    if practice.measured:
        lines += measured(practice)
    else:
        rows = ((level, tempo(t)) for level, t in practice.target.items())
        lines += [
            "**Not measured by the camera yet**: practised with pacer and voice.",
            "",
            table(("level", "tempo"), rows),
            "",
        ]
    lines += [*(f"- Safety: {words}" for words in practice.safety)]
    lines += [*(f"- Source of `{key}`: {words}" for key, words in practice.sources.items())]
    return "\n".join(lines)


def picture(practice):
    file = DOCS / "pictures" / "exercises" / f"{practice.id}.jpg"
    return [f"![{practice.name}: start and top](pictures/exercises/{file.name})", ""] if file.exists() else []


def described(practice):
    facts = {
        "clinical name": practice.clinical_name,
        "for": ROLES.get(practice.role, "")
        + (
            "; **home exercise**: seated, facing the screen, both sides from one place"
            if practice.home
            else ""
        ),
        "position": practice.position.replace("_", " "),
        "sides": SIDES_WORDS[practice.sides],
        "camera": practice.camera,
        "still before it begins": practice.rest_posture.replace("_", " "),
        "dose": f"{span(practice.dose.sets)} sets of {span(practice.dose.reps)}" if practice.dose else "",
        "equipment": ", ".join(practice.equipment),
        "offered after": " and ".join(f"the {who}'s tick" for who in practice.unlock),
        "not offered with": ", ".join(tag.replace("_", " ") for tag in practice.contraindications),
        "goes back to": practice.trial,
        "harder": practice.progression,
        "easier": practice.regression,
        "said at the start": practice.cues.get("start", ""),
    }
    if practice.weaker_side:
        weaker = practice.weaker_side
        most = (
            ""
            if weaker.peak_max is None
            else f", never beyond {amount(weaker.peak_max, practice_unit(practice))}"
        )
        facts["weaker side"] = f"{', '.join(weaker.modes)}{most}: {weaker.how}"
    rows = ((name, sentence(words)) for name, words in facts.items() if words)
    return [table(("", ""), rows), ""]


def practice_unit(practice):
    return practice.unit if practice.measured else "deg"


def measured(exercise):
    """How the camera measures it: signal, views, targets, what it asks for and looks out for."""
    unit = exercise.unit
    least, affected = exercise.rep.min_excursion, exercise.rep.min_excursion_affected
    mdc95, _ = exercise.mdc95(None)
    assumed = " assumed" if exercise.sources["view"].startswith("assumed") else ""
    lines = [
        f"Signal: `{exercise.movement.signal}`, which {exercise.movement.lift} in the lift. A repetition: at least "
        f"{amount(least, unit)} ({amount(affected, unit)} on the affected side), lasting at least "
        f"{number(exercise.rep.min_duration_s)} s. Smallest change of the range worth calling a change, assumed: "
        f"{amount(mdc95, unit)}.",
        "",
        table(
            (
                "view",
                "told besides the count",
                "angles are taken",
                "error of the range (1 sd)",
                "of lift and lowering",
            ),
            (
                (
                    VIEW_NAMES[v],
                    told(w),
                    TAKEN[w.estimator],
                    f"{amount(w.sigma, unit)}{assumed}{'' if range_told(w) else ': not told'}",
                    f"{100 * w.time_part:.0f} %{assumed}{'' if times_told(w) else ': not told'}",
                )
                for v, w in exercise.view.items()
            ),
        ),
        "",
        table(
            ("level", "top", "range", "tempo"),
            (
                (level, amount(t.peak, unit), amount(t.range, unit), tempo(t) or "at one's own pace")
                for level, t in exercise.target.items()
            ),
        ),
        "",
    ]
    if exercise.require:
        rows = ((f"`{r.signal}`", r.during, limits(r), r.why) for r in exercise.require)
        lines += [table(("must hold", "when", "limit", "otherwise left out, because"), rows), ""]
    if exercise.check:
        rows = (
            (
                f"`{c.id}`",
                f"{amount(c.start, of)} to {amount(c.severe, of)}",
                c.direction,
                "" if c.scored else "advice only",
                said(c.id, exercise),
                c.source,
                c.evidence,
            )
            for c in exercise.check
            for of in (SIGNALS[c.signal].unit,)
        )
        header = ("looked out for", "cue to full weight", "change", "", "said", "source", "evidence")
        lines += [table(header, rows), ""]
    return lines


def readme_exercises():
    kinds = ("range and tempo", "range", "tempo", "count only")
    rows = (
        (
            f"`{e.id}`",
            f"{e.clinical_name}{' (home)' if e.home else ''}",
            *((views_with(e, kind) for kind in kinds) if e.measured else ("not measured yet", "", "", "")),
        )
        for e in list_practices()
    )
    return table(
        (
            "id",
            "exercise",
            "range, tempo and symmetry",
            "count, range and its symmetry",
            "count and tempo",
            "count",
        ),
        rows,
    )


def sample_table():
    rows = []
    for path in sorted(SAMPLES.glob("*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        count = {side: len(reps) for side, reps in truth["repetitions"].items() if reps}
        ranges = {
            side: ", ".join(f"{r['range_deg']:.0f}" for r in truth["repetitions"][side]) for side in count
        }
        shown = "; ".join(f"{side} {degrees}" for side, degrees in ranges.items())
        if len(set(ranges.values())) == 1 and len(ranges) == 2:
            shown = f"both {ranges['left']}"
        size = f"{truth['width']}x{truth['height']}"
        rows.append((f"`{truth['video']}`", truth["title"], shown, f"{truth['duration_s']:.0f} s, {size}"))
    return table(("clip", "what is seen", "true range of each repetition (deg)", "length, size"), rows)


def recorded(name):
    with open(RESULTS / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cell(text, digits=2):
    """A recorded number, rounded; words as they are, and nothing for what a peer does not offer."""
    try:
        return f"{float(text):.{digits}f}"
    except ValueError:
        return "" if text == "does not offer" else text


def real_data_page():
    """What bench/real_data.py recorded, without the rows of deliberately incorrect repetitions."""
    columns = {"what": "what", "n": "n", "coverage_pct": "coverage %", "value": "value", "bias": "bias",
               "mae": "mean abs.", "p95": "95 %", "r": "r", "unit": "unit"}  # fmt: skip
    whole = {"n", "coverage_pct"}
    rows = [row for row in recorded("real_data.csv") if ", incorrect" not in row["what"]]
    parts = [REAL_DATA_WORDS]
    for name in dict.fromkeys(row["dataset"] for row in rows):
        own = ([cell(r[c], 0 if c in whole else 2) for c in columns] for r in rows if r["dataset"] == name)
        parts.append(f"## {name}\n\n{table(columns.values(), own)}")
    return "\n\n".join(parts)


def peers_together(rows):
    """One line for everybody: all exercises and views that posecheck offers, each repetition counting the same."""
    number = lambda row, column: float(row[column]) if cell(row[column])[-1:].isdigit() else None  # noqa: E731
    part = lambda row: (row["exercise"], row["view"], row["limb"])  # noqa: E731
    offered = {part(row) for row in rows if row["peer"] == "posecheck" and number(row, "missed") is not None}
    lines = []
    for who in dict.fromkeys((row["peer"], row["setting"], row["knows"]) for row in rows):
        own = [
            row for row in rows if (row["peer"], row["setting"], row["knows"]) == who and part(row) in offered
        ]
        line = list(who)
        for column, weight in (("range_mae_deg", "ranges"), ("own_range_mae_deg", "own_ranges"),
                               ("lift_mae_s", "times"), ("lower_mae_s", "times")):  # fmt: skip
            told = [
                (number(row, column), float(row[weight])) for row in own if number(row, column) is not None
            ]
            n = sum(times for _, times in told)
            mean = sum(value * times for value, times in told) / n if n else None
            line.append("" if mean is None else f"{mean:.{1 if 'deg' in column else 2}f} ({n:.0f})")
        for column in ("missed", "extra"):
            told = [number(row, column) for row in own if number(row, column) is not None]
            line.append(f"{sum(told):.0f}" if told else "")
        lines.append(line)
    count = sum(
        float(row["repetitions"]) for row in rows if row["peer"] == "posecheck" and part(row) in offered
    )
    header = ("who", "setting", "chosen knowing", "range mean abs.", "own range mean abs.", "lift", "lower", "missed",
              "extra")  # fmt: skip
    return f"""## All together: {count:.0f} repetitions

Mean absolute errors over every exercise and view that posecheck offers, in brackets how many repetitions got the
number: who tells fewer may leave out the hard ones.

{table(header, lines)}"""


def peers_page():
    """What bench/peers.py recorded, a table an exercise, view and limb."""
    columns = {"peer": "who", "setting": "setting", "knows": "chosen knowing", "angle_rmse_deg": "angle RMSE",
               "range_bias_deg": "range bias", "range_mae_deg": "range mean abs.",
               "own_range_mae_deg": "own range mean abs.", "missed": "missed", "extra": "extra",
               "lift_mae_s": "lift", "lower_mae_s": "lower", "coverage_pct": "coverage %"}  # fmt: skip
    whole = {"missed", "extra", "coverage_pct"}
    rows = recorded("peers.csv")
    parts = [PEERS_WORDS, peers_together(rows)]
    for key in dict.fromkeys((r["exercise"], r["view"], r["limb"]) for r in rows):
        own = [r for r in rows if (r["exercise"], r["view"], r["limb"]) == key]
        head = f"## `{key[0]}`, {key[1]}, {key[2]}: {own[0]['repetitions']} repetitions"
        cells = ([cell(r[c], 0 if c in whole else 1 if "deg" in c else 2) for c in columns] for r in own)
        parts.append(f"{head}\n\n{table(columns.values(), cells)}")
    return "\n\n".join(parts)


def command_pages(command, path):
    context = click.Context(command, info_name=path, terminal_width=HELP_WIDTH, max_content_width=HELP_WIDTH)
    yield f"## `{path}`\n\n```text\n{command.get_help(context).rstrip()}\n```"
    for name, child in getattr(command, "commands", {}).items():
        yield from command_pages(child, f"{path} {name}")


def filled(page, name, text):
    """`page` with what stands between the marks of `name` replaced; without the marks it is an error."""
    pattern = re.compile(rf"(<!-- generated:{name} -->\n).*?(<!-- /generated:{name} -->)", re.DOTALL)
    page, count = pattern.subn(lambda marks: f"{marks[1]}\n{text}\n\n{marks[2]}", page)
    if count != 1:
        raise SystemExit(f"Expected the marks generated:{name} once in the page, found them {count} times.")
    return page


def pages():
    """Path -> text of every page that holds something generated."""
    conventions = (DOCS / "conventions.md").read_text(encoding="utf-8")
    measures = (DOCS / "measures.md").read_text(encoding="utf-8")
    samples = (SAMPLES / "README.md").read_text(encoding="utf-8")
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    note = "<!-- Written by docs/generate.py from {}; change it there. -->\n\n"
    exercises = "\n\n".join(exercise_page(practice) for practice in list_practices())
    commands = "\n\n".join(command_pages(cli, "posecheck"))
    return {
        SAMPLES / "README.md": filled(samples, "samples", sample_table()),
        DOCS / "conventions.md": filled(conventions, "signs", sign_table()),
        DOCS / "measures.md": filled(measures, "measures", measure_table()),
        REPOSITORY / "README.md": filled(readme, "exercises", readme_exercises()),
        DOCS / "exercises.md": "# Exercises\n\n"
        + note.format("src/posecheck/catalogue")
        + f"{EVIDENCE}\n\n{exercises}\n",
        DOCS / "real_data.md": "# On real movement\n\n"
        + note.format("bench/results/real_data.csv")
        + f"{real_data_page()}\n",
        DOCS / "peers.md": "# Beside peers\n\n"
        + note.format("bench/results/peers.csv")
        + f"{peers_page()}\n",
        DOCS / "python_reference.md": "# Python: every name\n\n"
        + note.format("signatures and docstrings")
        + f"{PYTHON_WORDS}\n\n{reference_page()}\n",
        DOCS / "cli.md": "# Command line\n\n" + note.format("the commands' own help") + f"{commands}\n",
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(REPOSITORY))
