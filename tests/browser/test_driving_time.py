"""How long a figure waits for the reader's function: what comes first, what asks, what can be stopped."""

import pytest
from driven import applied, asked, compute, lab, note, opener, outputs, seen, slider, stop, switch, told, window
from playwright.sync_api import expect

from d2lconv.explorables import FilterLab
from d2lconv.images import photo


@pytest.fixture
def open_driven(workbench, open_figures):
    return opener(workbench, open_figures)


def test_a_part_comes_first_and_then_all_of_it(open_driven):
    page = open_driven(lab(), fake="{ speed: 1 }")  # all of it takes 0.6 s
    switch(page).check()
    expect(note(page)).to_contain_text(", too.")
    assert [seen(page, 86, 86), seen(page, 0, 250)] == [255, 0]
    page.wait_for_function("fake.asked.at(-1).includes(' 256,256 ')")
    page.wait_for_timeout(1000)
    assert [seen(page, 86, 86), seen(page, 0, 250)] == [255, 255]
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
    assert seen(page, 0, 250) == 255
    assert applied(page) == [64, 256]


def test_the_window_takes_the_part_along(open_driven):
    page = open_driven(lab(), fake="{ speed: 5 }")
    switch(page).check()
    expect(compute(page)).to_be_visible()
    page.evaluate("fake.speed = 60")  # 2 s for a part, so that nobody misses what is said until then
    slider(page, "Row").press("End")
    expect(note(page)).to_have_text("Your corr2d has not come here yet.")
    expect(note(page)).to_contain_text(", too.")
    assert [seen(page, 86, 86), seen(page, 253, 86)] == [255, 255], "and keeps what it has"
    assert applied(page) == [64, 64]


def test_it_can_be_stopped_and_begun_anew(open_driven):
    page = open_driven(lab(), fake="{ speed: 5 }")
    switch(page).check()
    compute(page).click()
    stop(page).click()
    expect(told(page)).to_contain_text("Stopped. Python begins anew: cells have to run again. Your corr2d takes")
    expect(switch(page)).to_be_checked()
    page.evaluate("fake.speed = 0.1")
    compute(page).click()
    expect(told(page).get_by_role("status")).to_be_empty()
    assert seen(page, 0, 250) == 255
    assert len([told for told in asked(page) if "exec" in told]) == 2, "Python has been told the function again"


def test_python_on_its_way_is_seen_and_can_be_cancelled(open_driven):
    page = open_driven(window(), fake="{ load: 20_000 }")
    switch(page).check()
    expect(told(page)).to_contain_text("Python comes into this page: 28 MB, from the network once.")
    expect(page.get_by_role("progressbar")).to_have_js_property("position", 0.5)
    page.wait_for_timeout(1200)
    expect(told(page)).to_contain_text("28 MB")
    page.get_by_role("button", name="Cancel").click()
    expect(told(page)).to_have_text("Cancelled.")
    expect(switch(page)).not_to_be_checked()
    expect(outputs(page)).to_have_text(["19", "25", "37", "43"])


def test_of_many_questions_the_last_is_answered(open_driven):
    page = open_driven(FilterLab(photo()[:64, :64]), fake="{ speed: 40 }")
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
    page.wait_for_timeout(2000)
    expect(note(page)).to_contain_text(", too.")


def test_all_of_it_waits_until_the_slider_rests(open_driven):
    page = open_driven(lab(), fake="{ speed: 1 }")
    switch(page).check()
    slider(page, "Angle").evaluate(
        """async (slider) => {
          for (let n = 0; n < 3; n++) {
            do await new Promise((resolve) => setTimeout(resolve, 20));
            while (!/too/.test(document.querySelector(".d2l-note").textContent));
            slider.value = +slider.value + 10;
            slider.dispatchEvent(new Event("input"));
          }
        }"""
    )
    page.wait_for_function("fake.asked.at(-1).includes(' 256,256 ')")
    assert applied(page) == [64, 64, 64, 64, 256]


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
