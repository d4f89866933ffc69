"""The right answers in plain NumPy, with nothing of the package in them, and the mistakes that readers make.

Each mistake is a sentence, and what a function returns that is right but for it: an answer that returns the same has
made that mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from d2lconv._validate import Array

Shape = tuple[int, int]
Mistakes = Iterator[tuple[str, Array]]

FLIPPED = (
    "Your kernel is flipped: that is the strict convolution. The cross-correlation reads image and kernel in the same "
    "direction."
)
NOT_FLIPPED = (
    "Your kernel is not flipped: that is the cross-correlation. The strict convolution reads the kernel backward, "
    "along both axes."
)
FLIPPED_ONCE = "Your kernel is flipped along one axis only: look at what happens to its rows and to its columns."
TRANSPOSED = "Your output is transposed: its rows are where its columns should be."
SIGN = "The sign is wrong: every number has the right size and the opposite sign."
KERNEL_TRANSPOSED = "Your kernel is transposed: row a of the window has to meet row a of the kernel."
MEAN = "You take the mean of the products under the window: take their sum."
LAST_EMPTY = (
    "Off by one: the last row or column of your output is never filled. range(n) already stops at n - 1, so what does "
    "the last window need?"
)
SHIFTED = "Off by one: your window starts one pixel too far down or to the right."


def corr2d(X: Array, K: Array) -> Array:
    """Correlate tap by tap."""
    (n_h, n_w), (k_h, k_w) = X.shape, K.shape
    Y = np.zeros((n_h - k_h + 1, n_w - k_w + 1))
    for (a, b), tap in np.ndenumerate(K):
        Y += tap * X[a : a + Y.shape[0], b : b + Y.shape[1]]
    return Y


def conv2d(X: Array, K: Array) -> Array:
    """Convolve in the strict sense."""
    return corr2d(X, K[::-1, ::-1])


def corr2d_mistakes(X: Array, K: Array) -> Mistakes:
    """Yield what goes wrong in a cross-correlation."""
    yield FLIPPED, conv2d(X, K)
    yield from ((FLIPPED_ONCE, corr2d(X, once)) for once in (K[::-1], K[:, ::-1]))
    yield from _window_mistakes(X, K)


def conv2d_mistakes(X: Array, K: Array) -> Mistakes:
    """Yield what goes wrong in a strict convolution."""
    yield NOT_FLIPPED, corr2d(X, K)
    yield from ((FLIPPED_ONCE, corr2d(X, once)) for once in (K[::-1], K[:, ::-1]))
    yield from _window_mistakes(X, K[::-1, ::-1])


def _window_mistakes(X: Array, K: Array) -> Mistakes:
    Y = corr2d(X, K)
    yield TRANSPOSED, Y.T
    yield SIGN, -Y
    if K.shape[1] <= X.shape[0] and K.shape[0] <= X.shape[1]:
        yield KERNEL_TRANSPOSED, corr2d(X, K.T)
    yield MEAN, Y / K.size
    for rows, cols in ((1, 1), (1, 0), (0, 1)):
        gap = Y.copy()
        gap[len(Y) - rows :], gap[:, Y.shape[1] - cols :] = 0, 0
        yield LAST_EMPTY, gap
        rolled = np.zeros_like(Y)
        rolled[: len(Y) - rows, : Y.shape[1] - cols] = Y[rows:, cols:]
        yield SHIFTED, rolled
        yield SHIFTED, Y[rows:, cols:]


def output_shape(input_shape: Shape, kernel_shape: Shape) -> Array:
    """Count the positions of the window along each axis."""
    return np.array([n - k + 1 for n, k in zip(input_shape, kernel_shape, strict=True)])


def output_shape_mistakes(input_shape: Shape, kernel_shape: Shape) -> Mistakes:
    """Yield what goes wrong in counting positions."""
    n, k = np.array(input_shape), np.array(kernel_shape)
    yield "Off by one: a window as large as the image still has one position, and yours has none.", n - k
    yield "Off by one: a window as large as the image has one position, not two.", n - k + 2
    yield "Height and width are exchanged: rows come first.", (n - k + 1)[::-1]
    yield "Your output is as large as the image: the window must stay inside it, so it cannot start everywhere.", n
    yield "You let the window hang over the border of the image: it must stay inside.", n + k - 1
    yield "The sign is wrong: the larger the kernel, the smaller the output.", k - n + 1
    yield "You lay the windows side by side: they overlap, since the window moves one pixel at a time.", n // k
    yield "That is the number of outputs in all: give their rows and their columns.", np.prod(n - k + 1)


def kernel_gradient(X: Array, K: Array, Y: Array) -> Array:
    """Differentiate the summed squared error by each tap."""
    return corr2d(X, 2 * (corr2d(X, K) - Y))


def kernel_gradient_mistakes(X: Array, K: Array, Y: Array) -> Mistakes:
    """Yield what goes wrong in deriving the kernel's gradient."""
    error = corr2d(X, K) - Y
    G = corr2d(X, 2 * error)
    yield "The factor of 2 is missing: the square's derivative is twice what is squared.", G / 2
    yield "The sign is wrong: the error is the prediction minus the target.", -G
    yield "The sign is wrong, and the factor of 2 is missing.", -G / 2
    yield (
        "Your gradient is flipped: tap (a, b) has met the pixels X[i + a, j + b], in the image's own direction.",
        (G[::-1, ::-1]),
    )
    yield "Your gradient is transposed: G[a, b] belongs to K[a, b].", G.T
    mean = "That is the gradient of the mean squared error: the loss here is the sum, so nothing is divided by a count."
    yield mean, G / error.size
    yield (
        "You correlate X with the prediction: it should be the error, the prediction minus Y.",
        corr2d(X, 2 * (error + Y)),
    )
    yield "You correlate X with the target: it should be the error, the prediction minus Y.", corr2d(X, 2 * Y)
    yield "That is the error itself: each tap collects it, weighted by the pixels that the tap has met.", 2 * error
    k_h, k_w = K.shape
    back = conv2d(np.pad(2 * error, ((k_h - 1, k_h - 1), (k_w - 1, k_w - 1))), K)
    yield "That is the gradient for the image: here the kernel's is asked for.", back


