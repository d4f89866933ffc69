"""Receptive fields: what a unit sees of every earlier layer."""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import expect
from touch import upwards

from d2lconv import corr2d, receptive_field
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
        label = starts_with(f"The unit in layer {depth}, ", f"sees {height} × {width} of the input")
        expect(spoken(page)).to_have_attribute("aria-label", label)
        weights = sum(size * size for size in sizes[:depth])
        words = f"A unit of layer {depth} sees {height} × {width} of the input with {weights} weight"
        expect(page.locator(".d2l-sum")).to_contain_text(words)


def starts_with(start, part):
    return re.compile(f"^{re.escape(start)}.*{re.escape(part)}")


def test_a_layer_is_added_and_kernels_are_widened(open_figures):
    page = open_figures(ReceptiveField([2, 2]))
    slider(page, "Layers").press("ArrowRight")
    expect(page.locator(".d2l-map")).to_have_count(4)
    expect(page.locator(".d2l-sum")).to_contain_text("4 = 1 + (2 − 1) + (2 − 1) + (2 − 1)")
    slider(page, "Kernel size").press("ArrowRight")
    expect(page.locator(".d2l-sum")).to_contain_text("sees 7 × 7 of")


def test_no_control_goes_where_nothing_can_be_drawn(open_figures):
    page = open_figures(ReceptiveField([2, 2]))
    for name in ["Layers", "Kernel size", "Layers"]:
        slider(page, name).press("End")
    expect(page.locator(".d2l-sum")).to_contain_text("sees 13 × 13 of")
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
        "aria-label",
        "The unit in layer 1, row 1, column 1 sees 3 × 3 of the input by up to 1 path, reaches 1 × 1 of layer 2.",
    )
    assert page.locator(".d2l-field").count() == 1
    assert page.locator(".d2l-reach").count() == 1


