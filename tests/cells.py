"""A page of cells that run there, with a pretended Python behind it."""

import json
import shutil
from html import escape
from pathlib import Path

from playwright.sync_api import expect
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from d2lconv.explorables._module import without_comments

TESTS = Path(__file__).parent
RUNTIME = TESTS.parent / "runtime"
OURS = ("cells", "cell", "bar", "editor", "outputs", "passed", "notebook")
SECTION = """def twice(x):
    # λ < 2 & "so" on
    return f'{x + 1:.2f} is' if not x else np.abs(-1.5e3)


@cached
class Two: pass"""
SOURCES = {
    "imports": "import numpy as np",
    "first": "a = 2",
    "second": "a\nnp",
    "asked": 'check.run("corr2d", wrong)',
    "hint": 'print("Hint 1 of 3")',
    "section": SECTION,
}
STYLE = """:root { --pst-color-border: #767676; --pst-color-text-base: #111; --pst-color-text-muted: #48566b;
--pst-color-background: #fff; --pst-color-surface: #f3f4f5; --pst-color-primary: #176de8; --pst-color-success: #00843f;
--pst-color-danger: #d72d47; --pst-color-link: #176de8 }
[hidden] { display: none !important } article { max-width: 700px } pre { margin: 0; padding: 1rem; overflow: auto }"""


def cell(name, output="", fold=""):
    code = highlight(SOURCES[name], PythonLexer(), HtmlFormatter(nowrap=True))
    shown = f'<div class="cell_input"><div class="highlight"><pre><span></span>{code}</pre></div></div>'
    given = f'<div class="cell_output"><div class="output stream"><pre>{escape(output)}</pre></div></div>'
    if fold == "code":
        shown = f'<details class="fold fold-code"><summary>Show the imports</summary>{shown}</details>'
    if fold == "output":
        given = f'<details class="fold fold-output"><summary>Show a hint</summary>{given}</details>'
    return f'<div class="cell" data-cell="{name}" data-key="{name}">{shown}{given if output else ""}</div>'


PAGE = f"""<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Exercises</title><style>{STYLE}</style><link rel="stylesheet" href="../cells.css">
<script type="module" src="../cells.js"></script></head><body>
<nav class="bd-sidebar-primary" aria-label="Book"><a class="reference" href="exercises.html">Exercises</a>
<a class="reference" href="other.html">Other</a>
<a class="reference" href="run-it-yourself.html">Run It Yourself</a></nav>
<nav class="bd-toc-nav" aria-label="Page"><a href="#sums">Sums</a></nav>
<main><a class="btn-download-notebook-button" href="../_sources/exercises.ipynb" target="_blank">.ipynb</a>
<article><section id="page"><h1>Exercises</h1>
{cell("imports", fold="code")}{cell("first")}{cell("second", "what the book shows")}
<section id="sums"><h2>Sums</h2><div class="exercise admonition">
<p class="admonition-title"><span class="caption-number">Exercise 1 </span>Write it</p></div>
{cell("asked", "Nothing came back yet.")}{cell("hint", "Hint 1", "output")}{cell("section")}
</section></section></article></main></body></html>"""


def publish(folder, address):
    """Write the page into a folder, beside the scripts as a published page has them, and say where it is served."""
    for name in OURS:
        (folder / f"{name}.js").write_text(without_comments((RUNTIME / f"{name}.js").read_text("utf-8")), "utf-8")
    shutil.copy(RUNTIME / "cells.css", folder)
    shutil.copy(TESTS / "browser" / "pretend_engine.js", folder / "engine.js")
    (folder / "figures.js").write_text("export const showFigure = () => {};", "utf-8")
    for sub in ("chapters", "_sources"):
        (folder / sub).mkdir(exist_ok=True)
    for name in ("exercises", "other"):
        (folder / "chapters" / f"{name}.html").write_text(PAGE, "utf-8")
    cells = [{"cell_type": "code", "id": name, "source": [source]} for name, source in SOURCES.items()]
    (folder / "_sources" / "exercises.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), "utf-8")
    return f"{address}/chapters"


def opened(bench, new_page, before="", **options):
    """Open the page, in a browser in which a script has run before."""
    page = new_page(**options)
    page.add_init_script(before)
    page.goto(f"{bench}/exercises.html")
    page.get_by_role("button", name="Run", exact=True).nth(1).wait_for()
    return page


def at(page, name):
    return page.locator(f"[data-cell={name}]")


def code(page, name):
    return at(page, name).get_by_role("textbox", name="Code")


def press(page, name, button="Run"):
    at(page, name).get_by_role("button", name=button, exact=True).click()


def says(page, name, text):
    expect(at(page, name).locator(".cell-said")).to_contain_text(text)


def log(page):
    return page.evaluate("engine.log")
