"""Pages whose scripts do not run."""

import re

import pytest
from building import CHAPTERS


@pytest.fixture(scope="module", params=CHAPTERS)
def unscripted(request, watched, address):
    """A chapter in a browser that runs no scripts."""
    with watched() as (new_page, _):
        page = new_page(java_script_enabled=False)
        page.goto(f"{address}/chapters/{request.param}.html")
        yield page


def test_without_scripts_a_sentence_stands_where_a_figure_would(unscripted):
    for view in unscripted.locator("script[type$='widget-view+json']").all():
        said = view.locator("xpath=following-sibling::noscript[1]/p")
        assert re.fullmatch(r"(An interactive figure|In a notebook, a slider) appears here.{20,}\.", said.inner_text())
        assert said.bounding_box()["height"] > 10


def test_without_scripts_formulas_are_drawn(unscripted):
    for formula in unscripted.locator("article .math:not(details *)").all():
        box = formula.locator("math").bounding_box()
        assert box["width"] > 3
        assert box["height"] > 3
        assert formula.locator("annotation").bounding_box() is None, "the TeX is there for who copies"


def test_without_scripts_nothing_is_wider_than_a_phone(unscripted):
    unscripted.set_viewport_size({"width": 360, "height": 740})
    assert unscripted.evaluate("document.documentElement.scrollWidth") <= 360
