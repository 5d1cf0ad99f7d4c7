"""A TFLite file as a list of operators with their constants, sparse and half-precision ones unfolded.

Only what the BlazePose graphs hold is understood; anything else raises `ConversionError` with its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tflite
from published import ConversionError

_OPERATOR_NAMES = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
_DTYPES = {
    tflite.TensorType.FLOAT32: np.dtype("<f4"),
    tflite.TensorType.FLOAT16: np.dtype("<f2"),
    tflite.TensorType.INT32: np.dtype("<i4"),
}
_OPTION_TABLES = {
    "CONV_2D": tflite.Conv2DOptions,
    "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
    "ADD": tflite.AddOptions,
    "MAX_POOL_2D": tflite.Pool2DOptions,
    "RESIZE_BILINEAR": tflite.ResizeBilinearOptions,
    "DEPTH_TO_SPACE": tflite.DepthToSpaceOptions,
    "CONCATENATION": tflite.ConcatenationOptions,
}
# Schema: union SparseIndexVector { Int32Vector, Uint16Vector, Uint8Vector }.
_INDEX_VECTORS = {1: tflite.Int32Vector, 2: tflite.Uint16Vector, 3: tflite.Uint8Vector}


@dataclass(frozen=True)
class Operator:
    """One step of the graph: ``kind`` as TFLite spells it, tensor numbers, its option table or None."""

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Any


class TfliteGraph:
    """The only subgraph of a TFLite model.

    Parameters
    ----------
    content : bytes
        A whole ``.tflite`` file.
    """

    def __init__(self, content: bytes):
        self._model = tflite.Model.GetRootAsModel(content, 0)
        self._graph = self._model.Subgraphs(0)
        self.input = int(self._graph.Inputs(0))
        self.outputs = tuple(int(i) for i in self._graph.OutputsAsNumpy())
        every = [self._operator(i) for i in range(self._graph.OperatorsLength())]
        # DEQUANTIZE and DENSIFY stand between a stored constant and its use: they are answered by `constant`.
        self._unfold = {op.output: op for op in every if op.kind in ("DEQUANTIZE", "DENSIFY")}
        self._operators = [op for op in every if op.output not in self._unfold]

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Shape of a tensor in TFLite's order (batch, height, width, channels)."""
        return tuple(int(n) for n in self._graph.Tensors(tensor).ShapeAsNumpy())

    def operators_towards(self, outputs: Iterable[int]) -> list[Operator]:
        """The operators that the given output tensors depend on, in order of execution."""
        needed = set(outputs)
        kept = []
        for op in reversed(self._operators):
            if op.output in needed:
                kept.append(op)
                needed.update(op.inputs)
        return kept[::-1]

    def constant(self, tensor: int) -> np.ndarray | None:
        """Dense value of a constant, in its stored precision; None for a tensor that is computed."""
        if tensor in self._unfold:
            return self.constant(self._unfold[tensor].inputs[0])
        table = self._graph.Tensors(tensor)
        stored = self._model.Buffers(table.Buffer())
        if stored.DataLength() == 0:
            return None
        if table.Type() not in _DTYPES:
            raise ConversionError(
                f"Tensor {table.Name()!r} is stored as TFLite type {table.Type()}, which is not known here."
            )
        values = np.frombuffer(stored.DataAsNumpy().tobytes(), _DTYPES[table.Type()])
        if table.Sparsity() is not None:
            return _dense(table.Sparsity(), values, self.shape(tensor))
        return values.reshape(self.shape(tensor))

    def _operator(self, index: int) -> Operator:
        table = self._graph.Operators(index)
        code = self._model.OperatorCodes(table.OpcodeIndex())
        # Old files keep the code in an 8-bit field that the schema later replaced; the larger of the two is
        # the true one.
        kind = _OPERATOR_NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        options = None
        if kind in _OPTION_TABLES and table.BuiltinOptions() is not None:
            options = _OPTION_TABLES[kind]()
            options.Init(table.BuiltinOptions().Bytes, table.BuiltinOptions().Pos)
        inputs = tuple(int(i) for i in table.InputsAsNumpy() if i >= 0)
        return Operator(kind, inputs, int(table.OutputsAsNumpy()[0]), options)


def _dense(sparsity: Any, values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Dense array of a tensor in TFLite's block-sparse format, zeros where nothing is stored.

    Notes
    -----
    The format (``SparsityParameters`` in TFLite's schema) nests one level a dimension, blocks last. The
    levels are unfolded one after the other for all stored values at once: ``at`` is the position of each
    partial coordinate in its level.
    """
    order = [int(d) for d in sparsity.TraversalOrderAsNumpy()]
    blocked = [int(d) for d in sparsity.BlockMapAsNumpy()] if sparsity.BlockMapLength() else []
    levels = [sparsity.DimMetadata(i) for i in range(sparsity.DimMetadataLength())]
    coordinates, at = np.zeros((1, 0), np.int64), np.zeros(1, np.int64)
    for level in levels:
        if level.Format() == tflite.DimensionType.DENSE:
            size = level.DenseSize()
            index = np.tile(np.arange(size), len(at))
            count, at = size, np.repeat(at, size) * size + index
        else:
            starts = _index_vector(level.ArraySegmentsType(), level.ArraySegments())
            count = starts[at + 1] - starts[at]
            within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
            at = np.repeat(starts[at], count) + within
            index = _index_vector(level.ArrayIndicesType(), level.ArrayIndices())[at]
        coordinates = np.hstack([np.repeat(coordinates, count, axis=0), index[:, None]])
    rank = len(shape)
    block_sizes = {d: levels[order.index(rank + i)].DenseSize() for i, d in enumerate(blocked)}
    place = np.zeros((len(at), rank), np.int64)
    for column, dimension in enumerate(order):
        if dimension < rank:
            place[:, dimension] += coordinates[:, column] * block_sizes.get(dimension, 1)
        else:
            place[:, blocked[dimension - rank]] += coordinates[:, column]
    dense = np.zeros(shape, values.dtype)
    dense[tuple(place.T)] = values[at]
    return dense


def _index_vector(kind: int, table: Any) -> np.ndarray:
    vector = _INDEX_VECTORS[kind]()
    vector.Init(table.Bytes, table.Pos)
    return np.asarray(vector.ValuesAsNumpy()).astype(np.int64)
