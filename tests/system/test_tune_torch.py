"""Derivatives of `sigdel tune` against PyTorch's of the rules in docs/tuning.md, by one step on random networks.

The step's length is known, so the scales that it leads to give the derivatives. PyTorch works in double.
"""
import json
import os
import re
import sys
import unittest
import warnings
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # PyTorch's and the program's: two wait for each other most of the time

import numpy as np  # noqa: E402 (needs the variable above, like PyTorch)
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent))

from program import FolderTest, sigdel  # noqa: E402 (needs the path above)

FRAMES = 5
START = 1.7  # every scale before the step
FURTHEST = 3  # how far the step moves a scale's logarithm, so that five digits of the scales say enough
WEAKEST = 2 * FURTHEST / 1000  # largest derivative: rates are at most 1000, and computation takes up to a half
MARGIN = 5e-5  # how near to a change of integer, or to a ReLU's bend, no value may be, for float32 to decide alike


class Sent:
    """What stands where a network sends a tensor: the integers in units of the values, and what they cost."""

    def __init__(self, rule, cost, granularity, clamp):
        self.rule, self.cost, self.granularity, self.clamp = rule, cost, granularity, clamp
        self.logs = []  # of the scales, per tensor
        self.expected = self.counted = 0.0  # computation: what is derived, what integers take
        self.margin = 1.0

    def __call__(self, a, *readers, averaged=False):
        """Quantise a tensor that these layers read, or of whose pixels they read the averages two by two."""
        channels = a.shape[1] if self.granularity == "channel" else 1
        log = torch.full((1, channels) + (1,) * (a.dim() - 2), float(np.log(START)), dtype=a.dtype, requires_grad=True)
        self.logs.append(log)
        k = log.exp()
        x = k * a
        s = (x.sign() * (x.abs() + 0.5).floor()).clamp(-self.clamp, self.clamp).detach()
        self.margin = min(self.margin, float((x.abs() % 1 - 0.5).abs().min()))
        self.charge((k * a.detach()).clamp(-self.clamp, self.clamp), s, reach_of(readers, a.shape[2:], averaged))
        if self.rule == "literal":
            return s / k + a - a.detach()
        is_cut = x.abs() >= self.clamp + 0.5
        return torch.where(is_cut, s / k, (x + (s - x).detach()) / k)

    def charge(self, x, s, reach):
        """Add what the integers s cost, which x became by rounding."""
        if self.cost == "sigma-delta":
            x, s = x[1:] - x[:-1], s[1:] - s[:-1]
        self.expected = self.expected + (x.abs() * reach).sum() / len(x)
        self.counted += float((s.abs() * reach).sum() / len(s))

    def rectify(self, a):
        """ReLU, of which the margin is taken."""
        self.margin = min(self.margin, float(a.abs().min()))
        return functional.relu(a)


class Plain:
    """What stands there in the network that is exported and in the dense one."""

    def __call__(self, a, *readers, averaged=False):
        return a

    def rectify(self, a):
        """ReLU."""
        return functional.relu(a)


