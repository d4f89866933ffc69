"""Code on the pages: what is folded, and the one switch for all of it."""

import pytest
from building import RUNNING
from pages import article
from playwright.sync_api import expect

LESSON, SETUP = "def corr2d", "from d2lconv import"


@pytest.fixture
def open_chapter(new_page, address):
    def open_chapter(chapter="cross-correlation", **options):
        page = new_page(**options)
        page.goto(f"{address}/chapters/{chapter}.html")
        return page

    return open_chapter


def uncovered(page):
    """Let nothing be covered until a prediction is made."""
    page.get_by_role("checkbox", name="Cover answers").uncheck()
    return page


def code(page, text):
    return page.locator(".cell_input", has_text=text).first


@pytest.mark.parametrize("chapter", RUNNING)
def test_imports_and_drawing_are_folded_and_say_what_they_are(site, chapter):
    page = article(site, chapter)
    folded = page.select(".fold-code")
    assert folded
    assert {fold.summary.get_text() for fold in folded} <= {
        "Show the codeHide the code",
        "Show the importsHide the imports",
    }
    assert not page.select("summary p, summary[aria-label]"), "a summary is what it says"
    asking = ":is(.tag_prediction, .tag_secret)"  # whose code would give the answer away
    drawing = [
        cell
        for cell in page.select(f".cell:not({asking})")
        if cell.select("figure img, script[type$='widget-view+json']")
    ]
    live = [cell for cell in drawing if "interact" in cell.get_text() or "IntSlider" in cell.get_text()]
    assert [cell for cell in drawing if cell not in live and not cell.select(".fold-code")] == []


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_figure_comes_before_the_code_that_drew_it(site, chapter):
    cells = article(site, chapter).select(".cell:has(> .fold-code):has(> .cell_output)")
    assert [cell for cell in cells if "cell_output" not in cell.find(True, recursive=False)["class"]] == []


def test_the_lesson_is_open_and_the_set_up_a_press_away(open_chapter):
    page = open_chapter()
    expect(code(page, LESSON)).to_be_visible()
    expect(code(page, SETUP)).to_be_hidden()
    page.get_by_text("Show the imports").click()
    expect(code(page, SETUP)).to_be_visible()
    expect(page.get_by_text("Hide the imports")).to_be_visible()


def test_one_switch_shows_all_code_or_hides_it(open_chapter):
    page = uncovered(open_chapter())
    show, hide = (page.get_by_role("button", name=f"{verb} all code") for verb in ("Show", "Hide"))
    expect(show).to_have_attribute("aria-pressed", "false")
    show.press("Enter")
    expect(show).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".cell_input:visible")).to_have_count(page.locator(".cell_input").count())
    hide.click()
    expect(show).to_have_attribute("aria-pressed", "false")
    expect(hide).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".cell_input:visible, .fold-code:visible")).to_have_count(0)
    expect(page.locator(".cell_output img").first).to_be_visible()
    hide.click()
    expect(hide).to_have_attribute("aria-pressed", "false")
    expect(code(page, LESSON)).to_be_visible()
    expect(code(page, SETUP)).to_be_hidden()


def test_the_switch_leaves_hints_and_outputs_alone(open_chapter):
    page = open_chapter("exercises")
    page.get_by_role("button", name="Show all code").click()
    expect(page.locator(".fold-output[open]")).to_have_count(0)


@pytest.fixture
def quiet(watched):
    """Open blank pages whose complaints are not looked at: of a theme without its fonts or its memory."""
    with watched() as (new_page, _):
        yield new_page


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_every_page_remembers_the_choice(quiet, address, site, scheme):
    page, root = quiet(), address if scheme == "http" else site.as_uri()
    page.goto(f"{root}/chapters/edge-detection.html")
    page.get_by_role("button", name="Hide all code").click()
    page.goto(f"{root}/chapters/summary.html")
    expect(page.get_by_role("button", name="Hide all code")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".cell_input:visible")).to_have_count(0)


def test_nothing_moves_when_a_page_opens_with_all_code_shown(open_chapter):
    page = uncovered(open_chapter("edge-detection"))
    page.get_by_role("button", name="Show all code").click()
    shift = """() => new Promise((done) => {
      let sum = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((shift) => (sum += shift.value)))
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => done(sum), 1000);
    })"""
    page.reload()
    assert page.evaluate(shift) <= 0.01
    expect(page.locator(".cell_input:visible")).to_have_count(page.locator(".cell_input").count())


def test_where_nothing_can_be_stored_the_switch_works_for_the_page(quiet, address):
    page = quiet()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no storage') } })")
    page.goto(f"{address}/chapters/summary.html")
    page.get_by_role("button", name="Show all code").click()
    expect(code(page, SETUP)).to_be_visible()


def test_without_scripts_there_is_no_switch_and_every_cell_opens(open_chapter):
    page = open_chapter(java_script_enabled=False)
    expect(page.locator(".code-switch")).to_be_hidden()
    page.get_by_text("Show the imports").click()
    expect(code(page, SETUP)).to_be_visible()


def test_fingers_find_the_switch_and_the_folds(open_chapter):
    page = open_chapter(width=390, height=844, has_touch=True, is_mobile=True)
    for target in page.locator(".code-switch button, .cell summary").all():
        assert target.bounding_box()["height"] >= 44


def test_on_paper_there_is_nothing_to_press(open_chapter):
    page = open_chapter()
    page.emulate_media(media="print")
    expect(page.locator(".code-switch")).to_be_hidden()
    expect(page.get_by_text("Show the imports")).to_be_hidden()
    expect(code(page, LESSON)).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_first_page_begins_with_what_it_is_a_button_and_a_figure_that_moves(open_chapter, width, height):
    page = open_chapter("index", width=width, height=height)
    told = page.locator("article p").first
    expect(told).to_contain_text("multiply each pixel under it by a weight, and add up the products")
    start = page.get_by_role("link", name="Start reading")
    figure = page.locator("article .d2l")
    figure.wait_for()
    picture = figure.locator("canvas").first.bounding_box()
    assert start.bounding_box()["height"] >= 44
    assert picture["y"] + picture["height"] <= height, "the photograph is seen without scrolling"
    start.click()
    page.wait_for_url("**/cross-correlation.html")
