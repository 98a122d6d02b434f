"""Makes changing-digits-*.npy: MNIST digits of which a given share of pixels is taken anew in every frame.

run, in this folder: /usr/bin/python3 changing_digits.py [FOLDER]     (Debian's python3-numpy)

Frame 0 is a digit. In frame t every pixel is, with probability p, that of the t-th digit, otherwise what it was in frame t - 1. So p = 0
is a still picture and p = 1 another digit in every frame; the share of pixels that are not zero hardly depends on p. The digits are 40
of mnist-temporal-500, drawn without replacement; all files use the same ones in the same order.
"""
import pathlib
import sys

import numpy

FRAMES, PIXELS, SEED = 40, 784, 1
SHARES = ("0", "0.01", "0.03", "0.1", "0.2", "0.4", "0.7", "1")
HERE = pathlib.Path(__file__).resolve().parent


def digits():
    """Return the 40 digits, frames x pixels."""
    data = (HERE / "mnist-temporal-500-images.idx3-ubyte").read_bytes()
    images = numpy.frombuffer(data, numpy.uint8, offset=16).reshape(-1, PIXELS)
    return images[numpy.random.RandomState(SEED).permutation(len(images))[:FRAMES]]


def clip(share):
    """Return the frames for one probability."""
    random = numpy.random.RandomState(SEED + 1)
    source = digits()
    frames = source[:1].repeat(FRAMES, axis=0)
    for t in range(1, FRAMES):
        frames[t] = numpy.where(random.random_sample(PIXELS) < share, source[t], frames[t - 1])
    return frames


def main(folder):
    """Write all files."""
    for share in SHARES:
        numpy.save(pathlib.Path(folder) / f"changing-digits-{share}.npy", clip(float(share)))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else HERE)
