"""`sigdel tune`: the file it writes, what it refuses, and that a run takes its scales."""
import json
import re
import unittest

from program import IMAGES, NETWORK, SOURCE, FolderTest, options, sigdel

CLIP = SOURCE / "scenarios/data/digits-clip-200-images.idx3-ubyte"
DIGITS = SOURCE / "models/digits-vgg/digits-vgg.onnx"


class TuneTest(FolderTest):
    """Tuning the quick start's network."""

    def setUp(self):
        super().setUp()
        self.scenario = self.write("tuned.yaml", f"network: {{file: {NETWORK}}}\n"
                                                 f"stimulus: {{images: {IMAGES}, frames: 60}}\n"
                                                 "tune: {lambda: 1.0e-6, epochs: 2}\n")

    def tune(self, *arguments, output="scales.yaml", **values):
        """Tune and return what the program said."""
        return sigdel("tune", self.scenario, "-o", self.folder / output, *arguments, *options(**values))

    def test_same_file_twice(self):
        for name in "first.yaml", "second.yaml":
            result = self.tune(output=name, tune__shuffle="true")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stderr, "")
        self.assertEqual((self.folder / "first.yaml").read_bytes(), (self.folder / "second.yaml").read_bytes())

    def test_a_run_takes_the_scales_and_counts_the_same(self):
        self.assertEqual(self.tune(tune__held_out=0).returncode, 0)
        text = (self.folder / "scales.yaml").read_text()
        run = self.write("run.yaml", f"network: {{file: {NETWORK}}}\nscales_file: scales.yaml\n"
                                     f"stimulus: {{images: {IMAGES}, frames: 60}}\nmodes: [rounding, sigma-delta]\n"
                                     f"output: {{folder: {self.folder}/out}}\n")
        result = sigdel("run", run)
        self.assertEqual(result.returncode, 0, result.stderr)
        layers = (self.folder / "out/layers.csv").read_text().splitlines()
        header = layers[0].split(",")
        adds = {mode: sum(float(row.split(",")[header.index("paper_adds")]) for row in layers[1:]
                          if row.split(",")[header.index("mode")] == mode) for mode in ("rounding", "sigma-delta")}
        for mode, key in ("rounding", "rounding_operations"), ("sigma-delta", "sigma_delta_operations"):
            tuned = float(re.search(rf"{key}: ([\d.]+)", text).group(1))
            self.assertAlmostEqual(adds[mode] / 60, tuned, delta=0.06)
        self.assertTrue(json.loads((self.folder / "out/report.json").read_text()))

    def test_starts_at_the_scenarios_own_scales(self):
        still = {"tune__learning_rate": 0, "tune__epochs": 1}
        for values, wanted in (({}, "1"), ({"scales": 4}, "4"), ({"scales": "[3, 4, 5]"}, "345"),
                               ({"scales": 4, "tune__start": 2}, "2"), ({"tune__start": 2}, "2")):
            result = self.tune(**values, **still)
            self.assertEqual(result.returncode, 0, result.stderr)
            scales = re.findall(r'^  "[^"]*": (.*)$', (self.folder / "scales.yaml").read_text(), re.M)
            self.assertEqual(scales, [wanted[i % len(wanted)] for i in range(3)], values)
        (self.folder / "scales.yaml").rename(self.folder / "first.yaml")
        self.assertEqual(self.tune(scales_file=self.folder / "first.yaml", tune__granularity="channel", **still).returncode, 0)
        self.assertRegex((self.folder / "scales.yaml").read_text(), r'"[^"]*": \[2, 2, ')

    def test_a_larger_lambda_computes_less(self):
        adds = []
        for value in "1.0e-7", "1.0e-5":
            self.assertEqual(self.tune(tune__lambda=value, tune__epochs=10, tune__learning_rate=0.1).returncode, 0)
            adds.append(float(re.search(r"rounding_operations: ([\d.]+)",
                                        (self.folder / "scales.yaml").read_text()).group(1)))
        self.assertGreater(adds[0], 1.2 * adds[1])

    def test_a_target_of_operations_is_met(self):
        result = self.tune("--max-ops", "60000")
        self.assertEqual(result.returncode, 0, result.stderr)
        held_out = (self.folder / "scales.yaml").read_text().split("held_out_frames:")[1]
        operations = float(re.search(r"rounding_operations: ([\d.]+)", held_out).group(1))
        self.assertLessEqual(operations, 60000)

    def test_a_target_out_of_reach_is_refused(self):
        result = self.tune("--max-ops", "3")
        self.assertEqual(result.returncode, 2)
        self.assertIn("tune.max_operations: cannot be reached: even lambda 1 gives", result.stderr)
        self.assertFalse((self.folder / "scales.yaml").exists())

    def test_channels_and_objectives_on_images(self):
        self.scenario = self.write("images.yaml", f"network: {{file: {DIGITS}}}\n"
                                                  f"stimulus: {{images: {CLIP}, frames: 8}}\n"
                                                  "tune: {lambda: 1.0e-8, epochs: 1, batch: 4, held_out: 0}\n")
        for values in ({"granularity": "channel"}, {"cost": "sigma-delta", "prices": "energy"},
                       {"gradient": "noise"}):
            result = self.tune(**{f"tune__{key}": value for key, value in values.items()})
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("gradient: noise", (self.folder / "scales.yaml").read_text())


