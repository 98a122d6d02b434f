"""The program against the oracle: every integer that a run reports is recomputed in NumPy and must be equal.

The oracle itself is checked first, on cases small enough to work by hand; the working is in the comments.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_recompute.py
"""
import contextlib
import copy
import dataclasses
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import onnx
from onnx import TensorProto, helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import oracle  # noqa: E402 (needs the path above)
import recompute  # noqa: E402

SOURCE = pathlib.Path(os.environ.get("SIGDEL_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
RUN_SECONDS = 240

# The net of the hand-worked cases: 2 inputs, 2 hidden neurons with ReLU, 1 output; scales 2 and 4, clamp 3.
HAND_LAYERS = [
    oracle.Layer(np.float32([[1, -2], [0.5, 1]]), np.float32([0.25, -0.5]), True),
    oracle.Layer(np.float32([[1], [3]]), np.float32([-1]), False),
]
HAND_SCALES = [2.0, 4.0]
HAND_CLAMP = 3
HAND_WIDTHS = oracle.Widths(weight=32, accumulator=16, activation=3, max_magnitude=HAND_CLAMP)
HAND_FRAMES = np.float32([[1.0, 0.25], [-0.25, 2.0]])


def hand_network(widths=HAND_WIDTHS):
    """Return the folded hand-worked net."""
    return oracle.fold_network(HAND_LAYERS, HAND_SCALES, HAND_CLAMP, widths)


def hand_run(mode):
    """Return the Run of the hand-worked net and frames."""
    return oracle.run_mode(mode, hand_network(), HAND_FRAMES, HAND_SCALES[0], HAND_CLAMP)


def hand_tallies(mode, encoding="unary"):
    """Return the tallies of the hand-worked run: per layer {name: [frame 0, frame 1]}, zeros left out."""
    layers = oracle.layer_tallies(mode, encoding, hand_network(), hand_run(mode))
    return [{name: t.tolist() for name, t in layer.items() if t.any()} for layer in layers]


class OracleRounding(unittest.TestCase):
    """Roundings, worked by hand."""

    def test_real_halves_go_away_from_zero(self):
        values = np.array([0.5, -0.5, 2.5, -2.5, 0.49999999999999994, -1.4, 4503599627370497.0])
        self.assertEqual(oracle.round_half_away(values).tolist(), [1, -1, 3, -3, 0, -1, 4503599627370497])

    def test_fixed_point_halves_go_away_from_zero(self):
        # One fraction bit: -3 is -1.5 -> -2; -1 is -0.5 -> -1; 1 is 0.5 -> 1; 3 is 1.5 -> 2.
        layer = oracle.FoldedLayer(None, None, 1, 0, False)
        values, saturated = oracle.fire(layer, np.array([[-3, -2, -1, 0, 1, 2, 3]]), 100)
        self.assertEqual(values.tolist(), [[-2, -1, -1, 0, 1, 1, 2]])
        self.assertEqual(saturated.tolist(), [0])

    def test_clamp_counts_what_it_changes(self):
        # One fraction bit, clamp 2: 10 is 5 -> 2, -10 is -5 -> -2, 4 is 2 and stays. ReLU: -10 is 0.
        accumulators = np.array([[10, -10, 4]])
        for relu, values, saturated in ((False, [2, -2, 2], 2), (True, [2, 0, 2], 1)):
            result = oracle.fire(oracle.FoldedLayer(None, None, 1, 0, relu), accumulators, 2)
            self.assertEqual((result[0].tolist(), result[1].tolist()), ([values], [saturated]))

    def test_range_has_seven_significant_bits(self):
        # 6.1146 lies in [4, 8): unit 4/64 = 1/16, 97.8 units -> 98/16. 0.1 lies in [1/16, 1/8): unit 1/1024,
        # 102.4 units -> 103.
        for value, expected in ((0.0, 1.0), (1.0, 1.0), (6.1146, 6.125), (0.1, 103 / 1024), (128.0, 128.0),
                                (127.5, 128.0), (1.0000001, 65 / 64)):
            self.assertEqual(oracle.round_up_7_bits(value), expected)

    def test_non_adjacent_form(self):
        # 3 = 4 - 1, 7 = 8 - 1, 11 = 16 - 4 - 1; least significant digit first.
        for m, digits in ((0, []), (1, [1]), (2, [0, 1]), (3, [-1, 0, 1]), (5, [1, 0, 1]), (7, [-1, 0, 0, 1]),
                          (11, [-1, 0, -1, 0, 1])):
            self.assertEqual(oracle.naf_digits(m), digits)

    def test_hash_is_the_published_one(self):
        # FNV's own test vectors: the empty text, and "foob", whose bytes are the little-endian int32 0x626f6f66.
        self.assertEqual(oracle.fnv1a(np.zeros((0, 1), np.int64)), "cbf29ce484222325")
        self.assertEqual(oracle.fnv1a(np.array([[0x626F6F66]])), "dd120e790c2512af")


class OracleFolding(unittest.TestCase):
    """Folding of the hand-worked net.

    Layer 0: ratio 4 / 2 = 2, W * ratio = [[2, -4], [1, 2]], b * 4 = [1, -2]. In units of 2^F the bound is
    3 (2 + 1) + 1 + 1/2 = 10.5 for neuron 0, 3 (4 + 2) + 2 + 1/2 = 20.5 for neuron 1.
    Layer 1: ratio 1 / 4, W * ratio = [[.25], [.75]], b = -1, bound 3 (.25 + .75) + 1 + 1/2 = 4.5.
    """

    def test_accumulator_width_decides(self):
        # 16 bits hold 32767: 20.5 * 1024 = 20992 fits, 2048 does not; 4.5 * 4096 = 18432 fits, 8192 does not.
        network = hand_network()
        self.assertEqual([(n.fraction_bits, n.bound, n.half) for n in network], [(10, 20992, 512), (12, 18432, 2048)])
        self.assertEqual(network[0].weights.tolist(), [[2048, -4096], [1024, 2048]])
        self.assertEqual(network[0].bias.tolist(), [1024, -2048])
        self.assertEqual(network[1].weights.tolist(), [[1024], [3072]])
        self.assertEqual(network[1].bias.tolist(), [-4096])

    def test_weight_width_decides(self):
        # 8 bits hold 127: 4 * 16 = 64 fits, 4 * 32 = 128 does not; .75 * 128 = 96 fits, 192 does not.
        network = hand_network(oracle.Widths(8, 32, 16, HAND_CLAMP))
        self.assertEqual([(n.fraction_bits, n.bound) for n in network], [(4, 328), (7, 576)])

    def test_thirty_is_the_most(self):
        layer = oracle.Layer(np.float32([[1e-6]]), np.float32([0]), False)
        self.assertEqual(oracle.fold_layer(layer, 1.0, 1.0, 1, oracle.Widths()).fraction_bits, 30)

    def test_refuses_what_does_not_fit(self):
        layer = oracle.Layer(np.float32([[70.0]]), np.float32([0]), False)  # 70 * 2 > 127 with a single fraction bit
        with self.assertRaises(oracle.NotFoldable):
            oracle.fold_layer(layer, 1.0, 1.0, 1, oracle.Widths(weight=8))


class OracleModes(unittest.TestCase):
    """The hand-worked net on two frames.

    Frame 0: 2 x = [2, .5] -> [2, 1]. Hidden sums: 1 + 2*2 + 1*1 = 6, -2 - 2*4 + 1*2 = -8; ReLU and clamp: [3, 0], one
    saturation. Output: -1 + 3/4 + 0 = -.25, which is -1024 with 12 fraction bits.
    Frame 1: 2 x = [-.5, 4] -> [-1, 3], the 4 clamped by the host: in no layer's tally. Hidden sums: 1 - 2 + 3 = 2,
    -2 + 4 + 6 = 8; clamp: [2, 3], one saturation. Output: -1 + 2/4 + 9/4 = 1.75 -> 7168.
    """

    def test_rounding(self):
        run = hand_run("rounding")
        self.assertEqual([s.tolist() for s in run.sent], [[[2, 1], [-1, 3]], [[3, 0], [2, 3]]])
        self.assertEqual([s.tolist() for s in run.saturations], [[1, 1], [0, 0]])
        self.assertEqual(run.input_saturations, 1)
        self.assertEqual(run.outputs.tolist(), [[-1024], [7168]])

    def test_sigma_delta_sends_differences(self):
        run = hand_run("sigma-delta")
        self.assertEqual([s.tolist() for s in run.sent], [[[2, 1], [-3, 2]], [[3, 0], [-1, 3]]])
        self.assertEqual([s.tolist() for s in run.saturations], [[1, 1], [0, 0]])
        self.assertEqual(run.input_saturations, 1)
        self.assertEqual(run.outputs.tolist(), [[-1024], [7168]])

    def test_grid_modes_compute_the_same(self):
        # With the grid's scales and clamp put in by hand the five modes only differ in what they send.
        for mode in oracle.MODES:
            self.assertEqual(hand_run(mode).outputs.tolist(), [[-1024], [7168]])

    def test_grid_clamp_is_the_activation_width(self):
        self.assertEqual([oracle.clamp_of(m, HAND_WIDTHS) for m in oracle.MODES], [3, 3, 3, HAND_CLAMP, HAND_CLAMP])
        self.assertEqual(oracle.clamp_of("dense", oracle.Widths()), 32767)
        self.assertEqual(oracle.grid_scales([np.float32([[-1, 0.5]]), np.float32([[0]]), None], 3), [3.0, 3.0])

    def test_float_net(self):
        # x = [1, .25]: hidden 1 + .125 + .25 = 1.375, -2 + .25 - .5 < 0 -> 0; output 1.375 - 1.
        tensors = oracle.float_tensors(HAND_LAYERS, HAND_FRAMES[:1])
        self.assertEqual([t.tolist() for t in tensors], [[[1.0, 0.25]], [[1.375, 0.0]], [[0.375]]])

    def test_float_rounding_net(self):
        # Tensor 0: [2, 1] / 2 = [1, .5]; hidden 1 + .25 + .25 = 1.5 -> 6 steps, clamped to 3 -> .75; output .75 - 1.
        outputs = oracle.float_rounding_outputs(HAND_LAYERS, HAND_FRAMES[:1], HAND_SCALES, HAND_CLAMP)
        self.assertEqual(outputs.tolist(), [[-0.25]])


class OracleCounts(unittest.TestCase):
    """Tallies of the hand-worked run; lists are [frame 0, frame 1]. Layer 0 has 2 targets per event, layer 1 has 1."""

    # The end of a frame of layer 0 in every mode: one shift, one rounding per neuron.
    SCAN = {"rounds": [2, 2], "saturations": [1, 1]}

    def test_sigma_delta_unary(self):
        # Layer 0 receives [2, 1], then [-3, 2]: magnitudes 3 and 5. Adds 2 (2 + 1) and 2 * 2; subtracts 2 * 3 in
        # frame 1, and the 2 neurons' in every frame. Compares: 2 (ReLU 1, clamp 2, zero 1). Layer 1 receives [3, 0],
        # then [-1, 3].
        self.assertEqual(hand_tallies("sigma-delta"), [
            {**self.SCAN, "events": [2, 2], "magnitude": [3, 5], "updates": [4, 4], "paper_adds": [6, 10],
             "adds": [6, 4], "subtracts": [2, 8], "shifts": [2, 2], "compares": [8, 8]},
            {"events": [1, 2], "magnitude": [3, 4], "updates": [1, 2], "paper_adds": [3, 4], "adds": [3, 3],
             "subtracts": [0, 1]}])

    def test_rounding_adds_the_bias_in_the_paper(self):
        # Layer 0 receives [2, 1], then [-1, 3]; the paper's adds have 2 more for the biases, 1 more in layer 1.
        self.assertEqual(hand_tallies("rounding"), [
            {**self.SCAN, "events": [2, 2], "magnitude": [3, 4], "updates": [4, 4], "paper_adds": [8, 10],
             "adds": [6, 6], "subtracts": [0, 2], "shifts": [2, 2], "compares": [8, 8]},
            {"events": [1, 2], "magnitude": [3, 5], "updates": [1, 2], "paper_adds": [4, 6], "adds": [3, 5]}])

    def test_graded(self):
        # Layer 0, frame 0: 2 is multiplied, 1 is not. Frame 1: -3 and 2 are, the one subtracted, the other added.
        # Layer 1: 3; then -1, not multiplied, and 3.
        layers = hand_tallies("sigma-delta", "graded")
        self.assertEqual([(t["adds"], t["subtracts"], t["multiplies"]) for t in layers],
                         [([4, 2], [2, 4], [2, 4]), ([1, 1], [0, 1], [1, 1])])
        self.assertEqual(layers[0]["paper_adds"], [6, 10])

    def test_shift_add(self):
        # Layer 0, frame 0: 2 is one shifted add, 1 one add. Frame 1: -3 = -4 + 1, one shifted subtract, one add;
        # 2 one shifted add. The neurons' 2 subtracts and 2 shifts come on top. Layer 1: 3 = 4 - 1; then -1, and 3.
        layers = hand_tallies("sigma-delta", "shift-add")
        self.assertEqual([(t["adds"], t["subtracts"], t["shifts"]) for t in layers],
                         [([4, 4], [2, 4], [4, 6]), ([1, 1], [1, 2], [1, 1])])

    def test_dense_does_every_weight(self):
        # 2 inputs to 2 neurons, 2 to 1, whatever the values and the encoding; no compare with zero: 2 (1 + 2) = 6.
        for encoding in oracle.ENCODINGS:
            self.assertEqual(hand_tallies("dense", encoding), [
                {**self.SCAN, "events": [2, 2], "magnitude": [3, 4], "updates": [4, 4], "paper_adds": [4, 4],
                 "paper_multiplies": [4, 4], "adds": [4, 4], "multiplies": [4, 4], "shifts": [2, 2],
                 "compares": [6, 6]},
                {"events": [2, 2], "magnitude": [3, 5], "updates": [2, 2], "paper_adds": [2, 2],
                 "paper_multiplies": [2, 2], "adds": [2, 2], "multiplies": [2, 2]}])

    def test_zero_skip_and_temporal_difference_skip_zeros(self):
        # Layer 1 receives [3, 0], then [2, 3]; as differences [3, 0], then [-1, 3]. The 0 is not an event.
        skipped = {"events": [1, 2], "updates": [1, 2], "paper_adds": [1, 2], "paper_multiplies": [1, 2],
                   "adds": [1, 2], "multiplies": [1, 2]}
        self.assertEqual(hand_tallies("zero-skip")[1], {**skipped, "magnitude": [3, 5]})
        self.assertEqual(hand_tallies("temporal-difference")[1], {**skipped, "magnitude": [3, 4]})
        self.assertEqual(hand_tallies("zero-skip")[0]["compares"], [8, 8])
        self.assertNotIn("subtracts", hand_tallies("zero-skip")[0])
        self.assertEqual(hand_tallies("temporal-difference")[0]["subtracts"], [2, 2])

    def test_energy_of_the_paper(self):
        # 198,800 multiplies and adds: 198.8 * (3.1 + .1) nJ = 636.16 nJ; with 8-bit multiplies 198.8 * (.2 + .1).
        self.assertAlmostEqual(oracle.paper_energy_nj(198800, 198800, 32), 636.16, places=9)
        self.assertAlmostEqual(oracle.paper_energy_nj(198800, 198800, 8), 59.64, places=9)
        self.assertAlmostEqual(oracle.paper_energy_nj(1000, 0, 8), 0.1, places=12)


class OracleFiles(unittest.TestCase):
    """What is read."""

    def write_network(self, folder, nodes):
        """Write a 2-2 network of `nodes` with constants w and b; return the file."""
        constants = [helper.make_tensor("w", TensorProto.FLOAT, [2, 2], [1, 2, 3, 4]),
                     helper.make_tensor("b", TensorProto.FLOAT, [2], [5, 6])]
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2]) for name in ("x", "z")]
        path = pathlib.Path(folder) / "network.onnx"
        onnx.save(helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:], constants)), str(path))
        return path

    def layers_of(self, *nodes):
        """Return weights, bias, relu of the layers of a network of nodes (type, inputs, output, attributes)."""
        made = [helper.make_node(kind, inputs, [output], **attributes) for kind, inputs, output, attributes in nodes]
        with tempfile.TemporaryDirectory() as folder:
            layers = oracle.load_network(self.write_network(folder, made))
        return [(l.weights.tolist(), l.bias.tolist(), l.relu) for l in layers]

    def test_gemm_and_its_transpose(self):
        self.assertEqual(self.layers_of(("Gemm", ["x", "w", "b"], "z", {})), [([[1, 2], [3, 4]], [5, 6], False)])
        self.assertEqual(self.layers_of(("Gemm", ["x", "w", "b"], "y", {"transB": 1}), ("Relu", ["y"], "z", {})),
                         [([[1, 3], [2, 4]], [5, 6], True)])

    def test_matmul_and_add(self):
        self.assertEqual(self.layers_of(("MatMul", ["x", "w"], "y", {}), ("Add", ["y", "b"], "z", {})),
                         [([[1, 2], [3, 4]], [5, 6], False)])

    def test_pixels(self):
        frames = oracle.frames_of_pixels(np.uint8([[[0, 51], [255, 1]]]))
        self.assertEqual(frames.dtype, np.float32)
        self.assertEqual(frames.tolist(), np.float32([[0, 0.2, 1, 1 / 255]]).tolist())

    def test_resolved_scenario(self):
        lines = ["name: a", "stimulus:", '  images: "a b:c.idx"', "  first: 3", "machine:", "  mesh:", "    rows: 2"]
        keys = recompute.read_keys("\n".join(lines))
        self.assertEqual(keys, {"name": "a", "stimulus.images": "a b:c.idx", "stimulus.first": "3",
                                "machine.mesh.rows": "2"})
        self.assertEqual(recompute.read_list("[2, 2, 1.5]"), ["2", "2", "1.5"])


