"""Makes the study pages of the paper's experiments: runs one, keeps its files, pastes its tables into the page.

usage: paper.py {random-network,temporal-mnist,temporal-fashion} [--check]

With --check nothing is written: it fails if the page or a file is not what the program gives. $SIGDEL: the program, if
it is not ./sigdel. The data sets are fetched with `sigdel fetch`.
"""
import argparse

import study

ORDER_FILES = ("table.csv", "curves.svg", "strip.svg")
# What is kept of an experiment's files, beside the page of its name.
KEPT = {"random-network": ("tuned.csv", "scales.svg", "trade-off.svg"),
        "temporal-mnist": ORDER_FILES, "temporal-fashion": ORDER_FILES}


def made(name, folder):
    """Return {path: text or bytes} of the page and the files beside it."""
    page_path = study.HERE / f"{name}.md"
    tables = {f"{name} {table.stem}": table.read_text() for table in sorted(folder.glob("*.md"))}
    files = {page_path: study.with_tables(page_path.read_text(), tables)}
    for kept in KEPT[name]:
        files[study.HERE / f"{name}-{kept}"] = (folder / kept).read_bytes()
    return files


def main():
    """Make one page, or compare it."""
    parser = argparse.ArgumentParser(description="Make a study page of one of the paper's experiments.")
    parser.add_argument("name", choices=sorted(KEPT))
    parser.add_argument("--check", action="store_true", help="write nothing, fail where something differs")
    arguments = parser.parse_args()
    name = arguments.name
    with study.run(f"scenarios/paper/{name}.yaml") as folder:
        study.write(made(name, folder), arguments.check, f"paper.py {name}")


if __name__ == "__main__":
    main()
