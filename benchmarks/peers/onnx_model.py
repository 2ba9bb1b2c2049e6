"""Builds an ONNX model from steps, channels first, for any number of images: what an exporter would write."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from benchmarks.peers.steps import Step, Steps

OPSET = 17
IR_VERSION = 8
"""The version that came with that opset."""
SIX = "six"
ZERO = "zero"
BATCH_NORM = ("weight", "bias", "running_mean", "running_var")
"""The arrays of a BatchNormalization in the order in which ONNX wants them."""
OPERATIONS = {
    "conv": "Conv",
    "fc": "Gemm",
    "batch_norm": "BatchNormalization",
    "max_pool": "MaxPool",
    "avg_pool": "AveragePool",
    "global_avg_pool": "GlobalAveragePool",
    "flatten": "Flatten",
    "relu": "Relu",
    "relu6": "Clip",
    "add": "Add",
    "concat": "Concat",
}


def model_of(steps: Steps, arrays: Mapping[str, npt.NDArray[np.float32]], batch: str) -> ModelProto:
    """The whole model with its weights inside; `batch` names the axis of the images, whose size a session chooses."""
    clipped = any(step.operation == "relu6" for step in steps.steps)
    bounds = {ZERO: np.zeros((), np.float32), SIX: np.full((), 6, np.float32)} if clipped else {}
    height, width, channels = steps.shape
    graph = helper.make_graph(
        [_node(step) for step in steps.steps],
        "network",
        [helper.make_tensor_value_info(steps.input, TensorProto.FLOAT, [batch, channels, height, width])],
        [helper.make_tensor_value_info(steps.output, TensorProto.FLOAT, [batch, None])],
        [numpy_helper.from_array(array, name) for name, array in {**arrays, **bounds}.items()],
    )
    opsets = [helper.make_opsetid("", OPSET)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def _node(step: Step) -> NodeProto:
    roles = BATCH_NORM if step.operation == "batch_norm" else ("weight", "bias")
    inputs = [*step.inputs, *(step.arrays[role] for role in roles if role in step.arrays)]
    if step.operation == "relu6":
        inputs += [ZERO, SIX]
    return helper.make_node(OPERATIONS[step.operation], inputs, [step.output], **_attributes(step))


def _attributes(step: Step) -> dict[str, Any]:
    given = step.settings
    match step.operation:
        case "conv":
            return {**_window(given), "dilations": given["dilation"], "group": given["groups"]}
        case "max_pool":
            return {**_window(given), "dilations": given["dilation"], "ceil_mode": int(given["ceil"])}
        case "avg_pool":
            counted = {"count_include_pad": int(given["count_padding"])}
            return {**_window(given), **counted, "ceil_mode": int(given["ceil"])}
        case "fc":
            return {"transB": 1}
        case "batch_norm":
            return {"epsilon": given["eps"]}
        case "concat":
            return {"axis": 1}
    return {}


def _window(given: Mapping[str, Any]) -> dict[str, Any]:
    before_and_after = zip(*given["padding"], strict=True)
    return {
        "kernel_shape": given["kernel"],
        "strides": given["stride"],
        "pads": list(chain.from_iterable(before_and_after)),
    }
