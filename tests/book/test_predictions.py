"""The questions of the book: who computes their answers, and where they stand."""

import ast
import json
import re
from collections import Counter

import pytest
from building import CHAPTERS, KERNEL, SOURCES
from pages import article, page

CELL = re.compile(r"^```\{code-cell\} ipython3\n:tags: \[prediction\]\n\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CELLS = [cell for source in SOURCES.values() for cell in CELL.findall(source)]


def call(cell):
    """Return the call of Prediction that a cell ends with."""
    return ast.parse(cell).body[-1].value


def test_no_two_questions_of_the_book_have_one_name():
    names = Counter(call(cell).args[0].value for cell in CELLS)
    assert len(names) > 20
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: call(cell).args[0].value)
def test_a_right_answer_is_computed_and_never_typed(cell):
    answer = call(cell).args[1]
    assert not isinstance(answer, ast.Constant)
    assert [node for node in ast.walk(answer) if isinstance(node, ast.Name)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_question_covers_one_block_and_shows_no_code(site, chapter):
    text = article(site, chapter)
    boxes = [box["id"].removeprefix("predict-") for box in text.select(".admonition.predict")]
    assert boxes == [block["id"].removeprefix("covered-") for block in text.select(".answer")]
    assert len(boxes) == len(CELL.findall(SOURCES[chapter]))
    assert "Prediction(" not in text.get_text()
    assert [block["id"] for block in text.select(".answer-covered") if len(block.get_text().split()) < 3] == []


def test_a_notebook_asks_and_keeps_its_code_folded(site):
    made = json.loads((site / "_sources/chapters/cross-correlation.ipynb").read_text("utf-8"))
    cells = made["cells"]
    (at,) = [n for n, cell in enumerate(cells) if 'Prediction(\n    "brighter"' in "".join(cell["source"])]
    assert cells[at]["metadata"]["jupyter"]["source_hidden"]
    assert "> **Predict**" in "".join(cells[at - 1]["source"])


def test_the_page_knows_what_was_asked_before_it(site):
    told = json.loads(page(site, "convolutional-layers").select_one("script#predictions").string)
    assert told["before"] == "cross-correlation"
    assert "By how much will each of the four sums grow?" in told["questions"]["brighter"]
    assert told["asked"]["cross-correlation"] == ["brighter", "one-weight", "padding"]


IMPORT = "```{code-cell} ipython3\nfrom d2lconv.explorables import Prediction\n```\n"
BOX = ":::{admonition} Predict\n:class: predict\nHow many?\n:::\n"
ASK = '```{code-cell} ipython3\n:tags: [prediction]\n\nPrediction("many", 1 + 1, {2: "Yes."})\n```\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BOX + ASK, "tag what the prediction 'many' covers with `answer`"),
        ("Text.\n\n" + ASK, "should follow a box of the class `predict`"),
    ],
)
def test_a_question_that_was_put_wrongly_is_told_so(small_book, text, sentence):
    small_book.write(index=f"{KERNEL}# Page\n\n{IMPORT}\n{text}")
    built = small_book.build()
    assert built.returncode != 0
    assert sentence in built.stdout + built.stderr
