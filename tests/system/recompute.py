"""Recomputes a run's report.json from the ONNX file, the digits and the resolved scenario, and compares.

run: /usr/bin/python3 tests/system/recompute.py REPORT.json    (needs python3-numpy and python3-onnx)

Integers must be equal: bounds, fraction bits, tallies of every layer and mode, outputs (by their hash); with the run's
frames.csv beside the report also the tallies of every frame. Energies and shares must agree to 1e-9, the accuracy
differences, which float kernels decide, to a few per cent. Prints what agrees and every difference; exits 1 if there is
one. The arithmetic is in oracle.py.
"""
import argparse
import csv
import dataclasses
import json
import os
import pathlib
import sys

import numpy as np

import oracle

TABLE_OF_THE_PAPER = "horowitz-45nm"
SAME_REAL = 1e-9            # relative: the same sum, added in another order
SAME_ACCURACY = 0.05        # relative: a float kernel that adds in another order moves a value over a rounding's edge
NEGLIGIBLE_ACCURACY = 1e-5  # absolute: float32's own noise
DIFFERENCES_SHOWN = 40


@dataclasses.dataclass
class Settings:
    """What a run computes, from its resolved scenario."""
    network: pathlib.Path
    images: pathlib.Path
    labels: pathlib.Path    # None: no labels
    first: int
    frames: int             # 0: all from the first on
    scales: list
    modes: list
    encoding: str
    widths: oracle.Widths


class Comparison:
    """Collects what was compared and what differs. A group is one line of the printed table."""

    def __init__(self):
        self.compared = {}      # group: number of values
        self.differences = []   # (group, name, reported, recomputed)

    def add(self, group, name, reported, recomputed, same):
        """Compare one value; `same` is whether the two agree."""
        self.compared[group] = self.compared.get(group, 0) + 1
        if not same:
            self.differences.append((group, name, reported, recomputed))

    def exact(self, group, name, reported, recomputed):
        """Compare an integer, a text or null; True and 1.0 are no integers."""
        self.add(group, name, reported, recomputed, type(reported) is type(recomputed) and reported == recomputed)

    def real(self, group, name, reported, recomputed, relative=SAME_REAL, absolute=0.0):
        """Compare a real number, or null."""
        same = reported is recomputed is None
        if is_number(reported) and recomputed is not None:
            same = abs(reported - recomputed) <= max(relative * abs(recomputed), absolute)
        self.add(group, name, reported, recomputed, bool(same))

    def differences_of(self, group):
        """Return how many values of a group differ."""
        return sum(difference[0] == group for difference in self.differences)


