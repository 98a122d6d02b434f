"""Runs the study of docs/studies/tuning-objectives.md and writes its tables, data and pictures anew.

run, in the source folder: /usr/bin/python3 docs/studies/tuning_objectives.py [NAME ...] [--check]     (needs python3-numpy, gnuplot-nox)
NAME: quickstart, digits; without one, both. --check writes nothing and fails if a table or data file would change.
SIGDEL: the program to run (default ./sigdel).
"""
import dataclasses
import json
import math
import pathlib
import re
import sys
import tempfile

import numpy as np

import study
import video_data
import video_pictures

PAGE = study.HERE / "tuning-objectives.md"
OBJECTIVES = {  # name: (tune.cost, tune.prices)
    "paper": ("rounding", "additions"),
    "changes": ("sigma-delta", "additions"),
    "energy": ("rounding", "energy"),
    "energy of changes": ("sigma-delta", "energy"),
}
FIGURES = {"rounding": "kOps, rounding", "sigma-delta": "kOps, sigma-delta", "energy": "nJ, sigma-delta"}


@dataclasses.dataclass(frozen=True)
class Network:
    """What is tuned and run: scenarios with their keys, exponents of the paper's lambdas, losses to compare at."""

    tune: str
    tune_keys: tuple
    run: str
    run_keys: tuple
    seeds: tuple  # of the order of frames
    exponents: tuple  # energy prices take a tenth of these lambdas: an addition costs about 10 pJ with its memory accesses
    levels: tuple
    energy: str  # of the machine: full, or dynamic where frames are far apart and nearly all of it is static


MESH = ("tune.epochs=10", "machine.clock_mhz=500", "machine.mesh.columns=8", "machine.mesh.rows=8")
NETWORKS = {
    "quickstart": Network("scenarios/quickstart.yaml", ("tune.held_out=0.4", "tune.shuffle=true"),
                          "scenarios/quickstart.yaml", ("stimulus.first=300", "stimulus.frames=200"),
                          (1, 2, 3, 4, 5), (-8, -4.5, 15), (0.003, 0.01, 0.03, 0.1), "full"),
    "digits": Network("scenarios/video/digits-tune.yaml", MESH, "scenarios/video/digits-mesh.yaml", (),
                      (1, 2), (-10, -7.5, 8), (0.005, 0.01, 0.02), "dynamic"),
}


def lambdas(network, prices):
    """Return the lambdas of a network."""
    values = np.logspace(*network.exponents) / (10 if prices == "energy" else 1)
    return [float(f"{value:.3g}") for value in values]


def point(network, objective, weight, seed):
    """Tune once and run with these scales; return the row."""
    cost, prices = OBJECTIVES[objective]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "scales.yaml"
        study.sigdel("tune", study.SOURCE / network.tune, "-o", file, *study.options(
            (*network.tune_keys, f"tune.cost={cost}", f"tune.prices={prices}", f"tune.lambda={weight}",
             f"tune.seed={seed}")))
        text = file.read_text()
        report = study.report(network.run, *network.run_keys, f"scales_file={file}", "modes=[sigma-delta]")
    held_out = text.split("held_out_frames:")[1]
    figures = {key: float(re.search(rf"{key}: (\S+)", held_out).group(1))
               for key in ("loss", "error", "rounding_operations", "sigma_delta_operations")}
    mode = report["modes"][0]
    scales = re.findall(r'(?m)^  "[^"]*": (.*)$', text)
    return {"objective": objective, "seed": seed, "lambda": weight, "loss": figures["loss"], "other class": figures["error"],
            "rounding": figures["rounding_operations"] / 1e3, "sigma-delta": figures["sigma_delta_operations"] / 1e3,
            "energy": mode["energy"][f"{network.energy}_pj"] / report["frames"] / 1e3,
            "latency": mode["machine"]["latency_mean_cycles"], "scales": " ".join(scales)}


def at_loss(rows, figure, level):
    """Return the least of a figure within a loss, NaN if there is none: on lines, in logarithms, through points that none beats."""
    front = []
    for row in sorted(rows, key=lambda row: (row[figure], row["loss"])):
        if not front or row["loss"] < front[-1][0]:
            front.append((row["loss"], row[figure]))
    front.reverse()  # loss rises, the figure falls
    if not front or level < front[0][0]:
        return math.nan
    losses, values = zip(*front)
    return math.exp(np.interp(math.log(level), np.log(losses), np.log(values)))


def table(network, rows):
    """Return, per figure and objective, its value at equal loss (geometric mean of the seeds), and over that of the paper's."""
    lines = []
    for figure, name in FIGURES.items():
        def values(objective, level):
            return np.array([at_loss([row for row in rows if (row["objective"], row["seed"]) == (objective, seed)], figure, level)
                             for seed in network.seeds])
        for objective in OBJECTIVES:
            cells = []
            for level in network.levels:
                ratios = values(objective, level) / values("paper", level)
                mean, ratio = (np.exp(np.log(each).mean()) for each in (values(objective, level), ratios))
                cells += [video_data.shown(mean, 4) if np.isfinite(mean) else "",
                          f"{ratio:.2f} ({ratios.min():.2f} to {ratios.max():.2f})" if np.isfinite(ratio) else ""]
            lines.append([name, objective, *cells])
    headings = [text for level in network.levels for text in (f"loss {level:g}", "over paper's")]
    return study.markdown(["per frame", "objective", *headings], lines)


def picture(csv, svg):
    """Draw loss over the three figures, a line of points for each objective."""
    styles = zip(OBJECTIVES, ("#1f4e9c", "#b03020", "#d98c2b", "#3a8a5f"), (7, 5, 9, 11))
    plots = [f'"{csv}" using (strcol(1) eq "{name}" ? $COLUMN : NaN):4 every ::1 with points pt {mark} ps 0.6 lc rgb "{colour}" '
             f'title "{name}"' for name, colour, mark in styles]
    panels = [f'set xlabel "{title}"\nplot ' + ", \\\n  ".join(plots).replace("COLUMN", str(column)) + "\n"
              for column, title in zip((6, 7, 8), FIGURES.values())]
    video_pictures.plot(svg, 'set multiplot layout 1,3\nset logscale xy\nset key bottom left Left reverse samplen 1\nset ylabel "loss: KL divergence, nats"\n'
                        'set format y "%g"\n' + "set ylabel\nunset key\n".join(panels) + "unset multiplot\n", 400)


def main(arguments):
    """Make the study, or compare it."""
    names, check = study.wanted(arguments, NETWORKS)
    for name in names or NETWORKS:
        network = NETWORKS[name]
        rows = [point(network, objective, weight, seed) for objective, (_, prices) in OBJECTIVES.items()
                for seed in network.seeds for weight in lambdas(network, prices)]
        data = study.HERE / f"tuning-objectives-{name}.csv"
        page = study.with_tables(PAGE.read_text(), {name: table(network, rows)})
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        study.write({data: video_data.as_csv(columns), PAGE: page}, check, f"tuning_objectives.py {name}")
        if not check:
            picture(data, data.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:])
