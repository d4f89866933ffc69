"""The compiled loops, and nothing else.

They are the textbook's own, with the kernel's shape known to the compiler: `k_h` and `k_w` come from the closure, so
LLVM unrolls the loops over the kernel and vectorises the one over `j`. It gives up, silently and at ten times the time,
when there is too much to unroll; so only small kernels are unrolled whole, and larger ones a row at a time.

Nothing here checks anything, and numba does not check bounds: callers pass C-contiguous arrays of one float type whose
shapes agree. `contract` lets a product and a sum become one fused instruction; `reassoc`, only where a sum runs over a
whole row, lets the compiler keep several partial sums. Neither touches what NaN and infinity do.

Inner loops are written inside the function that needs them, even twice: a closure that holds another compiled function
is one that numba never finds again among what it has kept on disk.
"""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

Kernel = Callable[..., None]

MOST_UNROLLED = 25  # taps; 5 × 5
WIDEST_ROW = 16  # taps; two sums over a wider row no longer fit the registers
BLOCK = 2048  # outputs; two rows of them, and the pixels they need, stay in the nearest cache


def compiled(*fastmath: str) -> Callable[[Kernel], Any]:
    """Compile a function, and keep the machine code for the next process where any folder for it can be written."""
    options: dict[str, Any] = {"nogil": True, "fastmath": set(fastmath)}

    def compile_it(function: Kernel) -> Any:
        try:
            return njit(function, cache=True, **options)
        except RuntimeError:  # no such folder
            return njit(function, **options)

    return compile_it


@functools.cache
def correlate(k_h: int, k_w: int) -> Kernel:
    """Return ``f(X, K, Y)``, which writes the valid cross-correlation of `X` with `K` into `Y`."""
    if k_h * k_w <= MOST_UNROLLED:
        return _unrolled(k_h, k_w)
    return _by_rows(0, k_w) if k_w <= WIDEST_ROW else _by_strips(k_w)


def _unrolled(k_h: int, k_w: int) -> Kernel:
    """Four loops, of which the compiler unrolls the inner two."""

    @compiled("contract")
    def correlate(X, K, Y):
        for i in range(Y.shape[0]):
            for j in range(Y.shape[1]):
                s = X.dtype.type(0)
                for a in range(k_h):
                    for b in range(k_w):
                        s += X[i + a, j + b] * K[a, b]
                Y[i, j] = s

    return correlate


@functools.cache
def _by_rows(left: int, right: int) -> Kernel:
    """One row of the kernel at a time, for two rows of the output: each value that is loaded serves both."""

    @compiled("contract")
    def correlate(X, K, Y):
        def add(x, k, y):
            for j in range(len(y)):
                s = y[j]
                for b in range(left, right):
                    s += x[j + b] * k[b]
                y[j] = s

        def add_both(x, k, k_up, y, z):
            for j in range(len(y)):
                s, t = y[j], z[j]
                for b in range(left, right):
                    s += x[j + b] * k[b]
                    t += x[j + b] * k_up[b]
                y[j], z[j] = s, t

        rows, k_h = Y.shape[0], K.shape[0]
        for i in range(0, rows - 1, 2):
            y, z = Y[i], Y[i + 1]
            if left == 0:
                y[:] = 0
                z[:] = 0
            add(X[i], K[0], y)
            for a in range(1, k_h):
                add_both(X[i + a], K[a], K[a - 1], y, z)
            add(X[i + k_h], K[k_h - 1], z)
        if rows % 2:
            i = rows - 1
            if left == 0:
                Y[i] = 0
            for a in range(k_h):
                add(X[i + a], K[a], Y[i])

    return correlate


