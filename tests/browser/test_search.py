"""The search: served and from disk, and what it shows of what it finds."""

from playwright.sync_api import expect


def test_the_search_finds_a_word_of_the_book(new_page, address):
    page = new_page()
    page.goto(f"{address}/search.html?q=aliasing")
    found = page.locator("#search-results li").first
    assert found.locator("a").get_attribute("href").startswith("chapters/answers.html")
    expect(found).to_contain_text("aliasing")


def test_the_search_finds_words_from_disk(new_page, site):
    page = new_page()
    page.goto(f"{(site / 'search.html').as_uri()}?q=aliasing")
    assert page.locator("#search-results li a").first.get_attribute("href").startswith("chapters/answers.html")


def test_the_search_shows_formulas_but_no_tex(new_page, address):
    page = new_page()
    page.goto(f"{address}/search.html?q=chain+rule+contributions")
    found = page.locator("#search-results li", has_text="Convolutional Layers")
    expect(found).to_contain_text("Xi+a,j+b")
    assert "\\" not in page.locator("#search-results").inner_text()


def test_what_is_typed_into_the_search_field_stands_beside_its_icon(new_page, address):
    page = new_page()
    page.goto(f"{address}/chapters/index.html")
    page.keyboard.press("Control+k")
    field = page.locator(".search-button__wrapper.show")
    icon, typed = field.locator(".fa-magnifying-glass").bounding_box(), field.locator("input").bounding_box()
    assert icon["x"] + icon["width"] <= typed["x"]


def test_one_search_box_is_enough(new_page, address):
    page = new_page()
    page.goto(f"{address}/chapters/index.html")
    assert page.locator("article, .bd-sidebar-primary").get_by_role("button", name="Search").count() == 1
