"""Let a page whose scripts do not run say what would stand where: the first sentence of each figure's documentation."""

import inspect
import json
from importlib import import_module

from bs4 import BeautifulSoup
from mending import rewrite
from sphinx.application import Sphinx

WIDGET = "script[type='application/vnd.jupyter.widget-{}+json']"
FIGURE = "An interactive figure appears here when scripts are enabled: {}"
CONTROL = "In a notebook, a slider appears here, and Python responds to it."


def sentence(model: dict[str, str]) -> str:
    """Say what a widget lets a reader do."""
    module, _, name = model.get("_anywidget_id", "").rpartition(".")
    if not module:
        return CONTROL
    told = inspect.getdoc(getattr(import_module(module), name)).splitlines()[0]
    return FIGURE.format(told[0].lower() + told[1:])


def stand_in(page: BeautifulSoup) -> None:
    """Put a sentence beside each widget's place."""
    states = [json.loads(script.string)["state"] for script in page.select(WIDGET.format("state"))]
    models = {name: model["state"] for found in states for name, model in found.items()}
    for view in page.select(WIDGET.format("view")):
        if view.find_next_sibling("noscript"):
            continue
        paragraph = page.new_tag("p", string=sentence(models[json.loads(view.string)["model_id"]]))
        place = page.new_tag("noscript")
        place.append(paragraph)
        view.insert_after(place)


def speak(app: Sphinx, error: Exception | None) -> None:
    """Go through the pages that were built, if the build went well."""
    if not error and app.builder.format == "html":
        rewrite(app, [stand_in])


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask Sphinx to call `speak` at the end of a build."""
    app.connect("build-finished", speak)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