def _by_strips(k_w: int) -> Kernel:
    """Take a wide kernel as the sum of narrow ones, side by side: the first writes, the others add."""
    strips = -(-k_w // WIDEST_ROW)
    edges = [strip * k_w // strips for strip in range(strips + 1)]
    narrow = list(itertools.starmap(_by_rows, itertools.pairwise(edges)))

    def correlate(X: Any, K: Any, Y: Any) -> None:
        for write_or_add in narrow:
            write_or_add(X, K, Y)

    return correlate


@functools.cache
def correlate_channels(k_w: int) -> Kernel:
    """Return ``f(X, W, B, Y)``, which writes a layer's output: correlations, summed over the input channels, and bias.

    Two output channels share each value that is loaded. Some rows of the image make one long row: where it wraps, the
    sums are nonsense, and are not copied to `Y`.
    """

    @compiled("contract")
    def correlate(X, W, B, Y):
        def add_both(x, k, q, y, z):
            for j in range(len(y)):
                s, t = y[j], z[j]
                for b in range(k_w):
                    s += x[j + b] * k[b]
                    t += x[j + b] * q[b]
                y[j], z[j] = s, t

        rows, width, n_w = Y.shape[2], Y.shape[3], X.shape[3]
        block = min(rows, max(1, BLOCK // n_w))
        flat = np.empty((2, block * n_w), X.dtype)
        for n in range(Y.shape[0]):
            for o in range(0, Y.shape[1], 2):
                p = min(o + 1, Y.shape[1] - 1)  # an odd last channel is its own partner
                for top in range(0, rows, block):
                    height = min(block, rows - top)
                    y, z = flat[0, : height * n_w - n_w + width], flat[1, : height * n_w - n_w + width]
                    y[:] = B[o]
                    z[:] = B[p]
                    for c in range(X.shape[1]):
                        for a in range(W.shape[2]):
                            add_both(X[n, c, top + a :].ravel(), W[o, c, a], W[p, c, a], y, z)
                    for i in range(height):
                        Y[n, o, top + i] = y[i * n_w : i * n_w + width]
                        Y[n, p, top + i] = z[i * n_w : i * n_w + width]

    return correlate


@compiled("contract", "reassoc")
def weight_gradient(X, dY, dW):
    """Write ``dW[o, c, a, b]``, the sum of ``dY[n, o]`` times the part of ``X[n, c]`` that tap (a, b) has met.

    Four taps and two output channels share what is loaded. `dY` gets rows as long as the image's, filled with zeros;
    so an infinite pixel spoils taps that it has not met: then `weight_gradient_by_tap` is right.
    """

    def sums(d, e, x0, x1, x2, x3):
        s0 = s1 = s2 = s3 = t0 = t1 = t2 = t3 = d.dtype.type(0)
        for j in range(len(d)):
            s0 += x0[j] * d[j]
            s1 += x1[j] * d[j]
            s2 += x2[j] * d[j]
            s3 += x3[j] * d[j]
            t0 += x0[j] * e[j]
            t1 += x1[j] * e[j]
            t2 += x2[j] * e[j]
            t3 += x3[j] * e[j]
        return (s0, s1, s2, s3), (t0, t1, t2, t3)

    channels, rows, width = dY.shape[1:]
    k_h, k_w = dW.shape[2:]
    n_w, last = X.shape[3], k_h * k_w - 1
    D = np.zeros((channels, rows * n_w), X.dtype)
    G = dW.reshape(channels, X.shape[1], k_h * k_w)
    G[:] = 0
    end = rows * n_w - n_w + width
    for n in range(X.shape[0]):
        for o in range(channels):
            for i in range(rows):
                D[o, i * n_w : i * n_w + width] = dY[n, o, i]
        for c in range(X.shape[1]):
            x = X[n, c].ravel()
            for tap in range(0, last + 1, 4):
                u, v, w = min(tap + 1, last), min(tap + 2, last), min(tap + 3, last)
                x0, x1 = x[tap // k_w * n_w + tap % k_w :], x[u // k_w * n_w + u % k_w :]
                x2, x3 = x[v // k_w * n_w + v % k_w :], x[w // k_w * n_w + w % k_w :]
                for o in range(0, channels, 2):
                    p = min(o + 1, channels - 1)
                    s, t = sums(D[o, :end], D[p, :end], x0, x1, x2, x3)
                    for q in range(min(4, last + 1 - tap)):
                        G[o, c, tap + q] += s[q]
                        if p > o:
                            G[p, c, tap + q] += t[q]


@compiled("contract", "reassoc")
def weight_gradient_by_tap(X, dY, dW):
    """Write `weight_gradient` one tap at a time, over the pixels that it has met and no others."""
    dW[:] = 0
    for n in range(X.shape[0]):
        for o in range(dW.shape[0]):
            for c in range(dW.shape[1]):
                for a in range(dW.shape[2]):
                    for b in range(dW.shape[3]):
                        s = X.dtype.type(0)
                        for i in range(dY.shape[2]):
                            for j in range(dY.shape[3]):
                                s += X[n, c, i + a, j + b] * dY[n, o, i, j]
                        dW[o, c, a, b] += s
