"""Cells on a page: the colours that tell what a number is, and numbers that can be read on them."""

import re

import numpy as np
import pytest

from d2lconv import plots
from d2lconv.explorables import KernelWindow
from d2lconv.images import edge_image


def field(page, name):
    return page.get_by_role("textbox", name=name, exact=True)


def test_the_grids_fit_a_phone(open_figures, edges, small):
    page = open_figures(edges, small, width=360)
    page.locator(".d2l").nth(1).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cell = field(page, "Input row 1 column 8").bounding_box()
    assert cell["width"] >= 24
    assert cell["x"] + cell["width"] <= 360


def test_dark_mode_follows_the_theme_without_a_reload(open_figures, small):
    page = open_figures(small)
    figure = page.locator(".d2l")
    colours = "(e) => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert figure.evaluate(colours) == ["rgb(31, 36, 43)", "rgb(255, 255, 255)"]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert figure.evaluate(colours) == ["rgb(232, 234, 237)", "rgb(21, 24, 29)"]


def grounds(page, name, role="group"):
    grid = page.get_by_role(role, name=name, exact=True)
    return grid.locator(".d2l-cell").evaluate_all("(cells) => cells.map((c) => getComputedStyle(c).backgroundColor)")


def rgb(colour):
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


BLACK, WHITE = "rgb(0, 0, 0)", "rgb(255, 255, 255)"


def test_an_image_is_grey_from_black_at_0_to_white_at_1(open_figures):
    page = open_figures(KernelWindow([[0, 0.5, 1]], [[1]]))
    assert grounds(page, "Input") == [BLACK, "rgb(128, 128, 128)", WHITE]
    field(page, "Input row 1 column 1").fill("9")  # now the least is 0.5, and the greatest 9
    assert grounds(page, "Input") == [WHITE, BLACK, "rgb(15, 15, 15)"]


def test_kernel_and_output_have_the_hues_and_the_scale_of_the_still_figures(open_figures):
    window = KernelWindow(edge_image(), [[2, -2]])
    page = open_figures(window)
    assert grounds(page, "Kernel") == [rgb(plots.ORANGE), rgb(plots.BLUE)]
    assert grounds(page, "Output", "grid")[:7] == [
        WHITE,
        rgb(plots.ORANGE),
        WHITE,
        WHITE,
        WHITE,
        rgb(plots.BLUE),
        WHITE,
    ]
    field(page, "Kernel row 1 column 2").fill("−1")
    half = plots.SIGNED(0.25)[:3]  # halfway from zero to the largest below it
    drawn = [int(c) for c in re.findall(r"\d+", grounds(page, "Kernel")[1])]
    np.testing.assert_allclose(drawn, 255 * np.array(half), atol=1.5)


def test_a_label_for_a_weight_is_large_enough_to_read_or_not_there(open_figures, small, edges):
    page = open_figures(small, edges, width=390)
    label = (
        "(cells) => cells.map((c) => getComputedStyle(c, '::after')).map((s) => [s.content, parseFloat(s.fontSize)])"
    )
    page.locator(".d2l").nth(1).wait_for()
    shown = page.locator("[data-tap]").evaluate_all(label)
    assert [content for content, _ in shown][:4] == ['"×0"', '"×1"', '"×2"', '"×3"']
    assert min(size for content, size in shown if content != "none") >= 11


CONTRAST = """(cells) => cells.map((cell) => {
  const luminance = (colour) => colour.match(/[\\d.]+/g).slice(0, 3)
    .map((v) => colour.startsWith("rgb") ? v / 255 : Number(v)) // else color(srgb 0.1 0.2 0.3)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const style = getComputedStyle(cell);
  const [a, b] = [luminance(style.color), luminance(style.backgroundColor)].sort((a, b) => b - a);
  return (a + 0.05) / (b + 0.05);
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_number_is_readable_on_its_ground(open_figures, theme):
    X = np.linspace(-1, 1, 48).reshape(6, 8)
    page = open_figures(KernelWindow(X, X[1:5:3, 1:7]), theme=theme)
    assert min(page.locator(".d2l-cell").evaluate_all(CONTRAST)) >= 4.5


def test_in_colours_of_the_readers_own_lines_keep_the_cells_apart(open_figures, edges):
    page = open_figures(edges, forced_colors="active")
    widths = "(cells) => cells.map((cell) => parseFloat(getComputedStyle(cell).borderTopWidth))"
    assert min(page.locator(".d2l-cell").evaluate_all(widths)) > 0
