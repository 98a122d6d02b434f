"""Frames from outside: what the program makes of files, read from recordings, against NumPy by docs/formats/frames.md.

With the mode `rounding` and scale 1 a recording holds the rounded values of every frame: with `divide: 1` its bytes.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_frames.py
SIGDEL_DATA: the folder that holds nets/ and video/, by default shared/data beside the checkout; some tests need it.
"""
import math
import os
import pathlib
import sys
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
import recording_reader  # noqa: E402
from program import message, node, options, tensor, value_info  # noqa: E402

DATA = pathlib.Path(os.environ.get("SIGDEL_DATA", program.SOURCE.parent / "shared" / "data"))
INTERNALS = ("exception", "terminate", "std::", "internal error", "[mov", "[h264", "0x")


def image_model(shape):
    """One output, over an input of that shape."""
    size = math.prod(shape)
    graph = message((1, node("Flatten", ["x"], ["f"], "flat")), (1, node("MatMul", ["f", "w"], ["y"], "only")),
                    (2, "graph"), (5, tensor("w", [size, 1], [2.0 ** -12] * size)), (11, value_info("x", [1, *shape])),
                    (12, value_info("y", [1, 1])))
    return message((1, 8), (7, graph), (8, message((1, ""), (2, 13))))


def ppm(picture):
    """Return a picture, uint8 [rows, columns, 3], as a file."""
    return f"P6\n{picture.shape[1]} {picture.shape[0]}\n255\n".encode() + picture.tobytes()


def y4m(frames):
    """Return grey frames, uint8 [frames, rows, columns], as an uncompressed video."""
    header = f"YUV4MPEG2 W{frames.shape[2]} H{frames.shape[1]} F25:1 Ip A1:1 Cmono\n".encode()
    return header + b"".join(b"FRAME\n" + frame.tobytes() for frame in frames)


