"""The script that runs figures on a page without a kernel."""

import ipywidgets
import numpy as np
import pytest
from anywidget import AnyWidget
from playwright.sync_api import expect
from traitlets import Bytes, Int

from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelPuzzle, KernelWindow, ReceptiveField, TrainingPlayer
from d2lconv.images import arange_image, edge_image, photo


def player():
    X = edge_image()
    return TrainingPlayer(X, corr2d(X, [[1, -1]]), [[-1.2, 1.2]], lr=0.03)


SMALL = (arange_image(), [[0, 1], [2, 3]])


def sums(page):
    return page.locator(".d2l-sum").all_inner_texts()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_figure_runs_served_and_from_disk(open_figures, scheme):
    page = open_figures(KernelWindow(*SMALL), scheme=scheme)
    page.get_by_role("slider", name="Column").press("ArrowRight")
    assert sums(page) == ["1×0 + 2×1 + 4×2 + 5×3 = 25"]


def test_two_views_of_one_figure_follow_each_other(open_figures):
    window = KernelWindow(*SMALL)
    page = open_figures(window, window)
    page.locator(".d2l").nth(1).wait_for()
    page.get_by_role("slider", name="Row").first.press("ArrowDown")  # down is less, and there is none
    page.get_by_role("slider", name="Row").first.press("ArrowUp")
    assert sums(page) == ["3×0 + 4×1 + 6×2 + 7×3 = 37"] * 2


def test_two_figures_do_not_disturb_each_other(open_figures):
    page = open_figures(KernelWindow(*SMALL), KernelWindow(edge_image(), [[1, -1]]))
    page.locator(".d2l").nth(1).wait_for()
    page.get_by_role("slider", name="Column").nth(1).press("ArrowRight")
    assert sums(page) == ["0×0 + 1×1 + 3×2 + 4×3 = 19", "1×1 + 0×(−1) = 1"]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert len(ids) == len(set(ids))


def test_the_style_is_added_once(open_figures):
    page = open_figures(KernelWindow(*SMALL), KernelWindow(*SMALL), ReceptiveField([2]))
    page.locator(".d2l").nth(2).wait_for()
    styles = page.locator("style").all_text_contents()
    assert sum(".d2l-cell" in style for style in styles) == 1


def test_work_starts_only_near_the_viewport(open_figures):
    page = open_figures(*[KernelWindow(*SMALL) for _ in range(8)], height=500)
    page.locator(".d2l").first.wait_for()
    page.wait_for_timeout(300)
    drawn = page.locator(".d2l").count()
    assert drawn < 8
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".d2l").nth(drawn).wait_for()


def test_a_control_that_needs_a_kernel_says_so(open_figures):
    page = open_figures(ipywidgets.IntSlider(description="lr"))
    note = "This control needs a live kernel: open this chapter as a notebook."
    assert page.get_by_role("note").inner_text() == note
    assert page.get_by_role("slider").count() == 0
    assert page.get_by_role("link").count() == 0


def test_it_links_to_how_a_chapter_becomes_a_notebook(open_figures):
    link = '<nav><a href="run-it-yourself.html">Run It Yourself</a></nav>'
    page = open_figures(ipywidgets.IntSlider(description="lr"), head=f"</head><body>{link}")
    note = page.get_by_role("note")
    assert note.inner_text() == "This control needs a live kernel: open this chapter as a notebook. Run It Yourself"
    assert note.get_by_role("link").get_attribute("href") == "run-it-yourself.html"


def test_paper_shows_the_figures_that_nobody_scrolled_to(open_figures):
    page = open_figures(*[KernelWindow(*SMALL) for _ in range(8)], height=500)
    assert page.locator(".d2l").count() < 8
    page.emulate_media(media="print")
    expect(page.locator(".d2l")).to_have_count(8)


def test_a_printer_that_does_not_wait_finds_every_figure_drawn(open_figures):
    page = open_figures(*[KernelWindow(*SMALL) for _ in range(8)], height=500)
    page.wait_for_timeout(1500)
    drawn = page.evaluate("dispatchEvent(new Event('beforeprint')), document.querySelectorAll('.d2l').length")
    assert drawn == 8
    sides = page.locator(".d2l-cell").evaluate_all("(cells) => cells.map((cell) => cell.clientWidth)")
    assert min(sides) > 30


