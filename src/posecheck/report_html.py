"""A `Report` as one HTML file: style, font and plots inside it, no script, nothing fetched from anywhere."""

from base64 import b64encode
from functools import cache
from html import escape
from importlib import resources

from posecheck import figures
from posecheck.drawing import svg
from posecheck.report_appendix import Text
from posecheck.report_stills import DRAWN, RULE, STILLS
from posecheck.report_withheld import WITHHELD

FONTS = {
    400: "atkinson-hyperlegible-latin-400-normal.woff2",
    700: "atkinson-hyperlegible-latin-700-normal.woff2",
}
MOST_NOTABLE, MOST_TOLD = 5, 4  # sentences on the first page
_STYLE = """
:root { color: #10294d; background: #fff; font: 400 15px/1.4 "Atkinson Hyperlegible", "DejaVu Sans", sans-serif; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px; max-width: 1000px; }
h1, h2, h3, p, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 1.9em; line-height: 1.1; }
h2 { font-size: 1.06em; margin: 0 0 .2em; }
h3 { font-size: 1em; margin: 1.2em 0 .3em; }
small { font-size: .87em; }
small, .grey { color: #4a5a72; }
.page > header { display: flex; justify-content: space-between; gap: 2em; align-items: flex-end; padding-bottom: .5em;
  border-bottom: 2px solid #10294d; }
.who { text-align: right; }
.who b { font-size: 1.25em; }
.facts { display: flex; flex-wrap: wrap; gap: .1em 2.2em; margin: .7em 0 .35em; }
.facts div { display: flex; gap: .5em; }
.facts dt { color: #4a5a72; }
.facts dd { font-weight: 700; }
.quality, .corrected { margin-bottom: .4em; }
.corrected { border-left: 3px solid #b8600b; padding-left: .6em; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 700; }
th, td { padding: .2em .6em .2em 0; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
thead th, thead td { border-bottom: 1px solid #10294d; }
tbody tr + tr > * { border-top: 1px solid #e5e9f0; }
tbody th { font-weight: 400; }
tbody th small, .automatic { display: block; }
small.automatic { color: #8a4708; }
caption { text-align: left; padding: .3em 0 .2em; }
caption b, .worth { font-size: 1.06em; }
.left, .right { padding-left: .5em; }
.left { border-left: 3px solid #1f4e9e; }
.right { border-left: 3px double #b8600b; }
.plots { display: grid; grid-template-columns: 1fr 1fr; gap: .6em 1.6em; margin: .7em 0; }
.plots .wide { grid-column: 1 / -1; }
figure svg { display: block; width: 100%; height: auto; font-family: inherit; }
figcaption { font-weight: 700; margin-bottom: .15em; }
.panels { display: grid; grid-template-columns: 1fr 1fr; gap: 1.6em; margin: .6em 0; }
.panels td, .panels thead th { text-align: right; white-space: nowrap; }
.panels td[colspan] { text-align: left; }
.panels td:last-child { font-weight: 700; }
.panels p { margin-top: .2em; }
.note { border: 1px solid #b9c4d4; border-radius: 4px; padding: .5em .8em; min-height: 4.6em; white-space: pre-line; }
.limits { border-top: 2px solid #10294d; margin-top: .7em; padding-top: .45em; }
.versions { margin-top: .2em; font-size: .87em; color: #4a5a72; }
.appendix { margin-top: 3em; border-top: 2px solid #10294d; padding-top: 1em; font-size: .87em; }
.appendix > h2 { font-size: 1.5em; }
.appendix p { margin-top: .3em; max-width: 95ch; }
.appendix .wrap { overflow-x: auto; }
.appendix td, .appendix th { padding: .1em .7em .1em 0; }
.appendix tbody th { white-space: nowrap; }
.appendix .numbers td, .appendix .numbers thead th + th { text-align: right; font-variant-numeric: tabular-nums; }
.appendix .pairs { width: auto; }
.stills { display: grid; grid-template-columns: repeat(3, 1fr); gap: .6em 1.6em; margin-top: .5em; }
.stills figure svg { display: inline-block; width: 50%; }
.stills small { display: block; font-weight: 400; }
.measured th small, .measured td:nth-last-child(-n + 2), .measured thead th { white-space: nowrap; }
@media (max-width: 720px) { .measured * { white-space: wrap !important; } }
@media (max-width: 720px) { .plots, .panels { grid-template-columns: 1fr; } body { padding: 14px; } }
@page { size: A4; margin: 10mm 12mm; }
@media print {
  :root { font-size: 8.2pt; line-height: 1.28; }
  body { padding: 0; max-width: none; }
  .page { break-after: page; }
  .plots, .panels { grid-template-columns: 1fr 1fr; gap: .3em 1.6em; margin: .5em 0; }
  .appendix { margin: 0; border: 0; padding: 0; font-size: 6.6pt; }
  th, td { padding-top: .1em; padding-bottom: .1em; }
  .note { min-height: 3.6em; }
  .appendix .wrap { overflow: visible; }
  h3, caption { break-after: avoid; }
  tr, figure, .panels section { break-inside: avoid; }
  .fewer { font-size: 7.3pt; line-height: 1.2; }
}
"""


