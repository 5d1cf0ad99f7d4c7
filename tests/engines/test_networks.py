"""What computes the networks changes the speed and never the answer; what is not here says so in one sentence."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from posecheck.engines import open_engine
from posecheck.engines.networks import DEVICES, OnnxRuntime, OpenVino, network_class
from posecheck.errors import EngineError
from posecheck.models import find_model
from posecheck.recording import watch
from posecheck.sources import open_source

SAMPLES = sorted((Path(__file__).parents[2] / "sample_videos").glob("*.mp4"))
has_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None,
    reason="OpenVINO is not installed (pip install 'posecheck[fast]')",
)


def seen_on(device, path, mode):
    engine = open_engine("blazepose", "full", device=device, mode=mode)
    with open_source(path, start_s=10, end_s=10.5) as source, engine:
        return watch(source, engine)


@has_openvino
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_openvino_puts_landmarks_where_onnx_runtime_does(path):
    """In each picture by itself. Followed from picture to picture, a region that begins a thousandth of a pixel aside
    is cut elsewhere a few pictures later, and the model answers by its own jitter, pixels away, on any device."""
    one, other = (seen_on(device, path, "image") for device in ("cpu", "openvino"))
    assert np.isfinite(one.uv_px).any()
    np.testing.assert_array_equal(np.isfinite(one.uv_px), np.isfinite(other.uv_px))
    apart_px = np.hypot(*np.moveaxis(one.uv_px - other.uv_px, -1, 0))[one.visibility > 0.5]
    assert np.median(apart_px) <= 0.01
    assert (
        np.quantile(apart_px, 0.95) <= 0.05
    )  # a landmark at the edge of being refined jumps, by 2.7 px at most
    assert one.source["engine"]["runs_on"].startswith("onnxruntime ")
    assert other.source["engine"]["runs_on"].startswith("openvino ")


@has_openvino
@pytest.mark.parametrize(("model", "outputs"), [
    ("pose_landmark_lite", ("landmarks", "flag", "heatmap", "world")),
    ("pose_landmark_full", ("landmarks", "flag", "heatmap", "world")), ("pose_detector", ("boxes", "scores")),
])  # fmt: skip
def test_the_networks_themselves_answer_alike(model, outputs):
    size = 224 if model == "pose_detector" else 256
    picture = np.random.default_rng(1).random((1, size, size, 3), np.float32)
    one, other = (DEVICES[name](find_model(model), outputs, 1)(picture) for name in ("cpu", "openvino"))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, atol=0.02)


@has_openvino
def test_openvino_is_used_by_itself_where_it_is_installed(monkeypatch):
    assert network_class("auto") is OnnxRuntime  # as the tests want it, in conftest.py
    monkeypatch.delenv("POSECHECK_DEVICE")
    assert network_class("auto") is OpenVino
    assert network_class("cpu") is OnnxRuntime


def test_without_openvino_the_processor_is_used_and_asking_for_it_says_what_to_install():
    code = (
        "import os, sys; sys.modules['openvino'] = None; del os.environ['POSECHECK_DEVICE']\n"
        "from posecheck.engines.networks import network_class\n"
        "from posecheck.errors import EngineError\n"
        "print(network_class('auto').__name__)\n"
        "try: network_class('openvino')\n"
        "except EngineError as error: print(error)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [
        "OnnxRuntime",
        "OpenVINO is not installed: pip install 'posecheck[fast]', or leave --device out.",
    ]


def test_a_device_that_is_not_here_is_one_sentence():
    with pytest.raises(EngineError, match=f"device must be auto, {', '.join(DEVICES)}, got 'gpu'"):
        open_engine("blazepose", "lite", device="gpu")
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("an ONNX Runtime for NVIDIA cards is installed here")
    with pytest.raises(EngineError, match="--device cuda needs an NVIDIA card"):
        open_engine("blazepose", "lite", device="cuda")


def test_cuda_puts_landmarks_where_the_processor_does():
    import onnxruntime

    if "CUDAExecutionProvider" not in onnxruntime.get_available_providers():
        pytest.skip("no NVIDIA card with onnxruntime-gpu here")
    one, other = (seen_on(device, SAMPLES[0], "image") for device in ("cpu", "cuda"))
    assert np.nanmedian(np.abs(one.uv_px - other.uv_px)) <= 0.05


@has_openvino
def test_ctrl_c_after_an_engine_was_closed_is_no_crash():
    code = (
        "import os, signal\n"
        "from posecheck.engines import open_engine\n"
        "open_engine('blazepose', 'lite', device='openvino').close()\n"
        "try: os.kill(os.getpid(), signal.SIGINT)\n"
        "except KeyboardInterrupt: print('stopped')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "stopped\n")
