"""Everything that the source prints stands in the executed book.

What that is, and where the book has it, `source.py` lists.
"""

import copy

import pytest
from pages import article, numbers, outputs, page
from source import ARRAYS, CITED, CLAIMS, EQUATIONS, EXERCISES, FIGURES, LOSSES, SECTIONS, SUMS


@pytest.mark.parametrize(("chapter", "array"), ARRAYS.values(), ids=ARRAYS)
def test_each_array_of_the_source_is_printed(site, chapter, array):
    wanted = [float(number) for row in array for number in row]
    assert wanted in [numbers(printed) for printed in outputs(site, chapter)]


def test_transposing_its_symmetric_image_prints_the_same_twice(site):
    _, array = ARRAYS["answers 1.1 and 1.2"]
    wanted = [float(number) for row in array for number in row]
    assert [numbers(printed) for printed in outputs(site, "answers")].count(wanted) == 2


@pytest.mark.parametrize(("chapter", "words"), CLAIMS.values(), ids=CLAIMS)
def test_each_statement_of_the_source_is_made(site, chapter, words):
    assert words in " ".join(article(site, chapter).get_text().split())


@pytest.mark.parametrize("epoch", LOSSES)
def test_each_loss_of_the_source_is_printed_to_five_digits(site, epoch):
    printed = "\n".join(outputs(site, "learning-a-kernel")).splitlines()
    assert f"epoch {epoch} loss {LOSSES[epoch]:.5g}" in printed


@pytest.mark.parametrize("line", SUMS)
def test_each_sum_of_the_first_figure_is_spelled_out(site, line):
    assert line in "\n".join(outputs(site, "cross-correlation")).splitlines()


@pytest.mark.parametrize("total", [19, 25, 37, 43])
def test_each_sum_stands_in_the_prose_as_a_cell_computed_it(site, total):
    glued = [number.get_text() for number in article(site, "cross-correlation").select(".pasted-text")]
    assert str(total) in glued


def test_the_nine_elements_of_the_receptive_field_are_counted(site):
    assert "9 elements of X, and 4 of Y" in "\n".join(outputs(site, "feature-map-and-receptive-field"))


@pytest.mark.parametrize(("chapter", "title"), SECTIONS)
def test_each_section_of_the_source_has_a_chapter(site, chapter, title):
    assert article(site, chapter).h1.get_text().removesuffix("#") == title


@pytest.mark.parametrize("chapter", [chapter for chapter, _ in SECTIONS[:7]])
def test_a_chapter_of_the_source_stays_short(site, chapter):
    text = copy.copy(article(site, chapter))
    for formula in text.select("math"):
        formula.decompose()
    assert sum(len(paragraph.get_text().split()) for paragraph in text.select("section > p")) <= 900


def test_the_chapters_keep_the_order_of_the_source(site):
    links = [link["href"] for link in page(site, "index").select("nav.bd-links a.reference.internal")]
    order = [link.removesuffix(".html") for link in links]
    ours = [chapter for chapter, _ in SECTIONS]
    assert [chapter for chapter in order if chapter in ours] == ours


@pytest.mark.parametrize(("chapter", "formulas"), EQUATIONS.items(), ids=EQUATIONS)
def test_each_formula_of_the_source_is_stated(site, chapter, formulas):
    math = " ".join(formula.get_text() for formula in article(site, chapter).select(".math"))
    assert [formula for formula in formulas if formula not in math] == []


@pytest.mark.parametrize("citation", CITED)
def test_each_work_that_the_source_cites_is_cited(site, citation):
    assert citation in article(site, "feature-map-and-receptive-field").get_text()


@pytest.mark.parametrize(("chapter", "label"), FIGURES.values(), ids=FIGURES)
def test_each_figure_of_the_source_has_one_of_ours(site, chapter, label):
    assert article(site, chapter).find(id=label).find_next("figcaption")


@pytest.mark.parametrize("label", EXERCISES.values(), ids=EXERCISES)
def test_each_exercise_of_the_source_is_answered(site, label):
    assert article(site, "answers").find(id=label.replace("ex-", "answer-"))


def test_every_exercise_has_an_answer(site):
    asked = article(site, "exercises").select(".exercise.admonition")
    answered = article(site, "answers").select(".solution.admonition")
    assert len(asked) == len(answered)