@dataclasses.dataclass
class Written:
    """What a run wrote."""
    report: dict
    frames: list            # rows of frames.csv
    folder: pathlib.Path    # into which; no longer there


def run_quickstart(*overrides):
    """Run the quick start with overrides `key=value`; return what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        command = [os.environ["SIGDEL"], "run", str(SOURCE / "scenarios" / "quickstart.yaml")]
        for override in (f"output.folder={folder}", *overrides):
            command += ["--set", override]
        done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_SECONDS, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n"
                                 f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        path = pathlib.Path(folder)
        return Written(json.loads((path / "report.json").read_text()), recompute.read_rows(path / "frames.csv"), path)


def exit_code_and_text(report, written_into):
    """Return what recompute.py returns and prints for a report that was written into another folder."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as text:
        path = pathlib.Path(folder) / "report.json"
        path.write_text(json.dumps(report))
        code = recompute.main([str(path), "--folder", str(written_into)])
    return code, text.getvalue()


class Agreement(unittest.TestCase):
    """Base of the tests that run the program."""

    def assert_agrees(self, written):
        """The oracle computes the same, and nothing was left out."""
        comparison = recompute.compare(written.report, written.folder, written.frames)
        self.assertEqual(comparison.differences, [])
        for entry in written.report["modes"]:
            for group in ("outputs", "tallies", "first frame", "every frame", "operations", "energy"):
                self.assertIn(f"{entry['mode']} {group}", comparison.compared)
        return comparison


