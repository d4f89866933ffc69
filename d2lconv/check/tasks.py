"""The exercises that one does: what each is called with, its hints, and how its inputs are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from d2lconv._validate import Array
from d2lconv.check import oracles, properties
from d2lconv.check.comparison import numbers_differ, outputs_differ

Draw = np.random.Generator


SQUARE, IMAGES, KERNELS = "square images and kernels", "images of any shape", "kernels of any shape"
EXTREMES = "the largest and the smallest kernel"


@dataclass(frozen=True)
class Case:
    """One call: its arguments, and the part of the exercise that it tests."""

    part: str
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Task:
    """An exercise: `faults` says why what came back from a call is wrong, the likeliest reason first, or nothing."""

    signature: str  # without parentheses, the answer is an array
    hints: tuple[str, ...]
    cases: Callable[[Draw], Iterator[Case]]
    faults: Callable[..., list[str]]
    shape: Callable[..., tuple[int, ...]] | None = None  # of the output, where to get it right counts by itself


def _array(rng: Draw, *shape: int) -> Array:
    """Draw sixteenths, with more digits than half precision holds, and no more than single precision does."""
    return rng.integers(-800, 801, shape) / 16


def _windows(rng: Draw) -> Iterator[Case]:
    """Draw images and kernels of many shapes, dtypes and layouts."""
    for k in (2, 3):
        n = k + int(rng.integers(2, 4))
        yield Case(SQUARE, (_array(rng, n, n), _array(rng, k, k)))
    for n_h, n_w in ((4, 7), (7, 5)):
        yield Case(IMAGES, (_array(rng, n_h, n_w), _array(rng, 2, 2)))
    for k_h, k_w in ((2, 4), (3, 1), (1, 2)):
        n = int(rng.integers(6, 9))
        yield Case(KERNELS, (_array(rng, n, n), _array(rng, k_h, k_w)))
    for k_h, k_w in ((3, 4), (1, 1)):
        yield Case(EXTREMES, (_array(rng, 3, 4), _array(rng, k_h, k_w)))
    whole = rng.integers(0, 9, (5, 6))
    yield Case("arrays of any dtype and layout", (whole, _array(rng, 2, 3)))
    single = _array(rng, 6, 5).astype(np.float32), _array(rng, 3, 2).astype(np.float32)
    yield Case("arrays of any dtype and layout", single)
    yield Case("arrays of any dtype and layout", (_array(rng, 12, 14)[::2, ::2], _array(rng, 3, 2).T))


def _shapes(rng: Draw) -> Iterator[Case]:
    for _ in range(3):
        n, k = int(rng.integers(7, 12)), int(rng.integers(2, 5))
        yield Case(SQUARE, ((n, n), (k, k)))
    for _ in range(3):
        (n_h, n_w), (k_h, k_w) = rng.permutation(range(6, 13))[:2].tolist(), rng.permutation(range(2, 6))[:2].tolist()
        yield Case("images and kernels of many shapes", ((n_h, n_w), (k_h, k_w)))
    for k_h, k_w in ((4, 6), (1, 1), (3, 6)):
        yield Case(EXTREMES, ((4, 6), (k_h, k_w)))


def _errors(rng: Draw) -> Iterator[Case]:
    shapes = {
        SQUARE: ((5, 5, 2, 2), (6, 6, 3, 3)),
        KERNELS: ((4, 7, 2, 3), (7, 5, 3, 1), (6, 6, 1, 4)),
        EXTREMES: ((3, 4, 3, 4), (4, 5, 1, 1)),
    }
    for part, sizes in shapes.items():
        for n_h, n_w, k_h, k_w in sizes:
            images = _array(rng, n_h, n_w), _array(rng, k_h, k_w), _array(rng, n_h - k_h + 1, n_w - k_w + 1)
            yield Case(part, images)


def _spreads(rng: Draw) -> Iterator[Case]:
    yield Case(SQUARE, (_array(rng, 2, 2), (4, 4)))
    yield Case(SQUARE, (_array(rng, 3, 3), (5, 5)))
    yield Case(IMAGES, (_array(rng, 2, 2), (3, 5)))
    yield Case(IMAGES, (_array(rng, 2, 2), (5, 4)))
    yield Case(KERNELS, (_array(rng, 2, 3), (5, 5)))
    yield Case(KERNELS, (_array(rng, 3, 1), (5, 5)))
    yield Case(EXTREMES, (_array(rng, 2, 3), (2, 3)))
    yield Case(EXTREMES, (_array(rng, 1, 1), (3, 4)))


def _stacks(rng: Draw) -> Iterator[Case]:
    for part, depth, stride in (("one layer", 1, 1), ("layers of stride one", 3, 1), ("layers with strides", 4, 3)):
        for _ in range(3):
            sizes, strides = rng.integers(2, 7, depth), rng.integers(1, stride + 1, depth)
            if stride > 1:
                strides[:2] = stride, 2  # a stack in which no stride counts would test nothing
            yield Case(part, (sizes.tolist(), strides.tolist()))


def _directions(rng: Draw) -> Iterator[Case]:
    for v in ((1.0, 0.0), (0.0, 1.0)):
        yield Case("down and to the right", (np.array(v),))
    for corner in (0.3, 1.9, 3.5, 5.1):
        angle = corner + rng.uniform(0, 0.9)
        yield Case("slanted directions", (np.array([np.cos(angle), np.sin(angle)]),))
    for length in (0.5, 3.0):
        angle = rng.uniform(0.2, 1.3)
        yield Case("vectors of any length", (length * np.array([np.cos(angle), np.sin(angle)]),))


def _sizes(rng: Draw) -> Iterator[Case]:
    yield from (Case("odd sizes", (size,)) for size in (3, 2 * int(rng.integers(2, 5)) + 1))
    yield from (Case("even sizes", (size,)) for size in (2, 2 * int(rng.integers(2, 5))))


def _curves(rng: Draw) -> Iterator[Case]:
    for part in properties.CURVES:  # no whole numbers: some first differences would fit them by chance
        yield Case(part, (part, *rng.uniform(1, 9, 3)))


TASKS = {
    "corr2d": Task(
        "corr2d(X, K)",
        (
            "How many rows does the output have, and how many columns? Make it first, full of zeros.",
            "Two loops move the window: i over the rows of the output, j over its columns.",
            "The window at (i, j) is X[i : i + k_h, j : j + k_w]. Multiply it by K, element by element, and add up.",
        ),
        _windows,
        lambda Y, X, K: outputs_differ(Y, oracles.corr2d(X, K), oracles.corr2d_mistakes(X, K), X.shape, K.shape),
        shape=lambda X, K: oracles.corr2d(X, K).shape,
    ),
    "output_shape": Task(
        "output_shape(input_shape, kernel_shape)",
        (
            "Look at one axis alone. In which row does the window start first, in which one last?",
            "From row 0 to row n - k: how many rows are these?",
            "Do the same for both axes, and return two whole numbers, rows first.",
        ),
        _shapes,
        lambda shape, n, k: numbers_differ(shape, oracles.output_shape(n, k), oracles.output_shape_mistakes(n, k)),
    ),
    "matrix": Task(
        "matrix(K, input_shape)",
        (
            "One row for each output, one column for each pixel: how many are these?",
            "The output at (i, j) sees the pixel at (i + a, j + b), with the weight K[a, b].",
            "X.ravel() goes along the rows: the pixel at (i, j) is its element i * n_w + j. And the output at (i, j)?",
        ),
        _spreads,
        lambda M, K, n: outputs_differ(M, oracles.matrix(K, n), oracles.matrix_mistakes(K, n)),
        shape=lambda K, n: oracles.matrix(K, n).shape,
    ),
    "kernel_gradient": Task(
        "kernel_gradient(X, K, Y)",
        (
            "Start with the error: what the kernel predicts, minus Y.",
            "Each output depends on the tap K[a, b] through one pixel, X[i + a, j + b].",
            "Sum, over all outputs, twice the error times that pixel. You have seen such a sum before.",
        ),
        _errors,
        lambda G, X, K, Y: outputs_differ(
            G, oracles.kernel_gradient(X, K, Y), oracles.kernel_gradient_mistakes(X, K, Y)
        ),
    ),
    "edge": Task(
        "edge(v)",
        (
            "Which kernel takes a difference down a column, centred on its middle? Which one along a row?",
            "The slope along v is v[0] times the slope down, plus v[1] times the slope to the right.",
            "Only the direction of v counts: divide v by its length first. And on a slope of one per pixel, "
            "what does your difference over two pixels give?",
        ),
        _directions,
        properties.edge_faults,
    ),
    "second_difference": Task(
        "second_difference",
        (
            "A second difference is the difference of two differences.",
            "Write x0, x1, x2 for three neighbours, take both differences, and subtract them.",
            "Collect what each of the three is multiplied by, as an array of one row: [[?, ?, ?]].",
        ),
        _curves,
        properties.second_difference_faults,
    ),
    "blur": Task(
        "blur(size)",
        (
            "Each pixel is replaced by an average. Which weights does an average have?",
            "None of them is negative, and together they make one.",
            "Equal weights will do: how many are there?",
        ),
        _sizes,
        properties.blur_faults,
    ),
    "conv2d": Task(
        "conv2d(X, K)",
        (
            "Everything is as in corr2d, but for the direction in which the kernel is read.",
            "Backward means backward along both axes.",
            "A slice with a step of -1 reads backward: K[::-1] does it for the rows.",
        ),
        _windows,
        lambda Y, X, K: outputs_differ(Y, oracles.conv2d(X, K), oracles.conv2d_mistakes(X, K), X.shape, K.shape),
        shape=lambda X, K: oracles.corr2d(X, K).shape,
    ),
    "receptive_field": Task(
        "receptive_field(kernel_sizes, strides)",
        (
            "With no layer at all, an element sees one pixel: itself. What does the first layer add?",
            "A kernel of size k reaches k - 1 elements further than one element does.",
            "Behind layers with strides, one step is as many pixels long as the product of the strides before it.",
        ),
        _stacks,
        lambda r, k, s: numbers_differ(r, oracles.receptive_field(k, s), oracles.receptive_field_mistakes(k, s)),
    ),
}