def random_bytes(*shape, seed=1):
    """Return random bytes."""
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def weights(method, before, after, offset, window):
    """Return what each of `window` pixels from `offset` on takes from each pixel of an axis: [window, before]."""
    step = before / after
    matrix = np.zeros((window, before))
    for row, i in enumerate(range(offset, offset + window)):
        centre = (i + 0.5) * step - 0.5
        floor = math.floor(centre)
        if method == "area":
            for pixel in range(before):
                covered = min((i + 1) * step, pixel + 1) - max(i * step, pixel)
                matrix[row, pixel] = max(0, covered) / step
        elif method == "bilinear":
            for pixel in (floor, floor + 1):
                matrix[row, min(max(pixel, 0), before - 1)] += 1 - abs(centre - pixel)
        else:
            for pixel in range(floor - 1, floor + 3):
                x, a = abs(centre - pixel), -0.75
                inner = (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1
                outer = a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a
                matrix[row, min(max(pixel, 0), before - 1)] += inner if x <= 1 else outer
    return matrix


def resized(picture, method, size, offset, window):
    """Return the window of the resized picture [rows, columns, channels], unrounded, [channels, rows, columns]."""
    rows, columns = (weights(method, picture.shape[axis], size[axis], offset[axis], window[axis]) for axis in (0, 1))
    exact = np.einsum("ij,jkc,lk->cil", rows, picture.astype(float), columns)
    return np.clip(exact, 0, 255)


class FramesTest(program.FolderTest):
    """The helpers of all."""

    def frames(self, shape, **keys):
        """Return the values of the frames that the program reads, [frames, *shape]."""
        self.write("net.onnx", image_model(shape))
        scenario = self.write("s.yaml", "network: {file: net.onnx, max_magnitude: 32767}\nscales: 1\n"
                                        "stimulus: {images: none}\nmodes: [rounding]\n")
        done = program.sigdel("record", scenario, *options(**keys), "-o", self.folder / "r.sigdel")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        sent = recording_reader.read(self.folder / "r.sigdel").sent["rounding"][0]
        return sent.reshape(-1, *shape[1:], shape[0]).transpose(0, 3, 1, 2)  # the channels of a pixel stand together

    def bytes_of(self, shape, images, **keys):
        """The same, of values that are bytes."""
        images = f"[{', '.join(map(str, images))}]" if isinstance(images, list) else images
        return self.frames(shape, stimulus__images=images, stimulus__divide=1, **keys)


class Pictures(FramesTest):
    """Pictures, whose pixels the test knows."""

    def test_channels(self):
        picture = random_bytes(5, 7, 3)
        file = self.write("p.ppm", ppm(picture))
        rgb = picture.transpose(2, 0, 1)
        np.testing.assert_array_equal(self.bytes_of((3, 5, 7), file)[0], rgb)
        np.testing.assert_array_equal(self.bytes_of((3, 5, 7), file, stimulus__channel_order="bgr")[0], rgb[::-1])
        grey = (np.array([299, 587, 114]) @ rgb.reshape(3, -1).astype(int) + 500) // 1000
        np.testing.assert_array_equal(self.bytes_of((1, 5, 7), file).ravel(), grey)

    def test_resizing(self):
        """Half a grey level off at most, but for what float32 rounds on the way."""
        picture = random_bytes(45, 64, 3)
        file = self.write("p.ppm", ppm(picture))
        for method in ("area", "bilinear", "bicubic"):
            for window in ((20, 21), (45, 64), (70, 50)):
                with self.subTest(method, window=window):
                    got = self.bytes_of((3, *window), file, stimulus__resize=method)[0]
                    np.testing.assert_allclose(got, resized(picture, method, window, (0, 0), window), 0, 0.501)

    def test_cutting(self):
        """Sizes before the cut worked out by hand."""
        picture = random_bytes(45, 64, 3)
        file = self.write("p.ppm", ppm(picture))
        for side, window, size, offset in ((0, (20, 21), (20, 28), (0, 3)), (0, (9, 21), (15, 21), (3, 0)),
                                           (30, (20, 21), (30, 43), (5, 11))):
            with self.subTest(side, window=window):
                got = self.bytes_of((3, *window), file, stimulus__crop="centre", stimulus__shorter_side=side)[0]
                np.testing.assert_allclose(got, resized(picture, "area", size, offset, window), 0, 0.501)

    def test_patterns(self):
        pictures = random_bytes(4, 5, 7, 3)
        for name, picture in zip(("p1", "p10", "p2", "p3"), pictures):  # the order of the names' bytes
            self.write(f"{name}.ppm", ppm(picture))
        got = self.bytes_of((3, 5, 7), f"'{self.folder}/p*.ppm'", stimulus__first=1, stimulus__frames=2)
        np.testing.assert_array_equal(got, pictures[1:3].transpose(0, 3, 1, 2))


class Values(FramesTest):
    """Means, divisors, standardisation, noise."""

    def setUp(self):
        super().setUp()
        self.pixels = random_bytes(3, 3, 8, 9)
        np.save(self.folder / "p.npy", self.pixels)

    def read(self, scale, **keys):
        """Return the frames' values times `scale`, rounded by the program."""
        return self.frames((3, 8, 9), stimulus__images=self.folder / "p.npy", scales=scale, **keys)

    def test_mean_and_divisor(self):
        got = self.read(100, stimulus__mean="[104, 117, 123.5]", stimulus__divide="[2, 4, 1.5]")
        mean, divide = (np.array(v).reshape(3, 1, 1) for v in ([104, 117, 123.5], [2, 4, 1.5]))
        np.testing.assert_allclose(got, 100 * (self.pixels - mean) / divide, atol=0.5001)

    def test_bytes_are_divided_by_255_and_floats_are_not(self):
        np.testing.assert_allclose(self.read(10000), self.pixels / 255 * 10000, atol=0.5001)
        np.save(self.folder / "p.npy", self.pixels / 255)
        np.testing.assert_allclose(self.read(10000), self.pixels / 255 * 10000, atol=0.502)

    def test_standardised_frames(self):
        got = self.read(1000, stimulus__standardise="frame") / 1000
        flat = self.pixels.reshape(3, -1)
        expected = (flat - flat.mean(1, keepdims=True)) / flat.std(1, keepdims=True)
        np.testing.assert_allclose(got.reshape(3, -1), expected, atol=0.001)

    def noise(self, grey, **keys):
        """Return what is added to four equal frames, [frames, values]."""
        np.save(self.folder / "grey.npy", np.full((4, 1, 120, 160), grey, np.uint8))
        got = self.bytes_of((1, 120, 160), self.folder / "grey.npy", **keys)
        return got.reshape(4, -1) - grey

    def test_noise_has_the_deviation_asked_for(self):
        for sigma in (1, 2, 5):
            with self.subTest(sigma):
                noise = self.noise(128, stimulus__noise__sigma=sigma)
                self.assertLess(abs(noise.mean()), 5 * sigma / math.sqrt(noise.size))
                self.assertAlmostEqual(noise.var() / (sigma ** 2 + 1 / 12), 1, delta=0.03)
                correlations = np.corrcoef(noise) - np.eye(4)
                self.assertLess(np.abs(correlations).max(), 5 / math.sqrt(noise.shape[1]))
                self.assertLess(abs(np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]),
                                5 / math.sqrt(noise.size))

    def test_noise_depends_on_seed_and_frame_alone(self):
        noise = self.noise(128, stimulus__noise__sigma=2)
        np.testing.assert_array_equal(noise, self.noise(100, stimulus__noise__sigma=2))
        self.assertTrue((noise != self.noise(128, stimulus__noise__sigma=2, stimulus__noise__seed=2)).any())

    def test_noise_is_clamped(self):
        self.assertEqual(self.noise(0, stimulus__noise__sigma=2).min(), 0)
        self.assertEqual(self.noise(255, stimulus__noise__sigma=2).max(), 0)


