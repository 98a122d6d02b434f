"""Draws the panels of a video study with gnuplot: NAME-PANEL.csv becomes NAME-PANEL.svg. Used by video.py."""
import csv
import pathlib
import struct
import subprocess

COLOURS = {"dense": "#888888", "zero-skip": "#d98c2b", "temporal-difference": "#3a8a5f", "rounding": "#1f4e9c",
           "sigma-delta": "#b03020"}
HEAD = """set terminal svg size {width},{height} font "sans,12" background "white"
set output "{svg}"
set termoption noenhanced
set datafile separator ","
set datafile missing "nan"
set key noautotitle
set style fill solid 0.9
set grid ytics lc rgb "#dddddd"
"""


def headings(path):
    """Return a CSV file's first row."""
    with open(path, newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def quoted(text):
    """Return text for gnuplot, taken literally."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def curves(path, columns, style):
    """Return a plot command of columns over the first one; style(column) gives line properties and title, or nothing."""
    parts = [f'"{path}" using 1:{number} every ::1 with lines {style(name)}' for number, name in enumerate(columns, 1)
             if number > 1 and style(name)]
    return "plot " + ", \\\n  ".join(parts) + "\n"


def operations(path):
    """Return the script of the operations per frame: without noise full lines, with noise dotted ones."""
    def style(column):
        mode = column.removesuffix(" with noise")
        dashes = "dt 3 lw 1" if column != mode else "dt 1 lw 1.5"
        return f'lc rgb "{COLOURS[mode]}" {dashes} title {quoted(column)}'
    return ('set logscale y\nset key bottom outside center horizontal\nset xlabel "frame"\nset ylabel "million operations"\n'
            + curves(path, headings(path), style))


def latency(path):
    """Return the script of every frame's latency on the mesh."""
    return ('set key bottom outside center horizontal\nset xlabel "frame"\nset ylabel "thousand cycles"\nset yrange [0:*]\n'
            + curves(path, headings(path), lambda mode: f'lc rgb "{COLOURS[mode]}" lw 1.5 title {quoted(mode)}'))


def agreement(path, classes):
    """Return the script of the agreement so far, or of the relative errors where there are no classes."""
    wanted = ("top-1", "top-5") if classes else ("error",)

    def style(column):
        kind = next((word for word in wanted if word in column), None)
        if kind is None:
            return ""
        dashes = ("dt 3" if "noise" in column else "dt 1") + (" lw 1" if kind == "top-5" else " lw 2")
        return f'lc rgb "{COLOURS[column.split(" ")[0]]}" {dashes} title {quoted(column)}'
    label = "share of frames so far" if classes else "relative error"
    return (f'set key bottom outside center horizontal\nset xlabel "frame"\nset ylabel "{label}"\nset yrange [0:*]\n'
            + curves(path, headings(path), style))


def layers(path):
    """Return the script of shares by layer, stacked, and of the ratio D : C."""
    columns = headings(path)
    shares = [name for name in columns[1:] if not name.startswith("D:C")]
    with open(path, newline="", encoding="utf-8") as file:
        names = [row[0] for row in csv.reader(file)][1:]
    boxes = [f"$shares using {i + 2}:xtic(1) title {quoted(name)}" for i, name in enumerate(names)]
    ratios = [f'"{path}" using {columns.index(name) + 1}:xtic(1) every ::1 title {quoted(name)} lc rgb "{colour}"'
              for name, colour in (("D:C static", COLOURS["rounding"]), ("D:C moving", COLOURS["sigma-delta"]))]
    return ("$shares << EOD\n" + transposed(path, shares) + "EOD\n" + "set multiplot layout 2,1\nset key outside right top\n"
            "set style data histograms\nset style histogram rowstacked\nset boxwidth 0.8\nset yrange [0:1]\n"
            'set ylabel "share of operations"\nset xtics rotate by -15\n' + "plot " + ", \\\n  ".join(boxes) + "\n"
            + 'set style histogram clustered\nset yrange [0:*]\nset ylabel "sigma-delta : rounding"\n'
            + (f"set xtics rotate by -{60 if len(names) > 12 else 15}\n")
            + "plot " + ", \\\n  ".join(ratios) + "\nunset multiplot\n")


def transposed(path, columns):
    """Return the columns of a CSV file as rows."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return "".join(",".join([column, *(row[column] for row in rows)]) + "\n" for column in columns)


def means(path):
    """Return the script of the mean distances by tensor."""
    columns = headings(path)
    plots = []
    for kind in ("L1", "cosine"):
        parts = [f'"{path}" using {columns.index(name) + 1}:xtic(1) every ::1 title {quoted(name)} lc rgb "{colour}"'
                 for name, colour in ((f"{kind} static", COLOURS["rounding"]), (f"{kind} moving", COLOURS["sigma-delta"]))]
        plots.append(f'set ylabel "{kind} distance"\nplot ' + ", \\\n  ".join(parts) + "\n")
    return ("set multiplot layout 2,1\nset key outside right top\nset style data histograms\nset style histogram clustered\n"
            "set yrange [0:*]\nset xtics rotate by -20\n" + "".join(plots) + "unset multiplot\n")


def heat_map(path, kind):
    """Return the script of one kind of distance over frames and tensors."""
    names = headings(path)[1:]
    tics = ", ".join(f"{quoted(name)} {i}" for i, name in enumerate(names))
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    grid = "".join(f"{row[0]},{i},{value}\n" for row in rows for i, value in enumerate(row[1:]))
    return (f"$grid << EOD\n{grid}EOD\n" + f'unset grid\nset xlabel "frame"\nset ytics ({tics})\n'
            + f'set cblabel "{kind} distance"\nset logscale cb\nset palette defined (0 "#fffbe8", 0.5 "#d98c2b", 1 "#5a1010")\n'
            + f"set xrange [0.5:{len(rows) + 0.5}]\nset yrange [-0.5:{len(names) - 0.5}]\n"
            + "plot $grid using 1:2:3 notitle with image\n")


def read_frames(path):
    """Return the frames of an IDX file, each a list of rows of bytes."""
    data = pathlib.Path(path).read_bytes()
    _, count, rows, columns = struct.unpack_from(">4I", data)
    starts = [16 + i * columns for i in range(count * rows)]
    lines = [data[start:start + columns] for start in starts]
    return [lines[frame * rows:(frame + 1) * rows] for frame in range(count)]


def strip(path, pictures):
    """Return the script of every tenth frame, ten in a line, with the classes of both nets below."""
    frames = read_frames(pictures)
    side, gap, across = len(frames[0]), 12, 10
    with open(path, newline="", encoding="utf-8") as file:
        labels = list(csv.DictReader(file))
    shown = list(range(0, len(frames), 10))
    white = [255] * side * across
    picture, texts = [], []
    for first in range(0, len(shown), across):
        line = shown[first:first + across]
        for place, number in enumerate(line):
            classes = f'{labels[number]["float32"]} / {labels[number]["sigma-delta"]}'
            texts.append(f"set label {quoted(classes)} at {(place + 0.5) * side},{-(len(picture) + side + gap / 2)} center front")
        for y in range(side):
            row = [value for number in line for value in frames[number][y]]
            picture.append(row + white[len(row):])
        picture += [white] * gap
    points = "\n".join(f"{x},{-y},{value}" for y, row in enumerate(picture) for x, value in enumerate(row))
    return ("$points << EOD\n" + points + "\nEOD\n" + "\n".join(texts) + "\nunset grid\nunset border\nunset tics\nunset colorbox\n"
            "set palette gray\nset cbrange [0:255]\nset margins 0,0,0,0\n"
            f"set xrange [-0.5:{len(white) - 0.5}]\nset yrange [{0.5 - len(picture)}:0.5]\nset size ratio -1\n"
            "plot $points using 1:2:3 with image\n")


def search(path):
    """Return the script of agreement and operations by scale factor."""
    columns = headings(path)
    agreement_lines = [f'"{path}" using 1:{columns.index(name) + 1} every ::1 with linespoints lc rgb "{colour}" title {quoted(name)}'
                       for name, colour in (("top-1", COLOURS["sigma-delta"]), ("top-5", COLOURS["zero-skip"]),
                                            ("relative error", COLOURS["dense"]))]
    operation_lines = [f'"{path}" using 1:{columns.index(name) + 1} every ::1 with linespoints lc rgb "{COLOURS[name.split(" ")[0]]}" '
                       f'dt {1 if "static" in name else 3} title {quoted(name)}' for name in columns if name.split(" ")[0] in COLOURS]
    return ("set multiplot layout 1,2\nset logscale x 2\nset key below\nset xlabel \"scale factor\"\nset yrange [0:1.05]\n"
            'set ylabel "share of frames, error"\nplot ' + ", \\\n  ".join(agreement_lines)
            + '\nset yrange [*:*]\nset logscale y\nset ylabel "million operations"\nplot ' + ", \\\n  ".join(operation_lines)
            + "\nunset multiplot\n")


def plot(svg, script, height=480):
    """Let gnuplot draw a script into an SVG file."""
    head = HEAD.format(width=960, height=height, svg=svg)
    subprocess.run(["gnuplot"], input=head + script, text=True, check=True)


def draw(folder, name, classes, mesh, pictures):
    """Draw all pictures of a study whose CSV files are in `folder`; pictures: an IDX file of its frames, or nothing."""
    scripts = {"scale": (search, 360), "operations": (operations, 480), "agreement": (lambda path: agreement(path, classes), 360),
               "layers": (layers, 640), "layers-noise": (layers, 640), "distances": (means, 560),
               "l1": (lambda path: heat_map(path, "L1"), 300), "cosine": (lambda path: heat_map(path, "cosine"), 300)}
    if mesh:
        scripts["latency"] = (latency, 360)
    if pictures:
        scripts["labels"] = (lambda path: strip(path, pictures), 240)
    for panel, (script, height) in scripts.items():
        path = folder / f"{name}-{panel}.csv"
        plot(path.with_suffix(".svg"), script(path), height)
