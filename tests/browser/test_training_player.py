"""The training player: a start to drag, a rate to slide, epochs; bowl, curve, kernel and prediction follow."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect
from touch import swipe, upwards

from d2lconv import Conv2D, corr2d, max_stable_lr
from d2lconv.explorables import TrainingPlayer
from d2lconv.images import edge_image

X = edge_image()
Y = corr2d(X, [[1, -1]])
SOURCE = [[-1.16919647, 1.21028642]]
PHONE = {"height": 740, "has_touch": True, "is_mobile": True}


@pytest.fixture
def player():
    return TrainingPlayer(X, Y, SOURCE, lr=0.03)


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def said(page, name):
    return slider(page, name).get_attribute("aria-valuetext")


def number(text):
    return float(text.replace("−", "-"))


def cells(page, name):
    return page.get_by_role("table", name=name).get_by_role("cell").all_inner_texts()


def summary(page):
    return page.locator(".d2l-sum")


def factors(page):
    return page.locator(".d2l-factors")


def weights(page):
    """The start, as the page holds it."""
    return [float(slider(page, f"{side} weight").input_value()) for side in ("Left", "Right")]


def middle(page, part):
    box = page.locator(part).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, by):
    x, y = middle(page, ".d2l-handle")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] / 2, y + by[1] / 2)
    page.mouse.move(x + by[0], y + by[1])
    page.mouse.up()


def test_the_loss_and_the_kernel_at_every_epoch_are_those_of_fit(open_figures, player):
    page = open_figures(player)
    for epoch in (0, 1, 5, 30):
        slider(page, "Epoch").fill(str(epoch))
        text = summary(page).inner_text().replace("−", "-")
        loss, kernel = text.removeprefix(f"Epoch {epoch}: loss ").split(", kernel ")
        assert float(loss) == pytest.approx(player.history.loss[epoch], rel=6e-2 if epoch == 30 else 1e-5)  # as written
        np.testing.assert_allclose(json.loads(kernel), player.history.weight[epoch].ravel(), rtol=1e-5)


def test_the_prediction_is_that_of_the_layer_beside_the_target(open_figures, player):
    player.epoch = 3
    page = open_figures(player)
    layer = Conv2D((1, 2), weight=player.history.weight[3], bias=False)
    shown = [number(text) for text in cells(page, "Prediction")]
    np.testing.assert_allclose(shown, layer(X[None, None]).ravel(), atol=6e-3)  # two decimals
    assert [number(text) for text in cells(page, "Target")] == Y.ravel().tolist()


def test_a_prediction_that_is_nearly_zero_is_a_number_beside_the_others(open_figures, player):
    page = open_figures(player)
    assert cells(page, "Prediction")[:7] == ["0.04", "−1.2", "0", "0", "0", "1.2", "0.04"]


def test_the_start_is_dragged_with_a_mouse(open_figures, player):
    page = open_figures(player)
    before, path = weights(page), page.locator(".d2l-path").get_attribute("points")
    drag(page, (100, 0))
    after = weights(page)
    assert after[0] > before[0] + 1
    assert after[1] == pytest.approx(before[1], abs=0.03)  # a pixel, and a hundredth
    assert page.locator(".d2l-path").get_attribute("points") != path
    expect(summary(page)).to_contain_text(f"[{after[0]}, {after[1]}]".replace("-", "−"))


def test_the_start_stays_where_the_picture_ends(open_figures, player):
    page = open_figures(player)
    edge = page.locator(".d2l-edge").bounding_box()
    drag(page, (2000, 0))
    x, _ = middle(page, ".d2l-handle")
    assert x == pytest.approx(edge["x"] + edge["width"], abs=2)
    assert page.locator(".d2l-edge").bounding_box() == edge
    assert weights(page)[0] == pytest.approx(float(slider(page, "Left weight").get_attribute("max")), abs=0.01)


def test_a_press_beside_the_start_moves_nothing(open_figures, player):
    page = open_figures(player)
    expect(page.locator("[aria-live=polite]")).not_to_be_empty()  # the last of all to be written
    before = page.locator(".d2l").inner_html()
    page.mouse.move(*middle(page, ".d2l-edge"))
    page.mouse.down()
    page.mouse.move(*middle(page, ".d2l-handle"))
    page.mouse.up()
    assert page.locator(".d2l").inner_html() == before


def test_keys_move_the_start(open_figures, player):
    page = open_figures(player)
    slider(page, "Left weight").press("ArrowRight")
    assert -1.2 < weights(page)[0] - -1.1 < 1.3
    slider(page, "Right weight").fill("0.5")
    expect(summary(page)).to_contain_text(", 0.5]")
    page.get_by_role("button", name="Reset").click()
    slider(page, "Right weight").fill("0.5")
    expect(summary(page)).to_contain_text("[−1.1692, 0.5]")  # the other weight keeps its digits


def test_a_finger_drags_the_start_in_any_direction(open_figures, player):
    page = open_figures(player, width=390, **PHONE)
    x, y = middle(page, ".d2l-handle")
    before = weights(page)
    swipe(page, *[(x + 5 * t, y + 20 * t) for t in range(6)])
    after = weights(page)
    assert page.evaluate("scrollY") == 0
    assert after[0] > before[0] + 0.2
    assert after[1] < before[1] - 1


def test_a_finger_that_scrolls_leaves_the_start_alone(open_figures, player):
    page = open_figures(player, width=390, **PHONE)
    before = weights(page)
    assert upwards(page, page.locator(".d2l-edge")) > 100
    assert weights(page) == before


@pytest.mark.parametrize("width", [390, 360])
def test_on_a_phone_the_bowl_is_on_one_screen_with_what_moves_it_and_the_epoch_with_what_it_moves(
    open_figures, player, width
):
    page = open_figures(player, width=width, **PHONE)
    handle, bowl = page.locator(".d2l-handle").bounding_box(), page.locator(".d2l-bowl").bounding_box()
    assert min(handle["width"], handle["height"]) >= 44 - 1e-3  # places are fractions
    epoch, curve = slider(page, "Epoch").bounding_box(), page.locator(".d2l-plot").bounding_box()
    assert epoch["y"] + epoch["height"] - bowl["y"] < 740
    made, wanted = (page.get_by_role("table", name=name).bounding_box() for name in ("Prediction", "Target"))
    assert made["y"] == wanted["y"]
    assert curve["y"] - epoch["y"] < 150
    assert made["y"] + made["height"] - epoch["y"] < 740


def test_the_path_goes_from_the_start_to_the_goal_and_the_epoch_s_point_is_on_it(open_figures, player):
    page = open_figures(player)
    points = np.array(page.locator(".d2l-path").get_attribute("points").replace(",", " ").split(), float).reshape(-1, 2)
    assert len(points) == 31
    history = player.history.weight.reshape(31, 2)
    scale = (points[0, 0] - points[-1, 0]) / (history[0, 0] - history[-1, 0])
    np.testing.assert_allclose(points - points[-1], scale * (history - history[-1]) * [1, -1], atol=1e-6)
    slider(page, "Epoch").fill("2")
    marker = page.locator(".d2l-view .d2l-marker")
    assert [float(marker.get_attribute(name)) for name in ("cx", "cy")] == pytest.approx(points[2])


def test_a_run_that_leaves_the_picture_is_said_to_and_cut_off(open_figures, player):
    page = open_figures(player)
    bowl = page.get_by_role("img", name="Level lines")
    assert "leaves" not in bowl.get_attribute("aria-label")
    slider(page, "Right weight").fill("-1")
    slider(page, "Learning rate").fill("120")
    expect(bowl).to_have_attribute("aria-label", re.compile(r"leaves the picture at epoch \d+$"))
    expect(page.get_by_text(re.compile("^leaves the picture"))).to_be_visible()
    assert page.locator(".d2l-view").evaluate("(e) => getComputedStyle(e).overflow") == "hidden"


def test_the_rate_slides_across_the_limit_and_hits_it(open_figures, player):
    page = open_figures(player)
    assert said(page, "Learning rate") == "0.0300, 90 % of the limit"
    limit = max_stable_lr(X, (1, 2))
    for _ in range(20):
        slider(page, "Learning rate").press("ArrowRight")
    assert said(page, "Learning rate") == "0.0333, 100 % of the limit"
    expect(factors(page)).to_contain_text("Along [1, 1] by −1: it overshoots, changes sign and stays as large.")
    slider(page, "Learning rate").fill("47.5")
    assert said(page, "Learning rate") == f"{0.475 * limit:.4f}, 47.5 % of the limit"
    tick = slider(page, "Learning rate").evaluate("(input) => [...input.list.options].map(({ value }) => value)")
    assert tick == ["100"]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (90, "along [1, −1] by 0.64: it shrinks. Along [1, 1] by −0.8: it overshoots, changes sign and shrinks."),
        (50, "along [1, −1] by 0.8: it shrinks. Along [1, 1] by 0: it is gone."),
        (40, "along [1, −1] by 0.84: it shrinks. Along [1, 1] by 0.2: it shrinks."),
        (110, "along [1, −1] by 0.56: it shrinks. Along [1, 1] by −1.2: it overshoots, changes sign and grows."),
    ],
)
def test_words_say_what_a_step_does_along_each_axis(open_figures, share, words):
    page = open_figures(TrainingPlayer(X, Y, SOURCE, lr=share / 100 * max_stable_lr(X, (1, 2))))
    expect(factors(page)).to_have_text(f"Each step multiplies the error {words}")


def test_an_image_that_cannot_tell_kernels_apart_makes_a_valley(open_figures):
    page = open_figures(TrainingPlayer(np.ones((4, 5)), np.zeros((4, 4)), [[2, 1]], lr=0.01))
    expect(factors(page)).to_contain_text("along [1, −1] by 1: it stays, for the data say nothing about it.")
    slider(page, "Epoch").press("End")
    expect(summary(page)).to_contain_text("kernel [0.5, −0.5]")
    assert page.locator(".d2l-level").count() > 3


def test_a_black_image_has_no_limit(open_figures):
    page = open_figures(TrainingPlayer(np.zeros((4, 5)), np.ones((4, 4)), [[2, 1]], lr=0.01))
    expect(slider(page, "Learning rate")).to_be_disabled()
    slider(page, "Left weight").fill("1")
    expect(summary(page)).to_have_text("Epoch 0: loss 16, kernel [1, 1]")


@pytest.mark.parametrize("K", [[[2]], [[1, 0, -1]], [[1, 2], [3, 4]]])
def test_a_kernel_of_another_size_has_no_bowl_and_all_else(open_figures, K):
    page = open_figures(TrainingPlayer(X, corr2d(X, K), np.zeros(np.shape(K)), lr=0.01))
    assert page.locator(".d2l-bowl").count() == 0
    slider(page, "Learning rate").fill("50")
    expect(factors(page)).to_contain_text("Each step multiplies the error")
    slider(page, "Epoch").press("End")
    expect(summary(page)).to_contain_text("Epoch 30")


def test_an_upright_kernel_has_an_upper_and_a_lower_weight(open_figures):
    page = open_figures(TrainingPlayer(X.T, Y.T, np.transpose(SOURCE), lr=0.03))
    slider(page, "Upper weight").fill("1")
    slider(page, "Lower weight").fill("-1")
    expect(summary(page)).to_have_text("Epoch 0: loss 0, kernel [1, −1]")


def test_epochs_are_reached_by_keys_and_fingers(open_figures, player):
    page = open_figures(player, width=390, **PHONE)
    slider(page, "Epoch").press("End")
    expect(summary(page)).to_contain_text("Epoch 30")
    slider(page, "Epoch").press("ArrowLeft")
    expect(summary(page)).to_contain_text("Epoch 29")
    box = slider(page, "Epoch").bounding_box()
    slider(page, "Epoch").tap(position={"x": 3, "y": box["height"] / 2})
    expect(slider(page, "Epoch")).to_have_value("0")


def test_play_goes_from_the_first_epoch_to_the_last(open_figures):
    page = open_figures(TrainingPlayer(X, Y, SOURCE, lr=0.03, epochs=2))
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(slider(page, "Epoch")).to_have_value("2")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_reset_brings_back_the_start_and_the_rate(open_figures, player):
    page = open_figures(player)
    before = summary(page).inner_text()
    slider(page, "Right weight").press("Home")
    slider(page, "Learning rate").press("End")
    slider(page, "Epoch").press("End")
    page.get_by_role("button", name="Reset").click()
    assert summary(page).inner_text() == before
    assert said(page, "Learning rate") == "0.0300, 90 % of the limit"


def test_another_image_makes_another_bowl_for_the_same_kernel_at_the_same_share_of_the_limit(open_figures, player):
    page = open_figures(player)
    image = page.get_by_role("combobox", name="Image")
    expect(image).to_have_value("given")
    image.select_option("plain")
    expect(factors(page)).to_contain_text("along [1, −1] by 1: it stays, for the data say nothing about it.")
    assert said(page, "Learning rate").endswith(", 90 % of the limit")
    assert {number(text) for text in cells(page, "Target")} == {0}
    image.select_option("noise")
    expect(image).to_have_value("noise")
    assert said(page, "Learning rate").endswith(", 90 % of the limit")
    slider(page, "Epoch").press("End")
    slider(page, "Learning rate").fill("60")
    _, left, right = re.findall(r"[-.\d]+", summary(page).inner_text().split("loss")[1].replace("−", "-"))[-3:]
    assert [float(left), float(right)] == pytest.approx([1, -1], abs=0.1)  # the bowl is nearly round
    image.select_option("given")
    assert [number(text) for text in cells(page, "Target")] == Y.ravel().tolist()
    image.select_option("plain")
    page.get_by_role("button", name="Reset").click()
    expect(image).to_have_value("given")
    assert said(page, "Learning rate") == "0.0300, 90 % of the limit"


def test_prediction_and_target_are_shaded_on_one_scale_in_the_hues_of_the_still_figures(open_figures, player):
    page = open_figures(player)
    ground = "(cell) => getComputedStyle(cell).backgroundColor"
    target = page.get_by_role("table", name="Target").get_by_role("cell")
    assert [target.nth(i).evaluate(ground) for i in (0, 1, 5)] == [
        "rgb(255, 255, 255)",
        "rgb(192, 86, 33)",
        "rgb(43, 108, 176)",
    ]
    slider(page, "Epoch").fill("4")
    near = page.get_by_role("table", name="Prediction").get_by_role("cell").nth(1)
    red = int(near.evaluate(ground).split(",")[0].removeprefix("rgb("))
    assert red == pytest.approx(255 + number(near.inner_text()) * (192 - 255), abs=2)


GAPS = """(cells) => cells.filter((cell) => cell.textContent.length > 1).map((cell) => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return cell.clientWidth - text.getBoundingClientRect().width;
})"""


@pytest.mark.parametrize("width", [1280, 800, 390])
def test_large_numbers_keep_apart_or_become_signs(open_figures, width):
    page = open_figures(TrainingPlayer(X, Y, SOURCE, lr=0.06, epochs=20), width=width)
    slider(page, "Epoch").press("End")
    prediction = page.get_by_role("table", name="Prediction").get_by_role("cell")
    assert min(prediction.evaluate_all(GAPS), default=3) >= 3
    if width == 390:
        assert set(prediction.all_inner_texts()) <= {"+", "−", ""}
        assert re.search(r"\d", prediction.first.get_attribute("aria-label"))


def test_a_run_that_leaves_the_numbers_is_still_drawn(open_figures):
    page = open_figures(TrainingPlayer(X, Y, SOURCE, lr=10.0, epochs=150), width=360)
    slider(page, "Epoch").press("End")
    expect(summary(page)).to_have_text("Epoch 150: loss ∞")
    slider(page, "Learning rate").fill("90")
    expect(summary(page)).to_contain_text("kernel [1, −1]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


STRANGE = {
    "X": ["what", [[1]], [[None] * 8] * 6, [[1e200] * 8] * 6, [[1e50] * 8] * 6, [[1e-200] * 8] * 6],
    "Y": [None, {}, []],
    "weight": [7, [["NaN", "∞"]], [[1, 2], [3, 4]], [[1e308, -1e308]], [[1e50, 0]]],
    "lr": ["fast", -1, None, 1e300],
    "epoch": [1e9, "what", -3, 2.5, None],
    "epochs": [1e9, "what", -3, 0, 2.5],
}


def test_whatever_a_link_brings_the_figure_is_drawn(open_figures, player):
    page = open_figures(player)
    slider(page, "Epoch").wait_for()
    state, script = player.get_state(), player._esm
    traits = {name: state[name] for name in (*STRANGE, "_start")}
    for name, values in STRANGE.items():
        for value in values:
            drawn = page.evaluate(
                """async ([script, state]) => {
                  const blob = new Blob([script], { type: "text/javascript" });
                  const { default: figure } = await import(URL.createObjectURL(blob));
                  const model = { get: (name) => state[name], set() {}, save_changes() {}, on() {}, off() {} };
                  const el = document.createElement("div");
                  document.querySelector("main").append(el);
                  const remove = figure.render({ model, el });
                  const text = el.querySelector(".d2l-sum").textContent;
                  remove();
                  return text;
                }""",
                [script, traits | {name: value}],
            )
            assert drawn.startswith("Epoch "), (name, value)


def test_what_python_sets_is_drawn(open_figures, player):
    player.Y, player.weight, player.epoch = -Y, [[0, 9]], 3
    page = open_figures(player)
    assert [number(text) for text in cells(page, "Target")] == (-Y).ravel().tolist()
    assert weights(page) == [0, 9]
    expect(slider(page, "Epoch")).to_have_value("3")
    edge, (x, y) = page.locator(".d2l-edge").bounding_box(), middle(page, ".d2l-handle")
    assert edge["x"] < x < edge["x"] + edge["width"]
    assert edge["y"] < y < edge["y"] + edge["height"]


def test_the_mark_on_the_curve_does_not_look_like_a_handle(open_figures, player):
    page = open_figures(player)
    mark = page.locator(".d2l-plot .d2l-marker")
    assert mark.evaluate("(e) => getComputedStyle(e).fill") == mark.evaluate("(e) => getComputedStyle(e).stroke")
    assert mark.evaluate("(e) => getComputedStyle(e).pointerEvents") == "none"


def test_the_live_region_says_epoch_and_loss_and_what_a_rate_does(open_figures, player):
    page = open_figures(player)
    slider(page, "Epoch").press("ArrowRight")
    expect(page.locator("[aria-live=polite]")).to_contain_text("Epoch 1: loss")
    slider(page, "Learning rate").press("End")
    expect(page.locator("[aria-live=polite]")).to_contain_text("changes sign and grows")


@pytest.mark.parametrize("width", [1280, 600, 390, 320])
@pytest.mark.parametrize("K", [[[1, -1]], [[1], [-1]], [[1, 0, -1]]])
def test_the_figure_is_as_high_as_its_place(open_figures, width, K):
    player = TrainingPlayer(X, corr2d(X, K), -1.2 * np.array(K), lr=0.03)
    page = open_figures(player, width=width, **({"has_touch": True, "is_mobile": True} if width < 500 else {}))
    box = page.locator(".d2l").bounding_box()
    at = np.array(player._heights)
    assert box["height"] + 30 == pytest.approx(np.interp(box["width"], *at.T), abs=8)  # margins of 15
    slider(page, "Learning rate").press("End")
    slider(page, "Epoch").press("End")
    assert page.locator(".d2l").bounding_box()["height"] == box["height"]
