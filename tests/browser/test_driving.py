"""Figures that show what the reader's own functions give, once these have passed their checks."""

import gzip
import io

import numpy as np
import pytest
from chrome import shutting_out
from driven import HALF, RUNTIME, K, asked, compute, lab, note, opener, outputs, player, slider, switch, window
from ipywidgets.embed import dependency_state
from PIL import Image
from playwright.sync_api import expect

from d2lconv.explorables import KernelWindow, ReceptiveField
from d2lconv.explorables._module import without_comments
from d2lconv.images import arange_image, edge_image, photo


@pytest.fixture
def open_driven(workbench, open_figures):
    return opener(workbench, open_figures)


def test_a_figure_offers_it_once_the_function_has_passed(open_driven):
    page = open_driven(window(), lab(), player(), passed=())
    page.locator(".d2l").nth(1).wait_for()
    expect(switch(page)).to_have_count(0)
    assert (
        page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name).join()").count("python/") == 1
    )
    page.evaluate("document.dispatchEvent(new CustomEvent('d2l-passed', { detail: 'corr2d' }))")
    expect(page.get_by_role("checkbox", name="Computed by your corr2d")).to_have_count(2)
    expect(switch(page)).to_have_count(2)


def test_nothing_is_fetched_before_the_switch(open_driven):
    page = open_driven(window())
    expect(switch(page)).to_have_count(1)
    fetched = "performance.getEntriesByType('resource').map(({ name }) => name.split('/python/')[1]).filter(Boolean)"
    page.wait_for_function(f"{fetched}.includes('figures.css')")  # which the switch does not wait for
    assert sorted(page.evaluate(fetched)) == ["figures.css", "figures.js"]
    switch(page).check()
    expect(note(page)).to_have_text("Your corr2d gives 19 here, too.")
    assert "engine.js" in page.evaluate(fetched)


def test_a_page_pays_little_for_what_may_be_offered():
    assert len(gzip.compress(without_comments((RUNTIME / "figures.js").read_text("utf-8")).encode())) <= 1500


@pytest.mark.parametrize(
    "figure",
    [
        KernelWindow(edge_image(), [[1, -1]], stride=2),
        KernelWindow(arange_image(), K, operator=lambda X, K: None),
    ],
)
def test_it_is_not_offered_where_it_does_not_fit(open_driven, figure):
    page = open_driven(figure, window())
    expect(switch(page)).to_have_count(1)
    assert page.locator("[data-figure]").first.get_by_role("checkbox", name="by your").count() == 0


def test_the_figure_shows_what_the_function_gives_and_says_so(open_driven):
    page = open_driven(window(), fake=f"{{ operator: {HALF} }}")
    switch(page).check()
    expect(outputs(page)).to_have_text(["19", "25", "0", "0"])
    outputs(page).nth(3).click()
    expect(note(page)).to_have_text("Your corr2d gives 0 here.")
    expect(note(page)).to_have_class("d2l-note d2l-wrong")
    switch(page).uncheck()
    expect(outputs(page)).to_have_text(["19", "25", "37", "43"])
    expect(note(page)).to_have_text("")


def test_it_follows_the_kernel_its_flip_and_the_padding(open_driven):
    page = open_driven(KernelWindow(arange_image(), K, padding=0))
    switch(page).check()
    page.get_by_role("textbox", name="Kernel row 1 column 1").fill("5")
    expect(outputs(page)).to_have_text(["19", "30", "52", "63"])
    page.get_by_role("checkbox", name="Flip kernel").check()
    slider(page, "Padding").fill("1")
    expect(outputs(page)).to_have_count(16)
    expect(note(page)).to_have_text("Your corr2d gives 0 here, too.")
    assert "apply _your_corr2d 5,5 2,2" in asked(page)


def test_python_is_told_the_function_apart_from_what_the_page_has_made(open_driven):
    page = open_driven(window())
    switch(page).check()
    expect(note(page)).to_have_text("Your corr2d gives 19 here, too.")
    (code,) = [told for told in asked(page) if "exec" in told]
    code = code.replace("corr2d(X, K): ...", "corr2d(X, K): return np.add(X, K)")
    of_the_page = {"corr2d": "the page's own"}
    exec(code, of_the_page)
    assert of_the_page["corr2d"] == "the page's own"
    assert of_the_page["_your_corr2d"](1, 2) == 3


@pytest.mark.parametrize(
    ("operator", "sentence"),
    [
        (
            "() => ({ said: 'corr2d: IndexError: index 3 is out of bounds' })",
            "corr2d: IndexError: index 3 is out of bounds",
        ),
        ("(X) => X", "Your corr2d gave 3 × 3 numbers, not 2 × 2."),
    ],
)
def test_where_no_output_comes_a_sentence_says_why(open_driven, operator, sentence):
    page = open_driven(window(), fake=f"{{ operator: {operator} }}")
    switch(page).check()
    expect(note(page)).to_have_text(sentence)
    expect(page.locator(".d2l-live")).to_contain_text(sentence)
    assert outputs(page).all_inner_texts() == [""] * 4


