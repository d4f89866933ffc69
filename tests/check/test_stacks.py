"""What layers see and do, one on another: any way to the right answer passes, and each mistake is named."""

import numpy as np
import pytest
from naive import corr2d, inputs_seen

from d2lconv import check
from d2lconv.check import stacks


def framed(A, B):
    return np.pad(A, [(k - 1, k - 1) for k in B.shape])


def one_kernel(A, B):
    K = np.zeros((len(A) + len(B) - 1, A.shape[1] + B.shape[1] - 1))
    for (a, b), weight in np.ndenumerate(A):
        K[a : a + len(B), b : b + B.shape[1]] += weight * B
    return K


def to_one_pixel(A, B):
    """Read the kernel off the output for a single white pixel, turned by half a turn."""
    h, w = len(A) + len(B) - 1, A.shape[1] + B.shape[1] - 1
    pixel = np.zeros((2 * h - 1, 2 * w - 1))
    pixel[h - 1, w - 1] = 1
    return corr2d(corr2d(pixel, A), B)[::-1, ::-1]


def pixels_seen(index, kernel_sizes, strides):
    first = last = index
    for k, s in zip(kernel_sizes[::-1], strides[::-1], strict=True):
        first, last = first * s, last * s + k - 1
    return first, last


def by_paths(index, kernel_sizes, strides):
    seen = {i for i, _ in inputs_seen([(k, 1) for k in kernel_sizes], [(s, 1) for s in strides])}
    first = index * int(np.prod(strides))
    return np.array([first, first + max(seen)])


def spread(kernel_sizes):
    counts = np.ones(1)
    for k in kernel_sizes:
        counts = np.convolve(counts, np.ones(k))
    x, share = np.arange(len(counts)), counts / counts.sum()
    return (share @ x**2 - (share @ x) ** 2) ** 0.5


def field(kernel_sizes):
    return sum(kernel_sizes) - len(kernel_sizes) + 1


STANDING, LYING = np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([[1.0, 1.0], [-1.0, -1.0]])
DIAGONAL, PLANE = np.array([[1.0, 0.0], [0.0, -1.0]]), np.array([[3.0, 1.0], [-1.0, -3.0]])
SOBEL = np.outer([1.0, 2.0, 1.0], [1.0, 0.0, -1.0])


def corners(X, standing=STANDING, lying=LYING):
    return abs(corr2d(X, standing)) * abs(corr2d(X, lying))


def smoothed(X):
    """Return what is left of two smoothed squares when their mixed product is taken off, as Harris does."""
    down, right = corr2d(X, LYING), corr2d(X, STANDING)
    box = np.ones((3, 3))
    return corr2d(down**2, box) * corr2d(right**2, box) - corr2d(down * right, box) ** 2


def in_one_pixel(X):
    standing, lying = abs(X[:-1, :-1] - X[:-1, 1:]), abs(X[:-1, :-1] - X[1:, :-1])
    return standing * lying


def of_other_sizes(X):
    return abs(X[:, :-1] - X[:, 1:]) * abs(X[:-1] - X[1:])


RIGHT = {
    "corners": [
        corners,
        lambda X: corners(X).tolist(),
        lambda X: corners(X, SOBEL, SOBEL.T),
        lambda X: np.minimum(abs(corr2d(X, STANDING)), abs(corr2d(X, LYING))),
        lambda X: abs(corr2d(X, np.array([[1.0, -1.0], [-1.0, 1.0]]))),
        smoothed,
    ],
    "one_kernel": [one_kernel, to_one_pixel, lambda A, B: corr2d(framed(A, B), B[::-1, ::-1])],
    "pixels_seen": [pixels_seen, by_paths, lambda *args: list(pixels_seen(*args))],
    "spread": [spread, lambda sizes: np.sqrt(sum(k * k - 1 for k in sizes) / 12)],
    "either_sign": [[DIAGONAL, -DIAGONAL], np.array([PLANE, -2 * PLANE])],
}

