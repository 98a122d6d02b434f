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
""", "machine.clock_mhz", "machine.core.lanes"),
                         list(itertools.product([100, 100.25, 100.5, 100.75, 101], [1, 4, 16, 64])))

    def test_zip_constraint_and_derived(self):
        points = self.points("""\
axes:
  mesh: {zip: {machine.mesh.columns: [1, 2, 4], machine.mesh.rows: [1, 1, 2]}}
  machine.core.lanes: [1, 2, 4, 8]
derived: {machine.core.weight_port_bits: 32 * lanes}
constraints: [columns * rows * lanes == 8, lanes > 1]
""", "machine.mesh.columns", "machine.mesh.rows", "machine.core.lanes", "machine.core.weight_port_bits")
        self.assertEqual(points, [(1, 1, 8, 256), (2, 1, 4, 128)])

    def test_samples(self):
        text = """\
axes:
  machine.clock_mhz: {from: 100, to: 1000, samples: 5, seed: %d}
  energy.temperature_k: [320, 360]
sample: {points: 4, seed: 7}
"""
        first = self.points(text % 1, "machine.clock_mhz", "energy.temperature_k")
        self.assertEqual(first, self.points(text % 1, "machine.clock_mhz", "energy.temperature_k"))
        self.assertNotEqual(first, self.points(text % 2, "machine.clock_mhz", "energy.temperature_k"))
        self.assertEqual(len(set(first)), 4)
        self.assertTrue(all(100 <= clock <= 1000 for clock, _ in first))

    def test_outputs(self):
        rows, _ = self.done(sweeps.AXES + "outputs: ['*.full_nj_per_frame', cores]\n")
        self.assertEqual(list(rows[0]), ["point", "status", "machine.core.lanes", "machine.router.queue_depth",
                                         "energy.temperature_k", "cores", "zero-skip.full_nj_per_frame",
                                         "sigma-delta.full_nj_per_frame", "message"])


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
        self.refused("axis: {machine.core.lanes: [1]}\n", "bad.yaml:2: axis: unknown key")
        self.refused("axes: {machine.core.lanes: [1]}\nset: {machine.core.lanes: 2}\n", "set twice, first at",
                     "bad.yaml:3")

    def test_empty(self):
        self.refused("axes: {machine.core.lanes: []}\n", "bad.yaml:2: machine.core.lanes: the axis is empty")
        self.refused("axes: {machine.core.lanes: {from: 4, to: 1, step: 1}}\n", "the range is empty")
        self.refused("", "axes: missing")
        self.refused("axes: {}\n", "axes: missing")
        self.refused("", "the file is empty", whole=True)
        self.refused("axes: {machine.core.lanes: [1, 2]}\n", "base: missing; expected the name of a scenario file",
                     whole=True)

    def test_values(self):
        self.refused("axes: {machine.core.lanes: [1, many]}\n", "bad.yaml:2: machine.core.lanes: value 2: expected an "
                     "integer of 1 to 4096, found 'many'")
        self.refused("axes: {machine.core.lanes: [0]}\n", "expected an integer of 1 to 4096, found '0'")
        self.refused("axes: {machine.core.lanes: 8}\n", "expected a list of values, or a range")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 8}}\n", "the range has no `step`")
        self.refused("axes: {machine.core.lanes: {from: 0, to: 8, points: 3}}\n", "numbers above 0 only")
        self.refused("axes: {machine.encoding: {from: 1, to: 8, step: 1}}\n", "write the values as a list")
        self.refused("axes: {g: {zip: {machine.core.lanes: [1, 2], machine.mesh.rows: [1]}}}\n",
                     "1 values; the others of this group have 2")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 8, samples: 0, seed: 1}}\n", "samples")

    def test_constraints(self):
        axes = "axes:\n  machine.core.lanes: [1, 2]\n  machine.mesh.rows: [1, 2]\n"
        self.refused(f"{axes}constraints: [lanes > 1, lanes < 2]\n", "bad.yaml:5: constraints: no point is left: of 4 "
                     "combinations, 'lanes > 1'", "excludes 2", "'lanes < 2'")
        self.refused(f"{axes}constraints: lanes * rows == 7\n", "no point is left", "excludes 4")
        self.refused(f"{axes}constraints: [lanes * width == 8]\n", "bad.yaml:5: constraints: 'width' is no name here")
        self.refused(f"{axes}constraints: [lanes * == 8]\n", "cannot be read")
        self.refused(f"{axes}derived: {{machine.core.inbox_depth: lanes / 4}}\n",
                     "machine.core.inbox_depth: lanes / 4 is 0.25 where", "expected an integer")
        self.refused(f"{axes}derived: {{machine.encoding: lanes}}\n", "only a key of numbers can be derived")

    def test_others(self):
        axes = "axes: {machine.core.lanes: [1, 2]}\n"
        self.refused(f"{axes}objectives: [{{min: sigma-delta.speed}}]\n", "'sigma-delta.speed' is no column")
        self.refused(f"{axes}objectives: [cheapest]\n", "objectives")
        self.refused(f"base: none.yaml\n{axes}", "none.yaml", whole=True)
        self.refused(f"base: base.yaml\nset: {{network: {{file: none.onnx}}}}\n{axes}", "none.onnx", whole=True)
        self.refused("[1, 2]\n", "bad.yaml", whole=True)
        self.refused("axes: {machine.core.lanes: {from: 1, to: 4096, step: 1}, machine.core.inbox_depth: {from: 2, to: "
                     "4096, step: 1}}\n", "more than 10000000 combinations")
        self.refused("axes: {machine.core.lanes: {from: 1, to: 4000, step: 1}, machine.core.inbox_depth: {from: 1, to: "
                     "100, step: 1}}\n", "400000 points; a sweep has 100000 at most")

if __name__ == "__main__":
    unittest.main()
