"""The numbers in the prose: each is computed, stands in a cell of its chapter, or is a constant that is listed here."""

import copy
import re

import pytest
from building import CHAPTERS
from pages import article, outputs
from source import EXERCISES

DIGITS = re.compile(r"(?<![\w.])\d[\d.,]*\d|(?<![\w.])\d")
COMPUTED = (
    ".pasted-text, code, pre, .math, math, a.reference, .caption-number, .cell_input, .cell_output pre, svg, script"
)

# What no cell can compute, and why it is true.
CONSTANTS = {
    "exercises": dict.fromkeys(
        [number for number in EXERCISES if "." in number], "the number that the source gives the question"
    ),
    "index": {"7.2": "the section of the source"},
    "about-the-source": {"7.2": "the section of the source", "4.0": "the version of its licence"},
    "run-it-yourself": {"3.11": "the oldest Python that the package runs on"},
    "for-instructors": {"3.11": "the oldest Python that the package runs on"},
}
TEXTS = [name for name in CHAPTERS if name != "references"]  # years and pages are what a bibliography is made of


def prose(site, chapter):
    """Return the paragraphs, captions and items of a chapter, without code, formulas, links and numbers from cells."""
    text = copy.copy(article(site, chapter))
    for node in text.select(COMPUTED):
        node.decompose()
    return [node.get_text(" ") for node in text.select("p, li, figcaption, td, dd")]


def printed(site, chapter):
    """Return all that the cells of a chapter say: their code, and what it prints."""
    code = [cell.get_text() for cell in article(site, chapter).select(".cell_input, code")]
    return "\n".join(code + outputs(site, chapter))


@pytest.mark.parametrize("chapter", TEXTS)
def test_every_number_in_the_prose_comes_from_somewhere(site, chapter):
    known = set(DIGITS.findall(printed(site, chapter))) | set(CONSTANTS.get(chapter, {}))
    typed = {number for text in prose(site, chapter) for number in DIGITS.findall(text)}
    assert typed - known == set()


@pytest.mark.parametrize("chapter", CONSTANTS)
def test_every_listed_constant_is_used(site, chapter):
    typed = {number for text in prose(site, chapter) for number in DIGITS.findall(text)}
    known = set(DIGITS.findall(printed(site, chapter)))
    assert set(CONSTANTS[chapter]) - typed == set()
    assert set(CONSTANTS[chapter]) & known == set(), "a cell has it already"