def matrix(K: Array, input_shape: Shape) -> Array:
    """Place the taps, one row per output."""
    return _placed(K, input_shape, order="C")


def matrix_mistakes(K: Array, input_shape: Shape) -> Mistakes:
    """Yield what goes wrong in spreading a kernel over a matrix."""
    M = matrix(K, input_shape)
    yield "Your matrix is transposed: it needs one row for each output, and one column for each pixel.", M.T
    yield FLIPPED, matrix(K[::-1, ::-1], input_shape)
    yield from ((FLIPPED_ONCE, matrix(once, input_shape)) for once in (K[::-1], K[:, ::-1]))
    yield SIGN, -M
    yield "Your matrix goes down the columns of the image: X.ravel() goes along its rows.", _placed(K, input_shape, "F")
    shifted = np.zeros_like(M)
    for row in range(len(M)):
        shifted[row, row:] = M[0, : M.shape[1] - row]
    wrapped = "Your window walks over the end of a row: after the last output of a row it has to skip to the next row."
    yield wrapped, shifted
    side_by_side = np.zeros_like(M)
    for row, start in enumerate((matrix(np.ones_like(K), input_shape) != 0).argmax(axis=1)):
        side_by_side[row, start : start + K.size] = K.ravel()[: M.shape[1] - start]
    yield (
        "The rows of your kernel lie side by side: in X.ravel(), pixels below each other are a whole row apart.",
        side_by_side,
    )


def _placed(K: Array, input_shape: Shape, order: str) -> Array:
    flat = np.arange(input_shape[0] * input_shape[1]).reshape(input_shape, order=order)  # type: ignore[call-overload]
    rows, cols = output_shape(input_shape, K.shape)
    positions = np.arange(rows * cols).reshape((rows, cols), order=order)  # type: ignore[call-overload]
    M = np.zeros((positions.size, flat.size))
    for (i, j), row in np.ndenumerate(positions):
        for (a, b), tap in np.ndenumerate(K):
            M[row, flat[i + a, j + b]] = tap
    return M


def receptive_field(kernel_sizes: Sequence[int], strides: Sequence[int]) -> Array:
    """Walk from one output back to the input."""
    field = 1
    for k, s in zip(reversed(kernel_sizes), reversed(strides), strict=True):
        field = (field - 1) * s + k
    return np.array(field)


def receptive_field_mistakes(kernel_sizes: Sequence[int], strides: Sequence[int]) -> Mistakes:
    """Yield what goes wrong in adding up a stack."""
    k, s = np.array(kernel_sizes), np.array(strides)
    right = receptive_field(kernel_sizes, strides)
    yield "Off by one: an element that no layer has widened yet sees one pixel, itself.", right - 1
    yield "Off by one: the first pixel is counted twice.", right + 1
    yield "You add the whole kernels: neighbouring windows overlap, so a layer adds less than its kernel.", k.sum()
    yield "You multiply the kernels: with strides of one, each layer adds to the field.", k.prod()
    ignored = "You leave the strides out: behind a stride of s, a step to the next element is s pixels long."
    yield ignored, 1 + (k - 1).sum()
    own = (
        "You count a layer's own stride: its window lies on the layer before, so only the strides before it stretch it."
    )
    yield own, 1 + ((k - 1) * np.cumprod(s)).sum()
    after = np.append(np.cumprod(s[::-1])[::-1][1:], 1)
    yield (
        "You go the wrong way: it is the strides of the layers before that stretch a window.",
        1 + ((k - 1) * after).sum(),
    )
