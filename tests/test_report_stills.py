"""Start and top of repetitions in a report: stick figures of what was measured, and no face."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from test_report import arms, pages_of, words_of

from posecheck.analysis import analyse
from posecheck.records import Settings
from posecheck.report import report_of
from posecheck.report_html import html_of
from posecheck.report_pdf import write_pdf
from posecheck.report_stills import RULE, STILLS, frame_at


@pytest.fixture(scope="module")
def track():
    return arms()


@pytest.fixture(scope="module")
def report(track):
    result = analyse(track, "shoulder_abduction", settings=Settings(affected="left"))
    return report_of(result, track=track, person="P07")


def test_three_of_each_side_stand_in_the_appendix_with_what_was_measured(report):
    assert [(one.example.side, one.title) for one in report.stills] == [
        (side, title)
        for side in ("left", "right")
        for title in ("Closest to what was asked", "In the middle", "Furthest from what was asked")
    ]
    rows = {(row["side"], row["rep"]): row for row in report.result.rows}
    said = words_of(html_of(report))
    for one in report.stills:
        row = rows[one.example.side, one.example.rep]
        assert one.told == (
            f"range {row['range_deg']:.0f}° of {row['target_range']:.0f}°, lift {row['lift_s']:.1f} s of 3.0 s, "
            f"lowering {row['lower_s']:.1f} s of 3.0 s"
        )
        assert f"{one.title}: {one.example.side} {one.example.rep} {one.told}" in said
    assert said.index("Appendix") < said.index(STILLS) < said.index("Every repetition: left")
    assert json.loads(json.dumps(report.to_dict()["stills"], allow_nan=False))[0]["rep"]


def test_the_pictures_are_of_the_beginning_and_of_the_top(track, report):
    elbow = track.skeleton.index("left_elbow")
    for one in report.stills:
        start, top = (frame_at(track, at_s) for at_s in (one.example.start_s, one.example.top_s))
        assert track.uv_px[top, elbow, 1] < track.uv_px[start, elbow, 1] - 20
        assert one.figures[0] != one.figures[1]
        assert "The left side is the weaker one." in one.figures[0].about


def test_a_report_carries_stick_figures_and_no_picture_of_the_film(report, tmp_path):
    html = html_of(report)
    assert len(re.findall(r'role="img" aria-labelledby="still-', html)) == 2 * len(report.stills) == 12
    assert not re.search(r"<img|<image|data:image", html)
    write_pdf(report, tmp_path / "report.pdf")
    pdf = (tmp_path / "report.pdf").read_bytes()
    assert b"/Subtype /Image" not in pdf
    assert STILLS in pages_of(pdf)[1]
    assert STILLS not in pages_of(pdf)[0]


def test_without_poses_or_repetitions_there_are_none(track, report):
    assert report_of(report.result).stills == ()
    assert STILLS not in html_of(report_of(report.result))
    still = arms(left=8.0, right=8.0)
    assert report_of(analyse(still, "shoulder_abduction"), track=still).stills == ()


def test_the_nearest_frame_is_one_in_which_somebody_was_seen(track):
    assert frame_at(track, 5.0) == int(np.argmin(np.abs(track.t_s - 5.0)))
    hidden = track.uv_px.copy()
    hidden[140:161] = np.nan
    gone = replace(track, uv_px=hidden)
    assert frame_at(gone, 4.9) == 139
    assert frame_at(replace(track, uv_px=np.full_like(hidden, np.nan)), 5.0) is None


def test_the_rule_is_told_where_the_pictures_are(report):
    assert "slower is never less" in RULE
    assert RULE in words_of(html_of(report))
