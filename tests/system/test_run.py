"""Whole runs from the command line: their files, their numbers against each other, and the other commands.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_run.py
"""
import csv
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from program import IMAGES, MODES, NETWORK, QUICKSTART, RESULTS, SOURCE, options  # noqa: E402

FRAMES = 30
MACHINE_MODES = ["dense", "zero-skip", "rounding", "sigma-delta"]  # one without, to see what is left out then
LAYERS = ["fc1", "fc2", "fc3"]


def table_of(text, first_cell):
    """Return the rows of a printed table, {first cell: other cells}; its head begins with first_cell."""
    lines = text.split("\n")
    head = next(i for i, line in enumerate(lines) if line.startswith(first_cell))
    rows = {}
    for line in lines[head + 2:]:
        if not line or ": " in line:
            break
        cells = line.split()
        if cells[0] in MODES:
            rows[cells[0]] = cells[1:]
    return rows


def read_csv(data):
    """Return a CSV file's rows as dictionaries; numbers stay text."""
    return list(csv.DictReader(data.decode().splitlines()))


class Quickstart(unittest.TestCase):
    """The quick start with fewer frames."""

    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.run_ = program.sigdel("run", QUICKSTART, "--jobs", 4,
                                  *cls.options())
        if cls.run_.returncode != 0:
            raise AssertionError(cls.run_.stderr)
        cls.files = program.contents(cls.folder / "a")
        cls.report = json.loads(cls.files["report.json"])
        cls.modes = {mode["mode"]: mode for mode in cls.report["modes"]}

    @classmethod
    def options(cls):
        """Return the --set arguments of the run."""
        return options(stimulus__frames=FRAMES, machine__modes=f"[{', '.join(MACHINE_MODES)}]",
                       output__folder=cls.folder / "a")

    def test_files(self):
        self.assertEqual(sorted(self.files), RESULTS)
        self.assertEqual(self.run_.stderr, "")
        written = self.run_.stdout.split("\nWritten:\n")[1].split()
        self.assertEqual(sorted(written), [str(self.folder / "a" / name) for name in RESULTS])

    def test_checks_passed(self):
        self.assertTrue(self.report["all_checks_passed"])
        results = [check["result"] for check in self.report["checks"]]
        self.assertEqual(set(results), {"passed"})
        names = [check["name"] for check in self.report["checks"]]
        self.assertEqual(len(set(names)), len(names))
        self.assertIn("sigma-delta equals rounding on every frame", names)
        for mode in MACHINE_MODES:
            self.assertIn(f"{mode}: outputs equal the executor's", names)
        self.assertIn(f"{len(names)} checks passed", self.run_.stdout)

    def test_text_has_modes_and_layers(self):
        for word in MODES + LAYERS + ["paper", "hardware", "machine, %", "processor time", "Memory words",
                                      "horowitz-45nm"]:
            self.assertIn(word, self.run_.stdout)
        self.assertEqual(sum(line.startswith("  fc2 ") for line in self.run_.stdout.split("\n")), len(MODES))

    def test_paper_numbers(self):
        dense = self.modes["dense"]["per_frame"]
        self.assertEqual(dense["paper_operations"], 397600)
        self.assertAlmostEqual(dense["paper_nj"], 636.16, 9)
        self.assertAlmostEqual(dense["paper_8bit_nj"], 59.64, 9)
        adds = {name: mode["per_frame"]["paper_adds"] for name, mode in self.modes.items()}
        self.assertLess(adds["sigma-delta"], adds["rounding"])
        self.assertLess(adds["rounding"], adds["dense"])

    def test_same_outputs(self):
        hashes = {name: mode["outputs_hash"] for name, mode in self.modes.items()}
        self.assertEqual(hashes["sigma-delta"], hashes["rounding"])
        self.assertEqual(hashes["zero-skip"], hashes["dense"])
        self.assertEqual(hashes["temporal-difference"], hashes["dense"])

    def test_again_with_one_job_from_another_folder(self):
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        again = program.sigdel("run", os.path.relpath(QUICKSTART, elsewhere), "--jobs", 1,
                               *self.options(), cwd=elsewhere)
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(list(elsewhere.iterdir()), [])
        files = program.contents(self.folder / "a")
        self.assertEqual(sorted(files), RESULTS)
        for name in RESULTS:
            with self.subTest(name):
                if name == "report.json":
                    reports = [json.loads(f[name]) for f in (self.files, files)]
                    for report in reports:
                        self.assertIsNotNone(report.pop("timing"))
                        # The scenario was named in another way; what it says is the same.
                        report["resolved"] = report["resolved"].replace(str(SOURCE), "").replace(
                            os.path.relpath(SOURCE, elsewhere), "")
                    self.assertEqual(json.dumps(reports[0]), json.dumps(reports[1]))
                else:
                    self.assertEqual(self.files[name], files[name])

    def test_again_is_the_same_byte_for_byte(self):
        folder = self.folder / "b"
        texts = []
        for _ in range(2):
            done = program.sigdel("run", QUICKSTART, *options(stimulus__frames=5, output__folder=folder))
            self.assertEqual(done.returncode, 0, done.stderr)
            text = (folder / "report.json").read_text()
            start = text.index('"timing"')
            self.assertEqual(list(json.loads(text))[-1], "timing")
            texts.append(text[:start])
        self.assertEqual(texts[0], texts[1])

    def test_price_gives_the_same_energy(self):
        priced = program.sigdel("price", self.folder / "a/activity.json")
        self.assertEqual((priced.returncode, priced.stderr), (0, ""))
        rows = table_of(priced.stdout, "energy, nJ per frame")
        self.assertEqual(list(rows), MODES)
        self.assertEqual(rows, table_of(self.run_.stdout, "energy, nJ per frame"))
        for name, cells in rows.items():
            energy = self.modes[name]["energy"]
            categories = energy["categories_pj"]
            counted = [energy["paper_pj"], energy["paper_8bit_pj"],
                       *(categories[name] for name in ("arithmetic", "weight-memory", "state-memory", "queues",
                                                       "network", "off-chip", "static")),
                       energy["full_pj"], energy["full_8bit_pj"]]
            self.assertEqual(len(cells), len(counted))
            for cell, pj in zip(cells, counted):
                if pj is None:
                    self.assertEqual(cell, "-", name)
                else:
                    self.assertAlmostEqual(float(cell), pj / FRAMES / 1000, delta=0.0051, msg=name)

    def test_price_for_other_cells(self):
        rows = {}
        for cells in ("hp", "lop", "lstp"):
            done = program.sigdel("price", self.folder / "a/activity.json", "--cells", cells)
            self.assertIn(f"Static: {cells} cells at 320 K", done.stdout)
            rows[cells] = [float(cell) for cell in table_of(done.stdout, "energy, nJ per frame")["dense"]]
        dynamic = [row[:8] for row in rows.values()]
        self.assertEqual(dynamic[0], dynamic[1])
        self.assertEqual(dynamic[0], dynamic[2])
        cycles = self.modes["dense"]["machine"]["powered_cycles"]
        nj = (755 - 8.55) * 9 * (128 + 8) * cycles / 500 / FRAMES / 1000  # CACTI's leakage per KiB
        self.assertAlmostEqual(rows["hp"][8] - rows["lop"][8], nj, delta=0.011)

    def test_price_with_another_table(self):
        table = self.folder / "dear.yaml"
        text = program.TABLE.read_text()
        self.assertIn("action: multiply, bits: 32, energy_pj: 3.1,", text)
        table.write_text(text.replace("action: multiply, bits: 32, energy_pj: 3.1,",
                                      "action: multiply, bits: 32, energy_pj: 6.2,"))
        rows = table_of(program.sigdel("price", self.folder / "a/activity.json", "--table", table).stdout,
                        "energy, nJ per frame")
        self.assertAlmostEqual(float(rows["dense"][0]), 636.16 + 198800 * 3.1e-3, 2)

    def test_layers_csv_sums_to_the_report(self):
        rows = read_csv(self.files["layers.csv"])
        self.assertEqual([(row["mode"], row["layer"]) for row in rows], [(m, layer) for m in MODES for layer in LAYERS])
        for name, mode in self.modes.items():
            mine = [row for row in rows if row["mode"] == name]
            for tally, total in mode["tallies"].items():
                self.assertEqual(sum(int(row[tally]) for row in mine), total, (name, tally))
                self.assertEqual(sum(int(row["first_frame_" + tally]) for row in mine), mode["first_frame"][tally])
            for column in ("paper_pj", "paper_8bit_pj"):
                self.assertAlmostEqual(sum(float(row[column]) for row in mine), mode["energy"][column], 3)
            if mode["machine"]:
                full = sum(float(row["dynamic_pj"]) for row in mine) + mode["energy"]["unassigned_pj"]
                self.assertTrue(math.isclose(full, mode["energy"]["full_pj"], rel_tol=1e-12))
            for row in mine:
                self.assertEqual(row["cores"] == "", mode["machine"] is None)
                self.assertEqual(row["engine"], mode["engine"])
                self.assertEqual(int(row["frames"]), FRAMES)

    def test_frames_csv_sums_to_the_report(self):
        rows = read_csv(self.files["frames.csv"])
        self.assertEqual([(row["mode"], int(row["frame"]), row["layer"]) for row in rows],
                         [(mode, frame, layer) for mode in MODES for frame in range(FRAMES) for layer in LAYERS])
        for name, mode in self.modes.items():
            for layer in mode["layers"]:
                mine = [row for row in rows if (row["mode"], row["layer"]) == (name, layer["name"])]
                for tally, total in layer["tallies"].items():
                    self.assertEqual(sum(int(row[tally]) for row in mine), total, (name, layer["name"], tally))
                    self.assertEqual(int(mine[0][tally]), layer["first_frame"][tally])

    def test_lines_of_csv_end_as_rfc_4180_says(self):
        for name in ("layers.csv", "frames.csv", "outputs.csv", "tensors.csv"):
            text = self.files[name]
            self.assertTrue(text.endswith(b"\r\n"))
            self.assertEqual(text.count(b"\n"), text.count(b"\r\n"))

    def test_means_and_totals_agree(self):
        for name, mode in self.modes.items():
            for key in ("paper_adds", "paper_multiplies"):
                self.assertTrue(math.isclose(mode["per_frame"][key] * FRAMES, mode["tallies"][key]), (name, key))
            machine = mode["machine"]
            if machine:
                self.assertTrue(math.isclose(machine["cycles_per_frame"] * FRAMES, machine["total_cycles"]))
                for core in machine["cores"]:
                    self.assertEqual(sum(core[state + "_cycles"] for state in ("integrating", "firing", "stalled",
                                                                               "idle")),
                                     machine["total_cycles"], (name, core["name"]))
        self.assertEqual([name for name, mode in self.modes.items() if mode["machine"]], MACHINE_MODES)

    def test_every_key_of_the_report_is_documented(self):
        documented = set(re.findall(r"`([a-z0-9_-]+(?: [a-z]+)?)`", (SOURCE / "docs/formats/report.md").read_text()))

        def keys(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield key
                    yield from keys(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from keys(inner)

        self.assertEqual(set(keys(self.report)) - documented, set())

    def test_resolved_scenario_runs_again(self):
        scenario = self.folder / "resolved.yaml"
        scenario.write_text(self.report["resolved"])
        folder = self.folder / "resolved"
        done = program.sigdel("run", scenario, *options(output__folder=folder))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for name in ("layers.csv", "frames.csv", "outputs.csv", "tensors.csv", "activity.json", "mapping.yaml"):
            self.assertEqual((folder / name).read_bytes(), self.files[name], name)


class OtherRuns(program.FolderTest):
    """Runs with less than everything."""

    def executor_only(self):
        """Write a scenario without a machine."""
        return self.write("arithmetic.yaml", f"network:\n  file: {NETWORK}\nscales: [2.0, 2.0, 1.5]\n"
                                             f"stimulus:\n  images: {IMAGES}\n  frames: 10\n")

    def test_without_a_machine(self):
        done = program.sigdel("run", self.executor_only(), cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        folder = self.folder / "out/arithmetic"
        self.assertEqual(sorted(program.contents(folder)), [name for name in RESULTS if name != "mapping.yaml"])
        report = json.loads((folder / "report.json").read_text())
        self.assertTrue(report["all_checks_passed"])
        self.assertFalse(report["labelled"])
        self.assertEqual([mode["mode"] for mode in report["modes"]], MODES)
        for mode in report["modes"]:
            self.assertEqual((mode["engine"], mode["machine"], mode["class_error"]), ("executor", None, None))
            self.assertIsNone(mode["energy"]["full_pj"])
        self.assertEqual(report["modes"][0]["per_frame"]["paper_operations"], 397600)
        priced = program.sigdel("price", folder / "activity.json")
        self.assertEqual(table_of(priced.stdout, "energy, nJ per frame"), table_of(done.stdout, "energy, nJ per frame"))

    def test_machine_agrees_with_the_executor_on_arithmetic(self):
        reports = []
        for machine in ({}, {"machine__clock_mhz": 500, "machine__mesh__columns": 3, "machine__mesh__rows": 3}):
            done = program.sigdel("run", self.executor_only(),
                                  *options(output__folder=self.folder / "results", **machine))
            self.assertEqual(done.returncode, 0, done.stderr)
            reports.append(json.loads((self.folder / "results/report.json").read_text()))
        for without, on in zip(*(report["modes"] for report in reports)):
            self.assertEqual((without["tallies"], without["outputs_hash"]), (on["tallies"], on["outputs_hash"]))
            for part in (lambda mode: mode["energy"]["paper_pj"],
                         lambda mode: mode["energy"]["categories_pj"]["arithmetic"]):
                self.assertTrue(math.isclose(part(without), part(on), rel_tol=1e-12), without["mode"])

    def test_one_mode_one_frame(self):
        for mode in MODES:
            with self.subTest(mode):
                folder = self.folder / mode
                done = program.sigdel("run", QUICKSTART, *options(
                    stimulus__frames=1, stimulus__first=499, modes=mode, machine__modes=mode, output__folder=folder))
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                report = json.loads((folder / "report.json").read_text())
                self.assertEqual([m["mode"] for m in report["modes"]], [mode])
                self.assertEqual(report["modes"][0]["first_frame"], report["modes"][0]["tallies"])

    def test_reader_that_goes_away_does_not_cost_the_results(self):
        folder = self.folder / "results"
        command = '"$0" run "$1" --set stimulus.frames=2 --set output.folder="$2" | true'
        subprocess.run(["/bin/sh", "-c", command, program.PROGRAM, str(QUICKSTART), str(folder)], check=False)
        self.assertEqual(sorted(program.contents(folder)), RESULTS)

    def test_results_of_an_earlier_run_that_this_one_does_not_write_are_removed(self):
        folder = self.folder / "results"
        traced = options(stimulus__frames=2, output__folder=folder, trace__enabled="true", trace__blocks="[host]")
        self.assertEqual(program.sigdel("run", QUICKSTART, *traced).returncode, 0)
        self.assertIn("trace.vcd", program.contents(folder))
        (folder / "notes.txt").write_text("mine")
        done = program.sigdel("run", self.executor_only(), *options(output__folder=folder))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(sorted(program.contents(folder)), ["activity.json", "frames.csv", "layers.csv", "notes.txt",
                                                            "outputs.csv", "report.json", "tensors.csv"])

    def test_results_of_an_earlier_run_stay_if_this_one_is_refused(self):
        folder = self.folder / "results"
        folder.mkdir()
        (folder / "trace.vcd").write_text("old")
        before = program.contents(folder)
        (folder / "report.json").mkdir()
        done = program.sigdel("run", QUICKSTART, *options(stimulus__frames=2, output__folder=folder))
        self.assertEqual(done.returncode, 2, done.stderr)
        (folder / "report.json").rmdir()
        self.assertEqual(program.contents(folder), before)

    def test_results_of_an_earlier_run_are_replaced_and_nothing_else(self):
        folder = self.folder / "results"
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
        (folder / "report.json").write_text("old")
        done = program.sigdel("run", QUICKSTART, *options(stimulus__frames=2, output__folder=folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(program.contents(folder)), sorted(RESULTS + ["notes.txt"]))
        self.assertEqual((folder / "notes.txt").read_text(), "mine")
        self.assertEqual(json.loads((folder / "report.json").read_text())["frames"], 2)


class OtherCommands(program.FolderTest):
    """check, inspect and help write nothing and print what they should."""

    def succeeds(self, *arguments):
        """Run in the test's folder, which must stay empty; return what was printed."""
        done = program.sigdel(*arguments, cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(program.contents(self.folder), {})
        return done.stdout

    def test_check(self):
        text = self.succeeds("check", QUICKSTART, *options(machine__core__lanes=7, output__folder="results"))
        for part in (r"machine\.core\.lanes +--set +7 lanes", r"machine\.core\.word_bits +default +64 bits",
                     r"scales +line \d+ +\[[\d., ]+\]", r"fc1 +784 x 200", r"core_2_2 +fc3 \[0\.\.9\]",
                     "Frames: 500 of 784"):
            self.assertRegex(text, part)

    def test_inspect(self):
        text = self.succeeds("inspect", NETWORK)
        self.assertRegex(text, r"total +199,210 +397,600\n")
        for layer, inputs_times_outputs in (("fc1", "313,600"), ("fc2", "80,000"), ("fc3", "4,000")):
            self.assertRegex(text, rf"{layer} +fully-connected .* {inputs_times_outputs}\n")

    def test_output_that_cannot_be_written(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("needs /dev/full")
        for arguments in (["--version"], ["inspect", NETWORK], ["check", QUICKSTART], ["run", "--help"],
                          ["run", QUICKSTART, *options(stimulus__frames=1, output__folder=self.folder / "results")]):
            with self.subTest(arguments[0]), open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([program.PROGRAM, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE,
                                      text=True, check=False)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertRegex(done.stderr, r"^sigdel: .*: No space left on device\n$")
        self.assertEqual(sorted(program.contents(self.folder / "results")), RESULTS)

    def test_version(self):
        version = re.search(r"VERSION (\d+\.\d+\.\d+)", (SOURCE / "CMakeLists.txt").read_text()[:2000])
        self.assertRegex(self.succeeds("--version"), r"^sigdel \d+\.\d+\.\d+\n$")
        if version:
            self.assertEqual(self.succeeds("--version"), f"sigdel {version[1]}\n")

    def test_help(self):
        text = self.succeeds("--help")
        for word in ("run", "check", "inspect", "price", "--version", "scenarios/quickstart.yaml", "Usage: sigdel"):
            self.assertIn(word, text)
        for command, words in (("run", ["scenario", "--set", "--jobs", "docs/formats/scenario.md"]),
                               ("check", ["scenario", "--set"]), ("inspect", ["network", "ONNX"]),
                               ("price", ["activity", "--table", "horowitz-45nm"])):
            with self.subTest(command):
                text = self.succeeds(command, "--help")
                for word in words + [f"Usage: sigdel {command}"]:
                    self.assertIn(word, text)
                self.assertLessEqual(max(map(len, text.split("\n"))), 120)
                self.assertTrue((SOURCE / "docs/formats/scenario.md").is_file())


class FrameTimes(program.FolderTest):
    def test_latencies_and_throughput_follow_from_the_frames(self):
        for keys, lag in (({}, 0), ({"machine__discipline": "barrier"}, 0),
                          ({"machine__discipline": "barrier", "semantics": "step"}, 3)):
            done = program.sigdel("run", QUICKSTART,
                                  *options(stimulus__frames=30, output__folder=self.folder / "out", **keys))
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads((self.folder / "out/report.json").read_text())
            with open(self.folder / "out/frames.csv", encoding="utf-8", newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["layer"] == "fc1"]
            for mode in report["modes"]:
                own = [row for row in rows if row["mode"] == mode["mode"]]
                self.assertEqual([row["left_cycle"] == "" for row in own], [t >= 30 - lag for t in range(30)])
                times = [(int(row["entered_cycle"]), int(row["left_cycle"])) for row in own if row["left_cycle"]]
                latencies = [left - entered for entered, left in times]
                machine = mode["machine"]
                self.assertAlmostEqual(machine["latency_mean_cycles"], sum(latencies) / len(latencies), places=6)
                self.assertEqual(machine["latency_worst_cycles"], max(latencies))
                rate = 500e6 * (len(times) - 1) / (times[-1][1] - times[0][1])
                self.assertAlmostEqual(machine["throughput_frames_per_second"] / rate, 1, places=9)


if __name__ == "__main__":
    unittest.main()
