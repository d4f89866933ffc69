"""Kernels on a photograph: named, typed, cut out of it; under the loupe, side by side, on a photograph of one's own."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from touch import swipe, upwards

from d2lconv import corr2d, plots
from d2lconv.explorables import FilterLab
from d2lconv.explorables.filter_lab import KERNELS
from d2lconv.images import photo

LEVEL = 2.5  # a still figure's scale has 256 levels: one is 1.7 of 255, and numbers are rounded twice
ANGLES = sorted({*range(0, 360, 5), *np.arange(0, 360, 22.5).tolist()})


@pytest.fixture
def lab():
    return FilterLab(photo()[:64, :80])


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def pick(page, kernel):
    page.get_by_role("combobox", name="Kernel").select_option(kernel)


def weights(page):
    return page.get_by_role("textbox", name="Weight row")


def place(page):
    return slider(page, "Row").input_value(), slider(page, "Column").input_value()


def canvases(page):
    return page.locator("canvas")


def pixels(page, index):
    return list(map(int, page.locator("canvas").nth(index).evaluate(DATA).split(",")))


# In one string: a browser hands over an array number by number, and each takes its time.
DATA = """(canvas) => {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, width, height).data.join();
}"""


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel_is_the_one_that_the_package_makes(open_module, kernel):
    page = open_module("filter_lab")
    lab = FilterLab(photo())
    lab.kernel = kernel
    every = "([k, angles, s]) => JSON.stringify(angles.map((a) => KERNELS[k].make(s, a).map((row) => [...row])))"
    for lab.size in [3, 5, 7, 15]:
        made = json.loads(page.evaluate(every, [kernel, ANGLES, lab.size]))
        for angle, K in zip(ANGLES, made, strict=True):
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
    np.testing.assert_allclose(np.array(pixels(page, 1)).reshape(62, 78, 4)[..., :3], 255 * expected, atol=LEVEL)


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


def number(text):
    return float(text.replace("−", "-"))


def drawn_cells(page, name):
    """The numbers in one of the loupe's grids; a kernel's are in fields."""
    cells = page.get_by_label(name, exact=True).locator(".d2l-cell")
    shown = "(cells) => cells.map((cell) => cell.querySelector('input')?.value ?? cell.textContent)"
    return np.array([number(text) for text in cells.evaluate_all(shown)])


def test_under_the_loupe_are_the_pixels_the_weights_and_their_products(open_figures, lab):
    lab.angle, lab.row, lab.col = 30, 10, 30
    page = open_figures(lab)
    patch = lab.image[10:13, 30:33]
    # Three digits are shown, and a byte holds the brightness.
    np.testing.assert_allclose(drawn_cells(page, "Patch"), patch.ravel(), atol=5e-3)
    np.testing.assert_allclose(drawn_cells(page, "Kernel"), lab.K.ravel(), atol=5e-3)
    np.testing.assert_allclose(drawn_cells(page, "Products"), (patch * lab.K).ravel(), atol=5e-3)
    shown = number(page.locator(".d2l-sum strong").inner_text())
    assert shown == pytest.approx(drawn_cells(page, "Products").sum(), abs=9 * 5e-3)
    slider(page, "Column").press("Home")
    np.testing.assert_allclose(drawn_cells(page, "Patch"), lab.image[10:13, :3].ravel(), atol=5e-3)


def test_a_phone_has_the_loupe_s_numbers_and_the_loupe_near_the_pictures(open_figures):
    page = open_figures(FilterLab(photo()), width=390, height=740, has_touch=True, is_mobile=True)
    assert drawn_cells(page, "Products").shape == (9,)
    top = canvases(page).first.bounding_box()["y"]
    below = page.locator(".d2l-sum").bounding_box()
    assert below["y"] + below["height"] - top < 440


def choice(page):
    return page.get_by_role("combobox", name="Kernel")


def test_typing_into_a_kernel_makes_it_the_readers_own(open_figures, lab):
    page = open_figures(lab)
    weights(page).nth(4).fill("-2")
    expect(choice(page)).to_have_value("typed")
    K = lab.K.copy()
    K[1, 1] = -2
    Y = corr2d(np.round(255 * lab.image) / 255, K)
    assert legend(page) == [f"−{abs(Y).max():.2g}", "0", f"{abs(Y).max():.2g}"]
    expected = plots.SIGNED(0.5 + 0.5 * Y / abs(Y).max())[..., :3]
    np.testing.assert_allclose(np.array(pixels(page, 1)).reshape(62, 78, 4)[..., :3], 255 * expected, atol=LEVEL)
    slider(page, "Size").press("ArrowRight")
    expect(page.get_by_text("Kernel 5 × 5")).to_be_visible()
    np.testing.assert_allclose(drawn_cells(page, "Kernel"), np.pad(K, 1).ravel(), atol=5e-3)
    pick(page, "box blur")
    pick(page, "typed")
    assert drawn_cells(page, "Kernel")[12] == -2


def test_what_is_no_weight_gets_a_sentence_and_changes_nothing(open_figures, lab):
    page = open_figures(lab)
    before = pixels(page, 1)
    for typed in ["", "1e", "x", "nan", "inf"]:
        weights(page).first.fill(typed)
        sentence = f"“{typed}” is not a number, so weight row 1 column 1 stays 0.125"
        expect(page.locator(".d2l-wrong")).to_contain_text(sentence)
        expect(weights(page).first).to_have_attribute("aria-invalid", "true")
    assert pixels(page, 1) == before
    expect(choice(page)).to_have_value("edge")
    weights(page).first.fill("0,5")
    expect(page.locator(".d2l-wrong, [aria-invalid=true]")).to_have_count(0)


def test_a_kernel_from_python_is_shown_however_large_and_its_smallest_cell_can_be_typed_into(open_figures):
    K = np.arange(225.0).reshape(15, 15) / 225 - 0.4
    page = open_figures(FilterLab(photo(), kernel=K))
    expect(choice(page)).to_have_value("typed")
    field = weights(page).nth(17)
    field.click()
    box = field.bounding_box()
    assert (box["width"], box["height"]) >= (60, 24)  # it is drawn over its neighbours while it has the focus
    assert number(field.input_value()) == pytest.approx(K[1, 2], abs=5e-4)
    field.fill("7")
    field.press("ArrowDown")
    expect(weights(page).nth(32)).to_be_focused()
    assert drawn_cells(page, "Kernel")[17] == 7


@pytest.fixture
def stars():
    """Two crosses that are alike on an even ground, and a square."""
    X = np.full((64, 80), 0.5)
    for r, c in [(20, 20), (40, 60)]:
        X[r - 2 : r + 3, c] = X[r, c - 2 : c + 3] = 1
    X[50:53, 10:13] = 0.8
    return X


def more(page):
    page.get_by_text("Find, compare").click()


def test_a_window_finds_itself_and_what_is_like_it(open_figures, stars):
    page = open_figures(FilterLab(stars))
    more(page)
    slider(page, "Row").fill("20")  # an edge kernel has its middle one further
    slider(page, "Column").fill("20")
    page.get_by_role("button", name="Find this window").click()
    expect(choice(page)).to_have_value("cut")
    window = np.round(255 * stars[17:24, 17:24]) / 255
    Y = corr2d(np.round(255 * stars) / 255, window - window.mean())
    first = f"Strongest, {Y[17, 17]:.3g}: 1 row 18, column 18; 2 row 38, column 58; 3 "
    expect(page.get_by_text(first).first).to_be_visible()
    expect(page.locator(".d2l-mark")).to_have_count(6)
    photograph = canvases(page).first.bounding_box()
    marked = page.locator(".d2l-mark").nth(1).bounding_box()
    assert marked["x"] - photograph["x"] == pytest.approx(57 * photograph["width"] / 80, abs=1)
    assert number(page.locator(".d2l-sum strong").inner_text()) == pytest.approx(Y[17, 17], rel=5e-3)
    page.get_by_label("with its mean subtracted").uncheck()
    assert legend(page)[1] == "0"
    expect(
        page.get_by_text(f"Strongest, {corr2d(np.round(255 * stars) / 255, window).max():.3g}").first
    ).to_be_visible()
    slider(page, "Size").press("Home")
    expect(page.get_by_text("Kernel 3 × 3")).to_be_visible()
    expect(choice(page)).to_have_value("cut")


def test_two_kernels_are_compared_at_one_place_on_one_scale(open_figures, lab):
    page = open_figures(lab)
    slider(page, "Row").fill("11")
    slider(page, "Column").fill("31")
    a = pixels(page, 1)
    more(page)
    page.get_by_label("Compare two kernels").check()
    for _ in range(6):
        slider(page, "Angle").press("ArrowRight")
    scale, b, sums = legend(page), pixels(page, 1), page.locator(".d2l-sum").inner_text()
    page.get_by_role("radio", name="A").check()
    assert pixels(page, 1) == a
    assert legend(page) == scale
    expect(slider(page, "Angle")).to_have_value("0")
    page.get_by_role("radio", name="A").press("ArrowRight")
    assert pixels(page, 1) == b
    assert place(page) == ("11", "31")
    assert page.locator(".d2l-sum").inner_text() == sums
    pick(page, "Gabor")
    scale = legend(page)
    page.get_by_role("radio", name="A").check()
    expect(choice(page)).to_have_value("edge")
    assert legend(page) == scale
    page.get_by_label("Compare two kernels").uncheck()
    expect(page.get_by_role("radio")).to_have_count(0)


def picture(width, height, kind="PNG"):
    file = io.BytesIO()
    pixel = np.add.outer(np.arange(height), np.arange(width)) % 256
    Image.fromarray(np.stack([pixel, 0 * pixel, 255 - pixel], -1).astype(np.uint8)).save(file, kind)
    return file.getvalue()


def choose(page, name, content):
    page.get_by_label("Your own photograph").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})


def test_a_photograph_of_the_readers_own_is_drawn_and_asks_for_nothing(open_figures, lab):
    page = open_figures(lab)
    more(page)
    expect(page.get_by_text("It stays on this device: nothing is sent.")).to_be_visible()
    before, asked = pixels(page, 0), []
    page.on("request", lambda request: asked.append(request.url))
    choose(page, "mine.png", picture(600, 300))
    expect(canvases(page).first).to_have_attribute("width", "256")
    expect(canvases(page).first).to_have_attribute("height", "128")
    expect(slider(page, "Row")).to_have_attribute("max", "126")
    slider(page, "Row").press("End")
    canvases(page).nth(1).click(position={"x": 20, "y": 20})
    page.get_by_role("button", name="Find this window").click()
    expect(page.get_by_text("Strongest").first).to_be_visible()
    expect(weights(page).first).not_to_be_editable()  # else a link could hold what is typed into a part of it
    page.get_by_role("button", name="Use the first photograph again").click()
    assert pixels(page, 0) == before
    expect(slider(page, "Row")).to_have_attribute("max", "58")
    expect(weights(page).first).to_be_editable()
    assert asked == []


def test_a_small_photograph_is_grey_by_its_luminance_and_not_scaled(open_figures, lab):
    page = open_figures(lab)
    more(page)
    choose(page, "mine.png", picture(40, 30))
    expect(canvases(page).first).to_have_attribute("width", "40")
    pixel = np.add.outer(np.arange(30), np.arange(40))
    drawn = np.array(pixels(page, 0)).reshape(30, 40, 4)
    np.testing.assert_allclose(drawn[..., 1], 0.2126 * pixel + 0.0722 * (255 - pixel), atol=1)


def test_a_file_that_is_no_photograph_gets_a_sentence(open_figures, lab):
    page = open_figures(lab)
    more(page)
    before = pixels(page, 0)
    for name, content in [("text.png", b"no picture"), ("thread.png", picture(1000, 40))]:
        choose(page, name, content)
        sentence = f"“{name}” is no picture that this browser can read, or far too narrow"
        expect(page.locator(".d2l-wrong")).to_contain_text(sentence)
        expect(page.locator("[aria-live=polite]")).to_contain_text(sentence)
    assert pixels(page, 0) == before


HANDED = """([target, type, content]) => {
  const carried = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  carried.items.add(new File([bytes], "mine.png", { type: "image/png" }));
  const init = { bubbles: true, cancelable: true, dataTransfer: carried, clipboardData: carried };
  const event = type === "paste" ? new ClipboardEvent(type, init) : new DragEvent(type, init);
  document.querySelector(target).dispatchEvent(event);
}"""


def test_a_photograph_can_be_dropped_on_the_figure_or_pasted_while_it_has_the_pointer(open_figures, lab):
    page = open_figures(lab, lab)
    content = [base64.b64encode(picture(size, size)).decode() for size in (100, 90)]
    page.evaluate(HANDED, ["canvas", "drop", content[0]])
    expect(canvases(page).first).to_have_attribute("width", "100")
    canvases(page).nth(2).hover()
    page.evaluate(HANDED, ["body", "paste", content[1]])
    expect(canvases(page).nth(2)).to_have_attribute("width", "90")
    expect(canvases(page).first).to_have_attribute("width", "100")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_control_moves_whatever_is_picked(open_figures, width):
    page = open_figures(FilterLab(photo()), width=width)

    def below_the_top():
        return choice(page).bounding_box()["y"] - page.locator(".d2l").bounding_box()["y"]

    at = below_the_top()
    more(page)
    choose(page, "mine.png", picture(256, 100))
    expect(canvases(page).first).to_have_attribute("height", "100")
    for kernel in ["second difference", "Gabor", "typed", "cut"]:
        pick(page, kernel)
        assert below_the_top() == pytest.approx(at, abs=1)
        if kernel != "second difference":
            slider(page, "Size").press("End")
            assert below_the_top() == pytest.approx(at, abs=1)
    page.get_by_label("Compare two kernels").check()
    assert below_the_top() == pytest.approx(at, abs=1)


def test_what_is_used_less_often_is_reached_by_keyboard(open_figures, lab):
    page = open_figures(lab)
    slider(page, "Column").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Find this window")).to_be_focused()


# A figure drawn with a state that anybody may have written into a link; it counts what is saved.
RESTORED = """(change) => {
  window.saved = 0;
  const bytes = new DataView(new Uint8Array(40 * 30).map((_, i) => i % 251).buffer);
  const state = { image: { shape: [30, 40], bytes }, kernel: "edge", angle: 0, size: 7, typed: [[1]], cut: [9, 9],
    subtract_mean: true, other: {}, row: 0, col: 0, ...change };
  const model = { get: (n) => state[n], set(n, v) { state[n] = v }, save_changes() { saved++ }, on() {}, off() {} };
  window.remove?.();
  window.remove = module.render({ model, el: document.body });
  return document.querySelector(".d2l-sum strong").textContent;
}"""


STRANGE = [
    {"kernel": "constructor"},
    {"kernel": 3, "angle": None, "size": "x", "row": "x", "col": None},
    {"kernel": "typed", "typed": [[1, 2], [3]]},
    {"kernel": "typed", "typed": "1"},
    {"kernel": "typed", "typed": [[]]},
    {"kernel": "typed", "typed": [[None]]},
    {"kernel": "cut", "cut": [1e9, -5], "size": 1e9},
    {"kernel": "cut", "cut": None, "subtract_mean": None},
    {"other": {"name": "Z", "kernel": "what", "typed": 3, "size": None}},
    {"other": None},
    {"other": [3]},
    {"row": 1e12, "col": -3.5, "angle": 1e300},
]


def test_a_strange_state_from_a_link_becomes_one_that_makes_sense(open_module):
    page = open_module("filter_lab")
    for change in STRANGE:
        assert np.isfinite(number(page.evaluate(RESTORED, change))), change


def test_while_a_photograph_of_the_readers_own_is_shown_a_kernel_hears_of_nothing(open_module):
    page = open_module("filter_lab")
    page.evaluate(RESTORED, {})
    more(page)
    choose(page, "mine.png", picture(60, 60))
    expect(canvases(page).first).to_have_attribute("width", "60")
    slider(page, "Row").press("End")
    page.get_by_role("button", name="Find this window").click()
    assert page.evaluate("saved") == 0
    page.get_by_role("button", name="Use the first photograph again").click()
    slider(page, "Row").press("End")
    assert page.evaluate("saved") > 0


def test_windows_that_are_cut_out_and_typed_kernels_are_those_of_python(open_module):
    page = open_module("filter_lab")
    lab = FilterLab(photo()[:40, :50], kernel=[[1, 2.5], [-3, 0]])
    page.evaluate("(X) => (window.X = X)", (np.round(255 * lab.image) / 255).tolist())
    for lab.kernel in ["typed", "cut"]:
        for lab.size, lab.cut, lab.subtract_mean in [(5, [0, 49], True), (15, [20, 7], False)]:
            names = ["kernel", "angle", "size", "typed", "cut", "subtract_mean"]
            state = lab.get_state(names)
            np.testing.assert_allclose(page.evaluate("(choice) => kernelOf(choice, X)", state), lab.K, atol=1e-12)
