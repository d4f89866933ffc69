"""Named kernels on a photograph."""

import numpy as np
import pytest
from playwright.sync_api import expect
from touch import swipe, upwards

from d2lconv import corr2d, plots
from d2lconv.explorables import FilterLab
from d2lconv.explorables._module import script
from d2lconv.explorables.filter_lab import KERNELS
from d2lconv.images import photo

ANGLES = sorted({*range(0, 360, 5), *np.arange(0, 360, 22.5).tolist()})


@pytest.fixture
def lab():
    return FilterLab(photo()[:64, :80])


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def pick(page, kernel):
    page.get_by_role("combobox", name="Kernel").select_option(kernel)


def weights(page):
    return page.get_by_role("textbox", name="Kernel row")


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
    every = "([k, angles, s]) => angles.map((a) => KERNELS[k].make(s, a))"
    for lab.size in [3, 5, 7, 15]:
        for angle, K in zip(ANGLES, page.evaluate(every, [kernel, ANGLES, lab.size]), strict=True):
            lab.angle = angle
            np.testing.assert_allclose(K, lab.K, atol=1e-12, err_msg=f"at {angle}°")


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
    fields = weights(page)
    assert [fields.nth(i).input_value() for i in (0, 4, 8)] == ["0", "0", "0"]


def test_identity_leaves_the_photograph_as_it_is(open_figures, lab):
    page = open_figures(lab)
    pick(page, "identity")
    middle = np.array(pixels(page, 0)).reshape(64, 80, 4)[3:-3, 3:-3]
    np.testing.assert_allclose(np.array(pixels(page, 1)).reshape(middle.shape), middle, atol=1)


def test_pointing_at_either_picture_previews_a_window_in_both_and_pressing_moves_it(open_figures, lab):
    page = open_figures(lab)
    scale = canvases(page).first.bounding_box()["width"] / 80
    for index, expected in [(1, ("31", "21")), (0, ("30", "20"))]:  # in the photograph it is the window's middle
        before, spot = place(page), {"x": 20 * scale + 1.2, "y": 30 * scale + 1.2}
        canvases(page).nth(index).hover(position=spot)
        expect(page.locator(".d2l-ghost[style]")).to_have_count(2)
        assert place(page) == before
        canvases(page).nth(index).click(position=spot)
        assert place(page) == expected
    slider(page, "Angle").hover()
    assert place(page) == expected
    frames = page.locator("canvas + .d2l-frame")
    assert frames.nth(0).bounding_box()["width"] == pytest.approx(3 * frames.nth(1).bounding_box()["width"], rel=0.01)


def test_touch_moves_the_window(open_figures, lab):
    page = open_figures(lab, width=360, has_touch=True, is_mobile=True)
    canvases(page).nth(1).tap(position={"x": 2, "y": 2})
    expect(slider(page, "Row")).to_have_value("2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_mouse_and_a_finger_that_sets_out_sideways_drag_the_window(open_figures, lab):
    page = open_figures(lab, width=390, has_touch=True, is_mobile=True)
    box = canvases(page).first.bounding_box()
    y = box["y"] + box["height"] / 2
    swipe(page, *[(box["x"] + x, y) for x in (10, 25, 40, 60)])
    scale = box["width"] / 80
    assert place(page) == ("32", str(int(60 / scale)))
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + 50, steps=3)
    page.mouse.up()
    assert place(page) == (str(int(50 / scale)), str(int(30 / scale)))


@pytest.mark.parametrize("index", [0, 1])
def test_a_swipe_that_begins_on_a_picture_scrolls_the_page(open_figures, lab, index):
    page = open_figures(lab, lab, width=390, height=500, has_touch=True, is_mobile=True)
    before = place_of_first(page)
    assert upwards(page, canvases(page).nth(index), distance=80) > 20
    assert place_of_first(page) == before


def place_of_first(page):
    return slider(page, "Row").first.input_value(), slider(page, "Column").first.input_value()


