"""The golden values of tests/golden against PyTorch, and what the records say that the network scores.

The golden values are what the float reference is compared with (tests/unit/own_networks_test.cpp), where PyTorch need not be installed.
"""
import json
import pathlib
import sys
import tempfile
import unittest

import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import torch_golden  # noqa: E402 (needs the path above; puts the models' folders on the path)
import onnx_in_torch  # noqa: E402
import scene  # noqa: E402
import train  # noqa: E402
from idx import read_idx  # noqa: E402


class Golden(unittest.TestCase):
    """Every number of the golden files, computed anew."""

    def close(self, name, computed, committed, tolerance):
        """Compare two records; sums to `tolerance` of the sum of magnitudes, which rounding grows with."""
        self.assertEqual(computed["frames"], committed["frames"])
        self.assertEqual(len(computed["nodes"]), len(committed["nodes"]))
        for ours, theirs in zip(computed["nodes"], committed["nodes"]):
            with self.subTest(network=name, tensor=theirs["tensor"]):
                for key in ("tensor", "operator", "shape"):
                    self.assertEqual(ours[key], theirs[key])
                for key, size in (("sum", 1), ("l1", 1), ("weighted", torch_golden.CYCLE)):
                    self.assertAlmostEqual(ours[key], theirs[key], delta=tolerance * size * theirs["l1"])
                self.assertAlmostEqual(ours["largest"], theirs["largest"], delta=tolerance * theirs["largest"])
        for key in ("scores", "probabilities"):
            largest = np.abs(committed[key]).max()
            np.testing.assert_allclose(computed[key], committed[key], rtol=0, atol=tolerance * largest)

    def committed(self, name):
        """Return the committed record."""
        return json.loads((torch_golden.GOLDEN / f"{name}.json").read_text())

    def test_float64_gives_them_to_rounding(self):
        for name in torch_golden.NETWORKS:
            self.close(name, torch_golden.golden(name), self.committed(name), 1e-12)

    def test_float32_gives_them_as_closely_as_is_asked_of_the_float_reference(self):
        for name in torch_golden.NETWORKS:
            self.close(name, torch_golden.golden(name, torch.float32), self.committed(name), 1e-5)


class OnnxInTorch(unittest.TestCase):
    """The evaluator behind the golden values, against the module that was exported."""

    def test_exported_file_computes_what_the_module_does(self):
        torch.manual_seed(5)
        network = train.Network()
        for name, parameter in network.state_dict().items():
            if name.endswith("running_var"):
                parameter.uniform_(0.5, 2)
            elif parameter.is_floating_point():
                parameter.uniform_(-0.2, 0.3)
        network.eval()
        frames = np.random.default_rng(6).random((3, 1, scene.SIDE, scene.SIDE), np.float32)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "net.onnx"
        train.export(network, path)
        with torch.no_grad():
            expected = network(torch.from_numpy(frames)).numpy()
        self.assertGreater(np.ptp(expected), 0.01)
        np.testing.assert_allclose(onnx_in_torch.outputs(path, frames), expected, rtol=1e-4, atol=1e-6)


class Scores(unittest.TestCase):
    """The clip's class errors, as its record says."""

    def test_errors_on_both_parts_of_the_clip(self):
        data = ROOT / "scenarios" / "data"
        frames = scene.to_input(read_idx(data / "digits-clip-200-images.idx3-ubyte"))
        labels = read_idx(data / "digits-clip-200-labels.idx1-ubyte")
        record = json.loads((data / "digits-clip-200.json").read_text())
        splice = record["splice"]
        network = ROOT / "models" / "digits-vgg" / "digits-vgg.onnx"
        for part, some in (("static", slice(splice)), ("moving", slice(splice, None))):
            errors = onnx_in_torch.count_errors(network, frames[some], labels[some])
            self.assertEqual(errors, record[part]["float_errors"])


if __name__ == "__main__":
    unittest.main()
