"""Write every page of the book as a notebook too: its cells without their outputs, its prose in plain Markdown.

The notebooks of a book lie in one folder, so that a link to another page is the name of its notebook, and a place on
it is one of its cells. Which cell that is is known once all pages are read, so they are written when a build ends.
"""

import ast
import base64
import functools
import mimetypes
import posixpath
import re
import sys
from dataclasses import dataclass, field
from importlib.metadata import requires
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
import predictions
from docutils import nodes
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelspec import get_kernel_dict
from IPython.core.inputtransformer2 import TransformerManager
from plain_markdown import Prose, is_divided, is_drawn, is_invisible, is_transparent, original, unknown
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

HIDDEN = {"hide-input", "hide-cell", "prediction", "secret"}  # tags of cells whose code the site folds, or leaves out

INSTALLS = """# On Colab, or wherever the book's package is missing, this installs it; elsewhere it does nothing.
try:
    import {modules}
except ModuleNotFoundError:
    %pip install -q {packages}"""
ASKS = """# Where the book's package is missing, this says how to get it; elsewhere it does nothing.
try:
    import {modules}
except ModuleNotFoundError:
    print("A package is missing: type `python -m pip install {packages}` in the book's folder, and run this again.")"""


@dataclass
class Cell:
    """A cell on its way to a notebook: its code or what it says, and which places of the page lie in it."""

    name: str
    places: list[str]
    parts: list[nodes.Element] = field(default_factory=list)
    code: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)


class Page:
    """A page, divided into cells."""

    def __init__(self, app: Sphinx, name: str, doctree: nodes.document) -> None:
        self.name, self.file = name, f"{PurePosixPath(name).name}.ipynb"
        self.numbers = app.env.toc_fignumbers.get(name, {})
        self.formats = {"displaymath": "%s"} | app.config.numfig_format
        self.cells: list[Cell] = []
        self.closed = True  # whether prose has to begin a cell of its own
        for node in list(doctree.findall(is_invisible)):
            node.parent.remove(node)
        for box in list(doctree.findall(nodes.Admonition)):
            if "predict" in box["classes"] and is_code(box[-1]):
                box.parent.insert(box.parent.index(box) + 1, box.pop())
        self.divide(doctree)

    def divide(self, node: nodes.Element, owner: nodes.Element | None = None) -> None:
        """Divide a part of the page; what people look for by its name begins a cell: headings, exercises and such."""
        named = isinstance(node, nodes.section | nodes.Admonition) and bool(node["ids"])
        if is_code(node):
            self.run(node)
        elif is_divided(node) or any(map(is_code, node.findall(nodes.container))):
            if not (is_divided(node) or is_transparent(node)):
                raise unknown(node)
            for part in node.children:
                self.divide(part, node if named and part is node[0] and isinstance(part, nodes.title) else None)
        else:
            found = (owner["ids"] if owner else []) + places(node)
            if owner or named or self.closed:
                self.begin((owner or node)["ids"])
                self.closed = False
            self.cells[-1].places += found
            self.cells[-1].parts.append(node)

    def begin(self, names: list[str]) -> Cell:
        """Begin a cell, with a name that no other has."""
        name = re.sub(r"[^\w-]", "-", names[0], flags=re.ASCII)[:50] if names else f"cell-{len(self.cells)}"
        while name in ["install", *(cell.name for cell in self.cells)]:
            name += "-"
        self.cells.append(Cell(name, names[:]))
        return self.cells[-1]

    def run(self, node: nodes.Element) -> None:
        """Begin a cell that runs code, and below it one that says what it draws."""
        cell = self.begin(places(node))
        cell.code = node.get("kept_code") or predictions.code(node)
        if not cell.code:
            raise unknown(node)
        if node.get("prompt_show") == "Show a hint":
            cell.code = asked_for(cell.code)
        if HIDDEN & set(node["cell_metadata"].get("tags", [])):
            cell.metadata = {"jupyter": {"source_hidden": True}}
        outputs = [part for part in node.findall(nodes.container) if part.get("nb_element") == "cell_code_output"]
        pictures = [part for output in outputs for part in output if isinstance(part, nodes.figure | nodes.image)]
        if pictures:
            self.begin([]).parts = pictures
        self.closed = True

    def number(self, node: nodes.Element) -> str:
        """Return what the text calls a figure, a formula or an exercise; empty if it has no number."""
        kind = {nodes.figure: "figure", nodes.math_block: "displaymath"}.get(type(node), "exercise")
        found = [self.numbers.get(kind, {}).get(name) for name in node["ids"]]
        return self.formats[kind] % ".".join(map(str, found[0])) if any(found) else ""


