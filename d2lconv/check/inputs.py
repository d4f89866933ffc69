"""What an answer is tried on: each call's arguments, drawn from a seed, and the part of the exercise that it tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.oracles import Shape

Draw = np.random.Generator

SQUARE, IMAGES, KERNELS = "square images and kernels", "images of any shape", "kernels of any shape"
EXTREMES = "the largest and the smallest kernel"
ANY_ARRAY = "arrays of any dtype and layout"
CURVES = ("uniform patches", "constant slopes", "curves", "no longer than needed")
PAIRS = ("two kernels of 2 × 2", "kernels that differ", "the edge image", "any image whose rows are equal")


@dataclass(frozen=True)
class Case:
    """One call: its arguments, and the part of the exercise that it tests."""

    part: str
    args: tuple[Any, ...]


def array(rng: Draw, *shape: int) -> Array:
    """Draw sixteenths, with more digits than half precision holds, and no more than single precision does."""
    return rng.integers(-800, 801, shape) / 16


def windows(rng: Draw) -> Iterator[Case]:
    """Draw images and kernels of many shapes, dtypes and layouts."""
    yield from _many_shapes(rng, (2, 3), (2, 4), ((2, 4), (3, 1), (1, 2)), (3, 4))
    whole = rng.integers(0, 9, (5, 6))
    yield Case(ANY_ARRAY, (whole, array(rng, 2, 3)))
    yield Case(ANY_ARRAY, (array(rng, 6, 5).astype(np.float32), array(rng, 3, 2).astype(np.float32)))
    yield Case(ANY_ARRAY, (array(rng, 12, 14)[::2, ::2], array(rng, 3, 2).T))


def odd_windows(rng: Draw) -> Iterator[Case]:
    """Draw images, and kernels whose heights and widths are odd."""
    yield from _many_shapes(rng, (3, 5), (1, 4), ((5, 3), (3, 1), (1, 5)), (3, 5))


def _many_shapes(rng: Draw, sides: Shape, spare: Shape, oblong: tuple[Shape, ...], largest: Shape) -> Iterator[Case]:
    """Draw square kernels of two sizes, in images that are larger, oblong ones, and one as large as its image."""
    for k in sides:
        n = k + int(rng.integers(*spare))
        yield Case(SQUARE, (array(rng, n, n), array(rng, k, k)))
    for n_h, n_w in ((4, 7), (7, 5)):
        yield Case(IMAGES, (array(rng, n_h, n_w), array(rng, sides[0], sides[0])))
    for k_h, k_w in oblong:
        n = int(rng.integers(6, 9))
        yield Case(KERNELS, (array(rng, n, n), array(rng, k_h, k_w)))
    for k_h, k_w in (largest, (1, 1)):
        yield Case(EXTREMES, (array(rng, *largest), array(rng, k_h, k_w)))


def shapes(rng: Draw) -> Iterator[Case]:
    """Draw shapes of images, and of kernels that fit into them."""
    for _ in range(3):
        n, k = int(rng.integers(7, 12)), int(rng.integers(2, 5))
        yield Case(SQUARE, ((n, n), (k, k)))
    for _ in range(3):
        (n_h, n_w), (k_h, k_w) = rng.permutation(range(6, 13))[:2].tolist(), rng.permutation(range(2, 6))[:2].tolist()
        yield Case("images and kernels of many shapes", ((n_h, n_w), (k_h, k_w)))
    for k_h, k_w in ((4, 6), (1, 1), (3, 6)):
        yield Case(EXTREMES, ((4, 6), (k_h, k_w)))


def errors(rng: Draw) -> Iterator[Case]:
    """Draw images, kernels, and targets as large as the output."""
    sizes = {
        SQUARE: ((5, 5, 2, 2), (6, 6, 3, 3)),
        KERNELS: ((4, 7, 2, 3), (7, 5, 3, 1), (6, 6, 1, 4)),
        EXTREMES: ((3, 4, 3, 4), (4, 5, 1, 1)),
    }
    for part, drawn in sizes.items():
        for n_h, n_w, k_h, k_w in drawn:
            yield Case(part, (array(rng, n_h, n_w), array(rng, k_h, k_w), array(rng, n_h - k_h + 1, n_w - k_w + 1)))


def spreads(rng: Draw) -> Iterator[Case]:
    """Draw kernels, and shapes of images that they spread over."""
    yield Case(SQUARE, (array(rng, 2, 2), (4, 4)))
    yield Case(SQUARE, (array(rng, 3, 3), (5, 5)))
    yield Case(IMAGES, (array(rng, 2, 2), (3, 5)))
    yield Case(IMAGES, (array(rng, 2, 2), (5, 4)))
    yield Case(KERNELS, (array(rng, 2, 3), (5, 5)))
    yield Case(KERNELS, (array(rng, 3, 1), (5, 5)))
    yield Case(EXTREMES, (array(rng, 2, 3), (2, 3)))
    yield Case(EXTREMES, (array(rng, 1, 1), (3, 4)))


def stacks(rng: Draw) -> Iterator[Case]:
    """Draw the kernel sizes and the strides of a few layers."""
    for part, depth, stride in (("one layer", 1, 1), ("layers of stride one", 3, 1), ("layers with strides", 4, 3)):
        for _ in range(3):
            sizes, strides = rng.integers(2, 7, depth), rng.integers(1, stride + 1, depth)
            if stride > 1:
                strides[:2] = stride, 2  # a stack in which no stride counts would test nothing
            yield Case(part, (sizes.tolist(), strides.tolist()))


def directions(rng: Draw) -> Iterator[Case]:
    """Draw vectors in every quadrant, some of them longer or shorter than one."""
    for v in ((1.0, 0.0), (0.0, 1.0)):
        yield Case("down and to the right", (np.array(v),))
    for corner in (0.3, 1.9, 3.5, 5.1):
        angle = corner + rng.uniform(0, 0.9)
        yield Case("slanted directions", (np.array([np.cos(angle), np.sin(angle)]),))
    for length in (0.5, 3.0):
        angle = rng.uniform(0.2, 1.3)
        yield Case("vectors of any length", (length * np.array([np.cos(angle), np.sin(angle)]),))


def blur_sizes(rng: Draw) -> Iterator[Case]:
    """Draw odd and even sizes."""
    yield from (Case("odd sizes", (size,)) for size in (3, 2 * int(rng.integers(2, 5)) + 1))
    yield from (Case("even sizes", (size,)) for size in (2, 2 * int(rng.integers(2, 5))))


def curves(rng: Draw) -> Iterator[Case]:
    """Draw the coefficients of a parabola."""
    for part in CURVES:  # no whole numbers: some first differences would fit them by chance
        yield Case(part, (part, *rng.uniform(1, 9, 3)))


def equal_rows(rng: Draw) -> Iterator[Case]:
    """Draw a row of an image whose rows are all equal: the edge image's, and in the end any other."""
    for part in PAIRS[:3]:
        yield Case(part, (part, (1, 1, 0, 0, 0, 0, 1, 1)))
    yield Case(PAIRS[3], (PAIRS[3], tuple(rng.integers(1, 60, 8).tolist())))


