"""The short way of training: by the normal equations in place of the images."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from d2lconv import Conv2D, fit, max_stable_lr, training

RNG = np.random.default_rng(0)


def task(n=1, size=(9, 11), kernel_size=(3, 2), dtype=np.float64, noise=0.1):
    X = RNG.normal(size=(n, 1, *size)).astype(dtype)
    Y = Conv2D(kernel_size, bias=False, rng=1)(X)
    return X, (Y + noise * RNG.normal(size=Y.shape)).astype(dtype)


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("kernel_size", [(1, 1), (1, 2), (3, 2), (4, 5), (9, 11)])
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"flip": True}])
def test_the_short_way_takes_the_same_steps(n, kernel_size, options, monkeypatch):
    X, Y = task(n, kernel_size=kernel_size)
    lr = 0.3 * max_stable_lr(X, kernel_size) / (1 + Y.size)  # a bias of Y.size pixels makes the loss steeper
    short = fit(Conv2D(kernel_size, rng=2, **options), X, Y, lr=lr, epochs=20)
    monkeypatch.setattr(training, "MOST_TAPS", 0)
    long = fit(Conv2D(kernel_size, rng=2, **options), X, Y, lr=lr, epochs=20)
    assert_allclose(short.loss, long.loss, rtol=1e-10)
    assert_allclose(short.weight, long.weight, rtol=1e-10, atol=1e-12)
    if short.bias is not None:
        assert_allclose(short.bias, long.bias, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("noise", [0, 1e-3])
@pytest.mark.parametrize("epochs", [3, 60, 2000])
def test_the_loss_is_that_of_the_weights_down_to_nothing(dtype, noise, epochs):
    X, Y = task(noise=noise)
    X, Y = X.astype(dtype), Y.astype(dtype)
    history = fit(
        Conv2D((3, 2), bias=False, weight=np.ones((3, 2), dtype)),
        X,
        Y,
        lr=0.9 * max_stable_lr(X, (3, 2)),
        epochs=epochs,
    )
    U = np.lib.stride_tricks.sliding_window_view(X[0, 0], (3, 2)).reshape(-1, 6).astype(np.longdouble)
    errors = history.weight.reshape(-1, 6).astype(np.longdouble) @ U.T - Y.ravel()
    true = np.sum(errors**2, axis=1)
    # Float64 itself knows the outputs to sixteen digits: below that is no loss to be right about.
    assert_allclose(history.loss, true.astype(float), rtol=1e-6, atol=Y.size * (30 * np.finfo(float).eps) ** 2)
    assert (history.loss >= 0).all()


def test_more_than_the_loss_can_hold_is_learned_from_step_by_step():
    X, Y = task()
    X[0, 0, 0, 0] = 1e200
    with np.errstate(over="ignore"):
        assert fit(Conv2D((3, 2), bias=False, rng=0), X, Y, epochs=1).loss[0] == np.inf


def test_a_kernel_with_too_many_taps_learns_step_by_step(monkeypatch):
    from d2lconv import _descent

    monkeypatch.setattr(_descent, "normal_equations", lambda *_: pytest.fail("a matrix of 160 000 entries was built"))
    X, Y = task(size=(22, 24), kernel_size=(20, 21))
    assert fit(Conv2D((20, 21), rng=0), X, Y, lr=1e-6, epochs=2).loss.shape == (3,)


def test_a_long_training_shows_how_far_it_is(capsys):
    X, Y = task()
    fit(Conv2D((3, 2), rng=0), X, Y, lr=1e-4, epochs=250, progress=True)
    assert "250/250" in capsys.readouterr().err
