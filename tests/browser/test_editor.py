"""The textbox that a cell's code is: its keys, its colours, its place, and who else it is for."""

import re

import pytest
from cells import SECTION, SOURCES, at, code, log, press, says
from chrome import shutting_out
from playwright.sync_api import expect


@pytest.fixture
def typing(open_page):
    """Open the page with the code of a cell in focus, and some text in it."""
    page = open_page()

    def typing(text):
        code(page, "first").fill(text)
        code(page, "first").press("Control+Home")
        return page, code(page, "first")

    return typing


def test_tab_indents_and_escape_then_tab_leaves(typing):
    page, area = typing("a")
    area.press("Tab")
    expect(area).to_have_value("    a")
    area.press("Shift+Tab")
    expect(area).to_have_value("a")
    expect(page.get_by_text("Escape, then Tab leaves.").locator("visible=true")).to_have_count(1)
    assert "Escape, then Tab leaves" in page.locator(f"#{area.get_attribute('aria-describedby')}").text_content()
    area.press("Escape")
    area.press("Tab")
    expect(at(page, "first").get_by_role("button", name="Run", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_text("Show the imports")).to_be_focused()  # who only passes is not caught
    expect(area).to_have_value("a")


def test_lines_move_together_and_stay_selected(typing):
    _, area = typing("if a:\n    b\n\nc")
    area.press("Control+A")
    area.press("Tab")
    expect(area).to_have_value("    if a:\n        b\n\n    c")
    area.press("Shift+Tab")
    area.press("Shift+Tab")
    expect(area).to_have_value("if a:\nb\n\nc")
    area.press("Control+Z")
    expect(area).to_have_value("if a:\n    b\n\nc")


def test_a_new_line_keeps_its_place_and_goes_deeper_after_a_colon(typing):
    page, area = typing("")
    page.keyboard.type("for x in y:  # all")
    area.press("Enter")
    page.keyboard.type("f(x)")
    area.press("Enter")
    page.keyboard.type("g")
    expect(area).to_have_value("for x in y:  # all\n    f(x)\n    g")
    area.press("Control+Z")
    area.press("Control+Z")
    expect(area).to_have_value(re.compile(r"^for x in y:  # all\n    f\(?x?\)?$"))


@pytest.mark.parametrize("keys", ["Control+Enter", "Meta+Enter", "Shift+Enter"])
def test_a_key_runs_the_cell_and_never_stops_it(typing, keys):
    page, area = typing('sleep(200)\nprint("through")')
    area.press(keys)
    area.press(keys)
    expect(at(page, "first").locator(".cell_output")).to_have_text("through")
    expect(area).to_be_focused()
    assert len(log(page)) == 2


def test_all_can_be_done_with_the_keyboard_alone(open_page):
    page = open_page()
    summary = page.get_by_text("Show the imports")
    summary.focus()
    page.keyboard.press("Tab")
    expect(code(page, "first")).to_be_focused()
    page.keyboard.type("\nwhile True: pass")
    for key in ("Escape", "Tab", "Enter"):
        page.keyboard.press(key)
    stop = at(page, "first").get_by_role("button", name="Stop")
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    says(page, "first", "Stopped.")
    page.keyboard.press("Tab")
    expect(at(page, "first").get_by_role("button", name="Reset cell")).to_be_focused()
    page.keyboard.press("Enter")
    expect(code(page, "first")).to_have_value(SOURCES["first"])
    expect(at(page, "first").get_by_role("button", name="Run", exact=True)).to_be_focused()


COLOURS = """(pre) => {
  const found = [], walk = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const kind = walk.currentNode.parentElement.className.replace(/^s[1a]$/, "s2").replace("si", "n");
    for (const letter of walk.currentNode.data) if (letter.trim()) found.push(`${letter} ${kind}`);
  }
  return found;
}"""


def test_colours_stay_as_the_book_has_them_when_a_letter_is_typed(open_page):
    page = open_page()
    pre = at(page, "section").locator(".cell_input pre")
    before = pre.evaluate(COLOURS)
    code(page, "section").press("Control+End")
    code(page, "section").press("x")
    code(page, "section").press("Backspace")
    expect(code(page, "section")).to_have_value(SECTION)
    after = pre.evaluate(COLOURS)
    strays = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1] and ":" not in pair[0][0]]
    assert [
        stray for stray in strays if stray[0][0] not in ".2f{}"
    ] == []  # an f-string's format, which all colours suit