def html_of(report):
    """The report as a whole HTML page.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        Opens without a network; prints to A4 with the first page by itself.
    """
    long = len(report.lines) > 13 or report.edited or len(report.quality) > 3
    title = escape(f"{report.title}, {report.person}")
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="generator" content="posecheck">',
            f"<title>{title}</title>",
            f"<style>{_fonts()}{_STYLE}</style></head>",
            "<body>",
            f'<div class="page{" fewer" if long else ""}">',
            _header(report),
            f"<main>{_facts(report)}{_table(report)}{_plots(report)}{_panels(report)}{_note(report)}</main>",
            _footer(report),
            "</div>",
            _appendix(report),
            "</body></html>\n",
        )
    )


@cache
def _fonts():
    """The two faces of the app's font as data within the page."""
    faces = []
    for weight, name in FONTS.items():
        data = b64encode(
            resources.files("posecheck").joinpath("app", "static", "fonts", name).read_bytes()
        ).decode()
        faces.append(
            f'@font-face {{ font-family: "Atkinson Hyperlegible"; font-weight: {weight}; '
            f'src: url("data:font/woff2;base64,{data}") format("woff2"); }}'
        )
    return "".join(faces)


def _header(report):
    return (
        f'<header><div><h1>{escape(report.title)}</h1><p class="grey">{escape(report.subtitle)}</p></div>'
        f'<div class="who"><b>{escape(report.person)}</b><p class="grey">{escape(report.recorded)}</p></div></header>'
    )


def _facts(report):
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in report.facts
    )
    told = f'<p class="quality">{escape(shown(report.quality, MOST_TOLD))}</p>'
    corrected = f'<p class="corrected">{escape(report.corrected)}</p>' if report.corrected else ""
    return f'<section aria-label="Set-up"><dl class="facts">{facts}</dl>{told}{corrected}</section>'


def _table(report):
    away = f'<p class="grey">{escape(" ".join(report.unmeasured))}</p>' if report.unmeasured else ""
    if not report.sides:
        return f"<section><h2>What was measured</h2><p>{WITHHELD}no repetitions in this recording.</p>{away}</section>"
    heads = "".join(
        f'<th scope="col" class="{side}">{escape(head)}</th>'
        for side, head in zip(report.sides, report.headings, strict=True)
    )
    rows = "".join(
        f'<tr><th scope="row">{_label(line.label)}</th>'
        + "".join(_cell(side, cell) for side, cell in zip(report.sides, line.cells, strict=True))
        + f"<td><small>{escape(line.asked)}</small></td><td><small>{escape(line.threshold)}</small></td></tr>"
        for line in report.lines
    )
    notable = _notable(report)
    return (
        '<section><table class="measured"><caption><b>What was measured</b> '
        "<small>middle value (median) ± one standard deviation, then lowest to highest</small></caption>"
        "<thead><tr><td></td>"
        f'{heads}<th scope="col">Asked for</th><th scope="col">What counts</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{away}{notable}</section>"
    )


def shown(sentences, most):
    """The first sentences, and how many more the appendix has."""
    more = len(sentences) - most
    return " ".join(sentences[:most]) + (f" And {more} more in the appendix." if more > 0 else "")


def _label(label):
    name, _, more = label.partition(": ")
    return escape(name) + (f"<small>{escape(more)}</small>" if more else "")


def _cell(side, cell):
    text, more = (f"<b>{escape(cell.text)}</b>", "")
    if cell.text.startswith(WITHHELD):
        text = f"<small>{escape(cell.text)}</small>"
    elif " ± " in cell.text:
        value, band = cell.text.split(" ± ")
        text = f"<b>{escape(value)}</b> ± {escape(band)}"
    if cell.detail:
        more = f" <small>{escape(cell.detail)}</small>"
    automatic = (
        f'<small class="automatic">automatic: {escape(cell.automatic)}</small>' if cell.automatic else ""
    )
    return f'<td class="{side}">{text}{more}{automatic}</td>'


