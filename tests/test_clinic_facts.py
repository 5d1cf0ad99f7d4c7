"""What a therapist reads: facts with pain first, what is worth watching, the set-up, trends, the file from home."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from coach_scene import Play
from sqlalchemy import select
from synthetic import SIZE_PX, clock, movement, person
from test_six_weeks import Home

from posecheck.analysis import analyse
from posecheck.clinic.arriving import opened, owner_of, take_in, therapist_key
from posecheck.clinic.facts import facts_of, people_of
from posecheck.clinic.pictures import days_of, over_weeks, stick_figure
from posecheck.clinic.placing import rest_frame, set_up_of
from posecheck.clinic.recordings import aligned, of_side, recording_of, sides_of, timed
from posecheck.clinic.trends import apart, change_between, range_of, trends_of
from posecheck.clinic.wording import sets_by_reps
from posecheck.clinic.worth import worth_watching
from posecheck.errors import StoreError
from posecheck.exercise import load_exercise
from posecheck.records import Settings
from posecheck.store import open_store
from posecheck.store.schema import ExerciseSet, Rep
from posecheck.store.sharing import read_practice_file, write_practice_file
from posecheck.symmetry import compare

MONDAY = date(2026, 3, 2)
EXERCISE = "shoulder_abduction"
TEMPO = "{ lift_s = 3.0, hold_s = 1.0, lower_s = 3.0, rest_s = 1.0 }"
PLAN = f"""
id = "own"
name = "Plan for spring"
week = [ {{ sessions = 3, exercises = 1, sets = 1, reps = 5, effort = 3.0, level = "2", tempo = {TEMPO} }} ]
therapist = {{ name = "T." }}
exercise = [ {{ id = "{EXERCISE}" }} ]
"""


class Practising(Home):
    """A home whose plan is a therapist's, before the camera."""

    def __init__(self, folder, **how):
        super().__init__(folder, **how)
        self.code = self.house.code
        self.store.save_plan(self.code, PLAN, source="therapist", at=self.now)

    def arrive(self, day):
        self.go_to(day)
        play = Play(self.house)
        play.answer("start")
        play.camera("on")
        play.sit(3)
        play.raise_hand()
        self.wait(play, kind="set")
        return play

    def wait(self, play, *, kind=None, title=None):
        begun_s = play.since_s
        while play.screen.kind != kind and play.screen.title != title:
            play.sit(0.5)
            if play.screen.title == "A short check today?":
                play.answer("not_today")
            assert play.since_s - begun_s < 300, f"waiting for {kind or title}: {play.screen}"

    def stop(self, play, *answers):
        for answer in ("stop", *answers):
            play.answer(answer)
        self.wait(play, title="What now?")
        play.answer("finish")
        self.wait(play, kind="home")


def practised_and_hurt(folder, **how):
    """Scene 3: a session by the pacer, one that pain stops after two repetitions, one that goes well."""
    home = Practising(folder, **how)
    home.practise(0)
    play = home.arrive(2)
    play.raises(2)
    home.stop(play, "pain", "shoulder")
    play = home.arrive(4)
    play.raises(2)
    play.raises(2, lift_s=1.0)
    home.wait(play, title="How was it?")
    play.answer("just_right")
    play.answer("no")
    home.wait(play, kind="set")
    home.stop(play, "tired")
    return home


@pytest.fixture(scope="module")
def hurt(tmp_path_factory):
    return practised_and_hurt(tmp_path_factory.mktemp("hurt") / "data")


@pytest.fixture
def store(tmp_path):
    with open_store(folder=tmp_path / "clinic") as opened_store:
        opened_store.save_person("P-012", {"person": {"weaker_side": "left"}})
        yield opened_store


def at_noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def closer(track, times):
    """The same person nearer to the camera: everything larger about the middle of the picture."""
    middle = np.array(SIZE_PX, np.float32) / 2
    return replace(track, uv_px=middle + times * (track.uv_px - middle))


