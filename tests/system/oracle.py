"""Sigdel's integer arithmetic and operation counts, a second time: docs/arithmetic.md and docs/counting.md in NumPy.

Written from those two pages alone, without looking at the C++ sources, so that an error has to be made twice to go
unnoticed. Nothing here knows about report.json; recompute.py compares the two.

Names: T frames, L weight layers, d_l the width of tensor l. Tensor 0 is the frame, tensor L the output. Integers are
int64, real numbers float64 unless said otherwise. `s` is a scale (integer steps per unit of the tensor).
"""
import dataclasses
import pathlib
import struct

import numpy as np
import onnx
import onnx.numpy_helper

MODES = ("dense", "zero-skip", "temporal-difference", "rounding", "sigma-delta")
SCALED_MODES = ("rounding", "sigma-delta")              # the others are of the grid family
DELTA_MODES = ("temporal-difference", "sigma-delta")    # send differences; the others restart every frame
ENCODINGS = ("unary", "graded", "shift-add")
TALLIES = ("events", "magnitude", "updates", "paper_adds", "paper_multiplies", "saturations", "adds", "subtracts",
           "multiplies", "shifts", "compares", "rounds")
LARGEST_FRACTION_BITS = 30

# Horowitz (ISSCC 2014), 45 nm, in pJ: what the paper's convention prices.
ADD_32_PJ = 0.1
MULTIPLY_PJ = {32: 3.1, 8: 0.2}


@dataclasses.dataclass
class Layer:
    """One weight layer y = x W + b of the float network."""
    weights: np.ndarray     # float32 [d_l, d_{l+1}]
    bias: np.ndarray        # float32 [d_{l+1}]
    relu: bool              # a ReLU follows


@dataclasses.dataclass
class FoldedLayer:
    """One weight layer in fixed point; a real number is the integer / 2^fraction_bits."""
    weights: np.ndarray     # int64 [d_l, d_{l+1}]
    bias: np.ndarray        # int64 [d_{l+1}]
    fraction_bits: int
    bound: int              # no accumulator gets larger
    relu: bool

    @property
    def half(self):
        """One half, in fixed point."""
        return 1 << (self.fraction_bits - 1)


@dataclasses.dataclass
class Widths:
    """Widths in bits, and the clamp of the scaled family."""
    weight: int = 32
    accumulator: int = 32
    activation: int = 16
    max_magnitude: int = 2047


@dataclasses.dataclass
class Run:
    """What one mode does with T frames."""
    sent: list              # L arrays, int64 [T, d_l]: what layer l receives; 0: no event, except in `dense`
    saturations: list       # L arrays, int64 [T]: values of layer l's output that the clamp changed; last layer: 0
    outputs: np.ndarray     # int64 [T, d_L], accumulators of the last layer
    input_saturations: int  # values of tensor 0 that the host's clamp changed, all frames; in no layer's tally


class NotFoldable(ValueError):
    """No number of fraction bits fits a layer."""


# --- files -----------------------------------------------------------------------------------------------------------

