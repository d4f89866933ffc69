"""The exercises ask, check and hint; the answers are computed, and no other page gives them away."""

import re

import pytest
from building import CHAPTERS, ROOT
from pages import article, numbers, outputs

from d2lconv import check

DONE = {
    "corr2d": "cross-correlation",
    "output_shape": "cross-correlation",
    "matrix": "learning-a-kernel",
    "kernel_gradient": "convolutional-layers",
    "edge": "edge-detection",
    "second_difference": None,
    "blur": None,
    "conv2d": "cross-correlation-and-convolution",
    "receptive_field": "feature-map-and-receptive-field",
}

# Typed by hand, so that a reviewer can hold them beside the definitions.
ANSWERS = {
    "1.1, one-sided": [[0] * n + [1] + [0] * (4 - n) for n in range(5)] + [[0] * 5],
    "1.2, one-sided": [[0] * 5] + [[0] * n + [-1] + [0] * (4 - n) for n in range(5)],
    "1.3, one-sided": [[0] * n + [0, -1] + [0] * (4 - n) for n in range(5)],
    "2.2, the kernel": [[1, -2, 1]],
    "2.2, both directions": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "3, the gradient": [[600, 840], [1320, 1560]],
    "4, the windows, and their products": [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8], [19, 25, 37, 43]],
    "4, the spread kernel's products": [[19, 25, 37, 43]],
}

LINES = [
    "even slope   0.0",
    "slope's end  0.5",
    "edge         1.0",
    "thin line    2.0",
    "point        4.0",
    "1 [ 1. -1.] makes [ 0. -1.]",
    "2 [ 1. -2.  1.] makes [0. 0. 2.]",
    "3 [ 1. -3.  3. -1.] makes [ 0.  0.  0. -6.]",
    "4 [ 1. -4.  6. -4.  1.] makes [ 0.  0.  0.  0. 24.]",
    "3 taps, kernels: 0",
    "4 taps, kernels: 1",
    "ValueError: setting an array element with a sequence.",
    "  0°: -1.000, cosine  1.000",
    " 60°: -0.500, cosine  0.500",
    "180°:  1.000, cosine -1.000",
]

FIGURES = ["fig-disc", "fig-noise", "fig-aliasing", "fig-toeplitz"]


def label(name):
    return f"do-{name}".replace("_", "-")


def test_every_exercise_that_is_checked_is_asked_for_and_linked_from_its_chapter(site):
    assert list(DONE) == check.names()
    page = article(site, "exercises")
    assert [name for name in DONE if not page.find(id=label(name))] == []
    for name, chapter in DONE.items():
        links = [link["href"] for link in article(site, chapter).select("a[href]")] if chapter else [label(name)]
        assert any(link.endswith(label(name)) for link in links), name


def test_the_exercises_are_numbered_through(site):
    titles = [title.get_text() for title in article(site, "exercises").select(".exercise > .admonition-title")]
    assert [re.match(r"Exercise (\d+)\s+\(", title)[1] for title in titles] == [str(n + 1) for n in range(18)]


def test_a_stub_is_met_with_a_friendly_sentence_and_a_hint(site):
    printed = outputs(site, "exercises")
    for name in DONE:
        assert any(f"`{name}`" in text and text.startswith("Nothing came back yet") for text in printed), name
    assert sum(text.startswith("Hint 1 of 3") for text in printed) == len(DONE)
    assert not any(text.startswith("Right") for text in printed)


@pytest.mark.parametrize("name", DONE)
def test_each_answer_passes_its_check(site, name):
    count = len(re.findall(rf"Right: {name} passes all of its \d checks\.", "\n".join(outputs(site, "answers"))))
    assert count == 1


@pytest.mark.parametrize("answer", ANSWERS)
def test_each_answer_prints_its_numbers(site, answer):
    wanted = [float(number) for row in ANSWERS[answer] for number in row]
    assert wanted in [numbers(printed) for printed in outputs(site, "answers")]


def test_library_hand_and_nudges_agree_on_the_gradient(site):
    wanted = [600.0, 840.0, 1320.0, 1560.0]
    assert [numbers(printed) for printed in outputs(site, "answers")].count(wanted) == 3


@pytest.mark.parametrize("line", LINES)
def test_each_answer_prints_its_line(site, line):
    assert line in "\n".join(outputs(site, "answers")).splitlines()


@pytest.mark.parametrize("size", [1, 3, 5])
def test_a_box_divides_the_noise_by_its_side(site, size):
    (line,) = re.findall(rf"^{size} × {size}: ([\d.]+), expected ([\d.]+)$", "\n".join(outputs(site, "answers")), re.M)
    left, expected = map(float, line)
    assert expected == pytest.approx(1 / size, abs=6e-4)
    assert left == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("name", FIGURES)
def test_each_picture_of_the_answers_is_drawn(site, name):
    assert article(site, "answers").find(id=name).select("img")


@pytest.mark.parametrize("chapter", [name for name in CHAPTERS if name != "answers"])
def test_no_other_page_needs_the_answers(chapter):
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    assert re.findall(r"`answers`|answer-[\w-]+|answers\.\w+|" + "|".join(FIGURES), text) == []
