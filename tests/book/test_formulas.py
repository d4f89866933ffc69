"""Formulas are MathML in the built page: drawn without a script, copied as TeX, and no concern of the search."""

import json
import re

import pytest
from building import CHAPTERS
from pages import article

SHOWN = r"""# Page

In a sentence $a < k_\mathrm{h}$, and on a line of its own:

$$
a &= b \\
c &= d
$$ (lines)

See {eq}`lines`.
"""


@pytest.fixture
def written(small_book):
    """Write a page with formulas, build it, and return what the build says and what it made."""

    def write(text):
        small_book.write(index=text)
        with (small_book.folder / "conf.py").open("a") as conf:
            conf.write("extensions.append('formulas')\nhtml_math_renderer = 'mathml'\n")
        return small_book.build(), small_book.html

    return write


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_formula_is_mathml_and_keeps_its_tex(site, chapter):
    formulas = article(site, chapter).select(".math")
    assert [formula.get_text() for formula in formulas if not formula.select_one("math annotation")] == []


def test_a_number_leads_to_its_formula_whose_lines_are_aligned_and_less_than_is_no_tag(written):
    built, html = written(SHOWN)
    assert built.returncode == 0, built.stderr
    page = (html / "index.html").read_text(encoding="utf-8")
    assert re.search(r'href="#equation-lines"[^>]*>\(1\)<', page)
    formula = re.search(r'<div class="math[^>]*id="equation-lines">.*?</math>', page, re.S)[0]
    assert '<span class="eqno">(1)' in formula
    assert formula.count("<mtr>") == 2
    assert "<mo>&lt;</mo>" in page


def test_a_formula_that_nobody_can_read_stops_the_build_and_says_where(written):
    built, _ = written("# Page\n\nOf $\\unheard{x}$ we know nothing.\n")
    assert built.returncode != 0
    assert "index.md:3" in built.stderr
    assert "unheard" in built.stderr


def test_the_search_index_holds_no_tex(site):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    terms = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    assert "correl" in terms
    assert {"mathrm", "mathbf", "frac", "qquad", "textstyl"} & terms.keys() == set()