def _notable(report):
    if not report.notable:
        return ""
    return f'<p><b class="worth">Worth a look</b> {escape(shown(report.notable, MOST_NOTABLE))}</p>'


def drawings(report, *, width=516.0, tall=150.0, low=112.0):
    """The three plots of a report: over time, overlaid, tempo."""
    half = (width - 16.0) / 2
    automatic = report.automatic if report.edited else None
    why = next((c.text for line in report.lines if line.label == "Lift" for c in line.cells), "")
    return (
        figures.angle_over_time(report.result, report.sides, automatic=automatic, width=width, height=tall),
        figures.repetitions_overlaid(report.result, report.sides, width=half, height=low),
        figures.tempo(report.result, report.sides, why=why, width=half, height=low),
    )


def _plots(report):
    if not report.sides:
        return ""
    tall = 96.0 if len(report.sides) == 1 else 150.0
    parts = []
    for i, drawing in enumerate(drawings(report, tall=tall)):
        wide = ' class="wide"' if i == 0 else ""
        plot = svg(drawing, f"plot-{i}")
        parts.append(f"<figure{wide}><figcaption>{escape(drawing.title)}</figcaption>{plot}</figure>")
    return f'<section class="plots" aria-label="Plots">{"".join(parts)}</section>'


def _panels(report):
    return f'<div class="panels">{_panel(report.symmetry)}{_panel(report.change)}</div>'


def _panel(panel):
    table = ""
    if panel.rows:
        heads = "".join(
            f'<th scope="col">{escape(head)}</th>' if head else "<td></td>" for head in panel.columns
        )
        rows = "".join(_panel_row(row, len(panel.columns)) for row in panel.rows)
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    notes = "".join(f"<p>{escape(note)}</p>" for note in panel.notes)
    return f"<section><h2>{escape(panel.title)}</h2>{table}{notes}</section>"


def _panel_row(row, columns):
    span = f' colspan="{columns - 1}"' if len(row) < columns else ""
    return (
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td{span}>{escape(c)}</td>" for c in row[1:])
        + "</tr>"
    )


def _note(report):
    empty = "" if report.note else " empty"
    return f'<section><h2>Therapist\'s note</h2><p class="note{empty}">{escape(report.note)}</p></section>'


def _footer(report):
    return (
        f'<footer class="limits"><p>{escape(" ".join(report.limits))}</p>'
        f'<p class="versions">{escape(report.versions)}</p></footer>'
    )


def _appendix(report):
    parts = "".join(_text(part) if isinstance(part, Text) else _appended(part) for part in report.appendix)
    return f'<section class="appendix" aria-label="Appendix"><h2>Appendix</h2>{_stills(report.stills)}{parts}</section>'


def _stills(stills):
    """Each repetition with its start and its top."""
    if not stills:
        return ""
    shown = []
    for i, still in enumerate(stills):
        start, top = (svg(figure, f"still-{i}-{when}") for when, figure in enumerate(still.figures))
        head = f"{still.title}: {still.example.side} {still.example.rep}"
        shown.append(
            f"<figure><figcaption>{escape(head)}<small>{escape(still.told)}</small></figcaption>{start}{top}</figure>"
        )
    return f'<h3>{STILLS}</h3><p>{RULE} {DRAWN}</p><div class="stills">{"".join(shown)}</div>'


def _text(part):
    return f"<h3>{escape(part.title)}</h3>" + "".join(f"<p>{escape(p)}</p>" for p in part.paragraphs)


def _appended(table):
    heads = "".join(f'<th scope="col">{escape(head)}</th>' if head else "<td></td>" for head in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(c)}</td>" for c in row[1:])
        + "</tr>"
        for row in table.rows
    )
    look = "numbers" if table.columns[:2] == ("value", "unit") else "words" if table.columns else "pairs"
    head = f"<thead><tr>{heads}</tr></thead>" if table.columns else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in table.notes)
    return (
        f"<h3>{escape(table.title)}</h3>"
        f'<div class="wrap" tabindex="0" role="region" aria-label="{escape(table.title)}">'
        f'<table class="{look}">{head}<tbody>{rows}</tbody></table></div>{notes}'
    )
