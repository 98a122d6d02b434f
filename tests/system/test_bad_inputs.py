"""Bad inputs, from outside: each ends with code 2, one clear message on stderr, and no file written or touched.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_bad_inputs.py
"""
import json
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from program import IMAGES, LABELS, NETWORK, PIXELS, TABLE, idx, linear_model, options  # noqa: E402

# What a message for users must not contain: words of the libraries and of the language.
INTERNALS = re.compile(r"exception|terminate|std::|what\(\)|internal error|\[json|yaml-cpp|\(anonymous|protobuf|"
                       r"SystemC|Segmentation|assert", re.IGNORECASE)

SCENARIO = """\
name: bad
network:
  file: {network}
scales: 2.0
stimulus:
  images: {images}
  labels: {labels}
  frames: 3
machine:
  clock_mhz: 500
  mesh: {{columns: 3, rows: 3}}
output:
  folder: {folder}/results
"""


class BadInput(program.FolderTest):
    """The helpers of all."""

    def setUp(self):
        super().setUp()
        self.scenario = self.write("bad.yaml", SCENARIO.format(network=NETWORK, images=IMAGES, labels=LABELS,
                                                               folder=self.folder))

    def line_of(self, text):
        """Return `file:line` of the scenario's first line with the text."""
        lines = self.scenario.read_text().split("\n")
        return f"{self.scenario}:{next(i for i, line in enumerate(lines, 1) if text in line)}"

    def edit(self, old, new):
        """Replace text in the scenario."""
        text = self.scenario.read_text()
        self.assertEqual(text.count(old), 1, old)
        self.scenario.write_text(text.replace(old, new))

    def refused(self, *arguments, says, lines=1, cwd=None):
        """The program must refuse: code 2, a message with all of the texts, nothing else."""
        before = program.contents(self.folder)
        done = program.sigdel(*arguments, cwd=cwd or self.folder)
        shown = f"sigdel {' '.join(map(str, arguments))}\n{done.stderr}"
        self.assertEqual(done.returncode, 2, shown)
        self.assertEqual(done.stdout, "", shown)
        for text in says if isinstance(says, list) else [says]:
            self.assertIn(str(text), done.stderr, shown)
        self.assertTrue(done.stderr.endswith("\n"), shown)
        self.assertEqual(len(done.stderr.splitlines()), lines, shown)
        self.assertNotRegex(done.stderr.replace(str(self.folder), ""), INTERNALS)
        self.assertEqual(program.contents(self.folder), before, shown)

    def refused_run(self, says, lines=1, **values):
        """Run the scenario with overrides; `run` and `check` must refuse with the same message."""
        for command in ("run", "check"):
            with self.subTest(command, **values):
                self.refused(command, self.scenario, *options(**values), says=says, lines=lines)