def test_a_photograph_of_one_s_own_is_the_function_s_too(open_driven):
    page = open_driven(lab())
    switch(page).check()
    png = io.BytesIO()
    Image.fromarray(np.uint8(255 * photo()[64:128, 64:144])).save(png, "png")
    page.get_by_text("Find, compare, your own photo").click()
    page.set_input_files("[type=file]", {"name": "mine.png", "mimeType": "image/png", "buffer": png.getvalue()})
    expect(page.get_by_role("img", name="Feature map of the")).to_have_attribute("height", "62")
    expect(note(page)).to_contain_text("Your corr2d gives")
    assert "64,80" in asked(page)[-1]


def test_a_function_that_passes_again_is_asked_again(open_driven):
    page = open_driven(window(), fake=f"{{ operator: {HALF} }}")
    switch(page).check()
    expect(outputs(page)).to_have_text(["19", "25", "0", "0"])
    page.evaluate(
        """() => {
          fake.operator = () => ({ shape: [2, 2], bytes: Float64Array.of(19, 25, 37, 43) });
          document.dispatchEvent(new CustomEvent("d2l-passed", { detail: "corr2d" }));
        }"""
    )
    expect(outputs(page)).to_have_text(["19", "25", "37", "43"])
    assert len([told for told in asked(page) if "exec" in told]) == 2


def test_a_gradient_trains_the_kernel(open_driven):
    page = open_driven(player())
    slider(page, "Epoch").fill("10")
    before = page.locator(".d2l-sum").inner_text()
    page.get_by_role("checkbox", name="Trained by your kernel_gradient").check()
    expect(note(page)).to_have_text("Trained by your kernel_gradient.")
    expect(page.locator(".d2l-sum")).to_have_text(f"{before.strip()}Trained by your kernel_gradient.")
    slider(page, "Learning rate").fill("50")
    expect(note(page)).to_have_text("Trained by your kernel_gradient.")
    assert len([told for told in asked(page) if told.startswith("train")]) == 2


def test_a_gradient_that_goes_astray_is_told_from_where(open_driven):
    page = open_driven(player(), fake="{ wrongFrom: 4 }")
    switch(page).check()
    expect(note(page)).to_have_text(
        "Trained by your kernel_gradient. It leaves the path of the page's own gradient at epoch 5."
    )


def made(figure, operator=None):
    """Return what a cell that makes a figure sends to the page."""
    ((saved),) = [
        model
        for model in dependency_state([figure], drop_defaults=False).values()
        if model["model_module"] == "anywidget"
    ]
    del saved["state"]["_anywidget_id"]  # which Python in the page does not send
    name = type(figure).__name__
    return {
        "name": name,
        "state": saved["state"],
        "buffers": saved.get("buffers", []),
        "operator": operator,
        "operator_name": "half",
    }


SHOW = """async (part) => {
  const { showFigure } = await import("./python/figures.js");
  await showFigure(part, document.querySelector("main").appendChild(document.createElement("div")));
}"""


def test_a_figure_that_a_cell_makes_is_drawn_and_goes_on_with_its_function(open_driven):
    page = open_driven(KernelWindow(edge_image(), [[1, -1]]), passed=(), fake=f"{{ operator: {HALF} }}")

    def half(X, K):
        return np.array([[19, 25], [0, 1]])

    page.evaluate(SHOW, made(KernelWindow(arange_image(), K, operator=half), "function-1"))
    own = page.locator(".d2l").nth(1)
    expect(own.get_by_role("gridcell")).to_have_text(["19", "25", "0", "1"])
    assert asked(page) == [], "Python has given that when the cell ran"
    own.get_by_role("textbox", name="Kernel row 1 column 1").fill("5")
    expect(own.get_by_role("gridcell")).to_have_text(["19", "25", "0", "0"])
    assert "apply function-1 3,3 2,2" in asked(page)


def test_where_python_has_not_given_its_output_yet_the_figure_asks(open_driven):
    page = open_driven(ReceptiveField([2]), passed=(), fake=f"{{ operator: {HALF} }}")
    page.evaluate(SHOW, made(window(), "function-1"))
    expect(outputs(page)).to_have_text(["19", "25", "0", "0"])


def test_a_figure_that_a_cell_makes_is_drawn_on_a_page_without_figures(open_driven, workbench):
    page = open_driven(ReceptiveField([2]), passed=("corr2d",))
    folder, address = workbench
    (folder / "bare.html").write_text("<!doctype html><title>Bare</title><main></main>")
    page.goto(f"{address}/bare.html")
    page.evaluate(SHOW, made(window()))
    expect(outputs(page)).to_have_text(["19", "25", "37", "43"])
    expect(switch(page)).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_that_shuts_a_reader_out(open_driven, theme):
    page = open_driven(lab(), fake="{ speed: 10 }", theme=theme, width=320, has_touch=True, is_mobile=True)
    switch(page).check()
    expect(compute(page)).to_be_visible()
    assert shutting_out(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for control in (switch(page).locator(".."), compute(page)):
        assert control.bounding_box()["height"] >= 44


def test_the_offer_moves_nothing(open_driven):
    places = []
    for passed in ((), ("corr2d",)):
        page = open_driven(window(), lab(), passed=passed)
        page.get_by_role("button", name="Copy link").nth(1).wait_for()
        places.append(page.locator(".d2l").nth(1).bounding_box())
    assert places[0] == places[1]
