"""What holds for every figure: fingers, narrow screens, paper, and colours of the reader's own."""

import numpy as np
import pytest
from chrome import shutting_out

from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelPuzzle, KernelWindow, ReceptiveField, TrainingPlayer
from d2lconv.images import arange_image, edge_image, photo


def training_player(K):
    return TrainingPlayer(edge_image(), corr2d(edge_image(), K), -1.2 * np.array(K), lr=0.03)


def puzzle(name):
    words = {"title": "Blur it", "because": "Four weights of 1/4 make a mean."}
    return {"name": name, "X": edge_image()[:, 1:7] * 4, "K": np.full((2, 2), 0.25), **words}


FIGURES = {
    "window": lambda: KernelWindow(arange_image(), [[0, 1], [2, 3]]),
    "wide window": lambda: KernelWindow(edge_image(), [[1, -1]]),
    "averaging window": lambda: KernelWindow(np.arange(36.0).reshape(6, 6) / 7, np.ones((3, 3)) / 9),
    "lab": lambda: FilterLab(photo(), angle=30),
    "lab with a large kernel": lambda: FilterLab(photo(), kernel="Gabor", size=15),
    "stack": lambda: ReceptiveField([2, 2]),
    "deep stack": lambda: ReceptiveField([3] * 6),
    "player": lambda: training_player([[1, -1]]),
    "player without a bowl": lambda: training_player([[1, 0, -1]]),
    "puzzles": lambda: KernelPuzzle([puzzle(f"blur {i}") for i in range(12)]),
}
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


@pytest.fixture(params=FIGURES)
def figure(request):
    return FIGURES[request.param]()


def test_a_finger_finds_every_control_and_no_phone_zooms_in_on_a_field(open_figures, figure):
    page = open_figures(figure, **PHONE)
    controls = page.locator(".d2l :is(button, select, [type=range], label:has([type=checkbox]))")
    heights = controls.evaluate_all("(controls) => controls.map((control) => control.getBoundingClientRect().height)")
    assert min(heights) >= 44
    fields = page.locator(".d2l :is(select, input:not([type=range], [type=checkbox]))")
    sizes = fields.evaluate_all("(fields) => fields.map((field) => parseFloat(getComputedStyle(field).fontSize))")
    assert min(sizes, default=16) >= 16


SEEN = """(cells) => cells.map((cell) => {
  const input = cell.querySelector("input");
  const shown = input ? input.value : cell.textContent;
  const { fontSize, scale } = getComputedStyle(input ?? cell);
  return [shown, parseFloat(fontSize) * (input ? Number(scale) : 1)];
})"""


@pytest.mark.parametrize("width", [1280, 390, 360])
def test_every_number_in_a_cell_is_large_enough_to_read_or_not_there(open_figures, figure, width):
    page = open_figures(figure, width=width)
    sizes = [size for text, size in page.locator(".d2l-cell").evaluate_all(SEEN) if text]
    assert min(sizes, default=11) >= 11 - 1e-3


def test_nothing_scrolls_sideways_at_four_hundred_percent(open_figures, figure):
    page = open_figures(figure, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_colours_of_the_readers_own_nothing_fails(open_figures, figure, theme):
    page = open_figures(figure, theme=theme, forced_colors="active")
    assert page.get_by_role("note").count() == 0
    slider = page.get_by_role("slider", disabled=False).first
    before = page.locator(".d2l").inner_html()
    if isinstance(figure, KernelPuzzle):
        page.get_by_role("button", name="Next").click()
        slider = page.get_by_role("textbox").first
    slider.press("ArrowRight")
    slider.press("ArrowLeft")
    slider.press("ArrowRight")
    assert page.locator(".d2l").inner_html() != before


def test_shades_and_keys_are_on_paper(open_figures, figure):
    page = open_figures(figure, theme="dark")
    page.emulate_media(media="print")
    style = "(e) => [getComputedStyle(e).printColorAdjust, getComputedStyle(e).colorScheme]"
    for part in page.locator(".d2l :is(.d2l-cell, .d2l-bar, rect)").all()[:3]:
        assert part.evaluate(style) == ["exact", "light"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_that_shuts_a_reader_out(open_figures, figure, theme):
    page = open_figures(figure, theme=theme, **PHONE)
    assert shutting_out(page, ".d2l") == []
