"""Offer every page that runs code as a notebook: its cells without their outputs, its prose in plain Markdown.

A notebook away from the book knows neither MyST nor the other pages. So the prose is written from the page as Sphinx
has resolved it: numbers stand where a hidden cell computed them, and references say what they refer to.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

UNSEEN = (nodes.comment, nodes.target, nodes.substitution_definition, nodes.raw)


def inline(node: nodes.Node) -> str:
    """Return a piece of a sentence in Markdown."""
    if isinstance(node, nodes.Text):
        return re.sub(r"([\\`*_<])", r"\\\1", str(node)).replace("\n", " ")
    text = "".join(inline(child) for child in node.children)
    match node:
        case nodes.math():
            return f"${tex(node)}$"
        case nodes.literal():
            return f"`{node.astext()}`"
        case nodes.strong():
            return f"**{text}**"
        case nodes.emphasis() | nodes.title_reference():
            return f"*{text}*"
        case nodes.inline() if "doc" in node["classes"]:  # the title of another page
            return f"*{text}*"
        case nodes.reference() if "://" in node.get("refuri", ""):
            return f"[{text}]({node['refuri']})"
        case _ if isinstance(node, UNSEEN):
            return ""
    return text


class Page:
    """One page on its way to a notebook: pieces of Markdown and of code, in the order of the page."""

    def __init__(self, env: BuildEnvironment, name: str) -> None:
        self.numbers = env.toc_fignumbers.get(name, {})
        self.formats = {"displaymath": "%s"} | env.config.numfig_format

    def number(self, kind: str, node: nodes.Element) -> str:
        """Return what the text calls a figure, a formula or an exercise; empty if it has no number."""
        found = [self.numbers.get(kind, {}).get(name) for name in node["ids"]]
        return self.formats[kind] % ".".join(map(str, found[0])) if any(found) else ""

    def pieces(self, node: nodes.Node, level: int = 0) -> Iterator[tuple[str, str]]:
        """Yield ``("code", source)``, ``("folded", source)`` for code that is folded, and ``("markdown", text)``."""
        match node:
            case nodes.container() if node.get("nb_element") == "cell_code":
                yield from self.cell(node)
            case nodes.section():
                yield from self.inside(node, level + 1)
            case nodes.title():
                yield "markdown", f"{'#' * level} {inline(node)}"
            case nodes.Admonition() if "predict" in node["classes"] and node[-1].get("kept_code"):
                title, *question, cell = node.children
                words = [text for part in question for _, text in self.pieces(part, level)]
                yield "markdown", quoted("\n\n".join([f"**{inline(title)}**", *words]))
                yield from self.cell(cell)
            case nodes.Admonition() if not any(part.get("nb_element") for part in node.findall(nodes.container)):
                yield "markdown", quoted(self.markdown(node, level))
            case nodes.math_block():
                yield "markdown", formula(tex(node).strip(), self.number("displaymath", node))
            case nodes.literal_block():
                yield "markdown", f"```{node.get('language', '')}\n{node.astext().rstrip()}\n```"
            case nodes.bullet_list() | nodes.enumerated_list():
                signs = [f"{n}. " if isinstance(node, nodes.enumerated_list) else "- " for n in range(1, len(node) + 1)]
                yield "markdown", "\n".join(self.item(sign, [item]) for sign, item in zip(signs, node, strict=True))
            case nodes.definition_list():
                yield "markdown", "\n".join(self.item("- ", item.children) for item in node)
            case nodes.table():
                yield "markdown", table(node)
            case nodes.transition():
                yield "markdown", "---"
            case nodes.TextElement():
                yield "markdown", inline(node)
            case _ if not isinstance(node, UNSEEN):
                yield from self.inside(node, level)

    def inside(self, node: nodes.Element, level: int) -> Iterator[tuple[str, str]]:
        """Yield the pieces of all that a node holds."""
        for child in node.children:
            if isinstance(child, nodes.title) and isinstance(node, nodes.Admonition):
                yield "markdown", f"**{self.number('exercise', node)}{inline(child)}**"
            else:
                yield from self.pieces(child, level)

    def markdown(self, node: nodes.Element, level: int = 0) -> str:
        """Return the inside of a node that holds no cell."""
        return "\n\n".join(text for _, text in self.inside(node, level) if text)

    def item(self, sign: str, parts: Iterable[nodes.Element]) -> str:
        """Return an item of a list, its further lines indented below its first."""
        text = "\n".join(f"**{inline(p)}**" if isinstance(p, nodes.term) else self.markdown(p) for p in parts)
        return sign + re.sub(r"\n(?=.)", "\n" + " " * len(sign), text)

    def cell(self, node: nodes.container) -> Iterator[tuple[str, str]]:
        """Yield a cell's code, and below it the caption of the figure that it will draw."""
        if node.get("kept_code"):
            yield "folded", node["kept_code"]
        for part in node.findall(nodes.container):
            if part.get("nb_element") == "cell_code_source":
                yield "code", "\n".join(block.astext() for block in part.findall(nodes.literal_block))
        for figure in node.findall(nodes.figure):
            caption = "".join(inline(part) for part in figure.findall(nodes.caption))
            yield "markdown", f"**{self.number('figure', figure)}** {caption}"