def both_raised(left_top, right_top, *, reps=3):
    """A track of arm raises of the left, then of the right side."""
    starts_s = [3.0 + 8.0 * i for i in range(2 * reps)]
    t_s = clock(starts_s[-1] + 10.0)
    how = {"rest": 8.0, "lift_s": 2.0, "hold_s": 1.0, "lower_s": 2.0}
    left = movement(t_s, starts_s[:reps], top=8.0 + left_top, **how)
    right = movement(t_s, starts_s[reps:], top=8.0 + right_top, **how)
    return person(t_s, view="front", shoulder=(left, right), thigh=60.0, knee=70.0, noise_px=0.4)


def raised(*, top=40.0, side="left", view="front", reps=3, lift_s=2.0, hold_s=1.0, noise_px=0.4, **how):
    """A track of arm raises of one side from 8 deg by `top`."""
    starts_s = [3.0 + i * (lift_s + hold_s + 4.0) for i in range(reps)]
    t_s = clock(starts_s[-1] + lift_s + hold_s + 5.0)
    up = movement(t_s, starts_s, rest=8.0, top=8.0 + top, lift_s=lift_s, hold_s=hold_s, lower_s=2.0)
    still = np.full(len(t_s), 8.0)
    shoulder = (up, still) if side == "left" else (still, up)
    return person(t_s, view=view, shoulder=shoulder, thigh=60.0, knee=70.0, noise_px=noise_px, **how)


def keep(
    store,
    day,
    track,
    *,
    side="left",
    role="check",
    code="P-012",
    exercise=EXERCISE,
    state="done",
    session=None,
):
    """A session with one set, kept as the flow keeps it; the set's number."""
    at, kind = at_noon(day), "check" if role == "check" else "practice"
    session = session or store.begin_session(code, kind="full", week=1, at=at)
    practice = load_exercise(exercise)
    one = store.begin_set(session, position=len(store.sets(session)), exercise=practice, side=side, role=role, level=2,
                          planned_reps=3, at=at)  # fmt: skip
    result = analyse(track, practice, settings=Settings(side=side, affected="left", kind=kind))
    store.keep_set(one, result, track, at=at + timedelta(minutes=1), state=state)
    store.end_session(session, state="done", at=at + timedelta(minutes=2))
    return one


# ── facts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pain_that_stopped_a_set_is_told_with_its_place_and_day(hurt):
    facts = facts_of(hurt.store, hurt.code, today=MONDAY + timedelta(days=5))
    [pain] = facts.pains
    assert (pain.day, pain.site, pain.exercise, pain.stopped) == (
        date(2026, 3, 4),
        "shoulder",
        EXERCISE,
        True,
    )
    assert [one.reason for one in facts.stops] == ["tired", "pain"]
    assert [one.reason for one in facts.other_stops] == ["tired"]
    assert not facts.nothing_hurt
    assert (facts.weaker_side, facts.plan, facts.sessions, facts.days_since_last) == (
        "left",
        "Plan for spring",
        3,
        1,
    )
    assert (facts.adherence.sessions, facts.adherence.planned) == (3, 3)
    assert any("Lift your arm to the side hurt" in question for question in facts.questions)


def test_what_lies_longer_back_is_not_told_as_new(hurt):
    later = facts_of(hurt.store, hurt.code, today=MONDAY + timedelta(days=2 + 14))
    assert later.pains == ()
    assert later.sessions == 1
    assert later.days_since_last == 12


def test_asked_for_done_and_not_seen(hurt):
    facts = facts_of(hurt.store, hurt.code, today=MONDAY + timedelta(days=5))
    doses = {(one.role, one.mode): one for one in facts.doses}
    stronger = doses["stronger", "active"]
    assert stronger.prescribed == (5, 5, 4)  # less after pain
    assert stronger.done == (5, 2, 4)
    assert (stronger.not_seen_sets, stronger.not_seen_reps) == (
        1,
        5,
    )  # the first session was counted by the pacer
    weaker = doses["weaker", "active"]
    assert (len(weaker.prescribed), len(weaker.done)) == (3, 2)
    assert weaker.not_seen_sets == 2  # the pacer counted, and nothing was seen to move
    assert doses["task", "active"].not_seen_reps is None
    assert sets_by_reps(stronger.done) == "3 × 2 to 5 (11)"


