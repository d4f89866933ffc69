"""The compiled loops, and nothing else.

They are the textbook's own, for two rows of the output or two channels at a time, so that what is fetched serves both,
and with the kernel's shape known to the compiler: it comes from the closure, so LLVM writes the loops over the kernel
out, and computes neighbouring outputs (`j`) side by side. Where there is too much to write out it gives up, silently
and at ten times the time; so only small kernels are written out whole, and larger ones a row at a time.

Nothing here checks anything, and numba does not check bounds: callers pass C-contiguous arrays of one float type whose
shapes agree. `contract` lets a product and a sum become one fused instruction; `reassoc`, only where a sum runs over a
whole row, lets the compiler keep several partial sums. Neither touches what NaN and infinity do.

Every function that numba compiles is in this file, because the machine code that it keeps on disk is out of date only
when the file of the function itself has changed. Inner loops are written inside the function that needs them, even
twice: a closure that holds another compiled function is never found again among what was kept. What goes by twos counts
the pairs: of `range(0, n, 2)` LLVM does not see that it stays above zero, and asks at each index whether it counts from
the end.
"""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from d2lconv import _windows
from d2lconv._compiler import keep, vector_registers

Loop = Callable[..., None]

MOST_UNROLLED = 25  # taps; 5 × 5
TALLEST = 10  # rows; so many rounds of a loop LLVM tries out before it decides whether to write them all out
WIDEST_ROW = vector_registers() // 2  # taps; for two sums over a wider row the registers do not suffice
BLOCK = 2048  # outputs; two rows of them, and the pixels they need, stay in the nearest cache
BAND = 2**16  # outputs; these and their pixels stay in the next


def compiled(*fastmath: str) -> Callable[[Loop], Any]:
    """Compile a function, and keep the machine code for the next process."""
    return lambda function: keep(njit(function, nogil=True, fastmath=set(fastmath)))


def correlate(X: Any, K: Any, Y: Any) -> None:
    """Write the valid cross-correlation of `X` with `K` into `Y`."""
    _correlate_with(*K.shape)(X, K, Y)


def correlate_channels(X: Any, W: Any, B: Any, Y: Any) -> None:
    """Write a layer's output: correlations, summed over the input channels, and the bias `B`."""
    c_out, c_in, k_h, k_w = W.shape
    starts = X.shape[3] * (X.shape[2] * np.arange(c_in)[:, None] + np.arange(k_h))
    Y[:] = B[:, None, None]
    for left, right in _cut(k_w, WIDEST_ROW):
        _add_channels(left, right)(X, W.reshape(c_out, c_in * k_h, k_w), starts.ravel(), Y)


def weight_gradient(X: Any, dY: Any, dW: Any) -> None:
    """Write ``dW[o, c, a, b]``, the sum of ``dY[n, o]`` times the part of ``X[n, c]`` that tap (a, b) has met.

    `D` is `dY` with rows as long as the image's, and with zeros around it, so that it may slide along under the image.
    So an infinite pixel spoils taps that it has not met; then they are summed one by one.
    """
    (n, c_in, n_h, n_w), (c_out, _, k_h, k_w) = X.shape, dW.shape
    D = np.zeros((n, c_out, n_h + k_h - 1, n_w), X.dtype)
    D[:, :, k_h - 1 : n_h, : n_w - k_w + 1] = dY
    down = n_w * (D.shape[2] * np.arange(c_out)[:, None] + np.arange(k_h)[::-1])
    across = n_h * n_w * np.arange(c_in)[:, None] + np.arange(k_w)
    down, across = (np.append(starts, np.zeros(-starts.size % 3, starts.dtype)) for starts in (down, across))
    G = np.zeros((down.size, across.size), X.dtype)
    _weight_gradient(X.reshape(n, -1), D.reshape(n, -1), across, down, n_h * n_w - k_w + 1, G)
    dW[:] = G[: c_out * k_h, : c_in * k_w].reshape(c_out, k_h, c_in, k_w).swapaxes(1, 2)
    if not np.isfinite(dW).all() and not np.isfinite(X).all():
        _windows.weight_gradient(X, dY, dW)


