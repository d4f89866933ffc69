"""The kernel's window, by mouse, keyboard and touch."""

import numpy as np
import pytest
from playwright.sync_api import expect
from touch import swipe, upwards

from d2lconv import conv2d
from d2lconv.explorables import KernelWindow
from d2lconv.images import arange_image


def sum_of(page):
    return page.locator(".d2l-sum")


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def output(page, row, col):
    return page.get_by_role("grid", name="Output").get_by_role("row").nth(row).get_by_role("gridcell").nth(col)


def field(page, name):
    return page.get_by_role("textbox", name=name, exact=True)


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_arithmetic_of_the_first_figure(open_figures, small):
    page = open_figures(small)
    expect(sum_of(page)).to_have_text("0×0 + 1×1 + 3×2 + 4×3 = 19")
    assert page.get_by_role("gridcell").all_inner_texts() == ["19", "25", "37", "43"]


def test_sliders_move_the_window(open_figures, edges):
    page = open_figures(edges)
    slider(page, "Column").press("End")
    slider(page, "Row").press("ArrowRight")
    expect(sum_of(page)).to_have_text("1×1 + 1×(−1) = 0")
    assert slider(page, "Column").get_attribute("aria-valuetext") == "7 of 7"
    assert slider(page, "Row").get_attribute("aria-valuetext") == "2 of 6"
    slider(page, "Column").press("Home")
    assert slider(page, "Column").input_value() == "1"


def test_a_slider_is_dragged_with_the_mouse(open_figures, edges):
    page = open_figures(edges)
    box = slider(page, "Column").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, y, steps=4)
    page.mouse.up()
    assert slider(page, "Column").input_value() == "7"


def test_pointing_at_an_output_previews_its_window_and_pressing_moves_there(open_figures, edges):
    page = open_figures(edges)
    output(page, 2, 5).hover()
    expect(page.locator(".d2l-ghost[style]")).to_have_count(2)
    expect(sum_of(page)).to_have_text("1×1 + 1×(−1) = 0")
    output(page, 2, 5).click()
    expect(sum_of(page)).to_have_text("0×1 + 1×(−1) = −1")
    slider(page, "Row").hover()
    expect(page.locator(".d2l-ghost[style]")).to_have_count(0)
    expect(sum_of(page)).to_have_text("0×1 + 1×(−1) = −1")


def test_a_wheel_turned_over_an_output_leaves_the_window_where_it_is(open_figures, edges):
    page = open_figures(edges, KernelWindow(arange_image(), [[1]]), height=500)
    output(page, 5, 5).hover()
    page.mouse.wheel(0, 120)
    page.wait_for_function("scrollY > 50")
    page.wait_for_timeout(200)
    expect(sum_of(page).first).to_have_text("1×1 + 1×(−1) = 0")


def test_play_goes_on_when_a_pointer_crosses(open_figures, edges):
    page = open_figures(edges)
    page.get_by_role("button", name="Play").click()
    for column in range(7):
        output(page, 3, column).hover()
    field(page, "Input row 3 column 3").hover()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(slider(page, "Row")).to_have_value("1")


def test_arrow_keys_walk_over_the_output(open_figures, edges):
    page = open_figures(edges)
    output(page, 0, 0).focus()
    for key in ["ArrowDown", "ArrowRight"]:
        page.keyboard.press(key)
    expect(sum_of(page)).to_have_text("1×1 + 0×(−1) = 1")
    assert (slider(page, "Row").input_value(), slider(page, "Column").input_value()) == ("2", "2")
    expect(output(page, 1, 1)).to_be_focused()


