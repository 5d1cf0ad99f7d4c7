"""``posecheck report``: stored trials in, a therapist's page out, as HTML and PDF."""

import json
from pathlib import Path

import click

FORMATS = (".html", ".pdf")


@click.command()
@click.argument("trials", nargs=-1, required=True, metavar="TRIAL...")
@click.option("-o", "--output", "target", type=click.Path(), metavar="FILE|DIR",
              help="FILE.html or FILE.pdf; or a folder, which gets a folder for each trial with both.  "
              "[default: report.html and report.pdf in the trial's own folder]")  # fmt: skip
@click.option("--person", default="", metavar="CODE", help="Whose recording it is: a code, never a name.")
@click.option("--recorded", metavar="WHEN", help="When it was filmed, as 2026-11-27 or 2026-11-27T10:41.")
@click.option("--note", default="", metavar="TEXT", help="Your own words.  [default: room to write on]")
@click.option("--against", metavar="TRIAL", help="An earlier trial, for the change since; or one of the other "
              "side, for symmetry.")  # fmt: skip
@click.option("--data", is_flag=True, help="Also write reps.csv, reps_automatic.csv (before corrections) and "
              "report.json beside it.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace reports that are already there.")
@click.pass_context
def report(ctx, trials, target, person, recorded, note, against, data, overwrite):
    """A page for the therapist, with every number behind it in the appendix.

    TRIAL is a folder that posecheck analyse -o wrote. The recording is measured again from the stored poses;
    where a person corrected it, the page shows what was found automatically beside what holds now. Nothing is
    fetched from anywhere: the HTML is one file, and both print to A4.

    \b
    Examples:
      posecheck report results/clip
          report.html and report.pdf in results/clip
      posecheck report results/clip -o P07.pdf --person P07 --note "Slower than last week."
      posecheck report results/week_6 -o change.html --against results/week_0
      posecheck report results/* -o reports --data
          reports/<name>/ with both, the tables and report.json
    """
    single = target is not None and Path(target).suffix.lower() in FORMATS
    if single and len(trials) > 1:
        raise click.UsageError(
            f"{len(trials)} trials do not fit into one file: name a folder with -o, as in -o reports."
        )
    if data and target is None:
        raise click.UsageError("--data needs a place of its own, since the trial has its tables: add -o.")
    from posecheck.cli.delivery import trial_names
    from posecheck.errors import PosecheckError

    earlier, status = _earlier(against), 0
    for name, path in zip(trial_names(trials), trials, strict=True):
        try:
            files = _files(path, name, target, single, data)
            _refuse_existing(files.values(), overwrite)
            written = _report(path, earlier, person=person, recorded_utc=_moment(recorded), note=note)
            _write(written, files, name)
            click.echo(f"{name}: {', '.join(str(file) for file in files.values())}", err=True)
        except PosecheckError as error:
            click.echo(str(error), err=True)
            status = 1
    ctx.exit(status)


def _earlier(against):
    if against is None:
        return None
    from posecheck.cli.compare import reanalysed

    return reanalysed(against)


def _moment(recorded):
    if recorded is None:
        return None
    from datetime import datetime

    try:
        datetime.fromisoformat(recorded)
    except ValueError:
        raise click.UsageError(f"--recorded wants a day such as 2026-11-27, got {recorded!r}.") from None
    return recorded


def _files(path, name, target, single, data):
    """What is written, and where."""
    if single:
        file = Path(target)
        files, folder = {file.suffix.lower(): file}, file.parent
    else:
        trial = Path(path)
        own = trial if trial.is_dir() else trial.parent
        folder = own if target is None else Path(target) / name
        files = {suffix: folder / f"report{suffix}" for suffix in FORMATS}
    if data:
        names = ("reps.csv", "reps_automatic.csv", "report.json")
        files |= {beside: folder / beside for beside in names}
    return files


def _refuse_existing(files, overwrite):
    from posecheck.errors import OutputError

    there = [str(file) for file in files if file.exists()]
    if there and not overwrite:
        raise OutputError(
            f"{there[0]} is there already. Add --overwrite to replace it, or choose another place."
        )


def _report(path, earlier, **words):
    """The `Report` of a stored trial, measured again with its corrections."""
    from dataclasses import replace

    from posecheck.errors import ExerciseError
    from posecheck.exercise import load_exercise
    from posecheck.records import VIEWS
    from posecheck.report import report_of
    from posecheck.reviewing import Review
    from posecheck.seeing import seeing
    from posecheck.symmetry import compare
    from posecheck.trial import load_trial

    trial = load_trial(path)
    if trial.exercise_path is None:
        raise ExerciseError(
            f"{path}: no exercise is stored beside these poses. Score them first, with -o DIR."
        )
    review = Review(
        trial.track, load_exercise(trial.exercise_path), settings=trial.settings, edits=trial.edits
    )
    result, seen = review.result, ()
    if (
        result.view in VIEWS and trial.track.xyz_frame != "world"
    ):  # where no camera saw, none is set up better
        settings = replace(result.settings, view=result.view)
        seen = [one for one in seeing(trial.track, result.exercise, settings) if one.check != "view"]
    change = None if earlier is None else compare(earlier, result)
    return report_of(result, automatic=review.automatic, track=trial.track, change=change, seen=seen, **words)


def _write(report, files, name):
    """All of it beside its place first, so that no half-written file carries the name of a report."""
    from posecheck.errors import OutputError
    from posecheck.report_html import html_of
    from posecheck.report_pdf import write_pdf
    from posecheck.tables import columns_of, write_rows

    def rows(result):
        def write(path):
            with open(path, "w", encoding="utf-8", newline="") as stream:
                told = [{"trial": name, **row} for row in result.rows]
                write_rows(stream, told, columns=columns_of(result.exercise))

        return write

    def text(make):
        return lambda path: path.write_text(make(), encoding="utf-8")

    makers = {
        ".html": text(lambda: html_of(report)),
        ".pdf": lambda path: write_pdf(report, path),
        "reps.csv": rows(report.result),
        "reps_automatic.csv": rows(report.automatic),
        "report.json": text(
            lambda: json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        ),
    }
    for kind, file in files.items():
        beside = file.with_name(f".{file.name}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            makers[kind](beside)
            beside.replace(file)
        except OSError as error:
            raise OutputError(
                f"{file}: the report could not be written ({error.strerror}). Choose another place with -o."
            ) from None
        finally:
            beside.unlink(missing_ok=True)