class Clips(FramesTest):
    """Videos, and clips one after another."""

    def setUp(self):
        super().setUp()
        self.still, self.moving = random_bytes(7, 6, 8), random_bytes(5, 6, 8, seed=2)
        self.files = [self.write("still.y4m", y4m(self.still)), self.write("moving.y4m", y4m(self.moving))]

    def test_frames_of_a_splice_are_those_of_its_clips(self):
        shape = (1, 6, 8)
        np.testing.assert_array_equal(self.bytes_of(shape, self.files[0])[:, 0], self.still)
        np.testing.assert_array_equal(self.bytes_of(shape, self.files)[:, 0], np.concatenate([self.still, self.moving]))
        got = self.bytes_of(shape, self.files, stimulus__first="[1, 0]", stimulus__frames="[2, 0]",
                            stimulus__stride="[3, 2]")
        np.testing.assert_array_equal(got[:, 0], np.concatenate([self.still[[1, 4]], self.moving[::2]]))

    def test_mistakes(self):
        """Each ends with code 2 and one line that names the scenario's line, the key and the file."""
        model = self.write("net.onnx", image_model((1, 6, 8)))
        self.write("linear.onnx", program.linear_model(48))
        cases = {
            "missing.mp4": (None, "there is no such file"),
            "empty.mp4": (b"", "the file is empty"),
            "text.mp4": (b"This is no video at all.\n" * 50, "no video and no picture"),
            "cut.ppm": (ppm(random_bytes(6, 8, 3))[:-10], "damaged at frame 0, counted from 0: "),
            "sizes.ppm": (ppm(random_bytes(6, 8, 3)) + ppm(random_bytes(8, 6, 3)),
                          "frame 1, counted from 0, has 6 x 8 pixels, those before have 8 x 6"),
            "cut.npy": (b"\x93NUMPY\x01\x00v\x00{'descr'", "truncated"),
        }
        for name, (content, says) in cases.items():
            with self.subTest(name):
                if content is not None:
                    self.write(name, content)
                self.refused(model, name, "", [f"{name}: ", says])
        still = self.files[0].name
        self.refused(model, still, "first: 7", [f"{still}: holds 7 frames", "the first one asked for is 7"])
        self.refused(model, still, "frames: 8", [f"{still}: holds 7 frames; 8 from frame 0 on are asked for"])
        self.refused(self.folder / "linear.onnx", still, "", [f"{still}: a video or picture; it fits an input of"])

    def refused(self, model, images, more, says):
        """Both commands must refuse a scenario whose line 4 names the images."""
        scenario = self.write("bad.yaml", f"network: {{file: {model}}}\nscales: 1\nstimulus:\n  images: {images}\n"
                                          f"  {more}\n")
        for command in ("check", "run"):
            done = program.sigdel(command, scenario, cwd=self.folder)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            for text in [f"{scenario}:4: stimulus.images: ", *says]:
                self.assertIn(text, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            for word in INTERNALS:
                self.assertNotIn(word, done.stderr)


@unittest.skipUnless((DATA / "video").is_dir(), f"no folder {DATA}/video: set SIGDEL_DATA to one that holds it")
class RealFrames(FramesTest):
    """Frames that ffmpeg made for a network, from the clip and from their file."""

    def test_lane_frames(self):
        golden = DATA / "nets/lanenet_driving_input_u8.npy"
        expected = np.load(golden).astype(int)
        shape = expected.shape[1:]
        np.testing.assert_array_equal(self.bytes_of(shape, golden), expected)
        window = {"stimulus__first": 100, "stimulus__frames": 4}
        clip = DATA / "video/solidWhiteRight.mp4"
        np.testing.assert_array_equal(self.bytes_of(shape, clip, stimulus__resize="ffmpeg", **window), expected)
        difference = np.abs(self.bytes_of(shape, clip, **window) - expected)
        self.assertLess(difference.mean(), 1.6)  # ffmpeg gives neighbouring pixels one colour
        self.assertLess(difference.max(), 24)


if __name__ == "__main__":
    unittest.main()
