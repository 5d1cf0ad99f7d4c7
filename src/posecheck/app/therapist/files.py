"""What a therapist takes along from a review: a report to print, tables, everything as JSON."""

import io
import tempfile
from pathlib import Path

from posecheck.clinic.own_error import judged
from posecheck.report import report_of
from posecheck.report_html import html_of
from posecheck.report_pdf import write_pdf
from posecheck.tables import write_rows


def report_file(case, kind, *, note="", error=None):
    """One file of a review, as it is corrected now.

    Parameters
    ----------
    case : Case
    kind : str
        ``report.pdf``, ``report.html``, ``reps.csv``, ``automatic.csv`` (before corrections) or ``result.json``.
    note : str
        The therapist's, for the report.
    error : MeasuredError, optional
        This person's own, for the report; without it what is assumed stands there.

    Returns
    -------
    (str or bytes, str) or None
        Content and media type; None for another kind.
    """
    with case.lock:
        result, automatic, track = case.review.result, case.review.automatic, case.review.track
    if kind == "result.json":
        return result.to_json(), "application/json"
    if kind in ("reps.csv", "automatic.csv"):
        return _csv(case.key, result if kind == "reps.csv" else automatic), "text/csv"
    if kind not in ("report.pdf", "report.html"):
        return None
    report = report_of(
        judged(result, error),
        automatic=judged(automatic, error),
        track=track,
        person=case.person,
        recorded_utc=case.recorded_utc,
        note=note,
        title=case.title,
    )
    if kind == "report.html":
        return html_of(report), "text/html"
    with tempfile.TemporaryDirectory() as folder:
        write_pdf(report, Path(folder) / "report.pdf")
        return (Path(folder) / "report.pdf").read_bytes(), "application/pdf"


def _csv(trial, result):
    text = io.StringIO()
    write_rows(text, [{"trial": trial, **row} for row in result.rows])
    return text.getvalue()