def test_figures_that_nobody_scrolled_to_are_in_a_pdf(open_figures):
    page = open_figures(*[KernelWindow(*SMALL) for _ in range(8)], height=500)
    page.wait_for_timeout(1500)
    page.pdf()
    assert page.locator(".d2l").count() == 8


def puzzle(name):
    words = {"title": "Blur it", "because": "Four weights of 1/4 make a mean."}
    return {"name": name, "X": edge_image()[:, 1:7] * 4, "K": np.full((2, 2), 0.25), **words}


FIGURES = {
    "window": lambda: KernelWindow(*SMALL),
    "wide window": lambda: KernelWindow(edge_image(), [[1, -1]]),
    "averaging window": lambda: KernelWindow(np.arange(36.0).reshape(6, 6), np.ones((3, 3))),
    "large window": lambda: KernelWindow(np.zeros((16, 20)), np.ones((3, 3))),
    "lab": lambda: FilterLab(photo(), angle=30),
    "lab on a wide photograph": lambda: FilterLab(photo()[:64]),
    "stack": lambda: ReceptiveField([2, 2]),
    "deep stack": lambda: ReceptiveField([3] * 6),
    "stack that strides": lambda: ReceptiveField([3, 2, 2], [2, 1, 2]),
    "player": player,
    "puzzles": lambda: KernelPuzzle([puzzle(f"blur {i}") for i in range(12)]),
}


@pytest.mark.parametrize(("width", "fingers"), [(1280, False), (800, False), (390, True), (360, True), (320, True)])
@pytest.mark.parametrize("name", FIGURES)
def test_the_place_that_is_kept_for_a_figure_is_as_high_as_the_figure(open_figures, name, width, fingers):
    page = open_figures(KernelWindow(*SMALL), FIGURES[name](), width=width, height=100, has_touch=fingers)
    place = page.locator(".figure-place").nth(1)
    page.evaluate("document.querySelectorAll('.figure-place')[0].style.paddingBottom = '900px'")
    kept = place.bounding_box()["height"]
    place.scroll_into_view_if_needed()
    page.locator(".d2l").nth(1).wait_for()
    assert place.bounding_box()["height"] == pytest.approx(kept, abs=30)


def test_the_place_is_kept_before_the_script_that_draws_has_come(workbench, open_figures):
    page = open_figures(FIGURES["lab"](), KernelWindow(*SMALL))
    page.locator(".d2l").nth(1).wait_for()
    heights = "(places) => places.map((place) => place.clientHeight)"
    drawn = page.locator("main > div > div").evaluate_all(heights)
    page.route("**/host.js", lambda route: route.fulfill(body=""))
    page.goto(f"{workbench[1]}/page.html")
    assert page.locator("main > div > div").evaluate_all(heights) == pytest.approx(drawn, abs=30)


def with_heading(workbench, page):
    """Add a heading and more text than a screen holds to the page that was written last, and say where it is."""
    file = workbench[0] / "page.html"
    end = f"<h2 id=there>There</h2>{'<p>text</p>' * 60}</main>"
    file.write_text(file.read_text("utf-8").replace("</main>", end), "utf-8")
    page.goto("about:blank")
    return f"{workbench[1]}/page.html"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_into_a_chapter_lands_on_its_heading(workbench, open_figures, width):
    figures = [FIGURES[name]() for name in ("lab", "player", "wide window", "stack", "lab")]
    alone = "<style>html { overflow-anchor: none }</style>"  # not every browser keeps what one reads in its place
    page = open_figures(*figures, width=width, height=844, head=alone)
    url = with_heading(workbench, page)
    page.goto(f"{url}#there")
    page.wait_for_timeout(1500)
    assert page.locator("#there").bounding_box()["y"] == pytest.approx(0, abs=2)
    page.goto("about:blank")
    page.goto(url)
    page.evaluate("location.hash = 'there'")
    page.wait_for_timeout(1500)
    assert page.locator("#there").bounding_box()["y"] == pytest.approx(0, abs=2)