class Quickstart(Agreement):
    """The whole quick start, all modes."""

    @classmethod
    def setUpClass(cls):
        cls.written = run_quickstart()
        cls.report = cls.written.report
        cls.modes = {entry["mode"]: entry for entry in cls.report["modes"]}

    def test_everything_agrees(self):
        comparison = self.assert_agrees(self.written)
        self.assertEqual([entry["mode"] for entry in self.report["modes"]], list(oracle.MODES))
        self.assertEqual(self.report["frames"], 500)
        for mode in oracle.MODES:  # 12 tallies of 3 layers and their sum; of 3 layers and every frame
            self.assertGreaterEqual(comparison.compared[mode + " tallies"], 12 * 4)
            self.assertGreaterEqual(comparison.compared[mode + " every frame"], 12 * 3 * 500)

    def test_dense_is_what_the_issue_says(self):
        per_frame = self.modes["dense"]["per_frame"]
        self.assertEqual(per_frame["paper_operations"], 397600)
        self.assertAlmostEqual(per_frame["paper_nj"], 636.16, places=6)
        self.assertAlmostEqual(per_frame["paper_8bit_nj"], 59.64, places=6)

    def test_families_have_one_output(self):
        hashes = {mode: entry["outputs_hash"] for mode, entry in self.modes.items()}
        self.assertEqual(hashes["sigma-delta"], hashes["rounding"])
        self.assertEqual(hashes["temporal-difference"], hashes["dense"])
        self.assertEqual(hashes["zero-skip"], hashes["dense"])
        self.assertNotEqual(hashes["rounding"], hashes["dense"])

    def test_sigma_delta_adds_less_than_rounding(self):
        adds = {mode: entry["tallies"]["paper_adds"] for mode, entry in self.modes.items()}
        self.assertLess(adds["sigma-delta"], adds["rounding"])

    def test_first_frames_cost_the_same_but_for_the_biases(self):
        first = {mode: entry["first_frame"] for mode, entry in self.modes.items()}
        self.assertEqual(first["rounding"]["paper_adds"] - first["sigma-delta"]["paper_adds"], 200 + 200 + 10)
        self.assertEqual(first["rounding"]["adds"], first["sigma-delta"]["adds"])


