"""Put each prediction's figure into its box, and lay what gives the answer away under a strip.

An author writes the question as an admonition of the class `predict`, the figure that takes the answer in a cell tagged
`prediction` below it, and tags the cells that give the answer away with `answer`; sentences among them stand in a `div`
of that class. What stands together is one block. `site/covers.js` covers it, where scripts run, until the reader has
answered; the figure's own code, which holds the answer, is left out of the page and stays in the notebook, like that of
any cell tagged `secret`.
"""

import itertools
import json
import re
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

NAME = re.compile(r'Prediction\(\s*"([\w-]+)"')

# Both are seen only where the script has said that it covers (site/book.css).
KEPT = """<div class="answers-kept">
<label><input type="checkbox" checked> Cover answers until I commit to a prediction</label>
<p>What you answer is kept on this device and sent nowhere. <button type="button">Forget my answers</button></p>
</div>"""
STRIP = """<div class="answer-strip" role="group" aria-label="Covered">
<div><p>Covered until you commit to a prediction</p> <button type="button">Show me</button></div>
</div>"""

HEARD = '<p class="visually-hidden">Uncovered: the answer to the question above.</p>'  # where one listens


def is_tagged(node: nodes.Node, tag: str) -> bool:
    """Tell whether a node is a cell with a tag, or a block of the class of that name."""
    return isinstance(node, nodes.container) and bool({tag, f"tag_{tag}"} & set(node["classes"]))


def code(cell: nodes.container) -> str:
    """Return a cell's source."""
    sources = [part for part in cell.findall(nodes.container) if part.get("nb_element") == "cell_code_source"]
    return "".join(part.astext() for part in sources)


def questions(doctree: nodes.document) -> list[tuple[str, nodes.Admonition, nodes.container]]:
    """Return the predictions of a page: the name of each, its box and its figure's cell."""
    found = []
    for cell in doctree.findall(nodes.container):
        if not is_tagged(cell, "prediction"):
            continue
        box = cell.parent[cell.parent.index(cell) - 1]
        if not (isinstance(box, nodes.Admonition) and "predict" in box["classes"]):
            raise ExtensionError(
                f"{cell.source}: a cell tagged `prediction` should follow a box of the class `predict`."
            )
        name = NAME.search(cell.get("kept_code") or code(cell))
        if not name:
            raise ExtensionError(f'{cell.source}: a cell tagged `prediction` should call Prediction("its-name", …).')
        found.append((name[1], box, cell))
    return found


def giving_away(doctree: nodes.document, cell: nodes.container) -> list[nodes.Element]:
    """Return the first block after a prediction that is tagged as an answer, up to where its tags end."""
    after = list(doctree.findall(nodes.container))
    after = after[after.index(cell) + 1 :]
    first = next((node for node in after if is_tagged(node, "answer")), None)
    if first is None:
        return []
    siblings = first.parent.children[first.parent.index(first) :]
    return list(itertools.takewhile(lambda node: is_tagged(node, "answer"), siblings))


def spoken(node: nodes.Node) -> str:
    """Return a piece of a question as plain text, its formulas too."""
    if isinstance(node, nodes.math):
        return re.sub(r"[\\{}]", "", node.astext().replace(r"\times", "×"))
    return node.astext() if isinstance(node, nodes.Text) else "".join(spoken(child) for child in node.children)


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Write down what a page asks, for the table of contents and for the page after it."""
    asked = {}
    for name, box, _ in questions(doctree):
        box["ids"] = [f"predict-{name}"]
        asked[name] = " ".join(spoken(part) for part in box[1:]).replace("\n", " ")
    app.env.metadata[app.env.docname]["asked"] = asked


class Cover(SphinxPostTransform):
    """Move figures into their boxes, and wrap what gives an answer away."""

    default_priority = 1  # before cells lose what tells them apart
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Rewrite a page."""
        for cell in list(self.document.findall(nodes.container)):
            if is_tagged(cell, "prediction") or is_tagged(cell, "secret"):
                cell["kept_code"] = code(cell)  # for the notebook (extensions/notebooks.py)
                cell.children = [part for part in cell.children if part.get("nb_element") != "cell_code_source"]
        found = questions(self.document)
        for question, box, cell in found:
            block = giving_away(self.document, cell)
            if not block:
                raise ExtensionError(f"{cell.source}: tag what the prediction {question!r} covers with `answer`.")
            place, at = block[0].parent, block[0].parent.index(block[0])
            for part in block:
                place.remove(part)
                part["classes"] = [name for name in part["classes"] if name not in ("answer", "tag_answer")]
            heard = nodes.raw("", HEARD, format="html")
            covered = nodes.container("", heard, *block, classes=["answer-covered"])
            strip = nodes.raw("", STRIP, format="html")
            place.insert(at, nodes.container("", strip, covered, classes=["answer"], ids=[f"covered-{question}"]))
            cell.parent.remove(cell)
            box.append(cell)
        if found:
            _, first, _ = found[0]
            first.parent.insert(first.parent.index(first) + 1, nodes.raw("", KEPT, format="html"))


def tell(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write on each page what each page asks, and the questions of the one before."""
    asked = {name: list(app.env.metadata[name].get("asked", {})) for name in app.env.found_docs}
    _, before, _ = app.builder.relations.get(page, (None, None, None))
    told = {
        "asked": {PurePosixPath(name).name: names for name, names in sorted(asked.items()) if names},
        "before": PurePosixPath(before).name if before else "",
        "title": app.env.titles[before].astext() if before else "",
        "questions": app.env.metadata[before].get("asked", {}) if before else {},
    }
    app.add_js_file(None, body=json.dumps(told).replace("</", "<\\/"), type="application/json", id="predictions")


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at pages when they have been read, and when they are written; the script runs before anything is painted."""
    app.connect("doctree-read", note)
    app.add_post_transform(Cover)
    app.connect("html-page-context", tell)
    app.add_js_file("covers.js")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
