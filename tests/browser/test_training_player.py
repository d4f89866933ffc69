"""The training player: epochs, learning rates, starts."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from d2lconv import Conv2D, corr2d, fit
from d2lconv.explorables import TrainingPlayer
from d2lconv.images import edge_image

X = edge_image()
Y = corr2d(X, [[1, -1]])
SOURCE = [[-1.16919647, 1.21028642]]
RATES = [0.04, 0.01, 1 / 30, 0.03]  # in no order: the slider puts them in one


def train(start, lr, epochs=10, **options):
    layer = Conv2D((1, 2), weight=start, **{"bias": False, **options})
    return fit(layer, X[None, None], Y[None, None], lr=lr, epochs=epochs)


@pytest.fixture
def player():
    return TrainingPlayer([train(SOURCE, lr) for lr in RATES])


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def cells(page, name):
    return page.get_by_role("table", name=name).get_by_role("cell").all_inner_texts()


def summary(page):
    return page.locator(".d2l-sum")


def test_the_loss_and_the_kernel_at_every_epoch_are_those_of_fit(open_figures):
    history = train(SOURCE, 0.03)
    page = open_figures(TrainingPlayer([history]))
    for epoch in range(11):
        slider(page, "Epoch").fill(str(epoch))
        text = summary(page).inner_text().replace("−", "-")
        loss, kernel = text.removeprefix(f"Epoch {epoch}: loss ").split(", kernel ")
        assert float(loss) == pytest.approx(history.loss[epoch], rel=1e-5)
        np.testing.assert_allclose(json.loads(kernel), history.weight[epoch].ravel(), rtol=1e-5)


def test_the_prediction_is_that_of_the_layer(open_figures):
    history = train(SOURCE, 0.03, epochs=3, bias=True, flip=True)
    player = TrainingPlayer([history])
    player.epoch = 3
    page = open_figures(player)
    layer = Conv2D((1, 2), weight=history.weight[3], flip=True)
    layer.bias[:] = history.bias[3]
    shown = [float(text.replace("−", "-")) for text in cells(page, "Prediction")]
    np.testing.assert_allclose(shown, layer(X[None, None]).ravel(), atol=6e-3)
    expect(page.get_by_text("The layer flips its kernel.")).to_be_visible()


def test_the_target_stands_beside_the_prediction(open_figures, player):
    page = open_figures(player)
    assert [float(text.replace("−", "-")) for text in cells(page, "Target")] == Y.ravel().tolist()


def test_a_prediction_that_is_nearly_zero_is_a_number_beside_the_others(open_figures, player):
    page = open_figures(player)
    assert cells(page, "Prediction")[:7] == ["0.04", "−1.2", "0", "0", "0", "1.2", "0.04"]


def test_learning_rates_go_across_the_stable_limit(open_figures, player):
    page = open_figures(player)
    expect(slider(page, "Learning rate")).to_have_attribute("max", "3")
    said = []
    for index in range(4):
        slider(page, "Learning rate").fill(str(index))
        said.append(slider(page, "Learning rate").get_attribute("aria-valuetext"))
    assert said[0] == "0.01: 30 % of the stable limit 0.03333, so the error fades"
    assert said[1].startswith("0.03: 90 %")
    assert said[2] == "0.0333: 100 % of the stable limit 0.03333, so some of the error stays"
    assert said[3] == "0.04: 120 % of the stable limit 0.03333, so the error grows"


def test_keys_reach_the_first_and_the_last_epoch(open_figures, player):
    page = open_figures(player)
    slider(page, "Epoch").press("End")
    expect(summary(page)).to_contain_text("Epoch 10")
    slider(page, "Epoch").press("ArrowLeft")
    expect(summary(page)).to_contain_text("Epoch 9")
    slider(page, "Epoch").press("Home")
    expect(summary(page)).to_contain_text("Epoch 0")


def test_touch_reaches_the_last_epoch(open_figures, player):
    page = open_figures(player, width=390, has_touch=True, is_mobile=True)
    box = slider(page, "Epoch").bounding_box()
    slider(page, "Epoch").tap(position={"x": box["width"] - 3, "y": box["height"] / 2})
    expect(slider(page, "Epoch")).to_have_value("10")


@pytest.mark.parametrize("width", [390, 360])
def test_on_a_phone_the_curve_the_epoch_and_the_numbers_are_on_one_screen(open_figures, player, width):
    page = open_figures(player, width=width, height=740, has_touch=True, is_mobile=True)
    curve, epoch = page.locator(".d2l-plot").bounding_box(), slider(page, "Epoch").bounding_box()
    assert epoch["y"] + epoch["height"] - curve["y"] < 300
    made, wanted = (page.get_by_role("table", name=name).bounding_box() for name in ("Prediction", "Target"))
    assert made["y"] == wanted["y"]
    assert made["y"] + made["height"] - curve["y"] < 740


def test_prediction_and_target_are_shaded_on_one_scale_in_the_hues_of_the_still_figures(open_figures, player):
    page = open_figures(player)
    ground = "(cell) => getComputedStyle(cell).backgroundColor"
    target = page.get_by_role("table", name="Target").get_by_role("cell")
    assert [target.nth(i).evaluate(ground) for i in (0, 1, 5)] == [
        "rgb(255, 255, 255)",
        "rgb(192, 86, 33)",
        "rgb(43, 108, 176)",
    ]
    slider(page, "Learning rate").fill("2")
    slider(page, "Epoch").press("End")
    near = page.get_by_role("table", name="Prediction").get_by_role("cell").nth(1)
    weight = float(near.inner_text())
    red = int(near.evaluate(ground).split(",")[0].removeprefix("rgb("))
    assert red == pytest.approx(255 + min(1, weight) * (192 - 255), abs=2)


GAPS = """(cells) => cells.filter((cell) => cell.textContent.length > 1).map((cell) => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return cell.clientWidth - text.getBoundingClientRect().width;
})"""


@pytest.mark.parametrize("width", [1280, 800, 390])
def test_large_numbers_keep_apart_or_become_signs(open_figures, width):
    page = open_figures(TrainingPlayer([train(SOURCE, 0.06, epochs=20)]), width=width)
    slider(page, "Epoch").press("End")
    prediction = page.get_by_role("table", name="Prediction").get_by_role("cell")
    assert min(prediction.evaluate_all(GAPS), default=3) >= 3
    if width == 390:
        assert set(prediction.all_inner_texts()) <= {"+", "−", ""}
        assert re.search(r"\d", prediction.first.get_attribute("aria-label"))


def test_the_mark_on_the_curve_does_not_look_like_a_handle(open_figures, player):
    page = open_figures(player)
    mark = page.locator(".d2l-marker")
    assert mark.evaluate("(e) => getComputedStyle(e).fill") == mark.evaluate("(e) => getComputedStyle(e).stroke")
    assert mark.evaluate("(e) => getComputedStyle(e).pointerEvents") == "none"


def test_an_image_or_a_target_set_from_python_is_drawn(open_figures, player):
    player.Y = -Y
    page = open_figures(player)
    assert [float(text.replace("−", "-")) for text in cells(page, "Target")] == (-Y).ravel().tolist()


def test_runs_from_several_starts_have_a_choice(open_figures):
    page = open_figures(TrainingPlayer([train(start, lr) for start in (SOURCE, [[1.0, 1.0]]) for lr in (0.01, 0.03)]))
    slider(page, "Learning rate").press("End")
    page.get_by_role("combobox", name="Start").select_option("1, 1")
    expect(summary(page)).to_contain_text("kernel [1, 1]")
    expect(slider(page, "Learning rate")).to_have_value("1")


def test_starts_that_look_alike_are_two_choices(open_figures):
    page = open_figures(TrainingPlayer([train(start, 0.01) for start in ([[1.0, 1.0]], [[1.0001, 1.0]])]))
    page.get_by_role("combobox", name="Start").select_option(index=1)
    expect(summary(page)).to_contain_text("kernel [1.0001, 1]")


def test_one_start_has_no_choice(open_figures, player):
    page = open_figures(player)
    slider(page, "Epoch").wait_for()
    assert page.get_by_role("combobox").count() == 0


def test_play_goes_from_the_first_epoch_to_the_last(open_figures):
    page = open_figures(TrainingPlayer([train(SOURCE, 0.03, epochs=2)]))
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(slider(page, "Epoch")).to_have_value("2")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_a_run_that_leaves_the_numbers_is_still_drawn(open_figures):
    with pytest.warns(RuntimeWarning, match="stopped being finite"):
        history = train(SOURCE, 10.0, epochs=150)
    page = open_figures(TrainingPlayer([history]), width=360)
    slider(page, "Epoch").press("End")
    expect(summary(page)).to_contain_text("∞" if np.isinf(history.loss[-1]) else "NaN")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_live_region_says_epoch_and_loss(open_figures, player):
    page = open_figures(player)
    slider(page, "Epoch").press("ArrowRight")
    expect(page.locator("[aria-live=polite]")).to_contain_text("Epoch 1, loss")
