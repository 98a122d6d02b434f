"""The systolic array in whole runs: its cycles and words against systolic_oracle.py, its entries in every file."""
import csv
import json
import os
import pathlib
import tempfile
import unittest

import program
import recompute
import systolic_oracle

SOURCE = pathlib.Path(os.environ["SIGDEL_SOURCE"])
ACTIONS = {("input", "read"): ("systolic.input", "state_read"), ("input", "write"): ("systolic.input", "state_write"),
           ("weights", "read"): ("systolic.weights", "weight_read"),
           ("output", "read"): ("systolic.output", "state_read"),
           ("output", "write"): ("systolic.output", "state_write")}
KEYS = {("input", "read"): "input_reads", ("input", "write"): "input_writes", ("weights", "read"): "weight_reads",
        ("output", "read"): "output_reads", ("output", "write"): "output_writes"}


class SystolicTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name) / "out"

    def run_quickstart(self, *overrides):
        """Run it with 23 frames in the dense modes; return the program's text, the report and the activity."""
        arguments = ["run", SOURCE / "scenarios/quickstart.yaml", "--set", f"output.folder={self.folder}",
                     "--set", "stimulus.frames=23", "--set", "modes=[dense, zero-skip]", "--set", "trace.mode=dense"]
        for override in overrides:
            arguments += ["--set", override]
        done = program.sigdel(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        report, activity = (json.loads((self.folder / f"{name}.json").read_text()) for name in ("report", "activity"))
        return done.stdout, report, activity

    def entries(self, data):
        """Return the entries of the array, by mode."""
        return {entry["mode"]: entry for entry in data["modes"] if entry["engine"] == "systolic"}

    def check(self, *overrides):
        _, report, activity = self.run_quickstart(*overrides)
        keys = recompute.read_keys(report["resolved"])
        array = systolic_oracle.Array.of(keys)
        network = report["network"]
        activation = next(bits for bits in (8, 16, 32) if bits >= network["activation_bits"])
        batches = systolic_oracle.pieces(report["frames"], array.batch)
        total = 0
        for l, layer in enumerate(network["layers"]):
            first, last = l == 0, l + 1 == len(network["layers"])
            bits = systolic_oracle.Bits(activation, network["weight_bits"], network["accumulator_bits"],
                                        network["accumulator_bits"] if last else activation)
            phases, words = [0, 0, 0, 0], {}
            for m in batches:
                shape = m, layer["inputs"], layer["outputs"]
                phases = [a + b for a, b in zip(phases, systolic_oracle.layer_cycles(array, *shape))]
                for port, count in systolic_oracle.layer_words(array, bits, *shape, first, last).items():
                    words[port] = words.get(port, 0) + count
            total += sum(phases[:3])
            for mode, entry in self.entries(report).items():
                counted = entry["layers"][l]["systolic"]
                self.assertEqual([counted[key] for key in ("fill_cycles", "stream_cycles", "drain_cycles", "folds")],
                                 phases, mode)
                self.assertEqual(counted["cycles"], sum(phases[:3]))
                macs = report["frames"] * layer["inputs"] * layer["outputs"]
                self.assertEqual(counted["macs"], macs)
                self.assertAlmostEqual(counted["utilisation"], macs / (sum(phases[:3]) * array.rows * array.columns))
                records = [record for record in self.entries(activity)[mode]["records"]
                           if record["layer"] == layer["name"]]
                for port, (block, action) in ACTIONS.items():
                    self.assertEqual(counted[KEYS[port]], words.get(port, 0), (mode, layer["name"], port))
                    self.assertEqual(sum(record["count"] for record in records
                                         if (record["block"], record["action"]) == (block, action)),
                                     words.get(port, 0), (mode, layer["name"], port))
        for entry in self.entries(report).values():
            self.assertEqual(entry["systolic"]["total_cycles"], total)
        self.assertEqual(set(self.entries(report)), {"dense", "zero-skip"})
        self.assertTrue(report["all_checks_passed"])
        return report

    def test_as_many_elements_as_lanes(self):
        report = self.check("machine.systolic.modes=[dense, zero-skip]")
        array = self.entries(report)["dense"]["systolic"]
        self.assertEqual((array["rows"], array["columns"], array["dataflow"], array["batch"]),
                         (12, 12, "output-stationary", 1))
        self.assertEqual(array["latency_worst_cycles"], array["cycles_per_frame"])

    def test_weight_stationary_with_a_batch_that_does_not_divide_the_frames(self):
        self.check("machine.systolic.dataflow=weight-stationary", "machine.systolic.batch=5",
                   "machine.systolic.rows=7", "machine.systolic.columns=11")

    def test_output_stationary_with_a_batch_and_narrow_integers(self):
        self.check("machine.systolic.batch=4", "machine.systolic.rows=3", "machine.systolic.columns=37",
                   "network.weight_bits=8", "network.activation_bits=8", "network.accumulator_bits=32")

    def test_one_row_of_elements(self):
        self.check("machine.systolic.rows=1", "machine.systolic.dataflow=weight-stationary")

    def test_the_oracle_agrees_with_what_was_run(self):
        """Operations, outputs and the paper's energies of the array's entries are those of the network."""
        _, report, _ = self.run_quickstart("machine.systolic.batch=2")
        comparison = recompute.compare(report, self.folder, recompute.read_rows(self.folder / "frames.csv"))
        self.assertEqual(comparison.differences, [])
        self.assertEqual({entry["outputs_hash"] for entry in report["modes"]}, {report["modes"][0]["outputs_hash"]})

    def test_frames_wait_for_their_time(self):
        _, report, _ = self.run_quickstart("machine.systolic.modes=dense", "machine.frame_period_us=100")
        array = self.entries(report)["dense"]["systolic"]
        per_frame = sum(layer["systolic"]["cycles"] for layer in self.entries(report)["dense"]["layers"]) // 23
        self.assertEqual(array["total_cycles"], 22 * 50000 + per_frame)
        self.assertEqual(array["latency_worst_cycles"], per_frame)

    def test_the_text_has_its_table_only_if_there_is_an_array(self):
        text, report, _ = self.run_quickstart("machine.systolic.batch=1")
        self.assertIn("Systolic array of 12 x 12 elements, output-stationary, 1 frame together, at 500 MHz\n", text)
        row = text[text.index("Systolic array of"):].split("\nall ")[1].split("\n")[0].split()
        dense, skip = (self.entries(report)[mode] for mode in ("dense", "zero-skip"))
        self.assertEqual(float(row[1]), dense["systolic"]["cycles_per_frame"])
        self.assertEqual(row[5], f"{100 * dense['systolic']['utilisation']:.1f}")
        self.assertLess(float(row[-1]), float(row[-2]))  # gating saves energy, and only arithmetic
        for category in ("weight-memory", "state-memory"):
            self.assertEqual(dense["energy"]["categories_pj"][category], skip["energy"]["categories_pj"][category])
        self.assertNotIn("Systolic array of", self.run_quickstart()[0])

    def test_layers_csv_and_price_have_its_rows(self):
        text, report, _ = self.run_quickstart("machine.systolic.batch=1")
        with (self.folder / "layers.csv").open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["engine"] == "systolic"]
        expected = [(mode, layer) for mode, entry in self.entries(report).items() for layer in entry["layers"]]
        self.assertEqual(len(rows), len(expected))
        for row, (mode, layer) in zip(rows, expected):
            self.assertEqual((row["mode"], row["layer"]), (mode, layer["name"]))
            self.assertEqual(int(row["array_cycles"]), layer["systolic"]["cycles"])
            self.assertEqual(int(row["array_folds"]), layer["systolic"]["folds"])
            self.assertEqual(float(row["array_utilisation"]), layer["systolic"]["utilisation"])
            self.assertEqual(row["cores"], "")
        priced = program.sigdel("price", self.folder / "activity.json").stdout
        for name in ("dense, systolic", "zero-skip, systolic"):
            line = next(line for line in priced.splitlines() if line.startswith(name))
            self.assertIn(line, text)


if __name__ == "__main__":
    unittest.main()
