"""Runs the what-if studies and writes their tables, data and pictures anew: docs/studies/whatif-NAME.md and what it shows.

run, in the source folder: /usr/bin/python3 docs/studies/whatif.py [NAME ...] [--check]    (pictures need gnuplot-nox)
NAME: lanes-and-mesh, encodings, load, break-even, memory; without one, all. --check writes nothing, draws nothing and fails if a table
or data file would change. SIGDEL: the program to run (default ./sigdel).
"""
import csv
import pathlib
import sys
import tempfile

import study
import whatif_pictures
import whatif_tables

# Data files of a page: its table, and those of the analyses that it shows.
DATA = {
    "lanes-and-mesh": ("table",),
    "encodings": ("table",),
    "load": ("table",),
    "break-even": ("table", "breakeven", "crossings"),
    "memory": ("table",),
}
# Pictures that the sweep itself draws.
DRAWN = {"break-even": ("breakeven",)}


def rows_of(path):
    """Return a table's rows, numbers as floats."""
    def number(text):
        try:
            return float(text.strip("[]"))  # a list of one
        except ValueError:
            return text
    with open(path, newline="", encoding="utf-8") as file:
        return [{key: number(value) for key, value in row.items()} for row in csv.DictReader(file)]


def make(name, folder):
    """Return what a study's files are to hold: {path: text}."""
    made = {}
    for part in DATA[name]:
        text = (folder / f"{part}.csv").read_bytes().decode().replace("\r\n", "\n")
        made[study.HERE / (f"whatif-{name}.csv" if part == "table" else f"whatif-{name}-{part}.csv")] = text
    page = study.HERE / f"whatif-{name}.md"
    made[page] = study.with_tables(page.read_text(), whatif_tables.TABLES[name](rows_of(folder / "table.csv")))
    return made


def main(arguments):
    """Make the studies that are asked for, or compare them."""
    names, check = study.wanted(arguments, DATA)
    for name in names or DATA:
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "out"
            study.sigdel("sweep", study.SOURCE / f"scenarios/whatif/{name}.yaml", "--output", folder)
            study.write(make(name, folder), check, f"whatif.py {name}")
            if not check:
                for part in DRAWN.get(name, ()):
                    (study.HERE / f"whatif-{name}-{part}.svg").write_bytes((folder / f"{part}.svg").read_bytes())
                whatif_pictures.draw(study.HERE, name, rows_of(folder / "table.csv"))


if __name__ == "__main__":
    main(sys.argv[1:])
