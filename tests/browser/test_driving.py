"""Figures that show what the reader's own functions give, once these have passed their checks."""

import gzip
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from chrome import shutting_out
from ipywidgets.embed import dependency_state
from PIL import Image
from playwright.sync_api import expect

from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelWindow, ReceptiveField, TrainingPlayer
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
        head = "<style>html[data-theme=dark] { color: #ddd }</style>"
        head += f"<script>{told} globalThis.fake = {fake}</script><script type=module src=python/figures.js></script>"
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


def applied(page):
    """Return the heights of the images that the function was called with."""
    heights = [int(told.split()[2].split(",")[0]) for told in asked(page) if told.startswith("apply")]
    return [height for height in heights if height > 3]  # the first call, to warm up, has one window


def pixel(page, row, col):
    """Return how much there is to see at a place of the feature map: 0 where nothing has come."""
    return page.locator("canvas").nth(1).evaluate(OPACITY, [row, col])


# From a copy: a browser warns of a canvas that is read again and again.
OPACITY = """(map, [row, col]) => {
  const copy = new OffscreenCanvas(1, 1).getContext("2d");
  copy.drawImage(map, -col, -row);
  return copy.getImageData(0, 0, 1, 1).data[3];
}"""


def compute(page):
    return page.get_by_role("button", name="Compute all of it")


def stop(page):
    return page.get_by_role("button", name="Stop")


def test_a_part_comes_first_and_then_all_of_it(open_driven):
    page = open_driven(lab(), fake="{ speed: 1 }")  # all of it takes 0.6 s
    switch(page).check()
    expect(note(page)).to_contain_text(", too.")
    assert [pixel(page, 86, 86), pixel(page, 0, 250)] == [255, 0]
    page.wait_for_function("fake.asked.at(-1).includes(' 256,256 ')")
    page.wait_for_timeout(1000)
    assert [pixel(page, 86, 86), pixel(page, 0, 250)] == [255, 255]
    assert applied(page) == [64, 256]


def test_a_slow_function_asks_first(open_driven):
    page = open_driven(lab(), fake="{ speed: 5 }")
    switch(page).check()
    expect(told(page)).to_contain_text("Your corr2d takes about 3 s for all of it.")
    expect(note(page)).to_contain_text(", too.")
    assert applied(page) == [64]
    compute(page).click()
    expect(told(page)).to_contain_text("Your corr2d is at work on all of it: about 3 s.")
    expect(stop(page)).to_be_visible()
    expect(stop(page)).to_be_hidden()
    assert pixel(page, 0, 250) == 255
    assert applied(page) == [64, 256]


def test_the_window_takes_the_part_along(open_driven):
    page = open_driven(lab(), fake="{ speed: 5 }")
    switch(page).check()
    expect(compute(page)).to_be_visible()
    slider(page, "Row").press("End")
    expect(note(page)).to_have_text("Your corr2d has not come here yet.")
    expect(note(page)).to_contain_text(", too.")
    assert [pixel(page, 86, 86), pixel(page, 253, 86)] == [255, 255], "and keeps what it has"
    assert applied(page) == [64, 64]


def test_it_can_be_stopped_and_begun_anew(open_driven):
    page = open_driven(lab(), fake="{ speed: 5 }")
    switch(page).check()
    compute(page).click()
    stop(page).click()
    expect(told(page)).to_contain_text(
        "Stopped. Python begins anew, and what cells have made is gone. Your corr2d takes"
    )
    expect(switch(page)).to_be_checked()
    page.evaluate("fake.speed = 0.1")
    compute(page).click()
    expect(told(page).get_by_role("status")).to_be_empty()
    assert pixel(page, 0, 250) == 255
    assert len([told for told in asked(page) if "exec" in told]) == 2, "Python has been told the function again"


def test_python_on_its_way_is_seen_and_can_be_cancelled(open_driven):
    page = open_driven(window(), fake="{ load: 20_000 }")
    switch(page).check()
    expect(told(page)).to_contain_text("Python comes into the page, once: 28 MB.")
    expect(page.get_by_role("progressbar")).to_have_js_property("position", 0.5)
    page.get_by_role("button", name="Cancel").click()
    expect(told(page)).to_have_text("Cancelled.")
    expect(switch(page)).not_to_be_checked()
    expect(outputs(page)).to_have_text(["19", "25", "37", "43"])


def test_of_many_questions_the_last_is_answered(open_driven):
    page = open_driven(FilterLab(photo()[:64, :64]), fake="{ speed: 10 }")
    switch(page).check()
    expect(note(page)).to_contain_text(", too.")
    slider(page, "Angle").evaluate(
        """async (slider) => {
          for (slider.value = 0; slider.value < 100; slider.value = +slider.value + 5) {
            slider.dispatchEvent(new Event("input"));
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        }"""
    )
    expect(note(page)).to_have_text("Your corr2d has not come here yet.")
    expect(note(page)).to_contain_text(", too.")
    assert len(applied(page)) <= 4
    page.wait_for_timeout(700)
    expect(note(page)).to_contain_text(", too.")


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


def test_keys_are_enough_and_the_focus_is_never_lost(open_driven):
    page = open_driven(lab(), fake="{ speed: 5 }")
    page.get_by_role("button", name="Copy link").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(compute(page)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(stop(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(compute(page)).to_be_focused()
    page.evaluate("fake.speed = 0")
    page.keyboard.press("Enter")
    expect(compute(page)).to_be_hidden()
    expect(switch(page)).to_be_focused()


def test_where_a_script_does_not_come_a_sentence_says_so(open_driven):
    page = open_driven(window())
    broken = {"body": "throw new Error('half of it')", "content_type": "text/javascript"}
    page.route("**/engine.js", lambda route: route.fulfill(**broken))
    switch(page).click()
    expect(told(page)).to_have_text(
        "Your corr2d cannot run: a part of this site did not arrive. Reload the page to try again."
    )
    expect(switch(page)).not_to_be_checked()
    expect(outputs(page)).to_have_text(["19", "25", "37", "43"])


def test_where_python_does_not_come_it_says_why(open_driven):
    page = open_driven(window(), fake="{ refuses: 'Python cannot run in this browser.' }")
    switch(page).click()
    expect(told(page)).to_have_text("Python cannot run in this browser.")
    expect(switch(page)).not_to_be_checked()
    expect(outputs(page)).to_have_text(["19", "25", "37", "43"])


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
