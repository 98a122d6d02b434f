"""Make a clip: digits that move over a static background and then, spliced, over one that moves too.

usage: make_clip.py DATA_DIR [--split t10k|train] [--frames-per-part N] [--out-dir DIR]    (DATA_DIR: the four IDX files)

The first N frames have a camera that stands still, the last N one that pans; the digit moves smoothly in both and is
followed by another every 20 frames. There is no sensor noise: where nothing moves, pixels repeat exactly. Clips of different N share
neither splice nor paths; those of different splits share no digits and no background. Writes frames, labels, and a record with what can be measured of the frames.
"""
import argparse
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "mnist"))

import clip  # noqa: E402 (needs the path above)
import onnx_in_torch  # noqa: E402
import scene  # noqa: E402
from idx import read_digits, write_idx  # noqa: E402

MODEL = HERE / "digits-vgg.onnx"
OUT_DIR = HERE.parent.parent / "scenarios" / "data"
FRAMES_PER_PART = 100
SPLITS = {"t10k": "test", "train": "training"}


def describe_part(frames, labels):
    """Return the record of the frames before or behind the splice."""
    errors = onnx_in_torch.count_errors(MODEL, scene.to_input(frames), labels)
    return {**clip.motion(frames), "float_errors": errors}


def describe(frames, labels, shown, split):
    """Return the JSON record of a clip."""
    half = len(frames) // 2
    return {
        "frames": len(frames),
        "splice": half,
        "frames_per_digit": clip.FRAMES_PER_DIGIT,
        "seed": clip.SEEDS[split],
        f"{SPLITS[split]}_set_indices": shown.tolist(),
        "labels": labels[::clip.FRAMES_PER_DIGIT].tolist(),
        "static": describe_part(frames[:half], labels[:half]),
        "moving": describe_part(frames[half:], labels[half:]),
    }


def main():
    """Make the clip and write it."""
    parser = argparse.ArgumentParser(description="Make a clip of digits over a static and a moving background.")
    parser.add_argument("data_dir", type=pathlib.Path, help="folder with the four IDX files")
    parser.add_argument("--split", choices=sorted(SPLITS), default="t10k", help="of MNIST, where the digits are from")
    parser.add_argument("--frames-per-part", type=int, default=FRAMES_PER_PART, help="half of the clip's frames")
    parser.add_argument("--out-dir", type=pathlib.Path, default=OUT_DIR, help="where to write")
    arguments = parser.parse_args()
    if not 1 <= arguments.frames_per_part <= 20000:
        parser.error("--frames-per-part: expected 1 to 20000")
    split = arguments.split
    frames, labels, shown = clip.make_clip(*read_digits(arguments.data_dir, split), arguments.frames_per_part, split)
    name = f"digits-{'clip' if split == 't10k' else 'tuning-clip'}-{len(frames)}"
    record = describe(frames, labels, shown, split)
    files = {f"{name}-images.idx3-ubyte": frames, f"{name}-labels.idx1-ubyte": labels}
    for file, array in files.items():
        write_idx(arguments.out_dir / file, array)
    record["sha256"] = {file: hashlib.sha256((arguments.out_dir / file).read_bytes()).hexdigest() for file in files}
    lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in record.items())
    (arguments.out_dir / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{name}: static {record['static']}, moving {record['moving']}")


if __name__ == "__main__":
    main()
