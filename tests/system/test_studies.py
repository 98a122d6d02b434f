"""The pages under docs/studies against the program: their figures, their commands, the signals that they show."""
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from test_trace import Vcd  # noqa: E402

STUDIES = program.SOURCE / "docs/studies"


def rows_of(text, heading):
    """Return the cells of the Markdown table whose first heading is `heading`."""
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading}"))
    rows = []
    for line in lines[start + 2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


class ReadingATrace(program.FolderTest):
    text = (STUDIES / "reading-a-trace.md").read_text()

    def run_with(self, *overrides):
        """Run the quickstart with these keys changed and return its report."""
        sets = [part for override in (f"output.folder={self.folder}", *overrides) for part in ("--set", override)]
        done = program.sigdel("run", program.QUICKSTART, *sets)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.folder / "report.json").read_text())

    def test_the_table_is_what_the_program_gives(self):
        for change, cycles, latency in rows_of(self.text, "change"):
            key = re.search(r"`(.*?)`", change)
            report = self.run_with("modes=[sigma-delta]", *([key[1]] if key else []))
            machine = report["modes"][0]["machine"]
            self.assertEqual(f"{machine['cycles_per_frame']:,.0f}", cycles, change)
            self.assertEqual(f"{machine['latency_mean_cycles']:,.0f}", latency, change)

    def test_gtkwave_finds_every_signal(self):
        overrides = re.findall(r"--set '?([^\s']+)'?", self.text.split("gtkwave --rcvar")[0])
        report = self.run_with(*[o for o in overrides if not o.startswith("output.folder")])
        names = Vcd((self.folder / "trace.vcd").read_text()).widths
        shown = re.findall(r"^(SystemC\.\S+?)(?:\[\d+:0\])?$", (STUDIES / "reading-a-trace.gtkw").read_text(),
                           re.MULTILINE)
        self.assertGreater(len(shown), 10)
        for name in shown:
            self.assertIn(name, names)
        layer = report["modes"][0]["layers"][0]["machine"]
        self.assertEqual(layer["bottleneck"], {"resource": "token wait", "layer": "fc1"})
        share = layer["time_cycles"]["input"] / sum(layer["time_cycles"].values())
        self.assertIn(f"for {100 * share:.0f} % of these", self.text.replace("\n", " "))


if __name__ == "__main__":
    unittest.main()