class CanFail(Agreement):
    """One corrupted number, wherever it stands, and recompute.py exits 1."""

    @classmethod
    def setUpClass(cls):
        cls.written = run_quickstart("stimulus.frames=5")
        cls.report = cls.written.report

    def assert_noticed(self, path, value):
        """The value at `path` (a list of keys) is a difference."""
        corrupted = copy.deepcopy(self.report)
        place = corrupted
        for key in path[:-1]:
            place = place[key]
        self.assertNotEqual(place[path[-1]], value)
        place[path[-1]] = value
        code, text = exit_code_and_text(corrupted, self.written.folder)
        self.assertEqual(code, 1, text)
        self.assertIn("DIFFERS", text)

    def assert_increment_noticed(self, *path):
        """One more, at `path`, is a difference."""
        place = self.report
        for key in path:
            place = place[key]
        self.assert_noticed(path, place + 1)

    def test_the_report_itself_passes(self):
        code, text = exit_code_and_text(self.report, self.written.folder)
        self.assertEqual(code, 0, text)
        self.assertIn("all agree", text)

    def test_as_a_program(self):
        report = copy.deepcopy(self.report)
        report["modes"][0]["tallies"]["events"] += 1
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "report.json"
            path.write_text(json.dumps(report))
            script = pathlib.Path(recompute.__file__)
            done = subprocess.run([sys.executable, str(script), str(path), "--folder", str(self.written.folder)],
                                  capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("DIFFERS dense tallies: events", done.stdout)

    def test_tallies(self):
        for name in oracle.TALLIES:
            self.assert_increment_noticed("modes", 4, "tallies", name)
        self.assert_increment_noticed("modes", 0, "first_frame", "updates")
        self.assert_increment_noticed("modes", 3, "layers", 2, "tallies", "paper_adds")
        self.assert_increment_noticed("modes", 2, "layers", 1, "first_frame", "subtracts")

    def test_outputs(self):
        for mode in range(len(oracle.MODES)):
            self.assert_noticed(["modes", mode, "outputs_hash"], "0000000000000000")
        self.assert_increment_noticed("modes", 3, "input_saturations")
        self.assert_noticed(["modes", 3, "class_error"], 0.9)
        self.assert_noticed(["modes", 3, "agreement"], 0.1)

    def test_every_frame(self):
        rows = copy.deepcopy(self.written.frames)
        rows[7]["adds"] = str(int(rows[7]["adds"]) + 1)
        comparison = recompute.compare(self.report, self.written.folder, rows)
        self.assertEqual([d[:2] for d in comparison.differences], [("dense every frame", "frame 2 layer 1 adds")])
        comparison = recompute.compare(self.report, self.written.folder, self.written.frames[:-1])
        self.assertEqual([d[:2] for d in comparison.differences], [("sigma-delta every frame", "rows")])

    def test_network(self):
        for name in ("fraction_bits", "bound", "grid_fraction_bits", "grid_bound", "inputs", "scale", "grid_scale"):
            self.assert_increment_noticed("network", "layers", 1, name)
        self.assert_increment_noticed("network", "max_magnitude")

    def test_energy_and_operations(self):
        self.assert_increment_noticed("modes", 0, "energy", "paper_pj")
        self.assert_increment_noticed("modes", 1, "layers", 0, "energy", "paper_8bit_pj")
        self.assert_increment_noticed("modes", 1, "per_frame", "paper_operations")
        self.assert_increment_noticed("modes", 1, "operations_of_dense")

    def test_accuracy(self):
        self.assert_increment_noticed("accuracy", "integer_to_float_dense", "other_class_frames")
        self.assert_increment_noticed("accuracy", "integer_to_float_rounding", "mean")

    def test_no_report(self):
        with contextlib.redirect_stderr(io.StringIO()) as text:
            self.assertEqual(recompute.main([str(SOURCE / "no-such-report.json")]), 2)
        self.assertIn("no-such-report.json", text.getvalue())


class OtherSettings(Agreement):
    """Forty digits under other settings; each has an effect that the report must show."""

    FRAMES = "stimulus.frames=40"

    @classmethod
    def setUpClass(cls):
        cls.plain = run_quickstart(cls.FRAMES).report

    def run_with(self, *overrides):
        """Return the report of forty digits, and {mode: entry}, after checking that everything agrees."""
        written = run_quickstart(self.FRAMES, *overrides)
        self.assert_agrees(written)
        report = written.report
        self.assertEqual(report["frames"], 40)
        return report, {entry["mode"]: entry for entry in report["modes"]}

    def fraction_bits(self, report, key="fraction_bits"):
        """Return F of every layer."""
        return [layer[key] for layer in report["network"]["layers"]]

    def test_narrow_weights(self):
        for bits in (8, 16):
            with self.subTest(weight_bits=bits):
                report, _ = self.run_with(f"network.weight_bits={bits}")
                self.assertEqual(report["network"]["weight_bits"], bits)
                if bits == 8:
                    self.assertLess(max(self.fraction_bits(report)), min(self.fraction_bits(self.plain)))

    def test_narrow_activations(self):
        report, _ = self.run_with("network.activation_bits=8")
        self.assertEqual(report["network"]["layers"][0]["grid_scale"], 127.0)
        self.assertGreater(min(self.fraction_bits(report, "grid_fraction_bits")),
                           min(self.fraction_bits(self.plain, "grid_fraction_bits")))

    def test_narrow_accumulators(self):
        # 16 bits need small values: at most 7 in both families.
        report, _ = self.run_with("network.accumulator_bits=16", "network.activation_bits=4", "network.max_magnitude=7")
        self.assertLess(max(layer["bound"] for layer in report["network"]["layers"]), 32768)

    def test_small_max_magnitude_saturates(self):
        for largest in (1, 3):
            with self.subTest(max_magnitude=largest):
                _, modes = self.run_with(f"network.max_magnitude={largest}")
                for mode in oracle.SCALED_MODES:
                    self.assertGreater(modes[mode]["tallies"]["saturations"], 0)
                self.assertEqual(modes["dense"]["tallies"]["saturations"], 0)

    def test_scales(self):
        for scales in ("[40, 25, 0.3]", "[0.7, 3.3, 9]", "[1]"):
            with self.subTest(scales=scales):
                report, _ = self.run_with(f"scales={scales}")
                asked = [float(s) for s in recompute.read_list(scales)]
                self.assertEqual([layer["scale"] for layer in report["network"]["layers"]], (asked * 3)[:3])

    def test_encodings(self):
        # Small scales have no magnitudes above 2; these have many.
        for encoding, tally in (("graded", "multiplies"), ("shift-add", "shifts")):
            with self.subTest(encoding=encoding):
                report, modes = self.run_with(f"machine.encoding={encoding}", "scales=[50, 20, 12]")
                self.assertEqual(report["mesh"]["encoding"], encoding)
                scans = 40 * 400 if tally == "shifts" else 0
                self.assertGreater(modes["sigma-delta"]["tallies"][tally], scans)

    def test_other_frames(self):
        _, modes = self.run_with("stimulus.first=123")
        plain = {entry["mode"]: entry for entry in self.plain["modes"]}
        self.assertNotEqual(modes["dense"]["outputs_hash"], plain["dense"]["outputs_hash"])

    def test_fewer_modes(self):
        report, _ = self.run_with("modes=[sigma-delta]", "machine.modes=[sigma-delta]")
        self.assertIsNone(report["modes"][0]["operations_of_dense"])

    def test_one_family_need_not_fit_the_other_ones_widths(self):
        small = ("network.accumulator_bits=16", "network.weight_bits=8")
        report, _ = self.run_with("modes=[rounding, sigma-delta]", "network.max_magnitude=15", *small)
        self.assertIsNone(report["accuracy"]["integer_to_float_dense"])
        self.assertEqual(self.fraction_bits(report, "grid_fraction_bits"), [None] * 3)
        report, _ = self.run_with("modes=[dense]", "network.activation_bits=4", "scales=[1000, 0.001]", *small)
        self.assertIsNone(report["accuracy"]["integer_to_float_rounding"])
        self.assertEqual(self.fraction_bits(report), [None] * 3)


if __name__ == "__main__":
    unittest.main()
