"""From the files of a run on video to the tables and panels of docs/studies/video-*.md. Used by video.py.

A clip has two parts of one length: `static`, then `moving`. Operations are the paper's additions and multiplications.
"""
import csv
import io
import json

import numpy as np

from study import markdown

MODES = ("dense", "zero-skip", "temporal-difference", "rounding", "sigma-delta")
PARTS = ("static", "moving")


def read_csv(path):
    """Return a CSV file's rows as dictionaries."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(rows, column):
    """Return a column's numbers, NaN where a cell is empty."""
    return np.array([float(row[column] or "nan") for row in rows])


class Run:
    """The figures of one run, as arrays."""

    def __init__(self, folder):
        report = json.loads((folder / "report.json").read_text())
        self.frames = report["frames"]
        if self.frames % 2 or not report["all_checks_passed"]:
            raise ValueError("a run of two parts of one length was expected, with all checks passed")
        self.layers = [layer["name"] for layer in report["network"]["layers"]]
        self.modes = {mode["mode"]: mode for mode in report["modes"]}
        rows = read_csv(folder / "frames.csv")
        operations = numbers(rows, "paper_adds") + numbers(rows, "paper_multiplies")
        shape = (len(self.modes), self.frames, len(self.layers))
        self.operations = dict(zip(self.modes, operations.reshape(shape)))  # per frame and layer
        latency = numbers(rows, "left_cycle") - numbers(rows, "entered_cycle")
        self.latency = dict(zip(self.modes, latency.reshape(shape)[:, :, 0]))  # cycles; NaN without a machine
        rows = read_csv(folder / "outputs.csv")
        self.rank, self.error, self.classes, in_float, labels = (
            dict(zip(self.modes, numbers(rows, column).reshape(len(self.modes), -1)))
            for column in ("rank", "relative_error", "class", "float_class", "label"))
        self.float_classes, self.labels = (next(iter(of_mode.values())) for of_mode in (in_float, labels))
        rows = read_csv(folder / "tensors.csv")
        self.tensors = list(dict.fromkeys(row["tensor"] for row in rows))
        l1, change, self.cosine = (numbers(rows, column).reshape(self.frames, -1)
                                   for column in ("l1", "l1_distance", "cosine_distance"))
        self.l1 = change / l1.mean(axis=0)  # per frame and tensor, over the tensor's mean L1 norm

    def part(self, name):
        """Return the frames of a part, the first of it included."""
        half = self.frames // 2
        return slice(0, half) if name == "static" else slice(half, None)

    def inside(self, name):
        """Return the frames of a part that have a frame before them in it."""
        half = self.frames // 2
        return slice(1, half) if name == "static" else slice(half + 1, None)

    def per_frame(self, mode):
        """Return million operations of every frame."""
        return self.operations[mode].sum(axis=1) / 1e6


def operations_panel(clean, noisy):
    """Return million operations per frame: {column: values}."""
    columns = {"frame": np.arange(clean.frames)}
    for suffix, run in (("", clean), (" with noise", noisy)):
        columns.update({mode + suffix: run.per_frame(mode) for mode in MODES})
    return columns


def agreement_panel(clean, noisy, classes):
    """Return shares of agreement so far, where there are classes, and every frame's relative error."""
    columns = {"frame": np.arange(clean.frames)}
    for suffix, run in (("", clean), (" with noise", noisy)):
        for mode in ("dense", "sigma-delta"):
            for name, ranks in (("top-1", 1), ("top-5", 5)) if classes else ():
                columns[f"{mode} {name}{suffix}"] = np.cumsum(run.rank[mode] < ranks) / np.arange(1, run.frames + 1)
            columns[f"{mode} error{suffix}"] = run.error[mode]
    return columns


def labels_panel(run):
    """Return every frame's label, where there are labels, and both nets' classes."""
    labels = {} if np.isnan(run.labels).any() else {"label": run.labels}
    return {"frame": np.arange(run.frames), **labels, "float32": run.float_classes, "sigma-delta": run.classes["sigma-delta"]}


def search_panel(runs):
    """Return what every scale factor gives: runs is {factor: Run} with the modes of the scaled family."""
    columns = {"scale factor": list(runs)}
    columns["top-1"], columns["top-5"] = ([float((run.rank["sigma-delta"] < ranks).mean()) for run in runs.values()]
                                          for ranks in (1, 5))
    columns["relative error"] = [run.modes["sigma-delta"]["relative_error"] for run in runs.values()]
    for mode in ("rounding", "sigma-delta"):
        for part in PARTS:
            columns[f"{mode} {part}"] = [float(run.per_frame(mode)[run.part(part)].mean()) for run in runs.values()]
    return columns


def search_table(runs, tuned, classes):
    """Return the same for the page, in percent and million operations per frame, and what the page's own scales give."""
    panel = search_panel({**runs, "tuned": tuned})
    keys = [key for key in panel if classes or not key.startswith("top-")]
    rows = [[key] + [f"{100 * panel[column][i]:.1f}" if column.startswith("top-") else shown(panel[column][i], 3) for column in keys[1:]]
            for i, key in enumerate([*(shown(factor, 3) for factor in runs), "tuned"])]
    return markdown([f"{key}, %" if key.startswith("top-") else key for key in keys], rows)


def layers_panel(run):
    """Return, per layer, each mode's share of operations and the ratio of sigma-delta to rounding, for both parts."""
    columns = {"layer": run.layers}
    for part in PARTS:
        sums = {mode: run.operations[mode][run.part(part)].sum(axis=0) for mode in MODES}
        columns.update({f"{mode} {part}": sums[mode] / sums[mode].sum() for mode in MODES})
        columns[f"D:C {part}"] = sums["sigma-delta"] / sums["rounding"]
    return columns


