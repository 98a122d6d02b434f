"""What a sweep leaves: figures that are those of separate runs, and a folder that keeps what is finished.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_sweep_results.py
"""
import csv
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
import sweeps  # noqa: E402
from program import PROGRAM, options  # noqa: E402
from test_interrupt import IN_A_NAMESPACE, can_mount  # noqa: E402

CATEGORIES = ["arithmetic", "weight-memory", "state-memory", "queues", "network", "off-chip", "static"]


class SameAsRuns(sweeps.SweepTest):
    """A sweep's figures are those of `sigdel run` at each of its points, to the last digit."""

    def expected(self, row, keys):
        """Run the scenario with the row's values and return the columns that its report says."""
        sets = [part for key in keys for part in ("--set", f"{key}={row[key]}")]
        folder = self.folder / "run"
        done = program.sigdel("run", self.folder / "base.yaml", *sets, *options(output__folder=folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads((folder / "report.json").read_text())
        columns = {"frames": report["frames"], "float_class_error": report["accuracy"]["float_class_error"],
                   "lanes": len(report["mapping"]["cores"]) * row["machine.core.lanes"]}
        for mode in report["modes"]:
            columns.update({f"{mode['mode']}.{name}": value for name, value in self.of_mode(mode, report["frames"])})
        with open(folder / "layers.csv", newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                columns[f"layer.{line['mode']}.{line['layer']}.engine_cycles"] = int(line["engine_cycles"])
        return columns

    @staticmethod
    def of_mode(mode, frames):
        """The columns of a mode, from the report."""
        energy, machine = mode["energy"], mode["machine"]
        yield from mode["tallies"].items()
        yield from ((name, mode[name]) for name in ("class_error", "agreement", "input_saturations"))
        yield from ((name, machine[name]) for name in ("cycles_per_frame", "latency_mean_cycles", "packets", "hops",
                                                       "latency_worst_cycles", "engine_utilisation", "lane_utilisation"))
        yield "cycles", machine["total_cycles"]
        yield "frames_per_second", machine["throughput_frames_per_second"]
        yield "paper_operations", round(mode["per_frame"]["paper_operations"] * frames)
        for name in ("paper_nj", "paper_8bit_nj", "full_nj", "full_8bit_nj"):
            yield f"{name}_per_frame", mode["per_frame"][name]
        for name in CATEGORIES:
            yield name.replace("-", "_") + "_nj_per_frame", energy["categories_pj"][name] / frames / 1e3
        yield "dynamic_nj_per_frame", energy["dynamic_pj"] / frames / 1e3

    def compare(self, text, keys):
        """Run the sweep; every row must have what a run of its own says. Returns what the sweep printed."""
        printed = self.done(f"{text}outputs: ['*']\n")[1]
        rows = sweeps.lines(self.results)
        for row in rows:
            expected = self.expected(row, keys)
            self.assertEqual(expected, {name: row[name] for name in expected})
            theirs, ours = (sum(not name.startswith("layer.") for name in names) for names in (expected, row))
            self.assertGreater(theirs, (ours - len(keys)) * 3 // 4, "most columns are compared")
        return len(rows), printed

    def test_random_sweep(self):
        dice = random.Random(20261128)
        self.base()
        keys = {"machine.core.lanes": range(1, 40), "machine.router.queue_depth": range(1, 9),
                "scales": [1.5, 2, 3, 5], "energy.scale_to_nm": [0, 32, 20, 7], "machine.core.inbox_depth": range(1, 9),
                "machine.encoding": ["unary", "graded", "shift-add"], "energy.sram_cells": ["hp", "lop", "lstp"]}
        axes = "".join(f"  {key}: {dice.sample(list(values), 2)}\n" for key, values in keys.items())
        points, printed = self.compare(f"axes:\n{axes}sample: {{points: 16, seed: {dice.randrange(1000)}}}\n", keys)
        self.assertEqual(points, 16)
        self.assertRegex(printed, r"\d+ points simulated, [1-9] re-priced, 0 failed")


class Folder(sweeps.SweepTest):
    """What is there is not run again; what fails or is in the way is told, and the rest stays."""

    def test_each_point_once(self):
        self.done(sweeps.AXES)
        before = program.contents(self.results)
        stamps = {path: path.stat().st_mtime_ns for path in self.results.glob("points/*")}
        self.assertEqual(len(stamps), 12)
        _, printed = self.done(sweeps.AXES)
        self.assertIn("Already there: 12; to do: 0", printed)
        self.assertEqual(program.contents(self.results), before)
        self.assertEqual({path: path.stat().st_mtime_ns for path in self.results.glob("points/*")}, stamps)

    def test_a_wider_sweep_runs_what_is_new(self):
        self.done(sweeps.AXES)
        rows, printed = self.done(sweeps.AXES.replace("[1, 2, 4]", "[1, 2, 3, 4]"))
        self.assertIn("Already there: 12; to do: 4", printed)
        alone = self.folder / "alone"
        self.assertEqual(rows, self.done(sweeps.AXES.replace("[1, 2, 4]", "[1, 2, 3, 4]"), folder=alone)[0])

    def test_changed_input_is_another_point(self):
        self.done(sweeps.AXES)
        self.write("small.onnx", program.linear_model(outputs=10, weight=0.25))
        self.assertIn("6 points simulated, 6 re-priced", self.done(sweeps.AXES)[1])
        self.assertEqual(len(list(self.results.glob("points/*"))), 24)

    def test_a_point_that_fails(self):
        text = sweeps.AXES.replace("axes:\n", "axes:\n  machine.core.weight_memory_kib: [1, 128]\n")
        done = self.sweep(text)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"^\d+ points? failed: .*weight")
        # Six machines at two temperatures each: the second one is not tried.
        self.assertIn("12 failed, 6 of them by what had failed for another", done.stdout)
        rows = sweeps.rows(self.results)
        self.assertEqual([row["status"] for row in rows], ["failed"] * 12 + ["done"] * 12)
        self.assertTrue(all(("weight" in row["message"]) == (row["status"] == "failed") for row in rows), rows[0])
        alone = program.sigdel("check", self.folder / "base.yaml", "--set", "machine.core.weight_memory_kib=1")
        self.assertEqual(alone.returncode, 2)
        self.assertEqual(rows[0]["message"].partition("machine.")[2], alone.stderr.strip().partition("kib=1: machine.")[2])
        self.assertIn("try.yaml:3: machine.core.weight_memory_kib", rows[0]["message"])
        self.assertEqual(len({row["message"] for row in rows[:12]}), 1)
        good = self.folder / "good"
        same = [{**row, "point": ""} for row in self.done(sweeps.AXES, folder=good)[0]]
        for row in rows:
            del row["machine.core.weight_memory_kib"]
        self.assertEqual([{**row, "point": ""} for row in rows[12:]], same)
        again = self.sweep(text)
        self.assertEqual(again.returncode, 1)
        self.assertIn("to do: 0", again.stdout)

    def test_a_damaged_result_is_made_again(self):
        self.done(sweeps.AXES)
        before = program.contents(self.results)
        victims = sorted(self.results.glob("points/*"))[:3]
        victims[0].write_bytes(b"")
        victims[1].write_bytes(victims[1].read_bytes()[:100])
        victims[2].write_bytes(victims[0].read_bytes() + b"x")
        self.assertIn("to do: 3", self.done(sweeps.AXES)[1])
        self.assertEqual(program.contents(self.results), before)

    def test_status_and_collect(self):
        file = self.file(sweeps.AXES)
        status = program.sigdel("sweep", "status", file, "--output", self.results)
        self.assertEqual(status.returncode, 0, status.stderr)
        self.assertIn("12 points: 0 done, 0 failed, 12 to do", status.stdout)
        self.assertFalse(self.results.exists(), "status leaves something behind")
        self.done(sweeps.AXES)
        table = (self.results / "table.csv").read_bytes()
        sorted(self.results.glob("points/*"))[0].unlink()
        (self.results / "table.csv").unlink()
        status = program.sigdel("sweep", "status", file, "--output", self.results)
        self.assertIn("12 points: 11 done, 0 failed, 1 to do", status.stdout)
        collect = program.sigdel("sweep", "collect", file, "--output", self.results)
        self.assertEqual(collect.returncode, 1)
        self.assertIn("11 done, 0 failed, 1 to do", collect.stdout)
        self.assertEqual([row["status"] for row in sweeps.rows(self.results)].count("missing"), 1)
        self.done(sweeps.AXES)
        self.assertEqual((self.results / "table.csv").read_bytes(), table)

    def test_two_at_once(self):
        self.base()
        text = sweeps.AXES + "set: {stimulus: {frames: 500}}\n"
        first = subprocess.Popen([PROGRAM, "sweep", self.file(text), "--output", self.results, "--jobs", "1"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(first.stderr.close)
        try:
            deadline = time.monotonic() + 60
            while not list(self.results.glob("points")):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
            time.sleep(0.2)
            second = self.sweep(text)
            self.assertEqual(second.returncode, 2)
            self.assertRegex(second.stderr, rf"another sweep works in this folder \(process {first.pid}\)")
            status = program.sigdel("sweep", "status", self.file(text), "--output", self.results)
            self.assertIn(f"process {first.pid} works on it", status.stdout)
        finally:
            first.send_signal(signal.SIGINT)
            self.assertEqual(first.wait(timeout=60), 130)
        self.assertEqual(program.contents(self.results).keys() & {"table.csv"}, set())

    @unittest.skipUnless(can_mount(), "needs unshare and the right to mount a small file system")
    def test_full_disk(self):
        file, disk = self.file(sweeps.AXES), self.folder / "disk"
        disk.mkdir()
        script = ('mount -t tmpfs -o size=100k tmpfs "$0" && { "$@"; echo $? >"$0.code"; '
                  'cp -r "$0" "$0.kept"; mount -o remount,size=8m "$0" && { "$@"; echo $? >>"$0.code"; '
                  'cp "$0/table.csv" "$0.table"; }; }')
        done = subprocess.run([*IN_A_NAMESPACE, "/bin/sh", "-c", script, disk, PROGRAM, "sweep", file, "--output",
                               disk, "--jobs", "2"], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual((self.folder / "disk.code").read_text().split(), ["3", "0"], done.stderr)
        self.assertRegex(done.stderr, r"No space left on device\n.*goes on\n")
        kept = program.contents(self.folder / "disk.kept")
        self.done(sweeps.AXES)
        self.assertEqual((self.folder / "disk.table").read_bytes(), (self.results / "table.csv").read_bytes())
        whole = program.contents(self.results)
        points = {name for name in kept if re.match(r"points/[0-9a-f]+\.json$", name)}
        self.assertGreater(len(points), 0)
        self.assertEqual({name: kept[name] for name in points}, {name: whole[name] for name in points})
        self.assertEqual([name for name in kept if ".unfinished" in name], [])

if __name__ == "__main__":
    unittest.main()
