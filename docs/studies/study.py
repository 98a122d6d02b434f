"""What the scripts of the study pages share: running the program, and tables that are pasted between marks."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
PROGRAM = os.environ.get("SIGDEL", str(SOURCE / "sigdel"))


def sigdel(*arguments):
    """Run the program in the source folder; it must succeed."""
    subprocess.run([PROGRAM, *map(str, arguments)], check=True, cwd=SOURCE, stdout=subprocess.DEVNULL)


def options(keys):
    """Return overrides "key=value" as arguments."""
    return [part for key in keys for part in ("--set", key)]


@contextlib.contextmanager
def run(scenario, *keys):
    """Run a scenario with keys changed; give the folder of what it wrote, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as parent:
        folder = pathlib.Path(parent) / "out"
        sigdel("run", SOURCE / scenario, *options((f"output.folder={folder}", *keys)))
        yield folder


def report(scenario, *keys):
    """Run a scenario with keys changed; return its report."""
    with run(scenario, *keys) as folder:
        return json.loads((folder / "report.json").read_text())


def with_tables(page, tables):
    """Return the page with the block between each table's marks made anew."""
    for name, text in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, rest = page.split(begin)
        page = before + begin + text + end + rest.split(end)[1]
    return page


def wanted(arguments, known):
    """Return the studies that are named on the command line, none for all, and whether to compare instead of to write."""
    names = [argument for argument in arguments if argument != "--check"]
    unknown = set(names) - set(known)
    if unknown:
        sys.exit(f"no study {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return names, "--check" in arguments


def write(made, check, again):
    """Write {path: text or bytes}; with `check` write nothing and exit with a message where something differs."""
    for path, content in made.items():
        content = content.encode() if isinstance(content, str) else content
        if not check:
            path.write_bytes(content)
        elif not path.is_file() or path.read_bytes() != content:
            sys.exit(f"{path.name} is not what the program gives; run {again}")


def markdown(headings, rows):
    """Return a table whose columns but the first are numbers."""
    lines = ["| " + " | ".join(headings) + " |", "|---|" + "---:|" * (len(headings) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"