@pytest.mark.parametrize("phone", [{}, {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}])
def test_nothing_moves_when_the_script_comes(bench, open_page, new_page, phone):
    tops = "[...document.querySelectorAll('.cell, .cell_output, h2')].map((el) => el.getBoundingClientRect().top)"
    plain = new_page(**phone)
    plain.route("**/cells.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    plain.goto(f"{bench}/exercises.html")
    assert open_page(**phone).evaluate(tops) == pytest.approx(plain.evaluate(tops), abs=0.5)


def test_a_press_that_takes_the_focus_from_the_code_finds_its_button_where_it_was(open_page):
    page = open_page(width=500)
    page.evaluate("engine = { fails: 'A sentence that is as long as it takes to fill more than one line of the bar.' }")
    press(page, "first")
    says(page, "first", "A sentence")
    top = "document.querySelector('[data-cell=second]').getBoundingClientRect().top"
    code(page, "first").blur()
    before = page.evaluate(top)
    code(page, "first").focus()
    assert page.evaluate(top) == before


def test_the_textbox_lies_on_the_code_letter_for_letter_and_scrolls_with_it(open_page):
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    code(page, "first").fill("x = 1\n" + "y" * 90 + "\nz")
    sizes = """(area) => {
      const pre = area.parentElement, shown = getComputedStyle(area.previousElementSibling);
      const style = getComputedStyle(area), overflows = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth;
      return { area: [area.scrollWidth - area.clientWidth, area.scrollHeight - area.clientHeight],
        font: ["fontFamily", "fontSize", "lineHeight", "letterSpacing"].every((trait) => style[trait] === shown[trait]),
        page: overflows(document.documentElement), scrolls: overflows(pre) };
    }"""
    told = code(page, "first").evaluate(sizes)
    assert told == {"area": [0, 0], "font": True, "page": False, "scrolls": True}
    code(page, "first").press("Control+Home")
    code(page, "first").press("ArrowDown")
    code(page, "first").press("End")
    assert at(page, "first").locator(".cell_input pre").evaluate("(pre) => pre.scrollLeft") > 300


def test_fingers_find_what_can_be_pressed(open_page):
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    code(page, "second").fill("a")
    press(page, "second")
    says(page, "second", "is not defined yet")
    for button in page.locator(".cell-bar button:visible, .cell-notebook button:visible").all():
        assert button.bounding_box()["height"] >= 44


def test_paper_shows_the_code_as_it_was_edited_and_nothing_to_press(open_page):
    page = open_page()
    code(page, "first").fill("mine = 1")
    page.emulate_media(media="print")
    expect(page.locator(".cell-bar:visible, textarea:visible, .cell-notebook:visible")).to_have_count(0)
    expect(at(page, "first").locator(".cell_input pre")).to_contain_text("mine = 1")


def test_in_forced_colours_the_letters_are_those_of_the_textbox(open_page):
    page = open_page(forced_colors="active")
    style = "(area) => [getComputedStyle(area).color, getComputedStyle(area.previousElementSibling).visibility]"
    assert code(page, "first").evaluate(style) == ["rgb(0, 0, 0)", "hidden"]


def test_nobody_is_shut_out(open_page):
    page = open_page("window.engine = { holds: true }")
    press(page, "first")
    says(page, "first", "12 of 28 MB")
    assert shutting_out(page) == []
    page.evaluate("engine.holds = false")
    press(page, "first", "Cancel")
    code(page, "asked").fill('check.run("corr2d", right)')
    for name in ("second", "asked", "hint"):
        press(page, name)
    expect(page.get_by_text("Hint 1 of 3", exact=True)).to_be_visible()
    code(page, "section").fill("while True: pass")
    press(page, "section")
    press(page, "section", "Stop")
    says(page, "section", "Stopped.")
    assert shutting_out(page) == []
    expect(page.get_by_role("status")).to_contain_text("Stopped.")


def test_a_phone_that_would_zoom_into_small_text_gets_larger_one(open_page):
    page = open_page()
    rules = page.evaluate("""[...document.styleSheets].flatMap(({ cssRules }) => [...cssRules])
      .filter(({ conditionText }) => conditionText === "(-webkit-touch-callout: none)")
      .flatMap(({ cssRules }) => [...cssRules].map(({ style }) => style.fontSize))""")
    assert rules == ["16px"], "which iOS alone does"


def test_a_level_of_indentation_goes_as_it_came(typing):
    page, area = typing("if x:")
    area.press("Control+End")
    for keys in ("Enter", "r", "e", "t", "u", "r", "n", "Enter"):
        page.keyboard.press(keys)
    expect(area).to_have_value("if x:\n    return\n")
    page.keyboard.type("        ")
    page.keyboard.press("Backspace")
    expect(area).to_have_value("if x:\n    return\n    ")
    page.keyboard.type("y ")
    page.keyboard.press("Backspace")
    expect(area).to_have_value("if x:\n    return\n    y")