def test_repetitions_behind_a_cushion_are_done_but_not_seen(store):
    track = raised(reps=4, side="right", top=60.0)
    wrist = [track.skeleton.index(f"right_{part}") for part in ("elbow", "wrist")]
    visibility, hidden = track.visibility.copy(), (track.t_s > 9.0) & (track.t_s < 17.5)
    visibility[np.ix_(hidden, wrist)] = 0.1
    session = store.begin_session("P-012", kind="full", at=at_noon(MONDAY))
    one = keep(
        store, MONDAY, replace(track, visibility=visibility), side="right", role="stronger", session=session
    )
    with store.database.writing() as writing:
        writing.get_one(ExerciseSet, one).attempts = 4
    [dose] = facts_of(store, "P-012", today=MONDAY).doses
    assert dose.done == (4,)
    assert dose.not_seen_reps >= 1
    assert dose.not_seen_sets == 0


@pytest.mark.parametrize(
    ("events", "how"),
    [
        ([("answer", {"step": "usual", "answer": "raised"})], "raised_hand"),
        ([("answer", {"step": "usual", "answer": "yes"}), ("sides_confirmed", {})], "raised_hand"),
        ([("answer", {"step": "usual", "answer": "yes"})], "by_touch"),
        ([("answer", {"step": "usual", "answer": "yes"}), ("sides_in_doubt", {"answer": "no"})], "in_doubt"),
        ([("answer", {"step": "usual", "answer": "yes"}), ("without_camera", {})], "without_camera"),
    ],
)
def test_how_the_side_was_confirmed(store, events, how):
    session = store.begin_session("P-012", kind="full", at=at_noon(MONDAY))
    for kind, detail in events:
        store.event("P-012", kind, detail, session=session, at=at_noon(MONDAY))
    [side] = facts_of(store, "P-012", today=MONDAY).sides
    assert side.how == how
    assert side.answer == ("no" if how == "in_doubt" else "")


def test_the_list_begins_with_whom_something_happened_to_then_with_who_was_away_longest(store):
    for code, day in (("away", 1), ("here", 8), ("flag", 8), ("never", None)):
        store.save_person(code, {})
        if day is not None:
            session = store.begin_session(code, kind="full", at=at_noon(MONDAY + timedelta(days=day)))
            store.end_session(session, at=at_noon(MONDAY + timedelta(days=day)))
    store.event("flag", "red_flag", {"flag": "new_arm_weak"}, at=at_noon(MONDAY + timedelta(days=8)))
    told = people_of(store, MONDAY + timedelta(days=9))
    assert [one.code for one in told] == ["flag", "away", "here", "P-012", "never"]
    assert [one.days_since_last for one in told][:3] == [1, 8, 1]


def test_a_plan_that_cannot_be_read_is_said_and_hides_no_fact(store):
    store.save_plan("P-012", "name = 'half a plan'\n", source="therapist")
    session = store.begin_session("P-012", kind="full", at=at_noon(MONDAY))
    store.prompt(session, "pain", {"pain": True, "site": "hand", "exercise": EXERCISE}, at=at_noon(MONDAY))
    facts = facts_of(store, "P-012", today=MONDAY)
    assert facts.adherence is None
    assert "cannot be read" in facts.plan
    assert [one.site for one in facts.pains] == ["hand"]


