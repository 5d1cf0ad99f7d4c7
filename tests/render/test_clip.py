"""A spec filmed for real: the video, its truth, and that the pose model finds the person where the truth says."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from posecheck.engines import open_engine
from posecheck.recording import watch
from posecheck.skeleton import BLAZEPOSE_33
from posecheck.sources import open_source
from render.clip import make_clip, take, view_of
from render.context import NoRendererError
from render.spec_file import load_spec, make_spec

SAMPLES = Path(__file__).parents[2] / "sample_videos"
LIMBS = [
    f"{side}_{part}"
    for side in ("left", "right")
    for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
]
SHORT = {
    "film": {"quality": "draft", "size_px": [320, 240]},
    "act": [
        {
            "do": "exercise",
            "exercise": "shoulder_abduction",
            "reps": 1,
            "still_before_s": 0.5,
            "still_after_s": 0.3,
            "tempo": {"lift_s": 0.8, "hold_s": 0.3, "lower_s": 0.8},
        }
    ],
}


def filmed(folder, spec, stem="clip"):
    try:
        path = make_clip(make_spec(spec), folder, stem)
    except NoRendererError as error:
        pytest.skip(str(error))
    truth = json.loads((folder / f"{stem}.truth.json").read_text())
    return path, truth, np.load(folder / f"{stem}.truth.npz")


def seen(path):
    with open_source(path) as source, open_engine() as engine:
        return watch(source, engine)


def picture_at(path, at_s):
    with av.open(str(path)) as container:
        return next(f for f in container.decode(video=0) if f.time >= at_s - 1e-6).to_ndarray(format="rgb24")


def distances_px(track, curves):
    """From each limb keypoint that the model found to the true joint, (T, K)."""
    names = list(curves["joint_names"])
    true = curves["joints_px"][:, [names.index(n) for n in LIMBS]]
    return np.linalg.norm(track.uv_px[:, [BLAZEPOSE_33.index(n) for n in LIMBS]] - true, axis=-1)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return filmed(tmp_path_factory.mktemp("clip"), SHORT)


def test_the_model_finds_the_joints_where_the_truth_says(clip):
    path, _, curves = clip
    track = seen(path)
    assert track.t_s == pytest.approx(curves["t_s"], abs=1e-3)
    assert np.median(distances_px(track, curves)) < 0.06 * np.ptp(curves["joints_px"][0, :, 1])


def test_the_truth_names_its_repetitions(clip):
    _, truth, curves = clip
    for side in ("left", "right"):
        (rep,) = truth["repetitions"][side]
        assert (rep["start_s"], rep["end_s"]) == pytest.approx((0.5, 2.4))
        top = curves[f"{side}_shoulder_abduction_deg"].max()
        assert rep["peak_deg"] == pytest.approx(top, abs=1.0)
        assert rep["visible_pct"] == 100
    assert (truth["view"], truth["frames"]) == ("front", len(curves["t_s"]))


def test_the_same_spec_gives_the_same_bytes(clip, tmp_path):
    assert filmed(tmp_path, SHORT)[0].read_bytes() == clip[0].read_bytes()


@pytest.mark.parametrize("turn_deg", [90, 180, 270])
def test_a_phone_that_stores_its_clip_turned_is_read_upright(tmp_path, turn_deg):
    film = SHORT["film"] | {"rotated_deg": turn_deg, "size_px": [240, 320]}
    path, _, curves = filmed(tmp_path, {**SHORT, "film": film, "camera": {"distance_m": 3.4}})
    track = seen(path)
    assert track.image_size_px.tolist() == [240, 320]
    assert np.median(distances_px(track, curves)) < 0.08 * np.ptp(curves["joints_px"][0, :, 1])


def test_a_hidden_wrist_is_said_to_be_hidden(tmp_path):
    hidden = [{"part": "left_wrist", "from_s": 0.0, "to_s": 1.0, "size_m": 0.3}]
    _, _, curves = filmed(tmp_path, {**SHORT, "hidden": hidden})
    at = list(curves["joint_names"]).index("left_wrist")
    early = curves["t_s"] < 1.0
    assert not curves["visible"][early, at].any()
    assert curves["visible"][~early, at].all()


def test_a_black_picture_shows_nobody(tmp_path):
    film = SHORT["film"] | {"black": [{"from_s": 0.0, "to_s": 1.0}]}
    path, _, curves = filmed(tmp_path, {**SHORT, "film": film})
    assert not curves["visible"][curves["t_s"] < 1.0].any()
    assert not np.isfinite(seen(path).uv_px[:20]).any()


def test_an_open_shutter_smears_what_moves_and_leaves_what_stands(tmp_path):
    act = SHORT["act"][0] | {
        "still_before_s": 0.2,
        "still_after_s": 0.2,
        "tempo": {"lift_s": 0.4, "hold_s": 0.1, "lower_s": 0.4},
    }
    film = SHORT["film"] | {"noise": 0.0, "crf": 12}
    fast = {**SHORT, "act": [act | {"sway_deg": 0.0, "breath_deg": 0.0}]}
    sharp, blurred = (
        filmed(tmp_path, {**fast, "film": film | {"shutter": shutter}}, f"shutter{shutter}")
        for shutter in (0.0, 0.9)
    )
    assert (sharp[2]["joints_px"] == blurred[2]["joints_px"]).all()
    still, moving = (
        np.abs(picture_at(sharp[0], at_s).astype(int) - picture_at(blurred[0], at_s)).max()
        for at_s in (0.1, 0.4)
    )
    assert still < 25
    assert moving > 80


@pytest.mark.parametrize(
    ("azimuth_deg", "view", "near"),
    [(0, "front", None), (-38, "oblique_right", "right"), (88, "left", "left"), (170, "back", "left")],
)
def test_views_have_the_names_of_posecheck(azimuth_deg, view, near):
    assert view_of(azimuth_deg) == (view, near)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.spec.toml")), ids=lambda p: p.name)
def test_every_sample_spec_can_be_acted_out(path):
    scene = take(load_spec(path))
    assert 15 <= scene.duration_s <= 45
    assert scene.motion.present.mean() > 0.8
