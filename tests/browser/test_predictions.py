"""Predictions: an answer is taken, what gives it away is covered until then, and what was answered is kept."""

import json
import re
import threading

import numpy as np
import pytest
from building import CHAPTERS, SOURCES
from chrome import Silent, served
from playwright.sync_api import expect

from d2lconv.explorables import Prediction
from d2lconv.explorables.prediction import _meets
from d2lconv.images import photo

NAMES = {
    "cross-correlation": ["brighter", "one-weight", "padding"],
    "summary": ["keeps-brightness"],
}


@pytest.fixture
def chapter(new_page, address):
    """Open a chapter as a reader who has answered nothing, and return its first question, and what is covered."""

    def chapter(name="cross-correlation", hash="", **options):
        page = new_page(**options)
        page.goto(f"{address}/chapters/{name}.html{hash}")
        return page

    return chapter


def question(page, name="brighter"):
    box = page.locator(f"#predict-{name}")
    box.scroll_into_view_if_needed()
    box.locator(".d2l").wait_for()
    return box


def covered(page, name="brighter"):
    return page.locator(f"#covered-{name} > .answer-covered")


def answer(page, value="24", name="brighter"):
    box = question(page, name)
    box.get_by_label("Your answer").fill(value)
    box.get_by_role("button", name="Commit").click()
    return box


SEEN = "(node) => node.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })"


def is_seen(page, name="brighter"):
    return covered(page, name).locator("pre").first.evaluate(SEEN)


def test_an_answer_uncovers_what_is_below_and_is_told_which_mistake_it_was(chapter):
    page = chapter()
    box = question(page)
    assert not is_seen(page)
    assert "All of them grow" not in page.locator("#covered-brighter").aria_snapshot()
    expect(page.locator("#covered-brighter").get_by_role("group", name="Covered")).to_be_visible()
    height = page.locator("#covered-brighter").bounding_box()["height"]
    answer(page, "24")
    expect(box.get_by_role("status")).to_contain_text("Not 24. That is how much the four sums grow together")
    assert is_seen(page)
    opened = page.locator("#covered-brighter").aria_snapshot()
    assert opened.index("Uncovered: the answer") < opened.index("All of them grow")
    assert page.locator("#covered-brighter").bounding_box()["height"] == pytest.approx(height, abs=1)
    assert not is_seen(page, "one-weight"), "nothing else is touched"


@pytest.mark.parametrize(("typed", "said"), [("6", "Right, 6."), ("6,0", "Right, 6."), ("−3", "Not −3.")])
def test_a_number_is_judged_however_it_is_written(chapter, typed, said):
    page = chapter()
    expect(answer(page, typed).get_by_role("status")).to_contain_text(said)


def test_what_is_no_answer_is_not_taken(chapter):
    page = chapter()
    box = answer(page, "six")
    expect(box.get_by_role("status")).to_have_text("Type a number first.")
    assert not is_seen(page)


def test_answers_are_kept_until_they_are_forgotten(chapter):
    page = chapter()
    answer(page, "24")
    page.reload()
    expect(question(page).get_by_role("status")).to_contain_text("Not 24.")
    assert is_seen(page)
    page.get_by_role("button", name="Forget my answers").click()
    page.wait_for_load_state()
    expect(question(page).get_by_role("button", name="Commit")).to_be_visible()
    assert not is_seen(page)
    assert page.evaluate("Object.values(localStorage).some((text) => text.includes('24'))") is False


@pytest.mark.parametrize("what", ['class="answers-kept"', 'id="covered-brighter"'])
def test_a_page_may_arrive_in_pieces(new_page, site, what):
    """An element is there before what stands in it: nothing breaks, and what was answered is open."""
    late = threading.Event()

    class InTwoPieces(Silent):
        def copyfile(self, source, target):
            text = source.read()
            first, mark, rest = text.partition(what.encode() + b">")
            target.write(first + mark)
            target.flush()
            if mark:
                late.wait(10)
            target.write(rest)

    with served(site, InTwoPieces) as address:
        page = new_page()
        late.set()
        page.goto(f"{address}/chapters/cross-correlation.html")
        answer(page, "24")
        late.clear()
        page.reload(wait_until="commit")
        page.locator(f"[{what}]").wait_for(state="attached")
        assert page.locator(f"[{what}] > *").count() == 0
        late.set()
        expect(question(page).get_by_role("status")).to_contain_text("Not 24.")
        assert is_seen(page)
        assert not is_seen(page, "padding")


def test_who_gives_up_is_shown_the_answer_and_it_counts_as_neither_right_nor_wrong(chapter):
    page = chapter()
    box = question(page)
    box.get_by_role("button", name="Show me").click()
    expect(box.get_by_role("status")).to_contain_text("It is 6.")
    assert box.locator("[data-right]").count() == 0
    assert is_seen(page)