def test_a_reader_who_has_moved_on_is_not_called_back_to_the_heading(workbench, open_figures):
    page = open_figures(FIGURES["lab"]())
    page.goto(f"{with_heading(workbench, page)}#there")
    page.wait_for_timeout(500)
    page.mouse.move(300, 300)
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(300)
    where = page.evaluate("scrollY")
    page.evaluate("document.querySelector('main').append('more '.repeat(2000))")
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") == where


def test_a_figure_inside_a_box_still_moves(open_figures):
    page = open_figures(ipywidgets.VBox([ipywidgets.Button(description="Retrain"), KernelWindow(*SMALL)]))
    page.get_by_role("slider", name="Column").press("End")
    assert sums(page) == ["1×0 + 2×1 + 4×2 + 5×3 = 25"]
    assert "live kernel" in page.get_by_role("note").inner_text()


class Probe(AnyWidget):
    _esm = """
    export default async () => ({
      initialize({ model }) { model.set("count", model.get("count") + 1); },
      render({ model, el }) {
        const p = document.createElement("p");
        const heard = [];
        const named = (_, value) => heard.push(value);
        model.on("change:count", named);
        model.on("change", () => heard.push("any"));
        model.set("count", 7);
        model.set("count", 7);
        model.off("change:count", named);
        model.set("count", 8);
        model.save_changes();
        model.send({});
        p.className = "probe";
        p.textContent = `${heard} ${model.get("bytes").getUint8(1)}`;
        el.append(p);
      },
    });"""
    count = Int(0).tag(sync=True)
    bytes = Bytes(b"\x01\xff").tag(sync=True)


def test_a_model_behaves_as_anywidget_has_it(open_figures):
    page = open_figures(Probe())
    assert page.locator(".probe").inner_text() == "7,any,any 255"


class Broken(AnyWidget):
    _esm = "export default { render() { throw new Error('no such trait') } }"


def test_a_figure_that_fails_says_so(open_figures):
    page = open_figures(Broken(), KernelWindow(*SMALL))
    page.get_by_role("note").wait_for()
    assert "no such trait" in page.get_by_role("note").inner_text()
    assert sums(page) == ["0×0 + 1×1 + 3×2 + 4×3 = 19"]


def test_a_link_in_a_sentence_sets_a_figure_by_mouse_and_by_keys(workbench, open_figures):
    page = open_figures(KernelWindow(*SMALL), KernelWindow(*SMALL))
    page.evaluate(
        """document.querySelector("h1").insertAdjacentHTML("afterend",
        '<p><a href="#KernelWindow-2?row=1&col=1">43</a> <a href="#KernelWindow-2?row=1&col=0">37</a></p>')"""
    )
    page.get_by_role("link", name="43").click()
    assert sums(page)[1].endswith("= 43")
    page.get_by_role("link", name="37").press("Enter")
    assert sums(page)[1].endswith("= 37")
    assert sums(page)[0].endswith("= 19")


COPY = {"permissions": ["clipboard-read", "clipboard-write"]}


def test_a_copied_link_brings_back_what_the_reader_has_made_of_a_figure(open_figures, new_page):
    page = open_figures(KernelWindow(*SMALL), **COPY)
    page.get_by_label("Kernel row 1 column 1").fill("5")
    page.get_by_role("slider", name="Column").press("End")
    made = sums(page)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    again = new_page()
    again.goto(link)
    again.locator(".d2l").wait_for()
    assert sums(again) == made


def test_a_link_holds_no_photograph(open_figures):
    page = open_figures(FilterLab(photo()), **COPY)
    page.get_by_role("combobox", name="Kernel").select_option("box blur")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    assert "kernel=%22box+blur%22" in page.url
    assert len(page.url) < 200


@pytest.mark.parametrize("query", ["row=", "row={", "nothing=1", "_esm=1", "row=99&X=%5B%5D", "layout=1"])
def test_a_link_that_was_cut_short_or_made_up_leaves_a_figure_that_works(workbench, open_figures, query):
    page = open_figures(KernelWindow(*SMALL))
    page.goto("about:blank")
    page.goto(f"{workbench[1]}/page.html#KernelWindow-1?{query}")
    page.locator(".d2l").wait_for()
    page.get_by_role("slider", name="Column").press("End")
    assert sums(page)[0].endswith(("= 25", "= 43"))
