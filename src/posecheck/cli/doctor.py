"""``posecheck doctor``: what is installed, and does it work."""

import click

NEEDED = ("numpy", "av", "onnxruntime", "mediapipe", "opencv-contrib-python", "click", "tqdm", "pydantic", "streamlit",
          "sqlalchemy", "alembic", "pyrage")  # fmt: skip
OPTIONAL = ("pandas", "xarray")


@click.command()
@click.pass_context
def doctor(ctx):
    """What is installed, does each engine start, can videos be written: a few seconds, no network.

    Status 1 when something that posecheck needs does not work here.

    \b
    Example:
      posecheck doctor
    """
    sound = True
    for check in (_python, _packages, _models, _engines, _video, _catalogue, _store):
        for ok, line in check():
            mark = {True: "ok      ", False: "look    ", None: "optional"}[ok]
            click.echo(f"{mark}  {line}")
            sound = sound and ok is not False
    click.echo(
        "Everything that posecheck needs works here." if sound else "Some lines marked 'look' need attention."
    )
    ctx.exit(0 if sound else 1)


def _python():
    import platform
    import sys

    here = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield fits, f"Python {here} (3.11 to 3.13 is meant)"


def _packages():
    from importlib.metadata import PackageNotFoundError, distributions, version

    yield True, f"posecheck {version('posecheck')}"
    for names, missing in ((NEEDED, False), (OPTIONAL, None)):
        for name in names:
            try:
                yield True, f"{name} {version(name)}"
            except PackageNotFoundError:
                yield missing, f"{name} is not installed: pip install {name}"
    names = {(dist.metadata["Name"] or "").lower() for dist in distributions()}
    several = sorted(name for name in names if name.startswith("opencv-"))
    if len(several) > 1:
        yield (
            False,
            f"{', '.join(several)} share one folder: keep opencv-contrib-python and uninstall the others",
        )


def _models():
    from posecheck.errors import PosecheckError
    from posecheck.models import list_models

    try:
        for found in list_models():
            missing = None if found.model.shipped != "wheel" and not found.present else False
            yield (
                found.verified or missing,
                f"model {found.model.id}" + ("" if found.verified else f": {found.note}"),
            )
    except PosecheckError as error:
        yield False, str(error)


def _engines():
    import numpy as np

    from posecheck.engines import open_engine

    for name in ("blazepose", "mediapipe"):
        try:
            engine = open_engine(name, "full")
            engine.detect(0.0, np.zeros((240, 320, 3), np.uint8))
            engine.close()
            yield True, f"engine {name} starts"
        # A broken installation can raise anything at all; finding that out is what this command is for.
        except Exception as error:
            yield (False if name == "blazepose" else None), f"engine {name} does not start: {error}"


def _video():
    import av

    libraries = ", ".join(
        f"{name} {'.'.join(map(str, number))}" for name, number in av.library_versions.items()
    )
    yield True, f"video decoding by {libraries}"
    h264 = "libx264" in av.codecs_available
    yield (
        (True if h264 else None),
        "H.264 encoder for --video" + ("" if h264 else ": not in this build of PyAV"),
    )


def _catalogue():
    from posecheck.errors import PosecheckError
    from posecheck.exercise import list_practices

    try:
        practices = list_practices()
        measured = sum(practice.measured for practice in practices)
        yield True, f"{len(practices)} exercises, {measured} of them measured by the camera"
    except PosecheckError as error:
        yield False, str(error)


def _store():
    from posecheck.store import check

    for _, ok, sentence in check():
        yield ok, sentence