class BadTuneTest(FolderTest):
    """One message, exit code 2, nothing written."""

    def refused(self, *arguments):
        """Run the program, which must refuse, and return its message."""
        result = sigdel(*arguments)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        return result.stderr

    def scenario(self, extra):
        """Write a scenario of four frames and return its path."""
        return self.write("s.yaml", f"network: {{file: {NETWORK}}}\n"
                                    f"stimulus: {{images: {IMAGES}, frames: 4}}\n{extra}\n")

    def test_goals(self):
        self.assertIn("0 of tune.lambda, tune.max_error and tune.max_operations are above 0; give one",
                      self.refused("tune", self.scenario("")))
        self.assertIn("2 of tune.lambda", self.refused(
            "tune", self.scenario("tune: {lambda: 1.0e-6, max_error: 0.1}")))
        for text in "0", "200%", "5%%", "few":
            self.assertIn(f"--max-error {text}: expected a share",
                          self.refused("tune", self.scenario(""), "--max-error", text))

    def test_unknown_key(self):
        self.assertIn("tune.lamda", self.refused("tune", self.scenario("tune: {lamda: 1.0e-6}")))

    def test_scales_files(self):
        good = self.folder / "good.yaml"
        self.assertEqual(sigdel("tune", self.scenario("tune: {lambda: 1.0e-6, epochs: 1}"), "-o", good).returncode, 0)
        text = good.read_text()
        scale = re.search(r"scales:\n  (.*): (.*)\n", text)
        for change, message in (
                (lambda t: t.replace("sigdel-scales", "something"), "format: expected sigdel-scales"),
                (lambda t: re.sub(r'hash: "....', 'hash: "0000', t), "these scales were made for another network"),
                (lambda t: t.replace(scale.group(0), "scales:\n"), "is missing"),
                (lambda t: t.replace(scale.group(0), scale.group(0) + "  other: 1\n"), "unknown key"),
                (lambda t: t.replace(f": {scale.group(2)}\n", ": -1\n", 1), "expected a scale: a positive number"),
                (lambda t: t.replace(f": {scale.group(2)}\n", ": [1, 2]\n", 1),
                 "for each of the tensor's 784 channels")):
            self.assertNotEqual(change(text), text)
            self.write("bad.yaml", change(text))
            self.assertIn(message, self.refused("check", self.scenario("scales_file: bad.yaml")))
        self.assertEqual(sigdel("check", self.scenario("scales: 2.0\nscales_file: none")).returncode, 0)
        self.assertIn("there is `scales` too", self.refused(
            "check", self.scenario("scales: 2.0\nscales_file: good.yaml")))

    def test_overrides_choose_scales(self):
        """An override takes the place of the file's scales, whichever key has them; one that says "none" takes nothing's place."""
        def scales(text, *overrides):
            check = sigdel("check", self.scenario(text), *(part for key in overrides for part in ("--set", key)))
            self.assertEqual(check.returncode, 0, check.stderr)
            return re.findall(r"(?m)^(scale\S+) +(?:default|line \d+|--set) +(.*)$", check.stdout)

        self.assertEqual(scales("scale_factor: 4.0", "scales=2"), scales("scales: 2.0"))
        self.assertEqual(scales("scales: 2.0", "scale_factor=4"), scales("scale_factor: 4.0"))
        self.assertEqual(scales("scales: 2.0", "scale_factor=0", "scales_file=none"), scales("scales: 2.0"))
        self.assertIn("there is `scales` too", self.refused(
            "check", self.scenario(""), "--set", "scales=2", "--set", "scale_factor=4"))


if __name__ == "__main__":
    unittest.main()
