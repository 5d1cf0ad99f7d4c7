"""Options that several commands share."""

import sys
from functools import partial

import click

SETTINGS = (
    click.option(
        "--side", type=click.Choice(("left", "right", "both")), help="Which limb to score.  [default: both]"
    ),
    click.option(
        "--affected",
        type=click.Choice(("left", "right", "none")),
        help="The weaker side, as the person says. Labels the sides stronger / affected.",
    ),
    click.option(
        "--view",
        type=click.Choice(("auto", "front", "oblique_left", "oblique_right", "left", "right")),
        help="Where the camera stands; left = the person's left side is nearer.  [default: auto, measured]",
    ),
    click.option(
        "--check",
        "kind",
        flag_value="check",
        help="A check set: three repetitions a side as far as comfortable, unpaced, no target shown. Baselines, "
        "symmetry and trends come from check sets; they are not scored.",
    ),
    click.option(
        "--practice", "kind", flag_value="practice", help="A practice set, paced by a target.  [default]"
    ),
    click.option(
        "--level",
        type=click.IntRange(1, 3),
        help="Which target of the exercise applies: 1 easy, 2, 3 strong.  [default: 2]",
    ),
)

RATE = (
    click.option(
        "--rate",
        "rate_hz",
        type=click.FloatRange(min=1),
        metavar="HZ",
        help="The most pictures a second to look at: fewer are faster; below 20 no smoothness is told, below 14 "
        "no phase is timed.  [default: every picture]",
    ),
)

ENGINE = (
    click.option(
        "--engine",
        type=click.Choice(("blazepose", "mediapipe")),
        default="blazepose",
        show_default=True,
        help="What finds the body.",
    ),
    click.option(
        "--model",
        type=click.Choice(("lite", "full", "heavy")),
        default="full",
        show_default=True,
        help="Lite is fastest, heavy most exact.",
    ),
    click.option(
        "--person",
        type=click.IntRange(1),
        metavar="N",
        help="Follow the N-th person from the left, where there are several.",
    ),
    click.option(
        "--mirrored", is_flag=True, help="The pictures are mirrored, as selfie cameras often store them."
    ),
)

DEVICE = (
    click.option(
        "--device",
        type=click.Choice(("auto", "cpu", "openvino", "cuda")),
        default="auto",
        show_default=True,
        help="What computes the pose model: auto is OpenVINO where it is installed (pip install 'posecheck[fast]'), "
        "else ONNX Runtime; cuda needs an NVIDIA card.",
    ),
)

OUTPUT = (
    click.option(
        "-o",
        "--output",
        "folder",
        type=click.Path(),
        metavar="DIR",
        help="Write DIR/<name>/ with tables, result and poses. Without it reps.csv goes to stdout.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object a recording to stdout."),
    click.option("--overwrite", is_flag=True, help="Replace trials that are already in DIR."),
)

IMPORT = (
    click.option(
        "--format",
        "format",
        metavar="FORMAT",
        help="What the file is, where its name and contents do not tell: csv, parquet, openpose, mediapipe, coco, "
        "positions, trc, c3d, kinect, netcdf, mot or npz.",
    ),
    click.option(
        "--skeleton",
        metavar="NAME",
        help="Of keypoints that are numbered: blazepose_33, coco_17, halpe_26, openpose_25, openpose_18, kinect_25 "
        "or kinect_22.  [default: by their number]",
    ),
    click.option("--fps", type=float, metavar="N", help="Pictures a second, of files without times."),
    click.option(
        "--size", metavar="WxH", help="Size of the pictures in pixels, of files that do not say it."
    ),
    click.option(
        "--up",
        metavar="AXIS",
        help="Axis that points away from the ground: x, y, z, -x, -y or -z.  [default: as the file says, else y]",
    ),
    click.option(
        "--markers",
        type=click.Path(),
        metavar="FILE",
        help='TOML that says which marker is which keypoint: left_elbow = "LELB".',
    ),
)

EXPORT = (
    click.option(
        "--export",
        "exports",
        multiple=True,
        metavar="FORMAT",
        help="Also write the poses or angles for other programs: csv, csv_long, parquet, parquet_long, openpose, "
        "mediapipe, coco, trc, c3d, netcdf or mot. May be repeated; needs -o.",
    ),
)


def export_extra(names, delivery):
    """Callables for `write_trial` by file name, each writing one format; trouble with one leaves the rest alone."""
    if not names:
        return lambda result, track: {}
    import shutil

    from posecheck.errors import PosecheckError
    from posecheck.exchange import export, exportable

    files = {exportable(name).file: name for name in names}

    def extra(result, track):
        def write(name, target):
            try:
                export(name, target, result, track)
            except PosecheckError as error:
                shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
                delivery.trouble(error)

        return {file: partial(write, name) for file, name in files.items()}

    return extra


def read_import(path, *, size, **hints):
    """The poses of another program's file; ``--size`` as WxH."""
    from posecheck.exchange import read_track

    image_size_px = None
    if size is not None:
        parts = size.lower().split("x")
        if len(parts) != 2 or not all(part.isdecimal() for part in parts):
            raise click.UsageError(f"--size must be width and height, such as 1280x720; {size!r} was given.")
        image_size_px = (int(parts[0]), int(parts[1]))
    return read_track(path, image_size_px=image_size_px, **hints)


PROGRESS = (
    click.option(
        "--progress/--no-progress",
        default=None,
        help="Progress bars on stderr.  [default: when stderr is a terminal]",
    ),
)


def options(*groups):
    """Decorator that adds groups of options, first one first in the help."""

    def decorate(command):
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return decorate


def chosen_settings(base, **chosen):
    """`base` with the options that were given on the command line."""
    import dataclasses

    return dataclasses.replace(base, **{key: value for key, value in chosen.items() if value is not None})


class Progress:
    """A progress bar over pictures on stderr, or silence; call it once for each picture."""

    def __init__(self, label, total, *, shown=None):
        from tqdm import tqdm

        shown = sys.stderr.isatty() if shown is None else shown
        self._bar = tqdm(
            total=total,
            desc=label,
            unit=" frames",
            unit_scale=False,
            leave=False,
            disable=not shown,
            file=sys.stderr,
        )

    def __call__(self, _t_s=None):
        self._bar.update()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._bar.close()


def expected_frames(info, *, start_s=None, end_s=None, rate_hz=None):
    """How many pictures a progress bar should expect; None when the recording does not say."""
    if not info.duration_s or not info.frames:
        return None
    span_s = min(end_s or info.duration_s, info.duration_s) - (start_s or 0.0)
    rate = info.frames / info.duration_s
    return max(1, round(span_s * min(rate, rate_hz or rate)))
