import contextlib
import inspect
import subprocess
import sys
import warnings

import bounds
import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from d2lconv import Conv2D, corr2d, fit, max_stable_lr, training
from d2lconv._backend import loops
from d2lconv.images import edge_image

EDGES = [[1.0, -1.0]]
X = edge_image()[None, None]
Y = corr2d(edge_image(), EDGES)[None, None]
FIRST_KERNEL = np.array([[-1.16919647, 1.21028642]])  # ten steps from here print the source's losses
# What the source prints at its epochs 2, 4, 6, 8 and 10, before each one's update.
# The first kernel is known to nine digits, so what follows from it agrees to some six.
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


def flipped(A):
    return A[::-1, ::-1]


# Where one channel learns from a small image, one compiled loop takes the steps; else the layer is called for each. Of
# two channels that see the same image, each learns as if alone.
@pytest.mark.parametrize(("channels", "large"), [(1, training.LARGE), (1, 0), (2, 0)])
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"flip": True}])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kernel_size", [(1, 1), (1, 2), (3, 2), (4, 7)])
def test_each_step_is_the_textbooks_from_where_the_last_one_led(
    channels, large, options, dtype, kernel_size, monkeypatch
):
    monkeypatch.setattr(training, "LARGE", large)
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(7, 9)), rng.normal(size=(channels, 1, *kernel_size)).astype(dtype)
    y = rng.normal(size=(channels, *np.subtract(x.shape, kernel_size) + 1))
    x, y, lr = x.astype(dtype), y.astype(dtype), 1e-3
    trained = Conv2D(kernel_size, 1, channels, weight=weight, **options)
    history = fit(trained, x[None, None], y[None], lr=lr, epochs=5)
    for t in range(6):
        loss, room = 0, 0
        for o in range(channels):
            kernel, b = history.weight[t, o, 0].astype(float), 0 if history.bias is None else float(history.bias[t, o])
            straight = flipped(kernel) if options.get("flip") else kernel
            target = y[o].astype(float) - b
            error = naive.corr2d(x.astype(float), straight) - target
            loss, room = loss + np.sum(error**2), room + bounds.of_loss(x, straight, abs(target) + abs(b), dtype)
            if t < 5:
                slope = naive.corr2d(x.astype(float), 2 * error)
                off = bounds.of_kernel_gradient(x, straight, abs(target) + abs(b), dtype)
                slope, off = (flipped(slope), flipped(off)) if options.get("flip") else (slope, off)
                stepped = np.abs(kernel) + lr * np.abs(slope) + lr * off
                bound = lr * off + 4 * bounds.gamma(1, dtype) * stepped
                bounds.assert_within(history.weight[t + 1, o, 0], kernel - lr * slope, bound)
        assert abs(history.loss[t] - loss) <= room


def test_every_update_goes_down_the_gradient():
    history = fit(layer(), X, Y, lr=1e-2, epochs=3)
    for before, after in zip(history.weight[:-1], history.weight[1:], strict=True):
        # Central differences are exact for a quadratic loss, but for rounding: some u times the loss over the step.
        slope = naive.gradient(lambda weight: np.sum((naive.layer(X, weight) - Y) ** 2), before)
        assert_allclose(after, before - 1e-2 * slope, atol=1e-9)


def test_a_small_image_is_learned_from_in_one_loop_and_a_large_one_through_the_layer(monkeypatch):
    n = training.LARGE // 4 + 1  # outputs of a kernel of four taps
    small, large = np.ones((1, 1, 2, n - 1)), np.ones((1, 1, 2, n + 1))
    monkeypatch.setattr(Conv2D, "backward_parameters", lambda *_: pytest.fail("the layer was called for each step"))
    fit(Conv2D(2, rng=0), small, np.ones((1, 1, 1, n - 2)), lr=1e-9, epochs=1)
    monkeypatch.undo()
    monkeypatch.setattr(loops(), "descend", lambda *_: pytest.fail("the slower loop was taken"))
    fit(Conv2D(2, rng=0), large, np.ones((1, 1, 1, n)), lr=1e-9, epochs=1)
    fit(Conv2D(2, 1, 2, rng=0), small, np.ones((1, 2, 1, n - 2)), lr=1e-9, epochs=1)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("breath", [1, 400, 2**28])
