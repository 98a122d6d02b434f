"""The tables of the what-if studies, in Markdown, from the rows of their sweeps. Used by whatif.py."""
LANES, COLUMNS, ROWS = "machine.core.lanes", "machine.mesh.columns", "machine.mesh.rows"
ENCODING, WEIGHTS = "machine.encoding", "machine.core.weight_memory_kib"
PERIOD, DEPTH = "machine.frame_period_us", "machine.router.queue_depth"
MULTICAST, DISCIPLINE = "machine.router.multicast", "machine.discipline"
STATES, CACHE, SCAN = "machine.core.state_memory_kib", "machine.core.row_cache_kib", "machine.core.scan"
FULL = "full_nj_per_frame"


def table(head, lines):
    """Return a Markdown table: the first column to the left, the others to the right."""
    cells = [head, ["---"] + ["---:"] * (len(head) - 1), *lines]
    text = "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in cells) + "\n"
    return text.replace("| --- | ", "|---|").replace("---: | ", "---:|").replace("---: |", "---:|")


def values(rows, key):
    """Return a column's different values in their order, or in the table's if they are words."""
    seen = list(dict.fromkeys(row[key] for row in rows))
    return sorted(seen) if all(isinstance(value, float) for value in seen) else seen


def one(rows, **wanted):
    """Return the only row with these values; a double underscore stands for the dot."""
    wanted = {key.replace("__", "."): value for key, value in wanted.items()}
    found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    assert len(found) == 1, wanted
    return found[0]


def cores(row):
    """Return how many cores a row's machine has."""
    return int(row[COLUMNS] * row[ROWS])


def shorter(value):
    """Return a number as people write it."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def lanes_and_mesh(rows):
    """Return a table for each number of multipliers: the energy and its parts, cycles, latency."""
    tables = {}
    for multipliers in (64, 256, 1024):
        lines = []
        for row in sorted((r for r in rows if r[LANES] * cores(r) == multipliers), key=cores):
            ours = {name: row[f"sigma-delta.{name}"] for name in
                    (FULL, "weight_memory_nj_per_frame", "static_nj_per_frame", "cycles_per_frame", "latency_mean_cycles",
                     "engine_utilisation")}
            lines.append([f"{row[COLUMNS]:.0f} x {row[ROWS]:.0f}", f"{row[LANES]:.0f}", f"{ours[FULL]:,.0f}",
                          f"{ours['weight_memory_nj_per_frame']:,.0f}", f"{ours['static_nj_per_frame']:,.0f}",
                          f"{ours['cycles_per_frame']:,.0f}", f"{ours['latency_mean_cycles']:,.0f}",
                          f"{100 * ours['engine_utilisation']:.0f}", f"{row[f'rounding.{FULL}'] / ours[FULL]:.2f}",
                          f"{row[f'zero-skip.{FULL}'] / ours[FULL]:.2f}",
                          f"{row['zero-skip.cycles_per_frame'] / ours['cycles_per_frame']:.2f}"])
        tables[f"{multipliers} multipliers"] = table(
            ["mesh", "lanes", "full, nJ", "weights", "static", "cycles", "latency", "engines, %", "rounding over",
             "zero-skip over", "cycles, zero-skip over"], lines)
    return tables


def encodings(rows):
    """Return energy and cycles of sigma-delta and rounding for each scale and encoding, and the error."""
    def lines_of(figure):
        lines = []
        for scale in values(rows, "scales"):
            cells = [shorter(scale)]
            for mode in ("sigma-delta", "rounding"):
                cells += [f"{one(rows, scales=scale, machine__encoding=encoding)[f'{mode}.{figure}']:,.0f}"
                          for encoding in values(rows, ENCODING)]
            row = one(rows, scales=scale, machine__encoding="unary")
            lines.append(cells + [f"{row[f'zero-skip.{figure}']:,.0f}", f"{100 * row['sigma-delta.class_error']:.1f}",
                                  f"{100 * row['sigma-delta.agreement']:.1f}"])
        return lines
    head = ["scale", *[f"{mode}, {encoding}" for mode in ("sigma-delta", "rounding") for encoding in values(rows, ENCODING)],
            "zero-skip", "error, %", "as float, %"]
    return {"energy": table(head, lines_of(FULL)), "cycles": table(head, lines_of("cycles_per_frame"))}


def load(rows):
    """Return the latency under load, and what machines can do at most."""
    def machine(row):
        return (row[DISCIPLINE], row[MULTICAST], row[DEPTH])
    machines = list(dict.fromkeys(machine(row) for row in rows))
    periods = [period for period in values(rows, PERIOD) if period > 0]
    saturated, loaded = [], []
    for one_machine in machines:
        mine = {row[PERIOD]: row for row in rows if machine(row) == one_machine}
        name = [f"{one_machine[0]}, {one_machine[1]}", f"{one_machine[2]:.0f}"]
        fastest = mine[0.0]
        saturated.append(name + [f"{fastest[f'{mode}.{figure}']:,.0f}" for mode in ("sigma-delta", "zero-skip")
                                 for figure in ("cycles_per_frame", "latency_mean_cycles", FULL)])
        # A machine that cannot follow has a latency that grows with the length of the run: no figure.
        loaded.append(name + [f"{mine[period]['sigma-delta.latency_mean_cycles']:,.0f}"
                              if fastest["sigma-delta.cycles_per_frame"] <= 500 * period else "behind" for period in periods])
    return {
        "saturated": table(["machine", "queue", *[f"{mode}: {figure}" for mode in ("sigma-delta", "zero-skip")
                                                  for figure in ("cycles", "latency", "nJ")]], saturated),
        "loaded": table(["machine", "queue", *[f"{period:g} us" for period in periods]], loaded),
    }


def break_even(rows):
    """Return sigma-delta's energy, and rounding's and zero-skip's over it, by stride and memory."""
    strides, memories = values(rows, "stimulus.stride"), values(rows, WEIGHTS)

    def grid(cell):
        lines = [[f"{stride:.0f}", f"{100 * (1 - 0.98 ** stride):.1f}",
                  *[cell(one(rows, **{"stimulus.stride": stride, WEIGHTS: kib})) for kib in memories]] for stride in strides]
        return table(["stride", "changed, %", *[f"{kib:.0f} KiB" for kib in memories]], lines)
    return {
        "energy": grid(lambda row: f"{row[f'sigma-delta.{FULL}']:,.0f}"),
        "rounding": grid(lambda row: f"{row[f'rounding.{FULL}'] / row[f'sigma-delta.{FULL}']:.2f}"),
        "zero-skip": grid(lambda row: f"{row[f'zero-skip.{FULL}'] / row[f'sigma-delta.{FULL}']:.2f}"),
    }


