"""Whom the lock follows, in tiny worlds.

Each world says where bodies are at each time (x, y, side of the region, in px of a 1000 x 600 picture). A
stand-in for the landmark model answers with the body nearest to the region it is shown, the frontmost if two
are about as near, as the real one does: so a passer-by can carry the tracker along.
"""

import math

import pytest

from posecheck.engines.blazepose_graph import Detection, Roi
from posecheck.engines.person_lock import PersonLock, prominence

WIDTH, HEIGHT = 1000, 600


def watch(world, *, until_s, rate_hz=10, person=None):
    """Names of the followed body at each picture, "." for nobody, as one string."""
    lock, followed = PersonLock(person), ""
    for i in range(round(until_s * rate_hz)):
        t_s = i / rate_hz
        bodies = {name: Roi(*place, 0.0) for name, path in world.items() if (place := path(t_s))}
        detections = None
        if lock.detector_due(t_s):
            detections = [Detection(0.9, roi) for roi in visible(bodies)]
        for region in lock.regions(t_s, detections, WIDTH, HEIGHT):
            name = body_in(region, bodies)
            sure = lock.accept(t_s, region, bodies.get(name))
            if sure or lock.tracked:
                followed += name if sure else "."
                break
        else:
            followed += "."
    return followed


def visible(bodies):
    """Bodies not covered by one further forward (later in the world)."""
    rois = list(bodies.values())
    return [
        a
        for i, a in enumerate(rois)
        if not any(abs(a.x_px - b.x_px) < 0.1 * b.size_px for b in rois[i + 1 :])
    ]


def body_in(region, bodies):
    near = {
        n: math.hypot(b.x_px - region.x_px, b.y_px - region.y_px) / region.size_px for n, b in bodies.items()
    }
    near = {name: distance for name, distance in near.items() if distance < 0.5}
    best = min(near.values(), default=None)
    return next((name for name in reversed(near) if near[name] < best + 0.08), None)


def stays(x, y=300, size=400):
    return lambda t_s: (x, y, size)


def walks(x0, speed, *, y=300, size=400, start_s=0.0):
    return lambda t_s: (
        (x0 + speed * (t_s - start_s), y, size) if -300 < x0 + speed * (t_s - start_s) < 1300 else None
    )


def present(path, *spans):
    return lambda t_s: path(t_s) if any(a <= t_s < b for a, b in spans) else None


def count(followed):
    """Runs of equal letters, so that an expectation reads as a story."""
    story = []
    for letter in followed:
        if not story or story[-1] != letter:
            story.append(letter)
    return "".join(story)


def test_one_person_is_followed_from_the_first_picture():
    assert watch({"a": stays(500)}, until_s=3) == "a" * 30


def test_an_empty_room_has_nobody():
    assert watch({}, until_s=3) == "." * 30


@pytest.mark.parametrize(
    ("a", "b", "chosen"),
    [
        (stays(500), stays(850), "a"),  # central before marginal
        (stays(400, size=200), stays(600, size=450), "b"),  # large before small
        (
            stays(60, size=450),
            stays(520, size=250),
            "b",
        ),  # a bystander at the edge, though nearer to the camera
    ],
)
def test_the_largest_and_most_central_person_is_chosen(a, b, chosen):
    assert count(watch({"a": a, "b": b}, until_s=3)) == chosen


@pytest.mark.parametrize(("person", "chosen"), [(1, "a"), (2, "b"), (3, "c")])
def test_a_person_can_be_chosen_from_the_left(person, chosen):
    world = {"b": stays(500), "c": stays(800), "a": stays(200)}
    assert watch(world, until_s=2, person=person) == chosen * 20


def test_the_second_person_is_waited_for():
    world = {"a": stays(200), "b": present(stays(700), (1, 9))}
    assert watch(world, until_s=3, person=2) == "." * 10 + "b" * 20


def test_nobody_is_followed_when_the_chosen_number_never_appears():
    assert watch({"a": stays(500)}, until_s=2, person=2) == "." * 20


def test_another_person_beside_does_not_take_over_when_the_followed_one_is_hidden():
    world = {"a": present(stays(400), (0, 2), (5, 8)), "b": stays(750)}
    assert count(watch(world, until_s=8)) == "a.a"


def test_a_larger_and_more_central_newcomer_does_not_take_over():
    world = {"a": stays(250, size=300), "b": present(stays(560, size=500), (2, 9))}
    assert count(watch(world, until_s=6)) == "a"


def test_a_person_who_leaves_after_a_while_is_not_replaced_by_the_one_who_stays():
    world = {"a": walks(500, -300, start_s=32), "b": stays(900)}
    world["a"] = lambda t_s, go=world["a"]: stays(500)(t_s) if t_s < 32 else go(t_s)
    assert set(watch(world, until_s=60)[360:]) == {"."}


