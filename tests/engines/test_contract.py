"""What every pose engine promises, run against all of them with real models and rendered people."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sample_pictures import FRONT, RIGHT_SIDE, grey, pictures

from posecheck.engines import ENGINES, PoseEngine, open_engine
from posecheck.engines.replay import ReplayEngine
from posecheck.errors import EngineError
from posecheck.records import PoseFrame, PoseTrack

CAMERA_ENGINES = {
    "blazepose": lambda: open_engine("blazepose", "lite"),
    "blazepose image": lambda: open_engine("blazepose", "lite", mode="image"),
    "mediapipe": lambda: open_engine("mediapipe", "lite"),
    "mediapipe image": lambda: open_engine("mediapipe", "lite", mode="image"),
}


def open_replay():
    with open_engine("blazepose", "lite") as engine:
        frames = [engine.detect(*picture) for picture in pictures(FRONT, 4)]
    return ReplayEngine(PoseTrack.from_frames(frames, image_size_px=(640, 480), model="lite"))


ALL_ENGINES = CAMERA_ENGINES | {"replay": open_replay}


@pytest.fixture(params=ALL_ENGINES)
def engine(request):
    with ALL_ENGINES[request.param]() as opened:
        yield opened


@pytest.fixture(params=CAMERA_ENGINES)
def open_camera_engine(request):
    return CAMERA_ENGINES[request.param]


def same(a: PoseFrame, b: PoseFrame):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True)
        for name in ("t_s", "uv_px", "xyz_m", "visibility", "people")
    )


def test_every_engine_fits_the_protocol_and_says_where_it_comes_from(engine):
    assert isinstance(engine, PoseEngine)
    assert engine.name in {*ENGINES, "replay"}
    assert engine.model == "lite"
    assert isinstance(engine.smoothed, bool)
    if engine.name in ENGINES:
        assert len(engine.model_sha256) == 64
        assert engine.provenance["model_sha256"] == engine.model_sha256


def test_a_seen_person_has_the_promised_shapes_and_types(engine):
    for t_s, rgb in pictures(FRONT, 3):
        frame = engine.detect(t_s, rgb)
        assert frame.seen
        k = len(engine.skeleton)
        assert (frame.uv_px.shape, frame.uv_px.dtype) == ((k, 2), np.float32)
        assert (frame.xyz_m.shape, frame.xyz_m.dtype) == ((k, 3), np.float32)
        assert (frame.visibility.shape, frame.visibility.dtype) == ((k,), np.float32)
        assert np.isfinite(frame.uv_px).all()
        assert np.isfinite(frame.xyz_m).all()
        assert ((frame.visibility >= 0) & (frame.visibility <= 1)).all()
        assert frame.people == 1


def test_the_time_passes_through_unchanged(engine):
    times = [t_s for t_s, _ in pictures(FRONT, 4)]
    assert [engine.detect(*picture).t_s for picture in pictures(FRONT, 4)] == times


def test_a_time_that_does_not_increase_is_refused(engine):
    (_, rgb), (_, later) = pictures(FRONT, 2)
    engine.detect(1.0, rgb)
    for t_s in (1.0, 0.5, float("nan")):
        with pytest.raises(EngineError, match="increase"):
            engine.detect(t_s, later)
    assert engine.detect(2.0, later).t_s == 2.0


def test_after_a_reset_the_same_pictures_give_the_same_poses(engine):
    first = [engine.detect(*picture) for picture in pictures(FRONT, 4)]
    engine.reset()
    again = [engine.detect(*picture) for picture in pictures(FRONT, 4)]
    assert all(map(same, first, again))


def test_closing_twice_is_fine_and_a_closed_engine_says_so(engine):
    engine.close()
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        engine.detect(0.0, grey())


@pytest.mark.parametrize(
    "rgb", [None, grey().astype(np.float32), grey()[..., 0], np.zeros((480, 640, 4), np.uint8), grey()[:0]]
)
def test_something_that_is_not_a_picture_is_refused(open_camera_engine, rgb):
    with open_camera_engine() as engine, pytest.raises(EngineError, match="uint8"):
        engine.detect(0.0, rgb)


def test_a_picture_of_another_size_is_refused_until_reset(open_camera_engine):
    with open_camera_engine() as engine:
        engine.detect(0.0, grey())
        with pytest.raises(EngineError, match="keep their size"):
            engine.detect(0.1, grey(240, 320))
        engine.reset()
        assert not engine.detect(0.0, grey(240, 320)).seen


def test_nobody_is_seen_in_a_grey_picture(open_camera_engine):
    with open_camera_engine() as engine:
        frame = engine.detect(0.0, grey())
    assert not frame.seen
    assert frame.people == 0
    assert np.isnan(frame.uv_px).all()
    assert np.isnan(frame.xyz_m).all()
    assert_array_equal(frame.visibility, 0)


def test_pictures_are_not_changed_and_may_be_views(open_camera_engine):
    _, rgb = pictures(FRONT, 1)[0]
    wide = np.zeros((480, 1280, 3), np.uint8)
    wide[:, ::2] = rgb
    with open_camera_engine() as a, open_camera_engine() as b:
        assert same(a.detect(0.0, wide[:, ::2]), b.detect(0.0, rgb))
    assert_array_equal(wide[:, ::2], rgb)


def test_two_engines_share_nothing(open_camera_engine):
    front, side = pictures(FRONT, 4), pictures(RIGHT_SIDE, 4)
    with open_camera_engine() as alone:
        expected = [alone.detect(*picture) for picture in front]
    with open_camera_engine() as one, open_camera_engine() as other:
        together = []
        for a, b in zip(front, side, strict=True):
            together.append(one.detect(*a))
            other.detect(*b)
    assert all(map(same, expected, together))


def test_left_is_left(open_camera_engine):
    """In the mirrored picture the person's left and right change places, and nothing else."""
    _, rgb = pictures(FRONT, 1)[0]
    with open_camera_engine() as engine:
        straight = engine.detect(0.0, rgb)
        engine.reset()
        mirrored = engine.detect(0.0, np.ascontiguousarray(rgb[:, ::-1]))
        swap = list(engine.skeleton.mirror)
        left, right = (engine.skeleton.index(f"{side}_shoulder") for side in ("left", "right"))
    # facing the camera, her left is at the right of the image
    assert straight.uv_px[left, 0] > straight.uv_px[right, 0]
    back = mirrored.uv_px[swap] * (-1, 1) + (rgb.shape[1] - 1, 0)
    assert np.median(np.hypot(*(back - straight.uv_px).T)) < 4
    assert np.median(np.abs(mirrored.xyz_m[swap] * (-1, 1, 1) - straight.xyz_m)) < 0.03


