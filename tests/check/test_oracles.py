"""Where one answer is right: any code that computes it passes, and each mistake is named and costs what it deserves."""

import naive
import numpy as np
import pytest
from naive import corr2d, gradient

from d2lconv import check
from d2lconv.check import counts, oracles


def conv2d(X, K):
    return corr2d(X, K[::-1, ::-1])


def output_shape(input_shape, kernel_shape):
    return input_shape[0] - kernel_shape[0] + 1, input_shape[1] - kernel_shape[1] + 1


def matrix(K, input_shape):
    size = np.prod(input_shape)
    return np.array([corr2d(np.eye(1, size, n).reshape(input_shape), K).ravel() for n in range(size)]).T


def kernel_gradient(X, K, Y):
    return corr2d(X, 2 * (corr2d(X, K) - Y))


def framed(A, rows, columns, **options):
    return np.pad(A, ((rows, rows), (columns, columns)), **options)


def same_size(X, K, **options):
    return corr2d(framed(X, K.shape[0] // 2, K.shape[1] // 2, **options), K)


def input_gradient(X, K, Y):
    return gradient(lambda A: ((corr2d(A, K) - Y) ** 2).sum(), X)


def back(dY, K):
    return conv2d(framed(dY, K.shape[0] - 1, K.shape[1] - 1), K)


def scattered(X, K, Y):
    dX = np.zeros(X.shape)
    for (i, j), error in np.ndenumerate(corr2d(X, K) - Y):
        dX[i : i + K.shape[0], j : j + K.shape[1]] += 2 * error * K
    return dX


def receptive_field(kernel_sizes, strides):
    seen = naive.inputs_seen([(k, 1) for k in kernel_sizes], [(s, 1) for s in strides])
    return 1 + max(i for i, _ in seen)


RIGHT = {
    "output_shape": [output_shape, lambda n, k: list(output_shape(n, k)), lambda n, k: np.array(output_shape(n, k))],
    "corr2d": [
        corr2d,
        lambda X, K: corr2d(X, K).tolist(),
        lambda X, K: corr2d(X, K).astype(np.float32),
        lambda X, K: np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(X, K.shape), K),
    ],
    "same_size": [
        same_size,
        lambda X, K: same_size(X, K).tolist(),
        lambda X, K: corr2d(padded(X, K), K)[K.shape[0] // 2 :, K.shape[1] // 2 :][: len(X), : X.shape[1]],
    ],
    "conv2d": [conv2d, lambda X, K: corr2d(X, np.rot90(K, 2))],
    "kernel_gradient": [
        kernel_gradient,
        lambda X, K, Y: gradient(lambda W: ((corr2d(X, W) - Y) ** 2).sum(), K),
    ],
    "matrix": [matrix],
    "input_gradient": [
        input_gradient,
        scattered,
        lambda X, K, Y: back(2 * (corr2d(X, K) - Y), K),
        lambda X, K, Y: (matrix(K, X.shape).T @ (2 * (corr2d(X, K) - Y)).ravel()).reshape(X.shape),
    ],
    "receptive_field": [receptive_field, lambda k, s: np.int64(receptive_field(k, s))],
}


def spoiled(right, spoil):
    return lambda *args: spoil(right(*args))


def with_zeros(rows, columns):
    """Return what leaves the last rows and columns of an output empty."""
    return lambda Y: np.pad(Y[: len(Y) - rows, : Y.shape[1] - columns], ((0, rows), (0, columns)))


def only(rows, columns):
    """Return what leaves all but the first rows and columns of an output empty."""

    def spoil(Y):
        Z = np.zeros(Y.shape)
        Z[:rows, :columns] = Y[:rows, :columns]
        return Z

    return spoil


def moved(rows, columns):
    """Return what moves an output up and to the left, and fills it up with zeros."""
    return lambda Y: np.pad(Y[rows:, columns:], ((0, rows), (0, columns)))


def padded(X, K):
    k_h, k_w = K.shape
    return np.pad(X, ((k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))


def jumps_the_rows(K, input_shape):
    M = matrix(K, input_shape)
    return np.array([np.roll(M[0], n) for n in range(len(M))])


def lays_it_flat(K, input_shape):
    M = np.zeros_like(matrix(K, input_shape))
    for row, taps in enumerate(matrix(np.ones(K.shape), input_shape)):
        start = taps.argmax()
        M[row, start : start + K.size] = K.ravel()[: M.shape[1] - start]
    return M


def goes_down_the_columns(K, input_shape):
    n_h, n_w = input_shape
    M = matrix(K, input_shape).reshape(*output_shape(input_shape, K.shape), n_h, n_w)
    return M.transpose(1, 0, 3, 2).reshape(-1, n_h * n_w)


def too_wide(K, input_shape):
    M = np.zeros_like(matrix(K, input_shape))
    y_h, y_w = output_shape(input_shape, K.shape)
    for i, j, a, b in np.ndindex(y_h, y_w, *K.shape):
        M[i * y_w + j, (i + a) * input_shape[0] + j + b] = K[a, b]
    return M


# exercise, what it gets, words of the sentence, the answer
WRONG = {
    "flipped": ("corr2d", 1 / 7, "is flipped", conv2d),
    "flipped left to right": ("corr2d", 1 / 7, "one axis only", lambda X, K: corr2d(X, K[:, ::-1])),
    "flipped top to bottom": ("corr2d", 1 / 7, "one axis only", lambda X, K: corr2d(X, K[::-1])),
    "transposed": ("corr2d", 0, "transposed", spoiled(corr2d, np.transpose)),
    "sign": ("corr2d", 1 / 7, "opposite sign", spoiled(corr2d, np.negative)),
    "mean": ("corr2d", 1 / 7, "mean", lambda X, K: corr2d(X, K) / K.size),
    "last row and column empty": ("corr2d", 1 / 7, "never filled", spoiled(corr2d, with_zeros(1, 1))),
    "last row empty": ("corr2d", 1 / 7, "never filled", spoiled(corr2d, with_zeros(1, 0))),
    "last column empty": ("corr2d", 1 / 7, "never filled", spoiled(corr2d, with_zeros(0, 1))),
    "returns in the inner loop": ("corr2d", 1 / 7, "is `return` inside the loop?", spoiled(corr2d, only(1, 1))),
    "returns in the outer loop": ("corr2d", 1 / 7, "inside the outer loop?", spoiled(corr2d, only(1, None))),
    "begun a row and a column late": ("corr2d", 1 / 7, "one pixel too far", spoiled(corr2d, moved(1, 1))),
    "begun a row late": ("corr2d", 1 / 7, "one pixel too far", spoiled(corr2d, moved(1, 0))),
    "begun a column late": ("corr2d", 1 / 7, "one pixel too far", spoiled(corr2d, moved(0, 1))),
    "without the first row": ("corr2d", 0, "one pixel too far", spoiled(corr2d, lambda Y: Y[1:])),
    "without the first column": ("corr2d", 0, "one pixel too far", spoiled(corr2d, lambda Y: Y[:, 1:])),
    "without both": ("corr2d", 0, "one pixel too far", spoiled(corr2d, lambda Y: Y[1:, 1:])),
    "not flipped": ("conv2d", 1 / 7, "not flipped", corr2d),
    "flipped once": ("conv2d", 1 / 7, "one axis only", lambda X, K: corr2d(X, K[::-1])),
    "flipped once, the other way": ("conv2d", 1 / 7, "one axis only", lambda X, K: corr2d(X, K[:, ::-1])),
    "transposed instead of flipped": (
        "conv2d",
        0,
        "Your kernel is transposed, not flipped",
        lambda X, K: corr2d(X, K.T),
    ),
    "image flipped": (
        "conv2d",
        1 / 7,
        "You flip the image instead of the kernel",
        lambda X, K: corr2d(X[::-1, ::-1], K),
    ),
    "kernel transposed": ("conv2d", 0, "kernel is transposed", lambda X, K: conv2d(X, K.T)),
    "convolution, empty": ("conv2d", 1 / 7, "never filled", spoiled(conv2d, with_zeros(1, 1))),
    "no last position": ("output_shape", 0, "you count none", spoiled(output_shape, lambda s: (s[0] - 1, s[1] - 1))),
    "two last positions": ("output_shape", 0, "not two", spoiled(output_shape, lambda s: (s[0] + 1, s[1] + 1))),
    "exchanged": ("output_shape", 1 / 3, "exchanged", spoiled(output_shape, lambda s: s[::-1])),
    "no loss": ("output_shape", 0, "as large as the image", lambda n, k: n),
    "a gain": ("output_shape", 0, "hang over", lambda n, k: (n[0] + k[0] - 1, n[1] + k[1] - 1)),
    "from the kernel": (
        "output_shape",
        0,
        "The sign is wrong: the larger the kernel",
        lambda n, k: (k[0] - n[0] + 1, k[1] - n[1] + 1),
    ),
    "a width from a height": (
        "output_shape",
        1 / 3,
        "You subtract a width from a height",
        lambda n, k: (n[0] - k[1] + 1, n[1] - k[0] + 1),
    ),
    "tiles": ("output_shape", 0, "side by side", lambda n, k: (n[0] // k[0], n[1] // k[1])),
    "the whole count": ("output_shape", 0, "total number", spoiled(output_shape, np.prod)),
    "no factor": ("kernel_gradient", 0, "The factor of 2", spoiled(kernel_gradient, lambda G: G / 2)),
    "uphill": ("kernel_gradient", 0, "the prediction minus the target", spoiled(kernel_gradient, np.negative)),
    "uphill, no factor": ("kernel_gradient", 0, "and the factor of 2", spoiled(kernel_gradient, lambda G: -G / 2)),
    "gradient flipped": ("kernel_gradient", 0, "is flipped", spoiled(kernel_gradient, lambda G: G[::-1, ::-1])),
    "error flipped": (
        "kernel_gradient",
        0,
        "Your error is flipped",
        lambda X, K, Y: conv2d(X, 2 * (corr2d(X, K) - Y)),
    ),
    "gradient transposed": ("kernel_gradient", 0, "is transposed", spoiled(kernel_gradient, np.transpose)),
    "gradient of the mean": ("kernel_gradient", 0, "mean squared", lambda X, K, Y: kernel_gradient(X, K, Y) / Y.size),
    "the prediction": ("kernel_gradient", 0, "with the prediction", lambda X, K, Y: corr2d(X, 2 * corr2d(X, K))),
    "the target": ("kernel_gradient", 0, "with the target", lambda X, K, Y: corr2d(X, 2 * Y)),
    "the error": ("kernel_gradient", 0, "the error itself", lambda X, K, Y: 2 * (corr2d(X, K) - Y)),
    "the image's": (
        "kernel_gradient",
        0,
        "gradient for the image",
        lambda X, K, Y: conv2d(padded(2 * (corr2d(X, K) - Y), K), K),
    ),
    "no frame": ("same_size", 0, "There is no frame yet", lambda X, K: corr2d(X, K)),
    "frame around the output": (
        "same_size",
        1 / 6,
        "frame the output",
        lambda X, K: framed(corr2d(X, K), K.shape[0] // 2, K.shape[1] // 2),
    ),
    "frame of one": ("same_size", 1 / 6, "one pixel wide", lambda X, K: corr2d(framed(X, 1, 1), K)),
    "frame exchanged": (
        "same_size",
        1 / 2,
        "It works for square kernels only: is a height used somewhere in place of a width, or the other way round? "
        "Your frame takes its height",
        lambda X, K: corr2d(framed(X, K.shape[1] // 2, K.shape[0] // 2), K),
    ),
    "frame from the width": (
        "same_size",
        1 / 2,
        "Your frame takes its height from the kernel's width, too",
        lambda X, K: corr2d(framed(X, K.shape[1] // 2, K.shape[1] // 2), K),
    ),
    "frame from the height": (
        "same_size",
        1 / 2,
        "Your frame takes its width from the kernel's height, too",
        lambda X, K: corr2d(framed(X, K.shape[0] // 2, K.shape[0] // 2), K),
    ),
    "same size, sign": ("same_size", 1 / 6, "opposite sign", spoiled(same_size, np.negative)),
    "same size, mean": ("same_size", 1 / 6, "mean of the products", lambda X, K: same_size(X, K) / K.size),
    "same size, transposed": ("same_size", 0, "Your output is transposed", spoiled(same_size, np.transpose)),
    "same size, never filled": ("same_size", 1 / 6, "never filled", spoiled(same_size, with_zeros(1, 1))),
    "frame below and to the left": (
        "same_size",
        1 / 6,
        "so the output is shifted",
        lambda X, K: corr2d(np.pad(X, ((0, K.shape[0] - 1), (K.shape[1] - 1, 0))), K),
    ),
    "frame above and to the right": (
        "same_size",
        1 / 6,
        "so the output is shifted",
        lambda X, K: corr2d(np.pad(X, ((K.shape[0] - 1, 0), (0, K.shape[1] - 1))), K),
    ),
    "frame below": (
        "same_size",
        1 / 6,
        "so the output is shifted",
        lambda X, K: corr2d(np.pad(X, ((0, K.shape[0] - 1), (0, K.shape[1] - 1))), K),
    ),
    "frame above": (
        "same_size",
        1 / 6,
        "so the output is shifted",
        lambda X, K: corr2d(np.pad(X, ((K.shape[0] - 1, 0), (K.shape[1] - 1, 0))), K),
    ),
    "same size, flipped": ("same_size", 1 / 6, "is flipped: that is", lambda X, K: same_size(X, K[::-1, ::-1])),
    "same size, flipped once": ("same_size", 1 / 6, "one axis only", lambda X, K: same_size(X, K[::-1])),
    "same size, flipped the other way": ("same_size", 1 / 6, "one axis only", lambda X, K: same_size(X, K[:, ::-1])),
    "border repeated": ("same_size", 1 / 6, "repeats pixels", lambda X, K: same_size(X, K, mode="edge")),
    "border mirrored": ("same_size", 1 / 6, "repeats pixels", lambda X, K: same_size(X, K, mode="reflect")),
    "border mirrored twice": ("same_size", 1 / 6, "repeats pixels", lambda X, K: same_size(X, K, mode="symmetric")),
    "border wrapped": ("same_size", 1 / 6, "repeats pixels", lambda X, K: same_size(X, K, mode="wrap")),
    "frame of ones": ("same_size", 1 / 6, "numbers are not", lambda X, K: same_size(X, K, constant_values=1)),
    "input, no factor": ("input_gradient", 1 / 5, "The factor of 2", spoiled(input_gradient, lambda G: G / 2)),
    "input, uphill": ("input_gradient", 1 / 5, "the prediction minus the target", spoiled(input_gradient, np.negative)),
    "input, uphill, no factor": ("input_gradient", 1 / 5, "and the factor", spoiled(input_gradient, lambda G: -G / 2)),
    "input, not flipped": (
        "input_gradient",
        1 / 5,
        "Your kernel is not flipped: the pixel at (i, j)",
        lambda X, K, Y: back(2 * (corr2d(X, K) - Y), K[::-1, ::-1]),
    ),
    "input, not flipped, no factor": (
        "input_gradient",
        1 / 5,
        "Your kernel is not flipped, and the factor of 2 is missing",
        lambda X, K, Y: back(corr2d(X, K) - Y, K[::-1, ::-1]),
    ),
    "input, flipped once": (
        "input_gradient",
        1 / 5,
        "one axis only",
        lambda X, K, Y: back(2 * (corr2d(X, K) - Y), K[::-1]),
    ),
    "input, flipped the other way": (
        "input_gradient",
        1 / 5,
        "one axis only",
        lambda X, K, Y: back(2 * (corr2d(X, K) - Y), K[:, ::-1]),
    ),
    "input, mean": ("input_gradient", 1 / 5, "mean squared", lambda X, K, Y: input_gradient(X, K, Y) / Y.size),
    "input, the prediction": (
        "input_gradient",
        1 / 5,
        "You use the prediction",
        lambda X, K, Y: back(2 * corr2d(X, K), K),
    ),
    "input, the target": ("input_gradient", 1 / 5, "You use the target", lambda X, K, Y: back(2 * Y, K)),
    "input, the error": ("input_gradient", 0, "the error itself", lambda X, K, Y: 2 * (corr2d(X, K) - Y)),
    "input, the kernel's": ("input_gradient", 0, "gradient for the kernel", kernel_gradient),
    "input, narrow frame": (
        "input_gradient",
        0,
        "too narrow",
        lambda X, K, Y: conv2d(framed(2 * (corr2d(X, K) - Y), K.shape[0] // 2, K.shape[1] // 2), K),
    ),
    "input, no frame": (
        "input_gradient",
        0,
        "has no frame",
        lambda X, K, Y: conv2d(2 * (corr2d(X, K) - Y), K),
    ),
    "matrix transposed": ("matrix", 0, "is transposed", spoiled(matrix, np.transpose)),
    "frame too wide": ("same_size", 0, "too wide: the output is larger", lambda X, K: corr2d(padded(X, K), K)),
    "matrix of the convolution": ("matrix", 1 / 6, "is flipped", lambda K, n: matrix(K[::-1, ::-1], n)),
    "matrix, flipped once": ("matrix", 1 / 6, "one axis only", lambda K, n: matrix(K[::-1], n)),
    "matrix, flipped the other way": ("matrix", 1 / 6, "one axis only", lambda K, n: matrix(K[:, ::-1], n)),
    "matrix of four axes": (
        "matrix",
        0,
        "reshape it to two axes",
        lambda K, n: matrix(K, n).reshape(*output_shape(n, K.shape), *n),
    ),
    "matrix, sign": ("matrix", 1 / 6, "opposite sign", spoiled(matrix, np.negative)),
    "down the columns": ("matrix", 1 / 6, "down the columns", goes_down_the_columns),
    "over the end of a row": ("matrix", 1 / 3, "past the end of a row", jumps_the_rows),
    "kernel laid flat": ("matrix", 1 / 3, "side by side", lays_it_flat),
    "height for width": ("matrix", 1 / 2, "square images only", too_wide),
    "without itself": ("receptive_field", 0, "without any layer", spoiled(receptive_field, lambda r: r - 1)),
    "itself, twice": ("receptive_field", 0, "counted twice", spoiled(receptive_field, lambda r: r + 1)),
    "an overlap too much": ("receptive_field", 1 / 2, "add up whole kernels", lambda k, s: sum(k)),
    "a product": ("receptive_field", 1 / 2, "multiply", lambda k, s: int(np.prod(k))),
    "no strides": ("receptive_field", 3 / 4, "leave the strides out", lambda k, s: receptive_field(k, [1] * len(k))),
    "its own stride": ("receptive_field", 3 / 4, "own stride", lambda k, s: 1 + sum((np.array(k) - 1) * np.cumprod(s))),
    "its own stride alone": (
        "receptive_field",
        3 / 4,
        "by its own layer's stride",
        lambda k, s: 1 + sum((np.array(k) - 1) * s),
    ),
    "backward": ("receptive_field", 3 / 4, "wrong way", lambda k, s: receptive_field(k[::-1], s[::-1])),
}


def test_there_are_answers_to_each_exercise_that_has_one_right_answer():
    several = ("edge", "second_difference", "blur", "factor", "two_kernels")
    fitting = ("best_rate", "denoiser", "rank", "unseen", "seen", "weight_errors")
    stacks = ("corners", "one_kernel", "pixels_seen", "spread", "either_sign")
    assert [name for name in check.names() if name not in several + fitting + stacks] == list(RIGHT)
    assert {name for name, *_ in WRONG.values()} == set(RIGHT)


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, answers in RIGHT.items() for answer in answers])
def test_a_right_answer_passes(passes, name, answer):
    passes(name, answer)


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_named_and_costs_what_it_deserves(fails, mistake):
    fails(*WRONG[mistake])


def test_each_mistake_that_is_known_is_made_here(capsys):
    X, K, Y = np.ones((4, 5)), np.ones((2, 3)), np.ones((3, 3))
    known = [
        *oracles.corr2d_mistakes(X, K),
        *oracles.conv2d_mistakes(X, K),
        *counts.output_shape_mistakes(X.shape, K.shape),
        *oracles.kernel_gradient_mistakes(X, K, Y),
        *oracles.same_size_mistakes(np.ones((4, 5)), np.ones((3, 3))),
        *oracles.input_gradient_mistakes(X, K, Y),
        *oracles.matrix_mistakes(K, X.shape),
        *counts.receptive_field_mistakes([2, 3], [2, 1]),
    ]
    for name, _, _, answer in WRONG.values():
        check.run(name, answer)
    told = capsys.readouterr().out
    assert {sentence for sentence, _ in known if sentence not in told} == set()


def known_mistakes(X, K):
    return {sentence for sentence, _ in oracles.corr2d_mistakes(np.ones(X), np.ones(K))}


def test_a_transposed_kernel_is_a_known_mistake_wherever_it_still_fits():
    assert oracles.KERNEL_TRANSPOSED in known_mistakes((2, 3), (1, 2)) & known_mistakes((3, 2), (2, 1))
    assert oracles.KERNEL_TRANSPOSED not in known_mistakes((2, 3), (1, 3)) | known_mistakes((3, 2), (3, 1))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_the_check_correlates_as_the_textbook_does(dtype):
    X, K = np.arange(30).reshape(5, 6).astype(dtype), np.array([[1, -2, 3], [0, 5, -1]]).astype(dtype)
    np.testing.assert_array_equal(oracles.corr2d(X, K), corr2d(X, K))
    np.testing.assert_array_equal(oracles.conv2d(X, K), conv2d(X, K))
