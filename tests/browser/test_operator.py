"""A figure whose outputs a reader's function has computed, on a page where it cannot run again."""

import io

import numpy as np
import pytest
from chrome import shutting_out
from driven import note, outputs, pixel, slider
from PIL import Image
from playwright.sync_api import expect

from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelWindow
from d2lconv.images import arange_image, photo

K = [[0, 1], [2, 3]]


def half(X, K):
    """Fill the first row alone, as a loop does that ends too soon."""
    Y = corr2d(X, K)
    Y[1:] = 0
    return Y


def nothing(X, K): ...


def breaks(X, K):
    return X[0, 0] / K[len(X), len(K)]


def window(operator=half, **options):
    return KernelWindow(arange_image(), K, operator=operator, **options)


def lab(operator=lambda X, K: -corr2d(X, K)):
    return FilterLab(photo()[:64, :80], operator=operator)


def test_the_output_is_the_function_s_and_the_sum_is_the_window_s(open_figures):
    page = open_figures(window())
    assert outputs(page).all_inner_texts() == ["19", "25", "0", "0"]
    expect(page.locator(".d2l-sum")).to_have_text("0×0 + 1×1 + 3×2 + 4×3 = 19half gives 19 here, too.")
    outputs(page).nth(3).click()
    expect(page.locator(".d2l-sum")).to_have_text("4×0 + 5×1 + 7×2 + 8×3 = 43half gives 0 here.")
    expect(note(page)).to_have_class("d2l-note d2l-wrong")
    expect(page.locator(".d2l-live")).to_have_text("Row 2, column 2. Products 0, 5, 14, 24. Sum 43. half gives 0 here.")


@pytest.mark.parametrize(
    ("Y", "text"),
    [
        (
            19 + 1e-6,
            "operator gives 19 here, too.",
        ),  # it is said where they differ by 1e-5 of the greatest sum, or more
        (19.01, "operator gives 19.01 here."),
        (np.nan, "operator gives NaN here."),
        (np.inf, "operator gives ∞ here."),
    ],
)
def test_rounding_makes_no_difference_and_what_is_no_number_does(open_figures, Y, text):
    expect(note(open_figures(window(lambda X, K: np.full((2, 2), Y))))).to_have_text(text)


def test_what_is_no_number_in_the_image_is_none_in_both(open_figures):
    page = open_figures(KernelWindow([[np.nan, np.inf]], [[1]], operator=corr2d))
    expect(note(page)).to_have_text("corr2d gives NaN here, too.")
    slider(page, "Column").press("End")
    expect(note(page)).to_have_text("corr2d gives ∞ here, too.")


@pytest.mark.parametrize(
    ("operator", "sentence"),
    [
        (nothing, "Nothing came back from nothing: let it return its output."),
        (breaks, "IndexError: index 3 is out of bounds"),
        (lambda X, K: X, "operator: Your output is as large as the image"),
    ],
)
def test_where_no_output_came_a_sentence_says_why_and_the_window_still_moves(open_figures, operator, sentence):
    page = open_figures(window(operator))
    expect(note(page)).to_contain_text(sentence)
    expect(page.locator(".d2l-live")).to_contain_text(sentence)
    assert outputs(page).all_inner_texts() == [""] * 4
    outputs(page).nth(1).click()
    expect(page.locator(".d2l-sum")).to_contain_text("1×0 + 2×1 + 4×2 + 5×3 = 25")
    page.get_by_role("button", name="Step").click()
    assert outputs(page).all_inner_texts() == [""] * 4


def test_the_page_does_not_pretend_to_run_it(open_figures):
    page = open_figures(window(padding=0))
    unseen = "half has not run on this yet: it runs in a live notebook."
    page.get_by_role("textbox", name="Kernel row 1 column 1").fill("5")
    expect(note(page)).to_have_text(unseen)
    expect(page.locator(".d2l-sum")).to_contain_text("0×5 + 1×1 + 3×2 + 4×3 = 19")
    assert outputs(page).all_inner_texts() == ["19", "25", "0", "0"]
    expect(outputs(page).first).to_have_css("text-decoration-line", "line-through")
    page.get_by_role("textbox", name="Kernel row 1 column 1").fill("0")
    expect(note(page)).to_have_text("half gives 19 here, too.")
    expect(outputs(page).first).to_have_css("text-decoration-line", "none")
    page.get_by_role("checkbox", name="Flip kernel").check()
    expect(note(page)).to_have_text(unseen)
    slider(page, "Padding").fill("1")
    expect(note(page)).to_have_text(unseen)
    assert outputs(page).all_inner_texts() == [""] * 16
    page.get_by_role("button", name="Reset").click()
    expect(note(page)).to_have_text("half gives 19 here, too.")
    assert outputs(page).all_inner_texts() == ["19", "25", "0", "0"]


