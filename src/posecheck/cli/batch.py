"""``posecheck batch``: a study in, tables of repetitions and trials out."""

import contextlib
import sys

import click

from posecheck.cli.options import DEVICE, ENGINE, PROGRESS, RATE, SETTINGS, options

_SHOWN = 8  # clips that are named one by one


@click.command()
@click.argument("study", metavar="MANIFEST|FOLDER", type=click.Path())
@click.option("-o", "--output", "folder", required=True, type=click.Path(), metavar="DIR",
              help="Folder of the study: tables, landmarks and what is known so far. Run again to go on.")  # fmt: skip
@click.option("-e", "--exercise", metavar="EXERCISE",
              help="An id or a TOML file, for clips that the manifest gives none.")  # fmt: skip
@click.option("--rule", metavar="RULE",
              help="What the names in FOLDER mean, such as '{participant}/{session}_{exercise}_{side}'.")  # fmt: skip
@options(SETTINGS, ENGINE, DEVICE, RATE)
@click.option("--jobs", type=click.IntRange(1), metavar="N",
              help="How many clips at once.  [default: one a core, as far as the memory goes]")  # fmt: skip
@click.option("--runner", type=click.Choice(("local", "ray")), default="local", show_default=True,
              help="Processes of this machine, or Ray (pip install 'posecheck[ray]').")  # fmt: skip
@click.option("--ray-address", metavar="HOST:PORT", help="Of a Ray cluster; without it one is begun here.")
@click.option("--poses", type=click.Path(), metavar="DIR",
              help="Where landmarks are kept, to share them between studies.  [default: DIR/poses of -o]")  # fmt: skip
@click.option(
    "--trials", is_flag=True, help="Also write a folder for each clip, as posecheck analyse -o does."
)
@click.option("--video", is_flag=True, help="With --trials: also draw annotated.mp4.")
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be done; write nothing.")
@click.option("--overwrite", is_flag=True, help="Replace scores of the same clips that were made otherwise.")
@options(PROGRESS)
@click.pass_context
def batch(
    ctx, study, folder, exercise, rule, engine, model, person, mirrored, device, rate_hz, jobs, runner, ray_address,
    poses, trials, video, dry_run, overwrite, progress, **settings,
):  # fmt: skip
    """A study in, tables of repetitions and trials out.

    MANIFEST is a table (CSV or Parquet) with one row a clip: path, and where known participant, session,
    exercise, side, affected, view, kind, level, person, mirrored, start_s, end_s, id. Other columns are
    carried through into the tables. FOLDER is searched for videos instead.

    Everything is checked before it starts. A run that was stopped, even by kill -9, goes on where it was:
    landmarks are kept by the content of the recording, scores by landmarks, exercise and settings. Another
    exercise or setting looks at no video again.

    DIR gets reps.parquet (one row a repetition and side), trials.parquet (one row a clip), pairs.parquet
    (left and right filmed in turn, paired by participant, session and exercise), failures.csv,
    provenance.json and batch.log.

    \b
    Examples:
      posecheck batch study.csv -o scored
      posecheck batch clips -e elbow_flexion -o scored --rule '{participant}/{session}_{side}'
      posecheck batch study.csv -o scored --level 1 --overwrite
          scores again, from the landmarks
    """
    if video and not trials:
        raise click.UsageError("--video draws into the folders of the trials: add --trials.")
    if ray_address is not None and runner != "ray":
        raise click.UsageError("--ray-address needs --runner ray.")
    from posecheck.batch.clip import Watching
    from posecheck.batch.manifest import clips_of

    level = settings.pop("level")
    clips = clips_of(
        study, rule=rule, exercise=exercise, person=person, mirrored=mirrored or None, level=level, **settings
    )
    watching = Watching(engine, model, rate_hz, device)
    if dry_run:
        _tell_plan(clips, folder, poses, watching, overwrite, rule)
        return
    from posecheck.batch.run import run_batch

    who = contextlib.closing(_runner(runner, jobs, ray_address, len(clips)))
    with who as workers, _Listener(progress) as listener:
        report = run_batch(
            clips, folder, watching=watching, poses=poses, runner=workers, trials=trials,
            video=video, overwrite=overwrite, listener=listener,
        )  # fmt: skip
    _tell(report)
    _tell_roles(clips)
    ctx.exit(1 if report.failed or report.warnings else 0)


