"""The exercises ask, check and hint; the answers are computed, and no other page gives them away."""

import re

import pytest
from building import CHAPTERS, ROOT
from pages import article, numbers, outputs
from source import EXERCISES

from d2lconv import check

DONE = {  # and the chapter that sends its readers there
    "output_shape": "cross-correlation",
    "corr2d": "cross-correlation",
    "same_size": "cross-correlation",
    "edge": "edge-detection",
    "second_difference": "edge-detection",
    "blur": "summary",
    "factor": "edge-detection",
    "conv2d": "cross-correlation-and-convolution",
    "kernel_gradient": "convolutional-layers",
    "two_kernels": "learning-a-kernel",
    "matrix": "learning-a-kernel",
    "input_gradient": "convolutional-layers",
    "receptive_field": "feature-map-and-receptive-field",
    "best_rate": "past-plain-descent",
    "denoiser": "can-the-data-tell",
    "corners": "why-depth-needs-a-bend",
}

STARS = {"★": "easy", "★★": "medium", "★★★": "hard"}

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
    "2.4, centred": [[0.5, -1, 0, 1, -0.5]],
    "2.4, mixed": [[1, -2, 1], [-1, 2, -1], [-2]],
    "the input's gradient, by hand and by the matrix": [[0, 36, 48], [72, 276, 228], [144, 384, 252]] * 2,
    "the input's gradient, by the package": [[0, 36, 48], [72, 276, 228], [144, 384, 252]],
}

LINES = [
    "constant slope 0.0",
    "end of a slope 0.5",
    "edge           1.0",
    "thin line      2.0",
    "point          4.0",
    "1 [ 1. -1.] makes [ 0. -1.]",
    "2 [ 1. -2.  1.] makes [0. 0. 2.]",
    "3 [ 1. -3.  3. -1.] makes [ 0.  0.  0. -6.]",
    "4 [ 1. -4.  6. -4.  1.] makes [ 0.  0.  0.  0. 24.]",
    "0 [2 0 0]",
    "1 [ 0 -1  0]",
    "2 [0 0 2]",
    "ValueError: setting an array element with a sequence.",
    "  0°: cosine  1.000, plane -1.000, step -1.000",
    " 30°: cosine  0.866, plane -0.866, step -0.933",
    " 60°: cosine  0.500, plane -0.500, step -0.567",
    " 90°: cosine  0.000, plane  0.000, step  0.000",
    "180°: cosine -1.000, plane  1.000, step  1.000",
    "0.001767 0.001767",
    "the same output: True",
    "Sobel      rank 1",
    "Laplacian  rank 2",
    "first difference   odd",
    "second difference  even",
    "Laplacian          even",
    "Sobel              odd",
    "Gaussian           even",
    "first figure       neither",
    "stripe    rank 2 of 4",
    "rectangle rank 4 of 4",
    "   2 times as steep: 2 steps for a digit",
    " 100 times as steep: 115 steps for a digit",
    "photograph Gaussian 38%, learned 38% of the noise",
]

FIGURES = ["fig-disc", "fig-noise", "fig-aliasing", "fig-toeplitz", "fig-corners"]


def label(name):
    return f"do-{name}".replace("_", "-")


def test_every_exercise_that_is_checked_is_asked_for_and_linked_from_its_chapter(site):
    assert list(DONE) == check.names()[: len(DONE)], "what comes after them, the assignments ask"
    page = article(site, "exercises")
    assert [name for name in DONE if not page.find(id=label(name))] == []
    for name, chapter in DONE.items():
        links = [link["href"] for link in article(site, chapter).select("a[href]")] if chapter else [label(name)]
        assert any(link.endswith(label(name)) for link in links), name


def titles(site, chapter="exercises"):
    return [title.get_text() for title in article(site, chapter).select(".admonition-title")]


def test_the_exercises_are_numbered_through(site):
    numbered = [re.match(r"Exercise (\d+)\s+\(", title) for title in titles(site)]
    assert [int(match[1]) for match in numbered] == list(range(1, len(numbered) + 1))


def test_each_exercise_says_how_hard_it_is_to_the_eye_and_to_the_ear(site):
    assert {match[1]: match[2] for title in titles(site) if (match := re.search(r" (★+), (\w+)\)$", title))} == STARS
    assert [title for title in titles(site) if not re.search(r"\S (★, easy|★★, medium|★★★, hard)\)$", title)] == []
    page = article(site, "exercises")
    explained = page.h1.find_next("p").get_text()
    assert [stars for stars, word in STARS.items() if f" {stars} ({word}) " not in explained] == []
    aloud = page.select(".exercise .admonition-title .visually-hidden")
    assert len(aloud) == len(titles(site)), "the words are there for who does not see the stars"


def test_no_exercise_presumes_a_later_one(site):
    page = article(site, "exercises")
    order = [exercise["id"] for exercise in page.select(".exercise[id]")]
    for exercise in page.select(".exercise[id]"):
        named = [link["href"].partition("#")[2] for link in exercise.select("a[href^='#']")]
        ahead = order[order.index(exercise["id"]) :]
        assert [label for label in named if label in ahead] == [], exercise["id"]


def test_the_answers_follow_the_exercises(site):
    asked = [exercise["id"] for exercise in article(site, "exercises").select(".exercise[id]")]
    answered = [solution["id"] for solution in article(site, "answers").select(".solution[id]")]
    assert answered == [f"answer-{label.removeprefix('ex-')}" for label in asked]


def test_the_questions_of_the_source_are_asked_in_their_order_and_bear_their_numbers(site):
    page = article(site, "exercises")
    marked = {}
    for exercise in page.select(".exercise[id]"):
        if number := re.search(r"\(Source, ([\d.]+)\)", exercise.get_text()):
            marked[number[1]] = exercise["id"]
    assert list(marked.items()) == list(EXERCISES.items())


def test_the_automatic_gradient_is_asked_of_the_class_that_the_chapter_wrote(site):
    assert "Conv2D" in article(site, "exercises").find(id="ex-autograd").get_text()
    solution = article(site, "answers").find(id="answer-autograd").get_text()
    assert "class Conv2D" in solution
    for library in ("autograd", "JAX", "PyTorch", "Mutating arrays is not supported"):
        assert library in solution, library


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


def test_noise_that_neighbours_share_is_not_averaged_away(site):
    (left,) = re.findall(r"^5 × 5 on noisy lines: ([\d.]+)$", "\n".join(outputs(site, "answers")), re.M)
    assert float(left) == pytest.approx(5**-0.5, rel=0.1)


def test_training_finds_two_kernels_where_the_image_cannot_tell(site):
    found = re.findall(r"^loss 0\.000, sums \[ 1\. -1\.\]\n(\[.*\n.*\])$", "\n".join(outputs(site, "answers")), re.M)
    assert len(found) == len(set(found)) == 2


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