class GoodScenario(BadInput):
    """Without the mistakes the scenario of these tests runs."""

    def test_runs(self):
        done = program.sigdel("run", self.scenario)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Keys(BadInput):
    """Mistakes in the scenario's text: the message has file, line and key."""

    def test_unknown_key_names_the_nearest(self):
        self.edit("  clock_mhz: 500", "  clock_mhz: 500\n  core: {lane: 4}")
        self.refused_run([self.line_of("lane: 4"), "machine.core.lane: unknown key", "'machine.core.lanes'"])

    def test_unknown_key_of_the_top_level(self):
        self.edit("scales: 2.0", "scale: 2.0")
        self.refused_run([self.line_of("scale: "), "unknown key", "'scales'"], lines=1)

    def test_several_mistakes_at_once(self):
        self.edit("  clock_mhz: 500", "  clock_mhz: fast\n  cores: 3\n  encoding: binary")
        self.refused_run(["machine.clock_mhz", "machine.cores", "machine.encoding"], lines=3)

    def test_wrong_types(self):
        cases = (("frames: 3", "frames: many"), ("frames: 3", "frames: 3.5"), ("frames: 3", "frames: [3, b]"),
                 ("frames: 3", "frames: '3'"), ("clock_mhz: 500", "clock_mhz: quick"),
                 ("scales: 2.0", "scales: [2, b]"),
                 ("clock_mhz: 500", "clock_mhz: .nan"), ("columns: 3", "columns: 0x3"), ("rows: 3", "rows: -3"))
        good = self.scenario.read_text()
        for old, new in cases:
            with self.subTest(new):
                self.edit(old, new)
                key = new.split(":")[0]
                self.refused_run([self.line_of(new), key, "expected", "found"])
                self.scenario.write_text(good)

    def test_key_twice(self):
        self.edit("scales: 2.0", "scales: 2.0\nscales: 3.0")
        self.refused_run([self.line_of("scales: 3.0"), "scales: written twice"])

    def test_section_that_is_a_value(self):
        self.edit("machine:\n  clock_mhz: 500\n  mesh: {columns: 3, rows: 3}\n", "machine: big\n")
        self.refused_run([self.line_of("machine: big"), "machine: expected a section"])

    def test_no_clock(self):
        self.edit("  clock_mhz: 500\n", "")
        self.refused_run([self.line_of("machine:"), "machine.clock_mhz: missing"])

    def test_no_mesh(self):
        self.edit("  mesh: {columns: 3, rows: 3}\n", "  core: {lanes: 4}\n")
        self.refused_run(["machine.mesh.columns: missing", "machine.mesh.rows: missing"], lines=2)

    def test_values_out_of_range(self):
        for says, values in (("machine.core.lanes: expected an integer of 1", {"machine__core__lanes": 0}),
                             ("machine.clock_mhz: expected a number of 0.001", {"machine__clock_mhz": 0}),
                             ("machine.clock_mhz: expected a number of 0.001", {"machine__clock_mhz": 1e-20}),
                             ("machine.clock_mhz: expected a number of 0.001", {"machine__clock_mhz": -500}),
                             ("scales: expected a list, each a number of 1e-06", {"scales": -1}),
                             ("scales: expected a list, each a number of 1e-06", {"scales": 1e-300}),
                             ("scales: expected a list, each a number of 1e-06", {"scales": "[2.0, 0, 1.5]"}),
                             ("machine.mesh.columns", {"machine__mesh__columns": 65}),
                             ("machine.core.outbox_depth", {"machine__core__outbox_depth": 1}),
                             ("network.weight_bits", {"network__weight_bits": 12})):
            self.refused_run([says, "found"], **values)

    def test_unknown_mode(self):
        self.refused_run(["--set modes=fast: modes: ", "'fast'", "sigma-delta"], modes="fast")
        self.refused_run(["machine.modes", "'quick'"], machine__modes="[dense, quick]")

    def test_mode_on_the_machine_that_is_not_run(self):
        self.refused_run(["machine.modes", "'rounding'"], modes="[dense]", machine__modes="[rounding]")

    def test_number_of_scales(self):
        self.refused_run(["scales: 2 given", "3 tensors", "the frame", "'/Relu'", "'/Relu_1'"], scales="[1.0, 2.0]")

    def test_set_malformed(self):
        cases = (("x", "expected KEY=VALUE"), ("", "expected KEY=VALUE"), ("=3", "unknown key"),
                 ("machine=3", "machine: this is a section"), ("machine.core.lane=3", "'machine.core.lanes'"),
                 ("machine.core.lanes=[1", "machine.core.lanes: the value is not YAML"),
                 ("machine.core.lanes=", "machine.core.lanes: expected"), ("output.folder=", "output.folder: expected"))
        for argument, says in cases:
            with self.subTest(argument):
                self.refused("run", self.scenario, "--set", argument, says=[f"--set {argument}", says])


