"""lava-dl's networks: lava_replay.py against the published vectors, and the program against lava_replay.py."""
import csv
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import h5py  # noqa: E402, F401 (without it the test is skipped)
import numpy as np  # noqa: E402

import lava_net  # noqa: E402 (needs the path above)
import lava_replay  # noqa: E402
import oracle  # noqa: E402
import program  # noqa: E402
import recording_reader  # noqa: E402
from lava_replay import Rules  # noqa: E402

DATA = pathlib.Path(os.environ.get("SIGDEL_DATA", program.SOURCE.parent / "shared/data")) / "lava"
CLIP = DATA.parent / "video/solidWhiteRight.mp4"
IS_THERE = unittest.skipUnless(DATA.is_dir(), f"no folder {DATA}: set SIGDEL_DATA to one that holds lava/")

# One rule changed: whether sigma of layers 1 and 2 stays, and the output of step 8.
CHANGES = {
    "none": (Rules(), True, True, -31026),
    "more than the threshold": (Rules(equality_reaches=False), True, False, -31012),
    "no residue": (Rules(residue="forgotten"), True, False, 80776),
    "rounding toward zero": (Rules(floors=False), True, True, -31510),
    "dropped bits kept": (Rules(residue="all"), True, True, -31426),
    "bias not shifted": (Rules(bias_shift=0), True, False, 0),
    "no thresholds": (Rules(thresholds=False), True, False, -1604),
    "thresholds shifted by 6": (Rules(threshold_shift=6), True, False, -1606),
    "no delay": (Rules(delayed=False), False, False, 0),
    "no ReLU": (Rules(relu=False), True, False, -6071498),
    "kernel axes exchanged": (Rules(kernel="transposed"), False, False, -115652),
    "kernels flipped": (Rules(kernel="flipped"), False, False, 255598),
    "flatten column by column": (Rules(flatten="xyc"), True, True, 361460),
}


@IS_THERE
class Published(unittest.TestCase):
    """The replay itself: it is what the program is compared with."""

    def golden(self, name):
        return lava_replay.from_lava(np.load(DATA / name)).astype(np.int64)

    def published(self, rules, steps=9):
        return lava_replay.run(lava_replay.read(DATA / "pilotnet_sdnn.net"), self.golden("input.npy"), steps, rules)

    def test_every_vector_is_exact(self):
        sent, sigmas, _ = self.published(Rules(), 20)
        for t in range(20):
            np.testing.assert_array_equal(sent[t][0], self.golden("act0.npy")[t])
            np.testing.assert_array_equal(sigmas[t][1], self.golden("sigma1.npy")[t])
            np.testing.assert_array_equal(sigmas[t][2], self.golden("sigma2.npy")[t])
        np.testing.assert_array_equal([step[-1][0] for step in sent[:9]], np.load(DATA / "output.npy")[0])

    def test_every_change_of_a_rule_is_seen(self):
        sigma1, sigma2 = self.golden("sigma1.npy"), self.golden("sigma2.npy")
        for name, (rules, keeps_1, keeps_2, output) in CHANGES.items():
            with self.subTest(name):
                sent, sigmas, _ = self.published(rules)
                self.assertEqual(sent[-1][-1][0], output)
                self.assertEqual(all(np.array_equal(sigmas[t][1], sigma1[t]) for t in range(9)), keeps_1)
                self.assertEqual(all(np.array_equal(sigmas[t][2], sigma2[t]) for t in range(9)), keeps_2)

    def check_counts(self, network, frames, counts):
        """Compare with the counts and sums of a replay that somebody else made."""
        golden = json.loads((DATA / counts).read_text())
        layers = lava_replay.read(DATA / network)
        sent, sigmas, _ = lava_replay.run(layers, self.golden(frames), golden["steps"])
        for t in range(golden["steps"]):
            self.assertEqual(sent[t][-1][0], golden["output"][t])
            for l, layer in enumerate(golden["layers"]):
                self.assertEqual(np.count_nonzero(sent[t][l]), layer["sent_nonzero"][t])
                self.assertEqual(sent[t][l].sum(), layer["sent_sum"][t])
                self.assertEqual(np.abs(sent[t][l]).sum(), layer["sent_l1"][t])
                if l > 0:
                    self.assertEqual(sigmas[t][l].sum(), layer["sigma_sum"][t])
                    self.assertEqual(np.abs(sigmas[t][l]).sum(), layer["sigma_l1"][t])
                    self.assertEqual(lava_replay.reached(sent[t][l - 1], layers[l]), layer["synaptic_ops"][t])

    def test_counts_of_the_published_test(self):
        self.check_counts("pilotnet_sdnn.net", "input.npy", "gts_replay.json")

    def test_counts_on_moving_frames(self):
        self.check_counts("pilotnet_sdnn_netx.net", "netx_driving_input_i8.npy", "netx_driving_replay.json")


