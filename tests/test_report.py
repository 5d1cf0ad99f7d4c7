"""The therapist's page: what it says equals the result, and what it withholds says why."""

import base64
import csv
import json
import math
import re
import zlib
from dataclasses import replace
from importlib import resources
from statistics import median

import numpy as np
import pytest
from click.testing import CliRunner
from performances import perform
from synthetic import behind_a_cushion, clock, movement, person

from posecheck import drawing
from posecheck.analysis import analyse
from posecheck.cli import cli
from posecheck.drawing import Curve, Drawing, Mark, Words
from posecheck.exercise import load_exercise
from posecheck.exercise_parts import MeasuredError
from posecheck.figures import angle_over_time, repetitions_overlaid, tempo
from posecheck.records import Edit, Settings
from posecheck.report import LIMITS, report_of
from posecheck.report_appendix import Table
from posecheck.report_html import FONTS, html_of
from posecheck.report_lines import amount
from posecheck.report_pdf import write_pdf
from posecheck.reviewing import Review
from posecheck.scores import steadiness_in_words
from posecheck.symmetry import compare
from posecheck.trial import write_trial

WITHHELD = "not measured: "
SCORE = "quality of practice, not recovery"
EDITS = (
    Edit("move", "left", 2, start_s=11.6, end_s=19.4, author="anna", at_utc="2026-11-27T10:41:00Z"),
    Edit("assist", "right", 1, author="anna", at_utc="2026-11-27T10:41:00Z"),
    Edit("delete", "left", 4, author="ben", at_utc="2026-11-27T10:50:00Z"),
)


def arms(*, left=60.0, right=72.0, starts_s=(3.0, 12.0, 21.0, 30.0), seed=0, **changes):
    """Both arms lifted to the side together, as far as told, seen from the front."""
    t_s = clock(starts_s[-1] + 9.0)
    reach = lambda top: movement(t_s, starts_s, rest=8.0, top=top, **changes)  # noqa: E731
    return person(t_s, view="front", shoulder=(reach(left), reach(right)), noise_px=0.6, seed=seed)


@pytest.fixture(scope="module")
def review():
    return Review(arms(), "shoulder_abduction", settings=Settings(affected="left"), edits=EDITS)


@pytest.fixture(scope="module")
def plain_report(review):
    return report_of(
        review.automatic, person="P07", recorded_utc="2026-11-27T10:41:00Z", note="Calm & slow <today>."
    )


@pytest.fixture(scope="module")
def corrected(review):
    return report_of(review.result, automatic=review.automatic, person="P07")


def line(report, label):
    return next(x for x in report.lines if x.label.startswith(label))


def words_of(html):
    """What a reader of the page sees."""
    body = re.sub(r"<(style|head).*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def pages_of(pdf):
    """The text of each page, from the streams of a PDF whose font keeps ASCII as it is."""
    pages = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))
        except (ValueError, zlib.error):
            continue
        if b" Tj" in text or b"Tj T*" in text:
            said = re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", text)
            pages.append(" ".join(re.sub(r"\\([()\\])", r"\1", x.decode("latin1")) for x in said))
    return pages


# What is shown equals what was measured


def test_every_middle_value_is_that_of_the_rows(plain_report, review):
    rows = review.automatic.rows
    for i, side in enumerate(("left", "right")):
        own = [row for row in rows if row["side"] == side]
        shown = {x.label: x.cells[i] for x in plain_report.lines}
        assert len(own) == 4
        assert shown["Repetitions"].text == "4 finished"
        told = median(row["range_deg"] for row in own)
        sigma = median(row["range_sigma_deg"] for row in own)
        assert shown["Range"].text == f"{told:.0f}° ± {sigma:.0f}° assumed"
        assert shown["Range"].value == pytest.approx(told)
        for label, column in (("Lift", "lift_s"), ("Lowering", "lower_s")):
            told, sigma = median(row[column] for row in own), median(row["time_sigma_s"] for row in own)
            assert shown[label].text == f"{told:.1f} s ± {sigma:.1f} s assumed"
        assert shown["Hold"].text == f"{median(row['hold_s'] for row in own):.1f} s"
        delta = median(row["smoothness_delta"] for row in own)
        assert shown["Smoothness"].text == steadiness_in_words(delta)
    assert line(plain_report, "Score").cells[1].value == median(
        row["score"] for row in rows if row["side"] == "right"
    )