# ── worth watching ────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_worth_watching_begins_with_the_set_that_pain_stopped(hurt):
    everything = [one for session in hurt.store.sessions(hurt.code) for one in hurt.store.sets(session.id)]
    found = worth_watching(hurt.store, everything)
    assert [one.kind for one in found] == ["pain", "target", "best"]
    assert found[0].reason == "Stopped for pain (shoulder) after 2 repetitions of 5."
    for one in found:
        row = next(r for r in hurt.store.reps(one.set_id) if (r["side"], r["rep"]) == (one.side, one.rep))
        if one.kind == "target":
            assert row["lift_s"] == pytest.approx(1.0, abs=0.1)
            assert one.reason == f"Lift took {row['lift_s']:.1f} s of the 3.0 s asked for."
        if one.kind == "best":
            assert f"score {row['score']:.0f} of 100: lift {row['lift_s']:.1f} s of 3.0 s" in one.reason
            assert row["score"] == max(r["score"] for r in hurt.store.reps(one.set_id) if r["scored"])


def test_by_a_code_it_is_the_newest_session_that_the_camera_saw(hurt):
    found = worth_watching(hurt.store, hurt.code)
    newest = max(session.id for session in hurt.store.sessions(hurt.code))
    assert {hurt.store.set(one.set_id).session for one in found} == {newest}
    assert "pain" not in {one.kind for one in found}


def test_the_strongest_compensation_is_named_with_its_number(store):
    t_s = clock(30.0)
    up = movement(t_s, [3.0, 12.0, 21.0], rest=8.0, top=68.0)
    lean = movement(t_s, [3.0, 12.0, 21.0], rest=0.0, top=[0.0, 11.0, 18.0])
    track = person(t_s, view="front", shoulder=(np.full(len(t_s), 8.0), up), lean=lean, noise_px=0.3)
    one = keep(store, MONDAY, track, side="right", role="stronger")
    found = [each for each in worth_watching(store, [store.set(one)]) if each.kind == "compensation"]
    [worth] = found
    assert worth.rep == 3
    assert worth.reason.startswith("Trunk lean changed by 1")
    assert "°" in worth.reason


def test_where_no_camera_looked_nothing_is_worth_watching(store):
    session = store.begin_session("P-012", kind="full", at=at_noon(MONDAY))
    one = store.begin_set(session, position=0, exercise=EXERCISE, side="right", role="stronger")
    store.keep_attempts(one, 5)
    assert worth_watching(store, "P-012") == ()
    assert worth_watching(store, store.sets(session)) == ()


# ── set-up ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_sits_closer_than_last_time(store):
    keep(store, MONDAY, raised())
    keep(store, MONDAY + timedelta(days=2), closer(raised(), 1.3))
    found = set_up_of(store, "P-012")
    assert found.now.size / found.before.size == pytest.approx(1.3, abs=0.02)
    assert (
        found.words
        == "Seen from the front as last time, but closer than last time: the person looks 30 % larger."
    )
    assert (found.before.day, found.now.day) == (MONDAY, MONDAY + timedelta(days=2))


def test_who_sits_as_last_time_and_who_sits_aside(store):
    keep(store, MONDAY, raised())
    keep(store, MONDAY + timedelta(days=2), raised())
    assert set_up_of(store, "P-012").words.startswith("As last time: seen from the front, as far away")
    keep(store, MONDAY + timedelta(days=4), raised(shift_px=120.0))
    assert "further to the right of the picture" in set_up_of(store, "P-012").words


def test_another_view_is_said_and_nothing_else_is_compared(store):
    keep(store, MONDAY, raised(side="right"), side="right", exercise="shoulder_flexion")
    side_on = closer(raised(side="right", view="right"), 1.3)
    keep(store, MONDAY + timedelta(days=2), side_on, side="right", exercise="shoulder_flexion")
    words = set_up_of(store, "P-012").words
    assert (
        words == "Seen from the right side, last time from the front: angles are not compared with last time."
    )


def test_the_figure_at_rest_is_not_taken_from_a_hold_at_the_top():
    t_s = raised(top=80.0, hold_s=3.0).t_s
    sways = np.where(
        t_s < 3.0, 3.0 * np.sin(2 * np.pi * t_s), 0.0
    )  # breathing; the hold is stiller than that
    track = raised(top=80.0, hold_s=3.0, noise_px=0.0, shift_px=sways)
    at = rest_frame(track)
    assert track.t_s[at] < 3.0
    wrist, hip = (track.uv_px[at, track.skeleton.index(f"left_{part}"), 1] for part in ("wrist", "hip"))
    assert wrist > hip - 40  # the arm hangs


