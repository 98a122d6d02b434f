"""lava-dl's files and counting from outside: what the program prints, refuses and reports; the scenario that is shipped.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_lava_files.py
SIGDEL_DATA: the folder that holds lava/, by default shared/data beside the checkout; some tests need it.
"""
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import h5py  # noqa: E402
import numpy as np  # noqa: E402

import lava_net  # noqa: E402 (needs the path above)
import lava_replay  # noqa: E402
import oracle  # noqa: E402
import program  # noqa: E402
from program import options, sigdel  # noqa: E402

DATA = pathlib.Path(os.environ.get("SIGDEL_DATA", program.SOURCE.parent / "shared/data")) / "lava"
CLIP = DATA.parent / "video/solidWhiteRight.mp4"
STUDIES = program.SOURCE / "docs/studies"
sys.path.insert(0, str(STUDIES))

import pilotnet  # noqa: E402 (needs the path above)

STEPS = 9


class Files(program.FolderTest):
    """A random network of images."""

    def setUp(self):
        super().setUp()
        self.network = self.folder / "random.net"
        self.random = np.random.default_rng(5)
        lava_net.write(self.network, lava_net.random_images(self.random))

    def test_operations_in_lavas_convention(self):
        """Events x outputs x kernel / stride, against the counts of the replay."""
        layers = lava_replay.read(self.network)
        frames = self.random.integers(-64, 65, (STEPS, *layers[0].shape))
        np.save(self.folder / "frames.npy", np.ascontiguousarray(frames.transpose(3, 2, 1, 0)).astype(np.int8))
        scenario = self.write("net.yaml", "network: {file: random.net, weight_bits: 8}\nsemantics: step\nmodes: [threshold]\n"
                                          "stimulus: {images: frames.npy, npy_axes: lava, divide: 64}\n"
                                          f"output: {{folder: {self.folder / 'out'}}}\n")
        done = sigdel("run", scenario)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("lava-dl's synops", done.stdout)
        lava = json.loads((self.folder / "out/report.json").read_text())["modes"][0]["lava"]
        sent, _, _ = lava_replay.run(layers, frames, STEPS, lava_replay.Rules())
        events = np.array([[np.count_nonzero(values) for values in step[:-1]] for step in sent]).mean(axis=0)
        fan_outs = np.array([4 * 9 / 2, 6 / 2 * 2 / 2, 5, 2])  # the second convolution has two groups
        neurons = np.array([np.prod(layer.shape) for layer in layers[:-1]])
        for key, value in {"events": events.sum(), "events_of_dense": neurons.sum(), "synops": events @ fan_outs,
                           "synops_of_dense": neurons @ fan_outs, "events_fewer": neurons.sum() / events.sum(),
                           "synops_fewer": (neurons @ fan_outs) / (events @ fan_outs)}.items():
            self.assertAlmostEqual(lava[key], float(value), places=6, msg=key)

    def test_inspect_prints_the_layers(self):
        done = sigdel("inspect", self.network)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("input0", "conv1", "conv2", "flatten3", "dense4", "dense5"):
            self.assertIn(name, done.stdout)

    def test_other_neurons_are_refused_by_name(self):
        with h5py.File(self.network, "a") as file:
            file["layer/1/neuron/type"][()] = "CUBA"
        done = sigdel("inspect", self.network)
        self.assertEqual(done.returncode, 2)
        self.assertIn("layer 1 (conv): neurons of type 'CUBA'", done.stderr)

    def test_thresholds_need_a_network_that_has_them(self):
        done = sigdel("check", program.QUICKSTART, *options(modes="[threshold]", machine__modes="[threshold]"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("'threshold' runs networks that were trained with thresholds", done.stderr)


@unittest.skipUnless(DATA.is_dir(), f"no folder {DATA}: set SIGDEL_DATA to one that holds lava/")
class Scenario(program.FolderTest):
    """scenarios/lava/pilotnet.yaml."""

    def test_machine_gives_the_outputs_of_the_derived_replay(self):
        done = sigdel("run", program.SOURCE / "scenarios/lava/pilotnet.yaml", *options(
            network__file=DATA / "pilotnet_sdnn_netx.net", stimulus__npy_axes="lava", stimulus__mean=0,
            stimulus__images=DATA / "netx_driving_input_i8.npy", stimulus__divide=64, stimulus__first=0,
            stimulus__frames=12, modes="[threshold]", machine__modes="[threshold]", output__folder=self.folder / "out"))
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads((self.folder / "out/report.json").read_text())
        golden = json.loads((DATA / "netx_driving_replay.json").read_text())
        outputs = np.array([[value] for value in golden["output"][:12]])
        self.assertEqual(report["modes"][0]["outputs_hash"], oracle.fnv1a(outputs))
        self.assertTrue(report["all_checks_passed"])

    @unittest.skipUnless(CLIP.is_file(), f"no file {CLIP}")
    def test_the_study_says_what_rules_are_worth(self):
        """docs/studies/pilotnet.md, two rows of its table of rules."""
        text = (STUDIES / "pilotnet.md").read_text()
        changes = dict(list(pilotnet.CHANGES.items())[:3:2])
        made = pilotnet.rules_table(DATA / "pilotnet_sdnn_netx.net", CLIP, changes)
        for row in made.splitlines():
            self.assertIn(f"{row}\n", text)


if __name__ == "__main__":
    unittest.main()
