"""Sweeps: which points there are, every row equals a run of its own, bad sweep files are refused before anything runs.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_sweep.py
"""
import csv
import json
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from program import IMAGES, NETWORK, SOURCE, sigdel  # noqa: E402

COLUMNS = ["cycles", "cycles_per_frame", "latency_mean_cycles", "latency_worst_cycles", "frames_per_second", "packets",
           "hops", "engine_utilisation", "lane_utilisation", "agreement", "class_error", "input_saturations"]


def set_options(pairs):
    """Return --set arguments for (key, value) pairs."""
    return [part for key, value in pairs for part in ("--set", f"{key}={value}")]


class SweepTest(program.FolderTest):
    """A small scenario, and sweeps over it."""

    def setUp(self):
        super().setUp()
        self.write("base.yaml", f"""\
network: {{file: {NETWORK}}}
scales: [2.0, 2.0, 1.5]
stimulus: {{images: {IMAGES}, labels: {program.LABELS}, frames: 2}}
modes: [zero-skip, sigma-delta]
machine: {{clock_mhz: 500, mesh: {{columns: 3, rows: 3}}, core: {{lanes: 16}}}}
""")

    def sweep_file(self, text, name="s.yaml"):
        """Write a sweep of the small scenario."""
        return self.write(name, "base: base.yaml\n" + text)

    def sweep(self, file, *arguments, folder="out", **keywords):
        """Run a sweep to its end."""
        return sigdel("sweep", file, "--output", self.folder / folder, "--jobs", 2, *arguments, **keywords)

    def rows(self, folder="out"):
        """Return the table's rows as dictionaries."""
        with open(self.folder / folder / "table.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def results(self, folder="out"):
        """Return what must not depend on how the sweep came to its end."""
        root = self.folder / folder
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*"))
                if path.is_file() and path.name != ".lock"}


