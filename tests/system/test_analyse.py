"""`sigdel analyse` against NumPy: every figure of its tables recomputed another way, on random grids."""
import csv
import itertools
import math
import os
import pathlib
import sys
import unittest
import xml.etree.ElementTree

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)

LANES, BANKS, NETS, MODES = ("2", "8", "4"), ("-1", "0", "3", "7"), ("first, one", 'the "second"'), ("dense", "sigma-delta", "z")
SHAPE = (len(LANES), len(BANKS), len(NETS), len(MODES))
AXES = {"lanes": LANES, "banks": BANKS, "net": NETS}


def rows_of(path):
    """Return a table's rows as dictionaries."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Grid(program.FolderTest):
    """One random table, complete, with a column of values above zero and one with zeros and ties."""

    def setUp(self):
        super().setUp()
        random = numpy.random.RandomState(18)
        self.nj = numpy.exp(random.standard_normal(SHAPE))
        self.rate = random.randint(0, 4, SHAPE).astype(float)
        self.table = self.folder / "table.csv"
        with self.table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["point", "lanes", "banks", "net", "mode", "nj", "rate"])
            for number, place in enumerate(itertools.product(*map(range, SHAPE))):
                writer.writerow([number, LANES[place[0]], BANKS[place[1]], NETS[place[2]], MODES[place[3]],
                                 repr(float(self.nj[place])), self.rate[place]])

    def analyse(self, *more):
        """Run the program on the table."""
        done = program.sigdel("analyse", self.table, "--axes", "lanes,banks,net", "--objectives", "nj,rate:max", *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def near(self, cell, value, what):
        """Compare a cell of six digits with a number."""
        self.assertTrue(math.isclose(float(cell), value, rel_tol=5.1e-6, abs_tol=1e-9), f"{what}: {cell}, expected {value}")

    def test_non_dominated_points(self):
        self.analyse()
        costs = numpy.stack([self.nj.ravel(), -self.rate.ravel()], axis=1)
        no_worse = (costs[:, None] <= costs[None]).all(axis=2)
        better = (costs[:, None] < costs[None]).any(axis=2)
        front = numpy.flatnonzero(~(no_worse & better).any(axis=0))
        expected = [[axis[i] for axis, i in zip((LANES, BANKS, NETS, MODES), numpy.unravel_index(p, SHAPE))] for p in front]
        rows = rows_of(self.folder / "pareto.csv")
        self.assertEqual([[row[name] for name in ("lanes", "banks", "net", "mode")] for row in rows], expected)
        self.assertEqual([float(row["nj"]) for row in rows], self.nj.ravel()[front].tolist())
        self.assertGreater(len(rows), 1)

    def test_ratios_and_differences(self):
        self.analyse()
        for row in rows_of(self.folder / "sensitivity.csv"):
            axis, mode = list(AXES).index(row["axis"]), MODES.index(row["mode"])
            values = numpy.moveaxis((self.nj if row["metric"] == "nj" else self.rate)[..., mode], axis, 0)
            lines = values.reshape(values.shape[0], -1)
            self.assertEqual((int(row["lines"]), int(row["points"])), (lines.shape[1], lines.size))
            self.near(row["difference"], (lines[-1] - lines[0]).mean(), row)
            lines = lines[:, (lines > 0).all(axis=0)]
            self.assertEqual(int(row["ratio_lines"]), lines.shape[1])
            if lines.shape[1] == 0:
                self.assertEqual(row["ratio"] + row["span"] + row["elasticity"], "")
                continue
            ratios = lines[-1] / lines[0]
            self.near(row["ratio"], numpy.exp(numpy.log(ratios).mean()), row)
            self.near(row["least_ratio"], ratios.min(), row)
            self.near(row["largest_ratio"], ratios.max(), row)
            self.near(row["span"], numpy.exp(numpy.log(lines.max(axis=0) / lines.min(axis=0)).mean()), row)

    def test_elasticity_is_a_regression_with_a_constant_for_each_line(self):
        self.analyse()
        for row in rows_of(self.folder / "sensitivity.csv"):
            if row["axis"] != "lanes" or row["metric"] != "nj":
                self.assertEqual(row["elasticity"] != "", row["axis"] == "lanes" and row["ratio"] != "", row)
                continue
            y = numpy.log(self.nj[..., MODES.index(row["mode"])].reshape(len(LANES), -1))
            x = numpy.log([float(text) for text in LANES])
            count = y.shape[1]
            design = numpy.hstack([numpy.tile(x, count)[:, None], numpy.kron(numpy.eye(count), numpy.ones((len(x), 1)))])
            self.near(row["elasticity"], numpy.linalg.lstsq(design, y.T.ravel(), rcond=None)[0][0], row)
            alone = [numpy.polyfit(x, y[:, line], 1)[0] for line in range(count)]
            self.near(row["least_elasticity"], min(alone), row)
            self.near(row["largest_elasticity"], max(alone), row)

    def test_shares_of_variance(self):
        self.analyse()
        for row in rows_of(self.folder / "sensitivity.csv"):
            if row["metric"] != "nj":
                self.assertEqual(row["first_order"], "", "the rate is zero somewhere")
                continue
            axis = list(AXES).index(row["axis"])
            log_y = numpy.log(self.nj[..., MODES.index(row["mode"])])
            others = tuple(a for a in range(3) if a != axis)
            self.near(row["first_order"], log_y.mean(axis=others).var() / log_y.var(), row)
            # The law of total variance: what the others together do not explain.
            self.near(row["total"], 1 - log_y.mean(axis=axis).var() / log_y.var(), row)

    def test_rank_correlation(self):
        self.analyse()
        for row in rows_of(self.folder / "sensitivity.csv"):
            if row["axis"] == "net":
                self.assertEqual(row["rank_correlation"], "")
                continue
            y = (self.nj if row["metric"] == "nj" else self.rate)[..., MODES.index(row["mode"])].ravel()
            axis = list(AXES).index(row["axis"])
            x = numpy.array([float(AXES[row["axis"]][i]) for i in numpy.indices(SHAPE[:3])[axis].ravel()])
            ranks = [((v[:, None] > v).sum(axis=1) + (v[:, None] >= v).sum(axis=1)) / 2.0 for v in (x, y)]
            self.near(row["rank_correlation"], numpy.corrcoef(*ranks)[0, 1], row)

    def test_break_even_map(self):
        self.analyse("--break-even", "lanes,banks,nj")
        for row in rows_of(self.folder / "breakeven.csv"):
            values = self.nj[LANES.index(row["lanes"]), BANKS.index(row["banks"]), NETS.index(row["net"])]
            order = values.argsort()
            self.assertEqual([row["winner"], row["runner_up"]], [MODES[order[0]], MODES[order[1]]])
            self.near(row["lead"], values[order[1]] / values[order[0]], row)
        crossings = rows_of(self.folder / "crossings.csv")
        self.assertGreater(len(crossings), 10)
        for row in crossings:
            along, held = AXES[row["along"]], AXES[row["held"]]
            net = self.nj[:, :, NETS.index(row["net"])]
            lines = net if row["along"] == "lanes" else net.swapaxes(0, 1)
            start, end = (numpy.log(lines[along.index(row[side]), held.index(row["at"])]) for side in ("from", "to"))
            a, b = float(row["from"]), float(row["to"])
            place = float(row["crossing"])
            # Along lanes, all above zero, on a logarithmic axis.
            share = math.log(place / a) / math.log(b / a) if row["along"] == "lanes" else (place - a) / (b - a)
            values = start + share * (end - start)
            before, after = MODES.index(row["before"]), MODES.index(row["after"])
            self.assertTrue(0 <= share <= 1, row)
            self.assertAlmostEqual(values[before], values.min(), places=4)
            self.assertAlmostEqual(values[after], values.min(), places=4)
            self.assertLess((end - start)[after], (end - start)[before])

    def test_between_crossings_nobody_changes(self):
        self.analyse("--break-even", "lanes,banks,nj")
        crossings = rows_of(self.folder / "crossings.csv")
        order = sorted(range(len(LANES)), key=lambda i: float(LANES[i]))
        for net, bank in itertools.product(range(len(NETS)), range(len(BANKS))):
            for i, j in zip(order, order[1:]):
                start, end = (numpy.log(self.nj[level, bank, net]) for level in (i, j))
                winners = [int((start + s * (end - start)).argmin()) for s in numpy.linspace(0, 1, 20001)]
                changes = [(MODES[a], MODES[b]) for a, b in zip(winners, winners[1:]) if a != b]
                found = [(row["before"], row["after"]) for row in crossings if row["along"] == "lanes" and
                         (row["net"], row["at"], row["from"], row["to"]) == (NETS[net], BANKS[bank], LANES[i], LANES[j])]
                self.assertEqual(found, changes)

    def test_pictures_are_svg_and_the_files_are_the_same_again(self):
        output = self.analyse("--break-even", "lanes,banks,nj")
        first = program.contents(self.folder)
        for name in ("pareto.svg", "sensitivity.svg", "breakeven.svg"):
            self.assertIn(name, output)
            self.assertTrue(xml.etree.ElementTree.fromstring(first[name]).tag.endswith("svg"))
        self.analyse("--break-even", "lanes,banks,nj")
        self.assertEqual(program.contents(self.folder), first)

    def test_without_gnuplot_only_the_pictures_are_missing(self):
        path = os.environ["PATH"]
        self.addCleanup(os.environ.__setitem__, "PATH", path)
        os.environ["PATH"] = str(self.folder)
        self.assertIn("No pictures: gnuplot: there is no such program; pictures need it: apt-get install", self.analyse())
        self.assertEqual(sorted(program.contents(self.folder)), ["pareto.csv", "sensitivity.csv", "table.csv"])

    def test_bad_arguments(self):
        for arguments, message in (
                (["--axes", "lane"], "there is no column 'lane'; there are: point, lanes, banks, net, mode, nj, rate"),
                (["--axes", "lanes"], "rows 2 and 5 agree in all axes and in 'mode'"),
                (["--axes", "lanes,banks,net", "--break-even", "lanes,lanes,nj"], "expected two different axes"),
                (["--axes", "lanes,banks,net", "--break-even", "lanes,bank,nj"],
                 "'bank' is none of the axes: lanes, banks, net, mode")):
            done = program.sigdel("analyse", self.table, "--objectives", "nj", *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(message, done.stderr)
            self.assertEqual(sorted(program.contents(self.folder)), ["table.csv"])


if __name__ == "__main__":
    unittest.main()
