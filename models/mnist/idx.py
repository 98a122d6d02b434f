"""Reading and writing IDX, the file format of MNIST: big-endian header, then unsigned bytes."""
import struct

import numpy as np

UNSIGNED_BYTE = 0x08


def read_idx(path):
    """Return the file's array, uint8, in the shape its header states; ValueError if it is not such a file."""
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < 4:
        raise ValueError(f"{path}: {len(data)} bytes are too few for an IDX header")
    zero, element_type, rank = struct.unpack_from(">HBB", data)
    header_bytes = 4 + 4 * rank
    if zero != 0 or element_type != UNSIGNED_BYTE or len(data) < header_bytes:
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack_from(f">{rank}I", data, 4)
    values = np.frombuffer(data, np.uint8, offset=header_bytes)
    if values.size != np.prod(shape, dtype=np.int64):
        raise ValueError(f"{path}: header states shape {shape}, but {values.size} bytes follow it")
    return values.reshape(shape)


def write_idx(path, array):
    """Write a uint8 array of any shape as an IDX file."""
    if array.dtype != np.uint8:
        raise ValueError(f"{path}: IDX here holds uint8, not {array.dtype}")
    header = struct.pack(f">HBB{array.ndim}I", 0, UNSIGNED_BYTE, array.ndim, *array.shape)
    with open(path, "wb") as file:
        file.write(header + array.tobytes())


def read_digits(directory, part):
    """Return (images, labels) of `part`, "train" or "t10k": uint8 (n, 784) and uint8 (n,)."""
    images = read_idx(f"{directory}/{part}-images-idx3-ubyte")
    labels = read_idx(f"{directory}/{part}-labels-idx1-ubyte")
    if len(images) != len(labels):
        raise ValueError(f"{directory}: {len(images)} {part} images, but {len(labels)} labels")
    return images.reshape(len(images), -1), labels
