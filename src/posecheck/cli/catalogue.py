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
@click.option("--home", is_flag=True, help="Only those done seated, facing the screen, from one place.")
@click.option("--region", type=click.Choice(("arm", "hand", "leg", "ankle")), help="Only these.")
def list_(home=False, region=None):
    """Id and name of each exercise, by the part of the body that moves.

    \b
    Examples:
      posecheck exercises list
      posecheck exercises list --home --region arm
    """
    from posecheck.exercise import list_practices

    known = [p for p in list_practices() if (p.home or not home) and region in (None, p.region)]
    width = max((len(practice.id) for practice in known), default=0)
    for part in dict.fromkeys(practice.region for practice in known):
        click.echo(part)
        for practice in (p for p in known if p.region == part):
            notes = [note for note, holds in (("home", practice.home), ("not measured yet", not practice.measured),
                                              (f"after the {' and '.join(practice.unlock)}'s tick", practice.unlock))
                     if holds]  # fmt: skip
            said = f"  ({', '.join(notes)})" if notes else ""
            click.echo(f"  {practice.id:<{width}}  {practice.name}{said}")


@exercises.command()
@click.argument("exercise", metavar="ID")
def show(exercise):
    """Print an exercise as TOML: copy it, change it, and pass the file to -e.

    \b
    Example:
      posecheck exercises show elbow_flexion > my_elbow.toml
    """
    from posecheck.exercise import load_practice

    click.echo(load_practice(exercise).toml_text)


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
    from posecheck.exercise import load_practice

    status = 0
    for file in files:
        try:
            # An id of the catalogue is not a file to check.
            practice = load_practice(Path(file).absolute())
            note = "" if practice.measured else ", practised without being measured"
            click.echo(f"{file}: in order ({practice.id}, {practice.name}{note})")
        except PosecheckError as error:
            click.echo(str(error), err=True)
            status = 1
    ctx.exit(status)
