"""Angles in space: what must hold for any networks, and what those that come with posecheck make of real pictures."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic import clock, movement, person, with_depth

from posecheck.analysis import analyse
from posecheck.lifting import (
    ANGLES,
    KEYPOINTS,
    SIGNALS_LIFTED,
    can_lift,
    features,
    lifted,
    mirrored,
    networks,
)
from posecheck.records import Settings
from posecheck.signals import SIGNALS
from posecheck.skeleton import BLAZEPOSE_33, Skeleton

INDEX = [BLAZEPOSE_33.index(name) for name in KEYPOINTS]
T_S = clock(12)


def landmarks(**how):
    track = with_depth(person(T_S, view="front", noise_px=1.0, **how))
    return [x[:, INDEX].astype(np.float64) for x in (track.uv_px, track.xyz_m, track.visibility)] + [
        track.image_size_px
    ]


RAISING = {"shoulder": (movement(T_S, (2.0,), top=80.0), 10.0), "elbow": (20.0, 50.0)}


def test_a_picture_has_the_same_bits_alone_and_among_others():
    pictures = landmarks(**RAISING)
    whole = lifted(*pictures)
    for part in (slice(0, 1), slice(7, 8), slice(100, 133), slice(300, 360)):
        alone = lifted(*(x[part] for x in pictures[:3]), pictures[3], first=part.start)
        for told, every in zip(alone, whole, strict=True):
            assert all(np.array_equal(told[key], every[key][part], equal_nan=True) for key in every)


def test_a_mirror_exchanges_the_sides():
    pictures = landmarks(**RAISING)
    seen = lifted(*pictures)
    uv, xyz, visibility, size = pictures
    swap = [KEYPOINTS.index(BLAZEPOSE_33.keypoints[BLAZEPOSE_33.mirror[i]]) for i in INDEX]
    uv = np.stack([size[0] - uv[..., 0], uv[..., 1]], axis=-1)[:, swap]
    assert features(uv, (xyz * [-1, 1, 1])[:, swap], visibility[:, swap], size) == pytest.approx(
        mirrored(features(*pictures)), abs=1e-9
    )
    in_the_mirror = lifted(uv, (xyz * [-1, 1, 1])[:, swap], visibility[:, swap], size)
    for one, other in zip(seen, in_the_mirror, strict=True):
        for signal, side in one:
            opposite = "right" if side == "left" else "left"
            assert one[signal, side] == pytest.approx(other[signal, opposite], abs=1e-3, nan_ok=True)


def test_neither_the_size_of_the_picture_nor_that_of_the_person_in_it_is_an_angle():
    uv, xyz, visibility, size = landmarks(**RAISING)
    larger = features(2 * uv, xyz, visibility, 2 * np.array(size))
    assert larger == pytest.approx(features(uv, xyz, visibility, size))


def test_nobody_has_no_angle_and_everybody_has_all_of_them():
    uv, xyz, visibility, size = landmarks()
    uv[3] = xyz[3] = np.nan
    for told in lifted(uv, xyz, visibility, size):
        assert set(told) == {(signal, side) for signal in SIGNALS_LIFTED for side in ("left", "right")}
        for (signal, _), values in told.items():
            assert np.isnan(values[3])
            assert np.isfinite(np.delete(values, 3)).all() or signal == "arm_plane"


def test_what_can_be_lifted_is_a_signal():
    assert set(SIGNALS) > SIGNALS_LIFTED


def test_landmarks_without_depth_or_of_another_skeleton_are_not_lifted():
    some = np.random.default_rng(0).normal(size=(33, 3))
    known = {"model": "full", "xyz_frame": "hip"}
    assert can_lift(BLAZEPOSE_33, some, **known)
    assert not can_lift(BLAZEPOSE_33, np.zeros((33, 3)), **known)
    assert not can_lift(BLAZEPOSE_33, np.full((33, 3), np.nan), **known)
    assert not can_lift(Skeleton("two", ("nose", "left_hip")), some[:2], **known)
    assert not can_lift(BLAZEPOSE_33, some, model="full", xyz_frame="world")
    assert not can_lift(BLAZEPOSE_33, some, model="an import", xyz_frame="hip")


def test_the_small_model_is_measured_in_the_picture():
    """The networks learned how the full model guesses depth; lite guesses otherwise."""
    assert not can_lift(BLAZEPOSE_33, np.ones((33, 3)), model="lite", xyz_frame="hip")
    track = with_depth(person(T_S, elbow=movement(T_S, (2.0,))))
    small, large = (replace(track, model=model) for model in ("lite", "full"))
    rows = analyse(small, "elbow_flexion", settings=Settings(view="right")).rows
    assert {row["estimator"] for row in rows} == {"image_2d"}
    for seen in (small, large):
        warnings = analyse(seen, "elbow_flexion", settings=Settings(view="front")).quality["warnings"]
        assert any("the full model were expected" in warning for warning in warnings) == (seen is small)


def test_the_networks_fit_what_is_asked_of_them():
    width = features(*landmarks()).shape[1]
    for network in networks():
        assert network.mean.shape == network.spread.shape == (width,)
        assert network.weights[0][0].shape[0] == width
        assert network.weights[-1][0].shape[1] == network.doubt[0].shape[1] == len(ANGLES)
        assert all(np.isfinite(part).all() for layer in (*network.weights, network.doubt) for part in layer)


def test_a_hanging_arm_does_not_jump_between_ahead_and_behind():
    pictures = landmarks(shoulder=12.0)
    told, _ = lifted(*pictures)
    for side in ("left", "right"):
        assert np.abs(np.diff(told["shoulder_flexion", side])).max() < 15
        assert (told["shoulder_flexion", side] > 0).all()


def test_from_the_side_what_the_far_half_hides_costs_the_near_arm_nothing():
    """The trunk is both shoulders and both hips, but the far ones are hidden by the body itself."""
    track = with_depth(person(T_S, shoulder=movement(T_S, (2.0,), top=80.0)))
    visibility = track.visibility.copy()
    visibility[:, [track.skeleton.index(f"left_{part}") for part in ("hip", "shoulder")]] = 0.1
    whole, hidden = (
        analyse(t, "shoulder_flexion", settings=Settings(view="right"))
        for t in (track, replace(track, visibility=visibility))
    )
    assert [left_out["why"] for left_out in hidden.quality["not_this_exercise"]] == [
        left_out["why"] for left_out in whole.quality["not_this_exercise"]
    ]
    assert len(hidden.rows) == len(whole.rows)


def test_nobody_is_lifted_to_nothing():
    uv, xyz, visibility, size = landmarks(**RAISING)
    told, _ = lifted(uv[:0], xyz[:0], visibility[:0], size)
    assert all(values.shape == (0,) for values in told.values())
