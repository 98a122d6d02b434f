"""The pages under docs/studies against the program: their figures, their commands, the signals that they show."""
import json
import os
import pathlib
import re
import subprocess
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


class WhereTheEnergyGoes(unittest.TestCase):
    def test_tables_data_and_picture_are_what_the_program_gives(self):
        command = [sys.executable, str(STUDIES / "where_the_energy_goes.py"), "--check"]
        done = subprocess.run(command, env={**os.environ, "SIGDEL": program.PROGRAM}, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_text_quotes_the_tables(self):
        text = (STUDIES / "where-the-energy-goes.md").read_text()
        tables, reading = text.split("## Reading")
        rows = [row for name in ("horowitz-45nm", "seneca-22nm")
                for row in rows_of(tables.split(f"<!-- {name} -->")[1], "machine")]
        rows += rows_of(tables.split("<!-- changes -->")[1], "changed")
        cells = {cell for row in rows for cell in row[2:]}
        quoted = set(re.findall(r"\((0\.\d\d)", reading)) | {"4,319", "35,511", "2,219"}
        self.assertGreater(len(quoted), 6)
        self.assertLessEqual(quoted, cells)
        readme = re.search(r"by (\d\.\d\d) times in full energy; .*? it loses \((\d\.\d\d)\)",
                           (program.SOURCE / "README.md").read_text(), re.DOTALL)
        self.assertEqual(readme.groups(), (rows[4][10], rows[7][10]))


if __name__ == "__main__":
    unittest.main()
