"""What a page embeds of its moving figures: the scripts and the style of today, each once."""

import gzip
import json
from urllib.parse import parse_qsl

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


def embeds(soup):
    """Return what a page embeds of its widgets, one document a script."""
    return [
        json.loads(script.string) for script in soup.select('script[type="application/vnd.jupyter.widget-state+json"]')
    ]


def embedded(soup):
    """Return the state of each widget that a page embeds, by its id."""
    return {name: model["state"] for embed in embeds(soup) for name, model in embed["state"].items()}


def joined(embed, names):
    return "\n".join(embed["modules"][name] for name in names)


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_page_holds_each_module_and_the_style_once(site, chapter):
    for embed in embeds(page(site, chapter)):
        named = {"style"}
        for model in embed["state"].values():
            state = model["state"]
            if figure := FIGURES.get(state.get("_anywidget_id")):
                assert joined(embed, state["_esm"]) == figure._esm
                assert joined(embed, state["_css"]) == figure._css
                named.update(state["_esm"])
        assert set(embed["modules"]) == named
        assert len({text.strip() for text in embed["modules"].values()}) == len(named)


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_number_that_sets_a_figure_names_a_figure_of_the_page_and_what_a_reader_can_set(site, chapter):
    soup = page(site, chapter)
    for link in soup.select("a.sets-figure"):
        name, _, query = link["href"].removeprefix("#").partition("?")
        view = soup.select_one(f"script[data-figure='{name}']")
        traits = FIGURES[embedded(soup)[json.loads(view.string)["model_id"]]["_anywidget_id"]].class_traits(sync=True)
        wanted = {trait: json.loads(value) for trait, value in parse_qsl(query)}
        assert wanted.keys() <= traits.keys(), link
        assert not any(trait.startswith("_") for trait in wanted)


def test_lessons_with_a_figure_have_a_number_that_sets_it(site):
    lessons = ["cross-correlation", "edge-detection", "learning-a-kernel", "cross-correlation-and-convolution"]
    lessons += ["feature-map-and-receptive-field"]
    assert [lesson for lesson in lessons if not page(site, lesson).select("a.sets-figure")] == []


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
    embed = {"state": dependency_state(figures, drop_defaults=False)}
    states = [embed["state"][figure.model_id]["state"] for figure in figures]
    for state in states:
        state["_esm"] = state["_css"] = "as it was"
    refresh(embed)
    for figure, state in zip(figures, states, strict=True):
        assert joined(embed, state["_esm"]) == figure._esm
        assert joined(embed, state["_css"]) == figure._css


def test_a_widget_of_one_s_own_stays_as_it_is(small_book):
    small_book.write(index=KERNEL + OWN)
    built = small_book.build()
    assert built.returncode == 0, built.stderr
    (own,) = [state for state in embedded(parse(small_book.html / "index.html")).values() if "_esm" in state]
    assert own["_esm"] == "export default { render() { /* my own </script> */ } }"


OF_THE_SITE = ("code", "covers", "host", "paper", "room")


# What a reader waits for is what the line carries, and servers compress.
@pytest.mark.parametrize("chapter", RUNNING)
def test_a_page_has_at_most_twenty_kilobytes_of_our_scripts_and_its_state_is_small(site, chapter):
    ours = [(site / "_static" / f"{name}.js").read_text("utf-8") for name in OF_THE_SITE]
    for embed in embeds(page(site, chapter)):
        modules = [text for name, text in embed["modules"].items() if name != "style"]
        assert len(gzip.compress("".join([*ours, *modules]).encode())) <= 20 * 1024
        assert len(json.dumps(embed["state"])) <= 250_000
