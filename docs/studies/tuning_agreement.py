"""Runs the study of docs/studies/tuning-agreement.md and writes its tables, data and pictures anew.

run, in the source folder: /usr/bin/python3 docs/studies/tuning_agreement.py [NAME ...] [--check]   (needs python3-numpy, gnuplot-nox)
NAME: digits, squeezenet; without one, those whose networks and clips are there. --check writes nothing and fails if a table or
data file would change. SIGDEL and SIGDEL_DATA: as video.py has them.
"""
import dataclasses
import pathlib
import sys
import tempfile

import numpy as np

import study
import video
import video_data
import video_pictures

PAGE = study.HERE / "tuning-agreement.md"
LEVELS = (1.0, 0.99, 0.95)


@dataclasses.dataclass(frozen=True)
class Network:
    """What is tried on one network: scales for all tensors, factors over their root mean squares, lambdas."""

    scales: tuple
    factors: tuple
    lambdas: tuple
    of_channels: tuple  # lambdas, with a scale for each channel


def powers(first, last, steps, base=2.0):
    """Return base^first to base^last, rounded to three digits."""
    return tuple(float(f"{value:.3g}") for value in np.logspace(first, last, steps, base=base))


NETWORKS = {
    "digits": Network(powers(-1, 4, 21), powers(-1, 4, 21), powers(-10, -7, 10, 10.0), powers(-10, -7, 10, 10.0)),
    "squeezenet": Network(powers(-3, 3, 13), powers(2, 7, 11), (1e-14, 1e-13, *powers(-12, -9.5, 6, 10.0)), ()),
}
TRIED = {  # method: (the field of Network, its key)
    "one k for all tensors": ("scales", "scales"),
    "one factor": ("factors", "scale_factor"),
    "tuned": ("lambdas", "tune.lambda"),
    "channels tuned": ("of_channels", "tune.lambda"),
}


def point(name, method, value):
    """Return one row: agreement and operations of scales made by a method."""
    key = TRIED[method][1]
    keys = ["modes=[sigma-delta]"]
    with tempfile.TemporaryDirectory() as folder:
        if key == "tune.lambda":
            file = pathlib.Path(folder) / "scales.yaml"
            granularity = "channel" if "channel" in method else "tensor"
            study.sigdel("tune", study.SOURCE / f"scenarios/video/{name}-tune.yaml", "-o", file,
                         *study.options((f"tune.lambda={value}", f"tune.granularity={granularity}",
                                         *video.STUDIES[name].overrides(times=2))))
            keys.append(f"scales_file={file}")
        else:
            keys.append(f"{key}={value}")
        run = video.run(name, *keys)
    agrees = run.rank["sigma-delta"] < 1
    millions = run.per_frame("sigma-delta")
    of_parts = {part: run.part(part) for part in video_data.PARTS}
    return {"method": method, "value": value, "top-1": float(agrees.mean()),
            **{f"top-1 {part}": float(agrees[frames].mean()) for part, frames in of_parts.items()},
            **{part: float(millions[frames].mean()) for part, frames in of_parts.items()},
            "both": float(millions.mean()), "relative error": run.modes["sigma-delta"]["relative_error"]}


def measure(name):
    """Return all rows of a network."""
    return [point(name, method, value) for method, (field, _) in TRIED.items()
            for value in getattr(NETWORKS[name], field)]


def cheapest(rows, method, level):
    """Return a method's row with the fewest operations among those of at least that agreement, or None."""
    return min((row for row in rows if row["method"] == method and row["top-1"] >= level),
               key=lambda row: row["both"], default=None)


def cells(row, dense):
    """Return what the page shows of a row."""
    if row is None:
        return ["none"] + ["" for _ in range(7)]
    return [f"{row['value']:.3g}", *(f"{100 * row[f'top-1 {part}']:.1f}" for part in video_data.PARTS),
            *(text for part in video_data.PARTS
              for text in (video_data.shown(row[part], 4), f"{dense / row[part]:.2f}")), f"{row['relative error']:.3f}"]


def table(rows, dense):
    """Return the page's table: per level of agreement and method its cheapest point; first k = 1."""
    unit = next(row for row in rows if row["method"] == "one k for all tensors" and row["value"] == 1)
    lines = [["k = 1", "", *cells(unit, dense)]]
    lines += [[method, f"{100 * level:.0f} %", *cells(cheapest(rows, method, level), dense)]
              for level in LEVELS for method in TRIED]
    return study.markdown(["scales", "top-1 at least", "k, factor or lambda", "top-1 static, %", "top-1 moving, %", "static",
                           "dense over it", "moving", "dense over it", "relative error"], lines)


def as_csv(rows):
    """Return the rows as CSV."""
    return video_data.as_csv({key: [row[key] for row in rows] for key in rows[0]})


def picture(csv, svg):
    """Draw the share of frames with another class, if it is at most half, over operations, points for each method."""
    colours = ("#888888", "#d98c2b", "#1f4e9c", "#b03020")
    plots = [f'"{csv}" using (strcol(1) eq "{method}" && $3 >= 0.5 ? $8 : NaN):(100 * (1 - $3)) every ::1 with points pt {mark} ps 0.8 '
             f'lc rgb "{colour}" title "{method}"' for method, colour, mark in zip(TRIED, colours, (4, 8, 7, 5))]
    video_pictures.plot(svg, 'set logscale x\nset key outside bottom center horizontal\nset xlabel "million operations per frame, both parts"\n'
                        'set ylabel "frames with another class, %"\nset yrange [-2:52]\nplot ' + ", \\\n  ".join(plots) + "\n")


def main(arguments):
    """Make the study, or compare it."""
    names, check = study.wanted(arguments, NETWORKS)
    for name in names or [name for name in NETWORKS if video.STUDIES[name].is_there()]:
        rows = measure(name)
        dense = float(video.run(name, "modes=[dense]").per_frame("dense").mean())
        data = study.HERE / f"tuning-agreement-{name}.csv"
        page = study.with_tables(PAGE.read_text(), {name: table(rows, dense)})
        study.write({data: as_csv(rows), PAGE: page}, check, f"tuning_agreement.py {name}")
        if not check:
            picture(data, data.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:])
