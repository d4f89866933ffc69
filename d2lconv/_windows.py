"""What the compiled loops compute, in plain NumPy: for where there is no numba.

Each function takes one tap of the kernel at a time, over all the pixels that this tap meets. So the sums are those of
`_kernels`, and NaN and infinity stay in the windows that hold them.
"""

import itertools
from collections.abc import Iterator

import numpy as np

from d2lconv._validate import Array

silent = np.errstate(over="ignore", invalid="ignore")  # as the compiled loops are


@silent
def correlate(X: Array, K: Array, Y: Array) -> None:
    """Write the valid cross-correlation of `X` with `K` into `Y`."""
    Y[:] = 0
    for a, b, x in _met(X, K.shape, Y.shape):
        Y += K[a, b] * x


@silent
def correlate_channels(X: Array, W: Array, B: Array, Y: Array) -> None:
    """Write a layer's output: correlations, summed over the input channels, and the bias `B`."""
    Y[:] = B[:, None, None]
    for a, b, x in _met(X, W.shape[2:], Y.shape[2:]):
        for o, c in np.ndindex(*W.shape[:2]):
            Y[:, o] += W[o, c, a, b] * x[:, c]


@silent
def weight_gradient(X: Array, dY: Array, dW: Array) -> None:
    """Write ``dW[o, c, a, b]``, the sum of ``dY[n, o]`` times the part of ``X[n, c]`` that tap (a, b) has met."""
    for a, b, x in _met(X, dW.shape[2:], dY.shape[2:]):
        dW[:, :, a, b] = np.tensordot(dY, x, ((0, 2, 3), (0, 2, 3)))


@silent
def correlate_down(F: Array, G: Array, H: Array) -> None:
    """Write the sum over `a` of ``F[i + a] * G[a]`` into ``H[i]``, for spectra of rows."""
    H[:] = 0
    for a, g in enumerate(G):
        H += F[a : a + len(H)] * g


@silent
def descend(X: Array, Y: Array, lr: float, W: Array, B: Array, bias: bool, dW: Array, dB: Array, loss: Array) -> None:
    """Train a kernel from ``W[0]`` on by the textbook's steps: row `t` of each array is the state after `t` updates."""
    error = np.empty_like(Y)
    for t in range(len(loss)):
        correlate_channels(X, W[t][None, None], B[t : t + 1], error)
        error -= Y
        loss[t] = np.sum(np.square(error, dtype=np.float64))
        if t + 1 < len(loss):
            weight_gradient(X, 2 * error, dW[None, None])
            dB[0] = 2 * error.sum()
            W[t + 1] = W[t] - lr * dW
            B[t + 1] = B[t] - lr * dB[0] if bias else B[t]


def _met(X: Array, kernel_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> Iterator[tuple[int, int, Array]]:
    """Yield each tap's row and column, and the pixels that it meets while the window moves."""
    (k_h, k_w), (y_h, y_w) = kernel_shape, output_shape
    for a, b in itertools.product(range(k_h), range(k_w)):
        yield a, b, X[..., a : a + y_h, b : b + y_w]
