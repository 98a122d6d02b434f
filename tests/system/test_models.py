"""The committed network and stimulus are what their records and READMEs say. Needs no downloads.

run: /usr/bin/python3 -m unittest tests/system/test_models.py    (needs python3-numpy and python3-onnx)
"""
import hashlib
import json
import pathlib
import struct
import sys
import tempfile
import unittest

import numpy as np
import onnx

ROOT = pathlib.Path(__file__).resolve().parents[2]
MNIST = ROOT / "models" / "mnist"
DATA = ROOT / "scenarios" / "data"
sys.path.insert(0, str(MNIST))

import float_net  # noqa: E402 (needs the path above)
from idx import read_idx, write_idx  # noqa: E402
from temporal_order import consecutive_distances, l1_distances, temporal_order  # noqa: E402

MODEL = MNIST / "mnist-784-200-200-10.onnx"
IMAGES = DATA / "mnist-temporal-500-images.idx3-ubyte"
LABELS = DATA / "mnist-temporal-500-labels.idx1-ubyte"
FRAMES = 500
BUFFER_SIZE = 1000


def sha256(path):
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_json(path):
    """Return the content of a JSON file."""
    return json.loads(path.read_text())


def shape_of(value):
    """Return the shape of an ONNX graph input or output, a name where a dimension is free."""
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


class Network(unittest.TestCase):
    """The ONNX file against its record and README."""

    file = MODEL
    least_accuracy = 98.0  # percent
    shift_pixels = 1

    def setUp(self):
        self.record = load_json(self.file.with_suffix(".json"))
        self.model = onnx.load(str(self.file))

    def test_checksum_is_the_recorded_one(self):
        self.assertEqual(sha256(self.file), self.record["sha256"])

    def test_graph_is_three_gemms_with_relu_between_and_softmax_last(self):
        onnx.checker.check_model(self.model)
        kinds = [node.op_type for node in self.model.graph.node]
        self.assertEqual(kinds, ["Gemm", "Relu", "Gemm", "Relu", "Gemm", "Softmax"])

    def test_every_node_reads_the_one_before(self):
        nodes = self.model.graph.node
        self.assertEqual(nodes[0].input[0], "image")
        self.assertEqual(nodes[-1].output[0], "prob")
        for before, after in zip(nodes, nodes[1:]):
            self.assertEqual(after.input[0], before.output[0])

    def test_input_and_output_have_a_free_batch_axis(self):
        graph = self.model.graph
        self.assertEqual([(v.name, shape_of(v)) for v in graph.input], [("image", ["batch", 784])])
        self.assertEqual([(v.name, shape_of(v)) for v in graph.output], [("prob", ["batch", 10])])

    def test_weights_have_the_recorded_shapes_and_magnitudes(self):
        widths = self.record["widths"]
        self.assertEqual(widths, [784, 200, 200, 10])
        layers = float_net.load_layers(self.file)
        self.assertEqual([w.shape for w, _ in layers], [(n, m) for m, n in zip(widths, widths[1:])])
        self.assertEqual([b.shape for _, b in layers], [(n,) for n in widths[1:]])
        self.assertEqual([round(float(np.abs(w).max()), 4) for w, _ in layers], self.record["largest_weight"])

    def test_opset_is_the_recorded_one(self):
        self.assertEqual([entry.version for entry in self.model.opset_import], [self.record["opset"]])

    def test_recipe_is_the_documented_one(self):
        self.assertEqual(self.record["training"]["shift_pixels"], self.shift_pixels)
        self.assertEqual(self.record["training"]["epochs"], 12)

    def test_accuracy_is_high_enough_and_as_the_readme_says(self):
        accuracy = self.record["test_accuracy_percent"]
        self.assertGreaterEqual(accuracy, self.least_accuracy)
        self.assertAlmostEqual(accuracy, 100 - 100 * self.record["test_errors"] / self.record["test_digits"])
        self.assertIn(f"{accuracy} %", (MNIST / "README.md").read_text())


class FashionNetwork(Network):
    """The network for Fashion-MNIST, likewise."""

    file = MNIST / "fashion-784-200-200-10.onnx"
    least_accuracy = 88.0
    shift_pixels = 0


