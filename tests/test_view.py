"""From where the camera sees the person: told once, from the first still second, and never revised."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import clock, movement, person

from posecheck.skeleton import BLAZEPOSE_33
from posecheck.view import measure_view

T_S = clock(8.0)


def view_of(track, *, upto=None, final=True):
    part = slice(None, upto)
    return measure_view(
        track.t_s[part],
        track.uv_px[part],
        track.visibility[part],
        track.skeleton,
        visibility_min=0.5,
        final=final,
        xyz_m=track.xyz_m[part],
    )


def in_space(track, turned_deg):
    """The track with shoulders in space, turned towards the person's left (their right side comes nearer)."""
    a = np.radians(turned_deg)
    xyz = np.zeros_like(track.xyz_m)
    for side, sign in (("left", 0.5), ("right", -0.5)):
        xyz[:, BLAZEPOSE_33.index(f"{side}_shoulder")] = sign * 0.36 * np.array([np.cos(a), 0.0, np.sin(a)])
    return replace(track, xyz_m=xyz)


def turned_half(track, nearer):
    """A person half turned: shoulders look narrower, the nose points to one side."""
    uv = track.uv_px.copy()
    uv[..., 0] = 320 + 0.65 * (uv[..., 0] - 320)
    uv[:, BLAZEPOSE_33.index("nose"), 0] += 10 if nearer == "right" else -10
    return replace(track, uv_px=uv)


def from_behind(track):
    uv = track.uv_px.copy()
    uv[..., 0] = 640 - uv[..., 0]
    return replace(track, uv_px=uv)


@pytest.mark.parametrize("noise_px", [0.0, 1.5])
@pytest.mark.parametrize("view", ["front", "left", "right"])
def test_a_person_who_sits_still_for_a_second_tells_the_view(view, noise_px):
    assert view_of(person(T_S, view=view, noise_px=noise_px)) == view


@pytest.mark.parametrize("nearer", ["left", "right"])
def test_a_person_half_turned_is_seen_obliquely(nearer):
    assert view_of(turned_half(person(T_S, view="front", noise_px=0.8), nearer)) == f"oblique_{nearer}"


def test_a_person_seen_from_behind_is_not_measured():
    assert view_of(from_behind(person(T_S, view="front"))) == "unknown"


@pytest.mark.parametrize("nearer", ["left", "right"])
def test_a_person_half_turned_away_is_not_measured(nearer):
    assert view_of(from_behind(turned_half(person(T_S, view="front", noise_px=0.8), nearer))) == "unknown"


@pytest.mark.parametrize(
    ("turned_deg", "view"),
    [
        (0, "front"),
        (-20, "front"),
        (38, "oblique_right"),
        (-40, "oblique_left"),
        (85, "right"),
        (-95, "left"),
    ],
)
def test_shoulders_in_space_tell_the_view_of_broad_and_narrow_people(turned_deg, view):
    half = turned_half(person(T_S, view="front", noise_px=0.8), "right" if turned_deg > 0 else "left")
    for breadth in (0.8, 1.3):
        uv = half.uv_px.copy()
        uv[..., 0] = 320 + breadth * (uv[..., 0] - 320)
        assert view_of(in_space(replace(half, uv_px=uv), turned_deg)) == view


def test_shoulders_in_space_tell_the_back():
    assert view_of(in_space(person(T_S, view="front"), 150)) == "unknown"


def test_the_view_does_not_depend_on_how_near_or_where_the_person_is():
    track = person(T_S, view="left", noise_px=0.5)
    for scale, shift in ((0.4, 0.0), (2.0, -300.0), (1.0, 150.0)):
        assert view_of(replace(track, uv_px=scale * track.uv_px + np.float32(shift))) == "left"


def test_a_moving_arm_does_not_disturb_it():
    arm = movement(T_S, (0.2,), rest=5, top=90)
    assert view_of(person(T_S, view="front", shoulder=arm, noise_px=0.8), upto=45, final=False) == "front"


def test_nobody_has_no_view():
    track = person(T_S)
    empty = replace(
        track, uv_px=np.full_like(track.uv_px, np.nan), visibility=np.zeros_like(track.visibility)
    )
    assert view_of(empty) == "unknown"
    assert view_of(empty, final=False) is None
    assert view_of(track, upto=0) == "unknown"


def test_it_is_not_told_before_a_whole_second_was_seen():
    track = person(T_S, view="front", noise_px=0.8)
    assert view_of(track, upto=25, final=False) is None
    assert view_of(track, upto=33, final=False) == "front"


def test_walking_in_is_waited_out():
    walk_px = np.interp(T_S, [0, 2.5, 8], [-250, 0, 0])
    track = person(T_S, view="front", shift_px=walk_px, noise_px=0.5)
    assert view_of(track, upto=70, final=False) is None
    assert view_of(track) == "front"


def test_someone_who_never_stands_still_is_judged_when_the_recording_ends():
    sway_px = 60 * np.sin(2 * np.pi * 0.7 * T_S)
    track = person(T_S, view="left", shift_px=sway_px)
    assert view_of(track, final=False) is None
    assert view_of(track) == "left"


def test_once_told_it_is_never_revised():
    front, side = person(T_S, view="front", noise_px=0.8), person(T_S, view="left", noise_px=0.8)
    turns = T_S > 3.0
    track = replace(front, uv_px=np.where(turns[:, None, None], side.uv_px, front.uv_px))
    told = [view_of(track, upto=n, final=n == len(T_S)) for n in range(1, len(T_S) + 1)]
    assert set(told) == {None, "front"}
    assert told == sorted(told, key=lambda view: view is not None)


def test_doubtful_keypoints_are_left_out():
    front, side = person(T_S, view="front"), person(T_S, view="right")
    doubted = T_S < 2.0
    track = replace(
        side,
        uv_px=np.where(doubted[:, None, None], front.uv_px, side.uv_px),
        visibility=np.where(doubted[:, None], 0.2, side.visibility),
    )
    assert view_of(track) == "right"


def test_a_picture_that_lies_on_its_side_is_no_view():
    track = person(T_S, view="left", noise_px=0.5)
    fallen = replace(track, uv_px=track.uv_px[..., ::-1] * np.array([-1, 1], np.float32) + [480, 0])
    assert view_of(fallen) == "unknown"
    leaning = person(T_S, view="left", lean=40.0, noise_px=0.5)
    assert view_of(leaning) == "left"