def test_a_figure_of_nobody_is_an_empty_picture():
    nobody = replace(raised(), uv_px=np.full((len(raised()), 33, 2), np.nan))
    assert rest_frame(nobody) is None
    drawn = stick_figure(nobody, None)
    assert "Nobody was seen." in drawn
    assert "<circle" not in drawn
    seen = stick_figure(raised(), 10, weaker_side="left")
    assert "The left side is the weaker one." in seen
    assert seen.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_a_mirrored_figure_is_the_same_one_turned_over():
    track = raised(top=80.0)
    up = int(np.argmin(np.abs(track.t_s - 5.5)))
    as_seen, turned = (stick_figure(track, up, close=True, mirrored=mirrored) for mirrored in (False, True))
    places = [float(drawn.split('<circle cx="')[1].split('"')[0]) for drawn in (as_seen, turned)]
    assert places[0] + places[1] == pytest.approx(150.0, abs=0.2)
    assert places[0] > 75 > places[1]  # the left arm is raised, at the right of an unmirrored picture


# ── trends ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("later_deg", "beyond", "words"),
    [(43.0, False, "no measurable difference in range (+3°; detectable from 10° on, assumed)"),
     (60.0, True, "changed by +20° (95 % interval ")],
)  # fmt: skip
def test_a_change_is_one_from_the_detectable_change_on(store, later_deg, beyond, words):
    first = keep(store, MONDAY, raised(top=40.0, noise_px=0.0))
    last = keep(store, MONDAY + timedelta(days=40), raised(top=later_deg, noise_px=0.0))
    [trend] = trends_of(store, "P-012")
    assert (trend.exercise, trend.side, trend.strength, trend.view) == (EXERCISE, "left", "weaker", "front")
    assert [(point.set_id, point.day) for point in trend.points] == [
        (first, MONDAY),
        (last, MONDAY + timedelta(days=40)),
    ]
    change = trend.points[1].change
    assert change.beyond is beyond
    assert change.value == pytest.approx(later_deg - 40.0, abs=1.0)
    assert change.low <= change.value <= change.high
    assert change.words.startswith(words)
    assert trend.words == f"40° on Mon 2 March, {later_deg:.0f}° on Sat 11 April: {change.words}."
    assert trend.points[0].change is None
    assert trend.points[0].band == pytest.approx(10.0 / np.sqrt(2.0))


def test_a_stored_set_is_compared_as_the_analysis_of_its_poses_is(store):
    sets = [
        keep(store, MONDAY + timedelta(days=3 * i), raised(top=top, reps=5), side="left")
        for i, top in enumerate((40.0, 55.0))
    ]
    trials = [store.load_set(one) for one in sets]
    analysed = [analyse(one.track, one.exercise_path, settings=one.settings) for one in trials]
    stored = [recording_of(store, one) for one in sets]
    assert compare(*stored) == compare(*analysed)
    assert [range_of(one)[0] for one in stored] == [
        compare(*analysed)[name] for name in ("range_denominator", "range_numerator")
    ]


def seen_as(store, set_id, view):
    """A stored set as if it had been seen from elsewhere; the stick person cannot be, so its rows stay."""
    with store.database.writing() as session:
        row = session.get_one(ExerciseSet, set_id)
        row.view, row.result = view, {**row.result, "view": view}


