"""Sweep files from outside: which points they have, and what is said of bad ones.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_sweep_files.py
"""
import itertools
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
import sweeps  # noqa: E402


class Points(sweeps.SweepTest):
    """Which points a sweep file has, and in which order."""

    def points(self, text, *keys):
        """Return the values of the keys at each point."""
        return [tuple(float(row[key]) for key in keys) for row in self.done(text)[0]]

    def test_product_of_lists(self):
        self.assertEqual(self.points(sweeps.AXES, "machine.core.lanes", "machine.router.queue_depth",
                                     "energy.temperature_k"), list(itertools.product([1, 2, 4], [1, 4], [320, 360])))

    def test_ranges(self):
        self.assertEqual(self.points("""\
axes:
  machine.clock_mhz: {from: 100, to: 101, step: 0.25}
  machine.core.lanes: {from: 1, to: 64, points: 4}
  machine.core.scan_rate: {from: 1, to: 4, step: 2}
""", "machine.clock_mhz", "machine.core.lanes", "machine.core.scan_rate"),
                         list(itertools.product([100, 100.25, 100.5, 100.75, 101], [1, 4, 16, 64], [1, 3])))

    def test_groups_constraints_derived_keys_and_names(self):
        points = self.points("""\
let: {period: machine.frame_period_us}
axes:
  mesh: {zip: {machine.mesh.columns: [1, 2, 4], machine.mesh.rows: [1, 1, 2]}}
  machine.core.lanes: [1, 2, 4, 8]
derived:
  machine.core.weight_port_bits: 32 * lanes
  machine.core.scan_rate: max(1, lanes / 4)
constraints: [columns * rows * lanes == 8 && period == 0, lanes > 1]
""", *(f"machine.{key}" for key in ("mesh.columns", "mesh.rows", "core.lanes", "core.weight_port_bits", "core.scan_rate")))
        self.assertEqual(points, [(1, 1, 8, 256, 2), (2, 1, 4, 128, 1)])

    def test_samples(self):
        text = """\
axes:
  machine.clock_mhz: {from: 1, to: 1000, samples: 5, seed: %d, log: true}
  energy.temperature_k: [320, 360]
sample: {points: 7, seed: 7}
"""
        first = self.points(text % 1, "machine.clock_mhz", "energy.temperature_k")
        self.assertEqual(first, self.points(text % 1, "machine.clock_mhz", "energy.temperature_k"))
        self.assertNotEqual(first, self.points(text % 2, "machine.clock_mhz", "energy.temperature_k"))
        self.assertEqual(len(set(first)), 7)
        self.assertTrue(all(1 <= clock <= 1000 for clock, _ in first))

    def test_points_that_are_drawn_keep_their_order(self):
        drawn = self.points("sample: {points: 7, seed: 3}\naxes: {machine.core.lanes: {from: 1, to: 50, step: 1}}\n",
                            "machine.core.lanes")
        self.assertEqual(len(set(drawn)), 7)
        self.assertEqual(drawn, sorted(drawn))

    def test_outputs(self):
        rows, _ = self.done(sweeps.AXES + "outputs: ['*.full_nj_per_frame', cores]\n")
        self.assertEqual(list(rows[0]), ["point", "status", "machine.core.lanes", "machine.router.queue_depth",
                                         "energy.temperature_k", "cores", "zero-skip.full_nj_per_frame",
                                         "sigma-delta.full_nj_per_frame", "message"])

    def test_every_column_is_a_possible_output(self):
        columns = list(self.done(sweeps.AXES + "set: {machine.systolic.modes: [zero-skip]}\noutputs: ['*']\n")[0][0])
        figures = [name for name in columns[2:-1] if not name.startswith(("machine.", "energy."))]
        self.assertIn("zero-skip-systolic.cycles", figures)
        self.assertTrue(any(name.startswith("layer.sigma-delta.") for name in figures))
        file = self.file(sweeps.AXES + f"set: {{machine.systolic.modes: [zero-skip]}}\noutputs: {figures}\n")
        status = program.sigdel("sweep", "status", file, "--output", self.results)
        self.assertEqual((status.returncode, status.stderr), (0, ""))

    def test_the_thousand_points_that_are_shipped(self):
        status = program.sigdel("sweep", "status", program.SOURCE / "scenarios/whatif/thousand.yaml", "--output",
                                "/nonexistent")
        self.assertIn("1000 points: 0 done, 0 failed, 1000 to do", status.stdout)


