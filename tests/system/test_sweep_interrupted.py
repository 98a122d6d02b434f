"""Sweeps that do not come to their end: nothing that was finished is lost, whoever is ended when.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_sweep_interrupted.py
"""
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
import sweeps  # noqa: E402
from program import PROGRAM  # noqa: E402

KILLS = 50


class Interrupted(sweeps.SweepTest):
    """Processes that are ended, and results that cannot be written."""

    AXES = """\
objectives: [min: sigma-delta.full_nj_per_frame]
axes:
  machine.core.lanes: [1, 2, 4, 8]
  machine.core.weight_memory_kib: [64, 1, 128]
  energy.sram_cells: [hp, lop, lstp]
"""

    def setUp(self):
        super().setUp()
        self.base()  # a network that takes its time

    @staticmethod
    def kept(folder):
        """Return what must not depend on how the sweep came to its end."""
        return {name: text for name, text in program.contents(folder).items() if name != ".lock"}

    def start(self):
        """Start a sweep in the background."""
        process = subprocess.Popen([PROGRAM, "sweep", self.file(self.AXES), "--output", self.results, "--jobs", "2"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    @staticmethod
    def children(pid):
        """Return the worker processes."""
        try:
            return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []

    def hit(self, process, chance):
        """End the sweep, one of its workers, or one of their simulations."""
        workers = self.children(process.pid)
        whom = chance.choice(["parent", "parent", "worker", "simulation"])
        if whom == "simulation" and workers:
            workers = [child for worker in workers for child in self.children(worker)] or workers
        try:
            if whom == "parent" or not workers:
                process.send_signal(chance.choice([signal.SIGKILL, signal.SIGINT, signal.SIGTERM]))
            else:
                os.kill(chance.choice(workers), signal.SIGKILL)
        except ProcessLookupError:
            pass

    def test_the_end_is_that_of_an_undisturbed_sweep(self):
        calm_folder = self.folder / "calm"
        self.assertEqual(self.sweep(self.AXES, folder=calm_folder).returncode, 1)  # 1 KiB does not do
        calm = self.kept(calm_folder)
        self.assertEqual(len([name for name in calm if name.startswith("points/")]), 36)
        start = time.monotonic()
        self.sweep(self.AXES, folder=self.folder / "timed")
        whole = time.monotonic() - start
        chance = random.Random(7)
        kills = 0
        while kills < KILLS:
            process = self.start()
            for _ in range(3):
                time.sleep(chance.uniform(0, whole / 4))
                if process.poll() is None:
                    self.hit(process, chance)
                    kills += 1
            if process.wait(240) == 1 and all(row["status"] != "missing" for row in sweeps.rows(self.results)):
                self.assert_same(self.kept(self.results), calm)
                for path in chance.sample(sorted((self.results / "points").iterdir()), 30):
                    path.unlink()  # to be done again
                for path in (self.results / "runs").iterdir():
                    path.unlink()
        done = self.sweep(self.AXES)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assert_same(self.kept(self.results), calm)

    def assert_same(self, got, want):
        """Compare files, and show no more than the names of those that differ."""
        self.assertEqual(sorted(got), sorted(want))
        self.assertEqual([name for name in want if got[name] != want[name]], [])

    def test_what_a_killed_sweep_leaves_half_done_goes(self):
        text = "axes: {machine.core.lanes: [8]}\n"
        self.done(text)
        calm = self.kept(self.results)
        (self.results / ".sigdel-AbC123").mkdir()  # where it tries whether the folder can be written
        (self.results / "points/.unfinished-host-1-0123.json").write_text("{")
        self.assertNotEqual(sorted(self.kept(self.results)), sorted(calm))
        self.done(text)
        self.assert_same(self.kept(self.results), calm)

    def test_a_changed_file_is_a_changed_point(self):
        table = self.write("table.yaml", program.TABLE.read_text())
        text = "set: {energy.table: table.yaml}\naxes: {machine.core.lanes: [8]}\n"
        self.done(text)
        table.write_text(table.read_text() + "# a remark\n")
        self.assertIn("1 point, 1 different", self.done(text)[1])
        self.assertEqual(len(list((self.results / "points").iterdir())), 2)

    def test_a_file_that_cannot_be_written(self):
        text = "axes: {machine.core.lanes: [4, 8]}\n"
        limit = 5000  # bytes of a file: less than a point's

        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        done = subprocess.run([PROGRAM, "sweep", self.file(text), "--output", self.results, "--jobs", "1"],
                              capture_output=True, text=True, check=False, preexec_fn=limited, timeout=240)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertIn("the same command goes on", done.stderr)
        self.assertFalse([name for name in self.kept(self.results) if "unfinished" in name])
        self.done(text)
        self.done(text, folder=self.folder / "calm")
        self.assertEqual(self.kept(self.results), self.kept(self.folder / "calm"))


if __name__ == "__main__":
    unittest.main()
