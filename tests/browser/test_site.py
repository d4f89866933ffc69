"""The built site in a real browser: nothing from outside, nothing in the console, nothing cut off."""

import re

import pytest
from building import CHAPTERS
from chrome import publishing, shutting_out
from playwright.sync_api import expect


@pytest.fixture(scope="module", params=CHAPTERS)
def visit(request, watched, address):
    """A chapter that has been opened, and what it complained of."""
    with watched() as (new_page, complaints):
        page = new_page()
        page.goto(f"{address}/chapters/{request.param}.html")
        yield page, complaints


def test_a_page_asks_no_other_host_and_logs_nothing(visit):
    _, complaints = visit
    assert complaints == []


def test_every_letter_of_a_formula_is_in_the_font_that_comes_with_the_site(visit):
    page, _ = visit
    page.evaluate("document.fonts.ready")
    page.wait_for_function("[...document.fonts].every((font) => font.status !== 'loading')")
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    signs = tools.send("DOM.querySelectorAll", {"nodeId": root, "selector": "math :is(mi, mn, mo, mtext)"})["nodeIds"]
    used = [tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in signs]
    assert {font["familyName"] for fonts in used for font in fonts} == ({"Formulas"} if signs else set())


def test_every_picture_loads(visit):
    page, _ = visit
    missing = "() => [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)"
    assert page.evaluate(missing) == []


def look_at_figures(page):
    """Scroll to each figure of a page, also of what is covered, and wait until it moves or says what it needs."""
    for switch in page.get_by_role("checkbox", name="Cover answers").all():
        switch.uncheck()
    for view in page.locator("script[type$='widget-view+json']").all():
        view.evaluate("view => view.parentElement.scrollIntoView({ behavior: 'instant' })")
        expect(view.locator("xpath=following-sibling::div[1]")).to_contain_text(
            re.compile("Play|Layers|Angle|Commit|Hint|live kernel")
        )


def test_every_figure_of_the_page_is_alive(visit):
    look_at_figures(visit[0])


@pytest.fixture(scope="module")
def strict(site):
    with publishing(site, site / "404.html") as address:
        yield address


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_page_is_whole_under_a_strict_policy(watched, strict, chapter):
    with watched() as (new_page, complaints):
        page = new_page()
        page.goto(f"{strict}/chapters/{chapter}.html")
        look_at_figures(page)
        page.wait_for_load_state("networkidle")
    assert complaints == []


def test_the_search_works_under_a_strict_policy(watched, strict):
    with watched() as (new_page, complaints):
        page = new_page()
        page.goto(f"{strict}/search.html?q=aliasing")
        page.locator("#search-results li a").first.wait_for()
    assert complaints == []


# What of a page stands beyond the right edge of the window, or is cut off there by something that does not scroll.
BEYOND = """() => {
  const overflow = (node) => getComputedStyle(node).overflowX;
  const scrolls = (node) => node && (/auto|scroll/.test(overflow(node)) || scrolls(node.parentElement));
  const shown = (node) => !node.matches(".d2l-tight input"); // a number that shows when its field has the focus
  const cuts = (node) => shown(node) && /hidden|clip/.test(overflow(node)) && node.scrollWidth > node.clientWidth + 1;
  const beyond = (node) => node.getBoundingClientRect().right > innerWidth + 0.6 && !scrolls(node.parentElement);
  const seen = (node) => node.checkVisibility() && node.clientWidth > 1;
  return [...document.querySelectorAll(".bd-article-container *, .prev-next-area *")]
    .filter((node) => seen(node) && (beyond(node) || (node.matches("a, .d2l *") && cuts(node))))
    .map((node) => `${node.tagName} ${node.className}: ${node.textContent.trim().slice(0, 40)}`);
}"""


@pytest.mark.parametrize("width", [320, 305])  # 1280 pixels at 400 %, and less where a scroll bar takes room
def test_zoomed_to_400_percent_a_page_with_its_figures_never_scrolls_sideways_nor_is_cut(visit, width):
    page, _ = visit
    page.set_viewport_size({"width": width, "height": 256})
    look_at_figures(page)
    page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")
    assert page.evaluate(BEYOND) == []


def test_a_phone_never_scrolls_sideways(visit):
    page, _ = visit
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function("document.documentElement.scrollWidth <= 360")  # once the figures have made themselves small


def test_a_phone_shows_the_whole_of_every_formula(visit):
    page, _ = visit
    page.set_viewport_size({"width": 360, "height": 740})
    cut = "(all) => all.filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.textContent)"
    assert page.locator(".formula").evaluate_all(cut) == []


def test_a_phone_leaves_the_digits_of_every_still_eleven_pixels_high(visit):
    page, _ = visit
    page.set_viewport_size({"width": 390, "height": 844})
    wide = "#fig-field"  # six maps, and no digit
    for still in page.locator(f".cell_output figure:not({wide}) img").all():
        shrunk = still.evaluate("img => img.clientWidth / img.naturalWidth")
        assert 16 * shrunk >= 11, still.get_attribute("alt")