class BadSweeps(sweeps.SweepTest):
    """Each ends with code 2 and a clear message before anything runs, and leaves nothing behind."""

    def refused(self, text, *says, whole=False):
        """The sweep must be refused; the message has all of the texts."""
        file = self.write("bad.yaml", text if whole else f"base: base.yaml\n{text}")
        before = program.contents(self.folder)
        done = program.sigdel("sweep", file, "--output", self.results)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        for part in says:
            self.assertIn(part, done.stderr)
        self.assertNotRegex(done.stderr, "exception|std::|yaml-cpp|muParser")
        self.assertEqual(program.contents(self.folder), before)

    def test_keys(self):
        self.refused("axes: {machine.core.lane: [1, 2]}\n", "bad.yaml:2: machine.core.lane: unknown key; did you mean "
                     "'machine.core.lanes'?")
        self.refused("axes: {machine.core: [1, 2]}\n", "bad.yaml:2: machine.core: this is a section")
        self.refused("axes: {output.folder: [a, b]}\n", "output.folder", "a sweep sets this itself")
        self.refused("axis: {machine.core.lanes: [1]}\n", "bad.yaml:2: axis: unknown key; a sweep has base")
        self.refused("axes: {machine.core.lanes: [1]}\nset: {machine.core.lanes: 2}\n", "set twice, first at",
                     "bad.yaml:3")

    def test_empty(self):
        self.refused("axes: {machine.core.lanes: []}\n", "bad.yaml:2: machine.core.lanes: the axis is empty")
        self.refused("axes: {machine.core.lanes: {from: 4, to: 1, step: 1}}\n", "the range is empty")
        self.refused("", "axes: missing")
        self.refused("axes: {}\n", "axes: missing")
        self.refused("set: {machine.core.lanes: 4}\n", "axes: missing")
        self.refused("", "the file is empty", whole=True)
        self.refused("axes: {machine.core.lanes: [1, 2]}\n", "base: missing; expected the name of a scenario file",
                     whole=True)

    def test_values(self):
        self.refused("axes: {machine.core.lanes: [1, many]}\n", "bad.yaml:2: machine.core.lanes: value 2: expected an "
                     "integer of 1 to 4096, found 'many'")
        self.refused("axes: {machine.core.lanes: [0]}\n", "expected an integer of 1 to 4096, found '0'")
        self.refused("axes: {machine.core.lanes: 8}\n", "expected a list of values, or a range")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 8}}\n", "the range has no `step`")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 4, steps: 1}}\n", "unknown key 'steps' of a range")
        self.refused("axes: {machine.core.lanes: {from: 0, to: 8, points: 3}}\n", "numbers above 0 only")
        self.refused("axes: {machine.encoding: {from: 1, to: 8, step: 1}}\n", "write the values as a list")
        self.refused("axes: {g: {zip: {machine.core.lanes: [1, 2], machine.mesh.rows: [1]}}}\n",
                     "machine.mesh.rows: 1 values; the others of this group have 2")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 8, samples: 0, seed: 1}}\n", "samples")

    def test_constraints(self):
        axes = "axes:\n  machine.core.lanes: [1, 2]\n  machine.mesh.rows: [1, 2]\n"
        self.refused(f"{axes}constraints: [lanes > 1, lanes < 2]\n", "bad.yaml:5: constraints: no point is left: of 4 "
                     "combinations, 'lanes > 1'", "excludes 2", "'lanes < 2'")
        self.refused(f"{axes}constraints: lanes * rows == 7\n", "no point is left", "excludes 4")
        self.refused(f"{axes}constraints: [lanes * width == 8]\n", "bad.yaml:5: constraints: 'width' is no name here",
                     "known: lanes")
        self.refused(f"{axes}constraints: [lanes * == 8]\n", "cannot be read")
        self.refused(f"{axes}constraints: [lanes / 0]\n", "no finite number")
        self.refused(f"{axes}derived: {{machine.core.inbox_depth: lanes / 4}}\n",
                     "bad.yaml:5: machine.core.inbox_depth: lanes / 4 is 0.25 where", "expected an integer",
                     "a constraint can leave such points out")
        self.refused(f"{axes}derived: {{machine.encoding: lanes}}\n", "only a key of numbers can be derived")
        self.refused(f"{axes}let: {{cells: energy.sram_cells}}\n", "energy.sram_cells is no number")

    def test_files(self):
        axes = "axes: {machine.core.lanes: [1, 2]}\n"
        self.refused("axes:\n  network.file: [nowhere.onnx, other.onnx]\n", "bad.yaml:3: network.file:", "nowhere.onnx",
                     "No such file")
        self.refused("axes:\n  energy.table: [horowitz-45nm, unobtainium]\n", "bad.yaml:3: energy.table:", "unobtainium")
        self.refused(f"base: none.yaml\n{axes}", "bad.yaml:1: base:", "none.yaml", whole=True)
        self.refused(f"base: base.yaml\nset: {{network: {{file: none.onnx}}}}\n{axes}", "none.onnx", whole=True)
        self.refused("[1, 2]\n", "bad.yaml", whole=True)
        self.assertEqual(program.sigdel("sweep").returncode, 2)

    def test_columns(self):
        axes = "axes:\n  machine.core.lanes: [1, 2]\n  machine.mesh.rows: [3, 4]\n"
        self.refused(f"{axes}objectives: [{{min: sigma-delta.speed}}]\n", "'sigma-delta.speed' is no column")
        self.refused(f"{axes}objectives: [{{min: dense.cycles}}]\n", "'dense.cycles' is no column")  # no mode of base.yaml
        self.refused(f"{axes}objectives: [{{min: '*.cycles'}}]\n", "'*.cycles' is no column")
        self.refused(f"{axes}objectives: [cheapest]\n", "objectives")
        for pattern in ("sigma-delta.speed", "*.cylces", "dense.*", "layer.sigma-delta.fc1.cycles", "layer.dense.*", "corse"):
            self.refused(f"{axes}outputs: [cores, '{pattern}']\n", f"outputs: '{pattern}' is no column of any point")
        self.refused(f"{axes}break_even: {{x: machine.core.lanes, y: machine.mesh.rows, figure: cycle}}\n",
                     "bad.yaml:5: break_even: 'cycle' is no column of a mode")

    def test_others(self):
        axes = "axes: {machine.core.lanes: [1, 2]}\n"
        self.refused(f"{axes}sample: {{points: 0}}\n", "sample.points")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 4096, step: 1}, machine.core.inbox_depth: {from: 2, to: "
                     "4096, step: 1}}\n", "more than 10000000 combinations")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 4000, step: 1}, machine.core.inbox_depth: {from: 1, to: "
                     "100, step: 1}}\n", "400000 points; a sweep has 100000 at most")

if __name__ == "__main__":
    unittest.main()
