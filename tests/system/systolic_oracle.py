"""Recomputes, in NumPy, cycles and memory words of a layer on the systolic array. Written from docs/systolic.md: cycles
from when every operand pair meets, words by cutting the matrices into what is read and written together."""
import dataclasses

import numpy as np


@dataclasses.dataclass
class Array:
    """The array of a resolved scenario."""
    rows: int
    columns: int
    dataflow: str
    batch: int
    word_bits: int

    @classmethod
    def of(cls, keys):
        """Return the array of the keys machine.systolic.*."""
        numbers = {name: int(keys["machine.systolic." + name]) for name in ("rows", "columns", "batch", "word_bits")}
        return cls(dataflow=keys["machine.systolic.dataflow"], **numbers)


@dataclasses.dataclass
class Bits:
    """Widths of the elements of a layer."""
    activation: int
    weight: int
    accumulator: int
    result: int


def pieces(length, step):
    """Return the lengths of the pieces of at most `step` that make up `length`."""
    return [min(step, length - at) for at in range(0, length, step)]


def fold_phases(dataflow, r, c, stream):
    """Return the cycles of a fold as fill, stream, drain, from when element (i, j) has its operands number t."""
    i, j, t = np.ogrid[:r, :c, :stream]
    when = i + j + t                                       # a register per element, right and down
    if dataflow == "output-stationary":
        far = when[-1, -1]
        return int(far[0]), len(far), r                    # then r rows leave at the top
    enters_last = int(when[0, 0, -1]) + 1
    return r, enters_last, int(when.max()) + 1 - enters_last  # r rows of weights come first


def layer_cycles(array, m, k, n):
    """Return fill, stream, drain cycles and folds of an m x k by k x n product."""
    spatial, stream = (m, k) if array.dataflow == "output-stationary" else (k, m)
    phases = [fold_phases(array.dataflow, r, c, stream)
              for c in pieces(n, array.columns) for r in pieces(spatial, array.rows)]
    return tuple(np.sum(phases, axis=0).tolist()) + (len(phases),)


def layer_words(array, bits, m, k, n, first, last):
    """Return {(memory, access): words} of an m x k by k x n product."""
    def words(elements, width):
        return -(-elements * width // array.word_bits)

    counts = {}

    def add(memory, access, number):
        counts[memory, access] = counts.get((memory, access), 0) + number

    if first:
        add("input", "write", m * words(k, bits.activation))
    for c in pieces(n, array.columns):
        if array.dataflow == "output-stationary":
            for r in pieces(m, array.rows):
                add("input", "read", sum(words(k, bits.activation) for _ in range(r)))
                add("weights", "read", sum(words(c, bits.weight) for _ in range(k)) + words(c, bits.accumulator))
        else:
            blocks = pieces(k, array.rows)
            for number, r in enumerate(blocks):
                add("input", "read", sum(words(r, bits.activation) for _ in range(m)))
                add("weights", "read", sum(words(c, bits.weight) for _ in range(r)))
                if number == 0:
                    add("weights", "read", words(c, bits.accumulator))
                else:
                    add("output", "read", m * words(c, bits.accumulator))
                if number + 1 < len(blocks):
                    add("output", "write", m * words(c, bits.accumulator))
        add("output" if last else "input", "write", m * words(c, bits.result))
    return counts
