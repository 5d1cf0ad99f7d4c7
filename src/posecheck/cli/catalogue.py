"""``posecheck exercises``: the catalogue."""

import click


@click.group(invoke_without_command=True)
@click.pass_context
def exercises(ctx):
    """The exercises that can be measured; an exercise is a TOML file.

    \b
    Examples:
      posecheck exercises                              the list
      posecheck exercises show elbow_flexion           everything about one, as TOML
      posecheck exercises check my_exercise.toml       explains what needs attention in a file
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@exercises.command("list")
def list_():
    """Id and name of each exercise.

    \b
    Example:
      posecheck exercises list
    """
    from posecheck.exercise import list_exercises

    known = list(list_exercises())
    width = max(len(exercise.id) for exercise in known)
    for exercise in known:
        click.echo(f"{exercise.id:<{width}}  {exercise.name}")


@exercises.command()
@click.argument("exercise", metavar="ID")
def show(exercise):
    """Print an exercise as TOML: copy it, change it, and pass the file to -e.

    \b
    Example:
      posecheck exercises show elbow_flexion > my_elbow.toml
    """
    from posecheck.exercise import load_exercise

    click.echo(load_exercise(exercise).toml_text, nl=False)


@exercises.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def check(ctx, files):
    """Say whether TOML files describe exercises, and what needs attention when they do not.

    \b
    Example:
      posecheck exercises check my_elbow.toml
    """
    from pathlib import Path

    from posecheck.errors import PosecheckError
    from posecheck.exercise import load_exercise

    status = 0
    for file in files:
        try:
            # An id of the catalogue is not a file to check.
            exercise = load_exercise(Path(file).absolute())
            click.echo(f"{file}: in order ({exercise.id}, {exercise.name})")
        except PosecheckError as error:
            click.echo(str(error), err=True)
            status = 1
    ctx.exit(status)