def memory(rows):
    """Return energy, time and traffic for every size of the memories; `touched` is sigma-delta with such scans."""
    opponents = ("dense", "zero-skip", "rounding")
    energy, time, traffic = [], [], []
    for row in (r for r in rows if r[SCAN] == "all"):
        touched = one(rows, **{key: row[key] for key in (WEIGHTS, CACHE, STATES)}, **{SCAN: "touched"})
        sizes = [f"{row[key]:.0f}" for key in (WEIGHTS, CACHE, STATES)]

        def every(figure, row=row, touched=touched):
            return [*[row[f"{mode}.{figure}"] for mode in (*opponents, "sigma-delta")], touched[f"sigma-delta.{figure}"]]

        def cells(figure, every=every):
            return [f"{value / 1000:,.1f}" for value in every(figure)]

        def over(mode, figure, row=row):
            return f"{row[f'{mode}.{figure}'] / row[f'sigma-delta.{figure}']:.2f}"
        energy.append([*sizes, *cells(FULL), f"{row['sigma-delta.off_chip_nj_per_frame'] / 1000:,.1f}",
                       *[over(mode, FULL) for mode in opponents]])
        time.append([*sizes, *cells("latency_mean_cycles"),
                     *[over(mode, figure) for figure in ("latency_mean_cycles", "cycles_per_frame") for mode in opponents]])
        traffic.append([*sizes, *[f"{read / row['frames'] / 1024:,.0f} + {written / row['frames'] / 1024:,.0f}" for read, written
                                  in zip(every("off_chip_bytes_read"), every("off_chip_bytes_written"))]])
    head = ["weights, KiB", "cache", "states", *opponents, "sigma-delta", "touched"]
    over_us = [f"{mode} over" for mode in opponents]
    return {
        "energy": table([*head, "off chip", *over_us], energy),
        "time": table([*head, *over_us, *[f"cycles, {text}" for text in over_us]], time),
        "traffic": table(head, traffic),
    }


TABLES = {"lanes-and-mesh": lanes_and_mesh, "encodings": encodings, "load": load, "break-even": break_even, "memory": memory}
