"""The three ways to map a network, and mapping files that travel from one run to the next.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_mapping.py
"""
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from program import QUICKSTART, options  # noqa: E402

LAYERS = {"fc1": (784, 200), "fc2": (200, 200), "fc3": (200, 10)}
STATE_MEMORY = 8 * 1024


class Mapping(program.FolderTest):
    """The quick start on its machine, mapped in several ways."""

    def run_mapped(self, folder, **values):
        """Run a few frames of sigma-delta; return the written files."""
        done = program.sigdel("run", QUICKSTART, *options(stimulus__frames=5, modes="sigma-delta",
                                                          machine__modes="sigma-delta",
                                                          output__folder=self.folder / folder, **values))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return program.contents(self.folder / folder)

    def refused(self, *says, **values):
        """Check that `sigdel check` refuses these keys with code 2, and what it says."""
        done = program.sigdel("check", QUICKSTART, *options(**values))
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        for words in says:
            self.assertIn(words, done.stderr)

    def comparable(self, files):
        """Return a report without what names the folder, the mapping's file or the host's speed."""
        report = json.loads(files["report.json"])
        del report["timing"], report["resolved"]
        return json.dumps(report)  # the order of keys counts too

    def test_a_written_mapping_gives_the_same_run(self):
        first = self.run_mapped("first")
        again = self.run_mapped("again", machine__mapping__strategy="explicit",
                                machine__mapping__file=self.folder / "first/mapping.yaml")
        self.assertEqual(sorted(again), program.RESULTS)
        self.assertEqual(self.comparable(again), self.comparable(first))
        for name in ("activity.json", "frames.csv", "layers.csv", "mapping.yaml"):
            self.assertEqual(again[name], first[name], name)

    def test_an_edited_mapping_moves_work_and_changes_no_result(self):
        first = self.run_mapped("first")
        swapped = re.sub(r"core_0_0|core_2_2", lambda match: "[2, 2]" if match[0] == "core_0_0" else "core_0_0",
                         first["mapping.yaml"].decode())
        mine = self.write("mine.yaml", swapped)
        second = self.run_mapped("second", machine__mapping__strategy="explicit", machine__mapping__file=mine)
        reports = [json.loads(files["report.json"]) for files in (first, second)]
        cores = [{core["name"]: core for core in report["mapping"]["cores"]} for report in reports]
        self.assertEqual(cores[0]["core_0_0"]["layers"], cores[1]["core_2_2"]["layers"])
        self.assertEqual(cores[1]["core_0_0"]["layers"], [{"name": "fc3", "neurons": [0, 9]}])
        modes = [report["modes"][0] for report in reports]
        self.assertEqual(modes[0]["outputs_hash"], modes[1]["outputs_hash"])
        self.assertEqual(modes[0]["tallies"], modes[1]["tallies"])
        self.assertNotEqual(modes[0]["machine"]["hops"], modes[1]["machine"]["hops"])

    def test_the_mapping_that_was_read_is_not_overwritten(self):
        text = "# mine\n" + self.run_mapped("results")["mapping.yaml"].decode()
        mine = self.write("results/mapping.yaml", text)
        self.run_mapped("results", machine__mapping__strategy="explicit", machine__mapping__file=mine)
        self.assertEqual(mine.read_text(), text)

    def test_report_adds_up(self):
        for strategy, mesh in (("auto", (3, 3)), ("layer-per-row", (4, 3)), ("auto", (2, 1))):
            with self.subTest(strategy=strategy, mesh=mesh):
                memory = 1024 if mesh == (2, 1) else 256
                files = self.run_mapped("results", machine__mapping__strategy=strategy, machine__mesh__columns=mesh[0],
                                        machine__mesh__rows=mesh[1], machine__core__weight_memory_kib=memory)
                self.check_report(json.loads(files["report.json"])["mapping"], mesh[0] * mesh[1], memory * 1024)

    def check_report(self, mapping, cores, weight_memory):
        """Check every figure of the report's mapping against the parts it lists."""
        self.assertEqual((mapping["weight_capacity_bytes"], mapping["state_capacity_bytes"]),
                         (weight_memory, STATE_MEMORY))
        self.assertEqual(len(mapping["cores"]), cores)
        neurons = {name: [] for name in LAYERS}
        for core in mapping["cores"]:
            counts = []
            for part in core["layers"]:
                first, last = part["neurons"]
                neurons[part["name"]] += range(first, last + 1)
                counts.append((LAYERS[part["name"]][0], last - first + 1))
            self.assertEqual(core["dense_updates"], sum(inputs * n for inputs, n in counts))
            self.assertEqual(core["weight_bytes"], sum((inputs * 4 + 4) * n for inputs, n in counts))
            self.assertEqual(core["state_bytes"], sum(6 * n for _, n in counts))
        for name, (_, outputs) in LAYERS.items():
            self.assertEqual(sorted(neurons[name]), list(range(outputs)))
        work = [core["dense_updates"] for core in mapping["cores"]]
        self.assertAlmostEqual(mapping["busiest_to_mean"], max(work) * len(work) / sum(work), 12)
        for core in mapping["cores"]:
            self.assertAlmostEqual(core["of_busiest"], core["dense_updates"] / max(work), 12)

    def test_check_shows_memory_and_work(self):
        done = program.sigdel("check", QUICKSTART, *options(machine__mapping__strategy="layer-per-row",
                                                            machine__core__weight_memory_kib=256))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Mapping (layer-per-row): 3 x 3 cores", done.stdout)
        self.assertRegex(done.stdout, r"core_0_2 +fc1 \[133\.\.199\] +210380 +80\.3 % +402 +4\.9 % +52528 +100\.0 %")
        self.assertIn("Balance: the busiest core has 2.38 times the mean's dense updates", done.stdout)

    def test_errors_name_key_layer_need_and_capacity(self):
        self.refused("machine.mapping.strategy, machine.mesh.rows: layer 'fc3' has no row of the mesh: 3 layers need 3 "
                     "rows, and the mesh has 2", machine__mapping__strategy="layer-per-row", machine__mesh__rows=2)
        self.refused("layer 'fc1' does not fit row 0", "66 of its neurons on core_0_0 need 207240 bytes of weights", "a core holds 204800",
                     machine__mapping__strategy="layer-per-row", machine__core__weight_memory_kib=200)
        self.refused("machine.mapping.file: missing", machine__mapping__strategy="explicit")
        self.refused("machine.mapping.file: the strategy `auto` reads no file", machine__mapping__file="m.yaml")
        self.refused("machine.mapping.file: none.yaml: there is no such file", machine__mapping__strategy="explicit",
                     machine__mapping__file="none.yaml")
        self.refused("machine.mapping.strategy: expected one of auto, layer-per-row, explicit",
                     machine__mapping__strategy="automatic")
        written = self.run_mapped("first")["mapping.yaml"].decode()
        for old, new, says in (
                ("fc2", "fc9", "layers.fc9: the network has no such layer; it has fc1, fc2, fc3"),
                ("core_2_2", "core_3_0", "layers.fc3[0].core: there is no core_3_0; the mesh has 3 x 3 cores"),
                ("[0, 9]", "[0, 10]", "layers.fc3[0].neurons: neuron 10, but layer 'fc3' has 10 neurons"),
                ("[0, 9]", "[0, 8]", "layers.fc3: neuron 9 of layer 'fc3' has no core")):
            self.assertIn(old, written)
            mine = self.write("mine.yaml", written.replace(old, new))
            line = 1 + mine.read_text().split("\n").index(next(t for t in mine.read_text().split("\n") if new in t))
            self.refused(f"machine.mapping.file: {mine}:{line}: {says}",
                         machine__mapping__strategy="explicit", machine__mapping__file=mine)
        self.refused("machine.mapping.file: mapping: with layer 'fc1' core_0_0 needs 103620 bytes of weights", "has 102400",
                     machine__mapping__strategy="explicit", machine__mapping__file=self.folder / "first/mapping.yaml",
                     machine__core__weight_memory_kib=100)


if __name__ == "__main__":
    unittest.main()
