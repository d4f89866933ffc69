"""The kernel's window, by mouse, keyboard and touch."""

import json
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import expect
from touch import swipe, upwards

from d2lconv import conv2d
from d2lconv.explorables import KernelWindow
from d2lconv.images import arange_image, edge_image


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


def outputs(page):
    return page.get_by_role("gridcell").all_inner_texts()


def step(page, times=1):
    for _ in range(times):
        page.get_by_role("button", name="Step").click()


def lit(locator):
    return locator.evaluate_all("(cells) => cells.filter((c) => getComputedStyle(c).outlineStyle === 'solid').length")


def test_a_sweep_begins_with_an_empty_output_and_goes_product_by_product(open_figures, small):
    page = open_figures(small)
    slider(page, "Row").press("End")
    step(page)
    assert outputs(page) == ["", "", "", ""]
    assert sum_of(page).inner_text() == "0×0"
    assert page.locator(".d2l-now").count() == 2, "a pixel and a weight"
    step(page, 3)
    assert sum_of(page).inner_text() == "0×0 + 1×1 + 3×2 + 4×3"
    labels = page.locator("[data-tap]").evaluate_all("(cells) => cells.map((cell) => cell.dataset.tap)")
    assert labels == ["=0", "=1", "=6", "=12"]
    assert outputs(page) == ["", "", "", ""]
    step(page)
    assert sum_of(page).inner_text() == "0×0 + 1×1 + 3×2 + 4×3 = 19"
    assert outputs(page) == ["19", "", "", ""]
    step(page, 6)
    assert outputs(page) == ["19", "25", "", ""]
    expect(slider(page, "Row")).to_have_value("2")
    step(page, 9)
    assert outputs(page) == ["19", "25", "37", "43"]
    step(page)
    assert outputs(page) == ["", "", "", ""], "another sweep"


def test_what_a_sweep_writes_takes_the_place_that_is_kept_for_it(open_figures):
    page = open_figures(KernelWindow(arange_image(), np.full((3, 3), 0.125), padding=1), width=390, has_touch=True)
    boxes = [page.locator(name) for name in (".d2l", ".d2l-sum", ".d2l-stage")]
    before = [box.bounding_box() for box in boxes]
    for _ in range(10):
        step(page)
        assert [box.bounding_box() for box in boxes] == before


def test_play_sweeps_an_image_within_twenty_seconds(open_figures):
    page = open_figures(KernelWindow(np.ones((8, 12)), np.ones((3, 3))))
    page.clock.install()
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(1)
    assert set(outputs(page)) == {""}
    page.clock.run_for(20_000)
    assert "" not in outputs(page)
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_pause_keeps_what_a_sweep_has_come_to_and_play_goes_on_from_there(open_figures, small):
    page = open_figures(small)
    step(page, 8)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").click()
    assert outputs(page)[0] == "19"
    assert outputs(page)[3] == ""
    assert slider(page, "Column").input_value() == "2"


@pytest.mark.parametrize("act", ["slider", "output", "drag", "type", "flip", "paint"])
def test_whatever_else_a_reader_does_ends_a_sweep_and_fills_the_output(open_figures, small, act):
    page = open_figures(small)
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".d2l-now").first).to_be_visible()
    cell = field(page, "Input row 2 column 2")
    if act == "slider":
        slider(page, "Column").press("End")
    elif act == "output":
        output(page, 0, 0).click()
    elif act == "drag":
        cell.drag_to(field(page, "Input row 3 column 3"))
    elif act == "type":
        field(page, "Kernel row 2 column 2").fill("4")
    elif act == "flip":
        page.get_by_role("checkbox", name="Flip kernel").check()
    else:
        page.get_by_role("checkbox", name="Paint").check()
        page.mouse.click(*middle(cell))
    assert "" not in outputs(page)
    assert page.locator(".d2l-now").count() == 0
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_with_less_motion_all_products_of_a_window_come_at_once_and_nothing_flies(open_figures, small):
    page = open_figures(small, reduced_motion="reduce")
    page.evaluate("() => { Element.prototype.animate = () => { throw Error('a flight') } }")
    step(page)
    assert sum_of(page).inner_text() == "0×0 + 1×1 + 3×2 + 4×3 = 19"
    assert outputs(page) == ["19", "", "", ""]
    step(page, 3)
    assert outputs(page) == ["19", "25", "37", "43"]


