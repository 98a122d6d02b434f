"""Train the digits-vgg network on composed frames and export it as ONNX, with a JSON record beside it.

usage: train.py DATA_DIR    (DATA_DIR: the four IDX files, see ../mnist/fetch_mnist.sh)

Every epoch shows every training digit once, on a fresh place of a fresh background. Test digits are used once, after the last
epoch, to state the accuracy; nothing is chosen by them.
"""
import argparse
import hashlib
import json
import pathlib
import platform
import sys
import time
import warnings

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "mnist"))

import onnx_in_torch  # noqa: E402 (needs the path above)
import scene  # noqa: E402
from idx import read_digits  # noqa: E402

NAME = "digits-vgg"
BLOCKS = ((16, 16), (32, 32), (64, 64))  # output channels of the convolutions of every block
HIDDEN = 32  # width of the first fully connected layer
OPSET = 13
TRAINING = {
    "seed": 1,
    "epochs": 2,
    "batch_size": 50,
    "optimizer": "Adam",
    "learning_rate_most": 3e-3,
    "weight_decay": 1e-5,
    "backgrounds": 256,
}
TEST_SEED = 2
TEST_BACKGROUNDS = 64


class Network(nn.Module):
    """Blocks of 3x3 convolutions with a max-pool behind each, two fully connected layers; (n, 1, 48, 48) to (n, 10)."""

    def __init__(self):
        super().__init__()
        channels = 1
        for block, widths in enumerate(BLOCKS, 1):
            for number, width in enumerate(widths, 1):
                setattr(self, f"conv{block}_{number}", nn.Conv2d(channels, width, 3, padding=1, bias=False))
                setattr(self, f"norm{block}_{number}", nn.BatchNorm2d(width))
                channels = width
        self.fc1 = nn.Linear(channels * (scene.SIDE >> len(BLOCKS)) ** 2, HIDDEN)
        self.fc2 = nn.Linear(HIDDEN, 10)

    def logits(self, frames):
        """Return the scores before softmax; what the loss is computed from."""
        for block, widths in enumerate(BLOCKS, 1):
            for number in range(1, len(widths) + 1):
                frames = getattr(self, f"conv{block}_{number}")(frames)
                frames = functional.relu(getattr(self, f"norm{block}_{number}")(frames))
            frames = functional.max_pool2d(frames, 2)
        return self.fc2(functional.relu(self.fc1(torch.flatten(frames, 1))))

    def forward(self, frames):
        """Return class probabilities; what is exported."""
        return torch.softmax(self.logits(frames), dim=1)


def train(images, labels, options):
    """Return the network trained on digits: images, uint8 (n, 784), and labels (n,)."""
    torch.manual_seed(options["seed"])
    rng = np.random.default_rng(options["seed"])
    worlds = [scene.background(rng) for _ in range(options["backgrounds"])]
    network = Network()
    batches = -(-len(images) // options["batch_size"])
    optimizer = torch.optim.Adam(network.parameters(), weight_decay=options["weight_decay"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options["learning_rate_most"], options["epochs"] * batches)
    for epoch in range(options["epochs"]):
        loss = 0.0
        for number, rows in enumerate(np.array_split(rng.permutation(len(images)), batches), 1):
            loss += step(network, optimizer, scene.random_frames(rng, worlds, images[rows]), labels[rows])
            schedule.step()
            if number % 200 == 0:
                print(f"epoch {epoch + 1}, batch {number} of {batches}: mean training loss {loss / 200:.4f}", flush=True)
                loss = 0.0
    return network.eval()


def step(network, optimizer, frames, labels):
    """Take one step of the optimizer; return the batch's mean loss."""
    scores = network.logits(torch.from_numpy(scene.to_input(scene.to_bytes(frames))))
    loss = functional.cross_entropy(scores, torch.from_numpy(labels.astype(np.int64)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def export(network, path):
    """Write the network as ONNX: `frame` [batch, 1, 48, 48] in, `prob` [batch, 10] out.

    PRESERVE (of evaluation mode) keeps batch normalisations as nodes of their own: folding them is the importer's work."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="It is recommended that constant folding be turned off")  # if training
        torch.onnx.export(
            network, torch.zeros(1, 1, scene.SIDE, scene.SIDE), path, opset_version=OPSET,
            training=torch.onnx.TrainingMode.PRESERVE, input_names=["frame"], output_names=["prob"],
            dynamic_axes={"frame": {0: "batch"}, "prob": {0: "batch"}})


def describe(path, images, labels):
    """Return the JSON record of the exported file: how it was made, and what it scores when read back."""
    rng = np.random.default_rng(TEST_SEED)
    worlds = [scene.background(rng) for _ in range(TEST_BACKGROUNDS)]
    frames = scene.to_bytes(scene.random_frames(rng, worlds, images))
    errors = onnx_in_torch.count_errors(path, scene.to_input(frames), labels)
    initializers = onnx.load(str(path)).graph.initializer
    return {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "blocks": BLOCKS,
        "hidden": HIDDEN,
        "weights": sum(int(np.prod(t.dims)) for t in initializers if t.name.startswith(("conv", "fc")) and len(t.dims) > 1),
        "opset": OPSET,
        "training": TRAINING,
        "training_digits": 60000,
        "test_frames": len(labels),
        "test_errors": errors,
        "test_accuracy_percent": round(100 * (1 - errors / len(labels)), 2),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "onnx": onnx.__version__,
        },
    }


def main():
    """Train, export, read back, record."""
    parser = argparse.ArgumentParser(description="Train digits-vgg on composed frames and export it as ONNX.")
    parser.add_argument("data_dir", type=pathlib.Path, help="folder with the four IDX files")
    parser.add_argument("--out-dir", type=pathlib.Path, default=HERE, help="where to write (default: here)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    start = time.monotonic()
    network = train(*read_digits(arguments.data_dir, "train"), TRAINING)
    print(f"trained in {time.monotonic() - start:.0f} s")
    path = arguments.out_dir / f"{NAME}.onnx"
    export(network, path)
    record = describe(path, *read_digits(arguments.data_dir, "t10k"))
    path.with_suffix(".json").write_text(json.dumps(record, indent=2) + "\n")
    print(f"test accuracy {record['test_accuracy_percent']} % ({record['test_errors']} errors), {path.name}")


if __name__ == "__main__":
    main()
