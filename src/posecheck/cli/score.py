"""``posecheck analyse`` and ``posecheck score``: recordings and stored poses in, scored repetitions out."""

from pathlib import Path

import click

from posecheck.cli.options import (
    DEVICE,
    ENGINE,
    EXPORT,
    IMPORT,
    OUTPUT,
    PROGRESS,
    RATE,
    SETTINGS,
    Progress,
    chosen_settings,
    expected_frames,
    export_extra,
    options,
    read_import,
)


@click.command()
@click.argument("videos", nargs=-1, required=True, metavar="VIDEO...")
@click.option(
    "-e",
    "--exercise",
    required=True,
    metavar="EXERCISE",
    help="An id (see posecheck exercises) or a TOML file.",
)
@options(SETTINGS, ENGINE, DEVICE)
@options(RATE)
@click.option("--start", "start_s", type=click.FloatRange(0), metavar="S", help="Begin at this second.")
@click.option("--end", "end_s", type=click.FloatRange(0), metavar="S", help="End at this second.")
@click.option(
    "--video", is_flag=True, help="Also write annotated.mp4: skeleton, angle, count and phase drawn in."
)
@options(EXPORT, OUTPUT, PROGRESS)
@click.pass_context
def analyse(
    ctx, videos, exercise, engine, model, person, mirrored, device, start_s, end_s, video, exports, folder, as_json,
    overwrite, progress, **settings,
):  # fmt: skip
    """Videos in, scored repetitions out.

    VIDEO is a file (mp4, mov, mkv, webm, avi) or a folder of pictures. Times come from the file itself,
    and the rotation that a phone stores is honoured. Sides are the person's own left and right.

    \b
    Examples:
      posecheck analyse clip.mp4 -e elbow_flexion
          prints one row a repetition, as CSV
      posecheck analyse *.mp4 -e knee_extension --affected left -o results --video
          one folder a video: reps.csv, signals.csv, result.json, pose.npz, annotated.mp4
      posecheck analyse selfie.mov -e mini_squat --mirrored --start 4 --end 60 --json
    """
    if video and folder is None:
        raise click.UsageError("--video needs a folder to write to: add -o DIR.")
    if exports and folder is None:
        raise click.UsageError("--export needs a folder to write to: add -o DIR.")
    if end_s is not None and end_s <= (start_s or 0.0):
        raise click.UsageError("--end must be later than --start.")
    from posecheck.cli.delivery import Delivery, trial_names
    from posecheck.exercise import load_exercise
    from posecheck.records import Settings

    exercise = load_exercise(exercise)
    span = {"start_s": start_s, "end_s": end_s, "rate_hz": settings.pop("rate_hz")}
    chosen = chosen_settings(Settings(), **settings)
    delivery = Delivery(folder, as_json=as_json, overwrite=overwrite)
    exported = export_extra(exports, delivery)

    def work(name, path):
        track = _poses(path, span, mirrored, progress, engine=(engine, model, person), device=device)
        from posecheck.analysis import analyse as analyse_track
        from posecheck.recording import ends_early, refuse_nobody

        refuse_nobody(path, track, person=person)

        result = analyse_track(track, exercise, settings=chosen)
        extra: dict = exported(result, track)
        if video:
            from posecheck.trial import VIDEO

            extra[VIDEO] = lambda target: _draw(target, path, span, track, result, progress, delivery)
        delivery.send(name, result, track, extra=extra, fresh=True)
        if ends_early(track):
            delivery.trouble(
                f"{path}: a whole recording was expected, and its end is missing. What is there was analysed."
            )

    delivery.each(dict(zip(trial_names(videos), videos, strict=True)), work)
    ctx.exit(delivery.status)


def _poses(path, span, mirrored, progress, *, engine, device):
    from posecheck.engines import open_engine
    from posecheck.errors import SourceError
    from posecheck.recording import watch
    from posecheck.sources import open_source

    if str(path).isdecimal() and not Path(path).exists():
        raise SourceError(
            f"{path}: there is no such video. For a camera, use posecheck record --device {path}."
        )
    name, model, person = engine
    own = {"device": device} if name == "blazepose" else {}
    with (
        open_source(path, **span) as source,
        open_engine(name, model, person=person, **own) as eye,
        Progress(Path(path).name, expected_frames(source.info, **span), shown=progress) as bar,
    ):
        return watch(source, eye, mirrored=mirrored, progress=bar)


def _draw(target, path, span, track, result, progress, delivery):
    """Draw the annotated video; trouble with it leaves the rest of the trial as it is."""
    from posecheck.errors import PosecheckError
    from posecheck.overlay_video import write_annotated
    from posecheck.sources import open_source

    try:
        with open_source(path, **span) as source, Progress(target.name, len(track), shown=progress) as bar:
            write_annotated(target, source, track, result, progress=bar)
    except PosecheckError as error:
        target.unlink(missing_ok=True)
        delivery.trouble(error)


