"""Runs the study of docs/studies/where-the-energy-goes.md and writes its tables, data and picture anew.

run, in the source folder: /usr/bin/python3 docs/studies/where_the_energy_goes.py [--check]
--check writes nothing and fails if anything would change. SIGDEL: the program to run (default ./sigdel).
"""
import csv
import io
import sys

import study

PAGE, DATA, PICTURE = (study.HERE / f"where-the-energy-goes.{kind}" for kind in ("md", "csv", "svg"))
TABLES = ("horowitz-45nm", "seneca-22nm")
CATEGORIES = ("arithmetic", "weight-memory", "state-memory", "queues", "network", "off-chip", "static")
COLOURS = ("#1f4e9c", "#b03020", "#d98c2b", "#7a5aa6", "#3a8a5f", "#888888", "#c9c9c9")
ARRAYS = {  # of 144 elements, as many as the mesh has lanes
    "array 1 x 144": ("machine.systolic.rows=1",),
    "array 12 x 12, 16 frames a batch": ("machine.systolic.rows=12", "machine.systolic.batch=16",
                                         "machine.systolic.input_memory_kib=128"),
}
CHANGES = {
    "nothing": (),
    "a frame every 100 us": ("machine.frame_period_us=100",),
    "a frame every ms": ("machine.frame_period_us=1000",),
    "SRAM of high-performance cells": ("energy.sram_cells=hp",),
    "weights of 8 bits": ("network.weight_bits=8",),
    "weight memories in 16 banks": ("machine.core.weight_banks=16",),
    "inboxes of 64 packets": ("machine.core.inbox_depth=64",),
}
MODES = "modes=[dense, zero-skip, rounding, sigma-delta]"
DENSE = "machine.systolic.modes=[dense, zero-skip]"


def run(*overrides):
    """Run the quickstart with keys changed; return its report."""
    return study.report("scenarios/quickstart.yaml", *overrides)


def row_of(table, machine, entry, frames):
    """Return one machine's and mode's figures per frame."""
    timing = entry["systolic"] or entry["machine"]
    energy = {name: pj / frames / 1000 for name, pj in entry["energy"]["categories_pj"].items()}
    return {"table": table, "machine": machine, "mode": entry["mode"], **{f"{name}_nj": energy[name] for name in CATEGORIES},
            "full_nj": sum(energy.values()), "full_8bit_nj": entry["per_frame"]["full_8bit_nj"], "cycles": timing["total_cycles"] / frames,
            "latency_cycles": timing["latency_mean_cycles"]}


def measure(table):
    """Return all rows of one energy table."""
    rows = []
    for name, keys in ARRAYS.items():
        report = run(f"energy.table={table}", MODES, DENSE, *keys)
        for entry in report["modes"]:
            machine = name if entry["systolic"] else "mesh"
            if machine != "mesh" or not any(row["machine"] == "mesh" and row["mode"] == entry["mode"] for row in rows):
                rows.append(row_of(table, machine, entry, report["frames"]))
    order = ["mesh", *ARRAYS]
    return sorted(rows, key=lambda row: order.index(row["machine"]))


def change_rows():
    """Return, per change, the opponents' full energies over sigma-delta's, horowitz-45nm, array 1 x 144."""
    rows = []
    for name, keys in CHANGES.items():
        modes = run(MODES, DENSE, "machine.systolic.rows=1", *keys)["modes"]
        full = {(entry["mode"], bool(entry["systolic"])): entry["energy"]["full_pj"] for entry in modes}
        ours = full["sigma-delta", False]
        ratios = [full[mode, array] / ours for array in (False, True) for mode in ("dense", "zero-skip")]
        share = next(entry["energy"]["categories_pj"]["static"] for entry in modes if entry["mode"] == "sigma-delta") / ours
        rows.append((name, full["sigma-delta", False] / 500e3, share, *ratios))
    return rows