def symbol(page, name):
    return page.locator(".d2l-formula").get_by_role("button", name=name)


def test_a_letter_of_the_formula_lights_its_cells(open_figures, small):
    page = open_figures(small)
    cells = page.locator(".d2l-cell")
    window = page.locator("[data-tap]")
    symbol(page, "Input X").hover()
    assert (lit(window), lit(cells)) == (4, 4)
    symbol(page, "Kernel K").focus()
    page.mouse.move(0, 0)
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert (lit(page.locator(".d2l-kernel .d2l-cell")), lit(cells)) == (4, 4)
    page.keyboard.press("Tab")
    symbol(page, "Output Y").click()
    page.mouse.move(0, 0)
    slider(page, "Column").press("End")
    assert (lit(page.get_by_role("gridcell").nth(1)), lit(cells)) == (1, 1)
    expect(symbol(page, "Output Y")).to_have_attribute("aria-pressed", "true")
    symbol(page, "Output Y").click()
    page.mouse.move(0, 0)
    assert lit(cells) == 0


def test_a_tap_lights_until_the_next(open_figures, small):
    page = open_figures(small, width=390, has_touch=True, is_mobile=True)
    symbol(page, "Kernel K").tap()
    assert lit(page.locator(".d2l-cell")) == 4
    symbol(page, "Kernel K").tap()
    assert lit(page.locator(".d2l-cell")) == 0


def test_a_cell_lights_its_letter(open_figures, small):
    page = open_figures(small)
    quiet = symbol(page, "Input X").evaluate("(e) => getComputedStyle(e).backgroundColor")
    for cell, letter in [
        (field(page, "Input row 3 column 3"), "Input X"),
        (field(page, "Kernel row 1 column 1"), "Kernel K"),
        (output(page, 1, 1), "Output Y"),
    ]:
        cell.hover()
        grounds = {
            name: symbol(page, name).evaluate("(e) => getComputedStyle(e).backgroundColor")
            for name in ("Input X", "Kernel K", "Output Y")
        }
        assert {name for name in grounds if grounds[name] != quiet} == {letter}


def test_the_formula_follows_padding_stride_and_flip(open_figures, small):
    page = open_figures(small, KernelWindow(arange_image(), [[0, 1], [2, 3]], padding=0, stride=1))
    plain, asked = page.locator(".d2l-formula").all()
    letters = "(f) => [...f.querySelectorAll('button')].map((b) => b.textContent).join(' ')"
    assert plain.evaluate(letters) == "Yi, j Xi+a, j+b Ka, b"
    expect(plain).to_contain_text("height 3 − 2 + 1 = 2")
    slider(page, "Padding").fill("1")
    slider(page, "Stride").fill("3")
    assert asked.evaluate(letters) == "Yi, j X3i+a−1, 3j+b−1 Ka, b"
    expect(asked).to_contain_text("width ⌊(3+2·1−2)/3⌋ + 1 = 2")
    page.get_by_role("checkbox", name="Flip kernel").nth(1).check()
    assert asked.evaluate(letters) == "Yi, j X3i+a−1, 3j+b−1 K1−a, 1−b"


def test_padding_and_stride_have_sliders_only_where_they_are_asked_for(open_figures, small):
    page = open_figures(small, KernelWindow(arange_image(), [[1]], stride=1))
    assert slider(page, "Padding").count() == 0
    assert slider(page, "Stride").count() == 1