def test_the_strip_lifts_itself_and_the_focus_goes_under_it(chapter):
    page = chapter()
    page.locator("#covered-brighter").get_by_role("button", name="Show me").press("Enter")
    assert is_seen(page)
    assert covered(page).evaluate("(node) => node === document.activeElement")


def test_a_switch_lifts_all_for_good_and_lays_them_back(chapter, address):
    page = chapter()
    switch = page.get_by_role("checkbox", name="Cover answers until I commit to a prediction")
    switch.uncheck()
    assert is_seen(page)
    assert is_seen(page, "padding")
    page.goto(f"{address}/chapters/summary.html")
    assert is_seen(page, "keeps-brightness")
    switch.check()
    assert not is_seen(page, "keeps-brightness")


def test_a_search_an_anchor_and_paper_lift_a_strip(chapter):
    page = chapter()
    assert covered(page).get_attribute("hidden") == "until-found"
    covered(page).evaluate("(node) => node.dispatchEvent(new Event('beforematch', { bubbles: true }))")
    assert is_seen(page)
    covered(page, "padding").locator("p").first.evaluate("(node) => (node.id = 'inside')")
    page.evaluate("location.hash = 'inside'")
    page.wait_for_function("document.querySelector('#covered-padding.open')")
    page.emulate_media(media="print")
    assert is_seen(page, "one-weight")
    expect(page.locator(".answer-strip").first).to_be_hidden()


def test_without_scripts_nothing_is_covered(chapter):
    page = chapter(java_script_enabled=False)
    expect(covered(page)).to_be_visible()
    expect(page.locator(".answer-strip").first).to_be_hidden()
    expect(page.locator(".answers-kept")).to_be_hidden()


def test_a_narrower_window_leaves_a_strip_as_high_as_what_it_covers(chapter):
    page = chapter()
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(100)
    height = page.locator("#covered-padding").bounding_box()["height"]
    page.locator("#covered-padding").get_by_role("button").click()
    assert page.locator("#covered-padding").bounding_box()["height"] == pytest.approx(height, abs=1)


def test_folding_all_code_leaves_a_strip_as_high_as_what_it_covers(chapter):
    page = chapter("summary")
    page.get_by_role("button", name="Show all code").click()
    page.wait_for_timeout(100)
    height = page.locator("#covered-keeps-brightness").bounding_box()["height"]
    page.locator("#covered-keeps-brightness").get_by_role("button", name="Show me").click()
    assert page.locator("#covered-keeps-brightness").bounding_box()["height"] == pytest.approx(height, abs=1)


# A browser that keeps nothing of ours. (The theme breaks where it may keep nothing of its own.)
REFUSING = """
for (const name of ["getItem", "setItem"]) {
  const plain = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...value) {
    if (key.startsWith("d2l-answers")) throw new DOMException("refused");
    return plain.call(this, key, ...value);
  };
}
"""


def test_where_nothing_can_be_kept_all_works_as_long_as_the_page(chapter):
    page = chapter("index")
    page.add_init_script(REFUSING)
    page.goto(page.url.replace("index", "cross-correlation"))
    expect(page.locator(".answers-kept")).to_contain_text("This browser keeps nothing")
    answer(page, "6")
    assert is_seen(page)
    page.reload()
    assert not is_seen(page)


def test_it_works_from_disk(new_page, site):
    page = new_page()
    page.goto((site / "chapters" / "cross-correlation.html").as_uri())
    answer(page, "6")
    assert is_seen(page)
    page.reload()
    expect(question(page).get_by_role("status")).to_contain_text("Right, 6.")


def test_the_next_chapter_begins_with_what_went_wrong(chapter, address):
    page = chapter()
    answer(page, "24")
    page.goto(f"{address}/chapters/convolutional-layers.html")
    back = page.get_by_role("complementary", name="Before you go on")
    expect(back.get_by_role("link")).to_have_count(1)
    back.get_by_role("link").click()
    page.wait_for_url("**/cross-correlation.html#predict-brighter")
    expect(page.locator("#predict-brighter")).to_be_in_viewport()
    page.get_by_role("button", name="Forget my answers").click()
    page.goto(f"{address}/chapters/convolutional-layers.html")
    expect(back).to_have_count(0)


