"""What computes the networks: ONNX Runtime on the processor, OpenVINO where it is installed, CUDA when asked for.

All run the same ONNX files in 32-bit floating point. Each entry of `DEVICES` is a class that is called with a batch and
answers with the named outputs; the answers hold until the next call.
"""

import contextlib
import os
import sys
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

from posecheck.errors import EngineError


class OnnxRuntime:
    """One network on ONNX Runtime: a float32 input, named float32 outputs.

    Parameters
    ----------
    path : Path
    outputs : sequence of str
    threads : int
        Threads inside an operator; idle ones sleep after 0.1 ms.
    """

    providers = ("CPUExecutionProvider",)

    def __init__(self, path, outputs, threads):
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Waiting for the next operator awake for 0.1 ms is cheaper than being woken; longer only burns a core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "1")
        options.add_session_config_entry("session.intra_op.spin_duration_us", "100")
        self._session = ort.InferenceSession(str(path), options, providers=list(self.providers))
        self._outputs = list(outputs)

    def __call__(self, batch: np.ndarray) -> Any:
        return self._session.run(self._outputs, {"input": batch})

    @staticmethod
    def told():
        """What runs it, for the provenance."""
        import onnxruntime as ort

        return f"onnxruntime {ort.__version__}, CPU"


class Cuda(OnnxRuntime):
    """As `OnnxRuntime`, on an NVIDIA card; needs ``onnxruntime-gpu`` in place of ``onnxruntime``."""

    providers = ("CUDAExecutionProvider", "CPUExecutionProvider")

    def __init__(self, path, outputs, threads):
        import onnxruntime as ort

        if self.providers[0] in ort.get_available_providers():
            super().__init__(path, outputs, threads)
        if not hasattr(self, "_session") or self._session.get_providers()[0] != self.providers[0]:
            raise EngineError(
                "--device cuda needs an NVIDIA card and ONNX Runtime made for it (pip install onnxruntime-gpu in place "
                "of onnxruntime), and they are not here. Leave --device out to use the processor."
            )

    @staticmethod
    def told():
        import onnxruntime as ort

        return f"onnxruntime {ort.__version__}, CUDA"


class OpenVino:
    """As `OnnxRuntime`, on OpenVINO's kernels for processors."""

    def __init__(self, path, outputs, threads):
        core = _core()
        model = core.read_model(str(path))
        model.reshape([1, *list(model.input().get_partial_shape())[1:]])
        # f32: on processors with 16-bit arithmetic it would round on its own account.
        facts = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32",
                 "PERFORMANCE_HINT": "LATENCY"}  # fmt: skip
        self._request = core.compile_model(model, "CPU", facts).create_infer_request()
        self._answers = [self._request.get_tensor(name).data for name in outputs]

    def __call__(self, batch: np.ndarray) -> list:
        self._request.infer({0: batch}, share_inputs=True)
        return self._answers

    @staticmethod
    def told():
        return f"openvino {version('openvino')}, CPU"


DEVICES = {"cpu": OnnxRuntime, "openvino": OpenVino, "cuda": Cuda}
"""By the name that ``--device`` takes; ``auto`` is OpenVINO where it is installed, else ONNX Runtime."""


def network_class(device="auto"):
    """The class that computes networks on a device; ``auto`` is what ``POSECHECK_DEVICE`` names, where it is set.

    Raises
    ------
    EngineError
        When there is no such device here.
    """
    if device == "auto":
        device = os.environ.get("POSECHECK_DEVICE", "auto")
    if device == "auto":
        return OpenVino if _installed("openvino") else OnnxRuntime
    if device not in DEVICES:
        raise EngineError(f"device must be auto, {', '.join(DEVICES)}, got {device!r}.")
    if device == "openvino":
        _openvino()
    return DEVICES[device]


@cache
def _core():
    """The one of this process. Were it let go of, its plugin would be unloaded, and Ctrl-C then end in a crash."""
    return _openvino().Core()


def _installed(name):
    if name in sys.modules:
        return sys.modules[name] is not None
    return find_spec(name) is not None


def _openvino():
    try:
        with _unreported():
            return import_module("openvino")
    except ImportError:
        raise EngineError(
            "OpenVINO is not installed: pip install 'posecheck[fast]', or leave --device out."
        ) from None


@contextlib.contextmanager
def _unreported():
    """Without the module by which OpenVINO reports each import to its makers; it can do without."""
    name = "openvino_telemetry"
    before = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]  # makes an import of it fail, as if it were not installed
    try:
        yield
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before
