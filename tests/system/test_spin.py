"""The frame protocol, model-checked with Spin: tests/spin/protocol.pml, explained in docs/deadlock.md.

run: SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest -v tests/system/test_spin.py
"""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

MODEL = pathlib.Path(os.environ["SIGDEL_SOURCE"]) / "tests/spin/protocol.pml"
TOOLS = ["spin", "gcc"]
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
SAFETY = ["-DSAFETY", "-DCOLLAPSE"]
REVERSED = [*SAFETY, "-DREVERSE"]  # another order of search, that finds these errors in fewer states
CYCLES = ["-DNP"]
MEGABYTES = 1000

# Name: what is added to the model's own sizes. docs/deadlock.md has them with their numbers of states.
PROPER = {
    "chain": "CHAIN FRAMES=3 NEURONS=5 EVENTS=2",
    "chain, deeper": "CHAIN FRAMES=3 NEURONS=7 EVENTS=3 OUTPUTS=2 DEPTH=2 INBOX=2",
    "snake of 3": "SNAKE3 FRAMES=3",
    "snake of 3, deeper": "SNAKE3 NEURONS=3 DEPTH=2 INBOX=2",
    "snake of 4": "SNAKE4 NEURONS=3",
    "snake of 4, deeper": "SNAKE4 DEPTH=2 INBOX=2",
    "fan, unicast": "FAN NEURONS=1",
    "fan, multicast": "FAN NEURONS=1 MULTICAST",
    "shared fan, unicast": "SHARED_FAN",
    "shared fan, multicast": "SHARED_FAN MULTICAST",
    "skip, unicast": "SKIP FRAMES=3",
    "skip, multicast": "SKIP FRAMES=3 MULTICAST",
}
FREE_OF_CYCLES = {
    "chain": "CHAIN FRAMES=3 NEURONS=5 EVENTS=2",
    "snake of 3": "SNAKE3",
    "skip, unicast": "SKIP",
    "skip, multicast": "SKIP MULTICAST",
}
# A core that fires needs 5 spikes to fill DEPTH 1, INBOX 1 and OUTBOX 2 and still be left with one.
EXCLUSIVE = {
    "chain": "CHAIN NEURONS=5",
    "snake of 4": "SNAKE4 NEURONS=5",
    "shared fan, unicast": "SHARED_FAN NEURONS=5",
    "shared fan, multicast": "SHARED_FAN NEURONS=5 MULTICAST",
    "skip, unicast": "SKIP NEURONS=5",
}
UNGUARDED = {
    "chain": "CHAIN NEURONS=4",
    "snake of 4": "SNAKE4 NEURONS=4",
    "skip, unicast": "SKIP NEURONS=3",
    "skip, multicast": "SKIP NEURONS=3 MULTICAST",
}
# Adjacent layers of one line never fire at once, so a snake of 3 has no two cores that send to each other.
EXCLUSIVE_HARMLESS = {"snake of 3": "SNAKE3 NEURONS=5"}
MIXED = {"chain": "CHAIN NEURONS=3", "snake of 3": "SNAKE3 NEURONS=3", "skip, multicast": "SKIP MULTICAST"}
EARLY = {"chain": "CHAIN NEURONS=3", "snake of 3": "SNAKE3 NEURONS=3", "skip, multicast": "SKIP MULTICAST"}

Search = collections.namedtuple("Search", "text error complete states")


