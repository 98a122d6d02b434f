"""Measures what a sweep saves, for docs/sweeps.md: scenarios/whatif/thousand.yaml against full runs of its points one by one.

run, on a machine with nothing else to do, in the source folder:
SIGDEL=build/release/sim/cli/sigdel /usr/bin/python3 docs/studies/thousand.py [MACHINES]
MACHINES: how many of the 100 machines to run in full, each at one of its ten prices drawn at random (all). Prints a table.
SIGDEL: the program to run; ./sigdel, the default, would time the launcher with every run.
"""
import csv
import pathlib
import random
import resource
import sys
import tempfile
import time

import study

SWEEP = "scenarios/whatif/thousand.yaml"
SCENARIO = "scenarios/quickstart.yaml"
FRAMES = "stimulus.frames=100"
PRICES = 10  # of a machine


def timed(*arguments):
    """Run the program; return the seconds of wall clock and of processor time that it took."""
    def spent():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.monotonic(), used.ru_utime + used.ru_stime
    before = spent()
    study.sigdel(*arguments)
    return tuple(after - earlier for after, earlier in zip(spent(), before))


def main(arguments):
    """Measure and print."""
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        measured = {"the sweep": timed("sweep", SWEEP, "--output", f"{folder}/sweep")}
        with open(f"{folder}/sweep/table.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        keys = [column for column in rows[0] if column.startswith(("machine.", "energy."))]
        machines = [random.choice(rows[first:first + PRICES]) for first in range(0, len(rows), PRICES)]
        picked = random.sample(machines, int(arguments[0]) if arguments else len(machines))
        measured["the sweep, one worker"] = timed("sweep", SWEEP, "--output", f"{folder}/one-worker", "--jobs", 1)
        recording = pathlib.Path(folder) / "run.sigdel"
        study.sigdel("record", SCENARIO, "-o", recording, "--set", FRAMES)
        for name, options in {"full runs one by one": (), "on one processor each (`-j1`)": ("-j1",),
                              "`-j1`, from a recording": ("-j1", *study.options(("execution=trace", f"recording.file={recording}")))}.items():
            runs = [timed("run", SCENARIO, *options, *study.options(
                (FRAMES, f"output.folder={folder}/run", *(f"{key}={row[key]}" for key in keys)))) for row in picked]
            measured[name] = [len(rows) * sum(column) / len(runs) for column in zip(*runs)]
    wall, processor = measured["the sweep"]
    print(study.markdown(["1,000 points", "wall clock, s", "over the sweep's", "processor time, s", "over the sweep's"],
                         [[name, f"{seconds[0]:.0f}", f"{seconds[0] / wall:.1f}", f"{seconds[1]:.0f}", f"{seconds[1] / processor:.1f}"]
                          for name, seconds in measured.items()]), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
