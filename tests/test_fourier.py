import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from d2lconv import _fourier, _kernels, corr2d, operators

pytestmark = pytest.mark.compiled  # the sums to compare with are too long without the compiler
RNG = np.random.default_rng(0)


def by_sum(X, K):
    Y = np.empty((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1), X.dtype)
    _kernels.correlate(*K.shape)(X, K, Y)
    return Y


def by_fourier(X, K):
    Y = np.empty((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1), X.dtype)
    _fourier.correlate(X, K, Y)
    return Y


# Smaller than a tile, exactly one, one row and column more, several, and kernels of every proportion.
@pytest.mark.parametrize("image_size", [(31, 40), (256, 256), (257, 300), (520, 260)])
@pytest.mark.parametrize("kernel_size", [(31, 31), (17, 40), (2, 23), (30, 1)])
@pytest.mark.parametrize(("dtype", "accuracy"), [(np.float32, 1e-5), (np.float64, 1e-13)])
def test_the_transform_agrees_with_the_sum(image_size, kernel_size, dtype, accuracy):
    X, K = RNG.normal(size=image_size).astype(dtype), RNG.normal(size=kernel_size).astype(dtype)
    Y = by_sum(X, K)
    assert_allclose(by_fourier(X, K), Y, rtol=0, atol=accuracy * np.abs(Y).max())


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_touch_only_the_windows_that_hold_them(value):
    X, K = RNG.normal(size=(600, 610)), RNG.normal(size=(31, 33))
    Y = by_sum(X, K)
    X[300, 310] = value
    seen = np.zeros(Y.shape, bool)
    seen[300 - 30 : 301, 310 - 32 : 311] = True
    spoilt = by_fourier(X, K)
    assert not np.isfinite(spoilt[seen]).any()
    assert_allclose(spoilt[~seen], Y[~seen], atol=1e-10)


def test_what_a_sum_can_hold_does_not_overflow():
    X = np.zeros((300, 300), np.float32)
    X[::40, ::40] = 3e38
    K = np.zeros((31, 31), np.float32)
    K[0, 0] = 1
    assert_array_equal(by_fourier(X, K), X[:270, :270])


def test_large_kernels_take_the_transform_and_small_ones_the_sum(monkeypatch):
    transformed = []
    monkeypatch.setattr(_fourier, "correlate", lambda X, K, Y: (transformed.append(K.shape), by_sum_into(X, K, Y)))
    X = RNG.normal(size=(512, 512)).astype(np.float32)
    for size in (3, 15, 47, 63):
        corr2d(X, X[:size, :size])
    assert transformed == [(47, 47), (63, 63)]


def by_sum_into(X, K, Y):
    Y[:] = by_sum(X, K)


@pytest.mark.parametrize("threads", [1, 2])
def test_on_either_side_of_the_crossing_corr2d_says_the_same(threads, monkeypatch):
    X, K = RNG.normal(size=(420, 430)), RNG.normal(size=(41, 37))
    Y = by_sum(X, K)
    for cost in (0, 1e9):  # nothing, and more than any sum
        monkeypatch.setattr(_fourier, "COST", cost)
        assert_allclose(corr2d(X, K, threads=threads), Y, atol=1e-10)
    assert K.size * Y.size > operators.LEAST_SHARED
