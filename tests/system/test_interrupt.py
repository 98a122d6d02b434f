"""Runs that do not come to their end: interrupted, a lost worker, a full disk; and the line that shows progress.

run: SIGDEL=<program> SIGDEL_SOURCE=<source folder> /usr/bin/python3 -m unittest tests/system/test_interrupt.py
"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402 (needs the path above)
from program import NETWORK, PROGRAM, QUICKSTART, RESULTS, options  # noqa: E402

PATIENCE = 120  # seconds until a test gives up waiting
IN_A_NAMESPACE = ["unshare", "--mount", "--map-root-user"]


def children(pid):
    """Return the processes that a process has started and not yet waited for."""
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def reset_signals():
    """Undo what the shell that runs the tests may have ignored, as it does for jobs in the background."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def can_mount():
    """Whether a small file system can be mounted, in a mount namespace that ends with its process."""
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run([*IN_A_NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return done.returncode == 0


class LongRun(program.FolderTest):
    """A run of many frames on the machine, as many as it takes to be there when something happens to it."""

    def setUp(self):
        super().setUp()
        if not os.path.exists(f"/proc/{os.getpid()}/task/{os.getpid()}/children"):
            self.skipTest("needs /proc/<pid>/task/<pid>/children, to find the program's processes")
        self.scenario = self.write("long.yaml", f"""\
network: {{file: {NETWORK}}}
scales: [2.0, 2.0, 1.5]
stimulus: {{images: {self.many_images(10)}}}
modes: [dense, zero-skip]
machine: {{clock_mhz: 500, mesh: {{columns: 3, rows: 3}}, core: {{lanes: 1}}}}
""")
        self.results = self.folder / "deep/results"

    def start(self, *arguments):
        """Start the run and wait until its worker processes are there; return it and them."""
        process = subprocess.Popen([PROGRAM, "run", self.scenario, "--jobs", "2", *options(output__folder=self.results),
                                    *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True,
                                   preexec_fn=reset_signals)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        deadline = time.monotonic() + PATIENCE
        while len(children(process.pid)) < 2:
            self.assertIsNone(process.poll(), "the run ended too early for this test")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        return process, children(process.pid)

    def ended(self, process, workers):
        """Wait for the end; return code and message. No process may be left, and nothing on stdout."""
        output, message = process.communicate(timeout=PATIENCE)
        self.assertEqual(output, "")
        for worker in workers:
            self.assertFalse(os.path.exists(f"/proc/{worker}"), "a worker process is left")
        return process.returncode, message

    def test_interrupted(self):
        before = program.contents(self.folder)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for to_all in (True, False):  # Ctrl-C reaches all processes of a terminal, `kill` one
                with self.subTest(number.name, to_all=to_all):
                    process, workers = self.start()
                    (os.killpg if to_all else os.kill)(process.pid, number)
                    self.assertEqual(self.ended(process, workers), (130, "interrupted; nothing was written\n"))
                    self.assertEqual(program.contents(self.folder), before)

    def test_interrupted_while_tracing(self):
        before = program.contents(self.folder)
        process, workers = self.start(*options(trace__enabled="true"))
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(self.ended(process, workers)[0], 130)
        self.assertEqual(program.contents(self.folder), before)

    def test_earlier_results_stay(self):
        done = program.sigdel("run", self.scenario, *options(stimulus__frames=2, output__folder=self.results))
        self.assertEqual(done.returncode, 0, done.stderr)
        before = program.contents(self.folder)
        process, workers = self.start()
        os.kill(process.pid, signal.SIGTERM)
        self.assertEqual(self.ended(process, workers)[0], 130)
        self.assertEqual(program.contents(self.folder), before)

    def test_lost_worker(self):
        before = program.contents(self.folder)
        process, workers = self.start()
        os.kill(workers[0], signal.SIGKILL)
        code, message = self.ended(process, workers)
        self.assertEqual(code, 3)
        self.assertRegex(message, r"^sigdel: a worker process ended before its run was done: signal 9 .*memory.*; "
                                  r"nothing was written\n$")
        self.assertEqual(program.contents(self.folder), before)

    def test_workers_end_with_the_program(self):
        process, workers = self.start()
        process.kill()
        process.wait()
        deadline = time.monotonic() + PATIENCE

        def alive(worker):
            try:
                return pathlib.Path(f"/proc/{worker}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
            except OSError:
                return False

        while any(alive(worker) for worker in workers):
            self.assertLess(time.monotonic(), deadline, "worker processes outlive the program")
            time.sleep(0.1)


@unittest.skipUnless(can_mount(), "needs unshare and the right to mount a small file system")
class FullDisk(program.FolderTest):
    """The output folder is on a file system of some KiB, which the shell mounts and lists after the run."""

    def run_on(self, kib, *arguments):
        """Return code, stderr and what is on the file system afterwards."""
        disk = self.folder / "disk"
        disk.mkdir(exist_ok=True)
        script = (f'mount -t tmpfs -o size={kib}k tmpfs "$0" && '
                  '{ "$@" >"$0.out" 2>"$0.err"; echo $? >"$0.code"; find "$0" -mindepth 1 >"$0.list"; }')
        subprocess.run([*IN_A_NAMESPACE, "/bin/sh", "-c", script, disk, PROGRAM, "run", QUICKSTART,
                        *options(stimulus__frames=30, output__folder=disk / "results"), *arguments], check=True,
                       stdin=subprocess.DEVNULL, timeout=PATIENCE)
        text = {what: (self.folder / f"disk.{what}").read_text() for what in ("out", "err", "code", "list")}
        self.assertEqual(text["out"] == "", text["code"] != "0\n")
        return int(text["code"]), text["err"], text["list"]

    def test_full(self):
        for kib in (16, 64, 128):
            with self.subTest(kib=kib):
                code, message, left = self.run_on(kib)
                self.assertEqual((code, left), (2, ""), message)
                self.assertRegex(message, r"^.*/disk/results/[a-z.]+: No space left on device\n$")

    def test_full_of_a_trace(self):
        code, message, left = self.run_on(64, *options(trace__enabled="true"))
        self.assertEqual((code, left), (2, ""), message)
        self.assertIn("No space left on device", message)

    def test_large_enough(self):
        code, message, left = self.run_on(4096)
        self.assertEqual((code, message, len(left.splitlines())), (0, "", 1 + len(RESULTS)))


class Progress(program.FolderTest):
    """The line on stderr that says how far a run is."""

    def on_terminal(self, *arguments):
        """Run with stderr on a terminal of its own; return code, stdout and what the terminal got."""
        try:
            master, slave = pty.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal to be had here: {error}")
        with open(self.folder / "stdout", "w", encoding="utf-8") as stdout:
            process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=stdout,
                                       stderr=slave)
        os.close(slave)
        shown = b""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and select.select([master], [], [], PATIENCE)[0]:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        os.close(master)
        return process.wait(timeout=PATIENCE), (self.folder / "stdout").read_text(), shown.decode()

    def test_on_a_terminal(self):
        code, text, shown = self.on_terminal("run", QUICKSTART, *options(
            stimulus__images=self.many_images(4), modes="[dense, rounding]", machine__modes="[dense, rounding]",
            stimulus__labels=self.write("labels", program.idx(0x801, [2000], bytes(2000))),
            output__folder=self.folder / "results"))
        self.assertEqual(code, 0, shown)
        self.assertIn("checks passed", text)
        self.assertNotIn("\x1b", text)
        counts = [int(count) for count in re.findall(r"machine: (\d+) of 4000 frames", shown)]
        self.assertGreater(len(counts), 2, shown)
        self.assertEqual(counts, sorted(counts), "progress goes backwards")
        self.assertRegex(shown, r"machine: [1-9]\d* of 4000 frames, about \d+ s left")
        self.assertTrue(shown.endswith("\r\x1b[K"), "the line is left on the terminal")
        self.assertNotIn("\n", shown)
        self.assertLess(max(map(len, re.split(r"\r\x1b\[K", shown))), 80)

    def test_no_terminal(self):
        done = program.sigdel("run", QUICKSTART, *options(output__folder=self.folder / "results"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