def test_a_chosen_spot_stays_chosen_while_the_kernel_changes(open_figures, lab):
    page = open_figures(lab)
    pick(page, "box blur")
    slider(page, "Row").fill("2")
    slider(page, "Column").fill("40")
    for _ in range(3):
        slider(page, "Size").press("End")  # 15 × 15 in place of 7 × 7: it has to keep off the upper edge
        assert place(page) == ("1", "36")
        slider(page, "Size").press("Home")  # 3 × 3
        assert place(page) == ("4", "42")
    pick(page, "second difference")
    assert place(page) == ("5", "42")
    pick(page, "edge")
    assert place(page) == ("4", "42")


def legend(page):
    return page.locator(".d2l-ends span").all_inner_texts()


@pytest.mark.parametrize("angle", [0, 30, 135])
def test_the_scale_is_that_of_a_still_figure_and_stays_while_the_angle_turns(open_figures, angle):
    lab = FilterLab(photo(), angle=angle)
    page = open_figures(lab)
    limit = abs(corr2d(lab.image, lab.K)).max()
    expect(page.locator(".d2l-ends span").first).to_be_visible()
    assert legend(page) == [f"−{limit:.2g}", "0", f"{limit:.2g}"]
    for _ in range(5):
        slider(page, "Angle").press("ArrowRight")
    assert legend(page) == [f"−{limit:.2g}", "0", f"{limit:.2g}"]
    pick(page, "Gabor")
    assert legend(page) != [f"−{limit:.2g}", "0", f"{limit:.2g}"]


def test_the_map_has_the_hues_of_a_still_figure(open_figures, lab):
    page = open_figures(lab)
    canvases(page).nth(1).wait_for()
    Y = corr2d(np.round(255 * lab.image) / 255, lab.K)
    expected = plots.SIGNED(0.5 + 0.5 * Y / abs(Y).max())[..., :3]
    np.testing.assert_allclose(np.array(pixels(page, 1)).reshape(62, 78, 4)[..., :3], 255 * expected, atol=2)


@pytest.mark.parametrize("kernel", ["edge", "Gabor", "box blur"])
def test_in_colours_of_the_readers_own_the_map_and_its_key_are_drawn_all_the_same(open_figures, lab, kernel):
    lab.kernel = kernel
    page = open_figures(lab)
    canvases(page).nth(1).wait_for()
    before = pixels(page, 1)
    page.close()
    page = open_figures(lab, forced_colors="active")
    canvases(page).nth(1).wait_for()
    assert pixels(page, 1) == before
    assert "gradient" in page.locator(".d2l-bar").evaluate("(bar) => getComputedStyle(bar).backgroundImage")
    slider(page, "Angle" if kernel != "box blur" else "Size").press("ArrowRight")
    assert pixels(page, 1) != before


def test_a_kernel_too_large_for_numbers_is_drawn_by_its_shades_alone(open_figures, lab):
    lab.kernel, lab.size = "Gabor", 15
    page = open_figures(lab, forced_colors="active")
    cells = page.get_by_role("group", name="Kernel").locator(".d2l-cell")
    assert len(set(cells.evaluate_all("(cells) => cells.map((c) => getComputedStyle(c).backgroundColor)"))) > 20
    inks = weights(page).evaluate_all("(fields) => fields.map((field) => getComputedStyle(field).color)")
    assert set(inks) == {"rgba(0, 0, 0, 0)"}


def test_on_paper_the_map_is_light_however_dark_the_page(open_figures, lab):
    page = open_figures(lab)
    canvases(page).nth(1).wait_for()
    before = pixels(page, 1)
    page.close()
    page = open_figures(lab, theme="dark")
    canvases(page).nth(1).wait_for()
    assert pixels(page, 1) != before
    page.emulate_media(media="print")
    page.wait_for_timeout(200)
    assert pixels(page, 1) == before


@pytest.mark.parametrize("width", [390, 360])
def test_a_phone_has_the_pictures_side_by_side_and_the_controls_on_the_same_screen(open_figures, width):
    page = open_figures(FilterLab(photo(), angle=30), width=width, height=740, has_touch=True, is_mobile=True)
    one, other = canvases(page).nth(0).bounding_box(), canvases(page).nth(1).bounding_box()
    assert one["x"] + one["width"] <= other["x"]
    assert one["y"] == pytest.approx(other["y"], abs=2)
    sizes = slider(page, "Size").bounding_box()
    assert sizes["y"] + sizes["height"] - one["y"] < 600


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
