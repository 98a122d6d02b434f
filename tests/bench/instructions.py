"""How many instructions the SystemC kernel adds: each load once inside it and once on the bare wheel, under callgrind, and the
ratios that docs/speed.md sets as goals. Repeatable on any machine, and unmoved by what else runs there.

    instructions.py PATH/TO/sigdel_bench_once [LOAD...]
"""
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

GOALS = {"quickstart-3x3": 1.75, "uniform-8x8": 1.25, "sparse-16x16": 1.3, "convolution-8x8": 1.4}
GAPS = ("gaps-10-us", "gaps-100-us")
GAP_GOAL = 0.01


def instructions(program, load, scheduler):
    """Return the instructions of one run, without making the machine and its input."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={pathlib.Path(folder) / 'out'}",
             "--collect-atstart=no", f"--toggle-collect=sigdel::bench::measured_{scheduler}*", program, load, scheduler],
            check=True, capture_output=True, text=True)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def main(program, loads):
    runs = [(load, scheduler) for load in loads or GOALS for scheduler in ("floor", "kernel")]
    runs += [] if loads else [(load, "kernel") for load in GAPS]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        counts = dict(zip(runs, pool.map(lambda run: instructions(program, *run), runs)))
    failed = False
    print(f"{'load':<16} {'floor, M':>9} {'kernel, M':>9} {'ratio':>6}  goal")
    for load in loads or GOALS:
        floor, kernel = counts[load, "floor"], counts[load, "kernel"]
        failed |= kernel / floor > GOALS[load]
        print(f"{load:<16} {floor / 1e6:9.1f} {kernel / 1e6:9.1f} {kernel / floor:6.3f}  {GOALS[load]}")
    if not loads:
        short, long = (counts[load, "kernel"] for load in GAPS)
        failed |= abs(long / short - 1) > GAP_GOAL
        print(f"ten times longer gaps between frames: {100 * (long / short - 1):+.3f} % instructions  (goal {GAP_GOAL:.0%})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
