"""``posecheck record``: a camera in, the files of a trial out, without a browser."""

import contextlib
import signal
from datetime import datetime
from pathlib import Path

import click

from posecheck.cli.options import ENGINE, OUTPUT, PROGRESS, RATE, SETTINGS, Progress, chosen_settings, options


@click.command()
@click.option("--device", default=0, show_default=True, type=click.IntRange(0), help="Number of the camera.")
@click.option(
    "-e",
    "--exercise",
    required=True,
    metavar="EXERCISE",
    help="An id (see posecheck exercises) or a TOML file.",
)
@click.option(
    "--seconds", type=click.FloatRange(1), metavar="S", help="Stop after so long.  [default: Ctrl-C]"
)
@click.option("--name", metavar="NAME", help="Name of the trial.  [default: date and time]")
@options(SETTINGS, ENGINE, RATE, OUTPUT, PROGRESS)
@click.pass_context
def record(
    ctx, device, exercise, seconds, name, engine, model, person, mirrored, folder, as_json, overwrite,
    progress, **settings,
):  # fmt: skip
    """A camera in, scored repetitions out.

    Ctrl-C ends the exercise: what was seen is then analysed and written. No picture is stored, only poses.

    \b
    Examples:
      posecheck record -e elbow_flexion -o sessions
      posecheck record -e sit_to_stand --seconds 60 --device 1 --affected left -o sessions
    """
    if name is not None and (Path(name).name != name or name.startswith(".")):
        raise click.UsageError("--name is the name of one folder: leave out slashes and leading dots.")
    from posecheck.cli.delivery import Delivery
    from posecheck.exercise import load_exercise
    from posecheck.records import Settings

    exercise = load_exercise(exercise)
    rate_hz = settings.pop("rate_hz")
    chosen = chosen_settings(Settings(), **settings)
    delivery = Delivery(folder, as_json=as_json, overwrite=overwrite)

    def work(name, device):
        from posecheck.analysis import analyse
        from posecheck.recording import refuse_nobody

        track = _watch_camera(device, seconds, rate_hz, mirrored, progress, (engine, model, person))
        refuse_nobody(f"camera {device}", track, person=person)
        delivery.send(name, analyse(track, exercise, settings=chosen), track, fresh=True)

    delivery.each({name or f"{datetime.now():%Y-%m-%d_%H-%M-%S}": device}, work)
    ctx.exit(delivery.status)


def _watch_camera(device, seconds, rate_hz, mirrored, progress, engine):
    from posecheck.engines import open_engine
    from posecheck.recording import watch
    from posecheck.sources import open_source

    name, model, person = engine
    with (
        open_engine(name, model, person=person) as eye,
        open_source(device, end_s=seconds, rate_hz=rate_hz) as source,
        Progress(f"camera {device}", None, shown=progress) as bar,
        _stopped_by_ctrl_c() as stopped,
    ):
        click.echo("Recording. Ctrl-C ends the exercise.", err=True)
        return watch(source, eye, mirrored=mirrored, progress=bar, enough=stopped)


@contextlib.contextmanager
def _stopped_by_ctrl_c():
    """A function that says whether Ctrl-C was pressed; a second Ctrl-C interrupts as usual."""
    pressed = []
    usual = signal.getsignal(signal.SIGINT)

    def note(_signum, _frame):
        pressed.append(True)
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, usual)
