"""Give the moving figures of a page the scripts and the style that the package has now, and each of them once.

A chapter that was executed keeps its figures as they were then, each with its whole script and style. So a changed
script would reach no page until every chapter runs again, and a page of four figures would hold the style four times.
Of figures that share a text, the first holds it, and the others name the first (`site/host.js` looks it up there).

How high a figure will be stands where it is shown, not among its state at the end of the page: `site/room.js` keeps its
place free as soon as a browser comes to it.
"""

import json
import re
from importlib import import_module
from typing import Any

from myst_nb.core.render import WIDGET_STATE_MIMETYPE, sanitize_script_content
from sphinx.application import Sphinx

OURS = "d2lconv."
TEXTS = ("_esm", "_css")
VIEW = re.compile(r'<script (?=type="application/vnd\.jupyter\.widget-view\+json">[^<]*"model_id": "(\w+)")')


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


def measure(models: dict[str, dict[str, Any]], body: str) -> str:
    """Take the figures' heights out of their state and return the page's body with them; a figure may have none."""
    heights = {
        name: json.dumps(model["state"].pop("_heights", []), separators=(",", ":"))
        for name, model in models.items()
        if model["model_module"] == "anywidget"
    }

    def told(view: re.Match[str]) -> str:
        return f'<script data-heights="{heights[view[1]]}" ' if view[1] in heights else view[0]

    return VIEW.sub(told, body)


def mend(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Rewrite the embedded state of a page's widgets, before the page is written."""
    for script in list(context["script_files"]):
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == WIDGET_STATE_MIMETYPE:
            embed = json.loads(attributes["body"])
            refresh(embed["state"])
            context["body"] = measure(embed["state"], context["body"])
            app.add_js_file("room.js")  # to this page alone
            attributes["body"] = sanitize_script_content(json.dumps(embed))


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page after myst_nb has put the state of its widgets there."""
    app.connect("html-page-context", mend, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
