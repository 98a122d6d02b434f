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


class WhatIf(program.FolderTest):
    def test_the_break_even_study_is_what_the_program_gives(self):
        command = [sys.executable, str(program.SOURCE / "docs/studies/whatif.py"), "break-even", "--check"]
        done = subprocess.run(command, env={**os.environ, "SIGDEL": program.PROGRAM}, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_stimulus_is_what_its_script_makes(self):
        subprocess.run([sys.executable, str(DATA / "changing_pixels.py"), str(self.folder)], check=True)
        self.assertEqual((self.folder / "changing-pixels.npy").read_bytes(), (DATA / "changing-pixels.npy").read_bytes())


if __name__ == "__main__":
    unittest.main()
