"""The compiled loops, and nothing else.

Each factory returns the textbook's own loops with the kernel's shape known to the compiler: `k_h` and `k_w` come from
the closure, so LLVM unrolls the two inner loops and vectorises the one over `j`.

Nothing here checks anything, and numba does not check bounds: callers pass C-contiguous arrays of one float type whose
shapes agree. `contract` lets a product and a sum become one fused instruction; `reassoc`, only where a sum runs over a
whole row, lets the compiler keep several partial sums. Neither touches what NaN and infinity do.
"""

import functools
from collections.abc import Callable
from typing import Any

from numba import njit

Kernel = Callable[[Any, Any, Any], None]


@functools.cache
def correlate(k_h: int, k_w: int) -> Kernel:
    """Return ``f(X, K, Y)``, which writes the valid cross-correlation of `X` with `K` into `Y`."""

    @njit(nogil=True, fastmath={"contract"})
    def correlate(X, K, Y):  # type: ignore[no-untyped-def]
        for i in range(Y.shape[0]):
            for j in range(Y.shape[1]):
                s = X.dtype.type(0)
                for a in range(k_h):
                    for b in range(k_w):
                        s += X[i + a, j + b] * K[a, b]
                Y[i, j] = s

    return correlate


@functools.cache
def correlate_channels(k_h: int, k_w: int) -> Kernel:
    """Return ``f(X, W, Y)``, which adds to `Y` the correlations of every input channel with every output's kernel."""

    @njit(nogil=True, fastmath={"contract"})
    def correlate_channels(X, W, Y):  # type: ignore[no-untyped-def]
        for n in range(Y.shape[0]):
            for o in range(Y.shape[1]):
                for c in range(X.shape[1]):
                    x, w, y = X[n, c], W[o, c], Y[n, o]
                    for i in range(y.shape[0]):
                        for j in range(y.shape[1]):
                            s = y[i, j]
                            for a in range(k_h):
                                for b in range(k_w):
                                    s += x[i + a, j + b] * w[a, b]
                            y[i, j] = s

    return correlate_channels


@njit(nogil=True, fastmath={"contract", "reassoc"})
def weight_gradient(X, dY, dW):  # type: ignore[no-untyped-def]
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