def test_how_often_it_takes_breath_changes_nothing(breath, bias, monkeypatch):
    monkeypatch.setattr(training, "BREATH", 2**28)
    whole = fit(Conv2D((1, 2), weight=FIRST_KERNEL, bias=bias), X, Y, lr=1e-3, epochs=11)
    monkeypatch.setattr(training, "BREATH", breath)
    trained = Conv2D((1, 2), weight=FIRST_KERNEL, bias=bias)
    parts = fit(trained, X, Y, lr=1e-3, epochs=11)
    assert_array_equal(parts.loss, whole.loss)
    assert_array_equal(parts.weight, whole.weight)
    assert_array_equal(trained.weight, whole.weight[-1])


@pytest.mark.parametrize("channels", [1, 2])
def test_a_kept_reference_to_the_weight_holds_what_it_held(channels):
    trained = Conv2D(2, 1, channels, rng=0)
    kept_weight, kept_bias = trained.weight, trained.bias
    weight, bias = kept_weight.copy(), kept_bias.copy()
    fit(trained, X, np.ones((1, channels, 5, 7)), lr=1e-3)
    assert_array_equal(kept_weight, weight)
    assert_array_equal(kept_bias, bias)
    assert not np.array_equal(trained.weight, weight)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("flip", [False, True])
def test_after_training_backward_speaks_of_the_training_input(channels, flip):
    target = np.arange(35.0 * channels).reshape(1, channels, 5, 7)
    trained, twin = (Conv2D(2, 1, channels, flip=flip, rng=0) for _ in range(2))
    fit(trained, X, target, lr=1e-3, epochs=2)
    fit(twin, X, target, lr=1e-3, epochs=1)
    twin.backward(2 * (twin(X) - target))  # the gradient of the second step
    # Both are sums of some seventy terms in double precision.
    assert_allclose(trained.grad_weight, twin.grad_weight, rtol=1e-10)
    assert_allclose(trained.grad_bias, twin.grad_bias, rtol=1e-10)
    dY = np.ones_like(target)
    assert_array_equal(trained.backward(dY).shape, X.shape)
    assert_array_equal(
        trained.grad_weight[0, 0], corr2d(X[0, 0], dY[0, 0]) if not flip else flipped(corr2d(X[0, 0], dY[0, 0]))
    )


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
        # At a rate of 0.03 a step leaves at most 0.8 of the error: after 300 of them rounding is all there is.
        assert_allclose(trained.weight[0, 0], EDGES, atol=1e-12)


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


@pytest.mark.parametrize("channels", [1, 2])
def test_float32_trains_in_float32(channels):
    single = Conv2D(
        (1, 2), 1, channels, weight=np.float32([FIRST_KERNEL]).repeat(channels, 0).reshape(channels, 1, 1, 2)
    )
    history = fit(single, X.astype(np.float32), Y.astype(np.float32).repeat(channels, axis=1), lr=1e-3)
    assert history.weight.dtype == history.bias.dtype == single.weight.dtype == single.bias.dtype == np.float32
    assert history.loss.dtype == np.float64


@pytest.mark.parametrize("channels", [1, 2])
def test_a_float32_layer_stays_one_whatever_it_learns_from(channels):
    single = Conv2D((1, 2), 1, channels, weight=np.ones((channels, 1, 1, 2), np.float32))
    history = fit(single, X, Y.repeat(channels, axis=1), lr=1e-3)
    assert history.weight.dtype == history.bias.dtype == single.weight.dtype == single.bias.dtype == np.float32


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