def changes_table(rows):
    """Return them in Markdown."""
    lines = ["| changed | sigma-delta, nJ | static, % | dense, mesh | zero-skip, mesh | dense, array | zero-skip, array |",
             "|---|" + "---:|" * 6]
    for name, ours, share, *ratios in rows:
        lines.append(f"| {name} | {ours:,.0f} | {100 * share:.0f} | " + " | ".join(f"{r:.2f}" for r in ratios) + " |")
    return "\n".join(lines) + "\n"


def as_csv(rows):
    """Return the rows as CSV, nJ and cycles with three digits behind the point."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: f"{value:.3f}" if isinstance(value, float) else value for key, value in row.items()})
    return text.getvalue()


def as_table(rows):
    """Return one energy table's rows in Markdown."""
    ours = next(row for row in rows if row["mode"] == "sigma-delta")
    names = [name.replace("-memory", "s") for name in CATEGORIES]
    lines = ["| machine | mode | " + " | ".join(names) + " | full | ratio | full 8b | ratio | cycles | latency |",
             "|---|---|" + "---:|" * (len(CATEGORIES) + 6)]
    for row in rows:
        cells = [f"{row[f'{name}_nj']:,.1f}" for name in CATEGORIES]
        for full in ("full_nj", "full_8bit_nj"):
            cells += [f"{row[full]:,.0f}", f"{row[full] / ours[full]:.2f}"]
        cells += [f"{row['cycles']:,.0f}", f"{row['latency_cycles']:,.0f}"]
        lines.append(f"| {row['machine']} | {row['mode']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def as_svg(rows):
    """Return stacked bars, a group per energy table; bars that are too long are cut and say their sum."""
    width, left, bar, gap = 900, 250, 16, 6
    out, y = [], 30
    for n, (name, colour) in enumerate(zip(CATEGORIES, COLOURS)):
        out.append(f'<rect x="{left + 88 * n}" y="8" width="12" height="12" fill="{colour}"/>'
                   f'<text x="{left + 88 * n + 16}" y="18">{name.replace("-memory", "s")}</text>')
    for table in TABLES:
        group = [row for row in rows if row["table"] == table]
        scale = (width - left - 90) / (3 * next(row["full_nj"] for row in group if row["mode"] == "sigma-delta"))
        y += 22
        out.append(f'<text x="8" y="{y}" font-weight="bold">{table}, nJ per frame</text>')
        for row in group:
            y += bar + gap
            out.append(f'<text x="{left - 8}" y="{y}" text-anchor="end">{row["mode"]}, {row["machine"].split(",")[0]}'
                       f'{" (16)" if "batch" in row["machine"] else ""}</text>')
            x, limit = float(left), width - 85.0
            for name, colour in zip(CATEGORIES, COLOURS):
                length = min(row[f"{name}_nj"] * scale, limit - x)
                out.append(f'<rect x="{x:.1f}" y="{y - bar + 4}" width="{max(0, length):.1f}" height="{bar}" fill="{colour}"/>')
                x += max(0, length)
            out.append(f'<text x="{x + 5:.1f}" y="{y}">{"&#8230; " if x >= limit else ""}{row["full_nj"]:,.0f}</text>')
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y + 20}" font-family="sans-serif" font-size="12">\n'
            f'<rect width="{width}" height="{y + 20}" fill="white"/>\n')
    return head + "\n".join(out) + "\n</svg>\n"


def main(check):
    """Make all three files, or compare them."""
    rows = [row for table in TABLES for row in measure(table)]
    tables = {table: as_table([row for row in rows if row["table"] == table]) for table in TABLES}
    tables["changes"] = changes_table(change_rows())
    made = {PAGE: study.with_tables(PAGE.read_text(), tables), DATA: as_csv(rows), PICTURE: as_svg(rows)}
    study.write(made, check, "where_the_energy_goes.py")


if __name__ == "__main__":
    main(sys.argv[1:] == ["--check"])
