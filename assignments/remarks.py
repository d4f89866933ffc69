"""Say, by name, which submissions want a look before their grades go out: `python remarks.py by-hand`.

nbgrader gives every submission a score, but the score of one that it could not run, or of one that changed what checks
it, is nobody's. What is said about meddling is a hint and no proof: it comes from reading the code, not running it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

CELL_CAME_BACK = "was missing from the submission"  # what nbgrader writes above a cell that it puts back
GRADERS_OWN = {"D2LCONV_SEED", "environ", "getenv", "modules", "get_ipython", "_getframe", "ctypes", "nbgrader", "open"}


def remarks(assignment: str) -> Iterator[str]:
    """Yield a line for each thing that is odd about a submission, student by student."""
    for folder in sorted(Path("submitted").glob(f"*/{assignment}")):
        student, name = folder.parent.name, f"{assignment}.ipynb"
        graded = Path("autograded", student, assignment, name)
        if not (folder / name).exists():
            came = ", ".join(sorted(path.name for path in folder.iterdir() if path.suffix == ".ipynb"))
            yield f"{student}: handed in {came or 'no notebook'} instead of {name}: rename it, and autograde again"
        elif not graded.exists():
            why = "the notebook is damaged, ended its own kernel or could not be stopped"
            yield f"{student}: not graded, because {why}: see nbgrader's log"
        else:
            notebook = nbformat.read(graded, as_version=4)
            yield from (f"{student}: {remark}" for cell in notebook.cells for remark in _about(cell))


def _about(cell: NotebookNode) -> Iterator[str]:
    if cell.cell_type != "code":
        return
    marked = cell.metadata.get("nbgrader", {})
    name = marked.get("grade_id", "a cell")
    if CELL_CAME_BACK in cell.source:
        yield f"{name} was deleted, and put back"
    for output in cell.outputs:
        if output.output_type == "error" and (marked.get("solution") or output.ename == "CellTimeoutError"):
            yield f"{name} stops with {output.ename}"
    if not marked.get("locked"):
        yield from (f"{name} {meddling}" for meddling in dict.fromkeys(_meddling(cell.source)))


def _meddling(source: str) -> Iterator[str]:
    """Yield what a cell does to the modules and settings that the checks rely on."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # it has not run, or holds a magic of the notebook
        tree = ast.parse("")
        yield from (f"mentions {word}" for word in sorted(GRADERS_OWN) if word in source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            yield f"changes {ast.unparse(node)}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "delattr", "exec", "eval"):
            yield f"calls {ast.unparse(node)}"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == "check":
            yield "gives the name check to something else"
        elif words := GRADERS_OWN & _words(node):
            yield f"mentions {', '.join(sorted(words))}"


def _words(node: ast.AST) -> set[str]:
    """Return the names that one node of a syntax tree spells out."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {part for alias in node.names for part in alias.name.split(".")} | {getattr(node, "module", None) or ""}
    return {str(getattr(node, field, "")) for field in ("id", "attr", "value")}


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path("submitted").is_dir():
        sys.exit("Start it inside the course, with the name of one assignment: python remarks.py by-hand")
    found = list(remarks(sys.argv[1]))
    print(*(found or ["Nothing to remark."]), sep="\n")