def test_the_page_shows_every_cell_and_the_json_holds_it(plain_report):
    said, held = words_of(html_of(plain_report)), plain_report.to_dict()
    for x, stored in zip(plain_report.lines, held["lines"], strict=True):
        for cell, kept in zip(x.cells, stored["cells"], strict=True):
            assert cell.text in said.replace("  ", " ") or cell.text.replace(" ± ", " ± ") in said
            assert kept["text"] == cell.text
    json.dumps(held, allow_nan=False)


def test_every_number_can_be_worked_out_from_the_appendix(plain_report):
    for i, side in enumerate(("left", "right")):
        table = next(t for t in plain_report.appendix if isinstance(t, Table) and f": {side}" in t.title)
        printed = {row[0]: row[2:] for row in table.rows}
        told = median(float(x) for x in printed["range_deg"])
        assert line(plain_report, "Range").cells[i].text.startswith(amount(told, "deg"))
        told = median(float(x) for x in printed["lift_s"])
        assert line(plain_report, "Lift").cells[i].text.startswith(f"{told:.1f} s")
        assert {"start_s", "end_s", "smoothness_delta", "seen_pct", "score", "target_lift_s"} <= set(printed)


def test_the_person_the_day_and_the_note_are_on_the_page(plain_report):
    html = html_of(plain_report)
    assert "P07" in words_of(html)
    assert "27 November 2026, 10:41 UTC" in words_of(html)
    assert "Calm &amp; slow &lt;today&gt;." in html
    assert plain_report.recorded == "27 November 2026, 10:41 UTC"
    assert report_of(plain_report.result).recorded == "date not known"


def test_symmetry_tells_both_raw_values_then_the_interval_and_the_ratio_last(plain_report):
    told = plain_report.result.symmetry
    assert told["comparable"]
    low, high = (100 * x for x in told["range_ratio_ci95"])
    assert plain_report.symmetry.columns == (
        "",
        "left (weaker)",
        "right (stronger)",
        "95 % interval, assumed",
        "ratio",
    )
    assert plain_report.symmetry.rows[0] == (
        "Range", amount(told["range_numerator"], "deg"), amount(told["range_denominator"], "deg"),
        f"{low:.0f} to {high:.0f} %", f"{100 * told['range_ratio']:.0f} %",
    )  # fmt: skip


# Corrections


def test_an_edited_recording_shows_both_values_and_who_corrected_what_and_when(corrected, review):
    assert corrected.edited
    cell = line(corrected, "Repetitions").cells[0]
    assert (cell.text, cell.automatic) == ("3 finished", "4 finished")
    assert "1 helped" in line(corrected, "Repetitions").cells[1].detail
    now, then = (
        median(r["lift_s"] for r in x.rows if r["side"] == "left") for x in (review.result, review.automatic)
    )
    cell = line(corrected, "Lift").cells[0]
    assert cell.text.startswith(f"{now:.1f} s")
    assert cell.automatic.startswith(f"{then:.1f} s")
    said = words_of(html_of(corrected))
    assert "automatic: 4 finished" in said
    assert "2 by anna, the last on 27 November 2026, 10:41 UTC; 1 by ben" in said
    table = next(t for t in corrected.appendix if t.title == "Corrections")
    assert [row[6:] for row in table.rows] == [(e.author, e.at_utc) for e in EDITS]
    titles = [t.title for t in corrected.appendix]
    assert any(t.startswith("Every repetition, corrected: left") for t in titles)
    assert any(t.startswith("Every repetition, as found automatically: left") for t in titles)
    held = corrected.to_dict()
    assert len(held["result"]["reps"]) == 7
    assert len(held["automatic"]["reps"]) == 8


