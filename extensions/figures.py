"""Give the moving figures of a page the scripts and the style that the package has now, and each of them once.

A chapter that was executed keeps its figures as they were then, each with its whole script and style. So a changed
script would reach no page until every chapter runs again, and a page of four figures would hold the style four times.
Of figures that share a text, the first holds it, and the others name the first (`site/host.js` looks it up there).
"""

import json
from importlib import import_module
from typing import Any

from myst_nb.core.render import WIDGET_STATE_MIMETYPE, sanitize_script_content
from sphinx.application import Sphinx

OURS = "d2lconv."
TEXTS = ("_esm", "_css")


def figure_class(name: str) -> Any:
    """Return the class of a figure, from the full name that anywidget keeps of it."""
    module, _, title = name.rpartition(".")
    return getattr(import_module(module), title)


def refresh(models: dict[str, dict[str, Any]]) -> None:
    """Write into the figures of the package what their classes hold now; leave every other widget as it is."""
    holders: dict[str, str] = {}
    for model_id, model in models.items():
        state = model["state"]
        name = state.get("_anywidget_id") or ""
        if not name.startswith(OURS):
            continue
        for kind in TEXTS:
            text = getattr(figure_class(name), kind)
            holder = holders.setdefault(text, model_id)
            state[kind] = text if holder == model_id else holder


def mend(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Rewrite the embedded state of a page's widgets, before the page is written."""
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == WIDGET_STATE_MIMETYPE:
            embed = json.loads(attributes["body"])
            refresh(embed["state"])
            attributes["body"] = sanitize_script_content(json.dumps(embed))


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page after myst_nb has put the state of its widgets there."""
    app.connect("html-page-context", mend, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
