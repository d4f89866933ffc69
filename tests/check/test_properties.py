"""Where several kernels are right: each that does what was asked passes, and each other one is told what it does."""

import numpy as np
import pytest


def edge(v):
    down, right = v / np.hypot(*v)
    return np.array([[0, down, 0], [right, 0, -right], [0, -down, 0]]) / 2


def sobel(v):
    S = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 8
    return (v[0] * S.T + v[1] * S) / np.hypot(*v)


def box(size):
    return np.ones((size, size)) / size**2


def bell(size):
    row = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / size)
    return np.outer(row, row) / row.sum() ** 2


def diamond(size):
    distance = abs(np.arange(size) - (size - 1) / 2)
    K = np.add.outer(distance, distance) <= size / 2
    return K / K.sum()


def along_a_diagonal(size):
    K = np.ones((size, size)) + np.eye(size)
    return K / K.sum()


def leaning(size):
    K = box(size)
    K[0, 0], K[-1, -1] = K[0, 0] + 3e-6, K[-1, -1] - 3e-6
    return K


def crossing(K):
    """Return the column and the row that cross in the largest weight, without its scale in the second."""
    i, j = np.unravel_index(abs(K).argmax(), K.shape)
    return K[:, j : j + 1], K[i : i + 1] / K[i, j]


def singular(K, scale_left, scale_right):
    u, s, v = np.linalg.svd(K)
    return u[:, :1] * s[0] ** scale_left, v[:1] * s[0] ** scale_right


def undivided(K):
    column, row = crossing(K)
    i, j = np.unravel_index(abs(K).argmax(), K.shape)
    return column, row * K[i, j]


def from_the_largest(K):
    """Return the column and the row that cross in the largest weight: that may be a zero."""
    i, j = np.unravel_index(K.argmax(), K.shape)
    return K[:, [j]], K[[i]] / K[i, j]


def divides_in_place(K):
    i, j = np.unravel_index(abs(K).argmax(), K.shape)
    row = K[[i]]
    K[:, j] /= K[i, j]
    return K[:, [j]] * 2, row


def from_the_corner(K):
    return K[:, :1], K[:1] / K[0, 0]


def from_the_means(K):
    return K.mean(axis=1, keepdims=True), K.mean(axis=0, keepdims=True) / K.mean()


def from_the_norms(K):
    column, row = np.linalg.norm(K, axis=1), np.linalg.norm(K, axis=0)
    return column[:, None], row[None] / np.linalg.norm(row)


RIGHT = {
    "edge": [edge, sobel, lambda v: edge(v).tolist()],
    "second_difference": [[[1, -2, 1]], np.array([[1.0, -2.0, 1.0]])],
    "blur": [box, bell, diamond, along_a_diagonal],
    "factor": [
        crossing,
        lambda K: list(crossing(K)),
        lambda K: tuple(A.tolist() for A in crossing(K)),
        lambda K: singular(K, 1, 0),
        lambda K: singular(K, 0.5, 0.5),
        lambda K: tuple(A.astype(np.float32) for A in crossing(K)),
    ],
    "two_kernels": [
        [[[1, 2], [3, 4]], [[0, 0], [4, 6]]],
        ([[1, 2], [3, 4]], [[3, 4], [1, 2]]),
        np.array([np.zeros((2, 2)), [[0.1, 0.3], [-0.1, -0.3]]]),
        [np.full((2, 2), 0.1), [[0.3, 0.0], [-0.1, 0.2]]],
    ],
}


def off_centre(v):
    down, right = v / np.hypot(*v)
    return np.array([[down + right, -right], [-down, 0.0]])


