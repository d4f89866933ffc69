"""The right answers in plain NumPy, with nothing of the package in them, and the mistakes that readers make.

Each mistake is a sentence, and what a function returns that is right but for it: an answer that returns the same has
made that mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from d2lconv._validate import Array

Shape = tuple[int, int]
Mistakes = Iterator[tuple[str, Array]]

FLIPPED = (
    "Your kernel is flipped: that is the strict convolution. The cross-correlation reads image and kernel in the same "
    "direction."
)
NOT_FLIPPED = (
    "Your kernel is not flipped: that is the cross-correlation. The strict convolution reads the kernel backward "
    "along both axes."
)
FLIPPED_ONCE = "Your kernel is flipped along one axis only: check what you do with its rows, and what with its columns."
TRANSPOSED = "Your output is transposed: its rows and columns have changed places."
SIGN = "The sign is wrong: every number has the right magnitude and the opposite sign."
KERNEL_TRANSPOSED = "Your kernel is transposed: row a of the kernel belongs on row a of the window."
MEAN = "You take the mean of the products under the window: the cross-correlation is their sum."
LAST_EMPTY = (
    "Off by one: the last row or column of your output is never filled. range(n) stops at n - 1 by itself: is 1 "
    "subtracted twice?"
)
ONE_OUTPUT = "Only the first output is filled: is `return` inside the loop?"
ONE_ROW = "Only the first row of your output is filled: is `return` inside the outer loop?"
SHIFTED = "Off by one: your window starts one pixel too far down or to the right."
NO_FACTOR = "The factor of 2 is missing: the derivative of e² is 2e."
SIGN_OF_ERROR = "The sign is wrong: the error is the prediction minus the target."
SIGN_AND_FACTOR = "The sign is wrong, and the factor of 2 is missing."
MEAN_ERROR = "That is the gradient of the mean squared error: the loss here is the sum, so do not divide by a count."
MODES: tuple[Literal["edge", "reflect", "symmetric", "wrap"], ...] = ("edge", "reflect", "symmetric", "wrap")
BUT_ERROR = "it should be the error, the prediction minus Y."


def corr2d(X: Array, K: Array) -> Array:
    """Correlate weight by weight."""
    (n_h, n_w), (k_h, k_w) = X.shape, K.shape
    Y = np.zeros((n_h - k_h + 1, n_w - k_w + 1))
    for (a, b), weight in np.ndenumerate(K):
        Y += weight * X[a : a + Y.shape[0], b : b + Y.shape[1]]
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
    yield "You flip the image instead of the kernel: that turns the output by half a turn.", corr2d(X[::-1, ::-1], K)
    if _turned_fits(X, K):
        yield "Your kernel is transposed, not flipped: read it backward along both axes instead.", corr2d(X, K.T)
    yield from ((FLIPPED_ONCE, corr2d(X, once)) for once in (K[::-1], K[:, ::-1]))
    yield from _window_mistakes(X, K[::-1, ::-1])


def _window_mistakes(X: Array, K: Array) -> Mistakes:
    Y = corr2d(X, K)
    yield TRANSPOSED, Y.T
    yield SIGN, -Y
    if _turned_fits(X, K):
        yield KERNEL_TRANSPOSED, corr2d(X, K.T)
    yield MEAN, Y / K.size
    for sentence, columns in ((ONE_OUTPUT, 1), (ONE_ROW, None)):
        begun = np.zeros_like(Y)
        begun[:1, :columns] = Y[:1, :columns]
        yield sentence, begun
    for rows, cols in ((1, 1), (1, 0), (0, 1)):
        gap = Y.copy()
        gap[len(Y) - rows :], gap[:, Y.shape[1] - cols :] = 0, 0
        yield LAST_EMPTY, gap
        rolled = np.zeros_like(Y)
        rolled[: len(Y) - rows, : Y.shape[1] - cols] = Y[rows:, cols:]
        yield SHIFTED, rolled
        yield SHIFTED, Y[rows:, cols:]


def _turned_fits(X: Array, K: Array) -> bool:
    return all(k <= n for k, n in zip(K.T.shape, X.shape, strict=True))


def kernel_gradient(X: Array, K: Array, Y: Array) -> Array:
    """Differentiate the summed squared error with respect to each weight."""
    return corr2d(X, 2 * (corr2d(X, K) - Y))


def kernel_gradient_mistakes(X: Array, K: Array, Y: Array) -> Mistakes:
    """Yield what goes wrong in deriving the kernel's gradient."""
    error = corr2d(X, K) - Y
    G = corr2d(X, 2 * error)
    yield NO_FACTOR, G / 2
    yield SIGN_OF_ERROR, -G
    yield SIGN_AND_FACTOR, -G / 2
    yield (
        "Your gradient is flipped: the weight K[a, b] meets the pixels X[i + a, j + b], so all indices run forward.",
        G[::-1, ::-1],
    )
    yield (
        "Your error is flipped: all indices of G[a, b] = sum(2 * error[i, j] * X[i + a, j + b]) run forward.",
        conv2d(X, 2 * error),
    )
    yield "Your gradient is transposed: G[a, b] belongs to K[a, b].", G.T
    yield MEAN_ERROR, G / error.size
    yield f"You correlate X with the prediction: {BUT_ERROR}", corr2d(X, 2 * (error + Y))
    yield f"You correlate X with the target: {BUT_ERROR}", corr2d(X, 2 * Y)
    yield (
        "That is the error itself: for each weight, multiply it by the pixels that the weight has met, and add up.",
        2 * error,
    )
    yield "That is the gradient for the image: the exercise asks for the kernel's.", input_gradient(X, K, Y)