def test_angles_from_different_sides_share_no_trend_and_it_is_said(store):
    days = [MONDAY + timedelta(days=20 * i) for i in range(3)]
    sets = [keep(store, day, raised(view="left", top=60.0), exercise="shoulder_flexion") for day in days]
    seen_as(store, sets[1], "oblique_left")
    trends = trends_of(store, "P-012")
    assert {(one.view, tuple(point.set_id for point in one.points)) for one in trends} == {
        ("left", (sets[0], sets[2])),
        ("oblique_left", (sets[1],)),
    }
    [sentence] = apart(trends)
    assert sentence == (
        "Lift your arm in front, left side: seen from the left side and from half left. Angles seen from different "
        "sides are not compared."
    )
    change, reason = change_between(*(recording_of(store, one) for one in sets[:2]))
    assert (change, reason) == (None, "different views: left and oblique left")


def test_a_set_of_both_sides_tells_of_each_and_is_compared_like_with_like(store):
    sets = [keep(store, MONDAY, both_raised(40.0, 70.0), side="both"),
            keep(store, MONDAY + timedelta(days=20), both_raised(65.0, 70.0), side="both")]  # fmt: skip
    trends = {one.side: one for one in trends_of(store, "P-012")}
    assert {side: [point.set_id for point in one.points] for side, one in trends.items()} == {
        "left": sets,
        "right": sets,
    }
    first, later = (point.value for point in trends["left"].points)
    assert later - first > 15.0
    stored = [recording_of(store, one) for one in sets]
    assert [sides_of(one) for one in stored] == [("left", "right")] * 2
    for side in ("left", "right"):
        told = compare(*(of_side(one, side) for one in stored))
        assert told["range_numerator"] == trends[side].points[1].value
    alone = recording_of(store, keep(store, MONDAY, raised(), side="both"))
    assert sides_of(alone) == ("left",)


def test_another_distance_is_not_compared_and_says_why(store):
    keep(store, MONDAY, raised())
    keep(store, MONDAY + timedelta(days=20), closer(raised(), 1.4))
    [trend] = trends_of(store, "P-012")
    assert trend.points[1].change is None
    assert trend.points[1].reason.startswith("different distances from the camera")
    assert "not compared: different distances" in trend.words
    assert change_between(*(recording_of(store, point.set_id) for point in trend.points))[0] is None


def test_practice_makes_no_trend_and_too_few_repetitions_make_no_point(store):
    keep(store, MONDAY, raised(side="right", top=60.0), side="right", role="stronger")
    assert trends_of(store, "P-012") == ()
    keep(store, MONDAY + timedelta(days=2), raised(reps=2))
    assert trends_of(store, "P-012") == ()


def test_the_plot_of_a_trend_says_its_numbers(store):
    keep(store, MONDAY, raised(top=40.0))
    keep(store, MONDAY + timedelta(days=40), raised(top=60.0))
    [trend] = trends_of(store, "P-012")
    drawn = over_weeks([trend], days=days_of(MONDAY, MONDAY + timedelta(days=40)))
    assert "weaker side: 40° on 02 March, 60° on 11 April" in drawn
    assert drawn.count("<circle") == 2


# ── aligned by phase ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_slow_and_a_quick_repetition_lie_on_one_another(store):
    slow = recording_of(store, keep(store, MONDAY, raised(lift_s=4.0, hold_s=2.0, noise_px=0.2, top=60.0)))
    quick = recording_of(store, keep(store, MONDAY, raised(lift_s=2.0, hold_s=1.0, noise_px=0.2, top=60.0)))
    assert timed(slow)
    curves = [aligned(store, one, by_phase=True) for one in (slow, quick)]
    assert [one.reps for one in curves] == [3, 3]
    assert np.abs(curves[0].middle - curves[1].middle).max() < 5.0
    # Halfway through the lift it is halfway up; lift and hold end where every recording has them.
    assert [curves[0].middle[k] for k in (0, 20, 40, 60, 80)] == pytest.approx([8, 38, 68, 68, 38], abs=2.5)
    assert (curves[0].low <= curves[0].middle).all()
    by_top = aligned(store, slow, by_phase=False)
    assert by_top.middle[50] == pytest.approx(by_top.middle.max(), abs=1.0)


