"""Networks of lava-dl replayed: docs/formats/lava.md and "Thresholds" of docs/arithmetic.md in NumPy, with every rule as an option.

Written from these pages alone. Integers are int64; weighted sums are made in float64, where they are exact (below 2**53).
"""
import dataclasses

import h5py
import numpy as np

SPIKE_EXP, STATE_EXP = 6, 6
INTO_STATE = SPIKE_EXP + STATE_EXP


@dataclasses.dataclass(frozen=True)
class Rules:
    """What decides the numbers; the defaults are lava-dl's."""
    equality_reaches: bool = True
    residue: str = "unsent"         # forgotten, unsent, all
    floors: bool = True             # the shift to a message; False: toward zero
    bias_shift: int = INTO_STATE
    threshold_shift: int = INTO_STATE
    thresholds: bool = True         # False: all 0
    delayed: bool = True            # a message arrives in the next step
    relu: bool = True
    kernel: str = "stored"          # stored, transposed, flipped
    flatten: str = "cyx"            # cyx, xyc
    message_bits: int = 64          # 16 is never reached by the published vectors


@dataclasses.dataclass
class Layer:
    """One block with a neuron; shape is (channels, rows, columns) or (units,)."""
    kind: str
    shape: tuple
    threshold: int
    is_integrator: bool
    weight: np.ndarray = None
    bias: np.ndarray = None
    stride: tuple = (1, 1)
    padding: tuple = (0, 0)
    groups: int = 1


def read(path):
    """Return a file's Layers, without the flatten."""
    layers = []
    with h5py.File(path) as file:
        for name in sorted(file["layer"], key=int):
            block = file["layer"][name]
            kind = np.ravel(block["type"][()])[0].decode()
            if kind == "flatten":
                continue
            neuron = block["neuron"]
            layer = Layer(kind, tuple(int(extent) for extent in block["shape"][()]), int(neuron["vThMant"][()]),
                          "sigma_output" in neuron and bool(neuron["sigma_output"][()]))
            if "weight" in block:
                layer.weight = block["weight"][()].astype(np.int64)
                layer.bias = block["bias"][()].astype(np.int64) if "bias" in block else np.zeros(layer.shape[0], np.int64)
            if kind == "conv":
                layer.stride, layer.padding = (tuple(int(n) for n in block[key][()]) for key in ("stride", "padding"))
                layer.groups = int(block["groups"][()])
            layers.append(layer)
    return layers


def convolve(messages, layer, rules):
    """Return a convolution's weighted sums."""
    weight = {"stored": layer.weight, "transposed": layer.weight.swapaxes(2, 3), "flipped": layer.weight[:, :, ::-1, ::-1]}[rules.kernel]
    (up, across), (down, right) = layer.padding, layer.stride
    padded = np.pad(messages, ((0, 0), (up, up), (across, across)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[2:], (1, 2))[:, ::down, ::right].astype(np.float64)
    sums = [np.tensordot(part, one.astype(np.float64), ((0, 3, 4), (1, 2, 3))) for part, one in
            zip(np.split(windows, layer.groups), np.split(weight, layer.groups))]
    return np.concatenate(sums, axis=2).transpose(2, 0, 1).astype(np.int64)


def weighted_sum(messages, layer, rules):
    """Return what messages of the layer before make in this one."""
    if layer.kind == "conv":
        return convolve(messages, layer, rules)
    flat = messages.ravel() if messages.ndim == 1 or rules.flatten == "cyx" else messages.transpose(2, 1, 0).ravel()
    return (layer.weight.astype(np.float64) @ flat.astype(np.float64)).astype(np.int64)


class Neurons:
    """A layer's state and its quantiser."""

    def __init__(self, layer, rules):
        self.layer, self.rules = layer, rules
        self.sigma = np.zeros(layer.shape, np.int64)
        self.before = np.zeros(layer.shape, np.int64)   # the activation of the last step
        self.left = np.zeros(layer.shape, np.int64)     # not sent yet
        self.saturations = 0

    def messages(self, activation):
        """Return what is sent; lava-dl's steps 3 to 6."""
        rules = self.rules
        threshold = (self.layer.threshold << rules.threshold_shift) if rules.thresholds else 0
        change = activation - self.before + self.left
        reaches = np.abs(change) >= threshold if rules.equality_reaches else np.abs(change) > threshold
        sent = np.where(reaches, change, 0)
        wanted = sent >> STATE_EXP if rules.floors else np.sign(sent) * (np.abs(sent) >> STATE_EXP)
        most = 2 ** (rules.message_bits - 1) - 1
        message = np.clip(wanted, -most, most)
        self.saturations = int((message != wanted).sum())
        self.left = {"forgotten": 0 * change, "unsent": change - sent, "all": change - (message << STATE_EXP)}[rules.residue]
        self.before = activation
        return message

    def fire(self, arrived):
        """Return messages, or of an integrator its sums."""
        self.sigma = self.sigma + arrived
        if self.layer.is_integrator:
            return self.sigma
        bias = self.layer.bias.reshape(-1, *[1] * (len(self.layer.shape) - 1)) << self.rules.bias_shift
        activation = self.sigma + bias
        return self.messages(np.maximum(activation, 0) if self.rules.relu else activation)


def run(layers, frames, steps, rules=Rules()):
    """Replay; frames are integers in 1/64, channels first, and the last one stays.

    Return, per step and layer, what was sent (of the last layer its sums), sigma after its update, and saturations.
    """
    neurons = [Neurons(layer, rules) for layer in layers]
    arriving = [np.zeros(layer.shape, np.int64) for layer in layers]
    sent, sigmas, saturations = [], [], []
    for t in range(steps):
        frame = frames[min(t, len(frames) - 1)].astype(np.int64) << INTO_STATE
        sent.append([neurons[0].messages(frame)])
        for l, layer in enumerate(layers[1:], 1):
            arrived = arriving[l] if rules.delayed else weighted_sum(sent[t][l - 1], layer, rules)
            sent[t].append(neurons[l].fire(arrived))
        for l, layer in enumerate(layers[1:], 1):
            arriving[l] = weighted_sum(sent[t][l - 1], layer, rules)
        sigmas.append([each.sigma for each in neurons])
        saturations.append([each.saturations for each in neurons])
    return sent, sigmas, saturations


def from_lava(array):
    """Return (x, y, channel, time) as (time, channel, y, x)."""
    return array.transpose(3, 2, 1, 0)


def reached(messages, layer):
    """Return how many (message, neuron) pairs of a layer non-zero messages make."""
    if layer.kind != "conv":
        return int(np.count_nonzero(messages)) * layer.shape[0]
    ones = dataclasses.replace(layer, weight=np.ones_like(layer.weight))
    return int(convolve((messages != 0).astype(np.int64), ones, Rules()).sum())
