"""The what-if studies that need nothing but the program: their files, and the stimulus that one of them needs."""
import os
import pathlib
import subprocess
import sys
import unittest

import numpy  # noqa: F401 (the stimulus' script needs it: skipped without)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)

DATA = program.SOURCE / "scenarios/data"
STUDIES = program.SOURCE / "docs/studies"
sys.path.insert(0, str(STUDIES))

import whatif  # noqa: E402 (needs the path above)


class WhatIf(program.FolderTest):
    def test_the_break_even_study_is_what_the_program_gives(self):
        command = [sys.executable, str(program.SOURCE / "docs/studies/whatif.py"), "break-even", "--check"]
        done = subprocess.run(command, env={**os.environ, "SIGDEL": program.PROGRAM}, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_pages_have_the_tables_of_their_data(self):
        for name in whatif.DATA:
            with self.subTest(name):
                page = (STUDIES / f"whatif-{name}.md").read_text()
                made = whatif.whatif_tables.TABLES[name](whatif.rows_of(STUDIES / f"whatif-{name}.csv"))
                self.assertEqual(page, whatif.study.with_tables(page, made))

    def test_a_point_of_the_memory_study_is_what_the_program_gives(self):
        keys = {"weight_memory_kib": 8, "row_cache_kib": 16, "state_memory_kib": 8, "scan": "touched"}
        axes = "".join(f"  machine.core.{key}: [{value}]\n" for key, value in keys.items())
        own = (program.SOURCE / "scenarios/whatif/memory.yaml").read_text().partition("axes:")[0].replace(
            "../video", str(program.SOURCE / "scenarios/video"))
        file = self.write("point.yaml", f"{own}axes:\n{axes}  modes: [[sigma-delta]]\n")
        done = program.sigdel("sweep", file, "--output", self.folder / "out")
        self.assertEqual(done.returncode, 0, done.stderr)
        row, = whatif.rows_of(self.folder / "out/table.csv")
        all_rows = whatif.rows_of(STUDIES / "whatif-memory.csv")
        wanted, = [one for one in all_rows if all(one[f"machine.core.{key}"] == value for key, value in keys.items())]
        for name in row.keys() - {"point", "modes"}:
            self.assertEqual(row[name], wanted[name], name)

    def test_the_stimulus_is_what_its_script_makes(self):
        subprocess.run([sys.executable, str(DATA / "changing_pixels.py"), str(self.folder)], check=True)
        self.assertEqual((self.folder / "changing-pixels.npy").read_bytes(), (DATA / "changing-pixels.npy").read_bytes())


if __name__ == "__main__":
    unittest.main()
