"""Receptive fields: what a unit sees of every earlier layer."""

import re

import pytest
from playwright.sync_api import expect
from touch import upwards

from d2lconv import receptive_field
from d2lconv.explorables import ReceptiveField


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def spoken(page):
    return page.get_by_role("img")


@pytest.mark.parametrize("sizes", [[2], [2, 2], [3, 3, 3], [5, 5, 5], [3, 5, 2, 1], [3] * 6])
def test_the_field_is_as_large_as_the_package_says(open_figures, sizes):
    page = open_figures(ReceptiveField(sizes))
    for depth in range(1, len(sizes) + 1):
        slider(page, "Unit in layer").fill(str(depth))
        height, width = receptive_field(sizes[:depth])
        label = starts_with(f"The unit in layer {depth}, ", f"sees {height} × {width} of input")
        expect(spoken(page)).to_have_attribute("aria-label", label)
        expect(page.locator(".d2l-sum")).to_contain_text(f"= {height} rows and columns")


def starts_with(start, part):
    return re.compile(f"^{re.escape(start)}.*{re.escape(part)}")


def test_a_layer_is_added_and_kernels_are_widened(open_figures):
    page = open_figures(ReceptiveField([2, 2]))
    slider(page, "Layers").press("ArrowRight")
    expect(page.locator(".d2l-map")).to_have_count(4)
    expect(page.locator(".d2l-sum")).to_contain_text("Layer 3 sees 1 + (2 − 1) + (2 − 1) + (2 − 1) = 4")
    slider(page, "Kernel size").press("ArrowRight")
    expect(page.locator(".d2l-sum")).to_contain_text("= 7 rows")


def test_no_control_goes_where_nothing_can_be_drawn(open_figures):
    page = open_figures(ReceptiveField([2, 2]))
    for name in ["Layers", "Kernel size", "Layers"]:
        slider(page, name).press("End")
    expect(page.locator(".d2l-sum")).to_contain_text("= 13 rows")
    assert page.locator(".d2l-unit").count() == 1


@pytest.mark.parametrize("width", [1280, 360])
def test_pressing_a_unit_shows_its_fields_and_pointing_only_marks_it(open_figures, width):
    page = open_figures(ReceptiveField([3, 3]), width=width)
    ground = page.locator(".d2l-map").nth(1).locator("rect").first
    before = spoken(page).get_attribute("aria-label")
    ground.hover(position={"x": 3, "y": 3})
    assert spoken(page).get_attribute("aria-label") == before
    assert page.locator(".d2l-ahead").nth(1).bounding_box()["width"] > 3
    ground.click(position={"x": 3, "y": 3})
    expect(spoken(page)).to_have_attribute(
        "aria-label", "The unit in layer 1, row 1, column 1 sees 3 × 3 of input, reaches 1 × 1 of layer 2."
    )
    assert page.locator(".d2l-field").count() == 1
    assert page.locator(".d2l-reach").count() == 1


def test_touch_points_at_a_unit(open_figures):
    page = open_figures(ReceptiveField([3, 3]), width=390, has_touch=True, is_mobile=True)
    page.locator(".d2l-map").nth(0).locator("rect").first.tap(position={"x": 4, "y": 4})
    expect(spoken(page)).to_have_attribute(
        "aria-label", "The unit in input, row 1, column 1 reaches 1 × 1 of layer 1, reaches 1 × 1 of layer 2."
    )


def test_a_swipe_that_begins_on_a_map_scrolls_the_page(open_figures):
    page = open_figures(
        ReceptiveField([3, 3]), ReceptiveField([2]), width=390, height=500, has_touch=True, is_mobile=True
    )
    before = spoken(page).first.get_attribute("aria-label")
    assert upwards(page, page.locator(".d2l-map").nth(1), distance=100) > 30
    assert spoken(page).first.get_attribute("aria-label") == before


OVERLAPS = """(texts) => {
  const boxes = texts.filter((text) => text.textContent).map((text) => text.getBoundingClientRect());
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
}"""


@pytest.mark.parametrize("width", [1280, 680, 390, 360, 320])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_sliders_stay_where_they_are_and_no_labels_collide_for_any_depth(open_figures, width, size):
    page = open_figures(ReceptiveField([size]), width=width)
    before = slider(page, "Layers").bounding_box()["y"]
    for _ in range(5):
        slider(page, "Layers").press("ArrowRight")
        assert slider(page, "Layers").bounding_box()["y"] == before
        assert page.locator("svg tspan").evaluate_all(OVERLAPS) == 0
        inside = page.locator("svg").evaluate("(e) => [e.getBBox().height, e.clientHeight]")
        assert inside[0] <= inside[1]
    assert page.locator(".d2l-map").count() == 7


def test_the_labels_of_the_deepest_mixed_stack_do_not_collide(open_figures):
    page = open_figures(ReceptiveField([1, 1, 1, 7, 7, 1]), width=680)
    expect(page.locator(".d2l-map")).to_have_count(7)
    assert page.locator("svg tspan").evaluate_all(OVERLAPS) == 0


def test_keys_move_the_unit(open_figures):
    page = open_figures(ReceptiveField([3, 3]))
    slider(page, "Unit in layer").press("ArrowLeft")
    slider(page, "Row").press("Home")
    slider(page, "Column").press("End")
    expect(spoken(page)).to_have_attribute("aria-label", starts_with("The unit in layer 1, row 1, column 11 ", "3 × 3"))
    expect(page.locator("[aria-live=polite]")).to_contain_text("row 1, column 11")


def test_the_deepest_stack_fits_a_phone(open_figures):
    page = open_figures(ReceptiveField([3] * 6), width=360)
    page.locator(".d2l-map").nth(6).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