# exercise, what it gets, words of the sentence, the answer
WRONG = {
    "a sum of edges": ("corners", 0, "do not add them", lambda X: abs(corr2d(X, STANDING)) + abs(corr2d(X, LYING))),
    "standing edges": ("corners", 0, "along edges that stand", lambda X: abs(corr2d(X, STANDING))),
    "lying edges": ("corners", 0, "along edges that lie", lambda X: abs(corr2d(X, LYING))),
    "signs that count": (
        "corners",
        0,
        "negative at 2 of the four corners",
        lambda X: corr2d(X, STANDING) * corr2d(X, LYING),
    ),
    "a linear corner": ("corners", 0, "negative at 2", lambda X: corr2d(X, np.array([[1.0, -1.0], [-1.0, 1.0]]))),
    "one sign only": (
        "corners",
        0,
        "zero at 3 of the four corners",
        lambda X: np.maximum(corr2d(X, STANDING), 0) * np.maximum(corr2d(X, LYING), 0),
    ),
    "differences of one pixel": ("corners", 0, "both windows have to hold it", in_one_pixel),
    "maps of two sizes": ("corners", 0, "Make your two kernels equally large", of_other_sizes),
    "a blur": ("corners", 0, "sum to zero?", lambda X: corr2d(X, np.ones((2, 2))) + 1),
    "nothing": ("corners", 0, "zero everywhere", lambda X: np.zeros((len(X) - 1, X.shape[1] - 1))),
    "as large as the image": ("corners", 0, "Your map is 12 × 12", lambda X: np.pad(corners(X), ((0, 1), (0, 1)))),
    "one number": ("corners", 0, "has the shape ()", lambda X: 1.0),
    "a log of zero": ("corners", 0, "infinite", lambda X: np.log(corners(X))),
    "the second flipped": ("one_kernel", 1 / 5, "full *convolution*", lambda A, B: corr2d(framed(A, B), B)),
    "the first flipped": ("one_kernel", 1 / 5, "full *convolution*", lambda A, B: corr2d(framed(B, A), A)),
    "both flipped": ("one_kernel", 1 / 5, "is flipped: that is for two", lambda A, B: one_kernel(A, B)[::-1, ::-1]),
    "one kernel, transposed": ("one_kernel", 0, "transposed", lambda A, B: one_kernel(A, B).T),
    "a sum of kernels": (
        "one_kernel",
        0,
        "side by side",
        lambda A, B: np.resize(A + B[: len(A)], A.shape) if A.shape == B.shape else A,
    ),
    "weight by weight": ("one_kernel", 0, "weight by weight", lambda A, B: A * B if A.shape == B.shape else A),
    "a product of matrices": ("one_kernel", 0, "multiply matrices", lambda A, B: A @ B if A.shape == B.shape else A),
    "without a border": (
        "one_kernel",
        0,
        "lost its border",
        lambda A, B: one_kernel(A, B)[len(B) - 1 : len(A), B.shape[1] - 1 : A.shape[1]],
    ),
    "one pixel too many": (
        "pixels_seen",
        0,
        "first one that is not seen",
        lambda *a: (pixels_seen(*a)[0], sum(pixels_seen(*a)) - pixels_seen(*a)[0] + 1),
    ),
    "first and count": (
        "pixels_seen",
        0,
        "not how many",
        lambda i, k, s: (pixels_seen(i, k, s)[0], 1 + pixels_seen(0, k, s)[1]),
    ),
    "only a count": ("pixels_seen", 0, "not only how many", lambda i, k, s: 1 + pixels_seen(0, k, s)[1]),
    "elements are pixels": (
        "pixels_seen",
        3 / 4,
        "all strides multiplied",
        lambda i, k, s: (i, i + pixels_seen(0, k, s)[1]),
    ),
    "no strides in the field": (
        "pixels_seen",
        1 / 2,
        "stretch the windows of later layers",
        lambda i, k, s: (i * int(np.prod(s)), i * int(np.prod(s)) + sum(k) - len(k)),
    ),
    "no strides at all": ("pixels_seen", 1 / 2, "leave all strides out", lambda i, k, s: (i, i + sum(k) - len(k))),
    "a field around it": (
        "pixels_seen",
        0,
        "put the field around",
        lambda i, k, s: (
            pixels_seen(i, k, s)[0] - (pixels_seen(0, k, s)[1] + 1) // 2,
            pixels_seen(i, k, s)[0] + (pixels_seen(0, k, s)[1] + 1) // 2,
        ),
    ),
    "the wrong way through": (
        "pixels_seen",
        1 / 2,
        "wrong way",
        lambda i, k, s: pixels_seen(i, k[::-1], s[::-1]),
    ),
    "a variance": ("spread", 0, "take its root", lambda k: spread(k) ** 2),
    "a sum of spreads": ("spread", 1 / 2, "You add the spreads", lambda k: sum(spread([size]) for size in k)),
    "a field": ("spread", 0, "That is the receptive field", field),
    "the farthest path": ("spread", 0, "farthest path", lambda k: (field(k) - 1) / 2),
    "all alike": ("spread", 1 / 2, "equally many paths", lambda k: ((field(k) ** 2 - 1) / 12) ** 0.5),
    "an interval": ("spread", 0, "not anywhere in an interval", lambda k: sum(size**2 / 12 for size in k) ** 0.5),
    "a mean": ("spread", 1 / 2, "the variances add up", lambda k: (spread(k) ** 2 / len(k)) ** 0.5),
    "one": ("either_sign", 0, "to one sign only", DIAGONAL),
    "one of one": ("either_sign", 0, "brightens to the right", [STANDING]),
    "standing only": ("either_sign", 1 / 3, "darkens downward and where it brightens", [STANDING, -STANDING]),
    "one sign of each": ("either_sign", 0, "brightens", [STANDING, LYING]),
    "four": ("either_sign", 2 / 3, "You use 4 kernels", [STANDING, -STANDING, LYING, -LYING]),
    "averages": ("either_sign", 0, "positive on a plain patch", np.ones((2, 2, 2))),
    "two zeros": ("either_sign", 0, "All weights are zero", np.zeros((2, 2, 2))),
    "kernels of three": ("either_sign", 0, "shape (2, 3, 3)", [SOBEL, -SOBEL]),
    "not finite": ("either_sign", 0, "infinite", np.full((2, 2, 2), np.nan)),
    "words": ("either_sign", 0, "real numbers", ["left", "right"]),
}


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, answers in RIGHT.items() for answer in answers])
def test_a_right_answer_passes(passes, name, answer):
    passes(name, answer)


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_named_and_costs_what_it_deserves(fails, mistake):
    fails(*WRONG[mistake])