def test_a_curve_shows_no_angle_whose_range_is_withheld(store):
    one = keep(store, MONDAY, raised(top=60.0))
    with store.database.writing() as session:
        for row in session.scalars(select(Rep).filter_by(set_id=one)):
            row.row = {**row.row, "range_deg": None if row.rep < 3 else row.row["range_deg"]}
    assert aligned(store, recording_of(store, one), by_phase=True).reps == 1
    with store.database.writing() as session:
        for row in session.scalars(select(Rep).filter_by(set_id=one)):
            row.row = {**row.row, "range_deg": None}
    assert aligned(store, recording_of(store, one), by_phase=True) is None


def test_what_no_camera_saw_cannot_be_compared(store):
    session = store.begin_session("P-012", kind="full", at=at_noon(MONDAY))
    one = store.begin_set(session, position=0, exercise=EXERCISE, side="right", role="stronger")
    store.keep_attempts(one, 5)
    with pytest.raises(StoreError, match="without a camera"):
        recording_of(store, one)


# ── the file from home ────────────────────────────────────────────────────────────────────────────────────────


def test_the_key_is_made_once_and_opens_what_was_made_for_it(hurt, store, tmp_path):
    public = therapist_key(store)
    assert public == therapist_key(store)
    path = write_practice_file(hurt.store, hurt.code, tmp_path / "home.posecheck", recipient=public)
    contents = opened(store, "home.posecheck", path.read_bytes())
    assert owner_of(store, contents) is None
    arrived = take_in(store, contents)
    assert (arrived.person, arrived.words) == (hurt.code, "3 sessions, 6 sets new; 0 known already.")
    again = take_in(store, opened(store, "home.posecheck", path.read_bytes()))
    assert again.words == "0 sessions, 0 sets new; 3 known already."
    assert owner_of(store, contents) == hurt.code
    here, there = (facts_of(one, hurt.code, today=MONDAY + timedelta(days=5)) for one in (store, hurt.store))
    assert (here.pains, here.doses, here.sides) == (there.pains, there.doses, there.sides)


def test_words_that_do_not_open_it_are_told_with_the_name_of_the_file(hurt, store, tmp_path):
    path = write_practice_file(
        hurt.store, hurt.code, tmp_path / "x.posecheck", passphrase="amber river stone cup"
    )
    with pytest.raises(StoreError, match=r"^march\.posecheck: these words do not open it") as told:
        opened(store, "march.posecheck", path.read_bytes(), words="amber river stone mug")
    assert str(tmp_path) not in str(told.value)
    assert "/tmp/" not in str(told.value)
    contents = opened(store, "march.posecheck", path.read_bytes(), words="Amber river-stone cup")
    assert contents.person == read_practice_file(path, passphrase="amber river stone cup").person
    assert take_in(store, contents, person="P-012").person == "P-012"
    assert owner_of(store, contents) == "P-012"


def test_whose_films_were_brought_was_asked_nothing(tmp_path):
    with open_store(folder=tmp_path / "data") as store:
        store.save_person("P-012", {})
        for kind, at_home in (("clinic", 0), ("full", 1)):
            store.end_session(store.begin_session("P-012", kind=kind, at=at_noon(MONDAY)))
            facts = facts_of(store, "P-012", today=MONDAY)
            assert facts.at_home == at_home
        assert facts.sessions == 2


def test_what_was_filmed_in_the_clinic_is_no_session_of_the_programme(tmp_path):
    from posecheck.clinic.history import done_sessions
    from posecheck.store import open_store

    with open_store(folder=tmp_path / "data") as store:
        store.save_person("P-012", {})
        for kind in ("full", "clinic"):
            session = store.begin_session("P-012", kind=kind)
            one = store.begin_set(session, position=0, exercise="elbow_flexion", side="left", role="weaker",
                                  mode="active", level="2", planned_reps=6)  # fmt: skip
            store.keep_attempts(one, 6)
            store.end_session(session)
        assert [one.kind for one in done_sessions(store, "P-012")] == ["full"]
