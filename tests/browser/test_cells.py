"""Cells that run in a page: what a reader writes, runs, stops and takes along."""

import json
import re

import pytest
from cells import SOURCES, at, code, log, press, says
from playwright.sync_api import expect


def test_nothing_of_python_is_fetched_before_the_first_press(open_page):
    page = open_page()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[1]))
    code(page, "first").fill("print('x')")
    page.wait_for_timeout(100)
    assert fetched == []
    press(page, "first")
    says(page, "first", "Done: nothing to show.")
    assert fetched == ["engine.js"]


def test_the_first_press_says_how_much_comes_and_that_it_comes_once_and_can_be_cancelled(open_page):
    page = open_page("window.engine = { holds: true }")
    press(page, "asked")
    says(page, "asked", "Python comes into this page: 28 MB, from the network once.")
    says(page, "asked", "12 of 28 MB")
    assert at(page, "asked").get_by_role("progressbar").get_attribute("aria-valuetext") == "12 of 28 MB"
    press(page, "first")
    says(page, "first", "Waits for Exercise 1.")
    press(page, "asked", "Cancel")
    says(page, "asked", "Cancelled.")
    says(page, "first", "Not run: Python did not start.")
    expect(page.get_by_text("Nothing came back yet.")).to_be_visible()
    page.evaluate("engine.holds = false")
    press(page, "asked")
    expect(at(page, "asked")).to_contain_text("Not yet.")


def test_a_start_that_fails_says_why_where_else_it_runs_and_loses_nothing(open_page):
    page = open_page("window.engine = { fails: 'Python did not arrive whole.' }")
    code(page, "asked").fill("print(1)")
    press(page, "asked")
    says(page, "asked", "Python did not arrive whole. Run It Yourself")
    link = at(page, "asked").get_by_role("link", name="Run It Yourself")
    assert link.get_attribute("href") == "run-it-yourself.html"
    expect(page.get_by_text("Nothing came back yet.")).to_be_visible()
    expect(code(page, "asked")).to_have_value("print(1)")
    page.evaluate("engine.fails = ''")
    press(page, "asked")
    expect(page.get_by_text("Nothing came back yet.")).to_be_hidden()


def test_imports_that_a_cell_uses_run_by_themselves_and_what_a_cell_shows_stands_in_place_of_the_books(open_page):
    page = open_page()
    code(page, "second").fill('print("one")\nprint("two")\nplot()\nnp')
    press(page, "second")
    expect(page.get_by_text("what the book shows")).to_be_hidden()
    shown = at(page, "second").locator(".cell_output:visible .output")
    expect(shown).to_have_count(3)
    assert shown.nth(0).inner_text().split() == ["one", "two"]
    expect(shown.nth(1).get_by_role("img", name="Picture drawn by this cell")).to_be_visible()
    expect(shown.nth(2)).to_have_text("the value of np")
    expect(page.get_by_role("status")).to_contain_text("Done.")
    assert log(page)[1] == SOURCES["imports"]
    press(page, "hint")
    expect(page.get_by_text("Hint 1 of 3", exact=True)).to_be_visible()  # though the book has folded it
    press(page, "second", "Reset cell")
    expect(page.get_by_text("what the book shows")).to_be_visible()
    expect(code(page, "second")).to_have_value(SOURCES["second"])


def test_cells_run_in_the_order_in_which_they_are_pressed(open_page):
    page = open_page()
    for name, text in {"second": 'sleep(1200)\nprint("s")', "first": "a = 1", "asked": 'print("t")'}.items():
        code(page, name).fill(text)
        press(page, name)
    expect(at(page, "asked").locator(".cell_output:visible")).to_have_text("t")
    assert log(page)[1:] == ['sleep(1200)\nprint("s")', "a = 1", 'print("t")']