class Program(program.FolderTest):
    """Runs of the program, compared element by element with the replay."""

    def run_program(self, network, frames, steps, **keys):
        """Run on frames (time, channels, rows, columns) or (time, units), the last of which stays; return the report,
        the rows of frames.csv and the recording."""
        shown = frames[[min(t, len(frames) - 1) for t in range(steps)]].astype(np.int8)
        axes = "lava" if shown.ndim == 4 else "frame-first"
        np.save(self.folder / "frames.npy", lava_replay.from_lava(shown).copy() if shown.ndim == 4 else shown.astype(np.float32))
        (self.folder / "net.yaml").write_text(f"network: {{file: {network}, weight_bits: 8}}\nmodes: [threshold]\n"
                                              f"stimulus: {{images: frames.npy, npy_axes: {axes}, divide: 64}}\n")
        sets = program.options(output__folder=self.folder / "out", **keys)
        done = program.sigdel("run", self.folder / "net.yaml", *sets)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = program.sigdel("record", self.folder / "net.yaml", "-o", self.folder / "net.rec", *sets)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.folder / "out/frames.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return json.loads((self.folder / "out/report.json").read_text()), rows, recording_reader.read(self.folder / "net.rec")

    def compare(self, network, frames, steps, rules, **keys):
        """Run both; return the number of saturations."""
        semantics = "step" if rules.delayed else "frame"
        report, rows, recording = self.run_program(network, frames, steps, semantics=semantics, network__residue=rules.residue,
                                                   network__message_bits=min(rules.message_bits, 16), **keys)
        layers = lava_replay.read(network)
        sent, _, saturations = lava_replay.run(layers, frames, steps, rules)
        outputs = np.array([step[-1] for step in sent])
        self.assertEqual(report["modes"][0]["outputs_hash"], oracle.fnv1a(outputs))
        self.assertTrue(report["all_checks_passed"])
        for t in range(steps):
            for l in range(len(layers) - 1):
                values = np.moveaxis(sent[t][l], 0, -1).ravel()  # pixel by pixel
                np.testing.assert_array_equal(recording.sent["threshold"][l][t], values, f"layer {l}, step {t}")
                row = rows[t * (len(layers) - 1) + l]
                self.assertEqual(int(row["events"]), np.count_nonzero(values))
                self.assertEqual(int(row["updates"]), lava_replay.reached(sent[t][l], layers[l + 1]))
                self.assertEqual(int(row["saturations"]), saturations[t][l + 1] if l + 2 < len(layers) else 0)
        return sum(map(sum, saturations))

    def test_random_networks(self):
        for seed in range(6):
            random = np.random.default_rng(100 + seed)
            make = lava_net.random_images if seed % 2 else lava_net.random_vectors
            lava_net.write(self.folder / "random.net", make(random))
            shape = lava_replay.read(self.folder / "random.net")[0].shape
            frames = random.integers(-64, 65, (5, *shape))
            frames[1:4] = np.where(random.random(frames[1:4].shape) < 0.7, frames[:1], frames[1:4])
            for residue in ("forgotten", "unsent", "all"):
                for delayed in (True, False):
                    with self.subTest(seed=seed, residue=residue, delayed=delayed):
                        self.compare(self.folder / "random.net", frames, 10, Rules(residue=residue, delayed=delayed))

    def test_random_networks_on_the_machine(self):
        machine = {"machine__clock_mhz": 100, "machine__mesh__columns": 2, "machine__mesh__rows": 2, "machine__discipline": "barrier",
                   "machine__encoding": "graded"}
        for seed, delayed in ((0, True), (1, True), (1, False)):
            random = np.random.default_rng(seed)
            lava_net.write(self.folder / "random.net", (lava_net.random_images if seed else lava_net.random_vectors)(random))
            shape = lava_replay.read(self.folder / "random.net")[0].shape
            self.compare(self.folder / "random.net", random.integers(-64, 65, (8, *shape)), 9, Rules(delayed=delayed), **machine)

    def test_narrow_messages_saturate(self):
        random = np.random.default_rng(3)
        lava_net.write(self.folder / "narrow.net", lava_net.random_images(random))
        shape = lava_replay.read(self.folder / "narrow.net")[0].shape
        frames = random.integers(-64, 65, (6, *shape))
        for residue in ("unsent", "all"):
            self.assertGreater(self.compare(self.folder / "narrow.net", frames, 12, Rules(residue=residue, message_bits=9)), 0)

    @IS_THERE
    def test_the_published_network(self):
        frames = lava_replay.from_lava(np.load(DATA / "input.npy"))
        for name in ("none", "no residue", "dropped bits kept", "no delay"):
            with self.subTest(name):
                self.compare(DATA / "pilotnet_sdnn.net", frames, 9, CHANGES[name][0])

    @IS_THERE
    def test_moving_frames(self):
        frames = lava_replay.from_lava(np.load(DATA / "netx_driving_input_i8.npy"))
        self.compare(DATA / "pilotnet_sdnn_netx.net", frames, 22, Rules())

    @unittest.skipUnless(DATA.is_dir() and CLIP.is_file(), f"no folder {DATA}, or no {CLIP}")
    def test_the_clip_gives_the_derived_frames(self):
        """From the video to the last output: lava-dl's preprocessing, resized by FFmpeg as the derived frames were."""
        (self.folder / "clip.yaml").write_text(
            f"network: {{file: {DATA / 'pilotnet_sdnn_netx.net'}, weight_bits: 8}}\nmodes: [threshold]\nsemantics: step\n"
            f"stimulus: {{images: {CLIP}, first: 100, frames: 12, resize: ffmpeg, mean: 127.5, divide: 127.5, steps: 64}}\n")
        done = program.sigdel("run", self.folder / "clip.yaml", "--set", f"output.folder={self.folder / 'out'}")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads((self.folder / "out/report.json").read_text())
        outputs = np.load(DATA / "netx_driving_output.npy")[:12].reshape(12, 1)
        self.assertEqual(report["modes"][0]["outputs_hash"], oracle.fnv1a(outputs))


if __name__ == "__main__":
    unittest.main()