def test_a_person_who_comes_back_to_the_same_chair_is_taken_back():
    def path(t_s):
        if t_s < 4:
            return (500, 300, 400)
        if t_s < 14:
            return walks(500, 300, start_s=4)(t_s)
        return (520, 310, 390)

    followed = watch({"a": path}, until_s=20)
    assert followed.startswith("a" * 40)
    assert "." in followed
    assert followed.endswith("a" * 50)


def test_a_passer_by_while_the_person_is_away_is_not_taken_for_her():
    world = {"a": present(stays(500), (0, 4)), "b": walks(-250, 250, start_s=8)}
    assert "b" not in watch(world, until_s=16)


def test_somebody_of_another_size_in_the_same_place_is_not_taken_for_the_person():
    world = {"a": present(stays(500), (0, 31)), "b": present(stays(500, size=800), (33, 60))}
    assert "b" not in watch(world, until_s=60)


def test_a_passer_by_in_front_may_carry_the_tracker_along_but_the_person_is_found_again():
    world = {"a": stays(500), "b": walks(-250, 200, start_s=3)}
    followed = watch(world, until_s=12)
    assert followed.endswith("a" * 40)
    assert followed.count("b") <= 8  # less than a second, most of it while she is hidden behind them


def test_somebody_who_leaves_her_place_is_nobody_until_she_keeps_still_again():
    """A walk across the room to another chair: no repetition is counted on the way."""

    def path(t_s):
        return (min(300 + max(t_s - 4, 0) * 200, 700), 300, 400)

    followed = watch({"a": path}, until_s=12)
    assert followed.startswith("a" * 45)
    assert set(followed[48:60]) == {"."}
    assert followed.endswith("a" * 45)


def test_rising_from_a_chair_and_swaying_is_not_leaving():
    def path(t_s):
        return (500 + 40 * math.sin(2 * t_s), 300 - 40 * math.sin(t_s), 400 + 60 * math.sin(t_s))

    assert watch({"a": path}, until_s=12) == "a" * 120


def test_a_slow_walker_is_followed_across_the_picture():
    assert watch({"a": walks(100, 200), "b": stays(950, size=150)}, until_s=4) == "a" * 40


def test_a_brief_gap_while_walking_is_bridged_to_the_same_person():
    world = {"a": lambda t_s: walks(100, 150)(t_s) if not 2 <= t_s < 2.6 else None, "b": stays(950, size=150)}
    assert watch(world, until_s=5) == "a" * 20 + "." * 6 + "a" * 24


def test_a_coat_on_a_hook_seen_for_an_instant_does_not_hold_the_lock():
    world = {"c": present(stays(850, size=300), (0, 0.5)), "a": present(stays(300), (0.3, 9))}
    assert watch(world, until_s=4) == "c" * 5 + "." + "a" * 34


def test_a_jump_in_one_picture_is_a_gap_and_not_another_person():
    world = {"a": lambda t_s: (500, 300, 400) if not 2.0 <= t_s < 2.2 else (640, 300, 400)}
    assert count(watch(world, until_s=4)) in ("a.a", "a.a.a")


def test_the_same_story_is_told_at_any_frame_rate():
    world = {"a": present(stays(400), (0, 2), (5, 8)), "b": stays(750)}
    assert {count(watch(world, until_s=8, rate_hz=rate_hz)) for rate_hz in (5, 10, 30, 60)} == {"a.a"}


def test_prominence_falls_to_zero_at_the_corner():
    assert prominence(Roi(500, 300, 400, 0.0), WIDTH, HEIGHT) == pytest.approx(400)
    assert prominence(Roi(0, 0, 400, 0.0), WIDTH, HEIGHT) == pytest.approx(0)


def test_a_patient_who_walks_in_past_a_waiting_bystander_is_followed_once_settled():
    """Who waits further back and aside was there first."""

    def patient(t_s):
        return None if t_s < 2 else (min(100 + 150 * (t_s - 2), 520), 300, 430)

    followed = watch({"b": stays(760, size=290), "p": patient}, until_s=20)
    assert followed.startswith("b" * 20)
    assert followed.endswith("p" * 90)


def test_a_patient_who_sits_down_before_a_bystander_is_followed_sooner():
    def patient(t_s):
        return None if t_s < 2 else (min(100 + 150 * (t_s - 2), 590), 300, 430)

    followed = watch({"b": stays(600, size=290), "p": patient}, until_s=20)
    assert followed.endswith("p" * 110)


def test_who_starts_the_camera_and_leaves_makes_way_for_the_patient():
    """Near and large at first, then gone; the patient sits further back all along."""
    world = {"p": stays(520, size=300), "h": present(stays(480, size=800), (0, 4))}
    followed = watch(world, until_s=20)
    assert followed.startswith("h" * 40)
    assert followed.endswith("p" * 80)


def test_who_steps_in_front_while_things_are_set_up_does_not_keep_the_lock():
    """A helper at the laptop hides the patient for a while, then goes."""
    world = {"p": stays(500, size=300), "h": present(stays(510, size=380), (5, 17))}
    followed = watch(world, until_s=40)
    assert followed.startswith("p" * 50)
    assert followed.endswith("p" * 150)
