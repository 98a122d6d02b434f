"""Makes the study pages of the paper's experiments: runs one, keeps its files, pastes its tables into the page.

usage: paper.py {random-network,temporal-mnist,temporal-fashion} [--check]

With --check nothing is written: it fails if the page or a file is not what the program gives. $SIGDEL: the program, if
it is not ./sigdel. The data sets are fetched with `sigdel fetch`.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

STUDIES = pathlib.Path(__file__).resolve().parent
SOURCE = STUDIES.parents[1]
ORDER_FILES = ("table.csv", "curves.svg", "strip.svg")
# What is kept of an experiment's files, beside the page of its name.
KEPT = {"random-network": ("tuned.csv", "scales.svg", "trade-off.svg"),
        "temporal-mnist": ORDER_FILES, "temporal-fashion": ORDER_FILES}


def run(name, folder):
    """Run the experiment into a folder."""
    program = os.environ.get("SIGDEL", str(SOURCE / "sigdel"))
    scenario = f"scenarios/paper/{name}.yaml"
    subprocess.run([program, "run", scenario, "--set", f"output.folder={folder}"], check=True, cwd=SOURCE,
                   stdout=subprocess.DEVNULL)


def pasted(page, name, table):
    """Return the page's text with the table between its marks."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, rest = page.split(begin)
    return head + begin + table + end + rest.split(end, 1)[1]


def made(name, folder):
    """Return {path: bytes} of the page and the files beside it."""
    page_path = STUDIES / f"{name}.md"
    page = page_path.read_text(encoding="utf-8")
    for table in sorted(folder.glob("*.md")):
        page = pasted(page, f"{name} {table.stem}", table.read_text(encoding="utf-8"))
    files = {page_path: page.encode()}
    for kept in KEPT[name]:
        files[STUDIES / f"{name}-{kept}"] = (folder / kept).read_bytes()
    return files


def main():
    """Make one page, or compare it."""
    parser = argparse.ArgumentParser(description="Make a study page of one of the paper's experiments.")
    parser.add_argument("name", choices=sorted(KEPT))
    parser.add_argument("--check", action="store_true", help="write nothing, fail where something differs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(arguments.name, folder)
        files = made(arguments.name, pathlib.Path(folder))
    if not arguments.check:
        for path, content in files.items():
            path.write_bytes(content)
        return 0
    wrong = [path.name for path, content in files.items() if not path.exists() or path.read_bytes() != content]
    if wrong:
        print(f"not what the program gives: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