def for_odd_sizes(kernel):
    """Return a blur that is right for even sizes, and for odd ones what `kernel` makes of its middle row."""
    return lambda n: box(n) if n % 2 == 0 else kernel(np.eye(1, n, n // 2))


A = np.array([[1.0, 2.0], [3.0, 5.0]])

# exercise, what it gets, words of the sentence, the answer
WRONG = {
    "brightens": ("edge", 0, "as the derivative is", lambda v: -edge(v)),
    "rows for columns": ("edge", 0, "are exchanged: v[0] points down, v[1] to the right.\n", lambda v: edge(v[::-1])),
    "rows for columns, brightens": ("edge", 0, "to the right. And the sign", lambda v: -edge(v[::-1])),
    "along the edge": ("edge", 0, "edges that run along v", lambda v: edge(np.array([v[1], -v[0]]))),
    "along the edge, the other way": ("edge", 0, "edges that run along v", lambda v: edge(np.array([-v[1], v[0]]))),
    "too strong": ("edge", 0, "the output should be -1, and yours is -8.", lambda v: 8 * edge(v)),
    "length counts": ("edge", 3 / 4, "divide v by its length", lambda v: edge(v) * np.hypot(*v)),
    "off centre": ("edge", 0, "not centred", off_centre),
    "not of zero sum": ("edge", 0, "sum to 9", lambda v: np.ones((3, 3))),
    "of negative sum": ("edge", 0, "sum to -9", lambda v: -np.ones((3, 3))),
    "no weights": ("edge", 0, "All weights are zero", lambda v: np.zeros((3, 3))),
    "one direction for all": ("edge", 0, "exchanged", lambda v: edge(np.array([1.0, 0.0]))),
    "another direction": ("edge", 0, "some other direction", lambda v: edge(v + np.array([0.3, -0.8]))),
    "an even answer": ("edge", 0, "zero on a slope along v", lambda v: np.array([[1.0, -2.0, 1.0]])),
    "a direction, not a kernel": ("edge", 0, "and yours has 1 axis.", lambda v: v),
    "a stack of kernels": ("edge", 0, "and yours has 3 axes.", lambda v: edge(v)[None]),
    "a number": ("edge", 0, "it is a single number", lambda v: 1.0),
    "divided by zero": ("edge", 0, "infinite", lambda v: np.full((3, 3), np.inf)),
    "a flat kernel": ("second_difference", 0, "[[...]]", [1, -2, 1]),
    "a column": ("second_difference", 0, "write it as one row", [[1], [-2], [1]]),
    "upside down": ("second_difference", 1 / 2, "sign", [[-1, 2, -1]]),
    "upside down and twice as strong": ("second_difference", 1 / 2, "gives -4", [[-2, 4, -2]]),
    "a first difference": ("second_difference", 1 / 4, "a first difference. Take", [[1, -1]]),
    "a centred difference": ("second_difference", 1 / 4, "a first difference. Take", [[1, 0, -1]]),
    "a centred difference, forward": ("second_difference", 1 / 4, "a first difference. Take", [[-1, 0, 1]]),
    "twice as strong": ("second_difference", 1 / 2, "gives 4", [[2, -4, 2]]),
    "too long": ("second_difference", 3 / 4, "has 5 weights", [[0, 1, -2, 1, 0]]),
    "three rows": ("second_difference", 3 / 4, "more than one row", np.outer([0, 1, 0], [1, -2, 1])),
    "two rows": ("second_difference", 3 / 4, "more than one row", np.outer([0.5, 0.5], [1, -2, 1])),
    "no answer to curves": ("second_difference", 1 / 2, "zero on a curve", [[1, -1, 0, -1, 1], [-1, 1, 0, 1, -1]]),
    "an average": ("second_difference", 0, "sum to 3", [[1, 1, 1]]),
    "off the middle": ("second_difference", 3 / 4, "has 4 weights", [[1, -2, 1, 0]]),
    "a third difference": ("second_difference", 1 / 2, "zero on a curve", [[1, -3, 3, -1]]),
    "one weight": ("second_difference", 0, "sum to 1", [[1]]),
    "a sum": ("blur", 0, "brightens", lambda n: np.ones((n, n))),
    "far too bright": ("blur", 0, "sum to 2, which brightens the image. Make the sum one.", lambda n: 2 * box(n)),
    "a little too bright": ("blur", 0, "sum to 1.0001, which", lambda n: 1.0001 * box(n)),
    "a little too strong": ("edge", 0, "yours is -1.0001.", lambda v: 1.0001 * edge(v)),
    "too faint": ("blur", 0, "darkens", lambda n: box(n) / 2),
    "negative": ("blur", 0, "negative", lambda n: -box(n)),
    "to one side": ("blur", 0, "not centred", lambda n: np.tri(n) / np.tri(n).sum()),
    "a row": ("blur", 0, "is 1 × 3, and 3 × 3 was asked for", lambda n: np.ones((1, n)) / n),
    "nothing but the middle": ("blur", 1 / 2, "as it is", for_odd_sizes(lambda e: e.T @ e)),
    "little but the middle": (
        "blur",
        1 / 2,
        "as it is",
        for_odd_sizes(lambda e: 0.991 * e.T @ e + 0.009 * box(e.size)),
    ),
    "the middle row": ("blur", 1 / 2, "are zero", for_odd_sizes(lambda e: e.T @ np.ones(e.shape) / e.size)),
    "the middle column": ("blur", 1 / 2, "are zero", for_odd_sizes(lambda e: np.ones(e.shape).T @ e / e.size)),
    "one product": ("factor", 0, "Return two arrays", lambda K: K),
    "two rows of a stack": ("factor", 0, "Return two arrays", lambda K: np.array(crossing(np.ones((2, 2))))),
    "a column and nothing": ("factor", 0, "Return two arrays", lambda K: (K[:, :1], None)),
    "a flat column": (
        "factor",
        0,
        "Your column has the shape (3,): give it two axes, as in K[:, [j]].",
        lambda K: (crossing(K)[0].ravel(), crossing(K)[1]),
    ),
    "a flat row": (
        "factor",
        0,
        "Your row has the shape (3,): give it two axes, as in K[[i]].",
        lambda K: (crossing(K)[0], crossing(K)[1].ravel()),
    ),
    "both flat": ("factor", 0, "Your column has the shape (3,)", lambda K: tuple(A.ravel() for A in crossing(K))),
    "by the largest weight": ("factor", 4 / 5, "Its largest weight is one of them.", from_the_largest),
    "writes into K, wrongly": (
        "factor",
        0,
        "Not yet: `factor` writes into its input K, and what it reads there afterwards is changed: work on a copy.\n",
        divides_in_place,
    ),
    "words": ("factor", 0, "real numbers", lambda K: (["a"], ["b"])),
    "row first": ("factor", 0, "exchanged: return the column first", lambda K: crossing(K)[::-1]),
    "row first, flat": ("factor", 0, "exchanged", lambda K: tuple(A.ravel() for A in crossing(K))[::-1]),
    "a column that lies": (
        "factor",
        0,
        "The column has the shape (1, 3): for this kernel",
        lambda K: (crossing(K)[0].T, crossing(K)[1]),
    ),
    "a row that stands": (
        "factor",
        0,
        "The row has the shape (3, 1): for this",
        lambda K: (crossing(K)[0], crossing(K)[1].T),
    ),
    "the scale, twice": ("factor", 0, "Both factors carry the scale", undivided),
    "singular, the scale twice": ("factor", 0, "Both factors carry", lambda K: singular(K, 1, 1)),
    "singular, no scale": ("factor", 0, "Neither factor carries", lambda K: singular(K, 0, 0)),
    "another scale": ("factor", 0, "is 1.01 times K.", lambda K: (1.01 * crossing(K)[0], crossing(K)[1])),
    "the sign": ("factor", 0, "column times row is -K", lambda K: (-crossing(K)[0], crossing(K)[1])),
    "norms": ("factor", 0, "some signs are not", from_the_norms),
    "by a zero in the corner": ("factor", 4 / 5, "divide by zero? This kernel holds zeros.", from_the_corner),
    "through the corner": ("factor", 4 / 5, "zeros", lambda K: (K[:, :1], K[:1] / (K[0, 0] or 1))),
    "by a sum of zero": ("factor", 4 / 5, "divide by zero? The weights of this kernel sum to zero.", from_the_means),
    "squares": ("factor", 0, "it gives", lambda K: (crossing(K)[0] ** 2, crossing(K)[1])),
    "one kernel": ("two_kernels", 0, "one kernel: write down two", A),
    "three kernels": ("two_kernels", 0, "the shape (3, 2, 2)", [A, A, A]),
    "larger kernels": ("two_kernels", 0, "the shape (2, 3, 3)", np.ones((2, 3, 3))),
    "kernels that are not numbers": ("two_kernels", 0, "infinite", [A, A * np.nan]),
    "words for kernels": ("two_kernels", 0, "real numbers", ["first", "second"]),
    "the same twice": ("two_kernels", 1 / 4, "are the same", [A, A]),
    "nearly the same": ("two_kernels", 1 / 4, "are the same", [A, A + 1e-8]),
    "a multiple": ("two_kernels", 1 / 2, "a multiple of the other", [A, -A]),
    "left to right": ("two_kernels", 1 / 2, "reversed from left to right", [A, A[:, ::-1]]),
    "transposed kernels": ("two_kernels", 1 / 2, "transposed", [A, A.T]),
    "equal sums of rows": ("two_kernels", 1 / 2, "sum of each row", [A, [[3, 0], [4, 4]]]),
    "equal sums in all": ("two_kernels", 1 / 2, "same sum of all weights", [A, [[2, 4], [-1, 6]]]),
    "nearly equal sums of columns": (
        "two_kernels",
        1 / 2,
        "in column 0 one gives 11 and the other 11.0001.",
        [A, [[0, 0], [4, 7.0001]]],
    ),
    "kernels of unequal shapes": ("two_kernels", 0, "have the shapes (2, 2) and (1, 2)", [A, A[:1]]),
    "kernels of unequal shapes, in lists": ("two_kernels", 0, "both should be (2, 2)", [[[1, 2]], [[1, 2], [3, 4]]]),
    "any two": ("two_kernels", 1 / 2, "in column 0 one gives 11 and the other 14.", [A, [[2, 4], [3, 5]]]),
}


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, answers in RIGHT.items() for answer in answers])
def test_a_kernel_that_does_what_was_asked_passes(passes, name, answer):
    passes(name, answer)


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_named_and_costs_what_it_deserves(fails, mistake):
    fails(*WRONG[mistake])


def test_a_division_by_zero_is_suspected_only_where_there_is_one(judged):
    told, share = judged("factor", lambda K: (np.sqrt(K[:, :1]), np.sqrt(K[:1])))
    assert "zero" not in told
    assert "did you take the root of a negative weight?" in told
    assert share == 0
    told, _ = judged("factor", lambda K: (K[:, :1] * np.inf, K[:1]))
    assert told.startswith("Not yet: Some of your numbers are infinite or not a number")
    assert "zero" not in told


def test_a_kernel_may_be_off_by_rounding(judged):
    assert judged("edge", lambda v: edge(v).astype(np.float32))[1] == 1
    assert judged("blur", lambda n: bell(n).astype(np.float32))[1] == 1


def test_a_kernel_may_not_be_off_by_more(judged):
    assert judged("edge", lambda v: edge(v) * 1.0001)[1] == 0
    assert judged("edge", lambda v: edge(v) + 1e-5)[1] == 0
    assert judged("blur", lambda n: box(n) * 1.0001)[1] == 0
    assert judged("blur", leaning)[1] == 0
    assert judged("second_difference", [[1, -2, 1.0001]])[1] == 0
    assert judged("second_difference", np.array([[1, -2, 1]]) * 1.0001)[1] == 1 / 2