def test_padding_and_stride_as_python_has_them_and_nothing_moves(open_figures):
    window = KernelWindow(arange_image(), [[1, 2, 0], [0, -1, 3], [2, 0, 1]], padding=0, stride=1)
    page = open_figures(window)
    below = slider(page, "Row")
    before = below.bounding_box()
    for padding, stride in [(1, 1), (2, 2), (3, 3), (3, 1), (0, 2)]:
        slider(page, "Padding").fill(str(padding))
        slider(page, "Stride").fill(str(stride))
        window.padding, window.stride = padding, stride
        assert outputs(page) == [f"{v:g}".replace("-", "−") for v in window.Y.ravel()]
        assert below.bounding_box() == before
    slider(page, "Padding").fill("3")
    assert page.locator(".d2l-padding").count() == 81 - 9
    assert page.get_by_role("group", name="Padded input").get_by_role("textbox").count() == 9
    page.get_by_role("button", name="Reset").click()
    assert page.locator(".d2l-padding").count() == 0
    assert (slider(page, "Padding").input_value(), slider(page, "Stride").input_value()) == ("0", "1")


def test_the_window_is_dragged_and_walked_over_the_padding(open_figures):
    page = open_figures(KernelWindow(np.arange(25).reshape(5, 5), [[0, 1], [2, 3]], padding=1, stride=2))
    expect(sum_of(page)).to_have_text("0×0 + 0×1 + 0×2 + 0×3 = 0")
    x, y = middle(page.locator(".d2l-padding").first)
    side = page.locator(".d2l-padding").first.bounding_box()["width"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2 * side, y + 2 * side, steps=4)
    page.mouse.up()
    expect(sum_of(page)).to_have_text("6×0 + 7×1 + 11×2 + 12×3 = 65")
    output(page, 1, 1).focus()
    page.keyboard.press("ArrowUp")
    expect(sum_of(page)).to_have_text("0×0 + 0×1 + 1×2 + 2×3 = 8")
    field(page, "Input row 1 column 1").focus()
    page.keyboard.press("ArrowUp")
    expect(field(page, "Input row 1 column 1")).to_be_focused()
    field(page, "Input row 1 column 1").fill("5")
    expect(output(page, 0, 0)).to_have_text("15")


def values(page, rows, columns):
    return [
        [field(page, f"Input row {r + 1} column {c + 1}").input_value() for c in range(columns)] for r in range(rows)
    ]


def black(padding=None):
    return KernelWindow(np.zeros((3, 4)), [[1, -1]], padding=padding)


@pytest.mark.parametrize("padding", [None, 1])
def test_a_drag_in_paint_draws_and_draws_away(open_figures, padding):
    page = open_figures(black(padding))
    page.get_by_role("checkbox", name="Paint").check()
    page.mouse.move(*middle(field(page, "Input row 1 column 1")))
    page.mouse.down()
    page.mouse.move(*middle(field(page, "Input row 1 column 4")))  # as fast as a mouse can go
    page.mouse.move(*middle(field(page, "Input row 3 column 4")))
    page.mouse.up()
    assert values(page, 3, 4) == [list("1111"), list("0001"), list("0001")]
    page.mouse.click(*middle(field(page, "Input row 1 column 2")))
    assert values(page, 1, 4) == [list("1011")]
    if padding is None:
        assert outputs(page) == ["1", "−1", "0", "0", "0", "−1", "0", "0", "−1"]
    assert page.locator("input:focus").count() == 0


def test_paint_has_the_least_and_the_greatest_of_an_image(open_figures, small):
    page = open_figures(small)
    page.get_by_role("checkbox", name="Paint").check()
    page.mouse.click(*middle(field(page, "Input row 1 column 2")))
    page.mouse.click(*middle(field(page, "Input row 3 column 3")))
    assert values(page, 3, 3) == [list("082"), list("345"), list("670")]


