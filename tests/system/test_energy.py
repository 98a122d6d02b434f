"""Full energies per category, recomputed from activity.json and the YAML tables alone, by docs/formats/energy-table.md.

It shares no code with the program, and reads YAML by itself: the tables are lines of one flow map each.
"""
import json
import math
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from program import QUICKSTART, SOURCE, options  # noqa: E402

CATEGORIES = {
    "arithmetic": ("add", "subtract", "multiply", "shift", "compare", "round"),
    "weight-memory": ("weight_read",),
    "state-memory": ("state_read", "state_write"),
    "queues": ("inbox_write", "inbox_read", "outbox_write", "outbox_read", "router_queue_write", "router_queue_read"),
    "network": ("router_traverse", "link_traverse"),
    "off-chip": ("dram_read", "dram_write", "dram_activate"),
    "static": ("weight_leakage", "state_leakage", "lane_leakage", "core_leakage", "router_leakage", "lane_clock",
               "core_clock", "router_clock"),
}
# Stillmaker and Baas 2017: f(V) = a2 V^2 + a1 V + a0
NODES = {45: (1.018, -.3107, .1539), 16: (.2958, -.1241, .03024)}


def rows_of(name):
    """Return a shipped table's coefficients as dictionaries of text."""
    rows = []
    for line in (SOURCE / f"energy/tables/{name}.yaml").read_text().split("\n"):
        found = re.match(r"  - \{(action: .*?)(, note: .*)?\}$", line)
        if found:
            rows.append(dict(pair.split(": ", 1) for pair in found[1].split(", ")))
    return rows


class Prices:
    """A table's prices for cells, a temperature and a clock."""

    def __init__(self, table, clock_mhz, cells="lop", temperature=320):
        self.clock_mhz = clock_mhz
        self.rows = [row for row in rows_of(table)
                     if row.get("cells", cells) == cells
                     and row.get("temperature_k", str(temperature)) == str(temperature)]

    def price(self, action, bits, memory):
        """Return pJ per action."""
        rows = [row for row in self.rows if row["action"] == action and int(row.get("bits", 0)) == bits]
        if not rows:
            raise KeyError((action, bits))
        if action.endswith("leakage"):
            row, = rows
            size = memory / int(row["memory_bytes"]) if memory else 1
            return float(row["power_uw"]) / self.clock_mhz * size
        if not memory or rows[0]["memory_bytes"] == "any":
            return float(rows[0]["energy_pj"])
        sizes = sorted((int(row["memory_bytes"]), float(row["energy_pj"])) for row in rows)
        low = max([i for i, (size, _) in enumerate(sizes) if size <= memory] + [0])
        (b1, e1), (b2, e2) = sizes[min(low, len(sizes) - 2)], sizes[min(low, len(sizes) - 2) + 1]
        return e1 * (memory / b1) ** (math.log(e2 / e1) / math.log(b2 / b1))

    def energies(self, records):
        """Return pJ per category."""
        sums = dict.fromkeys(CATEGORIES, 0.0)
        for record in records:
            category = next(name for name, actions in CATEGORIES.items() if record["action"] in actions)
            sums[category] += record["count"] * self.price(record["action"], record["bits"], record["memory_bytes"])
        return sums


