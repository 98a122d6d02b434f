"""docs/studies/video-digits.md against the program: its tables and data files, and the figures that its text quotes."""
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from test_studies import STUDIES, rows_of  # noqa: E402


class Threads(program.FolderTest):
    """What the float32 network and tuning say does not depend on the number of threads: docs/decisions/0010."""

    def test_same_files_on_any_number_of_threads(self):
        made = []
        for threads in (1, 2, 3):
            folder = self.folder / str(threads)
            environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
            for command in (("run", "digits.yaml", "--set", f"output.folder={folder}",
                             "--set", "modes=[dense, sigma-delta]"),
                            ("tune", "digits-tune.yaml", "-o", folder / "scales.yaml", "--set", "tune.epochs=1",
                             "--set", "stimulus.frames=20")):
                path = program.SOURCE / "scenarios/video" / command[1]
                done = subprocess.run([program.PROGRAM, command[0], path, *command[2:]], env=environment,
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
            made.append({name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
                         for name in ("outputs.csv", "tensors.csv", "scales.yaml")})
        self.assertEqual(made[0], made[1])
        self.assertEqual(made[0], made[2])


class VideoDigits(unittest.TestCase):
    """The video study that needs nothing from outside the project."""

    text = (STUDIES / "video-digits.md").read_text()

    def test_tables_and_data_are_what_the_program_gives(self):
        command = [sys.executable, str(STUDIES / "video.py"), "digits", "--check"]
        done = subprocess.run(command, env={**os.environ, "SIGDEL": program.PROGRAM}, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_text_quotes_the_tables(self):
        tables, reading = self.text.split("## Reading")
        names = re.findall(r"<!-- end of (.*?) -->", tables)
        self.assertEqual(sorted(names), ["agreement", "distances", "latency", "layers", "operations", "scale"])
        blocks = [tables.split(f"<!-- {name} -->")[1].split("<!-- end")[0] for name in names]
        cells = {cell.strip() for block in blocks for cell in block.split("|")}
        quoted = set(re.findall(r"\d+\.\d+", reading))
        self.assertGreater(len(quoted), 15)
        self.assertLessEqual(quoted, cells)

    def test_every_picture_and_data_file_is_there(self):
        linked = set(re.findall(r"\((video-digits-[\w-]+\.(?:csv|svg))\)", self.text))
        self.assertEqual(linked, {path.name for path in STUDIES.glob("video-digits-*.*")})

    def test_sigma_delta_gains_more_from_a_still_background_and_noise_costs_it(self):
        rows = {row[0]: row for row in rows_of(self.text.split("<!-- operations -->")[1], "mode")}
        still, moving, still_noise, moving_noise = (float(rows["sigma-delta"][column]) for column in (2, 4, 6, 8))
        self.assertGreater(still, moving)
        self.assertGreater(still, still_noise)
        self.assertGreater(still_noise, moving_noise)


if __name__ == "__main__":
    unittest.main()