@unittest.skipIf(MISSING, f"not installed: {', '.join(MISSING)}")
class SpinTest(unittest.TestCase):
    """Each search is exhaustive or ends with the first error."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copy(MODEL, self.folder)

    def call(self, *command):
        done = subprocess.run(command, cwd=self.folder, timeout=200, capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def search(self, macros, how, *options):
        """Search the model's states; the trail of an error stays in the folder."""
        for trail in self.folder.glob("*.trail"):
            trail.unlink()
        defines = [f"-D{macro}" for macro in macros.split()]
        self.call("spin", "-a", *defines, MODEL.name)
        self.call("gcc", "-O1", "-w", f"-DMEMLIM={MEGABYTES}", *how, "-o", "pan", "pan.c")
        text = self.call("./pan", "-m100000", *options)
        error = re.search(r"^pan:1: (.*?) \(at depth", text, re.MULTILINE)
        states = int(re.search(r"(\d+) states, stored", text)[1])
        complete = not re.search(r"Search not completed|max search depth too small|out of memory|MEMLIM", text)
        print(f"{macros:60} {states:9,} states", flush=True)
        return Search(text, error and error[1], complete, states)

    def assert_proper(self, configurations, how=SAFETY, options=()):
        for name, macros in configurations.items():
            with self.subTest(name):
                result = self.search(macros, how, *options)
                self.assertIsNone(result.error, result.text)
                self.assertTrue(result.complete, result.text)
                self.assertIn("errors: 0", result.text)

    def last_state(self, macros):
        """Replay the counterexample and return the variables at its end: {"name[index]": value}."""
        text = self.call("spin", "-t", *[f"-D{macro}" for macro in macros.split()], MODEL.name)
        pairs = re.findall(r"^\s+(\w+(?:\[\d+\])?) = (-?\d+)$", text, re.MULTILINE)
        state = {name: int(value) for name, value in pairs}
        self.assertIn("in_inbox[0]", state, text)
        return state

    def assert_deadlock(self, configurations, variant, explains):
        for name, macros in configurations.items():
            with self.subTest(name):
                result = self.search(f"{macros} {variant}", REVERSED)
                self.assertEqual(result.error, "invalid end state", result.text)
                state = self.last_state(f"{macros} {variant}")
                cores = range(sum(variable.startswith("in_inbox[") for variable in state))
                self.assertTrue(any(explains(state, core) for core in cores), state)

    def assert_mixes_frames(self, configurations, variant):
        """A spike comes too early. Deadlocks, which follow when the counters never agree, are not looked for (-E)."""
        for name, macros in configurations.items():
            with self.subTest(name):
                result = self.search(f"{macros} {variant}", REVERSED, "-E")
                self.assertRegex(result.error or "none", r"^assertion violated .*fired\[i\].*scanned\[", result.text)

    def test_every_run_of_the_protocol_ends_with_all_frames_at_the_host(self):
        self.assert_proper(PROPER)

    def test_no_run_goes_on_for_ever(self):
        self.assert_proper(FREE_OF_CYCLES, CYCLES, ["-l"])

    def test_an_engine_that_waits_for_its_fire_unit_deadlocks(self):
        """Because a core is found that fires, has no room to send, and would have to receive to get some."""
        def explains(state, core):
            return state[f"firing[{core}]"] and state[f"in_inbox[{core}]"] == 1 and state[f"in_outbox[{core}]"] == 2
        self.assert_deadlock(EXCLUSIVE, "EXCLUSIVE", explains)

    def test_an_exclusive_engine_is_harmless_where_no_two_cores_send_to_each_other(self):
        self.assert_proper({name: f"{macros} EXCLUSIVE" for name, macros in EXCLUSIVE_HARMLESS.items()})

    def test_firing_without_grants_deadlocks(self):
        """Because a core is found with a spike at the head of its inbox whose frame is not yet open."""
        def explains(state, core):
            head = state[f"inbox[{core}]"]
            parts = [part for part in range(5) if head >> part & 1]  # PACKET in the model
            frame = head >> 11 & 3
            return any(frame > state[f"fired[{part}]"] or state[f"scanned[{core}]"] == part + 1 for part in parts)
        self.assert_deadlock(UNGUARDED, "UNGUARDED", explains)

    def test_firing_without_grants_mixes_frames_if_the_engine_takes_every_spike(self):
        self.assert_mixes_frames(MIXED, "MIXED")

    def test_granting_before_the_last_read_mixes_frames(self):
        self.assert_mixes_frames(EARLY, "EARLY")


if __name__ == "__main__":
    unittest.main()
