"""What the README prints is what the program prints, and the figures of its text are in the report."""

import json
import os
import re
import subprocess
import tempfile
import unittest

SOURCE = os.environ["SIGDEL_SOURCE"]


class ReadmeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(SOURCE, "README.md"), encoding="utf-8") as file:
            cls.readme = file.read()
        with tempfile.TemporaryDirectory() as folder:
            command = [os.environ["SIGDEL"], "run", os.path.join(SOURCE, "scenarios/quickstart.yaml"),
                       "--set", f"output.folder={folder}/out"]
            cls.printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            with open(f"{folder}/out/report.json", encoding="utf-8") as file:
                report = json.load(file)
        cls.modes = {mode["mode"]: mode for mode in report["modes"]}
        cls.frames = report["frames"]
        with open(os.path.join(SOURCE, "docs/energy.md"), encoding="utf-8") as file:
            cls.energy_page = file.read()
        cls.per_frame = {mode["mode"]: mode["per_frame"] for mode in report["modes"]}

    def test_the_table_is_the_programs(self):
        table = re.search(r"```\n(sigdel .*?)```", self.readme, re.DOTALL).group(1)
        self.assertIn(table.rstrip(), self.printed)

    def test_the_page_on_energy(self):
        for name in ("dense", "zero-skip", "sigma-delta"):
            mode = self.modes[name]
            parts = mode["energy"]["categories_pj"]
            cells = [f"{parts[part] / self.frames / 1e3:.2f}" for part in
                     ("arithmetic", "weight-memory", "state-memory", "queues", "network")]
            self.assertEqual(parts["off-chip"], 0)
            cells += ["0", f"{parts['static'] / self.frames / 1e3:.2f}"]
            cells += [f"{mode['per_frame'][key]:.2f}" for key in ("full_nj", "full_8bit_nj")]
            self.assertIn(f"| `{name}` | {' | '.join(cells)} |", self.energy_page)
        verdict = re.search(r"```\n(  sigma-delta .*?)```", self.energy_page, re.DOTALL).group(1)
        self.assertIn(verdict, self.printed)

    def expect(self, text):
        self.assertIn(text, re.sub(r"\s+", " ", self.readme))

    def test_the_operations(self):
        dense, rounding, ours = (self.per_frame[mode]["paper_operations"]
                                 for mode in ("dense", "rounding", "sigma-delta"))
        self.expect(f"Dense is {dense:,.0f} operations a frame")
        self.expect(f"sigma-delta needs {ours:,.0f} additions ({100 * ours / dense:.1f} % of dense), "
                    f"and {100 * ours / rounding:.0f} % of rounding's")

    def test_the_energies(self):
        dense, skip, ours = (self.per_frame[mode] for mode in ("dense", "zero-skip", "sigma-delta"))
        self.expect(f"{dense['paper_nj']:.2f} nJ a frame dense at 32 bits, {ours['paper_nj']:.2f} nJ sigma-delta")
        self.expect(f"With 8-bit multiplications dense is {dense['paper_8bit_nj']:.2f} nJ")
        self.expect(f"it is {dense['full_nj']:,.0f} against {ours['full_nj']:,.0f} nJ, a factor of "
                    f"{dense['full_nj'] / ours['full_nj']:.1f} rather than {dense['paper_nj'] / ours['paper_nj']:.0f}")
        self.expect(f"Against `zero-skip` ({skip['full_nj']:,.0f} nJ) it is {skip['full_nj'] / ours['full_nj']:.1f}")


if __name__ == "__main__":
    unittest.main()
