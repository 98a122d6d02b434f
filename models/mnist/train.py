"""Train the 784-200-200-10 network on MNIST or Fashion-MNIST and export it as ONNX, with a JSON record beside it.

usage: train.py DATA_DIR [--name NAME] [--shift-pixels N]    (DATA_DIR: the four IDX files)

The test images are used once, after the last epoch, to state the accuracy; nothing is chosen by them.
"""
import argparse
import hashlib
import json
import pathlib
import platform
import time

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

import float_net
from idx import read_digits

HERE = pathlib.Path(__file__).resolve().parent
NAME = "mnist-784-200-200-10"
SIDE = 28  # pixels
WIDTHS = (784, 200, 200, 10)
OPSET = 13
TRAINING = {
    "seed": 1,
    "epochs": 12,
    "batch_size": 100,
    "optimizer": "Adam",
    "learning_rate_first": 2e-3,
    "learning_rate_last": 2e-5,
    "weight_decay": 1e-5,
    "dropout_hidden": 0.2,
    "shift_pixels": 1,
}


class Network(nn.Module):
    """Three fully connected layers with ReLU between them; (batch, 784) in, (batch, 10) out."""

    def __init__(self, dropout):
        super().__init__()
        self.fc1 = nn.Linear(WIDTHS[0], WIDTHS[1])
        self.fc2 = nn.Linear(WIDTHS[1], WIDTHS[2])
        self.fc3 = nn.Linear(WIDTHS[2], WIDTHS[3])
        self.dropout = dropout

    def logits(self, image):
        """Return the scores before softmax; what the loss is computed from."""
        hidden = self.drop(functional.relu(self.fc1(image)))
        hidden = self.drop(functional.relu(self.fc2(hidden)))
        return self.fc3(hidden)

    def drop(self, hidden):
        """Drop hidden units while training; leave no trace in the exported graph."""
        return functional.dropout(hidden, self.dropout) if self.training else hidden

    def forward(self, image):
        """Return class probabilities; what is exported."""
        return torch.softmax(self.logits(image), dim=1)


class ShiftedDigits:
    """The training digits, each batch shifted by up to `reach` pixels in x and y, one shift per digit."""

    def __init__(self, images, reach):
        self.reach = reach
        self.stride = SIDE + 2 * reach
        padded = np.pad(images.reshape(-1, SIDE, SIDE), ((0, 0), (reach, reach), (reach, reach)))
        self.padded = torch.from_numpy(float_net.to_input(padded).reshape(len(images), -1))
        self.window = (torch.arange(SIDE)[:, None] * self.stride + torch.arange(SIDE)).reshape(1, -1)

    def batch(self, rows):
        """Return the digits `rows` (n,), freshly shifted: float32 (n, 784)."""
        down, right = torch.randint(0, 2 * self.reach + 1, (2, len(rows), 1))
        return self.padded[rows].gather(1, self.window + down * self.stride + right)


def train(images, labels, options):
    """Return the network trained on images, uint8 (n, 784), and labels (n,)."""
    torch.manual_seed(options["seed"])
    network = Network(options["dropout_hidden"])
    digits = ShiftedDigits(images, options["shift_pixels"])
    targets = torch.from_numpy(labels.astype(np.int64))
    optimizer = torch.optim.Adam(
        network.parameters(), lr=options["learning_rate_first"], weight_decay=options["weight_decay"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, options["epochs"], eta_min=options["learning_rate_last"])
    for epoch in range(options["epochs"]):
        loss = train_epoch(network, optimizer, digits, targets, options["batch_size"])
        schedule.step()
        print(f"epoch {epoch + 1:2d} of {options['epochs']}: mean training loss {loss:.4f}", flush=True)
    return network.eval()


def train_epoch(network, optimizer, digits, targets, batch_size):
    """Show every digit once, in a fresh random order; return the mean loss per digit."""
    total = 0.0
    for rows in torch.randperm(len(targets)).split(batch_size):
        loss = functional.cross_entropy(network.logits(digits.batch(rows)), targets[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(targets)


def export(network, path):
    """Write the network as ONNX: `image` [batch, 784] in, `prob` [batch, 10] out."""
    torch.onnx.export(
        network, torch.zeros(1, WIDTHS[0]), path, opset_version=OPSET,
        input_names=["image"], output_names=["prob"],
        dynamic_axes={"image": {0: "batch"}, "prob": {0: "batch"}})


def describe(onnx_path, options, test_images, test_labels):
    """Return the JSON record of the exported file: how it was made, and what it scores when read back."""
    layers = float_net.load_layers(onnx_path)
    errors = float_net.count_errors(layers, test_images, test_labels)
    return {
        "file": onnx_path.name,
        "sha256": hashlib.sha256(onnx_path.read_bytes()).hexdigest(),
        "widths": WIDTHS,
        "opset": OPSET,
        "training": options,
        "training_digits": 60000,
        "test_digits": len(test_labels),
        "test_errors": errors,
        "test_accuracy_percent": round(100 * (1 - errors / len(test_labels)), 2),
        "largest_weight": [round(float(np.abs(weight).max()), 4) for weight, _ in layers],
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "onnx": onnx.__version__,
        },
    }


def main():
    """Train, export, read back, record."""
    parser = argparse.ArgumentParser(description="Train 784-200-200-10 on 28 x 28 images and export it as ONNX.")
    parser.add_argument("data_dir", type=pathlib.Path, help="folder with the four IDX files")
    parser.add_argument("--name", default=NAME, help="of the files, without suffix (default: %(default)s)")
    parser.add_argument("--shift-pixels", type=int, default=TRAINING["shift_pixels"],
                        help="how far training images are shifted at most (default: %(default)s)")
    parser.add_argument("--out-dir", type=pathlib.Path, default=HERE, help="where to write (default: here)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    start = time.monotonic()
    options = {**TRAINING, "shift_pixels": arguments.shift_pixels}
    network = train(*read_digits(arguments.data_dir, "train"), options)
    print(f"trained in {time.monotonic() - start:.0f} s")
    onnx_path = arguments.out_dir / f"{arguments.name}.onnx"
    export(network, onnx_path)
    record = describe(onnx_path, options, *read_digits(arguments.data_dir, "t10k"))
    onnx_path.with_suffix(".json").write_text(json.dumps(record, indent=2) + "\n")
    print(f"test accuracy {record['test_accuracy_percent']} % ({record['test_errors']} errors), {onnx_path.name}")


if __name__ == "__main__":
    main()
