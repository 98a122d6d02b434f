"""Temporal-MNIST: the order in which each digit is followed by the most similar one in a sliding buffer.

usage: temporal_order.py DATA_DIR [--out FILE]

Reads the 10,000 test digits of DATA_DIR; writes one line per frame, the index in the test set of the digit shown.
"""
import argparse
import pathlib
import time

import numpy as np

from idx import read_digits

BUFFER_SIZE = 1000  # digits
NO_DIGIT = np.iinfo(np.int64).max  # distance of an empty buffer slot, above any real one


def l1_distances(images, image):
    """Return the L1 distance, in grey levels, of each of images (n, pixels) to image (pixels,); all uint8."""
    return (np.maximum(images, image) - np.minimum(images, image)).sum(axis=1, dtype=np.int64)


def temporal_order(images, buffer_size=BUFFER_SIZE):
    """Return a permutation of range(n) that puts images, uint8 (n, pixels), in temporal order.

    It starts with digit 0. The buffer holds the next `buffer_size` digits; each step takes from it the one nearest
    to the current digit (the first slot on ties) and refills that slot with the next unseen digit."""
    slots = np.arange(1, min(buffer_size + 1, len(images)))
    buffer = images[slots]
    empty = np.zeros(len(slots), bool)
    order = [0]
    unseen = len(slots) + 1
    while len(order) < len(images):
        distances = l1_distances(buffer, images[order[-1]])
        distances[empty] = NO_DIGIT
        nearest = int(np.argmin(distances))
        order.append(int(slots[nearest]))
        if unseen < len(images):
            slots[nearest] = unseen
            buffer[nearest] = images[unseen]
            unseen += 1
        else:
            empty[nearest] = True
    return np.array(order)


def consecutive_distances(images):
    """Return the L1 distance, in grey levels, of each image to the next: images uint8 (n, pixels), result (n - 1,)."""
    return l1_distances(images[1:], images[:-1])


def main():
    """Order the test digits, report the run time and how much closer neighbours have become."""
    parser = argparse.ArgumentParser(description="Put the MNIST test digits in temporal order.")
    parser.add_argument("data_dir", type=pathlib.Path, help="folder with the four IDX files")
    parser.add_argument("--out", type=pathlib.Path, help="file for the order, one index per line")
    arguments = parser.parse_args()
    images, _ = read_digits(arguments.data_dir, "t10k")
    start = time.monotonic()
    order = temporal_order(images)
    print(f"ordered {len(order)} digits in {time.monotonic() - start:.1f} s")
    print(f"mean L1 distance of neighbours, grey levels: {consecutive_distances(images).mean():.0f} as distributed, "
          f"{consecutive_distances(images[order]).mean():.0f} in temporal order")
    if arguments.out:
        np.savetxt(arguments.out, order, fmt="%d")


if __name__ == "__main__":
    main()