def test_the_window_is_dragged(open_figures, small):
    page = open_figures(small)
    x, y = middle(field(page, "Input row 1 column 1"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*middle(field(page, "Input row 2 column 2")), steps=5)
    page.mouse.up()
    expect(sum_of(page)).to_have_text("4×0 + 5×1 + 7×2 + 8×3 = 43")


def test_a_press_without_a_drag_edits_the_cell(open_figures, small):
    page = open_figures(small)
    field(page, "Input row 1 column 1").click()
    page.keyboard.type("5")
    expect(field(page, "Input row 1 column 1")).to_have_value("5")


def test_touch_taps_an_output_and_drags_the_window(open_figures, small):
    page = open_figures(small, width=390, has_touch=True, is_mobile=True)
    output(page, 1, 1).tap()
    expect(sum_of(page)).to_have_text("4×0 + 5×1 + 7×2 + 8×3 = 43")
    x, y = middle(field(page, "Input row 2 column 2"))
    side = field(page, "Input row 1 column 1").bounding_box()["width"]
    swipe(page, (x, y), (x - 12, y), (x - side / 2, y), (x - side, y))
    expect(sum_of(page)).to_have_text("3×0 + 4×1 + 6×2 + 7×3 = 37")
    x, y = middle(field(page, "Input row 2 column 1"))
    swipe(page, (x, y), (x + 12, y), (x + side, y), (x + side, y - side))  # once it drags, it may go anywhere
    expect(sum_of(page)).to_have_text("1×0 + 2×1 + 4×2 + 5×3 = 25")


@pytest.mark.parametrize("name", ["Input row 2 column 3", "Input row 5 column 5"])  # in the window, and outside
def test_a_swipe_that_begins_on_the_image_scrolls_the_page(open_figures, edges, name):
    page = open_figures(edges, edges, width=390, height=500, has_touch=True, is_mobile=True)
    slider(page, "Column").first.fill("3")
    slider(page, "Row").first.fill("2")
    assert upwards(page, field(page, name).first) > 50
    assert (slider(page, "Row").first.input_value(), slider(page, "Column").first.input_value()) == ("2", "3")


def test_no_button_moves_when_a_hint_wraps(open_figures, edges):
    page = open_figures(edges, width=390, has_touch=True, is_mobile=True)
    play = page.get_by_role("button", name="Play")
    before, height = play.bounding_box(), page.locator(".d2l").bounding_box()["height"]
    field(page, "Input row 3 column 5").tap()
    expect(page.locator(".d2l-hint")).to_contain_text("reaches: 2")
    assert play.bounding_box() == before
    field(page, "Input row 3 column 5").fill("what")
    assert play.bounding_box() == before
    field(page, "Input row 3 column 5").fill("0.123")
    assert play.bounding_box() == before
    play.tap()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert page.locator(".d2l").bounding_box()["height"] == height


def test_an_input_cell_shows_the_outputs_that_it_reaches(open_figures, small):
    page = open_figures(small)
    field(page, "Input row 2 column 2").hover()
    expect(page.locator(".d2l-hint")).to_have_text("Outputs that input row 2, column 2 reaches: 4.")
    assert page.locator(".d2l-reached").count() == 4
    field(page, "Input row 1 column 1").hover()
    assert page.locator(".d2l-reached").count() == 1


def test_editing_changes_the_output_at_once(open_figures, small):
    page = open_figures(small)
    field(page, "Kernel row 2 column 2").fill("−0.5")
    expect(sum_of(page)).to_have_text("0×0 + 1×1 + 3×2 + 4×(−0.5) = 5")
    field(page, "Input row 1 column 2").fill("10")
    expect(output(page, 0, 0)).to_have_text("14")


def test_what_is_no_number_is_marked_explained_and_ignored(open_figures, small):
    page = open_figures(small)
    cell = field(page, "Input row 1 column 2")
    cell.fill("abc")
    assert cell.get_attribute("aria-invalid") == "true"
    explanation = page.locator(f"#{cell.get_attribute('aria-describedby')}")
    expect(explanation).to_contain_text("“abc” is not a number, so input row 1 column 2 stays 1.")
    expect(sum_of(page)).to_have_text("0×0 + 1×1 + 3×2 + 4×3 = 19")
    cell.fill("2")
    assert cell.get_attribute("aria-invalid") == "false"
    expect(sum_of(page)).to_have_text("0×0 + 2×1 + 3×2 + 4×3 = 20")


def test_a_mistyped_cell_is_right_again_once_another_is_edited(open_figures, small):
    page = open_figures(small)
    field(page, "Input row 1 column 2").fill("abc")
    field(page, "Kernel row 1 column 1").fill("4")
    assert page.locator("[aria-invalid=true]").count() == 0
    expect(field(page, "Input row 1 column 2")).to_have_value("1")
    field(page, "Input row 1 column 2").fill("abc")
    field(page, "Kernel row 1 column 1").fill("def")
    assert page.locator("[aria-invalid=true]").count() == 1
    expect(page.locator(".d2l-hint")).to_contain_text("“def” is not a number")


def test_reset_brings_everything_back(open_figures, small):
    page = open_figures(small)
    field(page, "Kernel row 1 column 1").fill("9")
    field(page, "Input row 3 column 3").fill("what")
    slider(page, "Row").press("End")
    page.get_by_role("checkbox", name="Flip kernel").check()
    page.get_by_role("button", name="Reset").click()
    expect(sum_of(page)).to_have_text("0×0 + 1×1 + 3×2 + 4×3 = 19")
    expect(field(page, "Input row 3 column 3")).to_have_value("8")
    assert page.locator("[aria-invalid=true]").count() == 0
    expect(page.get_by_role("checkbox", name="Flip kernel")).not_to_be_checked()


def test_a_flipped_kernel_is_shown_as_it_slides(open_figures, small):
    page = open_figures(small)
    page.get_by_role("checkbox", name="Flip kernel").check()
    expect(page.get_by_text("Flipped kernel 2 × 2")).to_be_visible()
    expect(sum_of(page)).to_have_text("0×3 + 1×2 + 3×1 + 4×0 = 5")
    shown = page.get_by_role("group", name="Flipped kernel").get_by_role("textbox")
    assert [shown.nth(i).input_value() for i in range(4)] == ["3", "2", "1", "0"]
    expected = conv2d(arange_image(), [[0, 1], [2, 3]]).ravel()
    assert [float(text) for text in page.get_by_role("gridcell").all_inner_texts()] == expected.tolist()
    field(page, "Kernel row 1 column 2").fill("5")
    expect(sum_of(page)).to_have_text("0×3 + 1×2 + 3×5 + 4×0 = 17")


def test_nan_reaches_only_the_outputs_that_see_it(open_figures):
    X = np.arange(16.0).reshape(4, 4)
    X[0, 0], X[3, 3] = np.nan, -np.inf
    page = open_figures(KernelWindow(X, np.ones((2, 2))))
    texts = page.get_by_role("gridcell").all_inner_texts()
    assert (texts[0], texts[-1]) == ("NaN", "−∞")
    assert [float(text) for text in texts[1:-1]] == [14, 18, 26, 30, 34, 42, 46]


def test_play_visits_every_window_and_stops(open_figures, small):
    page = open_figures(small)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(sum_of(page)).to_have_text("4×0 + 5×1 + 7×2 + 8×3 = 43")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_role("button", name="Play").click()
    expect(sum_of(page)).to_have_text("0×0 + 1×1 + 3×2 + 4×3 = 19")
    page.get_by_role("button", name="Pause").click()


def test_reduced_motion_slows_play_and_stops_the_glide(open_figures, small):
    page = open_figures(small, reduced_motion="reduce")
    assert page.locator(".d2l-frame").first.evaluate("(e) => getComputedStyle(e).transitionDuration") == "0s"
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1000)
    expect(slider(page, "Row")).to_have_value("1")


def test_the_live_region_says_position_products_and_sum(open_figures, small):
    page = open_figures(small)
    slider(page, "Column").press("End")
    expect(page.locator("[aria-live=polite]")).to_have_text("Row 1, column 2. Products 0, 2, 8, 15. Sum 25.")


def test_play_does_not_flood_the_live_region(open_figures, edges):
    page = open_figures(edges)
    page.wait_for_timeout(500)
    page.evaluate(
        """() => { window.said = 0;
        new MutationObserver(() => said++).observe(document.querySelector("[aria-live]"), { childList: true }); }"""
    )
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(2000)
    assert page.evaluate("said") == 0
