"""``posecheck compare``: symmetry or change between stored trials."""

import json
import math
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("results", nargs=-1, required=True, metavar="RESULT RESULT...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a comparison.")
@click.pass_context
def compare(ctx, results, as_json):
    """Symmetry or change between stored trials of the same exercise and view.

    RESULT is the folder of a trial, or the result.json or pose.npz in it. The first is compared with each
    of the others: left and right filmed in turn, or before and after. What cannot be compared fairly is not,
    and the reason is given.

    \b
    Examples:
      posecheck compare results/left_arm results/right_arm
      posecheck compare week_0/curl week_3/curl week_6/curl --json
    """
    if len(results) < 2:
        raise click.UsageError("posecheck compare needs two results or more.")
    from posecheck.errors import PosecheckError

    status, first = 0, reanalysed(results[0])
    from posecheck.symmetry import compare as compare_results

    for other in results[1:]:
        try:
            outcome = compare_results(first, reanalysed(other))
        except PosecheckError as error:
            click.echo(str(error), err=True)
            status = 1
            continue
        _tell(results[0], other, outcome, first.exercise.unit, as_json=as_json)
    ctx.exit(status)


def reanalysed(path, exercise=None, *, cure="Score them first, with -o DIR."):
    """The `Result` of a stored trial, from its poses, settings and corrections; another exercise may be named."""
    from posecheck.analysis import analyse
    from posecheck.errors import ExerciseError
    from posecheck.exercise import load_exercise
    from posecheck.trial import load_trial

    trial = load_trial(path)
    chosen = exercise or trial.exercise_path
    if chosen is None:
        raise ExerciseError(f"{path}: no exercise is stored beside these poses. {cure}")
    return analyse(trial.track, load_exercise(chosen), settings=trial.settings, edits=trial.edits)


def _tell(first, other, symmetry, unit, *, as_json):
    from posecheck.result import plain

    outcome: dict[str, Any] = {key: plain(value) for key, value in symmetry.items()}
    if as_json:
        click.echo(json.dumps({"first": str(first), "other": str(other), **outcome}, ensure_ascii=False))
        return
    click.echo(f"{_name(first)} and {_name(other)}: {outcome.get('kind', 'symmetry')}")
    if not outcome.get("comparable", True):
        click.echo(f"  Not compared: {outcome.get('reason') or 'the recordings differ too much'}")
        return
    over, under = outcome["numerator"], outcome["denominator"]
    of_range = "{:.1f}°".format if unit == "deg" else "{:.2f}".format
    for name, told in (
        ("range", of_range),
        ("lift_time", "{:.1f} s".format),
        ("lower_time", "{:.1f} s".format),
    ):
        values = [outcome[f"{name}_{end}"] for end in ("numerator", "denominator")]
        if None in values:
            continue
        ratio = f"ratio {outcome[f'{name}_ratio']:.2f}{_interval(outcome[f'{name}_ratio_ci95'])}"
        label = name.replace("_", " ")
        click.echo(f"  {label:<11} {over} {told(values[0])}, {under} {told(values[1])}   {ratio}")
    if outcome.get(f"range_change_{unit}") is not None:
        band = _interval(outcome.get(f"range_change_{unit}_ci95"), told=of_range)
        change, least = (of_range(outcome[name]) for name in (f"range_change_{unit}", f"mdc95_{unit}"))
        known = "measured on this person" if outcome["mdc95_measured"] else "assumed"
        sign = "" if change.startswith("-") else "+"
        alone = ", of the repetitions alone" if band else ""
        click.echo(f"  change of range {sign}{change}{band}{alone}; detectable from {least} on ({known})")
    if outcome.get("reason"):
        click.echo(f"  {outcome['reason'][:1].upper()}{outcome['reason'][1:]}.")


def _name(path):
    path = Path(path)
    return path.parent.name if path.name in ("result.json", "pose.npz") and path.parent.name else path.name


def _interval(ci95, told="{:.2f}".format):
    if (
        isinstance(ci95, list | tuple)
        and len(ci95) == 2
        and all(v is not None and math.isfinite(v) for v in ci95)
    ):
        return f" (95 % interval {told(ci95[0])} to {told(ci95[1])})"
    if isinstance(ci95, int | float):
        return f"   +- {ci95:.3f}"
    return ""
