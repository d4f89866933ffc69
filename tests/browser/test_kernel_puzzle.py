"""Puzzles in a browser: found by typing, with hints that name the mistake, and remembered by the page."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect

from d2lconv.explorables import KernelPuzzle

LETTER = np.zeros((6, 6))
LETTER[1, 1:5] = LETTER[1:, 1] = LETTER[3, 1:3] = 1
BLOCK = np.zeros((6, 6))
BLOCK[2:5, 1:4] = 4
PUZZLES = [
    ("edge", "Find the edges", BLOCK, [[1, -1]]),
    ("blur", "Blur it", BLOCK, [[0.25, 0.25], [0.25, 0.25]]),
    ("left", "Move it to the left", LETTER, [[0, 0, 1]]),
    ("sharpen", "Sharpen it", BLOCK, [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
]
MIRROR = {"name": "mirror", "title": "Mirror it", "X": LETTER, "Y": LETTER[1:-1, 4:0:-1], "because": "Same weights."}


@pytest.fixture
def puzzles():
    keys = ("name", "title", "X", "K")
    made = [dict(zip(keys, puzzle, strict=True), because=f"Because of {puzzle[0]}.") for puzzle in PUZZLES]
    return KernelPuzzle([*made, MIRROR])


def verdict(page):
    return page.locator(".d2l-sum")


def go_to(page, name):
    page.get_by_role("button", name=name).click()


def type_kernel(page, *weights):
    for weight, cell in zip(weights, page.get_by_role("textbox").all(), strict=True):
        cell.fill(str(weight))


def test_each_puzzle_is_solved_by_typing_its_kernel(open_figures, puzzles):
    page = open_figures(puzzles)
    for i, (name, title, _, K) in enumerate(PUZZLES):
        expect(page.locator(".d2l-title")).to_have_text(f"{i + 1}. {title}")
        assert page.locator(".d2l-reached").count() > 0
        type_kernel(page, *np.ravel(K))
        expect(verdict(page)).to_have_text(f"✓ Solved. Because of {name}.")
        assert page.locator(".d2l-reached").count() == 0
        expect(page.get_by_role("button", name=f"{i + 1}, solved: {title}")).to_have_text(f"{i + 1} ✓")
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="No kernel does this").click()
    expect(verdict(page)).to_have_text("✓ Solved. Same weights.")
    expect(page.locator("[aria-live=polite]")).to_have_text("✓ Solved. Same weights.")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".d2l-title")).to_have_text("1. Find the edges")
    expect(verdict(page)).to_contain_text("Because of edge.")


HINTS = [
    ("edge", [0, 0], "A kernel of zeros makes zeros"),
    ("edge", [-1, 1], "with the other sign: change the sign of each weight"),
    ("edge", [3, -3], "3 times the wanted one: divide each weight by 3."),
    ("blur", [1, 1, 1, 1], "4 times the wanted one: divide each weight by 4, so that they sum to 1"),
    ("blur", ["1/8"] * 4, "0.5 times the wanted one: divide each weight by 0.5, so that they sum to 1"),
    ("left", [0, 1, 0], "the right weights in the wrong places: move them one column to the right"),
    ("left", [1, 0, 0], "the right weights in the wrong places: give the kernel half a turn"),
    ("edge", [1, 0], "One weight is still wrong, in row 1, column 2 of the kernel: it is too large"),
    ("blur", [0.25, 0.25, 0, 0.25], "One weight is still wrong, in row 2, column 1 of the kernel: it is too small"),
    ("blur", [1, 0, 2, 0], "the weights should sum to 1, not to 3"),
    ("sharpen", [0, 0, 0, 0, 3, 0, 0, 0, -2], "in row 1, column 1, is -8 and should be -4".replace("-", "−")),
    ("mirror", [1] * 9, "the whole window is 0, and 1 is wanted. What do weights make of zeros?"),
]


def test_a_hint_names_what_is_still_wrong(open_figures, puzzles):
    page = open_figures(puzzles)
    for name, weights, words in HINTS:
        go_to(page, {"edge": "edges", "blur": "Blur", "left": "left", "sharpen": "Sharpen", "mirror": "Mirror"}[name])
        type_kernel(page, *weights)
        page.get_by_role("button", name="Hint").click()
        expect(verdict(page)).to_contain_text(words)


def test_outputs_that_differ_are_marked_and_counted(open_figures, puzzles):
    page = open_figures(puzzles)
    expect(verdict(page)).to_have_text("6 of 30 outputs differ (outlined).")
    page.get_by_role("textbox").first.fill("1")
    count = page.locator(".d2l-reached").count()
    expect(verdict(page)).to_have_text(f"{count} of 30 outputs differ (outlined).")
    style = "cell => getComputedStyle(cell).outlineStyle"
    assert page.locator(".d2l-reached").first.evaluate(style) == "dashed"


def test_saying_that_no_kernel_does_it_is_wrong_where_one_does(open_figures, puzzles):
    page = open_figures(puzzles)
    page.get_by_role("button", name="No kernel").click()
    expect(verdict(page)).to_contain_text("There is one: a kernel of 1 × 2")
    assert page.get_by_role("button", name="solved").count() == 0


def test_what_is_no_number_is_said_and_changes_nothing(open_figures, puzzles):
    page = open_figures(puzzles)
    cell = page.get_by_role("textbox").first
    for typed in ["x", "", "1/0", "1/2/3", "nan"]:
        cell.fill("1")
        cell.fill(typed)
        expect(verdict(page)).to_contain_text(f"“{typed}” is not a number")
        expect(cell).to_have_attribute("aria-invalid", "true")
    cell.fill("−1/2")
    expect(cell).to_have_attribute("aria-invalid", "false")
    expect(verdict(page)).to_contain_text("outputs differ")


LISTEN = """<script>
  window.heard = []; window.asked = [];
  const kept = JSON.parse(sessionStorage.kept ?? "{}");
  addEventListener("d2l-answer", ({ detail, target }) => {
    heard.push([detail.name, detail.given, detail.right, target.className]);
    kept[detail.name] = detail.given;
    sessionStorage.kept = JSON.stringify(kept);
  });
  addEventListener("d2l-ask", ({ detail: { name, take } }) => {
    asked.push(name);
    if (name in kept) take({ given: kept[name] });
  });
