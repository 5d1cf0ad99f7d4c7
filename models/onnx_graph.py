"""The ONNX twin of a TFLite graph: same arithmetic, channels first inside, batch axis free, outputs chosen.

Three things make it lean: zero padding before a convolution becomes the convolution's own padding, fused
activations stay next to their operator, and branches that no chosen output needs (segmentation) are left
out. Weights stay in the half precision in which they are published; a Cast beside each one widens it, and
ONNX Runtime folds those Casts when it loads.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from published import ConversionError
from tflite import ActivationFunctionType, Padding
from tflite_graph import Operator, TfliteGraph

# Opset 17 and IR 8 are what every ONNX Runtime from 1.13 (2022) on can read.
OPSET, IR_VERSION = 17, 8
_TO_CHANNELS_FIRST, _TO_CHANNELS_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def onnx_model(content: bytes, *, outputs: dict[int, str], half: bool = True) -> bytes:
    """A serialised ONNX model that computes the chosen outputs of a TFLite file.

    Parameters
    ----------
    content : bytes
        The TFLite file.
    outputs : dict of int to str
        Position among the TFLite outputs -> name in the ONNX model. Outputs not named are pruned with all
        that only they need.
    half : bool
        True keeps weights in the precision in which they are stored (float16 in BlazePose); False stores
        them as float32.

    Returns
    -------
    bytes
        The same bytes for the same input and the same version of the ``onnx`` package.

    Raises
    ------
    ConversionError
        When the file holds an operator or an option that BlazePose does not use.
    """
    return _Translation(TfliteGraph(content), half=half).model(outputs)


def _same_padding(size: int, result: int, *, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Zeros before and after one axis under TFLite's SAME rule: the odd one goes after."""
    total = max((result - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


class _Translation:
    """Walks a TFLite graph once and collects ONNX nodes.

    ``_values`` maps a TFLite tensor to its ONNX name and to whether that value is channels-first.
    Four-dimensional values are, from the first convolution to the outputs; reshaped ones are in TFLite's
    order.
    """

    def __init__(self, source: TfliteGraph, *, half: bool):
        self._source, self._half = source, half
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._values: dict[int, tuple[str, bool]] = {source.input: ("input", False)}
        self._padded: dict[int, tuple[int, np.ndarray]] = {}
        self._operators: list[Operator] = []

    def model(self, outputs: dict[int, str]) -> bytes:
        tensors = {self._source.outputs[position]: name for position, name in outputs.items()}
        self._operators = self._source.operators_towards(tensors)
        for operator in self._operators:
            self._translate(operator)
        described = []
        for tensor, name in tensors.items():
            self._nodes.append(helper.make_node("Identity", [self._channels_last(tensor)], [name], name=name))
            described.append(self._described(tensor, name))
        graph = helper.make_graph(
            self._nodes,
            "blazepose",
            [self._described(self._source.input, "input")],
            described,
            self._constants,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            producer_name="posecheck",
            ir_version=IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString(deterministic=True)

    def _described(self, tensor: int, name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *self._source.shape(tensor)[1:]])

    def _node(self, kind: str, inputs: list[str], **attributes) -> str:
        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def _constant(self, value: np.ndarray) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _weight(self, value: np.ndarray) -> str:
        if value.dtype == np.float32:
            return self._constant(value)
        if not self._half:
            return self._constant(value.astype(np.float32))
        return self._node("Cast", [self._constant(value)], to=TensorProto.FLOAT)

    def _channels_first(self, tensor: int) -> str:
        name, channels_first = self._values[tensor]
        if channels_first:
            return name
        name = self._node("Transpose", [name], perm=_TO_CHANNELS_FIRST)
        self._values[tensor] = name, True
        return name

    def _channels_last(self, tensor: int) -> str:
        name, channels_first = self._values[tensor]
        return self._node("Transpose", [name], perm=_TO_CHANNELS_LAST) if channels_first else name

    def _activated(self, name: str, activation: int) -> str:
        if activation == ActivationFunctionType.NONE:
            return name
        if activation == ActivationFunctionType.RELU:
            return self._node("Relu", [name])
        if activation == ActivationFunctionType.RELU6:
            limits = [self._constant(np.float32(limit)) for limit in (0, 6)]
            return self._node("Clip", [name, *limits])
        raise ConversionError(f"Fused activation {activation} of TFLite is not known here.")

    def _translate(self, operator: Operator) -> None:
        translation = {
            "CONV_2D": self._convolution,
            "DEPTHWISE_CONV_2D": self._convolution,
            "PAD": self._pad,
            "ADD": self._add,
            "MAX_POOL_2D": self._max_pool,
            "RESIZE_BILINEAR": self._resize,
            "DEPTH_TO_SPACE": self._depth_to_space,
            "LOGISTIC": self._sigmoid,
            "RESHAPE": self._reshape,
            "CONCATENATION": self._concatenate,
        }.get(operator.kind)
        if translation is None:
            raise ConversionError(f"The TFLite operator {operator.kind} is not known here.")
        translation(operator)

    def _needed_constant(self, tensor: int) -> np.ndarray:
        value = self._source.constant(tensor)
        if value is None:
            raise ConversionError(f"Tensor {tensor} should be a constant, but it is computed.")
        return value

    def _window(
        self, operator: Operator, kernel: tuple[int, int], dilation: tuple[int, int] = (1, 1)
    ) -> list[int]:
        """ONNX padding (top, left, bottom, right) of a convolution or a pool."""
        if operator.options.Padding() == Padding.VALID:
            return [0, 0, 0, 0]
        strides = operator.options.StrideH(), operator.options.StrideW()
        sizes, results = self._source.shape(operator.inputs[0]), self._source.shape(operator.output)
        (top, bottom), (left, right) = (
            _same_padding(
                sizes[a + 1], results[a + 1], kernel=kernel[a], stride=strides[a], dilation=dilation[a]
            )
            for a in (0, 1)
        )
        return [top, left, bottom, right]

    def _convolution(self, operator: Operator) -> None:
        options = operator.options
        weight, bias = (self._needed_constant(tensor) for tensor in operator.inputs[1:3])
        depthwise = operator.kind == "DEPTHWISE_CONV_2D"
        if depthwise and options.DepthMultiplier() != 1:
            raise ConversionError("A depthwise convolution with a multiplier other than 1 is not known here.")
        height, width = weight.shape[1:3]
        dilation = options.DilationHFactor(), options.DilationWFactor()
        pads, tensor = self._window(operator, (height, width), dilation), operator.inputs[0]
        if tensor in self._padded:
            tensor, margins = self._padded[tensor]
            pads = [int(margins[axis, end]) for end in (0, 1) for axis in (1, 2)]
        # TFLite keeps (out, h, w, in) and depthwise (1, h, w, channels); ONNX wants (out, in / group, h, w).
        weight = weight.transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
        name = self._node(
            "Conv",
            [self._channels_first(tensor), self._weight(weight), self._weight(bias)],
            kernel_shape=[height, width],
            strides=[options.StrideH(), options.StrideW()],
            dilations=list(dilation),
            pads=pads,
            group=weight.shape[0] if depthwise else 1,
        )
        self._values[operator.output] = self._activated(name, options.FusedActivationFunction()), True

    def _pad(self, operator: Operator) -> None:
        margins = self._needed_constant(operator.inputs[1]).astype(np.int64)
        if self._is_margin_of_one_convolution(operator.output, margins):
            self._padded[operator.output] = operator.inputs[0], margins
            return
        pads = margins[_TO_CHANNELS_FIRST].T.ravel()
        name = self._node("Pad", [self._channels_first(operator.inputs[0]), self._constant(pads)])
        self._values[operator.output] = name, True

    def _is_margin_of_one_convolution(self, tensor: int, margins: np.ndarray) -> bool:
        users = [operator for operator in self._operators if tensor in operator.inputs]
        return (
            not margins[[0, 3]].any()
            and len(users) == 1
            and users[0].kind in ("CONV_2D", "DEPTHWISE_CONV_2D")
            and users[0].options.Padding() == Padding.VALID
        )

    def _add(self, operator: Operator) -> None:
        if any(self._source.constant(tensor) is not None for tensor in operator.inputs):
            raise ConversionError("The sum of a value and a constant is not known here.")
        name = self._node("Add", [self._channels_first(tensor) for tensor in operator.inputs])
        self._values[operator.output] = (
            self._activated(name, operator.options.FusedActivationFunction()),
            True,
        )

    def _max_pool(self, operator: Operator) -> None:
        options = operator.options
        kernel = options.FilterHeight(), options.FilterWidth()
        name = self._node(
            "MaxPool",
            [self._channels_first(operator.inputs[0])],
            kernel_shape=list(kernel),
            strides=[options.StrideH(), options.StrideW()],
            pads=self._window(operator, kernel),
        )
        self._values[operator.output] = self._activated(name, options.FusedActivationFunction()), True

    def _resize(self, operator: Operator) -> None:
        options = operator.options
        modes = {(True, False): "align_corners", (False, True): "half_pixel", (False, False): "asymmetric"}
        _, height, width, _ = self._source.shape(operator.inputs[0])
        _, new_height, new_width, _ = self._source.shape(operator.output)
        # Scales, not sizes: sizes would fix the batch axis.
        scales = self._constant(np.array([1, 1, new_height / height, new_width / width], np.float32))
        name = self._node(
            "Resize",
            [self._channels_first(operator.inputs[0]), "", scales],
            mode="linear",
            coordinate_transformation_mode=modes[options.AlignCorners(), options.HalfPixelCenters()],
        )
        self._values[operator.output] = name, True

    def _depth_to_space(self, operator: Operator) -> None:
        name = self._node(
            "DepthToSpace",
            [self._channels_first(operator.inputs[0])],
            blocksize=operator.options.BlockSize(),
            mode="DCR",
        )
        self._values[operator.output] = name, True

    def _sigmoid(self, operator: Operator) -> None:
        name, channels_first = self._values[operator.inputs[0]]
        self._values[operator.output] = self._node("Sigmoid", [name]), channels_first

    def _reshape(self, operator: Operator) -> None:
        shape = self._source.shape(operator.inputs[0])
        name, channels_first = self._values[operator.inputs[0]]
        # With one pixel left both layouts are the same run of channels.
        if channels_first and shape[1:3] != (1, 1):
            name = self._channels_last(operator.inputs[0])
        # A leading 0 copies the batch axis from the input.
        new_shape = self._constant(np.array([0, *self._source.shape(operator.output)[1:]], np.int64))
        self._values[operator.output] = self._node("Reshape", [name, new_shape]), False

    def _concatenate(self, operator: Operator) -> None:
        rank = len(self._source.shape(operator.output))
        name = self._node(
            "Concat",
            [self._channels_last(tensor) for tensor in operator.inputs],
            axis=operator.options.Axis() % rank,
        )
        self._values[operator.output] = name, False
