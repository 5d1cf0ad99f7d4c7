"""Replaying any recording frame by frame yields the same repetitions: ``==``, not approximately."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from synthetic import behind_a_cushion, clock, movement, person, with_depth

from posecheck.analysis import analyse
from posecheck.records import Settings
from posecheck.session import Session

FIVE = (3.0, 11.5, 20.0, 28.5, 37.0)


def _hidden(track, spans, *, keypoint=16, people=None):
    """The track with one keypoint (or everybody) out of sight from-to."""
    visibility, uv, xyz = track.visibility.copy(), track.uv_px.copy(), track.xyz_m.copy()
    for from_s, to_s in spans:
        away = (track.t_s >= from_s) & (track.t_s < to_s)
        if keypoint is None:
            uv[away], xyz[away], visibility[away] = np.nan, np.nan, 0.0
        else:
            visibility[away, keypoint] = 0.1
    return replace(track, uv_px=uv, xyz_m=xyz, visibility=visibility)


def _curl(t, starts, **kwargs):
    noise = kwargs.pop("noise_px", 0.8)
    return person(t, elbow=movement(t, starts, **kwargs), noise_px=noise, seed=len(t))


def _recordings():
    t = clock(46)
    yield "five steady curls", "elbow_flexion", _curl(t, FIVE)
    jittered = clock(46, jitter_s=0.03)
    yield "jittered time stamps", "elbow_flexion", _curl(jittered, FIVE)
    rng = np.random.default_rng(3)
    yield "a third of the frames dropped", "elbow_flexion", _curl(t, FIVE).only(rng.random(len(t)) > 0.34)
    for gap_s in (0.8, 0.95, 3.0):  # no frame at all: the one before stands for the whole gap
        yield (
            f"no frame for {gap_s} s",
            "elbow_flexion",
            _curl(t, FIVE).only((t < 13.0) | (t >= 13.0 + gap_s)),
        )
    yield "fifteen frames a second", "elbow_flexion", _curl(clock(46, fps=15), FIVE)
    yield "sixty frames a second", "elbow_flexion", _curl(clock(20, fps=60), (3.0, 11.5))
    occluded = _hidden(_curl(t, FIVE), [(4.0, 4.1), (12.0, 12.9), (21.0, 22.6), (30.0, 30.15), (38.0, 41.0)])
    yield "wrist hidden for a short and a long while", "elbow_flexion", occluded
    yield (
        "flickering wrist",
        "elbow_flexion",
        _hidden(_curl(t, FIVE), [(a, a + 0.05) for a in np.arange(2, 44, 0.21)]),
    )
    yield "gone in the middle", "elbow_flexion", _hidden(_curl(t, FIVE), [(13.0, 17.0)], keypoint=None)
    yield (
        "nobody for the first ten seconds",
        "elbow_flexion",
        _hidden(_curl(t, FIVE), [(0.0, 10.0)], keypoint=None),
    )
    touching = tuple(np.arange(2.0, 20.0, 3.0))
    fast = {"lift_s": 1.5, "hold_s": 0.0, "lower_s": 1.5}
    yield "touch and go", "elbow_flexion", _curl(clock(22), touching, **fast)
    one_sample = tuple(np.arange(2.0, 20.0, 3.0 + 1 / 30))
    yield "one-sample rests", "elbow_flexion", _curl(clock(23), one_sample, **fast)
    for end in (5.0, 6.8, 8.0, 9.6, 10.1, 10.6):
        yield f"ends at {end} s", "elbow_flexion", _curl(clock(end), (3.0,))
    rests = movement(t, FIVE) + np.interp(t, [0, 10, 11, 27, 28, 46], [0, 0, 30, 30, -5, -5])
    yield "rests elsewhere after each repetition", "elbow_flexion", person(t, elbow=rests, noise_px=1.0)
    yield "in space", "elbow_flexion", with_depth(_curl(t, FIVE))
    yield (
        "in space, the wrist flickering and hidden",
        "elbow_flexion",
        with_depth(_hidden(occluded, [(a, a + 0.05) for a in np.arange(2, 44, 0.21)])),
    )
    yield "too noisy to be sure", "elbow_flexion", _curl(t, FIVE, noise_px=6.0)
    two = clock(90)
    yield "two sets", "elbow_flexion", _curl(two, (3.0, 12.0, 60.0, 70.0))
    yield "held for half a minute", "elbow_flexion", _curl(clock(60), (3.0, 50.0), hold_s=[36.0, 1.0])
    arms = clock(40)
    sides = (
        movement(arms, (3.0, 12.0, 21.0), rest=8, top=60, lift_s=2.5),
        movement(arms, (2.6, 11.6, 20.4), rest=8, top=85),
    )
    both = person(
        arms, view="front", shoulder=sides, lean=movement(arms, (3.0, 12.0), rest=0, top=10), noise_px=0.7
    )
    yield "both arms to the side", "shoulder_abduction", both
    legs = clock(36)
    knee = movement(legs, (3.0, 12.0, 21.0), rest=88, top=20)
    yield "knee extension", "knee_extension", person(legs, view="left", knee=knee, thigh=85.0, noise_px=0.8)
    up = {"lift_s": 2.0, "hold_s": 1.0, "lower_s": 3.0}
    stand = person(legs, view="left", knee=movement(legs, (4, 14, 24), rest=88, top=8, **up),
                   thigh=movement(legs, (4, 14, 24), rest=86, top=4, **up), noise_px=0.8)  # fmt: skip
    yield "sit to stand", "sit_to_stand", stand
    bend = movement(legs, (3.0, 12.0, 21.0), rest=6, top=45)
    covered = _curl(t, FIVE)
    for from_s, to_s in ((4.2, 5.1), (13.0, 15.5), (23.9, 24.3), (31.0, 42.0)):
        covered = behind_a_cushion(covered, "right_wrist", from_s, to_s)
    yield "wrist invented behind a cushion", "elbow_flexion", covered
    yield "mini squat", "mini_squat", person(legs, view="right", knee=bend, thigh=bend / 2, noise_px=0.8)


RECORDINGS = list(_recordings())
SETTINGS = Settings(affected="left")
IDS = [name for name, _, _ in RECORDINGS]


@lru_cache
def _replayed(at):
    """A recording seen picture by picture: the session, and what it told as (picture, row)."""
    _, exercise, track = RECORDINGS[at]
    session = Session(
        exercise, image_size_px=track.image_size_px, settings=SETTINGS, engine="synthetic", model=track.model
    )
    told = [(i, row) for i, pose in enumerate(track.frames()) for row in session.push(pose).new]
    return session, told


def _same(a, b):
    """Equal to the bit, where NaN equals NaN."""
    return a.keys() == b.keys() and all(x == b[k] or (x != x and b[k] != b[k]) for k, x in a.items())


@pytest.mark.parametrize("at", range(len(RECORDINGS)), ids=IDS)
def test_replayed_frame_by_frame_equals_the_whole_file(at):
    name, exercise, track = RECORDINGS[at]
    session, told = _replayed(at)
    whole = analyse(track, exercise, settings=SETTINGS)
    rows = {(row["side"], row["rep"]): row for row in whole.rows}
    for _, row in told:
        assert _same(row, rows[row["side"], row["rep"]]), (name, row, rows[row["side"], row["rep"]])
    finished = session.finish()
    assert len(finished.rows) == len(whole.rows)
    assert all(_same(a, b) for a, b in zip(finished.rows, whole.rows, strict=True))
    assert np.array_equal(finished.signals.values, whole.signals.values, equal_nan=True)
    assert finished.to_dict() == whole.to_dict()


@pytest.mark.parametrize("at", range(9), ids=IDS[:9])
def test_a_repetition_is_told_within_a_second_of_coming_to_rest(at):
    name, _, track = RECORDINGS[at]
    session, rows = _replayed(at)
    told = [(row, track.t_s[i]) for i, row in rows if row["complete"]]
    assert told or name.startswith("nobody") or "hidden" in name
    rate_hz = session.settings.rate_hz
    for row, at_s in told:
        rep = next(r for r in session._analysis.reps[row["side"]] if r.number == row["rep"])
        rested_s = (session._analysis.observation.first_k + rep.end) / rate_hz
        assert at_s - rested_s <= 1.0 + 1 / rate_hz, (name, row["rep"], at_s - rested_s)


def test_what_was_told_covers_all_but_the_last_repetition():
    assert [row["rep"] for _, row in _replayed(0)[1]] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("at", range(6), ids=IDS[:6])
def test_looking_at_every_third_frame_tells_the_same_up_to_two_frames_later(at):
    name, exercise, track = RECORDINGS[at]
    each, told = _replayed(at)
    third = Session(exercise, image_size_px=track.image_size_px, settings=SETTINGS, every=3, engine="synthetic",
                    model=track.model)  # fmt: skip
    later = []
    for i, pose in enumerate(track.frames()):
        later += [(i, row) for row in third.push(pose).new]
        before = sum(when <= i for when, _ in told)
        assert before - 1 <= len(later) <= before
    assert all(0 <= j - i <= 2 and _same(a, b) for (i, a), (j, b) in zip(told, later, strict=False)), name
    assert third.finish().to_dict() == each.finish().to_dict()


def test_a_chunked_file_equals_the_whole_file():
    from posecheck.analysis import Analysis, conclude
    from posecheck.exercise import load_exercise

    track = RECORDINGS[1][2]
    whole = analyse(track, "elbow_flexion")
    exercise = load_exercise("elbow_flexion")
    for step in (1, 7, 100, 1000):
        analysis = Analysis(
            exercise,
            Settings(),
            skeleton=track.skeleton,
            image_size_px=track.image_size_px,
            model=track.model,
        )
        for stop in [*range(step, len(track), step), len(track)]:
            analysis.extend(
                *(
                    getattr(track, name)[:stop]
                    for name in ("t_s", "uv_px", "xyz_m", "visibility", "hands_px")
                ),
                final=stop == len(track),
            )
        assert conclude(analysis, track).to_dict() == whole.to_dict()