def test_touch_points_at_a_unit(open_figures):
    page = open_figures(ReceptiveField([3, 3]), width=390, has_touch=True, is_mobile=True)
    page.locator(".d2l-map").nth(0).locator("rect").first.tap(position={"x": 4, "y": 4})
    expect(spoken(page)).to_have_attribute(
        "aria-label", "The unit in the input, row 1, column 1 reaches 1 × 1 of layer 1, reaches 1 × 1 of layer 2."
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


def random_stacks(count):
    rng = np.random.default_rng(3)
    while count:
        depth = rng.integers(1, 7)
        sizes, strides = rng.integers(1, [[5], [4]], size=(2, depth)).tolist()
        if receptive_field(sizes, strides)[0] <= 13:
            yield sizes, strides
            count -= 1


def paths_by_hand(sizes, strides, at, i, m):
    """Count the paths from each element of layer `m` to unit `i` of layer `at`, along one axis: each step is chosen."""
    n = [13]
    for k, s in zip(sizes, strides, strict=True):
        n.append((n[-1] - k) // s + 1)
    counts = [0] * n[m]
    for steps in itertools.product(*(range(k) for k in sizes[m:at])):
        place = i
        for layer in range(at - 1, m - 1, -1):
            place = place * strides[layer] + steps[layer - m]
        counts[place] += 1
    return counts, n


def test_the_numbers_of_paths_are_those_counted_one_by_one(open_module):
    page = open_module("paths")
    stacks = list(random_stacks(60))
    counted = """(stacks) => stacks.map((given) => stacked(...given))
      .map((stack) => [stack.n, paths(stack, stack.sizes.length), seen(stack.sizes, stack.strides)])"""
    for (sizes, strides), (n, fields, seen) in zip(stacks, page.evaluate(counted, stacks), strict=True):
        assert seen == receptive_field(sizes, strides)[0] == len(fields[0]["counts"])
        for m, field in enumerate(fields):
            for i in {0, n[-1] - 1}:
                expected, widths = paths_by_hand(sizes, strides, len(sizes), i, m)
                assert n == widths
                start = i * field["jump"]
                counts = [0] * start + field["counts"]
                assert counts + [0] * (n[m] - len(counts)) == expected


def test_the_paths_to_a_unit_are_what_ones_make_of_it(open_module):
    page = open_module("paths")
    counts = page.evaluate("paths(stacked([3, 2, 4], []), 3)[0].counts")
    spread = np.ones((1, 1))
    for k in [4, 2, 3]:
        spread = corr2d(np.pad(spread, k - 1), np.ones((k, k)))
    np.testing.assert_array_equal(np.outer(counts, counts), spread)


def test_elements_reach_the_units_whose_windows_hold_them(open_module):
    page = open_module("paths")
    cases = [
        ([low, high], k, s, (13 - k) // s + 1)
        for low, high, k, s in itertools.product(range(0, 13, 4), range(0, 13, 3), [1, 2, 3, 5], [1, 2, 3])
        if low <= high
    ]
    spans = page.evaluate("(cases) => cases.map((given) => reached(...given))", cases)
    for ((low, high), k, s, n), (first, last) in zip(cases, spans, strict=True):
        units = [o for o in range(n) if o * s <= high and o * s + k - 1 >= low]
        assert list(range(first, last + 1)) == units


def hover_line(page):
    return page.locator(".d2l-paths")


def test_pointing_at_an_element_counts_its_paths_and_leaves_the_unit(open_figures):
    figure = ReceptiveField([2, 2])
    figure.row, figure.col = 5, 2
    page = open_figures(figure)
    expect(hover_line(page)).to_have_text("Shades are numbers of paths to the unit: 1 to 4 in the input.")
    ground = page.locator(".d2l-map").first.locator("rect").first
    side = ground.bounding_box()["width"] / 13
    for row, col, words in [(5, 2, "1 path"), (6, 2, "2 paths"), (6, 3, "4 paths"), (6, 5, "0 paths")]:
        ground.hover(position={"x": (col + 0.5) * side, "y": (row + 0.5) * side})
        place = f"The input, row {row + 1}, column {col + 1}: "
        expect(hover_line(page)).to_have_text(f"{place}{words} to the unit.")
    page.mouse.move(1, 1)
    expect(hover_line(page)).to_contain_text("1 to 4")
    assert page.locator(".d2l-heat").first.locator("text").all_text_contents() == list("121242121")


@pytest.mark.parametrize("width", [1280, 360])
def test_lines_lead_from_each_field_to_the_next(open_figures, width):
    page = open_figures(ReceptiveField([3, 2], strides=[2, 1]), width=width)
    box = """(parts) => parts.map((part) => part.getBoundingClientRect())
      .map(({ left, right, top, bottom }) => [left, right, top, bottom])"""
    first, second, unit = page.locator("svg :is(.d2l-field, .d2l-unit)").evaluate_all(box)
    for (before, after), line in zip(
        [(first, second), (second, unit)], page.locator(".d2l-cone").evaluate_all(box), strict=True
    ):
        if width > 600:
            expected = [before[1], after[0], min(before[2], after[2]), max(before[3], after[3])]
        else:
            expected = [min(before[0], after[0]), max(before[1], after[1]), before[3], after[2]]
        assert line == pytest.approx(expected, abs=1.5), "strokes are as wide as that"


def test_one_press_goes_between_five_small_layers_and_one_large_one(open_figures):
    page = open_figures(ReceptiveField([2, 2]))
    many, one = (page.get_by_role("button", name=name) for name in ("Five 3 × 3", "One 11 × 11"))
    for button, words in [(one, "121 weights"), (many, "45 weights"), (one, "121 weights")]:
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".d2l-sum")).to_contain_text(f"sees 11 × 11 of the input with {words}")
        assert page.locator(".d2l-presets [aria-pressed=true]").count() == 1
    slider(page, "Kernel size").press("ArrowLeft")
    assert page.locator(".d2l-presets [aria-pressed=true]").count() == 0


def test_a_stride_widens_what_the_layers_after_it_see(open_figures):
    page = open_figures(ReceptiveField([3, 3]))
    page.get_by_label("Stride of layer 1").select_option("2")
    height, width = receptive_field([3, 3], [2, 1])
    expect(page.locator(".d2l-sum")).to_contain_text(f"sees {height} × {width} of")
    expect(page.locator(".d2l-sum")).to_contain_text("7 = 1 + (3 − 1) + (3 − 1) · 2")
    slider(page, "Layers").press("End")
    expect(page.get_by_label("Stride of layer 3")).to_have_value("1")
    expect(page.locator(".d2l-sum")).to_contain_text("sees 11 × 11 of")
    disabled = (
        page.get_by_label("Stride of layer 2").locator("option").evaluate_all("all => all.map((o) => o.disabled)")
    )
    assert disabled == [False, True, True], "the input ends there"


def test_an_element_that_no_window_holds_reaches_nothing(open_figures):
    page = open_figures(ReceptiveField([2, 2], strides=[2, 1]))
    slider(page, "Unit in layer").fill("0")
    slider(page, "Row").press("End")
    expect(spoken(page)).to_have_attribute(
        "aria-label", starts_with("The unit in the input, row 13", "reaches none of layer 1, reaches none of layer 2")
    )
    slider(page, "Row").fill("3")
    slider(page, "Column").fill("3")
    expect(spoken(page)).to_have_attribute("aria-label", starts_with("The", "reaches 1 × 1 of layer 1, reaches 2 × 2"))


STRANGE = [
    {"kernel_sizes": [3, "x", None, 99], "strides": "?", "layers": {}, "kernel_size": [], "layer": "end", "row": -7},
    {"kernel_sizes": 5, "strides": None, "col": 1e300},
    {"kernel_sizes": [], "strides": [None]},
]


def test_whatever_a_link_holds_the_figure_is_drawn_and_goes_on(open_figures):
    figures = [ReceptiveField([2, 2]) for _ in STRANGE]
    for figure, state in zip(figures, STRANGE, strict=True):
        figure._trait_values.update(state)  # as a page sets them, with no kernel to refuse
    page = open_figures(*figures, height=2000)
    for drawn in page.locator(".figure-place").all():
        drawn.get_by_role("button", name="Five 3 × 3").click()
        expect(drawn.locator(".d2l-sum")).to_contain_text("sees 11 × 11")