def means_panel(run):
    """Return, per tensor, the mean distances between neighbouring frames of both parts."""
    columns = {"tensor": run.tensors}
    for name, values in (("L1", run.l1), ("cosine", run.cosine)):
        columns.update({f"{name} {part}": values[run.inside(part)].mean(axis=0) for part in PARTS})
    return columns


def distances_panel(run, values):
    """Return one kind of distance, a row per frame but the first, a column per tensor: a heat map."""
    return {"number of the frame": np.arange(1, run.frames), **dict(zip(run.tensors, values[1:].T))}


def panels(clean, noisy, runs, mesh, classes):
    """Return all panels: {name: {column: values}}. runs: {scale factor: Run}; mesh: a Run on the machine, or None."""
    return {**({"latency": latency_panel(mesh)} if mesh else {}), "scale": search_panel(runs),
            **({"labels": labels_panel(clean)} if classes else {}), "operations": operations_panel(clean, noisy),
            "agreement": agreement_panel(clean, noisy, classes), "layers": layers_panel(clean), "layers-noise": layers_panel(noisy), "distances": means_panel(clean),
            "l1": distances_panel(clean, clean.l1), "cosine": distances_panel(clean, clean.cosine)}


def latency_panel(mesh):
    """Return every frame's latency on the mesh, in thousand cycles."""
    return {"frame": np.arange(mesh.frames), **{mode: cycles / 1e3 for mode, cycles in mesh.latency.items()}}


def latency_table(mesh):
    """Return the latencies on the mesh, in thousand cycles: means inside the parts, the frames that stand out."""
    rows = []
    for mode, cycles in mesh.latency.items():
        means = [cycles[mesh.inside(part)].mean() for part in PARTS]
        cells = [*(text for mean, part in zip(means, PARTS) for text in (
            f"{mean / 1e3:.1f}", f"{mesh.latency['dense'][mesh.inside(part)].mean() / mean:.2f}")),
                 f"{cycles[0] / 1e3:.1f}", f"{cycles[mesh.frames // 2] / 1e3:.1f}", f"{cycles.max() / 1e3:.1f}",
                 f"{cycles.max() / cycles.mean():.2f}"]
        rows.append([mode, *cells])
    headings = [text for part in PARTS for text in (part, "dense over it")]
    return markdown(["mode", *headings, "first frame", "splice", "worst", "worst over mean"], rows)


def cell(value):
    """Return a CSV cell: text as it is, whole numbers, else four significant digits."""
    if isinstance(value, str):
        return value
    return str(int(value)) if float(value).is_integer() else f"{value:.4g}"


def as_csv(columns):
    """Return columns as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(cell, row) for row in zip(*columns.values()))
    return text.getvalue()


def shown(value, digits):
    """Return a number for a page: whole from a thousand on."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.{digits}g}"


def operations_table(clean, noisy):
    """Return million operations per frame: means of both parts with dense's over them, and the frames that stand out."""
    rows = []
    for mode in MODES:
        cells = [mode]
        for run in (clean, noisy):
            for part in PARTS:
                mean = run.per_frame(mode)[run.part(part)].mean()
                dense = run.per_frame("dense")[run.part(part)].mean()
                cells += [shown(mean, 4), f"{dense / mean:.2f}"]
        cells += [shown(clean.per_frame(mode)[frame], 4) for frame in (0, clean.frames // 2)]
        rows.append(cells)
    headings = ["mode"] + [text for suffix in ("", ", noise") for part in PARTS for text in (part + suffix, "dense over it")]
    return markdown(headings + ["first frame", "splice"], rows)


def agreement_table(clean, noisy, classes):
    """Return shares of agreement with the float net in percent, and relative errors, of both families."""
    rows = []
    for mode in ("dense", "sigma-delta"):
        for suffix, run in (("", clean), (", noise", noisy)):
            cells = [mode + suffix]
            for ranks in (1, 5) if classes else ():
                cells += [f"{100 * (run.rank[mode][run.part(part)] < ranks).mean():.1f}" for part in PARTS]
            cells += [f"{run.modes[mode][key]:.3g}" for key in ("relative_error", "worst_relative_error")]
            rows.append(cells)
    agreement = [f"{name} {part}, %" for name in ("top-1", "top-5") for part in PARTS] if classes else []
    return markdown(["mode", *agreement, "relative error", "of the worst frame"], rows)


def layers_table(clean, noisy):
    """Return where sigma-delta's operations are, and its ratio to rounding by layer."""
    quiet, loud = layers_panel(clean), layers_panel(noisy)
    rows = [[f"`{name}`", *(f"{100 * quiet[f'sigma-delta {part}'][i]:.1f}" for part in PARTS),
             *(f"{panel[f'D:C {part}'][i]:.2f}" for panel in (quiet, loud) for part in PARTS)]
            for i, name in enumerate(clean.layers)]
    return markdown(["layer", *(f"share {part}, %" for part in PARTS),
                     *(f"D : C {part}{suffix}" for suffix in ("", ", noise") for part in PARTS)], rows)


def distances_table(run):
    """Return the mean distances between neighbouring frames, by tensor."""
    means = means_panel(run)
    rows = [[f"`{name}`", *(f"{means[column][i]:.3g}" for column in list(means)[1:])] for i, name in enumerate(run.tensors)]
    return markdown(list(means), rows)


def tables(clean, noisy, runs, mesh, classes):
    """Return the page's tables by the names of their marks."""
    return {**({"latency": latency_table(mesh)} if mesh else {}), "scale": search_table(runs, clean, classes), "operations": operations_table(clean, noisy), "agreement": agreement_table(clean, noisy, classes),
            "layers": layers_table(clean, noisy), "distances": distances_table(clean)}
