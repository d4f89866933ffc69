"""What a page embeds of its moving figures: the scripts and the style of today, each once."""

import json

import pytest
from building import KERNEL, RUNNING
from figures import refresh
from ipywidgets.embed import dependency_state
from pages import page, parse

from d2lconv import explorables
from d2lconv.explorables import KernelWindow, ReceptiveField
from d2lconv.images import arange_image

CLASSES = [getattr(explorables, name) for name in explorables.__all__]
FIGURES = {f"{figure.__module__}.{figure.__name__}": figure for figure in CLASSES}

OWN = """# A widget of one's own

```{code-cell} ipython3
import anywidget

class Own(anywidget.AnyWidget):
    _esm = "export default { render() { /* my own </script> */ } }"

Own()
```
"""


def embedded(soup):
    """Return the state of each widget that a page embeds, by its id."""
    scripts = soup.select('script[type="application/vnd.jupyter.widget-state+json"]')
    return {name: model["state"] for script in scripts for name, model in json.loads(script.string)["state"].items()}


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_page_holds_each_script_and_the_style_once(site, chapter):
    states = embedded(page(site, chapter))
    figures = {name: state for name, state in states.items() if state.get("_anywidget_id") in FIGURES}
    for kind in ("_esm", "_css"):
        wanted = sorted({getattr(FIGURES[state["_anywidget_id"]], kind) for state in figures.values()})
        assert sorted(state[kind] for state in figures.values() if state[kind] not in figures) == wanted
        for state in figures.values():
            holder = figures.get(state[kind], state)
            assert holder[kind] == getattr(FIGURES[state["_anywidget_id"]], kind)


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_figure_s_heights_stand_where_it_is_shown_and_nowhere_else(site, chapter):
    soup = page(site, chapter)
    figures = {name for name, state in embedded(soup).items() if state.get("_anywidget_id") in FIGURES}
    views = {json.loads(view.string)["model_id"]: view for view in soup.select("script[type$='widget-view+json']")}
    shown = {name: json.loads(views[name].get("data-heights", "[]")) for name in figures & views.keys()}
    assert [name for name, heights in shown.items() if len(heights) < 10] == []
    assert [name for name, state in embedded(soup).items() if "_heights" in state] == []


def test_a_figure_that_was_executed_before_a_change_gets_the_script_of_now():
    figures = [KernelWindow(arange_image(), [[1]]), ReceptiveField([2])]
    models = dependency_state(figures, drop_defaults=False)
    window, field = (models[figure.model_id]["state"] for figure in figures)
    window["_esm"] = window["_css"] = field["_esm"] = field["_css"] = "as it was"
    refresh(models)
    assert window["_esm"] == KernelWindow._esm
    assert window["_css"] == KernelWindow._css
    assert field["_esm"] == ReceptiveField._esm
    assert field["_css"] == figures[0].model_id


def test_a_widget_of_one_s_own_stays_as_it_is(small_book):
    small_book.write(index=KERNEL + OWN)
    built = small_book.build()
    assert built.returncode == 0, built.stderr
    (own,) = [state for state in embedded(parse(small_book.html / "index.html")).values() if "_esm" in state]
    assert own["_esm"] == "export default { render() { /* my own </script> */ } }"
