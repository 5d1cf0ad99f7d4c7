"""The grid of the accuracy bench: balanced, reserved, stable; and the command that films it."""

from collections import Counter

import numpy as np
import pytest

import accuracy
from posecheck.exercise import load_exercise
from validation import grid, people, summaries
from validation.sets import TEMPO_CARDS


@pytest.fixture(scope="module")
def cases():
    return grid.planned()


def test_every_cell_that_a_promise_is_made_for_has_several_people(cases):
    people_of = {}
    for case in cases:
        cell = (case.tier, case.exercise, summaries.VIEW_GROUPS[case.view])
        people_of.setdefault(cell, set()).add(case.levels["person"])
    for name in grid.exercises():
        group = summaries.VIEW_GROUPS[grid.declared_views(load_exercise(name))[0]]
        assert len(people_of["declared", name, group]) >= grid.ROUNDS_MIN
        if name in grid.FACING:
            assert len(people_of["facing", name, "front"]) >= grid.ROUNDS_MIN
            assert len(people_of["facing", name, "oblique"]) >= grid.ROUNDS_MIN


def test_clips_have_their_own_names_and_reserved_seeds_and_only_pairs_share_a_person(cases):
    assert len({case.id for case in cases}) == len(cases)
    assert all(case.spec.seed in grid.SEEDS for case in cases)
    of_seed = {}
    for case in cases:
        of_seed.setdefault(case.spec.seed, []).append(case)
    for same in of_seed.values():
        assert len(same) == 1 or (len(same) == 2 and same[0].pair == same[1].pair != "")
        assert all(
            case.spec.person == same[0].spec.person and case.spec.room == same[0].spec.room for case in same
        )


def test_an_exercise_or_a_round_more_leaves_the_other_clips_as_they_were(cases):
    alone = {case.id: case for case in grid.planned(only=["knee_extension"], rounds=3)}
    among = {case.id: case for case in cases if case.exercise == "knee_extension"}
    assert alone.keys() & among.keys()
    assert all(alone[name].spec == among[name].spec for name in alone.keys() & among.keys())
    with_all = {case.id: case.spec for case in grid.planned(rounds=2)}
    assert all(with_all[case.id] == case.spec for case in cases if case.id in with_all)


def test_the_grid_keeps_to_its_number_of_pictures_or_to_its_smallest_size():
    small = grid.planned(only=["elbow_flexion"], frames=1)
    assert max(case.round for case in small if case.tier == "declared") == grid.ROUNDS_MIN - 1
    larger = grid.planned(only=["elbow_flexion"], frames=20_000)
    assert len(larger) > len(small)
    assert sum(case.frames for case in larger) <= 20_000


def test_a_deck_deals_every_level_equally_often():
    for levels in (TEMPO_CARDS, ("a", "b", "c"), tuple(range(6))):
        dealt = [people.Decks("cell", clip).card("factor", levels) for clip in range(2 * len(levels))]
        assert Counter(dealt) == {level: 2 * count for level, count in Counter(levels).items()}
    strata = [int(people.Decks("cell", clip).between("x", 0, 6)) for clip in range(6)]
    assert sorted(strata) == list(range(6))


def test_factors_do_not_move_together_and_all_levels_occur(cases):
    full = [case.levels for case in cases if case.tier in ("declared", "facing")]
    assert len({(levels["tempo"], levels["profile"]) for levels in full}) >= 10  # of 12
    known = {"tempo": 4, "profile": 3, "asymmetry": 4, "before": 2, "hidden": 2, "bystander": 3}
    assert {factor: len({levels[factor] for levels in full}) for factor in known} == known


def test_a_set_with_a_compensation_also_shows_repetitions_without():
    shown = 0
    for case in grid.planned(rounds=3):
        for act in case.spec.act:
            if act.do == "exercise" and case.levels["compensation"] not in ("none", None):
                given = [getattr(act.compensation, name) for name in type(act.compensation).model_fields]
                lists = [
                    x for side in given for x in (side, getattr(side, "left", 0), getattr(side, "right", 0))
                ]
                amounts = [x for x in lists if isinstance(x, list)]
                assert any(0 < np.count_nonzero(x) < len(x) for x in amounts)
                shown += 1
    assert shown >= 6


def test_commanded_repetitions_are_large_enough_to_count(cases):
    from render.movements import MOVEMENTS

    for case in cases:
        for act in case.spec.act:
            if act.do == "exercise":
                start, exercise = MOVEMENTS[act.exercise].start, load_exercise(act.exercise)
                if exercise.unit == "ratio":  # the command may be an angle all the same
                    continue
                for side in ("left", "right"):
                    smallest = exercise.smallest(side, affected=side == case.weaker)
                    assert min(abs(peak - start) for peak in getattr(act.peak_deg, side)) > smallest, case.id


def test_the_same_movement_is_no_foreign_exercise(cases):
    by_id = {case.id: case for case in cases}
    curl, still = by_id["elbow_flexion-left-00"], by_id["nothing-sits_still-front"]
    rising = next(case for case in cases if case.id.startswith("nothing-sits_down"))
    stand = load_exercise("sit_to_stand")
    assert grid.truly_does(curl, load_exercise("elbow_flexion"))
    assert not grid.truly_does(curl, load_exercise("knee_extension"))
    assert grid.truly_does(rising, stand)
    assert not grid.truly_does(still, stand)
    assert not grid.truly_does(by_id["knee_extension-left-00"], stand)


def test_a_quick_run_touches_every_kind_of_clip():
    quick = grid.quick()
    assert {case.tier for case in quick} == set(grid.TIERS)
    assert {case.exercise for case in quick if case.tier == "declared"} == set(grid.exercises())


def test_the_command_says_what_it_would_film_and_what_it_does_not_know(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["accuracy.py", "--plan", "--only", "elbow_flexion", "--rounds", "1"])
    accuracy.main()
    printed = capsys.readouterr()
    assert "elbow_flexion-left-00" in printed.out
    assert "nothing" not in printed.out
    assert "clips, about" in printed.err
    monkeypatch.setattr("sys.argv", ["accuracy.py", "--only", "juggling"])
    with pytest.raises(SystemExit, match=r"juggling.*There are: .*elbow_flexion"):
        accuracy.main()


def test_a_page_needs_a_record(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["accuracy.py", "--page", "--results", str(tmp_path)])
    with pytest.raises(SystemExit, match="no recorded results"):
        accuracy.main()
