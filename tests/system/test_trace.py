"""trace.vcd: its form, its names, and its values against each other and against the report.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_trace.py
"""
import json
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from program import QUICKSTART, RESULTS, options  # noqa: E402

FRAMES = 6
PERIOD_PS = 2000  # of 500 MHz
STATES = ["idle", "stalled", "firing", "integrating"]  # docs/formats/vcd.md
CORE_SIGNALS = {"state": 2, "inbox": 32, "outbox": 32, "spikes_in": 32, "spikes_out": 32}
ROUTER_SIGNALS = {"to_core": 1, "to_north": 1, "to_east": 1, "to_south": 1, "to_west": 1, "queued": 32}
HOST_SIGNALS = {"frames_begun": 32, "frames_left": 32}


class Vcd:
    """A parsed value change dump."""

    def __init__(self, text):
        header, body = re.split(r"\$enddefinitions\s+\$end\n", text)
        self.timescale = " ".join(re.search(r"\$timescale\s+(.*?)\s*\$end", header, re.DOTALL)[1].split())
        self.widths = {}  # per full name
        self.names = {}   # per identifier
        scope = []
        for match in re.finditer(r"\$(scope|upscope|var)\s+(.*?)\s*\$end", header, re.DOTALL):
            words = match[2].split()
            if match[1] == "scope":
                scope.append(words[1])
            elif match[1] == "upscope":
                scope.pop()
            else:
                name = ".".join([*scope, words[3]])
                if name in self.widths or words[2] in self.names:
                    raise ValueError(f"{name} twice")
                self.widths[name] = int(words[1])
                self.names[words[2]] = name
        if scope:
            raise ValueError("a scope is not closed")
        self.initial = {}
        self.changes = []  # (time, {name: value}), in the order of the file
        self._read(re.sub(r"\$comment.*?\$end", "", body, flags=re.DOTALL))

    def _read(self, body):
        now = None
        for line in filter(None, (line.strip() for line in body.split("\n"))):
            if line in ("$dumpvars", "$end"):
                continue
            if line.startswith("#"):
                now = int(line[1:])
                self.changes.append((now, {}))
                continue
            value, identifier = line[1:].split() if line[0] == "b" else (line[0], line[1:])
            into = self.initial if now is None else self.changes[-1][1]
            name = self.names[identifier]
            if name in into:
                raise ValueError(f"{name} changes twice at {now}")
            into[name] = int(value, 2)

    def cycles(self, period):
        """Yield (cycle, values of all signals) for every cycle from the first change to the last time of the file."""
        values = dict(self.initial)
        for (time, changes), following in zip(self.changes, self.changes[1:] + [(self.changes[-1][0] + period, {})]):
            values.update(changes)
            for cycle in range(time // period, following[0] // period):
                yield cycle, dict(values)


class TraceTest(unittest.TestCase):
    """A run without a trace, one of two frames and three blocks, and one of everything."""

    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.files = {}
        for name, trace in (("none", {}),
                            ("some", {"trace__frames": "[1, 2]", "trace__blocks": "[core_0_0, router_0_0, host]"}),
                            ("all", {"trace__frames": f"[0, {FRAMES - 1}]"})):
            if trace:
                trace["trace__enabled"] = "true"
            done = program.sigdel("run", QUICKSTART, *options(stimulus__frames=FRAMES, output__folder=cls.folder / name,
                                                              **trace))
            if done.returncode != 0 or done.stderr or "I703" in done.stdout or "unfinished" in done.stdout:
                raise AssertionError(done.stdout + done.stderr)
            cls.files[name] = program.contents(cls.folder / name)
        cls.some = Vcd(cls.files["some"]["trace.vcd"].decode())
        cls.all = Vcd(cls.files["all"]["trace.vcd"].decode())
        report = json.loads(cls.files["all"]["report.json"])
        cls.mode = next(mode for mode in report["modes"] if mode["mode"] == "sigma-delta")
        activity = json.loads(cls.files["all"]["activity.json"])
        cls.records = next(mode for mode in activity["modes"] if mode["mode"] == "sigma-delta")["records"]

    def counted(self, block, action):
        """Return a block's activity, over all layers."""
        return sum(record["count"] for record in self.records if (record["block"], record["action"]) == (block, action))

    @staticmethod
    def name(block, signal):
        """Return a signal's full name."""
        return f"SystemC.platform.{block}.{signal}"

    def test_files(self):
        self.assertEqual(sorted(self.files["none"]), RESULTS)
        for run in ("some", "all"):
            self.assertEqual(sorted(self.files[run]), sorted(RESULTS + ["trace.vcd"]))

    def test_other_results_are_the_same(self):
        for run in ("some", "all"):
            for name in ("activity.json", "frames.csv", "layers.csv"):
                self.assertEqual(self.files[run][name], self.files["none"][name], (run, name))
            reports = [json.loads(self.files[r]["report.json"]) for r in ("none", run)]
            for report in reports:
                report.pop("timing")
                report.pop("resolved")  # it names the trace and the folder
            self.assertEqual(*reports)

    def test_names_of_the_selected_blocks(self):
        wanted = {"SystemC.platform.window": 1}
        for block, signals in (("core_0_0", CORE_SIGNALS), ("router_0_0", ROUTER_SIGNALS), ("host", HOST_SIGNALS)):
            wanted.update({self.name(block, signal): width for signal, width in signals.items()})
        self.assertEqual(self.some.widths, wanted)

    def test_names_of_all_blocks(self):
        places = [(row, column) for row in range(3) for column in range(3)]
        wanted = {"SystemC.platform.window", *(self.name("host", signal) for signal in HOST_SIGNALS)}
        for block, signals in (("core", CORE_SIGNALS), ("router", ROUTER_SIGNALS)):
            wanted |= {self.name(f"{block}_{row}_{column}", signal) for row, column in places for signal in signals}
        self.assertEqual(set(self.all.widths), wanted)

    def test_times_are_cycles(self):
        for vcd in (self.some, self.all):
            self.assertEqual(vcd.timescale, "1 ps")
            times = [time for time, _ in vcd.changes]
            self.assertEqual(times, sorted(set(times)))
            self.assertEqual([time for time in times if time % PERIOD_PS], [])
            self.assertLess(times[-1] // PERIOD_PS, self.mode["machine"]["total_cycles"])

    def test_window(self):
        """Signals change only between the start of frame 1 and the end of frame 2, as the whole trace times them."""
        begun, left = self.name("host", "frames_begun"), self.name("host", "frames_left")
        first = next(cycle for cycle, values in self.all.cycles(PERIOD_PS) if values[begun] == 2)
        last = next(cycle for cycle, values in self.all.cycles(PERIOD_PS) if values[left] == 3)
        changing = [time // PERIOD_PS for time, changes in self.some.changes if changes]
        self.assertEqual((changing[0], changing[-1]), (first, last))
        self.assertEqual(self.some.changes[0][1]["SystemC.platform.window"], 1)
        *_, (_, closed) = self.some.cycles(PERIOD_PS)
        self.assertEqual(closed["SystemC.platform.window"], 0)
        self.assertEqual(closed[left], 3)
        levels = [name for name in closed if not name.endswith(("spikes_in", "spikes_out", "frames_begun", "frames_left"))]
        self.assertGreater(len(levels), 9)
        self.assertEqual({name: closed[name] for name in levels}, dict.fromkeys(levels, 0), "nothing looks busy")

    def test_window_shows_what_the_whole_trace_shows(self):
        whole = dict(self.all.cycles(PERIOD_PS))
        compared = 0
        for cycle, values in self.some.cycles(PERIOD_PS):
            if values["SystemC.platform.window"]:
                self.assertEqual(values, {name: whole[cycle][name] for name in values}, cycle)
                compared += 1
        self.assertGreater(compared, 1000)

    def test_counters(self):
        previous = None
        for cycle, values in self.all.cycles(PERIOD_PS):
            for name, value in values.items():
                self.assertLess(value, 1 << self.all.widths[name], name)
            if previous:
                for row in range(3):
                    for column in range(3):
                        block = f"core_{row}_{column}"
                        for signal in ("spikes_in", "spikes_out"):
                            grown = values[self.name(block, signal)] - previous[self.name(block, signal)]
                            self.assertIn(grown, (0, 1), (cycle, block, signal))
                        self.assertLessEqual(values[self.name(block, "inbox")], 8)
                        self.assertLessEqual(values[self.name(block, "outbox")], 8)
            previous = values
        for row in range(3):
            for column in range(3):
                block = f"core_{row}_{column}"
                self.assertEqual(previous[self.name(block, "spikes_in")], self.counted(block, "inbox_read"), block)
        self.assertEqual(previous[self.name("host", "frames_begun")], FRAMES)

    def test_states_sum_to_the_report(self):
        seen = {core["name"]: dict.fromkeys(STATES, 0) for core in self.mode["machine"]["cores"]}
        cycles = 0
        for _, values in self.all.cycles(PERIOD_PS):
            if values["SystemC.platform.window"]:
                cycles += 1
                for core, counts in seen.items():
                    counts[STATES[values[self.name(core, "state")]]] += 1
        for core in self.mode["machine"]["cores"]:
            wanted = {state: core[f"{state}_cycles"] for state in STATES}
            wanted["idle"] -= self.mode["machine"]["total_cycles"] - cycles  # before the first frame and after the last
            self.assertEqual(seen[core["name"]], wanted, core["name"])

    def test_links_carry_what_was_counted(self):
        for row in range(3):
            for column in range(3):
                router = f"router_{row}_{column}"
                used = sum(values[self.name(router, port)] for _, values in self.all.cycles(PERIOD_PS)
                           if values["SystemC.platform.window"]
                           for port in ("to_core", "to_north", "to_east", "to_south", "to_west"))
                self.assertAlmostEqual(used, self.counted(router, "router_traverse"), delta=1)


if __name__ == "__main__":
    unittest.main()
