"""The compiled loops, and nothing else.

They are the textbook's own, with the kernel's shape known to the compiler: `k_h` and `k_w` come from the closure, so
LLVM unrolls the loops over the kernel and vectorises the one over `j`. It gives up, silently and at ten times the time,
when there is too much to unroll; so only small kernels are unrolled whole, and larger ones a row at a time.

Nothing here checks anything, and numba does not check bounds: callers pass C-contiguous arrays of one float type whose
shapes agree. `contract` lets a product and a sum become one fused instruction; `reassoc`, only where a sum runs over a
whole row, lets the compiler keep several partial sums. Neither touches what NaN and infinity do.
"""

import functools
from collections.abc import Callable
from typing import Any

from numba import njit

Kernel = Callable[[Any, Any, Any], None]

MOST_UNROLLED = 25  # taps; 5 × 5
WIDEST_PAIR = 16  # taps in a row; two sums of wider rows no longer fit the registers


def correlate(k_h: int, k_w: int, rows: int) -> Kernel:
    """Return ``f(X, K, Y)``, which writes the valid cross-correlation of `X` with `K` into the `rows` rows of `Y`."""
    if k_h * k_w <= MOST_UNROLLED:
        return _unrolled(k_h, k_w, adding=False)
    return _two_rows(k_w) if k_w <= WIDEST_PAIR and rows > 1 else _one_row(k_w)


@functools.cache
def _unrolled(k_h: int, k_w: int, *, adding: bool) -> Kernel:
    """Four loops, of which the compiler unrolls the inner two; they write `Y`, or add to it."""

    @njit(nogil=True, fastmath={"contract"})
    def correlate(X, K, Y):
        for i in range(Y.shape[0]):
            for j in range(Y.shape[1]):
                s = Y[i, j] if adding else X.dtype.type(0)
                for a in range(k_h):
                    for b in range(k_w):
                        s += X[i + a, j + b] * K[a, b]
                Y[i, j] = s

    return correlate


@functools.cache
def _one_row(k_w: int) -> Kernel:
    """One row of the kernel at a time, for one row of the output."""
    add = _add_rows(k_w)

    @njit(nogil=True)
    def correlate(X, K, Y):
        for i in range(Y.shape[0]):
            Y[i] = 0
            add(X[i : i + K.shape[0]], K, Y[i : i + 1])

    return correlate


@functools.cache
def _two_rows(k_w: int) -> Kernel:
    """One row of the kernel at a time, for two rows of the output: each value that is loaded serves both."""
    add = _add_row(k_w)

    @njit(nogil=True, fastmath={"contract"})
    def add_both(x, k, k_up, y, z):
        for j in range(len(y)):
            s, t = y[j], z[j]
            for b in range(k_w):
                s += x[j + b] * k[b]
                t += x[j + b] * k_up[b]
            y[j], z[j] = s, t

    @njit(nogil=True, fastmath={"contract"})
    def correlate(X, K, Y):
        rows, k_h = Y.shape[0], K.shape[0]
        for pair in range((rows + 1) // 2):
            i = min(2 * pair, rows - 2)  # an odd last row is done again with the one before it
            y, z = Y[i], Y[i + 1]
            y[:] = 0
            z[:] = 0
            add(X[i], K[0], y)
            for a in range(1, k_h):
                add_both(X[i + a], K[a], K[a - 1], y, z)
            add(X[i + k_h], K[k_h - 1], z)

    return correlate


@functools.cache
def _add_row(k_w: int) -> Kernel:
    """Return ``f(x, k, y)``, which adds to a row of outputs what one row of the kernel makes of a row of the image."""

    @njit(nogil=True, fastmath={"contract"})
    def add(x, k, y):
        for j in range(len(y)):
            s = y[j]
            for b in range(k_w):
                s += x[j + b] * k[b]
            y[j] = s

    return add


@functools.cache
def correlate_channels(k_h: int, k_w: int) -> Kernel:
    """Return ``f(X, W, Y)``, which adds to `Y` the correlations of every input channel with every output's kernel."""
    add = _unrolled(k_h, k_w, adding=True) if k_h * k_w <= MOST_UNROLLED else _add_rows(k_w)

    @njit(nogil=True)
    def correlate_channels(X, W, Y):
        for n in range(Y.shape[0]):
            for o in range(Y.shape[1]):
                for c in range(X.shape[1]):
                    add(X[n, c], W[o, c], Y[n, o])

    return correlate_channels


@functools.cache
def _add_rows(k_w: int) -> Kernel:
    add_row = _add_row(k_w)

    @njit(nogil=True)
    def add(X, K, Y):
        for i in range(Y.shape[0]):
            for a in range(K.shape[0]):
                add_row(X[i + a], K[a], Y[i])

    return add


@njit(nogil=True, fastmath={"contract", "reassoc"})
def weight_gradient(X, dY, dW):
    """Add to ``dW[o, c, a, b]`` the sum of ``dY[n, o]`` times the part of ``X[n, c]`` that tap (a, b) has met."""
    for n in range(X.shape[0]):
        for o in range(dW.shape[0]):
            for c in range(dW.shape[1]):
                x, dy = X[n, c], dY[n, o]
                for a in range(dW.shape[2]):
                    for b in range(dW.shape[3]):
                        s = X.dtype.type(0)
                        for i in range(dy.shape[0]):
                            for j in range(dy.shape[1]):
                                s += x[i + a, j + b] * dy[i, j]
                        dW[o, c, a, b] += s
