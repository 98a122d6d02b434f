"""The committed convolutional network and its clip are what their records and READMEs say; frames are composed as said.

Needs no downloads and no PyTorch: what needs that is in test_torch.py.
"""
import hashlib
import json
import pathlib
import re
import sys
import unittest

import numpy as np
import onnx

import program

VGG = program.SOURCE / "models" / "digits-vgg"
DATA = program.SOURCE / "scenarios" / "data"
sys.path[:0] = [str(VGG), str(program.SOURCE / "models" / "mnist")]

import clip  # noqa: E402 (needs the path above)
import scene  # noqa: E402
from idx import read_idx  # noqa: E402

MODEL = VGG / "digits-vgg.onnx"
CLIP = "digits-clip-200"
BLOCK = ["Conv", "BatchNormalization", "Relu", "Conv", "BatchNormalization", "Relu", "MaxPool"]


def sha256(path):
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_json(path):
    """Return the content of a JSON file."""
    return json.loads(path.read_text())


class Network(unittest.TestCase):
    """The ONNX file against its record and README."""

    def setUp(self):
        self.record = load_json(MODEL.with_suffix(".json"))
        self.readme = (VGG / "README.md").read_text()

    def test_checksum_is_the_recorded_one(self):
        self.assertEqual(sha256(MODEL), self.record["sha256"])

    def test_graph_is_three_blocks_and_a_classifier(self):
        model = onnx.load(str(MODEL))
        onnx.checker.check_model(model, full_check=True)
        self.assertEqual([entry.version for entry in model.opset_import], [self.record["opset"]])
        kinds = [node.op_type for node in model.graph.node]
        self.assertEqual(kinds, 3 * BLOCK + ["Flatten", "Gemm", "Relu", "Gemm", "Softmax"])

    def test_accuracy_is_high_enough_and_as_the_readme_says(self):
        accuracy = self.record["test_accuracy_percent"]
        self.assertGreaterEqual(accuracy, 97.0)
        self.assertAlmostEqual(accuracy, 100 - 100 * self.record["test_errors"] / self.record["test_frames"])
        self.assertIn(f"**{accuracy} %** ({self.record['test_errors']} errors in 10,000", self.readme)

    def test_inspect_shows_the_layers_of_the_readme(self):
        done = program.sigdel("inspect", MODEL)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = [line.split() for line in done.stdout.splitlines()]
        rows = [row for row in rows if row and row[0].isdigit()]
        names = [f"conv{block}_{number}" for block in (1, 2, 3) for number in (1, 2)] + ["fc1", "fc2"]
        self.assertEqual([row[1] for row in rows], names)
        shapes = ["16x48x48", "16x48x48", "32x24x24", "32x24x24", "64x12x12", "64x12x12", "32", "10"]
        self.assertEqual([row[3] for row in rows], shapes)
        biases = sum(int(shape.split("x")[0]) for shape in shapes)
        self.assertEqual(sum(int(row[4].replace(",", "")) for row in rows) - biases, self.record["weights"])
        self.assertIn(f"{self.record['weights']:,} weights", self.readme)
        total = re.search(r"convolution ([\d,]+) fully", done.stdout)[1]
        self.assertIn(total, self.readme)


