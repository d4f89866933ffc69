"""What a page loads on a first visit: counted in bytes as a server sends them, compressed."""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from building import CHAPTERS

KB = 1000
# Scripts that a browser waits for, or that stand in the page.
BLOCKING = "script[src]:not([defer], [async], [type=module])"


@pytest.fixture(scope="module", params=CHAPTERS)
def visit(request, watched, site, address):
    """A chapter that has been opened and scrolled through, and the size of each file that it loaded."""
    with watched() as (new_page, _):
        page, loaded = new_page(), {}

        def count(answer):
            path = site / urlsplit(answer.url).path.lstrip("/")
            if path.is_file():
                loaded[path.relative_to(site).as_posix()] = len(gzip.compress(path.read_bytes()))

        page.on("response", count)
        page.goto(f"{address}/chapters/{request.param}.html")
        for view in page.locator("script[type$='widget-view+json'], img").all():
            view.evaluate("node => node.parentElement.scrollIntoView()")
        page.evaluate("document.fonts.ready")
        page.wait_for_load_state("networkidle")
        yield page, loaded


def test_a_first_visit_loads_at_most_500_kb(visit):
    _, loaded = visit
    assert sum(loaded.values()) <= 500 * KB, loaded


def test_at_most_60_kb_of_script_hold_up_the_first_paint(visit, site):
    page, loaded = visit
    sources = page.locator(BLOCKING).evaluate_all("scripts => scripts.map(({ src }) => new URL(src).pathname)")
    inline = page.locator("script:not([src], [type$='json'])").all_text_contents()
    waited = sum(loaded[source.lstrip("/")] for source in sources) + sum(len(text.encode()) for text in inline)
    assert waited <= 60 * KB


def test_the_figures_script_comes_before_all_others_that_wait(visit):
    page, _ = visit
    waiting = page.locator("script[src][defer]").evaluate_all("scripts => scripts.map(({ src }) => src)")
    assert len(waiting) >= 4
    hosts = [index for index, source in enumerate(waiting) if "/host.js" in source]
    assert hosts in ([0], []), "where there is a figure"


def test_nothing_is_loaded_for_formulas_but_their_font_and_only_where_there_is_one(visit):
    page, loaded = visit
    assert [name for name in loaded if "mathjax" in name.lower()] == []
    shown = page.locator("math").evaluate_all("all => all.some((formula) => formula.checkVisibility())")
    assert ("_static/fonts/formulas.woff2" in loaded) == shown


def test_icons_come_with_the_style_sheet(visit):
    page, loaded = visit
    assert [name for name in loaded if "fontawesome" in name] == []
    assert "fontawesome" not in page.locator("head").evaluate(
        "head => [...head.querySelectorAll('[href], [src]')].join()"
    )
    drawn = (
        "icons => icons.filter((icon) => getComputedStyle(icon, '::before').content === 'none').map((i) => i.className)"
    )
    assert page.locator("[class*='fa-']:is(i, span)").evaluate_all(drawn) == []
    assert page.evaluate("document.fonts.check('900 1em \"Font Awesome 6 Free\"', '\\uf0c9')")


def test_a_page_loads_one_style_sheet(visit):
    _, loaded = visit
    assert [name for name in loaded if name.endswith(".css")] == ["_static/site.css"]


# The classes that a page's elements come to have, whoever gives them.
MET = """
  window.met = new Set();
  const meet = (node) => node.classList?.forEach((name) => met.add(name));
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      for (const node of [target, ...addedNodes]) [node, ...(node.querySelectorAll?.("*") ?? [])].forEach(meet);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
"""


def test_the_style_sheet_has_every_rule_for_a_class_that_a_page_comes_to_have(new_page, site, address):
    page = new_page()
    page.add_init_script(MET)
    page.goto(f"{address}/chapters/exercises.html")
    page.locator(".theme-switch-button:visible").hover()
    page.locator(".tooltip").wait_for()
    page.get_by_role("button", name="Download this page").click()
    page.keyboard.press("Control+k")
    page.locator(".search-button__wrapper.show input").wait_for()
    met = set(page.evaluate("[...met]"))
    assert {"bs-tooltip-auto", "show", "highlight"} <= met
    kept = classes((site / "_static" / "site.css").read_text("utf-8"))
    for sheet in (
        "styles/bootstrap.css",
        "styles/pydata-sphinx-theme.css",
        "styles/sphinx-book-theme.css",
        "basic.css",
    ):
        asked = classes((site / "_static" / sheet).read_text("utf-8")) & met
        assert asked - kept <= {"caption-text"}, "which the theme styles below a class that no page has"


def classes(css):
    return set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", re.sub(r"url\([^)]*\)", "", css)))
