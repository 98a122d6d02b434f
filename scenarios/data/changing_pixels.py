"""Makes changing-pixels.npy: frames of which a fiftieth of the pixels is taken anew in every frame.

run, in this folder: /usr/bin/python3 changing_pixels.py [FOLDER]     (Debian's python3-numpy)

Every pixel is, in every frame, replaced with a probability of 0.02 by the same pixel of one of the 500 digits of mnist-temporal-500, drawn evenly.
Frame 0 has all pixels drawn. So every frame has the same distribution, pixel by pixel that of the digits, and between frame t and
frame t + s a pixel has been replaced with probability 1 - 0.98^s: `stimulus.stride` sets how much of the input changes, and nothing else.
"""
import pathlib
import sys

import numpy

FRAMES, PIXELS, SHARE, SEED = 2945, 784, 0.02, 1  # 24 frames 128 apart
HERE = pathlib.Path(__file__).resolve().parent


def frames():
    """Return them, frames x pixels."""
    data = (HERE / "mnist-temporal-500-images.idx3-ubyte").read_bytes()
    digits = numpy.frombuffer(data, numpy.uint8, offset=16).reshape(-1, PIXELS)
    random = numpy.random.RandomState(SEED)
    made = numpy.empty((FRAMES, PIXELS), numpy.uint8)
    for t in range(FRAMES):
        fresh = digits[random.randint(len(digits), size=PIXELS), numpy.arange(PIXELS)]
        made[t] = fresh if t == 0 else numpy.where(random.random_sample(PIXELS) < SHARE, fresh, made[t - 1])
    return made


if __name__ == "__main__":
    numpy.save(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE) / "changing-pixels.npy", frames())