class ScenarioFiles(BadInput):
    """Mistakes before any key is read."""

    def test_empty(self):
        for text in ("", "\n\n", "# nothing\n", "---\n"):
            with self.subTest(text):
                self.refused("run", self.write("empty.yaml", text), says=["empty.yaml", "empty"])

    def test_missing(self):
        self.refused("run", "none.yaml", says="none.yaml: there is no such file")

    def test_folder(self):
        self.refused("run", self.folder, says=[self.folder, "folder"])

    def test_no_yaml(self):
        self.refused("run", self.write("broken.yaml", "network: {file: x\nscales: ]\n"),
                     says=["broken.yaml:", "not YAML"])
        self.refused("check", self.write("tabs.yaml", "network:\n\tfile: x\n"), says=["tabs.yaml:2", "not YAML"])
        self.refused("check", self.write("list.yaml", "- a\n- b\n"), says=["list.yaml:1", "list"])
        self.refused("check", self.write("two.yaml", "name: a\n---\nname: b\n"),
                     says=["two.yaml:", "second YAML document"])

    def test_bytes_that_are_no_text(self):
        self.refused("check", self.write("noise.yaml", bytes(range(256)) * 8), says="noise.yaml")


class Files(BadInput):
    """Files that the scenario names."""

    def test_missing_files(self):
        for key in ("network.file", "stimulus.images", "stimulus.labels", "energy.table"):
            with self.subTest(key):
                self.refused("run", self.scenario, "--set", f"{key}=./none.yaml",
                             says=[f"--set {key}=", f"{key}: ", "none"])

    def test_missing_file_in_the_scenario_names_its_line(self):
        for file, key in ((NETWORK, "network.file"), (IMAGES, "stimulus.images"), (LABELS, "stimulus.labels")):
            with self.subTest(key):
                good = self.scenario.read_text()
                self.edit(str(file), "none.bin")
                self.refused_run([f"{self.line_of('none.bin')}: {key}: ", "none.bin", "no such file"])
                self.scenario.write_text(good)

    def test_folders_in_the_place_of_files(self):
        for key in ("network.file", "stimulus.images", "stimulus.labels", "energy.table"):
            with self.subTest(key):
                self.refused("run", self.scenario, "--set", f"{key}={self.folder}/", says=f"{key}: ")

    def test_unknown_table(self):
        self.refused_run(["energy.table: energy table 'none'", "horowitz-45nm"], energy__table="none")

    def test_names_longer_than_the_system_allows(self):
        self.refused_run(["energy.table: energy table 'xxx", "does not exist"], energy__table="x" * 300)
        for key in ("network.file", "stimulus.images", "stimulus.labels", "energy.table"):
            with self.subTest(key):
                self.refused("run", self.scenario, "--set", f"{key}=./{'x' * 300}.yaml",
                             says=[f"{key}: ", "cannot be read"])
        for command in ("run", "inspect", "price"):
            with self.subTest(command):
                self.refused(command, "x" * 300, says="cannot be read")

    def test_wrong_input_size(self):
        images = self.write("small", idx(0x803, [4, 27, 28], bytes(4 * 27 * 28)))
        labels = self.write("labels", idx(0x801, [4], bytes(4)))
        self.refused_run(["stimulus.images", "756 values", "784", NETWORK.name], stimulus__images=images,
                         stimulus__labels=labels)

    def test_images_damaged(self):
        data = IMAGES.read_bytes()
        for name, content, says in (("short", data[:-1], "truncated"), ("long", data + b"x", "more than"),
                                    ("header", data[:9], "truncated"), ("empty", b"", "the file is empty"),
                                    ("none", idx(0x803, [0, 28, 28], b""), "holds nothing"),
                                    ("labels", LABELS.read_bytes(), "magic number"),
                                    ("gzip", b"\x1f\x8b" + data, "gunzip")):
            with self.subTest(name):
                self.refused_run([f"stimulus.images: {self.folder / name}: ", says],
                                 stimulus__images=self.write(name, content))

    def test_labels_shorter_than_images(self):
        self.refused_run(["stimulus.labels: ", "499 labels", "500 images"],
                         stimulus__labels=self.write("labels", idx(0x801, [499], bytes(499))))

    def test_label_that_is_no_output(self):
        self.refused_run(["stimulus.labels: ", "frame 0 is 10", "0 to 9"],
                         stimulus__labels=self.write("labels", idx(0x801, [500], bytes([10] * 500))))

    def test_frames_beyond_the_last(self):
        self.refused_run(["stimulus.images: ", "500 frames"], stimulus__frames=501)
        self.refused_run(["stimulus.images: ", "500 frames"], stimulus__first=500, stimulus__frames=0)


