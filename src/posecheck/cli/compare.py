import click


@click.command()
def compare():
    """Placeholder."""
