"""The built site in a real browser: nothing from outside, nothing in the console, nothing cut off."""

import re

import pytest
from building import CHAPTERS

# From disk alone, browsers refuse the theme's icon fonts, which it preloads as if from another origin.
FONTS_FROM_DISK = re.compile(r"webfonts/|net::ERR_FAILED")


class Visit:
    """A page that has been opened, and all that it said and asked for on the way."""

    def __init__(self, browser, url, **options):
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.outside, self.complaints = [], []
        self.context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), self.refuse)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self.listen)
        self.page.goto(url)

    def refuse(self, route):
        self.outside.append(route.request.url)
        route.abort()

    def listen(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


@pytest.fixture(scope="module", params=CHAPTERS)
def visit(request, browser, address):
    with Visit(browser, f"{address}/chapters/{request.param}.html") as visit:
        visit.page.evaluate("() => window.MathJax?.startup?.promise")
        yield visit


def test_a_page_asks_no_other_host_and_logs_nothing(visit):
    assert visit.outside == []
    assert visit.complaints == []


def test_every_formula_is_typeset(visit):
    written = visit.page.locator(".math").count()
    assert visit.page.locator("mjx-container").count() >= written
    assert visit.page.locator("mjx-merror").count() == 0


def test_every_picture_loads(visit):
    missing = "() => [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)"
    assert visit.page.evaluate(missing) == []


def test_a_phone_never_scrolls_sideways(visit):
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_page_opened_from_disk_asks_no_other_host_and_logs_nothing(browser, site, chapter):
    with Visit(browser, (site / "chapters" / f"{chapter}.html").as_uri()) as visit:
        assert visit.outside == []
        assert [text for text in visit.complaints if not FONTS_FROM_DISK.search(text)] == []


def test_the_front_page_leads_into_the_book(browser, address):
    with Visit(browser, f"{address}/") as visit:
        visit.page.wait_for_url("**/chapters/index.html")
        visit.page.get_by_role("link", name="Cross-Correlation", exact=True).last.click()
        visit.page.wait_for_url("**/cross-correlation.html")


def test_the_search_finds_a_word_of_the_book(browser, address):
    with Visit(browser, f"{address}/search.html?q=aliasing") as visit:
        found = visit.page.locator("#search-results li a").first
        assert found.get_attribute("href").startswith("chapters/answers.html")


def test_one_search_box_is_enough(browser, address):
    with Visit(browser, f"{address}/chapters/index.html") as visit:
        assert visit.page.locator("article, .bd-sidebar-primary").get_by_role("button", name="Search").count() == 1


def test_the_page_follows_the_readers_choice_of_light_and_dark(browser, address):
    with Visit(browser, f"{address}/chapters/index.html", color_scheme="dark") as visit:
        background = "getComputedStyle(document.body).backgroundColor"
        dark = visit.page.evaluate(background)
        visit.page.emulate_media(color_scheme="light")
        visit.page.wait_for_function(f"{background} !== '{dark}'")