class Clip(unittest.TestCase):
    """The committed frames against their record, their README and what the clip is for."""

    name = CLIP

    def setUp(self):
        self.record = load_json(DATA / f"{self.name}.json")
        self.readme = (DATA / "README.md").read_text()
        self.frames = read_idx(DATA / f"{self.name}-images.idx3-ubyte")
        self.labels = read_idx(DATA / f"{self.name}-labels.idx1-ubyte")
        self.splice = self.record["splice"]

    def test_shapes_and_checksums_are_those_of_record_and_readme(self):
        self.assertEqual((self.frames.shape, self.labels.shape), ((200, 48, 48), (200,)))
        for name, checksum in self.record["sha256"].items():
            self.assertEqual(sha256(DATA / name), checksum)
            self.assertIn(checksum, self.readme)

    def test_every_class_is_shown_once_for_20_frames(self):
        self.assertEqual(np.repeat(self.record["labels"], 20).tolist(), self.labels.tolist())
        self.assertEqual(sorted(self.record["labels"]), list(range(10)))

    def test_motion_is_as_record_and_readme_say(self):
        for part, frames in (("static", self.frames[:self.splice]), ("moving", self.frames[self.splice:])):
            motion = clip.motion(frames)
            for key, value in motion.items():
                self.assertEqual(value, self.record[part][key])
            cells = [str(motion[key]) for key in ("mean_absolute_difference_percent", "pixels_that_change_percent")]
            self.assertIn(f"| {part} | " + " | ".join(cells) + f" | {self.record[part]['float_errors']} of 100 |",
                          self.readme)

    def test_static_background_repeats_exactly_and_has_texture(self):
        static = self.frames[:self.splice].astype(int)
        kept = static.min(axis=0) == static.max(axis=0)  # where the digit never was
        self.assertGreater(np.count_nonzero(kept), 200)
        self.assertGreater(static[0][kept].std(), 5)
        self.assertGreater(np.abs(np.diff(static, axis=0)).max(axis=(1, 2)).min(), 0)  # something moves in each frame

    def test_splice_is_the_largest_change(self):
        change = np.abs(np.diff(self.frames.astype(int), axis=0)).mean(axis=(1, 2))
        self.assertEqual(int(change.argmax()), self.splice - 1)
        self.assertGreater(change.max(), 2 * np.sort(change)[-2])


class TuningClip(Clip):
    """The same of the clip that scales are tuned on, which shares no frame with the other."""

    name = "digits-tuning-clip-200"

    def test_no_frame_is_in_the_other_clip(self):
        other = {frame.tobytes() for frame in read_idx(DATA / f"{CLIP}-images.idx3-ubyte")}
        self.assertFalse(other & {frame.tobytes() for frame in self.frames})


class Motion(unittest.TestCase):
    """Longer clips: the maker on digits that need no download."""

    def setUp(self):
        rng = np.random.default_rng(0)
        self.digits = np.zeros((80, 28, 28), np.uint8)
        self.digits[:, 6:22, 8:20] = rng.integers(128, 256, (80, 1, 1))
        self.labels = np.arange(80, dtype=np.uint8) % 10

    def make(self, frames_per_part):
        """Return a clip of the made-up digits."""
        return clip.make_clip(self.digits.reshape(80, -1), self.labels, frames_per_part)

    def test_any_length_the_same_each_time(self):
        for frames_per_part in (1, 7, 500):
            frames, labels, _ = self.make(frames_per_part)
            self.assertEqual((frames.shape, labels.shape), ((2 * frames_per_part, 48, 48), (2 * frames_per_part,)))
            np.testing.assert_array_equal(self.make(frames_per_part)[0], frames)

    def test_digits_differ_and_classes_come_in_turns(self):
        _, labels, shown = self.make(500)
        self.assertEqual(len(set(shown.tolist())), 50)
        for turn in labels[::20].reshape(5, 10):
            self.assertEqual(sorted(turn), list(range(10)))

    def test_moving_part_changes_most_pixels_and_static_part_few(self):
        frames, _, _ = self.make(300)
        static, moving = clip.motion(frames[:300]), clip.motion(frames[300:])
        self.assertLess(static["pixels_that_change_percent"], 25)
        self.assertGreater(moving["pixels_that_change_percent"], 70)

    def test_motion_by_hand(self):
        frames = np.zeros((3, 1, 4), np.uint8)
        frames[1, 0, 1], frames[2, 0, 1] = 255, 204
        expected = {"mean_absolute_difference_percent": 15.0, "pixels_that_change_percent": 25.0}
        self.assertEqual(clip.motion(frames), expected)