def test_a_name_that_is_missing_is_one_press_away(open_page):
    page = open_page()
    press(page, "second")
    expect(at(page, "second").get_by_text("NameError: name 'a' is not defined")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Error: NameError: name 'a' is not defined")
    says(page, "second", "a is not defined yet. Cells above may define it.")
    press(page, "second", "Run all above")
    expect(at(page, "second").locator(".cell_output:visible")).to_contain_text("the value of a")
    assert log(page)[-3:] == [SOURCES[name] for name in ("imports", "first", "second")]
    expect(at(page, "second").get_by_role("button", name="Run", exact=True)).to_be_focused()


def test_run_all_above_ends_at_the_first_error(open_page):
    page = open_page()
    code(page, "first").fill("a\na = 2")
    press(page, "second")
    press(page, "second", "Run all above")
    says(page, "second", "Not run: there is an error in Cell 2.")
    assert log(page)[-1] == "a\na = 2"


def test_a_stop_says_what_is_lost_and_the_page_goes_on(open_page):
    page = open_page()
    press(page, "first")
    says(page, "first", "Done")
    code(page, "second").fill('print("early")\nwhile True: pass')
    press(page, "second")
    press(page, "hint")
    expect(at(page, "second")).to_contain_text("early")
    press(page, "second", "Stop")
    says(page, "second", "Stopped. Python begins anew: what earlier cells defined is gone. Run them again.")
    says(page, "first", "Python no longer knows this")
    says(page, "hint", "Not run: Python was stopped.")
    page.evaluate("engine.goOn()")  # what the stopped run still had to say
    press(page, "second", "Run all above")
    says(page, "first", "Done")
    expect(page.get_by_text("late")).to_have_count(0)
    expect(code(page, "second")).to_have_value('print("early")\nwhile True: pass')


def test_a_run_of_more_than_ten_seconds_says_so(open_page):
    page = open_page()
    page.clock.install()
    code(page, "first").fill("while True: pass")
    press(page, "first")
    page.clock.run_for(9000)
    says(page, "first", "Running …")
    page.clock.run_for(4000)
    text = re.compile(r"^Still running after 1\d s. A loop may never end: Stop ends it.\s*$")
    expect(at(page, "first").locator(".cell-said")).to_have_text(text)
    expect(page.get_by_role("status")).to_have_text(text)


def test_a_double_click_does_not_stop_what_its_first_half_began(open_page):
    page = open_page()
    code(page, "first").fill('sleep(300)\nprint("through")')
    at(page, "first").get_by_role("button", name="Run", exact=True).dblclick()
    expect(at(page, "first").locator(".cell_output")).to_have_text("through")


def test_what_is_written_outlives_the_page_and_a_reset_can_be_undone(open_page):
    page = open_page()
    code(page, "asked").press_sequentially("# mine ")
    page.reload()
    expect(code(page, "asked")).to_have_value(re.compile("# mine"))
    says(page, "asked", "Your version")
    assert "# mine" in at(page, "asked").locator(".cell_input").text_content()
    press(page, "asked", "Reset cell")
    expect(code(page, "asked")).to_have_value(SOURCES["asked"])
    press(page, "asked", "Bring back yours")
    page.reload()
    expect(code(page, "asked")).to_have_value(re.compile("# mine"))


def test_a_second_tab_sees_what_the_first_writes_except_where_it_writes_itself(open_page):
    page = open_page()
    other = page.context.new_page()
    other.goto(page.url)
    code(other, "asked").focus()
    code(page, "first").fill("a = 3")
    code(page, "asked").fill("# here")
    expect(code(other, "first")).to_have_value("a = 3")
    expect(code(other, "asked")).to_have_value(SOURCES["asked"])
    press(page, "first", "Reset cell")
    expect(code(other, "first")).to_have_value(SOURCES["first"])


def test_where_nothing_can_be_stored_cells_work_as_long_as_the_page(open_page):
    page = open_page("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no storage') } })")
    code(page, "asked").fill('check.run("corr2d", right)')
    press(page, "asked")
    says(page, "asked", "Passed")
    expect(page.get_by_text("1 of 1 passed")).to_have_count(2)


def test_an_exercise_that_has_passed_is_marked_here_and_in_the_contents_for_good(open_page, bench):
    page = open_page("document.addEventListener('d2l-passed', ({ detail }) => (window.heard = detail))")
    code(page, "asked").fill('check.run("corr2d", right)')
    press(page, "asked")
    says(page, "asked", "Passed")
    title = page.locator(".admonition-title")
    contents = page.get_by_role("navigation", name="Page").get_by_role("link")
    book = page.get_by_role("navigation", name="Book").get_by_role("link").first
    page.wait_for_function("window.heard === 'corr2d'")
    code(page, "asked").fill(SOURCES["asked"])
    press(page, "asked")
    expect(at(page, "asked").locator(".cell_output:visible")).to_have_text("Not yet.")
    expect(at(page, "asked").locator(".cell-passed")).to_have_count(0)
    for _ in range(2):
        expect(title).to_contain_text("Passed")
        expect(contents).to_have_text("Sums1 of 1 passed")
        expect(book).to_have_text("Exercises1 of 1 passed")
        page.reload()
    page.goto(f"{bench}/other.html")
    expect(book).to_have_text("Exercises1 of 1 passed")
    expect(contents).to_have_text("Sums1 of 1 passed")


def test_what_has_passed_is_kept_with_all_that_it_needs(open_page):
    page = open_page()
    code(page, "first").fill("a = np")
    press(page, "first")
    code(page, "asked").fill('check.run("corr2d", right)')
    press(page, "asked")
    says(page, "asked", "Passed")
    kept = json.loads(page.evaluate("localStorage.getItem('d2l-passed corr2d')"))
    codes = [SOURCES["imports"], "a = np", 'check.run("corr2d", right)']
    assert (kept["page"], kept["codes"]) == ("chapters/exercises", codes)


def test_the_notebook_holds_what_was_written(open_page):
    page = open_page()
    code(page, "first").fill("a = 3\nb = 4")
    link = page.get_by_role("link", name=".ipynb with your changes")
    for button in (link, page.get_by_role("button", name="Download as notebook with your changes")):
        with page.expect_download() as download:
            button.click()
        assert download.value.suggested_filename == "exercises.ipynb"
        cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(download.value.path().read_text())["cells"]}
        assert cells == {**SOURCES, "first": "a = 3\nb = 4"}
        expect(page.get_by_role("status")).to_have_text("The notebook holds your changes.")
    press(page, "first", "Reset cell")
    expect(page.get_by_role("link", name=".ipynb", exact=True)).to_be_visible()


