"""What the tests of the program from outside share: running it, scenarios in folders of their own, small ONNX files."""
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["SIGDEL"]
SOURCE = pathlib.Path(os.environ["SIGDEL_SOURCE"])
QUICKSTART = SOURCE / "scenarios/quickstart.yaml"
NETWORK = SOURCE / "models/mnist/mnist-784-200-200-10.onnx"
IMAGES = SOURCE / "scenarios/data/mnist-temporal-500-images.idx3-ubyte"
LABELS = SOURCE / "scenarios/data/mnist-temporal-500-labels.idx1-ubyte"
TABLE = SOURCE / "energy/tables/horowitz-45nm.yaml"
MODES = ["dense", "zero-skip", "temporal-difference", "rounding", "sigma-delta"]
# Of a run with a machine.
RESULTS = ["activity.json", "frames.csv", "layers.csv", "mapping.yaml", "outputs.csv", "report.json", "tensors.csv"]
PIXELS = 28 * 28


def sigdel(*arguments, cwd=None, timeout=240):
    """Run the program to its end."""
    return subprocess.run([PROGRAM, *map(str, arguments)], cwd=cwd, timeout=timeout, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)


def options(**values):
    """Return --set arguments; a double underscore stands for the dot."""
    return [part for key, value in values.items() for part in ("--set", f"{key.replace('__', '.')}={value}")]


def contents(folder):
    """Return everything under a folder: {path: bytes, or None for a folder}."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in pathlib.Path(folder).rglob("*")}


def idx(magic, sizes, body):
    """Return an IDX file's bytes."""
    return struct.pack(f">{1 + len(sizes)}I", magic, *sizes) + body


class FolderTest(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def write(self, name, content):
        """Write a file into the test's folder and return its path."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def many_images(self, times):
        """Write the digits, several times over, and return the file's path."""
        data = IMAGES.read_bytes()
        count = struct.unpack(">I", data[4:8])[0]
        return self.write("many.idx3-ubyte", idx(0x803, [count * times, 28, 28], data[16:] * times))


# Protocol buffers and ONNX, as far as these tests need them.

def varint(number):
    """Encode an unsigned number, 7 bits a byte, lowest first."""
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


def message(*fields):
    """Encode (field number, value) pairs: numbers as varints; text, bytes and messages by length."""
    encoded = b""
    for number, value in fields:
        if isinstance(value, int):
            encoded += varint(number << 3) + varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            encoded += varint(number << 3 | 2) + varint(len(value)) + value
    return encoded


def tensor(name, shape, values):
    """Encode a float32 TensorProto."""
    return message(*[(1, extent) for extent in shape], (2, 1), (8, name), (9, struct.pack(f"<{len(values)}f", *values)))


def node(operator, inputs, outputs, name):
    """Encode a NodeProto without attributes."""
    return message(*[(1, i) for i in inputs], *[(2, o) for o in outputs], (3, name), (4, operator))


def value_info(name, shape):
    """Encode a ValueInfoProto of float32."""
    dimensions = message(*[(1, message((1, extent))) for extent in shape])
    return message((1, name), (2, message((1, message((1, 1), (2, dimensions))))))


def model(nodes, tensors, inputs, outputs):
    """Encode a ModelProto of opset 13 whose input is `x` and whose output is `y`."""
    graph = message(*[(1, n) for n in nodes], (2, "graph"), *[(5, t) for t in tensors],
                    (11, value_info("x", [1, inputs])), (12, value_info("y", [1, outputs])))
    return message((1, 8), (7, graph), (8, message((1, ""), (2, 13))))


def linear_model(inputs=PIXELS, outputs=2, weight=0.5, operator=None):
    """One MatMul, named `only`; `operator` follows it."""
    nodes = [node("MatMul", ["x", "w"], ["h" if operator else "y"], "only")]
    if operator:
        nodes.append(node(operator, ["h"], ["y"], "after"))
    return model(nodes, [tensor("w", [inputs, outputs], [weight] * (inputs * outputs))], inputs, outputs)
