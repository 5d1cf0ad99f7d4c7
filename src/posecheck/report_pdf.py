"""A `Report` as a PDF: A4, one page, then the appendix. Plots stay vectors; the words can be searched and copied."""

import io
from html import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from posecheck.drawing import BLUE, BROWN, GREY, NAVY, ORANGE
from posecheck.errors import OutputError
from posecheck.paper import BOLD, REGULAR, Plot, printable, register
from posecheck.report_appendix import Text
from posecheck.report_html import MOST_NOTABLE, MOST_TOLD, drawings, shown
from posecheck.report_stills import DRAWN, RULE, STILLS
from posecheck.report_withheld import WITHHELD

MARGIN, FOOT = 12 * mm, 20 * mm
WIDTH, HEIGHT = A4[0] - 2 * MARGIN, A4[1] - MARGIN - FOOT
GAP = 14.0  # pt, between two columns
EMPTY_NOTE, NOTE_MAX = 34.0, 700  # pt to write on; letters of a note that the first page holds
PLOTS_MIN, PLOTS_MAX = 150.0, 330.0  # pt of height for all plots
_RULE = HexColor("#e5e9f0")


def write_pdf(report, path):
    """Write the report as a PDF.

    Parameters
    ----------
    report : Report
    path : path

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    held = io.BytesIO()
    register()
    document = BaseDocTemplate(
        held, pagesize=A4, title=f"{report.title}, {report.person}", author="posecheck", lang="en", invariant=1,
        subject="Coaching and research measurement, never diagnosis",
    )  # fmt: skip
    first = Frame(MARGIN, FOOT, WIDTH, HEIGHT, 0, 0, 0, 0, id="first")
    later = Frame(MARGIN, 14 * mm, WIDTH, A4[1] - MARGIN - 14 * mm, 0, 0, 0, 0, id="later")
    document.addPageTemplates(
        [
            PageTemplate("first", [first], onPage=lambda canvas, _: _foot(canvas, report)),
            PageTemplate(
                "later", [later], onPage=lambda canvas, page: _page_number(canvas, report, page.page)
            ),
        ]
    )
    document.build([*_page(report), NextPageTemplate("later"), PageBreak(), *_appendix(report)])
    try:
        with open(path, "wb") as file:
            file.write(held.getvalue())
    except OSError as error:
        raise OutputError(f"{path}: the report could not be written ({error.strerror}).") from None


def _style(size, *, colour=NAVY, bold=False, right=False, leading=1.22):
    return ParagraphStyle(
        f"{size}{colour}{bold}{right}", fontName=BOLD if bold else REGULAR, fontSize=size, leading=leading * size,
        textColor=HexColor(colour), alignment=2 if right else 0, splitLongWords=1,
    )  # fmt: skip


def _say(text, size=8.0, **look):
    """A paragraph of plain words."""
    return Paragraph(_safe(text), _style(size, **look))


def _safe(text):
    return escape(printable(text), quote=False).replace("\n", "<br/>")


def _grey(text, size=7.0):
    return f'<font color="{GREY}" size="{size:g}">{_safe(text)}</font>'


def _page(report):
    """Page 1: what must stand there, and plots as high as the rest of the page allows."""
    above = [_header(report), Spacer(0, 5), *_facts(report), Spacer(0, 4), *_table(report), Spacer(0, 6)]
    note = _note(report)
    below = [Spacer(0, 5), _panels(report), Spacer(0, 5), *note]
    free = HEIGHT - sum(part.wrap(WIDTH, HEIGHT)[1] for part in (*above, *below)) - 34.0
    # Where much must be said the plots give way, within what can still be read.
    plots = min(max(free, PLOTS_MIN), PLOTS_MAX) if report.sides else 0.0
    if not report.note and free > plots:  # to write on
        below = [*below[: -len(note)], *_note(report, EMPTY_NOTE + free - plots)]
    two = len(report.sides) > 1
    tall = (0.56 if two else 0.46) * plots
    return [*above, *(_plots(report, tall, plots - tall) if report.sides else ()), *below]


def _header(report):
    left = [_say(report.title, 17, bold=True, leading=1.1), _say(report.subtitle, 8, colour=GREY)]
    right = [
        _say(report.person, 11, bold=True, right=True),
        _say(report.recorded, 8, colour=GREY, right=True),
    ]
    style = [("LINEBELOW", (0, 0), (-1, -1), 1.4, HexColor(NAVY)), ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
             ("RIGHTPADDING", (-1, 0), (-1, -1), 0)]  # fmt: skip
    return _grid([[left, right]], [0.62 * WIDTH, 0.38 * WIDTH], style, pad=(0, 4))


def _facts(report):
    # A fact stays on one line.
    kept = lambda text: text.replace(" ", "\xa0")  # noqa: E731
    parts = [f"{_grey(kept(name), 8)}\xa0<b>{_safe(kept(value))}</b>" for name, value in report.facts]
    told = [
        Paragraph("\xa0\xa0\xa0 ".join(parts), _style(8.0)),
        Spacer(0, 2),
        _say(shown(report.quality, MOST_TOLD)),
    ]
    if report.corrected:
        told += [Spacer(0, 2), _say(report.corrected, colour=BROWN)]
    return told


def _grid(rows, widths, style=(), *, pad=(1.2, 1.2)):
    plain = [
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), pad[0]), ("BOTTOMPADDING", (0, 0), (-1, -1), pad[1]),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]  # fmt: skip
    return Table(rows, widths, style=[*plain, *style], hAlign="LEFT")


def _table(report):
    heading = Paragraph(
        f"<b>What was measured</b> {_grey('middle value (median) ± one standard deviation, then lowest to highest')}",
        _style(8.6),
    )
    away = [_say(" ".join(report.unmeasured), 7.4, colour=GREY)] if report.unmeasured else []
    if not report.sides:
        return [heading, _say(f"{WITHHELD}no repetitions in this recording."), *away]
    wide = len(report.sides)
    label, asked, counts = 104.0, 48.0, 90.0
    widths = [label, *[(WIDTH - label - asked - counts) / wide] * wide, asked, counts]
    heads = [_say(head, 8, bold=True) for head in ("", *report.headings, "Asked for", "What counts")]
    rows = [heads]
    for line in report.lines:
        name, _, more = line.label.partition(": ")
        first = Paragraph(_safe(name) + (f"<br/>{_grey(more, 6.6)}" if more else ""), _style(8.0))
        ends = [_say(text, 7.0, colour=GREY) for text in (line.asked, line.threshold)]
        rows.append([first, *map(_cell, line.cells), *ends])
    style: list[tuple] = [("LINEBELOW", (0, 0), (-1, 0), 0.7, HexColor(NAVY))]
    style.append(("LINEBELOW", (0, 1), (-1, -2), 0.4, _RULE))
    # Small print begins a point lower, so that it stands on the line of what is beside it.
    style.append(("TOPPADDING", (-2, 1), (-1, -1), 1.9))
    for i, side in enumerate(report.sides, start=1):
        held = [k for k, line in enumerate(report.lines, 1) if line.cells[i - 1].text.startswith(WITHHELD)]
        style += [("TOPPADDING", (i, k), (i, k), 1.9) for k in held]
        style += [("LEFTPADDING", (i, 0), (i, -1), 6)]
        if side == "left":
            style += [("LINEBEFORE", (i, 0), (i, -1), 2.2, HexColor(BLUE))]
        else:  # two thin lines, so that the sides differ without colour
            style += [("LINEBEFORE", (i, 0), (i, -1), 0.8, HexColor(ORANGE), 0, None, None, 2, 1.0)]
    parts = [heading, Spacer(0, 1), _grid(rows, widths, style, pad=(0.9, 1.4)), *away]
    if report.notable:
        told = f"<b>Worth a look</b> {_safe(shown(report.notable, MOST_NOTABLE))}"
        parts += [Spacer(0, 3), Paragraph(told, _style(8.0))]
    return parts


def _cell(cell):
    if cell.text.startswith(WITHHELD):
        told = _grey(cell.text)
    else:
        value, _, band = cell.text.partition(" ± ")
        told = f"<b>{_safe(value)}</b>" + (f" ± {_safe(band)}" if band else "")
    told += f" {_grey(cell.detail)}" if cell.detail else ""
    if cell.automatic:
        told += f'<br/><font color="{BROWN}" size="7">{_safe(f"automatic: {cell.automatic}")}</font>'
    return Paragraph(told, _style(8.0))


def _plots(report, tall, low):
    over_time, overlaid, tempo = drawings(report, width=WIDTH, tall=tall, low=low)
    titled = lambda drawing: [_say(drawing.title, 8, bold=True), Spacer(0, 1), Plot(drawing)]  # noqa: E731
    half = (WIDTH - 16.0) / 2
    style = [("RIGHTPADDING", (0, 0), (-1, -1), 0)]
    return [
        *titled(over_time),
        Spacer(0, 4),
        _grid([[titled(overlaid), "", titled(tempo)]], [half, 16.0, half], style),
    ]


def _panels(report):
    half = (WIDTH - GAP) / 2
    both = [[_panel(report.symmetry, half), "", _panel(report.change, half)]]
    return _grid(both, [half, GAP, half], [("RIGHTPADDING", (0, 0), (-1, -1), 0)])


def _panel(panel, width):
    parts: list = [_say(panel.title, 8.6, bold=True)]
    if panel.rows:
        first, last = 0.17 * width, 0.14 * width
        widths = [first, *[0.21 * width, 0.21 * width, width - first - last - 0.42 * width], last]
        heads = [_say(head, 7.2, bold=True, right=i > 0) for i, head in enumerate(panel.columns)]
        rows: list[list] = [heads]
        style = [("LINEBELOW", (0, 0), (-1, 0), 0.7, HexColor(NAVY)),
                                ("LINEBELOW", (0, 1), (-1, -2), 0.4, _RULE), ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                                ("RIGHTPADDING", (-1, 0), (-1, -1), 0)]  # fmt: skip
        for i, row in enumerate(panel.rows, start=1):
            if len(row) < len(heads):
                style.append(("SPAN", (1, i), (-1, i)))
                rows.append([_say(row[0]), _say(row[1], 7.2, colour=GREY), *[""] * (len(heads) - 2)])
            else:
                end = len(row) - 1
                rows.append([_say(cell, bold=k == end, right=k > 0) for k, cell in enumerate(row)])
        parts.append(_grid(rows, widths, style, pad=(0.8, 1.2)))
    return parts + [_say(note, 7.4) for note in panel.notes]


def _note(report, room=EMPTY_NOTE):
    whole = len(report.note) <= NOTE_MAX and report.note.count("\n") < 6
    note = report.note if whole else " ".join(report.note[:NOTE_MAX].split()) + " ... (whole in the appendix)"
    box = [("BOX", (0, 0), (-1, -1), 0.6, HexColor("#b9c4d4")), ("LEFTPADDING", (0, 0), (-1, -1), 6)]
    written = Table([[_say(note)]], [WIDTH], None if note else [room], style=box, hAlign="LEFT")
    return [_say("Therapist's note", 8.6, bold=True), Spacer(0, 1), written]


def _foot(canvas, report):
    """Limits and versions at the foot of the first page, wherever the rest ends."""
    canvas.setStrokeColor(HexColor(NAVY))
    canvas.setLineWidth(1.4)
    canvas.line(MARGIN, FOOT - 5, MARGIN + WIDTH, FOOT - 5)
    told = _say(" ".join(report.limits), 7.6)
    _, high = told.wrap(WIDTH, FOOT)
    told.drawOn(canvas, MARGIN, FOOT - 8 - high)
    canvas.setFont(REGULAR, 6.6)
    canvas.setFillColor(HexColor(GREY))
    canvas.drawString(MARGIN, 7 * mm, printable(report.versions))
    canvas.drawRightString(MARGIN + WIDTH, 7 * mm, "1")


def _page_number(canvas, report, number):
    canvas.setFont(REGULAR, 6.6)
    canvas.setFillColor(HexColor(GREY))
    canvas.drawString(MARGIN, 7 * mm, printable(f"{report.title}, {report.person}, {report.recorded}"))
    canvas.drawRightString(MARGIN + WIDTH, 7 * mm, str(number))


def _appendix(report):
    parts: list = [_say("Appendix", 13, bold=True), Spacer(0, 2)]
    if report.note and (len(report.note) > NOTE_MAX or report.note.count("\n") >= 6):
        parts += _text(Text("Therapist's note", tuple(report.note.split("\n"))))
    parts += _stills(report)
    for part in report.appendix:
        parts += _text(part) if isinstance(part, Text) else _appended(part)
    return parts


def _stills(report):
    """Repetitions of each side in a row, each with its start and its top."""
    if not report.stills:
        return []
    each, rows = (WIDTH - 2 * GAP) / 3, []
    for side in report.sides:
        own = [still for still in report.stills if still.example.side == side]
        rows.append(
            [
                [_say(f"{still.title}: {side} {still.example.rep}", 7.2, bold=True),
                 _say(still.told, 6.4, colour=GREY)] for still in own
            ]
        )  # fmt: skip
        rows.append(
            [
                _grid([[Plot(figure, each / 2 - 4) for figure in still.figures]], [each / 2] * 2)
                for still in own
            ]
        )
    rows = [[*row, *[""] * (3 - len(row))] for row in rows if row]
    grid = _grid(rows, [each + GAP, each + GAP, each], [("RIGHTPADDING", (0, 0), (-1, -1), 0)])
    title = [_say(STILLS, 8.6, bold=True), Spacer(0, 1), _say(f"{RULE} {DRAWN}", 6.6)]
    return [KeepTogether([Spacer(0, 4), *title, Spacer(0, 3), grid])]


def _text(part):
    first, *rest = [_say(p, 7.0) for p in part.paragraphs]
    spaced = [x for p in rest for x in (Spacer(0, 2), p)]
    return [KeepTogether([Spacer(0, 8), _say(part.title, 8.6, bold=True), Spacer(0, 2), first]), *spaced]


def _appended(table):
    numbers = table.columns[:2] == ("value", "unit")
    rows = [list(table.columns)] if table.columns else []
    style = [("LINEBELOW", (0, 0), (-1, 0), 0.7, HexColor(NAVY))] if rows else []
    start = len(rows)
    rows += [list(row) for row in table.rows]
    cells = [
        [_say(text, 6.4, bold=i < start, right=numbers and k > 1, leading=1.15) for k, text in enumerate(row)]
        for i, row in enumerate(rows)
    ]
    style += [("LINEBELOW", (0, start), (-1, -2), 0.3, _RULE)]
    body = Table(
        cells, _widths(rows, numbers), repeatRows=start, hAlign="LEFT",
        style=[("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 5),
               ("TOPPADDING", (0, 0), (-1, -1), 0.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 0.9),
               ("VALIGN", (0, 0), (-1, -1), "TOP"), *style],
    )  # fmt: skip
    notes = [_say(note, 6.6) for note in table.notes]
    return [CondPageBreak(70.0), Spacer(0, 8), _say(table.title, 8.6, bold=True), Spacer(0, 1), body, *notes]


def _widths(rows, numbers):
    """As wide as the longest text wants; where that is too wide, the long columns share what is left."""
    register()
    if numbers:
        each = min((WIDTH - 116.0) / (len(rows[0]) - 2), 60.0)
        return [92.0, 24.0, *[each] * (len(rows[0]) - 2)]
    count = len(rows[0])
    wanted = [
        7.0 + max(pdfmetrics.stringWidth(printable(row[k]), BOLD, 6.4) for row in rows) for k in range(count)
    ]
    left, narrow = WIDTH, [False] * count
    for _ in range(count):
        share = left / max(1, count - sum(narrow))
        new = [k for k in range(count) if not narrow[k] and wanted[k] <= share]
        if not new:
            break
        for k in new:
            narrow[k], left = True, left - wanted[k]
    share = left / max(1, count - sum(narrow))
    return [wanted[k] if narrow[k] else share for k in range(count)]
