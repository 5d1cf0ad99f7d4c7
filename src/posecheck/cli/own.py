"""``posecheck calibrate`` and ``posecheck noise``: an exercise made one person's own."""

from pathlib import Path

import click

from posecheck.cli.compare import reanalysed
from posecheck.errors import OutputError

OUT = click.option(
    "-o", "--output", "file", type=click.Path(dir_okay=False), metavar="FILE.toml",
    help="Write the exercise with what was found; pass that file to -e.",
)  # fmt: skip
EXERCISE = click.option(
    "-e", "--exercise", metavar="EXERCISE",
    help="An id, or the TOML file that already holds this person's numbers.  [default: as stored]",
)  # fmt: skip
NAME_ONE = "Name one with -e EXERCISE."
OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace the file.")


@click.command()
@click.argument("checksets", nargs=-1, required=True, metavar="CHECKSET...")
@EXERCISE
@OUT
@OVERWRITE
def calibrate(checksets, exercise, file, overwrite):
    """Make an exercise a person's own: baseline and target of each side, from check sets.

    CHECKSET is a stored trial that was analysed with --check: three repetitions a side, as far as comfortable,
    unpaced, with no target shown. A side then counts from its own smallest movement on, and is never asked for
    more than a tenth beyond its baseline; what the trunk does anyway is not held against anybody.

    \b
    Examples:
      posecheck analyse left.mp4 right.mp4 -e knee_extension --check --affected left -o check
      posecheck calibrate check/left check/right -o my_knee.toml
      posecheck analyse practice.mp4 -e my_knee.toml --affected left -o results
    """
    from posecheck.calibration import calibrate as calibrated
    from posecheck.cli.summary import amount

    _check_free(file, overwrite)
    results = [reanalysed(path, exercise, cure=NAME_ONE) for path in checksets]
    own = calibrated(results[0].exercise, results)
    for side, personal in own.personal.items():
        target = own.target_of(results[0].settings.level, side)
        click.echo(
            f"  {side:<6} baseline {amount(personal.baseline, own.unit)}   "
            f"target {amount(target.range, own.unit)}   "
            f"counts from {amount(own.smallest(side, affected=side in _affected(results)), own.unit)} on"
        )
    for check in own.check:
        if check.id in own.reference:
            unit = "deg" if check.start_deg is not None else "ratio"
            click.echo(f"  {check.id}: goes along by up to {amount(own.reference[check.id], unit)} anyway")
    _write(own, file)


@click.command()
@click.argument("sets", nargs=-1, required=True, metavar="SET SET...")
@EXERCISE
@OUT
@OVERWRITE
def noise(sets, exercise, file, overwrite):
    """This person's and this camera's own error: how large a change must be to be one.

    Hold still for ten seconds, do five repetitions, rest a few minutes, and do the same again: two recordings, or
    more, from the same place, as stored trials. Prints the noise of the signal, how much a set differs when nothing
    has changed, and the smallest change worth calling one (minimal detectable change, 95 %); with -o they take the
    place of the assumed ones wherever that exercise file is used.

    \b
    Examples:
      posecheck analyse first.mp4 second.mp4 -e elbow_flexion --check -o error
      posecheck noise error/first error/second -o my_elbow.toml
      posecheck compare week_0 week_6            (scored with -e my_elbow.toml)
    """
    from posecheck.calibration import measured_errors, with_error

    if len(sets) < 2:
        raise click.UsageError(
            "posecheck noise needs two sets or more: the same person, the same place, twice."
        )
    _check_free(file, overwrite)
    results = [reanalysed(path, exercise, cure=NAME_ONE) for path in sets]
    errors, still = measured_errors(results)
    own, view = results[0].exercise, results[0].view
    click.echo(f"{own.name}, seen from {view}: {len(results)} sets")
    for side, (sigma, wander) in still.items():
        resting = f", held still it wandered by {wander:.2g}" if wander is not None else ""
        click.echo(f"  {side} {own.movement.signal}: noise {sigma:.2g} {own.unit} (1 sd){resting}")
    click.echo(f"  {'measure':<20}{'rep to rep':>12}{'set to set':>12}{'detectable':>12}   assumed")
    assumed = {f"range_{own.unit}": own.mdc95_deg or own.mdc95_ratio}
    for name, error in errors.items():
        beside = f"{assumed[name]:g}" if name in assumed else ""
        click.echo(f"  {name:<20}{error.reps_sd:>12.2g}{error.sem:>12.2g}{error.mdc95:>12.2g}   {beside}")
    if len(results) < 4:
        click.echo(
            f"  From {len(results)} sets these are rough and wide; with more they grow surer and smaller."
        )
    source = f"posecheck noise: {len(results)} sets, {errors[f'range_{own.unit}'].reps} repetitions [C]"
    _write(with_error(own, errors, view=view, source=source), file)


def _affected(results):
    return {result.settings.affected for result in results}


def _check_free(file, overwrite):
    """Before anything is read again, which takes its time."""
    if file is None:
        return
    if Path(file).suffix != ".toml":
        raise click.UsageError(f"A file that ends in .toml was expected, got {file}.")
    if Path(file).exists() and not overwrite:
        raise click.UsageError(f"{file} is there already. Choose another name, or add --overwrite.")


def _write(exercise, file):
    if file is None:
        return
    path = Path(file)
    beside = path.with_suffix(".toml.part")
    try:
        beside.write_text(exercise.toml_text + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise OutputError(f"{file} could not be written: {error.strerror}. Choose another place.") from None
    click.echo(f"  Written: {file}")
