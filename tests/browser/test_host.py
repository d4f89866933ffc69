"""The script that runs figures on a page without a kernel."""

import ipywidgets
import pytest
from anywidget import AnyWidget
from traitlets import Bytes, Int

from d2lconv.explorables import KernelWindow, ReceptiveField
from d2lconv.images import arange_image, edge_image

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
    note = "This control needs a live kernel: open this chapter in JupyterLab (see the README)."
    assert page.get_by_role("note").inner_text() == note
    assert page.get_by_role("slider").count() == 0
    assert page.get_by_role("link").count() == 0


def test_it_links_to_where_the_page_can_be_launched(open_figures):
    launch = '<a class="btn btn-launch" href="https://mybinder.org/v2/x"><i></i> Binder </a>'
    page = open_figures(ipywidgets.IntSlider(description="lr"), head=f"</head><body>{launch}")
    assert "open this chapter on Binder, or in JupyterLab" in page.get_by_role("note").inner_text()
    assert page.get_by_role("note").get_by_role("link").get_attribute("href") == "https://mybinder.org/v2/x"


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
