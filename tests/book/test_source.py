"""Everything that the source prints stands in the executed book.

The tables are typed from the source, so that a reviewer can hold them beside it; nothing in them is computed.
"""

import pytest
from pages import article, numbers, outputs

ZERO, EDGE = [0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0]

ARRAYS = {
    "the kernel of the first figure": ("cross-correlation", [[0, 1], [2, 3]]),
    "its output": ("cross-correlation", [[19, 25], [37, 43]]),
    "the image with two edges": ("edge-detection", [[1, 1, 0, 0, 0, 0, 1, 1]] * 6),
    "the difference kernel": ("edge-detection", [[1, -1]]),
    "the edges it finds": ("edge-detection", [EDGE] * 6),
    "nothing in the transposed image": ("edge-detection", [ZERO] * 8),
    "the learned kernel, stored flipped": ("learning-a-kernel", [[-0.972548, 0.97696]]),
    "answer 1: the image": (
        "answers",
        [
            [1, 0, 0, 0, 0, 1],
            [0, 1, 0, 0, 1, 0],
            [0, 0, 1, 1, 0, 0],
            [0, 0, 1, 1, 0, 0],
            [0, 1, 0, 0, 1, 0],
            [1, 0, 0, 0, 0, 1],
        ],
    ),
    "answers 1.1 and 1.2": (
        "answers",
        [
            [1, 0, 0, 0, -1],
            [-1, 1, 0, -1, 1],
            [0, -1, 0, 1, 0],
            [0, -1, 0, 1, 0],
            [-1, 1, 0, -1, 1],
            [1, 0, 0, 0, -1],
        ],
    ),
    "answer 1.3": (
        "answers",
        [
            [1, -1, 0, 0, -1, 1],
            [0, 1, -1, -1, 1, 0],
            [0, 0, 0, 0, 0, 0],
            [0, -1, 1, 1, -1, 0],
            [-1, 1, 0, 0, 1, -1],
        ],
    ),
    "answer 2.1": ("answers", [[1] * 8, [0] * 8, [0] * 8, [0] * 8, [-1] * 8]),
    "answer 2.2": ("answers", [[1, 0, 0, 1, -1, 0]] * 6),
}

LOSSES = {
    2: 23.584481099119426,
    4: 3.9607391083212136,
    6: 0.6661072908585268,
    8: 0.11241184883977695,
    10: 0.01912891086,
}

SUMS = [
    "0×0 + 1×1 + 3×2 + 4×3 = 19",
    "1×0 + 2×1 + 4×2 + 5×3 = 25",
    "3×0 + 4×1 + 6×2 + 7×3 = 37",
    "4×0 + 5×1 + 7×2 + 8×3 = 43",
]

SECTIONS = [
    ("cross-correlation", "Cross-Correlation"),
    ("convolutional-layers", "Convolutional Layers"),
    ("edge-detection", "Object Edge Detection in Images"),
    ("learning-a-kernel", "Learning a Kernel"),
    ("cross-correlation-and-convolution", "Cross-Correlation and Convolution"),
    ("feature-map-and-receptive-field", "Feature Map and Receptive Field"),
    ("summary", "Summary"),
    ("exercises", "Exercises"),
    ("answers", "Answers"),
]

EQUATIONS = {
    "cross-correlation": [
        r"Y_{i,j} = \sum",
        r"(n_\mathrm{h} - k_\mathrm{h} + 1) \times (n_\mathrm{w} - k_\mathrm{w} + 1)",
    ],
    "edge-detection": [r"x_{i,j} - x_{i,j+1}", r"-\partial_j f(i, j) = \lim_{\epsilon \to 0}"],
    "cross-correlation-and-convolution": [r"(f * g)(i, j) = \sum_a \sum_b f(a, b)"],
    "convolutional-layers": [r"Y_o = b_o + \sum_{c} X_c \star K_{o,c}"],
}

CITED = [
    "Hubel and Wiesel, 1959",
    "Hubel and Wiesel, 1962",
    "Hubel and Wiesel, 1968",
    "Field [1987]",
    "Kuzovkin et al. [2018]",
]


@pytest.mark.parametrize(("chapter", "array"), ARRAYS.values(), ids=ARRAYS)
def test_each_array_of_the_source_is_printed(site, chapter, array):
    wanted = [float(number) for row in array for number in row]
    assert wanted in [numbers(printed) for printed in outputs(site, chapter)]


def test_transposing_its_symmetric_image_prints_the_same_twice(site):
    _, array = ARRAYS["answers 1.1 and 1.2"]
    wanted = [float(number) for row in array for number in row]
    assert [numbers(printed) for printed in outputs(site, "answers")].count(wanted) == 2


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


def test_the_chapters_keep_the_order_of_the_source(site):
    from pages import page

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


def test_every_exercise_of_the_source_has_an_answer(site):
    asked = article(site, "exercises").select(".exercise.admonition")
    answered = article(site, "answers").select(".solution.admonition")
    assert len(asked) == len(answered)
