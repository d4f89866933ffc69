import inspect
import warnings

import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from d2lconv import Conv2D, corr2d, fit, max_stable_lr
from d2lconv.images import edge_image

EDGES = [[1.0, -1.0]]
X = edge_image()[None, None]
Y = corr2d(edge_image(), EDGES)[None, None]
FIRST_KERNEL = np.array([[-1.16919647, 1.21028642]])  # ten steps from here print the source's losses
# What the source prints at its epochs 2, 4, 6, 8 and 10, before each one's update.
PRINTED = [23.584481099119426, 3.9607391083212136, 0.6661072908585268, 0.11241184883977695, 0.01912891086388413]


def layer(**options):
    return Conv2D((1, 2), weight=FIRST_KERNEL, bias=False, **options)


def test_the_five_losses_of_the_source():
    history = fit(layer(), X, Y, lr=3e-2, epochs=10)
    assert_allclose(history.loss[[1, 3, 5, 7, 9]], PRINTED, rtol=5e-6)


def test_the_learned_kernel_of_the_source():
    trained = layer()
    fit(trained, X, Y, lr=3e-2, epochs=10)
    assert_allclose(trained.weight, [[[[0.97696, -0.972548]]]], atol=5e-6)


def test_the_defaults_are_the_sources():
    defaults = {name: p.default for name, p in inspect.signature(fit).parameters.items() if name in ("lr", "epochs")}
    assert defaults == {"lr": 3e-2, "epochs": 10}
    assert_array_equal(fit(layer(), X, Y).loss, fit(layer(), X, Y, lr=3e-2, epochs=10).loss)


def test_a_flipped_layer_learns_the_flipped_kernel_with_the_same_outputs():
    straight, flipped = layer(), Conv2D((1, 2), weight=FIRST_KERNEL[:, ::-1], bias=False, flip=True)
    of_straight, of_flipped = fit(straight, X, Y), fit(flipped, X, Y)
    assert_array_equal(of_flipped.loss, of_straight.loss)
    assert_array_equal(flipped.weight, straight.weight[..., ::-1, ::-1])
    assert_array_equal(flipped(X), straight(X))
    assert_allclose(flipped.weight, [[[[-0.972548, 0.97696]]]], atol=5e-6)
    assert of_flipped.flip
    assert not of_straight.flip


def test_history_holds_the_state_before_the_first_update_and_after_each():
    trained = Conv2D((1, 2), 2, 3, rng=0)
    rng = np.random.default_rng(0)
    batch, target = rng.normal(size=(4, 2, 3, 5)), rng.normal(size=(4, 3, 3, 4))
    first = trained.weight.copy()
    history = fit(trained, batch, target, lr=1e-3, epochs=6)
    assert history.loss.shape == (7,)
    assert history.weight.shape == (7, 3, 2, 1, 2)
    assert history.bias.shape == (7, 3)
    assert history.lr == 1e-3
    assert_array_equal(history.X, batch)
    assert_array_equal(history.Y, target)
    assert_array_equal(history.weight[0], first)
    assert_array_equal(history.weight[-1], trained.weight)
    assert_array_equal(history.bias[-1], trained.bias)
    for loss, weight, bias in zip(history.loss, history.weight, history.bias, strict=True):
        assert loss == pytest.approx(np.sum((naive.layer(batch, weight, bias) - target) ** 2))


def test_every_update_goes_down_the_gradient():
    history = fit(layer(), X, Y, lr=1e-2, epochs=3)
    for before, after in zip(history.weight[:-1], history.weight[1:], strict=True):
        slope = naive.gradient(lambda weight: np.sum((naive.layer(X, weight) - Y) ** 2), before)
        assert_allclose(after, before - 1e-2 * slope, atol=1e-9)


def test_no_epochs_only_look():
    untouched = layer()
    history = fit(untouched, X, Y, epochs=0)
    assert_array_equal(untouched.weight[0, 0], FIRST_KERNEL)
    assert_allclose(history.loss, [np.sum((naive.corr2d(X[0, 0], FIRST_KERNEL) - Y) ** 2)])
    assert_array_equal(history.weight[0], untouched.weight)
    assert history.bias is None


def test_training_goes_on_where_it_stopped():
    once, twice = layer(), layer()
    whole = fit(once, X, Y, epochs=8)
    parts = fit(twice, X, Y, epochs=3), fit(twice, X, Y, epochs=5)
    assert_array_equal(once.weight, twice.weight)
    assert_array_equal(whole.loss[3:], parts[1].loss)


def test_a_layer_starts_from_any_kernel_and_learns_the_edge_detector():
    for seed in range(3):
        trained = Conv2D((1, 2), bias=False, rng=seed)
        fit(trained, X, Y, epochs=300)
        assert_allclose(trained.weight[0, 0], EDGES, atol=1e-6)


def test_a_bias_is_learned():
    trained = Conv2D((1, 2), weight=FIRST_KERNEL)
    history = fit(trained, X, Y + 5, lr=1e-2, epochs=800)
    assert_allclose(trained.weight[0, 0], EDGES, atol=1e-4)
    assert_allclose(trained.bias, [5], atol=1e-4)
    assert history.bias[0] == [0]


def test_batches_and_channels_learn_the_kernels_that_made_the_target():
    rng = np.random.default_rng(6)
    batch, true = rng.normal(size=(3, 2, 5, 5)), rng.normal(size=(2, 2, 2, 2))
    trained = Conv2D(2, 2, 2, bias=False, rng=0)
    fit(trained, batch, naive.layer(batch, true), lr=0.5 * max_stable_lr(batch, 2), epochs=250)
    assert_allclose(trained.weight, true, atol=1e-4)