def read_idx(path):
    """Return the uint8 array of an IDX file."""
    data = pathlib.Path(path).read_bytes()
    zeros, kind, rank = struct.unpack_from(">HBB", data)
    if zeros != 0 or kind != 8:
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack_from(f">{rank}I", data, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def frames_of_pixels(pixels):
    """Return float32 [T, d_0] frames of uint8 [T, rows, columns] pixels: float32(p / 255), the division in double."""
    return (pixels.reshape(len(pixels), -1).astype(np.float64) / 255.0).astype(np.float32)


def load_network(path):
    """Return the list of Layer of an ONNX file whose graph is one chain, in the order of the graph's edges."""
    graph = onnx.load(str(path)).graph
    constants = {i.name: onnx.numpy_helper.to_array(i) for i in graph.initializer}
    reader_of = {name: node for node in graph.node for name in node.input if name not in constants}
    tensor = next(v.name for v in graph.input if v.name not in constants)
    layers = []
    while tensor in reader_of:
        node = reader_of[tensor]
        append_node(layers, node, constants)
        tensor = node.output[0]
    return layers


def append_node(layers, node, constants):
    """Add what one ONNX node does to the list of Layer."""
    values = [constants[name] for name in node.input if name in constants]
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    if node.op_type == "Gemm":
        layers.append(layer_of_gemm(values, attributes))
    elif node.op_type == "MatMul":
        layers.append(Layer(values[0], np.zeros(values[0].shape[1], np.float32), False))
    elif node.op_type == "Add":
        layers[-1].bias = layers[-1].bias + values[0].reshape(-1)
    elif node.op_type == "Relu":
        layers[-1].relu = True
    elif node.op_type not in ("Flatten", "Reshape", "Softmax", "Identity"):
        raise ValueError(f"node {node.name}: {node.op_type} is unknown to the oracle")


def layer_of_gemm(values, attributes):
    """Return the Layer of a Gemm node whose weights (and bias, if it has one) are `values`."""
    if attributes.get("transA", 0) or attributes.get("alpha", 1.0) != 1.0 or attributes.get("beta", 1.0) != 1.0:
        raise ValueError("Gemm with transA, alpha or beta is unknown to the oracle")
    weights = values[0].T if attributes.get("transB", 0) else values[0]
    bias = values[1].reshape(-1) if len(values) > 1 else np.zeros(weights.shape[1], np.float32)
    return Layer(weights, bias, False)


# --- float network ---------------------------------------------------------------------------------------------------

def float_tensors(layers, frames):
    """Return the float32 tensors 0 .. L, [T, d_l] each; a ReLU behind the last layer is left out."""
    tensors = [frames]
    for l, layer in enumerate(layers):
        y = tensors[-1] @ layer.weights + layer.bias
        tensors.append(np.maximum(y, np.float32(0)) if layer.relu and l + 1 < len(layers) else y)
    return tensors


def float_rounding_outputs(layers, frames, scales, clamp):
    """Return float32 [T, d_L], the outputs of the net whose tensors 0 .. L-1 are rounded to steps of 1 / scale."""
    x = frames
    for l, layer in enumerate(layers):
        steps = np.clip(round_half_away(x.astype(np.float64) * scales[l]), -clamp, clamp)
        y = (steps / scales[l]).astype(np.float32) @ layer.weights + layer.bias
        x = np.maximum(y, np.float32(0)) if layer.relu and l + 1 < len(layers) else y
    return x


# --- integer network -------------------------------------------------------------------------------------------------

def round_half_away(x):
    """Return real x rounded to whole numbers (still float64), halves away from zero. Exact: x - trunc(x) is."""
    whole = np.trunc(x)
    return whole + np.sign(x) * (np.abs(x - whole) >= 0.5)


def round_up_7_bits(r):
    """Return r >= 0 rounded up to seven significant bits; 1 if r is 0."""
    if r == 0:
        return 1.0
    unit = 2.0 ** (np.frexp(r)[1] - 1 - 6)  # frexp: r = m 2^e with 1/2 <= m < 1, so floor(log2(r)) = e - 1
    return float(unit * np.ceil(float(r) / unit))


def clamp_of(mode, widths):
    """Return the largest magnitude of a value in this mode."""
    return widths.max_magnitude if mode in SCALED_MODES else (1 << (widths.activation - 1)) - 1


def grid_scales(tensors, clamp):
    """Return the grid family's scales of tensors 0 .. L-1 from the float tensors 0 .. L over all frames of the run."""
    return [clamp / round_up_7_bits(float(np.abs(t).max())) for t in tensors[:-1]]


def fold_layer(layer, s_in, s_out, clamp, widths):
    """Return the FoldedLayer with the most fraction bits that fit."""
    for fraction_bits in range(LARGEST_FRACTION_BITS, 0, -1):
        folded = fold_at(layer, s_in, s_out, clamp, fraction_bits)
        if folded is not None and fits(folded, widths):
            return folded
    raise NotFoldable(f"a layer of {layer.weights.shape} fits no number of fraction bits")


def fold_at(layer, s_in, s_out, clamp, fraction_bits):
    """Return the FoldedLayer with this many fraction bits, or None if int64 is too narrow for it."""
    one = 2.0 ** fraction_bits
    weights = round_half_away((layer.weights.astype(np.float64) * (s_out / s_in)) * one)
    bias = round_half_away((layer.bias.astype(np.float64) * s_out) * one)
    if (np.abs(weights).sum(axis=0) * clamp + np.abs(bias) + one).max() > 2.0 ** 62:
        return None
    weights, bias = weights.astype(np.int64), bias.astype(np.int64)
    bound = (np.abs(weights).sum(axis=0) * clamp + np.abs(bias)).max() + (1 << (fraction_bits - 1))
    return FoldedLayer(weights, bias, fraction_bits, int(bound), layer.relu)


def fits(folded, widths):
    """Return whether bound and weights fit the widths."""
    return (folded.bound <= (1 << (widths.accumulator - 1)) - 1
            and int(np.abs(folded.weights).max()) <= (1 << (widths.weight - 1)) - 1)


def fold_network(layers, scales, clamp, widths):
    """Return the L FoldedLayer for L scales; the output's scale is 1."""
    ends = list(scales) + [1.0]
    return [fold_layer(layer, ends[l], ends[l + 1], clamp, widths) for l, layer in enumerate(layers)]


def quantise_frames(frames, scale, clamp):
    """Return the host's integers of float32 frames, int64 [T, d_0], and how many of them the clamp changed."""
    steps = round_half_away(frames.astype(np.float64) * scale)
    values = np.clip(steps, -clamp, clamp)
    return values.astype(np.int64), int((values != steps).sum())


def fire(folded, accumulators, clamp):
    """Return values int64 [T, d] of accumulators [T, d] at the end of a frame, and int64 [T] saturations."""
    a = np.maximum(accumulators, 0) if folded.relu else accumulators
    rounded = (a + folded.half - (a < 0)) >> folded.fraction_bits
    values = np.clip(rounded, -clamp, clamp)
    return values, (values != rounded).sum(axis=1)


def sent_of(mode, values):
    """Return what is sent, int64 [T, d], for values [T, d] of consecutive frames after a reset."""
    return np.diff(values, axis=0, prepend=0) if mode in DELTA_MODES else values


def accumulate(mode, folded, sent):
    """Return int64 [T, d_{l+1}]: the accumulators at the end of every frame, for what was sent [T, d_l]."""
    products = sent @ folded.weights
    return folded.bias + (np.cumsum(products, axis=0) if mode in DELTA_MODES else products)


def run_mode(mode, network, frames, scale_0, clamp):
    """Return the Run of one mode: FoldedLayers `network` on float32 frames [T, d_0]."""
    values, input_saturations = quantise_frames(frames, scale_0, clamp)
    sent, saturations = [], []
    for l, folded in enumerate(network):
        sent.append(sent_of(mode, values))
        accumulators = accumulate(mode, folded, sent[-1])
        last = l + 1 == len(network)
        values, saturated = (None, np.zeros(len(frames), np.int64)) if last else fire(folded, accumulators, clamp)
        saturations.append(saturated)
    return Run(sent, saturations, accumulators, input_saturations)


# --- counts ----------------------------------------------------------------------------------------------------------

def naf_digits(m):
    """Return the non-adjacent form of m >= 0 as a list of -1, 0, 1, least significant first."""
    digits = []
    while m:
        digit = 2 - m % 4 if m % 2 else 0
        digits.append(digit)
        m = (m - digit) // 2
    return digits


def naf_tables(largest):
    """Return three int64 [largest + 1] tables: digits +1, digits -1, and non-zero digits of weight above 1, of m."""
    forms = [naf_digits(m) for m in range(largest + 1)]
    return (np.array([f.count(1) for f in forms]), np.array([f.count(-1) for f in forms]),
            np.array([sum(d != 0 for d in f[1:]) for f in forms]))


def lane_operations(mode, encoding, sent):
    """Return adds, subtracts, multiplies, shifts per target, int64 [T] each, of what was sent [T, d]."""
    event = np.ones_like(sent) if mode == "dense" else (sent != 0).astype(np.int64)
    none = np.zeros_like(sent)
    magnitude, positive, negative = np.abs(sent), sent > 0, sent < 0
    if mode not in SCALED_MODES:
        operations = event, none, event, none
    elif encoding == "unary":
        operations = magnitude * positive, magnitude * negative, none, none
    elif encoding == "graded":
        operations = positive, negative, magnitude > 1, none
    elif encoding == "shift-add":
        plus, minus, shifted = (table[magnitude] for table in naf_tables(int(magnitude.max())))
        operations = np.where(positive, plus, minus), np.where(positive, minus, plus), none, shifted
    else:
        raise ValueError(f"encoding {encoding} is unknown")
    return [o.sum(axis=1, dtype=np.int64) for o in operations]


def event_tallies(mode, encoding, sent, fan_out):
    """Return the tallies of what a layer receives: {name: int64 [T]} for sent [T, d] and fan_out targets an event."""
    events = np.full(len(sent), sent.shape[1]) if mode == "dense" else np.count_nonzero(sent, axis=1)
    magnitude = np.abs(sent).sum(axis=1)
    adds, subtracts, multiplies, shifts = (o * fan_out for o in lane_operations(mode, encoding, sent))
    scaled = mode in SCALED_MODES
    return {"events": events, "magnitude": magnitude, "updates": events * fan_out,
            "paper_adds": (magnitude if scaled else events) * fan_out,
            "paper_multiplies": np.zeros_like(events) if scaled else events * fan_out,
            "adds": adds, "subtracts": subtracts, "multiplies": multiplies, "shifts": shifts}


def scan_tallies(mode, relu, neurons):
    """Return the tallies {name: count} of the end of one frame of a layer that is not the last."""
    return {"subtracts": neurons if mode in DELTA_MODES else 0, "shifts": neurons, "rounds": neurons,
            "compares": (relu + 2 + (mode != "dense")) * neurons}


def layer_tallies(mode, encoding, network, run):
    """Return, for each layer, {name: int64 [T]} of all TALLIES."""
    result = []
    for l, folded in enumerate(network):
        neurons = folded.weights.shape[1]
        tally = {name: np.zeros(len(run.outputs), np.int64) for name in TALLIES}
        parts = [event_tallies(mode, encoding, run.sent[l], neurons), {"saturations": run.saturations[l]}]
        if mode == "rounding":
            parts.append({"paper_adds": neurons})
        if l + 1 < len(network):
            parts.append(scan_tallies(mode, folded.relu, neurons))
        for part in parts:
            for name, count in part.items():
                tally[name] = tally[name] + count
        result.append(tally)
    return result


def dense_operations(layers):
    """Return the paper's operations per frame of the dense net: 2 d_l d_{l+1} summed over Layers."""
    return sum(2 * layer.weights.size for layer in layers)


def paper_energy_nj(adds, multiplies, operand_bits):
    """Return the paper's energy in nJ: multiplies at operand_bits, adds always at 32 bits."""
    return (adds * ADD_32_PJ + multiplies * MULTIPLY_PJ[operand_bits]) / 1000.0


# --- hash ------------------------------------------------------------------------------------------------------------

def fnv1a(outputs):
    """Return FNV-1a (64 bits, hexadecimal) over int outputs [T, d_L], each as a little-endian int32, frame by frame."""
    state = 0xCBF29CE484222325
    for byte in np.ascontiguousarray(outputs).astype("<i4").tobytes():
        state = ((state ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{state:016x}"
