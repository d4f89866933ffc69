"""The compiled loops, and nothing else.

They are the textbook's own, with the kernel's shape known to the compiler: `k_h` and `k_w` come from the closure, so
LLVM unrolls the loops over the kernel and vectorises the one over `j`. It gives up, silently and at ten times the time,
when there is too much to unroll; so only small kernels are unrolled whole, and larger ones a row at a time.

Nothing here checks anything, and numba does not check bounds: callers pass C-contiguous arrays of one float type whose
shapes agree. `contract` lets a product and a sum become one fused instruction; `reassoc`, only where a sum runs over a
whole row, lets the compiler keep several partial sums. Neither touches what NaN and infinity do.

Every function that numba compiles is in this file, because the machine code that it keeps on disk is out of date only
when the file of the function itself has changed. Inner loops are written inside the function that needs them, even
twice: a closure that holds another compiled function is never found again among what was kept.
"""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from d2lconv._compiler import keep

Loop = Callable[..., None]

MOST_UNROLLED = 25  # taps; 5 × 5
WIDEST_ROW = 16  # taps; two sums over a wider row no longer fit the registers
BLOCK = 2048  # outputs; two rows of them, and the pixels they need, stay in the nearest cache


def compiled(*fastmath: str) -> Callable[[Loop], Any]:
    """Compile a function, and keep the machine code for the next process."""

    def compile_it(function: Loop) -> Any:
        return keep(njit(function, nogil=True, fastmath=set(fastmath)))

    return compile_it


def correlate(X: Any, K: Any, Y: Any) -> None:
    """Write the valid cross-correlation of `X` with `K` into `Y`."""
    _correlate_with(*K.shape)(X, K, Y)


def correlate_channels(X: Any, W: Any, B: Any, Y: Any) -> None:
    """Write a layer's output: correlations, summed over the input channels, and the bias `B`."""
    for left, right in _strips(W.shape[3]):
        _correlate_channels(left, right)(X, W, B, Y)


def weight_gradient(X: Any, dY: Any, dW: Any) -> None:
    """Write ``dW[o, c, a, b]``, the sum of ``dY[n, o]`` times the part of ``X[n, c]`` that tap (a, b) has met."""
    _weight_gradient(X, dY, dW)
    if not np.isfinite(dW).all() and not np.isfinite(X).all():
        _weight_gradient_by_tap(X, dY, dW)


@functools.cache
def _strips(k_w: int) -> list[tuple[int, int]]:
    """Cut the columns of a wide kernel into strips, side by side: the first writes its sums, the others add theirs."""
    count = -(-k_w // WIDEST_ROW)
    return list(itertools.pairwise(strip * k_w // count for strip in range(count + 1)))


@functools.cache
def _correlate_with(k_h: int, k_w: int) -> Loop:
    """Return the loops that correlate with kernels of one shape."""
    if k_h * k_w <= MOST_UNROLLED:
        return _unrolled(k_h, k_w)
    if k_w <= WIDEST_ROW:
        return _by_rows(0, k_w)
    narrow = list(itertools.starmap(_by_rows, _strips(k_w)))

    def correlate(X: Any, K: Any, Y: Any) -> None:
        for write_or_add in narrow:
            write_or_add(X, K, Y)

    return correlate


def _unrolled(k_h: int, k_w: int) -> Loop:
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
def _by_rows(left: int, right: int) -> Loop:
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


@functools.cache
def _correlate_channels(left: int, right: int) -> Loop:
    """Correlate with some columns of a layer's kernels: the first of them write the bias and their sums, others add.

    Two output channels share each value that is loaded. Some rows of the image make one long row: where it wraps, the
    sums are nonsense, and are not copied to `Y`.
    """

    @compiled("contract")
    def correlate(X, W, B, Y):
        def add_both(x, k, q, y, z):
            for j in range(len(y)):
                s, t = y[j], z[j]
                for b in range(left, right):
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
                    if left == 0:
                        y[:] = B[o]
                        z[:] = B[p]
                    else:
                        for i in range(height):
                            y[i * n_w : i * n_w + width] = Y[n, o, top + i]
                            z[i * n_w : i * n_w + width] = Y[n, p, top + i]
                    for c in range(X.shape[1]):
                        for a in range(W.shape[2]):
                            add_both(X[n, c, top + a :].ravel(), W[o, c, a], W[p, c, a], y, z)
                    for i in range(height):
                        Y[n, o, top + i] = y[i * n_w : i * n_w + width]
                        Y[n, p, top + i] = z[i * n_w : i * n_w + width]

    return correlate


@compiled("contract", "reassoc")
def _weight_gradient(X, dY, dW):
    """Sum over long rows: four taps and two output channels share what is loaded.

    `dY` gets rows as long as the image's, filled up with zeros; so an infinite pixel spoils taps that it has not met:
    then `_weight_gradient_by_tap` is right.
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
def _weight_gradient_by_tap(X, dY, dW):
    """Sum one tap at a time, over the pixels that it has met and no others."""
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


@compiled("contract", "reassoc")
def descend(X, Y, lr, W, B, bias, dW, dB, loss):
    """Train a kernel from ``W[0]`` on by the textbook's steps: row `t` of each array is the state after `t` updates.

    `X` and `Y` are batches with one channel. `dW` and `dB` are left with the gradients of the last step; `B` stays as
    it is where the layer has no `bias`. Losses and gradients are summed in double precision, row by row.
    """
    rows, width = Y.shape[2:]
    k_h, k_w = dW.shape
    error = np.empty_like(Y)
    for t in range(len(loss)):
        # Forward: each pixel of the error is what the kernel and the bias predict, less the target.
        loss[t] = 0
        for n in range(len(Y)):
            for i in range(rows):
                e, y = error[n, 0, i], Y[n, 0, i]
                for j in range(width):
                    e[j] = B[t] - y[j]
                for a in range(k_h):
                    for b in range(k_w):
                        x, tap = X[n, 0, i + a, b:], W[t, a, b]
                        for j in range(width):
                            e[j] += x[j] * tap
                for j in range(width):
                    loss[t] += np.float64(e[j]) * e[j]
        if t + 1 == len(loss):
            break
        # Backward: each tap collects the error at all outputs, times the pixel that it met there.
        dW[:] = 0
        dB[0] = 0
        for n in range(len(Y)):
            for i in range(rows):
                e = error[n, 0, i]
                dB[0] += 2 * e.sum()
                for a in range(k_h):
                    for b in range(k_w):
                        x, s = X[n, 0, i + a, b:], X.dtype.type(0)
                        for j in range(width):
                            s += x[j] * e[j]
                        dW[a, b] += 2 * s
        # Step: down the gradient.
        W[t + 1] = W[t] - lr * dW
        B[t + 1] = B[t] - lr * dB[0] if bias else B[t]
