"""Draws the curves of the what-if studies with gnuplot. Used by whatif.py."""
import subprocess

import whatif_tables as tables

COLOURS = {"zero-skip": "#d98c2b", "rounding": "#1f4e9c", "sigma-delta": "#b03020"}
SHADES = ("#d98c2b", "#1f4e9c", "#b03020", "#3a8a5f", "#7a5aa6", "#888888")


def curves(rows, x, y, series):
    """Return [(title, style, points)]: of each series (title, style, filter of rows), points by x."""
    drawn = []
    for title, style, wanted in series:
        points = sorted((x(row), y(row, title)) for row in rows if wanted(row))
        drawn.append((title, style, points))
    return drawn


def panel(drawn, x_label, y_label, settings=""):
    """Return one panel's script."""
    data, plots = "", []
    for number, (title, style, points) in enumerate(drawn):
        data += f"$c{number} << EOD\n" + "".join(f"{a:.9g} {b:.9g}\n" for a, b in points) + "EOD\n"
        plots.append(f'$c{number} with linespoints pt 7 ps 0.5 {style} title "{title}"')
    return (f'set xlabel "{x_label}"\nset ylabel "{y_label}"\nset xrange [*:*]\nset yrange [*:*]\n{settings}{data}plot '
            + ", \\\n  ".join(plots) + "\n")


def render(path, panels):
    """Draw panels side by side."""
    script = (f'set terminal svg size {430 * len(panels)},380 font "sans,12" background "white"\nset output "{path}"\n'
              'set key outside top center horizontal noenhanced\nset grid lc rgb "#dddddd"\nset logscale xy\n'
              f"set multiplot layout 1,{len(panels)}\n" + "".join(panels) + "unset multiplot\n")
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def lanes_and_mesh(path, rows):
    """Energy and cycles of sigma-delta over the number of cores, a curve for each number of multipliers."""
    series = [(f"{m}", f'lc rgb "{colour}" lw 1.5', lambda row, m=m: row[tables.LANES] * tables.cores(row) == m)
              for m, colour in zip((64, 256, 1024), SHADES)]
    ticks = "set xtics (1, 4, 16, 64, 256)\n"
    render(path, [panel(curves(rows, tables.cores, lambda row, _, figure=figure: row[f"sigma-delta.{figure}"], series),
                        "cores", label, ticks)
                  for figure, label in ((tables.FULL, "full energy, nJ per frame"), ("cycles_per_frame", "cycles per frame"))])


def encodings(path, rows):
    """Energy and cycles over the scale, a curve for each encoding; zero-skip needs no scale."""
    def series(mode):
        return [(name, f'lc rgb "{colour}" lw 1.5', lambda row, name=name: row[tables.ENCODING] == name)
                for name, colour in zip(tables.values(rows, tables.ENCODING), SHADES)]
    ticks = "set xtics (1, 2, 4, 8, 16, 32)\n"
    panels = []
    for figure, label in ((tables.FULL, "sigma-delta, nJ per frame"), ("cycles_per_frame", "sigma-delta, cycles per frame")):
        drawn = curves(rows, lambda row: row["scales"], lambda row, _, figure=figure: row[f"sigma-delta.{figure}"],
                       series("sigma-delta"))
        opponent = curves(rows, lambda row: row["scales"], lambda row, _, figure=figure: row[f"zero-skip.{figure}"],
                          [("zero-skip", 'lc rgb "#888888" dt 2', lambda row: row[tables.ENCODING] == "unary")])
        panels.append(panel(drawn + opponent, "scale", label, ticks))
    render(path, panels)


def load(path, rows):
    """Latency over the frame rate of machines with queues of four flits, both modes, up to the rate that each can follow."""
    panels = []
    for mode in ("sigma-delta", "zero-skip"):
        series = []
        for number, (discipline, multicast) in enumerate((d, m) for d in ("wavefront", "barrier") for m in ("tree", "unicast")):
            fastest = next(row[f"{mode}.cycles_per_frame"] for row in rows if row[tables.PERIOD] == 0 and row[tables.DEPTH] == 4
                           and (row[tables.DISCIPLINE], row[tables.MULTICAST]) == (discipline, multicast))
            series.append((f"{discipline}, {multicast}", f'lc rgb "{SHADES[number]}" lw 1.5',
                           lambda row, d=discipline, m=multicast, fastest=fastest: row[tables.DEPTH] == 4 and
                           (row[tables.DISCIPLINE], row[tables.MULTICAST]) == (d, m) and 500 * row[tables.PERIOD] >= fastest))
        drawn = curves(rows, lambda row: 1 / row[tables.PERIOD], lambda row, _, mode=mode: row[f"{mode}.latency_mean_cycles"],
                       series)
        panels.append(panel(drawn, "million frames per second", f"{mode}, mean latency, cycles"))
    render(path, panels)


def break_even(path, rows):
    """Energy over the share that changes, where all weights fit and where few do."""
    panels = []
    for kib in (16, 128):
        series = [(mode, f'lc rgb "{colour}" lw 1.5', lambda row, kib=kib: row[tables.WEIGHTS] == kib)
                  for mode, colour in COLOURS.items()]
        drawn = curves(rows, lambda row: 100 * (1 - 0.98 ** row["stimulus.stride"]),
                       lambda row, mode: row[f"{mode}.{tables.FULL}"], series)
        panels.append(panel(drawn, "pixels that change, %", f"nJ per frame, {kib} KiB per core"))
    render(path, panels)


def memory(path, rows):
    """Energy over the memory for states, for three pairs of weight memory and row cache."""
    def wanted(*sizes):
        return lambda row: (row[tables.WEIGHTS], row[tables.CACHE], row[tables.SCAN]) == sizes
    panels = []
    for weights, cache in ((32, 16), (8, 16), (8, 2)):
        series = [(mode, f'lc rgb "{COLOURS.get(mode, "#888888")}" lw 1.5', wanted(weights, cache, "all"))
                  for mode in ("dense", *COLOURS)]
        series.append(("touched", f'lc rgb "{COLOURS["sigma-delta"]}" dt 2', wanted(weights, cache, "touched")))
        drawn = curves(rows, lambda row: row[tables.STATES],
                       lambda row, name: row[f"{'sigma-delta' if name == 'touched' else name}.{tables.FULL}"] / 1000, series)
        panels.append(panel(drawn, f"states, KiB per core ({weights} KiB of weights, {cache} of cache)", "uJ per frame",
                            "set xtics (1, 2, 4, 8, 16)\nset xrange [0.9:18]\nset yrange [80:20000]\n"))
    render(path, panels)


CURVES = {"lanes-and-mesh": lanes_and_mesh, "encodings": encodings, "load": load, "break-even": break_even, "memory": memory}


def draw(folder, name, rows):
    """Draw a study's curves: whatif-NAME.svg."""
    CURVES[name](folder / f"whatif-{name}.svg", rows)