@functools.cache
def _cut(size: int, most: int) -> list[tuple[int, int]]:
    """Cut a kernel's rows or columns into equal parts, each at most so long."""
    count = -(-size // most)
    return list(itertools.pairwise(part * size // count for part in range(count + 1)))


@functools.cache
def _correlate_with(k_h: int, k_w: int) -> Loop:
    """Return the loops that correlate with kernels of one shape: the first part writes its sums, others add theirs."""
    rows = min(TALLEST, MOST_UNROLLED // k_w)
    if k_h <= rows or k_w <= 5:
        parts = [(top, bottom, _unrolled(bottom - top, k_w, top == 0)) for top, bottom in _cut(k_h, rows)]
    else:
        parts = [(0, k_h, _by_rows(left, right)) for left, right in _cut(k_w, WIDEST_ROW)]
    if len(parts) == 1:
        return parts[0][2]

    def correlate(X: Any, K: Any, Y: Any) -> None:
        band = 2 * max(1, BAND // (2 * Y.shape[1]))
        for i in range(0, len(Y), band):
            for top, bottom, write_or_add in parts:
                write_or_add(X[i + top :], K[top:bottom], Y[i : i + band])

    return correlate


@functools.cache
def _unrolled(k_h: int, k_w: int, first: bool) -> Loop:
    """Four loops, for two rows of the output at a time: the compiler writes out the inner two."""

    @compiled("contract")
    def correlate(X, K, Y):
        zero = X.dtype.type(0)
        rows, width = Y.shape
        for half in range(rows // 2):
            i = 2 * half
            for j in range(width):
                s, t = (zero, zero) if first else (Y[i, j], Y[i + 1, j])
                for a in range(k_h):
                    u = v = zero  # a sum for each row of the kernel: in one long sum, each step would wait for the last
                    for b in range(k_w):
                        u += X[i + a, j + b] * K[a, b]
                        v += X[i + 1 + a, j + b] * K[a, b]
                    s += u
                    t += v
                Y[i, j], Y[i + 1, j] = s, t
        if rows % 2:
            i = rows - 1
            for j in range(width):
                s = zero if first else Y[i, j]
                for a in range(k_h):
                    u = zero
                    for b in range(k_w):
                        u += X[i + a, j + b] * K[a, b]
                    s += u
                Y[i, j] = s

    return correlate


@functools.cache
def _by_rows(left: int, right: int) -> Loop:
    """One row of the kernel at a time, for two rows of the output: each value that is loaded serves both."""

    @compiled("contract")
    def correlate(X, K, Y):
        zero = X.dtype.type(0)

        def add(x, k, y):
            for j in range(len(y)):
                u = zero
                for b in range(left, right):
                    u += x[j + b] * k[b]
                y[j] += u

        def add_both(x, k, k_up, y, z):
            for j in range(len(y)):
                u = v = zero
                for b in range(left, right):
                    u += x[j + b] * k[b]
                    v += x[j + b] * k_up[b]
                y[j] += u
                z[j] += v

        rows, k_h = len(Y), len(K)
        for half in range(rows // 2):
            i = 2 * half
            y, z = Y[i], Y[i + 1]
            if left == 0:
                y[:] = zero
                z[:] = zero
            add(X[i], K[0], y)
            for a in range(1, k_h):
                add_both(X[i + a], K[a], K[a - 1], y, z)
            add(X[i + k_h], K[k_h - 1], z)
        if rows % 2:
            y = Y[rows - 1]
            if left == 0:
                y[:] = zero
            for a in range(k_h):
                add(X[rows - 1 + a], K[a], y)

    return correlate


@functools.cache
def _add_channels(left: int, right: int) -> Loop:
    """Add the correlation with some columns of a layer's kernels.

    Two output channels share each value that is loaded. Some rows of the image make one long row: where it wraps, the
    sums are nonsense, and are not copied to `Y`. `starts` says where in an image each row of the kernels `K` begins.
    """

    @compiled("contract")
    def correlate(X, K, starts, Y):
        def add_both(x, k, q, y, z):
            for j in range(len(y)):
                s, t = y[j], z[j]
                for b in range(left, right):
                    s += x[j + b] * k[b]
                    t += x[j + b] * q[b]
                y[j], z[j] = s, t

        c_out, rows, width = Y.shape[1:]
        n_w = X.shape[3]
        block = min(rows, max(1, BLOCK // n_w))
        flat = np.empty((2, block * n_w), X.dtype)
        for n in range(len(Y)):
            for half in range((c_out + 1) // 2):
                o = 2 * half
                p = min(o + 1, c_out - 1)  # an odd last channel is its own partner
                for part in range((rows + block - 1) // block):
                    top = part * block
                    height = min(block, rows - top)
                    y, z = flat[0, : height * n_w - n_w + width], flat[1, : height * n_w - n_w + width]
                    for i in range(height):
                        for j in range(width):
                            y[i * n_w + j], z[i * n_w + j] = Y[n, o, top + i, j], Y[n, p, top + i, j]
                    x = X[n].ravel()[top * n_w :]
                    for row, start in enumerate(starts):
                        add_both(x[start:], K[o, row], K[p, row], y, z)
                    for i in range(height):
                        for j in range(width):
                            Y[n, o, top + i, j], Y[n, p, top + i, j] = y[i * n_w + j], z[i * n_w + j]

    return correlate


@compiled("contract", "reassoc")
def _weight_gradient(X, D, across, down, length, G):
    """Sum over whole images: three columns of kernels and three rows, of whichever channels, share what is loaded."""

    def sums(d, e, f, x, y, z):
        dx = dy = dz = ex = ey = ez = fx = fy = fz = d.dtype.type(0)
        for j in range(len(d)):
            dx += d[j] * x[j]
            dy += d[j] * y[j]
            dz += d[j] * z[j]
            ex += e[j] * x[j]
            ey += e[j] * y[j]
            ez += e[j] * z[j]
            fx += f[j] * x[j]
            fy += f[j] * y[j]
            fz += f[j] * z[j]
        return (dx, dy, dz), (ex, ey, ez), (fx, fy, fz)

    for n in range(len(X)):
        for q in range(len(across) // 3):
            b = 3 * q
            x, y, z = X[n, across[b] :], X[n, across[b + 1] :], X[n, across[b + 2] :]
            for r in range(len(down) // 3):
                a = 3 * r
                d, e, f = D[n, down[a] :][:length], D[n, down[a + 1] :], D[n, down[a + 2] :]
                nine = sums(d, e, f, x, y, z)
                for u in range(3):
                    for v in range(3):
                        G[a + u, b + v] += nine[u][v]


@compiled("contract")
def correlate_down(F, G, H):
    """Write the sum over `a` of ``F[i + a] * G[a]`` into ``H[i]``, for spectra of rows, the kernel's by fours."""
    k_h = len(G)
    for i in range(len(H)):
        h = H[i]
        h[:] = 0
        for quarter in range(k_h // 4):
            a = 4 * quarter
            x, y, z, w = F[i + a], F[i + a + 1], F[i + a + 2], F[i + a + 3]
            k, p, q, r = G[a], G[a + 1], G[a + 2], G[a + 3]
            for f in range(len(h)):
                h[f] += x[f] * k[f] + y[f] * p[f] + z[f] * q[f] + w[f] * r[f]
        for a in range(k_h // 4 * 4, k_h):
            x, k = F[i + a], G[a]
            for f in range(len(h)):
                h[f] += x[f] * k[f]


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