def test_pictures_are_read_as_red_green_blue(open_camera_engine):
    """The models know skin and clothes in RGB: with channels swapped the poses move by more than rounding."""
    _, rgb = pictures(FRONT, 1)[0]
    with open_camera_engine() as engine:
        straight = engine.detect(0.0, rgb)
        engine.reset()
        swapped = engine.detect(0.0, np.ascontiguousarray(rgb[..., ::-1]))
    assert not swapped.seen or np.median(np.hypot(*(swapped.uv_px - straight.uv_px).T)) > 0.3


def test_world_landmarks_are_hip_centred_with_y_down_and_z_away(open_camera_engine):
    _, rgb = pictures(RIGHT_SIDE, 1)[0]
    with open_camera_engine() as engine:
        xyz_m = engine.detect(0.0, rgb).xyz_m
        at = dict(zip(engine.skeleton.keypoints, xyz_m, strict=True))
    assert np.abs(at["left_hip"] + at["right_hip"]).max() / 2 < 0.03
    assert at["nose"][1] < -0.3
    # seen from her right side, the right shoulder is nearer to the camera
    assert at["right_shoulder"][2] < at["left_shoulder"][2] - 0.1


def test_an_unknown_engine_is_named_with_the_nearest():
    with pytest.raises(EngineError, match="Did you mean 'blazepose'"):
        open_engine("blazpose")


@pytest.mark.parametrize("name", ENGINES)
def test_an_unknown_model_is_named_with_those_there_are(name):
    with pytest.raises(EngineError, match="lite, full, heavy"):
        open_engine(name, "huge")


def test_importing_the_engines_loads_no_runtime():
    code = "import sys, posecheck.engines; print({'cv2', 'onnxruntime', 'mediapipe'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


def test_a_missing_system_library_is_named_with_its_cure(monkeypatch):
    def lacking(*_args, **_options):
        raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setitem(ENGINES, "blazepose", lacking)
    with pytest.raises(EngineError, match=r"libGL\.so\.1.*apt install libgl1"):
        open_engine("blazepose")