def test_paint_by_keyboard(open_figures):
    page = open_figures(black())
    page.get_by_role("checkbox", name="Paint").check()
    cell = field(page, "Input row 2 column 2")
    cell.focus()
    page.keyboard.press("Space")
    expect(cell).to_have_value("1")
    page.keyboard.press("Space")
    expect(cell).to_have_value("0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert values(page, 3, 4)[2] == list("0100")
    page.get_by_role("checkbox", name="Paint").uncheck()
    cell.fill("0.5")
    expect(output(page, 1, 1)).to_have_text("0.5")


def test_a_finger_paints_in_paint_and_scrolls_elsewhere(open_figures):
    page = open_figures(black(), black(), width=390, height=500, has_touch=True, is_mobile=True)
    cells = [middle(field(page, f"Input row {row} column 4").first) for row in (1, 2, 3)]
    assert upwards(page, field(page, "Input row 3 column 4").first) > 50
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("checkbox", name="Paint").first.check()
    assert upwards(page, page.get_by_role("grid").first) > 50
    page.evaluate("scrollTo(0, 0)")
    swipe(page, cells[2], cells[1], cells[0], cells[0])
    assert page.evaluate("scrollY") == 0
    column = [field(page, f"Input row {row} column 4").first.input_value() for row in (1, 2, 3)]
    assert column == ["1", "1", "1"]


STRANGE = """
const script = document.querySelector("script[type$='widget-state+json']");
const saved = JSON.parse(script.textContent);
const changes = CHANGES;
for (const { state } of Object.values(saved.state)) if ("flip" in state) Object.assign(state, changes.pop());
script.textContent = JSON.stringify(saved);
"""


def test_a_link_can_hold_anything_and_the_figure_is_drawn(open_figures, small):
    changes = [
        {"row": "what", "col": -3, "padding": None, "stride": 0, "flip": "yes"},
        {"row": 1e99, "col": [1], "padding": 99, "stride": {}},
        {"X": 3, "K": [[1]]},
        {"X": [[1, 2], [3]]},
        {"X": [], "K": [[]]},
        {"K": [[0] * 40] * 40},
    ]
    script = quote(STRANGE.replace("CHANGES", json.dumps(changes)))
    windows = [KernelWindow(arange_image(), [[0, 1], [2, 3]]) for _ in changes]
    page = open_figures(*windows, height=5000, head=f'<script defer src="data:text/javascript,{script}"></script>')
    expect(page.locator(".d2l")).to_have_count(len(changes))
    for figure in page.locator(".d2l").all():
        figure.get_by_role("slider", name="Column").press("End")
        figure.get_by_role("button", name="Step").click()
        expect(figure.locator(".d2l-sum")).to_contain_text("=")


HEIGHTS = {
    "plain": lambda: KernelWindow(edge_image(), [[1, -1]]),
    "padding": lambda: KernelWindow(arange_image(), [[0, 1], [2, 3]], padding=0),
    "both": lambda: KernelWindow(np.arange(25.0).reshape(5, 5), np.ones((3, 3)), padding=1, stride=1),
    "large": lambda: KernelWindow(np.zeros((16, 20)), np.ones((3, 3)), padding=3, stride=2, flip=True),
}


@pytest.mark.parametrize("fingers", [False, True])
@pytest.mark.parametrize("name", HEIGHTS)
def test_python_knows_how_high_the_figure_is_at_every_width(open_figures, name, fingers):
    window = HEIGHTS[name]()
    page = open_figures(window, width=1280, has_touch=fingers)
    for width in (445, 390, 375, 360, 345, 320) if fingers else (1280, 700, 640, 560, 520):
        page.set_viewport_size({"width": width, "height": 900})
        drawn, height = page.locator(".d2l").evaluate(FIGURE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        kept = np.interp(drawn, *zip(*window._heights, strict=True))
        assert height + 30 == pytest.approx(kept, abs=30), width  # margins of an em; a sum or a caption may wrap


# The figure has followed its width once two frames have been drawn.
FIGURE = """(figure) => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
  resolve([figure.offsetWidth, figure.offsetHeight]))))"""
