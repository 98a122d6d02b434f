"""A sweep on a real Slurm of one node, a worker killed in the middle: the merged table is the local run's, byte for byte."""
import os
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import one_node_slurm  # noqa: E402 (needs the path above)
import program  # noqa: E402

SWEEP = """\
base: {base}
set:
  modes: [zero-skip, sigma-delta]
  stimulus: {{frames: 100}}
axes:
  machine.core.lanes: [2, 4, 8, 16]
  machine.encoding: [unary, graded, shift-add]
  scales: [1, 2, 4, 8]
"""


def command_of(process):
    """Return a process's words, or none if it is gone."""
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


def workers(folder):
    """Return the processes that work on a shard of the sweep in that folder, parents and children."""
    numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [number for number in numbers if "--shard" in command_of(number) and f"{folder}/" in command_of(number)]


@unittest.skipIf(one_node_slurm.why_not(), one_node_slurm.why_not())
class OnSlurm(program.FolderTest):
    def test_the_table_is_the_local_one_though_a_worker_was_killed(self):
        file = self.write("sweep.yaml", SWEEP.format(base=program.QUICKSTART))
        local, merged = self.folder / "local", self.folder / "merged"
        done = program.sigdel("sweep", file, "--output", local, timeout=1200)
        self.assertEqual(done.returncode, 0, done.stderr)
        with one_node_slurm.OneNodeSlurm(self.folder / "slurm") as slurm:
            before = dict(os.environ)
            self.addCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
            os.environ.update(slurm.environment)
            done = program.sigdel("sweep", file, "--output", merged, "--slurm", "--points-per-task", "6")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("48 of 48 points to do", done.stdout)
            self.assertIn("8 tasks", done.stdout)
            self.kill_a_worker(merged)
            slurm.wait_until_idle(seconds=1200)
            ends = (slurm.folder / "jobcomp.txt").read_text()
        self.assertEqual(ends.count("JobState=FAILED"), 1, ends)
        self.assertEqual(ends.count("JobState=COMPLETED"), 8, ends)
        last = (merged / "slurm/last.log").read_text()
        self.assertIn("48 points done, 0 failed", last)
        self.assertRegex(last, "to do: [1-6]\n")
        for name in ("table.csv", "table.jsonl"):
            self.assertEqual((merged / name).read_bytes(), (local / name).read_bytes(), name)

    def kill_a_worker(self, folder):
        """Kill a task's processes when it has some points and others are there too."""
        end = time.monotonic() + 600
        while time.monotonic() < end:
            found = workers(folder)
            if found and len(list((folder / "points").glob("*.json"))) >= 8:
                shard = command_of(found[0])[command_of(found[0]).index("--shard") + 1]
                mine = [number for number in found if shard in command_of(number)]
                for number in mine:
                    os.kill(number, signal.SIGKILL)
                return
            time.sleep(0.05)
        self.fail("no worker was seen")


if __name__ == "__main__":
    unittest.main()
