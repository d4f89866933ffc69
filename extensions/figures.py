"""Give the moving figures of a page the scripts and the style that the package has now, and each of them once.

A chapter that was executed keeps its figures as they were then, each with its whole script and style. So a changed
script would reach no page until every chapter runs again, and a page of four figures would hold what they share four
times. Here each module stands on a page once, beside its widgets' state; a figure names those that it is made of, and
`site/host.js` joins them.

How high a figure will be stands where it is shown, not among its state at the end of the page: `site/room.js` keeps its
place free as soon as a browser comes to it.
"""

import json
import re
from collections import Counter
from html import unescape
from typing import Any

from docutils import nodes
from myst_nb.core.render import WIDGET_STATE_MIMETYPE, sanitize_script_content
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from d2lconv.explorables._module import modules, style

OURS = re.compile(r"d2lconv\.explorables\.(\w+)\.\w+")  # what anywidget keeps of a figure: its class's full name
SETS = re.compile(r"#[A-Z]\w*-\d+\?")
VIEW = re.compile(r'<script (?=type="application/vnd\.jupyter\.widget-view\+json">[^<]*"model_id": "(\w+)")')


def refresh(embed: dict[str, Any]) -> None:
    """Let the figures of the package name their modules as these are now, and add those to what the page embeds."""
    embed["modules"] = {"style": style()}
    for model in embed["state"].values():
        ours = OURS.fullmatch(model["state"].get("_anywidget_id") or "")
        if ours:
            needed = modules(ours[1])
            embed["modules"] |= needed
            model["state"] |= {"_esm": list(needed), "_css": ["style"]}


def measure(models: dict[str, dict[str, Any]], body: str) -> str:
    """
    Return the page's body with each figure's name and heights where it is shown, and take the heights from its state.

    The first KernelWindow of a page is called KernelWindow-1: so a link names it (`site/host.js`).
    """
    heights = {
        name: json.dumps(model["state"].pop("_heights", []), separators=(",", ":"))
        for name, model in models.items()
        if model["model_module"] == "anywidget"
    }
    counts: Counter[str] = Counter()

    def told(view: re.Match[str]) -> str:
        if view[1] not in heights:
            return view[0]
        kind = str(models[view[1]]["state"].get("_anywidget_id")).rpartition(".")[2]
        counts[kind] += 1
        return f'<script data-figure="{kind}-{counts[kind]}" data-heights="{heights[view[1]]}" '

    return VIEW.sub(told, body)


class Links(SphinxPostTransform):
    """Mend links that set a figure: MyST takes them for addresses, and escapes what HTML escapes again."""

    default_priority = 500
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Rewrite each link such as ``#KernelWindow-1?row=1``."""
        for link in self.document.findall(nodes.reference):
            if SETS.match(link.get("refuri", "")):
                link["refuri"] = unescape(link["refuri"])
                link["internal"] = True
                link["classes"].append("sets-figure")


def mend(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Rewrite the embedded state of a page's widgets, before the page is written."""
    for script in list(context["script_files"]):
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == WIDGET_STATE_MIMETYPE:
            embed = json.loads(attributes["body"])
            refresh(embed)
            context["body"] = measure(embed["state"], context["body"])
            app.add_js_file("room.js")  # to this page alone
            attributes["body"] = sanitize_script_content(json.dumps(embed))


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page after myst_nb has put the state of its widgets there."""
    app.add_post_transform(Links)
    app.connect("html-page-context", mend, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