class Networks(BadInput):
    """ONNX files; those that are made here are encoded by hand."""

    def refused_network(self, name, content, says):
        """`inspect`, `run` and `check` must refuse a network file with the same message."""
        path = self.write(name, content)
        self.refused("inspect", path, says=[path, *says])
        self.refused_run(["network.file: ", path, *says], network__file=path)

    def test_a_good_one_passes(self):
        done = program.sigdel("inspect", self.write("good.onnx", linear_model(operator="Relu")))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("only", done.stdout)

    def test_truncated(self):
        data = NETWORK.read_bytes()
        for size in (0, 1, 100, len(data) // 2, len(data) - 1000, len(data) - 1):
            with self.subTest(size):
                self.refused_network("cut.onnx", data[:size], [])

    def test_not_onnx(self):
        self.refused_network("text.onnx", "This is no network.\n", [])
        self.refused_network("zeros.onnx", bytes(1000), [])

    def test_unsupported_operator(self):
        self.refused_network("operator.onnx", linear_model(operator="Gelu"),
                             ["'after' (Gelu)", "not supported", "Relu"])

    def test_weights_that_are_no_numbers(self):
        for value in (float("nan"), float("inf")):
            with self.subTest(value):
                self.refused_network("weights.onnx", linear_model(weight=value), ["'only'"])

    def test_weights_that_do_not_fit(self):
        nodes = [program.node("MatMul", ["x", "w"], ["y"], "only")]
        weights = program.tensor("w", [PIXELS - 1, 2], [0.5] * (2 * PIXELS - 2))
        self.refused_network("shape.onnx", program.model(nodes, [weights], PIXELS, 2), ["'only'", "783", "784"])

    def test_input_of_another_size(self):
        self.refused_run(["stimulus.images", "784 values", "783"], modes="[dense]",
                         network__file=self.write("narrow.onnx", linear_model(inputs=PIXELS - 1)))

    def test_inspect_a_folder(self):
        self.refused("inspect", self.folder, says=[self.folder, "folder"])

    def test_inspect_nothing(self):
        self.refused("inspect", "none.onnx", says=["none.onnx", "no such file"])


class Machines(BadInput):
    """Machines on which the network does not fit."""

    def test_memories_too_small_for_a_neuron(self):
        self.refused_run(["--set machine.core.weight_memory_kib=1: machine.core.weight_memory_kib: ", "'fc1'", "bytes",
                          "1024"], machine__core__weight_memory_kib=1)

    def test_memories_too_small_for_the_network(self):
        self.refused_run(["--set machine.core.weight_memory_kib=32: machine.core.weight_memory_kib: ", "fc", "bytes"],
                         machine__core__weight_memory_kib=32)

    def test_mesh_too_small(self):
        self.refused_run(["--set machine.mesh.columns=1: machine.mesh.columns, machine.mesh.rows: ", "fc", "bytes"],
                         machine__mesh__columns=1, machine__mesh__rows=1)

    def test_machine_too_small_in_the_scenario_names_every_key_that_may_be_at_fault(self):
        self.edit("mesh: {columns: 3, rows: 3}", "mesh: {columns: 1, rows: 1}")
        self.refused_run([self.line_of("mesh:"), ": machine.mesh.columns, machine.mesh.rows, "
                          "machine.core.weight_memory_kib, machine.core.state_memory_kib: ", "fc"])

    def test_bound_that_does_not_fit(self):
        self.refused_run(["--set network.accumulator_bits=16: network.accumulator_bits: layer 'fc1'", "bound",
                          "16-bit accumulators", "32767"], network__accumulator_bits=16)

    def test_bound_that_does_not_fit_in_the_scenario_names_every_key_that_may_be_at_fault(self):
        self.edit("scales: 2.0", "scales: [1000000, 0.000001, 1000000]")
        self.refused_run([self.line_of("scales:"), ": network.accumulator_bits, network.weight_bits, "
                          "network.max_magnitude, scales: layer "])

    def test_frame_period_of_less_than_a_cycle(self):
        self.refused_run(["--set machine.frame_period_us=0.0019: machine.frame_period_us: 0.0019 us", "0.002 us"],
                         machine__frame_period_us=0.0019)

    def test_frames_that_take_more_time_than_can_be_simulated(self):
        # A frame every 10^9 us is 1000 s for each.
        images = self.many_images(10)
        labels = self.write("labels", idx(0x801, [5000], bytes(5000)))
        self.refused_run(["machine.frame_period_us: 4601 frames take 4.6e+06 s", "53 days"], stimulus__images=images,
                         stimulus__labels=labels, stimulus__frames=4601, machine__frame_period_us=1e9)


class Traces(BadInput):
    """Traces of what is not there."""

    def test_refusals(self):
        for says, values in (
                ("trace.mode: 'dense' does not run on the machine",
                 {"machine__modes": "[rounding]", "trace__mode": "dense"}),
                ("trace.frames: frame 3 is beyond", {"trace__frames": "[1, 3]"}),
                ("trace.frames: the first frame, 2, comes after", {"trace__frames": "[2, 1]"}),
                ("trace.frames: ", {"trace__frames": "[1]"}),
                ("trace.blocks: 'core_3_0' matches no block", {"trace__blocks": "[host, core_3_0]"})):
            self.refused_run(says, trace__enabled="true", **values)

    def test_no_machine(self):
        self.edit("machine:\n  clock_mhz: 500\n  mesh: {columns: 3, rows: 3}\n", "")
        self.refused_run(["trace.enabled", "machine"], trace__enabled="true")


class OutputFolders(BadInput):
    """Folders that cannot be written."""

    def test_file_in_its_place(self):
        file = self.write("file", "mine")
        self.refused("run", self.scenario, *options(output__folder=file), says=["output folder", file, "no folder"])

    def test_below_a_file(self):
        file = self.write("file", "mine")
        self.refused("run", self.scenario, *options(output__folder=file / "a/b"),
                     says=["output folder", file, "no folder"])

    def test_not_writable(self):
        if not os.path.isdir("/proc/self"):
            self.skipTest("needs /proc, where not even root can make a folder")
        self.refused("run", self.scenario, *options(output__folder="/proc/results"),
                     says=["output folder /proc/results", "/proc"])

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_no_permission(self):
        (self.folder / "closed").mkdir(mode=0o500)
        self.refused("run", self.scenario, *options(output__folder=self.folder / "closed/results"),
                     says="Permission denied")

    def test_link_to_nowhere(self):
        (self.folder / "link").symlink_to("nowhere/at/all")
        self.refused("run", self.scenario, *options(output__folder=self.folder / "link"),
                     says=["output folder", "no folder"])

    def test_folder_in_the_place_of_a_result(self):
        for name in program.RESULTS:
            with self.subTest(name):
                (self.folder / "results" / name).mkdir(parents=True)
                self.refused("run", self.scenario, says=[f"{self.folder}/results/{name}", "folder"])
                (self.folder / "results" / name).rmdir()


class Coefficients(BadInput):
    """A table without a coefficient that the run needs is refused before the run, not after it."""

    def test_operation_missing(self):
        lines = [line for line in TABLE.read_text().split("\n") if "action: multiply, bits: 32" not in line]
        table = self.write("table.yaml", "\n".join(lines))
        self.refused("run", self.scenario, *options(energy__table=table), says=["horowitz-45nm", "multiply", "32 bits"])

    def test_width_that_the_table_does_not_price(self):
        self.refused("run", self.scenario, *options(machine__core__word_bits=32),
                     says=["horowitz-45nm", "32 bits", "64 bits"])

    def test_refused_before_the_run(self):
        # Ten thousand frames, one mode after the other: refused at its end, this would be over the time.
        many = self.many_images(20)
        done = program.sigdel("run", self.scenario, "--jobs", 1, *options(
            stimulus__images=many, stimulus__labels=self.write("labels", idx(0x801, [10000], bytes(10000))),
            stimulus__frames=10000, machine__core__word_bits=32), timeout=20)
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_nothing_is_asked_of_a_table_that_is_not_used(self):
        self.edit("machine:\n  clock_mhz: 500\n  mesh: {columns: 3, rows: 3}\n", "")
        lines = [line for line in TABLE.read_text().split("\n") if "_read, bits" not in line]
        done = program.sigdel("run", self.scenario, *options(energy__table=self.write("table.yaml", "\n".join(lines))))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_table_damaged(self):
        text = TABLE.read_text()
        for name, old, new, says in (
                ("kind.yaml", "kind: simulated, source: horowitz}", "kind: guessed, source: horowitz}", "guessed"),
                ("source.yaml", "source: aladdin}", "source: nobody}", "nobody"),
                ("negative.yaml", "energy_pj: 0.03", "energy_pj: -0.03", "energy_pj"),
                ("key.yaml", "voltage_v:", "volts:", "volts"),
                ("format.yaml", "format: sigdel-energy-table", "format: something", "format")):
            with self.subTest(name):
                table = self.write(name, text.replace(old, new, 1))
                self.refused_run([f"energy.table: {table}:", says], energy__table=table)


class Price(BadInput):
    """`price` of damaged activity."""

    def setUp(self):
        super().setUp()
        done = program.sigdel("run", self.scenario)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.activity = self.folder / "results/activity.json"

    def test_damaged(self):
        text = self.activity.read_text()
        for name, content in (("cut", text[:len(text) // 2]), ("empty", ""), ("text", "hello"), ("list", "[]"),
                              ("object", "{}"), ("more", text + "}")):
            with self.subTest(name):
                path = self.write(name, content)
                self.refused("price", path, says=path)

    def test_wrong_values(self):
        def change(edit):
            activity = json.loads(self.activity.read_text())
            edit(activity)
            return self.write("changed.json", json.dumps(activity))

        record = "modes[0].records[0]."
        for says, edit in (("version: expected 2, found 1; run the scenario again", lambda a: a.update(version=1)),
                           ("frames", lambda a: a.update(frames=0)),
                           ("more", lambda a: a.update(more=1)),
                           (record + "count", lambda a: a["modes"][0]["records"][0].update(count=-1)),
                           (record + "count", lambda a: a["modes"][0]["records"][0].update(count=1.5)),
                           (record + "action", lambda a: a["modes"][0]["records"][0].update(action="fly")),
                           ("modes[0].mode", lambda a: a["modes"][0].update(mode="fast")),
                           ("modes", lambda a: a.pop("modes"))):
            with self.subTest(says):
                path = change(edit)
                self.refused("price", path, says=[path, says])

    def test_missing(self):
        self.refused("price", "none.json", says="none.json")
        self.refused("price", self.folder, says=self.folder)
        self.refused("price", self.activity, "--table", "none", says=["'none'", "horowitz-45nm"])
        self.refused("price", self.activity, "--table", "./none.yaml", says="none.yaml")

    def test_results_that_are_no_activity(self):
        self.refused("price", self.folder / "results/report.json", says="report.json")
        self.refused("price", self.folder / "results/layers.csv", says="layers.csv")


class CommandLine(BadInput):
    """Arguments."""

    def test_nothing(self):
        self.refused(says=["subcommand", "--help"], lines=2)

    def test_unknown_command(self):
        self.refused("simulate", self.scenario, says=["'simulate'", "run", "check", "inspect", "price"])

    def test_unknown_option(self):
        self.refused("run", self.scenario, "--fast", says=["--fast", "--help"], lines=2)
        self.refused("--fast", says=["--help"], lines=2)

    def test_missing_argument(self):
        for command, what in (("run", "scenario"), ("check", "scenario"), ("inspect", "network"),
                              ("price", "activity")):
            with self.subTest(command):
                self.refused(command, says=[what, "--help"], lines=2)

    def test_too_many_arguments(self):
        self.refused("run", self.scenario, "another.yaml", says=["another.yaml", "--help"], lines=2)

    def test_jobs(self):
        for jobs in ("0", "-1", "x", "1.5", "100000"):
            with self.subTest(jobs):
                self.refused("run", self.scenario, "--jobs", jobs, says=["--jobs", "--help"], lines=2)


if __name__ == "__main__":
    unittest.main()