def test_without_corrections_nothing_is_called_automatic(plain_report):
    assert not plain_report.edited
    assert "automatic" not in words_of(html_of(plain_report))


# What is withheld, and what is assumed


def withheld_in(report):
    return [c for x in report.lines for c in x.cells if c.value is None]


def test_what_is_withheld_says_why():
    abduction = load_exercise("shoulder_abduction")
    seen = {"front": abduction.view["front"].model_copy(update={"trust": "tempo", "time_part": 0.5})}
    for result in (
        analyse(arms(), abduction.model_copy(update={"view": seen})),
        analyse(perform("elbow_flexion", view="right"), "elbow_flexion", settings=Settings(kind="check")),
    ):
        report = report_of(result)
        assert report.lines
        cells = withheld_in(report)
        assert cells, "something is withheld in each of these"
        for cell in cells:
            why = cell.detail if cell.text == "not measurable" else cell.text
            assert why.startswith(WITHHELD), cell
            assert len(why) > len(WITHHELD) + 4, cell


def test_a_hidden_wrist_a_far_side_and_a_check_set_are_named():
    hidden = behind_a_cushion(perform("elbow_flexion", view="right"), "right_wrist", 12.5, 15.5)
    report = report_of(analyse(hidden, "elbow_flexion"))
    assert any("wrist hidden" in told or "not seen" in told for told in report.notable), report.notable
    assert report.unmeasured == ("Left: not measured: away from the camera.",)
    assert report.symmetry.notes[0].startswith(WITHHELD)
    assert report.change.notes == ("not measured: no other recording was named",)
    check = report_of(
        analyse(perform("elbow_flexion", view="right"), "elbow_flexion", settings=Settings(kind="check"))
    )
    assert line(check, "Score").cells[0].text == "not measured: a check set is not scored"
    assert line(check, "Range").asked == "comfortable"


def test_every_letter_of_the_appendix_is_explained_as_not_measured(plain_report):
    for table in plain_report.appendix:
        if isinstance(table, Table) and table.columns[:2] == ("value", "unit"):
            letters = {cell for row in table.rows for cell in row[2:] if re.fullmatch("[a-z]", cell)}
            explained = {note[0] for note in table.notes if note[1:].startswith(f" = {WITHHELD}")}
            assert letters == explained
            assert not [row for row in table.rows if "" in row[2:]], "an empty cell explains nothing"


def test_bands_and_thresholds_are_assumed_until_this_person_has_a_measured_one(review):
    report = report_of(review.automatic)
    assert line(report, "Range").threshold == "a change of 10°, assumed"
    assert line(report, "Range").cells[0].text.endswith("assumed")
    exercise = load_exercise("shoulder_abduction")
    error = MeasuredError(mdc95={"range_deg": 4.2, "lift_s": 0.31}, source="posecheck noise: 4 sets [C]")
    own = exercise.model_copy(update={"measured_error": {"front": error}})
    report = report_of(analyse(arms(), own, settings=Settings(affected="left")))
    assert line(report, "Range").threshold == "a change of 5°, measured"
    # How far from the truth a range is, no repeating tells: its band, and that of the ratio, stay assumed.
    assert line(report, "Range").cells[0].text.endswith("assumed")
    assert line(report, "Lift").threshold == "a change of 0.4 s, measured"
    assert line(report, "Lowering").threshold.endswith("assumed")
    assert report.symmetry.columns[3] == "95 % interval, assumed"
    for x in report.lines[1:]:
        assert x.threshold.endswith(("assumed", "measured")), x.label


def test_no_repetitions_are_a_page_too():
    report = report_of(analyse(perform("elbow_flexion", view="right", starts_s=()), "elbow_flexion"))
    assert report.sides == ()
    assert "not measured: no repetitions in this recording" in words_of(html_of(report))


# Change