def test_the_one_kernel_does_what_the_two_do():
    rng = np.random.default_rng(0)
    X, A, B = (rng.normal(size=shape) for shape in ((9, 8), (3, 2), (2, 4)))
    np.testing.assert_allclose(corr2d(corr2d(X, A), B), corr2d(X, stacks.one_kernel(A, B)), atol=1e-12)


def test_an_element_changes_with_the_pixels_it_sees_and_with_no_others():
    kernel_sizes, strides, index = [3, 2, 4], [2, 3, 1], 2

    def element(X):
        for k, s in zip(kernel_sizes, strides, strict=True):
            X = corr2d(X, np.ones((k, 1)))[::s]
        return X[index, 0]

    changing = [i for i in range(60) if element(np.eye(60)[:, [i]])]
    assert [changing[0], changing[-1]] == stacks.pixels_seen(index, kernel_sizes, strides).tolist()


def test_each_exercise_is_answered_wrongly_and_each_mistake_that_is_known_is_made_here(capsys):
    A, B = np.arange(9.0).reshape(3, 3), np.eye(3)
    known = [
        *stacks.one_kernel_mistakes(A, B),
        *stacks.pixels_seen_mistakes(3, [3, 2], [2, 3]),
        *stacks.spread_mistakes([3, 5]),
    ]
    for name, _, _, answer in WRONG.values():
        check.run(name, answer)
    told = capsys.readouterr().out
    assert {sentence for sentence, _ in known if sentence not in told} == set()
    assert {name for name, *_ in WRONG.values()} == set(RIGHT)