def test_a_sweep_does_not_tell_before_its_sum(open_figures):
    page = open_figures(window())
    expect(note(page)).to_be_visible()
    for _ in range(4):
        page.get_by_role("button", name="Step").click()
        expect(note(page)).to_be_hidden()
    assert outputs(page).all_inner_texts() == [""] * 4
    page.get_by_role("button", name="Step").click()
    expect(note(page)).to_be_visible()
    assert outputs(page).all_inner_texts() == ["19", "", "", ""]


def test_a_figure_without_a_function_says_nothing(open_figures):
    page = open_figures(KernelWindow(arange_image(), K))
    assert note(page).inner_text() == ""
    assert note(page).bounding_box()["height"] == 0
    page.get_by_role("textbox", name="Kernel row 1 column 1").fill("5")
    expect(outputs(page)).to_have_text(["19", "30", "52", "63"])
    expect(page.locator(".d2l-stale")).to_have_count(0)


def test_a_map_is_the_function_s_and_the_sum_is_the_kernel_s(open_figures):
    page = open_figures(
        FilterLab(photo()[:64, :80]), FilterLab(photo()[:64, :80], operator=lambda X, K: 0 * corr2d(X, K))
    )
    page.locator(".d2l").nth(1).scroll_into_view_if_needed()
    zero = (
        page.locator("canvas")
        .nth(3)
        .evaluate("(map) => [...new Set(map.getContext('2d').getImageData(0, 0, 70, 60).data)]")
    )
    assert zero == [255], "white, without a sign"
    own, page_s = page.locator(".d2l-sum").nth(1), page.locator(".d2l-sum").first
    expect(own).to_have_text(f"{page_s.inner_text().strip()} operator gives 0 here.")


def test_a_map_does_not_follow_a_kernel_that_the_function_has_not_seen(open_figures):
    page = open_figures(lab())
    before = pixel(page, 30, 40)
    slider(page, "Angle").fill("90")
    expect(note(page)).to_have_text("operator has not run on this yet: it runs in a live notebook.")
    assert pixel(page, 30, 40) == before
    expect(page.locator("canvas").nth(1)).to_have_css("opacity", "0.6")
    slider(page, "Angle").fill("0")
    expect(note(page)).to_contain_text("operator gives ")
    page.get_by_role("combobox", name="Kernel").select_option("box blur")
    assert pixel(page, 30, 40)[3] == 0, "a map of another size is not shown"


def test_where_no_map_came_there_is_none(open_figures):
    page = open_figures(lab(nothing))
    expect(note(page)).to_have_text("Nothing came back from nothing: let it return its output.")
    assert pixel(page, 30, 40)[3] == 0
    page.locator("canvas").nth(1).click(position={"x": 5, "y": 5})
    expect(slider(page, "Row")).to_have_value("4")


def test_a_photograph_of_one_s_own_is_not_the_function_s_to_see(open_figures):
    page = open_figures(lab())
    png = io.BytesIO()
    Image.fromarray(np.uint8(255 * photo()[64:128, 64:144])).save(png, "png")  # as large as the first
    page.get_by_text("Find, compare, your own photo").click()
    page.set_input_files("[type=file]", {"name": "mine.png", "mimeType": "image/png", "buffer": png.getvalue()})
    expect(note(page)).to_have_text("operator runs in Python, to which no photograph of your own is sent.")
    page.get_by_role("button", name="Use the first photograph again").click()
    expect(note(page)).to_contain_text("operator gives ")


FIGURES = {
    "window": window,
    "broken window": lambda: window(breaks),
    "lab": lab,
    "lab without a map": lambda: lab(nothing),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", FIGURES)
def test_axe_finds_nothing_that_shuts_a_reader_out(open_figures, name, theme):
    page = open_figures(FIGURES[name](), theme=theme, width=390, has_touch=True, is_mobile=True)
    assert shutting_out(page, ".d2l") == []


@pytest.mark.parametrize(("width", "fingers"), [(1280, False), (390, True), (320, True)])
@pytest.mark.parametrize("name", FIGURES)
def test_the_place_that_is_kept_for_it_is_as_high_as_it_is(open_figures, name, width, fingers):
    figure = FIGURES[name]()
    page = open_figures(figure, width=width, has_touch=fingers)
    box = page.locator(".d2l").bounding_box()
    kept = np.interp(box["width"], *zip(*figure._heights, strict=True))
    assert box["height"] + 30 == pytest.approx(kept, abs=30)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
