"""outputs.csv, tensors.csv and what report.json sums up of them, recomputed with NumPy from network, digits and scales."""
import csv
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import numpy as np  # noqa: E402 (needs the path above)
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

import program  # noqa: E402
import recompute  # noqa: E402

FRAMES = 60


def read_csv(data):
    """Return a CSV file's rows as dictionaries."""
    return list(csv.DictReader(data.decode().splitlines()))


def column(rows, name):
    """Return a column's numbers, NaN where a cell is empty."""
    return np.array([float(row[name] or "nan") for row in rows])


def order(scores):
    """Return the classes of [T, d] scores, the best first, equal ones in their order."""
    return np.argsort(-scores, axis=1, kind="stable")


class Outputs(program.FolderTest):
    """60 digits of the quick start with scales so small that classes change."""

    def run_with(self, **values):
        """Run, and keep the report, both files and what the oracle has to say."""
        keys = {"stimulus__frames": FRAMES, "scales": 0.35, "machine__modes": "[dense]", **values}
        done = program.sigdel("run", program.QUICKSTART, *program.options(output__folder=self.folder / "out", **keys))
        self.assertEqual(done.returncode, 0, done.stderr)
        files = program.contents(self.folder / "out")
        self.report = json.loads(files["report.json"])
        self.outputs, self.tensors = read_csv(files["outputs.csv"]), read_csv(files["tensors.csv"])
        self.oracle = recompute.Recomputation(recompute.settings_of(self.report, self.folder / "out"))

    def test_every_row_of_every_mode(self):
        self.run_with()
        in_float = self.oracle.float_outputs
        best = order(in_float)
        self.assertEqual([(row["mode"], int(row["frame"])) for row in self.outputs],
                         [(mode, frame) for mode in program.MODES for frame in range(FRAMES)])
        for entry in self.report["modes"]:
            rows = [row for row in self.outputs if row["mode"] == entry["mode"]]
            integers = self.oracle.real_outputs(entry["mode"])
            classes = order(integers)[:, 0]
            rank = np.array([list(best[t]).index(classes[t]) for t in range(FRAMES)])
            distance, l1 = np.abs(integers - in_float).sum(axis=1), np.abs(in_float.astype(float)).sum(axis=1)
            for name, expected in (("label", self.oracle.labels), ("class", classes), ("float_class", best[:, 0]), ("rank", rank)):
                np.testing.assert_array_equal(column(rows, name), expected, (entry["mode"], name))
            np.testing.assert_allclose(column(rows, "relative_error"), distance / l1, rtol=1e-3)
            self.assertEqual(entry["agreement"], np.mean(rank == 0))
            self.assertEqual(entry["top_5_agreement"], np.mean(rank < 5))
            np.testing.assert_allclose(entry["relative_error"], distance.sum() / l1.sum(), rtol=1e-3)
            np.testing.assert_allclose(entry["worst_relative_error"], (distance / l1).max(), rtol=1e-3)
        disagree = [entry["agreement"] < 1 for entry in self.report["modes"]]
        self.assertEqual(disagree, [False, False, False, True, True])  # the scales are small enough to see something

    def test_distances_between_neighbouring_frames(self):
        self.run_with(modes="[dense]")
        tensors = recompute.oracle.float_tensors(self.oracle.layers, self.oracle.frames)[:-1]
        names = list(dict.fromkeys(row["tensor"] for row in self.tensors))
        self.assertEqual(len(names), len(tensors))
        self.assertEqual([(int(row["frame"]), row["tensor"]) for row in self.tensors],
                         [(frame, name) for frame in range(FRAMES) for name in names])
        for name, tensor in zip(names, tensors):
            rows = [row for row in self.tensors if row["tensor"] == name]
            values = tensor.astype(float)
            products = (values[1:] * values[:-1]).sum(axis=1)
            norms = np.sqrt((values ** 2).sum(axis=1))
            np.testing.assert_allclose(column(rows, "l1"), np.abs(values).sum(axis=1), rtol=1e-5)
            self.assertEqual((rows[0]["l1_distance"], rows[0]["cosine_distance"]), ("", ""))
            np.testing.assert_allclose(column(rows, "l1_distance")[1:], np.abs(np.diff(values, axis=0)).sum(axis=1), rtol=1e-4)
            np.testing.assert_allclose(column(rows, "cosine_distance")[1:], 1 - products / norms[1:] / norms[:-1],
                                       rtol=1e-4, atol=1e-7)

    def test_no_labels_no_cells(self):
        text = program.QUICKSTART.read_text().replace("../models", str(program.SOURCE / "models"))
        text = text.replace("images: data", f"images: {program.SOURCE}/scenarios/data")
        lines = [line for line in text.split("\n") if not line.strip().startswith("labels:")]
        scenario = self.write("unlabelled.yaml", "\n".join(lines))
        done = program.sigdel("run", scenario, *program.options(output__folder=self.folder / "out", stimulus__frames=3,
                                                                modes="[dense]", machine__modes="[dense]"))
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = read_csv((self.folder / "out/outputs.csv").read_bytes())
        self.assertEqual([row["label"] for row in rows], [""] * 3)

    def test_in_steps_only_answered_frames_have_rows(self):
        self.run_with(semantics="step", modes="[dense, sigma-delta]", machine__discipline="barrier")
        self.assertEqual(len(self.outputs), 2 * (FRAMES - 3))
        self.assertEqual([int(row["frame"]) for row in self.outputs[:FRAMES - 3]], list(range(FRAMES - 3)))
        dense = [row for row in self.outputs if row["mode"] == "dense"]
        self.assertEqual({row["rank"] for row in dense}, {"0"})

    def test_the_arrays_entry_says_the_same_and_has_no_rows(self):
        self.run_with(modes="[dense]", machine__systolic__rows=8)
        mesh, array = self.report["modes"]
        for key in ("agreement", "top_5_agreement", "relative_error", "worst_relative_error"):
            self.assertEqual(mesh[key], array[key])
        self.assertEqual(len(self.outputs), FRAMES)

    def test_an_average_at_the_output_is_compared_in_its_own_unit(self):
        weights = np.random.RandomState(1).randn(10, 1, 3, 3).astype(np.float32)
        nodes = [helper.make_node("Conv", ["x", "edge.weight"], ["c"], pads=[1, 1, 1, 1]), helper.make_node("Relu", ["c"], ["r"]),
                 helper.make_node("GlobalAveragePool", ["r"], ["y"])]
        graph = helper.make_graph(nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 28, 28])],
                                  [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 10, 1, 1])],
                                  [numpy_helper.from_array(weights, "edge.weight")])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
        path = self.write("average.onnx", model.SerializeToString())
        scenario = self.write("average.yaml", f"network: {{file: {path}}}\nscales: 255\nstimulus: {{images: {program.IMAGES}, frames: 5}}\n")
        done = program.sigdel("run", scenario, *program.options(output__folder=self.folder / "out"))
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads((self.folder / "out/report.json").read_text())
        for entry in report["modes"]:  # off by 784 / 1024 if it were not
            self.assertLess(entry["relative_error"], 1e-3)
            self.assertEqual(entry["agreement"], 1)
        for family in ("integer_to_float_dense", "integer_to_float_rounding"):
            self.assertLess(report["accuracy"][family]["largest"], 1e-3)


if __name__ == "__main__":
    unittest.main()