class Window(unittest.TestCase):
    """The 500 digits against their record, their README and the rule of Temporal-MNIST."""

    def setUp(self):
        self.record = load_json(DATA / "mnist-temporal-500.json")
        self.readme = (DATA / "README.md").read_text()
        self.images = read_idx(IMAGES).reshape(FRAMES, -1)
        self.labels = read_idx(LABELS)
        self.indices = np.array(self.record["test_set_indices"])

    def test_headers_are_standard_idx(self):
        images, labels = IMAGES.read_bytes(), LABELS.read_bytes()
        self.assertEqual(struct.unpack_from(">4I", images), (0x803, FRAMES, 28, 28))
        self.assertEqual(struct.unpack_from(">2I", labels), (0x801, FRAMES))
        self.assertEqual((len(images), len(labels)), (16 + FRAMES * 784, 8 + FRAMES))

    def test_checksums_are_those_of_record_and_readme(self):
        for path in (IMAGES, LABELS):
            self.assertEqual(sha256(path), self.record["sha256"][path.name])
            self.assertIn(sha256(path), self.readme)

    def test_every_image_has_black_ground_and_bright_ink(self):
        self.assertTrue((self.images.min(axis=1) == 0).all())
        self.assertTrue((self.images.max(axis=1) > 200).all())

    def test_labels_cover_all_classes_as_recorded(self):
        counts = np.bincount(self.labels, minlength=10)
        self.assertEqual(counts.tolist(), self.record["digits_per_class"])
        self.assertGreater(counts.min(), 0)

    def test_indices_are_distinct_test_digits_as_the_readme_says(self):
        self.assertEqual(len(set(self.indices)), FRAMES)
        self.assertTrue(((0 <= self.indices) & (self.indices < 10000)).all())
        self.assertIn(f"first frame is test digit {self.indices[0]}, the last {self.indices[-1]}", self.readme)

    def test_neighbours_are_much_nearer_than_in_a_shuffled_window(self):
        ordered = consecutive_distances(self.images).mean()
        shuffled = consecutive_distances(self.images[np.random.RandomState(0).permutation(FRAMES)]).mean()
        self.assertEqual(round(float(ordered), 1), self.record["mean_l1_distance_of_neighbours"])
        self.assertLess(ordered, 0.5 * shuffled)

    def test_no_digit_then_in_the_buffer_was_nearer_than_the_one_shown_next(self):
        first = self.record["first_frame_in_temporal_order"]
        for t in range(FRAMES - 1):
            seen_by_buffer = self.indices[t + 1:] <= first + t + BUFFER_SIZE
            self.assertTrue(seen_by_buffer[0], f"frame {t + 1} was not in the buffer at frame {t}")
            waiting = self.images[t + 1:][seen_by_buffer]
            distances = l1_distances(waiting, self.images[t])
            self.assertEqual(distances[0], distances.min(), f"frame {t}")

    def test_float_network_errs_as_often_as_record_and_readme_say(self):
        errors = float_net.count_errors(float_net.load_layers(MODEL), self.images, self.labels)
        self.assertEqual(errors, self.record["float_errors"])
        self.assertGreater(errors, 0)
        self.assertIn(f"errs on {errors} of the 500", self.readme)


class TemporalOrder(unittest.TestCase):
    """The ordering on cases small enough to follow by hand: one pixel per digit."""

    def order_of(self, pixels, buffer_size):
        """Order digits of one pixel each."""
        return temporal_order(np.array(pixels, np.uint8).reshape(-1, 1), buffer_size).tolist()

    def test_nearest_digit_in_the_buffer_comes_next(self):
        self.assertEqual(self.order_of([10, 90, 20, 80], 3), [0, 2, 3, 1])

    def test_digit_outside_the_buffer_must_wait(self):
        self.assertEqual(self.order_of([10, 90, 50, 10], 2), [0, 2, 1, 3])

    def test_refill_takes_the_slot_that_was_emptied(self):
        # 1 and 3 are equally far from 2's value; 3 entered slot 1, behind slot 0 of 1.
        self.assertEqual(self.order_of([50, 40, 50, 60], 2), [0, 2, 1, 3])

    def test_first_slot_wins_a_tie_whatever_the_age_of_its_digit(self):
        # 3 (value 60) takes over slot 0 from 1; then 2 (value 40, slot 1) ties with it, and slot 0 wins.
        self.assertEqual(self.order_of([50, 50, 40, 60], 2), [0, 1, 3, 2])

    def test_distance_does_not_wrap_around(self):
        self.assertEqual(self.order_of([0, 255, 200], 2), [0, 2, 1])

    def test_buffer_larger_than_the_set(self):
        self.assertEqual(self.order_of([3, 1, 2], 1000), [0, 2, 1])


class Idx(unittest.TestCase):
    """The IDX reader refuses what is not IDX, and reads what the writer wrote."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "array"

    def test_round_trip(self):
        array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
        write_idx(self.path, array)
        np.testing.assert_array_equal(read_idx(self.path), array)

    def test_refuses_damaged_files(self):
        cases = {
            "too few": b"\0\0",
            "not an IDX": b"\0\0\x0d\x01\0\0\0\x01\0",
            "but 1 bytes follow": b"\0\0\x08\x01\0\0\0\x02\0",
            "but 3 bytes follow": b"\0\0\x08\x01\0\0\0\x02\0\0\0",
        }
        for message, content in cases.items():
            with self.subTest(message):
                self.path.write_bytes(content)
                with self.assertRaisesRegex(ValueError, message):
                    read_idx(self.path)

    def test_refuses_to_write_other_types(self):
        with self.assertRaisesRegex(ValueError, "uint8"):
            write_idx(self.path, np.zeros(3))


if __name__ == "__main__":
    unittest.main()