def reach_of(readers, size, averaged):
    """Return the accumulators that values reach, in the paper's convention: a number, or a tensor [rows, columns]."""
    if averaged:  # a value of a window counts as the window's sum
        small = sum(reach_of_one(reader, [n // 2 for n in size]) for reader in readers)
        return gradient_by_pixels(size, lambda pixels: 4 * functional.avg_pool2d(pixels, 2) * small)
    return sum(reach_of_one(reader, size) for reader in readers)


def reach_of_one(layer, size):
    """Return what values reach in one layer (docs/counting.md)."""
    if isinstance(layer, nn.Linear):
        return float(layer.out_features)
    if layer.stride == (1, 1) and all(2 * p == n - 1 for p, n in zip(layer.padding, layer.kernel_size)):
        return float(layer.out_channels * np.prod(layer.kernel_size))
    ones = torch.ones(layer.out_channels, 1, *layer.kernel_size)
    return gradient_by_pixels(size, lambda pixels: functional.conv2d(
        pixels, ones, stride=layer.stride, padding=layer.padding))


def gradient_by_pixels(size, function):
    """Return how much the sum of a linear function grows with each pixel."""
    pixels = torch.ones(1, 1, *size, requires_grad=True)
    return torch.autograd.grad(function(pixels).sum(), pixels)[0][0, 0]


class Chain(nn.Module):
    """Fully connected layers; a softmax at the end."""

    ends_in_softmax = True

    def __init__(self, rng):
        super().__init__()
        widths = [int(n) for n in rng.integers(4, 14, 4)]
        self.shape = (widths[0],)
        self.layers = nn.ModuleList(nn.Linear(n, m) for n, m in zip(widths, widths[1:]))

    def scores(self, a, sent):
        """Return the scores before the softmax."""
        for layer in self.layers[:-1]:
            a = sent.rectify(layer(sent(a, layer)))
        return self.layers[-1](sent(a, self.layers[-1]))


class Branches(nn.Module):
    """Convolutions with a max-pool, a residual addition, a concatenation; a fully connected layer at the end."""

    ends_in_softmax = False

    def __init__(self, rng):
        super().__init__()
        first, middle, left, right, outputs = (int(n) for n in rng.integers(2, 5, 5))
        self.shape = (int(rng.integers(1, 4)), 9, 8)
        self.first = nn.Conv2d(self.shape[0], first, 3, padding=int(rng.integers(0, 2)))
        self.inner = nn.Conv2d(first, middle, 3, padding=1)
        self.outer = nn.Conv2d(middle, first, 1)
        self.left = nn.Conv2d(first, left, 1, stride=2)
        self.right = nn.Conv2d(first, right, 3, stride=2, padding=1)
        self.last = nn.LazyLinear(outputs)

    def scores(self, a, sent):
        """Return the outputs."""
        a = sent.rectify(self.first(sent(a, self.first)))
        a = sent(functional.max_pool2d(a, 2), self.inner)  # and the addition, which is no product
        b = sent.rectify(self.inner(a))
        a = sent(sent.rectify(self.outer(sent(b, self.outer)) + a), self.left, self.right)
        a = torch.cat([sent.rectify(self.left(a)), sent.rectify(self.right(a))], 1)
        return self.last(torch.flatten(sent(a, self.last), 1))


class Averages(nn.Module):
    """Convolutions with an average pool between them and one at the end, and a softmax."""

    ends_in_softmax = True

    def __init__(self, rng):
        super().__init__()
        first, second, outputs = (int(n) for n in rng.integers(3, 6, 3))
        self.shape = (1, 8, 10)
        self.first = nn.Conv2d(1, first, 3, padding=1)
        self.second = nn.Conv2d(first, second, 3, padding=int(rng.integers(0, 2)))
        self.last = nn.Conv2d(second, outputs, 1)

    def scores(self, a, sent):
        """Return the scores before the softmax."""
        a = sent.rectify(self.first(sent(a, self.first)))
        a = sent(a, self.second, averaged=True)
        a = sent.rectify(self.second(functional.avg_pool2d(a, 2, count_include_pad=False)))
        a = sent.rectify(self.last(sent(a, self.last)))
        return torch.flatten(functional.adaptive_avg_pool2d(a, 1), 1)


class Exported(nn.Module):
    """A network as it is written to a file."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, frames):
        """Return the outputs, behind the softmax if there is one."""
        scores = self.network.scores(frames, Plain())
        return torch.softmax(scores, 1) if self.network.ends_in_softmax else scores


def distance(network, scores, dense):
    """Return the loss per frame of docs/tuning.md."""
    if not network.ends_in_softmax:
        return ((scores - dense) ** 2).sum() / len(scores)
    p, q = torch.log_softmax(scores, 1), torch.log_softmax(dense, 1)
    return (p.exp() * (p - q)).sum() / len(scores)


def derivatives(of, sent):
    """Return a scalar's derivatives by the logarithms of all scales, one after the other."""
    parts = torch.autograd.grad(of, sent.logs, retain_graph=True, allow_unused=True)
    return np.concatenate([part.numpy().ravel() for part in parts])


class OneStep(FolderTest):
    """A network, frames, one step, and what it should have been."""

    def drawn(self, kind, seed, options):
        """Return (network, frames, Sent, loss) of the first draw that says something: see WEAKEST and MARGIN."""
        for attempt in range(100):
            torch.manual_seed(1000 * seed + attempt)
            rng = np.random.default_rng(1000 * seed + attempt)
            network = kind(rng)
            frames = torch.from_numpy(rng.normal(size=(FRAMES, *network.shape)).astype(np.float32)).double()
            network.scores(frames[:1].float(), Plain())  # lazy layers learn their width
            network.double().requires_grad_(False)
            for parameter in network.parameters():
                parameter.copy_((3 if parameter.dim() > 1 else 1) * parameter.float())
            sent = Sent(**options)
            loss = distance(network, network.scores(frames, sent), network.scores(frames, Plain()))
            if sent.margin > MARGIN and np.abs(derivatives(loss, sent)).max() > WEAKEST:
                return network, frames, sent, loss
        return self.fail("no draw that says something")

    def step(self, network, frames, options, more):
        """Let the program take the step; return the logarithms of the scales that it writes, and the file's text."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the tracer: shapes are constants
            torch.onnx.export(Exported(network).float(), frames[:1].float(), self.folder / "net.onnx",
                              opset_version=13, input_names=["frame"], output_names=["out"],
                              dynamic_axes={"frame": {0: "batch"}, "out": {0: "batch"}})
        np.save(self.folder / "frames.npy", frames.float().numpy())
        keys = {"cost": options["cost"], "gradient": options["rule"], "granularity": options["granularity"],
                "optimiser": "sgd", "start": START, "clip": 0, "epochs": 1, "batch": FRAMES, "held_out": 0, **more}
        path = self.write("step.yaml", f"network: {{file: net.onnx, max_magnitude: {options['clamp']}}}\n"
                                       "stimulus: {images: frames.npy}\ntune:\n"
                                       + "".join(f"  {key}: {value}\n" for key, value in keys.items()))
        done = sigdel("tune", path, "-o", self.folder / "scales.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        text = (self.folder / "scales.yaml").read_text()
        scales = json.loads("{" + ",".join(re.findall(r'^  (".*)$', text, re.M)) + "}").values()
        return np.log(np.concatenate([np.atleast_1d(each) for each in scales])), text

    def check(self, kind, seed, precision="float32", **chosen):
        """Compare all derivatives of one network; return those that PyTorch gave."""
        options = {"rule": "rounding", "cost": "rounding", "granularity": "tensor", "clamp": 2047, **chosen}
        network, frames, sent, loss = self.drawn(kind, seed, options)
        of_loss, of_computation = derivatives(loss, sent), derivatives(sent.expected, sent)
        weight = 0.5 * float(np.abs(of_loss).max() / np.abs(of_computation).max())  # both terms matter
        expected = of_loss + weight * of_computation
        largest = np.abs(expected).max()
        rate = FURTHEST / largest
        logs, text = self.step(network, frames, options,
                               {"lambda": repr(weight), "learning_rate": repr(rate), "precision": precision})
        measured = (np.log(START) - logs) / rate
        self.assertEqual(len(measured), len(expected))
        np.testing.assert_allclose(measured, expected, rtol=1e-4, atol=3e-5 * largest)
        for key, value in (("last_epoch_loss", float(loss)), ("last_epoch_computation", sent.counted)):
            stated = float(re.search(rf"^    {key}: ([0-9].*)$", text, re.M).group(1))
            self.assertAlmostEqual(stated, value, delta=1e-4 * value)
        return expected


class Derivatives(OneStep):
    """All combinations that docs/tuning.md's table tells apart."""

    def each(self, kind, seeds, **more):
        """Check both costs and both granularities."""
        for seed in seeds:
            for cost in ("rounding", "sigma-delta"):
                for granularity in ("tensor", "channel"):
                    with self.subTest(seed=seed, cost=cost, granularity=granularity):
                        self.check(kind, seed, cost=cost, granularity=granularity, **more)

    def test_chains_in_float32(self):
        self.each(Chain, range(1, 3))

    def test_chains_in_float64(self):
        self.each(Chain, range(4, 6), precision="float64")

    def test_convolutions_pools_additions_and_concatenations(self):
        self.each(Branches, range(7, 9))

    def test_average_pools(self):
        self.each(Averages, range(11, 13))

    def test_integers_that_are_clamped(self):
        for seed, kind in enumerate((Chain, Branches, Averages), 14):
            with self.subTest(kind=kind.__name__):
                cut = self.check(kind, seed, clamp=3)
                self.assertGreater(np.abs(cut - self.check(kind, seed)).max(), 0.01 * np.abs(cut).max())

    def test_the_literal_rule_is_another(self):
        for seed, kind in enumerate((Chain, Branches, Averages), 17):
            with self.subTest(kind=kind.__name__):
                literal = self.check(kind, seed, rule="literal")
                self.assertGreater(np.abs(literal - self.check(kind, seed)).max(), 0.1 * np.abs(literal).max())


if __name__ == "__main__":
    unittest.main()
