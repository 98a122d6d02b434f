"""Sweeps that are killed at random moments, again and again, end with what an undisturbed sweep has, byte for byte.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_sweep_kill_long.py
"""
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
import sweeps  # noqa: E402
from program import PROGRAM  # noqa: E402
from test_interrupt import PATIENCE, children, reset_signals  # noqa: E402

KILLS = 60
AXES = """\
axes:
  machine.core.lanes: [1, 2, 3, 4, 6, 8]
  machine.router.queue_depth: [1, 4]
  scales: [1, 2]
  energy.temperature_k: [320, 360]
"""
FAILS = "  machine.core.weight_memory_kib: [1, 128]\n"
RESULT = re.compile(r"(points|runs)/[0-9a-f]{32}\.json")


class Killed(sweeps.SweepTest):
    """Ctrl-C, and kill -9 of the sweep, of a worker, and of a process that simulates a mode for one."""

    def setUp(self):
        super().setUp()
        self.sweep_file = self.file(AXES + FAILS + "set: {stimulus: {frames: 20}}\n")
        start = time.monotonic()
        self.code = self.run_to_the_end(self.results)
        self.duration = time.monotonic() - start
        self.whole = self.kept(self.results)
        self.dice = random.Random(7)

    @staticmethod
    def kept(folder):
        """What a sweep leaves, but for the lock."""
        return {name: content for name, content in program.contents(folder).items() if name != ".lock"}

    def start(self, folder):
        """Start the sweep."""
        return subprocess.Popen([PROGRAM, "sweep", self.sweep_file, "--output", folder, "--jobs", "2"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                start_new_session=True, preexec_fn=reset_signals)

    def run_to_the_end(self, folder):
        """Run the sweep; return its code."""
        return self.start(folder).wait(timeout=PATIENCE)

    def disturb(self, process, how):
        """Kill something at a random moment; return whether there was something to kill."""
        time.sleep(self.dice.uniform(0, 1.1 * self.duration))
        if process.poll() is not None:
            return False
        if how == "parent":
            process.kill()
        elif how == "interrupt":
            os.killpg(process.pid, signal.SIGINT)
        else:
            victims = children(process.pid)
            if how == "simulation":
                victims = [child for worker in victims for child in children(worker)] or victims
            if not victims:
                return False
            try:
                os.kill(self.dice.choice(victims), signal.SIGKILL)
            except ProcessLookupError:
                return False
        return True

    def check_kept(self, folder, before):
        """Whatever has a result's name is a whole one, and none that was there has gone. Returns their names."""
        now = {name: content for name, content in self.kept(folder).items() if RESULT.fullmatch(name)}
        self.assertEqual(now, {name: self.whole[name] for name in now})
        self.assertLessEqual(before, now.keys())
        return set(now)

    def test_killed_and_resumed(self):
        kills = dict.fromkeys(["parent", "interrupt", "worker", "simulation"], 0)
        folder = self.folder / "disturbed"
        seen, sweeps_done = set(), 0
        while min(kills.values()) < KILLS // len(kills):
            how = min(kills, key=kills.get)
            process = self.start(folder)
            kills[how] += self.disturb(process, how)
            code = process.wait(timeout=PATIENCE)
            seen = self.check_kept(folder, seen)
            if code == self.code:
                self.assertEqual(self.kept(folder), self.whole)
                shutil.rmtree(folder)
                seen, sweeps_done = set(), sweeps_done + 1
        self.assertGreaterEqual(sum(kills.values()), 50)
        if folder.exists():
            self.assertEqual(self.run_to_the_end(folder), self.code)
            self.assertEqual(self.kept(folder), self.whole)
        print(f"killed: {kills}, sweeps that ended: {sweeps_done}", file=sys.stderr)

    def test_the_undisturbed(self):
        rows = sweeps.rows(self.results)
        self.assertEqual((self.code, len(rows)), (1, 96))
        self.assertEqual([row["status"] for row in rows].count("failed"), 48)
        other = self.folder / "other"
        subprocess.run([PROGRAM, "sweep", self.sweep_file, "--output", other, "--jobs", "1"], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE)
        self.assertEqual(self.kept(other), self.whole, "the number of workers shows")


if __name__ == "__main__":
    unittest.main()