class Points(SweepTest):
    """Which points there are, and in which order."""

    def values(self, text, *keys):
        """Run a sweep of points that all fail at once (the queue is too short) and return their keys."""
        file = self.sweep_file("set: {machine.router.queue_depth: 1, machine.router.flit_bits: 8}\n" + text)
        done = self.sweep(file)
        self.assertEqual(done.returncode, 1, done.stderr)
        return [tuple(row[key] for key in keys) for row in self.rows()]

    def test_lists_and_ranges_the_first_is_the_slowest(self):
        got = self.values("axes:\n  machine.core.lanes: [16, 4]\n  machine.core.scan_rate: {from: 1, to: 6, step: 2}\n",
                          "machine.core.lanes", "machine.core.scan_rate")
        self.assertEqual(got, [(a, b) for a in ("16", "4") for b in ("1", "3", "5")])

    def test_logarithmic_ranges(self):
        got = self.values("axes: {machine.core.lanes: {from: 1, to: 64, points: 4}}\n", "machine.core.lanes")
        self.assertEqual(got, [("1",), ("4",), ("16",), ("64",)])

    def test_real_steps_are_decimal(self):
        got = self.values("axes: {machine.clock_mhz: {from: 0.1, to: 0.5, step: 0.1}}\n", "machine.clock_mhz")
        self.assertEqual(got, [("0.1",), ("0.2",), ("0.3",), ("0.4",), ("0.5",)])

    def test_groups_move_together(self):
        got = self.values("axes: {mesh: {zip: {machine.mesh.columns: [3, 4], machine.mesh.rows: [5, 6]}}}\n",
                          "machine.mesh.columns", "machine.mesh.rows")
        self.assertEqual(got, [("3", "5"), ("4", "6")])

    def test_constraints_derived_keys_and_names(self):
        got = self.values("""\
let: {period: machine.frame_period_us}
axes:
  machine.core.lanes: [4, 8, 16, 32]
  machine.mesh.columns: [2, 4, 8]
derived:
  machine.mesh.rows: 64 / (lanes * columns)
  machine.core.scan_rate: max(1, lanes / 4)
constraints: [lanes * columns * rows == 64 && period == 0, 64 % (lanes * columns) == 0, lanes != 4]
""", "machine.core.lanes", "machine.mesh.columns", "machine.mesh.rows", "machine.core.scan_rate")
        want = [(lanes, columns, 64 // (lanes * columns), lanes // 4) for lanes in (8, 16, 32) for columns in (2, 4, 8)
                if 64 % (lanes * columns) == 0]
        self.assertEqual(got, [tuple(map(str, row)) for row in want])

    def test_random_samples_are_the_seeds(self):
        axis = "axes: {{machine.core.lanes: {{from: 1, to: 4096, samples: 20, seed: {}, log: true}}}}\n"
        first, again, other = (self.values(axis.format(seed), "machine.core.lanes") for seed in (1, 1, 2))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertEqual(len(first), 20)
        self.assertTrue(all(1 <= int(value) <= 4096 for value, in first))

    def test_points_can_be_drawn(self):
        got = self.values("sample: {points: 7, seed: 3}\naxes: {machine.core.lanes: {from: 1, to: 50, step: 1}}\n",
                          "machine.core.lanes")
        numbers = [int(value) for value, in got]
        self.assertEqual(len(set(numbers)), 7)
        self.assertEqual(numbers, sorted(numbers))

    def test_a_failing_point_is_recorded_and_the_rest_goes_on(self):
        file = self.sweep_file("axes: {machine.core.weight_memory_kib: [1, 128]}\n")
        done = self.sweep(file)
        self.assertEqual(done.returncode, 1, done.stderr)
        failed, good = self.rows()
        self.assertEqual([failed["status"], good["status"]], ["failed", "done"])
        alone = sigdel("check", self.folder / "base.yaml", "--set", "machine.core.weight_memory_kib=1")
        self.assertEqual(alone.returncode, 2)
        own = alone.stderr.strip().partition("kib=1: machine.")[2]
        self.assertEqual(failed["message"].partition("machine.")[2], own)
        self.assertIn("s.yaml:2: machine.core.weight_memory_kib", failed["message"])


class EqualsRuns(SweepTest):
    """Each row against `sigdel run` of the same keys."""

    def compare(self, row, keys):
        """Compare a row with a run of its own, exactly."""
        folder = self.folder / "alone"
        done = sigdel("run", self.folder / "base.yaml", "--jobs", 2,
                      *set_options([("output.folder", folder), *((key, row[key]) for key in keys)]))
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads((folder / "report.json").read_text())
        with open(folder / "layers.csv", newline="", encoding="utf-8") as file:
            layers = list(csv.DictReader(file))
        for mode in report["modes"]:
            name = mode["mode"]
            own = [line for line in layers if line["mode"] == name]
            for tally, count in mode["tallies"].items():
                self.assertEqual(int(row[f"{name}.{tally}"]), count, (name, tally))
            for line in own:
                self.assertEqual(row[f"layer.{name}.{line['layer']}.engine_cycles"], line["engine_cycles"])
            machine = {**mode, **mode["machine"], "cycles": mode["machine"]["total_cycles"],
                       "frames_per_second": mode["machine"]["throughput_frames_per_second"]}
            for column in COLUMNS:
                self.assertEqual(float(row[f"{name}.{column}"]), machine[column], (name, column))
            for category, energy in mode["energy"]["categories_pj"].items():
                value = float(row[f"{name}.{category.replace('-', '_')}_nj_per_frame"])
                self.assertEqual(value, energy / 1000 / report["frames"], (name, category))
            self.assertEqual(float(row[f"{name}.full_nj_per_frame"]),
                             mode["energy"]["full_pj"] / 1000 / report["frames"])

    def test_random_points(self):
        for seed in range(2):
            with self.subTest(seed=seed):
                chance = random.Random(seed)
                keys = {"machine.core.lanes": chance.sample([2, 4, 8, 16, 32], 2),
                        "machine.router.queue_depth": chance.sample([4, 8, 16], 1),
                        "scales": chance.sample([1.0, 2.0, 3.5], 2),
                        "machine.encoding": chance.sample(["unary", "graded", "shift-add"], 1),
                        "energy.sram_cells": chance.sample(["hp", "lop", "lstp"], 2),
                        "energy.scale_to_nm": [0, 16]}
                axes = "".join(f"  {key}: [{', '.join(map(str, values))}]\n" for key, values in keys.items())
                done = self.sweep(self.sweep_file(f"outputs: ['*']\naxes:\n{axes}"), folder=f"random-{seed}")
                self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
                self.assertIn("4 points simulated, 12 re-priced", done.stdout)
                for row in chance.sample(self.rows(f"random-{seed}"), 5):
                    self.compare(row, keys)


class BadFiles(SweepTest):
    """Clear errors before anything runs."""

    def refused(self, text, *words):
        """Run a bad sweep; its message must have the words, and nothing may be left."""
        before = program.contents(self.folder)
        file = self.sweep_file(text)
        done = self.sweep(file)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)
        file.unlink()
        self.assertEqual(program.contents(self.folder), before)

    LANES = "axes: {machine.core.lanes: [4, 8]}\n"

    def test_axes(self):
        self.refused("axes:\n  machine.core.lane: [1]\n", "s.yaml:3: machine.core.lane: unknown key",
                     "did you mean 'machine.core.lanes'")
        self.refused("axes:\n  machine.core: [1]\n", "s.yaml:3: machine.core: this is a section")
        self.refused("axes:\n  machine.core.lanes: []\n", "s.yaml:3: machine.core.lanes: the axis is empty")
        self.refused("axes:\n  machine.core.lanes: [4, many]\n", "value 2: expected an integer of 1 to 4096",
                     "found 'many'")
        self.refused("axes:\n  machine.core.lanes: {from: 8, to: 4, step: 1}\n", "the range is empty")
        self.refused("axes:\n  machine.core.lanes: {from: 0, to: 4, points: 3}\n", "above 0")
        self.refused("axes:\n  machine.core.lanes: {from: 1, to: 4}\n", "no `step`")
        self.refused("axes:\n  machine.core.lanes: {from: 1, to: 4, steps: 1}\n", "unknown key 'steps' of a range")
        self.refused("axes:\n  machine.core.lanes: 8\n", "expected a list of values, or a range")
        self.refused("axes:\n  machine.encoding: {from: 1, to: 2, step: 1}\n", "write the values as a list")
        self.refused("axes:\n  g: {zip: {machine.mesh.rows: [1, 2], machine.mesh.columns: [3]}}\n",
                     "machine.mesh.columns: 1 values; the others of this group have 2")
        self.refused("set: {machine.core.lanes: 4}\n" + self.LANES, "set twice, first at", "s.yaml:2")
        self.refused("axes: {output.folder: [a, b]}\n", "a sweep sets this itself")
        self.refused("set: {machine.core.lanes: 4}\n", "axes: missing")

    def test_files(self):
        self.refused("axes:\n  network.file: [nowhere.onnx, other.onnx]\n", "s.yaml:3: network.file:", "nowhere.onnx",
                     "No such file")
        self.refused("axes:\n  energy.table: [horowitz-45nm, unobtainium]\n", "s.yaml:3: energy.table:", "unobtainium")
        self.write("bad.yaml", "base: elsewhere.yaml\n" + self.LANES)
        done = self.sweep(self.folder / "bad.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("bad.yaml:1: base:", done.stderr)

    def test_constraints(self):
        self.refused(self.LANES + "constraints: [lanes == 3, lanes < 3]\n", "s.yaml:3: constraints: no point is left",
                     "of 2 combinations", "'lanes == 3' (", "excludes 2")
        self.refused(self.LANES + "constraints: [lanes > 4, lanes < 8]\n", "no point is left", "'lanes > 4' (",
                     "excludes 1", "'lanes < 8' (")
        self.refused(self.LANES + "constraints: [lane > 4]\n", "s.yaml:3: constraints: 'lane' is no name here",
                     "known: lanes")
        self.refused(self.LANES + "constraints: [lanes > ]\n", "cannot be read")
        self.refused(self.LANES + "constraints: [lanes / 0]\n", "no finite number")
        self.refused(self.LANES + "derived: {machine.core.scan_rate: lanes / 3}\n",
                     "s.yaml:3: machine.core.scan_rate: lanes / 3 is 1.33", "a constraint can leave such points out")
        self.refused(self.LANES + "let: {cells: energy.sram_cells}\n", "energy.sram_cells is no number")

    def test_the_rest(self):
        self.refused(self.LANES + "ouputs: [a]\n", "s.yaml:3: ouputs: unknown key; a sweep has base")
        self.refused(self.LANES + "objectives: [min: sigma-delta.energy]\n", "'sigma-delta.energy' is no column")
        self.refused(self.LANES + "sample: {points: 0}\n", "sample.points")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 4096, step: 1}, machine.core.scan_rate: "
                     "{from: 1, to: 4096, step: 1}}\n", "more than 10000000 combinations")

    def test_no_file_given(self):
        self.assertEqual(sigdel("sweep").returncode, 2)


class Shipped(unittest.TestCase):
    """The sweeps in scenarios/whatif."""

    def test_thousand_has_a_thousand_points_of_a_hundred_machines(self):
        status = sigdel("sweep", "status", SOURCE / "scenarios/whatif/thousand.yaml", "--output", "/nonexistent")
        self.assertIn("1000 points: 0 done, 0 failed, 1000 to do", status.stdout)


if __name__ == "__main__":
    unittest.main()