def test_float32_trains_in_float32():
    single = Conv2D((1, 2), weight=FIRST_KERNEL.astype(np.float32), bias=False)
    history = fit(single, X.astype(np.float32), Y.astype(np.float32))
    assert history.weight.dtype == single.weight.dtype == np.float32
    assert history.loss.dtype == np.float64
    assert_allclose(history.loss[[1, 3, 5, 7, 9]], PRINTED, rtol=1e-3)


def test_whole_numbers_train_too():
    trained = layer()
    fit(trained, X.astype(int).tolist(), Y.astype(np.int8))
    assert_allclose(trained.weight, [[[[0.97696, -0.972548]]]], atol=5e-6)


def test_input_and_target_stay_as_they_were():
    batch, target = X.copy(), Y.copy()
    history = fit(layer(), batch, target)
    history.X[...] = history.Y[...] = 7
    assert_array_equal(batch, X)
    assert_array_equal(target, Y)


def test_history_is_a_record_that_later_training_does_not_change():
    trained = Conv2D((1, 2), weight=FIRST_KERNEL)
    history = fit(trained, X, Y)
    last_weight, last_bias = history.weight[-1].copy(), history.bias[-1].copy()
    fit(trained, X, Y)
    trained.weight[...] = trained.bias[...] = 7
    assert_array_equal(history.weight[-1], last_weight)
    assert_array_equal(history.bias[-1], last_bias)


def test_just_below_one_thirtieth_converges_and_just_above_diverges():
    for lr, converges in [(0.99 / 30, True), (1.01 / 30, False)]:
        # This error lies along the steepest direction of the loss, (1, 1), whose curvature is 60.
        history = fit(Conv2D((1, 2), weight=[[2, 0]], bias=False), X, Y, lr=lr, epochs=60)
        assert_allclose(history.loss[1:], (1 - 60 * lr) ** 2 * history.loss[:-1])
        assert (history.loss[-1] < 0.1 * history.loss[0]) == converges
        assert (history.loss[-1] > 10 * history.loss[0]) != converges


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_diverging_past_what_a_float_holds_warns_once_in_words(dtype):
    runaway = Conv2D((1, 2), weight=FIRST_KERNEL.astype(dtype), bias=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = fit(runaway, X.astype(dtype), Y.astype(dtype), lr=10.0, epochs=200)
    (warning,) = caught
    assert warning.category is RuntimeWarning
    assert warning.filename == __file__
    first = int(np.argmin(np.isfinite(history.loss)))
    assert first > 1
    assert f"epoch {first}:" in str(warning.message)
    for word in ("lr=10", "too high", "max_stable_lr"):
        assert word in str(warning.message)


def test_ordinary_training_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(layer(), X, Y)
        fit(layer(), X, Y, lr=0.1)  # grows, but a float still holds it


def test_missing_pixels_pass_through_as_nan_and_the_rate_is_not_blamed():
    batch = X.copy()
    batch[0, 0, 0, 0] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(fit(layer(), batch, Y).loss).all()


def test_progress_draws_a_bar_and_silence_is_the_default(capsys):
    fit(layer(), X, Y, epochs=3)
    assert capsys.readouterr() == ("", "")
    fit(layer(), X, Y, epochs=3, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "3/3" in err
    assert "loss=" in err


def test_one_thirtieth_is_the_limit_of_the_sources_image():
    assert max_stable_lr(edge_image(), (1, 2)) == pytest.approx(1 / 30)
    assert max_stable_lr(X, (1, 2)) == pytest.approx(1 / 30)


@pytest.mark.parametrize(("shape", "kernel_size"), [((4, 5), (2, 2)), ((3, 4), (3, 1)), ((2, 3, 4, 4), (1, 2))])
def test_the_limit_is_two_over_the_steepest_curvature(shape, kernel_size):
    batch = np.random.default_rng(8).normal(size=shape)
    four_d = batch.reshape((1, 1, *shape) if len(shape) == 2 else shape)
    target = naive.layer(four_d, np.ones((1, four_d.shape[1], *kernel_size)))

    def loss(weight):
        return np.sum((naive.layer(four_d, weight) - target) ** 2)

    H = naive.hessian(loss, np.zeros((1, four_d.shape[1], *kernel_size)))
    assert max_stable_lr(batch, kernel_size) == pytest.approx(2 / np.linalg.eigvalsh(H)[-1])


@pytest.mark.parametrize("scale", [1e-100, 1e-3, 1e3, 1e100])
def test_a_brighter_image_takes_smaller_steps(scale):
    assert max_stable_lr(scale * edge_image(), (1, 2)) == pytest.approx(1 / 30 / scale**2)


def test_the_limit_of_a_black_image_is_infinite():
    assert max_stable_lr(np.zeros((3, 3)), 2) == np.inf
    assert max_stable_lr(np.zeros((2, 1, 3, 3), np.uint8), 2) == np.inf


def test_the_limit_of_a_blinding_image_is_as_small_as_a_float_can_be():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert max_stable_lr(1e154 * np.eye(4), 2) == pytest.approx(max_stable_lr(np.eye(4), 2) * 1e-308)
        assert max_stable_lr(1e200 * np.eye(4), 2) == 0
        assert max_stable_lr(1e-200 * np.eye(4), 2) == np.inf


def test_the_limit_is_a_plain_float_and_takes_any_dtype():
    for dtype in (bool, np.uint8, np.float32, ">f8"):
        lr = max_stable_lr(edge_image().astype(dtype), (1, 2))
        assert type(lr) is float
        assert lr == pytest.approx(1 / 30)