def is_number(value):
    """Return whether a JSON value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# --- the resolved scenario -------------------------------------------------------------------------------------------

def read_keys(text):
    """Return {dotted key: text} of nested YAML mappings, one key per line, two spaces per level."""
    values, path = {}, []
    for line in text.splitlines():
        key, colon, value = line.strip().partition(":")
        if not colon or key.startswith("#"):
            continue
        path = path[:(len(line) - len(line.lstrip())) // 2] + [key]
        if value.strip():
            values[".".join(path)] = plain(value.strip())
    return values


def plain(text):
    """Return a YAML scalar without its double quotes."""
    return json.loads(text) if text.startswith('"') else text


def read_list(text):
    """Return the items of `[a, b]`, or of a single `a`, as texts."""
    return [item.strip() for item in text.strip("[]").split(",")]


def settings_of(report, folder):
    """Return the Settings of a report; its file names are relative to `folder`, which need not be there any more."""
    keys = read_keys(report["resolved"])
    network, images, labels = (keys.get(name) and pathlib.Path(os.path.normpath(folder / keys[name]))
                               for name in ("network.file", "stimulus.images", "stimulus.labels"))
    widths = oracle.Widths(*(int(keys["network." + name]) for name in
                             ("weight_bits", "accumulator_bits", "activation_bits", "max_magnitude")))
    return Settings(network, images, labels, int(keys["stimulus.first"]), int(keys["stimulus.frames"]),
                    [float(s) for s in read_list(keys["scales"])], read_list(keys["modes"]),
                    keys.get("machine.encoding", "unary"), widths)


# --- recomputation ---------------------------------------------------------------------------------------------------

class Recomputation:
    """The float net and the integer nets of the families that run, for Settings, on T frames."""

    def __init__(self, settings):
        self.settings = settings
        self.layers = oracle.load_network(settings.network)
        images = cut(oracle.read_idx(settings.images), settings)
        self.labels = cut(oracle.read_idx(settings.labels), settings) if settings.labels else None
        self.frames = oracle.frames_of_pixels(images)
        tensors = oracle.float_tensors(self.layers, self.frames)
        self.float_outputs = tensors[-1]
        scales = settings.scales * len(self.layers) if len(settings.scales) == 1 else settings.scales
        grid_clamp = oracle.clamp_of("dense", settings.widths)
        self.scales = {"scaled": scales, "grid": oracle.grid_scales(tensors, grid_clamp)}
        self.clamps = {"scaled": settings.widths.max_magnitude, "grid": grid_clamp}
        self.networks = {family: oracle.fold_network(self.layers, self.scales[family], self.clamps[family],
                                                     settings.widths) for family in set(map(family_of, settings.modes))}

    def run(self, mode):
        """Return the oracle.Run of a mode and its tallies, per layer {name: int64 [T]}."""
        family = family_of(mode)
        network = self.networks[family]
        run = oracle.run_mode(mode, network, self.frames, self.scales[family][0], self.clamps[family])
        return run, oracle.layer_tallies(mode, self.settings.encoding, network, run)

    def real_outputs(self, mode):
        """Return float64 [T, d_L], the integer outputs in the float network's units."""
        return self.run(mode)[0].outputs / 2.0 ** self.networks[family_of(mode)][-1].fraction_bits

    def float_rounding_outputs(self):
        """Return float32 [T, d_L], the float network's outputs with the roundings of `rounding` in it."""
        return oracle.float_rounding_outputs(self.layers, self.frames, self.scales["scaled"], self.clamps["scaled"])

    def class_error(self, outputs):
        """Return the share of frames whose first largest output is not the label; None without labels."""
        return None if self.labels is None else float(np.mean(classes(outputs) != self.labels))


def cut(array, settings):
    """Return the frames of an array [all, ...] that the run uses."""
    rest = array[settings.first:]
    return rest[:settings.frames] if settings.frames else rest


def family_of(mode):
    """Return the family of integers that a mode computes with."""
    return "scaled" if mode in oracle.SCALED_MODES else "grid"


def classes(outputs):
    """Return the first position of the largest output [T, d] of every frame."""
    return outputs.argmax(axis=1)


# --- comparison ------------------------------------------------------------------------------------------------------

def compare_network(comparison, reported, recomputed):
    """Compare the report's `network`: widths, and of every layer shape, scales, fraction bits, bounds."""
    widths = recomputed.settings.widths
    for name, value in (("weight_bits", widths.weight), ("accumulator_bits", widths.accumulator),
                        ("activation_bits", widths.activation), ("max_magnitude", widths.max_magnitude)):
        comparison.exact("network", name, reported[name], value)
    comparison.exact("network", "number of layers", len(reported["layers"]), len(recomputed.layers))
    for l, layer in enumerate(reported["layers"]):
        compare_layer(comparison, f"layer {l} ", layer, recomputed, l)


def compare_layer(comparison, prefix, reported, recomputed, l):
    """Compare one entry of `network.layers`."""
    inputs, outputs = recomputed.layers[l].weights.shape
    comparison.exact("network", prefix + "inputs", reported["inputs"], inputs)
    comparison.exact("network", prefix + "outputs", reported["outputs"], outputs)
    for family, start in (("scaled", ""), ("grid", "grid_")):
        runs = family in recomputed.networks
        scale = recomputed.scales[family][l] if runs else None
        comparison.real("network", prefix + start + "scale", reported[start + "scale"], scale)
        for name in ("fraction_bits", "bound"):
            value = getattr(recomputed.networks[family][l], name) if runs else None
            comparison.exact("network", prefix + start + name, reported[start + name], value)