def commit(page, name, said):
    """Give an answer that the page knows, as a reader gives it."""
    box = question(page, name)
    value = said["value"]
    if box.get_by_label("Your answer").count():
        box.get_by_label("Your answer").fill(str(value))
    elif box.get_by_role("radio").count():
        box.get_by_role("radio", name=value, exact=True).check()
    elif box.get_by_role("checkbox").count():
        for row, col in value:
            box.get_by_role("checkbox", name=re.compile(rf"^(row {row + 1} )?column {col + 1}$")).check()
    else:
        row, col, height, width = value
        for slider, at in (("Row", row + height // 2), ("Column", col + width // 2)):
            box.get_by_role("slider", name=slider).fill(str(at + 1))
    box.get_by_role("button", name="Commit").click()
    return box.get_by_role("status")


def questions(page):
    """Return what a page's questions foresee, by their names."""
    texts = page.locator("script[type$='widget-state+json']").all_text_contents()
    states = [model["state"] for text in texts for model in json.loads(text)["state"].values()]
    return {state["name"]: state["_question"]["says"] for state in states if "_question" in state}


@pytest.mark.parametrize("right", [True, False])
def test_whoever_answers_the_whole_book_is_told_about_each_answer(chapter, address, right):
    page = chapter("index")
    asked = 0
    for name in [name for name in CHAPTERS if "Prediction(" in SOURCES[name]]:
        page.goto(f"{address}/chapters/{name}.html")
        for title, says in questions(page).items():
            said = next(said for said in says if said["right"] is right)
            expect(commit(page, title, said)).to_contain_text(said["text"])
            asked += 1
            page.wait_for_function(f"document.getElementById('covered-{title}').classList.contains('open')")
    assert asked > 20
    done = page.locator(".bd-sidebar-primary a.done").all_inner_texts()
    assert {"Cross-Correlation", "Summary"} <= {text.strip() for text in done}


def test_a_chapter_is_marked_once_all_of_it_is_answered(chapter):
    page = chapter("convolutional-layers")
    link = page.locator(".bd-sidebar-primary .current > a.reference").last
    says = questions(page)
    for name in says:
        expect(link).not_to_have_class("reference internal done")
        commit(page, name, says[name][0])
    expect(page.locator(".bd-sidebar-primary a.done")).to_have_count(1)


KINDS = {
    "number": lambda: Prediction("q", 6, {6: "Yes.", 24: "No."}, unit="pixels"),
    "choice": lambda: Prediction("q", "down", {"up": "No.", "down": "Yes."}),
    "cells": lambda: Prediction("q", ((0, 1),), {((0, 1),): "Yes.", ((0, 2),): "No."}, cells=(2, 3)),
    "point": lambda: Prediction("q", (0, 0, 9, 9), {(0, 0, 9, 9): "Yes."}, "No.", picture=photo()[:64, :64]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_answered_by_keys_alone(open_figures, kind):
    page = open_figures(KINDS[kind]())
    keys = {
        "number": ["6", "Enter"],
        "choice": ["ArrowDown", "Enter"],
        "cells": ["Tab", "Space", "Enter"],
        "point": ["Home", "Tab", "Home", "Enter"],
    }
    page.keyboard.press("Tab")
    for key in keys[kind]:
        page.keyboard.press(key)
    if kind == "choice":
        expect(page.get_by_role("radio", name="down")).to_be_checked()
    expect(page.get_by_role("status")).to_contain_text("Yes.")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_answered_with_a_finger(open_figures, kind):
    page = open_figures(KINDS[kind](), width=390, height=740, has_touch=True, is_mobile=True)
    if kind == "number":
        page.get_by_label("Your answer").tap()
        page.keyboard.type("24")
    elif kind == "choice":
        page.get_by_text("up", exact=True).tap()
    elif kind == "cells":
        page.get_by_role("checkbox").nth(2).tap()
    else:
        page.locator("canvas").tap(position={"x": 200, "y": 200})
    sides = "(parts) => Math.min(...parts.map((part) => part.getBoundingClientRect().height))"
    assert page.locator(".d2l :is(button, label, .d2l-picks input)").evaluate_all(sides) >= 44
    page.get_by_role("button", name="Commit").tap()
    expect(page.get_by_role("status")).to_contain_text("No.")


def test_a_page_judges_as_python_does(open_module):
    rng = np.random.default_rng(3)
    cases = [("number", float(v), float(v + d)) for v in rng.normal(size=20) for d in (0, 1e-7, 1e-5)]
    cases += [("point", rng.integers(0, 9, 2).tolist(), rng.integers(1, 6, 4).tolist()) for _ in range(60)]
    cases += [
        ("cells", [[0, 1], [1, 2]], [[0, 1], [1, 2]]),
        ("cells", [[0, 1]], [[0, 1], [1, 2]]),
        ("choice", "a", "b"),
    ]
    page = open_module("prediction")
    judged = page.evaluate("(cases) => cases.map((case_) => meets(...case_))", cases)
    assert judged == [_meets(*case) for case in cases]
    assert 20 < sum(judged) < 100


def test_answers_can_be_set_from_python(open_figures):
    prediction = KINDS["number"]()
    prediction.given = 24
    page = open_figures(prediction)
    expect(page.get_by_role("status")).to_contain_text("Not 24. No.")