def input_gradient(X: Array, K: Array, Y: Array) -> Array:
    """Differentiate the summed squared error with respect to each pixel."""
    return conv2d(_framed(2 * (corr2d(X, K) - Y), _overlap(K)), K)


def input_gradient_mistakes(X: Array, K: Array, Y: Array) -> Mistakes:
    """Yield what goes wrong in deriving the gradient for the input."""
    error = corr2d(X, K) - Y
    framed = _framed(2 * error, _overlap(K))
    dX = conv2d(framed, K)
    yield NO_FACTOR, dX / 2
    yield SIGN_OF_ERROR, -dX
    yield SIGN_AND_FACTOR, -dX / 2
    forward = (
        "Your kernel is not flipped: the pixel at (i, j) meets the weight K[a, b] in the output at (i - a, j - b), so "
        "one index runs forward and the other backward."
    )
    yield forward, corr2d(framed, K)
    yield "Your kernel is not flipped, and the factor of 2 is missing.", corr2d(framed, K) / 2
    yield from ((FLIPPED_ONCE, corr2d(framed, once)) for once in (K[::-1], K[:, ::-1]))
    yield MEAN_ERROR, dX / error.size
    yield f"You use the prediction: {BUT_ERROR}", conv2d(_framed(2 * (error + Y), _overlap(K)), K)
    yield f"You use the target: {BUT_ERROR}", conv2d(_framed(2 * Y, _overlap(K)), K)
    yield (
        "The frame around your error is too narrow: a corner of the image lies in one window only, so the kernel needs "
        "k - 1 zeros on every side.",
        conv2d(_framed(2 * error, _half(K)), K),
    )
    if all(n >= k for n, k in zip(error.shape, K.shape, strict=True)):
        yield (
            "Your error has no frame: without zeros around it, the window never reaches the pixels near the border.",
            conv2d(2 * error, K),
        )
    yield (
        "That is the error itself: for each pixel, multiply it by the weights that the pixel has met, and add up.",
        2 * error,
    )
    yield "That is the gradient for the kernel: the exercise asks for the image's.", kernel_gradient(X, K, Y)


def same_size(X: Array, K: Array) -> Array:
    """Correlate an image that zeros frame so that the output is as large as it was."""
    return corr2d(_framed(X, _half(K)), K)