def tex(node: nodes.math | nodes.math_block) -> str:
    """Return a formula's TeX, wherever the page keeps it (extensions/formulas.py)."""
    return node.get("tex") or node.astext()


def quoted(text: str) -> str:
    """Return a text set apart, as Markdown sets a quotation apart."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def formula(text: str, number: str) -> str:
    """Return a displayed formula, with the number by which the text refers to it."""
    if r"\\" in text and r"\begin" not in text:
        text = rf"\begin{{split}}{text}\end{{split}}"
    return f"$$\n{text}" + (rf" \tag{{{number}}}" if number else "") + "\n$$"


def table(node: nodes.table) -> str:
    """Return a table, its first row as the head."""
    rows = [[" ".join(inline(part) for part in entry) for entry in row] for row in node.findall(nodes.row)]
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def installing(code: str, address: str, ref: str) -> str:
    """Say in one sentence how a notebook gets the packages that it imports."""
    imported = {name.partition(".")[0] for node in ast.walk(ast.parse(code)) for name in modules(node)}
    brought = {re.match(r"[\w-]+", line)[0] for line in requires("d2lconv") if "extra ==" not in line}
    others = sorted(imported - brought - {"d2lconv"} - sys.stdlib_module_names)
    ours = f"git+{address}{'' if ref == 'HEAD' else '@' + ref}" if address else "the-folder-of-the-book"
    install = " ".join(["%pip install", ours, *others])
    return f"Where the package `d2lconv` is missing, as on Colab, first run `{install}` in a cell of its own."


def modules(node: ast.AST) -> list[str]:
    """Return the modules that a statement imports, none for any other."""
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom():
            return [node.module or ""]
    return []


def notebook(page: Page, doctree: nodes.document, address: str, ref: str) -> nbformat.NotebookNode:
    """Return a page as a notebook; pieces of Markdown that follow each other share a cell."""
    cells: list[list[str]] = []
    for kind, text in page.pieces(doctree):
        if not text:
            continue
        if kind == "markdown" and cells and cells[-1][0] == kind:
            cells[-1][1] += f"\n\n{text}"
        else:
            cells.append([kind, text])
    code = "\n".join(text for kind, text in cells if kind != "markdown")
    cells.insert(0, ["markdown", installing(code, address, ref)])
    new = {"code": nbformat.v4.new_code_cell, "folded": folded_cell, "markdown": nbformat.v4.new_markdown_cell}
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(
        cells=[new[kind](text, id=f"cell-{n}") for n, (kind, text) in enumerate(cells)], metadata=python
    )


def folded_cell(source: str, **options: Any) -> nbformat.NotebookNode:
    """Return a cell whose code a notebook shows when somebody asks for it."""
    return nbformat.v4.new_code_cell(source, metadata={"jupyter": {"source_hidden": True}}, **options)


def offer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write the notebook beside the page's source, where the theme's download menu finds it."""
    if doctree is None or "kernelspec" not in app.env.metadata.get(page, {}):
        return
    made = notebook(Page(app.env, page), doctree, *app.config.launch_from)
    path = Path(app.outdir, "_sources", f"{page}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    context["ipynb_source"] = f"{page}.ipynb"


def setup(app: Sphinx) -> dict[str, bool]:
    """Write notebooks while pages are written, before the theme lists what can be downloaded."""
    app.setup_extension("repository")
    app.connect("html-page-context", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