def test_change_tells_before_after_the_interval_and_the_smallest_change(review):
    settings = Settings(affected="left", side="right")
    first, other = (analyse(arms(right=top, seed=seed), "shoulder_abduction", settings=settings)
                    for seed, top in ((1, 70.0), (2, 74.0)))  # fmt: skip
    told = compare(first, other)
    panel = report_of(other, change=told).change
    low, high = told["range_change_deg_ci95"]
    assert panel.rows[0] == (
        "Range", amount(told["range_denominator"], "deg"), amount(told["range_numerator"], "deg"),
        f"{amount(low, 'deg', sign=True)} to {amount(high, 'deg', sign=True)}",
        amount(told["range_change_deg"], "deg", sign=True),
    )  # fmt: skip
    assert panel.notes[0] == "Right side. No measurable difference in range (10°, assumed)."
    assert "holds the scatter between repetitions only" in panel.notes[1]
    other = replace(other, settings=replace(other.settings, level=1))
    refused = report_of(other, change=compare(first, other)).change
    assert refused.notes[0].startswith("not measured: different targets")


# Words and looks


def test_limits_and_what_a_score_is_stand_on_the_page(plain_report):
    said = words_of(html_of(plain_report))
    for limit in LIMITS:
        assert limit in said
    assert (
        LIMITS[0]
        == "Accuracy was measured on computer-made people and a small healthy set, not on survivors."
    )
    assert LIMITS[1] == "The camera cannot see strength, effort, load or spasticity."
    for found in re.finditer(r"\bScore\b", said):
        assert SCORE in said[found.start() : found.start() + 60]


def test_no_word_judges_the_person(plain_report, corrected):
    for report in (plain_report, corrected):
        said = words_of(html_of(report)).casefold()
        assert not re.findall(
            r"\b(wrong|bad|badly|failed|failure|normal|abnormal|affected side|good side)\b", said
        )
        assert "weaker side" in said
        assert "stronger side" in said


def test_nothing_is_fetched_from_anywhere(plain_report, corrected, tmp_path):
    for report in (plain_report, corrected):
        html = html_of(report)
        assert not re.search(r"https?:|<script|<link|<iframe|@import", html)
        assert set(re.findall(r'url\(\s*"?([a-z]+):', html)) == {"data"}
        assert not re.search(r'(src|href)="', html)
        write_pdf(report, tmp_path / "report.pdf")
        assert b"/URI" not in (tmp_path / "report.pdf").read_bytes()


def test_the_page_has_landmarks_headings_and_words_for_its_plots(plain_report):
    html = html_of(plain_report)
    for landmark in ("header", "main", "footer"):
        assert len(re.findall(rf"<{landmark}\b", html)) >= 1
    assert html.count("<h1>") == 1
    assert '<html lang="en">' in html
    assert html.count('role="img"') == 3
    assert len(re.findall(r"<desc id=.*?>[^<]{10,}</desc>", html)) == 3
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert re.findall(r"<th scope=", html)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [drawing.NAVY, drawing.GREY, drawing.BLUE, drawing.BROWN])
def test_words_stand_out_from_the_paper(colour):
    assert (luminance("#ffffff") + 0.05) / (luminance(colour) + 0.05) >= 4.5


def test_every_colour_of_the_page_that_words_have_stands_out(plain_report):
    html = html_of(plain_report)
    used = set(re.findall(r"[^-]color: (#[0-9a-f]{6})", html))
    used |= set(re.findall(r'<text[^>]*fill="(#[0-9a-f]{6})"', html))
    assert len(used) >= 4
    for colour in used:
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour


# Plots


@pytest.mark.parametrize("sides", [("left", "right"), ("right",)])
def test_plots_stay_within_their_paper(sides, review):
    automatic = review.automatic
    for plot in (angle_over_time(review.result, sides, automatic=automatic), repetitions_overlaid(automatic, sides),
                 tempo(automatic, sides)):  # fmt: skip
        assert isinstance(plot, Drawing)
        for shape in plot.shapes:
            points = shape.points if isinstance(shape, Curve) else ((shape.x, shape.y),)
            for x, y in points:
                assert -0.5 <= x <= plot.width + 0.5, shape
                assert -0.5 <= y <= plot.height + 0.5, shape
                assert math.isfinite(x + y)


