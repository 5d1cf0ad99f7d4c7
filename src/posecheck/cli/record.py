import click


@click.command()
def record():
    """Placeholder."""
