"""`sigdel sweep --shard` and `--slurm`, the latter with an sbatch that only writes down how it is called."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)

SWEEP = """\
base: {base}
set:
  modes: [sigma-delta]
  stimulus: {{frames: 3}}
axes:
  machine.core.lanes: [4, 8, 16]
  energy.table: [horowitz-45nm, seneca-22nm]
  scales: [1, 2]
objectives:
  - min: sigma-delta.full_nj_per_frame
"""
SBATCH = """#!/bin/sh
for word; do printf '%s\\n' "$word" >> "$CALLS"; done
echo end >> "$CALLS"
echo 71
"""


class Shards(program.FolderTest):
    def setUp(self):
        super().setUp()
        self.file = self.write("small.yaml", SWEEP.format(base=program.QUICKSTART))
        self.whole = self.folder / "whole"
        self.parts = self.folder / "parts"

    def sweep(self, *arguments, code=0):
        """Run a sweep to its end."""
        done = program.sigdel("sweep", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def points(self):
        """Return the names of the points that are there."""
        return {path.name for path in (self.parts / "points").glob("*.json")}

    def test_shards_are_disjoint_and_all_together_are_the_sweep(self):
        self.sweep(self.file, "--output", self.whole)
        before = set()
        for number in (4, 1, 3, 2):
            self.assertIn(f"shard {number} of 4", self.sweep(self.file, "--output", self.parts, "--shard", f"{number}/4"))
            self.assertGreater(self.points(), before)
            before = self.points()
            self.assertFalse((self.parts / "table.csv").exists())
        self.assertEqual(len(before), 12)
        self.sweep("collect", self.file, "--output", self.parts)
        for name in ("table.csv", "table.jsonl", "pareto.csv", "sensitivity.csv"):
            self.assertEqual((self.parts / name).read_bytes(), (self.whole / name).read_bytes(), name)

    def test_what_is_no_shard(self):
        for text in ("0/4", "5/4", "3", "a/b", "1/", "-1/4", "1/4x"):
            self.assertIn("expected a number and how many there are, as 3/40",
                          self.sweep(self.file, "--output", self.parts, f"--shard={text}", code=2))
        self.assertFalse(self.parts.exists())

    def submit(self, *arguments, script=SBATCH):
        """Run with an sbatch of our own; return what the program says and the calls as lists of words."""
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        (tools / "sbatch").write_text(script)
        (tools / "sbatch").chmod(0o755)
        calls = self.folder / "calls"
        calls.unlink(missing_ok=True)
        changed = {"PATH": f"{tools}:{os.environ['PATH']}", "CALLS": str(calls)}
        before = {name: os.environ.get(name, "") for name in changed}
        os.environ.update(changed)
        try:
            done = program.sigdel("sweep", self.file, "--output", self.parts, "--slurm", *arguments)
        finally:
            os.environ.update(before)
        words = calls.read_text().split("\n")[:-1] if calls.exists() else []
        ends = [-1, *[i for i, word in enumerate(words) if word == "end"]]
        return done, [words[a + 1:b] for a, b in zip(ends, ends[1:])]

    def test_an_array_of_the_shards_that_lack_points_and_a_last_job(self):
        done, (array, last) = self.submit("--points-per-task", "5", "--slurm-option=--partition=long", "--jobs", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("12 of 12 points to do", done.stdout)
        self.assertIn("--array=1-3", array)
        self.assertIn("--dependency=afterany:71", last)
        for call in (array, last):
            self.assertIn("--partition=long", call)
            self.assertIn("--cpus-per-task=2", call)
            self.assertIn("--requeue", call)
        task, rest = (pathlib.Path(call[-1]).read_text() for call in (array, last))
        self.assertIn("'--shard' ''\"$SLURM_ARRAY_TASK_ID\"'/3'", task)
        self.assertNotIn("--shard", rest)
        self.assertIn(f"'{self.file}'", rest)
        self.sweep(self.file, "--output", self.parts, "--shard", "2/3")
        _, (array, _) = self.submit("--points-per-task", "5")
        self.assertIn("--array=1,3", array)

    def test_a_sweep_that_is_complete_is_only_collected(self):
        self.sweep(self.file, "--output", self.parts)
        (self.parts / "table.csv").unlink()
        done, calls = self.submit()
        self.assertEqual((done.returncode, calls), (0, []))
        self.assertTrue((self.parts / "table.csv").exists())

    def test_sbatch_that_refuses(self):
        done, _ = self.submit(script="#!/bin/sh\necho 'sbatch: error: invalid partition specified: x' >&2\nexit 1\n")
        self.assertEqual(done.returncode, 2)
        self.assertIn("sbatch refused (1): sbatch: error: invalid partition specified: x", done.stderr)

    def test_the_scripts_do_what_the_sweep_does(self):
        self.sweep(self.file, "--output", self.whole)
        _, (array, last) = self.submit("--points-per-task", "4")
        for number in (1, 3):  # 2 is lost
            os.environ["SLURM_ARRAY_TASK_ID"] = str(number)
            self.assertEqual(os.system(f"sh {array[-1]} > /dev/null"), 0)
        self.assertLess(len(self.points()), 12)
        self.assertEqual(os.system(f"sh {last[-1]} > /dev/null"), 0)
        self.assertEqual((self.parts / "table.csv").read_bytes(), (self.whole / "table.csv").read_bytes())


if __name__ == "__main__":
    unittest.main()
