"""``posecheck data``: what is kept on this machine, and the person's own say over it."""

from pathlib import Path

import click

PERSON = click.option("--person", metavar="CODE", help="Only this person.  [default: everybody]")


@click.group()
def data():
    """What posecheck keeps on this machine: look at it, take it along, share it, delete it.

    The app keeps sessions here; `posecheck analyse` keeps nothing. People are known by a code, never by a name.

    \b
    Examples:
      posecheck data show                                  who and what is stored, and where
      posecheck data export my_data                        everything, readable without posecheck
      posecheck data share P-012 -o march.posecheck        one encrypted file for a therapist
      posecheck data delete P-012                          everything about one person

    POSECHECK_DATA names another folder, POSECHECK_DATABASE a PostgreSQL database.
    """


@data.command()
@click.argument("code", required=False)
def show(code):
    """Who is stored, and with CODE each session of one person.

    \b
    Examples:
      posecheck data show
      posecheck data show P-012
    """
    from posecheck.store import open_store

    with open_store(make=False) as store:
        if code is not None:
            for one in store.sessions(code):
                done = ", ".join(f"{each.exercise} ({each.state})" for each in store.sets(one.id))
                click.echo(f"{one.started_utc:%Y-%m-%d %H:%M} UTC  {one.kind:<9} {one.state:<8} {done}")
            return
        click.echo(f"In {store.folder}:", err=True)
        for person in store.people():
            sessions = store.sessions(person.code)
            last = f", last on {sessions[-1].started_utc:%Y-%m-%d}" if sessions else ""
            click.echo(f"{person.code}  {len(sessions)} sessions{last}")


@data.command()
@click.argument("folder", type=click.Path(file_okay=False))
@PERSON
def export(folder, person):
    """Everything as files that need no posecheck.

    FOLDER must be new; it gets tables for a spreadsheet, JSON, poses, plans, and a README.txt that explains them.

    \b
    Examples:
      posecheck data export my_data
      posecheck data export p012 --person P-012
    """
    from posecheck.store import open_store

    with open_store(make=False) as store:
        store.export_all(folder, person=person)
    click.echo(f"Written to {folder}; README.txt there explains each file.", err=True)


@data.command()
@click.argument("code", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody and everything.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(code, everybody, yes):
    """Delete one person, or everything.

    Results, poses, answers, journals and older copies of the database go; nothing can be
    brought back. Exports and practice files that you have made are not touched.

    \b
    Examples:
      posecheck data delete P-012
      posecheck data delete --all --yes
    """
    if (code is None) != everybody:
        raise click.UsageError("Name one CODE, or --all.")
    from posecheck.store import open_store

    with open_store(make=False) as store:
        if code is not None:
            store.person(code)
        what = f"everything about {code}" if code else f"everything that posecheck keeps in {store.folder}"
        if not yes:
            click.confirm(f"Delete {what}? It cannot be brought back.", abort=True, err=True)
        if code:
            store.delete_person(code)
        else:
            store.delete_all()
    click.echo("Deleted.", err=True)


@data.command()
@click.argument("code")
@click.option(
    "-o", "--output", "file", required=True, metavar="NAME.posecheck", help="The file; it must be new."
)
@click.option(
    "--key", metavar="age1...", help="The therapist's public key.  [default: four words are made up]"
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Leave out what is older (UTC)."
)
@click.option("--video", "videos", multiple=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="Put this video in as well; otherwise no picture leaves.")  # fmt: skip
def share(code, file, key, since, videos):
    """One encrypted file for a therapist.

    It holds a person's plans, sessions, answers, results and poses, and no picture unless --video names one.

    Without --key four words are made up and printed: say them to the therapist by telephone, and send them in no
    message together with the file.

    \b
    Examples:
      posecheck data share P-012 -o march.posecheck
      posecheck data share P-012 -o march.posecheck --since 2026-03-01 --key age1...
    """
    from datetime import UTC

    from posecheck.store import open_store
    from posecheck.store.sharing import new_passphrase, write_practice_file

    words = None if key else new_passphrase()
    since = since and since.replace(tzinfo=UTC)
    with open_store(make=False) as store:
        write_practice_file(store, code, file, recipient=key, passphrase=words, since=since, videos=videos)
    click.echo(f"{Path(file).name} is written, encrypted{' with four words:' if words else '.'}", err=True)
    if words:
        click.echo(words)


@data.command()
def unlock():
    """Take away the passcode of the therapist's pages, for instance when it is forgotten.

    It asks for nothing: whoever can run commands as this user can read the data folder anyway. What is kept there
    stays as it is. A new passcode is set on the page People.

    \b
    Example:
      posecheck data unlock
    """
    from posecheck.store.database import data_folder
    from posecheck.store.passcode import Passcode

    there = Passcode(data_folder()).remove()
    click.echo("The passcode is taken away." if there else "No passcode was set.", err=True)