DIVERGING = {
    "an ordinary one": (X, Y, FIRST_KERNEL, 10.0, 200),
    "past everything at once": ([[[[1, 1, -2]]]], [[[[-2, 1]]]], [[0.0, 0.0]], 1e304, 1),
    "a blinding one": (1e140 * X, Y, 0 * FIRST_KERNEL, 1.0, 3),
}


@pytest.mark.parametrize("run", DIVERGING)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_run_that_diverges_keeps_its_history(run, channels):
    image, target, kernel, lr, epochs = DIVERGING[run]
    target = np.repeat(target, channels, axis=1)
    runaway = Conv2D((1, 2), 1, channels, weight=np.tile(kernel, (channels, 1, 1, 1)), bias=False)
    first = np.sum((naive.layer(np.asarray(image, float), runaway.weight) - target) ** 2)
    with (
        pytest.warns(
            RuntimeWarning, match=r"lr=.* is too high .*; max_stable_lr\(X, kernel_size\) says how high it may be\.$"
        )
        if run != "a tiny image"
        else warnings.catch_warnings()
    ):
        history = fit(runaway, image, target, lr=lr, epochs=epochs)
    assert history.loss[0] == pytest.approx(first)
    assert not np.isfinite(history.loss[-1])
    assert history.loss.shape == (epochs + 1,)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_loss_that_is_too_large_before_the_first_step_is_not_blamed_on_the_rate(channels):
    with pytest.warns(
        RuntimeWarning, match=r"^The loss is more .* before the first step: X, Y or .* scale them down\.$"
    ):
        fit(Conv2D((1, 2), 1, channels, rng=0), 1e200 * X, Y.repeat(channels, axis=1), lr=1e-9, epochs=1)


@pytest.mark.parametrize("where", ["X", "Y", "weight"])
def test_a_nan_that_was_there_before_is_nobodys_fault(where):
    given = {"X": X.copy(), "Y": Y.copy(), "weight": FIRST_KERNEL.copy()}
    given[where][..., 0] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(fit(Conv2D((1, 2), weight=given["weight"]), given["X"], given["Y"]).loss).all()


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


TRAIN = """
from d2lconv import Conv2D, fit
from d2lconv.images import edge_image
X = edge_image()[None, None]
history = fit(Conv2D((1, 2), weight=[[1, 1]], bias=False), X, X[..., 1:], epochs=3{progress})
"""


def in_a_terminal(code):
    """Run code in a process of its own: where a kernel was imported, as by other tests, tqdm draws for a notebook."""
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return ran.stdout, ran.stderr


def test_progress_draws_a_bar_and_silence_is_the_default():
    assert in_a_terminal(TRAIN.format(progress="")) == ("", "")
    out, err = in_a_terminal(TRAIN.format(progress=", progress=True") + "print(f'loss={history.loss[-1]:.4g}')")
    assert "epoch:" in err
    assert "3/3" in err
    assert out.strip() in err


@pytest.mark.parametrize("channels", [1, 2])
def test_an_interrupt_is_heard_between_breaths(channels, monkeypatch):
    class Impatient:
        def update(self, steps):
            raise KeyboardInterrupt

        def set_postfix(self, **_):
            pass

    monkeypatch.setattr(training, "BREATH", 1)
    monkeypatch.setattr(training, "_progress_bar", lambda *_, **__: contextlib.nullcontext(Impatient()))
    with pytest.raises(KeyboardInterrupt):
        fit(Conv2D((1, 2), 1, channels, rng=0), X, Y.repeat(channels, axis=1), epochs=10**6)


def test_histories_can_be_compared_and_kept():
    history = fit(layer(), X, Y)
    assert history == history
    assert history != fit(layer(), X, Y)
    assert len({history, history}) == 1


def test_one_thirtieth_is_the_limit_of_the_sources_image():
    assert max_stable_lr(edge_image(), (1, 2)) == pytest.approx(1 / 30)
    assert max_stable_lr(X, (1, 2)) == pytest.approx(1 / 30)


# Eigenvalues come with a few u times the largest, and pytest.approx allows a millionth.
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
