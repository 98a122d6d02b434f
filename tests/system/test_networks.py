"""Convolutional networks from outside: what `inspect` says of real ones, and a small one in a scenario.

The real networks are not part of the project: SIGDEL_DATA names a folder that holds nets/, by default shared/data
beside the checkout. Where it is absent, those tests are skipped.
"""
import json
import os
import pathlib
import re
import unittest

from onnx import TensorProto, helper

import program

DATA = pathlib.Path(os.environ.get("SIGDEL_DATA", program.SOURCE.parent / "shared" / "data"))
NETS = DATA / "nets"
# Weight layers, weights and multiply-adds per frame, from nets/README.md (million, one digit), and each one's golden file.
PUBLISHED = {"squeezenet_v1.0": (26, 1244448, 832.7, "squeezenet_bottle", "1000"),
             "vgg19_blocks123": (8, 2324160, 11184.8, "vgg19_driving", "256x28x28"),
             "lanenet": (14, 181224, 232.6, "lanenet_driving", "1x80x160")}


def table(text):
    """Return the rows of inspect's table as {layer number: (name, operation, shape, parameters)}."""
    rows = {}
    for line in text.splitlines():
        cells = line.split()
        if cells and cells[0].isdigit():
            rows[int(cells[0])] = (cells[1], cells[2], cells[3], int(cells[4].replace(",", "")))
    return rows


@unittest.skipUnless(NETS.is_dir(), f"no folder {NETS}: set SIGDEL_DATA to one that holds nets/")
class RealNetworks(unittest.TestCase):
    """What inspect prints of the published networks."""

    def inspect(self, name):
        done = program.sigdel("inspect", NETS / f"{name}.onnx")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_totals(self):
        for name, (layers, weights, millions, _, output) in PUBLISHED.items():
            with self.subTest(name):
                text = self.inspect(name)
                self.assertIn(f"output {output}, {layers} weight layers", text)
                rows = table(text)
                biases = sum(int(row[2].split("x")[0]) for row in rows.values())
                self.assertEqual(sum(row[3] for row in rows.values()) - biases, weights)
                total = int(re.search(r"convolution ([\d,]+)$", text, re.M)[1].replace(",", ""))
                self.assertEqual(round(total / 1e6, 1), millions)

    def test_every_layer(self):
        for name, (_, _, _, golden, _) in PUBLISHED.items():
            layers = json.loads((NETS / f"{golden}_layers.json").read_text())["layers"]
            layers = [layer for layer in layers if layer["op"] == "Conv"]
            rows = table(self.inspect(name))
            self.assertEqual(len(rows), len(layers))
            for number, layer in enumerate(layers):
                with self.subTest(network=name, layer=layer["node"]):
                    _, operation, shape, _ = rows[number]
                    self.assertEqual(operation, "convolution")
                    self.assertEqual([1, *map(int, shape.split("x"))], layer["output_shape"])


class InAScenario(program.FolderTest):
    """A convolutional network in a scenario."""

    def test_runs_on_the_machine_as_on_paper(self):
        weights = helper.make_tensor("edge.weight", TensorProto.FLOAT, [10, 1, 3, 3], [0.5] * 90)
        nodes = [helper.make_node("Conv", ["x", "edge.weight"], ["c"], pads=[1, 1, 1, 1]),
                 helper.make_node("GlobalAveragePool", ["c"], ["y"])]
        graph = helper.make_graph(nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 28, 28])],
                                  [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 10, 1, 1])], [weights])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
        path = self.write("conv.onnx", model.SerializeToString())
        frames = 20
        done = program.sigdel("run", program.QUICKSTART, *program.options(
            network__file=path, scales=20.0, stimulus__frames=frames, output__folder="out"), cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        report = json.loads((self.folder / "out" / "report.json").read_text())
        self.assertTrue(report["all_checks_passed"])
        for family in ("integer_to_float_dense", "integer_to_float_rounding"):
            self.assertLess(report["accuracy"][family]["largest"], 1e-3, family)
        tallies = {mode["mode"]: mode["layers"][0]["tallies"] for mode in report["modes"]}
        self.assertEqual(sorted(tallies), sorted(["dense", "zero-skip", "temporal-difference", "rounding",
                                                  "sigma-delta"]))
        pairs = (3 * 28 - 2) ** 2 * 10  # of a weight and a pixel that is there
        dense = tallies["dense"]
        self.assertEqual([dense[key] for key in ("events", "updates", "multiplies", "adds")],
                         [frames * n for n in (784, pairs, pairs, pairs + (784 - 1) * 10)])
        self.assertEqual(dense["paper_adds"], frames * 784 * 90)  # the paper does not discount borders
        self.assertLess(tallies["zero-skip"]["events"], dense["events"])


if __name__ == "__main__":
    unittest.main()