def compare_tallies(comparison, group, reported, layers):
    """Compare `tallies` and `first_frame` of a mode and of its layers; `layers`: per layer {name: int64 [T]}."""
    entries = [("", reported, {name: sum(t[name] for t in layers) for name in oracle.TALLIES})]
    entries += [(f"layer {l} ", entry, layers[l]) for l, entry in enumerate(reported["layers"])]
    comparison.exact(group + " tallies", "number of layers", len(reported["layers"]), len(layers))
    for prefix, entry, tally in entries:
        for name in oracle.TALLIES:
            comparison.exact(group + " tallies", prefix + name, entry["tallies"][name], int(tally[name].sum()))
            comparison.exact(group + " first frame", prefix + name, entry["first_frame"][name], int(tally[name][0]))


def compare_energy(comparison, group, reported, layers):
    """Compare the paper's energies of a mode, of a frame and of every layer."""
    sums = [[int(t[name].sum()) for t in layers] for name in ("paper_adds", "paper_multiplies")]
    entries = [("", reported, [sum(s) for s in sums])]
    entries += [(f"layer {l} ", entry, [s[l] for s in sums]) for l, entry in enumerate(reported["layers"])]
    for name, bits in (("paper_pj", 32), ("paper_8bit_pj", 8)):
        for prefix, entry, counts in entries:
            comparison.real(group, prefix + name, entry["energy"][name], 1e3 * oracle.paper_energy_nj(*counts, bits))
    frames = len(layers[0]["events"])
    for name, bits in (("paper_nj", 32), ("paper_8bit_nj", 8)):
        energy = oracle.paper_energy_nj(sum(sums[0]), sum(sums[1]), bits) / frames
        comparison.real(group, name, reported["per_frame"][name], energy)


def compare_operations(comparison, group, reported, layers, recomputed):
    """Compare the paper's operations: means per frame, and the share of those of `dense`."""
    frames = len(recomputed.frames)
    adds, multiplies = (sum(int(t[name].sum()) for t in layers) for name in ("paper_adds", "paper_multiplies"))
    for name, count in (("paper_adds", adds), ("paper_multiplies", multiplies),
                        ("paper_operations", adds + multiplies)):
        comparison.real(group, name, reported["per_frame"][name], count / frames)
    dense = oracle.dense_operations(recomputed.layers) * frames
    share = (adds + multiplies) / dense if "dense" in recomputed.settings.modes else None
    comparison.real(group, "operations_of_dense", reported["operations_of_dense"], share)


def compare_frames(comparison, group, rows, layers):
    """Compare a mode's rows of frames.csv, frame by frame and layer by layer, with per layer {name: int64 [T]}."""
    frames = len(layers[0]["events"])
    comparison.exact(group, "rows", len(rows), frames * len(layers))
    for i, row in enumerate(rows[:frames * len(layers)]):
        frame, l = divmod(i, len(layers))
        comparison.exact(group, f"row {i} frame", row["frame"], str(frame))
        for name in oracle.TALLIES:
            comparison.exact(group, f"frame {frame} layer {l} {name}", row[name], str(layers[l][name][frame]))


def compare_outputs(comparison, group, reported, run, recomputed):
    """Compare outputs (by hash), classes and the host's clamping of one mode."""
    outputs = run.outputs
    comparison.exact(group, "outputs_hash", reported["outputs_hash"], oracle.fnv1a(outputs))
    comparison.exact(group, "input_saturations", reported["input_saturations"], run.input_saturations)
    comparison.real(group, "class_error", reported["class_error"], recomputed.class_error(outputs))
    agreement = float(np.mean(classes(outputs) == classes(recomputed.float_outputs)))
    comparison.real(group, "agreement", reported["agreement"], agreement)


