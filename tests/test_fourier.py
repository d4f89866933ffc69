"""The correlation by way of Fourier, which nobody gets who has not asked for it."""

import numpy as np
import pytest
import scipy.signal
from bounds import assert_within, of_fourier
from numpy.testing import assert_array_equal

from d2lconv import _fourier, conv2d, corr2d

RNG = np.random.default_rng(0)


def exactly(X, K):
    return scipy.signal.correlate(X.astype(np.float64), K.astype(np.float64), mode="valid", method="direct")


def size(X, K):
    return _fourier.transform_size(X.shape[1], K.shape[1])


# Less than a tile, about its rows, more rows, more columns; and kernels of every proportion.
@pytest.mark.parametrize("image_size", [(31, 40), (157, 128), (300, 150), (140, 1500)])
@pytest.mark.parametrize("kernel_size", [(1, 1), (1, 2), (3, 3), (21, 21), (17, 40), (2, 23), (30, 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_transform_agrees_with_the_sum(image_size, kernel_size, dtype):
    X, K = RNG.normal(size=image_size).astype(dtype), RNG.normal(size=kernel_size).astype(dtype)
    Y = corr2d(X, K, method="fft")
    assert Y.dtype == dtype
    assert_within(Y, exactly(X, K), of_fourier(X, K, size(X, K), dtype))


def test_the_strict_convolution_can_be_asked_for_it_too():
    X, K = RNG.normal(size=(40, 50)), RNG.normal(size=(9, 7))
    assert_array_equal(conv2d(X, K, method="fft"), corr2d(X, K[::-1, ::-1], method="fft"))


@pytest.mark.parametrize("image_size", [(6, 8), (60, 60)])
@pytest.mark.parametrize("method", [{}, {"method": "direct"}])
def test_who_does_not_ask_gets_the_sum(image_size, method, monkeypatch):
    monkeypatch.setattr(_fourier, "correlate", lambda *_, **__: pytest.fail("a transform was taken unasked"))
    X = RNG.integers(-9, 10, image_size).astype(float)
    K = RNG.integers(-9, 10, (5, 7) if image_size[0] < 10 else (33, 31)).astype(float)
    assert_array_equal(corr2d(X, K, **method), exactly(X, K).round())


def test_a_transform_changes_what_the_sum_leaves_whole():
    X = np.zeros((128, 128))
    X[:32, :32] = 255
    box = np.ones((21, 21))
    assert np.count_nonzero(corr2d(X, box)) == 32 * 32
    assert np.count_nonzero(corr2d(X, box, method="fft")) > 2 * 32 * 32


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_touch_only_the_windows_that_hold_them(value):
    X, K = RNG.normal(size=(150, 160)), RNG.normal(size=(13, 11))
    Y = exactly(X, K)
    X[80, 90] = value
    seen = np.zeros(Y.shape, bool)
    seen[80 - 12 : 81, 90 - 10 : 91] = True
    spoilt = corr2d(X, K, method="fft")
    assert not np.isfinite(spoilt[seen]).any()
    finite = np.where(np.isfinite(X), X, 0)
    assert_within(spoilt[~seen], Y[~seen], of_fourier(finite, K, size(X, K), np.float64))


def test_what_a_sum_can_hold_does_not_overflow():
    X = np.zeros((80, 80), np.float32)
    X[::20, ::20] = 3e38
    K = np.zeros((17, 17), np.float32)
    K[0, 0] = 1
    assert_array_equal(corr2d(X, K, method="fft"), X[:64, :64])


@pytest.mark.parametrize("threads", [2, 3, 5])
def test_the_number_of_threads_changes_no_bit(threads):
    X, K = RNG.normal(size=(500, 130)), RNG.normal(size=(25, 18))
    assert_array_equal(corr2d(X, K, method="fft", threads=threads), corr2d(X, K, method="fft"))


def test_the_result_is_written_where_asked():
    X, K = RNG.normal(size=(40, 50)), RNG.normal(size=(9, 7))
    room = np.empty((44, 32)).T
    assert corr2d(X, K, method="fft", out=room) is room
    assert_array_equal(room, corr2d(X, K, method="fft"))
