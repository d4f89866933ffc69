"""Named kernels on a photograph."""

import numpy as np
import pytest
from playwright.sync_api import expect

from d2lconv import corr2d
from d2lconv.explorables import FilterLab
from d2lconv.explorables._module import script
from d2lconv.explorables.filter_lab import KERNELS
from d2lconv.images import photo


@pytest.fixture
def lab():
    return FilterLab(photo()[:64, :80])


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def pick(page, kernel):
    page.get_by_role("combobox", name="Kernel").select_option(kernel)


def place(page):
    return slider(page, "Row").input_value(), slider(page, "Column").input_value()


def canvases(page):
    return page.locator("canvas")


def pixels(page, index):
    return (
        page.locator("canvas")
        .nth(index)
        .evaluate(
            """(canvas) => {
          const { width, height } = canvas;
          const copy = new OffscreenCanvas(width, height).getContext("2d");
          copy.drawImage(canvas, 0, 0);
          return Array.from(copy.getImageData(0, 0, width, height).data);
        }"""
        )
    )


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel_is_the_one_that_the_package_makes(new_page, kernel):
    page = new_page()
    page.goto("about:blank")
    page.add_script_tag(content=script("filter_lab").replace("export default", "window.module ="))
    lab = FilterLab(photo())
    lab.kernel = kernel
    for angle in [0, 90] if kernel == "second difference" else [0, 35, 90, 180, 275, 355]:
        for size in [3, 5, 7, 15]:
            lab.angle, lab.size = angle, size
            K = page.evaluate("([k, a, s]) => KERNELS[k].make(s, a * Math.PI / 180)", [kernel, angle, size])
            np.testing.assert_allclose(K, lab.K, atol=1e-12)


def test_the_photograph_arrives_pixel_by_pixel(open_figures, lab):
    page = open_figures(lab)
    canvases(page).first.wait_for()
    grey = np.array(pixels(page, 0)).reshape(64, 80, 4)
    np.testing.assert_array_equal(grey[..., 0], np.round(255 * lab.image))
    assert (grey[..., 3] == 255).all()


def test_a_blur_is_drawn_in_grey_as_python_computes_it(open_figures, lab):
    lab.kernel, lab.size = "box blur", 5
    page = open_figures(lab)
    canvases(page).nth(1).wait_for()
    drawn = np.array(pixels(page, 1)).reshape(60, 76, 4)
    np.testing.assert_allclose(drawn[..., 0], 255 * corr2d(lab.image, lab.K), atol=1.5)


def test_an_edge_has_two_colours_and_an_even_patch_has_none(open_figures):
    X = np.zeros((32, 32))
    X[:, 8:24] = 1
    page = open_figures(FilterLab(X))
    canvases(page).nth(1).wait_for()
    row = np.array(pixels(page, 1)).reshape(30, 30, 4)[10, :, :3]
    red, blue = row[:, 0].astype(int), row[:, 2].astype(int)
    assert (blue[6:8] > red[6:8] + 50).all()  # it brightens to the right: minus
    assert (red[22:24] > blue[22:24] + 50).all()
    assert (row[10:20] == 255).all()


def test_the_sum_at_a_place_is_that_of_python(open_figures, lab):
    page = open_figures(lab)
    slider(page, "Row").fill("11")
    slider(page, "Column").fill("31")
    shown = float(page.locator(".d2l-sum strong").inner_text().replace("−", "-"))
    assert shown == pytest.approx(corr2d(np.round(255 * lab.image) / 255, lab.K)[10, 30], rel=6e-3)


def test_angle_and_size_act_on_the_kernels_that_have_them(open_figures, lab):
    page = open_figures(lab)
    expect(slider(page, "Size")).to_be_disabled()
    before = pixels(page, 1)
    slider(page, "Angle").press("ArrowRight")
    expect(slider(page, "Angle")).to_have_attribute("aria-valuetext", "5°")
    assert pixels(page, 1) != before
    pick(page, "Gaussian blur")
    expect(slider(page, "Angle")).to_be_disabled()
    slider(page, "Size").press("End")
    expect(page.get_by_text("Kernel 15 × 15")).to_be_visible()
    pick(page, "second difference")
    slider(page, "Angle").press("End")
    expect(page.get_by_text("Kernel 3 × 1")).to_be_visible()


def test_a_weight_that_rounding_left_over_is_shown_as_zero(open_figures):
    page = open_figures(FilterLab(photo(), angle=45))
    weights = page.get_by_role("table", name="Kernel").get_by_role("cell").all_inner_texts()
    assert [weights[0], weights[4], weights[8]] == ["0", "0", "0"]


def test_identity_leaves_the_photograph_as_it_is(open_figures, lab):
    page = open_figures(lab)
    pick(page, "identity")
    middle = np.array(pixels(page, 0)).reshape(64, 80, 4)[3:-3, 3:-3]
    np.testing.assert_allclose(np.array(pixels(page, 1)).reshape(middle.shape), middle, atol=1)


def test_pointing_at_either_picture_moves_the_window_in_both(open_figures, lab):
    page = open_figures(lab)
    scale = canvases(page).first.bounding_box()["width"] / 80
    canvases(page).nth(1).hover(position={"x": 20.5 * scale, "y": 30.5 * scale})
    assert place(page) == ("31", "21")
    canvases(page).nth(0).hover(position={"x": 20.5 * scale, "y": 30.5 * scale})
    assert place(page) == ("30", "20")  # the middle of a 3 × 3 window
    frames = page.locator("canvas + .d2l-frame")
    assert frames.nth(0).bounding_box()["width"] == pytest.approx(3 * frames.nth(1).bounding_box()["width"], rel=0.01)


def test_touch_moves_the_window(open_figures, lab):
    page = open_figures(lab, width=360, has_touch=True, is_mobile=True)
    canvases(page).nth(1).tap(position={"x": 2, "y": 2})
    expect(slider(page, "Row")).to_have_value("2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_map_is_repainted_when_the_page_turns_dark(open_figures, lab):
    page = open_figures(lab)
    canvases(page).nth(1).wait_for()
    light = np.mean(pixels(page, 1))
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(100)
    assert np.mean(pixels(page, 1)) < light - 50


def test_two_labs_keep_to_themselves(open_figures, lab):
    page = open_figures(lab, FilterLab(photo()[:64, :64], kernel="sharpen"))
    canvases(page).nth(3).wait_for()
    before = pixels(page, 3)
    page.get_by_role("combobox", name="Kernel").first.select_option("Gabor")
    assert pixels(page, 3) == before


def test_the_live_region_says_kernel_place_and_sum(open_figures, lab):
    page = open_figures(lab)
    slider(page, "Row").press("Home")
    expect(page.locator("[aria-live=polite]")).to_contain_text("edge kernel, 3 by 3. Row 1, column")


def test_a_page_with_two_labs_stays_small(workbench, open_figures):
    open_figures(FilterLab(photo()), FilterLab(photo()))
    assert (workbench[0] / "page.html").stat().st_size < 500_000
