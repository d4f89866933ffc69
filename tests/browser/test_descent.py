"""The page's descent is that of `fit`, and its bowl has the axes of the Hessian."""

import warnings

import numpy as np
import pytest

from d2lconv import Conv2D, corr2d, fit, max_stable_lr, unfold

SHAPES = [(1, 2), (2, 1), (1, 1), (2, 2), (1, 3), (3, 3), (4, 2)]


@pytest.fixture(scope="module")
def in_page(open_module):
    """Evaluate JavaScript that sees the descent's own functions."""
    return open_module("descent").evaluate


def problems(count):
    """Random images and targets, of which only some can be met, with kernels of several shapes."""
    rng = np.random.default_rng(13)
    for n in range(count):
        shape = SHAPES[n % len(SHAPES)]
        X = rng.normal(size=rng.integers(4, [17, 21]))
        Y = corr2d(X, rng.normal(size=shape))
        yield X, Y + (n % 2) * rng.normal(size=Y.shape), rng.normal(size=shape)


def test_the_descent_agrees_with_fit_below_at_and_above_the_limit(in_page):
    """To 1e-9 of the largest number so far.

    In each of 30 steps, sums of at most 320 products are off by γ₃₂₀ < 4e-14 of what they add up, less than ten times
    the largest error so far: 30 · 10 · 4e-14 = 1e-11. Later steps multiply that by at most 1.4 each, but so they do the
    error itself, because a random start has a part along the steepest axis.
    """
    cases = []
    for n, (X, Y, start) in enumerate(problems(60)):
        lr = (0.2, 0.9, 1.0, 1.2)[n % 4] * max_stable_lr(X, start.shape)
        cases.append((X, Y, start, lr))
    runs = in_page(
        """(cases) => cases.map(([X, Y, weight, lr]) =>
             descend(X, Y, weight, lr, 30).map(({ weight, loss }) => [weight, loss]))""",
        [[X.tolist(), Y.tolist(), start.tolist(), lr] for X, Y, start, lr in cases],
    )
    for (X, Y, start, lr), run in zip(cases, runs, strict=True):
        history = fit(Conv2D(start.shape, weight=start, bias=False), X[None, None], Y[None, None], lr=lr, epochs=30)
        for shown, expected in (
            (np.array([weight for weight, _ in run]), history.weight[:, 0, 0]),
            (np.array([loss for _, loss in run]), history.loss),
        ):
            size = np.maximum.accumulate(np.abs(expected).reshape(31, -1).max(axis=1))
            off = np.abs(shown - expected).reshape(31, -1).max(axis=1)
            assert (off <= 1e-9 * size).all(), (start.shape, lr)


def test_a_run_that_leaves_the_numbers_is_infinite_from_the_same_epoch_on(in_page):
    X = np.random.default_rng(3).normal(size=(6, 8))
    Y = corr2d(X, [[1, -1]])
    losses = in_page(
        "([X, Y]) => descend(X, Y, [[0, 1]], 10, 200).map(({ loss }) => String(loss))", [X.tolist(), Y.tolist()]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        history = fit(Conv2D((1, 2), weight=[[0.0, 1.0]], bias=False), X[None, None], Y[None, None], lr=10, epochs=200)
    assert [loss == "Infinity" for loss in losses] == (~np.isfinite(history.loss)).tolist()
    assert "NaN" not in losses


def test_the_bowl_has_the_axes_and_the_goal_of_the_hessian(in_page):
    """To 1e-9 of the steepest curvature, and of the goal's size times the condition number: Jacobi's turns and
    `eigh` are both backward stable, with errors below 320 · 9 turns · 30 u < 1e-11 on these columns."""
    cases = list(problems(21))
    bowls = in_page(
        "(cases) => cases.map(([X, Y, weight]) => bowl(X, Y, weight))",
        [[X.tolist(), Y.tolist(), start.tolist()] for X, Y, start in cases],
    )
    for (X, Y, start), bowl in zip(cases, bowls, strict=True):
        U = unfold(X, start.shape)
        H = 2 * U.T @ U
        curvatures = np.array([axis["curvature"] for axis in bowl["axes"]])
        steepest = curvatures[0]
        np.testing.assert_allclose(curvatures, np.linalg.eigvalsh(H)[::-1], atol=1e-9 * steepest)
        assert bowl["limit"] == pytest.approx(max_stable_lr(X, start.shape), rel=1e-9)
        for axis in bowl["axes"]:
            v = np.array(axis["direction"])
            np.testing.assert_allclose(H @ v, axis["curvature"] * v, atol=1e-9 * steepest)
            assert v @ v == pytest.approx(1, abs=1e-12)
        goal, (least,), *_ = np.linalg.lstsq(U, Y.ravel())
        np.testing.assert_allclose(bowl["goal"], goal, atol=1e-9 * steepest / curvatures[-1])
        assert bowl["least"] == pytest.approx(least, abs=1e-9 * np.square(Y).sum())


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (2, 2)])
def test_where_the_data_say_nothing_the_bowl_is_flat_and_its_goal_the_smallest_that_will_do(in_page, shape):
    X = np.ones((6, 8))
    Y = 3 * np.ones((7 - shape[0], 9 - shape[1]))
    bowl = in_page("([X, Y, weight]) => bowl(X, Y, weight)", [X.tolist(), Y.tolist(), np.zeros(shape).tolist()])
    assert [axis["curvature"] > 0 for axis in bowl["axes"]] == [True] + (np.prod(shape) - 1) * [False]
    np.testing.assert_allclose(bowl["goal"], 3 / np.prod(shape), rtol=1e-12)


def test_a_black_image_teaches_nothing_at_any_rate(in_page):
    bowl = in_page("bowl([[0, 0, 0]], [[1, 2]], [[5, 5]])")
    assert [axis["curvature"] for axis in bowl["axes"]] == [0, 0]
    assert bowl["goal"] == [0, 0]
    assert bowl["limit"] == np.inf
