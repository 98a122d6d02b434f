"""The convolutional run recomputed: scales, number formats, outputs, and every frame's and layer's counts, with conv_oracle.py."""
import csv
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import unittest  # noqa: E402

import numpy as np  # noqa: E402

import conv_oracle  # noqa: E402 (needs the path above)
import oracle  # noqa: E402
import program  # noqa: E402

SCENARIO = program.SOURCE / "scenarios/video/digits.yaml"
NETWORK = program.SOURCE / "models/digits-vgg/digits-vgg.onnx"
CLIP = program.SOURCE / "scenarios/data/digits-clip-200-images.idx3-ubyte"
FIRST, FRAMES = 97, 7  # over the splice
TALLIES = ("events", "magnitude", "updates", "paper_adds", "paper_multiplies", "saturations")


def eight_bits(x):
    """Return x rounded to eight significant bits."""
    unit = 2.0 ** (np.floor(np.log2(x)) - 7)
    return unit * np.round(x / unit)


class Recomputed(program.FolderTest):
    """Seven frames of the clip in all five modes."""

    def run_with(self, **values):
        """Run; return the report and the rows of frames.csv."""
        keys = {"output__folder": self.folder / "out", "stimulus__first": FIRST, "stimulus__frames": FRAMES, **values}
        done = program.sigdel("run", SCENARIO, *program.options(**keys))
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.folder / "out/frames.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return json.loads((self.folder / "out/report.json").read_text()), rows

    def check(self, factor, **values):
        """Run with a scale factor and compare everything."""
        report, rows = self.run_with(scale_factor=factor, **values)
        clamp = {"scaled": report["network"]["max_magnitude"], "grid": 2 ** 15 - 1}
        layers = conv_oracle.load_network(NETWORK)
        frames = oracle.frames_of_pixels(oracle.read_idx(CLIP)[FIRST:FIRST + FRAMES]).reshape(FRAMES, 1, 48, 48)
        tensors = conv_oracle.float_tensors(layers, frames)[:-1]
        scales = {"grid": oracle.grid_scales([*tensors, None], clamp["grid"]),
                  "scaled": [eight_bits(factor / np.sqrt((t[t != 0] ** 2).mean())) for t in tensors]}
        folded = {}
        for family, key in (("scaled", ""), ("grid", "grid_")):
            described = report["network"]["layers"]
            reported = [layer[key + "scale"] for layer in described]
            np.testing.assert_allclose(reported, scales[family], rtol=1e-6)
            # The reported ones from here on: a float kernel's last bits decide theirs.
            ends = [*reported, 1.0]
            folded[family] = [conv_oracle.fold_layer(layer, ends[l], ends[l + 1], clamp[family]) for l, layer in enumerate(layers)]
            self.assertEqual([layer[key + "fraction_bits"] for layer in described], [layer[2] for layer in folded[family]])
            self.assertEqual([layer[key + "bound"] for layer in described], [layer[3] for layer in folded[family]])
        for entry in report["modes"]:
            family = "scaled" if entry["mode"] in ("rounding", "sigma-delta") else "grid"
            scale = report["network"]["layers"][0]["scale" if family == "scaled" else "grid_scale"]
            outputs, tallies = conv_oracle.run_mode(entry["mode"], layers, folded[family], frames, scale, clamp[family])
            self.assertEqual(entry["outputs_hash"], oracle.fnv1a(outputs.astype(np.int64)), entry["mode"])
            mine = [row for row in rows if row["mode"] == entry["mode"]]
            self.assertEqual(len(mine), FRAMES * len(layers))
            for i, row in enumerate(mine):
                frame, l = divmod(i, len(layers))
                self.assertEqual({name: int(row[name]) for name in TALLIES},
                                 {name: int(tallies[l][name][frame]) for name in TALLIES}, (entry["mode"], frame, row["layer"]))
        return report

    def test_every_count_and_output(self):
        self.check(2.0)

    def test_with_a_clamp_that_is_reached(self):
        report = self.check(4.0, network__max_magnitude=7)
        self.assertGreater(report["modes"][4]["tallies"]["saturations"], 0)


if __name__ == "__main__":
    unittest.main()
