"""The command line. Nothing heavy is imported until a command needs it, so that help is instant."""

import os
import signal
import sys

import click

from posecheck.cli.app import app
from posecheck.cli.batch import batch
from posecheck.cli.catalogue import exercises
from posecheck.cli.compare import compare
from posecheck.cli.data import data
from posecheck.cli.doctor import doctor
from posecheck.cli.models import models
from posecheck.cli.own import calibrate, noise
from posecheck.cli.plan import plan
from posecheck.cli.record import record
from posecheck.cli.report import report
from posecheck.cli.score import analyse, score
from posecheck.errors import PosecheckError


class Sentences(click.Group):
    """A group whose commands answer trouble with one sentence on stderr instead of a traceback."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except PosecheckError as error:
            if os.environ.get("POSECHECK_TRACEBACK"):
                raise
            click.echo(str(error), err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            # Where Ctrl-C met code that Python was compiling from text (a dataclass, a named tuple), it remembers that
            # until the next such code, and would end this process by a signal in place of the status below.
            eval("0")
            click.echo(
                "\nStopped. Finished recordings are kept, and nothing is left half-written. "
                "The same command goes on from here.",
                err=True,
            )
            ctx.exit(130)

    def list_commands(self, ctx):
        return list(self.commands)


@click.group(
    cls=Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="posecheck", message="%(prog)s %(version)s")
def cli():
    """Tempo, range and symmetry of exercise repetitions, from an ordinary camera.

    For coaching and research. It measures how a movement was done; it never diagnoses.

    \b
    Start here:
      posecheck exercises                                   what can be measured
      posecheck analyse clip.mp4 -e elbow_flexion -o out    a video in, a table of repetitions out
      posecheck doctor                                      does everything work on this machine

    Data goes to files or stdout, words to stderr. Exit status: 0 done, 1 something could not be
    done (each with its sentence), 2 the command was not understood.
    """


for command in (
    analyse,
    score,
    batch,
    compare,
    calibrate,
    noise,
    record,
    report,
    exercises,
    plan,
    app,
    data,
    models,
    doctor,
):
    cli.add_command(command)


def _terminated(_signum, _frame):
    # Unwinds the stack, so that a terminated run tidies up after itself as Ctrl-C does.
    sys.exit(143)


def main():
    """Entry point of the ``posecheck`` command."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        status = cli.main(prog_name="posecheck", standalone_mode=True)
    except SystemExit as left:
        status = left.code
    except OSError as error:
        status = _cannot_print(error)
    try:
        sys.stdout.flush()
    except OSError as error:
        status = _cannot_print(error, silent=bool(status))
    sys.exit(status)


def _cannot_print(error, *, silent=False):
    """The output went nowhere (a full disk, a closed pipe): say so once, and leave nothing for Python to flush."""
    if os.environ.get("POSECHECK_TRACEBACK"):
        raise error
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not silent and not isinstance(error, BrokenPipeError):
        click.echo(
            f"The output could not be written: {error.strerror}. Free some space, or choose -o elsewhere.",
            err=True,
        )
    return 1