def same_size_mistakes(X: Array, K: Array) -> Mistakes:
    """Yield what goes wrong in keeping the size."""
    valid, (p_h, p_w) = corr2d(X, K), _half(K)
    yield "There is no frame yet: put zeros around X, so that the window reaches over its border.", valid
    yield "You frame the output: the zeros belong around X, before the window slides.", _framed(valid, (p_h, p_w))
    yield (
        "Your frame is too wide: the output is larger than the image. Half of k - 1 rows or columns on each side will "
        "do.",
        corr2d(_framed(X, _overlap(K)), K),
    )
    yield (
        "Your frame is one pixel wide, whatever the kernel: that is right for a kernel of three rows and columns only.",
        corr2d(np.pad(X, 1), K),
    )
    yield (
        "Your frame takes its height from the kernel's width, or the other way round.",
        corr2d(_framed(X, (p_w, p_h)), K),
    )
    for sentence, p in (("height from the kernel's width", p_w), ("width from the kernel's height", p_h)):
        yield f"Your frame takes its {sentence}, too.", corr2d(np.pad(X, p), K)
    off_centre = "All zeros lie on one side, so the output is shifted: put half of them on the other."
    for rows, columns in ((0, 0), (2, 2), (0, 2), (2, 0)):
        frame = ((rows * p_h, (2 - rows) * p_h), (columns * p_w, (2 - columns) * p_w))
        yield off_centre, corr2d(np.pad(X, frame), K)
    yield FLIPPED, same_size(X, K[::-1, ::-1])
    yield from ((FLIPPED_ONCE, same_size(X, once)) for once in (K[::-1], K[:, ::-1]))
    for mode in MODES:
        filled = np.pad(X, ((p_h, p_h), (p_w, p_w)), mode)
        yield "Your frame repeats pixels of the image: it should hold zeros.", corr2d(filled, K)
    yield from _window_mistakes(_framed(X, (p_h, p_w)), K)


def _half(K: Array) -> Shape:
    return K.shape[0] // 2, K.shape[1] // 2


def _overlap(K: Array) -> Shape:
    return K.shape[0] - 1, K.shape[1] - 1


def _framed(A: Array, frame: Shape) -> Array:
    return np.pad(A, [(p, p) for p in frame])


def matrix(K: Array, input_shape: Shape) -> Array:
    """Place the weights, one row per output."""
    return _placed(K, input_shape, order="C")


def matrix_mistakes(K: Array, input_shape: Shape) -> Mistakes:
    """Yield what goes wrong in spreading a kernel over a matrix."""
    M = matrix(K, input_shape)
    yield "Your matrix is transposed: it needs one row per output and one column per pixel.", M.T
    yield (
        "Your matrix has two axes for the output and two for the image: reshape it to two axes in all.",
        M.reshape(*corr2d(np.zeros(input_shape), K).shape, *input_shape),
    )
    yield FLIPPED, matrix(K[::-1, ::-1], input_shape)
    yield from ((FLIPPED_ONCE, matrix(once, input_shape)) for once in (K[::-1], K[:, ::-1]))
    yield SIGN, -M
    yield "Your matrix runs down the columns of the image: X.ravel() runs along its rows.", _placed(K, input_shape, "F")
    shifted = np.zeros_like(M)
    for row in range(len(M)):
        shifted[row, row:] = M[0, : M.shape[1] - row]
    wrapped = "Your window runs past the end of a row: after the last output of a row it has to jump to the next row."
    yield wrapped, shifted
    side_by_side = np.zeros_like(M)
    for row, start in enumerate((matrix(np.ones_like(K), input_shape) != 0).argmax(axis=1)):
        side_by_side[row, start : start + K.size] = K.ravel()[: M.shape[1] - start]
    yield (
        "The rows of your kernel lie side by side: in X.ravel(), a pixel and the one below it are a whole row apart.",
        side_by_side,
    )


def _placed(K: Array, input_shape: Shape, order: str) -> Array:
    flat = np.arange(input_shape[0] * input_shape[1]).reshape(input_shape, order=order)  # type: ignore[call-overload]
    rows, cols = corr2d(np.zeros(input_shape), K).shape
    positions = np.arange(rows * cols).reshape((rows, cols), order=order)  # type: ignore[call-overload]
    M = np.zeros((positions.size, flat.size))
    for (i, j), row in np.ndenumerate(positions):
        for (a, b), weight in np.ndenumerate(K):
            M[row, flat[i + a, j + b]] = weight
    return M