class Book:
    """All pages of a book, which lead to each other."""

    def __init__(self, app: Sphinx, written: dict[str, nodes.document]) -> None:
        self.app = app
        self.pages = {
            name: Page(app, name, written.get(name) or app.env.get_and_resolve_doctree(name, app.builder))
            for name in sorted(app.env.found_docs)
        }
        self.addresses = {app.builder.get_target_uri(name): page for name, page in self.pages.items()}
        self.cells = {
            (name, place): cell.name
            for name, page in self.pages.items()
            for cell in page.cells
            for place in cell.places
        }

    def leads(self, page: Page, link: nodes.reference) -> str:
        """Return where a link on a page leads; nowhere, if it sets a figure of the site."""
        if "sets-figure" in link["classes"]:
            return ""
        address, _, place = link.get("refuri", f"#{link.get('refid')}").partition("#")
        if re.match(r"\w+:", address):
            return link["refuri"]
        here = self.app.builder.get_target_uri(page.name)
        found = self.addresses.get(posixpath.normpath(posixpath.join(here, "..", address)) if address else here)
        if found is None or (place and (found.name, place) not in self.cells):
            raise ExtensionError(f"{page.name}: no notebook, or no cell of it, is where {address}#{place} leads.")
        cell = f"#cell-id={self.cells[found.name, place]}" if place else ""
        return cell if cell and found is page else found.file + cell  # Notebook 7 opens a named file once more

    def notebook(self, page: Page) -> nbformat.NotebookNode:
        """Return a page as a notebook; a cell above its first code installs what it imports."""
        prose = Prose(functools.partial(self.leads, page), page.number)
        cells = []
        for cell in page.cells:
            if cell.code:
                cells.append(nbformat.v4.new_code_cell(cell.code, id=cell.name, metadata=cell.metadata))
            elif text := prose.blocks(cell.parts):
                cells.append(nbformat.v4.new_markdown_cell(text, id=cell.name))
                if images := self.attachments(cell):
                    cells[-1].attachments = images
        running = [n for n, cell in enumerate(cells) if cell.cell_type == "code"]
        if running:
            code = installing([cells[n].source for n in running], *self.app.config.launch_from)
            cells.insert(running[0], nbformat.v4.new_code_cell(code, id="install", metadata={"tags": ["install"]}))
        return nbformat.v4.new_notebook(cells=cells, metadata=python())

    def attachments(self, cell: Cell) -> dict[str, dict[str, str]]:
        """Return the images of a cell's prose."""
        found = {}
        for image in (image for part in cell.parts for image in part.findall(nodes.image)):
            if "://" not in original(image) and not is_drawn(image):
                path = Path(self.app.srcdir, original(image))
                kind, _ = mimetypes.guess_type(path.name)
                if kind == "image/svg+xml":  # JupyterLab shows no drawing that is attached
                    raise unknown(image)
                found[path.name] = {kind: base64.b64encode(path.read_bytes()).decode()}
        return found


def is_code(node: nodes.Node) -> bool:
    """Tell whether a node is a cell that runs code."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def places(node: nodes.Element) -> list[str]:
    """Return what links may lead to in a part of a page."""
    return [place for part in node.findall(nodes.Element) for place in part["ids"]]


def asked_for(code: str) -> str:
    """Return a hint's code for who asks for it: JupyterLab runs all cells at once, and folds no output that is new."""
    lines = [f"# {line}" for line in code.splitlines()]
    return "\n".join(["# For a hint, remove the # from the next line, and run this cell.", *lines])


def python() -> dict[str, Any]:
    """Return what a kernel will say of itself: what it has to change, JupyterLab calls a change of the notebook."""
    spec = get_kernel_dict()
    kernel = {"name": "python3", "display_name": spec["display_name"], "language": spec["language"]}
    return {"kernelspec": kernel, "language_info": IPythonKernel.language_info}


def installing(code: list[str], address: str, branch: str) -> str:
    """Return a cell that installs the packages which a notebook imports, where they are missing."""
    trees = [ast.parse(TransformerManager().transform_cell(cell)) for cell in code]  # which may hold magic commands
    imported = {name.partition(".")[0] for tree in trees for node in ast.walk(tree) for name in modules(node)}
    brought = {re.match(r"[\w-]+", line)[0] for line in requires("d2lconv") if "extra ==" not in line}
    others = sorted(imported - brought - {"d2lconv"} - sys.stdlib_module_names)
    ours = f"git+{address}@{branch}".removesuffix("@") if address else "."
    names = {"modules": ", ".join(["d2lconv", *others]), "packages": " ".join([ours, *others])}
    return (INSTALLS if address else ASKS).format(**names)


def modules(node: ast.AST) -> list[str]:
    """Return the modules that a statement imports, none for any other."""
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom():
            return [node.module or ""]
    return []


class Writer:
    """Looks on while pages are written, and writes the notebooks of all pages when that has gone well."""

    def __init__(self) -> None:
        self.written: dict[str, nodes.document] = {}

    def offer(self, app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
        """Keep a page, which sphinxcontrib.bibtex resolves only once; the theme's menu offers it if it runs code."""
        if doctree is not None:
            self.written[page] = doctree
            if "kernelspec" in app.env.metadata.get(page, {}):
                context["ipynb_source"] = f"{page}.ipynb"

    def write(self, app: Sphinx, error: Exception | None) -> None:
        """Write the notebooks beside the pages' sources."""
        if error or app.builder.format != "html":
            return
        book = Book(app, self.written)
        for name, page in book.pages.items():
            made = book.notebook(page)
            nbformat.validate(made)
            path = Path(app.outdir, "_sources", f"{name}.ipynb")
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(made, path)


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer notebooks while pages are written, and write them at the end."""
    app.setup_extension("repository")
    writer = Writer()
    app.connect("html-page-context", writer.offer)
    app.connect("build-finished", writer.write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
