"""How far rounding may take a result from the exact one: theorems, not measurements, so they hold on every processor.

With the unit roundoff u, a sum of n products is off by at most γ_n = n u / (1 - n u) times the sum of their absolute
values, in whatever order it is taken and with fused operations or without (N. J. Higham, *Accuracy and Stability of
Numerical Algorithms*, 2nd edition, 2002, section 3.1). A number that underflows is off by half the smallest one.
"""

import numpy as np
from naive import corr2d


def gamma(n, dtype=np.float64):
    u = np.finfo(dtype).eps / 2
    return n * u / (1 - n * u)


def of_correlation(X, K, dtype=np.float64):
    """Bound the error of each output of a sum of products in `dtype`."""
    X, K = np.abs(X).astype(np.float64), np.abs(K).astype(np.float64)
    return gamma(K.size, dtype) * corr2d(X, K) * (1 + 1e-9) + K.size * np.finfo(dtype).smallest_subnormal


def of_loss(X, K, Y, dtype=np.float64):
    """Bound the error of a summed squared error: that of each error counts twice, and the sum adds its own."""
    errors = corr2d(np.abs(X), np.abs(K)) + np.abs(Y)
    return gamma(2 * (K.size + 2) + 1, dtype) * (errors**2).sum() + gamma(Y.size) * (errors**2).sum()


def of_kernel_gradient(X, K, Y, dtype=np.float64):
    """Bound the error of each tap's gradient, the sum over all outputs of twice the error times a pixel."""
    errors = corr2d(np.abs(X), np.abs(K)) + np.abs(Y)
    return gamma(K.size + 4 + Y.size, dtype) * corr2d(np.abs(X), 2 * errors)


def of_fourier(X, K, size, dtype):
    """Bound the error of each output that goes by way of transforms of `size` numbers, which hold parts of rows.

    A transform is off, in the norm, by at most η log₂ N with η below 10 u (the same, theorem 24.2). There are two
    before the product and one after it, a row of the kernel amplifies a row of the image by no more than its summed
    absolute values, and the sum over the rows of the kernel adds a rounding, of a complex product, for each of them.
    """
    u = np.finfo(dtype).eps / 2
    rows = np.sqrt(np.sum(np.square(X, dtype=np.float64), axis=1))
    amplified = corr2d(rows[:, None], np.abs(K).sum(axis=1, dtype=np.float64)[:, None])
    return (30 * u * np.log2(size) + gamma(2 * len(K) + 2, dtype)) * amplified


def assert_within(result, exact, bound):
    """Assert that a result is as near to the exact one as the bound says, everywhere."""
    off = np.abs(np.asarray(result, np.float64) - exact)
    assert np.shape(result) == np.shape(exact)
    assert (off <= bound).all(), f"off by up to {np.max(off / np.maximum(bound, 1e-300)):.3g} times the bound"