def compare_mode(comparison, reported, rows, recomputed, with_energy):
    """Compare one entry of `modes`, and its rows of frames.csv if there are any (else None)."""
    mode = reported["mode"]
    run, layers = recomputed.run(mode)
    compare_outputs(comparison, mode + " outputs", reported, run, recomputed)
    compare_tallies(comparison, mode, reported, layers)
    compare_operations(comparison, mode + " operations", reported, layers, recomputed)
    if rows is not None:
        compare_frames(comparison, mode + " every frame", [row for row in rows if row["mode"] == mode], layers)
    if with_energy:
        compare_energy(comparison, mode + " energy", reported, layers)


def compare_accuracy(comparison, reported, recomputed):
    """Compare what the integers cost in accuracy, loosely: it depends on the float32 kernels."""
    comparison.real("accuracy", "float_class_error", reported["float_class_error"],
                    recomputed.class_error(recomputed.float_outputs))
    for name, mode in (("integer_to_float_dense", "dense"), ("integer_to_float_rounding", "rounding")):
        runs = family_of(mode) in recomputed.networks
        comparison.exact("accuracy", name + " is there", reported[name] is not None, runs)
        if runs and reported[name] is not None:
            floats = recomputed.float_outputs if mode == "dense" else recomputed.float_rounding_outputs()
            compare_difference(comparison, name, reported[name], recomputed.real_outputs(mode), floats)


def compare_difference(comparison, name, reported, integers, floats):
    """Compare one difference of outputs [T, d_L], integer net to float net."""
    difference = np.abs(integers - floats)
    for key, value in (("largest", difference.max()), ("mean", difference.mean())):
        comparison.real("accuracy", f"{name} {key}", reported[key], float(value), SAME_ACCURACY, NEGLIGIBLE_ACCURACY)
    comparison.exact("accuracy", f"{name} other_class_frames", reported["other_class_frames"],
                     int(np.sum(classes(integers) != classes(floats))))


def compare(report, folder, rows=None):
    """Return the Comparison of a report (parsed JSON), written into `folder`, with what the oracle computes.

    rows: of the run's frames.csv, as dictionaries of texts; None: not compared.
    """
    settings = settings_of(report, pathlib.Path(folder))
    recomputed = Recomputation(settings)
    comparison = Comparison()
    comparison.exact("run", "frames", report["frames"], len(recomputed.frames))
    comparison.exact("run", "modes", [entry["mode"] for entry in report["modes"] if entry["engine"] != "systolic"],
                     settings.modes)
    compare_network(comparison, report["network"], recomputed)
    with_energy = report["energy_table"]["name"] == TABLE_OF_THE_PAPER
    for entry in report["modes"]:
        compare_mode(comparison, entry, rows, recomputed, with_energy)
    compare_accuracy(comparison, report["accuracy"], recomputed)
    return comparison


# --- the program -----------------------------------------------------------------------------------------------------

def read_rows(path):
    """Return the rows of a CSV file as dictionaries of texts; None if there is no such file."""
    if not path.exists():
        return None
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def print_comparison(comparison):
    """Print one line per group, then the differences."""
    print(f"{'compared':<34}{'values':>8}{'differ':>8}")
    for group, count in comparison.compared.items():
        print(f"{group:<34}{count:>8}{comparison.differences_of(group):>8}")
    for group, name, reported, recomputed in comparison.differences[:DIFFERENCES_SHOWN]:
        print(f"DIFFERS {group}: {name}: report has {reported}, recomputed {recomputed}")
    if len(comparison.differences) > DIFFERENCES_SHOWN:
        print(f"... and {len(comparison.differences) - DIFFERENCES_SHOWN} more")
    print("all agree" if not comparison.differences else f"{len(comparison.differences)} values differ")


def main(arguments=None):
    """Return the exit code: 0 all agree, 1 something differs, 2 the report cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=pathlib.Path, help="report.json of a run")
    parser.add_argument("--folder", type=pathlib.Path,
                        help="folder into which the run wrote it, if it was moved: it names files from there")
    options = parser.parse_args(arguments)
    try:
        folder = (options.folder or options.report.parent).absolute()
        comparison = compare(json.loads(options.report.read_text()), folder, read_rows(folder / "frames.csv"))
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.report}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print_comparison(comparison)
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
