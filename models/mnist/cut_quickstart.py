"""Cut the quick start's stimulus out of Temporal-MNIST: 500 consecutive digits, and a JSON record of them.

usage: cut_quickstart.py DATA_DIR [--out-dir DIR]

Which 500: of the windows that start at a multiple of 500, show all ten classes and in which the float network errs
at least once, the one whose neighbours are as far apart as in the whole order (mean L1 distance; first on ties).
"""
import argparse
import hashlib
import json
import pathlib

import numpy as np

import float_net
from idx import read_digits, write_idx
from temporal_order import consecutive_distances, temporal_order

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE / "mnist-784-200-200-10.onnx"
OUT_DIR = HERE.parent.parent / "scenarios" / "data"
NAME = "mnist-temporal-500"
LENGTH = 500  # digits
CLASSES = 10


def choose_start(images, labels, wrong):
    """Return the frame at which the window starts, by the rule above.

    All in temporal order: images uint8 (n, pixels), labels (n,), wrong (n,) true where the float network errs."""
    typical = consecutive_distances(images).mean()
    candidates = {}
    for start in range(0, len(images) - LENGTH + 1, LENGTH):
        window = slice(start, start + LENGTH)
        if len(np.unique(labels[window])) == CLASSES and wrong[window].any():
            candidates[start] = abs(consecutive_distances(images[window]).mean() - typical)
    if not candidates:
        raise ValueError("no window shows all classes and at least one error")
    return min(candidates, key=candidates.get)


def describe(start, indices, images, labels, wrong):
    """Return the JSON record of the window: indices (500,) in the test set and the arrays at those indices."""
    return {
        "frames": LENGTH,
        "first_frame_in_temporal_order": start,
        "float_errors": int(wrong.sum()),
        "mean_l1_distance_of_neighbours": round(float(consecutive_distances(images).mean()), 1),
        "digits_per_class": np.bincount(labels, minlength=CLASSES).tolist(),
        "test_set_indices": indices.tolist(),
    }


def write_window(out_dir, images, labels, record):
    """Write the IDX files and the record, which gains the SHA-256 of both."""
    files = {
        f"{NAME}-images.idx3-ubyte": images.reshape(-1, 28, 28),
        f"{NAME}-labels.idx1-ubyte": labels,
    }
    for name, array in files.items():
        write_idx(out_dir / name, array)
    record["sha256"] = {name: hashlib.sha256((out_dir / name).read_bytes()).hexdigest() for name in files}
    (out_dir / f"{NAME}.json").write_text(to_json(record))


def to_json(record):
    """Format a record with one line per key, so that lists of numbers stay short."""
    lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in record.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main():
    """Order the test digits, choose the window, write it."""
    parser = argparse.ArgumentParser(description="Cut 500 consecutive digits out of Temporal-MNIST.")
    parser.add_argument("data_dir", type=pathlib.Path, help="folder with the four IDX files")
    parser.add_argument("--out-dir", type=pathlib.Path, default=OUT_DIR, help="where to write")
    arguments = parser.parse_args()
    images, labels = read_digits(arguments.data_dir, "t10k")
    order = temporal_order(images)
    images, labels = images[order], labels[order]
    wrong = float_net.predict(float_net.load_layers(MODEL), images) != labels
    start = choose_start(images, labels, wrong)
    window = slice(start, start + LENGTH)
    record = describe(start, order[window], images[window], labels[window], wrong[window])
    write_window(arguments.out_dir, images[window], labels[window], record)
    print(f"frames {start} to {start + LENGTH - 1} of Temporal-MNIST, {record['float_errors']} float errors")


if __name__ == "__main__":
    main()
