"""Runs an ONNX file node by node in PyTorch, for the operators of this project's own networks.

It reads the file itself and knows nothing of Sigdel's importer, so that the two can be compared.
"""
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional


def attributes(node):
    """Return the node's attributes as a dictionary."""
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def forward(node, inputs):
    """Return the node's output, a tensor."""
    kind, given = node.op_type, attributes(node)
    if kind == "Conv":
        top, left, bottom, right = given["pads"]
        padded = functional.pad(inputs[0], (left, right, top, bottom))
        bias = inputs[2] if len(inputs) > 2 else None
        return functional.conv2d(padded, inputs[1], bias, given["strides"], groups=given["group"])
    if kind == "BatchNormalization":
        scale, shift, mean, variance = (t.reshape(1, -1, 1, 1) for t in inputs[1:])
        return (inputs[0] - mean) * scale / torch.sqrt(variance + given["epsilon"]) + shift
    if kind == "Relu":
        return functional.relu(inputs[0])
    if kind == "MaxPool":
        assert not any(given.get("pads", ())) and not given.get("ceil_mode")
        return functional.max_pool2d(inputs[0], given["kernel_shape"], given["strides"])
    if kind == "Flatten":
        return torch.flatten(inputs[0], given.get("axis", 1))
    if kind == "Gemm":
        assert given["transB"] == 1 and not given.get("transA") and given["alpha"] == given["beta"] == 1
        return inputs[0] @ inputs[1].T + inputs[2]
    if kind == "Softmax":
        return torch.softmax(inputs[0], dim=given["axis"])
    raise ValueError(f"node '{node.name}': {kind} is not in this project's own networks")


def run(path, frames, dtype=torch.float32):
    """Return {tensor's name: value (n, ...)} of every node's output, in order, for frames, float32 (n, ...)."""
    graph = onnx.load(str(path)).graph
    tensors = {t.name: torch.from_numpy(np.array(numpy_helper.to_array(t))).to(dtype) for t in graph.initializer}
    tensors[graph.input[0].name] = torch.from_numpy(np.array(frames)).to(dtype)
    made = {}
    with torch.no_grad():
        for node in graph.node:
            made[node.output[0]] = tensors[node.output[0]] = forward(node, [tensors[name] for name in node.input])
    return {name: value.numpy() for name, value in made.items()}


def outputs(path, frames, block=250):
    """Return the last node's output for frames (n, ...), a block at a time."""
    parts = [list(run(path, frames[first:first + block]).values())[-1] for first in range(0, len(frames), block)]
    return np.concatenate(parts)


def count_errors(path, frames, labels):
    """Return how many of frames (n, ...) the file gives another most probable class than labels (n,) say."""
    return int(np.count_nonzero(outputs(path, frames).argmax(axis=1) != labels))
