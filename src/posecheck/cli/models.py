"""``posecheck models``: the pose models on this machine."""

import click


@click.group(invoke_without_command=True)
@click.pass_context
def models(ctx):
    """The pose models on this machine; each is checked against its published hash.

    \b
    Examples:
      posecheck models                                 what is here
      posecheck models verify                          is each file the published one
      posecheck models add pose_landmark_heavy.onnx    keep a model file for this user
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@models.command("list")
def list_():
    """Id, size and place of each model.

    \b
    Example:
      posecheck models list
    """
    from posecheck.models import list_models

    found = list_models()
    width = max(len(status.model.id) for status in found)
    for status in found:
        state = str(status.path) if status.verified else ("differs" if status.present else "not here")
        click.echo(f"{status.model.id:<{width}}  {status.model.size_bytes / 1e6:5.1f} MB  {state}")


@models.command()
@click.pass_context
def verify(ctx):
    """Hash each file; status 1 when one that is needed is missing, or when one differs.

    \b
    Example:
      posecheck models verify
    """
    from posecheck.models import list_models

    status = 0
    for found in list_models():
        if found.verified:
            click.echo(f"{found.model.id}: as published")
        elif found.present or found.model.shipped == "wheel":
            click.echo(found.note, err=True)
            status = 1
        else:
            click.echo(f"{found.model.id}: not here (optional)")
    ctx.exit(status)


@models.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def add(ctx, files):
    """Copy published model files into this user's folder; they are recognised by content, not by name.

    \b
    Example:
      posecheck models add pose_landmark_heavy.onnx
    """
    from posecheck.errors import PosecheckError
    from posecheck.models import add_model

    status = 0
    for file in files:
        try:
            click.echo(add_model(file))
        except PosecheckError as error:
            click.echo(str(error), err=True)
            status = 1
    ctx.exit(status)
