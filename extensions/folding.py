"""Fold the cells that set things up or draw, below what they draw, and offer a switch for all code of the site.

MyST-NB does fold what is tagged, but under a summary that screen readers hear as "Toggle hidden content", and above the
figure. Here a summary says what it opens, and a figure comes before the code that drew it.
"""

import re
from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, HideInputCells, SphinxTranslator
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

# Neither is pressed at first: then each page folds what it was written to fold.
SWITCH = """
<div class="code-switch" role="group" aria-label="All code of this site">
<button type="button" aria-pressed="false" data-code="shown">Show all code</button>
<button type="button" aria-pressed="false" data-code="hidden">Hide all code</button>
</div>
"""


class FigureFirst(SphinxPostTransform):
    """Move folded code below the output of its cell."""

    default_priority = HideInputCells.default_priority + 1
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Rewrite each cell whose code alone is folded."""
        for cell in list(self.document.findall(nodes.container)):
            if cell.get("hide_mode") == "input" and len(cell) > 1:
                cell.children = [*cell.children[1:], cell.children[0]]


def opens(node: HideCodeCellNode) -> str:
    """Say in a word what a fold holds."""
    if "above-input" not in node["classes"]:
        return "output"
    return "imports" if re.fullmatch(r"((import|from) .+|plots\.use_style\(\)|\s)*", node.astext()) else "code"


def open_fold(self: SphinxTranslator, node: HideCodeCellNode) -> None:
    """Write the summary: the page's own prompt where a cell has one."""
    held = opens(node)
    show, hide = node["prompt_show"], node["prompt_hide"]
    if show.startswith("Show code cell"):
        show, hide = f"Show the {held}", f"Hide the {held}"
    summary = f'<span class="collapsed">{escape(show)}</span><span class="expanded">{escape(hide)}</span>'
    kind = "fold-output" if held == "output" else "fold-code"
    self.body.append(f'<details class="fold {kind}">\n<summary>{summary}</summary>\n')


def close_fold(self: SphinxTranslator, node: HideCodeCellNode) -> None:
    """Close what `open_fold` has opened."""
    self.body.append("</details>\n")


def offer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Put the switch below the title of a page with several cells; one cell has a summary of its own."""
    if doctree is not None and context.get("body", "").count('<div class="cell_input') > 1:
        context["body"] = context["body"].replace("</h1>", f"</h1>{SWITCH}", 1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of MyST-NB's folds, and load the switch's script before anything is painted."""
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(open_fold, close_fold))
    app.add_post_transform(FigureFirst)
    app.connect("html-page-context", offer)
    app.add_js_file("code.js")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
