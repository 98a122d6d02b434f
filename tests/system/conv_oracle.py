"""A second implementation of docs/arithmetic.md for chains of convolutions, in NumPy: it gathers where the program scatters.

Reads the ONNX file itself. Integers are held in float64, where all of them are exact: accumulators stay below 2^31. For the paper's
counts, synaptic operations and outputs; the other tallies are compared in fully connected networks (oracle.py).
"""
import dataclasses

import numpy as np
import onnx
from onnx import numpy_helper

import oracle


@dataclasses.dataclass
class Layer:
    """A weight layer on images; a fully connected one is a convolution whose kernel is as large as its image."""

    weights: np.ndarray  # float32, outputs x inputs x rows x columns
    bias: np.ndarray     # float32
    pad: int = 0
    relu: bool = False
    pool: bool = False   # 2 x 2 behind it


def load_network(path):
    """Return the layers of an ONNX file: Conv, BatchNormalization behind it, Relu, 2x2 MaxPool, Flatten, Gemm, Softmax, in a chain."""
    graph = onnx.load(str(path)).graph
    constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    layers, shape = [], None
    for node in graph.node:
        given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        values = [constants[name] for name in node.input if name in constants]
        if node.op_type == "Conv":
            layers.append(Layer(values[0], np.zeros(len(values[0]), np.float32) if len(values) < 2 else values[1], given["pads"][0]))
        elif node.op_type == "BatchNormalization":
            fold_normalisation(layers[-1], values, given["epsilon"])
        elif node.op_type == "Relu":
            layers[-1].relu = True
        elif node.op_type == "MaxPool":
            layers[-1].pool = True
        elif node.op_type == "Flatten":
            shape = layers[-1].weights.shape[0]
        elif node.op_type == "Gemm":
            channels = shape if shape else layers[-1].weights.shape[0]
            side = int(round((values[0].shape[1] / channels) ** 0.5))
            layers.append(Layer(values[0].reshape(-1, channels, side, side), values[1]))
            shape = None
        elif node.op_type != "Softmax":
            raise ValueError(f"{node.op_type} is unknown to the oracle")
    return layers


def fold_normalisation(layer, values, epsilon):
    """Put a batch normalisation into the layer before it, in double, rounded once."""
    gain, offset, mean, variance = (value.astype(np.float64) for value in values)
    scale = gain / np.sqrt(variance + epsilon)
    layer.weights = (layer.weights.astype(np.float64) * scale[:, None, None, None]).astype(np.float32)
    layer.bias = (scale * layer.bias + (offset - mean * scale)).astype(np.float32)


def windows(images, side, pad):
    """Return images [T, c, h, w] as [T, h', w', c side side]: what every output pixel sees."""
    padded = np.pad(images, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    seen = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(2, 3))
    return seen.transpose(0, 2, 3, 1, 4, 5).reshape(len(images), *seen.shape[2:4], -1)


def multiply(weights, images, pad):
    """Return the sums of products of every output, [T, outputs, h', w']; exact for integers below 2^53."""
    seen = windows(images, weights.shape[2], pad)
    return (seen @ weights.reshape(len(weights), -1).T.astype(np.float64)).transpose(0, 3, 1, 2)


def pooled(layer, sums):
    """Return the largest of every 2 x 2 window, where the layer has a pool."""
    if not layer.pool:
        return sums
    count, channels, rows, columns = sums.shape
    return sums.reshape(count, channels, rows // 2, 2, columns // 2, 2).max(axis=(3, 5))


def float_tensors(layers, frames):
    """Return what every layer reads, [T, c, h, w], and what the last gives, in double."""
    tensors = [frames.astype(np.float64)]
    for layer in layers:
        sums = pooled(layer, multiply(layer.weights, tensors[-1], layer.pad) + layer.bias[:, None, None].astype(np.float64))
        tensors.append(np.maximum(sums, 0) if layer.relu else sums)
    return tensors


def fold_layer(layer, s_in, s_out, clamp):
    """Return (weights, bias, F, bound) with the most fraction bits for which accumulators and weights fit 32 bits."""
    for bits in range(30, 0, -1):
        weights = oracle.round_half_away(layer.weights.astype(np.float64) * (s_out / s_in) * 2.0 ** bits)
        bias = oracle.round_half_away(layer.bias.astype(np.float64) * s_out * 2.0 ** bits)
        bound = (np.abs(weights).sum(axis=(1, 2, 3)) * clamp + np.abs(bias)).max() + 2.0 ** (bits - 1)
        if bound <= 2 ** 31 - 1 and np.abs(weights).max() <= 2 ** 31 - 1:
            return weights, bias, bits, int(bound)
    raise oracle.NotFoldable("a layer fits no number of fraction bits")


def fire(layer, sums, bits, clamp):
    """Return the rounded activations of accumulators, [T, c, h, w], before they are clamped and after."""
    active = pooled(layer, sums)
    active = np.maximum(active, 0) if layer.relu else active
    rounded = np.sign(active) * np.floor((np.abs(active) + 2.0 ** (bits - 1)) / 2.0 ** bits)
    return rounded, np.clip(rounded, -clamp, clamp)


def fan_out(layer, shape):
    """Return the true fan-out of every pixel of an image [h, w]: positions whose kernel lies on it, times outputs."""
    side = layer.weights.shape[2]
    reach = []
    for extent in shape:
        first = np.arange(extent)[:, None] + layer.pad - np.arange(side)  # position that sees pixel i at kernel element k
        reach.append(((first >= 0) & (first <= extent + 2 * layer.pad - side)).sum(axis=1))
    return len(layer.weights) * np.outer(*reach)


def run_mode(mode, layers, folded, frames, scale, clamp):
    """Return (outputs [T, n], per layer {tally: [T]}) of a mode, from frames [T, c, h, w] and the folded layers."""
    sent = np.clip(oracle.round_half_away(frames.astype(np.float64) * scale), -clamp, clamp)
    tallies = []
    for number, (layer, (weights, bias, bits, _)) in enumerate(zip(layers, folded)):
        sums = multiply(weights, sent, layer.pad) + bias[:, None, None]
        tallies.append(tallies_of(mode, layer, sent, sums[0].size))
        rounded, values = fire(layer, sums, bits, clamp)
        last = number + 1 == len(layers)
        tallies[-1]["saturations"] = np.zeros(len(frames)) if last else per_frame(rounded != values)
        sent = values
    return sums.reshape(len(frames), -1), tallies


def per_frame(values):
    """Return the sum of every frame's values."""
    return values.reshape(len(values), -1).sum(axis=1)


def tallies_of(mode, layer, values, neurons):
    """Return {tally: [T]} of a layer that reads values [T, c, h, w] and has so many accumulators."""
    if mode in ("temporal-difference", "sigma-delta"):
        values = np.diff(values, axis=0, prepend=0)
    events = np.ones(values.shape) if mode == "dense" else (values != 0).astype(float)
    side = layer.weights.shape[2]
    same = layer.pad == side // 2
    # The paper counts a convolution of stride 1 with 'same' padding without borders, any other by its true fan-out.
    true = fan_out(layer, values.shape[2:])
    paper = np.full(true.shape, len(layer.weights) * side * side) if same else true
    result = {"events": per_frame(events), "magnitude": per_frame(np.abs(values)), "updates": per_frame(events * true)}
    if mode in ("rounding", "sigma-delta"):
        result["paper_adds"] = per_frame(np.abs(values) * paper) + (neurons if mode == "rounding" else 0)
        result["paper_multiplies"] = np.zeros(len(values))
    else:
        result["paper_adds"] = result["paper_multiplies"] = per_frame(events * paper)
    return result
