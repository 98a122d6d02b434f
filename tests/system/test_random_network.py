"""The random-network experiment, made short, against a NumPy program that tunes and rates the same scales."""
import csv
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)

SCENARIO = pathlib.Path(program.SOURCE) / "scenarios/paper/random-network.yaml"
EPOCHS, BATCH, RATE, TRIPLES = 20, 10, 0.003, 60
LAMBDAS = (1e-7, 1e-3)


class Numpy:
    """The experiment as O'Connor and Welling (2017) state it."""

    def __init__(self):
        random = np.random.RandomState(1234)
        self.weights = [random.randn(100, 100) * np.sqrt(2 / 100) * factor for factor in (0.5, 8, 0.25)]
        self.inputs = random.randn(100, 100)
        self.triples = np.abs(random.normal(3, 4, (TRIPLES, 3)))
        self.exact = self.inputs
        for weights in self.weights:
            self.exact = np.maximum(self.exact @ weights, 0)

    def forward(self, scales, x):
        """Return outputs, additions per sample, and per layer input, residual and where ReLU lets through."""
        adds, trace = 0, []
        for scale, weights in zip(scales, self.weights):
            sent = np.round(scale * x)
            adds = adds + np.abs(sent).sum(axis=1) * weights.shape[1]
            y = sent / scale @ weights
            trace.append((x, sent - scale * x, y > 0))
            x = np.maximum(y, 0)
        return x, adds, trace

    def quality(self, scales):
        """Return relative error and additions per sample."""
        outputs, adds, _ = self.forward(scales, self.inputs)
        return np.abs(outputs - self.exact).mean() / np.abs(self.exact).mean(), adds.mean()

    def tune(self, price):
        """Return the scales after gradient descent on their logarithms."""
        logs = np.zeros(3)
        for start in list(range(0, 100, BATCH)) * EPOCHS:
            scales = np.exp(logs)
            outputs, _, trace = self.forward(scales, self.inputs[start:start + BATCH])
            gradient = 2 * (outputs - self.exact[start:start + BATCH]) / BATCH
            for layer in (2, 1, 0):
                x, residual, is_open = trace[layer]
                gradient = (gradient * is_open) @ self.weights[layer].T
                logs[layer] -= RATE * ((gradient * -residual / scales[layer]).sum()
                                       + price * 100 * np.abs(scales[layer] * x).sum())
        return np.exp(logs)


class RandomNetwork(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.printed = cls.run_into("a").stdout
        cls.numpy = Numpy()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def run_into(cls, name):
        settings = {"output.folder": f"{cls.folder.name}/{name}", "experiment.epochs": EPOCHS,
                    "experiment.triples": TRIPLES, "experiment.lambdas": list(LAMBDAS)}
        command = [program.PROGRAM, "run", str(SCENARIO)]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        return subprocess.run(command, capture_output=True, text=True, check=True)

    def rows(self, name):
        with open(f"{self.folder.name}/a/{name}", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def scales(self, row):
        return [float(row[f"scale_{layer}"]) for layer in (1, 2, 3)]

    def test_the_cloud_is_numpys(self):
        rows = self.rows("cloud.csv")
        self.assertEqual(len(rows), TRIPLES)
        for row, triple in zip(rows, self.numpy.triples):
            self.assertEqual(self.scales(row), list(triple))
            error, adds = self.numpy.quality(triple)
            self.assertAlmostEqual(float(row["error"]), error, delta=1e-3 * error)
            self.assertAlmostEqual(float(row["adds_per_sample"]), adds, delta=1e-3 * adds)

    def test_tuned_scales_are_numpys(self):
        rows = [row for row in self.rows("tuned.csv") if row["gradient"] == "straight-through"]
        self.assertEqual([float(row["lambda"]) for row in rows], list(LAMBDAS))
        for row in rows:
            expected = self.numpy.tune(float(row["lambda"]))
            np.testing.assert_allclose(self.scales(row), expected, rtol=5e-3)
            error, adds = self.numpy.quality(expected)
            self.assertAlmostEqual(float(row["error"]), error, delta=5e-3 * error)
            self.assertAlmostEqual(float(row["adds_per_sample"]), adds, delta=5e-3 * adds)

    def test_dominating_triples_are_counted(self):
        cloud = [(float(row["error"]), float(row["adds_per_sample"])) for row in self.rows("cloud.csv")]
        for row in self.rows("tuned.csv"):
            point = float(row["error"]), float(row["adds_per_sample"])
            better = sum(error <= point[0] and adds <= point[1] for error, adds in cloud)
            self.assertEqual(int(row["dominating"]), better)

    def test_a_second_run_is_the_same_byte_for_byte(self):
        self.assertEqual(self.run_into("b").stdout.replace("/b/", "/a/"), self.printed)
        folders = [pathlib.Path(self.folder.name) / name for name in ("a", "b")]
        for path in folders[0].iterdir():
            self.assertEqual(path.read_bytes(), (folders[1] / path.name).read_bytes(), path.name)

    def test_ctrl_c_leaves_nothing(self):
        folder = pathlib.Path(self.folder.name) / "interrupted"
        command = [program.PROGRAM, "run", str(SCENARIO), "--set", f"output.folder={folder}",
                   "--set", "experiment.epochs=100000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            time.sleep(2)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, errors), (130, "interrupted; nothing was written\n"))
        self.assertFalse(folder.exists())

    def test_the_table_is_printed_and_written(self):
        table = (pathlib.Path(self.folder.name) / "a/tuned.md").read_text()
        self.assertIn(table, self.printed)
        self.assertIn("| start |", table)


if __name__ == "__main__":
    unittest.main()
