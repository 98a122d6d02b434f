"""Small networks in the files of lava-dl (docs/formats/lava.md), with integers drawn at random. Used by test_lava_replay.py and test_lava_files.py."""
import h5py
import numpy as np


def neuron(threshold, **more):
    """Return a neuron's datasets."""
    return {"type": "SDNN", "activation": "relu", "vThMant": np.int64(threshold), **more}


def input_block(shape, threshold):
    return {"type": "input", "shape": shape, "neuron": neuron(threshold)}


def dense_block(random, inputs, outputs, threshold, bias=True):
    block = {"type": "dense", "shape": (outputs,), "neuron": neuron(threshold), "inFeatures": inputs, "outFeatures": outputs,
             "weight": random.integers(-20, 21, (outputs, inputs)).astype(np.float32)}
    if bias:
        block["bias"] = random.integers(-60, 61, outputs).astype(np.float32)
    return block


def conv_block(random, shape, outputs, kernel, stride, padding, threshold, groups=1):
    """Return a convolution of an image of `shape`, channels first."""
    after = tuple((extent + 2 * pad - size) // step + 1 for extent, size, step, pad in zip(shape[1:], kernel, stride, padding))
    return {"type": "conv", "shape": (outputs, *after), "neuron": neuron(threshold), "inChannels": shape[0], "outChannels": outputs,
            "kernelSize": kernel, "stride": stride, "padding": padding, "dilation": (1, 1), "groups": groups,
            "weight": random.integers(-20, 21, (outputs, shape[0] // groups, *kernel)).astype(np.float32),
            "bias": random.integers(-60, 61, outputs).astype(np.float32)}


def flatten_block(size):
    return {"type": "flatten", "shape": (size, 1, 1)}


def put(group, name, value):
    """Write a dataset as lava-dl does."""
    if isinstance(value, dict):
        for key, item in value.items():
            put(group.require_group(name), key, item)
    elif name == "type" and group.name.count("/") == 2:
        group.create_dataset(name, (1,), dtype="S10", data=value.encode("ascii", "ignore"))
    elif isinstance(value, (str, bool)):
        group.create_dataset(name, data=value)
    else:
        group.create_dataset(name, data=np.asarray(value, np.float32 if name in ("weight", "bias") else np.int64))


def write(path, blocks):
    """Write a network's blocks."""
    with h5py.File(path, "w") as file:
        for number, block in enumerate(blocks):
            for name, value in block.items():
                put(file.require_group(f"layer/{number}"), name, value)


def random_vectors(random):
    """Return a chain of dense layers, the last an integrator."""
    sizes = random.integers(2, 9, 4)
    blocks = [input_block((int(sizes[0]),), int(random.integers(0, 9)))]
    blocks += [dense_block(random, a, b, int(random.integers(0, 30))) for a, b in zip(sizes[:-1], sizes[1:])]
    blocks.append(dense_block(random, int(sizes[-1]), 3, 1, bias=False))
    blocks[-1]["neuron"]["sigma_output"] = True
    return blocks


def random_images(random):
    """Return convolutions, one of them in groups, and dense layers behind them."""
    threshold = lambda: int(random.integers(0, 20))  # noqa: E731
    shape = (2, int(random.integers(7, 11)), int(random.integers(7, 11)))
    blocks = [input_block(shape, threshold()), conv_block(random, shape, 4, (3, 3), (2, 1), (0, 1), threshold())]
    blocks.append(conv_block(random, blocks[-1]["shape"], 6, (1, 2), (1, 2), (1, 0), threshold(), groups=2))
    size = int(np.prod(blocks[-1]["shape"]))
    blocks += [flatten_block(size), dense_block(random, size, 5, threshold()), dense_block(random, 5, 2, 1, bias=False)]
    blocks[-1]["neuron"]["sigma_output"] = True
    return blocks
