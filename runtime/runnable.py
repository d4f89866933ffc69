"""Which cells of a page can run in it: those that need nothing which a page lacks."""

from __future__ import annotations

import ast
from hashlib import sha256
from symtable import symtable

from bs4 import BeautifulSoup
from downloads import IMPORTED
from nbformat import NotebookNode


def name(page: BeautifulSoup, notebook: NotebookNode) -> None:
    """
    Name the cells of a page that can run there as its notebook does, and give each a key for what a reader writes.

    The notebook holds what a page hides, so it tells which names are missing where only its visible cells run.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.id != "install"]
    missing: set[str] = set()  # names that were given only by cells which cannot run
    at = -1
    for cell in page.select("div.cell:has(.cell_input)"):
        text = cell.select_one(".cell_input pre").get_text().strip()
        before = at + 1
        # A notebook asks its reader before it gives a hint: there, the line is a comment.
        at = next(n for n in range(before, len(code)) if text in (code[n].source, code[n].source.rpartition("\n# ")[2]))
        for hidden in code[before:at]:
            missing |= names(hidden.source)[0]
        given, taken, imported = names(text)
        if imported <= IMPORTED and not taken & missing:
            missing -= given
            # What a reader wrote is found again by the text that was there before, wherever a new edition has it.
            cell["data-cell"], cell["data-key"] = code[at].id, sha256(text.encode()).hexdigest()[:8]
        else:
            missing |= given


def names(code: str) -> tuple[set[str], set[str], set[str]]:
    """Return the names that a cell gives to those below and those that it takes, and the packages that it imports."""
    try:
        tree, scopes = ast.parse(code), [symtable(code, "cell", "exec")]
    except SyntaxError:  # a command of a notebook
        return set(), set(), {"IPython"}
    symbols = scopes[0].get_symbols()
    given = {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    taken = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
    for scope in scopes:  # which grows as it is read
        scopes += scope.get_children()
        taken |= {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global()}
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).partition(".")[0])
    return given, taken - given, imported
