"""`sigdel record` and `execution: trace` from outside: what a recording holds, and that runs from it are the full runs.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_record.py
"""
import json
import os
import pathlib
import random
import re
import signal
import struct
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import numpy as np  # noqa: E402 (needs the path above)
import oracle  # noqa: E402
import program  # noqa: E402
import recording_reader  # noqa: E402
import test_interrupt  # noqa: E402
from program import MODES, NETWORK, PROGRAM, QUICKSTART, options, sigdel  # noqa: E402
from test_bad_inputs import BadInput  # noqa: E402

NOT_THE_SAME = ("timing", "resolved")  # of two runs' reports: host time, and the keys that say how they ran
PATIENCE = 60


class Holds(program.FolderTest):
    """A recording of the quickstart against what oracle.py computes, through a reader of our own."""

    FRAMES = 40

    def setUp(self):
        super().setUp()
        self.file = self.folder / "q.sigdel"
        done = sigdel("record", QUICKSTART, *options(stimulus__frames=self.FRAMES), "-o", self.file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.text = done.stdout
        self.recording = recording_reader.read(self.file)
        layers = oracle.load_network(NETWORK)
        self.frames = oracle.frames_of_pixels(oracle.read_idx(program.IMAGES)[:self.FRAMES])
        self.widths = oracle.Widths()
        grid = oracle.grid_scales(oracle.float_tensors(layers, self.frames), oracle.clamp_of("dense", self.widths))
        self.scales = {"scaled": [2.0, 2.0, 2.0], "grid": grid}
        self.networks = {family: oracle.fold_network(layers, scales, self.clamp(family), self.widths)
                         for family, scales in self.scales.items()}

    def clamp(self, family):
        """Return the largest magnitude of a family's values."""
        return oracle.clamp_of("rounding" if family == "scaled" else "dense", self.widths)

    def fingerprint(self, family):
        """Return the fingerprint of a folded network, as the page of the format has it."""
        state = recording_reader.fnv1a(b"")
        for l, layer in enumerate(self.networks[family]):
            last = l + 1 == len(self.networks[family])
            inputs, outputs = layer.weights.shape
            window = [1, 1, 1, 1, 0, 0, 0, 0]  # kernel, stride, padding at the beginning and at the end
            for numbers in ([l, inputs, 1, 1, outputs, 1, 1, 1], window, [1, 1]):
                state = recording_reader.fnv1a(struct.pack(f"<{len(numbers)}Q", *numbers), state)
            state = recording_reader.fnv1a(layer.weights.astype("<i4").tobytes(), state)
            state = recording_reader.fnv1a(layer.bias.astype("<i4").tobytes(), state)
            flags = (1 if layer.relu else 0) + (2 if last else 0)
            numbers = [layer.fraction_bits, self.clamp(family), flags, 2**31 - 1, *window, 1, 1, l + 1, 0, outputs, 0]
            state = recording_reader.fnv1a(struct.pack(f"<{len(numbers)}Q", *numbers), state)
        return state

    def test_header(self):
        recording = self.recording
        self.assertEqual((recording.semantics, recording.frames, recording.widths, recording.modes),
                         ("frame", self.FRAMES, [784, 200, 200, 10], MODES))
        self.assertEqual(recording.frames_fingerprint, recording_reader.fnv1a(self.frames.astype("<f4").tobytes()))
        self.assertEqual(set(recording.families), {"scaled", "grid"})
        for name, family in recording.families.items():
            self.assertEqual((family.weight_bits, family.accumulator_bits, family.clamp, family.scales),
                             (32, 32, self.clamp(name), self.scales[name]))
            self.assertEqual(family.fingerprint, self.fingerprint(name), name)

    def test_every_event(self):
        for mode in MODES:
            family = "scaled" if mode in oracle.SCALED_MODES else "grid"
            run = oracle.run_mode(mode, self.networks[family], self.frames, self.scales[family][0],
                                  self.clamp(family))
            for l, sent in enumerate([*run.sent, run.outputs]):
                np.testing.assert_array_equal(self.recording.sent[mode][l], sent, f"{mode}, tensor {l}")
            saturations = self.recording.saturations[mode]
            self.assertEqual(saturations[0].sum(), run.input_saturations)
            for l, expected in enumerate(run.saturations):
                np.testing.assert_array_equal(saturations[l + 1], expected, f"{mode}, layer {l}")
            zeros = [1.0 if mode == "dense" else 0.0] * 3 + [1.0]  # the share of zeros that are sent
            events = sum(np.count_nonzero(t) + z * np.count_nonzero(t == 0)
                         for t, z in zip(self.recording.sent[mode], zeros))
            self.assertEqual(self.recording.events[mode], events)

    def test_what_is_printed(self):
        self.assertRegex(self.text, rf"^Recorded quickstart: {self.FRAMES} frames\n")
        for mode in MODES:
            row = re.search(rf"^{mode} +(\d+) +([\d.]+) +(\d+) +([\d.]+)$", self.text, re.MULTILINE)
            events, bytes_ = int(row[1]), int(row[3])
            self.assertEqual(events, self.recording.events[mode])
            self.assertAlmostEqual(float(row[2]), events / self.FRAMES, delta=0.051)
            self.assertAlmostEqual(float(row[4]), bytes_ / events, delta=0.0051)
        self.assertIn(f"{self.file} ({self.file.stat().st_size} bytes)", self.text)


class Replays(program.FolderTest):
    """Runs from one recording equal full runs, whatever the machine."""

    def report(self, name, *arguments):
        """Run the quickstart; return the report and its folder."""
        folder = self.folder / name
        done = sigdel("run", QUICKSTART, *arguments, *options(output__folder=folder))
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout[-2000:])
        return json.loads((folder / "report.json").read_text()), folder

    def without(self, report):
        """Return what must be equal; checks are named by what the machine is compared with."""
        same = {key: value for key, value in report.items() if key not in NOT_THE_SAME}
        self.assertEqual(set(NOT_THE_SAME) - set(report), set())
        same["checks"] = json.loads(json.dumps(report["checks"]).replace("the recording's", "the executor's"))
        return same

    def expect_same(self, recording, *arguments):
        """Full and trace execution of a run must give the same reports."""
        full, full_folder = self.report("full", *arguments)
        trace, trace_folder = self.report("trace", *arguments,
                                          *options(execution="trace", recording__file=recording))
        self.assertEqual(self.without(trace), self.without(full))
        self.assertIn("the recording's", json.dumps(trace["checks"]))
        for name in ("activity.json", "frames.csv", "layers.csv", "mapping.yaml"):
            self.assertEqual((trace_folder / name).read_text(), (full_folder / name).read_text(), name)

    def test_the_quickstart_in_all_modes(self):
        recording = self.folder / "q.sigdel"
        self.assertEqual(sigdel("record", QUICKSTART, "-o", recording).returncode, 0)
        self.expect_same(recording)

    def test_other_machines_from_one_recording(self):
        frames = options(stimulus__frames=25)
        recording = self.folder / "q.sigdel"
        self.assertEqual(sigdel("record", QUICKSTART, *frames, "-o", recording).returncode, 0)
        for machine in (options(machine__encoding="shift-add", machine__router__multicast="unicast",
                                machine__router__flit_bits=32),
                        options(machine__mesh__columns=2, machine__mesh__rows=2, machine__core__lanes=5,
                                machine__core__weight_memory_kib=512, machine__core__scan="touched"),
                        options(machine__discipline="barrier", machine__encoding="graded", modes="[sigma-delta, dense]",
                                machine__modes="sigma-delta"),
                        options(machine__mapping__strategy="layer-per-row", machine__core__weight_memory_kib=512,
                                machine__frame_period_us=3)):
            with self.subTest(machine):
                self.expect_same(recording, *frames, *machine)

    def test_step_semantics(self):
        step = options(stimulus__frames=25, semantics="step", machine__discipline="barrier")
        recording = self.folder / "step.sigdel"
        self.assertEqual(sigdel("record", QUICKSTART, *step, "-o", recording).returncode, 0)
        self.expect_same(recording, *step)

    def test_default_places(self):
        done = sigdel("record", QUICKSTART, *options(stimulus__frames=3, output__folder=self.folder / "out"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(list(program.contents(self.folder)), ["out", "out/recording.sigdel"])
        elsewhere = self.folder / "here.sigdel"
        done = sigdel("record", QUICKSTART, *options(stimulus__frames=3, execution="trace", recording__file=elsewhere))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(elsewhere.read_bytes(), (self.folder / "out/recording.sigdel").read_bytes())

    def test_the_machine_does_not_matter(self):
        """Not even one that the network does not fit."""
        for name, machine in (("a", []), ("b", options(machine__core__weight_memory_kib=1))):
            done = sigdel("record", QUICKSTART, *options(stimulus__frames=3), *machine, "-o", self.folder / name)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual((self.folder / "a").read_bytes(), (self.folder / "b").read_bytes())


class Unfinished(program.FolderTest):
    """Nothing is left of a recording that does not come to its end."""

    def test_interrupted(self):
        target = self.folder / "deep/r.sigdel"
        process = subprocess.Popen([PROGRAM, "record", QUICKSTART, "-o", target, *options(
            stimulus__images=self.many_images(60),
            stimulus__labels=self.write("labels", program.idx(0x801, [30000], bytes(30000))))],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.addCleanup(lambda: process.poll() is None and process.kill())
        deadline = time.monotonic() + PATIENCE
        while not (target.parent / ".unfinished-r.sigdel").exists():
            self.assertIsNone(process.poll(), "ended too early for this test")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, out, err), (130, "", "interrupted; nothing was written\n"))
        self.assertFalse(target.parent.exists())

    @unittest.skipUnless(test_interrupt.can_mount(), "needs unshare and the right to mount a small file system")
    def test_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        script = ('mount -t tmpfs -o size=64k tmpfs "$0" && '
                  '{ "$@" >"$0.out" 2>"$0.err"; echo $? >"$0.code"; find "$0" -mindepth 1 >"$0.list"; }')
        subprocess.run([*test_interrupt.IN_A_NAMESPACE, "/bin/sh", "-c", script, disk, PROGRAM, "record", QUICKSTART,
                        "-o", disk / "deep/r.sigdel"], check=True, stdin=subprocess.DEVNULL, timeout=PATIENCE)
        text = {what: (self.folder / f"disk.{what}").read_text() for what in ("out", "err", "code", "list")}
        self.assertEqual(text, {"out": "", "err": f"{disk}/deep/r.sigdel: No space left on device\n", "code": "2\n",
                                "list": ""})

    def test_an_old_one_stays_until_the_new_one_is_done(self):
        target = self.write("r.sigdel", "old")
        self.assertEqual(sigdel("record", QUICKSTART, "-o", target, *options(scales="[1, 2]")).returncode, 2)
        self.assertEqual(target.read_text(), "old")


class Progress(program.FolderTest):
    """The line on stderr that says how far the recording is."""

    def test_on_a_terminal(self):
        code, text, shown = test_interrupt.Progress.on_terminal(
            self, "record", QUICKSTART, "-o", self.folder / "r.sigdel", *options(
                stimulus__images=self.many_images(8),
                stimulus__labels=self.write("labels", program.idx(0x801, [4000], bytes(4000)))))
        self.assertEqual(code, 0, shown)
        self.assertIn("Recorded quickstart: 4000 frames", text)
        self.assertRegex(shown, r"recording: [1-9]\d* of 20000 frames, about \d+ s left")
        self.assertTrue(shown.endswith("\r\x1b[K"), "the line is left on the terminal")


class Refused(BadInput):
    """Recordings that are none, damaged, or of another run."""

    def setUp(self):
        super().setUp()
        self.good = self.folder / "good.sigdel"
        done = sigdel("record", self.scenario, "-o", self.good)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def refused_recording(self, path, *says, **values):
        """Runs and checks from this recording must be refused."""
        self.refused_run([f"recording.file: {path}", *says], execution="trace", recording__file=path, **values)

    def test_good(self):
        done = sigdel("run", self.scenario, *options(execution="trace", recording__file=self.good))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_no_file(self):
        self.refused_recording(self.folder / "none", "there is no such file")
        self.refused_recording(self.folder, "this is a folder")
        self.refused_recording("/dev/null", "not a regular file")
        self.refused_recording(self.write("empty", ""), "the file is empty")
        self.refused_recording(NETWORK, "no recording")

    def test_cut(self):
        data = self.good.read_bytes()
        for length in (1, 8, 11, 12, 13, 16, 17, 60, len(data) // 2, len(data) - 17, len(data) - 1):
            with self.subTest(length=length):
                self.refused_recording(self.write("cut", data[:length]), "damaged: it ends after", "sigdel record")

    def test_longer(self):
        self.refused_recording(self.write("more", self.good.read_bytes() + b"x"), "damaged")

    def test_version(self):
        data = bytearray(self.good.read_bytes())
        data[8] = 3
        self.refused_recording(self.write("next", bytes(data)), "a recording of version 3", "reads version 2")

    def test_flipped_bits(self):
        """Thousands more in the unit tests."""
        chooser = random.Random(7)
        data = self.good.read_bytes()
        for _ in range(12):
            flipped = bytearray(data)
            bit = chooser.randrange(8 * 12, 8 * len(data))
            flipped[bit // 8] ^= 1 << bit % 8
            with self.subTest(bit=bit):
                self.refused_recording(self.write("flipped", bytes(flipped)), "damaged")

    def test_of_another_run(self):
        unfit = "good.sigdel does not fit this run: "
        for says, values in (("scales [2, 2, 2], the scenario has [2, 2, 1.5]", {"scales": "[2, 2, 1.5]"}),
                             ("it holds 3 frames, the scenario has 4", {"stimulus__frames": 4}),
                             ("its frames are others than the scenario's", {"stimulus__first": 1}),
                             ("weight bits 32, the scenario has 16", {"network__weight_bits": 16}),
                             ("largest magnitude 2047, the scenario has 99", {"network__max_magnitude": 99}),
                             ("largest magnitude 32767, the scenario has 127", {"network__activation_bits": 8})):
            self.refused_recording(self.good, unfit, says, "make a new one with `sigdel record`", **values)

    def test_of_other_semantics(self):
        more = {"stimulus__frames": 6}
        self.assertEqual(sigdel("record", self.scenario, "-o", self.good, *options(**more)).returncode, 0)
        self.refused_recording(self.good, "semantics frame, the scenario has step", semantics="step",
                               machine__discipline="barrier", **more)

    def test_without_a_mode(self):
        some = self.folder / "some.sigdel"
        self.assertEqual(sigdel("record", self.scenario, *options(modes="[dense, rounding]"), "-o", some).returncode, 0)
        self.refused_recording(some, "it lacks the mode 'zero-skip'; it has dense, rounding")
        done = sigdel("run", self.scenario, *options(modes="rounding", execution="trace", recording__file=some))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_of_another_network(self):
        narrow = self.write("narrow.onnx", program.linear_model(weight=0.25, outputs=10))
        other = self.write("other.onnx", program.linear_model(weight=0.5, outputs=10))
        recording = self.folder / "narrow.sigdel"
        self.assertEqual(sigdel("record", self.scenario, *options(network__file=narrow), "-o", recording).returncode, 0)
        self.refused_recording(recording, "the weights of the recorded network are others", network__file=other)
        self.refused_recording(recording, "from a network of 784-10, this one is 784-200-200-10")

    def test_keys(self):
        self.refused_run("recording.file: missing; `execution: trace` reads a recording", execution="trace")
        self.refused_run(["recording.file: a run with `execution: full` reads no recording", "execution: trace"],
                         recording__file=self.good)
        self.refused_run("execution: expected one of full, trace, found 'half'", execution="half")
        self.edit("machine:\n  clock_mhz: 500\n  mesh: {columns: 3, rows: 3}\n", "")
        self.refused_run("execution: a recording drives the machine, and the scenario has no `machine` section",
                         execution="trace", recording__file=self.good)

    def test_places_that_cannot_be_written(self):
        self.refused("record", self.scenario, "-o", self.folder, says=[self.folder, "folder"])
        self.refused("record", self.scenario, "-o", f"{self.folder}/", says=[self.folder, "folder"])
        self.refused("record", self.scenario, "-o", self.scenario / "r", says=[self.scenario])


if __name__ == "__main__":
    unittest.main()
