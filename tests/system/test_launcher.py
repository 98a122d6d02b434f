"""The launcher `sigdel`, with stand-ins for apt-get, dpkg-query, sudo, cmake and ctest that write down their calls."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["SIGDEL_SOURCE"])

# Each sees $FAKE, a folder through which the test steers them.
FAKES = {
    "dpkg-query": """
        for package in "$@"; do
          grep -qx -- "$package" "$FAKE/missing" || printf 'ii  %s\\n' "$package"
        done""",
    "apt-get": """
        echo "apt-get $*" >>"$FAKE/calls"
        case "$*" in
          *--simulate*) cat "$FAKE/simulation" ;;
          *" install "*) : >"$FAKE/missing" ;;
        esac""",
    "id": 'cat "$FAKE/uid"',
    "sudo": """
        [ -e "$FAKE/sudo-works" ] || exit 1
        [ "$1" = -n ] && shift
        echo "sudo $*" >>"$FAKE/calls"
        exec "$@" """,
    "cmake": """
        echo "cmake $*" >>"$FAKE/calls"
        if [ "$1" = -S ]; then
          sleep 0.2
          exit
        fi
        if [ -e "$FAKE/broken" ]; then
          echo "main.cpp:1: error: broken"
          exit 1
        fi
        if [ -e "$FAKE/changed" ]; then
          echo "[1/2] Building CXX object x"
          rm "$FAKE/changed"
        else
          echo "ninja: no work to do."
        fi
        mkdir -p "$2/sim/cli"
        printf '#!/bin/sh\\necho "program: $*"; pwd\\n' >"$2/sim/cli/sigdel"
        chmod +x "$2/sim/cli/sigdel"
        mkdir -p "$2/tests/bench"
        printf '#!/bin/sh\\necho "benchmarks: $*"\\n' >"$2/tests/bench/sigdel_bench"
        chmod +x "$2/tests/bench/sigdel_bench" """,
    "ctest": """
        echo "ctest $*" >>"$FAKE/calls"
        while [ "$1" != --output-junit ]; do shift; done
        [ ! -e "$FAKE/results" ] || cp "$FAKE/results" "$2"
        exit "$(cat "$FAKE/ctest-status")" """,
}

PASSED = '\t<testcase name="a" classname="a" time="0" status="run">\n\t</testcase>\n'
FAILED = '\t<testcase name="a" classname="a" time="0" status="fail">\n\t\t<failure message=""/>\n\t</testcase>\n'
NOT_RUN = '\t<testcase name="a" classname="a" time="0" status="notrun">\n\t\t<skipped message="{}"/>\n\t</testcase>\n'
SKIPPED = NOT_RUN.format("SKIP_RETURN_CODE=77")
NOT_BUILT = NOT_RUN.format("Unable to find executable")


class Launcher(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.fake = pathlib.Path(folder.name).resolve()
        self.root = self.fake / "root"
        self.bin = self.fake / "bin"
        self.root.mkdir()
        self.bin.mkdir()
        for name in ("sigdel", "CMakePresets.json"):
            shutil.copy(SOURCE / name, self.root / name)
            os.utime(self.root / name, (0, 0))
        for name, body in FAKES.items():
            self.add_command(name, body)
        self.steer(missing="", simulation="", uid="0\n", calls="", changed="")
        self.steer(**{"ctest-status": "0"})

    def add_command(self, name, body):
        (self.bin / name).write_text(f"#!/bin/sh\n{body}\n")
        (self.bin / name).chmod(0o755)

    def steer(self, **files):
        for name, text in files.items():
            (self.fake / name).write_text(text)

    def results(self, *cases, status=0):
        self.steer(results=f'<testsuite name="x">\n{"".join(cases)}</testsuite>\n')
        self.steer(**{"ctest-status": str(status)})

    def calls(self, word):
        return [line for line in (self.fake / "calls").read_text().splitlines() if word in line]

    def start(self, *arguments, cwd=None, launcher=None):
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "FAKE": str(self.fake)}
        return subprocess.Popen([launcher or self.root / "sigdel", *arguments], cwd=cwd or self.fake, env=environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def launch(self, *arguments, **keywords):
        process = self.start(*arguments, **keywords)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def test_the_first_call_configures_and_builds_and_says_so(self):
        status, out, err = self.launch("run", "x y.yaml")
        self.assertEqual(status, 0, err)
        self.assertEqual(out, f"program: run x y.yaml\n{self.fake}\n")
        self.assertIn("building", err)
        self.assertIn("--preset release", self.calls("cmake -S")[0])

    def test_says_and_does_nothing_when_there_is_nothing_to_do(self):
        self.launch("run")
        self.steer(calls="")
        self.assertEqual(self.launch("run")[2], "")
        self.assertEqual(self.calls("cmake -S") + self.calls("apt-get"), [])

    def test_configures_again_when_the_presets_have_changed(self):
        self.launch("run")
        os.utime(self.root / "CMakePresets.json")
        (self.root / "build/release/.configured").touch()
        os.utime(self.root / "build/release/.configured", (1, 1))
        self.launch("run")
        self.assertEqual(len(self.calls("cmake -S")), 2)

    def test_configures_again_in_another_folder(self):
        self.launch("run")
        moved = self.fake / "moved"
        self.root.rename(moved)
        self.assertEqual(self.launch("run", launcher=moved / "sigdel")[0], 0)
        self.assertEqual(len(self.calls("cmake -S")), 2)

    def test_runs_in_the_folder_of_the_caller_also_through_a_link(self):
        elsewhere = self.fake / "else where"
        elsewhere.mkdir()
        (elsewhere / "link").symlink_to(self.root / "sigdel")
        status, out, _ = self.launch("check", cwd=elsewhere, launcher=elsewhere / "link")
        self.assertEqual((status, out), (0, f"program: check\n{elsewhere}\n"))

    def test_installs_what_is_missing_and_names_it(self):
        self.steer(missing="libsystemc-dev\nninja-build\n")
        status, _, err = self.launch("run")
        self.assertEqual(status, 0, err)
        self.assertIn("installing them with apt-get: ninja-build libsystemc-dev", err)
        update, simulation, install = self.calls("apt-get")
        self.assertTrue(update.endswith(" update"))
        self.assertIn("--simulate", simulation)
        self.assertTrue(install.endswith("install --no-remove --no-install-recommends ninja-build libsystemc-dev"))

    def test_running_needs_none_of_the_tests_packages(self):
        self.steer(missing="libgtest-dev\n")
        self.launch("run")
        self.assertEqual(self.calls("apt-get"), [])
        self.results(PASSED)
        self.launch("test")
        self.assertTrue(self.calls("apt-get")[-1].endswith(" libgtest-dev"))

    def test_never_removes_a_package(self):
        self.steer(missing="libsystemc-dev\n", simulation="Inst libsystemc-dev\nRemv precious [1.0]\nRemv dear [2]\n")
        status, _, err = self.launch("run")
        self.assertEqual(status, 2)
        self.assertIn("(precious dear)", err)
        self.assertEqual(len(self.calls("apt-get")), 2)

    def test_uses_sudo_when_it_is_not_root(self):
        self.steer(missing="g++\n", uid="1000\n", **{"sudo-works": ""})
        self.assertEqual(self.launch("run")[0], 0)
        self.assertIn("install --no-remove", self.calls("sudo env DEBIAN_FRONTEND=noninteractive")[-1])

    def test_tells_what_to_install_when_it_cannot(self):
        self.steer(missing="g++\ncmake\n", uid="1000\n")
        status, _, err = self.launch("run")
        self.assertEqual(status, 2)
        self.assertIn("apt-get install --no-install-recommends g++ cmake\n", err)
        self.assertEqual(self.calls("apt-get"), [])

    def test_shows_the_end_of_the_log_of_a_failed_build(self):
        self.steer(broken="")
        status, out, err = self.launch("run")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("main.cpp:1: error: broken", err)
        self.assertIn(f"{self.root}/build/release/build.log", err)

    def test_says_so_when_the_processor_is_too_old(self):
        for flags, missing in (("exit 1", "avx2 bmi1 bmi2 f16c fma abm movbe"),
                               ("echo 'flags\t\t: fpu avx2 bmi1 bmi2 f16c fma4 abm movbe'", "fma"),
                               ("echo 'flags\t\t: avx512f avx bmi1 bmi2 f16c fma movbe'", "avx2 abm")):
            with self.subTest(missing):
                self.add_command("grep", flags)
                status, out, err = self.launch("run")
                self.assertEqual((status, out), (2, ""))
                self.assertIn(f"this processor lacks {missing}. ", err)
                self.assertEqual(self.calls("cmake"), [])
        self.add_command("grep", "echo 'flags\t\t: avx2 bmi1 bmi2 f16c fma abm movbe'")
        self.assertEqual(self.launch("run")[0], 0)

    def test_two_at_once_configure_once(self):
        both = [self.start("run"), self.start("run")]
        self.assertEqual([process.communicate(timeout=60)[0].splitlines()[0] for process in both],
                         ["program: run"] * 2)
        self.assertEqual(len(self.calls("cmake -S")), 1)

    def closing_line(self, *arguments):
        status, out, _ = self.launch("test", *arguments)
        return status, out.splitlines()[-1]

    def test_tests_end_with_their_counts(self):
        self.results(PASSED, PASSED)
        self.assertEqual(self.closing_line(), (0, "2 passed, 0 failed"))
        self.results(PASSED, SKIPPED, SKIPPED)
        self.assertEqual(self.closing_line(), (0, "1 passed, 0 failed, 2 skipped"))
        self.results(PASSED, FAILED, NOT_BUILT, status=8)
        self.assertEqual(self.closing_line(), (1, "1 passed, 2 failed"))

    def test_no_test_is_a_failure(self):
        self.results(SKIPPED)
        self.assertEqual(self.closing_line(), (1, "0 passed, 0 failed, 1 skipped"))
        (self.fake / "results").unlink()
        self.assertEqual(self.closing_line(), (1, "0 passed, 0 failed"))

    def test_believes_ctest_when_it_reports_a_failure(self):
        self.results(PASSED, status=8)
        self.assertEqual(self.closing_line(), (1, "1 passed, 0 failed"))

    def test_long_tests_run_only_when_asked_for(self):
        self.results(PASSED)
        self.launch("test", "-R", "Router")
        self.launch("test", "--all")
        first, second = self.calls("ctest")
        self.assertTrue(first.endswith("-LE ^(long|bench)$ -R Router"))
        self.assertTrue(second.endswith("-LE ^bench$"))

    def test_benchmarks_have_packages_of_their_own(self):
        self.steer(missing="libbenchmark-dev\n")
        self.launch("run")
        self.results(PASSED)
        self.launch("test")
        self.assertEqual(self.calls("apt-get"), [])
        status, out, err = self.launch("bench", "--benchmark_filter=x")
        self.assertEqual((status, out), (0, "benchmarks: --benchmark_filter=x\n"), err)
        self.assertTrue(self.calls("apt-get")[-1].endswith("libbenchmark-dev"))
        self.assertIn("--target sigdel_bench", self.calls("cmake --build")[-1])

    def test_help_on_tests_installs_and_builds_nothing(self):
        status, out, err = self.launch("test", "--help")
        self.assertEqual((status, err, self.calls("")), (0, "", []))
        self.assertIn("--all", out)

    def test_the_tests_share_the_tree_of_the_program(self):
        self.results(PASSED)
        self.launch("test")
        self.launch("run")
        self.assertEqual(len(self.calls("cmake -S")), 1)
        self.assertIn("--preset test", self.calls("cmake -S")[0])


if __name__ == "__main__":
    unittest.main()
