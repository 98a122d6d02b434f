"""docs/studies/video-*.md: the figures that their texts quote, and video-digits.md's tables and data against the program."""
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
        processors = sorted(os.sched_getaffinity(0))
        self.addCleanup(os.sched_setaffinity, 0, processors)
        for threads in (1, 2, 3):
            folder = self.folder / str(threads)
            os.sched_setaffinity(0, processors[:threads])
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


class VideoStudies(unittest.TestCase):
    """The pages; the one that needs nothing from outside the project is made anew."""

    def test_tables_and_data_are_what_the_program_gives(self):
        command = [sys.executable, str(STUDIES / "video.py"), "digits", "--check"]
        done = subprocess.run(command, env={**os.environ, "SIGDEL": program.PROGRAM}, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_text_quotes_the_tables(self):
        for network, tables_of_its_own in {"digits": ["latency"], "squeezenet": [], "vgg": []}.items():
            tables, reading = (STUDIES / f"video-{network}.md").read_text().split("## Reading")
            names = re.findall(r"<!-- end of (.*?) -->", tables)
            self.assertEqual(sorted(names), sorted(["agreement", "distances", "layers", "operations", "scale", *tables_of_its_own]))
            blocks = [tables.split(f"<!-- {name} -->")[1].split("<!-- end")[0] for name in names]
            cells = {cell.strip() for block in blocks for cell in block.split("|")}
            quoted = set(re.findall(r"\d+\.\d+|(?<!\d)\d\d?,\d\d\d", reading))
            self.assertGreater(len(quoted), 10, network)
            self.assertLessEqual(quoted, cells, network)

    def test_every_picture_and_data_file_is_there(self):
        for network in ("digits", "squeezenet", "vgg"):
            text = (STUDIES / f"video-{network}.md").read_text()
            linked = set(re.findall(rf"\((video-{network}-[\w-]+\.(?:csv|svg))\)", text))
            self.assertEqual(linked, {path.name for path in STUDIES.glob(f"video-{network}-*.*")})

    def test_sigma_delta_gains_more_from_a_still_background_and_noise_costs_it(self):
        text = (STUDIES / "video-digits.md").read_text()
        rows = {row[0]: row for row in rows_of(text.split("<!-- operations -->")[1], "mode")}
        still, moving, still_noise, moving_noise = (float(rows["sigma-delta"][column]) for column in (2, 4, 6, 8))
        self.assertGreater(still, moving)
        self.assertGreater(still, still_noise)
        self.assertGreater(still_noise, moving_noise)


if __name__ == "__main__":
    unittest.main()