def test_a_notebook_that_does_not_come_leaves_the_link_as_it_was(open_page):
    page = open_page()
    page.context.route("**/*.ipynb", lambda route: route.fulfill(body="no notebook", content_type="text/plain"))
    code(page, "first").fill("a = 3")
    with page.expect_popup() as popup:
        page.get_by_role("link", name=".ipynb").click()
    popup.value.wait_for_url("**/exercises.ipynb")
    expect(page.get_by_role("status")).to_contain_text("without your changes")


@pytest.mark.parametrize("kept", ["null", "{}", "no JSON"])
def test_what_others_have_kept_under_our_names_ends_nothing(open_page, kept):
    page = open_page(f"localStorage.setItem('d2l-passed corr2d', '{kept}')")
    press(page, "first")
    says(page, "first", "Done: nothing to show.")


def test_who_writes_more_than_the_browser_can_keep_is_told(open_page):
    page = open_page("Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }")
    code(page, "first").fill("a = 3")
    says(page, "first", "Your browser has no room to keep this")


def test_a_name_that_an_answer_misses_in_its_check_is_one_press_away(open_page):
    page = open_page()
    code(page, "asked").fill('print("Not yet: NameError: name \'a\' is not defined.")\ncheck.run("corr2d", wrong)')
    press(page, "asked")
    says(page, "asked", "a is not defined yet. Cells above may define it.")


def test_what_the_book_shows_is_not_taken_for_what_the_readers_code_gives(open_page):
    page = open_page()
    code(page, "second").fill('print("mine")')
    page.reload()
    says(page, "second", "Your version, not run yet")
    book = at(page, "second").locator(".cell_output")
    assert float(book.evaluate("node => getComputedStyle(node).opacity")) < 1
    press(page, "second")
    own = at(page, "second").locator(".cell_output:visible")
    expect(own).to_have_text("mine")
    assert float(own.evaluate("node => getComputedStyle(node).opacity")) == 1
