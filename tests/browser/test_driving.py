"""Figures that show what the reader's own functions give, once these have passed their checks."""

import gzip
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelWindow, TrainingPlayer
from d2lconv.explorables._module import without_comments
from d2lconv.images import arange_image, edge_image, photo

RUNTIME = Path(__file__).parents[2] / "runtime"
K = [[0, 1], [2, 3]]
CODES = ["import numpy as np", "def corr2d(X, K): ..."]
PASSED = "for (const name of {names}) localStorage.setItem(`d2l-passed ${{name}}`, JSON.stringify({passed}));"
HALF = """(X, K) => ({ shape: [2, 2], bytes: Float64Array.of(19, 25, 0, 0) })"""


@pytest.fixture
def open_driven(workbench, open_figures):
    """Open a page with figures, in which functions have passed, before an engine that is none."""
    folder, _ = workbench
    python = folder / "python"
    python.mkdir(exist_ok=True)
    for name in ("figures.js", "driving.js", "outputs_of.js", "training_of.js"):
        (python / name).write_text(without_comments((RUNTIME / name).read_text("utf-8")), "utf-8")
    shutil.copy(RUNTIME / "figures.css", python)
    shutil.copy(Path(__file__).with_name("fake_engine.js"), python / "engine.js")

    def open_driven(*figures, passed=("corr2d", "kernel_gradient"), fake="{}", **options):
        told = PASSED.format(
            names=json.dumps(passed), passed=json.dumps({"page": "chapters/exercises", "codes": CODES})
        )
        head = f"<script>{told} globalThis.fake = {fake}</script><script type=module src=python/figures.js></script>"
        return open_figures(*figures, head=head, **options)

    return open_driven


def window():
    return KernelWindow(arange_image(), K)


def lab(**options):
    return FilterLab(photo(), **options)


def player():
    X = edge_image()
    return TrainingPlayer(X, corr2d(X, [[1, -1]]), [[-1.2, 1.2]], lr=0.03)


def note(page):
    return page.locator(".d2l-note")


def outputs(page):
    return page.get_by_role("gridcell")


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def switch(page):
    return page.get_by_role("checkbox", name="by your")


def told(page):
    return page.locator(".driving-told")


def asked(page):
    return page.evaluate("fake.asked")


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
