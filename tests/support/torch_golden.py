"""Writes tests/golden/*.json: what PyTorch gives for this project's own networks, node by node.

run: /usr/bin/python3 tests/support/torch_golden.py    (needs python3-torch, python3-onnx, python3-numpy)

Evaluated in float64 from the float32 weights and frames of the files. Read by tests/unit/own_networks_test.cpp; checked against
PyTorch anew by tests/system/test_torch.py.
"""
import json
import pathlib
import sys

import numpy as np
import onnx

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
sys.path[:0] = [str(ROOT / "models" / "digits-vgg"), str(ROOT / "models" / "mnist")]

import onnx_in_torch  # noqa: E402 (needs the path above)
from idx import read_idx  # noqa: E402

FRAMES = 8
NETWORKS = {  # file's stem: where the network is, its frames, and a frame's extents
    "digits-vgg": ("models/digits-vgg/digits-vgg.onnx", "scenarios/data/digits-clip-200-images.idx3-ubyte", (1, 48, 48)),
    "mnist-784-200-200-10": ("models/mnist/mnist-784-200-200-10.onnx",
                             "scenarios/data/mnist-temporal-500-images.idx3-ubyte", (784,)),
}
CYCLE = 97  # weights of the sum that notices elements in a wrong order


def load_frames(name):
    """Return (numbers of the frames, the network's input: float32 (8, ...), pixels / 255)."""
    _, images, extents = NETWORKS[name]
    pixels = read_idx(ROOT / images)
    numbers = np.linspace(0, len(pixels) - 1, FRAMES).astype(int)
    return numbers, (pixels[numbers].astype(np.float32) / np.float32(255)).reshape(FRAMES, *extents)


def visible(path, values):
    """Leave out convolutions in front of a batch normalisation: the importer makes one layer of the two."""
    graph = onnx.load(str(path)).graph
    folded = {node.input[0] for node in graph.node if node.op_type == "BatchNormalization"}
    kinds = {node.output[0]: node.op_type for node in graph.node}
    return [(tensor, kinds[tensor], value) for tensor, value in values.items() if tensor not in folded]


def summary(tensor, kind, value):
    """Return what the golden file says of one node's output, (8, ...)."""
    flat = value.reshape(-1)
    return {"tensor": tensor, "operator": kind, "shape": list(value.shape[1:]), "sum": float(flat.sum()),
            "l1": float(np.abs(flat).sum()), "largest": float(np.abs(flat).max()),
            "weighted": float((flat * (np.arange(flat.size) % CYCLE)).sum())}


def golden(name, dtype=None):
    """Return a network's golden record, computed in `dtype` (default float64)."""
    path = ROOT / NETWORKS[name][0]
    numbers, frames = load_frames(name)
    values = visible(path, onnx_in_torch.run(path, frames, dtype or onnx_in_torch.torch.float64))
    return {"network": NETWORKS[name][0], "frames_file": NETWORKS[name][1], "frames": numbers.tolist(),
            "evaluated_in": "float64 by PyTorch, from float32 weights and frames",
            "nodes": [summary(*node) for node in values],
            "scores": values[-2][2].tolist(), "probabilities": values[-1][2].tolist()}


def to_json(record):
    """Format a record with one line per key, node and frame."""
    lines = []
    for key, value in record.items():
        if isinstance(value, list) and not isinstance(value[0], int):
            inner = ",\n    ".join(json.dumps(item) for item in value)
            lines.append(f"  {json.dumps(key)}: [\n    {inner}\n  ]")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for stem in NETWORKS:
        (GOLDEN / f"{stem}.json").write_text(to_json(golden(stem)))
