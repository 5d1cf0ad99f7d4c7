"""Where results go: folders, stdout, or both, and what is said about them."""

import json
import os
import sys
from pathlib import Path

import click

from posecheck.cli.summary import summary
from posecheck.errors import OutputError, PosecheckError
from posecheck.trial import distinct


def trial_names(paths):
    """One name for each recording: its stem; equal stems get ``-2``, ``-3``.

    Examples
    --------
    >>> trial_names(["a/clip.mp4", "b/clip.mov", "b/other.mp4"])
    ['clip', 'clip-2', 'other']
    """
    return distinct(path.resolve().name if path.is_dir() else path.stem for path in map(Path, paths))


class Delivery:
    """Sends each result where the person asked for it, and remembers whether anything could not be done.

    Parameters
    ----------
    folder : str or None
        DIR of ``-o``; without it the rows go to stdout.
    as_json : bool
    overwrite : bool
    """

    def __init__(self, folder, *, as_json=False, overwrite=False):
        self.folder = None if folder is None else Path(folder)
        self.as_json = as_json
        self.overwrite = overwrite
        self.status = 0
        self._columns = None  # of the first recording; later ones print no others
        if self.folder is not None:
            from posecheck.trial import check_writable

            check_writable(self.folder)

    def trouble(self, error):
        """Say one sentence about something that could not be done."""
        click.echo(str(error), err=True)
        self.status = 1

    def each(self, jobs, work, *, edits_of=lambda _job: ()):
        """Call ``work(name, job)`` for each job whose folder is free; trouble with one leaves the rest alone.

        Parameters
        ----------
        jobs : dict of name to job
        work : callable
        edits_of : callable
            The corrections that the result of a job will contain.
        """
        for name, job in self._free(jobs, edits_of).items():
            try:
                work(name, job)
            except PosecheckError as error:
                if os.environ.get("POSECHECK_TRACEBACK"):
                    raise
                self.trouble(error)

    def _free(self, jobs, edits_of):
        if self.folder is None:
            return jobs
        from posecheck.trial import check_free

        free = {}
        for name, job in jobs.items():
            try:
                check_free(self.folder / name, overwrite=self.overwrite, edits=edits_of(job))
                free[name] = job
            except PosecheckError as error:
                self.trouble(error)
        return free

    def send(self, name, result, track, *, edits=(), extra=None, fresh=False):
        """Write, print and sum up one result; of a `fresh` recording also what would be seen better otherwise."""
        folder = None
        if self.folder is not None:
            from posecheck.trial import write_trial

            folder = write_trial(
                self.folder / name, result, track, overwrite=self.overwrite, edits=edits, extra=extra
            )
        try:
            self._print(name, result, to_folder=folder is not None)
        except BrokenPipeError:
            raise  # whoever read the rows has seen enough, as in `posecheck analyse ... | head`
        except OSError as error:
            raise OutputError(
                f"{name}: the result could not be printed to stdout ({error.strerror})."
            ) from None
        click.echo(summary(name, result, folder, seen=_seen(result, track) if fresh else ()), err=True)

    def _print(self, name, result, *, to_folder):
        if self.as_json:
            from posecheck.tables import named

            stored = {"trial": name, **named(result, name)}
            print(json.dumps(stored, ensure_ascii=False, allow_nan=False), flush=True)
        elif not to_folder:
            from posecheck.tables import columns_of, write_rows

            header = self._columns is None
            self._columns = self._columns or columns_of(result.exercise)
            rows = [{"trial": name, **row} for row in result.rows]
            write_rows(sys.stdout, rows, columns=self._columns, header=header)
            sys.stdout.flush()


def _seen(result, track):
    """How well the camera saw, from where it stood: what is measured from there is said already."""
    from dataclasses import replace

    from posecheck.records import VIEWS
    from posecheck.seeing import seeing

    if result.view not in VIEWS:
        return ()
    return [
        one
        for one in seeing(track, result.exercise, replace(result.settings, view=result.view))
        if one.check != "view"
    ]
