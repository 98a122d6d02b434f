"""Runs the study of docs/studies/pilotnet.md and writes its tables, data and picture anew.

run, in the source folder: /usr/bin/python3 docs/studies/pilotnet.py NETWORK.net CLIP.mp4
The network and the clip are not shipped: scenarios/lava/pilotnet.yaml says which they are. SIGDEL: the program to run
(default ./sigdel). gnuplot draws the picture.
"""
import csv
import io
import pathlib
import re
import subprocess
import sys
import tempfile

import study
from study import markdown

PAGE, DATA, PICTURE = (study.HERE / f"pilotnet.{kind}" for kind in ("md", "csv", "svg"))
SCENARIO = study.SOURCE / "scenarios/lava/pilotnet.yaml"
TUNE = study.SOURCE / "scenarios/lava/pilotnet-tune.yaml"
FRAMES = 34
FACTORS = (0.5, 0.7, 1, 1.4, 2, 2.8, 4, 8)
LAMBDAS = (1e-10, 1.78e-10, 3.16e-10, 5.62e-10, 1e-9, 1.78e-9, 3.16e-9, 5.62e-9, 1e-8)
CATEGORIES = ("arithmetic", "weight-memory", "state-memory", "queues", "network", "static")
CHANGES = {  # of mode threshold
    "nothing": (),
    "dropped bits kept (`residue: all`)": ("network.residue=all",),
    "unsent changes forgotten (`residue: forgotten`)": ("network.residue=forgotten",),
    "messages of 12 bits": ("network.message_bits=12",),
    "messages of 10 bits": ("network.message_bits=10",),
    "frame semantics": ("semantics=frame",),
    "resized by FFmpeg": ("stimulus.resize=ffmpeg",),
    "noise of 2 grey levels": ("stimulus.noise.sigma=2",),
}
MODES = "modes=[threshold, sigma-delta, dense]"


def run(scenario, network, clip, *overrides):
    """Run the scenario; return its report."""
    return study.report(scenario, f"network.file={network}", f"stimulus.images={clip}", f"stimulus.frames={FRAMES}", *overrides)


def without_machine(folder):
    """Write the scenario without its machine, whose runs the search does not need; return its path."""
    text = re.sub(r"machine:\n(?:  .*\n|\n)*", "", SCENARIO.read_text())
    path = pathlib.Path(folder) / "search.yaml"
    path.write_text(text)
    return path


def tuned(network, clip, weight, folder):
    """Tune with a lambda; return the key that names the scales file."""
    file = pathlib.Path(folder) / f"scales-{weight}.yaml"
    study.sigdel("tune", TUNE, "-o", file,
                 *study.options((f"network.file={network}", f"stimulus.images={clip}", f"tune.lambda={weight}")))
    return f"scales_file={file}"


def search(network, clip, keys, folder):
    """Return (name, error, events) of each {name: key that says the scales}, and the name of those of fewest events that err no more than thresholds do."""
    scenario = without_machine(folder)
    rows, limit = [], None
    for name, key in keys.items():
        modes = {m["mode"]: m for m in run(scenario, network, clip, "modes=[threshold, sigma-delta]", key)["modes"]}
        limit = modes["threshold"]["relative_error"]
        rows.append((name, modes["sigma-delta"]["relative_error"], modes["sigma-delta"]["lava"]["events"]))
    return rows, min((row for row in rows if row[1] <= limit), key=lambda row: row[2])[0]


