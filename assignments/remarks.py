"""Say, by name, which submissions want a look before their grades go out: `python remarks.py by-hand`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat

CAME_BACK = "was missing from the submission"  # what nbgrader writes above a cell that it puts back


def remarks(assignment: str) -> Iterator[str]:
    """Yield a line for each thing that is odd about a submission, student by student."""
    for folder in sorted(Path("submitted").glob(f"*/{assignment}")):
        student, name = folder.parent.name, f"{assignment}.ipynb"
        graded = Path("autograded", student, assignment, name)
        if not (folder / name).exists():
            came = ", ".join(sorted(path.name for path in folder.iterdir() if path.suffix == ".ipynb"))
            yield f"{student}: handed in {came or 'no notebook'} instead of {name}: rename it, and autograde again"
        elif not graded.exists():
            why = "the notebook is damaged or nothing could be started"
            yield f"{student}: not graded, because {why}: see nbgrader's log"
        else:
            yield from (f"{student}: {remark}" for remark in _about(nbformat.read(graded, as_version=4).cells))


def _about(cells: list[nbformat.NotebookNode]) -> Iterator[str]:
    for cell in cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "a cell")
        if CAME_BACK in cell.source:
            yield f"{name} was deleted, and put back"
        for output in cell.get("outputs", []):
            if output.output_type == "error" and (name != "a cell" or output.evalue.startswith("Stopped")):
                yield f"{name} did not run to its end: {output.evalue}"


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path("submitted").is_dir():
        sys.exit("Start it inside the course, with the name of one assignment: python remarks.py by-hand")
    found = list(remarks(sys.argv[1]))
    print(*(found or ["Nothing to remark."]), sep="\n")
