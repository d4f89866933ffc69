"""Receptive fields: what a unit sees of every earlier layer."""

import re

import pytest
from playwright.sync_api import expect

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
def test_pointing_at_a_unit_shows_its_fields(open_figures, width):
    page = open_figures(ReceptiveField([3, 3]), width=width)
    ground = page.locator(".d2l-map").nth(1).locator("rect").first
    ground.hover(position={"x": 3, "y": 3})
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