def test_what_was_not_seen_is_a_gap_in_the_curve():
    seen = analyse(perform("elbow_flexion", view="right"), "elbow_flexion")
    hidden = analyse(
        behind_a_cushion(perform("elbow_flexion", view="right"), "right_wrist", 13.0, 15.5), "elbow_flexion"
    )
    thick = lambda result: [  # noqa: E731
        s
        for s in angle_over_time(result, ("right",)).shapes
        if isinstance(s, Curve) and s.stroke == drawing.ORANGE
    ]
    assert len(thick(seen)) == 1
    assert len(thick(hidden)) > 1
    assert "not seen" in [s.text for s in angle_over_time(hidden, ("right",)).shapes if isinstance(s, Words)]


def test_the_tempo_plot_marks_each_repetition_at_its_time(review):
    result = review.automatic
    plot = tempo(result, ("left", "right"))
    marks = [s for s in plot.shapes if isinstance(s, Mark)]
    assert len([m for m in marks if m.square]) == 3 * 4 + 1  # and one in the legend
    assert len([m for m in marks if not m.square]) == 3 * 4 + 1
    lift = sorted((m for m in marks[:-2] if not m.square), key=lambda m: m.x)[:4]
    rows = [row for row in result.rows if row["side"] == "left"]
    heights, times = [m.y for m in lift], [row["lift_s"] for row in rows]
    slope = np.polyfit(times, heights, 1)
    assert slope[0] < 0
    assert np.allclose(np.polyval(slope, times), heights, atol=1e-6)


def test_shaded_bands_are_those_of_the_rows(review):
    plot = angle_over_time(review.automatic, ("left", "right"))
    bands = [s for s in plot.shapes if isinstance(s, Curve) and s.fill in ("#cfe0f6", "#fbe2c4", "#e5e9f0")]
    assert len(bands) == 8 * 3 + 3  # and three in the legend


# PDF


def test_the_pdf_holds_table_plots_and_limits_on_its_first_page(plain_report, corrected, tmp_path):
    for report in (plain_report, corrected):
        write_pdf(report, tmp_path / "report.pdf")
        pdf = (tmp_path / "report.pdf").read_bytes()
        assert pdf.startswith(b"%PDF-")
        assert pdf.rstrip().endswith(b"%%EOF")
        pages = pages_of(pdf)
        assert len(pages) == len(re.findall(rb"/Type /Page\b", pdf)) >= 3
        first = " ".join(pages[0].split())
        for x in report.lines:
            assert x.label.partition(": ")[0] in first
        for must in (*LIMITS, SCORE, "What was measured", "Angle over time", "Time of each repetition", "Symmetry",
                     "Change since the other recording", "Therapist's note", "P07"):  # fmt: skip
            assert must in first, must
        assert "Appendix" not in first
        assert "Appendix" in pages[1]
        assert "range_sigma_deg" in " ".join(pages[1:])
        assert len(re.findall(rb"/MediaBox \[ 0 0 595\.\d+ 841\.\d+ \]", pdf)) == len(pages)


def test_a_long_note_and_forty_repetitions_leave_the_first_page_one_page(tmp_path):
    result = analyse(arms(starts_s=tuple(3.0 + 9.0 * i for i in range(20))), "shoulder_abduction")
    note = "The weaker arm tires. " * 120
    report = report_of(result, note=note, person="P07")
    write_pdf(report, tmp_path / "report.pdf")
    pages = pages_of((tmp_path / "report.pdf").read_bytes())
    assert "Therapist's note" in pages[0]
    assert LIMITS[1] in " ".join(pages[0].split())
    assert "Appendix" in pages[1]
    assert " ".join(pages[1:]).count("The weaker arm tires.") > 60


