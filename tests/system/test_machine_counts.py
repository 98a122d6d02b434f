"""The machine's own counts, which the full energy is priced from, against machine_oracle.py."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import machine_oracle
import recompute

SOURCE = pathlib.Path(os.environ["SIGDEL_SOURCE"])
ACTIONS = ("weight_read", "state_read", "state_write", "inbox_write", "inbox_read", "outbox_write", "outbox_read",
           "router_queue_write", "router_queue_read", "router_traverse", "link_traverse")


def run(folder, *overrides):
    """Run the quickstart; return its report and activity."""
    command = [os.environ["SIGDEL"], "run", str(SOURCE / "scenarios/quickstart.yaml"), "--set", f"output.folder={folder}"]
    for override in overrides:
        command += ["--set", override]
    subprocess.run(command, check=True, capture_output=True)
    return [json.loads((pathlib.Path(folder) / name).read_text()) for name in ("report.json", "activity.json")]


class MachineCountsTest(unittest.TestCase):
    def check(self, *overrides):
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "out"
            report, activity = run(folder, *overrides)
            settings = recompute.settings_of(report, folder)
        names = [layer["name"] for layer in report["network"]["layers"]]
        machine = machine_oracle.Machine(recompute.read_keys(report["resolved"]), report["mapping"], names)
        recomputed = recompute.Recomputation(settings)
        for mode, records in zip(report["modes"], activity["modes"]):
            name = mode["mode"]
            expected, packets = machine_oracle.machine_counts(machine, name, recomputed.run(name)[0], settings.widths,
                                                              settings.encoding)
            self.assertEqual(mode["machine"]["packets"], packets, name)
            hops = sum(layer["link_traverse"] for layer in expected)
            self.assertEqual(mode["machine"]["hops"], hops, name)
            for layer, counts in zip(mode["layers"], expected):
                where = f"{name} {layer['name']}"
                self.assertEqual(layer["machine"]["engine_cycles"], counts["engine_cycles"], where)
                for action in ACTIONS:
                    counted = sum(record["count"] for record in records["records"]
                                  if record["layer"] == layer["name"] and record["action"] == action)
                    self.assertEqual(counted, counts[action], f"{where} {action}")

    def test_quickstart(self):
        self.check()

    def test_unicast_and_narrow_flits(self):
        self.check("stimulus.frames=60", "machine.router.multicast=unicast", "machine.router.flit_bits=32")

    def test_several_layers_on_a_core(self):
        self.check("stimulus.frames=40", "machine.mesh.columns=2", "machine.mesh.rows=1",
                   "machine.core.weight_memory_kib=700", "network.weight_bits=16")

    def test_barrier_banks_and_touched_scans(self):
        self.check("stimulus.frames=60", "machine.discipline=barrier", "machine.sync_cycles=7",
                   "machine.core.weight_banks=4", "machine.core.state_banks=8", "network.weight_bits=16")
        self.check("stimulus.frames=60", "machine.core.scan=touched", "scales=[0.5, 0.2, 0.2]")

    def test_several_host_ports(self):
        for multicast in ("tree", "unicast"):
            self.check("stimulus.frames=40", "machine.host_ports=[south_1, west_0, east_2]", "machine.mesh.columns=4",
                       f"machine.router.multicast={multicast}")

    def test_other_widths_lanes_and_encodings(self):
        self.check("stimulus.frames=40", "network.weight_bits=8", "machine.encoding=shift-add", "machine.core.lanes=5",
                   "machine.mesh.columns=5", "machine.mesh.rows=4", "machine.core.state_port_bits=256")
        self.check("stimulus.frames=40", "network.weight_bits=8", "machine.encoding=graded", "machine.core.lanes=64",
                   "machine.core.weight_port_bits=1024")


if __name__ == "__main__":
    unittest.main()