class Energies(program.FolderTest):
    def run_quickstart(self, **keys):
        """Return report and activity of a short quickstart."""
        done = program.sigdel("run", QUICKSTART,
                              *options(stimulus__frames=20, output__folder=self.folder / "out", **keys))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads((self.folder / "out" / name).read_text()) for name in ("report.json", "activity.json")]

    def assert_close(self, one, other, where):
        self.assertTrue(math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9), f"{where}: {one} and {other}")

    def compare(self, report, activity, prices):
        """Every category, layer sum and total of every mode."""
        self.assertEqual(len(report["modes"]), len(activity["modes"]))
        for mode, counted in zip(report["modes"], activity["modes"]):
            name, energy = mode["mode"], mode["energy"]
            mine = prices.energies(counted["records"])
            for category, pj in mine.items():
                self.assert_close(energy["categories_pj"][category], pj, f"{name} {category}")
            self.assert_close(energy["full_pj"], sum(mine.values()), name)
            self.assert_close(energy["dynamic_pj"], sum(mine.values()) - mine["static"], name)
            in_8bit = [record for record in counted["records"] if record["action"] not in ("weight_read", "multiply")]
            self.assert_close(energy["full_8bit_pj"],
                              sum(prices.energies(in_8bit + counted["records_8bit"]).values()), name + " 8b")
            for layer in mode["layers"]:
                records = [record for record in counted["records"] if record["layer"] == layer["name"]]
                self.assert_close(layer["energy"]["dynamic_pj"], sum(prices.energies(records).values()), layer["name"])

    def test_every_table(self):
        for table in ("horowitz-45nm", "seneca-22nm", "loihi-14nm"):
            with self.subTest(table):
                report, activity = self.run_quickstart(energy__table=table)
                self.assertTrue(report["all_checks_passed"])
                self.compare(report, activity, Prices(table, 500))

    def test_cells_temperature_clock_and_sizes(self):
        report, activity = self.run_quickstart(energy__sram_cells="hp", energy__temperature_k=360,
                                               machine__clock_mhz=250, machine__core__state_memory_kib=20,
                                               machine__core__weight_memory_kib=200)
        self.compare(report, activity, Prices("horowitz-45nm", 250, "hp", 360))

    def test_static_energy_covers_the_frame_period(self):
        static = {}
        for period in (0, 100, 200):
            report, activity = self.run_quickstart(machine__frame_period_us=period)
            self.compare(report, activity, Prices("horowitz-45nm", 500))
            mode = report["modes"][-1]
            static[period] = mode["energy"]["categories_pj"]["static"]
            cycles = 20 * period * 500 if period else mode["machine"]["total_cycles"]
            self.assertEqual(mode["machine"]["powered_cycles"], cycles)
        self.assert_close(static[200], 2 * static[100], "twice the period")

    def test_eight_bit_words_are_those_of_an_eight_bit_run(self):
        wide = self.run_quickstart()[1]
        narrow = self.run_quickstart(network__weight_bits=8, network__activation_bits=8)[1]

        def words(mode, key):
            return sum(record["count"] for record in mode[key] if record["action"] == "weight_read")

        dense = [activity["modes"][0] for activity in (wide, narrow)]  # which sends the same events at any width
        self.assertEqual(words(dense[0], "records_8bit"), words(dense[1], "records"))
        self.assertEqual(dense[1]["records_8bit"],
                         [record for record in dense[1]["records"] if record["action"] in ("weight_read", "multiply")])

    def test_scaled_node(self):
        report, activity = self.run_quickstart(energy__scale_to_nm=16)
        table = report["energy_table"]
        self.assertIn("from 45 nm 0.9 V to 16 nm 0.8 V: logic x 0.172", table["scaling"])
        value = {nm: lambda v, c=c: c[0] * v * v + c[1] * v + c[2] for nm, c in NODES.items()}
        prices = Prices("horowitz-45nm", 500)
        mode, counted = report["modes"][-1], activity["modes"][-1]
        arithmetic = prices.energies(counted["records"])["arithmetic"] * value[16](.8) / value[45](.9)
        self.assert_close(mode["energy"]["categories_pj"]["arithmetic"], arithmetic, "arithmetic")
        used = {price["action"]: price["kind"] for price in table["prices"]}
        self.assertEqual((used["add"], used["weight_read"], used["weight_leakage"]), ("scaled", "assumed", "assumed"))

    def test_priced_again_in_the_same_way(self):
        report, _ = self.run_quickstart(energy__sram_cells="lstp", energy__scale_to_nm=7, energy__scale_to_v=0.8)
        done = program.sigdel("price", self.folder / "out/activity.json", "--cells", "lstp", "--scale-to", 7,
                              "--voltage", 0.8)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for mode in report["modes"]:
            full = f"{mode['per_frame']['full_nj']:.2f}"
            self.assertRegex(done.stdout, rf"\n{mode['mode']} .* {re.escape(full)} +[0-9.]+\n")
        for verdict in report["verdicts"]:
            word = "beats" if verdict["energy_ratio"] >= 1 else "loses to"
            self.assertIn(f"sigma-delta {word} {verdict['opponent']} by", done.stdout)

    def test_verdicts_are_the_ratios_of_the_modes(self):
        report, _ = self.run_quickstart()
        modes = {mode["mode"]: mode for mode in report["modes"]}
        self.assertEqual([verdict["opponent"] for verdict in report["verdicts"]],
                         ["dense", "zero-skip", "temporal-difference"])
        ours = modes["sigma-delta"]
        for verdict in report["verdicts"]:
            theirs = modes[verdict["opponent"]]
            self.assert_close(verdict["energy_ratio"], theirs["energy"]["full_pj"] / ours["energy"]["full_pj"],
                              "energy")
            self.assert_close(verdict["cycles_ratio"],
                              theirs["machine"]["total_cycles"] / ours["machine"]["total_cycles"], "cycles")
            area = report["area"]
            self.assert_close(verdict["cycles_ratio_equal_area"],
                              verdict["cycles_ratio"] * area["multiplier_lanes_um2"] / area["adder_lanes_um2"], "area")
            differences = {name: theirs["energy"]["categories_pj"][name] - pj
                           for name, pj in ours["energy"]["categories_pj"].items()}
            self.assertEqual(verdict["decided_by"], max(differences, key=differences.get))

    def test_refusals(self):
        for keys, says in (({"energy__scale_to_v": 0.8}, "write energy.scale_to_nm too"),
                           ({"energy__scale_to_nm": 22}, "65, 45, 32, 20, 16, 10, 7"),
                           ({"energy__scale_to_nm": 7, "energy__scale_to_v": 0.3}, "0.3 V is outside"),
                           ({"energy__scale_to_nm": 7, "energy__table": "loihi-14nm"},
                            "no scaling coefficients for 14 nm"),
                           ({"energy__sram_cells": "fast"}, "hp, lop, lstp")):
            with self.subTest(says):
                done = program.sigdel("run", QUICKSTART, *options(output__folder=self.folder / "none", **keys))
                self.assertEqual(done.returncode, 2)
                self.assertIn(says, done.stderr)
                self.assertFalse((self.folder / "none").exists())

    def test_a_table_in_the_current_folder(self):
        text = (SOURCE / "energy/tables/horowitz-45nm.yaml").read_text()
        self.write("mine", text.replace("name: horowitz-45nm", "name: mine"))
        done = program.sigdel("check", QUICKSTART, *options(energy__table="./mine"), cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
