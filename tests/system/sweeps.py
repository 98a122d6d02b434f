"""What the tests of `sigdel sweep` share: a small sweep of which a point takes milliseconds, and its tables."""
import csv
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from program import IMAGES, LABELS, NETWORK, linear_model  # noqa: E402

SCENARIO = """\
network: {{file: {network}}}
scales: 2.0
stimulus: {{images: {images}, labels: {labels}, frames: 3}}
modes: [zero-skip, sigma-delta]
machine:
  clock_mhz: 500
  mesh: {{columns: 3, rows: 3}}
  core: {{weight_memory_kib: 128}}
"""
AXES = """\
axes:
  machine.core.lanes: [1, 2, 4]
  machine.router.queue_depth: [1, 4]
  energy.temperature_k: [320, 360]
"""


class SweepTest(program.FolderTest):
    """A test with a scenario, a folder for results and helpers around sweep files."""

    def setUp(self):
        super().setUp()
        self.results = self.folder / "results"
        self.base("small.onnx")
        self.write("small.onnx", linear_model(outputs=10))

    def base(self, network=NETWORK):
        """Write the scenario for that network."""
        self.write("base.yaml", SCENARIO.format(network=network, images=IMAGES, labels=LABELS))

    def file(self, text):
        """Write a sweep file around the scenario and return its path."""
        return self.write("try.yaml", f"base: base.yaml\n{text}")

    def sweep(self, text, *arguments, folder=None):
        """Run a sweep to its end."""
        return program.sigdel("sweep", self.file(text), "--output", folder or self.results, "--jobs", "2", *arguments)

    def done(self, text, *arguments, folder=None):
        """Run a sweep that must succeed; return its rows and what it printed."""
        done = self.sweep(text, *arguments, folder=folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return rows(folder or self.results), done.stdout


def rows(folder):
    """Return the table's rows: {column: text}."""
    with open(folder / "table.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def lines(folder):
    """Return the rows of the table in JSON lines."""
    return [json.loads(line) for line in (folder / "table.jsonl").read_text().splitlines()]