class Scene(unittest.TestCase):
    """The compositor, on what can be worked out by hand."""

    def setUp(self):
        self.world = np.random.default_rng(1).random((scene.WORLD_SIDE, scene.WORLD_SIDE), np.float32)

    def test_view_at_whole_pixels_is_a_part_of_the_world_that_goes_on_at_its_edges(self):
        np.testing.assert_array_equal(scene.view(self.world, 3, 200), np.roll(self.world, (-3, -200), (0, 1))[:48, :48])
        np.testing.assert_array_equal(scene.view(self.world, 259, -56), scene.view(self.world, 3, 200))

    def test_view_between_pixels_is_their_mean(self):
        whole = [scene.view(self.world, 10, 20), scene.view(self.world, 10, 21), scene.view(self.world, 11, 20)]
        np.testing.assert_allclose(scene.view(self.world, 10, 20.5), (whole[0] + whole[1]) / 2, atol=1e-6)
        np.testing.assert_allclose(scene.view(self.world, 10.25, 20), 0.75 * whole[0] + 0.25 * whole[2], atol=1e-6)

    def compose(self, digit, centre, scale=1.0, ink=1.0):
        """Return the digit on a grey view."""
        views = np.full((1, 48, 48), 0.25, np.float32)
        return scene.compose(views, digit.reshape(1, -1), np.array([centre]), np.array([scale]), np.array([ink]))[0]

    def test_digit_lies_where_it_is_put_and_hides_what_it_covers(self):
        digit = np.zeros((28, 28), np.uint8)
        digit[3, 5], digit[20, 7] = 255, 51
        frame = self.compose(digit, (23.5, 24.5), ink=0.75)
        expected = np.full((48, 48), 0.25, np.float32)
        expected[13, 16], expected[30, 18] = 0.75, 0.25 + 0.2 * 0.5
        np.testing.assert_allclose(frame, expected, atol=1e-6)

    def test_half_a_pixel_of_motion_spreads_a_point_over_two(self):
        digit = np.zeros((28, 28), np.uint8)
        digit[14, 14] = 255
        frame = self.compose(digit, (23.5, 24.0))
        np.testing.assert_allclose(frame[24, 23:27], [0.25, 0.625, 0.625, 0.25], atol=1e-6)

    def test_scale_stretches(self):
        digit = np.zeros((28, 28), np.uint8)
        digit[9:19, 9:19] = 255
        for scale in (1.0, 1.3):
            cover = (self.compose(digit, (23.5, 23.5), scale) - 0.25) / 0.75
            self.assertAlmostEqual(float(cover.sum()), (10 * scale) ** 2, delta=3)

    def test_digit_beyond_the_edge_is_cut(self):
        digit = np.full((28, 28), 255, np.uint8)
        frame = self.compose(digit, (-20.0, 24.0))
        np.testing.assert_array_equal(frame, np.full((48, 48), 0.25, np.float32))

    def test_background_keeps_darker_than_the_ink_and_has_texture(self):
        world = scene.background(np.random.default_rng(4))
        self.assertEqual(world.dtype, np.float32)
        self.assertAlmostEqual(float(world.min()), scene.DARK, places=6)
        self.assertAlmostEqual(float(world.max()), scene.BRIGHT, places=6)
        self.assertLess(scene.BRIGHT, scene.FAINTEST_INK)
        self.assertGreater(world.std(), 0.05)
        edges = np.abs(world - np.roll(world, 1, 0))
        self.assertLess(np.median(edges), 0.02)  # smooth, but for the structure's edges
        self.assertGreater(edges.max(), 0.15)

    def test_bytes_are_rounded(self):
        np.testing.assert_array_equal(scene.to_bytes(np.array([0, 0.5 / 255.5, 0.7 / 255, 1])), [0, 0, 1, 255])


if __name__ == "__main__":
    unittest.main()
