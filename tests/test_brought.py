"""A film that a therapist brings: kept under a person, of its own day, and not twice without a word."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from synthetic import clock, movement, person

from posecheck.clinic.brought import filmed_at, keep_review, on_day, same_film, weaker_side_of
from posecheck.records import Settings
from posecheck.reviewing import Review
from posecheck.store import open_store

FILMED = datetime(2026, 2, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    with open_store(folder=tmp_path / "data") as store:
        yield store


@pytest.fixture(scope="module")
def review():
    """Three curls of the right arm, filmed some days ago."""
    t_s = clock(40.0)
    bend = movement(t_s, [3.0, 13.0, 23.0], rest=10.0, top=100.0, lift_s=3.0, hold_s=1.0, lower_s=3.0)
    track = person(t_s, view="right", elbow=(np.full(len(t_s), 10.0), bend), noise_px=0.5)
    track.source.update({"sha256": "ab" * 32, "filmed_utc": FILMED.isoformat()})
    return Review(track, "elbow_flexion", settings=Settings(affected="left"))


def test_it_is_a_set_of_the_day_on_which_it_was_filmed(store, review):
    at = on_day(date(2026, 2, 20), filmed_at(review.track))
    one = store.set(keep_review(store, review, "P-1", name="curls.mp4", at=at))
    [session] = store.sessions("P-1")
    assert (session.kind, session.state, session.summary) == ("clinic", "done", {"source": "curls.mp4"})
    assert session.started_utc == session.ended_utc == one.started_utc == FILMED
    assert (one.side, one.role, len(store.reps(one.id))) == ("right", "stronger", 3)


def test_another_day_than_the_file_says_is_noon_of_that_day():
    day = date(2026, 2, 21)
    assert on_day(day, FILMED).astimezone().replace(tzinfo=None) == datetime(2026, 2, 21, 12)
    assert on_day(day) == on_day(day, FILMED)


def test_who_has_no_weaker_side_yet_gets_it_from_the_first_review_that_says_one(store, review):
    store.save_person("P-1", {"person": {"moves": "some"}})
    assert weaker_side_of(store, "P-1") == weaker_side_of(store, "") == ""
    keep_review(store, review, "P-1", name="curls.mp4", at=FILMED)
    assert store.person("P-1").profile == {"person": {"moves": "some", "weaker_side": "left"}}
    assert weaker_side_of(store, "P-1") == "left"


def test_a_side_that_is_known_stays(store, review):
    store.save_person("P-1", {"person": {"weaker_side": "right"}})
    keep_review(store, review, "P-1", name="curls.mp4", at=FILMED)
    assert weaker_side_of(store, "P-1") == "right"


def test_the_same_film_is_known_again_under_the_same_person_and_exercise_only(store, review):
    store.save_person("P-1", {})
    store.save_person("P-2", {})
    assert same_film(store, "P-1", review.result) is None
    kept = keep_review(store, review, "P-1", name="curls.mp4", at=FILMED)
    assert same_film(store, "P-1", review.result)[1].id == kept
    assert same_film(store, "P-2", review.result) is None
    other = Review(review.track, "shoulder_flexion", settings=review.settings)
    assert same_film(store, "P-1", other.result) is None
