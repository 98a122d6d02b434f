"""Reads a recording of `sigdel record`: docs/formats/trace.md in Python, written from that page alone."""
import dataclasses
import pathlib
import struct
import zlib

import numpy as np


@dataclasses.dataclass
class Family:
    """The arithmetic of some modes."""
    weight_bits: int
    accumulator_bits: int
    clamp: int
    scales: list
    fingerprint: int


@dataclasses.dataclass
class Recording:
    """A whole file. sent[mode][tensor] is int64 [frames, width], saturations[mode][tensor] int64 [frames]."""
    semantics: str
    frames: int
    frames_fingerprint: int
    widths: list
    layers: list
    families: dict
    modes: list
    sent: dict
    saturations: dict
    events: dict            # mode: number of events


class Bytes:
    """Takes numbers from the front of some bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        """Return the next bytes."""
        taken = self.data[self.at:self.at + count]
        if len(taken) < count:
            raise ValueError("too short")
        self.at += count
        return taken

    def number(self, count):
        """Return an unsigned number of so many bytes."""
        return int.from_bytes(self.take(count), "little")

    def text(self):
        """Return a text."""
        return self.take(self.number(2)).decode()

    def real(self):
        """Return a double."""
        return struct.unpack("<d", self.take(8))[0]

    def varint(self):
        """Return a varint."""
        value, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def zigzag(self):
        """Return a signed varint."""
        folded = self.varint()
        return folded // 2 if folded % 2 == 0 else -(folded + 1) // 2

    def end(self):
        """All must have been taken."""
        if self.at != len(self.data):
            raise ValueError("bytes left over")


def chunks(data):
    """Yield (kind, payload) of every chunk; the checksums must be right."""
    if data[:8] != b"SIGDELRC" or struct.unpack_from("<I", data, 8)[0] != 1:
        raise ValueError("magic or version")
    crc, at = zlib.crc32(data[:12]), 12
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 1)[0]
        crc = zlib.crc32(data[at:at + 5 + length], crc)
        if struct.unpack_from("<I", data, at + 5 + length)[0] != crc:
            raise ValueError(f"checksum of the chunk at {at}")
        yield data[at:at + 1], data[at + 5:at + 5 + length]
        at += 9 + length


def read_header(payload):
    """Return a Recording without its tensors."""
    b = Bytes(payload)
    semantics, frames, fingerprint, inputs = b.text(), b.number(8), b.number(8), b.number(4)
    layers = [(b.text(), b.number(4)) for _ in range(b.number(2))]
    families = {}
    for _ in range(b.number(1)):
        name = b.text()
        families[name] = Family(b.number(1), b.number(1), b.number(2), [b.real() for _ in range(b.number(2))], b.number(8))
    modes = [b.text() for _ in range(b.number(1))]
    b.end()
    return Recording(semantics, frames, fingerprint, [inputs] + [width for _, width in layers],
                     [name for name, _ in layers], families, modes, {}, {}, {})


def read_tensor(payload, width):
    """Return the values of all neurons, int64 [width], the saturations and the number of events."""
    b = Bytes(payload)
    saturations, count = b.varint(), b.varint()
    values = np.zeros(width, np.int64)
    neuron = -1
    for _ in range(count):
        neuron += 1 + (b.varint() if count < width else 0)
        values[neuron] = b.zigzag()
    b.end()
    return values, saturations, count


def read(path):
    """Return the Recording in a file."""
    stream = chunks(pathlib.Path(path).read_bytes())
    kind, payload = next(stream)
    if kind != b"H":
        raise ValueError("no header")
    recording = read_header(payload)
    tensors = len(recording.widths)
    for mode in recording.modes:
        sent = [np.zeros((recording.frames, width), np.int64) for width in recording.widths]
        saturations = [np.zeros(recording.frames, np.int64) for _ in recording.widths]
        recording.events[mode] = 0
        for t in range(recording.frames):
            for l, width in enumerate(recording.widths):
                kind, payload = next(stream)
                if kind != b"T":
                    raise ValueError("no tensor")
                sent[l][t], saturations[l][t], count = read_tensor(payload, width)
                recording.events[mode] += count
        recording.sent[mode], recording.saturations[mode] = sent, saturations
    kind, payload = next(stream)
    if kind != b"E" or int.from_bytes(payload, "little") != len(recording.modes) * recording.frames * tensors:
        raise ValueError("no end mark, or another number of tensors")
    if next(stream, None) is not None:
        raise ValueError("something follows the end mark")
    return recording


def fnv1a(data, state=0xCBF29CE484222325):
    """Return FNV-1a, 64 bits, of bytes."""
    for byte in data:
        state = ((state ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return state