</script>"""


def test_the_page_hears_answers_and_brings_them_back(open_figures, puzzles):
    page = open_figures(puzzles, head=LISTEN)
    assert page.evaluate("asked") == ["edge", "blur", "left", "sharpen", "mirror"]
    assert page.evaluate("heard") == []
    type_kernel(page, 1, -1)
    assert page.evaluate("heard") == [["edge", "[[1,0]]", False, "d2l"], ["edge", "[[1,-1]]", True, "d2l"]]
    page.get_by_role("textbox").first.fill("7")
    assert len(page.evaluate("heard")) == 2, "what is solved stays solved"
    go_to(page, "Blur")
    type_kernel(page, 1, 2, 3, 4)
    go_to(page, "Mirror")
    page.get_by_role("button", name="No kernel").click()
    assert page.evaluate("heard.at(-1)") == ["mirror", "null", True, "d2l"]

    page.reload()
    page.locator(".d2l").wait_for()
    assert page.evaluate("heard") == []
    names = page.get_by_role("button", name="solved").evaluate_all("all => all.map((b) => b.ariaLabel)")
    assert names == ["1, solved: Find the edges", "5, solved: Mirror it"]
    expect(verdict(page)).to_contain_text("Because of edge.")
    go_to(page, "Blur")
    assert [cell.input_value() for cell in page.get_by_role("textbox").all()] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("kept", ["[[1]]", '"what"', "[[null, 2]]", "3", "no JSON"])
def test_what_a_device_has_kept_may_be_strange(open_figures, puzzles, kept):
    page = open_figures(
        puzzles, head=f"<script>sessionStorage.kept = {json.dumps(json.dumps({'edge': kept}))}</script>{LISTEN}"
    )
    type_kernel(page, 1, -1)
    expect(verdict(page)).to_contain_text("Solved")


def test_a_kernel_that_a_link_brings_may_solve_the_puzzle(open_figures, puzzles):
    puzzles.kernels = {"edge": [[1, -1]]}
    page = open_figures(puzzles)
    expect(page.locator(".d2l-title")).to_have_text("1. Find the edges")
    expect(verdict(page)).to_contain_text("Solved")
    expect(page.get_by_role("button", name="solved")).to_have_text("1 ✓")


def test_a_new_puzzle_is_read_out_by_its_title(open_figures, puzzles):
    page = open_figures(puzzles)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("[aria-live=polite]")).to_have_text("2. Blur it. 16 of 25 outputs differ (outlined).")


STRANGE = [
    {"puzzle": "what", "kernels": None, "solved": "edge"},
    {"puzzle": 99, "kernels": {"edge": [["x"]], "mirror": 3}, "solved": None},
    {"puzzle": -3, "kernels": {"edge": {}}, "solved": [{}, "nobody"]},
]


def test_whatever_a_link_holds_the_figure_is_drawn_and_goes_on(open_figures, puzzles):
    figures = [KernelPuzzle([{**MIRROR, "name": str(i)}, MIRROR]) for i in range(len(STRANGE))]
    for figure, state in zip(figures, STRANGE, strict=True):
        figure._trait_values.update(state)
    page = open_figures(*figures, height=2500)
    for drawn in page.locator(".figure-place").all():
        drawn.get_by_role("button", name="1: Mirror it").click()
        drawn.get_by_role("button", name="No kernel").click()
        expect(verdict(drawn)).to_contain_text("Solved")


@pytest.mark.parametrize("width", [1280, 600, 360])
def test_no_button_moves_from_puzzle_to_puzzle(open_figures, puzzles, width):
    page = open_figures(puzzles, width=width)
    tops = []
    for _ in range(5):
        tops.append(page.get_by_role("button", name="Next").bounding_box()["y"])
        page.get_by_role("button", name="Next").click()
    assert len(set(tops)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_puzzle_is_solved_with_fingers_and_with_keys_alone(open_figures, puzzles):
    page = open_figures(puzzles, width=390, height=844, has_touch=True, is_mobile=True)
    page.get_by_role("textbox").first.tap()
    page.keyboard.type("1")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("-1")
    expect(verdict(page)).to_contain_text("Solved")
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.locator(".d2l-title")).to_have_text("2. Blur it")


def test_a_finger_meets_large_cells_in_the_kernel(open_figures, puzzles):
    page = open_figures(puzzles, width=390, height=844, has_touch=True, is_mobile=True)
    assert page.locator(".d2l-cell:has(input)").first.bounding_box()["width"] >= 40