@click.command()
@click.argument("poses", nargs=-1, required=True, metavar="POSES...")
@click.option(
    "-e",
    "--exercise",
    metavar="EXERCISE",
    help="An id or a TOML file.  [default: what is stored beside the poses]",
)
@options(SETTINGS)
@options(IMPORT)
@options(EXPORT, OUTPUT)
@click.pass_context
def score(
    ctx,
    poses,
    exercise,
    format,
    skeleton,
    fps,
    size,
    up,
    markers,
    exports,
    folder,
    as_json,
    overwrite,
    **settings,
):
    """Stored or imported poses in, scored repetitions out: no video and no model.

    POSES is a pose.npz, the folder of a trial, or what another program wrote (docs/exchange.md): CSV or Parquet,
    a folder of OpenPose JSON, JSON of MediaPipe, COCO, MMPose or AlphaPose, TRC, C3D, Kinect joints, netCDF, MOT.
    Imports need -e. What their skeleton lacks is not measured. Of stored poses without -e the exercise, the
    settings and the corrections stored beside the poses apply, and the result equals the stored one.

    \b
    Examples:
      posecheck score results/clip
      posecheck score results/clip/pose.npz -e my_exercise.toml --level 1
      posecheck score results/* -e shoulder_abduction -o again --overwrite
      posecheck score openpose_json/ -e mini_squat --fps 30 --size 1280x720
          2D keypoints, in pixels of a picture of that size
      posecheck score squat.trc -e mini_squat --up z -o results --export csv --export mot
          markers in space, both legs measured; also poses.csv and angles.mot
    """
    from posecheck.cli.delivery import Delivery, trial_names
    from posecheck.trial import is_stored, stored_edits

    if exports and folder is None:
        raise click.UsageError("--export needs a folder to write to: add -o DIR.")
    delivery = Delivery(folder, as_json=as_json, overwrite=overwrite)
    exported = export_extra(exports, delivery)
    hints = {"format": format, "skeleton": skeleton, "fps": fps, "size": size, "up": up, "markers": markers}

    def edits_of(path):
        # Corrections count repetitions of one exercise; with another exercise they would point elsewhere.
        return stored_edits(path) if exercise is None and is_stored(path) else ()

    def work(name, path):
        from posecheck.analysis import analyse as analyse_track

        if format in (None, "npz") and is_stored(path):
            track, resolved, chosen = _stored(path, exercise, settings)
        else:
            track, resolved, chosen = _imported(path, exercise, settings, hints)
            from posecheck.recording import refuse_nobody

            refuse_nobody(path, track)
        edits = edits_of(path)
        result = analyse_track(track, resolved, settings=chosen, edits=edits)
        delivery.send(name, result, track, edits=edits, extra=exported(result, track))

    jobs = dict(zip(trial_names(map(_trial_path, poses)), poses, strict=True))
    delivery.each(jobs, work, edits_of=edits_of)
    ctx.exit(delivery.status)


def _trial_path(path):
    """A pose.npz inside the folder of a trial goes by the name of that folder."""
    path = Path(path)
    return path.absolute().parent if path.name == "pose.npz" else path


def _imported(path, exercise, settings, hints):
    """Track, exercise and settings for what another program wrote."""
    from posecheck.errors import ExerciseError
    from posecheck.exercise import load_exercise
    from posecheck.records import Settings

    if exercise is None:
        raise ExerciseError(
            f"{path}: an import does not say which exercise it is. Name one with -e EXERCISE."
        )
    resolved = load_exercise(exercise)
    return read_import(path, **hints), resolved, chosen_settings(Settings(), **settings)


def _stored(path, exercise, settings):
    """Track, exercise and settings for one stored recording; what is not asked for comes from beside it."""
    from posecheck.errors import ExerciseError
    from posecheck.exercise import load_exercise
    from posecheck.records import Settings
    from posecheck.trial import load_trial

    trial = load_trial(path)
    if exercise is not None:
        # Whose weaker side it is, and whether it was a check set, holds whatever it is scored as.
        kept = Settings(affected=trial.settings.affected, kind=trial.settings.kind)
        return trial.track, load_exercise(exercise), chosen_settings(kept, **settings)
    if trial.exercise_path is None:
        raise ExerciseError(f"{path}: no exercise is stored beside these poses. Name one with -e EXERCISE.")
    return trial.track, load_exercise(trial.exercise_path), chosen_settings(trial.settings, **settings)
