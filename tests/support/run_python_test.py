"""Runs the unittest file that is named on the command line.

Exit codes: 0 all passed, 1 a test failed or none ran, 77 skipped (all tests were, or a module is not installed).
"""
import importlib
import pathlib
import sys
import unittest

SKIPPED = 77


def main() -> int:
    script = pathlib.Path(sys.argv[1])
    sys.path.insert(0, str(script.parent))
    try:
        module = importlib.import_module(script.stem)
    except ModuleNotFoundError as error:
        if error.name not in ("numpy", "onnx", "torch"):
            raise
        print(f"skipped: needs Debian's package python3-{error.name}, which is not installed")
        return SKIPPED
    result = unittest.TextTestRunner(verbosity=2).run(unittest.defaultTestLoader.loadTestsFromModule(module))
    if not result.wasSuccessful() or result.testsRun == 0:
        return 1
    return SKIPPED if len(result.skipped) == result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
