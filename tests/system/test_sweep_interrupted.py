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
import test_sweep  # noqa: E402
from program import PROGRAM, sigdel  # noqa: E402

KILLS = 50


class Interrupted(test_sweep.SweepTest):
    """Processes that are ended, and results that cannot be written."""

    AXES = """\
objectives: [min: sigma-delta.full_nj_per_frame]
axes:
  machine.core.lanes: [1, 2, 4, 8]
  machine.core.weight_memory_kib: [64, 1, 128]
  energy.sram_cells: [hp, lop, lstp]
"""

    def start(self, file):
        """Start a sweep in the background."""
        process = subprocess.Popen([PROGRAM, "sweep", file, "--output", self.folder / "out", "--jobs", "2"],
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
        file = self.sweep_file(self.AXES)
        self.assertEqual(self.sweep(file, folder="calm").returncode, 1)  # 1 KiB does not do
        calm = self.results("calm")
        self.assertEqual(len([name for name in calm if name.startswith("points/")]), 36)
        start = time.monotonic()
        self.sweep(file, folder="timed")
        whole = time.monotonic() - start
        chance = random.Random(7)
        kills = 0
        while kills < KILLS:
            process = self.start(file)
            for _ in range(3):
                time.sleep(chance.uniform(0, whole / 4))
                if process.poll() is None:
                    self.hit(process, chance)
                    kills += 1
            if process.wait(240) == 1 and all(row["status"] != "missing" for row in self.rows()):
                self.assert_same(self.results(), calm)
                for path in chance.sample(sorted((self.folder / "out/points").iterdir()), 30):
                    path.unlink()  # to be done again
                for path in (self.folder / "out/runs").iterdir():
                    path.unlink()
        done = self.sweep(file)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assert_same(self.results(), calm)

    def assert_same(self, got, want):
        """Compare files, and show no more than the names of those that differ."""
        self.assertEqual(sorted(got), sorted(want))
        self.assertEqual([name for name in want if got[name] != want[name]], [])

    def test_what_is_there_is_not_run_again(self):
        file = self.sweep_file("axes: {machine.core.lanes: [4, 8, 16]}\n")
        self.assertEqual(self.sweep(file).returncode, 0)
        points = {path: path.stat().st_mtime_ns for path in (self.folder / "out/points").iterdir()}
        more = self.sweep_file("axes: {machine.core.lanes: [4, 32, 8, 16]}\n")
        status = sigdel("sweep", "status", more, "--output", self.folder / "out")
        self.assertIn("4 points: 3 done, 0 failed, 1 to do", status.stdout)
        collected = sigdel("sweep", "collect", more, "--output", self.folder / "out")
        self.assertEqual(collected.returncode, 1)
        self.assertEqual([row["status"] for row in self.rows()], ["done", "missing", "done", "done"])
        again = self.sweep(more)
        self.assertIn("Already there: 3; to do: 1", again.stdout)
        self.assertEqual([row["status"] for row in self.rows()], ["done"] * 4)
        for path, changed in points.items():
            self.assertEqual(path.stat().st_mtime_ns, changed)

    def test_a_changed_file_is_a_changed_point(self):
        table = self.write("table.yaml", program.TABLE.read_text())
        file = self.sweep_file("set: {energy.table: table.yaml}\naxes: {machine.core.lanes: [8]}\n")
        self.assertEqual(self.sweep(file).returncode, 0)
        table.write_text(table.read_text() + "# a remark\n")
        self.assertIn("1 point, 1 different", self.sweep(file).stdout)
        self.assertEqual(len(list((self.folder / "out/points").iterdir())), 2)

    def test_a_full_disk(self):
        file = self.sweep_file("axes: {machine.core.lanes: [4, 8]}\n")
        limit = 5000  # bytes of a file: less than a point's

        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        done = subprocess.run([PROGRAM, "sweep", file, "--output", self.folder / "out", "--jobs", "1"],
                              capture_output=True, text=True, check=False, preexec_fn=limited, timeout=240)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertIn("the same command goes on", done.stderr)
        self.assertFalse([name for name in self.results() if "unfinished" in name])
        self.assertEqual(self.sweep(file).returncode, 0)
        self.assertEqual(self.sweep(file, folder="calm").returncode, 0)
        self.assertEqual(self.results(), self.results("calm"))

    def test_two_sweeps_in_one_folder(self):
        file = self.sweep_file(self.AXES)
        process = self.start(file)
        while process.poll() is None and not self.children(process.pid):
            time.sleep(0.01)
        self.assertIsNone(process.poll())
        second = self.sweep(file)
        self.assertEqual(second.returncode, 2)
        self.assertIn(f"another sweep works in this folder (process {process.pid})", second.stderr)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(240), 130)


if __name__ == "__main__":
    unittest.main()