def test_the_same_report_gives_the_same_bytes(plain_report, tmp_path):
    for name in ("one.pdf", "two.pdf"):
        write_pdf(plain_report, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert html_of(plain_report) == html_of(plain_report)


@pytest.mark.parametrize("weight", FONTS)
def test_paper_has_the_faces_of_the_screen(weight):
    pytest.importorskip("brotli", reason="needs the packages fonttools and brotli")
    from fontTools.ttLib import TTFont

    faces = (FONTS[weight].replace(".woff2", end) for end in (".woff2", ".ttf"))
    packed, plain = (TTFont(resources.files("posecheck") / "app" / "static" / "fonts" / one) for one in faces)
    assert packed.getGlyphOrder() == plain.getGlyphOrder()
    tables = [one for one in packed.keys() if one not in ("GlyphOrder", "head", "glyf", "loca")]  # noqa: SIM118
    assert {one: packed.getTableData(one) for one in tables} == {
        one: plain.getTableData(one) for one in tables
    }
    for name in packed.getGlyphOrder():
        assert packed["glyf"][name] == plain["glyf"][name]


def test_letters_that_the_font_lacks_do_no_harm(plain_report, tmp_path):
    report = replace(plain_report, note="Zażółć gęślą jaźń 你好 🙂")
    write_pdf(report, tmp_path / "report.pdf")
    assert "你好" in html_of(report)


# Command


def posecheck(*arguments):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="posecheck")


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trials")
    track, settings = arms(), Settings(affected="left")
    write_trial(folder / "before", analyse(track, "shoulder_abduction", settings=settings), track)
    edited = analyse(track, "shoulder_abduction", settings=settings, edits=EDITS)
    write_trial(folder / "after", edited, track, edits=EDITS)
    return folder


def test_one_trial_becomes_one_file(trials, tmp_path):
    ran = posecheck("report", trials / "after", "-o", tmp_path / "a.html", "--person", "P07", "--note", "Calm.",
                    "--against", trials / "before", "--data")  # fmt: skip
    assert ran.exit_code == 0, ran.output
    said = words_of((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert "Calm." in said
    assert "automatic: 4 finished" in said
    assert "before" in said
    assert {p.name for p in tmp_path.iterdir()} == {"a.html", "reps.csv", "reps_automatic.csv", "report.json"}
    counts = [len(list(csv.DictReader((tmp_path / name).read_text(encoding="utf-8").splitlines())))
              for name in ("reps.csv", "reps_automatic.csv")]  # fmt: skip
    assert counts == [7, 8]
    held = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [edit["author"] for edit in held["result"]["provenance"]["edits"]] == ["anna", "anna", "ben"]


def test_reports_lie_in_the_trial_or_in_a_folder_each_and_are_not_replaced_unasked(trials, tmp_path):
    ran = posecheck("report", trials / "before", trials / "after", "-o", tmp_path)
    assert ran.exit_code == 0, ran.output
    assert {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*")} == {
        f"{trial}/report.{kind}" for trial in ("before", "after") for kind in ("html", "pdf")
    }
    again = posecheck("report", trials / "before", "-o", tmp_path)
    assert again.exit_code == 1
    assert "--overwrite" in again.stderr
    assert posecheck("report", trials / "before", "-o", tmp_path, "--overwrite").exit_code == 0
    assert posecheck("report", trials / "before").exit_code == 0
    assert (trials / "before" / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_what_cannot_be_reported_gets_one_sentence(trials, tmp_path):
    assert posecheck("report", trials / "before", trials / "after", "-o", tmp_path / "a.pdf").exit_code == 2
    ran = posecheck("report", tmp_path / "nothing", "-o", tmp_path / "a.pdf")
    assert ran.exit_code == 1
    assert len(ran.stderr.strip().splitlines()) == 1
    assert (
        posecheck("report", trials / "before", "-o", tmp_path / "b.pdf", "--recorded", "yesterday").exit_code
        == 2
    )
    assert not list(tmp_path.iterdir())