def _runner(name, jobs, address, number):
    from posecheck.batch.runners import LocalRunner, sensible_jobs

    if name == "ray":
        from posecheck.batch.on_ray import RayRunner

        return RayRunner(address=address, jobs=jobs)
    return LocalRunner(min(jobs, number) if jobs else sensible_jobs(number))


def _tell_plan(clips, folder, poses, watching, overwrite, rule):
    from posecheck.batch.run import known_of

    kept, watched = known_of(clips, folder, watching=watching, poses=poses, overwrite=overwrite)
    people = len({clip.participant for clip in clips if clip.participant})
    exercises = ", ".join(dict.fromkeys(clip.exercise.id for clip in clips))
    click.echo(f"{len(clips)} clips, all as they should be: {people} participants; {exercises}.")
    click.echo(
        f"{kept} are done, {watched - kept} would be scored from landmarks that are there, and "
        f"{len(clips) - watched} would be looked at."
    )
    _tell_roles(clips)
    if rule is not None:
        _tell_rule(clips)


def _tell_rule(clips):
    """What the rule read in the names of the first clips."""
    click.echo("As the rule reads them:")
    for clip in clips[:_SHOWN]:
        names = {"participant": clip.participant, "session": clip.session, "exercise": clip.exercise.id,
                 "side": clip.settings.side, **clip.carried}  # fmt: skip
        click.echo(
            f"  {clip.place}: " + ", ".join(f"{name} {value}" for name, value in names.items() if value)
        )


def _tell_roles(clips):
    unknown = [clip.place for clip in clips if clip.settings.affected == "unknown"]
    if unknown:
        which = (
            "every clip" if len(unknown) == len(clips) else f"{len(unknown)} of them, such as {unknown[0]}"
        )
        click.echo(
            f"No affected side is told for {which}: both sides get scores, and roles are unknown.", err=True
        )


class _Listener:
    """A progress bar over clips with pictures a second and the time left, and a sentence for each failure."""

    def __init__(self, shown):
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._bar = None

    def begins(self, number, kept):
        from tqdm import tqdm

        self._bar = tqdm(total=number, initial=kept, unit="clip", disable=not self._shown, file=sys.stderr)

    def pictures(self, number):
        if self._bar is not None and number:
            seconds = self._bar.format_dict["elapsed"]
            self._bar.set_postfix_str(f"{number / max(seconds, 1e-3):.0f} pictures/s")

    def ended(self, clip, outcome):
        from tqdm import tqdm

        if outcome.reason:
            tqdm.write(f"{clip.place}: {outcome.reason}", file=sys.stderr)
        if self._bar is not None:
            self._bar.update()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._bar is not None:
            self._bar.close()


def _tell(report):
    from posecheck.batch.study import FAILURES, REPS_TABLE

    for warning in report.warnings:
        click.echo(warning, err=True)
    failed = (
        f", {len(report.failed)} could not be done: see {report.study.folder / FAILURES}"
        if report.failed
        else ""
    )
    kept = f", {report.kept} were done before" if report.kept else ""
    if report.without:
        names = ", ".join(report.without[:_SHOWN]) + (", ..." if len(report.without) > _SHOWN else "")
        click.echo(f"No repetition was found in {names}: see warnings in trials.parquet.", err=True)
    looked = f"{report.watched} pictures looked at" if report.watched else "No picture had to be looked at"
    click.echo(
        f"{report.done} of {report.clips} clips done{kept}{failed}. {looked}. "
        f"Tables: {report.study.folder / REPS_TABLE} and beside it.",
        err=True,
    )
