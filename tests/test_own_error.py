"""What is assumed for everybody gives way to what two check sets of a person within a week have measured."""

from datetime import timedelta

import pytest
from test_clinic_facts import MONDAY, keep, raised, seen_as

from posecheck.app.therapist.check_sets import check_sets
from posecheck.clinic.own_error import AGAIN_WITHIN_DAYS, judged, own_error
from posecheck.clinic.recordings import recording_of
from posecheck.clinic.sheet import fixed
from posecheck.clinic.trends import trends_of
from posecheck.report import report_of
from posecheck.reviewing import Review
from posecheck.store import open_store

CODE = "P-012"


@pytest.fixture
def store(tmp_path):
    with open_store(folder=tmp_path / "data") as opened:
        opened.save_person(CODE, {"person": {"weaker_side": "left"}})
        yield opened


def check(store, days, *, top=40.0, seed=1, **how):
    role = how.pop("role", "check")
    return keep(
        store,
        MONDAY + timedelta(days=days),
        raised(top=top, reps=4, noise_px=0.8, seed=seed, **how),
        role=role,
    )


def error_of(store, set_id):
    return own_error(store, CODE, recording_of(store, set_id))


def test_one_check_set_leaves_everything_assumed(store):
    one = check(store, 0)
    assert error_of(store, one) is None
    [trend] = trends_of(store, CODE)
    assert trend.points[0].band == pytest.approx(10.0 / 2**0.5)


def test_two_within_a_week_give_a_measured_one(store):
    first, again = check(store, 0), check(store, 2, top=41.0, seed=2)
    error = error_of(store, first)
    assert error == error_of(store, again)
    assert 0 < error.mdc95["range_deg"] < 10.0
    assert error.source == "2 check sets: Mon 2 March, Wed 4 March [C]"
    later = check(store, 40, top=60.0, seed=3)
    [trend] = trends_of(store, CODE)
    assert trend.points[-1].set_id == later
    assert trend.points[-1].change.measured
    assert "measured on this person" in trend.words


@pytest.mark.parametrize(
    "other",
    [{"days": AGAIN_WITHIN_DAYS + 1}, {"days": 2, "role": "weaker"}],
    ids=["later than that", "practice"],
)
def test_what_is_no_repeat_of_it_measures_nothing(store, other):
    first = check(store, 0)
    check(store, **other, seed=2)
    assert error_of(store, first) is None


def test_what_was_seen_from_elsewhere_is_no_repeat(store):
    first, again = check(store, 0), check(store, 2, seed=2)
    assert error_of(store, first) is not None
    seen_as(store, again, "oblique_left")
    assert error_of(store, first) is None


def test_the_newest_repeat_counts(store):
    first = check(store, 0)
    for days, top in ((1, 48.0), (30, 50.0), (31, 50.5)):
        check(store, days, top=top, seed=days)
    error = error_of(store, first)
    assert error.source.startswith("2 check sets: Wed 1 April")
    assert error.mdc95["range_deg"] < 10.0


def test_of_nobody_there_is_none(store):
    one = check(store, 0)
    check(store, 1)
    assert own_error(store, "", recording_of(store, one)) is None


def test_review_and_report_say_assumed_and_then_measured_and_the_numbers_stay(store):
    one = check(store, 0)
    trial = store.load_set(one)
    review = Review(trial.track, trial.exercise_path, settings=trial.settings)
    before = fixed(review, error_of(store, one))
    assert before["change"] == {"from": "10°", "known": "assumed"}
    assert {row[2] for row in before["thresholds"]} == {"assumed"}
    assert {check["known"] for check in before["checks"]} == {"assumed"}
    assert before["targets"] == {"left": "assumed", "right": "assumed"}
    check(store, 3, top=40.5, seed=2)
    error = error_of(store, one)
    after = fixed(review, error)
    assert after["change"]["known"] == "measured"
    told = {row[0]: row[1:] for row in after["thresholds"]}
    assert told["smallest change of the range, deg"] == (
        [f"{error.mdc95['range_deg']:g}", "measured on this person", error.source]
    )
    assert told["error of the range from this view, one sd, deg"][1] == "assumed"
    report = report_of(judged(review.result, error))
    [line] = [line for line in report.lines if line.label == "Range"]
    assert line.threshold.endswith("measured")
    assert line.cells[0].text.endswith("assumed")
    assert report.result.rows is review.result.rows


def test_a_plateau_is_judged_by_the_same_change_as_the_trend(store):
    check(store, 0)
    assert {one.mdc95 for one in check_sets(store, CODE)} == {10.0}
    check(store, 2, top=41.0, seed=2)
    found = check_sets(store, CODE)
    assert {one.day for one in found} == {MONDAY, MONDAY + timedelta(days=2)}
    assert {one.mdc95 for one in found} == {error_of(store, 1).mdc95["range_deg"]}


def test_what_the_exercise_file_was_given_by_posecheck_noise_stays(store):
    one = check(store, 0)
    check(store, 1, seed=2)
    recording = recording_of(store, one)
    mine = judged(recording, error_of(store, one))
    assert judged(mine, None) is mine
    other = mine.exercise.measured_error["front"].model_copy(update={"source": "another"})
    assert judged(mine, other).exercise.measured_error["front"].source != "another"