def rules_table(network, clip, changes):
    """Return what `threshold` makes of the frames with one thing changed: {what: keys}."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        scenario = without_machine(folder)
        for name, keys in changes.items():
            report = run(scenario, network, clip, "modes=[threshold]", *keys)
            mode = report["modes"][0]
            cut = mode["tallies"]["saturations"] + mode["input_saturations"]
            rows.append((name, f"{100 * mode['relative_error']:.1f} %", f"{mode['lava']['events_fewer']:.2f}",
                         f"{mode['lava']['synops_fewer']:.2f}", f"{cut / report['frames']:,.1f}"))
    head = ("changed", "relative error", "events, times fewer", "lava-dl's synops, times fewer", "cut messages")
    return markdown(head, rows)


def rows_of(report, scales):
    """Return a row of figures per frame for each mode; `scales` says whose those of sigma-delta are."""
    rows = []
    for mode in report["modes"]:
        nj = {name: mode["energy"]["categories_pj"][name] / report["frames"] / 1e3 for name in CATEGORIES}
        tallies = mode["tallies"]
        rows.append({
            "mode": mode["mode"] + (f", {scales}" if mode["mode"] == "sigma-delta" else ""), "relative_error": mode["relative_error"], "events": mode["lava"]["events"],
            "lava_synops_k": mode["lava"]["synops"] / 1e3, "updates_k": tallies["updates"] / report["frames"] / 1e3,
            "multiplications_k": tallies["multiplies"] / report["frames"] / 1e3,
            "additions_k": (tallies["adds"] + tallies["subtracts"]) / report["frames"] / 1e3,
            **{f"{name}_nj": value for name, value in nj.items()}, "full_nj": sum(nj.values()),
            "cycles": mode["machine"]["total_cycles"] / report["frames"],
            "events_fewer": mode["lava"]["events_fewer"], "synops_fewer": mode["lava"]["synops_fewer"]})
    return rows


def search_table(heading, rows, chosen):
    """Return what a search found."""
    return markdown((heading, "relative error", "events"),
                    [(f"{name}{' (taken)' if name == chosen else ''}", f"{100 * e:.1f} %", f"{n:,.0f}") for name, e, n in rows])


def tables_of(rows):
    """Return the page's tables."""
    work = markdown(("mode", "relative error", "events", "times fewer", "lava-dl's synops, k", "times fewer",
                     "our synaptic operations, k", "multiplications, k", "additions, k", "cycles"),
                    [(r["mode"], f"{100 * r['relative_error']:.1f} %", f"{r['events']:,.0f}", f"{r['events_fewer']:.2f}",
                      f"{r['lava_synops_k']:,.0f}", f"{r['synops_fewer']:.2f}", f"{r['updates_k']:,.0f}",
                      f"{r['multiplications_k']:,.0f}", f"{r['additions_k']:,.0f}", f"{r['cycles']:,.0f}") for r in rows])
    energy = markdown(("mode", *(name.replace("-memory", "s") for name in CATEGORIES), "full", "over threshold's"),
                      [(r["mode"], *(f"{r[f'{name}_nj']:,.0f}" for name in CATEGORIES), f"{r['full_nj']:,.0f}",
                        f"{r['full_nj'] / rows[0]['full_nj']:.2f}") for r in rows])
    return {"work": work, "energy": energy}


def as_csv(rows):
    """Return the rows as CSV, three digits behind the point."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: f"{v:.3f}" if isinstance(v, float) else v for k, v in row.items()} for row in rows)
    return text.getvalue()


def draw():
    """Draw stacked bars of the energies."""
    first = 8
    plots = ", ".join(f"'{DATA}' using {first + i}:xtic(1) title '{name.replace('-memory', 's')}'"
                      for i, name in enumerate(CATEGORIES))
    commands = (f"set terminal svg size 960,420 font 'sans-serif,12'; set output '{PICTURE}'; set datafile separator ','; "
                "set style data histograms; set style histogram rowstacked; set style fill solid 0.9; set boxwidth 0.6; "
                "set key outside right; set ylabel 'nJ per frame'; set yrange [0:*]; set grid ytics; "
                f"set key autotitle columnheader; plot {plots}")
    subprocess.run(["gnuplot", "-e", commands], check=True)


def main(network, clip):
    """Make all three files."""
    network, clip = (pathlib.Path(path).resolve() for path in (network, clip))
    with tempfile.TemporaryDirectory() as folder:
        lambdas = {f"{weight:g}": tuned(network, clip, weight, folder) for weight in LAMBDAS}
        factors = {f"{factor:g}": f"scale_factor={factor}" for factor in FACTORS}
        tunings, best = search(network, clip, lambdas, folder)
        trials, chosen = search(network, clip, factors, folder)
        threshold, sigma_delta, dense = rows_of(run(SCENARIO, network, clip, MODES, lambdas[best]), "tuned")
        one_factor = rows_of(run(SCENARIO, network, clip, MODES, factors[chosen]), "one factor")[1]
    rows = [threshold, sigma_delta, one_factor, dense]
    DATA.write_text(as_csv(rows))
    tables = {**tables_of(rows), "lambdas": search_table("lambda", tunings, best), "factors": search_table("factor c", trials, chosen),
              "rules": rules_table(network, clip, CHANGES)}
    PAGE.write_text(study.with_tables(PAGE.read_text(), tables))
    draw()


if __name__ == "__main__":
    main(*sys.argv[1:])