SHIFT = """
  window.shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shift += value)))
    .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_moves_while_a_page_and_its_figures_come(watched, address, chapter, width):
    with watched() as (new_page, _):
        page = new_page(width=width, height=844)
        page.add_init_script(SHIFT)
        page.goto(f"{address}/chapters/{chapter}.html", wait_until="networkidle")
        look_at_figures(page)
        page.wait_for_timeout(100)
        assert page.evaluate("shift") <= 0.01


# What a figure shows, but for its sliders and the line for screen readers: text, and the places of frames and marks.
SHOWN = """
(figure) => {
  const copy = figure.cloneNode(true);
  for (const part of copy.querySelectorAll(".d2l-control, [aria-live]")) part.remove();
  return copy.outerHTML;
}
"""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_page_opened_from_disk_asks_no_other_host_logs_nothing_and_every_slider_moves_its_figure(
    watched, site, chapter
):
    with watched() as (new_page, complaints):
        page = new_page()
        page.goto((site / "chapters" / f"{chapter}.html").as_uri())
        look_at_figures(page)
        for figure in page.locator(".d2l").all():
            for slider in figure.get_by_role("slider", disabled=False).all():
                shown, value = figure.evaluate(SHOWN), slider.input_value()
                slider.press("ArrowLeft" if value == slider.get_attribute("max") else "ArrowRight")
                assert slider.input_value() != value
                assert figure.evaluate(SHOWN) != shown, slider.evaluate("slider => slider.labels[0].textContent")
    assert complaints == []


def test_the_front_page_leads_into_the_book(new_page, address):
    page = new_page()
    page.goto(f"{address}/")
    page.wait_for_url("**/chapters/index.html")
    page.get_by_role("link", name="Cross-Correlation", exact=True).last.click()
    page.wait_for_url("**/cross-correlation.html")


def test_the_page_follows_the_readers_choice_of_light_and_dark(new_page, address):
    page = new_page(color_scheme="dark")
    page.goto(f"{address}/chapters/index.html")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{background} !== '{dark}'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_shuts_a_reader_out(visit, scheme):
    page, _ = visit
    page.set_viewport_size({"width": 1280, "height": 900})
    page.mouse.move(0, 0)  # a link under it would have another colour
    page.add_style_tag(content="* { transition: none !important }")  # else it judges a colour on its way to another
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
    assert shutting_out(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_under_the_mouse_can_be_read(new_page, address, scheme):
    page = new_page(color_scheme=scheme)
    page.goto(f"{address}/chapters/summary.html")
    page.add_style_tag(content="* { transition: none !important }")
    page.locator("article a.internal").first.hover()
    assert shutting_out(page, "article a.internal") == []
    page.locator(".prev-next-area .right-next").hover()
    assert shutting_out(page, ".prev-next-area") == []


@pytest.mark.parametrize("lost", ["nothing.html", "chapters/nothing.html", "a/b/c/"])
@pytest.mark.parametrize("below", ["", "/some/folder"])
def test_a_broken_link_leads_to_a_page_that_leads_back(watched, site, tmp_path, below, lost):
    place = tmp_path / below.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    if below:
        place.symlink_to(site)
    with publishing(site if not below else tmp_path, site / "404.html") as address, watched() as (new_page, complaints):
        page = new_page()
        assert page.goto(f"{address}{below}/{lost}").status == 404
        expect(page.get_by_role("heading")).to_have_text("Page not found")
        expect(page.get_by_role("link")).to_have_attribute("href", f"{below}/chapters/index.html")
        page.get_by_role("link").click()
        page.wait_for_url(f"**{below}/chapters/index.html")
    assert [text for text in complaints if "404" not in text] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_paint_has_the_colours_of_the_reader_s_scheme(new_page, address, scheme):
    page = new_page(color_scheme=scheme)
    page.route("**/pydata-sphinx-theme.js*", lambda route: route.fulfill(body=""))
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.first = document.documentElement.dataset.theme })"
    )
    page.goto(f"{address}/chapters/index.html", wait_until="domcontentloaded")
    assert page.evaluate("window.first") == scheme


def test_a_dark_page_is_printed_in_dark_ink(new_page, address):
    page = new_page(color_scheme="dark")
    page.goto(f"{address}/chapters/summary.html")
    ink = "getComputedStyle(document.querySelector('article p')).color"
    on_screen = page.evaluate(ink)
    on_paper = page.evaluate(f"dispatchEvent(new Event('beforeprint')), {ink}")
    assert max(int(part) for part in re.findall(r"\d+", on_paper)) < 100 < min(map(int, re.findall(r"\d+", on_screen)))
    assert page.evaluate(f"dispatchEvent(new Event('afterprint')), {ink}") == on_screen