def products(rng: Draw) -> Iterator[Case]:
    """Draw a column times a row: of many shapes, and where zeros or a sum of zero get in the way of a division."""
    for k_h, k_w in ((3, 3), (2, 4), (5, 3)):
        yield Case("kernels of many shapes", (np.outer(_nonzero(rng, k_h), _nonzero(rng, k_w)),))
    first, last, nowhere = (1, 0), (0, 1), (0, 0)
    for rows, columns in ((first, nowhere), (nowhere, first), (last, last)):
        column, row = np.pad(_nonzero(rng, 2), rows), np.pad(_nonzero(rng, 3), columns)
        yield Case("zeros in a row or column", (np.outer(column, row),))
    yield Case("zeros in a row or column", (0 - abs(np.outer(column, row)),))  # the largest weight is a zero
    a, b = rng.integers(1, 30, 2) / 8
    sobel = np.outer(_nonzero(rng, 4), [a, b, -a - b])
    yield from (Case("weights that sum to zero", (K,)) for K in (sobel, -sobel.T))
    for k_h, k_w in ((1, 4), (3, 1), (1, 1)):
        yield Case("a single row or column", (np.outer(_nonzero(rng, k_h), _nonzero(rng, k_w)),))


def _nonzero(rng: Draw, size: int) -> Array:
    """Draw eighths of either sign, none of them zero, nor their sum."""
    A: Array = rng.choice([-1, 1], size) * rng.integers(2, 60, size) / 8
    return A if A.sum() else _nonzero(rng, size)
